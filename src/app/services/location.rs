//! The part of the address after `#`, which reaches no server: where share links are.

use wasm_bindgen::{JsCast, closure::Closure};
use yew::prelude::*;

use super::window;

/// The fragment with its `#`; empty where there is none.
pub fn fragment() -> String {
    window().and_then(|window| window.location().hash().ok()).unwrap_or_default()
}

/// Takes the fragment out of the address bar, so that a reload shows the reader's own work.
pub fn clear_fragment() {
    let Some(window) = window() else { return };
    let location = window.location();
    let (Ok(path), Ok(query)) = (location.pathname(), location.search()) else { return };
    if let Ok(history) = window.history() {
        // An address that cannot be changed stays; nothing is lost by that.
        let _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&format!("{path}{query}")));
    }
}

/// The whole address without its fragment: what a link is made of.
pub fn base() -> String {
    let href = window().and_then(|window| window.location().href().ok()).unwrap_or_default();
    href.split('#').next().unwrap_or_default().to_string()
}

/// Calls back when the fragment changes while the page is open, as when a link is pasted over it.
#[hook]
pub fn use_fragment_change(on_change: Callback<String>) {
    use_effect_with((), move |()| {
        let listener = Closure::<dyn Fn()>::new(move || on_change.emit(fragment()));
        if let Some(window) = window() {
            let _ = window.add_event_listener_with_callback("hashchange", listener.as_ref().unchecked_ref());
        }
        move || {
            if let Some(window) = window() {
                let _ = window.remove_event_listener_with_callback("hashchange", listener.as_ref().unchecked_ref());
            }
        }
    });
}
