//! What a reader does with the graph: the menus that are open over it, and what their entries come to. Each change is one
//! edit of the text; the scenario and the breakpoints follow the names that change.

use std::rc::Rc;
use tr::tr;

use super::{
    model::{Menu, ScenarioText, Selection, Session},
    playing,
    reduce::{edit_source, notice, show_in_text},
};
use crate::{
    asl::model::{Definition, ScopeId, State, StateId, StateKind},
    author::{self, Change, Changed, Kind, Target, Way},
    graph::{self, Graph, Why},
    sim::scenario::Scenario,
};

/// Entries whose changes are tried beforehand, so that they can say why they cannot be made, only up to this many bytes.
const LONGEST_TRIED: usize = 200_000;

/// An entry of a menu.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub words: String,
    /// The key that does the same, where there is one.
    pub keys: &'static str,
    pub does: Pick,
    /// Why it cannot be done.
    pub obstacle: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Pick {
    /// Leads on to another menu.
    Open(Menu),
    Do(Change),
}

/// A menu with what stands in it.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenMenu {
    pub menu: Menu,
    pub title: String,
    pub entries: Vec<Entry>,
    /// The name of the state that it is of.
    pub name: Rc<str>,
}

/// The menu that is open over the graph.
pub fn opened(session: &Session) -> Option<Rc<OpenMenu>> {
    let menu = session.menu?;
    let state = match menu {
        Menu::Rename(state) => session.drawing.definition.states.get(state.index()),
        _ => None,
    };
    let name = state.map_or_else(|| "".into(), |state| state.name.clone());
    Some(Rc::new(OpenMenu { menu, title: title(session, menu), entries: entries(session, menu), name }))
}

/// What a menu is called.
fn title(session: &Session, menu: Menu) -> String {
    let definition = &session.drawing.definition;
    let name = |state: StateId| definition.states.get(state.index()).map_or("", |state| &state.name).to_owned();
    match menu {
        Menu::State(state) => name(state),
        Menu::Kinds(way) => insert_words(definition, way),
        Menu::Rename(state) => tr!("Rename {}", name(state)),
        Menu::Targets(way) => tr!("{} leads to", way_words(definition, way)),
        Menu::Rule(state) => tr!("A new rule of {} leads to", name(state)),
        Menu::Catch(state) => tr!("Errors of {} lead to", name(state)),
    }
}

/// The entries of a menu; none for the one with a field.
fn entries(session: &Session, menu: Menu) -> Vec<Entry> {
    let definition = &session.drawing.definition;
    let mut entries = match menu {
        Menu::State(state) => state_entries(definition, state),
        Menu::Kinds(way) => kind_entries(session, way),
        Menu::Rename(_) => Vec::new(),
        Menu::Targets(way) => {
            let scope = scope_of(definition, way);
            let to = |to: Target| Pick::Do(Change::Connect { way, to });
            let mut entries = targets(definition, scope, |state| to(Target::State(state)));
            if matches!(way, Way::Next(_)) {
                entries.push(entry(tr!("the end"), to(Target::End)));
            }
            entries
        }
        Menu::Rule(state) => {
            targets(definition, scope_of(definition, Way::Next(state)), |to| Pick::Do(Change::AddRule { state, to }))
        }
        Menu::Catch(state) => {
            let mut entries = targets(definition, scope_of(definition, Way::Next(state)), |to| {
                Pick::Do(Change::AddCatch { state, to })
            });
            entries.retain(|entry| entry.does != Pick::Do(Change::AddCatch { state, to: state }));
            entries
        }
    };
    let text = &session.source.text;
    if is_stale(session) {
        let why = tr!("mend the text first: the graph is of an earlier one");
        entries.iter_mut().for_each(|entry| entry.obstacle = Some(why.clone()));
    } else if text.len() <= LONGEST_TRIED {
        for entry in &mut entries {
            if let Pick::Do(change) = &entry.does {
                entry.obstacle = author::change(text, definition, change).err();
            }
        }
    }
    entries
}

fn entry(words: String, does: Pick) -> Entry {
    Entry { words, keys: "", does, obstacle: None }
}

