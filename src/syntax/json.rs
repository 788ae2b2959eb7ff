//! JSON text as a tree, with error recovery: what is wrong is said with its place and cure, and the
//! rest is read as if it had been right, so that a graph can still be drawn while one types.
//!
//! One slip gives one diagnostic. Accepts nothing silently that JSON (RFC 8259) refuses.

use std::rc::Rc;

use super::{
    Format, INVALID_JSON, MAX_DEPTH, Member, Node, NodeKind, Parsed,
    edit::quoted,
    push_pointer,
    scalar::{ScannedString, StringEnd, scan_number, scan_string},
};
use crate::{
    diagnostic::{self, Cure, Diagnostic, Recorded},
    text::{LineIndex, Span},
};

/// A text that is no JSON at all shall not bury its reader.
const MAX_DIAGNOSTICS: usize = 50;

/// Reads a JSON text; total.
pub fn parse(text: &str) -> Parsed {
    let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut parser = Parser {
        text,
        at,
        path: Vec::new(),
        open: Vec::new(),
        diagnostics: Vec::new(),
        has_comment: false,
        is_cut_off: false,
    };
    parser.skip_space();
    let root = (parser.at < text.len()).then(|| parser.value());
    parser.skip_space();
    let is_broken_word = root.as_ref().is_some_and(|root| matches!(root.kind, NodeKind::Missing));
    // A text that begins with what is no value is told once, not once more for its rest.
    if root.is_some() && !is_broken_word && parser.at < text.len() {
        let word = word_at(text, parser.at);
        let span = Span::new(parser.at, parser.at + word.len());
        parser.report(
            span,
            format!("expected the end of the text, found `{word}`"),
            "remove what follows the last `}`",
        );
    }
    Parsed { format: Format::Json, root, diagnostics: parser.diagnostics }
}

pub(super) fn syntax_error(span: Span, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(INVALID_JSON, span, message)
}

pub(super) fn too_deep(span: Span) -> Diagnostic {
    syntax_error(span, format!("nested deeper than {MAX_DEPTH} levels"))
}

/// What AWS says of a word that is none of JSON, in the words of the parser that it uses: recorded once.
fn unrecognized(text: &str, start: usize, end: usize) -> Option<Box<Recorded>> {
    // Of a longer text that parser quotes a part, in a form that was not recorded.
    const LONGEST_QUOTED: usize = 500;
    if text.len() > LONGEST_QUOTED || !text[start..].starts_with(|c: char| c.is_alphabetic()) {
        return None;
    }
    let position = LineIndex::new(text).position(text, end);
    let place = format!("[Source: (String)\"{text}\"; line: {}, column: {}]", position.line, position.column);
    let words = format!(
        "Unrecognized token '{}': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')\n \
         at {place}",
        &text[start..end]
    );
    Some(Box::new(Recorded { words: words.into(), location: Some(place.into()) }))
}

/// The word or sign at a place, for messages; empty at the end of the text.
pub(super) fn word_at(text: &str, at: usize) -> &str {
    const LONGEST: usize = 40;
    let rest = &text[at..];
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '+' | '$');
    let len = rest.find(|c| !is_word(c)).unwrap_or(rest.len()).min(rest.floor_char_boundary(LONGEST));
    match len {
        0 => &rest[..rest.chars().next().map_or(0, char::len_utf8)],
        len => &rest[..len],
    }
}

enum Step {
    Key(Rc<str>),
    Index(usize),
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    /// Where in the tree we are.
    path: Vec<Step>,
    /// The brackets that are open: `{` or `[`.
    open: Vec<u8>,
    diagnostics: Vec<Diagnostic>,
    has_comment: bool,
    /// The text ended inside something, and that was said.
    is_cut_off: bool,
}

impl<'a> Parser<'a> {
    fn value(&mut self) -> Node {
        let start = self.at;
        let kind = match self.peek() {
            Some(bracket @ (b'{' | b'[')) => self.nested(bracket),
            Some(quote @ (b'"' | b'\'')) => NodeKind::String(self.string(quote)),
            Some(b'-' | b'0'..=b'9' | b'+' | b'.') => self.number(),
            _ => self.word(),
        };
        Node { span: Span::new(start, self.at), kind }
    }

