//! Parallel branches and Map iterations: opened, joined when all have ended, cut when one fails.

use std::{collections::BTreeSet, rc::Rc};

use super::{
    Execution, Flow,
    branch::{Branch, BranchId, Item, Join, JoinKind, Phase},
    failure::Failure,
    given::Tolerance,
    history::{Cursor, EventKind, IterationStep},
    map_run::ChildEnd,
};
use crate::{
    asl::model::{State, StateId, StateKind},
    value::Value,
};

/// A branch to open.
pub(super) struct Opening {
    pub start: StateId,
    pub input: Value,
    pub index: usize,
    pub item: Option<Item>,
    /// Whether it is a child execution of a distributed Map.
    pub is_child: bool,
    pub generation: u32,
}

impl Execution {
    /// Opens a branch under a parent, its chain hanging from `cursor`, and puts it in the queue.
    pub(super) fn open(&mut self, parent: BranchId, cursor: Cursor, opening: Opening) -> BranchId {
        let id = BranchId(self.branches.len() as u32);
        let child = if opening.is_child { Some(id) } else { self.branches[parent.index()].child };
        // The events of a child execution are a chain of their own.
        let cursor = if opening.is_child { Cursor::default() } else { cursor };
        self.branches.push(Branch {
            parent: Some(parent),
            owner: Some(self.branches[parent.index()].visit.state),
            index: opening.index,
            item: opening.item,
            child,
            generation: opening.generation,
            ..Branch::new(cursor, opening.start, opening.input, self.now)
        });
        self.runnable.push_back(id);
        id
    }

    /// A branch has ended well; its parent may go on.
    pub(super) fn join(&mut self, parent: BranchId, child: BranchId, output: Value) {
        let is_child = self.branches[child.index()].run.is_some();
        if is_child {
            self.end_child(child, ChildEnd::Succeeded(output.clone()));
            self.branches[child.index()].cursor = self.branches[parent.index()].cursor;
        }
        let inner = self.branches[child.index()].cursor;
        let (index, state) = (self.branches[child.index()].index, self.branches[parent.index()].visit.state);
        let is_map = matches!(self.definition.state(state).kind, StateKind::Map(_));
        if is_map && !is_child {
            self.push(child, Some(state), EventKind::MapIteration { step: IterationStep::Succeeded, index });
        }
        let last = self.branches[child.index()].cursor;
        let Phase::Joining(join) = &mut self.branches[parent.index()].phase else { return };
        join.results[index] = output;
        join.running.retain(|&branch| branch != child);
        join.missing -= 1;
        let is_complete = join.missing == 0;
        self.branches[parent.index()].cursor = last;
        if !is_complete {
            let flow = if is_map { self.start_iterations(parent, inner) } else { Flow::Wait };
            return self.resume_parent(parent, flow);
        }
        let Phase::Joining(join) = std::mem::replace(&mut self.branches[parent.index()].phase, Phase::Waiting) else {
            return;
        };
        let flow = self.complete_join(parent, *join);
        self.resume(parent, flow);
    }

    fn resume_parent(&mut self, parent: BranchId, flow: Flow) {
        if let Flow::Fail(failure) = flow {
            self.cut(parent, None);
            self.resume(parent, Flow::Fail(failure));
        }
    }

    /// A branch has failed and nothing in it caught that: its siblings are cut, and its owner fails.
    pub(super) fn fail_join(&mut self, parent: BranchId, child: BranchId, failure: Failure) {
        let state = self.branches[parent.index()].visit.state;
        if self.is_distributed(state) {
            return self.fail_child(parent, child, ChildEnd::Failed(failure));
        }
        let failed = self.branches[child.index()].visit.state;
        let index = self.branches[child.index()].index;
        if matches!(self.definition.state(state).kind, StateKind::Map(_)) {
            self.push_aside(child, Some(state), EventKind::MapIteration { step: IterationStep::Failed, index });
        }
        if matches!(self.definition.state(failed).kind, StateKind::Task(_)) {
            self.push_aside(child, Some(failed), EventKind::StateAborted);
        }
        let ended = &mut self.branches[child.index()];
        ended.phase = Phase::Ended;
        ended.epoch += 1;
        let cursor = ended.cursor;
        self.drop_variables(child);
        self.cut(parent, Some(child));
        self.branches[parent.index()].cursor = Cursor { last: cursor.last, ..self.branches[parent.index()].cursor };
        self.branches[parent.index()].cursor.tail = self.history.next_id() - 1;
        self.resume(parent, Flow::Fail(failure));
    }

