//! Attribute values as the API writes them: an object of one member, which names the type, such as
//! `{"N": "10.5"}`. They stay JSON; here is what of them is valid, how they compare and how much they weigh.
//!
//! The rules are those of the API reference's AttributeValue and of the developer guide's "Naming rules and data
//! types"; the refusals are the service's words.

use std::cmp::Ordering;

use base64::{Engine, prelude::BASE64_STANDARD};

use super::{Fault, Outcome, decimal::Decimal};
use crate::value::{Object, Value};

/// The types in the order in which the service lists them.
pub const TYPES: [&str; 10] = ["B", "NULL", "SS", "BOOL", "L", "BS", "N", "NS", "S", "M"];

/// How deep attribute values may nest.
const LEVELS: usize = 32;

/// The type and the content of an attribute value.
pub fn parts(value: &Value) -> Option<(&'static str, &Value)> {
    let (name, content) = value.as_object()?.first()?;
    let kind = TYPES.iter().find(|kind| ***kind == **name)?;
    Some((kind, content))
}

pub fn kind(value: &Value) -> &'static str {
    parts(value).map_or("", |(kind, _)| kind)
}

/// The text of a value whose type is written as one: a string, a number, a binary.
fn text(value: &Value) -> &str {
    parts(value).and_then(|(_, content)| content.as_str()).map_or("", |text| text)
}

pub fn string_of(value: &Value) -> Option<&str> {
    (kind(value) == "S").then(|| text(value))
}

pub fn number_of(value: &Value) -> Option<Decimal> {
    (kind(value) == "N").then(|| Decimal::parse(text(value)).ok()).flatten()
}

pub fn from_number(number: Decimal) -> Value {
    Value::object([("N", Value::from(number.to_string()))])
}

/// What the elements of a type of sets are of.
pub fn element_kind(kind: &str) -> Option<&'static str> {
    match kind {
        "SS" => Some("S"),
        "NS" => Some("N"),
        "BS" => Some("B"),
        _ => None,
    }
}

pub fn bytes_of(base64: &str) -> Vec<u8> {
    BASE64_STANDARD.decode(base64).unwrap_or_default()
}

/// A map of attributes, each checked: an item, a key, the content of `M`.
pub fn check_map(map: &Value, field: &str) -> Outcome<Value> {
    check_members(map, field, 0)
}

/// Checks an attribute value and brings its numbers into their one form.
pub fn check(value: &Value) -> Outcome<Value> {
    check_value(value, 0)
}

fn check_members(map: &Value, field: &str, depth: usize) -> Outcome<Value> {
    let Some(members) = map.as_object() else { return Err(wrong_form(field, "an OBJECT")) };
    let mut checked = Object::default();
    for (name, value) in members {
        checked.insert(name.clone(), check_value(value, depth)?);
    }
    Ok(Value::Object(checked.into()))
}

fn check_value(value: &Value, depth: usize) -> Outcome<Value> {
    if depth >= LEVELS {
        return Err(Fault::from("Nesting Levels have exceeded supported limits"));
    }
    let Some(members) = value.as_object() else {
        return Err(Fault::Form("An attribute value must be an OBJECT that names its type".to_owned()));
    };
    let mut given = members.iter().filter(|(_, content)| **content != Value::Null);
    let supplied = |words: &str| {
        Fault::from(format!("Supplied AttributeValue {words}, must contain exactly one of the supported datatypes"))
    };
    let Some((name, content)) = given.next() else { return Err(supplied("is empty")) };
    if let Some(unknown) = members.keys().find(|name| !TYPES.contains(&&***name)) {
        return Err(Fault::Form(format!("The field '{unknown}' is not supported by Step Functions")));
    }
    if given.next().is_some() {
        return Err(supplied("has more than one datatypes set"));
    }
    Ok(Value::object([(name.clone(), check_content(name, content, depth)?)]))
}

fn check_content(kind: &str, content: &Value, depth: usize) -> Outcome<Value> {
    match (kind, content) {
        ("S", Value::String(_)) | ("BOOL", Value::Bool(_)) | ("NULL", Value::Bool(true)) => Ok(content.clone()),
        ("NULL", Value::Bool(false)) => Err(invalid("Null attribute value types must have the value of true")),
        ("N", Value::String(text)) => Ok(Value::from(Decimal::parse(text)?.to_string())),
        ("B", Value::String(text)) if BASE64_STANDARD.decode(&**text).is_ok() => Ok(content.clone()),
        ("B", Value::String(_)) => Err(Fault::Form("The value of the field 'B' has an invalid format".to_owned())),
        ("L", Value::Array(items)) => {
            let items: Outcome<Vec<Value>> = items.iter().map(|item| check_value(item, depth + 1)).collect();
            Ok(Value::array(items?))
        }
        ("M", Value::Object(_)) => check_members(content, "M", depth + 1),
        (_, Value::Array(elements)) if element_kind(kind).is_some() => check_set(kind, elements, depth),
        ("BOOL" | "NULL", _) => Err(wrong_form(kind, "a BOOLEAN")),
        ("M", _) => Err(wrong_form(kind, "an OBJECT")),
        ("S" | "N" | "B", _) => Err(wrong_form(kind, "a STRING")),
        _ => Err(wrong_form(kind, "an ARRAY")),
    }
}

