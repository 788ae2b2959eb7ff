//! Conversion from JSONPath to JSONata: what holds of every definition, and in `tests/convert/*.md` what becomes of which
//! field. `UPDATE_EXPECT=1` writes the files anew.

use std::{fs, path::Path, rc::Rc};

use statelight::{
    asl::{
        self,
        model::{Definition, QueryLanguage},
    },
    convert::{
        self, Verdict,
        proof::{Proof, prove},
    },
    sim::{run, scenario::Scenario},
    syntax::Format,
};

use crate::{
    conformance::case::Case,
    machines::{Kind, Machine, Numbers},
    shared,
};

/// Of the recorded executions, so many converted states and whole machines at the least.
const FEWEST_STATES: usize = 500;
const FEWEST_MACHINES: usize = 250;

/// A definition and a scenario, converted and proved. Answers how many states were converted, and whether all were.
fn check(name: &str, text: &str, scenario: &str) -> Option<(usize, bool)> {
    let loaded = asl::load(text, Format::detect(text));
    if !loaded.is_runnable() || loaded.definition.states.iter().all(|it| it.query_language == QueryLanguage::Jsonata) {
        return None;
    }
    let proposal = convert::convert(text, None).expect("it has no errors");
    let again = asl::load(&proposal.text, Format::detect(text));
    let errors: Vec<_> = again.diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).collect();
    assert!(errors.is_empty(), "{name}: {errors:#?}\n{}", proposal.text);
    let scenario = Scenario::parse(scenario).expect("a valid scenario");
    match prove(text, &proposal.text, &scenario) {
        Ok(Proof::Same { .. }) => {}
        // Data that JSONPath cannot do without, and JSONata can: the notes say so.
        Ok(Proof::Differs(_)) if failed_by_its_data(&loaded.definition, &scenario) => {}
        // The form of numbers and lists inside of texts, which the notes tell, too.
        Ok(Proof::Differs(how)) if proposal.states.iter().any(|state| state.changes_texts()) && how.contains('"') => {}
        other => panic!("{name}: {other:?}\n{text}\n{}", proposal.text),
    }
    let twice = convert::convert(&proposal.text, None).expect("it has no errors");
    assert_eq!(twice.text, proposal.text, "{name}: nothing is left to convert");
    let converted = proposal.states.iter().filter(|state| state.verdict == Verdict::Converted).count();
    Some((converted, proposal.is_whole))
}

/// Whether a state of the run failed by its data, caught or not.
fn failed_by_its_data(definition: &Definition, scenario: &Scenario) -> bool {
    let trace = run::run(&Rc::new(definition.clone()), scenario).expect("it runs");
    let of_data = ["States.Runtime", "States.IntrinsicFailure", "States.ResultPathMatchFailure"];
    trace.faults.iter().any(|fault| fault.error.as_deref().is_some_and(|error| of_data.contains(&error)))
}

#[test]
fn every_recorded_execution_comes_to_the_same_when_it_is_converted() {
    let (mut states, mut wholes, mut machines) = (0, 0, 0);
    for file in shared::files("conformance/cases", ".json") {
        let case = Case::read(&file);
        if !matches!(case.kind(), "execution" | "choice_output") {
            continue;
        }
        let Some((converted, is_whole)) = check(&case.id(), &case.definition(), &case.scenario_text()) else {
            continue;
        };
        machines += 1;
        states += converted;
        wholes += usize::from(is_whole);
    }
    println!("{wholes} of {machines} recorded machines converted as a whole, {states} states in all");
    assert!(machines == 0 || (states > FEWEST_STATES && wholes > FEWEST_MACHINES));
}

#[test]
fn definitions_from_the_wild_come_to_the_same_when_they_are_converted() {
    for file in shared::files("definitions", "") {
        let Ok(text) = fs::read_to_string(&file) else { continue };
        check(&file.display().to_string(), &text, r#"{"version": 1}"#);
    }
    for sample in statelight::library::samples() {
        check(sample.id, sample.definition, sample.scenario);
    }
}

#[test]
fn generated_machines_come_to_the_same_when_they_are_converted() {
    let mut states = 0;
    for seed in 0..300 {
        let machine = Machine::draw(&Numbers::of_seed(seed), Kind::Plain);
        // JSONata computes with doubles, which do not have these integers.
        let exact = |value: &serde_json::Value| value.to_string().replace("9007199254740993", "42");
        let checked = check(&format!("seed {seed}"), &exact(&machine.definition), &exact(&machine.scenario));
        states += checked.map_or(0, |(converted, _)| converted);
    }
    println!("{states} states of generated machines converted");
    assert!(states > 300, "only {states}");
}

#[test]
fn each_claim_of_the_conversion_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/convert");
    let mut claims = 0;
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let file = entry.expect("an entry").path();
        let text = fs::read_to_string(&file).expect("a text");
        let (actual, count) = filled_in(&text);
        claims += count;
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(&file, actual).expect("it can be written");
        } else {
            assert!(actual == text, "{}: {actual}", file.display());
        }
    }
    assert!(claims > 10, "only {claims}");
}

/// Blocks ```json or ```yaml (before), perhaps ```json scenario, and ```after and ```words, which are written.
fn filled_in(text: &str) -> (String, usize) {
    let (mut out, mut claims) = (String::new(), 0);
    let (mut before, mut scenario) = (String::new(), r#"{"version": 1}"#.to_owned());
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        out += line;
        out.push('\n');
        if line.starts_with("## ") {
            scenario = r#"{"version": 1}"#.to_owned();
        }
        let Some(info) = line.strip_prefix("```").filter(|info| !info.is_empty()) else { continue };
        let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let body = body.join("\n");
        let shown = match info {
            "json" | "yaml" => {
                before = body.clone() + "\n";
                body
            }
            "json scenario" => {
                scenario = body.clone();
                body
            }
            _ => {
                claims += 1;
                let proposal = convert::convert(&before, None).expect("it has no errors");
                let scenario = Scenario::parse(&scenario).expect("a valid scenario");
                let proof = prove(&before, &proposal.text, &scenario).expect("both run");
                match info {
                    "after" => proposal.text.trim_end().to_owned(),
                    _ => convert::words(&proposal, &proof).trim_end().to_owned(),
                }
            }
        };
        out += &shown;
        out += "\n```\n";
    }
    (out, claims)
}
