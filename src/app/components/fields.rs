//! Fields of forms: what they say, and texts that are kept while they cannot be read.

use wasm_bindgen::JsCast;
use yew::prelude::*;

use crate::{sim::scenario::AnswerExpression, syntax, value::Value};

/// What a field of a form says.
pub fn value_of(event: &Event) -> String {
    let Some(target) = event.target() else { return String::new() };
    if let Some(input) = target.dyn_ref::<web_sys::HtmlInputElement>() {
        return input.value();
    }
    if let Some(area) = target.dyn_ref::<web_sys::HtmlTextAreaElement>() {
        return area.value();
    }
    target.dyn_ref::<web_sys::HtmlSelectElement>().map_or_else(String::new, web_sys::HtmlSelectElement::value)
}

/// What a field takes.
#[derive(Clone, Copy, PartialEq)]
pub enum DraftKind {
    Json,
    /// A text that JSON or YAML may be, such as a definition.
    Text,
    /// `{% … %}`.
    Expression,
}

impl DraftKind {
    /// What a text says, by which two texts that say the same are known; or what is wrong with it.
    fn read(self, text: &str) -> Result<String, String> {
        match self {
            Self::Json => syntax::parse_value(text).map(|value| value.to_json()).map_err(|problem| problem.message),
            Self::Text => Ok(text.to_owned()),
            Self::Expression => match AnswerExpression::parse(text) {
                Ok(expression) => Ok(expression.text.to_string()),
                Err((problem, None)) => Err(problem),
                Err((problem, Some(cure))) => Err(format!("{problem}: {cure}")),
            },
        }
    }
}

#[derive(Properties, PartialEq)]
pub struct DraftFieldProps {
    pub label: AttrValue,
    pub kind: DraftKind,
    pub text: AttrValue,
    /// A text that can be read, and says something else than before.
    pub on_change: Callback<String>,
}

/// A text that can be edited; what cannot be read is kept in the field and explained.
#[component]
pub fn DraftField(props: &DraftFieldProps) -> Html {
    let draft = use_state_eq(|| None::<String>);
    let error = use_state_eq(|| None::<String>);
    let kind = props.kind;
    use_effect_with(props.text.clone(), {
        let (draft, error) = (draft.clone(), error.clone());
        move |text| {
            // What comes from the draft itself leaves it as it was written.
            let read = draft.as_ref().and_then(|draft| kind.read(draft).ok());
            if read.is_none() || read != kind.read(text).ok() {
                draft.set(None);
                error.set(None);
            }
        }
    });
    let text = draft.as_ref().cloned().unwrap_or_else(|| props.text.to_string());
    let rows = text.lines().count().clamp(1, 14);
    let oninput = {
        let (draft, error, on_change, before) =
            (draft.clone(), error.clone(), props.on_change.clone(), props.text.clone());
        Callback::from(move |event: InputEvent| {
            let Some(area) = event.target_dyn_into::<web_sys::HtmlTextAreaElement>() else { return };
            let text = area.value();
            draft.set(Some(text.clone()));
            match kind.read(&text) {
                Ok(read) => {
                    error.set(None);
                    if Some(read) != kind.read(&before).ok() {
                        on_change.emit(text);
                    }
                }
                Err(problem) => error.set(Some(problem)),
            }
        })
    };
    html! {
        <>
            <textarea class="json-field" spellcheck="false" rows={rows.to_string()} aria-label={props.label.clone()}
                aria-invalid={error.is_some().to_string()} value={text} {oninput} />
            if let Some(problem) = &*error { <p class="field-error" role="alert">{ problem }</p> }
        </>
    }
}

/// A JSON value as text that can be edited.
pub fn json_field(label: impl Into<AttrValue>, value: &Value, on_change: &Callback<Value>) -> Html {
    let on_change = on_change.reform(|text: String| syntax::parse_value(&text).unwrap_or_default());
    let label: AttrValue = label.into();
    html! { <DraftField {label} kind={DraftKind::Json} text={value.to_json_pretty()} {on_change} /> }
}
