//! What the README shows is what happens.

use std::rc::Rc;

use serde_json::{Value, json};
use statelight::{
    asl,
    engine::clock::Instant,
    sim::{run, scenario::Scenario},
    syntax::Format,
};

const README: &str = include_str!("../README.md");

#[test]
fn the_example_prints_what_the_readme_says() {
    let loaded = asl::load(block("json definition"), Format::Json);
    assert!(loaded.diagnostics.is_empty(), "{:?}", loaded.diagnostics);
    let scenario = Scenario::parse(block("json scenario")).expect("the scenario is valid");
    let trace = run::run(&Rc::new(loaded.definition), &scenario).expect("the example runs");
    let shown: Value = serde_json::from_str(block("json end")).expect("the end is JSON");
    let date = |micros: i64| Instant::from_micros(micros).to_rfc3339();
    let end = json!({
        "status": trace.status,
        "output": trace.output.map(|id| trace.payloads[id as usize].clone()),
        "error": trace.error,
        "cause": trace.cause,
        "startDate": date(trace.start),
        "stopDate": date(trace.start + trace.duration),
    });
    assert_eq!(end, shown);
}

/// The text of the block with this info string.
fn block(info: &str) -> &'static str {
    let (_, rest) = README.split_once(&format!("```{info}\n")).expect("the README has the block");
    rest.split_once("```").expect("the block is closed").0
}
