//! Undo across the whole session: what the reader wrote, by text, by form or on the graph, breakpoints, and which
//! workflow was opened. Texts are shared, so a step costs no more than what was new in it.

use std::{collections::BTreeSet, rc::Rc};
use tr::tr;

use super::{
    model::{ScenarioText, Session, is_same_text},
    reduce::{edit_source, notice},
    testing::Tests,
    workflows,
};

/// Steps that are kept.
const MOST_STEPS: usize = 300;

/// Bytes of texts that are kept in all.
const MOST_BYTES: usize = 32 * 1024 * 1024;

/// What can be undone and done again. Equal only to itself, since it grows with every key press.
#[derive(Clone, Debug, Default)]
pub struct Undo {
    past: Rc<Vec<Step>>,
    future: Rc<Vec<Step>>,
    /// The newest step of the past is of typing that goes on.
    is_typing: bool,
}

/// The reader's own work at one moment.
#[derive(Clone, Debug)]
struct Step {
    /// The workflow that was open.
    workflow: Rc<str>,
    name: Rc<str>,
    definition: Rc<str>,
    scenario: Rc<str>,
    tests: Rc<Tests>,
    /// The test whose scenario was being edited.
    open: Option<usize>,
    breakpoints: Rc<BTreeSet<Rc<str>>>,
}

impl PartialEq for Undo {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.past, &other.past) && Rc::ptr_eq(&self.future, &other.future)
    }
}

impl Undo {
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }
}

impl Step {
    fn of(session: &Session) -> Self {
        Self {
            workflow: session.workflows.current.clone(),
            name: session.name.clone(),
            definition: session.source.text.clone(),
            scenario: session.scenario.text.clone(),
            tests: session.testing.tests.clone(),
            open: session.testing.open,
            breakpoints: session.breakpoints.clone(),
        }
    }

    fn is_of(&self, session: &Session) -> bool {
        self.workflow == session.workflows.current
            && self.name == session.name
            && is_same_text(&self.definition, &session.source.text)
            && is_same_text(&self.scenario, &session.scenario.text)
            && self.tests == session.testing.tests
            && (Rc::ptr_eq(&self.breakpoints, &session.breakpoints) || self.breakpoints == session.breakpoints)
    }

    fn size(&self) -> usize {
        self.definition.len() + self.scenario.len() + self.tests.text.len()
    }
}

/// Notes a change of the reader's work. What is typed in one go is one step.
pub(super) fn note(before: &Session, now: &mut Session, is_typed: bool) {
    let step = Step::of(before);
    let was_undone = !Rc::ptr_eq(&before.undo.past, &now.undo.past);
    if step.is_of(now) || was_undone {
        return;
    }
    let (is_sign, is_line) = typed(&step, now);
    let goes_on = is_typed && now.undo.is_typing && is_sign && !is_line;
    // The editor's own undo comes as text that was there before.
    let is_back = is_typed && now.undo.past.last().is_some_and(|last| last.is_of(now));
    now.undo.is_typing = is_typed && is_sign;
    if is_back {
        Rc::make_mut(&mut now.undo.past).pop();
        Rc::make_mut(&mut now.undo.future).push(step);
        return;
    }
    if !now.undo.future.is_empty() {
        now.undo.future = Rc::default();
    }
    if goes_on {
        return;
    }
    let past = Rc::make_mut(&mut now.undo.past);
    past.push(step);
    let mut bytes: usize = past.iter().map(Step::size).sum();
    let mut gone = past.len().saturating_sub(MOST_STEPS);
    while bytes > MOST_BYTES && gone + 1 < past.len() {
        bytes -= past[gone].size();
        gone += 1;
    }
    past.drain(..gone);
}

/// Whether a change is of one sign, and whether it begins or joins a line.
fn typed(step: &Step, now: &Session) -> (bool, bool) {
    let (before, after) = match step.definition == now.source.text {
        true => (&step.scenario, &now.scenario.text),
        false => (&step.definition, &now.source.text),
    };
    let lines = |text: &str| text.matches('\n').count();
    (before.len().abs_diff(after.len()) <= 4, lines(before) != lines(after))
}

pub(super) fn undo(session: &mut Session) {
    let Some(step) = Rc::make_mut(&mut session.undo.past).pop() else {
        return notice(session, tr!("there is nothing to undo"));
    };
    let now = Step::of(session);
    Rc::make_mut(&mut session.undo.future).push(now);
    put(session, &step);
}

pub(super) fn redo(session: &mut Session) {
    let Some(step) = Rc::make_mut(&mut session.undo.future).pop() else {
        return notice(session, tr!("there is nothing to do again"));
    };
    let now = Step::of(session);
    Rc::make_mut(&mut session.undo.past).push(now);
    put(session, &step);
}

fn put(session: &mut Session, step: &Step) {
    session.undo.is_typing = false;
    session.menu = None;
    if step.workflow != session.workflows.current {
        let texts = (&*step.name, &*step.definition, &*step.scenario);
        workflows::go_back(session, &step.workflow, texts, &step.breakpoints);
        session.testing.tests = step.tests.clone();
        return;
    }
    session.name = step.name.clone();
    edit_source(session, step.definition.clone());
    if session.scenario.text != step.scenario {
        session.scenario = Rc::new(ScenarioText::read(step.scenario.clone()));
    }
    session.testing.tests = step.tests.clone();
    session.testing.open = step.open;
    session.breakpoints = step.breakpoints.clone();
}
