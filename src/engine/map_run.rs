//! Map Runs: the child executions of a distributed Map. Each has a history of its own, whose events are numbered from
//! 1 and count for its own quota; one that is watched has them kept. Follows the Step Functions guide, "Map state in
//! Distributed mode", and the DescribeMapRun API.

use std::rc::Rc;

use super::{
    Execution,
    branch::BranchId,
    clock::{Duration, Instant},
    failure::{Failure, Origin, RUNTIME, TIMEOUT},
    history::{Cursor, Event, EventKind, History},
    timers::Due,
};
use crate::{
    asl::model::{MapState, StateId, StateKind},
    value::Value,
};

/// The longest that an Express child may run.
const EXPRESS_CHILD: Duration = Duration::from_secs(5 * 60);

/// Index of a Map Run among those of an execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MapRunId(pub u32);

#[derive(Debug)]
pub struct MapRun {
    pub arn: Rc<str>,
    pub state: StateId,
    pub branch: BranchId,
    /// Id of its `MapRunStarted` event, in the history that the Map is in.
    pub event: u32,
    /// How many child executions there will be.
    pub total: usize,
    /// Whether each child has several items.
    pub is_batched: bool,
    /// Those that have started, by their index.
    pub children: Vec<Child>,
    /// When it ended, and whether well.
    pub ended: Option<(Instant, bool)>,
}

/// A child execution.
#[derive(Debug)]
pub struct Child {
    pub input: Value,
    pub started: Instant,
    pub ended: Option<(Instant, ChildEnd)>,
    /// States entered and retries made.
    pub transitions: u32,
}

#[derive(Clone, Debug)]
pub enum ChildEnd {
    Succeeded(Value),
    Failed(Failure),
    TimedOut,
    /// Its Map Run was over before it was.
    Aborted,
}

/// The child execution whose events are kept.
#[derive(Debug)]
pub struct Watched {
    run: MapRunId,
    index: usize,
    /// The branch that it began with, as soon as it has.
    pub root: Option<BranchId>,
    pub history: History,
    pub is_over: bool,
}

impl Execution {
    /// Keeps the events of a child execution: the one of this index, of a Map Run counted from 0.
    pub fn watch_child(&mut self, run: u32, index: usize) {
        let history = History::new(usize::MAX);
        self.watched = Some(Box::new(Watched { run: MapRunId(run), index, root: None, history, is_over: false }));
    }

    pub fn watched_child(&self) -> Option<&Watched> {
        self.watched.as_deref()
    }

    pub fn map_runs(&self) -> &[MapRun] {
        &self.map_runs
    }

    /// Name and ARN of a child execution, and the ARN of what stands for its machine.
    pub fn child_names(&self, run: &MapRun, index: usize) -> (Rc<str>, Rc<str>, Rc<str>) {
        let label = self.label_of(run.state);
        let machine = format!("{}/{label}", self.options.machine_arn);
        let name = format!("{:08x}-0000-4000-9000-{:012x}", index + 1, self.options.seed);
        let arn = format!("{}:{name}", machine.replacen(":stateMachine:", ":execution:", 1));
        (name.into(), arn.into(), machine.into())
    }

    fn label_of(&self, state: StateId) -> &Rc<str> {
        let state = self.definition.state(state);
        match &state.kind {
            StateKind::Map(map) => map.label.as_ref().unwrap_or(&state.name),
            _ => &state.name,
        }
    }

    fn map_run_arn(&self, id: BranchId) -> Rc<str> {
        let machine = self.options.machine_arn.replacen(":stateMachine:", ":mapRun:", 1);
        let visit = &self.branches[id.index()].visit;
        let name = self.label_of(visit.state);
        format!("{machine}/{name}:{:08x}-0000-4000-8000-{:012x}", visit.entered, self.options.seed).into()
    }

    pub(super) fn start_map_run(&mut self, id: BranchId) -> MapRunId {
        let (arn, state) = (self.map_run_arn(id), self.branches[id.index()].visit.state);
        let event = self.push(id, Some(state), EventKind::MapRunStarted { arn: arn.clone() });
        let run =
            MapRun { arn, state, branch: id, event, total: 0, is_batched: false, children: Vec::new(), ended: None };
        self.map_runs.push(run);
        MapRunId(self.map_runs.len() as u32 - 1)
    }

    /// What will be run is known.
    pub(super) fn fill_map_run(&mut self, run: Option<MapRunId>, map: &MapState, total: usize) {
        if let Some(MapRunId(run)) = run {
            let run = &mut self.map_runs[run as usize];
            (run.total, run.is_batched) = (total, map.item_batcher.is_some());
            run.children.reserve(total.min(100_000));
        }
    }

    pub(super) fn fail_map_run(&mut self, run: Option<MapRunId>, id: BranchId, failure: &Failure) {
        let state = self.branches[id.index()].visit.state;
        self.push(id, Some(state), EventKind::MapRunFailed(failure.clone()));
        self.end_map_run(run, false);
    }

    pub(super) fn end_map_run(&mut self, run: Option<MapRunId>, well: bool) {
        if let Some(MapRunId(run)) = run {
            self.map_runs[run as usize].ended = Some((self.now, well));
        }
    }

