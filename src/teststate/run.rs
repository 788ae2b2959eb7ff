//! The run of the state: the engine's loop, ended where a Retrier would wait.

use std::rc::Rc;

use super::{Request, alone::Alone, context, mock::Mocked, request::Json};
use crate::{
    asl::model::{StateId, StateKind},
    engine::{
        Execution, Outcome, Output,
        clock::Duration,
        failure::{Failure, Origin, TIMEOUT, Verdict},
        given::Given,
        history::{EventKind, Left},
        inspection::{Stage, Staged},
        task::{TaskPlan, TaskRequest, TaskResult},
    },
    services,
    value::{Object, Value},
};

/// Id of the event with which the state is entered: the execution's start comes before it.
const ENTERED: u32 = 2;

/// What the replies of services are drawn from.
const DEFAULT_SEED: u64 = 1;

/// What came of the state.
#[derive(Clone, Debug)]
pub struct Tested {
    pub status: Status,
    pub output: Option<Value>,
    pub error: Option<Rc<str>>,
    pub cause: Option<Rc<str>>,
    pub next_state: Option<Rc<str>>,
    pub handled: Option<Handled>,
    /// The data after each stage, in the order in which they were reached.
    pub stages: Vec<Staged>,
    /// The variables after the state, as an object.
    pub variables: Value,
    /// Of a Map, whether it found what to go over.
    pub has_items: bool,
    pub kind: StateKind,
    /// What the mock says, as it was written.
    pub mocked: Option<Json>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Succeeded,
    Failed,
    /// It failed, and a Retrier would try again.
    Retriable,
    /// It failed, and a Catcher goes on elsewhere.
    CaughtError,
}

/// What handles a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handled {
    Retry { index: u32, delay: Duration },
    Catch { index: u32 },
}

impl Status {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::Retriable => "RETRIABLE",
            Self::CaughtError => "CAUGHT_ERROR",
        }
    }
}

impl Tested {
    fn of(status: Status, failure: Option<Failure>) -> Self {
        let (error, cause) = failure.map_or((None, None), |failure| (failure.error, failure.cause));
        Self {
            status,
            error,
            cause,
            output: None,
            next_state: None,
            handled: None,
            stages: Vec::new(),
            variables: Value::Null,
            has_items: false,
            kind: StateKind::Unknown,
            mocked: None,
        }
    }

    /// The value after a stage, if it was reached.
    pub fn after(&self, stage: Stage) -> Option<&Value> {
        self.stages.iter().find(|staged| staged.stage == stage).map(|staged| &staged.value)
    }
}

/// How the run ends.
enum End {
    /// A Retrier would try again after so long.
    Retried(Duration),
    Done(Outcome),
}

pub fn run(request: &Request, alone: &Alone, mocked: Option<Mocked>, context: Value) -> Tested {
    let given = Given {
        context,
        variables: Rc::clone(&request.variables),
        retries: request.configuration.retrier_retry_count,
        outcome: mocked.as_ref().map(outcome),
        failed_iterations: request.configuration.map_iteration_failure_count,
    };
    let (definition, input) = (Rc::clone(&alone.definition), request.input.value.clone());
    let mut execution = Execution::alone(definition, input, context::options(request), given);
    execution.inspect(ENTERED);
    let end = drive(&mut execution, mocked.as_ref());
    let end = told(&execution, end);
    Tested {
        stages: execution.staged(),
        variables: variables(&execution, &request.variables),
        has_items: execution.has_items(),
        kind: alone.kind().clone(),
        mocked: mocked.and_then(Mocked::into_result),
        ..end
    }
}

/// The variables as the state leaves them.
fn variables(execution: &Execution, before: &Rc<Object>) -> Value {
    let assigned = execution.history().events.iter().find_map(|event| match &event.kind {
        EventKind::StateExited { assigned, .. } => assigned.as_ref(),
        _ => None,
    });
    let mut variables = Rc::clone(before);
    if let Some(assigned) = assigned {
        Rc::make_mut(&mut variables).extend(assigned.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    Value::Object(variables)
}

/// The engine's loop.
fn drive(execution: &mut Execution, mocked: Option<&Mocked>) -> End {
    loop {
        match execution.poll() {
            Output::StartTask(request) => {
                let plan = plan(&request, mocked, execution.options());
                execution.answer(&request, plan);
            }
            Output::Idle { until } if is_retried(execution) => return End::Retried(until - execution.now()),
            Output::Idle { until } => execution.advance(until),
            Output::Done(outcome) => return End::Done(outcome),
        }
    }
}

fn verdict(execution: &Execution) -> Option<Verdict> {
    execution.faults().back().map(|fault| fault.verdict)
}

fn is_retried(execution: &Execution) -> bool {
    matches!(verdict(execution), Some(Verdict::Retried(_)))
}

/// How a task turns out: as the mock says, at once, or as its service answers by default.
fn plan(request: &TaskRequest, mocked: Option<&Mocked>, options: &crate::engine::Options) -> TaskPlan {
    let result = match mocked {
        None => return services::default_plan(request, DEFAULT_SEED, options),
        Some(Mocked::Result(json)) => TaskResult::Succeeded(json.value.clone()),
        Some(Mocked::Error { error, cause }) => TaskResult::Failed { error: error.clone(), cause: cause.clone() },
    };
    TaskPlan { result: Some((Duration::default(), result)), ..TaskPlan::default() }
}

/// What a mock makes of the branches of a Parallel or the iterations of a Map.
fn outcome(mocked: &Mocked) -> Result<Value, Failure> {
    match mocked {
        Mocked::Result(json) => Ok(json.value.clone()),
        Mocked::Error { error, cause } => {
            Err(Failure { error: error.clone(), cause: cause.clone(), origin: Origin::State, lookup: None })
        }
    }
}

/// The end in the terms of the API.
fn told(execution: &Execution, end: End) -> Tested {
    let failure = execution.faults().back().map(|fault| fault.failure.clone());
    match (end, verdict(execution)) {
        (End::Retried(delay), Some(Verdict::Retried(index))) => {
            Tested { handled: Some(Handled::Retry { index, delay }), ..Tested::of(Status::Retriable, failure) }
        }
        (End::Done(Outcome::Succeeded(_)), Some(Verdict::Caught(index))) => {
            let handled = Some(Handled::Catch { index });
            Tested { handled, ..left(execution, Tested::of(Status::CaughtError, failure)) }
        }
        (End::Done(Outcome::Succeeded(_)), _) => left(execution, Tested::of(Status::Succeeded, None)),
        (End::Done(Outcome::Failed(failure)), _) => Tested::of(Status::Failed, Some(failure)),
        (End::Done(Outcome::TimedOut), _) => {
            let failure = Failure { error: Some(TIMEOUT.into()), cause: None, origin: Origin::Terminal, lookup: None };
            Tested::of(Status::Failed, Some(failure))
        }
        (End::Done(Outcome::Aborted(_)) | End::Retried(_), _) => Tested::of(Status::Failed, failure),
    }
}

/// Adds with what the state was left, and where to.
fn left(execution: &Execution, tested: Tested) -> Tested {
    let exit = execution.history().events.iter().find_map(|event| match &event.kind {
        EventKind::StateExited { output, left, .. } => Some((output, *left)),
        _ => None,
    });
    let Some((output, left)) = exit else { return tested };
    let next = match left {
        Left::End => None,
        Left::Next(next) | Left::Choice(_, next) | Left::Default(next) | Left::Catch(_, next) => Some(next),
    };
    let name = |next: StateId| execution.definition().state(next).name.clone();
    Tested { output: Some(output.clone()), next_state: next.map(name), ..tested }
}
