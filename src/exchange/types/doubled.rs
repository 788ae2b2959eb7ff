//! At least once, as it shows: AWS may carry out one asynchronous start of an Express machine more than once. Here it is
//! carried out twice in the same world, the second time a second later, and what the tasks have done to the world is held
//! against what one execution does to it.
//!
//! Only what the world of a run holds can be compared: messages, publications, events, items, objects and executions.
//! Of a function nobody knows here what it does; such tasks are named.

use std::{collections::BTreeSet, rc::Rc};

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::{
    asl::model::Definition,
    engine::clock::Duration,
    sim::{
        run,
        scenario::{MachineType, Scenario},
        trace::{Happened, Trace, WorldEvent},
        world::MOST_NOTES,
    },
};

/// How much later the second execution starts.
const LATER: Duration = Duration::from_secs(1);

/// What two executions of one start come to.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Doubled {
    /// How the first and the second ended.
    pub ends: Vec<String>,
    pub effects: Vec<Effect>,
    /// Tasks that were called twice, of whose work the world knows nothing.
    pub unseen: Vec<Rc<str>>,
    /// Whether more happened than is noted.
    pub is_cut: bool,
}

/// What one task did to one place of the world.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Effect {
    pub task: Rc<str>,
    pub kind: Kind,
    /// The name of the queue, topic, bus, table, object or machine.
    pub place: Rc<str>,
    /// How many things there are of it after one execution, and after two.
    pub once: usize,
    pub twice: usize,
    /// Things that are there after both, with another content.
    pub changed: usize,
    /// The error by which a table refused the second execution what it let the first do.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub refused: Option<Rc<str>>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    Message,
    Publication,
    Event,
    Item,
    Object,
    Execution,
}

impl Doubled {
    /// Runs the scenario as Express, once, and with its start doubled.
    pub fn of(definition: &Rc<Definition>, scenario: &Scenario) -> Result<Self, String> {
        let scenario = scenario.with_type(MachineType::Express);
        let one = run::run(definition, &scenario)?;
        let two = run::run_twice(definition, &scenario, LATER)?;
        let second = two.others.iter().find(|other| other.arn == scenario.execution.arn).map(|other| &other.trace);
        let effects = effects(&one.world, &two.world);
        let seen: BTreeSet<&str> = effects.iter().map(|effect| &*effect.task).collect();
        let called: Vec<_> = second.map(|second| called(second, definition)).unwrap_or_default();
        let unseen = called.into_iter().filter(|task| !seen.contains(&**task)).collect();
        let ends = [Some(&two), second].into_iter().flatten().map(end).collect();
        let is_cut = two.world.len() >= MOST_NOTES;
        Ok(Self { ends, effects, unseen, is_cut })
    }

    /// Tasks that do something else twice than once.
    pub fn repeated(&self) -> impl Iterator<Item = &Effect> {
        self.effects.iter().filter(|effect| effect.is_repeated())
    }
}

impl Effect {
    pub const fn is_repeated(&self) -> bool {
        self.twice > self.once || self.changed > 0
    }

    /// `2 messages in the queue orders instead of 1`
    pub fn words(&self) -> String {
        let Self { place, once, twice, changed, .. } = self;
        let (noun, preposition) = self.kind.words();
        let noun = |number: usize| if number == 1 { noun.to_owned() } else { format!("{noun}s") };
        match (&self.refused, self.is_repeated()) {
            (_, true) if *twice > *once => {
                format!("{twice} {} {preposition} {place} instead of {once}", noun(*twice))
            }
            (_, true) => format!("{changed} {} {preposition} {place} with another content", noun(*changed)),
            (Some(error), false) => format!("{place} refuses the second time: {error}"),
            (None, false) => format!("{once} {} {preposition} {place}, as after one execution", noun(*once)),
        }
    }
}

impl Kind {
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Message => ("message", "in the queue"),
            Self::Publication => ("message", "published to"),
            Self::Event => ("event", "on the bus"),
            Self::Item => ("item", "in the table"),
            Self::Object => ("object", "at"),
            Self::Execution => ("execution", "of the machine"),
        }
    }
}

