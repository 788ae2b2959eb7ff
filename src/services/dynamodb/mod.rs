//! A table of DynamoDB with its items, and what the service's API says to a task that asks for something: the item
//! actions, `query` and `scan`. It keeps no time and draws nothing; each request has its id from the caller.
//!
//! Simulated are a table's own key and the expressions. Left alone are transactions, batches, the parameters from
//! before there were expressions, secondary indexes (a table has none) and consumed capacity.
//!
//! The rules are those of the API reference and of the developer guide. The words of refusals are the service's own
//! where it was recorded or reported to say them; some regions put `1 validation error detected: ` before more of
//! them than is done here.

mod parameters;
mod tokens;
mod condition;
mod update;
mod search;
mod path;
mod attribute;
mod decimal;
mod reserved;

use std::rc::Rc;

use indexmap::IndexMap;

use self::parameters::{Parameters, ReturnValues};
use crate::value::{Object, Size, Value};

/// A table: the attributes of its key, one or two, and its items in DynamoDB's JSON.
#[derive(Clone, Debug)]
pub struct Table {
    key: Vec<Rc<str>>,
    /// The types of the key's attributes, from the first item on.
    kinds: Vec<&'static str>,
    items: IndexMap<Key, Value>,
    changes: Vec<Change>,
}

/// The JSON text of an item's key, with numbers in their one form.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key(Rc<str>);

/// What a request has changed.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// The whole item as it is now.
    Put(Value),
    /// The key of the item that is gone.
    Deleted(Value),
}

/// Who asks, which the words of a refusal depend on.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Whether through `aws-sdk:dynamodb` rather than the optimised integration.
    pub is_sdk: bool,
    pub request_id: Rc<str>,
}

/// How a task fails that the service refuses.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    pub error: Rc<str>,
    pub cause: Rc<str>,
    /// The item that a condition was not true of, where the request asked for it. Step Functions does not show it.
    pub item: Option<Value>,
}

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq)]
enum Fault {
    /// By the service, as a ValidationException.
    Validation(String),
    /// By Step Functions, which cannot make a request of the parameters.
    Form(String),
    /// By a condition that is not true of the item.
    Condition(Option<Value>),
}

type Outcome<T> = Result<T, Fault>;

impl From<&str> for Fault {
    fn from(words: &str) -> Self {
        Self::Validation(words.to_owned())
    }
}

impl From<String> for Fault {
    fn from(words: String) -> Self {
        Self::Validation(words)
    }
}

/// How many bytes an item may have.
const MOST_BYTES: usize = 400 * 1024;
/// How many levels of JSON an item has whose values nest as deep as they may.
const JSON_LEVELS: usize = 65;

impl Table {
    /// A table with items. Says which of them cannot be in it, counted from 1, and why.
    pub fn new(key: &[Rc<str>], items: &[Value]) -> Result<Self, String> {
        let is_key =
            matches!(key, [_] | [_, _]) && key.iter().all(|name| !name.is_empty()) && key.first() != key.get(1);
        if !is_key {
            return Err("the key of a table is one attribute or two: the partition key and the sort key".to_owned());
        }
        let mut table = Self { key: key.to_vec(), kinds: Vec::new(), items: IndexMap::new(), changes: Vec::new() };
        for (at, item) in items.iter().enumerate() {
            let put = attribute::check_map(item, "Item").and_then(|item| table.put(item, "Item size"));
            if let Err(Fault::Validation(words) | Fault::Form(words)) = put {
                return Err(format!("item {} of the table: {words}", at + 1));
            }
        }
        table.changes.clear();
        Ok(table)
    }

    /// The names of the key's attributes.
    pub fn key(&self) -> &[Rc<str>] {
        &self.key
    }

    /// The items in the order in which they came.
    pub fn items(&self) -> impl ExactSizeIterator<Item = &Value> {
        self.items.values()
    }

