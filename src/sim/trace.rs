//! What a run left behind: events in the shape and order of GetExecutionHistory, and beside them what
//! AWS does not tell: the virtual time, the branch and the state of each event. Made to cross edges
//! (worker to page, command to file), so its types carry serde derives.
//!
//! Payload texts are shared: an event names them by index into [`Trace::payloads`].

use std::{
    collections::BTreeMap,
    ops::{Deref, DerefMut},
    rc::Rc,
};

use serde::{Deserialize, Serialize};

/// Index into [`Trace::payloads`].
pub type PayloadId = u32;

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Trace {
    pub status: Status,
    /// The output's JSON text, of a run that succeeded.
    pub output: Option<PayloadId>,
    pub error: Option<Rc<str>>,
    pub cause: Option<Rc<str>>,
    /// Microseconds since 1970 at which the run started.
    pub start: i64,
    /// Microseconds the run took.
    pub duration: i64,
    /// In order of their ids, which count from 1.
    pub events: Vec<TraceEvent>,
    /// Who ran: the first is the execution itself, each further one a Parallel branch or a Map iteration.
    pub branches: Vec<TraceBranch>,
    /// JSON texts of inputs, outputs and parameters, each once.
    pub payloads: Vec<Rc<str>>,
    /// What failed, in the order in which the machine dealt with it. Our own, beside AWS's.
    #[serde(default)]
    pub faults: Vec<TraceFault>,
    /// Our own: `Execution` and `StateMachine` of the context object, which are the same throughout.
    #[serde(default)]
    pub context: Option<PayloadId>,
    /// Tasks that still waited for an answer from outside when the run ended or stood still.
    pub pending: Vec<PendingTask>,
    /// What happened around the machine, in the order in which it did.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub world: Vec<WorldEvent>,
    /// The executions that the run, a rule or another execution started.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub others: Vec<OtherExecution>,
    /// The Map Runs of distributed Maps, in the order in which they began.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub map_runs: Vec<MapRun>,
    /// Ids of the `…Succeeded` events whose output is how the service answers by default, in order.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub defaults: Vec<u32>,
}

#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    Succeeded,
    Failed,
    TimedOut,
    Aborted,
    /// Of an imported history that stops before the end.
    Running,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TraceEvent {
    pub id: u32,
    pub previous: u32,
    /// Microseconds since the start of the run.
    pub at: i64,
    /// Index into [`Trace::branches`].
    pub branch: u32,
    /// Index into the definition's states; none for events of the execution itself.
    pub state: Option<u32>,
    /// The event's type in AWS's word: `TaskStateEntered`, `LambdaFunctionFailed`, …
    #[serde(rename = "type")]
    pub kind: Rc<str>,
    pub details: Details,
}

/// All that the events of AWS tell, by their field names; what an event does not have is `None`. What few events have
/// stands apart, for there are many events: it is read as if it stood here.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(from = "Told", into = "Told")]
pub struct Details {
    pub name: Option<Rc<str>>,
    pub input: Option<PayloadId>,
    pub output: Option<PayloadId>,
    pub parameters: Option<PayloadId>,
    pub resource: Option<Rc<str>>,
    pub resource_type: Option<Rc<str>>,
    /// Index of a `MapIteration…` event.
    pub index: Option<u64>,
    /// Our own: why a state was left: to which state, and for a Choice by which rule.
    pub left: Option<Left>,
    /// Is read and written by the names of its own fields.
    pub rare: Option<Box<RareDetails>>,
}

