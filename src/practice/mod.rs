//! What AWS takes and one would rather not have: remarks on good practice, each with its reason, and a cure where there
//! is one. Quieter than the checker, and told only of a definition that can run.
//!
//! Sources: "Best practices for Step Functions" and "Handling errors" of the Developer Guide; the quota of events.

mod data;
mod flow;
mod secrets;
mod tasks;

use flow::Loops;
use rustc_hash::FxHashMap;

use crate::{
    asl::model::{Definition, State, StateId, Transition},
    diagnostic::{Code, Diagnostic},
    syntax::Node,
    text::Span,
};

/// All remarks, in the order of the text. `root` is the tree that the definition was read from.
pub fn remarks(definition: &Definition, root: &Node, is_express: bool) -> Vec<Diagnostic> {
    let mut told = Vec::new();
    let nodes = Nodes::of(root);
    let loops = Loops::of(definition);
    tasks::check(definition, &nodes, &mut told);
    data::check(definition, &nodes, &loops, &mut told);
    flow::check(definition, root, &nodes, &loops, is_express, &mut told);
    secrets::check(root, &mut told);
    told.sort_by_key(|diagnostic| diagnostic.span.start);
    // What is told of every state is read of none.
    let mut counts: FxHashMap<&str, usize> = FxHashMap::default();
    told.retain(|diagnostic| {
        let count = counts.entry(diagnostic.rule).or_default();
        *count += 1;
        *count <= MOST_OF_A_RULE
    });
    told
}

/// Remarks of one rule; the rest is left out.
const MOST_OF_A_RULE: usize = 25;

fn remark(rule: Code, span: Span, location: &str, message: impl Into<String>, hint: &str) -> Diagnostic {
    Diagnostic::info(rule, span, message).with_hint(hint).at(location)
}

/// The state that a transition leads to.
fn target(transition: Transition) -> Option<StateId> {
    match transition {
        Transition::Next(id) => Some(id),
        Transition::End | Transition::Missing => None,
    }
}

/// The objects of states in the tree, by where their names stand.
struct Nodes<'a>(FxHashMap<usize, &'a Node>);

impl<'a> Nodes<'a> {
    fn of(root: &'a Node) -> Self {
        let mut nodes = Self(FxHashMap::default());
        nodes.note(root);
        nodes
    }

    fn note(&mut self, scope: &'a Node) {
        let states = scope.get("States").and_then(|states| states.value.as_object()).unwrap_or_default();
        for state in states {
            self.0.insert(state.key_span.start, &state.value);
            for key in ["ItemProcessor", "Iterator"] {
                state.value.get(key).into_iter().for_each(|scope| self.note(&scope.value));
            }
            let branches = state.value.get("Branches").and_then(|branches| branches.value.as_array());
            branches.unwrap_or_default().iter().for_each(|scope| self.note(scope));
        }
    }

    fn get(&self, state: &State) -> Option<&'a Node> {
        self.0.get(&state.name_span.start).copied()
    }
}
