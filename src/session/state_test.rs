//! Testing one state from the page: a form that is filled in from what is known of the state, the request of the
//! TestState API that it makes, and what came of it.

use std::rc::Rc;
use tr::tr;

use serde_json::{Map, Value as Json, json};

use super::{model::Session, select};
use crate::{
    asl::model::{State, StateKind},
    engine::inspection::Stage,
    sim::{
        scenario::{Answer, AnswerOutcome, Scenario},
        timeline::Visit,
        trace::PayloadId,
    },
    syntax::{self, Format},
    value::{Object, Value},
};

/// A test that is open on the page.
#[derive(Clone, Debug, PartialEq)]
pub struct StateTest {
    pub state: Rc<str>,
    /// How a scenario addresses it where its name occurs twice.
    path: Rc<str>,
    pub takes: Takes,
    pub draft: Draft,
    /// The definition that the state is in, as JSON.
    definition: Rc<str>,
    role_arn: Rc<str>,
    /// The number of the newest request.
    pub count: u32,
    pub progress: Progress,
}

/// What a kind of state takes besides input and variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Takes {
    /// A mock, and with it a context object.
    pub mock: bool,
    /// It cannot be run without a mock.
    pub only_mock: bool,
    pub retry: bool,
    /// A mocked result is held against an API.
    pub validation: bool,
}

/// What the form says.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// JSON texts, as they were written; empty is none.
    pub input: Rc<str>,
    pub variables: Rc<str>,
    pub context: Rc<str>,
    pub mock: MockKind,
    pub result: Rc<str>,
    /// How closely a result is held against its service's API.
    pub validation: &'static str,
    pub error: Rc<str>,
    pub cause: Rc<str>,
    /// Retries before.
    pub retries: u32,
    pub level: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MockKind {
    /// The default of the task's service answers.
    None,
    Result,
    Error,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    Idle,
    Running,
    /// The response of the API, or its exception.
    Answered(Rc<Json>),
    /// There is no answer, and why.
    Refused(Rc<str>),
}

/// How closely the API can hold a mocked result against a service.
pub const VALIDATIONS: [&str; 3] = ["STRICT", "PRESENT", "NONE"];

/// The levels that the API has.
pub const LEVELS: [&str; 3] = ["INFO", "DEBUG", "TRACE"];

impl StateTest {
    /// A test of the chosen state, filled in from the visit that the inspector shows, or from the scenario.
    pub fn open(session: &Session) -> Option<Self> {
        let state = session.drawing.definition.states.get(session.selection.state?.index())?;
        let takes = Takes::of(state);
        let scenario = session.scenario.scenario.clone().unwrap_or_default();
        let format = Format::detect(&session.drawing.text);
        let definition = match format {
            Format::Json => session.drawing.text.clone(),
            Format::Yaml => syntax::parse(&session.drawing.text, format).root?.to_value().to_json().into(),
        };
        Some(Self {
            state: state.name.clone(),
            path: state.path.clone(),
            takes,
            draft: Draft::of(session, state, takes, &scenario),
            definition,
            role_arn: scenario.machine.role_arn.clone(),
            count: 0,
            progress: Progress::Idle,
        })
    }

    /// A scenario with the mock as the only answer for the state; the error says what cannot be kept.
    pub fn kept_in(&self, scenario: &Scenario) -> Result<Scenario, String> {
        let outcome = match self.draft.mock {
            MockKind::None => return Err(tr!("there is no mock to keep: choose what its work gives")),
            MockKind::Result => match syntax::parse_value(&self.draft.result) {
                Ok(value) => AnswerOutcome::Return(value),
                Err(error) => return Err(tr!("the mocked result is no JSON: {}", error.message)),
            },
            MockKind::Error => AnswerOutcome::Throw {
                error: Some(self.draft.error.clone()),
                cause: Some(self.draft.cause.clone()).filter(|cause| !cause.is_empty()),
            },
        };
        let mut scenario = scenario.clone();
        let key = if scenario.tasks.contains_key(&self.path) { &self.path } else { &self.state };
        scenario.tasks.insert(key.clone(), vec![Answer::new(outcome)]);
        Ok(scenario)
    }

    /// The request that the form makes.
    pub fn request(&self) -> Json {
        let draft = &self.draft;
        let mut request = json!({
            "definition": &*self.definition,
            "stateName": &*self.state,
            "roleArn": &*self.role_arn,
            "inspectionLevel": draft.level,
            "stateConfiguration": {"retrierRetryCount": draft.retries},
        });
        let mut put = |name: &str, text: &str| {
            if !text.trim().is_empty() {
                request[name] = text.into();
            }
        };
        put("input", &draft.input);
        put("variables", &draft.variables);
        let has_mock = self.takes.mock && draft.mock != MockKind::None;
        if has_mock {
            put("context", &draft.context);
            request["mock"] = match draft.mock {
                MockKind::Error => json!({"errorOutput": {"error": &*draft.error, "cause": &*draft.cause}}),
                MockKind::None | MockKind::Result => {
                    json!({"result": &*draft.result, "fieldValidationMode": draft.validation})
                }
            };
        }
        request
    }
}

impl Takes {
    fn of(state: &State) -> Self {
        let none = Self { mock: false, only_mock: false, retry: false, validation: false };
        let only_mock = |retry: bool| Self { mock: true, only_mock: true, retry, validation: false };
        match &state.kind {
            StateKind::Task(task) => Self { mock: true, retry: !task.retry.is_empty(), validation: true, ..none },
            StateKind::Parallel(parallel) => only_mock(!parallel.retry.is_empty()),
            StateKind::Map(map) => only_mock(!map.retry.is_empty()),
            _ => none,
        }
    }
}

