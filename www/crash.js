// What is shown when the page has broken down: what happened, the texts to save, and ways on. The wasm module tells of
// it (see src/app/mod.rs); after that nothing in it can be called any more. What was typed and not kept yet is kept here, in the form of src/session/workflows.rs.

const KEY = "statelight.workflow.v1.";

addEventListener("statelight-panic", ({ detail }) => showCrash(detail));

function showCrash(reason) {
  if (document.getElementById("crash")) return;
  const texts = [...document.querySelectorAll("asl-editor")].map((editor) => ({ label: editor.label, text: editor.text }));
  const isKept = keep(texts);
  const page = document.createElement("main");
  page.id = "crash";
  page.className = "crash";
  page.append(
    made("h1", "Statelight has broken down"),
    made("p", isKept ? "What you wrote is kept and will be there after a reload." : "What you wrote could not be kept: save it before you reload."),
    row(
      button("Reload", () => location.reload()),
      ...texts.map(({ label, text }) => button(`Save the ${label.toLowerCase()}`, () => save(label, text))),
      button("Reload with an empty workflow", begin),
    ),
    made("p", "If it breaks down again on the same text, begin with an empty workflow: yours stays in the list under Open. This is what happened:"),
    made("pre", String(reason)),
  );
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  document.body.replaceChildren(page);
  page.querySelector("button").focus();
}

/** Writes what stands in the editors into the kept workflow that is open in this tab, or where it was not kept yet into a
 * new one; whether that was possible. */
function keep(texts) {
  try {
    const id = sessionStorage.getItem("statelight.current") ?? `rescued-${Date.now()}`;
    const name = document.querySelector(".workflow-name")?.value ?? "Rescued";
    const fresh = { version: 1, name, definition: "", scenario: '{"version": 1}\n', breakpoints: [], changed: Date.now() };
    const kept = JSON.parse(localStorage.getItem(KEY + id)) ?? fresh;
    for (const { label, text } of texts) {
      if (label === "Definition") kept.definition = text;
      if (label === "Scenario") kept.scenario = text;
    }
    localStorage.setItem(KEY + id, JSON.stringify(kept));
    sessionStorage.setItem("statelight.current", id);
    return true;
  } catch {
    return false;
  }
}

function begin() {
  location.hash = "#/new";
  location.reload();
}

function save(label, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = `${label.toLowerCase()}.${text.trimStart().startsWith("{") ? "json" : "yaml"}`;
  link.click();
}

function made(name, text) {
  const element = document.createElement(name);
  element.textContent = text;
  return element;
}

function row(...buttons) {
  const line = document.createElement("p");
  line.className = "presets";
  line.append(...buttons);
  return line;
}

function button(text, act) {
  const element = made("button", text);
  element.addEventListener("click", act);
  return element;
}
