//! What survives a reload: texts under keys in the browser's local storage, one for each workflow and one for the rest.
//! Another tab has the same storage, so nothing is written over that is not as this tab knows it.

use std::{collections::BTreeMap, rc::Rc};

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Storage, StorageEvent};
use yew::prelude::*;

use super::{ticker::date, window};
use crate::session::{
    model::Session,
    saved::Saved,
    workflows::{self, Deed, Trouble, Workflow},
};
use crate::words::Language;

const PAGE: &str = "statelight.page.v1";
const WORKFLOW: &str = "statelight.workflow.v1.";
/// Where the one workflow was, and all else, when there was one only.
const SINGLE: &str = "statelight.session.v1";
/// Of this tab alone: the workflow that is open in it.
const CURRENT: &str = "statelight.current";

/// The language that was chosen before, if one was.
pub fn language() -> Option<Language> {
    let text = local()?.get_item(PAGE).ok().flatten()?;
    Saved::read(&text)?.language()
}

/// What this tab knows of the storage.
#[derive(Default)]
pub struct Shelf {
    page: String,
    /// Each workflow as it was last read or written, with its text.
    known: BTreeMap<Rc<str>, (Rc<Workflow>, String)>,
}

impl Shelf {
    /// All that was kept, as a page; none of the workflows is open in it where it `is_new`.
    pub fn load(is_new: bool) -> (Self, Session) {
        let tab = new_tab();
        let Some(storage) = local() else { return (Self::default(), Saved::default().into_session(Vec::new(), &tab)) };
        let mut shelf = Self::default();
        let get = |key: &str| storage.get_item(key).ok().flatten();
        let mut saved = get(PAGE).and_then(|text| Saved::read(&text));
        let mut workflows = Vec::new();
        for key in keys(&storage) {
            let (Some(id), Some(text)) = (key.strip_prefix(WORKFLOW), get(&key)) else { continue };
            if let Some(workflow) = Workflow::read(id, &text) {
                shelf.known.insert(workflow.id.clone(), (Rc::new(workflow.clone()), text));
                workflows.push(workflow);
            }
        }
        if let Some((old, workflow)) = get(SINGLE).and_then(|text| Saved::read_single(&text, &format!("{tab}-single")))
            && move_single(&storage, &workflow)
        {
            shelf.known.insert(workflow.id.clone(), (Rc::new(workflow.clone()), workflow.write()));
            workflows.push(workflow);
            saved = saved.or(Some(old));
        }
        let mut saved = saved.unwrap_or_default();
        if let Some(current) = session_storage().and_then(|storage| storage.get_item(CURRENT).ok().flatten()) {
            saved.current = current.into();
        }
        if is_new {
            let session = saved.with_new(workflows, &tab);
            return (shelf, session);
        }
        (shelf, saved.into_session(workflows, &tab))
    }

    /// Writes what has changed. Answers with what came of it, for the session.
    pub fn save(&mut self, session: &Session) -> Vec<Deed> {
        let Some(storage) = local() else { return vec![Deed::Troubled(Some(Trouble::Unavailable))] };
        let now = date();
        let all = workflows::all(session);
        let (mut deeds, mut kept, mut trouble) = (Vec::new(), Vec::new(), None);
        self.remove_others(&storage, &all, &mut deeds);
        for workflow in &all {
            let known = self.known.get(&workflow.id);
            if known.is_some_and(|(known, _)| Rc::ptr_eq(known, workflow) || known.is_same(workflow)) {
                continue;
            }
            if let Some(other) = stranger(&storage, &workflow.id, known.map(|(_, text)| &**text)) {
                self.hear(&other);
                deeds.push(Deed::ChangedElsewhere(other.0));
                continue;
            }
            let written = Rc::new(workflow.kept_at(now, &session.workflows.tab));
            let text = written.write();
            match storage.set_item(&key(&workflow.id), &text) {
                Ok(()) => {
                    kept.push(workflow.id.clone());
                    self.known.insert(workflow.id.clone(), (written, text));
                }
                Err(_) => trouble = Some(Trouble::Full),
            }
        }
        let page = Saved::of(session).write();
        if page != self.page {
            match storage.set_item(PAGE, &page) {
                Ok(()) => self.page = page,
                Err(_) => trouble = trouble.or(Some(Trouble::Full)),
            }
        }
        if let Some(own) = session_storage() {
            // A tab that cannot keep it opens with what was last open in any.
            let _ = own.set_item(CURRENT, &session.workflows.current);
        }
        if !kept.is_empty() {
            deeds.push(Deed::Kept(kept.into(), now));
        }
        if trouble != session.workflows.trouble {
            deeds.push(Deed::Troubled(trouble));
        }
        deeds
    }

