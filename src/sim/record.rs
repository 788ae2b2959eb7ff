//! From the engine's events to a [`Trace`]: names, families and payload texts spelled out.
//!
//! Payloads that the run shared are written once. What would grow beyond [`PAYLOAD_BUDGET`] is left
//! out and says so, so that a loop over a large payload cannot fill the memory.

use std::{collections::BTreeMap, rc::Rc};

use rustc_hash::FxHashMap;

use super::{
    mock::Mocks,
    trace::{
        ChildError, ChildNames, Details, FaultOrigin, FaultVerdict, LEFT_OUT, Left, MapRun, PayloadId, PendingTask,
        RareDetails, Status, Trace, TraceBranch, TraceEvent, TraceFault, TraceLookup,
    },
    world,
};
use crate::{
    asl::model::Definition,
    engine::{
        Execution,
        branch::BranchId,
        clock::{Duration, Instant},
        failure::{Failure, Fault, Origin, TIMEOUT, Verdict},
        history::{self, Event, EventKind, History, IterationStep, Note, Scheduled},
        map_run::{self, ChildEnd},
        resource::{Family, Resource},
        task::TaskRequest,
    },
    value::{Object, Value},
};

/// Bytes of payload texts that a trace keeps.
const PAYLOAD_BUDGET: usize = 64 << 20;

impl Trace {
    /// What a run that is done left behind, and the world around it.
    pub fn of(execution: &Execution, mocks: Mocks) -> Self {
        let world = mocks.into_world();
        let trace = Self::of_one(execution, world.waiting_of(world::RUN));
        let (world, others) = world.into_record();
        Self { world, others, ..trace }
    }

    /// What one execution left behind, with the tasks that got no end.
    pub(super) fn of_one(execution: &Execution, pending: Vec<TaskRequest>) -> Self {
        let start = execution.options().start;
        let mut recorder = Recorder::new(execution, execution.history(), start);
        let mut trace = recorder.trace();
        trace.branches = branches(execution);
        trace.faults = execution.faults().iter().map(|fault| recorder.fault(fault)).collect();
        trace.context = recorder.id(&execution.lasting_context());
        trace.pending = recorder.pending(pending);
        trace.map_runs = execution.map_runs().iter().map(|run| recorder.map_run(run)).collect();
        Self { payloads: recorder.payloads.texts, ..trace }
    }

    /// The history of the child execution that was watched, as one of its own; none where it never began.
    pub fn of_child(execution: &Execution) -> Option<Self> {
        let watched = execution.watched_child()?;
        let root = watched.root?;
        let start = watched.history.events.first()?.at;
        let mut recorder = Recorder::new(execution, &watched.history, start);
        let mut trace = recorder.trace();
        trace.context = recorder.id(&execution.lasting_context_of(root));
        // Its own branches alone, numbered anew.
        let mut numbers: FxHashMap<u32, u32> = FxHashMap::default();
        for (id, branch) in execution.branches().iter().enumerate().filter(|(_, branch)| branch.child == Some(root)) {
            let number = numbers.len() as u32;
            let parent = branch.parent.and_then(|BranchId(parent)| numbers.get(&parent).copied());
            numbers.insert(id as u32, number);
            let owner = parent.and_then(|_| branch.owner.map(|state| state.0));
            let index = if parent.is_some() { branch.index as u32 } else { 0 };
            let generation = if parent.is_some() { branch.generation } else { 0 };
            trace.branches.push(TraceBranch { parent, owner, index, generation });
        }
        for event in &mut trace.events {
            event.branch = numbers.get(&event.branch).copied().unwrap_or(0);
        }
        Some(Self { payloads: recorder.payloads.texts, ..trace })
    }
}

fn branches(execution: &Execution) -> Vec<TraceBranch> {
    let record = |branch: &crate::engine::branch::Branch| TraceBranch {
        parent: branch.parent.map(|BranchId(id)| id),
        owner: branch.owner.map(|state| state.0),
        index: branch.index as u32,
        generation: branch.generation,
    };
    execution.branches().iter().map(record).collect()
}

