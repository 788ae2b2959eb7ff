//! Where our run first parts from a recorded one. Events of concurrent branches come in an order of chance, so each
//! line of execution is compared along itself, event by event, and of all differences the one that comes first in the
//! recording counts. What chance or a clock makes, such as dates, identifiers and task tokens, may differ.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::{
    asl::model::Definition,
    sim::trace::{Details, PayloadId, Status, Trace, TraceEvent},
    syntax,
    value::Value,
};

/// So much of a value is shown.
const SHOWN: usize = 160;

/// The first event in which two runs differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The event of the recording; where that has none, the last of its branch before.
    pub event: u32,
    /// Our event in its place, if there is one.
    pub ours: Option<u32>,
    /// `type`, or a field of the event's details, with the place in its data: `output/order/total`.
    pub field: String,
    /// The whole in one sentence.
    pub words: String,
}

/// What a comparison came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    pub difference: Option<Difference>,
    /// How many events were equal.
    pub equal: usize,
    /// How many values differ as those of chance and clocks may.
    pub by_chance: usize,
}

/// The first difference, if there is one.
pub fn first_difference(theirs: &Trace, ours: &Trace, definition: &Definition) -> Option<Difference> {
    compare(theirs, ours, definition).difference
}

/// What the second of two runs is called, and the first where it stops before the other.
#[derive(Clone, Copy, Debug)]
struct Names {
    second: &'static str,
    it: &'static str,
    first: &'static str,
}

const RECORDED: Names = Names { second: "our run", it: "ours", first: "the recording" };
const TWO_RUNS: Names = Names { second: "the second run", it: "the second", first: "the first" };

/// Compares a recorded run with ours.
pub fn compare(theirs: &Trace, ours: &Trace, definition: &Definition) -> Comparison {
    compare_as(theirs, ours, definition, RECORDED)
}

/// Compares two runs of ours.
pub fn compare_runs(first: &Trace, second: &Trace, definition: &Definition) -> Comparison {
    compare_as(first, second, definition, TWO_RUNS)
}

fn compare_as(theirs: &Trace, ours: &Trace, definition: &Definition, names: Names) -> Comparison {
    let mut comparer = Comparer { theirs, ours, definition, names, by_chance: 0 };
    let mut equal = 0;
    let mut first: Option<Difference> = None;
    for (theirs, ours) in lines(theirs, ours) {
        let (same, difference) = comparer.line(&theirs, &ours);
        equal += same;
        if let Some(difference) = difference
            && first.as_ref().is_none_or(|first| difference.event < first.event)
        {
            first = Some(difference);
        }
    }
    Comparison { difference: first, equal, by_chance: comparer.by_chance }
}

/// Takes over from our run what a recording does not tell, for the events that are equal: by which rule a state was
/// left.
pub fn settle(theirs: &mut Trace, ours: &Trace, definition: &Definition) {
    let mut known = Vec::new();
    let mut comparer = Comparer { theirs, ours, definition, names: RECORDED, by_chance: 0 };
    for (theirs, ours) in lines(theirs, ours) {
        let (same, _) = comparer.line(&theirs, &ours);
        known.extend(theirs.iter().zip(&ours).take(same).map(|(theirs, ours)| (theirs.id, ours.details.left)));
    }
    for (id, left) in known.into_iter().filter(|(_, left)| left.is_some()) {
        theirs.events[id as usize - 1].details.left = left;
    }
}

type Line<'a> = Vec<&'a TraceEvent>;

/// The events of each line of execution in both runs. Lines are the same that have the same owner, index and count of
/// starts, in lines that are the same.
fn lines<'a>(theirs: &'a Trace, ours: &'a Trace) -> Vec<(Line<'a>, Line<'a>)> {
    let mut names: FxHashMap<(Option<u32>, Option<u32>, u32, u32), u32> = FxHashMap::default();
    let mut number = |trace: &Trace| -> Vec<u32> {
        let mut numbers: Vec<u32> = Vec::with_capacity(trace.branches.len());
        for branch in &trace.branches {
            let parent = branch.parent.and_then(|parent| numbers.get(parent as usize).copied());
            let next = names.len() as u32;
            numbers.push(*names.entry((parent, branch.owner, branch.index, branch.generation)).or_insert(next));
        }
        numbers
    };
    let (their_numbers, our_numbers) = (number(theirs), number(ours));
    let mut lines = vec![(Vec::new(), Vec::new()); names.len()];
    for event in &theirs.events {
        if let Some(&line) = their_numbers.get(event.branch as usize) {
            lines[line as usize].0.push(event);
        }
    }
    for event in &ours.events {
        if let Some(&line) = our_numbers.get(event.branch as usize) {
            lines[line as usize].1.push(event);
        }
    }
    lines
}

