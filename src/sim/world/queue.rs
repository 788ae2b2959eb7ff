//! Queues of SQS, the standard kind: messages are taken in the order in which they became visible, hidden while somebody
//! has them, and come back when nobody deletes them in time. After four days they are gone.

use std::rc::Rc;

use indexmap::IndexMap;

use super::{Call, Happening, PoolId, Who, World, name_of};
use crate::{
    engine::{
        clock::Duration,
        task::{TaskPlan, TaskResult},
    },
    sim::{
        scenario::{ReceiptAction, world::Queue as QueueSettings},
        trace::Happened,
    },
    value::Value,
};

/// `MessageRetentionPeriod` of a queue that does not set it.
const RETENTION: Duration = Duration::from_secs(4 * 24 * 60 * 60);

/// Who has a message that a person took.
const BY_HAND: &str = "you";

#[derive(Default)]
pub(super) struct Queue {
    messages: IndexMap<Rc<str>, Message>,
}

struct Message {
    body: Rc<str>,
    /// How often it was received.
    receipts: u32,
    is_visible: bool,
}

impl World<'_> {
    pub(super) fn send_message(&mut self, call: &Call, plan: &mut TaskPlan) {
        let queue = name_of(&call.text("QueueUrl").unwrap_or_default());
        let delay = call.parameters.get("DelaySeconds").and_then(Value::as_number).and_then(|number| number.as_int());
        let delay = Duration::from_secs(delay.and_then(|seconds| u64::try_from(seconds).ok()).unwrap_or(0));
        let id = message_id(plan).unwrap_or_else(|| self.uuid());
        self.send(call.who, &queue, id, call.payload("MessageBody"), delay);
    }

    /// Puts a message into a queue, which is there as soon as something is sent to it.
    pub(super) fn send(&mut self, who: Who, queue: &Rc<str>, id: Rc<str>, body: Rc<str>, delay: Duration) {
        self.note(who, queue, Happened::MessageSent { id: id.clone(), body: body.clone() });
        let message = Message { body, receipts: 0, is_visible: false };
        self.queues.entry(queue.clone()).or_default().messages.insert(id.clone(), message);
        self.schedule(self.now + RETENTION, Happening::Expired { queue: queue.clone(), message: id.clone() });
        self.schedule(self.now + delay, Happening::Visible { queue: queue.clone(), message: id, receipts: 0 });
    }

    /// A message can be taken, unless it was received once more since that was put in the calendar.
    pub(super) fn show(&mut self, queue: &Rc<str>, id: &Rc<str>, receipts: u32) {
        let Some(messages) = self.queues.get_mut(queue).map(|queue| &mut queue.messages) else { return };
        let Some(mut message) = messages
            .get(id)
            .is_some_and(|message| message.receipts == receipts)
            .then(|| {
                // At the end: in the order in which they became visible.
                messages.shift_remove(id)
            })
            .flatten()
        else {
            return;
        };
        message.is_visible = true;
        messages.insert(id.clone(), message);
        if receipts > 0 {
            self.note(super::RUN, queue, Happened::MessageReturned { id: id.clone() });
        }
        self.schedule(self.now, Happening::Offer(PoolId::Queue(queue.clone())));
    }

    /// Takes the first message that is visible.
    pub(super) fn receive(&mut self, queue: &Rc<str>, by: &Rc<str>) -> Option<(Rc<str>, Rc<str>)> {
        loop {
            let messages = &self.queues.get(queue)?.messages;
            let (id, _) = messages.iter().find(|(_, message)| message.is_visible)?;
            let id = id.clone();
            if let Some(body) = self.receive_message(queue, &id, by) {
                return Some((id, body));
            }
        }
    }

    /// Takes one message, which is then hidden. One that was received too often is moved instead.
    fn receive_message(&mut self, queue: &Rc<str>, id: &Rc<str>, by: &Rc<str>) -> Option<Rc<str>> {
        let settings = self.scenario.world.queues.get(queue);
        let message = self.queues.get_mut(queue)?.messages.get_mut(id).filter(|message| message.is_visible)?;
        let lost =
            settings.and_then(|settings| settings.dead_letters.as_ref()).filter(|dead| message.receipts >= dead.after);
        if let Some(dead) = lost {
            let message = self.queues.get_mut(queue)?.messages.shift_remove(id)?;
            self.note(super::RUN, queue, Happened::MessageMoved { id: id.clone(), to: dead.queue.clone() });
            self.send(super::RUN, &dead.queue, id.clone(), message.body, Duration::ZERO);
            return None;
        }
        message.is_visible = false;
        message.receipts += 1;
        let (body, receipts) = (message.body.clone(), message.receipts);
        self.note(super::RUN, queue, Happened::MessageReceived { id: id.clone(), by: by.clone() });
        let hidden =
            Duration::from_micros(settings.map_or(QueueSettings::default().visibility, |queue| queue.visibility));
        let visible = Happening::Visible { queue: queue.clone(), message: id.clone(), receipts };
        self.schedule(self.now + hidden, visible);
        Some(body)
    }

    pub(super) fn delete_message(&mut self, queue: &Rc<str>, id: &Rc<str>) {
        if self.queues.get_mut(queue).and_then(|queue| queue.messages.shift_remove(id)).is_some() {
            self.note(super::RUN, queue, Happened::MessageDeleted { id: id.clone() });
        }
    }

    pub(super) fn expire(&mut self, queue: &Rc<str>, id: &Rc<str>) {
        if self.queues.get_mut(queue).and_then(|queue| queue.messages.shift_remove(id)).is_some() {
            self.note(super::RUN, queue, Happened::MessageExpired { id: id.clone() });
        }
    }

    /// What a person does with a message; with one that is not there or hidden, nothing.
    pub(super) fn receive_by_hand(&mut self, index: usize) {
        let Some(receipt) = self.scenario.receipts.get(index) else { return };
        match receipt.action {
            ReceiptAction::Receive => {
                self.receive_message(&receipt.queue, &receipt.message, &BY_HAND.into());
            }
            ReceiptAction::Delete => self.delete_message(&receipt.queue, &receipt.message),
        }
    }
}

/// The id that the service has answered with.
pub(super) fn message_id(plan: &TaskPlan) -> Option<Rc<str>> {
    let reply = match (&plan.submitted, &plan.result) {
        (Some(submitted), _) => submitted,
        (None, Some((_, TaskResult::Succeeded(reply)))) => reply,
        _ => return None,
    };
    reply.get("MessageId").and_then(Value::as_str).cloned()
}
