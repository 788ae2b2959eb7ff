//! Filters, `[?(@.price > 10 && !@.sold)]`: reading and asking. Follows Jayway's `FilterCompiler`
//! and its operators, comparisons across types included: `1 == '1'` holds.

use std::cmp::Ordering;

use regex_lite::{Regex, RegexBuilder};

use super::{Path, SyntaxError, evaluate::find_inside_filter, parse::Cursor};
use crate::value::{Number, Value};

/// A filter that is asked of one item at a time.
#[derive(Clone, Debug)]
pub(super) enum Filter {
    Any(Vec<Filter>),
    All(Vec<Filter>),
    Not(Box<Filter>),
    Exists(Operand),
    Compare(Operand, Operator, Operand),
}

#[derive(Clone, Debug)]
pub(super) enum Operand {
    /// `@…`
    Item(Path),
    /// `$…`
    Root(Path),
    Literal(Value),
    Pattern(Regex),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    StrictEqual,
    StrictNotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Matches,
    In,
    NotIn,
    Contains,
    ContainsAll,
    SubsetOf,
    AnyOf,
    NoneOf,
    Size,
    Empty,
}

const OPERATORS: [(&str, Operator); 18] = [
    ("==", Operator::Equal),
    ("!=", Operator::NotEqual),
    ("===", Operator::StrictEqual),
    ("!==", Operator::StrictNotEqual),
    ("<", Operator::Less),
    ("<=", Operator::LessOrEqual),
    (">", Operator::Greater),
    (">=", Operator::GreaterOrEqual),
    ("=~", Operator::Matches),
    ("in", Operator::In),
    ("nin", Operator::NotIn),
    ("contains", Operator::Contains),
    ("all", Operator::ContainsAll),
    ("subsetof", Operator::SubsetOf),
    ("anyof", Operator::AnyOf),
    ("noneof", Operator::NoneOf),
    ("size", Operator::Size),
    ("empty", Operator::Empty),
];

/// Reads from behind the `?` to behind the closing `]`.
pub(super) fn parse(cursor: &mut Cursor<'_>) -> Result<Filter, SyntaxError> {
    cursor.expect("(", "after `?`: a filter is written `[?(@.name == 'value')]`")?;
    let filter = any(cursor)?;
    cursor.expect(")", "at the end of the filter")?;
    cursor.expect("]", "after the filter")?;
    Ok(filter)
}

fn any(cursor: &mut Cursor<'_>) -> Result<Filter, SyntaxError> {
    let mut filters = vec![all(cursor)?];
    while joined_by(cursor, "||") {
        filters.push(all(cursor)?);
    }
    Ok(one_or(filters, Filter::Any))
}

fn all(cursor: &mut Cursor<'_>) -> Result<Filter, SyntaxError> {
    let mut filters = vec![operand_of_and(cursor)?];
    while joined_by(cursor, "&&") {
        filters.push(operand_of_and(cursor)?);
    }
    Ok(one_or(filters, Filter::All))
}

fn joined_by(cursor: &mut Cursor<'_>, operator: &str) -> bool {
    cursor.skip_blanks();
    cursor.eat(operator)
}

fn one_or(mut filters: Vec<Filter>, join: fn(Vec<Filter>) -> Filter) -> Filter {
    if filters.len() == 1 { filters.remove(0) } else { join(filters) }
}

fn operand_of_and(cursor: &mut Cursor<'_>) -> Result<Filter, SyntaxError> {
    cursor.skip_blanks();
    if cursor.eat("!") {
        return cursor.nested(operand_of_and).map(|filter| Filter::Not(Box::new(filter)));
    }
    if cursor.eat("(") {
        let filter = cursor.nested(any)?;
        cursor.expect(")", "to close the bracket in the filter")?;
        return Ok(filter);
    }
    comparison(cursor)
}

