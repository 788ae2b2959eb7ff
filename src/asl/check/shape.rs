//! An object against the table of fields: unknown, missing and ill-typed fields, and fields that
//! exclude each other.

use super::{is_jsonata, is_placeholder};
use crate::{
    asl::{
        fields::{Field, Group, ObjectKind, Shape},
        model::QueryLanguage,
        place::Place,
        rules,
    },
    diagnostic::{Code, Cure, Diagnostic, Recorded},
    suggest::nearest,
    syntax::{Member, Node, NodeKind},
    text::Span,
    value::Value,
};

/// Checks an object. `anchor` is where a missing field is reported: the object's key, if it has one.
pub fn check_object(
    kind: &'static ObjectKind,
    node: &Node,
    anchor: Span,
    place: &Place,
    language: QueryLanguage,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let Some(members) = node.as_object() else { return };
    let mut checker = Checker { kind, members, anchor, place, language, diagnostics };
    checker.fields();
    checker.required();
    kind.groups.iter().for_each(|group| checker.group(group));
}

/// Says that a value is not what it should be. A value that could not be read is passed over.
pub fn expect(expected: &str, name: &str, node: &Node, place: &Place, diagnostics: &mut Vec<Diagnostic>) {
    if !node.is_missing() {
        let message = format!("`{name}` has to be {expected}, found {}", node.describe());
        diagnostics.push(Diagnostic::error(rules::WRONG_VALUE, node.span, message).at(place.pointer()));
    }
}

/// Whether a text is a timestamp as the States Language has it: RFC 3339 with an upper-case `T`.
pub fn is_timestamp(text: &str) -> bool {
    text.as_bytes().get(10) == Some(&b'T') && !text.contains('z') && chrono::DateTime::parse_from_rfc3339(text).is_ok()
}

fn is_label(text: &str) -> bool {
    const REFUSED: &str = "?*<>{}[]:;,\\|^~$#%&`\"";
    let is_fine = |c: char| !c.is_whitespace() && !c.is_control() && !REFUSED.contains(c);
    !text.is_empty() && text.chars().count() <= 40 && text.chars().all(is_fine)
}

/// The number of a node, if it is an integer by value.
pub fn integer(node: &Node) -> Option<i64> {
    let number = number(node)?;
    (number.fract() == 0.0 && number.abs() < 9e18).then_some(number as i64)
}

pub fn number(node: &Node) -> Option<f64> {
    match &node.kind {
        NodeKind::Number(text) => text.parse().ok().filter(|number: &f64| number.is_finite()),
        _ => None,
    }
}

