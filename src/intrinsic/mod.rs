//! The intrinsic functions of JSONPath mode, `States.Format` and its 17 siblings: parse a call,
//! evaluate it. One table of name → parameters and function.
//!
//! Texts of failures that AWS was seen to give are AWS's own; the others keep its frame.

mod functions;
mod parse;

use std::{fmt, rc::Rc};

use crate::{jsonpath::Path, value::Value};

/// A compiled call.
#[derive(Clone, Debug)]
pub struct Intrinsic {
    pub name: Rc<str>,
    pub arguments: Vec<Argument>,
    /// The call as written.
    pub source: Rc<str>,
    function: &'static functions::Function,
}

#[derive(Clone, Debug)]
pub enum Argument {
    Literal(Value),
    /// `$…`
    Input(Path),
    /// `$$…`; the path without its first `$`.
    Context(Path),
    /// `$name…`: the variable's name and the path from its value on.
    Variable(Rc<str>, Path),
    Call(Intrinsic),
}

/// Why a text is no call: a sentence in lower case, and the byte offset in it.
#[derive(Clone, Debug, PartialEq)]
pub struct SyntaxError {
    pub message: String,
    pub offset: usize,
}

/// Why a call has no result.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// `States.IntrinsicFailure` or `States.Runtime`.
    pub error: &'static str,
    /// Without the frame that names the state.
    pub cause: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.error, self.cause)
    }
}

/// What a call needs from its surroundings. `States.UUID` and `States.MathRandom` draw from `random`.
pub trait Environment {
    fn input(&self) -> &Value;
    /// The context object; built only when a path asks for it.
    fn context(&self) -> Value;
    /// The next 64 bits of the run's seeded random source.
    fn random(&self) -> u64;
    /// The value of a workflow variable, by its name without `$`.
    fn variable(&self, name: &str) -> Option<Value>;
}

/// Whether a text can name a workflow variable: a letter, then letters and digits; `_` counts as a letter.
pub fn is_variable_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_alphabetic() || c == '_') && name.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// The workflow variable that a path begins with, and the path from its value on: `total` and `.net` of `$total.net`.
pub fn variable_in(path: &str) -> Option<(&str, &str)> {
    let rest = path.strip_prefix('$')?;
    let (name, rest) = rest.split_at(rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len()));
    is_variable_name(name).then_some((name, rest))
}

/// The names of all functions, with `States.`, in the order of AWS's guide.
pub fn names() -> impl Iterator<Item = &'static str> {
    functions::TABLE.iter().map(|function| function.name)
}

impl Intrinsic {
    pub fn parse(source: &str) -> Result<Self, SyntaxError> {
        parse::call(source)
    }

    /// The result, or why there is none.
    pub fn evaluate(&self, environment: &dyn Environment) -> Result<Value, Failure> {
        // Most calls have few arguments; those are passed without allocating.
        let mut few: [Value; 3] = Default::default();
        let mut many = Vec::new();
        let values = match few.get_mut(..self.arguments.len()) {
            Some(few) => few,
            None => {
                many.resize(self.arguments.len(), Value::Null);
                &mut many
            }
        };
        for (value, argument) in values.iter_mut().zip(&self.arguments) {
            *value = self.argument(argument, environment)?;
        }
        self.function
            .check(values)
            .and_then(|()| (self.function.run)(values, environment))
            .map_err(|text| self.failure("States.IntrinsicFailure", &text))
    }

    /// Why the function takes no such arguments, in its own words, without AWS's frame around them.
    pub fn refusal(&self, values: &[Value], environment: &dyn Environment) -> Option<String> {
        self.function.check(values).and_then(|()| (self.function.run)(values, environment)).err()
    }

    fn argument(&self, argument: &Argument, environment: &dyn Environment) -> Result<Value, Failure> {
        match argument {
            Argument::Literal(value) => Ok(value.clone()),
            Argument::Call(call) => call.evaluate(environment),
            Argument::Input(path) => {
                let input = environment.input();
                path.evaluate(input).map_err(|_| self.not_found(path.source(), input))
            }
            Argument::Context(path) => {
                let context = environment.context();
                path.evaluate(&context).map_err(|_| self.not_found(&format!("${}", path.source()), &context))
            }
            Argument::Variable(name, path) => environment
                .variable(name)
                .and_then(|value| path.evaluate(&value).ok())
                .ok_or_else(|| self.not_found(&format!("${name}{}", &path.source()[1..]), environment.input())),
        }
    }

    fn not_found(&self, path: &str, data: &Value) -> Failure {
        let text = format!("The JsonPath argument for the field '{path}' could not be found in the input '{data}'");
        self.failure("States.Runtime", &text)
    }

    fn failure(&self, error: &'static str, text: &str) -> Failure {
        Failure { error, cause: format!("The function '{}' had the following error: {text}", self.source) }
    }
}

#[cfg(test)]
mod tests;
