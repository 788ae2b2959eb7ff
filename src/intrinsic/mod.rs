//! The intrinsic functions of JSONPath mode, `States.Format` and its 17 siblings: parse a call,
//! evaluate it. One table of name → arity and function; messages are AWS's own.

use crate::{jsonpath::Path, value::Value};

/// A compiled call.
#[derive(Clone, Debug)]
pub struct Intrinsic {
    pub name: std::rc::Rc<str>,
    pub arguments: Vec<Argument>,
    /// The call as written.
    pub source: std::rc::Rc<str>,
}

#[derive(Clone, Debug)]
pub enum Argument {
    Literal(Value),
    /// `$…`
    Input(Path),
    /// `$$…`
    Context(Path),
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

/// What a call needs from its surroundings. `States.UUID` and `States.MathRandom` draw from `random`.
pub trait Environment {
    fn input(&self) -> &Value;
    /// The context object; built only when a path asks for it.
    fn context(&self) -> Value;
    /// The next 64 bits of the run's seeded random source.
    fn random(&self) -> u64;
}

impl Intrinsic {
    pub fn parse(_source: &str) -> Result<Self, SyntaxError> {
        unimplemented!()
    }

    /// The result, or why there is none.
    pub fn evaluate(&self, _environment: &dyn Environment) -> Result<Value, Failure> {
        unimplemented!()
    }
}
