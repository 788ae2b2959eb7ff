// What <asl-editor> promises the page, tried on the element itself.

import assert from "node:assert/strict";
import { after, before, beforeEach, afterEach, test } from "node:test";
import { launch } from "./harness.mjs";

let studio;
let visit;
before(async () => (studio = await launch()));
after(() => studio?.close());
beforeEach(async () => {
  visit = await studio.open();
  await visit.editor.content.waitFor();
});
afterEach(() => visit?.close());

/** Sets properties of the element; the page does the same through Yew. */
const set = (properties) => visit.page.locator("asl-editor").evaluate((it, all) => Object.assign(it, all) && undefined, properties);

test("diagnostics are underlined, marked in the gutter and put in words", async () => {
  await set({
    text: '{"Next": "Pak"}',
    diagnostics: [{ from: 9, to: 14, severity: "error", message: "no state `Pak` exists", hint: "did you mean `Pack`?" }],
  });
  assert.deepEqual(await visit.editor.marks(), ['"Pak"']);
  await visit.page.locator("asl-editor .cm-lint-marker-error").waitFor();
  await visit.page.locator("asl-editor .cm-lintRange").hover();
  const words = await visit.page.locator("asl-editor .cm-tooltip").innerText();
  assert.match(words, /no state Pak exists\s+did you mean Pack\?/);
  assert.deepEqual(await visit.page.locator("asl-editor .cm-tooltip code").allTextContents(), ["Pak", "Pack"]);
  visit.expectQuiet();
});

test("marks past the end of the text are drawn at its end", async () => {
  await set({ text: "{}", diagnostics: [{ from: 50, to: 90, severity: "warning", message: "more was expected" }] });
  await visit.page.locator("asl-editor .cm-lint-marker-warning").waitFor();
  visit.expectQuiet();
});

test("setting the text it already has keeps the cursor and the history", async () => {
  await set({ text: '{"a": 1}' });
  await visit.editor.goTo(7);
  await visit.editor.type("0");
  await set({ text: '{"a": 10}' });
  await visit.editor.type("0");
  assert.equal(await visit.editor.text(), '{"a": 100}');
  await visit.page.keyboard.press("ControlOrMeta+z");
  assert.match(await visit.editor.text(), /^\{"a": 10?\}$/);
});

test("a text from outside replaces only what differs", async () => {
  await set({ text: '{"a": 1, "b": 2}' });
  await visit.editor.goTo(14);
  await set({ text: '{"long": 1, "b": 2}' });
  await visit.editor.type("3");
  assert.equal(await visit.editor.text(), '{"long": 1, "b": 32}');
});

test("highlights light whole lines, and the running state wins", async () => {
  const text = "a\nb\nc\nd";
  await set({ text, highlights: [{ from: 0, to: 4, kind: "selected" }, { from: 2, to: 2, kind: "running" }] });
  const lines = visit.page.locator("asl-editor .cm-line");
  await visit.page.locator("asl-editor .asl-running").waitFor();
  const classes = await lines.evaluateAll((all) => all.map((line) => line.className.match(/asl-(\w+)/)?.[1]));
  assert.deepEqual(classes, ["selected", "running", "selected", undefined]);
});

test("a read-only text cannot be changed and says so", async () => {
  await set({ text: "{}", readOnly: true });
  await visit.editor.type("x");
  assert.equal(await visit.editor.text(), "{}");
  assert.equal(await visit.editor.content.getAttribute("aria-readonly"), "true");
});

test("brackets close, ranges fold, and search opens", async () => {
  await set({ text: "" });
  await visit.editor.type('{"a');
  assert.equal(await visit.editor.text(), '{"a"}');
  await set({ text: '{\n  "a": {\n    "b": 1\n  }\n}' });
  await visit.editor.goTo(3);
  await visit.editor.focus();
  await visit.page.keyboard.press("Control+Alt+[");
  await visit.page.locator("asl-editor .cm-foldPlaceholder").waitFor();
  await visit.page.keyboard.press("ControlOrMeta+f");
  await visit.page.locator("asl-editor .cm-search input").first().waitFor();
  visit.expectQuiet();
});

test("YAML is coloured as YAML", async () => {
  const keys = () =>
    visit.page.locator("asl-editor .cm-line span").evaluateAll((all) => all.map((span) => span.textContent).filter(Boolean));
  await set({ text: "StartAt: Greet\n", language: "yaml" });
  await visit.page.waitForFunction(() => document.querySelector("asl-editor").shadowRoot.querySelector(".cm-line span"));
  assert.ok((await keys()).includes("StartAt"));
});

test("Escape, then Tab, leaves the editor", async () => {
  await visit.page.evaluate(() => document.body.append(document.createElement("button")));
  await set({ text: "x" });
  await visit.editor.focus();
  await visit.page.keyboard.press("Tab");
  assert.equal(await visit.editor.text(), "  x");
  await visit.page.keyboard.press("Escape");
  await visit.page.keyboard.press("Tab");
  assert.equal(await visit.page.evaluate(() => document.activeElement.localName), "button");
});

test("the cursor tells its place in characters", async () => {
  await visit.page.evaluate(() => {
    window.heard = [];
    document.querySelector("asl-editor").addEventListener("asl-cursor", (event) => window.heard.push(event.detail));
  });
  await set({ text: "a\n𝄞b" });
  await visit.editor.goTo(5);
  assert.deepEqual(await visit.page.evaluate(() => window.heard), [], "what the page does is not reported back");
  await visit.editor.focus();
  await visit.page.keyboard.press("ArrowLeft");
  assert.deepEqual(await visit.page.evaluate(() => window.heard), [{ position: 4, line: 2, column: 2 }]);
});
