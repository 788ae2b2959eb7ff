//! A diagnostic's cure, made.

use super::{
    draft::{Draft, OutOfReach},
    sketch::Sketch,
};
use crate::{
    diagnostic::{Cure, Step},
    syntax::{
        Format, Node, NodeKind,
        edit::{Edit, apply, quoted},
        push_pointer,
    },
    text::Span,
    value::Value,
};

/// The text with a cure made; nothing where the text is written in a way that edits do not reach.
pub fn cure(text: &str, format: Format, cure: &Cure) -> Option<String> {
    // What mends the syntax needs no tree.
    let signs: Option<Vec<Edit>> = cure.steps.iter().map(signs_of).collect();
    if let Some(edits) = signs {
        let is_inside = |edit: &Edit| text.get(edit.span.range()).is_some();
        return edits.iter().all(is_inside).then(|| apply(text, edits));
    }
    let mut draft = Draft::of(text, format).ok()?;
    cure.steps.iter().try_for_each(|step| make(&mut draft, step)).ok()?;
    Some(draft.into_text())
}

fn signs_of(step: &Step) -> Option<Edit> {
    match step {
        Step::Signs(span, text) => Some(Edit { span: *span, text: text.clone() }),
        _ => None,
    }
}

fn make(draft: &mut Draft, step: &Step) -> Result<(), OutOfReach> {
    let style = draft.style("");
    match step {
        Step::Signs(span, text) => draft.edit(*span, text.clone()),
        Step::Word(span, word) => {
            let written = draft.text.get(span.range()).ok_or(OutOfReach)?;
            let text = match written.bytes().next() {
                Some(b'"') => quoted(word),
                Some(b'\'') => format!("'{}'", word.replace('\'', "''")),
                _ => style.name(word),
            };
            draft.edit(*span, text);
        }
        Step::Value(span, value) => {
            let style = super::sketch::Style { is_flow: true, ..style };
            draft.edit(*span, style.value(&sketch(value), "", true));
        }
        Step::Remove(span) => match find(draft.root(), *span, String::new()).ok_or(OutOfReach)? {
            Found::Member(object, index) => draft.remove_at(&object, index)?,
            Found::Item(list, index) => draft.pull(&list, &[index])?,
        },
        Step::Add { at, key, value } => {
            let scope = scope_of(at);
            let style = draft.style(scope);
            draft.add(at, key, &sketch(value), &style)?;
        }
        Step::Push { at, key, value } => {
            let style = draft.style(scope_of(at));
            match draft.has(at, key) {
                true => {
                    let mut list = at.clone();
                    push_pointer(&mut list, key);
                    draft.push(&list, &sketch(value), &style)?;
                }
                false => draft.add(at, key, &Sketch::List(vec![sketch(value)]), &style)?,
            }
        }
        Step::ToEnd { list, index } => {
            let style = draft.style(scope_of(list));
            let item = draft.kept(&format!("{list}/{index}"))?;
            draft.pull(list, &[*index])?;
            draft.push(list, &item, &style)?;
        }
    }
    Ok(())
}

/// The scope that a place is in, as a pointer.
fn scope_of(pointer: &str) -> &str {
    pointer.rfind("/States").map_or("", |at| &pointer[..at])
}

enum Found {
    /// A member of the object at a pointer, by its index.
    Member(String, usize),
    /// An item of the list at a pointer.
    Item(String, usize),
}

/// The member whose key, or the item that, stands at a place.
fn find(node: &Node, span: Span, at: String) -> Option<Found> {
    match &node.kind {
        NodeKind::Object(members) => {
            if let Some(index) = members.iter().position(|member| member.key_span == span) {
                return Some(Found::Member(at, index));
            }
            let holds = |node: &Node| node.span.start <= span.start && span.end <= node.span.end;
            members.iter().filter(|member| holds(&member.value)).find_map(|member| {
                let mut inner = at.clone();
                push_pointer(&mut inner, &member.key);
                find(&member.value, span, inner)
            })
        }
        NodeKind::Array(items) => {
            if let Some(index) = items.iter().position(|item| item.span == span) {
                return Some(Found::Item(at, index));
            }
            items.iter().enumerate().find_map(|(index, item)| find(item, span, format!("{at}/{index}")))
        }
        _ => None,
    }
}

fn sketch(value: &Value) -> Sketch {
    match value {
        Value::String(text) => Sketch::text(&**text),
        Value::Array(items) => Sketch::List(items.iter().map(sketch).collect()),
        Value::Object(members) => {
            Sketch::Object(members.iter().map(|(key, value)| (key.to_string(), sketch(value))).collect())
        }
        other => Sketch::word(other.to_json()),
    }
}

/// A member as it is written where the text does not show how: its key, a colon, its value over lines. `quote` is the
/// sign that stands before the key already.
pub fn written(key: &str, value: &Value, format: Format, quote: Option<char>) -> String {
    let is_json = format == Format::Json;
    let style = super::sketch::Style {
        is_flow: is_json,
        has_quotes: is_json || quote == Some('"'),
        is_one_line: false,
        unit: "  ".to_owned(),
        is_dense: false,
        is_padded: false,
    };
    style.member(key, &sketch(value), "", false)
}

/// A name as YAML has it: in quotes where it needs them.
pub fn plain(name: &str) -> String {
    let style = super::sketch::Style {
        is_flow: false,
        has_quotes: false,
        is_one_line: false,
        unit: "  ".to_owned(),
        is_dense: false,
        is_padded: false,
    };
    style.name(name)
}
