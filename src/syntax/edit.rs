//! Edits of a text that leave everything else as it was written: order, white space, comments.

use std::collections::BTreeMap;

use super::{Member, Node};
use crate::{text::Span, value::Value};

/// A range of the text, and what comes in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Edit {
    pub span: Span,
    pub text: String,
}

/// What becomes of a member of an object.
#[derive(Clone, Debug)]
enum Change {
    Remove,
    /// The key, and the value's text where that changes, too.
    Replace(String, Option<String>),
}

/// The changes of one object.
#[derive(Debug)]
pub struct ObjectEdit<'a> {
    members: &'a [Member],
    /// In brackets, with commas between; otherwise a block of YAML.
    is_flow: bool,
    has_quotes: bool,
    changes: BTreeMap<usize, Change>,
    /// After which member, the key, and the value's text.
    added: Vec<(usize, String, String)>,
}

impl<'a> ObjectEdit<'a> {
    pub fn new(text: &str, node: &'a Node, is_json: bool) -> Self {
        let is_flow = is_json || text[node.span.start..].starts_with('{');
        let members = node.as_object().unwrap_or_default();
        Self { members, is_flow, has_quotes: is_json, changes: BTreeMap::new(), added: Vec::new() }
    }

    pub fn index(&self, key: &str) -> Option<usize> {
        self.members.iter().position(|member| &*member.key == key)
    }

    pub fn remove(&mut self, key: &str) {
        if let Some(index) = self.index(key) {
            self.remove_at(index);
        }
    }

    pub fn remove_at(&mut self, index: usize) {
        self.changes.entry(index).or_insert(Change::Remove);
    }

    /// Gives a member another key and leaves its value.
    pub fn rename(&mut self, index: usize, key: &str) {
        self.changes.insert(index, Change::Replace(key.to_owned(), None));
    }

    /// Puts a member in the place of the first of some that go; where none does, after the member `after`.
    pub fn set(&mut self, hosts: &[&str], after: &str, key: &str, value: String) {
        let host = (0..self.members.len()).find(|index| {
            let is_host = hosts.contains(&&*self.members[*index].key);
            is_host && !matches!(self.changes.get(index), Some(Change::Replace(..)))
        });
        match host {
            Some(index) => drop(self.changes.insert(index, Change::Replace(key.to_owned(), Some(value)))),
            None => self.added.push((self.index(after).unwrap_or(0), key.to_owned(), value)),
        }
    }

    /// Adds a member behind another.
    pub fn add(&mut self, after: &str, key: &str, value: String) {
        self.added.push((self.index(after).unwrap_or(0), key.to_owned(), value));
    }

    /// The edits of the text.
    pub fn edits(&self, text: &str) -> Vec<Edit> {
        let mut edits = Vec::new();
        for (&index, change) in &self.changes {
            let member = &self.members[index];
            match change {
                Change::Remove => {}
                Change::Replace(key, None) => edits.push(Edit { span: member.key_span, text: self.key(key) }),
                Change::Replace(key, Some(value)) => {
                    let span = Span::new(member.key_span.start, member.value.span.end.max(member.key_span.end));
                    edits.push(Edit { span, text: format!("{}: {value}", self.key(key)) });
                }
            }
        }
        match self.is_flow {
            true => self.removed_from_flow(&mut edits),
            false => self.removed_from_block(text, &mut edits),
        }
        edits.extend(self.added.iter().map(|(after, key, value)| self.addition(text, *after, key, value)));
        edits
    }

    fn key(&self, key: &str) -> String {
        if self.has_quotes { format!("\"{key}\"") } else { key.to_owned() }
    }

    fn is_removed(&self, index: usize) -> bool {
        matches!(self.changes.get(&index), Some(Change::Remove))
    }

    /// Members go with the comma behind them, the last ones with the comma before.
    fn removed_from_flow(&self, edits: &mut Vec<Edit>) {
        let mut index = 0;
        while index < self.members.len() {
            if !self.is_removed(index) {
                index += 1;
                continue;
            }
            let first = index;
            while index < self.members.len() && self.is_removed(index) {
                index += 1;
            }
            let end = |at: usize| self.members[at].value.span.end;
            let span = match (self.members.get(index), first.checked_sub(1)) {
                (Some(next), _) => Span::new(self.members[first].key_span.start, next.key_span.start),
                (None, Some(before)) => Span::new(end(before), end(index - 1)),
                (None, None) => Span::new(self.members[first].key_span.start, end(index - 1)),
            };
            edits.push(Edit { span, text: String::new() });
        }
    }

    /// Whole lines go.
    fn removed_from_block(&self, text: &str, edits: &mut Vec<Edit>) {
        for index in (0..self.members.len()).filter(|index| self.is_removed(*index)) {
            let member = &self.members[index];
            let start = text[..member.key_span.start].rfind('\n').map_or(0, |at| at + 1);
            let end = line_end(text, member.value.span.end.max(member.key_span.end));
            edits.push(Edit { span: Span::new(start, (end + 1).min(text.len())), text: String::new() });
        }
    }

    fn addition(&self, text: &str, after: usize, key: &str, value: &str) -> Edit {
        let Some(member) = self.members.get(after) else {
            return Edit { span: Span::new(0, 0), text: String::new() };
        };
        let line = &text[text[..member.key_span.start].rfind('\n').map_or(0, |at| at + 1)..member.key_span.start];
        let member_text = format!("{}: {value}", self.key(key));
        let end = member.value.span.end.max(member.key_span.end);
        if !self.is_flow {
            // A first key may stand behind the dash of its list.
            let indent: String = line.chars().map(|c| if c == '-' { ' ' } else { c }).collect();
            let at = line_end(text, end);
            return Edit { span: Span::new(at, at), text: format!("\n{indent}{member_text}") };
        }
        let gap = if line.trim().is_empty() && text[..member.key_span.start].contains('\n') {
            format!(",\n{line}")
        } else {
            ", ".to_owned()
        };
        Edit { span: Span::new(end, end), text: gap + &member_text }
    }
}

pub fn line_end(text: &str, from: usize) -> usize {
    text[from..].find('\n').map_or(text.len(), |at| from + at)
}

/// The text with all edits made. They do not overlap.
pub fn apply(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let (mut out, mut at) = (String::with_capacity(text.len() + 1024), 0);
    for Edit { span, text: new } in edits {
        // What lies inside of something that goes goes with it.
        if span.start < at {
            continue;
        }
        out += &text[at..span.start];
        out += &new;
        at = span.end;
    }
    out + &text[at..]
}

/// A text in quotes, for JSON and YAML alike.
pub fn quoted(text: &str) -> String {
    Value::from(text).to_json()
}
