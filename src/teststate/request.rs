//! The request: its fields, their types and the limits that the API sets them.
//!
//! Where the API carries JSON as a text, the value itself may stand as well, for files written by hand.

use std::rc::Rc;

use super::Exception;
use crate::{
    services::models::Strictness,
    suggest::nearest,
    syntax,
    value::{Number, Object, Value},
};

const FIELDS: [&str; 10] = [
    "context",
    "definition",
    "input",
    "inspectionLevel",
    "mock",
    "revealSecrets",
    "roleArn",
    "stateConfiguration",
    "stateName",
    "variables",
];
const MOCK_FIELDS: [&str; 3] = ["errorOutput", "fieldValidationMode", "result"];
const ERROR_FIELDS: [&str; 2] = ["cause", "error"];
const CONFIGURATION_FIELDS: [&str; 4] =
    ["errorCausedByState", "mapItemReaderData", "mapIterationFailureCount", "retrierRetryCount"];

const LONGEST_DEFINITION: usize = 1 << 20;
const LONGEST_DATA: usize = 262_144;
const LONGEST_NAME: usize = 80;
const LONGEST_ARN: usize = 256;
const LONGEST_ERROR: usize = 256;
const LONGEST_CAUSE: usize = 32_768;

/// What is to be tested.
#[derive(Clone, Debug)]
pub struct Request {
    /// A state, or, with a name, the machine that it is in: a JSON text.
    pub definition: Rc<str>,
    pub state_name: Option<Rc<str>>,
    pub input: Json,
    pub role_arn: Option<Rc<str>>,
    pub level: Level,
    pub reveal_secrets: bool,
    pub mock: Option<Mock>,
    /// JSON texts, not read yet.
    pub context: Option<Rc<str>>,
    pub variables: Rc<Object>,
    pub configuration: Configuration,
}

/// A value and the text that it was read from: what is handed on as it came is shown as it came.
#[derive(Clone, Debug)]
pub struct Json {
    pub text: Rc<str>,
    pub value: Value,
}

/// How much the response shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Level {
    #[default]
    Info,
    Debug,
    Trace,
}

#[derive(Clone, Debug, Default)]
pub struct Mock {
    /// A JSON text, not read yet.
    pub result: Option<Rc<str>>,
    pub error_output: Option<ErrorOutput>,
    /// `fieldValidationMode`
    pub strictness: Strictness,
}

#[derive(Clone, Debug, Default)]
pub struct ErrorOutput {
    pub error: Option<Rc<str>>,
    pub cause: Option<Rc<str>>,
}

#[derive(Clone, Debug, Default)]
pub struct Configuration {
    pub retrier_retry_count: u64,
    pub error_caused_by_state: Option<Rc<str>>,
    pub map_iteration_failure_count: usize,
}

impl Request {
    /// Reads a request, a JSON text.
    pub fn parse(text: &str) -> Result<Self, Exception> {
        let value = syntax::parse_value(text).map_err(|error| {
            Exception::serialization(format!("the request is not JSON: {} at byte {}", error.message, error.span.start))
        })?;
        let Value::Object(_) = &value else {
            return Err(Exception::serialization("the request has to be an object"));
        };
        Self::read(&value)
    }

    /// The request that an object says.
    pub fn read(value: &Value) -> Result<Self, Exception> {
        let fields = Fields::of("", value, &FIELDS)?;
        let definition = fields.json("definition", LONGEST_DEFINITION)?;
        let definition = definition.ok_or_else(|| broken("definition", None, "Member must not be null"))?;
        Ok(Self {
            definition,
            state_name: fields.text("stateName", LONGEST_NAME)?,
            input: fields.json("input", LONGEST_DATA)?.map_or_else(|| Ok(Json::empty_object()), input)?,
            role_arn: fields.text("roleArn", LONGEST_ARN)?,
            level: match fields.one_of("inspectionLevel", &["INFO", "DEBUG", "TRACE"])? {
                Some(1) => Level::Debug,
                Some(2) => Level::Trace,
                _ => Level::Info,
            },
            reveal_secrets: fields.flag("revealSecrets")?,
            mock: fields.object("mock", &MOCK_FIELDS)?.map(|fields| mock(&fields)).transpose()?,
            context: fields.json("context", LONGEST_DATA)?,
            variables: fields.json("variables", LONGEST_DATA)?.map_or_else(|| Ok(Rc::default()), variables)?,
            configuration: match fields.object("stateConfiguration", &CONFIGURATION_FIELDS)? {
                Some(fields) => configuration(&fields)?,
                None => Configuration::default(),
            },
        })
    }
}

impl Json {
    fn empty_object() -> Self {
        Self { text: "{}".into(), value: Value::empty_object() }
    }
}

fn input(text: Rc<str>) -> Result<Json, Exception> {
    let value = syntax::parse_value(&text).map_err(|error| Exception::input(error.message))?;
    Ok(Json { text, value })
}

fn variables(text: Rc<str>) -> Result<Rc<Object>, Exception> {
    match syntax::parse_value(&text) {
        Ok(Value::Object(variables)) => Ok(variables),
        _ => Err(Exception::validation("Variables must be a valid JSON object")),
    }
}

