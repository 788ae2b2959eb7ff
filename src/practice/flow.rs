//! How long a run gets: loops and the quota of events, polling, the type of the machine and what it costs.

use super::{Nodes, remark, target};
use rustc_hash::FxHashSet;

use crate::{
    asl::{
        check::{express, flow::transitions},
        model::{Comparison, Condition, Definition, Operand, OrderKind, Scope, StateId, StateKind, WaitFor},
        rules,
    },
    diagnostic::Diagnostic,
    syntax::Node,
};

/// Events that an execution may have.
const MOST_EVENTS: usize = 25_000;

/// How long an Express execution may last, in seconds.
const LONGEST_EXPRESS: u64 = 300;

/// What tells how a job stands, and what waits for it instead: the SDK's action, and the integration's.
const POLLED: &[(&str, &str)] = &[
    ("glue:getJobRun", "glue:startJobRun.sync"),
    ("ecs:describeTasks", "ecs:runTask.sync"),
    ("batch:describeJobs", "batch:submitJob.sync"),
    ("sfn:describeExecution", "states:startExecution.sync:2"),
    ("athena:getQueryExecution", "athena:startQueryExecution.sync"),
    ("codebuild:batchGetBuilds", "codebuild:startBuild.sync"),
    ("emr:describeStep", "elasticmapreduce:addStep.sync"),
    ("emr:describeCluster", "elasticmapreduce:createCluster.sync"),
    ("sagemaker:describeTrainingJob", "sagemaker:createTrainingJob.sync"),
    ("sagemaker:describeTransformJob", "sagemaker:createTransformJob.sync"),
    ("sagemaker:describeProcessingJob", "sagemaker:createProcessingJob.sync"),
    ("databrew:describeJobRun", "databrew:startJobRun.sync"),
    ("emrserverless:getJobRun", "emr-serverless:startJobRun.sync"),
    ("mediaconvert:getJob", "mediaconvert:createJob.sync"),
];

/// The states of a definition that stand in loops.
pub struct Loops {
    /// For each loop its states, in the author's order.
    loops: Vec<Vec<StateId>>,
    members: FxHashSet<StateId>,
}

impl Loops {
    pub fn of(definition: &Definition) -> Self {
        let loops: Vec<Vec<StateId>> = definition.scopes.iter().flat_map(|scope| loops_in(definition, scope)).collect();
        let members = loops.iter().flatten().copied().collect();
        Self { loops, members }
    }

    /// Whether a state stands in a loop.
    pub fn holds(&self, id: StateId) -> bool {
        self.members.contains(&id)
    }
}

/// The strongly connected parts of a scope in which one can go round.
fn loops_in(definition: &Definition, scope: &Scope) -> Vec<Vec<StateId>> {
    let Some(first) = scope.states.first().map(|id| id.index()) else { return Vec::new() };
    let count = scope.states.len();
    let next: Vec<Vec<usize>> = scope
        .states
        .iter()
        .map(|&id| {
            let targets = transitions(definition.state(id)).into_iter().filter_map(target);
            targets.map(|id| id.index() - first).filter(|index| *index < count).collect()
        })
        .collect();
    let mut before = vec![Vec::new(); count];
    next.iter().enumerate().for_each(|(from, targets)| targets.iter().for_each(|to| before[*to].push(from)));
    // Kosaraju: by the order in which the ways on are exhausted, then backwards.
    let (mut order, mut seen) = (Vec::with_capacity(count), vec![false; count]);
    for start in 0..count {
        let mut open = vec![(start, 0)];
        while let Some((at, step)) = open.pop() {
            if step == 0 && std::mem::replace(&mut seen[at], true) {
                continue;
            }
            match next[at].get(step) {
                Some(&to) => open.extend([(at, step + 1), (to, 0)]),
                None => order.push(at),
            }
        }
    }
    let mut part = vec![usize::MAX; count];
    let mut parts: Vec<Vec<usize>> = Vec::new();
    for &root in order.iter().rev() {
        let mut open = vec![root];
        while let Some(at) = open.pop() {
            if part[at] == usize::MAX {
                if at == root {
                    parts.push(Vec::new());
                }
                part[at] = parts.len() - 1;
                parts[part[at]].push(at);
                open.extend(&before[at]);
            }
        }
    }
    let goes_round = |states: &Vec<usize>| states.len() > 1 || next[states[0]].contains(&states[0]);
    let in_order = |mut states: Vec<usize>| {
        states.sort_unstable();
        states.into_iter().map(|index| scope.states[index]).collect()
    };
    parts.into_iter().filter(goes_round).map(in_order).collect()
}

pub fn check(
    definition: &Definition,
    root: &Node,
    nodes: &Nodes,
    Loops { loops, .. }: &Loops,
    is_express: bool,
    told: &mut Vec<Diagnostic>,
) {
    for states in loops {
        if !check_polling(definition, nodes, states, told) && !is_express {
            check_length(definition, states, told);
        }
    }
    check_type(definition, root, is_express, !loops.is_empty(), told);
}

