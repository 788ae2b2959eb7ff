//! One pass over the events of a trace.
//!
//! In each branch at most one visit is open. AWS tells of a state's end in three ways: an `…Exited`, an
//! `…Aborted`, or not at all. The last holds for what failed and was not caught; that is known when its
//! Parallel or Map fails, starts anew, or the run ends. Follows the sequences in AWS_BEHAVIOUR.

use std::{collections::BTreeSet, rc::Rc};

use indexmap::IndexMap;

use super::{
    Attempt, AttemptOutcome, Edge, EdgeTaken, Ending, Mark, Progress, RunProgress, Timeline, Visit, VisitId, lanes,
};
use crate::{
    asl::model::{Definition, FailText, ScopeId, State, StateKind},
    sim::trace::{Left, MapRun, Status, Trace, TraceBranch, TraceEvent},
};

impl Timeline {
    pub fn new(trace: &Trace, definition: &Definition) -> Self {
        let mut builder = Builder::new(trace, definition);
        trace.events.iter().for_each(|event| builder.take(event));
        trace.map_runs.iter().zip(0..).for_each(|(run, index)| builder.take_map_run(run, index));
        builder.finish()
    }
}

struct Builder<'a> {
    trace: &'a Trace,
    definition: &'a Definition,
    visits: Vec<Visit>,
    /// The branches opened by the current attempt of a visit.
    inner: Vec<Vec<u32>>,
    edges: IndexMap<Edge, Vec<u32>>,
    retries: Vec<u32>,
    assignments: Vec<u32>,
    visit_of_event: Vec<Option<VisitId>>,
    marks: Vec<Vec<Mark>>,
    /// The visits to a state that are open.
    running: Vec<BTreeSet<VisitId>>,
    /// By branch: what it has open, what it had last, and whose it is once that is known.
    open: Vec<Option<VisitId>>,
    last: Vec<Option<VisitId>>,
    owner: Vec<Option<VisitId>>,
    end_event: Option<u32>,
}

impl<'a> Builder<'a> {
    fn new(trace: &'a Trace, definition: &'a Definition) -> Self {
        let (states, branches) = (definition.states.len(), trace.branches.len());
        Self {
            trace,
            definition,
            visits: Vec::new(),
            inner: Vec::new(),
            edges: IndexMap::new(),
            retries: Vec::new(),
            assignments: Vec::new(),
            visit_of_event: Vec::with_capacity(trace.events.len()),
            marks: vec![Vec::new(); states],
            running: vec![BTreeSet::new(); states],
            open: vec![None; branches],
            last: vec![None; branches],
            owner: vec![None; branches],
            end_event: None,
        }
    }

    fn take(&mut self, event: &TraceEvent) {
        let branch = event.branch as usize;
        if branch >= self.open.len() {
            self.visit_of_event.push(None);
            return;
        }
        self.adopt(event.branch);
        let kind = &*event.kind;
        if kind.starts_with("Execution") {
            self.visit_of_event.push(None);
            return self.take_execution(event);
        }
        if let Some(step) = kind.strip_prefix("MapIteration") {
            self.visit_of_event.push(self.owner[branch]);
            self.take_iteration(event, step);
        } else if kind.ends_with("StateEntered") {
            self.enter(event);
            self.visit_of_event.push(self.last[branch]);
        } else {
            self.visit_of_event.push(self.last[branch]);
            if let Some(visit) = self.open[branch] {
                self.take_inside(visit, event);
            }
        }
        if let Some(retry_at) = event.details.retry_at {
            self.expect_retry(event, retry_at);
        }
    }

    /// The children of a Map Run have no events: what is known of them is told in one piece.
    fn take_map_run(&mut self, run: &MapRun, index: u32) {
        let Some(event) = run.event else { return };
        let visit = self.visit_of_event.get((event as usize).wrapping_sub(1)).copied().flatten();
        let Some(progress) = visit.and_then(|visit| self.visits[visit.index()].progress.as_mut()) else { return };
        let ended = |is_wanted: fn(Status) -> bool| {
            let ends = run.ended.iter().zip(&run.statuses).filter(|(_, status)| is_wanted(**status));
            let mut times: Vec<i64> = ends.filter_map(|(at, _)| *at).collect();
            times.sort_unstable();
            times
        };
        let mut started = run.started.clone();
        started.sort_unstable();
        progress.runs.push(RunProgress {
            event,
            index,
            total: run.total,
            started,
            succeeded: ended(|status| status == Status::Succeeded),
            failed: ended(|status| status != Status::Succeeded),
        });
    }

