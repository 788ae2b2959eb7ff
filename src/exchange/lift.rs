//! From an imported history, the scenario that replays it: what each task answered and when, the input, the start, the
//! names. The simplest form that does: answers in order, of which the last repeats, and by iteration only where
//! iterations differ.

use std::rc::Rc;

use indexmap::IndexMap;

use super::history_import::{Imported, Origin};
use crate::{
    asl::model::{Definition, State, StateKind},
    sim::{
        scenario::{Answer, AnswerOutcome, ExecutionName, Iteration, Machine, Scenario, world::World},
        timeline::{Attempt, AttemptOutcome, Timeline, Visit},
        trace::{PayloadId, Trace},
    },
    syntax,
    value::Value,
};

/// Heartbeats are made up for a task up to this number.
const MOST_HEARTBEATS: i64 = 1000;

/// Among so many different lists of answers the one that most iterations share is looked for.
const MOST_FORMS: usize = 16;

/// A scenario, and what of the history it does not hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Lifted {
    pub scenario: Scenario,
    /// Sentences.
    pub notes: Vec<String>,
}

/// The Map iterations around a task, outermost first: the Map and the index.
type Iterations = Vec<(u32, u32)>;

/// The answers of a task by the iterations around it, in order of their first attempts.
type ByIteration = IndexMap<Iterations, Vec<Answer>>;

/// Lifts the scenario out of a history.
pub fn lift(imported: &Imported, definition: &Definition) -> Lifted {
    let trace = &imported.trace;
    let mut lifter = Lifter { trace, definition, notes: Vec::new(), missing: 0 };
    let tasks = lifter.tasks();
    let started = trace.events.first().map(|event| &event.details);
    let input = started.and_then(|details| lifter.value(details.input));
    if input.is_none() {
        lifter.notes.push("the execution's input is not in the history: it is taken as an empty object".to_owned());
    }
    let (machine, execution) = lifter.names(&imported.origin, started.and_then(|details| details.role_arn.clone()));
    let default = Scenario::default();
    let input = input.unwrap_or(default.input);
    let world = World { deleted_activities: deleted_activity(trace).into_iter().collect(), ..World::default() };
    let scenario = Scenario { input, start: trace.start, machine, execution, tasks, world, ..Scenario::default() };
    lifter.note_distributed();
    if lifter.missing > 0 {
        lifter.notes.push(format!("the results of {} tasks are not in the history", lifter.missing));
    }
    Lifted { scenario, notes: lifter.notes }
}

/// The activity that AWS says is not there: such a task leaves no other trace.
fn deleted_activity(trace: &Trace) -> Option<Rc<str>> {
    let cause = trace.cause.as_deref().filter(|_| trace.error.as_deref() == Some("States.Runtime"))?;
    let (_, arn) = cause.strip_suffix(" does not exist.")?.rsplit_once("The activity ")?;
    arn.rsplit(':').next().map(Into::into)
}

struct Lifter<'a> {
    trace: &'a Trace,
    definition: &'a Definition,
    notes: Vec<String>,
    /// Tasks whose result is not in the history.
    missing: usize,
}

/// What the events of an attempt tell besides how it ended.
#[derive(Clone, Default)]
struct Told {
    submitted: Option<PayloadId>,
    worker: Option<Rc<str>>,
    heartbeat: Option<u64>,
}

