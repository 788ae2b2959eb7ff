//! `query` and `scan`: the items of one partition in the order of the sort key, and all items in the order in which
//! the service would come by them, which is that of a hash of the partition key and looks like none.
//!
//! The rules are those of the API reference's Query and Scan and of the developer guide's "Querying tables".

use std::cmp::Ordering;

use super::{
    Fault, Outcome, Table, attribute,
    condition::{Comparator, Condition, Function, Operand},
    parameters::Parameters,
    path::{self, Path},
};
use crate::value::{Number, Value};

/// How many bytes of items are looked at for one answer.
const PAGE_BYTES: usize = 1024 * 1024;

const SELECT: [&str; 4] = ["SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"];

/// What `query` and `scan` have in common.
struct Page {
    limit: usize,
    filter: Option<Condition>,
    projection: Option<Vec<Path>>,
    is_count: bool,
}

pub fn query(table: &Table, parameters: Parameters) -> Outcome<Value> {
    check_index(parameters)?;
    let expressions = ["KeyConditionExpression", "FilterExpression", "ProjectionExpression"];
    let mut substitutes = parameters.substitutes(&expressions)?;
    let page = Page::of(parameters, &mut substitutes, "1 validation error detected: ")?;
    let Some(condition) = parameters.condition("KeyConditionExpression", &mut substitutes)? else {
        return Err(Fault::from(
            "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.",
        ));
    };
    substitutes.finish()?;
    check_key_condition(&condition, table)?;
    let mut filtered = Vec::new();
    page.filter.iter().for_each(|filter| filter.attributes(&mut filtered));
    if let Some(name) = table.key.iter().find(|name| filtered.contains(&&***name)) {
        let words = "Filter Expression can only contain non-primary key attributes: Primary key attribute";
        return Err(Fault::from(format!("{words}: {name}")));
    }
    let is_backward = match parameters.get("ScanIndexForward") {
        None | Some(Value::Bool(true)) => false,
        Some(Value::Bool(false)) => true,
        Some(_) => return Err(attribute::wrong_form("ScanIndexForward", "a BOOLEAN")),
    };
    let start = start_key(table, parameters, |_| Fault::from("The provided starting key is invalid"))?;
    if start.as_ref().is_some_and(|start| !partition_holds(&condition, table, start)) {
        return Err(Fault::from("The provided starting key is outside query boundaries based on provided conditions"));
    }
    let mut items: Vec<&Value> = table.items().filter(|item| condition.holds(item)).collect();
    let order = |a: &Value, b: &Value| {
        let order = compare_attribute(table, 1, a, b);
        if is_backward { order.reverse() } else { order }
    };
    items.sort_by(|a, b| order(a, b));
    items.retain(|item| start.as_ref().is_none_or(|start| order(item, start).is_gt()));
    Ok(page.answer(table, &items))
}

pub fn scan(table: &Table, parameters: Parameters) -> Outcome<Value> {
    check_index(parameters)?;
    let mut substitutes = parameters.substitutes(&["FilterExpression", "ProjectionExpression"])?;
    let page = Page::of(parameters, &mut substitutes, "")?;
    substitutes.finish()?;
    let start =
        start_key(table, parameters, |words| Fault::from(format!("The provided starting key is invalid: {words}")))?;
    let mut items: Vec<(u64, &Value)> = table.items().map(|item| (hash(table, item), item)).collect();
    let order = |a: &(u64, &Value), b: &(u64, &Value)| {
        let by_key = || compare_attribute(table, 0, a.1, b.1).then_with(|| compare_attribute(table, 1, a.1, b.1));
        a.0.cmp(&b.0).then_with(by_key)
    };
    items.sort_by(order);
    if let Some(start) = &start {
        let start = (hash(table, start), start);
        items.retain(|item| order(item, &start).is_gt());
    }
    let items: Vec<&Value> = items.into_iter().map(|(_, item)| item).collect();
    Ok(page.answer(table, &items))
}

fn check_index(parameters: Parameters) -> Outcome<()> {
    match parameters.text("IndexName")? {
        Some(name) => Err(Fault::from(format!("The table does not have the specified index: {name}"))),
        None => Ok(()),
    }
}

