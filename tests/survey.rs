//! Many runs: what they come to together is what each comes to alone.

use std::rc::Rc;

use statelight::{
    asl,
    sim::{
        run,
        scenario::Scenario,
        survey::{Survey, survey},
        trace::Status,
    },
    syntax::Format,
};

const RETRIED: &str = r#"{"StartAt": "A", "States": {
    "A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"},
        "Retry": [{"ErrorEquals": ["Lambda.ServiceException"], "MaxAttempts": 1}],
        "Catch": [{"ErrorEquals": ["Unknown"], "Next": "Never"}],
        "Next": "B"},
    "B": {"Type": "Choice", "Choices": [{"Variable": "$.StatusCode", "NumericEquals": 200, "Next": "Done"}], "Default": "Never"},
    "Never": {"Type": "Fail"},
    "Done": {"Type": "Succeed"}
}}"#;

fn scenario(seed: u64) -> Scenario {
    let text = format!(
        r#"{{"version": 2, "seed": {seed}, "chaos": [
            {{"probability": 0.5, "throw": {{"error": "Lambda.ServiceException"}}}},
            {{"addSeconds": [0, 3]}}
        ]}}"#
    );
    Scenario::parse(&text).expect("a valid scenario")
}

#[test]
fn a_survey_says_what_each_run_says() {
    let definition = Rc::new(asl::load(RETRIED, Format::Json).definition);
    let surveyed = survey(&definition, &scenario(7), 0, 200);
    let traces: Vec<_> = (7..207).map(|seed| run::run(&definition, &scenario(seed)).expect("it runs")).collect();
    let succeeded = traces.iter().filter(|trace| trace.status == Status::Succeeded).count() as u32;
    assert_eq!(surveyed.outcomes["SUCCEEDED"].count, succeeded);
    // Half of the attempts fail, and there are two: a quarter of the runs.
    let failed = &surveyed.outcomes["FAILED: Lambda.ServiceException"];
    assert!((30..=70).contains(&failed.count), "{surveyed:?}");
    assert_eq!(failed.count + succeeded, 200);
    let mut durations: Vec<i64> = traces.iter().map(|trace| trace.duration).collect();
    durations.sort_unstable();
    assert_eq!(surveyed.durations, durations);
    assert_eq!((surveyed.percentile(0.0), surveyed.percentile(100.0)), (durations[0], durations[199]));
    assert_eq!(surveyed.percentile(50.0), durations[99]);
    let opened = run::run(&definition, &scenario(failed.seeds[0])).expect("it runs");
    assert_eq!((opened.status, opened.error.as_deref()), (Status::Failed, Some("Lambda.ServiceException")));
    let never: Vec<_> = surveyed.never().map(|spot| (&*spot.name, spot.way.as_deref())).collect();
    assert_eq!(never, [("A", Some("Catch 1")), ("B", Some("Default")), ("Never", None)]);
    assert!(surveyed.retries >= u64::from(failed.count), "each failed run has retried once");
}

#[test]
fn runs_in_parts_come_to_the_same_as_at_once() {
    let definition = Rc::new(asl::load(RETRIED, Format::Json).definition);
    let mut parts = Survey::default();
    for from in [0, 50, 100] {
        parts.merge(&survey(&definition, &scenario(1), from, 50));
    }
    let whole = survey(&definition, &scenario(1), 0, 150);
    assert!((parts.price - whole.price).abs() < 1e-9);
    assert_eq!(Survey { price: whole.price, ..parts }, whole);
}
