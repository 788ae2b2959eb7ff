// The page in other languages: chosen by the reader or asked for by the browser, kept, and complete: with a table whose
// texts are all marked, every word that the page shows is either marked or somebody's data.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { drive, linkOf } from "./drive.mjs";
import { built, launch } from "./harness.mjs";

let studio;
before(async () => (studio = await launch()));
after(() => studio?.close());

const order = {
  StartAt: "zzCheck",
  States: {
    zzCheck: { Type: "Choice", Choices: [{ Variable: "$.zztotal", NumericGreaterThan: 3, Next: "zzPay" }], Default: "zzWait" },
    zzPay: {
      Type: "Task",
      Resource: "arn:aws:states:::lambda:invoke",
      Parameters: { FunctionName: "zzpay", "Payload.$": "$" },
      Retry: [{ ErrorEquals: ["zzBusy"], MaxAttempts: 1 }],
      Next: "zzEach",
    },
    zzEach: { Type: "Map", ItemsPath: "$.zzitems", Iterator: { StartAt: "zzPack", States: { zzPack: { Type: "Pass", End: true } } }, End: true },
    zzWait: { Type: "Wait", Seconds: 30, End: true },
  },
};
const scenario = {
  input: { zztotal: 5 },
  tasks: { zzPay: [{ throw: { error: "zzBusy", cause: "zzcause" } }, { return: { zzpaid: true } }] },
};

test("a language is chosen, keeps the run, and is there after a reload", async () => {
  const visit = await studio.open({ hash: linkOf(order, scenario) });
  const reader = drive(visit);
  await reader.runToEnd();
  await visit.page.locator(".statusbar .language").selectOption("de");
  await visit.page.locator("html[lang=de]").waitFor();
  await visit.page.getByRole("button", { name: "Starten", exact: true }).waitFor();
  await reader.waitForLight("zzPay", "succeeded");
  await visit.screenshot("german");
  await visit.page.reload();
  await visit.page.getByRole("button", { name: "Starten", exact: true }).waitFor();
  assert.equal(await visit.page.locator("html").getAttribute("lang"), "de");
  await visit.page.locator(".statusbar .language").selectOption("en");
  await visit.page.getByRole("button", { name: "Run", exact: true }).waitFor();
  visit.expectQuiet();
  await visit.close();
});

test("a browser that asks for Chinese gets it at once, in wide and narrow windows", async () => {
  for (const [name, width, height] of [["chinese", 1440, 900], ["chinese-phone", 390, 844]]) {
    const visit = await studio.open({ hash: linkOf(order, scenario), locale: "zh-CN", width, height, theme: "light" });
    await visit.page.locator("html[lang=zh]").waitFor();
    await visit.page.locator("#run").click();
    await visit.page.locator("#banner.failed, #banner.succeeded").first().waitFor();
    await visit.screenshot(name);
    visit.expectQuiet();
    await visit.close();
  }
});

test("without the table the page stays in English and says why", async () => {
  const visit = await studio.open({ serviceWorkers: "block", prepare: (page) => page.route("**/words-de.json", (route) => route.abort()) });
  await visit.page.locator(".statusbar .language").selectOption("de");
  await visit.page.getByText("the texts in Deutsch could not be loaded").waitFor();
  assert.equal(await visit.page.locator("html").getAttribute("lang"), "en");
  await visit.close();
});

/** A table whose texts are all between marks. */
async function marked() {
  const table = JSON.parse(await readFile(join(built, "words-de.json"), "utf8"));
  const mark = (text) => `⟦${text}⟧`;
  const texts = Object.keys(table).map((text) => [text, Array.isArray(table[text]) ? [mark(text), mark(text)] : mark(text)]);
  return JSON.stringify(Object.fromEntries(texts));
}

