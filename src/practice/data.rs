//! Data on their way through states: results that take the place of what a later state reads, lists that grow with each
//! round of a loop.

use super::{Nodes, flow::Loops, remark, target};
use crate::{
    asl::{
        model::{Definition, PathField, QueryLanguage, ResultPath, State, StateId, StateKind},
        rules,
    },
    diagnostic::{Cure, Diagnostic},
    syntax::{Node, NodeKind},
    text::Span,
};

pub fn check(definition: &Definition, nodes: &Nodes, loops: &Loops, told: &mut Vec<Diagnostic>) {
    for state in &definition.states {
        check_result(definition, nodes, state, told);
    }
    for state in definition.states.iter().filter(|state| loops.holds(state.id)) {
        if let Some(node) = nodes.get(state) {
            check_growth(state, node, told);
        }
    }
}

/// A key of the input that a state reads, and where.
struct Read<'a> {
    key: &'a str,
    span: Span,
}

/// A result that takes the place of the input, where the next state reads what was in the input.
fn check_result(definition: &Definition, nodes: &Nodes, state: &State, told: &mut Vec<Diagnostic>) {
    let (result_path, selector, next, is_list) = match &state.kind {
        StateKind::Task(task) => (&task.result_path, &task.result_selector, task.next, false),
        StateKind::Parallel(it) => (&it.result_path, &it.result_selector, it.next, true),
        StateKind::Map(it) => (&it.result_path, &it.result_selector, it.next, it.result_writer.is_none()),
        _ => return,
    };
    let is_plain = state.query_language == QueryLanguage::JsonPath
        && matches!(result_path, ResultPath::Whole)
        && matches!(state.output_path, PathField::Whole)
        && selector.is_none();
    let (Some(next), true) = (target(next), is_plain) else { return };
    let own: Vec<&str> = nodes.get(state).map(reads).unwrap_or_default().iter().map(|read| read.key).collect();
    for id in followers(definition, next) {
        let later = definition.state(id);
        let Some(node) = nodes.get(later).filter(|_| later.query_language == QueryLanguage::JsonPath) else {
            continue;
        };
        let lost = reads(node).into_iter().find(|read| is_list || own.contains(&read.key) && gives_no(state, read.key));
        let Some(Read { key, span }) = lost else { continue };
        let result = if is_list { "the list of results" } else { "the answer" };
        let message = format!(
            "`{}` reads `$.{key}`, but {result} of `{}` has taken the place of its input",
            later.name, state.name
        );
        let hint = format!("give `{}` a `ResultPath`, such as `$.result`, to keep its input", state.name);
        let cure = Cure::add(&*state.pointer, "ResultPath", "$.result");
        told.push(remark(rules::OVERWRITES, span, &later.pointer, message, &hint).cured_by([cure]));
    }
}

/// The states that get the same data: the one that follows, and those behind Choices and Waits.
fn followers(definition: &Definition, first: StateId) -> Vec<StateId> {
    let mut found = Vec::new();
    let mut open = vec![first];
    while let Some(id) = open.pop() {
        if found.contains(&id) {
            continue;
        }
        found.push(id);
        let state = definition.state(id);
        if !matches!(state.output_path, PathField::Whole) || !matches!(state.input_path, PathField::Whole) {
            continue;
        }
        match &state.kind {
            StateKind::Choice(choice) => {
                open.extend(choice.choices.iter().map(|rule| rule.next).chain(choice.default).filter_map(target));
            }
            StateKind::Wait(wait) => open.extend(target(wait.next)),
            _ => {}
        }
    }
    found
}

/// Whether the answer of a service has no such key: what a function returns is not known.
fn gives_no(state: &State, key: &str) -> bool {
    let StateKind::Task(task) = &state.kind else { return true };
    let services = [":::sns:", ":::sqs:", ":::events:", ":::dynamodb:"];
    let is_known = services.iter().any(|service| task.resource.contains(service));
    // The keys of a service's answer begin with a capital.
    is_known && !key.starts_with(|first: char| first.is_uppercase())
}

