// All benchmarks, one after the other. `cargo xtask bench` calls this with the folder of the wasm module and the
// native command.

import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { measureChecks } from './checks.mjs';
import { measureGrowth } from './growth.mjs';
import { countInstructions } from './instructions.mjs';
import { measureKeyPress, measureLayout } from './layouts.mjs';
import { measureRuns } from './runs.mjs';

const folder = resolve(process.argv[2]);
const library = await import(pathToFileURL(join(folder, 'bench.js')).href);
library.initSync({ module: await readFile(join(folder, 'bench_bg.wasm')) });

console.log(`Node ${process.versions.node}: medians of 11 turns after 3 to warm up, the sides by turns`);
const results = [];
for (const measure of [measureRuns, measureGrowth, measureLayout, measureKeyPress, measureChecks]) results.push(await measure(library));
await countInstructions(resolve(process.argv[3]));
process.exitCode = results.every(Boolean) ? 0 : 1;
