//! The one store of the page: the session behind a reducer, and the effects that follow from it.
//! Effects watch values and act when these change; nothing else reaches for a browser power.

use std::{cell::RefCell, rc::Rc, time::Duration};
use tr::tr;

use gloo_timers::callback::Timeout;
use yew::prelude::*;

use super::{
    keeping,
    services::{
        language, location,
        storage::Shelf,
        theme, ticker, updates,
        worker::{Answer, Worker},
    },
};
use crate::{
    exchange::share,
    library,
    protocol::{Reply, Request},
    session::{
        action::Action,
        conversion, many,
        model::{Activity, Asked, Gaze, Look, Run, Session},
        recorded,
        reduce::reduce,
        select,
        state_test::Progress,
        testing, types,
        workflows::Deed,
    },
    words::Language,
};

/// The fragment that opens a new and empty workflow, whatever was open.
const NEW: &str = "#/new";

/// The longest that a run may take of the reader's time.
const RUN_BUDGET: Duration = Duration::from_secs(20);

/// How long the texts of tests rest before they are run.
const SUITE_DELAY_MS: u32 = 300;

/// How long after the playhead has come to rest the visits at it are looked into.
const LOOK_DELAY_MS: u32 = 120;

/// The session as Yew's reducer wants it.
#[derive(PartialEq)]
struct State(Rc<Session>);

impl Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let next = reduce(&self.0, action);
        if Rc::ptr_eq(&next, &self.0) { self } else { Rc::new(Self(next)) }
    }
}

/// What every component gets: the session, and where to say what happened.
#[derive(Clone, PartialEq)]
pub struct Store {
    pub session: Rc<Session>,
    pub dispatch: Callback<Action>,
}

impl Store {
    /// A callback that says one thing.
    pub fn on<E: 'static>(&self, action: Action) -> Callback<E> {
        let dispatch = self.dispatch.clone();
        Callback::from(move |_| dispatch.emit(action.clone()))
    }
}

/// The store of the page, with its effects at work.
#[hook]
pub fn use_store(spoken: Language) -> Store {
    let opened = use_memo((), |()| {
        let (shelf, mut session) = Shelf::load(location::fragment() == NEW);
        session.spoken = spoken;
        (Rc::new(RefCell::new(shelf)), Rc::new(session))
    });
    let state = {
        let opened = Rc::clone(&opened);
        use_reducer(move || State(opened.1.clone()))
    };
    let dispatch = {
        let dispatcher = state.dispatcher();
        use_callback((), move |action: Action, ()| dispatcher.dispatch(action))
    };
    let store = Store { session: Rc::clone(&state.0), dispatch };
    use_runs(&store);
    use_looks(&store);
    use_tests(&store);
    use_conversions(&store);
    use_many(&store);
    use_types(&store);
    use_suite(&store);
    use_recordings(&store);
    use_children(&store);
    keeping::use_keeping(&store, &opened.0);
    use_links(&store);
    updates::use_updates({
        let dispatch = store.dispatch.clone();
        Callback::from(move |()| dispatch.emit(Action::UpdateFound))
    });
    ticker::use_ticker(store.session.player.is_playing, {
        let dispatch = store.dispatch.clone();
        Callback::from(move |elapsed| dispatch.emit(Action::Ticked(elapsed)))
    });
    use_effect_with(store.session.theme, |chosen| theme::apply(*chosen));
    use_language(&store);
    store
}

/// Has the texts of the language that is chosen.
#[hook]
fn use_language(store: &Store) {
    let (dispatch, spoken) = (store.dispatch.clone(), store.session.spoken);
    use_effect_with(store.session.language, move |chosen| {
        let Some(language) = chosen.filter(|chosen| *chosen != spoken) else { return };
        language::learn(
            language,
            Callback::from(move |learned: Result<(), String>| match learned {
                Ok(()) => dispatch.emit(Action::LanguageCame(language)),
                Err(reason) => dispatch.emit(Action::Noticed(
                    tr!("the texts in {} could not be loaded: {reason}", language.name(), reason).into(),
                )),
            }),
        );
    });
}

