//! What lies over the graph to change the workflow by: handles at the edge under the pointer and at the chosen state, and
//! the menus that they open. All that a pointer does here, a menu does too.

use std::rc::Rc;
use tr::tr;

use yew::prelude::*;

use super::{
    fields::value_of,
    parts::{self, icon},
    viewport::View,
};
use crate::{
    app::services::focus,
    asl::model::StateId,
    author::{Change, Target, Way},
    graph::{Edge, Graph, NodeKind, Point, Rect},
    session::{
        action::Action,
        authoring::{self, Entry, OpenMenu, Pick},
        model::{Menu, SharedGraph},
    },
};

/// Below this zoom there are no handles: they would cover what they belong to.
const LEAST_SCALE: f64 = 0.35;

/// Width that a menu may take, and the height that is kept free for it.
const MENU: (f64, f64) = (250.0, 330.0);

#[derive(Properties, PartialEq)]
pub struct GraphToolsProps {
    pub graph: SharedGraph,
    pub view: View,
    pub place: (f64, f64),
    pub menu: Option<Rc<OpenMenu>>,
    pub selected: Option<StateId>,
    /// The edge under the pointer, by its index.
    pub hovered: Option<usize>,
    pub is_playing: bool,
    pub dispatch: Callback<Action>,
}

/// An edge that is being led elsewhere: where its line begins, and where the pointer is.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Drag {
    way: Way,
    from: Point,
    at: Point,
    /// Further than a hand trembles.
    has_moved: bool,
}

#[component]
pub fn GraphTools(props: &GraphToolsProps) -> Html {
    let node = use_node_ref();
    let drag = use_state_eq(|| None::<Drag>);
    let is_calm = !props.is_playing && props.menu.is_none();
    let has_handles = is_calm && props.view.scale >= LEAST_SCALE;
    let edge = props.hovered.filter(|_| has_handles).and_then(|index| props.graph.edges.get(index));
    let grip = |way: Way, from: Point, at: Point, class: &'static str| {
        html! { <Grip {way} {from} {at} {class} view={props.view} root={node.clone()} drag={drag.clone()}
        graph={props.graph.clone()} dispatch={props.dispatch.clone()} /> }
    };
    let edge_handles = edge.and_then(|edge| {
        let way = authoring::way_of(&props.graph, edge)?;
        let from = *edge.points.first()?;
        let to = *edge.points.last()?;
        // Where an edge is short, the two stand side by side.
        let aside = if length(edge) * props.view.scale < 52.0 { 14.0 / props.view.scale } else { 0.0 };
        let half = middle(edge);
        let (at, to) = (Point { x: half.x - aside, ..half }, Point { x: to.x + aside, ..to });
        let insert = menu_button(props, Menu::Kinds(way), at, tr!("Insert a state on this edge"), parts::PLUS);
        Some(html! { <>{ insert }{ grip(way, from, to, "grip") }</> })
    });
    let moving = drag.filter(|drag| drag.has_moved);
    html! {
        <div ref={node.clone()} class="graph-tools">
            if let Some(drag) = moving { { dragged_line(props, drag) } }
            { for edge_handles }
            if has_handles { { state_handles(props) } }
            if let Some(menu) = &props.menu { <GraphMenu menu={menu.clone()} at={menu_place(props, menu.menu)} dispatch={props.dispatch.clone()} /> }
        </div>
    }
}

/// What stands at the chosen state: all that can be done with it, and a state after it.
fn state_handles(props: &GraphToolsProps) -> Html {
    let node = props.selected.and_then(|state| Some((state, &props.graph.nodes[props.graph.node_of(state)?])));
    let Some((state, node)) = node else { return Html::default() };
    let rect = node.rect;
    let row = if node.kind == NodeKind::Container { 17.0 } else { rect.h / 2.0 };
    let at = Point { x: rect.right() + 16.0 / props.view.scale, y: rect.y + row };
    menu_button(props, Menu::State(state), at, tr!("Change this state"), parts::MORE)
}

