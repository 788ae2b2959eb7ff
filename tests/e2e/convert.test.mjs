// Converting to JSONata: the proposal as a diff, what stays, the proof on the scenario, one step to apply and one to undo.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { drive, linkOf } from "./drive.mjs";
import { launch } from "./harness.mjs";

let studio;
let visit;
let reader;
before(async () => (studio = await launch()));
after(() => studio?.close());
afterEach(() => visit?.close());

const ORDER = {
  StartAt: "Price",
  States: {
    Price: {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke",
      InputPath: "$.order",
      Parameters: { FunctionName: "price", "Payload.$": "$.lines" },
      ResultPath: "$.price",
      Next: "List",
    },
    List: { Type: "Pass", Parameters: { "skus.$": "$.order.lines[*].sku" }, End: true },
  },
};
const INPUT = { input: { order: { lines: [{ sku: "a" }] } } };

async function open(definition, scenario, options = {}) {
  visit = await studio.open({ hash: linkOf(definition, scenario), ...options });
  reader = drive(visit);
  await reader.node(definition.StartAt).waitFor({ state: "attached" });
}

const dialog = () => visit.page.locator("dialog[aria-label='Convert to JSONata']");
const lines = (kind) => dialog().locator(`.diff .${kind}`).allTextContents();

test("the whole machine: what changes, what stays and why, and that both come to the same", async () => {
  await open(ORDER, INPUT);
  await visit.page.locator("#convert").click();
  await dialog().locator(".proof").waitFor();
  const words = await dialog().innerText();
  assert.match(words, /1 of 2 states converted/);
  assert.match(words, /both come to the same: success/);
  assert.match(words, /List · Parameters › skus\.\$: \$\.order\.lines\[\*\]\.sku gives a list/);
  assert.ok((await lines("removed")).some((line) => line.includes('"InputPath"')));
  assert.ok((await lines("added")).some((line) => line.includes("$merge([$states.input, {'price': $states.result}])")));
  await visit.screenshot("convert");
  const before = await visit.editor.text();
  await dialog().getByRole("button", { name: "Apply" }).click();
  await dialog().waitFor({ state: "detached" });
  assert.match(await visit.editor.text(), /"QueryLanguage": "JSONata"/);
  await reader.runToEnd();
  assert.match(await reader.banner.innerText(), /Succeeded/);
  await visit.editor.focus();
  await visit.page.keyboard.press("ControlOrMeta+z");
  assert.equal(await visit.editor.text(), before);
  visit.expectQuiet();
});

test("one state, from its details; Cancel changes nothing", async () => {
  await open(ORDER, INPUT, { theme: "light" });
  const before = await visit.editor.text();
  await reader.choose("List");
  await visit.page.locator("#details").getByRole("button", { name: "Convert to JSONata" }).click();
  await dialog().locator(".proof").waitFor();
  assert.match(await dialog().innerText(), /0 of 1 state converted/);
  assert.ok(await dialog().getByRole("button", { name: "Apply" }).isDisabled());
  await visit.screenshot("convert-nothing");
  await dialog().getByRole("button", { name: "Cancel" }).click();
  await dialog().waitFor({ state: "detached" });
  assert.equal(await visit.editor.text(), before);
  visit.expectQuiet();
});

test("where they differ the proof says how", async () => {
  const choice = {
    StartAt: "Which?",
    States: {
      "Which?": { Type: "Choice", Choices: [{ Variable: "$.x", NumericEquals: 1, Next: "End" }], Default: "End" },
      End: { Type: "Succeed" },
    },
  };
  await open(choice, { input: {} });
  await visit.page.locator("#convert").click();
  await dialog().locator(".proof.differs").waitFor();
  assert.match(await dialog().locator(".proof").innerText(), /they differ: 2 states are left instead of 0/);
  assert.match(await dialog().innerText(), /a variable that is missing fails a Choice in JSONPath/);
  await visit.screenshot("convert-differs");
  visit.expectQuiet();
});

test("a JSONata machine has nothing to convert, and a broken one cannot be", async () => {
  await open({ QueryLanguage: "JSONata", StartAt: "A", States: { A: { Type: "Succeed" } } }, {});
  assert.equal(await visit.page.locator("#convert").count(), 0);
  await visit.editor.replace('{"StartAt": "A", "States": {"A": {"Type": "Succeed", "Next": "B"}}}');
  await visit.page.locator(".problems li").first().waitFor();
  assert.equal(await visit.page.locator("#convert").count(), 0);
  visit.expectQuiet();
});

test("on a phone the proposal stays inside of its dialog", async () => {
  await open(ORDER, INPUT, { width: 390, height: 844, hasTouch: true });
  await reader.choose("Price");
  await visit.page.getByRole("button", { name: "Data", exact: true }).click();
  await visit.page.locator("#details").getByRole("button", { name: "Convert to JSONata" }).click();
  await dialog().locator(".proof").waitFor();
  const spilled = await dialog().evaluate((it) => it.scrollWidth > it.clientWidth);
  assert.equal(spilled, false);
  await visit.screenshot("convert-390");
  visit.expectQuiet();
});
