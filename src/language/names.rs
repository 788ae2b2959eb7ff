//! Names of states and variables: where each is made, where it is used, and all of them changed at once.

use std::rc::Rc;

use super::document::Document;
use crate::{
    asl::model::{Definition, ScopeId, StateId},
    author,
    syntax::{
        Node, NodeKind,
        edit::{Edit, apply, quoted},
    },
    text::Span,
};

/// A name in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    State(StateId),
    Variable(Rc<str>),
}

/// A place where a name stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Use {
    /// The name alone, without quotes and `$`.
    pub span: Span,
    /// Whether the name is made here: a state's key, a variable's in `Assign`.
    pub is_made: bool,
}

/// The name at a byte offset, and the span of it there.
pub fn name_at(document: &Document, text: &str, offset: usize) -> Option<(Name, Span)> {
    let mut found = None;
    each_use(document, text, &mut |name, used| {
        if used.span.start <= offset && offset <= used.span.end {
            found = Some((name, used.span));
        }
    });
    found
}

/// All places of a name, in the order of the text.
pub fn uses(document: &Document, text: &str, name: &Name) -> Vec<Use> {
    let mut found = Vec::new();
    each_use(document, text, &mut |other, used| {
        if other == *name {
            found.push(used);
        }
    });
    found.sort_by_key(|used| used.span.start);
    found
}

/// Where a name is made; of a variable the first place.
pub fn made_at(document: &Document, text: &str, name: &Name) -> Option<Span> {
    uses(document, text, name).into_iter().find(|used| used.is_made).map(|used| used.span)
}

/// The edits that give a name another; the error says why that cannot be.
pub fn rename(document: &Document, text: &str, name: &Name, new: &str) -> Result<Vec<Edit>, String> {
    let definition = &document.definition;
    match name {
        Name::State(id) => {
            if new.trim().is_empty() {
                return Err("a state needs a name".to_owned());
            }
            if new.chars().count() > 80 {
                return Err("a state's name may have 80 characters".to_owned());
            }
            if definition.states.iter().any(|state| state.id != *id && &*state.name == new) {
                return Err(format!("there is another state `{new}`: names are unique in the whole machine"));
            }
        }
        Name::Variable(_) => {
            let is_name = crate::intrinsic::is_variable_name(new) && new != "states" && new.chars().count() <= 80;
            if !is_name {
                return Err(format!("`{new}` cannot be the name of a variable: letters, digits and `_`"));
            }
            let root = document.root.as_ref();
            if super::completion::assigned(root).iter().any(|other| other == new) {
                return Err(format!("there is another variable `${new}`"));
            }
        }
    }
    let uses = uses(document, text, name);
    if uses.is_empty() {
        return Err("there is no such name".to_owned());
    }
    let edit = |used: &Use| {
        let before = text[..used.span.start].chars().next_back();
        let written = match (name, before) {
            (Name::Variable(_), _) => new.to_owned(),
            (Name::State(_), Some('"')) => {
                let written = quoted(new);
                written[1..written.len() - 1].to_owned()
            }
            (Name::State(_), Some('\'')) => new.replace('\'', "''"),
            (Name::State(_), _) => author::plain(new),
        };
        Edit { span: used.span, text: written }
    };
    Ok(uses.iter().map(edit).collect())
}

/// The text with a name changed.
pub fn renamed(document: &Document, text: &str, name: &Name, new: &str) -> Result<String, String> {
    Ok(apply(text, rename(document, text, name, new)?))
}

fn each_use(document: &Document, text: &str, found: &mut dyn FnMut(Name, Use)) {
    let Some(root) = &document.root else { return };
    let definition = &document.definition;
    for (index, scope) in definition.scopes.iter().enumerate() {
        states_in(definition, root, text, ScopeId(index as u32), scope.span, found);
    }
    let mut walker = Variables { text, found };
    walker.walk(root, false);
}

/// What stands between the quotes of a key or text.
fn bare(text: &str, span: Span) -> Span {
    let written = text.get(span.range()).unwrap_or_default();
    match written.starts_with(['"', '\'']) && written.len() >= 2 {
        true => Span::new(span.start + 1, span.end - 1),
        false => span,
    }
}

