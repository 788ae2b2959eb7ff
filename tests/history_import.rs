//! Histories that AWS recorded, imported: their timelines are those of our own runs of the same cases.

use std::rc::Rc;

use statelight::{
    asl::model::Definition,
    exchange::{
        difference::{compare, settle},
        history_import::{self, Imported},
        lift::lift,
    },
    sim::{
        run,
        scenario::Scenario,
        timeline::{Edge, Timeline, Visit},
        trace::{Left, Trace, TraceEvent},
    },
};

use crate::{
    conformance::{case::Case, listed},
    shared,
};

/// How many recordings there are at the least, where there is shared data.
const FEWEST: usize = 480;

/// How many of them are replayed to the last event. In the others the recording has stand-ins for what chance made, or
/// something came from outside.
const FEWEST_REPLAYED: usize = 405;

pub struct Pair {
    pub name: String,
    pub definition: Rc<Definition>,
    pub imported: Imported,
    pub ours: Trace,
    pub case: Case,
}

/// The recorded executions that our own run is equal to.
pub fn pairs() -> Vec<Pair> {
    let listed = listed();
    let pair = |file: std::path::PathBuf| {
        let case = Case::read(&file);
        if case.kind() != "execution" || listed.contains_key(&case.id()) {
            return None;
        }
        let recording =
            history_import::read(&case.recorded_history()?).unwrap_or_else(|error| panic!("{}: {error}", case.id()));
        let (definition, ours) = case.run().expect("the case is equal to AWS");
        Some(Pair { name: case.id(), imported: recording.import(&definition), definition, ours, case })
    };
    let pairs: Vec<Pair> = shared::files("conformance/cases", ".json").into_iter().filter_map(pair).collect();
    assert!(shared::path("conformance").is_none() || pairs.len() >= FEWEST, "only {} recordings", pairs.len());
    pairs
}

#[test]
fn every_recorded_history_has_the_timeline_of_our_own_run() {
    let mut complaints = Vec::new();
    for Pair { name, definition, imported, mut ours, .. } in pairs() {
        // A history does not tell of the child executions of a Map Run.
        ours.map_runs.clear();
        if !imported.notes.is_empty() {
            complaints.push(format!("{name}: {:?}", imported.notes));
        }
        let (theirs, ours) = (told(&imported.trace, &definition), told(&ours, &definition));
        let differing = theirs.iter().zip(&ours).find(|(theirs, ours)| theirs != ours);
        if let Some((theirs, ours)) = differing {
            complaints.push(format!("{name}:\n  theirs {theirs}\n  ours   {ours}"));
        } else if theirs.len() != ours.len() {
            complaints.push(format!("{name}: {} visits, not {}", theirs.len(), ours.len()));
        }
    }
    assert!(complaints.is_empty(), "{} of them:\n{}", complaints.len(), complaints.join("\n"));
}

/// All that a timeline tells without times.
fn told(trace: &Trace, definition: &Definition) -> Vec<String> {
    let timeline = Timeline::new(trace, definition);
    let payload = |id: Option<u32>| {
        let text = id.and_then(|id| trace.payload(id));
        text.map(|text| serde_json::from_str::<serde_json::Value>(text).expect("a payload is JSON").is_object())
    };
    let visit = |visit: &Visit| {
        let attempts: Vec<String> = visit
            .attempts
            .iter()
            .map(|attempt| {
                let (outcome, is_retried) = (attempt.outcome, attempt.retry_at.is_some());
                let events = (attempt.scheduled, attempt.started, attempt.ended);
                format!("{outcome:?} {events:?} {:?} {is_retried}", attempt.error)
            })
            .collect();
        format!(
            "{} in {:?} #{:?} {} from {} to {:?}: {:?} {:?} {:?} {:?} {:?} {:?} {attempts:?} {:?}",
            definition.state(visit.state).path,
            visit.parent,
            visit.index,
            visit.number,
            visit.entered,
            visit.left,
            visit.ending,
            visit.how.map(leads_to),
            visit.error,
            visit.wait_until.is_some(),
            payload(visit.input),
            payload(visit.output),
            visit.progress
        )
    };
    let edges = timeline.edges.iter().map(|taken| format!("{:?} at {:?}", by_target(taken.edge), taken.events));
    let rest = format!("{:?} {:?} {:?}", timeline.status, timeline.retries, timeline.assignments);
    timeline.visits.iter().map(visit).chain(edges).chain([rest]).collect()
}

/// Of the rules of a Choice that lead to one state a history does not tell which it was.
fn leads_to(left: Left) -> Left {
    match left {
        Left::Choice(_, target) | Left::Default(target) => Left::Next(target),
        left => left,
    }
}

fn by_target(edge: Edge) -> Edge {
    match edge {
        Edge::Choice(from, _, to) | Edge::Default(from, to) => Edge::Next(from, to),
        edge => edge,
    }
}

#[test]
fn every_recorded_history_is_replayed_by_the_scenario_lifted_out_of_it() {
    let mut complaints = Vec::new();
    let mut replayed = 0;
    for Pair { name, definition, mut imported, ours: known, case } in pairs() {
        let lifted = lift(&imported, &definition);
        let text = lifted.scenario.to_text();
        let mut scenario = Scenario::parse(&text).unwrap_or_else(|errors| panic!("{name}: {errors:?}\n{text}"));
        assert_eq!(scenario, lifted.scenario, "{name}: a lifted scenario is not written as it is");
        // What is outside of an execution is not in its history.
        scenario.s3 = Scenario::parse(&case.scenario_text()).expect("it was read before").s3;
        let ours = run::run(&definition, &scenario).expect("it runs");
        let compared = compare(&imported.trace, &ours, &definition);
        match compared.difference {
            Some(difference)
                if !is_beyond(&imported)
                    && !case.hides_something(imported.trace.payloads.iter().chain(&imported.trace.cause)) =>
            {
                complaints.push(format!("{name}: {}", difference.words))
            }
            Some(_) => {}
            None => {
                assert_eq!(compared.equal, imported.trace.events.len(), "{name}");
                settle(&mut imported.trace, &ours, &definition);
                let how = |trace: &Trace| {
                    Timeline::new(trace, &definition).visits.into_iter().map(|visit| visit.how).collect::<Vec<_>>()
                };
                assert_eq!(how(&imported.trace), how(&known), "{name}");
                replayed += 1;
            }
        }
    }
    assert!(complaints.is_empty(), "{} of them:\n{}", complaints.len(), complaints.join("\n"));
    assert!(shared::path("conformance").is_none() || replayed >= FEWEST_REPLAYED, "only {replayed} are replayed");
}

/// What was done to an execution from outside cannot be lifted, nor what its child executions did.
fn is_beyond(imported: &Imported) -> bool {
    let is_outside = |event: &TraceEvent| matches!(&*event.kind, "ExecutionAborted" | "MapRunStarted");
    imported.trace.events.iter().any(is_outside)
}
