//! Why a JSONata expression has no usable value: the same evaluator is asked once more on the data that was kept.

use super::{
    Explainer, Seen, brief,
    failure::Blame,
    kind,
    lookup::{Lookup, Query, Root, unknown_variable},
};
use crate::{
    jsonata::{Expression, Failure, Limits, expect, function_names, type_name},
    jsonpath::Path,
    suggest::nearest,
    value::Value,
};
use tr::tr;

impl Explainer<'_> {
    /// What is wrong with an expression in a field.
    pub(super) fn blame_expression(&self, source: &str, field: &str, seen: &Seen) -> Option<Blame> {
        let expression = Expression::parse(source).ok()?;
        let outcome = expression.evaluate(seen, &Limits::brief());
        let outcome = match expected(field) {
            Some(expected) => outcome.and_then(|value| expect(value, expected)),
            None => outcome,
        };
        Some(match outcome {
            Ok(value) => unfit(field, &value),
            Err(failure) => blame(&expression, &failure, seen),
        })
    }
}

/// Why an expression has no value.
pub(super) fn blame(expression: &Expression, failure: &Failure, seen: &Seen) -> Blame {
    if let Failure::UnexpectedType { .. } = failure {
        return plain(failure);
    }
    let unknown = || expression.variables().find(|name| !seen.variables.contains_key(*name));
    match path_lookup(expression.source(), seen) {
        Some(lookup) => Blame::of(lookup),
        None => unknown().map_or_else(|| plain(failure), |name| unknown_name(name, failure, seen)),
    }
}

/// The type that a field takes; nothing where it takes any.
fn expected(field: &str) -> Option<&'static str> {
    match field.rsplit('/').next()? {
        "Items" if field == "Items" => Some("array"),
        "Condition" => Some("boolean"),
        "Timestamp" | "Error" | "Cause" if !field.contains('/') => Some("string"),
        "Seconds"
        | "TimeoutSeconds"
        | "HeartbeatSeconds"
        | "MaxConcurrency"
        | "ToleratedFailureCount"
        | "ToleratedFailurePercentage"
            if !field.contains('/') =>
        {
            Some("number")
        }
        _ => None,
    }
}

/// An expression that is nothing but a way into the data, step by step.
pub(super) fn path_lookup(source: &str, seen: &Seen) -> Option<Lookup> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let after_dollar = source.strip_prefix('$')?;
    let (name, rest) = after_dollar.split_at(after_dollar.find(|c| !is_name(c)).unwrap_or(after_dollar.len()));
    let (root, rest) = match name {
        "states" => {
            let rest = rest.strip_prefix('.')?;
            let (member, rest) = rest.split_at(rest.find(|c| !is_name(c)).unwrap_or(rest.len()));
            let value = match member {
                "input" => &seen.input,
                "context" => &seen.context,
                "result" | "errorOutput" => seen.result.as_ref()?,
                _ => return None,
            };
            (Root::States(member, value), rest)
        }
        name => (Root::Variable(name, seen.variables.get(name)?), rest),
    };
    let is_way = rest.chars().all(|c| is_name(c) || ".[]-".contains(c)) && !rest.contains("--");
    let path = Path::parse(&format!("${rest}")).ok().filter(|path| is_way && path.is_definite())?;
    let input_name = tr!("the state's input");
    let query = Query { path: &path, root, input_name: &input_name, seen };
    path.find(query.root()).is_none().then(|| query.missed())
}

fn unknown_name(name: &str, failure: &Failure, seen: &Seen) -> Blame {
    let (sentence, cure) = unknown_variable(name, seen);
    match failure {
        // A call of what does not exist.
        Failure::Error { code, .. } if code == "T1006" => {
            let sentence = tr!("there is no function `${name}`", name);
            let near = nearest(name, function_names());
            Blame { cure: near.map(|near| tr!("did you mean `${near}`?", near)), ..Blame::plain(sentence) }
        }
        _ => Blame { cure, ..Blame::plain(sentence) },
    }
}

fn plain(failure: &Failure) -> Blame {
    let (sentence, cure) = match failure {
        Failure::Undefined => (
            tr!("the expression gives nothing: what it asks for is not there"),
            Some(tr!("where it may be missing, give something in its place: `$exists(a) ? a : b`")),
        ),
        Failure::UnsupportedType => {
            (tr!("the expression gives a function, which is no JSON"), Some(tr!("call the function")))
        }
        Failure::UnexpectedType { expected, value } => {
            let sentence = tr!(
                "the expression gives {}, `{}`, and the field takes {}",
                kind(value),
                brief(value),
                with_article(expected)
            );
            let cure = match (*expected, type_name(value)) {
                ("array", _) => Some(tr!("put it in brackets, `[ … ]`, which make an array of one value, too")),
                ("boolean", _) => Some(tr!("compare it, or ask `$boolean( … )`")),
                ("number", "string") => Some(tr!("`$number( … )` makes a number of a text")),
                ("string", _) => Some(tr!("`$string( … )` makes a text of it")),
                _ => None,
            };
            (sentence, cure)
        }
        Failure::Error { code, message } => (tr!("the expression failed with {code}: {message}", code, message), None),
        Failure::Limit(limit) => (tr!("the expression was stopped: {limit}", limit), None),
    };
    Blame { cure, ..Blame::plain(sentence) }
}

/// A value of the right type that the field cannot take.
fn unfit(field: &str, value: &Value) -> Blame {
    let wanted = match field {
        "Timestamp" => tr!("a timestamp such as `2024-01-31T12:00:00Z`"),
        "Seconds" => tr!("a whole number of seconds, 0 or more"),
        "TimeoutSeconds" | "HeartbeatSeconds" => tr!("a whole number of seconds above 0"),
        "ToleratedFailurePercentage" => tr!("a number from 0 to 100"),
        "Items" => tr!("an array"),
        _ => tr!("a whole number, 0 or more"),
    };
    Blame::plain(tr!(
        "the expression gives {}, `{}`, and `{field}` takes {wanted}",
        kind(value),
        brief(value),
        field,
        wanted
    ))
}

fn with_article(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'o']) { "an" } else { "a" };
    format!("{article} {noun}")
}
