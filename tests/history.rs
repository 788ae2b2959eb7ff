//! What a sound history is, whatever ran: held by every generated machine, every recorded case and every definition
//! from the wild. The rules are AWS's for `GetExecutionHistory`; `tests/timeline.rs` holds what is read off them.

use std::collections::{BTreeMap, BTreeSet};

use statelight::{
    asl::model::{Definition, StateId, StateKind},
    sim::trace::{Left, Status, Trace, TraceEvent},
};

/// Says what is wrong with a history; nothing where it is sound.
pub fn complaint(definition: &Definition, trace: &Trace) -> Result<(), String> {
    let mut reader = Reader { definition, trace, branches: BTreeMap::new() };
    for (index, event) in trace.events.iter().enumerate() {
        reader.order(index, event).and_then(|()| reader.take(event)).map_err(|text| format!("{text}: {event:?}"))?;
    }
    reader.end()
}

/// Where a branch is.
#[derive(Debug, Default)]
struct Branch {
    /// The state that was entered and not left.
    open: Option<u32>,
    /// What the last state was left with, and the next is to be entered with.
    handed_on: Option<u32>,
    /// Where the last state leads.
    leads_to: Option<u32>,
    task: Task,
    /// When the next attempt comes.
    retry_at: Option<i64>,
    /// How long the running attempt may last, and since when it does.
    timeout: Option<(i64, i64)>,
    /// The running iterations of a Map, those that were started, and the number of items.
    running: BTreeSet<u64>,
    started: u64,
    length: u64,
    is_aborted: bool,
}

/// Where an attempt of a task is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Task {
    #[default]
    None,
    Scheduled,
    Started,
    Submitted,
    Succeeded,
    Failed,
}

struct Reader<'a> {
    definition: &'a Definition,
    trace: &'a Trace,
    branches: BTreeMap<u32, Branch>,
}

type Verdict = Result<(), String>;

fn ensure(holds: bool, otherwise: impl Into<String>) -> Verdict {
    if holds { Ok(()) } else { Err(otherwise.into()) }
}

