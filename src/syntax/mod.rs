//! Text, JSON or YAML, as one tree in which every part knows its place.
//!
//! Total: any text gives a tree, as much of one as could be read, and diagnostics; nothing panics,
//! and nesting is bounded. The tree keeps the author's order, number texts and duplicate keys
//! (later readers complain about those). It knows nothing of the States Language.

use std::rc::Rc;

use crate::{diagnostic::Diagnostic, text::Span};

/// Deeper nesting than this is refused with a diagnostic instead of a stack overflow.
pub const MAX_DEPTH: usize = 128;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Json,
    Yaml,
}

/// What came of reading a text.
#[derive(Clone, Debug)]
pub struct Parsed {
    pub format: Format,
    /// As much of the tree as could be read; `None` where there is nothing but white space.
    pub root: Option<Node>,
    pub diagnostics: Vec<Diagnostic>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub span: Span,
    pub kind: NodeKind,
}

#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    Null,
    Bool(bool),
    /// The number as it was written; it is a valid JSON number.
    Number(Rc<str>),
    String(Rc<str>),
    Array(Vec<Node>),
    /// In the author's order, duplicate keys included.
    Object(Vec<Member>),
    /// A place where a value should be and could not be read; a diagnostic says why.
    Missing,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    pub key: Rc<str>,
    pub key_span: Span,
    pub value: Node,
}

impl Node {
    pub fn as_str(&self) -> Option<&Rc<str>> {
        match &self.kind {
            NodeKind::String(text) => Some(text),
            _ => None,
        }
    }

    pub fn as_object(&self) -> Option<&[Member]> {
        match &self.kind {
            NodeKind::Object(members) => Some(members),
            _ => None,
        }
    }

    pub fn as_array(&self) -> Option<&[Node]> {
        match &self.kind {
            NodeKind::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The member of an object by key; of duplicates the last, as JSON parsers have it.
    pub fn get(&self, key: &str) -> Option<&Member> {
        self.as_object()?.iter().rev().find(|member| &*member.key == key)
    }
}
