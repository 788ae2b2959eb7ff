//! What is due when. What is due at the same instant comes out in the order it was scheduled.

use std::{cmp::Reverse, collections::BinaryHeap};

use super::{branch::BranchId, clock::Instant, task::TaskResult};

/// Something that will happen to a branch, unless the branch has gone on meanwhile: its epoch then
/// is another, and the timer is stale.
#[derive(Debug)]
pub struct Timer {
    pub at: Instant,
    sequence: u64,
    pub branch: BranchId,
    pub epoch: u32,
    pub due: Due,
}

#[derive(Debug)]
pub enum Due {
    /// The Wait is over.
    WaitOver,
    /// The next attempt of the current state begins.
    Retry,
    TaskDone(Box<TaskResult>),
    /// `TimeoutSeconds` of the task.
    TaskTimeout,
    /// `HeartbeatSeconds` after the start of the task or its last heartbeat, which was this one.
    HeartbeatTimeout {
        beat: u32,
    },
    HeartbeatArrived,
    /// An Express child execution may run no longer.
    ChildTimeout,
    /// `TimeoutSeconds` of the machine, or the longest that a machine of its type may run.
    ExecutionTimeout,
}

#[derive(Debug, Default)]
pub struct Timers {
    heap: BinaryHeap<Reverse<Timer>>,
    sequence: u64,
}

impl Timers {
    pub fn schedule(&mut self, at: Instant, branch: BranchId, epoch: u32, due: Due) {
        self.sequence += 1;
        self.heap.push(Reverse(Timer { at, sequence: self.sequence, branch, epoch, due }));
    }

    pub fn peek(&self) -> Option<&Timer> {
        self.heap.peek().map(|Reverse(timer)| timer)
    }

    pub fn pop(&mut self) -> Option<Timer> {
        self.heap.pop().map(|Reverse(timer)| timer)
    }
}

impl PartialEq for Timer {
    fn eq(&self, other: &Self) -> bool {
        self.sequence == other.sequence
    }
}

impl Eq for Timer {}

impl PartialOrd for Timer {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Timer {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.sequence).cmp(&(other.at, other.sequence))
    }
}
