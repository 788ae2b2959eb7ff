//! The mock: which states take one, which need one, and what its result has to be.
//! A task's result is held against the model of its service; what a job or a callback comes to is not the service's.

use std::rc::Rc;

use super::{Exception, Request, alone::Alone, request::Json};
use crate::{asl::model::StateKind, engine::resource::Pattern, services::models, syntax, value::Value};

/// What the work of the state comes to.
pub enum Mocked {
    Result(Json),
    Error { error: Option<Rc<str>>, cause: Option<Rc<str>> },
}

impl Mocked {
    /// The result, where it is no error.
    pub fn into_result(self) -> Option<Json> {
        match self {
            Self::Result(json) => Some(json),
            Self::Error { .. } => None,
        }
    }
}

/// The mock of a request; `None` where there is none and none is needed.
pub fn check(request: &Request, alone: &Alone) -> Result<Option<Mocked>, Exception> {
    let kind = alone.kind();
    let takes_mock = matches!(kind, StateKind::Task(_) | StateKind::Map(_) | StateKind::Parallel(_));
    let Some(mock) = &request.mock else { return without_mock(request, alone).map(|()| None) };
    if !takes_mock {
        let message = format!("State type '{}' is not supported when a mock is specified", kind.name());
        return Err(Exception::validation(message));
    }
    if request.reveal_secrets {
        return Err(Exception::validation("TestState does not support RevealSecrets when a mock is specified."));
    }
    check_cause(request, alone)?;
    match (&mock.result, &mock.error_output) {
        (Some(text), None) => Ok(Some(Mocked::Result(result(request, alone, text)?))),
        (None, Some(output)) => Ok(Some(Mocked::Error { error: output.error.clone(), cause: output.cause.clone() })),
        _ => {
            let message = "A test mock should have only one of the following fields: [result, errorOutput].";
            Err(Exception::validation(message))
        }
    }
}

fn without_mock(request: &Request, alone: &Alone) -> Result<(), Exception> {
    let supported = "[Task, Wait, Pass, Succeed, Fail, Choice]";
    match alone.kind() {
        StateKind::Map(_) | StateKind::Parallel(_) => Err(Exception::definition(format!(
            "TestState API does not support Map or Parallel states. Supported state types include: {supported}"
        ))),
        StateKind::Task(_) if alone.is_waited_for() => Err(Exception::definition(
            "TestState API does not support Activity tasks, .sync or .waitForTaskToken service integration patterns \
             unless a mock is specified",
        )),
        StateKind::Task(_) if request.role_arn.is_none() => {
            Err(Exception::validation("RoleArn must be specified when testing a Task state"))
        }
        _ => Ok(()),
    }
}

fn result(request: &Request, alone: &Alone, text: &Rc<str>) -> Result<Json, Exception> {
    let value = syntax::parse_value(text).map_err(|_| Exception::validation("Mocked result must be valid JSON"))?;
    let is_array = value.as_array().is_some();
    let complaint = match alone.kind() {
        // With a ResultWriter, the result says where the results were written to.
        StateKind::Map(_) if alone.has_field("ResultWriter") => {
            value.as_object().is_none().then_some("Mocked result must be a JSON object.")
        }
        StateKind::Map(_) | StateKind::Parallel(_) if !is_array => Some("Mocked result must be an array."),
        StateKind::Parallel(parallel) if count(&value) != parallel.branches.len() => {
            Some("Mocked result must contain the same number of items as number of Parallel branches.")
        }
        StateKind::Map(_) if request.configuration.map_iteration_failure_count > count(&value) => {
            Some("Map iteration failure count must be less than or equal to the number of Map iterations")
        }
        _ => None,
    };
    if let Some(complaint) = complaint {
        return Err(Exception::validation(complaint));
    }
    if let Some(resource) = alone.resource().filter(|resource| resource.pattern == Pattern::RequestResponse) {
        let strictness = request.mock.as_ref().map(|mock| mock.strictness).unwrap_or_default();
        models::check(&resource, &value, strictness)
            .map_err(|what| Exception::validation(format!("Mock result schema validation error: {what}")))?;
    }
    Ok(Json { text: text.clone(), value })
}

fn count(value: &Value) -> usize {
    value.as_array().map_or(0, <[Value]>::len)
}

/// An error comes from a state of the Parallel or Map.
fn check_cause(request: &Request, alone: &Alone) -> Result<(), Exception> {
    let Some(name) = &request.configuration.error_caused_by_state else { return Ok(()) };
    let is_inside = |state: &crate::asl::model::State| state.name == *name && state.scope != alone.state().scope;
    if alone.definition.states.iter().any(is_inside) {
        return Ok(());
    }
    Err(Exception::validation(format!("The state '{name}' that causes the error is not inside the state under test")))
}
