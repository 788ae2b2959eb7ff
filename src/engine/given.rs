//! A state run alone: what the rest of the run would have given it is given from outside.
//!
//! The state goes through the same code as in a whole run. Only what lies beyond it differs: its
//! context object and its variables, how often it was retried, and what the branches of a Parallel or
//! the iterations of a Map came to, which are not run. Follows what TestState of the API was recorded to do.

use std::rc::Rc;

use super::{
    Execution, Flow, Options,
    branch::{BranchId, Items},
    failure::{Failure, Origin},
    history::EventKind,
};
use crate::{
    asl::model::{Definition, MapState, ParallelState},
    value::{Object, Value},
};

const EXCEED_TOLERATED_FAILURE_THRESHOLD: &str = "States.ExceedToleratedFailureThreshold";

/// What a state that is run alone is given.
#[derive(Clone, Debug)]
pub struct Given {
    /// What `$$` and `$states.context` stand for.
    pub context: Value,
    pub variables: Rc<Object>,
    /// How often the Retrier has been used that will name a failure.
    pub retries: u64,
    /// What the branches of a Parallel or the iterations of a Map came to.
    pub outcome: Option<Result<Value, Failure>>,
    /// How many iterations of a Map failed.
    pub failed_iterations: usize,
}

/// How many iterations of a Map may fail.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tolerance {
    pub count: Option<f64>,
    pub percentage: Option<f64>,
}

impl Tolerance {
    /// As recorded of TestState.
    pub fn exceeded() -> Failure {
        let cause = "The specified tolerated failure threshold was exceeded";
        Failure::new(EXCEED_TOLERATED_FAILURE_THRESHOLD, cause, Origin::State)
    }

    /// Where neither is said, nothing was recorded to be exceeded.
    pub fn is_exceeded(self, failed: usize, iterations: usize) -> bool {
        let failed = failed as f64;
        self.count.is_some_and(|count| failed > count)
            || self.percentage.is_some_and(|percentage| failed * 100.0 > percentage * iterations as f64)
    }
}

impl Execution {
    /// A run of one state; `definition` starts at it.
    pub fn alone(definition: Rc<Definition>, input: Value, options: Options, given: Given) -> Self {
        let mut execution = Self::new(definition, input, options);
        execution.assign(BranchId::ROOT, &given.variables);
        execution.given = Some(Box::new(given));
        execution
    }

    /// Leaves a Parallel whose branches' outcome is given.
    pub(super) fn leave_given_parallel(&mut self, id: BranchId, parallel: &ParallelState) -> Option<Flow> {
        let outcome = self.given.as_ref()?.outcome.clone()?;
        let leave = || -> Result<Flow, Failure> {
            let (output, assigned) =
                self.shape_result(id, parallel.result_selector.as_ref(), &parallel.result_path, outcome?)?;
            Ok(Self::go(output, assigned, parallel.next))
        };
        Some(leave().into())
    }

    /// Leaves a Map whose iterations' outcome is given.
    pub(super) fn leave_given_map(
        &mut self,
        id: BranchId,
        map: &MapState,
        items: &Items,
        tolerance: Tolerance,
    ) -> Option<Result<Flow, Failure>> {
        let given = self.given.as_ref()?;
        let (outcome, failed) = (given.outcome.clone()?, given.failed_iterations);
        let leave = || -> Result<Flow, Failure> {
            if map.item_selector.is_some() {
                for item in (0..items.count()).filter_map(|index| items.get(index)) {
                    self.item_input(id, map, &item)?;
                }
            }
            let result = outcome?;
            let iterations = result.as_array().map_or(items.count(), <[Value]>::len);
            if map.distributed && tolerance.is_exceeded(failed, iterations) {
                return Err(Tolerance::exceeded());
            }
            let (output, assigned) = self.shape_result(id, map.result_selector.as_ref(), &map.result_path, result)?;
            Ok(Self::go(output, assigned, map.next))
        };
        Some(leave())
    }

    /// A failure of a branch's state. Its cause names the state and the event, but not where the state is run alone.
    pub(super) fn state_failure(&self, id: BranchId, error: &str, cause: &str, origin: Origin) -> Failure {
        match self.given {
            None => Failure::of_state(error, self.state_of(id), self.branches[id.index()].visit.entered, cause, origin),
            Some(_) => Failure::new(error, cause, origin),
        }
    }

    /// Whether a Map has found what to go over.
    pub fn has_items(&self) -> bool {
        let is_started = |kind: &EventKind| matches!(kind, EventKind::MapStateStarted { .. });
        self.history.events.iter().any(|event| is_started(&event.kind))
    }
}
