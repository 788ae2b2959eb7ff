// A distributed Map: its progress on the graph, its Map Run, its child executions, and the files that it writes.

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

const EACH = {
  StartAt: "Each",
  States: {
    Each: {
      Type: "Map",
      Label: "Rows",
      MaxConcurrency: 2,
      ToleratedFailureCount: 5,
      ItemProcessor: {
        ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
        StartAt: "Odd?",
        States: {
          "Odd?": { Type: "Choice", Choices: [{ Variable: "$", NumericEquals: 3, Next: "Refuse" }], Default: "Rest" },
          Refuse: { Type: "Fail", Error: "NoThree", Cause: "three is not taken" },
          Rest: { Type: "Wait", Seconds: 10, End: true },
        },
      },
      ResultWriter: { Resource: "arn:aws:states:::s3:putObject", Parameters: { Bucket: "out", Prefix: "rows" } },
      End: true,
    },
  },
};

async function open(options = {}) {
  visit = await studio.open({ hash: linkOf(EACH, { input: [1, 2, 3, 4, 5, 6] }), ...options });
  reader = drive(visit);
  await reader.node("Each").waitFor({ state: "attached" });
}

const counts = async () =>
  Object.fromEntries(
    await visit.page
      .locator(".map-run .counts tbody tr")
      .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent))),
  );

test("the Map Run counts its child executions, and each can be opened", async () => {
  await open();
  const { page } = visit;
  await reader.runToEnd();
  await reader.choose("Each");
  await page.locator(".map-run").waitFor();
  const { total, succeeded, failed, running } = await counts();
  assert.deepEqual([total, succeeded, failed, running], ["6", "5", "1", "0"]);
  await visit.screenshot("distributed-run");
  // The one that failed stands first.
  const first = page.locator(".child").first();
  assert.match(await first.textContent(), /#2.*failed.*NoThree/);
  await first.click();
  await page.locator("#child-strip").waitFor();
  await reader.waitForLight("Refuse", "failed");
  assert.equal(await reader.light("Rest"), "idle");
  assert.match(await page.locator("#banner").textContent(), /Failed.*NoThree: three is not taken/);
  const events = await reader.events();
  assert.match(events[0], /^1 \| ExecutionStarted/);
  assert.match(events.at(-1), /ExecutionFailed/);
  await visit.screenshot("distributed-child");
  await page.getByRole("button", { name: "Next child execution" }).click();
  await page.locator("#child-strip").getByText("#3 of Each").waitFor();
  await reader.waitForLight("Rest", "succeeded");
  await page.locator("#child-close").click();
  await page.locator("#child-strip").waitFor({ state: "detached" });
  await reader.detailTab("Data");
  assert.equal((await counts()).total, "6");
  visit.expectQuiet();
});

test("the graph shows how far the Map Run has come", async () => {
  await open();
  const { page } = visit;
  await page.locator("#speed").selectOption("0.25");
  await page.locator("#run").click();
  await page.locator('.node[data-state="Each"]', { hasText: /[1-4] of 6 done/ }).waitFor();
  await page.locator("#stop").click();
});

test("what the ResultWriter wrote lies in the world", async () => {
  await open({ width: 390, height: 844, theme: "light" });
  const { page } = visit;
  await reader.runToEnd();
  await page.locator(".place-tab", { hasText: "Data" }).click();
  await reader.detailTab("World");
  const manifest = page.locator(".place-card", { hasText: "manifest.json" });
  assert.match(await manifest.textContent(), /DestinationBucket/);
  assert.equal(await page.locator(".place-card", { hasText: "SUCCEEDED_0.json" }).count() > 0, true);
  await visit.screenshot("distributed-world");
});
