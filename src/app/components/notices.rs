//! What the page has to say in its corner: once, or for as long as it is so.

use std::rc::Rc;
use tr::tr;

use yew::prelude::*;

use super::{
    files,
    parts::{self, icon},
};
use crate::{
    app::{keeping, services::updates, store::Store},
    session::{action::Action, files::Export, model::Notice, workflows::Deed},
};

/// What was done with a workflow, as an action.
pub fn said(deed: Deed) -> Action {
    Action::Workflow(deed)
}

pub fn notices(store: &Store) -> Html {
    html! {
        <div role="status"><ul class="notices">
            { other_tab(store) }
            { not_kept(store) }
            { update(store) }
            { for store.session.notices.iter().filter(|notice| !is_in_dialog(store, notice)).map(|notice| once(store, notice)) }
        </ul></div>
    }
}

/// Under an open dialog nothing can be pressed: the list of workflows says itself what was deleted.
fn is_in_dialog(store: &Store, notice: &Notice) -> bool {
    store.session.panels.is_gallery_open && notice.deleted.is_some()
}

/// What a notice says, with the way back where there is one.
pub fn undo(store: &Store, notice: &Notice) -> Html {
    let restore = notice.deleted.clone().map(|deleted| store.on(said(Deed::Restored(deleted))));
    html! {
        <>
            <span>{ Rc::clone(&notice.text) }</span>
            if let Some(onclick) = restore { <button class="small" {onclick}>{ tr!("Undo") }</button> }
        </>
    }
}

fn once(store: &Store, notice: &Notice) -> Html {
    html! {
        <li key={notice.id}>
            { undo(store, notice) }
            <button class="quiet small" aria-label={tr!("Dismiss")} onclick={store.on(Action::NoticeDismissed(notice.id))}>{ icon(parts::CLOSE) }</button>
        </li>
    }
}

fn other_tab(store: &Store) -> Html {
    if store.session.workflows.elsewhere.is_none() {
        return Html::default();
    }
    html! {
        <li key="elsewhere" class="asks">
            <span>{ tr!("Another tab has changed this workflow. Nothing is written over until you choose; what you change here makes a copy.") }</span>
            <button class="small" onclick={store.on(said(Deed::OtherTaken))}>{ tr!("Take the other tab's") }</button>
            <button class="small" onclick={store.on(said(Deed::MineCopied))}>{ tr!("Keep mine as a copy") }</button>
        </li>
    }
}

fn update(store: &Store) -> Html {
    match store.session.has_update {
        true => html! {
            <li key="update">
                <span>{ tr!("A new version is ready.") }</span>
                <button class="small" onclick={|_| updates::take()}>{ tr!("Reload") }</button>
            </li>
        },
        false => Html::default(),
    }
}

fn not_kept(store: &Store) -> Html {
    let Some(words) = store.session.workflows.trouble.and_then(keeping::words) else { return Html::default() };
    let save = |export: Export| {
        let store = store.clone();
        Callback::from(move |_: MouseEvent| files::save(&store, export))
    };
    html! {
        <li key="trouble" class="asks">
            <span>{ words }</span>
            <button class="small" onclick={save(Export::Definition)}>{ tr!("Save as a file") }</button>
            <button class="small" onclick={save(Export::Scenario)}>{ tr!("Save the scenario") }</button>
        </li>
    }
}
