//! From a definition to a drawing: each scope becomes boxes and links and is laid out, inner scopes
//! before the states that hold them; then everything is moved to its place on the page.
//!
//! Scopes stand outer before inner in a definition, so two passes over the list do, without
//! recursion, however deep the nesting.

use std::rc::Rc;

use super::{
    Edge, Graph, Group, Label, Node, NodeKind, Point, Rect, Size, Why,
    icon::Icon,
    layout::{self, Item, Layout, Link},
    measure::{self, Font},
    route, words,
};
use crate::asl::model::{Catcher, Definition, Scope, ScopeId, State, StateId, StateKind, Transition};

const STATE_HEIGHT: f64 = 46.0;
const MIN_WIDTH: f64 = 150.0;
const MAX_WIDTH: f64 = 260.0;
/// Icon and margins beside a state's text, and room for the mark of a run.
const BESIDE_TEXT: f64 = 72.0;
const MARKER: Size = Size { w: 76.0, h: 30.0 };
const LABEL_HEIGHT: f64 = 18.0;
const MAX_LABEL: f64 = 190.0;
/// Inside a container: its title row, around each branch, and around the page.
const TITLE: f64 = 40.0;
const PADDING: f64 = 18.0;
const MARGIN: f64 = 24.0;
/// The area of a branch without states.
const EMPTY: Size = Size { w: 150.0, h: 46.0 };

/// A scope's boxes and links in the numbers of the whole drawing, and where they came to lie.
struct Part {
    nodes: Vec<usize>,
    links: Vec<(Link, Why, Option<(String, String)>)>,
    layout: Layout,
}

pub fn build(definition: &Definition) -> Graph {
    let mut graph = Graph { by_state: vec![None; definition.states.len()], ..Graph::default() };
    if definition.scopes.is_empty() {
        return graph;
    }
    let end = add_nodes(definition, &mut graph);
    let mut parts: Vec<Part> = Vec::with_capacity(definition.scopes.len());
    let mut sizes = vec![EMPTY; definition.scopes.len()];
    for (idx, scope) in definition.scopes.iter().enumerate().rev() {
        for &state in &scope.states {
            set_size(definition, &mut graph, state, &sizes);
        }
        let part = lay_out(definition, &graph, scope, idx, end);
        if !part.nodes.is_empty() {
            sizes[idx] = part.layout.size;
        }
        parts.push(part);
    }
    let page = sizes[0];
    (graph.width, graph.height) = (page.w + 2.0 * MARGIN, page.h + 2.0 * MARGIN);
    let mut origins = vec![Point { x: MARGIN, y: MARGIN }; definition.scopes.len()];
    for (idx, part) in parts.into_iter().rev().enumerate() {
        put(definition, &mut graph, part, origins[idx]);
        for &state in &definition.scopes[idx].states {
            open_container(definition, &mut graph, state, &sizes, &mut origins);
        }
    }
    graph
}

/// Start, the states in their order, End; sizes and places come later. Returns End's index.
fn add_nodes(definition: &Definition, graph: &mut Graph) -> Option<usize> {
    let marker = |kind, label: &str, icon| Node {
        state: None,
        scope: ScopeId::ROOT,
        kind,
        rect: Rect { w: MARKER.w, h: MARKER.h, ..Rect::default() },
        label: label.into(),
        sublabel: String::new(),
        icon,
        depth: 0,
    };
    graph.nodes.push(marker(NodeKind::Start, "Start", Icon::Start));
    let mut depths = vec![0; definition.scopes.len()];
    for (idx, scope) in definition.scopes.iter().enumerate() {
        if let Some((owner, _)) = scope.owner {
            depths[idx] = depths.get(definition.state(owner).scope.index()).map_or(0, |depth| depth + 1);
        }
    }
    for state in &definition.states {
        graph.by_state[state.id.index()] = Some(graph.nodes.len());
        let is_container = matches!(state.kind, StateKind::Parallel(_) | StateKind::Map(_));
        graph.nodes.push(Node {
            state: Some(state.id),
            scope: state.scope,
            kind: if is_container { NodeKind::Container } else { NodeKind::State },
            rect: Rect::default(),
            label: Rc::clone(&state.name),
            sublabel: words::sublabel(definition, state.id),
            icon: Icon::of(&state.kind),
            depth: depths.get(state.scope.index()).copied().unwrap_or(0),
        });
    }
    let ends = |&state: &StateId| {
        let state = definition.state(state);
        matches!(state.kind, StateKind::Succeed) || transitions(state).any(|(_, next)| next == Transition::End)
    };
    definition.scopes[0].states.iter().any(ends).then(|| {
        graph.nodes.push(marker(NodeKind::End, "End", Icon::End));
        graph.nodes.len() - 1
    })
}