    /// Finds out whose branch it is, at its first event.
    fn adopt(&mut self, branch: u32) {
        let at = branch as usize;
        let TraceBranch { parent: Some(parent), .. } = self.trace.branches[at] else { return };
        if self.owner[at].is_some() {
            return;
        }
        self.owner[at] = self.open.get(parent as usize).copied().flatten();
        if let Some(owner) = self.owner[at] {
            self.inner[owner.index()].push(branch);
        }
    }

    fn enter(&mut self, event: &TraceEvent) {
        let Some(state) = self.state(event.state) else { return };
        let branch = event.branch as usize;
        let parent = self.owner[branch];
        let id = VisitId(self.visits.len() as u32);
        let is_first = self.last[branch].is_none();
        if is_first {
            self.edges.entry(Edge::Start(state.scope)).or_default().push(event.id);
            self.count_parallel(parent, event.id, |progress| &mut progress.started);
        }
        let (error, cause) = literal_failure(state);
        self.visits.push(Visit {
            id,
            state: state.id,
            branch: event.branch,
            parent,
            index: parent.map(|_| self.trace.branches[branch].index),
            number: self.marks[state.id.index()].last().map_or(0, |mark| mark.visits),
            entered: event.id,
            entered_at: event.at,
            left: None,
            left_at: None,
            ending: Ending::Unfinished,
            attempts: Vec::new(),
            wait_until: event.details.wait_until,
            input: event.details.input,
            output: None,
            error,
            cause,
            how: None,
            progress: matches!(state.kind, StateKind::Parallel(_) | StateKind::Map(_)).then(Box::default),
        });
        self.inner.push(Vec::new());
        self.open[branch] = Some(id);
        self.last[branch] = Some(id);
        self.running[state.id.index()].insert(id);
        self.mark(id, event.id);
        if matches!(state.kind, StateKind::Fail(_)) {
            self.close(id, event, Ending::Failed);
        }
    }

    /// An event of an open visit.
    fn take_inside(&mut self, id: VisitId, event: &TraceEvent) {
        match &*event.kind {
            "ParallelStateStarted" | "MapStateStarted" => self.start(id, event),
            "ParallelStateSucceeded" | "MapStateSucceeded" => self.end_attempt(id, event, AttemptOutcome::Succeeded),
            "EvaluationFailed" => self.fail_evaluation(id, event),
            "ParallelStateFailed" | "MapStateFailed" => {
                self.close_inner(id, event, Ending::Failed);
                self.end_attempt(id, event, AttemptOutcome::Failed);
            }
            kind if kind.starts_with("MapRun") => {}
            kind if kind.ends_with("StateExited") => self.exit(id, event),
            kind if kind.ends_with("StateAborted") => self.abort(id, event),
            kind if kind.ends_with("Scheduled") => self.schedule(id, event),
            kind if kind.ends_with("Started") => {
                if let Some(attempt) = self.visits[id.index()].attempts.last_mut() {
                    attempt.started = Some(event.id);
                }
            }
            kind if kind.ends_with("Succeeded") => self.end_attempt(id, event, AttemptOutcome::Succeeded),
            kind if kind.ends_with("Failed") => self.end_attempt(id, event, AttemptOutcome::Failed),
            kind if kind.ends_with("TimedOut") => self.end_attempt(id, event, AttemptOutcome::TimedOut),
            _ => {}
        }
    }

    /// An expression has no usable value: that ends the attempt, where one has begun.
    fn fail_evaluation(&mut self, id: VisitId, event: &TraceEvent) {
        self.end_attempt(id, event, AttemptOutcome::Failed);
        let visit = &mut self.visits[id.index()];
        visit.error = event.details.error.clone();
        visit.cause = event.details.cause.clone();
    }