    /// The first event of a child execution that has just been opened.
    pub(super) fn begin_child(&mut self, child: BranchId, run: MapRunId, map: &MapState, input: Value) {
        let index = self.branches[child.index()].index;
        self.branches[child.index()].run = Some(run);
        self.map_runs[run.0 as usize].children.push(Child {
            input: input.clone(),
            started: self.now,
            ended: None,
            transitions: 0,
        });
        if let Some(watched) = &mut self.watched
            && (watched.run, watched.index) == (run, index)
        {
            watched.root = Some(child);
        }
        self.record_in_child(child, 0, child, None, EventKind::ExecutionStarted { input });
        if map.has_express_children {
            self.timers.schedule(self.now + EXPRESS_CHILD, child, u32::MAX, Due::ChildTimeout);
        }
    }

    /// Counts a transition of the child execution that a branch is in, if it is in one.
    pub(super) fn count_transition(&mut self, id: BranchId) {
        let Some(child) = self.branches[id.index()].child else { return };
        let root = &self.branches[child.index()];
        let entry = root.run.and_then(|run| self.map_runs[run.0 as usize].children.get_mut(root.index));
        if let Some(entry) = entry {
            entry.transitions += 1;
        }
    }

    /// The transitions of all Standard child executions, which are paid for like those of the execution itself.
    pub fn transitions_of_children(&self) -> u64 {
        let paid = self.map_runs.iter().filter(|run| !self.has_express_children(run.state));
        paid.flat_map(|run| &run.children).map(|child| u64::from(child.transitions)).sum()
    }

    /// Whether the child executions of a Map are Express ones.
    pub fn has_express_children(&self, state: StateId) -> bool {
        matches!(&self.definition.state(state).kind, StateKind::Map(map) if map.has_express_children)
    }

    /// A child execution is over; what is cut with it leaves no events.
    pub(super) fn end_child(&mut self, child: BranchId, end: ChildEnd) {
        let branch = &self.branches[child.index()];
        let (Some(MapRunId(run)), index) = (branch.run, branch.index) else { return };
        let Cursor { last, tail } = branch.cursor;
        let Some(entry) = self.map_runs[run as usize].children.get_mut(index).filter(|entry| entry.ended.is_none())
        else {
            return;
        };
        let (previous, kind) = match &end {
            ChildEnd::Succeeded(output) => (last, EventKind::ExecutionSucceeded { output: output.clone() }),
            ChildEnd::Failed(failure) => (tail, EventKind::ExecutionFailed(failure.clone())),
            ChildEnd::TimedOut => (0, EventKind::ExecutionTimedOut),
            ChildEnd::Aborted => (0, EventKind::ExecutionAborted(Failure::silent())),
        };
        entry.ended = Some((self.now, end));
        self.record_in_child(child, previous, child, None, kind);
        if let Some(watched) = self.watched.as_mut().filter(|watched| watched.root == Some(child)) {
            watched.is_over = true;
        }
    }

    /// Counts an event of a child execution, and keeps it where that is watched. Gives its id there.
    pub(super) fn record_in_child(
        &mut self,
        child: BranchId,
        previous: u32,
        branch: BranchId,
        state: Option<StateId>,
        kind: EventKind,
    ) -> u32 {
        let root = &mut self.branches[child.index()];
        if root.events as usize + 1 >= self.history.limit() && state.is_some() && !self.is_express_child(child) {
            self.full_children.push(child);
            return self.branches[child.index()].events + 1;
        }
        let root = &mut self.branches[child.index()];
        root.events += 1;
        let id = root.events;
        if let Some(watched) = &mut self.watched
            && watched.root == Some(child)
            && !watched.is_over
        {
            watched.history.push(Event { previous, at: self.now, branch, state, kind });
        }
        id
    }

    pub(super) fn is_express_child(&self, child: BranchId) -> bool {
        self.branches[child.index()].owner.is_some_and(|owner| self.has_express_children(owner))
    }

    /// Ends the child executions whose history is full.
    pub(super) fn fail_full_children(&mut self) {
        while let Some(child) = self.full_children.pop() {
            let branch = &self.branches[child.index()];
            let Some(parent) = branch.parent.filter(|_| !branch.is_ended()) else { continue };
            let cause = super::too_many_events(self.history.limit());
            let last = self.branches[child.index()].events;
            self.branches[child.index()].cursor = Cursor::at(last);
            self.fail_child(parent, child, ChildEnd::Failed(Failure::new(RUNTIME, &cause, Origin::Terminal)));
        }
    }

    /// An Express child has run for five minutes.
    pub(super) fn time_out_child(&mut self, child: BranchId) {
        if let Some(parent) = self.branches[child.index()].parent {
            self.fail_child(parent, child, ChildEnd::TimedOut);
        }
    }
}

impl ChildEnd {
    /// As the API has it.
    pub const fn status(&self) -> &'static str {
        match self {
            Self::Succeeded(_) => "SUCCEEDED",
            Self::Failed(_) => "FAILED",
            Self::TimedOut => "TIMED_OUT",
            Self::Aborted => "ABORTED",
        }
    }

    /// Error and cause, where it has failed.
    pub fn error(&self) -> (Option<Rc<str>>, Option<Rc<str>>) {
        match self {
            Self::Failed(failure) => (failure.error.clone(), failure.cause.clone()),
            Self::TimedOut => (Some(TIMEOUT.into()), None),
            Self::Succeeded(_) | Self::Aborted => (None, None),
        }
    }
}