/// The ways out of a state in the author's order, `Next` before catchers, `Default` after rules.
fn transitions(state: &State) -> impl Iterator<Item = (Why, Transition)> {
    let (next, catch): (Option<Transition>, &[Catcher]) = match &state.kind {
        StateKind::Pass(pass) => (Some(pass.next), &[]),
        StateKind::Wait(wait) => (Some(wait.next), &[]),
        StateKind::Task(task) => (Some(task.next), &task.catch),
        StateKind::Parallel(parallel) => (Some(parallel.next), &parallel.catch),
        StateKind::Map(map) => (Some(map.next), &map.catch),
        StateKind::Choice(_) | StateKind::Succeed | StateKind::Fail(_) | StateKind::Unknown => (None, &[]),
    };
    let (rules, default) = match &state.kind {
        StateKind::Choice(choice) => (&choice.choices[..], choice.default),
        _ => (&[][..], None),
    };
    let next = next.map(|next| (if next == Transition::End { Why::End } else { Why::Next }, next));
    let rules = rules.iter().enumerate().map(|(idx, rule)| (Why::Choice(idx), rule.next));
    let default = default.map(|next| (Why::Default, next));
    let catch = catch.iter().enumerate().map(|(idx, catcher)| (Why::Catch(idx), catcher.next));
    next.into_iter().chain(rules).chain(default).chain(catch)
}

/// What is written at a transition, in short and in full.
fn label(state: &State, why: Why) -> Option<(String, String)> {
    let full = match (why, &state.kind) {
        (Why::Choice(idx), StateKind::Choice(choice)) => words::condition(&choice.choices.get(idx)?.condition),
        (Why::Default, _) => "otherwise".to_owned(),
        (Why::Catch(idx), kind) => {
            let catchers = match kind {
                StateKind::Task(task) => &task.catch,
                StateKind::Parallel(parallel) => &parallel.catch,
                StateKind::Map(map) => &map.catch,
                _ => return None,
            };
            catchers.get(idx)?.error_equals.join(", ")
        }
        _ => return None,
    };
    (!full.is_empty()).then(|| (measure::fit(&full, Font::Small, MAX_LABEL), full))
}

/// The size of a state's box; for a container its inner scopes have to be laid out.
fn set_size(definition: &Definition, graph: &mut Graph, id: StateId, sizes: &[Size]) {
    let Some(node) = graph.node_of(id) else { return };
    let node = &mut graph.nodes[node];
    let label = measure::width(&node.label, Font::Label);
    let sublabel = measure::width(&node.sublabel, Font::Small);
    let size = if node.kind == NodeKind::Container {
        let inner: Vec<Size> =
            definition.children(id).iter().filter_map(|scope| sizes.get(scope.index())).copied().collect();
        let title = (label.min(MAX_WIDTH) + sublabel + BESIDE_TEXT + 12.0).clamp(MIN_WIDTH, 2.0 * MAX_WIDTH);
        let width = inner.iter().map(|size| size.w + PADDING).sum::<f64>() + PADDING;
        let height = inner.iter().map(|size| size.h).fold(0.0, f64::max);
        Size { w: width.max(title), h: if inner.is_empty() { STATE_HEIGHT } else { TITLE + height + PADDING } }
    } else {
        Size { w: (label.max(sublabel) + BESIDE_TEXT).clamp(MIN_WIDTH, MAX_WIDTH), h: STATE_HEIGHT }
    };
    // Even widths keep centres on whole pixels.
    (node.rect.w, node.rect.h) = ((size.w / 2.0).ceil() * 2.0, size.h.ceil());
}

