//! The graph: nodes and edges, lit by the frame at the playhead; zoom, pan, fit, and a small map of
//! the whole where that does not fit.

use std::{collections::BTreeMap, fmt::Write, rc::Rc};
use tr::tr;

use wasm_bindgen::JsCast;
use web_sys::PointerEvent;
use yew::prelude::*;

use super::{
    authoring::GraphTools,
    graph_node::{GraphNode, owned_ids},
    parts::{self, icon, light_class},
    viewport::View,
};
use crate::{
    app::services::measure::use_size,
    asl::model::{ScopeId, StateId},
    author::Way,
    graph::{Edge, Graph, Group, NodeKind, Rect, Why},
    session::{
        action::Action,
        authoring::OpenMenu,
        model::{Menu, SharedGraph},
        select::{EdgeLight, Fan, Lights},
    },
};

/// A drawing this much larger than its place gets a small map.
const MAP_FROM: f64 = 1.15;
const MAP_SIZE: f64 = 132.0;

/// Of a graph with more nodes only those on screen are in the document, so that a run of it plays smoothly.
pub const MOST_WHOLE: usize = 400;

/// Below this zoom nothing that is written on a large graph could be read: it is left out.
const LEAST_READABLE: f64 = 0.3;

/// Only what the view shows, so that a key press in the text, which moves nothing, draws nothing.
#[derive(Properties, PartialEq)]
pub struct GraphViewProps {
    pub graph: SharedGraph,
    pub lights: Rc<Lights>,
    pub selected: Option<StateId>,
    /// What is open to change the workflow by.
    pub menu: Option<Rc<OpenMenu>>,
    pub is_playing: bool,
    /// The workflow's name: a new one is fitted in anew.
    pub name: Rc<str>,
    pub dispatch: Callback<Action>,
}

/// What goes from a container's title to each of its branches, and back when all have ended.
fn tokens(graph: &Graph, fan: &Fan) -> Vec<Html> {
    let Some(container) = graph.nodes.iter().find(|node| node.state == Some(fan.state)) else { return Vec::new() };
    let middle = |rect: &Rect| rect.x + rect.w / 2.0;
    let own = container.rect;
    let branches = graph.groups.iter().filter(|group| group.owner == fan.state);
    let token = |branch: &Group| {
        let (x, branch) = (middle(&branch.rect), &branch.rect);
        let path = match fan.is_join {
            false => format!("M{} {}L{x} {}", middle(&own), own.y + 10.0, branch.y + 14.0),
            true => format!("M{x} {}L{} {}", branch.y + branch.h - 8.0, middle(&own), own.y + own.h),
        };
        html! { <circle class="token fan" r="4" style={format!("offset-path:path('{path}')")} key={format!("{}-{x}", fan.event)} /> }
    };
    branches.map(token).collect()
}

