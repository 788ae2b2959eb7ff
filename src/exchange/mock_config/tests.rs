use super::*;
use crate::{
    diagnostic::Diagnostic,
    sim::scenario::{Answer, AnswerOutcome},
    value::Value,
};

const FILE: &str = r#"{
    "StateMachines": {
        "Orders": {"TestCases": {
            "Paid": {"Charge": "Charged", "Ship": "Shipped"},
            "Slow": {"Charge": "ChargedLate"},
            "Nothing mocked": {}
        }},
        "Refunds": {"TestCases": {"Paid": {"Charge": "Charged"}}}
    },
    "MockedResponses": {
        "Charged": {"0": {"Return": {"id": 7}}},
        "ChargedLate": {
            "3": {"Return": {"id": 7}},
            "0": {"Throw": {"Error": "Busy", "Cause": "Ask later."}},
            "1-2": {"Throw": {"Error": "Slow"}}
        },
        "Shipped": {"0": {"Return": null}}
    }
}"#;

fn outcomes(answers: &[Answer]) -> Vec<String> {
    answers.iter().map(|answer| answer.to_json().to_json()).collect()
}

fn complaints(text: &str) -> Vec<Diagnostic> {
    read(text).expect_err("it is refused")
}

fn codes(text: &str) -> Vec<String> {
    complaints(text).iter().map(|one| format!("{} {}: {}", one.code, one.location, one.message)).collect()
}

