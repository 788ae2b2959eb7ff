//! `Retry` and `Catch`: the rules about `ErrorEquals`.

use super::is_placeholder;
use crate::{
    asl::{fields::RESERVED_ERRORS, place::Place, rules},
    diagnostic::{Cure, Diagnostic, Step},
    suggest::nearest,
    syntax::Node,
    value::Value,
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
                diagnostics.push(Diagnostic::error(rules::WRONG_VALUE, name.span, message).at(place.pointer()));
            }
            continue;
        };
        if &**text == ALL {
            check_all(name, &member.value, names.len(), is_last, &place, diagnostics);
        } else if text.starts_with("States.") && !RESERVED_ERRORS.contains(&&**text) && !is_placeholder(text) {
            let message = format!("`{text}` is no error of the States Language, whose names begin with `States.`");
            let near = nearest(text, RESERVED_ERRORS.iter().copied());
            let hint = near.map(|name| format!("did you mean `{name}`?"));
            let warning = Diagnostic::warning(rules::UNKNOWN_ERROR, name.span, message).at(place.pointer());
            let cure = near.map(|near| Cure::word(name.span, near));
            diagnostics.push(Diagnostic { hint, ..warning }.cured_by(cure));
        }
    }
}

fn check_all(name: &Node, list: &Node, names: usize, is_last: bool, place: &Place, diagnostics: &mut Vec<Diagnostic>) {
    let (rule, message) = match (names, is_last) {
        (1, true) => return,
        (1, false) => (rules::ALL_LAST, "`States.ALL` matches every error: what comes after it is never used"),
        _ => (rules::ALL_ALONE, "`States.ALL` has to stand alone"),
    };
    let (hint, cure) = match names {
        1 => ("move it to the end of the list", to_end(&place.pointer())),
        _ => {
            let alone = Step::Value(list.span, Value::array(vec![ALL.into()]));
            ("remove the other names, or this one", Some(Cure::new("remove the other names", alone)))
        }
    };
    let diagnostic = Diagnostic::error(rule, name.span, message).with_hint(hint).at(place.pointer());
    diagnostics.push(diagnostic.cured_by(cure));
}

/// Moves the handler whose error name stands at a JSON pointer.
fn to_end(pointer: &str) -> Option<Cure> {
    let (handler, _) = pointer.rsplit_once("/ErrorEquals/")?;
    let (list, index) = handler.rsplit_once('/')?;
    let step = Step::ToEnd { list: list.to_owned(), index: index.parse().ok()? };
    Some(Cure::new("move it to the end of the list", step))
}
