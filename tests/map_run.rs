//! Map Runs of distributed Maps: their child executions, the counts of them, and the files of a `ResultWriter`. Follows
//! the Step Functions guide, "Map state in Distributed mode" and "ResultWriter (Map)".

use std::rc::Rc;

use serde_json::{Value as Json, json};
use statelight::{
    asl::{self, model::Definition},
    exchange::history,
    sim::{
        child,
        frame::Frame,
        run,
        scenario::Scenario,
        timeline::Timeline,
        trace::{Happened, MapRunCounts, Status, Trace},
    },
    syntax::Format,
};

fn definition(map: Json, states: Json, next: Json) -> Rc<Definition> {
    let mut each = json!({
        "Type": "Map",
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "One",
            "States": states,
        },
    });
    for (key, value) in map.as_object().into_iter().flatten() {
        if key == "ExecutionType" {
            each["ItemProcessor"]["ProcessorConfig"][key] = value.clone();
        } else {
            each[key] = value.clone();
        }
    }
    let mut states = json!({"Each": each});
    match next.as_object() {
        Some(after) => {
            states["Each"]["Next"] = "After".into();
            states["After"] = Json::Object(after.clone());
        }
        None => states["Each"]["End"] = true.into(),
    }
    let text = json!({"StartAt": "Each", "States": states}).to_string();
    let loaded = asl::load(&text, Format::Json);
    assert!(loaded.is_runnable(), "{:?}", loaded.diagnostics);
    Rc::new(loaded.definition)
}

fn scenario(json: Json) -> Scenario {
    Scenario::parse(&json.to_string()).unwrap_or_else(|errors| panic!("{errors:?}"))
}

fn run(definition: &Rc<Definition>, scenario: &Scenario) -> Trace {
    run::run(definition, scenario).expect("it runs")
}

/// The objects that were written, by their names after the Map Run's own.
fn written(trace: &Trace) -> Vec<(String, String)> {
    let files = trace.world.iter().filter_map(|event| match &event.what {
        Happened::ObjectPut { body, .. } => Some((event.name.to_string(), body.to_string())),
        _ => None,
    });
    files.collect()
}

fn file(trace: &Trace, ending: &str) -> Json {
    let files = written(trace);
    let (_, body) = files.iter().find(|(name, _)| name.ends_with(ending)).unwrap_or_else(|| panic!("{files:?}"));
    serde_json::from_str(body).expect("it is JSON")
}

/// Fails for 13.
fn picky() -> Json {
    json!({
        "One": {"Type": "Choice", "Choices": [{"Variable": "$", "NumericEquals": 13, "Next": "Bad"}], "Default": "Good"},
        "Bad": {"Type": "Fail", "Error": "Unlucky", "Cause": "thirteen"},
        "Good": {"Type": "Pass", "End": true},
    })
}

const WRITER: &str = "arn:aws:states:::s3:putObject";