struct Comparer<'a> {
    theirs: &'a Trace,
    ours: &'a Trace,
    definition: &'a Definition,
    names: Names,
    by_chance: usize,
}

/// A field that differs, and both values as they are shown.
struct Differing {
    field: String,
    theirs: String,
    ours: String,
}

impl Comparer<'_> {
    /// How many events of a line are equal, and the first difference.
    fn line(&mut self, theirs: &[&TraceEvent], ours: &[&TraceEvent]) -> (usize, Option<Difference>) {
        for (same, (their, our)) in theirs.iter().zip(ours).enumerate() {
            if let Some(differing) = self.event(their, our) {
                return (same, Some(self.difference(their, our, &differing)));
            }
        }
        let same = theirs.len().min(ours.len());
        (same, self.missing(theirs, ours))
    }

    /// The event that only one of the runs has. A recording that stops before the end leaves out what comes after.
    fn missing(&self, theirs: &[&TraceEvent], ours: &[&TraceEvent]) -> Option<Difference> {
        let same = theirs.len().min(ours.len());
        if let Some(their) = theirs.get(same) {
            let words = format!("{} is not in {}", self.name(their), self.names.second);
            return Some(Difference { event: their.id, ours: None, field: "type".to_owned(), words });
        }
        let our = ours.get(same).filter(|_| self.theirs.status != Status::Running)?;
        // A line that the recording does not have at all hangs from what both have.
        let before = theirs.last().map_or_else(|| our.previous.min(self.theirs.events.len() as u32), |last| last.id);
        let words = {
            let Names { second, first, .. } = self.names;
            format!("after event {before} {second} goes on with {}: {first} does not", self.named(our))
        };
        Some(Difference { event: before, ours: Some(our.id), field: "type".to_owned(), words })
    }

    fn difference(&self, their: &TraceEvent, our: &TraceEvent, differing: &Differing) -> Difference {
        let Differing { field, theirs, ours } = differing;
        let words = match field.as_str() {
            "type" => format!("{} is {} in {}", self.name(their), self.named(our), self.names.second),
            "state" => format!("{} is of {ours} in {}", self.name(their), self.names.second),
            field => format!("{} has `{field}` {theirs}, {} has {ours}", self.name(their), self.names.it),
        };
        Difference { event: their.id, ours: Some(our.id), field: field.clone(), words }
    }

    fn name(&self, event: &TraceEvent) -> String {
        format!("event {}, {},", event.id, self.named(event))
    }

    fn named(&self, event: &TraceEvent) -> String {
        let state = event.state.and_then(|state| self.definition.states.get(state as usize));
        match state {
            Some(state) => format!("{} of `{}`", event.kind, state.name),
            None => event.kind.to_string(),
        }
    }

    fn event(&mut self, their: &TraceEvent, our: &TraceEvent) -> Option<Differing> {
        if their.kind != our.kind {
            return Some(differing("type", Some(their.kind.to_string()), Some(our.kind.to_string())));
        }
        if their.state.is_some() && their.state != our.state {
            let (field, theirs, ours) = ("state".to_owned(), self.named(their), self.named(our));
            return Some(Differing { field, theirs, ours });
        }
        let (their, our) = (&their.details, &our.details);
        self.texts(their, our)
            .or_else(|| numbers(their, our))
            .or_else(|| self.payload("input", their.input, our.input))
            .or_else(|| self.payload("parameters", their.parameters, our.parameters))
            .or_else(|| self.payload("output", their.output, our.output))
            .or_else(|| self.variables(their, our))
    }

    fn texts(&mut self, their: &Details, our: &Details) -> Option<Differing> {
        let pairs = [
            ("name", &their.name, &our.name),
            ("resourceType", &their.resource_type, &our.resource_type),
            ("resource", &their.resource, &our.resource),
            ("error", &their.error, &our.error),
            ("cause", &their.cause, &our.cause),
            ("location", &their.location, &our.location),
            ("workerName", &their.worker_name, &our.worker_name),
            ("mapRunArn", &their.map_run_arn, &our.map_run_arn),
        ];
        pairs.into_iter().find_map(|(field, theirs, ours)| self.text(field, theirs.as_deref(), ours.as_deref()))
    }

    fn text(&mut self, field: &str, theirs: Option<&str>, ours: Option<&str>) -> Option<Differing> {
        let is_equal = match (theirs, ours) {
            (Some(theirs), Some(ours)) => {
                theirs == ours || self.is_chance(theirs, ours) || self.is_same_json(theirs, ours)
            }
            (theirs, ours) => theirs == ours,
        };
        (!is_equal).then(|| {
            let (theirs, ours) = (theirs.map(ToOwned::to_owned), ours.map(ToOwned::to_owned));
            differing(field, theirs, ours)
        })
    }

    /// A text may be JSON, whose white space is a matter of who wrote it.
    fn is_same_json(&mut self, theirs: &str, ours: &str) -> bool {
        let parse = |text: &str| syntax::parse_value(text).ok().filter(|_| text.starts_with(['{', '[']));
        match (parse(theirs), parse(ours)) {
            (Some(theirs), Some(ours)) => self.value(&theirs, &ours, &mut String::new()).is_none(),
            _ => false,
        }
    }

    /// Payloads that the recording does not have are not compared.
    fn payload(&mut self, field: &str, theirs: Option<PayloadId>, ours: Option<PayloadId>) -> Option<Differing> {
        let theirs = self.theirs.payload(theirs?)?;
        let ours = ours.and_then(|ours| self.ours.payload(ours)).cloned();
        let Some(ours) = ours else {
            return Some(differing(field, Some(theirs.to_string()), None));
        };
        if **theirs == *ours {
            return None;
        }
        match (syntax::parse_value(theirs), syntax::parse_value(&ours)) {
            (Ok(theirs), Ok(ours)) => self.value(&theirs, &ours, &mut field.to_owned()),
            _ => self.text(field, Some(theirs), Some(&ours)),
        }
    }

    fn variables(&mut self, their: &Details, our: &Details) -> Option<Differing> {
        let their = their.assigned_variables.as_ref()?;
        let name = |name: &str| format!("assignedVariables/{name}");
        for (variable, payload) in their {
            let ours = our.assigned_variables.as_ref().and_then(|our| our.get(variable)).copied();
            if let Some(differing) = self.payload(&name(variable), Some(*payload), ours) {
                return Some(differing);
            }
        }
        let more = our.assigned_variables.iter().flatten().find(|(variable, _)| !their.contains_key(*variable))?;
        Some(differing(&name(more.0), None, self.ours.payload(*more.1).map(|text| text.to_string())))
    }

    /// Where two values differ first; `at` is the way there.
    fn value(&mut self, theirs: &Value, ours: &Value, at: &mut String) -> Option<Differing> {
        let length = at.len();
        let found = match (theirs, ours) {
            (Value::Object(their), Value::Object(our)) => {
                let keys: Vec<&Rc<str>> =
                    their.keys().chain(our.keys().filter(|key| !their.contains_key(*key))).collect();
                keys.into_iter().find_map(|key| self.member(key, their.get(key), our.get(key), at))
            }
            (Value::Array(their), Value::Array(our)) => (0..their.len().max(our.len()))
                .find_map(|index| self.member(&index.to_string(), their.get(index), our.get(index), at)),
            (Value::String(their), Value::String(our))
                if self.is_chance(their, our) || self.is_same_json(their, our) =>
            {
                None
            }
            (theirs, ours) if theirs == ours => None,
            (theirs, ours) => Some(differing(at, Some(theirs.to_json()), Some(ours.to_json()))),
        };
        at.truncate(length);
        found
    }

    fn member(
        &mut self,
        key: &str,
        theirs: Option<&Value>,
        ours: Option<&Value>,
        at: &mut String,
    ) -> Option<Differing> {
        let length = at.len();
        syntax::push_pointer(at, key);
        let found = match (theirs, ours) {
            (Some(theirs), Some(ours)) => self.value(theirs, ours, at),
            (theirs, ours) => Some(differing(at, theirs.map(Value::to_json), ours.map(Value::to_json))),
        };
        at.truncate(length);
        found
    }

    /// Whether two texts differ in nothing but dates, identifiers and tokens.
    fn is_chance(&mut self, theirs: &str, ours: &str) -> bool {
        let is_equal = theirs == ours;
        let may_differ = !is_equal && {
            let (theirs, ours) = (words(theirs), words(ours));
            theirs.len() == ours.len()
                && theirs.iter().zip(&ours).all(|(theirs, ours)| theirs == ours || is_random(theirs) && is_random(ours))
        };
        self.by_chance += usize::from(may_differ);
        is_equal || may_differ
    }
}

