//! Event patterns of EventBridge and filter policies of SNS, which are alike: fields with the values they may have.
//! A pattern is read as a whole before anything is looked at, so that a broken one is told of whatever comes.
//!
//! Sources: "Amazon EventBridge event patterns" with its comparison operators, "Amazon SNS message filtering" with the
//! constraints of filter policies, and for arrays what the README of AWS's Event Ruler says of them.

mod operator;
#[cfg(test)]
mod tests;

use std::{fmt, rc::Rc};

use self::operator::{OPERATORS, Test};
use crate::{syntax::parse_value, value::Value};

/// A pattern that cannot be used, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError {
    /// The field, as `detail.state`.
    pub place: String,
    /// What it must be, or what is wrong with it, to follow the place in a sentence.
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
    let rule = Pattern { scope: Scope::Event }.read(pattern)?;
    Ok(rule.answer(Scope::Event, event))
}

/// Whether a message with these `MessageAttributes` passes a filter policy over attributes. One of type `Binary` is as
/// good as none.
pub fn passes(policy: &Value, attributes: &Value) -> Result<bool, PatternError> {
    let rule = Pattern { scope: Scope::Attributes }.read(policy)?;
    let attribute = |(name, attribute): (&Rc<str>, &Value)| {
        let text = attribute.get("StringValue").and_then(Value::as_str)?;
        let kind = attribute.get("DataType").and_then(Value::as_str)?;
        let read = || parse_value(text).unwrap_or_else(|_| Value::from(text));
        // What follows the type is the author's own: `Number.int`.
        let value = match (&**kind, kind.split('.').next()) {
            ("String.Array", _) | (_, Some("Number")) => read(),
            (_, Some("String")) => Value::from(text),
            _ => return None,
        };
        Some((name.clone(), value))
    };
    let values = Value::object(attributes.as_object().into_iter().flatten().filter_map(attribute));
    let is_blank = values.as_object().is_none_or(|values| values.is_empty());
    // A policy passes nothing without attributes, not even by `{"exists": false}`.
    Ok(rule.is_blank() || !is_blank && rule.answer(Scope::Attributes, &values))
}

/// Whether a message passes a filter policy over message bodies. One that is no JSON object passes none.
pub fn passes_body(policy: &Value, message: &str) -> Result<bool, PatternError> {
    let rule = Pattern { scope: Scope::Body }.read(policy)?;
    let body = parse_value(message).ok().filter(|body| body.as_object().is_some());
    Ok(rule.is_blank() || body.is_some_and(|body| rule.answer(Scope::Body, &body)))
}

/// What a pattern is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    Event,
    /// The attributes of a message.
    Attributes,
    /// The body of a message.
    Body,
}

impl Scope {
    /// Between minus and plus this a number is compared.
    fn largest(self) -> f64 {
        match self {
            Self::Event => 5e9,
            Self::Attributes | Self::Body => 1e9,
        }
    }
}

/// A pattern, or a part of one.
#[derive(Debug)]
enum Rule {
    /// Each of these, which look at a field.
    Fields(Vec<(Rc<str>, Rule)>),
    /// All of these.
    All(Vec<Rule>),
    /// One of these: `$or`.
    Either(Vec<Rule>),
    /// One of these has to be true of the field's value.
    Values(Vec<Test>),
}

impl Rule {
    fn is_blank(&self) -> bool {
        matches!(self, Self::Fields(fields) if fields.is_empty())
    }

    fn answer(mut self, scope: Scope, value: &Value) -> bool {
        self.settle(scope, &[value]);
        self.holds(scope, &[value])
    }

    /// Finds out what is not there, which is said of all elements of an array together.
    fn settle(&mut self, scope: Scope, values: &[&Value]) {
        match self {
            Self::All(rules) | Self::Either(rules) => rules.iter_mut().for_each(|rule| rule.settle(scope, values)),
            Self::Values(tests) => tests.iter_mut().for_each(|test| test.settle(scope, values)),
            Self::Fields(fields) => {
                fields.iter_mut().for_each(|(name, rule)| rule.settle(scope, &below(values, name)));
            }
        }
    }

    /// Whether it holds of some values: of those of one element, where an array was gone into.
    fn holds(&self, scope: Scope, values: &[&Value]) -> bool {
        match self {
            Self::All(rules) => rules.iter().all(|rule| rule.holds(scope, values)),
            Self::Either(rules) => rules.iter().any(|rule| rule.holds(scope, values)),
            Self::Values(tests) => tests.iter().any(|test| test.holds(scope, values)),
            Self::Fields(fields) => fields.iter().all(|(name, rule)| {
                let values = below(values, name);
                match rule {
                    Self::Values(_) => rule.holds(scope, &values),
                    _ if values.is_empty() => rule.holds(scope, &[]),
                    // Of a list of objects, one has to match alone.
                    _ => values.iter().any(|element| rule.holds(scope, &[element])),
                }
            }),
        }
    }
}

