// Bundles the editor and the style sheets into www/dist, where index.html takes them from.
// Trunk runs this before each build; a bundle that comes out the same is not written again.

import { build } from "esbuild";

await build({
  entryPoints: { editor: "www/editor/index.js", page: "www/styles/page.css" },
  outdir: "www/dist",
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none",
  logLevel: "warning",
});
