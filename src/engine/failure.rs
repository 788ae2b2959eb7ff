//! The machine's failures, as data of the simulated world: an error name and a cause that travel
//! through Retry and Catch. Never a Rust error.

use std::rc::Rc;

use crate::{
    asl::model::{Catcher, Retrier, State},
    value::Value,
};

pub const RUNTIME: &str = "States.Runtime";
pub const TIMEOUT: &str = "States.Timeout";
pub const DATA_LIMIT_EXCEEDED: &str = "States.DataLimitExceeded";

/// Why a state, a branch or an execution failed.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    pub error: Option<Rc<str>>,
    pub cause: Option<Rc<str>>,
    pub origin: Origin,
}

/// Where a failure came from, as far as matching asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A task's own error.
    Task,
    /// A task's heartbeat did not come; known as `States.Timeout` and matched by `States.HeartbeatTimeout` too.
    Heartbeat,
    /// A Fail state, an intrinsic function, and the like.
    State,
    /// Data that grew too large on its way into or out of a state. By the documentation `States.ALL`
    /// does not name it; only `States.DataLimitExceeded` does.
    DataLimit,
    /// Nothing catches or retries it: `States.Runtime`.
    Terminal,
}

impl Failure {
    /// A `States.Runtime` failure of a state, its cause in AWS's frame.
    pub fn runtime(state: &State, entered: u32, cause: &str) -> Self {
        Self::of_state(RUNTIME, state, entered, cause, Origin::Terminal)
    }

    /// A failure whose cause has AWS's frame around it: which state, entered at which event.
    pub fn of_state(error: &str, state: &State, entered: u32, cause: &str, origin: Origin) -> Self {
        let cause = format!(
            "An error occurred while executing the state '{}' (entered at the event id #{entered}). {cause}",
            state.name
        );
        Self { error: Some(error.into()), cause: Some(cause.into()), origin }
    }

    /// A result too large; `name` is a state's name, a service or a function's ARN.
    pub fn data_limit(name: &str, origin: Origin) -> Self {
        let cause = format!(
            "The state/task '{name}' returned a result with a size exceeding the maximum number of bytes service limit."
        );
        Self { error: Some(DATA_LIMIT_EXCEEDED.into()), cause: Some(cause.into()), origin }
    }

    /// The error output that a Catcher hands on.
    pub fn error_output(&self) -> Value {
        let text = |text: &Option<Rc<str>>| text.as_ref().map_or(Value::Null, Value::from);
        let cause = match &self.cause {
            None if self.error.as_deref() == Some(TIMEOUT) => "".into(),
            cause => text(cause),
        };
        Value::object([("Error", text(&self.error)), ("Cause", cause)])
    }

    pub fn is_terminal(&self) -> bool {
        self.origin == Origin::Terminal
    }

    /// The index of the first Retrier that names the failure.
    pub fn retrier(&self, retriers: &[Retrier]) -> Option<usize> {
        retriers.iter().position(|retrier| self.is_named_by(&retrier.error_equals))
    }

    /// The index of the first Catcher that names the failure.
    pub fn catcher(&self, catchers: &[Catcher]) -> Option<usize> {
        catchers.iter().position(|catcher| self.is_named_by(&catcher.error_equals))
    }

    fn is_named_by(&self, names: &[Rc<str>]) -> bool {
        !self.is_terminal() && names.iter().any(|name| self.has_name(name))
    }

    fn has_name(&self, name: &str) -> bool {
        if self.origin == Origin::DataLimit {
            return name == DATA_LIMIT_EXCEEDED;
        }
        match name {
            "States.ALL" => true,
            // Step Functions guide: "a wildcard that matches any known error name except for States.Timeout".
            "States.TaskFailed" => self.error.as_deref() != Some(TIMEOUT),
            "States.HeartbeatTimeout" => self.origin == Origin::Heartbeat,
            name => self.error.as_deref() == Some(name),
        }
    }
}
