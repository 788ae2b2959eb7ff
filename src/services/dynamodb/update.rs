//! What an `UpdateExpression` does to an item. The sections and functions are those of the developer guide's "Using
//! update expressions in DynamoDB"; the refusals are the service's words.

use super::{
    Fault, Outcome, attribute,
    condition::wrong_kind,
    path::{NoSuchPlace, Path, Step, check_apart},
    tokens::{Read, Reader, Token},
};
use crate::value::{Object, Value};

/// The actions of an update. All of them see the item as it was before.
#[derive(Debug, Default)]
pub struct Update {
    sets: Vec<(Path, Sum)>,
    removes: Vec<Path>,
    adds: Vec<(Path, Value)>,
    deletes: Vec<(Path, Value)>,
}

/// What `SET` sets: an operand, and what is added to it or taken from it.
#[derive(Debug)]
struct Sum {
    first: Operand,
    rest: Vec<(bool, Operand)>,
}

#[derive(Debug)]
enum Operand {
    Path(Path),
    Value(Value),
    IfNotExists(Path, Box<Operand>),
    ListAppend(Box<Operand>, Box<Operand>),
}

const SECTIONS: [&str; 4] = ["SET", "REMOVE", "ADD", "DELETE"];

/// Reads an update.
pub fn update(reader: &mut Reader) -> Read<Update> {
    let mut update = Update::default();
    let mut seen = [false; SECTIONS.len()];
    while reader.token() != Token::End {
        let section = SECTIONS.iter().position(|section| reader.is_keyword(section));
        let Some(section) = section else { return Err(reader.unexpected()) };
        if std::mem::replace(&mut seen[section], true) {
            let name = SECTIONS[section];
            return Err(format!("The \"{name}\" section can only be used once in an update expression;"));
        }
        reader.advance();
        match SECTIONS[section] {
            "SET" => update.sets = reader.list(set)?,
            "REMOVE" => update.removes = reader.list(Reader::path)?,
            "ADD" => update.adds = reader.list(|reader| change(reader, "ADD"))?,
            _ => update.deletes = reader.list(|reader| change(reader, "DELETE"))?,
        }
    }
    check_apart(&update.paths())?;
    Ok(update)
}

fn set(reader: &mut Reader) -> Read<(Path, Sum)> {
    let path = reader.path()?;
    reader.expect("=")?;
    let first = operand(reader)?;
    let mut rest = Vec::new();
    while let Token::Sign(sign @ ("+" | "-")) = reader.token() {
        reader.advance();
        let second = operand(reader)?;
        // What is known to be no number is refused before any item is looked at.
        let operands = if rest.is_empty() { vec![&first, &second] } else { vec![&second] };
        for operand in operands {
            if let Operand::Value(value) = operand
                && attribute::kind(value) != "N"
            {
                return Err(wrong_kind(sign, attribute::kind(value)));
            }
        }
        rest.push((sign == "-", second));
    }
    Ok((path, Sum { first, rest }))
}

fn operand(reader: &mut Reader) -> Read<Operand> {
    match (reader.token(), reader.following()) {
        (Token::Value(_), _) => reader.value().map(Operand::Value),
        (Token::Sign("("), _) => {
            reader.advance();
            let within = reader.deeper(operand)?;
            reader.expect(")")?;
            Ok(within)
        }
        (Token::Word(name), Token::Sign("(")) => function(reader, name),
        _ => reader.path().map(Operand::Path),
    }
}

fn function(reader: &mut Reader, name: &str) -> Read<Operand> {
    match name {
        "if_not_exists" | "list_append" => {}
        "size" | "contains" | "begins_with" | "attribute_exists" | "attribute_not_exists" | "attribute_type" => {
            return Err(format!("The function is not allowed in an update expression; function: {name}"));
        }
        _ => return Err(format!("Invalid function name; function: {name}")),
    }
    reader.advance();
    reader.expect("(")?;
    let operands = reader.deeper(|reader| reader.list(operand))?;
    reader.expect(")")?;
    let given = operands.len();
    let Ok([first, second]) = <[Operand; 2]>::try_from(operands) else {
        let words = "Incorrect number of operands for operator or function; operator or function";
        return Err(format!("{words}: {name}, number of operands: {given}"));
    };
    match (name, first) {
        ("if_not_exists", Operand::Path(path)) => Ok(Operand::IfNotExists(path, Box::new(second))),
        ("if_not_exists", _) => {
            Err(format!("Operator or function requires a document path; operator or function: {name}"))
        }
        (_, first) => {
            for operand in [&first, &second] {
                if let Operand::Value(value) = operand
                    && attribute::kind(value) != "L"
                {
                    return Err(wrong_kind(name, attribute::kind(value)));
                }
            }
            Ok(Operand::ListAppend(Box::new(first), Box::new(second)))
        }
    }
}

/// What `ADD` adds or `DELETE` takes away.
fn change(reader: &mut Reader, section: &str) -> Read<(Path, Value)> {
    let path = reader.path()?;
    let value = reader.value()?;
    let kind = match attribute::kind(&value) {
        "N" if section == "ADD" => return Ok((path, value)),
        "SS" | "NS" | "BS" => return Ok((path, value)),
        "S" => "STRING",
        "N" => "NUMBER",
        "B" => "BINARY",
        "BOOL" => "BOOLEAN",
        "L" => "LIST",
        "M" => "MAP",
        kind => kind,
    };
    Err(format!(
        "Incorrect operand type for operator or function; operator: {section}, operand type: {kind}, \
         typeSet: ALLOWED_FOR_{section}_OPERAND"
    ))
}

