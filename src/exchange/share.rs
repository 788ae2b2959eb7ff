//! The share link, version 1: `#/edit?v=1&d=…`, where `d` is the base64url text, without padding, of
//! the raw-deflate compression of a JSON object with `definition`, `scenario` and `view`.
//!
//! Whatever a link holds, reading it ends quickly: what it unpacks to is bounded, and so is its nesting.

use std::fmt;
use tr::tr;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use miniz_oxide::{
    deflate::compress_to_vec,
    inflate::{TINFLStatus, decompress_to_vec_with_limit},
};

use crate::{syntax::parse_value, value::Value};

/// What a link may unpack to, in bytes.
pub const LIMIT: usize = 1 << 20;

/// A payload longer than this cannot be one that was packed from [`LIMIT`] bytes.
const LONGEST_PAYLOAD: usize = 2 * LIMIT;

const VERSION: &str = "1";
const LEVEL: u8 = 9;

/// What a link carries.
#[derive(Clone, Debug, PartialEq)]
pub struct Shared {
    pub definition: String,
    /// The scenario file's data, its numbers as they were written.
    pub scenario: Value,
    /// How to look at it: `name`, and whatever later versions add.
    pub view: Value,
}

/// Why a link cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkError {
    /// Another version than this page knows.
    Version(String),
    /// No payload, or one with characters that do not belong there.
    Damaged,
    /// It would unpack to more than [`LIMIT`].
    TooLarge,
    /// It unpacks to something else than a workflow.
    NotAWorkflow(String),
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version(version) => {
                f.write_str(&tr!("it has version {version}, and this page reads version {VERSION}", version, VERSION))
            }
            Self::Damaged => f.write_str(&tr!("it is damaged or incomplete: ask for it to be sent again, whole")),
            Self::TooLarge => f.write_str(&tr!("it holds more than 1 MiB")),
            Self::NotAWorkflow(what) => f.write_str(&tr!("it holds no workflow: {what}", what)),
        }
    }
}

impl Shared {
    /// A workflow under a name. A scenario text that is no JSON object counts as an empty scenario.
    pub fn of(name: &str, definition: &str, scenario: &str) -> Self {
        let scenario = parse_value(scenario).ok().filter(|scenario| scenario.as_object().is_some());
        Self {
            definition: definition.into(),
            scenario: scenario.unwrap_or_else(empty_scenario),
            view: Value::object([("name", Value::from(name))]),
        }
    }

    /// The same with a file of tests, which pages that know none pass over.
    pub fn with_tests(mut self, tests: &str) -> Self {
        let tests = parse_value(tests).ok().filter(|tests| tests.as_object().is_some());
        if let Some(tests) = tests {
            let members = self.view.as_object().into_iter().flat_map(|view| view.iter());
            let members: Vec<_> = members.map(|(key, value)| (key.clone(), value.clone())).collect();
            self.view = Value::object(members.into_iter().chain([("tests".into(), tests)]));
        }
        self
    }

    /// A file of tests as its text; empty where the link has none.
    pub fn tests(&self) -> String {
        self.view.get("tests").map_or_else(String::new, Value::to_json)
    }

    /// What the workflow is called, where the link says so.
    pub fn name(&self) -> Option<&str> {
        self.view.get("name").and_then(Value::as_str).map(|name| &**name)
    }
}

/// The fragment of a link, with its `#`.
pub fn encode(shared: &Shared) -> String {
    let members = [
        ("definition", Value::from(&*shared.definition)),
        ("scenario", shared.scenario.clone()),
        ("view", shared.view.clone()),
    ];
    let packed = compress_to_vec(Value::object(members).to_json().as_bytes(), LEVEL);
    format!("#/edit?v={VERSION}&d={}", URL_SAFE_NO_PAD.encode(packed))
}

/// Reads the fragment of a link, with or without its `#`.
pub fn decode(fragment: &str) -> Result<Shared, LinkError> {
    let query = fragment.split_once('?').map_or("", |(_, query)| query);
    let parameter = |name: &str| query.split('&').find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == name));
    let (_, version) = parameter("v").ok_or(LinkError::Damaged)?;
    if version != VERSION {
        return Err(LinkError::Version(version.chars().take(20).collect()));
    }
    let (_, payload) = parameter("d").ok_or(LinkError::Damaged)?;
    if payload.is_empty() {
        return Err(LinkError::Damaged);
    }
    if payload.len() > LONGEST_PAYLOAD {
        return Err(LinkError::TooLarge);
    }
    let packed = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).map_err(|_| LinkError::Damaged)?;
    let bytes = decompress_to_vec_with_limit(&packed, LIMIT).map_err(|error| match error.status {
        TINFLStatus::HasMoreOutput => LinkError::TooLarge,
        _ => LinkError::Damaged,
    })?;
    let text = String::from_utf8(bytes).map_err(|_| LinkError::Damaged)?;
    read(&text)
}

fn read(text: &str) -> Result<Shared, LinkError> {
    // The reader bounds the nesting, which keeps the stack safe.
    let object = parse_value(text).map_err(|error| LinkError::NotAWorkflow(error.message))?;
    let Some(Value::String(definition)) = object.get("definition") else {
        return Err(LinkError::NotAWorkflow(tr!("`definition` is missing, or is no text")));
    };
    let member = |name: &str, default: fn() -> Value| match object.get(name) {
        None => Ok(default()),
        Some(value @ Value::Object(_)) => Ok(value.clone()),
        Some(_) => Err(LinkError::NotAWorkflow(tr!("`{name}` is no object", name))),
    };
    Ok(Shared {
        definition: definition.to_string(),
        scenario: member("scenario", empty_scenario)?,
        view: member("view", Value::empty_object)?,
    })
}

fn empty_scenario() -> Value {
    Value::object([("version", Value::from(1))])
}