#[component]
pub fn GraphView(props: &GraphViewProps) -> Html {
    let node = use_node_ref();
    let place = use_size(&node);
    let graph = &props.graph;
    let extent = (graph.width, graph.height);
    // `None` until the reader zooms or pans: the drawing is fitted in then, whatever its size becomes.
    let chosen = use_state_eq(|| None::<View>);
    let view = chosen.unwrap_or_else(|| View::fit(extent, place));
    use_effect_with(props.name.clone(), {
        let chosen = chosen.clone();
        move |_| chosen.set(None)
    });
    use_follow_selection(props, &chosen, view, place);

    let on_wheel = {
        let chosen = chosen.clone();
        Callback::from(move |event: WheelEvent| {
            event.prevent_default();
            chosen.set(Some(wheeled(view, &event)));
        })
    };
    let pointers = use_mut_ref(BTreeMap::<i32, (f64, f64)>::new);
    let on_down = {
        let pointers = Rc::clone(&pointers);
        Callback::from(move |event: PointerEvent| {
            pointers.borrow_mut().insert(event.pointer_id(), position(&event));
        })
    };
    let on_move = {
        let (pointers, chosen) = (Rc::clone(&pointers), chosen.clone());
        Callback::from(move |event: PointerEvent| {
            let mut pointers = pointers.borrow_mut();
            let others: Vec<(f64, f64)> =
                pointers.iter().filter(|(id, _)| **id != event.pointer_id()).map(|(_, at)| *at).collect();
            let now = position(&event);
            let Some(before) = pointers.insert(event.pointer_id(), now) else {
                pointers.remove(&event.pointer_id());
                return;
            };
            chosen.set(Some(dragged(view, before, now, others.first().copied(), &event)));
        })
    };
    let on_up = {
        let pointers = Rc::clone(&pointers);
        Callback::from(move |event: PointerEvent| {
            pointers.borrow_mut().remove(&event.pointer_id());
        })
    };
    let zoom = |factor: f64| {
        let chosen = chosen.clone();
        Callback::from(move |_: MouseEvent| chosen.set(Some(view.zoomed(factor, (place.0 / 2.0, place.1 / 2.0)))))
    };
    let on_fit = {
        let chosen = chosen.clone();
        Callback::from(move |_: MouseEvent| chosen.set(Some(View::fit_whole(extent, place))))
    };
    let cut = Cut::of(graph, view, place);
    let hovered = use_state_eq(|| None::<usize>);
    let on_over = {
        let hovered = hovered.clone();
        Callback::from(move |event: PointerEvent| hovered.set(edge_under(&event)))
    };
    let on_first =
        props.dispatch.reform(|_: MouseEvent| Action::MenuAsked(Some(Menu::Kinds(Way::Start(ScopeId::ROOT)))));
    let on_clear = props.dispatch.reform(|_: MouseEvent| Action::StateChosen(None));

    html! {
        <div ref={node} class="graph" onwheel={on_wheel} onpointerdown={on_down} onpointermove={on_move}
            onpointerup={on_up.clone()} onpointercancel={on_up.clone()} onpointerleave={on_up}>
            <svg class="drawing" role="tree" aria-label={tr!("Graph of the workflow")} aria-owns={owned_ids(graph, |scope| scope == ScopeId::ROOT)} width="100%" height="100%" onclick={on_clear} onpointerover={on_over}>
                { arrow_heads() }
                <g transform={format!("translate({} {}) scale({})", view.x, view.y, view.scale)}>
                    <Containers graph={graph.clone()} />
                    { for nodes(props, NodeKind::Container, &cut) }
                    { for edges(props, &cut) }
                    { for props.lights.fans.iter().flat_map(|fan| tokens(graph, fan)) }
                    { for nodes(props, NodeKind::State, &cut) }
                </g>
            </svg>
            if graph.nodes.len() <= 2 {
                <div class="empty-graph">
                    <p>{ tr!("The graph of the workflow will be here. Write a state into the definition, or open a sample.") }</p>
                    <button id="first-state" onclick={on_first}>{ icon(parts::PLUS) }{ tr!("Add the first state") }</button>
                </div>
            }
            <GraphTools graph={graph.clone()} {view} {place} menu={props.menu.clone()} selected={props.selected} hovered={*hovered}
                is_playing={props.is_playing} dispatch={props.dispatch.clone()} />
            <div class="zoom button-row" role="group" aria-label={tr!("Zoom")}>
                <button aria-label={tr!("Zoom out")} onclick={zoom(1.0 / 1.25)}>{ icon(parts::MINUS) }</button>
                <span class="zoom-level">{ format!("{:.0} %", view.scale * 100.0) }</span>
                <button aria-label={tr!("Zoom in")} onclick={zoom(1.25)}>{ icon(parts::PLUS) }</button>
                <button id="fit" onclick={on_fit}>{ tr!("Fit") }</button>
            </div>
            { small_map(graph, &props.lights, view, place, &chosen) }
        </div>
    }
}

/// Brings the chosen state on screen when it is not.
#[hook]
fn use_follow_selection(props: &GraphViewProps, chosen: &UseStateHandle<Option<View>>, view: View, place: (f64, f64)) {
    let graph = props.graph.clone();
    let chosen = chosen.clone();
    use_effect_with(props.selected, move |state| {
        let Some(node) = state.and_then(|state| graph.node_of(state)) else { return };
        let rect = graph.nodes[node].rect;
        if place.0 > 0.0 && !view.shows((rect.x, rect.y, rect.w, rect.h.min(60.0)), place) {
            chosen.set(Some(view.centred_on((rect.center_x(), rect.y + rect.h.min(60.0) / 2.0), place)));
        }
    });
}

/// The edge that a pointer has come to, by its index.
fn edge_under(event: &PointerEvent) -> Option<usize> {
    let target = event.target_dyn_into::<web_sys::Element>()?;
    target.closest("[data-edge]").ok()??.get_attribute("data-edge")?.parse().ok()
}

fn position(event: &PointerEvent) -> (f64, f64) {
    (f64::from(event.client_x()), f64::from(event.client_y()))
}

/// The wheel pans; with Ctrl, which is also what pinching on a touch pad sends, it zooms.
fn wheeled(view: View, event: &WheelEvent) -> View {
    if !event.ctrl_key() && !event.meta_key() {
        return view.panned(-event.delta_x(), -event.delta_y());
    }
    let origin = event
        .current_target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        .map_or((0.0, 0.0), |element| {
            (element.get_bounding_client_rect().left(), element.get_bounding_client_rect().top())
        });
    let at = (f64::from(event.client_x()) - origin.0, f64::from(event.client_y()) - origin.1);
    view.zoomed((-event.delta_y() * 0.01).clamp(-0.5, 0.5).exp(), at)
}

