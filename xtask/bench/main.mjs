// All benchmarks, one after the other. `cargo xtask bench` builds the module and calls this with the folder it lies in.

import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { measureRuns } from './runs.mjs';

const folder = resolve(process.argv[2]);
const library = await import(pathToFileURL(join(folder, 'bench.js')).href);
library.initSync({ module: await readFile(join(folder, 'bench_bg.wasm')) });

console.log(`Node ${process.versions.node}, medians of 15 rounds after 5 warm-ups, sides by turns`);
await measureRuns(library);
