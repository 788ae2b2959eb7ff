// The inspector: a state's data, its visits and attempts, and the events in step with the playhead; and the scenario
// that decides what the tasks answer.

import assert from "node:assert/strict";
import { test } from "node:test";
import { reader, visit, visitEach } from "./visits.mjs";

visitEach();

test("a state shows what it got, what it gave, and how long it took", async () => {
  await reader.openSample("card-retry");
  await reader.choose("Send receipt");
  assert.match(await visit.page.locator("#details").innerText(), /Run the workflow/);
  await reader.runToEnd();
  await reader.choose("Send receipt");
  assert.equal(await reader.chosen(), "Send receipt");
  assert.equal((await reader.json("Input")).payment.mandate, "SD-2209");
  assert.equal((await reader.json("To the task")).Message, "Order A-1042: 184.5 EUR paid, thank you.");
  assert.equal((await reader.json("Output")).problem.Error, "CardDeclined");
  assert.match(await visit.page.locator(".detail-head").innerText(), /succeeded[^]*0\.3 s[^]*visit 1 of 1/);
  await reader.choose("Put on hold");
  assert.match(await visit.page.locator("#details").innerText(), /has not been entered/);
  await visit.screenshot("inspect-data");
  visit.expectQuiet();
});

test("attempts are told one by one, with their errors and when they were tried again", async () => {
  await reader.openSample("card-retry");
  await reader.runToEnd();
  await reader.choose("Charge card");
  assert.match(await reader.part("Error").innerText(), /CardDeclined[^]*insufficient funds/);
  await reader.detailTab("Attempts");
  const attempts = await visit.page.locator(".attempts > li").allInnerTexts();
  assert.equal(attempts.length, 3);
  assert.match(attempts[0], /Attempt 1 failed[^]*took 1\.2 s[^]*GatewayBusy[^]*Tried again at/);
  assert.match(attempts[2], /Attempt 3 failed[^]*CardDeclined/);
  await visit.screenshot("inspect-attempts");
});

test("each visit of a state can be looked at", async () => {
  await reader.openSample("nightly-report");
  await reader.runToEnd();
  await reader.choose("Ask for its state");
  const head = visit.page.locator(".detail-head");
  assert.match(await head.innerText(), /visit 4 of 4/);
  const state = async () => (await reader.json("Task result")).QueryExecution.Status.State;
  assert.equal(await state(), "SUCCEEDED");
  for (const [number, expected] of [[3, "RUNNING"], [2, "RUNNING"], [1, "QUEUED"]]) {
    await visit.page.getByRole("button", { name: "Previous visit" }).click();
    await head.getByText(`visit ${number} of 4`).waitFor();
    assert.equal(await state(), expected);
  }
  assert.equal(await visit.page.getByRole("button", { name: "Previous visit" }).isDisabled(), true);
  assert.match(await reader.banner.innerText(), /Running/, "the playhead went to that visit");
  await visit.page.getByRole("button", { name: "Next visit" }).click();
  await head.getByText("visit 2 of 4").waitFor();
});

test("the events keep step with the playhead, and the playhead with the events", async () => {
  await reader.openSample("order-saga");
  await reader.runToEnd();
  const events = await reader.events();
  const [, count] = await reader.playhead();
  assert.equal(events.length, count);
  assert.match(events[0], /^1 \| ExecutionStarted/);
  assert.match(events.at(-1), /ExecutionFailed/);

  const current = visit.page.locator(".event.current .event-id");
  assert.equal(await current.textContent(), String(count), "the newest is in sight");
  await visit.page.locator("#step-back").click();
  assert.equal(await current.textContent(), String((await reader.playhead())[0]));
  await visit.page.locator("#scrubber").press("Home");
  const [start] = await reader.playhead();
  assert.equal(await current.textContent(), String(start));

  const row = visit.page.locator(".event", { hasText: "TaskStateEntered" }).first();
  const id = Number(await row.locator(".event-id").textContent());
  await row.click();
  assert.ok((await reader.playhead())[0] >= id);
  assert.equal(await reader.light("Reserve stock"), "running");
  assert.ok((await visit.page.locator(".event.to-come").count()) > 0);
  await visit.screenshot("inspect-events");
});

test("an answer changed in the form is caught: the handler lights up, the source is caught", async () => {
  await reader.openSample("order-saga");
  await reader.textTab("Scenario");
  const card = visit.page.locator('[data-task="Charge card"]');
  await card.getByLabel("What the task does").selectOption("throw");
  await card.getByLabel("Error").fill("CardDeclined");
  await card.getByLabel("Error").press("Tab");
  await card.getByLabel("Cause").fill("insufficient funds");
  await card.getByLabel("Cause").press("Tab");
  await visit.screenshot("scenario-form");
  await reader.runToEnd();
  const lights = await reader.lights();
  assert.equal(lights["Charge card"], "caught");
  assert.equal(lights["Release stock"], "succeeded");
  assert.equal(lights["Book courier"], "idle");
  assert.equal(lights["Order cancelled"], "failed");
  await reader.choose("Release stock");
  assert.deepEqual((await reader.json("Input")).problem, { Error: "CardDeclined", Cause: "insufficient funds" });
  await visit.screenshot("scenario-caught");
  visit.expectQuiet();
});

