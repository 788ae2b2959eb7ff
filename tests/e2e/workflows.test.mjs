// Several workflows: a list to find, open, rename, duplicate and delete them, and none is lost by opening another.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { drive, linkOf } from "./drive.mjs";
import { launch } from "./harness.mjs";

let studio;
before(async () => (studio = await launch()));
after(() => studio?.close());

const one = (name) => JSON.stringify({ StartAt: name, States: { [name]: { Type: "Succeed" } } });

/** The names in the list, the open one first. */
const names = (page) => page.locator("[data-workflow]").evaluateAll((rows) => rows.map((row) => row.dataset.workflow));
const listOpen = async (page) => {
  await page.locator("#samples").click();
  await page.locator("#search-workflows").waitFor();
};
const row = (page, name) => page.locator(`[data-workflow="${name}"]`);

/** A page with two workflows of the reader's. */
async function two() {
  const visit = await studio.open({ hash: linkOf(one("Mine")) });
  const reader = drive(visit);
  await reader.node("Mine").waitFor();
  await visit.page.locator(".workflow-name").fill("First of mine");
  await visit.page.waitForTimeout(500);
  await listOpen(visit.page);
  await visit.page.locator("#new-workflow").click();
  await visit.page.locator("dialog").waitFor({ state: "detached" });
  await visit.editor.replace(one("Second"));
  await reader.node("Second").waitFor();
  return { visit, reader, page: visit.page };
}

test("a workflow that another was opened over is in the list, and opens as it was", async () => {
  const { visit, reader, page } = await two();
  await reader.openSample("order-saga");
  await reader.node("Book courier").waitFor();
  await listOpen(page);
  assert.deepEqual((await names(page)).slice(1).sort(), ["First of mine", "New workflow"]);
  await visit.screenshot("workflows");
  await page.locator("#search-workflows").fill("first of mine succeed");
  assert.deepEqual(await names(page), ["First of mine"]);
  await row(page, "First of mine").locator(".open-workflow").click();
  await reader.node("Mine").waitFor();
  assert.equal(await page.locator(".workflow-name").inputValue(), "First of mine");
  assert.equal(JSON.parse(await visit.editor.text()).StartAt, "Mine");
  await page.waitForTimeout(500);
  await page.reload();
  await reader.node("Mine").waitFor();
  await listOpen(page);
  assert.deepEqual(await names(page), ["First of mine", "New workflow"], "the sample was only looked at");
  visit.expectQuiet();
  await visit.close();
});

test("workflows are renamed, duplicated and deleted, and a deletion is taken back", async () => {
  const { visit, reader, page } = await two();
  await listOpen(page);
  await page.getByRole("button", { name: "Rename First of mine" }).click();
  await page.getByRole("textbox", { name: "New name of First of mine" }).fill("Renamed");
  await page.keyboard.press("Enter");
  await row(page, "Renamed").waitFor();
  await page.getByRole("button", { name: "Duplicate Renamed" }).click();
  await row(page, "Renamed (copy)").waitFor();
  await page.getByRole("button", { name: "Delete Renamed", exact: true }).click();
  await row(page, "Renamed").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await row(page, "Renamed").waitFor();
  await page.getByRole("button", { name: "Delete New workflow" }).click();
  await row(page, "New workflow").waitFor({ state: "detached" });
  await page.keyboard.press("Escape");
  await reader.node("Mine").waitFor();
  await page.locator(".notices").getByRole("button", { name: "Undo", exact: true }).click();
  await page.waitForTimeout(500);
  await page.reload();
  await reader.node("Mine").waitFor();
  await listOpen(page);
  assert.deepEqual((await names(page)).sort(), ["New workflow", "Renamed", "Renamed (copy)"]);
  visit.expectQuiet();
  await visit.close();
});

test("the palette opens a workflow by its name", async () => {
  const { visit, reader, page } = await two();
  await page.keyboard.press("F1");
  await page.locator("#palette-input").fill("open workflow first");
  await page.keyboard.press("Enter");
  await reader.node("Mine").waitFor();
  await page.keyboard.press("F1");
  await page.locator("#palette-input").fill("duplicate this");
  await page.keyboard.press("Enter");
  await listOpen(page);
  assert.deepEqual((await names(page)).sort(), ["First of mine", "First of mine (copy)", "New workflow"]);
  await visit.close();
});

test("what was kept when there was one workflow only is there", async () => {
  const kept = { version: 1, name: "Of old", definition: one("Old"), scenario: '{"version": 1}', theme: "light", layout: [40, 24], breakpoints: [] };
  const visit = await studio.open({ prepare: (page) => page.route("**/*.wasm", (route) => route.abort()) });
  await visit.page.evaluate((text) => localStorage.setItem("statelight.session.v1", text), JSON.stringify(kept));
  await visit.page.unrouteAll();
  await visit.page.reload();
  await drive(visit).node("Old").waitFor();
  assert.equal(await visit.page.locator(".workflow-name").inputValue(), "Of old");
  assert.equal(await visit.page.evaluate(() => document.documentElement.dataset.theme), "light");
  await visit.page.waitForTimeout(500);
  const keys = await visit.page.evaluate(() => Object.keys(localStorage));
  assert.ok(!keys.includes("statelight.session.v1"), keys.join());
  await drive(visit).openSample("hello");
  await visit.page.reload();
  await listOpen(visit.page);
  assert.ok((await names(visit.page)).includes("Of old"));
  await visit.close();
});

test("undo leads back to the workflow that was open, and in its text to what was typed there only", async () => {
  const { visit, reader, page } = await two();
  await reader.openSample("order-saga");
  await reader.node("Book courier").waitFor();
  await visit.editor.focus();
  await page.keyboard.press("ControlOrMeta+z");
  assert.match(await visit.editor.text(), /Book courier/, "the text of another workflow does not come into this one");
  await page.locator("#run").focus();
  await page.keyboard.press("ControlOrMeta+z");
  await reader.node("Second").waitFor();
  await page.keyboard.press("ControlOrMeta+Shift+z");
  await reader.node("Book courier").waitFor();
  visit.expectQuiet();
  await visit.close();
});

test("a breakpoint and a change by form are undone like a text", async () => {
  const { visit, reader, page } = await two();
  await reader.choose("Second");
  await page.keyboard.press("b");
  await page.locator('.node[data-state="Second"].breaks, .node[data-state="Second"] .break').first().waitFor({ state: "attached" });
  await page.keyboard.press("ControlOrMeta+z");
  const dot = page.locator('.node[data-state="Second"].breaks, .node[data-state="Second"] .break').first();
  await dot.waitFor({ state: "detached" });
  // The arrows over the graph are for hands without a keyboard.
  await page.locator("#redo").click();
  await dot.waitFor({ state: "attached" });
  await page.locator("#undo").click();
  await dot.waitFor({ state: "detached" });
  await visit.close();
});
