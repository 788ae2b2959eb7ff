//! The world around the machine at the playhead: queues and what lies in them, topics, buses, activities and machines.

use std::rc::Rc;
use tr::tr;

use yew::prelude::*;

use super::{
    fields::value_of,
    parts::{self, JsonView},
    world_form::set_up,
};
use crate::{
    app::store::Store,
    session::{
        action::Action,
        callback::Deed,
        select,
        surroundings::{Surrounding, is_told, surroundings, told},
    },
    sim::{
        scenario::ReceiptAction,
        trace::TraceEvent,
        world::view::{Kind, Place, Thing},
    },
};

/// Things of one place that are shown; the newest ones.
const MOST_SHOWN: usize = 30;

/// Events of another machine's execution that are shown.
const MOST_EVENTS: usize = 200;

pub fn world_panel(store: &Store) -> Html {
    let session = &store.session;
    let places = select::world(session);
    let scenario = session.scenario.scenario.as_ref();
    let has_decided = scenario.is_some_and(|scenario| !scenario.decisions.is_empty() || !scenario.receipts.is_empty());
    let around = surroundings(session);
    let is_silent = |one: &&Surrounding| !places.iter().any(|place| place.kind == one.kind && place.name == one.name);
    html! {
        <div class="world" id="world">
            if has_decided {
                <p><button class="small" id="take-back" onclick={store.on(Action::DeedTakenBack)}>{ tr!("Take back the last answer by hand") }</button></p>
            }
            if places.is_empty() {
                <p class="remark">
                    { tr!("Nothing has happened around the machine so far. What tasks send to SQS, SNS and EventBridge, what \
                       activity workers do, and the machines that are started, show here, as they are at the playhead.") }
                </p>
            }
            { for places.iter().map(|place| card(store, place.kind, &place.name, Some(place))) }
            { for around.iter().filter(is_silent).map(|one| card(store, one.kind, &one.name, None)) }
            { adding(store) }
        </div>
    }
}

/// A place: how it is set up, and what is in it.
fn card(store: &Store, kind: Kind, name: &Rc<str>, place: Option<&Place>) -> Html {
    let scenario = store.session.scenario.scenario.as_ref();
    html! {
        <section key={format!("{} {name}", kind.name())} class="card place-card" data-place={name.clone()}>
            <h3>{ kind.name() }{ " " }<code>{ name.clone() }</code></h3>
            if let Some(scenario) = scenario { { set_up(store, scenario, kind, name) } }
            if let Some(place) = place { { contents(store, place) } }
        </section>
    }
}

fn contents(store: &Store, place: &Place) -> Html {
    let gone = match place.kind {
        Kind::Queue => tr!("{} deleted or moved", place.gone),
        Kind::Activity => tr!("{} reported", place.gone),
        _ => tr!("{} gone", place.gone),
    };
    let hidden = place.things.len().saturating_sub(MOST_SHOWN);
    html! {
        <>
            <p class="remark">
                { tr!("1 thing" | "{n} things" % place.things.len()) }
                if place.gone > 0 { { format!(" · {gone}") } }
                if hidden > 0 { { tr!(" · the newest {MOST_SHOWN} are shown", MOST_SHOWN) } }
            </p>
            { for place.broken.iter().map(|why| html! { <p class="refusal">{ why.clone() }</p> }) }
            <ul class="things">
                { for place.things.iter().rev().take(MOST_SHOWN).map(|(id, thing)| row(store, place, id, thing)) }
            </ul>
        </>
    }
}

/// The history of another machine's execution, by its ARN.
fn other_history(store: &Store, arn: &Rc<str>) -> Html {
    let Some(run) = store.session.shown_run() else { return Html::default() };
    let Some(other) = run.trace.others.iter().find(|other| other.arn == *arn) else { return Html::default() };
    let event = |event: &TraceEvent| {
        let details = &event.details;
        let words = details.error.as_ref().or(details.name.as_ref()).cloned().unwrap_or_default();
        html! {
            <li value={event.id.to_string()}>{ event.kind.clone() }<span class="remark">{ words }</span></li>
        }
    };
    let events = &other.trace.events;
    let output = other.trace.output.and_then(|id| other.trace.payload(id)).cloned();
    html! {
        <details class="other-history">
            <summary>{ tr!("1 event" | "{n} events" % events.len()) }</summary>
            <ol>{ for events.iter().take(MOST_EVENTS).map(event) }</ol>
            if events.len() > MOST_EVENTS { <p class="remark">{ tr!("The first {MOST_EVENTS} are shown.", MOST_EVENTS) }</p> }
            if let Some(text) = output { <JsonView {text} label={tr!("Output of the execution")} /> }
        </details>
    }
}

/// A menu that adds a place which the definition does not name: a queue behind a topic, a machine behind a rule.
fn adding(store: &Store) -> Html {
    const KINDS: [(&str, Kind); 5] = [
        ("queue", Kind::Queue),
        ("topic", Kind::Topic),
        ("bus", Kind::Bus),
        ("table", Kind::Table),
        ("machine", Kind::Machine),
    ];
    let Some(scenario) = store.session.scenario.scenario.clone() else { return Html::default() };
    let dispatch = store.dispatch.clone();
    let onchange = Callback::from(move |event: Event| {
        let chosen = value_of(&event);
        let Some((word, kind)) = KINDS.into_iter().find(|(word, _)| *word == chosen) else { return };
        let names = (1..).map(|number| if number == 1 { format!("my-{word}") } else { format!("my-{word}-{number}") });
        let is_free = |name: &String| !is_told(&scenario, kind, name);
        let Some(name) = names.into_iter().find(is_free) else { return };
        dispatch.emit(Action::WorldChanged(Rc::new(told(&scenario, kind, &name.into()))));
        if let Some(select) = event.target_dyn_into::<web_sys::HtmlSelectElement>() {
            select.set_value("");
        }
    });
    html! {
        <label class="field add-place">{ tr!("Add to the world") }
            <select id="add-place" {onchange}>
                <option value="" selected=true>{ tr!("choose …") }</option>
                { for KINDS.iter().map(|(word, kind)| html! { <option value={*word}>{ kind.name() }</option> }) }
            </select>
        </label>
    }
}

fn row(store: &Store, place: &Place, id: &Rc<str>, thing: &Thing) -> Html {
    let deed = |action: ReceiptAction| {
        store.on(Action::Done(Deed::Message { queue: place.name.clone(), message: id.clone(), action }))
    };
    html! {
        <li key={id.to_string()} class={classes!("thing", thing.is_taken.then_some("taken"))}>
            <p class="remark">
                { tr!("since {}", parts::duration(thing.since)) }
                { for thing.marks.iter().map(|mark| html! { <span class="chip plain">{ mark.clone() }</span> }) }
            </p>
            <JsonView text={thing.body.clone()} label={format!("{} {}", place.kind.name(), place.name)} />
            if place.kind == Kind::Machine { { other_history(store, id) } }
            if place.kind == Kind::Queue {
                <p class="detail-tools">
                    <button class="small" disabled={thing.is_taken} onclick={deed(ReceiptAction::Receive)}
                        title={tr!("ReceiveMessage: hidden until the visibility timeout is over")}>{ tr!("Take") }</button>
                    <button class="small" onclick={deed(ReceiptAction::Delete)} title="DeleteMessage">{ tr!("Delete") }</button>
                </p>
            }
        </li>
    }
}