/// Sends each run that is asked for to the worker, and ends it when the reader stops it.
#[hook]
fn use_runs(store: &Store) {
    let dispatch = store.dispatch.clone();
    let worker =
        use_memo((), move |()| Worker::start(Callback::from(move |answer: Answer| dispatch.emit(outcome(answer)))));
    let session = Rc::clone(&store.session);
    use_effect_with(store.session.activity.clone(), move |activity| match activity {
        Activity::Running { id } => {
            let Some(Asked { source, scenario }) = &session.asked else { return };
            let request = Request::run(*id, &source.text, scenario);
            worker.request(*id, &request.to_json(), RUN_BUDGET);
        }
        Activity::Idle | Activity::Refused(_) => worker.stop(),
    });
}

fn outcome(Answer { id, body }: Answer) -> Action {
    let reply = body.map_err(|trouble| trouble.to_string()).and_then(|body| Reply::from_json(&body));
    match reply {
        Ok(Reply::Finished { trace, .. }) => Action::RunFinished { id, trace: Rc::new(trace) },
        Ok(Reply::Refused { reason, .. }) | Err(reason) => Action::RunRefused { id, reason: reason.into() },
        Ok(_) => Action::RunRefused { id, reason: strange() },
    }
}

/// Looks into the visits at the playhead, a moment after it has come to rest. That it has not been possible shows by
/// itself: there is nothing to see.
#[hook]
fn use_looks(store: &Store) {
    let dispatch = store.dispatch.clone();
    let asked = use_mut_ref(|| None::<(u32, Gaze)>);
    let worker = use_mut_ref(|| None::<Worker>);
    let gaze = select::gaze(&store.session).filter(|gaze| {
        let has_looked = |look: &Rc<Look>| look.gaze == *gaze;
        !store.session.look.as_ref().is_some_and(has_looked)
    });
    use_effect_with(gaze, move |gaze| {
        let timeout = gaze.clone().map(|gaze| {
            Timeout::new(LOOK_DELAY_MS, move || {
                let request_of = |id| Request::Inspect {
                    id,
                    definition: gaze.run.text.to_string(),
                    scenario: gaze.run.scenario.to_string(),
                    visit: gaze.visit,
                    visits: gaze.visits.to_vec(),
                };
                let id = asked.borrow().as_ref().map_or(1, |(id, _)| id + 1);
                let request = request_of(id);
                asked.replace(Some((id, gaze)));
                let mut worker = worker.borrow_mut();
                let worker = worker.get_or_insert_with(|| {
                    let asked = Rc::clone(&asked);
                    Worker::start(Callback::from(move |answer: Answer| {
                        if let Some(look) = look(&answer, asked.borrow().as_ref()) {
                            dispatch.emit(Action::Inspected(Rc::new(look)));
                        }
                    }))
                });
                worker.request(id, &request.to_json(), RUN_BUDGET);
            })
        });
        move || drop(timeout)
    });
}

fn look(Answer { id, body }: &Answer, asked: Option<&(u32, Gaze)>) -> Option<Look> {
    let gaze = asked.filter(|(asked, _)| asked == id).map(|(_, gaze)| gaze.clone())?;
    match Reply::from_json(body.as_ref().ok()?) {
        Ok(Reply::Inspected { inspection, .. }) => Some(Look { gaze, inspection }),
        _ => None,
    }
}

