//! The places of the page: bar, text, stage with timeline, details, status line. Splitters between
//! them on wide screens, one place at a time on narrow ones.

use tr::tr;
use yew::prelude::*;

use super::{dialogs::Dialogs, inspector::Inspector, parts, stage::Stage, text_pane::TextPane, topbar::Topbar};
use crate::{
    app::{services::keyboard, store::Store},
    diagnostic::{Diagnostic, Severity},
    session::{
        action::Action,
        commands::{self, Does},
        model::{Activity, Layout, Place},
        select,
    },
    syntax::Format,
};

#[derive(Properties, PartialEq)]
pub struct StudioProps {
    pub store: Store,
}

/// The whole page.
#[component]
pub fn Studio(props: &StudioProps) -> Html {
    let store = &props.store;
    keyboard::use_keys({
        let store = store.clone();
        move |event| shortcut(&store, event)
    });
    let layout = store.session.layout;
    let place = match store.session.panels.place {
        Place::Text => "shows-text",
        Place::Graph => "shows-graph",
        Place::Data => "shows-data",
    };
    let style = format!("--text-width:{}%;--detail-width:{}%", layout.text, layout.detail);
    let resize = |change: fn(Layout, f64) -> Layout| {
        let dispatch = store.dispatch.clone();
        Callback::from(move |share: f64| dispatch.emit(Action::LayoutChosen(change(layout, share * 100.0))))
    };
    let resize_text = resize(|layout, text| Layout { text, ..layout });
    let resize_detail = resize(|layout, share| Layout { detail: 100.0 - share, ..layout });
    let reset = store.on(Action::LayoutChosen(Layout::default()));
    html! {
        <>
            <Topbar store={store.clone()} />
            <main class={classes!("places", place)} {style}>
                <section class="place pane text-place" aria-label={tr!("Text")}><TextPane store={store.clone()} /></section>
                <Splitter label={tr!("Width of the text")} share={layout.text / 100.0} on_move={resize_text} on_reset={reset.clone()} />
                <section class="place stage-place" aria-label={tr!("Graph and timeline")}><Stage store={store.clone()} /></section>
                <Splitter label={tr!("Width of the details")} share={1.0 - layout.detail / 100.0} on_move={resize_detail} on_reset={reset} />
                <section class="place pane detail-place" aria-label={tr!("Details")}><Inspector store={store.clone()} /></section>
            </main>
            { place_tabs(store) }
            { status_bar(store) }
            <Dialogs store={store.clone()} />
            <p class="visually-hidden" role="status" aria-live="polite">{ select::announcement(&store.session) }</p>
        </>
    }
}

/// What is on screen, where there is room for one place only.
fn place_tabs(store: &Store) -> Html {
    let tab = |place: Place, name: String| {
        let is_chosen = store.session.panels.place == place;
        html! {
            <button class="place-tab" aria-pressed={is_chosen.to_string()} onclick={store.on(Action::PlaceChosen(place))}>
                { name }
            </button>
        }
    };
    html! {
        <nav class="place-tabs" aria-label={tr!("Places")}>
            { tab(Place::Text, tr!("Text")) }
            { tab(Place::Graph, tr!("Graph")) }
            { tab(Place::Data, tr!("Data")) }
        </nav>
    }
}

fn status_bar(store: &Store) -> Html {
    let session = &store.session;
    let is_problem = |it: &&Diagnostic| it.severity != Severity::Info;
    let problems = session.source.diagnostics.iter().filter(is_problem).count();
    let format = match session.source.format {
        Format::Json => "JSON",
        Format::Yaml => "YAML",
    };
    html! {
        <footer class="statusbar">
            <span class="promise">{ tr!("Nothing leaves this page") }</span>
            <button class="quiet small" id="machine-type" title={tr!("Standard and Express side by side")}
                onclick={store.on(Action::TypesOpened)}>{ select::machine_type(session) }</button>
            { query_language(store) }
            <span class="spring" />
            if let Activity::Refused(reason) = &session.activity {
                <span class="refusal" role="alert">{ tr!("No run: ") }{ parts::message(reason) }</span>
            }
            <span id="problem-count">{ if problems == 0 { tr!("no problems") } else { tr!("1 problem" | "{n} problems" % problems) } }</span>
            <span>{ format }</span>
            { parts::language_menu(store) }
        </footer>
    }
}

