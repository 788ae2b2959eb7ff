//! Testing one state: a form on the left, what came of it on the right. Only draws what `session::state_test` says.

use std::rc::Rc;
use tr::tr;

use yew::prelude::*;

use super::{
    fields::value_of,
    parts::{self, JsonView, icon, light_class, mark, message},
};
use crate::{
    app::store::Store,
    session::{
        action::Action,
        state_test::{self, Draft, LEVELS, MockKind, Progress, StateTest, VALIDATIONS},
    },
    sim::frame::Light,
};

/// Rows that a field of JSON has at most.
const MOST_ROWS: usize = 9;

/// The test that is open.
pub fn state_test(store: &Store, test: &StateTest) -> Html {
    html! {
        <div class="state-test">
            { form(store, test) }
            <section class="test-result" aria-label={tr!("Result")} aria-live="polite">{ result(&test.progress) }</section>
        </div>
    }
}

fn form(store: &Store, test: &StateTest) -> Html {
    let (draft, takes) = (&test.draft, test.takes);
    let onsubmit = {
        let dispatch = store.dispatch.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            dispatch.emit(Action::TestAsked);
        })
    };
    let has_mock = takes.mock && draft.mock != MockKind::None;
    html! {
        <form class="test-form" {onsubmit}>
            { json_field(tr!("Input"), &draft.input, edit(store, draft, |draft, text| draft.input = text.into())) }
            { json_field(tr!("Variables"), &draft.variables, edit(store, draft, |draft, text| draft.variables = text.into())) }
            if takes.mock { { mock_fields(store, test) } }
            if has_mock {
                { json_field(tr!("Context object"), &draft.context, edit(store, draft, |draft, text| draft.context = text.into())) }
            }
            <p class="test-row">
                if takes.retry {
                    <label class="field">{ tr!("Retries before") }
                        <input type="number" min="0" value={draft.retries.to_string()}
                            oninput={edit(store, draft, |draft, text| draft.retries = text.parse().unwrap_or(0))} />
                    </label>
                }
                if takes.validation && draft.mock == MockKind::Result {
                    { choice(tr!("Field validation"), &VALIDATIONS, draft.validation, chosen(store, draft, set_validation)) }
                }
                { choice(tr!("Inspection level"), &LEVELS, draft.level, chosen(store, draft, set_level)) }
            </p>
            <button class="run" id="run-test" disabled={test.progress == Progress::Running}>{ icon(parts::PLAY) }{ tr!("Run test") }</button>
            if has_mock && takes.validation {
                <button type="button" id="keep-mock" title={tr!("The scenario answers for this state as the mock does")}
                    onclick={store.on(Action::MockKept)}>{ tr!("Keep as the scenario's answer") }</button>
            }
        </form>
    }
}

