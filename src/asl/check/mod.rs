//! Checking a definition: one file per kind of rule. What can be said of an object by itself is
//! said while it is read (`shape`, `handlers`); what needs the whole comes after (`flow`, `names`,
//! `duplicates`).
//!
//! One slip gives one diagnostic: a rule keeps silent where what it looks at was already found
//! broken.

pub mod choice;
pub mod duplicates;
pub mod express;
pub mod flow;
pub mod handlers;
pub mod length;
pub mod names;
pub mod shape;
pub mod torn;

/// Whether a text stands for something that a deployment or the reader fills in: `${Function}`,
/// `<YOUR_BUCKET>`.
pub fn is_placeholder(text: &str) -> bool {
    text.split_once("${").is_some_and(|(_, rest)| rest.contains('}')) || (text.starts_with('<') && text.ends_with('>'))
}

/// Whether a text is an expression in JSONata.
pub fn is_jsonata(text: &str) -> bool {
    text.len() >= 4 && text.starts_with("{%") && text.ends_with("%}")
}
