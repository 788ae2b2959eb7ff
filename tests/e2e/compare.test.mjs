// The last runs, and two of them side by side.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, afterEach, before, test } from "node:test";
import { drive, linkOf } from "./drive.mjs";
import { launch } from "./harness.mjs";

let studio;
let visit;
let reader;
before(async () => (studio = await launch()));
after(() => studio?.close());
afterEach(() => visit?.close());

const DRAGON = {
  StartAt: "Look up",
  States: {
    "Look up": { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", OutputPath: "$.known", Next: "Known?" },
    "Known?": { Type: "Choice", Choices: [{ Variable: "$", BooleanEquals: true, Next: "Greet" }], Default: "Add" },
    Add: { Type: "Pass", Next: "Greet" },
    Greet: { Type: "Pass", End: true },
  },
};
const scenario = (known) => ({ tasks: { "Look up": [{ return: { known } }] } });

for (const options of [{}, { width: 390, height: 844, theme: "light" }]) {
  test(`a new and a known dragon are compared${options.width ? " on a phone" : ""}`, async () => {
    visit = await studio.open({ hash: linkOf(DRAGON, scenario(true)), ...options });
    reader = drive(visit);
    const { page } = visit;
    await reader.node("Add").waitFor({ state: "attached" });
    await reader.runToEnd();
    if (options.width) await page.locator(".place-tab", { hasText: "Text" }).click();
    await reader.writeScenario(JSON.stringify({ version: 1, ...scenario(false) }));
    if (options.width) await page.locator(".place-tab", { hasText: "Graph" }).click();
    await reader.runToEnd();
    assert.equal(await reader.light("Add"), "succeeded");
    await page.locator("#kept-runs").click();
    const part = page.locator("#runs-part");
    await part.waitFor();
    assert.match(await part.textContent(), /They part here: event 5.*known.*the second has false/);
    const ways = await page.locator(".ways li.differs").allTextContents();
    assert.deepEqual(ways, ["–Add"]);
    await visit.screenshot(options.width ? "compare-phone" : "compare");
    const downloaded = page.waitForEvent("download");
    await page.locator(".run-list tr").last().getByRole("button", { name: "Save" }).click();
    const file = await downloaded;
    assert.equal(file.suggestedFilename(), "Run 1.history.json");
    const { events } = JSON.parse(await readFile(await file.path(), "utf8"));
    assert.equal(events.at(-1).type, "ExecutionSucceeded");
    await page.getByRole("button", { name: "Show A there" }).click();
    await page.locator("#runs").waitFor({ state: "detached" });
    assert.equal(await reader.light("Add"), "idle", "it is the run of the known one");
    await page.locator("#scrubber").press("End");
    assert.equal(await reader.light("Add"), "idle");
    visit.expectQuiet();
  });
}
