// The page opens under a sub-path, and the worker behind it answers, breaks down and comes back.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch } from "./harness.mjs";

let studio;
before(async () => (studio = await launch()));
after(() => studio?.close());

const banner = (page) => page.locator("#banner");

test("the page opens under a sub-path, quietly", async () => {
  const visit = await studio.open();
  await visit.editor.content.waitFor();
  assert.match(await visit.editor.text(), /"StartAt"/);
  await visit.page.locator(".node").first().waitFor();
  visit.expectQuiet();
  await visit.close();
});

test("no file is loaded twice, for the page and its worker together", async () => {
  const loaded = [];
  const prepare = (page) => page.context().on("request", (request) => loaded.push(new URL(request.url()).pathname));
  const visit = await studio.open({ prepare });
  await visit.page.click("#run");
  await visit.page.locator("#banner .clock").waitFor();
  assert.equal(loaded.filter((path) => path.endsWith(".wasm")).length, 1, "the wasm module");
  const scripts = loaded.filter((path) => path.endsWith(".js"));
  const twice = scripts.filter((path, index) => scripts.indexOf(path) !== index);
  assert.deepEqual(twice.filter((path) => !/app-.*\.js$/.test(path)), [], "the scripts");
  await visit.close();
});

/** Gives the first worker another script, and the ones after it the real one. */
function firstWorker(body) {
  let starts = 0;
  return (page) =>
    page.context().route("**/worker.js", (route) => {
      starts += 1;
      return starts === 1 ? route.fulfill({ contentType: "text/javascript", body }) : route.continue();
    });
}

test("a worker that broke down is replaced, and the page says so", async () => {
  const prepare = firstWorker("onmessage = ({ data: [id] }) => typeof id === 'number' && postMessage([id, null, 'on purpose'])");
  const visit = await studio.open({ prepare });
  await visit.page.click("#run");
  await visit.page.getByText("broke down and was replaced: on purpose").first().waitFor();
  await visit.page.click("#run");
  await banner(visit.page).getByText("Succeeded").waitFor();
  await visit.close();
});

test("Stop ends a run that does not come back, and the next one runs", async () => {
  const prepare = firstWorker("onmessage = ({ data: [id] }) => { while (typeof id === 'number'); }");
  const visit = await studio.open({ prepare });
  await visit.page.click("#run");
  await banner(visit.page).getByText("Computing").waitFor();
  await visit.editor.type(" ");
  await visit.page.click("#stop");
  await visit.page.getByText("No run: stopped").first().waitFor();
  await visit.page.click("#run");
  await banner(visit.page).getByText("Succeeded").waitFor();
  await visit.close();
});
