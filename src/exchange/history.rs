//! A trace in the shape of `GetExecutionHistory`: what `statelight run --history` prints and the
//! page exports. Payloads are JSON texts, timestamps RFC 3339 with milliseconds.

use serde_json::{Map, Value, json};

use crate::{
    engine::clock::Instant,
    sim::trace::{Details, Trace, TraceEvent},
};

/// The events of a trace, in order.
pub fn events(trace: &Trace) -> Vec<Value> {
    trace.events.iter().map(|event| event_json(trace, event)).collect()
}

/// One event.
pub fn event_json(trace: &Trace, event: &TraceEvent) -> Value {
    let timestamp = Instant::from_micros(trace.start.saturating_add(event.at)).to_rfc3339();
    let mut object = Map::new();
    object.insert("timestamp".into(), timestamp.into());
    object.insert("type".into(), (*event.kind).into());
    object.insert("id".into(), event.id.into());
    object.insert("previousEventId".into(), event.previous.into());
    if let Some(key) = details_key(&event.kind) {
        object.insert(key, details_json(trace, &event.kind, &event.details));
    }
    Value::Object(object)
}

/// Under which key an event of a type has its details; `None` for the few types without.
fn details_key(kind: &str) -> Option<String> {
    if kind.ends_with("StateEntered") {
        return Some("stateEnteredEventDetails".into());
    }
    if kind.ends_with("StateExited") {
        return Some("stateExitedEventDetails".into());
    }
    match kind {
        "ParallelStateStarted" | "LambdaFunctionStarted" | "MapRunSucceeded" => return None,
        "ExecutionAborted" | "ExecutionTimedOut" | "MapStateStarted" => {}
        kind if kind.ends_with("StateAborted") || kind.ends_with("StateSucceeded") => return None,
        kind if kind.ends_with("StateFailed") => return None,
        _ => {}
    }
    let (first, rest) = kind.split_at(1);
    Some(format!("{}{rest}EventDetails", first.to_lowercase()))
}

fn details_json(trace: &Trace, kind: &str, details: &Details) -> Value {
    let mut object = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            object.insert(key.into(), value);
        }
    };
    let payload = |id: Option<u32>| id.and_then(|id| trace.payloads.get(id as usize)).map(|text| json!(**text));
    let text = |text: &Option<std::rc::Rc<str>>| text.as_ref().map(|text| json!(**text));
    let whole = || Some(json!({"truncated": false}));
    put(if kind == "EvaluationFailed" { "state" } else { "name" }, text(&details.name));
    put("location", text(&details.location));
    put("resourceType", text(&details.resource_type));
    put("resource", text(&details.resource));
    put("region", text(&details.region));
    put("input", payload(details.input));
    put("inputDetails", details.input.and_then(|_| whole()));
    put("output", payload(details.output));
    put("outputDetails", details.output.and_then(|_| whole()));
    put("parameters", payload(details.parameters));
    put("timeoutInSeconds", details.timeout_in_seconds.map(Value::from));
    put("heartbeatInSeconds", details.heartbeat_in_seconds.map(Value::from));
    put("error", text(&details.error));
    put("cause", text(&details.cause));
    put("workerName", text(&details.worker_name));
    put("length", details.length.map(Value::from));
    put("index", details.index.map(Value::from));
    put("mapRunArn", text(&details.map_run_arn));
    let role_arn = text(&details.role_arn);
    if kind == "ExecutionStarted" {
        put("roleArn", role_arn);
    } else {
        put("taskCredentials", role_arn.map(|role_arn| json!({"roleArn": role_arn})));
    }
    put(
        "assignedVariables",
        details.assigned_variables.as_ref().map(|variables| {
            let texts = variables.iter().filter_map(|(name, id)| Some((name.to_string(), payload(Some(*id))?)));
            Value::Object(texts.collect())
        }),
    );
    Value::Object(object)
}
