//! Definitions that AWS ran, and definitions from the wild: none may be refused. Labelled ones are
//! the measuring stick of the checker. And no text at all may make it panic.

use std::{
    fs,
    path::{Path, PathBuf},
};

use statelight::{
    asl::{self, Loaded},
    syntax::Format,
};

use crate::shared;

/// Files that are no JSON, and why.
const NO_JSON: &[(&str, &str)] =
    &[("sfn-iot-data-analytics-dataset__statemachine__statemachine.asl.json", "has a key with two colons")];

/// Verdicts that agree, of those in the manifest; raise it when the checker gets better.
const AGREEING: usize = 194;

fn load(text: &str) -> Loaded {
    asl::load(text, Format::detect(text))
}

fn errors(loaded: &Loaded) -> Vec<String> {
    let errors = loaded.diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
    errors.map(|error| format!("{} {} at {}", error.code, error.message, error.location)).collect()
}

fn read_json(path: &Path) -> serde_json::Value {
    let text = fs::read_to_string(path).expect("a text");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn recorded_definitions() -> Vec<(PathBuf, String)> {
    let mut definitions = Vec::new();
    for path in shared::files("conformance/cases", ".json") {
        let case = read_json(&path);
        let was_run =
            matches!(case["kind"].as_str(), Some("execution" | "choice_output" | "express_sync" | "express_async"));
        if was_run && case["definition"].is_object() {
            definitions.push((path, serde_json::to_string_pretty(&case["definition"]).expect("JSON")));
        }
    }
    definitions
}

fn wild_definitions() -> Vec<(PathBuf, String)> {
    let files = [".json", ".yaml", ".yml"].map(|ending| shared::files("definitions", ending)).concat();
    files.into_iter().map(|path| (path.clone(), fs::read_to_string(path).expect("a text"))).collect()
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

#[test]
fn what_aws_ran_has_no_error() {
    let mut refused = Vec::new();
    for (path, text) in recorded_definitions() {
        let errors = errors(&load(&text));
        if !errors.is_empty() {
            refused.push(format!("{}: {}", name(&path), errors.join("; ")));
        }
    }
    assert!(refused.is_empty(), "{} refused:\n{}", refused.len(), refused.join("\n"));
}

#[test]
fn definitions_from_the_wild_have_no_error() {
    let mut refused = Vec::new();
    for (path, text) in wild_definitions() {
        let loaded = load(&text);
        let errors = errors(&loaded);
        let is_excepted = NO_JSON.iter().any(|(file, _)| *file == name(&path));
        if errors.is_empty() == is_excepted {
            refused.push(format!("{}: {}", name(&path), errors.join("; ")));
        }
        assert!(!loaded.definition.states.is_empty(), "{} cannot be drawn", name(&path));
    }
    assert!(refused.is_empty(), "{} refused:\n{}", refused.len(), refused.join("\n"));
}

#[test]
fn labelled_definitions_get_their_verdict() {
    let Some(manifest) = shared::path("validation/manifest.json") else { return };
    let entries = read_json(&manifest);
    let (mut agreeing, mut differing) = (0, Vec::new());
    for entry in entries.as_array().expect("a list") {
        let file = manifest.with_file_name("").join(entry["file"].as_str().expect("a file"));
        let text = fs::read_to_string(&file).expect("a text");
        let errors = errors(&load(&text));
        match (entry["verdict"] == "valid") == errors.is_empty() {
            true => agreeing += 1,
            false => differing.push(format!("{} {}: {}", entry["verdict"], name(&file), errors.join("; "))),
        }
    }
    println!("{agreeing} of {} verdicts agree; not these:\n{}", agreeing + differing.len(), differing.join("\n"));
    assert!(agreeing >= AGREEING, "only {agreeing} agree:\n{}", differing.join("\n"));
}

/// Cuts, swaps and doublings at places that a fixed sequence picks.
#[test]
fn no_text_makes_the_checker_panic() {
    let mut seed = 1_u64;
    let mut next = |limit: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % limit.max(1)
    };
    let signs = [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "'",
        "\\",
        "\\u",
        "$",
        "null",
        "1e9",
        "\u{1F600}",
        "/*",
        "#",
        "\n",
        "-",
        ".$",
    ];
    let texts = recorded_definitions().into_iter().step_by(9).chain(wild_definitions());
    for (_, text) in texts {
        for _ in 0..6 {
            let at = text.floor_char_boundary(next(text.len()));
            let other = text.floor_char_boundary(next(text.len()));
            let (from, to) = (at.min(other), at.max(other));
            let sign = signs[next(signs.len())];
            load(&text[..at]);
            load(&text[at..]);
            load(&format!("{}{sign}{}", &text[..at], &text[at..]));
            load(&format!("{}{}", &text[..from], &text[to..]));
            load(&format!("{}{}", &text[..to], &text[from..]));
        }
    }
}
