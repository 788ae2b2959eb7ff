//! Walks a value by the steps of a path. Follows Jayway's path tokens, messages included.

use std::fmt::Write;

use super::{Missing, NotFound, Path, Reach, Step};
use crate::value::{Number, Object, Value};

/// How many values an indefinite path may visit: `$..*..*` over a large input ends, with a message.
const MAX_VISITS: usize = 1_000_000;

pub(super) fn evaluate(path: &Path, root: &Value) -> Result<Value, NotFound> {
    if !path.definite {
        return match collect(path, root, root) {
            Ok(found) => Ok(Value::array(found)),
            Err(Stop::Missing { at, found }) => match path.steps.first() {
                // AWS answers `[]` for an indefinite path through something missing; only a slice
                // of a root that is no array fails.
                Some(Step::Slice(..) | Step::Indexes(_)) if at == 0 => Err(explain(path, at, found)),
                _ => Ok(Value::array(Vec::new())),
            },
            Err(Stop::Budget) => {
                Err(NotFound { message: format!("The path {} visits more than {MAX_VISITS} values", path.source) })
            }
        };
    }
    definite(path, root).map_err(|(at, found)| explain(path, at, found))
}

pub(super) fn find(path: &Path, root: &Value) -> Option<Value> {
    match path.definite {
        true => definite(path, root).ok(),
        false => evaluate(path, root).ok(),
    }
}

/// What a filter sees: as Jayway has it, without AWS's leniency. `None` is not found.
pub(super) fn find_inside_filter(path: &Path, item: &Value, root: &Value) -> Option<Value> {
    match path.definite {
        true => definite(path, item).ok(),
        false => collect(path, item, root).ok().map(Value::array),
    }
}

pub(super) fn reach<'v>(path: &'v Path, root: &'v Value) -> Reach<'v> {
    let mut reached = root;
    for (found, step) in path.steps.iter().enumerate() {
        let missing = match (step, reached) {
            (Step::Name(name), _) => Missing::Name(name),
            (Step::Index(index), _) => Missing::Index(*index),
            (Step::Names(_), Value::Object(_)) | (Step::Slice(..) | Step::Indexes(_), Value::Array(_)) => break,
            (Step::Names(_), _) => Missing::Names,
            (Step::Slice(..) | Step::Indexes(_), _) => Missing::Items,
            (Step::Wildcard | Step::Scan | Step::Filter(_), _) => break,
        };
        match child(step, reached) {
            Some(child) => reached = child,
            None => return Reach { found, reached, missing: Some(missing) },
        }
    }
    Reach { found: path.steps.len(), reached, missing: None }
}

/// The value of a definite path, or the step that failed and the value it failed on.
fn definite<'v>(path: &Path, root: &'v Value) -> Result<Value, (usize, &'v Value)> {
    let mut value = root;
    for (at, step) in path.steps.iter().enumerate() {
        if let Step::Names(names) = step {
            return value.as_object().map(|object| merge(names, object)).ok_or((at, value));
        }
        value = child(step, value).ok_or((at, value))?;
    }
    Ok(value.clone())
}

fn child<'v>(step: &Step, value: &'v Value) -> Option<&'v Value> {
    match (step, value) {
        (Step::Name(name), Value::Object(object)) => object.get(&**name),
        (Step::Index(index), Value::Array(items)) => item(items, *index),
        _ => None,
    }
}

fn item(items: &[Value], index: i64) -> Option<&Value> {
    let from_start = if index < 0 { index + items.len() as i64 } else { index };
    items.get(usize::try_from(from_start).ok()?)
}

/// `['a','b']` as the last step: an object of those that are there.
fn merge(names: &[std::rc::Rc<str>], object: &Object) -> Value {
    Value::object(names.iter().filter_map(|name| Some((name.clone(), object.get(&**name)?.clone()))))
}

/// Why a walk ended early. A step can only miss while everything before it was definite.
enum Stop<'v> {
    Missing { at: usize, found: &'v Value },
    Budget,
}

