//! What the program has to say about an author's text: a stable code, a place, one sentence, a cure.
//! Diagnostics are values: parsing and checking return them and never fail.

use crate::{
    text::{LineIndex, Span},
    value::Value,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The definition cannot run.
    Error,
    /// It can run, and probably does not do what was meant.
    Warning,
    /// A remark.
    Info,
}

/// One remark on a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    pub severity: Severity,
    /// Stable and in capitals, as AWS's own: `SCHEMA_VALIDATION_FAILED`, `MISSING_TRANSITION_TARGET`, …
    pub code: &'static str,
    /// Which of the checker's rules; empty for texts that are no definition.
    pub rule: &'static str,
    /// One sentence in lower case without a full stop, names in backticks.
    pub message: String,
    /// The same in AWS's words, where they were recorded.
    pub recorded: Option<Box<Recorded>>,
    /// The likely cure, if there is one.
    pub hint: Option<String>,
    /// Where in the text.
    pub span: Span,
    /// Where in the tree, as a JSON pointer: `/States/Ship/Next`; empty for the whole text.
    pub location: Box<str>,
    /// What would remove it, the likeliest first.
    pub cures: Vec<Cure>,
}

/// What is wrong, by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// AWS's name, `SCHEMA_VALIDATION_FAILED`, or ours for what AWS does not look at.
    pub code: &'static str,
    /// The rule, `unknown-field`; empty for texts that are no definition.
    pub rule: &'static str,
}

impl From<&'static str> for Code {
    fn from(code: &'static str) -> Self {
        Self { code, rule: "" }
    }
}

/// A change of the text that removes what a diagnostic tells of.
#[derive(Clone, Debug, PartialEq)]
pub struct Cure {
    /// What it does, as a command in lower case: ``write `ResultPath` ``.
    pub title: String,
    pub steps: Vec<Step>,
}

/// A part of a cure. What is written takes the author's own quotes and indents.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// The key or text at a place becomes another.
    Word(Span, String),
    /// The value at a place becomes another.
    Value(Span, Value),
    /// The signs at a place become others, as they stand here.
    Signs(Span, String),
    /// The member whose key, or the item that, stands at a place goes.
    Remove(Span),
    /// The object at a JSON pointer gets a member.
    Add { at: String, key: String, value: Value },
    /// The list at a JSON pointer, the member `key` of the object `at`, gets an item, and is made if there is none.
    Push { at: String, key: String, value: Value },
    /// The item at a place in the list at a JSON pointer goes to its end.
    ToEnd { list: String, index: usize },
}

impl Cure {
    pub fn new(title: impl Into<String>, step: Step) -> Self {
        Self { title: title.into(), steps: vec![step] }
    }

    /// Another name for the key or text at a place.
    pub fn word(span: Span, name: &str) -> Self {
        Self::new(format!("write `{name}`"), Step::Word(span, name.to_owned()))
    }

    /// The member `key`, whose key stands at a place, goes.
    pub fn remove(key: &str, span: Span) -> Self {
        Self::new(format!("remove `{key}`"), Step::Remove(span))
    }

    /// The object at a JSON pointer gets a member.
    pub fn add(at: impl Into<String>, key: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        let title = format!("add `\"{key}\": {}`", value.to_json());
        Self::new(title, Step::Add { at: at.into(), key: key.to_owned(), value })
    }

    /// Another value at a place.
    pub fn value(span: Span, value: impl Into<Value>) -> Self {
        let value = value.into();
        Self::new(format!("write `{}`", value.to_json()), Step::Value(span, value))
    }
}

/// What AWS says of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    pub words: Box<str>,
    /// Where AWS places it, if that is not the diagnostic's own location; empty if it names no place.
    pub location: Option<Box<str>>,
}

impl Recorded {
    pub fn new(words: impl Into<Box<str>>) -> Box<Self> {
        Box::new(Self { words: words.into(), location: None })
    }
}

impl Diagnostic {
    pub fn error(code: impl Into<Code>, span: Span, message: impl Into<String>) -> Self {
        let Code { code, rule } = code.into();
        let (severity, message, location) = (Severity::Error, message.into(), Box::default());
        Self { severity, code, rule, message, recorded: None, hint: None, span, location, cures: Vec::new() }
    }

