// Answers the page's requests off its thread, with the page's own wasm module: nothing is downloaded or
// compiled twice, and a worker can never be of another build than its page.
//
// The first message is [url of the glue script, compiled module]. Each one after it is [id, request] and is
// answered, in order, by [id, reply, null] or, when the module broke down, [id, null, reason]. The page ends a
// worker that reported a reason (see src/app/services/worker.rs).

let module;

onmessage = async ({ data }) => {
  if (!module) {
    module = start(...data);
    return;
  }
  const [id, request] = data;
  try {
    const { answer } = await module;
    postMessage([id, answer(request), null]);
  } catch (error) {
    postMessage([id, null, self.panicMessage ?? String(error)]);
  }
};

async function start(glueUrl, compiled) {
  const glue = await import(glueUrl);
  await glue.default({ module_or_path: compiled });
  return glue;
}
