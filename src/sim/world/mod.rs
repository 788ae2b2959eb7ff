//! The world around a run: queues, topics, event buses, tables, objects, activity workers and other machines, in the
//! same virtual time. It hears of each task when that is scheduled, and has a calendar of its own; [`World::turn`]
//! does what is due. What it does it notes, so that it can be shown as it was at any moment.
//!
//! Small, and exact in what it does: `www/help/differences.md` says what it leaves out. Sources: the API references of
//! the services, and their developer guides where a comment says so.

mod bus;
mod machines;
mod objects;
mod queue;
mod table;
mod token;
mod topic;
pub mod view;
mod words;
mod workers;

use std::{cmp::Reverse, collections::BinaryHeap, rc::Rc};

use indexmap::{IndexMap, IndexSet};

use super::{
    chaos::Luck,
    mock::{self, Answers},
    scenario::Scenario,
    trace::{Happened, OtherExecution, WorldEvent},
};
use crate::{
    asl::model::Definition,
    engine::{
        Execution,
        clock::{Duration, Instant},
        resource::{Family, Pattern},
        task::{TaskPlan, TaskRequest, TaskResult},
    },
    services::{self, dynamodb::Table},
    value::Value,
};
use machines::Other;
use queue::Queue;
use workers::Pool;

/// Which execution: that of the run itself, or one more than its index among the others.
pub(super) type Who = u32;

/// The execution of the run itself.
pub(super) const RUN: Who = 0;

/// How many things a run may cause around it, and how many are noted.
const MOST_HAPPENINGS: u32 = 1_000_000;
pub const MOST_NOTES: usize = 20_000;

/// Bytes of bodies, items and inputs that are noted; beyond that they are left out.
const MOST_NOTED_BYTES: usize = 16 << 20;

pub(super) struct World<'a> {
    scenario: &'a Scenario,
    definition: Rc<Definition>,
    start: Instant,
    now: Instant,
    calendar: BinaryHeap<Reverse<Due>>,
    /// Counts what was put in the calendar.
    sequence: u32,
    queues: IndexMap<Rc<str>, Queue>,
    tables: IndexMap<Rc<str>, Table>,
    pools: IndexMap<PoolId, Pool<'a>>,
    /// Tasks that wait for their token, by token.
    open: IndexMap<Rc<str>, (Who, TaskRequest)>,
    /// Tasks without a known end, and the tokens of those that got one after all.
    waiting: Vec<(Who, TaskRequest)>,
    answered: IndexSet<Rc<str>>,
    others: Vec<Other<'a>>,
    definitions: IndexMap<Rc<str>, Option<Rc<Definition>>>,
    /// The state whose task asks something at the moment.
    asking: Option<Rc<str>>,
    notes: Vec<WorldEvent>,
    noted_bytes: usize,
    random: oorandom::Rand64,
    luck: Luck,
}

/// Who takes from what: the consumers of a queue, the workers of an activity.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum PoolId {
    Queue(Rc<str>),
    Activity(Rc<str>),
}

/// An entry of the calendar. What is due at one instant happens in the order in which it was put there.
struct Due {
    at: Instant,
    sequence: u32,
    what: Happening,
}

enum Happening {
    /// There may be something to take, and somebody to take it.
    Offer(PoolId),
    /// A worker has reported and paused, and asks again.
    Ready {
        pool: PoolId,
        worker: u32,
    },
    /// A worker sends a heartbeat for what it works on.
    Beat {
        pool: PoolId,
        worker: u32,
        job: u32,
    },
    /// A worker has done its work.
    Report {
        pool: PoolId,
        worker: u32,
        job: u32,
    },
    /// A message becomes visible, for the first time or again after so many receipts.
    Visible {
        queue: Rc<str>,
        message: Rc<str>,
        receipts: u32,
    },
    Expired {
        queue: Rc<str>,
        message: Rc<str>,
    },
    /// What a person did with a message, by its index in the scenario.
    Receipt(usize),
    /// A machine is started.
    Start(Box<machines::Start>),
    /// Something is due in another execution.
    Due(Who),
    /// A token is answered.
    Answer {
        token: Rc<str>,
        result: Option<TaskResult>,
    },
}

/// A task that asks a service.
struct Call<'c> {
    who: Who,
    request: &'c TaskRequest,
    execution: &'c Execution,
    action: &'c str,
    parameters: &'c Value,
}

impl Call<'_> {
    /// A parameter's text.
    fn text(&self, name: &str) -> Option<Rc<str>> {
        self.parameters.get(name).and_then(Value::as_str).cloned()
    }

    /// A parameter that the service takes as a text, and the States Language as anything.
    fn payload(&self, name: &str) -> Rc<str> {
        match self.parameters.get(name) {
            Some(Value::String(text)) => text.clone(),
            Some(value) => value.to_json().into(),
            None => "{}".into(),
        }
    }
}

