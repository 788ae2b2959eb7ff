// JSON as a tree: folded, searched, copied from, and quick with a megabyte.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch } from "./harness.mjs";
import { drive, linkOf } from "./drive.mjs";

let studio;

before(async () => {
  studio = await launch();
});
after(() => studio.close());

const pass = { StartAt: "Keep", States: { Keep: { Type: "Pass", End: true } } };

async function open(input, options = {}) {
  const visit = await studio.open({ hash: linkOf(pass, { input, limits: { payloadBytes: 4_000_000 } }), ...options });
  const reader = drive(visit);
  await reader.ready();
  await reader.runToEnd();
  await reader.choose("Keep");
  const card = visit.page.locator('[data-part="Input"]').last();
  const rows = () => card.locator(".json-row").allTextContents();
  return { ...visit, reader, card, rows };
}

const order = { id: "A-1", customer: { name: "Mo", tags: ["new", "web"] }, lines: [{ sku: "x-1", n: 2 }, { sku: "x-2", n: 5 }] };

test("a value folds, is walked through by keys, and gives its path and value", async () => {
  const { page, card, rows, expectQuiet, screenshot, close } = await open(order, {
    permissions: ["clipboard-read", "clipboard-write"],
  });
  await card.getByRole("button", { name: "As a tree" }).click();
  const tree = card.getByRole("tree");
  assert.equal((await rows()).length, 14);
  await tree.focus();
  await page.keyboard.press("End");
  assert.match(await card.locator(".json-path").textContent(), /^\$\.lines\[1\]\.n$/);
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  assert.equal((await rows()).length, 12);
  await page.keyboard.press("ArrowRight");
  assert.equal((await rows()).length, 14);
  await card.getByRole("button", { name: "Path" }).click();
  await card.getByText("the path was copied").waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "$.lines[1]");
  await card.getByRole("button", { name: "Value" }).click();
  await card.getByText("the value was copied").waitFor();
  assert.deepEqual(JSON.parse(await page.evaluate(() => navigator.clipboard.readText())), order.lines[1]);
  await screenshot("tree");
  await card.getByRole("button", { name: "As text" }).click();
  assert.deepEqual(JSON.parse(await card.locator(".json").textContent()), order);
  expectQuiet();
  await close();
});

test("a search finds what is folded, one hit after the other", async () => {
  const { page, card, rows, expectQuiet, screenshot, close } = await open(order, { theme: "light" });
  await card.getByRole("button", { name: "As a tree" }).click();
  await card.getByRole("tree").focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowLeft");
  assert.equal((await rows()).length, 1);
  await card.getByLabel("Search in Input").fill("sku");
  await card.getByText("1 of 2").waitFor();
  assert.equal(await card.locator(".json-path").textContent(), "$.lines[0].sku");
  await page.keyboard.press("Enter");
  await card.getByText("2 of 2").waitFor();
  await card.getByRole("button", { name: "Previous hit" }).click();
  await card.getByText("1 of 2").waitFor();
  await screenshot("tree-search");
  await card.getByLabel("Search in Input").fill("nowhere");
  await card.getByText("nothing found").waitFor();
  expectQuiet();
  await close();
});

