//! What all expressions have in common: their tokens, the names and values put in for `#name` and `:value`, and
//! document paths. A reader goes down by recursion, to a depth that no expression one would write reaches.
//!
//! The rules are those of the developer guide's "Using expressions in DynamoDB"; the refusals are the service's words.

use std::rc::Rc;

use super::{
    Fault, Outcome, attribute,
    path::{Path, Step},
    reserved::is_reserved,
};
use crate::value::Value;

/// How many bytes an expression may have, and how deep one may nest.
const MOST_BYTES: usize = 4096;
const LEVELS: usize = 100;

/// What a request has for the `#names` and `:values` of its expressions. Each has to be used.
#[derive(Default)]
pub struct Substitutes {
    names: Vec<Substitute>,
    values: Vec<Substitute>,
}

struct Substitute {
    placeholder: Rc<str>,
    value: Value,
    is_used: bool,
}

const NAMES: &str = "ExpressionAttributeNames";
const VALUES: &str = "ExpressionAttributeValues";

impl Substitutes {
    pub fn of(parameters: &Value, has_expression: bool) -> Outcome<Self> {
        let names = read(parameters, NAMES, '#', has_expression, |name| match name {
            Value::String(_) => Ok(name.clone()),
            _ => Err(attribute::wrong_form(NAMES, "an OBJECT of STRING")),
        })?;
        let values = read(parameters, VALUES, ':', has_expression, attribute::check)?;
        Ok(Self { names, values })
    }

    /// Refuses what no expression has used.
    pub fn finish(self) -> Outcome<()> {
        for (field, substitutes) in [(NAMES, &self.names), (VALUES, &self.values)] {
            let unused: Vec<&str> =
                substitutes.iter().filter(|one| !one.is_used).map(|one| &*one.placeholder).collect();
            if !unused.is_empty() {
                let unused = unused.join(", ");
                return Err(Fault::from(format!(
                    "Value provided in {field} unused in expressions: keys: {{{unused}}}"
                )));
            }
        }
        Ok(())
    }
}

fn read(
    parameters: &Value,
    field: &str,
    sign: char,
    has_expression: bool,
    check: impl Fn(&Value) -> Outcome<Value>,
) -> Outcome<Vec<Substitute>> {
    let members = match parameters.get(field) {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Object(members)) => members,
        Some(_) => return Err(attribute::wrong_form(field, "an OBJECT")),
    };
    if !has_expression {
        return Err(Fault::from(format!("{field} can only be specified when using expressions")));
    }
    if members.is_empty() {
        return Err(Fault::from(format!("{field} must not be empty")));
    }
    let substitute = |(placeholder, value): (&Rc<str>, &Value)| {
        let rest = placeholder.strip_prefix(sign).unwrap_or_default();
        if rest.is_empty() || !rest.bytes().all(is_part) {
            let words = format!("{field} contains invalid key: Syntax error; key: \"{placeholder}\"");
            return Err(Fault::from(words));
        }
        Ok(Substitute { placeholder: placeholder.clone(), value: check(value)?, is_used: false })
    };
    members.iter().map(substitute).collect()
}

