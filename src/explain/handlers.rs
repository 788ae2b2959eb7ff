//! What Retry and Catch said to a failure: who was asked, who matched, who was used up, and why.

use super::{Explainer, listed, place::Place};
use crate::{
    asl::model::{Catcher, Retrier, State, StateKind, Transition},
    engine::failure::{Failure, Origin, TIMEOUT},
    sim::trace::{FaultOrigin, FaultVerdict, TraceFault},
    suggest::nearest,
};
use tr::tr;

/// One Retrier or Catcher.
#[derive(Clone, Debug, PartialEq)]
pub struct Handler {
    pub kind: HandlerKind,
    /// Counted from 1.
    pub number: usize,
    /// `ErrorEquals`, in backticks.
    pub names: String,
    pub asked: Asked,
    /// In words: `` `CardDeclined` matches; 2 of 2 retries were made ``.
    pub words: String,
    pub place: Option<Place>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandlerKind {
    Retrier,
    Catcher,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// It took the failure.
    Took,
    /// It names the failure, and had no retries left.
    UsedUp,
    NoMatch,
    NotAsked,
}

pub(super) fn asked(explainer: &Explainer, state: &State, fault: &TraceFault) -> Vec<Handler> {
    let (retriers, catchers): (&[Retrier], &[Catcher]) = match &state.kind {
        StateKind::Task(task) => (&task.retry, &task.catch),
        StateKind::Parallel(parallel) => (&parallel.retry, &parallel.catch),
        StateKind::Map(map) => (&map.retry, &map.catch),
        _ => return Vec::new(),
    };
    let failure = Failure {
        error: fault.error.clone(),
        cause: None,
        origin: match fault.origin {
            FaultOrigin::Task => Origin::Task,
            FaultOrigin::Heartbeat => Origin::Heartbeat,
            FaultOrigin::Query => Origin::Query,
            FaultOrigin::State => Origin::State,
            FaultOrigin::DataLimit => Origin::DataLimit,
            FaultOrigin::Terminal => Origin::Terminal,
        },
        lookup: None,
    };
    let from_catch = fault.lookup.as_ref().is_some_and(|lookup| lookup.field.starts_with("Catch/"));
    let is_from =
        |index: usize| fault.lookup.as_ref().is_some_and(|lookup| *lookup.field == format!("Catch/{index}/ResultPath"));
    let place = |field: &str, index: usize| explainer.place_at(state, &[field, &index.to_string()]);
    let first_retrier = failure.retrier(retriers);
    let retriers = retriers.iter().enumerate().map(|(index, retrier)| {
        let (asked, words) = match first_retrier {
            _ if failure.is_terminal() => (Asked::NotAsked, beyond_all(&failure)),
            _ if from_catch => (Asked::NotAsked, tr!("not asked: it came from a Catcher")),
            Some(first) if first == index => retried(retrier, index, fault),
            Some(first) if first < index => (Asked::NotAsked, tr!("not asked: Retrier {} had matched", first + 1)),
            _ => (Asked::NoMatch, mismatch(&failure, &retrier.error_equals)),
        };
        let names = listed(retrier.error_equals.iter());
        Handler { kind: HandlerKind::Retrier, number: index + 1, names, asked, words, place: place("Retry", index) }
    });
    let first_catcher = failure.catcher(catchers);
    let catchers = catchers.iter().enumerate().map(|(index, catcher)| {
        let (asked, words) = match (first_catcher, fault.verdict) {
            _ if failure.is_terminal() => (Asked::NotAsked, beyond_all(&failure)),
            _ if is_from(index) => {
                (Asked::UsedUp, tr!("had taken the error before, and could not write it where its `ResultPath` says"))
            }
            _ if from_catch => (Asked::NotAsked, tr!("not asked: it came from a Catcher")),
            (_, FaultVerdict::Retried(_)) => (Asked::NotAsked, tr!("not asked: there is a further attempt")),
            (Some(first), _) if first == index => {
                let next = match catcher.next {
                    Transition::Next(next) => explainer.name(next).to_owned(),
                    Transition::End | Transition::Missing => tr!("the end"),
                };
                (Asked::Took, tr!("took it: on to `{next}`", next))
            }
            (Some(first), _) if first < index => (Asked::NotAsked, tr!("not asked: Catcher {} had matched", first + 1)),
            _ => (Asked::NoMatch, mismatch(&failure, &catcher.error_equals)),
        };
        let names = listed(catcher.error_equals.iter());
        Handler { kind: HandlerKind::Catcher, number: index + 1, names, asked, words, place: place("Catch", index) }
    });
    retriers.chain(catchers).collect()
}

fn retried(retrier: &Retrier, index: usize, fault: &TraceFault) -> (Asked, String) {
    let used = fault.retries.get(index).copied().unwrap_or(0);
    let most = retrier.max_attempts;
    match fault.verdict {
        FaultVerdict::Retried(_) => (Asked::Took, tr!("granted retry {} of {most}", used + 1, most)),
        _ if most == 0 => (Asked::UsedUp, tr!("matches, and its `MaxAttempts` is 0: never again")),
        _ => (Asked::UsedUp, tr!("matches, and is used up: {used} of {most} retries made", used, most)),
    }
}

fn beyond_all(failure: &Failure) -> String {
    let error = failure.error.as_deref().unwrap_or_default();
    tr!("not asked: nothing retries or catches this `{error}`, not even `States.ALL`", error)
}

/// Why none of the names stands for the failure.
fn mismatch(failure: &Failure, names: &[std::rc::Rc<str>]) -> String {
    let error = failure.error.as_deref();
    let has = |wanted: &str| names.iter().any(|name| &**name == wanted);
    if failure.origin == Origin::DataLimit && (has("States.ALL") || has("States.TaskFailed")) {
        return tr!("`States.ALL` does not stand for data that grew too large: only `States.DataLimitExceeded` does")
            .to_owned();
    }
    if has("States.TaskFailed") {
        return match error {
            Some(TIMEOUT) => tr!("`States.TaskFailed` stands for every error of a task but `States.Timeout`"),
            _ => {
                tr!("`States.TaskFailed` stands for errors of the task; this one came from the state's own data")
            }
        };
    }
    if has("States.HeartbeatTimeout") && error == Some(TIMEOUT) {
        return tr!("it was not the heartbeat that ran out");
    }
    let Some(error) = error else { return tr!("the error has no name: only `States.ALL` stands for it") };
    match nearest(error, names.iter().map(|name| &**name)) {
        Some(near) => tr!("it names `{near}`: did you mean `{error}`?", near, error),
        None => tr!("does not match `{error}`", error),
    }
}
