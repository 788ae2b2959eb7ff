//! The table of intrinsic functions and what each does. Limits are those of AWS's guide.
//! A function's `Err` is the text behind "The function '…' had the following error: ".

use std::{
    collections::HashSet,
    fmt::{self, Write},
    rc::Rc,
};

use base64::{Engine, engine::general_purpose::STANDARD};

use super::Environment;
use crate::{
    encoding,
    syntax::parse_value,
    value::{Number, Object, Value, write_json_string},
};

/// Base64 and Hash take texts up to this many characters.
const MAX_CHARACTERS: usize = 10_000;

/// `States.ArrayRange` makes no longer arrays.
const MAX_RANGE: i64 = 1000;

/// What a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Any,
    Text,
    Number,
    Bool,
    Array,
    Object,
}

pub(super) struct Function {
    pub name: &'static str,
    parameters: &'static [Kind],
    /// How many of the parameters may be left out.
    optional: usize,
    /// Whether any number of further values may follow.
    and_more: bool,
    pub run: fn(&[Value], &dyn Environment) -> Result<Value, String>,
}

const fn function(
    name: &'static str,
    parameters: &'static [Kind],
    run: fn(&[Value], &dyn Environment) -> Result<Value, String>,
) -> Function {
    Function { name, parameters, optional: 0, and_more: false, run }
}

/// In the order of AWS's guide.
pub(super) static TABLE: [Function; 18] = {
    use Kind::{Any, Array, Bool, Number, Object, Text};
    [
        Function { and_more: true, ..function("States.Array", &[], array) },
        function("States.ArrayPartition", &[Array, Number], array_partition),
        function("States.ArrayContains", &[Array, Any], array_contains),
        function("States.ArrayRange", &[Number, Number, Number], array_range),
        function("States.ArrayGetItem", &[Array, Number], array_get_item),
        function("States.ArrayLength", &[Array], array_length),
        function("States.ArrayUnique", &[Array], array_unique),
        function("States.Base64Encode", &[Text], base64_encode),
        function("States.Base64Decode", &[Text], base64_decode),
        function("States.Hash", &[Any, Text], hash),
        function("States.JsonMerge", &[Object, Object, Bool], json_merge),
        function("States.StringToJson", &[Text], string_to_json),
        function("States.JsonToString", &[Any], json_to_string),
        Function { optional: 1, ..function("States.MathRandom", &[Number, Number, Number], math_random) },
        function("States.MathAdd", &[Number, Number], math_add),
        function("States.StringSplit", &[Text, Text], string_split),
        function("States.UUID", &[], uuid),
        Function { and_more: true, ..function("States.Format", &[Text], format) },
    ]
};

/// All names, for messages.
pub(super) fn list() -> String {
    let names: Vec<_> = TABLE.iter().map(|function| format!("`{}`", function.name)).collect();
    names.join(", ")
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl Function {
    /// Whether the argument is a template with `{}` in it.
    pub fn is_template(&self, index: usize) -> bool {
        self.name == "States.Format" && index == 0
    }

    /// What is wrong with a number of arguments.
    pub fn wrong_count(&self, count: usize) -> Option<String> {
        let (most, least) = (self.parameters.len(), self.parameters.len() - self.optional);
        if count >= least && (self.and_more || count <= most) {
            return None;
        }
        let (expected, last) = match () {
            () if self.and_more => (format!("at least {least}"), least),
            () if least < most => (format!("{least} or {most}"), most),
            () => (most.to_string(), most),
        };
        let plural = if last == 1 { "" } else { "s" };
        Some(format!("`{}` takes {expected} argument{plural}, but is given {count}", self.name))
    }

    /// What is wrong with a literal argument.
    pub fn wrong_kind(&self, index: usize, value: &Value) -> Option<String> {
        let kind = self.parameters.get(index).copied().unwrap_or(Kind::Any);
        let message = || {
            format!("argument {} of `{}` must be {}, but is {}", index + 1, self.name, kind.describe(), describe(value))
        };
        (!kind.fits(value)).then(message)
    }

    /// The kinds of values that were computed.
    pub fn check(&self, values: &[Value]) -> Result<(), String> {
        let misfit = self.parameters.iter().zip(values).position(|(kind, value)| !kind.fits(value));
        match misfit {
            None => Ok(()),
            Some(at) => Err(format!(
                "Argument {} must be {}, but was {}: {}",
                at + 1,
                self.parameters[at].describe(),
                describe(&values[at]),
                values[at]
            )),
        }
    }
}

impl Kind {
    fn fits(self, value: &Value) -> bool {
        matches!(
            (self, value),
            (Self::Any, _)
                | (Self::Text, Value::String(_))
                | (Self::Number, Value::Number(_))
                | (Self::Bool, Value::Bool(_))
                | (Self::Array, Value::Array(_))
                | (Self::Object, Value::Object(_))
        )
    }

    fn describe(self) -> &'static str {
        match self {
            Self::Any => "a value",
            Self::Text => "a string",
            Self::Number => "a number",
            Self::Bool => "a boolean",
            Self::Array => "an array",
            Self::Object => "an object",
        }
    }
}

