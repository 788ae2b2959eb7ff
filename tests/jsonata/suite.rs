//! The JSONata language's own test suite, natively and in wasm, and the ratchet: the cases that do not come out as the
//! suite says are on `tests/jsonata/failing.txt`, each with the reason. A case may leave the list, never join it.

use std::collections::BTreeMap;

use statelight::{
    jsonata::{Failure, Limit, Limits, plain},
    syntax::parse_value,
    value::Value,
};

/// Where the suite lies.
pub trait Folder {
    /// The names of what lies in a folder of the suite.
    fn names(&self, folder: &str) -> Vec<String>;
    fn text(&self, file: &str) -> String;
}

pub fn check(folder: &dyn Folder) {
    let list = include_str!("failing.txt");
    let mut listed: BTreeMap<&str, &str> =
        list.lines().filter(|line| !line.is_empty()).filter_map(|line| line.split_once("  # ")).collect();
    let known = listed.len();

    let (mut count, mut complaints) = (0, Vec::new());
    for (name, case) in cases(folder) {
        count += 1;
        match (case.and_then(|case| check_case(folder, &name, &case)), listed.remove(&*name)) {
            (Ok(()), None) | (Err(_), Some(_)) => {}
            (Ok(()), Some(_)) => complaints.push(format!("{name}: passes; take it off the list")),
            (Err(error), None) => complaints.push(format!("{name}: {error}")),
        }
    }
    println!("{} of {count} cases of the JSONata suite", count - known);
    assert!(complaints.is_empty(), "{} of {count} cases:\n{}", complaints.len(), complaints.join("\n"));
    assert!(listed.is_empty(), "on the list, but not in the suite: {listed:?}");
    assert!(count >= 1686, "the suite has 1,686 cases, but {count} were found");
    assert!(count - known >= 1680, "the list has become too long");
}

/// All cases with names such as `closures/case000`; where a file holds several, `file/case#3`.
/// Two files hold half a surrogate pair, which no text of ours can.
fn cases(folder: &dyn Folder) -> Vec<(String, Result<Value, String>)> {
    let mut found = Vec::new();
    let files = folder.names("groups").into_iter().flat_map(|group| {
        let names = folder.names(&format!("groups/{group}")).into_iter();
        names.filter_map(move |name| Some(format!("{group}/{}", name.strip_suffix(".json")?)))
    });
    for name in files {
        match parse_value(&folder.text(&format!("groups/{name}.json"))) {
            Ok(Value::Array(cases)) => {
                let named = |(index, case): (usize, &Value)| (format!("{name}#{index}"), Ok(case.clone()));
                found.extend(cases.iter().enumerate().map(named));
            }
            case => found.push((name, case.map_err(|error| error.message))),
        }
    }
    found
}

fn check_case(folder: &dyn Folder, name: &str, case: &Value) -> Result<(), String> {
    let source = match (text(case, "expr"), text(case, "expr-file")) {
        (Some(source), _) => source.to_owned(),
        (None, Some(file)) => {
            let (group, _) = name.split_once('/').ok_or("a case is in a group")?;
            folder.text(&format!("groups/{group}/{file}"))
        }
        (None, None) => return Err("no expression".to_owned()),
    };
    let document = match (case.get("data"), text(case, "dataset")) {
        (Some(data), _) => Some(data.clone()),
        (None, Some(name)) => {
            Some(parse_value(&folder.text(&format!("datasets/{name}.json"))).map_err(|error| error.message)?)
        }
        (None, None) => None,
    };
    let variables: Vec<(&str, Value)> = case
        .get("bindings")
        .and_then(Value::as_object)
        .map(|object| object.iter().map(|(name, value)| (&**name, value.clone())).collect())
        .unwrap_or_default();
    // The language has no limits of its own: those of AWS are out of the way but for the steps, which stand for the
    // time limits of some cases.
    let depth = case.get("depth").and_then(Value::as_number).map_or(20_000, |depth| depth.as_f64() as usize);
    let limits =
        Limits { depth, steps: 2_000_000, text: 1 << 28, items: 1 << 24, result: 1 << 28, ..Limits::default() };
    let got = plain::evaluate(&source, document.as_ref(), &variables, &limits);
    let is_unordered = case.get("unordered") == Some(&true.into());
    let code = text(case, "code").or_else(|| text(case.get("error")?, "code"));
    match (case.get("result"), code, got) {
        (Some(expected), _, Ok(value)) if *expected == value || (is_unordered && same_items(expected, &value)) => {
            Ok(())
        }
        (None, None, Err(Failure::Undefined)) => Ok(()),
        (None, Some(expected), Err(failure)) if codes(&failure).contains(&expected) => Ok(()),
        (expected, code, got) => {
            let got = got.map(|value| shortened(&value.to_json())).map_err(|failure| failure.to_string());
            let expected = expected.map(|value| shortened(&value.to_json()));
            Err(format!("`{}` gave {got:?}, but {expected:?} or code {code:?} is expected", shortened(&source)))
        }
    }
}

/// The codes that the suite has for a failure: it knows limits by those of its own driver.
fn codes(failure: &Failure) -> Vec<&str> {
    match failure {
        Failure::Error { code, .. } => vec![code],
        Failure::Limit(Limit::Depth) => vec!["U1001", "D1011"],
        Failure::Limit(Limit::Time) => vec!["U1001", "D1012"],
        _ => vec![],
    }
}

fn same_items(expected: &Value, value: &Value) -> bool {
    let (Some(expected), Some(value)) = (expected.as_array(), value.as_array()) else { return false };
    expected.len() == value.len() && expected.iter().all(|item| value.contains(item))
}

fn shortened(text: &str) -> String {
    text.chars().take(300).collect()
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str().map(|text| &**text)
}
