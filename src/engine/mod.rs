//! The machine: runs a definition in virtual time, sans-IO.
//!
//! [`Execution::poll`] hands out what the machine wants next; the answer goes in through
//! [`Execution::answer`], [`Execution::advance`] or [`Execution::stop`]. Nothing here knows mocks,
//! services or a clock. A state kind (`state/*.rs`) says what enters, what it waits for, what
//! leaves; retry, catch, timeouts, data shaping and history stand once, around it. Every run ends:
//! by its own end, the quota of events, the step budget or the longest time a machine may run.
//!
//! Follows the States Language specification, and AWS's recordings where they say otherwise.

pub mod branch;
pub mod clock;
mod context;
pub mod failure;
pub mod given;
pub mod history;
pub mod inspection;
mod join;
pub mod map_run;
pub mod objects;
pub mod resource;
mod reader;
mod retry;
mod shaping;
mod state;
pub use state::compares;
pub mod task;
mod timers;
mod variables;
mod writer;

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use crate::{
    asl::model::{Definition, StateId, Transition},
    value::{Object, Size, Value},
};

use branch::{Branch, BranchId, Phase, Visit};
use clock::{Duration, Instant};
use failure::{Failure, Fault, Origin, RUNTIME};
use given::Given;
use history::{Cursor, Event, EventKind, History, Left, Note};
use inspection::{Inspection, Stage};
use map_run::{MapRun, Watched};
use objects::Objects;
use resource::Resource;
use task::{TaskPlan, TaskRequest, TaskResult};
use timers::{Due, Timers};

/// How many states a run may enter; AWS's quota of events ends a Standard run long before.
pub const STEP_BUDGET: u64 = 5_000_000;

/// The error of a run that has used up its steps.
pub const STEP_BUDGET_EXCEEDED: &str = "Statelight.StepBudgetExceeded";

/// How many failures of states are kept; only retries inside a distributed Map can be more than events.
const MAX_FAULTS: usize = 50_000;

/// How deep the data of a run may be nested: what Jackson, with which AWS reads JSON, takes unless
/// told otherwise. A loop that wraps its data at every turn ends here, and not with the stack.
pub const DEEPEST_DATA: usize = 1000;

/// Everything a run depends on besides definition, input and the answers of tasks.
#[derive(Clone, Debug)]
pub struct Options {
    pub start: Instant,
    pub seed: u64,
    pub machine_name: Rc<str>,
    pub machine_arn: Rc<str>,
    pub role_arn: Rc<str>,
    pub execution_name: Rc<str>,
    pub execution_arn: Rc<str>,
    pub region: Rc<str>,
    /// Bytes of UTF-8 that the JSON text of a result, of a state's input or of its output may have.
    pub payload_limit: usize,
    /// Events a history may have; the last of them is the end of the run.
    pub history_limit: usize,
    /// The objects of S3 that there are, by `bucket/key`.
    pub objects: Objects,
    /// Activities that do not exist, by name.
    pub missing_activities: Rc<[Rc<str>]>,
    /// Whether the machine is an Express one.
    pub is_express: bool,
    /// The longest a run may last, whatever the definition says: a year, or five minutes.
    pub longest: Duration,
}

/// What the machine wants next.
#[derive(Debug)]
pub enum Output {
    /// Do this task and say with [`Execution::answer`] how it turns out.
    StartTask(TaskRequest),
    /// Nothing happens before this time; [`Execution::advance`] to it.
    Idle {
        until: Instant,
    },
    Done(Outcome),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    Succeeded(Value),
    Failed(Failure),
    TimedOut,
    Aborted(Failure),
}

