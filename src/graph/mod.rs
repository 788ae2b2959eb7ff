//! A definition as a drawing: nodes, edges and containers with coordinates. Pure geometry: knows the
//! model of a definition and nothing of runs, colours or browsers.
//!
//! The drawing is the one people know from AWS: top-down, Start and End markers, containers for
//! Parallel and Map, Choice edges labelled with their rule. Total: whatever the definition lacks,
//! what is there is drawn. Deterministic, and close to linear in states and transitions.
//!
//! `build` turns scopes into boxes and links, innermost first; `layout` gives each box a layer, an
//! order and a place (Sugiyama's method, the happy path kept straight); `route` draws the links;
//! `words` and `measure` say what is written on them and how wide that is.

mod build;
pub mod icon;
mod layout;
pub mod measure;
mod order;
mod place;
mod route;
pub mod words;

use std::rc::Rc;

use crate::asl::model::{Definition, ScopeId, StateId};

/// A drawn definition; coordinates in pixels at a zoom of one, from the top left corner.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Graph {
    /// Start, the states in the order of [`Definition::states`], End.
    pub nodes: Vec<Node>,
    /// Scope by scope, in the author's order.
    pub edges: Vec<Edge>,
    /// The areas inside containers: a Parallel's branches, a Map's processor.
    pub groups: Vec<Group>,
    pub width: f64,
    pub height: f64,
    by_state: Vec<Option<usize>>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// `None` for the Start and End markers.
    pub state: Option<StateId>,
    pub scope: ScopeId,
    pub kind: NodeKind,
    pub rect: Rect,
    /// The state's name, whole; see [`measure::fit`] for what there is room for.
    pub label: Rc<str>,
    /// What kind of state it is: `Lambda · invoke`, `Wait · 5 s`.
    pub sublabel: String,
    /// What to draw before the label.
    pub icon: icon::Icon,
    /// The number of containers around it.
    pub depth: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    Start,
    End,
    State,
    /// A Parallel or a Map, drawn around its inner states.
    Container,
}

/// The area of an inner scope.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    pub scope: ScopeId,
    pub owner: StateId,
    pub rect: Rect,
}

/// What takes a run along an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// From the Start marker to `StartAt`.
    Start,
    Next,
    /// To the End marker.
    End,
    /// The index of the Choice rule.
    Choice(usize),
    Default,
    /// The index of the catcher.
    Catch(usize),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    /// Index into [`Graph::nodes`].
    pub from: usize,
    /// Index into [`Graph::nodes`].
    pub to: usize,
    pub why: Why,
    pub label: Option<Label>,
    /// Corners of the line, from node to node, each leg horizontal or vertical.
    pub points: Vec<Point>,
    /// The same with rounded corners, as the `d` of an SVG path.
    pub path: String,
    /// Leads back up: closes a loop.
    pub is_back: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// Shortened to what fits.
    pub text: String,
    /// The whole of it.
    pub title: String,
    pub rect: Rect,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    pub x: f64,
    pub y: f64,
    pub w: f64,
    pub h: f64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Size {
    pub w: f64,
    pub h: f64,
}

impl Graph {
    pub fn of(definition: &Definition) -> Self {
        build::build(definition)
    }

    /// The node that shows a state.
    pub fn node_of(&self, state: StateId) -> Option<usize> {
        *self.by_state.get(state.index())?
    }
}

impl Rect {
    pub fn right(self) -> f64 {
        self.x + self.w
    }

    pub fn bottom(self) -> f64 {
        self.y + self.h
    }

    pub fn center_x(self) -> f64 {
        self.x + self.w / 2.0
    }

    /// The two share more than a border.
    pub fn overlaps(self, other: Self) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }

    pub fn contains(self, other: Self) -> bool {
        self.x <= other.x && self.y <= other.y && self.right() >= other.right() && self.bottom() >= other.bottom()
    }

    fn moved(self, by: Point) -> Self {
        Self { x: self.x + by.x, y: self.y + by.y, ..self }
    }
}
