// @dagrejs/dagre on a definition: each scope is laid out as a graph of its own, innermost first, and a container then is
// a node of the size its scopes came out with. Sizes of nodes are given, where the other side measures its own labels.

import dagre from '@dagrejs/dagre';

const NODE = { width: 180, height: 48 };
const MARK = { width: 40, height: 40 };
const PADDING = 24;

/** Lays out a definition. Answers with the number of states that got a place. */
export function layOut(definition) {
  return scope(definition, [['Start', definition.StartAt]]).count;
}

function scope({ States: states }, marks = []) {
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'TB', nodesep: 40, ranksep: 50 });
  graph.setDefaultEdgeLabel(() => ({}));
  let count = 0;
  for (const [name, state] of Object.entries(states)) {
    const inner = (state.Branches ?? [state.ItemProcessor ?? state.Iterator]).filter(Boolean).map((part) => scope(part));
    graph.setNode(name, inner.length > 0 ? around(inner) : { ...NODE });
    count += 1 + inner.reduce((sum, part) => sum + part.count, 0);
  }
  for (const [from, to] of marks) {
    graph.setNode(`(${from})`, { ...MARK });
    graph.setEdge(`(${from})`, to, {}, 'mark');
  }
  for (const [name, state] of Object.entries(states)) {
    for (const [index, target] of targets(state).entries()) graph.setEdge(name, target, {}, String(index));
  }
  dagre.layout(graph);
  const { width, height } = graph.graph();
  return { count, width, height };
}

function targets({ Next, Default, Choices = [], Catch = [] }) {
  return [...Choices, ...Catch].map((way) => way.Next).concat(Next ?? [], Default ?? []);
}

function around(parts) {
  const width = parts.reduce((sum, part) => sum + part.width + PADDING, PADDING);
  const height = Math.max(...parts.map((part) => part.height)) + 2 * PADDING;
  return { width, height };
}