    /// The changes since this was asked last.
    pub fn take_changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.changes)
    }

    /// What the service answers to an action, named as in a resource (`putItem`). None where it is not simulated.
    pub fn ask(&mut self, action: &str, parameters: &Value, caller: &Caller) -> Option<Result<Value, Refusal>> {
        let action = match action {
            "getItem" => Self::get_item,
            "putItem" => Self::put_item,
            "updateItem" => Self::update_item,
            "deleteItem" => Self::delete_item,
            "query" => |table: &mut Self, parameters: Parameters| search::query(table, parameters),
            "scan" => |table: &mut Self, parameters: Parameters| search::scan(table, parameters),
            _ => return None,
        };
        let parameters = Parameters(parameters);
        if parameters.are_of_old() {
            return None;
        }
        Some(action(self, parameters).map_err(|fault| caller.refusal(fault, parameters.0)))
    }

    fn get_item(&mut self, parameters: Parameters) -> Outcome<Value> {
        let key = parameters.key()?;
        let mut substitutes = parameters.substitutes(&["ProjectionExpression"])?;
        let projection = parameters.projection(&mut substitutes)?;
        substitutes.finish()?;
        self.check_key(&key)?;
        let Some(item) = self.items.get(&self.key_of(&key)) else { return Ok(Value::empty_object()) };
        let item = projection.map_or_else(|| item.clone(), |paths| path::project(item, &paths));
        Ok(Value::object([("Item", item)]))
    }

    fn put_item(&mut self, parameters: Parameters) -> Outcome<Value> {
        let item = attribute::check_map(parameters.required("Item", "item")?, "Item")?;
        let returned = parameters.return_values(true)?;
        let mut substitutes = parameters.substitutes(&["ConditionExpression"])?;
        let condition = parameters.condition("ConditionExpression", &mut substitutes)?;
        substitutes.finish()?;
        self.check_item(&item)?;
        let old = self.items.get(&self.key_of(&item)).cloned();
        parameters.check_condition(condition.as_ref(), old.as_ref())?;
        self.put(item, "Item size")?;
        Ok(attributes(old.filter(|_| returned == ReturnValues::AllOld)))
    }

    fn delete_item(&mut self, parameters: Parameters) -> Outcome<Value> {
        let key = parameters.key()?;
        let returned = parameters.return_values(true)?;
        let mut substitutes = parameters.substitutes(&["ConditionExpression"])?;
        let condition = parameters.condition("ConditionExpression", &mut substitutes)?;
        substitutes.finish()?;
        self.check_key(&key)?;
        let place = self.key_of(&key);
        parameters.check_condition(condition.as_ref(), self.items.get(&place))?;
        let old = self.items.shift_remove(&place);
        if old.is_some() {
            self.changes.push(Change::Deleted(key));
        }
        Ok(attributes(old.filter(|_| returned == ReturnValues::AllOld)))
    }

    fn update_item(&mut self, parameters: Parameters) -> Outcome<Value> {
        let key = parameters.key()?;
        let returned = parameters.return_values(false)?;
        let mut substitutes = parameters.substitutes(&["UpdateExpression", "ConditionExpression"])?;
        let update = parameters.expression("UpdateExpression", &mut substitutes, update::update)?.unwrap_or_default();
        let condition = parameters.condition("ConditionExpression", &mut substitutes)?;
        substitutes.finish()?;
        self.check_key(&key)?;
        let paths = update.paths();
        if let Some(path) = paths.iter().find(|path| self.key.iter().any(|name| **name == *path.attribute())) {
            let words = format!("Cannot update attribute {}. This attribute is part of the key", path.attribute());
            return Err(attribute::invalid(&words));
        }
        let old = self.items.get(&self.key_of(&key)).cloned();
        parameters.check_condition(condition.as_ref(), old.as_ref())?;
        let new = update.apply(old.as_ref().unwrap_or(&key))?;
        self.put(new.clone(), "Item size to update")?;
        let updated = |item: Option<&Value>| item.map(|item| path::project(item, &paths));
        let answer = match returned {
            ReturnValues::None => None,
            ReturnValues::AllOld => old,
            ReturnValues::AllNew => Some(new),
            ReturnValues::UpdatedOld => updated(old.as_ref()),
            ReturnValues::UpdatedNew => updated(Some(&new)),
        };
        Ok(attributes(answer.filter(|part| *part != Value::empty_object())))
    }

    /// Puts an item in place of one with the same key, if it may be in the table.
    fn put(&mut self, item: Value, what: &str) -> Outcome<()> {
        self.check_item(&item)?;
        if attribute::weight_of_map(&item) > MOST_BYTES {
            return Err(Fault::from(format!("{what} has exceeded the maximum allowed size")));
        }
        if item.measure(usize::MAX, JSON_LEVELS) == Size::TooDeep {
            return Err(Fault::from("Nesting Levels have exceeded supported limits"));
        }
        if self.kinds.is_empty() {
            self.kinds = self.key.iter().filter_map(|name| Some(attribute::kind(item.get(name)?))).collect();
        }
        self.items.insert(self.key_of(&item), item.clone());
        self.changes.push(Change::Put(item));
        Ok(())
    }

    /// Whether a whole item has a key of the table's.
    fn check_item(&self, item: &Value) -> Outcome<()> {
        for (at, name) in self.key.iter().enumerate() {
            let Some(value) = item.get(name) else {
                return Err(attribute::invalid(&format!("Missing the key {name} in the item")));
            };
            let kind = attribute::kind(value);
            if !self.is_kind(at, kind) {
                let expected = self.kinds.get(at).unwrap_or(&"S");
                let words = format!("Type mismatch for key {name} expected: {expected} actual: {kind}");
                return Err(attribute::invalid(&words));
            }
        }
        self.check_key_values(item)
    }

    /// Whether a map of attributes is the key of an item, and nothing beside.
    fn check_key(&self, key: &Value) -> Outcome<()> {
        let is_of_kind =
            |(at, name): (usize, &Rc<str>)| key.get(name).is_some_and(|value| self.is_kind(at, attribute::kind(value)));
        let count = key.as_object().map_or(0, Object::len);
        if count != self.key.len() || !self.key.iter().enumerate().all(is_of_kind) {
            return Err(Fault::from("The provided key element does not match the schema"));
        }
        self.check_key_values(key)
    }

    fn is_kind(&self, at: usize, kind: &str) -> bool {
        self.kinds.get(at).map_or(matches!(kind, "S" | "N" | "B"), |expected| *expected == kind)
    }

    fn check_key_values(&self, item: &Value) -> Outcome<()> {
        let limits = [
            (2048, "Size of hashkey has exceeded the maximum size limit of 2048 bytes"),
            (1024, "Aggregated size of all range keys has exceeded the size limit of 1024 bytes"),
        ];
        for (name, (most, words)) in self.key.iter().zip(limits) {
            let Some(value) = item.get(name) else { continue };
            let kind = match attribute::kind(value) {
                "S" => "string",
                "B" => "binary",
                _ => continue,
            };
            let size = attribute::weight(value);
            if size == 0 {
                return Err(Fault::from(format!(
                    "One or more parameter values are not valid. \
                     The AttributeValue for a key attribute cannot contain an empty {kind} value. Key: {name}"
                )));
            }
            if size > most {
                return Err(attribute::invalid(words));
            }
        }
        Ok(())
    }

    /// The key of an item that has one.
    fn key_of(&self, item: &Value) -> Key {
        Key(self.key_attributes(item).to_json().into())
    }

    fn key_attributes(&self, item: &Value) -> Value {
        Value::object(self.key.iter().filter_map(|name| Some((name.clone(), item.get(name)?.clone()))))
    }
}

