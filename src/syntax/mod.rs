//! Text, JSON or YAML, as one tree in which every part knows its place.
//!
//! Total: any text gives a tree, as much of one as could be read, and diagnostics; nothing panics,
//! and nesting is bounded. The tree keeps the author's order, number texts and duplicate keys
//! (later readers complain about those). It knows nothing of the States Language.

pub mod edit;
pub mod json;
mod payload;
mod scalar;
pub mod yaml;
mod yaml_scalar;

use std::rc::Rc;

pub use payload::parse_value;

use crate::{
    diagnostic::{Code, Diagnostic},
    text::Span,
    value::{Number, Object, Value},
};

/// The code of all that makes a text no JSON; the name is AWS's.
pub const INVALID_JSON: Code = Code { code: "INVALID_JSON_DESCRIPTION", rule: "json-syntax" };

/// The same of YAML, which AWS does not take: its tools turn it into JSON.
pub const INVALID_YAML: Code = Code { code: "INVALID_YAML_DESCRIPTION", rule: "yaml-syntax" };

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

/// Reads a text in a format; total.
pub fn parse(text: &str, format: Format) -> Parsed {
    match format {
        Format::Json => json::parse(text),
        Format::Yaml => yaml::parse(text),
    }
}

/// Adds a step to a JSON pointer (RFC 6901).
pub fn push_pointer(pointer: &mut String, step: &str) {
    pointer.push('/');
    for character in step.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            character => pointer.push(character),
        }
    }
}

impl Format {
    /// What a text looks like: JSON where it begins with a bracket or a comment of JavaScript, or
    /// is empty.
    pub fn detect(text: &str) -> Self {
        let start = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
        let is_json = start.is_empty() || ["{", "[", "//", "/*"].iter().any(|sign| start.starts_with(sign));
        if is_json { Self::Json } else { Self::Yaml }
    }
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

    pub fn is_missing(&self) -> bool {
        self.kind == NodeKind::Missing
    }

    /// What the node is, for messages: `a string`, `an object`, …
    pub fn describe(&self) -> &'static str {
        match self.kind {
            NodeKind::Null => "null",
            NodeKind::Bool(_) => "a boolean",
            NodeKind::Number(_) => "a number",
            NodeKind::String(_) => "a string",
            NodeKind::Array(_) => "an array",
            NodeKind::Object(_) => "an object",
            NodeKind::Missing => "nothing",
        }
    }

    /// The node at a JSON pointer (RFC 6901); the empty one is the node itself.
    pub fn pointer(&self, pointer: &str) -> Option<&Node> {
        if pointer.is_empty() {
            return Some(self);
        }
        pointer.strip_prefix('/')?.split('/').try_fold(self, |node, step| match &node.kind {
            NodeKind::Object(_) => Some(&node.get(&step.replace("~1", "/").replace("~0", "~"))?.value),
            NodeKind::Array(items) => items.get(step.parse::<usize>().ok()?),
            _ => None,
        })
    }

    /// The tree without its places. Of duplicate keys the last counts; what is missing is `null`.
    pub fn to_value(&self) -> Value {
        match &self.kind {
            NodeKind::Null | NodeKind::Missing => Value::Null,
            NodeKind::Bool(bool) => Value::Bool(*bool),
            NodeKind::Number(text) => Value::Number(Number::parse(text)),
            NodeKind::String(text) => Value::String(text.clone()),
            NodeKind::Array(items) => Value::array(items.iter().map(Node::to_value).collect()),
            NodeKind::Object(members) => {
                let mut object = Object::default();
                object.extend(members.iter().map(|member| (member.key.clone(), member.value.to_value())));
                Value::Object(Rc::new(object))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_finds_its_node() {
        let root = json::parse(r#"{"States": {"a/b~": [10, {"x": 1, "x": 2}]}}"#).root.unwrap();
        assert_eq!(root.pointer("/States/a~1b~0/1/x").unwrap().to_value(), Value::from(2));
        assert_eq!(root.pointer("").unwrap().span, root.span);
        assert_eq!(root.pointer("/States/nope"), None);
        assert_eq!(root.pointer("/States/a~1b~0/2"), None);
    }

    #[test]
    fn the_format_shows_at_the_first_sign() {
        assert_eq!(Format::detect(" \n{"), Format::Json);
        assert_eq!(Format::detect("// a\n{}"), Format::Json);
        assert_eq!(Format::detect(""), Format::Json);
        assert_eq!(Format::detect("---\nStartAt: A"), Format::Yaml);
        assert_eq!(Format::detect("# c\nStartAt: A"), Format::Yaml);
    }
}
