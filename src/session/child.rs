//! A child execution of a distributed Map, opened from its Map Run: its own history takes the stage, until the reader goes
//! back to the run.

use std::rc::Rc;
use tr::tr;

use super::{
    model::{Run, Session},
    reduce::notice,
};
use crate::sim::trace::{MapRun, Status, Trace};

/// A child execution that is open.
#[derive(Clone, Debug, PartialEq)]
pub struct Child {
    /// The number of the newest request for it.
    pub id: u32,
    /// The run that it belongs to, and where the playhead stood there.
    pub parent: Rc<Run>,
    pub playhead: f64,
    /// Its Map Run among those of the run, and its index there.
    pub map_run: u32,
    pub index: u32,
    /// Its history, as soon as it is there.
    pub run: Option<Rc<Run>>,
}

impl Child {
    pub fn map_run(&self) -> &MapRun {
        &self.parent.trace.map_runs[self.map_run as usize]
    }

    /// The name of the Map.
    pub fn map_name(&self) -> &str {
        let state = self.parent.definition.states.get(self.map_run().state as usize);
        state.map_or("", |state| &state.name)
    }
}

/// Asks for a child execution of the run that is shown, or of the one that the shown child belongs to.
pub fn ask(session: &mut Session, map_run: u32, index: u32) {
    let Some(shown) = session.shown_run().cloned() else { return };
    let (parent, playhead) = match session.child.as_ref().filter(|child| child.run.as_ref() == Some(&shown)) {
        Some(child) => (child.parent.clone(), child.playhead),
        None => (shown, session.player.playhead),
    };
    let has_begun = parent.trace.map_runs.get(map_run as usize).is_some_and(|run| (index as usize) < run.started.len());
    if !has_begun {
        return;
    }
    session.run_count += 1;
    let run = session.child.as_ref().and_then(|child| child.run.clone());
    session.child = Some(Rc::new(Child { id: session.run_count, parent, playhead, map_run, index, run }));
}

/// Takes its history in, and puts the playhead to its end.
pub fn show(session: &mut Session, id: u32, outcome: Result<Rc<Trace>, Rc<str>>) {
    let Some(child) = session.child.clone().filter(|child| child.id == id) else { return };
    match outcome {
        Err(reason) => {
            session.child = child.run.is_some().then_some(child);
            notice(session, tr!("the child execution cannot be opened: {reason}", reason));
        }
        Ok(trace) => {
            let Run { text, scenario, definition, .. } = &*child.parent;
            let run = Run::of(id, text.clone(), scenario.clone(), definition.clone(), trace);
            let run = Rc::new(Run { is_opaque: true, ..run });
            session.player.playhead = run.playback.duration();
            session.player.is_playing = false;
            session.selection = Default::default();
            session.run = Some(run.clone());
            session.child = Some(Rc::new(Child { run: Some(run), ..Child::clone(&child) }));
        }
    }
}

/// Goes back to the run, to where the playhead stood.
pub fn close(session: &mut Session) {
    let Some(child) = session.child.take() else { return };
    if session.run == child.run {
        session.run = Some(child.parent.clone());
        session.player.playhead = child.playhead;
        session.player.is_playing = false;
        session.selection.visit = None;
        let state = crate::asl::model::StateId(child.map_run().state);
        session.selection.state = Some(state);
    }
}

/// The indexes of the children to show at a moment: those of a status, or all, those that failed first.
pub fn listed(run: &MapRun, now: i64, wanted: Option<Status>, most: usize) -> Vec<(u32, Status)> {
    let status = |index: usize| match run.ended[index] {
        Some(ended) if ended <= now => run.statuses[index],
        _ => Status::Running,
    };
    let begun = (0..run.started.len()).filter(|&index| run.started[index] <= now);
    let all = begun.map(|index| (index as u32, status(index)));
    let all = all.filter(|(_, status)| wanted.is_none_or(|wanted| wanted == *status));
    let is_failure = |status: Status| !matches!(status, Status::Succeeded | Status::Running);
    let (mut first, mut rest) = (Vec::new(), Vec::new());
    for one in all {
        let list = if is_failure(one.1) { &mut first } else { &mut rest };
        if list.len() < most {
            list.push(one);
        }
    }
    first.extend(rest);
    first.truncate(most);
    first
}
