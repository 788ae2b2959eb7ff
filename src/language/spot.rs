//! Where the cursor is: in which object, at a key or a value, in which word. Read off the text before the cursor alone,
//! so that it is known while the rest is being typed.

use std::rc::Rc;

use crate::{syntax::Format, text::Span};

/// A way down the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Key(Rc<str>),
    Index(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A key of the object at the path.
    Key,
    /// The value at the path.
    Value,
}

/// Where the cursor is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// From the root to the object whose key, or to the value, that is meant.
    pub path: Vec<Step>,
    pub part: Part,
    /// The word around the cursor, with its quotes.
    pub span: Span,
    /// What of the word stands before the cursor, without its quote.
    pub typed: String,
    /// The sign the word is quoted with.
    pub quote: Option<char>,
    /// Whether a colon follows the key.
    pub has_colon: bool,
    /// Whether another entry follows without a comma between.
    pub needs_comma: bool,
}

impl Spot {
    /// Where a byte offset of a text is; `None` where nothing can be said, such as between a value and its comma.
    pub fn at(text: &str, format: Format, offset: usize) -> Option<Self> {
        let offset = text.floor_char_boundary(offset);
        match format {
            Format::Json => json(text, 0, offset, Vec::new()),
            Format::Yaml => yaml(text, offset),
        }
    }
}

enum Frame {
    Object { key: Option<Rc<str>>, after_colon: bool, is_done: bool },
    Array { index: usize, is_done: bool },
}

