//! The states as a tree, where the cursor is in it, and ever larger parts of the text around the cursor.

use super::document::Document;
use crate::{
    asl::model::{Definition, ScopeId, StateKind},
    syntax::NodeKind,
    text::Span,
};

/// A state of the outline.
#[derive(Clone, Debug, PartialEq)]
pub struct Symbol {
    pub name: String,
    /// Its type, with what it calls: `Task · sqs:sendMessage`.
    pub detail: String,
    /// The whole member.
    pub span: Span,
    /// Its key.
    pub name_span: Span,
    pub children: Vec<Symbol>,
}

/// The states, as they contain each other, in the author's order.
pub fn outline(definition: &Definition) -> Vec<Symbol> {
    if definition.scopes.is_empty() { Vec::new() } else { symbols(definition, ScopeId::ROOT) }
}

fn symbols(definition: &Definition, scope: ScopeId) -> Vec<Symbol> {
    let states = definition.scope(scope).states.iter().map(|id| definition.state(*id));
    let symbol = |state: &crate::asl::model::State| {
        let detail = match &state.kind {
            StateKind::Task(task) => match task.resource.split_once(":states:::") {
                Some((_, name)) => format!("Task · {name}"),
                None => "Task".to_owned(),
            },
            kind => kind.name().to_owned(),
        };
        let children = definition.children(state.id).into_iter().flat_map(|scope| symbols(definition, scope)).collect();
        Symbol { name: state.name.to_string(), detail, span: state.span, name_span: state.name_span, children }
    };
    states.map(symbol).collect()
}

/// The keys and items from the root down to a byte offset, each with its place: the breadcrumbs.
pub fn breadcrumbs(document: &Document, offset: usize) -> Vec<(String, Span)> {
    let mut crumbs = Vec::new();
    let mut node = document.root.as_ref();
    while let Some(at) = node {
        node = match &at.kind {
            NodeKind::Object(members) => {
                let whole =
                    |it: &crate::syntax::Member| Span::new(it.key_span.start, it.value.span.end.max(it.key_span.end));
                members.iter().find(|it| contains(whole(it), offset)).map(|it| {
                    crumbs.push((it.key.to_string(), it.key_span));
                    &it.value
                })
            }
            NodeKind::Array(items) => {
                items.iter().enumerate().find(|(_, it)| contains(it.span, offset)).map(|(index, it)| {
                    crumbs.push((format!("[{index}]"), Span::new(it.span.start, it.span.start)));
                    it
                })
            }
            _ => None,
        };
    }
    crumbs
}

/// The parts of the text around a range, from the smallest that is larger than it to the whole.
pub fn around(document: &Document, range: Span) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut node = document.root.as_ref();
    let holds = |span: Span| span.start <= range.start && range.end <= span.end;
    while let Some(at) = node {
        spans.push(at.span);
        node = match &at.kind {
            NodeKind::Object(members) => members.iter().find_map(|it| {
                let whole = Span::new(it.key_span.start, it.value.span.end.max(it.key_span.end));
                if !holds(whole) {
                    return None;
                }
                spans.push(whole);
                if holds(it.key_span) {
                    spans.push(it.key_span);
                }
                Some(&it.value)
            }),
            NodeKind::Array(items) => items.iter().find(|it| holds(it.span)),
            NodeKind::String(_) => {
                if at.span.end - at.span.start > 2 && holds(Span::new(at.span.start + 1, at.span.end - 1)) {
                    spans.push(Span::new(at.span.start + 1, at.span.end - 1));
                }
                None
            }
            _ => None,
        };
    }
    spans.retain(|span| holds(*span) && *span != range);
    spans.sort_by_key(|span| span.end - span.start);
    spans.dedup();
    spans
}

fn contains(span: Span, offset: usize) -> bool {
    span.start <= offset && offset <= span.end
}
