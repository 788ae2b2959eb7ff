//! Where a state led to and by what, when a retry came, until when a Wait waited: what AWS does not tell and the
//! following events show. Where several rules of a Choice lead to the state that came next, the first is named.

use std::rc::Rc;

use crate::{
    asl::model::{Catcher, Definition, State, StateId, StateKind, Transition, WaitFor},
    sim::trace::{Left, TraceEvent},
};

/// What is known of a line of execution.
#[derive(Clone, Default)]
struct Line {
    /// The event that entered the open state.
    entered: Option<usize>,
    /// The last failure of the open state: its event and error.
    failure: Option<(usize, Option<Rc<str>>)>,
    /// The open state has been tried before.
    is_tried: bool,
    /// The last exit, whose target is not known yet, and the error that it may have been by.
    exit: Option<(usize, Option<Option<Rc<str>>>)>,
}

/// Notes on the events what came of them.
pub(super) fn find(events: &mut [TraceEvent], definition: &Definition) {
    let branches = events.iter().map(|event| event.branch as usize + 1).max().unwrap_or(0);
    let mut finder = Finder { definition, lines: vec![Line::default(); branches], error: None };
    for at in 0..events.len() {
        finder.take(events, at);
    }
    for branch in 0..branches {
        finder.lead(events, branch, None);
    }
}

struct Finder<'a> {
    definition: &'a Definition,
    /// By branch.
    lines: Vec<Line>,
    /// The error that was told last, which is that of a Parallel or Map that fails.
    error: Option<Rc<str>>,
}

impl Finder<'_> {
    fn take(&mut self, events: &mut [TraceEvent], at: usize) {
        let (kind, branch) = (events[at].kind.clone(), events[at].branch as usize);
        if let Some(error) = &events[at].details.error {
            self.error = Some(error.clone());
        }
        if events[at].state.is_none() || kind.starts_with("MapIteration") {
            return;
        }
        match &*kind {
            kind if kind.ends_with("StateEntered") => {
                self.lead(events, branch, events[at].state);
                self.lines[branch] = Line { entered: Some(at), ..Line::default() };
                events[at].details.wait_until = self.waits_until(&events[at]);
            }
            kind if kind.ends_with("StateExited") => self.exit(events, at),
            "ParallelStateStarted" | "MapStateStarted" => {
                let previous = (events[at].previous as usize).checked_sub(1);
                self.attempt(events, at, previous);
            }
            "EvaluationFailed" => {
                if self.lines[branch].failure.is_some() {
                    self.attempt(events, at, None);
                }
                self.fail(events, at);
            }
            kind if kind.starts_with("MapRun") => {}
            kind if kind.ends_with("Scheduled") => self.attempt(events, at, None),
            kind if kind.ends_with("Failed") || kind.ends_with("TimedOut") => self.fail(events, at),
            kind if kind.ends_with("Succeeded") => self.lines[branch].failure = None,
            _ => {}
        }
    }

    /// The end of a Wait of so many seconds, which it may not live to see.
    fn waits_until(&self, event: &TraceEvent) -> Option<i64> {
        match &self.definition.states.get(event.state? as usize)?.kind {
            StateKind::Wait(wait) => match wait.duration {
                WaitFor::Seconds(seconds) => {
                    Some(event.at.saturating_add(i64::try_from(seconds).ok()?.checked_mul(1_000_000)?))
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn fail(&mut self, events: &[TraceEvent], at: usize) {
        let is_inner = events[at].kind.ends_with("StateFailed");
        let error = if is_inner { self.error.clone() } else { events[at].details.error.clone() };
        self.lines[events[at].branch as usize].failure = Some((at, error));
    }

    /// An attempt begins; one that is not the first was announced by the failure before, or by an event that is known.
    fn attempt(&mut self, events: &mut [TraceEvent], at: usize, previous: Option<usize>) {
        let line = &mut self.lines[events[at].branch as usize];
        let failure = line.failure.take().map(|(failure, _)| failure);
        let announced = failure.or(previous.filter(|_| line.is_tried));
        line.is_tried = true;
        let time = events[at].at;
        if let Some(event) = announced.and_then(|event| events.get_mut(event)) {
            event.details.retry_at = Some(time);
        }
    }

    fn exit(&mut self, events: &mut [TraceEvent], at: usize) {
        let line = &mut self.lines[events[at].branch as usize];
        line.exit = Some((at, line.failure.take().map(|(_, error)| error)));
        if let Some(entered) = line.entered.take()
            && &*events[entered].kind == "WaitStateEntered"
        {
            events[entered].details.wait_until = Some(events[at].at);
        }
    }

    /// A line goes on with a state, or with none.
    fn lead(&mut self, events: &mut [TraceEvent], branch: usize, target: Option<u32>) {
        let Some((exit, failure)) = self.lines[branch].exit.take() else { return };
        let state = events[exit].state.and_then(|state| self.definition.states.get(state as usize));
        events[exit].details.left = state.and_then(|state| left(state, failure, target.map(StateId)));
    }
}

fn left(state: &State, failure: Option<Option<Rc<str>>>, target: Option<StateId>) -> Option<Left> {
    let (next, catch): (Transition, &[Catcher]) = match &state.kind {
        StateKind::Choice(choice) => {
            let target = target?;
            let leads = |rule: &Transition| *rule == Transition::Next(target);
            let rule = choice.choices.iter().position(|rule| leads(&rule.next));
            return Some(rule.map_or(Left::Default(target.0), |rule| Left::Choice(rule as u32, target.0)));
        }
        StateKind::Task(task) => (task.next, &task.catch),
        StateKind::Parallel(parallel) => (parallel.next, &parallel.catch),
        StateKind::Map(map) => (map.next, &map.catch),
        StateKind::Pass(pass) => (pass.next, &[]),
        StateKind::Wait(wait) => (wait.next, &[]),
        StateKind::Succeed | StateKind::Fail(_) | StateKind::Unknown => (Transition::End, &[]),
    };
    let goes_on = match (next, target) {
        (Transition::Next(next), Some(target)) => next == target,
        (Transition::Next(_), None) => true,
        (Transition::End | Transition::Missing, target) => target.is_none(),
    };
    let caught = || caught_by(catch, failure.as_ref().and_then(Option::as_deref), target);
    if (failure.is_some() || !goes_on)
        && let Some(left) = caught()
    {
        return Some(left);
    }
    match (next, target) {
        (_, Some(StateId(target))) | (Transition::Next(StateId(target)), None) => Some(Left::Next(target)),
        (Transition::End | Transition::Missing, None) => Some(Left::End),
    }
}

/// The first Catcher that takes an error and leads to what came next; where the error is not told, the first that does
/// the second.
fn caught_by(catch: &[Catcher], error: Option<&str>, target: Option<StateId>) -> Option<Left> {
    let takes = |catcher: &Catcher| {
        let is_task_error = error != Some("States.Timeout");
        catcher.error_equals.iter().any(|name| {
            Some(&**name) == error || &**name == "States.ALL" || &**name == "States.TaskFailed" && is_task_error
        })
    };
    let leads = |catcher: &Catcher| match catcher.next {
        Transition::Next(next) => target.is_none_or(|target| target == next).then_some(next.0),
        Transition::End | Transition::Missing => None,
    };
    let led = catch.iter().zip(0..).filter_map(|(catcher, index)| Some((catcher, Left::Catch(index, leads(catcher)?))));
    let mut led = led.collect::<Vec<_>>().into_iter();
    let first = led.as_slice().first().map(|(_, left)| *left);
    led.find(|(catcher, _)| takes(catcher)).map(|(_, left)| left).or(first)
}
