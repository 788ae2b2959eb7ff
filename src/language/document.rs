//! A definition's text as an editor holds it.

use std::{borrow::Cow, rc::Rc};

use crate::{
    asl::{self, Loaded, model::Definition},
    diagnostic::Diagnostic,
    practice,
    syntax::{self, Format, Node},
};

/// A definition's text with what was read of it.
#[derive(Clone, Debug)]
pub struct Document {
    pub format: Format,
    pub definition: Rc<Definition>,
    /// As much of the tree as could be read.
    pub root: Option<Node>,
    /// Errors, warnings and, where it has no errors, remarks on good practice; in the order of the text.
    pub diagnostics: Rc<[Diagnostic]>,
    pub is_runnable: bool,
}

impl Document {
    /// Reads and checks a text; total. `is_express` tells the type of the machine.
    pub fn read(text: &str, format: Format, is_express: bool) -> Self {
        let loaded: Loaded = if is_express { asl::load_express(text, format) } else { asl::load(text, format) };
        let is_runnable = loaded.is_runnable();
        let Loaded { definition, mut diagnostics, root, .. } = loaded;
        if is_runnable && let Some(root) = &root {
            diagnostics.extend(practice::remarks(&definition, root, is_express));
            diagnostics.sort_by_key(|diagnostic| (diagnostic.span.start, diagnostic.severity));
        }
        Self { format, definition: Rc::new(definition), root, diagnostics: diagnostics.into(), is_runnable }
    }

    /// The tree as it is without the word that is being typed: of YAML, one that is torn there has nothing behind.
    pub(super) fn around(&self, text: &str, offset: usize) -> Cow<'_, Option<Node>> {
        if self.format == Format::Json || self.root.is_some() && self.is_readable() {
            return Cow::Borrowed(&self.root);
        }
        let start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
        let end = text[offset..].find('\n').map_or(text.len(), |at| offset + at);
        let blank = format!("{}{}{}", &text[..start], " ".repeat(end - start), &text[end..]);
        Cow::Owned(syntax::parse(&blank, self.format).root)
    }

    fn is_readable(&self) -> bool {
        let is_torn = |it: &Diagnostic| {
            it.is_error() && [syntax::INVALID_JSON.rule, syntax::INVALID_YAML.rule].contains(&it.rule)
        };
        !self.diagnostics.iter().any(is_torn)
    }
}
