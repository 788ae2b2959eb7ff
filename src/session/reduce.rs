//! What an action does to the page. Pure: no clock, no browser, no effects; those follow from what
//! has changed. A fact that changes nothing gives the same `Rc` back.

use std::rc::Rc;
use tr::tr;

use super::{
    action::{Action, Direction},
    authoring,
    callback::{self, Deed},
    child,
    conversion::{self, Conversion},
    editing,
    many::Many,
    model::{
        Activity, Asked, DetailTab, Drawing, EVERY_FRAME, Notice, Place, Player, Resume, Reveal, Run, ScenarioText,
        Selection, Session, Source, TextTab,
    },
    opening, playing,
    runs::{self, Kept},
    state_test::{Progress, StateTest},
    testing::{self, Testing},
    types::Types,
    undo,
    workflows::{self, Workflow},
};
use crate::{
    asl::model::{Definition, StateId},
    explain,
    sim::{
        scenario::{Answer, AnswerOutcome, DecisionAction, Scenario},
        survey::Survey,
        trace::Trace,
    },
    syntax,
};

/// Notices that stand at once; older ones go.
const MOST_NOTICES: usize = 3;

pub fn reduce(session: &Rc<Session>, action: Action) -> Rc<Session> {
    let mut next = Session::clone(session);
    let is_typed = matches!(action, Action::SourceEdited(_) | Action::ScenarioEdited(_));
    apply(&mut next, action);
    editing::settle(&mut next);
    testing::settle(&mut next, session);
    workflows::settle(&mut next, session);
    undo::note(session, &mut next, is_typed);
    if next == **session { Rc::clone(session) } else { Rc::new(next) }
}

