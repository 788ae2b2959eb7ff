//! The proposal to convert to JSONata: what changes, what stays and why, whether it is faithful, and the button that
//! writes it.

use tr::tr;
use yew::prelude::*;

use super::parts::message;
use crate::{
    app::store::Store,
    convert::report::{Proven, Report, Stay},
    session::{
        action::Action,
        conversion::{Conversion, DiffLine, Progress},
    },
};

pub fn conversion(store: &Store, conversion: &Conversion) -> Html {
    match &conversion.progress {
        Progress::Running => html! { <p class="remark" role="status">{ tr!("Converting, and running both …") }</p> },
        Progress::Refused(reason) => html! { <p class="refusal" role="alert">{ message(reason) }</p> },
        Progress::Proposed(report) => proposal(store, conversion, report),
    }
}

fn proposal(store: &Store, conversion: &Conversion, report: &Report) -> Html {
    let diff = conversion.diff();
    html! {
        <div class="conversion">
            <p>{ tr!("{} of {} converted.", report.converted, tr!("1 state" | "{n} states" % report.states)) }</p>
            { verdict(report) }
            if !report.stays.is_empty() {
                <h3>{ tr!("What stays as it is") }</h3>
                <ul class="stays" lang="en">{ for report.stays.iter().map(stay) }</ul>
            }
            if !report.notes.is_empty() {
                <h3>{ tr!("To know") }</h3>
                <ul lang="en">{ for report.notes.iter().map(|note| html! { <li>{ message(note) }</li> }) }</ul>
            }
            if !diff.is_empty() {
                <h3>{ tr!("What changes") }</h3>
                <pre class="diff" tabindex="0" aria-label={tr!("The proposed change, line by line")}>{ for diff.iter().map(diff_line) }</pre>
            }
            <p class="dialog-buttons">
                <button class="run" disabled={diff.is_empty()} onclick={store.on(Action::ConversionApplied)}>{ tr!("Apply") }</button>
                <button onclick={store.on(Action::ConversionClosed)}>{ tr!("Cancel") }</button>
            </p>
        </div>
    }
}

fn verdict(report: &Report) -> Html {
    let (class, sign, words) = match &report.proof {
        Proven::Same(end) => {
            ("same", "✓", tr!("Run on this scenario, both come to the same: {end}, by the same outputs.", end))
        }
        Proven::Differs(how) => ("differs", "▲", tr!("Run on this scenario, they differ: {how}.", how)),
        Proven::NotRun(why) => ("differs", "▲", tr!("Not proved: {why}.", why)),
    };
    html! { <p class={classes!("proof", class)} role="status"><span aria-hidden="true">{ sign }{ " " }</span>{ message(&words) }</p> }
}

fn stay(Stay { state, field, why }: &Stay) -> Html {
    html! {
        <li><strong>{ state.to_string() }</strong>{ " · " }<code>{ field.replace('/', " › ") }</code>{ ": " }{ message(why) }</li>
    }
}

fn diff_line(line: &DiffLine) -> Html {
    let (class, sign, spoken, text) = match line {
        DiffLine::Same(text) => ("same", " ", String::new(), text.clone()),
        DiffLine::Removed(text) => ("removed", "−", tr!("gone: "), text.clone()),
        DiffLine::Added(text) => ("added", "+", tr!("new: "), text.clone()),
        DiffLine::Gap(lines) => ("gap", "", String::new(), tr!("… {} the same", tr!("1 line" | "{n} lines" % *lines))),
    };
    html! {
        <span class={classes!("line", class)}>
            <span class="sign" aria-hidden="true">{ sign }</span>
            if !spoken.is_empty() { <span class="visually-hidden">{ spoken }</span> }
            { text }{ "\n" }
        </span>
    }
}
