//! JSON payloads, read strictly and in one pass: inputs, answers, the texts that
//! `States.StringToJson` is given. Stops at the first fault. Of duplicate keys the last one counts,
//! at the first one's place, as Jackson has it.

use std::rc::Rc;

use super::{
    MAX_DEPTH, json,
    scalar::{ScannedString, StringEnd, scan_number, scan_string},
};
use crate::{
    diagnostic::Diagnostic,
    text::Span,
    value::{Number, Object, Value},
};

/// Reads a whole JSON text, strictly.
pub fn parse_value(text: &str) -> Result<Value, Box<Diagnostic>> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    let value = reader.value()?;
    reader.skip_space();
    if reader.at < text.len() {
        return Err(reader.unexpected("the end of the text"));
    }
    Ok(value)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    fn value(&mut self) -> Result<Value, Box<Diagnostic>> {
        self.skip_space();
        match self.peek() {
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::array),
            Some(b'"') => self.string().map(Value::String),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            _ => Err(self.unexpected("a value")),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Value, Box<Diagnostic>>) -> Result<Value, Box<Diagnostic>> {
        if self.depth == MAX_DEPTH {
            return Err(Box::new(json::too_deep(Span::new(self.at, self.at + 1))));
        }
        self.depth += 1;
        self.at += 1;
        let value = read(self)?;
        self.depth -= 1;
        Ok(value)
    }

    fn object(&mut self) -> Result<Value, Box<Diagnostic>> {
        let mut object = Object::default();
        self.skip_space();
        if self.take(b'}') {
            return Ok(Value::Object(Rc::new(object)));
        }
        loop {
            self.skip_space();
            if self.peek() != Some(b'"') {
                return Err(self.unexpected("a key in double quotes"));
            }
            let key = self.string()?;
            self.skip_space();
            if !self.take(b':') {
                return Err(self.unexpected("`:`"));
            }
            let value = self.value()?;
            object.insert(key, value);
            self.skip_space();
            if self.take(b'}') {
                return Ok(Value::Object(Rc::new(object)));
            }
            if !self.take(b',') {
                return Err(self.unexpected("`,` or `}`"));
            }
        }
    }

    fn array(&mut self) -> Result<Value, Box<Diagnostic>> {
        let mut items = Vec::new();
        self.skip_space();
        if self.take(b']') {
            return Ok(Value::array(items));
        }
        loop {
            items.push(self.value()?);
            self.skip_space();
            if self.take(b']') {
                return Ok(Value::array(items));
            }
            if !self.take(b',') {
                return Err(self.unexpected("`,` or `]`"));
            }
        }
    }

    fn string(&mut self) -> Result<Rc<str>, Box<Diagnostic>> {
        let start = self.at;
        let ScannedString { text, end, ended, mut faults } = scan_string(self.text, start, b'"', false);
        if !faults.is_empty() {
            let fault = faults.swap_remove(0);
            return Err(Box::new(json::syntax_error(fault.span, fault.message).with_hint(fault.hint)));
        }
        if ended != StringEnd::Closed {
            return Err(Box::new(json::syntax_error(Span::new(start, end), "the string has no closing `\"`")));
        }
        self.at = end;
        Ok(text.into())
    }

    fn number(&mut self) -> Result<Value, Box<Diagnostic>> {
        let (end, is_number) = scan_number(self.text, self.at);
        let word = &self.text[self.at..end];
        if !is_number {
            return Err(Box::new(json::syntax_error(
                Span::new(self.at, end),
                format!("`{word}` is no number of JSON"),
            )));
        }
        self.at = end;
        Ok(Value::Number(Number::parse(word)))
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, Box<Diagnostic>> {
        if !self.text[self.at..].starts_with(word) {
            return Err(self.unexpected("a value"));
        }
        self.at += word.len();
        Ok(value)
    }

    fn take(&mut self, byte: u8) -> bool {
        let is_there = self.peek() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    fn unexpected(&self, expected: &str) -> Box<Diagnostic> {
        let word = json::word_at(self.text, self.at);
        let span = Span::new(self.at, self.at + word.len());
        Box::new(match word {
            "" => json::syntax_error(span, format!("expected {expected}, found the end of the text")),
            _ => json::syntax_error(span, format!("expected {expected}, found `{word}`")),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_comes_back_as_it_was() {
        for text in [
            r#"{"a":[1,1.0,-0.5e3,true,false,null,"é\n\"\\"],"b":{},"c":[],"":""}"#,
            r#""😀""#,
            "123456789012345678901234567890",
        ] {
            let value = parse_value(text).unwrap();
            assert_eq!(
                serde_json::from_str::<serde_json::Value>(&value.to_json()).unwrap(),
                serde_json::from_str::<serde_json::Value>(text).unwrap()
            );
        }
        assert_eq!(parse_value(r#""\ud83d\ude00\u00e9\/""#), Ok(Value::string("😀é/")));
        assert_eq!(parse_value(r#"{"a":1,"b":2,"a":3}"#).unwrap().to_json(), r#"{"a":3,"b":2}"#);
    }

    #[test]
    fn what_is_no_json_is_refused_with_its_place() {
        for (text, at) in [
            ("", 0),
            ("{\"a\":1,}", 7),
            ("[1 2]", 3),
            ("[01]", 1),
            ("'a'", 0),
            ("\"\\ud800\"", 1),
            ("\"a\tb\"", 2),
            ("\"a", 0),
            ("tru", 0),
            ("1 // one", 2),
            ("[+1]", 1),
            ("[1.]", 1),
        ] {
            assert_eq!(parse_value(text).expect_err(text).span.start, at, "{text}");
        }
        assert!(parse_value(&"[".repeat(100_000)).is_err());
    }
}
