//! Guards of the functions that do much in a single step: what they would do is counted before they are called.
//!
//! The expression is put into a block that gives their names to functions of the language, which ask
//! [`GUARD`] and then call the function itself. Only functions that the expression names are guarded, and none that
//! a variable of the state machine hides.

use std::collections::{BTreeSet, HashSet};

use jlens_core::{Bindings, Callable, Error, HostCall, HostFunction};
use serde_json::Value as Json;

use super::{functions::Made, references::Uses};

/// The host function that counts. No expression can name it by chance.
const GUARD: &str = "_statelight_guard";

/// What stands before the name of a guarded function itself.
const ITSELF: &str = "_statelight_itself_";

/// Name, parameters, and what the crate has as its signature, in the language.
const GUARDED: [(&str, &[&str], &str); 5] = [
    ("distinct", &["a"], "<x:x>"),
    ("keys", &["a"], "<x-:a<s>>"),
    ("match", &["s", "p", "n"], "<s-f<s:o>n?:a<o>>"),
    ("replace", &["s", "p", "r", "n"], "<s-(sf)(sf)n?:s>"),
    ("split", &["s", "p", "n"], "<s-(sf)n?:a<s>>"),
];

/// Functions whose result may be long though their arguments are short. The value of a function's last call is not
/// seen by the meter, so that within functions they need a name for it.
const LENGTHENING: [(&str, &[&str], &str); 2] =
    [("join", &["a", "b"], "<a<s>s?:s>"), ("pad", &["a", "b", "c"], "<s-ns?:s>")];

/// Functions that take functions: what they call is seen. And some that another function cannot stand for.
const OPEN: [&str; 11] =
    ["random", "map", "filter", "reduce", "sift", "each", "single", "sort", "zip", "string", "eval"];

/// What stands after a guarded expression. A comment at its end may go on to the end of the line.
pub(super) const AFTER: &str = "\n)";

/// A text of so many bytes may be matched as often as it likes.
const SHORT: usize = 2_000;

/// What a guarded function may do in one call: items compared, and bytes of text passed over.
const COMPARED: u64 = 60_000_000;
const PASSED: usize = 200_000_000;

/// How many parts a text may be split into, each of which is a text by itself.
const MOST_PARTS: usize = 500_000;

/// The function's own name.
pub(super) fn plain_name(name: &str) -> &str {
    name.strip_prefix(ITSELF).unwrap_or(name)
}

/// What stands before a guarded expression; nothing where it needs no guard.
pub(super) fn before(names: &BTreeSet<&str>, uses: Uses) -> Option<String> {
    let is_guarded = |name: &str| GUARDED.iter().any(|(guarded, ..)| *guarded == name);
    let is_lengthening = |name: &str| LENGTHENING.iter().any(|(lengthening, ..)| *lengthening == name);
    let mut prelude = String::new();
    for (name, parameters, signature) in GUARDED.iter().filter(|(name, ..)| names.contains(name)) {
        let (first, rest) = (&list(&parameters[..1]), list(&parameters[1..]));
        let rest = if rest.is_empty() { rest } else { format!(",{rest}") };
        let call = format!("${ITSELF}{name}((${GUARD}('{name}',{first}{rest});{first}){rest})");
        prelude += &definition(name, parameters, signature, &call);
    }
    for (name, parameters, signature) in LENGTHENING.iter().filter(|_| uses.functions || uses.partial) {
        if names.contains(name) {
            let call = format!("$r:=${ITSELF}{name}({})", list(parameters));
            prelude += &definition(name, parameters, signature, &call);
        }
    }
    // What a function does that has some of its arguments is not seen at all.
    for function in jlens_core::function_catalog().into_iter().filter(|_| uses.partial) {
        let (name, parameters) = (function.name, function.params);
        let is_other = !is_guarded(name) && !is_lengthening(name) && !OPEN.contains(&name);
        if names.contains(name) && is_other {
            let call = format!("${ITSELF}{name}({})", list(parameters));
            prelude += &definition(name, parameters, &function.signature, &call);
        }
    }
    (!prelude.is_empty()).then(|| format!("({prelude}"))
}

fn definition(name: &str, parameters: &[&str], signature: &str, call: &str) -> String {
    format!("${ITSELF}{name}:=${name};${name}:=function({}){signature}{{{call}}};", list(parameters))
}

fn list(parameters: &[&str]) -> String {
    parameters.iter().map(|name| format!("${name}")).collect::<Vec<_>>().join(",")
}

