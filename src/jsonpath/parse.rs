//! Reads the text of a path into steps. Follows Jayway's `PathCompiler`, and is stricter where that
//! one overlooks a character (`$.a[` is no path); functions are refused with the cure.

use std::rc::Rc;

use super::{Path, Step, SyntaxError, filter};

/// More steps than this are refused, so that evaluation, which recurses by step, stays shallow.
const MAX_STEPS: usize = 256;

/// Filters inside paths inside filters nest no deeper.
pub(super) const MAX_DEPTH: usize = 24;

/// The functions of Jayway, and what the States Language has instead.
const FUNCTIONS: [(&str, &str); 13] = [
    ("length", "`States.ArrayLength`"),
    ("size", "`States.ArrayLength`"),
    ("min", ""),
    ("max", ""),
    ("avg", ""),
    ("stddev", ""),
    ("sum", ""),
    ("keys", ""),
    ("concat", "`States.Format`"),
    ("append", "`States.Array`"),
    ("first", "`[0]`"),
    ("last", "`[-1]`"),
    ("index", "`States.ArrayGetItem`"),
];

pub(super) fn path(source: &str) -> Result<Path, SyntaxError> {
    let text = source.trim_end_matches(' ');
    if !text.starts_with('$') {
        let message = match text.starts_with('@') {
            true => "`@` stands for an item inside a filter only: a path must start with `$`".to_owned(),
            false => "a path must start with `$`".to_owned(),
        };
        return Err(SyntaxError::new(0, message));
    }
    if text.ends_with('.') && text.len() > 1 {
        return Err(SyntaxError::new(text.len() - 1, "a path must not end with `.` or `..`"));
    }
    let mut cursor = Cursor { text, at: 1, depth: 0 };
    let steps = cursor.steps(false)?;
    match cursor.peek() {
        None => Ok(finish(source, steps)),
        Some(character) => Err(cursor.error_here(cursor.expected_step(character))),
    }
}

fn finish(source: &str, steps: Vec<Step>) -> Path {
    let definite = steps.iter().enumerate().all(|(at, step)| step.is_definite(at + 1 == steps.len()));
    Path { source: source.into(), steps: steps.into(), definite }
}

/// A place in the text of a path, shared with the reader of filters.
pub(super) struct Cursor<'a> {
    pub text: &'a str,
    pub at: usize,
    /// How many filters and brackets of filters this place is inside of.
    pub depth: usize,
}

