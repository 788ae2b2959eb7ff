//! Writes a scenario as the data of its file. What is as it is by default is left out.

use std::rc::Rc;

use chrono::{DateTime, SecondsFormat};
use indexmap::IndexMap;

use super::{
    Answer, AnswerOutcome, Decision, DecisionAction, ExecutionName, Iteration, Limits, Machine, MachineType, Receipt,
    ReceiptAction, Scenario, chaos::ChaosRule,
};
use crate::value::{Number, Object, Value};

impl Scenario {
    /// The scenario file's data; reading its text gives an equal scenario.
    pub fn to_json(&self) -> Value {
        let default = Self::default();
        let mut file = Writer::default();
        // A version 1 file is read by everything that reads scenarios: what needs no more stays one.
        let is_first = self.world.is_empty() && self.receipts.is_empty() && self.chaos.is_empty();
        file.put("version", if is_first { 1 } else { 2 });
        if self.input != default.input {
            file.put("input", self.input.clone());
        }
        if self.start != default.start {
            file.put_some("start", rfc_3339(self.start));
        }
        if self.seed != default.seed {
            file.put("seed", unsigned(self.seed));
        }
        file.put_some("machine", self.machine.to_json().some());
        file.put_some("execution", self.execution.to_json(&self.machine).some());
        file.put_some("limits", self.limits.to_json().some());
        if !self.tasks.is_empty() {
            file.put_tasks(&self.tasks);
        }
        if !self.decisions.is_empty() || !self.receipts.is_empty() {
            let decisions = self.decisions.iter().map(Decision::to_json);
            file.put("decisions", Value::array(decisions.chain(self.receipts.iter().map(Receipt::to_json)).collect()));
        }
        if !self.s3.is_empty() {
            file.put("s3", Value::object(self.s3.iter().map(|(name, body)| (name.clone(), Value::from(body)))));
        }
        if !self.world.is_empty() {
            file.put("world", self.world.to_json());
        }
        if !self.chaos.is_empty() {
            file.put("chaos", Value::array(self.chaos.iter().map(ChaosRule::to_json).collect()));
        }
        file.value()
    }

    /// The scenario file's text, indented for people.
    pub fn to_text(&self) -> String {
        let mut text = self.to_json().to_json_pretty();
        text.push('\n');
        text
    }
}

/// Collects the members of an object.
#[derive(Default)]
pub(super) struct Writer(Object);

impl Writer {
    pub(super) fn put(&mut self, key: &str, value: impl Into<Value>) {
        self.0.insert(key.into(), value.into());
    }

    pub(super) fn put_some(&mut self, key: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.put(key, value);
        }
    }

    fn put_text(&mut self, key: &str, text: &Rc<str>, default: &Rc<str>) {
        if text != default {
            self.put(key, text);
        }
    }

    pub(super) fn put_named<T>(&mut self, key: &str, named: &IndexMap<Rc<str>, T>, write: impl Fn(&T) -> Value) {
        if !named.is_empty() {
            self.put(key, Value::object(named.iter().map(|(name, value)| (name.clone(), write(value)))));
        }
    }

    pub(super) fn put_tasks(&mut self, tasks: &IndexMap<Rc<str>, Vec<Answer>>) {
        let answers = |answers: &Vec<Answer>| Value::array(answers.iter().map(Answer::to_json).collect());
        self.put("tasks", Value::object(tasks.iter().map(|(name, task)| (name.clone(), answers(task)))));
    }

    pub(super) fn put_outcome(&mut self, outcome: &AnswerOutcome) {
        match outcome {
            AnswerOutcome::Return(value) => self.put("return", value.clone()),
            AnswerOutcome::Throw { error, cause } => self.put("throw", failure(error.as_ref(), cause.as_ref())),
            AnswerOutcome::Expression(expression) => self.put("expression", &expression.text),
            AnswerOutcome::TimeOut => self.put("timeOut", true),
            AnswerOutcome::Never => self.put("never", true),
        }
    }

    pub(super) fn value(self) -> Value {
        Value::Object(Rc::new(self.0))
    }

    /// The object, unless it is empty.
    fn some(self) -> Option<Value> {
        (!self.0.is_empty()).then(|| self.value())
    }
}

