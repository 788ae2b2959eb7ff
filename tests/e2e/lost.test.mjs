// Nothing is lost where the browser keeps no more, where two tabs have one workflow, and where the page breaks down.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { drive, linkOf } from "./drive.mjs";
import { launch } from "./harness.mjs";

let studio;
before(async () => (studio = await launch()));
after(() => studio?.close());

const one = (name) => JSON.stringify({ StartAt: name, States: { [name]: { Type: "Succeed" } } });
const kept = (page) => page.waitForTimeout(700);
const notices = (page) => page.locator(".notices li");

test("a full storage is told for as long as it is full, the work can be saved as a file, and the page goes on", async () => {
  const visit = await studio.open();
  const { page } = visit;
  const reader = drive(visit);
  await reader.ready();
  await kept(page);
  await page.evaluate(() => {
    window.setItem = Storage.prototype.setItem;
    Storage.prototype.setItem = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
  });
  await visit.editor.replace(one("Large"));
  await reader.node("Large").waitFor();
  await reader.notice("is not saved");
  await visit.screenshot("storage-full");
  await visit.editor.replace(one("Larger"));
  await reader.node("Larger").waitFor();
  await kept(page);
  assert.equal(await notices(page).count(), 1, "it is told once");
  await reader.runToEnd();
  assert.match(await reader.banner.innerText(), /Succeeded/);
  const downloaded = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save as a file" }).click();
  assert.equal(await readFile(await (await downloaded).path(), "utf8"), one("Larger"));
  await page.evaluate(() => (Storage.prototype.setItem = window.setItem));
  await visit.editor.replace(one("Small"));
  await notices(page).waitFor({ state: "detached" });
  await page.reload();
  await reader.node("Small").waitFor();
  visit.expectQuiet();
  await visit.close();
});

test("where the browser has no storage the page works, and says once that nothing is kept", async () => {
  const prepare = (page) =>
    page.addInitScript(() => {
      for (const name of ["localStorage", "sessionStorage"]) {
        Object.defineProperty(window, name, { get: () => { throw new DOMException("refused", "SecurityError"); } });
      }
    });
  const visit = await studio.open({ prepare });
  const reader = drive(visit);
  await reader.notice("keeps nothing for this page");
  await visit.page.getByRole("button", { name: "Dismiss" }).click();
  await visit.editor.replace(one("Here"));
  await reader.node("Here").waitFor();
  await reader.runToEnd();
  await kept(visit.page);
  assert.equal(await notices(visit.page).count(), 0);
  visit.expectQuiet();
  await visit.close();
});

/** Two tabs on one workflow. */
async function twoTabs() {
  const left = await studio.open({ hash: linkOf(one("Begin")) });
  await drive(left).node("Begin").waitFor();
  await kept(left.page);
  const right = await studio.open({ context: left.context });
  await drive(right).node("Begin").waitFor();
  await kept(right.page);
  return { left, right };
}

const workflows = async (page) => {
  await page.locator("#samples").click();
  const names = await page.locator("[data-workflow]").evaluateAll((rows) => rows.map((row) => row.dataset.workflow));
  await page.keyboard.press("Escape");
  return names;
};

test("what another tab has made of the open workflow is taken when the reader says so", async () => {
  const { left, right } = await twoTabs();
  await left.editor.replace(one("Changed"));
  await right.page.getByRole("button", { name: "Take the other tab's" }).waitFor();
  await right.screenshot("two-tabs");
  assert.match(await right.editor.text(), /Begin/, "nothing changes under the reader's hands");
  await right.page.getByRole("button", { name: "Take the other tab's" }).click();
  await drive(right).node("Changed").waitFor();
  assert.equal((await workflows(right.page)).length, 1);
  right.expectQuiet();
  left.expectQuiet();
  await right.close();
  await left.context.close();
});

test("or the reader's own goes on as a copy, and both tabs have both", async () => {
  const { left, right } = await twoTabs();
  await left.editor.replace(one("Changed"));
  await right.page.getByRole("button", { name: "Keep mine as a copy" }).click();
  await kept(right.page);
  for (const visit of [left, right]) assert.equal((await workflows(visit.page)).length, 2);
  await left.page.reload();
  await drive(left).node("Changed").waitFor();
  await right.page.reload();
  await drive(right).node("Begin").waitFor();
  await left.context.close();
});

test("two tabs that are written in at once lose neither text", async () => {
  const { left, right } = await twoTabs();
  await Promise.all([left.editor.replace(one("Left")), right.editor.replace(one("Right"))]);
  await kept(left.page);
  await kept(right.page);
  const texts = await left.page.evaluate(() => Object.values(localStorage).join());
  assert.ok(texts.includes("Left") && texts.includes("Right"), texts);
  assert.match(await left.editor.text(), /Left/);
  assert.match(await right.editor.text(), /Right/);
  await left.context.close();
});

/** Makes the wasm module panic: it can put nothing into the page any more. */
const breakDown = (page) =>
  page.evaluate(() => {
    const refuse = () => {
      throw new Error("refused");
    };
    Node.prototype.insertBefore = refuse;
    document.querySelector("#help").click();
  });

test("a breakdown shows what happened, and what was typed is there after a reload", async () => {
  const visit = await studio.open();
  const { page } = visit;
  const reader = drive(visit);
  await reader.ready();
  await visit.editor.replace(one("Typed last"));
  await breakDown(page);
  await page.getByRole("heading", { name: "Statelight has broken down" }).waitFor();
  await page.getByText("will be there after a reload").waitFor();
  assert.match(await page.locator("#crash pre").innerText(), /panicked/);
  await visit.screenshot("breakdown");
  const downloaded = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save the definition" }).click();
  assert.equal(await readFile(await (await downloaded).path(), "utf8"), one("Typed last"));
  await page.getByRole("button", { name: "Reload", exact: true }).click();
  await reader.node("Typed last").waitFor();
  await visit.close();
});

test("after a breakdown one can begin anew, with the text still in the list", async () => {
  const visit = await studio.open({ hash: linkOf(one("Trouble")) });
  const { page } = visit;
  const reader = drive(visit);
  await reader.node("Trouble").waitFor();
  await kept(page);
  await breakDown(page);
  await page.getByRole("button", { name: "Reload with an empty workflow" }).click();
  await page.locator("#samples").waitFor();
  assert.equal(await visit.editor.text(), "");
  assert.deepEqual(await workflows(page), ["New workflow", "Shared workflow"]);
  await page.locator("#samples").click();
  await page.locator('[data-workflow="Shared workflow"] .open-workflow').click();
  await reader.node("Trouble").waitFor();
  await visit.close();
});

test("a tab that crashes while one types on and on has all but the last moments", async () => {
  const visit = await studio.open();
  await drive(visit).ready();
  await visit.editor.replace("");
  for (let word = 0; word < 45; word += 1) await visit.page.keyboard.type(`w${word} `, { delay: 30 });
  const client = await visit.context.newCDPSession(visit.page);
  const crashed = new Promise((done) => visit.page.once("crash", done));
  client.send("Page.crash").catch(() => {});
  await crashed;
  const again = await studio.open({ context: visit.context });
  await again.page.locator("#samples").waitFor();
  assert.match(await again.editor.text(), /w0 w1 .*w20 /);
  await visit.close();
});
