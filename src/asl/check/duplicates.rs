//! Keys that occur twice in one object, anywhere in the text: JSON readers drop all but the last,
//! so one of the two does nothing.

use rustc_hash::FxHashSet;

use crate::{
    asl::{place::Place, rules},
    diagnostic::{Cure, Diagnostic},
    syntax::{Node, NodeKind},
};

pub fn check(node: &Node, place: &Place, diagnostics: &mut Vec<Diagnostic>) {
    match &node.kind {
        NodeKind::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| check(item, &place.index(index), diagnostics));
        }
        NodeKind::Object(members) => {
            let mut seen: FxHashSet<&str> = FxHashSet::default();
            for member in members {
                let place = place.key(&member.key);
                if !seen.insert(&member.key) {
                    let message = format!("the key `{}` occurs twice in one object", member.key);
                    let diagnostic = Diagnostic::error(rules::DUPLICATE_KEY, member.key_span, message);
                    let diagnostic = diagnostic.with_hint("rename or remove one of them").at(place.pointer());
                    diagnostics.push(diagnostic.cured_by([Cure::remove(&member.key, member.key_span)]));
                }
                check(&member.value, &place, diagnostics);
            }
        }
        _ => {}
    }
}