/// The answer of a write.
fn attributes(attributes: Option<Value>) -> Value {
    Value::object(attributes.map(|attributes| ("Attributes", attributes)))
}

impl Caller {
    /// That there is no table of the name that was asked for.
    pub fn no_such_table(&self) -> Refusal {
        self.refused("ResourceNotFoundException", true, "Requested resource not found")
    }

    fn refusal(&self, fault: Fault, parameters: &Value) -> Refusal {
        match fault {
            Fault::Validation(words) => self.refused("ValidationException", false, &words),
            Fault::Condition(item) => {
                let words = "The conditional request failed";
                Refusal { item, ..self.refused("ConditionalCheckFailedException", true, words) }
            }
            Fault::Form(words) => Refusal {
                error: "States.Runtime".into(),
                cause: format!("The Parameters '{parameters}' could not be used to start the Task: [{words}]").into(),
                item: None,
            },
        }
    }

    /// An exception of the API in the words of the integration. One that the API's model does not have goes by the
    /// name of the service's general exception.
    fn refused(&self, code: &str, is_modelled: bool, words: &str) -> Refusal {
        let id = &self.request_id;
        let (error, cause) = match self.is_sdk {
            true => (
                format!("DynamoDb.{}", if is_modelled { code } else { "DynamoDbException" }),
                format!("{words} (Service: DynamoDb, Status Code: 400, Request ID: {id}) (SDK Attempt Count: 1)"),
            ),
            false => (
                format!("DynamoDB.{}", if is_modelled { code } else { "AmazonDynamoDBException" }),
                format!(
                    "{words} (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: {code}; Request ID: {id}; \
                     Proxy: null)"
                ),
            ),
        };
        Refusal { error: error.into(), cause: cause.into(), item: None }
    }
}