/// Sends what is asked for under a number to a worker of its own, started for the first, and ends it when nothing is
/// asked for any more.
#[hook]
fn use_answers(
    store: &Store,
    asked: Option<u32>,
    request: impl FnOnce(u32) -> Option<Request> + 'static,
    told: fn(u32, Result<Reply, Rc<str>>) -> Action,
) {
    let dispatch = store.dispatch.clone();
    let worker = use_mut_ref(|| None::<Worker>);
    use_effect_with(asked, move |asked| {
        let mut worker = worker.borrow_mut();
        let Some((id, request)) = asked.and_then(|id| Some((id, request(id)?))) else {
            return worker.iter().for_each(Worker::stop);
        };
        let worker = worker.get_or_insert_with(|| {
            Worker::start(Callback::from(move |Answer { id, body }: Answer| {
                let reply = body.map_err(|trouble| trouble.to_string()).and_then(|body| Reply::from_json(&body));
                let reply = match reply {
                    Ok(Reply::Refused { reason, .. }) | Err(reason) => Err(reason.into()),
                    Ok(reply) => Ok(reply),
                };
                dispatch.emit(told(id, reply));
            }))
        });
        worker.request(id, &request.to_json(), RUN_BUDGET);
    });
}

/// What is said of a reply that is none to the request.
fn strange() -> Rc<str> {
    tr!("the worker has answered something else").into()
}

/// Each test of a state that is asked for.
#[hook]
fn use_tests(store: &Store) {
    let test = store.session.test.clone();
    let asked = test.as_ref().filter(|test| test.progress == Progress::Running).map(|test| test.count);
    let request = move |id| Some(Request::TestState { id, request: test?.request().to_string() });
    use_answers(store, asked, request, |id, reply| {
        let outcome = reply.and_then(|reply| match reply {
            Reply::Tested { response, .. } => Ok(Rc::new(response)),
            _ => Err(strange()),
        });
        Action::TestAnswered { id, outcome }
    });
}

/// A conversion that is asked for.
#[hook]
fn use_conversions(store: &Store) {
    let conversion = store.session.conversion.clone();
    let asked = conversion.as_ref().filter(|open| open.progress == conversion::Progress::Running).map(|open| open.id);
    let request = move |id| {
        let conversion = conversion?;
        Some(Request::Convert {
            id,
            definition: conversion.text.to_string(),
            scenario: conversion.scenario.to_string(),
            state: conversion.state.as_deref().map(str::to_owned),
        })
    };
    use_answers(store, asked, request, |id, reply| {
        let outcome = reply.and_then(|reply| match reply {
            Reply::Converted { report, .. } => Ok(Rc::new(report)),
            _ => Err(strange()),
        });
        Action::ConversionAnswered { id, outcome }
    });
}

/// Some of many runs, and the next when these are done.
#[hook]
fn use_many(store: &Store) {
    let many = store.session.many.clone();
    let asked = many.as_ref().filter(|many| many.is_running).map(|many| many.id);
    let request = move |id| {
        let many = many?;
        Some(Request::Survey {
            id,
            definition: many.definition.to_string(),
            scenario: many.scenario.to_string(),
            from: many.survey.runs,
            runs: many::AT_A_TIME.min(many.wanted - many.survey.runs.min(many.wanted)),
        })
    };
    use_answers(store, asked, request, |id, reply| {
        let outcome = reply.and_then(|reply| match reply {
            Reply::Surveyed { survey, .. } => Ok(Rc::new(survey)),
            _ => Err(strange()),
        });
        Action::ManyAnswered { id, outcome }
    });
}

/// The run under both types.
#[hook]
fn use_types(store: &Store) {
    let types = store.session.types.clone();
    let asked = types.as_ref().filter(|open| open.progress == types::Progress::Running).map(|open| open.id);
    let request = move |id| {
        let types = types?;
        Some(Request::Types { id, definition: types.definition.to_string(), scenario: types.scenario.to_string() })
    };
    use_answers(store, asked, request, |id, reply| {
        let outcome = reply.and_then(|reply| match reply {
            Reply::Compared { sides, express, .. } => {
                Ok(Rc::new(types::Compared { sides, express: express.map(|trace| Rc::new(*trace)) }))
            }
            _ => Err(strange()),
        });
        Action::TypesAnswered { id, outcome }
    });
}

