//! Opening and saving: files chosen, dropped or pasted; the test cases of a MockConfigFile to choose from.

use tr::tr;
use yew::prelude::*;

use super::{
    fields::value_of,
    parts::{self, icon},
};
use crate::{
    app::{services::files as disk, store::Store},
    session::{
        action::Action,
        files::{Export, File, MockCases, PIXELS},
    },
};

/// What can be opened, for the browser's own dialog.
const ACCEPTED: &str = ".json,.yaml,.yml,.asl,.txt,.jsonl,.log";

#[derive(Properties, PartialEq)]
pub struct FilesProps {
    pub store: Store,
}

/// Says what was read, and what was not.
fn opened(dispatch: &Callback<Action>) -> Callback<disk::Read> {
    let dispatch = dispatch.clone();
    Callback::from(move |disk::Read { files, troubles }: disk::Read| {
        for trouble in troubles {
            dispatch.emit(Action::Noticed(trouble.into()));
        }
        if !files.is_empty() {
            dispatch.emit(Action::FilesOpened(files));
        }
    })
}

/// The upper part of the dialog in which something is opened.
#[component]
pub fn OpenFile(props: &FilesProps) -> Html {
    let dispatch = &props.store.dispatch;
    let choose = {
        let done = opened(dispatch);
        Callback::from(move |event: Event| {
            let Some(input) = event.target_dyn_into::<web_sys::HtmlInputElement>() else { return };
            if let Some(files) = input.files() {
                disk::read(files, done.clone());
            }
            // The same file can be chosen once more.
            input.set_value("");
        })
    };
    let paste = {
        let dispatch = dispatch.clone();
        Callback::from(move |event: InputEvent| {
            let text = value_of(&event.into());
            if !text.trim().is_empty() {
                let file = File { name: tr!("What was pasted").into(), text: text.into() };
                dispatch.emit(Action::FilesOpened([file].into()));
            }
        })
    };
    html! {
        <section class="open-file" aria-label={tr!("Open a file")}>
            <p>{ tr!("A definition in JSON or YAML, a scenario, a MockConfigFile.json, or an execution history as ") }<code>{ "get-execution-history" }</code>
                { tr!(" or the console gives it: choose it, drop it anywhere on the page, or paste it. It stays in this page.") }</p>
            <div class="open-ways">
                <label class="file-button">
                    { icon(parts::OPEN) }{ tr!("Choose files") }
                    <input id="choose-file" type="file" multiple=true accept={ACCEPTED} onchange={choose} />
                </label>
                <textarea id="paste-file" rows="1" spellcheck="false" aria-label={tr!("Paste the text of a file")} placeholder={tr!("… or paste a text here")} value="" oninput={paste} />
            </div>
        </section>
    }
}

/// What is seen while files are dragged over the page.
#[component]
pub fn Dropzone(props: &FilesProps) -> Html {
    let done = opened(&props.store.dispatch);
    let is_over = disk::use_drops(Callback::from(move |files| disk::read(files, done.clone())));
    match is_over {
        true => {
            html! { <div class="dropzone" aria-hidden="true"><p>{ tr!("Drop to open: a definition, a scenario, mocks or a history") }</p></div> }
        }
        false => Html::default(),
    }
}

/// Saves something as a file, and says what that does not hold.
pub fn save(store: &Store, export: Export) {
    let Some(made) = export.make(&store.session) else { return };
    let failed =
        store.on(Action::Noticed(tr!("the browser did not let the file be saved: copy the text instead").into()));
    if made.media_type == PIXELS {
        disk::save_pixels(made.name.clone(), &made.text, failed);
    } else if disk::save(&made.name, made.media_type, &made.text).is_err() {
        failed.emit(());
    }
    for note in made.notes {
        store.dispatch.emit(Action::Noticed(format!("{}: {note}", made.name).into()));
    }
}

/// Buttons that save what there is as files.
pub fn save_buttons(store: &Store) -> Html {
    let button = |export: Export| {
        let obstacle = export.obstacle(&store.session);
        let clicked = {
            let store = store.clone();
            Callback::from(move |_: MouseEvent| save(&store, export))
        };
        let id = format!("save-{}", format!("{export:?}").to_lowercase());
        html! {
            <button {id} disabled={obstacle.is_some()} title={obstacle.clone()} onclick={clicked}>{ icon(parts::SAVE) }{ export.words() }</button>
        }
    };
    html! {
        <section class="save-files" aria-label={tr!("Save as a file")}>
            <h3>{ tr!("Save as a file") }</h3>
            <p class="presets">{ for Export::ALL.into_iter().map(button) }</p>
        </section>
    }
}

/// The test cases of a MockConfigFile.
pub fn mock_cases(store: &Store, mocks: &MockCases) -> Html {
    let machines = mocks.config.machines.iter().filter(|machine| !machine.cases.is_empty()).map(|machine| {
        let cases = machine.cases.iter().map(|case| {
            let count = case.scenario.tasks.len();
            let tasks = tr!("1 mocked state" | "{n} mocked states" % count);
            let chosen = Action::MockCaseChosen { machine: machine.name.clone(), case: case.name.clone() };
            html! {
                <li><button class="mock-case" onclick={store.on(chosen)}>
                    <strong>{ case.name.clone() }</strong><span class="remark">{ tasks }</span>
                </button></li>
            }
        });
        html! { <section><h3>{ machine.name.clone() }</h3><ul class="mock-cases">{ for cases }</ul></section> }
    });
    html! {
        <div class="mocks">
            <p>{ tr!("Each test case says how tasks answer. Choose the one that the scenario is to answer by; its input and all else stay.") }</p>
            { for machines }
        </div>
    }
}