impl Page {
    /// `envelope` is what an action puts before one of the refusals.
    fn of(parameters: Parameters, substitutes: &mut super::tokens::Substitutes, envelope: &str) -> Outcome<Self> {
        let select = parameters.choice("Select", "select", &SELECT)?;
        let limit = match parameters.get("Limit") {
            None => usize::MAX,
            Some(Value::Number(Number::Int(limit))) => usize::try_from(*limit).unwrap_or(0),
            Some(_) => return Err(attribute::wrong_form("Limit", "an INTEGER")),
        };
        if limit == 0 {
            return Err(Fault::from(
                "1 validation error detected: Value at 'Limit' failed to satisfy constraint: \
                 Member must have value greater than or equal to 1",
            ));
        }
        let filter = parameters.condition("FilterExpression", substitutes)?;
        let projection = parameters.projection(substitutes)?;
        match select {
            Some("SPECIFIC_ATTRIBUTES") if projection.is_none() => {
                let words = "Must specify the AttributesToGet or ProjectionExpression when choosing to get";
                return Err(Fault::from(format!("{envelope}{words} SPECIFIC_ATTRIBUTES")));
            }
            Some("ALL_PROJECTED_ATTRIBUTES") => {
                return Err(Fault::from("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName"));
            }
            Some(select) if select != "SPECIFIC_ATTRIBUTES" && projection.is_some() => {
                let words = "Cannot specify the ProjectionExpression when choosing to get";
                return Err(Fault::from(format!("{words} {select}")));
            }
            _ => {}
        }
        Ok(Self { limit, filter, projection, is_count: select == Some("COUNT") })
    }

    /// What a page has of the items that are to be looked at: as many as the limits allow, less what is filtered.
    fn answer(&self, table: &Table, items: &[&Value]) -> Value {
        let (mut bytes, mut seen, mut found) = (0, 0, Vec::new());
        let mut last = None;
        for item in items {
            bytes += attribute::weight_of_map(item);
            seen += 1;
            if self.filter.as_ref().is_none_or(|filter| filter.holds(item)) {
                let part = |paths: &Vec<Path>| path::project(item, paths);
                found.push(self.projection.as_ref().map_or_else(|| (*item).clone(), part));
            }
            // The service does not look ahead: a page that is full names its last item, even if no other follows.
            if seen >= self.limit || bytes >= PAGE_BYTES {
                last = Some(table.key_attributes(item));
                break;
            }
        }
        let mut answer = vec![("Count", Value::from(found.len() as i64))];
        if !self.is_count {
            answer.push(("Items", Value::array(found)));
        }
        answer.extend(last.map(|key| ("LastEvaluatedKey", key)));
        answer.push(("ScannedCount", Value::from(seen as i64)));
        Value::object(answer)
    }
}

fn start_key(table: &Table, parameters: Parameters, fault: impl Fn(&str) -> Fault) -> Outcome<Option<Value>> {
    let Some(key) = parameters.get("ExclusiveStartKey") else { return Ok(None) };
    let key = attribute::check_map(key, "ExclusiveStartKey")?;
    match table.check_key(&key) {
        Err(Fault::Validation(words)) => Err(fault(&words)),
        Err(other) => Err(other),
        Ok(()) => Ok(Some(key)),
    }
}

/// The order of two items by one attribute of the key.
fn compare_attribute(table: &Table, at: usize, a: &Value, b: &Value) -> Ordering {
    let value = |item: &Value| table.key.get(at).and_then(|name| item.get(name)).cloned();
    match (value(a), value(b)) {
        (Some(a), Some(b)) => attribute::compare(&a, &b).unwrap_or(Ordering::Equal),
        _ => Ordering::Equal,
    }
}

/// A hash of the partition key: FNV-1a, the same on every machine.
fn hash(table: &Table, item: &Value) -> u64 {
    let text = item.get(&table.key[0]).map_or_else(String::new, Value::to_json);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// A condition of a query on one attribute of the key.
struct KeyCondition<'c> {
    attribute: &'c str,
    is_equality: bool,
    values: Vec<&'c Value>,
}

