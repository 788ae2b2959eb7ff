//! Small things that are drawn in several places: icons, marks, JSON, numbers in words.

use tr::tr;
use yew::prelude::*;

use super::json_tree::JsonTree;
pub use crate::exchange::svg::light_mark;
use crate::{
    app::store::Store, engine::clock::Duration, session::action::Action, sim::frame::Light, syntax, words::Language,
};

/// A line drawing of 16 × 16 from its path.
pub fn icon(path: &'static str) -> Html {
    html! {
        <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><path d={path} /></svg>
    }
}

pub const PLAY: &str = "M4.5 2.5v11l9-5.5z";
pub const PAUSE: &str = "M5 3v10M11 3v10";
pub const STOP: &str = "M4 4h8v8H4z";
pub const STEP_BACK: &str = "M12 3v10L5 8zM4 3v10";
pub const STEP_FORWARD: &str = "M4 3v10l7-5zM12 3v10";
pub const STEP_OVER: &str = "M2.5 8.500a5.500 5.500 0 0 1 10.500-2.200M13.500 3v3.500H10M8 11.800v.4";
pub const STEP_OUT: &str = "M8 9.500v-7M5 5.500l3-3 3 3M8 12.800v.4";
pub const FAILURE: &str = "M3 4l5 4-5 4zM10 5l4 6M14 5l-4 6";
pub const LOOP: &str =
    "M4 6.500V5h8.500M10.500 2.500L13 5l-2.500 2.500M12 9.500V11H3.500M5.500 13.500L3 11l2.500-2.500";
pub const UNDO: &str = "M5.500 3L2.500 6l3 3M3 6h6.500a4 4 0 0 1 0 8H6";
pub const REDO: &str = "M10.500 3l3 3-3 3M13 6H6.500a4 4 0 0 0 0 8H10";
pub const SHARE: &str = "M8 10V2M5 5l3-3 3 3M3 9v4h10V9";
pub const OPEN: &str = "M2 13V3.500h4l1.500 1.500H13V7M2 13l2-6h10.500L12.500 13z";
pub const SAVE: &str = "M8 2v8M5 7l3 3 3-3M3 12.500h10";
pub const MANY: &str = "M2.5 13.500V9M6.200 13.500V4M9.800 13.500V7M13.500 13.500V2.500";
pub const THEME: &str = "M8 2a6 6 0 1 0 0 12zM8 2a6 6 0 0 1 0 12";
pub const CLOSE: &str = "M4 4l8 8M12 4l-8 8";
pub const PLUS: &str = "M8 3v10M3 8h10";
pub const MORE: &str = "M3 8h.01M8 8h.01M13 8h.01";
pub const MINUS: &str = "M3 8h10";
pub const HELP: &str = "M6 6a2 2 0 1 1 2.6 1.9c-.4.15-.6.5-.6.9V10M8 12.4v.1";
pub const COPY: &str = "M6 5.5h7.5V14H6zM10 5.5V2.5H2.5v8.500H6";
pub const COLUMNS: &str = "M2.5 3h11v10h-11zM6.200 3v10M9.800 3v10";
pub const TEST: &str = "M6 2.500h4M7 2.500v4L3 13.500h10L9 6.500v-4M5 10h6";
pub const PREVIOUS: &str = "M10 3L5 8l5 5";
pub const NEXT: &str = "M6 3l5 5-5 5";

/// The languages of the page, to choose from.
pub fn language_menu(store: &Store) -> Html {
    let dispatch = store.dispatch.clone();
    let onchange = Callback::from(move |event: Event| {
        let select = event.target_dyn_into::<web_sys::HtmlSelectElement>();
        if let Some(language) = select.and_then(|select| Language::of_tag(&select.value())) {
            dispatch.emit(Action::LanguageChosen(language));
        }
    });
    let spoken = store.session.spoken;
    html! {
        <select class="language" aria-label={tr!("Language")} {onchange}>
            { for Language::ALL.into_iter().map(|language| html! {
                <option value={language.tag()} lang={language.tag()} selected={language == spoken}>{ language.name() }</option>
            }) }
        </select>
    }
}

/// A light's class in the style sheet.
pub const fn light_class(light: Light) -> &'static str {
    match light {
        Light::NotReached => "idle",
        Light::Running => "running",
        Light::Waiting | Light::RetryPending => "waiting",
        Light::Succeeded => "succeeded",
        Light::Failed => "failed",
        Light::Caught => "caught",
        Light::Cancelled => "cancelled",
    }
}

