// How the cost of a run grows with its length: linear means that an event costs the same in a long run and in a short one.

import assert from 'node:assert/strict';

import { loopMachine, mapMachine, scenarioOf } from './machines.mjs';
import { medians } from './measure.mjs';

/** How much more than in the shortest run a step may cost in the longest: caches and the collector ask for some. */
const MOST = 1.5;

const RUNS = [
  {
    title: 'A loop, from 1,000 to 24,000 events',
    unit: 'event',
    counts: [1_000, 6_000, 24_000],
    machine: (events) => loopMachine((events - 4) / 2),
    events: (events) => events,
  },
  {
    title: 'A Map, from 1,000 to 40,000 items',
    unit: 'item',
    counts: [1_000, 10_000, 40_000],
    machine: mapMachine,
    events: (items) => 9 * items + 6,
  },
];

/** Answers whether both grow no more than linearly. */
export async function measureGrowth({ Machine }) {
  let isLinear = true;
  for (const { title, unit, counts, machine, events } of RUNS) {
    const sides = counts.map((count) => {
      const it = machine(count);
      const ours = new Machine(JSON.stringify(it.definition), scenarioOf(it, events(count) + 1));
      assert.equal(ours.run(), events(count), 'the run has another number of events');
      return () => ours.run();
    });
    const each = (await medians(sides)).map((time, index) => (time * 1e6) / counts[index]);
    console.log(`\n${title}`);
    for (const [index, count] of counts.entries()) {
      const cost = Math.round(each[index]).toLocaleString('en').padStart(9);
      console.log(`  ${count.toLocaleString('en').padStart(9)}${cost} ns/${unit}`);
    }
    const growth = each.at(-1) / each[0];
    isLinear &&= growth <= MOST;
    console.log(`  aim: at most ${MOST} times the cost of the shortest: ${growth <= MOST ? 'met' : 'MISSED'} (${growth.toFixed(2)})`);
  }
  return isLinear;
}
