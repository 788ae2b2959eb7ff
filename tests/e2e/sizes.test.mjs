// The page from a phone to a large screen: nothing spills over, nothing covers what is pressed, and a run works.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { drive, linkOf } from "./drive.mjs";
import { launch } from "./harness.mjs";

let studio;
before(async () => (studio = await launch()));
after(() => studio?.close());

const ONE = { StartAt: "Only", States: { Only: { Type: "Pass", End: true } } };

/** What stands out of the page, or of the button, tab or field it should be in. */
const spills = (page) =>
  page.evaluate(() => {
    const out = [];
    const { innerWidth: width, innerHeight: height } = window;
    const { scrollWidth, scrollHeight } = document.documentElement;
    if (scrollWidth > width || scrollHeight > height) out.push(`the page is ${scrollWidth} × ${scrollHeight}`);
    for (const it of document.querySelectorAll(".topbar *, .transport *, .place-tabs *, .banner, .legend, .zoom, .timeline-head *")) {
      const box = it.getBoundingClientRect();
      const shown = box.width > 0 && box.height > 0 && getComputedStyle(it).visibility !== "hidden";
      if (shown && (box.right > width + 1 || box.left < -1 || box.bottom > height + 1)) {
        out.push(`${it.localName}.${it.getAttribute("class")} ${it.id} reaches ${Math.round(box.left)}–${Math.round(box.right)}, ${Math.round(box.bottom)}`);
      }
    }
    return out;
  });

/** Buttons that are on screen but lie under something else. */
const covered = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll(".topbar button, .topbar select, .transport button, .tab, .place-tab, .zoom button")]
      .filter((it) => {
        const box = it.getBoundingClientRect();
        if (box.width === 0) return false;
        const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
        return !(top && (it.contains(top) || top.contains(it)));
      })
      .map((it) => it.id || it.textContent.trim()),
  );

/** Two of these that overlap hide each other's words. */
const overlaps = (page, selectors) =>
  page.evaluate((selectors) => {
    const boxes = selectors.flatMap((selector) => [...document.querySelectorAll(selector)].map((it) => [selector, it.getBoundingClientRect()]));
    const shown = boxes.filter(([, box]) => box.width > 0 && box.height > 0);
    const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
    return shown.flatMap(([a, one], index) => shown.slice(index + 1).filter(([, two]) => meet(one, two)).map(([b]) => `${a} and ${b}`));
  }, selectors);

for (const [width, height] of [[1024, 768], [1200, 800], [1440, 900], [2560, 1440], [3840, 2160]]) {
  for (const theme of ["light", "dark"]) {
    test(`at ${width} × ${height}, ${theme}, all is in its place`, async () => {
      const visit = await studio.open({ width, height, theme });
      const reader = drive(visit);
      await reader.openSample("order-saga");
      await reader.runToEnd();
      await reader.choose("Refund card");
      if (width < 1200) await visit.page.getByRole("button", { name: "Data", exact: true }).click();
      assert.equal(await reader.chosen(), "Refund card");
      await visit.screenshot(`size-${width}-${theme}`);
      assert.deepEqual(await spills(visit.page), []);
      if (width < 1200) await visit.page.getByRole("button", { name: "Graph", exact: true }).click();
      assert.deepEqual(await covered(visit.page), []);
      assert.deepEqual(await overlaps(visit.page, [".banner", ".legend", ".zoom", ".small-map", ".undo-row"]), []);
      await reader.textTab("Scenario");
      await visit.screenshot(`size-${width}-${theme}-scenario`);
      visit.expectQuiet();
      await visit.close();
    });
  }
}

