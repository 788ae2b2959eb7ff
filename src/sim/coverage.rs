//! Which states and ways of a definition runs have come to, and which they have not.

use std::{collections::BTreeMap, rc::Rc};

use serde::{Deserialize, Serialize};

use crate::{
    asl::model::{Catcher, Definition, Retrier, State, StateId, StateKind, Transition},
    engine::{
        Execution,
        failure::Verdict,
        history::{Event, EventKind, Left},
    },
};

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

/// In the order of the names below.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    Next,
    Choice(u32),
    Default,
    /// A Retrier granted a further attempt.
    Retry(u32),
    Catch(u32),
}

/// How many runs have come to each spot of a definition. What is inside a distributed Map is in no history, and not
/// counted.
#[derive(Debug)]
pub struct Coverage(BTreeMap<Spot, u32>);

impl Coverage {
    /// Nothing has been reached.
    pub fn of(definition: &Definition) -> Self {
        Self(spots(definition).into_iter().map(|spot| (spot, 0)).collect())
    }

    /// Counts one run.
    pub fn count(&mut self, execution: &Execution) {
        let events = execution.history().events.iter().flat_map(spots_of);
        let retried = execution.faults().iter().filter_map(|fault| match fault.verdict {
            Verdict::Retried(index) => Some((fault.state, Some(Way::Retry(index)))),
            _ => None,
        });
        let mut here: Vec<Spot> = events.chain(retried).collect();
        here.sort_unstable();
        here.dedup();
        for spot in here {
            // Retries inside of a distributed Map have no spot.
            if let Some(runs) = self.0.get_mut(&spot) {
                *runs += 1;
            }
        }
    }

    pub fn reached(&self, definition: &Definition) -> Vec<Reached> {
        let named = |(&(state, way), &runs): (&Spot, &u32)| Reached {
            state: state.0,
            name: definition.state(state).name.clone(),
            way: way.map(Way::words),
            runs,
        };
        self.0.iter().map(named).collect()
    }
}

impl Way {
    fn words(self) -> String {
        match self {
            Self::Next => "Next".into(),
            Self::Choice(rule) => format!("rule {}", rule + 1),
            Self::Default => "Default".into(),
            Self::Retry(retrier) => format!("Retry {}", retrier + 1),
            Self::Catch(catcher) => format!("Catch {}", catcher + 1),
        }
    }
}

fn spots_of(event: &Event) -> Vec<Spot> {
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

/// All states, and all the ways that the definition has from one to another.
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
    let handled = |retry: &[Retrier], catch: &[Catcher]| {
        let retried = (0..retry.len() as u32).map(Way::Retry);
        retried.chain((0..catch.len() as u32).map(Way::Catch)).collect::<Vec<_>>()
    };
    match &state.kind {
        StateKind::Pass(pass) => next(&pass.next).into_iter().collect(),
        StateKind::Wait(wait) => next(&wait.next).into_iter().collect(),
        StateKind::Task(task) => next(&task.next).into_iter().chain(handled(&task.retry, &task.catch)).collect(),
        StateKind::Parallel(parallel) => {
            next(&parallel.next).into_iter().chain(handled(&parallel.retry, &parallel.catch)).collect()
        }
        StateKind::Map(map) => next(&map.next).into_iter().chain(handled(&map.retry, &map.catch)).collect(),
        StateKind::Choice(choice) => {
            let rules = (0..choice.choices.len() as u32).map(Way::Choice);
            rules.chain(choice.default.as_ref().map(|_| Way::Default)).collect()
        }
        _ => Vec::new(),
    }
}
