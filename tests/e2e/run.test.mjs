// A run: states light up in order, one can step and scrub, stop what is long, and what has no end is ended.

import assert from "node:assert/strict";
import { test } from "node:test";
import { linkOf } from "./drive.mjs";
import { reader, visit, visitEach } from "./visits.mjs";

visitEach();

/** A loop that counts as far as `last`; with `last` out of reach it has no end. */
const loop = (last) => ({
  StartAt: "Begin",
  States: {
    Begin: { Type: "Pass", Result: { count: 0 }, Next: "Count" },
    Count: { Type: "Pass", Parameters: { "count.$": "States.MathAdd($.count, 1)" }, Next: "Enough?" },
    "Enough?": {
      Type: "Choice",
      Choices: [{ Variable: "$.count", NumericLessThan: last, Next: "Count" }],
      Default: "Done",
    },
    Done: { Type: "Succeed" },
  },
});

async function open(definition, scenario) {
  await visit.page.evaluate((hash) => (location.hash = hash), linkOf(definition, scenario));
  await reader.node(definition.StartAt).waitFor();
}

test("Run lights the states in the order in which they are entered", async () => {
  await reader.openSample("card-retry");
  await reader.watchLights();
  await visit.page.locator("#run").click();
  await reader.waitForLight("Charge card", "waiting");
  assert.match(await reader.node("Charge card").textContent(), /retry in \d/);
  await visit.screenshot("run-retrying");
  await visit.page.locator("#banner .chip", { hasText: "Succeeded" }).waitFor({ timeout: 30_000 });

  const lit = await reader.litSoFar();
  const first = [...new Set(lit.filter(([, light]) => light !== "idle").map(([name]) => name))];
  assert.deepEqual(first, ["Charge card", "Charge by direct debit", "Send receipt"]);
  const ofCard = lit.filter(([name]) => name === "Charge card").map(([, light]) => light);
  assert.ok(ofCard.indexOf("running") < ofCard.indexOf("waiting"), "it runs before it waits for the next attempt");
  assert.deepEqual(await reader.lights(), {
    "Charge card": "caught",
    "Charge by direct debit": "succeeded",
    "Send receipt": "succeeded",
    "Put on hold": "idle",
  });
  await visit.screenshot("run-succeeded");
  visit.expectQuiet();
});

test("Ctrl+Enter runs, from within the text as well", async () => {
  await visit.editor.focus();
  const text = await visit.editor.text();
  await visit.page.keyboard.press("ControlOrMeta+Enter");
  await visit.page.locator("#banner .chip", { hasText: "Succeeded" }).waitFor();
  assert.equal(await visit.editor.text(), text, "the key writes nothing");
});

test("Pause holds the playhead, Play goes on, a speed makes it faster", async () => {
  await reader.openSample("order-saga");
  await visit.page.locator("#run").click();
  await reader.waitForLight("Reserve stock", "running");
  await visit.page.locator("#play").click();
  const held = await visit.page.locator("#scrubber").getAttribute("aria-valuenow");
  await visit.page.waitForTimeout(200);
  assert.equal(await visit.page.locator("#scrubber").getAttribute("aria-valuenow"), held);
  await visit.page.locator("#speed").selectOption("16");
  await visit.page.locator("#play").click();
  await visit.page.locator("#banner .chip", { hasText: "Failed" }).waitFor();
  assert.match(await reader.banner.textContent(), /NoCourier/);
});

test("stepping forward and back shows each event, and the exact past", async () => {
  await reader.openSample("order-checks");
  await reader.runToEnd();
  const [end, count] = await reader.playhead();
  assert.equal(end, count);

  const seen = new Map();
  await visit.page.locator("#scrubber").press("Home");
  // Without the focus on a control the keys are those of the page.
  await visit.page.locator("#scrubber").blur();
  for (let steps = 0; steps <= count; steps += 1) {
    const [at] = await reader.playhead();
    seen.set(at, JSON.stringify(await reader.lights()));
    if (at === count) break;
    await visit.page.keyboard.press(".");
  }
  assert.ok(seen.has(count), "stepping reaches the end");
  assert.ok(new Set(seen.values()).size > 5, "the lights change on the way");

  for (let steps = 0; steps <= count; steps += 1) {
    const [at] = await reader.playhead();
    assert.equal(JSON.stringify(await reader.lights()), seen.get(at), `event ${at} looks as it did before`);
    if (at <= 1) break;
    await visit.page.locator("#step-back").click();
  }
  await visit.page.keyboard.press(",");
  assert.equal((await reader.playhead())[0], 1);
});

