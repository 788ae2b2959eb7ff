//! Runs the tests of a workflow, and says what is not as it was expected.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::{Case, Expect, Suite, status_name};
use crate::{
    asl::model::{Definition, StateId},
    engine::{Execution, Outcome, history::EventKind},
    sim::{
        coverage::{Coverage, Reached},
        run,
        trace::Status,
    },
    suggest::nearest,
    syntax::push_pointer,
    value::Value,
};

/// What came of the tests of a workflow.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    pub cases: Vec<CaseReport>,
    /// States and ways, with the number of tests that came there.
    pub reached: Vec<Reached>,
}

/// What came of one test.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CaseReport {
    pub name: String,
    /// How the run ended: `SUCCEEDED`, `FAILED`, …; none where it was not begun.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub status: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub error: Option<String>,
    /// Virtual time, in microseconds.
    #[serde(default)]
    pub duration: i64,
    /// Whether anything was expected of it.
    #[serde(default)]
    pub has_expectation: bool,
    /// What is not as it was expected; none is a pass.
    pub broken: Vec<Broken>,
}

/// An expectation that was not met.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Broken {
    /// The field of `expect`; of the output with the JSON pointer where it differs.
    pub what: String,
    /// A sentence in lower case.
    pub why: String,
}

impl Report {
    pub fn passed(&self) -> usize {
        self.cases.iter().filter(|case| case.broken.is_empty()).count()
    }

    /// Of states, or of ways: how many were reached, and how many there are.
    pub fn coverage(&self, of_ways: bool) -> (usize, usize) {
        let spots = || self.reached.iter().filter(|spot| spot.way.is_some() == of_ways);
        (spots().filter(|spot| spot.runs > 0).count(), spots().count())
    }
}

impl CaseReport {
    pub fn is_passed(&self) -> bool {
        self.broken.is_empty()
    }

    /// How it ended, in words: `SUCCEEDED after 5 s`.
    pub fn end(&self) -> String {
        let Some(status) = &self.status else { return "not run".into() };
        let error = self.error.as_ref().map(|error| format!(" with {error}")).unwrap_or_default();
        format!("{status}{error} after {} s", self.duration as f64 / 1e6)
    }
}

/// A state or way in words: `Pay`, `Pay: Retry 1`.
pub fn spot_words(spot: &Reached) -> String {
    match &spot.way {
        Some(way) => format!("{}: {way}", spot.name),
        None => spot.name.to_string(),
    }
}

impl Report {
    /// The report for a terminal.
    pub fn words(&self) -> String {
        let mut words = String::new();
        for case in &self.cases {
            let verdict = if case.is_passed() { "pass" } else { "FAIL" };
            words += &format!("{verdict}  {} ({})\n", case.name, case.end());
            for broken in &case.broken {
                words += &format!("      {}: {}\n", broken.what, broken.why);
            }
        }
        let ((states, all_states), (ways, all_ways)) = (self.coverage(false), self.coverage(true));
        let (passed, all) = (self.passed(), self.cases.len());
        words += &format!(
            "{passed} of {all} tests pass; they reach {states} of {all_states} states and {ways} of {all_ways} ways\n"
        );
        let never: Vec<String> = self.reached.iter().filter(|spot| spot.runs == 0).map(spot_words).collect();
        if !never.is_empty() {
            words += &format!("never reached: {}\n", never.join(", "));
        }
        words
    }
}

impl Suite {
    /// Runs each test once.
    pub fn run(&self, definition: &Rc<Definition>) -> Report {
        let mut coverage = Coverage::of(definition);
        let cases = self.cases.iter().map(|case| case.run(definition, &mut coverage)).collect();
        Report { cases, reached: coverage.reached(definition) }
    }
}

impl Case {
    fn run(&self, definition: &Rc<Definition>, coverage: &mut Coverage) -> CaseReport {
        let report = CaseReport {
            name: self.name.to_string(),
            has_expectation: !self.expect.is_empty(),
            ..CaseReport::default()
        };
        let execution = match run::execute(definition, &self.scenario) {
            Ok(execution) => execution,
            Err(why) => return CaseReport { broken: vec![Broken::of("scenario", why)], ..report },
        };
        coverage.count(&execution);
        let (status, error, output) = end(&execution);
        let duration = (execution.now() - execution.options().start).as_micros();
        let mut broken = Vec::new();
        self.expect.check_end(status, error.as_deref(), output, &mut broken);
        self.expect.check_way(definition, &execution, &mut broken);
        if let Some(most) = self.expect.within_seconds.filter(|most| duration as f64 > most * 1e6) {
            let why = format!("it took {} s, expected at most {most} s", duration as f64 / 1e6);
            broken.push(Broken::of("withinSeconds", why));
        }
        let error = error.map(|error| error.to_string());
        CaseReport { status: Some(status_name(status).into()), error, duration, broken, ..report }
    }
}

