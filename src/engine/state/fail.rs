//! Fail: ends its branch with an error. `ErrorPath` and `CausePath` may be paths or intrinsic functions;
//! in JSONata `Error` and `Cause` may be expressions.

use std::rc::Rc;

use super::super::{
    Execution,
    branch::BranchId,
    failure::{Failure, Origin},
};
use crate::{
    asl::model::{FailState, FailText},
    value::Value,
};

impl Execution {
    pub(super) fn raise(&mut self, id: BranchId, fail: &FailState) -> Failure {
        let error = self.fail_text(id, "ErrorPath", &fail.error);
        let cause = self.fail_text(id, "CausePath", &fail.cause);
        match (error, cause) {
            (Ok(error), Ok(cause)) => Failure { error, cause, origin: Origin::State, lookup: None },
            (Err(failure), _) | (_, Err(failure)) => failure,
        }
    }

    fn fail_text(&self, id: BranchId, field: &'static str, text: &FailText) -> Result<Option<Rc<str>>, Failure> {
        let expression = match text {
            FailText::None => return Ok(None),
            FailText::Literal(text) => return Ok(Some(text.clone())),
            FailText::Computed(expression) => {
                let field = if field == "ErrorPath" { "Error" } else { "Cause" };
                return self.compute(id, field, expression, "string").map(|text| text.as_str().cloned());
            }
            FailText::Path(expression) => expression,
        };
        let data = &self.branches[id.index()].visit.effective;
        match self.read_field(id, field, expression, data)? {
            Value::String(text) => Ok(Some(text)),
            value => {
                let source = &expression.source;
                let cause = format!("The {field} parameter does not reference a string: {source} == {value}");
                Err(self.runtime_failure(id, &cause).looking_up(field, None, expression, &self.scope(id, data)))
            }
        }
    }
}