fn apply(session: &mut Session, action: Action) {
    match action {
        Action::SourceEdited(text) => edit_source(session, text),
        Action::ScenarioEdited(text) => {
            if text != session.scenario.text {
                session.scenario = Rc::new(ScenarioText::read(text));
            }
        }
        Action::ScenarioChanged(scenario) => set_scenario(session, scenario),
        Action::WorldChanged(scenario) => change_world(session, scenario),
        Action::Done(deed) => decide(session, deed),
        Action::DeedTakenBack => take_back(session),
        Action::Renamed(name) => session.name = name,
        Action::Opened { name, definition, scenario, tests } => {
            open_with(session, &name, &definition, &scenario, &tests)
        }
        Action::Tests(deed) => testing::apply(session, deed),
        Action::Workflow(deed) => workflows::apply(session, deed),
        Action::FilesOpened(files) => opening::open_files(session, &files),
        Action::MockCaseChosen { machine, case } => opening::choose_case(session, &machine, &case),
        Action::MocksClosed => session.mocks = None,
        Action::Replayed { id, outcome } => opening::show_recording(session, id, outcome),
        Action::RecordingReread => opening::reread(session),
        Action::SideChosen(side) => opening::choose_side(session, side),
        Action::DifferenceAsked => opening::show_difference(session),
        Action::RecordingKept => opening::keep_recording(session),
        Action::RecordingClosed => opening::close_recording(session),
        Action::ChildAsked { map_run, index } => child::ask(session, map_run, index),
        Action::ChildAnswered { id, outcome } => child::show(session, id, outcome),
        Action::ChildClosed => child::close(session),
        Action::RunsToggled(true) => runs::open(session),
        Action::RunsToggled(false) => session.pair = None,
        Action::PairChosen(pair) => session.pair = Some(pair),
        Action::KeptRenamed { id, name } => runs::rename(session, id, name),
        Action::KeptShown { id, event } => show_kept(session, id, event),
        Action::MenuAsked(menu) => authoring::ask(session, menu),
        Action::Authored(change) => authoring::make(session, &change),
        Action::Editing(deed) => editing::apply(session, deed),
        Action::UndoAsked => undo::undo(session),
        Action::RedoAsked => undo::redo(session),
        Action::RunAsked => ask_run(session, true),
        Action::RunFinished { id, trace } => finish_run(session, id, trace),
        Action::RunRefused { id, reason } => {
            if session.activity == (Activity::Running { id }) {
                session.activity = Activity::Refused(reason);
            }
        }
        Action::RunStopped => stop(session),
        Action::Inspected(look) => {
            if session.run.as_ref() == Some(&look.gaze.run) {
                session.look = Some(look);
            }
        }
        Action::ConversionOpened { is_whole } => {
            session.conversion = Conversion::open(session, is_whole).map(Rc::new);
        }
        Action::ConversionAnswered { id, outcome } => {
            if let Some(conversion) = session.conversion.as_ref().filter(|conversion| conversion.id == id) {
                let progress = match outcome {
                    Ok(report) => conversion::Progress::Proposed(report),
                    Err(reason) => conversion::Progress::Refused(reason),
                };
                session.conversion = Some(Rc::new(Conversion { progress, ..Conversion::clone(conversion) }));
            }
        }
        Action::ManyOpened => session.many = Many::open(session).map(Rc::new),
        Action::ManyAsked(wanted) => {
            session.many = session.many.as_ref().map(|many| Rc::new(many.begin(session, wanted)));
        }
        Action::ManyAnswered { id, outcome } => {
            let outcome = outcome.map(|survey| Survey::clone(&survey));
            session.many = session.many.as_ref().map(|many| Rc::new(many.take(id, outcome)));
        }
        Action::ManyClosed => session.many = None,
        Action::TypesOpened => session.types = Some(Rc::new(Types::open(session))),
        Action::TypesAnswered { id, outcome } => {
            session.types = session.types.as_ref().map(|types| Rc::new(types.take(id, outcome)));
        }
        Action::TypesClosed => session.types = None,
        Action::ConversionApplied => apply_conversion(session),
        Action::ConversionClosed => session.conversion = None,
        Action::TestOpened => session.test = StateTest::open(session).map(Rc::new),
        Action::TestEdited(draft) => change_test(session, |test| test.draft = draft),
        Action::TestAsked => change_test(session, |test| {
            test.count += 1;
            test.progress = Progress::Running;
        }),
        Action::TestAnswered { id, outcome } => change_test(session, |test| {
            if test.count == id && test.progress == Progress::Running {
                test.progress = outcome.map_or_else(Progress::Refused, Progress::Answered);
            }
        }),
        Action::TestClosed => session.test = None,
        Action::MockKept => keep_mock(session),
        Action::DefaultKept(event) => keep_default(session, event),
        Action::Ticked(elapsed) => tick(session, elapsed),
        Action::Seeked(at) => seek(session, at),
        Action::EventChosen(id) => {
            if let Some(run) = &session.run {
                let at = run.playback.display_of_event(id);
                seek(session, at);
            }
        }
        Action::Stepped { back } => step(session, back),
        Action::Leapt(leap) => playing::leap(session, leap),
        Action::BreakToggled(state) => playing::toggle_break(session, state),
        Action::LoopChosen(ends) => playing::choose_loop(session, ends),
        Action::LoopToggled => playing::toggle_loop(session),
        Action::PlayToggled => toggle_play(session),
        Action::SpeedChosen(speed) if speed.is_finite() && speed > 0.0 => session.player.speed = speed,
        Action::SpeedChosen(_) => {}
        Action::StateChosen(state) => choose_state(session, state),
        Action::StateMoved { from, to } => {
            if let Some(state) = neighbour(session, from, to) {
                choose_state(session, Some(state));
            }
        }
        Action::VisitChosen(visit) => choose_visit(session, visit),
        Action::CursorMoved(offset) => follow_cursor(session, offset),
        Action::WhyAsked => show_why(session),
        Action::PlaceAsked { start, end } => {
            session.panels.text = TextTab::Definition;
            session.panels.place = Place::Text;
            reveal(session, start, end);
        }
        Action::TextTabChosen(tab) => session.panels.text = tab,
        Action::DetailTabChosen(tab) => session.panels.detail = tab,
        Action::PlaceChosen(place) => session.panels.place = place,
        Action::GalleryToggled(is_open) => session.panels.is_gallery_open = is_open,
        Action::ShareToggled(is_open) => session.panels.is_share_open = is_open,
        Action::HelpToggled(is_open) => {
            session.panels.is_help_open = is_open;
            session.rule = None;
        }
        Action::PaletteToggled(is_open) => session.panels.is_palette_open = is_open,
        Action::FlowWidened(is_wide) => session.panels.is_flow_wide = is_wide,
        Action::ThemeChosen(theme) => session.theme = theme,
        Action::LanguageChosen(language) => session.language = Some(language),
        Action::LanguageCame(language) => session.spoken = language,
        Action::LayoutChosen(layout) => session.layout = layout.clamped(),
        Action::UpdateFound => session.has_update = true,
        Action::Noticed(text) => notice(session, text),
        Action::NoticeDismissed(id) => Rc::make_mut(&mut session.notices).retain(|notice| notice.id != id),
    }
}