fn numbers(their: &Details, our: &Details) -> Option<Differing> {
    let pairs = [
        ("timeoutInSeconds", their.timeout_in_seconds, our.timeout_in_seconds),
        ("heartbeatInSeconds", their.heartbeat_in_seconds, our.heartbeat_in_seconds),
        ("length", their.length, our.length),
        ("index", their.index, our.index),
    ];
    let show = |number: Option<u64>| number.map_or_else(|| "nothing".to_owned(), |number| number.to_string());
    let (field, theirs, ours) = pairs.into_iter().find(|(_, theirs, ours)| theirs != ours)?;
    Some(Differing { field: field.to_owned(), theirs: show(theirs), ours: show(ours) })
}

/// The words of a text and what stands between them. Dates, identifiers and tokens are words, and an ARN is many.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.' | '_' | '=' | ':');
        let end = rest.find(|c: char| is_part(c) != is_part(first)).unwrap_or(rest.len());
        let token = rest.find(|c: char| !is_part(c) && c != '/').unwrap_or(rest.len());
        let (word, after) = rest.split_at(if is_token(&rest[..token]) { token } else { end });
        match is_part(first) && !is_random(word) {
            true => words.extend(word.split_inclusive(':')),
            false => words.push(word),
        }
        rest = after;
    }
    words
}