/// One finger or the mouse pans, two fingers zoom.
fn dragged(view: View, before: (f64, f64), now: (f64, f64), other: Option<(f64, f64)>, event: &PointerEvent) -> View {
    let Some(other) = other else { return view.panned(now.0 - before.0, now.1 - before.1) };
    let distance = |point: (f64, f64)| (point.0 - other.0).hypot(point.1 - other.1).max(1.0);
    let origin = event
        .current_target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        .map_or((0.0, 0.0), |element| {
            (element.get_bounding_client_rect().left(), element.get_bounding_client_rect().top())
        });
    let middle = ((now.0 + other.0) / 2.0 - origin.0, (now.1 + other.1) / 2.0 - origin.1);
    view.zoomed(distance(now) / distance(before), middle)
}

/// The ends of edges, one for each way an edge can look.
fn arrow_heads() -> Html {
    let head = |class: &'static str| {
        html! {
            <marker id={format!("head-{class}")} viewBox="0 0 8 8" refX="6.500" refY="4" markerWidth="8" markerHeight="8" orient="auto-start-reverse" markerUnits="userSpaceOnUse">
                <path class={classes!("head", class)} d="M1 1l6 3-6 3z" />
            </marker>
        }
    };
    html! { <defs>{ head("plain") }{ head("lit") }{ head("turned") }</defs> }
}

#[derive(Properties, PartialEq)]
struct ContainersProps {
    graph: SharedGraph,
}

/// The areas of Parallel branches and Map processors.
#[component]
fn Containers(props: &ContainersProps) -> Html {
    let groups = props.graph.groups.iter().map(|group| {
        let rect = group.rect;
        html! {
            <rect class="area" x={rect.x.to_string()} y={rect.y.to_string()} width={rect.w.to_string()} height={rect.h.to_string()} rx="7" />
        }
    });
    html! { <g class="areas">{ for groups }</g> }
}

/// What of a graph is drawn.
struct Cut {
    /// The part on screen with some around it; none is all.
    shown: Option<Rect>,
    /// Too small to read.
    is_small: bool,
}

impl Cut {
    fn of(graph: &SharedGraph, view: View, place: (f64, f64)) -> Self {
        if graph.nodes.len() <= MOST_WHOLE {
            return Self { shown: None, is_small: false };
        }
        let (x, y, w, h) = view.visible(place);
        let shown = Rect { x: x - w * 0.25, y: y - h * 0.25, w: w * 1.5, h: h * 1.5 };
        Self { shown: Some(shown), is_small: view.scale < LEAST_READABLE }
    }

    fn has_node(&self, rect: Rect) -> bool {
        self.shown.is_none_or(|shown| shown.overlaps(rect))
    }

    fn has_edge(&self, edge: &Edge) -> bool {
        self.shown.is_none_or(|shown| {
            edge.points.windows(2).any(|leg| {
                let (left, top) = (leg[0].x.min(leg[1].x), leg[0].y.min(leg[1].y));
                let (w, h) = ((leg[0].x - leg[1].x).abs(), (leg[0].y - leg[1].y).abs());
                shown.overlaps(Rect { x: left - 1.0, y: top - 1.0, w: w + 2.0, h: h + 2.0 })
            })
        })
    }
}

fn edges<'a>(props: &'a GraphViewProps, cut: &'a Cut) -> impl Iterator<Item = Html> + 'a {
    let graph = &props.graph;
    let (is_playing, is_small) = (props.is_playing, cut.is_small);
    (0..graph.edges.len()).filter(|index| cut.has_edge(&graph.edges[*index])).map(move |index| {
        let light = props.lights.edges.get(index).copied().unwrap_or_default();
        html! { <GraphEdge key={index} graph={graph.clone()} {index} {light} {is_playing} {is_small} /> }
    })
}

/// The containers, which lie below the edges in them, or everything else, which lies above.
fn nodes<'a>(props: &'a GraphViewProps, kind: NodeKind, cut: &'a Cut) -> impl Iterator<Item = Html> + 'a {
    let graph = &props.graph;
    let tab_stop = props.selected.or_else(|| graph.nodes.iter().find_map(|node| node.state));
    let is_kind = |index: &usize| (graph.nodes[*index].kind == NodeKind::Container) == (kind == NodeKind::Container);
    // The chosen node stays, wherever it is: it may have the focus.
    let is_drawn = |index: &usize| {
        let node = &graph.nodes[*index];
        cut.has_node(node.rect) || node.state.is_some() && node.state == tab_stop
    };
    let mut order: Vec<usize> = (0..graph.nodes.len()).filter(is_kind).filter(is_drawn).collect();
    // Outer containers lie below what is in them.
    order.sort_by_key(|&index| graph.nodes[index].depth);
    order.into_iter().map(move |index| {
        let node = &graph.nodes[index];
        let light = props.lights.of(node);
        html! {
            <GraphNode key={index} graph={graph.clone()} {index} {light}
                is_selected={node.state.is_some() && node.state == props.selected}
                is_tab_stop={node.state.is_some() && node.state == tab_stop}
                is_small={cut.is_small}
                has_break={node.state.is_some_and(|state| props.lights.breaks.contains(&state))}
                dispatch={props.dispatch.clone()} />
        }
    })
}

