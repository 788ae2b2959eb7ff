//! Diagnostics as `statelight check` prints them: the shape of `ValidateStateMachineDefinition`, and
//! with each its range in the text, lines and columns from one; in AWS's own words; as SARIF; as annotations of a log.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    diagnostic::{Diagnostic, Recorded, Severity},
    syntax::INVALID_JSON,
    text::{LineIndex, Position},
};

/// The result of a check, diagnostics in the order of the text.
pub fn check_result(text: &str, diagnostics: &[Diagnostic]) -> Value {
    let lines = LineIndex::new(text);
    let is_ok = !diagnostics.iter().any(Diagnostic::is_error);
    json!({
        "result": if is_ok { "OK" } else { "FAIL" },
        "diagnostics": sorted(diagnostics).into_iter().map(|diagnostic| record(text, &lines, diagnostic)).collect::<Vec<_>>(),
        "truncated": false,
    })
}

/// The reply of `ValidateStateMachineDefinition`: code, message and location as AWS has them, where its words were
/// recorded. Warnings are of ours alone: AWS gives none for what it was recorded with. Of a text that is no JSON it says
/// nothing else.
pub fn validation_reply(diagnostics: &[Diagnostic]) -> Value {
    let is_syntax = |diagnostic: &&Diagnostic| diagnostic.code == INVALID_JSON.code;
    let is_broken = diagnostics.iter().any(|diagnostic| is_syntax(&diagnostic));
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
    let errors: Vec<Value> = errors.filter(|it| !is_broken || is_syntax(it)).map(as_aws).collect();
    json!({ "result": if errors.is_empty() { "OK" } else { "FAIL" }, "diagnostics": errors, "truncated": false })
}

fn as_aws(diagnostic: &Diagnostic) -> Value {
    let (words, place) = match diagnostic.recorded.as_deref() {
        Some(Recorded { words, location }) => (&**words, location.as_deref()),
        None => (&*diagnostic.message, None),
    };
    let mut record = json!({ "severity": "ERROR", "code": diagnostic.code, "message": words });
    let place = place.unwrap_or(if diagnostic.location.is_empty() { "/" } else { &diagnostic.location });
    // An empty text has no place.
    if !place.is_empty() {
        record["location"] = place.into();
    }
    record
}

/// A log in SARIF 2.1.0, which code hosts show beside the lines: `file` is the definition's path or address.
pub fn sarif(file: &str, text: &str, diagnostics: &[Diagnostic]) -> Value {
    let lines = LineIndex::new(text);
    let result = |diagnostic: &&Diagnostic| {
        let (start, end) = (lines.position(text, diagnostic.span.start), lines.position(text, diagnostic.span.end));
        json!({
            "ruleId": rule_of(diagnostic),
            "level": match diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => "note",
            },
            "message": { "text": message(diagnostic) },
            "locations": [{
                "physicalLocation": {
                    "artifactLocation": { "uri": file },
                    "region": {
                        "startLine": start.line, "startColumn": start.column,
                        "endLine": end.line, "endColumn": end.column,
                    },
                },
                "logicalLocations": [{ "fullyQualifiedName": place_of(diagnostic) }],
            }],
        })
    };
    let codes: BTreeSet<&str> = diagnostics.iter().map(rule_of).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "Statelight",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": codes.into_iter().map(|code| json!({ "id": code })).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "results": sorted(diagnostics).iter().map(result).collect::<Vec<_>>(),
        }],
    })
}

/// Several logs as one.
pub fn joined(logs: Vec<Value>) -> Value {
    let mut logs = logs.into_iter();
    let mut joined = logs.next().unwrap_or_else(|| sarif("", "", &[]));
    for mut log in logs {
        if let (Some(runs), Some(more)) = (joined["runs"].as_array_mut(), log["runs"].as_array_mut()) {
            runs.append(more);
        }
    }
    joined
}

/// Lines that a CI log of GitHub turns into annotations of the file.
pub fn annotations(file: &str, text: &str, diagnostics: &[Diagnostic]) -> String {
    let lines = LineIndex::new(text);
    let mut log = String::new();
    for diagnostic in sorted(diagnostics) {
        let kind = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "notice",
        };
        let (start, end) = (lines.position(text, diagnostic.span.start), lines.position(text, diagnostic.span.end));
        let (file, code) = (escaped(file, true), escaped(rule_of(diagnostic), true));
        let place = format!("file={file},line={},endLine={}", start.line, end.line);
        // Columns say something within one line only.
        let columns = match start.line == end.line {
            true => format!(",col={},endColumn={}", start.column, end.column),
            false => String::new(),
        };
        log += &format!("::{kind} {place}{columns},title={code}::{}\n", escaped(&message(diagnostic), false));
    }
    log
}

