//! JSONata as Step Functions has it: our face over the crate that evaluates it. AWS's functions, its limits, the
//! references it refuses, and the texts of its failures. Version 2.0.6 of the language is AWS's; what came later is
//! evaluated and remarked upon.
//!
//! Nothing here knows the States Language: a definition says where expressions stand, the engine what `$states`
//! holds. Time and randomness come from the [`Environment`]. Sources: "Transforming data with JSONata" of AWS's guide,
//! the recordings, and for limits and odd arguments what the Floci project measured on AWS.

mod convert;
mod functions;
mod guard;
mod meter;
mod parts;
pub mod plain;
mod references;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    rc::Rc,
};

use jlens_core::{Bindings, Options, input, reads::Read};

use self::{
    convert::Integers,
    functions::{Made, Random},
    meter::Meter,
    parts::Recorder,
    references::Uses,
};
pub use self::{functions::function_names, parts::Part};
use crate::{text::Span, value::Value};

/// A compiled expression.
#[derive(Clone)]
pub struct Expression {
    source: Rc<str>,
    /// How many bytes of blanks stood before it.
    blanks: usize,
    remarks: Rc<[Remark]>,
    compiled: Guarded,
    /// AWS's functions, those that the expression names.
    functions: Bindings,
    random: Random,
    made: Made,
    draws: bool,
    /// Whether numbers are only handed on.
    keeps_integers: bool,
    uses: Uses,
    states: Option<States>,
    named_states: Rc<[String]>,
    variables: Rc<BTreeMap<String, Read>>,
}

/// What is evaluated: the expression, within its guards where it has some.
#[derive(Clone)]
struct Guarded {
    expression: jlens_core::Expression,
    /// How many bytes of guards stand before it.
    offset: usize,
}

/// The steps of an expression that has regular expressions: each may stand for 1,024 steps back, which take as long as
/// ten others.
const MATCHING_STEPS: u64 = 60_000;

/// How deep an evaluation may nest whatever its limits say: the stack of a browser's wasm ends at about 700.
const DEEPEST: usize = 400;

/// AWS's code of an expression that is none.
pub const INVALID: &str = "INVALID_JSONATA_EXPRESSION";

/// AWS's code of an expression that asks for what it cannot have.
pub const UNSUPPORTED: &str = "UNSUPPORTED_JSONATA_EXPRESSION";

