// From a key press to fresh diagnostics and graph, in the real page.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { drive, linkOf } from "./drive.mjs";
import { launch } from "./harness.mjs";

let studio;
before(async () => (studio = await launch()));
after(() => studio?.close());

/** A chain of Task states with a Choice every tenth: about what people write. */
function machine(count) {
  const states = {};
  for (let index = 0; index < count; index += 1) {
    const next = index + 1 < count ? { Next: `State ${index + 1}` } : { End: true };
    states[`State ${index}`] = index % 10 === 9 && index + 2 < count
      ? { Type: "Choice", Choices: [{ Variable: "$.n", NumericGreaterThan: index, Next: `State ${index + 1}` }], Default: `State ${index + 2}` }
      : { Type: "Task", Resource: "arn:aws:lambda:us-east-1:111111111111:function:f", Parameters: { "n.$": "$.n" }, ResultPath: "$.r", ...next };
  }
  return { StartAt: "State 0", States: states };
}

test("a key press at 300 states is checked and drawn without a pause", async () => {
  const visit = await studio.open({ hash: linkOf(machine(300)) });
  const { page } = visit;
  await drive(visit).node("State 299").waitFor({ state: "attached" });
  const at = (await visit.editor.text()).indexOf('"State 299": {') + 10;
  await visit.editor.goTo(at);
  await visit.editor.focus();
  await page.evaluate(() => {
    window.figures = [];
    const fresh = () => ({
      state: [...document.querySelectorAll(".node")].at(-1).dataset.state,
      problems: document.querySelector("#problem-count").textContent,
    });
    let figure;
    const listen = (name, heard) => window.addEventListener(name, heard, { capture: true });
    listen("keydown", () => {
      const pressed = performance.now();
      const now = (figure = { since: () => performance.now() - pressed });
      window.figures.push(now);
      // The first frame draws it, the second begins when that is on screen.
      requestAnimationFrame(() => requestAnimationFrame(() => (now.shown = now.since())));
    });
    listen("beforeinput", () => {
      const now = figure;
      const { port1, port2 } = new MessageChannel();
      // Comes when all that the key led to has been done.
      port1.onmessage = () => Object.assign(now, { work: now.since(), fresh: fresh() });
      port2.postMessage(null);
    });
  });
  const keys = "abcdefghijklmnopqrst";
  for (const key of keys) {
    await page.keyboard.type(key);
    await page.waitForTimeout(80);
  }
  const figures = await page.evaluate(() => window.figures.map(({ work, shown, fresh }) => ({ work, shown, fresh })));
  assert.equal(figures.length, keys.length);
  const drawn = figures.map((figure) => figure.fresh.state);
  assert.deepEqual(drawn, [...keys].map((_, index) => `State 299${keys.slice(0, index + 1)}`), "each key was drawn at once");
  assert.ok(figures.every((figure) => figure.fresh.problems !== "no problems"), "and checked");

  const median = (of) => figures.map(of).sort((a, b) => a - b)[figures.length >> 1];
  const [work, shown] = [median((figure) => figure.work), median((figure) => figure.shown)];
  console.log(`key press at 300 states: ${work.toFixed(1)} ms of work, ${shown.toFixed(1)} ms until the second frame (medians of ${keys.length})`);
  assert.ok(work < 100, `${work} ms of work`);
  visit.expectQuiet();
  await visit.close();
});
