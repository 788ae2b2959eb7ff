//! Files that are opened on the page and saved from it, without a browser.

use std::rc::Rc;

use statelight::{
    protocol::{self, Reply, Request},
    session::{
        action::Action,
        files::{Export, File},
        model::{Activity, Session, TextTab},
        recorded::{self, Progress, Side},
        reduce::reduce,
    },
};

const PAY: &str = r#"{
  "StartAt": "Pay",
  "States": {
    "Pay": {
      "Type": "Task",
      "Resource": "arn:aws:lambda:us-east-1:111111111111:function:pay",
      "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 3}],
      "Next": "Done"
    },
    "Done": {"Type": "Pass", "Result": {"paid": true}, "End": true}
  }
}"#;

const BUSY: &str = r#"{"version": 1, "input": {"cents": 420}, "tasks": {"Pay": [{"throw": {"error": "Busy"}}, {"return": {"id": 7}}]}}"#;

fn file(name: &str, text: &str) -> File {
    File { name: name.into(), text: text.into() }
}

fn opened(session: &Rc<Session>, files: &[File]) -> Rc<Session> {
    reduce(session, Action::FilesOpened(files.into()))
}

fn notices(session: &Session) -> Vec<&str> {
    session.notices.iter().map(|notice| &*notice.text).collect()
}

/// The session after its run has come back from the worker.
#[track_caller]
fn run(session: &Rc<Session>) -> Rc<Session> {
    let asked = reduce(session, Action::RunAsked);
    let Activity::Running { id } = asked.activity else { panic!("{:?}", asked.activity) };
    let request = Request::run(id, &asked.source.text, &asked.scenario.text);
    match Reply::from_json(&protocol::answer(&request.to_json())) {
        Ok(Reply::Finished { trace, .. }) => reduce(&asked, Action::RunFinished { id, trace: Rc::new(trace) }),
        reply => panic!("{reply:?}"),
    }
}

/// The session after the recording that is open has come back from the worker.
#[track_caller]
fn read(session: &Rc<Session>) -> Rc<Session> {
    let recorded = session.recorded.as_ref().expect("a recording is open");
    assert_eq!(recorded.progress, Progress::Reading);
    let (definition, history) = (recorded.definition.to_string(), recorded.history.to_string());
    let request = Request::Replay { id: recorded.id, definition, history };
    let outcome = match Reply::from_json(&protocol::answer(&request.to_json())) {
        Ok(Reply::Replayed { replayed, .. }) => Ok(Rc::new(*replayed)),
        Ok(Reply::Refused { reason, .. }) => Err(reason.into()),
        reply => panic!("{reply:?}"),
    };
    reduce(session, Action::Replayed { id: recorded.id, outcome })
}

/// What a run's history is, as the page saves it.
fn history(definition: &str, scenario: &str) -> String {
    let session = run(&Rc::new(Session::new("Pay", definition, scenario)));
    Export::History.make(&session).expect("a run is shown").text
}

