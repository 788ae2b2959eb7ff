//! No pattern and no event makes matching panic or take its time, and what is broken is told of any event alike.

use proptest::{
    collection::vec,
    prelude::{Just, Strategy, any},
    prop_oneof,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use statelight::{services::patterns, value::Value};

const NAMES: &[&str] = &[
    "a",
    "b",
    "$or",
    "exists",
    "prefix",
    "suffix",
    "wildcard",
    "numeric",
    "cidr",
    "anything-but",
    "equals-ignore-case",
];
const TEXTS: &[&str] = &["", "a", "*", "a*b", "**", "\\", "\\*", "<", ">=", "=", "10.0.0.0/8", "::/0", "::1", "é", "/"];

/// JSON of the words that patterns are made of.
fn words() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i8>().prop_map(|int| Value::from(i64::from(int))),
        any::<f64>().prop_map(Value::from),
        (0..TEXTS.len()).prop_map(|at| Value::from(TEXTS[at])),
    ];
    leaf.prop_recursive(5, 40, 4, |inner| {
        let members = vec(((0..NAMES.len()).prop_map(|at| NAMES[at]), inner.clone()), 0..4);
        prop_oneof![vec(inner, 0..4).prop_map(Value::array), members.prop_map(Value::object)]
    })
}

#[test]
fn no_pattern_makes_matching_panic() {
    let config = Config { cases: 20_000, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let result = runner.run(&(words(), words()), |(pattern, event)| {
        let nothing = Value::empty_object();
        let told = patterns::matches(&pattern, &event);
        assert_eq!(told.err(), patterns::matches(&pattern, &nothing).err());
        let told = patterns::passes(&pattern, &event);
        assert_eq!(told.err(), patterns::passes(&pattern, &nothing).err());
        let told = patterns::passes_body(&pattern, &event.to_json());
        assert_eq!(told.err(), patterns::passes_body(&pattern, "").err());
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn long_lists_take_no_time() {
    let elements = |count: i64| Value::array((0..count).map(|n| Value::object([("n", Value::from(n))])).collect());
    let event = Value::object([("a", elements(50_000))]);
    let list = |test: Value| Value::array(vec![test]);
    let last = list(Value::from(49_999));
    let absent = list(Value::object([("exists", Value::from(false))]));
    let pattern = Value::object([("a", Value::object([("n", last), ("m", absent)]))]);
    assert_eq!(patterns::matches(&pattern, &event), Ok(true));
}
