//! Conditions: what `ConditionExpression`, `FilterExpression` and `KeyConditionExpression` say of an item.
//! The grammar and the functions are those of the developer guide's "Condition and filter expressions, operators,
//! and functions"; the refusals are the service's words.

use std::borrow::Cow;

use super::{
    attribute,
    decimal::Decimal,
    path::Path,
    tokens::{Read, Reader, Token},
};
use crate::value::Value;

#[derive(Debug)]
pub enum Condition {
    /// One of `=`, `<>`, `<`, `<=`, `>`, `>=`.
    Compare(Comparator, Operand, Operand),
    /// A value and its bounds, both included.
    Between([Operand; 3]),
    In(Operand, Vec<Operand>),
    Call(Function, Vec<Operand>),
    Not(Box<Condition>),
    And(Vec<Condition>),
    Or(Vec<Condition>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparator {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

use Comparator::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, Unequal};

const COMPARATORS: [(&str, Comparator); 6] =
    [("=", Equal), ("<>", Unequal), ("<", Less), ("<=", LessOrEqual), (">", Greater), (">=", GreaterOrEqual)];

/// A function that says yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    AttributeExists,
    AttributeNotExists,
    AttributeType,
    BeginsWith,
    Contains,
}

const FUNCTIONS: [(&str, Function, usize); 5] = [
    ("attribute_exists", Function::AttributeExists, 1),
    ("attribute_not_exists", Function::AttributeNotExists, 1),
    ("attribute_type", Function::AttributeType, 2),
    ("begins_with", Function::BeginsWith, 2),
    ("contains", Function::Contains, 2),
];

#[derive(Debug)]
pub enum Operand {
    Path(Path),
    Value(Value),
    Size(Box<Operand>),
}

impl Condition {
    /// Whether it is true of an item; an item that is not there has no attributes.
    pub fn holds(&self, item: &Value) -> bool {
        match self {
            Self::Compare(comparator, a, b) => compare(*comparator, a.of(item).as_deref(), b.of(item).as_deref()),
            Self::Between([value, low, high]) => {
                let (value, low, high) = (value.of(item), low.of(item), high.of(item));
                compare(GreaterOrEqual, value.as_deref(), low.as_deref())
                    && compare(LessOrEqual, value.as_deref(), high.as_deref())
            }
            Self::In(value, listed) => {
                let value = value.of(item);
                listed.iter().any(|listed| compare(Equal, value.as_deref(), listed.of(item).as_deref()))
            }
            Self::Call(function, operands) => call(*function, operands, item),
            Self::Not(condition) => !condition.holds(item),
            Self::And(conditions) => conditions.iter().all(|condition| condition.holds(item)),
            Self::Or(conditions) => conditions.iter().any(|condition| condition.holds(item)),
        }
    }

    /// The attributes that it looks at.
    pub fn attributes<'c>(&'c self, found: &mut Vec<&'c str>) {
        match self {
            Self::Compare(_, a, b) => [a, b].into_iter().for_each(|operand| operand.attribute(found)),
            Self::Between(operands) => operands.iter().for_each(|operand| operand.attribute(found)),
            Self::In(value, listed) => {
                value.attribute(found);
                listed.iter().for_each(|operand| operand.attribute(found));
            }
            Self::Call(_, operands) => operands.iter().for_each(|operand| operand.attribute(found)),
            Self::Not(condition) => condition.attributes(found),
            Self::And(parts) | Self::Or(parts) => parts.iter().for_each(|part| part.attributes(found)),
        }
    }
}

impl Operand {
    fn of<'v>(&'v self, item: &'v Value) -> Option<Cow<'v, Value>> {
        match self {
            Self::Path(path) => path.get(item).map(Cow::Borrowed),
            Self::Value(value) => Some(Cow::Borrowed(value)),
            Self::Size(operand) => {
                let size = attribute::size(&*operand.of(item)?)?.to_string();
                Some(Cow::Owned(attribute::from_number(Decimal::parse(&size).ok()?)))
            }
        }
    }

    fn attribute<'c>(&'c self, found: &mut Vec<&'c str>) {
        match self {
            Self::Path(path) => found.push(path.attribute()),
            Self::Value(_) => {}
            Self::Size(operand) => operand.attribute(found),
        }
    }

    /// The type of a literal value, or of what a function gives.
    fn kind(&self) -> Option<&'static str> {
        match self {
            Self::Path(_) => None,
            Self::Value(value) => Some(attribute::kind(value)),
            Self::Size(_) => Some("N"),
        }
    }
}

