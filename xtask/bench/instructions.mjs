// Instructions that the native library executes for one step more, counted by callgrind: a figure that does not hang
// on what else the machine does, so that a change can be compared with what was before, on any machine.

import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { loopMachine, mapMachine, scenarioOf } from './machines.mjs';

const STEPS = [
  { unit: 'a transition of the loop', machine: loopMachine, counts: [1_000, 3_000] },
  { unit: 'an item of the Map', machine: mapMachine, counts: [500, 1_500] },
];

/** Prints the counts for the native command at `statelight`, or how to get them. They have no aim. */
export async function countInstructions(statelight) {
  if (spawnSync('valgrind', ['--version']).error) {
    console.log('\nInstructions are not counted: there is no valgrind on PATH (on Debian, apt-get install valgrind)');
    return;
  }
  console.log('\nInstructions of the native command, by callgrind: what one step more costs');
  const folder = await mkdtemp(join(tmpdir(), 'statelight-bench-'));
  for (const { unit, machine, counts: [few, many] } of STEPS) {
    const instructions = async (count) => {
      const files = [join(folder, 'definition.json'), join(folder, 'scenario.json')];
      const it = machine(count);
      await writeFile(files[0], JSON.stringify(it.definition));
      await writeFile(files[1], scenarioOf(it, 1_000_000));
      return collected(statelight, ['run', files[0], '--scenario', files[1]]);
    };
    const each = ((await instructions(many)) - (await instructions(few))) / (many - few);
    console.log(`  ${Math.round(each).toLocaleString('en').padStart(9)} ${unit}`);
  }
  await rm(folder, { recursive: true });
}

function collected(command, parameters) {
  const callgrind = ['--tool=callgrind', '--callgrind-out-file=/dev/null', command, ...parameters];
  const { status, stderr } = spawnSync('valgrind', callgrind, { encoding: 'utf8', maxBuffer: 1 << 28 });
  const count = /Collected : (\d+)/.exec(stderr)?.[1];
  if (status !== 0 || !count) throw new Error(`callgrind counted nothing: ${stderr}`);
  return Number(count);
}
