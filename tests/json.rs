//! JSON files as values.

use std::path::Path;

use statelight::{syntax::parse_value, value::Value};

pub fn read(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    parse_value(&text).unwrap_or_else(|error| panic!("{}: {}", path.display(), error.message))
}

/// The part of a value at these keys.
pub fn at<'v>(value: &'v Value, keys: &[&str]) -> Option<&'v Value> {
    keys.iter().try_fold(value, |value, key| value.get(key))
}

pub fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key)?.as_str().map(|text| &**text)
}
