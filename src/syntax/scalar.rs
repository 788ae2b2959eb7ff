//! Strings and numbers of JSON (RFC 8259), as the tolerant and the strict reader both need them.
//! Scanning never fails: what is wrong comes back as faults, with a stand-in for the wrong part.

use std::borrow::Cow;

use crate::text::Span;

/// Something wrong inside a string.
#[derive(Debug)]
pub(super) struct Fault {
    pub span: Span,
    pub message: String,
    pub hint: &'static str,
}

/// How a string came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StringEnd {
    Closed,
    /// A line break stands in it, which JSON does not allow.
    LineBreak,
    EndOfText,
}

#[derive(Debug)]
pub(super) struct ScannedString<'a> {
    pub text: Cow<'a, str>,
    /// Past the closing quote, or before the line break.
    pub end: usize,
    pub ended: StringEnd,
    pub faults: Vec<Fault>,
}

/// Reads the string whose opening quote, `quote`, stands at `start`. With `line_breaks` it goes on
/// past the end of a line.
pub(super) fn scan_string(text: &str, start: usize, quote: u8, line_breaks: bool) -> ScannedString<'_> {
    let bytes = text.as_bytes();
    let mut at = start + 1;
    let mut copied_to = at;
    let mut owned: Option<String> = None;
    let mut faults = Vec::new();
    let ended = loop {
        let Some(&byte) = bytes.get(at) else { break StringEnd::EndOfText };
        match byte {
            b'\\' => {
                let buffer = owned.get_or_insert_default();
                buffer.push_str(&text[copied_to..at]);
                at = scan_escape(text, at, buffer, &mut faults);
                copied_to = at;
            }
            byte if byte == quote => break StringEnd::Closed,
            b'\n' | b'\r' if !line_breaks => break StringEnd::LineBreak,
            b'\n' | b'\r' => at += 1,
            byte if byte < b' ' => {
                let (message, hint) = match byte {
                    b'\t' => ("a string may not hold a tab".to_owned(), "write `\\t`"),
                    _ => (format!("a string may not hold the control character U+{byte:04X}"), "write it as `\\u…`"),
                };
                faults.push(Fault { span: Span::new(at, at + 1), message, hint });
                at += 1;
            }
            _ => at += 1,
        }
    };
    let rest = &text[copied_to..at];
    let scanned = match owned {
        Some(mut buffer) => {
            buffer.push_str(rest);
            Cow::Owned(buffer)
        }
        None => Cow::Borrowed(rest),
    };
    let end = if ended == StringEnd::Closed { at + 1 } else { at };
    ScannedString { text: scanned, end, ended, faults }
}

/// Reads the escape whose backslash stands at `at`; returns where it ends.
fn scan_escape(text: &str, at: usize, out: &mut String, faults: &mut Vec<Fault>) -> usize {
    let Some(character) = text[at + 1..].chars().next() else { return at + 1 };
    let simple = match character {
        '"' | '\\' | '/' => Some(character),
        'b' => Some('\u{8}'),
        'f' => Some('\u{c}'),
        'n' => Some('\n'),
        'r' => Some('\r'),
        't' => Some('\t'),
        _ => None,
    };
    let end = at + 1 + character.len_utf8();
    if let Some(simple) = simple {
        out.push(simple);
        return end;
    }
    if character == 'u' {
        return scan_unicode_escape(text, at, out, faults);
    }
    if character == '\n' || character == '\r' {
        // The line break ends the string; the caller says so.
        return at + 1;
    }
    faults.push(Fault {
        span: Span::new(at, end),
        message: format!("`\\{character}` is no escape"),
        hint: "write `\\\\` for a backslash; the escapes are `\\\"`, `\\\\`, `\\/`, `\\b`, `\\f`, `\\n`, `\\r`, `\\t` and `\\u` with four hex digits",
    });
    out.push(character);
    end
}

fn scan_unicode_escape(text: &str, at: usize, out: &mut String, faults: &mut Vec<Fault>) -> usize {
    let Some(unit) = hex_unit(text, at) else {
        faults.push(Fault {
            span: Span::new(at, at + 2),
            message: "`\\u` needs four hex digits".to_owned(),
            hint: "for example `\\u00e9`",
        });
        out.push(char::REPLACEMENT_CHARACTER);
        return at + 2;
    };
    let end = at + 6;
    if let Some(character) = char::from_u32(unit) {
        out.push(character);
        return end;
    }
    let low = hex_unit(text, end).filter(|low| (0xDC00..0xE000).contains(low));
    if let (0xD800..0xDC00, Some(low)) = (unit, low) {
        let scalar = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
        out.push(char::from_u32(scalar).unwrap_or(char::REPLACEMENT_CHARACTER));
        return end + 6;
    }
    faults.push(Fault {
        span: Span::new(at, end),
        message: format!("`{}` is half of a surrogate pair and stands for no character", &text[at..end]),
        hint: "write both halves, or the character itself",
    });
    out.push(char::REPLACEMENT_CHARACTER);
    end
}

/// The number of the `\uXXXX` at `at`.
fn hex_unit(text: &str, at: usize) -> Option<u32> {
    let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
    let all_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if all_hex { u32::from_str_radix(digits, 16).ok() } else { None }
}

/// Where the word at `start` ends that looks like a number, and whether it is one.
pub(super) fn scan_number(text: &str, start: usize) -> (usize, bool) {
    let bytes = &text.as_bytes()[start..];
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-');
    let len = bytes.iter().position(|byte| !is_part(byte)).unwrap_or(bytes.len());
    (start + len, is_number(&bytes[..len]))
}

/// Whether a text is a number of JSON.
fn is_number(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let (integer, rest) = split_digits(text);
    if integer.is_empty() || (integer.len() > 1 && integer[0] == b'0') {
        return false;
    }
    let rest = match rest.strip_prefix(b".") {
        Some(fraction) => match split_digits(fraction) {
            ([], _) => return false,
            (_, rest) => rest,
        },
        None => rest,
    };
    match rest {
        [] => true,
        [b'e' | b'E', b'+' | b'-', exponent @ ..] | [b'e' | b'E', exponent @ ..] => {
            matches!(split_digits(exponent), ([_, ..], []))
        }
        _ => false,
    }
}

fn split_digits(text: &[u8]) -> (&[u8], &[u8]) {
    text.split_at(text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len()))
}