/// One run of a definition.
#[derive(Debug)]
pub struct Execution {
    definition: Rc<Definition>,
    options: Options,
    input: Value,
    now: Instant,
    history: History,
    /// The newest of [`MAX_FAULTS`], in the order in which they were dealt with.
    faults: VecDeque<Fault>,
    branches: Vec<Branch>,
    runnable: VecDeque<BranchId>,
    timers: Timers,
    requests: VecDeque<TaskRequest>,
    outcome: Option<Outcome>,
    random: RefCell<oorandom::Rand64>,
    /// Taken apart once, by state.
    resources: Vec<Option<Rc<Resource>>>,
    steps: u64,
    tokens: u64,
    /// Of all variables of all branches that have not ended.
    variable_bytes: usize,
    inspection: Option<Inspection>,
    /// In the order in which they began.
    map_runs: Vec<MapRun>,
    watched: Option<Box<Watched>>,
    /// Child executions whose own history has no place left.
    full_children: Vec<BranchId>,
    /// Where one state is run alone.
    given: Option<Box<Given>>,
}

/// What a state's work leads to.
enum Flow {
    /// The state is left with an output.
    Leave {
        output: Value,
        /// What `Assign` gives the variables.
        assigned: Option<Rc<Object>>,
        left: Left,
        transition: Transition,
    },
    /// It waits for a timer, a task or its branches.
    Wait,
    Fail(Failure),
}

impl Execution {
    /// A run about to begin. The definition must have no errors: see [`crate::asl::Loaded::is_runnable`].
    pub fn new(definition: Rc<Definition>, input: Value, options: Options) -> Self {
        let resources = state::task::resources(&definition);
        let mut execution = Self {
            now: options.start,
            history: History::new(options.history_limit),
            faults: VecDeque::new(),
            branches: Vec::new(),
            runnable: VecDeque::new(),
            timers: Timers::default(),
            requests: VecDeque::new(),
            outcome: None,
            random: RefCell::new(oorandom::Rand64::new(u128::from(options.seed))),
            resources,
            steps: 0,
            tokens: 0,
            variable_bytes: 0,
            inspection: None,
            map_runs: Vec::new(),
            watched: None,
            full_children: Vec::new(),
            given: None,
            input: input.clone(),
            definition,
            options,
        };
        execution.begin(input);
        execution
    }

    fn begin(&mut self, input: Value) {
        let start_at = self.definition.scopes.first().and_then(|scope| scope.start_at);
        let first = start_at.unwrap_or(StateId(0));
        self.branches.push(Branch::new(Cursor::default(), first, input.clone(), self.now));
        let started = EventKind::ExecutionStarted { input };
        self.history.push(Event { previous: 0, at: self.now, branch: BranchId::ROOT, state: None, kind: started });
        if start_at.is_none() {
            let cause = "the definition has no state to start at";
            return self.end(Outcome::Failed(Failure::new(RUNTIME, cause, Origin::Terminal)));
        }
        let longest = self
            .definition
            .timeout_seconds
            .map_or(self.options.longest, |seconds| Duration::from_secs(seconds).min(self.options.longest));
        self.timers.schedule(self.now + longest, BranchId::ROOT, u32::MAX, Due::ExecutionTimeout);
        self.runnable.push_back(BranchId::ROOT);
    }

    pub fn definition(&self) -> &Rc<Definition> {
        &self.definition
    }

    /// What it was started with.
    pub fn input(&self) -> &Value {
        &self.input
    }

    pub fn options(&self) -> &Options {
        &self.options
    }

    pub fn history(&self) -> &History {
        &self.history
    }

    /// What failed in the run, and what was done about it.
    pub fn faults(&self) -> &VecDeque<Fault> {
        &self.faults
    }

    pub fn branches(&self) -> &[Branch] {
        &self.branches
    }

    /// How it ended; none while it runs.
    pub fn outcome(&self) -> Option<&Outcome> {
        self.outcome.as_ref()
    }

    pub fn now(&self) -> Instant {
        self.now
    }

