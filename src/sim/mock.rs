//! How a task turns out: the scenario's answer for its state, iteration and attempt, with what a
//! person decided at run time on top; without an answer, the default of the service.

use std::{cell::RefCell, collections::BTreeMap};

use super::scenario::{Answer, AnswerExpression, AnswerOutcome, Decision, DecisionAction, Scenario};
use crate::{
    asl::model::{Definition, StateId},
    engine::{
        Execution,
        clock::{Duration, Instant},
        task::{TaskPlan, TaskRequest, TaskResult},
    },
    jsonata::{self, Limits},
    services,
    value::Value,
};

/// The error of an answer whose expression gives nothing.
pub const ANSWER_FAILED: &str = "Statelight.AnswerFailed";

/// What attempts are counted by: the state, and the Map iterations around it.
type Place = (StateId, Vec<(StateId, usize)>);

/// How often a task was asked for at a place, and how many of the answers that name no attempt were used.
#[derive(Clone, Copy, Default)]
struct Uses {
    attempts: u32,
    unnamed: usize,
}

/// The mocked world of one run.
pub struct Mocks<'a> {
    definition: &'a Definition,
    scenario: &'a Scenario,
    start: Instant,
    /// Tasks that got no end: they wait for a person, or for ever.
    pending: Vec<TaskRequest>,
    uses: BTreeMap<Place, Uses>,
    /// Apart from the machine's own, so that an answer does not change what the machine draws.
    random: RefCell<oorandom::Rand64>,
}

impl<'a> Mocks<'a> {
    pub fn new(definition: &'a Definition, scenario: &'a Scenario) -> Self {
        let start = Instant::from_micros(scenario.start);
        let random = RefCell::new(oorandom::Rand64::new(!u128::from(scenario.seed)));
        Self { definition, scenario, start, pending: Vec::new(), uses: BTreeMap::new(), random }
    }

    /// How a task turns out.
    pub fn plan(&mut self, request: &TaskRequest, execution: &Execution) -> TaskPlan {
        let mut plan = match self.answer(request) {
            Some(answer) => plan_of(answer, &Asked { request, execution, random: &self.random }, self.scenario.seed),
            None => services::default_plan(request, self.scenario.seed),
        };
        if let Some(token) = &request.token {
            let decisions = self.scenario.decisions.iter().filter(|decision| decision.token == *token);
            decide(&mut plan, decisions, request.at - self.start);
        }
        if plan.result.is_none() {
            self.pending.push(request.clone());
        }
        plan
    }

    /// The tasks that got no end.
    pub fn into_pending(self) -> Vec<TaskRequest> {
        self.pending
    }

    /// The answer for a request. Those that name its attempt come first, then those that name its
    /// iteration, then the rest; these are used in order and the last one repeats.
    fn answer(&mut self, request: &TaskRequest) -> Option<&'a Answer> {
        let (definition, answers) = (self.definition, self.answers(request.state)?);
        // A single answer needs no counting, which in a Map would be a key for each item.
        if let [answer] = answers
            && answer.attempt.is_none()
        {
            return fits_iteration(definition, answer, request).then_some(answer);
        }
        let uses = self.uses.entry((request.state, request.iterations.clone())).or_default();
        let attempt = uses.attempts;
        uses.attempts += 1;
        let of = |attempt: Option<u32>, has_iteration: bool| {
            answers.iter().filter(move |answer| {
                answer.attempt == attempt
                    && answer.iteration.is_some() == has_iteration
                    && fits_iteration(definition, answer, request)
            })
        };
        let named = of(Some(attempt), true).chain(of(Some(attempt), false)).next();
        if named.is_some() {
            return named;
        }
        let has_iteration = of(None, true).next().is_some();
        let last = of(None, has_iteration).count().checked_sub(1)?;
        uses.unnamed += 1;
        of(None, has_iteration).nth((uses.unnamed - 1).min(last))
    }

    fn answers(&self, state: StateId) -> Option<&'a [Answer]> {
        let state = self.definition.state(state);
        let tasks = &self.scenario.tasks;
        tasks.get(&state.path).or_else(|| tasks.get(&state.name)).map(Vec::as_slice)
    }
}