/// The machine's query language; in JSONPath the way to the other.
fn query_language(store: &Store) -> Html {
    let language = select::query_language(&store.session);
    let is_convertible = language == "JSONPath" && store.session.source.is_runnable;
    match is_convertible {
        true => html! {
            <button class="quiet small" id="convert" title={tr!("Convert to JSONata")}
                onclick={store.on(Action::ConversionOpened { is_whole: true })}>{ language }</button>
        },
        false => html! { <span>{ language }</span> },
    }
}

#[derive(Properties, PartialEq)]
struct SplitterProps {
    label: AttrValue,
    /// Where it stands, as a share of the width.
    share: f64,
    on_move: Callback<f64>,
    /// Both back to where they stood at first.
    on_reset: Callback<()>,
}

/// A bar between two places: dragged, or moved with the arrow keys.
#[component]
fn Splitter(props: &SplitterProps) -> Html {
    let node = use_node_ref();
    let on_pointer_down = Callback::from(|event: PointerEvent| {
        if let Some(target) = event.target_dyn_into::<web_sys::Element>() {
            // Without capture the drag ends at the bar's edge, no more.
            let _ = target.set_pointer_capture(event.pointer_id());
        }
    });
    let on_pointer_move = {
        let (node, on_move) = (node.clone(), props.on_move.clone());
        Callback::from(move |event: PointerEvent| {
            let parent = node.cast::<web_sys::Element>().and_then(|node| node.parent_element());
            let Some(parent) = parent.filter(|_| event.buttons() == 1) else { return };
            let rect = parent.get_bounding_client_rect();
            on_move.emit((f64::from(event.client_x()) - rect.left()) / rect.width().max(1.0));
        })
    };
    let on_key = {
        let (share, on_move, on_reset) = (props.share, props.on_move.clone(), props.on_reset.clone());
        Callback::from(move |event: KeyboardEvent| match event.key().as_str() {
            "ArrowLeft" => on_move.emit(share - 0.02),
            "ArrowRight" => on_move.emit(share + 0.02),
            "Home" => on_reset.emit(()),
            _ => {}
        })
    };
    html! {
        <div ref={node} class="splitter" role="separator" aria-orientation="vertical" tabindex="0"
            aria-label={props.label.clone()} aria-valuenow={format!("{:.0}", props.share * 100.0)}
            aria-valuemin="15" aria-valuemax="85"
            ondblclick={props.on_reset.reform(|_: MouseEvent| ())} onpointerdown={on_pointer_down} onpointermove={on_pointer_move} onkeydown={on_key} />
    }
}

/// The keys that work everywhere on the page. Answers whether the key was one.
fn shortcut(store: &Store, event: &KeyboardEvent) -> bool {
    let keys = keyboard::name_of(event);
    let is_plain = !(event.ctrl_key() || event.meta_key() || event.alt_key());
    // Keys of functions and with Ctrl are commands in a text, too; single letters are letters there.
    let is_function = keys.trim_start_matches("Shift+").starts_with('F') && keys.len() > 1;
    if (is_plain && !is_function && keyboard::is_typing(event)) || is_in_dialog(store, &keys) {
        return false;
    }
    if matches!(&*keys, "Space" | "Home" | "End") && keyboard::is_on_control(event) {
        return false;
    }
    // What is typed has its own undo, and its own Delete.
    let is_of_text = keys.starts_with("Ctrl+") && keys.ends_with(['Z', 'Y'])
        || matches!(&*keys, "Delete" | "Insert" | "Alt+ArrowUp" | "Alt+ArrowDown" | "Shift+F10");
    if is_of_text && keyboard::is_typing(event) {
        return false;
    }
    let mut known = commands::keyed().into_iter().chain(commands::keyed_of_state(&store.session));
    let command = known.find(|command| command.keys.split(" or ").any(|known| known == keys));
    let Some(Does::Act(action)) = command.map(|command| command.does) else { return false };
    let is_test = store.session.test.is_some() && matches!(*action, Action::RunAsked);
    store.dispatch.emit(if is_test { Action::TestAsked } else { *action });
    true
}

/// Whether a dialog is open that keeps a key to itself: all but Ctrl+Enter in the test of a state.
fn is_in_dialog(store: &Store, keys: &str) -> bool {
    let (session, panels) = (&store.session, store.session.panels);
    if session.test.is_some() {
        return keys != "Ctrl+Enter";
    }
    session.menu.is_some()
        || session.conversion.is_some()
        || session.many.is_some()
        || session.mocks.is_some()
        || session.types.is_some()
        || session.pair.is_some()
        || panels.is_gallery_open
        || panels.is_share_open
        || panels.is_help_open
        || panels.is_palette_open
        || panels.is_flow_wide
}
