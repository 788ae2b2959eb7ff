// Adds www/reload.js to a debug build, so that the page reloads itself while one works on it.
// A release build is left as it is.

import { appendFile, copyFile } from "node:fs/promises";
import { join } from "node:path";

const { TRUNK_PROFILE, TRUNK_STAGING_DIR } = process.env;

if (TRUNK_PROFILE === "debug") {
  await copyFile("www/reload.js", join(TRUNK_STAGING_DIR, "reload.js"));
  await appendFile(join(TRUNK_STAGING_DIR, "index.html"), '<script type="module" src="reload.js"></script>\n');
}
