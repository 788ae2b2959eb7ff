//! The run in words, for those who listen to it: what has just happened at the playhead. While the run plays, only what
//! a listener has to know is said; at each step by hand, whatever happened in it.

use super::{
    model::{Run, Session},
    select::seconds,
};
use crate::sim::trace::{FaultVerdict, Left, Trace, TraceEvent, TraceFault};

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
        Some("States.Timeout") => format!("{name} timed out"),
        Some(error) => format!("{name} failed: {error}"),
        None => format!("{name} failed"),
    };
    let then = match fault.verdict {
        FaultVerdict::Retried(_) => match retry(&run.trace, fault) {
            Some(pause) => format!("retrying in {}", spoken(pause)),
            None => "retrying".to_owned(),
        },
        FaultVerdict::Caught(catcher) => format!("caught by Catch {}", catcher + 1),
        FaultVerdict::HandedUp => "the state around it fails".to_owned(),
        FaultVerdict::Ended => "the execution ends".to_owned(),
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
            Some(until) => format!("{name} waits for {}", spoken(until - event.at)),
            None => format!("{name} begins"),
        },
        "MapStateStarted" | "MapRunStarted" => match details.length {
            Some(length) => format!("{name} has {length} items"),
            None => format!("{name} starts its items"),
        },
        "MapIterationStarted" => format!("{name}: item{} begins", item()),
        "MapIterationSucceeded" => format!("{name}: item{} is done", item()),
        "MapIterationFailed" => format!("{name}: item{} failed", item()),
        "MapIterationAborted" => format!("{name}: item{} is aborted", item()),
        "ParallelStateStarted" => format!("{name} starts its branches"),
        kind if kind.ends_with("StateEntered") => format!("{name} begins"),
        kind if kind.ends_with("StateExited") => match &details.left {
            Some(Left::Choice(rule, to)) => format!("{name}: rule {} leads to {}", rule + 1, self::name(run, *to)),
            Some(Left::Default(to)) => format!("{name}: no rule matches; on to {}", self::name(run, *to)),
            Some(Left::Catch(_, to)) => format!("{name}: the error is caught; on to {}", self::name(run, *to)),
            _ => format!("{name} is done"),
        },
        kind if kind.ends_with("StateAborted") => format!("{name} is aborted"),
        kind if kind.ends_with("Scheduled") => format!("{name}: its task is scheduled"),
        kind if kind.ends_with("Submitted") => format!("{name}: its task is submitted"),
        kind if kind.ends_with("Started") => format!("{name}: its task starts"),
        kind if kind.ends_with("Succeeded") => format!("{name} succeeded"),
        kind if kind.ends_with("TimedOut") => format!("{name} timed out"),
        kind if kind.ends_with("Failed") => format!("{name} failed"),
        _ => return None,
    })
}

/// A length of time as it is said.
fn spoken(micros: i64) -> String {
    match micros {
        1_000_000 => "1 second".to_owned(),
        0..60_000_000 => format!("{} seconds", (micros as f64 / 1e5).round() / 10.0),
        _ => seconds(micros),
    }
}
