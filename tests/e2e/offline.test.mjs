// After the first visit the page works without a network; a newer build is told of and taken when the reader wants it.

import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { drive } from "./drive.mjs";
import { built, launch } from "./harness.mjs";

const inCharge = (page) => page.evaluate(() => navigator.serviceWorker.ready.then(() => new Promise((done) => {
  if (navigator.serviceWorker.controller) done();
  else navigator.serviceWorker.addEventListener("controllerchange", () => done(), { once: true });
})));

test("after one visit the page opens and runs without a network", async () => {
  const studio = await launch();
  const visit = await studio.open();
  await drive(visit).ready();
  await inCharge(visit.page);
  visit.expectQuiet();
  await visit.page.close();
  studio.stopServer();
  const again = await studio.open({ context: visit.context });
  const reader = drive(again);
  await reader.openSample("order-saga");
  await reader.runToEnd();
  assert.match(await reader.banner.innerText(), /Succeeded|Failed/);
  assert.deepEqual(again.strangers, []);
  await studio.close();
});

test("the manifest names what is there, and the page can be installed", async () => {
  const studio = await launch();
  const visit = await studio.open();
  await drive(visit).ready();
  await inCharge(visit.page);
  const client = await visit.context.newCDPSession(visit.page);
  const { url, errors } = await client.send("Page.getAppManifest");
  assert.deepEqual([url, errors], [`${studio.url}manifest.webmanifest`, []]);
  const { installabilityErrors } = await client.send("Page.getInstallabilityErrors");
  // A window of its own for each profile is what Chromium calls incognito.
  assert.deepEqual(installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito"), []);
  const manifest = JSON.parse(await readFile(join(built, "manifest.webmanifest"), "utf8"));
  for (const { src, sizes } of manifest.icons) {
    const size = await visit.page.evaluate(async (src) => {
      const image = new Image();
      image.src = src;
      await image.decode();
      return `${image.naturalWidth}x${image.naturalHeight}`;
    }, src);
    if (sizes !== "any") assert.equal(size, sizes);
  }
  visit.expectQuiet();
  await studio.close();
});

test("a newer build is told of, taken by one press, and the old files go", async () => {
  const folder = await mkdtemp(join(tmpdir(), "statelight-"));
  await cp(built, folder, { recursive: true });
  const studio = await launch(folder);
  const visit = await studio.open();
  const { page } = visit;
  const reader = drive(visit);
  await reader.ready();
  await inCharge(page);
  const worker = await readFile(join(folder, "sw.js"), "utf8");
  await writeFile(join(folder, "sw.js"), worker.replace(/VERSION = "\w+"/, 'VERSION = "next"'));
  await page.evaluate(() => navigator.serviceWorker.getRegistration().then((registration) => registration.update()));
  await reader.notice("A new version is ready");
  await visit.screenshot("new-version");
  await Promise.all([page.waitForEvent("load"), page.locator(".notices").getByRole("button", { name: "Reload" }).click()]);
  await reader.ready();
  const caches = () => page.evaluate(() => caches.keys());
  for (let tries = 0; (await caches()).length > 1 && tries < 50; tries += 1) await page.waitForTimeout(100);
  assert.deepEqual((await caches()).map((name) => name.split(" ").pop()), ["next"]);
  assert.equal(await page.locator(".notices li").count(), 0);
  visit.expectQuiet();
  await studio.close();
  await rm(folder, { recursive: true });
});
