//! The data flow of a visit: the stages that its data went through, each with what it changed and the expressions that
//! made it. The stages come from an [`Inspection`]; which of them are shown follows from the playhead.

use std::rc::Rc;
use tr::tr;

use super::{
    changes::{ChangeLine, changes, lines_of},
    data_of,
};
use crate::words::{later, translated};
use crate::{
    asl::model::{State, StateKind},
    engine::inspection::Stage,
    sim::inspection::{ExpressionData, Inspection, StageData},
    value::{Object, Value},
};

/// One stage, as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct FlowStage {
    pub stage: Stage,
    /// `After InputPath`.
    pub title: String,
    /// What it is compared with: `the input`; nothing where it is a beginning.
    pub compared_with: Option<String>,
    /// It is what it is compared with.
    pub is_same: bool,
    /// With the changes marked, or all of it where there is nothing to compare it with.
    pub lines: Vec<ChangeLine>,
    /// The whole as JSON text.
    pub data: Rc<str>,
    pub expressions: Vec<ExpressionData>,
}

/// The stages of a visit that are known after a number of events, in the order of the state's course.
pub fn flow(state: &State, inspection: &Inspection, entered: u32, happened: usize) -> Vec<FlowStage> {
    let is_known = |known_at: u32| known_at as usize <= happened;
    let known: Vec<&StageData> = inspection.stages.iter().filter(|stage| is_known(stage.known_at)).collect();
    let attempt = known.iter().map(|stage| stage.attempt).max().unwrap_or(0);
    // A later attempt begins anew after the data that come before the first.
    let is_shown = |stage: &&&StageData| stage.attempt == attempt || stage.stage <= Stage::InputPath;
    let mut shown: Vec<&StageData> = Vec::new();
    for stage in known.iter().filter(is_shown) {
        if !shown.iter().any(|other| other.stage == stage.stage) {
            shown.push(stage);
        }
    }
    let value = |stage: Stage| shown.iter().find(|data| data.stage == stage).and_then(|data| data_of(&data.data));
    let made_by = |expression: &&ExpressionData| {
        let is_before = Stage::of_field(&expression.field).is_some_and(|stage| stage <= Stage::InputPath);
        let is_of_attempt = expression.attempt == attempt || is_before;
        expression.entered == entered && is_of_attempt && is_known(expression.known_at)
    };
    let expressions: Vec<&ExpressionData> = inspection.expressions.iter().filter(made_by).collect();
    let mut stages: Vec<FlowStage> = shown.iter().filter_map(|data| stage_of(state, data, &value)).collect();
    for stage in &mut stages {
        let is_its = |expression: &&&ExpressionData| Stage::of_field(&expression.field) == Some(stage.stage);
        stage.expressions = expressions.iter().filter(is_its).map(|expression| (*expression).clone()).collect();
    }
    stages.extend(failed(state, &stages, &expressions));
    stages.sort_by_key(|stage| stage.stage);
    stages
}

fn stage_of(state: &State, data: &StageData, value: &dyn Fn(Stage) -> Option<Value>) -> Option<FlowStage> {
    let after = data_of(&data.data)?;
    let is_empty = |value: &Value| value.as_object().is_some_and(Object::is_empty);
    if data.stage == Stage::Variables && is_empty(&after) {
        return None;
    }
    let before = compared_with(data.stage, value);
    let before = match (data.stage, before) {
        (Stage::Assign, Some((name, before))) => Some((name, narrowed(&before, &after))),
        (_, before) => before,
    };
    let before = before.filter(|(_, before)| is_related(before, &after));
    let is_same = before.as_ref().is_some_and(|(_, before)| *before == after);
    let lines = match &before {
        Some((_, before)) if !is_same => changes(before, &after),
        _ => lines_of(&after),
    };
    Some(FlowStage {
        stage: data.stage,
        title: title(state, data.stage),
        compared_with: before.map(|(name, _)| name),
        is_same,
        lines,
        data: data.data.clone(),
        expressions: Vec::new(),
    })
}