impl<'a> Cursor<'a> {
    pub fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub fn skip_blanks(&mut self) {
        self.at = self.text.len() - self.rest().trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    /// Steps over `token` if it is next.
    pub fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    pub fn expect(&mut self, token: &str, what: &str) -> Result<(), SyntaxError> {
        self.skip_blanks();
        match self.eat(token) {
            true => Ok(()),
            false => Err(self.error_here(format!("expected `{token}` {what}{}", self.but_found()))),
        }
    }

    pub fn error_here(&self, message: impl Into<String>) -> SyntaxError {
        SyntaxError::new(self.at, message)
    }

    pub fn but_found(&self) -> String {
        self.peek().map_or_else(|| ", but the path ends here".to_owned(), |found| format!(", found `{found}`"))
    }

    fn expected_step(&self, found: char) -> String {
        match (found, self.at) {
            ('$', 1) => "a path into the context object starts with `$$.`, and must be a whole value".to_owned(),
            (_, 1) if found.is_alphabetic() || found == '_' => {
                let name = name_end(self.rest(), false);
                format!("expected `.` or `[` after `$`: did you mean `$.{}`?", &self.rest()[..name])
            }
            _ => format!("expected `.` or `[`, found `{found}`"),
        }
    }

    /// A path inside a filter: `@.price`, `$.limit`.
    pub fn inner_path(&mut self) -> Result<Path, SyntaxError> {
        let start = self.at;
        self.at += 1;
        let steps = self.steps(true)?;
        Ok(finish(&self.text[start..self.at], steps))
    }

    /// Steps as long as there are any.
    fn steps(&mut self, in_filter: bool) -> Result<Vec<Step>, SyntaxError> {
        let mut steps = Vec::new();
        loop {
            if self.eat("..") {
                steps.push(Step::Scan);
                steps.push(self.step_after_dot(in_filter)?);
            } else if self.eat(".") {
                steps.push(self.step_after_dot(in_filter)?);
            } else if self.peek() == Some('[') {
                steps.push(self.bracket()?);
            } else {
                return Ok(steps);
            }
            if steps.len() > MAX_STEPS {
                return Err(self.error_here(format!("a path may have {MAX_STEPS} steps at most")));
            }
        }
    }

    fn step_after_dot(&mut self, in_filter: bool) -> Result<Step, SyntaxError> {
        match self.peek() {
            Some('[') => return self.bracket(),
            Some('*') => {
                self.at += 1;
                return Ok(Step::Wildcard);
            }
            _ => {}
        }
        let end = name_end(self.rest(), in_filter);
        let name = &self.rest()[..end];
        let next = self.rest()[end..].chars().next();
        if next == Some('(') {
            return Err(self.function(name));
        }
        if name.is_empty() {
            return Err(self.error_here(format!("expected a name, `*` or `[` after `.`{}", self.but_found())));
        }
        if next == Some(' ') && !in_filter {
            let message = format!("a name with a blank in it needs brackets: `['{}']`", self.rest());
            return Err(self.error_here(message));
        }
        self.at += end;
        Ok(Step::Name(name.into()))
    }

    fn function(&self, name: &str) -> SyntaxError {
        let cure = match FUNCTIONS.iter().find(|(function, _)| *function == name) {
            Some((_, "")) | None => String::new(),
            Some((_, cure)) => format!(": use {cure}"),
        };
        self.error_here(format!("Step Functions does not support functions in paths, such as `{name}()`{cure}"))
    }

    fn bracket(&mut self) -> Result<Step, SyntaxError> {
        let open = self.at;
        self.at += 1;
        self.skip_blanks();
        match self.peek() {
            Some(quote @ ('\'' | '"')) => self.names(quote),
            Some('*') => {
                self.at += 1;
                self.expect("]", "after `*`")?;
                Ok(Step::Wildcard)
            }
            Some('?') => {
                self.at += 1;
                self.nested(filter::parse).map(|filter| Step::Filter(Rc::new(filter)))
            }
            Some('0'..='9' | '-' | ':') => self.indexes(),
            Some('(') => {
                Err(self.error_here("scripts such as `(@.length-1)` are not supported: `[-1]` is the last item"))
            }
            Some(']') => {
                Err(SyntaxError::new(open, "expected a name in quotes, an index, `*` or a filter between `[` and `]`"))
            }
            _ => {
                let message =
                    format!("expected a name in quotes, an index, `*` or a filter after `[`{}", self.but_found());
                Err(self.error_here(message))
            }
        }
    }

    /// Reads with `read` one level deeper.
    pub fn nested<T>(&mut self, read: fn(&mut Self) -> Result<T, SyntaxError>) -> Result<T, SyntaxError> {
        if self.depth >= MAX_DEPTH {
            return Err(self.error_here(format!("filters may be nested {MAX_DEPTH} deep at most")));
        }
        self.depth += 1;
        let read = read(self);
        self.depth -= 1;
        read
    }

    fn names(&mut self, quote: char) -> Result<Step, SyntaxError> {
        let mut names: Vec<Rc<str>> = Vec::new();
        loop {
            self.skip_blanks();
            if self.peek() != Some(quote) {
                return Err(self.error_here(format!("expected a name in {quote}…{quote}{}", self.but_found())));
            }
            names.push(self.quoted_name(quote)?.into());
            self.skip_blanks();
            if self.eat("]") {
                break;
            }
            self.expect(",", "or `]` after a name")?;
        }
        match <[Rc<str>; 1]>::try_from(names) {
            Ok([name]) => Ok(Step::Name(name)),
            Err(names) => Ok(Step::Names(names.into())),
        }
    }

    /// A name in quotes. Here a backslash before the other kind of quote, which has no need of one, stays, as AWS
    /// has recorded it: `$['a\"b']` names `a\"b`.
    fn quoted_name(&mut self, quote: char) -> Result<String, SyntaxError> {
        self.unescaped(quote, |escaped| matches!(escaped, '\'' | '"') && escaped != quote)
    }

    /// A quoted text with backslash escapes; the cursor is at its opening quote.
    pub fn quoted(&mut self, quote: char) -> Result<String, SyntaxError> {
        self.unescaped(quote, |_| false)
    }

    fn unescaped(&mut self, quote: char, keeps_backslash: impl Fn(char) -> bool) -> Result<String, SyntaxError> {
        let open = self.at;
        let mut text = String::new();
        let mut characters = self.rest().char_indices().skip(1);
        while let Some((at, character)) = characters.next() {
            match character {
                '\\' => match characters.next() {
                    Some((_, 'n')) => text.push('\n'),
                    Some((_, 't')) => text.push('\t'),
                    Some((_, 'r')) => text.push('\r'),
                    Some((_, 'b')) => text.push('\u{8}'),
                    Some((_, 'f')) => text.push('\u{c}'),
                    Some((at, 'u')) => {
                        let code = self.rest().get(at + 1..at + 5).and_then(|hex| u32::from_str_radix(hex, 16).ok());
                        let Some(code) = code else {
                            return Err(SyntaxError::new(open + at, "expected four hexadecimal digits after `\\u`"));
                        };
                        text.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                        characters.nth(3);
                    }
                    Some((_, other)) => {
                        if keeps_backslash(other) {
                            text.push('\\');
                        }
                        text.push(other);
                    }
                    None => break,
                },
                _ if character == quote => {
                    self.at = open + at + 1;
                    return Ok(text);
                }
                _ => text.push(character),
            }
        }
        Err(SyntaxError::new(open, format!("the {quote} that opens here is never closed")))
    }

    fn indexes(&mut self) -> Result<Step, SyntaxError> {
        let start = self.at;
        let Some(length) = self.rest().find(']') else {
            return Err(SyntaxError::new(start - 1, "the `[` that opens here is never closed"));
        };
        let text = self.rest()[..length].trim();
        let number = |text: &str| match text.trim().parse::<i32>() {
            Ok(number) => Ok(i64::from(number)),
            Err(_) => Err(SyntaxError::new(start, format!("expected a whole number as an index, found `{text}`"))),
        };
        self.at += length + 1;
        if text.contains(':') {
            let ends: Vec<_> = text.split(':').collect();
            let end = |at: usize| ends.get(at).filter(|end| !end.trim().is_empty()).map(|end| number(end)).transpose();
            // A third part, the step, is read and ignored by Jayway.
            return match (end(0)?, end(1)?) {
                (None, None) => Err(SyntaxError::new(start, format!("a slice needs a start or an end: `[{text}]`"))),
                (from, to) => Ok(Step::Slice(from, to)),
            };
        }
        let indexes = text.split(',').map(number).collect::<Result<Vec<_>, _>>()?;
        match indexes[..] {
            [index] => Ok(Step::Index(index)),
            _ => Ok(Step::Indexes(indexes.into())),
        }
    }
}

/// Where a name after a dot ends. Dashes, digits and signs belong to it; inside a filter operators do not.
fn name_end(text: &str, in_filter: bool) -> usize {
    let ends = |character: char| match character {
        '.' | '[' | '(' | ' ' => true,
        '<' | '>' | '=' | '~' | '!' | ')' | '&' | '|' | ',' | ']' | '\t' | '\n' | '\r' => in_filter,
        _ => false,
    };
    text.find(ends).unwrap_or(text.len())
}