fn menu_button(props: &GraphToolsProps, menu: Menu, at: Point, words: String, sign: &'static str) -> Html {
    let onclick = props.dispatch.reform(move |event: MouseEvent| {
        event.stop_propagation();
        Action::MenuAsked(Some(menu))
    });
    html! {
        <button class="handle" style={style_at(props.view, at)} aria-label={words.clone()} title={words} {onclick}>{ icon(sign) }</button>
    }
}

fn style_at(view: View, at: Point) -> String {
    format!("left:{:.1}px;top:{:.1}px", view.x + at.x * view.scale, view.y + at.y * view.scale)
}

fn legs(edge: &Edge) -> impl Iterator<Item = (Point, Point)> {
    edge.points.windows(2).map(|leg| (leg[0], leg[1]))
}

fn distance((a, b): (Point, Point)) -> f64 {
    (a.x - b.x).hypot(a.y - b.y)
}

fn length(edge: &Edge) -> f64 {
    legs(edge).map(distance).sum()
}

/// The point half way along an edge.
fn middle(edge: &Edge) -> Point {
    let mut left = length(edge) / 2.0;
    for (a, b) in legs(edge) {
        let leg = distance((a, b));
        if leg >= left && leg > 0.0 {
            let share = left / leg;
            return Point { x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share };
        }
        left -= leg;
    }
    edge.points.last().copied().unwrap_or_default()
}

#[derive(Properties, PartialEq)]
struct GripProps {
    way: Way,
    from: Point,
    at: Point,
    class: &'static str,
    view: View,
    /// What the pointer's place is counted from.
    root: NodeRef,
    drag: UseStateHandle<Option<Drag>>,
    graph: SharedGraph,
    dispatch: Callback<Action>,
}

/// The end of an edge, which is dragged to another state. Pressed, it asks for one.
#[component]
fn Grip(props: &GripProps) -> Html {
    let (way, from, view) = (props.way, props.from, props.view);
    let place = {
        let root = props.root.clone();
        move |event: &PointerEvent| {
            let rect = root.cast::<web_sys::Element>().map(|root| root.get_bounding_client_rect());
            let (left, top) = rect.map_or((0.0, 0.0), |rect| (rect.left(), rect.top()));
            let x = (f64::from(event.client_x()) - left - view.x) / view.scale;
            Point { x, y: (f64::from(event.client_y()) - top - view.y) / view.scale }
        }
    };
    let onpointerdown = {
        let (drag, place) = (props.drag.clone(), place.clone());
        Callback::from(move |event: PointerEvent| {
            event.stop_propagation();
            if let Some(target) = event.target_dyn_into::<web_sys::Element>() {
                // Without capture the drag ends at the handle's edge, no more.
                let _ = target.set_pointer_capture(event.pointer_id());
            }
            drag.set(Some(Drag { way, from, at: place(&event), has_moved: false }));
        })
    };
    let onpointermove = {
        let drag = props.drag.clone();
        Callback::from(move |event: PointerEvent| {
            let Some(before) = *drag else { return };
            event.stop_propagation();
            let at = place(&event);
            let has_moved = before.has_moved || (at.x - before.at.x).hypot(at.y - before.at.y) > 4.0;
            drag.set(Some(Drag { at: if has_moved { at } else { before.at }, has_moved, ..before }));
        })
    };
    let onpointerup = {
        let (drag, graph, dispatch) = (props.drag.clone(), props.graph.clone(), props.dispatch.clone());
        Callback::from(move |event: PointerEvent| {
            event.stop_propagation();
            let Some(done) = drag.filter(|drag| drag.has_moved) else { return };
            if let Some(to) = target_at(&graph, done.at) {
                dispatch.emit(Action::Authored(Change::Connect { way, to }));
            }
        })
    };
    let onpointercancel = {
        let drag = props.drag.clone();
        Callback::from(move |_: PointerEvent| drag.set(None))
    };
    let onclick = {
        let (drag, dispatch) = (props.drag.clone(), props.dispatch.clone());
        Callback::from(move |event: MouseEvent| {
            event.stop_propagation();
            let was_dragged = drag.is_some_and(|drag| drag.has_moved);
            drag.set(None);
            if !was_dragged {
                dispatch.emit(Action::MenuAsked(Some(Menu::Targets(way))));
            }
        })
    };
    let words = tr!("Lead this edge elsewhere: drag it to a state, or press");
    html! {
        <button class={classes!("handle", props.class)} style={style_at(view, props.at)} aria-label={words.clone()} title={words}
            {onpointerdown} {onpointermove} {onpointerup} {onpointercancel} {onclick} />
    }
}

