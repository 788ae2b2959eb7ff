//! A definition's text written anew: formatted, minified, as the other format. Order, numbers and the author's own
//! spelling of texts stay; YAML keeps its comments.

use std::rc::Rc;

use crate::{
    author,
    syntax::{self, Format, Node, NodeKind, edit::quoted},
};

/// The longest line that a list or object without objects in it is written on.
const WIDTH: usize = 80;

/// Why a text cannot be written anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It has errors of syntax, which come first.
    Broken,
    /// It is written in a way that would not stay the same: an alias, several documents.
    OutOfReach,
}

impl Refusal {
    /// A sentence in lower case.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Broken => "the text has errors of syntax: mend them first",
            Self::OutOfReach => {
                "this text is written in a way that is best left alone: with aliases, tags or several documents"
            }
        }
    }
}

/// The text with one way of breaking lines and indenting, by so many blanks a level.
pub fn format(text: &str, format: Format, indent: usize) -> Result<String, Refusal> {
    let root = sound(text, format)?;
    let out = match format {
        Format::Json => {
            let mut out = String::with_capacity(text.len() + text.len() / 4);
            json_lines(text, &root, &" ".repeat(indent), "", &mut out);
            out + "\n"
        }
        Format::Yaml => yaml_lines(text, &root, indent)?,
    };
    same(&root, out, format)
}

/// The text as JSON without white space.
pub fn minify(text: &str, format: Format) -> Result<String, Refusal> {
    let root = sound(text, format)?;
    let mut out = String::with_capacity(text.len());
    json_dense(text, &root, format, &mut out);
    same(&root, out, Format::Json)
}

/// The text in the other format. Comments of YAML have no place in JSON; how many were left out is told.
pub fn convert(text: &str, from: Format) -> Result<(String, usize), Refusal> {
    let root = sound(text, from)?;
    match from {
        Format::Json => {
            let mut out = String::with_capacity(text.len());
            yaml_block(&root, "", &mut out);
            Ok((same(&root, out.trim_start_matches('\n').to_owned() + "\n", Format::Yaml)?, 0))
        }
        Format::Yaml => {
            let mut out = String::with_capacity(text.len() * 2);
            json_lines("", &root, "  ", "", &mut out);
            let comments = comments(text, &root);
            Ok((same(&root, out + "\n", Format::Json)?, comments))
        }
    }
}

fn sound(text: &str, format: Format) -> Result<Node, Refusal> {
    let parsed = syntax::parse(text, format);
    if !parsed.diagnostics.is_empty() {
        return Err(Refusal::Broken);
    }
    parsed.root.ok_or(Refusal::Broken)
}

/// A text is given out only where it says the same.
fn same(root: &Node, out: String, format: Format) -> Result<String, Refusal> {
    let parsed = syntax::parse(&out, format);
    let is_same = parsed.diagnostics.is_empty() && parsed.root.is_some_and(|new| is_equal(root, &new));
    if is_same { Ok(out) } else { Err(Refusal::OutOfReach) }
}

/// Whether two trees say the same, in the same order.
fn is_equal(one: &Node, other: &Node) -> bool {
    match (&one.kind, &other.kind) {
        (NodeKind::Array(one), NodeKind::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_equal(one, other))
        }
        (NodeKind::Object(one), NodeKind::Object(other)) => {
            one.len() == other.len()
                && one.iter().zip(other).all(|(one, other)| one.key == other.key && is_equal(&one.value, &other.value))
        }
        (one, other) => one == other,
    }
}

/// A value that is no list or object, as the author has it in JSON.
fn json_word(text: &str, node: &Node) -> String {
    let written = text.get(node.span.range()).filter(|written| !written.is_empty());
    match (&node.kind, written) {
        (NodeKind::String(_), Some(written)) if written.starts_with('"') => written.to_owned(),
        (NodeKind::String(value), _) => quoted(value),
        (NodeKind::Number(number), _) => number.to_string(),
        (NodeKind::Bool(value), _) => value.to_string(),
        _ => "null".to_owned(),
    }
}

fn json_key(text: &str, member: &syntax::Member) -> String {
    let written = text.get(member.key_span.range()).filter(|written| written.starts_with('"'));
    written.map_or_else(|| quoted(&member.key), str::to_owned)
}