fn describe(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

// The arguments' kinds have been checked before a function runs; these only unwrap.

fn items(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_default()
}

fn text(value: &Value) -> &str {
    value.as_str().map_or("", |text| text)
}

/// A number as an integer, rounded half up, as AWS does it: 1.5 → 2, -1.5 → -1.
fn integer(value: &Value) -> Result<i64, String> {
    match value {
        Value::Number(Number::Int(int)) => Ok(*int),
        Value::Number(number) => {
            let rounded = (number.as_f64() + 0.5).floor();
            match rounded.abs() < 9.2e18 {
                true => Ok(rounded as i64),
                false => Err(format!("The number {number} is too large")),
            }
        }
        _ => Err(format!("Expected a number, but was {}", describe(value))),
    }
}

fn array(values: &[Value], _: &dyn Environment) -> Result<Value, String> {
    Ok(Value::array(values.to_vec()))
}

fn array_partition(values: &[Value], _: &dyn Environment) -> Result<Value, String> {
    match usize::try_from(integer(&values[1])?) {
        Ok(size) if size > 0 => {
            Ok(Value::array(items(&values[0]).chunks(size).map(|chunk| Value::array(chunk.to_vec())).collect()))
        }
        _ => Err(format!("The chunk size must be a positive integer, but was {}", values[1])),
    }
}

fn array_contains(values: &[Value], _: &dyn Environment) -> Result<Value, String> {
    Ok(items(&values[0]).contains(&values[1]).into())
}

fn array_range(values: &[Value], _: &dyn Environment) -> Result<Value, String> {
    let (first, last, step) = (integer(&values[0])?, integer(&values[1])?, integer(&values[2])?);
    if step == 0 {
        return Err("The step must not be 0".to_owned());
    }
    let distance = i128::from(last) - i128::from(first);
    let count = distance / i128::from(step) + 1;
    if distance != 0 && (distance < 0) != (step < 0) {
        return Ok(Value::array(Vec::new()));
    }
    if count > i128::from(MAX_RANGE) {
        return Err(format!("The array must not have more than {MAX_RANGE} items, but would have {count}"));
    }
    Ok(Value::array((0..count as i64).map(|index| Value::from(first + index * step)).collect()))
}

fn array_get_item(values: &[Value], _: &dyn Environment) -> Result<Value, String> {
    let items = items(&values[0]);
    let item = usize::try_from(integer(&values[1])?).ok().and_then(|index| items.get(index));
    item.cloned()
        .ok_or_else(|| format!("The index {} is out of bounds for an array of {} items", values[1], items.len()))
}

fn array_length(values: &[Value], _: &dyn Environment) -> Result<Value, String> {
    Ok((items(&values[0]).len() as i64).into())
}

fn array_unique(values: &[Value], _: &dyn Environment) -> Result<Value, String> {
    let mut seen = HashSet::new();
    let is_new = |item: &&Value| {
        let mut key = String::new();
        write_canonical(item, &mut key);
        seen.insert(key)
    };
    Ok(Value::array(items(&values[0]).iter().filter(is_new).cloned().collect()))
}

/// A text that is the same for equal values: keys sorted, numbers by value.
fn write_canonical(value: &Value, out: &mut String) {
    match value {
        Value::Number(number) => {
            let float = number.as_f64();
            match number.as_int() {
                None if float.fract() == 0.0 && float.abs() < 9.0e15 => *out += &(float as i64).to_string(),
                _ => *out += &number.to_string(),
            }
        }
        Value::Array(items) => {
            out.push('[');
            for item in items.iter() {
                write_canonical(item, out);
                out.push(',');
            }
            out.push(']');
        }
        Value::Object(object) => {
            let mut members: Vec<_> = object.iter().collect();
            members.sort_by_key(|(key, _)| *key);
            out.push('{');
            for (key, member) in members {
                write_json_string(key, out);
                out.push(':');
                write_canonical(member, out);
                out.push(',');
            }
            out.push('}');
        }
        other => *out += &other.to_json(),
    }
}

fn check_length(text: &str) -> Result<(), String> {
    // The count of bytes is never below that of characters.
    match text.len() <= MAX_CHARACTERS || text.chars().count() <= MAX_CHARACTERS {
        true => Ok(()),
        false => Err(format!("The data must not have more than {MAX_CHARACTERS} characters")),
    }
}

fn base64_encode(values: &[Value], _: &dyn Environment) -> Result<Value, String> {
    check_length(text(&values[0]))?;
    Ok(STANDARD.encode(text(&values[0])).into())
}

fn base64_decode(values: &[Value], _: &dyn Environment) -> Result<Value, String> {
    check_length(text(&values[0]))?;
    match STANDARD.decode(text(&values[0])) {
        Ok(bytes) => Ok(Value::string(String::from_utf8_lossy(&bytes))),
        Err(_) => Err("The data is not valid Base64".to_owned()),
    }
}

fn hash(values: &[Value], _: &dyn Environment) -> Result<Value, String> {
    let json;
    let data = match &values[0] {
        Value::String(text) => &**text,
        other => {
            json = other.to_json();
            &json
        }
    };
    check_length(data)?;
    let data = data.as_bytes();
    let algorithm = text(&values[1]);
    encoding::hex_digest(algorithm, data).map(Value::from).ok_or_else(|| {
        let known = "MD5, SHA-1, SHA-256, SHA-384 and SHA-512";
        format!("The hashing algorithm '{algorithm}' is not supported: there are {known}")
    })
}

fn json_merge(values: &[Value], _: &dyn Environment) -> Result<Value, String> {
    if values[2] == Value::Bool(true) {
        return Err("Deep merging is not supported: the third argument must be false".to_owned());
    }
    match (&values[0], &values[1]) {
        (Value::Object(left), Value::Object(right)) => {
            let mut merged: Object = (**left).clone();
            merged.extend(right.iter().map(|(key, value)| (key.clone(), value.clone())));
            Ok(Value::Object(Rc::new(merged)))
        }
        _ => Err("Only objects can be merged".to_owned()),
    }
}

fn string_to_json(values: &[Value], _: &dyn Environment) -> Result<Value, String> {
    let text = text(&values[0]);
    if text.trim().is_empty() {
        return Ok(Value::Null);
    }
    parse_value(text).map_err(|fault| {
        format!("The string is not valid JSON: {} at character {}", fault.message, fault.span.start + 1)
    })
}

fn json_to_string(values: &[Value], _: &dyn Environment) -> Result<Value, String> {
    Ok(values[0].to_json().into())
}

fn math_random(values: &[Value], environment: &dyn Environment) -> Result<Value, String> {
    let (start, end) = (integer(&values[0])?, integer(&values[1])?);
    if start >= end {
        return Err(format!("The start number must be below the end number, but they are {start} and {end}"));
    }
    let random = match values.get(2) {
        Some(seed) => mix(integer(seed)? as u64),
        None => environment.random(),
    };
    // The end is exclusive; the span fits 65 bits at most.
    let span = (i128::from(end) - i128::from(start)) as u128;
    let offset = ((u128::from(random) * span) >> 64) as i128;
    Ok(((i128::from(start) + offset) as i64).into())
}

/// SplitMix64: the same seed gives the same number.
fn mix(seed: u64) -> u64 {
    let mut bits = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

fn math_add(values: &[Value], _: &dyn Environment) -> Result<Value, String> {
    let sum = integer(&values[0])?.checked_add(integer(&values[1])?);
    sum.map(Value::from).ok_or_else(|| "The sum is too large".to_owned())
}

/// The delimiter is a set of characters, and empty pieces are dropped.
fn string_split(values: &[Value], _: &dyn Environment) -> Result<Value, String> {
    let delimiter = text(&values[1]);
    let pieces = text(&values[0]).split(|character| delimiter.contains(character));
    Ok(Value::array(pieces.filter(|piece| !piece.is_empty()).map(Value::from).collect()))
}

/// A random UUID, version 4.
fn uuid(_: &[Value], environment: &dyn Environment) -> Result<Value, String> {
    Ok(encoding::uuid(environment.random(), environment.random()).into())
}

fn format(values: &[Value], _: &dyn Environment) -> Result<Value, String> {
    let template = text(&values[0]);
    let mut given = values[1..].iter();
    let mut places = 0;
    let mut out = String::with_capacity(template.len() + 16);
    let mut rest = template;
    while let Some(at) = rest.find(['{', '\\']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let escaped = ["\\{", "\\}", "\\\\"].iter().any(|escape| rest.starts_with(escape));
        let length = if escaped || rest.starts_with("{}") { 2 } else { 1 };
        match (escaped, length) {
            (true, _) => out.push_str(&rest[1..2]),
            (false, 2) => {
                places += 1;
                if let Some(value) = given.next() {
                    write_plain(value, &mut out);
                }
            }
            _ => out.push_str(&rest[..1]),
        }
        rest = &rest[length..];
    }
    out.push_str(rest);
    match places == values.len() - 1 {
        true => Ok(out.into()),
        false => Err(format!(
            "The number of arguments, {}, does not match the number of occurrences of {{}}, {places}",
            values.len() - 1
        )),
    }
}

/// A value as Java's `toString` has it, which AWS uses: `{Arg1=1, Arg2=[]}`.
fn write_plain(value: &Value, out: &mut String) {
    match value {
        Value::String(text) => out.push_str(text),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                write_plain(item, out);
            }
            out.push(']');
        }
        Value::Object(object) => {
            out.push('{');
            for (index, (key, member)) in object.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                out.push_str(key);
                out.push('=');
                write_plain(member, out);
            }
            out.push('}');
        }
        other => write!(out, "{other}").expect("writing to a string cannot fail"),
    }
}
