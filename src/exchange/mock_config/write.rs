//! Writes scenarios as a file, and notes what the file cannot say. Where only a part of a state's answers can be said,
//! the state is left out whole: Step Functions Local fails at an attempt that has no response.

use std::{collections::BTreeMap, rc::Rc};

use indexmap::IndexMap;

use super::{TIMEOUT, read::range};
use crate::{
    sim::scenario::{Answer, AnswerOutcome, Scenario},
    value::{Object, Value},
};

/// A file, and what was lost on the way to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    pub file: Value,
    /// Sentences, each about one thing that the file cannot say.
    pub notes: Vec<String>,
}

/// Writes test cases of a machine.
pub fn write<'a>(machine: &str, cases: impl IntoIterator<Item = (&'a str, &'a Scenario)>) -> Written {
    let mut writer = Writer { responses: IndexMap::new(), notes: Vec::new() };
    let mut written: Object = Object::default();
    for (name, scenario) in cases {
        written.insert(name.into(), writer.case(name, scenario));
    }
    let machines = Value::object([(machine, Value::object([("TestCases", Value::Object(Rc::new(written)))]))]);
    let responses = Value::object(writer.responses);
    Written { file: Value::object([("StateMachines", machines), ("MockedResponses", responses)]), notes: writer.notes }
}

struct Writer {
    responses: IndexMap<String, Value>,
    notes: Vec<String>,
}

impl Writer {
    fn case(&mut self, case: &str, scenario: &Scenario) -> Value {
        let mut states = Object::default();
        for (state, answers) in scenario.tasks.iter().filter(|(_, answers)| !answers.is_empty()) {
            if let Some(response) = self.response(case, state, answers) {
                let name = self.name_of(case, state, response);
                states.insert(state.clone(), name.into());
            }
        }
        if !states.is_empty() {
            let rest = "Step Functions Local fails where a task is tried more often than its responses say; here the \
                        last answer repeats";
            self.note_once(rest);
        }
        self.note_beside(case, scenario);
        Value::Object(Rc::new(states))
    }

    /// Under which name a response stands: its state's, where no other has that.
    fn name_of(&mut self, case: &str, state: &str, response: Value) -> String {
        let names = [state.to_owned(), format!("{case} {state}")].into_iter();
        let numbered = (2..).map(|number| format!("{case} {state} {number}"));
        for name in names.chain(numbered) {
            match self.responses.get(&name) {
                Some(other) if *other == response => return name,
                Some(_) => {}
                None => {
                    self.responses.insert(name.clone(), response);
                    return name;
                }
            }
        }
        state.to_owned()
    }

    fn response(&mut self, case: &str, state: &str, answers: &[Answer]) -> Option<Value> {
        if let Some(why) = answers.iter().find_map(unsayable) {
            self.note(case, state, &format!("is left out: {why}"));
            return None;
        }
        let Some(answers) = in_order(answers) else {
            self.note(case, state, "is left out: its answers leave out attempts, and the file takes no gaps");
            return None;
        };
        self.note_lost(case, state, &answers);
        let mut response = Object::default();
        let mut first = 0;
        for run in answers.chunk_by(|one, other| one.outcome == other.outcome) {
            let last = first + run.len() as u32 - 1;
            response.insert(range(first, last).into(), outcome(&run[0].outcome));
            first = last + 1;
        }
        Some(Value::Object(Rc::new(response)))
    }

    /// What of the answers is not in the file, though their outcomes are.
    fn note_lost(&mut self, case: &str, state: &str, answers: &[&Answer]) {
        let is = |test: fn(&&Answer) -> bool| answers.iter().copied().any(|answer| test(&answer));
        let lost = [
            ("seconds", is(|answer| answer.delay.is_some())),
            ("submitted", is(|answer| answer.submitted.is_some())),
            ("heartbeats", is(|answer| !answer.heartbeats.is_empty())),
            ("worker", is(|answer| answer.worker.is_some())),
        ];
        let lost: Vec<String> =
            lost.iter().filter(|(_, is_lost)| *is_lost).map(|(field, _)| format!("`{field}`")).collect();
        if !lost.is_empty() {
            self.note(case, state, &format!("loses {}: the file knows outcomes only", lost.join(", ")));
        }
        if is(|answer| answer.outcome == AnswerOutcome::TimeOut) {
            self.note(case, state, &format!("throws `{TIMEOUT}` where it timed out, which is recorded as a failure"));
        }
    }

    /// What of the scenario is not about tasks.
    fn note_beside(&mut self, case: &str, scenario: &Scenario) {
        let default = Scenario::default();
        let lost = [
            ("input", scenario.input != default.input),
            ("start", scenario.start != default.start),
            ("seed", scenario.seed != default.seed),
            ("limits", scenario.limits != default.limits),
            ("decisions", !scenario.decisions.is_empty()),
            ("s3", !scenario.s3.is_empty()),
            ("receipts", !scenario.receipts.is_empty()),
            ("world", scenario.world != default.world),
        ];
        for (field, _) in lost.iter().filter(|(_, is_lost)| *is_lost) {
            let cure = if *field == "input" { ": hand it to StartExecution" } else { "" };
            self.notes.push(format!("`{case}`: the file has no `{field}`{cure}"));
        }
    }

    fn note(&mut self, case: &str, state: &str, words: &str) {
        self.notes.push(format!("`{case}`: `{state}` {words}"));
    }

    fn note_once(&mut self, words: &str) {
        if !self.notes.iter().any(|note| note == words) {
            self.notes.push(words.to_owned());
        }
    }
}

/// Why an answer cannot be said at all.
fn unsayable(answer: &Answer) -> Option<&'static str> {
    if answer.iteration.is_some() {
        return Some("the file does not tell the iterations of a Map apart");
    }
    match answer.outcome {
        AnswerOutcome::Expression(_) => Some("the file has no expressions"),
        AnswerOutcome::Never => Some("the file cannot say that an answer never comes"),
        AnswerOutcome::Return(_) | AnswerOutcome::Throw { .. } | AnswerOutcome::TimeOut => None,
    }
}

/// The answers by attempt, from 0 on without a gap: those that name their attempt at its place, the others in order
/// where none does.
fn in_order(answers: &[Answer]) -> Option<Vec<&Answer>> {
    let mut named = BTreeMap::new();
    for answer in answers {
        if let Some(attempt) = answer.attempt {
            named.entry(attempt as usize).or_insert(answer);
        }
    }
    let mut unnamed = answers.iter().filter(|answer| answer.attempt.is_none()).peekable();
    let mut ordered = Vec::new();
    while !named.is_empty() || unnamed.peek().is_some() {
        ordered.push(named.remove(&ordered.len()).or_else(|| unnamed.next())?);
    }
    Some(ordered)
}

fn outcome(outcome: &AnswerOutcome) -> Value {
    let failure = |error: Option<&str>, cause: Option<&str>| {
        let fields = [("Error", error), ("Cause", cause)];
        let told = fields.into_iter().filter_map(|(name, text)| Some((name, Value::from(text?))));
        Value::object([("Throw", Value::object(told))])
    };
    match outcome {
        AnswerOutcome::Return(value) => Value::object([("Return", value.clone())]),
        AnswerOutcome::Throw { error, cause } => failure(error.as_deref(), cause.as_deref()),
        _ => failure(Some(TIMEOUT), Some("")),
    }
}
