//! YAML text as a tree, by the core schema of YAML 1.2 (`yes` is a string, dates are strings).
//!
//! Stands on the events of `saphyr-parser`, which counts in characters. Aliases are expanded within
//! a budget, merge keys `<<` are followed, CloudFormation's short functions (`!Ref`, `!Sub`, …)
//! stand for their text. What was read before a mistake is kept.

use std::{borrow::Cow, collections::BTreeMap, mem, rc::Rc};

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Tag};

use super::{Format, MAX_DEPTH, Member, Node, NodeKind, Parsed, push_pointer, yaml_scalar};
use crate::{
    diagnostic::{Code, Diagnostic},
    text::Span,
};

const CODE: Code = super::INVALID_YAML;

/// More nodes than this, aliases expanded, are refused: the "billion laughs" end early.
const MAX_NODES: usize = 100_000;

/// The short forms of CloudFormation's functions, which a template may have in a definition.
const FUNCTIONS: [&str; 18] = [
    "Ref",
    "Sub",
    "GetAtt",
    "Join",
    "Select",
    "Split",
    "ImportValue",
    "FindInMap",
    "Base64",
    "Cidr",
    "GetAZs",
    "If",
    "Equals",
    "And",
    "Or",
    "Not",
    "Condition",
    "Transform",
];

/// Reads a YAML text; total.
pub fn parse(text: &str) -> Parsed {
    let skipped = text.len() - text.trim_start_matches('\u{feff}').len();
    let mut builder = Builder::new(text, skipped);
    let mut parser = Parser::new_from_str(&text[skipped..]);
    while let Some(event) = parser.next_event() {
        let goes_on = match event {
            Ok((event, span)) => builder.event(event, builder.span(span.start, span.end)),
            Err(error) => {
                builder.report_scan_error(&error);
                false
            }
        };
        if !goes_on {
            break;
        }
    }
    builder.finish()
}

/// A collection whose end has not come yet.
struct Open {
    start: usize,
    anchor: usize,
    function: Option<String>,
    size: usize,
    kind: OpenKind,
}

enum OpenKind {
    Sequence(Vec<Node>),
    Mapping { members: Vec<Member>, key: Option<Key>, merged: Vec<Member> },
}

struct Key {
    text: Rc<str>,
    span: Span,
    is_merge: bool,
}