    fn nested(&mut self, bracket: u8) -> NodeKind {
        if self.open.len() == MAX_DEPTH {
            let span = Span::new(self.at, self.at + 1);
            let location = self.location();
            self.push(too_deep(span).at(location));
            self.skip_nested();
            return NodeKind::Missing;
        }
        let opened_at = self.at;
        self.open.push(bracket);
        self.at += 1;
        let kind = if bracket == b'{' { self.object(opened_at) } else { self.array(opened_at) };
        self.open.pop();
        kind
    }

    fn object(&mut self, opened_at: usize) -> NodeKind {
        let mut members: Vec<Member> = Vec::new();
        let mut comma: Option<usize> = None;
        loop {
            self.skip_space();
            let Some(byte) = self.peek() else {
                self.report_cut_off(opened_at, '{');
                break;
            };
            match byte {
                b'}' => {
                    self.report_trailing_comma(comma, '}');
                    self.at += 1;
                    break;
                }
                b']' if self.closes_an_outer(b'[') => {
                    self.report_unclosed(opened_at, '{');
                    break;
                }
                b',' => self.stray_comma(&mut comma, members.is_empty()),
                b']' | b')' => self.stray_sign(),
                b':' if comma.is_none() && !members.is_empty() => {
                    let span = Span::new(self.at, self.at + 1);
                    self.report(
                        span,
                        "a second `:` after one key",
                        "a key has one `:` and one value, then comes a comma",
                    );
                    self.skip_stray_value();
                    comma = self.take_comma();
                }
                _ => {
                    self.report_missing_comma(comma, members.last().map(|member| &member.value));
                    if let Some(member) = self.member() {
                        members.push(member);
                    }
                    comma = self.take_comma();
                }
            }
        }
        NodeKind::Object(members)
    }

    /// A key, a colon and a value; `None` where there is not even a key.
    fn member(&mut self) -> Option<Member> {
        let key_start = self.at;
        let key = self.key()?;
        let key_span = Span::new(key_start, self.at);
        self.path.push(Step::Key(key.clone()));
        self.skip_space();
        let has_colon = match self.peek() {
            Some(b':') => {
                self.at += 1;
                true
            }
            Some(b'=') => {
                let span = Span::new(self.at, self.at + 1);
                let message = format!("expected `:` after the key `{key}`, found `=`");
                self.report_cured(span, message, "write `:`", span, ":");
                self.at += 1;
                true
            }
            _ => {
                self.report(
                    key_span,
                    format!("the key `{key}` has no `:` and no value"),
                    "write `: ` and a value after it",
                );
                false
            }
        };
        self.skip_space();
        let value = match self.peek() {
            None | Some(b',' | b'}' | b']') => {
                if has_colon {
                    let span = Span::new(key_span.start, self.at.min(self.end_of_line(key_span.end)));
                    self.report(span, format!("the key `{key}` has no value"), "write a value after the `:`");
                }
                Node { span: Span::new(self.at, self.at), kind: NodeKind::Missing }
            }
            // Without a colon, what follows is more likely the next key.
            Some(b'"') if !has_colon && self.is_key_ahead() => {
                Node { span: Span::new(self.at, self.at), kind: NodeKind::Missing }
            }
            Some(_) => self.value(),
        };
        self.path.pop();
        Some(Member { key, key_span, value })
    }

    fn key(&mut self) -> Option<Rc<str>> {
        let start = self.at;
        match self.peek() {
            Some(quote @ (b'"' | b'\'')) => Some(self.string(quote)),
            Some(b'{' | b'[') => {
                let what = if self.peek() == Some(b'{') { "an object" } else { "an array" };
                self.report(
                    Span::new(start, start + 1),
                    format!("expected a key, found {what}"),
                    "give it a key: `\"…\": `",
                );
                self.skip_nested();
                None
            }
            Some(b':') => {
                self.report(Span::new(start, start + 1), "expected a key before the `:`", "write it in double quotes");
                self.skip_stray_value();
                None
            }
            _ => {
                let word = self.bare_word();
                let span = Span::new(start, self.at);
                let (message, signs) =
                    (format!("expected a key in double quotes, found `{word}`"), format!("\"{word}\""));
                self.report_cured(span, message, &format!("write `{signs}`"), span, &signs);
                Some(word.into())
            }
        }
    }

