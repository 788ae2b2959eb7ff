// Prints a table of the files in a folder: bytes as they are and compressed with brotli.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";

const folder = process.argv[2];
const entries = await readdir(folder, { recursive: true, withFileTypes: true });
const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath ?? entry.path, entry.name));

const rows = await Promise.all(
  files.sort().map(async (file) => {
    const bytes = await readFile(file);
    return [file.slice(folder.length + 1), bytes.length, brotliCompressSync(bytes).length];
  }),
);
const sum = (column) => rows.reduce((total, row) => total + row[column], 0);

const width = Math.max(...rows.map(([name]) => name.length));
const print = (name, raw, brotli) => console.log(`  ${name.padEnd(width)}  ${raw.padStart(9)}  ${brotli.padStart(9)}`);
const number = (value) => value.toLocaleString("en");

print("file", "bytes", "brotli");
for (const [name, raw, brotli] of rows) print(name, number(raw), number(brotli));
print("together", number(sum(1)), number(sum(2)));
