//! Looking inside visits of states: the data after each stage, and what every expression gave.
//!
//! A run is a pure function, so that nothing of this is kept in an ordinary one: whoever wants to look
//! runs it once more and says which visits to watch.

use std::{cell::RefCell, collections::BTreeSet};

use serde::{Deserialize, Serialize};

use super::{
    Execution,
    branch::{Branch, BranchId},
    context::Scope,
};
use crate::{
    expr::{Expression, ExpressionKind, Miss, Template},
    jsonata::{self, Limits},
    value::Value,
};

/// The watch over some visits.
#[derive(Debug, Default)]
pub(super) struct Inspection {
    /// Ids of their `…StateEntered` events.
    entered: BTreeSet<u32>,
    staged: RefCell<Vec<Staged>>,
    evaluated: RefCell<Vec<Evaluated>>,
}

/// The data of a state after a stage.
#[derive(Clone, Debug, PartialEq)]
pub struct Staged {
    /// Id of the visit's `…StateEntered` event.
    pub entered: u32,
    /// Retries before: 0 is the first attempt.
    pub attempt: u64,
    pub stage: Stage,
    pub value: Value,
    /// How many events there were.
    pub events: u32,
}

/// An expression that was evaluated.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluated {
    /// Id of the visit's `…StateEntered` event.
    pub entered: u32,
    pub attempt: u64,
    /// JSON pointer from the state, without its first slash: `Parameters/order/id.$`.
    pub field: String,
    /// The expression as messages quote it.
    pub source: String,
    /// Its value, or why there is none.
    pub outcome: Result<Value, String>,
    /// What of `$states` it reads, of JSONata: `$states.input.order`.
    pub reads: Vec<String>,
    /// Its parts with their values, of JSONata, outer before inner.
    pub parts: Vec<EvaluatedPart>,
    /// How many events there were.
    pub events: u32,
}

/// A part of a JSONata expression.
#[derive(Clone, Debug, PartialEq)]
pub struct EvaluatedPart {
    /// As written.
    pub source: String,
    pub outcome: Result<Value, String>,
}

/// A stage in a state's course, named by the field that makes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Stage {
    /// The input as it came.
    Input,
    /// The variables that the state sees, as an object.
    Variables,
    InputPath,
    Parameters,
    Arguments,
    TimeoutSeconds,
    HeartbeatSeconds,
    /// How long a Wait lasts, in seconds.
    Seconds,
    /// When a Wait ends.
    Timestamp,
    MaxConcurrency,
    ToleratedFailureCount,
    ToleratedFailurePercentage,
    MaxItems,
    MaxItemsPerBatch,
    MaxInputBytesPerBatch,
    /// What a Map goes over, by `ItemsPath` or `Items`.
    Items,
    /// What the first iteration of a Map gets.
    ItemSelector,
    /// What the work gave: a task's answer, the outputs of branches or iterations, a Pass's `Result`.
    Result,
    ResultSelector,
    /// `{"Error", "Cause"}`, as a Catcher hands it on.
    ErrorOutput,
    /// What is given to variables, as an object.
    Assign,
    ResultPath,
    OutputPath,
    /// `Output`, in JSONata.
    Output,
}

/// All stages, in the order in which a state comes to them.
pub const STAGES: [Stage; 24] = [
    Stage::Input,
    Stage::Variables,
    Stage::InputPath,
    Stage::Parameters,
    Stage::Arguments,
    Stage::TimeoutSeconds,
    Stage::HeartbeatSeconds,
    Stage::Seconds,
    Stage::Timestamp,
    Stage::MaxConcurrency,
    Stage::ToleratedFailureCount,
    Stage::ToleratedFailurePercentage,
    Stage::MaxItems,
    Stage::MaxItemsPerBatch,
    Stage::MaxInputBytesPerBatch,
    Stage::Items,
    Stage::ItemSelector,
    Stage::Result,
    Stage::ResultSelector,
    Stage::ErrorOutput,
    Stage::Assign,
    Stage::ResultPath,
    Stage::OutputPath,
    Stage::Output,
];

impl Stage {
    /// Whether it comes before the wait, the task or the branches that a state lets time pass with.
    pub fn is_before_work(self) -> bool {
        self < Self::Result
    }

    /// The stage that a field makes, by its JSON pointer from the state without the first slash: `Output/total`,
    /// `Catch/0/Assign/why`, `SecondsPath`.
    pub fn of_field(field: &str) -> Option<Self> {
        let mut steps = field.split('/');
        let mut name = steps.next()?;
        match name {
            "Catch" | "Choices" => name = steps.nth(1)?,
            "ItemReader" | "ItemBatcher" => name = steps.next_back()?,
            _ => {}
        }
        let stage = |name: &str| STAGES.into_iter().find(|stage| stage.name() == name);
        stage(name).or_else(|| stage(name.strip_suffix("Path")?))
    }

    /// The name of its field, or what it is called where no field makes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Input => "Input",
            Self::Variables => "Variables",
            Self::InputPath => "InputPath",
            Self::Parameters => "Parameters",
            Self::Arguments => "Arguments",
            Self::TimeoutSeconds => "TimeoutSeconds",
            Self::HeartbeatSeconds => "HeartbeatSeconds",
            Self::Seconds => "Seconds",
            Self::Timestamp => "Timestamp",
            Self::MaxConcurrency => "MaxConcurrency",
            Self::ToleratedFailureCount => "ToleratedFailureCount",
            Self::ToleratedFailurePercentage => "ToleratedFailurePercentage",
            Self::MaxItems => "MaxItems",
            Self::MaxItemsPerBatch => "MaxItemsPerBatch",
            Self::MaxInputBytesPerBatch => "MaxInputBytesPerBatch",
            Self::Items => "Items",
            Self::ItemSelector => "ItemSelector",
            Self::Result => "Result",
            Self::ResultSelector => "ResultSelector",
            Self::ErrorOutput => "ErrorOutput",
            Self::Assign => "Assign",
            Self::ResultPath => "ResultPath",
            Self::OutputPath => "OutputPath",
            Self::Output => "Output",
        }
    }
}

