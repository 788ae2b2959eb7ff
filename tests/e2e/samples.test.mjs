// The gallery: each sample opens from it and runs to its end.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { drive } from "./drive.mjs";
import { launch } from "./harness.mjs";

const folder = new URL("../../www/samples/", import.meta.url);
const samples = readdirSync(folder).map((id) => ({
  id,
  ...JSON.parse(readFileSync(new URL(`${id}/sample.json`, folder), "utf8")),
}));

let studio;
let visit;
let reader;
before(async () => {
  studio = await launch();
  visit = await studio.open();
  reader = drive(visit);
});
after(() => studio?.close());

test("the gallery shows every sample with a picture, and closes", async () => {
  await reader.ready();
  await visit.page.locator("#samples").click();
  await visit.page.locator("dialog .sample").first().waitFor();
  const shown = await visit.page.locator("dialog .sample").evaluateAll((all) => all.map((it) => it.dataset.sample).sort());
  assert.deepEqual(shown, samples.map((sample) => sample.id).sort());
  assert.equal(shown.length, 13);
  const boxes = await visit.page.locator("dialog .thumbnail").evaluateAll((all) => all.map((it) => it.querySelectorAll(".box").length));
  assert.ok(boxes.every((count) => count >= 4));
  await visit.screenshot("gallery");
  await visit.page.getByRole("button", { name: "Close" }).click();
  await visit.page.locator("dialog").waitFor({ state: "detached" });
});

for (const { id, title, ends = "SUCCEEDED" } of samples) {
  test(`${title} opens and runs to its end`, async () => {
    await reader.openSample(id);
    assert.equal(await visit.page.locator(".workflow-name").inputValue(), title);
    assert.equal(await visit.page.locator("#problem-count").textContent(), "no problems");
    await reader.runToEnd();
    assert.match(await reader.banner.innerText(), ends === "FAILED" ? /Failed/ : /Succeeded/);
    await visit.screenshot(`sample-${id}`);
    visit.expectQuiet();
  });
}

test("a link opens a sample by its name, and an unknown name is told", async () => {
  await visit.page.evaluate(() => (location.hash = "#/sample/hello"));
  await reader.node("Greet a stranger").waitFor();
  await visit.page.evaluate(() => (location.hash = "#/sample/nobody"));
  await reader.notice("there is no sample `nobody`");
});
