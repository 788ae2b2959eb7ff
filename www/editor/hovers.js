// What a range of the text came to, on hover: the value of a path or expression in the last run.

import { RangeSet, RangeValue, StateEffect, StateField } from "@codemirror/state";
import { hoverTooltip } from "@codemirror/view";

class Words extends RangeValue {
  constructor(text) {
    super();
    this.text = text;
  }
}

const setHovers = StateEffect.define();

/** Keeps the ranges, moving them with the text until they are set anew. */
const ranges = StateField.define({
  create: () => RangeSet.empty,
  update(set, transaction) {
    set = set.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (effect.is(setHovers)) set = effect.value;
    }
    return set;
  },
});

const tooltip = hoverTooltip(
  (view, position) => {
    let found = null;
    view.state.field(ranges).between(position, position, (from, to, words) => {
      found = { from, to, words };
    });
    if (!found) return null;
    return { pos: found.from, end: found.to, above: true, create: () => ({ dom: render(found.words.text) }) };
  },
  { hoverTime: 200 },
);

export const hovers = [ranges, tooltip];

/** The transaction that replaces all ranges by `items`: {from, to, text}. */
export function showHovers(state, items) {
  const end = state.doc.length;
  const inside = items.filter(({ from, to }) => from < to && to <= end);
  const set = RangeSet.of(inside.map(({ from, to, text }) => new Words(text).range(from, to)), true);
  return { effects: setHovers.of(set) };
}

function render(text) {
  const node = document.createElement("div");
  node.className = text.startsWith("! ") ? "asl-value asl-trouble" : "asl-value";
  node.textContent = text.replace(/^! /, "");
  return node;
}
