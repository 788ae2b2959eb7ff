//! Why a state failed, and why a Choice went where it went: which field, which path, how far it led,
//! what was there instead, and what the nearest key is; which rule was tried, and what it compared.
//!
//! Pure, and after the run: the engine leaves behind which expression failed on which data
//! ([`TraceLookup`](crate::sim::trace::TraceLookup)), and the same evaluators are asked once more, step by step. Causes
//! in AWS's words are never taken apart.

mod changes;
mod choice;
mod data;
mod failure;
mod flow;
mod handlers;
mod jsonata;
mod lookup;
mod place;
mod text;

use std::{collections::BTreeMap, rc::Rc};
use tr::tr;

use crate::{
    asl::model::{Definition, StateId},
    intrinsic,
    sim::{
        timeline::{Timeline, Visit, VisitId},
        trace::{FaultVerdict, PayloadId, Trace, TraceFault},
        variables,
    },
    syntax::{self, Format, Node, parse_value},
    value::Value,
};

pub use changes::{Change, ChangeLine};
pub use choice::{Rule, Rules, Test, TestKind, Verdict};
pub use data::{Excerpt, Line, LineMark};
pub use failure::{Failure, Mend};
pub use flow::{FlowStage, flow};
pub use handlers::{Asked, Handler, HandlerKind};
pub use lookup::{Lookup, Step, StepMark};
pub use place::Place;
pub use text::{render, render_rules};

/// The lines of one JSON text as they differ from another; none where both are the same, or one is no JSON.
pub fn differences(before: &str, after: &str) -> Vec<ChangeLine> {
    match (parse_value(before), parse_value(after)) {
        (Ok(before), Ok(after)) => changes::changes(&before, &after),
        _ => Vec::new(),
    }
}

/// A finished run together with the text it was a run of.
pub struct Explainer<'a> {
    definition: &'a Definition,
    trace: &'a Trace,
    timeline: &'a Timeline,
    text: &'a str,
    root: Option<Node>,
}

/// What an expression of a state saw.
struct Seen {
    input: Value,
    context: Value,
    variables: BTreeMap<Rc<str>, Value>,
    /// `$states.result` or `$states.errorOutput`.
    result: Option<Value>,
    /// Milliseconds since 1970.
    now: i64,
}

impl crate::jsonata::Environment for Seen {
    fn states(&self, member: &str) -> Option<Value> {
        match member {
            "input" => Some(self.input.clone()),
            "context" => Some(self.context.clone()),
            _ => self.result.clone(),
        }
    }

    fn variable(&self, name: &str) -> Option<Value> {
        self.variables.get(name).cloned()
    }

    fn now(&self) -> i64 {
        self.now
    }

    fn random(&self) -> u64 {
        0
    }
}

impl intrinsic::Environment for Seen {
    fn input(&self) -> &Value {
        &self.input
    }

    fn context(&self) -> Value {
        self.context.clone()
    }

    fn variable(&self, name: &str) -> Option<Value> {
        self.variables.get(name).cloned()
    }

    /// What was drawn in the run is not known any more; a path fails whatever was drawn.
    fn random(&self) -> u64 {
        0
    }
}

impl<'a> Explainer<'a> {
    pub fn new(text: &'a str, definition: &'a Definition, trace: &'a Trace, timeline: &'a Timeline) -> Self {
        let root = syntax::parse(text, Format::detect(text)).root;
        Self { definition, trace, timeline, text, root }
    }

    /// Why a visit failed, as far as is known after a number of events: its latest failure, retried, caught or not.
    pub fn visit(&self, visit: VisitId, happened: usize) -> Option<Failure> {
        self.fault(fault_of(self.trace, self.timeline.visits.get(visit.index())?, happened)?)
    }

    /// Why the execution failed: the failure that began what ended it.
    pub fn run(&self) -> Option<Failure> {
        self.fault(root_fault(self.trace)?)
    }

    /// A failure by its place among the faults of the trace.
    pub fn fault(&self, at: usize) -> Option<Failure> {
        self.failure(at)
    }

    /// How the rules of a Choice fared in a visit; nothing for other kinds of state.
    pub fn rules(&self, visit: VisitId) -> Option<Rules> {
        choice::rules(self, self.timeline.visits.get(visit.index())?)
    }

    fn visit_of(&self, fault: &TraceFault) -> Option<&'a Visit> {
        visit_of(self.timeline, fault)
    }

    fn payload(&self, id: PayloadId) -> Option<Value> {
        parse_value(self.trace.payload(id)?).ok()
    }

    /// The variables that a visit saw when it began.
    fn variables(&self, visit: &Visit) -> BTreeMap<Rc<str>, Value> {
        let around = variables::around(self.trace, self.timeline, visit).into_iter();
        around.filter_map(|variable| Some((variable.name, self.payload(variable.before?)?))).collect()
    }

    fn name(&self, state: StateId) -> &'a str {
        self.definition.states.get(state.index()).map_or("?", |state| &state.name)
    }
}

