//! Timelines of small runs; tests/timeline.rs holds what is true of all recorded ones.

use std::rc::Rc;

use super::*;
use crate::{
    asl::{self, model::Definition},
    sim::{run::run, scenario::Scenario, trace::Trace},
    syntax::Format,
};

/// A definition, its run and its timeline.
pub(crate) struct Ran {
    pub definition: Rc<Definition>,
    pub trace: Trace,
    pub timeline: Timeline,
}

/// Runs a machine of these `States`, whose first is `A`, on these `tasks` and this input.
#[track_caller]
pub(crate) fn ran_with(states: &str, tasks: &str, input: &str) -> Ran {
    let loaded = asl::load(&format!(r#"{{"StartAt": "A", "States": {{{states}}}}}"#), Format::Json);
    assert!(loaded.is_runnable(), "{:?}", loaded.diagnostics);
    let definition = Rc::new(loaded.definition);
    let scenario = Scenario::parse(&format!(r#"{{"version": 1, "input": {input}, "tasks": {{{tasks}}}}}"#));
    let trace = run(&definition, &scenario.expect("the scenario is right")).expect("runs");
    let timeline = Timeline::new(&trace, &definition);
    Ran { definition, trace, timeline }
}

#[track_caller]
pub(crate) fn ran(states: &str, tasks: &str) -> Ran {
    ran_with(states, tasks, "{}")
}

pub(crate) const TASK: &str = r#""Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage""#;

impl Ran {
    /// Each visit as `name[index] from-to ending`.
    fn visits(&self) -> Vec<String> {
        let told = |visit: &Visit| {
            let index = visit.index.map_or(String::new(), |index| format!("[{index}]"));
            let seconds = |at: i64| at as f64 / 1e6;
            let name = &self.definition.state(visit.state).name;
            let left = visit.left_at.map_or("…".into(), |at| seconds(at).to_string());
            format!("{name}{index} {}-{left} {:?}", seconds(visit.entered_at), visit.ending)
        };
        self.timeline.visits.iter().map(told).collect()
    }

    pub(crate) fn id(&self, name: &str) -> StateId {
        self.definition.states.iter().find(|state| &*state.name == name).expect("the state is there").id
    }

    fn only_visit(&self, name: &str) -> &Visit {
        let mut visits = self.timeline.visits_of(self.id(name));
        visits.next().expect("it was visited")
    }

    fn lanes(&self) -> Vec<String> {
        let segment = |segment: &Segment| format!("{:?} {}-{}", segment.kind, segment.from, segment.to);
        let lane = |lane: &Lane| {
            let segments: Vec<String> = lane.segments.iter().map(segment).collect();
            format!("{}{}: {}", "  ".repeat(lane.depth as usize), lane.label, segments.join(", "))
        };
        self.timeline.lanes.iter().map(lane).collect()
    }
}

#[test]
fn a_retried_task_is_one_visit_with_its_attempts() {
    let ran = ran(
        &format!(
            r#""A": {{{TASK}, "Retry": [{{"ErrorEquals": ["E"], "IntervalSeconds": 2}}], "Next": "B"}}, "B": {{"Type": "Wait", "Seconds": 5, "End": true}}"#
        ),
        r#""A": [{"throw": {"error": "E", "cause": "c"}, "seconds": 1}, {"return": 1, "seconds": 1}]"#,
    );
    assert_eq!(ran.visits(), ["A 0-4 Succeeded", "B 4-9 Succeeded"]);
    let attempts = &ran.only_visit("A").attempts;
    assert_eq!(attempts.len(), 2);
    assert_eq!((attempts[0].outcome, attempts[0].retry_at), (AttemptOutcome::Failed, Some(3_000_000)));
    assert_eq!(attempts[0].error.as_deref(), Some("E"));
    assert_eq!(attempts[1].outcome, AttemptOutcome::Succeeded);
    assert_eq!(
        ran.lanes(),
        [
            "A: Work(Failed) 0-1000000, Retry 1000000-3000000, Work(Succeeded) 3000000-4000000",
            "B: Wait 4000000-9000000"
        ]
    );
    let edges: Vec<Edge> = ran.timeline.edges.iter().map(|taken| taken.edge).collect();
    let (a, b) = (ran.id("A"), ran.id("B"));
    assert_eq!(edges, [Edge::Start(ScopeId::ROOT), Edge::Next(a, b), Edge::End(b)]);
}

#[test]
fn a_caught_error_says_by_which_catcher() {
    let ran = ran(
        &format!(
            r#""A": {{{TASK}, "Catch": [{{"ErrorEquals": ["X"], "Next": "B"}}, {{"ErrorEquals": ["States.ALL"], "Next": "B"}}], "End": true}}, "B": {{"Type": "Fail", "Error": "Own"}}"#
        ),
        r#""A": [{"throw": {"error": "E"}, "seconds": 1}]"#,
    );
    assert_eq!(ran.visits(), ["A 0-1 Caught(1)", "B 1-1 Failed"]);
    assert_eq!(ran.only_visit("A").error.as_deref(), Some("E"));
    assert_eq!(ran.only_visit("B").error.as_deref(), Some("Own"));
    let catch = Edge::Catch(ran.id("A"), 1, ran.id("B"));
    assert!(ran.timeline.edges.iter().any(|taken| taken.edge == catch && taken.events.len() == 1));
}

#[test]
fn siblings_of_a_failed_branch_are_cancelled() {
    let ran = ran(
        &format!(
            r#""A": {{"Type": "Parallel", "End": true, "Branches": [
                {{"StartAt": "T", "States": {{"T": {{{TASK}, "End": true}}}}}},
                {{"StartAt": "W", "States": {{"W": {{"Type": "Wait", "Seconds": 9, "End": true}}}}}},
                {{"StartAt": "P", "States": {{"P": {{"Type": "Pass", "End": true}}}}}}]}}"#
        ),
        r#""T": [{"throw": {"error": "E"}, "seconds": 1}]"#,
    );
    assert_eq!(ran.visits(), ["A 0-1 Failed", "T[0] 0-1 Failed", "W[1] 0-1 Cancelled", "P[2] 0-0 Succeeded"]);
    let parallel = ran.only_visit("A");
    assert_eq!(parallel.error.as_deref(), Some("E"));
    let progress = parallel.progress.as_deref().expect("a Parallel has progress");
    assert_eq!(progress.totals, [3]);
    let counts = (progress.started.len(), progress.succeeded.len(), progress.failed.len(), progress.cancelled.len());
    assert_eq!(counts, (3, 1, 1, 1));
}

#[test]
fn a_parallel_that_is_tried_again_has_the_retry() {
    let ran = ran(
        r#""A": {"Type": "Parallel", "End": true, "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 3, "MaxAttempts": 1}],
            "Branches": [{"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E"}}},
                         {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 9, "End": true}}}]}"#,
        "",
    );
    let attempts = &ran.only_visit("A").attempts;
    assert_eq!(attempts.len(), 2);
    assert_eq!((attempts[0].ended_at, attempts[0].retry_at), (Some(0), Some(3_000_000)));
    assert_eq!(attempts[0].error.as_deref(), Some("E"));
    assert_eq!(attempts[1].outcome, AttemptOutcome::Failed);
    assert_eq!(ran.visits()[0], "A 0-3 Failed");
    assert!(ran.visits().iter().filter(|visit| visit.starts_with('F')).all(|visit| visit.ends_with("Failed")));
}

