// "Why did it fail?": the field, the path step by step, the data it was looked up in, the nearest key; the rules of a
// Choice one by one; what Retry and Catch said.

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

const BILL = {
  StartAt: "Check order",
  States: {
    "Check order": { Type: "Pass", Next: "Write bill" },
    "Write bill": {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke",
      Parameters: {
        FunctionName: "bill",
        Payload: { "id.$": "$.order.id", "net.$": "$.order.totl.net" },
      },
      Catch: [{ ErrorEquals: ["States.ALL"], Next: "Tell" }],
      End: true,
    },
    Tell: { Type: "Succeed" },
  },
};
const ORDER = {
  order: {
    id: "A-1042",
    customer: { name: "Ines Duarte", since: 2019 },
    lines: [{ sku: "lamp-3", count: 2 }, { sku: "wire-1", count: 1 }],
    total: { net: 155.04, gross: 184.5 },
  },
  requestedBy: "web shop",
};

const ROUTE = {
  StartAt: "Which way?",
  States: {
    "Which way?": {
      Type: "Choice",
      Choices: [
        { Variable: "$.amount", NumericGreaterThan: 100, Next: "Ask manager" },
        {
          And: [
            { Variable: "$.country", StringEquals: "de" },
            { Not: { Variable: "$.express", IsPresent: true } },
          ],
          Next: "Ship",
        },
        { Variable: "$.country", StringMatches: "A*", Next: "Ship" },
      ],
    },
    "Ask manager": { Type: "Succeed" },
    Ship: { Type: "Succeed" },
  },
};

async function run(definition, scenario, options = {}) {
  visit = await studio.open({ hash: linkOf(definition, scenario), ...options });
  reader = drive(visit);
  await reader.node(definition.StartAt).waitFor({ state: "attached" });
  await reader.runToEnd();
}

