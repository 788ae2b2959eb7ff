// Running machines: this engine in WebAssembly against aws-local-stepfunctions, in the same Node.

import assert from 'node:assert/strict';

import { loopMachine, mapMachine, scenarioOf } from './machines.mjs';
import { medians, report } from './measure.mjs';
import { peer } from './peer.mjs';

const SIDES = [
  'statelight: read, check, run, full history',
  'statelight: the same, from texts to a trace',
  'aws-local-stepfunctions: run, no history',
];

/** Answers whether both aims are met. */
export async function measureRuns({ Machine, trace }) {
  const loop = await against({ Machine, trace }, loopMachine(10_000), {
    title: 'A loop of 10,000 transitions: Pass with States.MathAdd, Choice',
    events: 20_004,
    unit: 'transition',
    aim: 40,
    isRight: (output) => assert.deepEqual(output, { n: 5000 }),
  });
  const map = await against({ Machine, trace }, mapMachine(10_000), {
    title: 'A Map over 10,000 items: a mocked task and a Pass',
    events: 90_006,
    unit: 'item',
    aim: 15,
    isRight: (output) => assert.equal(output.length, 10_000),
  });
  return loop && map;
}

async function against({ Machine, trace }, machine, { title, events, unit, aim, isRight }) {
  const definition = JSON.stringify(machine.definition);
  const scenario = scenarioOf(machine, events + 1);
  const ours = new Machine(definition, scenario);
  const theirs = peer(machine);
  assert.equal(ours.run(), events, 'the run has another number of events');
  isRight(await theirs());
  const times = await medians([() => ours.run(), () => trace(definition, scenario), theirs]);
  return report(title, SIDES, times, { unit, count: 10_000, aim });
}
