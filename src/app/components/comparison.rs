//! The data of a visit against other data: its output against its input, or against those of another visit of its state.

use std::rc::Rc;
use tr::tr;

use yew::prelude::*;

use super::{data_flow::change_line, fields::value_of};
use crate::{
    explain,
    session::{model::Run, select::Against},
    sim::timeline::Visit,
};

#[derive(Properties, PartialEq)]
pub struct ComparisonProps {
    pub run: Rc<Run>,
    /// As it stands at the playhead.
    pub visit: Visit,
    /// What it can be compared with, each with its words.
    pub others: Vec<(Against, String)>,
}

#[component]
pub fn Comparison(props: &ComparisonProps) -> Html {
    let chosen = use_state_eq(|| None::<Against>);
    // What was chosen for another visit is nothing here.
    let now = chosen.filter(|chosen| props.others.iter().any(|(other, _)| other == chosen));
    let lines = use_memo((Rc::clone(&props.run), props.visit.clone(), now), |(run, visit, now)| {
        let (before, after) = now.as_ref()?.texts(run, visit)?;
        Some(explain::differences(&before, &after))
    });
    let onchange = {
        let (chosen, others) = (chosen.clone(), props.others.clone());
        Callback::from(move |event: Event| {
            let index = value_of(&event).parse::<usize>().ok();
            chosen.set(index.and_then(|index| others.get(index)).map(|(other, _)| *other));
        })
    };
    html! {
        <section class="card" data-part="Comparison">
            <h3>{ tr!("Compare") }</h3>
            <select aria-label={tr!("What to compare")} {onchange}>
                <option value="" selected={now.is_none()}>{ tr!("nothing") }</option>
                { for props.others.iter().enumerate().map(|(index, (other, words))| html! {
                    <option value={index.to_string()} selected={now == Some(*other)}>{ words.clone() }</option>
                }) }
            </select>
            if let Some(lines) = &*lines {
                if lines.is_empty() {
                    <p class="remark">{ tr!("Both are the same.") }</p>
                } else {
                    <pre class="json changes" tabindex="0" aria-label={tr!("Differences")}>{ for lines.iter().map(change_line) }</pre>
                }
            }
        </section>
    }
}