impl Machine {
    fn to_json(&self) -> Writer {
        let named = Machine::named(self.name.clone());
        let mut object = Writer::default();
        object.put_text("name", &self.name, &Machine::default().name);
        object.put_some("type", machine_type(self.kind));
        object.put_text("arn", &self.arn, &named.arn);
        object.put_text("roleArn", &self.role_arn, &named.role_arn);
        object
    }
}

impl ExecutionName {
    fn to_json(&self, machine: &Machine) -> Writer {
        let mut object = Writer::default();
        object.put_text("name", &self.name, &Scenario::default().execution.name);
        object.put_text("arn", &self.arn, &Self::of(self.name.clone(), machine).arn);
        object
    }
}

impl Limits {
    fn to_json(self) -> Writer {
        let default = Self::default();
        let mut object = Writer::default();
        if self.payload_bytes != default.payload_bytes {
            object.put("payloadBytes", unsigned(self.payload_bytes as u64));
        }
        if self.history_events != default.history_events {
            object.put("historyEvents", unsigned(self.history_events as u64));
        }
        object
    }
}

impl Answer {
    /// The answer as it stands in a scenario file.
    pub fn to_json(&self) -> Value {
        let mut object = Writer::default();
        let iterations = |path: &Vec<Iteration>| Value::array(path.iter().map(Iteration::to_json).collect());
        object.put_some("iteration", self.iteration.as_ref().map(iterations));
        object.put_some("attempt", self.attempt.map(i64::from));
        object.put_some("submitted", self.submitted.clone());
        object.put_outcome(&self.outcome);
        object.put_some("seconds", self.delay.map(seconds));
        if !self.heartbeats.is_empty() {
            object.put("heartbeats", Value::array(self.heartbeats.iter().copied().map(seconds).collect()));
        }
        object.put_some("worker", self.worker.as_ref());
        object.value()
    }
}

impl Iteration {
    fn to_json(&self) -> Value {
        Value::object([("map", Value::from(&self.map)), ("index", i64::from(self.index).into())])
    }
}

impl Decision {
    fn to_json(&self) -> Value {
        let mut object = Writer::default();
        object.put("token", &self.token);
        object.put("at", seconds(self.at));
        match &self.action {
            DecisionAction::Success(output) => object.put("success", output.clone()),
            DecisionAction::Failure { error, cause } => object.put("failure", failure(error.as_ref(), cause.as_ref())),
            DecisionAction::Heartbeat => object.put("heartbeat", true),
        }
        object.value()
    }
}

impl Receipt {
    fn to_json(&self) -> Value {
        let action = match self.action {
            ReceiptAction::Receive => "receive",
            ReceiptAction::Delete => "delete",
        };
        Value::object([
            ("queue", Value::from(&self.queue)),
            ("at", seconds(self.at)),
            (action, Value::from(&self.message)),
        ])
    }
}

/// What is written of a machine's type: nothing where it is that of a machine whose type is not told.
pub(super) fn machine_type(kind: MachineType) -> Option<&'static str> {
    (kind == MachineType::Express).then_some("EXPRESS")
}

fn failure(error: Option<&Rc<str>>, cause: Option<&Rc<str>>) -> Value {
    let mut object = Writer::default();
    object.put_some("error", error);
    object.put_some("cause", cause);
    object.value()
}

/// Microseconds as seconds: whole where they are.
pub(super) fn seconds(micros: i64) -> Value {
    if micros % 1_000_000 == 0 { (micros / 1_000_000).into() } else { (micros as f64 / 1e6).into() }
}

fn unsigned(number: u64) -> Value {
    match i64::try_from(number) {
        Ok(number) => number.into(),
        Err(_) => Value::Number(Number::Text(number.to_string().into())),
    }
}

fn rfc_3339(micros: i64) -> Option<String> {
    Some(DateTime::from_timestamp_micros(micros)?.to_rfc3339_opts(SecondsFormat::AutoSi, true))
}
