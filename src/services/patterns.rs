//! Event patterns of EventBridge and filter policies of SNS, which are alike: fields with the values they may have.
//! Sources: "Amazon EventBridge event patterns" and "Amazon SNS message filtering" of the developer guides.

use std::fmt;

use crate::value::Value;

/// A pattern that cannot be used, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError {
    /// The field, as `detail.state`.
    pub place: String,
    pub message: String,
}

impl fmt::Display for PatternError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.place {
            "" => write!(out, "the pattern {}", self.message),
            place => write!(out, "`{place}` in the pattern {}", self.message),
        }
    }
}

/// How deep a pattern may be nested.
const DEEPEST: usize = 32;

/// Whether an event matches a pattern: each field of the pattern has to match, and `$or` has one of several.
pub fn matches(pattern: &Value, event: &Value) -> Result<bool, PatternError> {
    object_matches(pattern, Some(event), "", DEEPEST)
}

/// Whether a message with these `MessageAttributes` passes a filter policy.
pub fn passes(policy: &Value, attributes: &Value) -> Result<bool, PatternError> {
    let attribute = |(name, attribute): (&std::rc::Rc<str>, &Value)| {
        let text = attribute.get("StringValue").and_then(Value::as_str).cloned().unwrap_or_default();
        let value = match attribute.get("DataType").and_then(Value::as_str).map(|kind| &**kind) {
            Some("Number" | "String.Array") => crate::syntax::parse_value(&text).unwrap_or(Value::String(text)),
            _ => Value::String(text),
        };
        (name.clone(), value)
    };
    let values = Value::object(attributes.as_object().into_iter().flatten().map(attribute));
    matches(policy, &values)
}

fn object_matches(pattern: &Value, data: Option<&Value>, place: &str, depth: usize) -> Result<bool, PatternError> {
    let wrong = |message: &str| PatternError { place: place.into(), message: message.into() };
    let fields = pattern.as_object().ok_or_else(|| wrong("must be an object"))?;
    if depth == 0 {
        return Err(wrong("is nested too deep"));
    }
    // Every field is looked at, so that a broken one is told of whatever the event has.
    let mut is_match = true;
    for (name, wanted) in fields {
        let inner = if place.is_empty() { name.to_string() } else { format!("{place}.{name}") };
        is_match &= match wanted {
            Value::Array(choices) if &**name == "$or" => {
                any(choices, |choice| object_matches(choice, data, &inner, depth - 1))?
            }
            Value::Object(_) => match data.and_then(|data| data.get(name)) {
                // Of a list, one element has to match.
                Some(Value::Array(elements)) => {
                    any(elements, |element| object_matches(wanted, Some(element), &inner, depth - 1))?
                }
                data => object_matches(wanted, data, &inner, depth - 1)?,
            },
            Value::Array(choices) => value_matches(choices, data.and_then(|data| data.get(name)), &inner)?,
            _ => return Err(PatternError { place: inner, message: "must be a list of values, as `[\"a\"]`".into() }),
        };
    }
    Ok(is_match)
}

fn any(choices: &[Value], mut test: impl FnMut(&Value) -> Result<bool, PatternError>) -> Result<bool, PatternError> {
    choices.iter().try_fold(false, |found, choice| Ok(test(choice)? || found))
}

/// Whether one of the choices fits the value, or of a list one of its elements.
fn value_matches(choices: &[Value], data: Option<&Value>, place: &str) -> Result<bool, PatternError> {
    any(choices, |choice| match (choice, data) {
        (Value::Object(_), Some(Value::Array(elements))) if choice.get("exists").is_none() => {
            // Nothing of a list may be what `anything-but` excludes.
            let tests: Vec<bool> =
                elements.iter().map(|element| test(choice, Some(element), place)).collect::<Result<_, _>>()?;
            let is_excluding = choice.get("anything-but").is_some();
            Ok(if is_excluding { tests.iter().all(|fits| *fits) } else { tests.contains(&true) })
        }
        (Value::Object(_), data) => test(choice, data, place),
        (literal, Some(Value::Array(elements))) => Ok(elements.iter().any(|element| is_equal(literal, element))),
        (literal, Some(data)) => Ok(is_equal(literal, data)),
        (_, None) => Ok(false),
    })
}

