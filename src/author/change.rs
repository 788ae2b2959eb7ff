//! The changes, one by one: what is relinked, added, taken away.

use std::rc::Rc;
use tr::tr;

use super::{
    Change, Changed, Kind, Target, Way,
    draft::{Draft, OutOfReach},
    free_name,
    kinds::{self, members},
    sketch::{Sketch, Style},
    ways, ways_of,
};
use crate::{
    asl::model::{Catcher, Definition, ScopeId, State, StateId, StateKind, Transition},
    syntax::Format,
};

/// Characters that a state's name may have, by the quotas of AWS.
const LONGEST_NAME: usize = 80;

type Made = Result<Changed, String>;

impl From<OutOfReach> for String {
    fn from(_: OutOfReach) -> Self {
        tr!("this text is written in a way that cannot be edited from the graph: change it by hand")
    }
}

/// A change of a definition that is read from a text in a format.
pub(super) fn make(text: &str, format: Format, definition: &Definition, change: &Change) -> Made {
    if text.trim().is_empty() {
        return match change {
            Change::Insert { kind, .. } => Ok(first(*kind)),
            _ => Err(tr!("there is no state yet")),
        };
    }
    let mut it = Author { draft: Draft::of(text, format)?, definition };
    let chosen = match change {
        Change::Insert { at, kind } => it.insert(*at, *kind)?,
        Change::Rename { state, name } => return it.rename(*state, name),
        Change::Delete { state } => it.delete(*state)?,
        Change::Raise { state } => it.raise(*state, *state)?,
        Change::Lower { state } => it.lower(*state)?,
        Change::Move { state, to } => it.shift(*state, *to)?,
        Change::Wrap { state, kind } => return it.wrap(*state, *kind),
        Change::Connect { way, to } => it.connect(*way, *to)?,
        Change::AddBranch { state } => it.add_branch(*state)?,
        Change::AddRule { state, to } => it.add_rule(*state, *to)?,
        Change::AddCatch { state, to } => it.add_catch(*state, *to)?,
    };
    Ok(Changed { text: it.draft.into_text(), chosen, renamed: None, moved: None })
}

/// The text of a machine with its first state.
fn first(kind: Kind) -> Changed {
    let style = Style {
        is_flow: true,
        has_quotes: true,
        is_one_line: false,
        unit: "  ".into(),
        is_dense: false,
        is_padded: false,
    };
    let name = kinds::name(kind);
    let states = new_states(&Definition::default(), kind, name, None);
    let machine = Sketch::object([("StartAt", Sketch::text(name)), ("States", Sketch::Object(states))]);
    let text = style.value(&machine, "", false) + "\n";
    Changed { text, chosen: Some(name.into()), renamed: None, moved: None }
}

/// A new state that leads to `to`, and with a Choice at an end one that ends.
fn new_states(definition: &Definition, kind: Kind, name: &str, to: Option<String>) -> Vec<(String, Sketch)> {
    let mut taken = vec![name.to_owned()];
    let mut fresh = |wish: &str| {
        let numbered = (2..).map(|number| format!("{wish} {number}"));
        let names = std::iter::once(wish.to_owned()).chain(numbered).map(|wish| free_name(definition, &wish));
        let found = names.into_iter().find(|name| !taken.contains(name)).unwrap_or_default();
        taken.push(found.clone());
        found
    };
    let language = definition.query_language;
    if kind == Kind::Choice {
        let done = to.is_none().then(|| fresh(kinds::name(Kind::Succeed)));
        let on = to.or(done.clone()).unwrap_or_default();
        let choice = (name.to_owned(), Sketch::Object(members(kind, language, &on, &mut fresh)));
        let done = done.map(|done| (done, Sketch::object([("Type", Sketch::text("Succeed"))])));
        return std::iter::once(choice).chain(done).collect();
    }
    let mut state = members(kind, language, "", &mut fresh);
    match to {
        _ if kind.is_end() => {}
        Some(to) => state.push(("Next".into(), Sketch::text(to))),
        None => state.push(("End".into(), Sketch::word(true))),
    }
    vec![(name.to_owned(), Sketch::Object(state))]
}

