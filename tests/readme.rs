//! What the README shows is what happens: its example goes through the command as it is written
//! there, its commands exist, its links lead to files, and its numbers are those of the ratchet.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use regex_lite::Regex;
use statelight::teststate;

use crate::{
    conformance::{self, case::Case},
    shared,
};

const README: &str = include_str!("../README.md");

#[test]
fn the_example_prints_what_the_readme_says() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("readme");
    fs::create_dir_all(&folder).expect("a folder below target can be made");
    fs::write(folder.join("order.asl.json"), block("json definition")).expect("the definition can be written");
    fs::write(folder.join("order.scenario.json"), block("json scenario")).expect("the scenario can be written");

    let commands: Vec<&str> = block("sh example").lines().collect();
    let [run, check] = *commands.as_slice() else { panic!("not two commands: {commands:?}") };
    let ran = statelight(&folder, run);
    assert_eq!(String::from_utf8_lossy(&ran.stdout), block("json end"));
    assert_eq!(ran.status.code(), Some(0));
    let checked = statelight(&folder, check);
    assert_eq!(String::from_utf8_lossy(&checked.stdout), block("json check"));
    assert_eq!(checked.status.code(), Some(0));
}

#[test]
fn what_the_readme_imports_comes_to_what_it_says() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("readme-imports");
    fs::create_dir_all(&folder).expect("a folder below target can be made");
    let write = |name: &str, text: &[u8]| fs::write(folder.join(name), text).expect("a file can be written");
    write("order.asl.json", block("json definition").as_bytes());
    write("order.scenario.json", block("json scenario").as_bytes());
    write("MockConfigFile.json", block("json mocks").as_bytes());

    let commands: Vec<&str> = block("sh history").lines().collect();
    let [run, import] = *commands.as_slice() else { panic!("not two commands: {commands:?}") };
    let (run, file) = run.split_once(" > ").expect("the history goes to a file");
    write(file, &statelight(&folder, run).stdout);
    let imported = statelight(&folder, import);
    assert_eq!(String::from_utf8_lossy(&imported.stderr), block("text compared"));
    assert_eq!(imported.status.code(), Some(0));

    let mocked = statelight(&folder, "cargo run -- import-mocks MockConfigFile.json");
    assert_eq!(String::from_utf8_lossy(&mocked.stdout), block("json mocked"));
    let exported = statelight(&folder, "cargo run -- export-mocks --machine Orders order.scenario.json");
    assert!(String::from_utf8_lossy(&exported.stderr).contains("loses `seconds`"));
}

#[test]
fn the_tests_of_the_readme_come_to_what_it_says() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("readme-tests");
    fs::create_dir_all(&folder).expect("a folder below target can be made");
    fs::write(folder.join("order.asl.json"), block("json definition")).expect("the definition can be written");
    fs::write(folder.join("order.tests.json"), block("json tests")).expect("the tests can be written");
    let tested = statelight(&folder, "cargo run -- test order.asl.json order.tests.json");
    assert_eq!(String::from_utf8_lossy(&tested.stdout), block("text tested"));
    assert_eq!(tested.status.code(), Some(0));
}

#[test]
fn the_commands_of_the_readme_exist() {
    let known = include_str!("../xtask/src/main.rs");
    let named = matches(r"cargo xtask (\w+)");
    assert!(named.len() > 3, "{named:?}");
    for name in named {
        assert!(known.contains(&format!("(\"{name}\", ")), "there is no `cargo xtask {name}`");
    }
}

#[test]
fn the_links_of_the_readme_lead_to_files() {
    let links = matches(r"\]\(([^)]+)\)").into_iter().filter(|link| !link.starts_with("https://"));
    for link in links.chain(matches(r#"src(?:set)?="([^"]+)""#)) {
        assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(link).exists(), "`{link}` leads nowhere");
    }
}

/// Of the recorded cases, those count as equal that `tests/conformance/failing.txt` does not list.
#[test]
fn the_numbers_of_the_readme_are_those_of_the_ratchet() {
    let cases: Vec<Case> = shared::files("conformance/cases", ".json").iter().map(|file| Case::read(file)).collect();
    if cases.is_empty() {
        return;
    }
    let listed = conformance::listed();
    let count = |kind: &str| {
        let of_kind: Vec<_> = cases.iter().filter(|case| case.kind() == kind).collect();
        (of_kind.iter().filter(|case| !listed.contains_key(&case.id())).count(), of_kind.len())
    };
    let words = README.split_whitespace().collect::<Vec<_>>().join(" ");
    let kinds = [
        ("choice_output", "{equal} of {all} recorded Choice cases"),
        ("execution", "{equal} of {all} recorded executions"),
        ("test_state", "Of {all} recorded replies {equal} are equal"),
    ];
    for (kind, sentence) in kinds {
        let (equal, all) = count(kind);
        let sentence = sentence.replace("{equal}", &equal.to_string()).replace("{all}", &all.to_string());
        assert!(words.contains(&sentence), "the README should say `{sentence}`");
    }
}

#[test]
fn the_request_of_the_readme_is_answered_as_it_says() {
    let answered = teststate::answer(block("json request")).expect("it is answered");
    assert_eq!(format!("{answered:#}\n"), block("json response"));
}

/// Runs a line `cargo run -- …` of the README with the command that is being tested.
fn statelight(folder: &Path, line: &str) -> Output {
    let arguments = line.strip_prefix("cargo run -- ").expect("the README runs the command through Cargo");
    Command::new(env!("CARGO_BIN_EXE_statelight"))
        .args(arguments.split(' '))
        .current_dir(folder)
        .output()
        .expect("the command can be started")
}

/// The text of the block with this info string.
fn block(info: &str) -> &'static str {
    let (_, rest) = README.split_once(&format!("```{info}\n")).expect("the README has the block");
    rest.split_once("```").expect("the block is closed").0
}

/// What the pattern's group matches, anywhere in the README.
fn matches(pattern: &str) -> Vec<&'static str> {
    let pattern = Regex::new(pattern).expect("the pattern is one");
    pattern.captures_iter(README).filter_map(|found| Some(found.get(1)?.as_str())).collect()
}
