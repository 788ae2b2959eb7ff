//! What only wasm can show, run in Node by `cargo xtask test`.
#![cfg(target_arch = "wasm32")]

use statelight::app::services::worker::answer;
use statelight::protocol::{Reply, Request};
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn the_workers_entry_answers_a_request() {
    let reply = answer(&Request::Measure { text: "{}".into() }.to_json());
    assert_eq!(Reply::from_json(&reply), Ok(Reply::Measured { lines: 1, bytes: 2 }));
}

#[wasm_bindgen_test]
fn there_is_no_window_in_a_worker() {
    assert!(statelight::app::services::window().is_none());
}
