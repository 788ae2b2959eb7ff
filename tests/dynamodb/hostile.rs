//! No expression and no item makes a table panic, and what it holds stays sound.

use proptest::{
    collection::vec,
    prelude::{Just, Strategy, any},
    prop_oneof,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use statelight::value::Value;

use super::{json, optimised, table};

/// What expressions are made of, and what they are not.
const PARTS: &[&str] = &[
    "a",
    "b",
    "id",
    "name",
    "#n",
    ":s",
    ":n",
    ":l",
    ":ss",
    "#",
    ":",
    ".",
    "[",
    "]",
    "0",
    "7",
    "(",
    ")",
    ",",
    "=",
    "<>",
    "<",
    ">=",
    "+",
    "-",
    "AND",
    "OR",
    "NOT",
    "BETWEEN",
    "IN",
    "SET",
    "REMOVE",
    "ADD",
    "DELETE",
    "attribute_exists(",
    "contains(",
    "size(",
    "if_not_exists(",
    "list_append(",
    "begins_with(",
    "é",
    "\u{0}",
    "'",
    "99999999999999999999",
    " ",
    "\t",
];

fn expression() -> impl Strategy<Value = String> {
    let part = prop_oneof![8 => (0..PARTS.len()).prop_map(|at| PARTS[at].to_owned()), 1 => any::<String>()];
    let parts = vec(part, 0..24).prop_map(|parts| parts.join(" "));
    let sound = prop_oneof![
        Just("SET a.b[1] = list_append(a.b, :l), m = if_not_exists(m, :n) + :n REMOVE a.b[0] ADD ss :ss"),
        Just("NOT (a.b[0] = :s OR size(ss) BETWEEN :n AND :n) AND attribute_exists(#n)"),
        Just("a.b[0], #n, a.c"),
    ];
    prop_oneof![4 => parts, 1 => sound.prop_map(str::to_owned)]
}

#[test]
fn no_expression_makes_a_table_panic() {
    let item = r#"{"id": {"S": "1"}, "a": {"M": {"b": {"L": [{"S": "x"}, {"N": "1"}]}}}, "ss": {"SS": ["a"]}, "name": {"N": "1"}}"#;
    let values = json(r#"{":s": {"S": "x"}, ":n": {"N": "1"}, ":l": {"L": [{"N": "1"}]}, ":ss": {"SS": ["a", "b"]}}"#);
    let names = json(r##"{"#n": "name"}"##);
    let fields = [
        "ConditionExpression",
        "FilterExpression",
        "KeyConditionExpression",
        "UpdateExpression",
        "ProjectionExpression",
    ];
    let actions = ["getItem", "putItem", "updateItem", "deleteItem", "query", "scan"];
    let config = Config { cases: 4000, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let draws = (vec(expression(), fields.len()), 0..actions.len(), any::<u8>());
    let result = runner.run(&draws, |(expressions, action, which)| {
        let mut table = table(&["id"], &[item]);
        // Only the placeholders that occur, or all requests would be refused for the others.
        let text = expressions.join(" ");
        let used = |all: &Value| {
            Value::object(
                all.as_object()
                    .into_iter()
                    .flatten()
                    .filter(|(name, _)| text.contains(&***name))
                    .map(|(name, value)| (name.clone(), value.clone())),
            )
        };
        let mut parameters = vec![
            ("Key", json(r#"{"id": {"S": "1"}}"#)),
            ("Item", json(item)),
            ("ExpressionAttributeValues", used(&values)),
            ("ExpressionAttributeNames", used(&names)),
        ];
        let chosen = fields.iter().zip(&expressions).enumerate().filter(|(at, _)| which >> at & 1 == 1);
        parameters.extend(chosen.map(|(_, (field, expression))| (*field, Value::from(&**expression))));
        let _ = table.ask(actions[action], &Value::object(parameters), &optimised());
        for item in table.items() {
            assert!(item.get("id").is_some());
        }
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn nothing_goes_deeper_than_it_may() {
    let mut table = table(&["id"], &[r#"{"id": {"S": "1"}, "l": {"L": []}}"#]);
    let mut ask = |name: &str, expression: &str| {
        let parameters = Value::object([("Key", json(r#"{"id": {"S": "1"}}"#)), (name, Value::from(expression))]);
        let answer = table.ask("updateItem", &parameters, &optimised()).expect("updates are simulated");
        answer
            .err()
            .map_or_else(String::new, |refusal| refusal.cause.split(" (Service").next().unwrap_or_default().to_owned())
    };
    let refusal = ask("ConditionExpression", &"(".repeat(4096));
    assert_eq!(refusal, "Invalid ConditionExpression: The expression contains too many levels of nesting;");
    let refusal = ask("ConditionExpression", &format!("{}attribute_exists(a)", "NOT ".repeat(1000)));
    assert_eq!(refusal, "Invalid ConditionExpression: The expression contains too many levels of nesting;");
    let refusal = ask("UpdateExpression", &format!("SET a = {}", "list_append(".repeat(300)));
    assert_eq!(refusal, "Invalid UpdateExpression: The expression contains too many levels of nesting;");
    let refusal = ask("ConditionExpression", &"a".repeat(4097));
    assert_eq!(
        refusal,
        "Invalid ConditionExpression: Expression size has exceeded the maximum allowed size; expression size: 4097"
    );
    assert_eq!(
        ask("UpdateExpression", &format!("REMOVE a{}", "[0]".repeat(1000))),
        "The document path provided in the update expression is invalid for update"
    );
    // A list put into itself again and again.
    let mut last = String::new();
    for _ in 0..40 {
        last = ask("UpdateExpression", "SET l[0] = l");
    }
    assert_eq!(last, "Nesting Levels have exceeded supported limits");
}

#[test]
fn values_nest_at_most_32_levels() {
    let nested = |levels: usize| {
        let lists = r#"{"L": ["#.repeat(levels - 1) + r#"{"S": "x"}"# + &"]}".repeat(levels - 1);
        json(&format!(r#"{{"Item": {{"id": {{"S": "1"}}, "l": {lists}}}}}"#))
    };
    let mut table = table(&["id"], &[]);
    assert_eq!(table.ask("putItem", &nested(32), &optimised()), Some(Ok(json("{}"))));
    assert!(table.ask("putItem", &nested(33), &optimised()).expect("it is simulated").is_err());
    let answer = table.ask("putItem", &nested(60), &optimised()).expect("it is simulated");
    assert!(answer.is_err());
}
