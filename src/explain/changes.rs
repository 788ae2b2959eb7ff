//! What of a JSON value is new against another: the lines of the new one, what it has gained and lost marked. What is
//! the same stands on one line, so that the changes are seen.

use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices};
use tr::tr;

use super::{brief, items, keys};
use crate::value::{Object, Value};

/// More lines than these nobody reads; the rest is counted.
const MOST_LINES: usize = 400;
/// Members and items that are the same and stand beside each other: so many are shown.
const MOST_SAME: usize = 12;
/// Lists with more items that differ than these are compared place by place.
const MOST_ALIGNED: usize = 500;

/// A line of indented JSON.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangeLine {
    /// In steps of indentation.
    pub depth: usize,
    pub text: String,
    pub change: Change,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Same,
    Added,
    Removed,
}

/// The lines of `after` as they differ from `before`; none where they are the same.
pub fn changes(before: &Value, after: &Value) -> Vec<ChangeLine> {
    let mut lines = Lines(Vec::new());
    if before != after {
        lines.compare(before, after, 0, "", "");
    }
    lines.cut()
}

/// The lines of a value with nothing to compare it to.
pub fn lines_of(value: &Value) -> Vec<ChangeLine> {
    let mut lines = Lines(Vec::new());
    lines.whole(value, Change::Same, 0, "", "");
    lines.cut()
}

struct Lines(Vec<ChangeLine>);

impl Lines {
    fn push(&mut self, depth: usize, text: String, change: Change) {
        self.0.push(ChangeLine { depth, text, change });
    }

    /// `head` is the key of a member, `tail` the comma behind it.
    fn compare(&mut self, before: &Value, after: &Value, depth: usize, head: &str, tail: &str) {
        match (before, after) {
            _ if before == after => self.push(depth, format!("{head}{}{tail}", brief(after)), Change::Same),
            (Value::Object(before), Value::Object(after)) => {
                self.push(depth, format!("{head}{{"), Change::Same);
                self.members(before, after, depth + 1);
                self.push(depth, format!("}}{tail}"), Change::Same);
            }
            (Value::Array(before), Value::Array(after)) => {
                self.push(depth, format!("{head}["), Change::Same);
                self.items(before, after, depth + 1);
                self.push(depth, format!("]{tail}"), Change::Same);
            }
            _ => {
                self.push(depth, format!("{head}{}", brief(before)), Change::Removed);
                self.whole(after, Change::Added, depth, head, tail);
            }
        }
    }

    fn members(&mut self, before: &Object, after: &Object, depth: usize) {
        let mut same = 0;
        for (at, (name, value)) in after.iter().enumerate() {
            let (head, tail) = (key(name), if at + 1 < after.len() { "," } else { "" });
            match before.get(name) {
                Some(old) if old == value && same >= MOST_SAME => same += 1,
                Some(old) => {
                    same += usize::from(old == value);
                    self.compare(old, value, depth, &head, tail);
                }
                None => self.whole(value, Change::Added, depth, &head, tail),
            }
        }
        if same > MOST_SAME {
            self.push(depth, tr!("… {} more, the same", keys(same - MOST_SAME)), Change::Same);
        }
        for (name, value) in before.iter().filter(|(name, _)| !after.contains_key(*name)) {
            self.push(depth, key(name) + &brief(value), Change::Removed);
        }
    }

    /// Items that are the same are counted, wherever they stand now; those between are compared one by one.
    fn items(&mut self, before: &[Value], after: &[Value], depth: usize) {
        let first = before.iter().zip(after).take_while(|(old, new)| old == new).count();
        let rest = (before[first..].iter().rev()).zip(after[first..].iter().rev());
        let last = rest.take_while(|(old, new)| old == new).count();
        self.same_items(first, depth);
        for op in aligned(&before[first..before.len() - last], &after[first..after.len() - last]) {
            let (old, new) = (op.old_range(), op.new_range());
            if op.tag() == DiffTag::Equal {
                self.same_items(new.len(), depth);
                continue;
            }
            for at in 0..old.len().max(new.len()) {
                let (old, new) = (old.clone().nth(at).map(|at| first + at), new.clone().nth(at).map(|at| first + at));
                let tail = if new.is_some_and(|at| at + 1 < after.len()) { "," } else { "" };
                match (old.map(|at| &before[at]), new.map(|at| &after[at])) {
                    (Some(old), Some(new)) => self.compare(old, new, depth, "", tail),
                    (None, Some(new)) => self.whole(new, Change::Added, depth, "", tail),
                    (Some(old), None) => self.push(depth, brief(old), Change::Removed),
                    (None, None) => {}
                }
                if self.0.len() > MOST_LINES {
                    return;
                }
            }
        }
        self.same_items(last, depth);
    }

    fn same_items(&mut self, count: usize, depth: usize) {
        if count > 0 {
            self.push(depth, tr!("… {}, the same", items(count)), Change::Same);
        }
    }