test("a megabyte is a tree at once, and stays quick", async () => {
  const large = Array.from({ length: 9_000 }, (_, n) => ({ n, name: `item ${n}`, text: "x".repeat(80) }));
  const { page, reader, card, expectQuiet, screenshot, close } = await open({ small: true });
  const name = JSON.stringify({ version: 1, input: { large }, limits: { payloadBytes: 4_000_000 } });
  await reader.writeScenario(name);
  await reader.textTab("Definition");
  await reader.runToEnd();
  await page.evaluate(() => {
    window.longest = 0;
    let last = performance.now();
    const frame = (now) => {
      window.longest = Math.max(window.longest, now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  const begun = Date.now();
  await reader.choose("Keep");
  await card.getByRole("tree").waitFor();
  const shown = Date.now() - begun;
  assert.ok((await card.locator(".json-row").count()) < 200, "only what is on screen is in the document");
  await card.getByLabel("Search in Input").fill("item 8999");
  await card.getByText("1 of 1").waitFor();
  assert.match(await card.locator(".json-path").textContent(), /\[8999\]\.name$/);
  const longest = await page.evaluate(() => window.longest);
  console.log(`a JSON value of 1 MB: a tree after ${shown} ms, the longest frame while it is opened and searched ${longest.toFixed(0)} ms`);
  await screenshot("tree-large");
  assert.ok(longest < 1500, `${longest} ms`);
  expectQuiet();
  await close();
});

test("events are filtered and saved, visits sorted and chosen, and a state shows its own text", async () => {
  const machine = {
    StartAt: "Each",
    States: {
      Each: {
        Type: "Map",
        Next: "Pay",
        ItemProcessor: { StartAt: "Look", States: { Look: { Type: "Pass", End: true } } },
      },
      Pay: { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", Retry: [{ ErrorEquals: ["Busy"] }], End: true },
    },
  };
  const scenario = { input: [1, 2, 3], tasks: { Pay: [{ throw: { error: "Busy" } }, { return: {} }] } };
  const visit = await studio.open({ hash: linkOf(machine, scenario) });
  const { page } = visit;
  const reader = drive(visit);
  await reader.ready();
  await reader.runToEnd();
  await reader.detailTab("Events");
  const count = page.locator(".listing-foot .remark");
  await page.getByLabel("Types of events").selectOption("Failures");
  await count.filter({ hasText: "1 of" }).waitFor();
  const saving = page.waitForEvent("download");
  await page.locator("#save-events").click();
  const stream = await (await saving).createReadStream();
  let text = "";
  for await (const part of stream) text += part;
  assert.equal(JSON.parse(text).events[0].taskFailedEventDetails.error, "Busy");
  await page.getByLabel("Types of events").selectOption("All types");
  await page.getByLabel("Filter the events").fill("look entered");
  await count.filter({ hasText: "3 of" }).waitFor();
  await page.getByLabel("Filter the events").fill("");
  await reader.choose("Pay");
  await page.getByRole("button", { name: "Chosen state only" }).click();
  await count.filter({ hasText: "8 of" }).waitFor();
  await visit.screenshot("events-filtered");

  await page.getByRole("button", { name: "Visits", exact: true }).click();
  const names = () => page.locator("#visits .event-type").allTextContents();
  assert.deepEqual(await names(), ["Each", "Look [0]", "Look [1]", "Look [2]", "Pay"]);
  await page.locator("#visits .visit-row").filter({ hasText: "Look [2]" }).click();
  await reader.detailTab("Data");
  const compare = page.getByLabel("What to compare");
  await compare.selectOption({ label: "input with that of visit 2, item 2" });
  const lines = page.locator('[data-part="Comparison"] .changes');
  assert.match(await lines.textContent(), /2[\s\S]*3/);
  await compare.selectOption({ label: "output with input" });
  await page.getByText("Both are the same.").waitFor();
  await compare.selectOption({ label: "input with that of visit 1, item 1" });
  await visit.screenshot("comparison");
  await reader.detailTab("Events");
  await page.getByRole("button", { name: "Visits", exact: true }).click();
  await page.getByRole("button", { name: "Took" }).click();
  await page.getByRole("button", { name: "Took ↑" }).click();
  assert.equal((await names())[0], "Pay");
  await page.locator("#visits .visit-row").filter({ hasText: "Look [1]" }).click();
  await visit.screenshot("visits");
  await reader.detailTab("Data");
  assert.equal(await reader.chosen(), "Look");

  await reader.detailTab("Definition");
  const own = await page.locator(".own-text").textContent();
  assert.match(own, /^"Look": \{\n {2}"Type": "Pass"/);
  await page.getByRole("button", { name: "Show in the text" }).click();
  await visit.screenshot("own-text");
  visit.expectQuiet();
  await visit.close();
});
