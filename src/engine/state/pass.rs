//! Pass: hands its input on, or fixed data, or a payload template filled in.

use super::super::{Execution, Flow, branch::BranchId, failure::Failure};
use crate::asl::model::PassState;

impl Execution {
    pub(super) fn pass(&mut self, id: BranchId, pass: &PassState) -> Result<Flow, Failure> {
        let filled = self.fill_input(id, pass.parameters.as_ref(), &self.branches[id.index()].visit.effective)?;
        let result = pass.result.clone().unwrap_or(filled);
        let (output, assigned) = self.shape_result(id, None, &pass.result_path, result)?;
        Ok(Self::go(output, assigned, pass.next))
    }
}