/// As the log's commands want it: what ends a line or, in a property, a property is written as its number.
fn escaped(text: &str, is_property: bool) -> String {
    let text = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    if is_property { text.replace(':', "%3A").replace(',', "%2C") } else { text }
}

fn sorted(diagnostics: &[Diagnostic]) -> Vec<&Diagnostic> {
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
    sorted.sort_by_key(|diagnostic| (diagnostic.span.start, diagnostic.severity));
    sorted
}

/// The rule that is broken; where there is none, AWS's code.
pub fn rule_of(diagnostic: &Diagnostic) -> &'static str {
    if diagnostic.rule.is_empty() { diagnostic.code } else { diagnostic.rule }
}

/// AWS writes `/` for the whole definition.
fn place_of(diagnostic: &Diagnostic) -> &str {
    if diagnostic.location.is_empty() { "/" } else { &diagnostic.location }
}

fn message(diagnostic: &Diagnostic) -> String {
    match &diagnostic.hint {
        Some(hint) => format!("{} ({hint})", diagnostic.message),
        None => diagnostic.message.clone(),
    }
}

fn record(text: &str, lines: &LineIndex, diagnostic: &Diagnostic) -> Value {
    let severity = match diagnostic.severity {
        Severity::Error => "ERROR",
        Severity::Warning => "WARNING",
        Severity::Info => "INFO",
    };
    let mut record = json!({
        "severity": severity,
        "code": diagnostic.code,
        "message": message(diagnostic),
        "location": place_of(diagnostic),
        "range": {
            "start": place(lines.position(text, diagnostic.span.start)),
            "end": place(lines.position(text, diagnostic.span.end)),
        },
    });
    if !diagnostic.rule.is_empty() {
        record["rule"] = diagnostic.rule.into();
    }
    record
}

fn place(position: Position) -> Value {
    json!({"line": position.line, "column": position.column})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Span;

    #[test]
    fn errors_fail_the_check_and_warnings_do_not() {
        let warning = Diagnostic::warning("W", Span::new(3, 4), "second");
        let error = Diagnostic::error("E", Span::new(0, 1), "first").at("/States").with_hint("mend it");
        assert_eq!(check_result("{\n }", std::slice::from_ref(&warning))["result"], "OK");
        let result = check_result("{\n }", &[warning, error]);
        let expected = json!({
            "result": "FAIL",
            "diagnostics": [
                {"severity": "ERROR", "code": "E", "message": "first (mend it)", "location": "/States",
                 "range": {"start": {"line": 1, "column": 1}, "end": {"line": 1, "column": 2}}},
                {"severity": "WARNING", "code": "W", "message": "second", "location": "/",
                 "range": {"start": {"line": 2, "column": 2}, "end": {"line": 2, "column": 3}}},
            ],
            "truncated": false,
        });
        assert_eq!(result, expected);
    }

    #[test]
    fn a_log_of_ci_gets_a_line_for_each_with_nothing_that_would_end_it() {
        let first = Diagnostic::error("E", Span::new(2, 5), "no `a`: 100 %").with_hint("write\nit");
        let second = Diagnostic::warning("W", Span::new(0, 9), "over two lines");
        assert_eq!(
            annotations("a,b.json", "{ abc\n  }", &[first, second]),
            "::warning file=a%2Cb.json,line=1,endLine=2,title=W::over two lines\n\
             ::error file=a%2Cb.json,line=1,endLine=1,col=3,endColumn=6,title=E::no `a`: 100 %25 (write%0Ait)\n"
        );
    }

    #[test]
    fn sarif_names_the_rule_the_file_and_the_region() {
        let log = sarif("w.asl.json", "{ abc\n  }", &[Diagnostic::error("E", Span::new(2, 5), "no").at("/States")]);
        let run = &log["runs"][0];
        assert_eq!(run["tool"]["driver"]["rules"], json!([{"id": "E"}]));
        assert_eq!(
            run["results"],
            json!([{
                "ruleId": "E", "level": "error", "message": {"text": "no"},
                "locations": [{
                    "physicalLocation": {
                        "artifactLocation": {"uri": "w.asl.json"},
                        "region": {"startLine": 1, "startColumn": 3, "endLine": 1, "endColumn": 6},
                    },
                    "logicalLocations": [{"fullyQualifiedName": "/States"}],
                }],
            }])
        );
    }
}
