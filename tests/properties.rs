//! What holds for every machine, tried on machines drawn at random: the engine agrees with the reference evaluator,
//! and a run is a sound history whatever happens in it.
//!
//! The draws are the same each time. `PROPERTY_CASES=20000` tries more of them, `PROPERTY_SEED=7` others. A machine
//! that fails is shrunk and shown as a section for `tests/spec`, which is where it should be kept.

use std::{cell::RefCell, collections::BTreeMap, fmt::Write as _, rc::Rc};

use proptest::{
    collection::vec,
    prelude::{Strategy, any},
    test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner},
};
use serde_json::Value;
use statelight::{
    asl::{self, model::Definition, rules},
    diagnostic::Diagnostic,
    engine::{Execution, Output},
    exchange,
    sim::{
        mock::Mocks,
        run,
        scenario::Scenario,
        trace::{Status, Trace},
    },
    syntax::Format,
};

use crate::{
    history,
    machines::{Kind, Machine, Numbers},
    reference::{self, ANY_WORDS, End, Seen},
};

const COMPARED: u32 = 1000;
const RUN_TWICE: u32 = 600;
const STOPPED: u32 = 150;

#[test]
fn the_engine_agrees_with_the_reference_evaluator() {
    let tally = RefCell::new(Tally::default());
    for_each_machine(Kind::Plain, COMPARED, |machine| {
        let expected = match reference::run(&machine.definition, &machine.scenario) {
            Ok(expected) => expected,
            Err(why) => {
                tally.borrow_mut().undecided(why);
                return Ok(());
            }
        };
        tally.borrow_mut().add(&expected);
        let (_, trace) = trace_of(machine)?;
        compare(&expected, &trace)
    });
    let tally = tally.into_inner();
    println!("{tally:#?}");
    tally.assert_mixed();
}

#[test]
fn every_run_is_the_same_twice_and_its_history_is_sound() {
    let seen = RefCell::new(BTreeMap::<String, usize>::new());
    for_each_machine(Kind::Wild, RUN_TWICE, |machine| {
        let (definition, trace) = trace_of(machine)?;
        let (_, again) = trace_of(machine)?;
        if bytes(&trace) != bytes(&again) {
            return Err("two runs give different bytes".into());
        }
        for event in &trace.events {
            *seen.borrow_mut().entry(event.kind.to_string()).or_default() += 1;
        }
        history::complaint(&definition, &trace)
    });
    let seen = seen.into_inner();
    println!("{seen:#?}");
    for kind in KINDS {
        assert!(seen.contains_key(*kind), "no machine came by {kind}");
    }
}

/// A run that somebody stops, after any number of steps, ends at once and soundly.
#[test]
fn a_run_can_be_stopped_at_any_moment() {
    let stopped = RefCell::new(0);
    for_each_machine(Kind::Wild, STOPPED, |machine| {
        let (definition, scenario) = parts(machine)?;
        for steps in [0, 1, 2, 5, 11] {
            let mut execution = Execution::new(Rc::clone(&definition), scenario.input.clone(), run::options(&scenario));
            let mut mocks = Mocks::new(&definition, &scenario);
            for _ in 0..steps {
                match execution.poll() {
                    Output::StartTask(request) => {
                        let plan = mocks.plan(&request, &execution);
                        execution.answer(&request, plan);
                    }
                    Output::Idle { until } => execution.advance(until),
                    Output::Done(_) => break,
                }
            }
            execution.stop(Some("Enough".into()), None);
            let trace = Trace::of(&execution, mocks);
            *stopped.borrow_mut() += usize::from(trace.status == Status::Aborted);
            history::complaint(&definition, &trace)?;
        }
        Ok(())
    });
    assert!(stopped.into_inner() > STOPPED as usize, "few were stopped before their end");
}

