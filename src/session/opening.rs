//! What opening files does to the page. Files that come together are taken in the order in which one needs the other:
//! the definition before the scenario, both before a history.

use std::rc::Rc;
use tr::tr;

use super::{
    files::{self, File, Kind, MockCases},
    model::{Activity, DetailTab, Place, Run, Session, TextTab},
    recorded::{self, Compared, Progress, Recorded, Side},
    reduce::{notice, open, seek, set_scenario},
    testing,
    workflows::NEW_SCENARIO,
};
use crate::{
    diagnostic::Diagnostic,
    exchange::{mock_config, replay::Replayed},
    sim::{scenario::Scenario, trace::Trace},
    suite::Suite,
};

/// Takes files of any kind; what cannot be opened is said, and changes nothing.
pub fn open_files(session: &mut Session, opened: &[File]) {
    session.panels.is_gallery_open = false;
    let mut known: Vec<(Kind, &File)> = Vec::new();
    for file in opened {
        match Kind::of(&file.text) {
            Ok(kind) => known.push((kind, file)),
            Err(reason) => notice(session, tr!("{} cannot be opened: {reason}", file.name, reason)),
        }
    }
    known.sort_by_key(|(kind, _)| *kind);
    for (kind, file) in known {
        match kind {
            Kind::Definition => open(session, &files::stem(&file.name), &file.text, NEW_SCENARIO),
            Kind::Description => {
                if let Some((name, definition)) = files::description(file) {
                    open(session, &name, &definition, NEW_SCENARIO);
                }
            }
            Kind::Scenario => open_scenario(session, file),
            Kind::Tests => open_tests(session, file),
            Kind::Mocks => open_mocks(session, file),
            Kind::History => read_history(session, file.name.clone(), file.text.clone()),
        }
    }
}

/// A scenario with errors is opened as well: its text shows where they are.
fn open_scenario(session: &mut Session, file: &File) {
    session.scenario = Rc::new(super::model::ScenarioText::read(file.text.clone()));
    let is_right = session.scenario.scenario.is_some();
    session.panels.text = if is_right { TextTab::Scenario } else { TextTab::ScenarioJson };
    session.panels.place = Place::Text;
}

fn open_tests(session: &mut Session, file: &File) {
    match Suite::parse(&file.text) {
        Ok(suite) => testing::apply(session, testing::Deed::Brought(Rc::new(suite))),
        Err(errors) => notice(session, format!("{}: {}", file.name, first(&file.text, &errors))),
    }
}

fn open_mocks(session: &mut Session, file: &File) {
    let config = match mock_config::read(&file.text) {
        Ok(config) => config,
        Err(errors) => return notice(session, format!("{}: {}", file.name, first(&file.text, &errors))),
    };
    let only = match config.cases(None, None) {
        Ok(cases) => match cases.as_slice() {
            [(machine, case)] => Some((machine.name.clone(), case.name.clone())),
            _ => None,
        },
        Err(reason) => return notice(session, format!("{}: {reason}", file.name)),
    };
    session.mocks = Some(Rc::new(MockCases { file: file.name.clone(), config: Rc::new(config) }));
    if let Some((machine, case)) = only {
        choose_case(session, &machine, &case);
    }
}

/// The first of several errors with its line, and how many more there are.
fn first(text: &str, errors: &[Diagnostic]) -> String {
    let Some(error) = errors.first() else { return tr!("it cannot be read") };
    let line = text.get(..error.span.start).map_or(1, |before| before.matches('\n').count() + 1);
    let more = match errors.len() - 1 {
        0 => String::new(),
        more => tr!(" (and {more} more)", more),
    };
    tr!("line {line}: {}{more}", error.message, line, more)
}

/// Answers the tasks of the scenario as a test case says; the rest of the scenario stays.
pub fn choose_case(session: &mut Session, machine: &str, case: &str) {
    let Some(mocks) = session.mocks.take() else { return };
    let Ok(cases) = mocks.config.cases(Some(machine), Some(case)) else { return };
    let Some((_, chosen)) = cases.first() else { return };
    let base = session.scenario.scenario.as_deref().cloned().unwrap_or_default();
    let scenario = Scenario { tasks: chosen.scenario.tasks.clone(), ..base };
    let strangers = strangers(session, &scenario);
    set_scenario(session, Rc::new(scenario));
    session.panels.text = TextTab::Scenario;
    session.panels.place = Place::Text;
    let unknown = match strangers.as_slice() {
        [] => String::new(),
        names => tr!(". The definition has no {}", names.join(", ")),
    };
    notice(session, tr!("tasks answer as in the test case `{case}` now{unknown}", case, unknown));
}

/// Tasks of a scenario that the definition does not have.
fn strangers(session: &Session, scenario: &Scenario) -> Vec<String> {
    let has = |name: &str| session.source.definition.states.iter().any(|state| &*state.name == name);
    scenario.tasks.keys().filter(|name| !has(name)).map(|name| format!("`{name}`")).collect()
}

