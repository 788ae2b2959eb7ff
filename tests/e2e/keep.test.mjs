// Nothing is lost, and what is shared is the same elsewhere.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { drive, linkOf } from "./drive.mjs";
import { launch } from "./harness.mjs";

let studio;
before(async () => (studio = await launch()));
after(() => studio?.close());

test("a link opened in a fresh profile gives the same run, event for event", async () => {
  const author = await studio.open();
  const writer = drive(author);
  await writer.openSample("order-saga");
  await writer.textTab("Scenario");
  await author.page.locator('[data-task="Book courier"]').getByRole("button", { name: "Always fail" }).click();
  await author.page.locator(".workflow-name").fill("Späte Bestellung 𝄞");
  await writer.runToEnd();
  const events = await writer.events();
  await author.page.locator("#share").click();
  const link = await author.page.locator("#link").inputValue();
  await author.screenshot("share");
  assert.ok(link.startsWith(studio.url), "the link leads to this page");
  assert.match(link, /#\/[^?]*\?v=1&d=[\w-]+$/);
  await author.page.keyboard.press("Escape");
  await author.page.locator("dialog").waitFor({ state: "detached" });
  author.expectQuiet();

  const visit = await studio.open({ hash: link.slice(studio.url.length) });
  const reader = drive(visit);
  await reader.node("Book courier").waitFor();
  assert.equal(await visit.page.locator(".workflow-name").inputValue(), "Späte Bestellung 𝄞");
  assert.equal(await visit.editor.text(), await author.editor.text());
  await reader.runToEnd();
  assert.deepEqual(await reader.events(), events);
  assert.ok(events.length > 20);
  visit.expectQuiet();
  await visit.close();
  await author.close();
});

test("the share dialog copies the link", async () => {
  const visit = await studio.open({ permissions: ["clipboard-read", "clipboard-write"] });
  await drive(visit).ready();
  await visit.page.locator("#share").click();
  await visit.page.locator("#copy-link").click();
  await visit.page.getByText("Copied the link").waitFor();
  const copied = await visit.page.evaluate(() => navigator.clipboard.readText());
  assert.equal(copied, await visit.page.locator("#link").inputValue());
  await visit.close();
});

for (const [what, hash] of [
  ["a damaged payload", "#/shared?v=1&d=AAAA____"],
  ["a torn link", linkOf({ StartAt: "Lost", States: { Lost: { Type: "Succeed" } } }).slice(0, -12)],
  ["a version of the future", linkOf({ StartAt: "Later", States: {} }).replace("v=1", "v=9")],
  ["more than 1 MiB", linkOf(`{"Comment": "${"x".repeat(1 << 21)}"}`)],
]) {
  test(`${what} is told, and the reader's own work stays`, async () => {
    const visit = await studio.open();
    const reader = drive(visit);
    await reader.ready();
    await visit.editor.replace('{"StartAt": "Mine", "States": {"Mine": {"Type": "Succeed"}}}');
    await reader.node("Mine").waitFor();
    await visit.page.evaluate((hash) => (location.hash = hash), hash);
    await reader.notice("this link cannot be opened");
    assert.match(await visit.editor.text(), /"Mine"/);
    await visit.page.getByRole("button", { name: "Dismiss" }).click();
    await visit.page.locator(".notices li").waitFor({ state: "detached" });
    await visit.page.reload();
    await reader.node("Mine").waitFor();
    assert.match(await visit.editor.text(), /"Mine"/);
    visit.expectQuiet();
    await visit.close();
  });
}

test("a page opened by a damaged link shows the kept work", async () => {
  const visit = await studio.open({ hash: linkOf({ StartAt: "Mine", States: { Mine: { Type: "Succeed" } } }) });
  await drive(visit).node("Mine").waitFor();
  await visit.page.waitForTimeout(600);
  const again = await studio.open({ hash: "#/edit?v=1&d=AAAA", context: visit.context });
  await drive(again).notice("this link cannot be opened");
  assert.match(await again.editor.text(), /"Mine"/);
  await visit.close();
});

/** Changes everything that is kept, and answers what it is now. */
async function leaveTraces(visit) {
  const reader = drive(visit);
  await reader.openSample("card-retry");
  await visit.page.locator(".workflow-name").fill("My payment");
  await visit.editor.replace((await visit.editor.text()).replace('"MaxAttempts": 3', '"MaxAttempts": 4'));
  await reader.textTab("Scenario");
  await visit.page.locator('[data-task="Send receipt"]').getByRole("button", { name: "Always fail" }).click();
  await visit.page.locator("#theme").click();
  await visit.page.locator("#theme[title='Colours: light']").waitFor();
  await reader.textTab("Scenario JSON");
  const scenario = await reader.scenarioText();
  await reader.textTab("Definition");
  return { name: "My payment", definition: await visit.editor.text(), scenario, theme: "light" };
}

async function whatIsThere(visit) {
  const reader = drive(visit);
  await reader.node("Charge card").waitFor();
  const theme = await visit.page.evaluate(() => document.documentElement.dataset.theme);
  await reader.textTab("Scenario JSON");
  const scenario = await reader.scenarioText();
  await reader.textTab("Definition");
  return { name: await visit.page.locator(".workflow-name").inputValue(), definition: await visit.editor.text(), scenario, theme };
}

test("a reload loses nothing: text, scenario, name, colours", async () => {
  const visit = await studio.open();
  const left = await leaveTraces(visit);
  await visit.page.waitForTimeout(600);
  await visit.page.reload();
  assert.deepEqual(await whatIsThere(visit), left);
  visit.expectQuiet();
  await visit.close();
});

test("a reload right after the last key loses nothing either", async () => {
  const visit = await studio.open();
  const reader = drive(visit);
  await reader.ready();
  await visit.editor.replace('{"StartAt": "Quick", "States": {"Quick": {"Type": "Succeed"}}}');
  await reader.node("Quick").waitFor();
  await visit.page.reload();
  await reader.node("Quick").waitFor({ timeout: 5_000 });
  await visit.close();
});

test("a tab that crashed opens with the work in it", async () => {
  const visit = await studio.open();
  const left = await leaveTraces(visit);
  await visit.page.waitForTimeout(600);
  const client = await visit.context.newCDPSession(visit.page);
  const crashed = new Promise((done) => visit.page.once("crash", done));
  client.send("Page.crash").catch(() => {});
  await crashed;
  const again = await studio.open({ context: visit.context });
  assert.deepEqual(await whatIsThere(again), left);
  again.expectQuiet();
  await visit.close();
});

test("the colours are there before the page is, and are kept", async () => {
  const visit = await studio.open({ theme: "dark" });
  await drive(visit).ready();
  await visit.page.locator("#theme").click();
  await visit.page.waitForTimeout(600);
  // Without the program nothing but the first script can have set them.
  await visit.page.route("**/*.wasm", (route) => route.abort());
  await visit.page.reload();
  assert.equal(await visit.page.evaluate(() => document.documentElement.dataset.theme), "light");
  await visit.close();
});

test("kept work that cannot be read gives way to the first sample", async () => {
  for (const kept of ["{", '{"version": 99}', "null", '{"version":1,"name":7}']) {
    const prepare = (page) => page.addInitScript((text) => localStorage.setItem("statelight.session.v1", text), kept);
    const visit = await studio.open({ prepare });
    await drive(visit).node("Is there a name?").waitFor();
    visit.expectQuiet();
    await visit.close();
  }
});

test("a browser that keeps nothing is told of once, and the page works", async () => {
  const prepare = (page) =>
    page.addInitScript(() => {
      Storage.prototype.setItem = () => {
        throw new DOMException("full", "QuotaExceededError");
      };
    });
  const visit = await studio.open({ prepare });
  const reader = drive(visit);
  await reader.notice("not saved");
  await reader.runToEnd();
  assert.match(await reader.banner.innerText(), /Succeeded/);
  await visit.close();
});

test("splitters stand where they were put, and Home puts them back", async () => {
  const visit = await studio.open();
  const reader = drive(visit);
  await reader.ready();
  const width = async () => Math.round((await visit.page.locator(".text-place").boundingBox()).width);
  const before = await width();
  const splitter = visit.page.getByRole("separator", { name: "Width of the text" });
  for (let times = 0; times < 4; times += 1) await splitter.press("ArrowRight");
  const wider = await width();
  assert.ok(wider > before + 60, `${before} to ${wider}`);
  await visit.page.waitForTimeout(500);
  await visit.page.reload();
  await reader.ready();
  assert.equal(await width(), wider);
  await splitter.press("Home");
  assert.equal(await width(), before);
  await visit.close();
});
