//! Several workflows of the reader's: none is lost by opening another, by deleting one, or by a second tab.

use std::rc::Rc;

use statelight::{
    library,
    session::{
        action::Action,
        model::Session,
        reduce::reduce,
        saved::Saved,
        workflows::{Deed, NEW_NAME, Workflow, all, listed, when},
    },
};

const PAY: &str = r#"{"StartAt": "Pay", "States": {"Pay": {"Type": "Succeed"}}}"#;
const SHIP: &str = r#"{"StartAt": "Ship", "States": {"Ship": {"Type": "Succeed"}}}"#;
const PLAIN: &str = r#"{"version": 1}"#;

fn page() -> Rc<Session> {
    Rc::new(Saved::default().into_session(vec![Workflow::new("a", "Pay", PAY, PLAIN)], "tab"))
}

fn after(session: &Rc<Session>, actions: impl IntoIterator<Item = Action>) -> Rc<Session> {
    actions.into_iter().fold(Rc::clone(session), |session, action| reduce(&session, action))
}

fn did(deed: Deed) -> Action {
    Action::Workflow(deed)
}

fn opened(name: &str, definition: &str) -> Action {
    Action::Opened { name: name.into(), definition: definition.into(), scenario: PLAIN.into(), tests: "".into() }
}

fn sample(index: usize) -> Action {
    Action::opened(&library::samples()[index])
}

fn names(session: &Session, search: &str) -> Vec<String> {
    listed(session, search).iter().map(|workflow| workflow.name.to_string()).collect()
}

fn id(session: &Session, name: &str) -> Rc<str> {
    listed(session, "").iter().find(|workflow| &*workflow.name == name).expect("it is listed").id.clone()
}

/// What was written of a page, read by another one.
fn reloaded(session: &Session) -> Session {
    let read = |workflow: &Rc<Workflow>| Workflow::read(&workflow.id, &workflow.write()).expect("it was just written");
    let workflows = all(session).iter().map(read).collect();
    Saved::read(&Saved::of(session).write()).expect("it was just written").into_session(workflows, "again")
}

#[test]
fn opening_another_keeps_the_one_that_was_open_with_its_breakpoints() {
    let typed = PAY.replace("Succeed", "Fail");
    let page = after(
        &page(),
        [
            Action::SourceEdited((&*typed).into()),
            Action::BreakToggled(statelight::asl::model::StateId(0)),
            opened("Ship", SHIP),
        ],
    );
    assert_eq!((&*page.name, &*page.source.text, page.breakpoints.len()), ("Ship", SHIP, 0));
    assert_eq!(names(&page, ""), ["Ship", "Pay"]);
    let back = after(&page, [did(Deed::Opened(id(&page, "Pay")))]);
    assert_eq!((&*back.name, &*back.source.text, back.breakpoints.len()), ("Pay", &*typed, 1));
    let back = reloaded(&back);
    assert_eq!((&*back.name, &*back.source.text, back.breakpoints.len()), ("Pay", &*typed, 1));
    assert_eq!(names(&back, ""), ["Pay", "Ship"]);
}

#[test]
fn what_is_opened_again_unchanged_is_the_same_workflow() {
    let page = after(&page(), [opened("Ship", SHIP), opened("Pay", PAY), opened("Ship", SHIP)]);
    assert_eq!(names(&page, ""), ["Ship", "Pay"]);
    let changed = after(&page, [Action::SourceEdited(PAY.into()), opened("Ship", SHIP)]);
    assert_eq!(names(&changed, "").len(), 3, "one that was changed is another");
}

#[test]
fn samples_that_were_only_looked_at_are_not_listed_and_changed_ones_are() {
    let page = after(&page(), [sample(0), sample(1), sample(2)]);
    assert_eq!(names(&page, ""), [&*library::samples()[2].title, "Pay"]);
    let changed = after(&page, [Action::SourceEdited(SHIP.into()), sample(2)]);
    assert_eq!(names(&changed, "").len(), 3);
    let left = after(&changed, [did(Deed::Began), did(Deed::Began), sample(1)]);
    assert!(!names(&left, "").contains(&NEW_NAME.to_owned()), "an empty one is nothing to keep");
}

