//! One node of the graph. Drawn again only when what it shows has changed, since the playhead moves
//! sixty times a second.

use tr::tr;
use yew::prelude::*;

use super::graph_view::MOST_WHOLE;
use super::parts::{light_class, light_mark, light_name};
use crate::{
    asl::model::{ScopeId, StateId},
    graph::{
        Graph, Node, NodeKind,
        measure::{self, Font},
    },
    session::{
        action::{Action, Direction},
        model::{Menu, SharedGraph},
        select::NodeLight,
    },
};

/// Height of a container's title row, which is what is clicked.
const TITLE_HEIGHT: f64 = 34.0;

#[derive(Properties)]
pub struct GraphNodeProps {
    pub graph: SharedGraph,
    /// Index into the graph's nodes.
    pub index: usize,
    pub light: NodeLight,
    pub is_selected: bool,
    /// Whether the Tab key stops here: one node of all.
    pub is_tab_stop: bool,
    /// Too small to be read: only its box is drawn.
    pub is_small: bool,
    /// Whether playing stops when it is entered.
    pub has_break: bool,
    pub dispatch: Callback<Action>,
}

/// By the node, not by the graph: a key press that changes one node draws one.
impl PartialEq for GraphNodeProps {
    fn eq(&self, other: &Self) -> bool {
        self.light == other.light
            && self.is_selected == other.is_selected
            && self.is_tab_stop == other.is_tab_stop
            && self.is_small == other.is_small
            && self.has_break == other.has_break
            && self.dispatch == other.dispatch
            && (self.index == other.index && self.graph == other.graph
                || self.graph.nodes[self.index] == other.graph.nodes[other.index])
    }
}

#[component]
pub fn GraphNode(props: &GraphNodeProps) -> Html {
    let node = &props.graph.nodes[props.index];
    let element = use_node_ref();
    use_effect_with((props.is_selected, element.clone()), |(is_selected, element)| {
        if *is_selected {
            take_focus(element);
        }
    });
    match (node.state, node.kind) {
        (Some(state), kind) => state_node(props, node, state, kind == NodeKind::Container, element),
        (None, kind) => marker(node, kind, &props.light),
    }
}

/// Moves the focus along when another node has it, as the arrow keys choose from node to node.
fn take_focus(element: &NodeRef) {
    let focused = element.get().and_then(|node| node.owner_document()).and_then(|document| document.active_element());
    if focused.is_some_and(|focused| focused.has_attribute("data-state"))
        && let Some(element) = element.cast::<web_sys::SvgElement>()
    {
        // An element that cannot take the focus is about to be removed.
        let _ = element.focus();
    }
}

fn marker(node: &Node, kind: NodeKind, light: &NodeLight) -> Html {
    let rect = node.rect;
    let (name, class) = if kind == NodeKind::Start { (tr!("Start"), "start") } else { (tr!("End"), "end") };
    html! {
        <g class={classes!("marker", class, light_class(light.light))} transform={format!("translate({} {})", rect.x, rect.y)}>
            <rect width={rect.w.to_string()} height={rect.h.to_string()} rx={(rect.h / 2.0).to_string()} />
            <text x={(rect.w / 2.0).to_string()} y={(rect.h / 2.0).to_string()}>{ name }</text>
        </g>
    }
}

/// What a state's node is called in the page.
fn node_id(state: StateId) -> String {
    format!("state-{}", state.0)
}

/// The nodes of a scope, as `aria-owns` wants them: drawn are containers first, then edges, then states, and the tree
/// that a screen reader tells goes by scopes. Of a large graph only what is in sight is drawn, and levels must do.
pub fn owned_ids(graph: &Graph, is_owned: impl Fn(ScopeId) -> bool) -> Option<String> {
    let states = graph.nodes.iter().filter(|node| is_owned(node.scope)).filter_map(|node| node.state);
    (graph.nodes.len() <= MOST_WHOLE).then(|| states.map(node_id).collect::<Vec<_>>().join(" "))
}

fn inner_ids(graph: &Graph, container: StateId) -> Option<String> {
    let scopes: Vec<ScopeId> =
        graph.groups.iter().filter(|group| group.owner == container).map(|group| group.scope).collect();
    owned_ids(graph, |scope| scopes.contains(&scope))
}