    pub fn warning(code: impl Into<Code>, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, message) }
    }

    pub fn info(code: impl Into<Code>, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Info, ..Self::error(code, span, message) }
    }

    /// Adds what would remove it.
    pub fn cured_by(mut self, cures: impl IntoIterator<Item = Cure>) -> Self {
        self.cures.extend(cures);
        self
    }

    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds what AWS says of it.
    pub fn recorded(mut self, words: impl Into<Box<str>>) -> Self {
        self.recorded = Some(Recorded::new(words));
        self
    }

    /// As AWS says it, with code and place: in its words where they were recorded, or else in our own.
    pub fn in_words_of_aws(&self) -> String {
        let (words, location) = match self.recorded.as_deref() {
            Some(Recorded { words, location }) => (words.as_ref(), location.as_ref().unwrap_or(&self.location)),
            None => (self.message.as_str(), &self.location),
        };
        let location = if location.is_empty() { "/" } else { location };
        format!("{}: {words} at {location}", self.code)
    }

    pub fn at(mut self, location: impl Into<Box<str>>) -> Self {
        self.location = location.into();
        self
    }

    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// The diagnostic for a terminal: severity, code and message, the place, the line with the part
/// underlined, the hint. Ends with a line break.
pub fn render(text: &str, lines: &LineIndex, diagnostic: &Diagnostic) -> String {
    let position = lines.position(text, diagnostic.span.start);
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    };
    let number = position.line.to_string();
    let margin = " ".repeat(number.len());
    let mut out = format!("{severity}[{}]: {}\n", diagnostic.code, diagnostic.message);
    out.push_str(&format!("{margin}--> {}:{}", position.line, position.column));
    if !diagnostic.location.is_empty() {
        out.push_str(&format!(" at {}", diagnostic.location));
    }
    let line = lines.line_span(text, position.line - 1).unwrap_or_default();
    let (shown, from, len) = excerpt(text, line, diagnostic.span);
    out.push_str(&format!("\n{margin} |\n{number} | {shown}\n{margin} | "));
    out.push_str(&" ".repeat(from));
    out.push_str(&"^".repeat(len));
    out.push('\n');
    if let Some(hint) = &diagnostic.hint {
        out.push_str(&format!("{margin} = hint: {hint}\n"));
    }
    out
}

/// The part of a line that fits a terminal, and in it the column and width to underline. Tabs
/// become spaces, so that the marks stand below what they mean.
fn excerpt(text: &str, line: Span, span: Span) -> (String, usize, usize) {
    const WIDTH: usize = 100;
    const BEFORE: usize = 60;
    let start = text.floor_char_boundary(span.start.clamp(line.start, line.end));
    let end = text.floor_char_boundary(span.end.clamp(start, line.end));
    let before = text[line.start..start].chars().count();
    let skipped = before.saturating_sub(BEFORE);
    let is_long = text[line.start..line.end].chars().count() > skipped + WIDTH;
    let plain = |character: char| if character.is_control() { ' ' } else { character };
    let shown = text[line.start..line.end].chars().skip(skipped).take(WIDTH).map(plain);
    let cut_before = if skipped > 0 { "…" } else { "" };
    let cut_after = if is_long { "…" } else { "" };
    let from = before - skipped + cut_before.chars().count();
    let len = text[start..end].chars().count().clamp(1, (WIDTH + 1).saturating_sub(before - skipped).max(1));
    (format!("{cut_before}{}{cut_after}", shown.collect::<String>()), from, len)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, diagnostic: &Diagnostic, rendered: &str) {
        assert_eq!(render(text, &LineIndex::new(text), diagnostic), rendered);
    }

    #[test]
    fn the_line_is_shown_with_its_part_underlined() {
        let text = "{\n\t\"é\": 1 \"b\"\n}";
        let diagnostic =
            Diagnostic::error("CODE", Span::new(9, 10), "a comma is missing").at("/é").with_hint("write `,`");
        check(
            text,
            &diagnostic,
            "error[CODE]: a comma is missing\n --> 2:7 at /é\n  |\n2 |  \"é\": 1 \"b\"\n  |       ^\n  = hint: write `,`\n",
        );
    }

    #[test]
    fn a_long_line_and_a_place_past_the_end_are_bounded() {
        let text = "x".repeat(500);
        let rendered = render(&text, &LineIndex::new(&text), &Diagnostic::warning("W", Span::new(300, 480), "long"));
        assert!(rendered.lines().all(|line| line.chars().count() < 120), "{rendered}");
        let empty = Diagnostic::error("E", Span::new(0, 99), "empty");
        check("", &empty, "error[E]: empty\n --> 1:1\n  |\n1 | \n  | ^\n");
    }
}
