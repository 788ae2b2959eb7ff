//! The commands of the page, found by a part of their names and given by keyboard.

use tr::tr;
use yew::prelude::*;

use super::{dialogs::link_of, fields::value_of, files};
use crate::{
    app::{services::clipboard, store::Store},
    session::{
        action::Action,
        commands::{self, Command, Does},
    },
};

#[derive(Properties, PartialEq)]
pub struct PaletteProps {
    pub store: Store,
}

#[component]
pub fn Palette(props: &PaletteProps) -> Html {
    let typed = use_state_eq(String::new);
    let chosen = use_state_eq(|| 0_usize);
    let list = use_node_ref();
    let found = commands::matching(commands::commands(&props.store.session), &typed);
    let at = (*chosen).min(found.len().saturating_sub(1));
    use_effect_with((at, list.clone()), |(at, list)| {
        let row = list.cast::<web_sys::Element>().and_then(|list| list.children().item(*at as u32));
        if let Some(row) = row {
            row.scroll_into_view_with_bool(false);
        }
    });
    let oninput = {
        let (typed, chosen) = (typed.clone(), chosen.clone());
        Callback::from(move |event: InputEvent| {
            typed.set(value_of(&event.into()));
            chosen.set(0);
        })
    };
    let onkeydown = {
        let (store, chosen, found) = (props.store.clone(), chosen.clone(), found.clone());
        Callback::from(move |event: KeyboardEvent| {
            let last = found.len().saturating_sub(1);
            match event.key().as_str() {
                "ArrowDown" => chosen.set(if at == last { 0 } else { at + 1 }),
                "ArrowUp" => chosen.set(if at == 0 { last } else { at - 1 }),
                "Enter" => {
                    if let Some(command) = found.get(at) {
                        give(&store, command);
                    }
                }
                _ => return,
            }
            event.prevent_default();
        })
    };
    let row = |(index, command): (usize, &Command)| {
        let onclick = {
            let (store, command) = (props.store.clone(), command.clone());
            Callback::from(move |_: MouseEvent| give(&store, &command))
        };
        html! {
            <li key={index} id={format!("command-{index}")} role="option" class="command" aria-selected={(index == at).to_string()} {onclick}>
                <span>{ command.name.clone() }</span>
                { for command.keys.split(" or ").filter(|keys| !keys.is_empty()).map(|keys| html! { <kbd>{ keys }</kbd> }) }
            </li>
        }
    };
    html! {
        <div class="palette">
            <input id="palette-input" type="text" role="combobox" autofocus=true autocomplete="off" spellcheck="false" aria-label={tr!("Command")}
                aria-expanded="true" aria-controls="palette-list" aria-activedescendant={format!("command-{at}")}
                placeholder={tr!("Type a command, a state or a sample")} value={(*typed).clone()} {oninput} {onkeydown} />
            <ul id="palette-list" ref={list} role="listbox" aria-label={tr!("Commands")}>{ for found.iter().enumerate().map(row) }</ul>
            if found.is_empty() { <p class="remark" role="status">{ tr!("No command has these letters.") }</p> }
        </div>
    }
}

/// Closes the palette and does what the command says.
fn give(store: &Store, command: &Command) {
    store.dispatch.emit(Action::PaletteToggled(false));
    match &command.does {
        Does::Act(action) => store.dispatch.emit((**action).clone()),
        Does::Save(export) => files::save(store, *export),
        Does::CopyLink => {
            let dispatch = store.dispatch.clone();
            let said = move |worked: bool| {
                let words = if worked {
                    tr!("the link was copied")
                } else {
                    tr!("the browser did not allow copying: open Share")
                };
                dispatch.emit(Action::Noticed(words.into()));
            };
            clipboard::copy(link_of(&store.session), Callback::from(said));
        }
    }
}
