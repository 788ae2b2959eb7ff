//! What happened to the states in a run, from its trace: each visit with its attempts and its end, the
//! edges that were taken, how far the branches of a Parallel and the iterations of a Map came.
//!
//! Computed once per run, linear in its events, and laid out so that the picture at any event can be
//! read off with one binary search a state. Never fails: what does not fit together in a trace is
//! passed over.

mod build;
mod lanes;
#[cfg(test)]
pub(crate) mod tests;

use std::rc::Rc;

pub use lanes::{Lane, Segment, SegmentKind};

use super::trace::{Left, PayloadId, Status};
use crate::asl::model::{ScopeId, StateId};

/// Index into [`Timeline::visits`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VisitId(pub u32);

impl VisitId {
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A run, state by state. Times are microseconds since the start of the run; events are named by
/// their ids, which count from 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    pub status: Status,
    pub duration: i64,
    /// In the order in which they began.
    pub visits: Vec<Visit>,
    /// In the order in which they were first taken.
    pub edges: Vec<EdgeTaken>,
    /// The events at which a Task, Parallel or Map was tried again.
    pub retries: Vec<u32>,
    /// The `…Exited` events that assign variables.
    pub assignments: Vec<u32>,
    /// When each Standard child execution ended, in order, and the transitions of all of them until then.
    pub child_transitions: Vec<(i64, u32)>,
    /// When each event happened, by id less one.
    pub times: Vec<i64>,
    /// The visit that each event belongs to, by id less one; none for events of the execution itself.
    pub visit_of_event: Vec<Option<VisitId>>,
    /// How each state stood after each event that changed it, in that order; by state.
    pub marks: Vec<Vec<Mark>>,
    /// The rows of the timeline view.
    pub lanes: Vec<Lane>,
    /// The event that ended the run, if one did.
    pub end_event: Option<u32>,
}

/// One stay in a state.
#[derive(Clone, Debug, PartialEq)]
pub struct Visit {
    pub id: VisitId,
    pub state: StateId,
    /// Index into the trace's branches.
    pub branch: u32,
    /// The visit to the Parallel or Map that it happened in.
    pub parent: Option<VisitId>,
    /// The Map item or the Parallel branch that it belongs to.
    pub index: Option<u32>,
    /// How many visits to the state there were before.
    pub number: u32,
    pub entered: u32,
    pub entered_at: i64,
    /// The event at which it was over: its `…Exited` or `…Aborted`, or what told of its failure.
    pub left: Option<u32>,
    pub left_at: Option<i64>,
    pub ending: Ending,
    /// Tries of a Task, Parallel or Map.
    pub attempts: Vec<Attempt>,
    /// Until when a Wait waits.
    pub wait_until: Option<i64>,
    pub input: Option<PayloadId>,
    pub output: Option<PayloadId>,
    pub error: Option<Rc<str>>,
    pub cause: Option<Rc<str>>,
    pub how: Option<Left>,
    /// Of a Parallel or Map: how its branches or iterations fared.
    pub progress: Option<Box<Progress>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    Succeeded,
    /// Nothing in the state caught its error.
    Failed,
    /// By the Catcher of this index.
    Caught(u32),
    /// Cut because a sibling failed or the run ended.
    Cancelled,
    /// The trace stops while it still runs.
    Unfinished,
}

/// One try of a Task, Parallel or Map.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    /// The `…Scheduled` or `…StateStarted` event.
    pub scheduled: u32,
    pub scheduled_at: i64,
    /// The `…Started` event of a task.
    pub started: Option<u32>,
    pub ended: Option<u32>,
    pub ended_at: Option<i64>,
    pub outcome: AttemptOutcome,
    pub output: Option<PayloadId>,
    pub error: Option<Rc<str>>,
    pub cause: Option<Rc<str>>,
    /// When the next attempt will be made.
    pub retry_at: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttemptOutcome {
    Succeeded,
    Failed,
    TimedOut,
    Cancelled,
    Unfinished,
}

/// Ids of the events at which branches or iterations began and ended, each list in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progress {
    /// How many branches or items there are, by attempt.
    pub totals: Vec<u32>,
    pub started: Vec<u32>,
    pub succeeded: Vec<u32>,
    pub failed: Vec<u32>,
    pub cancelled: Vec<u32>,
    /// The Map Runs of a distributed Map, whose children have no events here.
    pub runs: Vec<RunProgress>,
}

/// How the child executions of a Map Run fared: when so many had begun and ended, in order, in microseconds since the
/// start.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunProgress {
    /// Id of its `MapRunStarted` event, and its index among the trace's Map Runs.
    pub event: u32,
    pub index: u32,
    pub total: u32,
    pub started: Vec<i64>,
    pub succeeded: Vec<i64>,
    pub failed: Vec<i64>,
}

/// A way from state to state that was taken.
#[derive(Clone, Debug, PartialEq)]
pub struct EdgeTaken {
    pub edge: Edge,
    /// Ids of the events that took it.
    pub events: Vec<u32>,
}

/// An edge of the drawing, by what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Edge {
    /// Into the first state of a scope.
    Start(ScopeId),
    Next(StateId, StateId),
    /// By the rule of this index.
    Choice(StateId, u32, StateId),
    Default(StateId, StateId),
    /// By the Catcher of this index.
    Catch(StateId, u32, StateId),
    /// Out of a scope's last state.
    End(StateId),
}

/// How a state stands from an event on until its next mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    pub event: u32,
    /// The visit to show: the latest that runs, else the one that ended last.
    pub current: VisitId,
    pub visits: u32,
    pub running: u32,
    pub succeeded: u32,
    pub failed: u32,
    pub caught: u32,
    pub cancelled: u32,
    /// The ending to show while nothing runs: the latest, among the iterations of one Map the gravest.
    pub rest: Ending,
}

impl Timeline {
    pub fn visit(&self, id: VisitId) -> &Visit {
        &self.visits[id.index()]
    }

    /// How a state stands after a number of events; nothing if it was not reached.
    pub fn mark(&self, state: StateId, events_happened: usize) -> Option<&Mark> {
        let marks = self.marks.get(state.index())?;
        let after = marks.partition_point(|mark| mark.event as usize <= events_happened);
        marks.get(after.checked_sub(1)?)
    }

    /// The visits to a state, in order.
    pub fn visits_of(&self, state: StateId) -> impl Iterator<Item = &Visit> {
        self.visits.iter().filter(move |visit| visit.state == state)
    }

    /// How many events have happened at a virtual time, those of that instant included.
    pub fn events_at(&self, time: i64) -> usize {
        self.times.partition_point(|&at| at <= time)
    }
}

impl Visit {
    /// The attempt that is the current one after a number of events, counted from 0.
    pub fn attempt_at(&self, events_happened: usize) -> Option<usize> {
        let after = self.attempts.partition_point(|attempt| attempt.scheduled as usize <= events_happened);
        after.checked_sub(1)
    }

    pub fn is_over_at(&self, events_happened: usize) -> bool {
        self.left.is_some_and(|left| left as usize <= events_happened)
    }

    /// How long it took; nothing while it runs.
    pub fn duration(&self) -> Option<i64> {
        Some(self.left_at? - self.entered_at)
    }
}
