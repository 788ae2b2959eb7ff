//! Between our values and the crate's. JSONata counts in doubles, so `1.0` comes out as `1`; integers are exact up to
//! 2^53, where AWS keeps them exact up to 64 bits as long as nothing is computed with them.

use std::rc::Rc;

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

    /// AWS writes a whole number as such while it fits 64 bits, and Java's form of a double beyond.
    fn number(&mut self, value: f64) -> Value {
        const LIMIT: f64 = 9_223_372_036_854_775_808.0;
        if value.fract() == 0.0 && (-LIMIT..LIMIT).contains(&value) {
            return (value as i64).into();
        }
        value.into()
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
