//! What an evaluation costs, counted while it runs. The crate limits each value and the number of steps, but not all
//! values together, nor how much one step does: the meter watches the value of every part that is evaluated, and
//! stops the evaluation at the next step where the sum is too high.
//!
//! Sizes are estimates: of a list the first items stand for the others. They are the same on every machine.

use std::collections::BTreeMap;

use jlens_core::{
    Ast, CancelToken, Node, NodeKind,
    ast::BinaryOp,
    ast::NodeId,
    audit::{CaptureLimits, Outcome, Tracer, ValueRef},
    stack,
};
use serde_json::Value as Json;

use super::{Limit, Limits, functions, parts::Recorder};

/// How many items of a list, and members of an object, stand for all of them.
const SAMPLE: usize = 4;

/// How much of a text is looked at inside a list; a longer one counts as the longest.
const SAMPLED_TEXT: usize = 1 << 20;

/// How deep a sample goes; beyond, only first items are followed, as deep as [`DEEPEST`].
const SAMPLED_DEPTH: usize = 3;
const DEEPEST: usize = 200;

/// Bytes that an item takes in its list, a member in its object, and each text, list or object by itself.
const ITEM: u64 = 16;
const MEMBER: u64 = 64;
const ALLOCATED: u64 = 48;

/// A part of more bytes is not kept for being looked at.
const LARGE_PART: u64 = 4 << 20;

/// Functions of which every part of the result is new; others hand parts of their arguments on.
const MAKES_ALL_ANEW: [&str; 11] =
    ["split", "spread", "match", "clone", "parse", "partition", "range", "zip", "keys", "string", "join"];

pub(super) struct Meter<'a> {
    /// Bytes of all values made.
    bytes: u64,
    /// Items and bytes looked at.
    work: u64,
    limits: &'a Limits,
    token: CancelToken,
    exceeded: Option<Limit>,
    is_function: bool,
    /// Arguments of the last calls of functions, and whether all of the result is new. Their results are not seen.
    last: BTreeMap<NodeId, bool>,
    recorder: Option<&'a mut Recorder>,
}

impl<'a> Meter<'a> {
    pub fn new(limits: &'a Limits, ast: &Ast, has_aliases: bool, recorder: Option<&'a mut Recorder>) -> Self {
        let mut last = BTreeMap::new();
        find_last_calls(&ast.root, has_aliases, &mut last);
        let token = CancelToken::new();
        Self { bytes: 0, work: 0, limits, token, exceeded: None, is_function: false, last, recorder }
    }

    /// What the evaluation asks whether it shall stop.
    pub fn token(&self) -> CancelToken {
        self.token.clone()
    }

    /// The limit that was reached, if one was.
    pub fn exceeded(&self) -> Option<Limit> {
        self.exceeded
    }

    /// Whether the result was a function.
    pub fn is_function(&self) -> bool {
        self.is_function
    }

    fn charge(&mut self, bytes: u64, work: u64) {
        self.bytes = self.bytes.saturating_add(bytes);
        self.work = self.work.saturating_add(work);
        if self.bytes > self.limits.total {
            self.stop(Limit::Memory);
        } else if self.work > self.limits.work {
            self.stop(Limit::Time);
        }
    }

    fn stop(&mut self, limit: Limit) {
        self.exceeded.get_or_insert(limit);
        self.token.cancel();
    }

    fn text(&mut self, value: ValueRef<'_>, is_new: bool) {
        let length = value.to_json().and_then(|json| json.as_str().map(str::len)).unwrap_or(0) as u64;
        self.charge(if is_new { ALLOCATED + length } else { 0 }, length);
    }

    /// What is made of the argument of a last call is about as large.
    fn argument(&mut self, value: ValueRef<'_>, is_all_new: bool) {
        if value.type_name() == "string" {
            return self.text(value, true);
        }
        let (shallow, deep) = measure(value, SAMPLE, SAMPLED_DEPTH);
        self.charge(if is_all_new { deep.saturating_mul(4) } else { 2 * shallow }, 0);
    }

    /// A list or an object that is handed on.
    fn known(&mut self, value: ValueRef<'_>) {
        let (shallow, _) = measure(value, 0, 1);
        self.charge(0, shallow / ITEM);
    }

    fn made(&mut self, value: ValueRef<'_>, is_all_new: bool) {
        let (shallow, deep) = measure(value, SAMPLE, SAMPLED_DEPTH);
        if deep > self.limits.total {
            return self.stop(Limit::Memory);
        }
        self.charge(if is_all_new { deep } else { shallow }, shallow / ITEM);
    }
}

impl Tracer for Meter<'_> {
    fn exit(&mut self, node: &Node, outcome: Outcome<'_>) {
        if self.exceeded.is_some() {
            return;
        }
        if let Outcome::Value(value) = outcome {
            if let Some(is_all_new) = self.last.get(&node.id) {
                self.argument(value, *is_all_new);
            }
            match (value.type_name(), origin(node)) {
                (_, Origin::Within) => {}
                ("string", origin) => self.text(value, origin != Origin::Known),
                ("array" | "object", Origin::Known) => self.known(value),
                ("array" | "object", origin) => self.made(value, origin == Origin::AllNew),
                _ => {}
            }
        }
        if let Some(recorder) = &mut self.recorder {
            recorder.exit(node, outcome, |value| measure(value, SAMPLE, SAMPLED_DEPTH).1 > LARGE_PART);
        }
    }

    fn end(&mut self, outcome: Outcome<'_>) {
        self.is_function = matches!(outcome, Outcome::Value(value) if value.type_name() == "function");
    }
}

