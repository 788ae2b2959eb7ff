// Draws www/icon.svg as PNG in the sizes that www/manifest.webmanifest names, for systems that take no SVG: a rounded
// square, a glow, a lamp. Each pixel is the mean of 16 points in it.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { deflateSync } from "node:zlib";

const GROUND = [0x14, 0x18, 0x20];
const LAMP = [0xff, 0xc2, 0x4b];
const POINTS = 4;

/** The colour at a point of the 32 by 32 units of the icon, with its opacity. */
function colourAt(x, y) {
  const [dx, dy] = [Math.max(8 - x, x - 24, 0), Math.max(8 - y, y - 24, 0)];
  if (Math.hypot(dx, dy) > 8) return [0, 0, 0, 0];
  const away = Math.hypot(x - 16, y - 16);
  const glow = away > 13 ? 0 : 0.55 * Math.min(1, (1 - away / 13) / 0.7);
  const light = away <= 6.5 ? 1 : glow;
  return [...GROUND.map((dark, index) => dark + (LAMP[index] - dark) * light), 255];
}

function pixel(column, row, size) {
  const sum = [0, 0, 0, 0];
  for (let point = 0; point < POINTS * POINTS; point++) {
    const x = ((column + ((point % POINTS) + 0.5) / POINTS) * 32) / size;
    const y = ((row + (Math.floor(point / POINTS) + 0.5) / POINTS) * 32) / size;
    const [red, green, blue, opacity] = colourAt(x, y);
    [red, green, blue].forEach((value, index) => (sum[index] += (value * opacity) / 255));
    sum[3] += opacity;
  }
  const opacity = sum[3] / (POINTS * POINTS);
  const covered = sum[3] / 255 || 1;
  return [...sum.slice(0, 3).map((value) => Math.round(value / covered)), Math.round(opacity)];
}

function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

function png(size) {
  const rows = Buffer.alloc(size * (size * 4 + 1));
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      rows.set(pixel(column, row, size), row * (size * 4 + 1) + 1 + column * 4);
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 6], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk("IHDR", head), chunk("IDAT", deflateSync(rows, { level: 9 })), chunk("IEND", Buffer.alloc(0))]);
}

const { icons } = JSON.parse(await readFile("www/manifest.webmanifest", "utf8"));
for (const { src, sizes, type } of icons.filter(({ type }) => type === "image/png")) {
  await writeFile(join(process.env.TRUNK_STAGING_DIR, src), png(Number.parseInt(sizes, 10)));
}