/// Events that have to be among those of the generated machines.
const KINDS: &[&str] = &[
    "ExecutionSucceeded",
    "ExecutionFailed",
    "ExecutionTimedOut",
    "TaskStateAborted",
    "ParallelStateFailed",
    "ParallelStateSucceeded",
    "MapStateFailed",
    "MapStateSucceeded",
    "MapIterationAborted",
    "MapIterationFailed",
    "MapIterationSucceeded",
    "MapRunStarted",
    "TaskSubmitted",
    "TaskTimedOut",
    "ActivitySucceeded",
    "LambdaFunctionTimedOut",
    "FailStateEntered",
    "SucceedStateExited",
];

fn bytes(trace: &Trace) -> String {
    let trace_json = serde_json::to_string(trace).expect("a trace is JSON");
    let history = serde_json::to_string(&exchange::history::events(trace)).expect("a history is JSON");
    trace_json + &history
}

fn compare(expected: &reference::Run, trace: &Trace) -> Result<(), String> {
    let differs = |what: &str, expected: &dyn std::fmt::Debug, found: &dyn std::fmt::Debug| {
        Err(format!("{what}: the reference has {expected:?}, the engine {found:?}"))
    };
    let end = match trace.status {
        Status::Succeeded => {
            let text = trace.output.map_or("", |id| &trace.payloads[id as usize]);
            End::Succeeded(serde_json::from_str(text).map_err(|error| format!("{text}: {error}"))?)
        }
        Status::Failed => End::Failed(trace.error.as_deref().map(Into::into), trace.cause.as_deref().map(Into::into)),
        Status::TimedOut => End::TimedOut,
        Status::Aborted => return Err("nobody aborted it".into()),
        Status::Running => return Err("it has no end".into()),
    };
    let is_same = match (&expected.end, &end) {
        (End::Succeeded(expected), End::Succeeded(found)) => matches(&expected.to_string(), &found.to_string()),
        (End::Failed(name, cause), End::Failed(found_name, found_cause)) => {
            name == found_name && matches(cause.as_deref().unwrap_or("-"), found_cause.as_deref().unwrap_or("-"))
        }
        (expected, found) => expected == found,
    };
    if !is_same {
        return differs("the end", &expected.end, &end);
    }
    if expected.duration != trace.duration {
        return differs("microseconds", &expected.duration, &trace.duration);
    }
    Ok(())
}

/// Whether a text is another one in which [`ANY_WORDS`] stands for any.
fn matches(expected: &str, found: &str) -> bool {
    let mut pieces = expected.split(ANY_WORDS);
    let Some(mut rest) = pieces.next().and_then(|first| found.strip_prefix(first)) else { return false };
    if !expected.contains(ANY_WORDS) {
        return rest.is_empty();
    }
    let mut pieces: Vec<&str> = pieces.collect();
    let last = pieces.pop().unwrap_or_default();
    for piece in pieces {
        let Some(at) = rest.find(piece) else { return false };
        rest = &rest[at + piece.len()..];
    }
    rest.ends_with(last)
}

/// What the compared machines came by.
#[derive(Debug, Default)]
struct Tally {
    succeeded: usize,
    failed: BTreeMap<String, usize>,
    timed_out: usize,
    undecided: BTreeMap<&'static str, usize>,
    /// Machines in which it happened at least once.
    retried: usize,
    caught: usize,
    caught_after_retries: usize,
    with_branches: usize,
    with_iterations: usize,
    with_inner_failures: usize,
}

impl Tally {
    fn undecided(&mut self, why: &'static str) {
        *self.undecided.entry(why).or_default() += 1;
    }

    fn add(&mut self, run: &reference::Run) {
        match &run.end {
            End::Succeeded(_) => self.succeeded += 1,
            End::TimedOut => self.timed_out += 1,
            End::Failed(name, _) => *self.failed.entry(name.clone().unwrap_or_default()).or_default() += 1,
        }
        let Seen { retries, catches, catches_after_retries, branches, iterations, inner_failures } = run.seen;
        self.retried += usize::from(retries > 0);
        self.caught += usize::from(catches > 0);
        self.caught_after_retries += usize::from(catches_after_retries > 0);
        self.with_branches += usize::from(branches > 0);
        self.with_iterations += usize::from(iterations > 0);
        self.with_inner_failures += usize::from(inner_failures > 0);
    }

