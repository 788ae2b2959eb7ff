//! The tests of a workflow: their file, what they come to, what they cover.

use std::rc::Rc;

use statelight::{
    asl,
    suite::{Report, Suite},
    syntax::Format,
};

const ORDER: &str = r#"{
  "StartAt": "Check",
  "States": {
    "Check": {"Type": "Choice", "Default": "Pay", "Choices": [
      {"Variable": "$.total", "NumericGreaterThan": 100, "Next": "Approve"}]},
    "Approve": {"Type": "Wait", "Seconds": 60, "Next": "Pay"},
    "Pay": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
      "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 2}],
      "Catch": [{"ErrorEquals": ["CardDeclined"], "Next": "Refuse"}]},
    "Refuse": {"Type": "Fail", "Error": "Refused"}
  }
}"#;

fn suite(tests: &str) -> Suite {
    Suite::parse(&format!(r#"{{"version": 1, "tests": {tests}}}"#)).expect("they can be read")
}

fn run(tests: &str) -> Report {
    suite(tests).run(&Rc::new(asl::load(ORDER, Format::Json).definition))
}

/// What is broken in the first test, as `field: why`.
fn broken(test: &str) -> Vec<String> {
    let report = run(&format!("[{test}]"));
    report.cases[0].broken.iter().map(|broken| format!("{}: {}", broken.what, broken.why)).collect()
}

const PAID: &str =
    r#"{"version": 1, "input": {"total": 5}, "tasks": {"Pay": [{"return": {"paid": true, "lines": [1, 2.0]}}]}}"#;
const DECLINED: &str = r#"{"version": 1, "input": {"total": 500}, "tasks": {"Pay": [
  {"throw": {"error": "Busy"}}, {"throw": {"error": "CardDeclined"}}]}}"#;

#[test]
fn what_is_as_expected_passes() {
    let expect = r#"{"status": "SUCCEEDED", "output": {"lines": [1.0, 2], "paid": true}, "passesThrough": ["Check", "Pay"],
        "avoids": ["Approve", "Refuse"], "withinSeconds": 1}"#;
    assert_eq!(broken(&format!(r#"{{"name": "a", "scenario": {PAID}, "expect": {expect}}}"#)), [""; 0]);
    let expect = r#"{"status": "FAILED", "error": "Refused", "passesThrough": ["Approve", "Pay", "Refuse"]}"#;
    assert_eq!(broken(&format!(r#"{{"name": "a", "scenario": {DECLINED}, "expect": {expect}}}"#)), [""; 0]);
}

#[test]
fn each_expectation_that_is_not_met_says_what_was_there_instead() {
    for (expect, said) in [
        (r#"{"status": "FAILED"}"#, "status: it ended SUCCEEDED, expected FAILED"),
        (r#"{"error": "Refused"}"#, "error: it ended SUCCEEDED, expected the error Refused"),
        (r#"{"output": {"paid": true}}"#, "output/lines: it is [1,2.0], expected no such member"),
        (r#"{"output": {"paid": true, "lines": [1, 3]}}"#, "output/lines/1: it is 2.0, expected 3"),
        (r#"{"output": {"paid": true, "lines": [1]}}"#, "output/lines: it has 2 items, expected 1"),
        (r#"{"output": {"paid": true, "lines": [1, 2], "at": 1}}"#, "output/at: it is missing, expected 1"),
        (r#"{"passesThrough": ["Approve"]}"#, "passesThrough: `Approve` was never entered"),
        (
            r#"{"passesThrough": ["Pay", "Check"]}"#,
            "passesThrough: `Check` was entered, but not after the states before it in the list",
        ),
        (r#"{"passesThrough": ["Aprove"]}"#, "passesThrough: there is no state `Aprove`: did you mean `Approve`?"),
        (r#"{"avoids": ["Pay"]}"#, "avoids: `Pay` was entered"),
        (r#"{"withinSeconds": 0.01}"#, "withinSeconds: it took 0.1 s, expected at most 0.01 s"),
    ] {
        assert_eq!(broken(&format!(r#"{{"name": "a", "scenario": {PAID}, "expect": {expect}}}"#)), [said]);
    }
    let large = format!(r#"{{"name": "a", "scenario": {{"version": 1, "input": "{}"}}}}"#, "x".repeat(262_144));
    assert!(broken(&large)[0].contains("AWS would not start it"));
}

#[test]
fn coverage_tells_states_rules_retriers_and_catchers() {
    let report = run(&format!(r#"[{{"name": "a", "scenario": {PAID}}}, {{"name": "b", "scenario": {PAID}}}]"#));
    assert_eq!((report.coverage(false), report.coverage(true)), ((2, 4), (1, 5)));
    let words = report.words();
    assert!(words.contains("2 of 2 tests pass; they reach 2 of 4 states and 1 of 5 ways"), "{words}");
    assert!(
        words.contains("Check: rule 1") && words.contains("Pay: Retry 1") && words.contains("Pay: Catch 1"),
        "{words}"
    );
    let counted = report.reached.iter().find(|spot| spot.way.as_deref() == Some("Default")).expect("it is told");
    assert_eq!((&*counted.name, counted.runs), ("Check", 2));
    let report = run(&format!(r#"[{{"name": "a", "scenario": {PAID}}}, {{"name": "b", "scenario": {DECLINED}}}]"#));
    assert_eq!((report.coverage(false), report.coverage(true)), ((4, 4), (5, 5)));
    assert!(!report.words().contains("never"));
}

#[test]
fn a_file_that_is_written_is_read_again_as_it_was() {
    let suite = suite(&format!(
        r#"[{{"name": "a", "scenario": {PAID}, "expect": {{"status": "TIMED_OUT", "error": "E", "output": null,
            "passesThrough": ["A", "B"], "avoids": ["C"], "withinSeconds": 2.5}}}}, {{"name": "b", "scenario": {DECLINED}}}]"#
    ));
    assert_eq!(Suite::parse(&suite.to_text()), Ok(suite));
}

#[test]
fn all_that_is_wrong_with_a_file_is_told_with_its_place() {
    let text = r#"{"version": 1, "test": [], "tests": [
      {"name": 1, "scenario": {"version": 1, "inptu": 1}, "expect": {"status": "RUNNING", "statsu": 1, "avoids": "A",
       "withinSeconds": -1, "output": {}}}, 7]}"#;
    let said: Vec<String> = Suite::parse(text).expect_err("it is wrong").iter().map(|it| it.message.clone()).collect();
    for words in [
        "the file of tests has no field `test`",
        "`name` is a number: expected a string",
        "inptu",
        "`status` is no end of a run",
        "`expect` has no field `statsu`",
        "`avoids` is a string: expected a list",
        "`withinSeconds` is no number of seconds",
        "test 2 is a number: expected an object",
    ] {
        assert!(said.iter().any(|message| message.contains(words)), "{words}: {said:#?}");
    }
    for text in ["", "[]", "{}", "{\"version\": 1}", "{\"version\": 2, \"tests\": []}", "{"] {
        assert!(Suite::parse(text).is_err(), "{text}");
    }
}
