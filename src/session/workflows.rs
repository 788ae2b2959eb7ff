//! The reader's own workflows. One of them is open; opening another puts none away. Each is kept under a name of its
//! own, so that two tabs can change two of them.

use std::{collections::BTreeSet, rc::Rc};
use tr::tr;

use serde::{Deserialize, Serialize};

use super::{
    model::{Notice, Run, Session, is_same_text},
    reduce::{notice, open, show},
    testing::{self, Tests},
};
use crate::library as samples;

const VERSION: u32 = 1;

/// The scenario of a definition that came without one.
pub const NEW_SCENARIO: &str = "{\"version\": 1}\n";

/// What a new workflow is called.
pub const NEW_NAME: &str = "New workflow";

/// All that is kept of a workflow.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Workflow {
    version: u32,
    /// Unlike every other's, in any tab. It is the name under which the workflow is kept, and not part of its text.
    #[serde(skip)]
    pub id: Rc<str>,
    pub name: Rc<str>,
    pub definition: Rc<str>,
    pub scenario: Rc<str>,
    #[serde(default)]
    pub breakpoints: Rc<BTreeSet<Rc<str>>>,
    /// The rules of good practice that are not told in it.
    #[serde(default)]
    pub quiet: Rc<BTreeSet<Rc<str>>>,
    /// A file of tests; empty where there are none.
    #[serde(default)]
    pub tests: Rc<str>,
    /// When it was last kept with a change, in milliseconds since 1970.
    #[serde(default)]
    pub changed: f64,
    /// When that was kept which this was made from, and the tab that did: two tabs may keep a change at once.
    #[serde(default)]
    base: f64,
    #[serde(default)]
    tab: Rc<str>,
}

/// All of the reader's workflows. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Workflows {
    /// Unlike every other tab's: what ids begin with.
    pub tab: Rc<str>,
    pub count: u32,
    /// The one that is open.
    pub current: Rc<str>,
    /// As they were last kept. The one that is open may have changed since.
    pub list: Rc<Vec<Rc<Workflow>>>,
    /// What the open one has become in another tab, until the reader has chosen.
    pub elsewhere: Option<Rc<Workflow>>,
    /// Why the browser keeps nothing of what was changed last.
    pub trouble: Option<Trouble>,
}

/// Why something was not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The browser has no storage for this page, as in some private windows.
    Unavailable,
    /// It took no more.
    Full,
}

impl PartialEq for Workflow {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && self.changed == other.changed && self.is_same(other)
    }
}

/// What can be done with one of the workflows.
#[derive(Clone, Debug)]
pub enum Deed {
    /// A new and empty one is to be open.
    Began,
    Opened(Rc<str>),
    Renamed(Rc<str>, Rc<str>),
    Duplicated(Rc<str>),
    Deleted(Rc<str>),
    /// One that was deleted is to be there again.
    Restored(Rc<Workflow>),
    /// Some were kept, at a time.
    Kept(Rc<[Rc<str>]>, f64),
    /// Another tab has changed one.
    ChangedElsewhere(Rc<Workflow>),
    /// Another tab has deleted one.
    DeletedElsewhere(Rc<str>),
    /// Of the open one, what the other tab has made of it is to stand here, too.
    OtherTaken,
    /// The open one is to be another from now on.
    MineCopied,
    /// The browser keeps no more, or does again.
    Troubled(Option<Trouble>),
}

impl Workflow {
    pub fn new(id: &str, name: &str, definition: &str, scenario: &str) -> Self {
        Self {
            version: VERSION,
            id: id.into(),
            name: name.into(),
            definition: definition.into(),
            scenario: scenario.into(),
            breakpoints: Rc::default(),
            quiet: Rc::default(),
            tests: "".into(),
            changed: 0.0,
            base: 0.0,
            tab: Rc::default(),
        }
    }

    /// The same with a file of tests, in the form in which they are kept.
    pub fn with_tests(self, tests: &str) -> Self {
        let tests = Tests::read(tests).map_or_else(|| tests.into(), |tests| tests.text);
        Self { tests, ..self }
    }

    /// The one that is open, as it is now.
    pub fn of(session: &Session) -> Self {
        let id = session.workflows.current.clone();
        let kept = session.workflows.find(&id);
        let (changed, base) = kept.map_or((0.0, 0.0), |kept| (kept.changed, kept.base));
        let tab = kept.map(|kept| kept.tab.clone()).unwrap_or_default();
        Self {
            version: VERSION,
            id,
            name: session.name.clone(),
            definition: session.source.text.clone(),
            scenario: session.scenario.text.clone(),
            breakpoints: session.breakpoints.clone(),
            quiet: session.quiet.clone(),
            tests: session.testing.tests.text.clone(),
            changed,
            base,
            tab,
        }
    }

