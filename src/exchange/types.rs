//! The same definition and scenario as Standard and as Express: how each ends, how long it takes, what is billed and
//! what is left of it, and what Express refuses. Quotas and promises are those of the developer guide, "Choosing
//! workflow type"; prices those of `sim::price`.

pub mod doubled;
pub mod table;
#[cfg(test)]
mod tests;

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use doubled::Doubled;

use crate::{
    asl::{check::express, model::Definition},
    engine::clock::Duration,
    sim::{
        price, run,
        scenario::{MachineType, Scenario},
        trace::{Status, Trace},
    },
    syntax::{self, Format},
};

/// Runs that the second price is for.
pub const MANY: f64 = 1e6;

/// What becomes of one scenario under both types.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SideBySide {
    pub standard: Side,
    /// None where Express refuses the definition.
    pub express: Option<Side>,
    pub refusals: Vec<Refusal>,
    /// What comes of one start that is carried out twice; none where Express refuses the definition.
    pub twice: Option<Doubled>,
    /// What is to be said of the difference, a sentence or two each.
    pub words: Vec<String>,
}

/// One run under one type.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Side {
    pub status: Status,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub error: Option<Rc<str>>,
    /// In microseconds.
    pub duration: i64,
    pub transitions: u64,
    pub events: usize,
    /// What Express bills, in microseconds.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub billed_duration: Option<i64>,
    /// US dollars for one run, and for a million.
    pub price: f64,
    pub price_of_a_million: f64,
    /// The state that was not over when the time was up.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub stuck_in: Option<Rc<str>>,
    /// The output's JSON text.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub output: Option<Rc<str>>,
}

/// A state that Express does not take, and the place of the reason in the definition.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Refusal {
    pub state: Rc<str>,
    pub why: String,
    /// As a JSON pointer.
    pub location: String,
    /// Bytes of the definition's text.
    pub start: usize,
    pub end: usize,
}

impl SideBySide {
    /// Runs both, and gives the trace of the Express run beside; `text` is what the definition was read from.
    pub fn of(text: &str, definition: &Rc<Definition>, scenario: &Scenario) -> Result<(Self, Option<Trace>), String> {
        let of_type = |kind| run::run(definition, &scenario.with_type(kind));
        let standard = Side::of(MachineType::Standard, &of_type(MachineType::Standard)?, definition);
        let refusals = refusals(text, definition);
        let trace = match refusals.is_empty() {
            true => Some(of_type(MachineType::Express)?),
            false => None,
        };
        let twice = match refusals.is_empty() {
            true => Some(Doubled::of(definition, scenario)?),
            false => None,
        };
        let express = trace.as_ref().map(|trace| Side::of(MachineType::Express, trace, definition));
        let mut sides = Self { standard, express, refusals, twice, words: Vec::new() };
        sides.words = sides.in_words();
        Ok((sides, trace))
    }

    fn in_words(&self) -> Vec<String> {
        let standard = &self.standard;
        let mut words = Vec::new();
        if let Some(state) = standard.stuck_in.as_ref().filter(|_| standard.status == Status::TimedOut) {
            words.push(format!(
                "As Standard, `{state}` is stuck until the year is over. A `TimeoutSeconds` would end its wait."
            ));
        }
        match &self.express {
            None => words.push(self.refused()),
            Some(express) => {
                words.push(difference(standard, express));
                words.push(cheaper(standard, express));
            }
        }
        words
    }

    fn refused(&self) -> String {
        let mut states: Vec<String> = self.refusals.iter().map(|refusal| format!("`{}`", refusal.state)).collect();
        states.dedup();
        let states = match states.split_last() {
            Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
            _ => states.concat(),
        };
        format!(
            "AWS would not create this machine as Express because of {states}. Keep it Standard; what is short in it can \
             be an Express machine that it starts by `aws-sdk:sfn:startSyncExecution`."
        )
    }
}

impl Side {
    fn of(kind: MachineType, trace: &Trace, definition: &Definition) -> Self {
        let transitions = trace.transitions();
        let (price, price_of_a_million) = match kind {
            MachineType::Standard => (price::standard(transitions), price::standard(transitions) * MANY),
            MachineType::Express => {
                (price::express(trace.duration), price::express_month(MANY, price::gb_seconds(trace.duration) * MANY))
            }
        };
        let pending = trace.pending.first().map(|task| task.state);
        let last = || trace.events.iter().rev().find_map(|event| event.state);
        let stuck = (trace.status == Status::TimedOut).then(|| pending.or_else(last)).flatten();
        Self {
            status: trace.status,
            error: trace.error.clone(),
            duration: trace.duration,
            transitions,
            events: trace.events.len(),
            billed_duration: (kind == MachineType::Express).then(|| price::billed(trace.duration)),
            price,
            price_of_a_million,
            stuck_in: stuck.and_then(|id| definition.states.get(id as usize)).map(|state| state.name.clone()),
            output: trace.output.and_then(|id| trace.payload(id)).cloned(),
        }
    }

    /// `SUCCEEDED`, or the status with the error.
    pub fn end(&self) -> String {
        match &self.error {
            Some(error) if self.status == Status::Failed => format!("{}: {error}", self.status.name()),
            _ => self.status.name().into(),
        }
    }
}

fn refusals(text: &str, definition: &Definition) -> Vec<Refusal> {
    let Some(root) = syntax::parse(text, Format::detect(text)).root else { return Vec::new() };
    let refusal = |refusal: express::Refusal| Refusal {
        state: definition.state(refusal.state).name.clone(),
        why: format!("Express state machine does not support {}", refusal.what),
        location: refusal.location,
        start: refusal.span.start,
        end: refusal.span.end,
    };
    express::refusals(definition, &root).into_iter().map(refusal).collect()
}

/// Whether both end alike, and if not, how.
fn difference(standard: &Side, express: &Side) -> String {
    let took = |side: &Side| Duration::from_micros(side.duration).to_words();
    if express.status == Status::TimedOut && standard.duration > express.duration {
        let place = express.stuck_in.as_ref().map(|state| format!(" in `{state}`")).unwrap_or_default();
        return format!(
            "Express ends after {} with TIMED_OUT{place}. Standard goes on, and ends {} after {}.",
            took(express),
            standard.end(),
            took(standard)
        );
    }
    if standard.end() != express.end() {
        return format!("They end differently: Standard {}, Express {}.", standard.end(), express.end());
    }
    match standard.output == express.output {
        true => format!("Both end the same: {} after {}.", standard.end(), took(standard)),
        false => format!(
            "Both end {}, with different outputs: what a state reads of the context object is another there.",
            standard.end()
        ),
    }
}

/// Which of both costs less, and how many times.
fn cheaper(standard: &Side, express: &Side) -> String {
    let (less, more) = match standard.price_of_a_million < express.price_of_a_million {
        true => (("Standard", standard), ("Express", express)),
        false => (("Express", express), ("Standard", standard)),
    };
    let times = more.1.price_of_a_million / less.1.price_of_a_million.max(f64::MIN_POSITIVE);
    format!(
        "A million such runs cost {} as {} and {} as {}: {times:.1} times as much.",
        table::dollars(less.1.price_of_a_million),
        less.0,
        table::dollars(more.1.price_of_a_million),
        more.0
    )
}
