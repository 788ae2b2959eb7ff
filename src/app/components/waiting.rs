//! A task that waits for its token: what it was sent, how long it may still wait, and a person's answer.

use std::rc::Rc;
use tr::tr;

use yew::prelude::*;

use super::{
    fields::value_of,
    parts::{self, JsonView},
};
use crate::{
    app::{services::clipboard, store::Store},
    session::{
        action::Action,
        callback::{Deed, Waiting},
    },
    sim::scenario::DecisionAction,
    syntax,
};

#[derive(Properties, PartialEq)]
pub struct WaitingTaskProps {
    pub store: Store,
    pub waiting: Waiting,
    /// How many others wait as well.
    pub others: usize,
}

/// The answer that is being written.
#[derive(Clone, PartialEq)]
struct Draft {
    output: Rc<str>,
    error: Rc<str>,
    cause: Rc<str>,
    trouble: Option<String>,
}

#[component]
pub fn WaitingTask(props: &WaitingTaskProps) -> Html {
    let Waiting { token, name, input, since, timeout_in, heartbeat_in, .. } = &props.waiting;
    let draft = use_state_eq(|| Draft {
        output: "{\"approved\": true}".into(),
        error: "NotApproved".into(),
        cause: "".into(),
        trouble: None,
    });
    let edit = |set: fn(&mut Draft, Rc<str>)| {
        let draft = draft.clone();
        Callback::from(move |event: InputEvent| {
            let mut next = (*draft).clone();
            set(&mut next, value_of(&event.into()).into());
            next.trouble = None;
            draft.set(next);
        })
    };
    let deed = |action: DecisionAction| Action::Done(Deed::Token { token: token.clone(), action });
    let succeed = {
        let (dispatch, draft, token) = (props.store.dispatch.clone(), draft.clone(), token.clone());
        Callback::from(move |_: MouseEvent| match syntax::parse_value(&draft.output) {
            Ok(output) => {
                let action = DecisionAction::Success(output);
                dispatch.emit(Action::Done(Deed::Token { token: token.clone(), action }));
            }
            Err(error) => {
                draft.set(Draft { trouble: Some(tr!("The output is no JSON: {}", error.message)), ..(*draft).clone() })
            }
        })
    };
    let text = |text: &Rc<str>| (!text.is_empty()).then(|| text.clone());
    let fail = props.store.on(deed(DecisionAction::Failure { error: text(&draft.error), cause: text(&draft.cause) }));
    let beat = props.store.on(deed(DecisionAction::Heartbeat));
    let copy = {
        let (token, dispatch) = (token.clone(), props.store.dispatch.clone());
        Callback::from(move |_: MouseEvent| {
            let dispatch = dispatch.clone();
            let said = move |copied| {
                let words = if copied {
                    tr!("the token was copied")
                } else {
                    tr!("the browser did not let the token be copied")
                };
                dispatch.emit(Action::Noticed(words.into()));
            };
            clipboard::copy(token.to_string(), Callback::from(said));
        })
    };
    let payload = props.store.session.shown_run().and_then(|run| run.trace.payload(*input).cloned());
    let is_open = use_state_eq(|| false);
    let toggle = {
        let is_open = is_open.clone();
        Callback::from(move |_: MouseEvent| is_open.set(!*is_open))
    };
    let title = tr!("{name} waits for an answer", name);
    html! {
        <section class="waiting-task" id="waiting" data-token={token.clone()} aria-label={title.clone()}>
            <div class="waiting-head">
                <h2>{ title }</h2>
                <button class={if *is_open { "small" } else { "run small" }} id="answer" aria-expanded={is_open.to_string()} onclick={toggle}>
                    { if *is_open { tr!("Fold") } else { tr!("Answer") } }
                </button>
            </div>
            <p class="remark">
                { tr!("since {}", parts::duration(*since)) }
                { left(tr!("times out"), *timeout_in) }
                { left(tr!("next heartbeat due"), *heartbeat_in) }
                if timeout_in.is_none() { { tr!(" · no TimeoutSeconds: it may wait until the year is over") } }
                if props.others > 0 { { tr!(" · {} more wait", props.others) } }
            </p>
            if *is_open {
            <details>
                <summary>{ tr!("What it was sent, and its token") }</summary>
                if let Some(text) = payload { <JsonView {text} label={tr!("Input of the waiting task")} /> }
                <p class="token"><code>{ token.clone() }</code><button class="quiet small" onclick={copy}>{ tr!("Copy") }</button></p>
            </details>
            <div class="answer-row">
                <label class="field">{ tr!("Output") }
                    <textarea rows="2" spellcheck="false" aria-label={tr!("Output of SendTaskSuccess")} value={draft.output.clone()}
                        oninput={edit(|draft, text| draft.output = text)} />
                </label>
                <button class="run" id="send-success" onclick={succeed}>{ tr!("Send success") }</button>
            </div>
            if let Some(trouble) = &draft.trouble { <p class="refusal" role="alert">{ trouble.clone() }</p> }
            <div class="answer-row">
                <label class="field">{ tr!("Error") }
                    <input value={draft.error.clone()} aria-label={tr!("Error of SendTaskFailure")} oninput={edit(|draft, text| draft.error = text)} />
                </label>
                <label class="field">{ tr!("Cause") }
                    <input value={draft.cause.clone()} aria-label={tr!("Cause of SendTaskFailure")} oninput={edit(|draft, text| draft.cause = text)} />
                </label>
                <button id="send-failure" onclick={fail}>{ tr!("Send failure") }</button>
                <button id="send-heartbeat" onclick={beat} disabled={heartbeat_in.is_none()}
                    title={tr!("Needs HeartbeatSeconds in the state")}>{ tr!("Send heartbeat") }</button>
            </div>
            }
        </section>
    }
}

fn left(what: String, micros: Option<i64>) -> String {
    micros.map_or_else(String::new, |micros| tr!(" · {what} in {}", parts::duration(micros), what))
}
