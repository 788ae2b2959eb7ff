//! Other machines of the scenario, and the run's own machine started once more: executions of their own, in the same
//! world and time. Each has its own history, quotas and seed.

use std::rc::Rc;

use super::{Call, Happening, RUN, Who, World, fail, reply_with};
use crate::{
    asl::{self, model::Definition},
    engine::{
        Execution, Options, Outcome, Output,
        clock::{Duration, Instant},
        resource::Pattern,
        task::{TaskPlan, TaskRequest, TaskResult},
    },
    sim::{
        mock::Answers,
        run::longest,
        scenario::{ExecutionName, Machine, MachineType},
        trace::{Happened, OtherExecution, Status, Trace},
    },
    syntax::{Format, parse_value},
    value::{Object, Value},
};

/// How many executions a run may start, and how many events all of them may have before no more are started.
const MOST_EXECUTIONS: usize = 1000;
const MOST_EVENTS: usize = 250_000;

const LONGEST_CAUSE: usize = 32_768;

pub(super) struct Other<'a> {
    machine: Rc<str>,
    cause: Cause,
    started: Instant,
    /// Aside while it goes on.
    pub played: Option<Box<Played<'a>>>,
    /// When it goes on by itself.
    due: Option<Instant>,
    is_done: bool,
}

/// An execution, and how its tasks are answered.
pub(super) struct Played<'a> {
    pub execution: Execution,
    answers: Answers<'a>,
}

/// A machine to be started.
pub(super) struct Start {
    pub machine: Rc<str>,
    /// The name of the execution.
    pub name: Rc<str>,
    pub input: Value,
    pub cause: Cause,
    /// The state whose task asked for it.
    pub asked: Option<Rc<str>>,
    /// Those of the execution that starts it.
    pub options: Options,
}

#[derive(Clone)]
pub(super) enum Cause {
    /// A rule of an event bus.
    Rule(Rc<str>),
    /// The start of the run itself, carried out a second time.
    Again,
    /// A task, which waits for the end if it has to.
    Task { who: Who, request: Box<TaskRequest>, waits: bool },
}

