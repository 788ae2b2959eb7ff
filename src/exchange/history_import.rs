//! An execution history that AWS recorded, read back as a [`Trace`], so that the timeline, the playback and the graph
//! show it like a run of our own.
//!
//! A history does not say which Parallel branch or Map iteration an event belongs to, nor where a state led to: `place`
//! tells the first from the chain of `previousEventId` and the names, `ways` the second from what came next and from
//! the definition. Nothing here fails on a history that does not fit: what cannot be placed is told in the notes.
//! Shapes are those of the GetExecutionHistory API, and of the events that Express workflows leave in their logs.

mod details;
mod events;
mod place;
#[cfg(test)]
mod tests;
mod ways;

use std::rc::Rc;

use crate::{
    asl::model::Definition,
    sim::{
        scenario::MachineType,
        trace::{Status, Trace, TraceEvent},
    },
};

pub use events::{looks_like, read};

/// The events of one execution as they were recorded, in order of their ids.
#[derive(Clone, Debug, PartialEq)]
pub struct Recording {
    events: Vec<Recorded>,
    pub origin: Origin,
    /// What was wrong with the text, in sentences.
    notes: Vec<String>,
}

/// What a file tells of the execution besides its events.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Origin {
    pub execution_arn: Option<Rc<str>>,
    pub machine_arn: Option<Rc<str>>,
}

/// One event.
#[derive(Clone, Debug, PartialEq)]
struct Recorded {
    id: u64,
    previous: u64,
    kind: Rc<str>,
    /// Microseconds since 1970.
    at: Option<i64>,
    details: serde_json::Map<String, serde_json::Value>,
}

/// An imported history.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    pub trace: Trace,
    pub origin: Origin,
    /// What could not be placed or understood, in sentences.
    pub notes: Vec<String>,
}

impl Recording {
    /// How many events there are.
    pub fn len(&self) -> usize {
        self.events.len()
    }

    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// The recording as a run of a definition.
    pub fn import(&self, definition: &Definition) -> Imported {
        let mut notes = self.notes.clone();
        let mut details = details::Reader::default();
        let (start, times) = self.times(&mut notes);
        let ids = self.ids();
        let events = self.events.iter().zip(times).zip(1..).map(|((event, at), id)| TraceEvent {
            id,
            previous: ids.get(&event.previous).copied().unwrap_or(0),
            at,
            branch: 0,
            state: None,
            kind: event.kind.clone(),
            details: details.read(event),
        });
        let mut events: Vec<TraceEvent> = events.collect();
        let branches = place::place(&mut events, definition, &mut notes);
        ways::find(&mut events, definition);
        notes.extend(details.notes());
        let last = events.last();
        let end = last.filter(|event| event.kind.starts_with("Execution") && &*event.kind != "ExecutionStarted");
        let trace = Trace {
            status: end.map_or(Status::Running, |event| status(&event.kind)),
            output: end.and_then(|event| event.details.output),
            error: end.and_then(|event| event.details.error.clone()),
            cause: end.and_then(|event| event.details.cause.clone()),
            start,
            duration: last.map_or(0, |event| event.at),
            branches,
            payloads: details.into_payloads(),
            faults: Vec::new(),
            context: None,
            pending: Vec::new(),
            world: Vec::new(),
            others: Vec::new(),
            map_runs: Vec::new(),
            defaults: Vec::new(),
            events,
        };
        if trace.status == Status::Running {
            notes.push("the history does not tell the execution's end: it stops while that runs".to_owned());
        }
        Imported { trace, origin: self.origin.clone(), notes }
    }

    /// When the first event was, and the others after it in microseconds. Time never goes back; where it is not told,
    /// a millisecond goes by.
    fn times(&self, notes: &mut Vec<String>) -> (i64, Vec<i64>) {
        const STEP: i64 = 1000;
        let unknown = self.events.iter().filter(|event| event.at.is_none()).count();
        if unknown > 0 {
            notes.push(format!(
                "{unknown} events have no time that can be read: each is shown 1 ms after the one before"
            ));
        }
        let start = self.events.first().and_then(|event| event.at).unwrap_or(crate::sim::scenario::DEFAULT_START);
        let mut now = 0;
        let mut times = Vec::with_capacity(self.events.len());
        for event in &self.events {
            now = match event.at {
                Some(at) => at.saturating_sub(start).max(now),
                None if times.is_empty() => 0,
                None => now.saturating_add(STEP),
            };
            times.push(now);
        }
        (start, times)
    }

    /// Our ids by AWS's: ours count from 1 and leave none out.
    fn ids(&self) -> rustc_hash::FxHashMap<u64, u32> {
        self.events.iter().zip(1..).map(|(event, id)| (event.id, id)).collect()
    }
}

fn status(kind: &str) -> Status {
    match kind {
        "ExecutionSucceeded" => Status::Succeeded,
        "ExecutionFailed" => Status::Failed,
        "ExecutionTimedOut" => Status::TimedOut,
        "ExecutionAborted" => Status::Aborted,
        _ => Status::Running,
    }
}

impl Origin {
    /// The type of the machine, where the execution's ARN tells it.
    pub fn machine_type(&self) -> Option<MachineType> {
        match self.execution_arn.as_deref()?.split(':').nth(5)? {
            "express" => Some(MachineType::Express),
            "execution" => Some(MachineType::Standard),
            _ => None,
        }
    }
}
