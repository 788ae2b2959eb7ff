//! Reads the text of a call: `States.Format('{} of {}', $.name, States.ArrayLength($.all))`.
//! Checks names, numbers of arguments and the kinds of literals, so that evaluation has less to fear.

use super::{
    Argument, Intrinsic, SyntaxError,
    functions::{self, Function},
    is_variable_name,
};
use crate::{
    jsonpath::Path,
    suggest::nearest,
    value::{Number, Value},
};

/// AWS lets functions nest this deep.
const MAX_DEPTH: usize = 10;

pub(super) fn call(source: &str) -> Result<Intrinsic, SyntaxError> {
    let mut reader = Reader { text: source, at: 0, depth: 0 };
    let call = reader.call()?;
    reader.skip_blanks();
    match reader.peek() {
        None => Ok(call),
        Some(found) => Err(reader.error(format!("expected nothing after the closing `)`, found `{found}`"))),
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip_blanks(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    fn eat(&mut self, token: char) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len_utf8();
        }
        found
    }

    fn error(&self, message: impl Into<String>) -> SyntaxError {
        SyntaxError { message: message.into(), offset: self.at }
    }

    fn but_found(&self) -> String {
        self.peek().map_or_else(|| ", but the text ends here".to_owned(), |found| format!(", found `{found}`"))
    }

    fn call(&mut self) -> Result<Intrinsic, SyntaxError> {
        let start = self.at;
        if self.depth == MAX_DEPTH {
            return Err(self.error(format!("intrinsic functions may be nested {MAX_DEPTH} deep at most")));
        }
        self.depth += 1;
        let function = self.function()?;
        if !self.eat('(') {
            return Err(self.error(format!("expected `(` after `{}`{}", function.name, self.but_found())));
        }
        let mut arguments = Vec::new();
        self.skip_blanks();
        if !self.eat(')') {
            loop {
                self.skip_blanks();
                arguments.push(self.checked_argument(function, arguments.len())?);
                self.skip_blanks();
                if self.eat(')') {
                    break;
                }
                if !self.eat(',') {
                    return Err(self.error(format!("expected `,` or `)` after an argument{}", self.but_found())));
                }
            }
        }
        self.depth -= 1;
        if let Some(message) = function.wrong_count(arguments.len()) {
            return Err(SyntaxError { message, offset: start });
        }
        Ok(Intrinsic { name: function.name.into(), arguments, source: self.text[start..self.at].into(), function })
    }

    fn function(&mut self) -> Result<&'static Function, SyntaxError> {
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_');
        let rest = self.rest();
        let name = &rest[..rest.find(|c| !is_part(c)).unwrap_or(rest.len())];
        if let Some(function) = functions::TABLE.iter().find(|function| function.name == name) {
            self.at += name.len();
            return Ok(function);
        }
        if name.is_empty() {
            return Err(self.error(format!("expected a call such as `States.Format(…)`{}", self.but_found())));
        }
        let known = functions::TABLE.iter().map(|function| function.name);
        let qualified = format!("States.{name}");
        let candidate = nearest(name, known.clone()).or_else(|| nearest(&qualified, known));
        Err(self.error(match candidate {
            Some(candidate) => format!("`{name}` is no intrinsic function: did you mean `{candidate}`?"),
            None => format!("`{name}` is no intrinsic function: there are {}", functions::list()),
        }))
    }

    fn checked_argument(&mut self, function: &'static Function, index: usize) -> Result<Argument, SyntaxError> {
        let start = self.at;
        let argument = self.argument(function, index)?;
        if let Argument::Literal(value) = &argument
            && let Some(message) = function.wrong_kind(index, value)
        {
            return Err(SyntaxError { message, offset: start });
        }
        Ok(argument)
    }

    fn argument(&mut self, function: &'static Function, index: usize) -> Result<Argument, SyntaxError> {
        match self.peek() {
            Some('\'') => self.string(function.is_template(index)).map(|text| Argument::Literal(text.into())),
            Some('$') => self.path(),
            Some('-' | '0'..='9') => self.number().map(Argument::Literal),
            Some('"') => Err(self.error("expected a text in single quotes, found `\"`")),
            Some(first) if first.is_ascii_alphabetic() => self.word(),
            _ => Err(self.error(format!(
                "expected an argument: a path, a text in single quotes, a number, `true`, `false`, `null` or a call{}",
                self.but_found()
            ))),
        }
    }

    fn word(&mut self) -> Result<Argument, SyntaxError> {
        for (word, value) in [("true", Value::Bool(true)), ("false", Value::Bool(false)), ("null", Value::Null)] {
            let follows = self.rest().strip_prefix(word).map(|rest| rest.chars().next());
            if follows.is_some_and(|next| !next.is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '('))) {
                self.at += word.len();
                return Ok(Argument::Literal(value));
            }
        }
        if self.rest().starts_with("States.") || self.rest().contains('(') {
            return self.call().map(Argument::Call);
        }
        Err(self.error("a text as an argument needs single quotes: `'…'`"))
    }

    fn number(&mut self) -> Result<Value, SyntaxError> {
        let rest = self.rest();
        let end = rest.find(|c: char| matches!(c, ',' | ')') || c.is_whitespace()).unwrap_or(rest.len());
        let text = &rest[..end];
        let digits = text.strip_prefix('-').unwrap_or(text);
        let is_number = digits.starts_with(|c: char| c.is_ascii_digit())
            && digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'))
            && text.parse::<f64>().is_ok_and(f64::is_finite);
        if !is_number {
            return Err(self.error(format!("`{text}` is no number")));
        }
        self.at += end;
        // A form that JSON does not have, such as `1.` or `007`, is brought into one it has.
        let leads_with_zero = digits.len() > 1 && digits.starts_with('0') && digits.as_bytes()[1].is_ascii_digit();
        Ok(match leads_with_zero || digits.ends_with('.') || digits.contains(".e") || digits.contains(".E") {
            true => text.parse::<f64>().unwrap_or_default().into(),
            false => Value::Number(Number::parse(text)),
        })
    }

    /// A text in single quotes. AWS knows four escapes and refuses all others. A template keeps
    /// those of braces and backslashes, for its function to read.
    fn string(&mut self, is_template: bool) -> Result<String, SyntaxError> {
        let open = self.at;
        let mut text = String::new();
        let mut characters = self.rest().char_indices().skip(1);
        while let Some((at, character)) = characters.next() {
            match character {
                '\'' => {
                    self.at = open + at + 1;
                    return Ok(text);
                }
                '\\' => match characters.next() {
                    Some((_, escaped @ ('{' | '}' | '\\'))) => {
                        if is_template {
                            text.push('\\');
                        }
                        text.push(escaped);
                    }
                    Some((_, '\'')) => text.push('\''),
                    Some((_, other)) => {
                        let message = format!(
                            "`\\{other}` is no escape in a text of an intrinsic function: there are `\\'`, `\\{{`, `\\}}` and `\\\\`"
                        );
                        return Err(SyntaxError { message, offset: open + at });
                    }
                    None => break,
                },
                _ => text.push(character),
            }
        }
        Err(SyntaxError { message: "the text that opens here is never closed with `'`".to_owned(), offset: open })
    }

    fn path(&mut self) -> Result<Argument, SyntaxError> {
        let start = self.at;
        let text = &self.rest()[..path_end(self.rest())];
        self.at += text.len();
        let parse = |path: &str, skipped: usize| {
            Path::parse(path).map_err(|error| {
                let offset = start + (error.offset + skipped).min(text.len());
                SyntaxError { message: error.message, offset }
            })
        };
        if let Some(path) = text.strip_prefix("$$") {
            return parse(&format!("${path}"), 1).map(Argument::Context);
        }
        let name = text[1..].find(['.', '[', ' ', '(']).map_or(&text[1..], |end| &text[1..=end]);
        if is_variable_name(name) {
            let path = parse(&format!("${}", &text[1 + name.len()..]), name.len())?;
            return Ok(Argument::Variable(name.into(), path));
        }
        parse(text, 0).map(Argument::Input)
    }
}

/// Where a path among arguments ends: at a comma, bracket or blank that is not inside of brackets.
fn path_end(text: &str) -> usize {
    let mut depth = 0usize;
    let mut quote = None;
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match (character, quote) {
            ('\\', Some(_)) => drop(characters.next()),
            (_, Some(open)) if character == open => quote = None,
            (_, Some(_)) => {}
            ('\'' | '"', None) if depth > 0 => quote = Some(character),
            ('[' | '(', None) => depth += 1,
            (')' | ',', None) if depth == 0 => return at,
            (']' | ')', None) => depth = depth.saturating_sub(1),
            (_, None) if depth == 0 && character.is_whitespace() => return at,
            _ => {}
        }
    }
    text.len()
}
