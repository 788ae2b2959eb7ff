//! Paths that found nothing in the last run.

use super::{document::Document, known::Known};
use crate::{
    asl::model::{PathField, QueryLanguage},
    diagnostic::Diagnostic,
    jsonpath::Path,
    syntax::{Member, Node, NodeKind},
    value::Value,
};

/// The code of what is said by the last run.
const LAST_RUN: &str = "LAST_RUN";

/// Fields that hold one path into the effective input.
const FIELDS: [&str; 5] = ["ItemsPath", "SecondsPath", "TimestampPath", "TimeoutSecondsPath", "HeartbeatSecondsPath"];

/// A remark on each path of a state that a run came by, which finds nothing in what the state last got.
pub fn lost_paths(document: &Document, known: &Known) -> Vec<Diagnostic> {
    let mut told = Vec::new();
    let Some(root) = &document.root else { return told };
    for state in &document.definition.states {
        let is_plain = state.query_language == QueryLanguage::JsonPath && matches!(state.input_path, PathField::Whole);
        let seen = known.seen(&state.path).filter(|seen| seen.is_seen && is_plain);
        let (Some(input), Some(node)) = (seen.and_then(|seen| seen.input.as_ref()), root.pointer(&state.pointer))
        else {
            continue;
        };
        for member in node.as_object().unwrap_or_default() {
            match &*member.key {
                key if FIELDS.contains(&key) => check(&member.value, input, &state.pointer, &mut told),
                // The items' fields see the items.
                "Parameters" if node.get("ItemProcessor").is_none() && node.get("Iterator").is_none() => {
                    template(&member.value, input, &state.pointer, &mut told);
                }
                _ => {}
            }
        }
    }
    told
}

fn template(node: &Node, input: &Value, location: &str, told: &mut Vec<Diagnostic>) {
    match &node.kind {
        NodeKind::Object(members) => members.iter().for_each(|Member { key, value, .. }| match key.ends_with(".$") {
            true => check(value, input, location, told),
            false => template(value, input, location, told),
        }),
        NodeKind::Array(items) => items.iter().for_each(|item| template(item, input, location, told)),
        _ => {}
    }
}

fn check(node: &Node, input: &Value, location: &str, told: &mut Vec<Diagnostic>) {
    let Some(source) = node.as_str().filter(|source| source.starts_with("$.")) else { return };
    let Ok(path) = Path::parse(source) else { return };
    if path.is_definite() && path.find(input).is_none() {
        let message = format!("`{source}` found nothing in the last run");
        let hint = match input.as_object() {
            Some(object) if !object.is_empty() => {
                let keys: Vec<String> = object.keys().take(8).map(|key| format!("`{key}`")).collect();
                format!("the input had {}", keys.join(", "))
            }
            _ => "the input had no keys".to_owned(),
        };
        told.push(Diagnostic::info(LAST_RUN, node.span, message).with_hint(hint).at(location));
    }
}