/// A loop that asks how a job stands, where an integration could wait for it. Says whether there is one.
fn check_polling(definition: &Definition, nodes: &Nodes, states: &[StateId], told: &mut Vec<Diagnostic>) -> bool {
    let waits = states.iter().any(|&id| matches!(definition.state(id).kind, StateKind::Wait(_)));
    let asks = states.iter().find_map(|&id| {
        let state = definition.state(id);
        let StateKind::Task(task) = &state.kind else { return None };
        let action = task.resource.split_once(":states:::").map(|(_, name)| name.trim_start_matches("aws-sdk:"))?;
        let (_, integration) = POLLED.iter().find(|(polled, _)| *polled == action)?;
        Some((state, *integration))
    });
    let (Some((state, integration)), true) = (asks, waits) else { return false };
    let resource = nodes.get(state).and_then(|node| node.get("Resource"));
    let span = resource.map_or(state.name_span, |member| member.value.span);
    let message = format!(
        "this loop asks again and again whether a job is done, a transition each time: `{integration}` waits for it"
    );
    let hint = format!("start the job with `arn:aws:states:::{integration}`, and leave the loop out");
    told.push(remark(rules::POLLING, span, &state.pointer, message, &hint));
    true
}

/// A loop that may meet the quota of events.
fn check_length(definition: &Definition, states: &[StateId], told: &mut Vec<Diagnostic>) {
    let events = |id: &StateId| match &definition.state(*id).kind {
        StateKind::Task(_) => 5,
        StateKind::Parallel(_) | StateKind::Map(_) => 10,
        _ => 2,
    };
    let round: usize = states.iter().map(events).sum();
    let rounds = MOST_EVENTS / round.max(1);
    let is_counted = states.iter().any(|&id| match &definition.state(id).kind {
        StateKind::Choice(choice) => choice.choices.iter().any(|rule| counts(&rule.condition, rounds as f64)),
        _ => false,
    });
    let Some(first) = states.first().map(|&id| definition.state(id)).filter(|_| !is_counted) else { return };
    let message = format!(
        "nothing bounds the loop at `{}`: after about {rounds} rounds the run meets its {MOST_EVENTS} events and fails",
        first.name
    );
    let hint = "count the rounds and leave it in time, or start another execution that goes on";
    told.push(remark(rules::LONG_LOOP, first.name_span, &first.pointer, message, hint));
}

/// Whether a condition compares with a number that the rounds do not reach. What an expression compares is its own.
fn counts(condition: &Condition, rounds: f64) -> bool {
    match condition {
        Condition::And(parts) | Condition::Or(parts) => parts.iter().any(|part| counts(part, rounds)),
        Condition::Not(part) => counts(part, rounds),
        Condition::Compare { comparison: Comparison::Order { kind: OrderKind::Numeric, operand, .. }, .. } => {
            match operand {
                Operand::Literal(value) => value.as_number().is_none_or(|number| number.as_f64() < rounds),
                Operand::Path(_) => true,
            }
        }
        Condition::Computed(expression) => {
            expression.source.contains(['<', '>']) || expression.source.contains("$count(")
        }
        _ => false,
    }
}

/// The other type of machine.
fn check_type(definition: &Definition, root: &Node, is_express: bool, has_loop: bool, told: &mut Vec<Diagnostic>) {
    let Some(start) = root.get("StartAt") else { return };
    let waits: u64 = definition
        .states
        .iter()
        .map(|state| match &state.kind {
            StateKind::Wait(wait) => match wait.duration {
                WaitFor::Seconds(seconds) => seconds,
                _ => 0,
            },
            _ => 0,
        })
        .sum();
    let has_wait = definition.states.iter().any(|state| matches!(state.kind, StateKind::Wait(_)));
    let tasks = definition.states.iter().filter(|state| matches!(state.kind, StateKind::Task(_))).count();
    let top = definition.scopes.first().map_or(0, |scope| scope.states.len());
    if is_express {
        let limit = definition.timeout_seconds.filter(|seconds| *seconds > LONGEST_EXPRESS);
        if waits >= LONGEST_EXPRESS || limit.is_some() {
            let seconds = limit.unwrap_or(waits);
            let message = format!("this may take {seconds} seconds, and Express ends after {LONGEST_EXPRESS}");
            let hint = "make it a Standard machine, or start one for the part that waits";
            told.push(remark(rules::STANDARD_NEEDED, start.value.span, "/StartAt", message, hint));
        }
        return;
    }
    let fits = express::refusals(definition, root).is_empty() && !has_wait && !has_loop;
    if fits && tasks > 0 && definition.timeout_seconds.is_none_or(|seconds| seconds <= LONGEST_EXPRESS) {
        // The start is a transition, too. Prices of us-east-1: 25 USD for a million transitions, 1 USD for a million runs.
        let standard = (top + 1) as f64 * 25.0;
        let message = format!(
            "nothing here needs a Standard machine: a million runs cost about {standard:.0} USD, as Express from 1 USD on, by time and memory"
        );
        let hint = "Express fits if each run ends within 5 minutes and may happen twice";
        told.push(remark(rules::EXPRESS_WOULD_DO, start.value.span, "/StartAt", message, hint));
    }
}