/// What is not there is unlike everything, and neither less nor greater.
fn compare(comparator: Comparator, a: Option<&Value>, b: Option<&Value>) -> bool {
    let (Some(a), Some(b)) = (a, b) else { return comparator == Unequal };
    let order = || attribute::compare(a, b);
    match comparator {
        Equal => attribute::equal(a, b),
        Unequal => !attribute::equal(a, b),
        Less => order().is_some_and(|order| order.is_lt()),
        LessOrEqual => order().is_some_and(|order| order.is_le()),
        Greater => order().is_some_and(|order| order.is_gt()),
        GreaterOrEqual => order().is_some_and(|order| order.is_ge()),
    }
}

fn call(function: Function, operands: &[Operand], item: &Value) -> bool {
    let operand = |index: usize| operands.get(index).and_then(|operand| operand.of(item));
    let Some(first) = operand(0) else { return function == Function::AttributeNotExists };
    match (function, operand(1)) {
        (Function::AttributeExists, _) => true,
        (Function::AttributeType, Some(kind)) => attribute::string_of(&kind) == Some(attribute::kind(&first)),
        (Function::BeginsWith, Some(start)) => attribute::begins_with(&first, &start),
        (Function::Contains, Some(part)) => attribute::contains(&first, &part),
        _ => false,
    }
}

/// Reads a condition.
pub fn condition(reader: &mut Reader) -> Read<Condition> {
    Conditions { last_group: None }.either(reader)
}

struct Conditions {
    /// Where the parentheses that were closed last open and close: a pair right within another is redundant.
    last_group: Option<(usize, usize)>,
}

impl Conditions {
    fn either(&mut self, reader: &mut Reader) -> Read<Condition> {
        let mut parts = vec![self.both(reader)?];
        while reader.accept_keyword("OR") {
            parts.push(self.both(reader)?);
        }
        Ok(if parts.len() > 1 { Condition::Or(parts) } else { parts.remove(0) })
    }

    fn both(&mut self, reader: &mut Reader) -> Read<Condition> {
        let mut parts = vec![self.not(reader)?];
        while reader.accept_keyword("AND") {
            parts.push(self.not(reader)?);
        }
        Ok(if parts.len() > 1 { Condition::And(parts) } else { parts.remove(0) })
    }

    fn not(&mut self, reader: &mut Reader) -> Read<Condition> {
        if reader.accept_keyword("NOT") {
            return Ok(Condition::Not(Box::new(reader.deeper(|reader| self.not(reader))?)));
        }
        let open = reader.position();
        if !reader.accept("(") {
            return single(reader);
        }
        let within = reader.deeper(|reader| self.either(reader))?;
        let close = reader.position();
        reader.expect(")")?;
        if self.last_group == Some((open + 1, close.saturating_sub(1))) {
            return Err("The expression has redundant parentheses;".to_owned());
        }
        self.last_group = Some((open, close));
        Ok(within)
    }
}

/// A comparison, a range, a list or a function.
fn single(reader: &mut Reader) -> Read<Condition> {
    if let (Token::Word(name), Token::Sign("(")) = (reader.token(), reader.following())
        && name != "size"
    {
        let condition = function(reader, name)?;
        let is_operand = ["BETWEEN", "IN"].iter().any(|keyword| reader.is_keyword(keyword));
        return if is_operand || comparator(reader).is_some() { Err(misused(name)) } else { Ok(condition) };
    }
    let first = operand(reader)?;
    if reader.accept_keyword("BETWEEN") {
        return between(reader, first);
    }
    if reader.accept_keyword("IN") {
        reader.expect("(")?;
        let listed = reader.list(operand)?;
        reader.expect(")")?;
        if listed.len() > 100 {
            let words = "The IN operator is provided with too many operands; number of operands";
            return Err(format!("{words}: {}", listed.len()));
        }
        return Ok(Condition::In(first, listed));
    }
    let Some((sign, comparator)) = comparator(reader) else {
        return Err(if matches!(first, Operand::Size(_)) { misused("size") } else { reader.unexpected() });
    };
    reader.advance();
    let second = operand(reader)?;
    check_distinct(sign, &first, &second)?;
    if !matches!(comparator, Equal | Unequal) {
        [&first, &second].into_iter().try_for_each(|operand| check_ordered(sign, operand))?;
    }
    Ok(Condition::Compare(comparator, first, second))
}

fn comparator(reader: &Reader) -> Option<(&'static str, Comparator)> {
    COMPARATORS.into_iter().find(|(sign, _)| reader.token() == Token::Sign(sign))
}

