//! One claim a test: a definition cut to what it proves, and what is said of it.

use super::{
    load,
    model::{Condition, Definition, StateKind, Transition, WaitFor},
};
use crate::{
    expr::{Field, Template},
    syntax::Format,
};

/// Checks the remarks on a definition: `location: message`, one a line, errors and warnings alike.
fn check(text: &str, remarks: &[&str]) -> Definition {
    let loaded = load(text, Format::Json);
    let found: Vec<String> = loaded.diagnostics.iter().map(|d| format!("{}: {}", d.location, d.message)).collect();
    assert_eq!(found, remarks, "{text}");
    loaded.definition
}

/// A machine with the one state `A`, of which the fields are given.
fn check_state(fields: &str, remarks: &[&str]) -> Definition {
    check(&format!(r#"{{"StartAt": "A", "States": {{"A": {{{fields}}}}}}}"#), remarks)
}

fn hint(text: &str) -> Option<String> {
    load(text, Format::Json).diagnostics.into_iter().find_map(|diagnostic| diagnostic.hint)
}

#[test]
fn a_machine_needs_its_fields() {
    check("", &[": the definition is empty: a state machine is an object with `StartAt` and `States`"]);
    check("[]", &[": a state machine is an object, found an array"]);
    check("{}", &[": a state machine needs `StartAt` and `States`"]);
    check(r#"{"StartAt": "A", "States": {}}"#, &["/States: `States` needs at least one state"]);
    check_state(r#""Type": "Succeed""#, &[]);
}

#[test]
fn a_broken_text_has_no_follow_ups_and_the_rest_is_checked() {
    let definition = check(
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass" "Next": "B"}, "B": {"Type": "Sucueed"}}}"#,
        &["/States/A: a comma is missing after this", "/States/B/Type: `Sucueed` is no type of state"],
    );
    assert_eq!(definition.states.len(), 2);
    // What is missing may stand in the torn part.
    check(
        "{\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Pass\", \"Next\": \"B},\n \"C\": {\"Type\": \"Wait\", \"Next\": \"D\"}}}",
        &[
            "/States/A/Next: the string has no closing quote",
            "/States/C: a Wait state needs one of `Seconds`, `SecondsPath`, `Timestamp`, `TimestampPath`",
        ],
    );
    // A quote that is forgotten turns a whole line inside out: that is one slip.
    check(
        r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B}, "C": {"Type": "Wait", "Next": "D"}}}"#,
        &["/States/A: a comma is missing after this"],
    );
}

#[test]
fn a_transition_to_nowhere_offers_the_nearest_name() {
    let text =
        r#"{"StartAt": "Ship", "States": {"Ship": {"Type": "Pass", "Next": "Pakc"}, "Pack": {"Type": "Succeed"}}}"#;
    check(text, &["/States/Ship/Next: state `Ship` names `Pakc` in `Next`, but no such state exists"]);
    assert_eq!(hint(text).as_deref(), Some("did you mean `Pack`?"));
    let text = r#"{"StartAt": "a", "States": {"A": {"Type": "Succeed"}}}"#;
    check(text, &["/StartAt: `StartAt` names `a`, but no such state exists"]);
    assert_eq!(hint(text).as_deref(), Some("did you mean `A`?"));
}

#[test]
fn a_transition_stays_on_its_level() {
    let text = r#"{"StartAt": "M", "States": {
        "M": {"Type": "Map", "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "Next": "Z"}}}, "Next": "Z"},
        "Z": {"Type": "Succeed"}}}"#;
    let path = "/States/M/ItemProcessor/States/I/Next";
    check(text, &[&format!("{path}: state `I` names `Z` in `Next`, but no such state exists")]);
    assert_eq!(hint(text).as_deref(), Some("`Z` is not on this level, and a transition cannot cross levels"));
}

#[test]
fn next_or_end_but_not_both() {
    check_state(r#""Type": "Pass""#, &["/States/A: a Pass state needs `Next` or `\"End\": true`"]);
    check_state(
        r#""Type": "Pass", "Next": "B", "End": true}, "B": {"Type": "Succeed""#,
        &["/States/A/End: `Next` and `End` exclude each other"],
    );
    check_state(r#""Type": "Pass", "End": false"#, &["/States/A/End: the state `A` does not end and has no `Next`"]);
    check_state(r#""Type": "Pass", "Nxet": "A""#, &["/States/A/Nxet: `Nxet` is no field of a Pass state"]);
}

#[test]
fn every_state_is_reached_and_some_state_ends() {
    check(
        r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}, "B": {"Type": "Succeed"}}}"#,
        &["/States/B: no path leads to the state `B`"],
    );
    check_state(
        r#""Type": "Pass", "Next": "A""#,
        &["/States: no state ends this: nothing here has `\"End\": true`, and none is a Succeed or Fail state"],
    );
    let caught = r#"{"StartAt": "A", "States": {
        "A": {"Type": "Task", "Resource": "${F}", "End": true, "Catch": [{"ErrorEquals": ["E"], "Next": "B"}]},
        "B": {"Type": "Fail"}}}"#;
    check(caught, &[]);
}