impl Lifter<'_> {
    fn tasks(&mut self) -> IndexMap<Rc<str>, Vec<Answer>> {
        let timeline = Timeline::new(self.trace, self.definition);
        let told = self.told(&timeline);
        let is_task = |visit: &&Visit| matches!(self.definition.state(visit.state).kind, StateKind::Task(_));
        let attempts = timeline.visits.iter().filter(is_task);
        let attempts = attempts.flat_map(|visit| visit.attempts.iter().map(move |attempt| (visit, attempt)));
        let mut attempts: Vec<(&Visit, &Attempt)> = attempts.collect();
        attempts.sort_by_key(|(_, attempt)| attempt.scheduled);
        let mut tasks: IndexMap<Rc<str>, ByIteration> = IndexMap::new();
        for (visit, attempt) in attempts {
            let told = told.get(attempt.scheduled as usize - 1).cloned().unwrap_or_default();
            let answer = self.answer(attempt, told);
            let key = self.key(self.definition.state(visit.state));
            let answers = tasks.entry(key).or_default().entry(self.iterations(visit.branch)).or_default();
            answers.push(answer);
        }
        tasks.into_iter().map(|(key, answers)| (key, self.simplest(answers))).collect()
    }

    /// What the events after each `…Scheduled` tell, by that event.
    fn told(&self, timeline: &Timeline) -> Vec<Told> {
        let mut told = vec![Told::default(); self.trace.events.len()];
        let mut newest = vec![None; timeline.visits.len()];
        for (at, event) in self.trace.events.iter().enumerate() {
            let Some(visit) = timeline.visit_of_event[at] else { continue };
            let newest = &mut newest[visit.index()];
            if event.kind.ends_with("Scheduled") {
                *newest = Some(at);
                told[at].heartbeat = event.details.heartbeat_in_seconds;
            } else if let Some(scheduled) = *newest {
                let told: &mut Told = &mut told[scheduled];
                if event.kind.ends_with("Submitted") {
                    told.submitted = event.details.output;
                }
                if let Some(worker) = &event.details.worker_name {
                    told.worker = Some(worker.clone());
                }
            }
        }
        told
    }

    fn answer(&mut self, attempt: &Attempt, told: Told) -> Answer {
        let outcome = match attempt.outcome {
            AttemptOutcome::Succeeded => AnswerOutcome::Return(self.value(attempt.output).unwrap_or_else(|| {
                self.missing += 1;
                Value::Null
            })),
            AttemptOutcome::Failed => {
                AnswerOutcome::Throw { error: attempt.error.clone(), cause: attempt.cause.clone() }
            }
            AttemptOutcome::TimedOut => AnswerOutcome::TimeOut,
            AttemptOutcome::Cancelled | AttemptOutcome::Unfinished => AnswerOutcome::Never,
        };
        let took = attempt.ended_at.map(|ended| ended - attempt.scheduled_at);
        let delay = took.filter(|_| outcome != AnswerOutcome::Never);
        let has_timed_out = outcome == AnswerOutcome::TimeOut;
        let heartbeats =
            told.heartbeat.map_or_else(Vec::new, |every| heartbeats(every, took.unwrap_or(0), has_timed_out));
        let submitted = self.value(told.submitted);
        Answer { delay, submitted, heartbeats, worker: told.worker, ..Answer::new(outcome) }
    }

    fn value(&self, payload: Option<PayloadId>) -> Option<Value> {
        syntax::parse_value(self.trace.payload(payload?)?).ok()
    }

    /// How a scenario addresses a state: by name, or by path where the name occurs twice.
    fn key(&self, state: &State) -> Rc<str> {
        let is_twice = self.definition.states.iter().filter(|other| other.name == state.name).count() > 1;
        if is_twice { state.path.clone() } else { state.name.clone() }
    }

    fn iterations(&self, branch: u32) -> Iterations {
        let mut iterations = Vec::new();
        let mut next = self.trace.branches.get(branch as usize);
        while let Some(branch) = next {
            let owner = branch.owner.and_then(|owner| self.definition.states.get(owner as usize));
            if let Some(owner) = owner.filter(|owner| matches!(owner.kind, StateKind::Map(_))) {
                iterations.push((owner.id.0, branch.index));
            }
            next = branch.parent.and_then(|parent| self.trace.branches.get(parent as usize));
        }
        iterations.reverse();
        iterations
    }

    /// The answers that most iterations share without an iteration, and those of the others by theirs.
    fn simplest(&self, by_iteration: ByIteration) -> Vec<Answer> {
        let mut lists: Vec<(Iterations, Vec<Answer>)> = by_iteration.into_iter().collect();
        lists.iter_mut().for_each(|(_, answers)| drop_repeats(answers));
        let mut counts: Vec<(&Vec<Answer>, usize)> = Vec::new();
        for (_, answers) in &lists {
            match counts.iter().position(|(known, _)| *known == answers) {
                Some(known) => counts[known].1 += 1,
                None if counts.len() < MOST_FORMS => counts.push((answers, 1)),
                None => {}
            }
        }
        let most = counts.iter().map(|(_, count)| *count).max().unwrap_or(0);
        let common = counts.iter().find(|(_, count)| *count == most && (most > 1 || lists.len() == 1));
        let common: Vec<Answer> = common.map(|(answers, _)| (*answers).clone()).unwrap_or_default();
        let mut simplest = Vec::new();
        for (iterations, answers) in lists.into_iter().filter(|(_, answers)| *answers != common) {
            let name = |(map, index): &(u32, u32)| {
                let map = self.definition.states[*map as usize].name.clone();
                Iteration { map, index: *index }
            };
            let iteration: Vec<Iteration> = iterations.iter().map(name).collect();
            simplest.extend(answers.into_iter().map(|answer| Answer { iteration: Some(iteration.clone()), ..answer }));
        }
        simplest.extend(common);
        simplest
    }

    fn names(&mut self, origin: &Origin, role_arn: Option<Rc<str>>) -> (Machine, ExecutionName) {
        let runs = self.trace.events.iter().find_map(|event| event.details.map_run_arn.as_ref());
        let known = origin.execution_arn.as_deref().and_then(names_in).or_else(|| {
            let (machine, _) = names_in(runs?)?;
            Some((machine.split('/').next().unwrap_or_default().into(), None))
        });
        let Some((name, execution)) = known else {
            self.notes
                .push("the history does not name its machine and execution: they have the default names".to_owned());
            return (Machine::default(), Scenario::default().execution);
        };
        let arn = origin.execution_arn.as_ref().or(runs).and_then(|arn| machine_arn(arn, &name));
        let named = Machine::named(name);
        let machine = Machine {
            kind: origin.machine_type().unwrap_or_default(),
            arn: origin.machine_arn.clone().or(arn).unwrap_or(named.arn),
            role_arn: role_arn.unwrap_or(named.role_arn),
            name: named.name,
        };
        let execution = execution.map_or_else(|| Scenario::default().execution.name, Rc::from);
        let execution = ExecutionName::of(execution, &machine);
        let arn = origin.execution_arn.clone().unwrap_or(execution.arn);
        (machine, ExecutionName { arn, ..execution })
    }

    fn note_distributed(&mut self) {
        let runs = self.trace.events.iter().filter(|event| &*event.kind == "MapRunStarted");
        let mut maps: Vec<u32> = runs.filter_map(|event| event.state).collect();
        maps.sort_unstable();
        maps.dedup();
        for map in maps {
            let name = &self.definition.states[map as usize].name;
            self.notes.push(format!(
                "what the child executions of the distributed Map `{name}` did is not in the history: their tasks \
                 answer by default"
            ));
        }
    }
}

