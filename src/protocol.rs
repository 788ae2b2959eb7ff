//! What the page asks its worker, and what it hears back: JSON texts, read and written here only.
//! Pure: the worker is a thread around [`answer`], and tests call it without one.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::{
    asl::{self, model::Definition},
    convert::report::Report,
    exchange::{replay::Replayed, types::SideBySide},
    sim::{
        child,
        inspection::{self, Inspection},
        run,
        scenario::Scenario,
        survey::{self, Survey},
        trace::Trace,
    },
    suite::{self, Suite},
    syntax::Format,
    teststate,
};

/// A question to the worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Request {
    /// Run this definition against this scenario, both texts.
    Run { id: u32, definition: String, scenario: String },
    /// The history of one child execution of this run: of which Map Run, and of which index. Answered like a run.
    Child { id: u32, definition: String, scenario: String, map_run: u32, index: u32 },
    /// Look inside visits of this run, by the ids of their `…StateEntered` events: the stages of `visit`, and what the
    /// expressions of all `visits` gave.
    Inspect { id: u32, definition: String, scenario: String, visit: Option<u32>, visits: Vec<u32> },
    /// Test one state: a request of the TestState API, as JSON text.
    TestState { id: u32, request: String },
    /// Run this so many times, with the seeds from the scenario's own plus `from` on.
    Survey { id: u32, definition: String, scenario: String, from: u32, runs: u32 },
    /// Run these tests of a definition, both texts.
    Suite { id: u32, definition: String, suite: String },
    /// Run this under both types.
    Types { id: u32, definition: String, scenario: String },
    /// Read this recorded history as a run of this definition, and compare it with our own, all texts.
    Replay { id: u32, definition: String, history: String },
    /// Convert a definition, or the state of this path in it, to JSONata, and prove it on the scenario.
    Convert { id: u32, definition: String, scenario: String, state: Option<String> },
}

/// What the worker says to a [`Request`], under its number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Reply {
    Finished {
        id: u32,
        trace: Trace,
    },
    Inspected {
        id: u32,
        inspection: Inspection,
    },
    /// The response of the TestState API, or its exception.
    Tested {
        id: u32,
        response: serde_json::Value,
    },
    Surveyed {
        id: u32,
        survey: Survey,
    },
    Suited {
        id: u32,
        report: suite::Report,
    },
    /// Both, and the trace of the Express run where there is one.
    Compared {
        id: u32,
        sides: SideBySide,
        express: Option<Box<Trace>>,
    },
    Replayed {
        id: u32,
        replayed: Box<Replayed>,
    },
    Converted {
        id: u32,
        report: Report,
    },
    /// Nothing was run, and why.
    Refused {
        id: u32,
        reason: String,
    },
}

impl Request {
    pub fn run(id: u32, definition: &str, scenario: &str) -> Self {
        Self::Run { id, definition: definition.into(), scenario: scenario.into() }
    }

    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a request has only string keys")
    }
}

impl Reply {
    pub fn from_json(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| format!("the worker's reply cannot be read: {error}"))
    }
}

/// Answers a request; what cannot be read or run is refused with the reason.
pub fn answer(request: &str) -> String {
    let reply = match serde_json::from_str(request) {
        Ok(Request::Run { id, definition, scenario }) => {
            let trace =
                read(&definition, &scenario).and_then(|(definition, scenario)| run::run(&definition, &scenario));
            trace.map_or_else(|reason| Reply::Refused { id, reason }, |trace| Reply::Finished { id, trace })
        }
        Ok(Request::Child { id, definition, scenario, map_run, index }) => {
            let trace = read(&definition, &scenario)
                .and_then(|(definition, scenario)| child::child(&definition, &scenario, map_run, index));
            trace.map_or_else(|reason| Reply::Refused { id, reason }, |trace| Reply::Finished { id, trace })
        }
        Ok(Request::Inspect { id, definition, scenario, visit, visits }) => match read(&definition, &scenario) {
            Ok((definition, scenario)) => {
                Reply::Inspected { id, inspection: inspection::inspect(&definition, &scenario, visit, &visits) }
            }
            Err(reason) => Reply::Refused { id, reason },
        },
        Ok(Request::TestState { id, request }) => {
            let response = teststate::answer(&request).unwrap_or_else(|exception| exception.to_json());
            Reply::Tested { id, response }
        }
        Ok(Request::Survey { id, definition, scenario, from, runs }) => match read(&definition, &scenario) {
            Ok((definition, scenario)) => {
                Reply::Surveyed { id, survey: survey::survey(&definition, &scenario, u64::from(from), runs) }
            }
            Err(reason) => Reply::Refused { id, reason },
        },
        Ok(Request::Suite { id, definition, suite }) => {
            let suite = Suite::parse(&suite).map_err(|errors| match errors.first() {
                Some(error) => format!("the tests: {}", error.message),
                None => "the tests cannot be read".into(),
            });
            match suite.and_then(|suite| Ok(suite.run(&load(&definition)?))) {
                Ok(report) => Reply::Suited { id, report },
                Err(reason) => Reply::Refused { id, reason },
            }
        }
        Ok(Request::Types { id, definition, scenario }) => {
            let sides =
                read(&definition, &scenario).and_then(|(read, scenario)| SideBySide::of(&definition, &read, &scenario));
            match sides {
                Ok((sides, express)) => Reply::Compared { id, sides, express: express.map(Box::new) },
                Err(reason) => Reply::Refused { id, reason },
            }
        }
        Ok(Request::Replay { id, definition, history }) => {
            match load(&definition).and_then(|definition| Replayed::of(&definition, &history)) {
                Ok(replayed) => Reply::Replayed { id, replayed: Box::new(replayed) },
                Err(reason) => Reply::Refused { id, reason },
            }
        }
        Ok(Request::Convert { id, definition, scenario, state }) => {
            match Report::of(&definition, state.as_deref(), &scenario) {
                Ok(report) => Reply::Converted { id, report },
                Err(reason) => Reply::Refused { id, reason },
            }
        }
        Err(error) => Reply::Refused { id: 0, reason: error.to_string() },
    };
    serde_json::to_string(&reply).expect("a reply has only string keys")
}

