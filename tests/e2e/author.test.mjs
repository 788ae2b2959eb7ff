// The workflow changed on its graph: by handles, by menus, by keys; each change is one edit of the text.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch } from "./harness.mjs";
import { drive, linkOf } from "./drive.mjs";

let studio;

before(async () => {
  studio = await launch();
});
after(() => studio.close());

const order = {
  StartAt: "Check",
  States: {
    Check: {
      Type: "Choice",
      Choices: [{ Variable: "$.total", NumericGreaterThan: 100, Next: "Approve" }],
      Default: "Pay",
    },
    Approve: { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", Next: "Pay" },
    Pay: { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", Next: "Send" },
    Send: { Type: "Pass", End: true },
  },
};

async function open(definition = order, options = {}, scenario = { input: { total: 1 } }) {
  const visit = await studio.open({ hash: linkOf(definition, scenario), ...options });
  const { page } = visit;
  const reader = drive(visit);
  await reader.ready();
  const machine = async () => JSON.parse(await visit.editor.text());
  const menu = page.locator(".graph-menu");
  const item = (name) => menu.getByRole("menuitem", { name, exact: true });
  const names = () => page.locator(".node").evaluateAll((all) => all.map((it) => it.dataset.state).sort());
  /** Puts the pointer on the middle of an edge; they stand in the order of the text, the start first. */
  const hoverEdge = async (index) => {
    const at = await page.locator(".edge .line").nth(index).evaluate((path) => {
      const { x, y } = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(path.getScreenCTM());
      return { x, y };
    });
    await page.mouse.move(at.x, at.y);
    await page.locator(".handle.grip").waitFor();
  };
  return { ...visit, reader, machine, menu, item, names, hoverEdge };
}

/** The edges of `order`. */
const EDGES = { start: 0, rule: 1, default: 2, approveNext: 3, payNext: 4, sendEnd: 5 };

test("the menu of a state renames it, and all that names it follows", async () => {
  const { page, reader, machine, menu, item, expectQuiet, screenshot, close } = await open(order, {}, {
    tasks: { Pay: [{ return: { paid: true } }] },
  });
  const mocked = async () => {
    await reader.textTab("Scenario JSON");
    const { tasks } = JSON.parse(await reader.scenarioText());
    await reader.textTab("Definition");
    return Object.keys(tasks);
  };
  await reader.choose("Pay");
  await page.getByRole("button", { name: "Change this state" }).click();
  await menu.waitFor();
  assert.equal(await menu.locator(".graph-menu-title").textContent(), "Pay");
  await screenshot("author-menu");
  await item("Rename … F2").click();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("Charge card");
  await page.keyboard.press("Enter");
  await menu.waitFor({ state: "detached" });
  const after = await machine();
  assert.deepEqual(Object.keys(after.States), ["Check", "Approve", "Charge card", "Send"]);
  assert.equal(after.States.Check.Default, "Charge card");
  assert.equal(after.States.Approve.Next, "Charge card");
  assert.equal(await reader.chosen(), "Charge card");
  assert.deepEqual(await mocked(), ["Charge card"]);

  // One step back brings all of it back, the scenario too.
  await reader.node("Charge card").focus();
  await page.keyboard.press("ControlOrMeta+z");
  await reader.node("Pay").waitFor();
  assert.deepEqual(await machine(), order);
  assert.deepEqual(await mocked(), ["Pay"]);
  await page.keyboard.press("ControlOrMeta+Shift+z");
  await reader.node("Charge card").waitFor();
  expectQuiet();
  await close();
});

test("a state is inserted on the edge under the pointer, and runs", async () => {
  const { page, reader, machine, item, hoverEdge, expectQuiet, screenshot, close } = await open();
  await hoverEdge(EDGES.payNext);
  await page.getByRole("button", { name: "Insert a state on this edge" }).click();
  await screenshot("author-kinds");
  await item("Wait").click();
  await reader.node("Wait").waitFor();
  assert.equal(await reader.chosen(), "Wait");
  const after = await machine();
  assert.equal(after.States.Wait.Type, "Wait");
  assert.equal(after.States.Pay.Next, "Wait");
  assert.equal(after.States.Wait.Next, "Send");
  await reader.runToEnd();
  assert.equal(await reader.light("Wait"), "succeeded");
  expectQuiet();
  await close();
});

test("an edge is dragged to another state", async () => {
  const { page, reader, machine, hoverEdge, expectQuiet, screenshot, close } = await open();
  await hoverEdge(EDGES.approveNext);
  const from = await page.locator(".handle.grip").boundingBox();
  const to = await reader.node("Send").boundingBox();
  await page.mouse.move(from.x + 12, from.y + 12);
  await page.mouse.down();
  await page.mouse.move(from.x + 30, from.y + 40, { steps: 4 });
  await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 6 });
  await page.locator(".dragged rect").waitFor();
  await screenshot("author-drag");
  await page.mouse.up();
  await page.locator(".dragged").waitFor({ state: "detached" });
  assert.equal((await machine()).States.Approve.Next, "Send");
  expectQuiet();
  await close();
});

