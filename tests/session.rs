//! The page without a browser: what each action does to the session, and what the view is told.

use std::rc::Rc;

use statelight::{
    asl::model::StateId,
    protocol::{self, Reply, Request},
    session::{
        action::Action,
        callback::{self, Deed},
        model::{Activity, Layout, Place, Session, TextTab, Theme},
        reduce::reduce,
        saved::Saved,
        select,
        state_test::{self, Draft, MockKind, Progress},
        types,
        workflows::Workflow,
    },
    sim::{
        frame::Light,
        scenario::{DecisionAction, ReceiptAction},
        trace::Trace,
        variables::Variable,
    },
    value::Value,
};

const CARD: &str = r#"{
  "StartAt": "Charge card",
  "States": {
    "Charge card": {
      "Type": "Task",
      "Resource": "arn:aws:states:::lambda:invoke",
      "Retry": [{"ErrorEquals": ["CardDeclined"], "IntervalSeconds": 2, "MaxAttempts": 1}],
      "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Tell customer"}],
      "Next": "Ship"
    },
    "Ship": {"Type": "Pass", "End": true},
    "Tell customer": {"Type": "Fail", "Error": "OrderFailed", "Cause": "no funds"}
  }
}"#;

const DECLINED: &str =
    r#"{"version": 1, "tasks": {"Charge card": [{"throw": {"error": "CardDeclined"}, "seconds": 1}]}}"#;
const PAID: &str = r#"{"version": 1, "tasks": {"Charge card": [{"return": {"ok": true}, "seconds": 1}]}}"#;

fn session(scenario: &str) -> Rc<Session> {
    Rc::new(Session::new("Orders", CARD, scenario))
}

fn after(session: &Rc<Session>, actions: impl IntoIterator<Item = Action>) -> Rc<Session> {
    actions.into_iter().fold(Rc::clone(session), |session, action| reduce(&session, action))
}

/// What the worker makes of the texts.
#[track_caller]
fn trace(definition: &str, scenario: &str) -> Rc<Trace> {
    match Reply::from_json(&protocol::answer(&Request::run(1, definition, scenario).to_json())) {
        Ok(Reply::Finished { trace, .. }) => Rc::new(trace),
        reply => panic!("{reply:?}"),
    }
}

/// Asks for a run and lets the worker answer.
#[track_caller]
fn run(session: &Rc<Session>) -> Rc<Session> {
    let asked = after(session, [Action::RunAsked]);
    let Activity::Running { id } = asked.activity else { panic!("{:?}", asked.activity) };
    let trace = trace(&asked.source.text, &asked.scenario.text);
    after(&asked, [Action::RunFinished { id, trace }])
}

fn id(session: &Session, name: &str) -> StateId {
    session.drawing.definition.states.iter().find(|state| &*state.name == name).expect("there is such a state").id
}

/// The states that are lit at the playhead, as `name: light`.
fn lit(session: &Session) -> Vec<String> {
    let frame = select::frame(session);
    let lights = select::lights(session, frame.as_ref());
    let states = session.drawing.definition.states.iter().zip(&lights.states);
    let lit = states.filter(|(_, light)| light.light != Light::NotReached);
    lit.map(|(state, light)| format!("{}: {:?}", state.name, light.light)).collect()
}

#[test]
fn stepping_lights_the_states_in_order_and_back_shows_the_same() {
    let mut session = run(&session(DECLINED));
    session = after(&session, [Action::PlayToggled]);
    let mut forward = vec![lit(&session)];
    let end = session.run.as_ref().expect("it was run").playback.duration();
    while session.player.playhead < end {
        session = after(&session, [Action::Stepped { back: false }]);
        forward.push(lit(&session));
    }
    let mut distinct = forward.clone();
    distinct.dedup();
    assert_eq!(
        distinct,
        [
            vec![],
            vec!["Charge card: Running".to_string()],
            vec!["Charge card: RetryPending".into()],
            vec!["Charge card: Running".into()],
            vec!["Charge card: Caught".into()],
            vec!["Charge card: Caught".into(), "Tell customer: Failed".into()],
        ]
        .as_slice()
    );
    let mut back = vec![lit(&session)];
    while session.player.playhead > 0.0 {
        session = after(&session, [Action::Stepped { back: true }]);
        back.push(lit(&session));
    }
    back.reverse();
    assert_eq!(back, forward);
}

