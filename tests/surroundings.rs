//! What stands around a machine, told from its definition and its scenario.

use std::rc::Rc;

use statelight::{
    session::{
        action::Action,
        model::Session,
        reduce::reduce,
        surroundings::{surroundings, told, untold},
    },
    sim::{scenario::Scenario, world::view::Kind},
};

const DEFINITION: &str = r#"{
  "StartAt": "A",
  "States": {
    "A": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Next": "B",
          "Parameters": {"QueueUrl": "https://sqs.us-east-1.amazonaws.com/111111111111/orders", "MessageBody": {}}},
    "B": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:sqs:receiveMessage", "Next": "C",
          "Parameters": {"QueueUrl": "https://sqs.us-east-1.amazonaws.com/111111111111/orders"}},
    "C": {"Type": "Task", "Resource": "arn:aws:states:::events:putEvents", "QueryLanguage": "JSONata", "Next": "D",
          "Arguments": {"Entries": [{"Source": "a"}, {"EventBusName": "loud"}, {"EventBusName": "{% $bus %}"}]}},
    "D": {"Type": "Task", "Resource": "arn:aws:states:us-east-1:111111111111:activity:carve", "Next": "E"},
    "E": {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:getItem", "Next": "F",
          "Parameters": {"TableName": "${Table}", "Key": {}}},
    "F": {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution", "End": true,
          "Parameters": {"StateMachineArn": "arn:aws:states:us-east-1:111111111111:stateMachine:Review"}}
  }
}"#;

fn of(scenario: &str) -> Vec<(Kind, String, bool)> {
    let session = Session::new("w", DEFINITION, scenario);
    surroundings(&session).into_iter().map(|one| (one.kind, one.name.to_string(), one.is_told)).collect()
}

#[test]
fn what_the_definition_names_in_plain_text_stands_around_it() {
    let expected = [
        (Kind::Queue, "orders"),
        (Kind::Bus, "default"),
        (Kind::Bus, "loud"),
        (Kind::Activity, "carve"),
        (Kind::Machine, "Review"),
    ];
    let expected: Vec<_> = expected.into_iter().map(|(kind, name)| (kind, name.to_owned(), false)).collect();
    assert_eq!(of(r#"{"version": 1}"#), expected);
}

#[test]
fn what_the_scenario_tells_is_known_as_told() {
    let found = of(r#"{"version": 2, "world": {"queues": {"orders": {}}, "tables": {"Items": {"key": ["id"]}}}}"#);
    assert!(found.contains(&(Kind::Queue, "orders".to_owned(), true)));
    assert_eq!(found.last(), Some(&(Kind::Table, "Items".to_owned(), true)));
}

#[test]
fn every_kind_is_told_and_taken_back_and_can_be_written() {
    let before = Scenario::default();
    for kind in [Kind::Queue, Kind::Topic, Kind::Bus, Kind::Table, Kind::Activity, Kind::Machine] {
        let next = told(&before, kind, &"x".into());
        assert_ne!(next, before, "{kind:?}");
        assert_eq!(Scenario::parse(&next.to_text()).as_ref(), Ok(&next), "{kind:?}");
        assert_eq!(untold(&next, kind, "x"), before, "{kind:?}");
    }
}

#[test]
fn a_change_by_form_is_a_change_of_the_scenario_and_runs_only_what_was_run() {
    let session = Rc::new(Session::new("w", DEFINITION, r#"{"version": 1}"#));
    let scenario = Rc::new(told(&Scenario::default(), Kind::Queue, &"orders".into()));
    let next = reduce(&session, Action::WorldChanged(scenario.clone()));
    assert_eq!(next.scenario.scenario.as_ref(), Some(&scenario));
    assert_eq!(next.activity, session.activity, "nothing was run before");
}