struct Checker<'a> {
    kind: &'static ObjectKind,
    members: &'a [Member],
    anchor: Span,
    place: &'a Place<'a>,
    language: QueryLanguage,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Checker<'_> {
    fn fields(&mut self) {
        for member in self.members {
            match self.kind.field(&member.key, self.language) {
                Some(field) if field.is_in(self.language) => self.value(field, member),
                Some(_) => self.foreign(member),
                None => self.unknown(member),
            }
        }
    }

    fn unknown(&mut self, member: &Member) {
        let message = format!("`{}` is no field of {}", member.key, self.kind.what);
        let known = self.kind.fields().filter(|field| field.is_in(self.language)).map(|field| field.name);
        let near = nearest(&member.key, known);
        let hint = near.map(|name| format!("did you mean `{name}`?"));
        // A name that is taken would stand there twice.
        let free = near.filter(|name| !self.members.iter().any(|other| &*other.key == *name));
        let cures = [free.map(|name| Cure::word(member.key_span, name)), Some(removal(member))];
        let told = self.report(rules::UNKNOWN_FIELD, member.key_span, &member.key, message, hint);
        told.cures.extend(cures.into_iter().flatten());
    }

    fn foreign(&mut self, member: &Member) {
        let (own, other) = match self.language {
            QueryLanguage::JsonPath => ("JSONPath", "JSONata"),
            QueryLanguage::Jsonata => ("JSONata", "JSONPath"),
        };
        let message = format!("`{}` belongs to {other}, and {} here uses {own}", member.key, self.kind.what);
        let hint = match (self.language, &*member.key) {
            (QueryLanguage::JsonPath, "Arguments") => "in JSONPath it is `Parameters`".to_owned(),
            (QueryLanguage::JsonPath, "Items") => "in JSONPath it is `ItemsPath`".to_owned(),
            (QueryLanguage::JsonPath, _) => "remove it, or set `\"QueryLanguage\": \"JSONata\"`".to_owned(),
            (QueryLanguage::Jsonata, "Parameters") => "in JSONata it is `Arguments`".to_owned(),
            (QueryLanguage::Jsonata, "ItemsPath") => "in JSONata it is `Items`".to_owned(),
            (QueryLanguage::Jsonata, "Result" | "ResultPath" | "ResultSelector" | "OutputPath") => {
                "in JSONata the output is made by `Output`".to_owned()
            }
            (QueryLanguage::Jsonata, "Variable") => "in JSONata a rule has a `Condition`".to_owned(),
            (QueryLanguage::Jsonata, name) => match name.strip_suffix("Path") {
                Some(stem) => format!("in JSONata it is `{stem}`, with an expression"),
                None => "remove it".to_owned(),
            },
        };
        let renamed = match &*member.key {
            "Arguments" => Some("Parameters"),
            "Parameters" => Some("Arguments"),
            _ => None,
        };
        let told = self.report(rules::OTHER_LANGUAGE, member.key_span, &member.key, message, Some(hint));
        told.cures.extend(renamed.map(|name| Cure::word(member.key_span, name)));
        told.cures.push(removal(member));
    }

    fn value(&mut self, field: &Field, member: &Member) {
        let Err(mut expected) = check_value(field, &member.value, self.language) else { return };
        if field.dynamic && self.language == QueryLanguage::Jsonata {
            expected.push_str(", or an expression, `{% … %}`");
        }
        let found = match &member.value.kind {
            NodeKind::Number(text) => format!("`{text}`"),
            NodeKind::String(text) => match field.shape {
                Shape::OneOf(_) | Shape::Timestamp | Shape::Label => format!("`{text}`"),
                _ => "a string".to_owned(),
            },
            _ => member.value.describe().to_owned(),
        };
        let hint = match (&member.value.kind, field.shape) {
            (NodeKind::String(text), Shape::OneOf(names)) => {
                nearest(text, names.iter().copied()).map(|name| format!("did you mean `{name}`?"))
            }
            (NodeKind::String(text), Shape::Boolean | Shape::Integer(..) | Shape::Number(_) | Shape::Percentage)
                if text.parse::<f64>().is_ok() || matches!(&**text, "true" | "false") =>
            {
                Some("remove the quotes".to_owned())
            }
            _ => None,
        };
        let message = format!("`{}` has to be {expected}, found {found}", member.key);
        let recorded = words_of_aws(field, &member.value);
        let told = self.report(rules::WRONG_VALUE, member.value.span, &member.key, message, hint);
        told.recorded = recorded;
        told.cures.extend(right_value(field, &member.value));
    }

    fn required(&mut self) {
        let is_absent = |field: &&Field| {
            field.required
                && field.is_in(self.language)
                && !self.members.iter().any(|member| &*member.key == field.name)
        };
        let names: Vec<_> = self.kind.fields().filter(is_absent).map(|field| field.name).collect();
        let absent: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
        let message = match absent.as_slice() {
            [] => return,
            [name] => format!("{} needs {name}", self.kind.what),
            [first @ .., last] => format!("{} needs {} and {last}", self.kind.what, first.join(", ")),
        };
        let recorded = match names.as_slice() {
            [name] if !self.place.pointer().is_empty() => format!("The field '{name}' is required but was missing"),
            // The last first: recorded for `StartAt` and `States`.
            names => {
                format!("These fields are required: [{}]", names.iter().copied().rev().collect::<Vec<_>>().join(", "))
            }
        };
        let at = self.place.pointer();
        let cures: Vec<Cure> = names.iter().filter_map(|name| Some(Cure::add(&*at, name, self.usual(name)?))).collect();
        let is_whole = cures.len() == names.len();
        let told = self.report(rules::MISSING_FIELD, self.anchor, "", message, None);
        told.recorded = Some(Recorded::new(recorded));
        if let (true, Some(first)) = (is_whole, cures.first()) {
            let title = cures.iter().map(|cure| cure.title.as_str()).collect::<Vec<_>>().join(", ");
            let steps = cures.iter().flat_map(|cure| cure.steps.clone()).collect();
            told.cures.push(if cures.len() == 1 { first.clone() } else { Cure { title, steps } });
        }
    }

    fn group(&mut self, group: &Group) {
        let is_known = |name: &str| self.kind.field(name, self.language).is_some_and(|f| f.is_in(self.language));
        let names: Vec<_> = group.names.iter().copied().filter(|name| is_known(name)).collect();
        let present: Vec<_> = self.members.iter().filter(|member| names.contains(&&*member.key)).collect();
        let listed = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        match present.as_slice() {
            [] if group.required => {
                // One that is misspelled was told as an unknown field.
                let is_unknown = |member: &&Member| self.kind.field(&member.key, self.language).is_none();
                let misspelled = |member: &Member| nearest(&member.key, names.iter().copied()).is_some();
                if !self.members.iter().filter(is_unknown).any(misspelled) {
                    let message = match names.as_slice() {
                        ["Next", "End"] => format!("{} needs `Next` or `\"End\": true`", self.kind.what),
                        // The old name is not offered.
                        [name, "Iterator"] => format!("{} needs `{name}`", self.kind.what),
                        names => format!("{} needs one of {}", self.kind.what, listed(names)),
                    };
                    // Recorded of `RoleArn`.
                    let recorded = (names.first() == Some(&"RoleArn"))
                        .then(|| Recorded::new("The field 'RoleArn' is required but was missing"));
                    let (rule, cure) = match names.as_slice() {
                        ["Next", "End"] => (rules::MISSING_TRANSITION, Some(("End", Value::Bool(true)))),
                        ["Seconds", ..] => (rules::MISSING_FIELD, Some(("Seconds", Value::from(1)))),
                        _ => (rules::MISSING_FIELD, None),
                    };
                    let cure = cure.map(|(key, value)| Cure::add(self.place.pointer(), key, value));
                    let told = self.report(rule, self.anchor, "", message, None);
                    told.recorded = recorded;
                    told.cures.extend(cure);
                }
            }
            [first, others @ ..] => {
                let other = others.iter().find(|other| other.key != first.key);
                if let Some(other) = other {
                    let message = format!("`{}` and `{}` exclude each other", first.key, other.key);
                    let cures = [removal(other), removal(first)];
                    let hint = Some("remove one of them".to_owned());
                    let told = self.report(rules::EXCLUSIVE_FIELDS, other.key_span, &other.key, message, hint);
                    told.cures.extend(cures);
                }
            }
            [] => {}
        }
    }

    /// What a required field most often says, where that can be known.
    fn usual(&self, name: &str) -> Option<Value> {
        match name {
            "ErrorEquals" => Some(Value::array(vec!["States.ALL".into()])),
            "Resource" => Some("arn:aws:states:::lambda:invoke".into()),
            "OutputType" => Some("JSON".into()),
            "StartAt" => {
                let states = self.members.iter().find(|member| &*member.key == "States")?;
                Some((&*states.value.as_object()?.first()?.key).into())
            }
            _ => None,
        }
    }

    fn report(&mut self, rule: Code, span: Span, key: &str, message: String, hint: Option<String>) -> &mut Diagnostic {
        let location = if key.is_empty() { self.place.pointer() } else { self.place.key(key).pointer() };
        self.diagnostics.push(Diagnostic { hint, ..Diagnostic::error(rule, span, message).at(location) });
        self.diagnostics.last_mut().expect("one was just added")
    }
}