fn is_random(word: &str) -> bool {
    let word = word.trim_end_matches([':', '.']);
    is_date(word) || is_uuid(word) || is_token(word)
}

fn is_date(word: &str) -> bool {
    let has_shape = word.len() >= 20 && word.as_bytes()[4] == b'-' && word.as_bytes()[10] == b'T';
    has_shape && crate::engine::clock::Instant::parse(word).is_some()
}

fn is_uuid(word: &str) -> bool {
    let parts: Vec<&str> = word.split('-').collect();
    let is_hex = |part: &&str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12]) && parts.iter().all(is_hex)
}

/// Task tokens begin with `AQC` or `AAAA`, and are long.
fn is_token(word: &str) -> bool {
    word.len() >= 40 && (word.starts_with("AQC") || word.starts_with("AAAA"))
}

/// Two values as they are shown: where both are long, from shortly before they part.
fn differing(field: &str, theirs: Option<String>, ours: Option<String>) -> Differing {
    let common = match (&theirs, &ours) {
        (Some(theirs), Some(ours)) => theirs.chars().zip(ours.chars()).take_while(|(one, other)| one == other).count(),
        _ => 0,
    };
    let skipped = if common > SHOWN / 2 { common - SHOWN / 4 } else { 0 };
    let show = |text: Option<String>| text.map_or_else(|| "nothing".to_owned(), |text| short(&text, skipped));
    Differing { field: field.to_owned(), theirs: show(theirs), ours: show(ours) }
}

fn short(text: &str, skipped: usize) -> String {
    let before = if skipped > 0 { "…" } else { "" };
    let shown: String = text.chars().skip(skipped).take(SHOWN).collect();
    let after = if text.chars().nth(skipped + SHOWN).is_some() { "…" } else { "" };
    format!("`{before}{shown}{after}`")
}
