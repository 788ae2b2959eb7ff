//! Diagnostics as `statelight check` prints them: the shape of `ValidateStateMachineDefinition`, and
//! with each its range in the text, lines and columns from one.

use serde_json::{Value, json};

use crate::{
    diagnostic::{Diagnostic, Severity},
    text::{LineIndex, Position},
};

/// The result of a check, diagnostics in the order of the text.
pub fn check_result(text: &str, diagnostics: &[Diagnostic]) -> Value {
    let lines = LineIndex::new(text);
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
    sorted.sort_by_key(|diagnostic| (diagnostic.span.start, diagnostic.severity));
    let is_ok = !diagnostics.iter().any(Diagnostic::is_error);
    json!({
        "result": if is_ok { "OK" } else { "FAIL" },
        "diagnostics": sorted.into_iter().map(|diagnostic| record(text, &lines, diagnostic)).collect::<Vec<_>>(),
        "truncated": false,
    })
}

fn record(text: &str, lines: &LineIndex, diagnostic: &Diagnostic) -> Value {
    let severity = match diagnostic.severity {
        Severity::Error => "ERROR",
        Severity::Warning => "WARNING",
        Severity::Info => "INFO",
    };
    // AWS writes `/` for the whole definition.
    let location = if diagnostic.location.is_empty() { "/" } else { &diagnostic.location };
    let message = match &diagnostic.hint {
        Some(hint) => format!("{} ({hint})", diagnostic.message),
        None => diagnostic.message.clone(),
    };
    json!({
        "severity": severity,
        "code": diagnostic.code,
        "message": message,
        "location": location,
        "range": {
            "start": place(lines.position(text, diagnostic.span.start)),
            "end": place(lines.position(text, diagnostic.span.end)),
        },
    })
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
}
