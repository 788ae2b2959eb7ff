//! The world around the machine at the playhead: queues and what lies in them, topics, buses, activities and machines.

use std::rc::Rc;

use yew::prelude::*;

use super::{
    parts::{self, JsonView},
    scenario_form::value_of,
};
use crate::{
    app::store::Store,
    asl::model::StateKind,
    session::{action::Action, callback::Deed, select},
    sim::{
        scenario::{ReceiptAction, Scenario, world::Workers},
        world::view::{Kind, Place, Thing},
    },
};

/// Things of one place that are shown; the newest ones.
const MOST_SHOWN: usize = 30;

pub fn world_panel(store: &Store) -> Html {
    let session = &store.session;
    let places = select::world(session);
    let has_decided = session
        .scenario
        .scenario
        .as_ref()
        .is_some_and(|scenario| !scenario.decisions.is_empty() || !scenario.receipts.is_empty());
    html! {
        <div class="world" id="world">
            if has_decided {
                <p><button class="small" id="take-back" onclick={store.on(Action::DeedTakenBack)}>{ "Take back the last answer by hand" }</button></p>
            }
            { for activities(store) }
            if places.is_empty() {
                <p class="remark">
                    { "Nothing has happened around the machine so far. What tasks send to SQS, SNS and EventBridge, what \
                       activity workers do, and the machines that are started, show here, as they are at the playhead." }
                </p>
            }
            { for places.iter().map(|place| card(store, place)) }
        </div>
    }
}

fn card(store: &Store, place: &Place) -> Html {
    let gone = match place.kind {
        Kind::Queue => format!("{} deleted or moved", place.gone),
        Kind::Activity => format!("{} reported", place.gone),
        _ => format!("{} gone", place.gone),
    };
    let hidden = place.things.len().saturating_sub(MOST_SHOWN);
    html! {
        <section class="card place-card" data-place={place.name.clone()}>
            <h3>{ place.kind.name() }{ " " }<code>{ place.name.clone() }</code></h3>
            <p class="remark">
                { select::count(place.things.len(), "thing") }
                if place.gone > 0 { { format!(" · {gone}") } }
                if hidden > 0 { { format!(" · the newest {MOST_SHOWN} are shown") } }
            </p>
            { for place.broken.iter().map(|why| html! { <p class="refusal">{ why.clone() }</p> }) }
            <ul class="things">
                { for place.things.iter().rev().take(MOST_SHOWN).map(|(id, thing)| row(store, place, id, thing)) }
            </ul>
        </section>
    }
}

fn row(store: &Store, place: &Place, id: &Rc<str>, thing: &Thing) -> Html {
    let deed = |action: ReceiptAction| {
        store.on(Action::Done(Deed::Message { queue: place.name.clone(), message: id.clone(), action }))
    };
    html! {
        <li key={id.to_string()} class={classes!("thing", thing.is_taken.then_some("taken"))}>
            <p class="remark">
                { format!("since {}", parts::duration(thing.since)) }
                { for thing.marks.iter().map(|mark| html! { <span class="chip plain">{ mark.clone() }</span> }) }
            </p>
            <JsonView text={thing.body.clone()} label={format!("{} {}", place.kind.name(), place.name)} />
            if place.kind == Kind::Queue {
                <p class="detail-tools">
                    <button class="small" disabled={thing.is_taken} onclick={deed(ReceiptAction::Receive)}
                        title="ReceiveMessage: hidden until the visibility timeout is over">{ "Take" }</button>
                    <button class="small" onclick={deed(ReceiptAction::Delete)} title="DeleteMessage">{ "Delete" }</button>
                </p>
            }
        </li>
    }
}

/// For each activity of the definition, its workers: how many, and how they work.
fn activities(store: &Store) -> Vec<Html> {
    let session = &store.session;
    let Some(scenario) = session.scenario.scenario.as_ref() else { return Vec::new() };
    let mut names: Vec<&str> = Vec::new();
    for state in &session.drawing.definition.states {
        if let StateKind::Task(task) = &state.kind
            && let Some((_, name)) = task.resource.split_once(":activity:")
            && !names.contains(&name)
        {
            names.push(name);
        }
    }
    names.into_iter().map(|name| workers(store, scenario, name)).collect()
}

fn workers(store: &Store, scenario: &Rc<Scenario>, name: &str) -> Html {
    let now = scenario.world.activities.get(name);
    let set = |apply: fn(&mut Workers, f64)| {
        let (dispatch, scenario, name) = (store.dispatch.clone(), Rc::clone(scenario), Rc::<str>::from(name));
        Callback::from(move |event: Event| {
            let Some(number) = value_of(&event).parse().ok().filter(|number: &f64| (0.0..=1e6).contains(number)) else {
                return;
            };
            let mut next = Scenario::clone(&scenario);
            apply(next.world.activities.entry(name.clone()).or_default(), number);
            dispatch.emit(Action::ScenarioChanged(Rc::new(next)));
            dispatch.emit(Action::RunAsked);
        })
    };
    let field = |label: &'static str, value: f64, onchange: Callback<Event>| {
        html! {
            <label class="field">{ label }
                <input type="number" min="0" step="any" value={value.to_string()} {onchange} />
            </label>
        }
    };
    let seconds = |micros: i64| micros as f64 / 1e6;
    html! {
        <section class="card place-card" data-workers={name.to_string()}>
            <h3>{ "Workers of the activity " }<code>{ name.to_string() }</code></h3>
            if let Some(workers) = now {
                <p class="test-row">
                    { field("Workers", f64::from(workers.count), set(|workers, number| workers.count = (number as u32).min(1000))) }
                    { field("Work (s)", seconds(workers.work), set(|workers, number| workers.work = (number * 1e6) as i64)) }
                    { field("Pause between polls (s)", seconds(workers.pause), set(|workers, number| workers.pause = (number * 1e6) as i64)) }
                </p>
            } else {
                <p class="remark">{ "Nobody polls for it in this scenario: its tasks get the scenario's answer, or an empty object." }</p>
                <p><button class="small hire" onclick={hire(store, scenario, name)}>{ "Have a worker poll" }</button></p>
            }
        </section>
    }
}

fn hire(store: &Store, scenario: &Rc<Scenario>, name: &str) -> Callback<MouseEvent> {
    let mut next = Scenario::clone(scenario);
    next.world.activities.insert(name.into(), Workers::default());
    store.on(Action::ScenarioChanged(Rc::new(next)))
}
