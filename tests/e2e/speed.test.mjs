// From a key press to fresh diagnostics and graph, in the real page.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
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
  return JSON.stringify({ StartAt: "State 0", States: states }, null, 2);
}

test("a key press at 300 states is checked and drawn without a pause", async () => {
  const visit = await studio.open();
  await visit.editor.replace(machine(300));
  await visit.page.locator('.node[data-state="State 299"]').waitFor();
  await visit.editor.goTo(20);
  await visit.editor.content.focus();
  // What the page's own thread is busy with after each key: longer than this shows as a task.
  await visit.page.evaluate(() => {
    window.busy = [];
    const element = document.querySelector("asl-editor");
    element.addEventListener("asl-change", () => {
      const started = performance.now();
      // The change is handled, and what follows from it drawn, before the next timer.
      setTimeout(() => window.busy.push(performance.now() - started), 0);
    }, { capture: true });
  });
  for (const key of "abcdefghijklmnop") {
    await visit.page.keyboard.type(key);
    await visit.page.waitForTimeout(60);
  }
  const busy = (await visit.page.evaluate(() => window.busy)).sort((a, b) => a - b);
  const median = busy[busy.length >> 1];
  console.log(`key press to diagnostics and graph at 300 states: median ${median.toFixed(1)} ms of ${busy.length} keys`);
  assert.ok(busy.length >= 10 && median < 100, `median ${median} ms`);
  await visit.close();
});
