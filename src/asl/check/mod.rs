//! Checking a definition: one file per kind of rule. What can be said of an object by itself is
//! said while it is read (`shape`, `handlers`); what needs the whole comes after (`flow`, `names`,
//! `duplicates`).
//!
//! One slip gives one diagnostic: a rule keeps silent where what it looks at was already found
//! broken.

pub mod duplicates;
pub mod express;
pub mod flow;
pub mod handlers;
pub mod length;
pub mod names;
pub mod shape;

/// AWS's code for most that is wrong with a definition.
pub const SCHEMA: &str = "SCHEMA_VALIDATION_FAILED";

/// A transition to a state that does not exist.
pub const MISSING_TARGET: &str = "MISSING_TRANSITION_TARGET";

/// A scope that never ends.
pub const MISSING_TERMINAL: &str = "MISSING_TERMINAL_STATE";

/// Whether a text stands for something that a deployment or the reader fills in: `${Function}`,
/// `<YOUR_BUCKET>`.
pub fn is_placeholder(text: &str) -> bool {
    text.split_once("${").is_some_and(|(_, rest)| rest.contains('}')) || (text.starts_with('<') && text.ends_with('>'))
}

/// Whether a text is an expression in JSONata.
pub fn is_jsonata(text: &str) -> bool {
    text.len() >= 4 && text.starts_with("{%") && text.ends_with("%}")
}