fn fits_iteration(definition: &Definition, answer: &Answer, request: &TaskRequest) -> bool {
    let Some(wanted) = &answer.iteration else { return true };
    wanted.len() == request.iterations.len()
        && wanted
            .iter()
            .zip(&request.iterations)
            .all(|(wanted, (map, index))| wanted.map == definition.state(*map).name && wanted.index as usize == *index)
}

/// What an answer's expression sees: the task's input and the context object, but no variables, for these are the
/// machine's own.
struct Asked<'a> {
    request: &'a TaskRequest,
    execution: &'a Execution,
    random: &'a RefCell<oorandom::Rand64>,
}

impl jsonata::Environment for Asked<'_> {
    fn states(&self, member: &str) -> Option<Value> {
        match member {
            "input" => Some(self.request.task.payload.clone()),
            "context" => Some(self.execution.context_of(self.request.branch)),
            _ => None,
        }
    }

    fn variable(&self, _: &str) -> Option<Value> {
        None
    }

    fn now(&self) -> i64 {
        self.request.at.as_micros().div_euclid(1000)
    }

    fn random(&self) -> u64 {
        self.random.borrow_mut().rand_u64()
    }
}

/// What an answer's expression gives; where it gives nothing, the task fails and says why.
fn computed(expression: &AnswerExpression, asked: &Asked) -> TaskResult {
    match expression.compiled.evaluate(asked, &Limits::default()) {
        Ok(value) => TaskResult::Succeeded(value),
        Err(failure) => TaskResult::Failed {
            error: Some(ANSWER_FAILED.into()),
            cause: Some(
                format!("The JSONata expression '{}' of the answer {failure}", expression.compiled.source()).into(),
            ),
        },
    }
}

fn plan_of(answer: &Answer, asked: &Asked, seed: u64) -> TaskPlan {
    let delay = answer.delay.map_or(services::DEFAULT_DELAY, Duration::from_micros);
    let result = match &answer.outcome {
        AnswerOutcome::Return(value) => Some(TaskResult::Succeeded(value.clone())),
        AnswerOutcome::Throw { error, cause } => {
            Some(TaskResult::Failed { error: error.clone(), cause: cause.clone() })
        }
        AnswerOutcome::TimeOut => Some(TaskResult::TimedOut),
        AnswerOutcome::Never => None,
        AnswerOutcome::Expression(expression) => Some(computed(expression, asked)),
    };
    TaskPlan {
        worker: answer.worker.clone(),
        submitted: answer.submitted.clone().or_else(|| services::default_submitted(asked.request, seed)),
        heartbeats: answer.heartbeats.iter().copied().map(Duration::from_micros).collect(),
        result: result.map(|result| (delay, result)),
    }
}

/// Adds what a person decided while the task ran. A token takes the first end it is given: a later
/// one finds the task over.
fn decide<'a>(plan: &mut TaskPlan, decisions: impl Iterator<Item = &'a Decision>, since_start: Duration) {
    for decision in decisions.filter(|decision| decision.at >= since_start.as_micros()) {
        let after = Duration::from_micros(decision.at - since_start.as_micros());
        let result = match &decision.action {
            DecisionAction::Heartbeat => {
                plan.heartbeats.push(after);
                continue;
            }
            DecisionAction::Success(output) => TaskResult::Succeeded(output.clone()),
            DecisionAction::Failure { error, cause } => {
                TaskResult::Failed { error: error.clone(), cause: cause.clone() }
            }
        };
        if plan.result.as_ref().is_none_or(|(end, _)| after < *end) {
            plan.result = Some((after, result));
        }
    }
}
