// What a reader does with the whole page, in words of the page.
//
//   const reader = drive(visit);
//   await reader.openSample("order-saga");
//   await reader.runToEnd();
//   await reader.lights();                             // { "Reserve stock": "succeeded", … }

import { deflateRawSync } from "node:zlib";

/** The fragment of a share link, made by the contract rather than by the page's own code. */
export function linkOf(definition, scenario = {}, view = {}) {
  const text = typeof definition === "string" ? definition : JSON.stringify(definition, null, 2);
  const shared = { definition: text, scenario: { version: 1, ...scenario }, view };
  const payload = deflateRawSync(JSON.stringify(shared)).toString("base64url");
  return `#/shared?v=1&d=${payload}`;
}

export function drive(visit) {
  const { page } = visit;
  const node = (name) => page.locator(`.node[data-state="${name}"]`);
  const banner = page.locator("#banner");
  const textTab = (name) => page.getByRole("tablist", { name: "Text" }).getByRole("tab", { name, exact: true }).click();
  const detailTab = (name) => page.getByRole("tablist", { name: "Details" }).getByRole("tab", { name, exact: true }).click();

  const reader = {
    node,
    banner,
    textTab,
    detailTab,
    /** Waits until the page can be used. */
    ready: () => visit.page.locator(".node").first().waitFor({ state: "attached" }),
    light: (name) => node(name).getAttribute("data-light"),
    lights: () =>
      page.locator(".node").evaluateAll((all) => Object.fromEntries(all.map((it) => [it.dataset.state, it.dataset.light]))),
    waitForLight: (name, light) => page.locator(`.node[data-state="${name}"][data-light="${light}"]`).waitFor(),
    /** `Event 3 of 20` as numbers. */
    async playhead() {
      const words = await page.locator("#event-count").textContent();
      return words.match(/\d+/g).map(Number);
    },
    async openSample(id) {
      await reader.ready();
      await page.locator("#samples").click();
      await page.locator(`[data-sample="${id}"]`).click();
      await page.locator("dialog").waitFor({ state: "detached" });
    },
    /** Runs, and puts the playhead to the end. */
    async runToEnd() {
      await page.locator("#run").click();
      await page.locator("#run:not([disabled])").waitFor();
      await page.locator("#event-count").waitFor();
      await page.locator("#scrubber").press("End");
    },
    /** Chooses a state by a click on its title. */
    choose: (name) => node(name).click({ position: { x: 44, y: 16 } }),
    chosen: () => page.locator("#inspected").textContent(),
    part: (name) => page.locator(`[data-part="${name}"]`).last(),
    /** A card of the inspector, read as JSON. */
    json: async (name) => JSON.parse(await page.locator(`[data-part="${name}"] .json`).last().textContent()),
    /** The whole history as the list of events shows it, a row a line. */
    async events() {
      await detailTab("Events");
      await page.locator("#events .event").first().waitFor();
      return page.locator("#events").evaluate(async (list) => {
        const rows = new Map();
        const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        for (let top = 0; ; top += list.clientHeight / 2) {
          list.scrollTop = top;
          await frame();
          for (const row of list.querySelectorAll(".event")) {
            const cells = [...row.children].map((cell) => cell.textContent.trim());
            rows.set(Number(cells[0]), cells.join(" | "));
          }
          if (top + list.clientHeight >= list.scrollHeight) break;
        }
        return [...rows].sort(([a], [b]) => a - b).map(([, row]) => row);
      });
    },
    /** Notes from now on in which order lights change. */
    watchLights: () =>
      page.evaluate(() => {
        window.lit = [];
        const note = (changes) => {
          for (const { target } of changes) window.lit.push([target.dataset.state, target.dataset.light]);
        };
        new MutationObserver(note).observe(document.querySelector(".drawing"), {
          subtree: true,
          attributes: true,
          attributeFilter: ["data-light"],
        });
      }),
    litSoFar: () => page.evaluate(() => window.lit),
    /** The name of the element that has the focus, as a screen reader says it. */
    focused: () =>
      page.evaluate(() => {
        const it = document.activeElement;
        return it.getAttribute("aria-label") ?? it.textContent.trim();
      }),
    notice: (words) => page.locator(".notices li").filter({ hasText: words }).waitFor(),
    scenarioText: () => page.locator("asl-editor").nth(1).evaluate((element) => element.text),
    async writeScenario(text) {
      await textTab("Scenario JSON");
      await page.locator("asl-editor").nth(1).evaluate((element) => element.focus());
      await page.keyboard.press("ControlOrMeta+a");
      await page.keyboard.insertText(text);
    },
  };
  return reader;
}
