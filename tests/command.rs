//! The native command, as a grader calls it.

use std::{
    io::Write as _,
    process::{Command, Output, Stdio},
};

use serde_json::Value;

const CALLBACK: &str = r#"{"StartAt": "Ask", "States": {"Ask": {"Type": "Task",
    "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
    "Parameters": {"QueueUrl": "q", "MessageBody.$": "$$.Task.Token"}, "End": true}}}"#;

fn statelight(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_statelight"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    child.stdin.take().expect("it is piped").write_all(input.as_bytes()).expect("it reads");
    child.wait_with_output().expect("it ends")
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).expect("it prints JSON")
}

#[test]
fn run_prints_the_end_and_the_events_when_asked() {
    let output = statelight(&["run", "-", "--history"], CALLBACK);
    assert_eq!(output.status.code(), Some(0));
    let end = json(&output);
    assert_eq!(end["status"], "SUCCEEDED");
    let types: Vec<&str> =
        end["events"].as_array().unwrap().iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert_eq!(types[2..6], ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"]);
}

#[test]
fn a_failed_run_exits_with_one_and_an_invalid_definition_with_two() {
    let failing = r#"{"StartAt": "A", "States": {"A": {"Type": "Fail", "Error": "E"}}}"#;
    let output = statelight(&["run", "-"], failing);
    assert_eq!((output.status.code(), &json(&output)["error"]), (Some(1), &Value::from("E")));
    let output = statelight(&["run", "-"], r#"{"StartAt": "B", "States": {"A": {"Type": "Succeed"}}}"#);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(words.contains("`B`") && words.contains('^'), "{words}");
}

#[test]
fn types_prints_both_types_side_by_side_as_text_and_as_json() {
    let waits = r#"{"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 400, "End": true}}}"#;
    let output = statelight(&["types", "-"], waits);
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8_lossy(&output.stdout);
    let row = |name: &str| text.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned();
    assert!(row("Ends").contains("SUCCEEDED") && row("Ends").contains("TIMED_OUT"), "{text}");
    assert!(row("Duration").contains("6 min 40 s") && row("Duration").ends_with("5 min"), "{text}");
    let both = json(&statelight(&["types", "-", "--json"], waits));
    assert_eq!((&both["express"]["status"], &both["express"]["stuckIn"]), (&"TIMED_OUT".into(), &"A".into()));
    let output = statelight(&["types", "-"], CALLBACK);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        text.contains("does not support '.waitForTaskToken' service integration at /States/Ask/Resource"),
        "{text}"
    );
}

#[test]
fn run_says_on_standard_error_why_a_run_failed() {
    let output = statelight(
        &["run", "-"],
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "InputPath": "$.order", "End": true}}}"#,
    );
    assert_eq!((output.status.code(), &json(&output)["status"]), (Some(1), &Value::from("FAILED")));
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(words.starts_with("why `A` failed: the state's input is an empty object"), "{words}");
    assert!(words.contains("$.order   in the state's input\n  -^^^^^^\n"), "{words}");
    assert!(statelight(&["run", "-"], CALLBACK).stderr.is_empty());
}