impl<'a> World<'a> {
    pub fn new(definition: &Rc<Definition>, scenario: &'a Scenario) -> Self {
        let start = Instant::from_micros(scenario.start);
        let mut world = Self {
            scenario,
            definition: Rc::clone(definition),
            start,
            now: start,
            calendar: BinaryHeap::new(),
            sequence: 0,
            queues: IndexMap::new(),
            tables: IndexMap::new(),
            pools: IndexMap::new(),
            open: IndexMap::new(),
            waiting: Vec::new(),
            answered: IndexSet::new(),
            others: Vec::new(),
            definitions: IndexMap::new(),
            asking: None,
            notes: Vec::new(),
            noted_bytes: 0,
            random: oorandom::Rand64::new(u128::from(scenario.seed) << 64 | u128::from(!scenario.seed)),
            luck: Luck::new(scenario.seed),
        };
        world.hire();
        world.lay_tables();
        for (index, receipt) in scenario.receipts.iter().enumerate() {
            // Last at its instant: a person sees a message before taking it.
            let (at, sequence) = (start + Duration::from_micros(receipt.at), MOST_HAPPENINGS + 1 + index as u32);
            world.calendar.push(Reverse(Due { at, sequence, what: Happening::Receipt(index) }));
        }
        world
    }

    /// When the next thing is due.
    pub fn next(&self) -> Option<Instant> {
        self.calendar.peek().map(|Reverse(due)| due.at)
    }

    /// Does the next thing that is due; time is then as late as that.
    pub fn turn(&mut self, run: &mut Execution) {
        let Some(Reverse(due)) = self.calendar.pop() else { return };
        self.see_written(run);
        self.now = self.now.max(due.at);
        match due.what {
            Happening::Offer(pool) => self.offer(&pool, run),
            Happening::Ready { pool, worker } => self.ask_again(&pool, worker, run),
            Happening::Beat { pool, worker, job } => self.beat(&pool, worker, job, run),
            Happening::Report { pool, worker, job } => self.report(&pool, worker, job, run),
            Happening::Visible { queue, message, receipts } => self.show(&queue, &message, receipts),
            Happening::Expired { queue, message } => self.expire(&queue, &message),
            Happening::Receipt(index) => self.receive_by_hand(index),
            Happening::Start(start) => self.start(*start, run),
            Happening::Due(who) => self.go_on(who, run),
            Happening::Answer { token, result } => self.answer(&token, result, run),
        }
    }

    /// Lets the other executions come to their end after the run has come to its own.
    pub fn outlast(&mut self, run: &mut Execution) {
        self.see_written(run);
        while self.has_unfinished() && self.next().is_some() {
            self.turn(run);
        }
        self.see_written(run);
    }

    /// Whether another execution goes on, or is to be started.
    fn has_unfinished(&self) -> bool {
        let is_start = |Reverse(due): &Reverse<Due>| matches!(due.what, Happening::Start(_));
        self.others.iter().any(Other::is_running) || self.calendar.iter().any(is_start)
    }

    /// Notes what Maps have written into S3.
    fn see_written(&mut self, execution: &Execution) {
        let objects = &execution.options().objects;
        for (at, name) in objects.take_written() {
            self.now = self.now.max(at);
            let body = objects.get(&name).unwrap_or_default();
            self.note(RUN, &name, Happened::ObjectPut { size: body.len() as u32, body });
        }
    }

    /// How a task turns out: by the scenario's answer, by what the world says, by the default of its service.
    pub fn plan(&mut self, who: Who, answers: &mut Answers, request: &TaskRequest, execution: &Execution) -> TaskPlan {
        self.see_written(execution);
        self.now = self.now.max(execution.now());
        let answered = answers.plan(request, execution);
        let resource = &request.task.resource;
        let mut plan = match answered {
            // What is waited for is sent all the same; the answer says what comes of it.
            Some(plan) if resource.pattern == Pattern::Callback => {
                let mut sent = plan.clone();
                self.serve(who, request, execution, &mut sent);
                plan
            }
            Some(plan) => plan,
            None => {
                let mut plan = services::default_plan(request, answers.seed(), execution.options());
                self.serve(who, request, execution, &mut plan);
                plan
            }
        };
        if !self.scenario.chaos.is_empty() {
            let state = execution.definition().state(request.state);
            self.luck.strike(&self.scenario.chaos, state, &mut plan);
        }
        if let Some(token) = &request.token {
            let decisions = self.scenario.decisions.iter().filter(|decision| decision.token == *token);
            mock::decide(&mut plan, decisions, request.at - self.start);
            if !self.scenario.world.is_empty() {
                self.open.insert(token.clone(), (who, request.clone()));
            }
        }
        if plan.result.is_none() {
            self.waiting.push((who, request.clone()));
        }
        plan
    }

    /// Asks the service that a task names, if it is one of this world.
    fn serve(&mut self, who: Who, request: &TaskRequest, execution: &Execution, plan: &mut TaskPlan) {
        self.asking = Some(execution.definition().state(request.state).name.clone());
        self.ask(who, request, execution, plan);
        self.asking = None;
    }

