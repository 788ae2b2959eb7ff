// The languages a definition can be written in.

import { json } from "@codemirror/lang-json";
import { yaml } from "@codemirror/lang-yaml";

const languages = { json, yaml };

/** The support for a language by its name; an unknown one is treated as JSON. */
export function languageSupport(name) {
  return (languages[name] ?? json)();
}
