//! Workflow variables. Each Parallel branch and Map iteration has a scope of its own, which sees those
//! around it; a child execution of a distributed Map sees none but its own. `Assign` is evaluated
//! with the values from before, and takes effect when the state is left.

use std::{borrow::Cow, rc::Rc};

use super::{
    Execution,
    branch::BranchId,
    context::Scope,
    failure::{DATA_LIMIT_EXCEEDED, Failure, Origin},
    inspection::Stage,
};
use crate::{
    asl::model::StateKind,
    expr::Template,
    value::{Object, Value},
};

/// "The total size of all stored variables in an execution": Step Functions guide, "Limits".
const MOST_BYTES: usize = 10 << 20;

impl Execution {
    /// The value of a variable as a branch sees it.
    pub(super) fn variable(&self, id: BranchId, name: &str) -> Option<Value> {
        let value = |id: BranchId| self.branches[id.index()].variables.as_ref()?.get(name).cloned();
        self.variable_scopes(id).find_map(value)
    }

    /// What an `Assign` gives the variables. In JSONPath the scope's `$` is the result of a Pass, Task, Parallel or
    /// Map, the effective input of a Choice or Wait, the error output of a Catcher.
    pub(super) fn evaluate_assign(
        &self,
        field: impl Into<Cow<'static, str>>,
        assign: Option<&Template>,
        scope: &Scope,
    ) -> Result<Option<Rc<Object>>, Failure> {
        let Some(assign) = assign else { return Ok(None) };
        let assigned = self.fill_in(field, assign, scope)?;
        self.check_size(scope.branch, &assigned)?;
        self.check_variables(scope.branch, &assigned)?;
        self.stage(scope.branch, Stage::Assign, &assigned);
        match assigned {
            Value::Object(assigned) if !assigned.is_empty() => Ok(Some(assigned)),
            _ => Ok(None),
        }
    }

    /// All variables that a branch sees, as an object.
    pub(super) fn variables(&self, id: BranchId) -> Value {
        let mut seen = Object::default();
        for scope in self.variable_scopes(id) {
            for (name, value) in self.branches[scope.index()].variables.iter().flat_map(|variables| variables.iter()) {
                seen.entry(name.clone()).or_insert_with(|| value.clone());
            }
        }
        Value::Object(Rc::new(seen))
    }

    /// The branches whose variables a branch sees, innermost first.
    fn variable_scopes(&self, id: BranchId) -> impl Iterator<Item = BranchId> {
        std::iter::successors(Some(id), |id| {
            let branch = &self.branches[id.index()];
            let is_child_execution = branch.owner.is_some_and(
                |owner| matches!(&self.definition.state(owner).kind, StateKind::Map(map) if map.distributed),
            );
            branch.parent.filter(|_| !is_child_execution)
        })
    }

    /// The variables of all branches together are not to outgrow their quota.
    fn check_variables(&self, id: BranchId, assigned: &Value) -> Result<(), Failure> {
        let Value::Object(assigned) = assigned else { return Ok(()) };
        let own = self.branches[id.index()].variables.as_deref();
        let replaced = assigned.keys().filter_map(|name| own?.get(name)).map(bytes).sum::<usize>();
        let total = self.variable_bytes + assigned.values().map(bytes).sum::<usize>() - replaced;
        if total <= MOST_BYTES {
            return Ok(());
        }
        let cause = format!("The variables of the execution exceed {MOST_BYTES} bytes together.");
        Err(self.state_failure(id, DATA_LIMIT_EXCEEDED, &cause, Origin::DataLimit))
    }

    /// Gives a branch's variables their new values.
    pub(super) fn assign(&mut self, id: BranchId, assigned: &Object) {
        let variables = Rc::make_mut(self.branches[id.index()].variables.get_or_insert_default());
        for (name, value) in assigned {
            let replaced = variables.insert(name.clone(), value.clone());
            self.variable_bytes += bytes(value);
            self.variable_bytes -= replaced.as_ref().map_or(0, bytes);
        }
    }

    /// The variables of a branch that has ended are gone.
    pub(super) fn drop_variables(&mut self, id: BranchId) {
        if let Some(variables) = self.branches[id.index()].variables.take() {
            self.variable_bytes -= variables.values().map(bytes).sum::<usize>();
        }
    }
}

/// The bytes of a variable's JSON text.
fn bytes(value: &Value) -> usize {
    value.json_len(usize::MAX)
}
