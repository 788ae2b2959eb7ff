//! JSONPath as AWS evaluates it, by the rules of Jayway JsonPath: parse, evaluate, and write by
//! reference path. Must not know the States Language.
//!
//! A definite path is a walk over references and costs one clone of what it finds. An indefinite
//! one collects, within a budget of visited values; where AWS differs from Jayway (an indefinite
//! path through something missing gives `[]`), AWS's recordings win.

mod parse;

mod evaluate;
mod filter;
mod reference;

use std::{fmt, rc::Rc};

use crate::value::Value;

pub use reference::ReferencePath;

/// A compiled path. The leading `$` is required.
#[derive(Clone, Debug)]
pub struct Path {
    source: Rc<str>,
    steps: Rc<[Step]>,
    /// Where each step ends in `source`.
    ends: Rc<[usize]>,
    definite: bool,
}

/// One step of a path, as Jayway has them: a scan (`..`) stands before the step it searches for.
#[derive(Clone, Debug)]
enum Step {
    Name(Rc<str>),
    Names(Box<[Rc<str>]>),
    Index(i64),
    Indexes(Box<[i64]>),
    /// `[from:to]`; at least one end is given.
    Slice(Option<i64>, Option<i64>),
    Wildcard,
    Scan,
    Filter(Rc<filter::Filter>),
}

impl Step {
    fn is_definite(&self, is_last: bool) -> bool {
        match self {
            Self::Name(_) | Self::Index(_) => true,
            Self::Names(_) => is_last,
            _ => false,
        }
    }
}

/// The step as Jayway writes it in messages.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(f, "['{name}']"),
            Self::Names(names) => write!(f, "['{}']", names.join("','")),
            Self::Index(index) => write!(f, "[{index}]"),
            Self::Indexes(indexes) => {
                let indexes: Vec<_> = indexes.iter().map(i64::to_string).collect();
                write!(f, "[{}]", indexes.join(","))
            }
            Self::Slice(from, to) => {
                let end = |end: &Option<i64>| end.map(|end| end.to_string()).unwrap_or_default();
                write!(f, "[{}:{}]", end(from), end(to))
            }
            Self::Wildcard => f.write_str("[*]"),
            Self::Scan => f.write_str(".."),
            Self::Filter(_) => f.write_str("[?]"),
        }
    }
}

/// Why a text is no path: a sentence in lower case, and the byte offset in it.
#[derive(Clone, Debug, PartialEq)]
pub struct SyntaxError {
    pub message: String,
    pub offset: usize,
}

impl SyntaxError {
    fn new(offset: usize, message: impl Into<String>) -> Self {
        Self { message: message.into(), offset }
    }
}

/// A definite path found nothing. Displays in Jayway's words: ``No results for path: $['a']['b']``.
#[derive(Clone, Debug, PartialEq)]
pub struct NotFound {
    pub message: String,
}

impl fmt::Display for NotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// How far a path leads into a value. Steps from the first indefinite one on are not looked at and
/// count as found.
#[derive(Clone, Debug, PartialEq)]
pub struct Reach<'v> {
    /// How many steps exist.
    pub found: usize,
    /// The value that they lead to.
    pub reached: &'v Value,
    /// What the step after them asked for; nothing where all of them exist.
    pub missing: Option<Missing<'v>>,
}

/// What a step asked a value for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing<'p> {
    Name(&'p str),
    Index(i64),
    /// Several names at once.
    Names,
    /// A slice, or several indexes.
    Items,
}

impl Path {
    /// Compiles a path. The context object's `$$.…` is to be handed in without its first `$`.
    pub fn parse(source: &str) -> Result<Self, SyntaxError> {
        parse::path(source)
    }

    pub fn source(&self) -> &Rc<str> {
        &self.source
    }

    /// A path of names and single indexes: it finds one value or fails. An indefinite one always
    /// gives an array.
    pub fn is_definite(&self) -> bool {
        self.definite
    }

    /// The value at the path. A null there is a value; a way through null is not found.
    pub fn evaluate(&self, root: &Value) -> Result<Value, NotFound> {
        evaluate::evaluate(self, root)
    }

    /// The value at the path without the words for its absence, which can be long: for questions
    /// that are asked often and answered "no" often, such as `IsPresent`.
    pub fn find(&self, root: &Value) -> Option<Value> {
        evaluate::find(self, root)
    }

    /// How far the path leads into `root`.
    pub fn reach<'v>(&'v self, root: &'v Value) -> Reach<'v> {
        evaluate::reach(self, root)
    }

    /// The name that a step asks for, where it asks for one.
    pub fn name_at(&self, step: usize) -> Option<&str> {
        match self.steps.get(step)? {
            Step::Name(name) => Some(name),
            _ => None,
        }
    }

    /// The index that a step asks for, where it asks for one.
    pub fn index_at(&self, step: usize) -> Option<i64> {
        match self.steps.get(step)? {
            Step::Index(index) => Some(*index),
            _ => None,
        }
    }

    /// The texts of the steps as they were written, without the `$` before them.
    pub fn step_texts(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(1).chain(self.ends.iter().copied());
        starts.zip(self.ends.iter()).map(|(start, &end)| &self.source[start..end])
    }
}

#[cfg(test)]
mod tests;
