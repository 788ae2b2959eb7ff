//! The run in words, for those who listen to it: what has just happened at the playhead. While the run plays, only what
//! a listener has to know is said; at each step by hand, whatever happened in it.

use super::{
    model::{Run, Session},
    select::seconds,
};
use crate::sim::trace::{FaultVerdict, Left, Trace, TraceEvent, TraceFault};
use tr::tr;

/// What is to be said; none where nothing is.
pub fn told(session: &Session, run: &Run) -> Option<String> {
    let happened = run.playback.event_at(session.player.playhead);
    let event = run.trace.events.get(happened.checked_sub(1)?)?;
    if !session.player.is_playing {
        return event_words(run, event);
    }
    let begun = run.trace.faults.partition_point(|fault| fault.event as usize <= happened);
    let fault = run.trace.faults[..begun].last();
    let asked = run.trace.events[..happened].iter().rev().take(40).find(|event| event.details.wait_until.is_some());
    match (fault, asked) {
        (Some(fault), Some(waits)) if waits.id > fault.event => event_words(run, waits),
        (Some(fault), _) => Some(fault_words(run, fault)),
        (None, Some(waits)) => event_words(run, waits),
        (None, None) => None,
    }
}

fn name(run: &Run, state: u32) -> String {
    run.definition.states.get(state as usize).map_or_else(String::new, |state| state.name.to_string())
}

/// `Charge card failed: CardDeclined; retrying in 2 seconds`.
fn fault_words(run: &Run, fault: &TraceFault) -> String {
    let name = name(run, fault.state);
    let failed = match fault.error.as_deref() {
        Some("States.Timeout") => tr!("{name} timed out", name),
        Some(error) => tr!("{name} failed: {error}", name, error),
        None => tr!("{name} failed", name),
    };
    let then = match fault.verdict {
        FaultVerdict::Retried(_) => match retry(&run.trace, fault) {
            Some(pause) => tr!("retrying in {}", spoken(pause)),
            None => tr!("retrying"),
        },
        FaultVerdict::Caught(catcher) => tr!("caught by Catch {}", catcher + 1),
        FaultVerdict::HandedUp => tr!("the state around it fails"),
        FaultVerdict::Ended => tr!("the execution ends"),
    };
    format!("{failed}; {then}")
}

/// The pause before the attempt that a fault was granted.
fn retry(trace: &Trace, fault: &TraceFault) -> Option<i64> {
    let of_branch = |event: &&TraceEvent| event.branch == fault.branch && event.details.retry_at.is_some();
    let before = &trace.events[..(fault.event as usize).min(trace.events.len())];
    let event = before.iter().rev().take(8).find(of_branch)?;
    Some(event.details.retry_at? - event.at)
}

/// What one event says.
fn event_words(run: &Run, event: &TraceEvent) -> Option<String> {
    if let Some(fault) = run.trace.faults.iter().find(|fault| fault.event == event.id) {
        return Some(fault_words(run, fault));
    }
    let (kind, details) = (&*event.kind, &event.details);
    let Some(state) = event.state else {
        return (kind == "ExecutionStarted").then(|| "The execution starts".into());
    };
    let name = name(run, state);
    let item = || details.index.map_or_else(String::new, |index| format!(" {}", index + 1));
    Some(match kind {
        "WaitStateEntered" => match details.wait_until {
            Some(until) => tr!("{name} waits for {}", spoken(until - event.at), name),
            None => tr!("{name} begins", name),
        },
        "MapStateStarted" | "MapRunStarted" => match details.length {
            Some(length) => tr!("{name} has one item" | "{name} has {n} items" % length, name = name),
            None => tr!("{name} starts its items", name),
        },
        "MapIterationStarted" => tr!("{name}: item{} begins", item(), name),
        "MapIterationSucceeded" => tr!("{name}: item{} is done", item(), name),
        "MapIterationFailed" => tr!("{name}: item{} failed", item(), name),
        "MapIterationAborted" => tr!("{name}: item{} is aborted", item(), name),
        "ParallelStateStarted" => tr!("{name} starts its branches", name),
        kind if kind.ends_with("StateEntered") => tr!("{name} begins", name),
        kind if kind.ends_with("StateExited") => match &details.left {
            Some(Left::Choice(rule, to)) => tr!("{name}: rule {} leads to {}", rule + 1, self::name(run, *to), name),
            Some(Left::Default(to)) => tr!("{name}: no rule matches; on to {}", self::name(run, *to), name),
            Some(Left::Catch(_, to)) => tr!("{name}: the error is caught; on to {}", self::name(run, *to), name),
            _ => tr!("{name} is done", name),
        },
        kind if kind.ends_with("StateAborted") => tr!("{name} is aborted", name),
        kind if kind.ends_with("Scheduled") => tr!("{name}: its task is scheduled", name),
        kind if kind.ends_with("Submitted") => tr!("{name}: its task is submitted", name),
        kind if kind.ends_with("Started") => tr!("{name}: its task starts", name),
        kind if kind.ends_with("Succeeded") => tr!("{name} succeeded", name),
        kind if kind.ends_with("TimedOut") => tr!("{name} timed out", name),
        kind if kind.ends_with("Failed") => tr!("{name} failed", name),
        _ => return None,
    })
}

/// A length of time as it is said.
fn spoken(micros: i64) -> String {
    match micros {
        1_000_000 => tr!("1 second"),
        0..60_000_000 => tr!("{} seconds", (micros as f64 / 1e5).round() / 10.0),
        _ => seconds(micros),
    }
}