fn check_set(kind: &str, elements: &[Value], depth: usize) -> Outcome<Value> {
    let element_kind = element_kind(kind).unwrap_or_default();
    let elements: Outcome<Vec<Value>> = elements
        .iter()
        .map(|element| match element {
            Value::String(_) => check_content(element_kind, element, depth),
            _ => Err(wrong_form(kind, "an ARRAY of STRING")),
        })
        .collect();
    let elements = elements?;
    if elements.is_empty() {
        return Err(match kind {
            "BS" => invalid("Binary sets should not be empty"),
            "NS" => invalid("An number set  may not be empty"),
            _ => invalid("An string set  may not be empty"),
        });
    }
    let mut sorted: Vec<&str> = elements.iter().filter_map(|element| Some(&**element.as_str()?)).collect();
    sorted.sort_unstable();
    if sorted.windows(2).any(|pair| pair[0] == pair[1]) {
        let listed: Vec<String> = elements.iter().filter_map(|element| Some(element.as_str()?.to_string())).collect();
        let listed = listed.join(", ");
        return Err(match kind {
            "NS" => Fault::from("Input collection contains duplicates"),
            "BS" => invalid(&format!("Input collection [{listed}]of type BS contains duplicates.")),
            _ => invalid(&format!("Input collection [{listed}] contains duplicates.")),
        });
    }
    Ok(Value::array(elements))
}

pub fn invalid(words: &str) -> Fault {
    Fault::from(format!("One or more parameter values were invalid: {words}"))
}

pub fn wrong_form(field: &str, expected: &str) -> Fault {
    Fault::Form(format!("The value for the field '{field}' must be {expected}"))
}

/// The order of two values: none where their types differ or have no order.
pub fn compare(a: &Value, b: &Value) -> Option<Ordering> {
    match (kind(a), kind(b)) {
        ("S", "S") => Some(text(a).as_bytes().cmp(text(b).as_bytes())),
        ("N", "N") => Some(number_of(a)?.cmp(&number_of(b)?)),
        ("B", "B") => Some(bytes_of(text(a)).cmp(&bytes_of(text(b)))),
        _ => None,
    }
}

/// Whether two checked values are the same; the elements of sets have no order.
pub fn equal(a: &Value, b: &Value) -> bool {
    let (Some((kind, left)), Some((other, right))) = (parts(a), parts(b)) else { return false };
    if kind != other {
        return false;
    }
    match (left, right) {
        (Value::Array(left), Value::Array(right)) if kind == "L" => {
            left.len() == right.len() && left.iter().zip(&**right).all(|(a, b)| equal(a, b))
        }
        (Value::Array(left), Value::Array(right)) => sorted_texts(left) == sorted_texts(right),
        (Value::Object(left), Value::Object(right)) => {
            let has_equal = |(name, a): (_, &Value)| right.get(name).is_some_and(|b| equal(a, b));
            left.len() == right.len() && left.iter().all(has_equal)
        }
        _ => left == right,
    }
}

fn sorted_texts(elements: &[Value]) -> Vec<&str> {
    let mut texts: Vec<&str> = elements.iter().filter_map(|element| Some(&**element.as_str()?)).collect();
    texts.sort_unstable();
    texts
}

/// What the function `size` gives: characters, bytes, or how many there are.
pub fn size(value: &Value) -> Option<usize> {
    match parts(value)? {
        ("S", Value::String(text)) => Some(text.encode_utf16().count()),
        ("B", Value::String(text)) => Some(bytes_of(text).len()),
        (_, Value::Array(elements)) => Some(elements.len()),
        (_, Value::Object(members)) => Some(members.len()),
        _ => None,
    }
}

/// What the function `contains` says: part of a string, element of a set or of a list.
pub fn contains(value: &Value, operand: &Value) -> bool {
    let Some((kind, content)) = parts(value) else { return false };
    match content {
        Value::String(text) if kind == "S" => string_of(operand).is_some_and(|part| text.contains(part)),
        Value::Array(items) if kind == "L" => items.iter().any(|item| equal(item, operand)),
        Value::Array(elements) if element_kind(kind) == Some(self::kind(operand)) => {
            elements.iter().any(|element| element.as_str().is_some_and(|element| **element == *text(operand)))
        }
        _ => false,
    }
}

/// What the function `begins_with` says, of strings and of binaries.
pub fn begins_with(value: &Value, start: &Value) -> bool {
    match (kind(value), kind(start)) {
        ("S", "S") => text(value).starts_with(text(start)),
        ("B", "B") => bytes_of(text(value)).starts_with(&bytes_of(text(start))),
        _ => false,
    }
}

/// How many bytes a map of attributes counts for: the developer guide's "Item sizes and formats".
pub fn weight_of_map(map: &Value) -> usize {
    let members = map.as_object().into_iter().flatten();
    members.map(|(name, value)| name.len() + weight(value)).sum()
}

pub fn weight(value: &Value) -> usize {
    let number = |text: &str| text.bytes().filter(u8::is_ascii_digit).count() / 2 + 2;
    let element = |kind: &str, text: &str| match kind {
        "N" | "NS" => number(text),
        "B" | "BS" => text.len() / 4 * 3,
        _ => text.len(),
    };
    match parts(value) {
        Some((kind, Value::String(text))) => element(kind, text),
        Some(("L", Value::Array(items))) => 3 + items.iter().map(|item| weight(item) + 1).sum::<usize>(),
        Some((kind, Value::Array(elements))) => {
            elements.iter().filter_map(Value::as_str).map(|text| element(kind, text)).sum()
        }
        Some((_, map @ Value::Object(members))) => 3 + members.len() + weight_of_map(map),
        _ => 1,
    }
}
