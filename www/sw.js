// The service worker: the page without a network. www/build/offline.mjs writes VERSION and FILES before this, the hash
// and the names of all that was built, so that another build is another worker with a cache of its own.
//
// The page itself comes from the network where there is one, else from the cache; all else from the cache first. A new
// worker waits until the reader wants it, for a page that is open may still need files of its own build.

const PREFIX = `statelight ${registration.scope} `;
const CACHE = PREFIX + VERSION;

addEventListener("install", (event) => {
  const fetched = FILES.map((file) => new Request(new URL(file, registration.scope), { cache: "no-cache" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(fetched)));
});

addEventListener("activate", (event) => {
  event.waitUntil(removeOthers().then(() => clients.claim()));
});

addEventListener("message", ({ data }) => {
  if (data === "take over") skipWaiting();
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const isOurs = request.method === "GET" && request.url.startsWith(registration.scope);
  if (!isOurs) return;
  event.respondWith(request.mode === "navigate" ? page(request) : file(request));
});

/** Hosts serve several sites from one origin: only caches of this one go. */
async function removeOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)));
}

async function page(request) {
  try {
    const answer = await fetch(request);
    if (answer.ok) return answer;
  } catch {
    // No network: the page as it was.
  }
  const kept = await (await caches.open(CACHE)).match(new URL("index.html", registration.scope));
  return kept ?? Response.error();
}

async function file(request) {
  const kept = await (await caches.open(CACHE)).match(request, { ignoreSearch: true, ignoreVary: true });
  return kept ?? fetch(request);
}