/// Writes a proposal, unless the text has changed since.
fn apply_conversion(session: &mut Session) {
    let Some(conversion) = session.conversion.take() else { return };
    match &conversion.progress {
        conversion::Progress::Proposed(report) if conversion.text == session.source.text => {
            edit_source(session, report.text.clone());
        }
        _ => notice(session, tr!("the definition has changed since: convert it once more")),
    }
}

/// Writes the mock into the scenario, or says why that cannot be.
fn keep_mock(session: &mut Session) {
    let (Some(test), Some(scenario)) = (&session.test, &session.scenario.scenario) else {
        return notice(session, tr!("mend the scenario first: it cannot be read"));
    };
    match test.kept_in(scenario) {
        Ok(scenario) => {
            let words = tr!("the mock is the scenario's answer for `{}` now", test.state);
            apply(session, Action::ScenarioChanged(Rc::new(scenario)));
            notice(session, words);
        }
        Err(reason) => notice(session, reason),
    }
}

/// Writes what a service answered by default into the scenario, where it can be changed.
fn keep_default(session: &mut Session, event: u32) {
    let Some(run) = session.shown_run().cloned() else { return };
    let Some(scenario) = &session.scenario.scenario else {
        return notice(session, tr!("mend the scenario first: it cannot be read"));
    };
    let event = run.trace.events.get((event as usize).wrapping_sub(1));
    let output = event.and_then(|event| run.trace.payload(event.details.output?));
    let state = event.and_then(|event| run.definition.states.get(event.state? as usize));
    let Some((Ok(value), state)) = output.map(|text| syntax::parse_value(text)).zip(state) else { return };
    let mut scenario = Scenario::clone(scenario);
    scenario.tasks.insert(state.name.clone(), vec![Answer::new(AnswerOutcome::Return(value))]);
    set_scenario(session, Rc::new(scenario));
    session.panels.text = TextTab::Scenario;
    notice(session, tr!("the default answer is the scenario's for `{}` now", state.name));
}

fn change_test(session: &mut Session, change: impl FnOnce(&mut StateTest)) {
    if let Some(test) = &mut session.test {
        change(Rc::make_mut(test));
    }
}

pub(super) fn edit_source(session: &mut Session, text: Rc<str>) {
    if text == session.source.text {
        return;
    }
    session.source = Rc::new(Source::read(text, editing::is_express(session)));
    session.menu = None;
    if let Activity::Refused(_) = session.activity {
        session.activity = Activity::Idle;
    }
    if session.source.is_drawable() || session.source.text.trim().is_empty() {
        let before = session.drawing.clone();
        session.drawing = Rc::new(Drawing::of(&session.source, Some(&session.drawing)));
        let state =
            session.selection.state.and_then(|id| same_state(&before.definition, &session.drawing.definition, id));
        session.selection = Selection { state, visit: None };
        playing::drop_stale(&mut session.breakpoints, &session.drawing.definition);
    }
    if session.shown_run().is_none() {
        session.player.is_playing = false;
    }
}