fn is_equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.as_f64() == right.as_f64(),
        _ => left == right,
    }
}

/// One operator: `{"prefix": "a"}`.
fn test(choice: &Value, data: Option<&Value>, place: &str) -> Result<bool, PatternError> {
    let wrong = |message: String| PatternError { place: place.into(), message };
    let Some((operator, operand)) =
        choice.as_object().filter(|fields| fields.len() == 1).and_then(|fields| fields.first())
    else {
        return Err(wrong("must have one operator in each object, such as `{\"prefix\": \"a\"}`".into()));
    };
    let text = data.and_then(Value::as_str).map(|text| &**text);
    let needs_text = || wrong(format!("must have a string in `{operator}`"));
    // `{"prefix": {"equals-ignore-case": "a"}}`
    let affix = || match operand.get("equals-ignore-case").or(Some(operand)).and_then(Value::as_str) {
        Some(affix) if operand.as_object().is_some() => Ok((affix.to_lowercase(), text.map(str::to_lowercase))),
        Some(affix) => Ok((affix.to_string(), text.map(str::to_owned))),
        None => Err(needs_text()),
    };
    match &**operator {
        "exists" => match operand {
            Value::Bool(wanted) => Ok(*wanted == data.is_some()),
            _ => Err(wrong("must have `true` or `false` in `exists`".into())),
        },
        "prefix" => affix().map(|(affix, text)| text.is_some_and(|text| text.starts_with(&affix))),
        "suffix" => affix().map(|(affix, text)| text.is_some_and(|text| text.ends_with(&affix))),
        "equals-ignore-case" => {
            let wanted = operand.as_str().ok_or_else(needs_text)?;
            Ok(text.is_some_and(|text| text.to_lowercase() == wanted.to_lowercase()))
        }
        "wildcard" => {
            let wanted = operand.as_str().ok_or_else(needs_text)?;
            Ok(text.is_some_and(|text| is_like(text, wanted)))
        }
        "numeric" => {
            let comparisons = operand.as_array().filter(|parts| parts.len() == 2 || parts.len() == 4);
            let comparisons = comparisons
                .ok_or_else(|| wrong("must have one or two comparisons in `numeric`, as `[\">\", 0]`".into()))?;
            let number = data.and_then(Value::as_number).map(|number| number.as_f64());
            comparisons.chunks(2).try_fold(number.is_some(), |holds, pair| {
                let compares = compares(pair, number.unwrap_or_default());
                Ok(compares
                    .ok_or_else(|| wrong("must have `=`, `<`, `<=`, `>` or `>=` and a number in `numeric`".into()))?
                    && holds)
            })
        }
        "anything-but" => {
            let Some(data) = data else { return Ok(false) };
            match operand {
                Value::Object(_) => Ok(!test(operand, Some(data), place)?),
                Value::Array(choices) => Ok(!value_matches(choices, Some(data), place)?),
                literal => Ok(!is_equal(literal, data)),
            }
        }
        _ => Err(wrong(format!(
            "has the operator `{operator}`, which is not simulated here: there are `prefix`, `suffix`, \
             `equals-ignore-case`, `wildcard`, `numeric`, `exists` and `anything-but`"
        ))),
    }
}

fn compares(pair: &[Value], number: f64) -> Option<bool> {
    let [operator, bound] = pair else { return None };
    let bound = bound.as_number()?.as_f64();
    Some(match &**operator.as_str()? {
        "=" => number == bound,
        "<" => number < bound,
        "<=" => number <= bound,
        ">" => number > bound,
        ">=" => number >= bound,
        _ => return None,
    })
}

