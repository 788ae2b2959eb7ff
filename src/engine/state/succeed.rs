//! Succeed: ends its branch well.

use super::super::{Execution, Flow, branch::BranchId, failure::Failure};
use crate::asl::model::{State, Transition};

impl Execution {
    pub(super) fn succeed(&mut self, id: BranchId, state: &State) -> Result<Flow, Failure> {
        let output = self.pick(id, &state.output_path, &self.branches[id.index()].visit.effective)?;
        Ok(Self::go(output, None, Transition::End))
    }
}