/// What lies at a point, the innermost: a state, or the end.
fn target_at(graph: &Graph, at: Point) -> Option<Target> {
    let holds = |rect: Rect| rect.x <= at.x && at.x <= rect.right() && rect.y <= at.y && at.y <= rect.bottom();
    let found = graph.nodes.iter().filter(|node| holds(node.rect)).max_by_key(|node| node.depth)?;
    match (found.state, found.kind) {
        (Some(state), _) => Some(Target::State(state)),
        (None, NodeKind::End) => Some(Target::End),
        (None, _) => None,
    }
}

/// The line that follows the pointer, and the state that it would lead to.
fn dragged_line(props: &GraphToolsProps, drag: Drag) -> Html {
    let rect = target_at(&props.graph, drag.at).and_then(|target| match target {
        Target::State(state) => props.graph.node_of(state).map(|node| props.graph.nodes[node].rect),
        Target::End => props.graph.nodes.iter().find(|node| node.kind == NodeKind::End).map(|node| node.rect),
    });
    let view = props.view;
    html! {
        <svg class="dragged" aria-hidden="true" width="100%" height="100%">
            <g transform={format!("translate({} {}) scale({})", view.x, view.y, view.scale)}>
                if let Some(rect) = rect {
                    <rect x={(rect.x - 4.0).to_string()} y={(rect.y - 4.0).to_string()} width={(rect.w + 8.0).to_string()} height={(rect.h + 8.0).to_string()} rx="12" />
                }
                <line x1={drag.from.x.to_string()} y1={drag.from.y.to_string()} x2={drag.at.x.to_string()} y2={drag.at.y.to_string()} />
            </g>
        </svg>
    }
}

/// Beside what a menu is of, and whole within the graph's place.
fn menu_place(props: &GraphToolsProps, menu: Menu) -> (f64, f64) {
    let of_state = |state: StateId| props.graph.node_of(state).map(|node| props.graph.nodes[node].rect);
    let rect = match menu {
        Menu::State(state) | Menu::Rename(state) | Menu::Rule(state) | Menu::Catch(state) => of_state(state),
        Menu::Kinds(way) | Menu::Targets(way) => match way {
            Way::Start(_) => props.graph.nodes.first().map(|node| node.rect),
            Way::Next(state) | Way::Rule(state, _) | Way::Default(state) | Way::Catch(state, _) => of_state(state),
        },
    };
    let view = props.view;
    let (x, y) = rect.map_or((props.place.0 / 2.0 - MENU.0 / 2.0, 40.0), |rect| {
        (view.x + rect.right() * view.scale + 12.0, view.y + rect.y * view.scale)
    });
    let within = |at: f64, room: f64| at.min(room - 8.0).max(8.0);
    (within(x, props.place.0 - MENU.0), within(y, props.place.1 - MENU.1))
}

#[derive(Properties, PartialEq)]
struct GraphMenuProps {
    menu: Rc<OpenMenu>,
    at: (f64, f64),
    dispatch: Callback<Action>,
}