fn lay_out(definition: &Definition, graph: &Graph, scope: &Scope, idx: usize, end: Option<usize>) -> Part {
    let is_root = idx == 0;
    let mut nodes: Vec<usize> = Vec::with_capacity(scope.states.len() + 2);
    if is_root {
        nodes.push(0);
    }
    let first_state = nodes.len();
    nodes.extend(scope.states.iter().filter_map(|&state| graph.node_of(state)));
    let mut local = rustc_hash::FxHashMap::default();
    for (at, &state) in scope.states.iter().enumerate() {
        local.insert(state, first_state + at);
    }
    let local_end = end.filter(|_| is_root).map(|end| {
        nodes.push(end);
        nodes.len() - 1
    });

    let start_at = scope.start_at.and_then(|start| local.get(&start)).copied();
    let mut links = Vec::new();
    let mut push = |from, to, why, preference, text: Option<(String, String)>| {
        let label = text.as_ref().map(|(short, _)| Size {
            w: ((measure::width(short, Font::Small) + 12.0) / 2.0).ceil() * 2.0,
            h: LABEL_HEIGHT,
        });
        links.push((Link { from, to, preference, label }, why, text));
    };
    if let (true, Some(to)) = (is_root, start_at) {
        push(0, to, Why::Start, 3, None);
    }
    for (at, &id) in scope.states.iter().enumerate() {
        let (state, from) = (definition.state(id), first_state + at);
        for (why, next) in transitions(state) {
            let to = match next {
                Transition::Next(next) => local.get(&next).copied(),
                Transition::End => local_end,
                Transition::Missing => None,
            };
            if let Some(to) = to {
                push(from, to, why, preference(definition, why, next), label(state, why));
            }
        }
        if let (StateKind::Succeed, Some(to)) = (&state.kind, local_end) {
            push(from, to, Why::End, 3, None);
        }
    }
    let items =
        nodes.iter().map(|&node| graph.nodes[node].rect).map(|rect| Item { size: Size { w: rect.w, h: rect.h } });
    let plain: Vec<Link> = links.iter().map(|(link, ..)| *link).collect();
    let start = if is_root { Some(0) } else { start_at };
    let layout = layout::lay_out(items.collect(), &plain, start);
    Part { nodes, links, layout }
}

/// The happy path is what goes straight on: not an error's way, and rather not into a Fail.
fn preference(definition: &Definition, why: Why, next: Transition) -> u8 {
    let fails = matches!(next, Transition::Next(next) if matches!(definition.state(next).kind, StateKind::Fail(_)));
    match why {
        Why::Catch(_) => 0,
        _ if fails => 1,
        Why::Choice(_) | Why::Default => 2,
        Why::Start | Why::Next | Why::End => 3,
    }
}

/// Moves a laid out scope to its place.
fn put(definition: &Definition, graph: &mut Graph, part: Part, origin: Point) {
    let _ = definition;
    for (&node, rect) in part.nodes.iter().zip(&part.layout.rects) {
        graph.nodes[node].rect = rect.moved(origin);
    }
    for ((link, why, text), route) in part.links.into_iter().zip(part.layout.routes) {
        let moved = |point: Point| Point { x: point.x + origin.x, y: point.y + origin.y };
        let points: Vec<Point> = route.points.into_iter().map(moved).collect();
        let label = text.zip(route.label);
        graph.edges.push(Edge {
            from: part.nodes[link.from],
            to: part.nodes[link.to],
            why,
            label: label.map(|((text, title), rect)| Label { text, title, rect: rect.moved(origin) }),
            path: route::rounded(&points),
            points,
            is_back: route.is_back,
        });
    }
}

/// Says where the inner scopes of a container lie: side by side under its title, in the middle.
fn open_container(definition: &Definition, graph: &mut Graph, id: StateId, sizes: &[Size], origins: &mut [Point]) {
    let children = definition.children(id);
    let Some(node) = graph.node_of(id) else { return };
    let rect = graph.nodes[node].rect;
    let known = children.iter().filter(|scope| scope.index() < sizes.len());
    let width = known.clone().map(|scope| sizes[scope.index()].w + PADDING).sum::<f64>() - PADDING;
    let mut x = (rect.center_x() - width / 2.0).round();
    for scope in known {
        let size = sizes[scope.index()];
        origins[scope.index()] = Point { x, y: rect.y + TITLE };
        let around = PADDING / 2.0;
        graph.groups.push(Group {
            scope: *scope,
            owner: id,
            rect: Rect {
                x: x - around,
                y: rect.y + TITLE - around,
                w: size.w + PADDING,
                h: rect.bottom() - rect.y - TITLE,
            },
        });
        x += size.w + PADDING;
    }
}
