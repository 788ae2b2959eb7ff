//! What a mocked service answers when the scenario does not say: the shape of the service's own
//! reply, deterministic by seed. One table, a row a service; what is in none gets an empty object.
//!
//! Knows the engine's task types only.

pub mod dynamodb;
pub mod models;
pub mod patterns;

use std::rc::Rc;

use crate::{
    encoding,
    engine::{
        clock::Duration,
        resource::{Family, Pattern},
        task::{TaskPlan, TaskRequest, TaskResult},
    },
    value::Value,
};

/// How long a task takes when its answer does not say.
pub const DEFAULT_DELAY: Duration = Duration::from_micros(100_000);

/// Makes a service's own reply from a task's parameters.
type Reply = fn(&Value, &Ids) -> Value;

/// Service, action without its pattern, reply. Where a service has several actions, its own row wins
/// over that with an empty action.
const REPLIES: &[(&str, &str, Reply)] = &[
    ("lambda", "invoke", lambda_invoke),
    ("sqs", "sendMessage", sqs_send_message),
    ("sns", "publish", sns_publish),
    ("events", "putEvents", events_put_events),
    ("dynamodb", "getItem", dynamodb_get_item),
    ("dynamodb", "", dynamodb_write),
    ("states", "startExecution", states_start_execution),
];

/// Ids for a reply: the same run has the same ones.
struct Ids {
    seed: u64,
    number: u64,
}

/// The plan of a task that the scenario has no answer for: succeeds after [`DEFAULT_DELAY`].
/// A Lambda function or an activity answers with an empty object, a callback with what it was sent.
pub fn default_plan(request: &TaskRequest, seed: u64) -> TaskPlan {
    let resource = &request.task.resource;
    let ids =
        Ids { seed, number: u64::from(request.branch.0) << 32 | request.attempt << 16 | u64::from(request.state.0) };
    let reply = reply(resource, &request.task.payload, &ids);
    let (submitted, result) = match resource.pattern {
        Pattern::RequestResponse => (None, reply),
        Pattern::RunJob => (Some(reply.clone()), job_result(&resource.service, &request.task.payload, reply)),
        Pattern::Callback => (Some(reply), Value::empty_object()),
    };
    TaskPlan { submitted, result: Some((DEFAULT_DELAY, TaskResult::Succeeded(result))), ..TaskPlan::default() }
}

/// What a service answers at once, before any wait: what `submitted` is where the scenario gives
/// only the end of a `.sync` or `.waitForTaskToken` task.
pub fn default_submitted(request: &TaskRequest, seed: u64) -> Option<Value> {
    match request.task.resource.pattern {
        Pattern::RequestResponse => None,
        Pattern::RunJob | Pattern::Callback => default_plan(request, seed).submitted,
    }
}

fn reply(resource: &crate::engine::resource::Resource, parameters: &Value, ids: &Ids) -> Value {
    if resource.family != Family::Service {
        return Value::empty_object();
    }
    let action = resource.action.split('.').next().unwrap_or_default();
    let rows = || REPLIES.iter().filter(|(service, ..)| *service == &*resource.service);
    let row = rows().find(|(_, name, _)| *name == action).or_else(|| rows().find(|(_, name, _)| name.is_empty()));
    row.map_or_else(Value::empty_object, |(.., reply)| reply(parameters, ids))
}

fn lambda_invoke(_parameters: &Value, _ids: &Ids) -> Value {
    Value::object([
        ("ExecutedVersion", Value::from("$LATEST")),
        ("Payload", Value::empty_object()),
        ("StatusCode", 200.into()),
    ])
}

fn sqs_send_message(parameters: &Value, ids: &Ids) -> Value {
    let body = parameters.get("MessageBody").map_or_else(String::new, text_of);
    let md5 = encoding::hex_digest("MD5", body.as_bytes()).expect("MD5 is one of AWS's algorithms");
    Value::object([("MD5OfMessageBody", Value::from(md5)), ("MessageId", ids.uuid().into())])
}

fn sns_publish(_parameters: &Value, ids: &Ids) -> Value {
    Value::object([("MessageId", Value::from(ids.uuid()))])
}

fn events_put_events(parameters: &Value, ids: &Ids) -> Value {
    let count = parameters.get("Entries").and_then(Value::as_array).map_or(0, <[Value]>::len);
    let entry = |index: usize| Value::object([("EventId", Value::from(ids.nth_uuid(index as u64)))]);
    Value::object([("Entries", Value::array((0..count).map(entry).collect())), ("FailedEntryCount", 0.into())])
}

fn dynamodb_get_item(parameters: &Value, _ids: &Ids) -> Value {
    let item = parameters.get("Key").cloned().unwrap_or_else(Value::empty_object);
    Value::object([("Item", item)])
}

fn dynamodb_write(_parameters: &Value, _ids: &Ids) -> Value {
    Value::empty_object()
}

fn states_start_execution(parameters: &Value, ids: &Ids) -> Value {
    let machine = parameters.get("StateMachineArn").map_or_else(String::new, text_of);
    let name = parameters.get("Name").map_or_else(|| ids.uuid(), text_of);
    let arn = format!("{}:{name}", machine.replacen(":stateMachine:", ":execution:", 1));
    Value::object([("ExecutionArn", Value::from(arn)), ("StartDate", 1_704_067_200_000_i64.into())])
}

/// What a job's end adds to what its start answered.
fn job_result(service: &str, parameters: &Value, started: Value) -> Value {
    if service != "states" {
        return started;
    }
    let Value::Object(started) = started else { return Value::empty_object() };
    let mut result = (*started).clone();
    let input = parameters.get("Input").cloned().unwrap_or_else(Value::empty_object);
    result.insert("Input".into(), Value::from(text_of(&input)));
    result.insert("Output".into(), Value::from("{}"));
    result.insert("Status".into(), Value::from("SUCCEEDED"));
    Value::Object(Rc::new(result))
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_json(), ToString::to_string)
}

impl Ids {
    fn uuid(&self) -> String {
        self.nth_uuid(0)
    }

    /// A version 4 UUID drawn from the seed and the task.
    fn nth_uuid(&self, index: u64) -> String {
        let mut random = oorandom::Rand64::new(u128::from(self.seed) << 64 | u128::from(self.number ^ index << 40));
        encoding::uuid(random.rand_u64(), random.rand_u64())
    }
}