fn removal(member: &Member) -> Cure {
    Cure::remove(&member.key, member.key_span)
}

/// The value that was most likely meant.
fn right_value(field: &Field, node: &Node) -> Option<Cure> {
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
    match (&node.kind, field.shape) {
        (NodeKind::String(text), Shape::OneOf(names)) => {
            nearest(text, names.iter().copied()).map(|name| Cure::word(node.span, name))
        }
        (NodeKind::String(text), Shape::Boolean) => Some(Cure::value(node.span, text.parse::<bool>().ok()?)),
        (NodeKind::String(text), Shape::Integer(from, to)) => {
            let number = number(text).filter(|number| number.fract() == 0.0)? as i64;
            Some(Cure::value(node.span, number.clamp(from, to)))
        }
        (NodeKind::String(text), Shape::Number(_) | Shape::Percentage) => {
            Some(Cure::value(node.span, bounded(field.shape, number(text)?)))
        }
        (NodeKind::Number(text), Shape::Integer(from, to)) => {
            Some(Cure::value(node.span, (number(text)? as i64).clamp(from, to)))
        }
        (NodeKind::Number(text), Shape::Number(_) | Shape::Percentage) => {
            Some(Cure::value(node.span, bounded(field.shape, number(text)?)))
        }
        (NodeKind::Number(text), Shape::Text) => Some(Cure::value(node.span, &**text)),
        (NodeKind::Bool(bool), Shape::Text) => Some(Cure::value(node.span, bool.to_string().as_str())),
        // One where a list of them belongs.
        (NodeKind::String(text), Shape::Array | Shape::NonEmptyArray) => {
            Some(Cure::value(node.span, Value::array(vec![(&**text).into()])))
        }
        (NodeKind::Array(items), Shape::NonEmptyArray) if items.is_empty() && field.name == "ErrorEquals" => {
            Some(Cure::value(node.span, Value::array(vec!["States.ALL".into()])))
        }
        _ => None,
    }
}