impl Execution {
    /// Watches the visit that begins with a `…StateEntered` event, besides those watched already; to be called before
    /// the run begins.
    pub fn inspect(&mut self, entered: u32) {
        self.inspection.get_or_insert_default().entered.insert(entered);
    }

    /// The stages of the watched visits, in the order in which they were reached.
    pub fn staged(&self) -> Vec<Staged> {
        self.inspection.as_ref().map(|inspection| inspection.staged.borrow().clone()).unwrap_or_default()
    }

    /// The expressions of the watched visits, in the order in which they were evaluated.
    pub fn evaluated(&self) -> Vec<Evaluated> {
        self.inspection.as_ref().map(|inspection| inspection.evaluated.borrow().clone()).unwrap_or_default()
    }

    /// Whether all watched visits are over.
    pub fn is_past_inspection(&self) -> bool {
        let Some(inspection) = &self.inspection else { return true };
        let Some(&last) = inspection.entered.last() else { return true };
        let is_open = |branch: &Branch| !branch.is_ended() && inspection.entered.contains(&branch.visit.entered);
        self.history.next_id() > last && !self.branches.iter().any(is_open)
    }

    /// The watch over a branch's visit; an ordinary run has none, and asks often.
    #[inline]
    fn watch(&self, id: BranchId) -> Option<&Inspection> {
        let inspection = self.inspection.as_ref()?;
        let branch = &self.branches[id.index()];
        let is_watched = branch.child.is_none() && inspection.entered.contains(&branch.visit.entered);
        is_watched.then_some(inspection)
    }

    /// Keeps the data after a stage, where the branch is in the watched visit.
    #[inline]
    pub(super) fn stage(&self, id: BranchId, stage: Stage, value: &Value) {
        if let Some(inspection) = self.watch(id) {
            let visit = &self.branches[id.index()].visit;
            let staged = Staged {
                entered: visit.entered,
                attempt: visit.retry_count,
                stage,
                value: value.clone(),
                events: self.history.next_id() - 1,
            };
            inspection.staged.borrow_mut().push(staged);
        }
    }

    /// The random source before an expression that is watched is evaluated.
    pub(super) fn before_expression(&self, id: BranchId) -> Option<oorandom::Rand64> {
        self.watch(id).map(|_| *self.random.borrow())
    }

    /// Keeps what an expression gave. What its parts draw at random is what it drew itself.
    pub(super) fn watch_expression(
        &self,
        before: Option<oorandom::Rand64>,
        field: &str,
        expression: &Expression,
        outcome: &Result<Value, Miss>,
        scope: &Scope,
    ) {
        let Some((inspection, before)) = self.watch(scope.branch).zip(before) else { return };
        let outcome = match outcome {
            Ok(value) => Ok(value.clone()),
            Err(Miss::Path { message, .. }) => Err(message.clone()),
            Err(Miss::Intrinsic { cause, .. }) => Err(cause.clone()),
            Err(Miss::Jsonata(failure)) => Err(failure.to_string()),
        };
        let (mut reads, mut parts) = (Vec::new(), Vec::new());
        if let ExpressionKind::Jsonata(jsonata) = &expression.kind {
            reads = jsonata.read_paths();
            let after = self.random.replace(before);
            parts = parts_of(jsonata, scope);
            self.random.replace(after);
        }
        let visit = &self.branches[scope.branch.index()].visit;
        inspection.evaluated.borrow_mut().push(Evaluated {
            entered: visit.entered,
            attempt: visit.retry_count,
            field: field.to_owned(),
            source: source(expression),
            outcome,
            reads,
            parts,
            events: self.history.next_id() - 1,
        });
    }

    /// Evaluates the expressions of a template one by one. What they draw at random is drawn once more
    /// when the template itself is filled in, in the same order.
    pub(super) fn watch_template(&self, field: &str, template: &Template, scope: &Scope) {
        let Some(random) = self.before_expression(scope.branch) else { return };
        for (pointer, expression) in template.expressions() {
            let before = self.before_expression(scope.branch);
            let outcome = expression.evaluate(scope);
            self.watch_expression(before, &format!("{field}{pointer}"), expression, &outcome, scope);
        }
        self.random.replace(random);
    }
}

/// The parts of an expression that say more than the whole, with their values.
fn parts_of(expression: &jsonata::Expression, scope: &Scope) -> Vec<EvaluatedPart> {
    let parts = expression.parts(scope, &Limits::default()).into_iter();
    let texts = parts.filter_map(|part| Some((expression.text_of(part.span)?.to_owned(), part.value)));
    texts
        .filter(|(text, _)| **text != **expression.source())
        .map(|(source, value)| EvaluatedPart { source, outcome: value.map_err(|failure| failure.to_string()) })
        .collect()
}

/// With the brackets that make a text an expression.
fn source(expression: &Expression) -> String {
    match expression.kind {
        ExpressionKind::Jsonata(_) => format!("{{% {} %}}", expression.source),
        _ => expression.source.to_string(),
    }
}
