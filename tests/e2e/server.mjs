// A static host as plain as they come, for the built page under a sub-path.

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const types = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
};

/** Serves `folder` under `path` on a free port of this machine; resolves to {url, close}. */
export async function serve(folder, path) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const file = pathname.startsWith(path) && (await find(folder, pathname.slice(path.length)));
    if (!file) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream" });
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}${path}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function find(folder, name) {
  const file = join(folder, normalize(`/${decodeURIComponent(name)}`));
  const found = await stat(file).catch(() => undefined);
  if (found?.isFile()) return file;
  if (found?.isDirectory()) return find(file, "index.html");
  return undefined;
}
