// The editor knows the States Language: completion with the data of the last run, words on hover, names, cures, rules,
// formats.

import assert from "node:assert/strict";
import { test } from "node:test";
import { linkOf } from "./drive.mjs";
import { reader, visit, visitEach } from "./visits.mjs";

const definition = {
  StartAt: "Get",
  States: {
    Get: { Type: "Pass", Result: { total: 12, currency: "EUR" }, ResultPath: "$.order", Next: "Pay" },
    Pay: { Type: "Pass", Parameters: { "amount.$": "$.order.total" }, Next: "Done" },
    Done: { Type: "Succeed" },
  },
};

visitEach({ hash: linkOf(definition, { input: { customer: "Ann" } }) }, (reader) => reader.node("Done").waitFor());

const inEditor = (selector) => visit.page.locator(`asl-editor ${selector}`);
const offered = () => inEditor(".cm-tooltip-autocomplete li .cm-completionLabel").allTextContents();

async function cursorAt(text, delta = text.length) {
  const from = (await visit.editor.text()).indexOf(text);
  assert.ok(from >= 0, `${text} stands in the text`);
  await visit.editor.goTo(from + delta);
  await visit.editor.focus();
}

async function textIs(right) {
  for (let tries = 0; tries < 50; tries += 1) {
    if (right(await visit.editor.text())) return;
    await visit.page.waitForTimeout(100);
  }
  assert.fail(await visit.editor.text());
}

/** Gives a command of the palette. */
async function command(name) {
  await visit.page.keyboard.press("ControlOrMeta+Shift+p");
  await visit.page.locator("#palette-input").fill(name);
  await visit.page.locator('.command[aria-selected="true"]', { hasText: name }).waitFor();
  await visit.page.keyboard.press("Enter");
}

const press = (keys) => visit.page.keyboard.press(keys);

test("fields and values are offered as they are typed, and what is chosen can be filled in", async () => {
  await cursorAt('"Type": "Succeed"');
  await visit.page.keyboard.type(',"Com');
  await inEditor(".cm-tooltip-autocomplete").waitFor();
  assert.ok((await offered()).includes("Comment"));
  await visit.screenshot("assist-fields");
  await visit.page.waitForTimeout(150);
  await press("Enter");
  await visit.page.keyboard.type("the end");
  const text = await visit.editor.text();
  assert.equal(JSON.parse(text).States.Done.Comment, "the end", text);

  await cursorAt('"Next": "Pay', '"Next": "'.length);
  await press("Alt+i");
  await inEditor(".cm-tooltip-autocomplete").waitFor();
  assert.ok((await offered()).includes("Done"));
  visit.expectQuiet();
});

test("inside a path the keys that were there are offered, with their values", async () => {
  await reader.runToEnd();
  await cursorAt('"$.order.total"', '"$.order.'.length);
  await press("Control+Space");
  await inEditor(".cm-tooltip-autocomplete").waitFor();
  assert.deepEqual((await offered()).sort(), ["currency", "total"]);
  const details = await inEditor(".cm-tooltip-autocomplete .cm-completionDetail").allTextContents();
  assert.ok(details.includes('"EUR"') && details.includes("12"), details.join());
  await visit.screenshot("assist-data");
  visit.expectQuiet();
});

test("a word says on hover what it means, and a state what it got", async () => {
  await reader.runToEnd();
  const spot = await inEditor(".cm-line").filter({ hasText: "ResultPath" }).locator("span", { hasText: "ResultPath" }).first();
  await spot.hover();
  await inEditor(".asl-said").waitFor();
  assert.match(await inEditor(".asl-said").innerText(), /ResultPath of a Pass state/);
  const name = inEditor(".cm-line").filter({ hasText: '"Pay": {' }).locator("span", { hasText: "Pay" }).first();
  await visit.page.mouse.move(5, 5);
  await name.hover();
  await inEditor(".asl-said", { hasText: "Input" }).filter({ hasText: "Pass state" }).waitFor();
  assert.match(await inEditor(".asl-said").innerText(), /customer: text/);
  await visit.screenshot("assist-hover");
  visit.expectQuiet();
});

test("F12 goes where a name is made, F2 gives it another everywhere, and one undo takes that back", async () => {
  await cursorAt('"Next": "Done', '"Next": "Do'.length);
  await press("F12");
  await visit.page.locator(".crumb", { hasText: "Done" }).waitFor();
  await cursorAt('"Next": "Done', '"Next": "Do'.length);
  const before = await visit.editor.text();
  await press("F2");
  await inEditor(".asl-window input").waitFor();
  await visit.page.keyboard.type("Finished");
  await visit.screenshot("assist-rename");
  await press("Enter");
  await reader.node("Finished").waitFor();
  const changed = JSON.parse(await visit.editor.text());
  assert.deepEqual([changed.States.Pay.Next, changed.States.Finished.Type], ["Finished", "Succeed"]);
  await visit.editor.focus();
  await press("ControlOrMeta+z");
  await reader.node("Done").waitFor();
  assert.equal(await visit.editor.text(), before);
  visit.expectQuiet();
});

test("a remark is cured from the list, from the keyboard, and its rule is explained", async () => {
  await cursorAt('"Type": "Succeed', '"Type": "Succ'.length);
  await visit.page.keyboard.type("x");
  const cure = visit.page.locator(".problem-row .cure").first();
  await cure.waitFor();
  await visit.screenshot("assist-problem");
  await visit.page.locator(".problem-row .about").first().click();
  await visit.page.locator("dialog .help-text h4#help-unknown-type").waitFor();
  await visit.screenshot("assist-rule");
  await press("Escape");
  await cure.click();
  await visit.page.locator(".problem-row .cure").first().waitFor({ state: "detached" });
  assert.equal(JSON.parse(await visit.editor.text()).States.Done.Type, "Succeed");

  await cursorAt('"Next": "Done', '"Next": "Do'.length);
  await visit.page.keyboard.type("x");
  await visit.page.locator(".problem-row .cure").first().waitFor();
  await press("ControlOrMeta+.");
  await inEditor(".asl-cures button").first().waitFor();
  await press("Enter");
  await visit.page.locator(".problem-row .cure").first().waitFor({ state: "detached" });
  assert.equal(JSON.parse(await visit.editor.text()).States.Pay.Next, "Done");
  visit.expectQuiet();
});

test("the text is formatted, becomes YAML, and comes back", async () => {
  const before = JSON.parse(await visit.editor.text());
  await cursorAt("{");
  await press("Shift+Alt+f");
  await textIs((text) => text.includes('{\n  "StartAt"'));
  await command("Write the definition as YAML");
  await textIs((text) => text.startsWith("StartAt: Get"));
  await visit.screenshot("assist-yaml");
  await reader.node("Pay").waitFor();
  await command("Write the definition as JSON");
  await textIs((text) => text.startsWith("{"));
  assert.deepEqual(JSON.parse(await visit.editor.text()), before);
  visit.expectQuiet();
});
