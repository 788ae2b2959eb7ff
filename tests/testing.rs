//! The tests of a workflow on the page, without a browser.

use std::rc::Rc;

use statelight::{
    library,
    protocol::{self, Reply, Request},
    session::{
        action::Action,
        files::{Export, File},
        model::{Activity, Session, TextTab},
        reduce::reduce,
        select,
        testing::{self, Deed},
    },
    sim::frame::Light,
    suite::Expect,
};

fn after(session: &Rc<Session>, actions: impl IntoIterator<Item = Action>) -> Rc<Session> {
    actions.into_iter().fold(Rc::clone(session), |session, action| reduce(&session, action))
}

fn deed(deed: Deed) -> Action {
    Action::Tests(deed)
}

/// As the worker does it.
fn tested(session: &Rc<Session>) -> Rc<Session> {
    let id = session.testing.asked().expect("there is something to test");
    let (definition, suite) = (session.source.text.to_string(), session.testing.tests.text.to_string());
    let reply = Reply::from_json(&protocol::answer(&Request::Suite { id, definition, suite }.to_json()));
    let Ok(Reply::Suited { report, .. }) = reply else { panic!("{reply:?}") };
    after(session, [deed(Deed::Answered { id, outcome: Ok(Rc::new(report)) })])
}

fn ran(session: &Rc<Session>) -> Rc<Session> {
    let asked = reduce(session, Action::RunAsked);
    let Activity::Running { id } = asked.activity else { panic!("{:?}", asked.activity) };
    let request = Request::run(id, &asked.source.text, &asked.scenario.text);
    match Reply::from_json(&protocol::answer(&request.to_json())) {
        Ok(Reply::Finished { id, trace }) => reduce(&asked, Action::RunFinished { id, trace: Rc::new(trace) }),
        other => panic!("{other:?}"),
    }
}

fn card() -> Rc<Session> {
    let sample = library::find("card-retry").expect("it is there");
    let session = Rc::new(Session::new("Other", "{}", r#"{"version": 1}"#));
    after(&session, [Action::opened(sample)])
}

#[test]
fn the_tests_of_a_sample_pass_and_reach_what_they_are_to_reach() {
    let session = tested(&card());
    let report = session.testing.report().expect("they were run");
    assert_eq!((report.passed(), report.cases.len()), (3, 3), "{}", report.words());
    assert_eq!(report.coverage(false), (4, 4), "{}", report.words());
    assert!(testing::words(&session).starts_with("3 of 3 pass · 4 of 4 states"), "{}", testing::words(&session));
}

#[test]
fn a_scenario_becomes_a_test_that_expects_what_its_run_came_to() {
    let session = ran(&card());
    let session = tested(&after(&session, [deed(Deed::Added)]));
    let case = &session.testing.cases()[3];
    assert_eq!(&*case.name, "Test 4");
    let passes: Vec<&str> = case.expect.passes_through.iter().map(|name| &**name).collect();
    assert_eq!(passes, ["Charge card", "Charge by direct debit", "Send receipt"]);
    assert!(case.expect.output.is_some());
    assert_eq!(testing::verdict(&session, 3), Some(true));
    // What is edited is the test that is open, and its verdict follows.
    let other = session.scenario.text.replace("CardDeclined", "States.Timeout");
    let session = tested(&after(&session, [Action::ScenarioEdited(other.as_str().into())]));
    assert_eq!(testing::verdict(&session, 3), Some(false));
    // Another test that is opened brings its scenario, and the edited one stays as it was left.
    let session = after(&session, [deed(Deed::Opened(0))]);
    assert!(session.scenario.text.contains("T-1"));
    assert!(session.testing.cases()[3].scenario.to_text().contains("States.Timeout"));
    assert!(after(&session, [Action::UndoAsked]).scenario.text.contains("States.Timeout"));
}

#[test]
fn the_graph_shows_what_the_tests_reach() {
    let session = card();
    let only = Deed::Deleted(1);
    let session = tested(&after(&session, [deed(only), deed(Deed::CoverageToggled)]));
    let lights = select::lights(&session, None);
    let light = |name: &str| {
        let state = session.drawing.definition.states.iter().find(|state| &*state.name == name).expect("it is there");
        let light = &lights.states[state.id.index()];
        (light.light, light.note.to_string())
    };
    assert_eq!(light("Charge by direct debit"), (Light::Failed, "no test comes here".into()));
    assert_eq!(light("Charge card"), (Light::Caught, "never: Catch 1".into()));
    assert_eq!(light("Send receipt"), (Light::Succeeded, "1 of 2 tests".into()));
    assert!(lights.edges.iter().any(|edge| edge.count == 0) && lights.edges.iter().any(|edge| edge.count > 0));
}

#[test]
fn a_file_of_tests_is_saved_and_opened_and_a_broken_one_told() {
    let session = card();
    let saved = Export::Tests.make(&session).expect("there are some");
    assert!(saved.name.ends_with(".tests.json"));
    let plain = after(&session, [deed(Deed::Deleted(0)), deed(Deed::Deleted(0)), deed(Deed::Deleted(0))]);
    assert!(Export::Tests.obstacle(&plain).is_some() && plain.testing.asked().is_none());
    let files = |text: &str| Action::FilesOpened([File { name: "a.json".into(), text: text.into() }].into());
    let opened = after(&plain, [files(&saved.text)]);
    assert_eq!(opened.testing.tests, session.testing.tests);
    assert_eq!(opened.panels.text, TextTab::Tests);
    let told = after(&plain, [files(r#"{"version": 1, "tests": [7]}"#)]);
    assert!(told.notices[0].text.contains("test 1 is a number"), "{}", told.notices[0].text);
}

#[test]
fn tests_go_with_their_workflow() {
    let session = card();
    let changed = deed(Deed::Expected(0, Expect::default()));
    let hello = Action::opened(&library::samples()[0]);
    let session = after(&session, [changed, hello]);
    assert!(session.testing.cases().is_empty() && session.testing.open.is_none());
    let left = session.workflows.list.iter().find(|kept| kept.tests.contains("accepted at once")).expect("it is kept");
    let back = Action::Workflow(statelight::session::workflows::Deed::Opened(left.id.clone()));
    let back = after(&session, [back]);
    assert_eq!(back.testing.cases().len(), 3);
    assert!(back.testing.cases()[0].expect.is_empty());
    // An answer to tests of another workflow is none to these.
    let late = deed(Deed::Answered { id: 1, outcome: Err("late".into()) });
    assert_eq!(after(&back, [late]).testing, back.testing);
}
