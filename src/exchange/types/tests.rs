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

mod doubled {
    use super::*;
    use crate::exchange::types::doubled::{Doubled, Kind};

    fn doubled(states: &str, scenario: &str) -> Doubled {
        let definition = format!(r#"{{"StartAt": "A", "States": {{{states}}}}}"#);
        let loaded = asl::load(&definition, Format::Json);
        assert!(loaded.is_runnable(), "{:?}", loaded.diagnostics);
        Doubled::of(&Rc::new(loaded.definition), &Scenario::parse(scenario).expect("a valid scenario"))
            .expect("it runs")
    }

    fn told(doubled: &Doubled) -> Vec<(&str, String, bool)> {
        doubled.effects.iter().map(|effect| (&*effect.task, effect.words(), effect.is_repeated())).collect()
    }

    #[test]
    fn a_message_goes_out_twice_and_an_item_is_put_as_it_is() {
        let doubled = doubled(
            r#""A": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "ResultPath": null,
                "Parameters": {"QueueUrl": "https://sqs.us-east-1.amazonaws.com/1/orders", "MessageBody": "hello"}, "Next": "B"},
            "B": {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:putItem", "ResultPath": null,
                "Parameters": {"TableName": "Orders", "Item": {"id": {"S": "1"}}}, "Next": "C"},
            "C": {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:getItem", "ResultPath": null,
                "Parameters": {"TableName": "Orders", "Key": {"id": {"S": "1"}}}, "Next": "D"},
            "D": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:1:function:f", "End": true}"#,
            r#"{"version": 2, "world": {"tables": {"Orders": {"key": ["id"], "items": [{"id": {"S": "2"}}]}}}}"#,
        );
        assert_eq!(doubled.ends, ["SUCCEEDED", "SUCCEEDED"]);
        assert_eq!(
            told(&doubled),
            [
                ("A", "2 messages in the queue orders instead of 1".into(), true),
                ("B", "1 item in the table Orders, as after one execution".into(), false),
            ]
        );
        assert_eq!(doubled.unseen, ["D".into()]);
        assert_eq!(doubled.repeated().map(|effect| effect.kind).collect::<Vec<_>>(), [Kind::Message]);
    }

    #[test]
    fn a_counter_counts_twice_and_a_condition_holds_the_second_back() {
        let doubled = doubled(
            r#""A": {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:updateItem", "ResultPath": null,
                "Parameters": {"TableName": "Orders", "Key": {"id": {"S": "n"}}, "UpdateExpression": "ADD n :one",
                    "ExpressionAttributeValues": {":one": {"N": "1"}}}, "Next": "B"},
            "B": {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:putItem",
                "Parameters": {"TableName": "Orders", "Item": {"id": {"S": "1"}}, "ConditionExpression": "attribute_not_exists(id)"},
                "End": true}"#,
            r#"{"version": 2, "world": {"tables": {"Orders": {"key": ["id"], "items": []}}}}"#,
        );
        assert_eq!(doubled.ends, ["SUCCEEDED", "FAILED: DynamoDB.ConditionalCheckFailedException"]);
        assert_eq!(
            told(&doubled),
            [
                ("A", "1 item in the table Orders with another content".into(), true),
                ("B", "Orders refuses the second time: DynamoDB.ConditionalCheckFailedException".into(), false),
            ]
        );
    }

    #[test]
    fn a_key_from_chance_gives_two_items_and_a_time_another_object() {
        let doubled = doubled(
            r#""A": {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:putItem", "ResultPath": null,
                "Parameters": {"TableName": "Orders", "Item": {"id": {"S.$": "States.UUID()"}}}, "Next": "B"},
            "B": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s3:putObject", "ResultPath": null,
                "Parameters": {"Bucket": "b", "Key": "k", "Body.$": "$$.State.EnteredTime"}, "Next": "C"},
            "C": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s3:putObject", "ResultPath": null,
                "Parameters": {"Bucket": "b", "Key": "same", "Body.$": "$$.Execution.Id"}, "End": true}"#,
            r#"{"version": 2, "world": {"tables": {"Orders": {"key": ["id"], "items": []}}}}"#,
        );
        assert_eq!(
            told(&doubled),
            [
                ("A", "2 items in the table Orders instead of 1".into(), true),
                ("B", "1 object at b/k with another content".into(), true),
                ("C", "1 object at b/same, as after one execution".into(), false),
            ]
        );
    }

    #[test]
    fn a_machine_of_passes_alone_is_run_twice_too() {
        let doubled = doubled(r#""A": {"Type": "Pass", "End": true}"#, r#"{"version": 1}"#);
        assert_eq!(doubled.ends, ["SUCCEEDED", "SUCCEEDED"]);
        assert!(doubled.effects.is_empty() && doubled.unseen.is_empty());
    }
}