struct Recorder<'a> {
    execution: &'a Execution,
    history: &'a History,
    start: Instant,
    payloads: Payloads,
    types: Types,
}

impl<'a> Recorder<'a> {
    fn new(execution: &'a Execution, history: &'a History, start: Instant) -> Self {
        Self { execution, history, start, payloads: Payloads::default(), types: Types::default() }
    }

    /// The events and how they ended; its payloads stay here until all of them are there.
    fn trace(&mut self) -> Trace {
        let history = self.history;
        let events: Vec<TraceEvent> = history.events.iter().zip(1..).map(|(event, id)| self.event(event, id)).collect();
        let last = history.events.last();
        let (status, output, failure) = match last.map(|event| &event.kind) {
            Some(EventKind::ExecutionSucceeded { output }) => (Status::Succeeded, Some(output), None),
            Some(EventKind::ExecutionFailed(failure)) => (Status::Failed, None, Some(failure)),
            Some(EventKind::ExecutionAborted(failure)) => (Status::Aborted, None, Some(failure)),
            Some(EventKind::ExecutionTimedOut) => (Status::TimedOut, None, None),
            _ => (Status::Running, None, None),
        };
        Trace {
            status,
            output: output.and_then(|output| self.id(output)),
            error: failure.and_then(|failure| failure.error.clone()),
            cause: failure.and_then(|failure| failure.cause.clone()),
            start: self.start.as_micros(),
            duration: last.map_or(0, |event| (event.at - self.start).as_micros()),
            events,
            branches: Vec::new(),
            faults: Vec::new(),
            context: None,
            pending: Vec::new(),
            payloads: Vec::new(),
            world: Vec::new(),
            others: Vec::new(),
            map_runs: Vec::new(),
            defaults: history.defaults.clone(),
        }
    }

    fn map_run(&self, run: &map_run::MapRun) -> MapRun {
        let since = |at: Instant| (at - self.start).as_micros();
        let is_inside = self.execution.branches()[run.branch.index()].child.is_some();
        let (first, arn, _) = self.execution.child_names(run, 0);
        let end_of = |child: &map_run::Child| match &child.ended {
            Some((_, ChildEnd::Succeeded(_))) => Status::Succeeded,
            Some((_, ChildEnd::Failed(_))) => Status::Failed,
            Some((_, ChildEnd::TimedOut)) => Status::TimedOut,
            Some((_, ChildEnd::Aborted)) => Status::Aborted,
            None => Status::Running,
        };
        let items = |child: &map_run::Child| {
            let items = child.input.get("Items").and_then(Value::as_array);
            items.map_or(1, |items| items.len() as u32)
        };
        let errors = run.children.iter().zip(0..).filter_map(|(child, index)| match child.ended.as_ref()?.1.error() {
            (None, None) => None,
            (error, cause) => Some((index, ChildError { error, cause })),
        });
        MapRun {
            arn: run.arn.clone(),
            state: run.state.0,
            branch: run.branch.0,
            event: (!is_inside).then_some(run.event),
            total: run.total as u32,
            items: if run.is_batched { run.children.iter().map(items).collect() } else { Vec::new() },
            started: run.children.iter().map(|child| since(child.started)).collect(),
            ended: run.children.iter().map(|child| child.ended.as_ref().map(|(at, _)| since(*at))).collect(),
            statuses: run.children.iter().map(end_of).collect(),
            transitions: match self.execution.has_express_children(run.state) {
                true => Vec::new(),
                false => run.children.iter().map(|child| child.transitions).collect(),
            },
            errors: errors.collect(),
            names: ChildNames { arn: arn.strip_suffix(&*first).unwrap_or(&arn).into(), first },
        }
    }