#[test]
fn a_search_goes_through_names_and_texts() {
    let page = after(&page(), [opened("Ship", SHIP)]);
    assert_eq!(names(&page, "pay"), ["Pay"]);
    assert_eq!(names(&page, "succeed SHIP"), ["Ship"]);
    assert_eq!(names(&page, "nowhere"), [""; 0]);
}

#[test]
fn copies_and_names_are_of_their_own() {
    let page = after(&page(), [did(Deed::Duplicated("a".into())), did(Deed::Duplicated("a".into()))]);
    let mut all = names(&page, "");
    all.sort();
    assert_eq!(all, ["Pay", "Pay (copy 2)", "Pay (copy)"]);
    let renamed = after(&page, [did(Deed::Renamed(id(&page, "Pay (copy)"), "Other".into()))]);
    assert_eq!((&*renamed.name, names(&renamed, "other")), ("Pay", vec!["Other".to_owned()]));
    let renamed = after(&renamed, [did(Deed::Renamed("a".into(), "First".into()))]);
    assert_eq!(&*renamed.name, "First");
}

#[test]
fn what_was_deleted_can_be_had_back() {
    let page = after(&page(), [opened("Ship", SHIP)]);
    let deleted = after(&page, [did(Deed::Deleted(id(&page, "Ship")))]);
    assert_eq!((&*deleted.name, names(&deleted, "")), ("Pay", vec!["Pay".to_owned()]));
    let notice = deleted.notices.last().expect("it is said");
    let workflow = notice.deleted.clone().expect("it can be taken back");
    let restored = after(&deleted, [did(Deed::Restored(workflow))]);
    assert_eq!((names(&restored, ""), restored.notices.len()), (vec!["Pay".to_owned(), "Ship".to_owned()], 0));
    let last = after(&deleted, [did(Deed::Deleted("a".into()))]);
    assert_eq!((&*last.name, &*last.source.text), (NEW_NAME, ""));
}

#[test]
fn another_tab_s_change_waits_for_the_reader() {
    let kept = after(&page(), [did(Deed::Kept(["a".into()].into(), 5.0))]);
    let other = "other".into();
    let theirs = Rc::new(Workflow::new("a", "Pay", SHIP, PLAIN).kept_at(5.0, &other).kept_at(9.0, &other));
    let asked = after(&kept, [did(Deed::ChangedElsewhere(theirs.clone()))]);
    assert_eq!((&*asked.source.text, asked.workflows.elsewhere.is_some()), (PAY, true));
    assert_eq!(&*all(&asked)[0].definition, SHIP, "what stands here is not written over theirs");
    let taken = after(&asked, [did(Deed::OtherTaken)]);
    assert_eq!((&*taken.source.text, taken.workflows.elsewhere.is_none(), all(&taken).len()), (SHIP, true, 1));
    for other in [did(Deed::MineCopied), Action::SourceEdited(format!("{PAY} ").into())] {
        let copied = after(&asked, [other]);
        let mut all: Vec<_> =
            all(&copied).iter().map(|it| (it.name.to_string(), it.definition.trim().to_owned())).collect();
        all.sort();
        assert_eq!(all, [("Pay".to_owned(), SHIP.to_owned()), ("Pay (copy)".to_owned(), PAY.to_owned())]);
        assert_eq!(&*copied.name, "Pay (copy)");
    }
    let left = after(&asked, [opened("New", SHIP)]);
    assert_eq!(&*all(&left)[0].definition, SHIP, "leaving it takes theirs: here nothing was changed");
    let same = after(&kept, [did(Deed::ChangedElsewhere(Rc::new(Workflow::new("a", "Pay", PAY, PLAIN))))]);
    assert!(same.workflows.elsewhere.is_none(), "both came to the same");
}

#[test]
fn a_change_that_was_not_kept_yet_becomes_a_copy() {
    let mine = PAY.replace("Succeed", "Fail");
    let page = after(&page(), [did(Deed::Kept(["a".into()].into(), 5.0)), Action::SourceEdited((&*mine).into())]);
    let both = after(&page, [did(Deed::ChangedElsewhere(Rc::new(Workflow::new("a", "Pay", SHIP, PLAIN))))]);
    assert_eq!((&*both.name, &*both.source.text), ("Pay (copy)", &*mine));
    assert_eq!(names(&both, ""), ["Pay (copy)", "Pay"]);
}

