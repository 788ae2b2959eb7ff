// The data flow: stage by stage what a state's data become, in both query languages, at any moment of the run; and what
// a path or expression in the definition selected.

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

const PRICE = {
  StartAt: "Price",
  States: {
    Price: {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke",
      InputPath: "$.order",
      Parameters: { FunctionName: "price", Payload: { "skus.$": "$.lines[*].sku" } },
      ResultSelector: { "total.$": "$.Payload.total" },
      ResultPath: "$.price",
      OutputPath: "$",
      Retry: [{ ErrorEquals: ["Busy"], IntervalSeconds: 2 }],
      Next: "Keep",
    },
    Keep: { Type: "Pass", Assign: { "total.$": "$.price.total" }, Next: "Wait" },
    Wait: { Type: "Wait", Seconds: 5, End: true },
  },
};
const ORDER = { order: { id: 7, lines: [{ sku: "a" }, { sku: "b" }] }, by: "web" };
const ANSWERS = {
  Price: [{ throw: { error: "Busy" } }, { return: { StatusCode: 200, Payload: { total: 42 } } }],
};

const COMPUTED = {
  QueryLanguage: "JSONata",
  StartAt: "Total",
  States: {
    Total: {
      Type: "Pass",
      Output: {
        count: "{% $count($states.input.order.lines) %}",
        order: "{% $states.input.order %}",
      },
      Assign: { last: "{% $states.input.order.lines[-1].sku %}" },
      Next: "Missing",
    },
    Missing: { Type: "Pass", Output: { a: "{% $states.input.none.at.all %}" }, End: true },
  },
};

async function run(definition, scenario, options = {}) {
  visit = await studio.open({ hash: linkOf(definition, scenario), ...options });
  reader = drive(visit);
  await reader.node(definition.StartAt).waitFor({ state: "attached" });
  await reader.runToEnd();
}

const stage = (name) => visit.page.locator(`#details [data-stage="${name}"]`);
async function stages() {
  await visit.page.locator("#details .flow").waitFor();
  return visit.page.locator("#details [data-stage]").evaluateAll((all) => all.map((it) => it.dataset.stage));
}

test("every stage of a Task stands with its expressions and what it changed", async () => {
  await run(PRICE, { input: ORDER, tasks: ANSWERS });
  await reader.choose("Price");
  await reader.detailTab("Data flow");
  assert.deepEqual(await stages(), ["Input", "InputPath", "Parameters", "Result", "ResultSelector", "ResultPath", "OutputPath"]);
  assert.match(await stage("InputPath").innerText(), /After InputPath[^]*InputPath[^]*\$\.order[^]*"id"/);
  assert.match(await stage("Parameters").innerText(), /Parameters › Payload › skus\.\$[^]*\$\.lines\[\*\]\.sku[^]*\["a","b"\]/);
  const added = await stage("ResultPath").locator(".line.added").allTextContents();
  assert.deepEqual(added.map((line) => line.replace(/\s+/g, " ").trim()), ['+new: "price": {', '+new: "total": 42', "+new: }"]);
  assert.match(await stage("OutputPath").innerText(), /The same as the data after ResultPath/);
  await visit.screenshot("flow-task");
  visit.expectQuiet();
});

test("the flow goes as far as the playhead has come", async () => {
  await run(PRICE, { input: ORDER, tasks: ANSWERS });
  await reader.choose("Price");
  await reader.detailTab("Data flow");
  await visit.page.locator("#scrubber").press("Home");
  await visit.page.locator("#step").click();
  await visit.page.locator("#step").click();
  await stage("Input").waitFor();
  assert.deepEqual(await stages(), ["Input", "InputPath", "Parameters"]);
  visit.expectQuiet();
});

test("side by side the stages stand in columns, and Escape closes them", async () => {
  await run(PRICE, { input: ORDER, tasks: ANSWERS }, { theme: "light" });
  await reader.choose("Price");
  await reader.detailTab("Data flow");
  await visit.page.getByRole("button", { name: "Side by side" }).click();
  const dialog = visit.page.locator("dialog[aria-label='Data flow']");
  await dialog.waitFor();
  const boxes = await dialog.locator("[data-stage]").evaluateAll((all) => all.map((it) => it.getBoundingClientRect().toJSON()));
  assert.ok(boxes.every((box) => box.y === boxes[0].y), "all begin at one height");
  assert.ok(boxes.every((box, at) => at === 0 || box.x > boxes[at - 1].right), "each is right of the one before");
  await visit.screenshot("flow-wide");
  await visit.page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  visit.expectQuiet();
});

test("JSONata: expressions with their values, the variables, and the expression that gave nothing", async () => {
  await run(COMPUTED, { input: ORDER });
  await reader.choose("Total");
  await reader.detailTab("Data flow");
  assert.deepEqual(await stages(), ["Input", "Assign", "Output"]);
  const words = await stage("Output").innerText();
  assert.match(words, /Output › count[^]*\{% \$count\(\$states\.input\.order\.lines\) %\}[^]*2/);
  assert.match(await stage("Assign").innerText(), /"last": "b"/);
  await stage("Output").locator("summary").first().click();
  assert.match(await stage("Output").locator(".parts").first().innerText(), /Reads[^]*\$states\.input\.order\.lines[^]*\[\{"sku":"a"\},\{"sku":"b"\}\]/);
  await visit.screenshot("flow-jsonata");
  await reader.choose("Missing");
  await stage("Output").locator("dd.trouble").waitFor();
  assert.match(await stage("Output").innerText(), /returned nothing \(undefined\)/);
  await visit.screenshot("flow-jsonata-failed");
  visit.expectQuiet();
});

test("pointing at a path or an expression in the definition shows what it selected", async () => {
  await run(COMPUTED, { input: ORDER });
  const text = visit.page.locator("asl-editor .cm-line", { hasText: "$count(" }).locator("span", { hasText: "$count(" }).last();
  const tooltip = visit.page.locator("asl-editor .asl-value");
  await visit.page.waitForTimeout(600);
  await text.hover();
  await tooltip.waitFor();
  assert.equal(await tooltip.textContent(), "2");
  await visit.screenshot("flow-hover");
  visit.expectQuiet();
});

for (const [width, height, theme] of [[390, 844, "light"], [1024, 768, "dark"]]) {
  test(`at ${width} px nothing of the flow reaches out of its place`, async () => {
    await run(PRICE, { input: ORDER, tasks: ANSWERS }, { width, height, theme, hasTouch: width < 700 });
    await reader.choose("Price");
    await visit.page.getByRole("button", { name: "Data", exact: true }).click();
    await reader.detailTab("Data flow");
    await stages();
    await visit.screenshot(`flow-${width}`);
    const spilled = await visit.page.locator("#details").evaluate((place) => place.scrollWidth > place.clientWidth);
    assert.equal(spilled, false);
    await visit.page.getByRole("button", { name: "Side by side" }).click();
    await visit.page.locator("dialog [data-stage]").first().waitFor();
    await visit.screenshot(`flow-${width}-wide`);
    visit.expectQuiet();
  });
}