    fn event(&mut self, event: &Event, id: u32) -> TraceEvent {
        let definition: &Definition = self.execution.definition();
        let state = event.state.map(|state| definition.state(state));
        let kind_of_state = state.map_or("", |state| state.kind.name());
        let (kind, mut details) = self.describe(event, kind_of_state);
        if let (Some(state), EventKind::StateEntered { .. } | EventKind::StateExited { .. }) = (state, &event.kind) {
            details.name = Some(state.name.clone());
        }
        if let (Some(state), EventKind::MapIteration { .. }) = (state, &event.kind) {
            details.name = Some(state.name.clone());
        }
        let start = self.start;
        match self.history.notes.get(&id) {
            Some(Note::RetryAt(at)) => details.retry_at = Some((*at - start).as_micros()),
            Some(Note::WaitUntil(at)) => details.wait_until = Some((*at - start).as_micros()),
            None => {}
        }
        TraceEvent {
            id,
            previous: event.previous,
            at: (event.at - start).as_micros(),
            branch: event.branch.0,
            state: event.state.map(|state| state.0),
            kind,
            details,
        }
    }

    /// An event's type and all its fields but the name of its state.
    fn describe(&mut self, event: &Event, state: &'static str) -> (Rc<str>, Details) {
        let none = Details::default();
        match &event.kind {
            EventKind::ExecutionStarted { input } => {
                let role_arn = Some(self.execution.options().role_arn.clone());
                (
                    self.types.get("ExecutionStarted", ""),
                    Details { input: self.id(input), ..none }.with(RareDetails { role_arn, ..RareDetails::default() }),
                )
            }
            EventKind::ExecutionSucceeded { output } => {
                (self.types.get("ExecutionSucceeded", ""), Details { output: self.id(output), ..none })
            }
            EventKind::ExecutionFailed(failure) => (self.types.get("ExecutionFailed", ""), failed(failure).into()),
            EventKind::ExecutionAborted(failure) => (self.types.get("ExecutionAborted", ""), failed(failure).into()),
            EventKind::ExecutionTimedOut => (
                self.types.get("ExecutionTimedOut", ""),
                RareDetails { error: Some(TIMEOUT.into()), ..RareDetails::default() }.into(),
            ),
            EventKind::StateEntered { input } => {
                (self.types.get(state, "StateEntered"), Details { input: self.id(input), ..none })
            }
            EventKind::StateExited { output, left, assigned } => {
                let output = self.id(output);
                let assigned_variables = assigned.as_ref().map(|assigned| self.variables(assigned));
                let mut details = Details { output, left: Some(way(*left)), ..none };
                if assigned_variables.is_some() {
                    details.assigned_variables = assigned_variables;
                }
                (self.types.get(state, "StateExited"), details)
            }
            EventKind::EvaluationFailed(failure) => {
                let name = event.state.map(|state| self.execution.definition().state(state).name.clone());
                let location = failure.lookup.as_ref().and_then(|lookup| lookup.location.clone());
                (
                    self.types.get("EvaluationFailed", ""),
                    Details { name, ..none }.with(RareDetails { location, ..failed(failure) }),
                )
            }
            EventKind::StateAborted => (self.types.get(state, "StateAborted"), none),
            EventKind::StateSucceeded => (self.types.get(state, "StateSucceeded"), none),
            EventKind::StateFailed => (self.types.get(state, "StateFailed"), none),
            EventKind::ParallelStateStarted => (self.types.get("ParallelStateStarted", ""), none),
            EventKind::MapStateStarted { length } => (
                self.types.get("MapStateStarted", ""),
                RareDetails { length: Some(*length as u64), ..RareDetails::default() }.into(),
            ),
            EventKind::MapIteration { step, index } => {
                let suffix = match step {
                    IterationStep::Started => "Started",
                    IterationStep::Succeeded => "Succeeded",
                    IterationStep::Failed => "Failed",
                    IterationStep::Aborted => "Aborted",
                };
                (self.types.get("MapIteration", suffix), Details { index: Some(*index as u64), ..none })
            }
            EventKind::MapRunStarted { arn } => (
                self.types.get("MapRunStarted", ""),
                RareDetails { map_run_arn: Some(arn.clone()), ..RareDetails::default() }.into(),
            ),
            EventKind::MapRunSucceeded => (self.types.get("MapRunSucceeded", ""), none),
            EventKind::MapRunFailed(failure) => (self.types.get("MapRunFailed", ""), failed(failure).into()),
            EventKind::TaskScheduled(task) => {
                (self.types.get(family(&task.resource), "Scheduled"), self.scheduled(task))
            }
            EventKind::TaskStarted { resource, worker } => {
                let mut details = of_service(resource);
                if worker.is_some() {
                    details.worker_name = worker.clone();
                }
                (self.types.get(family(resource), "Started"), details)
            }
            EventKind::TaskSubmitted { resource, output } => (
                self.types.get(family(resource), "Submitted"),
                Details { output: self.id(output), ..of_service(resource) },
            ),
            EventKind::TaskSubmitFailed { resource, failure } => {
                (self.types.get(family(resource), "SubmitFailed"), of_service(resource).with(failed(failure)))
            }
            EventKind::TaskSucceeded { resource, output } => (
                self.types.get(family(resource), "Succeeded"),
                Details { output: self.id(output), ..of_service(resource) },
            ),
            EventKind::TaskFailed { resource, failure } => {
                (self.types.get(family(resource), "Failed"), of_service(resource).with(failed(failure)))
            }
            EventKind::TaskTimedOut { resource } => {
                let details =
                    of_service(resource).with(RareDetails { error: Some(TIMEOUT.into()), ..RareDetails::default() });
                (self.types.get(family(resource), "TimedOut"), details)
            }
        }
    }