fn comparison(cursor: &mut Cursor<'_>) -> Result<Filter, SyntaxError> {
    let start = cursor.at;
    let left = operand(cursor)?;
    cursor.skip_blanks();
    let Some(operator) = operator(cursor)? else {
        return match left {
            Operand::Item(_) | Operand::Root(_) => Ok(Filter::Exists(left)),
            _ => Err(SyntaxError::new(start, "expected a comparison: a literal alone is no filter")),
        };
    };
    cursor.skip_blanks();
    let right_at = cursor.at;
    let right = operand(cursor)?;
    let is_pattern = |operand: &Operand| matches!(operand, Operand::Pattern(_));
    match (operator == Operator::Matches, is_pattern(&left) || is_pattern(&right)) {
        (true, false) => Err(SyntaxError::new(right_at, "expected a pattern such as `/^a.*/i` after `=~`")),
        (false, true) => Err(SyntaxError::new(right_at, "a pattern can only be compared with `=~`")),
        _ => Ok(Filter::Compare(left, operator, right)),
    }
}

fn operator(cursor: &mut Cursor<'_>) -> Result<Option<Operator>, SyntaxError> {
    let rest = cursor.rest();
    let is_sign = |character: char| matches!(character, '<' | '>' | '=' | '~' | '!');
    let end = match rest.starts_with(is_sign) {
        true => rest.find(|character| !is_sign(character)),
        false => rest.find(|character: char| !character.is_ascii_alphabetic()),
    };
    let text = &rest[..end.unwrap_or(rest.len())];
    if text.is_empty() {
        return Ok(None);
    }
    match OPERATORS.iter().find(|(name, _)| name.eq_ignore_ascii_case(text)) {
        Some((_, operator)) => {
            cursor.at += text.len();
            Ok(Some(*operator))
        }
        None => {
            let cure = match text {
                "=" => ": did you mean `==`?",
                _ => {
                    ": there are `==`, `!=`, `<`, `<=`, `>`, `>=`, `=~`, `in`, `nin`, `contains`, `all`, `subsetof`, `anyof`, `noneof`, `size`, `empty`"
                }
            };
            Err(cursor.error_here(format!("`{text}` is no operator of a filter{cure}")))
        }
    }
}

fn operand(cursor: &mut Cursor<'_>) -> Result<Operand, SyntaxError> {
    cursor.skip_blanks();
    match cursor.peek() {
        Some('@') => cursor.inner_path().map(Operand::Item),
        Some('$') => cursor.inner_path().map(Operand::Root),
        Some('/') => pattern(cursor).map(Operand::Pattern),
        _ => literal(cursor).map(Operand::Literal),
    }
}

fn literal(cursor: &mut Cursor<'_>) -> Result<Value, SyntaxError> {
    cursor.skip_blanks();
    match cursor.peek() {
        Some(quote @ ('\'' | '"')) => cursor.quoted(quote).map(Value::from),
        Some('[') => {
            cursor.at += 1;
            cursor.nested(|cursor| items(cursor, "]", literal)).map(Value::array)
        }
        Some('{') => {
            cursor.at += 1;
            cursor.nested(|cursor| items(cursor, "}", member)).map(Value::object)
        }
        Some('-' | '0'..='9') => number(cursor),
        _ => {
            let word = bare_word(cursor.rest());
            if !word.is_empty() {
                cursor.at += word.len();
                return Ok(match word {
                    "true" => Value::Bool(true),
                    "false" => Value::Bool(false),
                    "null" => Value::Null,
                    _ => Value::string(word),
                });
            }
            let message = format!(
                "expected a value: a path, a text in quotes, a number, `true`, `false`, `null` or a list{}",
                cursor.but_found()
            );
            Err(cursor.error_here(message))
        }
    }
}

/// A text without quotes. Jayway refuses those, but definitions that run on AWS have them:
/// `[?(@.Type.Text==VENDOR_NAME)]`.
fn bare_word(text: &str) -> &str {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    &text[..text.find(|c| !is_part(c)).unwrap_or(text.len())]
}

