//! Pass: hands its input on, or fixed data, or a template filled in.

use super::super::{Execution, Flow, branch::BranchId, failure::Failure};
use crate::asl::model::{PassState, QueryLanguage, State};

impl Execution {
    pub(super) fn pass(&mut self, id: BranchId, state: &State, pass: &PassState) -> Result<Flow, Failure> {
        if state.query_language == QueryLanguage::Jsonata {
            return self.leave_idle(id, state, pass.next);
        }
        let filled = self.fill_input(id, pass.parameters.as_ref())?;
        let result = pass.result.clone().unwrap_or(filled);
        let (output, assigned) = self.shape_result(id, None, &pass.result_path, result)?;
        Ok(Self::go(output, assigned, pass.next))
    }
}
