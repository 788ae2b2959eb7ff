// Lines lit from outside: the state that runs, the one the reader selected, …

import { StateEffect, StateField } from "@codemirror/state";
import { Decoration, EditorView } from "@codemirror/view";

/** Each kind's class is in theme.js. Where two light one line, the later kind of this list wins. */
const kinds = ["selected", "succeeded", "waiting", "caught", "failed", "running"];

const decorations = new Map(kinds.map((kind) => [kind, Decoration.line({ class: `asl-${kind}` })]));

const setHighlights = StateEffect.define();

/** Keeps the lit lines, moving them with the text until they are set anew. */
export const highlights = StateField.define({
  create: () => Decoration.none,
  update(lines, transaction) {
    lines = lines.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (effect.is(setHighlights)) lines = effect.value;
    }
    return lines;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** The transaction that lights `items`, {from, to, kind}, and nothing else. */
export function showHighlights(state, items) {
  const byLine = new Map();
  for (const { from, to, kind } of items) {
    const rank = kinds.indexOf(kind);
    if (rank < 0) continue;
    const first = state.doc.lineAt(Math.min(from, state.doc.length)).number;
    const last = state.doc.lineAt(Math.min(Math.max(from, to), state.doc.length)).number;
    for (let line = first; line <= last; line++) {
      byLine.set(line, Math.max(rank, byLine.get(line) ?? -1));
    }
  }
  const ranges = [...byLine].map(([line, rank]) => decorations.get(kinds[rank]).range(state.doc.line(line).from));
  return { effects: setHighlights.of(Decoration.set(ranges, true)) };
}