#[component]
fn GraphMenu(props: &GraphMenuProps) -> Html {
    let list = use_node_ref();
    use_effect_with((props.menu.menu, list.clone()), |(_, list)| {
        move_focus(list, |_, _| 0);
        || focus::soon_on(&[".graph-menu input", ".graph-menu [role=menuitem]", ".node.selected"])
    });
    let close = props.dispatch.reform(|_: PointerEvent| Action::MenuAsked(None));
    let onkeydown = {
        let (list, dispatch) = (list.clone(), props.dispatch.clone());
        Callback::from(move |event: KeyboardEvent| {
            match event.key().as_str() {
                "Escape" => dispatch.emit(Action::MenuAsked(None)),
                "Tab" => dispatch.emit(Action::MenuAsked(None)),
                "ArrowDown" => move_focus(&list, |at, count| (at + 1) % count),
                "ArrowUp" => move_focus(&list, |at, count| (at + count - 1) % count),
                "Home" => move_focus(&list, |_, _| 0),
                "End" => move_focus(&list, |_, count| count - 1),
                _ => return event.stop_propagation(),
            }
            event.prevent_default();
            event.stop_propagation();
        })
    };
    let stop = Callback::from(|event: PointerEvent| event.stop_propagation());
    let style = format!("left:{:.0}px;top:{:.0}px", props.at.0, props.at.1);
    html! {
        <>
            <div class="graph-menu-shade" onpointerdown={close} />
            <div class="graph-menu" {style} {onkeydown} onpointerdown={stop.clone()} onpointermove={stop}>
                <p class="graph-menu-title" id="graph-menu-title">{ props.menu.title.clone() }</p>
                if let Menu::Rename(state) = props.menu.menu {
                    <NameField {state} name={props.menu.name.clone()} dispatch={props.dispatch.clone()} />
                } else {
                    <ul ref={list} role="menu" aria-labelledby="graph-menu-title">
                        { for props.menu.entries.iter().map(|entry| item(props, entry)) }
                    </ul>
                }
            </div>
        </>
    }
}

fn item(props: &GraphMenuProps, entry: &Entry) -> Html {
    let onclick = {
        let entry = entry.clone();
        props.dispatch.reform(move |_: MouseEvent| match (&entry.obstacle, &entry.does) {
            (Some(why), _) => Action::Noticed(why.as_str().into()),
            (None, Pick::Open(menu)) => Action::MenuAsked(Some(*menu)),
            (None, Pick::Do(change)) => Action::Authored(change.clone()),
        })
    };
    html! {
        <li role="none">
            <button role="menuitem" tabindex="-1" aria-disabled={entry.obstacle.is_some().then_some("true")} title={entry.obstacle.clone()} {onclick}>
                <span>{ entry.words.clone() }</span>
                if !entry.keys.is_empty() { <kbd>{ entry.keys.replace("Arrow", "") }</kbd> }
            </button>
        </li>
    }
}

/// Puts the focus on an item of a menu, by the index of the one that has it.
fn move_focus(list: &NodeRef, to: impl Fn(u32, u32) -> u32) {
    let Some(list) = list.cast::<web_sys::Element>() else { return };
    let items = list.children();
    let is_focused =
        |index: &u32| items.item(*index).is_some_and(|item| item.matches(":focus-within").unwrap_or(false));
    let count = items.length();
    if count == 0 {
        return;
    }
    let at = (0..count).find(is_focused).unwrap_or(count - 1);
    let button = items.item(to(at, count)).and_then(|item| item.first_element_child());
    if let Some(button) = button.and_then(|button| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(button).ok())
    {
        // A button that is about to be removed cannot take the focus.
        let _ = button.focus();
    }
}

#[derive(Properties, PartialEq)]
struct NameFieldProps {
    state: StateId,
    name: Rc<str>,
    dispatch: Callback<Action>,
}

#[component]
fn NameField(props: &NameFieldProps) -> Html {
    let input = use_node_ref();
    use_effect_with(input.clone(), |input| {
        if let Some(input) = input.cast::<web_sys::HtmlInputElement>() {
            let _ = input.focus();
            input.select();
        }
    });
    let onkeydown = {
        let (state, old, dispatch) = (props.state, props.name.clone(), props.dispatch.clone());
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Enter" {
                event.prevent_default();
                let name: Rc<str> = value_of(&event.into()).into();
                dispatch.emit(match *name == *old {
                    true => Action::MenuAsked(None),
                    false => Action::Authored(Change::Rename { state, name }),
                });
            }
        })
    };
    html! {
        <label class="field">{ tr!("New name") }
            <input ref={input} type="text" maxlength="80" spellcheck="false" value={props.name.to_string()} {onkeydown} />
        </label>
    }
}
