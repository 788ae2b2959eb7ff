//! A recorded execution on the page: a history that AWS wrote, shown like a run of our own and held against ours.

use std::rc::Rc;

use super::model::{Run, Session};
use crate::exchange::replay::Replayed;

/// A history that is open.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// The number of the newest request to read it.
    pub id: u32,
    /// The name of its file.
    pub file: Rc<str>,
    pub history: Rc<str>,
    /// The definition's text that it is read with.
    pub definition: Rc<str>,
    pub progress: Progress,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    Reading,
    Refused(Rc<str>),
    Read(Rc<Compared>),
}

/// What reading it came to.
#[derive(Debug, PartialEq)]
pub struct Compared {
    pub theirs: Rc<Run>,
    pub ours: Option<Rc<Run>>,
    pub replayed: Rc<Replayed>,
}

/// Which of the two runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Theirs,
    Ours,
}

impl Recorded {
    pub fn compared(&self) -> Option<&Rc<Compared>> {
        match &self.progress {
            Progress::Read(compared) => Some(compared),
            Progress::Reading | Progress::Refused(_) => None,
        }
    }
}

impl Compared {
    pub fn run(&self, side: Side) -> Option<&Rc<Run>> {
        match side {
            Side::Theirs => Some(&self.theirs),
            Side::Ours => self.ours.as_ref(),
        }
    }

    /// The event of a side at which both part.
    pub fn difference(&self, side: Side) -> Option<u32> {
        let (theirs, ours) = self.replayed.differs?;
        match side {
            Side::Theirs => Some(theirs),
            Side::Ours => ours,
        }
    }
}

/// Which side of the recording the page shows, if it shows one.
pub fn shown(session: &Session) -> Option<Side> {
    let compared = session.recorded.as_ref()?.compared()?;
    let run = session.run.as_ref()?;
    [Side::Theirs, Side::Ours].into_iter().find(|&side| compared.run(side) == Some(run))
}

/// Whether the definition has changed since the recording was held against it.
pub fn is_stale(session: &Session) -> bool {
    session.recorded.as_ref().is_some_and(|recorded| recorded.definition != session.source.text)
}
