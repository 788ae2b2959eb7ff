// Pictures of a run: saved as SVG and PNG at a moment, and playing by themselves.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch } from "./harness.mjs";
import { drive } from "./drive.mjs";

let studio;

before(async () => {
  studio = await launch();
});
after(() => studio.close());

async function saved(page, id) {
  const saving = page.waitForEvent("download");
  await page.locator(id).click();
  const download = await saving;
  const parts = [];
  for await (const part of await download.createReadStream()) parts.push(part);
  return { name: download.suggestedFilename(), bytes: Buffer.concat(parts) };
}

test("a moment is saved as SVG and PNG, and the run as a picture that moves", async () => {
  const visit = await studio.open();
  const { page } = visit;
  const reader = drive(visit);
  await reader.openSample("card-retry");
  await reader.runToEnd();
  for (let step = 0; step < 8; step++) await page.locator("#scrubber").press("ArrowLeft");
  const [event] = await reader.playhead();
  await page.locator("#share").click();
  const moment = await saved(page, "#save-moment");
  assert.equal(moment.name, "Card payment.moment.svg");
  assert.match(moment.bytes.toString(), /Running · 00:00:/);
  assert.ok(event > 1);
  const pixels = await saved(page, "#save-momentpixels");
  assert.equal(pixels.name, "Card payment.moment.png");
  assert.equal(pixels.bytes.subarray(1, 4).toString(), "PNG");
  // Twice as wide as the drawing.
  const width = Number(moment.bytes.toString().match(/ width="([\d.]+)"/)[1]);
  assert.ok(Math.abs(pixels.bytes.readUInt32BE(16) - 2 * width) <= 2);
  const moving = await saved(page, "#save-animated");
  visit.expectQuiet();
  await visit.close();

  // As a README would have it.
  const blank = await studio.open({ width: 640, height: 900 });
  const show = async (bytes) => {
    await blank.page.setContent(`<body style="margin:0"><img id="it" style="max-height:880px" src="data:image/svg+xml;base64,${bytes.toString("base64")}"></body>`);
    await blank.page.locator("#it").evaluate((it) => it.decode());
  };
  await show(moment.bytes);
  await blank.screenshot("picture-moment");
  await show(moving.bytes);
  const first = await blank.page.screenshot();
  await blank.page.waitForTimeout(2500);
  await blank.screenshot("picture-moving");
  const later = await blank.page.screenshot();
  assert.notDeepEqual(first, later, "it moves");
  await blank.page.emulateMedia({ reducedMotion: "reduce" });
  await blank.page.setContent(`<body style="margin:0">${moving.bytes}</body>`);
  const still = await blank.page.screenshot();
  await blank.page.waitForTimeout(700);
  assert.deepEqual(still, await blank.page.screenshot(), "it stands still for those who want that");
  await blank.screenshot("picture-end");
  await blank.close();
});