    fn ask(&mut self, who: Who, request: &TaskRequest, execution: &Execution, plan: &mut TaskPlan) {
        let resource = &request.task.resource;
        match resource.family {
            Family::Activity => return self.queue_activity(who, request, plan),
            Family::LambdaFunction => return,
            Family::Service => {}
        }
        let service = resource.service.strip_prefix("aws-sdk:").unwrap_or(&resource.service);
        let action = resource.action.split('.').next().unwrap_or_default();
        let call = Call { who, request, execution, action, parameters: &request.task.payload };
        match (service, action) {
            ("sqs", "sendMessage") => {
                plan.is_default = false;
                self.send_message(&call, plan);
            }
            ("dynamodb", _) => self.ask_table(&call, plan),
            ("s3", "getObject" | "headObject" | "putObject" | "deleteObject" | "listObjectsV2") => {
                self.ask_bucket(&call, plan);
            }
            ("sns", "publish") => {
                plan.is_default = false;
                self.publish(&call, plan);
            }
            ("events" | "eventbridge", "putEvents") => {
                plan.is_default = false;
                self.put_events(&call, plan);
            }
            ("states" | "sfn", "startExecution" | "startSyncExecution") => self.start_execution(&call, plan),
            ("sfn", "sendTaskSuccess" | "sendTaskFailure" | "sendTaskHeartbeat") => self.send_task(&call, plan),
            _ => {}
        }
    }

    fn schedule(&mut self, at: Instant, what: Happening) {
        if self.sequence < MOST_HAPPENINGS {
            self.sequence += 1;
            self.calendar.push(Reverse(Due { at, sequence: self.sequence, what }));
        }
    }

    /// Notes something that has happened now.
    fn note(&mut self, who: Who, name: &Rc<str>, what: Happened) {
        if self.notes.len() < MOST_NOTES {
            self.noted_bytes += what.bytes();
            let what = if self.noted_bytes > MOST_NOTED_BYTES { what.without_bodies() } else { what };
            let at = (self.now - self.start).as_micros();
            self.notes.push(WorldEvent { at, execution: who, name: name.clone(), task: self.asking.clone(), what });
        }
    }

    fn uuid(&mut self) -> Rc<str> {
        crate::encoding::uuid(self.random.rand_u64(), self.random.rand_u64()).into()
    }

    /// The execution of this number; `run` is the first. None while that goes on.
    fn execution<'e>(&'e mut self, who: Who, run: &'e mut Execution) -> Option<&'e mut Execution> {
        match who.checked_sub(1) {
            Some(index) => Some(&mut self.others.get_mut(index as usize)?.played.as_mut()?.execution),
            None => Some(run),
        }
    }

    /// Ends a task, and lets its execution go on. Answers whether it still waited for that.
    fn complete(&mut self, who: Who, request: &TaskRequest, result: TaskResult, run: &mut Execution) -> bool {
        let counts = self.execution(who, run).is_some_and(|execution| execution.complete(request, result));
        // By the calendar, and not at once: one end can bring about another, a thousand levels up.
        if who != RUN {
            self.schedule(self.now, Happening::Due(who));
        }
        counts
    }

    /// The tasks of an execution that got no end.
    pub fn waiting_of(&self, who: Who) -> Vec<TaskRequest> {
        let is_waiting =
            |request: &TaskRequest| !request.token.as_ref().is_some_and(|token| self.answered.contains(token));
        let of = self.waiting.iter().filter(|(of, request)| *of == who && is_waiting(request));
        of.map(|(_, request)| request.clone()).collect()
    }

    /// What has happened, and the other executions, each with its own trace.
    pub fn into_record(mut self) -> (Vec<WorldEvent>, Vec<OtherExecution>) {
        let others = std::mem::take(&mut self.others);
        let waiting: Vec<Vec<TaskRequest>> = (1..=others.len() as u32).map(|who| self.waiting_of(who)).collect();
        let others =
            others.into_iter().zip(waiting).filter_map(|(other, waiting)| other.into_record(self.start, waiting));
        (self.notes, others.collect())
    }
}

/// The name of a resource, out of its ARN or URL.
fn name_of(text: &str) -> Rc<str> {
    text.rsplit(['/', ':']).next().unwrap_or(text).into()
}

/// What the service answers at once: the end of the task, or the beginning of its wait for a token.
fn reply_with(plan: &mut TaskPlan, reply: Value) {
    plan.is_default = false;
    match plan.submitted {
        Some(_) => plan.submitted = Some(reply),
        None => plan.result = Some((services::DEFAULT_DELAY, TaskResult::Succeeded(reply))),
    }
}

fn fail(plan: &mut TaskPlan, error: &str, cause: &str) {
    (plan.submitted, plan.is_default) = (None, false);
    let result = TaskResult::Failed { error: Some(error.into()), cause: Some(cause.into()) };
    plan.result = Some((services::DEFAULT_DELAY, result));
}

/// A text as JSON where it is some.
fn parsed(text: &str) -> Value {
    crate::syntax::parse_value(text).unwrap_or_else(|_| Value::from(text))
}

impl PartialEq for Due {
    fn eq(&self, other: &Self) -> bool {
        self.sequence == other.sequence
    }
}

impl Eq for Due {}

impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Due {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.sequence).cmp(&(other.at, other.sequence))
    }
}
