//! The parameters of a request: what is read from them alike by several actions.

use std::rc::Rc;

use super::{
    Fault, Outcome, attribute,
    condition::{Condition, condition},
    path::Path,
    tokens::{self, Read, Reader, Substitutes},
};
use crate::value::Value;

#[derive(Clone, Copy)]
pub struct Parameters<'a>(pub &'a Value);

/// What of the item an answer has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReturnValues {
    None,
    AllOld,
    UpdatedOld,
    AllNew,
    UpdatedNew,
}

const RETURN_VALUES: [(&str, ReturnValues); 5] = [
    ("ALL_NEW", ReturnValues::AllNew),
    ("UPDATED_OLD", ReturnValues::UpdatedOld),
    ("ALL_OLD", ReturnValues::AllOld),
    ("NONE", ReturnValues::None),
    ("UPDATED_NEW", ReturnValues::UpdatedNew),
];

/// The parameters from before there were expressions, and that of reading a table in parallel.
const OF_OLD: [&str; 8] = [
    "AttributeUpdates",
    "AttributesToGet",
    "ConditionalOperator",
    "Expected",
    "KeyConditions",
    "QueryFilter",
    "ScanFilter",
    "TotalSegments",
];

impl<'a> Parameters<'a> {
    pub fn are_of_old(self) -> bool {
        OF_OLD.iter().any(|name| self.get(name).is_some())
    }

    pub fn get(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| **value != Value::Null)
    }

    /// A parameter that has to be there; `member` is what the service calls it.
    pub fn required(self, name: &str, member: &str) -> Outcome<&'a Value> {
        self.get(name).ok_or_else(|| {
            let words = "failed to satisfy constraint: Member must not be null";
            Fault::from(format!("1 validation error detected: Value null at '{member}' {words}"))
        })
    }

    pub fn text(self, name: &str) -> Outcome<Option<&'a Rc<str>>> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(attribute::wrong_form(name, "a STRING")),
        }
    }

    /// A parameter that is one of some words.
    pub fn choice(self, name: &str, member: &str, words: &[&str]) -> Outcome<Option<&'a str>> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        if words.contains(&&**text) {
            return Ok(Some(text));
        }
        let words = words.join(", ");
        Err(Fault::from(format!(
            "1 validation error detected: Value '{text}' at '{member}' failed to satisfy constraint: \
             Member must satisfy enum value set: [{words}]"
        )))
    }

    pub fn key(self) -> Outcome<Value> {
        attribute::check_map(self.required("Key", "key")?, "Key")
    }

    /// What the answer is to have; a put or a delete knows only `NONE` and `ALL_OLD`.
    pub fn return_values(self, only_old: bool) -> Outcome<ReturnValues> {
        let words = RETURN_VALUES.map(|(word, _)| word);
        let chosen = self.choice("ReturnValues", "returnValues", &words)?.unwrap_or("NONE");
        let found = RETURN_VALUES.iter().find(|(word, _)| *word == chosen);
        let returned = found.map_or(ReturnValues::None, |(_, returned)| *returned);
        if only_old && !matches!(returned, ReturnValues::None | ReturnValues::AllOld) {
            return Err(Fault::from("ReturnValues can only be ALL_OLD or NONE"));
        }
        Ok(returned)
    }

    /// What there is for the placeholders of some expressions.
    pub fn substitutes(self, expressions: &[&str]) -> Outcome<Substitutes> {
        Substitutes::of(self.0, expressions.iter().any(|name| self.get(name).is_some()))
    }

    /// An expression, read by its rule.
    pub fn expression<T>(
        self,
        name: &str,
        substitutes: &mut Substitutes,
        rule: impl FnOnce(&mut Reader) -> Read<T>,
    ) -> Outcome<Option<T>> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        tokens::read_expression(name, text, substitutes, rule).map(Some)
    }

    pub fn condition(self, name: &str, substitutes: &mut Substitutes) -> Outcome<Option<Condition>> {
        self.expression(name, substitutes, condition)
    }

    pub fn projection(self, substitutes: &mut Substitutes) -> Outcome<Option<Vec<Path>>> {
        self.expression("ProjectionExpression", substitutes, tokens::projection)
    }

    /// Refuses the request where its condition is not true of the item, if there is one.
    pub fn check_condition(self, condition: Option<&Condition>, item: Option<&Value>) -> Outcome<()> {
        let name = "ReturnValuesOnConditionCheckFailure";
        let returned = self.choice(name, "returnValuesOnConditionCheckFailure", &["ALL_OLD", "NONE"])?;
        let nothing = Value::empty_object();
        match condition {
            Some(condition) if !condition.holds(item.unwrap_or(&nothing)) => {
                Err(Fault::Condition(item.filter(|_| returned == Some("ALL_OLD")).cloned()))
            }
            _ => Ok(()),
        }
    }
}