    /// Skips a colon and the value after it.
    fn skip_stray_value(&mut self) {
        self.at += 1;
        self.skip_space();
        if !matches!(self.peek(), None | Some(b',' | b'}' | b']' | b':')) {
            self.value();
        }
    }

    /// Whether a string with a colon behind it comes next.
    fn is_key_ahead(&self) -> bool {
        let string = scan_string(self.text, self.at, b'"', false);
        string.ended == StringEnd::Closed && self.text[string.end..].trim_start().starts_with(':')
    }

    fn array(&mut self, opened_at: usize) -> NodeKind {
        let mut items: Vec<Node> = Vec::new();
        let mut comma: Option<usize> = None;
        loop {
            self.skip_space();
            let Some(byte) = self.peek() else {
                self.report_cut_off(opened_at, '[');
                break;
            };
            match byte {
                b']' => {
                    self.report_trailing_comma(comma, ']');
                    self.at += 1;
                    break;
                }
                b'}' if self.closes_an_outer(b'{') => {
                    self.report_unclosed(opened_at, '[');
                    break;
                }
                b',' => self.stray_comma(&mut comma, items.is_empty()),
                b'}' | b')' => self.stray_sign(),
                b':' => {
                    let span = Span::new(self.at, self.at + 1);
                    self.report(
                        span,
                        "an array holds values without keys",
                        "put the key and its value between `{` and `}`",
                    );
                    self.at += 1;
                    comma = Some(self.at);
                }
                _ => {
                    self.report_missing_comma(comma, items.last());
                    self.path.push(Step::Index(items.len()));
                    items.push(self.value());
                    self.path.pop();
                    comma = self.take_comma();
                }
            }
        }
        NodeKind::Array(items)
    }

    fn string(&mut self, quote: u8) -> Rc<str> {
        let start = self.at;
        let mut scanned = scan_string(self.text, start, quote, false);
        if scanned.ended == StringEnd::LineBreak {
            scanned = self.broken_string(scanned, quote);
        } else if scanned.ended == StringEnd::EndOfText {
            let (span, end) = (Span::new(start, scanned.end), Span::new(scanned.end, scanned.end));
            self.report_cured(span, "the string has no closing quote", "write `\"` at its end", end, "\"");
            self.is_cut_off = true;
        }
        for fault in scanned.faults {
            self.report(fault.span, fault.message, fault.hint);
        }
        self.at = scanned.end;
        if quote == b'\'' {
            let signs = quoted(&scanned.text);
            let (span, message) = (Span::new(start, self.at), "a string stands in double quotes, not in single ones");
            self.report_cured(span, message, &format!("write `{signs}`"), span, &signs);
        }
        scanned.text.into()
    }

