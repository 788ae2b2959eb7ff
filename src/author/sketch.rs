//! Text that is written anew, in the author's own way: JSON or YAML, over many lines or on one, indented as the rest.

use crate::syntax::{Node, edit::quoted};

/// What is to be written.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Sketch {
    Text(String),
    /// A number or a boolean.
    Word(String),
    List(Vec<Sketch>),
    Object(Vec<(String, Sketch)>),
    /// Text that stands in the definition already; its later lines begin with this white space at the least.
    Kept {
        text: String,
        indent: String,
    },
}

/// How the author writes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Style {
    /// In brackets, as JSON has it; otherwise blocks of YAML.
    pub is_flow: bool,
    /// Keys and texts stand in quotes.
    pub has_quotes: bool,
    /// Each state on a line of its own.
    pub is_one_line: bool,
    /// What a level is indented by.
    pub unit: String,
    /// No white space in brackets and behind colons.
    pub is_dense: bool,
    /// White space inside of curly brackets.
    pub is_padded: bool,
}

impl Sketch {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub fn word(word: impl ToString) -> Self {
        Self::Word(word.to_string())
    }

    pub fn object<const N: usize>(members: [(&str, Self); N]) -> Self {
        Self::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    }
}

impl Style {
    /// The style of a text whose object of states is this node.
    pub fn of(text: &str, states: &Node, is_json: bool) -> Self {
        let members = states.as_object().unwrap_or_default();
        let is_flow = is_json || text[states.span.start..].starts_with('{') && !members.is_empty();
        let inside = text.get(states.span.range()).unwrap_or_default();
        let has_lines = |text: &str| text.contains('\n');
        let of_states = |member: &&crate::syntax::Member| member.value.as_object().is_some_and(|it| !it.is_empty());
        let whole = members.iter().find(of_states).map(|member| &text[member.value.span.range()]);
        let is_one_line = match whole {
            Some(state) => !has_lines(state),
            None => !has_lines(text.trim()),
        };
        let unit = members.first().and_then(|first| {
            let inner = indent_at(text, first.key_span.start)?;
            let outer = indent_at(text, states.span.start).or_else(|| {
                let line = line_start(text, states.span.start);
                Some(leading(&text[line..]))
            })?;
            inner.strip_prefix(outer).filter(|unit| !unit.is_empty()).map(str::to_owned)
        });
        let sample = whole.unwrap_or(inside);
        Self {
            is_flow,
            has_quotes: is_json,
            is_one_line: is_flow && is_one_line,
            unit: unit.unwrap_or_else(|| "  ".to_owned()),
            is_dense: sample.contains("\":\"") || sample.contains("\":{"),
            is_padded: sample.starts_with("{ "),
        }
    }

    /// The value's text, as it stands behind its key's colon in a line that is indented so. Where the author writes
    /// states on one line, `is_tight` writes one.
    pub fn value(&self, sketch: &Sketch, indent: &str, is_tight: bool) -> String {
        match self.is_flow {
            true if is_tight => self.line(sketch),
            true => self.lines(sketch, indent),
            false => self.block(sketch, indent),
        }
    }

    /// A key with its value.
    pub fn member(&self, key: &str, value: &Sketch, indent: &str, is_tight: bool) -> String {
        let text = self.value(value, indent, is_tight);
        let gap = if self.is_flow && is_tight && self.is_dense || text.starts_with('\n') { "" } else { " " };
        format!("{}:{gap}{text}", self.name(key))
    }

    /// A name as a key or value: in quotes where the format or the name wants them.
    pub fn name(&self, name: &str) -> String {
        if self.has_quotes || !is_plain(name) { quoted(name) } else { name.to_owned() }
    }

    fn line(&self, sketch: &Sketch) -> String {
        let (comma, colon) = if self.is_dense { (",", ":") } else { (", ", ": ") };
        match sketch {
            Sketch::Text(text) => self.name(text),
            Sketch::Word(word) => word.clone(),
            Sketch::List(items) => {
                let items: Vec<String> = items.iter().map(|item| self.line(item)).collect();
                format!("[{}]", items.join(comma))
            }
            Sketch::Object(members) if members.is_empty() => "{}".to_owned(),
            Sketch::Object(members) => {
                let member = |(key, value): &(String, Sketch)| format!("{}{colon}{}", self.name(key), self.line(value));
                let members: Vec<String> = members.iter().map(member).collect();
                let pad = if self.is_padded { " " } else { "" };
                format!("{{{pad}{}{pad}}}", members.join(comma))
            }
            Sketch::Kept { text, .. } => text.clone(),
        }
    }