fn choice(name: String, values: &[&'static str], now: &'static str, onchange: Callback<Event>) -> Html {
    html! {
        <label class="field">{ name.clone() }
            <select aria-label={name} {onchange}>
                { for values.iter().map(|value| html! { <option value={*value} selected={*value == now}>{ *value }</option> }) }
            </select>
        </label>
    }
}

fn mock_fields(store: &Store, test: &StateTest) -> Html {
    let draft = &test.draft;
    let kinds = [
        ("none", tr!("answers with the default of its service"), MockKind::None),
        ("result", tr!("gives this result"), MockKind::Result),
        ("error", tr!("fails with this error"), MockKind::Error),
    ];
    let kinds = kinds.into_iter().filter(|(.., kind)| !(test.takes.only_mock && *kind == MockKind::None));
    let text_field = |name: String, text: &Rc<str>, set: fn(&mut Draft, String)| {
        html! {
            <label class="field">{ name }<input value={Rc::clone(text)} oninput={edit(store, draft, set)} /></label>
        }
    };
    html! {
        <>
            <label class="field">{ tr!("Mock: its work") }
                <select aria-label={tr!("Mock: its work")} onchange={chosen(store, draft, set_mock)}>
                    { for kinds.map(|(name, words, kind)| html! { <option value={name} selected={kind == draft.mock}>{ words }</option> }) }
                </select>
            </label>
            if draft.mock == MockKind::Result {
                { json_field(tr!("Mocked result"), &draft.result, edit(store, draft, |draft, text| draft.result = text.into())) }
            }
            if draft.mock == MockKind::Error {
                { text_field(tr!("Error"), &draft.error, |draft, text| draft.error = text.into()) }
                { text_field(tr!("Cause"), &draft.cause, |draft, text| draft.cause = text.into()) }
            }
        </>
    }
}

fn set_mock(draft: &mut Draft, kind: String) {
    draft.mock = match kind.as_str() {
        "result" => MockKind::Result,
        "error" => MockKind::Error,
        _ => MockKind::None,
    };
}

fn set_level(draft: &mut Draft, level: String) {
    if let Some(level) = LEVELS.into_iter().find(|known| *known == level) {
        draft.level = level;
    }
}

fn set_validation(draft: &mut Draft, validation: String) {
    if let Some(validation) = VALIDATIONS.into_iter().find(|known| *known == validation) {
        draft.validation = validation;
    }
}

/// A callback that changes a copy of the form by what a field says.
fn edit(store: &Store, draft: &Draft, set: fn(&mut Draft, String)) -> Callback<InputEvent> {
    let change = chosen(store, draft, set);
    Callback::from(move |event: InputEvent| change.emit(event.into()))
}

fn chosen(store: &Store, draft: &Draft, set: fn(&mut Draft, String)) -> Callback<Event> {
    let (dispatch, draft) = (store.dispatch.clone(), draft.clone());
    Callback::from(move |event: Event| {
        let mut next = draft.clone();
        set(&mut next, value_of(&event));
        dispatch.emit(Action::TestEdited(next));
    })
}

fn json_field(name: String, text: &Rc<str>, oninput: Callback<InputEvent>) -> Html {
    let rows = text.lines().count().clamp(1, MOST_ROWS);
    html! {
        <label class="field">{ name }
            <textarea class="json-field" spellcheck="false" rows={rows.to_string()} value={Rc::clone(text)} {oninput} />
        </label>
    }
}

fn result(progress: &Progress) -> Html {
    match progress {
        Progress::Idle => html! {
            <p class="remark">{ tr!("The state runs alone, as with AWS's TestState: what it leads to is not run.") }</p>
        },
        Progress::Running => html! { <p class="remark">{ tr!("Running …") }</p> },
        Progress::Refused(reason) => html! { <p class="field-error">{ Rc::clone(reason) }</p> },
        Progress::Answered(response) => answered(response),
    }
}

fn answered(response: &serde_json::Value) -> Html {
    let text = |name: &str| response[name].as_str();
    if let Some(message) = response["exception"]["message"].as_str() {
        let code = response["exception"]["code"].as_str().unwrap_or_default();
        return html! {
            <section class="card failure" data-part="Exception">
                <h3>{ tr!("The request is refused") }</h3>
                <p class="error-name">{ code.to_string() }</p>
                <p class="cause">{ message.to_string() }</p>
            </section>
        };
    }
    let (light, words) = match text("status") {
        Some("SUCCEEDED") => (Light::Succeeded, "SUCCEEDED"),
        Some("RETRIABLE") => (Light::RetryPending, "RETRIABLE"),
        Some("CAUGHT_ERROR") => (Light::Caught, "CAUGHT_ERROR"),
        _ => (Light::Failed, "FAILED"),
    };
    html! {
        <>
            <p class="chips" id="test-status">
                <span class={classes!("chip", light_class(light))}>{ mark(light) }{ words }</span>
                if let Some(next) = text("nextState") { <span class="chip plain">{ tr!("next: {next}", next) }</span> }
            </p>
            if let Some(words) = state_test::handling(response) { <p class="remark">{ message(&words) }</p> }
            if let Some(error) = text("error") {
                <section class="card failure" data-part="Test error">
                    <h3>{ tr!("Error") }</h3>
                    <p class="error-name">{ error.to_string() }</p>
                    if let Some(cause) = text("cause") { <p class="cause">{ cause.to_string() }</p> }
                </section>
            }
            if let Some(output) = text("output") { { data(html! { tr!("Output") }, &tr!("Test output"), output.to_owned()) } }
            { for state_test::stages(response).into_iter().map(|(name, text)| data(html! { <code>{ &name }</code> }, &name, text)) }
        </>
    }
}

fn data(heading: Html, part: &str, text: String) -> Html {
    html! {
        <section class="card" data-part={part.to_owned()}>
            <h3>{ heading }</h3>
            <JsonView text={AttrValue::from(text)} label={part.to_owned()} />
        </section>
    }
}
