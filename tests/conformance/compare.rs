//! What equal means: the rules of the reference comparer that comes with the recorded cases, no
//! looser.

use std::sync::OnceLock;

use regex_lite::Regex;
use serde_json::Value;

/// Fields that hold JSON texts in the API and values in a case.
const PAYLOADS: [&str; 3] = ["input", "output", "parameters"];
/// Fields that are not compared.
const IGNORED: [&str; 4] = ["inputDetails", "outputDetails", "assignedVariablesDetails", "roleArn"];

/// The differences between a case's history and events in the API's shape.
pub fn histories(case: &Value, actual: &[Value]) -> Vec<String> {
    let expected = case["history"].as_array().map_or(&[] as &[Value], Vec::as_slice);
    let wildcards: Vec<&str> = texts(&case["wildcards"]);
    if case["parallel_events_sorted"] == true {
        return multisets(expected, actual, &wildcards);
    }
    let mut differences = lengths(expected.len(), actual.len());
    for (expected, actual) in expected.iter().zip(actual) {
        let at = format!("#{}", actual["id"]);
        if expected["type"] != actual["type"] {
            differences.push(format!("{at} is {}, not {}", actual["type"], expected["type"]));
            break;
        }
        if expected["id"] != actual["id"] {
            differences.push(format!("{at} has another id than {}", expected["id"]));
        }
        let alternates = &case["previousEventId_alternates"][expected["id"].to_string()];
        let previous = &actual["previousEventId"];
        let is_alternate = alternates.as_array().is_some_and(|ids| ids.contains(previous));
        if expected["previousEventId"] != *previous && !is_alternate {
            differences
                .push(format!("{at} {} follows {previous}, not {}", actual["type"], expected["previousEventId"]));
        }
        differences.extend(fields(&at, expected, actual, &wildcards));
    }
    differences
}

/// The differences between a recorded response, or log event, and ours. Times are those of another clock, and a billed
/// duration is that of another run.
pub fn responses(case: &Value, actual: &Value) -> Vec<String> {
    const OTHER: [&str; 4] = ["ResponseMetadata", "startDate", "stopDate", "event_timestamp"];
    let (expected, wildcards) = (&case["response"], texts(&case["wildcards"]));
    let members = |value: &Value| value.as_object().cloned().unwrap_or_default();
    let opened = |value: &Value| value.as_str().map_or_else(|| value.clone(), parsed);
    let mut differences = Vec::new();
    for key in members(actual).keys().filter(|key| !members(expected).contains_key(*key)) {
        differences.push(format!("{key} is not in the recording"));
    }
    for (key, expected) in members(expected).iter().filter(|(key, _)| *key != "ResponseMetadata") {
        let mut ours = actual[key].clone();
        match key.as_str() {
            key if OTHER.contains(&key) && ours.is_string() => continue,
            "billingDetails" => {
                let is_billed = ours["billedDurationInMilliseconds"].as_u64().is_some_and(|millis| millis % 100 == 0);
                if is_billed {
                    ours["billedDurationInMilliseconds"] = expected["billedDurationInMilliseconds"].clone();
                }
            }
            "input" | "output" => ours = opened(&ours),
            "details" => {
                for payload in PAYLOADS {
                    if let Some(value) = ours.get(payload).map(opened) {
                        ours[payload] = value;
                    }
                }
            }
            _ => {}
        }
        if !matches(expected, &ours, &wildcards) {
            differences.push(format!("{key} is {ours}, not {expected}"));
        }
    }
    differences
}

/// Recordings whose Parallel events were sorted and lost their ids are compared as multisets; they
/// lack ParallelStateSucceeded.
fn multisets(expected: &[Value], actual: &[Value], wildcards: &[&str]) -> Vec<String> {
    let key = |event: &Value| {
        let details = details(event);
        let payload = details.get("input").or_else(|| details.get("output")).cloned().unwrap_or_default();
        let payload = payload.as_str().map_or(payload.clone(), parsed);
        format!("{} {} {}", event["type"], details["name"], canonical(&payload))
    };
    let mut expected: Vec<&Value> = expected.iter().collect();
    let mut actual: Vec<&Value> = actual.iter().filter(|event| event["type"] != "ParallelStateSucceeded").collect();
    expected.sort_by_key(|event| key(event));
    actual.sort_by_key(|event| key(event));
    let mut differences = lengths(expected.len(), actual.len());
    for (expected, actual) in expected.iter().zip(&actual) {
        if expected["type"] != actual["type"] {
            differences.push(format!("{} instead of {}", actual["type"], expected["type"]));
            break;
        }
        differences.extend(fields("", expected, actual, wildcards));
    }
    differences
}

