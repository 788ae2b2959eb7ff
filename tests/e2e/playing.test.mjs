// Further steps, breakpoints, loops, the timeline's zoom, and the commands.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { drive, linkOf } from "./drive.mjs";
import { launch } from "./harness.mjs";

let studio;
let visit;
let reader;
before(async () => (studio = await launch()));
after(() => studio?.close());
beforeEach(async () => {
  visit = await studio.open();
  reader = drive(visit);
  await reader.openSample("order-checks");
});
afterEach(() => visit?.close());

const lastEvent = async () => {
  const current = visit.page.locator(".event.current");
  await current.waitFor();
  return (await current.textContent()).replace(/\s+/g, " ");
};

test("playing stops at a breakpoint, which the graph shows, and goes on", async () => {
  const { page } = visit;
  await reader.choose("Request score");
  await page.locator("#break").click();
  assert.equal(await page.locator('.node[data-state="Request score"] .break').count(), 1);
  await page.locator("#run").click();
  await page.locator('#play[title^="Play"]').waitFor({ timeout: 20_000 });
  const [event, all] = await reader.playhead();
  assert.ok(event < all, `${event} of ${all}`);
  assert.match(await reader.light("Request score"), /running|waiting/);
  await visit.screenshot("playing-break");
  await page.keyboard.press("F9");
  assert.equal(await page.locator(".node .break").count(), 0);
  await page.locator("#play").click();
  await page.locator("#banner .chip", { hasText: "Succeeded" }).waitFor({ timeout: 30_000 });
});

test("a step over a Parallel passes what is inside", async () => {
  const { page } = visit;
  await reader.runToEnd();
  await page.locator("#scrubber").press("Home");
  await reader.detailTab("Events");
  const seen = [];
  for (let step = 0; step < 12; step += 1) {
    await page.keyboard.press("o");
    seen.push(await lastEvent());
    if ((await reader.playhead()).reduce((happened, all) => happened === all)) break;
  }
  assert.ok(seen.length < 12, seen.join("\n"));
  assert.ok(!seen.some((event) => /Request score|Reserve stock/.test(event)), seen.join("\n"));
});

test("a stretch is chosen on the timeline and looped, and zoomed into", async () => {
  const { page } = visit;
  await reader.runToEnd();
  const box = await page.locator("#scrubber").boundingBox();
  await page.keyboard.down("Shift");
  await page.mouse.move(box.x + 200, box.y + 10);
  await page.mouse.down();
  await page.mouse.move(box.x + 320, box.y + 10, { steps: 4 });
  await page.mouse.up();
  await page.keyboard.up("Shift");
  await page.locator(".loop-range").waitFor();
  await page.locator("#play").click();
  await page.waitForTimeout(2500);
  assert.match(await page.locator("#play").getAttribute("title"), /^Pause/, "it still plays");
  const width = async () => (await page.locator(".timeline-content").boundingBox()).width;
  const before = await width();
  await page.getByRole("button", { name: "Zoom the timeline in" }).click();
  await page.getByRole("button", { name: "Zoom the timeline in" }).click();
  assert.ok((await width()) > before * 2.5);
  await visit.screenshot("playing-loop");
  await page.locator("#loop").click();
  await page.locator(".loop-range").waitFor({ state: "detached" });
  await page.locator("#banner .chip", { hasText: "Succeeded" }).waitFor({ timeout: 30_000 });
  visit.expectQuiet();
});

test("a command is found by a few letters and given by Enter", async () => {
  const { page } = visit;
  await page.keyboard.press("Control+Shift+P");
  const input = page.locator("#palette-input");
  await input.waitFor();
  await visit.screenshot("playing-commands");
  await input.fill("gts request sc");
  assert.equal(await page.locator('.command[aria-selected="true"]').textContent(), "Go to state: Request score");
  await page.keyboard.press("Enter");
  await input.waitFor({ state: "detached" });
  assert.equal(await reader.chosen(), "Request score");
  await page.keyboard.press("F1");
  await input.fill("open sample hello");
  await page.keyboard.press("Enter");
  await page.locator('.node[data-state]').first().waitFor({ state: "attached" });
  assert.equal(await page.locator(".workflow-name").inputValue(), "Hello");
  await page.keyboard.press("F1");
  await input.fill("xyzzy");
  await page.getByText("No command has these letters.").waitFor();
  await page.keyboard.press("Escape");
  await input.waitFor({ state: "detached" });
});

test("a Parallel fans out to its branches and joins, and without motion it does not", async () => {
  const both = {
    StartAt: "Both",
    States: {
      Both: {
        Type: "Parallel",
        Branches: [1, 2, 3].map((number) => ({ StartAt: `Wait ${number}`, States: { [`Wait ${number}`]: { Type: "Wait", Seconds: 5, End: true } } })),
        End: true,
      },
    },
  };
  const visit = await studio.open({ hash: linkOf(both, {}) });
  const reader = drive(visit);
  await reader.ready();
  await visit.page.evaluate(() => {
    window.fans = [];
    const look = () => {
      const count = document.querySelectorAll(".token.fan").length;
      if (count !== window.fans.at(-1)) window.fans.push(count);
      requestAnimationFrame(look);
    };
    look();
  });
  await visit.page.locator("#run").click();
  await reader.waitForLight("Both", "succeeded");
  await visit.page.waitForTimeout(700);
  assert.deepEqual(await visit.page.evaluate(() => window.fans), [0, 3, 0, 3, 0]);
  await visit.close();
});