/// The last answer repeats, so that equal ones at the end are one.
fn drop_repeats(answers: &mut Vec<Answer>) {
    while let [.., one, other] = answers.as_slice()
        && one == other
    {
        answers.pop();
    }
}

/// Heartbeats that keep a task from timing out before it ended: the history does not have those that came. Where it
/// timed out, the last is one interval before.
fn heartbeats(every: u64, took: i64, has_timed_out: bool) -> Vec<i64> {
    let Some(every) =
        i64::try_from(every).ok().and_then(|every| every.checked_mul(1_000_000)).filter(|&every| every > 0)
    else {
        return Vec::new();
    };
    let until = if has_timed_out { took - every } else { took };
    let step = every / 2;
    let count = (until / step).clamp(0, MOST_HEARTBEATS);
    let has_none = if has_timed_out { until < step } else { took <= every };
    if has_none { Vec::new() } else { (1..=count).map(|beat| beat * step).collect() }
}

/// Machine and execution in an ARN of an execution, or of a Map run.
fn names_in(arn: &str) -> Option<(Rc<str>, Option<&str>)> {
    let mut parts = arn.split(':').skip(5);
    let kind = parts.next()?;
    let machine = parts.next()?;
    let execution = parts.next().filter(|_| matches!(kind, "execution" | "express"));
    matches!(kind, "execution" | "express" | "mapRun").then(|| (machine.into(), execution))
}

/// The ARN of a machine in the account and region of another ARN.
fn machine_arn(arn: &str, name: &str) -> Option<Rc<str>> {
    let parts: Vec<&str> = arn.split(':').take(5).collect();
    (parts.len() == 5).then(|| format!("{}:stateMachine:{name}", parts.join(":")).into())
}