#[test]
fn results_are_written_with_a_manifest_that_names_them() {
    let writer = json!({"Resource": WRITER, "Parameters": {"Bucket": "out", "Prefix": "jobs"}});
    let map = json!({"ResultWriter": writer, "Label": "Many", "ToleratedFailureCount": 1});
    let definition = definition(map, picky(), Json::Null);
    let trace = run(&definition, &scenario(json!({"version": 1, "input": [1, 13]})));
    assert_eq!(trace.status, Status::Succeeded);
    let names: Vec<String> = written(&trace).into_iter().map(|(name, _)| name).collect();
    let folder = names[0].rsplit_once('/').expect("it has a folder").0.to_owned();
    assert!(folder.starts_with("out/jobs/"), "{folder}");
    let expected = ["FAILED_0.json", "SUCCEEDED_0.json", "manifest.json"].map(|name| format!("{folder}/{name}"));
    assert_eq!(names, expected);

    let output: Json = serde_json::from_str(&trace.payloads[trace.output.expect("an output") as usize]).expect("JSON");
    let key = output["ResultWriterDetails"]["Key"].as_str().expect("a key");
    assert_eq!(format!("out/{key}"), names[2], "the output says where the manifest lies");

    let manifest = file(&trace, "manifest.json");
    assert_eq!((&manifest["DestinationBucket"], &manifest["MapRunArn"]), (&json!("out"), &output["MapRunArn"]));
    let files = &manifest["ResultFiles"];
    assert_eq!(files["PENDING"], json!([]));
    assert!(files["SUCCEEDED"][0]["Key"].as_str().is_some_and(|key| key.ends_with("/SUCCEEDED_0.json")));
    let size = written(&trace)[1].1.len();
    assert_eq!(files["SUCCEEDED"][0]["Size"], json!(size));

    let good = &file(&trace, "SUCCEEDED_0.json")[0];
    assert_eq!((&good["Input"], &good["Output"], &good["Status"]), (&json!("1"), &json!("1"), &json!("SUCCEEDED")));
    assert!(good["ExecutionArn"].as_str().is_some_and(|arn| arn.contains(":execution:") && arn.contains("/Many:")));
    assert!(good["StateMachineArn"].as_str().is_some_and(|arn| arn.ends_with("/Many")));
    let bad = &file(&trace, "FAILED_0.json")[0];
    assert_eq!(
        (&bad["Error"], &bad["Cause"], &bad["Status"]),
        (&json!("Unlucky"), &json!("thirteen"), &json!("FAILED"))
    );
    assert!(bad.get("Output").is_none());
}

#[test]
fn what_was_written_is_read_by_the_next_map() {
    let writer = json!({
        "Resource": WRITER,
        "Parameters": {"Bucket": "out"},
        "WriterConfig": {"OutputType": "JSON", "Transformation": "FLATTEN"},
    });
    let states = json!({"One": {"Type": "Pass", "End": true}});
    let after = json!({
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:s3:getObject",
        "Parameters": {"Bucket": "out", "Key.$": "States.Format('{}/SUCCEEDED_0.json', States.ArrayGetItem(States.StringSplit($.ResultWriterDetails.Key, '/'), 0))"},
        "OutputPath": "$.Body",
        "End": true,
    });
    let trace = run(
        &definition(json!({"ResultWriter": writer}), states, after),
        &scenario(json!({"version": 1, "input": [[1, 2], 3]})),
    );
    assert_eq!(trace.output.map(|id| &*trace.payloads[id as usize]), Some("\"[1,2,3]\""), "flattened");
}

#[test]
fn lines_and_outputs_alone_are_other_forms() {
    let states = json!({"One": {"Type": "Pass", "End": true}});
    let writer = |transformation: &str| {
        json!({"ResultWriter": {
            "Resource": WRITER,
            "Parameters": {"Bucket": "out"},
            "WriterConfig": {"OutputType": "JSONL", "Transformation": transformation},
        }})
    };
    let input = scenario(json!({"version": 1, "input": [[1], 2]}));
    let trace = run(&definition(writer("COMPACT"), states.clone(), Json::Null), &input);
    assert_eq!(written(&trace)[0].1, "[1]\n2\n");
    assert!(written(&trace)[0].0.ends_with("SUCCEEDED_0.jsonl"));
    // Without a place to write to, the form is that of the output.
    let config = json!({"ResultWriter": {"WriterConfig": {"OutputType": "JSON", "Transformation": "FLATTEN"}}});
    let trace = run(&definition(config, states, Json::Null), &input);
    assert_eq!(trace.output.map(|id| &*trace.payloads[id as usize]), Some("[1,2]"));
    assert!(written(&trace).is_empty());
}

