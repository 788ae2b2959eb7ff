//! The last runs: their names, and two of them side by side.

use tr::tr;
use yew::prelude::*;

use super::{
    fields::value_of,
    parts::{icon, light_class, mark, message},
};
use crate::{
    app::{services::files as disk, store::Store},
    session::{
        action::Action,
        runs::{self, Compared, Entered, Kept, Pair, Step},
        select::light_of,
    },
    sim::{frame::Light, trace::Status},
};

/// Steps of both ways that are shown.
const SHOWN_STEPS: usize = 300;

pub fn kept_runs(store: &Store, pair: Pair) -> Html {
    let kept = &store.session.kept;
    let both = runs::find(&store.session, pair.left).zip(runs::find(&store.session, pair.right));
    html! {
        <div class="runs" id="runs">
            if kept.is_empty() { <p class="remark">{ tr!("No runs so far. Each is kept here until the page is closed.") }</p> }
            <table class="run-list">
                <tbody>{ for kept.iter().rev().map(|one| row(store, one, pair)) }</tbody>
            </table>
            if let Some((left, right)) = both.filter(|(left, right)| left.run.id != right.run.id) {
                { comparison(store, left, right) }
            } else if kept.len() > 1 {
                <p class="remark">{ tr!("Choose two runs, A and B, to see where they part.") }</p>
            }
        </div>
    }
}

const fn light(status: Status) -> Light {
    match status {
        Status::Succeeded => Light::Succeeded,
        Status::Failed | Status::TimedOut => Light::Failed,
        Status::Aborted => Light::Cancelled,
        Status::Running => Light::Running,
    }
}

fn row(store: &Store, kept: &Kept, pair: Pair) -> Html {
    let (run, id) = (&kept.run, kept.run.id);
    let choose = |side: &'static str, chosen: bool, pair: Pair| {
        let label = tr!("{} as {side}", kept.name, side);
        html! {
            <td><label class="side-choice"><input type="radio" name={format!("side-{side}")} aria-label={label} checked={chosen} onchange={store.on(Action::PairChosen(pair))} />{ side }</label></td>
        }
    };
    let rename = {
        let dispatch = store.dispatch.clone();
        Callback::from(move |event: Event| dispatch.emit(Action::KeptRenamed { id, name: value_of(&event).into() }))
    };
    let save = {
        let (dispatch, kept) = (store.dispatch.clone(), kept.clone());
        Callback::from(move |_: MouseEvent| {
            let (name, text) = runs::file_of(&kept);
            if disk::save(&name, "application/json", &text).is_err() {
                dispatch.emit(Action::Noticed(tr!("the browser did not let the file be saved").into()));
            }
        })
    };
    let is_other = run.text != store.session.drawing.text;
    html! {
        <tr key={id} data-run={id.to_string()}>
            { choose("A", pair.left == id, Pair { left: id, ..pair }) }
            { choose("B", pair.right == id, Pair { right: id, ..pair }) }
            <td class={light_class(light(run.trace.status))}>{ mark(light(run.trace.status)) }</td>
            <td><input class="run-name" aria-label={tr!("Name of the run")} value={kept.name.clone()} onchange={rename} /></td>
            <td class="remark">{ runs::status_of(run.trace.status) }{ format!(" · {} s", run.trace.duration as f64 / 1e6) }
                if is_other { { tr!(" · another definition") } }</td>
            <td><button class="small" onclick={store.on(Action::KeptShown { id, event: None })}>{ tr!("Show") }</button>
                <button class="small" onclick={save}>{ icon(super::parts::SAVE) }{ tr!("Save") }</button></td>
        </tr>
    }
}

fn comparison(store: &Store, left: &Kept, right: &Kept) -> Html {
    let compared: Compared = runs::compare(&left.run, &right.run);
    let part = |words: String, id: u32, event: Option<u32>| match event {
        Some(event) => {
            let shown = Action::KeptShown { id, event: Some(event) };
            html! { <button class="small" onclick={store.on(shown)}>{ words }</button> }
        }
        None => Html::default(),
    };
    let more = compared.steps.len().saturating_sub(SHOWN_STEPS);
    html! {
        <>
            <table class="type-table run-table">
                <thead><tr><td /><th scope="col">{ "A: " }{ left.name.clone() }</th><th scope="col">{ "B: " }{ right.name.clone() }</th></tr></thead>
                <tbody>{ for compared.rows.iter().map(|(name, one, other)| html! {
                    <tr data-row={name.clone()} class={(one != other).then_some("differs")}><th scope="row">{ name.clone() }{ if one == other { "" } else { " ≠" } }</th><td>{ clipped(one) }</td><td>{ clipped(other) }</td></tr>
                }) }</tbody>
            </table>
            <p id="runs-part">{ message(&compared.words) }</p>
            if let Some((event, ours)) = compared.differs {
                <p class="presets">{ part(tr!("Show A there"), left.run.id, Some(event)) }{ part(tr!("Show B there"), right.run.id, ours) }</p>
            }
            <h3>{ tr!("Ways") }</h3>
            <ol class="ways">{ for compared.steps.iter().take(SHOWN_STEPS).map(step) }</ol>
            if more > 0 { <p class="remark">{ tr!("and {more} more", more) }</p> }
        </>
    }
}

fn step(step: &Step) -> Html {
    let cell = |entered: &Option<Entered>| match entered {
        Some(Entered { name, ending, .. }) => {
            let light = light_of(*ending);
            html! { <span class={classes!("way", light_class(light))}>{ mark(light) }{ name.clone() }</span> }
        }
        None => html! { <span class="way none">{ "–" }</span> },
    };
    let is_same = step.left.is_some() && step.right.is_some();
    html! { <li class={(!is_same).then_some("differs")}>{ cell(&step.left) }{ cell(&step.right) }</li> }
}

/// The beginning of a long value.
fn clipped(text: &str) -> String {
    match text.char_indices().nth(300) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The way to the list, where there is something in it.
pub fn runs_button(store: &Store) -> Html {
    let count = store.session.kept.len();
    if count < 2 {
        return Html::default();
    }
    html! {
        <button class="quiet small" id="kept-runs" title={tr!("The last runs, to be compared")} onclick={store.on(Action::RunsToggled(true))}>
            { icon(super::parts::COLUMNS) }{ tr!("1 run" | "{n} runs" % count) }
        </button>
    }
}
