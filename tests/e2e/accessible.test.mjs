// axe-core finds nothing on the page, in any of its states: light and dark, wide and narrow, each tab and each dialog.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { drive, linkOf } from "./drive.mjs";
import { launch } from "./harness.mjs";

const axe = readFileSync(fileURLToPath(import.meta.resolve("axe-core/axe.min.js")), "utf8");

let studio;
before(async () => (studio = await launch()));
after(() => studio?.close());

const ORDER = {
  StartAt: "Pay",
  States: {
    Pay: {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke",
      Parameters: { FunctionName: "pay", "Payload.$": "$" },
      Retry: [{ ErrorEquals: ["Busy"], MaxAttempts: 1 }],
      Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: "Tell" }],
      Next: "Each",
    },
    Each: {
      Type: "Map",
      ItemsPath: "$.items",
      ItemProcessor: {
        ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
        StartAt: "Pack",
        States: { Pack: { Type: "Pass", End: true } },
      },
      End: true,
    },
    Tell: {
      Type: "Task",
      Resource: "arn:aws:states:::sns:publish",
      Parameters: { TopicArn: "arn:aws:sns:us-east-1:111111111111:alerts", "Message.$": "$.error.Error" },
      Next: "Give up",
    },
    "Give up": { Type: "Fail", ErrorPath: "$.missing" },
  },
};
const GOOD = { tasks: { Pay: [{ return: { items: [1, 2] } }] } };
const BAD = { tasks: { Pay: [{ throw: { error: "Busy" } }] } };

async function open(scenario, options) {
  // The page's own policy lets no foreign script in, and the checker is one.
  const visit = await studio.open({ hash: linkOf(ORDER, scenario), bypassCSP: true, ...options });
  const reader = drive(visit);
  await reader.node("Pay").waitFor({ state: "attached" });
  await visit.page.evaluate(axe);
  return { visit, reader, page: visit.page };
}

/** What the checker finds, a line each. */
async function troubles(page, where) {
  // Colours in the middle of a transition are nobody's.
  await page.waitForTimeout(350);
  const { violations } = await page.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, any, all }) => {
    const why = [...any, ...all].map((check) => check.message).join("; ");
    return `${where}: ${id} at ${target.join(" ")}: ${why}`;
  }));
}

const TABS = ["Data", "Data flow", "Attempts", "Definition", "Events", "World"];