#[test]
fn a_map_run_tells_how_its_children_stand_at_any_moment() {
    let states =
        json!({"One": {"Type": "Wait", "SecondsPath": "$", "Next": "Two"}, "Two": {"Type": "Pass", "End": true}});
    let definition = definition(json!({"MaxConcurrency": 2}), states, Json::Null);
    let trace = run(&definition, &scenario(json!({"version": 1, "input": [10, 4, 3]})));
    let [map_run] = trace.map_runs.as_slice() else { panic!("{:?}", trace.map_runs) };
    assert_eq!(trace.events[map_run.event.expect("an event") as usize - 1].kind.as_ref(), "MapRunStarted");
    let at = |seconds: i64| map_run.executions_at(seconds * 1_000_000);
    let counts =
        |pending, running, succeeded| MapRunCounts { total: 3, pending, running, succeeded, ..Default::default() };
    assert_eq!(at(-1), counts(3, 0, 0));
    assert_eq!(at(0), counts(1, 2, 0));
    assert_eq!(at(4), counts(0, 2, 1));
    assert_eq!(at(7), counts(0, 1, 2));
    assert_eq!(at(10), counts(0, 0, 3));
    assert_eq!(map_run.items_at(10_000_000), at(10));
    // Each child enters two states, which are paid for as well, unless they are Express executions.
    assert_eq!(map_run.transitions, [2, 2, 2]);
    assert_eq!(trace.transitions(), 7);
    let timeline = Timeline::new(&trace, &definition);
    let transitions = |now: i64| Frame::at(&timeline, &definition, 4, now).transitions;
    assert_eq!((transitions(0), transitions(4_000_000), transitions(10_000_000)), (1, 3, 7));
}

#[test]
fn batched_items_are_counted_beside_executions() {
    let states = json!({"One": {"Type": "Pass", "End": true}});
    let map = json!({"ItemBatcher": {"MaxItemsPerBatch": 2}});
    let trace = run(&definition(map, states, Json::Null), &scenario(json!({"version": 1, "input": [1, 2, 3]})));
    let map_run = &trace.map_runs[0];
    assert_eq!((map_run.executions_at(0).succeeded, map_run.items_at(0).succeeded), (2, 3));
}

