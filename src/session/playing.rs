//! Where the playhead goes besides on and back: over a container, out of one, to the next failure, to a state, to a
//! breakpoint; and the stretch that is played again and again.

use std::{collections::BTreeSet, rc::Rc};
use tr::tr;

use super::{
    model::{Run, Session},
    reduce::{ask_run, notice, seek},
};
use crate::{
    asl::model::{Definition, StateId},
    sim::{timeline::VisitId, trace::TraceEvent},
};

/// The shortest stretch that can be looped, in milliseconds of display time.
const LEAST_LOOP: f64 = 50.0;

/// A leap of the playhead. Where there is no run, one is made first, as a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leap {
    /// To the next step that is no deeper in Parallels and Maps than where the playhead is.
    Over,
    /// To the next step outside of the Parallel or Map that the playhead is in.
    Out,
    /// To the next event that tells of a failure.
    Failure,
    /// To where the chosen state is entered next.
    Chosen,
}

pub fn leap(session: &mut Session, leap: Leap) {
    let Some(run) = session.shown_run().cloned() else { return ask_run(session, false) };
    let at = session.player.playhead;
    let target = match leap {
        Leap::Over => Some(over(&run, at, depth_at(&run, at))),
        Leap::Out => {
            Some(depth_at(&run, at).checked_sub(1).map_or(run.playback.duration(), |depth| over(&run, at, depth)))
        }
        Leap::Failure => next_failure(&run, at),
        Leap::Chosen => session.selection.state.and_then(|state| next_entry(&run, state, at)),
    };
    match (target, leap) {
        (Some(target), _) => seek(session, target),
        (None, Leap::Failure) => notice(session, tr!("nothing fails from here on")),
        (None, _) if session.selection.state.is_none() => notice(session, tr!("choose the state to run to first")),
        (None, _) => notice(session, tr!("the state is not entered from here on")),
    }
}

/// The next step at a depth of this at most.
fn over(run: &Run, from: f64, depth: usize) -> f64 {
    let end = run.playback.duration();
    let mut at = from;
    while at < end {
        at = run.playback.step_forward(at);
        if depth_at(run, at) <= depth {
            break;
        }
    }
    at
}

/// How many Parallels and Maps are around what has happened last.
fn depth_at(run: &Run, at: f64) -> usize {
    let last = run.playback.event_at(at).checked_sub(1);
    let visit = last.and_then(|last| run.timeline.visit_of_event.get(last).copied().flatten());
    visit.map_or(0, |visit| depth_of(run, visit))
}

fn depth_of(run: &Run, visit: VisitId) -> usize {
    std::iter::successors(run.timeline.visit(visit).parent, |parent| run.timeline.visit(*parent).parent).count()
}

fn next_failure(run: &Run, at: f64) -> Option<f64> {
    let happened = run.playback.event_at(at);
    let next = run.trace.events.iter().skip(happened).find(|event| is_failure(event))?;
    Some(run.playback.display_of_event(next.id))
}

/// Whether an event tells that something failed; that of the failed execution itself included.
pub fn is_failure(event: &TraceEvent) -> bool {
    event.kind.ends_with("Failed") || event.kind.ends_with("TimedOut")
}

fn next_entry(run: &Run, state: StateId, at: f64) -> Option<f64> {
    let happened = run.playback.event_at(at) as u32;
    let next = run.timeline.visits_of(state).map(|visit| visit.entered).find(|&entered| entered > happened)?;
    Some(run.playback.display_of_event(next))
}

/// The first breakpoint after one display time, and not after another.
pub fn next_break(run: &Run, breakpoints: &BTreeSet<Rc<str>>, after: f64, until: f64) -> Option<f64> {
    if breakpoints.is_empty() {
        return None;
    }
    let states = run.definition.states.iter().filter(|state| breakpoints.contains(&state.path));
    let entries = states.flat_map(|state| run.timeline.visits_of(state.id)).map(|visit| visit.entered);
    let times = entries.map(|entered| run.playback.display_of_event(entered));
    times.filter(|at| after < *at && *at <= until).min_by(f64::total_cmp)
}

/// Sets a breakpoint on the chosen state, or takes it away.
pub fn toggle_break(session: &mut Session, state: StateId) {
    let Some(path) = session.drawing.definition.states.get(state.index()).map(|state| state.path.clone()) else {
        return;
    };
    let breakpoints = Rc::make_mut(&mut session.breakpoints);
    if !breakpoints.remove(&path) {
        breakpoints.insert(path);
    }
}

/// Breakpoints of states that are no more go with them.
pub fn drop_stale(breakpoints: &mut Rc<BTreeSet<Rc<str>>>, definition: &Definition) {
    let is_there = |path: &Rc<str>| definition.states.iter().any(|state| state.path == *path);
    if !breakpoints.iter().all(is_there) {
        Rc::make_mut(breakpoints).retain(is_there);
    }
}

/// Plays a stretch again and again, by its ends in display time; too short a one ends that.
pub fn choose_loop(session: &mut Session, ends: Option<(f64, f64)>) {
    let Some(run) = session.shown_run() else { return };
    let duration = run.playback.duration();
    let ends = ends.map(|(one, other)| (one.min(other).clamp(0.0, duration), one.max(other).clamp(0.0, duration)));
    session.player.looped = ends.filter(|(from, to)| to - from >= LEAST_LOOP);
}

/// Loops the visit that is shown in the details, or ends the loop that there is.
pub fn toggle_loop(session: &mut Session) {
    if session.player.looped.is_some() {
        session.player.looped = None;
        return;
    }
    let Some(run) = session.shown_run().cloned() else { return };
    let frame = super::select::frame(session);
    let visit = super::select::inspected(session, frame.as_ref()).map(|inspected| inspected.visit.id);
    let ends = visit.map(|visit| {
        let visit = run.timeline.visit(visit);
        let last = visit.left.unwrap_or(run.trace.events.len() as u32);
        (run.playback.display_of_event(visit.entered), run.playback.display_of_event(last) + LEAST_LOOP)
    });
    choose_loop(session, Some(ends.unwrap_or((0.0, run.playback.duration()))));
}
