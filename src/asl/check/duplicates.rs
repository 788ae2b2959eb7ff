//! Keys that occur twice in one object, anywhere in the text: JSON readers drop all but the last,
//! so one of the two does nothing.

use rustc_hash::FxHashSet;

use super::SCHEMA;
use crate::{
    asl::place::Place,
    diagnostic::Diagnostic,
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
                    let diagnostic = Diagnostic::error(SCHEMA, member.key_span, message);
                    diagnostics.push(diagnostic.with_hint("rename or remove one of them").at(place.pointer()));
                }
                check(&member.value, &place, diagnostics);
            }
        }
        _ => {}
    }
}