    /// A string with a line break in it: either a long expression on several lines, or one whose
    /// closing quote was forgotten.
    fn broken_string(&mut self, first_line: ScannedString<'a>, quote: u8) -> ScannedString<'a> {
        let start = self.at;
        if first_line.text.starts_with("{%") {
            let whole = scan_string(self.text, start, quote, true);
            if whole.ended == StringEnd::Closed && whole.text.ends_with("%}") {
                let hint = "write it on one line, or `\\n` for each line break";
                self.report(Span::new(start, first_line.end), "a string may not go over several lines", hint);
                return whole;
            }
        }
        self.report(Span::new(start, first_line.end), "the string has no closing quote", "write `\"` at its end");
        // What follows the forgotten quote on its line was most likely meant as punctuation.
        let line = &self.text[start..first_line.end];
        let content = line.trim_end_matches([',', ' ', '\t', '}', ']']);
        if content.len() == line.len() || content.len() <= 1 {
            return first_line;
        }
        let end = start + content.len();
        let text = first_line.text.trim_end_matches([',', ' ', '\t', '}', ']']).to_owned().into();
        ScannedString { text, end, ..first_line }
    }

    fn number(&mut self) -> NodeKind {
        let start = self.at;
        let (end, is_number) = scan_number(self.text, start);
        self.at = end;
        let word = &self.text[start..end];
        if is_number {
            return NodeKind::Number(word.into());
        }
        let hint = match word.parse::<f64>() {
            Ok(number) if number.is_finite() => format!("write `{number}`"),
            _ => "put a text into double quotes".to_owned(),
        };
        self.report(Span::new(start, end), format!("`{word}` is no number of JSON"), &hint);
        NodeKind::Missing
    }

    fn word(&mut self) -> NodeKind {
        let start = self.at;
        if let Some(placeholder) = self.placeholder() {
            let message = format!("the placeholder `{placeholder}` stands outside a string");
            let hint = format!("write `\"{placeholder}\"`, or what it stands for");
            let span = Span::new(start, self.at);
            self.report_cured(span, message, &hint, span, &quoted(placeholder));
            return NodeKind::String(placeholder.into());
        }
        let word = self.bare_word();
        let (kind, right) = match word {
            "true" => return NodeKind::Bool(true),
            "false" => return NodeKind::Bool(false),
            "null" => return NodeKind::Null,
            "True" | "TRUE" => (NodeKind::Bool(true), "true"),
            "False" | "FALSE" => (NodeKind::Bool(false), "false"),
            "Null" | "NULL" | "None" | "undefined" => (NodeKind::Null, "null"),
            _ => (NodeKind::Missing, ""),
        };
        let hint = match right {
            "" => format!("put a text into double quotes: `\"{word}\"`"),
            right => format!("write `{right}`"),
        };
        let signs = if right.is_empty() { quoted(word) } else { right.to_owned() };
        let span = Span::new(start, self.at);
        self.report_cured(span, format!("expected a value, found `{word}`"), &hint, span, &signs);
        let recorded = unrecognized(self.text, start, self.at);
        self.diagnostics.last_mut().into_iter().for_each(|told| told.recorded = recorded.clone());
        kind
    }

    /// Takes a `${…}` of a deployment template.
    fn placeholder(&mut self) -> Option<&'a str> {
        let rest = &self.text[self.at..];
        let len = rest.strip_prefix("${")?.find(['}', '\n', '"']).filter(|&end| rest[2 + end..].starts_with('}'))? + 3;
        self.at += len;
        Some(&rest[..len])
    }

    /// Takes what stands up to the next space or punctuation; at least one character.
    fn bare_word(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let is_end = |c: char| c.is_whitespace() || matches!(c, ',' | ':' | '=' | '{' | '}' | '[' | ']' | '"' | '\'');
        let len = match rest.find(is_end).unwrap_or(rest.len()) {
            0 => rest.chars().next().map_or(0, char::len_utf8),
            len => len,
        };
        self.at += len;
        &rest[..len]
    }

    /// Skips white space, and comments with one complaint.
    fn skip_space(&mut self) {
        let bytes = self.text.as_bytes();
        loop {
            while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(self.at) {
                self.at += 1;
            }
            let end = match (bytes.get(self.at), bytes.get(self.at + 1)) {
                (Some(b'/'), Some(b'/')) | (Some(b'#'), _) => self.end_of_line(self.at),
                (Some(b'/'), Some(b'*')) => {
                    self.text[self.at + 2..].find("*/").map_or(self.text.len(), |len| self.at + len + 4)
                }
                // A no-break space, pasted from a web page, is invisible and not white space for JSON.
                (Some(0xC2), Some(0xA0)) => {
                    let span = Span::new(self.at, self.at + 2);
                    self.report_cured(span, "a no-break space stands here", "replace it by a plain space", span, " ");
                    self.at += 2;
                    continue;
                }
                _ => return,
            };
            if !self.has_comment {
                self.has_comment = true;
                let span = Span::new(self.at, end.min(self.end_of_line(self.at)));
                let hint = "put it into a `Comment` field, or remove it";
                self.report_cured(span, "JSON has no comments", hint, Span::new(self.at, end), "");
            }
            self.at = end;
        }
    }

    fn end_of_line(&self, at: usize) -> usize {
        self.text[at..].find('\n').map_or(self.text.len(), |len| at + len)
    }