#[test]
fn names_are_unique_in_the_machine() {
    check(
        r#"{"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, "Branches": [
            {"StartAt": "X", "States": {"X": {"Type": "Succeed"}}},
            {"StartAt": "X", "States": {"X": {"Type": "Succeed"}}}]}}}"#,
        &["/States/P/Branches/1/States/X: there is another state `X`: names are unique in the whole machine"],
    );
    check_state(
        r#""Type": "Succeed", "Comment": "a", "Comment": "b""#,
        &["/States/A/Comment: the key `Comment` occurs twice in one object"],
    );
    let long = "n".repeat(81);
    check(
        &format!(r#"{{"StartAt": "{long}", "States": {{"{long}": {{"Type": "Succeed"}}}}}}"#),
        &[&format!("/States/{long}: a state's name may have 80 characters, this one has 81")],
    );
}

#[test]
fn a_value_is_what_the_table_says() {
    check_state(r#""Type": "Psas""#, &["/States/A/Type: `Psas` is no type of state"]);
    check_state(r#""Typo": 1"#, &["/States/A: the state `A` needs a `Type`"]);
    check_state(
        r#""Type": "Wait", "Seconds": "3", "End": true"#,
        &["/States/A/Seconds: `Seconds` has to be an integer from 0 to 99999999, found a string"],
    );
    check_state(
        r#""Type": "Wait", "Seconds": 3, "Timestamp": "2024-01-01T00:00:00Z", "End": true"#,
        &["/States/A/Timestamp: `Seconds` and `Timestamp` exclude each other"],
    );
    check_state(
        r#""Type": "Wait", "Timestamp": "2024-01-01 00:00:00Z", "End": true"#,
        &[
            "/States/A/Timestamp: `Timestamp` has to be a timestamp as in RFC 3339, such as `2024-01-01T00:00:00Z`, found `2024-01-01 00:00:00Z`",
        ],
    );
    check_state(r#""Type": "Wait", "Seconds": "${Delay}", "End": true"#, &[]);
    check_state(r#""Type": "Succeed", "Retry": []"#, &["/States/A/Retry: `Retry` is no field of a Succeed state"]);
    check_state(r#""Type": "Choice""#, &["/States/A: a Choice state needs `Choices`"]);
}

#[test]
fn the_query_language_decides_which_fields_there_are() {
    check_state(
        r#""Type": "Pass", "Output": 1, "End": true"#,
        &["/States/A/Output: `Output` belongs to JSONata, and a Pass state here uses JSONPath"],
    );
    check_state(
        r#""Type": "Pass", "QueryLanguage": "JSONata", "ResultPath": "$.a", "End": true"#,
        &["/States/A/ResultPath: `ResultPath` belongs to JSONPath, and a Pass state here uses JSONata"],
    );
    let definition =
        check_state(r#""Type": "Wait", "QueryLanguage": "JSONata", "Seconds": "{% 1 + 1 %}", "End": true"#, &[]);
    let StateKind::Wait(wait) = &definition.states[0].kind else { panic!("a Wait") };
    assert!(matches!(&wait.duration, WaitFor::ComputedSeconds(expression) if &*expression.source == "1 + 1"));
    check(
        r#"{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass", "QueryLanguage": "JSONPath", "End": true}}}"#,
        &["/States/A: `QueryLanguage` cannot be `JSONPath` where the whole state machine has `JSONata`"],
    );
}

#[test]
fn states_all_stands_alone_and_last() {
    let task = |retry: &str| format!(r#""Type": "Task", "Resource": "${{F}}", "End": true, "Retry": [{retry}]"#);
    let place = "/States/A/Retry/0/ErrorEquals";
    check_state(
        &task(r#"{"ErrorEquals": ["States.ALL", "E"]}"#),
        &[&format!("{place}/0: `States.ALL` has to stand alone")],
    );
    check_state(
        &task(r#"{"ErrorEquals": ["States.ALL"]}, {"ErrorEquals": ["E"]}"#),
        &[&format!("{place}/0: `States.ALL` matches every error: what comes after it is never used")],
    );
    check_state(
        &task(r#"{"ErrorEquals": []}"#),
        &[&format!("{place}: `ErrorEquals` has to be an array with at least one entry, found an array")],
    );
    check_state(
        &task(r#"{"ErrorEquals": ["States.TimeOut"]}"#),
        &[&format!("{place}/0: `States.TimeOut` is no error of the States Language, whose names begin with `States.`")],
    );
}

#[test]
fn retry_has_its_defaults() {
    let definition =
        check_state(r#""Type": "Task", "Resource": "${F}", "End": true, "Retry": [{"ErrorEquals": ["E"]}]"#, &[]);
    let StateKind::Task(task) = &definition.states[0].kind else { panic!("a Task") };
    let retrier = &task.retry[0];
    assert_eq!((retrier.interval_seconds, retrier.max_attempts, retrier.backoff_rate), (1, 3, 2.0));
}

#[test]
fn a_template_keeps_literal_parts_whole() {
    let definition = check_state(
        r#""Type": "Pass", "End": true, "Parameters": {"plain": {"a": [1, {"b": null}]}, "x.$": "$.x", "id.$": "$$.Execution.Id"}"#,
        &[],
    );
    let StateKind::Pass(pass) = &definition.states[0].kind else { panic!("a Pass") };
    let Some(Template::Object(fields)) = &pass.parameters else { panic!("an object") };
    assert!(matches!(&fields[0], Field::Plain(_, Template::Literal(_))));
    assert!(matches!(&fields[1], Field::Expression { name, .. } if &**name == "x"));
}

#[test]
fn what_is_no_expression_is_told_at_its_place() {
    check_state(
        r#""Type": "Pass", "End": true, "Parameters": {"a": [{"b.$": "x"}]}"#,
        &["/States/A/Parameters/a/0/b.$: `x` is not a path or a call of an intrinsic function"],
    );
    check_state(
        r#""Type": "Pass", "End": true, "Parameters": {"a.$": 1}"#,
        &["/States/A/Parameters/a.$: `a.$` has to be a path or a call of an intrinsic function, found a number"],
    );
    check_state(
        r#""Type": "Pass", "End": true, "ResultPath": "$$.a""#,
        &["/States/A/ResultPath: `ResultPath` cannot write into the context object, `$$`"],
    );
    check_state(r#""Type": "Pass", "End": true, "InputPath": "a""#, &["/States/A/InputPath: `a` is not a path"]);
}

#[test]
fn a_choice_rule_makes_one_comparison() {
    let choice = |rule: &str| {
        format!(
            r#"{{"StartAt": "A", "States": {{"A": {{"Type": "Choice", "Choices": [{rule}]}}, "B": {{"Type": "Succeed"}}}}}}"#
        )
    };
    let rule = "/States/A/Choices/0";
    let definition = check(
        &choice(
            r#"{"And": [{"Variable": "$.a", "IsNull": true}, {"Not": {"Variable": "$.a", "NumericLessThanPath": "$.b"}}], "Next": "B"}"#,
        ),
        &[],
    );
    let StateKind::Choice(state) = &definition.states[0].kind else { panic!("a Choice") };
    assert!(matches!(&state.choices[0].condition, Condition::And(conditions) if conditions.len() == 2));
    check(&choice(r#"{"Variable": "$.a", "Next": "B"}"#), &[&format!("{rule}: the rule compares nothing")]);
    check(
        &choice(r#"{"Variable": "$.a", "IsNull": true, "IsString": true, "Next": "B"}"#),
        &[&format!("{rule}: a rule makes one comparison: `IsNull` and `IsString` stand here")],
    );
    check(&choice(r#"{"IsNull": true, "Next": "B"}"#), &[&format!("{rule}: `IsNull` needs a `Variable` to compare")]);
    check(
        &choice(r#"{"Variable": "$.a", "StringEqual": "x", "Next": "B"}"#),
        &[&format!("{rule}/StringEqual: `StringEqual` is no field of a choice rule")],
    );
    check(
        &choice(r#"{"Not": {"Variable": "$.a", "IsNull": true, "Next": "B"}, "Next": "B"}"#),
        &[&format!("{rule}/Not/Next: `Next` is no field of a nested choice rule")],
    );
}

#[test]
fn iterator_and_parameters_are_the_old_names_of_a_map() {
    let definition = check_state(
        r#""Type": "Map", "End": true, "Parameters": {"x.$": "$$.Map.Item.Value"},
           "Iterator": {"StartAt": "I", "States": {"I": {"Type": "Wait", "Seconds": 1, "End": true}}}"#,
        &[],
    );
    let StateKind::Map(map) = &definition.states[0].kind else { panic!("a Map") };
    assert!(map.processor.is_some() && map.item_selector.is_some());
    let inner = &definition.states[1];
    assert_eq!(&*inner.path, "A/I");
    assert_eq!(&*inner.pointer, "/States/A/Iterator/States/I");
    let StateKind::Wait(wait) = &inner.kind else { panic!("a Wait") };
    assert!(matches!(wait.duration, WaitFor::Seconds(1)) && wait.next == Transition::End);
}

#[test]
fn a_wide_or_deep_machine_is_read_in_linear_time() {
    let states: Vec<String> = (0..2000)
        .map(|n| format!(r#""S{n}": {{"Type": "Pass", "Parameters": {{"a.$": "$.b"}}, "Next": "S{}"}}"#, n + 1))
        .collect();
    let text = format!(r#"{{"StartAt": "S0", "States": {{{}, "S2000": {{"Type": "Succeed"}}}}}}"#, states.join(","));
    assert_eq!(check(&text, &[]).states.len(), 2001);
    let deep = (0..60).fold(r#"{"Type": "Succeed"}"#.to_owned(), |inner, n| {
        format!(
            r#"{{"Type": "Map", "End": true, "ItemProcessor": {{"StartAt": "D{n}", "States": {{"D{n}": {inner}}}}}}}"#
        )
    });
    let loaded = load(&format!(r#"{{"StartAt": "A", "States": {{"A": {deep}}}}}"#), Format::Json);
    assert_eq!(loaded.diagnostics[0].message, "nested deeper than 128 levels");
}
