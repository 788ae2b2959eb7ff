//! The last runs and their comparison, without a browser.

use std::rc::Rc;

use statelight::{
    protocol::{self, Reply, Request},
    session::{
        action::Action,
        model::{Activity, Session},
        reduce::reduce,
        runs::{self, MOST_KEPT, Pair},
    },
};

const DRAGON: &str = r#"{
  "StartAt": "Look up",
  "States": {
    "Look up": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "OutputPath": "$.known", "Next": "Known?"},
    "Known?": {"Type": "Choice", "Choices": [{"Variable": "$", "BooleanEquals": true, "Next": "Greet"}], "Default": "Add"},
    "Add": {"Type": "Pass", "Next": "Greet"},
    "Greet": {"Type": "Pass", "End": true}
  }
}"#;

fn scenario(known: bool) -> String {
    format!(r#"{{"version": 1, "tasks": {{"Look up": [{{"return": {{"known": {known}}}}}]}}}}"#)
}

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

/// Of a known dragon, then of a new one.
fn both() -> Rc<Session> {
    let known = run(&Rc::new(Session::new("Dragon", DRAGON, &scenario(true))));
    run(&reduce(&known, Action::ScenarioEdited(scenario(false).into())))
}

#[test]
fn the_new_and_the_known_part_at_the_answer_and_take_different_ways() {
    let session = reduce(&both(), Action::RunsToggled(true));
    let Pair { left, right } = session.pair.expect("the last two are chosen");
    let (left, right) = (runs::find(&session, left).expect("kept"), runs::find(&session, right).expect("kept"));
    assert_eq!((&*left.name, &*right.name), ("Run 1", "Run 2"));
    let compared = runs::compare(&left.run, &right.run);
    let row = |name: &str| compared.rows.iter().find(|(row, ..)| *row == name).expect("it has the row");
    assert_eq!((&*row("Transitions").1, &*row("Transitions").2), ("3", "4"));
    assert!(compared.words.contains("known"), "{}", compared.words);
    let ways: Vec<String> = compared
        .steps
        .iter()
        .map(|step| {
            let name =
                |entered: &Option<runs::Entered>| entered.as_ref().map_or("–".to_owned(), |one| one.name.to_string());
            format!("{} | {}", name(&step.left), name(&step.right))
        })
        .collect();
    assert_eq!(ways, ["Look up | Look up", "Known? | Known?", "– | Add", "Greet | Greet"]);
    let same = runs::compare(&left.run, &left.run);
    assert!(same.words.starts_with("They are equal in all"), "{}", same.words);
}

#[test]
fn a_kept_run_comes_back_with_its_texts() {
    let session = both();
    let edited = reduce(&session, Action::SourceEdited(DRAGON.replace("Greet", "Welcome").into()));
    assert!(edited.shown_run().is_none());
    let first = session.kept[0].run.id;
    let back = reduce(&edited, Action::KeptShown { id: first, event: Some(2) });
    assert_eq!((&*back.source.text, &*back.scenario.text), (DRAGON, &*scenario(true)));
    let shown = back.shown_run().expect("it is shown");
    assert_eq!((shown.id, shown.playback.event_at(back.player.playhead)), (first, 2));
    let other = runs::compare(&run(&edited).kept[2].run, &session.kept[0].run);
    assert!(other.words.contains("different definitions"), "{}", other.words);
}

#[test]
fn the_newest_runs_are_kept_and_can_be_named() {
    let mut session = both();
    for _ in 0..MOST_KEPT {
        session = run(&session);
    }
    assert_eq!(session.kept.len(), MOST_KEPT);
    let last = session.kept.last().expect("there are some").clone();
    assert_eq!(&*last.name, format!("Run {}", MOST_KEPT + 2));
    let named = reduce(&session, Action::KeptRenamed { id: last.run.id, name: "new dragon".into() });
    assert_eq!(&*named.kept.last().expect("there are some").name, "new dragon");
    // Another workflow keeps them: they are compared across.
    let opened = reduce(
        &named,
        Action::Opened {
            name: "x".into(),
            definition: DRAGON.into(),
            scenario: scenario(true).into(),
            tests: "".into(),
        },
    );
    assert_eq!(opened.kept.len(), MOST_KEPT);
}
