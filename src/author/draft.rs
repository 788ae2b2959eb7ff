//! A definition's text while it is changed: edits are gathered against one reading of it, and made together.

use super::sketch::{Sketch, Style, indent_at, leading, line_start};
use crate::{
    syntax::{
        self, Format, Member, Node, NodeKind,
        edit::{Edit, ObjectEdit, apply, line_end},
    },
    text::Span,
};

/// A text, what was read of it, and the edits that are to be made.
pub(super) struct Draft {
    pub text: String,
    format: Format,
    root: Node,
    edits: Vec<Edit>,
}

/// The text has no place for an edit: it is no machine, or is written in a way that edits do not reach.
#[derive(Debug)]
pub(super) struct OutOfReach;

type Reach<T = ()> = Result<T, OutOfReach>;

impl Draft {
    pub fn of(text: &str, format: Format) -> Reach<Self> {
        let root = syntax::parse(text, format).root.ok_or(OutOfReach)?;
        Ok(Self { text: text.to_owned(), format, root, edits: Vec::new() })
    }

    /// The text with all edits made, read anew.
    pub fn made(self) -> Reach<Self> {
        Self::of(&apply(&self.text, self.edits), self.format)
    }

    pub fn into_text(self) -> String {
        apply(&self.text, self.edits)
    }

    pub fn node(&self, pointer: &str) -> Reach<&Node> {
        let node = self.root.pointer(pointer).ok_or(OutOfReach)?;
        // What an alias of YAML stands for is written elsewhere.
        if self.format == Format::Yaml && self.text[node.span.start..].starts_with('*') {
            return Err(OutOfReach);
        }
        Ok(node)
    }

    pub fn root(&self) -> &Node {
        &self.root
    }

    /// Other signs come to stand at a place.
    pub fn edit(&mut self, span: Span, text: String) {
        self.edits.push(Edit { span, text });
    }

    /// How the states of a scope are written.
    pub fn style(&self, scope: &str) -> Style {
        let is_json = self.format == Format::Json;
        let states = self.root.pointer(&format!("{scope}/States"));
        let filled = states.filter(|node| node.as_object().is_some_and(|members| !members.is_empty()));
        let sample = filled.or_else(|| self.root.pointer("/States")).unwrap_or(&self.root);
        let style = Style::of(&self.text, sample, is_json);
        match states {
            // Brackets inside of blocks take brackets only.
            Some(node) if !is_json && filled.is_some() && self.is_flow(node) => Style { is_one_line: true, ..style },
            _ => style,
        }
    }

    fn is_flow(&self, node: &Node) -> bool {
        self.format == Format::Json || self.text[node.span.start..].starts_with(['{', '['])
    }

    /// Changes the text of a value.
    pub fn replace(&mut self, pointer: &str, text: String) -> Reach {
        let span = self.node(pointer)?.span;
        self.edits.push(Edit { span, text });
        Ok(())
    }

    /// Changes a key; `name` is as the text has it.
    pub fn rename(&mut self, object: &str, key: &str, name: String) -> Reach {
        let span = self.member(object, key)?.key_span;
        self.edits.push(Edit { span, text: name });
        Ok(())
    }

    fn member(&self, object: &str, key: &str) -> Reach<&Member> {
        self.node(object)?.get(key).ok_or(OutOfReach)
    }

    pub fn has(&self, object: &str, key: &str) -> bool {
        self.member(object, key).is_ok()
    }

    /// Puts a member in the place of another, or of none at the end of an object.
    pub fn set(&mut self, object: &str, host: &str, key: &str, value: &Sketch, style: &Style) -> Reach {
        if !self.has(object, host) {
            return self.add(object, key, value, style);
        }
        let member = self.member(object, host)?;
        let gap = &self.text[member.key_span.end..member.value.span.start.max(member.key_span.end)];
        let gap = if gap.trim() == ":" && !gap.contains('\n') { gap } else { ": " };
        let style = Style { is_flow: true, ..style.clone() };
        let text = format!("{}{gap}{}", style.name(key), style.value(value, "", true));
        let span = Span::new(member.key_span.start, member.value.span.end.max(member.key_span.end));
        self.edits.push(Edit { span, text });
        Ok(())
    }