    /// Goes on as far as it can without the world or the clock.
    pub fn poll(&mut self) -> Output {
        loop {
            if let Some(outcome) = &self.outcome {
                return Output::Done(outcome.clone());
            }
            if let Some(request) = self.requests.pop_front() {
                return Output::StartTask(request);
            }
            if let Some(branch) = self.runnable.pop_front() {
                self.run(branch);
                continue;
            }
            let Some(timer) = self.timers.peek() else {
                unreachable!("the execution's own timeout is always scheduled")
            };
            let (at, is_stale) = (timer.at, self.is_stale(timer));
            if !is_stale && at > self.now {
                return Output::Idle { until: at };
            }
            if let Some(timer) = self.timers.pop().filter(|_| !is_stale) {
                self.fire(timer);
            }
        }
    }

    /// Lets virtual time go on, at most to the next thing that is due.
    pub fn advance(&mut self, until: Instant) {
        self.now = self.now.max(until);
    }

    /// Says how a task turns out that [`Output::StartTask`] asked for.
    pub fn answer(&mut self, request: &TaskRequest, plan: TaskPlan) {
        self.begin_task(request.branch, plan);
    }

    /// A worker takes an activity that was queued. Answers whether it was still to be had.
    pub fn take(&mut self, request: &TaskRequest, worker: Option<Rc<str>>) -> bool {
        let is_open = self.is_open(request);
        if is_open {
            self.begin_task(request.branch, TaskPlan { worker, ..TaskPlan::default() });
        }
        is_open
    }

    /// A heartbeat arrives for a task. Answers whether it was still running.
    pub fn beat(&mut self, request: &TaskRequest) -> bool {
        let is_open = self.is_open(request);
        if is_open {
            self.take_heartbeat(request.branch);
        }
        is_open
    }

    /// A task whose end was not known ends now. Answers whether it was still running.
    pub fn complete(&mut self, request: &TaskRequest, result: TaskResult) -> bool {
        let is_open = self.is_open(request);
        if is_open {
            let flow = self.end_task(request.branch, result);
            self.resume(request.branch, flow);
        }
        is_open
    }

    /// Whether a task has neither ended nor been cut.
    pub fn is_open(&self, request: &TaskRequest) -> bool {
        self.outcome.is_none() && self.branches[request.branch.index()].epoch == request.epoch
    }

    /// Ends the run from outside, as StopExecution does.
    pub fn stop(&mut self, error: Option<Rc<str>>, cause: Option<Rc<str>>) {
        if self.outcome.is_none() {
            self.end(Outcome::Aborted(Failure { error, cause, origin: Origin::State, lookup: None }));
        }
    }

    /// Runs a branch until it waits or ends.
    fn run(&mut self, id: BranchId) {
        loop {
            let phase = std::mem::replace(&mut self.branches[id.index()].phase, Phase::Waiting);
            let flow = match phase {
                Phase::Enter(state, input) => self.enter(id, state, input),
                Phase::Attempt => self.attempt(id),
                // It was cut, or waits for something else, since it was put in the queue.
                phase => {
                    self.branches[id.index()].phase = phase;
                    return;
                }
            };
            if self.settle(id, flow) {
                return;
            }
        }
    }

    /// Does what a state's work led to. Answers whether the branch stops here for now.
    fn settle(&mut self, id: BranchId, flow: Flow) -> bool {
        match flow {
            Flow::Wait => {}
            Flow::Leave { output, assigned, left, transition } => self.leave(id, output, assigned, left, transition),
            Flow::Fail(failure) => self.fail(id, failure),
        }
        self.enforce_quotas();
        self.outcome.is_some() || !matches!(self.branches[id.index()].phase, Phase::Enter(..) | Phase::Attempt)
    }

    /// Goes on with a branch whose wait has led to something.
    fn resume(&mut self, id: BranchId, flow: Flow) {
        if !self.settle(id, flow) {
            self.runnable.push_back(id);
        }
    }

