//! Workflow variables. Each Parallel branch and Map iteration has a scope of its own, which sees those
//! around it; a child execution of a distributed Map sees none but its own. `Assign` is evaluated
//! with the values from before, and takes effect when the state is left.

use std::{borrow::Cow, rc::Rc};

use super::{Execution, branch::BranchId, failure::Failure};
use crate::{
    asl::model::StateKind,
    expr::Template,
    value::{Object, Value},
};

impl Execution {
    /// The value of a variable as a branch sees it.
    pub(super) fn variable(&self, id: BranchId, name: &str) -> Option<Value> {
        let mut next = Some(id);
        while let Some(id) = next {
            let branch = &self.branches[id.index()];
            if let Some(value) = branch.variables.as_ref().and_then(|variables| variables.get(name)) {
                return Some(value.clone());
            }
            let is_child_execution = branch.owner.is_some_and(
                |owner| matches!(&self.definition.state(owner).kind, StateKind::Map(map) if map.distributed),
            );
            next = branch.parent.filter(|_| !is_child_execution);
        }
        None
    }

    /// What an `Assign` gives the variables; `data` is what `$` stands for in it: the result of a
    /// Pass, Task, Parallel or Map, the effective input of a Choice or Wait, the error output of a Catcher.
    pub(super) fn evaluate_assign(
        &self,
        id: BranchId,
        field: impl Into<Cow<'static, str>>,
        assign: Option<&Template>,
        data: &Value,
    ) -> Result<Option<Rc<Object>>, Failure> {
        let Some(assign) = assign else { return Ok(None) };
        let assigned = self.fill(id, field, Some(assign), data)?;
        self.check_size(id, &assigned)?;
        match assigned {
            Value::Object(assigned) if !assigned.is_empty() => Ok(Some(assigned)),
            _ => Ok(None),
        }
    }

    /// Gives a branch's variables their new values.
    pub(super) fn assign(&mut self, id: BranchId, assigned: &Object) {
        let variables = Rc::make_mut(self.branches[id.index()].variables.get_or_insert_default());
        variables.extend(assigned.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
}
