//! All that is said of a definition, and its cures.

use crate::{
    asl::{self, Loaded, model::Definition},
    author,
    diagnostic::{Cure, Diagnostic},
    practice,
    syntax::{self, Format},
};

/// A definition's text with all that is said of it.
#[derive(Debug)]
pub struct Checked {
    pub definition: Definition,
    /// Errors, warnings and, where it has no errors, remarks on good practice; in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
    pub is_runnable: bool,
}

impl Checked {
    pub fn of(text: &str, format: Format, is_express: bool) -> Self {
        let loaded: Loaded = if is_express { asl::load_express(text, format) } else { asl::load(text, format) };
        let is_runnable = loaded.is_runnable();
        let Loaded { definition, mut diagnostics, .. } = loaded;
        if is_runnable && let Some(root) = syntax::parse(text, format).root {
            diagnostics.extend(practice::remarks(&definition, &root, is_express));
            diagnostics.sort_by_key(|diagnostic| (diagnostic.span.start, diagnostic.severity));
        }
        Self { definition, diagnostics, is_runnable }
    }
}

/// The text with a cure made; nothing where the text is written in a way that edits do not reach.
pub fn cured(text: &str, format: Format, cure: &Cure) -> Option<String> {
    author::cure(text, format, cure)
}
