//! One face over all that a field can hold instead of a literal: a path into the input, a path into
//! the context object or a variable, an intrinsic function. Compiled once when the definition is
//! read, evaluated often. JSONata expressions come in as a further kind of [`Expression`].

use std::rc::Rc;

use crate::{
    intrinsic::{Environment, Intrinsic},
    jsonpath::Path,
    value::{Object, Value},
};

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
    /// `$name…`: the variable's name without `$`, and the path from its value on.
    Variable(Rc<str>, Path),
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

/// Why an expression has no value.
#[derive(Clone, Debug, PartialEq)]
pub enum Miss {
    /// A definite path found nothing.
    Path {
        /// Jayway's words: ``No results for path: $['a']``.
        message: String,
        /// What the path was looked up in: the state's data, the context object or a variable's value.
        data: Value,
    },
    /// An intrinsic function failed: the error's name, and the cause without the state's frame.
    Intrinsic { error: &'static str, cause: String },
}

impl Expression {
    pub fn evaluate(&self, environment: &dyn Environment) -> Result<Value, Miss> {
        match &self.kind {
            ExpressionKind::Input(path) => look_up(path, environment.input()),
            ExpressionKind::Context(path) => look_up(path, &environment.context()),
            ExpressionKind::Variable(name, path) => match environment.variable(name) {
                Some(value) => look_up(path, &value),
                None => Err(Miss::Path {
                    message: format!("No results for path: $['{name}']"),
                    data: environment.input().clone(),
                }),
            },
            ExpressionKind::Intrinsic(call) => call
                .evaluate(environment)
                .map_err(|failure| Miss::Intrinsic { error: failure.error, cause: failure.cause }),
        }
    }
}

fn look_up(path: &Path, data: &Value) -> Result<Value, Miss> {
    path.evaluate(data).map_err(|not_found| Miss::Path { message: not_found.message, data: data.clone() })
}

impl Template {
    /// The template filled in; on a miss the key and the expression that missed, too.
    pub fn evaluate<'a>(&'a self, environment: &dyn Environment) -> Result<Value, (&'a str, &'a Expression, Miss)> {
        match self {
            Self::Literal(value) => Ok(value.clone()),
            Self::Array(items) => {
                let items: Result<Vec<_>, _> = items.iter().map(|item| item.evaluate(environment)).collect();
                items.map(Value::array)
            }
            Self::Object(fields) => {
                let mut object = Object::with_capacity_and_hasher(fields.len(), Default::default());
                for field in fields {
                    let (name, value) = match field {
                        Field::Plain(name, template) => (name, template.evaluate(environment)?),
                        Field::Expression { name, key, expression } => {
                            (name, expression.evaluate(environment).map_err(|miss| (&**key, expression, miss))?)
                        }
                    };
                    object.insert(name.clone(), value);
                }
                Ok(Value::Object(Rc::new(object)))
            }
        }
    }
}