fn read(definition: &str, scenario: &str) -> Result<(Rc<Definition>, Scenario), String> {
    let definition = load(definition)?;
    let scenario = Scenario::parse(scenario).map_err(|errors| match errors.first() {
        Some(error) => format!("the scenario: {}", error.message),
        None => "the scenario cannot be read".into(),
    })?;
    Ok((definition, scenario))
}

fn load(definition: &str) -> Result<Rc<Definition>, String> {
    let loaded = asl::load(definition, Format::detect(definition));
    match loaded.diagnostics.iter().find(|diagnostic| diagnostic.is_error()) {
        Some(error) => Err(error.message.clone()),
        None => Ok(Rc::new(loaded.definition)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HELLO: &str = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}"#;

    #[test]
    fn a_run_comes_back_whole() {
        let reply =
            Reply::from_json(&answer(&Request::run(7, HELLO, r#"{"version": 1, "input": {"a": 1.0}}"#).to_json()));
        let Ok(Reply::Finished { id: 7, trace }) = reply else { panic!("{reply:?}") };
        assert_eq!(trace.events.len(), 4);
        assert_eq!(trace.output.map(|id| &*trace.payloads[id as usize]), Some(r#"{"a":1.0}"#));
    }

    #[test]
    fn a_visit_is_looked_into() {
        let (definition, scenario) = (HELLO.into(), r#"{"version": 1, "input": {"a": 1.0}}"#.into());
        let request = Request::Inspect { id: 3, definition, scenario, visit: Some(2), visits: Vec::new() };
        let reply = Reply::from_json(&answer(&request.to_json()));
        let Ok(Reply::Inspected { id: 3, inspection }) = reply else { panic!("{reply:?}") };
        assert_eq!(inspection.stages.first().map(|stage| &*stage.data), Some(r#"{"a":1.0}"#));
    }

    #[test]
    fn a_state_is_tested_alone() {
        let request = r#"{"definition": {"Type": "Pass", "Next": "B"}, "input": {"a": 1}}"#.into();
        let reply = Reply::from_json(&answer(&Request::TestState { id: 4, request }.to_json()));
        let Ok(Reply::Tested { id: 4, response }) = reply else { panic!("{reply:?}") };
        assert_eq!((&response["status"], &response["nextState"]), (&"SUCCEEDED".into(), &"B".into()));
    }

    #[test]
    fn a_run_is_compared_under_both_types() {
        let request = Request::Types { id: 5, definition: HELLO.into(), scenario: r#"{"version": 1}"#.into() };
        let reply = Reply::from_json(&answer(&request.to_json()));
        let Ok(Reply::Compared { id: 5, sides, express: Some(trace) }) = reply else { panic!("{reply:?}") };
        assert_eq!((sides.standard.transitions, sides.express.map(|side| side.status)), (1, Some(trace.status)));
    }

    #[test]
    fn what_cannot_be_run_is_refused_with_the_reason() {
        let reply = Reply::from_json(&answer(&Request::run(1, HELLO, r#"{"version": 9}"#).to_json()));
        assert!(matches!(reply, Ok(Reply::Refused { id: 1, reason }) if reason.contains("version")));
        assert!(matches!(Reply::from_json(&answer("{}")), Ok(Reply::Refused { .. })));
        let large = format!(r#"{{"version": 1, "input": "{}"}}"#, "x".repeat(262_143));
        let reply = Reply::from_json(&answer(&Request::run(2, HELLO, &large).to_json()));
        assert!(matches!(reply, Ok(Reply::Refused { id: 2, reason }) if reason.contains("262145 bytes")));
    }
}
