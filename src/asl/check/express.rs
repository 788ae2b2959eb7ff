//! What a machine of type EXPRESS may not do: wait for a job, for a token, or for an activity. Asked
//! for by `statelight check --type EXPRESS`; messages are AWS's own.

use super::SCHEMA;
use crate::{
    asl::model::{Definition, StateKind},
    diagnostic::Diagnostic,
    syntax::{Node, push_pointer},
};

/// Remarks on the resources of a definition; `root` is the tree it was read from.
pub fn check(definition: &Definition, root: &Node, diagnostics: &mut Vec<Diagnostic>) {
    for state in &definition.states {
        let StateKind::Task(task) = &state.kind else { continue };
        let Some(what) = forbidden(&task.resource) else { continue };
        let mut location = state.pointer.to_string();
        push_pointer(&mut location, "Resource");
        let span = root.pointer(&location).map_or(state.name_span, |node| node.span);
        let message = format!("Express state machine does not support {what}");
        // Recorded with two spaces before the place.
        let recorded = if what.contains("waitForTaskToken") { format!("{message} ") } else { message.clone() };
        diagnostics.push(Diagnostic::error(SCHEMA, span, message).recorded(recorded).at(location));
    }
}

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