    /// Puts a member with another key and value in the place of one.
    pub fn exchange(&mut self, object: &str, host: &str, key: &str, value: &Sketch, style: &Style) -> Reach {
        let node = self.node(object)?;
        let member = node.get(host).ok_or(OutOfReach)?;
        let span = Span::new(member.key_span.start, member.value.span.end.max(member.key_span.end));
        let text = if self.is_flow(node) {
            let style = Style { is_flow: true, ..style.clone() };
            match indent_at(&self.text, member.key_span.start) {
                Some(indent) => style.member(key, value, indent, false),
                None => style.member(key, value, "", true),
            }
        } else {
            style.member(key, value, &self.column(member.key_span.start), false)
        };
        self.edits.push(Edit { span, text });
        Ok(())
    }

    pub fn remove(&mut self, object: &str, key: &str) -> Reach {
        let node = self.node(object)?;
        node.get(key).ok_or(OutOfReach)?;
        let mut edit = ObjectEdit::new(&self.text, node, self.format == Format::Json);
        edit.remove(key);
        let edits = edit.edits(&self.text);
        self.edits.extend(edits);
        Ok(())
    }

    /// Removes a member by its index: of two with one key, just that one.
    pub fn remove_at(&mut self, object: &str, index: usize) -> Reach {
        let node = self.node(object)?;
        let mut edit = ObjectEdit::new(&self.text, node, self.format == Format::Json);
        edit.remove_at(index);
        let edits = edit.edits(&self.text);
        self.edits.extend(edits);
        Ok(())
    }

    /// Adds a member to an object, at the end.
    pub fn add(&mut self, object: &str, key: &str, value: &Sketch, style: &Style) -> Reach {
        self.add_all(object, None, &[(key.to_owned(), value.clone())], style)
    }

    /// Adds members to an object, after another or at the end.
    pub fn add_all(&mut self, object: &str, after: Option<&str>, new: &[(String, Sketch)], style: &Style) -> Reach {
        let node = self.node(object)?;
        let members = match &node.kind {
            NodeKind::Null | NodeKind::Missing => &[],
            _ => node.as_object().ok_or(OutOfReach)?,
        };
        let after = after.and_then(|after| members.iter().rfind(|member| &*member.key == after)).or(members.last());
        let Some(after) = after else { return self.fill(object, new, style) };
        let end = after.value.span.end.max(after.key_span.end);
        let edit = if self.is_flow(node) {
            let style = Style { is_flow: true, ..style.clone() };
            let comma = if style.is_dense { "," } else { ", " };
            let indent = indent_at(&self.text, after.key_span.start);
            let member = |(key, value): &(String, Sketch)| match indent {
                Some(indent) => format!(",\n{indent}{}", style.member(key, value, indent, style.is_one_line)),
                None => format!("{comma}{}", style.member(key, value, "", true)),
            };
            Edit { span: Span::new(end, end), text: new.iter().map(member).collect() }
        } else {
            let indent = self.column(after.key_span.start);
            let at = line_end(&self.text, end);
            let member =
                |(key, value): &(String, Sketch)| format!("\n{indent}{}", style.member(key, value, &indent, false));
            Edit { span: Span::new(at, at), text: new.iter().map(member).collect() }
        };
        self.edits.push(edit);
        Ok(())
    }

    /// Puts the first members into an object that has none.
    fn fill(&mut self, object: &str, new: &[(String, Sketch)], style: &Style) -> Reach {
        let span = self.node(object)?.span;
        let indent = leading(&self.text[line_start(&self.text, span.start)..]).to_owned();
        let object = Sketch::Object(new.to_vec());
        let text = match self.format {
            Format::Json => style.value(&object, &indent, !self.text.trim().contains('\n')),
            Format::Yaml => {
                let style = Style { is_flow: false, is_one_line: false, ..style.clone() };
                style.value(&object, &indent, false)
            }
        };
        let start = self.text[..span.start].trim_end_matches(' ').len();
        let start = if text.starts_with('\n') { start } else { span.start };
        self.edits.push(Edit { span: Span::new(start, span.end), text });
        Ok(())
    }

