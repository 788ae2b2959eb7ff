// How the editor looks. Every colour is a custom property of the page (www/styles/tokens.css), so the theme
// changes with the page and the editor never knows which one it is.

import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const look = EditorView.theme({
  "&": { height: "100%", backgroundColor: "var(--pane)", color: "var(--ink)", fontSize: "var(--code)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--ink)", padding: "8px 0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "1.5px" },
  ".cm-line": { padding: "0 12px 0 6px" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--ink) 5%, transparent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "color-mix(in srgb, var(--selected) 26%, transparent)",
  },
  ".cm-selectionMatch": { backgroundColor: "color-mix(in srgb, var(--selected) 14%, transparent)" },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": {
    backgroundColor: "color-mix(in srgb, var(--selected) 22%, transparent)",
    outline: "1px solid color-mix(in srgb, var(--selected) 55%, transparent)",
  },
  ".cm-nonmatchingBracket, &.cm-focused .cm-nonmatchingBracket": {
    backgroundColor: "var(--failed-fill)",
  },

  ".cm-gutters": { backgroundColor: "var(--pane)", color: "var(--ink-3)", border: "none", userSelect: "none" },
  ".cm-activeLineGutter": { backgroundColor: "transparent", color: "var(--ink)" },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 4px 0 6px", minWidth: "28px" },
  ".cm-foldGutter .cm-gutterElement": { padding: "0 2px", cursor: "pointer" },
  ".cm-foldPlaceholder": {
    backgroundColor: "var(--raised)",
    border: "1px solid var(--line)",
    borderRadius: "4px",
    color: "var(--ink-2)",
    margin: "0 4px",
    padding: "0 5px",
  },

  // Marks: a shape for each severity, so that the colour is never alone.
  ".cm-gutter-lint": { width: "14px" },
  ".cm-gutter-lint .cm-gutterElement": { padding: "0" },
  ".cm-lint-marker": {
    content: "none",
    width: "8px",
    height: "8px",
    margin: "0.4em 3px",
    cursor: "help",
  },
  ".cm-lint-marker-error": { content: "none", backgroundColor: "var(--failed)", borderRadius: "50%" },
  ".cm-lint-marker-warning": {
    content: "none",
    backgroundColor: "var(--caught)",
    clipPath: "polygon(50% 0, 100% 100%, 0 100%)",
  },
  ".cm-lint-marker-info": { content: "none", border: "2px solid var(--waiting)", borderRadius: "2px" },
  ".cm-lintRange": { backgroundImage: "none", paddingBottom: "0", textDecorationSkipInk: "none", textUnderlineOffset: "3px" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy 1px var(--failed)" },
  ".cm-lintRange-warning": { backgroundImage: "none", textDecoration: "underline wavy 1px var(--caught)" },
  ".cm-lintRange-info": { backgroundImage: "none", textDecoration: "underline dotted 1.5px var(--waiting)" },
  ".cm-lintRange-active": { backgroundColor: "color-mix(in srgb, var(--lamp) 20%, transparent)" },

  // Lines that a run or the reader has singled out.
  ".asl-running": { backgroundColor: "color-mix(in srgb, var(--running) 18%, transparent)", boxShadow: "inset 3px 0 var(--running)" },
  ".asl-selected": { backgroundColor: "var(--selected-fill)", boxShadow: "inset 3px 0 var(--selected)" },
  ".asl-failed": { backgroundColor: "color-mix(in srgb, var(--failed) 13%, transparent)", boxShadow: "inset 3px 0 var(--failed)" },
  ".asl-caught": { backgroundColor: "color-mix(in srgb, var(--caught) 13%, transparent)", boxShadow: "inset 3px 0 var(--caught)" },
  ".asl-waiting": { backgroundColor: "color-mix(in srgb, var(--waiting) 13%, transparent)", boxShadow: "inset 3px 0 var(--waiting)" },
  ".asl-succeeded": { boxShadow: "inset 3px 0 var(--succeeded)" },

  ".cm-tooltip": {
    backgroundColor: "var(--raised)",
    color: "var(--ink)",
    border: "1px solid var(--line)",
    borderRadius: "var(--radius)",
    boxShadow: "0 6px 20px var(--shadow)",
    maxWidth: "min(60ch, 90vw)",
    overflow: "hidden",
  },
  ".cm-tooltip-lint": { padding: "2px 0", margin: "0" },
  ".cm-diagnostic": { padding: "6px 12px", border: "none", fontFamily: "var(--sans)", fontSize: "var(--text)", whiteSpace: "normal" },
  ".cm-diagnostic-error": { borderLeft: "3px solid var(--failed)" },
  ".cm-diagnostic-warning": { borderLeft: "3px solid var(--caught)" },
  ".cm-diagnostic-info": { borderLeft: "3px solid var(--waiting)" },
  ".asl-value": {
    padding: "6px 10px",
    maxHeight: "40vh",
    overflow: "auto",
    fontFamily: "var(--mono)",
    fontSize: "var(--code)",
    whiteSpace: "pre-wrap",
    overflowWrap: "anywhere",
    borderLeft: "3px solid var(--succeeded)",
  },
  ".asl-value.asl-trouble": { fontFamily: "var(--sans)", borderLeftColor: "var(--failed)" },
  ".asl-said": { padding: "6px 12px", fontFamily: "var(--sans)", fontSize: "var(--text)", lineHeight: "1.45", maxHeight: "40vh", overflow: "auto", overflowWrap: "anywhere" },
  ".asl-said .asl-head": { fontWeight: "600" },
  ".asl-said .asl-line": { color: "var(--ink-2)" },
  ".asl-said code, .asl-cures code": { fontFamily: "var(--mono)", fontSize: "var(--code)" },
  ".cm-tooltip.cm-completionInfo": { padding: "0", maxWidth: "min(44ch, 80vw)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", fontSize: "var(--code)", maxHeight: "16em", minWidth: "22ch" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "4px 10px", lineHeight: "1.4", display: "flex", gap: "12px", justifyContent: "space-between" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { background: "var(--selected-fill)", color: "var(--ink)", boxShadow: "inset 3px 0 var(--selected)" },
  ".cm-completionDetail": { color: "var(--ink-2)", fontStyle: "normal", fontFamily: "var(--sans)", fontSize: "12px", overflow: "hidden", textOverflow: "ellipsis" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
  ".cm-snippetField": { backgroundColor: "color-mix(in srgb, var(--lamp) 20%, transparent)" },
  ".asl-window": { padding: "6px", display: "flex", flexDirection: "column", gap: "2px" },
  ".asl-window input": { font: "inherit", padding: "4px 6px", minWidth: "24ch" },
  ".asl-cures button": { font: "inherit", fontFamily: "var(--sans)", fontSize: "var(--text)", textAlign: "left", padding: "5px 10px", minHeight: "28px", border: "none", borderRadius: "6px", background: "none", color: "inherit", cursor: "pointer" },
  ".asl-cures button:hover, .asl-cures button:focus-visible": { background: "var(--selected-fill)", outline: "none", boxShadow: "inset 3px 0 var(--selected)" },
  ".cm-diagnosticAction": { font: "inherit", fontSize: "12px", padding: "3px 8px", minHeight: "24px", margin: "4px 6px 0 0", border: "1px solid var(--line)", borderRadius: "6px", background: "var(--pane)", color: "var(--ink)", cursor: "pointer" },
  ".asl-why": { font: "inherit", fontSize: "12px", padding: "3px 0", minHeight: "24px", border: "none", background: "none", color: "var(--link)", textDecoration: "underline", cursor: "pointer" },
  ".asl-hint": { color: "var(--ink-2)" },
  ".asl-message code, .asl-hint code": { fontFamily: "var(--mono)", fontSize: "var(--code)" },

  ".cm-panels": { backgroundColor: "var(--raised)", color: "var(--ink)", fontFamily: "var(--sans)" },
  ".cm-panels-top": { borderBottom: "1px solid var(--line)" },
  ".cm-panels-bottom": { borderTop: "1px solid var(--line)" },
  ".cm-panel.cm-search": { padding: "6px 28px 6px 8px" },
  ".cm-panel.cm-search [name=close]": { color: "inherit", top: "4px", right: "6px", fontSize: "16px" },
  ".cm-panel label": { fontSize: "12px", color: "var(--ink-2)" },
  ".cm-textfield": {
    backgroundColor: "var(--pane)",
    color: "inherit",
    border: "1px solid var(--line)",
    borderRadius: "6px",
    fontSize: "12px",
  },
  ".cm-button": {
    backgroundImage: "none",
    backgroundColor: "var(--pane)",
    color: "inherit",
    border: "1px solid var(--line)",
    borderRadius: "6px",
    fontSize: "12px",
    "&:active": { backgroundImage: "none", backgroundColor: "var(--line)" },
  },
  ".cm-panel :focus-visible": { outline: "2px solid var(--focus)", outlineOffset: "1px" },
  ".cm-searchMatch": { backgroundColor: "color-mix(in srgb, var(--lamp) 28%, transparent)" },
  ".cm-searchMatch-selected": { backgroundColor: "color-mix(in srgb, var(--lamp) 55%, transparent)" },
});

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--syntax-key)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--syntax-string)" },
  { tag: tags.number, color: "var(--syntax-number)" },
  { tag: [tags.bool, tags.null, tags.keyword, tags.atom, tags.labelName, tags.typeName], color: "var(--syntax-atom)" },
  { tag: [tags.punctuation, tags.separator, tags.bracket, tags.meta], color: "var(--syntax-punctuation)" },
  { tag: [tags.comment, tags.lineComment], color: "var(--ink-3)", fontStyle: "italic" },
  { tag: tags.invalid, color: "var(--failed)" },
]);

export const theme = [look, syntaxHighlighting(colours)];
