//! Succeed: ends its branch well.

use super::super::{Execution, Flow, branch::BranchId, failure::Failure};
use crate::asl::model::{State, Transition};

impl Execution {
    pub(super) fn succeed(&mut self, id: BranchId, state: &State) -> Result<Flow, Failure> {
        Ok(Self::go(self.pick_output(id, state)?, None, Transition::End))
    }
}
