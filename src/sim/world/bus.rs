//! Event buses of EventBridge: each event goes to the target of every rule whose pattern it matches.

use std::rc::Rc;

use super::{
    Call, Happening, World, fail,
    machines::{Cause, Start},
    name_of, parsed,
    topic::Publication,
};
use crate::{
    engine::{
        clock::Duration,
        task::{TaskPlan, TaskResult},
    },
    services::patterns,
    sim::{
        scenario::world::{Rule, Target},
        trace::Happened,
    },
    value::Value,
};

/// The bus of an entry that names none.
const DEFAULT_BUS: &str = "default";

impl World<'_> {
    /// As recorded: one entry that is refused fails the task, though the others have gone out.
    pub(super) fn put_events(&mut self, call: &Call, plan: &mut TaskPlan) {
        let entries = call.parameters.get("Entries").and_then(Value::as_array).unwrap_or_default();
        let ids = match (&plan.submitted, &plan.result) {
            (Some(reply), _) | (None, Some((_, TaskResult::Succeeded(reply)))) => event_ids(reply),
            _ => Vec::new(),
        };
        let mut refused = 0;
        let mut told = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            let id = ids.get(index).cloned().unwrap_or_else(|| self.uuid());
            match self.event_of(call, entry, &id) {
                Some((bus, event)) => {
                    told.push(Value::object([("EventId", Value::from(&id))]));
                    self.put_event(call, &bus, &id, event);
                }
                None => {
                    refused += 1;
                    told.push(Value::object([
                        ("ErrorCode", Value::from("MalformedDetail")),
                        ("ErrorMessage", Value::from("Detail is malformed.")),
                    ]));
                }
            }
        }
        if refused > 0 {
            let cause =
                Value::object([("Entries", Value::array(told)), ("FailedEntryCount", i64::from(refused).into())]);
            fail(plan, "EventBridge.FailedEntry", &cause.to_json());
        }
    }

    /// The event of an entry, as its rules see it; `None` if its `Detail` is no object.
    fn event_of(&self, call: &Call, entry: &Value, id: &Rc<str>) -> Option<(Rc<str>, Value)> {
        let detail = match entry.get("Detail") {
            Some(Value::String(text)) => parsed(text),
            Some(detail) => detail.clone(),
            None => Value::empty_object(),
        };
        detail.as_object()?;
        let options = call.execution.options();
        // Step Functions adds the ARNs of the execution and of its machine, says its developer guide.
        let own = [Value::from(&options.execution_arn), Value::from(&options.machine_arn)];
        let resources = entry.get("Resources").and_then(Value::as_array).unwrap_or_default();
        let account = options.machine_arn.split(':').nth(4).unwrap_or_default();
        let text = |name: &str| entry.get(name).cloned().unwrap_or_else(|| Value::from(""));
        let event = Value::object([
            ("version", Value::from("0")),
            ("id", Value::from(id)),
            ("detail-type", text("DetailType")),
            ("source", text("Source")),
            ("account", Value::from(account)),
            ("time", Value::from(self.now.to_rfc3339())),
            ("region", Value::from(&options.region)),
            ("resources", Value::array(resources.iter().cloned().chain(own).collect())),
            ("detail", detail),
        ]);
        let bus =
            entry.get("EventBusName").and_then(Value::as_str).map_or_else(|| DEFAULT_BUS.into(), |bus| name_of(bus));
        Some((bus, event))
    }

    fn put_event(&mut self, call: &Call, bus: &Rc<str>, id: &Rc<str>, event: Value) {
        self.note(call.who, bus, Happened::EventPut { id: id.clone(), event: event.to_json().into() });
        let Some(settings) = self.scenario.world.buses.get(bus) else { return };
        for rule in &settings.rules {
            match patterns::matches(&rule.pattern, &event) {
                Ok(true) => self.follow(call, bus, rule, id, &event),
                Ok(false) => {}
                Err(error) => {
                    self.note(
                        call.who,
                        bus,
                        Happened::Broken { what: rule.name.clone(), why: error.to_string().into() },
                    );
                }
            }
        }
    }

    fn follow(&mut self, call: &Call, bus: &Rc<str>, rule: &Rule, id: &Rc<str>, event: &Value) {
        let target: Rc<str> = match &rule.target {
            Target::Machine(to) => format!("machine {to}").into(),
            Target::Queue(to) => format!("queue {to}").into(),
            Target::Topic(to) => format!("topic {to}").into(),
        };
        self.note(call.who, bus, Happened::RuleMatched { id: id.clone(), rule: rule.name.clone(), target });
        let text: Rc<str> = event.to_json().into();
        match &rule.target {
            Target::Queue(queue) => {
                let id = self.uuid();
                self.send(call.who, &name_of(queue), id, text, Duration::ZERO);
            }
            Target::Topic(topic) => {
                let attributes = Value::empty_object();
                let publication = Publication { id: self.uuid(), subject: None, message: text, attributes };
                self.publish_to(call.who, topic, publication);
            }
            Target::Machine(machine) => {
                let name = self.uuid();
                let options = call.execution.options().clone();
                let start = Start {
                    machine: name_of(machine),
                    name,
                    input: event.clone(),
                    cause: Cause::Rule(rule.name.clone()),
                    asked: self.asking.clone(),
                    options,
                };
                self.schedule(self.now, Happening::Start(Box::new(start)));
            }
        }
    }
}

fn event_ids(reply: &Value) -> Vec<Rc<str>> {
    let entries = reply.get("Entries").and_then(Value::as_array).unwrap_or_default();
    entries.iter().filter_map(|entry| entry.get("EventId").and_then(Value::as_str).cloned()).collect()
}
