//! Topics of SNS: what is published goes to each subscription whose filter lets it pass, and a text message to its number.

use std::rc::Rc;

use super::{Call, Who, World, name_of, queue::message_id};
use crate::{
    engine::{clock::Duration, task::TaskPlan},
    services::patterns,
    sim::{scenario::world::Protocol, trace::Happened},
    value::Value,
};

/// Where text messages to a number are noted, which go to no topic.
const TEXT_MESSAGES: &str = "text messages";

impl World<'_> {
    pub(super) fn publish(&mut self, call: &Call, plan: &TaskPlan) {
        let id = message_id(plan).unwrap_or_else(|| self.uuid());
        let message = call.payload("Message");
        let subject = call.text("Subject");
        if let Some(number) = call.text("PhoneNumber") {
            let name = TEXT_MESSAGES.into();
            self.note(call.who, &name, Happened::Published { id: id.clone(), subject, message });
            return self.note(call.who, &name, Happened::Delivered { id, protocol: "sms".into(), endpoint: number });
        }
        let arn = call.text("TopicArn").or_else(|| call.text("TargetArn")).unwrap_or_default();
        let attributes = call.parameters.get("MessageAttributes").cloned().unwrap_or_else(Value::empty_object);
        self.publish_to(call.who, &arn, Publication { id, subject, message, attributes });
    }

    pub(super) fn publish_to(&mut self, who: Who, arn: &str, publication: Publication) {
        let topic = name_of(arn);
        let Publication { id, subject, message, .. } = &publication;
        let published = Happened::Published { id: id.clone(), subject: subject.clone(), message: message.clone() };
        self.note(who, &topic, published);
        let Some(settings) = self.scenario.world.topics.get(&topic) else { return };
        for subscription in &settings.subscriptions {
            let endpoint = subscription.endpoint.clone();
            let passes = subscription.filter.as_ref().map_or(Ok(true), |filter| match subscription.filters_body {
                true => patterns::passes_body(filter, &publication.message),
                false => patterns::passes(filter, &publication.attributes),
            });
            match passes {
                Ok(true) => {}
                Ok(false) => {
                    self.note(who, &topic, Happened::Withheld { id: id.clone(), endpoint });
                    continue;
                }
                Err(error) => {
                    self.note(who, &topic, Happened::Broken { what: endpoint, why: error.to_string().into() });
                    continue;
                }
            }
            let protocol = subscription.protocol.name().into();
            self.note(who, &topic, Happened::Delivered { id: id.clone(), protocol, endpoint: endpoint.clone() });
            if subscription.protocol == Protocol::Sqs {
                let (message_id, body) = (self.uuid(), publication.envelope(arn, self.now.to_rfc3339()));
                self.send(who, &name_of(&endpoint), message_id, body.into(), Duration::ZERO);
            }
        }
    }
}

/// What is published to a topic.
pub(super) struct Publication {
    pub id: Rc<str>,
    pub subject: Option<Rc<str>>,
    pub message: Rc<str>,
    /// `MessageAttributes`
    pub attributes: Value,
}

impl Publication {
    /// The body of a message to a queue, without raw message delivery; signatures are left out.
    fn envelope(&self, topic: &str, at: String) -> String {
        let mut members = vec![
            ("Type", Value::from("Notification")),
            ("MessageId", Value::from(&self.id)),
            ("TopicArn", Value::from(topic)),
        ];
        members.extend(self.subject.iter().map(|subject| ("Subject", Value::from(subject))));
        members.extend([("Message", Value::from(&self.message)), ("Timestamp", Value::from(at))]);
        let attribute = |(name, value): (&Rc<str>, &Value)| {
            let text = value.get("StringValue").or_else(|| value.get("BinaryValue")).cloned().unwrap_or(Value::Null);
            let kind = value.get("DataType").cloned().unwrap_or(Value::Null);
            (name.clone(), Value::object([("Type", kind), ("Value", text)]))
        };
        match self.attributes.as_object() {
            Some(attributes) if !attributes.is_empty() => {
                members.push(("MessageAttributes", Value::object(attributes.iter().map(attribute))));
            }
            _ => {}
        }
        Value::object(members).to_json()
    }
}