    /// A Parallel or Map opens its branches, for the first time or once more.
    fn start(&mut self, id: VisitId, event: &TraceEvent) {
        self.close_inner(id, event, Ending::Failed);
        if let Some(attempt) = self.visits[id.index()].attempts.last()
            && attempt.ended.is_none()
        {
            self.end_attempt(id, event, AttemptOutcome::Failed);
        }
        self.inner[id.index()].clear();
        let total = match (&self.definition.state(self.visits[id.index()].state).kind, event.details.length) {
            (_, Some(length)) => u32::try_from(length).unwrap_or(u32::MAX),
            (StateKind::Parallel(parallel), None) => parallel.branches.len() as u32,
            _ => 0,
        };
        if let Some(progress) = &mut self.visits[id.index()].progress {
            progress.totals.push(total);
        }
        self.schedule(id, event);
    }

    fn schedule(&mut self, id: VisitId, event: &TraceEvent) {
        if !self.visits[id.index()].attempts.is_empty() {
            self.retries.push(event.id);
        }
        self.visits[id.index()].attempts.push(Attempt {
            scheduled: event.id,
            scheduled_at: event.at,
            started: None,
            ended: None,
            ended_at: None,
            outcome: AttemptOutcome::Unfinished,
            output: None,
            error: None,
            cause: None,
            retry_at: None,
        });
    }

    fn end_attempt(&mut self, id: VisitId, event: &TraceEvent, outcome: AttemptOutcome) {
        let visit = &mut self.visits[id.index()];
        let Some(attempt) = visit.attempts.last_mut().filter(|attempt| attempt.ended.is_none()) else { return };
        attempt.ended = Some(event.id);
        attempt.ended_at = Some(event.at);
        attempt.outcome = outcome;
        attempt.output = event.details.output;
        if !matches!(outcome, AttemptOutcome::Failed | AttemptOutcome::TimedOut) {
            return;
        }
        if event.details.error.is_some() || event.details.cause.is_some() {
            attempt.error = event.details.error.clone();
            attempt.cause = event.details.cause.clone();
        }
        visit.error = attempt.error.clone();
        visit.cause = attempt.cause.clone();
    }

    fn exit(&mut self, id: VisitId, event: &TraceEvent) {
        if event.details.assigned_variables.is_some() {
            self.assignments.push(event.id);
        }
        let from = self.visits[id.index()].state;
        let left = event.details.left.unwrap_or(Left::End);
        let to = |state: u32| self.state(Some(state)).map(|state| state.id);
        let edge = match left {
            Left::End => Some(Edge::End(from)),
            Left::Next(next) => to(next).map(|next| Edge::Next(from, next)),
            Left::Choice(rule, next) => to(next).map(|next| Edge::Choice(from, rule, next)),
            Left::Default(next) => to(next).map(|next| Edge::Default(from, next)),
            Left::Catch(catcher, next) => to(next).map(|next| Edge::Catch(from, catcher, next)),
        };
        if let Some(edge) = edge {
            self.edges.entry(edge).or_default().push(event.id);
        }
        let visit = &mut self.visits[id.index()];
        visit.output = event.details.output;
        visit.how = Some(left);
        if !matches!(left, Left::Catch(..)) {
            (visit.error, visit.cause) = (None, None);
        }
        if left == Left::End {
            self.count_parallel(self.visits[id.index()].parent, event.id, |progress| &mut progress.succeeded);
        }
        let ending = match left {
            Left::Catch(catcher, _) => Ending::Caught(catcher),
            _ => Ending::Succeeded,
        };
        self.close(id, event, ending);
    }

    /// The event hangs from the last event of the branch that failed, which may be its own.
    fn abort(&mut self, id: VisitId, event: &TraceEvent) {
        let cause = event.previous.checked_sub(1).and_then(|previous| self.trace.events.get(previous as usize));
        let is_own = cause.is_some_and(|cause| cause.branch == event.branch);
        let ending = if is_own { Ending::Failed } else { Ending::Cancelled };
        self.close(id, event, ending);
    }

