// The page opens under a sub-path, shows what it is, and its worker breaks down and comes back.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { drive } from "./drive.mjs";
import { launch } from "./harness.mjs";

let studio;
before(async () => (studio = await launch()));
after(() => studio?.close());

for (const theme of ["dark", "light"]) {
  test(`the page opens under a sub-path, quietly, in a ${theme} system`, async () => {
    const visit = await studio.open({ theme });
    const reader = drive(visit);
    await reader.ready();
    assert.match(new URL(visit.page.url()).pathname, /^\/some\/folder\/$/);
    assert.match(await visit.editor.text(), /"StartAt"/);
    await reader.node("Is there a name?").waitFor();
    assert.equal(await visit.page.locator("#problem-count").textContent(), "no problems");
    assert.match(await reader.banner.textContent(), /Not run yet/);
    const ground = await visit.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert.equal(ground, theme === "dark" ? "rgb(14, 17, 22)" : "rgb(246, 247, 249)");
    await visit.screenshot(`shell-${theme}`);
    visit.expectQuiet();
    await visit.close();
  });
}

test("no file is loaded twice, for the page and its worker together", async () => {
  const loaded = [];
  // The service worker looks after what it keeps once more, beside the page.
  const note = (request) => request.serviceWorker() ?? loaded.push(new URL(request.url()).pathname);
  const prepare = (page) => page.context().on("request", note);
  const visit = await studio.open({ prepare });
  await drive(visit).runToEnd();
  assert.equal(loaded.filter((path) => path.endsWith(".wasm")).length, 1, "the wasm module");
  const scripts = loaded.filter((path) => path.endsWith(".js"));
  const twice = scripts.filter((path, index) => scripts.indexOf(path) !== index);
  assert.deepEqual(twice.filter((path) => !/app-.*\.js$/.test(path)), [], "the scripts");
  await visit.close();
});

/** Opens the page with its first worker replaced by another script; the next ones are its own. */
async function withFirstWorker(script) {
  let starts = 0;
  return studio.open({
    // The service worker would ask for the script as well, and might be the first.
    serviceWorkers: "block",
    prepare: (page) =>
      page.context().route("**/worker.js", (route) => {
        starts += 1;
        return starts === 1 ? route.fulfill({ contentType: "text/javascript", body: script }) : route.continue();
      }),
  });
}

test("a worker that broke down is told and replaced by a fresh one", async () => {
  const broken = "onmessage = ({ data: [id] }) => typeof id === 'number' && postMessage([id, null, 'on purpose'])";
  const visit = await withFirstWorker(broken);
  const reader = drive(visit);
  await visit.page.locator("#run").click();
  await visit.page.locator(".refusal").getByText("the worker broke down and was replaced: on purpose").waitFor();
  await reader.runToEnd();
  assert.match(await reader.banner.textContent(), /Succeeded/);
  await visit.close();
});

const silent = "onmessage = ({ data: [id] }) => { while (typeof id === 'number'); }";

test("a worker that does not answer is ended after its budget", { timeout: 60_000 }, async () => {
  const visit = await withFirstWorker(silent);
  const reader = drive(visit);
  await visit.page.locator("#run").click();
  await visit.page.locator(".refusal").getByText("no answer within").waitFor({ timeout: 40_000 });
  await reader.runToEnd();
  assert.match(await reader.banner.textContent(), /Succeeded/);
  await visit.close();
});

test("Stop ends a worker that does not come back, and typing goes on meanwhile", async () => {
  const visit = await withFirstWorker(silent);
  const reader = drive(visit);
  await visit.page.locator("#run").click();
  await visit.page.locator("#banner", { hasText: "Computing" }).waitFor();
  await visit.editor.type(" ");
  await visit.page.waitForFunction(() => /^ | $/.test(document.querySelector("asl-editor").text));
  await visit.page.locator("#stop").click();
  await visit.page.locator(".refusal").getByText("stopped").waitFor();
  await reader.runToEnd();
  assert.match(await reader.banner.textContent(), /Succeeded/);
  await visit.close();
});
