//! Writes a scenario as the data of its file. What is as it is by default is left out.

use std::rc::Rc;

use chrono::{DateTime, SecondsFormat};

use super::{
    Answer, AnswerOutcome, Decision, DecisionAction, ExecutionName, Iteration, Limits, Machine, MachineType, Scenario,
};
use crate::value::{Number, Object, Value};

impl Scenario {
    /// The scenario file's data; reading its text gives an equal scenario.
    pub fn to_json(&self) -> Value {
        let default = Self::default();
        let mut file = Writer::default();
        file.put("version", 1);
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
            let answers = |answers: &Vec<Answer>| Value::array(answers.iter().map(Answer::to_json).collect());
            file.put("tasks", Value::object(self.tasks.iter().map(|(name, task)| (name.clone(), answers(task)))));
        }
        if !self.decisions.is_empty() {
            file.put("decisions", Value::array(self.decisions.iter().map(Decision::to_json).collect()));
        }
        if !self.s3.is_empty() {
            file.put("s3", Value::object(self.s3.iter().map(|(name, body)| (name.clone(), Value::from(body)))));
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
struct Writer(Object);

impl Writer {
    fn put(&mut self, key: &str, value: impl Into<Value>) {
        self.0.insert(key.into(), value.into());
    }

    fn put_some(&mut self, key: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.put(key, value);
        }
    }

    fn put_text(&mut self, key: &str, text: &Rc<str>, default: &Rc<str>) {
        if text != default {
            self.put(key, text);
        }
    }

    fn value(self) -> Value {
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
        if self.kind == MachineType::Express {
            object.put("type", "EXPRESS");
        }
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
        match &self.outcome {
            AnswerOutcome::Return(value) => object.put("return", value.clone()),
            AnswerOutcome::Throw { error, cause } => object.put("throw", failure(error.as_ref(), cause.as_ref())),
            AnswerOutcome::Expression(expression) => object.put("expression", &expression.text),
            AnswerOutcome::TimeOut => object.put("timeOut", true),
            AnswerOutcome::Never => object.put("never", true),
        }
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

fn failure(error: Option<&Rc<str>>, cause: Option<&Rc<str>>) -> Value {
    let mut object = Writer::default();
    object.put_some("error", error);
    object.put_some("cause", cause);
    object.value()
}

/// Microseconds as seconds: whole where they are.
fn seconds(micros: i64) -> Value {
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
