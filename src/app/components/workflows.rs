//! The list of the reader's own workflows: found by a search, opened, renamed, duplicated, deleted.

use std::rc::Rc;
use tr::tr;

use yew::prelude::*;

use super::{
    fields::value_of,
    notices::{said, undo},
};
use crate::{
    app::{services::ticker, store::Store},
    session::workflows::{self, Deed, Workflow, when},
};

#[derive(Properties, PartialEq)]
pub struct WorkflowsProps {
    pub store: Store,
}

#[component]
pub fn OwnWorkflows(props: &WorkflowsProps) -> Html {
    let search = use_state_eq(String::new);
    let renamed = use_state_eq(|| None::<Rc<str>>);
    let store = &props.store;
    let found = workflows::listed(&store.session, &search);
    let oninput = {
        let search = search.clone();
        Callback::from(move |event: InputEvent| search.set(value_of(&event.into())))
    };
    let now = ticker::date();
    html! {
        <section class="own-workflows" aria-label={tr!("Your workflows")}>
            <div class="own-head">
                <h3>{ tr!("Your workflows") }</h3>
                <input id="search-workflows" type="search" aria-label={tr!("Search your workflows")} placeholder={tr!("Search names and texts")} value={(*search).clone()} {oninput} />
                <button id="new-workflow" onclick={store.on(said(Deed::Began))}>{ tr!("New") }</button>
            </div>
            { for store.session.notices.iter().filter(|notice| notice.deleted.is_some()).map(|notice| html! { <p class="deleted">{ undo(store, notice) }</p> }) }
            if found.is_empty() {
                <p class="remark" role="status">{ tr!("None of them has these words.") }</p>
            } else {
                <ul class="workflow-list">{ for found.iter().map(|workflow| row(store, workflow, now, &renamed)) }</ul>
            }
        </section>
    }
}

fn row(store: &Store, workflow: &Rc<Workflow>, now: f64, renamed: &UseStateHandle<Option<Rc<str>>>) -> Html {
    let (id, name) = (workflow.id.clone(), workflow.name.clone());
    let is_current = id == store.session.workflows.current;
    let shown_name = if name.trim().is_empty() { tr!("Without a name").into() } else { name.clone() };
    let begin_renaming = {
        let (renamed, id) = (renamed.clone(), id.clone());
        Callback::from(move |_: MouseEvent| renamed.set(Some(id.clone())))
    };
    let give_name = {
        let (renamed, id, dispatch) = (renamed.clone(), id.clone(), store.dispatch.clone());
        Callback::from(move |event: Event| {
            dispatch.emit(said(Deed::Renamed(id.clone(), value_of(&event).into())));
            renamed.set(None);
        })
    };
    let end_renaming = {
        let renamed = renamed.clone();
        Callback::from(move |_: FocusEvent| renamed.set(None))
    };
    let on = |deed: Deed| store.on(said(deed));
    html! {
        <li key={&*id} data-workflow={name.clone()} class={is_current.then_some("current")}>
            if **renamed == Some(id.clone()) {
                <input class="new-name" autofocus=true aria-label={tr!("New name of {name}", name)} value={name.clone()} onchange={give_name} onblur={end_renaming} />
            } else {
                <button class="quiet open-workflow" aria-current={is_current.then_some("true")} onclick={on(Deed::Opened(id.clone()))}>
                    <strong>{ shown_name.clone() }</strong>
                    <span class="remark">{ if is_current { tr!("open") } else { when(workflow.changed, now) } }</span>
                </button>
            }
            <button class="quiet small" aria-label={tr!("Rename {shown_name}", shown_name)} onclick={begin_renaming}>{ tr!("Rename") }</button>
            <button class="quiet small" aria-label={tr!("Duplicate {shown_name}", shown_name)} onclick={on(Deed::Duplicated(id.clone()))}>{ tr!("Duplicate") }</button>
            <button class="quiet small" aria-label={tr!("Delete {shown_name}", shown_name)} onclick={on(Deed::Deleted(id.clone()))}>{ tr!("Delete") }</button>
        </li>
    }
}