impl World<'_> {
    pub(super) fn start_execution(&mut self, call: &Call, plan: &mut TaskPlan) {
        let arn = call.text("StateMachineArn").unwrap_or_default();
        let machine = machine_of(&arn);
        if self.definition_of(&machine).is_none() {
            return;
        }
        let events: usize = self
            .others
            .iter()
            .filter_map(|other| other.played.as_ref())
            .map(|played| played.execution.history().events.len())
            .sum();
        if self.others.len() >= MOST_EXECUTIONS || events > MOST_EVENTS {
            let cause = format!(
                "A run may start {MOST_EXECUTIONS} executions here, as long as they have fewer than {MOST_EVENTS} events together."
            );
            return fail(plan, "StepFunctions.ExecutionLimitExceeded", &cause);
        }
        let input = match call.parameters.get("Input") {
            Some(Value::String(text)) => match parse_value(text) {
                Ok(input) => input,
                Err(_) => {
                    let id = self.uuid();
                    let cause = format!(
                        "Invalid State Machine Execution Input (Service: AWSStepFunctions; Status Code: 400; Error Code: InvalidExecutionInput; Request ID: {id}; Proxy: null)"
                    );
                    return fail(plan, "StepFunctions.InvalidExecutionInputException", &cause);
                }
            },
            Some(input) => input.clone(),
            None => Value::empty_object(),
        };
        let name = call.text("Name").unwrap_or_else(|| self.uuid());
        let options = call.execution.options().clone();
        let waits = call.request.task.resource.pattern == Pattern::RunJob || call.action == "startSyncExecution";
        let reply = started(&options, &machine, &name, self.now);
        match (call.request.task.resource.pattern, waits) {
            (Pattern::RunJob, _) => *plan = TaskPlan { submitted: Some(reply), ..TaskPlan::default() },
            (_, true) => *plan = TaskPlan::default(),
            (_, false) => reply_with(plan, reply),
        }
        let cause = Cause::Task { who: call.who, request: Box::new(call.request.clone()), waits };
        let asked = self.asking.clone();
        self.schedule(self.now, Happening::Start(Box::new(Start { machine, name, input, cause, asked, options })));
    }

    /// Has the start of the run carried out a second time, so much later: the same execution, by name and input.
    pub fn start_again(&mut self, run: &Execution, later: Duration) {
        let options = run.options().clone();
        let (machine, name) = (options.machine_name.clone(), options.execution_name.clone());
        let (input, cause) = (run.input().clone(), Cause::Again);
        let start = Start { machine, name, input, cause, asked: None, options };
        self.schedule(self.start + later, Happening::Start(Box::new(start)));
    }

    /// The definition of a machine that this world has, read once.
    fn definition_of(&mut self, machine: &Rc<str>) -> Option<Rc<Definition>> {
        if *machine == self.scenario.machine.name && !self.scenario.world.machines.contains_key(machine) {
            return Some(Rc::clone(&self.definition));
        }
        if let Some(known) = self.definitions.get(machine) {
            return known.clone();
        }
        let text = self.scenario.world.machines.get(machine)?.text();
        let loaded = asl::load(&text, Format::detect(&text));
        let error = loaded.diagnostics.iter().find(|diagnostic| diagnostic.is_error());
        if let Some(error) = error {
            let why = format!("its definition is not valid: {}", error.message).into();
            self.note(RUN, machine, Happened::Broken { what: machine.clone(), why });
        }
        let definition = loaded.is_runnable().then(|| Rc::new(loaded.definition));
        self.definitions.insert(machine.clone(), definition.clone());
        definition
    }

    pub(super) fn start(&mut self, start: Start, run: &mut Execution) {
        let Start { machine, name, input, cause, asked, options } = start;
        let is_again = matches!(cause, Cause::Again);
        let definition = match is_again {
            true => Some(Rc::clone(&self.definition)),
            false => self.definition_of(&machine),
        };
        let Some(definition) = definition else {
            let why = "no machine of this name is in the scenario".into();
            return self.note(RUN, &machine, Happened::Broken { what: name, why });
        };
        let settings = self.scenario.world.machines.get(&machine).filter(|_| !is_again);
        let kind = settings.map_or(self.scenario.machine.kind, |settings| settings.kind);
        let tasks = settings.map_or(&self.scenario.tasks, |settings| &settings.tasks);
        let number = self.others.len() as u64 + 1;
        let seed = self.scenario.seed ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let options = match is_again {
            true => options,
            false => Options {
                machine_arn: machine_arn(&options.machine_arn, &machine),
                machine_name: machine.clone(),
                execution_arn: execution_arn(&options, &machine, &name),
                execution_name: name,
                is_express: kind == MachineType::Express,
                longest: longest(kind),
                ..options
            },
        };
        let options = Options { start: self.now, seed, ..options };
        let who = number as Who;
        let arn = options.execution_arn.clone();
        let by = cause.who();
        let execution = Execution::new(Rc::clone(&definition), input, options);
        let answers = Answers::new(&definition, tasks, seed);
        let played = Some(Box::new(Played { execution, answers }));
        self.others.push(Other {
            machine: machine.clone(),
            cause,
            started: self.now,
            played,
            due: None,
            is_done: false,
        });
        self.asking = asked;
        self.note(by, &machine, Happened::ExecutionStarted { arn, execution: who });
        self.asking = None;
        self.go_on(who, run);
    }

    /// Lets another execution go on as far as it can; the run itself goes on by its own loop.
    pub(super) fn go_on(&mut self, who: Who, run: &mut Execution) {
        let Some(index) = who.checked_sub(1).map(|index| index as usize) else { return };
        let Some(mut played) = self.others.get_mut(index).and_then(|other| other.played.take()) else { return };
        let Played { execution, answers } = &mut *played;
        let outcome = loop {
            match execution.poll() {
                Output::StartTask(request) => {
                    let plan = self.plan(who, answers, &request, execution);
                    execution.answer(&request, plan);
                }
                Output::Idle { until } if until <= self.now => execution.advance(until),
                Output::Idle { until } => {
                    execution.advance(self.now);
                    if self.others[index].due.replace(until) != Some(until) {
                        self.schedule(until, Happening::Due(who));
                    }
                    break None;
                }
                Output::Done(outcome) => break Some(outcome),
            }
        };
        let other = &mut self.others[index];
        other.played = Some(played);
        if let Some(outcome) = outcome.filter(|_| !std::mem::replace(&mut other.is_done, true)) {
            self.ended(index, outcome, run);
        }
    }

    fn ended(&mut self, index: usize, outcome: Outcome, run: &mut Execution) {
        let other = &self.others[index];
        let Some(Played { execution, .. }) = other.played.as_deref() else { return };
        let (machine, arn) = (other.machine.clone(), execution.options().execution_arn.clone());
        let status = status_of(&outcome);
        let cause = other.cause.clone();
        let described = |as_json| described(execution, &outcome, as_json, other.started, self.now);
        let answer = match &cause {
            Cause::Task { request, waits: true, .. } => {
                let as_json = request.task.resource.action.ends_with(".sync:2");
                Some(match &outcome {
                    Outcome::Succeeded(_) => TaskResult::Succeeded(described(as_json)),
                    _ => TaskResult::Failed {
                        error: Some("States.TaskFailed".into()),
                        cause: Some(cut(described(false).to_json()).into()),
                    },
                })
            }
            _ => None,
        };
        self.note(index as Who + 1, &machine, Happened::ExecutionEnded { arn, status });
        if let (Cause::Task { who, request, .. }, Some(result)) = (cause, answer) {
            if let Some(token) = &request.token {
                self.answered.insert(token.clone());
            }
            self.complete(who, &request, result, run);
        }
    }
}

