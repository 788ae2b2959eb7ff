//! The bar at the top: the workflow's name, the transport in the middle, the doors to other things.

use tr::tr;
use wasm_bindgen::JsCast;
use yew::prelude::*;

use super::parts::{self, icon};
use crate::{
    app::store::Store,
    session::{
        action::Action,
        model::{Activity, EVERY_FRAME, Theme},
    },
};

const SPEEDS: [f64; 7] = [0.25, 0.5, 1.0, 2.0, 4.0, 16.0, EVERY_FRAME];

#[derive(Properties, PartialEq)]
pub struct TopbarProps {
    pub store: Store,
}

#[component]
pub fn Topbar(props: &TopbarProps) -> Html {
    let store = &props.store;
    let session = &store.session;
    let on_rename = {
        let dispatch = store.dispatch.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(input) = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok()) {
                dispatch.emit(Action::Renamed(input.value().into()));
            }
        })
    };
    let (theme, theme_name) = match session.theme {
        Theme::Auto => (Theme::Light, tr!("as the system")),
        Theme::Light => (Theme::Dark, tr!("light")),
        Theme::Dark => (Theme::Auto, tr!("dark")),
    };
    html! {
        <header class="topbar">
            <span class="brand"><span class="lamp" aria-hidden="true" /><h1 class="brand-name">{ "Statelight" }</h1></span>
            <input class="workflow-name" aria-label={tr!("Name of the workflow")} value={session.name.clone()} oninput={on_rename} />
            <button class="quiet" id="many-runs" aria-label={tr!("Many runs")} title={tr!("Run many times, with failures by chance")} onclick={store.on(Action::ManyOpened)}>
                { icon(parts::MANY) }<span class="wide-only">{ tr!("Many runs") }</span>
            </button>
            <button class="quiet" id="samples" aria-label={tr!("Open a file or a sample")} title={tr!("Open a file or a sample")} onclick={store.on(Action::GalleryToggled(true))}>
                { icon(parts::OPEN) }<span class="wide-only">{ tr!("Open") }</span>
            </button>
            { transport(store) }
            <span class="doors">
                <button class="quiet" id="share" aria-label={tr!("Share or save")} title={tr!("Share or save")} onclick={store.on(Action::ShareToggled(true))}>
                    { icon(parts::SHARE) }<span class="wide-only">{ tr!("Share") }</span>
                </button>
                <button class="quiet" id="theme" title={tr!("Colours: {theme_name}", theme_name)} aria-label={tr!("Colours: {theme_name}. Change them", theme_name)}
                    onclick={store.on(Action::ThemeChosen(theme))}>{ icon(parts::THEME) }</button>
                <button class="quiet" id="help" title={tr!("Help and keys (?)")} aria-label={tr!("Help and keys")}
                    onclick={store.on(Action::HelpToggled(true))}>{ icon(parts::HELP) }</button>
            </span>
        </header>
    }
}

fn transport(store: &Store) -> Html {
    let session = &store.session;
    let is_running = matches!(session.activity, Activity::Running { .. });
    let has_run = session.run.is_some();
    let can_stop = is_running || has_run;
    let (play, play_name) = if session.player.is_playing {
        (parts::PAUSE, tr!("Pause (Space)"))
    } else {
        (parts::PLAY, tr!("Play (Space)"))
    };
    html! {
        <div class="transport" role="group" aria-label={tr!("Run")}>
            <button class="run" id="run" disabled={is_running} onclick={store.on(Action::RunAsked)} title={tr!("Run (Ctrl+Enter)")}>
                { icon(parts::PLAY) }{ if is_running { tr!("Running") } else { tr!("Run") } }
            </button>
            <span class="button-row">
                { control("step-back", parts::STEP_BACK, tr!("Step back (,)"), has_run, store.on(Action::Stepped { back: true })) }
                { control("play", play, play_name, has_run, store.on(Action::PlayToggled)) }
                { control("step", parts::STEP_FORWARD, tr!("Step (.)"), !is_running, store.on(Action::Stepped { back: false })) }
                { control("stop", parts::STOP, tr!("Stop"), can_stop, store.on(Action::RunStopped)) }
            </span>
            { speed_menu(store) }
        </div>
    }
}

fn control(
    id: &'static str,
    path: &'static str,
    name: String,
    is_enabled: bool,
    onclick: Callback<MouseEvent>,
) -> Html {
    html! {
        <button {id} title={name.clone()} aria-label={name} disabled={!is_enabled} {onclick}>{ icon(path) }</button>
    }
}

fn speed_menu(store: &Store) -> Html {
    let dispatch = store.dispatch.clone();
    let onchange = Callback::from(move |event: Event| {
        let select = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlSelectElement>().ok());
        if let Some(speed) = select.and_then(|select| select.value().parse().ok()) {
            dispatch.emit(Action::SpeedChosen(speed));
        }
    });
    html! {
        <select id="speed" aria-label={tr!("Speed")} {onchange}>
            { for SPEEDS.iter().map(|speed| html! {
                <option value={speed.to_string()} selected={*speed == store.session.player.speed}>{ if *speed == EVERY_FRAME { tr!("max") } else { format!("{speed}×") } }</option>
            }) }
        </select>
    }
}
