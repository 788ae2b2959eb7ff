// What a reader does with the page, from opening it to sending the run to somebody.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch } from "./harness.mjs";

let studio;
before(async () => (studio = await launch()));
after(() => studio?.close());

const light = (page, state) => page.locator(`.node[data-state="${state}"]`).getAttribute("data-light");
const until = (page, state, wanted) => page.locator(`.node[data-state="${state}"][data-light="${wanted}"]`).waitFor();
const tab = (page, name) => page.getByRole("tab", { name, exact: true }).click();
const status = (page, words) => page.locator("#banner").getByText(words, { exact: true }).waitFor();

/** Opens a sample and waits until it is drawn. */
async function open(sample, options = {}) {
  const visit = await studio.open({ hash: `#/sample/${sample}`, ...options });
  await visit.page.locator(".node").first().waitFor();
  return visit;
}

/** Runs and puts the playhead to the end. */
async function runToEnd(page) {
  await page.click("#run");
  await page.locator("#scrubber").focus();
  await page.keyboard.press("End");
}

/** The whole history, row by row, as the Events tab has it. */
async function events(page) {
  await tab(page, "Events");
  const list = page.locator("#events");
  await list.waitFor();
  const rows = new Map();
  const height = await list.evaluate((element) => element.scrollHeight);
  for (let top = 0; top <= height; top += 300) {
    await list.evaluate((element, at) => (element.scrollTop = at), top);
    await page.waitForTimeout(60);
    for (const row of await list.locator(".event").allTextContents()) rows.set(row, true);
  }
  return [...rows.keys()];
}

const RETRYING = JSON.stringify(
  {
    StartAt: "Charge",
    States: {
      Charge: {
        Type: "Task",
        Resource: "arn:aws:lambda:us-east-1:111111111111:function:charge",
        Retry: [{ ErrorEquals: ["Busy"], IntervalSeconds: 2, MaxAttempts: 2 }],
        Catch: [{ ErrorEquals: ["States.ALL"], Next: "Apologise", ResultPath: "$.error" }],
        Next: "Ship",
      },
      Ship: { Type: "Pass", End: true },
      Apologise: { Type: "Pass", End: true },
    },
  },
  null,
  2,
);

test("states light up in the order in which they are entered", async () => {
  const visit = await open("hello");
  assert.equal(await light(visit.page, "Is there a name?"), "idle");
  await visit.page.click("#run");
  await until(visit.page, "Is there a name?", "succeeded");
  await until(visit.page, "Greet by name", "succeeded");
  await until(visit.page, "Done", "succeeded");
  await status(visit.page, "Succeeded");
  assert.equal(await light(visit.page, "Greet a stranger"), "idle");
  visit.expectQuiet();
  await visit.close();
});

test("a mistake is underlined and explained, the graph stays, and mending it brings all back", async () => {
  const visit = await open("hello");
  const { page, editor } = visit;
  const good = await editor.text();
  await editor.replace(good.replace('"StartAt"', '"StartAt'));
  await page.locator(".stage.behind").waitFor();
  await page.getByText("this is the last graph without any").waitFor();
  assert.ok((await editor.marks()).length > 0, "something is underlined");
  assert.equal(await page.locator(".node").count(), 4);
  await page.click("#run");
  await page.getByText("No run: mend this first").first().waitFor();
  await editor.replace(good.replace('"Next": "Done"', '"Next": "Dne"'));
  await page.locator(".problems").getByText("did you mean").first().waitFor();
  await editor.replace(good);
  await page.locator(".problems").waitFor({ state: "detached" });
  await page.keyboard.press("ControlOrMeta+Enter");
  await status(page, "Succeeded");
  visit.expectQuiet();
  await visit.close();
});

test("stepping and scrubbing show the exact past", async () => {
  const visit = await open("hello");
  const { page } = visit;
  await page.click("#step");
  await page.locator("#banner .clock").waitFor();
  assert.equal(await light(page, "Greet by name"), "idle");
  await page.keyboard.press(".");
  await until(page, "Is there a name?", "running");
  await page.keyboard.press(".");
  await until(page, "Is there a name?", "succeeded");
  await page.keyboard.press(".");
  await until(page, "Greet by name", "running");
  await page.keyboard.press(",");
  await until(page, "Greet by name", "idle");
  await until(page, "Is there a name?", "succeeded");
  const scale = await page.locator("#scrubber").boundingBox();
  await page.mouse.click(scale.x + scale.width - 5, scale.y + 12);
  await status(page, "Succeeded");
  await page.mouse.click(scale.x + 152, scale.y + 12);
  await until(page, "Is there a name?", "idle");
  visit.expectQuiet();
  await visit.close();
});