    /// Removes what is no workflow of the page any more, unless another tab has changed it.
    fn remove_others(&mut self, storage: &Storage, all: &[Rc<Workflow>], deeds: &mut Vec<Deed>) {
        let is_gone = |id: &Rc<str>| all.iter().all(|workflow| workflow.id != *id);
        let gone: Vec<Rc<str>> = self.known.keys().filter(|id| is_gone(id)).cloned().collect();
        for id in gone {
            let Some((_, text)) = self.known.remove(&id) else { continue };
            match stranger(storage, &id, Some(&text)) {
                Some(other) => {
                    self.hear(&other);
                    deeds.push(Deed::ChangedElsewhere(other.0));
                }
                // What cannot be removed is listed after a reload, no more.
                None => drop(storage.remove_item(&key(&id))),
            }
        }
    }

    fn hear(&mut self, (workflow, text): &(Rc<Workflow>, String)) {
        self.known.insert(workflow.id.clone(), (workflow.clone(), text.clone()));
    }

    /// What another tab has done to the storage.
    pub fn changed(&mut self, key: &str, text: Option<String>) -> Option<Deed> {
        let id = key.strip_prefix(WORKFLOW)?;
        let Some(text) = text else {
            self.known.remove(id);
            return Some(Deed::DeletedElsewhere(id.into()));
        };
        if self.known.get(id).is_some_and(|(_, known)| *known == text) {
            return None;
        }
        let workflow = Rc::new(Workflow::read(id, &text)?);
        self.hear(&(workflow.clone(), text));
        Some(Deed::ChangedElsewhere(workflow))
    }
}

/// What stands in the storage under an id, where that is not what this tab knows.
fn stranger(storage: &Storage, id: &str, known: Option<&str>) -> Option<(Rc<Workflow>, String)> {
    let text = storage.get_item(&key(id)).ok().flatten().filter(|text| Some(&**text) != known)?;
    Some((Rc::new(Workflow::read(id, &text)?), text))
}

/// Gives the workflow of the time when there was one its own key. Both may not have room beside each other.
fn move_single(storage: &Storage, workflow: &Workflow) -> bool {
    let Some(old) = storage.get_item(SINGLE).ok().flatten() else { return false };
    let _ = storage.remove_item(SINGLE);
    if storage.set_item(&key(&workflow.id), &workflow.write()).is_ok() {
        return true;
    }
    let _ = storage.set_item(SINGLE, &old);
    false
}

fn key(id: &str) -> String {
    format!("{WORKFLOW}{id}")
}

fn keys(storage: &Storage) -> Vec<String> {
    let count = storage.length().unwrap_or(0);
    (0..count).filter_map(|index| storage.key(index).ok().flatten()).collect()
}

fn local() -> Option<Storage> {
    window()?.local_storage().ok().flatten()
}

fn session_storage() -> Option<Storage> {
    window()?.session_storage().ok().flatten()
}

/// Unlike every other tab's: by time and chance.
fn new_tab() -> String {
    #[expect(clippy::disallowed_methods, reason = "a name of the tab, which no run sees")]
    let chance = (js_sys::Math::random() * f64::from(u32::MAX)) as u32;
    format!("{:x}-{chance:x}", date() as u64)
}

/// Calls when another tab has changed the storage: with the key and its text, or none where it was removed.
#[hook]
pub fn use_other_tabs(on_change: Callback<(String, Option<String>)>) {
    use_effect_with((), move |()| {
        let listener = Closure::<dyn Fn(StorageEvent)>::new(move |event: StorageEvent| {
            if let Some(key) = event.key() {
                on_change.emit((key, event.new_value()));
            }
        });
        let callback: js_sys::Function = listener.as_ref().unchecked_ref::<js_sys::Function>().clone();
        if let Some(window) = window() {
            let _ = window.add_event_listener_with_callback("storage", &callback);
        }
        move || {
            if let Some(window) = window() {
                let _ = window.remove_event_listener_with_callback("storage", &callback);
            }
            drop(listener);
        }
    });
}
