//! Runs a definition against a scenario: the machine asks for tasks, the scenario says how they turn
//! out, virtual time goes on. A short loop over the engine, and nothing besides.

use std::rc::Rc;

use super::{
    mock::Mocks,
    scenario::{MachineType, Scenario},
    trace::Trace,
};
use crate::{
    asl::model::Definition,
    engine::{
        DEEPEST_DATA, Execution, Options, Output,
        clock::{Duration, Instant},
        objects::Objects,
    },
    value::Size,
};

/// The longest that a Standard and an Express execution may run.
const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);
const FIVE_MINUTES: Duration = Duration::from_secs(5 * 60);

/// Runs to the end. An input that AWS would not start an execution with is refused with the reason.
pub fn run(definition: &Rc<Definition>, scenario: &Scenario) -> Result<Trace, String> {
    refuse_large_input(scenario)?;
    let mut execution = Execution::new(Rc::clone(definition), scenario.input.clone(), options(scenario));
    let mut mocks = Mocks::new(definition, scenario);
    drive(&mut execution, &mut mocks);
    mocks.world.outlast(&mut execution);
    Ok(Trace::of(&execution, mocks))
}

/// Runs to the end, for those who ask the execution itself: what it came to and where it has been.
pub fn execute(definition: &Rc<Definition>, scenario: &Scenario) -> Result<Execution, String> {
    refuse_large_input(scenario)?;
    let mut execution = Execution::new(Rc::clone(definition), scenario.input.clone(), options(scenario));
    let mut mocks = Mocks::new(definition, scenario);
    drive(&mut execution, &mut mocks);
    Ok(execution)
}

/// Runs to the end as AWS may run the asynchronous start of an Express execution: a second time, in the same world. The
/// second is the first of the other executions in the trace.
pub fn run_twice(definition: &Rc<Definition>, scenario: &Scenario, later: Duration) -> Result<Trace, String> {
    refuse_large_input(scenario)?;
    let mut execution = Execution::new(Rc::clone(definition), scenario.input.clone(), options(scenario));
    let mut mocks = Mocks::new(definition, scenario);
    mocks.world.start_again(&execution, later);
    drive(&mut execution, &mut mocks);
    mocks.world.outlast(&mut execution);
    Ok(Trace::of(&execution, mocks))
}

/// The loop itself: answers tasks and lets time go on until the run is done.
pub fn drive(execution: &mut Execution, mocks: &mut Mocks) {
    while step(execution, mocks) {}
}

/// One turn of the loop. Answers whether there is another.
pub fn step(execution: &mut Execution, mocks: &mut Mocks) -> bool {
    match execution.poll() {
        Output::StartTask(request) => {
            let plan = mocks.plan(&request, execution);
            execution.answer(&request, plan);
        }
        // What is due in the world and in the machine at one instant comes to the world first: an answer counts.
        Output::Idle { until } => match mocks.world.next().filter(|at| *at <= until) {
            Some(at) => {
                execution.advance(at);
                mocks.world.turn(execution);
            }
            None => execution.advance(until),
        },
        Output::Done(_) => return false,
    }
    true
}

/// The engine's options from a scenario.
pub fn options(scenario: &Scenario) -> Options {
    let machine = &scenario.machine;
    let region = machine.arn.split(':').nth(3).filter(|region| !region.is_empty()).unwrap_or("us-east-1");
    Options {
        start: Instant::from_micros(scenario.start),
        seed: scenario.seed,
        machine_name: machine.name.clone(),
        machine_arn: machine.arn.clone(),
        role_arn: machine.role_arn.clone(),
        execution_name: scenario.execution.name.clone(),
        execution_arn: scenario.execution.arn.clone(),
        region: region.into(),
        payload_limit: scenario.limits.payload_bytes,
        history_limit: scenario.limits.history_events,
        objects: Objects::new(scenario.s3.clone()),
        missing_activities: scenario.world.deleted_activities.as_slice().into(),
        is_express: machine.kind == MachineType::Express,
        longest: longest(machine.kind),
    }
}

/// The longest that an execution of a machine of this type may run.
pub(super) const fn longest(kind: MachineType) -> Duration {
    match kind {
        MachineType::Standard => YEAR,
        MachineType::Express => FIVE_MINUTES,
    }
}

/// StartExecution takes an `input` of so many bytes of UTF-8 and refuses more before anything runs.
fn refuse_large_input(scenario: &Scenario) -> Result<(), String> {
    let limit = scenario.limits.payload_bytes;
    match scenario.input.measure(limit, DEEPEST_DATA) {
        Size::Fits => Ok(()),
        Size::TooLong => {
            let bytes = scenario.input.json_len(usize::MAX);
            Err(format!(
                "the input of the run has {bytes} bytes, and an execution takes {limit} at most: AWS would not start it"
            ))
        }
        Size::TooDeep => Err(format!("the input of the run is nested deeper than {DEEPEST_DATA} levels")),
    }
}