/// The latest failure of a visit that is known after a number of events, by its place among the faults of a trace.
pub fn fault_of(trace: &Trace, visit: &Visit, happened: usize) -> Option<usize> {
    let is_its = |fault: &TraceFault| fault.entered == visit.entered && fault.state == visit.state.0;
    trace.faults.iter().rposition(|fault| is_its(fault) && fault.event as usize <= happened)
}

/// The failure that ended an attempt: the first of the visit after one event, up to another.
pub fn fault_between(trace: &Trace, visit: &Visit, after: u32, until: u32) -> Option<usize> {
    let is_its = |fault: &TraceFault| fault.entered == visit.entered && fault.state == visit.state.0;
    trace.faults.iter().position(|fault| is_its(fault) && fault.event > after && fault.event <= until)
}

/// The failure that began what ended the execution, by its place among the faults of a trace: a
/// Parallel or Map fails because something in it has.
pub fn root_fault(trace: &Trace) -> Option<usize> {
    let mut at = trace.faults.iter().rposition(|fault| fault.verdict == FaultVerdict::Ended)?;
    while let Some(inner) = inner_fault(trace, at) {
        at = inner;
    }
    Some(at)
}

/// The visit that [`root_fault`] names.
pub fn root_visit(trace: &Trace, timeline: &Timeline) -> Option<VisitId> {
    visit_of(timeline, trace.faults.get(root_fault(trace)?)?).map(|visit| visit.id)
}

fn visit_of<'t>(timeline: &'t Timeline, fault: &TraceFault) -> Option<&'t Visit> {
    timeline.visits.iter().find(|visit| visit.entered == fault.entered && visit.state.0 == fault.state)
}

/// The failure inside a Parallel or Map that became its own: what is handed up is dealt with next.
fn inner_fault(trace: &Trace, at: usize) -> Option<usize> {
    let (before, fault) = (at.checked_sub(1)?, &trace.faults[at]);
    let inner = &trace.faults[before];
    let parent = trace.branches.get(inner.branch as usize)?.parent;
    (inner.verdict == FaultVerdict::HandedUp && parent == Some(fault.branch)).then_some(before)
}

/// A JSON text as data.
fn data_of(text: &str) -> Option<Value> {
    parse_value(text).ok()
}

/// A short JSON text of a value: of what is longer the beginning, and how much more there is.
fn brief(value: &Value) -> String {
    const LONGEST: usize = 48;
    if value.json_len(LONGEST) <= LONGEST {
        return value.to_json_pretty();
    }
    match value {
        Value::Array(items) => cut("[", "]", items.len(), items.iter().map(part)),
        Value::Object(object) => {
            let member = |(key, child): (&Rc<str>, &Value)| format!("{}: {}", Value::from(key), part(child));
            cut("{", "}", object.len(), object.iter().map(member))
        }
        Value::String(text) => {
            let cut: String = text.chars().take(LONGEST - 8).collect();
            let mut json = Value::from(cut).to_json();
            json.truncate(json.len() - 1);
            json + "…\""
        }
        number => number.to_json().chars().take(LONGEST).collect(),
    }
}

/// A part of a value in its short text: whole where it is short itself.
fn part(value: &Value) -> String {
    const LONGEST: usize = 16;
    match value {
        value if value.json_len(LONGEST) <= LONGEST => value.to_json_pretty(),
        Value::Array(_) => "[…]".into(),
        Value::Object(_) => "{…}".into(),
        _ => "…".into(),
    }
}

/// As many parts as fit into a short text.
fn cut(open: &str, close: &str, count: usize, parts: impl Iterator<Item = String>) -> String {
    const LONGEST: usize = 36;
    let (mut text, mut shown) = (open.to_owned(), 0);
    for part in parts {
        if text.len() + part.len() > LONGEST {
            break;
        }
        text += &part;
        text += ", ";
        shown += 1;
    }
    match count - shown {
        0 => text.trim_end_matches(", ").to_owned() + close,
        more if shown == 0 => {
            format!("{open}… {}{close}", if open == "[" { items(more) } else { keys(more) })
        }
        more => tr!("{text}… {more} more{close}", text, more, close),
    }
}

/// What a value is, for sentences: `a string`, `an array of 3`, `null`.
fn kind(value: &Value) -> String {
    match value {
        Value::Null => "null".into(),
        Value::Bool(_) => tr!("a boolean"),
        Value::Number(_) => tr!("a number"),
        Value::String(_) => tr!("a string"),
        Value::Array(items) if items.is_empty() => tr!("an empty array"),
        Value::Array(items) => tr!("an array of {}", items.len()),
        Value::Object(object) if object.is_empty() => tr!("an empty object"),
        Value::Object(_) => tr!("an object"),
    }
}

fn items(number: usize) -> String {
    tr!("1 item" | "{n} items" % number)
}

fn keys(number: usize) -> String {
    tr!("1 key" | "{n} keys" % number)
}

/// Names in backticks with commas between, the first few of many.
fn listed<'n>(names: impl ExactSizeIterator<Item = &'n Rc<str>>) -> String {
    const MOST: usize = 8;
    let count = names.len();
    let shown: Vec<String> = names.take(MOST).map(|name| format!("`{name}`")).collect();
    let more = if count > MOST { tr!(" and {} more", count - MOST) } else { String::new() };
    shown.join(", ") + &more
}
