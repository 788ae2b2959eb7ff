//! Templates of replies: JSON in whose texts there are placeholders, filled from the request, the account and what is
//! drawn from the seed.
//!
//! `{param:Path}` is a parameter's value, `{text:Path}` that as a text, `{name:Path}` its last part after `/` or `:`,
//! `{path:Path}` the text without a slash before it, `{json:Path}` the JSON in it; `|` is followed by what stands there
//! where the parameter is missing, or by `=` and another placeholder. A member whose text cannot be filled is left out.
//! `{"{each:Path}": template}` is a list, an entry for each of the parameter's; there a path begins at the entry and then
//! at the request, and `.` is the entry.

use std::rc::Rc;

use chrono::DateTime;

use super::{DEFAULT_DELAY, digests, ids::Ids, text_of};
use crate::{
    engine::clock::Instant,
    value::{Object, Value},
};

/// What a template is filled from.
pub(super) struct Call<'a> {
    pub parameters: &'a Value,
    pub region: &'a str,
    pub account: &'a str,
    pub at: Instant,
    /// The optimised integrations give times in milliseconds, those with AWS's SDK as texts.
    pub has_texts_for_times: bool,
    pub ids: &'a Ids,
}

/// An entry of the list that is being made.
#[derive(Clone, Copy, Default)]
struct Entry<'a> {
    value: Option<&'a Value>,
    index: usize,
}

impl Call<'_> {
    /// The template filled; `None` where it is a text that cannot be.
    pub fn fill(&self, template: &Value) -> Option<Value> {
        self.fill_for(template, Entry::default())
    }

    fn fill_for(&self, template: &Value, entry: Entry) -> Option<Value> {
        match template {
            Value::String(text) => self.text(text, entry),
            Value::Array(items) => {
                Some(Value::array(items.iter().filter_map(|item| self.fill_for(item, entry)).collect()))
            }
            Value::Object(members) => Some(self.members(members, entry)),
            _ => Some(template.clone()),
        }
    }

    fn members(&self, members: &Object, entry: Entry) -> Value {
        if let Some((key, template)) = members.iter().next()
            && let Some(path) = key.strip_prefix("{each:").and_then(|rest| rest.strip_suffix('}'))
        {
            let items = self.parameter(path, entry).and_then(Value::as_array).unwrap_or_default();
            let of = |(index, value)| self.fill_for(template, Entry { value: Some(value), index });
            return Value::array(items.iter().enumerate().filter_map(of).collect());
        }
        let filled = members.iter().filter_map(|(key, value)| Some((key.clone(), self.fill_for(value, entry)?)));
        Value::object(filled.collect::<Vec<(Rc<str>, Value)>>())
    }

    /// A text that is one placeholder becomes what that gives, be it no text.
    fn text(&self, text: &str, entry: Entry) -> Option<Value> {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, placeholder, after)) = next(rest) {
            let value = self.placeholder(placeholder, entry)?;
            if before.is_empty() && after.is_empty() && filled.is_empty() {
                return Some(value);
            }
            filled.push_str(before);
            filled.push_str(&text_of(&value));
            rest = after;
        }
        filled.push_str(rest);
        Some(Value::from(filled))
    }

    fn placeholder(&self, placeholder: &str, entry: Entry) -> Option<Value> {
        let (placeholder, default) = placeholder
            .split_once('|')
            .map_or((placeholder, None), |(placeholder, default)| (placeholder, Some(default)));
        let (name, argument) = placeholder.split_once(':').unwrap_or((placeholder, ""));
        if let Some(value) = self.of_parameter(name, argument, entry) {
            return value.or_else(|| self.default(name, default?, entry));
        }
        let drawn = |alphabet: &str| {
            let (length, number) = argument.split_once('#').unwrap_or((argument, "0"));
            let length = length.parse().expect("a placeholder says how long it is");
            Value::from(self.ids.drawn(number_of(number, entry), length, alphabet))
        };
        Some(match name {
            "uuid" => self.ids.nth_uuid(number_of(argument, entry)).into(),
            "hex" => drawn("0123456789abcdef"),
            "digits" => drawn("0123456789"),
            "id" => drawn("abcdefghijklmnopqrstuvwxyz0123456789"),
            "ID" => drawn("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"),
            "Id" => drawn("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
            "time" if self.has_texts_for_times => self.moment(argument).to_rfc3339().into(),
            "time" => self.moment(argument).as_micros().div_euclid(1000).into(),
            "now" => self.moment(argument).to_rfc3339().into(),
            "date" => http_date(self.at + DEFAULT_DELAY).into(),
            "region" => self.region.into(),
            "account" => self.account.into(),
            _ => unreachable!("{name} is a placeholder of the table, and a test fills all of them"),
        })
    }

    /// What a placeholder makes of a parameter, `Some(None)` where that is missing; `None` if it asks for none.
    fn of_parameter(&self, name: &str, path: &str, entry: Entry) -> Option<Option<Value>> {
        let value = self.parameter(path, entry);
        let text = || value.map(text_of);
        Some(match name {
            "param" => value.cloned(),
            "text" => text().map(Value::from),
            "json" => text().map(|text| crate::syntax::parse_value(&text).unwrap_or_else(|_| text.into())),
            "name" => text().map(|text| text.rsplit(['/', ':']).next().unwrap_or(&text).into()),
            // Without the slash that a path of parameters begins with.
            "path" => text().map(|text| text.trim_start_matches('/').into()),
            "execution" => text().map(|arn| arn.replacen(":stateMachine:", ":execution:", 1).into()),
            "machine" => text().map(|arn| machine_of(&arn).into()),
            "md5" => text().map(|text| digests::md5(text.as_bytes()).into()),
            "crc32" => text().map(|text| digests::crc32_in_base64(text.as_bytes()).into()),
            "length" => text().map(|text| (text.len() as i64).into()),
            "attributes-md5" => value.and_then(digests::of_attributes).map(Value::from),
            // A queue or topic that is first in, first out numbers its messages.
            "fifo" => text()
                .filter(|name| name.ends_with(".fifo"))
                .map(|_| format!("1{}", self.ids.drawn(number_of("", entry), 19, "0123456789")).into()),
            _ => return None,
        })
    }

    fn default(&self, name: &str, default: &str, entry: Entry) -> Option<Value> {
        match (default.strip_prefix('='), name) {
            (Some(placeholder), _) => self.placeholder(placeholder, entry),
            (None, "param" | "json") => crate::syntax::parse_value(default).ok(),
            (None, _) => Some(default.into()),
        }
    }

    fn parameter<'v>(&'v self, path: &str, entry: Entry<'v>) -> Option<&'v Value> {
        if path == "." {
            return entry.value;
        }
        let step = |value: &'v Value, name: &str| match name.parse::<usize>() {
            Ok(index) => value.as_array()?.get(index),
            Err(_) => value.get(name),
        };
        let at = |root: &'v Value| path.split('.').try_fold(root, step);
        entry.value.and_then(at).or_else(|| at(self.parameters)).filter(|value| **value != Value::Null)
    }

    /// When the request was made, or with `end` when it was answered.
    fn moment(&self, which: &str) -> Instant {
        if which == "end" { self.at + DEFAULT_DELAY } else { self.at }
    }
}

