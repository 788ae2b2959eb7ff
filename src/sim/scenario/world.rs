//! The `world` of a scenario, which version 2 of the file has: what stands around the machine. Queues, topics, event
//! buses, tables, activity workers and other machines, as far as the run needs to know of them.

use std::rc::Rc;

use indexmap::IndexMap;

use super::{
    Answer, AnswerOutcome, MachineType,
    read::{Fields, Place, Reader, value_of},
    write::{Writer, machine_type, seconds},
};
use crate::value::Value;

/// What stands around the machine; all of it by name. What a run names and this does not is there all the same, and
/// empty: but a table, without which DynamoDB gives its default answers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct World {
    pub queues: IndexMap<Rc<str>, Queue>,
    pub topics: IndexMap<Rc<str>, Topic>,
    pub buses: IndexMap<Rc<str>, Bus>,
    pub tables: IndexMap<Rc<str>, Table>,
    pub activities: IndexMap<Rc<str>, Workers>,
    pub machines: IndexMap<Rc<str>, OtherMachine>,
    /// Activities that were deleted before the run, by name.
    pub deleted_activities: Vec<Rc<str>>,
}

/// A queue of SQS.
#[derive(Clone, Debug, PartialEq)]
pub struct Queue {
    /// How long a message that was received stays hidden, in microseconds.
    pub visibility: i64,
    /// Who takes its messages without being asked.
    pub consumers: Option<Workers>,
    /// Where a message goes that was received too often.
    pub dead_letters: Option<DeadLetters>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct DeadLetters {
    pub queue: Rc<str>,
    /// `maxReceiveCount`: a message that was received so often and not deleted moves on.
    pub after: u32,
}

/// Workers of an activity, or consumers of a queue: each takes a thing, works on it, reports, pauses, and asks again.
#[derive(Clone, Debug, PartialEq)]
pub struct Workers {
    pub count: u32,
    /// Microseconds of work on each.
    pub work: i64,
    /// Microseconds between a report and the next poll.
    pub pause: i64,
    /// Microseconds between the heartbeats that a worker sends; none where it sends none.
    pub heartbeat: Option<i64>,
    pub outcome: AnswerOutcome,
}

/// A topic of SNS.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Topic {
    pub subscriptions: Vec<Subscription>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Subscription {
    pub protocol: Protocol,
    /// An address, a number, or the name of a queue.
    pub endpoint: Rc<str>,
    /// A filter policy over the attributes of a message.
    pub filter: Option<Value>,
    /// Whether the filter looks into the message's body and not at its attributes.
    pub filters_body: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    Email,
    Sms,
    Sqs,
}

/// An event bus of EventBridge.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bus {
    pub rules: Vec<Rule>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    pub name: Rc<str>,
    /// An event pattern.
    pub pattern: Value,
    pub target: Target,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// Starts a machine with the event as its input.
    Machine(Rc<str>),
    Queue(Rc<str>),
    Topic(Rc<str>),
}

/// A table of DynamoDB.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// The attributes of its primary key: the partition key and, where there is one, the sort key.
    pub key: Vec<Rc<str>>,
    /// Items in DynamoDB's own JSON: `{"id": {"S": "1"}}`.
    pub items: Vec<Value>,
}

/// Another machine that this one, or a rule, can start.
#[derive(Clone, Debug, PartialEq)]
pub struct OtherMachine {
    /// An object, or a text in JSON or YAML.
    pub definition: Value,
    pub kind: MachineType,
    pub tasks: IndexMap<Rc<str>, Vec<Answer>>,
}

impl Default for Queue {
    /// SQS hides a message that was received for 30 seconds.
    fn default() -> Self {
        Self { visibility: 30_000_000, consumers: None, dead_letters: None }
    }
}

impl Default for Workers {
    fn default() -> Self {
        let outcome = AnswerOutcome::Return(Value::empty_object());
        Self { count: 1, work: 1_000_000, pause: 0, heartbeat: None, outcome }
    }
}

