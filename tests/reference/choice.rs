//! Choice rules.

use std::cmp::Ordering;

use serde_json::Value;

use super::{
    ANY_WORDS, Fault, Time,
    data::{Scope, look_up},
};

/// The state that a Choice leads to. Where no rule holds and there is no `Default`, AWS ends the run with
/// `States.Runtime`.
pub fn next<'s>(state: &'s Value, data: &Value, scope: &Scope) -> Result<&'s str, Fault> {
    for rule in state["Choices"].as_array().into_iter().flatten() {
        if holds(rule, data, scope)? {
            return Ok(rule["Next"].as_str().expect("a rule leads on"));
        }
    }
    state["Default"].as_str().ok_or(Fault::Runtime)
}

fn holds(rule: &Value, data: &Value, scope: &Scope) -> Result<bool, Fault> {
    if let Some(rules) = rule["And"].as_array() {
        for rule in rules {
            if !holds(rule, data, scope)? {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    if let Some(rules) = rule["Or"].as_array() {
        for rule in rules {
            if holds(rule, data, scope)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if rule.get("Not").is_some() {
        return Ok(!holds(&rule["Not"], data, scope)?);
    }
    let variable = look_up(rule["Variable"].as_str().expect("a rule has a variable"), data, scope);
    let (name, operand) = rule
        .as_object()
        .and_then(|rule| rule.iter().find(|(key, _)| *key != "Variable" && *key != "Next"))
        .expect("a rule has a comparator");
    if name == "IsPresent" {
        return Ok(Value::Bool(variable.is_ok()) == *operand);
    }
    let variable = variable?;
    let has_type = match name.as_str() {
        "IsNull" => Some(variable.is_null()),
        "IsNumeric" => Some(variable.is_number()),
        "IsString" => Some(variable.is_string()),
        "IsBoolean" => Some(variable.is_boolean()),
        "IsTimestamp" => Some(moment(&variable).is_some()),
        _ => None,
    };
    if let Some(has_type) = has_type {
        return Ok(Value::Bool(has_type) == *operand);
    }
    let operand = match name.strip_suffix("Path") {
        Some(_) => look_up(operand.as_str().expect("a path"), data, scope)?,
        None => operand.clone(),
    };
    let is_open = |value: &Value| value.as_str().is_some_and(|text| text.contains(ANY_WORDS));
    if is_open(&variable) || is_open(&operand) {
        return Err(Fault::Undecided("a comparison with words of our own"));
    }
    Ok(compare(name.trim_end_matches("Path"), &variable, &operand))
}

/// False where one side is not of the comparator's type.
fn compare(name: &str, left: &Value, right: &Value) -> bool {
    if name == "StringMatches" {
        return left.as_str().zip(right.as_str()).is_some_and(|(text, pattern)| matches(pattern, text));
    }
    let (order, test) = if let Some(test) = name.strip_prefix("String") {
        (left.as_str().zip(right.as_str()).map(|(left, right)| left.cmp(right)), test)
    } else if let Some(test) = name.strip_prefix("Numeric") {
        (left.as_f64().zip(right.as_f64()).and_then(|(left, right)| left.partial_cmp(&right)), test)
    } else if let Some(test) = name.strip_prefix("Boolean") {
        (left.as_bool().zip(right.as_bool()).map(|(left, right)| left.cmp(&right)), test)
    } else {
        let test = name.strip_prefix("Timestamp").expect("a comparator of one of four types");
        (moment(left).zip(moment(right)).map(|(left, right)| left.cmp(&right)), test)
    };
    order.is_some_and(|order| match test {
        "Equals" => order == Ordering::Equal,
        "LessThan" => order == Ordering::Less,
        "GreaterThan" => order == Ordering::Greater,
        "LessThanEquals" => order != Ordering::Greater,
        "GreaterThanEquals" => order != Ordering::Less,
        other => unreachable!("no comparator {other} is generated"),
    })
}

/// `*` stands for any text, `\*` for an asterisk.
fn matches(pattern: &str, text: &str) -> bool {
    if let Some(rest) = pattern.strip_prefix('*') {
        return (0..=text.len()).filter(|&at| text.is_char_boundary(at)).any(|at| matches(rest, &text[at..]));
    }
    let literal = pattern.strip_prefix('\\').unwrap_or(pattern);
    match (literal.chars().next(), text.chars().next()) {
        (None, None) => true,
        (Some(wanted), Some(found)) if wanted == found => {
            matches(&literal[wanted.len_utf8()..], &text[found.len_utf8()..])
        }
        _ => false,
    }
}

/// A timestamp by RFC 3339 with a capital `T` and `Z`, in microseconds since 1970.
pub fn moment(value: &Value) -> Option<Time> {
    let text = value.as_str().filter(|text| text.contains('T') && !text.contains('z'))?;
    chrono::DateTime::parse_from_rfc3339(text).ok().map(|time| time.timestamp_micros())
}
