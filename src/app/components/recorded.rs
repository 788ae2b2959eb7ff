//! The strip over the graph while a recorded execution is open: whether ours is equal to it, and which of both is shown.

use tr::tr;
use yew::prelude::*;

use super::parts::{self, icon};
use crate::{
    app::store::Store,
    session::{
        action::Action,
        recorded::{self, Compared, Progress, Recorded, Side},
    },
};

pub fn recorded(store: &Store) -> Html {
    let Some(open) = &store.session.recorded else { return Html::default() };
    html! {
        <section class="recorded" id="recorded" aria-label={tr!("Recorded execution")}>
            <div class="recorded-head">
                <strong class="recorded-name" title={open.file.clone()}>{ open.file.clone() }</strong>
                { sides(store, open) }
                <span class="spring" />
                { deeds(store, open) }
                <button class="quiet small" id="recorded-close" aria-label={tr!("Close the recording")} onclick={store.on(Action::RecordingClosed)}>{ icon(parts::CLOSE) }</button>
            </div>
            { outcome(store, open) }
        </section>
    }
}

fn sides(store: &Store, open: &Recorded) -> Html {
    let Some(compared) = open.compared() else { return Html::default() };
    let shown = recorded::shown(&store.session);
    let side = |side: Side, words: String, id: &'static str| {
        let is_shown = shown == Some(side);
        let is_there = compared.run(side).is_some();
        html! {
            <button class="small" {id} aria-pressed={is_shown.to_string()} disabled={!is_there} onclick={store.on(Action::SideChosen(side))}>{ words }</button>
        }
    };
    html! {
        <span class="sides" role="group" aria-label={tr!("Which run is shown")}>
            { side(Side::Theirs, tr!("Recorded"), "side-theirs") }
            { side(Side::Ours, tr!("Our run"), "side-ours") }
        </span>
    }
}

fn deeds(store: &Store, open: &Recorded) -> Html {
    let is_stale = recorded::is_stale(&store.session);
    let compared = open.compared();
    let differs = compared.is_some_and(|compared| compared.replayed.differs.is_some());
    html! {
        <>
            if is_stale {
                <button class="small" id="recorded-again" onclick={store.on(Action::RecordingReread)}>{ tr!("Compare again") }</button>
            } else if differs {
                <button class="small" id="recorded-difference" onclick={store.on(Action::DifferenceAsked)}>{ tr!("Show difference") }</button>
            }
            if compared.is_some() {
                <button class="small" id="recorded-keep" title={tr!("Its input, start and task results become the page's scenario")}
                    onclick={store.on(Action::RecordingKept)}>{ tr!("Use as scenario") }</button>
            }
        </>
    }
}

fn outcome(store: &Store, open: &Recorded) -> Html {
    match &open.progress {
        Progress::Reading => html! { <p class="remark" role="status">{ tr!("Reading the history") }</p> },
        Progress::Refused(reason) => {
            html! { <p class="refusal" role="alert">{ parts::message(reason) }</p> }
        }
        Progress::Read(compared) => read(store, compared),
    }
}

fn read(store: &Store, compared: &Compared) -> Html {
    let replayed = &compared.replayed;
    let is_equal = compared.ours.is_some() && replayed.differs.is_none();
    let words = match recorded::is_stale(&store.session) {
        true => tr!("The definition has changed since both were compared."),
        false => capital(&replayed.words),
    };
    let class = if is_equal { "recorded-words equal" } else { "recorded-words differs" };
    html! {
        <>
            <p {class} id="recorded-words" role="status">{ parts::message(&words) }</p>
            if !replayed.notes.is_empty() {
                <details class="recorded-notes">
                    <summary>{ tr!("1 note" | "{n} notes" % replayed.notes.len()) }</summary>
                    <ul>{ for replayed.notes.iter().map(|note| html! { <li>{ parts::message(note) }</li> }) }</ul>
                </details>
            }
        </>
    }
}

/// A sentence with its first letter large.
fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
