//! The browser's powers, one file each. Components and pages reach them through here and never by themselves.

pub mod breakdown;
pub mod clipboard;
pub mod files;
pub mod focus;
pub mod keyboard;
pub mod language;
pub mod leaving;
pub mod location;
pub mod measure;
pub mod storage;
pub mod theme;
pub mod ticker;
pub mod updates;
pub mod worker;

use wasm_bindgen::JsCast;

/// The window this runs in, or `None` in a worker.
pub fn window() -> Option<web_sys::Window> {
    js_sys::global().dyn_into().ok()
}
