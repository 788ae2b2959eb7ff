//! The same scenario with one seed after the other: how often it ends how, how long that takes, what it costs, and which
//! states and ways of the definition no run has come to.

use std::{collections::BTreeMap, rc::Rc};

use serde::{Deserialize, Serialize};

use super::{
    mock::Mocks,
    price, run,
    scenario::{MachineType, Scenario},
};
use crate::{
    asl::model::{Definition, State, StateId, StateKind, Transition},
    engine::{
        Execution, Outcome,
        failure::{Fault, Verdict},
        history::{EventKind, Left},
    },
};

/// Seeds that are kept for each outcome.
const MOST_EXAMPLES: usize = 5;

/// Events after which a survey stops early, so that a heavy machine cannot hold it up.
const MOST_EVENTS: usize = 3_000_000;

/// What came of a number of runs.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Survey {
    pub runs: u32,
    /// By `SUCCEEDED`, or by the status and the error.
    pub outcomes: BTreeMap<String, OutcomeCount>,
    /// Of each run, in microseconds, in ascending order.
    pub durations: Vec<i64>,
    pub retries: u64,
    pub caught: u64,
    pub transitions: u64,
    /// US dollars for all of them, by the type of the machine.
    pub price: f64,
    /// Ways from state to state, and states themselves, with the number of runs that came there.
    pub reached: Vec<Reached>,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OutcomeCount {
    pub count: u32,
    /// The first seeds that led to it.
    pub seeds: Vec<u64>,
}

/// A state, or a way out of it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reached {
    /// Index into the definition's states.
    pub state: u32,
    pub name: Rc<str>,
    /// The way: `Next`, `rule 1`, `Default`, `Catch 1`; none is the state itself.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub way: Option<String>,
    pub runs: u32,
}

/// A state, or a way out of it.
type Spot = (StateId, Option<Way>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    Next,
    Choice(u32),
    Default,
    Catch(u32),
}

/// Runs a scenario `runs` times, with the seeds from the scenario's own plus `from` on.
pub fn survey(definition: &Rc<Definition>, scenario: &Scenario, from: u64, runs: u32) -> Survey {
    let mut survey = Survey::default();
    let mut reached: BTreeMap<Spot, u32> = spots(definition).into_iter().map(|spot| (spot, 0)).collect();
    let mut events = 0;
    for number in 0..u64::from(runs) {
        let seed = scenario.seed.wrapping_add(from).wrapping_add(number);
        let scenario = Scenario { seed, ..scenario.clone() };
        let mut execution = Execution::new(Rc::clone(definition), scenario.input.clone(), run::options(&scenario));
        let outcome = {
            let mut mocks = Mocks::new(definition, &scenario);
            run::drive(&mut execution, &mut mocks);
            execution.outcome().cloned()
        };
        survey.count(&execution, outcome, &scenario);
        let mut here: Vec<Spot> = execution.history().events.iter().flat_map(spots_of).collect();
        here.sort_unstable();
        here.dedup();
        here.iter().for_each(|spot| *reached.entry(*spot).or_default() += 1);
        events += execution.history().events.len();
        if events > MOST_EVENTS {
            break;
        }
    }
    survey.durations.sort_unstable();
    let named = |((state, way), runs): (Spot, u32)| Reached {
        state: state.0,
        name: definition.state(state).name.clone(),
        way: way.map(Way::words),
        runs,
    };
    survey.reached = reached.into_iter().map(named).collect();
    survey
}

impl Survey {
    fn count(&mut self, execution: &Execution, outcome: Option<Outcome>, scenario: &Scenario) {
        self.runs += 1;
        let name = match outcome {
            Some(Outcome::Succeeded(_)) => "SUCCEEDED".to_owned(),
            Some(Outcome::Failed(failure)) => {
                format!("FAILED: {}", failure.error.as_deref().unwrap_or("no error name"))
            }
            Some(Outcome::TimedOut) => "TIMED_OUT".to_owned(),
            Some(Outcome::Aborted(_)) | None => "ABORTED".to_owned(),
        };
        let outcome = self.outcomes.entry(name).or_default();
        outcome.count += 1;
        if outcome.seeds.len() < MOST_EXAMPLES {
            outcome.seeds.push(scenario.seed);
        }
        let duration = (execution.now() - execution.options().start).as_micros();
        self.durations.push(duration);
        let verdicts = || execution.faults().iter().map(|fault| fault.verdict);
        let retries = verdicts().filter(|verdict| matches!(verdict, Verdict::Retried(_))).count() as u64;
        self.retries += retries;
        self.caught += verdicts().filter(|verdict| matches!(verdict, Verdict::Caught(_))).count() as u64;
        let entered = |kind: &&EventKind| matches!(kind, EventKind::StateEntered { .. });
        let entered = execution.history().events.iter().map(|event| &event.kind).filter(entered).count() as u64;
        let is_child = |fault: &&Fault| execution.branches()[fault.branch.index()].child.is_some();
        let of_children = execution.faults().iter().filter(is_child).map(|fault| fault.verdict);
        let of_children = of_children.filter(|verdict| matches!(verdict, Verdict::Retried(_))).count() as u64;
        // Children count their retries themselves.
        let transitions = entered + retries - of_children + execution.transitions_of_children();
        self.transitions += transitions;
        self.price += match scenario.machine.kind {
            MachineType::Standard => price::standard(transitions),
            MachineType::Express => price::express(duration),
        };
    }

