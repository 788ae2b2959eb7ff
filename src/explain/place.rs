//! Where in the definition a field stands: for people, as a JSON pointer, and as a range of the text.

use super::Explainer;
use crate::{
    asl::model::State,
    sim::trace::TraceLookup,
    syntax::{Node, NodeKind, push_pointer},
    text::{LineIndex, Span},
};

/// A field of the definition.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// The keys that lead to it from its state: `Parameters › order › total.$`.
    pub field: String,
    /// JSON pointer into the text.
    pub pointer: String,
    /// What to select in the text.
    pub span: Span,
    /// Counted from 1.
    pub line: usize,
}

impl Explainer<'_> {
    /// The field that a failed expression stands in.
    pub(super) fn place_of(&self, state: &State, lookup: &TraceLookup) -> Option<Place> {
        let keys: Vec<String> = lookup.field.split('/').map(|key| key.replace("~1", "/").replace("~0", "~")).collect();
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let found = self.place_at(state, &keys);
        // A Map's `ItemSelector` was called `Parameters`.
        let place =
            found.or_else(|| self.place_at(state, &["Parameters"]).filter(|_| *lookup.field == *"ItemSelector"))?;
        let Some(key) = &lookup.key else { return Some(place) };
        // Equal expressions fail alike on equal data: the first of them in the text is the one that failed.
        let node = self.root.as_ref()?.pointer(&place.pointer)?;
        let mut keys = vec![];
        let span = find(node, key, &lookup.expression, &mut keys)?;
        let mut pointer = place.pointer;
        keys.iter().for_each(|key| push_pointer(&mut pointer, key));
        let field = std::iter::once(place.field).chain(keys).collect::<Vec<_>>().join(" › ");
        Some(Place { field, pointer, span, line: self.line(span) })
    }

    /// The field that some keys lead to from a state.
    pub(super) fn place_at(&self, state: &State, keys: &[&str]) -> Option<Place> {
        let mut pointer = state.pointer.to_string();
        keys.iter().for_each(|key| push_pointer(&mut pointer, key));
        let span = self.root.as_ref()?.pointer(&pointer)?.span;
        Some(Place { field: keys.join(" › "), pointer, span, line: self.line(span) })
    }

    pub(super) fn line(&self, span: Span) -> usize {
        LineIndex::new(self.text).position(self.text, span.start).line
    }
}

/// The first member with this key and text below a node; `keys` becomes the way to it.
fn find(node: &Node, key: &str, text: &str, keys: &mut Vec<String>) -> Option<Span> {
    match &node.kind {
        NodeKind::Object(members) => members.iter().find_map(|member| {
            if &*member.key == key && member.value.as_str().is_some_and(|value| &**value == text) {
                keys.push(key.into());
                return Some(member.value.span);
            }
            find_below(&member.key, &member.value, key, text, keys)
        }),
        NodeKind::Array(items) => {
            let mut items = items.iter().enumerate();
            items.find_map(|(index, item)| find_below(&index.to_string(), item, key, text, keys))
        }
        _ => None,
    }
}

fn find_below(step: &str, node: &Node, key: &str, text: &str, keys: &mut Vec<String>) -> Option<Span> {
    keys.push(step.into());
    let found = find(node, key, text, keys);
    if found.is_none() {
        keys.pop();
    }
    found
}