/// Reads JSON from a place up to the cursor. `base` is the way to where reading begins.
fn json(text: &str, start: usize, offset: usize, base: Vec<Step>) -> Option<Spot> {
    let bytes = text.as_bytes();
    let mut frames: Vec<Frame> = Vec::new();
    let mut at = start;
    while at < offset {
        match bytes[at] {
            quote @ (b'"' | b'\'') => {
                let (end, is_closed) = string_end(text, at, quote);
                if offset < end || offset == end && !is_closed {
                    let typed = text[at + 1..offset.max(at + 1)].to_owned();
                    return spot(text, &frames, base, Span::new(at, end), typed, Some(quote as char));
                }
                take(&mut frames, text.get(at + 1..end - usize::from(is_closed)).unwrap_or_default());
                at = end;
                continue;
            }
            b'{' => {
                mark_done(&mut frames);
                frames.push(Frame::Object { key: None, after_colon: false, is_done: false });
            }
            b'[' => {
                mark_done(&mut frames);
                frames.push(Frame::Array { index: 0, is_done: false });
            }
            b'}' | b']' => {
                frames.pop();
            }
            b':' => {
                if let Some(Frame::Object { after_colon, is_done, .. }) = frames.last_mut() {
                    (*after_colon, *is_done) = (true, false);
                }
            }
            b',' => match frames.last_mut() {
                Some(Frame::Object { key, after_colon, is_done }) => {
                    (*key, *after_colon, *is_done) = (None, false, false)
                }
                Some(Frame::Array { index, is_done }) => (*index, *is_done) = (*index + 1, false),
                None => {}
            },
            byte if is_word(byte) => {
                let end = at + bytes[at..].iter().take_while(|byte| is_word(**byte)).count();
                if offset <= end {
                    return spot(text, &frames, base, Span::new(at, end), text[at..offset].to_owned(), None);
                }
                take(&mut frames, &text[at..end]);
                at = end;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    // A word may begin right behind the cursor.
    let span = match bytes.get(offset) {
        Some(&quote @ (b'"' | b'\'')) => Span::new(offset, string_end(text, offset, quote).0),
        Some(&byte) if is_word(byte) => {
            Span::new(offset, offset + bytes[offset..].iter().take_while(|byte| is_word(**byte)).count())
        }
        _ => Span::new(offset, offset),
    };
    let quote = bytes.get(offset).filter(|byte| **byte == b'"' && span.end > span.start).map(|_| '"');
    spot(text, &frames, base, span, String::new(), quote)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80 || matches!(byte, b'_' | b'$' | b'.' | b'-' | b'+')
}

/// Where a string ends, its closing quote included, and whether it has one: one that is not closed ends with its line.
fn string_end(text: &str, start: usize, quote: u8) -> (usize, bool) {
    let bytes = text.as_bytes();
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            byte if byte == quote => return (at + 1, true),
            b'\n' => return (at, false),
            _ => at += 1,
        }
    }
    (text.len().min(at), false)
}

/// A key or value has been read.
fn take(frames: &mut [Frame], word: &str) {
    match frames.last_mut() {
        Some(Frame::Object { key: key @ None, .. }) => *key = Some(word.into()),
        _ => mark_done(frames),
    }
}

fn mark_done(frames: &mut [Frame]) {
    match frames.last_mut() {
        Some(Frame::Object { is_done, .. } | Frame::Array { is_done, .. }) => *is_done = true,
        None => {}
    }
}

fn spot(
    text: &str,
    frames: &[Frame],
    mut path: Vec<Step>,
    span: Span,
    typed: String,
    quote: Option<char>,
) -> Option<Spot> {
    let (last, outer) = frames.split_last()?;
    for frame in outer {
        path.push(match frame {
            Frame::Object { key, .. } => Step::Key(key.clone()?),
            Frame::Array { index, .. } => Step::Index(*index),
        });
    }
    let rest = text[span.end..].trim_start();
    let part = match last {
        Frame::Object { is_done: true, .. } | Frame::Array { is_done: true, .. } => return None,
        Frame::Object { key: Some(key), after_colon: true, .. } => {
            path.push(Step::Key(key.clone()));
            Part::Value
        }
        Frame::Object { key: None, .. } => Part::Key,
        Frame::Object { .. } => return None,
        Frame::Array { index, .. } => {
            path.push(Step::Index(*index));
            Part::Value
        }
    };
    let has_colon = part == Part::Key && rest.starts_with(':');
    let needs_comma = rest.starts_with(['"', '\'']);
    Some(Spot { path, part, span, typed, quote, has_colon, needs_comma })
}

/// An entry of YAML whose block is still open: its column twice, odd for items, so that items stand inside of a key of
/// the same column.
struct Open {
    place: usize,
    step: Step,
}

fn yaml(text: &str, offset: usize) -> Option<Spot> {
    let start = text[..offset].rfind('\n').map_or(0, |at| at + 1);
    let mut open: Vec<Open> = Vec::new();
    let mut scalar: Option<usize> = None;
    for line in text[..start].split_inclusive('\n') {
        let line = line.trim_end();
        let column = line.len() - line.trim_start().len();
        if line.trim_start().is_empty() || line.trim_start().starts_with('#') || line.starts_with("---") {
            continue;
        }
        // The lines of a block scalar are text.
        if scalar.is_some_and(|key| column > key) {
            continue;
        }
        let content = enter(&mut open, line);
        scalar = content
            .trim_end()
            .ends_with(['|', '>'])
            .then_some(column)
            .or_else(|| (content.ends_with("|-") || content.ends_with(">-")).then_some(column));
    }
    let end = text[offset..].find('\n').map_or(text.len(), |at| offset + at);
    let line = &text[start..end];
    let before = &text[start..offset];
    if before.trim_start().starts_with('#') {
        return None;
    }
    let blank = before.len() - before.trim_start().len();
    // In an empty line the cursor's column counts.
    let mut column = if line.trim().is_empty() { before.len() } else { blank };
    let mut rest_at = start + column;
    let mut is_item = false;
    while text[rest_at..end].starts_with("- ") || &text[rest_at..end] == "-" {
        if offset <= rest_at + 1 {
            return None;
        }
        push(&mut open, 2 * column + 1, None);
        let skipped = 1 + text[rest_at + 1..end].len() - text[rest_at + 1..end].trim_start_matches(' ').len();
        rest_at += skipped;
        column += skipped;
        is_item = true;
        if rest_at >= end {
            break;
        }
    }
    let content = &text[rest_at..end];
    let steps = |open: &[Open]| open.iter().map(|open| open.step.clone()).collect::<Vec<_>>();
    match key_of(content) {
        Some((key, key_len, value_at)) if rest_at + key_len < offset => {
            push(&mut open, 2 * column, Some(key));
            let value_start = (rest_at + value_at).min(end);
            let path = steps(&open);
            let value = &text[value_start..end];
            if value.starts_with(['{', '[']) && offset > value_start {
                return json(text, value_start, offset, path);
            }
            value_spot(text, value_start, end, offset, path)
        }
        Some((_, key_len, _)) => {
            open.retain(|it| it.place < 2 * column);
            let span = Span::new(rest_at, rest_at + key_len);
            let typed = text[rest_at..offset.max(rest_at)].trim_start_matches(['"', '\'']).to_owned();
            let quote = content.chars().next().filter(|first| matches!(first, '"' | '\''));
            Some(Spot { path: steps(&open), part: Part::Key, span, typed, quote, has_colon: true, needs_comma: false })
        }
        None => {
            open.retain(|it| it.place < 2 * column);
            if content.starts_with(['{', '[']) && offset > rest_at {
                return json(text, rest_at, offset, steps(&open));
            }
            // An item of a list of words, or the beginning of a key.
            let is_words = is_item
                && matches!(open.iter().rev().nth(1).map(|it| &it.step), Some(Step::Key(key)) if &**key == "ErrorEquals");
            let mut found = value_spot(text, rest_at, end, offset, steps(&open))?;
            if !is_words {
                found.part = Part::Key;
            }
            Some(found)
        }
    }
}

fn value_spot(text: &str, start: usize, end: usize, offset: usize, path: Vec<Step>) -> Option<Spot> {
    let start = start.min(offset);
    let end = start + text[start..end].trim_end().len();
    let quote = text[start..].chars().next().filter(|first| matches!(first, '"' | '\'') && end > start);
    let typed = text[start..offset.max(start)].trim_start_matches(['"', '\'']).to_owned();
    let span = Span::new(start, end.max(offset));
    Some(Spot { path, part: Part::Value, span, typed, quote, has_colon: false, needs_comma: false })
}

/// Takes a line's dashes and key; gives what follows.
fn enter<'a>(open: &mut Vec<Open>, line: &'a str) -> &'a str {
    let mut column = line.len() - line.trim_start().len();
    let mut rest = line.trim_start();
    while let Some(behind) = rest.strip_prefix("- ").or((rest == "-").then_some("")) {
        push(open, 2 * column + 1, None);
        let trimmed = behind.trim_start();
        column += rest.len() - trimmed.len();
        rest = trimmed;
    }
    match key_of(rest) {
        Some((key, _, value_at)) => {
            push(open, 2 * column, Some(key));
            rest.get(value_at..).unwrap_or_default()
        }
        None => rest,
    }
}

