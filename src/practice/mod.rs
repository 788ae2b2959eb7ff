//! What AWS takes and one would rather not have: remarks on good practice, each with its reason, and a cure where there
//! is one. Quieter than the checker, and told only of a definition that can run.
//!
//! Sources: "Best practices for Step Functions" and "Handling errors" of the Developer Guide; the quota of events.

mod data;
mod flow;
mod secrets;
mod tasks;

use crate::{
    asl::model::{Definition, State, StateId, Transition},
    diagnostic::{Code, Diagnostic},
    syntax::Node,
    text::Span,
};

/// All remarks, in the order of the text. `root` is the tree that the definition was read from.
pub fn remarks(definition: &Definition, root: &Node, is_express: bool) -> Vec<Diagnostic> {
    let mut told = Vec::new();
    tasks::check(definition, root, &mut told);
    data::check(definition, root, &mut told);
    flow::check(definition, root, is_express, &mut told);
    secrets::check(root, &mut told);
    told.sort_by_key(|diagnostic| diagnostic.span.start);
    told
}

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

/// The object of a state in the tree.
fn node_of<'a>(root: &'a Node, state: &State) -> Option<&'a Node> {
    root.pointer(&state.pointer)
}