impl Draft {
    fn of(session: &Session, state: &State, takes: Takes, scenario: &Scenario) -> Self {
        let frame = select::frame(session);
        let inspected = select::inspected(session, frame.as_ref());
        let visit = inspected.as_ref().map(|inspected| &inspected.visit);
        let payload = |id: PayloadId| session.run.as_ref()?.trace.payloads.get(id as usize).and_then(|text| read(text));
        let input = visit.and_then(|visit| payload(visit.input?)).unwrap_or_else(|| scenario.input.clone());
        let variables: Object = inspected
            .iter()
            .flat_map(|inspected| inspected.variables())
            .filter_map(|variable| Some((variable.name, payload(variable.before?)?)))
            .collect();
        let context = visit.filter(|_| takes.mock).and_then(|visit| context(session, state, visit));
        let draft = Self {
            input: pretty(&input),
            variables: if variables.is_empty() { "".into() } else { pretty(&Value::Object(variables.into())) },
            context: context.map_or_else(|| "".into(), |context| pretty(&context)),
            mock: MockKind::None,
            result: pretty(&default_result(state)),
            validation: VALIDATIONS[0],
            error: "States.TaskFailed".into(),
            cause: "".into(),
            retries: 0,
            level: "DEBUG",
        };
        let result = || Some(AnswerOutcome::Return(seen_result(session, visit?)?));
        let is_known =
            |outcome: &&AnswerOutcome| !matches!(outcome, AnswerOutcome::Expression(_) | AnswerOutcome::Never);
        let answer = answer_of(scenario, state).map(|answer| &answer.outcome).filter(is_known);
        let answer = answer.cloned().or_else(result);
        let draft = draft.mocked(answer);
        // Where a mock is wanted, the result is the likelier one.
        let is_bare = takes.only_mock && draft.mock == MockKind::None;
        if is_bare { Self { mock: MockKind::Result, ..draft } } else { draft }
    }

    fn mocked(self, answer: Option<AnswerOutcome>) -> Self {
        match answer {
            Some(AnswerOutcome::Return(value)) => Self { mock: MockKind::Result, result: pretty(&value), ..self },
            Some(AnswerOutcome::Throw { error, cause }) => Self {
                mock: MockKind::Error,
                error: error.unwrap_or_default(),
                cause: cause.unwrap_or_default(),
                ..self
            },
            Some(AnswerOutcome::TimeOut) => {
                Self { mock: MockKind::Error, error: "States.Timeout".into(), cause: "".into(), ..self }
            }
            Some(AnswerOutcome::Expression(_) | AnswerOutcome::Never) | None => self,
        }
    }
}

/// The scenario's first answer for a task.
fn answer_of<'a>(scenario: &'a Scenario, state: &State) -> Option<&'a Answer> {
    let answers = scenario.tasks.get(&state.path).or_else(|| scenario.tasks.get(&state.name))?;
    answers.first()
}

/// What the work of a visit gave, where it has been looked into.
fn seen_result(session: &Session, visit: &Visit) -> Option<Value> {
    let look = session.look.as_ref().filter(|look| look.gaze.visit == Some(visit.entered))?;
    let stage = look.inspection.stages.iter().rfind(|stage| stage.stage == Stage::Result)?;
    read(&stage.data)
}

/// A result of the right shape, to begin with.
fn default_result(state: &State) -> Value {
    match &state.kind {
        StateKind::Parallel(parallel) => Value::array(vec![Value::empty_object(); parallel.branches.len()]),
        StateKind::Map(_) => Value::array(Vec::new()),
        _ => Value::empty_object(),
    }
}

/// The context object of a visit, as far as the API takes one.
fn context(session: &Session, state: &State, visit: &Visit) -> Option<Value> {
    let trace = &session.run.as_ref()?.trace;
    let payload = |id: PayloadId| read(trace.payloads.get(id as usize)?);
    let Value::Object(lasting) = payload(trace.context?)? else { return None };
    let mut context = Object::clone(&lasting);
    if let Some(Value::Object(execution)) = context.get("Execution") {
        let mut execution = Object::clone(execution);
        execution.insert("Input".into(), payload(trace.events.first()?.details.input?)?);
        context.insert("Execution".into(), Value::Object(execution.into()));
    }
    let entered = crate::engine::clock::Instant::from_micros(trace.start.saturating_add(visit.entered_at));
    let about_state =
        [("Name", Value::from(&state.name)), ("EnteredTime", entered.to_rfc3339().into()), ("RetryCount", 0.into())];
    context.insert("State".into(), Value::object(about_state));
    Some(Value::Object(context.into()))
}

fn read(text: &str) -> Option<Value> {
    syntax::parse_value(text).ok()
}

fn pretty(value: &Value) -> Rc<str> {
    value.to_json_pretty().into()
}

/// The stages that a response shows, in order: name, and JSON text.
pub fn stages(response: &Json) -> Vec<(String, String)> {
    let empty = Map::new();
    let data = response["inspectionData"].as_object().unwrap_or(&empty);
    let text = |value: &Json| value.as_str().map_or_else(|| value.to_string(), ToString::to_string);
    data.iter().filter(|(name, _)| *name != "errorDetails").map(|(name, value)| (name.clone(), text(value))).collect()
}

/// What would handle the error of a response, in words.
pub fn handling(response: &Json) -> Option<String> {
    let details = &response["inspectionData"]["errorDetails"];
    if let Some(index) = details["retryIndex"].as_u64() {
        let seconds = &details["retryBackoffIntervalSeconds"];
        return Some(tr!("`Retry` {} would try again after {seconds} s.", index + 1, seconds));
    }
    details["catchIndex"].as_u64().map(|index| tr!("`Catch` {} takes the error.", index + 1))
}
