//! Keys pressed anywhere on the page.

use std::rc::Rc;

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::KeyboardEvent;
use yew::prelude::*;

use super::window;

/// Hands every key to `handle`, before the element that has the focus gets it; `true` is the answer
/// that it was used, and it goes no further.
#[hook]
pub fn use_keys(handle: impl Fn(&KeyboardEvent) -> bool + 'static) {
    // The listener stays, the handler changes with each render.
    let latest = use_mut_ref(|| None::<Rc<dyn Fn(&KeyboardEvent) -> bool>>);
    *latest.borrow_mut() = Some(Rc::new(handle));
    use_effect_with((), move |()| {
        let listener = Closure::<dyn Fn(KeyboardEvent)>::new(move |event: KeyboardEvent| {
            let handle = latest.borrow().clone();
            if handle.is_some_and(|handle| handle(&event)) {
                event.prevent_default();
                event.stop_propagation();
            }
        });
        if let Some(window) = window() {
            let callback = listener.as_ref().unchecked_ref();
            let _ = window.add_event_listener_with_callback_and_bool("keydown", callback, true);
        }
        move || {
            if let Some(window) = window() {
                let callback = listener.as_ref().unchecked_ref();
                let _ = window.remove_event_listener_with_callback_and_bool("keydown", callback, true);
            }
        }
    });
}

/// A key with those that are held, as the table of commands has it: `Ctrl+Shift+P`, `F10`, `?`, `O`. Command on a Mac
/// counts as Ctrl; Shift is told of letters with Ctrl and of the keys of functions only, for else it makes another sign.
pub fn name_of(event: &KeyboardEvent) -> String {
    let key = match event.key().as_str() {
        " " => "Space".to_owned(),
        key if key.chars().count() == 1 => key.to_uppercase(),
        key => key.to_owned(),
    };
    let is_command = event.ctrl_key() || event.meta_key();
    let tells_shift = is_command || key.len() > 1;
    let mut name = String::new();
    for (is_held, word) in
        [(is_command, "Ctrl+"), (event.alt_key(), "Alt+"), (event.shift_key() && tells_shift, "Shift+")]
    {
        if is_held {
            name.push_str(word);
        }
    }
    name + &key
}

/// Whether the reader is writing: single keys are letters then.
pub fn is_typing(event: &KeyboardEvent) -> bool {
    let Some(target) = target(event).and_then(|target| target.dyn_into::<web_sys::HtmlElement>().ok()) else {
        return false;
    };
    let is_field = matches!(target.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT");
    is_field || target.is_content_editable()
}

/// Whether a button or the like has the focus, which Space and Enter press.
pub fn is_on_control(event: &KeyboardEvent) -> bool {
    let target = target(event).and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|target| {
        matches!(target.tag_name().as_str(), "BUTTON" | "A" | "SUMMARY") || target.get_attribute("role").is_some()
    })
}

/// What has the focus. For a listener outside, the event's own target is the custom element around
/// the text rather than the text in it.
fn target(event: &KeyboardEvent) -> Option<wasm_bindgen::JsValue> {
    event.composed_path().iter().next()
}