// A browser zoomed in has fewer and larger pixels: windows of 1,440 × 900 at 200 %, of 1,280 × 1,024 at 300 %, and a
// width of 1,280 at 400 %, as far as WCAG goes.
for (const [width, height, zoom] of [[720, 450, 2], [426, 341, 3], [320, 568, 4]]) {
  test(`at a zoom of ${zoom * 100} % all is there and in reach`, async () => {
    const visit = await studio.open({ width, height, deviceScaleFactor: zoom, hash: linkOf(ONE, {}) });
    const { page } = visit;
    const reader = drive(visit);
    await reader.ready();
    await page.locator("#run").click();
    await reader.waitForLight("Only", "succeeded");
    await visit.screenshot(`zoom-${zoom * 100}-graph`);
    assert.deepEqual(await spills(page), []);
    assert.deepEqual(await covered(page), []);
    for (const name of width < 700 ? ["Data", "Text"] : ["Data", "Graph"]) {
      await page.getByRole("button", { name, exact: true }).click();
      await visit.screenshot(`zoom-${zoom * 100}-${name.toLowerCase()}`);
      assert.deepEqual(await spills(page), []);
      // Where two places fit, the details lie over the graph while they are open.
      if (width < 700 || name !== "Data") assert.deepEqual(await covered(page), []);
    }
    await page.locator("#help").click();
    const dialog = await page.locator("dialog[open]").boundingBox();
    assert.ok(dialog.x >= 0 && dialog.x + dialog.width <= width, `the dialog is at ${dialog.x}, ${dialog.width} wide`);
    visit.expectQuiet();
    await visit.close();
  });
}

for (const [width, height] of [[390, 844], [360, 640], [844, 390]]) {
  test(`on a phone of ${width} × ${height} all is in reach`, async () => {
    const visit = await studio.open({ width, height, theme: width === 390 ? "light" : "dark", hasTouch: true });
    const { page } = visit;
    const reader = drive(visit);
    const place = (name) => page.getByRole("button", { name, exact: true }).tap();
    await page.locator("#samples").tap();
    await page.locator('[data-sample="order-saga"]').waitFor();
    await visit.screenshot(`phone-${width}-gallery`);
    await page.locator('[data-sample="order-saga"]').tap();
    await reader.node("Reserve stock").waitFor();
    assert.deepEqual(await covered(page), []);
    await page.locator("#run").tap();
    await reader.waitForLight("Charge card", "running");
    await visit.screenshot(`phone-${width}-running`);
    await page.locator("#play").tap();
    await page.locator("#scrubber").press("End");
    assert.match(await reader.banner.innerText(), /Failed/);
    await visit.screenshot(`phone-${width}-graph`);
    assert.deepEqual(await spills(page), []);

    await page.locator(".lane-name", { hasText: "Refund card" }).tap();
    await place("Data");
    assert.equal(await reader.chosen(), "Refund card");
    await reader.detailTab("Events");
    await page.locator(".event").first().waitFor();
    await visit.screenshot(`phone-${width}-events`);
    assert.deepEqual(await spills(page), []);

    // Where two places fit, the text is there beside the graph.
    await place(width < 700 ? "Text" : "Graph");
    await visit.editor.content.waitFor();
    await reader.textTab("Scenario");
    await visit.screenshot(`phone-${width}-scenario`);
    await reader.textTab("Definition");
    await visit.screenshot(`phone-${width}-text`);
    assert.deepEqual(await spills(page), []);
    assert.deepEqual(await covered(page), []);
    visit.expectQuiet();
    await visit.close();
  });
}

test("on a phone the transport is at the bottom, in the size of a thumb, and a refusal is told", async () => {
  const visit = await studio.open({ width: 390, height: 844 });
  const { page } = visit;
  await drive(visit).ready();
  for (const id of ["run", "step-back", "play", "step", "stop"]) {
    const box = await page.locator(`#${id}`).boundingBox();
    assert.ok(box.y > 600 && box.width >= 44 && box.height >= 44, `${id} is ${box.width} × ${box.height} at ${box.y}`);
  }
  await page.evaluate((hash) => (location.hash = hash), linkOf({ StartAt: "Gone", States: { Here: { Type: "Succeed" } } }));
  await page.locator("#run").click();
  await page.locator(".refusal").waitFor();
  await visit.screenshot("phone-390-refusal");
  await visit.close();
});
