// Testing one state from the inspector: the form is filled in from the visit at the playhead, and what comes back is
// what TestState of the API would say.

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

const CHARGE = {
  StartAt: "Limit",
  States: {
    Limit: { Type: "Pass", Assign: { limit: 50 }, Next: "Charge" },
    Charge: {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke",
      Parameters: { FunctionName: "charge", "Payload": { "amount.$": "$.amount", "limit.$": "$limit" } },
      ResultPath: "$.charged",
      Retry: [{ ErrorEquals: ["Busy"], IntervalSeconds: 2, MaxAttempts: 2 }],
      Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.problem", Next: "Refuse" }],
      Next: "Done",
    },
    Refuse: { Type: "Fail", Error: "Refused" },
    Done: { Type: "Succeed" },
  },
};
const ANSWERS = { input: { amount: 12 }, tasks: { Charge: [{ return: { ok: true } }] } };

async function open(options = {}) {
  visit = await studio.open({ hash: linkOf(CHARGE, ANSWERS), ...options });
  reader = drive(visit);
  await reader.node("Limit").waitFor({ state: "attached" });
}

const dialog = () => visit.page.locator("dialog");
const field = (name) => dialog().getByLabel(name, { exact: true });
const openTest = () => visit.page.getByRole("button", { name: "Test this state" }).click();

async function runTest(status) {
  await visit.page.locator("#run-test").click();
  await visit.page.locator("#test-status .chip", { hasText: status }).first().waitFor();
}

test("the form holds what the visit saw, and the stages come in order", async () => {
  await open();
  await reader.runToEnd();
  await reader.choose("Charge");
  await openTest();
  assert.deepEqual(JSON.parse(await field("Input").inputValue()), { amount: 12 });
  assert.deepEqual(JSON.parse(await field("Variables").inputValue()), { limit: 50 });
  assert.deepEqual(JSON.parse(await field("Mocked result").inputValue()), { ok: true });
  const context = JSON.parse(await field("Context object").inputValue());
  assert.deepEqual([context.State.Name, context.Execution.Input], ["Charge", { amount: 12 }]);
  await runTest("SUCCEEDED");
  assert.match(await visit.page.locator("#test-status").innerText(), /next: Done/);
  assert.deepEqual(await reader.json("Test output"), { amount: 12, charged: { ok: true } });
  const stages = await visit.page.locator(".test-result [data-part]").evaluateAll((all) => all.map((it) => it.dataset.part));
  const expected = ["input", "afterInputPath", "afterParameters", "result", "afterResultSelector", "afterResultPath", "variables"];
  assert.deepEqual(stages, ["Test output", ...expected]);
  assert.deepEqual(await reader.json("afterParameters"), { FunctionName: "charge", Payload: { amount: 12, limit: 50 } });
  await visit.screenshot("test-state");
  await visit.page.setViewportSize({ width: 390, height: 800 });
  await visit.screenshot("test-state-narrow");
  await visit.page.keyboard.press("Escape");
  await dialog().waitFor({ state: "detached" });
  visit.expectQuiet();
});

test("an error is tried again until the retries are used up, and then caught", async () => {
  await open({ theme: "light" });
  await reader.choose("Charge");
  await openTest();
  assert.deepEqual(JSON.parse(await field("Input").inputValue()), { amount: 12 }, "before a run, the scenario's input");
  await field("Mock: its work").selectOption("error");
  await field("Error").fill("Busy");
  await field("Variables").fill('{"limit": 5}');
  await field("Retries before").fill("1");
  await runTest("RETRIABLE");
  assert.match(await visit.page.locator(".test-result").innerText(), /Retry 1 would try again after 4 s/);
  await visit.screenshot("test-state-light");
  await field("Retries before").fill("2");
  await field("Retries before").press("ControlOrMeta+Enter");
  await visit.page.locator("#test-status .chip", { hasText: "CAUGHT_ERROR" }).waitFor();
  assert.match(await visit.page.locator("#test-status").innerText(), /next: Refuse/);
  assert.equal((await reader.json("Test output")).problem.Error, "Busy");
  visit.expectQuiet();
});

test("what the API refuses is told in its words", async () => {
  await open();
  await reader.choose("Charge");
  await openTest();
  await field("Variables").fill('{"limit": 5}');
  await field("Mocked result").fill("{no");
  await visit.page.locator("#run-test").click();
  const exception = visit.page.locator('[data-part="Exception"]');
  await exception.waitFor();
  assert.match(await exception.innerText(), /ValidationException\s+Mocked result must be valid JSON/);
  await field("Mocked result").fill('{"StatusCode": "200"}');
  await visit.page.locator("#run-test").click();
  await exception.getByText("Field 'StatusCode' must be a number").waitFor();
  await field("Field validation").selectOption("NONE");
  await runTest("SUCCEEDED");
});

test("a state without work takes no mock, and the keyboard is enough", async () => {
  await open();
  await reader.choose("Limit");
  const button = visit.page.getByRole("button", { name: "Test this state" });
  await button.focus();
  await visit.page.keyboard.press("Enter");
  assert.equal(await field("Mock: its work").count(), 0);
  await field("Inspection level").selectOption("INFO");
  await visit.page.locator("#run-test").focus();
  await visit.page.keyboard.press("Enter");
  await visit.page.locator("#test-status .chip", { hasText: "SUCCEEDED" }).first().waitFor();
  assert.equal(await visit.page.locator(".test-result [data-part]").count(), 1, "INFO shows no stages");
});
