//! When the reader leaves: the page is hidden, reloaded or closed, and may not be asked again.

use wasm_bindgen::{JsCast, closure::Closure};
use yew::prelude::*;

use super::window;

/// A phone may end a hidden page without another word, so hiding counts as well.
const EVENTS: [&str; 2] = ["visibilitychange", "pagehide"];

/// Calls when the reader may be leaving; it may turn out that they stay.
#[hook]
pub fn use_leaving(on_leave: Callback<()>) {
    use_effect_with(on_leave, |on_leave| {
        let on_leave = on_leave.clone();
        let listener = Closure::<dyn Fn()>::new(move || on_leave.emit(()));
        if let Some(window) = window() {
            for event in EVENTS {
                let _ = window.add_event_listener_with_callback(event, listener.as_ref().unchecked_ref());
            }
        }
        move || {
            if let Some(window) = window() {
                for event in EVENTS {
                    let _ = window.remove_event_listener_with_callback(event, listener.as_ref().unchecked_ref());
                }
            }
        }
    });
}
