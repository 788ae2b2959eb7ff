//! A recorded history against our own run of the scenario lifted out of it: both, and what came of it in words.

use std::rc::Rc;

use super::{
    difference::{Comparison, compare, settle},
    history_import::Imported,
    lift::{Lifted, lift},
};
use crate::{
    asl::model::Definition,
    sim::{run, trace::Trace},
};

#[derive(Clone, Debug, PartialEq)]
pub struct Replay {
    pub lifted: Lifted,
    pub ours: Trace,
    pub comparison: Comparison,
}

/// Lifts a scenario, runs it and compares. What the history does not tell of the events that are equal is taken over
/// from our run.
pub fn replay(imported: &mut Imported, definition: &Rc<Definition>) -> Result<Replay, String> {
    let lifted = lift(imported, definition);
    let ours = run::run(definition, &lifted.scenario)?;
    let comparison = compare(&imported.trace, &ours, definition);
    settle(&mut imported.trace, &ours, definition);
    Ok(Replay { lifted, ours, comparison })
}

impl Comparison {
    pub fn is_equal(&self) -> bool {
        self.difference.is_none()
    }

    /// Whether the runs are equal, or where they differ first, as a sentence.
    pub fn words(&self) -> String {
        let chance = match self.by_chance {
            0 => String::new(),
            1 => " (one value differs as dates, identifiers and tokens may)".to_owned(),
            count => format!(" ({count} values differ as dates, identifiers and tokens may)"),
        };
        match &self.difference {
            Some(difference) => format!("first difference: {}", difference.words),
            None => format!("equal in all {} events{chance}", self.equal),
        }
    }
}
