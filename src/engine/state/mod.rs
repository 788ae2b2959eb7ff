//! The eight kinds of state, a file each: what enters, what it waits for, what leaves.

mod choice;
mod fail;
mod map;
mod parallel;
mod pass;
mod succeed;
pub(super) mod task;
mod wait;

use std::rc::Rc;

pub use choice::compares;

use super::{Execution, Flow, branch::BranchId, failure::Failure, history::Left};
use crate::{
    asl::model::{Definition, State, StateKind, Transition},
    value::{Object, Value},
};

impl Execution {
    /// Does the work of a state, with its effective input at hand.
    pub(super) fn work(&mut self, id: BranchId, definition: &Definition, state: &State) -> Flow {
        match &state.kind {
            StateKind::Pass(pass) => self.pass(id, state, pass).into(),
            StateKind::Task(task) => self.start_task(id, task),
            StateKind::Choice(choice) => self.choose(id, state, choice).into(),
            StateKind::Wait(wait) => self.wait(id, wait),
            StateKind::Succeed => self.succeed(id, state).into(),
            StateKind::Fail(fail) => Flow::Fail(self.raise(id, fail)),
            StateKind::Parallel(parallel) => self.start_parallel(id, definition, parallel),
            StateKind::Map(map) => self.start_map(id, definition, map),
            StateKind::Unknown => Flow::Fail(self.runtime_failure(id, "The state has no type.")),
        }
    }

    /// Leaves a state that has no result: its output comes from its input.
    fn leave_idle(&self, id: BranchId, state: &State, transition: Transition) -> Result<Flow, Failure> {
        let scope = self.scope(id, &self.branches[id.index()].visit.effective);
        let assigned = self.evaluate_assign("Assign", state.assign.as_ref(), &scope)?;
        Ok(Self::go(self.pick_output(id, state)?, assigned, transition))
    }

    /// Leaves by `Next` or `End`.
    pub(super) fn go(output: Value, assigned: Option<Rc<Object>>, transition: Transition) -> Flow {
        let left = match transition {
            Transition::Next(next) => Left::Next(next),
            Transition::End | Transition::Missing => Left::End,
        };
        Flow::Leave { output, assigned, left, transition }
    }
}

impl From<Result<Flow, Failure>> for Flow {
    fn from(result: Result<Flow, Failure>) -> Self {
        result.unwrap_or_else(Flow::Fail)
    }
}
