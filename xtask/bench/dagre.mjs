// The layout's peer: @dagrejs/dagre, laying out each container by itself, inner ones first, so that
// a container has the size of what is in it. Boxes and labels have the sizes of our own drawing.
// By itself: `node dagre.mjs definition.asl.json` prints the median of 20 runs in milliseconds.

import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';

import dagre from '@dagrejs/dagre';

const STATE = { width: 180, height: 46 };
const MARKER = { width: 76, height: 30 };
const LABEL = { width: 120, height: 18 };
const TITLE = 40;
const PADDING = 18;

/** Lays out a machine, all levels; answers with its size and the number of boxes. */
export function layOut(machine) {
  return layOutScope(machine, true);
}

function layOutScope(scope, isRoot) {
  // Two rules may lead to the same state, so edges carry names.
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ nodesep: 32, ranksep: 32, edgesep: 14 });
  graph.setDefaultEdgeLabel(() => ({}));
  const states = Object.entries(scope.States);
  let boxes = states.length;
  for (const [name, state] of states) {
    const inner = innerScopes(state).map((scope) => layOutScope(scope, false));
    boxes += inner.reduce((sum, { boxes }) => sum + boxes, 0);
    graph.setNode(name, inner.length > 0 ? containerSize(inner) : { ...STATE });
  }
  if (isRoot) {
    graph.setNode('start marker', { ...MARKER });
    graph.setNode('end marker', { ...MARKER });
    graph.setEdge('start marker', scope.StartAt, {}, 'start');
    boxes += 2;
  }
  for (const [name, state] of states) {
    transitions(state, isRoot).forEach(({ to, isLabelled }, at) => {
      graph.setEdge(name, to, isLabelled ? { ...LABEL, labelpos: 'c' } : {}, String(at));
    });
  }
  dagre.layout(graph);
  const { width, height } = graph.graph();
  return { width, height, boxes };
}

function innerScopes(state) {
  return [...(state.Branches ?? []), ...[state.ItemProcessor ?? state.Iterator].filter(Boolean)];
}

function containerSize(inner) {
  return {
    width: inner.reduce((sum, { width }) => sum + width + PADDING, PADDING),
    height: TITLE + Math.max(...inner.map(({ height }) => height)) + PADDING,
  };
}

function transitions(state, isRoot) {
  const ways = [];
  const push = (to, isLabelled) => to && ways.push({ to, isLabelled });
  push(state.Next, false);
  if (isRoot && (state.End || state.Type === 'Succeed')) push('end marker', false);
  for (const rule of state.Choices ?? []) push(rule.Next, true);
  push(state.Default, true);
  for (const catcher of state.Catch ?? []) push(catcher.Next, true);
  return ways;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const machine = JSON.parse(await readFile(process.argv[2], 'utf8'));
  for (let round = 0; round < 5; round += 1) layOut(machine);
  const times = Array.from({ length: 20 }, () => {
    const start = performance.now();
    layOut(machine);
    return performance.now() - start;
  });
  times.sort((a, b) => a - b);
  const { boxes } = layOut(machine);
  console.log(JSON.stringify({ medianMs: (times[9] + times[10]) / 2, runs: times.length, boxes }));
}
