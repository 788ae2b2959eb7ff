//! Lines of execution: the execution itself, each Parallel branch, each Map iteration. They live in
//! one arena; a finished one stays, so that a trace can name it.

use std::rc::Rc;

use super::{
    clock::Instant,
    given::Tolerance,
    history::{Cursor, Scheduled},
    map_run::MapRunId,
    resource::Resource,
};
use crate::{
    asl::model::{ScopeId, StateId},
    value::{Object, Value},
};

/// Index of a branch in the arena.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BranchId(pub u32);

impl BranchId {
    /// The execution itself.
    pub const ROOT: BranchId = BranchId(0);

    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

#[derive(Debug)]
pub struct Branch {
    pub parent: Option<BranchId>,
    /// The Parallel or Map that opened it.
    pub owner: Option<StateId>,
    /// Index of the Parallel branch or the Map item.
    pub index: usize,
    /// How many times its owner had opened branches in the parent before.
    pub generation: u32,
    pub cursor: Cursor,
    /// The item, of a Map iteration.
    pub item: Option<Item>,
    /// The branch that the child execution of a distributed Map began with that it is in: its events are not in this
    /// history.
    pub child: Option<BranchId>,
    /// The Map Run of the child execution that began with this branch, and how many events that has.
    pub run: Option<MapRunId>,
    pub events: u32,
    pub phase: Phase,
    /// Counts what the branch has waited for, so that timers of earlier waits are known as stale.
    pub epoch: u32,
    /// How many times a Parallel or Map of this branch has opened branches.
    pub generations: u32,
    /// The variables assigned in this branch, by name; none until the first is.
    pub variables: Option<Rc<Object>>,
    /// What the current state knows about itself.
    pub visit: Visit,
}

/// An item of a Map, as `$$.Map.Item` tells of it.
#[derive(Clone, Debug)]
pub struct Item {
    pub index: usize,
    /// Where the Map goes over an object.
    pub key: Option<Rc<str>>,
    pub value: Value,
}

/// What a branch does next.
#[derive(Debug, Default)]
pub enum Phase {
    /// Enters a state with an input, as soon as it is its turn.
    Enter(StateId, Value),
    /// Makes the first or a further attempt of its state.
    Attempt,
    /// Waits for a timer, or for the answer to a task.
    Waiting,
    /// Waits for its own branches.
    Joining(Box<Join>),
    /// Has ended, or was cut.
    #[default]
    Ended,
}

/// A stay in a state, from Entered to Exited, over all attempts.
#[derive(Debug)]
pub struct Visit {
    pub state: StateId,
    /// Id of the `…StateEntered` event.
    pub entered: u32,
    pub entered_at: Instant,
    /// The state's input as it came.
    pub input: Value,
    /// After `InputPath`.
    pub effective: Value,
    /// How often each Retrier has been used; empty until the first failure.
    pub retries: Vec<u64>,
    /// All retries so far: `$$.State.RetryCount`.
    pub retry_count: u64,
    /// The running task.
    pub task: Option<Rc<Scheduled>>,
    pub resource: Option<Rc<Resource>>,
    pub token: Option<Rc<str>>,
    pub scheduled_at: Instant,
    /// Whether the running task ends with the default answer of its service.
    pub is_default: bool,
    /// Heartbeats that have arrived in the running attempt.
    pub beats: u32,
    /// A Parallel or Map that has started and has neither succeeded nor failed yet.
    pub is_open: bool,
}

/// A Parallel or Map that waits for its branches.
#[derive(Debug)]
pub struct Join {
    pub kind: JoinKind,
    /// Results by index of the branch or item.
    pub results: Vec<Value>,
    /// Branches that run.
    pub running: Vec<BranchId>,
    /// How many results are still missing.
    pub missing: usize,
}

#[derive(Debug)]
pub enum JoinKind {
    Parallel,
    Map {
        items: Items,
        processor: ScopeId,
        /// The next item to start.
        next: usize,
        /// How many may run at once.
        concurrency: usize,
        /// Of a distributed Map.
        run: Option<MapRunId>,
        /// Indexes of the child executions that have failed so far, of a distributed Map.
        failed: Vec<usize>,
        tolerance: Tolerance,
    },
}

/// What a Map goes over.
#[derive(Debug)]
pub enum Items {
    Array(Rc<Vec<Value>>),
    Object(Rc<Object>),
}

impl Items {
    pub fn count(&self) -> usize {
        match self {
            Self::Array(values) => values.len(),
            Self::Object(members) => members.len(),
        }
    }

    pub fn get(&self, index: usize) -> Option<Item> {
        match self {
            Self::Array(values) => values.get(index).map(|value| Item { index, key: None, value: value.clone() }),
            Self::Object(members) => members.get_index(index).map(|(key, value)| Item {
                index,
                key: Some(key.clone()),
                value: value.clone(),
            }),
        }
    }
}

impl Item {
    /// What its iteration gets where no `ItemSelector` says otherwise: the value, or the pair.
    pub fn as_input(&self) -> Value {
        match &self.key {
            None => self.value.clone(),
            Some(key) => Value::object([("Key", Value::from(key)), ("Value", self.value.clone())]),
        }
    }
}

impl Branch {
    pub fn new(cursor: Cursor, start: StateId, input: Value, at: Instant) -> Self {
        Self {
            parent: None,
            owner: None,
            index: 0,
            generation: 0,
            cursor,
            item: None,
            child: None,
            run: None,
            events: 0,
            phase: Phase::Enter(start, input.clone()),
            epoch: 0,
            generations: 0,
            variables: None,
            visit: Visit::new(start, 0, at, input),
        }
    }

    pub fn is_ended(&self) -> bool {
        matches!(self.phase, Phase::Ended)
    }
}

impl Visit {
    pub fn new(state: StateId, entered: u32, at: Instant, input: Value) -> Self {
        Self {
            state,
            entered,
            entered_at: at,
            effective: input.clone(),
            input,
            retries: Vec::new(),
            retry_count: 0,
            task: None,
            resource: None,
            token: None,
            scheduled_at: at,
            is_default: false,
            beats: 0,
            is_open: false,
        }
    }
}
