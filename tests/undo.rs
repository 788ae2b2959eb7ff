//! The workflow changed on its graph, and undo across the session, without a browser.

use std::rc::Rc;

use statelight::{
    asl::model::StateId,
    author::{Change, Kind, Way},
    session::{
        action::Action,
        model::{Menu, Session},
        reduce::reduce,
    },
};

const LOOP: &str = r#"{
  "StartAt": "Each",
  "States": {
    "Each": {"Type": "Map", "Next": "Pay", "ItemProcessor": {"StartAt": "Work", "States": {
      "Work": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true}}}},
    "Pay": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true}
  }
}"#;
const ANSWERS: &str = r#"{"version": 2, "tasks": {
  "Each/Work": [{"return": 1, "iteration": [{"map": "Each", "index": 0}]}, {"return": 2}],
  "Pay": [{"return": {}}]
}, "chaos": [{"tasks": ["Pay"], "throw": {"error": "Busy"}}]}"#;

fn begin() -> Rc<Session> {
    let session = Session::new("Work", LOOP, ANSWERS);
    assert!(session.scenario.scenario.is_some(), "{:?}", session.scenario.diagnostics);
    Rc::new(session)
}

fn after(session: &Rc<Session>, actions: impl IntoIterator<Item = Action>) -> Rc<Session> {
    actions.into_iter().fold(Rc::clone(session), |session, action| reduce(&session, action))
}

fn named(session: &Session, name: &str) -> StateId {
    session.drawing.definition.states.iter().find(|state| &*state.name == name).expect("it is there").id
}

fn typed(texts: &[&str]) -> Vec<Action> {
    texts.iter().map(|text| Action::SourceEdited((*text).into())).collect()
}

#[test]
fn scenario_and_breakpoints_follow_a_name() {
    let session = begin();
    let pay = Action::Authored(Change::Rename { state: named(&session, "Pay"), name: "Charge".into() });
    let each = Action::Authored(Change::Rename { state: named(&session, "Each"), name: "Items".into() });
    let work = named(&session, "Work");
    let now = after(&session, [Action::BreakToggled(work), pay, each]);
    let scenario = now.scenario.scenario.as_deref().expect("it can be read");
    assert_eq!(scenario.tasks.keys().map(|key| &**key).collect::<Vec<_>>(), ["Items/Work", "Charge"]);
    assert_eq!(&*scenario.tasks["Items/Work"][0].iteration.as_ref().expect("it is of one")[0].map, "Items");
    assert_eq!(&*scenario.chaos[0].tasks[0], "Charge");
    assert_eq!(now.breakpoints.iter().map(|path| &**path).collect::<Vec<_>>(), ["Items/Work"]);
    assert_eq!(now.selection.state, Some(named(&now, "Items")));
    // Two steps back, and the texts are what they were.
    let back = after(&now, [Action::UndoAsked, Action::UndoAsked]);
    assert_eq!((&*back.source.text, &*back.scenario.text), (LOOP, ANSWERS));
    let first = after(&back, [Action::UndoAsked]);
    assert!(!first.undo.can_undo() && back.undo.can_redo());
    assert!(first.breakpoints.is_empty() && !back.breakpoints.is_empty(), "the breakpoint was the first step");
    let again = after(&back, [Action::RedoAsked, Action::RedoAsked]);
    assert_eq!(again.source.text, now.source.text);
    assert_eq!(again.scenario.text, now.scenario.text);
}

#[test]
fn a_change_that_cannot_be_made_is_told_and_changes_nothing() {
    let session = begin();
    let only = Action::Authored(Change::Delete { state: named(&session, "Work") });
    let now = after(&session, [only]);
    assert_eq!(now.source.text, session.source.text);
    assert!(now.notices[0].text.contains("delete that instead"), "{}", now.notices[0].text);
    assert!(!now.undo.can_undo());
    // A text that is broken is not edited behind the reader's back.
    let at = Way::Next(named(&session, "Pay"));
    let insert = Action::Authored(Change::Insert { at, kind: Kind::Wait });
    let broken = after(&session, [Action::SourceEdited("{".into()), insert]);
    assert_eq!(&*broken.source.text, "{");
    assert!(broken.notices[0].text.contains("mend the text first"));
}

#[test]
fn a_menu_closes_when_the_text_changes_under_it() {
    let session = begin();
    let menu = Action::MenuAsked(Some(Menu::State(named(&session, "Pay"))));
    let open = after(&session, [menu]);
    assert!(open.menu.is_some());
    assert!(after(&open, typed(&["{}"])).menu.is_none());
}

#[test]
fn what_is_typed_in_one_go_is_one_step_and_lines_are_steps_of_their_own() {
    let session = begin();
    let now = after(&session, typed(&["a", "ab", "abc", "abc\n", "abc\nd", "abc\nde"]));
    let back = after(&now, [Action::UndoAsked]);
    assert_eq!(&*back.source.text, "abc");
    let back = after(&back, [Action::UndoAsked]);
    assert_eq!(&*back.source.text, "a");
    let back = after(&back, [Action::UndoAsked]);
    assert_eq!(&*back.source.text, LOOP);
    // What is undone in the editor is no new step.
    let now = after(&session, typed(&["a", LOOP]));
    assert!(!now.undo.can_undo() && now.undo.can_redo());
}

#[test]
fn what_was_opened_in_the_place_of_ones_work_can_be_undone() {
    let session = begin();
    let scenario = r#"{"version": 1}"#.into();
    let opened = Action::Opened { name: "Other".into(), definition: "{}".into(), scenario, tests: "".into() };
    let now = after(&session, [Action::SourceEdited("{ }".into()), opened]);
    assert_eq!(&*now.name, "Other");
    let kept = now.workflows.list.iter().find(|kept| &*kept.name == "Work").expect("it is in the list");
    assert_eq!((&*kept.definition, &*kept.scenario), ("{ }", ANSWERS));
    let back = after(&now, [Action::UndoAsked]);
    assert_eq!((&*back.name, &*back.source.text, &*back.scenario.text), ("Work", "{ }", ANSWERS));
}
