//! Keeping the reader's work: a moment after it has changed, or at once when the reader leaves; and hearing of what
//! another tab has kept.

use std::{cell::RefCell, rc::Rc};
use tr::tr;

use gloo_timers::callback::Timeout;
use yew::prelude::*;

use super::{
    services::{leaving, storage, storage::Shelf, ticker},
    store::Store,
};
use crate::session::{action::Action, model::Session, workflows::Trouble};

/// How long after the last change the work is kept.
const SAVE_DELAY_MS: u32 = 300;

/// The longest that somebody who types on and on has nothing kept.
const LONGEST_MS: f64 = 2000.0;

#[hook]
pub fn use_keeping(store: &Store, shelf: &Rc<RefCell<Shelf>>) {
    let session = Rc::clone(&store.session);
    let unsaved = use_mut_ref(|| None::<(f64, Rc<Session>)>);
    let save = use_callback(store.dispatch.clone(), {
        let (unsaved, shelf) = (Rc::clone(&unsaved), shelf.clone());
        move |(): (), dispatch| {
            let Some((_, session)) = unsaved.borrow_mut().take() else { return };
            let deeds = shelf.borrow_mut().save(&session);
            deeds.into_iter().for_each(|deed| dispatch.emit(Action::Workflow(deed)));
        }
    });
    leaving::use_leaving(save.clone());
    storage::use_other_tabs({
        let (shelf, dispatch) = (shelf.clone(), store.dispatch.clone());
        Callback::from(move |(key, text): (String, Option<String>)| {
            let deed = shelf.borrow_mut().changed(&key, text);
            deed.into_iter().for_each(|deed| dispatch.emit(Action::Workflow(deed)));
        })
    });
    let tests = session.testing.tests.text.clone();
    let texts = (session.name.clone(), session.source.text.clone(), session.scenario.text.clone(), tests);
    let layout = (session.layout.text.to_bits(), session.layout.detail.to_bits());
    let workflows = &session.workflows;
    let library = (workflows.current.clone(), workflows.list.clone(), workflows.elsewhere.clone());
    let watched = (
        texts,
        (session.theme, session.language),
        layout,
        (session.breakpoints.clone(), session.quiet.clone()),
        library,
    );
    use_effect_with(watched, move |_| {
        let now = ticker::date();
        let since = unsaved.borrow().as_ref().map_or(now, |(since, _)| *since);
        unsaved.replace(Some((since, session)));
        let delay = if now - since > LONGEST_MS { 0 } else { SAVE_DELAY_MS };
        let timeout = Timeout::new(delay, move || save.emit(()));
        move || drop(timeout)
    });
}

/// What is said while the browser keeps nothing of what is changed.
pub fn words(trouble: Trouble) -> Option<String> {
    match trouble {
        Trouble::Full => Some(tr!(
            "This browser's storage is full: what you change now is not saved. Save it as a file, or delete workflows under Open."
        )),
        Trouble::Unavailable => None,
    }
}
