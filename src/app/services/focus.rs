//! Where the keyboard is.

use gloo_timers::callback::Timeout;
use wasm_bindgen::JsCast;

use super::window;

/// Puts the focus on an element of the first of these selectors that has one, once the page has been drawn anew.
pub fn soon_on(selectors: &'static [&'static str]) {
    Timeout::new(30, move || {
        let document = window().and_then(|window| window.document());
        let Some(document) = document else { return };
        let element = selectors.iter().find_map(|selector| document.query_selector(selector).ok().flatten());
        if let Some(element) = element {
            // An element that cannot take the focus leaves it where it is.
            let _ = match element.dyn_ref::<web_sys::SvgElement>() {
                Some(svg) => svg.focus(),
                None => element.unchecked_ref::<web_sys::HtmlElement>().focus(),
            };
        }
    })
    .forget();
}

/// Scrolls to the element with an id, if there is one, once the page has been drawn anew: in a dialog that is being
/// opened nothing has a place yet.
pub fn show_soon(id: String) {
    Timeout::new(30, move || {
        let document = window().and_then(|window| window.document());
        if let Some(element) = document.and_then(|document| document.get_element_by_id(&id)) {
            element.scroll_into_view();
        }
    })
    .forget();
}