/// A field whose expression failed has no data: it stands with the expression alone.
fn failed(state: &State, stages: &[FlowStage], expressions: &[&ExpressionData]) -> Vec<FlowStage> {
    let mut missing: Vec<FlowStage> = Vec::new();
    for expression in expressions {
        let Some(stage) = Stage::of_field(&expression.field) else { continue };
        if stages.iter().any(|other| other.stage == stage) {
            continue;
        }
        match missing.iter_mut().find(|other| other.stage == stage) {
            Some(other) => other.expressions.push((*expression).clone()),
            None => missing.push(FlowStage {
                stage,
                title: title(state, stage),
                compared_with: None,
                is_same: false,
                lines: Vec::new(),
                data: "".into(),
                expressions: vec![(*expression).clone()],
            }),
        }
    }
    missing
}

/// The data before a stage, with its name in a sentence. What `ResultPath` makes is compared with the input that it
/// writes into.
fn compared_with(stage: Stage, value: &dyn Fn(Stage) -> Option<Value>) -> Option<(String, Value)> {
    let first = |candidates: &[(Stage, &'static str)]| {
        candidates.iter().find_map(|&(stage, name)| Some((translated(name), value(stage)?)))
    };
    const INPUT: (Stage, &str) = (Stage::Input, later!("the input"));
    const EFFECTIVE: (Stage, &str) = (Stage::InputPath, later!("the data after InputPath"));
    match stage {
        Stage::InputPath | Stage::ResultPath => first(&[INPUT]),
        Stage::Parameters | Stage::Arguments => first(&[EFFECTIVE, INPUT]),
        Stage::ResultSelector => first(&[(Stage::Result, later!("the result"))]),
        Stage::OutputPath => first(&[(Stage::ResultPath, later!("the data after ResultPath")), EFFECTIVE, INPUT]),
        Stage::Output => {
            first(&[(Stage::ErrorOutput, later!("the error output")), (Stage::Result, later!("the result")), INPUT])
        }
        Stage::Assign => first(&[(Stage::Variables, later!("the variables before"))]),
        _ => None,
    }
}

/// Whether a value was made by changing another, or in its place: only then the changes are worth being seen.
fn is_related(before: &Value, after: &Value) -> bool {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            before.is_empty() || after.keys().any(|name| before.contains_key(name))
        }
        (Value::Array(_), Value::Array(_)) => true,
        (before, after) => before == after,
    }
}

/// Of the variables before only those that were assigned.
fn narrowed(before: &Value, assigned: &Value) -> Value {
    let names = assigned.as_object().into_iter().flat_map(Object::keys);
    let kept = names.filter_map(|name| Some((name.clone(), before.get(name)?.clone())));
    Value::Object(Rc::new(kept.collect()))
}

fn title(state: &State, stage: Stage) -> String {
    match (stage, &state.kind) {
        (Stage::Input, _) => tr!("Input"),
        (Stage::Variables, _) => tr!("Variables before"),
        (Stage::Assign, _) => tr!("Variables assigned"),
        (Stage::ErrorOutput, _) => tr!("Error output"),
        (Stage::Result, StateKind::Task(_)) => tr!("Task result"),
        (Stage::Result, StateKind::Map(_)) => tr!("Results of the items"),
        (Stage::Result, StateKind::Parallel(_)) => tr!("Results of the branches"),
        (Stage::Result, _) => tr!("Result"),
        (Stage::Items, _) => tr!("Items"),
        (Stage::ItemSelector, _) => tr!("First item after ItemSelector"),
        (
            Stage::InputPath
            | Stage::Parameters
            | Stage::Arguments
            | Stage::ResultSelector
            | Stage::ResultPath
            | Stage::OutputPath
            | Stage::Output,
            _,
        ) => tr!("After {}", stage.name()),
        (stage, _) => stage.name().to_owned(),
    }
}
