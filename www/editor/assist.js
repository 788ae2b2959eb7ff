// What the page knows of the text while it is written: completion, words on hover, where names are made, other names for
// them. The page answers; this file asks and shows.

import { acceptCompletion, autocompletion, completionKeymap, snippet, startCompletion } from "@codemirror/autocomplete";
import { selectParentSyntax } from "@codemirror/commands";
import { forEachDiagnostic } from "@codemirror/lint";
import { Facet, Prec, StateEffect, StateField } from "@codemirror/state";
import { hoverTooltip, keymap, showTooltip } from "@codemirror/view";
import { paragraph } from "./marks.js";

/** The page's side: {complete(text, position), describe(text, position), nameAt(text, position), tell(name, detail)}. */
export const assistant = Facet.define({ combine: (values) => values[0] ?? null });

const words = /^[\w$ .:-]*$/;

function complete(context) {
  const page = context.state.facet(assistant);
  if (!page?.complete || context.state.readOnly) return null;
  const before = context.state.sliceDoc(Math.max(0, context.pos - 1), context.pos);
  if (!context.explicit && !/[\w"'.$]/.test(before)) return null;
  const text = context.state.doc.toString();
  const found = page.complete(text, context.pos);
  if (!found) return null;
  const quote = /["']/.test(text[found.from] ?? "") && found.from < context.pos ? 1 : 0;
  const behind = found.to - context.pos;
  const isPath = /[.$]/.test(before) || /[.$]\w*$/.test(text.slice(found.from, context.pos));
  return {
    from: found.from + quote,
    options: found.items.map((item, index) => ({
      label: item.label,
      type: item.kind,
      detail: item.detail || undefined,
      boost: -index / 10,
      info: item.doc ? () => said([item.doc]) : undefined,
      apply: (view, completion, from, to) => {
        const start = from - quote;
        const end = Math.min(view.state.doc.length, to + Math.max(0, behind));
        insert(view, completion, item, start, end);
      },
    })),
    validFor: isPath ? /^[\w$]*$/ : words,
  };
}

function insert(view, completion, { text, stops }, from, to) {
  if (stops.length === 0 && !text.includes("\n")) {
    view.dispatch({ changes: { from, to, insert: text }, selection: { anchor: from + text.length }, userEvent: "input.complete" });
    return;
  }
  let template = "";
  let at = 0;
  const plain = (part) => part.replace(/([$#])\{/g, "$1\\{");
  stops.forEach(([start, end], index) => {
    template += `${plain(text.slice(at, start))}\${${index + 1}:${text.slice(start, end).replace(/[{}]/g, "")}}`;
    at = end;
  });
  snippet(template + plain(text.slice(at)))(view, completion, from, to);
}

/** Lines of text in which what stands in backticks is code, the first a heading. */
export function said(lines) {
  const node = document.createElement("div");
  node.className = "asl-said";
  lines.forEach((line, index) => node.append(paragraph(index === 0 && lines.length > 1 ? "asl-head" : "asl-line", line)));
  return node;
}

const described = hoverTooltip(
  (view, position) => {
    const page = view.state.facet(assistant);
    const found = page?.describe?.(view.state.doc.toString(), position);
    if (!found) return null;
    return { pos: found.from, end: found.to, above: true, create: () => ({ dom: said(found.lines) }) };
  },
  { hoverTime: 350 },
);

// A small window at a place in the text: a field for a new name, or the cures of a remark.

const openWindow = StateEffect.define();
const closeWindow = StateEffect.define();

const windows = StateField.define({
  create: () => null,
  update(tooltip, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(openWindow)) return effect.value;
      if (effect.is(closeWindow)) return null;
    }
    return transaction.docChanged ? null : tooltip;
  },
  provide: (field) => showTooltip.from(field),
});

function close(view) {
  view.dispatch({ effects: closeWindow.of(null) });
  view.focus();
}

function rename(view) {
  const page = view.state.facet(assistant);
  const position = view.state.selection.main.head;
  const found = page?.nameAt?.(view.state.doc.toString(), position);
  if (!found || view.state.readOnly) return false;
  const create = () => {
    const form = document.createElement("form");
    form.className = "asl-window";
    const field = document.createElement("input");
    field.value = found.name;
    field.className = "cm-textfield";
    field.setAttribute("aria-label", `A new name for ${found.name}`);
    field.setAttribute("autocomplete", "off");
    form.append(field);
    form.onsubmit = (event) => {
      event.preventDefault();
      close(view);
      if (field.value && field.value !== found.name) page.tell("rename", { position, name: field.value });
    };
    form.onkeydown = (event) => {
      event.stopPropagation();
      if (event.key === "Escape") close(view);
    };
    return { dom: form, mount: () => field.select() };
  };
  view.dispatch({ effects: openWindow.of({ pos: found.from, above: true, create }) });
  return true;
}

/** The remarks at the cursor or in its line. */
function remarksAt(state) {
  const { head } = state.selection.main;
  const line = state.doc.lineAt(head);
  const [here, inLine] = [[], []];
  forEachDiagnostic(state, (diagnostic, from, to) => {
    if (from <= head && head <= to) here.push(diagnostic);
    else if (from <= line.to && to >= line.from) inLine.push(diagnostic);
  });
  return here.length > 0 ? here : inLine;
}

function cure(view) {
  const actions = remarksAt(view.state).flatMap((remark) => remark.actions ?? []);
  if (actions.length === 0) return false;
  const create = () => {
    const menu = document.createElement("div");
    menu.className = "asl-window asl-cures";
    menu.setAttribute("role", "menu");
    const buttons = actions.map((action) => {
      const button = document.createElement("button");
      button.setAttribute("role", "menuitem");
      button.append(paragraph("", action.name));
      button.onclick = () => {
        close(view);
        action.apply(view);
      };
      return button;
    });
    menu.append(...buttons);
    menu.onkeydown = (event) => {
      event.stopPropagation();
      const at = buttons.indexOf(menu.getRootNode().activeElement);
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) {
        event.preventDefault();
        buttons[(at + step + buttons.length) % buttons.length].focus();
      }
      if (event.key === "Escape") close(view);
    };
    return { dom: menu, mount: () => buttons[0].focus() };
  };
  view.dispatch({ effects: openWindow.of({ pos: view.state.selection.main.head, above: false, create }) });
  return true;
}

/** Tells the page of a command at the cursor. */
const command = (name) => (view) => {
  const page = view.state.facet(assistant);
  if (!page) return false;
  page.tell(name, { position: view.state.selection.main.head });
  return true;
};

const keys = [
  { key: "Tab", run: acceptCompletion },
  { key: "F12", run: command("definition"), preventDefault: true },
  { key: "Shift-F12", run: command("use"), preventDefault: true },
  { key: "F2", run: rename, preventDefault: true },
  { key: "Mod-.", run: cure, preventDefault: true },
  { key: "Shift-Alt-f", run: command("format"), preventDefault: true },
  { key: "Shift-Alt-ArrowRight", run: selectParentSyntax, preventDefault: true },
  { key: "Alt-i", run: startCompletion, preventDefault: true },
];

/** The list scrolls, and what scrolls has to take the focus, or those who scroll by keys do not reach it. Drawn with each
 * option, for there is no other word of when the list is there. */
const focusable = {
  position: 100,
  render(completion, state, view) {
    queueMicrotask(() => view.root.querySelector(".cm-tooltip-autocomplete > ul:not([tabindex])")?.setAttribute("tabindex", "0"));
    return null;
  },
};

export const assist = [
  autocompletion({ override: [complete], icons: false, closeOnBlur: true, maxRenderedOptions: 60, addToOptions: [focusable] }),
  described,
  windows,
  Prec.high(keymap.of([...keys, ...completionKeymap])),
];
