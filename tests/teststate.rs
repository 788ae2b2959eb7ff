//! TestState beyond what was recorded: how one state is run alone, and what is refused.

use std::rc::Rc;

use serde_json::{Value, json};
use statelight::{
    asl::model::StateKind,
    library,
    protocol::{self, Reply, Request},
    session::{action::Action, model::Session, reduce::reduce},
    teststate,
};

/// The response to a request, or its exception.
fn answer(request: &Value) -> Value {
    match teststate::answer(&request.to_string()) {
        Ok(response) => response,
        Err(exception) => exception.to_json(),
    }
}

/// A request about a state, with further fields.
fn request(state: Value, fields: Value) -> Value {
    let mut request = json!({"definition": state.to_string(), "inspectionLevel": "DEBUG"});
    for (name, value) in fields.as_object().expect("fields are an object") {
        request[name] = value.clone();
    }
    request
}

fn tested(state: Value, fields: Value) -> Value {
    answer(&request(state, fields))
}

/// The message of a request that is refused, and the code.
fn refused(state: Value, fields: Value) -> (String, String) {
    let answer = tested(state, fields);
    let text = |name: &str| answer["exception"][name].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned();
    (text("code"), text("message"))
}

fn data(response: &Value, name: &str) -> Value {
    let text = response["inspectionData"][name].as_str().unwrap_or_else(|| panic!("no {name} in {response}"));
    serde_json::from_str(text).expect("data are JSON texts")
}

