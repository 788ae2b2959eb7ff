//! What Express has in place of an execution history: the response of StartSyncExecution, and the events that it writes
//! to CloudWatch Logs. Shapes as recorded; a log leaves out what its level does not ask for.

use serde_json::{Map, Value, json};

use super::history;
use crate::{
    engine::clock::Instant,
    sim::{
        price,
        scenario::Scenario,
        trace::{Status, Trace},
    },
};

/// `loggingConfiguration.level` of a state machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogLevel {
    #[default]
    All,
    /// Events of failures only.
    Error,
    /// The end of an execution that did not succeed.
    Fatal,
    Off,
}

impl LogLevel {
    /// By the API's word.
    pub fn of(word: &str) -> Option<Self> {
        Some(match word {
            "ALL" => Self::All,
            "ERROR" => Self::Error,
            "FATAL" => Self::Fatal,
            "OFF" => Self::Off,
            _ => return None,
        })
    }

    fn has(self, kind: &str) -> bool {
        let failed = ["Failed", "TimedOut", "Aborted"].iter().any(|end| kind.ends_with(end));
        match self {
            Self::All => true,
            Self::Error => failed,
            Self::Fatal => failed && kind.starts_with("Execution"),
            Self::Off => false,
        }
    }
}

/// The response of StartSyncExecution to a run.
pub fn sync_response(trace: &Trace, scenario: &Scenario) -> Value {
    let date = |micros: i64| Instant::from_micros(micros).to_rfc3339();
    let mut response = json!({
        "executionArn": *scenario.execution.arn,
        "stateMachineArn": *scenario.machine.arn,
        "name": *scenario.execution.name,
        "startDate": date(trace.start),
        "stopDate": date(trace.start.saturating_add(trace.duration)),
        "status": trace.status.name(),
        "input": scenario.input.to_json(),
        "inputDetails": {"included": true},
        "outputDetails": {"included": true},
        "billingDetails": {
            "billedDurationInMilliseconds": price::billed(trace.duration.max(1)) / 1000,
            "billedMemoryUsedInMB": price::MEMORY_MB,
        },
    });
    let mut put = |key: &str, text: Option<&str>| {
        if let Some(text) = text {
            response[key] = text.into();
        }
    };
    put("error", trace.error.as_deref());
    put("cause", trace.cause.as_deref());
    if trace.status == Status::Succeeded {
        put("output", trace.output.and_then(|id| trace.payload(id)).map(|text| &**text));
    }
    response
}

/// The events of a run as a log group gets them, with or without the data of the execution.
pub fn log_events(trace: &Trace, scenario: &Scenario, level: LogLevel, with_data: bool) -> impl Iterator<Item = Value> {
    let logged = trace.events.iter().filter(move |event| level.has(&event.kind));
    logged.map(move |event| {
        let told = history::event_json(trace, event);
        let details =
            told.as_object().and_then(|members| members.iter().find(|(key, _)| key.ends_with("EventDetails")));
        let mut details = details.and_then(|(_, details)| details.as_object().cloned()).unwrap_or_default();
        if !with_data {
            const DATA: [&str; 7] =
                ["input", "inputDetails", "output", "outputDetails", "parameters", "cause", "error"];
            details = details.into_iter().filter(|(key, _)| !DATA.contains(&key.as_str())).collect::<Map<_, _>>();
        }
        let millis = trace.start.saturating_add(event.at).div_euclid(1000);
        json!({
            "id": event.id.to_string(),
            "type": *event.kind,
            "details": details,
            "previous_event_id": event.previous.to_string(),
            "event_timestamp": millis.to_string(),
            "execution_arn": *scenario.execution.arn,
            "redrive_count": "0",
        })
    })
}

/// How many events of a run a level writes.
pub fn logged(trace: &Trace, level: LogLevel) -> usize {
    trace.events.iter().filter(|event| level.has(&event.kind)).count()
}