/// What of `$states` an expression reads.
type States = Rc<[(&'static str, Read)]>;

/// The members of `$states`, in the order of AWS's guide.
pub const STATES: [&str; 4] = ["input", "result", "errorOutput", "context"];

/// What an evaluation needs from its surroundings. Only what an expression names is asked for.
pub trait Environment {
    /// A member of `$states`, one of [`STATES`]; `None` where the state's field has none.
    fn states(&self, member: &str) -> Option<Value>;
    /// The value of a workflow variable, by its name without `$`.
    fn variable(&self, name: &str) -> Option<Value>;
    /// What `$now()` and `$millis()` answer: milliseconds since 1970.
    fn now(&self) -> i64;
    /// The next 64 bits of the run's seeded random source.
    fn random(&self) -> u64;
}

/// Where an evaluation is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How deep the evaluation may nest.
    pub depth: usize,
    /// How many steps it may take: each part evaluated, each function called back, and one for 1,024 steps back of a
    /// regular expression.
    pub steps: u64,
    /// How many bytes a text may have that it builds.
    pub text: usize,
    /// How many items an array may have that it builds.
    pub items: usize,
    /// How many bytes the JSON text of its result may have, and of the arguments of one of AWS's functions.
    pub result: usize,
    /// How many bytes all values together may take that it makes.
    pub total: u64,
    /// How many items and bytes its parts may go through.
    pub work: u64,
}

impl Default for Limits {
    /// AWS's own where Floci measured them (depth 100; 6,990,256 bytes at eight a number and one a character). AWS
    /// stops an expression after a second; steps and work stand for that, so that a run does not depend on the machine.
    fn default() -> Self {
        Self {
            depth: 100,
            steps: 500_000,
            text: 6_990_256,
            items: 873_782,
            result: 4 << 20,
            total: 128 << 20,
            work: 150_000_000,
        }
    }
}

impl Limits {
    /// A twentieth of the time and memory: for what is evaluated once more to be explained, while somebody waits.
    pub fn brief() -> Self {
        let full = Self::default();
        Self { steps: full.steps / 20, total: full.total / 20, work: full.work / 20, ..full }
    }
}

/// Why a text is no expression that AWS accepts.
#[derive(Clone, Debug, PartialEq)]
pub struct SyntaxError {
    /// AWS's code: `INVALID_JSONATA_EXPRESSION` or `UNSUPPORTED_JSONATA_EXPRESSION`.
    pub code: &'static str,
    /// JSONata's own words, or AWS's where it is AWS that refuses.
    pub message: String,
    /// What to write instead.
    pub hint: Option<String>,
    /// Where, in the text that was parsed.
    pub span: Span,
}

/// Something that is likely not meant.
#[derive(Clone, Debug, PartialEq)]
pub struct Remark {
    pub message: String,
    pub hint: String,
    pub span: Span,
}

/// Why an expression has no value. [`fmt::Display`] gives what AWS writes behind
/// "The JSONata expression '…' specified for the field '…' ".
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// The result is undefined, which is not null.
    Undefined,
    /// The result is a function.
    UnsupportedType,
    /// The result is a value of a type that the field does not take: see [`expect`].
    UnexpectedType { expected: &'static str, value: Value },
    /// JSONata's error: its code, such as `T1006`, and its message.
    Error { code: String, message: String },
    /// A limit was reached.
    Limit(Limit),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    Depth,
    Memory,
    Time,
}

/// What stands between `{%` and `%}` where that is the whole text, and where it begins. Only such a text is an
/// expression: with a blank before or after it, it is a literal.
pub fn expression_in(text: &str) -> Option<(&str, usize)> {
    let inner = text.strip_prefix("{%")?.strip_suffix("%}")?;
    Some((inner, 2))
}

/// The value where it is of the type that a field takes: the names are those of [`type_name`].
pub fn expect(value: Value, expected: &'static str) -> Result<Value, Failure> {
    if type_name(&value) == expected {
        return Ok(value);
    }
    Err(Failure::UnexpectedType { expected, value })
}

/// JSONata's name of a value's type.
pub fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

impl Expression {
    /// Compiles what stands between `{%` and `%}`.
    pub fn parse(source: &str) -> Result<Self, SyntaxError> {
        let compiled = jlens_core::Expression::compile(source).map_err(|error| syntax_error(source, &error))?;
        let found = references::find(compiled.ast());
        if let Some(refused) = found.refused {
            return Err(refused);
        }
        let random = Random::default();
        let made = Made::default();
        let functions = functions::bindings(&found.names, &random, &made);
        let reads = compiled.reads_with(&functions);
        let mut variables: BTreeMap<String, Read> = reads.bindings().clone();
        for name in &found.names {
            // A variable may have the name of a function, which the analysis then takes for the function.
            if !variables.contains_key(*name) && functions::is_function(name) {
                variables.insert((*name).to_owned(), Read::Whole);
            }
        }
        // The analysis knows JSONata's `$random`, which reads no argument.
        if found.names.contains("random") {
            variables.values_mut().for_each(|read| *read = Read::Whole);
        }
        let states = variables.remove("states");
        let named_states = match &states {
            Some(Read::Fields(fields)) => fields.keys().cloned().collect(),
            _ => Rc::default(),
        };
        let states = states.map(|read| {
            let part = |name: &&'static str| match &read {
                Read::Whole => Some((*name, Read::Whole)),
                Read::Fields(fields) => fields.get(*name).map(|read| (*name, read.clone())),
            };
            STATES.iter().filter_map(part).collect()
        });
        let (keeps_integers, uses) = (!computes(&found), found.uses);
        let source_text = source.trim().into();
        let draws = ["random", "uuid", "shuffle"].iter().any(|name| found.names.contains(name));
        let remarks = found.remarks.clone().into();
        let compiled = Guarded::new(&compiled, &found.names, uses);
        Ok(Self {
            blanks: source.len() - source.trim_start().len(),
            source: source_text,
            remarks,
            compiled,
            functions,
            random,
            made,
            draws,
            keeps_integers,
            uses,
            states,
            named_states,
            variables: Rc::new(variables),
        })
    }

    /// The text as AWS's messages quote it: without the blanks at its ends.
    pub fn source(&self) -> &Rc<str> {
        &self.source
    }

    /// The text of a part, by its place in what was parsed.
    pub fn text_of(&self, part: Span) -> Option<&str> {
        self.source.get(part.start.checked_sub(self.blanks)?..part.end.checked_sub(self.blanks)?)
    }

    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    /// The members of `$states` that the expression reads; all of them where it takes `$states` as a whole.
    pub fn states(&self) -> impl Iterator<Item = &'static str> {
        self.states.iter().flat_map(|states| states.iter().map(|(name, _)| *name))
    }

    /// The members of `$states` that it asks for by their names, whether or not there are such.
    pub fn named_states(&self) -> impl Iterator<Item = &str> {
        self.named_states.iter().map(String::as_str)
    }

    /// The names of the workflow variables that the expression reads, without `$`.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.variables.keys().map(String::as_str).filter(|name| !functions::is_function(name))
    }

    /// What of `$states` the expression reads, as paths: `$states.input.orderId`.
    pub fn read_paths(&self) -> Vec<String> {
        let mut paths = Vec::new();
        for (name, read) in self.states.iter().flat_map(|states| states.iter()) {
            add_paths(format!("$states.{name}"), read, &mut paths);
        }
        paths
    }

    /// The names of functions that the expression uses, without `$`. A workflow variable of such a name hides the
    /// function.
    pub fn functions(&self) -> impl Iterator<Item = &str> {
        self.variables.keys().map(String::as_str).filter(|name| functions::is_function(name))
    }

    /// The value, or why there is none. Always ends, within the limits.
    pub fn evaluate(&self, environment: &dyn Environment, limits: &Limits) -> Result<Value, Failure> {
        self.run(environment, limits, false).0
    }

    /// The values of the parts that were evaluated, the outermost first: of each that could stand alone.
    pub fn parts(&self, environment: &dyn Environment, limits: &Limits) -> Vec<Part> {
        self.run(environment, limits, true).1
    }

    fn run(
        &self,
        environment: &dyn Environment,
        limits: &Limits,
        with_parts: bool,
    ) -> (Result<Value, Failure>, Vec<Part>) {
        let (bindings, hidden) = self.bindings(environment, limits, with_parts);
        let compiled = self.without_guards_of(&hidden);
        let mut integers = Integers::default();
        if self.keeps_integers {
            bindings.iter().for_each(|(_, json)| integers.note(json));
        }
        let seed = if self.draws { environment.random() } else { 0 };
        self.random.set(seed);
        self.made.reset(limits.total);
        let mut recorder = with_parts.then(|| Recorder::new(compiled.expression.ast(), compiled.offset));
        let mut meter = Meter::new(limits, compiled.expression.ast(), self.uses.aliases, recorder.as_mut());
        // The block of the guards is one level more.
        let depth = limits.depth.min(DEEPEST) + usize::from(compiled.offset > 0);
        let steps = if self.uses.regular_expressions { limits.steps.min(MATCHING_STEPS) } else { limits.steps };
        let options = options(limits, environment.now(), seed);
        let options = options.max_depth(depth).max_steps(steps).cancel_token(meter.token());
        let result = compiled.expression.evaluate_traced(None, &bindings, &options, &mut meter);
        let value = match (meter.exceeded(), result) {
            (Some(limit), _) => Err(Failure::Limit(limit)),
            (None, Err(error)) => Err(failure(&error)),
            (None, Ok(Some(json))) => Ok(convert::from_json(&json, &integers)),
            (None, Ok(None)) if meter.is_function() => Err(Failure::UnsupportedType),
            (None, Ok(None)) => Err(Failure::Undefined),
        };
        (value, recorder.map(|recorder| recorder.finish(&integers)).unwrap_or_default())
    }

    /// What the names stand for, and the functions that a variable hides. For a look at the parts, values are whole.
    fn bindings(&self, environment: &dyn Environment, limits: &Limits, whole: bool) -> (Bindings, BTreeSet<&str>) {
        let cut = |value: &Value, read: &Read| convert::to_json(value, if whole { &Read::Whole } else { read });
        let mut bindings = guard::bind(self.functions.clone(), limits.text, &self.made);
        let mut hidden = BTreeSet::new();
        for (name, read) in &*self.variables {
            if let Some(value) = environment.variable(name) {
                bindings = bindings.var(name, cut(&value, read));
                hidden.insert(&**name);
            }
        }
        let Some(states) = &self.states else { return (bindings, hidden) };
        let part = |(name, read): &(&str, Read)| {
            let value = environment.states(name)?;
            Some(((*name).to_owned(), cut(&value, read)))
        };
        let states: serde_json::Map<_, _> = states.iter().filter_map(part).collect();
        (bindings.var("states", states), hidden)
    }

    /// A variable may have the name of a function that is guarded: it is left alone.
    fn without_guards_of(&self, hidden: &BTreeSet<&str>) -> Guarded {
        if !hidden.iter().any(|name| functions::is_function(name)) {
            return self.compiled.clone();
        }
        let names = self.variables.keys().map(|name| &**name).filter(|name| !hidden.contains(name)).collect();
        self.compiled.guarded_anew(&names, self.uses)
    }
}

