use std::rc::Rc;

use serde_json::{Value, json};

use super::*;
use crate::{
    asl,
    exchange::{difference::compare, history, lift::lift},
    sim::{run, scenario::Scenario, timeline::Timeline},
    syntax::Format,
};

const MACHINE: &str = r#"{"StartAt": "Each", "States": {
    "Each": {"Type": "Map", "ItemsPath": "$.items", "Next": "Both", "ItemProcessor": {"StartAt": "Work", "States": {
        "Work": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f", "Payload.$": "$"},
            "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 2}], "End": true}}}},
    "Both": {"Type": "Parallel", "Catch": [{"ErrorEquals": ["Lost"], "Next": "Sorry"}], "End": true, "Branches": [
        {"StartAt": "Left", "States": {"Left": {"Type": "Wait", "Seconds": 60, "End": true}}},
        {"StartAt": "Right", "States": {"Right": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:1:function:g", "End": true}}}]},
    "Sorry": {"Type": "Pass", "End": true}}}"#;

const SCENARIO: &str = r#"{"version": 1, "input": {"items": [1, 2, 3]}, "start": "2025-03-01T10:00:00Z",
    "machine": {"name": "Orders"}, "execution": {"name": "one"}, "tasks": {
        "Work": [
            {"iteration": [{"map": "Each", "index": 1}], "throw": {"error": "Busy", "cause": "later"}, "seconds": 1.5},
            {"iteration": [{"map": "Each", "index": 1}], "return": {"Payload": 2}, "seconds": 2},
            {"return": {"Payload": 0}, "seconds": 2}],
        "Right": [{"throw": {"error": "Lost"}, "seconds": 3}]}}"#;

fn definition(text: &str) -> Rc<Definition> {
    Rc::new(asl::load(text, Format::Json).definition)
}

fn ran() -> (Rc<Definition>, Trace) {
    let definition = definition(MACHINE);
    let trace = run::run(&definition, &Scenario::parse(SCENARIO).unwrap()).unwrap();
    (definition, trace)
}

fn import(value: &Value, definition: &Definition) -> Imported {
    read(&value.to_string()).expect("it is a history").import(definition)
}

#[test]
fn what_we_export_comes_back_as_the_same_run() {
    let (definition, ours) = ran();
    let imported = import(&json!({"events": history::events(&ours)}), &definition);
    assert!(imported.notes.is_empty(), "{:?}", imported.notes);
    let theirs = &imported.trace;
    assert_eq!((theirs.status, theirs.duration, theirs.start), (ours.status, ours.duration, ours.start));
    let shape = |trace: &Trace| {
        let of = |event: &TraceEvent| {
            let (left, retry_at, wait_until) = (event.details.left, event.details.retry_at, event.details.wait_until);
            (event.id, event.previous, event.at, event.branch, event.state, left, retry_at, wait_until)
        };
        trace.events.iter().map(|event| format!("{:?} {}", of(event), event.kind)).collect::<Vec<_>>()
    };
    assert_eq!(shape(theirs), shape(&ours));
    let (theirs, ours) = (Timeline::new(theirs, &definition), Timeline::new(&ours, &definition));
    assert_eq!(theirs.edges, ours.edges);
    assert_eq!(theirs.retries, ours.retries);
}

#[test]
fn the_scenario_lifted_out_of_a_history_is_the_one_it_was_made_with() {
    let (definition, ours) = ran();
    let arn = "arn:aws:states:us-east-1:111111111111:execution:Orders:one";
    let imported = import(&json!({"executionArn": arn, "events": history::events(&ours)}), &definition);
    let lifted = lift(&imported, &definition);
    let expected = Scenario::parse(SCENARIO).unwrap();
    assert_eq!(lifted.scenario.to_text(), expected.to_text());
    let again = run::run(&definition, &lifted.scenario).unwrap();
    let compared = compare(&imported.trace, &again, &definition);
    assert_eq!((compared.difference, compared.equal), (None, ours.events.len()));
}

#[test]
fn the_first_difference_is_told_in_words() {
    let (definition, ours) = ran();
    let mut events = history::events(&ours);
    let told = |events: &[Value]| {
        let imported = import(&json!(events), &definition);
        let difference = compare(&imported.trace, &ours, &definition).difference.expect("they differ");
        (difference.event, difference.field, difference.words)
    };
    let last = events.len() - 1;
    events[last]["executionSucceededEventDetails"]["output"] = r#"{"Error": "Lost", "Cause": "x"}"#.into();
    let (event, field, words) = told(&events);
    assert_eq!((event as usize, &*field), (last + 1, "output/Cause"));
    assert!(words.ends_with("has `output/Cause` `\"x\"`, ours has `null`"), "{words}");
    let entered = events.iter().position(|event| event["type"] == "TaskStateEntered").unwrap();
    events[entered]["stateEnteredEventDetails"]["input"] = "7".into();
    assert_eq!(
        told(&events).2,
        format!("event {}, TaskStateEntered of `Work`, has `input` `7`, ours has `1`", entered + 1)
    );
    let mut cut = history::events(&ours);
    cut.remove(last);
    cut.push(json!({"id": last + 1, "previousEventId": 0, "type": "ExecutionAborted", "timestamp": 1}));
    let (event, field, words) = told(&cut);
    assert_eq!((event as usize, &*field), (last + 1, "type"));
    assert_eq!(words, format!("event {event}, ExecutionAborted, is ExecutionSucceeded in our run"));
}

#[test]
fn what_chance_and_clocks_make_may_differ() {
    let definition = definition(
        r#"{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass", "Output":
            {"at": "{% $states.context.State.EnteredTime %}", "id": "{% 'id ' & $uuid() & '.' %}", "n": 1}, "End": true}}}"#,
    );
    let ours = run::run(&definition, &Scenario::default()).unwrap();
    let mut events = history::events(&ours);
    let output = json!({"at": "2025-01-01T01:02:03.4Z", "id": "id 01234567-89ab-4def-8123-456789abcdef.", "n": 1});
    events[2]["stateExitedEventDetails"]["output"] = output.to_string().into();
    let imported = import(&json!(events[..3]), &definition);
    let compared = compare(&imported.trace, &ours, &definition);
    assert_eq!((compared.difference, compared.by_chance), (None, 2));
    events[2]["stateExitedEventDetails"]["output"] = output.to_string().replace("id 0", "no 0").into();
    let imported = import(&json!(events[..3]), &definition);
    assert_eq!(compare(&imported.trace, &ours, &definition).difference.unwrap().field, "output/id");
}

#[test]
fn pages_may_come_in_any_order_and_shape() {
    let (definition, ours) = ran();
    let events = history::events(&ours);
    let plain = import(&json!({"events": events}), &definition).trace;
    let (first, second) = events.split_at(10);
    let reversed: Vec<&Value> = events.iter().rev().collect();
    let logged: Vec<Value> = events.iter().map(|event| {
        let details = event.as_object().unwrap().iter().find(|(key, _)| key.ends_with("Details"));
        let micros = chrono::DateTime::parse_from_rfc3339(event["timestamp"].as_str().unwrap()).unwrap().timestamp_millis();
        json!({"id": event["id"].to_string(), "type": event["type"], "previous_event_id": event["previousEventId"].to_string(),
            "event_timestamp": micros.to_string(), "details": details.map_or(&Value::Null, |(_, details)| details),
            "execution_arn": "arn:aws:states:us-east-1:1:express:M:e:1"})
    }).collect();
    let lines: Vec<Value> = logged.iter().map(|event| json!({"message": event.to_string()})).collect();
    let texts = [
        format!("{}\n{}", json!({"events": second}), json!({"events": first, "nextToken": "x"})),
        json!([{"events": first}, {"events": second}]).to_string(),
        json!({"events": reversed}).to_string(),
        json!(events).to_string(),
        events.iter().map(|event| format!("{event}\n")).collect(),
        json!(logged).to_string(),
        json!({"events": lines}).to_string(),
        format!("\u{feff}{}", json!({"Events": events})),
    ];
    for text in texts {
        assert!(looks_like(&text), "{text}");
        let imported = read(&text).unwrap().import(&definition);
        assert!(imported.notes.is_empty(), "{:?} {text}", imported.notes);
        assert_eq!(imported.trace, plain, "{text}");
    }
    assert_eq!(read(&json!(logged).to_string()).unwrap().origin.machine_type(), Some(MachineType::Express));
}

#[test]
fn times_come_as_texts_and_as_numbers() {
    let definition = definition(r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#);
    let at = |time: Value| {
        let events = json!([{"id": 1, "type": "ExecutionStarted", "timestamp": time}]);
        import(&events, &definition).trace.start
    };
    for time in [
        json!("2025-03-01T10:00:00.250Z"),
        json!("2025-03-01T12:00:00.250+02:00"),
        json!("2025-03-01T12:00:00.250+0200"),
        json!("2025-03-01 12:00:00.250000+02:00"),
        json!(1_740_823_200.25),
        json!(1_740_823_200_250_i64),
        json!("1740823200250"),
    ] {
        assert_eq!(at(time.clone()), 1_740_823_200_250_000, "{time}");
    }
    let unknown =
        import(&json!([{"id": 1, "type": "ExecutionStarted"}, {"id": 2, "type": "SucceedStateEntered"}]), &definition);
    assert_eq!(unknown.trace.events[1].at, 1000);
    assert!(unknown.notes[0].contains("no time that can be read"), "{:?}", unknown.notes);
}

#[test]
fn what_does_not_fit_is_told_and_nothing_panics() {
    let (definition, ours) = ran();
    let events = history::events(&ours);
    let told = |events: &[Value]| import(&json!(events), &definition).notes.join("\n");
    let mut renamed = events.clone();
    renamed[1]["stateEnteredEventDetails"]["name"] = "Other".into();
    assert!(
        told(&renamed)
            .contains("event 2, MapStateEntered, does not fit the definition: the definition has no `Other` there")
    );
    assert!(told(&events[..5]).contains("it stops while that runs"));
    let mut gap = events.clone();
    gap.drain(4..6);
    assert!(told(&gap).contains("2 events are missing, the first of them 5: are all pages there?"), "{}", told(&gap));
    for text in [
        "",
        "[]",
        "{}",
        "null",
        "[",
        "{\"events\": [{\"type\": \"X\"}]}",
        "[[[[[[[1]]]]]]]",
        "{\"id\": 0, \"type\": \"x\"}",
    ] {
        assert!(read(text).is_err(), "{text}");
    }
    // Every history that is cut, shuffled or of another machine is shown as far as it goes.
    let small =
        self::definition(r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "x", "End": true}}}"#);
    let mut random = oorandom::Rand64::new(7);
    for _ in 0..400 {
        let mut events = events.clone();
        for _ in 0..1 + random.rand_range(0..6) {
            let (at, other) = (
                random.rand_range(0..events.len() as u64) as usize,
                random.rand_range(0..events.len() as u64) as usize,
            );
            match random.rand_range(0..4) {
                0 => events[at]["previousEventId"] = json!(random.rand_range(0..40)),
                1 => events[at]["type"] = events[other]["type"].clone(),
                2 => {
                    events[at] = json!({"id": u64::MAX - random.rand_range(0..9), "type": events[other]["type"], "mapIterationStartedEventDetails": {"name": "Each", "index": u64::MAX}})
                }
                _ => drop(events.remove(at)),
            }
        }
        for definition in [&definition, &small, &Rc::new(Definition::default())] {
            let imported = import(&json!(events), definition);
            Timeline::new(&imported.trace, definition);
            let lifted = lift(&imported, definition);
            compare(&imported.trace, &ours, definition);
            assert_eq!(Scenario::parse(&lifted.scenario.to_text()).unwrap(), lifted.scenario);
        }
    }
}