impl World {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl OtherMachine {
    /// Its definition as a text.
    pub fn text(&self) -> String {
        match &self.definition {
            Value::String(text) => text.to_string(),
            definition => definition.to_json_pretty(),
        }
    }
}

impl Protocol {
    /// As SNS writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
            Self::Sqs => "sqs",
        }
    }
}

/// The most workers that one activity or queue may have.
const MOST_WORKERS: u64 = 1000;

impl Reader {
    pub(super) fn world(&mut self, place: &Place) -> World {
        const KNOWN: &[&str] = &["queues", "topics", "buses", "tables", "activities", "machines", "deletedActivities"];
        let Some(fields) = self.fields(place, KNOWN) else { return World::default() };
        World {
            queues: self.named(fields.get("queues"), Self::queue),
            topics: self.named(fields.get("topics"), Self::topic),
            buses: self.named(fields.get("buses"), Self::bus),
            tables: self.named(fields.get("tables"), Self::table),
            activities: self.named(fields.get("activities"), Self::workers),
            machines: self.named(fields.get("machines"), Self::other_machine),
            deleted_activities: fields.get("deletedActivities").map(|place| self.names(&place)).unwrap_or_default(),
        }
    }

    fn named<T>(
        &mut self,
        place: Option<Place>,
        read: impl Fn(&mut Self, &Place) -> Option<T>,
    ) -> IndexMap<Rc<str>, T> {
        let Some(fields) = place.and_then(|place| self.any_fields(&place)) else { return IndexMap::new() };
        fields.members().filter_map(|member| Some((member.name.clone(), read(self, &member)?))).collect()
    }

    fn names(&mut self, place: &Place) -> Vec<Rc<str>> {
        let items = self.items(place, "a list of names");
        items.iter().filter_map(|item| self.text(item)).collect()
    }

    fn queue(&mut self, place: &Place) -> Option<Queue> {
        let fields = self.fields(place, &["visibilityTimeout", "consumers", "deadLetters"])?;
        let default = Queue::default();
        Some(Queue {
            visibility: self.seconds_in(&fields, "visibilityTimeout").unwrap_or(default.visibility),
            consumers: fields.get("consumers").and_then(|place| self.workers(&place)),
            dead_letters: fields.get("deadLetters").and_then(|place| self.dead_letters(&place)),
        })
    }

    fn dead_letters(&mut self, place: &Place) -> Option<DeadLetters> {
        let fields = self.fields(place, &["queue", "maxReceiveCount"])?;
        let queue = self.required(place, &fields, "queue").and_then(|place| self.text(&place));
        let after = self.required(place, &fields, "maxReceiveCount").and_then(|place| self.whole(&place, 1, 1000));
        Some(DeadLetters { queue: queue?, after: after? as u32 })
    }

    fn workers(&mut self, place: &Place) -> Option<Workers> {
        const OUTCOMES: [&str; 4] = ["return", "throw", "expression", "never"];
        const KNOWN: &[&str] =
            &["workers", "seconds", "pauseSeconds", "heartbeatSeconds", "return", "throw", "expression", "never"];
        let fields = self.fields(place, KNOWN)?;
        let default = Workers::default();
        let outcome = match OUTCOMES.iter().any(|outcome| fields.get(outcome).is_some()) {
            true => {
                self.one_of(place, &fields, &OUTCOMES, "what workers answer").and_then(|place| self.outcome(&place))
            }
            false => Some(default.outcome),
        };
        Some(Workers {
            count: fields
                .get("workers")
                .and_then(|place| self.whole(&place, 0, MOST_WORKERS))
                .map_or(default.count, |count| count as u32),
            work: self.seconds_in(&fields, "seconds").unwrap_or(default.work),
            pause: self.seconds_in(&fields, "pauseSeconds").unwrap_or(default.pause),
            heartbeat: self.seconds_in(&fields, "heartbeatSeconds").filter(|seconds| *seconds > 0),
            outcome: outcome?,
        })
    }