fn read_history(session: &mut Session, file: Rc<str>, history: Rc<str>) {
    if !session.source.is_runnable {
        let words = tr!("{file} waits for a definition without errors: mend it, then open the history once more", file);
        return notice(session, words);
    }
    session.run_count += 1;
    let (id, definition) = (session.run_count, session.source.text.clone());
    session.recorded = Some(Rc::new(Recorded { id, file, history, definition, progress: Progress::Reading }));
}

pub fn reread(session: &mut Session) {
    if let Some(recorded) = session.recorded.clone() {
        read_history(session, recorded.file.clone(), recorded.history.clone());
    }
}

/// Takes in what was read, and plays it.
pub fn show_recording(session: &mut Session, id: u32, outcome: Result<Rc<Replayed>, Rc<str>>) {
    let Some(recorded) = session.recorded.clone().filter(|recorded| recorded.id == id) else { return };
    let progress = match outcome {
        Err(reason) => Progress::Refused(reason),
        // What it was read with is the definition that was sent.
        Ok(_) if recorded::is_stale(session) => {
            session.recorded = Some(recorded);
            return reread(session);
        }
        Ok(replayed) => {
            let compared = Rc::new(compare(session, &recorded, replayed));
            show(session, compared.theirs.clone());
            session.player.is_playing = true;
            Progress::Read(compared)
        }
    };
    session.recorded = Some(Rc::new(Recorded { progress, ..Recorded::clone(&recorded) }));
}

fn compare(session: &mut Session, recorded: &Recorded, replayed: Rc<Replayed>) -> Compared {
    let scenario: Rc<str> = replayed.scenario.as_str().into();
    let mut run = |trace: &Trace| {
        session.run_count += 1;
        let definition = session.source.definition.clone();
        let (id, trace) = (session.run_count, Rc::new(trace.clone()));
        Run::of(id, recorded.definition.clone(), scenario.clone(), definition, trace)
    };
    let theirs = Rc::new(Run { is_opaque: true, ..run(&replayed.theirs) });
    let ours = replayed.ours.as_ref().map(|trace| Rc::new(run(trace)));
    Compared { theirs, ours, replayed }
}

/// Puts a run on the stage, at its start.
fn show(session: &mut Session, run: Rc<Run>) {
    session.activity = Activity::Idle;
    session.asked = None;
    session.child = None;
    session.run = Some(run);
    session.selection.visit = None;
    session.player.playhead = 0.0;
    session.panels.place = Place::Graph;
}

/// Shows the other of both runs, at the same virtual time.
pub fn choose_side(session: &mut Session, side: Side) {
    let Some(compared) = session.recorded.as_ref().and_then(|recorded| recorded.compared()).cloned() else { return };
    let Some(run) = compared.run(side) else { return };
    let now = session.shown_run().map(|run| (run.playback.virtual_at(session.player.playhead), is_at_end(session)));
    let speed_and_play = session.player.is_playing;
    show(session, run.clone());
    session.player.is_playing = speed_and_play;
    session.player.playhead = match now {
        Some((_, true)) => run.playback.duration(),
        Some((at, false)) => run.playback.display_at(at),
        None => 0.0,
    };
}

fn is_at_end(session: &Session) -> bool {
    session.run.as_ref().is_some_and(|run| session.player.playhead >= run.playback.duration())
}

/// Puts the playhead to the first event in which both differ, on the side that is shown.
pub fn show_difference(session: &mut Session) {
    let Some(compared) = session.recorded.as_ref().and_then(|recorded| recorded.compared()).cloned() else { return };
    let side = recorded::shown(session).filter(|&side| compared.difference(side).is_some()).unwrap_or(Side::Theirs);
    let (Some(event), Some(run)) = (compared.difference(side), compared.run(side)) else { return };
    let (run, at) = (run.clone(), run.playback.display_of_event(event));
    let state = run.trace.events.get(event as usize - 1).and_then(|event| event.state);
    show(session, run);
    seek(session, at);
    session.selection.state = state.map(crate::asl::model::StateId).or(session.selection.state);
    session.panels.detail = DetailTab::Events;
}

pub fn keep_recording(session: &mut Session) {
    let Some(compared) = session.recorded.as_ref().and_then(|recorded| recorded.compared()).cloned() else { return };
    if let Ok(scenario) = Scenario::parse(&compared.replayed.scenario) {
        set_scenario(session, Rc::new(scenario));
        session.panels.text = TextTab::Scenario;
        notice(session, tr!("the scenario is that of the recording now: Run replays it"));
    }
}

/// Takes the recording off the page, and its run off the stage.
pub fn close_recording(session: &mut Session) {
    if recorded::shown(session).is_some() {
        session.run = None;
        session.selection.visit = None;
        session.player.playhead = 0.0;
        session.player.is_playing = false;
    }
    session.recorded = None;
}
