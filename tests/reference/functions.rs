//! Some of the intrinsic functions, by "Intrinsic Functions" in the specification and AWS's guide.

use serde_json::{Value, json};

use super::{
    ANY_WORDS, Fault, Source,
    data::{Scope, look_up},
};

/// The result of a call: `States.Array($.a, 1, 'x')`.
pub fn call(text: &str, data: &Value, scope: &Scope) -> Result<Value, Fault> {
    let mut reader = Reader { rest: text, data, scope };
    reader.call()
}

struct Reader<'a> {
    rest: &'a str,
    data: &'a Value,
    scope: &'a Scope<'a>,
}

impl Reader<'_> {
    fn call(&mut self) -> Result<Value, Fault> {
        let (name, rest) = self.rest.split_once('(').expect("a call has arguments");
        self.rest = rest;
        let mut arguments = Vec::new();
        while !self.eat(")") {
            arguments.push(self.argument()?);
            self.eat(", ");
        }
        apply(name, &arguments)
    }

    fn eat(&mut self, token: &str) -> bool {
        let after = self.rest.strip_prefix(token);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }

    fn argument(&mut self) -> Result<Value, Fault> {
        if self.rest.starts_with("States.") {
            return self.call();
        }
        if let Some(text) = self.rest.strip_prefix('\'') {
            let (text, rest) = text.split_once('\'').expect("a text is closed");
            self.rest = rest;
            return Ok(text.into());
        }
        // A comma inside of brackets belongs to the path.
        let mut depth = 0;
        let is_end = |character: char| {
            depth += i32::from(character == '[') - i32::from(character == ']');
            depth == 0 && matches!(character, ',' | ')')
        };
        let end = self.rest.find(is_end).expect("a call is closed");
        let (argument, rest) = self.rest.split_at(end);
        self.rest = rest;
        match argument.starts_with('$') {
            true => look_up(argument, self.data, self.scope),
            false => Ok(serde_json::from_str(argument).expect("a literal")),
        }
    }
}

fn failure() -> Fault {
    Fault::Error { name: Some("States.IntrinsicFailure".into()), cause: Some(ANY_WORDS.into()), source: Source::State }
}

/// Whether words of our own are in a value: what is computed from them is open.
fn is_open(value: &Value) -> bool {
    value.to_string().contains(ANY_WORDS)
}

fn apply(name: &str, arguments: &[Value]) -> Result<Value, Fault> {
    let copies = matches!(name, "States.Array" | "States.Format" | "States.JsonToString" | "States.ArrayLength");
    if !copies && arguments.iter().any(is_open) {
        return Err(Fault::Undecided("a function of words of our own"));
    }
    let array = |at: usize| arguments[at].as_array().ok_or_else(failure);
    let text = |at: usize| arguments[at].as_str().ok_or_else(failure);
    let integer = |at: usize| integer(&arguments[at]);
    match name {
        "States.Array" => Ok(Value::Array(arguments.to_vec())),
        "States.ArrayLength" => Ok(array(0)?.len().into()),
        "States.ArrayGetItem" => {
            let (items, index) = (array(0)?, integer(1)?);
            usize::try_from(index).ok().and_then(|index| items.get(index)).cloned().ok_or_else(failure)
        }
        "States.ArrayContains" => {
            let is_there = array(0)?.iter().map(|item| is_same(item, &arguments[1]));
            Ok(is_there.collect::<Result<Vec<_>, _>>()?.contains(&true).into())
        }
        "States.ArrayUnique" => {
            let mut unique: Vec<Value> = Vec::new();
            for item in array(0)? {
                let known = unique.iter().map(|known| is_same(known, item)).collect::<Result<Vec<_>, _>>()?;
                if !known.contains(&true) {
                    unique.push(item.clone());
                }
            }
            Ok(Value::Array(unique))
        }
        "States.ArrayPartition" => {
            let (items, size) = (array(0)?, integer(1)?);
            let size = usize::try_from(size).ok().filter(|&size| size > 0).ok_or_else(failure)?;
            Ok(Value::Array(items.chunks(size).map(|chunk| Value::Array(chunk.to_vec())).collect()))
        }
        "States.ArrayRange" => {
            let (first, last, step) = (integer(0)?, integer(1)?, integer(2)?);
            if step == 0 || (last - first) / step > 1000 {
                return Err(failure());
            }
            let numbers = (0..).map(|index| first + index * step);
            let range = numbers.take_while(|&number| if step > 0 { number <= last } else { number >= last });
            Ok(range.map(Value::from).collect())
        }
        "States.MathAdd" => integer(0)?.checked_add(integer(1)?).map(Value::from).ok_or_else(failure),
        "States.JsonToString" => Ok(arguments[0].to_string().into()),
        "States.StringToJson" => match text(0)? {
            blank if blank.trim().is_empty() => Ok(Value::Null),
            text => serde_json::from_str(text).map_err(|_| failure()),
        },
        "States.StringSplit" => {
            let (text, delimiters) = (text(0)?, text(1)?);
            let pieces = text.split(|character| delimiters.contains(character)).filter(|piece| !piece.is_empty());
            Ok(pieces.map(Value::from).collect())
        }
        "States.JsonMerge" => match (&arguments[0], &arguments[1]) {
            (Value::Object(left), Value::Object(right)) => {
                let mut merged = left.clone();
                merged.extend(right.clone());
                Ok(Value::Object(merged))
            }
            _ => Err(failure()),
        },
        "States.Format" => format(text(0)?, &arguments[1..]),
        other => unreachable!("no {other} is generated"),
    }
}

/// Numbers are rounded to the nearest integer, halves up.
fn integer(value: &Value) -> Result<i64, Fault> {
    match (value.as_i64(), value.as_f64()) {
        (Some(integer), _) => Ok(integer),
        (None, Some(float)) if float.abs() < 1e15 => Ok((float + 0.5).floor() as i64),
        (None, Some(_)) => Err(Fault::Undecided("a large number as an integer")),
        (None, None) => Err(failure()),
    }
}

/// Whether two values are equal. That 1 is 1.0, or is not, no document says.
fn is_same(left: &Value, right: &Value) -> Result<bool, Fault> {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) if a != b && a.as_f64() == b.as_f64() => {
            Err(Fault::Undecided("whether 1 is 1.0"))
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            let same = a.iter().zip(b).map(|(a, b)| is_same(a, b)).collect::<Result<Vec<_>, _>>()?;
            Ok(!same.contains(&false))
        }
        (Value::Object(a), Value::Object(b)) if a.len() == b.len() => {
            let same = a.iter().map(|(key, a)| b.get(key).map_or(Ok(false), |b| is_same(a, b)));
            Ok(!same.collect::<Result<Vec<_>, _>>()?.contains(&false))
        }
        (left, right) => Ok(left == right),
    }
}

/// Each `{}` is replaced by the next argument, and there have to be as many as arguments.
fn format(template: &str, arguments: &[Value]) -> Result<Value, Fault> {
    let pieces: Vec<&str> = template.split("{}").collect();
    if pieces.len() != arguments.len() + 1 {
        return Err(failure());
    }
    let filled = pieces.iter().skip(1).zip(arguments).map(|(piece, argument)| shown(argument) + piece);
    Ok((pieces[0].to_string() + &filled.collect::<String>()).into())
}

/// As AWS was recorded to show values: a text without quotes, an object as Java does, `{a=1, b=[]}`.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
        Value::Object(object) => {
            let members: Vec<_> = object.iter().map(|(key, value)| format!("{key}={}", shown(value))).collect();
            format!("{{{}}}", members.join(", "))
        }
        other => json!(other).to_string(),
    }
}
