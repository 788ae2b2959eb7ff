//! How states lead to each other: what no path reaches, and a scope that never ends.
//!
//! Keeps silent about a scope in which a transition is broken, for what was meant is not known.

use crate::{
    asl::{
        model::{Catcher, Definition, Scope, State, StateId, StateKind, Transition},
        rules,
    },
    diagnostic::{Cure, Diagnostic},
};

pub fn check(definition: &Definition, diagnostics: &mut Vec<Diagnostic>) {
    for scope in &definition.scopes {
        check_scope(definition, scope, diagnostics);
    }
}

/// Where a state can lead, in the order of the text's fields; what is broken included.
pub fn transitions(state: &State) -> Vec<Transition> {
    let caught = |catch: &[Catcher]| catch.iter().map(|catcher| catcher.next).collect::<Vec<_>>();
    match &state.kind {
        StateKind::Pass(pass) => vec![pass.next],
        StateKind::Wait(wait) => vec![wait.next],
        StateKind::Task(task) => [vec![task.next], caught(&task.catch)].concat(),
        StateKind::Parallel(parallel) => [vec![parallel.next], caught(&parallel.catch)].concat(),
        StateKind::Map(map) => [vec![map.next], caught(&map.catch)].concat(),
        StateKind::Choice(choice) => choice.choices.iter().map(|rule| rule.next).chain(choice.default).collect(),
        StateKind::Succeed | StateKind::Fail(_) => vec![Transition::End],
        StateKind::Unknown => vec![Transition::Missing],
    }
}

fn check_scope(definition: &Definition, scope: &Scope, diagnostics: &mut Vec<Diagnostic>) {
    let Some(start) = scope.start_at else { return };
    let outgoing: Vec<_> = scope.states.iter().map(|&id| (id, transitions(definition.state(id)))).collect();
    let is_broken = |next: &Vec<Transition>| next.is_empty() || next.contains(&Transition::Missing);
    if outgoing.iter().any(|(_, next)| is_broken(next)) {
        return;
    }
    if !outgoing.iter().any(|(_, transitions)| transitions.contains(&Transition::End)) {
        let state = definition.state(start);
        let message = "no state ends this: nothing here has `\"End\": true`, and none is a Succeed or Fail state";
        let location = state.pointer.rsplit_once('/').map_or("", |(states, _)| states);
        diagnostics.push(Diagnostic::error(rules::NEVER_ENDS, state.name_span, message).at(location));
    }
    for id in unreached(definition, scope, start) {
        let state = definition.state(id);
        let message = format!("no path leads to the state `{}`", state.name);
        let diagnostic = Diagnostic::error(rules::UNREACHED, state.name_span, message);
        let hint = "name it in some `Next`, `Default` or `Catch`, or make it the `StartAt`";
        let cure = Cure::remove(&state.name, state.name_span);
        diagnostics.push(diagnostic.with_hint(hint).at(&*state.pointer).cured_by([cure]));
    }
}

fn unreached(definition: &Definition, scope: &Scope, start: StateId) -> Vec<StateId> {
    let first = scope.states.first().map_or(0, |id| id.index());
    let mut is_reached = vec![false; scope.states.len()];
    let mut open = vec![start];
    while let Some(id) = open.pop() {
        // The states of a scope stand side by side in the definition.
        let Some(reached) = is_reached.get_mut(id.index() - first) else { continue };
        if !std::mem::replace(reached, true) {
            let next = |transition| match transition {
                Transition::Next(id) => Some(id),
                Transition::End | Transition::Missing => None,
            };
            open.extend(transitions(definition.state(id)).into_iter().filter_map(next));
        }
    }
    scope.states.iter().copied().zip(is_reached).filter(|(_, reached)| !reached).map(|(id, _)| id).collect()
}