/// The keys of its input that a state of JSONPath reads first.
fn reads(node: &Node) -> Vec<Read<'_>> {
    let mut found = Vec::new();
    let members = node.as_object().unwrap_or_default();
    let path = |node: &Node| node.as_str().and_then(|text| first_key(text)).is_some();
    if let Some(input) = node.get("InputPath").filter(|input| path(&input.value)) {
        note(&input.value, &mut found);
        return found;
    }
    for member in members {
        match &*member.key {
            "ItemsPath" | "SecondsPath" | "TimestampPath" | "TimeoutSecondsPath" | "HeartbeatSecondsPath" => {
                note(&member.value, &mut found);
            }
            "Parameters" | "ItemSelector" => note_template(&member.value, &mut found),
            "Choices" => note_rules(&member.value, &mut found),
            _ => {}
        }
    }
    found
}

fn note<'a>(node: &'a Node, found: &mut Vec<Read<'a>>) {
    if let Some(key) = node.as_str().and_then(|text| first_key(text)) {
        found.push(Read { key, span: node.span });
    }
}

/// `name` of `$.name…`.
fn first_key(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("$.")?;
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    (end > 0).then(|| &rest[..end])
}

fn note_template<'a>(node: &'a Node, found: &mut Vec<Read<'a>>) {
    match &node.kind {
        NodeKind::Object(members) => {
            for member in members {
                match member.key.ends_with(".$") {
                    true => note(&member.value, found),
                    false => note_template(&member.value, found),
                }
            }
        }
        NodeKind::Array(items) => items.iter().for_each(|item| note_template(item, found)),
        _ => {}
    }
}

/// The variables of rules. Whoever asks whether something is there is ready for its absence.
fn note_rules<'a>(node: &'a Node, found: &mut Vec<Read<'a>>) {
    match &node.kind {
        NodeKind::Object(members) => {
            let asks = members.iter().any(|member| &*member.key == "IsPresent");
            for member in members {
                match &*member.key {
                    "Variable" if !asks => note(&member.value, found),
                    "And" | "Or" | "Not" => note_rules(&member.value, found),
                    _ => {}
                }
            }
        }
        NodeKind::Array(items) => {
            let asks = items.iter().any(|item| item.get("IsPresent").is_some());
            if !asks {
                items.iter().for_each(|item| note_rules(item, found));
            }
        }
        _ => {}
    }
}

/// What a state of a loop adds to itself.
fn check_growth(state: &State, node: &Node, told: &mut Vec<Diagnostic>) {
    for field in ["Assign", "Parameters", "Output", "ResultSelector"] {
        let Some(members) = node.get(field).and_then(|member| member.value.as_object()) else { continue };
        for member in members {
            let name = member.key.trim_end_matches(".$");
            if !member.value.as_str().is_some_and(|text| adds_to(text, name)) {
                continue;
            }
            let message = format!("`{name}` grows with each round of the loop, and a state may hold 256 KiB");
            let hint = "keep the items in a table or a bucket, and carry on what names them";
            let location = format!("{}/{field}", state.pointer);
            told.push(remark(rules::GROWS, member.value.span, &location, message, hint));
        }
    }
}

/// Whether an expression puts something to what it is named after.
fn adds_to(text: &str, name: &str) -> bool {
    let own = [format!("${name}"), format!("$.{name}"), format!("$states.input.{name}")];
    let reads_itself = own.iter().any(|own| {
        text.match_indices(own.as_str()).any(|(at, _)| {
            let next = text[at + own.len()..].chars().next();
            !next.is_some_and(|next| next.is_alphanumeric() || matches!(next, '_' | '[' | '.'))
        })
    });
    let joins = ["$append(", "States.Array(", "States.Format(", "&"].iter().any(|join| text.contains(join))
        || own.iter().any(|own| text.contains(&format!("[{own},")) || text.contains(&format!("[{own} ,")));
    reads_itself && joins
}