fn end(execution: &Execution) -> (Status, Option<Rc<str>>, Option<&Value>) {
    match execution.outcome() {
        Some(Outcome::Succeeded(output)) => (Status::Succeeded, None, Some(output)),
        Some(Outcome::Failed(failure)) => (Status::Failed, failure.error.clone(), None),
        Some(Outcome::TimedOut) => (Status::TimedOut, Some("States.Timeout".into()), None),
        Some(Outcome::Aborted(failure)) => (Status::Aborted, failure.error.clone(), None),
        None => (Status::Running, None, None),
    }
}

impl Broken {
    fn of(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self { what: what.into(), why: why.into() }
    }
}

impl Expect {
    fn check_end(&self, status: Status, error: Option<&str>, output: Option<&Value>, broken: &mut Vec<Broken>) {
        let ended = || match error {
            Some(error) => format!("it ended {} with {error}", status_name(status)),
            None => format!("it ended {}", status_name(status)),
        };
        if let Some(expected) = self.status.filter(|expected| *expected != status) {
            broken.push(Broken::of("status", format!("{}, expected {}", ended(), status_name(expected))));
        }
        if let Some(expected) = self.error.as_ref().filter(|expected| Some(&***expected) != error) {
            broken.push(Broken::of("error", format!("{}, expected the error {expected}", ended())));
        }
        match (&self.output, output) {
            (Some(expected), Some(output)) => {
                if let Some((pointer, why)) = difference(expected, output, String::new()) {
                    broken.push(Broken::of(format!("output{pointer}"), why));
                }
            }
            (Some(_), None) => broken.push(Broken::of("output", format!("{}: there is no output", ended()))),
            (None, _) => {}
        }
    }

    fn check_way(&self, definition: &Definition, execution: &Execution, broken: &mut Vec<Broken>) {
        let entered: Vec<StateId> = execution
            .history()
            .events
            .iter()
            .filter_map(|event| match event.kind {
                EventKind::StateEntered { .. } => event.state,
                _ => None,
            })
            .collect();
        let is = |id: &StateId, name: &str| {
            let state = definition.state(*id);
            *state.name == *name || *state.path == *name
        };
        let unknown = |what: &str, name: &str| {
            let near = nearest(name, definition.states.iter().map(|state| &*state.name));
            let hint = near.map(|near| format!(": did you mean `{near}`?")).unwrap_or_default();
            Broken::of(what, format!("there is no state `{name}`{hint}"))
        };
        let is_known = |name: &str| definition.states.iter().any(|state| is(&state.id, name));
        let mut rest = &entered[..];
        for name in &self.passes_through {
            if !is_known(name) {
                broken.push(unknown("passesThrough", name));
                break;
            }
            match rest.iter().position(|id| is(id, name)) {
                Some(at) => rest = &rest[at + 1..],
                None => {
                    let why = match entered.iter().any(|id| is(id, name)) {
                        true => format!("`{name}` was entered, but not after the states before it in the list"),
                        false => format!("`{name}` was never entered"),
                    };
                    broken.push(Broken::of("passesThrough", why));
                    break;
                }
            }
        }
        for name in &self.avoids {
            if !is_known(name) {
                broken.push(unknown("avoids", name));
            } else if entered.iter().any(|id| is(id, name)) {
                broken.push(Broken::of("avoids", format!("`{name}` was entered")));
            }
        }
    }
}

/// Characters of a value that are shown.
const MOST_SHOWN: usize = 60;

/// The first place at which two values differ, as a JSON pointer, and how.
fn difference(expected: &Value, got: &Value, at: String) -> Option<(String, String)> {
    let below = |at: &str, step: &str| {
        let mut below = at.to_owned();
        push_pointer(&mut below, step);
        below
    };
    match (expected, got) {
        (Value::Object(wanted), Value::Object(found)) => {
            for (key, value) in wanted.iter() {
                match found.get(key) {
                    None => return Some((below(&at, key), format!("it is missing, expected {}", shown(value)))),
                    Some(other) => {
                        if let Some(difference) = difference(value, other, below(&at, key)) {
                            return Some(difference);
                        }
                    }
                }
            }
            let (key, value) = found.iter().find(|(key, _)| wanted.get(*key).is_none())?;
            Some((below(&at, key), format!("it is {}, expected no such member", shown(value))))
        }
        (Value::Array(wanted), Value::Array(found)) if wanted.len() == found.len() => {
            let items = wanted.iter().zip(found.iter()).enumerate();
            items
                .into_iter()
                .find_map(|(index, (value, other))| difference(value, other, below(&at, &index.to_string())))
        }
        (Value::Array(wanted), Value::Array(found)) => {
            Some((at, format!("it has {} items, expected {}", found.len(), wanted.len())))
        }
        // Integers that a double does not hold are compared by their digits.
        (Value::Number(a), Value::Number(b))
            if a == b || a.as_int().zip(b.as_int()).is_none() && a.as_f64() == b.as_f64() =>
        {
            None
        }
        _ if expected == got => None,
        _ => Some((at, format!("it is {}, expected {}", shown(got), shown(expected)))),
    }
}

fn shown(value: &Value) -> String {
    let text = value.to_json();
    match text.char_indices().nth(MOST_SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