test("an answer that is changed takes the Catch, after its retries", async () => {
  const visit = await open("hello");
  const { page, editor } = visit;
  await editor.replace(RETRYING);
  await runToEnd(page);
  await until(page, "Ship", "succeeded");
  await tab(page, "Scenario");
  await page.locator('[data-task="Charge"]').getByText("Always fail").click();
  await page.locator('[data-task="Charge"]').getByLabel("Error").fill("Busy");
  await page.keyboard.press("Tab");
  await runToEnd(page);
  await until(page, "Charge", "caught");
  await until(page, "Apologise", "succeeded");
  assert.equal(await light(page, "Ship"), "idle");
  await page.click('.node[data-state="Charge"]');
  await page.locator("#inspected", { hasText: "Charge" }).waitFor();
  await page.locator('[data-part="Error"]').getByText("Busy").first().waitFor();
  await tab(page, "Attempts");
  assert.equal(await page.locator(".attempts > li").count(), 3);
  visit.expectQuiet();
  await visit.close();
});

test("the inspector shows what a state got and gave, and the event list keeps step", async () => {
  const visit = await open("order-saga");
  const { page } = visit;
  await runToEnd(page);
  await status(page, "Failed");
  await page.click('.node[data-state="Reserve stock"]');
  await page.locator('[data-part="Input"]').getByText("A-1042").first().waitFor();
  await page.locator('[data-part="Output"]').getByText("R-5521").first().waitFor();
  await tab(page, "Events");
  await page.locator(".event.current").getByText("ExecutionFailed").waitFor();
  await page.locator("#events").evaluate((element) => (element.scrollTop = 0));
  await page.locator(".event", { hasText: "TaskStateEntered" }).first().click();
  await until(page, "Reserve stock", "running");
  await until(page, "Charge card", "idle");
  visit.expectQuiet();
  await visit.close();
});

test("the cursor chooses the state, and the state moves the cursor", async () => {
  const visit = await open("hello");
  const { page } = visit;
  await page.locator("asl-editor .cm-content").first().getByText("Hello, stranger!").click();
  await page.locator('.node.selected[data-state="Greet a stranger"]').waitFor();
  await page.click('.node[data-state="Greet by name"]');
  await page.locator('.node.selected[data-state="Greet by name"]').waitFor();
  await page.locator("asl-editor .cm-content").first().getByText("Greet by name").first().waitFor();
  visit.expectQuiet();
  await visit.close();
});

test("a link gives the same run in a fresh profile, event for event", async () => {
  const visit = await open("card-retry");
  await runToEnd(visit.page);
  const mine = await events(visit.page);
  await visit.page.click("#share");
  const link = await visit.page.locator("#link").inputValue();
  visit.expectQuiet();
  await visit.close();

  const other = await studio.open({ hash: link.slice(link.indexOf("#")) });
  await other.page.locator(".node").first().waitFor();
  await runToEnd(other.page);
  const theirs = await events(other.page);
  assert.ok(mine.length > 10);
  assert.deepEqual(theirs, mine);
  other.expectQuiet();
  await other.close();
});

test("a damaged link is refused with a notice and touches nothing", async () => {
  const visit = await open("hello");
  await visit.editor.replace(RETRYING);
  await visit.page.waitForTimeout(600);
  const again = await studio.open({ hash: "#/edit?v=1&d=AAAA", context: visit.context });
  await again.page.getByText("this link cannot be opened").waitFor();
  assert.equal(await again.editor.text(), RETRYING);
  await again.close();
  await visit.close();
});

test("text and scenario survive a reload", async () => {
  const visit = await open("hello");
  const { page, editor } = visit;
  await editor.replace(RETRYING);
  await page.getByLabel("Name of the workflow").fill("My charge");
  await tab(page, "Scenario");
  await page.getByLabel("Input of the execution").fill('{"kept": 1}');
  await page.waitForTimeout(700);
  await page.reload();
  await page.locator('.node[data-state="Charge"]').waitFor();
  assert.equal(await editor.text(), RETRYING);
  assert.equal(await page.getByLabel("Name of the workflow").inputValue(), "My charge");
  await runToEnd(page);
  await page.click('.node[data-state="Charge"]');
  await page.locator('[data-part="Input"]').getByText("kept").waitFor();
  visit.expectQuiet();
  await visit.close();
});

test("a scenario that is no JSON is explained, and what was typed stays", async () => {
  const visit = await open("hello");
  const { page } = visit;
  await tab(page, "Scenario");
  const input = page.getByLabel("Input of the execution");
  await input.fill('{"half": ');
  await page.locator(".field-error").waitFor();
  assert.equal(await input.inputValue(), '{"half": ');
  await input.fill('{"name": "Grace"}');
  await page.locator(".field-error").waitFor({ state: "detached" });
  await runToEnd(page);
  await page.getByText("Hello, Grace!").first().waitFor();
  visit.expectQuiet();
  await visit.close();
});

