// The world around a run: a token that a person answers, messages in a queue, and the workers of an activity.

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

const APPROVAL = {
  StartAt: "Ask the manager",
  States: {
    "Ask the manager": {
      Type: "Task",
      Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
      Parameters: {
        QueueUrl: "https://sqs.us-east-1.amazonaws.com/111111111111/approvals",
        MessageBody: { "token.$": "$$.Task.Token", amount: 620 },
      },
      TimeoutSeconds: 172800,
      HeartbeatSeconds: 14400,
      Catch: [{ ErrorEquals: ["NotApproved"], Next: "Declined" }],
      Next: "Paid",
    },
    Paid: { Type: "Succeed" },
    Declined: { Type: "Pass", End: true },
  },
};
const CARVE = {
  StartAt: "Each",
  States: {
    Each: {
      Type: "Map",
      ItemProcessor: {
        StartAt: "Carve",
        States: {
          Carve: { Type: "Task", Resource: "arn:aws:states:us-east-1:111111111111:activity:carve", End: true },
        },
      },
      End: true,
    },
  },
};

async function open(definition, scenario, options = {}) {
  visit = await studio.open({ hash: linkOf(definition, scenario), ...options });
  reader = drive(visit);
  await reader.node(definition.StartAt).waitFor({ state: "attached" });
}

async function ask() {
  await open(APPROVAL, { tasks: { "Ask the manager": [{ never: true }] } });
  await visit.page.locator("#run").click();
  await visit.page.locator("#waiting").waitFor();
  await visit.screenshot("world-asked");
  await visit.page.locator("#answer").click();
}

test("a run stops where somebody has to answer, and goes on with the answer", async () => {
  await ask();
  const { page } = visit;
  assert.match(await page.locator("#waiting").textContent(), /times out in 2 d.*next heartbeat due in 4 h/);
  await visit.screenshot("world-waiting");
  await page.getByLabel("Output of SendTaskSuccess").fill("{oops");
  await page.locator("#send-success").click();
  assert.match(await page.locator("#waiting [role=alert]").textContent(), /no JSON/);
  await page.getByLabel("Output of SendTaskSuccess").fill('{"approved": true, "by": "me"}');
  await page.locator("#send-success").click();
  await page.locator("#banner .chip", { hasText: "Succeeded" }).waitFor({ timeout: 15_000 });
  assert.equal(await page.locator("#waiting").count(), 0);
  await reader.textTab("Scenario JSON");
  const json = await reader.scenarioText();
  assert.match(json, /"decisions"/);
});

test("a failure that is sent by hand is caught", async () => {
  await ask();
  await visit.page.locator("#send-failure").click();
  await visit.page.locator("#banner .chip", { hasText: "Succeeded" }).waitFor({ timeout: 15_000 });
  assert.equal(await reader.light("Declined"), "succeeded");
  await reader.detailTab("World");
  await visit.page.locator("#take-back").click();
  await visit.page.locator("#waiting").waitFor();
});

test("a message in a queue is seen, taken and deleted", async () => {
  await ask();
  const { page } = visit;
  await reader.detailTab("World");
  const card = page.locator('[data-place="approvals"]');
  assert.match(await card.textContent(), /620/);
  await card.getByRole("button", { name: "Take", exact: true }).click();
  await card.getByText("taken by you").waitFor();
  await visit.screenshot("world-queue");
  await page.locator("#waiting").waitFor();
  await card.getByRole("button", { name: "Delete", exact: true }).click();
  await card.getByText("1 deleted or moved").waitFor();
});

test("more workers for an activity mean less to wait for", async () => {
  await open(CARVE, { input: [1, 2, 3, 4] });
  const { page } = visit;
  await reader.detailTab("World");
  await page.getByRole("button", { name: "Have a worker poll" }).click();
  await reader.runToEnd();
  const clockWith = async (workers) => {
    await page.getByLabel("Workers", { exact: true }).fill(String(workers));
    await page.getByLabel("Workers", { exact: true }).press("Tab");
    await page.locator("#run:not([disabled])").waitFor();
    await page.locator("#event-count").waitFor();
    await page.locator("#scrubber").press("End");
    return page.locator("#banner .clock").textContent();
  };
  assert.equal(await clockWith(2), "00:00:02.000");
  assert.equal(await clockWith(4), "00:00:01.000");
  await visit.screenshot("world-workers");
});

test("on a phone the waiting task can be answered", async () => {
  await open(APPROVAL, { tasks: { "Ask the manager": [{ never: true }] } }, { width: 390, height: 844 });
  await visit.page.locator("#run").click();
  await visit.page.locator("#waiting").waitFor();
  await visit.screenshot("world-phone");
  await visit.page.locator("#answer").click();
  await visit.page.locator("#send-success").click();
  await visit.page.locator("#banner .chip", { hasText: "Succeeded" }).waitFor({ timeout: 15_000 });
});

const TELL = {
  StartAt: "Tell",
  States: {
    Tell: {
      Type: "Task",
      Resource: "arn:aws:states:::sns:publish",
      Parameters: { TopicArn: "arn:aws:sns:us-east-1:111111111111:news", "Message.$": "States.JsonToString($)" },
      End: true,
    },
  },
};

test("the world is set up by form: a topic, its subscription, and the queue behind it", async () => {
  await open(TELL, { input: { item: "axe" } });
  const { page } = visit;
  await reader.detailTab("World");
  const topic = page.locator('[data-place="news"]');
  assert.match(await topic.textContent(), /Nobody has subscribed/);
  await topic.getByRole("button", { name: "Add subscriptions" }).click();
  await topic.getByRole("button", { name: "Subscription", exact: true }).click();
  await topic.getByLabel("Protocol").selectOption("sqs");
  await topic.getByLabel("Endpoint").fill("orders");
  await topic.getByLabel("Endpoint").press("Tab");
  await page.locator("#add-place").selectOption("queue");
  await page.locator('[data-place="my-queue"]').waitFor();
  await reader.runToEnd();
  const queue = page.locator('[data-place="orders"]');
  await queue.getByText("axe").first().waitFor();
  await visit.screenshot("world-form");
  // What is changed while a run is shown is seen at once.
  await topic.getByText("Filter policy").click();
  await topic.getByLabel("Filter policy").fill('{"kind": ["urgent"]}');
  await queue.waitFor({ state: "detached" });
  await topic.getByRole("button", { name: "Remove the subscription" }).click();
  await topic.getByText("1 thing").waitFor();
  await page.locator('[data-place="my-queue"]').getByRole("button", { name: "Remove the set-up" }).click();
  await page.locator('[data-place="my-queue"]').waitFor({ state: "detached" });
  await reader.textTab("Scenario JSON");
  assert.deepEqual(JSON.parse(await reader.scenarioText()).world, { topics: { news: { subscriptions: [] } } });
  visit.expectQuiet();
});

test("an execution that a machine starts has a history to read", async () => {
  visit = await studio.open();
  reader = drive(visit);
  await reader.openSample("start-anew");
  await reader.runToEnd();
  await reader.detailTab("World");
  const history = visit.page.locator(".other-history").first();
  await history.locator("summary").click();
  assert.match(await history.locator("li").first().textContent(), /^ExecutionStarted/);
  assert.match(await history.locator("li").last().textContent(), /^ExecutionSucceeded/);
});
