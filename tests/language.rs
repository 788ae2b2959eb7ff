//! What an editor asks of a definition, as it is answered; `|` marks the cursor.

use std::{fs, rc::Rc};

use statelight::{
    asl,
    language::{self, Completion, Document, Known, format, names},
    sim::scenario::Scenario,
    syntax::{Format, edit::apply},
};

use crate::shared;

fn at_cursor(marked: &str) -> (String, usize) {
    let offset = marked.find('|').expect("a cursor");
    (marked.replacen('|', "", 1), offset)
}

fn known(text: &str, scenario: &str) -> Known {
    let definition = Rc::new(asl::load(text, Format::detect(text)).definition);
    Known::of_scenario(&definition, &Scenario::parse(scenario).expect("a scenario"))
}

fn completions(marked: &str, known: &Known) -> Vec<(Completion, String)> {
    let (text, offset) = at_cursor(marked);
    let document = Document::read(&text, Format::detect(&text), false);
    let Some(found) = language::complete(&text, &document, known, offset) else { return Vec::new() };
    let made = |item: &Completion| format!("{}{}{}", &text[..found.span.start], item.text, &text[found.span.end..]);
    found.items.iter().map(|item| (item.clone(), made(item))).collect()
}

fn labels(marked: &str, known: &Known) -> Vec<String> {
    completions(marked, known).into_iter().map(|(item, _)| item.label).collect()
}

fn check_has(marked: &str, known: &Known, wanted: &[&str]) {
    let labels = labels(marked, known);
    for label in wanted {
        assert!(labels.iter().any(|it| it == label), "no `{label}` among {labels:?} in\n{marked}");
    }
}

fn check_first(marked: &str, first: &[&str]) {
    let labels = labels(marked, &Known::default());
    assert_eq!(labels.iter().take(first.len()).map(String::as_str).collect::<Vec<_>>(), first, "in\n{marked}");
}

