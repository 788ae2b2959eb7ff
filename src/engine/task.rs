//! What passes between the machine and the world: a task to be done, and how it will turn out.

use std::rc::Rc;

use super::{
    branch::BranchId,
    clock::{Duration, Instant},
    history::Scheduled,
};
use crate::{asl::model::StateId, value::Value};

/// A task for the world to answer, with [`super::Execution::answer`].
#[derive(Clone, Debug)]
pub struct TaskRequest {
    pub branch: BranchId,
    pub state: StateId,
    pub task: Rc<Scheduled>,
    /// 0 is the first try.
    pub attempt: u64,
    /// The Map iterations around the task, outermost first: Map state and index.
    pub iterations: Vec<(StateId, usize)>,
    pub token: Option<Rc<str>>,
    pub at: Instant,
    /// That of the branch, by which the task is known as over.
    pub(super) epoch: u32,
}

/// How a task turns out, as far as it is known when it starts: virtual time makes that possible. What is not known
/// yet comes in later, with [`super::Execution::take`], [`super::Execution::beat`] and [`super::Execution::complete`].
#[derive(Clone, Debug, Default)]
pub struct TaskPlan {
    /// An activity for which no worker has asked yet. It starts, and its timeouts with it, when one takes it.
    pub is_queued: bool,
    /// The activity worker that takes it.
    pub worker: Option<Rc<str>>,
    /// What the service answers before a `.sync` or `.waitForTaskToken` wait begins.
    pub submitted: Option<Value>,
    /// When heartbeats arrive, counted from the start of the task.
    pub heartbeats: Vec<Duration>,
    /// The end and when it comes, counted from the start of the task; `None` is not known, or never.
    pub result: Option<(Duration, TaskResult)>,
    /// Whether that is how the service answers by default, for want of anything that says otherwise.
    pub is_default: bool,
}

#[derive(Clone, Debug)]
pub enum TaskResult {
    Succeeded(Value),
    Failed { error: Option<Rc<str>>, cause: Option<Rc<str>> },
    TimedOut,
}
