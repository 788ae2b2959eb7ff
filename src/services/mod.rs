//! What a mocked service answers when the scenario does not say: the service's own reply, deterministic by seed. `replies`
//! has a row for each action that it knows; what is in none gets an empty object.
//!
//! Knows the engine's task types only.

mod digests;
pub mod dynamodb;
mod ids;
pub mod models;
pub mod patterns;
mod replies;
mod template;

use crate::{
    engine::{
        Options,
        clock::Duration,
        resource::{Family, Pattern},
        task::{TaskPlan, TaskRequest, TaskResult},
    },
    value::Value,
};
use ids::Ids;
use template::Call;

/// How long a task takes when its answer does not say.
pub const DEFAULT_DELAY: Duration = Duration::from_micros(100_000);

/// The plan of a task that the scenario has no answer for: succeeds after [`DEFAULT_DELAY`].
/// A Lambda function or an activity answers with an empty object, a callback with what it was sent.
pub fn default_plan(request: &TaskRequest, seed: u64, options: &Options) -> TaskPlan {
    let (submitted, result) = match request.task.resource.pattern {
        Pattern::RequestResponse => (None, reply(request, seed, options, false)),
        Pattern::RunJob => (Some(reply(request, seed, options, false)), reply(request, seed, options, true)),
        Pattern::Callback => (Some(reply(request, seed, options, false)), Value::empty_object()),
    };
    let result = Some((DEFAULT_DELAY, TaskResult::Succeeded(result)));
    TaskPlan { submitted, result, is_default: true, ..TaskPlan::default() }
}

/// What a service answers at once, before any wait: what `submitted` is where the scenario gives
/// only the end of a `.sync` or `.waitForTaskToken` task.
pub fn default_submitted(request: &TaskRequest, seed: u64, options: &Options) -> Option<Value> {
    match request.task.resource.pattern {
        Pattern::RequestResponse => None,
        Pattern::RunJob | Pattern::Callback => Some(reply(request, seed, options, false)),
    }
}

/// The reply to a request, or, of a `.sync` task, what there is when the job has ended.
fn reply(request: &TaskRequest, seed: u64, options: &Options, has_ended: bool) -> Value {
    let resource = &request.task.resource;
    if resource.family != Family::Service {
        return Value::empty_object();
    }
    let ids =
        Ids { seed, number: u64::from(request.branch.0) << 32 | request.attempt << 16 | u64::from(request.state.0) };
    let call = Call {
        parameters: &request.task.payload,
        region: &options.region,
        account: options.machine_arn.split(':').nth(4).filter(|account| !account.is_empty()).unwrap_or("111111111111"),
        at: request.at,
        has_texts_for_times: resource.service.starts_with("aws-sdk:"),
        ids: &ids,
    };
    let plain = resource.action.split('.').next().unwrap_or_default();
    let job = has_ended.then(|| {
        let of = |action: &str| replies::reply(&resource.service, action, &call);
        of(&resource.action).or_else(|| of(&format!("{plain}.sync")))
    });
    let reply = job.flatten().or_else(|| replies::reply(&resource.service, plain, &call));
    reply.unwrap_or_else(Value::empty_object)
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_json(), ToString::to_string)
}
