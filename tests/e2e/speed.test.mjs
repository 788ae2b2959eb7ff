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
    let pressed = 0;
    let figure = {};
    const since = () => performance.now() - pressed;
    window.addEventListener(
      "keydown",
      () => {
        pressed = performance.now();
        const now = (figure = {});
        window.figures.push(now);
        // The first frame draws it, the second begins when that is on screen.
        requestAnimationFrame(() => requestAnimationFrame(() => (now.shown = since())));
      },
      { capture: true },
    );
    new MutationObserver((changes) => {
      figure.state = changes.at(-1).target.dataset.state;
      figure.problems = document.querySelector("#problem-count").textContent;
      figure.fresh = since();
    }).observe(document.querySelector(".drawing"), { subtree: true, attributes: true, attributeFilter: ["data-state"] });
  });
  const keys = "abcdefghijklmnopqrst";
  for (const key of keys) {
    await page.keyboard.type(key);
    await page.waitForTimeout(80);
  }
  const figures = await page.evaluate(() => window.figures);
  const drawn = figures.map((figure) => figure.state);
  assert.deepEqual(drawn, [...keys].map((_, index) => `State 299${keys.slice(0, index + 1)}`), "each key was drawn");
  assert.ok(figures.every((figure) => figure.problems !== "no problems"), "and checked, for another state names it");

  const median = (of) => figures.map(of).sort((a, b) => a - b)[figures.length >> 1];
  const [fresh, shown] = [median((figure) => figure.fresh), median((figure) => figure.shown)];
  console.log(`key press at 300 states: checked and drawn after ${fresh.toFixed(1)} ms, in the second frame after ${shown.toFixed(1)} ms (medians of ${keys.length})`);
  // Two and a half times what it takes on a quiet machine: a bound on what a change breaks, not a measurement.
  assert.ok(fresh < 40, `${fresh} ms until checked and drawn`);
  visit.expectQuiet();
  await visit.close();
});

test("a key press at 1,000 states gets its diagnostics without a pause, and so does completion", async () => {
  const visit = await studio.open({ hash: linkOf(machine(1000)) });
  const { page } = visit;
  await drive(visit).ready();
  const at = (await visit.editor.text()).indexOf('"State 500": {') + 10;
  await visit.editor.goTo(at);
  await visit.editor.focus();
  await page.evaluate(() => {
    window.figures = [];
    const editor = Object.getPrototypeOf(document.querySelector("asl-editor"));
    // The text comes back together with what is said of it, which is set only where it has changed.
    const { set, get } = Object.getOwnPropertyDescriptor(editor, "text");
    let pressed = 0;
    let figure = null;
    Object.defineProperty(editor, "text", {
      get,
      set(value) {
        set.call(this, value);
        if (figure && !figure.told) figure.told = performance.now() - pressed;
      },
    });
    window.addEventListener("keydown", () => ((pressed = performance.now()), window.figures.push((figure = {}))), { capture: true });
  });
  const keys = "abcdefghijklmnopqrst";
  for (const key of keys) {
    await page.keyboard.type(key);
    await page.waitForTimeout(100);
  }
  const figures = await page.evaluate(() => window.figures);
  assert.ok(figures.every(({ told }) => told > 0), JSON.stringify(figures));
  assert.match(await page.locator("#problem-count").textContent(), /problem/, "another state names it");
  const told = figures.map((figure) => figure.told).sort((a, b) => a - b)[figures.length >> 1];

  const answered = await page.evaluate(() => {
    const { assistant, text } = document.querySelector("asl-editor");
    const position = text.indexOf('"Next": "', text.length / 2) + 9;
    if (assistant.complete(text, position)?.items.length !== 1000) return Infinity;
    const times = Array.from({ length: 11 }, () => {
      const start = performance.now();
      assistant.complete(text, position);
      return performance.now() - start;
    });
    return times.slice(1).sort((a, b) => a - b)[5];
  });
  console.log(`key press at 1,000 states: new diagnostics after ${told.toFixed(1)} ms; completion after ${answered.toFixed(1)} ms (medians)`);
  // Bounds on what a change breaks, not measurements.
  assert.ok(told < 60, `${told} ms until the diagnostics are there`);
  assert.ok(answered < 25, `${answered} ms until completion is there`);
  visit.expectQuiet();
  await visit.close();
});

/** Plays a run for some seconds, and tells how long its frames were. */
async function playFor(visit, seconds, speed) {
  const { page } = visit;
  const reader = drive(visit);
  await reader.runToEnd();
  await page.locator("#scrubber").press("Home");
  await page.locator("#speed").selectOption(speed);
  await reader.node("State 0").or(page.locator(".node").first()).first().focus();
  await page.keyboard.press("k");
  const figures = await page.evaluate(
    (length) =>
      new Promise((done) => {
        const begun = performance.now();
        const gaps = [];
        let last;
        const frame = (now) => {
          if (last !== undefined) gaps.push(now - last);
          last = now;
          if (performance.now() - begun < length) requestAnimationFrame(frame);
          else done(gaps);
        };
        requestAnimationFrame(frame);
      }),
    seconds * 1000,
  );
  const dropped = figures.reduce((sum, gap) => sum + Math.max(0, Math.round(gap / (1000 / 60)) - 1), 0);
  const [, all] = await reader.playhead();
  const [at] = await reader.playhead();
  return { frames: figures.length, dropped, longest: Math.max(...figures), at, all };
}

for (const [name, definition, scenario] of [
  ["1,000 states", machine(1000), { input: { n: 5000 } }],
  [
    "10,000 iterations",
    {
      StartAt: "Each",
      States: {
        Each: {
          Type: "Map",
          MaxConcurrency: 40,
          ItemProcessor: { ProcessorConfig: { Mode: "INLINE" }, StartAt: "Work", States: { Work: { Type: "Pass", End: true } } },
          End: true,
        },
      },
    },
    { input: Array.from({ length: 10_000 }, (_, index) => index), limits: { historyEvents: 100_000 } },
  ],
]) {
  test(`a run of ${name} is played without dropping frames`, async (context) => {
    const visit = await studio.open({ hash: linkOf(definition, scenario) });
    const figures = await playFor(visit, 3, "1");
    context.diagnostic(`${name}: ${JSON.stringify(figures)}`);
    console.log(`playing ${name}: ${figures.frames} frames in 3 s, ${figures.dropped} dropped, the longest ${figures.longest.toFixed(0)} ms`);
    // Of 180; a machine that does other things beside drops some.
    assert.ok(figures.frames > 120, `${figures.frames} frames in 3 s`);
    assert.ok(figures.at > 0 && figures.at < figures.all, `it plays: ${figures.at} of ${figures.all}`);
    await visit.close();
  });
}