/// What few events tell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RareDetails {
    pub error: Option<Rc<str>>,
    pub cause: Option<Rc<str>>,
    pub region: Option<Rc<str>>,
    pub role_arn: Option<Rc<str>>,
    pub worker_name: Option<Rc<str>>,
    pub timeout_in_seconds: Option<u64>,
    pub heartbeat_in_seconds: Option<u64>,
    /// Number of items of a `MapStateStarted`.
    pub length: Option<u64>,
    pub map_run_arn: Option<Rc<str>>,
    /// Where the expression of an `EvaluationFailed` stands: `Output/items[0]`.
    pub location: Option<Rc<str>>,
    /// `assignedVariables`: name to JSON text.
    pub assigned_variables: Option<BTreeMap<Rc<str>, PayloadId>>,
    /// Our own, beside AWS's: when a retry will come, in microseconds since the start; stands on the
    /// event of the failed attempt.
    pub retry_at: Option<i64>,
    /// Our own: until when a Wait waits, in microseconds since the start; stands on `WaitStateEntered`.
    pub wait_until: Option<i64>,
}

impl RareDetails {
    const NONE: &'static Self = &Self {
        error: None,
        cause: None,
        region: None,
        role_arn: None,
        worker_name: None,
        timeout_in_seconds: None,
        heartbeat_in_seconds: None,
        length: None,
        map_run_arn: None,
        location: None,
        assigned_variables: None,
        retry_at: None,
        wait_until: None,
    };
}

impl Details {
    /// The same, with what few events tell.
    pub fn with(self, rare: RareDetails) -> Self {
        Self { rare: Some(Box::new(rare)), ..self }
    }
}

impl From<RareDetails> for Details {
    fn from(rare: RareDetails) -> Self {
        Self::default().with(rare)
    }
}

impl Deref for Details {
    type Target = RareDetails;

    fn deref(&self) -> &RareDetails {
        self.rare.as_deref().unwrap_or(RareDetails::NONE)
    }
}

impl DerefMut for Details {
    fn deref_mut(&mut self) -> &mut RareDetails {
        self.rare.get_or_insert_default()
    }
}

impl PartialEq for Details {
    fn eq(&self, other: &Self) -> bool {
        let common = |details: &Self| {
            let Self { name, input, output, parameters, resource, resource_type, index, left, rare: _ } =
                details.clone();
            (name, input, output, parameters, resource, resource_type, index, left)
        };
        **self == **other && common(self) == common(other)
    }
}

/// The same in one piece, as it is written.
#[derive(Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
struct Told {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Rc<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    input: Option<PayloadId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<PayloadId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameters: Option<PayloadId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Rc<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<Rc<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<Rc<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_type: Option<Rc<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Rc<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role_arn: Option<Rc<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    worker_name: Option<Rc<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timeout_in_seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    heartbeat_in_seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    length: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    map_run_arn: Option<Rc<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<Rc<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    assigned_variables: Option<BTreeMap<Rc<str>, PayloadId>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_at: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wait_until: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    left: Option<Left>,
}

impl From<Details> for Told {
    fn from(details: Details) -> Self {
        let Details { name, input, output, parameters, resource, resource_type, index, left, rare } = details;
        let RareDetails {
            error,
            cause,
            region,
            role_arn,
            worker_name,
            timeout_in_seconds,
            heartbeat_in_seconds,
            length,
            map_run_arn,
            location,
            assigned_variables,
            retry_at,
            wait_until,
        } = rare.map(|rare| *rare).unwrap_or_default();
        Self {
            name,
            input,
            output,
            parameters,
            error,
            cause,
            resource,
            resource_type,
            region,
            role_arn,
            worker_name,
            timeout_in_seconds,
            heartbeat_in_seconds,
            length,
            index,
            map_run_arn,
            location,
            assigned_variables,
            retry_at,
            wait_until,
            left,
        }
    }
}

impl From<Told> for Details {
    fn from(told: Told) -> Self {
        let Told {
            name,
            input,
            output,
            parameters,
            error,
            cause,
            resource,
            resource_type,
            region,
            role_arn,
            worker_name,
            timeout_in_seconds,
            heartbeat_in_seconds,
            length,
            index,
            map_run_arn,
            location,
            assigned_variables,
            retry_at,
            wait_until,
            left,
        } = told;
        let rare = RareDetails {
            error,
            cause,
            region,
            role_arn,
            worker_name,
            timeout_in_seconds,
            heartbeat_in_seconds,
            length,
            map_run_arn,
            location,
            assigned_variables,
            retry_at,
            wait_until,
        };
        let rare = (rare != *RareDetails::NONE).then(|| Box::new(rare));
        Self { name, input, output, parameters, resource, resource_type, index, left, rare }
    }
}