fn between(reader: &mut Reader, value: Operand) -> Read<Condition> {
    let low = operand(reader)?;
    if !reader.accept_keyword("AND") {
        return Err(reader.unexpected());
    }
    let high = operand(reader)?;
    [&value, &low, &high].into_iter().try_for_each(|operand| check_ordered("BETWEEN", operand))?;
    if let (Operand::Value(low), Operand::Value(high)) = (&low, &high) {
        let written = |value| {
            attribute::parts(value).map_or_else(String::new, |(kind, content)| {
                format!("AttributeValue: {{{kind}:{}}}", content.as_str().map_or("", |text| text))
            })
        };
        let rule = match attribute::compare(low, high) {
            None => "same data type for lower and upper bounds",
            Some(order) if order.is_gt() => "upper bound to be greater than or equal to lower bound",
            Some(_) => "",
        };
        if !rule.is_empty() {
            let (low, high) = (written(low), written(high));
            let bounds = format!("lower bound operand: {low}, upper bound operand: {high}");
            return Err(format!("The BETWEEN operator requires {rule}; {bounds}"));
        }
    }
    Ok(Condition::Between([value, low, high]))
}

/// A path, `:value`, or `size` of one of them.
fn operand(reader: &mut Reader) -> Read<Operand> {
    match (reader.token(), reader.following()) {
        (Token::Value(_), _) => reader.value().map(Operand::Value),
        (Token::Word("size"), Token::Sign("(")) => {
            let mut operands = arguments(reader)?;
            check_count("size", operands.len(), 1)?;
            let operand = operands.remove(0);
            match operand.kind() {
                Some(kind @ ("N" | "BOOL" | "NULL")) => Err(wrong_kind("size", kind)),
                _ => Ok(Operand::Size(Box::new(operand))),
            }
        }
        (Token::Word(name), Token::Sign("(")) => Err(match FUNCTIONS.iter().any(|(known, ..)| *known == name) {
            true => misused(name),
            false => format!("Invalid function name; function: {name}"),
        }),
        _ => reader.path().map(Operand::Path),
    }
}

fn arguments(reader: &mut Reader) -> Read<Vec<Operand>> {
    reader.advance();
    reader.expect("(")?;
    let operands = reader.deeper(|reader| reader.list(operand))?;
    reader.expect(")")?;
    Ok(operands)
}

fn function(reader: &mut Reader, name: &str) -> Read<Condition> {
    let Some((name, function, count)) = FUNCTIONS.into_iter().find(|(known, ..)| *known == name) else {
        return Err(format!("Invalid function name; function: {name}"));
    };
    let operands = arguments(reader)?;
    check_count(name, operands.len(), count)?;
    if let [first, second] = &operands[..] {
        check_distinct(name, first, second)?;
    }
    match (function, &operands[..]) {
        (Function::AttributeExists | Function::AttributeNotExists, [Operand::Value(_) | Operand::Size(_), ..]) => {
            return Err(format!("Operator or function requires a document path; operator or function: {name}"));
        }
        (Function::BeginsWith, operands) => {
            if let Some(kind) = operands.iter().filter_map(Operand::kind).find(|kind| !matches!(*kind, "S" | "B")) {
                return Err(wrong_kind(name, kind));
            }
        }
        (Function::AttributeType, [_, kind]) => check_type_name(name, kind)?,
        _ => {}
    }
    Ok(Condition::Call(function, operands))
}

fn check_type_name(function: &str, operand: &Operand) -> Read<()> {
    let Operand::Value(value) = operand else {
        return Err(wrong_kind(function, operand.kind().unwrap_or("{NS,SS,L,BS,N,M,B,BOOL,NULL,S}")));
    };
    let Some(name) = attribute::string_of(value) else { return Err(wrong_kind(function, attribute::kind(value))) };
    if attribute::TYPES.contains(&name) {
        return Ok(());
    }
    let types = attribute::TYPES.join(",");
    Err(format!("Invalid attribute type name found; type: {name}, valid types: {{{types}}}"))
}

fn check_count(function: &str, given: usize, expected: usize) -> Read<()> {
    if given == expected {
        return Ok(());
    }
    let words = "Incorrect number of operands for operator or function; operator or function";
    Err(format!("{words}: {function}, number of operands: {given}"))
}

fn check_distinct(operator: &str, first: &Operand, second: &Operand) -> Read<()> {
    match (first, second) {
        (Operand::Path(first), Operand::Path(second)) if first == second => Err(format!(
            "The first operand must be distinct from the remaining operands for this operator or function; \
             operator: {operator}, first operand: {first}"
        )),
        _ => Ok(()),
    }
}

/// Only strings, numbers and binaries have an order.
fn check_ordered(operator: &str, operand: &Operand) -> Read<()> {
    match operand.kind() {
        None | Some("S" | "N" | "B") => Ok(()),
        Some(kind) => Err(wrong_kind(operator, kind)),
    }
}

pub fn wrong_kind(function: &str, kind: &str) -> String {
    format!("Incorrect operand type for operator or function; operator or function: {function}, operand type: {kind}")
}

fn misused(function: &str) -> String {
    format!("The function is not allowed to be used this way in an expression; function: {function}")
}
