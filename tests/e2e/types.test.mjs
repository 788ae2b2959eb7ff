// Standard and Express side by side: the choice of the type, the comparison, answers and logs, what happens twice; and
// the payload limit.

import assert from "node:assert/strict";
import { test } from "node:test";
import { linkOf } from "./drive.mjs";
import { reader, visit, visitEach } from "./visits.mjs";

visitEach();

const queue = "https://sqs.us-east-1.amazonaws.com/111111111111/orders";

const ORDERS = {
  StartAt: "Keep order",
  States: {
    "Keep order": {
      Type: "Task",
      Resource: "arn:aws:states:::dynamodb:putItem",
      Parameters: { TableName: "Orders", Item: { id: { "S.$": "$.order" } } },
      ResultPath: null,
      Next: "Tell",
    },
    Tell: {
      Type: "Task",
      Resource: "arn:aws:states:::sqs:sendMessage",
      Parameters: { QueueUrl: queue, "MessageBody.$": "$.order" },
      ResultPath: null,
      Next: "Charge",
    },
    Charge: { Type: "Task", Resource: "arn:aws:lambda:us-east-1:111111111111:function:charge", End: true },
  },
};
const TABLE = { version: 2, input: { order: "A-17" }, world: { tables: { Orders: { key: ["id"], items: [] } } } };

const LONG = { StartAt: "Rest", States: { Rest: { Type: "Wait", Seconds: 400, End: true } } };

const CALLBACK = {
  StartAt: "Ask",
  States: {
    Ask: {
      Type: "Task",
      Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
      Parameters: { QueueUrl: queue, "MessageBody.$": "$$.Task.Token" },
      End: true,
    },
  },
};

async function open(definition, scenario) {
  await visit.page.evaluate((hash) => (location.hash = hash), linkOf(definition, scenario));
  await reader.node(definition.StartAt).waitFor();
  await visit.page.locator("#machine-type").click();
}

const row = (name) => visit.page.locator(`#type-table tr[data-row="${name}"] td`).allTextContents();
const scenarioText = async () => {
  await reader.textTab("Scenario JSON");
  return visit.page.locator("asl-editor .cm-content").last().innerText();
};

test("a run is compared, and the type is chosen and written into the scenario", async () => {
  await open(ORDERS, TABLE);
  const { page } = visit;
  await page.locator("#type-table").waitFor();
  assert.deepEqual(await row("Ends"), ["SUCCEEDED", "SUCCEEDED"]);
  assert.deepEqual(await row("Billed"), ["3 transitions", "1 request, 0.3 s at 64 MB"]);
  assert.deepEqual(await row("A million runs"), ["$75.00", "$1.31"]);
  await visit.screenshot("types");
  await page.getByRole("radio", { name: /Standard/ }).focus();
  await page.keyboard.press("ArrowDown");
  await page.locator("#machine-type").filter({ hasText: "Express" }).waitFor({ state: "attached" });
  assert.match(await page.locator("#type-table th.chosen").textContent(), /Express/);
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
  assert.match(await scenarioText(), /"type": "EXPRESS"/);
  visit.expectQuiet();
});

test("what an asynchronous start does twice is told, task by task", async () => {
  await open(ORDERS, TABLE);
  const told = visit.page.locator("#twice li");
  await told.first().waitFor();
  assert.deepEqual(await told.evaluateAll((all) => all.map((it) => [...it.children].map((part) => part.textContent))), [
    ["once", "Keep order", "1 item in the table Orders, as after one execution"],
    ["twice", "Tell", "2 messages in the queue orders instead of 1"],
    ["?", "Charge", "called twice; what it does there is not known here"],
  ]);
});

