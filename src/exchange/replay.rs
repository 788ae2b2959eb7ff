//! A recorded history against our own run of the scenario lifted out of it: both, and what came of it in words.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::{
    difference::{Comparison, compare, settle},
    history_import::{self, Imported},
    lift::{Lifted, lift},
};
use crate::{
    asl::model::Definition,
    sim::{
        run,
        trace::{Status, Trace},
    },
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

/// A history that was read, with all that is known of it, ready to be sent and shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Replayed {
    pub theirs: Trace,
    /// None where the scenario cannot be run.
    pub ours: Option<Trace>,
    /// The scenario lifted out of the history, as text.
    pub scenario: String,
    /// Whether both are equal, as a sentence.
    pub words: String,
    /// The first event that differs, and ours in its place.
    pub differs: Option<(u32, Option<u32>)>,
    /// What the history does not tell, in sentences.
    pub notes: Vec<String>,
}

impl Replayed {
    /// Reads the text of a history and replays it. Refuses, in a sentence, what is no history or one of another machine.
    pub fn of(definition: &Rc<Definition>, history: &str) -> Result<Self, String> {
        let recording = history_import::read(history)?;
        let mut imported = recording.import(definition);
        refuse_foreign(&imported.trace)?;
        match replay(&mut imported, definition) {
            Ok(Replay { lifted, ours, comparison }) => Ok(Self {
                theirs: imported.trace,
                ours: Some(ours),
                scenario: lifted.scenario.to_text(),
                words: comparison.words(),
                differs: comparison.difference.map(|difference| (difference.event, difference.ours)),
                notes: imported.notes.into_iter().chain(lifted.notes).collect(),
            }),
            Err(reason) => {
                let lifted = lift(&imported, definition);
                Ok(Self {
                    theirs: imported.trace,
                    ours: None,
                    scenario: lifted.scenario.to_text(),
                    words: format!("it cannot be run here: {reason}"),
                    differs: None,
                    notes: imported.notes.into_iter().chain(lifted.notes).collect(),
                })
            }
        }
    }
}

/// A history none of whose states is in the definition is one of another machine.
fn refuse_foreign(theirs: &Trace) -> Result<(), String> {
    let entered = || theirs.events.iter().filter(|event| event.kind.ends_with("StateEntered"));
    let Some(first) = entered().next() else {
        let is_over = theirs.status != Status::Running;
        return if is_over { Ok(()) } else { Err("the history enters no state: there is nothing to show".to_owned()) };
    };
    if entered().any(|event| event.state.is_some()) {
        return Ok(());
    }
    let name = first.details.name.as_deref().unwrap_or("?");
    Err(format!(
        "the history is of another state machine: `{name}` and its other states are not in the definition. Open its \
         definition first, then the history"
    ))
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
