//! What a machine of type EXPRESS may not do: wait for a job, for a token, or for an activity, or have a distributed Map.
//! Asked for by `statelight check --type EXPRESS`; messages are AWS's own, except that of the Map, which is documented
//! and not recorded.

use crate::{
    asl::{
        model::{Definition, State, StateId, StateKind},
        rules,
    },
    diagnostic::Diagnostic,
    syntax::{Node, push_pointer},
    text::Span,
};

/// A state that Express does not take.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    pub state: StateId,
    pub what: &'static str,
    /// As a JSON pointer.
    pub location: String,
    pub span: Span,
}

/// What Express does not take of a definition; `root` is the tree it was read from.
pub fn refusals(definition: &Definition, root: &Node) -> Vec<Refusal> {
    let refusal = |state: &State| {
        let (field, what): (&[&str], _) = match &state.kind {
            StateKind::Task(task) => (&["Resource"], forbidden(&task.resource)?),
            StateKind::Map(map) if map.distributed => (&["ItemProcessor", "ProcessorConfig", "Mode"], DISTRIBUTED),
            _ => return None,
        };
        let mut location = state.pointer.to_string();
        field.iter().for_each(|key| push_pointer(&mut location, key));
        let span = root.pointer(&location).map_or(state.name_span, |node| node.span);
        Some(Refusal { state: state.id, what, location, span })
    };
    definition.states.iter().filter_map(refusal).collect()
}

/// Remarks on what Express does not take.
pub fn check(definition: &Definition, root: &Node, diagnostics: &mut Vec<Diagnostic>) {
    for Refusal { what, location, span, .. } in refusals(definition, root) {
        let message = format!("Express state machine does not support {what}");
        // Recorded with two spaces before the place.
        let recorded = if what.contains("waitForTaskToken") { format!("{message} ") } else { message.clone() };
        diagnostics.push(Diagnostic::error(rules::EXPRESS, span, message).recorded(recorded).at(location));
    }
}

const DISTRIBUTED: &str = "Map in DISTRIBUTED mode";

fn forbidden(resource: &str) -> Option<&'static str> {
    if resource.contains(":activity:") {
        return Some("Activity ARN");
    }
    match resource.rsplit_once('.').map(|(_, pattern)| pattern) {
        Some("sync" | "sync:2") => Some("'.sync' service integration"),
        Some("waitForTaskToken") => Some("'.waitForTaskToken' service integration"),
        _ => None,
    }
}