/// Where the value of a part comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// Handed on as it was.
    Known,
    /// Made of values that were there.
    New,
    /// Made with everything in it.
    AllNew,
    /// It is the value of a part within, which was counted.
    Within,
}

fn origin(node: &Node) -> Origin {
    match &node.kind {
        NodeKind::Block { .. } | NodeKind::Condition { .. } | NodeKind::Bind { .. } => Origin::Within,
        NodeKind::Function { procedure, .. } => match &procedure.kind {
            NodeKind::Variable { name } if makes_all_anew(name) => Origin::AllNew,
            _ => Origin::New,
        },
        NodeKind::Apply { rhs, .. } if matches!(rhs.kind, NodeKind::Transform(_)) => Origin::AllNew,
        NodeKind::Apply { .. } | NodeKind::Array { .. } | NodeKind::Object { .. } => Origin::New,
        NodeKind::Binary { op: BinaryOp::Concat | BinaryOp::Range, .. } => Origin::New,
        NodeKind::Path { steps, .. } if steps.iter().any(|step| !is_name(step)) => Origin::New,
        _ => Origin::Known,
    }
}

/// The crate makes the last call of a function after the function, and puts it into another that it cannot name.
fn find_last_calls(node: &Node, has_aliases: bool, found: &mut BTreeMap<NodeId, bool>) {
    if stack::exhausted() {
        return;
    }
    if let NodeKind::Lambda(lambda) = &node.kind
        && lambda.thunk
        && let NodeKind::Function { procedure, args } = &lambda.body.kind
    {
        let name = match &procedure.kind {
            NodeKind::Variable { name } => super::guard::plain_name(name),
            _ => "",
        };
        let is_known = functions::is_function(name);
        if (is_known && !functions::gives_little(name)) || (!is_known && has_aliases) {
            found.extend(args.iter().map(|argument| (argument.id, MAKES_ALL_ANEW.contains(&name))));
        }
    }
    node.for_each_child(|child| stack::grow(|| find_last_calls(child, has_aliases, found)));
}

fn makes_all_anew(name: &str) -> bool {
    MAKES_ALL_ANEW.contains(&super::guard::plain_name(name))
}

fn is_name(node: &Node) -> bool {
    matches!(node.kind, NodeKind::Name { .. } | NodeKind::Variable { .. })
}

/// The bytes of a value by itself, and with all that is in it, where a part that is there several times counts as
/// often.
fn measure(value: ValueRef<'_>, items: usize, depth: usize) -> (u64, u64) {
    let limits = CaptureLimits { max_items: items, max_string: SAMPLED_TEXT, max_depth: depth, ..Default::default() };
    let Some(sample) = value.capture(&limits) else { return (0, 0) };
    let mut is_cut = false;
    let size = size(&sample, items, &mut is_cut);
    if !is_cut || items == 0 {
        return size;
    }
    let limits = CaptureLimits { max_items: 1, max_string: 1, max_depth: DEEPEST, ..limits };
    let chain = value.capture(&limits).map_or(0, |json| chain(&json));
    (size.0, size.1.max(chain.saturating_mul(ITEM)))
}

/// Own bytes and all bytes, of a sample of that many items a level.
fn size(sample: &Json, items: usize, is_cut: &mut bool) -> (u64, u64) {
    let mut within = |json: &Json| size(json, items, is_cut).1;
    match sample {
        Json::String(text) if text == "…" => {
            *is_cut = true;
            (0, ALLOCATED)
        }
        Json::String(text) if text.len() > SAMPLED_TEXT => (0, ALLOCATED + 8 * SAMPLED_TEXT as u64),
        Json::String(text) => (0, ALLOCATED + text.len() as u64),
        Json::Array(list) => {
            let count = list_length(list, items);
            let sum: u64 = list.iter().take(items).map(&mut within).sum();
            let shallow = ALLOCATED + count * ITEM;
            (shallow, shallow.saturating_add(scaled(sum, count, list.len().min(items))))
        }
        Json::Object(object) => {
            let count = object_length(object, items);
            let members = object.iter().take(items);
            let sum: u64 = members.map(|(key, value)| key.len() as u64 + within(value)).sum();
            let shallow = ALLOCATED + count * MEMBER;
            (shallow, shallow.saturating_add(scaled(sum, count, object.len().min(items))))
        }
        _ => (0, 0),
    }
}

fn scaled(sum: u64, count: u64, sampled: usize) -> u64 {
    sum.saturating_mul(count) / (sampled as u64).max(1)
}

/// The crate writes how many items it left out: `… 5 more`.
fn list_length(list: &[Json], items: usize) -> u64 {
    let left_out = list.get(items).and_then(Json::as_str).and_then(|text| text.strip_prefix("… "));
    list.len().min(items) as u64 + left_out.map_or(0, more)
}

fn object_length(object: &serde_json::Map<String, Json>, items: usize) -> u64 {
    let left_out = if object.len() > items { object.get("…").and_then(Json::as_str) } else { None };
    object.len().min(items) as u64 + left_out.map_or(0, more)
}

fn more(text: &str) -> u64 {
    text.strip_suffix(" more").and_then(|count| count.parse().ok()).unwrap_or(0)
}

/// How many items a list of lists has where each list is as long as the first in it.
fn chain(first: &Json) -> u64 {
    match first {
        Json::Array(list) => list.first().map_or(1, chain).saturating_mul(list_length(list, 1).max(1)),
        Json::Object(object) => object.values().next().map_or(1, chain),
        _ => 1,
    }
}