    fn enter(&mut self, id: BranchId, state: StateId, input: Value) -> Flow {
        self.steps += 1;
        self.count_transition(id);
        let entered = self.push(id, Some(state), EventKind::StateEntered { input: input.clone() });
        let branch = &mut self.branches[id.index()];
        branch.epoch += 1;
        branch.visit = Visit::new(state, entered, self.now, input);
        let definition = Rc::clone(&self.definition);
        let model = definition.state(state);
        let visit = &self.branches[id.index()].visit;
        if self.inspection.is_some() {
            self.stage(id, Stage::Input, &visit.input);
            self.stage(id, Stage::Variables, &self.variables(id));
        }
        match self.pick_input(id, model, &visit.input) {
            Ok(effective) => self.branches[id.index()].visit.effective = effective,
            Err(failure) => return Flow::Fail(failure),
        }
        self.work(id, &definition, model)
    }

    /// A further attempt of the state that a branch is in.
    fn attempt(&mut self, id: BranchId) -> Flow {
        let definition = Rc::clone(&self.definition);
        let state = self.branches[id.index()].visit.state;
        self.work(id, &definition, definition.state(state))
    }

    fn leave(&mut self, id: BranchId, output: Value, assigned: Option<Rc<Object>>, left: Left, transition: Transition) {
        if let Err(failure) = self.check_size(id, &output) {
            return self.fail(id, failure);
        }
        let state = self.branches[id.index()].visit.state;
        if let Some(assigned) = &assigned {
            self.assign(id, assigned);
        }
        let exited = EventKind::StateExited { output: output.clone(), left, assigned };
        self.push(id, Some(state), exited);
        match transition {
            Transition::Next(next) => self.branches[id.index()].phase = Phase::Enter(next, output),
            Transition::End | Transition::Missing => self.finish(id, output),
        }
    }

    /// A branch has come to its end.
    fn finish(&mut self, id: BranchId, output: Value) {
        let branch = &mut self.branches[id.index()];
        branch.phase = Phase::Ended;
        branch.epoch += 1;
        match branch.parent {
            None => self.end(Outcome::Succeeded(output)),
            Some(parent) => {
                self.drop_variables(id);
                self.join(parent, id, output);
            }
        }
    }

    /// What grew too large or too deep on its way into or out of a state fails. Data that is handed on
    /// as it came has been measured before.
    fn check_size(&self, id: BranchId, data: &Value) -> Result<(), Failure> {
        if data.is_same(&self.branches[id.index()].visit.input) {
            return Ok(());
        }
        match data.measure(self.options.payload_limit, DEEPEST_DATA) {
            Size::Fits => Ok(()),
            Size::TooLong => Err(Failure::data_limit(&self.state_of(id).name, Origin::DataLimit)),
            Size::TooDeep => {
                Err(self.runtime_failure(id, &format!("The data is nested deeper than {DEEPEST_DATA} levels.")))
            }
        }
    }

    fn is_stale(&self, timer: &timers::Timer) -> bool {
        let branch = &self.branches[timer.branch.index()];
        match timer.due {
            Due::ExecutionTimeout => false,
            Due::ChildTimeout => branch.is_ended(),
            _ => branch.epoch != timer.epoch,
        }
    }

    fn fire(&mut self, timer: timers::Timer) {
        let id = timer.branch;
        match timer.due {
            Due::ExecutionTimeout => self.end(Outcome::TimedOut),
            Due::ChildTimeout => self.time_out_child(id),
            Due::WaitOver => {
                let flow = self.end_wait(id);
                self.resume(id, flow);
            }
            Due::Retry => {
                self.branches[id.index()].phase = Phase::Attempt;
                self.runnable.push_back(id);
            }
            Due::TaskDone(result) => {
                let flow = self.end_task(id, *result);
                self.resume(id, flow);
            }
            Due::TaskTimeout => {
                let flow = self.time_out(id, Origin::Task);
                self.resume(id, flow);
            }
            Due::HeartbeatTimeout { beat } => {
                if self.branches[id.index()].visit.beats == beat {
                    let flow = self.time_out(id, Origin::Heartbeat);
                    self.resume(id, flow);
                }
            }
            Due::HeartbeatArrived => self.take_heartbeat(id),
        }
    }

