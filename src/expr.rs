//! One face over all that a field can hold instead of a literal: a path into the input, a path into
//! the context object or a variable, an intrinsic function, a JSONata expression. Compiled once when
//! the definition is read, evaluated often.

use std::rc::Rc;

use crate::{
    intrinsic::{self, Intrinsic},
    jsonata::{self, Limits},
    jsonpath::Path,
    value::{Object, Value},
};

/// What an expression needs from its surroundings, in either query language.
pub trait Environment: intrinsic::Environment + jsonata::Environment {}

impl<T: intrinsic::Environment + jsonata::Environment> Environment for T {}

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
    /// `{% … %}`.
    Jsonata(Rc<jsonata::Expression>),
}

/// JSON with expressions in it: a payload template, in which the value of every key ending in `.$` is
/// one, or what a field of a JSONata state holds, in which every text `{% … %}` is one.
#[derive(Clone, Debug)]
pub enum Template {
    /// A part without expressions, shared by every evaluation.
    Literal(Value),
    /// Of JSONata.
    Expression(Expression),
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
    /// A JSONata expression has no value.
    Jsonata(jsonata::Failure),
}

/// Why a template has no value, and where.
#[derive(Debug)]
pub struct TemplateMiss<'a> {
    /// The key that holds the expression, where the expression is JSONPath's.
    pub key: Option<&'a str>,
    /// From the expression out to the template.
    steps: Vec<Step<'a>>,
    pub expression: &'a Expression,
    pub miss: Miss,
}

/// A step from a template to an expression in it.
#[derive(Debug)]
enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

impl TemplateMiss<'_> {
    /// The way from the template to the expression in AWS's notation: `/Payload/items[0]`.
    pub fn location(&self) -> String {
        let step = |step: &Step| match step {
            Step::Key(key) => format!("/{key}"),
            Step::Index(index) => format!("[{index}]"),
        };
        self.steps.iter().rev().map(step).collect()
    }

    /// The same as a JSON pointer: `/Payload/items/0`.
    pub fn pointer(&self) -> String {
        self.steps.iter().rev().map(Step::pointer).collect()
    }
}

impl Step<'_> {
    fn pointer(&self) -> String {
        match self {
            Self::Key(key) => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
            Self::Index(index) => format!("/{index}"),
        }
    }
}

impl Expression {
    pub fn evaluate(&self, environment: &dyn Environment) -> Result<Value, Miss> {
        let for_paths: &dyn intrinsic::Environment = environment;
        match &self.kind {
            ExpressionKind::Input(path) => look_up(path, for_paths.input()),
            ExpressionKind::Context(path) => look_up(path, &for_paths.context()),
            ExpressionKind::Variable(name, path) => match for_paths.variable(name) {
                Some(value) => look_up(path, &value),
                None => Err(Miss::Path {
                    message: format!("No results for path: $['{name}']"),
                    data: for_paths.input().clone(),
                }),
            },
            ExpressionKind::Intrinsic(call) => call
                .evaluate(for_paths)
                .map_err(|failure| Miss::Intrinsic { error: failure.error, cause: failure.cause }),
            ExpressionKind::Jsonata(expression) => {
                expression.evaluate(environment, &Limits::default()).map_err(Miss::Jsonata)
            }
        }
    }
}

fn look_up(path: &Path, data: &Value) -> Result<Value, Miss> {
    path.evaluate(data).map_err(|not_found| Miss::Path { message: not_found.message, data: data.clone() })
}

impl Template {
    /// The expressions in it with the JSON pointers that lead to them, in the order in which they are evaluated.
    pub fn expressions(&self) -> Vec<(String, &Expression)> {
        match self {
            Self::Literal(_) => Vec::new(),
            Self::Expression(expression) => vec![(String::new(), expression)],
            Self::Array(items) => {
                items.iter().enumerate().flat_map(|(index, item)| item.expressions_at(&Step::Index(index))).collect()
            }
            Self::Object(fields) => fields
                .iter()
                .flat_map(|field| match field {
                    Field::Plain(name, template) => template.expressions_at(&Step::Key(name)),
                    Field::Expression { key, expression, .. } => vec![(Step::Key(key).pointer(), expression)],
                })
                .collect(),
        }
    }

    /// The expressions below a step.
    fn expressions_at(&self, step: &Step) -> Vec<(String, &Expression)> {
        let step = step.pointer();
        self.expressions().into_iter().map(|(rest, expression)| (format!("{step}{rest}"), expression)).collect()
    }

    /// The template filled in.
    pub fn evaluate<'a>(&'a self, environment: &dyn Environment) -> Result<Value, Box<TemplateMiss<'a>>> {
        match self {
            Self::Literal(value) => Ok(value.clone()),
            Self::Expression(expression) => expression
                .evaluate(environment)
                .map_err(|miss| Box::new(TemplateMiss { key: None, steps: Vec::new(), expression, miss })),
            Self::Array(items) => {
                let item =
                    |(index, item): (usize, &'a Template)| item.evaluate(environment).map_err(at(Step::Index(index)));
                items.iter().enumerate().map(item).collect::<Result<Vec<_>, _>>().map(Value::array)
            }
            Self::Object(fields) => {
                let mut object = Object::with_capacity_and_hasher(fields.len(), Default::default());
                for field in fields {
                    let (name, value) = field.evaluate(environment)?;
                    object.insert(name.clone(), value);
                }
                Ok(Value::Object(Rc::new(object)))
            }
        }
    }
}

impl Field {
    fn evaluate<'a>(&'a self, environment: &dyn Environment) -> Result<(&'a Rc<str>, Value), Box<TemplateMiss<'a>>> {
        match self {
            Self::Plain(name, template) => {
                template.evaluate(environment).map(|value| (name, value)).map_err(at(Step::Key(name)))
            }
            Self::Expression { name, key, expression } => {
                let miss =
                    |miss| Box::new(TemplateMiss { key: Some(&**key), steps: vec![Step::Key(key)], expression, miss });
                expression.evaluate(environment).map(|value| (name, value)).map_err(miss)
            }
        }
    }
}

/// Adds the step that leads to a part whose expression has no value.
fn at<'a>(step: Step<'a>) -> impl FnOnce(Box<TemplateMiss<'a>>) -> Box<TemplateMiss<'a>> {
    |mut miss| {
        miss.steps.push(step);
        miss
    }
}