#[test]
fn a_task_that_fails_inside_hands_the_retry_to_the_map_around_it() {
    let ran = ran_with(
        &format!(
            r#""A": {{"Type": "Map", "End": true, "Retry": [{{"ErrorEquals": ["States.ALL"], "MaxAttempts": 1}}],
                "Catch": [{{"ErrorEquals": ["States.ALL"], "Next": "Z"}}],
                "ItemProcessor": {{"StartAt": "T", "States": {{"T": {{{TASK}, "End": true, "Retry": [{{"ErrorEquals": ["Other"]}}]}}}}}}}},
               "Z": {{"Type": "Succeed"}}"#
        ),
        r#""T": [{"iteration": [{"map": "A", "index": 1}], "throw": {"error": "E"}, "seconds": 1}, {"return": 1, "seconds": 2}]"#,
        "[1, 2, 3]",
    );
    let map = ran.only_visit("A");
    assert_eq!(map.attempts.len(), 2);
    assert_eq!(map.attempts[0].retry_at, Some(2_000_000));
    assert_eq!(map.ending, Ending::Caught(0));
    let progress = map.progress.as_deref().expect("a Map has progress");
    assert_eq!((progress.totals.as_slice(), progress.started.len(), progress.failed.len()), ([3, 3].as_slice(), 6, 2));
    let endings: Vec<Ending> = ran.timeline.visits_of(ran.id("T")).map(|visit| visit.ending).collect();
    let one = [Ending::Cancelled, Ending::Failed, Ending::Cancelled];
    assert_eq!(endings, [one, one].concat());
    assert!(ran.timeline.visits_of(ran.id("T")).all(|visit| visit.attempts.iter().all(|try_| try_.retry_at.is_none())));
}