fn with_response(response: &str) -> String {
    format!(r#"{{"StateMachines": {{}}, "MockedResponses": {{"R": {response}}}}}"#)
}

#[test]
fn a_test_case_is_a_scenario_with_an_answer_for_each_attempt() {
    let config = read(FILE).expect("it is read");
    let names: Vec<&str> = config.machines.iter().map(|machine| &*machine.name).collect();
    assert_eq!(names, ["Orders", "Refunds"]);
    let orders = &config.machines[0];
    let slow = &config.cases(Some("Orders"), Some("Slow")).unwrap()[0].1.scenario;
    assert_eq!(&*slow.machine.name, "Orders");
    assert!(slow.execution.arn.contains(":execution:Orders:"), "{}", slow.execution.arn);
    assert_eq!(
        outcomes(&slow.tasks["Charge"]),
        [
            r#"{"throw":{"error":"Busy","cause":"Ask later."}}"#,
            r#"{"throw":{"error":"Slow"}}"#,
            r#"{"throw":{"error":"Slow"}}"#,
            r#"{"return":{"id":7}}"#
        ]
    );
    assert_eq!(outcomes(&orders.cases[0].scenario.tasks["Ship"]), [r#"{"return":null}"#]);
    assert!(orders.cases[2].scenario.tasks.is_empty());
    let told = |machine, case| config.cases(machine, case).unwrap_err();
    assert_eq!(told(Some("Order"), None), "the file has no machine `Order`: it has `Orders`, `Refunds`");
    assert_eq!(told(Some("Refunds"), Some("Slow")), "there is no test case `Slow`: it has `Paid`");
    assert_eq!(config.cases(None, Some("Paid")).unwrap().len(), 2);
    let chosen = config.chosen(None, None).unwrap();
    let slow_again = chosen.get("Orders").and_then(|cases| cases.get("Slow")).unwrap();
    assert_eq!(*slow_again, config.chosen(None, Some("Slow")).unwrap());
}

#[test]
fn what_is_written_reads_back_the_same() {
    let config = read(FILE).unwrap();
    let orders = &config.machines[0];
    let written = write("Orders", orders.cases.iter().map(|case| (&*case.name, &case.scenario)));
    assert_eq!(written.notes.len(), 1, "{:?}", written.notes);
    assert!(written.notes[0].contains("the last answer repeats"), "{:?}", written.notes);
    let again = read(&written.file.to_json_pretty()).expect("what we write can be read");
    assert_eq!(again.machines, std::slice::from_ref(orders));
    let responses = written.file.get("MockedResponses").unwrap();
    let keys = |name: &str| -> Vec<String> {
        responses.get(name).and_then(Value::as_object).unwrap().keys().map(|key| key.to_string()).collect()
    };
    assert_eq!(keys("Slow Charge"), ["0", "1-2", "3"]);
}

#[test]
fn equal_responses_are_written_once() {
    let config = read(FILE).unwrap();
    let paid = &config.machines[1].cases[0].scenario;
    let written = write("Refunds", [("One", paid), ("Two", paid)]);
    assert_eq!(written.file.get("MockedResponses").unwrap().as_object().unwrap().len(), 1);
}

#[test]
fn attempts_that_are_named_stand_at_their_place() {
    let attempt =
        |attempt: Option<u32>, value: i64| Answer { attempt, ..Answer::new(AnswerOutcome::Return(value.into())) };
    let of = |answers: Vec<Answer>| {
        let mut scenario = Scenario::default();
        scenario.tasks.insert("T".into(), answers);
        let written = write("M", [("C", &scenario)]);
        (written.file.get("MockedResponses").unwrap().to_json(), written.notes.join("; "))
    };
    let (file, _) = of(vec![attempt(Some(1), 1), attempt(None, 0), attempt(None, 2)]);
    assert_eq!(file, r#"{"T":{"0":{"Return":0},"1":{"Return":1},"2":{"Return":2}}}"#);
    let (file, notes) = of(vec![attempt(Some(0), 1), attempt(Some(2), 0)]);
    assert_eq!(file, "{}");
    assert!(notes.contains("`T` is left out: its answers leave out attempts"), "{notes}");
}

#[test]
fn what_the_file_cannot_say_is_named() {
    let scenario = Scenario::parse(
        r#"{"version": 1, "input": {"a": 1}, "seed": 2, "s3": {"b/k": "x"}, "tasks": {
            "Computed": [{"expression": "{% 1 %}"}],
            "Silent": [{"return": 1}, {"never": true}],
            "Item": [{"return": 1, "iteration": [{"map": "M", "index": 0}]}],
            "Late": [{"return": 1, "seconds": 2}, {"timeOut": true}]
        }}"#,
    )
    .unwrap();
    let written = write("M", [("C", &scenario)]);
    let notes = written.notes.join("\n");
    for words in [
        "`C`: `Computed` is left out: the file has no expressions",
        "`C`: `Silent` is left out: the file cannot say that an answer never comes",
        "`C`: `Item` is left out: the file does not tell the iterations of a Map apart",
        "`C`: `Late` loses `seconds`: the file knows outcomes only",
        "`C`: `Late` throws `States.Timeout` where it timed out",
        "`C`: the file has no `input`: hand it to StartExecution",
        "`C`: the file has no `seed`",
        "`C`: the file has no `s3`",
    ] {
        assert!(notes.contains(words), "{words}\n{notes}");
    }
    let cases = &read(&written.file.to_json()).unwrap().machines[0].cases;
    assert_eq!(cases[0].scenario.tasks.keys().map(|name| &**name).collect::<Vec<_>>(), ["Late"]);
    assert_eq!(
        outcomes(&cases[0].scenario.tasks["Late"]),
        [r#"{"return":1}"#, r#"{"throw":{"error":"States.Timeout","cause":""}}"#]
    );
}

#[test]
fn gaps_and_overlaps_of_attempts_are_told() {
    let gap = complaints(&with_response(r#"{"0": {"Return": 1}, "3": {"Return": 1}}"#));
    assert_eq!((gap[0].code, &*gap[0].message), ("MOCK_CONFIG_GAP", "`R` says nothing for attempt 1-2"));
    assert_eq!(
        (&*gap[0].location, gap[0].hint.as_deref()),
        ("/MockedResponses/R/3", Some("attempts count on from 0: add `\"1-2\"`"))
    );
    let late = codes(&with_response(r#"{"1": {"Return": 1}}"#));
    assert_eq!(late, ["MOCK_CONFIG_GAP /MockedResponses/R/1: `R` says nothing for attempt 0"]);
    let overlap = codes(&with_response(r#"{"0-3": {"Return": 1}, "2": {"Return": 1}}"#));
    assert_eq!(overlap, ["MOCK_CONFIG_OVERLAP /MockedResponses/R/2: attempt 2 of `R` has two outcomes"]);
    let twice = codes(&with_response(r#"{"0": {"Return": 1}, "0": {"Return": 1}}"#));
    assert_eq!(twice, ["MOCK_CONFIG_TWICE /MockedResponses/R/0: `0` stands there twice"]);
    let none = codes(&with_response("{}"));
    assert_eq!(none, ["MOCK_CONFIG_GAP /MockedResponses/R: `R` has no outcome"]);
    for key in ["one", "", "-1", "1-", "+1", "2-1", "1-2-3", "99999999999"] {
        let told = codes(&with_response(&format!(r#"{{"0": {{"Return": 1}}, "{key}": {{"Return": 1}}}}"#)));
        assert!(told[0].starts_with("MOCK_CONFIG_ATTEMPT"), "{key}: {told:?}");
    }
}

#[test]
fn what_is_not_understood_is_told_with_its_place_and_a_cure() {
    let text = r#"{"StateMachines": {"M": {"TestCases": {"C": {"A": "Chargd", "B": {"0": {}}}}, "Tests": 1}},
        "MockedResponses": {"Charged": {"0": {"Return": 1, "Throw": {}}, "1": {"Retrun": 1}, "2": {"Throw": {"Cause": {}}}}},
        "Comment": "x"}"#;
    let told = complaints(text);
    let of = |code: &str, at: &str| {
        let found = told.iter().find(|one| one.code == code && &*one.location == at);
        found.unwrap_or_else(|| panic!("{code} at {at} in {told:#?}")).hint.clone().unwrap_or_default()
    };
    assert_eq!(of("MOCK_CONFIG_RESPONSE_UNKNOWN", "/StateMachines/M/TestCases/C/A"), "did you mean `Charged`?");
    of("MOCK_CONFIG_TYPE", "/StateMachines/M/TestCases/C/B");
    of("MOCK_CONFIG_FIELD_UNKNOWN", "/StateMachines/M/Tests");
    of("MOCK_CONFIG_FIELD_UNKNOWN", "/Comment");
    of("MOCK_CONFIG_OUTCOME", "/MockedResponses/Charged/0");
    assert_eq!(of("MOCK_CONFIG_FIELD_UNKNOWN", "/MockedResponses/Charged/1/Retrun"), "did you mean `Return`?");
    of("MOCK_CONFIG_TYPE", "/MockedResponses/Charged/2/Throw/Cause");
    assert!(told.iter().all(|one| text.get(one.span.start..one.span.end).is_some()));
    for text in ["", "[", "[]", "1", r#"{"StateMachines": 1}"#, r#"{"StateMachines": {"M": 1}}"#, "{}"] {
        assert!(!complaints(text).is_empty(), "{text}");
    }
}

#[test]
fn a_file_that_would_fill_the_memory_is_refused() {
    let told = codes(&with_response(r#"{"0-4000000000": {"Return": 1}}"#));
    assert!(told[0].starts_with("MOCK_CONFIG_TOO_MANY"), "{told:?}");
    let states: Vec<String> = (0..1000).map(|state| format!(r#""{state}": "R""#)).collect();
    let text = format!(
        r#"{{"StateMachines": {{"M": {{"TestCases": {{"C": {{{}}}}}}}}}, "MockedResponses": {{"R": {{"0-999": {{"Return": 1}}}}}}}}"#,
        states.join(",")
    );
    assert!(codes(&text)[0].starts_with("MOCK_CONFIG_TOO_MANY"));
}