fn mock(fields: &Fields) -> Result<Mock, Exception> {
    let strictness = match fields.one_of("fieldValidationMode", &["STRICT", "PRESENT", "NONE"])? {
        Some(1) => Strictness::Present,
        Some(2) => Strictness::None,
        _ => Strictness::Strict,
    };
    let error_output = fields.object("errorOutput", &ERROR_FIELDS)?;
    let error_output = error_output.map(|fields| {
        Ok(ErrorOutput { error: fields.text("error", LONGEST_ERROR)?, cause: fields.text("cause", LONGEST_CAUSE)? })
    });
    Ok(Mock { result: fields.json("result", LONGEST_DATA)?, error_output: error_output.transpose()?, strictness })
}

fn configuration(fields: &Fields) -> Result<Configuration, Exception> {
    // What an ItemReader would have read changes nothing where the mock says what came of it.
    fields.json("mapItemReaderData", LONGEST_DATA)?;
    Ok(Configuration {
        retrier_retry_count: fields.count("retrierRetryCount")?,
        error_caused_by_state: fields.text("errorCausedByState", LONGEST_NAME)?,
        map_iteration_failure_count: fields.count("mapIterationFailureCount")? as usize,
    })
}

/// An object of the request, and where it stands in it.
struct Fields<'a> {
    path: &'a str,
    value: &'a Value,
}

impl<'a> Fields<'a> {
    fn of(path: &'a str, value: &'a Value, known: &[&str]) -> Result<Self, Exception> {
        let mut names = value.as_object().into_iter().flat_map(|members| members.keys());
        if let Some(name) = names.find(|name| !known.contains(&&***name)) {
            let hint = nearest(name, known.iter().copied());
            let hint = hint.map_or_else(String::new, |known| format!(": did you mean `{known}`?"));
            let object = if path.is_empty() { "a request" } else { path };
            return Err(Exception::serialization(format!("`{name}` is no field of {object}{hint}")));
        }
        Ok(Self { path, value })
    }

    /// A field that is there; `null` is not.
    fn get(&self, name: &str) -> Option<&'a Value> {
        self.value.get(name).filter(|value| **value != Value::Null)
    }

    fn path(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    fn mistyped(&self, name: &str, expected: &str) -> Exception {
        Exception::serialization(format!("`{}` has to be {expected}", self.path(name)))
    }

    fn text(&self, name: &str, longest: usize) -> Result<Option<Rc<str>>, Exception> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => self.limited(name, text.clone(), longest).map(Some),
            Some(_) => Err(self.mistyped(name, "a string")),
        }
    }

    /// A JSON text, or a value in its place.
    fn json(&self, name: &str, longest: usize) -> Result<Option<Rc<str>>, Exception> {
        let text = match self.get(name) {
            None => return Ok(None),
            Some(Value::String(text)) => text.clone(),
            Some(value) => value.to_json().into(),
        };
        self.limited(name, text, longest).map(Some)
    }

    fn limited(&self, name: &str, text: Rc<str>, longest: usize) -> Result<Rc<str>, Exception> {
        if text.len() <= longest {
            return Ok(text);
        }
        let constraint = format!("Member must have length less than or equal to {longest}");
        Err(broken(&self.path(name), None, &constraint))
    }

    /// The index of a text among those that a field may have.
    fn one_of(&self, name: &str, names: &[&str]) -> Result<Option<usize>, Exception> {
        let Some(text) = self.text(name, usize::MAX)? else { return Ok(None) };
        match names.iter().position(|name| *name == &*text) {
            Some(index) => Ok(Some(index)),
            None => {
                let constraint = format!("Member must satisfy enum value set: [{}]", names.join(", "));
                Err(broken(&self.path(name), Some(&text), &constraint))
            }
        }
    }

    fn flag(&self, name: &str) -> Result<bool, Exception> {
        match self.get(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(self.mistyped(name, "true or false")),
        }
    }

    fn count(&self, name: &str) -> Result<u64, Exception> {
        match self.get(name) {
            None => Ok(0),
            Some(Value::Number(Number::Int(count))) => u64::try_from(*count).map_err(|_| {
                let constraint = "Member must have value greater than or equal to 0";
                broken(&self.path(name), Some(&count.to_string()), constraint)
            }),
            Some(_) => Err(self.mistyped(name, "an integer")),
        }
    }

    fn object(&self, name: &'a str, known: &[&str]) -> Result<Option<Fields<'a>>, Exception> {
        match self.get(name) {
            None => Ok(None),
            Some(value @ Value::Object(_)) => Fields::of(name, value, known).map(Some),
            Some(_) => Err(self.mistyped(name, "an object")),
        }
    }
}

/// A constraint that a field breaks, in the words of every AWS API.
fn broken(path: &str, value: Option<&str>, constraint: &str) -> Exception {
    let value = value.map_or_else(|| "null".to_owned(), |value| format!("'{value}'"));
    let message =
        format!("1 validation error detected: Value {value} at '{path}' failed to satisfy constraint: {constraint}");
    Exception::validation(message)
}
