//! What a pattern says of one value: that it is equal to something, or what an operator such as
//! `{"prefix": "a"}` says. Sources as for the whole.

use std::net::IpAddr;

use super::{PatternError, Scope};
use crate::value::Value;

pub const OPERATORS: [&str; 8] =
    ["prefix", "suffix", "equals-ignore-case", "wildcard", "anything-but", "numeric", "exists", "cidr"];

#[derive(Debug)]
pub enum Test {
    Equal(Value),
    Exists(bool),
    /// What was found out of the whole.
    Known(bool),
    Text(Text),
    /// Comparisons that all have to hold, with their bounds.
    Numeric(Vec<(Comparison, f64)>),
    /// An address and how many bits of it count.
    Cidr(IpAddr, u32),
    /// None of these.
    AnythingBut(Vec<Test>),
}

/// What only strings can be. A text for `ignore case` is in lower case.
#[derive(Debug)]
pub enum Text {
    Prefix {
        text: String,
        ignores_case: bool,
    },
    Suffix {
        text: String,
        ignores_case: bool,
    },
    EqualsIgnoreCase(String),
    /// The parts between which anything may stand.
    Wildcard(Vec<String>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Test {
    /// Reads one of the values in a field's list.
    pub fn read(choice: &Value, place: &str, scope: Scope) -> Result<Self, PatternError> {
        let wrong = |message: String| PatternError { place: place.into(), message };
        match choice {
            Value::Array(_) => Err(wrong("must not have a list within its list: write the values side by side".into())),
            Value::Object(fields) => match fields.first() {
                Some((operator, operand)) if fields.len() == 1 => {
                    Self::operator(operator, operand, scope).map_err(wrong)
                }
                _ => Err(wrong("must have one operator in each object, such as `{\"prefix\": \"a\"}`".into())),
            },
            literal => Ok(Self::Equal(literal.clone())),
        }
    }

    /// Says what has to be there instead of an operand that is wrong.
    fn operator(operator: &str, operand: &Value, scope: Scope) -> Result<Self, String> {
        match operator {
            "exists" => match operand {
                Value::Bool(is_there) => Ok(Self::Exists(*is_there)),
                _ => Err("must have `true` or `false` in `exists`".into()),
            },
            "numeric" => comparisons(operand, scope).map(Self::Numeric),
            "cidr" => cidr(operand),
            "anything-but" => anything_but(operand).map(Self::AnythingBut),
            "prefix" | "suffix" | "equals-ignore-case" | "wildcard" => text(operator, operand).map(Self::Text),
            _ => {
                let [known @ .., last] = OPERATORS.map(|name| format!("`{name}`"));
                let known = known.join(", ");
                Err(format!("has the operator `{operator}`, which does not exist: there are {known} and {last}"))
            }
        }
    }

    /// Finds out whether something is not there, of all the values that a field has.
    pub fn settle(&mut self, scope: Scope, values: &[&Value]) {
        if let Self::Exists(false) = self {
            *self = Self::Known(!values.iter().any(|value| is_there(value, scope)));
        }
    }

    /// Whether it is true of a field: of one of its values.
    pub fn holds(&self, scope: Scope, values: &[&Value]) -> bool {
        match self {
            Self::Known(is_true) => *is_true,
            Self::Exists(_) => values.iter().any(|value| is_there(value, scope)),
            // Of a list in an attribute of a message, nothing may be what is excluded.
            Self::AnythingBut(_) if scope == Scope::Attributes => {
                !values.is_empty() && values.iter().all(|value| self.is_true_of(value))
            }
            _ => values.iter().any(|value| value.as_object().is_none() && self.is_true_of(value)),
        }
    }

    fn is_true_of(&self, value: &Value) -> bool {
        match self {
            Self::Equal(literal) => literal == value,
            Self::Exists(is_true) | Self::Known(is_true) => *is_true,
            Self::Text(test) => value.as_str().is_some_and(|text| test.is_true_of(text)),
            Self::Numeric(comparisons) => value.as_number().is_some_and(|number| {
                let number = number.as_f64();
                comparisons.iter().all(|(comparison, bound)| comparison.holds(number, *bound))
            }),
            Self::Cidr(network, bits) => {
                let address = value.as_str().and_then(|text| text.parse().ok());
                address.is_some_and(|address| is_within(address, *network, *bits))
            }
            Self::AnythingBut(tests) => !tests.iter().any(|test| test.is_true_of(value)),
        }
    }
}

/// An object has fields that may be there, but is none itself. What SNS takes to be there is not empty either.
fn is_there(value: &Value, scope: Scope) -> bool {
    let is_blank = *value == Value::Null || value.as_str().is_some_and(|text| text.is_empty());
    value.as_object().is_none() && (scope == Scope::Event || !is_blank)
}

fn text(operator: &str, operand: &Value) -> Result<Text, String> {
    let needs_text = || format!("must have a string in `{operator}`");
    let ignoring = match operand.as_object() {
        Some(fields) if fields.len() == 1 && matches!(operator, "prefix" | "suffix") => {
            fields.get("equals-ignore-case")
        }
        _ => None,
    };
    let text = ignoring.unwrap_or(operand).as_str().ok_or_else(needs_text)?;
    let ignores_case = ignoring.is_some() || operator == "equals-ignore-case";
    let written = if ignores_case { text.to_lowercase() } else { text.to_string() };
    match operator {
        "prefix" => Ok(Text::Prefix { text: written, ignores_case }),
        "suffix" => Ok(Text::Suffix { text: written, ignores_case }),
        "equals-ignore-case" => Ok(Text::EqualsIgnoreCase(written)),
        _ => wildcard(text).map(Text::Wildcard),
    }
}

/// Takes a text with `*` apart; `\*` and `\\` stand for the signs themselves.
fn wildcard(text: &str) -> Result<Vec<String>, String> {
    let mut parts = vec![String::new()];
    let (mut letters, mut is_after_star) = (text.chars(), false);
    while let Some(letter) = letters.next() {
        let is_star = letter == '*';
        if is_star && is_after_star {
            return Err("must not have `**` in `wildcard`: one `*` stands for any part".into());
        }
        is_after_star = is_star;
        let literal = match letter {
            '*' => {
                parts.push(String::new());
                continue;
            }
            '\\' => match letters.next() {
                Some(escaped @ ('*' | '\\')) => escaped,
                _ => return Err("must have `\\*` or `\\\\` where there is a `\\` in `wildcard`".into()),
            },
            _ => letter,
        };
        parts.last_mut().expect("there is always a part").push(literal);
    }
    Ok(parts)
}

impl Text {
    fn is_true_of(&self, value: &str) -> bool {
        let in_case = |ignores_case: bool| if ignores_case { value.to_lowercase() } else { value.to_owned() };
        match self {
            Self::Prefix { text, ignores_case } => in_case(*ignores_case).starts_with(&**text),
            Self::Suffix { text, ignores_case } => in_case(*ignores_case).ends_with(&**text),
            Self::EqualsIgnoreCase(text) => in_case(true) == *text,
            Self::Wildcard(parts) => is_like(value, parts),
        }
    }
}

/// Whether a text has these parts in this order, with anything between them.
fn is_like(text: &str, parts: &[String]) -> bool {
    let Some((first, rest)) = parts.split_first() else { return false };
    let Some((last, between)) = rest.split_last() else { return text == first };
    let Some(mut text) = text.strip_prefix(&**first) else { return false };
    for part in between {
        let Some(at) = text.find(&**part) else { return false };
        text = &text[at + part.len()..];
    }
    text.ends_with(&**last)
}

fn comparisons(operand: &Value, scope: Scope) -> Result<Vec<(Comparison, f64)>, String> {
    use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual};
    let parts = operand.as_array().filter(|parts| parts.len() == 2 || parts.len() == 4);
    let parts = parts.ok_or("must have one or two comparisons in `numeric`, as `[\">\", 0]`")?;
    let comparison = |pair: &[Value]| {
        let [operator, bound] = pair else { return None };
        let comparison = match &**operator.as_str()? {
            "=" => Equal,
            "<" => Less,
            "<=" => LessOrEqual,
            ">" => Greater,
            ">=" => GreaterOrEqual,
            _ => return None,
        };
        Some((comparison, bound.as_number()?.as_f64()))
    };
    let read: Option<Vec<(Comparison, f64)>> = parts.chunks(2).map(comparison).collect();
    let read = read.ok_or("must have `=`, `<`, `<=`, `>` or `>=` and a number in `numeric`")?;
    let largest = scope.largest();
    // What is no number at all is out of range, too.
    if read.iter().any(|(_, bound)| !(-largest..=largest).contains(bound)) {
        return Err(format!("must have numbers between -{largest} and {largest} in `numeric`"));
    }
    match &read[..] {
        [_] => Ok(read),
        [(Greater | GreaterOrEqual, low), (Less | LessOrEqual, high)] if low < high => Ok(read),
        _ => Err("must have a lower and then an upper bound in `numeric`, as `[\">\", 0, \"<=\", 5]`".into()),
    }
}

impl Comparison {
    fn holds(self, number: f64, bound: f64) -> bool {
        match self {
            Self::Equal => number == bound,
            Self::Less => number < bound,
            Self::LessOrEqual => number <= bound,
            Self::Greater => number > bound,
            Self::GreaterOrEqual => number >= bound,
        }
    }
}

/// What is excluded: strings, numbers, or texts by an operator that has one or several of them.
fn anything_but(operand: &Value) -> Result<Vec<Test>, String> {
    let wrong = "must have strings, or numbers, in `anything-but`, or one of `prefix`, `suffix`, `equals-ignore-case` \
                 and `wildcard`";
    let literals: &[Value] = match operand {
        Value::Object(fields) => {
            let (operator, operand) = fields.first().filter(|_| fields.len() == 1).ok_or(wrong)?;
            if !matches!(&**operator, "prefix" | "suffix" | "equals-ignore-case" | "wildcard") {
                return Err(wrong.into());
            }
            let operands = operand.as_array().unwrap_or(std::slice::from_ref(operand));
            if operands.is_empty() {
                return Err(format!("must have a string in `{operator}`"));
            }
            return operands.iter().map(|operand| text(operator, operand).map(Test::Text)).collect();
        }
        Value::Array(literals) => literals,
        literal => std::slice::from_ref(literal),
    };
    let are_strings = literals.iter().all(|literal| literal.as_str().is_some());
    let are_numbers = literals.iter().all(|literal| literal.as_number().is_some());
    if literals.is_empty() || !are_strings && !are_numbers {
        return Err(wrong.into());
    }
    Ok(literals.iter().cloned().map(Test::Equal).collect())
}

/// A network, or a single address: `10.0.0.0/24`.
fn cidr(operand: &Value) -> Result<Test, String> {
    let read = || {
        let text = operand.as_str()?;
        let (address, bits) = text.split_once('/').map_or((&**text, None), |(address, bits)| (address, Some(bits)));
        let network: IpAddr = address.parse().ok()?;
        let most = if network.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Some(most), |bits| bits.parse().ok())?;
        (bits <= most).then_some(Test::Cidr(network, bits))
    };
    read().ok_or_else(|| "must have a network such as `10.0.0.0/24` in `cidr`".into())
}

/// Whether the first bits of an address are those of a network.
fn is_within(address: IpAddr, network: IpAddr, bits: u32) -> bool {
    let (address, network, length) = match (address, network) {
        (IpAddr::V4(address), IpAddr::V4(network)) => (address.to_bits().into(), network.to_bits().into(), 32),
        (IpAddr::V6(address), IpAddr::V6(network)) => (address.to_bits(), network.to_bits(), 128),
        _ => return false,
    };
    let differing: u128 = address ^ network;
    // A shift by all bits is none that can be made: of a network with no bits, every address is one.
    differing.checked_shr(length - bits).unwrap_or(0) == 0
}
