//! The world around a run: what a person does with it, and that whatever stands in it every run ends.

use std::rc::Rc;

use statelight::{
    asl,
    sim::{
        run,
        scenario::Scenario,
        trace::{Happened, Status, Trace},
    },
    syntax::Format,
};

fn run(definition: &str, scenario: &str) -> Trace {
    let definition = asl::load(definition, Format::Json).definition;
    let scenario = Scenario::parse(scenario).expect("a valid scenario");
    run::run(&Rc::new(definition), &scenario).expect("it runs")
}

fn told(trace: &Trace) -> Vec<String> {
    trace.world.iter().map(|event| format!("{} s: {}", event.at as f64 / 1e6, event.sentence())).collect()
}

const SEND_AND_WAIT: &str = r#"{"StartAt": "A", "States": {
    "A": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage",
        "Parameters": {"QueueUrl": "orders", "MessageBody": "x"}, "Next": "B"},
    "B": {"Type": "Wait", "Seconds": 100, "End": true}
}}"#;

#[test]
fn a_person_takes_a_message_and_deletes_it() {
    let before = run(SEND_AND_WAIT, r#"{"version": 2}"#);
    let Happened::MessageSent { id, .. } = &before.world[0].what else { panic!("{:?}", before.world) };
    let with = |decisions: &str| run(SEND_AND_WAIT, &format!(r#"{{"version": 2, "decisions": [{decisions}]}}"#));
    let receive = |at: u32| format!(r#"{{"queue": "orders", "at": {at}, "receive": "{id}"}}"#);
    let delete = |at: u32| format!(r#"{{"queue": "orders", "at": {at}, "delete": "{id}"}}"#);
    assert_eq!(
        told(&with(&receive(2))),
        [
            "0 s: queue orders got a message: x",
            "2 s: queue orders: you took a message",
            "32 s: queue orders: a message is visible again, for nobody deleted it in time",
        ]
    );
    // Hidden, it cannot be taken; deleted, it is gone.
    assert_eq!(
        told(&with(&[receive(2), receive(10), delete(12), receive(50)].join(","))),
        [
            "0 s: queue orders got a message: x",
            "2 s: queue orders: you took a message",
            "12 s: queue orders: a message was deleted",
        ]
    );
}

#[test]
fn machines_that_start_themselves_for_ever_come_to_an_end() {
    let definition = r#"{"StartAt": "A", "States": {
        "A": {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync",
            "Parameters": {"StateMachineArn.$": "$$.StateMachine.Id"}, "End": true}
    }}"#;
    let trace = run(definition, r#"{"version": 1}"#);
    assert_eq!((trace.status, trace.others.len()), (Status::Failed, 1000));
    let last = &trace.others[999].trace;
    assert!(last.cause.as_ref().is_some_and(|cause| cause.contains("1000 executions")), "{:?}", last.cause);
    // A cause has 32,768 characters at most, or those of machines in machines would fill the memory.
    assert_eq!(trace.cause.map(|cause| cause.chars().count()), Some(32_768));
}

#[test]
fn a_message_that_nobody_can_work_on_expires_after_four_days() {
    let scenario = r#"{"version": 2, "world": {"queues": {"orders": {
        "visibilityTimeout": 60, "consumers": {"seconds": 1, "throw": {"error": "Broke"}}
    }}}, "tasks": {"A": [{"never": true}]}}"#;
    let definition = SEND_AND_WAIT.replace("sqs:sendMessage", "sqs:sendMessage.waitForTaskToken");
    let trace = run(&definition, scenario);
    // The body has no token: the task waits until its year is over.
    assert_eq!(trace.status, Status::TimedOut);
    let last = trace.world.last().expect("something happened");
    assert_eq!((last.at, &last.what), (345_600_000_000, &Happened::MessageExpired { id: first_id(&trace) }));
}

fn first_id(trace: &Trace) -> Rc<str> {
    match &trace.world[0].what {
        Happened::MessageSent { id, .. } => id.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_worker_that_comes_too_late_changes_nothing() {
    let definition = r#"{"StartAt": "A", "States": {
        "A": {"Type": "Task", "Resource": "arn:aws:states:us-east-1:111111111111:activity:carve", "TimeoutSeconds": 5,
            "Catch": [{"ErrorEquals": ["States.Timeout"], "Next": "B"}], "End": true},
        "B": {"Type": "Wait", "Seconds": 60, "End": true}
    }}"#;
    let scenario = r#"{"version": 2, "world": {"activities": {"carve": {"workers": 1, "seconds": 10}}}}"#;
    let trace = run(definition, scenario);
    assert_eq!((trace.status, trace.duration), (Status::Succeeded, 65_000_000));
    assert_eq!(told(&trace).last().map(String::as_str), Some("10 s: carve: worker-1 reported success, too late"));
}

#[test]
fn tasks_that_workers_ended_are_not_pending() {
    let definition = r#"{"StartAt": "A", "States": {
        "A": {"Type": "Task", "Resource": "arn:aws:states:us-east-1:111111111111:activity:carve", "End": true}
    }}"#;
    let with = |workers: u32| {
        let scenario = format!(r#"{{"version": 2, "world": {{"activities": {{"carve": {{"workers": {workers}}}}}}}}}"#);
        run(definition, &scenario).pending.len()
    };
    assert_eq!((with(1), with(0)), (0, 1));
}
