//! A JSON value as rows that fold: what a reader looks through, searches, and copies paths and values from. A megabyte is
//! taken apart once; which rows show is a walk that passes folded parts over.

use std::{collections::BTreeSet, rc::Rc};

use crate::{
    syntax,
    value::{Value, write_json_string},
};

/// Values that are taken apart; the rest is told.
pub const MOST_NODES: usize = 400_000;

/// A value and all that is in it, each before what it holds.
#[derive(Debug)]
pub struct Tree {
    nodes: Vec<Node>,
    /// There was more than [`MOST_NODES`].
    pub is_cut: bool,
}

#[derive(Debug)]
struct Node {
    parent: Option<u32>,
    depth: u16,
    key: Key,
    value: Value,
    /// Behind the last that is in it.
    end: u32,
}

/// By what a value is found in the one around it.
#[derive(Clone, Debug, PartialEq)]
pub enum Key {
    Root,
    Name(Rc<str>),
    Index(usize),
}

/// A row as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub index: u32,
    pub depth: u16,
    pub key: Key,
    /// The value of one that holds nothing; else what it is: `{3}`, `[10]`.
    pub text: String,
    pub kind: RowKind,
    pub is_open: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowKind {
    /// An object or a list with something in it.
    Holder,
    Text,
    Number,
    Atom,
    Empty,
}

/// Characters of a text that a row shows.
const MOST_SHOWN: usize = 300;

impl Tree {
    /// Of a JSON text; none where it is none.
    pub fn of(text: &str) -> Option<Self> {
        let value = syntax::parse_value(text).ok()?;
        let mut tree = Self { nodes: Vec::new(), is_cut: false };
        tree.add(None, 0, Key::Root, &value);
        Some(tree)
    }

    fn add(&mut self, parent: Option<u32>, depth: u16, key: Key, value: &Value) {
        if self.nodes.len() >= MOST_NODES {
            self.is_cut = true;
            return;
        }
        let index = self.nodes.len() as u32;
        self.nodes.push(Node { parent, depth, key, value: value.clone(), end: 0 });
        match value {
            Value::Object(object) => {
                for (name, value) in object.iter() {
                    self.add(Some(index), depth + 1, Key::Name(name.clone()), value);
                }
            }
            Value::Array(items) => {
                for (at, value) in items.iter().enumerate() {
                    self.add(Some(index), depth + 1, Key::Index(at), value);
                }
            }
            _ => {}
        }
        self.nodes[index as usize].end = self.nodes.len() as u32;
    }

    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    fn node(&self, index: u32) -> Option<&Node> {
        self.nodes.get(index as usize)
    }

    fn holds(&self, index: u32) -> bool {
        self.node(index).is_some_and(|node| node.end > index + 1)
    }

    /// What is open to begin with: the first levels, as far as they are short.
    pub fn first_open(&self) -> BTreeSet<u32> {
        let mut open = BTreeSet::from([0]);
        let mut rows = 0;
        for depth in 0..4 {
            let level: Vec<u32> = (0..self.nodes.len() as u32)
                .filter(|index| self.nodes[*index as usize].depth == depth && self.holds(*index))
                .collect();
            rows += level.len() * 4;
            if rows > 60 && depth > 0 {
                break;
            }
            open.extend(level);
        }
        open
    }

    /// The indexes of the rows that show.
    pub fn shown(&self, open: &BTreeSet<u32>) -> Vec<u32> {
        let (mut shown, mut at) = (Vec::new(), 0);
        while let Some(node) = self.node(at) {
            shown.push(at);
            at = if open.contains(&at) { at + 1 } else { node.end };
        }
        shown
    }

    pub fn row(&self, index: u32, open: &BTreeSet<u32>) -> Option<Row> {
        let node = self.node(index)?;
        let (kind, text) = match &node.value {
            Value::Object(object) if !object.is_empty() => (RowKind::Holder, format!("{{{}}}", object.len())),
            Value::Array(items) if !items.is_empty() => (RowKind::Holder, format!("[{}]", items.len())),
            Value::Object(_) | Value::Array(_) => (RowKind::Empty, node.value.to_json()),
            Value::String(text) => (RowKind::Text, short(text)),
            Value::Number(_) => (RowKind::Number, node.value.to_json()),
            Value::Bool(_) | Value::Null => (RowKind::Atom, node.value.to_json()),
        };
        Some(Row { index, depth: node.depth, key: node.key.clone(), text, kind, is_open: open.contains(&index) })
    }

    pub fn parent(&self, index: u32) -> Option<u32> {
        self.node(index)?.parent
    }

    /// The way from the value around all, without the row itself.
    pub fn around(&self, index: u32) -> Vec<u32> {
        std::iter::successors(self.parent(index), |at| self.parent(*at)).collect()
    }