    fn is_distributed(&self, state: StateId) -> bool {
        matches!(&self.definition.state(state).kind, StateKind::Map(map) if map.distributed)
    }

    /// A child execution has failed. The Map goes on without it, as long as no more have failed than it tolerates.
    pub(super) fn fail_child(&mut self, parent: BranchId, child: BranchId, end: ChildEnd) {
        self.end_child(child, end);
        let last = self.branches[parent.index()].cursor.last;
        self.abort(child, last, None);
        let index = self.branches[child.index()].index;
        let Phase::Joining(join) = &mut self.branches[parent.index()].phase else { return };
        join.running.retain(|&branch| branch != child);
        join.missing -= 1;
        let (count, is_complete) = (join.results.len(), join.missing == 0);
        let JoinKind::Map { failed, tolerance, run, .. } = &mut join.kind else { return };
        let run = *run;
        failed.push(index);
        // Where nothing is tolerated, the first failure is one too many.
        let is_strict = tolerance.count.is_none() && tolerance.percentage.is_none();
        if is_strict || tolerance.is_exceeded(failed.len(), count) {
            self.cut(parent, None);
            let failure = Tolerance::exceeded();
            self.fail_map_run(run, parent, &failure);
            return self.resume(parent, Flow::Fail(failure));
        }
        if !is_complete {
            let cursor = self.branches[parent.index()].cursor;
            let flow = self.start_iterations(parent, cursor);
            return self.resume_parent(parent, flow);
        }
        let Phase::Joining(join) = std::mem::replace(&mut self.branches[parent.index()].phase, Phase::Waiting) else {
            return;
        };
        let flow = self.complete_join(parent, *join);
        self.resume(parent, flow);
    }

    /// Cuts the branches of a parent that still run, but for the one that failed. Each leaves its
    /// events, chained to the failed one's last.
    pub(super) fn cut(&mut self, parent: BranchId, failed: Option<BranchId>) {
        let Phase::Joining(join) = std::mem::replace(&mut self.branches[parent.index()].phase, Phase::Waiting) else {
            return;
        };
        let last = self.branches[failed.unwrap_or(parent).index()].cursor.last;
        let owner = self.branches[parent.index()].visit.state;
        let is_map = matches!(join.kind, JoinKind::Map { .. });
        for &child in join.running.iter().filter(|&&child| Some(child) != failed) {
            self.abort(child, last, is_map.then_some(owner));
        }
    }

    fn abort(&mut self, id: BranchId, last: u32, map: Option<StateId>) {
        self.end_child(id, ChildEnd::Aborted);
        let branch = &mut self.branches[id.index()];
        let has_entered = branch.visit.entered != 0;
        let (state, index) = (branch.visit.state, branch.index);
        branch.epoch += 1;
        branch.cursor.last = last;
        let phase = std::mem::replace(&mut branch.phase, Phase::Ended);
        if let Some(map) = map {
            self.push_aside(id, Some(map), EventKind::MapIteration { step: IterationStep::Aborted, index });
        }
        if let Phase::Joining(join) = phase {
            let map = matches!(join.kind, JoinKind::Map { .. }).then_some(state);
            join.running.iter().for_each(|&child| self.abort(child, last, map));
        }
        self.drop_variables(id);
        if has_entered {
            self.push_aside(id, Some(state), EventKind::StateAborted);
        }
    }

    /// A Parallel or Map that has started, and whose retries are used up: says that it failed.
    pub(super) fn close_join(&mut self, id: BranchId, state: &State) {
        if std::mem::take(&mut self.branches[id.index()].visit.is_open) {
            self.push(id, Some(state.id), EventKind::StateFailed);
        }
    }

    fn complete_join(&mut self, id: BranchId, join: Join) -> Flow {
        let definition = Rc::clone(&self.definition);
        let state = definition.state(self.branches[id.index()].visit.state);
        match (&state.kind, join.kind) {
            (StateKind::Parallel(parallel), _) => self.end_parallel(id, state, parallel, join.results),
            (StateKind::Map(map), JoinKind::Map { run, failed, .. }) => {
                let failed: BTreeSet<usize> = failed.into_iter().collect();
                let results = join.results.into_iter().enumerate().filter(|(index, _)| !failed.contains(index));
                self.end_map(id, state, map, run, results.map(|(_, result)| result).collect())
            }
            _ => Flow::Wait,
        }
    }

    /// Counts how often a branch has opened branches, for naming them.
    pub(super) fn next_generation(&mut self, id: BranchId) -> u32 {
        let branch = &mut self.branches[id.index()];
        branch.visit.is_open = true;
        branch.generations += 1;
        branch.generations - 1
    }
}
