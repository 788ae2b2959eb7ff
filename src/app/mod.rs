//! The page, in a browser: feature `web`. Components draw what the session holds; every power of the
//! browser (worker, storage, clock, …) is one file in `services`. Nothing outside this folder knows a DOM.

pub mod services;

pub mod components;
pub mod keeping;
pub mod store;

use yew::prelude::*;

use components::studio::Studio;
use services::{breakdown, worker};

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
    yew::Renderer::<App>::with_root(root.expect("index.html has an element `app`")).render();
}

/// The root of the page.
#[component]
fn App() -> Html {
    let store = store::use_store();
    html! { <ContextProvider<store::Store> context={store.clone()}><Studio {store} /></ContextProvider<store::Store>> }
}
