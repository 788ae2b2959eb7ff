//! What only wasm can show, run in Node by `cargo xtask test`.
#![cfg(target_arch = "wasm32")]

mod digests;
mod heap;
#[path = "jsonata/hostile.rs"]
mod hostile;
mod machines;
#[path = "jsonata/suite.rs"]
mod suite;

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

/// Wasm has a small stack that cannot grow: what nests deeply is refused before it runs out.
mod expressions {
    use statelight::jsonata::{Expression, Failure, Limit, Limits, plain};
    use wasm_bindgen::prelude::wasm_bindgen;
    use wasm_bindgen_test::wasm_bindgen_test;

    use crate::{
        heap,
        hostile::{self, Nothing},
        suite,
    };

    fn evaluate(source: &str, limits: &Limits) -> Result<String, Failure> {
        let expression = Expression::parse(source).expect("it parses");
        expression.evaluate(&Nothing, limits).map(|value| value.to_json())
    }

    #[wasm_bindgen_test]
    fn values_are_those_of_the_native_tests() {
        let limits = Limits::default();
        for (source, expected) in [
            ("$random(42)", "0.7275636800328681"),
            ("$hash('test', 'MD5')", r#""098f6bcd4621d373cade4e832627b4f6""#),
            ("$now()", r#""2024-01-01T00:00:00.000Z""#),
            ("$random()", "0.3898297483912715"),
            ("$sum($map($range(1, 100, 1), function($x) { $sqrt($x) })) > 671", "true"),
            ("$fromMillis(0, '[Y]-[M01]-[D01]') & $formatNumber(1234.5, '#,##0.00')", r#""1970-01-011,234.50""#),
        ] {
            assert_eq!(evaluate(source, &limits).as_deref(), Ok(expected), "{source}");
        }
    }

    #[wasm_bindgen_test]
    fn recursion_ends_before_the_stack_does() {
        let endless = [
            "($f := function($x) { 1 + $f($x) }; $f(1))",
            "($f := function($x) { {'a': [$f($x)]} }; $f(1))",
            "($f := function($x) { $map([1], $f) }; $f(1))",
            "($f := function($x) { $sort([2, 1], function($a, $b) { $f($x) > 1 }) }; $f(1))",
            "($f := function($x) { [$x, 2]^($f($)) }; $f(1))",
        ];
        for source in endless {
            for depth in [100, 1_000_000] {
                let limits = Limits { depth, ..Limits::default() };
                assert_eq!(evaluate(source, &limits), Err(Failure::Limit(Limit::Depth)), "{source}, {depth}");
            }
        }
    }

    /// A part of them: natively, all are tried.
    #[wasm_bindgen_test]
    #[expect(clippy::disallowed_methods, reason = "how long it took is what is tested")]
    fn hostile_expressions_end_soon_and_in_little_memory() {
        let mut complaints = Vec::new();
        for (source, limit) in hostile::EXPRESSIONS.into_iter().step_by(3) {
            let started = js_sys::Date::now();
            let (result, peak) = heap::peak_of(|| hostile::evaluate(source));
            let seconds = (js_sys::Date::now() - started) / 1000.0;
            if result != Err(Failure::Limit(limit)) || seconds > 6.0 || peak > 256 << 20 {
                complaints.push(format!("{seconds:.2} s, {} MB, {result:?}: {source}", peak >> 20));
            }
        }
        assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    }

    #[wasm_bindgen(module = "fs")]
    extern "C" {
        #[wasm_bindgen(js_name = existsSync)]
        fn exists(path: &str) -> bool;
        #[wasm_bindgen(js_name = readdirSync)]
        fn names(path: &str) -> Vec<String>;
        #[wasm_bindgen(js_name = readFileSync)]
        fn text(path: &str, encoding: &str) -> String;
    }

    const SUITE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/jsonata-suite");

    struct Files;

    impl suite::Folder for Files {
        fn names(&self, folder: &str) -> Vec<String> {
            names(&format!("{SUITE}/{folder}"))
        }

        fn text(&self, file: &str) -> String {
            text(&format!("{SUITE}/{file}"), "utf8")
        }
    }

    #[wasm_bindgen_test]
    fn the_languages_own_suite() {
        if exists(SUITE) || option_env!("CI").is_some() {
            suite::check(&Files);
        }
    }

    #[wasm_bindgen_test]
    fn deep_texts_are_refused() {
        for part in ["(", "[", "-", "{'a':", "1+", "$f(", "function(){", "1?", "$x["] {
            assert!(Expression::parse(&part.repeat(100_000)).is_err(), "{part}");
            let _ = Expression::parse(&(part.repeat(100_000) + "1"));
        }
        let deep = "[".repeat(200) + &"]".repeat(200);
        let result = plain::evaluate(&deep, None, &[], &Limits::default());
        assert!(matches!(result, Err(Failure::Limit(_))), "{result:?}");
    }
}