/// How a state was left; stands on its `…StateExited` event.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Left {
    /// By `End`, or as a Succeed state.
    End,
    /// By `Next`, to the state of this index.
    Next(u32),
    /// By a Choice rule (its index), to a state.
    Choice(u32, u32),
    /// By a Choice's `Default`, to a state.
    Default(u32),
    /// By a Catcher (its index), to a state.
    Catch(u32, u32),
}

/// A failure of a state: what it was, and what became of it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TraceFault {
    /// The event from which on it is known: that of the task's failure, else the one that follows.
    pub event: u32,
    pub state: u32,
    pub branch: u32,
    /// Id of the `…StateEntered` event; with the state it names the visit.
    pub entered: u32,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub error: Option<Rc<str>>,
    pub origin: FaultOrigin,
    pub verdict: FaultVerdict,
    /// How often each Retrier had been used before; empty where none had.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub retries: Vec<u64>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub lookup: Option<TraceLookup>,
}

/// Where a failure came from.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum FaultOrigin {
    Task,
    Heartbeat,
    State,
    Query,
    DataLimit,
    Terminal,
}

/// What became of a failure; the numbers are indexes into `Retry` and `Catch`.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum FaultVerdict {
    Ended,
    HandedUp,
    Retried(u32),
    Caught(u32),
}

/// The expression that failed, and what it saw.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TraceLookup {
    /// The field as a JSON pointer from the state, without its first slash.
    pub field: Rc<str>,
    /// In a payload template, the key that holds the expression.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub key: Option<Rc<str>>,
    pub expression: Rc<str>,
    /// What `$` or `$states.input` stood for.
    pub input: PayloadId,
    /// What `$$` or `$states.context` stood for, where the expression may ask for it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub context: Option<PayloadId>,
    /// What `$states.result` or `$states.errorOutput` stood for, where there was one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub result: Option<PayloadId>,
}

/// One line of execution.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TraceBranch {
    /// The branch that the owning Parallel or Map state ran in; none for the execution itself.
    pub parent: Option<u32>,
    /// The owning Parallel or Map state.
    pub owner: Option<u32>,
    /// Index of the Parallel branch or of the Map item.
    pub index: u32,
    /// Counts the re-starts of the owner: 0, and one more for each retry of the Parallel or Map, and
    /// for each further visit to it in the same parent branch.
    pub generation: u32,
}

/// Stands for a payload whose text was left out of a trace.
pub const LEFT_OUT: &str = "\"(not kept: the payloads of this run exceed 64 MB)\"";

impl Trace {
    /// The text of a payload, if it was kept.
    pub fn payload(&self, id: PayloadId) -> Option<&Rc<str>> {
        self.payloads.get(id as usize).filter(|text| &***text != LEFT_OUT)
    }

    /// States entered and retries made, those of Standard child executions included: what a Standard execution is
    /// charged for.
    pub fn transitions(&self) -> u64 {
        let entered = self.events.iter().filter(|event| event.kind.ends_with("StateEntered")).count();
        let retries = self.events.iter().filter(|event| event.details.retry_at.is_some()).count();
        let of_children = self.map_runs.iter().flat_map(|run| &run.transitions).map(|count| u64::from(*count));
        (entered + retries) as u64 + of_children.sum::<u64>()
    }
}

/// A task that waits for the world: a callback, an activity, or a mock that never answers.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PendingTask {
    /// Index into the definition's states.
    pub state: u32,
    pub branch: u32,
    /// The task token, where the task has one.
    pub token: Option<Rc<str>>,
    /// Microseconds since the start at which it was scheduled.
    pub since: i64,
    pub input: PayloadId,
    /// `TimeoutSeconds` and `HeartbeatSeconds`, in microseconds.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub timeout: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub heartbeat: Option<i64>,
}