struct Builder<'a> {
    text: &'a str,
    /// The byte at which each character starts, and the end of the text.
    starts: Vec<usize>,
    open: Vec<Open>,
    /// What an alias stands for, with its number of nodes.
    anchors: BTreeMap<usize, (Node, usize)>,
    nodes: usize,
    documents: usize,
    root: Option<Node>,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Builder<'a> {
    fn new(text: &'a str, skipped: usize) -> Self {
        let mut starts: Vec<usize> = text[skipped..].char_indices().map(|(at, _)| at + skipped).collect();
        starts.push(text.len());
        Self {
            text,
            starts,
            open: Vec::new(),
            anchors: BTreeMap::new(),
            nodes: 0,
            documents: 0,
            root: None,
            diagnostics: Vec::new(),
        }
    }

    fn byte(&self, marker: Marker) -> usize {
        self.starts.get(marker.index()).copied().unwrap_or(self.text.len())
    }

    /// The bytes between two markers, without the white space that the scanner may count in.
    fn span(&self, start: Marker, end: Marker) -> Span {
        let start = self.byte(start);
        let end = self.byte(end).max(start);
        Span::new(start, start + self.text[start..end].trim_end().len())
    }

    /// Takes one event; says whether reading goes on.
    fn event(&mut self, event: Event<'_>, span: Span) -> bool {
        match event {
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 {
                    self.diagnostics.push(
                        Diagnostic::warning(CODE, span, "only the first document of the text is read")
                            .with_hint("remove this `---` and what follows it"),
                    );
                    return false;
                }
                true
            }
            Event::Scalar(value, style, anchor, tag) => {
                let span = self.place_of_scalar(span, style, value.is_empty());
                if self.expects_key() {
                    let is_merge = value == "<<" && style == ScalarStyle::Plain;
                    return self.key(Key { text: value.as_ref().into(), span, is_merge });
                }
                let kind = scalar_kind(&value, style, tag.as_deref());
                self.add(Node { span, kind }, anchor, 1)
            }
            Event::SequenceStart(anchor, tag) => self.start(span, anchor, tag, OpenKind::Sequence(Vec::new())),
            Event::MappingStart(anchor, tag) => {
                let kind = OpenKind::Mapping { members: Vec::new(), key: None, merged: Vec::new() };
                self.start(span, anchor, tag, kind)
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(open) => self.close(open, Some(span.end)),
                None => true,
            },
            Event::Alias(anchor) => self.alias(anchor, span),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => true,
        }
    }

    /// A value that is not written down is placed behind its key.
    fn place_of_scalar(&self, span: Span, style: ScalarStyle, is_empty: bool) -> Span {
        match self.open.last() {
            Some(Open { kind: OpenKind::Mapping { key: Some(key), .. }, .. })
                if is_empty && style == ScalarStyle::Plain =>
            {
                let colon = self.text[key.span.end..].find(':').map_or(key.span.end, |at| key.span.end + at + 1);
                Span::new(colon, colon)
            }
            _ => span,
        }
    }

    fn expects_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { kind: OpenKind::Mapping { key: None, .. }, .. }))
    }

    fn key(&mut self, new: Key) -> bool {
        if let Some(Open { kind: OpenKind::Mapping { key, .. }, .. }) = self.open.last_mut() {
            *key = Some(new);
        }
        true
    }

    fn start(&mut self, span: Span, anchor: usize, tag: Option<Cow<'_, Tag>>, kind: OpenKind) -> bool {
        if self.open.len() >= MAX_DEPTH {
            return self.give_up(span, format!("nested deeper than {MAX_DEPTH} levels"), None);
        }
        let start = skip_properties(self.text, span.start);
        let function = tag.filter(|tag| is_function(tag)).map(|tag| tag.suffix.clone());
        self.open.push(Open { start, anchor, function, size: 1, kind });
        true
    }

    /// Makes a node of a collection. Without an `end`, the collection was cut off.
    fn close(&mut self, open: Open, end: Option<usize>) -> bool {
        let is_flow = self.text[open.start..].starts_with(['[', '{']);
        let (kind, inner) = match open.kind {
            OpenKind::Sequence(items) => {
                let inner = items.first().zip(items.last()).map(|(first, last)| (first.span.start, last.span.end));
                (NodeKind::Array(items), inner)
            }
            OpenKind::Mapping { mut members, key, merged } => {
                if let Some(key) = key {
                    let span = Span::new(key.span.end, key.span.end);
                    members.push(Member {
                        key: key.text,
                        key_span: key.span,
                        value: Node { span, kind: NodeKind::Missing },
                    });
                }
                let ends = members.first().zip(members.last());
                let inner =
                    ends.map(|(first, last)| (first.key_span.start, last.key_span.end.max(last.value.span.end)));
                for member in merged {
                    if !members.iter().any(|own| own.key == member.key) {
                        members.push(member);
                    }
                }
                (NodeKind::Object(members), inner)
            }
        };
        let span = match (end, inner) {
            (Some(end), _) if is_flow => Span::new(open.start, end),
            (_, Some((first, last))) => Span::new(open.start.min(first), last.max(open.start)),
            _ => Span::new(open.start, open.start),
        };
        let kind = match open.function {
            Some(function) => NodeKind::String(self.function_text(&function, &kind, span)),
            None => kind,
        };
        self.add(Node { span, kind }, open.anchor, open.size)
    }

    /// `!GetAtt [Function, Arn]` is `Function.Arn`; the other functions keep what they are given.
    fn function_text(&self, function: &str, kind: &NodeKind, span: Span) -> Rc<str> {
        match kind {
            NodeKind::Array(items) if function == "GetAtt" && items.iter().all(|item| item.as_str().is_some()) => {
                let parts: Vec<&str> = items.iter().filter_map(|item| item.as_str().map(|text| &**text)).collect();
                parts.join(".").into()
            }
            _ => self.text[span.range()].into(),
        }
    }

    /// Puts a finished node where it belongs.
    fn add(&mut self, node: Node, anchor: usize, size: usize) -> bool {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return self.give_up(node.span, format!("the text has more than {MAX_NODES} values"), None);
        }
        if anchor > 0 {
            self.anchors.insert(anchor, (node.clone(), size));
        }
        let Some(open) = self.open.last_mut() else {
            self.root.get_or_insert(node);
            return true;
        };
        open.size += size;
        let span = node.span;
        match &mut open.kind {
            OpenKind::Sequence(items) => items.push(node),
            OpenKind::Mapping { members, key, merged } => match key.take() {
                Some(key) if key.is_merge => match merge_members(node) {
                    Some(more) => merged.extend(more),
                    None => {
                        let hint = "write an alias of a mapping behind it, or put the key in quotes";
                        return self.give_up(span, "the merge key `<<` takes mappings only".to_owned(), Some(hint));
                    }
                },
                Some(key) => members.push(Member { key: key.text, key_span: key.span, value: node }),
                None => {
                    let hint = "write the key as plain text";
                    return self.give_up(span, "a key must be a text, not a list or a mapping".to_owned(), Some(hint));
                }
            },
        }
        true
    }

    fn alias(&mut self, anchor: usize, span: Span) -> bool {
        let Some((node, size)) = self.anchors.get(&anchor) else {
            return self.give_up(span, format!("`{}` stands inside of what it names", &self.text[span.range()]), None);
        };
        let size = *size;
        if self.nodes + size > MAX_NODES {
            let message = format!("with its aliases expanded, the text has more than {MAX_NODES} values");
            return self.give_up(span, message, Some("write out what the aliases repeat, or repeat less"));
        }
        if self.expects_key()
            && let NodeKind::String(text) = &node.kind
        {
            let key = Key { text: text.clone(), span, is_merge: false };
            return self.key(key);
        }
        if depth(node) + self.open.len() > MAX_DEPTH {
            return self.give_up(span, format!("nested deeper than {MAX_DEPTH} levels"), None);
        }
        self.nodes += size;
        let node = Node { span, kind: node.kind.clone() };
        self.add(node, 0, size)
    }

    fn give_up(&mut self, span: Span, message: String, hint: Option<&str>) -> bool {
        let diagnostic = Diagnostic::error(CODE, span, message).at(self.location());
        self.diagnostics.push(match hint {
            Some(hint) => diagnostic.with_hint(hint),
            None => diagnostic,
        });
        false
    }

    fn report_scan_error(&mut self, error: &ScanError) {
        let mut at = self.byte(*error.marker());
        if error.info().contains("tab") {
            at += self.text[at..].find('\t').unwrap_or(0);
        }
        let rest = &self.text[at..];
        let end = at + rest.chars().next().filter(|&c| c != '\n' && c != '\r').map_or(0, char::len_utf8);
        let (message, hint) = yaml_scalar::plain_words(error.info(), rest);
        self.give_up(Span::new(at, end), message, hint);
    }

    /// Where in the tree we are, as a JSON pointer.
    fn location(&self) -> String {
        let mut pointer = String::new();
        for open in &self.open {
            match &open.kind {
                OpenKind::Sequence(items) => push_pointer(&mut pointer, &items.len().to_string()),
                OpenKind::Mapping { key: Some(key), .. } => push_pointer(&mut pointer, &key.text),
                OpenKind::Mapping { key: None, .. } => {}
            }
        }
        pointer
    }

    /// Closes what a mistake left open.
    fn finish(mut self) -> Parsed {
        let mut open = mem::take(&mut self.open);
        while let Some(last) = open.pop() {
            mem::swap(&mut self.open, &mut open);
            // Over budget, or a collection as a key: the part is dropped, and what is around it kept.
            let said = self.diagnostics.len();
            self.nodes = 0;
            self.close(last, None);
            self.diagnostics.truncate(said);
            mem::swap(&mut self.open, &mut open);
        }
        Parsed { format: Format::Yaml, root: self.root, diagnostics: self.diagnostics }
    }
}

