// What every editor on the page can do: the extensions that never change.

import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, codeFolding, foldGutter, foldKeymap, indentOnInput, indentUnit } from "@codemirror/language";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import {
  drawSelection,
  dropCursor,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  rectangularSelection,
} from "@codemirror/view";
import { assist } from "./assist.js";
import { highlights } from "./highlights.js";
import { hovers } from "./hovers.js";
import { marks } from "./marks.js";
import { theme } from "./theme.js";

// The page's own keys stay the page's: Ctrl+Enter runs.
const reserved = new Set(["Mod-Enter"]);
const editing = defaultKeymap.filter(({ key }) => !reserved.has(key));

export const setup = [
  lineNumbers(),
  highlightActiveLineGutter(),
  highlightSpecialChars(),
  history(),
  codeFolding({ placeholderText: "…" }),
  foldGutter({ markerDOM }),
  drawSelection(),
  dropCursor(),
  rectangularSelection(),
  EditorState.allowMultipleSelections.of(true),
  EditorState.tabSize.of(2),
  indentUnit.of("  "),
  indentOnInput(),
  bracketMatching(),
  closeBrackets(),
  highlightActiveLine(),
  highlightSelectionMatches({ minSelectionLength: 2 }),
  search({ top: true }),
  EditorView.lineWrapping,
  marks,
  highlights,
  hovers,
  assist,
  // Tab indents; Escape, then Tab, leaves the editor.
  keymap.of([...closeBracketsKeymap, ...editing, ...searchKeymap, ...historyKeymap, ...foldKeymap, indentWithTab]),
  theme,
];

/** The fold gutter's mark: a chevron, down where a range is open. */
function markerDOM(isOpen) {
  const mark = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  mark.setAttribute("viewBox", "0 0 10 10");
  mark.setAttribute("width", "9");
  mark.setAttribute("height", "9");
  mark.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", isOpen ? "M1.5 3 5 7 8.5 3" : "M3 1.5 7 5 3 8.5");
  path.setAttribute("fill", "none");
  path.setAttribute("stroke", "currentColor");
  path.setAttribute("stroke-width", "1.4");
  mark.append(path);
  return mark;
}