    pub fn write(&self) -> String {
        serde_json::to_string(self).expect("texts can be written")
    }

    /// `None` for anything but a text that this version wrote.
    pub fn read(id: &str, text: &str) -> Option<Self> {
        let read: Self = serde_json::from_str(text).ok()?;
        (read.version == VERSION).then(|| Self { id: id.into(), ..read })
    }

    /// The same, kept at a time by a tab.
    pub fn kept_at(&self, changed: f64, tab: &Rc<str>) -> Self {
        Self { changed, base: self.changed, tab: tab.clone(), ..self.clone() }
    }

    /// Whether both have the same in them, whenever that was.
    pub fn is_same(&self, other: &Self) -> bool {
        self.name == other.name
            && is_same_text(&self.definition, &other.definition)
            && is_same_text(&self.scenario, &other.scenario)
            && (Rc::ptr_eq(&self.breakpoints, &other.breakpoints) || self.breakpoints == other.breakpoints)
            && (Rc::ptr_eq(&self.quiet, &other.quiet) || self.quiet == other.quiet)
            && is_same_text(&self.tests, &other.tests)
    }

    /// Whether nobody has put work into it: it is a sample, or empty. Such a one is not listed when it is left.
    pub fn is_untouched(&self) -> bool {
        let is_empty = &*self.name == NEW_NAME
            && self.definition.is_empty()
            && &*self.scenario == NEW_SCENARIO
            && self.tests.is_empty();
        let is_sample = || {
            samples::samples().iter().any(|sample| {
                *sample.title == *self.name
                    && *sample.definition == *self.definition
                    && *sample.scenario == *self.scenario
                    && Tests::read(sample.tests).is_some_and(|tests| tests.text == self.tests)
            })
        };
        self.breakpoints.is_empty() && self.quiet.is_empty() && (is_empty || is_sample())
    }

    pub fn into_session(self) -> Session {
        let mut session = Session::new(&self.name, &self.definition, &self.scenario);
        session.breakpoints = self.breakpoints.clone();
        session.quiet = self.quiet.clone();
        testing::bring(&mut session, &self.tests);
        session.testing.wanted = u32::from(!session.testing.cases().is_empty());
        session.workflows.current = self.id.clone();
        session
    }

    /// Whether all words stand in it, in large or small letters.
    fn has(&self, words: &[String]) -> bool {
        let texts = [&self.name, &self.definition, &self.scenario].map(|text| text.to_lowercase());
        words.iter().all(|word| texts.iter().any(|text| text.contains(word)))
    }
}

impl Workflows {
    pub fn find(&self, id: &str) -> Option<&Rc<Workflow>> {
        self.list.iter().find(|workflow| &*workflow.id == id)
    }

    /// An id that no other tab gives.
    fn next_id(&mut self) -> Rc<str> {
        self.count += 1;
        format!("{}-{}", self.tab, self.count).into()
    }

    fn put(&mut self, workflow: Workflow) {
        let list = Rc::make_mut(&mut self.list);
        match list.iter_mut().find(|known| known.id == workflow.id) {
            Some(known) if **known == workflow => {}
            Some(known) => *known = Rc::new(workflow),
            None => list.push(Rc::new(workflow)),
        }
    }

    fn remove(&mut self, id: &str) -> Option<Rc<Workflow>> {
        let at = self.list.iter().position(|workflow| &*workflow.id == id)?;
        Some(Rc::make_mut(&mut self.list).remove(at))
    }
}

/// All that are to be kept as things are now: the open one as it is, unless another tab has another of it.
pub fn all(session: &Session) -> Vec<Rc<Workflow>> {
    let workflows = &session.workflows;
    if workflows.elsewhere.is_some() {
        return workflows.list.to_vec();
    }
    let others = workflows.list.iter().filter(|kept| kept.id != workflows.current).cloned();
    let current = Workflow::of(session);
    let current = match workflows.find(&current.id) {
        Some(kept) if **kept == current => kept.clone(),
        _ => Rc::new(current),
    };
    others.chain([current]).collect()
}