/// Where a collection begins behind its tag and anchor.
fn skip_properties(text: &str, start: usize) -> usize {
    let mut rest = &text[start..];
    while rest.starts_with(['!', '&']) {
        rest = rest.trim_start_matches(|c: char| !c.is_whitespace()).trim_start();
    }
    text.len() - rest.len()
}

fn is_function(tag: &Tag) -> bool {
    tag.handle == "!" && FUNCTIONS.contains(&tag.suffix.as_str())
}

fn scalar_kind(value: &str, style: ScalarStyle, tag: Option<&Tag>) -> NodeKind {
    let text = || NodeKind::String(value.into());
    match tag {
        None if style == ScalarStyle::Plain => yaml_scalar::resolve(value),
        Some(tag) if tag.is_yaml_core_schema() && tag.suffix != "str" => yaml_scalar::resolve(value),
        _ => text(),
    }
}

/// The members that a merge key brings in; of a list the first mapping that has a key counts.
fn merge_members(node: Node) -> Option<Vec<Member>> {
    match node.kind {
        NodeKind::Object(members) => Some(members),
        NodeKind::Array(items) => {
            let mut all: Vec<Member> = Vec::new();
            for item in items {
                let NodeKind::Object(members) = item.kind else { return None };
                all.extend(members);
            }
            Some(all)
        }
        _ => None,
    }
}

fn depth(node: &Node) -> usize {
    match &node.kind {
        NodeKind::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        NodeKind::Object(members) => 1 + members.iter().map(|member| depth(&member.value)).max().unwrap_or(0),
        _ => 0,
    }
}

#[cfg(test)]
#[path = "yaml_tests.rs"]
mod tests;
