//! One face over all that a field can hold instead of a literal: a path into the input, a path into
//! the context object, an intrinsic function. Compiled once when the definition is read, evaluated
//! often. JSONata expressions and variables come in as further kinds of [`Expression`].

use std::rc::Rc;

use crate::{intrinsic::Intrinsic, jsonpath::Path, value::Value};

/// A compiled expression and the text it was written as.
#[derive(Clone, Debug)]
pub struct Expression {
    pub source: Rc<str>,
    pub kind: ExpressionKind,
}

#[derive(Clone, Debug)]
pub enum ExpressionKind {
    /// `$…`: into the state's data.
    Input(Path),
    /// `$$…`: into the context object.
    Context(Path),
    /// `States.…(…)`.
    Intrinsic(Rc<Intrinsic>),
}

/// A payload template: JSON in which the value of every key ending in `.$` is an expression.
#[derive(Clone, Debug)]
pub enum Template {
    /// A part without expressions, shared by every evaluation.
    Literal(Value),
    Array(Vec<Template>),
    Object(Vec<Field>),
}

/// A member of a payload template's object.
#[derive(Clone, Debug)]
pub enum Field {
    /// An ordinary key.
    Plain(Rc<str>, Template),
    /// A key written with `.$`.
    Expression {
        /// The key without `.$`: what the result is called.
        name: Rc<str>,
        /// The key as written, for messages.
        key: Rc<str>,
        expression: Expression,
    },
}
