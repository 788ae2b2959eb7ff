// The page at every size and by keyboard alone.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch } from "./harness.mjs";

let studio;
before(async () => (studio = await launch()));
after(() => studio?.close());

const until = (page, state, wanted) => page.locator(`.node[data-state="${state}"][data-light="${wanted}"]`).waitFor();
const status = (page, words) => page.locator("#banner").getByText(words, { exact: true }).waitFor();

/** Opens a sample and waits until it is drawn. */
async function open(sample, options = {}) {
  const visit = await studio.open({ hash: `#/sample/${sample}`, ...options });
  await visit.page.locator(".node").first().waitFor();
  return visit;
}

test("the keyboard alone runs, steps, chooses and leaves dialogs", async () => {
  const visit = await open("hello");
  const { page } = visit;
  await page.keyboard.press("ControlOrMeta+Enter");
  await status(page, "Succeeded");
  await page.locator("#step-back").focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press(",");
  await page.locator('.node[tabindex="0"]').focus();
  await page.keyboard.press("Enter");
  await page.locator('.node.selected[data-state="Is there a name?"]').waitFor();
  await page.keyboard.press("ArrowDown");
  await page.locator('.node.selected[data-state="Greet by name"]').waitFor();
  await page.locator("#share").focus();
  await page.keyboard.press("Enter");
  await page.locator("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
  await page.keyboard.press("?");
  await page.locator("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
  visit.expectQuiet();
  await visit.close();
});

test("on a phone one place is shown at a time, and Run is in reach", async () => {
  const visit = await open("hello", { width: 390, height: 844, theme: "light" });
  const { page } = visit;
  await page.click("#run");
  await until(page, "Done", "succeeded");
  await visit.screenshot("phone-graph");
  await page.getByRole("button", { name: "Data", exact: true }).click();
  await page.locator("#details").getByText("Hello, Ada!").waitFor();
  await visit.screenshot("phone-data");
  await page.getByRole("button", { name: "Text", exact: true }).click();
  await visit.editor.content.waitFor();
  await visit.screenshot("phone-text");
  const run = await page.locator("#run").boundingBox();
  assert.ok(run.y > 600 && run.y + run.height < 844, "Run is at the bottom");
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
  visit.expectQuiet();
  await visit.close();
});

for (const [theme, width, height] of [["dark", 1440, 900], ["light", 1440, 900], ["dark", 1024, 768], ["light", 2560, 1440]]) {
  test(`nothing spills over at ${width} × ${height}, ${theme}`, async () => {
    const visit = await open("order-checks", { theme, width, height });
    await visit.page.click("#run");
    await visit.page.waitForTimeout(2500);
    await visit.screenshot(`studio-${theme}-${width}`);
    const spill = await visit.page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.scrollHeight]);
    assert.deepEqual(spill, [width, height]);
    visit.expectQuiet();
    await visit.close();
  });
}
