//! Which line of execution an event belongs to, and which state: told from the event that it points back to, from
//! names, and from what is open. Follows the sequences of events that AWS was recorded with: a chain hangs from its
//! Parallel's or Map's start, and what tells of a Parallel or Map as a whole points into one of its chains.

use std::{collections::BTreeSet, rc::Rc};

use rustc_hash::FxHashMap;

use crate::{
    asl::model::{Definition, ScopeId, State, StateId, StateKind},
    sim::trace::{TraceBranch, TraceEvent},
};

/// So many events that cannot be placed are named; more are counted.
const MOST_NAMED: usize = 3;

/// Gives each event its branch and state, and returns the branches.
pub(super) fn place(events: &mut [TraceEvent], definition: &Definition, notes: &mut Vec<String>) -> Vec<TraceBranch> {
    let mut placer = Placer::new(definition);
    for event in events.iter_mut() {
        let (branch, state) = placer.take(event);
        event.branch = branch;
        event.state = state.map(|StateId(state)| state);
        placer.branch_of.push(branch);
    }
    notes.append(&mut placer.notes);
    if placer.unplaced > MOST_NAMED {
        notes.push(format!("{} more events do not fit the definition", placer.unplaced - MOST_NAMED));
    }
    placer.branches
}

/// A line of execution as far as it is known.
struct Line {
    scope: Option<ScopeId>,
    /// The state that was entered and not left.
    open: Option<StateId>,
    /// The open Parallel or Map has said that it failed.
    has_failed: bool,
    /// What the current attempt of the open Parallel or Map has begun.
    children: Vec<u32>,
    generations: u32,
}

struct Placer<'a> {
    definition: &'a Definition,
    branches: Vec<TraceBranch>,
    lines: Vec<Line>,
    /// By event.
    branch_of: Vec<u32>,
    /// The lines that have a state open.
    open: BTreeSet<u32>,
    /// The newest iteration of an index, by the line of its Map.
    iterations: FxHashMap<(u32, u64), u32>,
    /// The iteration that is being cut.
    cut: Option<u32>,
    unplaced: usize,
    notes: Vec<String>,
}

type Place = (u32, Option<StateId>);

impl<'a> Placer<'a> {
    fn new(definition: &'a Definition) -> Self {
        let mut placer = Self {
            definition,
            branches: Vec::new(),
            lines: Vec::new(),
            branch_of: Vec::new(),
            open: BTreeSet::new(),
            iterations: FxHashMap::default(),
            cut: None,
            unplaced: 0,
            notes: Vec::new(),
        };
        let root = (!definition.scopes.is_empty()).then_some(ScopeId::ROOT);
        placer.begin(TraceBranch { parent: None, owner: None, index: 0, generation: 0 }, root);
        placer
    }

    fn take(&mut self, event: &TraceEvent) -> Place {
        let kind = &*event.kind;
        if kind.starts_with("Execution") {
            return (0, None);
        }
        let is_cut = kind.ends_with("Aborted");
        let place = if let Some(step) = kind.strip_prefix("MapIteration") {
            self.iteration(event, step)
        } else if kind.ends_with("StateEntered") {
            self.enter(event)
        } else if kind.ends_with("StateExited") {
            self.exit(event)
        } else if let Some(kind) = kind.strip_suffix("StateAborted") {
            self.abort(event, kind)
        } else {
            self.inside(event)
        };
        if !is_cut {
            self.cut = None;
        }
        place.unwrap_or_else(|why| self.unplaced(event, &why))
    }

    fn unplaced(&mut self, event: &TraceEvent, why: &str) -> Place {
        self.unplaced += 1;
        if self.unplaced <= MOST_NAMED {
            self.notes.push(format!("event {}, {}, does not fit the definition: {why}", event.id, event.kind));
        }
        (self.before(event), None)
    }

    fn begin(&mut self, branch: TraceBranch, scope: Option<ScopeId>) -> u32 {
        let id = self.branches.len() as u32;
        self.branches.push(branch);
        self.lines.push(Line { scope, open: None, has_failed: false, children: Vec::new(), generations: 0 });
        id
    }