impl Update {
    /// All that it writes to.
    pub fn paths(&self) -> Vec<Path> {
        let sets = self.sets.iter().map(|(path, _)| path);
        let changed = self.adds.iter().chain(&self.deletes).map(|(path, _)| path);
        sets.chain(&self.removes).chain(changed).cloned().collect()
    }

    /// The item after the update.
    pub fn apply(&self, item: &Value) -> Outcome<Value> {
        let mut new = item.clone();
        let (in_lists, mut sets): (Vec<_>, Vec<_>) =
            self.sets.iter().partition(|(path, _)| matches!(path.0.last(), Some(Step::Index(_))));
        // What is set past the end of a list is added in the order of the indexes.
        let mut in_lists = in_lists;
        in_lists.sort_by(|a, b| a.0.cmp(&b.0));
        sets.extend(in_lists);
        for (path, sum) in sets {
            path.set(&mut new, sum.of(item)?)?;
        }
        for (path, value) in &self.adds {
            let sum = path.get(item).map_or_else(|| Ok(value.clone()), |old| added(old, value))?;
            path.set(&mut new, sum)?;
        }
        for (path, value) in &self.deletes {
            match path.get(item).map(|old| without(old, value)).transpose()? {
                Some(Some(rest)) => path.set(&mut new, rest)?,
                _ => path.remove(&mut new)?,
            }
        }
        // From the end, so that the indexes of a list are those it had before.
        let mut removes: Vec<&Path> = self.removes.iter().collect();
        removes.sort_by(|a, b| b.cmp(a));
        removes.into_iter().try_for_each(|path| path.remove(&mut new))?;
        Ok(new)
    }
}

impl Sum {
    fn of(&self, item: &Value) -> Outcome<Value> {
        let first = self.first.of(item)?;
        if self.rest.is_empty() {
            return Ok(first);
        }
        let mut sum = attribute::number_of(&first).ok_or_else(wrong_type)?;
        for (is_minus, operand) in &self.rest {
            let number = attribute::number_of(&operand.of(item)?).ok_or_else(wrong_type)?;
            sum = sum.plus(if *is_minus { number.negated() } else { number })?;
        }
        Ok(attribute::from_number(sum))
    }
}

impl Operand {
    fn of(&self, item: &Value) -> Outcome<Value> {
        match self {
            Self::Value(value) => Ok(value.clone()),
            Self::Path(path) => path.get(item).cloned().ok_or_else(|| {
                Fault::from("The provided expression refers to an attribute that does not exist in the item")
            }),
            Self::IfNotExists(path, otherwise) => match path.get(item) {
                Some(value) => Ok(value.clone()),
                None => otherwise.of(item),
            },
            Self::ListAppend(first, second) => {
                let (first, second) = (first.of(item)?, second.of(item)?);
                let items = |value: &Value| value.get("L").and_then(Value::as_array).map(<[Value]>::to_vec);
                let (Some(mut all), Some(more)) = (items(&first), items(&second)) else { return Err(wrong_type()) };
                // Each weighs more than a byte: this many are refused in any case.
                if all.len() + more.len() > super::MOST_BYTES {
                    return Err(Fault::from("Item size to update has exceeded the maximum allowed size"));
                }
                all.extend(more);
                Ok(Value::object([("L", Value::array(all))]))
            }
        }
    }
}

fn wrong_type() -> Fault {
    Fault::from("An operand in the update expression has an incorrect data type")
}

impl From<NoSuchPlace> for Fault {
    fn from(_: NoSuchPlace) -> Self {
        Self::from("The document path provided in the update expression is invalid for update")
    }
}

/// The sum of two numbers, the union of two sets.
fn added(old: &Value, value: &Value) -> Outcome<Value> {
    if let (Some(a), Some(b)) = (attribute::number_of(old), attribute::number_of(value)) {
        return Ok(attribute::from_number(a.plus(b)?));
    }
    let (kind, elements, more) = both_sets(old, value)?;
    let union: Elements = elements.into_iter().chain(more).collect();
    Ok(set_of(kind, union))
}

/// A set without the elements of another; nothing where none are left.
fn without(old: &Value, value: &Value) -> Outcome<Option<Value>> {
    let (kind, mut elements, gone) = both_sets(old, value)?;
    elements.retain(|element, _| !gone.contains_key(element));
    Ok((!elements.is_empty()).then(|| set_of(kind, elements)))
}

/// The elements of a set as the names of an object, which has each once and finds them fast.
type Elements = Object;

fn both_sets(old: &Value, value: &Value) -> Outcome<(&'static str, Elements, Elements)> {
    match (attribute::parts(old), attribute::parts(value)) {
        (Some((kind, Value::Array(elements))), Some((other, Value::Array(more))))
            if kind == other && attribute::element_kind(kind).is_some() =>
        {
            let named = |elements: &[Value]| -> Elements {
                elements.iter().filter_map(|element| Some((element.as_str()?.clone(), Value::Null))).collect()
            };
            Ok((kind, named(elements), named(more)))
        }
        _ => Err(wrong_type()),
    }
}

fn set_of(kind: &'static str, elements: Elements) -> Value {
    Value::object([(kind, Value::array(elements.keys().map(Value::from).collect()))])
}
