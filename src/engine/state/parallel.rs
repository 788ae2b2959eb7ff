//! Parallel: runs its branches at once, each with the same input; the result is the array of theirs.

use super::super::{
    Execution, Flow,
    branch::{BranchId, Join, JoinKind, Phase},
    failure::Failure,
    history::EventKind,
    join::Opening,
};
use crate::{
    asl::model::{Definition, ParallelState, State},
    value::Value,
};

impl Execution {
    pub(super) fn start_parallel(&mut self, id: BranchId, definition: &Definition, parallel: &ParallelState) -> Flow {
        let input = match self.fill_input(id, parallel.parameters.as_ref()) {
            Ok(input) => input,
            Err(failure) => return Flow::Fail(failure),
        };
        let state = self.branches[id.index()].visit.state;
        self.push(id, Some(state), EventKind::ParallelStateStarted);
        if let Some(flow) = self.leave_given_parallel(id, parallel) {
            return flow;
        }
        let cursor = self.branches[id.index()].cursor;
        let generation = self.next_generation(id);
        let mut running = Vec::with_capacity(parallel.branches.len());
        for (index, &scope) in parallel.branches.iter().enumerate() {
            let Some(start) = definition.scope(scope).start_at else { continue };
            let input = input.clone();
            let opening = Opening { start, input, index, item: None, is_child: false, generation };
            running.push(self.open(id, cursor, opening));
        }
        let missing = running.len();
        let results = vec![Value::Null; parallel.branches.len()];
        let join = Join { kind: JoinKind::Parallel, results, running, missing };
        self.branches[id.index()].phase = Phase::Joining(Box::new(join));
        Flow::Wait
    }

    pub(in super::super) fn end_parallel(
        &mut self,
        id: BranchId,
        state: &State,
        parallel: &ParallelState,
        results: Vec<Value>,
    ) -> Flow {
        self.push_aside(id, Some(state.id), EventKind::StateSucceeded);
        self.branches[id.index()].visit.is_open = false;
        let shape = || -> Result<Flow, Failure> {
            let result = Value::array(results);
            let (output, assigned) =
                self.shape_result(id, parallel.result_selector.as_ref(), &parallel.result_path, result)?;
            Ok(Self::go(output, assigned, parallel.next))
        };
        shape().into()
    }
}
