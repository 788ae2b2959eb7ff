//! Plain scalars of YAML by the core schema (YAML 1.2.2, section 10.3.2), and the scanner's
//! mistakes in plain words.

use super::{MAX_DEPTH, NodeKind};

/// What a plain scalar is. Numbers are brought into a form that JSON has.
pub(super) fn resolve(text: &str) -> NodeKind {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => NodeKind::Null,
        "true" | "True" | "TRUE" => NodeKind::Bool(true),
        "false" | "False" | "FALSE" => NodeKind::Bool(false),
        _ => match number(text) {
            Some(number) => NodeKind::Number(number.into()),
            None => NodeKind::String(text.into()),
        },
    }
}

/// The JSON form of a number of YAML: `+1` is `1`, `.5` is `0.5`, `0x1F` is `31`, `007` is `7`.
/// `.inf` and `.nan`, which JSON cannot say, are no numbers here.
fn number(text: &str) -> Option<String> {
    let radix = |digits: &str, radix: u32| {
        let all_digits = digits.chars().all(|digit| digit.is_digit(radix));
        if all_digits { u128::from_str_radix(digits, radix).ok().map(|number| number.to_string()) } else { None }
    };
    if let Some(digits) = text.strip_prefix("0x") {
        return radix(digits, 16);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return radix(digits, 8);
    }
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (rest, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let has_digits = !whole.is_empty() || fraction.is_some_and(|fraction| !fraction.is_empty());
    if !has_digits || !are_digits(whole) || !fraction.is_none_or(are_digits) {
        return None;
    }
    let mut number = sign.to_owned();
    let stripped = whole.trim_start_matches('0');
    number += if stripped.is_empty() { "0" } else { stripped };
    if let Some(fraction) = fraction {
        number.push('.');
        number += if fraction.is_empty() { "0" } else { fraction };
    }
    if let Some(exponent) = exponent {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        if digits.is_empty() || !are_digits(digits) {
            return None;
        }
        number.push('e');
        number += exponent;
    }
    Some(number)
}

/// What the scanner says (a part of it), in plain words, and the likely cure; the first match counts.
const WORDS: [(&str, &str, &str); 23] = [
    ("tab", "a tab cannot indent in YAML", "indent with blanks"),
    (
        "unknown anchor",
        "this alias names no anchor",
        "write `&name` before the value that `*name` is to repeat, or put the text in quotes",
    ),
    ("anchor or alias", "expected a name after `&` or `*`", "put the text in quotes"),
    (
        "mapping values are not allowed",
        "`:` cannot stand here",
        "put a text that has a `: ` in it in quotes, and check how the line is indented",
    ),
    (
        "illegal placement of ':'",
        "`:` cannot stand here",
        "close the list before it with `]`, or put a text that has a `:` in it in quotes",
    ),
    (
        "simple key",
        "expected `:` after the key",
        "write `key: value`, with a blank after the `:`, and check how the line is indented",
    ),
    (
        "escape",
        "this text in double quotes has an escape that YAML does not know",
        "write `\\\\` for a backslash, or use single quotes",
    ),
    (
        "hexadecimal",
        "this text in double quotes has an escape without its hex digits",
        "write `\\\\` for a backslash, or use single quotes",
    ),
    (
        "trailing content after",
        "expected the end of the line after the quoted text",
        "put the whole text between the quotes; `''` is a single quote inside of single quotes",
    ),
    ("quoted scalar", "the quoted text is never closed", "close it with the quote it began with"),
    ("flow sequence", "expected `,` or `]` in the list", "close the list with `]`"),
    ("flow mapping", "expected `,` or `}` in the mapping", "close the mapping with `}`"),
    ("misplaced bracket", "this bracket closes nothing", "remove it, or put the text in quotes"),
    (
        "sequence entries are not allowed",
        "`- ` cannot stand here",
        "begin the list on a line of its own, indented under its key",
    ),
    (
        "expected '-' indicator",
        "expected `- ` before the next item of the list",
        "lines of one mapping or list are indented alike",
    ),
    ("expected key", "expected a key", "write `key: value`, indented like the other keys of the mapping"),
    ("block scalar", "this text after `|` or `>` is not indented rightly", "indent all its lines deeper than its key"),
    ("node content", "expected a value", "write a value, or put the text in quotes"),
    ("comment", "a comment cannot stand here", "put a blank before the `#`, or the text in quotes"),
    (
        "<document start>",
        "this line does not fit to what stands around it",
        "lines of one mapping or list are indented alike",
    ),
    ("indentation", "this line is not indented rightly", "lines of one mapping or list are indented alike"),
    ("byte order mark", "a byte order mark cannot stand inside of the text", "remove it"),
    ("tag", "this tag cannot be read", "remove it, or put the text in quotes"),
];

/// What is wrong in plain words, and the likely cure. `rest` is the text from the mistake on.
pub(super) fn plain_words(info: &str, rest: &str) -> (String, Option<&'static str>) {
    if info.contains("recursion limit") {
        return (format!("nested deeper than {MAX_DEPTH} levels"), None);
    }
    match rest.chars().next() {
        Some('`') => return ("a text cannot begin with a backtick".to_owned(), Some("put the text in quotes")),
        Some(sign @ ('@' | '%')) => {
            return (format!("a text cannot begin with `{sign}`"), Some("put the text in quotes"));
        }
        _ => {}
    }
    match WORDS.iter().find(|(part, ..)| info.contains(part)) {
        Some((_, words, cure)) => ((*words).to_owned(), Some(cure)),
        None => (format!("YAML cannot be read from here on: {}", info.to_lowercase().trim_end_matches('.')), None),
    }
}
