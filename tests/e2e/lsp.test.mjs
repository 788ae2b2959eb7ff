// `statelight lsp`, asked by a client of the Language Server Protocol over standard input and output.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import protocol from "vscode-languageserver-protocol/node";

const { createProtocolConnection, StreamMessageReader, StreamMessageWriter } = protocol;

const target = process.env.CARGO_TARGET_DIR ?? fileURLToPath(new URL("../../target", import.meta.url));
const command = join(target, "debug", process.platform === "win32" ? "statelight.exe" : "statelight");

const TEXT = `{
  "StartAt": "Get it",
  "States": {
    "Get it": { "Type": "Pass", "Result": { "total": 12 }, "ResultPath": "$.order", "Next": "Pay" },
    "Pay": { "Type": "Pass", "Parameters": { "amount.$": "$.order.total" }, "Next": "Dne" },
    "Done": { "Type": "Succeed" }
  }
}
`;

let server;
let client;
let folder;
let uri;
const published = new Map();

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "statelight-"));
  uri = pathToFileURL(join(folder, "pay.asl.json")).href;
  await writeFile(join(folder, "pay.scenario.json"), JSON.stringify({ version: 1, input: { customer: "Ann" } }));
  server = spawn(command, ["lsp"], { stdio: ["pipe", "pipe", "inherit"] });
  client = createProtocolConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin));
  client.onNotification("textDocument/publishDiagnostics", (params) => published.set(params.uri, params.diagnostics));
  client.listen();
  const { capabilities } = await client.sendRequest("initialize", { processId: process.pid, rootUri: null, capabilities: {} });
  for (const name of ["completion", "hover", "definition", "references", "rename", "documentSymbol", "documentFormatting", "codeAction"]) {
    assert.ok(capabilities[`${name}Provider`], name);
  }
  await client.sendNotification("initialized", {});
});

after(async () => {
  await client.sendRequest("shutdown");
  await client.sendNotification("exit");
  const [code] = await once(server, "exit");
  assert.equal(code, 0, "the server ends in order");
  client.dispose();
  await rm(folder, { recursive: true });
});

async function open(text) {
  published.delete(uri);
  await client.sendNotification("textDocument/didOpen", { textDocument: { uri, languageId: "asl", version: 1, text } });
  // An answer comes behind what was published.
  await client.sendRequest("textDocument/documentSymbol", { textDocument: { uri } });
  return published.get(uri);
}

/** The position of a text, or so many signs behind its beginning. */
function place(text, part, delta = 0) {
  const offset = text.indexOf(part) + delta;
  assert.ok(offset >= delta, part);
  const before = text.slice(0, offset).split("\n");
  return { line: before.length - 1, character: before.at(-1).length };
}

function applied(text, edits) {
  const lines = text.split("\n");
  const offset = ({ line, character }) => lines.slice(0, line).reduce((sum, it) => sum + it.length + 1, 0) + character;
  const sorted = [...edits].sort((a, b) => offset(b.range.start) - offset(a.range.start));
  return sorted.reduce((now, { range, newText }) => now.slice(0, offset(range.start)) + newText + now.slice(offset(range.end)), text);
}

const ask = (method, position, more = {}) =>
  client.sendRequest(`textDocument/${method}`, { textDocument: { uri }, position, ...more });

test("what is wrong is published with its rule and place, and cured by a code action", async () => {
  const [wrong, ...others] = await open(TEXT);
  assert.deepEqual([wrong.code, wrong.severity, others.length > 0], ["missing-target", 1, false]);
  assert.deepEqual(wrong.range.start, place(TEXT, '"Dne"'));
  assert.match(wrong.message, /did you mean `Done`/);
  const actions = await client.sendRequest("textDocument/codeAction", {
    textDocument: { uri },
    range: wrong.range,
    context: { diagnostics: [wrong] },
  });
  assert.equal(actions[0].title, "write Done");
  const mended = applied(TEXT, actions[0].edit.changes[uri]);
  assert.equal(mended, TEXT.replace("Dne", "Done"));
  assert.deepEqual(await open(mended), []);
});

test("keys that were in the data are completed, fields by the kind of state", async () => {
  const text = TEXT.replace("Dne", "Done");
  await open(text);
  const items = await ask("completion", place(text, "$.order.total", "$.order.".length));
  const total = items.find((item) => item.label === "total");
  assert.equal(total.detail, "12");
  assert.equal(applied(text, [total.textEdit]), text);
  const typed = text.replace('"Type": "Succeed"', '"Type": "Succeed", "Com"');
  await open(typed);
  const fields = await ask("completion", place(typed, '"Com"', 4));
  const comment = fields.find((item) => item.label === "Comment");
  assert.equal(comment.filterText, '"Comment');
  assert.match(comment.textEdit.newText, /^"Comment": "\$\{1:\}"$/);
});

test("hover, definition, references, rename and outline", async () => {
  const text = TEXT.replace("Dne", "Done");
  await open(text);
  const hover = await ask("hover", place(text, '"ResultPath"', 3));
  assert.match(hover.contents.value, /`ResultPath` of a Pass state/);
  const state = await ask("hover", place(text, '"Next": "Pay"', 10));
  assert.match(state.contents.value, /Input: \{customer: text, order: \{total: number\}\}/);
  const made = await ask("definition", place(text, '"Next": "Pay"', 10));
  assert.deepEqual(made.range.start, place(text, '"Pay": {', 1));
  const uses = await ask("references", place(text, '"Get it"', 3), { context: { includeDeclaration: true } });
  assert.equal(uses.length, 2);
  const { changes } = await ask("rename", place(text, '"Pay": {', 2), { newName: 'Pay "now"' });
  assert.deepEqual(Object.keys(JSON.parse(applied(text, changes[uri])).States), ["Get it", 'Pay "now"', "Done"]);
  await assert.rejects(ask("rename", place(text, '"Pay": {', 2), { newName: "Done" }), /another state/);
  const outline = await client.sendRequest("textDocument/documentSymbol", { textDocument: { uri } });
  assert.deepEqual(outline.map((it) => [it.name, it.detail]), [["Get it", "Pass"], ["Pay", "Pass"], ["Done", "Succeed"]]);
});

test("the text is formatted; one that is torn stays, and says why", async () => {
  const dense = JSON.stringify(JSON.parse(TEXT));
  await open(dense);
  const options = { tabSize: 4, insertSpaces: true };
  const edits = await client.sendRequest("textDocument/formatting", { textDocument: { uri }, options });
  assert.equal(applied(dense, edits), `${JSON.stringify(JSON.parse(TEXT), null, 4)}\n`);
  await open('{"StartAt": ');
  await assert.rejects(client.sendRequest("textDocument/formatting", { textDocument: { uri }, options }), /errors of syntax/);
});

test("YAML is served as JSON is, and what is not known is refused", async () => {
  const yaml = "StartAt: A\nStates:\n  A:\n    Type: Pas\n    End: true\n";
  const other = uri.replace(".json", ".yaml");
  await client.sendNotification("textDocument/didOpen", { textDocument: { uri: other, languageId: "yaml", version: 1, text: yaml } });
  const items = await client.sendRequest("textDocument/completion", { textDocument: { uri: other }, position: { line: 3, character: 13 } });
  assert.ok(items.some((item) => item.label === "Parallel"));
  assert.equal(published.get(other)[0].code, "unknown-type");
  await assert.rejects(client.sendRequest("textDocument/foldingRange", { textDocument: { uri: other } }), /not served/);
});
