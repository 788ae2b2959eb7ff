//! What the program has to say about an author's text: a stable code, a place, one sentence, a cure.
//! Diagnostics are values: parsing and checking return them and never fail.

use crate::text::Span;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The definition cannot run.
    Error,
    /// It can run, and probably does not do what was meant.
    Warning,
    /// A remark.
    Info,
}

/// One remark on a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    pub severity: Severity,
    /// Stable and in capitals, as AWS's own: `SCHEMA_VALIDATION_FAILED`, `MISSING_TRANSITION_TARGET`, …
    pub code: &'static str,
    /// One sentence in lower case without a full stop, names in backticks.
    pub message: String,
    /// The likely cure, if there is one.
    pub hint: Option<String>,
    /// Where in the text.
    pub span: Span,
    /// Where in the tree, as a JSON pointer: `/States/Ship/Next`; empty for the whole text.
    pub location: String,
}

impl Diagnostic {
    pub fn error(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, code, message: message.into(), hint: None, span, location: String::new() }
    }

    pub fn warning(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, message) }
    }

    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub fn at(mut self, location: impl Into<String>) -> Self {
        self.location = location.into();
        self
    }

    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
