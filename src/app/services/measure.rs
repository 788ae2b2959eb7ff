//! How large an element is, and when that changes.

use wasm_bindgen::{JsCast, closure::Closure};
use yew::prelude::*;

/// Width and height in CSS pixels; 0 × 0 until it is known.
#[hook]
pub fn use_size(node: &NodeRef) -> (f64, f64) {
    let size = use_state_eq(|| (0.0, 0.0));
    let setter = size.setter();
    use_effect_with(node.clone(), move |node| {
        let element = node.cast::<web_sys::Element>();
        let watched = element.clone();
        let resized = Closure::<dyn Fn()>::new(move || {
            if let Some(element) = &watched {
                let rect = element.get_bounding_client_rect();
                setter.set((rect.width(), rect.height()));
            }
        });
        let observer = web_sys::ResizeObserver::new(resized.as_ref().unchecked_ref()).ok();
        if let (Some(observer), Some(element)) = (&observer, &element) {
            observer.observe(element);
        }
        move || {
            if let Some(observer) = observer {
                observer.disconnect();
            }
            drop(resized);
        }
    });
    *size
}