test("all of it goes by keyboard alone", async () => {
  const { page, reader, machine, menu, names, expectQuiet, close } = await open();
  await reader.node("Pay").focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Alt+ArrowUp");
  assert.equal((await machine()).States.Pay.Next, "Approve");
  await page.keyboard.press("ControlOrMeta+z");
  assert.deepEqual(await machine(), order);
  await page.keyboard.press("Alt+ArrowDown");
  assert.equal((await machine()).States.Send.Next, "Pay");
  await page.keyboard.press("ControlOrMeta+z");
  await page.keyboard.press("Insert");
  await menu.waitFor();
  // Focus is in the menu; the third kind is a Parallel.
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await reader.node("Branch 1").waitFor();
  assert.equal((await machine()).States.Pay.Next, "Parallel");
  assert.match(await reader.focused(), /^Parallel/);
  await page.keyboard.press("Delete");
  await reader.node("Branch 1").waitFor({ state: "detached" });
  assert.deepEqual(await machine(), order);
  await page.keyboard.press("F2");
  await page.keyboard.type("Other");
  await page.keyboard.press("Escape");
  assert.deepEqual(await names(), ["Approve", "Check", "Pay", "Send"]);
  expectQuiet();
  await close();
});

test("states are wrapped, rules, branches and catchers added, and what cannot be says why", async () => {
  const { page, reader, machine, menu, item, expectQuiet, screenshot, close } = await open();
  await reader.choose("Pay");
  await page.keyboard.press("e");
  await item("Wrap in a Parallel").click();
  await page.locator('.node[data-state="Parallel"]').waitFor();
  assert.equal((await machine()).States.Approve.Next, "Parallel");
  await page.keyboard.press("e");
  await item("Add a branch").click();
  await reader.node("Branch 2").waitFor();
  await screenshot("author-wrapped");
  await reader.choose("Parallel");
  await page.keyboard.press("e");
  await item("Catch errors …").click();
  await item("Send").click();
  await menu.waitFor({ state: "detached" });
  assert.equal((await machine()).States.Parallel.Catch[0].Next, "Send");
  await reader.choose("Check");
  await page.keyboard.press("e");
  const wrap = item("Wrap in a Map");
  assert.equal(await wrap.getAttribute("aria-disabled"), "true");
  await wrap.click({ force: true });
  await reader.notice("is a Choice");
  await item("Add a rule …").click();
  await item("Send").click();
  await menu.waitFor({ state: "detached" });
  assert.equal((await machine()).States.Check.Choices.length, 2);
  expectQuiet();
  await close();
});

test("from nothing, a workflow is made without writing a word", async () => {
  const { page, editor, reader, machine, item, expectQuiet, screenshot, close } = await open();
  await editor.replace("");
  await page.locator("#first-state").click();
  await item("Task").click();
  await reader.node("Task").waitFor();
  await page.keyboard.press("Insert");
  await item("Choice").click();
  await reader.node("Done").waitFor();
  await reader.runToEnd();
  assert.equal(await reader.light("Done"), "succeeded");
  assert.deepEqual(Object.keys((await machine()).States), ["Task", "Choice", "Done"]);
  await screenshot("author-from-nothing");
  expectQuiet();
  await close();
});