    /// Begins a line inside the open Parallel or Map of another.
    fn begin_inside(&mut self, parent: u32, owner: StateId, index: u32, scope: ScopeId) -> u32 {
        let generation = self.lines[parent as usize].generations.saturating_sub(1);
        let branch = TraceBranch { parent: Some(parent), owner: Some(owner.0), index, generation };
        let child = self.begin(branch, Some(scope));
        self.lines[parent as usize].children.push(child);
        child
    }

    fn enter(&mut self, event: &TraceEvent) -> Result<Place, String> {
        let name = event.details.name.clone().unwrap_or_default();
        let before = self.before(event);
        let branch = match self.lines[before as usize].open {
            None => before,
            Some(open) => self.begin_parallel(before, open, &name)?,
        };
        let state = self.state_in(self.lines[branch as usize].scope, &name).ok_or_else(|| no_state(&name))?;
        let line = &mut self.lines[branch as usize];
        (line.open, line.has_failed) = (Some(state), false);
        self.open.insert(branch);
        Ok((branch, Some(state)))
    }

    /// A state follows the start of a Parallel: it begins the branch that starts with it.
    fn begin_parallel(&mut self, parent: u32, open: StateId, name: &str) -> Result<u32, String> {
        let state = self.state(open);
        let StateKind::Parallel(parallel) = &state.kind else {
            return Err(format!("`{}` is still open where it points back to", state.name));
        };
        let begun = |scope: ScopeId| {
            let children = &self.lines[parent as usize].children;
            children.iter().any(|&child| self.lines[child as usize].scope == Some(scope))
        };
        let starts_so = |scope: ScopeId| {
            let start = self.definition.scope(scope).start_at.map(|start| self.state(start));
            start.is_some_and(|start| *start.name == *name)
        };
        let found = parallel.branches.iter().zip(0..).find(|(scope, _)| starts_so(**scope) && !begun(**scope));
        let (&scope, index) = found.ok_or_else(|| format!("no branch of `{}` starts with `{name}`", state.name))?;
        Ok(self.begin_inside(parent, open, index, scope))
    }

    fn exit(&mut self, event: &TraceEvent) -> Result<Place, String> {
        let name = event.details.name.clone().unwrap_or_default();
        let branch = self.named(event, &name)?;
        let state = self.lines[branch as usize].open;
        self.close(branch);
        Ok((branch, state))
    }

    fn iteration(&mut self, event: &TraceEvent, step: &str) -> Result<Place, String> {
        let name = event.details.name.clone().unwrap_or_default();
        let index = event.details.index.unwrap_or(0);
        let owner = self.named(event, &name)?;
        let state = self.lines[owner as usize].open;
        if step == "Started" {
            let map = state.map(|state| (state, &self.state(state).kind));
            let Some((map, StateKind::Map(processor))) = map else { return Err(format!("`{name}` is no Map")) };
            let scope = processor.processor.ok_or_else(|| format!("`{name}` has no processor"))?;
            let shown = u32::try_from(index).map_err(|_| format!("there is no iteration {index}"))?;
            let child = self.begin_inside(owner, map, shown, scope);
            self.iterations.insert((owner, index), child);
            return Ok((child, Some(map)));
        }
        let child = self.iterations.get(&(owner, index)).copied();
        let child = child.ok_or_else(|| format!("iteration {index} of `{name}` has not started"))?;
        if matches!(step, "Aborted" | "Failed") {
            self.cut = Some(child);
        }
        Ok((child, state))
    }

    /// The state of a kind that is cut: in the iteration that was just told of; else that of the event's own line; else
    /// the first beside it.
    fn abort(&mut self, event: &TraceEvent, kind: &str) -> Result<Place, String> {
        let before = self.before(event);
        let is_kind = |branch: u32| self.is_open(branch, |state| state.kind.name() == kind);
        let own = Some(before).filter(|&branch| self.cut.is_none() && is_kind(branch));
        let cut = || self.cut.and_then(|cut| self.first_inside(cut, is_kind));
        let beside = || self.around(before).find_map(|around| self.first_inside(around, is_kind));
        let branch = own.or_else(cut).or_else(beside).ok_or_else(|| format!("no {kind} state is open"))?;
        let state = self.lines[branch as usize].open;
        self.close(branch);
        Ok((branch, state))
    }