    /// Skips a bracket and all in it, without recursion.
    fn skip_nested(&mut self) {
        let mut depth = 0;
        while let Some(byte) = self.peek() {
            match byte {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                b'"' => self.at = scan_string(self.text, self.at, b'"', false).end - 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return;
            }
        }
        self.is_cut_off = true;
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take_comma(&mut self) -> Option<usize> {
        self.skip_space();
        let comma = self.at;
        let is_there = self.peek() == Some(b',');
        self.at += usize::from(is_there);
        is_there.then_some(comma)
    }

    fn closes_an_outer(&self, bracket: u8) -> bool {
        self.open[..self.open.len() - 1].contains(&bracket)
    }

    fn stray_comma(&mut self, comma: &mut Option<usize>, is_first: bool) {
        let span = Span::new(self.at, self.at + 1);
        let message = if is_first { "a comma before the first entry" } else { "one comma too many" };
        self.report_cured(span, message, "remove it", span, "");
        self.at += 1;
        *comma = None;
        self.skip_space();
        // `,,` before a closing bracket is one slip, not two.
        if !matches!(self.peek(), Some(b'}' | b']')) && !is_first {
            *comma = Some(span.start);
        }
    }

    fn stray_sign(&mut self) {
        let sign = word_at(self.text, self.at);
        let span = Span::new(self.at, self.at + sign.len());
        self.report_cured(span, format!("`{sign}` closes nothing"), "remove it", span, "");
        self.at += sign.len();
    }

    fn report_trailing_comma(&mut self, comma: Option<usize>, bracket: char) {
        if let Some(comma) = comma {
            let span = Span::new(comma, comma + 1);
            self.report_cured(span, format!("a comma before `{bracket}`"), "remove it", span, "");
        }
    }

    fn report_missing_comma(&mut self, comma: Option<usize>, previous: Option<&Node>) {
        let (None, Some(previous)) = (comma, previous) else { return };
        let end = previous.span.end;
        // Where the entry before was broken itself, its fault has been told.
        let is_told = previous.is_missing() || self.diagnostics.last().is_some_and(|last| last.span.end >= end);
        if !is_told {
            let start = self.text.floor_char_boundary(end.saturating_sub(1));
            let hint = "write `,` here";
            self.report_cured(Span::new(start, end), "a comma is missing after this", hint, Span::new(end, end), ",");
        }
    }

    fn report_unclosed(&mut self, opened_at: usize, bracket: char) {
        let closing = if bracket == '{' { '}' } else { ']' };
        let found = word_at(self.text, self.at);
        let message = format!("`{bracket}` is not closed before `{found}`");
        self.report(Span::new(opened_at, opened_at + 1), message, &format!("write `{closing}` where it ends"));
    }

    /// The text ends before a bracket is closed. Said once, of the innermost.
    fn report_cut_off(&mut self, opened_at: usize, bracket: char) {
        if !self.is_cut_off {
            self.is_cut_off = true;
            let closing: String = self.open.iter().rev().map(|&open| if open == b'{' { '}' } else { ']' }).collect();
            let hint = format!("write `{closing}` at the end of the text");
            let (span, end) = (Span::new(opened_at, opened_at + 1), self.text.trim_end().len());
            let message = format!("`{bracket}` is never closed");
            self.report_cured(span, message, &hint, Span::new(end, end), &closing);
        }
    }

    fn report(&mut self, span: Span, message: impl Into<String>, hint: &str) {
        let location = self.location();
        self.push(syntax_error(span, message).with_hint(hint).at(location));
    }

    /// The same where the hint can be followed at once: `signs` come to stand at a place.
    fn report_cured(&mut self, span: Span, message: impl Into<String>, hint: &str, at: Span, signs: &str) {
        let location = self.location();
        let cure = Cure::new(hint, diagnostic::Step::Signs(at, signs.to_owned()));
        self.push(syntax_error(span, message).with_hint(hint).at(location).cured_by([cure]));
    }

    fn push(&mut self, diagnostic: Diagnostic) {
        if self.diagnostics.len() < MAX_DIAGNOSTICS {
            self.diagnostics.push(diagnostic);
        }
    }

    fn location(&self) -> String {
        let mut pointer = String::new();
        for step in &self.path {
            match step {
                Step::Key(key) => push_pointer(&mut pointer, key),
                Step::Index(index) => push_pointer(&mut pointer, &index.to_string()),
            }
        }
        pointer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, tree: &str, faults: &[(usize, &str)]) {
        let parsed = parse(text);
        let value = parsed.root.map(|root| root.to_value().to_json()).unwrap_or_default();
        assert_eq!(value, tree, "{text}");
        let found: Vec<_> = parsed.diagnostics.iter().map(|d| (d.span.start, d.message.as_str())).collect();
        assert_eq!(found, faults, "{text}");
    }

    #[test]
    fn sound_json_is_read_without_a_word() {
        check(
            r#" {"a": [1, 2.50, {}, []], "b": null, "c": "\u00e9"} "#,
            r#"{"a":[1,2.5,{},[]],"b":null,"c":"é"}"#,
            &[],
        );
        check("  \n", "", &[]);
        check("\u{feff}[true]", "[true]", &[]);
    }

    #[test]
    fn one_slip_gives_one_diagnostic_and_the_rest_is_read() {
        check(r#"{"a": 1 "b": 2}"#, r#"{"a":1,"b":2}"#, &[(6, "a comma is missing after this")]);
        check(
            r#"{"a": {} "b": [1 2]}"#,
            r#"{"a":{},"b":[1,2]}"#,
            &[(7, "a comma is missing after this"), (15, "a comma is missing after this")],
        );
        check(r#"{"a": [1,],}"#, r#"{"a":[1]}"#, &[(8, "a comma before `]`"), (10, "a comma before `}`")]);
        check(r#"{"a": 1,, "b": 2}"#, r#"{"a":1,"b":2}"#, &[(8, "one comma too many")]);
        check(r#"{'a': 1}"#, r#"{"a":1}"#, &[(1, "a string stands in double quotes, not in single ones")]);
        check(r#"{a: 1}"#, r#"{"a":1}"#, &[(1, "expected a key in double quotes, found `a`")]);
        check(r#"{"a": True}"#, r#"{"a":true}"#, &[(6, "expected a value, found `True`")]);
        check(r#"{"a": 007}"#, r#"{"a":null}"#, &[(6, "`007` is no number of JSON")]);
        check("// one\n{/* two */\"a\": 1}", r#"{"a":1}"#, &[(0, "JSON has no comments")]);
        check(r#"{"a": , "b": 1}"#, r#"{"a":null,"b":1}"#, &[(1, "the key `a` has no value")]);
        check(r#"{"a" "b": 1}"#, r#"{"a":null,"b":1}"#, &[(1, "the key `a` has no `:` and no value")]);
        check(r#"{"a" 1}"#, r#"{"a":1}"#, &[(1, "the key `a` has no `:` and no value")]);
        check(r#"{"a": {"b": [1, 2"#, r#"{"a":{"b":[1,2]}}"#, &[(12, "`[` is never closed")]);
        check(
            r#"{"a": [1, 2, "b": 3}"#,
            r#"{"a":[1,2,"b",3]}"#,
            &[(16, "an array holds values without keys"), (6, "`[` is not closed before `}`")],
        );
        check("{\"a\": \"x,\n \"b\": 1}", r#"{"a":"x","b":1}"#, &[(6, "the string has no closing quote")]);
        check(
            r#"{"a": "\ud83d"}"#,
            r#"{"a":"�"}"#,
            &[(7, "`\\ud83d` is half of a surrogate pair and stands for no character")],
        );
        check(r#"{} {}"#, "{}", &[(3, "expected the end of the text, found `{`")]);
        check(
            "{\"a\": \"{% 1 +\n 2 %}\"}",
            r#"{"a":"{% 1 +\n 2 %}"}"#,
            &[(6, "a string may not go over several lines")],
        );
    }

    #[test]
    fn the_location_is_a_json_pointer() {
        let parsed = parse(r#"{"States": {"a/b": {"Choices": [1, {"x": nope}]}}}"#);
        assert_eq!(&*parsed.diagnostics[0].location, "/States/a~1b/Choices/1/x");
    }

    #[test]
    fn depth_is_bounded() {
        let parsed = parse(&"[".repeat(200_000));
        assert_eq!(parsed.diagnostics.len(), 1);
        assert!(parse(&"{\"a\":".repeat(200_000)).diagnostics.len() < 3);
        assert!(parse(&"}{[".repeat(10_000)).diagnostics.len() <= MAX_DIAGNOSTICS);
    }
}
