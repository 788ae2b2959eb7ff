//! The values of an expression's parts: of each that could stand alone, which leaves out what has a meaning only
//! within a function, a predicate or a later step of a path. They are noted while the whole is evaluated, so that a
//! random number is the same in both.

use std::collections::BTreeMap;

use jlens_core::{
    Ast, Node, NodeKind,
    ast::NodeId,
    audit::{Outcome, ValueRef},
    stack,
};
use serde_json::Value as Json;

use super::{
    Failure, Limit,
    convert::{Integers, from_json},
    failure,
};
use crate::{text::Span, value::Value};

/// How many parts an expression has at most: those that stand further out count first.
const MOST: usize = 64;

/// The value of one part of an expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Where it stands between `{%` and `%}`.
    pub span: Span,
    pub value: Result<Value, Failure>,
}

/// Notes the values of parts.
pub(super) struct Recorder {
    parts: Vec<Noted>,
    by_node: BTreeMap<NodeId, usize>,
}

struct Noted {
    span: Span,
    /// The values so far: a step of a path has one for each item that it is taken from.
    values: Vec<Json>,
    outcome: Option<Result<(), Failure>>,
}

impl Recorder {
    /// For the expression that stands in the block of its guards, behind so many bytes.
    pub fn new(ast: &Ast, offset: usize) -> Self {
        let mut recorder = Self { parts: Vec::new(), by_node: BTreeMap::new() };
        match &ast.root.kind {
            NodeKind::Block { exprs, .. } if offset > 0 => {
                exprs.last().into_iter().for_each(|node| recorder.visit(node, offset));
            }
            _ => recorder.visit(&ast.root, offset),
        }
        recorder
    }

    fn visit(&mut self, node: &Node, offset: usize) {
        if stack::exhausted() {
            return;
        }
        stack::grow(|| {
            if !is_plain(node) {
                self.add(node, node.span.start, offset);
            }
            self.visit_within(node, offset);
        });
    }

    fn add(&mut self, node: &Node, start: usize, offset: usize) {
        // A step's own value is the one before its predicates: the text goes up to them.
        let is_name = matches!(node.kind, NodeKind::Name { .. } | NodeKind::Variable { .. });
        let end = match node.attrs.stages.is_empty() {
            true => node.span.end,
            false if is_name => node.pos,
            false => return,
        };
        if self.parts.len() < MOST && start >= offset {
            let span = Span::new(start - offset, end - offset);
            self.by_node.insert(node.id, self.parts.len());
            self.parts.push(Noted { span, values: Vec::new(), outcome: None });
        }
    }

    fn visit_within(&mut self, node: &Node, offset: usize) {
        let mut visit = |node: &Node| self.visit(node, offset);
        match &node.kind {
            NodeKind::Path { steps, .. } => self.visit_path(node, steps, offset),
            NodeKind::Binary { lhs, rhs, .. } | NodeKind::Fallback { lhs, rhs, .. } => {
                visit(lhs);
                visit(rhs);
            }
            NodeKind::Apply { lhs, rhs } => {
                visit(lhs);
                match &rhs.kind {
                    // It has one argument more than is written, and no value by itself.
                    NodeKind::Function { args, .. } => args.iter().for_each(visit),
                    _ => visit(rhs),
                }
            }
            NodeKind::Bind { rhs, .. } => visit(rhs),
            NodeKind::Negate { expr } => visit(expr),
            NodeKind::Array { items } | NodeKind::Block { exprs: items, .. } => items.iter().for_each(visit),
            NodeKind::Object { pairs } => pairs.iter().for_each(|(_, value)| visit(value)),
            NodeKind::Condition { condition, then, otherwise } => {
                [Some(condition), Some(then), otherwise.as_ref()].into_iter().flatten().for_each(|part| visit(part));
            }
            NodeKind::Function { args, .. } | NodeKind::Partial { args, .. } => args.iter().for_each(visit),
            _ => {}
        }
    }

    /// The beginnings of a path, up to the first step that is more than a name.
    fn visit_path(&mut self, path: &Node, steps: &[Node], offset: usize) {
        let Some((first, rest)) = steps.split_first() else { return };
        match &first.kind {
            NodeKind::Variable { name } if name == "states" || rest.is_empty() => {}
            NodeKind::Variable { .. } => self.add(first, first.span.start, offset),
            _ => self.visit(first, offset),
        }
        if has_more(first) || path.attrs.tuple {
            return;
        }
        let names = rest.iter().take(rest.len().saturating_sub(1));
        for step in names.take_while(|step| matches!(step.kind, NodeKind::Name { .. })) {
            self.add(step, path.span.start, offset);
            if has_more(step) {
                break;
            }
        }
    }

    pub fn exit(&mut self, node: &Node, outcome: Outcome<'_>, is_large: impl FnOnce(ValueRef<'_>) -> bool) {
        let Some(noted) = self.by_node.get(&node.id).and_then(|index| self.parts.get_mut(*index)) else { return };
        match outcome {
            Outcome::Error(error) => noted.outcome = Some(Err(failure(error))),
            Outcome::Value(_) if matches!(noted.outcome, Some(Err(_))) => {}
            Outcome::Value(value) => noted.outcome = Some(noted.note(value, is_large)),
        }
    }

    /// The parts that were evaluated.
    pub fn finish(self, integers: &Integers) -> Vec<Part> {
        self.parts.into_iter().filter_map(|noted| noted.finish(integers)).collect()
    }
}

impl Noted {
    fn note(&mut self, value: ValueRef<'_>, is_large: impl FnOnce(ValueRef<'_>) -> bool) -> Result<(), Failure> {
        match value.type_name() {
            "undefined" => Ok(()),
            "function" => Err(Failure::UnsupportedType),
            _ if is_large(value) || self.values.len() >= 10_000 => Err(Failure::Limit(Limit::Memory)),
            _ => {
                self.values.extend(value.to_json());
                Ok(())
            }
        }
    }

    fn finish(self, integers: &Integers) -> Option<Part> {
        let value = self.outcome?.and_then(|()| match self.values.as_slice() {
            [] => Err(Failure::Undefined),
            [value] => Ok(from_json(value, integers)),
            values => Ok(joined(values, integers)),
        });
        Some(Part { span: self.span, value })
    }
}

/// The values of a step, one after another; of lists their items.
fn joined(values: &[Json], integers: &Integers) -> Value {
    let items = values.iter().flat_map(|value| match value {
        Json::Array(items) => items.as_slice(),
        value => std::slice::from_ref(value),
    });
    Value::array(items.map(|item| from_json(item, integers)).collect())
}

/// What says its value itself, or has none.
fn is_plain(node: &Node) -> bool {
    matches!(
        node.kind,
        NodeKind::String { .. }
            | NodeKind::Number { .. }
            | NodeKind::Bool { .. }
            | NodeKind::Null
            | NodeKind::Regex { .. }
            | NodeKind::Lambda(_)
            | NodeKind::Transform(_)
            | NodeKind::Placeholder
            | NodeKind::Partial { .. }
    )
}

/// Whether a step has predicates and the like, which its own value does not show.
fn has_more(step: &Node) -> bool {
    let attrs = &step.attrs;
    !attrs.stages.is_empty() || !attrs.predicate.is_empty() || attrs.group.is_some() || attrs.tuple
}