    /// Adds an item to the end of a list.
    pub fn push(&mut self, list: &str, value: &Sketch, style: &Style) -> Reach {
        let node = self.node(list)?;
        let items = node.as_array().ok_or(OutOfReach)?;
        let Some(last) = items.last() else {
            let style = Style { is_flow: true, ..style.clone() };
            let span = node.span;
            self.edits.push(Edit { span, text: format!("[{}]", style.value(value, "", true)) });
            return Ok(());
        };
        let end = last.span.end;
        let edit = if self.is_flow(node) {
            let style = Style { is_flow: true, ..style.clone() };
            let is_tight = !self.text[last.span.range()].contains('\n');
            match indent_at(&self.text, last.span.start) {
                Some(indent) => {
                    let item = style.value(value, indent, is_tight);
                    Edit { span: Span::new(end, end), text: format!(",\n{indent}{item}") }
                }
                None if is_tight => {
                    Edit { span: Span::new(end, end), text: format!(", {}", style.value(value, "", true)) }
                }
                None => {
                    let indent = leading(&self.text[line_start(&self.text, last.span.start)..]).to_owned();
                    Edit { span: Span::new(end, end), text: format!(", {}", style.value(value, &indent, false)) }
                }
            }
        } else {
            let dash = self.text[..last.span.start].rfind('-').ok_or(OutOfReach)?;
            let indent = self.column(dash);
            let at = line_end(&self.text, end);
            Edit { span: Span::new(at, at), text: format!("\n{indent}{}", style.item(value, &indent)) }
        };
        self.edits.push(edit);
        Ok(())
    }

    /// Takes items out of a list, of which some stay.
    pub fn pull(&mut self, list: &str, gone: &[usize]) -> Reach {
        let node = self.node(list)?;
        let items = node.as_array().ok_or(OutOfReach)?;
        let stays = |index: &usize| !gone.contains(index);
        let spans: Vec<Span> = if self.is_flow(node) {
            let last_kept = (0..items.len()).rfind(stays).ok_or(OutOfReach)?;
            let span = |index: usize| match index < last_kept {
                true => Span::new(items[index].span.start, items[index + 1].span.start),
                false => Span::new(items[index - 1].span.end, items[index].span.end),
            };
            gone.iter().map(|index| span(*index)).collect()
        } else {
            let line = |index: usize| {
                let dash = self.text[..items[index].span.start].rfind('-')?;
                let end = (line_end(&self.text, items[index].span.end) + 1).min(self.text.len());
                Some(Span::new(line_start(&self.text, dash), end))
            };
            gone.iter().map(|index| line(*index)).collect::<Option<_>>().ok_or(OutOfReach)?
        };
        self.edits.extend(spans.into_iter().map(|span| Edit { span, text: String::new() }));
        Ok(())
    }

    /// A value as it stands, to be put elsewhere.
    pub fn kept(&self, pointer: &str) -> Reach<Sketch> {
        let node = self.node(pointer)?;
        let text = self.text.get(node.span.range()).ok_or(OutOfReach)?.trim_end().to_owned();
        let is_block = !self.is_flow(node) && matches!(node.kind, NodeKind::Object(_) | NodeKind::Array(_));
        let indent = match is_block {
            true => self.column(match node.kind {
                NodeKind::Array(_) => self.text[..node.span.start]
                    .rfind('-')
                    .filter(|_| !text.starts_with('-'))
                    .unwrap_or(node.span.start),
                _ => node.span.start,
            }),
            false => leading(&self.text[line_start(&self.text, node.span.start)..]).to_owned(),
        };
        Ok(Sketch::Kept { text, indent })
    }

    /// White space up to the column of a place; what stands before it in its line counts as such.
    fn column(&self, at: usize) -> String {
        let before = &self.text[line_start(&self.text, at)..at];
        before.chars().map(|it| if it == '\t' { '\t' } else { ' ' }).collect()
    }

    /// The pointer of each value in a scope that names a state of it, with that name.
    pub fn links(&self, scope: &str) -> Reach<Vec<(String, &str)>> {
        let mut links = Vec::new();
        let mut add = |pointer: String| {
            if let Some(name) = self.root.pointer(&pointer).and_then(Node::as_str) {
                links.push((pointer, &**name));
            }
        };
        add(format!("{scope}/StartAt"));
        for member in self.node(&format!("{scope}/States"))?.as_object().unwrap_or_default() {
            let mut state = format!("{scope}/States");
            syntax::push_pointer(&mut state, &member.key);
            add(format!("{state}/Next"));
            add(format!("{state}/Default"));
            for list in ["Choices", "Catch"] {
                let count = member.value.get(list).and_then(|list| list.value.as_array()).map_or(0, <[Node]>::len);
                (0..count).for_each(|index| add(format!("{state}/{list}/{index}/Next")));
            }
        }
        Ok(links)
    }
}
