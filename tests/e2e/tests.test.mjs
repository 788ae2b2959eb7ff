// The tests of a workflow: kept from a run, run on each change, shown on the graph, sent with the link.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch } from "./harness.mjs";
import { drive, linkOf } from "./drive.mjs";

let studio;

before(async () => {
  studio = await launch();
});
after(() => studio.close());

const order = {
  StartAt: "Check",
  States: {
    Check: {
      Type: "Choice",
      Choices: [{ Variable: "$.total", NumericGreaterThan: 100, Next: "Approve" }],
      Default: "Pay",
    },
    Approve: { Type: "Wait", Seconds: 60, Next: "Pay" },
    Pay: { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", End: true },
  },
};
const scenario = { input: { total: 5 }, tasks: { Pay: [{ return: { paid: true } }] } };

async function open(options = {}) {
  const visit = await studio.open({ hash: linkOf(order, scenario), ...options });
  const reader = drive(visit);
  await reader.ready();
  const summary = (words) => visit.page.locator("#tests-summary").filter({ hasText: words }).waitFor();
  return { ...visit, reader, summary };
}

test("a run becomes a test, which fails when the workflow changes and says why", async () => {
  const { page, editor, reader, summary, expectQuiet, screenshot, close } = await open();
  await reader.runToEnd();
  await reader.textTab("Tests");
  await page.locator("#add-test").click();
  await summary("1 of 1 pass · 2 of 3 states");
  const name = page.getByLabel("Name of the test");
  await name.fill("a small order is paid");
  await name.press("Tab");
  await page.locator('[data-test="a small order is paid"].passed').waitFor();
  await screenshot("tests-passed");

  await page.locator("#coverage").click();
  await reader.waitForLight("Approve", "failed");
  assert.equal(await reader.light("Check"), "caught");
  assert.equal(await reader.light("Pay"), "succeeded");
  await screenshot("tests-coverage");

  // Another scenario reaches the rest.
  await reader.textTab("Scenario");
  const input = page.getByLabel("Input of the execution");
  await input.fill('{"total": 500}');
  await input.press("Tab");
  await reader.textTab("Tests");
  await page.getByLabel("Never comes to, a state a line").fill("Approve");
  await page.getByLabel("Never comes to, a state a line").press("Tab");
  await page.locator(".case.failed").waitFor();
  assert.equal((await page.locator(".broken").textContent()).trim(), "avoids Approve was entered");
  await screenshot("tests-failed");
  await page.getByRole("button", { name: "Duplicate" }).click();
  await page.getByLabel("Passes through, a state a line").fill("Check\nApprove\nPay");
  await page.getByLabel("Passes through, a state a line").press("Tab");
  await reader.waitForLight("Approve", "succeeded");

  // The definition changes, and so do the verdicts.
  await reader.textTab("Definition");
  await editor.replace(JSON.stringify({ ...order, StartAt: "Pay", States: { Pay: order.States.Pay } }));
  await reader.textTab("Tests");
  await page.locator(".broken", { hasText: "there is no state" }).first().waitFor();
  expectQuiet();
  await close();
});

test("tests stay over a reload and travel with a link", async () => {
  const { page, context, reader, summary, expectQuiet, close } = await open({ permissions: ["clipboard-read", "clipboard-write"] });
  await reader.runToEnd();
  await reader.textTab("Tests");
  await page.locator("#add-test").click();
  await summary("1 of 1 pass");
  await page.waitForTimeout(600);
  await page.reload();
  await reader.ready();
  await reader.textTab("Tests");
  await summary("1 of 1 pass");
  await page.locator("#share").click();
  const link = await page.locator("#link").inputValue();
  const other = await studio.open({ hash: link.slice(link.indexOf("#")) });
  const guest = drive(other);
  await guest.ready();
  await guest.textTab("Tests");
  await other.page.locator("#tests-summary").filter({ hasText: "1 of 1 pass" }).waitFor();
  await other.close();
  assert.ok(context);
  expectQuiet();
  await close();
});

test("the tests of a sample pass, and one of them runs on the graph", async () => {
  const { page, reader, summary, expectQuiet, screenshot, close } = await open({ theme: "light" });
  await reader.openSample("card-retry");
  await reader.textTab("Tests");
  await summary("3 of 3 pass");
  const test = page.locator('[data-test="a gateway that stays busy puts the order on hold"]');
  await test.getByRole("button", { name: "Run" }).click();
  await page.locator("#event-count").waitFor();
  await page.locator("#scrubber").press("End");
  await reader.waitForLight("Put on hold", "failed");
  await screenshot("tests-sample");
  expectQuiet();
  await close();
});
