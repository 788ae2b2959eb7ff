//! The picture at one moment of a run: for each state its light, its visits, how far its branches
//! or iterations have come; and which edges have been taken. Read off the timeline with a binary
//! search a state, since it is made anew for every frame of the display.

use super::timeline::{AttemptOutcome, Edge, Ending, Mark, RunProgress, Timeline, Visit, VisitId};
use crate::asl::model::{Definition, StateId, StateKind};

/// How a state looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Light {
    #[default]
    NotReached,
    Running,
    /// In a Wait, or in a task that waits for a callback.
    Waiting,
    RetryPending,
    Succeeded,
    Failed,
    Caught,
    Cancelled,
}

/// How far the branches or iterations of a state's current visit have come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub total: u32,
    pub running: u32,
    pub succeeded: u32,
    pub failed: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StateFrame {
    pub light: Light,
    pub visits: u32,
    /// Visits that go on now.
    pub running: u32,
    /// Of the current visit, counted from 0.
    pub attempt: u32,
    /// When the wait is over or the retry comes, in microseconds since the start.
    pub until: Option<i64>,
    pub progress: Option<Progress>,
    /// The visit to show.
    pub visit: Option<VisitId>,
}

/// An edge that has been taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TakenEdge {
    pub edge: Edge,
    pub count: u32,
    /// Taken in the latest step.
    pub is_now: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Frame {
    /// How many events have happened.
    pub happened: usize,
    /// Virtual time, in microseconds since the start.
    pub now: i64,
    /// By index of the state.
    pub states: Vec<StateFrame>,
    pub edges: Vec<TakenEdge>,
    /// States entered so far, retries included: what a Standard execution is charged for.
    pub transitions: u32,
}

/// An edge counts as taken just now for so many events.
const RECENT_EVENTS: usize = 3;

impl Frame {
    pub fn at(timeline: &Timeline, definition: &Definition, happened: usize, now: i64) -> Self {
        let states: Vec<StateFrame> =
            definition.states.iter().map(|state| state_frame(timeline, definition, state.id, happened, now)).collect();
        let edges = timeline.edges.iter().filter_map(|taken| {
            let count = taken.events.partition_point(|&event| event as usize <= happened);
            let last = *taken.events.get(count.checked_sub(1)?)? as usize;
            Some(TakenEdge { edge: taken.edge, count: count as u32, is_now: last + RECENT_EVENTS > happened })
        });
        let retries = timeline.retries.partition_point(|&event| event as usize <= happened);
        let ended = timeline.child_transitions.partition_point(|(at, _)| *at <= now);
        let of_children = ended.checked_sub(1).map_or(0, |last| timeline.child_transitions[last].1);
        let transitions = states.iter().map(|state| state.visits).sum::<u32>() + retries as u32 + of_children;
        Self { happened, now, edges: edges.collect(), transitions, states }
    }
}

fn state_frame(timeline: &Timeline, definition: &Definition, state: StateId, happened: usize, now: i64) -> StateFrame {
    let Some(mark) = timeline.mark(state, happened) else { return StateFrame::default() };
    let visit = timeline.visit(mark.current);
    let attempt = visit.attempt_at(happened);
    let (light, until) =
        if mark.running > 0 { running_light(definition, visit, attempt, happened) } else { (rest_light(mark), None) };
    StateFrame {
        light,
        visits: mark.visits,
        running: mark.running,
        attempt: attempt.unwrap_or(0) as u32,
        until,
        progress: progress(visit, attempt, happened, now),
        visit: Some(mark.current),
    }
}

const fn rest_light(mark: &Mark) -> Light {
    match mark.rest {
        Ending::Succeeded => Light::Succeeded,
        Ending::Failed => Light::Failed,
        Ending::Caught(_) => Light::Caught,
        Ending::Cancelled => Light::Cancelled,
        Ending::Unfinished => Light::Running,
    }
}

fn running_light(
    definition: &Definition,
    visit: &Visit,
    attempt: Option<usize>,
    happened: usize,
) -> (Light, Option<i64>) {
    if let Some(until) = visit.wait_until {
        return (Light::Waiting, Some(until));
    }
    let attempt = attempt.and_then(|index| visit.attempts.get(index));
    let has_ended = attempt.and_then(|attempt| attempt.ended).is_some_and(|ended| ended as usize <= happened);
    if let Some(retry_at) = attempt.and_then(|attempt| attempt.retry_at).filter(|_| has_ended) {
        return (Light::RetryPending, Some(retry_at));
    }
    let waits_for_world = match &definition.state(visit.state).kind {
        StateKind::Task(task) => task.resource.ends_with(".waitForTaskToken") || task.resource.contains(":activity:"),
        _ => false,
    };
    let is_open = attempt.is_some_and(|attempt| attempt.started.is_some_and(|started| started as usize <= happened));
    let is_light_waiting = waits_for_world && is_open && !has_ended;
    (if is_light_waiting { Light::Waiting } else { Light::Running }, None)
}

fn progress(visit: &Visit, attempt: Option<usize>, happened: usize, now: i64) -> Option<Progress> {
    let progress = visit.progress.as_ref()?;
    let attempt = attempt?;
    let began = visit.attempts.get(attempt)?.scheduled;
    let is_of_it = |run: &&RunProgress| began <= run.event && run.event as usize <= happened;
    if let Some(run) = progress.runs.iter().rfind(is_of_it) {
        return Some(run_progress(run, now));
    }
    let count = |events: &[u32]| {
        let to = events.partition_point(|&event| event as usize <= happened);
        let from = events.partition_point(|&event| event < began);
        to.saturating_sub(from) as u32
    };
    let (started, succeeded) = (count(&progress.started), count(&progress.succeeded));
    let failed = count(&progress.failed) + count(&progress.cancelled);
    let total = progress.totals.get(attempt).copied().unwrap_or(0);
    Some(Progress { total, running: started.saturating_sub(succeeded + failed), succeeded, failed })
}

/// How a Map Run stands at a time.
fn run_progress(run: &RunProgress, now: i64) -> Progress {
    let count = |times: &[i64]| times.partition_point(|at| *at <= now) as u32;
    let (started, succeeded, failed) = (count(&run.started), count(&run.succeeded), count(&run.failed));
    Progress { total: run.total, running: started.saturating_sub(succeeded + failed), succeeded, failed }
}

impl AttemptOutcome {
    pub const fn is_failure(self) -> bool {
        matches!(self, Self::Failed | Self::TimedOut)
    }
}
