//! What holds of the timeline, the playback and the frames of every run: of all recorded cases, and of
//! the definitions from the wild on default answers.

use std::{fs, rc::Rc};

use statelight::{
    asl::{self, model::Definition},
    playback::Playback,
    sim::{
        frame::{Frame, Light},
        run,
        scenario::Scenario,
        timeline::{Edge, Ending, Timeline, VisitId},
        trace::Trace,
    },
    syntax::Format,
};

use crate::{conformance::case::Case, history, shared};

/// Frames are compared at every event of runs up to this length.
const SHORT: usize = 400;

/// How many runs there are at the least, where there is shared data.
const FEWEST_RUNS: usize = 300;

struct Run {
    name: String,
    definition: Rc<Definition>,
    trace: Trace,
    timeline: Timeline,
}

#[test]
fn whatever_was_entered_was_left_and_counted_once() {
    for Run { name, trace, timeline, .. } in runs() {
        let entered = trace.events.iter().filter(|event| event.kind.ends_with("StateEntered")).count();
        assert_eq!(timeline.visits.len(), entered, "{name}");
        for (index, visit) in timeline.visits.iter().enumerate() {
            assert_eq!(visit.id, VisitId(index as u32), "{name}");
            assert_ne!(visit.ending, Ending::Unfinished, "{name}: {visit:?}");
            assert!(visit.left.is_some_and(|left| left >= visit.entered), "{name}: {visit:?}");
            if let Some(parent) = visit.parent.map(|parent| timeline.visit(parent)) {
                assert!(parent.entered < visit.entered, "{name}: {visit:?} before {parent:?}");
                assert!(parent.left >= visit.left, "{name}: {visit:?} after {parent:?}");
            }
        }
    }
}

#[test]
fn every_history_is_sound() {
    for Run { name, definition, trace, .. } in runs() {
        history::complaint(&definition, &trace).unwrap_or_else(|complaint| panic!("{name}: {complaint}"));
    }
}

#[test]
fn what_was_exited_did_not_fail_and_what_failed_was_not_exited() {
    for Run { name, trace, timeline, .. } in runs() {
        for visit in &timeline.visits {
            let last = visit.left.and_then(|event| trace.events.get(event as usize - 1)).expect("it was left");
            let is_exit = last.kind.ends_with("StateExited") && Some(visit.state.0) == last.state;
            let has_gone_on = matches!(visit.ending, Ending::Succeeded | Ending::Caught(_));
            assert_eq!(is_exit, has_gone_on, "{name}: {visit:?} by {last:?}");
        }
        let has_failed = timeline.visits.iter().any(|visit| visit.parent.is_none() && visit.ending == Ending::Failed);
        if trace.output.is_some() {
            assert!(!has_failed, "{name}");
        }
    }
}

#[test]
fn attempts_follow_each_other_within_their_visit() {
    for Run { name, timeline, .. } in runs() {
        for visit in &timeline.visits {
            let mut last = visit.entered;
            for attempt in &visit.attempts {
                assert!(attempt.scheduled > last, "{name}: {visit:?}");
                let ended = attempt.ended.unwrap_or_else(|| panic!("{name}: {visit:?}"));
                assert!(ended >= attempt.scheduled && Some(ended) <= visit.left, "{name}: {visit:?}");
                last = ended.max(attempt.scheduled);
            }
            for pair in visit.attempts.windows(2) {
                let is_retry = pair[0].outcome.is_failure() && pair[0].retry_at == Some(pair[1].scheduled_at);
                assert!(is_retry, "{name}: {pair:?}");
            }
        }
    }
}

#[test]
fn every_state_was_reached_by_one_edge() {
    for Run { name, timeline, .. } in runs() {
        let into_states = timeline.edges.iter().filter(|taken| !matches!(taken.edge, Edge::End(_)));
        let taken: usize = into_states.map(|taken| taken.events.len()).sum();
        // The last edge may have been taken by a run that ended before it came to the next state.
        let entered = timeline.visits.len();
        assert!(taken == entered || taken == entered + 1, "{name}: {taken} edges, {entered} visits");
        assert!(timeline.edges.iter().all(|taken| taken.events.is_sorted()), "{name}");
    }
}

