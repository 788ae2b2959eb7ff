//! From a text to events: the pages of GetExecutionHistory in any order, arrays of events, lines of a log. Keys are
//! taken in any style of letters: `previousEventId`, `PreviousEventId`, `previous_event_id`.

use std::{collections::BTreeMap, rc::Rc};

use chrono::DateTime;
use serde_json::{Deserializer, Map, Value};

use super::{Origin, Recorded, Recording};

/// Longer histories are refused. AWS ends an execution at 25,000 events.
const MOST_EVENTS: usize = 100_000;

/// How deep lists of pages may be.
const DEEPEST: usize = 4;

/// Reads the text of a history; the error is a sentence, and what helps.
pub fn read(text: &str) -> Result<Recording, String> {
    let mut collector = Collector::default();
    for value in Deserializer::from_str(text.trim_start_matches('\u{feff}')).into_iter::<Value>() {
        let value = value.map_err(|error| format!("the history is not valid JSON: {error}"))?;
        collector.take(&value, 0);
    }
    collector.finish()
}

/// Whether a text is a history, right or wrong: the first value tells.
pub fn looks_like(text: &str) -> bool {
    let mut values = Deserializer::from_str(text.trim_start_matches('\u{feff}')).into_iter::<Value>();
    let Some(Ok(first)) = values.next() else { return false };
    let first = match &first {
        Value::Array(items) => items.first().unwrap_or(&Value::Null),
        other => other,
    };
    let Value::Object(object) = first else { return false };
    let has_events = matches!(field(object, "events"), Some(Value::Array(_)));
    has_events || is_event(object) || message(object).is_some_and(|event| is_event(&event))
}

#[derive(Default)]
struct Collector {
    events: BTreeMap<u64, Recorded>,
    origin: Origin,
    /// Events of another execution, events that differ from one with the same id, and values that are no events.
    foreign: usize,
    contrary: usize,
    strange: usize,
    unnumbered: usize,
}

impl Collector {
    fn take(&mut self, value: &Value, depth: usize) {
        match value {
            Value::Array(items) if depth < DEEPEST => items.iter().for_each(|item| self.take(item, depth + 1)),
            Value::Object(object) => self.take_object(object, depth),
            _ => self.strange += 1,
        }
    }

    fn take_object(&mut self, object: &Map<String, Value>, depth: usize) {
        if let Some(event) = message(object) {
            return self.take_object(&event, depth);
        }
        if is_event(object) {
            return self.take_event(object);
        }
        self.learn(object);
        match field(object, "events") {
            Some(Value::Array(events)) if depth < DEEPEST => {
                events.iter().for_each(|event| self.take(event, depth + 1))
            }
            _ if field(object, "executionarn").is_some() => {}
            _ => self.strange += 1,
        }
    }

    fn take_event(&mut self, object: &Map<String, Value>) {
        let Some(id) = field(object, "id").and_then(number).filter(|&id| id > 0) else {
            self.unnumbered += 1;
            return;
        };
        if self.events.len() > MOST_EVENTS {
            return;
        }
        if let Some(arn) = text(object, "executionarn") {
            match &self.origin.execution_arn {
                Some(known) if *known != arn => {
                    self.foreign += 1;
                    return;
                }
                _ => self.origin.execution_arn = Some(arn),
            }
        }
        let previous = field(object, "previouseventid").and_then(number).unwrap_or(0);
        let at = ["timestamp", "eventtimestamp"].iter().find_map(|key| time(field(object, key)?));
        let kind: Rc<str> = text(object, "type").unwrap_or_default();
        let event = Recorded { id, previous, kind, at, details: details(object) };
        match self.events.get(&id) {
            Some(known) => self.contrary += usize::from(*known != event),
            None => {
                self.events.insert(id, event);
            }
        }
    }

    fn learn(&mut self, object: &Map<String, Value>) {
        if let Some(arn) = text(object, "executionarn") {
            self.origin.execution_arn.get_or_insert(arn);
        }
        if let Some(arn) = text(object, "statemachinearn") {
            self.origin.machine_arn.get_or_insert(arn);
        }
    }