    fn topic(&mut self, place: &Place) -> Option<Topic> {
        let fields = self.fields(place, &["subscriptions"])?;
        let places = fields.get("subscriptions").map(|place| self.items(&place, "a list of subscriptions"));
        let subscriptions = places.unwrap_or_default().iter().filter_map(|place| self.subscription(place)).collect();
        Some(Topic { subscriptions })
    }

    fn subscription(&mut self, place: &Place) -> Option<Subscription> {
        let fields = self.fields(place, &["protocol", "endpoint", "filterPolicy", "filterPolicyScope"])?;
        let endpoint = self.required(place, &fields, "endpoint").and_then(|place| self.text(&place));
        let protocol = self.required(place, &fields, "protocol")?;
        let protocol = match protocol.node.as_str().map(|text| &**text) {
            Some("email") => Some(Protocol::Email),
            Some("sms") => Some(Protocol::Sms),
            Some("sqs") => Some(Protocol::Sqs),
            _ => self.expected(&protocol, "`email`, `sms` or `sqs`"),
        };
        let filter = fields.get("filterPolicy").map(|place| value_of(place.node));
        let filters_body = match fields.get("filterPolicyScope") {
            None => false,
            Some(scope) => match scope.node.as_str().map(|text| &**text) {
                Some("MessageBody") => true,
                Some("MessageAttributes") => false,
                _ => self.expected(&scope, "`MessageAttributes` or `MessageBody`")?,
            },
        };
        Some(Subscription { protocol: protocol?, endpoint: endpoint?, filter, filters_body })
    }

    fn bus(&mut self, place: &Place) -> Option<Bus> {
        let fields = self.fields(place, &["rules"])?;
        let places = fields.get("rules").map(|place| self.items(&place, "a list of rules"));
        Some(Bus { rules: places.unwrap_or_default().iter().filter_map(|place| self.rule(place)).collect() })
    }

    fn rule(&mut self, place: &Place) -> Option<Rule> {
        const TARGETS: [&str; 3] = ["machine", "queue", "topic"];
        let fields = self.fields(place, &["name", "pattern", "machine", "queue", "topic"])?;
        let name = fields.get("name").and_then(|place| self.text(&place));
        let pattern = self.required(place, &fields, "pattern")?;
        if pattern.node.as_object().is_none() {
            return self.expected(&pattern, "an event pattern such as `{\"source\": [\"orders\"]}`");
        }
        let target = self.one_of(place, &fields, &TARGETS, "the target of a rule")?;
        let to = self.text(&target)?;
        let target = match &*target.name {
            "machine" => Target::Machine(to),
            "queue" => Target::Queue(to),
            _ => Target::Topic(to),
        };
        Some(Rule { name: name.unwrap_or_else(|| place.name.clone()), pattern: value_of(pattern.node), target })
    }

    fn table(&mut self, place: &Place) -> Option<Table> {
        let fields = self.fields(place, &["key", "items"])?;
        let key = self.required(place, &fields, "key")?;
        let names = self.items(&key, "a list of one or two attributes' names");
        let names: Vec<Rc<str>> = names.iter().filter_map(|name| self.text(name)).collect();
        if names.is_empty() || names.len() > 2 {
            return self.expected(&key, "a list of one or two attributes' names");
        }
        let items = fields.get("items").map(|place| self.items(&place, "a list of items")).unwrap_or_default();
        let mut table = Table { key: names, items: Vec::new() };
        for item in items {
            let value = value_of(item.node);
            let has_key = |name: &Rc<str>| value.get(name).and_then(Value::as_object).is_some();
            match table.key.iter().all(has_key) {
                true => table.items.push(value),
                false => self.expected(&item, "an item with its key, such as `{\"id\": {\"S\": \"1\"}}`").unwrap_or(()),
            }
        }
        Some(table)
    }