test("YAML is read, drawn and run", async () => {
  const visit = await open("hello");
  await visit.editor.replace("StartAt: One\nStates:\n  One:\n    Type: Wait\n    Seconds: 3600\n    Next: Two\nTwo: oops\n");
  await visit.page.locator(".problems").waitFor();
  await visit.editor.replace("StartAt: One\nStates:\n  One:\n    Type: Wait\n    Seconds: 3600\n    Next: Two\n  Two:\n    Type: Succeed\n");
  await visit.page.locator(".problems").waitFor({ state: "detached" });
  await visit.page.click("#run");
  await until(visit.page, "One", "waiting");
  await until(visit.page, "Two", "succeeded");
  await visit.page.locator("#banner").getByText("01:00:00.000").waitFor();
  visit.expectQuiet();
  await visit.close();
});

test("a loop without end is ended by the quota, and the page says which", async () => {
  const visit = await open("hello");
  const loop = { StartAt: "A", States: { A: { Type: "Pass", Next: "B" }, B: { Type: "Choice", Choices: [{ Variable: "$", IsPresent: true, Next: "A" }], Default: "C" }, C: { Type: "Succeed" } } };
  await visit.editor.replace(JSON.stringify(loop));
  await runToEnd(visit.page);
  await visit.page.locator("#banner").getByText("maximum number of history events (25000)").waitFor();
  visit.expectQuiet();
  await visit.close();
});

test("every sample opens from the gallery and runs to its end", async () => {
  const visit = await open("hello");
  const { page } = visit;
  await page.click("#samples");
  const ids = await page.locator(".sample").evaluateAll((cards) => cards.map((card) => card.dataset.sample));
  assert.equal(ids.length, 8);
  await page.keyboard.press("Escape");
  for (const id of ids) {
    await page.click("#samples");
    await page.locator(`[data-sample="${id}"]`).click();
    await page.locator("dialog").waitFor({ state: "detached" });
    await runToEnd(page);
    await page.locator("#banner .chip").getByText(/Succeeded|Failed/).waitFor();
    await visit.screenshot(`sample-${id}`);
  }
  visit.expectQuiet();
  await visit.close();
});

test("the keyboard alone runs, steps, chooses and leaves dialogs", async () => {
  const visit = await open("hello");
  const { page } = visit;
  await page.keyboard.press("ControlOrMeta+Enter");
  await status(page, "Succeeded");
  await page.locator("#step-back").focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press(",");
  await page.locator('.node[tabindex="0"]').focus();
  await page.keyboard.press("Enter");
  await page.locator('.node.selected[data-state="Is there a name?"]').waitFor();
  await page.keyboard.press("ArrowDown");
  await page.locator('.node.selected[data-state="Greet by name"]').waitFor();
  await page.locator("#share").focus();
  await page.keyboard.press("Enter");
  await page.locator("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
  await page.keyboard.press("?");
  await page.locator("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
  visit.expectQuiet();
  await visit.close();
});

test("on a phone one place is shown at a time, and Run is in reach", async () => {
  const visit = await open("hello", { width: 390, height: 844, theme: "light" });
  const { page } = visit;
  await page.click("#run");
  await until(page, "Done", "succeeded");
  await visit.screenshot("phone-graph");
  await page.getByRole("button", { name: "Data", exact: true }).click();
  await page.locator("#details").getByText("Hello, Ada!").waitFor();
  await visit.screenshot("phone-data");
  await page.getByRole("button", { name: "Text", exact: true }).click();
  await visit.editor.content.waitFor();
  await visit.screenshot("phone-text");
  const run = await page.locator("#run").boundingBox();
  assert.ok(run.y > 600 && run.y + run.height < 844, "Run is at the bottom");
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
  visit.expectQuiet();
  await visit.close();
});

for (const [theme, width, height] of [["dark", 1440, 900], ["light", 1440, 900], ["dark", 1024, 768], ["light", 2560, 1440]]) {
  test(`nothing spills over at ${width} × ${height}, ${theme}`, async () => {
    const visit = await open("order-checks", { theme, width, height });
    await visit.page.click("#run");
    await visit.page.waitForTimeout(2500);
    await visit.screenshot(`studio-${theme}-${width}`);
    const spill = await visit.page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]);
    assert.deepEqual(spill, [width, height]);
    visit.expectQuiet();
    await visit.close();
  });
}