struct Author<'a> {
    draft: Draft,
    definition: &'a Definition,
}

impl Author<'_> {
    fn state(&self, id: StateId) -> Result<&State, String> {
        self.definition.states.get(id.index()).ok_or_else(|| "this state is gone".into())
    }

    fn name(&self, id: StateId) -> String {
        self.definition.states.get(id.index()).map_or_else(String::new, |state| state.name.to_string())
    }

    /// The JSON pointer of a scope's object.
    fn scope_pointer(&self, scope: ScopeId) -> Result<String, String> {
        let Some((owner, index)) = self.definition.scope(scope).owner else { return Ok(String::new()) };
        let owner = self.state(owner)?;
        Ok(match owner.kind {
            StateKind::Parallel(_) => format!("{}/Branches/{index}", owner.pointer),
            _ if self.draft.has(&owner.pointer, "ItemProcessor") => format!("{}/ItemProcessor", owner.pointer),
            _ => format!("{}/Iterator", owner.pointer),
        })
    }

    fn scope_of(&self, way: Way) -> Result<ScopeId, String> {
        match way {
            Way::Start(scope) if scope.index() < self.definition.scopes.len() => Ok(scope),
            Way::Start(_) => Err(tr!("there is no machine yet")),
            Way::Next(state) | Way::Rule(state, _) | Way::Default(state) | Way::Catch(state, _) => {
                Ok(self.state(state)?.scope)
            }
        }
    }

    /// The object and the key in which a way is written.
    fn place_of(&self, way: Way) -> Result<(String, &'static str), String> {
        Ok(match way {
            Way::Start(scope) => (self.scope_pointer(scope)?, "StartAt"),
            Way::Next(state) => (self.state(state)?.pointer.to_string(), "Next"),
            Way::Rule(state, index) => (format!("{}/Choices/{index}", self.state(state)?.pointer), "Next"),
            Way::Default(state) => (self.state(state)?.pointer.to_string(), "Default"),
            Way::Catch(state, index) => (format!("{}/Catch/{index}", self.state(state)?.pointer), "Next"),
        })
    }

    fn target_of(&self, way: Way) -> Result<Target, String> {
        let scope = self.scope_of(way)?;
        let found = ways_of(self.definition, scope).into_iter().find(|(other, _)| *other == way);
        match found {
            Some((_, Transition::Next(state))) => Ok(Target::State(state)),
            Some(_) => Ok(Target::End),
            None => Err(tr!("this edge is gone")),
        }
    }

    fn style(&self, scope: ScopeId) -> Result<Style, String> {
        Ok(self.draft.style(&self.scope_pointer(scope)?))
    }

    /// Leads a way to a state by name; `None` is the end.
    fn link(&mut self, way: Way, to: Option<&str>) -> Result<(), String> {
        let (object, key) = self.place_of(way)?;
        let style = self.style(self.scope_of(way)?)?;
        match to {
            Some(name) => {
                let is_end = matches!(way, Way::Next(_)) && !self.draft.has(&object, "Next");
                let host = if is_end { "End" } else { key };
                self.draft.set(&object, host, key, &Sketch::text(name), &style)?;
            }
            None => {
                if !matches!(way, Way::Next(_)) {
                    return Err(tr!("only `Next` can become the end: lead this edge to a Succeed state instead"));
                }
                let host = if self.draft.has(&object, "Next") { "Next" } else { "End" };
                self.draft.set(&object, host, "End", &Sketch::word(true), &style)?;
            }
        }
        Ok(())
    }

    fn name_of(&self, target: Target) -> Option<String> {
        match target {
            Target::State(state) => Some(self.name(state)),
            Target::End => None,
        }
    }

    fn insert(&mut self, at: Way, kind: Kind) -> Result<Option<Rc<str>>, String> {
        let scope = self.scope_of(at)?;
        let target = self.target_of(at)?;
        if kind.is_end() && matches!(at, Way::Next(_) | Way::Start(_)) && target != Target::End {
            let message = tr!("what follows would never be reached: put a {} at an end, a rule or a catcher");
            return Err(message.replace("{}", kind.name()));
        }
        let name = free_name(self.definition, kinds::name(kind));
        let states = new_states(self.definition, kind, &name, self.name_of(target));
        let style = self.style(scope)?;
        let pointer = self.scope_pointer(scope)?;
        if !self.draft.has(&pointer, "States") {
            let start = ("StartAt".to_owned(), Sketch::text(&name));
            let is_started = self.draft.has(&pointer, "StartAt");
            let members =
                std::iter::once(start).filter(|_| !is_started).chain([("States".into(), Sketch::Object(states))]);
            self.draft.add_all(&pointer, None, &members.collect::<Vec<_>>(), &style)?;
            return Ok(Some(self.path_in(scope, &name)));
        }
        self.link(at, Some(&name))?;
        let after = match at {
            Way::Start(_) => None,
            Way::Next(it) | Way::Rule(it, _) | Way::Default(it) | Way::Catch(it, _) => Some(self.name(it)),
        };
        self.draft.add_all(&format!("{pointer}/States"), after.as_deref(), &states, &style)?;
        Ok(Some(self.path_in(scope, &name)))
    }

    fn path_in(&self, scope: ScopeId, name: &str) -> Rc<str> {
        match self.definition.scope(scope).owner {
            Some((owner, _)) => format!("{}/{name}", self.definition.state(owner).path).into(),
            None => name.into(),
        }
    }

    fn rename(mut self, id: StateId, name: &str) -> Made {
        let state = self.state(id)?;
        let (scope, old, path) = (state.scope, state.name.clone(), state.path.clone());
        let name = name.trim();
        if name.is_empty() {
            return Err(tr!("a state needs a name"));
        }
        if name.chars().count() > LONGEST_NAME {
            return Err(tr!(
                "a name has at most {LONGEST_NAME} characters, this has {}",
                name.chars().count(),
                LONGEST_NAME
            ));
        }
        if self.definition.states.iter().any(|other| other.id != id && &*other.name == name) {
            return Err(tr!("there is a state `{name}` already: no two can have one name", name));
        }
        self.relink(scope, &old, name)?;
        let style = self.style(scope)?;
        let states = format!("{}/States", self.scope_pointer(scope)?);
        self.draft.rename(&states, &old, style.name(name))?;
        let new_path = self.path_in(scope, name);
        Ok(Changed {
            text: self.draft.into_text(),
            chosen: Some(new_path.clone()),
            renamed: Some((old, name.into())),
            moved: Some((path, new_path)),
        })
    }

    /// Leads all that names a state of a scope to another name.
    fn relink(&mut self, scope: ScopeId, old: &str, name: &str) -> Result<(), String> {
        let style = self.style(scope)?;
        let links = self.draft.links(&self.scope_pointer(scope)?)?;
        let links: Vec<String> = links.into_iter().filter(|(_, to)| *to == old).map(|(pointer, _)| pointer).collect();
        for link in links {
            self.draft.replace(&link, style.name(name))?;
        }
        Ok(())
    }

    /// What leads to a state, but for itself.
    fn incoming(&self, state: &State) -> Vec<Way> {
        let own: Vec<Way> = ways(state).into_iter().map(|(way, _)| way).collect();
        let all = ways_of(self.definition, state.scope).into_iter();
        all.filter(|(way, to)| *to == Transition::Next(state.id) && !own.contains(way)).map(|(way, _)| way).collect()
    }

    /// Where a state leads if it leads to one place; of a Choice its `Default`, else its first rule.
    fn successor(&self, state: &State) -> Target {
        let ways = ways(state);
        let default = ways.iter().find(|(way, _)| matches!(way, Way::Next(_) | Way::Default(_)));
        match default.or(ways.first()) {
            Some((_, Transition::Next(to))) if *to != state.id => Target::State(*to),
            _ => Target::End,
        }
    }

    fn delete(&mut self, id: StateId) -> Result<Option<Rc<str>>, String> {
        let state = self.state(id)?.clone();
        let scope = self.definition.scope(state.scope);
        if scope.states.len() == 1 {
            return self.delete_scope(&state);
        }
        let successor = self.successor(&state);
        let to = self.name_of(successor);
        let incoming = self.incoming(&state);
        let (mut rules, mut catchers) = (Vec::new(), Vec::new());
        for way in &incoming {
            match (way, &to) {
                (Way::Rule(owner, index), None) => rules.push((*owner, *index)),
                (Way::Catch(owner, index), None) => catchers.push((*owner, *index)),
                (Way::Default(owner), None) => {
                    let pointer = self.state(*owner)?.pointer.clone();
                    self.draft.remove(&pointer, "Default")?;
                }
                (Way::Start(_), None) => {
                    let other = scope.states.iter().find(|other| **other != id).map(|other| self.name(*other));
                    self.link(*way, other.as_deref())?;
                }
                (_, to) => self.link(*way, to.as_deref())?,
            }
        }
        self.pull("Choices", &rules)?;
        self.pull("Catch", &catchers)?;
        let states = format!("{}/States", self.scope_pointer(state.scope)?);
        self.draft.remove(&states, &state.name)?;
        let before = incoming.iter().find_map(|way| match way {
            Way::Next(it) | Way::Rule(it, _) | Way::Default(it) | Way::Catch(it, _) => Some(*it),
            Way::Start(_) => None,
        });
        let next = match successor {
            Target::State(next) => Some(next),
            Target::End => before,
        };
        Ok(next.map(|next| self.definition.state(next).path.clone()))
    }

    /// The last state of a scope goes: with a branch, where there are others.
    fn delete_scope(&mut self, state: &State) -> Result<Option<Rc<str>>, String> {
        let Some((owner, index)) = self.definition.scope(state.scope).owner else {
            return Err(tr!("`{}` is the only state: rename or change it instead", state.name));
        };
        let owner = self.state(owner)?.clone();
        match &owner.kind {
            StateKind::Parallel(parallel) if parallel.branches.len() > 1 => {
                self.draft.pull(&format!("{}/Branches", owner.pointer), &[index])?;
                Ok(Some(owner.path))
            }
            _ => Err(tr!("`{}` is all that is in `{}`: delete that instead", state.name, owner.name)),
        }
    }

    /// Takes rules or catchers away, by their states and indexes.
    fn pull(&mut self, list: &str, gone: &[(StateId, usize)]) -> Result<(), String> {
        let mut owners: Vec<StateId> = gone.iter().map(|(owner, _)| *owner).collect();
        owners.dedup();
        for owner in owners {
            let state = self.state(owner)?;
            let (count, pointer) = (
                ways(state)
                    .iter()
                    .filter(|(way, _)| match list {
                        "Catch" => matches!(way, Way::Catch(..)),
                        _ => matches!(way, Way::Rule(..)),
                    })
                    .count(),
                state.pointer.clone(),
            );
            let indexes: Vec<usize> = gone.iter().filter(|(of, _)| *of == owner).map(|(_, index)| *index).collect();
            if indexes.len() < count {
                self.draft.pull(&format!("{pointer}/{list}"), &indexes)?;
            } else if list == "Catch" {
                self.draft.remove(&pointer, list)?;
            } else {
                return Err(tr!("`{}` would have no rule left: lead one of them elsewhere first", state.name));
            }
        }
        Ok(())
    }

    /// A state and the one before it change places; `chosen` is looked at next.
    fn raise(&mut self, id: StateId, chosen: StateId) -> Result<Option<Rc<str>>, String> {
        let state = self.state(id)?.clone();
        let before = self.incoming(&state).into_iter().find_map(|way| match way {
            Way::Next(before) => Some(before),
            _ => None,
        });
        let Some(before) = before else {
            return Err(tr!(
                "no state leads to `{}` by its `Next`: there is nothing to change places with",
                state.name
            ));
        };
        let Some((_, after)) = ways(&state).into_iter().find(|(way, _)| matches!(way, Way::Next(_))) else {
            return Err(tr!("`{}` has no `Next`: it cannot stand before another", state.name));
        };
        if after == Transition::Next(before) {
            return Err(tr!("`{}` and `{}` lead to each other", state.name, self.name(before)));
        }
        let after = match after {
            Transition::Next(after) => Some(self.name(after)),
            Transition::End | Transition::Missing => None,
        };
        for way in self.incoming(&self.state(before)?.clone()) {
            self.link(way, Some(&state.name))?;
        }
        let before_name = self.name(before);
        self.link(Way::Next(id), Some(&before_name))?;
        self.link(Way::Next(before), after.as_deref())?;
        Ok(Some(self.state(chosen)?.path.clone()))
    }

    fn lower(&mut self, id: StateId) -> Result<Option<Rc<str>>, String> {
        let state = self.state(id)?;
        let next = ways(state).into_iter().find_map(|(way, to)| match (way, to) {
            (Way::Next(_), Transition::Next(next)) if next != id => Some(next),
            _ => None,
        });
        match next {
            Some(next) => self.raise(next, id),
            None => Err(tr!(
                "`{}` leads to no other state by its `Next`: there is nothing to change places with",
                state.name
            )),
        }
    }

    fn shift(&mut self, id: StateId, to: Way) -> Result<Option<Rc<str>>, String> {
        let state = self.state(id)?.clone();
        if self.scope_of(to)? != state.scope {
            return Err(tr!("a state can be moved within its own branch only"));
        }
        let Some((own, after)) = ways(&state).into_iter().find(|(way, _)| matches!(way, Way::Next(_))) else {
            return Err(tr!("`{}` has no `Next`: it cannot stand on another way", state.name));
        };
        let target = self.target_of(to)?;
        if ways(&state).iter().any(|(way, _)| *way == to) || target == Target::State(id) {
            return Err(tr!("`{}` stands there already", state.name));
        }
        let after = match after {
            Transition::Next(after) if after != id => Some(self.name(after)),
            _ => None,
        };
        for way in self.incoming(&state) {
            self.link(way, after.as_deref())?;
        }
        self.link(to, Some(&state.name))?;
        let target = self.name_of(target);
        self.link(own, target.as_deref())?;
        Ok(Some(state.path))
    }

    fn connect(&mut self, way: Way, to: Target) -> Result<Option<Rc<str>>, String> {
        if let Target::State(state) = to
            && self.state(state)?.scope != self.scope_of(way)?
        {
            return Err(tr!("an edge leads to a state of its own branch only"));
        }
        let to = self.name_of(to);
        self.link(way, to.as_deref())?;
        let from = match way {
            Way::Start(_) => None,
            Way::Next(it) | Way::Rule(it, _) | Way::Default(it) | Way::Catch(it, _) => {
                Some(self.state(it)?.path.clone())
            }
        };
        Ok(from)
    }

    fn wrap(mut self, id: StateId, kind: Kind) -> Made {
        let state = self.state(id)?.clone();
        if matches!(state.kind, StateKind::Choice(_) | StateKind::Unknown) {
            let message = tr!("`{}` is a Choice: the states that it leads to would be out of its reach", state.name);
            return Err(message);
        }
        let style = self.style(state.scope)?;
        let next = ways(&state).into_iter().find(|(way, _)| matches!(way, Way::Next(_)));
        let after = match next {
            Some((_, Transition::Next(to))) if to != id => Some(self.name(to)),
            _ => None,
        };
        if let Some((way, _)) = next {
            self.link(way, None)?;
        }
        // Catchers lead to states of this scope, so they go with what stands in it.
        let catch = match self.draft.has(&state.pointer, "Catch") {
            true => Some(self.draft.kept(&format!("{}/Catch", state.pointer))?),
            false => None,
        };
        if catch.is_some() {
            self.draft.remove(&state.pointer, "Catch")?;
        }
        let scope_pointer = self.scope_pointer(state.scope)?;
        self.draft = self.draft.made()?;
        let inner = self.draft.kept(&state.pointer)?;
        let name = free_name(self.definition, kinds::name(kind));
        let mut members = vec![("Type".to_owned(), Sketch::text(kind.name()))];
        members.push(match kind {
            Kind::Parallel => ("Branches".into(), Sketch::List(vec![kinds::scope(&state.name, inner)])),
            Kind::Map => ("ItemProcessor".into(), kinds::processor(&state.name, inner)),
            _ => return Err(tr!("only a Parallel or a Map has states inside")),
        });
        members.extend(catch.map(|catch| ("Catch".to_owned(), catch)));
        members.push(match after {
            Some(after) => ("Next".into(), Sketch::text(after)),
            None => ("End".into(), Sketch::word(true)),
        });
        let mut links = self.draft.links(&scope_pointer)?;
        links.retain(|(pointer, to)| **to == *state.name && !pointer.starts_with(&*state.pointer));
        let links: Vec<String> = links.into_iter().map(|(pointer, _)| pointer).collect();
        for link in links {
            self.draft.replace(&link, style.name(&name))?;
        }
        self.draft.exchange(
            &format!("{scope_pointer}/States"),
            &state.name,
            &name,
            &Sketch::Object(members),
            &style,
        )?;
        let path = self.path_in(state.scope, &name);
        let moved = Some((state.path.clone(), format!("{path}/{}", state.name).into()));
        Ok(Changed { text: self.draft.into_text(), chosen: Some(path), renamed: None, moved })
    }

    fn add_branch(&mut self, id: StateId) -> Result<Option<Rc<str>>, String> {
        let state = self.state(id)?.clone();
        let StateKind::Parallel(parallel) = &state.kind else {
            return Err(tr!("`{}` is no Parallel: only those have branches", state.name));
        };
        let name = free_name(self.definition, &format!("Branch {}", parallel.branches.len() + 1));
        let style = self.style(state.scope)?;
        self.draft.push(&format!("{}/Branches", state.pointer), &kinds::scope(&name, kinds::pass()), &style)?;
        Ok(Some(format!("{}/{name}", state.path).into()))
    }

    fn add_rule(&mut self, id: StateId, to: StateId) -> Result<Option<Rc<str>>, String> {
        let state = self.state(id)?.clone();
        if !matches!(state.kind, StateKind::Choice(_)) {
            return Err(tr!("`{}` is no Choice: only those have rules", state.name));
        }
        let target = self.reachable(&state, to)?;
        let mut rule = members(Kind::Choice, state.query_language, &target, &mut |wish| wish.to_owned());
        let Some((_, Sketch::List(mut rules))) = rule.drain(..).find(|(key, _)| key == "Choices") else {
            return Err(tr!("a Choice has rules"));
        };
        let style = self.style(state.scope)?;
        if let Some(rule) = rules.pop() {
            self.draft.push(&format!("{}/Choices", state.pointer), &rule, &style)?;
        }
        Ok(Some(state.path))
    }

    fn add_catch(&mut self, id: StateId, to: StateId) -> Result<Option<Rc<str>>, String> {
        let state = self.state(id)?.clone();
        if !matches!(state.kind, StateKind::Task(_) | StateKind::Parallel(_) | StateKind::Map(_)) {
            return Err(tr!("`{}` cannot have a Catch: Task, Parallel and Map can", state.name));
        }
        let catchers: &[Catcher] = match &state.kind {
            StateKind::Task(task) => &task.catch,
            StateKind::Parallel(parallel) => &parallel.catch,
            StateKind::Map(map) => &map.catch,
            _ => &[],
        };
        if catchers.iter().any(|it| it.error_equals.iter().any(|error| &**error == "States.ALL")) {
            return Err(tr!("`{}` catches States.ALL already: lead that edge elsewhere", state.name));
        }
        let target = self.reachable(&state, to)?;
        let catcher = Sketch::object([
            ("ErrorEquals", Sketch::List(vec![Sketch::text("States.ALL")])),
            ("Next", Sketch::text(target)),
        ]);
        let style = self.style(state.scope)?;
        match self.draft.has(&state.pointer, "Catch") {
            true => self.draft.push(&format!("{}/Catch", state.pointer), &catcher, &style)?,
            false => self.draft.add(&state.pointer, "Catch", &Sketch::List(vec![catcher]), &style)?,
        }
        Ok(Some(state.path))
    }

    /// The name of a state that another of the same scope can lead to.
    fn reachable(&self, from: &State, to: StateId) -> Result<String, String> {
        let target = self.state(to)?;
        match target.scope == from.scope {
            true => Ok(target.name.to_string()),
            false => Err(tr!("an edge leads to a state of its own branch only")),
        }
    }
}
