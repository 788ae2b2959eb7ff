// <asl-editor>: CodeMirror as a custom element. It knows nothing of the page around it.
//
// Properties  text, language ("json" or "yaml"), label, readOnly,
//             diagnostics [{from, to, severity, message, hint?, rule?, cures?}], highlights [{from, to, kind}],
//             hovers [{from, to, text}]: what to say of a range on hover
//             assistant {complete, describe, nameAt}: functions of (text, position), see assist.js
// Methods     goTo(from, to): select and scroll to; focus()
// Events      asl-change, detail: the text; asl-cursor, detail: {position, line, column}
//             asl-asked, detail: {what, position?, name?, mark?, cure?, rule?}: `definition`, `use`, `rename`, `format`,
//             `cure` and `rule`
//             Both tell of the reader's doing only, never of a property or method.
//
// Positions are UTF-16 units from the start of the text. The editor lives in a shadow root, where CodeMirror's
// style sheets are constructed rather than written into the page, as the Content-Security-Policy asks.

import { isolateHistory } from "@codemirror/commands";
import { Annotation, Compartment, EditorSelection, EditorState, Transaction } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { assistant } from "./assist.js";
import { smallestChange } from "./change.js";
import { showHighlights } from "./highlights.js";
import { showHovers } from "./hovers.js";
import { languageSupport } from "./languages.js";
import { showMarks } from "./marks.js";
import { setup } from "./setup.js";

const fromOutside = Annotation.define();

class AslEditor extends HTMLElement {
  #view;
  #language = new Compartment();
  #access = new Compartment();
  #properties = { text: "", language: "json", label: "Text", readOnly: false, diagnostics: [], highlights: [], hovers: [], assistant: null };
  #assistant = new Compartment();
  /** The names of properties set since they were last shown. */
  #changed = new Set();
  #wasShown = false;

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open", delegatesFocus: true });
    this.#view = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        extensions: [
          this.#language.of(languageSupport("json")),
          this.#access.of(access(this.#properties)),
          this.#assistant.of([]),
          setup,
          EditorView.updateListener.of((update) => this.#report(update)),
        ],
      }),
    });
    this.#view.dom.style.height = "100%";
  }

  connectedCallback() {
    this.style.display ||= "block";
    for (const name of Object.keys(this.#properties)) {
      // Set on the element before this class was there: let it go through the setter.
      if (Object.hasOwn(this, name)) {
        const value = this[name];
        delete this[name];
        this[name] = value;
      }
    }
  }

  get text() {
    this.#show();
    return this.#view.state.doc.toString();
  }

  set text(text) {
    // The page hands each change back; what stands here already is not set again.
    if ((text ?? "") !== this.#properties.text) this.#set("text", text ?? "");
  }

  get language() {
    return this.#properties.language;
  }

  set language(language) {
    this.#set("language", language);
  }

  get label() {
    return this.#properties.label;
  }

  set label(label) {
    this.#set("label", label);
  }

  get readOnly() {
    return this.#properties.readOnly;
  }

  set readOnly(readOnly) {
    this.#set("readOnly", Boolean(readOnly));
  }

  get diagnostics() {
    return this.#properties.diagnostics;
  }

  set diagnostics(diagnostics) {
    this.#set("diagnostics", diagnostics ?? []);
  }

  get highlights() {
    return this.#properties.highlights;
  }

  set highlights(highlights) {
    this.#set("highlights", highlights ?? []);
  }

  get hovers() {
    return this.#properties.hovers;
  }

  set hovers(hovers) {
    this.#set("hovers", hovers ?? []);
  }

  get assistant() {
    return this.#properties.assistant;
  }

  set assistant(page) {
    this.#set("assistant", page ?? null);
  }

  goTo(from, to = from) {
    this.#show();
    const end = this.#view.state.doc.length;
    const range = EditorSelection.range(Math.min(from, end), Math.min(to, end));
    this.#view.dispatch({
      selection: range,
      effects: EditorView.scrollIntoView(range, { y: "center" }),
      annotations: fromOutside.of(true),
    });
  }

  focus() {
    this.#view.focus();
  }

  /** Properties that are set together are shown together, in an order in which positions fit the text. */
  #set(name, value) {
    this.#properties[name] = value;
    if (this.#changed.size === 0) queueMicrotask(() => this.#show());
    this.#changed.add(name);
  }

  #show() {
    const changed = this.#changed;
    if (changed.size === 0) return;
    this.#changed = new Set();
    const { text, language, diagnostics, highlights, hovers } = this.#properties;
    if (changed.has("text")) {
      // A step of its own, however soon after another: what was opened is not undone together with what was done to it.
      const changes = smallestChange(this.#view.state.doc.toString(), text);
      // The text it begins with is no step at all.
      this.#dispatch({ changes }, [this.#wasShown ? isolateHistory.of("full") : Transaction.addToHistory.of(false)]);
    }
    this.#wasShown = true;
    if (changed.has("language")) {
      this.#dispatch({ effects: this.#language.reconfigure(languageSupport(language)) });
    }
    if (changed.has("label") || changed.has("readOnly")) {
      this.#dispatch({ effects: this.#access.reconfigure(access(this.#properties)) });
    }
    const tell = (what, detail) => this.#emit("asl-asked", { what, ...detail });
    if (changed.has("assistant")) {
      const { assistant: page } = this.#properties;
      const asked = page ? assistant.of({ complete: page.complete, describe: page.describe, nameAt: page.nameAt, tell }) : [];
      this.#dispatch({ effects: this.#assistant.reconfigure(asked) });
    }
    if (changed.has("diagnostics")) this.#dispatch(showMarks(this.#view.state, diagnostics, tell));
    if (changed.has("highlights")) this.#dispatch(showHighlights(this.#view.state, highlights));
    if (changed.has("hovers")) this.#dispatch(showHovers(this.#view.state, hovers));
  }

  #dispatch(spec, annotations = []) {
    this.#view.dispatch({ ...spec, annotations: [fromOutside.of(true), ...annotations] });
  }

  #report({ transactions, docChanged, selectionSet, state }) {
    if (transactions.every((transaction) => transaction.annotation(fromOutside))) return;
    if (docChanged) {
      this.#properties.text = state.doc.toString();
      this.#emit("asl-change", this.#properties.text);
    }
    if (docChanged || selectionSet) {
      const position = state.selection.main.head;
      const line = state.doc.lineAt(position);
      this.#emit("asl-cursor", { position, line: line.number, column: [...state.sliceDoc(line.from, position)].length + 1 });
    }
  }

  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}

function access({ label, readOnly }) {
  return [
    EditorState.readOnly.of(readOnly),
    EditorView.contentAttributes.of({
      // What can be edited has the focus of the Tab key by itself; checkers want it said.
      tabindex: "0",
      "aria-label": label,
      "aria-description": "Tab indents. Press Escape, then Tab, to leave the text.",
      ...(readOnly && { "aria-readonly": "true" }),
    }),
  ];
}

customElements.define("asl-editor", AslEditor);
