//! Putting a text where the reader can paste it from.

use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::Callback;

use super::window;

/// Copies a text; calls back with whether that worked.
pub fn copy(text: String, done: Callback<bool>) {
    let Some(window) = window() else { return done.emit(false) };
    let clipboard = window.navigator().clipboard();
    spawn_local(async move {
        let copied = JsFuture::from(clipboard.write_text(&text)).await.is_ok();
        done.emit(copied);
    });
}
