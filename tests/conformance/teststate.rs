//! The recorded cases of TestState: the request put together again, and the whole response compared.

use serde_json::{Map, Value, json};
use statelight::teststate;

use super::compare;

/// What differs from the response that AWS gave.
pub fn differences(case: &Value) -> Vec<String> {
    let wildcards = compare::texts(&case["wildcards"]);
    let expected = expected(&case["response"]);
    let actual = match teststate::answer(&request(case).to_string()) {
        Ok(response) => response,
        Err(exception) => exception.to_json(),
    };
    let mut differences = Vec::new();
    compare_fields("", &expected, &actual, &wildcards, &mut differences);
    differences
}

fn request(case: &Value) -> Value {
    let mut request = case["request"].clone();
    request["definition"] = match &case["definition_raw"] {
        Value::String(raw) => raw.clone().into(),
        _ => case["definition"].to_string().into(),
    };
    if case["input_raw"].is_string() {
        request["input"] = case["input_raw"].clone();
    }
    if case["definition"]["Type"] == "Task" && request["mock"].is_null() {
        request["mock"] = json!({"result": answered(&case["response"]).to_string()});
    }
    request
}

/// What a task answered that AWS called for real. It is the world's, and goes in as a mock.
fn answered(response: &Value) -> Value {
    let result = response["inspectionData"].get("result").unwrap_or(&response["output"]);
    match result {
        Value::String(text) => compare::parsed(text),
        result => result.clone(),
    }
}

/// The response without the transport's part, and an error as `statelight test-state` prints it.
fn expected(response: &Value) -> Value {
    if let Value::Object(error) = &response["Error"] {
        return json!({"exception": {"code": error["Code"], "message": error["Message"]}});
    }
    let members = response.as_object().expect("a response is an object");
    let own = members.iter().filter(|(name, _)| *name != "ResponseMetadata");
    Value::Object(own.map(|(name, value)| (name.clone(), value.clone())).collect::<Map<_, _>>())
}

/// Field by field, inside `inspectionData` as well.
fn compare_fields(at: &str, expected: &Value, actual: &Value, wildcards: &[&str], differences: &mut Vec<String>) {
    let empty = Map::new();
    let (expected, actual) = (expected.as_object().unwrap_or(&empty), actual.as_object().unwrap_or(&empty));
    for (name, wanted) in expected {
        let at = format!("{at}/{name}");
        match actual.get(name) {
            None => differences.push(format!("{at} is missing")),
            Some(found) if is_nested(name) => compare_fields(&at, wanted, found, wildcards, differences),
            Some(found) if is_equal(name, wanted, found, wildcards) => {}
            Some(found) => differences.push(format!("{at} is {found}, not {wanted}")),
        }
    }
    for name in actual.keys().filter(|name| !expected.contains_key(*name)) {
        differences.push(format!("{at}/{name} is too many"));
    }
}

fn is_nested(name: &str) -> bool {
    matches!(name, "inspectionData" | "errorDetails" | "exception")
}

/// Data are JSON texts in the API. In a case the objects among them are parsed; where they are not, the
/// white space is not AWS's.
fn is_equal(name: &str, wanted: &Value, found: &Value, wildcards: &[&str]) -> bool {
    let is_data = matches!(name, "output" | "input" | "result" | "variables") || name.starts_with("after");
    match (wanted, found) {
        (Value::String(wanted), Value::String(found)) if is_data => {
            compare::matches(&compare::parsed(wanted), &compare::parsed(found), wildcards)
        }
        (wanted, Value::String(found)) if is_data => compare::matches(wanted, &compare::parsed(found), wildcards),
        (wanted, found) => compare::matches(wanted, found, wildcards),
    }
}
