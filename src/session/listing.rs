//! The history as a list to look something up in: its events, filtered, and the visits of states, sorted.

use std::cmp::Ordering;
use tr::tr;

use super::model::Run;
use crate::{
    asl::model::StateId,
    exchange::history,
    sim::{
        timeline::{Ending, Visit, VisitId},
        trace::TraceEvent,
    },
    words::later,
};

/// Payloads longer than this are not searched.
const LONGEST_SEARCHED: usize = 20_000;

/// Which events are listed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// All of these, in the type, the state's name, the error or the data.
    pub words: String,
    pub family: Family,
    /// Of this state only.
    pub state: Option<StateId>,
}

/// What an event tells of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Family {
    #[default]
    All,
    /// A state was entered or left.
    States,
    /// A task was scheduled, started, or answered.
    Tasks,
    /// Something failed, timed out, or was aborted.
    Failures,
    /// Branches, iterations, Map Runs.
    Containers,
}

impl Family {
    pub const ALL: [Self; 5] = [Self::All, Self::States, Self::Tasks, Self::Failures, Self::Containers];

    pub fn words(self) -> String {
        match self {
            Self::All => tr!("All types"),
            Self::States => tr!("States"),
            Self::Tasks => tr!("Tasks"),
            Self::Failures => tr!("Failures"),
            Self::Containers => tr!("Branches and items"),
        }
    }

    /// Whether an event type of AWS belongs to it.
    pub fn has(self, kind: &str) -> bool {
        let ends = |endings: &[&str]| endings.iter().any(|ending| kind.ends_with(ending));
        let begins = |words: &[&str]| words.iter().any(|word| kind.starts_with(word));
        match self {
            Self::All => true,
            Self::States => ends(&["StateEntered", "StateExited"]),
            Self::Tasks => {
                begins(&["Task", "LambdaFunction", "Activity"])
                    && !ends(&["StateEntered", "StateExited", "StateAborted"])
            }
            Self::Failures => ends(&["Failed", "TimedOut", "Aborted"]),
            Self::Containers => begins(&["Map", "Parallel"]) && !ends(&["StateEntered", "StateExited"]),
        }
    }
}

/// The events of a run that a filter lets through, by their places in the history.
pub fn events(run: &Run, filter: &Filter) -> Vec<u32> {
    let words: Vec<String> = filter.words.split_whitespace().map(str::to_lowercase).collect();
    let is_listed = |event: &&TraceEvent| {
        filter.state.is_none_or(|state| event.state == Some(state.0))
            && filter.family.has(&event.kind)
            && (words.is_empty() || has_words(run, event, &words))
    };
    run.trace.events.iter().filter(is_listed).map(|event| event.id - 1).collect()
}

fn has_words(run: &Run, event: &TraceEvent, words: &[String]) -> bool {
    let state = event.state.and_then(|state| run.definition.states.get(state as usize)).map(|state| &*state.name);
    let details = &event.details;
    let data = [details.input, details.output, details.parameters].into_iter().flatten();
    let data = data.filter_map(|id| run.trace.payload(id)).filter(|text| text.len() <= LONGEST_SEARCHED);
    let told =
        [Some(&*event.kind), state, details.error.as_deref(), details.cause.as_deref(), details.resource.as_deref()];
    let texts: Vec<String> =
        told.into_iter().flatten().chain(data.map(|text| &**text)).map(str::to_lowercase).collect();
    words.iter().all(|word| texts.iter().any(|text| text.contains(word)))
}

/// Events by their places, as GetExecutionHistory has them.
pub fn history_of(run: &Run, places: &[u32]) -> String {
    let events = places.iter().filter_map(|place| run.trace.events.get(*place as usize));
    let events: Vec<_> = events.map(|event| history::event_json(&run.trace, event)).collect();
    format!("{:#}", serde_json::json!({ "events": events }))
}

/// By what visits are sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Column {
    State,
    Attempts,
    #[default]
    Entered,
    Took,
    Ended,
}

impl Column {
    pub const ALL: [Self; 5] = [Self::State, Self::Attempts, Self::Entered, Self::Took, Self::Ended];

    pub fn words(self) -> String {
        match self {
            Self::State => tr!("State"),
            Self::Attempts => tr!("Tries"),
            Self::Entered => tr!("Entered"),
            Self::Took => tr!("Took"),
            Self::Ended => tr!("Ended"),
        }
    }
}

/// The visits of a run, sorted; what is equal stands in the order of the run.
pub fn visits(run: &Run, column: Column, is_descending: bool) -> Vec<VisitId> {
    let name = |visit: &Visit| run.definition.state(visit.state).name.clone();
    let order = |a: &&Visit, b: &&Visit| -> Ordering {
        let order = match column {
            Column::State => name(a).cmp(&name(b)),
            Column::Attempts => a.attempts.len().cmp(&b.attempts.len()),
            Column::Entered => a.entered.cmp(&b.entered),
            Column::Took => took(run, a).cmp(&took(run, b)),
            Column::Ended => ended(a).cmp(ended(b)),
        };
        if is_descending { order.reverse() } else { order }
    };
    let mut visits: Vec<&Visit> = run.timeline.visits.iter().collect();
    visits.sort_by(|a, b| order(a, b));
    visits.into_iter().map(|visit| visit.id).collect()
}

/// How long a visit took, in microseconds; one that was not left goes on to the end of the run.
pub fn took(run: &Run, visit: &Visit) -> i64 {
    visit.left_at.unwrap_or(run.trace.duration) - visit.entered_at
}

/// How a visit ended, in a word that is to be translated.
pub const fn ended(visit: &Visit) -> &'static str {
    match visit.ending {
        Ending::Succeeded => later!("succeeded"),
        Ending::Failed => later!("failed"),
        Ending::Caught(_) => later!("caught"),
        Ending::Cancelled => later!("cancelled"),
        Ending::Unfinished => later!("unfinished"),
    }
}