    fn take_iteration(&mut self, event: &TraceEvent, step: &str) {
        let branch = event.branch as usize;
        if let Some(visit) = self.open[branch] {
            match step {
                "Failed" => self.close(visit, event, Ending::Failed),
                "Aborted" => self.close(visit, event, Ending::Cancelled),
                _ => {}
            }
        }
        let Some(owner) = self.owner[branch] else { return };
        let Some(progress) = &mut self.visits[owner.index()].progress else { return };
        match step {
            "Started" => progress.started.push(event.id),
            "Succeeded" => progress.succeeded.push(event.id),
            "Failed" => progress.failed.push(event.id),
            _ => progress.cancelled.push(event.id),
        }
    }

    /// Somewhere a retry is due: of the state of the event's branch if that has Retriers and runs on,
    /// else of the nearest state around it that has.
    fn expect_retry(&mut self, event: &TraceEvent, retry_at: i64) {
        let branch = event.branch as usize;
        let is_used_up = matches!(&*event.kind, "ParallelStateFailed" | "MapStateFailed");
        let own = self.open[branch].filter(|_| !is_used_up);
        let retrying = own.filter(|&visit| self.has_retry(visit)).or_else(|| self.retrying_around(branch));
        if let Some(visit) = retrying {
            self.hand_retry_to(visit, event, retry_at);
        }
    }

    fn retrying_around(&self, branch: usize) -> Option<VisitId> {
        let mut visit = self.owner[branch]?;
        while !self.has_retry(visit) {
            visit = self.visits[visit.index()].parent?;
        }
        Some(visit)
    }

    fn hand_retry_to(&mut self, id: VisitId, event: &TraceEvent, retry_at: i64) {
        let failure = (self.visits[id.index()].error.clone(), self.visits[id.index()].cause.clone());
        if let Some(attempt) = self.visits[id.index()].attempts.last_mut() {
            if attempt.ended.is_none() {
                attempt.ended = Some(event.id);
                attempt.ended_at = Some(event.at);
                attempt.outcome = AttemptOutcome::Failed;
                (attempt.error, attempt.cause) = failure;
            }
            attempt.retry_at = Some(retry_at);
        }
    }

    fn has_retry(&self, id: VisitId) -> bool {
        match &self.definition.state(self.visits[id.index()].state).kind {
            StateKind::Task(task) => !task.retry.is_empty(),
            StateKind::Parallel(parallel) => !parallel.retry.is_empty(),
            StateKind::Map(map) => !map.retry.is_empty(),
            _ => false,
        }
    }

    /// A visit is over, and with it all that still runs inside.
    fn close(&mut self, id: VisitId, event: &TraceEvent, ending: Ending) {
        if self.visits[id.index()].left.is_some() {
            return;
        }
        self.close_inner(id, event, ending);
        let outcome = match ending {
            Ending::Succeeded => AttemptOutcome::Succeeded,
            Ending::Failed | Ending::Caught(_) => AttemptOutcome::Failed,
            Ending::Cancelled | Ending::Unfinished => AttemptOutcome::Cancelled,
        };
        if !matches!(ending, Ending::Succeeded) || self.visits[id.index()].attempts.len() == 1 {
            self.end_open_attempt(id, event, outcome);
        }
        let visit = &mut self.visits[id.index()];
        visit.left = Some(event.id);
        visit.left_at = Some(event.at);
        visit.ending = ending;
        let (state, branch, parent) = (visit.state, visit.branch as usize, visit.parent);
        self.open[branch] = None;
        self.running[state.index()].remove(&id);
        self.mark(id, event.id);
        match ending {
            Ending::Failed => self.fail_around(id, parent, event),
            Ending::Cancelled => self.count_parallel(parent, event.id, |progress| &mut progress.cancelled),
            _ => {}
        }
    }

    fn end_open_attempt(&mut self, id: VisitId, event: &TraceEvent, outcome: AttemptOutcome) {
        let visit = &mut self.visits[id.index()];
        if let Some(attempt) = visit.attempts.last_mut().filter(|attempt| attempt.ended.is_none()) {
            attempt.ended = Some(event.id);
            attempt.ended_at = Some(event.at);
            attempt.outcome = outcome;
        }
    }

