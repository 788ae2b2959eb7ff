//! What holds of every explanation: of all recorded cases, and of the definitions from the wild on
//! default answers. What each of them says stands in `tests/spec/why.md`.

use std::{fs, rc::Rc};

use statelight::{
    asl::{self, model::Definition},
    explain::{self, Explainer, LineMark, StepMark, Verdict},
    sim::{
        run,
        scenario::Scenario,
        timeline::{Ending, Timeline},
        trace::{LEFT_OUT, Left, Trace},
    },
    syntax::Format,
};

use crate::{conformance::case::Case, shared};

/// How many Choice visits and failed expressions there are at the least, where there is shared data.
const FEWEST_CHOICES: usize = 300;
const FEWEST_LOOKUPS: usize = 30;

struct Run {
    name: String,
    text: String,
    definition: Rc<Definition>,
    trace: Trace,
    timeline: Timeline,
}

#[test]
fn the_rules_tell_of_the_way_that_the_run_took() {
    let mut choices = 0;
    for Run { name, text, definition, trace, timeline } in runs() {
        let explainer = Explainer::new(&text, &definition, &trace, &timeline);
        for visit in &timeline.visits {
            let Some(rules) = explainer.rules(visit.id) else { continue };
            choices += 1;
            let matched = rules.rules.iter().position(|rule| rule.verdict == Verdict::Matched);
            let is_default = rules.default.as_ref().is_some_and(|(_, verdict)| *verdict == Verdict::Matched);
            let told = (matched.map(|rule| rule as u32), is_default);
            match visit.how {
                Some(Left::Choice(rule, _)) => assert_eq!(told, (Some(rule), false), "{name}: {rules:#?}"),
                Some(Left::Default(_)) => assert_eq!(told, (None, true), "{name}: {rules:#?}"),
                _ => assert_eq!(visit.ending, Ending::Failed, "{name}: {visit:?}"),
            }
            let has_failed = rules.rules.iter().any(|rule| rule.verdict == Verdict::Failed);
            assert!(!has_failed || visit.ending == Ending::Failed, "{name}: {rules:#?}");
        }
    }
    assert!(shared::path("conformance").is_none() || choices > FEWEST_CHOICES, "only {choices}");
}

#[test]
fn each_expression_that_failed_is_found_in_the_text_and_explained() {
    let mut lookups = 0;
    for Run { name, text, definition, trace, timeline } in runs() {
        let explainer = Explainer::new(&text, &definition, &trace, &timeline);
        for (at, fault) in trace.faults.iter().enumerate() {
            let failure = explainer.fault(at).expect("a fault can be explained");
            assert!(!failure.sentence.is_empty() && !explain::render(&failure, None).is_empty(), "{name}");
            // What a Parallel or Map takes over from inside is explained there.
            let Some(expression) = fault.lookup.as_ref().filter(|_| failure.inner.is_none()) else { continue };
            lookups += 1;
            let place = failure.place.expect("the field is in the text");
            assert!(text.get(place.span.range()).is_some_and(|text| !text.is_empty()), "{name}: {place:?}");
            if let Some(mend) = &failure.mend {
                let written = &text[mend.span.range()];
                assert!(expression.expression.contains(written), "{name}: {written} for {}", expression.expression);
            }
            let Some(lookup) = failure.lookup else { continue };
            assert!(expression.expression.contains(&lookup.path), "{name}: {lookup:?}");
            assert_eq!(lookup.steps.iter().map(|step| &*step.text).collect::<String>(), lookup.path, "{name}");
            assert!(lookup.steps.iter().filter(|step| step.mark == StepMark::Missing).count() <= 1, "{name}");
            assert!(lookup.data.lines.iter().any(|line| line.mark == LineMark::Reached), "{name}: {lookup:#?}");
        }
    }
    assert!(shared::path("conformance").is_none() || lookups > FEWEST_LOOKUPS, "only {lookups}");
}

#[test]
fn data_that_was_not_kept_is_not_made_up() {
    let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Choice", "Choices": [
        {"Variable": "$.n", "NumericEquals": 1, "Next": "B"}]}, "B": {"Type": "Pass", "InputPath": "$.x", "End": true}}}"#;
    let scenario = |input: &str| format!(r#"{{"version": 1, "input": {input}}}"#);
    for (input, expected) in [
        (r#"{"n": 1}"#, "`$.x` could not be used; the data it saw was not kept"),
        (r#"{"n": 2}"#, "no rule matched, and there is no `Default`"),
    ] {
        let mut run = run_of("made up", text, &scenario(input)).expect("it can be run");
        run.trace.payloads.iter_mut().for_each(|payload| *payload = LEFT_OUT.into());
        let explainer = Explainer::new(&run.text, &run.definition, &run.trace, &run.timeline);
        assert_eq!(explainer.run().expect("it failed").sentence, expected);
        let rules = explainer.rules(run.timeline.visits[0].id).expect("it is a Choice");
        assert!(!rules.is_known && rules.rules.iter().all(|rule| rule.verdict == Verdict::NotTried), "{rules:#?}");
    }
}

#[test]
fn a_long_way_through_large_data_is_shown_in_few_lines() {
    let text =
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "InputPath": "$.rows[700].cells.nmae", "End": true}}}"#;
    let row = |index: usize| format!(r#"{{"id": {index}, "cells": {{"name": "{}"}}}}"#, "x".repeat(100));
    let rows: Vec<String> = (0..1000).map(row).collect();
    let scenario = format!(r#"{{"version": 1, "input": {{"rows": [{}]}}}}"#, rows.join(","));
    let run = run_of("large", text, &scenario).expect("it can be run");
    let explainer = Explainer::new(&run.text, &run.definition, &run.trace, &run.timeline);
    let failure = explainer.run().expect("it failed");
    assert_eq!(failure.cure.as_deref(), Some("did you mean `name`?"));
    let lines = failure.lookup.expect("a path failed").data.lines;
    assert!(lines.len() < 30 && lines.iter().all(|line| line.text.len() < 80), "{lines:#?}");
    assert_eq!(lines[2].text, "… 697 items before");
}

fn runs() -> Vec<Run> {
    let recorded = shared::files("conformance/cases", ".json").into_iter().filter_map(|file| {
        let case = Case::read(&file);
        let (definition, trace) =
            if matches!(case.kind(), "execution" | "choice_output") { case.run().ok()? } else { return None };
        let timeline = Timeline::new(&trace, &definition);
        Some(Run { name: case.id(), text: case.definition(), definition, trace, timeline })
    });
    let wild = shared::files("definitions", "").into_iter().filter_map(|file| {
        let text = fs::read_to_string(&file).ok()?;
        run_of(&file.display().to_string(), &text, r#"{"version": 1}"#)
    });
    recorded.chain(wild).collect()
}

fn run_of(name: &str, text: &str, scenario: &str) -> Option<Run> {
    let loaded = asl::load(text, Format::detect(text));
    let definition = Rc::new(loaded.is_runnable().then_some(loaded.definition)?);
    let trace = run::run(&definition, &Scenario::parse(scenario).ok()?).ok()?;
    let timeline = Timeline::new(&trace, &definition);
    Some(Run { name: name.into(), text: text.into(), definition, trace, timeline })
}