/// A light in words.
pub fn light_name(light: Light) -> String {
    match light {
        Light::NotReached => tr!("not reached"),
        Light::Running => tr!("running"),
        Light::Waiting => tr!("waiting"),
        Light::RetryPending => tr!("retry pending"),
        Light::Succeeded => tr!("succeeded"),
        Light::Failed => tr!("failed"),
        Light::Caught => tr!("caught"),
        Light::Cancelled => tr!("cancelled"),
    }
}

/// The mark of a light, for HTML.
pub fn mark(light: Light) -> Html {
    html! {
        <svg class={classes!("mark", light_class(light))} viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
            <path d={light_mark(light)} />
        </svg>
    }
}

/// A message with what stands in backticks set as code.
pub fn message(text: &str) -> Html {
    let part = |(index, part): (usize, &str)| {
        let part = AttrValue::from(part.to_string());
        if index % 2 == 1 {
            html! { <code>{ part }</code> }
        } else {
            html! { { part } }
        }
    };
    text.split('`').enumerate().map(part).collect()
}

/// Virtual time in words: `0.35 s`, `1 min 5 s`, `2 h 3 min`, `3 d 4 h`.
pub fn duration(micros: i64) -> String {
    Duration::from_micros(micros).to_words()
}

/// Bytes of pretty JSON that are shown at once.
const SHOWN_BYTES: usize = 40_000;

/// Lines from which on there is something to fold.
const LEAST_FOLDED: usize = 3;

#[derive(Properties, PartialEq)]
pub struct JsonViewProps {
    pub text: AttrValue,
    pub label: AttrValue,
}

/// A JSON text, indented and coloured, or as a tree; a long one is a tree to begin with.
#[component]
pub fn JsonView(props: &JsonViewProps) -> Html {
    let is_whole = use_state_eq(|| false);
    let chosen = use_state_eq(|| None::<bool>);
    let pretty = use_memo(props.text.clone(), |text| pretty(text));
    let is_tree = chosen.unwrap_or(pretty.len() > SHOWN_BYTES);
    let switch = (pretty.lines().nth(LEAST_FOLDED).is_some()).then(|| {
        let chosen = chosen.clone();
        let onclick = Callback::from(move |_: MouseEvent| chosen.set(Some(!is_tree)));
        html! { <button class="quiet small json-switch" {onclick}>{ if is_tree { tr!("As text") } else { tr!("As a tree") } }</button> }
    });
    if is_tree {
        return html! { <><JsonTree text={props.text.clone()} label={props.label.clone()} />{ for switch }</> };
    }
    let end = if *is_whole { pretty.len() } else { pretty.floor_char_boundary(SHOWN_BYTES) };
    let on_whole = {
        let is_whole = is_whole.clone();
        Callback::from(move |_: MouseEvent| is_whole.set(true))
    };
    html! {
        <>
            <pre class="json" tabindex="0" aria-label={props.label.clone()}>{ coloured(&pretty[..end]) }</pre>
            { for switch }
            if end < pretty.len() {
                <button class="quiet" onclick={on_whole}>{ tr!("Show all {} KB", pretty.len() / 1000) }</button>
            }
        </>
    }
}

/// Numbers keep their form, so what is shown is what was there.
fn pretty(text: &str) -> String {
    syntax::parse_value(text).map_or_else(|_| text.to_string(), |value| value.to_json_pretty())
}

/// The tokens of a pretty JSON text in spans; everything goes into the page as text.
pub fn coloured(text: &str) -> Html {
    let mut out: Vec<Html> = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (class, end) = token(rest);
        let part = AttrValue::from(rest[..end].to_string());
        out.push(match class {
            "" => html! { { part } },
            class => html! { <span {class}>{ part }</span> },
        });
        rest = &rest[end..];
    }
    out.into_iter().collect()
}

fn token(text: &str) -> (&'static str, usize) {
    let first = text.as_bytes()[0];
    match first {
        b'"' => {
            let end = string_end(text);
            let is_key = text[end..].starts_with(':');
            (if is_key { "key" } else { "string" }, end)
        }
        b'0'..=b'9' | b'-' => ("number", run_of(text, |c| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.'))),
        // What was cut: `[… 3 items]`.
        _ if text.starts_with('…') => ("clipped", run_of(text, |c| !matches!(c, ']' | '}' | '"'))),
        b't' | b'f' | b'n' => ("atom", run_of(text, |c| c.is_ascii_alphabetic())),
        _ => ("", run_of(text, |c| !matches!(c, '"' | '-' | 't' | 'f' | 'n' | '…') && !c.is_ascii_digit())),
    }
}

fn string_end(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn run_of(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    let end = text.char_indices().find(|&(_, c)| !belongs(c)).map_or(text.len(), |(at, _)| at);
    // At least one character, so that reading always goes on.
    end.max(text.chars().next().map_or(1, char::len_utf8))
}