test("an answer can be computed, and what is no expression is said and changes nothing", async () => {
  await reader.openSample("order-saga");
  await reader.textTab("Scenario");
  const card = visit.page.locator('[data-task="Charge card"]');
  await card.getByLabel("What the task does").selectOption("expression");
  const field = card.getByLabel("What the task computes");
  assert.equal(await field.inputValue(), "{% $states.input %}");
  await field.fill("{% {'id': 'P-' & $count( %}");
  await card.getByRole("alert").waitFor();
  await field.fill("{% {'id': 'P-' & $string(40 + 2)} %}");
  assert.equal(await card.getByRole("alert").count(), 0);
  await visit.screenshot("scenario-expression");
  await reader.runToEnd();
  await reader.choose("Charge card");
  assert.deepEqual(await reader.json("Task result"), { id: "P-42" });
  visit.expectQuiet();
});

test("answers are added, removed and preset, and the JSON says the same", async () => {
  await reader.openSample("order-saga");
  await reader.textTab("Scenario");
  const card = visit.page.locator('[data-task="Release stock"]');
  await card.getByRole("button", { name: "Fail twice, then succeed" }).click();
  assert.equal(await card.locator(".answer").count(), 3);
  await card.getByRole("button", { name: "Remove this answer" }).first().click();
  assert.equal(await card.locator(".answer").count(), 2);
  await card.locator(".seconds").first().fill("7.5");
  await card.locator(".seconds").first().press("Tab");
  await reader.textTab("Scenario JSON");
  const scenario = JSON.parse(await reader.scenarioText());
  assert.equal(scenario.tasks["Release stock"].length, 2);
  assert.equal(scenario.tasks["Release stock"][0].seconds, 7.5);
  await reader.runToEnd();
  await reader.choose("Release stock");
  await reader.detailTab("Attempts");
  assert.equal(await visit.page.locator(".attempts > li").count(), 2);
});

test("a state shows the variables that it saw and what it assigned", async () => {
  const definition = {
    StartAt: "Set",
    States: {
      Set: { Type: "Pass", Assign: { customer: { name: "Ida" }, tries: 1 }, Next: "Count" },
      Count: { Type: "Pass", Assign: { "tries.$": "States.MathAdd($tries, 1)" }, End: true },
    },
  };
  await visit.editor.replace(JSON.stringify(definition, null, 2));
  await reader.runToEnd();
  await reader.choose("Set");
  const card = visit.page.locator('[data-part="Variables"]');
  assert.match(await card.innerText(), /\$customer\s+assigned here\s[^]*"Ida"[^]*\$tries\s+assigned here\s[^]*1/);
  await reader.choose("Count");
  assert.match(await card.innerText(), /\$customer\s[^]*"Ida"[^]*\$tries\s+assigned here, was 1\s[^]*2/);
  await visit.screenshot("inspect-variables");
});

test("numbers are shown as they were written", async () => {
  await reader.textTab("Scenario");
  await visit.page.getByLabel("Input of the execution").fill('{"odd": 9007199254740993, "huge": 1e400, "one": 1.0}');
  await reader.runToEnd();
  await reader.choose("Is there a name?");
  const shown = await visit.page.locator('[data-part="Input"] pre').innerText();
  assert.match(shown, /"odd": 9007199254740993, "huge": 1e400, "one": 1\.0/);
});

test("an input that is no JSON is explained and kept as it was written", async () => {
  await reader.textTab("Scenario");
  const field = visit.page.getByLabel("Input of the execution");
  await field.fill('{"name": "Grace"');
  await visit.page.locator(".field-error").waitFor();
  assert.equal(await field.inputValue(), '{"name": "Grace"');
  await field.fill('{"name": "Grace"}');
  await visit.page.locator(".field-error").waitFor({ state: "detached" });
  assert.equal(await field.inputValue(), '{"name": "Grace"}', "what is written is not written over");
  await reader.runToEnd();
  await reader.choose("Done");
  assert.deepEqual(await reader.json("Output"), { greeting: "Hello, Grace!" });
});

test("a mistake in the scenario's JSON is explained, and nothing is lost", async () => {
  await reader.openSample("card-retry");
  await reader.textTab("Scenario JSON");
  const good = await reader.scenarioText();
  const torn = good.replace('"tasks": {', '"tasks": ');
  await reader.writeScenario(torn);
  const problem = visit.page.locator(".problems .problem:visible").first();
  await problem.waitFor();
  assert.match(await problem.innerText(), /Line \d+/);
  await visit.page.locator("#run").click();
  assert.match(await visit.page.locator(".refusal").innerText(), /mend the scenario first/);
  await reader.textTab("Scenario");
  assert.match(await visit.page.locator(".tab-body .remark").first().innerText(), /has errors/);
  await reader.textTab("Scenario JSON");
  assert.equal(await reader.scenarioText(), torn, "the text stands as it was written");
  await reader.writeScenario(good.replace('"seconds": 1.2', '"secnds": 1.2'));
  assert.match(await problem.innerText(), /secnds[^]*seconds/);
  await reader.writeScenario(good);
  await problem.waitFor({ state: "detached" });
  await reader.runToEnd();
  assert.match(await reader.banner.innerText(), /Succeeded/);
});
