//! The tests of Choice rules as JSONata conditions. A comparator is false for a value of another type, where JSONata's
//! `<` and its like fail: the type is asked for first. JSONata does not look at the right side of an `and` whose left
//! side is false.

use super::expression::{Notes, literal, translate};
use crate::asl::model::{Comparison, Condition, Operand, OrderKind, OrderTest};

const ABSENT: &str = "a variable that is missing fails a Choice in JSONPath; in JSONata its rule does not hold";

pub(super) fn condition(condition: &Condition, root: &str, notes: &mut Notes) -> Result<String, String> {
    let mut joined = |conditions: &[Condition], word: &str| {
        let parts: Result<Vec<_>, _> = conditions.iter().map(|inner| self::condition(inner, root, notes)).collect();
        Ok(format!("({})", parts?.join(word)))
    };
    match condition {
        Condition::And(conditions) => joined(conditions, " and "),
        Condition::Or(conditions) => joined(conditions, " or "),
        Condition::Not(inner) => Ok(format!("$not({})", self::condition(inner, root, notes)?)),
        Condition::Compare { variable, comparison } => {
            let variable = translate(&variable.source, root, notes)?;
            compare(&variable, comparison, root, notes)
        }
        Condition::Computed(_) | Condition::Literal(_) => Err("it is JSONata already".to_owned()),
        Condition::Invalid => Err("a rule cannot be read".to_owned()),
    }
}

fn compare(variable: &str, comparison: &Comparison, root: &str, notes: &mut Notes) -> Result<String, String> {
    let is_type = |name: &str, wanted: bool| {
        let sign = if wanted { "=" } else { "!=" };
        Ok(format!("$type({variable}) {sign} '{name}'"))
    };
    if !matches!(comparison, Comparison::IsPresent(_)) {
        notes.insert(ABSENT);
    }
    match comparison {
        Comparison::IsPresent(true) => Ok(format!("$exists({variable})")),
        Comparison::IsPresent(false) => Ok(format!("$not($exists({variable}))")),
        Comparison::IsNull(wanted) => is_type("null", *wanted),
        Comparison::IsNumeric(wanted) => is_type("number", *wanted),
        Comparison::IsString(wanted) => is_type("string", *wanted),
        Comparison::IsBoolean(wanted) => is_type("boolean", *wanted),
        Comparison::StringMatches(pattern) => {
            Ok(format!("($type({variable}) = 'string' and $contains({variable}, {}))", regex(pattern)))
        }
        Comparison::IsTimestamp(_) | Comparison::Order { kind: OrderKind::Timestamp, .. } => {
            Err("a timestamp is compared, for which JSONata has no faithful test".to_owned())
        }
        Comparison::Order { kind, test, operand } => order(variable, *kind, *test, operand, root, notes),
    }
}

fn order(
    variable: &str,
    kind: OrderKind,
    test: OrderTest,
    operand: &Operand,
    root: &str,
    notes: &mut Notes,
) -> Result<String, String> {
    let type_name = match kind {
        OrderKind::Numeric => "number",
        OrderKind::Boolean => "boolean",
        OrderKind::String | OrderKind::Timestamp => "string",
    };
    let sign = match test {
        OrderTest::Equals => "=",
        OrderTest::LessThan => "<",
        OrderTest::GreaterThan => ">",
        OrderTest::LessThanEquals => "<=",
        OrderTest::GreaterThanEquals => ">=",
    };
    Ok(match operand {
        // A value of another type equals no literal.
        Operand::Literal(value) if test == OrderTest::Equals => format!("{variable} = {}", literal(value)?),
        Operand::Literal(value) => {
            format!("($type({variable}) = '{type_name}' and {variable} {sign} {})", literal(value)?)
        }
        Operand::Path(path) => {
            let other = translate(&path.source, root, notes)?;
            let types = format!("$type({variable}) = '{type_name}' and $type({other}) = '{type_name}'");
            format!("({types} and {variable} {sign} {other})")
        }
    })
}

/// `StringMatches` as a regular expression: `*` stands for any text, line breaks included.
fn regex(pattern: &str) -> String {
    let mut out = String::from("/^");
    let mut characters = pattern.chars().peekable();
    while let Some(character) = characters.next() {
        match (character, characters.peek()) {
            ('\\', Some(&escaped @ ('*' | '\\'))) => {
                characters.next();
                out += &format!("\\{escaped}");
            }
            ('*', _) => out += "[\\s\\S]*",
            (c, _) if ".+?^${}()|[]/\\".contains(c) => out += &format!("\\{c}"),
            (c, _) => out.push(c),
        }
    }
    out + "$/"
}