impl Reader<'_> {
    /// Ids count from 1, point back, and time never goes back.
    fn order(&self, index: usize, event: &TraceEvent) -> Verdict {
        ensure(event.id as usize == index + 1, "ids do not count from 1")?;
        ensure(event.previous < event.id, "it points forward")?;
        let before = index.checked_sub(1).map_or(0, |before| self.trace.events[before].at);
        ensure(event.at >= before, "time goes back")?;
        let is_last = index + 1 == self.trace.events.len();
        let ends =
            matches!(&*event.kind, "ExecutionSucceeded" | "ExecutionFailed" | "ExecutionTimedOut" | "ExecutionAborted");
        ensure(ends == is_last, "a history ends with the end of its execution, and only there")?;
        ensure((&*event.kind == "ExecutionStarted") == (index == 0), "a history begins with ExecutionStarted")
    }

    fn take(&mut self, event: &TraceEvent) -> Verdict {
        let kind = &*event.kind;
        if kind.starts_with("Execution") {
            return self.execution(event);
        }
        let state = event.state.ok_or("an event of no state")?;
        let details = &event.details;
        if kind.starts_with("MapIteration") {
            return self.iteration(event, state);
        }
        let is_join = matches!(self.definition.state(StateId(state)).kind, StateKind::Map(_) | StateKind::Parallel(_));
        let branch = self.branches.entry(event.branch).or_default();
        ensure(!branch.is_aborted, "a branch goes on after it was aborted")?;
        if kind.ends_with("StateEntered") {
            ensure(branch.open.is_none(), "a state is entered before the last one was left")?;
            ensure(branch.leads_to.is_none_or(|next| next == state), "the last state does not lead here")?;
            ensure(branch.handed_on.is_none_or(|data| Some(data) == details.input), "it gets other data")?;
            *branch = Branch { open: Some(state), ..Branch::default() };
            return Ok(());
        }
        ensure(branch.open == Some(state), "it is of a state that is not entered")?;
        if kind.ends_with("StateExited") {
            ensure(matches!(branch.task, Task::None | Task::Succeeded | Task::Failed), "its task has not ended")?;
            ensure(branch.running.is_empty(), "its iterations run")?;
            let is_caught = matches!(details.left, Some(Left::Catch(..)));
            ensure(branch.task != Task::Failed || is_caught, "it is left after a failure that nothing caught")?;
            branch.open = None;
            branch.handed_on = details.output;
            branch.leads_to = match details.left {
                Some(Left::Next(next) | Left::Choice(_, next) | Left::Default(next) | Left::Catch(_, next)) => {
                    Some(next)
                }
                _ => None,
            };
            return Ok(());
        }
        if kind.ends_with("StateAborted") {
            branch.open = None;
            branch.is_aborted = true;
            return Ok(());
        }
        if kind == "EvaluationFailed" {
            ensure(details.error.is_some() && details.cause.is_some(), "it does not say what failed")?;
            branch.task = Task::Failed;
            branch.retry_at = details.retry_at;
            return Ok(());
        }
        if is_join {
            if kind == "MapStateStarted" {
                ensure(branch.running.is_empty(), "it is tried again while iterations run")?;
                (branch.started, branch.length) = (0, details.length.unwrap_or(0));
            } else if kind.ends_with("StateSucceeded") || kind.ends_with("StateFailed") {
                ensure(branch.running.is_empty(), "iterations run when their Map ends")?;
            }
            return Ok(());
        }
        branch.attempt(event)
    }

    /// Iterations are events of their own branch about the state of the branch around it.
    fn iteration(&mut self, event: &TraceEvent, state: u32) -> Verdict {
        let around = self.trace.branches[event.branch as usize].parent.ok_or("an iteration of nothing")?;
        let inner_open = self.branches.get(&event.branch).is_some_and(|branch| branch.open.is_some());
        let map = self.branches.entry(around).or_default();
        ensure(map.open == Some(state), "its Map is not entered")?;
        let index = event.details.index.ok_or("an iteration without an index")?;
        if &*event.kind == "MapIterationStarted" {
            ensure(index == map.started && index < map.length, "iterations start in the order of their items")?;
            map.started += 1;
            map.running.insert(index);
            let StateKind::Map(model) = &self.definition.state(StateId(state)).kind else {
                return Err("an iteration of another kind of state".into());
            };
            if let statelight::asl::model::Count::Literal(most) = model.max_concurrency {
                ensure(most < 1.0 || map.running.len() <= most as usize, "more run than MaxConcurrency allows")?;
            }
            return Ok(());
        }
        let is_success = &*event.kind == "MapIterationSucceeded";
        ensure(!(is_success && inner_open), "an iteration succeeds before its last state was left")?;
        ensure(map.running.remove(&index), "an iteration ends that does not run")
    }

    fn execution(&mut self, event: &TraceEvent) -> Verdict {
        let root = self.branches.entry(0).or_default();
        match &*event.kind {
            "ExecutionStarted" => root.handed_on = event.details.input,
            "ExecutionSucceeded" => {
                ensure(root.open.is_none() && root.leads_to.is_none(), "a run succeeds before its last state ends")?;
                ensure(event.details.output == root.handed_on, "the output is not that of the last state")?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Whatever is still open when the run is over was ended with it, or with what is around it.
    fn end(self) -> Verdict {
        let last = self.trace.events.last().ok_or("no events at all")?;
        ensure(self.trace.duration == last.at, "the run lasts longer than its history")?;
        let has_succeeded = self.trace.status == Status::Succeeded;
        for (id, branch) in self.branches.iter().filter(|_| has_succeeded) {
            let parent = self.trace.branches[*id as usize].parent;
            ensure(branch.running.is_empty(), format!("iterations of branch {id} never ended"))?;
            // Where a run succeeds, a state that was entered for good failed in a branch whose owner was caught or
            // tried again; on the main line none is left.
            ensure(branch.open.is_none() || parent.is_some(), format!("branch {id} never left {:?}", branch.open))?;
            let is_running = matches!(branch.task, Task::Scheduled | Task::Started | Task::Submitted);
            ensure(branch.open.is_none() || !is_running, format!("a task of branch {id} never ended"))?;
        }
        Ok(())
    }
}

impl Branch {
    /// Events of a task: Scheduled, Started, perhaps Submitted, and one end. After a failure perhaps all anew.
    fn attempt(&mut self, event: &TraceEvent) -> Verdict {
        let kind = event.kind.trim_start_matches("LambdaFunction").trim_start_matches("Activity");
        let kind = kind.trim_start_matches("Task");
        let (from, to): (&[Task], Task) = match kind {
            "Scheduled" => (&[Task::None, Task::Failed, Task::Succeeded], Task::Scheduled),
            "Started" => (&[Task::Scheduled], Task::Started),
            "Submitted" => (&[Task::Started], Task::Submitted),
            "Succeeded" => (&[Task::Started, Task::Submitted], Task::Succeeded),
            "Failed" | "TimedOut" => (&[Task::Started, Task::Submitted], Task::Failed),
            // What the service answered was too large.
            "SubmitFailed" => (&[Task::Started], Task::Failed),
            _ => return Err("an unknown event of a task".into()),
        };
        ensure(from.contains(&self.task), format!("it does not follow {:?}", self.task))?;
        if kind == "Scheduled" {
            ensure(self.retry_at.is_none_or(|at| at == event.at), "the retry comes at another time than was said")?;
            let seconds = event.details.timeout_in_seconds;
            self.timeout = seconds.map(|seconds| (event.at, seconds as i64 * 1_000_000));
        } else if let Some((since, longest)) = self.timeout {
            ensure(event.at - since <= longest, "it comes after the timeout")?;
        }
        self.retry_at = event.details.retry_at;
        self.task = to;
        Ok(())
    }
}
