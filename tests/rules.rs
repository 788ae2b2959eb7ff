//! The checker's rules: each has a section of the help with a definition that breaks it, and just it, and one that keeps
//! it; each cure removes its diagnostic.

use std::{collections::BTreeSet, fs};

use statelight::{
    asl::rules,
    diagnostic::Diagnostic,
    language::{Document, cured},
    syntax::Format,
};

use crate::shared;

const HELP: &str = include_str!("../www/help/rules.md");

/// A section of the help.
struct Section<'a> {
    rule: &'a str,
    /// The fences' first lines and texts.
    examples: Vec<(&'a str, &'a str)>,
}

fn sections() -> Vec<Section<'static>> {
    let sections = HELP.split("\n## ").skip(1);
    let section = |text: &'static str| {
        let rule = text.lines().next().unwrap_or_default().trim();
        let mut parts = text.split("```").skip(1).step_by(2);
        let examples = parts.by_ref().map(|part| part.split_once('\n').unwrap_or((part, ""))).collect();
        Section { rule, examples }
    };
    sections.map(section).collect()
}

fn told(info: &str, text: &str) -> Vec<Diagnostic> {
    let format = if info.starts_with("yaml") { Format::Yaml } else { Format::Json };
    Document::read(text, format, info.contains("express")).diagnostics.to_vec()
}

fn listed(told: &[Diagnostic]) -> String {
    told.iter().map(|it| format!("{} ({}: {})", it.rule, it.location, it.message)).collect::<Vec<_>>().join("; ")
}

#[test]
fn each_rule_has_a_definition_that_breaks_it_and_one_that_keeps_it() {
    let sections = sections();
    let mut wrong = Vec::new();
    let names: Vec<&str> = sections.iter().map(|section| section.rule).collect();
    for code in rules::ALL {
        if names.iter().filter(|name| **name == code.rule).count() != 1 {
            wrong.push(format!("`{}` needs one section in www/help/rules.md", code.rule));
        }
    }
    for Section { rule, examples } in &sections {
        // A definition of more than 1 MiB has no place in the help.
        if *rule == rules::TOO_LONG.rule {
            let comment = "x".repeat(1 << 20);
            let long =
                format!(r#"{{"Comment": "{comment}", "StartAt": "A", "States": {{"A": {{"Type": "Succeed"}}}}}}"#);
            assert_eq!(told("json", &long).iter().map(|it| it.rule).collect::<Vec<_>>(), [*rule]);
            continue;
        }
        let [broken, kept] = examples.as_slice() else {
            wrong.push(format!("`{rule}` needs two examples, it has {}", examples.len()));
            continue;
        };
        let said = told(broken.0, broken.1);
        if said.is_empty() || said.iter().any(|diagnostic| diagnostic.rule != *rule) {
            wrong.push(format!("`{rule}` is not what the first example breaks, or not alone: {}", listed(&said)));
        }
        let said = told(kept.0, kept.1);
        if !said.is_empty() {
            wrong.push(format!("`{rule}`: the second example is remarked on: {}", listed(&said)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Everything that is wrong anywhere: the help's examples, the labelled definitions, what AWS refused.
fn broken_texts() -> Vec<(String, String)> {
    let mut texts: Vec<(String, String)> = Vec::new();
    for section in sections() {
        texts.extend(section.examples.iter().map(|(info, text)| ((*info).to_owned(), (*text).to_owned())));
    }
    for folder in ["validation/invalid", "validation/valid", "definitions"] {
        let Some(path) = shared::path(folder) else { continue };
        for entry in fs::read_dir(path).expect("a folder").flatten() {
            let text = fs::read_to_string(entry.path()).unwrap_or_default();
            let info = if Format::detect(&text) == Format::Yaml { "yaml" } else { "json" };
            texts.push((info.to_owned(), text));
        }
    }
    texts
}

#[test]
fn each_cure_removes_its_diagnostic() {
    let (mut tried, mut out_of_reach, mut wrong) = (0, 0, Vec::new());
    let mut cured_rules = BTreeSet::new();
    for (info, text) in broken_texts() {
        let format = if info.starts_with("yaml") { Format::Yaml } else { Format::Json };
        let before = told(&info, &text);
        for diagnostic in before.iter().take(40) {
            for cure in &diagnostic.cures {
                tried += 1;
                let Some(text) = cured(&text, format, cure) else {
                    out_of_reach += 1;
                    continue;
                };
                cured_rules.insert(diagnostic.rule);
                let after = told(&info, &text);
                let count = |told: &[Diagnostic]| {
                    let is_it = |it: &&Diagnostic| it.rule == diagnostic.rule && it.message == diagnostic.message;
                    told.iter().filter(is_it).count()
                };
                if count(&after) >= count(&before) {
                    wrong.push(format!(
                        "{} `{}` ({}) is still there after: {}",
                        diagnostic.rule, diagnostic.message, diagnostic.location, cure.title
                    ));
                }
            }
        }
    }
    println!("{tried} cures of {} rules, {out_of_reach} out of reach", cured_rules.len());
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(out_of_reach * 20 < tried, "{out_of_reach} of {tried} out of reach");
}
