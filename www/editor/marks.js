// What the checker says about the text: underlines, marks in the gutter, and words on hover or with F8.

import { lintGutter, lintKeymap, linter, setDiagnostics } from "@codemirror/lint";
import { keymap } from "@codemirror/view";

const severities = new Set(["error", "warning", "info"]);

/** Shows what `showMarks` is given; there is no linter of the editor's own. */
export const marks = [linter(null), lintGutter({ hoverTime: 150 }), keymap.of(lintKeymap)];

/** The transaction that replaces all marks by `items`: {from, to, severity, message, hint?, rule?, cures?}. `tell` is
 * told of a cure that was chosen, and of a rule that was asked about. */
export function showMarks(state, items, tell) {
  const end = state.doc.length;
  const diagnostics = items.map(({ from, to, severity, message, hint, rule, cures }, index) => ({
    from: clamp(from, 0, end),
    to: clamp(to, clamp(from, 0, end), end),
    severity: severities.has(severity) ? severity : "error",
    message: hint ? `${message}; ${hint}` : message,
    renderMessage: () => renderMessage(message, hint, rule && (() => tell("rule", { rule }))),
    actions: (cures ?? []).map((name, cure) => ({ name: name.replaceAll("`", ""), apply: () => tell("cure", { mark: index, cure }) })),
  }));
  return setDiagnostics(state, diagnostics);
}

function renderMessage(message, hint, explain) {
  const node = document.createElement("div");
  node.append(paragraph("asl-message", message));
  if (hint) node.append(paragraph("asl-hint", hint));
  if (explain) {
    const button = document.createElement("button");
    button.className = "asl-why";
    button.textContent = "About this rule";
    button.onclick = explain;
    node.append(button);
  }
  return node;
}

/** A line of text in which what stands in backticks is code. */
export function paragraph(className, text) {
  const node = document.createElement("div");
  node.className = className;
  text.split("`").forEach((part, index, parts) => {
    const isCode = index % 2 === 1 && index < parts.length - 1;
    if (!isCode) {
      node.append(index % 2 === 1 ? `\`${part}` : part);
      return;
    }
    const code = document.createElement("code");
    code.textContent = part;
    node.append(code);
  });
  return node;
}

function clamp(value, low, high) {
  return Math.min(Math.max(value || 0, low), high);
}
