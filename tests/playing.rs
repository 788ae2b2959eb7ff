//! Where the playhead goes besides on and back, breakpoints, and loops, without a browser.

use std::rc::Rc;

use statelight::{
    asl::model::StateId,
    protocol::{self, Reply, Request},
    session::{
        action::Action,
        model::{Activity, EVERY_FRAME, Session},
        playing::Leap,
        reduce::reduce,
        select,
    },
};

const NESTED: &str = r#"{
  "StartAt": "First",
  "States": {
    "First": {"Type": "Pass", "Next": "Both"},
    "Both": {"Type": "Parallel", "Next": "Last", "Branches": [
      {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "End": true}}},
      {"StartAt": "C", "States": {"C": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
        "Retry": [{"ErrorEquals": ["Busy"]}]}}}
    ]},
    "Last": {"Type": "Pass", "End": true}
  }
}"#;
const BUSY: &str = r#"{"version": 1, "tasks": {"C": [{"throw": {"error": "Busy"}}, {"return": {}}]}}"#;

fn after(session: &Rc<Session>, actions: impl IntoIterator<Item = Action>) -> Rc<Session> {
    actions.into_iter().fold(Rc::clone(session), |session, action| reduce(&session, action))
}

/// A run of the nested machine, the playhead at its start.
fn ran() -> Rc<Session> {
    let session = Rc::new(Session::new("Nested", NESTED, BUSY));
    let asked = reduce(&session, Action::RunAsked);
    let Activity::Running { id } = asked.activity else { panic!("{:?}", asked.activity) };
    let request = Request::run(id, &asked.source.text, &asked.scenario.text);
    match Reply::from_json(&protocol::answer(&request.to_json())) {
        Ok(Reply::Finished { trace, .. }) => {
            after(&asked, [Action::RunFinished { id, trace: Rc::new(trace) }, Action::Seeked(0.0)])
        }
        reply => panic!("{reply:?}"),
    }
}

fn state(session: &Session, name: &str) -> StateId {
    session.source.definition.states.iter().find(|state| &*state.name == name).expect("it is there").id
}

/// The last event that has happened: its type and state.
fn now(session: &Session) -> String {
    let run = session.shown_run().expect("it ran");
    let happened = run.playback.event_at(session.player.playhead);
    let event = &run.trace.events[happened - 1];
    let name = event.state.map_or("", |state| &run.definition.states[state as usize].name);
    format!("{} {name}", event.kind).trim_end().to_owned()
}

/// Plays with so many milliseconds a frame until it stops.
fn play(session: &Rc<Session>) -> Rc<Session> {
    let mut session = reduce(session, Action::PlayToggled);
    for _ in 0..100_000 {
        if !session.player.is_playing {
            return session;
        }
        session = reduce(&session, Action::Ticked(16.0));
    }
    panic!("it plays for ever")
}

#[test]
fn a_step_over_passes_what_is_inside_and_a_step_out_leaves_it() {
    let start = ran();
    let entered = after(&start, [Action::StateChosen(Some(state(&start, "Both"))), Action::Leapt(Leap::Chosen)]);
    assert_eq!(now(&entered), "ParallelStateStarted Both", "which happens at the same moment");
    let over = reduce(&entered, Action::Leapt(Leap::Over));
    assert!(now(&over).ends_with("Both"), "{}", now(&over));
    let inside = after(&start, [Action::StateChosen(Some(state(&start, "B"))), Action::Leapt(Leap::Chosen)]);
    assert_eq!(now(&inside), "PassStateEntered B");
    let beside = reduce(&inside, Action::Leapt(Leap::Over));
    assert!(["A", "B", "C"].iter().any(|name| now(&beside).ends_with(name)), "no deeper, but inside: {}", now(&beside));
    let out = reduce(&inside, Action::Leapt(Leap::Out));
    assert!(now(&out).ends_with("Both"), "{}", now(&out));
    let end = reduce(&out, Action::Leapt(Leap::Out));
    assert_eq!(now(&end), "ExecutionSucceeded", "there is nothing around it but the run");
}

#[test]
fn the_next_failure_is_found_and_after_the_last_it_is_said() {
    let failed = reduce(&ran(), Action::Leapt(Leap::Failure));
    assert_eq!(now(&failed), "TaskFailed C");
    let again = reduce(&failed, Action::Leapt(Leap::Failure));
    assert_eq!((now(&again), &*again.notices[0].text), (now(&failed), "nothing fails from here on"));
    let unchosen = reduce(&ran(), Action::Leapt(Leap::Chosen));
    assert_eq!(&*unchosen.notices[0].text, "choose the state to run to first");
}

#[test]
fn playing_stops_at_a_breakpoint_and_goes_on_from_it() {
    let start = ran();
    let set = after(&start, ["B", "Last"].map(|name| Action::BreakToggled(state(&start, name))));
    let first = play(&set);
    assert_eq!(now(&first), "PassStateEntered B");
    let second = play(&first);
    assert_eq!(now(&second), "PassStateEntered Last");
    assert_eq!(now(&play(&second)), "ExecutionSucceeded");
    let taken = after(&first, [Action::BreakToggled(state(&start, "Last"))]);
    assert_eq!(now(&play(&taken)), "ExecutionSucceeded");
    // A breakpoint goes with its state, and stays with one that is renamed around it.
    let gone = reduce(&set, Action::SourceEdited(NESTED.replace("\"Last\"", "\"Final\"").into()));
    assert_eq!(gone.breakpoints.len(), 1);
}