fn task() -> Value {
    json!({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"}, "Next": "Done"})
}

fn with(mut state: Value, name: &str, value: Value) -> Value {
    state[name] = value;
    state
}

#[test]
fn the_example_of_the_guide_comes_out_as_printed_there() {
    let state = json!({"Type": "Pass", "InputPath": "$.payload", "Parameters": {"data": 1}, "ResultPath": "$.result",
                       "OutputPath": "$.result.data", "Next": "Another State"});
    let expected = json!({
        "output": "1",
        "inspectionData": {
            "input": r#"{"payload": {"foo": "bar"}}"#,
            "afterInputPath": r#"{"foo":"bar"}"#,
            "afterParameters": r#"{"data":1}"#,
            "afterResultSelector": r#"{"data":1}"#,
            "afterResultPath": r#"{"payload":{"foo":"bar"},"result":{"data":1}}"#
        },
        "nextState": "Another State",
        "status": "SUCCEEDED"
    });
    assert_eq!(tested(state, json!({"input": r#"{"payload": {"foo": "bar"}}"#})), expected);
}

#[test]
fn data_handed_on_as_they_came_keep_their_white_space() {
    let mock = json!({"result": r#"{"a" : 1}"#});
    assert_eq!(tested(task(), json!({"mock": mock}))["output"], r#"{"a" : 1}"#);
    let succeed = json!({"Type": "Succeed"});
    assert_eq!(tested(succeed, json!({"input": "[ 1 ]"}))["output"], "[ 1 ]");
}

#[test]
fn json_may_stand_where_the_api_has_a_text() {
    let texts = tested(task(), json!({"input": r#"{"a":1}"#, "mock": {"result": r#"{"b":1}"#}}));
    let values = answer(
        &json!({"definition": task(), "inspectionLevel": "DEBUG", "input": {"a": 1}, "mock": {"result": {"b": 1}}}),
    );
    assert_eq!(texts, values);
}

#[test]
fn used_up_retries_lead_to_the_catcher_and_without_one_to_a_failure() {
    let retry =
        json!([{"ErrorEquals": ["E"], "IntervalSeconds": 3, "MaxAttempts": 2, "BackoffRate": 2, "MaxDelaySeconds": 5}]);
    let catch = json!([{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Rescue"}]);
    let retried = with(task(), "Retry", retry);
    let fields = |count: u64| json!({"mock": {"errorOutput": {"error": "E", "cause": "C"}}, "stateConfiguration": {"retrierRetryCount": count}});
    let first = tested(retried.clone(), fields(0));
    assert_eq!(first["status"], "RETRIABLE");
    assert_eq!(first["inspectionData"]["errorDetails"], json!({"retryIndex": 0, "retryBackoffIntervalSeconds": 3}));
    assert_eq!(tested(retried.clone(), fields(1))["inspectionData"]["errorDetails"]["retryBackoffIntervalSeconds"], 5);
    let failed = tested(retried.clone(), fields(2));
    assert_eq!((&failed["status"], &failed["error"], &failed["cause"]), (&json!("FAILED"), &json!("E"), &json!("C")));
    assert_eq!(failed["inspectionData"].get("errorDetails"), None);
    let caught = tested(with(retried, "Catch", catch), fields(2));
    assert_eq!((&caught["status"], &caught["nextState"]), (&json!("CAUGHT_ERROR"), &json!("Rescue")));
    assert_eq!(caught["output"], r#"{"error":{"Error":"E","Cause":"C"}}"#);
    assert_eq!(caught["inspectionData"]["errorDetails"], json!({"catchIndex": 0}));
}

#[test]
fn a_state_of_a_machine_is_run_alone_even_where_it_leads_to_itself() {
    let machine = json!({"StartAt": "Again", "States": {
        "Again": {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericLessThan": 3, "Next": "Again"}], "Default": "End"},
        "End": {"Type": "Fail"}}});
    let response = tested(machine, json!({"stateName": "Again", "input": r#"{"n": 1}"#}));
    assert_eq!((&response["status"], &response["nextState"]), (&json!("SUCCEEDED"), &json!("Again")));
    let own = json!({"Type": "Pass", "Next": "StateName"});
    assert_eq!(tested(own, json!({}))["nextState"], "StateName");
}

#[test]
fn variables_come_in_and_are_shown_as_the_state_leaves_them() {
    let state = json!({"Type": "Pass", "Assign": {"n.$": "States.MathAdd($n, 1)"}, "End": true});
    let response = tested(state, json!({"variables": r#"{"n": 1, "other": true}"#}));
    assert_eq!(data(&response, "variables"), json!({"n": 2, "other": true}));
}

#[test]
fn causes_do_not_name_a_state_that_is_run_alone() {
    let state = json!({"Type": "Pass", "InputPath": "$.no", "End": true});
    let response = tested(state, json!({}));
    assert_eq!(response["error"], "States.Runtime");
    assert!(response["cause"].as_str().unwrap().starts_with("Invalid path '$.no'"), "{response}");
}

#[test]
fn the_mock_of_a_parallel_or_map_stands_for_its_branches_or_iterations() {
    let branch = json!({"StartAt": "Inner", "States": {"Inner": {"Type": "Pass", "End": true}}});
    let parallel = json!({"Type": "Parallel", "Branches": [branch], "End": true, "ResultPath": "$.all",
                          "Catch": [{"ErrorEquals": ["E"], "Next": "Rescue"}]});
    let succeeded = tested(parallel.clone(), json!({"mock": {"result": "[7]"}, "input": r#"{"a":1}"#}));
    assert_eq!(succeeded["output"], r#"{"a":1,"all":[7]}"#);
    let error = json!({"mock": {"errorOutput": {"error": "E"}}, "stateConfiguration": {"errorCausedByState": "Inner"}});
    assert_eq!(tested(parallel.clone(), error)["nextState"], "Rescue");
    let elsewhere =
        json!({"mock": {"errorOutput": {"error": "E"}}, "stateConfiguration": {"errorCausedByState": "No"}});
    assert_eq!(refused(parallel, elsewhere).0, "ValidationException");

    let map = json!({"Type": "Map", "ItemsPath": "$.n", "ItemProcessor": branch, "End": true,
                     "ItemSelector": {"n.$": "$$.Map.Item.Value", "in.$": "$.x"}});
    let response = tested(map, json!({"mock": {"result": "[3, 4]"}, "input": r#"{"n": [1, 2], "x": 0}"#}));
    assert_eq!(data(&response, "afterItemsPath"), json!([1, 2]));
    assert_eq!(data(&response, "afterItemSelector"), json!([{"n": 1, "in": 0}, {"n": 2, "in": 0}]));
    assert_eq!((&response["output"], &response["inspectionData"]["maxConcurrency"]), (&json!("[3, 4]"), &json!(0)));
}

#[test]
fn more_failed_iterations_than_a_percentage_allows_fail_a_map() {
    let processor = json!({"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                           "StartAt": "Inner", "States": {"Inner": {"Type": "Pass", "End": true}}});
    let map = json!({"Type": "Map", "ItemProcessor": processor, "ToleratedFailurePercentage": 50, "End": true});
    let with_failed = |count: u64| {
        let fields = json!({"mock": {"result": "[1, 2]"}, "input": "[1, 2]", "stateConfiguration": {"mapIterationFailureCount": count}});
        tested(map.clone(), fields)["status"].clone()
    };
    assert_eq!((with_failed(1), with_failed(2)), (json!("SUCCEEDED"), json!("FAILED")));
}

#[test]
fn a_state_is_under_test_for_five_minutes_at_most() {
    let wait = |seconds: u64| tested(json!({"Type": "Wait", "Seconds": seconds, "Next": "Done"}), json!({}));
    assert_eq!((&wait(299)["status"], &wait(299)["nextState"]), (&json!("SUCCEEDED"), &json!("Done")));
    assert_eq!((&wait(301)["status"], &wait(301)["error"]), (&json!("FAILED"), &json!("States.Timeout")));
}

/// These messages were recorded from AWS, without the requests that led to them.
#[test]
fn what_aws_refuses_is_refused_in_its_words() {
    let invalid = |message: &str| ("ValidationException".to_owned(), message.to_owned());
    let context = |context: Value| json!({"mock": {"result": "{}"}, "context": context.to_string()});
    let bad_context = |message: &str| invalid(&format!("Invalid Context object provided: {message}"));
    assert_eq!(refused(task(), json!({})), invalid("RoleArn must be specified when testing a Task state"));
    assert_eq!(refused(task(), json!({"mock": {"result": "{no"}})), invalid("Mocked result must be valid JSON"));
    assert_eq!(
        refused(json!({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}), json!({"stateName": "B"})),
        invalid("State not found in definition")
    );
    assert_eq!(
        refused(task(), context(json!({"Task": {"Token": "t"}}))),
        bad_context(
            "Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' \
             service integration pattern"
        )
    );
    assert_eq!(refused(task(), context(json!({"Execution": {"Id": 1}}))), bad_context("Execution.Id must be a string"));
    assert_eq!(
        refused(task(), context(json!({"Map": {}}))),
        bad_context("'Map' field is not supported when mocking a Context object")
    );
    assert_eq!(
        refused(task(), context(json!({"Execution": {"pokemon": "squirtle"}}))),
        bad_context("Field 'pokemon' is not allowed")
    );
    assert_eq!(refused(task(), context(json!({"Pokedex": {}}))), bad_context("Field 'Pokedex' is not allowed"));
    let written = json!({"Type": "Map", "End": true, "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "b", "Prefix": "p"}},
        "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                          "StartAt": "Inner", "States": {"Inner": {"Type": "Pass", "End": true}}}});
    assert_eq!(
        refused(written, json!({"mock": {"result": "[]"}, "input": "[]"})),
        invalid("Mocked result must be a JSON object.")
    );
}

#[test]
fn a_request_that_cannot_be_read_is_told_where() {
    let code = |fields: Value| refused(json!({"Type": "Succeed"}), fields).0;
    assert_eq!(code(json!({"input": "{"})), "InvalidExecutionInput");
    assert_eq!(code(json!({"inspectionLevel": "ALL"})), "ValidationException");
    assert_eq!(code(json!({"stateConfiguration": {"retrierRetryCount": -1}})), "ValidationException");
    assert_eq!(code(json!({"variables": "[]"})), "ValidationException");
    let (code, message) = refused(json!({"Type": "Succeed"}), json!({"statename": "A"}));
    assert_eq!((&*code, message.contains("`stateName`")), ("SerializationException", true));
    assert_eq!(answer(&json!({}))["exception"]["code"], "ValidationException");
    assert_eq!(answer(&json!([]))["exception"]["code"], "SerializationException");
    let broken = answer(&json!({"definition": "{"}));
    let message = broken["exception"]["message"].as_str().unwrap();
    assert!(message.starts_with("Invalid State Machine Definition: 'INVALID_JSON_DESCRIPTION: "), "{message}");
}

#[test]
fn a_task_without_a_mock_gets_the_default_of_its_service() {
    let queue = json!({"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage",
                       "Parameters": {"QueueUrl": "q", "MessageBody": "m"}, "End": true});
    let response = tested(queue, json!({"roleArn": "arn:aws:iam::111111111111:role/r"}));
    assert!(data(&response, "result")["MessageId"].is_string(), "{response}");
    let callback = with(task(), "Resource", json!("arn:aws:states:::lambda:invoke.waitForTaskToken"));
    assert_eq!(refused(callback, json!({"roleArn": "arn:aws:iam::111111111111:role/r"})).0, "InvalidDefinition");
}

#[test]
fn a_mocked_result_is_held_against_the_model_of_its_service() {
    let told = |resource: &str, result: &str, mode: &str| {
        let task = json!({"Type": "Task", "Resource": format!("arn:aws:states:::{resource}"), "End": true});
        let answer = tested(task, json!({"mock": {"result": result, "fieldValidationMode": mode}}));
        let message = answer["exception"]["message"].as_str().unwrap_or_default();
        message.trim_start_matches("Mock result schema validation error: ").to_owned()
    };
    let strict = |resource: &str, result: &str| told(resource, result, "STRICT");
    let attribute = |value: &str| strict("dynamodb:getItem", &format!(r#"{{"Item": {{"a": {value}}}}}"#));
    assert_eq!(attribute(r#"{"L": [{"M": {"b": {"S": "x"}}}]}"#), "");
    assert_eq!(attribute(r#"{"L": [{"M": {"b": {"S": 1}}}]}"#), "Field 'S' must be a string");
    assert_eq!(strict("aws-sdk:lambda:getFunction", r#"{"Code": 1}"#), "Field 'Code' must be an object");
    assert_eq!(strict("states:startExecution", "{}"), "Required field 'ExecutionArn' is missing");
    assert_eq!(told("states:startExecution", "{}", "PRESENT"), "");
    assert_eq!(told("states:startExecution", r#"{"ExecutionArn": 1}"#, "NONE"), "");
    // What a model does not know, and what a job or a callback comes to, may be anything.
    assert_eq!(strict("sqs:sendMessage", r#"{"Other": 1}"#), "");
    assert_eq!(strict("ecs:runTask", "[]"), "");
    assert_eq!(strict("lambda:invoke", r#"{"Payload": [{"any": 1}]}"#), "");
    assert_eq!(strict("aws-sdk:s3:noSuchAction", "1"), "");
    assert_eq!(strict("states:startExecution.sync:2", "{}"), "");
    assert_eq!(strict("sqs:sendMessage.waitForTaskToken", r#"{"MessageId": 1}"#), "");
}

/// What a state gives alone is what it gave in the run, for all that does not ask for what is around it.
#[test]
fn a_state_gives_alone_what_it_gave_in_the_run() {
    let mut compared = 0;
    for sample in library::samples() {
        let session = Rc::new(Session::new(&sample.title, sample.definition, sample.scenario));
        let asked = reduce(&session, Action::RunAsked);
        let reply = protocol::answer(&Request::run(1, sample.definition, sample.scenario).to_json());
        let Ok(Reply::Finished { id, trace }) = Reply::from_json(&reply) else { panic!("{reply}") };
        let ran = reduce(&asked, Action::RunFinished { id, trace: Rc::new(trace) });
        let run = ran.shown_run().expect("it has run").clone();
        for visit in &run.timeline.visits {
            let state = run.definition.state(visit.state);
            let text = &run.text[state.span.start..state.span.end];
            let is_still = matches!(state.kind, StateKind::Pass(_) | StateKind::Choice(_) | StateKind::Succeed);
            let Some(output) = visit.output.filter(|_| is_still && !text.contains("$$") && !text.contains("context"))
            else {
                continue;
            };
            let chosen = reduce(&ran, Action::VisitChosen(visit.id));
            let opened = reduce(&chosen, Action::TestOpened);
            let request = opened.test.as_ref().expect("a state is chosen").request();
            let response = answer(&request);
            let expected: Value = serde_json::from_str(&run.trace.payloads[output as usize]).unwrap();
            let found = response["output"].as_str().map(|text| serde_json::from_str::<Value>(text).unwrap());
            assert_eq!(found, Some(expected), "{} in {}: {response}", state.name, sample.title);
            compared += 1;
        }
    }
    assert!(compared > 20, "{compared}");
}