impl Cause {
    const fn who(&self) -> Who {
        match self {
            Self::Rule(_) | Self::Again => RUN,
            Self::Task { who, .. } => *who,
        }
    }
}

impl Other<'_> {
    pub const fn is_running(&self) -> bool {
        !self.is_done
    }

    pub fn into_record(self, start: Instant, waiting: Vec<TaskRequest>) -> Option<OtherExecution> {
        let Played { execution, .. } = *self.played?;
        let options = execution.options();
        Some(OtherExecution {
            name: options.execution_name.clone(),
            arn: options.execution_arn.clone(),
            machine: self.machine,
            rule: match &self.cause {
                Cause::Rule(rule) => Some(rule.clone()),
                Cause::Task { .. } | Cause::Again => None,
            },
            by: self.cause.who(),
            started: (self.started - start).as_micros(),
            trace: Trace::of_one(&execution, waiting),
        })
    }
}

fn status_of(outcome: &Outcome) -> Status {
    match outcome {
        Outcome::Succeeded(_) => Status::Succeeded,
        Outcome::Failed(_) => Status::Failed,
        Outcome::TimedOut => Status::TimedOut,
        Outcome::Aborted(_) => Status::Aborted,
    }
}

/// What DescribeExecution says at the end, with the keys as an optimised integration has them. `.sync:2` gives input
/// and output as JSON, `.sync` as texts of it.
fn described(execution: &Execution, outcome: &Outcome, as_json: bool, start: Instant, stop: Instant) -> Value {
    let options = execution.options();
    let data = |value: &Value| if as_json { value.clone() } else { Value::from(value.to_json()) };
    let status = status_of(outcome).name();
    let mut members = Object::default();
    let mut put = |key: &str, value: Value| {
        members.insert(key.into(), value);
    };
    let included = || Value::object([("Included", Value::from(true))]);
    match outcome {
        Outcome::Failed(failure) | Outcome::Aborted(failure) => {
            failure.cause.iter().for_each(|cause| put("Cause", Value::from(cause)));
            failure.error.iter().for_each(|error| put("Error", Value::from(error)));
        }
        _ => {}
    }
    put("ExecutionArn", Value::from(&options.execution_arn));
    put("Input", data(execution.input()));
    put("InputDetails", included());
    put("Name", Value::from(&options.execution_name));
    if let Outcome::Succeeded(output) = outcome {
        put("Output", data(output));
        put("OutputDetails", included());
    }
    put("RedriveCount", 0.into());
    let is_over = matches!(outcome, Outcome::Succeeded(_));
    put("RedriveStatus", Value::from(if is_over { "NOT_REDRIVABLE" } else { "REDRIVABLE" }));
    if is_over {
        put("RedriveStatusReason", Value::from("Execution is SUCCEEDED and cannot be redriven"));
    }
    put("StartDate", millis(start));
    put("StateMachineArn", Value::from(&options.machine_arn));
    put("Status", Value::from(status));
    put("StopDate", millis(stop));
    Value::Object(Rc::new(members))
}

/// The API allows a cause 32,768 characters. Without that it would double with every level of machines in machines.
fn cut(mut cause: String) -> String {
    if let Some((end, _)) = cause.char_indices().nth(LONGEST_CAUSE) {
        cause.truncate(end);
    }
    cause
}

/// What StartExecution answers at once.
fn started(options: &Options, machine: &Rc<str>, name: &Rc<str>, now: Instant) -> Value {
    Value::object([("ExecutionArn", Value::from(&execution_arn(options, machine, name))), ("StartDate", millis(now))])
}

fn millis(at: Instant) -> Value {
    at.as_micros().div_euclid(1000).into()
}

/// The name in a machine's ARN, without version or alias; any other text is a name.
fn machine_of(arn: &str) -> Rc<str> {
    match arn.split_once(":stateMachine:") {
        Some((_, name)) => name.split(':').next().unwrap_or(name).into(),
        None => arn.into(),
    }
}

/// A machine in the account and region of another.
fn machine_arn(neighbour: &str, machine: &str) -> Rc<str> {
    match neighbour.split_once(":stateMachine:") {
        Some((owner, _)) => format!("{owner}:stateMachine:{machine}").into(),
        None => Machine::named(machine).arn,
    }
}

fn execution_arn(options: &Options, machine: &Rc<str>, name: &Rc<str>) -> Rc<str> {
    let arn = machine_arn(&options.machine_arn, machine);
    ExecutionName::of(name.clone(), &Machine { arn, kind: MachineType::Standard, ..Machine::named(machine.clone()) })
        .arn
}
