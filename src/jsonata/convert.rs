//! Between our values and the crate's. JSONata counts in doubles, so `1.0` comes out as `1`. AWS keeps integers of 64
//! bits exact as long as nothing is computed with them: [`Integers`] remembers those that a double cannot hold.

use std::{collections::BTreeMap, rc::Rc};

use jlens_core::{output::Builder, reads::Read};
use serde_json::{Map, Number as JsonNumber, Value as Json};

use crate::value::{Number, Object, Value};

/// What an expression reads of a value, the rest left out.
pub(super) fn to_json(value: &Value, read: &Read) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(bool) => Json::Bool(*bool),
        Value::Number(number) => number_to_json(number),
        Value::String(text) => Json::String(text.to_string()),
        Value::Array(items) => Json::Array(items.iter().map(|item| to_json(item, read)).collect()),
        Value::Object(object) => Json::Object(members(object, read)),
    }
}

fn members(object: &Object, read: &Read) -> Map<String, Json> {
    match read {
        Read::Whole => object.iter().map(|(key, value)| (key.to_string(), to_json(value, read))).collect(),
        // Looked up one by one where few are read; the order does not show, as only these members are.
        Read::Fields(fields) => {
            fields.iter().filter_map(|(key, read)| Some((key.clone(), to_json(object.get(&**key)?, read)))).collect()
        }
    }
}

fn number_to_json(number: &Number) -> Json {
    if let Number::Int(int) = number {
        return Json::from(*int);
    }
    let float = number.as_f64();
    // JSON has no literal for what is beyond a double: AWS writes the name that JavaScript has for it.
    JsonNumber::from_f64(float).map_or_else(|| Json::String(name_of_infinite(float).to_owned()), Json::Number)
}

fn name_of_infinite(float: f64) -> &'static str {
    match () {
        () if float.is_nan() => "NaN",
        () if float > 0.0 => "Infinity",
        () => "-Infinity",
    }
}

/// The large integers that went into an evaluation, by the doubles that stand for them. Two that share a double are
/// both given up.
#[derive(Default)]
pub(super) struct Integers(BTreeMap<u64, Option<i64>>);

impl Integers {
    /// Notes the large numbers of a value, floats among them, since they may share a double with an integer.
    pub fn note(&mut self, value: &Json) {
        match value {
            Json::Number(number) => self.note_number(number),
            Json::Array(items) => items.iter().for_each(|item| self.note(item)),
            Json::Object(object) => object.values().for_each(|value| self.note(value)),
            _ => {}
        }
    }

    fn note_number(&mut self, number: &JsonNumber) {
        const EXACT: f64 = 9_007_199_254_740_992.0;
        let float = number.as_f64().unwrap_or(f64::NAN);
        if float.abs() >= EXACT {
            let integer = number.as_i64();
            let known = self.0.entry(float.to_bits()).or_insert(integer);
            if *known != integer {
                *known = None;
            }
        }
    }

    fn exact(&self, float: f64) -> Option<i64> {
        self.0.get(&float.to_bits()).copied().flatten()
    }
}

/// A result as one of our values.
pub(super) fn from_json(json: &Json, integers: &Integers) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(bool) => (*bool).into(),
        Json::Number(float) => {
            let float = float.as_f64().unwrap_or(f64::NAN);
            integers.exact(float).map_or_else(|| number(float), Value::from)
        }
        Json::String(text) => text.as_str().into(),
        Json::Array(items) => Value::array(items.iter().map(|item| from_json(item, integers)).collect()),
        Json::Object(members) => {
            let member = |(key, value): (&String, &Json)| (key.as_str().into(), from_json(value, integers));
            Value::Object(Rc::new(members.iter().map(member).collect()))
        }
    }
}

/// AWS writes a whole number as such while it fits 64 bits, and Java's form of a double beyond.
fn number(value: f64) -> Value {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if value.fract() == 0.0 && (-LIMIT..LIMIT).contains(&value) {
        return (value as i64).into();
    }
    value.into()
}

/// Writes a result as one of our values.
pub(super) struct Writer;

impl Builder for Writer {
    type Value = Value;
    type Array = Vec<Value>;
    type Object = Object;

    fn null(&mut self) -> Value {
        Value::Null
    }

    fn bool(&mut self, value: bool) -> Value {
        value.into()
    }

    fn number(&mut self, value: f64) -> Value {
        number(value)
    }

    fn string(&mut self, value: &str) -> Value {
        value.into()
    }

    fn array(&mut self, len: usize) -> Vec<Value> {
        Vec::with_capacity(len)
    }

    fn push(&mut self, array: &mut Vec<Value>, item: Value) {
        array.push(item);
    }

    fn end_array(&mut self, array: Vec<Value>) -> Value {
        Value::array(array)
    }

    fn object(&mut self, len: usize) -> Object {
        Object::with_capacity_and_hasher(len, Default::default())
    }

    fn insert(&mut self, object: &mut Object, key: &str, value: Value) {
        object.insert(key.into(), value);
    }

    fn end_object(&mut self, object: Object) -> Value {
        Value::Object(Rc::new(object))
    }
}
