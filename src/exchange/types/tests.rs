use super::{table::rows, *};
use crate::asl;

fn compared(definition: &str, scenario: &str) -> SideBySide {
    let loaded = asl::load(definition, Format::Json);
    assert!(loaded.is_runnable(), "{:?}", loaded.diagnostics);
    let scenario = Scenario::parse(scenario).expect("a valid scenario");
    SideBySide::of(definition, &Rc::new(loaded.definition), &scenario).expect("it runs").0
}

const WAITS: &str = r#"{"StartAt": "Rest", "States": {
    "Rest": {"Type": "Wait", "SecondsPath": "$.seconds", "Next": "Done"},
    "Done": {"Type": "Succeed"}}}"#;

#[test]
fn a_short_run_ends_the_same_under_both_types_and_is_billed_otherwise() {
    let sides = compared(WAITS, r#"{"version": 1, "input": {"seconds": 2}}"#);
    let express = sides.express.as_ref().expect("it runs as Express");
    assert_eq!((sides.standard.transitions, sides.standard.events), (2, 6));
    assert_eq!((express.duration, express.billed_duration), (2_000_000, Some(2_000_000)));
    assert!((sides.standard.price - 0.000_05).abs() < 1e-12);
    // A dollar for the requests, and 2 s of 1/16 GB a million times.
    assert!((express.price_of_a_million - (1.0 + 125_000.0 * 0.000_016_67)).abs() < 1e-6);
    assert!(sides.words[0].starts_with("Both end the same: SUCCEEDED after 2 s"), "{:?}", sides.words);
    assert!(sides.words[1].contains("$3.08 as Express and $50.00 as Standard"), "{:?}", sides.words);
}

#[test]
fn express_ends_after_five_minutes_where_standard_goes_on() {
    let at = |seconds: u32| compared(WAITS, &format!(r#"{{"version": 1, "input": {{"seconds": {seconds}}}}}"#));
    assert_eq!(at(299).express.map(|side| side.status), Some(Status::Succeeded));
    let sides = at(301);
    let express = sides.express.as_ref().expect("it runs as Express");
    assert_eq!(
        (express.status, express.duration, express.stuck_in.as_deref()),
        (Status::TimedOut, 300_000_000, Some("Rest"))
    );
    assert_eq!(
        sides.words[0],
        "Express ends after 5 min with TIMED_OUT in `Rest`. Standard goes on, and ends SUCCEEDED after 5 min 1 s."
    );
}

#[test]
fn what_express_refuses_is_told_with_its_place_and_nothing_is_run() {
    let definition = r#"{"StartAt": "Ask", "States": {
        "Ask": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
            "Parameters": {"QueueUrl": "q", "MessageBody.$": "$$.Task.Token"}, "Next": "Job"},
        "Job": {"Type": "Task", "Resource": "arn:aws:states:::glue:startJobRun.sync",
            "Parameters": {"JobName": "j"}, "Next": "Carve"},
        "Carve": {"Type": "Task", "Resource": "arn:aws:states:us-east-1:111111111111:activity:carve", "Next": "Each"},
        "Each": {"Type": "Map", "ItemsPath": "$.none", "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "In", "States": {"In": {"Type": "Pass", "End": true}}}, "End": true}}}"#;
    let sides = compared(definition, r#"{"version": 1, "tasks": {"Carve": [{"return": {"none": []}}]}}"#);
    assert_eq!(sides.express, None);
    let told: Vec<_> =
        sides.refusals.iter().map(|refusal| (&*refusal.state, &definition[refusal.start..refusal.end])).collect();
    assert_eq!(
        told,
        [
            ("Ask", r#""arn:aws:states:::sqs:sendMessage.waitForTaskToken""#),
            ("Job", r#""arn:aws:states:::glue:startJobRun.sync""#),
            ("Carve", r#""arn:aws:states:us-east-1:111111111111:activity:carve""#),
            ("Each", r#""DISTRIBUTED""#),
        ]
    );
    assert_eq!(sides.refusals[0].why, "Express state machine does not support '.waitForTaskToken' service integration");
    assert!(sides.words.iter().any(|words| words.contains("would not create")), "{:?}", sides.words);
    assert_eq!(rows(&sides)[0].express, "refused when it is created");
}

#[test]
fn a_task_that_nobody_answers_is_stuck_until_the_year_is_over() {
    let definition = r#"{"StartAt": "Ask", "States": {"Ask": {"Type": "Task",
        "Resource": "arn:aws:lambda:us-east-1:111111111111:function:ask", "End": true}}}"#;
    let sides = compared(definition, r#"{"version": 1, "tasks": {"Ask": [{"never": true}]}}"#);
    assert_eq!(sides.standard.status, Status::TimedOut);
    assert_eq!(
        sides.words[0],
        "As Standard, `Ask` is stuck until the year is over. A `TimeoutSeconds` would end its wait."
    );
    assert!(sides.words[1].contains("Express ends after 5 min with TIMED_OUT in `Ask`"), "{:?}", sides.words);
}

#[test]
fn the_type_of_the_scenario_itself_does_not_matter() {
    let of = |kind: &str| {
        compared(WAITS, &format!(r#"{{"version": 1, "machine": {{"type": "{kind}"}}, "input": {{"seconds": 1}}}}"#))
    };
    assert_eq!(of("STANDARD"), of("EXPRESS"));
}