#[test]
fn a_child_execution_has_a_history_of_its_own() {
    let states = json!({
        "One": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:111111111111:function:f", "Next": "Two",
                "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 2}]},
        "Two": {"Type": "Parallel", "End": true, "Branches": [
            {"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}},
            {"StartAt": "B", "States": {"B": {"Type": "Pass", "End": true}}},
        ]},
    });
    let definition = definition(json!({}), states, Json::Null);
    let scenario = scenario(json!({"version": 1, "input": ["x", "y"], "tasks": {"One": [
        {"throw": {"error": "Busy"}, "seconds": 1}, {"return": 7, "seconds": 1}]}}));
    let trace = child::child(&definition, &scenario, 0, 1).expect("it began");
    let kinds: Vec<&str> = trace.events.iter().map(|event| &*event.kind).collect();
    let expected = "ExecutionStarted TaskStateEntered LambdaFunctionScheduled LambdaFunctionStarted LambdaFunctionFailed \
                    LambdaFunctionScheduled LambdaFunctionStarted LambdaFunctionSucceeded TaskStateExited \
                    ParallelStateEntered ParallelStateStarted PassStateEntered PassStateExited PassStateEntered \
                    PassStateExited ParallelStateSucceeded ParallelStateExited ExecutionSucceeded";
    assert_eq!(kinds.join(" "), expected);
    assert_eq!(trace.status, Status::Succeeded);
    assert_eq!(trace.payloads[trace.events[0].details.input.expect("an input") as usize].as_ref(), "\"y\"");
    let previous: Vec<u32> = trace.events.iter().map(|event| event.previous).collect();
    assert_eq!(previous[..10], [0, 0, 2, 3, 4, 5, 6, 7, 8, 9], "a chain of its own");
    assert_eq!(trace.duration, 4_000_000);
    // It can be told and drawn like any other.
    let timeline = Timeline::new(&trace, &definition);
    assert_eq!(timeline.visits.len(), 4);
    let lanes: Vec<&str> = timeline.lanes.iter().map(|lane| &*lane.label).collect();
    assert_eq!(lanes, ["One", "Two", "A", "B"]);
    assert!(history::events(&trace).iter().all(|event| event["type"] != "MapIterationStarted"));
    // And looking at it has changed nothing.
    assert_eq!(run::run(&definition, &scenario), run::run(&definition, &scenario));
}

#[test]
fn a_child_that_fails_ends_with_its_failure_and_one_that_is_cut_with_its_abort() {
    let definition = definition(json!({}), picky(), Json::Null);
    let failing = scenario(json!({"version": 1, "input": [13]}));
    let trace = child::child(&definition, &failing, 0, 0).expect("it began");
    let last = trace.events.last().expect("it has events");
    assert_eq!((&*last.kind, last.details.error.as_deref()), ("ExecutionFailed", Some("Unlucky")));
    assert_eq!(trace.status, Status::Failed);

    let states =
        json!({"One": {"Type": "Wait", "SecondsPath": "$", "Next": "Two"}, "Two": {"Type": "Fail", "Error": "Late"}});
    let definition = self::definition(json!({}), states, Json::Null);
    let cut = scenario(json!({"version": 1, "input": [1, 5]}));
    let trace = child::child(&definition, &cut, 0, 1).expect("it began");
    assert_eq!((trace.events.last().map(|event| &*event.kind), trace.duration), (Some("ExecutionAborted"), 1_000_000));
    let whole = run(&definition, &cut);
    assert_eq!(whole.map_runs[0].statuses, [Status::Failed, Status::Aborted]);
    assert_eq!(whole.map_runs[0].errors[&0].error.as_deref(), Some("Late"));
    assert!(child::child(&definition, &cut, 0, 9).unwrap_err().contains("2 began"));
    assert!(child::child(&definition, &cut, 3, 0).unwrap_err().contains("1 Map Runs"));
}

#[test]
fn a_child_has_a_quota_of_events_of_its_own() {
    let states = json!({
        "One": {"Type": "Pass", "Next": "Again"},
        "Again": {"Type": "Choice", "Choices": [{"Variable": "$", "IsNull": false, "Next": "One"}], "Default": "Stop"},
        "Stop": {"Type": "Succeed"},
    });
    let map = |kind: &str| json!({"ToleratedFailureCount": 5, "ExecutionType": kind});
    let definition = definition(map("STANDARD"), states, Json::Null);
    let scenario = scenario(json!({"version": 1, "input": [1, 2], "limits": {"historyEvents": 100}}));
    let trace = run(&definition, &scenario);
    assert_eq!(trace.status, Status::Succeeded, "each has failed by itself");
    assert_eq!(trace.map_runs[0].statuses, [Status::Failed, Status::Failed]);
    let child = child::child(&definition, &scenario, 0, 1).expect("it began");
    assert_eq!(child.events.len(), 100);
    let cause = child.cause.as_deref().unwrap_or_default();
    assert_eq!(cause, "The execution reached the maximum number of history events (100).");
    assert_eq!(child.events.last().map(|event| event.previous), Some(99));
}

#[test]
fn an_express_child_ends_after_five_minutes() {
    let states = json!({"One": {"Type": "Wait", "SecondsPath": "$", "End": true}});
    let map = json!({"ToleratedFailureCount": 1, "ExecutionType": "EXPRESS"});
    let definition = definition(map, states, Json::Null);
    let scenario = scenario(json!({"version": 1, "input": [299, 301]}));
    let trace = run(&definition, &scenario);
    assert_eq!(trace.map_runs[0].statuses, [Status::Succeeded, Status::TimedOut]);
    assert_eq!(trace.map_runs[0].ended, [Some(299_000_000), Some(300_000_000)]);
    let child = child::child(&definition, &scenario, 0, 1).expect("it began");
    assert_eq!(child.status, Status::TimedOut);
}

#[test]
fn the_context_of_a_child_is_its_own() {
    let states = json!({"One": {"Type": "Pass", "Parameters": {"id.$": "$$.Execution.Id", "in.$": "$$.Execution.Input", "at.$": "$$.Execution.StartTime"}, "End": true}});
    let definition = definition(json!({"Label": "L"}), states, Json::Null);
    let trace = run(&definition, &scenario(json!({"version": 1, "input": ["x"]})));
    let output: Json = serde_json::from_str(&trace.payloads[trace.output.expect("an output") as usize]).expect("JSON");
    assert_eq!(output[0]["in"], json!("x"));
    let id = output[0]["id"].as_str().expect("an ARN");
    assert!(id.contains("/L:") && id.ends_with(&trace.map_runs[0].child_name(0)), "{id}");
}
