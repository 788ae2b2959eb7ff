//! What only wasm can show, run in Node by `cargo xtask test`.
#![cfg(target_arch = "wasm32")]

mod digests;
mod machines;

use statelight::app::services::worker::answer;
use statelight::protocol::{Reply, Request};
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn the_workers_entry_answers_a_request() {
    let definition = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}"#;
    let reply = answer(&Request::run(3, definition, r#"{"version": 1}"#).to_json());
    assert!(matches!(Reply::from_json(&reply), Ok(Reply::Finished { id: 3, trace }) if trace.events.len() == 4));
}

#[wasm_bindgen_test]
fn there_is_no_window_in_a_worker() {
    assert!(statelight::app::services::window().is_none());
}
