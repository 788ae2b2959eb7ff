//! `Retry` and `Catch`: the rules about `ErrorEquals`.

use super::{SCHEMA, is_placeholder};
use crate::{
    asl::{fields::RESERVED_ERRORS, place::Place},
    diagnostic::Diagnostic,
    suggest::nearest,
    syntax::Node,
};

const ALL: &str = "States.ALL";

/// Checks the error names of one retrier or catcher in a list.
pub fn check_error_equals(node: &Node, is_last: bool, place: &Place, diagnostics: &mut Vec<Diagnostic>) {
    let Some(member) = node.get("ErrorEquals") else { return };
    let Some(names) = member.value.as_array() else { return };
    let place = place.key("ErrorEquals");
    for (index, name) in names.iter().enumerate() {
        let place = place.index(index);
        let Some(text) = name.as_str() else {
            if !name.is_missing() {
                let message = format!("an error name has to be a string, found {}", name.describe());
                diagnostics.push(Diagnostic::error(SCHEMA, name.span, message).at(place.pointer()));
            }
            continue;
        };
        if &**text == ALL {
            check_all(name, names.len(), is_last, &place, diagnostics);
        } else if text.starts_with("States.") && !RESERVED_ERRORS.contains(&&**text) && !is_placeholder(text) {
            let message = format!("`{text}` is no error of the States Language, whose names begin with `States.`");
            let hint = nearest(text, RESERVED_ERRORS.iter().copied()).map(|name| format!("did you mean `{name}`?"));
            let warning = Diagnostic::warning(SCHEMA, name.span, message).at(place.pointer());
            diagnostics.push(Diagnostic { hint, ..warning });
        }
    }
}

fn check_all(name: &Node, names: usize, is_last: bool, place: &Place, diagnostics: &mut Vec<Diagnostic>) {
    let message = match (names, is_last) {
        (1, true) => return,
        (1, false) => "`States.ALL` matches every error: what comes after it is never used",
        _ => "`States.ALL` has to stand alone",
    };
    let hint = if names == 1 { "move it to the end of the list" } else { "remove the other names, or this one" };
    diagnostics.push(Diagnostic::error(SCHEMA, name.span, message).with_hint(hint).at(place.pointer()));
}