test("the answer of a synchronous start and the log events by level", async () => {
  await open(ORDERS, { ...TABLE, tasks: { Charge: [{ throw: { error: "Declined" }, seconds: 1 }] } });
  const { page } = visit;
  await page.locator("#sync-response .json").waitFor();
  const response = JSON.parse(await page.locator("#sync-response .json").textContent());
  assert.equal(response.status, "FAILED");
  assert.deepEqual(response.billingDetails, { billedDurationInMilliseconds: 1200, billedMemoryUsedInMB: 64 });
  assert.match(response.executionArn, /:express:/);
  const types = async () => JSON.parse(await page.locator("#log-events .json").textContent()).map((event) => event.type);
  assert.equal((await types()).length, 16);
  await page.locator("#log-events select").selectOption("ERROR");
  await page.getByText("2 events in CloudWatch Logs").waitFor();
  assert.deepEqual(await types(), ["LambdaFunctionFailed", "ExecutionFailed"]);
  assert.match(await page.locator("#log-events .json").textContent(), /Declined/);
  await page.locator("#log-events").getByLabel("Include execution data").uncheck();
  await page.waitForFunction(() => !document.querySelector("#log-events .json").textContent.includes("Declined"));
  await page.locator("#log-events select").selectOption("FATAL");
  await page.getByText("1 event in CloudWatch Logs").waitFor();
  await page.locator("#log-events select").selectOption("OFF");
  await page.getByText("no events in CloudWatch Logs").waitFor();
});

test("Express ends after five minutes, and says so", async () => {
  await open(LONG);
  await visit.page.locator("#type-table").waitFor();
  assert.deepEqual(await row("Ends"), ["SUCCEEDED", "TIMED_OUT"]);
  assert.deepEqual(await row("Duration"), ["6 min 40 s", "5 min"]);
  await visit.page.getByText("Express ends after 5 min with TIMED_OUT in Rest.").waitFor();
});

test("what Express refuses leads to its place in the definition", async () => {
  await open(CALLBACK);
  const { page } = visit;
  await page.locator("#refusals").waitFor();
  assert.match(await page.locator("#refusals").textContent(), /does not support '\.waitForTaskToken'.*\/States\/Ask\/Resource/);
  assert.equal((await row("Ends"))[1], "refused when it is created");
  assert.equal(await page.locator("#sync-response").count(), 0);
  await visit.screenshot("types-refused");
  await page.locator("#refusals").getByRole("button", { name: "Ask" }).click();
  await page.locator("dialog").waitFor({ state: "detached" });
  await page.waitForFunction(() => document.querySelector("asl-editor").shadowRoot.querySelector(".cm-selectionBackground"));
});

test("the comparison fits into a narrow window, and into the light", async () => {
  await visit.page.setViewportSize({ width: 400, height: 800 });
  await visit.page.emulateMedia({ colorScheme: "light" });
  await visit.page.evaluate((hash) => (location.hash = hash), linkOf(ORDERS, TABLE));
  await reader.node("Keep order").waitFor({ state: "attached" });
  await visit.page.getByRole("button", { name: "Text", exact: true }).click();
  await reader.textTab("Scenario");
  await visit.page.locator("#compare-types").click();
  await visit.page.locator("#type-table").waitFor();
  await visit.screenshot("types-narrow-light");
  const wide = await visit.page.locator("dialog").evaluate((it) => it.scrollWidth - it.clientWidth);
  assert.ok(wide <= 0, `${wide} pixels too wide`);
  await visit.page.locator("#log-events").scrollIntoViewIfNeeded();
  await visit.screenshot("types-narrow-light-log");
});

test("the payload limit of older course notes makes a run fail", async () => {
  const { page } = visit;
  await reader.openSample("dragon-chronicle");
  await reader.textTab("Scenario");
  await page.locator("#payload-limit").selectOption("32768");
  await visit.screenshot("payload-limit");
  await reader.runToEnd();
  assert.match(await reader.banner.innerText(), /Failed.*States\.DataLimitExceeded/s);
  assert.match(await scenarioText(), /"payloadBytes": 32768/);
  await reader.textTab("Scenario");
  await page.locator("#payload-limit").selectOption("262144");
  await reader.runToEnd();
  assert.match(await reader.banner.innerText(), /Succeeded/);
});
