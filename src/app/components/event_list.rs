//! The history, event by event, in step with the playhead. Only the rows on screen are drawn, so
//! that 25,000 events scroll as easily as 25.

use std::rc::Rc;

use yew::prelude::*;

use super::parts;
use crate::{
    app::{services::measure::use_size, store::Store},
    session::action::Action,
    sim::trace::TraceEvent,
};

const ROW: f64 = 26.0;
/// Rows drawn beyond the edges.
const SPARE: usize = 6;

#[derive(Properties, PartialEq)]
pub struct EventListProps {
    pub store: Store,
}

#[component]
pub fn EventList(props: &EventListProps) -> Html {
    let node = use_node_ref();
    let (_, height) = use_size(&node);
    let scrolled = use_state_eq(|| 0.0);
    let session = &props.store.session;
    let run = session.shown_run();
    let happened = run.map_or(0, |run| run.playback.event_at(session.player.playhead));
    // The newest event stays in sight.
    use_effect_with((happened, node.clone()), move |(happened, node)| {
        let Some(element) = node.cast::<web_sys::Element>() else { return };
        let (top, room) = (f64::from(element.scroll_top()), f64::from(element.client_height()));
        let row = (*happened as f64 - 1.0).max(0.0) * ROW;
        if row < top || row + ROW > top + room {
            element.set_scroll_top((row - room / 2.0).max(0.0) as i32);
        }
    });
    let Some(run) = run else {
        return html! { <p class="remark" ref={node}>{ "The events of the run will be here, as GetExecutionHistory has them." }</p> };
    };
    let onscroll = {
        let scrolled = scrolled.clone();
        Callback::from(move |event: Event| {
            if let Some(element) = event.target_dyn_into::<web_sys::Element>() {
                scrolled.set(f64::from(element.scroll_top()));
            }
        })
    };
    let events = &run.trace.events;
    let first = ((*scrolled / ROW) as usize).saturating_sub(SPARE);
    let last = (first + (height / ROW) as usize + 2 * SPARE).min(events.len());
    html! {
        <div class="event-list" id="events" ref={node} {onscroll} tabindex="0" role="group" aria-label="Events">
            <div style={format!("height:{}px;position:relative", events.len() as f64 * ROW)}>
                { for events[first.min(last)..last].iter().map(|event| row(props, event, happened)) }
            </div>
        </div>
    }
}

fn row(props: &EventListProps, event: &TraceEvent, happened: usize) -> Html {
    let id = event.id;
    let onclick = props.store.on(Action::EventChosen(id));
    let is_to_come = id as usize > happened;
    let class =
        classes!("event", is_to_come.then_some("to-come"), (id as usize == happened).then_some("current"), tone(event));
    html! {
        <button key={id} {class} {onclick} style={format!("top:{}px", f64::from(id - 1) * ROW)}>
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
fn subject(props: &EventListProps, event: &TraceEvent) -> String {
    let definition = props.store.session.shown_run().map(|run| &run.definition);
    let state = event.state.and_then(|state| definition?.states.get(state as usize)).map_or("", |state| &state.name);
    match (&event.details.error, event.details.index) {
        (Some(error), _) => format!("{state} {error}"),
        (None, Some(index)) => format!("{state} [{index}]"),
        (None, None) => state.to_string(),
    }
}
