// Starts the wasm module that draws the page. Trunk leaves its two file names in <template id="module">.

const { glue, wasm } = document.getElementById("module").dataset;

try {
  const module = await import(new URL(glue, document.baseURI));
  await module.default({ module_or_path: new URL(wasm, document.baseURI) });
} catch (error) {
  const notice = document.createElement("p");
  notice.className = "notice";
  notice.setAttribute("role", "alert");
  notice.textContent = `Statelight could not start: ${error}. It needs a browser with WebAssembly; reloading the page may help.`;
  document.querySelector(".opening")?.replaceChildren(notice);
  throw error;
}