/// The tests of the workflow, a moment after the last change of what they test.
#[hook]
fn use_suite(store: &Store) {
    let asked = store.session.testing.asked();
    let settled = use_state_eq(|| None);
    use_effect_with(asked, {
        let settled = settled.clone();
        move |asked| {
            let asked = *asked;
            let timeout = Timeout::new(SUITE_DELAY_MS, move || settled.set(asked));
            move || drop(timeout)
        }
    });
    let session = Rc::clone(&store.session);
    let request = move |id| {
        let (definition, suite) = (session.source.text.to_string(), session.testing.tests.text.to_string());
        Some(Request::Suite { id, definition, suite })
    };
    use_answers(store, asked.filter(|asked| *settled == Some(*asked)), request, |id, reply| {
        let outcome = reply.and_then(|reply| match reply {
            Reply::Suited { report, .. } => Ok(Rc::new(report)),
            _ => Err(strange()),
        });
        Action::Tests(testing::Deed::Answered { id, outcome })
    });
}

/// A recorded history that was opened, read and compared with our run.
#[hook]
fn use_recordings(store: &Store) {
    let recorded = store.session.recorded.clone();
    let asked = recorded.as_ref().filter(|open| open.progress == recorded::Progress::Reading).map(|open| open.id);
    let request = move |id| {
        let recorded = recorded?;
        let (definition, history) = (recorded.definition.to_string(), recorded.history.to_string());
        Some(Request::Replay { id, definition, history })
    };
    use_answers(store, asked, request, |id, reply| {
        let outcome = reply.and_then(|reply| match reply {
            Reply::Replayed { replayed, .. } => Ok(Rc::new(*replayed)),
            _ => Err(strange()),
        });
        Action::Replayed { id, outcome }
    });
}

/// A child execution that was asked for: its history, by running the run once more.
#[hook]
fn use_children(store: &Store) {
    let child = store.session.child.clone();
    let asked = child.as_ref().filter(|child| child.run.as_ref().is_none_or(|run| run.id != child.id));
    let asked = asked.map(|child| child.id);
    let request = move |id| {
        let child = child?;
        let Run { text, scenario, .. } = &*child.parent;
        let (definition, scenario) = (text.to_string(), scenario.to_string());
        Some(Request::Child { id, definition, scenario, map_run: child.map_run, index: child.index })
    };
    use_answers(store, asked, request, |id, reply| {
        let outcome = reply.and_then(|reply| match reply {
            Reply::Finished { trace, .. } => Ok(Rc::new(trace)),
            _ => Err(strange()),
        });
        Action::ChildAnswered { id, outcome }
    });
}

/// Opens a share link: the one the page was opened with, and any that is put into the address later.
#[hook]
fn use_links(store: &Store) {
    let dispatch = store.dispatch.clone();
    let open = use_callback((), move |fragment: String, ()| open_link(&fragment, &dispatch));
    {
        let open = open.clone();
        use_effect_with((), move |()| open.emit(location::fragment()));
    }
    location::use_fragment_change(open);
}

fn open_link(fragment: &str, dispatch: &Callback<Action>) {
    if fragment == NEW {
        dispatch.emit(Action::Workflow(Deed::Began));
        return location::clear_fragment();
    }
    if let Some(id) = fragment.strip_prefix("#/sample/") {
        match library::find(id) {
            Some(sample) => dispatch.emit(Action::opened(sample)),
            None => dispatch.emit(Action::Noticed(tr!("there is no sample `{id}`", id).into())),
        }
        return location::clear_fragment();
    }
    if !fragment.contains("d=") {
        return;
    }
    match share::decode(fragment) {
        Ok(shared) => {
            let name = shared.name().map_or_else(|| tr!("Shared workflow"), str::to_owned);
            let (definition, scenario) = (shared.definition.as_str().into(), shared.scenario.to_json_pretty().into());
            let tests = shared.tests().into();
            dispatch.emit(Action::Opened { name: name.into(), definition, scenario, tests });
            location::clear_fragment();
        }
        Err(error) => dispatch.emit(Action::Noticed(tr!("this link cannot be opened: {error}", error).into())),
    }
}
