//! The data that flows through a run: JSON whose parts are shared, so that handing a payload from
//! state to state costs a pointer. Numbers keep their form (1 and 1.0 stay apart), objects their order.

use std::{fmt, hash::BuildHasherDefault, rc::Rc};

use indexmap::IndexMap;
use rustc_hash::FxHasher;

/// An object in the order its keys came.
pub type Object = IndexMap<Rc<str>, Value, BuildHasherDefault<FxHasher>>;

/// A JSON value. Cloning is cheap: it shares what is below.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    #[default]
    Null,
    Bool(bool),
    Number(Number),
    String(Rc<str>),
    Array(Rc<Vec<Value>>),
    Object(Rc<Object>),
}

/// A JSON number in the form it was written.
#[derive(Clone, Debug)]
pub enum Number {
    Int(i64),
    Float(f64),
    /// A number that fits neither: an integer beyond 64 bits, or a double beyond 1.8e308.
    Text(Rc<str>),
}

impl Number {
    /// Reads a valid JSON number text.
    pub fn parse(text: &str) -> Self {
        if let Ok(int) = text.parse::<i64>() {
            // AWS was seen to read "-0" as the integer 0 (`States.StringToJson`).
            return Self::Int(int);
        }
        let is_integer = !text.contains(['.', 'e', 'E']);
        match text.parse::<f64>() {
            Ok(float) if float.is_finite() && !is_integer => Self::Float(float),
            _ => Self::Text(text.into()),
        }
    }

    pub fn as_f64(&self) -> f64 {
        match self {
            Self::Int(int) => *int as f64,
            Self::Float(float) => *float,
            Self::Text(text) => text.parse().unwrap_or(f64::NAN),
        }
    }

    /// The number as an integer, where it is one in form: `1`, not `1.0`.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(int) => Some(*int),
            _ => None,
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(int) => write!(f, "{int}"),
            Self::Float(float) => write_double(*float, f),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// The shortest text that reads back as the same double, in the form of Java's `Double.toString`: from 0.001 to
/// below ten million with a decimal point, beyond that as `1.5E7`. AWS's `States.Format` shows Java's forms.
fn write_double(float: f64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if float == 0.0 || (1e-3..1e7).contains(&float.abs()) {
        // Rust's debug form keeps ".0".
        return write!(f, "{float:?}");
    }
    let text = format!("{float:E}");
    let (digits, exponent) = text.split_once('E').unwrap_or((&text, "0"));
    let fraction = if digits.contains('.') { "" } else { ".0" };
    write!(f, "{digits}{fraction}E{exponent}")
}

/// Numbers are equal by value, as Jackson and the States Language compare them.
impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => a == b,
            (Self::Text(a), Self::Text(b)) if a == b => true,
            _ => self.as_f64() == other.as_f64(),
        }
    }
}

impl Value {
    pub fn string(text: impl AsRef<str>) -> Self {
        Self::String(text.as_ref().into())
    }

    pub fn array(items: Vec<Value>) -> Self {
        Self::Array(Rc::new(items))
    }

    /// An object of the given members, in that order.
    pub fn object<K: Into<Rc<str>>>(members: impl IntoIterator<Item = (K, Value)>) -> Self {
        Self::Object(Rc::new(members.into_iter().map(|(key, value)| (key.into(), value)).collect()))
    }

    pub fn empty_object() -> Self {
        Self::Object(Rc::default())
    }

    pub fn as_str(&self) -> Option<&Rc<str>> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    pub fn as_array(&self) -> Option<&[Value]> {
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }

    pub fn as_number(&self) -> Option<&Number> {
        match self {
            Self::Number(number) => Some(number),
            _ => None,
        }
    }

    pub fn get(&self, key: &str) -> Option<&Value> {
        self.as_object()?.get(key)
    }

    /// Whether both are one shared value: a quick look, which answers no for equal copies.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Array(a), Self::Array(b)) => Rc::ptr_eq(a, b),
            (Self::Object(a), Self::Object(b)) => Rc::ptr_eq(a, b),
            (Self::String(a), Self::String(b)) => Rc::ptr_eq(a, b),
            (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            _ => false,
        }
    }

    /// The JSON text without white space: what the API carries as `input` and `output`.
    pub fn to_json(&self) -> String {
        let mut text = String::new();
        write_json(self, &mut text);
        text
    }

    /// Writes what [`Value::to_json`] gives to the end of a text.
    pub fn append_json(&self, text: &mut String) {
        write_json(self, text);
    }

    /// The JSON text for people: indented by two, a part that fits into a short line on one line.
    pub fn to_json_pretty(&self) -> String {
        let mut text = String::new();
        write_pretty(self, 0, &mut text);
        text
    }

    /// How many bytes of UTF-8 [`Value::to_json`] would have, without writing them.
    /// Stops counting past `limit` and returns some number above it.
    pub fn json_len(&self, limit: usize) -> usize {
        let mut count = 0;
        count_json(self, limit, usize::MAX, &mut count);
        count
    }

    /// Whether [`Value::to_json`] has at most `bytes` bytes of UTF-8, and arrays and objects nest at
    /// most `levels` deep.
    pub fn measure(&self, bytes: usize, levels: usize) -> Size {
        let mut count = 0;
        match count_json(self, bytes, levels, &mut count) {
            false => Size::TooDeep,
            true if count > bytes => Size::TooLong,
            true => Size::Fits,
        }
    }
}

/// What [`Value::measure`] finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    Fits,
    TooLong,
    TooDeep,
}

impl From<i64> for Value {
    fn from(int: i64) -> Self {
        Self::Number(Number::Int(int))
    }
}

impl From<f64> for Value {
    fn from(float: f64) -> Self {
        Self::Number(Number::Float(float))
    }
}

