//! Native and wasm give the same bytes: digests of the histories and traces of all samples, all claims of `tests/spec`
//! and a list of generated machines, compared with `tests/digests.txt` natively and in Node. `UPDATE_EXPECT=1 cargo
//! test` writes the file; where only the tests in wasm complain, wasm computes something else than a native program.

use std::{fmt::Write as _, rc::Rc};

use sha2::{Digest, Sha256};
use statelight::{
    asl,
    exchange::history,
    library,
    sim::{run, scenario::Scenario},
    syntax::Format,
};

use crate::machines::{Kind, Machine, Numbers};

const EXPECTED: &str = include_str!("digests.txt");

/// Seeds of generated machines, of each kind.
const SEEDS: u64 = 60;

macro_rules! spec {
    ($name:literal) => {
        ($name, include_str!(concat!("spec/", $name)))
    };
}

/// The spec files; a test holds that none is missing.
const SPEC: &[(&str, &str)] = &[
    spec!("catch.md"),
    spec!("chaos.md"),
    spec!("choice.md"),
    spec!("data-flow.md"),
    spec!("diagnostics.md"),
    spec!("distributed.md"),
    spec!("fail.md"),
    spec!("intrinsics.md"),
    spec!("jsonata.md"),
    spec!("limits.md"),
    spec!("map.md"),
    spec!("nested.md"),
    spec!("numbers.md"),
    spec!("parallel.md"),
    spec!("pass.md"),
    spec!("replies.md"),
    spec!("retry.md"),
    spec!("task.md"),
    spec!("timeouts.md"),
    spec!("types.md"),
    spec!("variables.md"),
    spec!("wait.md"),
    spec!("why.md"),
    spec!("world.md"),
];

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn histories_have_the_digests_that_are_checked_in() {
    let lines = lines();
    #[cfg(not(target_arch = "wasm32"))]
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/digests.txt");
        return std::fs::write(file, lines.concat()).expect("the digests can be written");
    }
    let mut complaint = String::new();
    for line in lines.iter().filter(|line| !EXPECTED.contains(line.as_str())) {
        write!(complaint, "other bytes than in tests/digests.txt: {line}").unwrap();
    }
    assert!(complaint.is_empty(), "{complaint}");
    assert_eq!(lines.concat(), EXPECTED, "tests/digests.txt has lines in another order, or of what is gone");
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn every_spec_file_has_its_digests() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spec");
    let files = std::fs::read_dir(folder).expect("the folder is there");
    for file in files.map(|file| file.expect("it can be listed").file_name()) {
        let name = file.to_string_lossy();
        let is_there = SPEC.iter().any(|(known, _)| *known == name);
        assert!(is_there || !name.ends_with(".md"), "{name} is not in the table of tests/digests.rs");
    }
}

/// A line for each run: its digest and what it is of.
fn lines() -> Vec<String> {
    let mut lines = Vec::new();
    for sample in library::samples() {
        lines.push(line(&format!("sample {}", sample.id), sample.definition, sample.format, sample.scenario));
    }
    for (file, text) in SPEC {
        for Claim { heading, definition, format, scenario } in claims(text) {
            lines.push(line(&format!("{file}: {heading}"), &definition, format, &scenario));
        }
    }
    for (name, kind) in [("plain", Kind::Plain), ("wild", Kind::Wild)] {
        for seed in 0..SEEDS {
            let Machine { definition, scenario } = Machine::draw(&Numbers::of_seed(seed), kind);
            let (definition, scenario) = (definition.to_string(), scenario.to_string());
            lines.push(line(&format!("{name} machine {seed}"), &definition, Format::Json, &scenario));
        }
    }
    lines
}

/// The digest covers remarks, history and trace.
fn line(name: &str, definition: &str, format: Format, scenario: &str) -> String {
    let loaded = asl::load(definition, format);
    let mut text = format!("{:?}\n", loaded.diagnostics);
    let is_runnable = loaded.is_runnable();
    match Scenario::parse(scenario) {
        Ok(scenario) if is_runnable => match run::run(&Rc::new(loaded.definition), &scenario) {
            Ok(trace) => {
                let events = serde_json::to_string(&history::events(&trace)).expect("a history is JSON");
                let trace = serde_json::to_string(&trace).expect("a trace is JSON");
                write!(text, "{events}\n{trace}").unwrap();
            }
            Err(refusal) => text += &refusal,
        },
        Ok(_) => {}
        Err(errors) => write!(text, "{errors:?}").unwrap(),
    }
    let digest = Sha256::digest(text.as_bytes());
    let digest: String = digest[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{digest} {name}\n")
}

/// A section of a spec file.
struct Claim {
    heading: String,
    definition: String,
    format: Format,
    scenario: String,
}

fn claims(text: &str) -> Vec<Claim> {
    let sections = text.split("\n## ").skip(1);
    let block = |section: &str, info: &str| {
        let (_, body) = section.split_once(&format!("\n```{info}\n"))?;
        body.split_once("\n```").map(|(body, _)| body.to_string())
    };
    let claim = |section: &str| {
        let definition = block(section, "json").map(|text| (text, Format::Json));
        let (definition, format) = definition.or_else(|| Some((block(section, "yaml")?, Format::Yaml)))?;
        let scenario = block(section, "json scenario").unwrap_or_else(|| r#"{"version": 1}"#.into());
        Some(Claim { heading: section.lines().next().unwrap_or_default().into(), definition, format, scenario })
    };
    sections.filter_map(claim).collect()
}
