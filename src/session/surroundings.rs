//! What stands around a machine: the queues, topics, buses, tables, activities and other machines that its definition
//! names in plain text, and those that the scenario tells of. Names are the last part of a URL or ARN, as the
//! simulated world has them.

use std::rc::Rc;

use super::model::{Session, Source};
use crate::{
    asl::model::StateKind,
    sim::{
        scenario::{
            Scenario,
            world::{Bus, OtherMachine, Queue, Table, Topic, Workers},
        },
        world::view::Kind,
    },
    syntax::{self, Node},
    value::Value,
};

/// A place, and whether the scenario says what is in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Surrounding {
    pub kind: Kind,
    pub name: Rc<str>,
    /// Whether it has an entry in the scenario's `world`.
    pub is_told: bool,
}

/// The fields that name a place, by the service of the resource.
const FIELDS: &[(&str, Kind, &str)] = &[
    ("sqs", Kind::Queue, "QueueUrl"),
    ("sns", Kind::Topic, "TopicArn"),
    ("dynamodb", Kind::Table, "TableName"),
    ("states", Kind::Machine, "StateMachineArn"),
    ("sfn", Kind::Machine, "StateMachineArn"),
];

/// Everything around the machine of the page, each once: what the definition names, then what else the scenario tells.
pub fn surroundings(session: &Session) -> Vec<Surrounding> {
    let mut found: Vec<Surrounding> = Vec::new();
    let scenario = session.scenario.scenario.as_deref();
    let mut add = |kind: Kind, name: Rc<str>| {
        if !name.is_empty() && !found.iter().any(|known| known.kind == kind && known.name == name) {
            let is_told = scenario.is_some_and(|scenario| is_told(scenario, kind, &name));
            found.push(Surrounding { kind, name, is_told });
        }
    };
    named(&session.source, &mut add);
    if let Some(scenario) = scenario {
        let world = &scenario.world;
        world.queues.keys().for_each(|name| add(Kind::Queue, name.clone()));
        world.topics.keys().for_each(|name| add(Kind::Topic, name.clone()));
        world.buses.keys().for_each(|name| add(Kind::Bus, name.clone()));
        world.tables.keys().for_each(|name| add(Kind::Table, name.clone()));
        world.activities.keys().for_each(|name| add(Kind::Activity, name.clone()));
        world.machines.keys().for_each(|name| add(Kind::Machine, name.clone()));
    }
    found
}

/// Whether a scenario has an entry for a place.
pub fn is_told(scenario: &Scenario, kind: Kind, name: &str) -> bool {
    let world = &scenario.world;
    match kind {
        Kind::Queue => world.queues.contains_key(name),
        Kind::Topic => world.topics.contains_key(name),
        Kind::Bus => world.buses.contains_key(name),
        Kind::Table => world.tables.contains_key(name),
        Kind::Activity => world.activities.contains_key(name),
        Kind::Machine => world.machines.contains_key(name),
        Kind::Object => false,
    }
}

fn named(source: &Source, add: &mut impl FnMut(Kind, Rc<str>)) {
    let mut root = None;
    for state in &source.definition.states {
        let StateKind::Task(task) = &state.kind else { continue };
        if let Some((_, name)) = task.resource.split_once(":activity:") {
            add(Kind::Activity, name.into());
            continue;
        }
        let Some((_, rest)) = task.resource.split_once(":states:::") else { continue };
        let service = rest.strip_prefix("aws-sdk:").unwrap_or(rest).split(':').next().unwrap_or_default();
        let root = root.get_or_insert_with(|| syntax::parse(&source.text, source.format).root);
        let parameters = root.as_ref().and_then(|root| {
            ["Parameters", "Arguments"].iter().find_map(|field| root.pointer(&format!("{}/{field}", state.pointer)))
        });
        let Some(parameters) = parameters else { continue };
        if matches!(service, "events" | "eventbridge") {
            buses(parameters, add);
        }
        for (_, kind, field) in FIELDS.iter().filter(|(of, ..)| *of == service) {
            if let Some(name) = text(parameters, field) {
                add(*kind, last(name));
            }
        }
    }
}

/// Each entry of PutEvents names its bus, or means the default one.
fn buses(parameters: &Node, add: &mut impl FnMut(Kind, Rc<str>)) {
    let entries = parameters.get("Entries").and_then(|member| member.value.as_array()).unwrap_or_default();
    for entry in entries {
        match entry.get("EventBusName") {
            Some(member) => member.value.as_str().filter(|name| is_plain(name)).into_iter().for_each(|name| {
                add(Kind::Bus, last(name));
            }),
            None => add(Kind::Bus, "default".into()),
        }
    }
}

fn text<'n>(node: &'n Node, field: &str) -> Option<&'n str> {
    node.get(field)?.value.as_str().map(|text| &**text).filter(|text| is_plain(text))
}

/// Neither an expression nor a place to be filled in.
fn is_plain(text: &str) -> bool {
    !text.trim_start().starts_with("{%") && !text.contains("${") && !text.contains('<')
}

fn last(name: &str) -> Rc<str> {
    name.rsplit(['/', ':']).next().unwrap_or(name).into()
}

/// The scenario with an entry for a place that it did not tell of; the entry is the least that does something.
pub fn told(scenario: &Scenario, kind: Kind, name: &Rc<str>) -> Scenario {
    let mut next = scenario.clone();
    let (world, name) = (&mut next.world, name.clone());
    match kind {
        Kind::Queue => {
            drop(world.queues.insert(name, Queue { consumers: Some(Workers::default()), ..Queue::default() }))
        }
        Kind::Topic => drop(world.topics.insert(name, Topic::default())),
        Kind::Bus => drop(world.buses.insert(name, Bus::default())),
        Kind::Table => drop(world.tables.insert(name, Table { key: vec!["id".into()], items: Vec::new() })),
        Kind::Activity => drop(world.activities.insert(name, Workers::default())),
        Kind::Machine => drop(world.machines.insert(name, small_machine())),
        Kind::Object => {}
    }
    next
}

/// The scenario without the entry of a place.
pub fn untold(scenario: &Scenario, kind: Kind, name: &str) -> Scenario {
    let mut next = scenario.clone();
    let world = &mut next.world;
    match kind {
        Kind::Queue => drop(world.queues.shift_remove(name)),
        Kind::Topic => drop(world.topics.shift_remove(name)),
        Kind::Bus => drop(world.buses.shift_remove(name)),
        Kind::Table => drop(world.tables.shift_remove(name)),
        Kind::Activity => drop(world.activities.shift_remove(name)),
        Kind::Machine => drop(world.machines.shift_remove(name)),
        Kind::Object => {}
    }
    next
}

/// A machine that succeeds at once with what it was given.
fn small_machine() -> OtherMachine {
    let state = Value::object([("Type", Value::from("Succeed"))]);
    let states = Value::object([("Done", state)]);
    let definition = Value::object([("StartAt", Value::from("Done")), ("States", states)]);
    OtherMachine { definition, kind: Default::default(), tasks: Default::default() }
}
