//! The length of a definition's text: at most 1 MiB.
//!
//! CreateStateMachine takes a `definition` of 1,048,576 characters, and the quota for a whole request
//! is 1 MB. So bytes are what counts, and of YAML, which AWS's tools turn into JSON, those of the YAML.

use crate::{asl::rules, diagnostic::Diagnostic, text::Span};

pub const LONGEST_DEFINITION: usize = 1 << 20;

pub fn check(text: &str, diagnostics: &mut Vec<Diagnostic>) {
    if text.len() > LONGEST_DEFINITION {
        let message = format!("a definition may have {LONGEST_DEFINITION} bytes, this one has {}", text.len());
        diagnostics.push(Diagnostic::error(rules::TOO_LONG, Span::new(0, 0), message));
    }
}