#[test]
fn a_run_that_ends_at_once_cuts_what_else_runs() {
    let ran = ran(
        r#""A": {"Type": "Parallel", "End": true, "Branches": [
            {"StartAt": "C", "States": {"C": {"Type": "Choice", "Choices": [{"Variable": "$.x", "IsPresent": true, "Next": "P"}]}, "P": {"Type": "Pass", "End": true}}},
            {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 9, "End": true}}}]}"#,
        "",
    );
    assert_eq!(ran.visits()[..2], ["A 0-0 Failed", "C[0] 0-0 Failed"]);
    assert!(ran.visits()[2..].iter().all(|visit| visit.ends_with("Cancelled")), "{:?}", ran.visits());
    assert_eq!(ran.only_visit("C").error.as_deref(), Some("States.Runtime"));
}

#[test]
fn whatever_was_entered_was_left_in_every_recorded_shape() {
    let ran = ran(
        &format!(
            r#""A": {{{TASK}, "Next": "B"}}, "B": {{"Type": "Choice", "Choices": [{{"Variable": "$$.State.Name", "StringEquals": "B", "Next": "C"}}]}}, "C": {{"Type": "Succeed"}}"#
        ),
        "",
    );
    assert!(ran.timeline.visits.iter().all(|visit| visit.left.is_some()));
    assert_eq!(ran.timeline.visit_of_event.len(), ran.trace.events.len());
    let choice = Edge::Choice(ran.id("B"), 0, ran.id("C"));
    assert!(ran.timeline.edges.iter().any(|taken| taken.edge == choice));
}

#[test]
fn many_iterations_share_one_row() {
    let ran = ran_with(
        r#""A": {"Type": "Map", "End": true, "ItemProcessor": {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}}"#,
        "",
        &format!("[{}0]", "0,".repeat(999)),
    );
    assert_eq!(ran.timeline.lanes.len(), 2);
    let lane = &ran.timeline.lanes[1];
    assert_eq!((lane.depth, lane.visits.len(), lane.segments.len()), (1, 1000, 1000));
    assert_eq!(lane.coarse(100).len(), 100);
    let marks: usize = ran.timeline.marks.iter().map(Vec::len).sum();
    assert_eq!(marks, 2 * ran.timeline.visits.len());
}

#[test]
fn a_trace_that_fits_nothing_gives_a_timeline_all_the_same() {
    let ran = ran(r#""A": {"Type": "Succeed"}"#, "");
    let mut trace = ran.trace.clone();
    trace.branches.clear();
    assert!(Timeline::new(&trace, &ran.definition).visits.is_empty());
    assert!(Timeline::new(&ran.trace, &Definition::default()).visits.is_empty());
    let mut trace = ran.trace;
    for event in &mut trace.events {
        event.state = Some(77);
        event.branch = 9;
        event.previous = u32::MAX;
    }
    assert!(Timeline::new(&trace, &ran.definition).visits.is_empty());
}