impl Guarded {
    fn new(expression: &jlens_core::Expression, names: &BTreeSet<&str>, uses: Uses) -> Self {
        let bare = || Self { expression: expression.clone(), offset: 0 };
        let Some(before) = guard::before(names, uses) else { return bare() };
        let source = format!("{before}{}{}", expression.source(), guard::AFTER);
        // Deep texts may be as deep as can be read.
        jlens_core::Expression::compile(&source)
            .map_or_else(|_| bare(), |expression| Self { expression, offset: before.len() })
    }

    fn guarded_anew(&self, names: &BTreeSet<&str>, uses: Uses) -> Self {
        let source = self.expression.source();
        let end = source.len() - if self.offset > 0 { guard::AFTER.len() } else { 0 };
        match jlens_core::Expression::compile(&source[self.offset..end]) {
            Ok(expression) => Self::new(&expression, names, uses),
            Err(_) => self.clone(),
        }
    }
}

/// Whether the numbers of the result may be others than those that went in.
fn computes(found: &references::Found<'_>) -> bool {
    found.computes || found.names.iter().any(|name| functions::gives_numbers(name))
}

fn add_paths(path: String, read: &Read, paths: &mut Vec<String>) {
    match read {
        Read::Fields(fields) if !fields.is_empty() => {
            fields.iter().for_each(|(key, read)| add_paths(join_path(&path, key), read, paths));
        }
        _ => paths.push(path),
    }
}