/// A state after an edit: the one of the same path, for ids shift as states come and go; where that
/// is gone and no state came or went, the one in its place, which was renamed.
fn same_state(before: &Definition, now: &Definition, id: StateId) -> Option<StateId> {
    let path = &before.states.get(id.index())?.path;
    let same = now.states.iter().find(|state| state.path == *path);
    let is_renamed = || before.states.len() == now.states.len() && is_free(before, &now.states[id.index()].path);
    same.map(|state| state.id).or_else(|| is_renamed().then_some(id))
}

fn is_free(definition: &Definition, path: &str) -> bool {
    definition.states.iter().all(|state| &*state.path != path)
}

/// Opens what is none of the reader's workflows yet, or shows the one that is the same.
pub(super) fn open(session: &mut Session, name: &str, definition: &str, scenario: &str) {
    open_with(session, name, definition, scenario, "");
}

fn open_with(session: &mut Session, name: &str, definition: &str, scenario: &str, tests: &str) {
    workflows::leave(session);
    let id = workflows::id_for(session, &Workflow::new("", name, definition, scenario).with_tests(tests));
    show(session, name, definition, scenario);
    testing::bring(session, tests);
    session.workflows.current = id;
}

pub(super) fn show(session: &mut Session, name: &str, definition: &str, scenario: &str) {
    let fresh = Session::new(name, definition, scenario);
    *session = Session {
        workflows: session.workflows.clone(),
        run_count: session.run_count,
        testing: Testing { wanted: session.testing.wanted, ..Testing::default() },
        kept: session.kept.clone(),
        kept_count: session.kept_count,
        undo: session.undo.clone(),
        theme: session.theme,
        language: session.language,
        spoken: session.spoken,
        layout: session.layout,
        has_update: session.has_update,
        notices: session.notices.clone(),
        notice_count: session.notice_count,
        reveal_count: session.reveal_count,
        player: Player { speed: session.player.speed, ..fresh.player },
        ..fresh
    };
}

pub(super) fn set_scenario(session: &mut Session, scenario: Rc<Scenario>) {
    let text = scenario.to_text().into();
    session.scenario = Rc::new(ScenarioText { text, scenario: Some(scenario), diagnostics: Rc::new([]) });
}

/// What stands around the machine is seen by its effect: the run is made anew and shown where the playhead stands.
fn change_world(session: &mut Session, scenario: Rc<Scenario>) {
    set_scenario(session, scenario);
    let Some(run) = session.shown_run().filter(|run| !run.is_opaque) else { return };
    let at = run.playback.virtual_at(session.player.playhead);
    let is_at_end = session.player.playhead >= run.playback.duration();
    ask_run(session, false);
    session.resume = Some(Resume::At(if is_at_end { i64::MAX } else { at }));
}

/// Writes what a person did into the scenario. A task that is over with it has the run go on being played.
fn decide(session: &mut Session, deed: Deed) {
    let Some(run) = session.shown_run().cloned() else { return };
    let ends = matches!(&deed, Deed::Token { action, .. } if *action != DecisionAction::Heartbeat);
    let Some((scenario, at)) = callback::decided(session, deed) else {
        return notice(session, tr!("mend the scenario first: an answer is a line in it"));
    };
    // What happened before it stays as it was.
    let happened = run.playback.event_at(session.player.playhead) as u32;
    set_scenario(session, Rc::new(scenario));
    ask_run(session, ends);
    session.resume = Some(if ends { Resume::After(happened) } else { Resume::At(at) });
}

/// Takes the newest decision back, and puts the playhead to where it was made.
fn take_back(session: &mut Session) {
    let Some(mut scenario) = session.scenario.scenario.as_deref().cloned() else { return };
    let (decisions, receipts) = (&mut scenario.decisions, &mut scenario.receipts);
    let newest = decisions.iter().map(|decision| decision.at).chain(receipts.iter().map(|receipt| receipt.at)).max();
    let Some(at) = newest else { return };
    if let Some(index) = receipts.iter().rposition(|receipt| receipt.at == at) {
        receipts.remove(index);
    } else if let Some(index) = decisions.iter().rposition(|decision| decision.at == at) {
        decisions.remove(index);
    }
    set_scenario(session, Rc::new(scenario));
    ask_run(session, false);
    session.resume = Some(Resume::At(at));
}