#[test]
fn the_edges_that_were_taken_are_lit() {
    let ran = run(&session(DECLINED));
    let end = after(&ran, [Action::Seeked(f64::MAX)]);
    let frame = select::frame(&end);
    let lights = select::lights(&end, frame.as_ref());
    let graph = &end.drawing.graph;
    let name = |node: usize| {
        graph.nodes[node].state.map_or("·".into(), |state| end.drawing.definition.state(state).name.to_string())
    };
    let edges = graph.edges.iter().zip(&lights.edges).filter(|(_, light)| light.count > 0);
    let lit: Vec<String> = edges.map(|(edge, _)| format!("{} → {}", name(edge.from), name(edge.to))).collect();
    assert_eq!(lit, ["· → Charge card", "Charge card → Tell customer"]);
}

#[test]
fn the_banner_says_how_it_ended_and_what_it_cost() {
    let end = after(&run(&session(DECLINED)), [Action::Seeked(f64::MAX)]);
    let banner = select::banner(&end, select::frame(&end).as_ref()).expect("there was a run");
    assert_eq!((&*banner.status, banner.failure.as_deref()), ("Failed", Some("OrderFailed: no funds")));
    assert_eq!(banner.clock, "00:00:04.000");
    // Two states, one of them tried twice.
    assert_eq!(banner.transitions, 3);
    let end = after(&run(&session(PAID)), [Action::Seeked(f64::MAX)]);
    let banner = select::banner(&end, select::frame(&end).as_ref()).expect("there was a run");
    assert_eq!((&*banner.status, banner.failure, banner.transitions), ("Succeeded", None, 2));
}

#[test]
fn the_inspector_tells_nothing_of_what_is_still_to_come() {
    let ran = run(&session(DECLINED));
    let failed = ran.run.as_ref().expect("it ran").trace.events.iter().find(|event| &*event.kind == "TaskFailed");
    let failed = failed.expect("the first try failed").id;
    let chosen = after(&ran, [Action::EventChosen(failed), Action::StateChosen(Some(id(&ran, "Charge card")))]);
    let inspected = select::inspected(&chosen, select::frame(&chosen).as_ref()).expect("it was entered");
    assert_eq!(inspected.light, Light::RetryPending);
    assert_eq!((inspected.visit.attempts.len(), inspected.visit.output), (1, None));
    let before = after(&chosen, [Action::EventChosen(failed - 1)]);
    let inspected = select::inspected(&before, select::frame(&before).as_ref()).expect("it was entered");
    assert_eq!((inspected.visit.error, inspected.visit.attempts[0].retry_at), (None, None));
}

#[test]
fn the_inspector_shows_the_visit_at_the_playhead() {
    let ran = run(&session(DECLINED));
    let chosen = after(&ran, [Action::Seeked(f64::MAX), Action::StateChosen(Some(id(&ran, "Charge card")))]);
    let frame = select::frame(&chosen);
    let inspected = select::inspected(&chosen, frame.as_ref()).expect("it was visited");
    assert_eq!((inspected.number, inspected.count), (1, 1));
    assert_eq!(inspected.visit.attempts.len(), 2);
    assert_eq!(inspected.visit.error.as_deref(), Some("CardDeclined"));
    let chosen = after(&chosen, [Action::StateChosen(Some(id(&ran, "Ship")))]);
    assert!(select::inspected(&chosen, frame.as_ref()).is_none());
}

