//! Changes to a workflow as they are made on its graph: a state is added, renamed, deleted, moved, wrapped, or an edge
//! led elsewhere. Each is an edit of the text that keeps the author's order, white space and comments.
//!
//! A change is made or refused as a whole: a text that would have errors which it has not now is never given back.

mod change;
mod cure;
mod draft;
mod kinds;
mod sketch;

pub use cure::{cure, plain, written};

use std::rc::Rc;
use tr::tr;

use crate::{
    asl::{
        self,
        model::{Catcher, ChoiceRule, Definition, ScopeId, State, StateId, StateKind, Transition},
        rules,
    },
    syntax::Format,
};

/// A kind of state that can be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Task,
    Choice,
    Pass,
    Wait,
    Parallel,
    Map,
    Succeed,
    Fail,
}

impl Kind {
    /// The most used first.
    pub const ALL: [Self; 8] =
        [Self::Task, Self::Choice, Self::Parallel, Self::Map, Self::Wait, Self::Pass, Self::Succeed, Self::Fail];

    /// The value of `Type`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Task => "Task",
            Self::Choice => "Choice",
            Self::Pass => "Pass",
            Self::Wait => "Wait",
            Self::Parallel => "Parallel",
            Self::Map => "Map",
            Self::Succeed => "Succeed",
            Self::Fail => "Fail",
        }
    }

    const fn is_end(self) -> bool {
        matches!(self, Self::Succeed | Self::Fail)
    }
}

/// What leads from one place to another: where an edge begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// `StartAt`.
    Start(ScopeId),
    /// `Next`, or `End`.
    Next(StateId),
    /// `Next` of a Choice rule, by its index.
    Rule(StateId, usize),
    Default(StateId),
    /// `Next` of a catcher, by its index.
    Catch(StateId, usize),
}

/// Where a way leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    State(StateId),
    End,
}

/// What becomes of a workflow.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// A new state, on a way: the way leads to it, and it to where the way led.
    Insert {
        at: Way,
        kind: Kind,
    },
    /// A state and all that names it gets another name.
    Rename {
        state: StateId,
        name: Rc<str>,
    },
    /// What led to the state leads to where it led.
    Delete {
        state: StateId,
    },
    /// Changes places with the one before it.
    Raise {
        state: StateId,
    },
    /// Changes places with the one behind it.
    Lower {
        state: StateId,
    },
    /// Takes a state from where it is, and puts it on a way of the same scope.
    Move {
        state: StateId,
        to: Way,
    },
    /// A Parallel or Map comes in its place and has it inside.
    Wrap {
        state: StateId,
        kind: Kind,
    },
    Connect {
        way: Way,
        to: Target,
    },
    /// One more branch of a Parallel.
    AddBranch {
        state: StateId,
    },
    /// One more rule of a Choice, that leads to a state.
    AddRule {
        state: StateId,
        to: StateId,
    },
    /// Whatever fails in a state leads to another.
    AddCatch {
        state: StateId,
        to: StateId,
    },
}

/// A workflow after a change.
#[derive(Clone, Debug, PartialEq)]
pub struct Changed {
    /// The definition's new text.
    pub text: String,
    /// The path of the state to look at next.
    pub chosen: Option<Rc<str>>,
    /// Names that have become others.
    pub renamed: Option<(Rc<str>, Rc<str>)>,
    /// Paths that have become others, those inside of them with them.
    pub moved: Option<(Rc<str>, Rc<str>)>,
}

/// Makes a change. The error is a sentence in lower case that says why it cannot be made.
pub fn change(text: &str, definition: &Definition, change: &Change) -> Result<Changed, String> {
    let format = Format::detect(text);
    let before = damage(text, format);
    let changed = change::make(text, format, definition, change)?;
    // Whatever a text is made of that edits do not know, nobody's workflow is broken by one.
    if damage(&changed.text, format) > before {
        return Err(tr!("this text is written in a way that cannot be edited from the graph: change it by hand"));
    }
    Ok(changed)
}

/// How much of a text cannot be read, or leads nowhere. A state that nothing leads to, or a loop without an end, is no
/// damage: the next edge may mend that.
fn damage(text: &str, format: Format) -> usize {
    let asl::Loaded { definition, diagnostics, .. } = asl::load(text, format);
    let of_flow = [rules::MISSING_TARGET.code, rules::NEVER_ENDS.code];
    let errors = diagnostics.iter().filter(|it| it.is_error() && !of_flow.contains(&it.code)).count();
    let scopes = (0..definition.scopes.len() as u32).map(ScopeId);
    let lost = scopes.flat_map(|scope| ways_of(&definition, scope)).filter(|(_, to)| *to == Transition::Missing);
    errors + lost.count()
}

/// The ways that begin in a state, in the author's order, with where they lead.
pub fn ways(state: &State) -> Vec<(Way, Transition)> {
    let id = state.id;
    let (next, catch): (Option<Transition>, &[Catcher]) = match &state.kind {
        StateKind::Pass(pass) => (Some(pass.next), &[]),
        StateKind::Wait(wait) => (Some(wait.next), &[]),
        StateKind::Task(task) => (Some(task.next), &task.catch),
        StateKind::Parallel(parallel) => (Some(parallel.next), &parallel.catch),
        StateKind::Map(map) => (Some(map.next), &map.catch),
        StateKind::Choice(_) | StateKind::Succeed | StateKind::Fail(_) | StateKind::Unknown => (None, &[]),
    };
    let (rules, default): (&[ChoiceRule], _) = match &state.kind {
        StateKind::Choice(choice) => (&choice.choices, choice.default),
        _ => (&[], None),
    };
    let next = next.map(|to| (Way::Next(id), to));
    let rules = rules.iter().enumerate().map(|(index, rule)| (Way::Rule(id, index), rule.next));
    let default = default.map(|to| (Way::Default(id), to));
    let catch = catch.iter().enumerate().map(|(index, catcher)| (Way::Catch(id, index), catcher.next));
    next.into_iter().chain(rules).chain(default).chain(catch).collect()
}

/// All ways of a scope, its `StartAt` first.
pub fn ways_of(definition: &Definition, scope: ScopeId) -> Vec<(Way, Transition)> {
    let Some(it) = definition.scopes.get(scope.index()) else { return Vec::new() };
    let start = (Way::Start(scope), it.start_at.map_or(Transition::Missing, Transition::Next));
    let inner = it.states.iter().flat_map(|state| ways(definition.state(*state)));
    std::iter::once(start).chain(inner).collect()
}

/// A name that no state has.
pub fn free_name(definition: &Definition, wish: &str) -> String {
    let is_free = |name: &str| definition.states.iter().all(|state| &*state.name != name);
    let numbered = (2..).map(|number| format!("{wish} {number}"));
    std::iter::once(wish.to_owned()).chain(numbered).find(|name| is_free(name)).unwrap_or_default()
}
