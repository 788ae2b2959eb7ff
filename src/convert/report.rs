//! A proposal and its proof, as a person reads them: on the page and in a terminal.

use std::{collections::BTreeSet, rc::Rc};

use serde::{Deserialize, Serialize};

use super::{
    Proposal, Reason, Verdict, convert,
    proof::{Proof, prove},
};
use crate::{asl, sim::scenario::Scenario, syntax::Format};

/// What is proposed, what stays, and whether it is faithful on the scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The definition's new text.
    pub text: Rc<str>,
    /// The states that were asked for, and how many of them were converted.
    pub states: usize,
    pub converted: usize,
    /// Those that were JSONata before.
    pub already: Vec<Rc<str>>,
    pub stays: Vec<Stay>,
    /// What a reader has to know, a sentence each.
    pub notes: Vec<String>,
    pub proof: Proven,
}

/// A field that has no faithful form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Stay {
    pub state: Rc<str>,
    /// JSON pointer from the state, without its first slash.
    pub field: String,
    pub why: String,
}

/// What came of running both.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Proven {
    /// They come to the same, and end with this.
    Same(String),
    /// How they differ.
    Differs(String),
    /// Why they were not run.
    NotRun(String),
}

impl Report {
    /// Converts a definition, or the state of a path or name in it, and proves it on a scenario's text.
    pub fn of(text: &str, state: Option<&str>, scenario: &str) -> Result<Self, String> {
        let definition = asl::load(text, Format::detect(text)).definition;
        let is_it = |name: &str| {
            let state = definition.states.iter().find(|state| *state.path == *name || *state.name == *name);
            state.map(|state| state.id).ok_or_else(|| format!("there is no state `{name}`"))
        };
        let only = state.map(is_it).transpose()?;
        let proposal = convert(text, only).map_err(|error| error.message)?;
        let proof = match Scenario::parse(scenario) {
            Ok(scenario) => prove(text, &proposal.text, &scenario),
            Err(errors) => {
                Err(errors.first().map_or_else(String::new, |error| format!("the scenario: {}", error.message)))
            }
        };
        Ok(Self::new(&proposal, proof))
    }

    pub fn new(proposal: &Proposal, proof: Result<Proof, String>) -> Self {
        let (mut converted, mut already, mut stays) = (0, Vec::new(), Vec::new());
        for state in &proposal.states {
            match &state.verdict {
                Verdict::Converted => converted += 1,
                Verdict::Jsonata => already.push(state.name.clone()),
                Verdict::Stays(reasons) => stays.extend(reasons.iter().map(|Reason { field, why }| Stay {
                    state: state.name.clone(),
                    field: field.clone(),
                    why: why.clone(),
                })),
            }
        }
        let notes: BTreeSet<&str> = proposal.states.iter().flat_map(|state| state.notes.iter().copied()).collect();
        Self {
            text: proposal.text.as_str().into(),
            states: proposal.states.len(),
            converted,
            already,
            stays,
            notes: notes.into_iter().map(str::to_owned).collect(),
            proof: match proof {
                Ok(Proof::Same { end }) => Proven::Same(end),
                Ok(Proof::Differs(how)) => Proven::Differs(how),
                Err(why) => Proven::NotRun(why),
            },
        }
    }

    /// All but the text, a line each.
    pub fn words(&self) -> String {
        let mut out = format!("{} of {} states converted\n", self.converted, self.states);
        self.already.iter().for_each(|name| out += &format!("`{name}` is JSONata already\n"));
        for Stay { state, field, why } in &self.stays {
            out += &format!("`{state}` stays: {field}: {why}\n");
        }
        self.notes.iter().for_each(|note| out += &format!("note: {note}\n"));
        out += &match &self.proof {
            Proven::Same(end) => format!("proved on the scenario: both end with {end}, by the same outputs\n"),
            Proven::Differs(how) => format!("not the same on the scenario: {how}\n"),
            Proven::NotRun(why) => format!("not proved: {why}\n"),
        };
        out
    }
}