    fn other_machine(&mut self, place: &Place) -> Option<OtherMachine> {
        let fields = self.fields(place, &["definition", "type", "tasks"])?;
        let definition = self.required(place, &fields, "definition")?;
        let definition = match value_of(definition.node) {
            value @ (Value::Object(_) | Value::String(_)) => value,
            _ => return self.expected(&definition, "a definition: an object, or a text in JSON or YAML"),
        };
        Some(OtherMachine {
            definition,
            kind: fields.get("type").and_then(|place| self.machine_type(&place)).unwrap_or_default(),
            tasks: fields.get("tasks").map(|place| self.tasks(&place)).unwrap_or_default(),
        })
    }

    fn seconds_in(&mut self, fields: &Fields, key: &str) -> Option<i64> {
        fields.get(key).and_then(|place| self.seconds(&place))
    }
}

impl World {
    pub(super) fn to_json(&self) -> Value {
        let mut world = Writer::default();
        world.put_named("queues", &self.queues, Queue::to_json);
        world.put_named("topics", &self.topics, Topic::to_json);
        world.put_named("buses", &self.buses, Bus::to_json);
        world.put_named("tables", &self.tables, Table::to_json);
        world.put_named("activities", &self.activities, Workers::to_json);
        world.put_named("machines", &self.machines, OtherMachine::to_json);
        if !self.deleted_activities.is_empty() {
            world.put("deletedActivities", Value::array(self.deleted_activities.iter().map(Value::from).collect()));
        }
        world.value()
    }
}

impl Queue {
    fn to_json(&self) -> Value {
        let mut queue = Writer::default();
        if self.visibility != Self::default().visibility {
            queue.put("visibilityTimeout", seconds(self.visibility));
        }
        queue.put_some("consumers", self.consumers.as_ref().map(Workers::to_json));
        queue.put_some(
            "deadLetters",
            self.dead_letters.as_ref().map(|dead| {
                Value::object([("queue", Value::from(&dead.queue)), ("maxReceiveCount", i64::from(dead.after).into())])
            }),
        );
        queue.value()
    }
}

impl Workers {
    fn to_json(&self) -> Value {
        let default = Self::default();
        let mut workers = Writer::default();
        workers.put("workers", i64::from(self.count));
        workers.put("seconds", seconds(self.work));
        if self.pause != 0 {
            workers.put("pauseSeconds", seconds(self.pause));
        }
        workers.put_some("heartbeatSeconds", self.heartbeat.map(seconds));
        if self.outcome != default.outcome {
            workers.put_outcome(&self.outcome);
        }
        workers.value()
    }
}

impl Topic {
    fn to_json(&self) -> Value {
        let subscription = |subscription: &Subscription| {
            let mut object = Writer::default();
            object.put("protocol", subscription.protocol.name());
            object.put("endpoint", &subscription.endpoint);
            object.put_some("filterPolicy", subscription.filter.clone());
            if subscription.filters_body {
                object.put("filterPolicyScope", "MessageBody");
            }
            object.value()
        };
        let subscriptions = self.subscriptions.iter().map(subscription).collect();
        Value::object([("subscriptions", Value::array(subscriptions))])
    }
}

impl Bus {
    fn to_json(&self) -> Value {
        let rule = |rule: &Rule| {
            let (kind, to) = match &rule.target {
                Target::Machine(to) => ("machine", to),
                Target::Queue(to) => ("queue", to),
                Target::Topic(to) => ("topic", to),
            };
            Value::object([("name", Value::from(&rule.name)), ("pattern", rule.pattern.clone()), (kind, to.into())])
        };
        Value::object([("rules", Value::array(self.rules.iter().map(rule).collect()))])
    }
}

impl Table {
    fn to_json(&self) -> Value {
        let key = Value::array(self.key.iter().map(Value::from).collect());
        Value::object([("key", key), ("items", Value::array(self.items.clone()))])
    }
}

impl OtherMachine {
    fn to_json(&self) -> Value {
        let mut machine = Writer::default();
        machine.put("definition", self.definition.clone());
        machine.put_some("type", machine_type(self.kind));
        if !self.tasks.is_empty() {
            machine.put_tasks(&self.tasks);
        }
        machine.value()
    }
}