    fn lines(&self, sketch: &Sketch, indent: &str) -> String {
        let inner = format!("{indent}{}", self.unit);
        let simple = |item: &Sketch| matches!(item, Sketch::Text(_) | Sketch::Word(_));
        match sketch {
            Sketch::List(items) if !items.iter().all(simple) => {
                let items: Vec<String> =
                    items.iter().map(|item| format!("{inner}{}", self.lines(item, &inner))).collect();
                format!("[\n{}\n{indent}]", items.join(",\n"))
            }
            Sketch::Object(members) if !members.is_empty() => {
                let line = |(key, value): &(String, Sketch)| {
                    // Where states stand on a line each, those of a new scope do so, too.
                    let is_tight = self.is_one_line && is_state(value);
                    format!("{inner}{}", self.member(key, value, &inner, is_tight))
                };
                let members: Vec<String> = members.iter().map(line).collect();
                format!("{{\n{}\n{indent}}}", members.join(",\n"))
            }
            Sketch::Kept { text, indent: from } => reindented(text, from, indent),
            other => Self { is_dense: false, ..self.clone() }.line(other),
        }
    }

    /// In YAML: what a line holds behind the colon, or further lines.
    fn block(&self, sketch: &Sketch, indent: &str) -> String {
        let inner = format!("{indent}{}", self.unit);
        match sketch {
            Sketch::Object(members) if !members.is_empty() => {
                let line =
                    |(key, value): &(String, Sketch)| format!("\n{inner}{}", self.member(key, value, &inner, false));
                members.iter().map(line).collect()
            }
            Sketch::List(items) if !items.iter().all(|item| matches!(item, Sketch::Text(_) | Sketch::Word(_))) => {
                items.iter().map(|item| format!("\n{inner}{}", self.item(item, &inner))).collect()
            }
            Sketch::Kept { text, indent: from } if text.contains('\n') && !text.starts_with(['{', '[', '|', '>']) => {
                format!("\n{inner}{}", reindented(text, from, &inner))
            }
            Sketch::Kept { text, indent: from } => reindented(text, from, indent),
            other => self.line(other),
        }
    }

    /// An item of a list, as it stands behind white space: with its dash, where the list is a block.
    pub fn item(&self, sketch: &Sketch, indent: &str) -> String {
        if self.is_flow {
            return self.value(sketch, indent, self.is_one_line);
        }
        match sketch {
            Sketch::Object(members) if !members.is_empty() => {
                // The members stand under the first, which stands behind the dash.
                let under = format!("{indent}  ");
                let members: Vec<String> =
                    members.iter().map(|(key, value)| self.member(key, value, &under, false)).collect();
                format!("- {}", members.join(&format!("\n{under}")))
            }
            other => format!("- {}", self.line(other)),
        }
    }
}

/// A state without others inside of it.
fn is_state(sketch: &Sketch) -> bool {
    match sketch {
        Sketch::Object(members) => {
            members.iter().any(|(key, _)| key == "Type")
                && members.iter().all(|(key, _)| key != "Branches" && key != "ItemProcessor")
        }
        _ => false,
    }
}

/// A text with its later lines moved from one indentation to another.
pub(super) fn reindented(text: &str, from: &str, to: &str) -> String {
    let mut lines = text.split('\n');
    let mut out = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        out.push('\n');
        match line.strip_prefix(from) {
            Some(rest) => {
                out.push_str(to);
                out.push_str(rest);
            }
            None if line.trim().is_empty() => out.push_str(line),
            None => {
                out.push_str(to);
                out.push_str(line.trim_start());
            }
        }
    }
    out
}

/// Where the line of a place begins.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |at| at + 1)
}

/// The white space before a place that begins its line.
pub(super) fn indent_at(text: &str, at: usize) -> Option<&str> {
    let before = &text[line_start(text, at)..at];
    before.trim().is_empty().then_some(before)
}

/// The white space that a line begins with; a dash of a list counts as such.
pub(super) fn leading(line: &str) -> &str {
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// Whether YAML takes a text for a text as it stands, in every place.
fn is_plain(text: &str) -> bool {
    let is_word = |text: &str| {
        matches!(
            text.to_ascii_lowercase().as_str(),
            "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n"
        )
    };
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, ' ' | '_' | '-' | '.' | '$'))
        && !text.ends_with(' ')
        && !is_word(text)
}