/// Whether a condition says which partition, and at most one thing of the sort key.
fn check_key_condition(condition: &Condition, table: &Table) -> Outcome<()> {
    let mut conditions = Vec::new();
    key_conditions(condition, &mut conditions)?;
    for name in &table.key {
        if conditions.iter().filter(|one| *one.attribute == **name).count() > 1 {
            return Err(Fault::from("KeyConditionExpressions must only contain one condition per key"));
        }
    }
    let missing = |name: &str| Fault::from(format!("Query condition missed key schema element: {name}"));
    let unsupported = || Fault::from("Query key condition not supported");
    let of = |at: usize| {
        let name = table.key.get(at)?;
        conditions.iter().find(|one| *one.attribute == **name)
    };
    let Some(partition) = of(0) else { return Err(missing(&table.key[0])) };
    match (conditions.len(), table.key.get(1)) {
        (1, _) => {}
        (2, Some(name)) if of(1).is_none() => return Err(missing(name)),
        (2, Some(_)) => {}
        _ => return Err(unsupported()),
    }
    if !partition.is_equality {
        return Err(unsupported());
    }
    for at in 0..table.key.len() {
        let values = of(at).into_iter().flat_map(|one| &one.values);
        if values.into_iter().any(|value| !table.is_kind(at, attribute::kind(value))) {
            return Err(attribute::invalid("Condition parameter type does not match schema type"));
        }
    }
    Ok(())
}

fn key_conditions<'c>(condition: &'c Condition, found: &mut Vec<KeyCondition<'c>>) -> Outcome<()> {
    let operator = |name: &str| Fault::from(format!("Invalid operator used in KeyConditionExpression: {name}"));
    let (operands, is_equality): (Vec<&Operand>, bool) = match condition {
        Condition::And(parts) => return parts.iter().try_for_each(|part| key_conditions(part, found)),
        Condition::Or(_) => return Err(operator("OR")),
        Condition::Not(_) => return Err(operator("NOT")),
        Condition::In(..) => return Err(operator("IN")),
        Condition::Compare(Comparator::Unequal, ..) => return Err(operator("<>")),
        Condition::Call(Function::BeginsWith, operands) => (operands.iter().collect(), false),
        Condition::Call(function, _) => {
            return Err(operator(match function {
                Function::AttributeExists => "attribute_exists",
                Function::AttributeNotExists => "attribute_not_exists",
                Function::AttributeType => "attribute_type",
                Function::BeginsWith => "begins_with",
                Function::Contains => "contains",
            }));
        }
        Condition::Between(operands) => (operands.iter().collect(), false),
        Condition::Compare(comparator, a, b) => {
            let operands = if matches!(b, Operand::Path(_)) { vec![b, a] } else { vec![a, b] };
            (operands, *comparator == Comparator::Equal)
        }
    };
    let mut values = Vec::new();
    let mut attribute = None;
    for (at, operand) in operands.into_iter().enumerate() {
        match operand {
            Operand::Size(_) => return Err(Fault::from("KeyConditionExpressions cannot contain nested operations")),
            Operand::Path(path) if path.is_nested() => {
                return Err(Fault::from("KeyConditionExpressions cannot have conditions on nested attributes"));
            }
            Operand::Path(path) if at == 0 => attribute = Some(path.attribute()),
            Operand::Value(value) if at > 0 => values.push(value),
            _ => return Err(Fault::from("Query key condition not supported")),
        }
    }
    found.extend(attribute.map(|attribute| KeyCondition { attribute, is_equality, values }));
    Ok(())
}

/// Whether a key is of the partition that a condition, which is known to be one of a query, asks for.
fn partition_holds(condition: &Condition, table: &Table, key: &Value) -> bool {
    let mut conditions = Vec::new();
    let is_read = key_conditions(condition, &mut conditions).is_ok();
    let partition = conditions.iter().find(|one| *one.attribute == *table.key[0]);
    let values = partition.and_then(|one| Some((one.values.first()?, key.get(&table.key[0])?)));
    is_read && values.is_some_and(|(expected, given)| attribute::equal(expected, given))
}