#[test]
fn a_frame_says_what_the_visits_say() {
    for Run { name, definition, trace, timeline } in runs().into_iter().filter(|run| run.trace.events.len() < SHORT) {
        for happened in 0..=trace.events.len() {
            let now = happened.checked_sub(1).map_or(0, |last| trace.events[last].at);
            let frame = Frame::at(&timeline, &definition, happened, now);
            for state in &definition.states {
                let begun = |visit: &&statelight::sim::timeline::Visit| {
                    visit.state == state.id && visit.entered as usize <= happened
                };
                let visits = timeline.visits.iter().filter(begun).count();
                let running = timeline.visits.iter().filter(begun).filter(|visit| !visit.is_over_at(happened)).count();
                let lit = &frame.states[state.id.index()];
                let said = (lit.visits as usize, lit.running as usize, lit.light == Light::NotReached);
                assert_eq!(said, (visits, running, visits == 0), "{name}: {} after {happened}", state.name);
                let is_on = matches!(lit.light, Light::Running | Light::Waiting | Light::RetryPending);
                assert_eq!(is_on, running > 0, "{name}: {} after {happened}: {lit:?}", state.name);
                let progress = lit.progress.unwrap_or_default();
                let counted = progress.running + progress.succeeded + progress.failed;
                assert!(counted <= progress.total, "{name}: {} after {happened}: {progress:?}", state.name);
            }
        }
    }
}

#[test]
fn playing_a_run_never_goes_back_and_stops_at_every_step() {
    for Run { name, trace, .. } in runs() {
        let playback = Playback::of(&trace);
        for event in &trace.events {
            let at = playback.display_of_event(event.id);
            assert!(playback.event_at(at) >= event.id as usize, "{name}: {event:?}");
            assert_eq!(playback.virtual_at(at), event.at, "{name}: {event:?}");
        }
        assert_eq!(playback.event_at(playback.duration()), trace.events.len(), "{name}");
        let mut stops = vec![0.0];
        while let Some(next) =
            stops.last().map(|&at| playback.step_forward(at)).filter(|next| Some(next) != stops.last())
        {
            assert!(Some(&next) > stops.last(), "{name}");
            stops.push(next);
        }
        let mut at = playback.duration();
        for &stop in stops.iter().rev().skip(1) {
            at = playback.step_back(at);
            assert_eq!(at, stop, "{name}");
        }
    }
}

#[test]
fn lanes_hold_each_visit_once_and_stay_within_the_run() {
    for Run { name, timeline, .. } in runs() {
        let held: usize = timeline.lanes.iter().map(|lane| lane.visits.len()).sum();
        assert_eq!(held, timeline.visits.len(), "{name}");
        for segment in timeline.lanes.iter().flat_map(|lane| &lane.segments) {
            assert!(segment.from <= segment.to && segment.to <= timeline.duration, "{name}: {segment:?}");
        }
    }
}

fn runs() -> Vec<Run> {
    let recorded = shared::files("conformance/cases", ".json").into_iter().filter_map(|file| {
        let case = Case::read(&file);
        let (definition, trace) = if case.kind() == "execution" { case.run().ok()? } else { return None };
        Some((case.id(), definition, trace))
    });
    let wild = shared::files("definitions", "").into_iter().filter_map(|file| {
        let text = fs::read_to_string(&file).ok()?;
        let loaded = asl::load(&text, Format::detect(&text));
        let definition = Rc::new(loaded.is_runnable().then_some(loaded.definition)?);
        let trace = run::run(&definition, &Scenario::default()).ok()?;
        Some((file.display().to_string(), definition, trace))
    });
    let run = |(name, definition, trace): (String, Rc<Definition>, Trace)| {
        let timeline = Timeline::new(&trace, &definition);
        Run { name, definition, trace, timeline }
    };
    let runs: Vec<Run> = recorded.chain(wild).map(run).collect();
    assert!(shared::path("definitions").is_none() || runs.len() > FEWEST_RUNS, "only {} runs", runs.len());
    runs
}