/** The words of the page that are neither marked nor data. */
function strangers() {
  // What AWS names, what readers wrote, what the worker says in English, and what is no word.
  const data =
    "code, pre, kbd, .cm-editor, asl-editor, .help-text, .sample, .language, .brand, .workflow-name, .json-tree, .own-workflows strong, " +
    "[lang=en], .case .remark, .trouble, span.field, #type-table td, .failure .error-name, .failure .cause, .banner .failure, .event-name, .event-type, .child-error, #test-status";
  const terms = new Set(
    ("Statelight Task Choice Wait Parallel Map Pass Succeed Fail Standard Express JSON JSONata JSONPath YAML Next Default Catch Retry StartAt " +
      "InputPath Parameters ResultSelector ResultPath OutputPath Output Arguments Assign Payload. STANDARD EXPRESS inline RETRIABLE SUCCEEDED FAILED " +
      "MockConfigFile.json DeleteMessage ReceiveMessage Lambda invoke SQS queue SNS topic EventBridge bus DynamoDB table State machine TIMED_OUT ABORTED").split(" "),
  );
  const found = new Set();
  const look = (text, where) => {
    let rest = text;
    rest = rest.replace(/⟦[^⟦⟧]*…$/, " ");
    while (/⟦[^⟦⟧]*⟧/.test(rest)) rest = rest.replace(/⟦[^⟦⟧]*⟧/g, " ");
    const words = rest.match(/[A-Za-z][A-Za-z._]+/g) ?? [];
    const strange = words.filter((word) => !terms.has(word) && !/^zz|^(min|ms|KB|MB|us|UTC)$/i.test(word));
    if (strange.length > 0) found.add(`${where}: ${text.trim().slice(0, 90)}`);
  };
  // A text may hold code: it is looked at as a whole, without that.
  const blocks = "p, h1, h2, h3, h4, li, button, td, th, option, label, summary, legend, dt, dd, text, span, strong, div, section";
  for (const element of document.body.querySelectorAll("*")) {
    if (element.closest(data) || element.closest("script, style, template, title, noscript")) continue;
    const where = `${element.tagName.toLowerCase()}.${element.className?.baseVal ?? element.className}`;
    for (const name of ["aria-label", "title", "placeholder"]) if (element.hasAttribute(name)) look(element.getAttribute(name), `[${name}]`);
    const hasText = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && /[A-Za-z]/.test(node.data));
    if (!hasText) continue;
    const whole = element.closest(blocks)?.cloneNode(true) ?? element.cloneNode(true);
    whole.querySelectorAll(`${data}, select`).forEach((part) => part.replaceWith(" "));
    look(whole.textContent, where);
  }
  return [...found];
}

test("every word of the page stands in the table", async () => {
  const table = await marked();
  const visit = await studio.open({
    hash: linkOf(order, scenario),
    serviceWorkers: "block",
    prepare: (page) => page.route("**/words-de.json", (route) => route.fulfill({ body: table, contentType: "application/json" })),
  });
  const { page } = visit;
  const all = new Map();
  const look = async (step) => (await page.evaluate(strangers)).forEach((stranger) => all.has(stranger) || all.set(stranger, step));
  await page.locator(".statusbar .language").selectOption("de");
  await page.getByRole("button", { name: "⟦Run⟧", exact: true }).waitFor();
  await look("at rest");
  await page.locator("#run").click();
  await page.locator("#banner.failed, #banner.succeeded").first().waitFor();
  await page.keyboard.press("End");
  await look("after the run");
  const tabs = async (list, step) => {
    const count = await page.locator(`${list} [role=tab]`).count();
    for (let index = 0; index < count; index += 1) {
      await page.locator(`${list} [role=tab]`).nth(index).click();
      await page.waitForTimeout(150);
      await look(`${step} ${index}`);
    }
  };
  for (const state of ["zzCheck", "zzPay", "zzEach"]) {
    await page.locator(`[data-state="${state}"]`).first().click({ position: { x: 40, y: 12 } });
    await tabs(".detail-place", state);
  }
  await page.locator('.detail-place [role=tab]').nth(4).click();
  await page.locator('.detail-place button[aria-pressed=false]').first().click();
  await look("visits");
  await tabs(".text-place", "text");
  await page.locator("#add-test").click();
  await look("a test");
  await page.locator("#coverage").click({ timeout: 5000 }).catch(() => {});
  await look("coverage");
  for (const id of ["samples", "share", "many-runs", "help", "machine-type", "convert"]) {
    await page.locator(`#${id}`).click();
    await page.waitForTimeout(400);
    await look(id);
    await page.keyboard.press("Escape");
  }
  await page.keyboard.press("F1");
  await page.locator("#palette-input").fill("⟦");
  await look("commands");
  await page.keyboard.press("Escape");
  await page.locator('[data-state="zzPay"]').first().click();
  await page.keyboard.press("e");
  await look("menu");
  await page.keyboard.press("Escape");
  assert.deepEqual([...all].map(([stranger, step]) => `${step}: ${stranger}`), []);
  await visit.close();
});