    fn fault(&mut self, fault: &Fault) -> TraceFault {
        let Failure { error, origin, lookup, .. } = &fault.failure;
        let before = (fault.after as usize).checked_sub(1).and_then(|at| self.history.events.get(at));
        let tells = before.is_some_and(|event| {
            let is_failed = |step: IterationStep| matches!(step, IterationStep::Failed | IterationStep::Aborted);
            match &event.kind {
                EventKind::MapIteration { step, .. } => is_failed(*step),
                EventKind::TaskFailed { .. } | EventKind::TaskTimedOut { .. } => true,
                EventKind::EvaluationFailed(_) => true,
                EventKind::StateFailed | EventKind::StateAborted => true,
                _ => false,
            }
        });
        TraceFault {
            event: fault.after + u32::from(!tells),
            state: fault.state.0,
            branch: fault.branch.0,
            entered: fault.entered,
            error: error.clone(),
            origin: match origin {
                Origin::Task => FaultOrigin::Task,
                Origin::Heartbeat => FaultOrigin::Heartbeat,
                Origin::State => FaultOrigin::State,
                Origin::Query => FaultOrigin::Query,
                Origin::DataLimit => FaultOrigin::DataLimit,
                Origin::Terminal => FaultOrigin::Terminal,
            },
            verdict: match fault.verdict {
                Verdict::Ended => FaultVerdict::Ended,
                Verdict::HandedUp => FaultVerdict::HandedUp,
                Verdict::Retried(retrier) => FaultVerdict::Retried(retrier),
                Verdict::Caught(catcher) => FaultVerdict::Caught(catcher),
            },
            retries: fault.retries.clone(),
            lookup: lookup.as_ref().map(|lookup| TraceLookup {
                field: lookup.field.as_ref().into(),
                key: lookup.key.clone(),
                expression: lookup.expression.clone(),
                input: self.payloads.id(&lookup.input),
                context: lookup.context.as_ref().map(|context| self.payloads.id(context)),
                result: lookup.result.as_ref().map(|result| self.payloads.id(result)),
            }),
        }
    }

    fn scheduled(&mut self, task: &Scheduled) -> Details {
        let seconds = |duration: crate::engine::clock::Duration| (duration.as_micros() / 1_000_000) as u64;
        let payload = self.id(&task.payload);
        let mut rare = RareDetails {
            timeout_in_seconds: task.timeout.map(seconds),
            heartbeat_in_seconds: task.heartbeat.map(seconds),
            role_arn: task.role_arn.clone(),
            ..RareDetails::default()
        };
        let common = Details { resource: Some(task.resource.action.clone()), ..Details::default() };
        if task.resource.family != Family::Service {
            return Details { input: payload, ..common }.with(rare);
        }
        rare.region = Some(self.execution.options().region.clone());
        let resource_type = Some(task.resource.service.clone());
        Details { parameters: payload, resource_type, ..common }.with(rare)
    }