    /// What failed inside a Parallel or Map is that one's failure, and a retry that was not of the
    /// failed state itself is one of those around it.
    fn fail_around(&mut self, id: VisitId, parent: Option<VisitId>, event: &TraceEvent) {
        let Some(owner) = parent else { return };
        self.count_parallel(parent, event.id, |progress| &mut progress.failed);
        let failed = &mut self.visits[id.index()];
        let (error, cause) = (failed.error.clone(), failed.cause.clone());
        let retry = failed.attempts.last_mut().and_then(|attempt| attempt.retry_at.take());
        let visit = &mut self.visits[owner.index()];
        if let Some(attempt) = visit.attempts.last_mut()
            && attempt.error.is_none()
        {
            (attempt.error, attempt.cause) = (error.clone(), cause.clone());
        }
        if visit.left.is_none() && (error.is_some() || cause.is_some()) {
            (visit.error, visit.cause) = (error, cause);
        }
        if let Some(retry_at) = retry
            && let Some(retrying) = self.retrying_around(self.visits[id.index()].branch as usize)
        {
            self.hand_retry_to(retrying, event, retry_at);
        }
    }

    /// Ends what is still open in the branches of a visit. Those that were cut have said so before, so
    /// what is left is what failed.
    fn close_inner(&mut self, id: VisitId, event: &TraceEvent, ending: Ending) {
        let inner = std::mem::take(&mut self.inner[id.index()]);
        for &branch in &inner {
            if let Some(visit) = self.open[branch as usize] {
                self.close(visit, event, ending);
            }
        }
        self.inner[id.index()] = inner;
    }

    fn take_execution(&mut self, event: &TraceEvent) {
        if &*event.kind == "ExecutionStarted" {
            return;
        }
        self.end_event = Some(event.id);
        if &*event.kind == "ExecutionFailed" {
            self.fail_execution(event);
        }
        for branch in (0..self.open.len()).rev() {
            if let Some(visit) = self.open[branch] {
                self.close(visit, event, Ending::Cancelled);
            }
        }
    }

    /// The event points at the last one of the branch that failed. With that branch fail those around it.
    fn fail_execution(&mut self, event: &TraceEvent) {
        let cause = event.previous.checked_sub(1).and_then(|previous| self.trace.events.get(previous as usize));
        let Some(mut branch) = cause.map(|cause| cause.branch as usize) else { return };
        let mut failed = Vec::new();
        while branch < self.open.len() {
            failed.extend(self.open[branch]);
            match self.owner[branch] {
                Some(owner) => branch = self.visits[owner.index()].branch as usize,
                None => break,
            }
        }
        for &id in &failed {
            let visit = &mut self.visits[id.index()];
            if event.details.error.is_some() || event.details.cause.is_some() {
                (visit.error, visit.cause) = (event.details.error.clone(), event.details.cause.clone());
            }
        }
        for &id in &failed {
            self.close_beside(id, &failed, event);
            self.close(id, event, Ending::Failed);
        }
    }

    /// The branches inside a failed visit that did not fail themselves were cut.
    fn close_beside(&mut self, id: VisitId, failed: &[VisitId], event: &TraceEvent) {
        for branch in self.inner[id.index()].clone() {
            if let Some(visit) = self.open[branch as usize].filter(|visit| !failed.contains(visit)) {
                self.close(visit, event, Ending::Cancelled);
            }
        }
    }

    /// Counts a branch of a Parallel. Those of a Map have events of their own.
    fn count_parallel(&mut self, owner: Option<VisitId>, event: u32, list: fn(&mut Progress) -> &mut Vec<u32>) {
        let Some(owner) = owner else { return };
        let visit = &mut self.visits[owner.index()];
        let is_parallel = matches!(self.definition.state(visit.state).kind, StateKind::Parallel(_));
        if let Some(progress) = visit.progress.as_mut().filter(|_| is_parallel) {
            list(progress).push(event);
        }
    }