/// What the events of a world come to at one place, by one task.
#[derive(Default)]
struct Tally {
    sent: usize,
    /// What was last put under a key; none where it was deleted.
    kept: IndexMap<Rc<str>, Option<Rc<str>>>,
    refused: usize,
    refusal: Option<Rc<str>>,
}

type Tallies = IndexMap<(Rc<str>, Kind, Rc<str>), Tally>;

fn effects(one: &[WorldEvent], two: &[WorldEvent]) -> Vec<Effect> {
    let one = tallies(one);
    let effect = |((task, kind, place), two): ((Rc<str>, Kind, Rc<str>), Tally)| {
        let nothing = Tally::default();
        let one = one.get(&(task.clone(), kind, place.clone())).unwrap_or(&nothing);
        let changed = two.kept.iter().filter(|(key, last)| one.kept.get(*key).is_some_and(|before| before != *last));
        Effect {
            task,
            kind,
            place,
            once: one.things(),
            twice: two.things(),
            changed: changed.count(),
            refused: two.refusal.clone().filter(|_| two.refused > one.refused),
        }
    };
    tallies(two).into_iter().map(effect).collect()
}

fn tallies(events: &[WorldEvent]) -> Tallies {
    let mut tallies = Tallies::new();
    for event in events {
        let (Some(task), Some(kind)) = (&event.task, kind_of(&event.what)) else { continue };
        let tally = tallies.entry((task.clone(), kind, event.name.clone())).or_default();
        match &event.what {
            Happened::ItemPut { key, item } => tally.keep(key, Some(item)),
            Happened::ItemDeleted { key } => tally.keep(key, None),
            Happened::ObjectPut { body, .. } => tally.keep(&event.name, Some(body)),
            Happened::ObjectDeleted => tally.keep(&event.name, None),
            Happened::ItemRefused { error, .. } => {
                tally.refused += 1;
                tally.refusal = Some(error.clone());
            }
            _ => tally.sent += 1,
        }
    }
    tallies
}

impl Tally {
    fn keep(&mut self, key: &Rc<str>, last: Option<&Rc<str>>) {
        self.kept.insert(key.clone(), last.cloned());
    }

    fn things(&self) -> usize {
        self.sent + self.kept.values().flatten().count()
    }
}

/// What of the world an event adds to or changes; none where it tells what became of it.
const fn kind_of(what: &Happened) -> Option<Kind> {
    match what {
        Happened::MessageSent { .. } => Some(Kind::Message),
        Happened::Published { .. } => Some(Kind::Publication),
        Happened::EventPut { .. } => Some(Kind::Event),
        Happened::ItemPut { .. } | Happened::ItemDeleted { .. } | Happened::ItemRefused { .. } => Some(Kind::Item),
        Happened::ObjectPut { .. } | Happened::ObjectDeleted => Some(Kind::Object),
        Happened::ExecutionStarted { .. } => Some(Kind::Execution),
        _ => None,
    }
}

/// The tasks that an execution has called, but for those that only read.
fn called(trace: &Trace, definition: &Definition) -> Vec<Rc<str>> {
    let scheduled = trace.events.iter().filter(|event| event.kind.ends_with("Scheduled"));
    let writing = scheduled.filter(|event| !event.details.resource.as_deref().is_some_and(only_reads));
    let states: BTreeSet<u32> = writing.filter_map(|event| event.state).collect();
    states.into_iter().filter_map(|id| definition.states.get(id as usize)).map(|state| state.name.clone()).collect()
}

/// By the name of the action, as AWS names those that change nothing.
fn only_reads(action: &str) -> bool {
    ["get", "batchGet", "list", "describe", "head", "query", "scan"].iter().any(|verb| action.starts_with(verb))
}

fn end(trace: &Trace) -> String {
    match &trace.error {
        Some(error) => format!("{}: {error}", trace.status.name()),
        None => trace.status.name().into(),
    }
}