fn collect<'v>(path: &Path, item: &'v Value, root: &'v Value) -> Result<Vec<Value>, Stop<'v>> {
    let definite_until = path.steps.iter().take_while(|step| step.is_definite(false)).count();
    let mut walk = Walk { steps: &path.steps, root, definite_until, found: Vec::new(), visits: 0 };
    walk.step(0, item)?;
    Ok(walk.found)
}

struct Walk<'p, 'v> {
    steps: &'p [Step],
    root: &'v Value,
    /// Steps up to and including this index have only definite ones before them.
    definite_until: usize,
    found: Vec<Value>,
    visits: usize,
}

impl<'v> Walk<'_, 'v> {
    fn step(&mut self, at: usize, value: &'v Value) -> Result<(), Stop<'v>> {
        self.visit()?;
        let steps = self.steps;
        let Some(step) = steps.get(at) else {
            self.found.push(value.clone());
            return Ok(());
        };
        match (step, value) {
            (Step::Name(_), Value::Object(_)) => match child(step, value) {
                Some(child) => self.step(at + 1, child),
                None => self.missing(at, value),
            },
            (Step::Names(names), Value::Object(object)) if at + 1 == steps.len() => {
                self.found.push(merge(names, object));
                Ok(())
            }
            (Step::Names(names), Value::Object(object)) => {
                names.iter().filter_map(|name| object.get(&**name)).try_for_each(|child| self.step(at + 1, child))
            }
            (Step::Index(_), Value::Array(_)) => match child(step, value) {
                Some(child) => self.step(at + 1, child),
                None => self.missing(at, value),
            },
            (Step::Indexes(indexes), Value::Array(items)) => {
                indexes.iter().filter_map(|&index| item(items, index)).try_for_each(|child| self.step(at + 1, child))
            }
            (Step::Slice(from, to), Value::Array(items)) => {
                slice(*from, *to, items).try_for_each(|child| self.step(at + 1, child))
            }
            (Step::Name(_) | Step::Names(_) | Step::Index(_) | Step::Indexes(_) | Step::Slice(..), _) => {
                self.missing(at, value)
            }
            (Step::Wildcard, _) => children(value).try_for_each(|child| self.step(at + 1, child)),
            (Step::Scan, _) => self.scan(at + 1, value),
            (Step::Filter(filter), Value::Array(items)) => {
                for item in items.iter() {
                    self.visit()?;
                    if filter.accepts(item, self.root) {
                        self.step(at + 1, item)?;
                    }
                }
                Ok(())
            }
            (Step::Filter(filter), Value::Object(_)) if filter.accepts(value, self.root) => self.step(at + 1, value),
            (Step::Filter(_), _) => Ok(()),
        }
    }

    fn visit(&mut self) -> Result<(), Stop<'v>> {
        self.visits += 1;
        if self.visits > MAX_VISITS { Err(Stop::Budget) } else { Ok(()) }
    }

    fn missing(&self, at: usize, found: &'v Value) -> Result<(), Stop<'v>> {
        if at <= self.definite_until { Err(Stop::Missing { at, found }) } else { Ok(()) }
    }

    /// `..`: the step `at` on everything from here down that it fits, parents before children.
    fn scan(&mut self, at: usize, value: &'v Value) -> Result<(), Stop<'v>> {
        let mut pending = vec![value];
        while let Some(value) = pending.pop() {
            self.visit()?;
            if self.scan_fits(at, value) {
                self.step(at, value)?;
            }
            let before = pending.len();
            pending.extend(children(value).filter(|child| matches!(child, Value::Array(_) | Value::Object(_))));
            pending[before..].reverse();
        }
        Ok(())
    }

    fn scan_fits(&self, at: usize, value: &Value) -> bool {
        let is_last = at + 1 == self.steps.len();
        match (&self.steps[at], value) {
            (Step::Name(name), Value::Object(object)) => object.contains_key(&**name),
            (Step::Names(names), Value::Object(object)) => {
                !is_last || names.iter().all(|name| object.contains_key(&**name))
            }
            (Step::Index(_) | Step::Indexes(_) | Step::Slice(..), Value::Array(_)) => true,
            (Step::Wildcard, _) => true,
            (Step::Filter(_), Value::Object(_)) => true,
            // Jayway asks the array itself first; its items are asked when the scan comes to them.
            (Step::Filter(filter), Value::Array(_)) => filter.accepts(value, self.root),
            _ => false,
        }
    }
}

fn children(value: &Value) -> impl Iterator<Item = &Value> {
    let (items, object) = match value {
        Value::Array(items) => (items.as_slice(), None),
        Value::Object(object) => (&[][..], Some(object.values())),
        _ => (&[][..], None),
    };
    items.iter().chain(object.into_iter().flatten())
}

/// Jayway's slices: with both ends given, the indexes count up from `from` as it is written.
fn slice(from: Option<i64>, to: Option<i64>, items: &[Value]) -> impl Iterator<Item = &Value> {
    let length = items.len() as i64;
    let (from, to) = match (from, to) {
        (Some(from), Some(to)) => (from.max(-length), to.min(length)),
        (Some(from), None) => (if from < 0 { (from + length).max(0) } else { from }, length),
        (None, to) => {
            let to = to.unwrap_or(length);
            (0, if to < 0 { to + length } else { to.min(length) })
        }
    };
    (from..to.max(from)).filter_map(|index| item(items, index))
}

/// Jayway's words for a definite walk that failed at step `at` on the value `found`.
fn explain(path: &Path, at: usize, found: &Value) -> NotFound {
    const PROVIDER: &str = "com.jayway.jsonpath.spi.json.JsonSmartJsonProvider";
    let steps = &path.steps;
    let shown = |steps: &[Step]| steps.iter().fold("$".to_owned(), |text, step| text + &step.to_string());
    let step = &steps[at];
    let message = match (step, found) {
        (Step::Name(_), Value::Object(_)) if at + 1 < steps.len() => {
            format!("Missing property in path {}", shown(&steps[..=at]))
        }
        (Step::Name(_) | Step::Names(_), Value::Object(_)) | (Step::Index(_), Value::Array(_)) => {
            format!("No results for path: {}", shown(steps))
        }
        (Step::Name(_) | Step::Names(_), _) => format!(
            "Expected to find an object with property {step} in path {} but found '{}'. This is not a json object \
             according to the JsonProvider: '{PROVIDER}'.",
            shown(&steps[..at]),
            java_class(found),
        ),
        (_, Value::Null) => format!("The path {} is null", shown(&steps[..at])),
        _ => format!("Filter: {step} can only be applied to arrays. Current context is: {}", java_text(found)),
    };
    NotFound { message }
}

fn java_class(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "java.lang.Boolean",
        Value::Number(Number::Int(int)) if i32::try_from(*int).is_ok() => "java.lang.Integer",
        Value::Number(Number::Int(_)) => "java.lang.Long",
        Value::Number(Number::Float(_)) => "java.lang.Double",
        Value::Number(Number::Text(_)) => "java.math.BigInteger",
        Value::String(_) => "java.lang.String",
        Value::Array(_) => "net.minidev.json.JSONArray",
        Value::Object(_) => "java.util.LinkedHashMap",
    }
}

/// A value as Java's `toString` shows what Jayway reads: maps as `{a=1}`, arrays as JSON.
fn java_text(value: &Value) -> String {
    match value {
        Value::Object(object) => {
            let mut text = String::from("{");
            for (index, (key, value)) in object.iter().enumerate() {
                let separator = if index > 0 { ", " } else { "" };
                write!(text, "{separator}{key}={}", java_text(value)).expect("writing to a string cannot fail");
            }
            text + "}"
        }
        Value::String(string) => string.to_string(),
        other => other.to_json(),
    }
}