#[test]
fn an_input_that_aws_would_not_start_with_runs_nothing() {
    let scenario = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("large.scenario.json");
    let started = |bytes: usize| {
        let input = "x".repeat(bytes - 2);
        std::fs::write(&scenario, format!(r#"{{"version": 1, "input": "{input}"}}"#)).expect("it can be written");
        let arguments = ["run", "-", "--scenario", scenario.to_str().expect("a path in UTF-8")];
        statelight(&arguments, r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#)
    };
    assert_eq!(started(262_144).status.code(), Some(0));
    let refused = started(262_145);
    assert_eq!((refused.status.code(), refused.stdout.is_empty()), (Some(2), true));
    let words =
        "the input of the run has 262145 bytes, and an execution takes 262144 at most: AWS would not start it\n";
    assert_eq!(String::from_utf8_lossy(&refused.stderr), words);
}

#[test]
fn check_says_ok_or_where_it_fails() {
    let output = statelight(&["check", "-"], CALLBACK);
    assert_eq!((output.status.code(), &json(&output)["result"]), (Some(0), &Value::from("OK")));
    let output = statelight(&["check", "-", "--type", "EXPRESS"], CALLBACK);
    let result = json(&output);
    assert_eq!((output.status.code(), &result["result"]), (Some(1), &Value::from("FAIL")));
    let diagnostic = &result["diagnostics"][0];
    assert_eq!(diagnostic["message"], "Express state machine does not support '.waitForTaskToken' service integration");
    assert_eq!(diagnostic["location"], "/States/Ask/Resource");
    assert_eq!(diagnostic["range"]["start"]["line"], 2);
}

#[test]
fn check_speaks_to_people_to_aws_and_to_logs() {
    let broken = "{\n  \"StartAt\": \"A\",\n  \"States\": {\"A\": {\"Type\": \"Pass\", \"Next\": \"B\"}}\n}";
    let say = |form: &str| {
        let output = statelight(&["check", "-", "--format", form], broken);
        assert_eq!(output.status.code(), Some(1), "{form}");
        String::from_utf8(output.stdout).expect("text")
    };
    let people = say("people");
    assert!(people.starts_with("error[missing-target]: "), "{people}");
    assert!(people.contains("--> -:3:") && people.contains("^^^ /States/A/Next"), "{people}");
    assert!(people.ends_with("-: 1 error\n"), "{people}");
    let aws: Value = serde_json::from_str(&say("aws")).expect("JSON");
    assert_eq!((&aws["result"], &aws["diagnostics"][0]["location"]), (&"FAIL".into(), &"/States/A/Next".into()));
    let github = say("github");
    assert!(github.starts_with("::error file=-,line=3,endLine=3,col="), "{github}");
    let sarif: Value = serde_json::from_str(&say("sarif")).expect("JSON");
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "missing-target");
    assert_eq!(json(&statelight(&["check", "-"], broken))["diagnostics"][0]["rule"], "missing-target");
    assert_eq!(statelight(&["check", "-", "--format", "xml"], broken).status.code(), Some(2));
}

#[test]
fn test_state_prints_the_response_or_the_exception() {
    let request = r#"{"definition": "{\"Type\": \"Pass\", \"Next\": \"B\"}", "input": "{\"n\": 1}"}"#;
    let output = statelight(&["test-state", "-"], request);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(json(&output), serde_json::json!({"output": "{\"n\": 1}", "nextState": "B", "status": "SUCCEEDED"}));
    let output = statelight(&["test-state", "-"], r#"{"definition": "{\"Type\": \"Map\"}"}"#);
    assert_eq!((output.status.code(), &json(&output)["exception"]["code"]), (Some(1), &"InvalidDefinition".into()));
    assert_eq!(statelight(&["test-state"], "").status.code(), Some(2));
}

#[test]
fn variables_prints_what_each_state_refers_to() {
    let definition = r#"{"StartAt": "Price", "States": {
        "Price": {"Type": "Pass", "Assign": {"net": 8, "rate": 0.25}, "Next": "Tax"},
        "Tax": {"Type": "Pass", "Parameters": {"rate.$": "$rate", "net.$": "States.JsonToString($net)"}, "Next": "Each"},
        "Each": {"Type": "Map", "ItemProcessor": {"StartAt": "Show", "States": {"Show": {
            "Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $net * (1 + $rate) %}", "End": true}}}, "End": true}}}"#;
    let output = statelight(&["variables", "-"], definition);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(json(&output), serde_json::json!({"Show": ["net", "rate"], "Tax": ["net", "rate"]}));
    let yaml = "StartAt: A\nStates:\n  A:\n    Type: Wait\n    SecondsPath: $pause\n    End: true\n";
    assert_eq!(json(&statelight(&["variables", "-"], yaml)), serde_json::json!({"A": ["pause"]}));
    let output = statelight(&["variables", "-"], CALLBACK);
    assert_eq!((output.status.code(), json(&output)), (Some(0), Value::Null));
}

#[test]
fn variables_of_an_invalid_definition_are_not_told() {
    let output = statelight(&["variables", "-"], r#"{"StartAt": "B", "States": {"A": {"Type": "Succeed"}}}"#);
    assert_eq!((output.status.code(), output.stdout.is_empty()), (Some(2), true));
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(words.contains("`B`") && words.contains('^'), "{words}");
}

#[test]
fn what_it_does_not_know_it_says_and_shows_how_it_is_used() {
    for arguments in [
        &["walk"] as &[&str],
        &["run"],
        &["run", "-", "--sceanrio", "x"],
        &["run", "no-such-file"],
        &["variables"],
        &["variables", "-", "--history"],
    ] {
        let output = statelight(arguments, "");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn convert_prints_the_definition_in_jsonata_and_says_what_it_comes_to() {
    let text = r#"{"StartAt": "A", "States": {
        "A": {"Type": "Pass", "InputPath": "$.order", "Next": "B"},
        "B": {"Type": "Pass", "Parameters": {"id.$": "States.UUID()"}, "End": true}}}"#;
    let output = statelight(&["convert", "-"], text);
    let words = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{words}");
    let converted = json(&output);
    assert_eq!(converted["States"]["A"]["Output"], "{% $states.input.order %}");
    assert_eq!(converted["States"]["B"]["Parameters"]["id.$"], "States.UUID()");
    assert!(words.contains("1 of 2 states converted") && words.contains("`B` stays: Parameters/id.$"), "{words}");
    let one = statelight(&["convert", "-", "--state", "B"], text);
    assert_eq!(String::from_utf8_lossy(&one.stdout).trim_end(), text);
    let none = statelight(&["convert", "-", "--state", "C"], text);
    assert_eq!(none.status.code(), Some(2));
    let broken = statelight(&["convert", "-"], r#"{"StartAt": "A", "States": {}}"#);
    assert_eq!((broken.status.code(), broken.stdout.is_empty()), (Some(2), true));
}

#[test]
fn convert_exits_with_one_where_the_runs_differ() {
    // The path that is missing fails the Choice in JSONPath only.
    let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Choice",
        "Choices": [{"Variable": "$.x", "NumericEquals": 1, "Next": "B"}], "Default": "B"}, "B": {"Type": "Succeed"}}}"#;
    let output = statelight(&["convert", "-"], text);
    let words = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{words}");
    assert!(
        words.contains("not the same on the scenario") && words.contains("note: a variable that is missing"),
        "{words}"
    );
}

