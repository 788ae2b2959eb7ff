//! State names: unique in the whole machine, and no longer than 80 characters.

use rustc_hash::FxHashMap;

use crate::{
    asl::{
        model::{Definition, State},
        rules,
    },
    diagnostic::Diagnostic,
};

const LONGEST_NAME: usize = 80;

pub fn check(definition: &Definition, diagnostics: &mut Vec<Diagnostic>) {
    let mut seen: FxHashMap<&str, &State> = FxHashMap::default();
    for state in &definition.states {
        let len = state.name.chars().count();
        if state.name.is_empty() {
            let message = "a state needs a name";
            diagnostics.push(Diagnostic::error(rules::STATE_NAME, state.name_span, message).at(&*state.pointer));
        } else if len > LONGEST_NAME {
            let message = format!("a state's name may have {LONGEST_NAME} characters, this one has {len}");
            diagnostics.push(Diagnostic::error(rules::STATE_NAME, state.name_span, message).at(&*state.pointer));
        }
        // Two of one name in one object are duplicate keys.
        match seen.insert(&state.name, state) {
            Some(first) if first.scope != state.scope => {
                let message = format!("there is another state `{}`: names are unique in the whole machine", state.name);
                let diagnostic = Diagnostic::error(rules::DUPLICATE_NAME, state.name_span, message);
                diagnostics
                    .push(diagnostic.with_hint(format!("the other is at `{}`", first.pointer)).at(&*state.pointer));
            }
            _ => {}
        }
    }
}
