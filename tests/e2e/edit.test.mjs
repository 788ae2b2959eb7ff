// Writing a definition: marks and their cure, the graph that keeps its last good drawing, YAML, and text and graph
// that point at each other.

import assert from "node:assert/strict";
import { test } from "node:test";
import { linkOf } from "./drive.mjs";
import { reader, visit, visitEach } from "./visits.mjs";

const definition = {
  StartAt: "Weigh",
  States: {
    Weigh: { Type: "Pass", Next: "Pack" },
    Pack: { Type: "Pass", Next: "Ship" },
    Ship: { Type: "Succeed" },
  },
};

visitEach({ hash: linkOf(definition) }, (reader) => reader.node("Ship").waitFor());

const problems = () => visit.page.locator(".problems .problem");
const behind = () => visit.page.locator(".stage.behind");

/** Selects the first occurrence of `text` in the editor, as a double click does. */
async function select(text) {
  const from = (await visit.editor.text()).indexOf(text);
  assert.ok(from >= 0, `${text} stands in the text`);
  await visit.editor.goTo(from, from + text.length);
  await visit.editor.focus();
}

test("a mistake is underlined and listed with its cure, and gone when it is mended", async () => {
  await select('"Pack"');
  await visit.page.keyboard.insertText('"Pak"');
  await problems().first().waitFor();
  assert.match(await problems().first().innerText(), /Pak[^]*Line 6[^]*did you mean Pack/);
  assert.ok((await visit.editor.marks()).includes('"Pak"'));
  await visit.page.locator("asl-editor .cm-lint-marker-error").first().waitFor();
  assert.match(await visit.page.locator("#problem-count").textContent(), /problem/);
  await visit.screenshot("edit-problem");

  await visit.editor.goTo(0);
  await problems().first().click();
  await visit.editor.focus();
  await visit.page.keyboard.insertText('"Pack"');
  await problems().first().waitFor({ state: "detached" });
  assert.equal(await visit.page.locator("#problem-count").textContent(), "no problems");
  assert.deepEqual(await visit.editor.marks(), []);
  visit.expectQuiet();
});

test("while the text is torn the last good graph stays, dimmed, and says so", async () => {
  await select('"Pack"');
  const before = await visit.page.locator(".node").count();
  await visit.page.keyboard.insertText('"Pack');
  await behind().waitFor();
  assert.match(await visit.page.locator(".behind-note").innerText(), /last graph/);
  assert.equal(await visit.page.locator(".node").count(), before, "the drawing is the last good one");
  const opacity = () => visit.page.locator(".drawing").evaluate((drawing) => Number(getComputedStyle(drawing).opacity));
  assert.ok((await opacity()) < 0.9, "it is dimmed");
  await visit.screenshot("edit-torn");

  await visit.page.keyboard.press("ControlOrMeta+z");
  await behind().waitFor({ state: "detached" });
  assert.equal(await opacity(), 1);
  visit.expectQuiet();
});

test("a definition that cannot be run says what is to be mended", async () => {
  await select('"Weigh",');
  await visit.page.keyboard.insertText('"Waigh",');
  await problems().first().waitFor();
  await visit.page.locator("#run").click();
  assert.match(await visit.page.locator(".refusal").innerText(), /mend this first: .*Waigh/);
  await visit.page.keyboard.press("ControlOrMeta+z");
  await visit.page.locator(".refusal").waitFor({ state: "detached" });
});

test("the graph follows the text as it is written", async () => {
  await select("Ship");
  const text = (await visit.editor.text()).replaceAll("Ship", "Send away");
  await visit.editor.replace(text);
  await reader.node("Send away").waitFor();
  assert.deepEqual(Object.keys(await reader.lights()), ["Weigh", "Pack", "Send away"]);
});

test("a definition in YAML is taken as YAML, drawn and run", async () => {
  const yaml = "StartAt: Fold\nStates:\n  Fold:\n    Type: Pass\n    Result: {paper: crane}\n    Next: Fly\n  Fly:\n    Type: Succeed\n";
  await visit.editor.replace(yaml);
  await reader.node("Fly").waitFor();
  await visit.page.locator(".statusbar").getByText("YAML", { exact: true }).waitFor();
  await reader.runToEnd();
  assert.match(await reader.banner.innerText(), /Succeeded/);
  await reader.choose("Fly");
  assert.deepEqual(await reader.json("Output"), { paper: "crane" });

  await visit.editor.replace(yaml.replace("Next: Fly", "Next: Flee"));
  await problems().first().waitFor();
  assert.match(await problems().first().innerText(), /Fold[^]*Flee[^]*Line 6/);
  visit.expectQuiet();
});

test("the cursor in the text selects the state, and the state its text", async () => {
  await select('"Pack": {');
  await visit.page.keyboard.press("ArrowRight");
  await visit.page.locator('.node.selected[data-state="Pack"]').waitFor();
  assert.equal(await reader.chosen(), "Pack");

  await reader.choose("Weigh");
  await visit.page.locator('.node.selected[data-state="Weigh"]').waitFor();
  await visit.page.locator("asl-editor .asl-selected").first().waitFor();
  const lines = await visit.page.locator("asl-editor .asl-selected").allTextContents();
  assert.match(lines.join("\n"), /"Weigh": \{[^]*"Next": "Pack"/);
  assert.ok(!lines.join("\n").includes('"Pack": {'), "only the state's own lines");
});

test("an empty text leaves an empty graph with a hint, and nothing breaks", async () => {
  await visit.editor.replace(" ");
  await visit.page.locator(".empty-graph").waitFor();
  await visit.page.locator("#run").click();
  await visit.page.locator(".refusal").waitFor();
  for (const text of ["[1, 2]", "null", '{"States": 7}', '"', "a: [", "\u0000", "{".repeat(200)]) {
    await visit.editor.replace(text);
    await problems().first().waitFor();
  }
  await visit.editor.replace(JSON.stringify(definition));
  await reader.runToEnd();
  assert.match(await reader.banner.innerText(), /Succeeded/);
  visit.expectQuiet();
});
