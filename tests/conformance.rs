//! The cases recorded from AWS, run through the library and compared event by event.
//!
//! `tests/conformance/failing.txt` is a ratchet: it lists the cases that are not yet equal. A case
//! that is not on it may not fail, one that is on it and passes has to be taken off. Where a case
//! cannot be met, the evidence stands behind its name. With `UPDATE_EXPECT=1` the list is written anew.

pub mod case;
mod compare;
mod teststate;

use std::{collections::BTreeMap, fmt::Write as _, fs};

use case::{Case, Verdict};

use crate::shared;

const LIST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/conformance/failing.txt");

/// What the engine must reach, whatever the list says.
const FEWEST_CHOICE_CASES: usize = 253;
const FEWEST_EXECUTION_CASES: usize = 250;
const FEWEST_REFERENCE_CASES: usize = 28;
const FEWEST_EXPRESS_CASES: usize = 12;

#[derive(Default)]
struct Tally {
    equal: usize,
    all: usize,
}

#[test]
fn recorded_cases_are_equal_to_aws_or_on_the_list() {
    let files = shared::files("conformance/cases", ".json");
    if files.is_empty() {
        return;
    }
    let mut areas: BTreeMap<String, Tally> = BTreeMap::new();
    let mut kinds: BTreeMap<String, Tally> = BTreeMap::new();
    let mut failing = BTreeMap::new();
    for file in &files {
        let case = Case::read(file);
        let verdict = case.verdict();
        if let Verdict::NotRun = verdict {
            kinds.entry(case.kind().to_string()).or_default().all += 1;
            continue;
        }
        for tally in
            [areas.entry(case.area().to_string()).or_default(), kinds.entry(case.kind().to_string()).or_default()]
        {
            tally.all += 1;
            tally.equal += usize::from(matches!(verdict, Verdict::Equal));
        }
        if let Verdict::Different(differences) = verdict {
            failing.insert(case.id(), differences);
        }
    }
    print!("{}", table("area", &areas));
    print!("{}", table("kind", &kinds));
    if std::env::var_os("SHOW_FAILING").is_some() {
        for (id, differences) in &failing {
            println!("{id}\n    {}", differences.join("\n    "));
        }
    }
    hold_the_ratchet(&failing);
    assert!(kinds["choice_output"].equal >= FEWEST_CHOICE_CASES, "fewer choice cases equal than ever");
    assert!(kinds["execution"].equal >= FEWEST_EXECUTION_CASES, "fewer executions equal than ever");
    let express = kinds["express_sync"].equal + kinds["express_async"].equal;
    assert!(express >= FEWEST_EXPRESS_CASES, "fewer Express cases equal than ever");
    let references = kinds["variable_references"].equal;
    assert!(references >= FEWEST_REFERENCE_CASES, "fewer variable references equal than ever");
}

fn hold_the_ratchet(failing: &BTreeMap<String, Vec<String>>) {
    let listed = listed();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        let line = |id: &String| match listed.get(id) {
            Some(evidence) if !evidence.is_empty() => format!("{id}  # {evidence}\n"),
            _ => format!("{id}\n"),
        };
        let list: String = failing.keys().map(line).collect();
        return fs::write(LIST, list).expect("the list can be written");
    }
    let mut complaint = String::new();
    for (id, differences) in failing.iter().filter(|(id, _)| !listed.contains_key(*id)) {
        writeln!(complaint, "{id} was equal to AWS and no longer is:\n    {}", differences.join("\n    ")).unwrap();
    }
    for id in listed.keys().filter(|id| !failing.contains_key(*id)) {
        writeln!(complaint, "{id} is equal to AWS now: take it off tests/conformance/failing.txt").unwrap();
    }
    assert!(complaint.is_empty(), "{complaint}");
}

/// The cases on the list, each with the evidence that it cannot be met, or with nothing.
pub fn listed() -> BTreeMap<String, String> {
    let list = fs::read_to_string(LIST).expect("the list is checked in");
    let entry = |line: &str| {
        let (id, evidence) = line.split_once('#').unwrap_or((line, ""));
        (id.trim().to_string(), evidence.trim().to_string())
    };
    list.lines().filter(|line| !line.is_empty()).map(entry).collect()
}

fn table(title: &str, rows: &BTreeMap<String, Tally>) -> String {
    let mut text = format!("{title:<28} equal    of\n");
    let (mut equal, mut all) = (0, 0);
    for (name, tally) in rows {
        writeln!(text, "{name:<28} {:>5} {:>5}", tally.equal, tally.all).unwrap();
        equal += tally.equal;
        all += tally.all;
    }
    writeln!(text, "{:<28} {equal:>5} {all:>5}\n", "all").unwrap();
    text
}