    /// Rows whose key or value has these letters, large or small.
    pub fn hits(&self, search: &str) -> Vec<u32> {
        let search = search.to_lowercase();
        if search.is_empty() {
            return Vec::new();
        }
        let has = |text: &str| text.to_lowercase().contains(&search);
        let is_hit = |node: &Node| {
            let in_key = matches!(&node.key, Key::Name(name) if has(name));
            in_key
                || match &node.value {
                    Value::String(text) => has(text),
                    Value::Object(_) | Value::Array(_) => false,
                    other => has(&other.to_json()),
                }
        };
        (0..self.nodes.len() as u32).filter(|index| is_hit(&self.nodes[*index as usize])).collect()
    }

    /// The path of a row from `root`: `$.lines[0].sku`, in JSONPath and in JSONata alike but for names in quotes.
    pub fn path(&self, index: u32, root: &str, is_jsonata: bool) -> String {
        let mut keys: Vec<&Key> = Vec::new();
        let mut at = Some(index);
        while let Some(node) = at.and_then(|at| self.node(at)) {
            keys.push(&node.key);
            at = node.parent;
        }
        let mut path = root.to_owned();
        for key in keys.into_iter().rev() {
            match key {
                Key::Root => {}
                Key::Index(at) => path += &format!("[{at}]"),
                Key::Name(name) if is_plain(name) => path += &format!(".{name}"),
                Key::Name(name) if is_jsonata => path += &format!(".`{name}`"),
                Key::Name(name) => path += &format!("['{}']", name.replace('\\', "\\\\").replace('\'', "\\'")),
            }
        }
        path
    }

    /// The value of a row as JSON, indented.
    pub fn value(&self, index: u32) -> String {
        self.node(index).map_or_else(String::new, |node| node.value.to_json_pretty())
    }
}

fn is_plain(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.chars().all(|it| it.is_ascii_alphanumeric() || it == '_')
}

/// A text in quotes, its beginning where it is long.
fn short(text: &str) -> String {
    let mut out = String::new();
    match text.char_indices().nth(MOST_SHOWN) {
        Some((end, _)) => {
            write_json_string(&text[..end], &mut out);
            out.pop();
            out.push('…');
        }
        None => write_json_string(text, &mut out),
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDER: &str =
        r#"{"id": "A-1", "lines": [{"sku": "x", "n": 1.0}, {"sku": "y's", "odd key": null}], "none": {}}"#;

    fn rows(tree: &Tree, open: &BTreeSet<u32>) -> Vec<String> {
        let row = |index| tree.row(index, open).expect("it is there");
        tree.shown(open).into_iter().map(|index| format!("{:?} {}", row(index).key, row(index).text)).collect()
    }

    #[test]
    fn what_is_folded_is_passed_over() {
        let tree = Tree::of(ORDER).expect("it is JSON");
        assert_eq!(rows(&tree, &BTreeSet::new()), ["Root {3}"]);
        let open = BTreeSet::from([0]);
        assert_eq!(
            rows(&tree, &open),
            ["Root {3}", r#"Name("id") "A-1""#, r#"Name("lines") [2]"#, r#"Name("none") {}"#]
        );
        assert_eq!(tree.shown(&tree.first_open()).len(), tree.len(), "a short one is open");
        assert!(Tree::of("{").is_none());
    }

    #[test]
    fn paths_and_values_are_those_of_the_row() {
        let tree = Tree::of(ORDER).expect("it is JSON");
        let of = |letters: &str| tree.hits(letters)[0];
        assert_eq!(tree.path(of("x"), "$", false), "$.lines[0].sku");
        assert_eq!(tree.path(of("odd"), "$", false), "$.lines[1]['odd key']");
        assert_eq!(tree.path(of("odd"), "$states.input", true), "$states.input.lines[1].`odd key`");
        assert_eq!(tree.path(0, "$", false), "$");
        assert_eq!(tree.value(of("1.0")), "1.0");
        assert_eq!(tree.hits("SKU").len(), 2);
        assert_eq!(tree.around(of("x")).len(), 3);
        assert!(tree.hits("").is_empty());
    }

    #[test]
    fn a_large_value_is_folded_and_cut_where_it_is_beyond_all_measure() {
        let items: Vec<String> = (0..20_000).map(|n| format!(r#"{{"n": {n}, "text": "item {n}"}}"#)).collect();
        let tree = Tree::of(&format!("[{}]", items.join(","))).expect("it is JSON");
        assert_eq!(tree.len(), 60_001);
        assert_eq!(tree.shown(&tree.first_open()).len(), 20_001);
        assert_eq!(tree.hits("item 19999").len(), 1);
        assert!(!tree.is_cut);
    }
}