#[test]
fn the_inspector_knows_the_variables_around_a_visit() {
    let definition = r#"{"StartAt": "Set", "States": {
        "Set": {"Type": "Pass", "Result": [1, 2], "Assign": {"x": 1, "y": "a"}, "Next": "Each"},
        "Each": {"Type": "Map", "ItemProcessor": {"StartAt": "In", "States": {
            "In": {"Type": "Pass", "Assign": {"x.$": "$", "z": 3}, "Next": "Then"},
            "Then": {"Type": "Pass", "End": true}}}, "Next": "After"},
        "After": {"Type": "Pass", "Assign": {"y": "b"}, "End": true}}}"#;
    let done = run(&Rc::new(Session::new("Variables", definition, r#"{"version": 1}"#)));
    let end = done.run.as_ref().unwrap().playback.duration();
    let shown = |state: &str, playhead: f64| {
        let now = after(&done, [Action::Seeked(playhead), Action::StateChosen(Some(id(&done, state)))]);
        let frame = select::frame(&now);
        let inspected = select::inspected(&now, frame.as_ref()).expect("it was visited");
        let text = |id: Option<u32>| id.map_or("-", |id| &*inspected.run.trace.payloads[id as usize]).to_string();
        let line =
            |variable: &Variable| format!("{} {} {}", variable.name, text(variable.before), text(variable.assigned));
        inspected.variables().iter().map(line).collect::<Vec<_>>()
    };
    assert_eq!(shown("Set", end), ["x - 1", "y - \"a\""]);
    assert_eq!(shown("In", end), ["x 1 2", "y \"a\" -", "z - 3"]);
    assert_eq!(shown("Then", end), ["x 2 -", "y \"a\" -", "z 3 -"], "the second iteration sees its own");
    assert_eq!(shown("After", end), ["x 1 -", "y \"a\" \"b\""], "what iterations assign is gone");
    let entered = after(&done, [Action::Seeked(0.0), Action::Stepped { back: false }]);
    assert_eq!(shown("Set", entered.player.playhead), [""; 0], "nothing of what is still to come");
}

#[test]
fn replies_that_nobody_waits_for_are_dropped() {
    let asked = after(&session(PAID), [Action::RunAsked]);
    let Activity::Running { id } = asked.activity else { panic!("{:?}", asked.activity) };
    let stale = Action::RunFinished { id: id + 7, trace: trace(CARD, PAID) };
    assert!(Rc::ptr_eq(&after(&asked, [stale]), &asked));
    let stale = Action::RunRefused { id: id + 7, reason: "too late".into() };
    assert!(Rc::ptr_eq(&after(&asked, [stale]), &asked));
    let stopped = after(&asked, [Action::RunStopped]);
    let late = Action::RunFinished { id, trace: trace(CARD, PAID) };
    assert!(Rc::ptr_eq(&after(&stopped, [late.clone()]), &stopped));
    let opened = after(
        &asked,
        [Action::Opened { name: "B".into(), definition: CARD.into(), scenario: PAID.into(), tests: "".into() }],
    );
    assert!(Rc::ptr_eq(&after(&opened, [late]), &opened));
}

#[test]
fn a_run_belongs_to_the_text_that_was_sent() {
    let asked = after(&session(PAID), [Action::RunAsked]);
    let Activity::Running { id } = asked.activity else { panic!("{:?}", asked.activity) };
    let shorter = r#"{"StartAt": "Only", "States": {"Only": {"Type": "Succeed"}}}"#;
    let edited = after(&asked, [Action::SourceEdited(shorter.into())]);
    let ran = after(&edited, [Action::RunFinished { id, trace: trace(CARD, PAID) }]);
    assert_eq!(&*ran.run.as_ref().expect("it came back").text, CARD);
    assert!(ran.shown_run().is_none());
    let mended = after(&ran, [Action::SourceEdited(CARD.into())]);
    assert!(mended.shown_run().is_some());
}

#[test]
fn facts_that_change_nothing_give_the_same_session() {
    let ran = after(&run(&session(PAID)), [Action::Seeked(100.0)]);
    let nothing = [
        Action::SourceEdited(CARD.into()),
        Action::ScenarioEdited(PAID.into()),
        Action::Seeked(100.0),
        Action::Ticked(16.0),
        Action::Seeked(f64::NAN),
        Action::SpeedChosen(f64::NAN),
        Action::SpeedChosen(0.0),
        Action::SpeedChosen(-1.0),
        Action::SpeedChosen(1.0),
        Action::ThemeChosen(Theme::Auto),
        Action::NoticeDismissed(9),
        Action::StateChosen(None),
        Action::VisitChosen(statelight::sim::timeline::VisitId(999)),
        Action::CursorMoved(0),
        Action::RunRefused { id: 99, reason: "".into() },
        Action::GalleryToggled(false),
    ];
    for action in nothing {
        assert!(Rc::ptr_eq(&after(&ran, [action.clone()]), &ran), "{action:?}");
    }
}

#[test]
fn playing_goes_on_with_the_clock_and_ends_at_the_end() {
    let ran = run(&session(PAID));
    assert!(ran.player.is_playing);
    let end = ran.run.as_ref().expect("it was run").playback.duration();
    let on = after(&ran, [Action::SpeedChosen(2.0), Action::Ticked(50.0)]);
    assert_eq!(on.player.playhead, 100.0);
    let over = after(&on, [Action::Ticked(1e9)]);
    assert_eq!((over.player.playhead, over.player.is_playing), (end, false));
    let again = after(&over, [Action::PlayToggled]);
    assert_eq!((again.player.playhead, again.player.is_playing), (0.0, true));
    let bad = after(&on, [Action::Ticked(f64::NAN), Action::Ticked(-500.0)]);
    assert_eq!(bad.player.playhead, 100.0);
}

#[test]
fn the_selection_goes_with_its_state() {
    let session = session(PAID);
    let chosen = after(&session, [Action::StateChosen(Some(id(&session, "Ship")))]);
    let selected = |session: &Session| {
        let state = session.selection.state.map(|id| session.drawing.definition.state(id).name.to_string());
        state.unwrap_or_default()
    };
    let first = CARD.replace(r#""States": {"#, r#""States": {"First": {"Type": "Pass", "Next": "Ship"},"#);
    let shifted = after(&chosen, [Action::SourceEdited(first.into())]);
    assert_eq!(selected(&shifted), "Ship");
    let renamed = after(&chosen, [Action::SourceEdited(CARD.replace("\"Ship\"", "\"Shipping\"").into())]);
    assert_eq!(selected(&renamed), "Shipping");
    let gone = CARD.replace(r#""Ship": {"Type": "Pass", "End": true},"#, "");
    assert_eq!(selected(&after(&chosen, [Action::SourceEdited(gone.into())])), "");
}

#[test]
fn the_cursor_selects_the_state_it_is_in() {
    let session = session(PAID);
    let inside = CARD.find("\"OrderFailed\"").expect("it is there");
    let moved = after(&session, [Action::CursorMoved(inside)]);
    assert_eq!(moved.selection.state, Some(id(&session, "Tell customer")));
}

#[test]
fn while_the_text_is_broken_the_last_good_drawing_and_its_run_stay() {
    let ran = run(&session(PAID));
    let broken = after(&ran, [Action::SourceEdited(CARD[..CARD.len() - 9].into())]);
    assert!(!broken.source.is_runnable);
    assert!(Rc::ptr_eq(&broken.drawing, &ran.drawing));
    assert!(broken.shown_run().is_some());
    let refused = after(&broken, [Action::RunAsked]);
    assert!(matches!(&refused.activity, Activity::Refused(reason) if reason.starts_with("mend this first")));
    let empty = after(&ran, [Action::SourceEdited("".into())]);
    assert!(empty.drawing.definition.states.is_empty());
}

#[test]
fn a_broken_scenario_is_refused_with_its_fault() {
    let session = session(r#"{"version": 1, "task": {}}"#);
    let asked = after(&session, [Action::RunAsked]);
    assert!(matches!(&asked.activity, Activity::Refused(reason) if reason.contains("`task`")), "{:?}", asked.activity);
}

#[test]
fn notices_are_few_and_go_when_dismissed() {
    let notices = ["a", "b", "c", "d"].map(|text| Action::Noticed(text.into()));
    let noticed = after(&session(PAID), notices);
    let texts: Vec<&str> = noticed.notices.iter().map(|notice| &*notice.text).collect();
    assert_eq!(texts, ["b", "c", "d"]);
    let id = noticed.notices[1].id;
    assert_eq!(after(&noticed, [Action::NoticeDismissed(id)]).notices.len(), 2);
}

#[test]
fn what_is_kept_comes_back() {
    let kept = after(&session(DECLINED), [Action::ThemeChosen(Theme::Dark), Action::Renamed("Mine".into())]);
    let workflow = Workflow::read("w", &Workflow::of(&kept).write()).expect("it can be read");
    let back = Saved::read(&Saved::of(&kept).write()).expect("it can be read").into_session(vec![workflow], "tab");
    assert_eq!((&back.name, &back.source.text, back.theme), (&kept.name, &kept.source.text, Theme::Dark));
    assert_eq!(back.scenario.text, kept.scenario.text);
}

#[test]
fn what_was_not_kept_by_this_page_is_passed_over() {
    let deep = "[".repeat(100_000);
    for garbage in ["", "null", "{}", "[1]", "{\"version\": 2}", "\u{0}", &deep] {
        assert_eq!(Workflow::read("w", garbage), None);
        assert_eq!(Saved::read_single(garbage, "w"), None);
        assert_eq!(Saved::read(garbage), None, "{}", &garbage[..garbage.len().min(20)]);
    }
    let own = Saved::of(&session(PAID)).write();
    assert_eq!(Saved::read(&own.replacen("\"version\":1", "\"version\":2", 1)), None);
    let newer = own.replacen('{', r#"{"added": [1, 2],"#, 1).replacen("\"theme\":null", "\"theme\":\"sepia\"", 1);
    let back = Saved::read(&newer).expect("what is unknown is passed over").into_session(Vec::new(), "tab");
    assert_eq!(back.theme, Theme::Auto);
}

#[test]
fn why_leads_to_the_state_that_began_the_failure_and_leaves_the_playhead() {
    let definition = r#"{"StartAt": "Both", "States": {"Both": {"Type": "Parallel", "End": true, "Branches": [
        {"StartAt": "Left", "States": {"Left": {"Type": "Pass", "InputPath": "$.order", "End": true}}}]}}}"#;
    let begun = Rc::new(Session::new("Orders", definition, r#"{"version": 1}"#));
    let failed = after(&run(&begun), [Action::Seeked(f64::MAX)]);
    assert!(select::banner(&failed, select::frame(&failed).as_ref()).is_some_and(|banner| banner.has_why));
    let asked = after(&failed, [Action::WhyAsked]);
    assert_eq!(asked.selection.state, Some(id(&asked, "Left")));
    assert_eq!((asked.player, asked.panels.place), (failed.player, Place::Data));
    let inspected = select::inspected(&asked, select::frame(&asked).as_ref()).expect("it was entered");
    assert!(inspected.fault.is_some());
    // Before it has failed there is nothing to explain.
    let before = after(&asked, [Action::EventChosen(inspected.visit.entered)]);
    let inspected = select::inspected(&before, select::frame(&before).as_ref()).expect("it was entered");
    assert_eq!(inspected.fault, None);
    assert!(select::banner(&before, select::frame(&before).as_ref()).is_some_and(|banner| !banner.has_why));
}

#[test]
fn a_task_that_was_tried_again_and_went_well_has_nothing_to_explain() {
    let scenario =
        r#"{"version": 1, "tasks": {"Charge card": [{"throw": {"error": "CardDeclined"}}, {"return": {}}]}}"#;
    let ran = run(&session(scenario));
    let failed = ran.run.as_ref().expect("it ran").trace.events.iter().find(|event| &*event.kind == "TaskFailed");
    let failed = failed.expect("the first try failed").id;
    let chosen = after(&ran, [Action::EventChosen(failed), Action::StateChosen(Some(id(&ran, "Charge card")))]);
    let fault =
        |session: &Session| select::inspected(session, select::frame(session).as_ref()).expect("it was entered").fault;
    assert_eq!(fault(&chosen), Some(0), "while it waits for the retry there is");
    assert_eq!(
        fault(&after(&chosen, [Action::EventChosen(failed + 1)])),
        None,
        "there is none while it is tried again"
    );
    assert_eq!(fault(&after(&chosen, [Action::Seeked(f64::MAX)])), None, "nor after it went well");
}

#[test]
fn a_place_that_is_asked_for_is_shown_whatever_was_open() {
    let asked = after(
        &session(PAID),
        [
            Action::TextTabChosen(TextTab::Scenario),
            Action::PlaceChosen(Place::Data),
            Action::PlaceAsked { start: 3, end: 9 },
        ],
    );
    assert_eq!((asked.panels.text, asked.panels.place), (TextTab::Definition, Place::Text));
    assert!(asked.reveal.is_some_and(|reveal| (reveal.start, reveal.end) == (3, 9)));
}

#[test]
fn a_test_of_a_state_is_filled_in_from_the_visit_and_the_scenario() {
    let opened = |scenario: &str, name: &str| {
        let ended = after(&run(&session(scenario)), [Action::Seeked(f64::MAX)]);
        after(&ended, [Action::StateChosen(Some(id(&ended, name))), Action::TestOpened])
    };
    let request = opened(PAID, "Ship").test.as_ref().expect("a test is open").request();
    assert_eq!((&request["stateName"], &request["input"]), (&"Ship".into(), &r#"{"ok": true}"#.into()));
    assert_eq!((request.get("mock"), request.get("variables")), (None, None));

    let session = opened(DECLINED, "Charge card");
    let test = session.test.as_ref().expect("a test is open");
    assert_eq!(test.request()["mock"]["errorOutput"]["error"], "CardDeclined");
    let asked = after(&session, [Action::TestEdited(Draft { retries: 1, ..test.draft.clone() }), Action::TestAsked]);
    let test = asked.test.as_ref().expect("it is still open");
    let request = Request::TestState { id: test.count, request: test.request().to_string() };
    let Ok(Reply::Tested { id, response }) = Reply::from_json(&protocol::answer(&request.to_json())) else { panic!() };
    assert_eq!((&response["status"], &response["nextState"]), (&"CAUGHT_ERROR".into(), &"Tell customer".into()));

    let stale = after(&asked, [Action::TestAnswered { id: id + 1, outcome: Err("late".into()) }]);
    assert_eq!(stale.test.as_ref().map(|test| test.progress.clone()), Some(Progress::Running));
    let answered = after(&asked, [Action::TestAnswered { id, outcome: Ok(Rc::new(response)) }]);
    let Some(Progress::Answered(response)) = answered.test.as_ref().map(|test| test.progress.clone()) else { panic!() };
    assert_eq!(state_test::handling(&response).as_deref(), Some("`Catch` 1 takes the error."));
    assert_eq!(state_test::stages(&response).first().map(|(name, _)| &**name), Some("input"));
    assert_eq!(after(&answered, [Action::TestClosed]).test, None);
}

#[test]
fn the_mock_of_a_test_can_be_kept_as_the_answer_of_the_scenario() {
    let definition = r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true}}}"#;
    let mut session =
        Rc::new(Session::new("w", definition, r#"{"version": 1, "tasks": {"A": [{"never": true}, {"return": 1}]}}"#));
    let state = session.drawing.definition.states[0].id;
    session = reduce(&session, Action::StateChosen(Some(state)));
    session = reduce(&session, Action::TestOpened);
    let answers = |session: &Session| session.scenario.scenario.as_ref().expect("it can be read").tasks["A"].clone();
    let draft = session.test.as_ref().expect("it is open").draft.clone();
    let kept = reduce(&session, Action::MockKept);
    assert_eq!(answers(&kept).len(), 2);
    assert!(kept.notices[0].text.contains("no mock to keep"), "{:?}", kept.notices);
    let edited = |mock, result: &str| {
        let draft = Draft { mock, result: result.into(), error: "E".into(), ..draft.clone() };
        reduce(&reduce(&session, Action::TestEdited(draft)), Action::MockKept)
    };
    assert_eq!(answers(&edited(MockKind::Result, r#"{"n": 1}"#))[0].to_json().to_json(), r#"{"return":{"n":1}}"#);
    assert_eq!(answers(&edited(MockKind::Error, ""))[0].to_json().to_json(), r#"{"throw":{"error":"E"}}"#);
    assert_eq!(answers(&edited(MockKind::Result, "{")).len(), 2);
}

const APPROVAL: &str = r#"{
  "StartAt": "Ask",
  "States": {
    "Ask": {
      "Type": "Task",
      "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
      "Parameters": {"QueueUrl": "approvals", "MessageBody": {"token.$": "$$.Task.Token"}},
      "TimeoutSeconds": 3600,
      "HeartbeatSeconds": 600,
      "End": true
    }
  }
}"#;

/// Asks the worker for what the session waits for, and gives it the reply.
fn answered(session: &Rc<Session>) -> Rc<Session> {
    let asked = session.asked.as_ref().expect("a run was asked for");
    let request = Request::run(session.run_count, &asked.source.text, &asked.scenario).to_json();
    match Reply::from_json(&protocol::answer(&request)) {
        Ok(Reply::Finished { id, trace }) => reduce(session, Action::RunFinished { id, trace: Rc::new(trace) }),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_token_is_answered_by_hand_and_the_run_goes_on_from_there() {
    let never = r#"{"version": 1, "tasks": {"Ask": [{"never": true}]}}"#;
    let session = Rc::new(Session::new("Approval", APPROVAL, never));
    let mut session = answered(&reduce(&session, Action::RunAsked));
    assert!(session.player.is_playing);
    for _ in 0..1000 {
        session = reduce(&session, Action::Ticked(16.0));
    }
    // It plays up to where somebody has to answer, and no further.
    assert!(!session.player.is_playing);
    let waiting = callback::waiting(&session);
    assert_eq!(waiting.len(), 1);
    assert_eq!((waiting[0].timeout_in, waiting[0].heartbeat_in), (Some(3_600_000_000), Some(600_000_000)));
    assert_eq!(select::announcement(&session), "Ask waits for an answer");
    let happened = session.run.as_ref().map(|run| run.playback.event_at(session.player.playhead));
    assert_eq!(happened, Some(5));

    // Five minutes later by the scrubber, a heartbeat; then the answer.
    let at = |session: &Rc<Session>, seconds: i64| {
        let run = session.run.clone().expect("it was run");
        let mut low = 0.0;
        let mut high = run.playback.duration();
        for _ in 0..60 {
            let middle = (low + high) / 2.0;
            if run.playback.virtual_at(middle) < seconds * 1_000_000 { low = middle } else { high = middle }
        }
        reduce(session, Action::Seeked(high))
    };
    session = at(&session, 300);
    let token = waiting[0].token.clone();
    let deed = |action| Action::Done(Deed::Token { token: token.clone(), action });
    session = answered(&reduce(&session, deed(DecisionAction::Heartbeat)));
    session = at(&session, 800);
    let left = callback::waiting(&session)[0].heartbeat_in.expect("it has heartbeats");
    assert!((99_000_000..=100_000_000).contains(&left), "{left}");
    session = answered(&reduce(&session, deed(DecisionAction::Success(Value::from("yes")))));
    assert!(session.player.is_playing, "it goes on by itself");
    let run = session.run.clone().expect("it was run");
    assert_eq!(run.playback.event_at(session.player.playhead), 5, "from where it was answered");
    assert_eq!(run.trace.output.map(|id| &*run.trace.payloads[id as usize]), Some("\"yes\""));
    assert!((799_000_000..=801_000_000).contains(&run.trace.duration), "{}", run.trace.duration);
    assert!(callback::waiting(&session).is_empty());

    session = answered(&reduce(&session, Action::DeedTakenBack));
    assert_eq!(session.scenario.scenario.as_ref().map(|scenario| scenario.decisions.len()), Some(1));
    assert_eq!(callback::waiting(&session).len(), 1, "it waits again");
}

#[test]
fn the_world_is_shown_as_it_is_at_the_playhead() {
    let never = r#"{"version": 1, "tasks": {"Ask": [{"never": true}]}}"#;
    let session = Rc::new(Session::new("Approval", APPROVAL, never));
    let session = answered(&reduce(&session, Action::RunAsked));
    let session = reduce(&session, Action::EventChosen(5));
    let places = select::world(&session);
    let (id, thing) = places[0].things.first().expect("a message");
    assert!(!thing.is_taken);
    let action = ReceiptAction::Receive;
    let taken = Action::Done(Deed::Message { queue: places[0].name.clone(), message: id.clone(), action });
    let session = answered(&reduce(&session, taken));
    assert!(select::world(&session)[0].things[0].is_taken);
    assert!(session.scenario.text.contains("\"version\": 2"), "{}", session.scenario.text);
}

#[test]
fn both_types_are_compared_of_the_texts_as_they_are_and_a_late_answer_is_dropped() {
    let open = after(&session(PAID), [Action::TypesOpened]);
    let types = open.types.clone().expect("it is open");
    assert_eq!((types.id, &types.progress), (1, &types::Progress::Running));
    let again = after(&open, [Action::TypesOpened]);
    let refused = |id| Action::TypesAnswered { id, outcome: Err("no".into()) };
    assert!(Rc::ptr_eq(&after(&again, [refused(1)]), &again), "the first answer is late");
    let told = after(&again, [refused(2)]).types.clone().map(|types| types.progress.clone());
    assert_eq!(told, Some(types::Progress::Refused("no".into())));
    assert_eq!(after(&again, [Action::TypesClosed]).types, None);
    let broken = after(&session(PAID), [Action::ScenarioEdited("{".into()), Action::TypesOpened]);
    assert!(
        matches!(&broken.types.as_ref().unwrap().progress, types::Progress::Refused(why) if why.contains("scenario"))
    );
}

#[test]
fn a_default_answer_is_told_and_becomes_the_scenarios() {
    let done = run(&session(r#"{"version": 1}"#));
    let trace = &done.shown_run().expect("it ran").trace;
    let [event] = trace.defaults.as_slice() else { panic!("{:?}", trace.defaults) };
    assert_eq!(&*trace.events[*event as usize - 1].kind, "TaskSucceeded");
    let kept = reduce(&done, Action::DefaultKept(*event));
    let again = run(&kept);
    let (before, after) = (trace, &again.shown_run().expect("it ran").trace);
    assert_eq!((after.output, &after.payloads, after.defaults.len()), (before.output, &before.payloads, 0));
}

#[test]
fn layout_and_breakpoints_survive_a_reload_and_older_texts_still_load() {
    let session = session(PAID);
    let layout = Layout { text: 40.0, detail: 99.0 };
    let changed = after(&session, [Action::LayoutChosen(layout), Action::BreakToggled(StateId(1))]);
    assert_eq!(changed.layout, Layout { text: 40.0, detail: 50.0 }, "every part stays wide enough");
    let nonsense = after(&changed, [Action::LayoutChosen(Layout { text: f64::NAN, detail: 20.0 })]);
    assert_eq!(nonsense.layout.text, Layout::default().text);
    let read = Saved::read(&Saved::of(&changed).write()).expect("it was just written");
    let read = read.into_session(vec![Workflow::of(&changed)], "tab");
    assert_eq!((read.layout, &read.breakpoints), (changed.layout, &changed.breakpoints));
    let old = r#"{"version": 1, "name": "w", "definition": "{}", "scenario": "{}"}"#;
    let (read, workflow) = Saved::read_single(old, "old").expect("an older version wrote it");
    let read = read.into_session(vec![workflow], "tab");
    assert_eq!((&*read.name, &*read.source.text), ("w", "{}"));
    assert_eq!((read.layout, read.breakpoints.len()), (Layout::default(), 0));
}
