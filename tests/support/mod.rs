//! What several tests need: the data beside the project, and JSON as values.

use std::path::PathBuf;

use statelight::value::{Number, Value};

/// A file or folder of the recorded data beside the project. Where there is none, the test says so
/// and is skipped; under `CI=true` that is a failure.
pub fn shared(path: &str) -> Option<PathBuf> {
    let full = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path);
    if full.exists() {
        return Some(full);
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "../shared/{path} is missing");
    eprintln!("skipped: ../shared/{path} is not here");
    None
}

pub fn read_json(path: &std::path::Path) -> serde_json::Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub fn value(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(bool) => Value::Bool(*bool),
        serde_json::Value::Number(number) => Value::Number(Number::parse(&number.to_string())),
        serde_json::Value::String(text) => Value::string(text),
        serde_json::Value::Array(items) => Value::array(items.iter().map(value).collect()),
        serde_json::Value::Object(members) => {
            Value::object(members.iter().map(|(key, member)| (key.as_str(), value(member))))
        }
    }
}