fn empty() -> Rc<Session> {
    Rc::new(Session::new("Before", r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#, r#"{"version": 1}"#))
}

#[test]
fn a_definition_and_its_scenario_come_in_any_order() {
    let session = opened(&empty(), &[file("pay.scenario.json", BUSY), file("pay.asl.json", PAY)]);
    assert_eq!((&*session.name, &*session.source.text, &*session.scenario.text), ("pay", PAY, BUSY));
    let alone = opened(&session, &[file("next.json", PAY)]);
    assert_eq!(alone.scenario.text.trim(), r#"{"version": 1}"#, "a scenario of another workflow does not stay");
}

#[test]
fn the_answer_of_describe_state_machine_is_opened_by_its_definition() {
    let described = serde_json::json!({"name": "Payments", "stateMachineArn": "arn", "definition": PAY}).to_string();
    let session = opened(&empty(), &[file("out.json", &described)]);
    assert_eq!((&*session.name, &*session.source.text), ("Payments", PAY));
}

#[test]
fn what_cannot_be_opened_changes_nothing_and_says_why() {
    let before = empty();
    let session = opened(&before, &[file("numbers.json", "[1, 2, 3]"), file("empty.json", " ")]);
    assert_eq!((&session.source, &session.scenario), (&before.source, &before.scenario));
    let said = notices(&session);
    assert!(said[0].starts_with("numbers.json cannot be opened: it is none of what"), "{said:?}");
    assert!(said[1].starts_with("empty.json cannot be opened: it is empty"), "{said:?}");
    let broken =
        opened(&before, &[file("mocks.json", r#"{"StateMachines": {"M": {"TestCases": {"T": {"A": "Gone"}}}}}"#)]);
    assert!(notices(&broken)[0].starts_with("mocks.json: line 1: "), "{:?}", notices(&broken));
}

#[test]
fn a_broken_scenario_is_shown_with_its_errors() {
    let session = opened(&empty(), &[file("s.json", r#"{"version": 1, "inputs": {}}"#)]);
    assert_eq!(session.panels.text, TextTab::ScenarioJson);
    assert!(!session.scenario.diagnostics.is_empty());
}

#[test]
fn one_test_case_of_a_mock_config_file_answers_the_tasks() {
    const MOCKS: &str = r#"{
      "StateMachines": {"Payments": {"TestCases": {"Happy": {"Pay": "Paid"}, "Sad": {"Pay": "Broke", "Ship": "Paid"}}}},
      "MockedResponses": {
        "Paid": {"0": {"Return": {"ok": true}}},
        "Broke": {"0-1": {"Throw": {"Error": "Busy", "Cause": "later"}}}
      }
    }"#;
    let before = Rc::new(Session::new("Pay", PAY, r#"{"version": 1, "input": {"cents": 1}}"#));
    let choosing = opened(&before, &[file("MockConfigFile.json", MOCKS)]);
    assert!(choosing.mocks.is_some());
    assert_eq!(choosing.scenario, before.scenario, "nothing is chosen yet");
    let sad = reduce(&choosing, Action::MockCaseChosen { machine: "Payments".into(), case: "Sad".into() });
    let scenario = sad.scenario.scenario.as_deref().expect("it can be read");
    assert_eq!(scenario.input.to_json(), r#"{"cents":1}"#, "the rest stays");
    assert_eq!(scenario.tasks["Pay"].len(), 2);
    assert!(notices(&sad)[0].ends_with("The definition has no `Ship`"), "{:?}", notices(&sad));
    // And out again.
    let saved = Export::Mocks.make(&sad).expect("the scenario can be read");
    let again = opened(&before, &[file("MockConfigFile.json", &saved.text)]);
    assert!(again.mocks.is_none(), "the only test case needs no choice");
    let tasks = |session: &Session| session.scenario.scenario.as_ref().map(|scenario| scenario.tasks.clone());
    assert_eq!(tasks(&again), tasks(&sad));
}

#[test]
fn a_recorded_history_is_shown_like_a_run_and_equals_ours() {
    let before = Rc::new(Session::new("Pay", PAY, r#"{"version": 1}"#));
    let session = read(&opened(&before, &[file("history.json", &history(PAY, BUSY))]));
    let compared = session.recorded.as_ref().and_then(|recorded| recorded.compared()).expect("it was read");
    assert_eq!(compared.replayed.words, "equal in all 12 events");
    assert_eq!(recorded::shown(&session), Some(Side::Theirs));
    assert!(session.shown_run().is_some_and(|run| run.is_opaque && run.trace.events.len() == 12));
    assert!(session.player.is_playing);
    let kept = reduce(&session, Action::RecordingKept);
    let ours = run(&kept);
    assert_eq!(Export::History.make(&ours).map(|made| made.text), Some(history(PAY, BUSY)), "replayed to the byte");
    assert_eq!(recorded::shown(&ours), None);
    let back = reduce(&ours, Action::SideChosen(Side::Theirs));
    assert_eq!(recorded::shown(&back), Some(Side::Theirs));
    let closed = reduce(&back, Action::RecordingClosed);
    assert!(closed.recorded.is_none() && closed.run.is_none());
}

#[test]
fn the_first_difference_is_shown_on_either_side() {
    let changed = PAY.replace(r#"{"paid": true}"#, r#"{"paid": false}"#);
    let before = Rc::new(Session::new("Pay", &changed, r#"{"version": 1}"#));
    let session = read(&opened(&before, &[file("history.json", &history(PAY, BUSY))]));
    let compared = session.recorded.as_ref().and_then(|recorded| recorded.compared()).expect("it was read").clone();
    assert!(compared.replayed.words.starts_with("first difference: "), "{}", compared.replayed.words);
    let shown = reduce(&session, Action::DifferenceAsked);
    let at = shown.shown_run().expect("it is shown").playback.event_at(shown.player.playhead);
    assert_eq!(at as u32, compared.difference(Side::Theirs).expect("they differ"));
    let ours = reduce(&reduce(&shown, Action::SideChosen(Side::Ours)), Action::DifferenceAsked);
    assert_eq!(recorded::shown(&ours), Some(Side::Ours));
    // The mended definition is held against the same recording.
    let mended = reduce(&ours, Action::SourceEdited(PAY.into()));
    assert!(recorded::is_stale(&mended) && mended.shown_run().is_none());
    let again = read(&reduce(&mended, Action::RecordingReread));
    assert_eq!(
        again.recorded.as_ref().and_then(|open| open.compared()).map(|it| &*it.replayed.words),
        Some("equal in all 12 events")
    );
}

#[test]
fn a_history_of_another_machine_is_refused_by_name() {
    let session = read(&opened(&empty(), &[file("history.json", &history(PAY, BUSY))]));
    let Some(Progress::Refused(reason)) = session.recorded.as_ref().map(|recorded| &recorded.progress) else {
        panic!()
    };
    assert!(reason.contains("`Pay` and its other states are not in the definition"), "{reason}");
    let broken = Rc::new(Session::new("w", "{", r#"{"version": 1}"#));
    let waits = opened(&broken, &[file("history.json", &history(PAY, BUSY))]);
    assert!(waits.recorded.is_none() && notices(&waits)[0].contains("without errors"));
}

#[test]
fn files_are_named_after_the_workflow() {
    let session = run(&Rc::new(Session::new("Pay: EU/US", PAY, BUSY)));
    let name = |export: Export| export.make(&session).map(|made| made.name).unwrap_or_default();
    let names: Vec<String> = Export::ALL.into_iter().map(name).collect();
    let expected = ["asl.json", "scenario.json", "tests.json"].map(|ending| format!("Pay- EU-US.{ending}"));
    assert_eq!(names[..3], expected);
    assert_eq!(names[3..5], ["MockConfigFile.json", "Pay- EU-US.history.json"]);
    assert_eq!(Export::History.obstacle(&empty()), Some("run the workflow first".to_owned()));
}
