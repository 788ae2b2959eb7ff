// Writes the service worker of a release build: www/sw.js with the names of all built files before it, and a version
// that is the hash of what is in them. A debug build has none, for it would show what was built before; STATELIGHT_OFFLINE=1
// gives it one, to try it.

import { createHash } from "node:crypto";
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

const { TRUNK_PROFILE, TRUNK_STAGING_DIR: folder, STATELIGHT_OFFLINE } = process.env;

if (TRUNK_PROFILE !== "debug" || STATELIGHT_OFFLINE === "1") {
  const page = join(folder, "index.html");
  const text = await readFile(page, "utf8");
  await writeFile(page, text.replace("</body>", '<template id="offline" data-worker="sw.js"></template>\n  </body>'));
  const files = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => entry.name).sort();
  const hash = createHash("sha256");
  for (const file of files) hash.update(file).update(await readFile(join(folder, file)));
  const worker = await readFile("www/sw.js", "utf8");
  hash.update(worker);
  const head = `const VERSION = "${hash.digest("hex").slice(0, 16)}";\nconst FILES = ${JSON.stringify(files)};\n\n`;
  await writeFile(join(folder, "sw.js"), head + worker);
}
