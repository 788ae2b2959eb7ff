//! Standard and Express side by side, as the page has asked for it and heard of it.

use std::rc::Rc;
use tr::tr;

use super::model::Session;
use crate::{exchange::types::SideBySide, sim::trace::Trace};

/// A comparison of both types that is open on the page.
#[derive(Clone, Debug, PartialEq)]
pub struct Types {
    pub id: u32,
    /// The texts at the time.
    pub definition: Rc<str>,
    pub scenario: Rc<str>,
    pub progress: Progress,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    Running,
    Refused(Rc<str>),
    Compared(Rc<Compared>),
}

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    pub sides: SideBySide,
    /// The run as Express.
    pub express: Option<Rc<Trace>>,
}

impl Types {
    /// Asks for the comparison of the texts as they are; says so where they cannot be run.
    pub fn open(session: &Session) -> Self {
        let progress = match (session.source.is_runnable, session.scenario.scenario.is_some()) {
            (true, true) => Progress::Running,
            (false, _) => Progress::Refused(tr!("mend the definition first: it has errors").into()),
            (_, false) => Progress::Refused(tr!("mend the scenario first: it cannot be read").into()),
        };
        Self {
            id: session.types.as_ref().map_or(1, |types| types.id + 1),
            definition: session.source.text.clone(),
            scenario: session.scenario.text.clone(),
            progress,
        }
    }

    pub fn take(&self, id: u32, outcome: Result<Rc<Compared>, Rc<str>>) -> Self {
        match id == self.id {
            true => Self { progress: outcome.map_or_else(Progress::Refused, Progress::Compared), ..self.clone() },
            false => self.clone(),
        }
    }
}
