//! A JSONata expression as the text of a field.

use crate::syntax::edit::quoted;

/// An expression in its brackets, in quotes.
pub(super) fn expression(source: &str) -> String {
    quoted(&format!("{{% {} %}}", without_brackets(source)))
}

/// An expression without a pair of brackets around the whole of it.
fn without_brackets(source: &str) -> &str {
    let Some(inner) = source.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) else { return source };
    let (mut depth, mut quote, mut is_escaped) = (0_i32, None, false);
    for character in inner.chars() {
        match (quote, character) {
            _ if is_escaped => is_escaped = false,
            (_, '\\') => is_escaped = true,
            (Some(open), _) if open == character => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"' | '`') => quote = Some(character),
            (None, '(') => depth += 1,
            (None, ')') => depth -= 1,
            (None, _) => {}
        }
        if depth < 0 {
            return source;
        }
    }
    // A quote in a regular expression is no quote: then the brackets stay.
    if quote.is_none() { inner } else { source }
}