/// Asks for a run, to be played as soon as it is there, or to stand at its start.
pub(super) fn ask_run(session: &mut Session, plays: bool) {
    if !session.source.is_runnable {
        let first = session.source.diagnostics.iter().find(|diagnostic| diagnostic.is_error());
        let reason = first.map_or(tr!("the definition is empty"), |error| tr!("mend this first: {}", error.message));
        session.activity = Activity::Refused(reason.into());
        session.panels.text = TextTab::Definition;
        return;
    }
    if let Some(error) = session.scenario.diagnostics.first() {
        session.activity = Activity::Refused(tr!("mend the scenario first: {}", error.message).into());
        session.panels.text = TextTab::ScenarioJson;
        return;
    }
    session.run_count += 1;
    session.resume = None;
    session.activity = Activity::Running { id: session.run_count };
    session.asked = Some(Asked { source: session.source.clone(), scenario: session.scenario.text.clone() });
    session.player = Player { playhead: 0.0, is_playing: plays, looped: None, ..session.player };
}

fn finish_run(session: &mut Session, id: u32, trace: Rc<Trace>) {
    if session.activity != (Activity::Running { id }) {
        return;
    }
    session.activity = Activity::Idle;
    // What was run is the text that was sent, whatever it has become since.
    let Some(Asked { source, scenario }) = session.asked.take() else { return };
    let run = Run::of(id, source.text.clone(), scenario, source.definition.clone(), trace);
    session.player.playhead = session.resume.take().map_or(0.0, |resume| callback::resumed(&run.playback, resume));
    let run = Rc::new(run);
    runs::keep(session, &run);
    session.run = Some(run);
    session.child = None;
    session.selection.visit = None;
}

/// Shows a kept run. Where definition or scenario have changed since, theirs come back, as an edit that can be undone.
fn show_kept(session: &mut Session, id: u32, event: Option<u32>) {
    let Some(Kept { run, workflow, .. }) = runs::find(session, id).cloned() else { return };
    workflows::show_again(session, &workflow, &run);
    edit_source(session, run.text.clone());
    if run.scenario != session.scenario.text {
        session.scenario = Rc::new(ScenarioText::read(run.scenario.clone()));
    }
    (session.activity, session.asked, session.child) = (Activity::Idle, None, None);
    session.pair = None;
    session.selection = Selection::default();
    let at = event.map_or(run.playback.duration(), |event| run.playback.display_of_event(event));
    session.player = Player { playhead: at, is_playing: false, looped: None, ..session.player };
    session.run = Some(run);
    session.panels.place = Place::Graph;
}

/// Stops what runs; else puts the playhead back to the start.
fn stop(session: &mut Session) {
    if let Activity::Running { .. } = session.activity {
        session.activity = Activity::Refused(tr!("stopped").into());
    }
    session.player.is_playing = false;
    session.player.playhead = 0.0;
}

fn tick(session: &mut Session, elapsed: f64) {
    let Some(run) = session.run.as_ref().filter(|_| session.player.is_playing) else { return };
    if !elapsed.is_finite() || elapsed < 0.0 {
        return;
    }
    let (end, before) = (run.playback.duration(), session.player.playhead);
    let mut playhead = match session.player.speed {
        EVERY_FRAME => run.playback.step_forward(before),
        speed => before + elapsed * speed,
    };
    let standstill = run.standstills.iter().copied().filter(|at| before < *at && *at <= playhead);
    let breaks = playing::next_break(run, &session.breakpoints, before, playhead);
    if let Some(at) = standstill.chain(breaks).min_by(f64::total_cmp) {
        session.player.playhead = at;
        session.player.is_playing = false;
        return;
    }
    if let Some((from, to)) = session.player.looped.filter(|(_, to)| playhead >= *to) {
        // What the playhead went beyond the end is not lost, so that the loop keeps its time.
        playhead = from + (playhead - to).min((to - from) / 2.0);
        session.player.playhead = playhead;
        return;
    }
    session.player.playhead = playhead.min(end);
    session.player.is_playing = playhead < end;
}