fn lengths(expected: usize, actual: usize) -> Vec<String> {
    if expected == actual { Vec::new() } else { vec![format!("{actual} events, not {expected}")] }
}

fn fields(at: &str, expected: &Value, actual: &Value, wildcards: &[&str]) -> Vec<String> {
    let kind = &actual["type"];
    let (expected, actual) = (details(expected), details(actual));
    let empty = serde_json::Map::new();
    let (expected, actual) = (expected.as_object().unwrap_or(&empty), actual.as_object().unwrap_or(&empty));
    let mut differences = Vec::new();
    for (field, wanted) in expected.iter().filter(|(field, _)| !IGNORED.contains(&field.as_str())) {
        let found = actual.get(field).map(|found| unpacked(field, wanted, found)).unwrap_or(Value::Null);
        if !matches(wanted, &found, wildcards) {
            differences.push(format!("{at} {kind}.{field} is {}, not {}", short(&found), short(wanted)));
        }
    }
    for field in actual.keys().filter(|field| !IGNORED.contains(&field.as_str()) && !expected.contains_key(*field)) {
        differences.push(format!("{at} {kind} has a field {field} too many"));
    }
    differences
}

/// A field as the case holds it: payloads parsed one level, a cause too where it was an object.
fn unpacked(field: &str, wanted: &Value, found: &Value) -> Value {
    match (field, found) {
        (field, Value::String(text)) if PAYLOADS.contains(&field) => parsed(text),
        ("cause", Value::String(text)) if wanted.is_object() => parsed(text),
        ("assignedVariables", Value::Object(variables)) => {
            let value = |value: &Value| value.as_str().map_or(value.clone(), parsed);
            Value::Object(variables.iter().map(|(name, text)| (name.clone(), value(text))).collect())
        }
        _ => found.clone(),
    }
}

/// The value of a JSON text, or the text itself.
pub fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| text.into())
}

/// An event's details, under whatever key they are.
pub fn details(event: &Value) -> &Value {
    let details = event
        .as_object()
        .and_then(|event| event.iter().find(|(key, value)| key.ends_with("EventDetails") && value.is_object()));
    details.map_or(&Value::Null, |(_, details)| details)
}

/// Whether a value is as expected; a wildcard stands for any text.
pub fn matches(expected: &Value, actual: &Value, wildcards: &[&str]) -> bool {
    match (expected, actual) {
        (Value::String(expected), actual) => {
            let held: Vec<&str> = wildcards.iter().copied().filter(|wildcard| expected.contains(wildcard)).collect();
            if held.contains(&expected.as_str()) {
                return true;
            }
            let text = actual.as_str().map_or_else(|| actual.to_string(), ToString::to_string);
            if !held.is_empty() {
                return fits_pattern(expected, &held, &text);
            }
            actual.is_string() && (*expected == text || without_dates(expected) == without_dates(&text))
        }
        (Value::Object(expected), Value::Object(actual)) => {
            expected.len() == actual.len()
                && expected
                    .iter()
                    .all(|(key, wanted)| actual.get(key).is_some_and(|found| matches(wanted, found, wildcards)))
        }
        (Value::Array(expected), Value::Array(actual)) => {
            expected.len() == actual.len()
                && expected.iter().zip(actual).all(|(wanted, found)| matches(wanted, found, wildcards))
        }
        (Value::Number(expected), Value::Number(actual)) => match (expected.as_i64(), actual.as_i64()) {
            (Some(expected), Some(actual)) => expected == actual,
            _ => expected.as_f64() == actual.as_f64(),
        },
        (expected, actual) => expected == actual,
    }
}

fn fits_pattern(expected: &str, held: &[&str], actual: &str) -> bool {
    let mut pattern = regex_lite::escape(expected);
    for wildcard in held {
        pattern = pattern.replace(&regex_lite::escape(wildcard), "(?s:.*?)");
    }
    Regex::new(&format!("^(?:{pattern})$")).is_ok_and(|pattern| pattern.is_match(actual))
}

fn without_dates(text: &str) -> String {
    static DATE: OnceLock<Regex> = OnceLock::new();
    let date = DATE.get_or_init(|| {
        Regex::new(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})").expect("a valid pattern")
    });
    date.replace_all(text, "date").into_owned()
}

pub fn texts(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// A text of a value that does not depend on the order of keys.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(object) => {
            let mut members: Vec<String> =
                object.iter().map(|(key, value)| format!("{key:?}:{}", canonical(value))).collect();
            members.sort();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        value => value.to_string(),
    }
}

fn short(value: &Value) -> String {
    value.to_string().chars().take(200).collect()
}
