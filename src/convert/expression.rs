//! JSONPath's paths and intrinsic functions as JSONata. What JSONata would do otherwise for some data is refused, or
//! noted where it differs only in runs that fail anyway, or in the form of a text.

use std::collections::BTreeSet;

use crate::{
    intrinsic::{Argument, Intrinsic, variable_in},
    jsonpath::Path,
    syntax::{Node, NodeKind},
    value::{Number, Value},
};

/// What a reader has to know of a conversion.
pub(super) type Notes = BTreeSet<&'static str>;

pub(super) const MISSING: &str =
    "what is missing fails in JSONPath; inside a larger JSONata expression it is left out instead";
pub(super) const FORMATTED: &str =
    "`&` writes objects, arrays and numbers with a fraction in JSON's form, `States.Format` in Java's";
pub(super) const STRINGIFIED: &str = "`$string` gives a text as it is, `States.JsonToString` puts it into quotes";

/// A path or call with `root` in the place of `$`; the error says why it has no faithful form.
pub(super) fn translate(source: &str, root: &str, notes: &mut Notes) -> Result<String, String> {
    if let Some(rest) = source.strip_prefix("$$") {
        return path(&format!("${rest}"), "$states.context");
    }
    match variable_in(source) {
        Some((name, rest)) => path(&format!("${rest}"), &format!("${name}")),
        None if source.starts_with('$') => path(source, root),
        None => call(&Intrinsic::parse(source).map_err(|error| error.message)?, root, notes),
    }
}

fn path(source: &str, root: &str) -> Result<String, String> {
    steps(&Path::parse(source).map_err(|error| error.message)?, root)
}

/// A path of names and indexes; a path that gives a list has none: JSONata unwraps a list of one, and joins lists.
pub(super) fn steps(path: &Path, root: &str) -> Result<String, String> {
    let refuse = || format!("`{}` gives a list, which JSONata would unwrap or join for some data", path.source());
    let mut out = root.to_owned();
    for step in 0..path.step_texts().count() {
        match (path.name_at(step), path.index_at(step)) {
            (Some(name), _) => out += &format!(".{}", quoted_name(name)?),
            (None, Some(index)) => out += &format!("[{index}]"),
            (None, None) => return Err(refuse()),
        }
    }
    if path.is_definite() { Ok(out) } else { Err(refuse()) }
}

/// A key as a name of JSONata, in backticks where it is none by itself.
pub(super) fn quoted_name(name: &str) -> Result<String, String> {
    const WORDS: [&str; 7] = ["and", "or", "in", "true", "false", "null", "function"];
    let is_plain = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    match name.contains('`') {
        true => Err(format!("the key `{name}` cannot be written in JSONata")),
        false if is_plain && !WORDS.contains(&name) => Ok(name.to_owned()),
        false => Ok(format!("`{name}`")),
    }
}

fn call(call: &Intrinsic, root: &str, notes: &mut Notes) -> Result<String, String> {
    let arguments = &call.arguments;
    let refuse = |why: &str| Err(format!("`{}` {why}", call.name));
    let mut argument = |index: usize| match arguments.get(index) {
        Some(argument) => self::argument(argument, root, notes),
        None => Err(format!("`{}` lacks an argument", call.name)),
    };
    Ok(match &*call.name {
        "States.Format" => return format(call, root, notes),
        // A blank text is null.
        "States.StringToJson" => {
            let text = argument(0)?;
            format!("($trim({text}) = '' ? null : $parse({text}))")
        }
        "States.JsonToString" => {
            let text = format!("$string({})", argument(0)?);
            notes.insert(STRINGIFIED);
            text
        }
        "States.Array" if arguments.iter().all(is_scalar) => {
            let items: Result<Vec<_>, _> = (0..arguments.len()).map(argument).collect();
            format!("[{}]", items?.join(", "))
        }
        "States.Array" => return refuse("puts a list into a list, and JSONata would join them"),
        "States.ArrayContains" if arguments.get(1).is_some_and(is_scalar) => {
            format!("({} in {})", argument(1)?, argument(0)?)
        }
        "States.ArrayContains" => return refuse("may look for an object or a list, which `in` does not find"),
        // A list of one would be unwrapped.
        "States.ArrayRange" => format!("[$range({}, {}, {})]", argument(0)?, argument(1)?, argument(2)?),
        "States.ArrayGetItem" => format!("{}[{}]", argument(0)?, argument(1)?),
        "States.ArrayLength" => format!("$count({})", argument(0)?),
        "States.JsonMerge" => format!("$merge([{}, {}])", argument(0)?, argument(1)?),
        "States.Hash" => format!("$hash({}, {})", argument(0)?, argument(1)?),
        // Each operand is rounded, halves up.
        "States.MathAdd" => {
            let mut rounded = |index: usize| {
                let operand = argument(index)?;
                let is_integer = matches!(arguments.get(index), Some(Argument::Literal(Value::Number(Number::Int(_)))));
                Ok::<_, String>(if is_integer { operand } else { format!("$floor({operand} + 0.5)") })
            };
            format!("({} + {})", rounded(0)?, rounded(1)?)
        }
        "States.UUID" | "States.MathRandom" => return refuse("draws at random, which no run can prove to be the same"),
        "States.ArrayPartition" | "States.ArrayUnique" | "States.StringSplit" => {
            return refuse("gives a list, which JSONata would unwrap for some data");
        }
        "States.Base64Encode" | "States.Base64Decode" => {
            return refuse("takes bytes of UTF-8, and JSONata's function only Latin letters");
        }
        _ => return refuse("has no counterpart"),
    })
}