    /// All of a value, every line with the same mark.
    fn whole(&mut self, value: &Value, change: Change, depth: usize, head: &str, tail: &str) {
        if self.0.len() > MOST_LINES {
            return;
        }
        let (open, close) = match value {
            Value::Object(members) if !members.is_empty() => ("{", "}"),
            Value::Array(items) if !items.is_empty() => ("[", "]"),
            value => return self.push(depth, format!("{head}{value}{tail}"), change),
        };
        self.push(depth, format!("{head}{open}"), change);
        let comma = |at: usize, count: usize| if at + 1 < count { "," } else { "" };
        match value {
            Value::Object(members) => {
                for (at, (name, child)) in members.iter().enumerate() {
                    self.whole(child, change, depth + 1, &key(name), comma(at, members.len()));
                }
            }
            Value::Array(items) => {
                for (at, child) in items.iter().enumerate() {
                    self.whole(child, change, depth + 1, "", comma(at, items.len()));
                }
            }
            _ => {}
        }
        self.push(depth, format!("{close}{tail}"), change);
    }

    fn cut(self) -> Vec<ChangeLine> {
        let mut lines = self.0;
        if lines.len() > MOST_LINES {
            lines.truncate(MOST_LINES);
            lines.push(ChangeLine { depth: 0, text: tr!("… and more"), change: Change::Same });
        }
        lines
    }
}

/// Which items of two lists are the same ones; in long lists those at the same place.
fn aligned(before: &[Value], after: &[Value]) -> Vec<DiffOp> {
    if before.len().max(after.len()) > MOST_ALIGNED {
        let (old_len, new_len) = (before.len(), after.len());
        return vec![DiffOp::Replace { old_index: 0, old_len, new_index: 0, new_len }];
    }
    let texts = |items: &[Value]| items.iter().map(Value::to_string).collect::<Vec<_>>();
    capture_diff_slices(Algorithm::Myers, &texts(before), &texts(after))
}

fn key(name: &str) -> String {
    format!("{}: ", Value::from(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::parse_value;

    fn shown(before: &str, after: &str) -> Vec<String> {
        let value = |text: &str| parse_value(text).expect("JSON");
        let mark = |change: Change| match change {
            Change::Same => ' ',
            Change::Added => '+',
            Change::Removed => '-',
        };
        let line = |line: &ChangeLine| format!("{}{}{}", mark(line.change), "  ".repeat(line.depth), line.text);
        changes(&value(before), &value(after)).iter().map(line).collect()
    }

    #[test]
    fn what_is_new_is_unfolded_and_what_is_the_same_is_not() {
        assert_eq!(
            shown(r#"{"a": {"b": 1}, "c": [1, 2], "gone": 7}"#, r#"{"a": {"b": 1}, "c": [1, 2], "x": {"y": []}}"#),
            [
                r#" {"#,
                r#"   "a": {"b": 1},"#,
                r#"   "c": [1, 2],"#,
                r#"+  "x": {"#,
                r#"+    "y": []"#,
                r#"+  }"#,
                r#"-  "gone": 7"#,
                r#" }"#
            ]
        );
    }

    #[test]
    fn a_change_deep_inside_shows_the_way_to_it() {
        assert_eq!(
            shown(r#"{"a": [{"n": 1}, {"n": 2}, {"n": 3}]}"#, r#"{"a": [{"n": 1}, {"n": 5}, {"n": 3}]}"#),
            [
                " {",
                r#"   "a": ["#,
                "     … 1 item, the same",
                "     {",
                r#"-      "n": 2"#,
                r#"+      "n": 5"#,
                "     },",
                "     … 1 item, the same",
                "   ]",
                " }"
            ]
        );
        assert_eq!(shown("[1]", "[1, 2]"), [" [", "   … 1 item, the same", "+  2", " ]"]);
    }

    #[test]
    fn an_item_that_came_or_went_moves_no_other() {
        assert_eq!(
            shown("[1, 2, 3, 4, 5]", "[0, 2, 3, 9, 4, 6]"),
            [" [", "-  1", "+  0,", "   … 2 items, the same", "+  9,", "   … 1 item, the same", "-  5", "+  6", " ]"]
        );
        assert_eq!(
            shown("[7, 1, 2, 8]", "[1, 3, 2]"),
            [" [", "-  7", "   … 1 item, the same", "+  3,", "   … 1 item, the same", "-  8", " ]"]
        );
    }

    #[test]
    fn equal_values_have_no_changes_and_long_ones_an_end() {
        assert!(shown(r#"{"a": 1.0}"#, r#"{"a": 1}"#).is_empty());
        let long = format!("[{}]", vec!["1"; 10_000].join(","));
        assert!(shown("null", &long).len() < 500);
        assert!(shown(&long, "[]").len() < 500);
        assert_eq!(shown("1", r#""1""#), ["-1", r#"+"1""#]);
    }
}