fn push(open: &mut Vec<Open>, place: usize, key: Option<Rc<str>>) {
    match key {
        Some(key) => {
            open.retain(|it| it.place < place);
            open.push(Open { place, step: Step::Key(key) });
        }
        None => {
            open.retain(|it| it.place <= place);
            match open.last_mut() {
                Some(Open { place: own, step: Step::Index(index) }) if *own == place => *index += 1,
                _ => open.push(Open { place, step: Step::Index(0) }),
            }
        }
    }
}

/// The key that a line's content begins with, its length with quotes, and where its value begins.
fn key_of(content: &str) -> Option<(Rc<str>, usize, usize)> {
    let (key, len) = match content.chars().next()? {
        quote @ ('"' | '\'') => {
            let len = content[1..].find(quote)? + 2;
            (&content[1..len - 1], len)
        }
        '{' | '[' | '#' | '|' | '>' => return None,
        _ => {
            let len = content.match_indices(':').map(|(at, _)| at).find(|at| {
                let next = content[at + 1..].chars().next();
                next.is_none_or(char::is_whitespace)
            })?;
            (content[..len].trim_end(), len)
        }
    };
    let behind = content.get(len..)?.trim_start();
    let colon = behind.strip_prefix(':')?;
    let value = colon.trim_start();
    Some((key.into(), len, content.len() - value.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `|` marks the cursor.
    fn at(text: &str, format: Format) -> Option<String> {
        let offset = text.find('|').unwrap();
        let text = text.replace('|', "");
        let spot = Spot::at(&text, format, offset)?;
        let steps = spot.path.iter().map(|step| match step {
            Step::Key(key) => format!("/{key}"),
            Step::Index(index) => format!("/{index}"),
        });
        Some(format!("{}{:?} {:?} of {:?}", steps.collect::<String>(), spot.part, spot.typed, &text[spot.span.range()]))
    }

    #[test]
    fn in_json() {
        let json = |text| at(text, Format::Json).unwrap_or_default();
        assert_eq!(json(r#"{"A": {"B|": 1}}"#), r#"/AKey "B" of "\"B\"""#);
        assert_eq!(json(r#"{"A": {"B": "x|y"}}"#), r#"/A/BValue "x" of "\"xy\"""#);
        assert_eq!(json("{\"A\": {\"B\": \"x|\n}}"), r#"/A/BValue "x" of "\"x""#);
        assert_eq!(json(r#"{"A": [1, {"B": tr|}]}"#), r#"/A/1/BValue "tr" of "tr""#);
        assert_eq!(json(r#"{"A": [1, |]}"#), r#"/A/1Value "" of """#);
        assert_eq!(json("{\"A\": 1,\n  |\n}"), r#"Key "" of """#);
        assert_eq!(json(r#"{"A": |"#), r#"/AValue "" of """#);
        assert_eq!(json(r#"{"A": 1 |}"#), "");
        assert_eq!(json(r#"{"A" |}"#), "");
    }

    #[test]
    fn in_yaml() {
        let yaml = |text| at(text, Format::Yaml).unwrap_or_default();
        assert_eq!(yaml("A:\n  B: x|y\n"), r#"/A/BValue "x" of "xy""#);
        assert_eq!(yaml("A:\n  Be|\n"), r#"/AKey "Be" of "Be""#);
        assert_eq!(yaml("A:\n  B: 1\n  |"), r#"/AKey "" of """#);
        assert_eq!(yaml("A:\n- B: 1\n  C: |"), r#"/A/0/CValue "" of """#);
        assert_eq!(yaml("A:\n  - B: 1\n  - C: |"), r#"/A/1/CValue "" of """#);
        assert_eq!(yaml("A:\n  ErrorEquals:\n    - Sta|"), r#"/A/ErrorEquals/0Value "Sta" of "Sta""#);
        assert_eq!(yaml("A:\n  B: {C: |}"), r#"/A/B/CValue "" of """#);
        assert_eq!(yaml("A:\n  B: 1\nC:\n  D|"), r#"/CKey "D" of "D""#);
    }
}