fn put_in(substitutes: &mut [Substitute], placeholder: &str) -> Option<Value> {
    let found = substitutes.iter_mut().find(|one| *one.placeholder == *placeholder)?;
    found.is_used = true;
    Some(found.value.clone())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token<'a> {
    Word(&'a str),
    /// `#name`
    Name(&'a str),
    /// `:value`
    Value(&'a str),
    Digits(&'a str),
    Sign(&'a str),
    End,
}

fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The first token of a text that does not begin with white space.
fn token(text: &str) -> Token<'_> {
    let Some(first) = text.chars().next() else { return Token::End };
    let rest = &text[first.len_utf8()..];
    let parts = rest.bytes().take_while(|byte| is_part(*byte)).count();
    match first {
        'a'..='z' | 'A'..='Z' | '_' => Token::Word(&text[..1 + parts]),
        '0'..='9' => Token::Digits(&text[..1 + rest.bytes().take_while(u8::is_ascii_digit).count()]),
        '#' if parts > 0 => Token::Name(&text[..1 + parts]),
        ':' if parts > 0 => Token::Value(&text[..1 + parts]),
        '<' if rest.starts_with(['=', '>']) => Token::Sign(&text[..2]),
        '>' if rest.starts_with('=') => Token::Sign(&text[..2]),
        _ => Token::Sign(&text[..first.len_utf8()]),
    }
}

impl<'a> Token<'a> {
    fn text(self) -> &'a str {
        match self {
            Self::Word(text) | Self::Name(text) | Self::Value(text) | Self::Digits(text) | Self::Sign(text) => text,
            Self::End => "",
        }
    }
}

/// Reads an expression token by token. What is wrong with it comes without the expression's kind.
pub struct Reader<'a, 's> {
    text: &'a str,
    /// Tokens and where they begin; the last is [`Token::End`].
    tokens: Vec<(Token<'a>, usize)>,
    at: usize,
    depth: usize,
    substitutes: &'s mut Substitutes,
}

pub type Read<T> = Result<T, String>;

/// Reads a whole expression of a kind, `ConditionExpression` or another.
pub fn read_expression<T>(
    kind: &str,
    text: &str,
    substitutes: &mut Substitutes,
    rule: impl FnOnce(&mut Reader) -> Read<T>,
) -> Outcome<T> {
    let result = Reader::new(text, substitutes).and_then(|mut reader| {
        let read = rule(&mut reader)?;
        if reader.token() == Token::End { Ok(read) } else { Err(reader.unexpected()) }
    });
    result.map_err(|words| Fault::from(format!("Invalid {kind}: {words}")))
}

impl<'a, 's> Reader<'a, 's> {
    fn new(text: &'a str, substitutes: &'s mut Substitutes) -> Read<Self> {
        if text.len() > MOST_BYTES {
            let words = "Expression size has exceeded the maximum allowed size; expression size";
            return Err(format!("{words}: {}", text.len()));
        }
        let is_blank = [' ', '\t', '\r', '\n'];
        let (mut tokens, mut at) = (Vec::new(), 0);
        loop {
            at = text.len() - text[at..].trim_start_matches(is_blank).len();
            let next = token(&text[at..]);
            tokens.push((next, at));
            at += next.text().len();
            if next == Token::End {
                break;
            }
        }
        if tokens.len() == 1 {
            return Err("The expression can not be empty;".to_owned());
        }
        Ok(Self { text, tokens, at: 0, depth: 0, substitutes })
    }

    pub fn token(&self) -> Token<'a> {
        self.tokens[self.at].0
    }

    /// The token after the one at hand.
    pub fn following(&self) -> Token<'a> {
        self.tokens.get(self.at + 1).map_or(Token::End, |(token, _)| *token)
    }

    pub fn position(&self) -> usize {
        self.at
    }

    /// Steps past the token at hand; never past the end.
    pub fn advance(&mut self) {
        self.at = (self.at + 1).min(self.tokens.len() - 1);
    }

    pub fn accept(&mut self, sign: &str) -> bool {
        let is_there = self.token() == Token::Sign(sign);
        if is_there {
            self.advance();
        }
        is_there
    }

    pub fn expect(&mut self, sign: &str) -> Read<()> {
        if self.accept(sign) { Ok(()) } else { Err(self.unexpected()) }
    }

    pub fn is_keyword(&self, keyword: &str) -> bool {
        matches!(self.token(), Token::Word(word) if word.eq_ignore_ascii_case(keyword))
    }

    pub fn accept_keyword(&mut self, keyword: &str) -> bool {
        let is_there = self.is_keyword(keyword);
        if is_there {
            self.advance();
        }
        is_there
    }

    /// That the token at hand cannot stand here, with its neighbours.
    pub fn unexpected(&self) -> String {
        let (token, start) = self.tokens[self.at];
        let from = self.at.checked_sub(1).map_or(start, |before| self.tokens[before].1);
        let (last, last_start) = *self.tokens.get(self.at + 1).unwrap_or(&(token, start));
        let near = self.text[from..last_start + last.text().len()].trim_end();
        let token = if token == Token::End { "<EOF>" } else { token.text() };
        format!("Syntax error; token: \"{token}\", near: \"{near}\"")
    }

    /// Reads what lies one level deeper.
    pub fn deeper<T>(&mut self, rule: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        if self.depth >= LEVELS {
            return Err("The expression contains too many levels of nesting;".to_owned());
        }
        self.depth += 1;
        let read = rule(self);
        self.depth -= 1;
        read
    }

    /// One or more with commas between them.
    pub fn list<T>(&mut self, rule: impl Fn(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        let mut read = vec![rule(self)?];
        while self.accept(",") {
            read.push(rule(self)?);
        }
        Ok(read)
    }

    /// `:value`, put in.
    pub fn value(&mut self) -> Read<Value> {
        let Token::Value(placeholder) = self.token() else { return Err(self.unexpected()) };
        self.advance();
        put_in(&mut self.substitutes.values, placeholder).ok_or_else(|| {
            let words = "An expression attribute value used in expression is not defined; attribute value";
            format!("{words}: {placeholder}")
        })
    }

    pub fn path(&mut self) -> Read<Path> {
        let mut steps = vec![Step::Name(self.name()?)];
        loop {
            if self.accept(".") {
                steps.push(Step::Name(self.name()?));
            } else if self.accept("[") {
                steps.push(Step::Index(self.index()?));
                self.expect("]")?;
            } else {
                return Ok(Path(steps));
            }
        }
    }

    fn name(&mut self) -> Read<Rc<str>> {
        let name = match self.token() {
            Token::Word(word) if is_reserved(word) => {
                return Err(format!("Attribute name is a reserved keyword; reserved keyword: {word}"));
            }
            Token::Word(word) => word.into(),
            Token::Name(placeholder) => match put_in(&mut self.substitutes.names, placeholder) {
                Some(Value::String(name)) => name,
                _ => {
                    let words = "An expression attribute name used in the document path is not defined; attribute name";
                    return Err(format!("{words}: {placeholder}"));
                }
            },
            _ => return Err(self.unexpected()),
        };
        self.advance();
        Ok(name)
    }

    fn index(&mut self) -> Read<usize> {
        let Token::Digits(digits) = self.token() else { return Err(self.unexpected()) };
        let index = digits.parse::<i32>().ok().and_then(|index| usize::try_from(index).ok());
        self.advance();
        index.ok_or_else(|| format!("List index is not within the allowable range; index: [{digits}]"))
    }
}

/// Reads a `ProjectionExpression`.
pub fn projection(reader: &mut Reader) -> Read<Vec<Path>> {
    let paths = reader.list(Reader::path)?;
    super::path::check_apart(&paths)?;
    Ok(paths)
}