fn json_lines(text: &str, node: &Node, unit: &str, indent: &str, out: &mut String) {
    let inner = format!("{indent}{unit}");
    match &node.kind {
        NodeKind::Array(items) if items.is_empty() => out.push_str("[]"),
        NodeKind::Object(members) if members.is_empty() => out.push_str("{}"),
        NodeKind::Array(items) => {
            let is_flat = items.iter().all(|item| item.as_object().is_none() && item.as_array().is_none());
            if is_flat {
                let line = items.iter().map(|item| json_word(text, item)).collect::<Vec<_>>().join(", ");
                if line.chars().count() + indent.len() < WIDTH {
                    *out += &format!("[{line}]");
                    return;
                }
            }
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                *out += if index > 0 { ",\n" } else { "\n" };
                *out += &inner;
                json_lines(text, item, unit, &inner, out);
            }
            *out += &format!("\n{indent}]");
        }
        NodeKind::Object(members) => {
            out.push('{');
            for (index, member) in members.iter().enumerate() {
                *out += if index > 0 { ",\n" } else { "\n" };
                *out += &format!("{inner}{}: ", json_key(text, member));
                json_lines(text, &member.value, unit, &inner, out);
            }
            *out += &format!("\n{indent}}}");
        }
        _ => *out += &json_word(text, node),
    }
}

fn json_dense(text: &str, node: &Node, format: Format, out: &mut String) {
    let source = if format == Format::Json { text } else { "" };
    match &node.kind {
        NodeKind::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                json_dense(text, item, format, out);
            }
            out.push(']');
        }
        NodeKind::Object(members) => {
            out.push('{');
            for (index, member) in members.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                *out += &json_key(source, member);
                out.push(':');
                json_dense(text, &member.value, format, out);
            }
            out.push('}');
        }
        _ => *out += &json_word(source, node),
    }
}

/// Block style, as people write it. What begins stands behind the colon already.
fn yaml_block(node: &Node, indent: &str, out: &mut String) {
    let inner = format!("{indent}  ");
    match &node.kind {
        NodeKind::Object(members) if !members.is_empty() => {
            for member in members {
                *out += &format!("\n{indent}{}:", author::plain(&member.key));
                yaml_value(&member.value, &inner, indent, out);
            }
        }
        NodeKind::Array(items) if !items.is_empty() => {
            for item in items {
                *out += &format!("\n{indent}-");
                match &item.kind {
                    NodeKind::Object(members) if !members.is_empty() => {
                        let mut block = String::new();
                        yaml_block(item, &inner, &mut block);
                        // The first key stands behind the dash.
                        *out += &format!(" {}", block.trim_start_matches('\n').trim_start());
                    }
                    _ => yaml_value(item, &inner, indent, out),
                }
            }
        }
        _ => *out += &yaml_word(node, indent),
    }
}

fn yaml_value(node: &Node, inner: &str, indent: &str, out: &mut String) {
    let is_block = match &node.kind {
        NodeKind::Object(members) => !members.is_empty(),
        NodeKind::Array(items) => !items.is_empty(),
        _ => false,
    };
    if is_block {
        yaml_block(node, inner, out);
    } else {
        *out += &format!(" {}", yaml_word(node, indent));
    }
}

fn yaml_word(node: &Node, indent: &str) -> String {
    match &node.kind {
        NodeKind::String(text) => yaml_text(text, indent),
        NodeKind::Number(number) => number.to_string(),
        NodeKind::Bool(value) => value.to_string(),
        NodeKind::Array(_) => "[]".to_owned(),
        NodeKind::Object(_) => "{}".to_owned(),
        NodeKind::Null | NodeKind::Missing => "null".to_owned(),
    }
}

/// A text of several lines as a block, if the block can say it; else plain or in quotes.
fn yaml_text(text: &str, indent: &str) -> String {
    let is_plain_line = |line: &str| {
        !line.chars().any(|c| c.is_control() || c == '\u{feff}' || c == '\u{2028}' || c == '\u{2029}' || c == '\u{85}')
    };
    let has_lines = text.contains('\n') && text.split('\n').all(|line| is_plain_line(line) && line.trim_end() == line);
    if has_lines && !text.starts_with([' ', '\n']) && !text.ends_with('\n') {
        let lines = text.split('\n').map(|line| {
            if line.is_empty() {
                String::new()
            } else {
                format!("\n{indent}  {line}").trim_start_matches('\n').to_owned()
            }
        });
        return format!("|-\n{}", lines.collect::<Vec<_>>().join("\n"));
    }
    author::plain(text)
}