const CHARGE: &str = r#"{"StartAt": "Charge", "States": {"Charge": {"Type": "Task",
    "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"},
    "Retry": [{"ErrorEquals": ["Busy"]}], "End": true}}}"#;

const BUSY: &str =
    r#"{"version": 1, "input": {"n": 1}, "tasks": {"Charge": [{"throw": {"error": "Busy"}}, {"return": {"id": 7}}]}}"#;

/// Writes a file for the command.
fn file(name: &str, text: &str) -> String {
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&file, text).expect("it can be written");
    file.to_str().expect("a path in UTF-8").to_owned()
}

#[test]
fn import_history_prints_the_scenario_and_where_our_run_differs() {
    let (definition, scenario) = (file("charge.asl.json", CHARGE), file("busy.scenario.json", BUSY));
    let recorded = json(&statelight(&["run", &definition, "--scenario", &scenario, "--history"], ""));
    let output = statelight(&["import-history", &definition, "-"], &recorded.to_string());
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!((output.status.code(), words.lines().last()), (Some(0), Some("equal in all 10 events")), "{words}");
    let lifted = json(&output);
    assert_eq!(lifted["input"], serde_json::json!({"n": 1}));
    assert_eq!(lifted["tasks"]["Charge"][1]["return"], serde_json::json!({"id": 7}));
    let text = recorded.to_string().replace(r#"TaskStateExited","id":9"#, r#"TaskStateAborted","id":9"#);
    let output = statelight(&["import-history", &definition, "-"], &text);
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{words}");
    let difference =
        "first difference: event 9, TaskStateAborted of `Charge`, is TaskStateExited of `Charge` in our run";
    assert!(words.contains(difference), "{words}");
    assert!(!output.stdout.is_empty());
    for (arguments, input) in
        [(vec!["import-history", &definition, "-"], "{}"), (vec!["import-history", &definition], "")]
    {
        let output = statelight(&arguments, input);
        assert_eq!((output.status.code(), output.stdout.is_empty()), (Some(2), true), "{arguments:?}");
    }
}

#[test]
fn mocks_go_out_and_come_back() {
    let scenario = file("Card busy.scenario.json", BUSY);
    let output = statelight(&["export-mocks", "--machine", "Orders", &scenario], "");
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{words}");
    assert!(words.contains("note: `Card busy`: the file has no `input`: hand it to StartExecution"), "{words}");
    let mocks = json(&output);
    assert_eq!(mocks["StateMachines"]["Orders"]["TestCases"]["Card busy"], serde_json::json!({"Charge": "Charge"}));
    let output = statelight(&["import-mocks", "-"], &mocks.to_string());
    assert_eq!((output.status.code(), &json(&output)["machine"]["name"]), (Some(0), &Value::from("Orders")));
    assert_eq!(json(&output)["tasks"], serde_json::from_str::<Value>(BUSY).unwrap()["tasks"]);
    let output = statelight(&["export-mocks", "--machine", "Orders", &scenario, "-"], BUSY);
    let two = json(&output).to_string();
    let both = json(&statelight(&["import-mocks", "-"], &two));
    assert_eq!(both["Orders"]["Card busy"], both["Orders"]["-"]);
    let one = json(&statelight(&["import-mocks", "-", "--machine", "Orders", "--case", "Card busy"], &two));
    assert_eq!(one, both["Orders"]["Card busy"]);
    let none = statelight(&["import-mocks", "-", "--case", "Card"], &two);
    assert_eq!((none.status.code(), none.stdout.is_empty()), (Some(2), true));
    let broken = statelight(&["import-mocks", "-"], r#"{"StateMachines": {"M": {"TestCases": {"C": {"S": "Gone"}}}}}"#);
    let words = String::from_utf8_lossy(&broken.stderr);
    assert_eq!((broken.status.code(), words.contains("`MockedResponses` has no `Gone`")), (Some(2), true), "{words}");
    assert_eq!(statelight(&["export-mocks", "--machine", "M"], "").status.code(), Some(2));
    assert_eq!(statelight(&["export-mocks", &scenario], "").status.code(), Some(2));
}

#[test]
fn survey_prints_what_came_of_many_runs() {
    let folder = std::env::temp_dir().join(format!("statelight-survey-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let scenario = folder.join("scenario.json");
    let text = r#"{"version": 2, "chaos": [{"probability": 0.5, "throw": {"error": "Busy"}}]}"#;
    std::fs::write(&scenario, text).expect("a file");
    let definition = r#"{"StartAt": "A", "States": {"A": {"Type": "Task",
        "Resource": "arn:aws:lambda:us-east-1:111111111111:function:f",
        "Catch": [{"ErrorEquals": ["Lost"], "Next": "B"}], "End": true}, "B": {"Type": "Succeed"}}}"#;
    let arguments = ["survey", "-", "--scenario", scenario.to_str().expect("a path"), "--runs", "100"];
    let output = statelight(&arguments, definition);
    let survey = json(&output);
    assert_eq!((output.status.code(), &survey["runs"]), (Some(0), &100.into()));
    let counts = ["SUCCEEDED", "FAILED: Busy"].map(|name| survey["outcomes"][name]["count"].as_u64().expect("a count"));
    assert_eq!(counts.iter().sum::<u64>(), 100);
    assert!(counts.iter().all(|count| *count > 25), "{counts:?}");
    assert_eq!(survey["neverReached"][0]["way"], "Catch 1");
    std::fs::remove_dir_all(&folder).expect("it was made");
}

#[test]
fn an_express_run_has_a_log_and_a_response() {
    let folder = std::env::temp_dir().join(format!("statelight-express-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let scenario = folder.join("scenario.json");
    std::fs::write(&scenario, r#"{"version": 1, "machine": {"name": "Quick", "type": "EXPRESS"}}"#).expect("a file");
    let scenario = scenario.to_str().expect("a path");
    let definition = r#"{"StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": 1, "Next": "B"},
        "B": {"Type": "Fail", "Error": "Lost", "Cause": "it rains"}}}"#;
    let output = statelight(&["run", "-", "--scenario", scenario, "--log", "ERROR"], definition);
    let lines: Vec<Value> =
        String::from_utf8_lossy(&output.stdout).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!((output.status.code(), lines.len()), (Some(1), 1));
    assert_eq!(lines[0]["type"], "ExecutionFailed");
    assert_eq!(lines[0]["details"], serde_json::json!({"error": "Lost", "cause": "it rains"}));
    assert_eq!(lines[0]["event_timestamp"], "1704067201000");
    let all = statelight(&["run", "-", "--scenario", scenario, "--log", "ALL"], definition);
    assert_eq!(String::from_utf8_lossy(&all.stdout).lines().count(), 5);
    let response = json(&statelight(&["run", "-", "--scenario", scenario, "--sync-response"], definition));
    assert_eq!((&response["status"], &response["error"]), (&"FAILED".into(), &"Lost".into()));
    assert_eq!(response["billingDetails"]["billedDurationInMilliseconds"], 1000);
    let arn = response["executionArn"].as_str().expect("an ARN");
    assert!(arn.starts_with("arn:aws:states:us-east-1:111111111111:express:Quick:run-1:"), "{arn}");
    let unknown = statelight(&["run", "-", "--log", "LOUD"], "");
    assert_eq!(unknown.status.code(), Some(2));
    std::fs::remove_dir_all(&folder).expect("it was made");
}

#[test]
fn run_prints_one_child_execution_when_asked() {
    let machine = r#"{"StartAt": "Each", "States": {"Each": {"Type": "Map", "End": true, "ToleratedFailureCount": 1,
        "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "A",
            "States": {"A": {"Type": "Fail", "ErrorPath": "$"}}}}}}"#;
    let file = std::env::temp_dir().join(format!("statelight-child-{}.json", std::process::id()));
    std::fs::write(&file, r#"["x", "y"]"#).expect("it can be written");
    let path = file.to_string_lossy().into_owned();
    let output = statelight(&["run", "-", "--input", &path, "--child", "1"], machine);
    let end = json(&output);
    assert_eq!((output.status.code(), &end["error"]), (Some(1), &Value::from("y")));
    assert_eq!(end["events"].as_array().map(Vec::len), Some(3));
    let missing = statelight(&["run", "-", "--input", &path, "--child", "7"], machine);
    assert_eq!(missing.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("2 began"));
    assert_eq!(statelight(&["run", "-", "--child", "x"], "").status.code(), Some(2));
    let _ = std::fs::remove_file(file);
}