#[test]
fn a_stretch_is_played_again_and_again() {
    let start = reduce(&ran(), Action::LoopChosen(Some((900.0, 300.0))));
    assert_eq!(start.player.looped, Some((300.0, 900.0)), "in either direction");
    let mut session = reduce(&start, Action::PlayToggled);
    for _ in 0..500 {
        session = reduce(&session, Action::Ticked(16.0));
        assert!(session.player.is_playing && session.player.playhead < 900.0);
    }
    assert!(session.player.playhead >= 300.0);
    assert_eq!(reduce(&session, Action::LoopToggled).player.looped, None);
    assert_eq!(reduce(&session, Action::LoopChosen(Some((5.0, 6.0)))).player.looped, None, "too short to be meant");
    let chosen = after(&ran(), [Action::StateChosen(Some(state(&start, "Last"))), Action::Seeked(f64::MAX)]);
    let (from, to) = reduce(&chosen, Action::LoopToggled).player.looped.expect("its visit is looped");
    assert!(from > 0.0 && to <= chosen.shown_run().expect("it ran").playback.duration());
}

#[test]
fn at_full_speed_each_frame_is_a_step() {
    let fast = after(&ran(), [Action::SpeedChosen(EVERY_FRAME), Action::PlayToggled]);
    let stepped = after(&ran(), [Action::Stepped { back: false }]);
    let ticked = reduce(&fast, Action::Ticked(16.0));
    assert_eq!(ticked.player.playhead, stepped.player.playhead);
    assert!(ticked.player.is_playing);
}

#[test]
fn the_run_is_told_in_words_step_by_step_and_while_it_plays() {
    let session = ran();
    let mut said = Vec::new();
    let mut now = after(&session, [Action::Seeked(0.0)]);
    for _ in 0..40 {
        now = after(&now, [Action::Stepped { back: false }]);
        let words = select::announcement(&now);
        if said.last() != Some(&words) {
            said.push(words);
        }
    }
    for words in [
        "First begins",
        "First is done",
        "Both starts its branches",
        "C failed: Busy; retrying in 1 second",
        "Last is done",
    ] {
        assert!(said.iter().any(|said| said == words), "{words}: {said:#?}");
    }
    assert!(said.last().is_some_and(|last| last.starts_with("The execution succeeded after")), "{said:#?}");
    // While it plays, the failure is told and what is of no weight is not.
    let mut playing = after(&session, [Action::Seeked(0.0), Action::PlayToggled]);
    let mut heard = Vec::new();
    for _ in 0..600 {
        playing = after(&playing, [Action::Ticked(16.0)]);
        let words = select::announcement(&playing);
        if heard.last() != Some(&words) {
            heard.push(words);
        }
    }
    assert_eq!(heard[..2], ["Playing the run", "C failed: Busy; retrying in 1 second"]);
    assert_eq!(heard.len(), 3, "{heard:#?}");
}

#[test]
fn events_are_filtered_by_family_state_and_words_and_visits_sorted() {
    use statelight::session::listing::{self, Column, Family, Filter};
    let session = ran();
    let run = session.shown_run().expect("it was run");
    let kinds = |filter: &Filter| -> Vec<String> {
        let places = listing::events(run, filter);
        places.iter().map(|place| run.trace.events[*place as usize].kind.to_string()).collect()
    };
    let all = kinds(&Filter::default());
    assert_eq!(all.len(), run.trace.events.len());
    let by = |family: Family| kinds(&Filter { family, ..Filter::default() });
    assert!(by(Family::Failures).iter().all(|kind| kind.ends_with("Failed")) && by(Family::Failures).len() == 1);
    assert!(by(Family::Tasks).contains(&"TaskScheduled".to_owned()));
    assert!(!by(Family::Tasks).iter().any(|kind| kind.contains("StateE")));
    assert_eq!(by(Family::Containers), ["ParallelStateStarted", "ParallelStateSucceeded"]);
    let only = run.definition.states.iter().find(|state| &*state.name == "First").map(|state| state.id);
    assert_eq!(kinds(&Filter { state: only, ..Filter::default() }), ["PassStateEntered", "PassStateExited"]);
    let busy = Filter { words: "busy FAILED".into(), ..Filter::default() };
    assert_eq!(kinds(&busy), ["TaskFailed"]);
    let text = listing::history_of(run, &listing::events(run, &busy));
    let history: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    assert_eq!(history["events"][0]["taskFailedEventDetails"]["error"], "Busy");

    let names = |column: Column, down: bool| -> Vec<String> {
        let visits = listing::visits(run, column, down);
        visits.iter().map(|visit| run.definition.state(run.timeline.visit(*visit).state).name.to_string()).collect()
    };
    assert_eq!(names(Column::State, false), ["A", "B", "Both", "C", "First", "Last"]);
    assert_eq!(names(Column::Entered, false).first().map(String::as_str), Some("First"));
    assert_eq!(names(Column::Took, true)[..2], ["Both", "C"]);
    assert_eq!(names(Column::Attempts, true)[0], "C");
}