    fn enforce_quotas(&mut self) {
        if self.outcome.is_some() {
            return;
        }
        self.fail_full_children();
        if self.outcome.is_some() {
            return;
        }
        if self.history.is_full() {
            let failure = self.fill_up();
            self.end(Outcome::Failed(failure));
        } else if self.steps > STEP_BUDGET {
            let cause = format!("the run was ended after entering {STEP_BUDGET} states");
            self.end(Outcome::Failed(Failure::new(STEP_BUDGET_EXCEEDED, &cause, Origin::Terminal)));
        }
    }

    /// The failure of a run whose history is full, chained to the last event there is.
    fn fill_up(&mut self) -> Failure {
        self.branches[0].cursor = Cursor::at(self.history.events.len() as u32);
        Failure::new(RUNTIME, &too_many_events(self.history.limit()), Origin::Terminal)
    }

    /// Ends the run. A failure is chained to the tail of the main line; what comes from outside to nothing.
    fn end(&mut self, outcome: Outcome) {
        // Once an event was refused nothing but that counts, whatever the branch has come to meanwhile.
        let outcome = match outcome {
            Outcome::Succeeded(_) | Outcome::Failed(_) if self.history.is_full() => Outcome::Failed(self.fill_up()),
            outcome => outcome,
        };
        let cursor = self.branches[0].cursor;
        let (previous, kind) = match &outcome {
            Outcome::Succeeded(output) => (cursor.last, EventKind::ExecutionSucceeded { output: output.clone() }),
            Outcome::Failed(failure) => (cursor.tail, EventKind::ExecutionFailed(failure.clone())),
            Outcome::TimedOut => (0, EventKind::ExecutionTimedOut),
            Outcome::Aborted(failure) => (0, EventKind::ExecutionAborted(failure.clone())),
        };
        self.history.push(Event { previous, at: self.now, branch: BranchId::ROOT, state: None, kind });
        self.outcome = Some(outcome);
    }

    /// Appends an ordinary event to a branch's chain and returns its id.
    fn push(&mut self, id: BranchId, state: Option<StateId>, kind: EventKind) -> u32 {
        let event = self.record(id, state, kind);
        self.branches[id.index()].cursor = Cursor::at(event);
        event
    }

    /// Appends an event aside: it points where the next ordinary event will point, too.
    fn push_aside(&mut self, id: BranchId, state: Option<StateId>, kind: EventKind) {
        let event = self.record(id, state, kind);
        self.branches[id.index()].cursor.tail = event;
    }

    fn record(&mut self, id: BranchId, state: Option<StateId>, kind: EventKind) -> u32 {
        let branch = &self.branches[id.index()];
        if let Some(child) = branch.child {
            return self.record_in_child(child, branch.cursor.last, id, state, kind);
        }
        self.history.push(Event { previous: branch.cursor.last, at: self.now, branch: id, state, kind })
    }

    /// Notes something about the last event of a branch's chain.
    fn note(&mut self, id: BranchId, note: Note) {
        let event = self.branches[id.index()].cursor.last;
        if let Some(history) = self.history_of(id) {
            history.notes.insert(event, note);
        }
    }

    /// The history that the events of a branch are kept in; none of a child execution that is not watched.
    fn history_of(&mut self, id: BranchId) -> Option<&mut History> {
        match self.branches[id.index()].child {
            None => Some(&mut self.history),
            Some(child) => {
                let watched = self.watched.as_mut().filter(|watched| watched.root == Some(child))?;
                Some(&mut watched.history)
            }
        }
    }

    fn wait_for(&mut self, id: BranchId, at: Instant, due: Due) {
        let epoch = self.branches[id.index()].epoch;
        self.timers.schedule(at, id, epoch, due);
    }
}

/// The cause of an execution's end that has used up its quota of events.
fn too_many_events(limit: usize) -> String {
    format!("The execution reached the maximum number of history events ({limit}).")
}
