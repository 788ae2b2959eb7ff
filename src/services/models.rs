//! What the APIs of some services answer: their output shapes, and whether a value is such an answer.
//! `models.txt` has the shapes, from the service models in botocore 1.41.0 (Apache-2.0), of November 2025;
//! `xtask/models.mjs`, which writes it, says how to read it. A service that is not there answers with anything.
//!
//! The words are those in which TestState was recorded to refuse a mock.

use rustc_hash::FxHashMap;

use crate::{
    engine::resource::{Family, Resource},
    value::Value,
};

const MODELS: &str = include_str!("models.txt");

/// How closely a value is held against a shape.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strictness {
    /// What is required has to be there, and what is there has to fit.
    #[default]
    Strict,
    /// What is there has to fit.
    Present,
    None,
}

/// Says what keeps a value from being an answer of a service. What its model does not know is passed over.
pub fn check(resource: &Resource, answer: &Value, strictness: Strictness) -> Result<(), String> {
    if strictness == Strictness::None || resource.family != Family::Service {
        return Ok(());
    }
    let Some(model) = Model::of(&resource.service) else { return Ok(()) };
    let action = resource.action.split('.').next().unwrap_or_default();
    let mut operation = String::new();
    let mut letters = action.chars();
    operation.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
    operation.extend(letters);
    match model.lines.get(&*operation) {
        Some(shape) => model.check("", shape, answer, strictness == Strictness::Strict),
        None => Ok(()),
    }
}

/// The operations and shapes of a service by name.
struct Model {
    lines: FxHashMap<&'static str, &'static str>,
}

impl Model {
    fn of(service: &str) -> Option<Self> {
        let sections = MODELS.split("# ").filter_map(|section| section.split_once('\n'));
        let (_, section) = sections.into_iter().find(|(names, _)| names.split(' ').any(|name| name == service))?;
        Some(Self { lines: section.lines().filter_map(|line| line.split_once(" = ")).collect() })
    }

    /// Whether a value is of a shape; `name` is the field that it is in.
    fn check(&self, name: &str, shape: &str, value: &Value, is_strict: bool) -> Result<(), String> {
        let (kind, rest) = shape.split_at(shape.chars().next().map_or(0, char::len_utf8));
        match (kind, value) {
            ("@", _) => self.lines.get(rest).map_or(Ok(()), |shape| self.check(name, shape, value, is_strict)),
            ("{", Value::Object(members)) => {
                let known: Vec<Member> = members_of(rest);
                let missing = |member: &&Member| is_strict && member.is_required && !members.contains_key(member.name);
                if let Some(member) = known.iter().find(missing) {
                    return Err(format!("Required field '{}' is missing", member.name));
                }
                known.iter().try_for_each(|member| match members.get(member.name) {
                    Some(value) => self.check(member.name, member.shape, value, is_strict),
                    None => Ok(()),
                })
            }
            ("<", Value::Object(members)) => {
                members.values().try_for_each(|value| self.check(name, rest, value, is_strict))
            }
            ("[", Value::Array(items)) => items.iter().try_for_each(|item| self.check(name, rest, item, is_strict)),
            ("\"", Value::String(text)) => {
                let is_expected = rest.trim_end_matches('"').split('|').any(|known| known == &**text);
                if is_expected { Ok(()) } else { Err(format!("Field '{name}' is not an expected value")) }
            }
            ("s", Value::String(text)) => {
                let length = text.chars().count() as f64;
                in_range(rest, length, name, "is smaller than the minimum length", "exceeds the maximum length")
            }
            ("n", Value::Number(number)) => {
                let number = number.as_f64();
                in_range(rest, number, name, "is less than the minimum value", "exceeds the maximum value")
            }
            ("b", Value::Bool(_)) | ("?" | "", _) => Ok(()),
            ("{" | "<", _) if name.is_empty() => Err("The result must be an object".to_owned()),
            (kind, _) => Err(format!("Field '{name}' must be {}", described(kind))),
        }
    }
}

fn described(kind: &str) -> &'static str {
    match kind {
        "{" | "<" => "an object",
        "[" => "an array",
        "n" => "a number",
        "b" => "a boolean",
        _ => "a string",
    }
}

/// A member of an object's shape.
struct Member<'a> {
    name: &'a str,
    shape: &'a str,
    is_required: bool,
}

fn members_of(text: &str) -> Vec<Member<'_>> {
    let members = text.trim_end_matches('}').split(',');
    let member = |member| -> Option<Member> {
        let (name, shape) = str::split_once(member, ':')?;
        let required = name.strip_prefix('!');
        Some(Member { name: required.unwrap_or(name), shape, is_required: required.is_some() })
    };
    members.filter_map(member).collect()
}

/// `1..10`, either end left out.
fn in_range(range: &str, number: f64, name: &str, below: &str, above: &str) -> Result<(), String> {
    let Some((least, most)) = range.split_once("..") else { return Ok(()) };
    if least.parse().is_ok_and(|least: f64| number < least) {
        return Err(format!("Field '{name}' {below}"));
    }
    if most.parse().is_ok_and(|most: f64| number > most) {
        return Err(format!("Field '{name}' {above}"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_that_is_named_is_there() {
        for section in MODELS.split("# ").skip(1) {
            let names: Vec<&str> = section.lines().filter_map(|line| Some(line.split_once(" = ")?.0)).collect();
            let parts = section
                .lines()
                .filter_map(|line| line.split_once(" = "))
                .flat_map(|(_, shape)| shape.split('@').skip(1));
            for part in parts {
                let name = part.split([',', '}']).next().unwrap_or_default();
                assert!(names.contains(&name), "{name}");
            }
        }
    }
}
