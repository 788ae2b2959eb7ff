// What every browser test needs: the built page under a sub-path, a real Chromium, and a fresh profile.
//
//   const studio = await launch();                     // once per file, in before()
//   const visit = await studio.open({ hash, theme, width, height });
//   await visit.page.click(…);                         // a playwright page
//   visit.expectQuiet();                               // no console error, no request to another host
//   await visit.screenshot("name");                    // tests/e2e/shots/name.png
//   await visit.close(); await studio.close();

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { serve } from "./server.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const dist = process.env.STATELIGHT_DIST ?? join(root, "dist");
const shots = join(root, "tests/e2e/shots");

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** The built page. */
export const built = dist;

/** Starts the server, of the built page or a copy of it, and the browser. */
export async function launch(folder = dist) {
  assert.ok(existsSync(join(folder, "index.html")), `no page in ${folder}: run \`cargo xtask build\` first`);
  const server = await serve(folder, "/some/folder/");
  const browser = await chromium.launch({ executablePath: findChromium(), args: flags });
  return {
    url: server.url,
    /** From now on there is no network. */
    stopServer: () => server.close(),
    open: (options) => openPage(browser, server.url, options),
    close: async () => {
      await browser.close();
      server.close();
    },
  };
}

/** Opens the page in a profile of its own, unless `context` is that of an earlier visit. */
async function openPage(browser, url, options = {}) {
  const { hash = "", theme = "dark", width = 1440, height = 900, prepare, context: shared, ...more } = options;
  const context =
    shared ??
    (await browser.newContext({ viewport: { width, height }, colorScheme: theme, reducedMotion: "no-preference", ...more }));
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);

  const errors = [];
  const strangers = [];
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("request", (request) => {
    const address = new URL(request.url());
    const isOurs = address.origin === new URL(url).origin || ["data:", "blob:"].includes(address.protocol);
    if (!isOurs) strangers.push(request.url());
  });

  await prepare?.(page);
  await page.goto(url + hash);
  return {
    page,
    context,
    errors,
    strangers,
    editor: editorOf(page),
    expectQuiet() {
      assert.deepEqual(errors, [], "the console shows no error");
      assert.deepEqual(strangers, [], "no other host is asked for anything");
    },
    async screenshot(name) {
      await mkdir(shots, { recursive: true });
      await page.screenshot({ path: join(shots, `${name}.png`) });
    },
    close: () => (shared ? page.close() : context.close()),
  };
}

/** What a reader does with the text editor. */
function editorOf(page) {
  const content = page.locator("asl-editor .cm-content").first();
  // Through the editor, which puts its cursor back at once; with the browser's own focus that takes it a moment.
  const focus = () => page.locator("asl-editor").first().evaluate((element) => element.focus());
  return {
    content,
    focus,
    text: () => page.locator("asl-editor").first().evaluate((element) => element.text),
    marks: () => page.locator("asl-editor .cm-lintRange").allTextContents(),
    /** Pastes the text in place of all there is. */
    async replace(text) {
      await focus();
      await page.keyboard.press("ControlOrMeta+a");
      await content.evaluate((element, pasted) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData("text/plain", pasted);
        element.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
      }, text);
    },
    async type(text) {
      await focus();
      await page.keyboard.type(text);
    },
    goTo: (from, to) => page.locator("asl-editor").first().evaluate((it, range) => it.goTo(...range), [from, to ?? from]),
  };
}

/** The browser named by CHROMIUM, else the first one on PATH, else playwright's own. */
function findChromium() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const folders = (process.env.PATH ?? "").split(delimiter);
  const names = ["chromium", "chromium-browser", "google-chrome"];
  const found = names.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
  return found ?? chromium.executablePath();
}
