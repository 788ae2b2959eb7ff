//! The Map Run of a distributed Map: how its executions and items stand at the playhead, and its child executions, each of
//! which can be opened; and the strip over the graph while one is.

use std::rc::Rc;
use tr::tr;

use yew::prelude::*;

use super::{
    fields::value_of,
    parts::{self, icon, light_class, mark},
};
use crate::{
    app::store::Store,
    session::{action::Action, child, model::Run},
    sim::{
        frame::Light,
        trace::{MapRun, MapRunCounts, Status},
    },
    words::{later, translated},
};

/// Children that are listed at once.
const MOST_LISTED: usize = 100;

#[derive(Properties, PartialEq)]
pub struct MapRunCardProps {
    pub run: Rc<Run>,
    /// Its index among the Map Runs of the run.
    pub index: u32,
    /// Virtual time at the playhead.
    pub now: i64,
    pub dispatch: Callback<Action>,
}

const FILTERS: [(&str, &str, Option<Status>); 6] = [
    ("all", later!("all, failed ones first"), None),
    ("failed", later!("failed"), Some(Status::Failed)),
    ("succeeded", later!("succeeded"), Some(Status::Succeeded)),
    ("running", later!("running"), Some(Status::Running)),
    ("timed-out", later!("timed out"), Some(Status::TimedOut)),
    ("aborted", later!("aborted"), Some(Status::Aborted)),
];

#[component]
pub fn MapRunCard(props: &MapRunCardProps) -> Html {
    let chosen = use_state_eq(|| 0_usize);
    let Some(run) = props.run.trace.map_runs.get(props.index as usize) else { return Html::default() };
    let (executions, items) = (run.executions_at(props.now), run.items_at(props.now));
    let children = child::listed(run, props.now, FILTERS[*chosen].2, MOST_LISTED);
    let on_filter = {
        let chosen = chosen.clone();
        Callback::from(move |event: Event| {
            let name = value_of(&event);
            chosen.set(FILTERS.iter().position(|(filter, ..)| *filter == name).unwrap_or(0));
        })
    };
    let has_batches = !run.items.is_empty();
    html! {
        <section class="card map-run" data-part="Map Run">
            <h3>{ tr!("Map Run") }</h3>
            <table class="counts">
                <thead><tr><td /><th>{ tr!("Executions") }</th>if has_batches { <th>{ tr!("Items") }</th> }</tr></thead>
                <tbody>{ for rows(executions, items).into_iter().map(|(words, executions, items)| html! {
                    <tr><th scope="row">{ words }</th><td>{ executions }</td>if has_batches { <td>{ items }</td> }</tr>
                }) }</tbody>
            </table>
            <label class="field">{ tr!("Child executions") }
                <select id="child-filter" onchange={on_filter}>
                    { for FILTERS.iter().enumerate().map(|(index, (name, words, _))| html! {
                        <option value={*name} selected={index == *chosen}>{ translated(words) }</option>
                    }) }
                </select>
            </label>
            if children.is_empty() { <p class="remark">{ tr!("None at the playhead.") }</p> }
            <ul class="children">
                { for children.iter().map(|(index, status)| row(props, run, *index, *status)) }
            </ul>
            if children.len() == MOST_LISTED { <p class="remark">{ tr!("The first {MOST_LISTED} are listed.", MOST_LISTED) }</p> }
        </section>
    }
}

fn rows(executions: MapRunCounts, items: MapRunCounts) -> [(String, u32, u32); 7] {
    [
        (tr!("total"), executions.total, items.total),
        (tr!("pending"), executions.pending, items.pending),
        (tr!("running"), executions.running, items.running),
        (tr!("succeeded"), executions.succeeded, items.succeeded),
        (tr!("failed"), executions.failed, items.failed),
        (tr!("timed out"), executions.timed_out, items.timed_out),
        (tr!("aborted"), executions.aborted, items.aborted),
    ]
}

fn light_of(status: Status) -> (Light, String) {
    match status {
        Status::Succeeded => (Light::Succeeded, tr!("succeeded")),
        Status::Failed => (Light::Failed, tr!("failed")),
        Status::TimedOut => (Light::Failed, tr!("timed out")),
        Status::Aborted => (Light::Cancelled, tr!("aborted")),
        Status::Running => (Light::Running, tr!("running")),
    }
}

fn row(props: &MapRunCardProps, run: &MapRun, index: u32, status: Status) -> Html {
    let (light, words) = light_of(status);
    let open = {
        let (dispatch, map_run) = (props.dispatch.clone(), props.index);
        Callback::from(move |_: MouseEvent| dispatch.emit(Action::ChildAsked { map_run, index }))
    };
    let error = run.errors.get(&index).and_then(|failure| failure.error.clone()).filter(|_| status != Status::Running);
    let at = index as usize;
    let length =
        run.ended[at].filter(|_| status != Status::Running).map(|ended| parts::duration(ended - run.started[at]));
    html! {
        <li key={index}>
            <button class={classes!("child", light_class(light))} data-child={index.to_string()} onclick={open}
                title={run.child_name(index)} aria-label={tr!("Open child execution {index}, {words}", index, words)}>
                { mark(light) }<span class="child-index">{ format!("#{index}") }</span><span>{ words }</span>
                if let Some(error) = error { <span class="child-error">{ error }</span> }
                if let Some(length) = length { <span class="remark">{ length }</span> }
            </button>
        </li>
    }
}

/// The strip over the graph while a child execution is open.
pub fn child_strip(store: &Store) -> Html {
    let Some(open) = &store.session.child else { return Html::default() };
    let last = open.map_run().started.len() as u32 - 1;
    let go = |index: Option<u32>| {
        let dispatch = store.dispatch.clone();
        let map_run = open.map_run;
        Callback::from(move |_: MouseEvent| {
            if let Some(index) = index {
                dispatch.emit(Action::ChildAsked { map_run, index });
            }
        })
    };
    let previous = open.index.checked_sub(1);
    let next = Some(open.index + 1).filter(|next| *next <= last);
    html! {
        <section class="recorded" id="child-strip" aria-label={tr!("Child execution")}>
            <div class="recorded-head">
                <strong>{ tr!("Child execution #{} of {}", open.index, open.map_name()) }</strong>
                <button class="quiet small" aria-label={tr!("Previous child execution")} disabled={previous.is_none()} onclick={go(previous)}>{ icon(parts::PREVIOUS) }</button>
                <button class="quiet small" aria-label={tr!("Next child execution")} disabled={next.is_none()} onclick={go(next)}>{ icon(parts::NEXT) }</button>
                if open.run.as_ref().is_none_or(|run| run.id != open.id) { <span class="remark" role="status">{ tr!("Opening") }</span> }
                <span class="spring" />
                <button class="small" id="child-close" onclick={store.on(Action::ChildClosed)}>{ tr!("Back to the run") }</button>
            </div>
            <p class="remark child-name">{ open.map_run().child_name(open.index) }</p>
        </section>
    }
}
