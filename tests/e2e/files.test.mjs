// Files: opened by choice, drop and paste, told apart by what they hold; recorded executions; saving.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, afterEach, before, test } from "node:test";
import { drive, linkOf } from "./drive.mjs";
import { launch } from "./harness.mjs";

let studio;
let visit;
let reader;
before(async () => (studio = await launch()));
after(() => studio?.close());
afterEach(() => visit?.close());

const PAY = {
  StartAt: "Pay",
  States: {
    Pay: {
      Type: "Task",
      Resource: "arn:aws:lambda:us-east-1:111111111111:function:pay",
      Retry: [{ ErrorEquals: ["Busy"], IntervalSeconds: 3 }],
      Next: "Done",
    },
    Done: { Type: "Pass", Result: { paid: true }, End: true },
  },
};
const BUSY = { input: { cents: 420 }, tasks: { Pay: [{ throw: { error: "Busy" } }, { return: { id: 7 } }] } };
const MOCKS = {
  StateMachines: { Payments: { TestCases: { Happy: { Pay: "Paid" }, Sad: { Pay: "Broke" } } } },
  MockedResponses: {
    Paid: { 0: { Return: { ok: true } } },
    Broke: { "0-3": { Throw: { Error: "Busy", Cause: "come back later" } } },
  },
};

async function open(definition = PAY, scenario = BUSY, options = {}) {
  visit = await studio.open({ hash: linkOf(definition, scenario), ...options });
  reader = drive(visit);
  await reader.node(definition.StartAt).waitFor({ state: "attached" });
}

const asFile = (name, content) => ({
  name,
  mimeType: "application/json",
  buffer: Buffer.from(typeof content === "string" ? content : JSON.stringify(content)),
});

async function choose(...files) {
  await visit.page.locator("#samples").click();
  await visit.page.locator("#choose-file").setInputFiles(files);
  await visit.page.locator("dialog[aria-label=Open]").waitFor({ state: "detached" });
}

/** Drops files on an element as a file manager would. */
async function drop(selector, ...files) {
  const carried = await visit.page.evaluateHandle((files) => {
    const carried = new DataTransfer();
    for (const { name, text } of files) carried.items.add(new File([text], name));
    return carried;
  }, files.map(({ name, buffer }) => ({ name, text: buffer.toString() })));
  for (const type of ["dragenter", "dragover"]) await visit.page.dispatchEvent(selector, type, { dataTransfer: carried });
  await visit.page.locator(".dropzone").waitFor();
  await visit.screenshot("files-drop");
  await visit.page.dispatchEvent(selector, "drop", { dataTransfer: carried });
  await visit.page.locator(".dropzone").waitFor({ state: "detached" });
}

async function save(id) {
  await visit.page.locator("#share").click();
  const download = visit.page.waitForEvent("download");
  await visit.page.locator(id).click();
  const file = await download;
  await visit.page.keyboard.press("Escape");
  return { name: file.suggestedFilename(), text: readFileSync(await file.path(), "utf8") };
}

const definitionText = () => visit.page.locator("asl-editor").first().evaluate((element) => element.text);

test("a definition and its scenario are dropped on the editor and opened as files, not typed into it", async () => {
  await open({ StartAt: "Before", States: { Before: { Type: "Succeed" } } }, {});
  const scenario = asFile("pay.scenario.json", { version: 1, ...BUSY });
  await drop("asl-editor >> nth=0", scenario, asFile("pay.asl.json", PAY));
  await reader.node("Pay").waitFor({ state: "attached" });
  assert.equal(await visit.page.locator(".workflow-name").inputValue(), "pay");
  assert.equal(await definitionText(), JSON.stringify(PAY));
  await reader.runToEnd();
  assert.equal(await reader.light("Done"), "succeeded");
});