test("Step without a run begins one and stands at its start", async () => {
  await visit.page.locator("#step").click();
  await visit.page.locator("#event-count").waitFor();
  const [at] = await reader.playhead();
  await visit.page.waitForTimeout(200);
  assert.deepEqual((await reader.playhead())[0], at, "nothing plays");
  assert.ok(at <= 1);
});

test("the timeline is scrubbed with the pointer and with keys", async () => {
  await reader.openSample("order-saga");
  await reader.runToEnd();
  const [, count] = await reader.playhead();
  const scrubber = visit.page.locator("#scrubber");
  const box = await scrubber.boundingBox();
  const label = 148;
  const x = (share) => box.x + label + (box.width - label - 24) * share;
  const y = box.y + box.height / 2;

  const at = [];
  await visit.page.mouse.move(x(0.02), y);
  await visit.page.mouse.down();
  for (const share of [0.02, 0.3, 0.6, 0.9, 0.3]) {
    await visit.page.mouse.move(x(share), y, { steps: 4 });
    at.push([(await reader.playhead())[0], JSON.stringify(await reader.lights())]);
  }
  await visit.page.mouse.up();
  const events = at.map(([event]) => event);
  assert.ok(events[0] < events[1] && events[1] < events[2] && events[2] < events[3] && events[3] <= count, `${events}`);
  assert.deepEqual(at[4], at[1], "the same place shows the same");
  assert.match(await reader.banner.textContent(), /Running/);
  await visit.screenshot("run-scrubbed");

  const before = events[4];
  await scrubber.press("ArrowRight");
  const [next] = await reader.playhead();
  assert.ok(next > before);
  await scrubber.press("ArrowLeft");
  assert.ok((await reader.playhead())[0] < next);
  await scrubber.press("ArrowRight");
  assert.equal((await reader.playhead())[0], next);
  await scrubber.press("End");
  assert.equal((await reader.playhead())[0], count);
  await scrubber.press("PageDown");
  assert.ok((await reader.playhead())[0] < count);
});

test("a bar of the timeline shows its visit", async () => {
  await reader.openSample("order-saga");
  await reader.runToEnd();
  await visit.page.locator('.bar[title^="Refund card: succeeded"]').first().click();
  assert.equal(await reader.chosen(), "Refund card");
});

test("Stop ends a long run, says so, and the next run works", async () => {
  await open(loop(1e12), { limits: { historyEvents: 1_000_000 } });
  await visit.page.locator("#run").click();
  await visit.page.locator("#banner", { hasText: "Computing" }).waitFor();
  // The page stays usable while the run is computed.
  await visit.page.locator("#theme").click();
  await visit.page.locator("#stop").click();
  await visit.page.locator(".refusal", { hasText: "stopped" }).waitFor();
  assert.equal(await visit.page.locator("#run").isEnabled(), true);

  await open(loop(3), {});
  await reader.runToEnd();
  assert.match(await reader.banner.textContent(), /Succeeded/);
  visit.expectQuiet();
});

test("a run without end is ended by the history's quota, and the page says which", { timeout: 60_000 }, async () => {
  await open(loop(1e12), {});
  await reader.runToEnd();
  assert.deepEqual(await reader.playhead(), [25_000, 25_000]);
  assert.match(await reader.banner.innerText(), /Failed/);
  assert.match(await reader.banner.innerText(), /25,?000|history/i);
  await reader.detailTab("Events");
  await visit.page.locator(".event.current", { hasText: "25000" }).waitFor();
  await visit.screenshot("run-quota");
  visit.expectQuiet();
});

test("a long wait is told in virtual time and takes moments", async () => {
  await open({ StartAt: "Sleep", States: { Sleep: { Type: "Wait", Seconds: 93_600, Next: "Wake" }, Wake: { Type: "Succeed" } } });
  await visit.page.locator("#run").click();
  await reader.waitForLight("Sleep", "waiting");
  assert.match(await reader.node("Sleep").textContent(), /\d h \d+ min left|1 d \d+ h left/);
  await reader.waitForLight("Wake", "succeeded");
  await reader.banner.getByText("1 d 02:00:00.000").waitFor();
});

test("a text changed after the run says that the run is not of this text", async () => {
  await reader.runToEnd();
  await visit.editor.replace((await visit.editor.text()).replace("Hello, stranger!", "Hello, you!"));
  await visit.page.locator("#banner", { hasText: "changed since" }).waitFor();
  assert.ok(Object.values(await reader.lights()).every((light) => light === "idle"));
  await reader.runToEnd();
  assert.match(await reader.banner.textContent(), /Succeeded/);
});
