//! Definitions in YAML from the wild are read without a word.

use statelight::syntax::{Format, parse};

use crate::shared;

#[test]
fn definitions_from_the_wild_are_read() {
    let files: Vec<_> = [".yaml", ".yml"].iter().flat_map(|ending| shared::files("definitions", ending)).collect();
    for file in &files {
        let text = std::fs::read_to_string(file).expect("a definition can be read");
        let parsed = parse(&text, Format::Yaml);
        assert_eq!(parsed.diagnostics, [], "{}", file.display());
        let root = parsed.root.expect("a definition has a tree");
        assert!(root.get("States").is_some(), "{}", file.display());
    }
    assert!(shared::path("definitions").is_none() || !files.is_empty(), "no definition in YAML was found");
}

/// JSON is YAML: both readers see the same.
#[test]
fn definitions_in_json_are_the_same_in_yaml() {
    for file in shared::files("definitions", ".json") {
        let text = std::fs::read_to_string(&file).expect("a definition can be read");
        let (json, yaml) = (parse(&text, Format::Json), parse(&text, Format::Yaml));
        if !json.diagnostics.is_empty() {
            continue;
        }
        assert_eq!(yaml.diagnostics, [], "{}", file.display());
        assert_eq!(
            yaml.root.map(|root| root.to_value().to_json()),
            json.root.map(|root| root.to_value().to_json()),
            "{}",
            file.display()
        );
    }
}
