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

/// Labels that are not followed, each with the rule that decides against it.
const NOT_FOLLOWED: &[(&str, &str)] = &[
    (
        "aslv-invalid-cfn-definition-substitutions",
        "a resource that is not known is at most a warning: tasks are mocked",
    ),
    ("aslv-invalid-task-alias-function", "a resource that is not known is at most a warning: tasks are mocked"),
    ("cfnlint-10-valid-string-json", "`${…}` is a place that a deployment fills in"),
    (
        "aslv-invalid-json-surround-syntax-extra-spaces",
        "an expression begins with `{%` and ends with `%}`: what blanks stand inside is its own affair",
    ),
    (
        "aslv-invalid-jsonata-surround-syntax-no-spaces",
        "an expression begins with `{%` and ends with `%}`: blanks need not stand inside",
    ),
    ("aslv-invalid-jsonata-surround-syntax-no-close", "what does not end with `%}` is a plain text, and is warned of"),
    ("aslv-valid-map-with-item-batcher-jsonata", "recorded: no JSONPath state in a machine that has JSONata"),
    ("aslv-valid-path-array-context", "Jayway JsonPath 3.0 has no scripts in brackets"),
    ("aslv-valid-task-credentials", "recorded: `Credentials` needs `RoleArn`"),
    (
        "aslv-valid-task-intrisic-function",
        "a `Resource` is a text: functions of CloudFormation are gone before AWS sees the definition",
    ),
    ("asl-ls-TaskJSONata", "the guide: `$states.result` is not there in a Catcher"),
    ("asl-ls-stateLevelJsonataDocument", "recorded: `$` at the top level of an expression is refused"),
    ("cfnlint-02-error-handling", "it is no JSON: commas before closing brackets, `True`"),
    ("cfnlint-06-choices", "three transitions lead to a state that does not exist"),
];

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
    let (mut agreeing, mut differing, mut stale) = (0, Vec::new(), Vec::new());
    for entry in entries.as_array().expect("a list") {
        let file = manifest.with_file_name("").join(entry["file"].as_str().expect("a file"));
        let text = fs::read_to_string(&file).expect("a text");
        let errors = errors(&load(&text));
        let agrees = (entry["verdict"] == "valid") == errors.is_empty();
        let label = name(&file).trim_end_matches(".json").to_owned();
        match (agrees, NOT_FOLLOWED.iter().any(|(name, _)| *name == label)) {
            (true, false) | (false, true) => agreeing += usize::from(agrees),
            (true, true) => stale.push(label),
            (false, false) => differing.push(format!("{} {label}: {}", entry["verdict"], errors.join("; "))),
        }
    }
    println!("{agreeing} labels are followed, {} are not, for a rule", NOT_FOLLOWED.len());
    assert!(differing.is_empty(), "not labelled so:\n{}", differing.join("\n"));
    assert!(stale.is_empty(), "followed after all: {}", stale.join(", "));
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
