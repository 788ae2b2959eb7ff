//! A JSONPath state, or a whole machine, rewritten as JSONata: a proposal that keeps the author's order, white space and
//! comments. What has no faithful form stays and is named. `proof` runs both and compares.
//!
//! AWS wants no JSONPath states in a JSONata machine: only where all states convert the machine's own `QueryLanguage`
//! is set, else that of each state.

mod brackets;
mod condition;
mod expression;
pub mod proof;
pub mod report;
mod state;

use std::rc::Rc;

use crate::{
    asl::{
        self,
        model::{Definition, QueryLanguage, State, StateId},
    },
    diagnostic::Diagnostic,
    syntax::{
        self, Format, Node,
        edit::{Edit, ObjectEdit, apply, quoted},
    },
};
use state::Draft;

/// What is proposed for a definition.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// The definition's new text.
    pub text: String,
    /// The whole machine is JSONata's now.
    pub is_whole: bool,
    /// Of each state that was asked for, in the definition's order.
    pub states: Vec<StateProposal>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct StateProposal {
    pub state: StateId,
    pub name: Rc<str>,
    pub verdict: Verdict,
    /// What a reader has to know, a sentence each.
    pub notes: Vec<&'static str>,
}

impl StateProposal {
    /// Whether a text that is made of data may be written in another form.
    pub fn changes_texts(&self) -> bool {
        self.notes.iter().any(|note| [expression::FORMATTED, expression::STRINGIFIED].contains(note))
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    Converted,
    /// It was JSONata's before.
    Jsonata,
    Stays(Vec<Reason>),
}

/// Why a field has no faithful form.
#[derive(Clone, Debug, PartialEq)]
pub struct Reason {
    /// JSON pointer from the state, without its first slash.
    pub field: String,
    /// A sentence in lower case.
    pub why: String,
}

/// Proposes a conversion of all states, or of one. The error says what is wrong with the definition.
pub fn convert(text: &str, only: Option<StateId>) -> Result<Proposal, Box<Diagnostic>> {
    let format = Format::detect(text);
    let loaded = asl::load(text, format);
    if let Some(error) = loaded.diagnostics.into_iter().find(Diagnostic::is_error) {
        return Err(Box::new(error));
    }
    let Some(root) = syntax::parse(text, format).root else {
        return Ok(Proposal { text: text.to_owned(), is_whole: false, states: Vec::new() });
    };
    Ok(propose(text, format, &root, &loaded.definition, only))
}

fn propose(text: &str, format: Format, root: &Node, definition: &Definition, only: Option<StateId>) -> Proposal {
    let asked = |state: &&State| only.is_none_or(|only| state.id == only);
    let mut states = Vec::new();
    let mut drafts = Vec::new();
    for state in definition.states.iter().filter(asked) {
        let (verdict, notes) = match root.pointer(&state.pointer) {
            _ if state.query_language == QueryLanguage::Jsonata => (Verdict::Jsonata, Vec::new()),
            None => (Verdict::Stays(Vec::new()), Vec::new()),
            Some(node) => {
                let mut draft = Draft::of(text, format, state, node);
                match draft.reasons.is_empty() {
                    false => (Verdict::Stays(std::mem::take(&mut draft.reasons)), Vec::new()),
                    true => {
                        let notes = draft.notes.iter().copied().collect();
                        drafts.push(draft);
                        (Verdict::Converted, notes)
                    }
                }
            }
        };
        states.push(StateProposal { state: state.id, name: state.name.clone(), verdict, notes });
    }
    let is_whole = only.is_none() && states.iter().all(|state| !matches!(state.verdict, Verdict::Stays(_)));
    let mut edits: Vec<Edit> = Vec::new();
    if is_whole && !drafts.is_empty() && definition.query_language == QueryLanguage::JsonPath {
        let mut machine = ObjectEdit::new(text, root, format == Format::Json);
        machine.set(&["QueryLanguage"], "StartAt", "QueryLanguage", quoted("JSONata"));
        edits.extend(machine.edits(text));
    }
    for draft in drafts {
        let draft = if is_whole && !draft.has_language() { draft } else { draft.with_language() };
        edits.extend(draft.edits);
    }
    Proposal { text: apply(text, edits), is_whole, states }
}