/// Those with all words of a search, the open one first, then those that were changed last.
pub fn listed(session: &Session, search: &str) -> Vec<Rc<Workflow>> {
    let words: Vec<String> = search.split_whitespace().map(str::to_lowercase).collect();
    let current = &session.workflows.current;
    let mut found = all(session);
    found.retain(|workflow| (workflow.id == *current || !workflow.is_untouched()) && workflow.has(&words));
    found.sort_by(|a, b| (b.id == *current).cmp(&(a.id == *current)).then(b.changed.total_cmp(&a.changed)));
    found
}

pub fn apply(session: &mut Session, deed: Deed) {
    match deed {
        Deed::Began => open(session, NEW_NAME, "", NEW_SCENARIO),
        Deed::Opened(id) => switch(session, &id),
        Deed::Renamed(id, name) if id == session.workflows.current => session.name = name,
        Deed::Renamed(id, name) => {
            if let Some(known) = session.workflows.find(&id).cloned() {
                session.workflows.put(Workflow { name, ..Workflow::clone(&known) });
            }
        }
        Deed::Duplicated(id) => duplicate(session, &id),
        Deed::Deleted(id) => delete(session, &id),
        Deed::Restored(workflow) => {
            session.workflows.put(Workflow::clone(&workflow));
            session.notices =
                Rc::new(session.notices.iter().filter(|it| it.deleted != Some(workflow.clone())).cloned().collect());
        }
        Deed::Kept(ids, at) => {
            for workflow in all(session).into_iter().filter(|workflow| ids.contains(&workflow.id)) {
                let tab = session.workflows.tab.clone();
                session.workflows.put(workflow.kept_at(at, &tab));
            }
        }
        Deed::ChangedElsewhere(workflow) => hear(session, &workflow),
        Deed::DeletedElsewhere(id) => {
            session.workflows.remove(&id);
        }
        Deed::OtherTaken => {
            if let Some(other) = session.workflows.elsewhere.take() {
                bring(session, &other);
            }
        }
        Deed::MineCopied => copy_mine(session),
        Deed::Troubled(trouble) => {
            if trouble == Some(Trouble::Unavailable) && session.workflows.trouble != trouble {
                let words = tr!("this browser keeps nothing for this page: share or save your work before you leave");
                notice(session, words);
            }
            session.workflows.trouble = trouble;
        }
    }
}

/// Puts the open one among the others, before another is shown. One without work in it goes.
pub(super) fn leave(session: &mut Session) {
    let mine = Workflow::of(session);
    if mine.is_untouched() {
        session.workflows.remove(&mine.id);
    } else if session.workflows.elsewhere.is_none() {
        session.workflows.put(mine);
    }
    session.workflows.elsewhere = None;
}

/// The id for what is opened: that of a workflow which is the same, else a new one.
pub(super) fn id_for(session: &mut Session, wanted: &Workflow) -> Rc<str> {
    let same = session.workflows.list.iter().find(|known| known.is_same(wanted)).map(|known| known.id.clone());
    same.unwrap_or_else(|| session.workflows.next_id())
}

fn switch(session: &mut Session, id: &str) {
    session.panels.is_gallery_open = false;
    if *id == *session.workflows.current {
        return;
    }
    if let Some(workflow) = session.workflows.find(id).cloned() {
        leave(session);
        bring(session, &workflow);
    }
}

/// Shows a workflow, and what is in the page for another goes.
fn bring(session: &mut Session, workflow: &Rc<Workflow>) {
    show(session, &workflow.name, &workflow.definition, &workflow.scenario);
    session.breakpoints = workflow.breakpoints.clone();
    session.quiet = workflow.quiet.clone();
    testing::bring(session, &workflow.tests);
    session.workflows.current = workflow.id.clone();
}

/// Shows the workflow that a kept run is of: its texts would else come into another.
pub(super) fn show_again(session: &mut Session, (id, name): &(Rc<str>, Rc<str>), run: &Run) {
    if *id == session.workflows.current {
        return;
    }
    let panels = session.panels;
    match session.workflows.find(id).cloned() {
        Some(workflow) => {
            leave(session);
            bring(session, &workflow);
        }
        None => open(session, name, &run.text, &run.scenario),
    }
    session.panels = panels;
}

