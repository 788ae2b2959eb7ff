// Makes one page of all screenshots that the browser tests have taken, in the order of the tests, to be leafed through:
// tests/e2e/shots/index.html.

import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

const tests = "tests/e2e";
const shots = join(tests, "shots");

/** The names that a test file gives to its screenshots; parts that are filled in stand for anything. */
function patternsIn(source) {
  const calls = [...source.matchAll(/screenshot\(\s*([`"])((?:(?!\1).)*)\1/g)];
  const escaped = (text) => text.replace(/[.*+?^()|[\]\\]/g, "\\$&");
  return calls.map(([, , name]) => new RegExp(`^${name.split(/\$\{[^}]*\}/).map(escaped).join(".*")}\\.png$`));
}

const escape = (text) => text.replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign]);

const pictures = (await readdir(shots)).filter((name) => name.endsWith(".png")).sort();
const files = (await readdir(tests)).filter((name) => name.endsWith(".test.mjs")).sort();
const newest = Math.max(...(await Promise.all(pictures.map(async (name) => (await stat(join(shots, name))).mtimeMs))));

const left = new Set(pictures);
const sections = [];
for (const file of files) {
  const source = await readFile(join(tests, file), "utf8");
  const patterns = patternsIn(source);
  // In the order in which the test takes them.
  const mine = patterns.flatMap((pattern) => pictures.filter((name) => left.has(name) && pattern.test(name) && left.delete(name)));
  const about = source.match(/^\/\/ (.*)$/m)?.[1] ?? "";
  if (mine.length > 0) sections.push({ title: file.replace(".test.mjs", ""), about, mine });
}
if (left.size > 0) sections.push({ title: "other", about: "Taken by no test that is there now", mine: [...left] });

const figure = (name) => `<figure id="${escape(name)}"><a href="${encodeURIComponent(name)}"><img loading="lazy" src="${encodeURIComponent(name)}" alt="${escape(name)}"></a><figcaption>${escape(name.replace(".png", ""))}</figcaption></figure>`;
const section = ({ title, about, mine }) => `<section id="${title}"><h2>${escape(title)} <small>${escape(about)}</small></h2><div>${mine.map(figure).join("\n")}</div></section>`;
const page = `<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Statelight in pictures</title>
<style>
body { margin: 0 24px 48px; font: 15px/1.5 system-ui, sans-serif; }
nav { position: sticky; top: 0; padding: 10px 0; background: Canvas; }
nav a { margin-right: 12px; white-space: nowrap; }
h2 small { font-weight: 400; opacity: 0.7; }
section { scroll-margin-top: 60px; }
section div { display: grid; grid-template-columns: repeat(auto-fill, minmax(320px, 1fr)); gap: 16px; align-items: start; }
figure { margin: 0; }
img { width: 100%; border: 1px solid; border-radius: 6px; }
figcaption { font-size: 13px; opacity: 0.8; }
</style>
<h1>Statelight in pictures</h1>
<p>${pictures.length} screenshots that the browser tests took, the newest at ${new Date(newest).toISOString().slice(0, 16).replace("T", " ")} UTC.</p>
<nav>${sections.map(({ title }) => `<a href="#${title}">${escape(title)}</a>`).join("\n")}</nav>
${sections.map(section).join("\n")}
</html>
`;
await writeFile(join(shots, "index.html"), page);
console.log(`${pictures.length} pictures in ${sections.length} sections: ${join(shots, "index.html")}`);