/// Whether a text is of a form in which `*` stands for any part.
fn is_like(text: &str, form: &str) -> bool {
    let mut parts = form.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse_value;

    #[track_caller]
    fn check(pattern: &str, event: &str, expected: Result<bool, &str>) {
        let value = |text| parse_value(text).expect("JSON");
        let told = matches(&value(pattern), &value(event)).map_err(|error| error.to_string());
        assert_eq!(told.as_ref().map_err(|error| &**error), expected.as_ref().map_err(|error| *error), "{pattern}");
    }

    #[test]
    fn patterns_match_as_the_guide_says() {
        let event = r#"{"source": "orders", "detail": {"state": "paid", "amount": 12.5, "tags": ["a", "b"], "x": null, "lines": [{"sku": "1"}, {"sku": "2"}]}}"#;
        for (pattern, expected) in [
            (r#"{"source": ["orders"]}"#, true),
            (r#"{"source": ["orders"], "detail": {"state": ["open"]}}"#, false),
            (r#"{"detail": {"state": ["open", "paid"]}}"#, true),
            (r#"{"detail": {"amount": [12.50]}}"#, true),
            (r#"{"detail": {"amount": [{"numeric": [">", 10, "<=", 12.5]}]}}"#, true),
            (r#"{"detail": {"amount": [{"numeric": ["<", 10]}]}}"#, false),
            (r#"{"detail": {"tags": ["b"]}}"#, true),
            (r#"{"detail": {"tags": [{"anything-but": ["b"]}]}}"#, false),
            (r#"{"detail": {"x": [null]}}"#, true),
            (r#"{"detail": {"y": [{"exists": false}]}}"#, true),
            (r#"{"detail": {"x": [{"exists": false}]}}"#, false),
            (r#"{"detail": {"state": [{"prefix": "pa"}]}}"#, true),
            (r#"{"detail": {"state": [{"suffix": {"equals-ignore-case": "ID"}}]}}"#, true),
            (r#"{"detail": {"state": [{"equals-ignore-case": "PAID"}]}}"#, true),
            (r#"{"detail": {"state": [{"wildcard": "p*i*"}]}}"#, true),
            (r#"{"detail": {"state": [{"wildcard": "p*x*"}]}}"#, false),
            (r#"{"detail": {"state": [{"anything-but": {"prefix": "op"}}]}}"#, true),
            (r#"{"detail": {"lines": {"sku": ["2"]}}}"#, true),
            (r#"{"$or": [{"source": ["x"]}, {"detail": {"state": ["paid"]}}]}"#, true),
        ] {
            check(pattern, event, Ok(expected));
        }
    }

    #[test]
    fn broken_patterns_are_told_with_their_place() {
        check(r#"{"a": "b"}"#, "{}", Err("`a` in the pattern must be a list of values, as `[\"a\"]`"));
        check(r#"{"a": {"b": [{"prefix": 1}]}}"#, "{}", Err("`a.b` in the pattern must have a string in `prefix`"));
        check("[]", "{}", Err("the pattern must be an object"));
    }

    #[test]
    fn filter_policies_look_at_attributes() {
        let value = |text| parse_value(text).expect("JSON");
        let attributes = value(
            r#"{"store": {"DataType": "String", "StringValue": "north"}, "price": {"DataType": "Number", "StringValue": "12"}, "tags": {"DataType": "String.Array", "StringValue": "[\"a\", \"b\"]"}}"#,
        );
        for (policy, expected) in [
            (r#"{"store": ["north"]}"#, true),
            (r#"{"store": ["south"]}"#, false),
            (r#"{"price": [{"numeric": [">=", 12]}], "tags": ["b"]}"#, true),
            (r#"{"missing": [{"exists": true}]}"#, false),
        ] {
            assert_eq!(passes(&value(policy), &attributes), Ok(expected), "{policy}");
        }
    }
}