/// A Map Run and its child executions, which have no events in this trace; by column, for there may be many. Times are
/// microseconds since the start of the run.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MapRun {
    pub arn: Rc<str>,
    /// The Map, as an index into the definition's states.
    pub state: u32,
    pub branch: u32,
    /// Id of its `MapRunStarted` event; none where the Map is in a child execution itself.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub event: Option<u32>,
    /// How many child executions there were to be.
    pub total: u32,
    /// How many items each child has, where they are batched.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub items: Vec<u32>,
    /// When each child that began did so, by its index.
    pub started: Vec<i64>,
    /// When it ended; none where the run ended before.
    pub ended: Vec<Option<i64>>,
    /// How it ended; [`Status::Running`] where it did not.
    pub statuses: Vec<Status>,
    /// States entered and retries made in each; nothing where the children are Express executions.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub transitions: Vec<u32>,
    /// Errors and causes of those that failed, by index.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub errors: BTreeMap<u32, ChildError>,
    /// What the names of the children end on, and the ARNs begin with: see [`MapRun::child_name`].
    pub names: ChildNames,
}

/// How the child executions of a Map Run are called.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChildNames {
    /// The name of the child of index 0.
    pub first: Rc<str>,
    /// Its ARN without the name.
    pub arn: Rc<str>,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct ChildError {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub error: Option<Rc<str>>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cause: Option<Rc<str>>,
}

/// How many child executions, or items, of a Map Run are in which state: the counts of DescribeMapRun.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MapRunCounts {
    pub total: u32,
    pub pending: u32,
    pub running: u32,
    pub succeeded: u32,
    pub failed: u32,
    pub timed_out: u32,
    pub aborted: u32,
}

impl MapRun {
    pub fn child_name(&self, index: u32) -> String {
        let rest = self.names.first.split_once('-').map_or("", |(_, rest)| rest);
        format!("{:08x}-{rest}", index + 1)
    }

    /// How its executions stand at a moment, in microseconds since the start of the run.
    pub fn executions_at(&self, now: i64) -> MapRunCounts {
        self.counts_at(now, self.total, |_| 1)
    }

    /// How its items stand: as many as executions, but where these have several.
    pub fn items_at(&self, now: i64) -> MapRunCounts {
        match self.items.is_empty() {
            true => self.executions_at(now),
            false => self.counts_at(now, self.items.iter().sum(), |index| self.items[index]),
        }
    }

    fn counts_at(&self, now: i64, total: u32, weight: impl Fn(usize) -> u32) -> MapRunCounts {
        let mut counts = MapRunCounts { total, pending: total, ..MapRunCounts::default() };
        for (index, started) in self.started.iter().enumerate() {
            let weight = weight(index);
            if *started > now {
                continue;
            }
            counts.pending -= weight;
            let is_over = self.ended[index].is_some_and(|ended| ended <= now);
            *match self.statuses[index] {
                _ if !is_over => &mut counts.running,
                Status::Succeeded => &mut counts.succeeded,
                Status::Failed => &mut counts.failed,
                Status::TimedOut => &mut counts.timed_out,
                Status::Aborted => &mut counts.aborted,
                Status::Running => &mut counts.running,
            } += weight;
        }
        counts
    }
}

/// An execution beside the run: of another machine, or of the same one again.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OtherExecution {
    pub name: Rc<str>,
    pub arn: Rc<str>,
    /// The name of its machine.
    pub machine: Rc<str>,
    /// The rule that started it; else a task did.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rule: Option<Rc<str>>,
    /// The execution that it was started by: 0 is the run itself, the first of the others is 1.
    pub by: u32,
    /// Microseconds since the start of the run.
    pub started: i64,
    pub trace: Trace,
}

