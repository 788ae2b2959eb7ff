//! Tasks that wait for their token, and what a person decides about them. A decision is a line in the scenario: the run is
//! made once more with it, and goes on from where it was answered.

use std::rc::Rc;

use super::model::{Resume, Session};
use crate::{
    asl::model::StateId,
    playback::Playback,
    sim::{
        scenario::{Decision, DecisionAction, Receipt, ReceiptAction, Scenario},
        trace::{PayloadId, PendingTask, Trace, TraceEvent},
    },
};

/// So many waiting tasks are looked at; a Map can have thousands.
const MOST_WAITING: usize = 100;

/// A task that waits for its token at the playhead.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting {
    pub token: Rc<str>,
    pub state: StateId,
    pub name: Rc<str>,
    pub input: PayloadId,
    /// Microseconds that it has waited.
    pub since: i64,
    /// Microseconds until `TimeoutSeconds` and `HeartbeatSeconds` are over; none where the state has none.
    pub timeout_in: Option<i64>,
    pub heartbeat_in: Option<i64>,
}

/// What a person did at the playhead.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    Token { token: Rc<str>, action: DecisionAction },
    Message { queue: Rc<str>, message: Rc<str>, action: ReceiptAction },
}

/// The tasks that wait at the playhead, the longest first.
pub fn waiting(session: &Session) -> Vec<Waiting> {
    let Some(run) = session.shown_run() else { return Vec::new() };
    let now = run.playback.virtual_at(session.player.playhead);
    let happened = run.playback.event_at(session.player.playhead) as u32;
    let beats = session.scenario.scenario.as_ref().map_or(&[] as &[Decision], |scenario| &scenario.decisions);
    let wait = |task: &PendingTask| {
        let token = task.token.clone()?;
        let (from, until) = span_of(&run.trace, task)?;
        if happened < from || happened >= until {
            return None;
        }
        let heard =
            beats.iter().filter(|decision| decision.token == token && decision.action == DecisionAction::Heartbeat);
        let heard = heard.map(|decision| decision.at).filter(|at| *at <= now).max().unwrap_or(task.since);
        Some(Waiting {
            token,
            state: StateId(task.state),
            name: run.definition.states.get(task.state as usize)?.name.clone(),
            input: task.input,
            since: now - task.since,
            timeout_in: task.timeout.map(|timeout| (task.since + timeout - now).max(0)),
            heartbeat_in: task.heartbeat.map(|heartbeat| (heard + heartbeat - now).max(0)),
        })
    };
    run.trace.pending.iter().take(MOST_WAITING).filter_map(wait).collect()
}

/// The events from which on, and until which, a task waits: the last that says it has begun, and the one that ends it.
fn span_of(trace: &Trace, task: &PendingTask) -> Option<(u32, u32)> {
    let first = trace.events.partition_point(|event| event.at < task.since);
    let of_it = |event: &&TraceEvent| event.branch == task.branch && event.state == Some(task.state);
    let events = || trace.events[first..].iter().filter(of_it);
    let begun = |kind: &str| ["Scheduled", "Started", "Submitted"].iter().any(|end| kind.ends_with(end));
    let from = events().take_while(|event| event.at == task.since).filter(|event| begun(&event.kind)).last()?.id;
    let until = events().find(|event| event.id > from && !begun(&event.kind));
    Some((from, until.map_or(trace.events.len() as u32, |event| event.id)))
}

/// The display times at which a run that is played stands still, for somebody has to answer.
pub fn standstills(trace: &Trace, playback: &Playback) -> Vec<f64> {
    let tasks = trace.pending.iter().take(MOST_WAITING).filter(|task| task.token.is_some());
    tasks.filter_map(|task| Some(playback.display_of_event(span_of(trace, task)?.0))).collect()
}

/// The scenario with what was done at the playhead; none without a run or where the scenario has errors.
pub fn decided(session: &Session, deed: Deed) -> Option<(Scenario, i64)> {
    let run = session.shown_run()?;
    let mut scenario = Scenario::clone(session.scenario.scenario.as_ref()?);
    let at = run.playback.virtual_at(session.player.playhead);
    match deed {
        Deed::Token { token, action } => scenario.decisions.push(Decision { token, at, action }),
        Deed::Message { queue, message, action } => scenario.receipts.push(Receipt { queue, at, message, action }),
    }
    Some((scenario, at))
}

/// Where the playhead goes on in a run that was made anew.
pub fn resumed(playback: &Playback, resume: Resume) -> f64 {
    match resume {
        Resume::After(0) => 0.0,
        Resume::After(happened) => playback.display_of_event(happened),
        Resume::At(at) => playback.display_at(at),
    }
}
