//! Many runs from the page: the same scenario with one seed after the other, some at a time, and what came of them.

use std::rc::Rc;

use super::model::Session;
use crate::sim::{
    scenario::{
        AnswerOutcome, Scenario,
        chaos::{ChaosEffect, ChaosRule, LAMBDA_SERVICE_ERRORS},
    },
    survey::Survey,
};

/// Runs that the worker makes at a time, so that progress shows.
pub const AT_A_TIME: u32 = 50;

/// A survey that is open on the page.
#[derive(Clone, Debug, PartialEq)]
pub struct Many {
    /// The texts at the time.
    pub definition: Rc<str>,
    pub scenario: Rc<str>,
    /// How many runs were asked for.
    pub wanted: u32,
    /// The number of the newest request.
    pub id: u32,
    pub is_running: bool,
    pub survey: Rc<Survey>,
    pub trouble: Option<Rc<str>>,
}

impl Many {
    /// None while the definition or the scenario cannot be run.
    pub fn open(session: &Session) -> Option<Self> {
        (session.source.is_runnable && session.scenario.scenario.is_some()).then(|| Self {
            definition: session.source.text.clone(),
            scenario: session.scenario.text.clone(),
            wanted: 1000,
            id: 0,
            is_running: false,
            survey: Rc::default(),
            trouble: None,
        })
    }

    /// Begins anew with so many runs, of the texts as they are now.
    pub fn begin(&self, session: &Session, wanted: u32) -> Self {
        let fresh = Self::open(session).unwrap_or_else(|| self.clone());
        Self { wanted, id: self.id + 1, is_running: true, survey: Rc::default(), trouble: None, ..fresh }
    }

    /// Takes in what came of some runs, and asks for further ones while there are some to make.
    pub fn take(&self, id: u32, outcome: Result<Survey, Rc<str>>) -> Self {
        if id != self.id || !self.is_running {
            return self.clone();
        }
        match outcome {
            Err(trouble) => Self { is_running: false, trouble: Some(trouble), ..self.clone() },
            Ok(more) => {
                let mut survey = Survey::clone(&self.survey);
                survey.merge(&more);
                let is_running = survey.runs < self.wanted && more.runs > 0;
                Self { id: self.id + u32::from(is_running), is_running, survey: Rc::new(survey), ..self.clone() }
            }
        }
    }
}

/// How often Lambda's service fails in a scenario: the sum of the rules that say so.
pub fn service_failures(scenario: &Scenario) -> f64 {
    scenario.chaos.iter().filter(|rule| is_service_failure(rule)).map(|rule| rule.probability).sum()
}

/// The most that chaos adds to the time of every task, in seconds.
pub fn delay(scenario: &Scenario) -> f64 {
    let most = |rule: &ChaosRule| match rule.effect {
        ChaosEffect::Slower { most, .. } if rule.tasks.is_empty() => most,
        _ => 0,
    };
    scenario.chaos.iter().map(most).sum::<i64>() as f64 / 1e6
}

/// The scenario with Lambda's service exceptions at a rate, each as often as the others; 0 is none.
pub fn with_service_failures(scenario: &Scenario, rate: f64) -> Scenario {
    let mut next = scenario.clone();
    next.chaos.retain(|rule| !is_service_failure(rule));
    let probability = (rate / LAMBDA_SERVICE_ERRORS.len() as f64 * 10_000.0).round() / 10_000.0;
    if probability > 0.0 {
        let rule = |error: &str| {
            let cause = Some("made to fail by chance".into());
            let outcome = AnswerOutcome::Throw { error: Some(error.into()), cause };
            ChaosRule { tasks: Vec::new(), probability, effect: ChaosEffect::Outcome(outcome) }
        };
        next.chaos.extend(LAMBDA_SERVICE_ERRORS.map(rule));
    }
    next
}

/// The scenario with every task slower by up to so many seconds.
pub fn with_delay(scenario: &Scenario, seconds: f64) -> Scenario {
    let mut next = scenario.clone();
    next.chaos.retain(|rule| !(rule.tasks.is_empty() && matches!(rule.effect, ChaosEffect::Slower { .. })));
    let most = (seconds * 1e6) as i64;
    if most > 0 {
        let effect = ChaosEffect::Slower { least: 0, most };
        next.chaos.push(ChaosRule { tasks: Vec::new(), probability: 1.0, effect });
    }
    next
}

fn is_service_failure(rule: &ChaosRule) -> bool {
    let ChaosEffect::Outcome(AnswerOutcome::Throw { error: Some(error), .. }) = &rule.effect else { return false };
    rule.tasks.is_empty() && LAMBDA_SERVICE_ERRORS.contains(&&**error)
}
