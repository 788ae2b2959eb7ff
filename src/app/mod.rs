//! The page, in a browser: feature `web`. Components draw what the session holds; every power of the
//! browser (worker, storage, clock, …) is one file in `services`. Nothing outside this folder knows a DOM.

pub mod services;

pub mod components;
pub mod keeping;
pub mod store;

use yew::prelude::*;

use components::studio::Studio;
use services::{breakdown, language, storage, worker};

use crate::words::Language;

/// Draws the page when called in a window; in a worker it only sees to it that a panic is heard.
pub fn start() {
    match services::window() {
        Some(window) => mount(&window),
        None => worker::report_panics(),
    }
}

fn mount(window: &web_sys::Window) {
    yew::set_custom_panic_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        breakdown::tell(&info.to_string());
    }));
    let root = window.document().and_then(|document| document.get_element_by_id("app"));
    let root = root.expect("index.html has an element `app`");
    let wanted = storage::language().unwrap_or_else(language::of_browser);
    let draw =
        move |spoken| drop(yew::Renderer::<App>::with_root_and_props(root.clone(), AppProps { spoken }).render());
    match wanted {
        Language::English => draw(wanted),
        // The first picture is in the right language already.
        _ => language::learn(
            wanted,
            Callback::from(move |learned: Result<(), String>| {
                draw(if learned.is_ok() { wanted } else { Language::English });
            }),
        ),
    }
}

#[derive(Properties, PartialEq)]
struct AppProps {
    /// The language whose texts are there.
    spoken: Language,
}

/// The root of the page.
#[component]
fn App(props: &AppProps) -> Html {
    let store = store::use_store(props.spoken);
    // Another language is another page: nothing drawn in the one before stays.
    let key = store.session.spoken.tag();
    html! { <ContextProvider<store::Store> context={store.clone()}><Studio {key} {store} /></ContextProvider<store::Store>> }
}