/// The values of a field; of an array, however deep, its elements.
fn below<'v>(values: &[&'v Value], name: &str) -> Vec<&'v Value> {
    let mut found = Vec::new();
    let mut open: Vec<&Value> = values.iter().rev().filter_map(|value| value.get(name)).collect();
    while let Some(value) = open.pop() {
        match value {
            Value::Array(elements) => open.extend(elements.iter().rev()),
            _ => found.push(value),
        }
    }
    found
}

/// Reads a pattern.
struct Pattern {
    scope: Scope,
}

impl Pattern {
    fn read(&self, pattern: &Value) -> Result<Rule, PatternError> {
        let mut keys = 0;
        let mut combinations: usize = 1;
        let rule = self.object(pattern, "", DEEPEST)?;
        count(&rule, &mut keys, &mut combinations);
        let wrong = |message: String| Err(PatternError { place: String::new(), message });
        match self.scope {
            Scope::Event if rule.is_blank() => wrong("must name a field, as `{\"source\": [\"orders\"]}`".into()),
            Scope::Attributes | Scope::Body if keys > 5 => wrong(format!(
                "must have at most 5 fields, which are {keys}: leave the filtering of others to the receiver"
            )),
            Scope::Attributes | Scope::Body if combinations > 150 => wrong(format!(
                "must have at most 150 combinations of values, which are {combinations}: \
                 `prefix` or `anything-but` can stand for many"
            )),
            _ => Ok(rule),
        }
    }

    fn object(&self, pattern: &Value, place: &str, depth: usize) -> Result<Rule, PatternError> {
        let wrong = |place: &str, message: &str| PatternError { place: place.into(), message: message.into() };
        let fields = pattern.as_object().ok_or_else(|| wrong(place, "must be an object"))?;
        if depth == 0 {
            return Err(wrong(place, "is nested too deep"));
        }
        let (mut rules, mut named) = (Vec::new(), Vec::new());
        for (name, wanted) in fields {
            let inner = if place.is_empty() { name.to_string() } else { format!("{place}.{name}") };
            match wanted {
                Value::Array(choices) if &**name == "$or" && are_alternatives(choices) => {
                    let choices = choices.iter().enumerate();
                    let read = choices.map(|(at, choice)| self.object(choice, &format!("{inner}[{at}]"), depth - 1));
                    rules.push(Rule::Either(read.collect::<Result<_, _>>()?));
                }
                Value::Array(choices) if choices.is_empty() => {
                    return Err(wrong(&inner, "must have a value in its list, as `[\"a\"]`"));
                }
                Value::Array(choices) => {
                    let tests = choices.iter().map(|choice| Test::read(choice, &inner, self.scope));
                    named.push((name.clone(), Rule::Values(tests.collect::<Result<_, _>>()?)));
                }
                Value::Object(_) if self.scope == Scope::Attributes => {
                    let message = "must be a list of values, as `[\"a\"]`: attributes of a message have no fields";
                    return Err(wrong(&inner, message));
                }
                Value::Object(inside) if inside.is_empty() => {
                    return Err(wrong(&inner, "must name a field, or be a list of values, as `[\"a\"]`"));
                }
                Value::Object(_) => named.push((name.clone(), self.object(wanted, &inner, depth - 1)?)),
                _ => return Err(wrong(&inner, "must be a list of values, as `[\"a\"]`")),
            }
        }
        if rules.is_empty() {
            return Ok(Rule::Fields(named));
        }
        rules.push(Rule::Fields(named));
        Ok(Rule::All(rules))
    }
}

/// Whether `$or` is meant: two objects or more, whose fields are not named like operators.
fn are_alternatives(choices: &[Value]) -> bool {
    let is_alternative = |choice: &Value| {
        let fields = choice.as_object().filter(|fields| !fields.is_empty());
        fields.is_some_and(|fields| !fields.keys().any(|name| OPERATORS.contains(&&**name)))
    };
    choices.len() > 1 && choices.iter().all(is_alternative)
}

/// Counts the fields that a policy looks at, and in how many ways their values go together.
fn count(rule: &Rule, keys: &mut usize, combinations: &mut usize) {
    match rule {
        Rule::Fields(fields) => fields.iter().for_each(|(_, rule)| count(rule, keys, combinations)),
        Rule::All(rules) => rules.iter().for_each(|rule| count(rule, keys, combinations)),
        Rule::Either(rules) => {
            let mut sum: usize = 0;
            for rule in rules {
                let mut ways = 1;
                count(rule, keys, &mut ways);
                sum = sum.saturating_add(ways);
            }
            *combinations = combinations.saturating_mul(sum);
        }
        Rule::Values(tests) => {
            *keys += 1;
            *combinations = combinations.saturating_mul(tests.len());
        }
    }
}