#[test]
fn fields_by_kind_and_language_the_required_first() {
    check_first(r#"{"StartAt": "A", "States": {"A": {"Type": "Task", |}}}"#, &["Resource", "Next", "End"]);
    check_first(
        r#"{"StartAt": "A", "States": {"A": {"Type": "Wait", "Next": "B", "|"}}}"#,
        &["Seconds", "SecondsPath"],
    );
    check_first("{\n  |\n}", &["StartAt", "States"]);
    check_first("StartAt: A\nStates:\n  A:\n    Type: Choice\n    |\n", &["Choices"]);
    let jsonata = labels(
        r#"{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Task", |}}}"#,
        &Known::default(),
    );
    assert!(jsonata.contains(&"Arguments".to_owned()) && !jsonata.contains(&"ResultPath".to_owned()), "{jsonata:?}");
    // One of a group excludes the others, and what stands there is not offered again.
    let wait = labels(r#"{"States": {"A": {"Type": "Wait", "Seconds": 1, |}}}"#, &Known::default());
    assert!(!wait.iter().any(|name| name == "Timestamp" || name == "Seconds" || name == "Type"), "{wait:?}");
    check_has(
        r#"{"States": {"A": {"Type": "Task", "Retry": [{|}]}}}"#,
        &Known::default(),
        &["ErrorEquals", "MaxAttempts"],
    );
    check_has(r#"{"States": {"A": {"Type": "Map", "ItemProcessor": {|}}}}"#, &Known::default(), &["ProcessorConfig"]);
    check_has(
        r#"{"States": {"A": {"Type": "Choice", "Choices": [{"Not": {"|"}}]}}}"#,
        &Known::default(),
        &["NumericEquals"],
    );
}

#[test]
fn what_a_field_may_say() {
    let none = Known::default();
    check_has(r#"{"States": {"A": {"Type": "|"}}}"#, &none, &["Task", "Choice", "Map"]);
    check_has(r#"{"States": {"A": {"Type": |}}}"#, &none, &["Parallel"]);
    check_has(
        r#"{"StartAt": "|", "States": {"First": {"Type": "Pass"}, "Second": {"Type": "Pass"}}}"#,
        &none,
        &["First", "Second"],
    );
    let inner = r#"{"States": {"P": {"Type": "Parallel", "Branches": [{"StartAt": "In", "States": {"In": {"Type": "Pass", "Next": "|"}, "Other": {"Type": "Succeed"}}}]}}}"#;
    assert_eq!(labels(inner, &none), ["Other", "In"]);
    check_has(
        r#"{"States": {"A": {"Type": "Task", "Retry": [{"ErrorEquals": ["|"]}]}}}"#,
        &none,
        &["States.ALL", "Lambda.ServiceException"],
    );
    check_has(
        "States:\n  A:\n    Type: Task\n    Catch:\n      - ErrorEquals:\n          - |\n",
        &none,
        &["States.Timeout"],
    );
    check_has(
        r#"{"States": {"A": {"Type": "Task", "Resource": "arn:|"}}}"#,
        &none,
        &["arn:aws:states:::sqs:sendMessage.waitForTaskToken"],
    );
    check_has(
        r#"{"States": {"M": {"Type": "Map", "ItemProcessor": {"ProcessorConfig": {"Mode": "|"}}}}}"#,
        &none,
        &["DISTRIBUTED"],
    );
    check_has(
        r#"{"States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "Parameters": {|}}}}"#,
        &none,
        &["QueueUrl", "MessageBody", "TaskToken.$"],
    );
    check_has(r#"{"StartAt": "A", "States": {|}}"#, &none, &["Task state", "Wait for a callback"]);
    check_has(
        r#"{"QueryLanguage": "JSONata", "States": {"A": {"Type": "Pass", "Output": "{% $su| %}"}}}"#,
        &none,
        &["$sum", "$states"],
    );
    check_has(
        r#"{"States": {"A": {"Type": "Pass", "Parameters": {"a.$": "States.|"}}}}"#,
        &none,
        &["Format", "ArrayLength"],
    );
}

#[test]
fn the_keys_that_were_in_the_data_are_offered_with_their_values() {
    let text = r#"{"StartAt": "Get", "States": {
        "Get": {"Type": "Pass", "Result": {"total": 12, "items": [{"sku": "a"}]}, "ResultPath": "$.order", "Next": "Use"},
        "Use": {"Type": "Pass", "Parameters": {"x.$": "$.|"}, "Next": "Never"},
        "Never": {"Type": "Choice", "Choices": [{"Variable": "$.order.total", "NumericEquals": 1, "Next": "Left"}], "Default": "Right"},
        "Left": {"Type": "Pass", "InputPath": "$", "End": true},
        "Right": {"Type": "Succeed"}
    }}"#;
    let scenario = r#"{"version": 1, "input": {"customer": "Ann"}}"#;
    let run = known(&text.replace("$.|", "$"), scenario);
    let items = completions(text, &run);
    let order = items.iter().find(|(item, _)| item.label == "order").expect("`order`");
    assert!(order.0.detail.contains("\"total\":12"), "{}", order.0.detail);
    assert!(order.1.contains(r#""x.$": "$.order""#), "{}", order.1);
    check_has(&text.replace("$.|", "$.order.|"), &run, &["total", "items"]);
    check_has(&text.replace("$.|", "$.order.items[0].|"), &run, &["sku"]);
    check_has(&text.replace("$.|", "$$.Execution.|"), &run, &["Id", "Name"]);
    // A state that the run did not come to gets what follows from those before it.
    let left = text.replace("$.|", "$").replace(r#""InputPath": "$""#, r#""InputPath": "$.|""#);
    check_has(&left, &run, &["x"]);
    check_has(&left.replace("$.|", "$.x.|"), &run, &["order", "customer"]);
    let said = |marked: &str| {
        let (text, offset) = at_cursor(marked);
        let document = Document::read(&text, Format::Json, false);
        language::hover(&text, &document, &run, offset).map(|it| it.lines.join(" / ")).unwrap_or_default()
    };
    assert_eq!(said(&text.replace("$.|", "$.order.to|tal")), "`$.order.total` / Last value: `12`");
    assert_eq!(said(&text.replace("$.|", "States.Format('{}', $.cust|omer)")), "`$.customer` / Last value: `\"Ann\"`");
    let jsonata = r#"{"QueryLanguage": "JSONata", "StartAt": "A", "States": {
        "A": {"Type": "Pass", "Assign": {"count": 3}, "Next": "B"},
        "B": {"Type": "Pass", "Output": "{% $states.input.| %}", "Assign": {"twice": "{% $count * 2 %}"}, "End": true}
    }}"#;
    let run =
        known(&jsonata.replace("$states.input.|", "$states.input"), r#"{"version": 1, "input": {"name": "Ann"}}"#);
    check_has(jsonata, &run, &["name"]);
    let variable = completions(&jsonata.replace("$states.input.|", "$|"), &run);
    assert!(variable.iter().any(|(item, _)| item.label == "$count" && item.detail == "3"));
    check_has(&jsonata.replace("$states.input.|", "$states.|"), &run, &["input", "context"]);
}

#[test]
fn what_is_chosen_leaves_a_sound_text() {
    let cases = [
        "{\n  \"StartAt\": \"A\",\n  \"States\": {\n    \"A\": {\n      \"Type\": \"Pass\",\n      |\n    }\n  }\n}",
        "{\n  \"StartAt\": \"A\",\n  \"States\": {\n    \"A\": {\n      |\n      \"Type\": \"Task\",\n      \"End\": true\n    }\n  }\n}",
        "{\"StartAt\": \"A\", \"States\": {|}}",
        "StartAt: A\nStates:\n  A:\n    Type: Task\n    |\n",
        "StartAt: A\nStates:\n  |\n",
    ];
    for marked in cases {
        let found = completions(marked, &Known::default());
        assert!(!found.is_empty(), "{marked}");
        for (item, text) in found {
            // Later lines get the indent of the first, as editors give it.
            let (plain, offset) = at_cursor(marked);
            let line = plain[..offset].rfind('\n').map_or(0, |at| at + 1);
            let indent: String = plain[line..offset].chars().take_while(|c| *c == ' ').collect();
            let inserted = item.text.replace('\n', &format!("\n{indent}"));
            let text = text.replacen(&item.text, &inserted, 1);
            let told = Document::read(&text, Format::detect(&text), false).diagnostics;
            let torn = told.iter().find(|it| {
                it.rule.ends_with("-syntax") && !it.rule.starts_with("path") && !it.rule.starts_with("jsonata")
            });
            assert!(torn.is_none(), "`{}` tears the text: {:?}\n{text}", item.label, torn.map(|it| &it.message));
        }
    }
}

#[test]
fn words_say_what_they_mean_when_pointed_at() {
    let say = |marked: &str, expected: &str| {
        let (text, offset) = at_cursor(marked);
        let document = Document::read(&text, Format::detect(&text), false);
        let said = language::hover(&text, &document, &Known::default(), offset)
            .map(|it| it.lines.join(" / "))
            .unwrap_or_default();
        assert!(said.contains(expected), "{said:?} does not say {expected:?} of\n{marked}");
    };
    say(r#"{"StartAt": "A", "States": {"A": {"Ty|pe": "Task", "Resource": "x"}}}"#, "`Type` of a Task state");
    say(r#"{"StartAt": "A", "States": {"A": {"Type": "Ta|sk"}}}"#, "`Task` state");
    say(
        r#"{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "arn:aws:states:::sqs:send|Message"}}}"#,
        "`QueueUrl`",
    );
    say(r#"{"StartAt": "A|", "States": {"A": {"Type": "Succeed", "Comment": "the end"}}}"#, "the end");
    say(r#"{"States": {"A": {"Type": "Pass", "Parameters": {"a.$": "States.For|mat('x')"}}}}"#, "States.Format(");
    say(r#"{"QueryLanguage": "JSONata", "States": {"A": {"Type": "Pass", "Output": "{% $su|m([1]) %}"}}}"#, "$sum(");
    say(r#"{"States": {"A": {"Type": "Task", "Retry": [{"ErrorEquals": ["States.Time|out"]}]}}}"#, "States.Timeout");
}

const BOTH: &str = r#"{"QueryLanguage": "JSONata", "StartAt": "Ship it", "States": {
  "Ship it": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Assign": {"total": 1},
    "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Ship it"}], "Next": "Done"},
  "Done": {"Type": "Pass", "Output": "{% $total + $sum([$total]) %}", "End": true}
}}"#;

#[test]
fn names_are_found_and_changed_wherever_they_stand() {
    let document = Document::read(BOTH, Format::Json, false);
    let offset = BOTH.find("\"Ship it\": {").unwrap() + 2;
    let (name, span) = names::name_at(&document, BOTH, offset).expect("a name");
    assert_eq!(&BOTH[span.range()], "Ship it");
    assert_eq!(names::uses(&document, BOTH, &name).len(), 3);
    let renamed = apply(BOTH, names::rename(&document, BOTH, &name, "Send \"it\"").unwrap());
    assert_eq!(renamed, BOTH.replace("\"Ship it\"", r#""Send \"it\"""#));
    assert!(names::rename(&document, BOTH, &name, "Done").unwrap_err().contains("another state"));
    let offset = BOTH.find("$total").unwrap() + 1;
    let (name, _) = names::name_at(&document, BOTH, offset).expect("a variable");
    assert_eq!(names::uses(&document, BOTH, &name).len(), 3);
    assert_eq!(names::renamed(&document, BOTH, &name, "sum").unwrap(), BOTH.replace("total", "sum"));
    assert!(names::rename(&document, BOTH, &name, "states").is_err());
    let made = names::made_at(&document, BOTH, &name).unwrap();
    assert_eq!(&BOTH[made.start - 1..made.end + 1], "\"total\"");
}

#[test]
fn the_outline_and_ever_larger_parts() {
    let text = r#"{"StartAt": "P", "States": {"P": {"Type": "Parallel", "Branches": [{"StartAt": "In", "States": {"In": {"Type": "Succeed"}}}], "End": true}}}"#;
    let document = Document::read(text, Format::Json, false);
    let outline = language::outline(&document.definition);
    assert_eq!((outline[0].name.as_str(), outline[0].children[0].name.as_str()), ("P", "In"));
    let offset = text.find("Succeed").unwrap();
    let crumbs: Vec<String> = language::breadcrumbs(&document, offset).into_iter().map(|(name, _)| name).collect();
    assert_eq!(crumbs, ["States", "P", "Branches", "[0]", "States", "In", "Type"]);
    let around = language::around(&document, statelight::text::Span::new(offset, offset));
    assert!(around.windows(2).all(|pair| pair[0].start >= pair[1].start && pair[0].end <= pair[1].end));
    assert_eq!(&text[around[0].range()], "Succeed");
}

fn all_texts() -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for folder in ["definitions", "validation/valid", "validation/invalid"] {
        let Some(path) = shared::path(folder) else { continue };
        for entry in fs::read_dir(path).expect("a folder").flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            texts.push((name, fs::read_to_string(entry.path()).unwrap_or_default()));
        }
    }
    texts
}

#[test]
fn formatted_twice_is_formatted_once_and_says_the_same() {
    let (mut done, mut refused) = (0, Vec::new());
    for (name, text) in all_texts() {
        let form = Format::detect(&text);
        match format::format(&text, form, 2) {
            Ok(once) => {
                assert_eq!(format::format(&once, form, 2).as_deref(), Ok(once.as_str()), "{name}");
                done += 1;
            }
            Err(format::Refusal::Broken) => {}
            Err(format::Refusal::OutOfReach) => refused.push(name),
        }
    }
    println!("{done} formatted; out of reach: {refused:?}");
    assert!(done > 250 && refused.len() < 8, "{done} formatted, refused: {refused:?}");
}

#[test]
fn json_becomes_yaml_and_comes_back() {
    let (mut done, mut refused) = (0, Vec::new());
    for (name, text) in all_texts() {
        let form = Format::detect(&text);
        match format::convert(&text, form) {
            Ok((other, _)) => {
                let back = if form == Format::Json { Format::Yaml } else { Format::Json };
                let (again, _) = format::convert(&other, back)
                    .unwrap_or_else(|refusal| panic!("{name} does not come back: {refusal:?}\n{other}"));
                assert_eq!(format::minify(&again, form), format::minify(&text, form), "{name}");
                done += 1;
            }
            Err(format::Refusal::Broken) => {}
            Err(format::Refusal::OutOfReach) => refused.push(name),
        }
    }
    println!("{done} converted; out of reach: {refused:?}");
    assert!(done > 250 && refused.len() < 4, "{done} converted, refused: {refused:?}");
}

#[test]
fn comments_of_yaml_stay_where_they_are() {
    let text = "# The machine\nStartAt:   A   # first\nStates:\n    # A state\n    A:\n          Type: Pass\n          Comment: |\n              two\n                lines\n          End: true\n";
    let formatted = format::format(text, Format::Yaml, 2).unwrap();
    assert_eq!(
        formatted,
        "# The machine\nStartAt:   A   # first\nStates:\n  # A state\n  A:\n    Type: Pass\n    Comment: |\n        two\n          lines\n    End: true\n"
    );
    assert_eq!(format::convert(text, Format::Yaml).unwrap().1, 3);
}

/// Wherever the cursor is, and however torn the text.
#[test]
fn no_text_makes_the_editor_panic() {
    let mut asked = 0;
    for (_, text) in all_texts().into_iter().step_by(9) {
        let form = Format::detect(&text);
        let step = (text.len() / 40).max(1);
        for at in (0..text.len()).step_by(step) {
            let at = text.floor_char_boundary(at);
            for torn in [text.clone(), text[..at].to_owned()] {
                let document = Document::read(&torn, form, false);
                let known = Known::default();
                let _ = language::complete(&torn, &document, &known, at);
                let _ = language::hover(&torn, &document, &known, at);
                let _ = names::name_at(&document, &torn, at);
                let _ = language::breadcrumbs(&document, at);
                let _ = language::around(&document, statelight::text::Span::new(at, at));
                let _ = format::format(&torn, form, 2);
                asked += 1;
            }
        }
    }
    println!("{asked} places");
}
