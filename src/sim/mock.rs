//! How a task turns out: the scenario's answer for its state, iteration and attempt, with what a person decided at
//! run time on top; without an answer, what the world around the machine says, or the default of the service.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use indexmap::IndexMap;

use super::{
    scenario::{Answer, AnswerExpression, AnswerOutcome, Decision, DecisionAction, Scenario},
    world::{self, World},
};
use crate::{
    asl::model::{Definition, StateId},
    engine::{
        Execution,
        clock::Duration,
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

/// How the tasks of one execution turn out by the scenario's answers.
pub(super) struct Answers<'a> {
    definition: Rc<Definition>,
    tasks: &'a IndexMap<Rc<str>, Vec<Answer>>,
    seed: u64,
    uses: BTreeMap<Place, Uses>,
    /// Apart from the machine's own, so that an answer does not change what the machine draws.
    random: RefCell<oorandom::Rand64>,
}

/// The mocked world of one run.
pub struct Mocks<'a> {
    answers: Answers<'a>,
    pub(super) world: World<'a>,
}

impl<'a> Mocks<'a> {
    pub fn new(definition: &Rc<Definition>, scenario: &'a Scenario) -> Self {
        let answers = Answers::new(definition, &scenario.tasks, scenario.seed);
        Self { answers, world: World::new(definition, scenario) }
    }

    /// How a task turns out.
    pub fn plan(&mut self, request: &TaskRequest, execution: &Execution) -> TaskPlan {
        self.world.plan(world::RUN, &mut self.answers, request, execution)
    }

    pub(super) fn into_world(self) -> World<'a> {
        self.world
    }
}

impl<'a> Answers<'a> {
    pub fn new(definition: &Rc<Definition>, tasks: &'a IndexMap<Rc<str>, Vec<Answer>>, seed: u64) -> Self {
        let random = RefCell::new(oorandom::Rand64::new(!u128::from(seed)));
        Self { definition: Rc::clone(definition), tasks, seed, uses: BTreeMap::new(), random }
    }

    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// What the scenario says of a task; `None` where it has no answer for it.
    pub fn plan(&mut self, request: &TaskRequest, execution: &Execution) -> Option<TaskPlan> {
        let answer = self.answer(request)?;
        Some(plan_of(answer, &Asked { request, execution, random: &self.random }, self.seed))
    }

    /// The answer for a request. Those that name its attempt come first, then those that name its
    /// iteration, then the rest; these are used in order and the last one repeats.
    fn answer(&mut self, request: &TaskRequest) -> Option<&'a Answer> {
        let (definition, answers) = (&*self.definition, answers(&self.definition, self.tasks, request.state)?);
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
}

fn answers<'a>(
    definition: &Definition,
    tasks: &'a IndexMap<Rc<str>, Vec<Answer>>,
    state: StateId,
) -> Option<&'a [Answer]> {
    let state = definition.state(state);
    tasks.get(&state.path).or_else(|| tasks.get(&state.name)).map(Vec::as_slice)
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
        Err(failure) => failed_answer(expression, &failure),
    }
}

/// How a task ends of which the answer's expression gives nothing.
pub(super) fn failed_answer(expression: &AnswerExpression, failure: &jsonata::Failure) -> TaskResult {
    let cause = format!("The JSONata expression '{}' of the answer {failure}", expression.compiled.source());
    TaskResult::Failed { error: Some(ANSWER_FAILED.into()), cause: Some(cause.into()) }
}

/// What an outcome comes to that asks nothing; an expression to nothing.
pub(super) fn without_answer(outcome: &AnswerOutcome) -> Option<TaskResult> {
    match outcome {
        AnswerOutcome::Return(value) => Some(TaskResult::Succeeded(value.clone())),
        AnswerOutcome::Throw { error, cause } => {
            Some(TaskResult::Failed { error: error.clone(), cause: cause.clone() })
        }
        AnswerOutcome::TimeOut => Some(TaskResult::TimedOut),
        AnswerOutcome::Never | AnswerOutcome::Expression(_) => None,
    }
}

fn plan_of(answer: &Answer, asked: &Asked, seed: u64) -> TaskPlan {
    let delay = answer.delay.map_or(services::DEFAULT_DELAY, Duration::from_micros);
    let result = match &answer.outcome {
        AnswerOutcome::Expression(expression) => Some(computed(expression, asked)),
        outcome => without_answer(outcome),
    };
    TaskPlan {
        is_queued: false,
        worker: answer.worker.clone(),
        submitted: answer
            .submitted
            .clone()
            .or_else(|| services::default_submitted(asked.request, seed, asked.execution.options())),
        heartbeats: answer.heartbeats.iter().copied().map(Duration::from_micros).collect(),
        result: result.map(|result| (delay, result)),
        is_default: false,
    }
}

/// Adds what a person decided while the task ran. A token takes the first end it is given: a later
/// one finds the task over.
pub(super) fn decide<'a>(plan: &mut TaskPlan, decisions: impl Iterator<Item = &'a Decision>, since_start: Duration) {
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
