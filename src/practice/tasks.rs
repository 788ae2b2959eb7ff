//! Tasks: timeouts, heartbeats, Lambda's own exceptions, what a Catch does with the error and the input.

use super::{Nodes, remark, target};
use crate::{
    asl::{
        model::{Catcher, Definition, QueryLanguage, ResultPath, Seconds, State, StateKind, TaskState, Transition},
        rules,
    },
    diagnostic::{Cure, Diagnostic, Step},
    syntax::{Node, push_pointer},
    text::Span,
    value::Value,
};

/// What Lambda fails with for reasons of its own: "Handle transient Lambda service exceptions" of the guide.
const LAMBDA_EXCEPTIONS: [&str; 4] = [
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
];

/// How long Lambda lets a function run, in seconds.
const LONGEST_FUNCTION: i64 = 900;

pub fn check(definition: &Definition, nodes: &Nodes, told: &mut Vec<Diagnostic>) {
    for state in &definition.states {
        let catch: &[Catcher] = match &state.kind {
            StateKind::Task(task) => {
                check_time(state, task, told);
                check_retry(state, task, told);
                &task.catch
            }
            StateKind::Parallel(parallel) => &parallel.catch,
            StateKind::Map(map) => &map.catch,
            _ => &[],
        };
        let Some(node) = nodes.get(state).filter(|_| !catch.is_empty()) else { continue };
        let Some(list) = node.get("Catch").and_then(|member| member.value.as_array()) else { continue };
        for (index, (catcher, node)) in catch.iter().zip(list).enumerate() {
            let mut at = state.pointer.to_string();
            push_pointer(&mut at, "Catch");
            push_pointer(&mut at, &index.to_string());
            check_catcher(definition, state, catcher, node, &at, told);
        }
    }
}

/// What a task waits for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Waits {
    Token,
    Worker,
    Job,
    Function,
    /// A request that is answered at once.
    Request,
}

impl Waits {
    fn of(resource: &str) -> Self {
        let integration = resource.split_once(":states:::").map(|(_, name)| name);
        match integration {
            _ if resource.contains(":activity:") => Self::Worker,
            Some(name) if name.ends_with(".waitForTaskToken") => Self::Token,
            Some(name) if name.ends_with(".sync") || name.ends_with(".sync:2") => Self::Job,
            Some(name) if name.starts_with("lambda:invoke") => Self::Function,
            None if resource.contains(":lambda:") => Self::Function,
            _ => Self::Request,
        }
    }
}

fn check_time(state: &State, task: &TaskState, told: &mut Vec<Diagnostic>) {
    let (has_timeout, has_heartbeat) =
        (!matches!(task.timeout, Seconds::None), !matches!(task.heartbeat, Seconds::None));
    if has_timeout || has_heartbeat {
        return;
    }
    let (rule, what, cure) = match Waits::of(&task.resource) {
        Waits::Token => (rules::NO_HEARTBEAT, "the token to come back", ("HeartbeatSeconds", 3600)),
        Waits::Worker => (rules::NO_HEARTBEAT, "a worker", ("HeartbeatSeconds", 300)),
        Waits::Job => (rules::NO_TIMEOUT, "the job to end", ("TimeoutSeconds", 3600)),
        Waits::Function => (rules::NO_TIMEOUT, "the function", ("TimeoutSeconds", LONGEST_FUNCTION)),
        Waits::Request => return,
    };
    let message =
        format!("`{}` waits for {what} without a limit of its own: a run that is stuck lasts a year", state.name);
    let hint = format!("add `{}`, so that it fails with `States.Timeout` and can be caught", cure.0);
    let hint = hint.replace(
        "States.Timeout",
        if cure.0 == "HeartbeatSeconds" { "States.HeartbeatTimeout" } else { "States.Timeout" },
    );
    let cure = Cure::add(&*state.pointer, cure.0, cure.1);
    told.push(remark(rule, state.name_span, &state.pointer, message, &hint).cured_by([cure]));
}

fn check_retry(state: &State, task: &TaskState, told: &mut Vec<Diagnostic>) {
    if Waits::of(&task.resource) != Waits::Function && !task.resource.contains(":lambda:invoke") {
        return;
    }
    let is_met = |name: &str| matches!(name, "States.ALL" | "States.TaskFailed") || LAMBDA_EXCEPTIONS.contains(&name);
    if task.retry.iter().any(|retrier| retrier.error_equals.iter().any(|name| is_met(name))) {
        return;
    }
    let message = format!("`{}` does not retry what Lambda itself fails with now and then", state.name);
    let hint = "add a retrier for `Lambda.ServiceException` and its like";
    let names = Value::array(LAMBDA_EXCEPTIONS.into_iter().map(Value::from).collect());
    let retrier = Value::object([
        ("ErrorEquals", names),
        ("IntervalSeconds", Value::from(2)),
        ("MaxAttempts", Value::from(6)),
        ("BackoffRate", Value::from(2)),
    ]);
    let step = Step::Push { at: state.pointer.to_string(), key: "Retry".to_owned(), value: retrier };
    let diagnostic = remark(rules::LAMBDA_RETRY, state.name_span, &state.pointer, message, hint);
    told.push(diagnostic.cured_by([Cure::new("retry Lambda's exceptions", step)]));
}

fn check_catcher(
    definition: &Definition,
    state: &State,
    catcher: &Catcher,
    node: &Node,
    at: &str,
    told: &mut Vec<Diagnostic>,
) {
    let is_jsonata = state.query_language == QueryLanguage::Jsonata;
    let span = Span::new(node.span.start, node.span.start + 1);
    let Some(next) = target(catcher.next) else { return };
    let leads_to = &definition.state(next).kind;
    let is_discarded = match is_jsonata {
        true => catcher.output.is_some(),
        false => matches!(catcher.result_path, ResultPath::Discard),
    };
    let goes_on_as_if = catcher.next != Transition::End
        && Some(catcher.next) == own_next(state)
        && is_discarded
        && catcher.assign.is_none();
    if matches!(leads_to, StateKind::Succeed) || !is_jsonata && goes_on_as_if {
        let message = match matches!(leads_to, StateKind::Succeed) {
            true => "this catcher turns every error into a success, and nothing tells of it",
            false => "this catcher drops the error and goes on as if there had been none",
        };
        let hint = "lead to a state that says so, or keep the error with `ResultPath`";
        told.push(remark(rules::SWALLOWS, span, at, message, hint));
        return;
    }
    let drops = match is_jsonata {
        true => catcher.output.is_none() && catcher.assign.is_none(),
        false => matches!(catcher.result_path, ResultPath::Whole) && catcher.assign.is_none(),
    };
    // To whoever fails the input is nothing.
    if drops && !matches!(leads_to, StateKind::Fail(_)) {
        let (hint, cure) = match is_jsonata {
            true => (
                "add an `Output` with the input and the error",
                Cure::add(at, "Output", "{% $merge([$states.input, {\"error\": $states.errorOutput}]) %}"),
            ),
            false => (
                "add a `ResultPath`, to keep the input and put the error beside it",
                Cure::add(at, "ResultPath", "$.error"),
            ),
        };
        let message = format!("what `{}` was given is lost here: the error takes its place", state.name);
        told.push(remark(rules::DROPS_INPUT, span, at, message, hint).cured_by([cure]));
    }
}

fn own_next(state: &State) -> Option<Transition> {
    match &state.kind {
        StateKind::Task(task) => Some(task.next),
        StateKind::Parallel(parallel) => Some(parallel.next),
        StateKind::Map(map) => Some(map.next),
        _ => None,
    }
}
