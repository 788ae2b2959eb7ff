//! JSON files as values.

use std::path::Path;

use statelight::value::{Number, Value};

pub fn read(path: &Path) -> serde_json::Value {
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