fn bounded(shape: Shape, number: f64) -> f64 {
    match shape {
        Shape::Percentage => number.clamp(0.0, 100.0),
        Shape::Number(from) => number.max(from),
        _ => number,
    }
}

/// What AWS was recorded to say of a value.
fn words_of_aws(field: &Field, node: &Node) -> Option<Box<Recorded>> {
    match field.shape {
        Shape::NonEmptyArray if node.as_array().is_some_and(<[Node]>::is_empty) => {
            Some(Recorded::new("Value cannot be empty"))
        }
        Shape::Timestamp => Some(Recorded::new("String does not match RFC3339 timestamp")),
        _ => None,
    }
}

/// `Err` with what was expected.
fn check_value(field: &Field, node: &Node, language: QueryLanguage) -> Result<(), String> {
    match &node.kind {
        NodeKind::Missing => return Ok(()),
        NodeKind::String(text) if is_placeholder(text) => return Ok(()),
        NodeKind::String(text) if field.dynamic && language == QueryLanguage::Jsonata && is_jsonata(text) => {
            return Ok(());
        }
        _ => {}
    }
    let is_integer_in = |from: i64, to: i64| integer(node).is_some_and(|number| (from..=to).contains(&number));
    let (is_right, expected) = match field.shape {
        Shape::Any | Shape::Template => (true, String::new()),
        Shape::Text => (node.as_str().is_some(), "a string".to_owned()),
        Shape::Boolean => (matches!(node.kind, NodeKind::Bool(_)), "`true` or `false`".to_owned()),
        Shape::Integer(from, to) => (is_integer_in(from, to), format!("an integer from {from} to {to}")),
        Shape::Number(from) if from.is_finite() => {
            (number(node).is_some_and(|number| number >= from), format!("a number not below {from}"))
        }
        Shape::Number(_) => (matches!(node.kind, NodeKind::Number(_)), "a number".to_owned()),
        Shape::Percentage => {
            (number(node).is_some_and(|number| (0.0..=100.0).contains(&number)), "a number from 0 to 100".to_owned())
        }
        Shape::Object => (node.as_object().is_some(), "an object".to_owned()),
        Shape::Array => (node.as_array().is_some(), "an array".to_owned()),
        Shape::NonEmptyArray => {
            (node.as_array().is_some_and(|items| !items.is_empty()), "an array with at least one entry".to_owned())
        }
        Shape::Path => (node.as_str().is_some(), "a path, such as `$.name`".to_owned()),
        Shape::PathOrNull => {
            let is_null = node.kind == NodeKind::Null;
            (is_null || node.as_str().is_some(), "a path, such as `$.name`, or `null`".to_owned())
        }
        Shape::OneOf(names) => {
            let listed = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            (node.as_str().is_some_and(|text| names.contains(&&**text)), format!("one of {listed}"))
        }
        Shape::Label => (
            node.as_str().is_some_and(|text| is_label(text)),
            "a name of at most 40 characters without spaces, brackets and special characters".to_owned(),
        ),
        Shape::Timestamp => (
            node.as_str().is_some_and(|text| is_timestamp(text)),
            "a timestamp as in RFC 3339, such as `2024-01-01T00:00:00Z`".to_owned(),
        ),
    };
    if is_right { Ok(()) } else { Err(expected) }
}