fn state_entries(definition: &Definition, id: StateId) -> Vec<Entry> {
    let Some(state) = definition.states.get(id.index()) else { return Vec::new() };
    let with = |keys: &'static str, words: String, does: Pick| Entry { keys, ..entry(words, does) };
    let mut entries = Vec::new();
    let ways = author::ways(state);
    for (index, (way, _)) in ways.iter().enumerate().filter(|(_, (way, _))| !matches!(way, Way::Catch(..))) {
        let keys = if index == 0 { "Insert" } else { "" };
        entries.push(with(keys, format!("{} …", insert_words(definition, *way)), Pick::Open(Menu::Kinds(*way))));
    }
    if definition.scope(state.scope).start_at == Some(id) {
        entries.push(entry(tr!("Insert before …"), Pick::Open(Menu::Kinds(Way::Start(state.scope)))));
    }
    entries.push(with("F2", tr!("Rename …"), Pick::Open(Menu::Rename(id))));
    for (way, _) in &ways {
        let words = tr!("Lead {} elsewhere …", edge_words(state, *way));
        entries.push(entry(words, Pick::Open(Menu::Targets(*way))));
    }
    match &state.kind {
        StateKind::Choice(_) => entries.push(entry(tr!("Add a rule …"), Pick::Open(Menu::Rule(id)))),
        StateKind::Parallel(_) => entries.push(entry(tr!("Add a branch"), Pick::Do(Change::AddBranch { state: id }))),
        _ => {}
    }
    let catches = matches!(state.kind, StateKind::Task(_) | StateKind::Parallel(_) | StateKind::Map(_));
    if catches && definition.scope(state.scope).states.len() > 1 {
        entries.push(entry(tr!("Catch errors …"), Pick::Open(Menu::Catch(id))));
    }
    entries.push(with("Alt+ArrowUp", tr!("Move up"), Pick::Do(Change::Raise { state: id })));
    entries.push(with("Alt+ArrowDown", tr!("Move down"), Pick::Do(Change::Lower { state: id })));
    for kind in [Kind::Parallel, Kind::Map] {
        let words = tr!("Wrap in a {}", kind.name());
        entries.push(entry(words, Pick::Do(Change::Wrap { state: id, kind })));
    }
    entries.push(with("Delete", tr!("Delete"), Pick::Do(Change::Delete { state: id })));
    entries
}

/// The kinds, and the chosen state, which can be moved there.
fn kind_entries(session: &Session, way: Way) -> Vec<Entry> {
    let definition = &session.drawing.definition;
    let of_kind = |kind: Kind| entry(kind.name().to_owned(), Pick::Do(Change::Insert { at: way, kind }));
    let mut entries: Vec<Entry> = Kind::ALL.into_iter().map(of_kind).collect();
    let scope = scope_of(definition, way);
    let chosen = session.selection.state.and_then(|id| definition.states.get(id.index()));
    if let Some(state) = chosen.filter(|state| Some(state.scope) == scope && !begins_in(way, state.id)) {
        let does = Pick::Do(Change::Move { state: state.id, to: way });
        entries.push(entry(tr!("Move {} here", state.name), does));
    }
    entries
}

fn begins_in(way: Way, id: StateId) -> bool {
    matches!(way, Way::Next(it) | Way::Rule(it, _) | Way::Default(it) | Way::Catch(it, _) if it == id)
}

fn targets(definition: &Definition, scope: Option<ScopeId>, does: impl Fn(StateId) -> Pick) -> Vec<Entry> {
    let states = scope.and_then(|scope| definition.scopes.get(scope.index())).map(|scope| &scope.states[..]);
    let states = states.unwrap_or_default().iter();
    states.map(|id| entry(definition.state(*id).name.to_string(), does(*id))).collect()
}

fn scope_of(definition: &Definition, way: Way) -> Option<ScopeId> {
    match way {
        Way::Start(scope) => Some(scope),
        Way::Next(it) | Way::Rule(it, _) | Way::Default(it) | Way::Catch(it, _) => {
            definition.states.get(it.index()).map(|state| state.scope)
        }
    }
}

/// A way as a part of its state: `Next`, `rule 2`.
fn edge_words(state: &State, way: Way) -> String {
    match way {
        Way::Start(_) => "StartAt".into(),
        Way::Next(_) => "Next".into(),
        Way::Rule(_, index) => tr!("rule {}", index + 1),
        Way::Default(_) => "Default".into(),
        Way::Catch(_, index) => match &state.kind {
            StateKind::Task(task) if task.catch.len() == 1 => "Catch".into(),
            _ => format!("Catch {}", index + 1),
        },
    }
}

/// A way with its state: `Next of Pay`.
fn way_words(definition: &Definition, way: Way) -> String {
    match way {
        Way::Start(_) => tr!("The start"),
        Way::Next(it) | Way::Rule(it, _) | Way::Default(it) | Way::Catch(it, _) => {
            let state = definition.states.get(it.index());
            state.map_or_else(String::new, |state| tr!("{} of {}", edge_words(state, way), state.name))
        }
    }
}

