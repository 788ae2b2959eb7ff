//! The display clock: says on every frame how many milliseconds have gone by since the last.

use std::{cell::RefCell, rc::Rc};

use wasm_bindgen::{JsCast, closure::Closure};
use yew::prelude::*;

use super::window;

/// A longer gap, as after the tab was hidden, counts as this.
const LONGEST_GAP: f64 = 100.0;

type Frame = Closure<dyn FnMut(f64)>;

/// Ticks while `is_running`.
#[hook]
pub fn use_ticker(is_running: bool, on_tick: Callback<f64>) {
    use_effect_with(is_running, move |&is_running| {
        let alive = Rc::new(RefCell::new(is_running));
        if is_running {
            start(Rc::clone(&alive), on_tick);
        }
        move || *alive.borrow_mut() = false
    });
}

fn start(alive: Rc<RefCell<bool>>, on_tick: Callback<f64>) {
    let frame: Rc<RefCell<Option<Frame>>> = Rc::default();
    let next = Rc::clone(&frame);
    let mut last: Option<f64> = None;
    *frame.borrow_mut() = Some(Closure::new(move |now: f64| {
        if !*alive.borrow() {
            // Lets go of the closure, which holds itself.
            next.borrow_mut().take();
            return;
        }
        let elapsed = last.map_or(0.0, |last| (now - last).clamp(0.0, LONGEST_GAP));
        last = Some(now);
        ask(&next);
        on_tick.emit(elapsed);
    }));
    ask(&frame);
}

fn ask(frame: &Rc<RefCell<Option<Frame>>>) {
    if let (Some(window), Some(frame)) = (window(), &*frame.borrow()) {
        // A window that gives no frames is closing.
        let _ = window.request_animation_frame(frame.as_ref().unchecked_ref());
    }
}

/// Milliseconds since 1970, to say when something was kept.
#[expect(clippy::disallowed_methods, reason = "told to a person, and no run sees it")]
pub fn date() -> f64 {
    js_sys::Date::now()
}
