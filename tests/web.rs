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

/// The stack of a wasm module is smaller than that of a thread, and overflowing it is the end of the module.
#[wasm_bindgen_test]
fn a_loop_that_wraps_its_data_ends_with_a_failure_and_not_with_the_stack() {
    let definition = r#"{"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Parameters": {"a.$": "$"}, "Next": "B"},
        "B": {"Type": "Choice", "Choices": [{"Variable": "$..never", "IsNull": true, "Next": "C"}], "Default": "A"},
        "C": {"Type": "Succeed"}}}"#;
    let reply = answer(&Request::run(4, definition, r#"{"version": 1}"#).to_json());
    let Ok(Reply::Finished { id: 4, trace }) = Reply::from_json(&reply) else { panic!("{reply}") };
    assert!(trace.cause.is_some_and(|cause| cause.ends_with("nested deeper than 1000 levels.")));
}

#[wasm_bindgen_test]
fn the_deepest_text_is_read_and_run() {
    let maps = (1..=41).rev().fold(r#"{"Type": "Pass", "End": true}"#.to_owned(), |inner, n| {
        format!(
            r#"{{"Type": "Map", "End": true, "ItemProcessor": {{"StartAt": "S{n}", "States": {{"S{n}": {inner}}}}}}}"#
        )
    });
    let input = format!("{}{}", "[".repeat(100), "]".repeat(100));
    let definition = format!(r#"{{"StartAt": "S0", "States": {{"S0": {maps}}}}}"#);
    let reply = answer(&Request::run(5, &definition, &format!(r#"{{"version": 1, "input": {input}}}"#)).to_json());
    let Ok(Reply::Finished { id: 5, trace }) = Reply::from_json(&reply) else { panic!("{reply}") };
    assert_eq!(trace.output.map(|id| &*trace.payloads[id as usize]), Some(&*input));
    let refused = answer(&Request::run(6, &"[".repeat(200_000), r#"{"version": 1}"#).to_json());
    assert!(matches!(Reply::from_json(&refused), Ok(Reply::Refused { id: 6, .. })));
}
