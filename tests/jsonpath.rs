//! Every path of Jayway's table gives what Jayway 3.0.0 answered, texts of failures included, or is
//! on the list of differences with the reason.

use std::collections::BTreeMap;

use statelight::jsonpath::Path;

use crate::{json, shared};

const NO_DOLLAR: &str = "AWS requires the leading `$`";
const FUNCTION: &str = "AWS's documentation says that functions are not supported";
const OPEN_BRACKET: &str = "Jayway overlooks a last `[`, which nobody can mean";

/// Paths that Jayway accepts and we refuse.
const DIFFERENCES: [(&str, &str); 22] = [
    ("a.b", NO_DOLLAR),
    ("@.a", NO_DOLLAR),
    ("$.store.book[", OPEN_BRACKET),
    ("$..book.length()", FUNCTION),
    ("$.nums.length()", FUNCTION),
    ("$.str.length()", FUNCTION),
    ("$.a.length()", FUNCTION),
    ("$.store.book.length()", FUNCTION),
    ("$.empty.length()", FUNCTION),
    ("$.nums.min()", FUNCTION),
    ("$.nums.max()", FUNCTION),
    ("$.nums.avg()", FUNCTION),
    ("$.nums.sum()", FUNCTION),
    ("$.nums.stddev()", FUNCTION),
    ("$.a.keys()", FUNCTION),
    ("$.nums.concat()", FUNCTION),
    ("$.nums.append(7)", FUNCTION),
    ("$.nums.first()", FUNCTION),
    ("$.nums.last()", FUNCTION),
    ("$.nums.index(1)", FUNCTION),
    ("$.store.book[?(@.price > 10)].length()", FUNCTION),
    ("$.sum($.nums)", FUNCTION),
];

#[test]
fn paths_answer_as_jayway_does() {
    let Some(file) = shared::path("jsonpath/jayway_3.0_truth.json") else { return };
    let table = json::read(&file);
    let rows = table.as_array().expect("the table is an array");
    let whole = rows.iter().find(|row| json::text(row, "path") == Some("$")).expect("the row of the whole");
    let root = whole.get("value").expect("the whole");
    let mut differences: BTreeMap<&str, &str> = DIFFERENCES.into();

    let mut wrong = Vec::new();
    for row in rows {
        let text = json::text(row, "path").expect("a path is a text");
        let ours = Path::parse(text);
        if let Some(reason) = differences.remove(text) {
            if ours.is_ok() {
                wrong.push(format!("{text}: accepted, though on the list: {reason}"));
            }
            continue;
        }
        let path = match (ours, json::text(row, "compile_error")) {
            (Err(_), Some(_)) => continue,
            (Err(error), None) => {
                wrong.push(format!("{text}: refused: {} (at {})", error.message, error.offset));
                continue;
            }
            (Ok(_), Some(error)) => {
                wrong.push(format!("{text}: accepted, but Jayway says {error}"));
                continue;
            }
            (Ok(path), None) => path,
        };
        if row.get("definite") != Some(&path.is_definite().into()) {
            wrong.push(format!("{text}: definite is {}", path.is_definite()));
        }
        let expected = match json::text(row, "error") {
            Some(error) => error.to_owned(),
            None => row.get("value").expect("a value or an error").to_json(),
        };
        let ours = match path.evaluate(root) {
            Ok(value) => value.to_json(),
            Err(error) => format!("PathNotFound: {error}"),
        };
        if ours != expected {
            wrong.push(format!("{text}:\n  ours   {ours}\n  theirs {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
    assert!(differences.is_empty(), "on the list, but not in the table: {differences:?}");
}