fn argument(argument: &Argument, root: &str, notes: &mut Notes) -> Result<String, String> {
    match argument {
        Argument::Literal(value) => literal(value),
        Argument::Input(path) => steps(path, root),
        Argument::Context(path) => steps(path, "$states.context"),
        Argument::Variable(name, path) => steps(path, &format!("${name}")),
        Argument::Call(inner) => call(inner, root, notes),
    }
}

fn is_scalar(argument: &Argument) -> bool {
    matches!(argument, Argument::Literal(Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Null))
}

/// The template taken apart at its `{}`, its parts joined with `&`.
fn format(call: &Intrinsic, root: &str, notes: &mut Notes) -> Result<String, String> {
    let Some((Argument::Literal(Value::String(template)), values)) = call.arguments.split_first() else {
        return Err("`States.Format` takes its template from the data".to_owned());
    };
    let mut values = values.iter();
    let (mut parts, mut text, mut rest) = (Vec::new(), String::new(), &**template);
    while let Some(at) = rest.find(['{', '\\']) {
        text += &rest[..at];
        rest = &rest[at..];
        let escaped = ["\\{", "\\}", "\\\\"].iter().any(|escape| rest.starts_with(escape));
        let length = match (escaped, rest.starts_with("{}")) {
            (true, _) => {
                text += &rest[1..2];
                2
            }
            (false, true) => {
                let value = values.next().ok_or("`States.Format` has fewer arguments than places")?;
                if !text.is_empty() || parts.is_empty() {
                    parts.push(string(&std::mem::take(&mut text)));
                }
                parts.push(argument(value, root, notes)?);
                2
            }
            (false, false) => {
                text += &rest[..1];
                1
            }
        };
        rest = &rest[length..];
    }
    text += rest;
    if !text.is_empty() || parts.is_empty() {
        parts.push(string(&text));
    }
    if parts.len() > 1 {
        notes.insert(FORMATTED);
        notes.insert(MISSING);
    }
    // The first part is a text, so that every `&` joins texts.
    if parts.len() > 2 && parts[0] == "''" && parts[2].starts_with('\'') {
        parts.remove(0);
    }
    Ok(if parts.len() == 1 { parts.remove(0) } else { format!("({})", parts.join(" & ")) })
}

/// A value as JSONata writes it.
pub(super) fn literal(value: &Value) -> Result<String, String> {
    Ok(match value {
        Value::String(text) => string(text),
        Value::Array(items) => {
            let items: Result<Vec<_>, _> = items.iter().map(literal).collect();
            format!("[{}]", items?.join(", "))
        }
        Value::Object(members) => {
            let member =
                |(name, value): (&std::rc::Rc<str>, &Value)| Ok(format!("{}: {}", string(name), literal(value)?));
            let members: Result<Vec<_>, String> = members.iter().map(member).collect();
            format!("{{{}}}", members?.join(", "))
        }
        other => other.to_json(),
    })
}

/// In single quotes, so that it needs no escapes inside of JSON; in double quotes where the text has an apostrophe.
pub(super) fn string(text: &str) -> String {
    let json = Value::from(text).to_json();
    match text.contains('\'') {
        true => json,
        false => format!("'{}'", json[1..json.len() - 1].replace("\\\"", "\"")),
    }
}

/// A payload template as one JSONata expression.
pub(super) fn template(node: &Node, root: &str, notes: &mut Notes) -> Result<String, String> {
    match &node.kind {
        NodeKind::Object(members) => {
            let mut parts = Vec::with_capacity(members.len());
            for member in members {
                parts.push(match (member.key.strip_suffix(".$"), member.value.as_str()) {
                    (Some(name), Some(source)) => {
                        notes.insert(MISSING);
                        format!("{}: {}", string(name), translate(source, root, notes)?)
                    }
                    _ => format!("{}: {}", string(&member.key), template(&member.value, root, notes)?),
                });
            }
            Ok(format!("{{{}}}", parts.join(", ")))
        }
        NodeKind::Array(items) => {
            let items: Result<Vec<_>, _> = items.iter().map(|item| template(item, root, notes)).collect();
            Ok(format!("[{}]", items?.join(", ")))
        }
        _ => literal(&node.to_value()),
    }
}

/// A value put where a `ResultPath` of names leads in other data, which keep the rest.
pub(super) fn put(base: &str, names: &[&str], value: &str) -> Result<String, String> {
    let Some((first, rest)) = names.split_first() else { return Ok(value.to_owned()) };
    let inner = match rest.is_empty() {
        true => value.to_owned(),
        false => put(&format!("{base}.{}", quoted_name(first)?), rest, value)?,
    };
    Ok(format!("$merge([{base}, {{{}: {inner}}}])", string(first)))
}