/// The first placeholder of a text, with what is before and after it: a letter follows its brace.
fn next(text: &str) -> Option<(&str, &str, &str)> {
    let open = text.match_indices('{').map(|(at, _)| at);
    let start = open.into_iter().find(|at| text[at + 1..].starts_with(|next: char| next.is_ascii_alphabetic()))?;
    let mut depth = 0;
    let end = text[start..].char_indices().find(|(_, letter)| {
        depth += i32::from(*letter == '{') - i32::from(*letter == '}');
        depth == 0
    });
    let end = start + end?.0;
    Some((&text[..start], &text[start + 1..end], &text[end + 1..]))
}

/// Which of several drawn texts: by its own number and that of the entry.
fn number_of(argument: &str, entry: Entry) -> u64 {
    argument.parse::<u64>().unwrap_or(0) << 16 | entry.index as u64
}

/// The machine's ARN out of an execution's.
fn machine_of(execution: &str) -> String {
    let arn = execution.rsplit_once(':').map_or(execution, |(machine, _)| machine);
    arn.replacen(":execution:", ":stateMachine:", 1)
}

/// As HTTP writes dates (RFC 9110, 5.6.7).
fn http_date(at: Instant) -> String {
    let time = DateTime::from_timestamp_micros(at.as_micros()).unwrap_or_default();
    time.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(template: &str, parameters: &str) -> String {
        let parse = |text| crate::syntax::parse_value(text).expect("it is JSON");
        let ids = Ids { seed: 1, number: 2 };
        let call = Call {
            parameters: &parse(parameters),
            region: "eu-west-1",
            account: "123456789012",
            at: Instant::from_micros(1_704_067_200_000_000),
            has_texts_for_times: false,
            ids: &ids,
        };
        call.fill(&parse(template)).map_or_else(|| "left out".to_owned(), |value| value.to_json())
    }

    #[test]
    fn a_parameter_keeps_its_kind_where_it_stands_alone() {
        assert_eq!(filled(r#""{param:A.0.B}""#, r#"{"A": [{"B": [1]}]}"#), "[1]");
        assert_eq!(filled(r#""<{text:A}>""#, r#"{"A": {"b": 1}}"#), r#""<{\"b\":1}>""#);
        assert_eq!(filled(r#""{name:A}""#, r#"{"A": "arn:aws:x:::cluster/main"}"#), r#""main""#);
    }

    #[test]
    fn what_is_missing_has_a_default_or_is_left_out() {
        assert_eq!(
            filled(r#"["{text:A|x}", "{param:A|{}}", "{text:A|=account}"]"#, "{}"),
            r#"["x",{},"123456789012"]"#
        );
        assert_eq!(filled(r#"{"a": "{text:A}", "b": "x{text:A}", "c": "{}"}"#, "{}"), r#"{"c":"{}"}"#);
    }

    #[test]
    fn a_list_has_an_entry_for_each() {
        let template = r#"{"{each:L}": {"id": "{text:Id}", "all": "{text:All}", "self": "{text:.}"}}"#;
        let expected = r#"[{"id":"1","all":"x","self":"{\"Id\":1}"}]"#;
        assert_eq!(filled(template, r#"{"L": [{"Id": 1}], "All": "x"}"#), expected);
        assert_eq!(filled(template, "{}"), "[]");
    }

    #[test]
    fn times_are_those_of_the_run() {
        assert_eq!(filled(r#"["{time}", "{time:end}"]"#, "{}"), "[1704067200000,1704067200100]");
        assert_eq!(filled(r#""{date}""#, "{}"), r#""Mon, 01 Jan 2024 00:00:00 GMT""#);
    }
}