    /// What happens while a state is open.
    fn inside(&mut self, event: &TraceEvent) -> Result<Place, String> {
        let kind = &*event.kind;
        let branch = match kind {
            "EvaluationFailed" => self.named(event, &event.details.name.clone().unwrap_or_default())?,
            _ if kind.starts_with("ParallelState") => self.whole(event, "Parallel")?,
            _ if kind.starts_with("MapState") || kind.starts_with("MapRun") => self.whole(event, "Map")?,
            _ => self.nearest(event, |state, _| matches!(state.kind, StateKind::Task(_))).ok_or("no Task is open")?,
        };
        if matches!(kind, "ParallelStateStarted" | "MapStateStarted") {
            self.close_children(branch);
            self.lines[branch as usize].generations += 1;
        }
        if matches!(kind, "ParallelStateFailed" | "MapStateFailed") {
            self.close_children(branch);
            self.lines[branch as usize].has_failed = true;
        }
        Ok((branch, self.lines[branch as usize].open))
    }

    /// The line whose open Parallel or Map an event tells of: the nearest that has not failed.
    fn whole(&self, event: &TraceEvent, kind: &str) -> Result<u32, String> {
        let found = self.nearest(event, |state, has_failed| state.kind.name() == kind && !has_failed);
        found.ok_or_else(|| format!("no {kind} is open"))
    }

    /// The line where a state of a name is open: the nearest, or else the newest.
    fn named(&self, event: &TraceEvent, name: &str) -> Result<u32, String> {
        let found = self.nearest(event, |state, _| *state.name == *name);
        found.ok_or_else(|| match self.definition.states.iter().any(|state| *state.name == *name) {
            true => format!("`{name}` is not open"),
            false => no_state(name),
        })
    }

    fn nearest(&self, event: &TraceEvent, fits: impl Fn(&State, bool) -> bool) -> Option<u32> {
        let is_open = |branch: &u32| {
            let line = &self.lines[*branch as usize];
            line.open.is_some_and(|open| fits(self.state(open), line.has_failed))
        };
        let near = self.around(self.before(event)).find(is_open);
        near.or_else(|| self.open.iter().rev().copied().find(is_open))
    }

    fn is_open(&self, branch: u32, fits: impl Fn(&State) -> bool) -> bool {
        self.lines[branch as usize].open.is_some_and(|open| fits(self.state(open)))
    }

    /// The first line inside another, itself included, for which something holds.
    fn first_inside(&self, outer: u32, fits: impl Fn(u32) -> bool) -> Option<u32> {
        let is_inside = |branch: u32| self.around(branch).any(|around| around == outer);
        self.open.range(outer..).copied().find(|&branch| fits(branch) && is_inside(branch))
    }

    /// A line and those around it, from the inside out.
    fn around(&self, branch: u32) -> impl Iterator<Item = u32> {
        std::iter::successors(Some(branch), |&branch| self.branches[branch as usize].parent)
    }

    /// The line of the event that one points back to.
    fn before(&self, event: &TraceEvent) -> u32 {
        let previous = event.previous.checked_sub(1).and_then(|at| self.branch_of.get(at as usize));
        previous.copied().unwrap_or(0)
    }

    fn close(&mut self, branch: u32) {
        self.close_children(branch);
        self.lines[branch as usize].open = None;
        self.open.remove(&branch);
    }

    fn close_children(&mut self, branch: u32) {
        let mut rest = std::mem::take(&mut self.lines[branch as usize].children);
        while let Some(child) = rest.pop() {
            let line = &mut self.lines[child as usize];
            line.open = None;
            rest.append(&mut line.children);
            self.open.remove(&child);
        }
    }

    fn state(&self, id: StateId) -> &'a State {
        self.definition.state(id)
    }

    fn state_in(&self, scope: Option<ScopeId>, name: &Rc<str>) -> Option<StateId> {
        let scope = self.definition.scope(scope?);
        scope.states.iter().copied().find(|&state| self.state(state).name == *name)
    }
}

fn no_state(name: &str) -> String {
    format!("the definition has no `{name}` there")
}
