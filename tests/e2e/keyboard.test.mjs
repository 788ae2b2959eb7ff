// The whole journey without a pointer.

import assert from "node:assert/strict";
import { test } from "node:test";
import { reader, visit, visitEach } from "./visits.mjs";

visitEach();
const press = (key) => visit.page.keyboard.press(key);

/** Goes on to what comes next; in the text Tab indents until Escape was pressed. */
async function tab() {
  const isInText = await visit.page.evaluate(() => document.activeElement.localName === "asl-editor");
  if (isInText) await press("Escape");
  await press("Tab");
}

/** Presses Tab until the focus is on what has this name. */
async function tabTo(name) {
  for (let presses = 0; presses < 60; presses += 1) {
    if (name.test(await reader.focused())) return;
    await tab();
  }
  assert.fail(`Tab never reaches ${name}`);
}

test("open a sample, run, step, choose a state, read it", async () => {
  await tabTo(/^Open a file or a sample$/);
  await press("Enter");
  await visit.page.locator("dialog").waitFor();
  await tabTo(/^Checks side by side/);
  await press("Enter");
  await visit.page.locator("dialog").waitFor({ state: "detached" });
  await reader.node("Check order").waitFor();

  await tabTo(/^Run$/);
  await press("Enter");
  await visit.page.locator("#banner .chip", { hasText: "Running" }).waitFor();
  await tabTo(/^Pause/);
  await press("Enter");
  await tabTo(/^Step \(/);
  const [before] = await reader.playhead();
  await press("Enter");
  assert.ok((await reader.playhead())[0] > before);

  await visit.page.locator('.node[tabindex="0"]').waitFor();
  await tabTo(/^Check order, /);
  await press("Enter");
  await visit.page.locator('.node.selected[data-state="Check order"]').waitFor();
  const chosen = async (name) => {
    await visit.page.locator(`.node.selected[data-state="${name}"]`).waitFor();
    assert.match(await reader.focused(), new RegExp(`^${name.replace("?", "\\?")}, `), "the focus goes along");
  };
  await press("ArrowRight");
  await chosen("Reserve stock");
  await press("ArrowLeft");
  await chosen("Check order");
  await press("ArrowDown");
  await chosen("Low risk?");
  await press("ArrowUp");
  await chosen("Check order");

  await tabTo(/^Playhead$/);
  await press("End");
  await visit.page.locator("#banner .chip", { hasText: "Succeeded" }).waitFor();
  await press("Home");
  await visit.page.locator("#banner .chip", { hasText: "Running" }).waitFor();
  await tabTo(/^Events$/);
  await press("Enter");
  await visit.page.locator("#events .event").first().waitFor();
  visit.expectQuiet();
});

test("the single keys of the page, and Escape for its dialogs", async () => {
  await press("ControlOrMeta+Enter");
  await visit.page.locator("#banner .chip", { hasText: "Succeeded" }).waitFor();
  const [end] = await reader.playhead();
  await press(",");
  assert.ok((await reader.playhead())[0] < end);
  await press("Home");
  assert.ok((await reader.playhead())[0] <= 1);
  await press(".");
  assert.ok((await reader.playhead())[0] > 1);
  await press("End");
  assert.equal((await reader.playhead())[0], end);
  await press("k");
  await visit.page.locator("#play[title^=Pause]").waitFor();
  await press("k");
  await visit.page.locator("#play[title^=Play]").waitFor();

  await press("?");
  await visit.page.locator("dialog").waitFor();
  await press("Escape");
  await visit.page.locator("dialog").waitFor({ state: "detached" });
  for (const name of [/^Share or save$/, /^Open a file or a sample$/]) {
    await tabTo(name);
    await press("Enter");
    await visit.page.locator("dialog").waitFor();
    await press("Escape");
    await visit.page.locator("dialog").waitFor({ state: "detached" });
    assert.match(await reader.focused(), name, "the focus is back where it was");
  }
  visit.expectQuiet();
});

test("single keys write letters where one writes", async () => {
  await visit.editor.focus();
  await press("End");
  for (const key of [".", ",", "k", "?", "Space"]) await press(key);
  await press("Home");
  await press("x");
  assert.match(await visit.editor.text(), /^x\{\.,k\? \n/);
  assert.equal(await visit.page.locator("dialog").count(), 0);
  await visit.page.locator(".workflow-name").fill("");
  await visit.page.locator(".workflow-name").pressSequentially("a, b. k?");
  assert.equal(await visit.page.locator(".workflow-name").inputValue(), "a, b. k?");
});

test("Tab goes round the page and finds no trap, the editor left with Escape", async () => {
  const seen = new Set();
  for (let presses = 0; presses < 45; presses += 1) {
    seen.add(await reader.focused());
    await tab();
  }
  const names = [...seen].join("\n");
  for (const name of [/^Run$/m, /^Share or save$/m, /^Help and keys$/m, /^Zoom in$/m, /^Data$/m, /^Width of the text$/m]) {
    assert.match(names, name);
  }
});

test("places are widened with the arrow keys", async () => {
  const width = async () => (await visit.page.locator(".text-place").boundingBox()).width;
  const before = await width();
  await visit.page.getByRole("separator", { name: "Width of the text" }).focus();
  await press("ArrowRight");
  await press("ArrowRight");
  assert.ok((await width()) > before + 20);
});
