//! The visits of states as a table: sorted by any column, in step with the playhead, each to be chosen.

use std::rc::Rc;
use tr::tr;

use yew::prelude::*;

use super::{
    parts,
    rows::{ROW, use_rows},
};
use crate::{
    app::store::Store,
    session::{
        action::Action,
        listing::{self, Column},
        model::Run,
    },
    sim::timeline::Visit,
    words::translated,
};

#[derive(Properties, PartialEq)]
pub struct VisitListProps {
    pub store: Store,
    pub run: Rc<Run>,
}

#[component]
pub fn VisitList(props: &VisitListProps) -> Html {
    let sorted = use_state_eq(|| (Column::default(), false));
    let (run, session) = (&props.run, &props.store.session);
    let listed = use_memo((Rc::clone(run), *sorted), |(run, (column, down))| listing::visits(run, *column, *down));
    let happened = run.playback.event_at(session.player.playhead);
    let chosen = session.selection.visit;
    let seen = chosen.and_then(|chosen| listed.iter().position(|visit| *visit == chosen));
    let rows = use_rows(listed.len(), seen);
    let head = |column: Column| {
        let (by, down) = *sorted;
        let onclick = {
            let sorted = sorted.clone();
            Callback::from(move |_: MouseEvent| sorted.set((column, by == column && !down)))
        };
        let (sort, sign) = match (by == column, down) {
            (false, _) => ("none", ""),
            (true, false) => ("ascending", " ↑"),
            (true, true) => ("descending", " ↓"),
        };
        html! { <span role="columnheader" aria-sort={sort}><button class="quiet small" {onclick}>{ column.words() }{ sign }</button></span> }
    };
    let visits = rows.shown.clone().filter_map(|at| Some((at, run.timeline.visits.get(listed.get(at)?.0 as usize)?)));
    html! {
        <div class="visit-table" role="table" aria-label={tr!("Visits of states")} aria-rowcount={(listed.len() + 1).to_string()}>
            <div class="visit-row head" role="row" aria-rowindex="1">{ for Column::ALL.into_iter().map(head) }</div>
            <div class="event-list" id="visits" role="rowgroup" ref={rows.node.clone()} onscroll={rows.onscroll.clone()} tabindex="0">
                <div role="presentation" style={rows.height.clone()}>
                    { for visits.map(|(at, visit)| {
                        let is_chosen = chosen == Some(visit.id);
                        row(props, at, visit, happened, is_chosen)
                    }) }
                </div>
            </div>
        </div>
    }
}

fn row(props: &VisitListProps, at: usize, visit: &Visit, happened: usize, is_chosen: bool) -> Html {
    let run = &props.run;
    let onclick = props.store.on(Action::VisitChosen(visit.id));
    let is_to_come = visit.entered as usize > happened;
    let is_now = !is_to_come && visit.left.is_none_or(|left| left as usize > happened);
    let ended = listing::ended(visit);
    let class = classes!(
        "event",
        "visit-row",
        is_to_come.then_some("to-come"),
        (is_chosen || is_now).then_some("current"),
        (ended != "succeeded").then_some(ended)
    );
    let name = &run.definition.state(visit.state).name;
    let item = visit.index.map_or_else(String::new, |index| format!(" [{index}]"));
    html! {
        <div key={visit.id.0} {class} {onclick} role="row" aria-rowindex={(at + 2).to_string()} aria-current={is_chosen.then_some("true")}
            style={format!("top:{}px", at as f64 * ROW)}>
            <span role="cell" class="event-type"><button class="quiet">{ format!("{name}{item}") }</button></span>
            <span role="cell">{ visit.attempts.len().max(1) }</span>
            <span role="cell" class="event-time">{ parts::duration(visit.entered_at) }</span>
            <span role="cell" class="event-time">{ parts::duration(listing::took(run, visit)) }</span>
            <span role="cell">{ translated(ended) }</span>
        </div>
    }
}
