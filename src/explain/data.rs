//! Data as it is shown to explain a path: the way that was found unfolded, what lies beside it on
//! one line each, the place where the way ended and the nearest key marked.

use super::{brief, items, keys};
use crate::{
    jsonpath::Path,
    value::{Value, write_json_string},
};
use tr::tr;

/// Members or items that are shown of one value; of a larger one the rest is counted.
const MOST: usize = 16;
/// Of an array a few items show what they are like.
const MOST_ITEMS: usize = 4;
/// Beside the way fewer will do.
const MOST_BESIDE: usize = 6;
/// A path may have many more steps than a reader wants to see unfolded.
const DEEPEST: usize = 12;

/// Lines of indented JSON.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Excerpt {
    pub lines: Vec<Line>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// In steps of indentation.
    pub depth: usize,
    pub text: String,
    pub mark: LineMark,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineMark {
    /// Beside the way.
    Plain,
    /// A step that was found.
    Way,
    /// The value that the path led to, where it ended.
    Reached,
    /// Part of that value.
    Inside,
    /// The nearest key to the one that is missing.
    Nearest,
    /// What is not there.
    Missing,
}

/// What to mark.
pub(super) struct Marks<'a> {
    pub path: &'a Path,
    /// How many steps were found.
    pub found: usize,
    pub nearest: Option<&'a str>,
    /// The step that found nothing, as a JSON key or index.
    pub missing: Option<String>,
    /// It was an index.
    pub is_beyond_end: bool,
}

impl Excerpt {
    pub(super) fn of(root: &Value, marks: &Marks) -> Self {
        let mut way = Vec::new();
        let mut value = root;
        for found in 0..marks.found.min(DEEPEST) {
            let Some((step, child)) = child_at(marks.path, found, value) else { break };
            way.push(step);
            value = child;
        }
        let mut excerpt = Self::default();
        excerpt.unfold(root, &way, marks, 0, "", "");
        excerpt
    }

    fn push(&mut self, depth: usize, text: String, mark: LineMark) {
        self.lines.push(Line { depth, text, mark });
    }

    /// Writes a value that lies on the way; `head` is its key, `tail` a comma where one follows.
    fn unfold(&mut self, value: &Value, way: &[Member], marks: &Marks, depth: usize, head: &str, tail: &str) {
        let Some(step) = way.first() else { return self.reached(value, marks, depth, head, tail) };
        let (open, close) = brackets(value);
        self.push(depth, format!("{head}{open}"), LineMark::Way);
        let at = step.index;
        let first = at.saturating_sub(MOST_BESIDE / 2);
        let members: Vec<(String, &Value)> = members(value, first, MOST_BESIDE.max(at + 1 - first));
        let total = count(value);
        if first > 0 {
            self.push(depth + 1, tr!("… {} before", counted(value, first)), LineMark::Plain);
        }
        let shown = members.len();
        for (index, (key, child)) in members.into_iter().enumerate() {
            let comma = if first + index + 1 < total { "," } else { "" };
            match first + index == at {
                true => self.unfold(child, &way[1..], marks, depth + 1, &key, comma),
                false => self.push(depth + 1, format!("{key}{}{comma}", brief(child)), LineMark::Plain),
            }
        }
        if first + shown < total {
            self.push(depth + 1, tr!("… {} more", counted(value, total - first - shown)), LineMark::Plain);
        }
        self.push(depth, format!("{close}{tail}"), LineMark::Way);
    }

    /// Writes the value where the way ended.
    fn reached(&mut self, value: &Value, marks: &Marks, depth: usize, head: &str, tail: &str) {
        let total = count(value);
        if total == 0 && marks.missing.is_none() || !matches!(value, Value::Array(_) | Value::Object(_)) {
            return self.push(depth, format!("{head}{}{tail}", brief(value)), LineMark::Reached);
        }
        let (open, close) = brackets(value);
        self.push(depth, format!("{head}{open}"), LineMark::Reached);
        let first = match (marks.nearest, value) {
            (Some(nearest), Value::Object(object)) => {
                object.get_index_of(nearest).map_or(0, |at| (at + 1).saturating_sub(MOST))
            }
            // What lies beyond the end is shown at the end.
            (None, Value::Array(items)) if marks.is_beyond_end => items.len().saturating_sub(MOST_ITEMS),
            _ => 0,
        };
        let most = if matches!(value, Value::Array(_)) { MOST_ITEMS } else { MOST };
        let members = members(value, first, most);
        let shown = members.len();
        if first > 0 {
            self.push(depth + 1, tr!("… {} before", counted(value, first)), LineMark::Inside);
        }
        for (index, (key, child)) in members.into_iter().enumerate() {
            let comma = if first + index + 1 < total { "," } else { "" };
            let is_nearest = marks.nearest.is_some_and(|nearest| key == key_text(nearest));
            let mark = if is_nearest { LineMark::Nearest } else { LineMark::Inside };
            self.push(depth + 1, format!("{key}{}{comma}", brief(child)), mark);
        }
        if first + shown < total {
            self.push(depth + 1, tr!("… {} more", counted(value, total - first - shown)), LineMark::Inside);
        }
        if let Some(missing) = &marks.missing {
            self.push(depth + 1, missing.clone(), LineMark::Missing);
        }
        self.push(depth, format!("{close}{tail}"), LineMark::Reached);
    }
}

/// A step of the way, by the place of its member.
struct Member {
    index: usize,
}

fn child_at<'v>(path: &Path, step: usize, value: &'v Value) -> Option<(Member, &'v Value)> {
    let index = match (path.name_at(step), path.index_at(step), value) {
        (Some(name), _, Value::Object(object)) => object.get_index_of(name)?,
        (_, Some(index), Value::Array(items)) => {
            usize::try_from(if index < 0 { index + items.len() as i64 } else { index }).ok()?
        }
        _ => return None,
    };
    let child = match value {
        Value::Object(object) => object.get_index(index)?.1,
        Value::Array(items) => items.get(index)?,
        _ => return None,
    };
    Some((Member { index }, child))
}

fn members(value: &Value, first: usize, most: usize) -> Vec<(String, &Value)> {
    match value {
        Value::Object(object) => {
            object.iter().skip(first).take(most).map(|(key, child)| (key_text(key), child)).collect()
        }
        Value::Array(items) => items.iter().skip(first).take(most).map(|item| (String::new(), item)).collect(),
        _ => Vec::new(),
    }
}

pub(super) fn key_text(key: &str) -> String {
    let mut text = String::new();
    write_json_string(key, &mut text);
    text + ": "
}

fn count(value: &Value) -> usize {
    match value {
        Value::Object(object) => object.len(),
        Value::Array(items) => items.len(),
        _ => 0,
    }
}

const fn brackets(value: &Value) -> (&'static str, &'static str) {
    if matches!(value, Value::Array(_)) { ("[", "]") } else { ("{", "}") }
}

fn counted(holder: &Value, number: usize) -> String {
    if matches!(holder, Value::Array(_)) { items(number) } else { keys(number) }
}
