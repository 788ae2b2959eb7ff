// Many runs: failures by chance, how often that ends how, what is never reached, and a single run of them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { linkOf } from "./drive.mjs";
import { reader, visit, visitEach } from "./visits.mjs";

visitEach();

const RETRIED = {
  StartAt: "Charge",
  States: {
    Charge: {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke",
      Parameters: { FunctionName: "charge" },
      Retry: [{ ErrorEquals: ["Lambda.ServiceException", "Lambda.TooManyRequestsException"], MaxAttempts: 2 }],
      Catch: [{ ErrorEquals: ["Lambda.AWSLambdaException"], Next: "Tell" }],
      End: true,
    },
    Tell: { Type: "Pass", End: true },
  },
};

async function open() {
  await visit.page.evaluate((hash) => (location.hash = hash), linkOf(RETRIED));
  await reader.node("Charge").waitFor();
  await visit.page.locator("#many-runs").click();
}

test("a thousand runs with failures by chance are surveyed, and one of them is opened", async () => {
  await open();
  const { page } = visit;
  await page.locator("#failure-rate").fill("40");
  await page.getByText("Lambda's service exceptions: 40 % of attempts").waitFor();
  const began = Date.now();
  await page.locator('[data-runs="1000"]').click();
  await page.getByText("1000 of 1000 runs").waitFor({ timeout: 20_000 });
  console.log(`# 1,000 runs in ${Date.now() - began} ms`);
  await visit.screenshot("many-runs");
  const failed = page.locator('[data-outcome^="FAILED: Lambda.SdkClientException"]');
  assert.match(await failed.textContent(), /\d+ · \d+\.\d %/);
  await failed.getByRole("button").first().click();
  await page.locator("dialog").waitFor({ state: "detached" });
  await page.locator("#run:not([disabled])").waitFor();
  await page.locator("#event-count").waitFor();
  await page.locator("#scrubber").press("End");
  assert.match(await page.locator("#banner").textContent(), /Failed.*Lambda\.SdkClientException/);
});

test("what no run has come to is named, and leads to the state", async () => {
  await open();
  const { page } = visit;
  await page.locator('[data-runs="100"]').click();
  await page.getByText("100 of 100 runs").waitFor();
  assert.match(await page.locator("#never").textContent(), /Charge: Catch 1.*Tell/);
  await page.locator("#never").getByRole("button", { name: "Tell" }).click();
  await page.locator("dialog").waitFor({ state: "detached" });
  assert.match(await page.locator("#prices, #details").first().textContent(), /Tell/);
});
