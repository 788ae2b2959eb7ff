//! The history, event by event, in step with the playhead, to be filtered and saved; or the visits of states as a table.

use std::rc::Rc;
use tr::tr;

use yew::prelude::*;

use super::{
    fields::value_of,
    parts::{self, icon},
    rows::{ROW, use_rows},
    visit_list::VisitList,
};
use crate::{
    app::{services::files as disk, store::Store},
    session::{
        action::Action,
        listing::{self, Family, Filter},
        model::Run,
    },
    sim::trace::TraceEvent,
};

#[derive(Properties, PartialEq)]
pub struct EventListProps {
    pub store: Store,
}

#[component]
pub fn EventList(props: &EventListProps) -> Html {
    let is_visits = use_state_eq(|| false);
    let filter = use_state_eq(Filter::default);
    let is_only = use_state_eq(|| false);
    let session = &props.store.session;
    let Some(run) = session.shown_run() else {
        return html! { <p class="remark">{ tr!("The events of the run will be here, as GetExecutionHistory has them.") }</p> };
    };
    let show = |visits: bool| {
        let is_visits = is_visits.clone();
        Callback::from(move |_: MouseEvent| is_visits.set(visits))
    };
    let switch = html! {
        <span class="button-row" role="group" aria-label={tr!("What is listed")}>
            <button class="small" aria-pressed={(!*is_visits).to_string()} onclick={show(false)}>{ tr!("Events") }</button>
            <button class="small" aria-pressed={is_visits.to_string()} onclick={show(true)}>{ tr!("Visits") }</button>
        </span>
    };
    if *is_visits {
        return html! { <div class="listing"><div class="listing-tools">{ switch }</div><VisitList store={props.store.clone()} run={run.clone()} /></div> };
    }
    let state = session.selection.state.filter(|_| *is_only);
    let now = Filter { state, ..(*filter).clone() };
    let oninput = {
        let filter = filter.clone();
        Callback::from(move |event: InputEvent| {
            filter.set(Filter { words: value_of(&event.into()), ..(*filter).clone() })
        })
    };
    let onfamily = {
        let filter = filter.clone();
        Callback::from(move |event: Event| {
            let name = value_of(&event);
            let family = Family::ALL.into_iter().find(|family| family.words() == name).unwrap_or_default();
            filter.set(Filter { family, ..(*filter).clone() });
        })
    };
    let ononly = {
        let is_only = is_only.clone();
        Callback::from(move |_: MouseEvent| is_only.set(!*is_only))
    };
    html! {
        <div class="listing">
            <div class="listing-tools">
                { switch }
                <input type="search" placeholder={tr!("Filter")} aria-label={tr!("Filter the events")} value={filter.words.clone()} {oninput} />
                <select aria-label={tr!("Types of events")} onchange={onfamily}>
                    { for Family::ALL.into_iter().map(|family| html! { <option selected={family == filter.family}>{ family.words() }</option> }) }
                </select>
                <button class="small" aria-pressed={is_only.to_string()} disabled={session.selection.state.is_none() && !*is_only} onclick={ononly}>{ tr!("Chosen state only") }</button>
            </div>
            <EventRows store={props.store.clone()} run={run.clone()} filter={now} />
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct EventRowsProps {
    store: Store,
    run: Rc<Run>,
    filter: Filter,
}

#[component]
fn EventRows(props: &EventRowsProps) -> Html {
    let (run, session) = (&props.run, &props.store.session);
    let listed = use_memo((Rc::clone(run), props.filter.clone()), |(run, filter)| listing::events(run, filter));
    let happened = run.playback.event_at(session.player.playhead);
    // The newest event stays in sight.
    let newest = listed.partition_point(|place| (*place as usize) < happened).checked_sub(1);
    let rows = use_rows(listed.len(), newest);
    let save = {
        let (run, listed, dispatch) = (Rc::clone(run), Rc::clone(&listed), props.store.dispatch.clone());
        Callback::from(move |_: MouseEvent| {
            let text = listing::history_of(&run, &listed);
            if disk::save("events.json", "application/json", &text).is_err() {
                dispatch.emit(Action::Noticed(tr!("the browser did not let the file be saved").into()));
            }
        })
    };
    let count = listed.len();
    let events = rows.shown.clone().filter_map(|at| Some((at, run.trace.events.get(*listed.get(at)? as usize)?)));
    html! {
        <>
            <div class="event-list" id="events" ref={rows.node.clone()} onscroll={rows.onscroll.clone()} tabindex="0" role="group" aria-label={tr!("Events")}>
                <div style={rows.height.clone()}>
                    { for events.map(|(at, event)| row(props, at, event, happened)) }
                </div>
                if count == 0 { <p class="remark">{ tr!("No event is like that.") }</p> }
            </div>
            <div class="listing-foot">
                <span class="remark" role="status">{ tr!("{count} of {} events", run.trace.events.len(), count) }</span>
                <button class="quiet small" id="save-events" disabled={count == 0} onclick={save}>{ icon(parts::SAVE) }{ tr!("Save these as JSON") }</button>
            </div>
        </>
    }
}

fn row(props: &EventRowsProps, at: usize, event: &TraceEvent, happened: usize) -> Html {
    let id = event.id;
    let onclick = props.store.on(Action::EventChosen(id));
    let is_to_come = id as usize > happened;
    let class =
        classes!("event", is_to_come.then_some("to-come"), (id as usize == happened).then_some("current"), tone(event));
    html! {
        <button key={id} {class} {onclick} style={format!("top:{}px", at as f64 * ROW)}>
            <span class="event-id">{ id }</span>
            <span class="event-type">{ Rc::clone(&event.kind) }</span>
            <span class="event-name">{ subject(props, event) }</span>
            <span class="event-time">{ parts::duration(event.at) }</span>
        </button>
    }
}

fn tone(event: &TraceEvent) -> Option<&'static str> {
    let kind = &*event.kind;
    let is_failure = kind.ends_with("Failed") || kind.ends_with("TimedOut");
    match kind {
        _ if is_failure => Some("failed"),
        kind if kind.ends_with("Aborted") => Some("cancelled"),
        kind if kind.ends_with("Succeeded") => Some("succeeded"),
        _ => None,
    }
}

/// What an event is about: its state, its item, its error.
fn subject(props: &EventRowsProps, event: &TraceEvent) -> String {
    let states = &props.run.definition.states;
    let state = event.state.and_then(|state| states.get(state as usize)).map_or("", |state| &state.name);
    match (&event.details.error, event.details.index) {
        (Some(error), _) => format!("{state} {error}"),
        (None, Some(index)) => format!("{state} [{index}]"),
        (None, None) => state.to_string(),
    }
}
