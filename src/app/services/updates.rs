//! A newer build of the page that lies ready: www/offline.js tells of it, and is asked to take it.

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::Event;
use yew::prelude::*;

use super::window;

/// Calls when a newer build lies ready.
#[hook]
pub fn use_updates(on_ready: Callback<()>) {
    use_effect_with((), move |()| {
        let listener = Closure::<dyn Fn()>::new(move || on_ready.emit(()));
        if let Some(window) = window() {
            let callback = listener.as_ref().unchecked_ref();
            let _ = window.add_event_listener_with_callback("statelight-update", callback);
        }
        // For as long as the page is there.
        listener.forget();
    });
}

/// Begins anew with the newer build.
pub fn take() {
    if let (Some(window), Ok(event)) = (window(), Event::new("statelight-update-wanted")) {
        let _ = window.dispatch_event(&event);
    }
}