    fn pending(&mut self, requests: Vec<TaskRequest>) -> Vec<PendingTask> {
        let start = self.start;
        let mut record = |request: TaskRequest| PendingTask {
            state: request.state.0,
            branch: request.branch.0,
            token: request.token,
            since: (request.at - start).as_micros(),
            input: self.payloads.id(&request.task.payload),
            timeout: request.task.timeout.map(Duration::as_micros),
            heartbeat: request.task.heartbeat.map(Duration::as_micros),
        };
        requests.into_iter().map(&mut record).collect()
    }

    fn id(&mut self, value: &Value) -> Option<PayloadId> {
        Some(self.payloads.id(value))
    }

    fn variables(&mut self, assigned: &Object) -> BTreeMap<Rc<str>, PayloadId> {
        assigned.iter().map(|(name, value)| (name.clone(), self.payloads.id(value))).collect()
    }
}

fn way(left: history::Left) -> Left {
    match left {
        history::Left::End => Left::End,
        history::Left::Next(next) => Left::Next(next.0),
        history::Left::Choice(rule, next) => Left::Choice(rule, next.0),
        history::Left::Default(next) => Left::Default(next.0),
        history::Left::Catch(catcher, next) => Left::Catch(catcher, next.0),
    }
}

fn failed(failure: &Failure) -> RareDetails {
    RareDetails { error: failure.error.clone(), cause: failure.cause.clone(), ..RareDetails::default() }
}

/// The fields that say which service an event is of; functions and activities have none.
fn of_service(resource: &Resource) -> Details {
    if resource.family != Family::Service {
        return Details::default();
    }
    let (service, action) = (Some(resource.service.clone()), Some(resource.action.clone()));
    Details { resource_type: service, resource: action, ..Details::default() }
}

const fn family(resource: &Resource) -> &'static str {
    match resource.family {
        Family::LambdaFunction => "LambdaFunction",
        Family::Activity => "Activity",
        Family::Service => "Task",
    }
}

/// The names of event types, each made once.
#[derive(Default)]
struct Types(FxHashMap<(&'static str, &'static str), Rc<str>>);

impl Types {
    fn get(&mut self, prefix: &'static str, suffix: &'static str) -> Rc<str> {
        self.0.entry((prefix, suffix)).or_insert_with(|| format!("{prefix}{suffix}").into()).clone()
    }
}

/// Payload texts, each once.
#[derive(Default)]
struct Payloads {
    texts: Vec<Rc<str>>,
    ids: FxHashMap<Rc<str>, PayloadId>,
    /// Shared values that were written already, by their address.
    known: FxHashMap<usize, (Value, PayloadId)>,
    bytes: usize,
    /// The text at hand, before it is known to be new.
    scratch: String,
}

impl Payloads {
    fn id(&mut self, value: &Value) -> PayloadId {
        let address = address(value);
        if let Some((_, id)) = address.and_then(|address| self.known.get(&address)) {
            return *id;
        }
        self.scratch.clear();
        match self.bytes > PAYLOAD_BUDGET {
            true => self.scratch.push_str(LEFT_OUT),
            false => value.append_json(&mut self.scratch),
        }
        let id = match self.ids.get(self.scratch.as_str()) {
            Some(id) => *id,
            None => {
                let id = self.texts.len() as PayloadId;
                let text: Rc<str> = self.scratch.as_str().into();
                self.bytes += text.len();
                self.texts.push(text.clone());
                self.ids.insert(text, id);
                id
            }
        };
        if let Some(address) = address {
            // The value is kept, so that its address is not used again.
            self.known.insert(address, (value.clone(), id));
        }
        id
    }
}

fn address(value: &Value) -> Option<usize> {
    match value {
        Value::Array(items) => Some(Rc::as_ptr(items).addr()),
        Value::Object(object) => Some(Rc::as_ptr(object).addr()),
        _ => None,
    }
}
