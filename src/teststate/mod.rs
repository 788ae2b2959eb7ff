//! TestState: one state run alone, with an input, variables, a context object and a mock, and the data
//! after each of its stages. Request and response have the shape of the API's.
//!
//! The state is cut out of its definition, states that end at once stand in for those it leads to, and
//! the engine runs it as it runs any other; `engine::given` has what its surroundings would have given
//! it. Follows the API reference, and AWS's recordings where they say more: which data are shown for
//! which kind of state, and the words in which a request is refused.

mod alone;
mod context;
mod mock;
mod request;
mod response;
mod run;

use std::fmt;

use request::Request;
use run::Tested;

/// Why nothing was run, as the API answers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    pub code: Code,
    pub message: String,
}

/// The API's names of exceptions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The request is no JSON object, or a field is of another type.
    SerializationException,
    ValidationException,
    InvalidDefinition,
    InvalidExecutionInput,
}

impl Exception {
    fn serialization(message: impl Into<String>) -> Self {
        Self { code: Code::SerializationException, message: message.into() }
    }

    fn validation(message: impl Into<String>) -> Self {
        Self { code: Code::ValidationException, message: message.into() }
    }

    fn definition(message: impl Into<String>) -> Self {
        Self { code: Code::InvalidDefinition, message: message.into() }
    }

    fn input(message: impl fmt::Display) -> Self {
        let message = format!("Invalid State Machine Execution Input: '{message}'");
        Self { code: Code::InvalidExecutionInput, message }
    }

    /// What `statelight test-state` prints.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::json!({"exception": {"code": format!("{:?}", self.code), "message": self.message}})
    }
}

/// Answers a request in the shape of the API's, a JSON text.
pub fn answer(request: &str) -> Result<serde_json::Value, Exception> {
    let request = Request::parse(request)?;
    Ok(response::response(&request, &test(&request)?))
}

/// Runs the state that a request names.
fn test(request: &Request) -> Result<Tested, Exception> {
    let alone = alone::cut_out(request)?;
    let mock = mock::check(request, &alone)?;
    let context = context::of(request, &alone)?;
    Ok(run::run(request, &alone, mock, context))
}