fn states_in(
    definition: &Definition,
    root: &Node,
    text: &str,
    scope: ScopeId,
    span: Span,
    found: &mut dyn FnMut(Name, Use),
) {
    let states = &definition.scope(scope).states;
    let by_name = |name: &str| states.iter().copied().find(|id| &*definition.state(*id).name == name);
    let mut link = |node: Option<&crate::syntax::Member>| {
        let Some(member) = node else { return };
        let Some(id) = member.value.as_str().and_then(|name| by_name(name)) else { return };
        found(Name::State(id), Use { span: bare(text, member.value.span), is_made: false });
    };
    // The object of the scope is the one with its span.
    let owner = match definition.scope(scope).owner {
        None => Some(root),
        Some((owner, _)) => root.pointer(&definition.state(owner).pointer).and_then(|node| at(node, span)),
    };
    link(owner.and_then(|node| node.get("StartAt")));
    for id in states {
        let Some(node) = root.pointer(&definition.state(*id).pointer) else { continue };
        link(node.get("Next"));
        link(node.get("Default"));
        for list in ["Choices", "Catch"] {
            for item in node.get(list).and_then(|list| list.value.as_array()).unwrap_or_default() {
                link(item.get("Next"));
            }
        }
    }
    for id in states {
        let span = bare(text, definition.state(*id).name_span);
        found(Name::State(*id), Use { span, is_made: true });
    }
}

/// The node with a span, in a tree.
fn at(node: &Node, span: Span) -> Option<&Node> {
    if node.span == span && node.as_object().is_some() {
        return Some(node);
    }
    let holds = |node: &Node| node.span.start <= span.start && span.end <= node.span.end;
    match &node.kind {
        NodeKind::Object(members) => members.iter().filter(|it| holds(&it.value)).find_map(|it| at(&it.value, span)),
        NodeKind::Array(items) => items.iter().filter(|item| holds(item)).find_map(|item| at(item, span)),
        _ => None,
    }
}

struct Variables<'a> {
    text: &'a str,
    found: &'a mut dyn FnMut(Name, Use),
}

impl Variables<'_> {
    /// `is_dynamic` says that the text is a path or call.
    fn walk(&mut self, node: &Node, is_dynamic: bool) {
        match &node.kind {
            NodeKind::Object(members) => {
                for member in members {
                    if &*member.key == "Assign" {
                        for variable in member.value.as_object().unwrap_or_default() {
                            let name = variable.key.strip_suffix(".$").unwrap_or(&variable.key);
                            let span = bare(self.text, variable.key_span);
                            let span = Span::new(span.start, (span.start + name.len()).min(span.end));
                            (self.found)(Name::Variable(name.into()), Use { span, is_made: true });
                        }
                    }
                    let key = &*member.key;
                    let is_path = key.ends_with(".$") || key.ends_with("Path") || key == "Variable";
                    self.walk(&member.value, is_path);
                }
            }
            NodeKind::Array(items) => items.iter().for_each(|item| self.walk(item, false)),
            NodeKind::String(value) if is_dynamic || value.starts_with("{%") => self.text_of(node.span),
            _ => {}
        }
    }

    /// `$name` in a text as it is written.
    fn text_of(&mut self, span: Span) {
        let written = self.text.get(span.range()).unwrap_or_default();
        for (at, _) in written.match_indices('$') {
            let rest = &written[at + 1..];
            let len = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
            let name = &rest[..len];
            let is_first = !written[..at].ends_with('$');
            // A call is of a function, and `$states` is the machine's own.
            let is_call = rest[len..].trim_start().starts_with('(') && written.contains("{%");
            if len > 0 && is_first && !is_call && name != "states" && !name.starts_with(|c: char| c.is_ascii_digit()) {
                let start = span.start + at + 1;
                (self.found)(Name::Variable(name.into()), Use { span: Span::new(start, start + len), is_made: false });
            }
        }
    }
}
