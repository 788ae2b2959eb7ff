//! Who may import whom: the table of `ARCHITECTURE.md`, held against every `use crate::…` and
//! `crate::…` path in the sources.

use std::{collections::BTreeMap, fs, path::Path};

/// Each module with those it may name. Later layers may name earlier ones, never the reverse.
const ALLOWED: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("suggest", &[]),
    ("words", &[]),
    ("value", &[]),
    ("diagnostic", &["text", "value"]),
    ("encoding", &[]),
    ("syntax", &["text", "diagnostic", "value"]),
    ("jsonpath", &["value"]),
    ("intrinsic", &["suggest", "value", "encoding", "jsonpath", "syntax"]),
    ("jsonata", &["text", "value", "encoding"]),
    ("expr", &["value", "jsonpath", "intrinsic", "jsonata"]),
    ("asl", &["text", "diagnostic", "suggest", "value", "syntax", "jsonpath", "intrinsic", "jsonata", "expr"]),
    ("practice", &["text", "diagnostic", "value", "syntax", "asl"]),
    ("engine", &["value", "syntax", "jsonpath", "intrinsic", "jsonata", "expr", "asl"]),
    ("services", &["value", "encoding", "syntax", "engine"]),
    ("sim", &["text", "diagnostic", "suggest", "value", "encoding", "syntax", "jsonata", "asl", "engine", "services"]),
    ("teststate", &["diagnostic", "suggest", "value", "encoding", "syntax", "asl", "engine", "services", "sim"]),
    ("convert", &["text", "diagnostic", "value", "syntax", "jsonpath", "intrinsic", "jsonata", "asl", "sim"]),
    ("author", &["words", "text", "diagnostic", "value", "syntax", "asl"]),
    (
        "language",
        &[
            "text",
            "diagnostic",
            "suggest",
            "value",
            "syntax",
            "jsonpath",
            "intrinsic",
            "jsonata",
            "expr",
            "asl",
            "practice",
            "engine",
            "services",
            "sim",
            "author",
        ],
    ),
    ("suite", &["diagnostic", "suggest", "value", "syntax", "asl", "engine", "sim"]),
    ("playback", &["sim", "asl"]),
    ("graph", &["asl", "value", "expr"]),
    (
        "explain",
        &[
            "words",
            "text",
            "suggest",
            "value",
            "syntax",
            "jsonpath",
            "intrinsic",
            "jsonata",
            "expr",
            "asl",
            "engine",
            "graph::words",
            "sim",
        ],
    ),
    (
        "exchange",
        &["words", "text", "diagnostic", "suggest", "value", "syntax", "asl", "engine::clock", "sim", "graph"],
    ),
    ("library", &["sim", "asl", "syntax"]),
    ("protocol", &["text", "diagnostic", "asl", "syntax", "sim", "teststate", "convert", "suite", "exchange"]),
    (
        "session",
        &[
            "words",
            "text",
            "diagnostic",
            "value",
            "syntax",
            "asl",
            "engine",
            "sim",
            "graph",
            "playback",
            "explain",
            "exchange",
            "library",
            "protocol",
            "convert",
            "author",
            "language",
            "suite",
        ],
    ),
    (
        "app",
        &[
            "words",
            "text",
            "diagnostic",
            "value",
            "syntax",
            "asl",
            "engine",
            "sim",
            "graph",
            "playback",
            "explain",
            "exchange",
            "library",
            "protocol",
            "convert",
            "author",
            "language",
            "suite",
            "session",
        ],
    ),
    ("bench", &["asl", "language", "sim", "syntax", "graph", "session", "value", "library", "engine"]),
];

/// Names that only the page may use.
const BROWSER: [&str; 6] = ["web_sys", "yew::", "gloo_", "js_sys", "wasm_bindgen", "serde_wasm_bindgen"];

#[test]
fn layers_import_only_what_lies_below_them() {
    let allowed: BTreeMap<&str, &[&str]> = ALLOWED.iter().copied().collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut complaints = Vec::new();
    for (file, text) in sources(&root) {
        let module = file.split(['/', '.']).next().unwrap_or_default();
        if matches!(module, "lib" | "bin") {
            continue;
        }
        let Some(may) = allowed.get(module) else {
            complaints.push(format!("{file}: module `{module}` is not in the table of tests/architecture.rs"));
            continue;
        };
        for path in imports(&text) {
            let target = path.split("::").next().unwrap_or_default();
            let is_allowed = target == module
                || may.iter().any(|allowed| path == *allowed || path.starts_with(&format!("{allowed}::")));
            if !is_allowed {
                complaints.push(format!("{file}: `{module}` may not name `crate::{path}`"));
            }
        }
        let is_page = matches!(module, "app" | "bench");
        for name in BROWSER.iter().filter(|name| !is_page && text.contains(*name)) {
            complaints.push(format!("{file}: only the page may name `{name}`"));
        }
        if module != "jsonata" && text.contains("jlens_core") {
            complaints.push(format!("{file}: only `jsonata` may name the JSONata crate"));
        }
        let is_component = file.starts_with("app/components") || file.starts_with("app/pages");
        if is_component && text.contains("web_sys::window") {
            complaints.push(format!("{file}: browser powers sit in app/services"));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// The paths after `crate::`, groups taken apart: `crate::{a::B, c}` gives `a::B` and `c`.
fn imports(text: &str) -> Vec<String> {
    let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let is_other_crate = code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            _ if is_other_crate => {}
            Some(group) => found.extend(members(group)),
            None => found.push(path_of(rest)),
        }
    }
    found
}

fn members(group: &str) -> Vec<String> {
    let (mut depth, mut start, mut found) = (0, 0, Vec::new());
    for (at, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => {
                found.push(path_of(group[start..at].trim()));
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                found.push(path_of(group[start..at].trim()));
                start = at + 1;
            }
            _ => {}
        }
    }
    found.retain(|path| !path.is_empty());
    found
}

fn path_of(text: &str) -> String {
    let path: String = text.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | ':')).collect();
    path.trim_end_matches(':').to_string()
}

fn sources(root: &Path) -> Vec<(String, String)> {
    let (mut found, mut folders) = (Vec::new(), vec![root.to_path_buf()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("src can be read") {
            let path = entry.expect("src can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(root).expect("below src").to_string_lossy().replace('\\', "/");
                found.push((name, fs::read_to_string(&path).expect("a source can be read")));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn groups_are_taken_apart() {
    let code = "use crate::{a::{B, C}, d};\nlet x = crate::e::f(1);";
    assert_eq!(imports(code), ["a", "d", "e::f"]);
}
