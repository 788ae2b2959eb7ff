//! `chaos` of a scenario, which version 2 of the file has: failures and delays by probability. They are drawn from the
//! seed, so that the same scenario has the same bad luck each time.

use std::rc::Rc;

use super::{
    AnswerOutcome,
    read::{Place, Reader},
    write::{Writer, seconds},
};
use crate::{syntax::NodeKind, value::Value};

/// What can go wrong with a task, and how often.
#[derive(Clone, Debug, PartialEq)]
pub struct ChaosRule {
    /// Names or paths of states; none is every task.
    pub tasks: Vec<Rc<str>>,
    /// From 0 to 1, for each attempt.
    pub probability: f64,
    pub effect: ChaosEffect,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ChaosEffect {
    /// The attempt ends so, whatever its answer; never with a return value.
    Outcome(AnswerOutcome),
    /// It takes longer by a time between these two, in microseconds.
    Slower { least: i64, most: i64 },
}

/// The errors with which Lambda's service fails now and then; the developer guide advises to retry them.
pub const LAMBDA_SERVICE_ERRORS: [&str; 4] = [
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
];

impl Reader {
    pub(super) fn chaos(&mut self, place: &Place) -> Vec<ChaosRule> {
        let rules = self.items(place, "a list of rules, as `{\"probability\": 0.2, \"throw\": {\"error\": \"Busy\"}}`");
        rules.iter().filter_map(|rule| self.chaos_rule(rule)).collect()
    }

    fn chaos_rule(&mut self, place: &Place) -> Option<ChaosRule> {
        const EFFECTS: [&str; 4] = ["throw", "timeOut", "never", "addSeconds"];
        let fields = self.fields(place, &["tasks", "probability", "throw", "timeOut", "never", "addSeconds"])?;
        let tasks = fields.get("tasks").map(|place| self.items(&place, "a list of states' names")).unwrap_or_default();
        let tasks = tasks.iter().filter_map(|name| self.text(name)).collect();
        let probability = match fields.get("probability") {
            Some(place) => self.share(&place)?,
            None => 1.0,
        };
        let effect = self.one_of(place, &fields, &EFFECTS, "a rule of chaos")?;
        let effect = match &*effect.name {
            "addSeconds" => {
                let bounds = self.items(&effect, "a list of two numbers of seconds, the least and the most");
                let bounds: Vec<i64> = bounds.iter().filter_map(|bound| self.seconds(bound)).collect();
                match bounds[..] {
                    [least, most] if least <= most => ChaosEffect::Slower { least, most },
                    _ => return self.expected(&effect, "a list of two numbers of seconds, the least and the most"),
                }
            }
            _ => ChaosEffect::Outcome(self.outcome(&effect)?),
        };
        Some(ChaosRule { tasks, probability, effect })
    }

    fn share(&mut self, place: &Place) -> Option<f64> {
        let number = match &place.node.kind {
            NodeKind::Number(text) => text.parse::<f64>().ok(),
            _ => None,
        };
        match number.filter(|number| (0.0..=1.0).contains(number)) {
            Some(number) => Some(number),
            None => self.expected(place, "a number from 0 to 1"),
        }
    }
}

impl ChaosRule {
    pub(super) fn to_json(&self) -> Value {
        let mut rule = Writer::default();
        if !self.tasks.is_empty() {
            rule.put("tasks", Value::array(self.tasks.iter().map(Value::from).collect()));
        }
        if self.probability < 1.0 {
            rule.put("probability", self.probability);
        }
        match &self.effect {
            ChaosEffect::Outcome(outcome) => rule.put_outcome(outcome),
            ChaosEffect::Slower { least, most } => {
                rule.put("addSeconds", Value::array(vec![seconds(*least), seconds(*most)]));
            }
        }
        rule.value()
    }
}
