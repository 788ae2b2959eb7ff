//! The context object, `$$`: built when a path asks for it.

use super::{
    Execution,
    branch::{BranchId, Item},
};
use crate::{asl::model::StateKind, intrinsic, jsonata, value::Value};

/// What an expression of a state sees: its data, the context object, variables, the run's random source.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    pub execution: &'a Execution,
    pub branch: BranchId,
    /// What `$` stands for in JSONPath, and `$states.input` in JSONata.
    pub input: &'a Value,
    /// `$states.result`.
    pub result: Option<&'a Value>,
    /// `$states.errorOutput`.
    pub error_output: Option<&'a Value>,
    /// The item that a Map is about to start, for its `ItemSelector`.
    pub item: Option<&'a Item>,
}

impl intrinsic::Environment for Scope<'_> {
    fn input(&self) -> &Value {
        self.input
    }

    fn context(&self) -> Value {
        self.execution.context(self.branch, self.item)
    }

    fn random(&self) -> u64 {
        self.execution.random.borrow_mut().rand_u64()
    }

    fn variable(&self, name: &str) -> Option<Value> {
        self.execution.variable(self.branch, name)
    }
}

impl jsonata::Environment for Scope<'_> {
    fn states(&self, member: &str) -> Option<Value> {
        match member {
            "input" => Some(self.input.clone()),
            "result" => self.result.cloned(),
            "errorOutput" => self.error_output.cloned(),
            _ => Some(self.execution.context(self.branch, self.item)),
        }
    }

    fn variable(&self, name: &str) -> Option<Value> {
        self.execution.variable(self.branch, name)
    }

    fn now(&self) -> i64 {
        self.execution.now.as_micros().div_euclid(1000)
    }

    fn random(&self) -> u64 {
        self.execution.random.borrow_mut().rand_u64()
    }
}

impl Execution {
    /// The same; `item` is the one that a Map is about to start.
    fn context(&self, id: BranchId, item: Option<&Item>) -> Value {
        if let Some(given) = &self.given {
            return with_item(&given.context, item);
        }
        let branch = &self.branches[id.index()];
        let visit = &branch.visit;
        let state = self.definition.state(visit.state);
        let mut about_state =
            vec![("Name", Value::from(&state.name)), ("EnteredTime", visit.entered_at.to_rfc3339().into())];
        if matches!(state.kind, StateKind::Task(_) | StateKind::Parallel(_) | StateKind::Map(_)) {
            about_state.push(("RetryCount", (visit.retry_count as i64).into()));
        }
        let mut context = match branch.child.and_then(|child| self.about_child(child)) {
            Some(about) => about,
            None => self.about_execution(self.input.clone()),
        };
        context.push(("State", Value::object(about_state)));
        if let Some(item) = item.or_else(|| self.item_of(id)) {
            context.push(("Map", about_item(item)));
        }
        if let Some(token) = &visit.token {
            context.push(("Task", Value::object([("Token", Value::from(token))])));
        }
        Value::object(context)
    }

    /// The context object as the state that a branch is in sees it.
    pub fn context_of(&self, id: BranchId) -> Value {
        self.context(id, None)
    }

    /// What of the context object is the same in every state; `Input` stands as null, for it is in the first event.
    pub fn lasting_context(&self) -> Value {
        Value::object(self.about_execution(Value::Null))
    }

    /// The same of a child execution, by the branch that it began with.
    pub fn lasting_context_of(&self, child: BranchId) -> Value {
        Value::object(self.about_child(child).unwrap_or_default())
    }

    fn about_execution(&self, input: Value) -> Vec<(&'static str, Value)> {
        let options = &self.options;
        let execution = [
            ("Id", Value::from(&options.execution_arn)),
            ("Input", input),
            ("StartTime", options.start.to_rfc3339().into()),
            ("Name", (&options.execution_name).into()),
            ("RoleArn", (&options.role_arn).into()),
        ];
        about(execution, options.is_express, &options.machine_arn, &options.machine_name)
    }

    /// A child execution is one of its own, of a machine that is named after the Map.
    fn about_child(&self, child: BranchId) -> Option<Vec<(&'static str, Value)>> {
        let root = &self.branches[child.index()];
        let run = &self.map_runs[root.run?.0 as usize];
        let entry = run.children.get(root.index)?;
        let (name, arn, machine) = self.child_names(run, root.index);
        let execution = [
            ("Id", Value::from(&arn)),
            ("Input", entry.input.clone()),
            ("StartTime", entry.started.to_rfc3339().into()),
            ("Name", (&name).into()),
            ("RoleArn", (&self.options.role_arn).into()),
        ];
        let machine_name = machine.rsplit(':').next().unwrap_or(&machine);
        Some(about(execution, self.is_express_child(child), &machine, machine_name))
    }

    /// The item of the innermost Map iteration around a branch.
    fn item_of(&self, id: BranchId) -> Option<&Item> {
        let mut next = Some(id);
        while let Some(id) = next {
            let branch = &self.branches[id.index()];
            if let Some(item) = &branch.item {
                return Some(item);
            }
            next = branch.parent;
        }
        None
    }
}

/// Express executions cannot be redriven.
fn about(
    execution: [(&'static str, Value); 5],
    is_express: bool,
    machine: &str,
    machine_name: &str,
) -> Vec<(&'static str, Value)> {
    let redrives = (!is_express).then(|| ("RedriveCount", 0.into()));
    let execution = Value::object(execution.into_iter().chain(redrives));
    let machine = Value::object([("Id", Value::from(machine)), ("Name", machine_name.into())]);
    vec![("Execution", execution), ("StateMachine", machine)]
}

fn about_item(item: &Item) -> Value {
    let key = item.key.as_ref().map(|key| ("Key", Value::from(key)));
    let members = [("Index", (item.index as i64).into()), ("Value", item.value.clone())];
    Value::object([("Item", Value::object(members.into_iter().chain(key)))])
}

/// A context object that is given, with the item that a Map is about to start.
fn with_item(context: &Value, item: Option<&Item>) -> Value {
    match (context, item) {
        (Value::Object(members), Some(item)) => {
            let mut members = (**members).clone();
            members.insert("Map".into(), about_item(item));
            Value::Object(members.into())
        }
        _ => context.clone(),
    }
}