#[test]
fn test_runs_the_tests_of_a_workflow() {
    let folder = std::env::temp_dir().join(format!("statelight-test-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let definition = folder.join("hello.asl.json");
    std::fs::write(&definition, r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}"#).expect("a file");
    let definition = definition.display().to_string();
    let tests = |status: &str| {
        format!(
            r#"{{"version": 1, "tests": [{{"name": "hello", "scenario": {{"version": 1}}, "expect": {{"status": "{status}"}}}}]}}"#
        )
    };
    let output = statelight(&["test", &definition, "-"], &tests("SUCCEEDED"));
    assert_eq!(output.status.code(), Some(0));
    let words = String::from_utf8_lossy(&output.stdout);
    assert!(words.contains("pass  hello (SUCCEEDED after 0 s)") && words.contains("1 of 1 states"), "{words}");
    let output = statelight(&["test", &definition, "-", "--json"], &tests("FAILED"));
    assert_eq!((output.status.code(), &json(&output)["cases"][0]["broken"][0]["what"]), (Some(1), &"status".into()));
    let output = statelight(&["test", &definition, "-"], &tests("GOOD"));
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("one of SUCCEEDED"));
    std::fs::remove_dir_all(folder).expect("it is ours");
}

#[test]
fn graph_prints_a_picture_at_rest_lit_or_moving() {
    let failing =
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Fail", "Error": "E"}}}"#;
    let folder = std::env::temp_dir().join(format!("statelight-graph-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("scenario.json");
    std::fs::write(&file, r#"{"version": 1, "machine": {"name": "Pictured"}}"#).expect("a file");
    let scenario = file.display().to_string();
    let picture = |arguments: &[&str]| {
        let output = statelight(&[&["graph", "-"], arguments].concat(), failing);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("a text")
    };
    let rest = picture(&["--theme", "dark"]);
    assert!(rest.starts_with("<svg") && rest.contains("#0e1116") && !rest.contains("Failed"));
    assert!(picture(&["--scenario", &scenario]).contains("Pictured · Failed"));
    assert!(picture(&["--scenario", &scenario, "--at", "2"]).contains("Running"));
    assert!(picture(&["--scenario", &scenario, "--at", "end"]).contains("Failed"));
    assert!(picture(&["--scenario", &scenario, "--animated"]).contains("@keyframes"));
    assert!(picture(&["--animated"]).contains("@keyframes"), "of a run by the smallest scenario");
    assert_eq!(statelight(&["graph", "-", "--at", "x"], failing).status.code(), Some(2));
    std::fs::remove_dir_all(folder).expect("it is ours");
}

#[test]
fn check_tells_of_good_practice_where_it_is_asked_to() {
    let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true}}}"#;
    let rules = |arguments: &[&str]| {
        let output = statelight(arguments, text);
        assert_eq!(output.status.code(), Some(0), "remarks fail no check");
        let told = json(&output)["diagnostics"].as_array().expect("a list").clone();
        told.iter().map(|it| it["rule"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(rules(&["check", "-"]), Vec::<String>::new());
    assert_eq!(rules(&["check", "-", "--practice"]), ["express-would-do", "no-timeout", "no-lambda-retry"]);
}

#[test]
fn format_prints_a_definition_anew_and_leaves_a_torn_one_alone() {
    let say = |arguments: &[&str], text: &str| {
        let output = statelight(arguments, text);
        (output.status.code(), String::from_utf8(output.stdout).expect("text"))
    };
    let dense = r#"{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":1.50e1,"End":true}}}"#;
    let yaml = "StartAt: A\nStates:\n  A:\n    Type: Wait\n    Seconds: 1.50e1\n    End: true\n";
    assert_eq!(say(&["format", "-", "--convert"], dense), (Some(0), yaml.to_owned()));
    let (code, lines) = say(&["format", "-", "--indent", "4"], dense);
    assert_eq!((code, lines.lines().nth(1)), (Some(0), Some("    \"StartAt\": \"A\",")));
    assert_eq!(say(&["format", "-", "--minify"], &lines), (Some(0), format!("{dense}\n")));
    assert_eq!(say(&["format", "-"], "{"), (Some(2), String::new()));
    assert_eq!(say(&["format", "-", "--indent", "0"], dense).0, Some(2));
}
