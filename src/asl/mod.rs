//! The States Language: its model, the table of its fields, reading a tree into a definition, checking
//! it, and what its states refer to. Follows the Amazon States Language specification and the Step
//! Functions guide.
//!
//! Must never fail: whatever the text, there is a list of diagnostics, and as much of a definition
//! as can be drawn.

pub mod model;

pub mod fields;

pub mod read;

pub mod check;

pub mod references;

pub mod place;

pub mod resources;
pub mod rules;

#[cfg(test)]
mod tests;

pub use crate::syntax::INVALID_JSON;
use crate::{
    asl::{model::Definition, place::Place},
    diagnostic::{Diagnostic, Recorded},
    syntax::{self, Format, Node},
    text::Span,
};

/// What came of a definition's text.
#[derive(Clone, Debug)]
pub struct Loaded {
    pub definition: Definition,
    /// In the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    pub format: Format,
    /// The tree that the definition was read from.
    pub root: Option<Node>,
}

impl Loaded {
    /// Whether there are no errors.
    pub fn is_runnable(&self) -> bool {
        !self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// As [`load`], with what a machine of type EXPRESS may not do.
pub fn load_express(text: &str, format: Format) -> Loaded {
    load_checked(text, format, check::express::check)
}

/// Reads and checks a text; total. Where the text itself is broken, of the rest only that is told which does not hang
/// on the torn part.
pub fn load(text: &str, format: Format) -> Loaded {
    load_checked(text, format, |_, _, _| {})
}

/// Reads and checks a text, by a check of the machine's type as well.
fn load_checked(text: &str, format: Format, check_type: impl Fn(&Definition, &Node, &mut Vec<Diagnostic>)) -> Loaded {
    let parsed = syntax::parse(text, format);
    let mut diagnostics = check::torn::without_inside_out(text, parsed.diagnostics);
    check::length::check(text, &mut diagnostics);
    let is_broken = diagnostics.iter().any(Diagnostic::is_error);
    let definition = match &parsed.root {
        Some(root) => {
            let (definition, remarks) = read::read(root);
            let mut told = remarks;
            check::names::check(&definition, &mut told);
            check::flow::check(&definition, &mut told);
            check::choice::check(&definition, &mut told);
            check::duplicates::check(root, &Place::ROOT, &mut told);
            if is_broken {
                check::torn::keep_what_is_sure(text, &definition, &diagnostics, &mut told);
            }
            diagnostics.extend(told);
            check_type(&definition, root, &mut diagnostics);
            definition
        }
        None => {
            if !is_broken {
                let span = Span::new(0, text.len());
                let message = "the definition is empty: a state machine is an object with `StartAt` and `States`";
                let words = "Definition must be a valid JSON object".into();
                let mut diagnostic = Diagnostic::error(rules::EMPTY, span, message);
                diagnostic.recorded = Some(Box::new(Recorded { words, location: Some(Box::default()) }));
                diagnostics.push(diagnostic);
            }
            Definition::default()
        }
    };
    diagnostics.sort_by_key(|diagnostic| (diagnostic.span.start, diagnostic.severity));
    Loaded { definition, diagnostics, format, root: parsed.root }
}
