//! JSONPath as AWS evaluates it, by the rules of Jayway JsonPath: parse, evaluate, and write by
//! reference path. Must not know the States Language.

use std::rc::Rc;

use crate::value::Value;

/// A compiled path. The leading `$` is required.
#[derive(Clone, Debug)]
pub struct Path {
    source: Rc<str>,
}

/// A path of names and indexes only, to which a value can be written.
#[derive(Clone, Debug)]
pub struct ReferencePath {
    source: Rc<str>,
}

/// Why a text is no path: a sentence in lower case, and the byte offset in it.
#[derive(Clone, Debug, PartialEq)]
pub struct SyntaxError {
    pub message: String,
    pub offset: usize,
}

/// A definite path found nothing. Displays in Jayway's words: ``No results for path: $['a']['b']``.
#[derive(Clone, Debug, PartialEq)]
pub struct NotFound {
    pub message: String,
}

impl Path {
    pub fn parse(_source: &str) -> Result<Self, SyntaxError> {
        unimplemented!()
    }

    pub fn source(&self) -> &Rc<str> {
        &self.source
    }

    /// A path of names and single indexes: it finds one value or fails. An indefinite one always
    /// gives an array.
    pub fn is_definite(&self) -> bool {
        unimplemented!()
    }

    pub fn evaluate(&self, _root: &Value) -> Result<Value, NotFound> {
        unimplemented!()
    }
}

impl ReferencePath {
    pub fn parse(_source: &str) -> Result<Self, SyntaxError> {
        unimplemented!()
    }

    pub fn source(&self) -> &Rc<str> {
        &self.source
    }

    /// `root` with `value` put at the path, objects made where they are missing. `None` where the
    /// path goes through something that is no object (States.ResultPathMatchFailure).
    pub fn write(&self, _root: &Value, _value: Value) -> Option<Value> {
        unimplemented!()
    }
}
