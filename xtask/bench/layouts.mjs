// Drawing machines: this layout in WebAssembly against @dagrejs/dagre, and what a key press costs.

import assert from 'node:assert/strict';

import { layOut } from './dagre.mjs';
import { nestedMachine } from './machines.mjs';
import { medians, report } from './measure.mjs';

const STATES = 1000;
const AIM = 10;
const TYPED_STATES = 300;
const FRAME_MS = 16;

/** Answers whether the aim is met. */
export async function measureLayout({ Drawing }) {
  const definition = nestedMachine(STATES);
  const drawing = new Drawing(JSON.stringify(definition));
  assert.equal(layOut(definition), STATES, 'dagre was given another number of states');
  // Start and End have nodes of their own.
  assert.equal(drawing.lay_out(), STATES + 2, 'the graph has another number of nodes');
  const times = await medians([() => drawing.lay_out(), () => layOut(definition)]);
  const sides = ['statelight: nodes, edges, labels', '@dagrejs/dagre: container by container'];
  return report(`Layout of a nested machine of ${STATES.toLocaleString('en')} states`, sides, times, {
    unit: 'state',
    count: STATES,
    aim: AIM,
  });
}

/** From a text to diagnostics and graph, in WebAssembly alone; the page's own share is for its browser tests to tell. */
export async function measureKeyPress({ key_press: keyPress }) {
  const text = JSON.stringify(nestedMachine(TYPED_STATES), null, 2);
  assert.ok(keyPress(text) >= TYPED_STATES);
  const [time] = await medians([() => keyPress(text)]);
  const isMet = time <= FRAME_MS;
  console.log(`\nFrom a key press to diagnostics and graph at ${TYPED_STATES} states (${text.length} bytes)`);
  console.log(`  statelight: read, check, lay out ${time.toFixed(2)} ms`);
  console.log(`  aim: within a frame of ${FRAME_MS} ms: ${isMet ? 'met' : 'MISSED'}`);
  return isMet;
}
