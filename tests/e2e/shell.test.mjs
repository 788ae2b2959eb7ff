// The page opens under a sub-path, the editor takes text, and the worker answers, breaks down and comes back.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch } from "./harness.mjs";

let studio;
before(async () => (studio = await launch()));
after(() => studio?.close());

test("the page opens under a sub-path, quietly", async () => {
  const visit = await studio.open();
  await visit.editor.content.waitFor();
  assert.match(await visit.editor.text(), /"StartAt"/);
  await visit.page.getByText("lines,").waitFor();
  await visit.screenshot("shell-dark");
  visit.expectQuiet();
  await visit.close();
});

test("no file is loaded twice, for the page and its worker together", async () => {
  const loaded = [];
  const prepare = (page) => page.context().on("request", (request) => loaded.push(new URL(request.url()).pathname));
  const visit = await studio.open({ prepare });
  await visit.page.getByText("lines,").waitFor();
  assert.equal(loaded.filter((path) => path.endsWith(".wasm")).length, 1, "the wasm module");
  const scripts = loaded.filter((path) => path.endsWith(".js"));
  const twice = scripts.filter((path, index) => scripts.indexOf(path) !== index);
  assert.deepEqual(twice.filter((path) => !/app-.*\.js$/.test(path)), [], "the scripts");
  await visit.close();
});

test("typed text reaches the worker and its answer the page", async () => {
  const visit = await studio.open({ theme: "light" });
  await visit.editor.replace("one\ntwo\nthree");
  await visit.page.getByText("3 lines, 13 bytes").waitFor();
  assert.equal(await visit.page.locator("#position").textContent(), "Ln 3, Col 6");
  await visit.screenshot("shell-light");
  visit.expectQuiet();
  await visit.close();
});

test("a worker that broke down is replaced by a fresh one", async () => {
  let starts = 0;
  const broken = "onmessage = ({ data: [id] }) => typeof id === 'number' && postMessage([id, null, 'on purpose'])";
  const visit = await studio.open({
    prepare: (page) =>
      page.context().route("**/worker.js", (route) => {
        starts += 1;
        return starts === 1 ? route.fulfill({ contentType: "text/javascript", body: broken }) : route.continue();
      }),
  });
  await visit.page.getByText("broke down and was replaced: on purpose").waitFor();
  await visit.editor.replace("a\nb");
  await visit.page.getByText("2 lines, 3 bytes").waitFor();
  await visit.close();
});

test("a worker that does not answer is ended after its budget", async () => {
  let starts = 0;
  const silent = "onmessage = ({ data: [id] }) => { while (typeof id === 'number'); }";
  const visit = await studio.open({
    prepare: (page) =>
      page.context().route("**/worker.js", (route) => {
        starts += 1;
        return starts === 1 ? route.fulfill({ contentType: "text/javascript", body: silent }) : route.continue();
      }),
  });
  await visit.page.getByText("no answer within").waitFor();
  await visit.editor.replace("a\nb");
  await visit.page.getByText("2 lines, 3 bytes").waitFor();
  await visit.close();
});
