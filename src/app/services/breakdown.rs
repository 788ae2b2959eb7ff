//! The end of the page by a mistake in it: told to www/crash.js, which shows what happened and saves the texts.

use web_sys::{CustomEvent, CustomEventInit};

use super::window;

pub fn tell(reason: &str) {
    let options = CustomEventInit::new();
    options.set_detail(&reason.into());
    // Who hears nothing of it still has the console.
    if let (Some(window), Ok(event)) = (window(), CustomEvent::new_with_event_init_dict("statelight-panic", &options)) {
        let _ = window.dispatch_event(&event);
    }
}