#[test]
fn two_tabs_that_kept_a_change_at_once_have_both() {
    let first = after(&page(), [did(Deed::Kept(["a".into()].into(), 5.0))]);
    let page = after(&first, [Action::SourceEdited(SHIP.into()), did(Deed::Kept(["a".into()].into(), 9.0))]);
    // The other tab knew the first text only.
    let theirs = Workflow::new("a", "Pay", "{}", PLAIN).kept_at(5.0, &"other".into());
    let at_once = after(&page, [did(Deed::ChangedElsewhere(Rc::new(theirs.kept_at(9.0, &"other".into()))))]);
    assert_eq!((&*at_once.name, &*at_once.source.text), ("Pay (copy)", SHIP));
    // The other tab knew ours.
    let theirs = Workflow::new("a", "Pay", "{}", PLAIN).kept_at(9.0, &"other".into());
    let later = after(&page, [did(Deed::ChangedElsewhere(Rc::new(theirs.kept_at(12.0, &"other".into()))))]);
    assert_eq!((&*later.name, later.workflows.elsewhere.is_some()), ("Pay", true));
}

#[test]
fn a_run_is_shown_again_in_the_workflow_it_is_of() {
    use statelight::{
        protocol::{self, Reply, Request},
        session::model::Activity,
    };
    let asked = after(&page(), [Action::RunAsked]);
    let Activity::Running { id } = asked.activity else { panic!("it runs") };
    let reply = Reply::from_json(&protocol::answer(&Request::run(id, PAY, PLAIN).to_json()));
    let Ok(Reply::Finished { trace, .. }) = reply else { panic!("it ran") };
    let ran = after(&asked, [Action::RunFinished { id, trace: Rc::new(trace) }, opened("Ship", SHIP)]);
    let shown = after(&ran, [Action::KeptShown { id, event: None }]);
    assert_eq!((&*shown.name, &*shown.source.text), ("Pay", PAY));
    assert_eq!(names(&shown, ""), ["Pay", "Ship"], "the other keeps its text");
    assert!(shown.shown_run().is_some());
}

#[test]
fn opening_another_workflow_is_a_step_that_can_be_undone() {
    let typed = PAY.replace("Succeed", "Fail");
    let page =
        after(&page(), [Action::SourceEdited((&*typed).into()), opened("Ship", SHIP), did(Deed::Opened("a".into()))]);
    assert_eq!(&*page.source.text, typed);
    let back = after(&page, [Action::UndoAsked]);
    assert_eq!((&*back.name, &*back.source.text), ("Ship", SHIP));
    let first = after(&back, [Action::UndoAsked]);
    assert_eq!((&*first.name, &*first.source.text), ("Pay", &*typed));
    assert_eq!(&*after(&first, [Action::UndoAsked]).source.text, PAY);
    let again = after(&first, [Action::RedoAsked]);
    assert_eq!((&*again.name, &*again.source.text, names(&again, "").len()), ("Ship", SHIP, 2));
}

#[test]
fn a_deleted_workflow_that_was_open_comes_back_by_undo() {
    let deleted = after(&page(), [did(Deed::Deleted("a".into()))]);
    assert_eq!(names(&deleted, ""), [NEW_NAME]);
    let back = after(&deleted, [Action::UndoAsked]);
    assert_eq!((&*back.source.text, names(&back, "")), (PAY, vec!["Pay".to_owned()]));
}

#[test]
fn times_are_told_in_words() {
    let minute = 60_000.0;
    let told = [0.0, 0.5, 1.0, 59.0, 60.0, 180.0, 1440.0, 10_000.0].map(|ago| when(1e12, 1e12 + ago * minute));
    let words = [
        "just now",
        "just now",
        "1 minute ago",
        "59 minutes ago",
        "1 hour ago",
        "3 hours ago",
        "1 day ago",
        "6 days ago",
    ];
    assert_eq!(told, words);
    assert_eq!(when(0.0, 1e12), "not kept yet");
}
