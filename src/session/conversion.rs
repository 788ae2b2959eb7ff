//! Converting to JSONata from the page: what was asked for, and what is proposed, as a diff.

use std::rc::Rc;

use similar::{ChangeTag, TextDiff};

use super::model::Session;
use crate::{asl::model::QueryLanguage, convert::report::Report};

/// A conversion that is open on the page.
#[derive(Clone, Debug, PartialEq)]
pub struct Conversion {
    /// The definition's text at the time.
    pub text: Rc<str>,
    pub scenario: Rc<str>,
    /// The path of the one state that is to be converted; none is the whole machine.
    pub state: Option<Rc<str>>,
    /// The number of the request.
    pub id: u32,
    pub progress: Progress,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    Running,
    Proposed(Rc<Report>),
    /// There is no proposal, and why.
    Refused(Rc<str>),
}

/// A line of the diff.
#[derive(Clone, Debug, PartialEq)]
pub enum DiffLine {
    Same(String),
    Removed(String),
    Added(String),
    /// So many lines that are the same are left out.
    Gap(usize),
}

/// Lines that are the same and stand beside a change.
const CONTEXT: usize = 2;

impl Conversion {
    /// Of the whole machine, or of the chosen state; nothing where there is nothing to convert.
    pub fn open(session: &Session, is_whole: bool) -> Option<Self> {
        let is_path = |language: QueryLanguage| language == QueryLanguage::JsonPath;
        let states = &session.source.definition.states;
        let state = match is_whole {
            true => None,
            false => {
                let chosen = session.drawing.definition.states.get(session.selection.state?.index())?;
                Some(chosen).filter(|state| is_path(state.query_language))?.path.clone().into()
            }
        };
        states.iter().any(|state| is_path(state.query_language)).then(|| Self {
            text: session.source.text.clone(),
            scenario: session.scenario.text.clone(),
            state,
            id: session.conversion.as_ref().map_or(1, |before| before.id + 1),
            progress: Progress::Running,
        })
    }

    /// What the proposal changes.
    pub fn diff(&self) -> Vec<DiffLine> {
        let Progress::Proposed(report) = &self.progress else { return Vec::new() };
        let diff = TextDiff::from_lines(&*self.text, &*report.text);
        let mut lines = Vec::new();
        let mut shown = 0;
        for group in diff.grouped_ops(CONTEXT) {
            let first = group.first().map_or(0, |op| op.old_range().start);
            if first > shown {
                lines.push(DiffLine::Gap(first - shown));
            }
            for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
                let text = change.value().trim_end_matches(['\n', '\r']).to_owned();
                lines.push(match change.tag() {
                    ChangeTag::Equal => DiffLine::Same(text),
                    ChangeTag::Delete => DiffLine::Removed(text),
                    ChangeTag::Insert => DiffLine::Added(text),
                });
            }
            shown = group.last().map_or(shown, |op| op.old_range().end);
        }
        let rest = diff.old_slices().len().saturating_sub(shown);
        if rest > 0 && !lines.is_empty() {
            lines.push(DiffLine::Gap(rest));
        }
        lines
    }
}