/// Something that happened around the machine.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WorldEvent {
    /// Microseconds since the start of the run.
    pub at: i64,
    /// The execution that caused it: 0 is the run itself, the first of the others is 1.
    #[serde(skip_serializing_if = "is_run", default)]
    pub execution: u32,
    /// The name of the queue, topic, bus, table, bucket, activity or machine.
    pub name: Rc<str>,
    /// The state whose task asked for it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub task: Option<Rc<str>>,
    pub what: Happened,
}

/// What happened, and to what.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Happened {
    MessageSent {
        id: Rc<str>,
        body: Rc<str>,
    },
    MessageReceived {
        id: Rc<str>,
        by: Rc<str>,
    },
    /// It was not deleted in time and is visible again.
    MessageReturned {
        id: Rc<str>,
    },
    MessageDeleted {
        id: Rc<str>,
    },
    MessageExpired {
        id: Rc<str>,
    },
    /// To the queue of dead letters.
    MessageMoved {
        id: Rc<str>,
        to: Rc<str>,
    },
    Published {
        id: Rc<str>,
        subject: Option<Rc<str>>,
        message: Rc<str>,
    },
    Delivered {
        id: Rc<str>,
        protocol: Rc<str>,
        endpoint: Rc<str>,
    },
    /// A filter policy held it back.
    Withheld {
        id: Rc<str>,
        endpoint: Rc<str>,
    },
    EventPut {
        id: Rc<str>,
        event: Rc<str>,
    },
    RuleMatched {
        id: Rc<str>,
        rule: Rc<str>,
        target: Rc<str>,
    },
    ItemPut {
        key: Rc<str>,
        item: Rc<str>,
    },
    ItemDeleted {
        key: Rc<str>,
    },
    /// An item was not written: the condition did not hold, or the request is not one.
    ItemRefused {
        error: Rc<str>,
        cause: Rc<str>,
    },
    ObjectPut {
        size: u32,
        body: Rc<str>,
    },
    ObjectDeleted,
    /// An activity's task waits for a worker.
    TaskQueued {
        token: Rc<str>,
        input: Rc<str>,
    },
    TaskTaken {
        token: Rc<str>,
        worker: Rc<str>,
    },
    Heartbeat {
        token: Rc<str>,
        worker: Rc<str>,
    },
    TaskReported {
        token: Rc<str>,
        worker: Rc<str>,
        failed: bool,
        late: bool,
    },
    /// Index into [`Trace::others`], plus one.
    ExecutionStarted {
        arn: Rc<str>,
        execution: u32,
    },
    ExecutionEnded {
        arn: Rc<str>,
        status: Status,
    },
    /// Something of the scenario's world that cannot work, and why.
    Broken {
        what: Rc<str>,
        why: Rc<str>,
    },
}

/// Stands for a body that was left out of what is noted.
const NOT_NOTED: &str = "(not kept: too much was noted in this run)";

impl Happened {
    /// Bytes of the bodies in it.
    pub fn bytes(&self) -> usize {
        self.body().map_or(0, |body| body.len())
    }

    pub fn without_bodies(mut self) -> Self {
        match &mut self {
            Self::MessageSent { body, .. }
            | Self::Published { message: body, .. }
            | Self::EventPut { event: body, .. }
            | Self::ItemPut { item: body, .. }
            | Self::ObjectPut { body, .. }
            | Self::TaskQueued { input: body, .. } => *body = NOT_NOTED.into(),
            _ => {}
        }
        self
    }

    fn body(&self) -> Option<&Rc<str>> {
        match self {
            Self::MessageSent { body, .. }
            | Self::Published { message: body, .. }
            | Self::EventPut { event: body, .. }
            | Self::ItemPut { item: body, .. }
            | Self::ObjectPut { body, .. }
            | Self::TaskQueued { input: body, .. } => Some(body),
            _ => None,
        }
    }
}

fn is_run(execution: &u32) -> bool {
    *execution == 0
}

impl Status {
    /// In the API's word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::TimedOut => "TIMED_OUT",
            Self::Aborted => "ABORTED",
            Self::Running => "RUNNING",
        }
    }
}