    /// Everything has to be there, each in a fair number; what shrinking tried is counted, too.
    fn assert_mixed(&self) {
        let failed = |name: &str| self.failed.get(name).copied().unwrap_or(0);
        let undecided: usize = self.undecided.values().sum();
        let decided = self.succeeded + self.timed_out + self.failed.values().sum::<usize>();
        let at_least = |what: &str, count: usize, share: f64| {
            assert!(count as f64 >= share * decided as f64, "only {count} of {decided} {what}");
        };
        at_least("succeeded", self.succeeded, 0.15);
        at_least("timed out", self.timed_out, 0.005);
        at_least("failed with a task's error", failed("Busy") + failed("Broken") + failed("x"), 0.04);
        at_least("failed without a name", failed(""), 0.005);
        for name in ["States.Runtime", "States.IntrinsicFailure", "States.ResultPathMatchFailure", "States.Timeout"] {
            at_least(name, failed(name), 0.01);
        }
        at_least("retried", self.retried, 0.03);
        at_least("caught", self.caught, 0.03);
        at_least("caught after retries", self.caught_after_retries, 0.005);
        at_least("had branches", self.with_branches, 0.1);
        at_least("had iterations", self.with_iterations, 0.08);
        at_least("had a failing branch or iteration", self.with_inner_failures, 0.005);
        assert!(undecided * 10 < decided, "{undecided} are left open, beside {decided}");
    }
}

type Verdict = Result<(), String>;

/// Tries a property on machines drawn at random; panics with the smallest one found for which it does not hold.
fn for_each_machine(kind: Kind, cases: u32, property: impl Fn(&Machine) -> Verdict) {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u32>().ok());
    let cases = number("PROPERTY_CASES").unwrap_or(cases);
    let seed: [u8; 32] = std::array::from_fn(|at| number("PROPERTY_SEED").unwrap_or(1).to_le_bytes()[at % 4]);
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    let verdict =
        runner.run(&numbers(), |numbers| property(&Machine::draw(&numbers, kind)).map_err(TestCaseError::fail));
    match verdict {
        Ok(()) => {}
        Err(TestError::Fail(_, numbers)) => {
            let machine = Machine::draw(&numbers, kind);
            let complaint = property(&machine).err().unwrap_or("it held when it was tried again".into());
            panic!("{complaint}\n\n{}", section(&machine));
        }
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
}

fn numbers() -> impl Strategy<Value = Numbers> {
    let list = || vec(any::<u16>(), 0..80);
    (list(), vec(list(), 1..14)).prop_map(|(run, states)| Numbers { run, states })
}

/// A machine as a section of a spec file.
fn section(machine: &Machine) -> String {
    let pretty = |value: &Value| serde_json::to_string_pretty(value).expect("a value is JSON");
    let (definition, scenario) = (pretty(&machine.definition), pretty(&machine.scenario));
    let mut text = String::new();
    writeln!(text, "## \n\n```json\n{definition}\n```\n\n```json scenario\n{scenario}\n```\n\n```trace\n```").unwrap();
    text
}

/// A run of a generated machine, through the texts.
fn trace_of(machine: &Machine) -> Result<(Rc<Definition>, Trace), String> {
    let (definition, scenario) = parts(machine)?;
    let trace = run::run(&definition, &scenario)?;
    Ok((definition, trace))
}

/// A generated machine as it is read from its texts.
fn parts(machine: &Machine) -> Result<(Rc<Definition>, Scenario), String> {
    let loaded = asl::load(&machine.definition.to_string(), Format::Json);
    // A rule that is drawn may be the same as one before it, and a variable may be of no use.
    let is_fault = |told: &&Diagnostic| ![rules::NEVER_MATCHES.rule, rules::UNUSED.rule].contains(&told.rule);
    if let Some(error) = loaded.diagnostics.iter().find(is_fault) {
        return Err(format!("the generated definition has a remark: {} at {}", error.message, error.location));
    }
    let scenario = Scenario::parse(&machine.scenario.to_string()).map_err(|errors| format!("{errors:?}"))?;
    Ok((Rc::new(loaded.definition), scenario))
}