pub(super) fn bind(bindings: Bindings, text_limit: usize, made: &Made) -> Bindings {
    let made = made.clone();
    let guard = HostFunction::new(5, move |arguments: &[Option<Json>], call: &HostCall<'_>| {
        let name = arguments.first().and_then(Option::as_ref).and_then(Json::as_str).unwrap_or_default();
        let argument = |index: usize| arguments.get(index).and_then(Option::as_ref);
        match name {
            "distinct" => argument(1).map_or(Ok(()), distinct)?,
            "keys" => argument(1).map_or(Ok(()), keys)?,
            _ => {
                let Some(text) = argument(1).and_then(Json::as_str) else { return Ok(None) };
                let pattern = argument(2).and_then(Json::as_str).filter(|pattern| !pattern.is_empty());
                let at_most = argument(if name == "replace" { 4 } else { 3 }).and_then(Json::as_f64);
                let replacement = argument(3).and_then(Json::as_str).filter(|_| name == "replace");
                let matches = match (pattern, call.function(2)) {
                    (Some(pattern), _) => text.matches(pattern).count(),
                    (None, Some(_)) if is_little(text, replacement) => text.len(),
                    (None, Some(pattern)) => matches(text, at_most, &pattern)?,
                    (None, None) => text.len(),
                };
                let matches = at_most.map_or(matches, |most| matches.min(most.max(0.0) as usize));
                match replacement {
                    Some(replacement) => replaced(text, matches, replacement, pattern.is_some(), text_limit)?,
                    None if name == "split" && matches > MOST_PARTS => return Err(too_large()),
                    None if name == "split" && pattern.is_some() => made.add(matches as u64 * 64)?,
                    None => {}
                }
            }
        }
        Ok(None)
    });
    bindings.function(GUARD, guard.without_input())
}

/// Each item is compared with those before it that differ.
fn distinct(argument: &Json) -> Result<(), Error> {
    let Json::Array(items) = argument else { return Ok(()) };
    let count = items.len() as u64;
    let each = 1 + items.iter().take(16).map(parts_of).sum::<u64>() / 16;
    within(count.saturating_mul(count) / 2 * each)
}

/// How many values a value is made of, a text counted by its length.
fn parts_of(json: &Json) -> u64 {
    match json {
        Json::String(text) => 1 + text.len() as u64 / 64,
        Json::Array(items) => 1 + items.iter().map(parts_of).sum::<u64>(),
        Json::Object(object) => 1 + object.values().map(|value| 1 + parts_of(value)).sum::<u64>(),
        _ => 1,
    }
}

/// Each key is compared with those found before it.
fn keys(argument: &Json) -> Result<(), Error> {
    let mut found = HashSet::new();
    let mut all = 0;
    collect_keys(argument, &mut found, &mut all);
    within(all * found.len() as u64 / 2)
}

fn collect_keys<'a>(json: &'a Json, found: &mut HashSet<&'a str>, all: &mut u64) {
    match json {
        Json::Array(items) => items.iter().for_each(|item| collect_keys(item, found, all)),
        Json::Object(object) => {
            *all += object.len() as u64;
            found.extend(object.keys().map(String::as_str));
        }
        _ => {}
    }
}

fn within(compared: u64) -> Result<(), Error> {
    if compared > COMPARED { Err(too_long()) } else { Ok(()) }
}

/// Whether it is not worth counting how often a regular expression matches.
fn is_little(text: &str, replacement: Option<&str>) -> bool {
    text.len() <= SHORT && replacement.is_none_or(|replacement| replacement.len() <= SHORT)
}

/// How often a regular expression matches. The place of each match is counted from the beginning of the text, so that
/// many matches in a long text take long.
fn matches(text: &str, at_most: Option<f64>, pattern: &Callable<'_>) -> Result<usize, Error> {
    let most = PASSED / text.len().max(1);
    let (mut count, mut from) = (0, 0.0);
    while at_most.is_none_or(|at_most| (count as f64) < at_most) {
        if count > most {
            return Err(too_long());
        }
        let Some(found) = pattern.call(&[Some(text.into()), Some(from.into())])? else { break };
        let end = found.get("end").and_then(Json::as_f64).unwrap_or(0.0);
        if end <= from {
            break;
        }
        (count, from) = (count + 1, end);
    }
    Ok(count)
}

fn replaced(text: &str, matches: usize, replacement: &str, is_literal: bool, limit: usize) -> Result<(), Error> {
    // Each `$` may stand for all that was matched, which is the whole text at most.
    let groups = if is_literal { 0 } else { replacement.matches('$').count() };
    let length = matches.saturating_mul(replacement.len()).saturating_add(groups.saturating_mul(text.len()));
    if length > limit { Err(too_large()) } else { Ok(()) }
}

fn too_long() -> Error {
    Error::new("D1012")
}

fn too_large() -> Error {
    Error::new("U1001").with("message", "a function would make too much")
}