    /// Notes how a visit's state stands now.
    fn mark(&mut self, id: VisitId, event: u32) {
        let visit = &self.visits[id.index()];
        let state = visit.state.index();
        let running = &self.running[state];
        let before = self.marks[state].last().copied();
        let mut mark = before.unwrap_or(Mark {
            event,
            current: id,
            visits: 0,
            running: 0,
            succeeded: 0,
            failed: 0,
            caught: 0,
            cancelled: 0,
            rest: Ending::Unfinished,
        });
        mark.event = event;
        mark.current = running.last().copied().unwrap_or(id);
        mark.running = running.len() as u32;
        match visit.ending {
            Ending::Unfinished => {
                mark.visits += 1;
                if !self.is_same_map(visit, before.map(|before| before.current)) {
                    mark.rest = Ending::Unfinished;
                }
            }
            Ending::Succeeded => mark.succeeded += 1,
            Ending::Failed => mark.failed += 1,
            Ending::Caught(_) => mark.caught += 1,
            Ending::Cancelled => mark.cancelled += 1,
        }
        let is_graver = gravity(visit.ending) >= gravity(mark.rest);
        if is_graver || !self.is_in_map(visit) {
            mark.rest = visit.ending;
        }
        self.marks[state].push(mark);
    }

    fn is_in_map(&self, visit: &Visit) -> bool {
        let owner = visit.parent.map(|parent| self.visits[parent.index()].state);
        owner.is_some_and(|owner| matches!(self.definition.state(owner).kind, StateKind::Map(_)))
    }

    fn is_same_map(&self, visit: &Visit, other: Option<VisitId>) -> bool {
        let Some(other) = other.map(|other| &self.visits[other.index()]) else { return false };
        let generation = |visit: &Visit| self.trace.branches[visit.branch as usize].generation;
        visit.parent.is_some() && visit.parent == other.parent && generation(visit) == generation(other)
    }

    fn state(&self, index: Option<u32>) -> Option<&'a State> {
        self.definition.states.get(index? as usize)
    }

    fn finish(self) -> Timeline {
        let edges = self.edges.into_iter().map(|(edge, events)| EdgeTaken { edge, events });
        let mut timeline = Timeline {
            status: self.trace.status,
            duration: self.trace.duration,
            visits: self.visits,
            edges: edges.collect(),
            retries: self.retries,
            assignments: self.assignments,
            child_transitions: child_transitions(self.trace),
            times: self.trace.events.iter().map(|event| event.at).collect(),
            visit_of_event: self.visit_of_event,
            marks: self.marks,
            lanes: Vec::new(),
            end_event: self.end_event,
        };
        // A child execution begins inside its Map.
        let root = timeline.visits.first().map_or(ScopeId::ROOT, |first| self.definition.state(first.state).scope);
        timeline.lanes = lanes::lanes(&timeline, self.definition, root);
        timeline
    }
}

/// Which of several endings is worth showing.
const fn gravity(ending: Ending) -> u8 {
    match ending {
        Ending::Unfinished => 0,
        Ending::Succeeded => 1,
        Ending::Cancelled => 2,
        Ending::Caught(_) => 3,
        Ending::Failed => 4,
    }
}

type ErrorAndCause = (Option<Rc<str>>, Option<Rc<str>>);

/// The error that a Fail state will end with, where it is written there.
fn literal_failure(state: &State) -> ErrorAndCause {
    let literal = |text: &FailText| match text {
        FailText::Literal(text) => Some(text.clone()),
        FailText::None | FailText::Path(_) | FailText::Computed(_) => None,
    };
    match &state.kind {
        StateKind::Fail(fail) => (literal(&fail.error), literal(&fail.cause)),
        _ => (None, None),
    }
}

fn child_transitions(trace: &Trace) -> Vec<(i64, u32)> {
    let of_run = |run: &MapRun| {
        let ended = run.ended.iter().map(|at| at.unwrap_or(trace.duration));
        ended.zip(run.transitions.iter().copied()).collect::<Vec<_>>()
    };
    let mut children: Vec<(i64, u32)> = trace.map_runs.iter().flat_map(of_run).collect();
    children.sort_unstable();
    let mut sum = 0;
    for (_, count) in &mut children {
        sum += *count;
        *count = sum;
    }
    children
}