#[derive(Properties)]
struct GraphEdgeProps {
    graph: SharedGraph,
    index: usize,
    light: EdgeLight,
    is_playing: bool,
    is_small: bool,
}

/// By the edge, not by the graph: a key press that moves one edge draws one.
impl PartialEq for GraphEdgeProps {
    fn eq(&self, other: &Self) -> bool {
        self.light == other.light
            && self.is_playing == other.is_playing
            && self.is_small == other.is_small
            && (self.index == other.index && self.graph == other.graph
                || self.graph.edges[self.index] == other.graph.edges[other.index])
    }
}

#[component]
fn GraphEdge(props: &GraphEdgeProps) -> Html {
    let edge: &Edge = &props.graph.edges[props.index];
    let light = props.light;
    let look = match (light.count > 0, light.is_catch) {
        (false, _) => "plain",
        (true, false) => "lit",
        (true, true) => "turned",
    };
    let class = classes!("edge", look, light.is_now.then_some("now"));
    html! {
        <g {class} data-edge={props.index.to_string()}>
            <path class="reach" d={edge.path.clone()} />
            <path class="line" d={edge.path.clone()} marker-end={format!("url(#head-{look})")} />
            if let Some(label) = edge.label.as_ref().filter(|_| !props.is_small) {
                // What AWS has no word for is in the reader's.
                <g class="edge-label" transform={format!("translate({} {})", label.rect.x, label.rect.y)}>
                    <title>{ label.title.clone() }</title>
                    <rect width={label.rect.w.to_string()} height={label.rect.h.to_string()} rx="4" />
                    <text x={(label.rect.w / 2.0).to_string()} y={(label.rect.h / 2.0).to_string()}>{ if edge.why == Why::Default { tr!("otherwise") } else { label.text.to_string() } }</text>
                </g>
            }
            if light.is_now && props.is_playing {
                <circle key={light.count} class="token" r="4" style={format!("offset-path:path('{}')", edge.path)} />
            }
        </g>
    }
}

/// The whole in small, where it does not fit on screen: click or drag to go there.
fn small_map(
    graph: &SharedGraph,
    lights: &Rc<Lights>,
    view: View,
    place: (f64, f64),
    chosen: &UseStateHandle<Option<View>>,
) -> Html {
    let extent = (graph.width, graph.height);
    let is_large = extent.0 * view.scale > place.0 * MAP_FROM || extent.1 * view.scale > place.1 * MAP_FROM;
    if !is_large || place.0 < 500.0 {
        return Html::default();
    }
    let scale = (MAP_SIZE / extent.0).min(MAP_SIZE / extent.1);
    let (x, y, width, height) = view.visible(place);
    let go = {
        let chosen = chosen.clone();
        Callback::from(move |event: PointerEvent| {
            event.stop_propagation();
            if event.buttons() != 1 {
                return;
            }
            let at = (f64::from(event.offset_x()) / scale, f64::from(event.offset_y()) / scale);
            chosen.set(Some(view.centred_on(at, place)));
        })
    };
    html! {
        <svg class="small-map" aria-hidden="true" width={(extent.0 * scale).to_string()} height={(extent.1 * scale).to_string()}
            onpointerdown={go.clone()} onpointermove={go}>
            <g transform={format!("scale({scale})")}>
                <Dots graph={graph.clone()} lights={Rc::clone(lights)} />
                <rect class="window" x={x.to_string()} y={y.to_string()} width={width.to_string()} height={height.to_string()} />
            </g>
        </svg>
    }
}

#[derive(Properties, PartialEq)]
struct DotsProps {
    graph: SharedGraph,
    lights: Rc<Lights>,
}

/// The nodes of the small map: one path for all of a light.
#[component]
fn Dots(props: &DotsProps) -> Html {
    let mut paths = BTreeMap::<&str, String>::new();
    for node in props.graph.nodes.iter().filter(|node| node.state.is_some()) {
        let path = paths.entry(light_class(props.lights.of(node).light)).or_default();
        let Rect { x, y, w, h } = node.rect;
        // Writing to a text cannot fail.
        let _ = write!(path, "M{x:.0} {y:.0}h{w:.0}v{h:.0}h-{w:.0}z");
    }
    html! { { for paths.into_iter().map(|(light, path)| html! { <path key={light} class={classes!("dot", light)} d={path} /> }) } }
}