pub(super) fn seek(session: &mut Session, at: f64) {
    let Some(run) = session.run.as_ref().filter(|_| !at.is_nan()) else { return };
    session.player.playhead = at.clamp(0.0, run.playback.duration());
    session.player.is_playing = false;
    session.selection.visit = None;
}

fn step(session: &mut Session, back: bool) {
    let Some(run) = &session.run else {
        return ask_run(session, false);
    };
    let at = session.player.playhead;
    let target = if back { run.playback.step_back(at) } else { run.playback.step_forward(at) };
    seek(session, target);
}

fn toggle_play(session: &mut Session) {
    let Some(run) = &session.run else {
        return ask_run(session, true);
    };
    let is_at_end = session.player.playhead >= run.playback.duration();
    session.player.is_playing = !session.player.is_playing;
    if session.player.is_playing && is_at_end {
        session.player.playhead = 0.0;
    }
}

fn choose_state(session: &mut Session, state: Option<StateId>) {
    session.selection = Selection { state, visit: None };
    show_in_text(session);
}

/// Scrolls the text to the chosen state, while the drawing is of it.
pub(super) fn show_in_text(session: &mut Session) {
    let state = session.selection.state.and_then(|id| session.drawing.definition.states.get(id.index()));
    let span = state.map(|state| state.name_span);
    if let Some(span) = span.filter(|_| session.drawing.text == session.source.text) {
        reveal(session, span.start, span.end);
    }
}

/// Where a step leads from a state: up and down in the author's order, in and out of containers.
fn neighbour(session: &Session, from: StateId, to: Direction) -> Option<StateId> {
    let definition = &session.drawing.definition;
    let scope = definition.scope(definition.states.get(from.index())?.scope);
    let at = scope.states.iter().position(|&state| state == from)?;
    match to {
        Direction::Up => scope.states.get(at.checked_sub(1)?).copied(),
        Direction::Down => scope.states.get(at + 1).copied(),
        Direction::In => definition.scope(*definition.children(from).first()?).states.first().copied(),
        Direction::Out => scope.owner.map(|(owner, _)| owner),
    }
}

fn choose_visit(session: &mut Session, visit: crate::sim::timeline::VisitId) {
    let Some(run) = session.shown_run().cloned() else { return };
    let Some(found) = run.timeline.visits.get(visit.0 as usize) else { return };
    let playhead = run.playback.display_of_event(found.left.unwrap_or(found.entered));
    session.selection = Selection { state: Some(found.state), visit: Some(visit) };
    session.player.playhead = playhead;
    session.player.is_playing = false;
}

/// Chooses the visit that began what ended the run; the playhead stays where it is.
fn show_why(session: &mut Session) {
    let Some(run) = session.shown_run() else { return };
    let visit = explain::root_visit(&run.trace, &run.timeline).map(|visit| run.timeline.visit(visit));
    session.selection = match visit {
        Some(visit) => Selection { state: Some(visit.state), visit: Some(visit.id) },
        None => Selection::default(),
    };
    session.panels.detail = DetailTab::Data;
    session.panels.place = Place::Data;
    show_in_text(session);
}

fn follow_cursor(session: &mut Session, offset: usize) {
    if session.drawing.text != session.source.text {
        return;
    }
    let state = session.drawing.definition.state_at(offset);
    if state.is_some() && state != session.selection.state {
        session.selection = Selection { state, visit: None };
    }
}

pub(super) fn reveal(session: &mut Session, start: usize, end: usize) {
    session.reveal_count += 1;
    session.reveal = Some(Reveal { id: session.reveal_count, start, end });
}

pub(super) fn notice(session: &mut Session, text: impl Into<Rc<str>>) {
    let text = text.into();
    session.notice_count += 1;
    let id = session.notice_count;
    let notices = Rc::make_mut(&mut session.notices);
    notices.push(Notice { id, text, deleted: None });
    if notices.len() > MOST_NOTICES {
        notices.remove(0);
    }
}