impl From<bool> for Value {
    fn from(bool: bool) -> Self {
        Self::Bool(bool)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::string(text)
    }
}

impl From<&Rc<str>> for Value {
    fn from(text: &Rc<str>) -> Self {
        Self::String(text.clone())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text.into())
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_json())
    }
}

fn write_json(value: &Value, out: &mut String) {
    use fmt::Write;
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => write!(out, "{number}").expect("writing to a string cannot fail"),
        Value::String(text) => write_json_string(text, out),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_json(item, out);
            }
            out.push(']');
        }
        Value::Object(object) => {
            out.push('{');
            for (index, (key, item)) in object.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_json_string(key, out);
                out.push(':');
                write_json(item, out);
            }
            out.push('}');
        }
    }
}

/// What is shorter than this stands on one line in [`Value::to_json_pretty`].
const SHORT: usize = 72;

fn write_pretty(value: &Value, depth: usize, out: &mut String) {
    let is_short = value.json_len(SHORT) <= SHORT;
    let separate = |index: usize, depth: usize, out: &mut String| {
        if index > 0 {
            out.push_str(if is_short { ", " } else { "," });
        }
        if !is_short {
            out.push('\n');
            (0..depth).for_each(|_| out.push_str("  "));
        }
    };
    match value {
        Value::Array(items) if !items.is_empty() => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                separate(index, depth + 1, out);
                write_pretty(item, depth + 1, out);
            }
            separate(0, depth, out);
            out.push(']');
        }
        Value::Object(object) if !object.is_empty() => {
            out.push('{');
            for (index, (key, item)) in object.iter().enumerate() {
                separate(index, depth + 1, out);
                write_json_string(key, out);
                out.push_str(": ");
                write_pretty(item, depth + 1, out);
            }
            separate(0, depth, out);
            out.push('}');
        }
        _ => write_json(value, out),
    }
}

/// Writes a string with the escapes of JSON: the two-letter ones where there are any.
pub fn write_json_string(text: &str, out: &mut String) {
    use fmt::Write;
    out.push('"');
    let mut written = 0;
    // What is to be escaped is one byte long, so a text may be cut before and after it.
    for (at, byte) in text.bytes().enumerate() {
        if byte >= b' ' && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.push_str(&text[written..at]);
        written = at + 1;
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            8 => out.push_str("\\b"),
            12 => out.push_str("\\f"),
            _ => write!(out, "\\u{byte:04X}").expect("writing to a string cannot fail"),
        }
    }
    out.push_str(&text[written..]);
    out.push('"');
}

/// Adds a value's bytes to `count`, unless that is past the limit already. Answers whether no more
/// than so many levels were found.
fn count_json(value: &Value, limit: usize, levels: usize, count: &mut usize) -> bool {
    if *count > limit {
        return true;
    }
    match value {
        Value::Null | Value::Bool(true) => *count += 4,
        Value::Bool(false) => *count += 5,
        Value::Number(Number::Int(int)) => {
            *count += usize::from(*int < 0) + int.unsigned_abs().checked_ilog10().unwrap_or(0) as usize + 1;
        }
        Value::Number(number) => *count += number.to_string().len(),
        Value::String(text) => *count += json_string_len(text),
        Value::Array(_) | Value::Object(_) if levels == 0 => return false,
        Value::Array(items) => {
            *count += 2 + items.len().saturating_sub(1);
            return items.iter().all(|item| count_json(item, limit, levels - 1, count));
        }
        Value::Object(object) => {
            *count += 2 + object.len().saturating_sub(1);
            return object.iter().all(|(key, item)| {
                *count += json_string_len(key) + 1;
                count_json(item, limit, levels - 1, count)
            });
        }
    }
    true
}

fn json_string_len(text: &str) -> usize {
    let escapes: usize = text
        .bytes()
        .map(|byte| match byte {
            b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 8 | 12 => 1,
            byte if byte < b' ' => 5,
            _ => 0,
        })
        .sum();
    text.len() + 2 + escapes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counting_agrees_with_writing() {
        let value = Value::object([
            (
                "a\n\u{1}\"é",
                Value::array(vec![Value::Null, true.into(), false.into(), (-10).into(), 0.into(), 1.5.into()]),
            ),
            ("b", Value::empty_object()),
            ("c", Value::array(vec![])),
        ]);
        assert_eq!(value.json_len(usize::MAX), value.to_json().len());
    }

    #[test]
    fn strings_are_escaped_where_json_asks_for_it_and_nowhere_else() {
        let text = Value::from("\"é\\/\n\r\t\u{8}\u{c}\u{1}\u{7f}\u{1f}𝄞\"");
        assert_eq!(text.to_json(), r#""\"é\\/\n\r\t\b\f\u0001"#.to_owned() + "\u{7f}" + r#"\u001F𝄞\"""#);
    }

    #[test]
    fn numbers_keep_their_form() {
        for text in ["1", "1.0", "-0.0", "123456789012345678901234567890", "1e400", "0.1"] {
            assert_eq!(Number::parse(text).to_string(), text);
        }
        // What Java's Double.toString makes of doubles at the edges of its two forms.
        let doubles = [
            ("1e5", "100000.0"),
            ("9999999.5", "9999999.5"),
            ("10000000.0", "1.0E7"),
            ("-123456789.25", "-1.2345678925E8"),
            ("1e20", "1.0E20"),
            ("0.001", "0.001"),
            ("0.00099", "9.9E-4"),
            ("2.5e-8", "2.5E-8"),
            ("1.7976931348623157e308", "1.7976931348623157E308"),
        ];
        for (text, written) in doubles {
            assert_eq!(Number::parse(text).to_string(), written);
        }
    }
}
