//! What holds for every run: definitions from the wild come to an end on default answers, the same
//! scenario twice gives the same bytes, quotas end what would not end.

use std::{fs, rc::Rc};

use statelight::{
    asl::{self, model::Definition},
    engine::{Execution, Output, clock::Duration},
    exchange::history,
    sim::{
        mock::Mocks,
        run,
        scenario::Scenario,
        trace::{Status, Trace},
    },
    syntax::Format,
};

use crate::shared;

/// The one file of the shared definitions that is no JSON; it is told as such and not run.
const BROKEN: usize = 1;

#[test]
fn definitions_from_the_wild_run_to_an_end_on_default_answers() {
    let files = [".json", ".yaml", ".yml"].map(|ending| shared::files("definitions", ending)).concat();
    let (mut ended, mut broken) = (0, 0);
    for file in &files {
        let text = fs::read_to_string(file).expect("a definition can be read");
        let loaded = asl::load(&text, Format::detect(&text));
        assert!(!loaded.definition.states.is_empty(), "{}: nothing to draw", file.display());
        if !loaded.is_runnable() {
            broken += 1;
            continue;
        }
        let trace = trace(&Rc::new(loaded.definition), &Scenario::default());
        assert!(is_ended(&trace), "{}", file.display());
        ended += 1;
    }
    println!("{ended} ran to an end, {broken} are broken");
    assert!(files.is_empty() || (broken == BROKEN && ended == files.len() - BROKEN));
}

fn is_ended(trace: &Trace) -> bool {
    let last = trace.events.last().map(|event| &*event.kind);
    matches!(last, Some("ExecutionSucceeded" | "ExecutionFailed" | "ExecutionTimedOut"))
}

#[test]
fn the_same_scenario_twice_gives_the_same_bytes() {
    for sample in statelight::library::samples() {
        let loaded = asl::load(sample.definition, sample.format);
        let definition = Rc::new(loaded.definition);
        let scenario = Scenario::parse(sample.scenario).expect("a sample's scenario is valid");
        let bytes =
            || serde_json::to_string(&history::events(&trace(&definition, &scenario))).expect("events are JSON");
        assert_eq!(bytes(), bytes(), "{}", sample.id);
    }
}

fn trace(definition: &Rc<Definition>, scenario: &Scenario) -> Trace {
    run::run(definition, scenario).expect("a sample runs")
}

#[test]
fn a_loop_without_end_is_ended_by_the_quota_of_events() {
    let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Choice", "Choices": [
        {"Variable": "$", "IsPresent": true, "Next": "B"}], "Default": "C"},
        "B": {"Type": "Pass", "Next": "A"}, "C": {"Type": "Succeed"}}}"#;
    let definition = Rc::new(asl::load(text, Format::Json).definition);
    let trace = trace(&definition, &Scenario::default());
    assert_eq!((trace.status, trace.events.len()), (Status::Failed, 25_000));
    assert_eq!(trace.events[24_999].previous, 24_999);
    assert_eq!(trace.cause.as_deref(), Some("The execution reached the maximum number of history events (25000)."));
}

#[test]
fn a_task_that_is_never_answered_waits_until_the_year_is_over() {
    let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:111111111111:function:f", "End": true}}}"#;
    let definition = Rc::new(asl::load(text, Format::Json).definition);
    let scenario = Scenario::parse(r#"{"version": 1, "tasks": {"A": [{"never": true}]}}"#).expect("a valid scenario");
    let trace = trace(&definition, &scenario);
    assert_eq!((trace.status, trace.duration), (Status::TimedOut, 365 * 24 * 3600 * 1_000_000));
    assert_eq!(trace.pending.len(), 1);
}

/// A run on which somebody calls StopExecution after so many seconds, if it lasts as long.
fn stopped(text: &str, scenario: &str, after: u64, error: Option<&str>, cause: Option<&str>) -> Trace {
    let definition = Rc::new(asl::load(text, Format::Json).definition);
    let scenario = Scenario::parse(scenario).expect("a valid scenario");
    let mut execution = Execution::new(Rc::clone(&definition), scenario.input.clone(), run::options(&scenario));
    let mut mocks = Mocks::new(&definition, &scenario);
    let end = execution.options().start + Duration::from_secs(after);
    loop {
        match execution.poll() {
            Output::StartTask(request) => {
                let plan = mocks.plan(&request, &execution);
                execution.answer(&request, plan);
            }
            Output::Idle { until } if until <= end => execution.advance(until),
            Output::Idle { .. } => {
                execution.advance(end);
                execution.stop(error.map(Rc::from), cause.map(Rc::from));
            }
            Output::Done(_) => return Trace::of(&execution, mocks),
        }
    }
}

/// A Parallel with a task, a Map of two waits and a finished branch: all but the last are open at 5 s.
const OPEN: &str = r#"{"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true,
    "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}],
    "Branches": [
        {"StartAt": "A", "States": {"A": {"Type": "Task", "End": true,
            "Resource": "arn:aws:lambda:us-east-1:111111111111:function:f",
            "Retry": [{"ErrorEquals": ["States.ALL"]}]}}},
        {"StartAt": "M", "States": {"M": {"Type": "Map", "ItemsPath": "$.items", "End": true,
            "ItemProcessor": {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 60, "End": true}}}}}},
        {"StartAt": "D", "States": {"D": {"Type": "Wait", "Seconds": 1, "End": true}}}
    ]}, "Caught": {"Type": "Succeed"}}}"#;

const UNANSWERED: &str = r#"{"version": 1, "input": {"items": [1, 2]}, "tasks": {"A": [{"never": true}]}}"#;

/// Recorded with one waiting state: `ExecutionAborted`, chained to nothing, and no event of what was open.
#[test]
fn a_stopped_run_ends_with_execution_aborted_whatever_is_open_inside() {
    let trace = stopped(OPEN, UNANSWERED, 5, Some("Halt"), Some("by hand"));
    let [before @ .., last] = &*trace.events else { panic!("no events") };
    assert_eq!((&*last.kind, last.previous, last.at), ("ExecutionAborted", 0, 5_000_000));
    assert_eq!((last.details.error.as_deref(), last.details.cause.as_deref()), (Some("Halt"), Some("by hand")));
    assert_eq!((trace.status, trace.duration), (Status::Aborted, 5_000_000));
    assert_eq!((trace.error.as_deref(), trace.cause.as_deref()), (Some("Halt"), Some("by hand")));
    let is_of_a_cut = |kind: &str| kind.ends_with("Aborted") || kind.ends_with("Failed");
    assert!(!before.iter().any(|event| is_of_a_cut(&event.kind)));
    assert_eq!(before.last().map(|event| &*event.kind), Some("WaitStateExited"));
    assert_eq!(trace.pending.len(), 1);
}

#[test]
fn a_run_can_be_stopped_without_a_reason_and_only_while_it_lasts() {
    let trace = stopped(OPEN, UNANSWERED, 0, None, None);
    let last = trace.events.last().expect("there are events");
    assert_eq!((&*last.kind, last.previous, last.at), ("ExecutionAborted", 0, 0));
    assert_eq!((&last.details.error, &last.details.cause), (&None, &None));
    // The task answers at once; the Map is done after 60 s, and nothing is left to stop after that.
    let ended = stopped(OPEN, r#"{"version": 1, "input": {"items": [1, 2]}}"#, 61, Some("Halt"), None);
    assert_eq!((ended.status, ended.duration), (Status::Succeeded, 60_000_000));
}