/// How many comments a YAML text has.
fn comments(text: &str, root: &Node) -> usize {
    let mut found = 0;
    let mut scalars = Vec::new();
    scalars_of(root, &mut scalars);
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        for (at, _) in line.match_indices('#') {
            let place = start + at;
            let begins = at == 0 || line[..at].ends_with([' ', '\t']);
            let is_text = scalars.iter().any(|span: &crate::text::Span| span.start <= place && place < span.end);
            if begins && !is_text {
                found += 1;
                break;
            }
        }
        start += line.len();
    }
    found
}

fn scalars_of(node: &Node, found: &mut Vec<crate::text::Span>) {
    match &node.kind {
        NodeKind::Object(members) => members.iter().for_each(|member| {
            found.push(member.key_span);
            scalars_of(&member.value, found);
        }),
        NodeKind::Array(items) => items.iter().for_each(|item| scalars_of(item, found)),
        _ => found.push(node.span),
    }
}

/// YAML line by line: each line gets the indent of what begins in it, a comment that of the line behind it; what stands in
/// the line stays. Lines inside of a text of several lines move with its first.
fn yaml_lines(text: &str, root: &Node, indent: usize) -> Result<String, Refusal> {
    if text.contains('\t') && text.lines().any(|line| line.trim_start_matches(' ').starts_with('\t')) {
        return Err(Refusal::OutOfReach);
    }
    // What begins at which place, and how deep it is.
    let mut begins: Vec<(usize, usize)> = Vec::new();
    depths(text, root, 0, indent, &mut begins);
    begins.sort_unstable();
    let mut scalars = Vec::new();
    scalars_of(root, &mut scalars);
    scalars.retain(|span: &crate::text::Span| text[span.range()].trim_end().contains('\n'));
    let mut lines: Vec<(Option<usize>, Rc<str>)> = Vec::new();
    let (mut start, mut shift) = (0, 0_isize);
    for line in text.split_inclusive('\n') {
        let body = line.trim_end();
        let content = body.trim_start();
        let at = start + (body.len() - content.len());
        let within = scalars.iter().any(|span| span.start < start && start < span.end);
        if content.is_empty() {
            lines.push((Some(0), "".into()));
        } else if within {
            let moved = (at - start) as isize + shift;
            lines.push((Some(moved.max(0) as usize), content.into()));
        } else if content.starts_with('#') {
            lines.push((None, content.into()));
        } else {
            let own = begins.iter().find(|(place, _)| *place == at).map(|(_, depth)| *depth);
            match own {
                Some(depth) => {
                    shift = depth as isize - (at - start) as isize;
                    lines.push((Some(depth), content.into()));
                }
                // The inside of brackets, or a marker of a document.
                None if content.starts_with("---") || content.starts_with("...") => {
                    lines.push((Some(0), content.into()))
                }
                None => {
                    let moved = (at - start) as isize + shift;
                    lines.push((Some(moved.max(0) as usize), content.into()));
                }
            }
        }
        start += line.len();
    }
    let mut out = String::with_capacity(text.len());
    for index in 0..lines.len() {
        let (depth, content) = &lines[index];
        let depth = depth.or_else(|| {
            lines[index..]
                .iter()
                .find(|(depth, content)| depth.is_some() && !content.is_empty())
                .and_then(|(depth, _)| *depth)
        });
        if !content.is_empty() {
            out += &" ".repeat(depth.unwrap_or(0));
            out += content;
        }
        out.push('\n');
    }
    while out.ends_with("\n\n") {
        out.pop();
    }
    Ok(out)
}

/// Where each key and item begins, and the column that it is to have.
fn depths(text: &str, node: &Node, column: usize, indent: usize, found: &mut Vec<(usize, usize)>) {
    if text[node.span.start..].starts_with(['{', '[']) {
        return;
    }
    match &node.kind {
        NodeKind::Object(members) => {
            for member in members {
                found.push((member.key_span.start, column));
                // What stands in the key's own line needs no column.
                depths(text, &member.value, column + indent, indent, found);
            }
        }
        NodeKind::Array(items) => {
            for item in items {
                let line = text[..item.span.start].rfind('\n').map_or(0, |at| at + 1);
                if let Some(dash) = text[line..item.span.start].rfind('-') {
                    found.push((line + dash, column));
                }
                depths(text, item, column + 2, indent, found);
            }
        }
        _ => {}
    }
}
