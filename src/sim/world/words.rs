//! What happened around the machine, in words.

use crate::sim::trace::{Happened, WorldEvent};

impl WorldEvent {
    /// A sentence without its full stop: what happened, and to what.
    pub fn sentence(&self) -> String {
        let name = &self.name;
        match &self.what {
            Happened::MessageSent { body, .. } => format!("queue {name} got a message: {}", short(body)),
            Happened::MessageReceived { by, .. } => format!("queue {name}: {by} took a message"),
            Happened::MessageReturned { .. } => {
                format!("queue {name}: a message is visible again, for nobody deleted it in time")
            }
            Happened::MessageDeleted { .. } => format!("queue {name}: a message was deleted"),
            Happened::MessageExpired { .. } => format!("queue {name}: a message expired"),
            Happened::MessageMoved { to, .. } => {
                format!("queue {name}: a message was received too often and went to {to}")
            }
            Happened::Published { message, .. } => format!("topic {name} got: {}", short(message)),
            Happened::Delivered { protocol, endpoint, .. } => format!("topic {name}: sent by {protocol} to {endpoint}"),
            Happened::Withheld { endpoint, .. } => format!("topic {name}: held back from {endpoint} by its filter"),
            Happened::EventPut { event, .. } => format!("bus {name} got an event: {}", short(event)),
            Happened::RuleMatched { rule, target, .. } => format!("bus {name}: the rule {rule} sent it to {target}"),
            Happened::ItemPut { key, item } => format!("table {name}: {key} is {}", short(item)),
            Happened::ItemDeleted { key } => format!("table {name}: {key} was deleted"),
            Happened::ItemRefused { error, .. } => format!("table {name} refused: {error}"),
            Happened::ObjectPut { size, .. } => format!("object {name} was written, {size} bytes"),
            Happened::ObjectDeleted => format!("object {name} was deleted"),
            Happened::TaskQueued { input, .. } => {
                format!("activity {name}: a task waits for a worker: {}", short(input))
            }
            Happened::TaskTaken { worker, .. } => format!("activity {name}: {worker} took the task"),
            Happened::Heartbeat { worker, .. } => format!("{name}: {worker} sent a heartbeat"),
            Happened::TaskReported { worker, failed, late, .. } => {
                let what = if *failed { "failure" } else { "success" };
                let late = if *late { ", too late" } else { "" };
                format!("{name}: {worker} reported {what}{late}")
            }
            Happened::ExecutionStarted { arn, .. } => format!("machine {name} started {}", last_part(arn)),
            Happened::ExecutionEnded { arn, status } => {
                format!("machine {name}: {} ended, {}", last_part(arn), status.name())
            }
            Happened::Broken { what, why } => format!("{name}: {what} cannot be used: {why}"),
        }
    }
}

fn short(text: &str) -> String {
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into(),
    }
}

fn last_part(arn: &str) -> &str {
    arn.rsplit(':').next().unwrap_or(arn)
}
