//! The same scenario with one seed after the other: how often it ends how, how long that takes, what it costs, and which
//! states and ways of the definition no run has come to.

use std::{collections::BTreeMap, rc::Rc};

use serde::{Deserialize, Serialize};

pub use super::coverage::Reached;
use super::{
    coverage::Coverage,
    mock::Mocks,
    price, run,
    scenario::{MachineType, Scenario},
};
use crate::{
    asl::model::Definition,
    engine::{
        Execution, Outcome,
        failure::{Fault, Verdict},
        history::EventKind,
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

/// Runs a scenario `runs` times, with the seeds from the scenario's own plus `from` on.
pub fn survey(definition: &Rc<Definition>, scenario: &Scenario, from: u64, runs: u32) -> Survey {
    let mut survey = Survey::default();
    let mut coverage = Coverage::of(definition);
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
        coverage.count(&execution);
        events += execution.history().events.len();
        if events > MOST_EVENTS {
            break;
        }
    }
    survey.durations.sort_unstable();
    survey.reached = coverage.reached(definition);
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
