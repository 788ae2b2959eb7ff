//! Looking inside the visits of a run: it is run once more, and the data of some visits are kept stage by stage, with
//! what each of their expressions gave. A run being a pure function, it is the same run.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::{mock::Mocks, run, scenario::Scenario};
use crate::{
    asl::model::Definition,
    engine::{
        Execution,
        inspection::{Evaluated, EvaluatedPart, Stage, Staged},
    },
    value::Value,
};

/// Texts of what expressions gave are cut to so many bytes; of a stage nothing is cut.
const MOST_BYTES: usize = 4096;

/// What was asked for of a run.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Inspection {
    /// Of one visit.
    pub stages: Vec<StageData>,
    /// Of all visits that were asked for.
    pub expressions: Vec<ExpressionData>,
}

/// The data of a visit after a stage.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StageData {
    pub stage: Stage,
    /// Retries before: 0 is the first attempt.
    pub attempt: u64,
    /// How many events there had to be for it to be known.
    pub known_at: u32,
    /// JSON text.
    pub data: Rc<str>,
}

/// An expression of a visit.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExpressionData {
    /// Id of the visit's `…StateEntered` event.
    pub entered: u32,
    pub attempt: u64,
    pub known_at: u32,
    /// JSON pointer from the state, without its first slash.
    pub field: Rc<str>,
    /// With brackets, where it is JSONata.
    pub source: Rc<str>,
    /// Its value as JSON text, the end cut off where it is long.
    pub value: Option<Rc<str>>,
    /// Why it has none.
    pub trouble: Option<Rc<str>>,
    /// What of `$states` it reads, of JSONata.
    pub reads: Vec<Rc<str>>,
    /// Its parts with their values, of JSONata.
    pub parts: Vec<PartData>,
}

/// A part of a JSONata expression.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PartData {
    /// As written.
    pub source: Rc<str>,
    pub value: Option<Rc<str>>,
    pub trouble: Option<Rc<str>>,
}

/// Runs a scenario once more: the stages of the visit that begins with the event `visit`, and the expressions of all
/// `visits`. Stops when these are over.
pub fn inspect(definition: &Rc<Definition>, scenario: &Scenario, visit: Option<u32>, visits: &[u32]) -> Inspection {
    let mut execution = Execution::new(Rc::clone(definition), scenario.input.clone(), run::options(scenario));
    visit.iter().chain(visits).for_each(|&entered| execution.inspect(entered));
    let mut mocks = Mocks::new(definition, scenario);
    while run::step(&mut execution, &mut mocks) && !execution.is_past_inspection() {}
    let stages = execution.staged().into_iter().filter(|staged| Some(staged.entered) == visit);
    Inspection {
        stages: stages.map(StageData::of).collect(),
        expressions: execution.evaluated().into_iter().map(ExpressionData::of).collect(),
    }
}

impl StageData {
    fn of(staged: Staged) -> Self {
        let Staged { attempt, stage, value, events, .. } = staged;
        let is_known_at_once = stage.is_before_work() && attempt == 0;
        Self { stage, attempt, known_at: known_at(events, is_known_at_once), data: value.to_json().into() }
    }
}

impl ExpressionData {
    fn of(evaluated: Evaluated) -> Self {
        let Evaluated { entered, attempt, field, source, outcome, reads, parts, events } = evaluated;
        let (value, trouble) = texts(outcome);
        let part = |part: EvaluatedPart| {
            let (value, trouble) = texts(part.outcome);
            PartData { source: part.source.into(), value, trouble }
        };
        let is_known_at_once = Stage::of_field(&field).is_none_or(Stage::is_before_work) && attempt == 0;
        Self {
            entered,
            attempt,
            known_at: known_at(events, is_known_at_once),
            field: field.into(),
            source: source.into(),
            value,
            trouble,
            reads: reads.into_iter().map(Rc::from).collect(),
            parts: parts.into_iter().map(part).collect(),
        }
    }
}

/// A value as JSON text, or why there is none.
fn texts(outcome: Result<Value, String>) -> (Option<Rc<str>>, Option<Rc<str>>) {
    match outcome {
        Ok(value) => (Some(cut(value.to_json()).into()), None),
        Err(trouble) => (None, Some(cut(trouble).into())),
    }
}

/// What comes of a wait, a task or branches is known when the event after these has happened; what comes before, as
/// soon as the state is entered.
fn known_at(events: u32, is_known_at_once: bool) -> u32 {
    if is_known_at_once { events } else { events + 1 }
}

fn cut(mut text: String) -> String {
    if text.len() > MOST_BYTES {
        text.truncate(text.floor_char_boundary(MOST_BYTES));
        text.push('…');
    }
    text
}