    fn finish(self) -> Result<Recording, String> {
        if self.events.len() > MOST_EVENTS {
            return Err(format!("the history has more than {MOST_EVENTS} events: AWS keeps 25,000 of an execution"));
        }
        if self.events.is_empty() {
            let found = if self.unnumbered > 0 { "its events have no `id`" } else { "there are no events in it" };
            let cure = "it is what `aws stepfunctions get-execution-history` prints, or a list of such events";
            return Err(format!("this is no execution history: {found}; {cure}"));
        }
        let notes = self.notes();
        let events: Vec<Recorded> = self.events.into_values().collect();
        Ok(Recording { events, origin: self.origin, notes })
    }

    fn notes(&self) -> Vec<String> {
        let missing = self.missing();
        let counted = [
            (self.unnumbered, "events have no `id` and are left out"),
            (self.contrary, "events come twice and differ: the first counts"),
            (self.foreign, "events are of another execution and are left out"),
            (self.strange, "values are no events and are left out"),
        ];
        let told = counted.iter().filter(|(count, _)| *count > 0).map(|(count, words)| format!("{count} {words}"));
        told.chain(missing).collect()
    }

    /// Which events are not there, as when a page is missing.
    fn missing(&self) -> Option<String> {
        let last = *self.events.keys().next_back()?;
        let count = last - self.events.len() as u64;
        let first =
            (1..).zip(self.events.keys()).find(|(expected, id)| expected != *id).map(|(expected, _)| expected)?;
        Some(format!("{count} events are missing, the first of them {first}: are all pages there?"))
    }
}

/// The member of a key, whatever the style of its letters. `name` is in lower case without underscores.
fn field<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let is_same = |key: &str| {
        let letters = key.bytes().filter(|byte| *byte != b'_').map(|byte| byte.to_ascii_lowercase());
        letters.eq(name.bytes())
    };
    object.iter().find(|(key, _)| is_same(key)).map(|(_, value)| value)
}

fn text(object: &Map<String, Value>, name: &str) -> Option<Rc<str>> {
    field(object, name)?.as_str().map(Rc::from)
}

fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

fn is_event(object: &Map<String, Value>) -> bool {
    let has_type = field(object, "type").is_some_and(Value::is_string);
    has_type && (field(object, "id").is_some() || field(object, "previouseventid").is_some())
}

/// The event in a line of a log, which holds it as a text.
fn message(object: &Map<String, Value>) -> Option<Map<String, Value>> {
    let text = field(object, "message")?.as_str()?;
    match serde_json::from_str(text) {
        Ok(Value::Object(event)) => Some(event),
        _ => None,
    }
}

/// The `…EventDetails` of an event, or its `details` in a log.
fn details(object: &Map<String, Value>) -> Map<String, Value> {
    let is_details = |key: &str| {
        let key = key.replace('_', "").to_ascii_lowercase();
        key.ends_with("eventdetails") || key == "details"
    };
    let found = object.iter().find_map(|(key, value)| value.as_object().filter(|_| is_details(key)));
    found.cloned().unwrap_or_default()
}

/// Microseconds since 1970, of a text in ISO form, or of a number of seconds or milliseconds.
fn time(value: &Value) -> Option<i64> {
    let number = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => match text.parse::<f64>() {
            Ok(number) => number,
            Err(_) => return iso(text),
        },
        _ => return None,
    };
    // Seconds until the year 5138, as milliseconds since 1973.
    let micros = if number.abs() < 1e11 { number * 1e6 } else { number * 1e3 };
    let is_in_reach = micros.is_finite() && micros.abs() < 9e17;
    is_in_reach.then_some(micros.round() as i64)
}

fn iso(text: &str) -> Option<i64> {
    let parsed = DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z"))
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f%:z"));
    parsed.ok().map(|time| time.timestamp_micros())
}