test("what is saved is what is opened again: definition, scenario, history", async () => {
  await open();
  await reader.runToEnd();
  const definition = await save("#save-definition");
  assert.deepEqual(JSON.parse(definition.text), PAY);
  assert.match(definition.name, /\.asl\.json$/);
  const scenario = await save("#save-scenario");
  assert.equal(JSON.parse(scenario.text).input.cents, 420);
  const picture = await save("#save-picture");
  assert.match(picture.text, /^<svg /);
  const history = await save("#save-history");
  const { events } = JSON.parse(history.text);
  assert.equal(events.length, 12);
  assert.equal(events[0].type, "ExecutionStarted");
  await choose(asFile(history.name, history.text));
  await visit.page.locator("#recorded-words").waitFor();
  assert.equal(await visit.page.locator("#recorded-words").textContent(), "Equal in all 12 events");
});

test("a history is played on the graph, held against our run, and its first difference shown", async () => {
  await open();
  await reader.runToEnd();
  const history = (await save("#save-history")).text;
  await visit.close();
  const changed = structuredClone(PAY);
  changed.States.Done.Result = { paid: "later" };
  await open(changed, {});
  await choose(asFile("execution-42.json", history));
  const { page } = visit;
  await page.locator("#recorded-words").waitFor();
  assert.match(await page.locator("#recorded-words").textContent(), /^First difference: /);
  await reader.waitForLight("Done", "succeeded");
  await visit.screenshot("files-recorded");
  await page.locator("#recorded-difference").click();
  const [event, all] = await reader.playhead();
  assert.equal(all, 12);
  assert.equal(event, 11, "PassStateExited of Done");
  await page.locator("#side-ours").click();
  assert.equal(await page.locator("#side-ours").getAttribute("aria-pressed"), "true");
  await page.locator("#recorded-keep").click();
  await reader.notice("Run replays it");
  await reader.textTab("Scenario JSON");
  assert.match(await reader.scenarioText(), /"cents": 420/);
  await page.locator("#recorded-close").click();
  assert.equal(await page.locator("#recorded").count(), 0);
  assert.match(await page.locator("#banner").textContent(), /Not run yet/);
});

test("a history is pasted, and one of another machine is refused with the cure", async () => {
  await open({ StartAt: "Other", States: { Other: { Type: "Succeed" } } }, {});
  await visit.page.locator("#samples").click();
  const event = { id: 2, previousEventId: 0, type: "PassStateEntered", timestamp: 1, stateEnteredEventDetails: { name: "Gone" } };
  const started = { id: 1, previousEventId: 0, type: "ExecutionStarted", timestamp: 0 };
  await visit.page.locator("#paste-file").focus();
  await visit.page.keyboard.insertText(JSON.stringify({ events: [started, event] }));
  const refusal = visit.page.locator("#recorded [role=alert]");
  await refusal.waitFor();
  assert.match(await refusal.textContent(), /another state machine: Gone .* Open its definition first/);
});

test("a test case of a MockConfigFile is chosen, and written back", async () => {
  await open(PAY, { input: { cents: 1 } });
  await choose(asFile("MockConfigFile.json", MOCKS));
  const dialog = visit.page.getByRole("dialog", { name: "Test cases of MockConfigFile.json" });
  await dialog.waitFor();
  await visit.screenshot("files-mocks");
  await dialog.getByRole("button", { name: /Sad/ }).click();
  await dialog.waitFor({ state: "detached" });
  await reader.runToEnd();
  assert.match(await reader.banner.textContent(), /come back later/);
  const saved = JSON.parse((await save("#save-mocks")).text);
  const [response] = Object.values(saved.MockedResponses);
  assert.deepEqual(Object.values(response)[0], { Throw: { Error: "Busy", Cause: "come back later" } });
});

test("what is no file of ours leaves everything as it is and says so", async () => {
  await open();
  await choose(asFile("numbers.json", "[1, 2, 3]"));
  await reader.notice("numbers.json cannot be opened");
  assert.deepEqual(JSON.parse(await definitionText()), PAY);
});

test("opening and saving fit a phone and the dark", async () => {
  await open(PAY, BUSY, { width: 390, height: 844, theme: "dark" });
  await visit.page.locator("#samples").click();
  await visit.screenshot("files-open-narrow");
  const wide = await visit.page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  assert.equal(wide, false);
});