fn state_node(props: &GraphNodeProps, node: &Node, state: StateId, is_container: bool, element: NodeRef) -> Html {
    let light = &props.light;
    let rect = node.rect;
    let onclick = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |event: MouseEvent| {
            event.stop_propagation();
            dispatch.emit(Action::StateChosen(Some(state)));
        })
    };
    let onkeydown = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |event: KeyboardEvent| {
            let to = |to: Direction| Action::StateMoved { from: state, to };
            let action = match event.key().as_str() {
                "Enter" | " " => Action::StateChosen(Some(state)),
                "ArrowDown" => to(Direction::Down),
                "ArrowUp" => to(Direction::Up),
                "ArrowRight" => to(Direction::In),
                "ArrowLeft" => to(Direction::Out),
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            dispatch.emit(action);
        })
    };
    let ondblclick = props.dispatch.reform(move |event: MouseEvent| {
        event.stop_propagation();
        Action::MenuAsked(Some(Menu::Rename(state)))
    });
    let oncontextmenu = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |event: MouseEvent| {
            event.prevent_default();
            dispatch.emit(Action::StateChosen(Some(state)));
            dispatch.emit(Action::MenuAsked(Some(Menu::State(state))));
        })
    };
    let class = classes!(
        "node",
        light_class(light.light),
        is_container.then_some("container"),
        props.is_selected.then_some("selected"),
    );
    let note = if light.note.is_empty() { String::new() } else { format!(", {}", light.note) };
    let stop = if props.has_break { tr!(", breakpoint") } else { String::new() };
    let label = format!("{}, {}, {}{note}{stop}", node.label, node.sublabel, light_name(light.light));
    let hit_height = if is_container { TITLE_HEIGHT } else { rect.h };
    html! {
        <g ref={element} {class} transform={format!("translate({} {})", rect.x, rect.y)} data-state={node.label.to_string()}
            data-light={light_class(light.light)} role="treeitem" tabindex={if props.is_tab_stop { "0" } else { "-1" }}
            id={node_id(state)} aria-label={label} aria-level={(node.depth + 1).to_string()} aria-selected={props.is_selected.to_string()}
            aria-expanded={is_container.then_some("true")} aria-owns={is_container.then(|| inner_ids(&props.graph, state)).flatten()} {onclick} {ondblclick} {oncontextmenu} {onkeydown}>
            <title>{ &*node.label }</title>
            <rect class="halo" x="-4" y="-4" width={(rect.w + 8.0).to_string()} height={(rect.h + 8.0).to_string()} rx="12" />
            <rect class="body" width={rect.w.to_string()} height={rect.h.to_string()} rx="9" />
            if is_container {
                <rect class="title-hit" width={rect.w.to_string()} height={hit_height.to_string()} rx="9" />
            }
            if !props.is_small {
            <path class="kind" transform={format!("translate(11 {})", if is_container { 9.0 } else { rect.h / 2.0 - 8.0 })} d={node.icon.path()} />
            { labels(node, light, is_container) }
            <path class="sign" transform={format!("translate({} {})", rect.w - 25.0, if is_container { 9.0 } else { rect.h / 2.0 - 8.0 })} d={light_mark(light.light)} />
            { progress(light, rect.w, hit_height) }
            { visits(light, rect.w) }
            }
            if props.has_break { <circle class="break" cx="0" cy={(hit_height / 2.0).to_string()} r="6" /> }
        </g>
    }
}

fn labels(node: &Node, light: &NodeLight, is_container: bool) -> Html {
    let room = node.rect.w - 62.0;
    let second = if light.note.is_empty() {
        AttrValue::from(node.sublabel.clone())
    } else {
        AttrValue::from(light.note.clone())
    };
    let label = measure::fit(&node.label, Font::Label, room);
    if is_container {
        let at = 36.0 + measure::width(&label, Font::Label) + 10.0;
        let second = measure::fit(&second, Font::Small, (node.rect.w - at - 34.0).max(0.0));
        return html! {
            <>
                <text class="label" x="34" y="21.5">{ label }</text>
                <text class="sublabel" x={at.to_string()} y="21.5">{ second }</text>
            </>
        };
    }
    html! {
        <>
            <text class="label" x="34" y={(node.rect.h / 2.0 - 4.0).to_string()}>{ label }</text>
            <text class="sublabel" x="34" y={(node.rect.h / 2.0 + 12.0).to_string()}>{ measure::fit(&second, Font::Small, room) }</text>
        </>
    }
}

/// A bar that fills as iterations or branches end.
fn progress(light: &NodeLight, width: f64, height: f64) -> Html {
    let Some(progress) = light.progress.filter(|progress| progress.total > 0) else { return Html::default() };
    let room = width - 20.0;
    let share = |count: u32| (f64::from(count) / f64::from(progress.total) * room).to_string();
    let y = (height - 4.0).to_string();
    html! {
        <g class="progress" transform="translate(10 0)">
            <rect class="rail" width={room.to_string()} height="3" {y} rx="1.5" />
            <rect class="done" width={share(progress.succeeded)} height="3" y={(height - 4.0).to_string()} rx="1.5" />
            if progress.failed > 0 {
                <rect class="broken" x={share(progress.succeeded)} width={share(progress.failed)} height="3" y={(height - 4.0).to_string()} rx="1.5" />
            }
        </g>
    }
}

/// How often the state was entered, from the second time on.
fn visits(light: &NodeLight, width: f64) -> Html {
    if light.visits < 2 {
        return Html::default();
    }
    let text = format!("×{}", light.visits);
    let badge = measure::width(&text, Font::Small) + 12.0;
    html! {
        <g class="visits" transform={format!("translate({} -9)", width - badge - 8.0)}>
            <rect width={badge.to_string()} height="17" rx="8.5" />
            <text x={(badge / 2.0).to_string()} y="12.500">{ text }</text>
        </g>
    }
}