for (const theme of ["light", "dark"]) {
  test(`nothing is found on the wide page in ${theme}`, async () => {
    const { visit, reader, page } = await open(GOOD, { theme });
    const found = await troubles(page, "not run");
    await reader.runToEnd();
    found.push(...(await troubles(page, "succeeded")));
    await reader.choose("Pay");
    for (const tab of TABS) {
      await reader.detailTab(tab);
      found.push(...(await troubles(page, tab)));
      if (tab === "Events") {
        await page.getByRole("button", { name: "Visits", exact: true }).click();
        found.push(...(await troubles(page, "visits")));
      }
    }
    await reader.detailTab("Data");
    const trees = page.getByRole("button", { name: "As a tree" });
    for (let left = await trees.count(); left > 0; left--) await trees.first().click();
    found.push(...(await troubles(page, "trees")));
    for (const name of ["", "Rename …", "Lead Next elsewhere …"]) {
      await page.keyboard.press("e");
      if (name) await page.getByRole("menuitem", { name }).click();
      found.push(...(await troubles(page, `menu of a state ${name}`)));
      await page.keyboard.press("Escape");
    }
    for (const tab of ["Scenario", "Scenario JSON", "Tests"]) {
      await reader.textTab(tab);
      if (tab === "Tests") await page.locator("#add-test").click();
      found.push(...(await troubles(page, tab)));
    }
    await reader.detailTab("Data");
    await reader.choose("Each");
    await page.locator(".map-run").waitFor();
    found.push(...(await troubles(page, "Map Run")));
    await page.locator(".child").first().click();
    await page.locator("#child-strip").waitFor();
    found.push(...(await troubles(page, "child execution")));
    await visit.close();
    assert.deepEqual(found, []);
  });

  test(`nothing is found on a failed run in ${theme}`, async () => {
    const { visit, reader, page } = await open(BAD, { theme });
    await reader.runToEnd();
    await page.locator("#why").click();
    const found = await troubles(page, "why");
    await visit.editor.replace("{");
    await page.locator(".behind-note").waitFor();
    found.push(...(await troubles(page, "broken text")));
    await visit.close();
    assert.deepEqual(found, []);
  });

  test(`nothing is found in what the editor opens in ${theme}`, async () => {
    const { visit, page } = await open(GOOD, { colorScheme: theme });
    const found = [];
    const at = async (text, delta) => {
      const from = (await visit.editor.text()).indexOf(text);
      await visit.editor.goTo(from + delta);
      await visit.editor.focus();
    };
    await at('"Busy"', 1);
    await page.keyboard.press("Alt+i");
    await page.locator("asl-editor .cm-tooltip-autocomplete").waitFor();
    found.push(...(await troubles(page, "completion")));
    await page.keyboard.press("Escape");
    await at('"Each": {', 3);
    await page.keyboard.press("F2");
    await page.locator("asl-editor .asl-window input").waitFor();
    found.push(...(await troubles(page, "rename")));
    await page.keyboard.press("Escape");
    await page.keyboard.type("x");
    await page.locator(".problem-row .cure").first().waitFor();
    await at('"Next": "Each', 9);
    await page.keyboard.press("ControlOrMeta+.");
    await page.locator("asl-editor .asl-cures button").first().waitFor();
    found.push(...(await troubles(page, "cures")));
    await page.keyboard.press("Escape");
    await page.locator(".problem-row .about").first().click();
    await page.locator("dialog .help-text h4").first().waitFor();
    found.push(...(await troubles(page, "a rule")));
    assert.deepEqual(found, []);
    await visit.close();
  });

  test(`nothing is found in the dialogs in ${theme}`, async () => {
    const { visit, reader, page } = await open(GOOD, { theme });
    await reader.runToEnd();
    await reader.runToEnd();
    await reader.choose("Pay");
    const found = [];
    const dialogs = [
      ["open", () => page.locator("#samples").click()],
      ["share", () => page.locator("#share").click()],
      ["help", () => page.locator("#help").click()],
      ["many runs", () => page.locator("#many-runs").click()],
      ["types", () => page.locator("#machine-type").click().then(() => page.locator("#type-table").waitFor())],
      ["commands", () => page.keyboard.press("F1")],
      ["runs", () => page.locator("#kept-runs").click()],
      ["test", () => page.getByRole("button", { name: "Test this state" }).click()],
      ["convert", () => page.locator("#convert").click()],
    ];
    for (const [name, opened] of dialogs) {
      await opened();
      await page.locator("dialog").waitFor();
      found.push(...(await troubles(page, name)));
      for (const title of name === "help" ? ["Keys", "How the graph tells", "Differences from AWS"] : []) {
        await page.getByRole("tab", { name: title }).click();
        found.push(...(await troubles(page, `${name}: ${title}`)));
      }
      await page.keyboard.press("Escape");
      await page.locator("dialog").waitFor({ state: "detached" });
    }
    await visit.close();
    assert.deepEqual(found, []);
  });

  test(`nothing is found in the list of workflows and the notices in ${theme}`, async () => {
    const { visit, reader, page } = await open(GOOD, { theme });
    await page.waitForTimeout(500);
    await reader.openSample("order-saga");
    await page.locator("#samples").click();
    await page.getByRole("button", { name: "Duplicate Shared workflow" }).click();
    await page.getByRole("button", { name: "Delete Shared workflow (copy)" }).click();
    await page.getByRole("button", { name: "Rename Shared workflow" }).click();
    const found = await troubles(page, "list, renaming");
    await page.locator("#search-workflows").fill("nowhere to be found");
    found.push(...(await troubles(page, "nothing found")));
    await page.keyboard.press("Escape");
    await page.evaluate(() => {
      dispatchEvent(new Event("statelight-update"));
      Storage.prototype.setItem = () => {
        throw new DOMException("full", "QuotaExceededError");
      };
    });
    await visit.editor.replace("{}");
    await reader.notice("is not saved");
    await reader.notice("A new version");
    found.push(...(await troubles(page, "notices")));
    await page.evaluate(() => dispatchEvent(new CustomEvent("statelight-panic", { detail: "panicked at nothing" })));
    await page.locator("#crash").waitFor();
    found.push(...(await troubles(page, "breakdown")));
    await visit.close();
    assert.deepEqual(found, []);
  });

  test(`nothing is found on a phone in ${theme}`, async () => {
    const { visit, reader, page } = await open(GOOD, { theme, width: 390, height: 844 });
    await reader.runToEnd();
    const found = [];
    for (const place of ["Text", "Graph", "Data"]) {
      await page.locator(".place-tab", { hasText: place }).click();
      found.push(...(await troubles(page, place)));
    }
    await visit.close();
    assert.deepEqual(found, []);
  });
}

test("the graph is a tree: its states by level, in their containers, with what is chosen", async () => {
  const { visit, reader, page } = await open(GOOD);
  await reader.runToEnd();
  await page.getByRole("tree", { name: "Graph of the workflow" }).waitFor();
  const item = (name) => page.locator(`.node[data-state="${name}"]`);
  assert.equal(await item("Each").getAttribute("aria-level"), "1");
  assert.equal(await item("Pack").getAttribute("aria-level"), "2");
  assert.equal(await item("Each").getAttribute("aria-owns"), await item("Pack").getAttribute("id"));
  const owned = (await page.locator("svg.drawing").getAttribute("aria-owns")).split(" ");
  const names = await Promise.all(owned.map((id) => page.locator(`#${id}`).getAttribute("data-state")));
  assert.deepEqual(names, ["Pay", "Each", "Tell", "Give up"]);
  await reader.choose("Each");
  assert.equal(await item("Each").getAttribute("aria-selected"), "true");
  await item("Each").press("ArrowRight");
  assert.equal(await item("Pack").getAttribute("aria-selected"), "true");
  await item("Pack").press("ArrowLeft");
  assert.equal(await item("Each").getAttribute("aria-selected"), "true");
  await visit.close();
});

test("with forced colours every light still has its mark, and what is chosen its frame", async () => {
  const { visit, reader, page } = await open(GOOD, { forcedColors: "active" });
  await reader.runToEnd();
  await reader.choose("Pay");
  await visit.screenshot("forced-colours");
  assert.deepEqual(await troubles(page, "forced colours"), []);
  const strokes = await page.evaluate(() => {
    const look = (name) => getComputedStyle(document.querySelector(`.node[data-state="${name}"] .halo`));
    const mark = document.querySelector('.node[data-state="Pay"] .sign path, .node[data-state="Pay"] .sign');
    return { chosen: look("Pay").stroke, other: look("Tell").stroke, mark: mark && getComputedStyle(mark).stroke, ground: getComputedStyle(document.body).backgroundColor };
  });
  assert.notEqual(strokes.chosen, strokes.other, "what is chosen looks like the rest");
  assert.ok(strokes.mark && strokes.mark !== strokes.ground && strokes.mark !== "none", `the mark is drawn with ${strokes.mark}`);
  await visit.close();
});
