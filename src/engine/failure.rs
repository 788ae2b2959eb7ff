//! The machine's failures, as data of the simulated world: an error name and a cause that travel
//! through Retry and Catch. Never a Rust error.

use std::{borrow::Cow, rc::Rc};

use super::{branch::BranchId, context::Scope};
use crate::{
    asl::model::{Catcher, Retrier, State, StateId},
    expr::{Expression, ExpressionKind, TemplateMiss},
    intrinsic::Environment,
    value::Value,
};

pub const RUNTIME: &str = "States.Runtime";
pub const TIMEOUT: &str = "States.Timeout";
pub const DATA_LIMIT_EXCEEDED: &str = "States.DataLimitExceeded";
/// The error of a JSONata expression without a usable value.
pub const QUERY_EVALUATION_ERROR: &str = "States.QueryEvaluationError";

/// Why a state, a branch or an execution failed.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    pub error: Option<Rc<str>>,
    pub cause: Option<Rc<str>>,
    pub origin: Origin,
    /// What was being looked up, where that is why.
    pub lookup: Option<Rc<Lookup>>,
}

/// The expression that a state could not use, and what it saw: how far a path led can be told from
/// it afterwards. No part of AWS's history.
#[derive(Clone, Debug, PartialEq)]
pub struct Lookup {
    /// The field as a JSON pointer from the state, without its first slash: `InputPath`, `Catch/0/ResultPath`,
    /// in JSONata down to the expression: `Output/items/0`.
    pub field: Cow<'static, str>,
    /// In a JSONPath payload template, the key that holds the expression.
    pub key: Option<Rc<str>>,
    /// Where a JSONata expression stands, in the notation of an `EvaluationFailed` event: `Output/items[0]`.
    pub location: Option<Rc<str>>,
    /// The path or call as written.
    pub expression: Rc<str>,
    /// What `$` or `$states.input` stood for.
    pub input: Value,
    /// What `$$` or `$states.context` stood for, where the expression may ask for it.
    pub context: Option<Value>,
    /// What `$states.result` or `$states.errorOutput` stood for, where there was one.
    pub result: Option<Value>,
}

/// A field's JSON pointer from its state in the notation of an `EvaluationFailed` event: `Catch[1]/Output`.
pub fn location(field: &str) -> String {
    let mut location = String::new();
    for step in field.split('/') {
        match step.parse::<usize>() {
            Ok(index) => location += &format!("[{index}]"),
            Err(_) if location.is_empty() => location += step,
            Err(_) => location += &format!("/{step}"),
        }
    }
    location
}

/// A failure of a state, and what the machine did about it. No part of AWS's history.
#[derive(Clone, Debug)]
pub struct Fault {
    /// The last event before it was dealt with: that of the task's failure, or what the state had come to.
    pub after: u32,
    pub branch: BranchId,
    pub state: StateId,
    /// Id of the `…StateEntered` event.
    pub entered: u32,
    pub failure: Failure,
    /// How often each Retrier had been used before; empty where none had.
    pub retries: Vec<u64>,
    pub verdict: Verdict,
}

/// What became of a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It ended the execution.
    Ended,
    /// It went on to the Parallel or Map around the state.
    HandedUp,
    /// The Retrier of this index granted a further attempt.
    Retried(u32),
    /// The Catcher of this index took it.
    Caught(u32),
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
    /// An expression of the state itself has no usable value, which its `EvaluationFailed` event is yet to tell.
    Query,
    /// Data that grew too large on its way into or out of a state. By the documentation `States.ALL`
    /// does not name it; only `States.DataLimitExceeded` does.
    DataLimit,
    /// Nothing catches or retries it: `States.Runtime`.
    Terminal,
}

impl Failure {
    /// A failure whose cause has AWS's frame around it: which state, entered at which event.
    pub fn of_state(error: &str, state: &State, entered: u32, cause: &str, origin: Origin) -> Self {
        let cause = format!(
            "An error occurred while executing the state '{}' (entered at the event id #{entered}). {cause}",
            state.name
        );
        Self::new(error, &cause, origin)
    }

    /// A failure with a name and a cause, that no path is to blame for.
    pub fn new(error: &str, cause: &str, origin: Origin) -> Self {
        Self { error: Some(error.into()), cause: Some(cause.into()), origin, lookup: None }
    }

    /// Without a name or a cause, as what is cut from outside has neither.
    pub const fn silent() -> Self {
        Self { error: None, cause: None, origin: Origin::State, lookup: None }
    }

    /// Adds which expression was to blame, and what it saw.
    pub fn looking_up(
        self,
        field: impl Into<Cow<'static, str>>,
        key: Option<&str>,
        expression: &Expression,
        scope: &Scope,
    ) -> Self {
        let field = field.into();
        let location = match expression.kind {
            ExpressionKind::Jsonata(_) => Some(location(&field).into()),
            _ => None,
        };
        self.looking_up_at(field, key, location, expression, scope)
    }

    /// The same of an expression inside a template.
    pub fn looking_up_in(self, field: Cow<'static, str>, miss: &TemplateMiss, scope: &Scope) -> Self {
        match miss.expression.kind {
            ExpressionKind::Jsonata(_) => {
                let location = location(&field) + &miss.location();
                let field = format!("{field}{}", miss.pointer());
                self.looking_up_at(field.into(), None, Some(location.into()), miss.expression, scope)
            }
            _ => self.looking_up_at(field, miss.key, None, miss.expression, scope),
        }
    }

    fn looking_up_at(
        self,
        field: Cow<'static, str>,
        key: Option<&str>,
        location: Option<Rc<str>>,
        expression: &Expression,
        scope: &Scope,
    ) -> Self {
        let sees_context = match &expression.kind {
            // In `ItemSelector` the item, which is in the context object, is most likely what was meant.
            ExpressionKind::Input(_) => field == "ItemSelector",
            ExpressionKind::Context(_) | ExpressionKind::Variable(..) | ExpressionKind::Intrinsic(_) => true,
            ExpressionKind::Jsonata(expression) => expression.states().any(|member| member == "context"),
        };
        let lookup = Lookup {
            field,
            key: key.map(Rc::from),
            location,
            expression: expression.source.clone(),
            input: scope.input.clone(),
            context: sees_context.then(|| scope.context()),
            result: scope.result.or(scope.error_output).cloned(),
        };
        Self { lookup: Some(Rc::new(lookup)), ..self }
    }

    /// A result too large; `name` is a state's name, a service or a function's ARN.
    pub fn data_limit(name: &str, origin: Origin) -> Self {
        let cause = format!(
            "The state/task '{name}' returned a result with a size exceeding the maximum number of bytes service limit."
        );
        Self::new(DATA_LIMIT_EXCEEDED, &cause, origin)
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

    /// Whether a name in `ErrorEquals` stands for the failure.
    pub fn has_name(&self, name: &str) -> bool {
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