fn join_path(path: &str, key: &str) -> String {
    let is_name = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if is_name { format!("{path}.{key}") } else { format!("{path}.`{key}`") }
}

fn options(limits: &Limits, now: i64, seed: u64) -> Options {
    Options::new()
        .now(now)
        .seed(seed)
        .max_depth(limits.depth)
        .max_steps(limits.steps)
        .max_string_length(limits.text)
        .max_array_length(limits.items)
        .max_result_size(limits.result)
}

/// AWS evaluates without an input document.
struct NoInput;

impl<'a> input::Source<'a> for NoInput {
    fn read(&self, _: &mut input::Sink<'_, 'a>) -> Result<(), String> {
        Ok(())
    }
}

fn syntax_error(source: &str, error: &jlens_core::Error) -> SyntaxError {
    let span = error.span().map_or(Span::new(source.len(), source.len()), |span| Span::new(span.start, span.end));
    SyntaxError { code: INVALID, message: format!("{}: {}", error.code(), message(error)), hint: None, span }
}

/// The crate's own limits have codes that JSONata does not know, or its version 2.0.6 does not.
fn failure(error: &jlens_core::Error) -> Failure {
    match error.code() {
        "D1011" => Failure::Limit(Limit::Depth),
        "U1001" | "D2015" | "D2016" => Failure::Limit(Limit::Memory),
        "U1006" | "D1012" => Failure::Limit(Limit::Time),
        code => Failure::Error { code: code.to_owned(), message: message(error) },
    }
}

/// JSONata's message: the template of the code, with `{{name}}` for a value's JSON and `{{{name}}}` for a bare text. The
/// crate fills it in, but writes a whole number with `.0`.
fn message(error: &jlens_core::Error) -> String {
    let template = jlens_core::error::catalog().iter().find(|entry| entry.code == error.code());
    let Some(mut rest) = template.map(|entry| entry.template) else { return error.message() };
    let mut message = String::new();
    while let Some((before, after)) = rest.split_once("{{") {
        message.push_str(before);
        let (name, is_bare) = match after.strip_prefix('{') {
            Some(name) => (name, true),
            None => (after, false),
        };
        let Some((name, after)) = name.split_once(if is_bare { "}}}" } else { "}}" }) else { return error.message() };
        match error.detail(name) {
            Some(serde_json::Value::String(text)) if is_bare => message.push_str(text),
            Some(serde_json::Value::String(text)) if name == "token" => {
                let name = serde_json::Value::from(guard::plain_name(text));
                message.push_str(&jlens_core::format_json(&name, false));
            }
            Some(value) => message.push_str(&jlens_core::format_json(value, false)),
            None => message.push_str("undefined"),
        }
        rest = after;
    }
    message + rest
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Undefined => f.write_str("returned nothing (undefined)."),
            Self::UnsupportedType => f.write_str("returned an unsupported result type."),
            Self::UnexpectedType { expected, value } => {
                let actual = type_name(value);
                write!(
                    f,
                    "returned an unexpected result type. Expected '{expected}', but was '{actual}' for value: {value}"
                )
            }
            Self::Error { code, message } => write!(f, "threw an error during evaluation. {code}: {message}"),
            Self::Limit(limit) => write!(f, "threw an error during evaluation: {limit}"),
        }
    }
}

impl fmt::Display for Limit {
    /// jsonata-js's words of its example `timeboxExpression`, which AWS uses, and AWS's own for memory.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Depth => {
                "Stack overflow error: Check for non-terminating recursive function.  Consider rewriting as tail-recursive."
            }
            Self::Memory => "Expression evaluation memory limit exceeded: Check for excessive memory usage",
            Self::Time => "Expression evaluation timeout: Check for infinite loop",
        })
    }
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Expression").field(&self.source).finish()
    }
}

#[cfg(test)]
mod tests;