/// Shows a workflow that was open before, as it is in the list, else as it was.
pub(super) fn go_back(
    session: &mut Session,
    id: &str,
    (name, definition, scenario): (&str, &str, &str),
    breakpoints: &Rc<BTreeSet<Rc<str>>>,
) {
    let panels = session.panels;
    leave(session);
    let was = || {
        let was = Workflow::new(id, name, definition, scenario);
        Rc::new(Workflow { breakpoints: breakpoints.clone(), ..was })
    };
    let workflow = session.workflows.find(id).cloned().unwrap_or_else(was);
    bring(session, &workflow);
    session.panels = panels;
}

fn duplicate(session: &mut Session, id: &str) {
    let Some(workflow) = all(session).into_iter().find(|workflow| &*workflow.id == id) else { return };
    let id = session.workflows.next_id();
    let name = copy_name(session, &workflow.name);
    session.workflows.put(Workflow { id, name, ..Workflow::clone(&workflow) });
}

/// What a copy is called: unlike the others.
fn copy_name(session: &Session, name: &str) -> Rc<str> {
    let is_taken = |name: &str| session.workflows.list.iter().any(|known| &*known.name == name);
    let first = tr!("{name} (copy)", name);
    let numbered = (2..).map(|number| tr!("{name} (copy {number})", name, number));
    std::iter::once(first).chain(numbered).find(|name| !is_taken(name)).unwrap_or_default().into()
}

/// Deletes a workflow, and offers to take that back. Where it was the open one, the next one is.
fn delete(session: &mut Session, id: &str) {
    let Some(workflow) = all(session).into_iter().find(|workflow| &*workflow.id == id) else { return };
    if *id == *session.workflows.current {
        let next = listed(session, "").into_iter().find(|other| &*other.id != id);
        let panels = session.panels;
        match next {
            Some(next) => bring(session, &next),
            None => {
                session.workflows.current = session.workflows.next_id();
                show(session, NEW_NAME, "", NEW_SCENARIO);
            }
        }
        session.workflows.elsewhere = None;
        session.panels = panels;
    }
    session.workflows.remove(id);
    notice(session, tr!("{} was deleted", workflow.name));
    if let Some(Notice { deleted, .. }) = Rc::make_mut(&mut session.notices).last_mut() {
        *deleted = Some(workflow);
    }
}

/// After any action: what was changed while the other tab's version waits goes on as a copy.
pub(super) fn settle(session: &mut Session, before: &Session) {
    let is_same_one = session.workflows.current == before.workflows.current;
    let waited = session.workflows.elsewhere.is_some() && before.workflows.elsewhere.is_some();
    if is_same_one && waited && !Workflow::of(session).is_same(&Workflow::of(before)) {
        copy_mine(session);
    }
}

/// Another tab has changed a workflow. The open one stays as it is, and the reader is asked; where it has changes of
/// its own that were not kept yet, or were kept at the same time, it becomes a copy, for neither may be lost.
fn hear(session: &mut Session, other: &Rc<Workflow>) {
    let mine = Workflow::of(session);
    if mine.id != other.id {
        return session.workflows.put(Workflow::clone(other));
    }
    let is_made_from = |kept: &Workflow| kept.tab != session.workflows.tab || other.base == kept.changed;
    let is_known = session.workflows.find(&mine.id).is_some_and(|kept| kept.is_same(&mine) && is_made_from(kept));
    let was_asked = session.workflows.elsewhere.is_some();
    session.workflows.put(Workflow::clone(other));
    session.workflows.elsewhere = (!mine.is_same(other)).then(|| other.clone());
    if !is_known && !was_asked && session.workflows.elsewhere.is_some() {
        copy_mine(session);
    }
}

/// The open one goes on as a copy, and what the other tab has keeps its place.
fn copy_mine(session: &mut Session) {
    session.workflows.elsewhere = None;
    session.workflows.current = session.workflows.next_id();
    session.name = copy_name(session, &session.name);
    notice(session, tr!("yours goes on as {}: another tab has changed the workflow it was", session.name));
    let mine = Workflow::of(session);
    session.workflows.put(mine);
}

/// How long ago something was, in words.
pub fn when(changed: f64, now: f64) -> String {
    let minutes = ((now - changed) / 60_000.0).max(0.0) as u64;
    let (hours, days) = (minutes / 60, minutes / 1440);
    match minutes {
        _ if changed <= 0.0 => tr!("not kept yet"),
        0 => tr!("just now"),
        1..60 => tr!("1 minute ago" | "{n} minutes ago" % minutes),
        60..1440 => tr!("1 hour ago" | "{n} hours ago" % hours),
        _ => tr!("1 day ago" | "{n} days ago" % days),
    }
}