/// What it is called to insert something on a way.
fn insert_words(definition: &Definition, way: Way) -> String {
    match way {
        Way::Start(_) => tr!("Insert at the start"),
        Way::Next(_) => tr!("Insert after"),
        Way::Rule(it, _) | Way::Default(it) | Way::Catch(it, _) => {
            let state = definition.states.get(it.index());
            state.map_or_else(String::new, |state| tr!("Insert on {}", edge_words(state, way)))
        }
    }
}

/// The way that an edge of the graph stands for.
pub fn way_of(graph: &Graph, edge: &graph::Edge) -> Option<Way> {
    let from = graph.nodes.get(edge.from)?;
    let Some(state) = from.state else { return Some(Way::Start(from.scope)) };
    Some(match edge.why {
        Why::Start => Way::Start(from.scope),
        Why::Next | Why::End => Way::Next(state),
        Why::Choice(index) => Way::Rule(state, index),
        Why::Default => Way::Default(state),
        Why::Catch(index) => Way::Catch(state, index),
    })
}

/// The way on which something is inserted after a state: its `Next`, else its first.
pub fn way_after(definition: &Definition, state: StateId) -> Option<Way> {
    let ways = author::ways(definition.states.get(state.index())?);
    ways.first().map(|(way, _)| *way)
}

/// Whether the graph is of an earlier text.
fn is_stale(session: &Session) -> bool {
    session.drawing.text != session.source.text && !session.source.text.trim().is_empty()
}

/// Opens a menu for the chosen state, where one is chosen.
pub(super) fn ask(session: &mut Session, menu: Option<Menu>) {
    session.player.is_playing &= menu.is_none();
    session.menu = menu;
}

/// Makes a change, or says why it cannot be made.
pub(super) fn make(session: &mut Session, change: &Change) {
    if is_stale(session) {
        return notice(session, tr!("mend the text first: the graph is of an earlier one"));
    }
    let definition = session.drawing.definition.clone();
    match author::change(&session.source.text, &definition, change) {
        Ok(changed) => take(session, changed),
        Err(why) => notice(session, why),
    }
}

fn take(session: &mut Session, changed: Changed) {
    session.menu = None;
    let breakpoints = moved_breakpoints(session, &changed);
    edit_source(session, changed.text.as_str().into());
    session.breakpoints = Rc::new(breakpoints);
    playing::drop_stale(&mut session.breakpoints, &session.drawing.definition);
    if let Some(scenario) = session.scenario.scenario.as_deref().and_then(|scenario| follow(scenario, &changed)) {
        session.scenario = Rc::new(ScenarioText::read(scenario.to_text().into()));
    }
    let chosen = changed.chosen.and_then(|path| {
        session.drawing.definition.states.iter().find(|state| state.path == path).map(|state| state.id)
    });
    session.selection = Selection { state: chosen, visit: None };
    show_in_text(session);
}

fn moved_breakpoints(session: &Session, changed: &Changed) -> std::collections::BTreeSet<Rc<str>> {
    let moved = |path: &Rc<str>| moved_path(path, changed).unwrap_or_else(|| path.clone());
    session.breakpoints.iter().map(moved).collect()
}

/// A path after a change, where it has become another.
fn moved_path(path: &str, changed: &Changed) -> Option<Rc<str>> {
    let (from, to) = changed.moved.as_ref()?;
    let rest = path.strip_prefix(&**from)?;
    (rest.is_empty() || rest.starts_with('/')).then(|| format!("{to}{rest}").into())
}

/// The scenario with the names that have changed; `None` where it names none of them.
fn follow(scenario: &Scenario, changed: &Changed) -> Option<Scenario> {
    let mut next = scenario.clone();
    let named = |name: &Rc<str>| {
        let renamed = changed.renamed.as_ref().filter(|(from, _)| from == name).map(|(_, to)| to.clone());
        renamed.or_else(|| moved_path(name, changed)).unwrap_or_else(|| name.clone())
    };
    next.tasks = scenario.tasks.iter().map(|(name, answers)| (named(name), answers.clone())).collect();
    let iterations = next.tasks.values_mut().flatten().filter_map(|answer| answer.iteration.as_mut()).flatten();
    iterations.for_each(|iteration| iteration.map = named(&iteration.map));
    next.chaos.iter_mut().flat_map(|rule| &mut rule.tasks).for_each(|name| *name = named(name));
    (next != *scenario).then_some(next)
}
