// Makes the page work without a network after its first visit. The build leaves the name of the service worker in
// <template id="offline">; a debug build has none, and what an earlier build has set up goes.

const worker = document.getElementById("offline")?.dataset.worker;

if (navigator.serviceWorker) {
  // Only after the page is there: its own files come first.
  const start = () => (worker ? register() : unregister()).catch(() => {});
  if (document.readyState === "complete") start();
  else addEventListener("load", start);
}

async function register() {
  const registration = await navigator.serviceWorker.register(new URL(worker, document.baseURI), { updateViaCache: "none" });
  const tell = () => {
    // Without a worker in charge this is the first visit, and nothing is newer than it.
    if (registration.waiting && navigator.serviceWorker.controller) dispatchEvent(new Event("statelight-update"));
  };
  tell();
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", tell));
  // Asked for by src/app/services/updates.rs: the waiting worker takes over, and the page begins anew with it.
  addEventListener("statelight-update-wanted", () => {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    if (registration.waiting) registration.waiting.postMessage("take over");
    else location.reload();
  });
  const hourly = () => registration.update().catch(() => {});
  setInterval(hourly, 60 * 60 * 1000);
}

async function unregister() {
  const registration = await navigator.serviceWorker.getRegistration(document.baseURI);
  await registration?.unregister();
}
