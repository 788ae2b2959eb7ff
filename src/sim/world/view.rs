//! The world as it was at a moment of the run, told from what was noted.

use std::rc::Rc;

use indexmap::IndexMap;

use crate::sim::trace::{Happened, Status, WorldEvent};

/// A queue, topic, bus, table, bucket, activity or machine, and what was in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Place {
    pub kind: Kind,
    pub name: Rc<str>,
    /// By id, in the order in which they came.
    pub things: IndexMap<Rc<str>, Thing>,
    /// How many are gone: messages deleted, tasks reported, executions ended.
    pub gone: usize,
    /// What cannot work, and why.
    pub broken: Vec<Rc<str>>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Kind {
    #[default]
    Queue,
    Topic,
    Bus,
    Table,
    Object,
    Activity,
    Machine,
}

/// A message, a publication, an event, an item, a task, an execution.
#[derive(Clone, Debug, PartialEq)]
pub struct Thing {
    /// Its body, in JSON where it is some.
    pub body: Rc<str>,
    /// Microseconds since the start of the run.
    pub since: i64,
    /// What has become of it: who took it, where it went.
    pub marks: Vec<String>,
    /// Whether somebody has it, so that nobody else can take it.
    pub is_taken: bool,
}

impl Kind {
    /// What it is called on the page.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queue => "SQS queue",
            Self::Topic => "SNS topic",
            Self::Bus => "EventBridge bus",
            Self::Table => "DynamoDB table",
            Self::Object => "S3 object",
            Self::Activity => "Activity",
            Self::Machine => "State machine",
        }
    }
}

/// The world as it was after `until` microseconds.
pub fn at(events: &[WorldEvent], until: i64) -> Vec<Place> {
    let mut places: IndexMap<(Kind, Rc<str>), Place> = IndexMap::new();
    for event in events.iter().take_while(|event| event.at <= until) {
        let Some(kind) = kind_of(&event.what, &event.name, &places) else { continue };
        let fresh = || Place { kind, name: event.name.clone(), ..Place::default() };
        places.entry((kind, event.name.clone())).or_insert_with(fresh).take(event);
    }
    places.into_values().collect()
}

/// Consumers of a queue report as workers of an activity do: it is the queue's if there is one of the name.
fn kind_of(what: &Happened, name: &Rc<str>, places: &IndexMap<(Kind, Rc<str>), Place>) -> Option<Kind> {
    Some(match what {
        Happened::MessageSent { .. }
        | Happened::MessageReceived { .. }
        | Happened::MessageReturned { .. }
        | Happened::MessageDeleted { .. }
        | Happened::MessageExpired { .. }
        | Happened::MessageMoved { .. } => Kind::Queue,
        Happened::Published { .. } | Happened::Delivered { .. } | Happened::Withheld { .. } => Kind::Topic,
        Happened::EventPut { .. } | Happened::RuleMatched { .. } => Kind::Bus,
        Happened::ItemPut { .. } | Happened::ItemDeleted { .. } | Happened::ItemRefused { .. } => Kind::Table,
        Happened::ObjectPut { .. } | Happened::ObjectDeleted => Kind::Object,
        Happened::TaskQueued { .. } | Happened::TaskTaken { .. } => Kind::Activity,
        Happened::Heartbeat { .. } | Happened::TaskReported { .. } => {
            let is_activity = places.contains_key(&(Kind::Activity, name.clone()));
            return is_activity.then_some(Kind::Activity);
        }
        Happened::ExecutionStarted { .. } | Happened::ExecutionEnded { .. } => Kind::Machine,
        Happened::Broken { .. } => {
            let known = places.keys().find(|(_, known)| known == name).map(|(kind, _)| *kind);
            return Some(known.unwrap_or(Kind::Machine));
        }
    })
}

impl Place {
    fn take(&mut self, event: &WorldEvent) {
        let since = event.at;
        let mut put = |id: &Rc<str>, body: &Rc<str>, marks: Vec<String>| {
            let thing = Thing { body: body.clone(), since, marks, is_taken: false };
            self.things.insert(id.clone(), thing);
        };
        match &event.what {
            Happened::MessageSent { id, body } => put(id, body, Vec::new()),
            Happened::Published { id, message, .. } => put(id, message, Vec::new()),
            Happened::EventPut { id, event } => put(id, event, Vec::new()),
            Happened::ItemPut { key, item } => put(key, item, Vec::new()),
            Happened::ObjectPut { body, size } => put(&event.name, body, vec![format!("{size} bytes")]),
            Happened::TaskQueued { token, input } => put(token, input, vec!["waits for a worker".into()]),
            Happened::ExecutionStarted { arn, .. } => {
                let name: Rc<str> = arn.rsplit(':').next().unwrap_or(arn).into();
                put(arn, &name, vec!["running".into()]);
            }
            Happened::MessageReceived { id, by } => self.set(id, format!("taken by {by}"), true),
            Happened::MessageReturned { id } => self.set(id, "visible again".into(), false),
            Happened::TaskTaken { token, worker } => self.set(token, format!("{worker} works on it"), true),
            Happened::Heartbeat { .. } => {}
            Happened::ExecutionEnded { arn, status } => {
                self.set(arn, status.name().into(), *status == Status::Succeeded);
            }
            Happened::Delivered { id, protocol, endpoint } => self.add(id, format!("{protocol} to {endpoint}")),
            Happened::Withheld { id, endpoint } => self.add(id, format!("held back from {endpoint}")),
            Happened::RuleMatched { id, rule, target } => self.add(id, format!("{rule}: to {target}")),
            Happened::ItemRefused { error, cause } => self.broken.push(format!("{error}: {cause}").into()),
            Happened::Broken { what, why } => self.broken.push(format!("{what}: {why}").into()),
            Happened::TaskReported { token, .. } => self.remove(token),
            Happened::MessageDeleted { id } | Happened::MessageExpired { id } | Happened::MessageMoved { id, .. } => {
                self.remove(id);
            }
            Happened::ItemDeleted { key } => self.remove(key),
            Happened::ObjectDeleted => self.remove(&event.name.clone()),
        }
    }

    fn set(&mut self, id: &Rc<str>, mark: String, is_taken: bool) {
        if let Some(thing) = self.things.get_mut(id) {
            thing.marks = vec![mark];
            thing.is_taken = is_taken;
        }
    }

    fn add(&mut self, id: &Rc<str>, mark: String) {
        if let Some(thing) = self.things.get_mut(id) {
            thing.marks.push(mark);
        }
    }

    fn remove(&mut self, id: &Rc<str>) {
        if self.things.shift_remove(id).is_some() {
            self.gone += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_is_told_moment_by_moment() {
        let event = |at, what| WorldEvent { at, execution: 0, name: "q".into(), task: None, what };
        let id: Rc<str> = "m".into();
        let events = [
            event(0, Happened::MessageSent { id: id.clone(), body: "x".into() }),
            event(5, Happened::MessageReceived { id: id.clone(), by: "you".into() }),
            event(9, Happened::MessageDeleted { id: id.clone() }),
        ];
        let told = |until| {
            let places = at(&events, until);
            let things: Vec<_> =
                places[0].things.values().map(|thing| (thing.is_taken, thing.marks.concat())).collect();
            (things, places[0].gone)
        };
        assert_eq!(told(0), (vec![(false, String::new())], 0));
        assert_eq!(told(5), (vec![(true, "taken by you".into())], 0));
        assert_eq!(told(9), (Vec::new(), 1));
        assert!(at(&events, -1).is_empty());
    }
}