const why = () => reader.part("Why");
const rules = () => reader.part("Rules");
const askWhy = () => visit.page.locator("#why").click();
test("a path that finds nothing is told step by step, beside its data, with the nearest key", async () => {
  await run(BILL, { input: ORDER });
  await askWhy();
  assert.equal(await reader.chosen(), "Write bill");
  const words = await why().innerText();
  assert.match(words, /\$\.order has no key totl/);
  assert.match(words, /did you mean total\?/);
  assert.match(words, /Parameters › Payload › net\.\$ line \d+/);
  const steps = await why().locator(".path-steps li").evaluateAll((all) => all.map((it) => [it.className, it.textContent]));
  assert.deepEqual(steps, [
    ["found", "$, found"],
    ["found", ".order, found"],
    ["missing", ".totl, here it ended"],
    ["not-tried", ".net, not tried"],
  ]);
  assert.match(await why().locator(".line.reached").first().textContent(), /^"order": \{/);
  assert.match(await why().locator(".line.nearest").textContent(), /"total".*← nearest/);
  assert.match(await why().locator(".line.missing").textContent(), /"totl".*← not there/);
  assert.match(words, /Catcher 1 States\.ALL[^]*nothing retries or catches this States\.Runtime/);
  await visit.screenshot("why-path");
  visit.expectQuiet();
});

test("the field leads to its place in the text, and the path that was meant is written there", async () => {
  await run(BILL, { input: ORDER });
  // Without a choice the summary of the run explains it, too.
  const words = await why().innerText();
  assert.match(words, /Why Write bill failed/);
  await why().getByRole("button", { name: "net.$" }).click();
  await visit.page.waitForFunction(() => document.querySelector("asl-editor").shadowRoot.querySelector(".cm-selectionBackground"));
  await why().getByRole("button", { name: "Write $.order.total.net" }).click();
  await visit.page.locator("#banner", { hasText: "changed since" }).waitFor();
  assert.match(await visit.editor.text(), /"net\.\$": "\$\.order\.total\.net"/);
  await reader.runToEnd();
  assert.match(await reader.banner.innerText(), /Succeeded/);
  assert.equal(await visit.page.locator("#why").count(), 0);
  assert.equal(await visit.page.locator('[data-part="Why"]').count(), 0);
  visit.expectQuiet();
});

test("a Choice without a match says of each rule what it compared and why it did not hold", async () => {
  await run(ROUTE, { input: { amount: "120", country: "DE" } }, { theme: "light" });
  await askWhy();
  assert.match(await why().innerText(), /no rule matched, and there is no Default/);
  const rows = await rules().locator(".verdicts > li").allInnerTexts();
  assert.equal(rows.length, 3);
  assert.match(rows[0], /Rule 1 to Ask manager: did not match[^]*\$\.amount is greater than 100[^]*a number in quotes, "120"/);
  assert.match(rows[1], /all of these hold[^]*"DE" = "de" is false: upper and lower case count[^]*this does not hold/);
  assert.match(rows[2], /"DE" does not match/);
  const verdicts = await rules().locator(".verdicts > li").evaluateAll((all) => all.map((it) => it.className));
  assert.deepEqual(verdicts, ["no-match", "no-match", "no-match"]);
  await visit.screenshot("why-choice");
  visit.expectQuiet();
});

test("a Choice that chose shows which rule won, and not before it has", async () => {
  await run(ROUTE, { input: { amount: 5, country: "AT" } });
  await reader.choose("Which way?");
  assert.match(await rules().innerText(), /rule 3 matched: on to Ship/);
  const verdicts = await rules().locator(".verdicts > li").evaluateAll((all) => all.map((it) => it.className));
  assert.deepEqual(verdicts, ["no-match", "no-match", "matched"]);
  assert.equal(await visit.page.locator('[data-part="Why"]').count(), 0);
  await visit.screenshot("why-choice-matched");
  await visit.page.locator("#scrubber").press("Home");
  await visit.page.locator("#step").click();
  assert.equal(await visit.page.locator('[data-part="Rules"]').count(), 0);
  visit.expectQuiet();
});

test("what Retry and Catch said of a task's error", async () => {
  visit = await studio.open();
  reader = drive(visit);
  await reader.openSample("card-retry");
  await reader.runToEnd();
  await reader.choose("Charge card");
  const words = await why().innerText();
  assert.match(words, /the task answered with the error CardDeclined/);
  assert.match(words, /Retry and Catch[^]*Catcher \d[^]*took it: on to Charge by direct debit/);
  await visit.screenshot("why-handlers");
  await reader.detailTab("Attempts");
  const attempts = await visit.page.locator(".attempts > li").allInnerTexts();
  assert.match(attempts[0], /Retrier 1[^]*granted retry 1 of 3/);
  assert.match(attempts[1], /Retrier 1[^]*granted retry 2 of 3/);
  assert.match(attempts[2], /Retrier 1[^]*does not match CardDeclined[^]*Catcher 1[^]*took it/);
  await visit.screenshot("why-attempts");
  visit.expectQuiet();
});

for (const [width, height, theme] of [[390, 844, "dark"], [1024, 768, "light"]]) {
  test(`at ${width} px the banner leads to the explanation, and that to the text`, async () => {
    await run(BILL, { input: ORDER }, { width, height, theme, hasTouch: width < 700 });
    await askWhy();
    await why().waitFor();
    await visit.screenshot(`why-${width}`);
    const spilled = await why().evaluate((card) =>
      [...card.querySelectorAll("*")].filter((it) => it.getBoundingClientRect().right > card.getBoundingClientRect().right + 1).length,
    );
    assert.equal(spilled, 0, "nothing reaches out of its card");
    await why().locator(".path-steps").scrollIntoViewIfNeeded();
    await visit.screenshot(`why-${width}-path`);
    await why().getByRole("button", { name: "net.$" }).click();
    assert.ok(await visit.editor.content.isVisible());
    visit.expectQuiet();
  });
}

test("all of it can be reached and read with the keyboard alone", async () => {
  await run(ROUTE, { input: { country: "DE" } });
  await visit.page.locator("#why").focus();
  await visit.page.keyboard.press("Enter");
  const headings = await visit.page.locator("#details").getByRole("heading").allInnerTexts();
  assert.deepEqual(headings.slice(0, 4), ["Which way?", "Why it failed", "Looked up in the state's input", "Which rule, and why"]);
  const place = why().getByRole("button", { name: "Variable" });
  await place.focus();
  await visit.page.keyboard.press("Enter");
  await visit.page.waitForFunction(() => document.querySelector("asl-editor").shadowRoot.querySelector(".cm-selectionBackground"));
  await visit.screenshot("why-missing-variable");
});
