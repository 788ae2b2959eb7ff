//! The events of a run, numbered and chained by AWS's rules, and the quota that ends it.

use std::{collections::BTreeMap, rc::Rc};

use super::{
    branch::BranchId,
    clock::{Duration, Instant},
    failure::Failure,
    resource::Resource,
};
use crate::{
    asl::model::StateId,
    value::{Object, Value},
};

/// One event. Its id is its place in [`History::events`] plus one.
#[derive(Clone, Debug)]
pub struct Event {
    pub previous: u32,
    pub at: Instant,
    pub branch: BranchId,
    /// The state it tells of; none for events of the execution itself.
    pub state: Option<StateId>,
    pub kind: EventKind,
}

/// What happened, without what the definition knows already (names, resources, kinds of state).
#[derive(Clone, Debug)]
pub enum EventKind {
    ExecutionStarted {
        input: Value,
    },
    ExecutionSucceeded {
        output: Value,
    },
    ExecutionFailed(Failure),
    ExecutionTimedOut,
    ExecutionAborted(Failure),
    StateEntered {
        input: Value,
    },
    StateExited {
        output: Value,
        left: Left,
        /// What `Assign` gave the variables.
        assigned: Option<Rc<Object>>,
    },
    /// `TaskStateAborted`, `WaitStateAborted`, …: cut by the failure of a sibling, or of its own task.
    StateAborted,
    ParallelStateStarted,
    MapStateStarted {
        length: usize,
    },
    /// An expression of a JSONata state has no usable value.
    EvaluationFailed(Failure),
    /// `ParallelStateSucceeded`, `MapStateSucceeded`.
    StateSucceeded,
    /// `ParallelStateFailed`, `MapStateFailed`.
    StateFailed,
    MapIteration {
        step: IterationStep,
        index: usize,
    },
    MapRunStarted {
        arn: Rc<str>,
    },
    MapRunSucceeded,
    MapRunFailed(Failure),
    /// `TaskScheduled`, `LambdaFunctionScheduled` or `ActivityScheduled`, by the resource.
    TaskScheduled(Rc<Scheduled>),
    TaskStarted {
        resource: Rc<Resource>,
        worker: Option<Rc<str>>,
    },
    TaskSubmitted {
        resource: Rc<Resource>,
        output: Value,
    },
    TaskSubmitFailed {
        resource: Rc<Resource>,
        failure: Failure,
    },
    TaskSucceeded {
        resource: Rc<Resource>,
        output: Value,
    },
    TaskFailed {
        resource: Rc<Resource>,
        failure: Failure,
    },
    TaskTimedOut {
        resource: Rc<Resource>,
    },
}

/// How a state was left, and for where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// By `End`, or as a Succeed state.
    End,
    Next(StateId),
    /// By a Choice rule, counted from 0.
    Choice(u32, StateId),
    /// By a Choice's `Default`.
    Default(StateId),
    /// By a Catcher, counted from 0.
    Catch(u32, StateId),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IterationStep {
    Started,
    Succeeded,
    Failed,
    Aborted,
}

/// A task as it was handed to its service.
#[derive(Clone, Debug)]
pub struct Scheduled {
    pub resource: Rc<Resource>,
    /// `parameters` of a service integration, `input` of a Lambda function or an activity.
    pub payload: Value,
    pub timeout: Option<Duration>,
    pub heartbeat: Option<Duration>,
    /// The role of `Credentials`.
    pub role_arn: Option<Rc<str>>,
}

/// What is known of an event beyond AWS's own fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// When the retry will come.
    RetryAt(Instant),
    /// When the Wait will be over.
    WaitUntil(Instant),
}

/// Where a line of execution stands in the chain of events.
///
/// An ordinary event points at `last` and moves both. An event aside (a Parallel's or Map's
/// `…Succeeded`, an aborted sibling) points at `last` too and moves only `tail`, which is what an
/// `ExecutionFailed` points at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cursor {
    pub last: u32,
    pub tail: u32,
}

impl Cursor {
    pub const fn at(id: u32) -> Self {
        Self { last: id, tail: id }
    }
}

#[derive(Debug)]
pub struct History {
    pub events: Vec<Event>,
    pub notes: BTreeMap<u32, Note>,
    /// The `…Succeeded` events whose output is the default answer of a service, in order.
    pub defaults: Vec<u32>,
    limit: usize,
    /// An event was refused because the quota was used up.
    is_full: bool,
}

impl History {
    pub fn new(limit: usize) -> Self {
        Self { events: Vec::new(), notes: BTreeMap::new(), defaults: Vec::new(), limit, is_full: false }
    }

    /// Appends an event and returns its id. The last place of the quota is kept for the event that
    /// ends the run; once only that is left, events are refused and [`History::is_full`] says so.
    pub fn push(&mut self, event: Event) -> u32 {
        let ends_the_run = matches!(event.kind, EventKind::ExecutionSucceeded { .. } | EventKind::ExecutionFailed(_))
            || matches!(event.kind, EventKind::ExecutionTimedOut | EventKind::ExecutionAborted(_));
        if self.events.len() + 1 >= self.limit && !ends_the_run {
            self.is_full = true;
            return self.next_id();
        }
        self.events.push(event);
        self.events.len() as u32
    }

    pub fn is_full(&self) -> bool {
        self.is_full
    }

    pub fn limit(&self) -> usize {
        self.limit
    }

    pub fn next_id(&self) -> u32 {
        self.events.len() as u32 + 1
    }
}