    /// Takes in what came of further runs of the same definition.
    pub fn merge(&mut self, other: &Self) {
        self.runs += other.runs;
        for (name, more) in &other.outcomes {
            let outcome = self.outcomes.entry(name.clone()).or_default();
            outcome.count += more.count;
            let room = MOST_EXAMPLES - outcome.seeds.len().min(MOST_EXAMPLES);
            outcome.seeds.extend(more.seeds.iter().take(room));
        }
        self.durations.extend(&other.durations);
        self.durations.sort_unstable();
        self.retries += other.retries;
        self.caught += other.caught;
        self.transitions += other.transitions;
        self.price += other.price;
        match self.reached.is_empty() {
            true => self.reached = other.reached.clone(),
            false => self.reached.iter_mut().zip(&other.reached).for_each(|(mine, more)| mine.runs += more.runs),
        }
    }

    /// The duration that so many of a hundred runs stayed within, in microseconds.
    pub fn percentile(&self, percent: f64) -> i64 {
        let last = self.durations.len().saturating_sub(1);
        let index = (percent / 100.0 * self.durations.len() as f64).ceil() as usize;
        self.durations.get(index.saturating_sub(1).min(last)).copied().unwrap_or(0)
    }

    /// States and ways that no run has come to.
    pub fn never(&self) -> impl Iterator<Item = &Reached> {
        self.reached.iter().filter(|reached| reached.runs == 0)
    }
}

impl Way {
    fn words(self) -> String {
        match self {
            Self::Next => "Next".into(),
            Self::Choice(rule) => format!("rule {}", rule + 1),
            Self::Default => "Default".into(),
            Self::Catch(catcher) => format!("Catch {}", catcher + 1),
        }
    }
}

fn spots_of(event: &crate::engine::history::Event) -> Vec<Spot> {
    let Some(state) = event.state else { return Vec::new() };
    match &event.kind {
        EventKind::StateEntered { .. } => vec![(state, None)],
        EventKind::StateExited { left, .. } => {
            let way = match left {
                Left::End => return Vec::new(),
                Left::Next(_) => Way::Next,
                Left::Choice(rule, _) => Way::Choice(*rule),
                Left::Default(_) => Way::Default,
                Left::Catch(catcher, _) => Way::Catch(*catcher),
            };
            vec![(state, Some(way))]
        }
        _ => Vec::new(),
    }
}

/// All states, and all the ways that the definition has from one to another. What is inside a distributed Map is in no
/// history, and not counted.
fn spots(definition: &Definition) -> Vec<Spot> {
    let is_hidden = |state: &State| {
        let mut owner = definition.scope(state.scope).owner;
        while let Some((id, _)) = owner {
            let around = definition.state(id);
            if matches!(&around.kind, StateKind::Map(map) if map.distributed) {
                return true;
            }
            owner = definition.scope(around.scope).owner;
        }
        false
    };
    let shown = definition.states.iter().filter(|state| !is_hidden(state));
    shown.flat_map(|state| ways(state).into_iter().map(Some).chain([None]).map(|way| (state.id, way))).collect()
}

fn ways(state: &State) -> Vec<Way> {
    let next = |transition: &Transition| matches!(transition, Transition::Next(_)).then_some(Way::Next);
    let caught = |count: usize| (0..count as u32).map(Way::Catch);
    match &state.kind {
        StateKind::Pass(pass) => next(&pass.next).into_iter().collect(),
        StateKind::Wait(wait) => next(&wait.next).into_iter().collect(),
        StateKind::Task(task) => next(&task.next).into_iter().chain(caught(task.catch.len())).collect(),
        StateKind::Parallel(parallel) => next(&parallel.next).into_iter().chain(caught(parallel.catch.len())).collect(),
        StateKind::Map(map) => next(&map.next).into_iter().chain(caught(map.catch.len())).collect(),
        StateKind::Choice(choice) => {
            let rules = (0..choice.choices.len() as u32).map(Way::Choice);
            rules.chain(choice.default.as_ref().map(|_| Way::Default)).collect()
        }
        _ => Vec::new(),
    }
}
