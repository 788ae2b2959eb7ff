//! An event's details, from AWS's members to ours. Payloads are JSON texts in the API; where a file has them as data,
//! they are written as text again.

use std::rc::Rc;

use rustc_hash::FxHashMap;
use serde_json::{Map, Value};

use super::Recorded;
use crate::sim::trace::{Details, PayloadId, RareDetails};

#[derive(Default)]
pub(super) struct Reader {
    texts: Vec<Rc<str>>,
    ids: FxHashMap<Rc<str>, PayloadId>,
    truncated: usize,
}

impl Reader {
    pub fn read(&mut self, event: &Recorded) -> Details {
        let object = &event.details;
        let text = |key: &str| object.get(key).and_then(as_text);
        let number = |key: &str| object.get(key).and_then(as_number);
        let is_cut = |key: &str| object.get(key).is_some_and(|details| details["truncated"] == true);
        self.truncated += usize::from(is_cut("inputDetails") || is_cut("outputDetails"));
        let credentials = object.get("taskCredentials").and_then(|credentials| as_text(credentials.get("roleArn")?));
        Details {
            name: text("name").or_else(|| text("state")),
            input: self.payload(object, "input"),
            output: self.payload(object, "output"),
            parameters: self.payload(object, "parameters"),
            resource: text("resource"),
            resource_type: text("resourceType"),
            index: number("index"),
            ..Details::default()
        }
        .with(RareDetails {
            error: text("error"),
            cause: text("cause"),
            region: text("region"),
            role_arn: text("roleArn").or(credentials),
            worker_name: text("workerName"),
            timeout_in_seconds: number("timeoutInSeconds"),
            heartbeat_in_seconds: number("heartbeatInSeconds"),
            length: number("length"),
            map_run_arn: text("mapRunArn"),
            location: text("location"),
            assigned_variables: object.get("assignedVariables").and_then(Value::as_object).map(|variables| {
                variables.iter().map(|(name, value)| (name.as_str().into(), self.id(&as_payload(value)))).collect()
            }),
            ..RareDetails::default()
        })
    }

    fn payload(&mut self, object: &Map<String, Value>, key: &str) -> Option<PayloadId> {
        let text = as_payload(object.get(key)?);
        Some(self.id(&text))
    }

    fn id(&mut self, text: &str) -> PayloadId {
        if let Some(id) = self.ids.get(text) {
            return *id;
        }
        let (id, text) = (self.texts.len() as PayloadId, Rc::<str>::from(text));
        self.texts.push(text.clone());
        self.ids.insert(text, id);
        id
    }

    pub fn notes(&self) -> Option<String> {
        let count = self.truncated;
        (count > 0).then(|| format!("AWS cut the data of {count} events short"))
    }

    pub fn into_payloads(self) -> Vec<Rc<str>> {
        self.texts
    }
}

fn as_text(value: &Value) -> Option<Rc<str>> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.as_str().into()),
        other => Some(other.to_string().into()),
    }
}

fn as_number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

fn as_payload(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
