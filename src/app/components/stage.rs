//! The middle of the page: the run's banner over the graph, the legend, the timeline under it.

use std::rc::Rc;
use tr::tr;

use yew::prelude::*;

use super::{
    graph_view::GraphView,
    map_run::child_strip,
    parts::{self, icon, light_class, light_name, mark},
    recorded::recorded,
    timeline_view::TimelineView,
    waiting::WaitingTask,
};
use crate::{
    app::store::Store,
    session::{
        action::Action,
        authoring, callback,
        model::{Activity, is_same_text},
        select::{self, Banner},
        testing::Deed,
    },
    sim::frame::Light,
};

#[derive(Properties, PartialEq)]
pub struct StageProps {
    pub store: Store,
}

#[component]
pub fn Stage(props: &StageProps) -> Html {
    let session = &props.store.session;
    let frame = select::frame(session);
    let lights = Rc::new(select::lights(session, frame.as_ref()));
    let banner = select::banner(session, frame.as_ref());
    let is_behind = !is_same_text(&session.drawing.text, &session.source.text);
    html! {
        <>
            { recorded(&props.store) }
            { child_strip(&props.store) }
            <div class={classes!("stage", is_behind.then_some("behind"))}>
                <GraphView graph={session.drawing.graph.clone()} {lights} selected={session.selection.state} menu={authoring::opened(session)}
                    is_playing={session.player.is_playing} name={session.name.clone()} dispatch={props.store.dispatch.clone()} />
                { banner_view(&props.store, banner) }
                { waiting_view(&props.store) }
                if is_behind {
                    <p class="behind-note" role="status">{ tr!("The text has errors: this is the last graph without any") }</p>
                }
                { legend() }
                { changes(&props.store) }
            </div>
            <TimelineView store={props.store.clone()} />
        </>
    }
}

/// Undo, for hands without a keyboard.
fn changes(store: &Store) -> Html {
    let undo = &store.session.undo;
    if !undo.can_undo() && !undo.can_redo() {
        return Html::default();
    }
    let button = |id: &'static str, words: String, path: &'static str, can: bool, action: Action| {
        html! { <button {id} title={words.clone()} aria-label={words} disabled={!can} onclick={store.on(action)}>{ icon(path) }</button> }
    };
    html! {
        <div class="undo-row button-row" role="group" aria-label={tr!("Changes")}>
            { button("undo", tr!("Undo (Ctrl+Z)"), parts::UNDO, undo.can_undo(), Action::UndoAsked) }
            { button("redo", tr!("Do again (Ctrl+Shift+Z)"), parts::REDO, undo.can_redo(), Action::RedoAsked) }
        </div>
    }
}

fn banner_view(store: &Store, banner: Option<Banner>) -> Html {
    let session = &store.session;
    if let Activity::Running { .. } = session.activity {
        return html! { <div class="banner running" id="banner"><span class="chip">{ tr!("Computing") }</span></div> };
    }
    if session.testing.shows_coverage {
        return html! {
            <div class="banner" id="banner">
                <span class="remark">{ tr!("What the tests reach") }</span>
                <button class="small" onclick={store.on(Action::Tests(Deed::CoverageToggled))}>{ tr!("Show the run") }</button>
            </div>
        };
    }
    let Some(banner) = banner else {
        let words = match &session.run {
            Some(_) => tr!("The definition has changed since the last run"),
            None => tr!("Not run yet"),
        };
        return html! { <div class="banner" id="banner"><span class="remark">{ words }</span></div> };
    };
    html! {
        <div class={classes!("banner", light_class(banner.light))} id="banner">
            <span class="chip">{ mark(banner.light) }{ banner.status }</span>
            <span class="clock">{ banner.clock }</span>
            <span class="remark">
                { tr!("1 transition" | "{n} transitions" % banner.transitions as usize) }
                if let Some(price) = banner.price {
                    <span title={tr!("Estimated from the list price of a Standard transition in us-east-1")}>{ format!(" · ${price:.6}") }</span>
                }
            </span>
            if let Some(failure) = banner.failure {
                <span class="failure" title={failure.clone()}>{ failure }</span>
            }
            if banner.has_why {
                <button class="small" id="why" onclick={store.on(Action::WhyAsked)}>{ tr!("Why?") }</button>
            }
        </div>
    }
}

/// The task that has waited longest for a person, unless the run is being played.
fn waiting_view(store: &Store) -> Html {
    if store.session.player.is_playing {
        return Html::default();
    }
    let waiting = callback::waiting(&store.session);
    let others = waiting.len().saturating_sub(1);
    match waiting.into_iter().next() {
        Some(waiting) => {
            let key = waiting.token.to_string();
            html! { <WaitingTask {key} store={store.clone()} {waiting} {others} /> }
        }
        None => Html::default(),
    }
}

fn legend() -> Html {
    let lights = [
        Light::Running,
        Light::Succeeded,
        Light::Waiting,
        Light::Caught,
        Light::Failed,
        Light::Cancelled,
        Light::NotReached,
    ];
    html! {
        <ul class="legend" aria-label={tr!("What the colours and marks say")}>
            { for lights.iter().map(|light| html! {
                <li class={light_class(*light)}><span class="swatch">{ mark(*light) }</span>{ light_name(*light) }</li>
            }) }
        </ul>
    }
}