fn member(cursor: &mut Cursor<'_>) -> Result<(String, Value), SyntaxError> {
    cursor.skip_blanks();
    let Some(quote @ ('\'' | '"')) = cursor.peek() else {
        return Err(cursor.error_here(format!("expected a name in quotes{}", cursor.but_found())));
    };
    let key = cursor.quoted(quote)?;
    cursor.expect(":", "after a name")?;
    Ok((key, literal(cursor)?))
}

fn items<T>(
    cursor: &mut Cursor<'_>,
    close: &str,
    read: fn(&mut Cursor<'_>) -> Result<T, SyntaxError>,
) -> Result<Vec<T>, SyntaxError> {
    let mut items = Vec::new();
    cursor.skip_blanks();
    if cursor.eat(close) {
        return Ok(items);
    }
    loop {
        items.push(read(cursor)?);
        cursor.skip_blanks();
        if cursor.eat(close) {
            return Ok(items);
        }
        cursor.expect(",", "between the parts of a literal")?;
    }
}

fn number(cursor: &mut Cursor<'_>) -> Result<Value, SyntaxError> {
    let rest = cursor.rest();
    let end = rest.find(|c: char| !matches!(c, '0'..='9' | '-' | '+' | '.' | 'e' | 'E')).unwrap_or(rest.len());
    let text = &rest[..end];
    if text.parse::<f64>().is_err() {
        return Err(cursor.error_here(format!("`{text}` is no number")));
    }
    cursor.at += end;
    Ok(Value::Number(Number::parse(text)))
}

/// `/pattern/flags`, which has to fit the whole text, as Java's `matches` has it.
fn pattern(cursor: &mut Cursor<'_>) -> Result<Regex, SyntaxError> {
    let start = cursor.at;
    let body = &cursor.rest()[1..];
    let mut escaped = false;
    let end = body.find(|character| {
        let closes = character == '/' && !escaped;
        escaped = character == '\\' && !escaped;
        closes
    });
    let Some(end) = end else {
        return Err(SyntaxError::new(start, "the pattern that opens here is never closed with `/`"));
    };
    let flags: &str = &body[end + 1..];
    let flags = &flags[..flags.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(flags.len())];
    cursor.at += end + 2 + flags.len();
    RegexBuilder::new(&format!(r"\A(?:{})\z", body[..end].replace("\\/", "/")))
        .case_insensitive(flags.contains('i'))
        .multi_line(flags.contains('m'))
        .dot_matches_new_line(flags.contains('s'))
        .ignore_whitespace(flags.contains('x'))
        .size_limit(1 << 18)
        .build()
        .map_err(|error| SyntaxError::new(start, format!("the pattern cannot be used here: {error}")))
}

impl Filter {
    pub fn accepts(&self, item: &Value, root: &Value) -> bool {
        match self {
            Self::Any(filters) => filters.iter().any(|filter| filter.accepts(item, root)),
            Self::All(filters) => filters.iter().all(|filter| filter.accepts(item, root)),
            Self::Not(filter) => !filter.accepts(item, root),
            Self::Exists(operand) => operand.value(item, root).is_some(),
            Self::Compare(left, Operator::Matches, right) => match (left, right) {
                (Operand::Pattern(pattern), other) | (other, Operand::Pattern(pattern)) => {
                    other.value(item, root).is_some_and(|value| matches(pattern, &value))
                }
                _ => false,
            },
            Self::Compare(left, operator, right) => {
                operator.holds(left.value(item, root).as_ref(), right.value(item, root).as_ref())
            }
        }
    }
}

impl Operand {
    /// `None` is a path that finds nothing.
    fn value(&self, item: &Value, root: &Value) -> Option<Value> {
        match self {
            Self::Item(path) => find_inside_filter(path, item, root),
            Self::Root(path) => find_inside_filter(path, root, root),
            Self::Literal(value) => Some(value.clone()),
            Self::Pattern(_) => None,
        }
    }
}

impl Operator {
    fn holds(self, left: Option<&Value>, right: Option<&Value>) -> bool {
        match self {
            Self::Equal => equal(left, right),
            Self::NotEqual => !equal(left, right),
            Self::StrictEqual => same_kind(left, right) && equal(left, right),
            Self::StrictNotEqual => !(same_kind(left, right) && equal(left, right)),
            Self::NotIn => !Self::In.holds(left, right),
            _ => matches!((left, right), (Some(left), Some(right)) if self.holds_for(left, right)),
        }
    }

    fn holds_for(self, left: &Value, right: &Value) -> bool {
        match self {
            Self::Less => order(left, right) == Some(Ordering::Less),
            Self::Greater => order(left, right) == Some(Ordering::Greater),
            Self::LessOrEqual => matches!(order(left, right), Some(Ordering::Less | Ordering::Equal)),
            Self::GreaterOrEqual => matches!(order(left, right), Some(Ordering::Greater | Ordering::Equal)),
            Self::In => right.as_array().is_some_and(|items| has(items, left)),
            Self::Contains => match (left, right) {
                (Value::String(left), Value::String(right)) => left.contains(&**right),
                (Value::Array(items), _) => has(items, right),
                _ => false,
            },
            Self::ContainsAll | Self::SubsetOf | Self::AnyOf | Self::NoneOf => {
                let (Some(left), Some(right)) = (left.as_array(), right.as_array()) else { return false };
                match self {
                    Self::ContainsAll => right.iter().all(|item| has(left, item)),
                    Self::SubsetOf => left.iter().all(|item| has(right, item)),
                    Self::AnyOf => left.iter().any(|item| has(right, item)),
                    _ => !left.iter().any(|item| has(right, item)),
                }
            }
            Self::Size => {
                let size = match left {
                    Value::String(text) => text.encode_utf16().count(),
                    Value::Array(items) => items.len(),
                    _ => return false,
                };
                right.as_number().is_some_and(|right| right.as_f64().trunc() == size as f64)
            }
            Self::Empty => {
                let is_empty = match left {
                    Value::String(text) => text.is_empty(),
                    Value::Array(items) => items.is_empty(),
                    Value::Object(object) => object.is_empty(),
                    _ => return false,
                };
                *right == Value::Bool(is_empty)
            }
            _ => false,
        }
    }
}

/// Equality across types: the left side's type decides how a number and a text are compared.
fn equal(left: Option<&Value>, right: Option<&Value>) -> bool {
    let (Some(left), Some(right)) = (left, right) else { return false };
    match (left, right) {
        (Value::Number(number), Value::String(text)) => text.trim().parse() == Ok(number.as_f64()),
        (Value::String(text), Value::Number(number)) => **text == *number.to_string(),
        _ => left == right,
    }
}

fn same_kind(left: Option<&Value>, right: Option<&Value>) -> bool {
    let kind = |value: Option<&Value>| value.map(std::mem::discriminant);
    kind(left) == kind(right)
}

fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Number(Number::Int(left)), Value::Number(Number::Int(right))) => Some(left.cmp(right)),
        (Value::Number(left), Value::Number(right)) => left.as_f64().partial_cmp(&right.as_f64()),
        (Value::String(left), Value::String(right)) => Some(left.encode_utf16().cmp(right.encode_utf16())),
        _ => None,
    }
}

fn has(items: &[Value], value: &Value) -> bool {
    items.iter().any(|item| equal(Some(item), Some(value)))
}

fn matches(pattern: &Regex, value: &Value) -> bool {
    match value {
        Value::String(text) => pattern.is_match(text),
        Value::Number(number) => pattern.is_match(&number.to_string()),
        Value::Bool(bool) => pattern.is_match(if *bool { "true" } else { "false" }),
        Value::Array(items) => items.iter().any(|item| !matches!(item, Value::Array(_)) && matches(pattern, item)),
        _ => pattern.is_match(""),
    }
}
