//! JSONata as Step Functions has it: our face over the crate that evaluates it. AWS's functions, its limits, the
//! references it refuses, and the texts of its failures. Version 2.0.6 of the language is AWS's; what came later is
//! evaluated and remarked upon.
//!
//! Nothing here knows the States Language: a definition says where expressions stand, the engine what `$states`
//! holds. Time and randomness come from the [`Environment`]. Sources: "Transforming data with JSONata" of AWS's guide,
//! the recordings, and for limits and odd arguments what the Floci project measured on AWS.

mod convert;
mod functions;
pub mod plain;
mod references;

use std::{cell::OnceCell, collections::BTreeMap, fmt, rc::Rc};

use jlens_core::{Bindings, Options, input, reads::Read};

use self::functions::Random;
pub use self::functions::function_names;
use crate::{text::Span, value::Value};

/// A compiled expression.
#[derive(Clone)]
pub struct Expression {
    source: Rc<str>,
    remarks: Rc<[Remark]>,
    compiled: jlens_core::Expression,
    /// AWS's functions, those that the expression names.
    functions: Bindings,
    random: Random,
    draws: bool,
    states: Option<States>,
    named_states: Rc<[String]>,
    variables: Rc<BTreeMap<String, Read>>,
    /// Says whether the result is a function; compiled when a first evaluation has no JSON result.
    is_function: OnceCell<Option<jlens_core::Expression>>,
}

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
}

impl Default for Limits {
    /// AWS's own where Floci measured them (depth 100; 6,990,256 bytes at eight a number and one a character). AWS
    /// stops an expression after a second; the steps stand for that, so that a run does not depend on the machine.
    fn default() -> Self {
        Self { depth: 100, steps: 500_000, text: 6_990_256, items: 873_782, result: 8 << 20 }
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
        let functions = functions::bindings(&found.names, &random);
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
        Ok(Self {
            source: source.trim().into(),
            remarks: found.remarks.into(),
            draws: ["random", "uuid", "shuffle"].iter().any(|name| found.names.contains(name)),
            compiled,
            functions,
            random,
            states,
            named_states,
            variables: Rc::new(variables),
            is_function: OnceCell::new(),
        })
    }

    /// The text as AWS's messages quote it: without the blanks at its ends.
    pub fn source(&self) -> &Rc<str> {
        &self.source
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

    /// The names of functions that the expression uses, without `$`. A workflow variable of such a name hides the
    /// function.
    pub fn functions(&self) -> impl Iterator<Item = &str> {
        self.variables.keys().map(String::as_str).filter(|name| functions::is_function(name))
    }

    /// The value, or why there is none. Always ends, within the limits.
    pub fn evaluate(&self, environment: &dyn Environment, limits: &Limits) -> Result<Value, Failure> {
        let bindings = self.bindings(environment);
        let seed = if self.draws { environment.random() } else { 0 };
        let options = options(limits, environment.now(), seed);
        self.random.set(seed);
        let result = self
            .compiled
            .evaluate_source_to(&NoInput, &bindings, &options, |output| output.write(&mut convert::Writer))
            .map_err(|error| failure(&error))?;
        result.ok_or_else(|| self.without_value(&bindings, &options, seed))
    }

    fn bindings(&self, environment: &dyn Environment) -> Bindings {
        let mut bindings = self.functions.clone();
        for (name, read) in &*self.variables {
            if let Some(value) = environment.variable(name) {
                bindings = bindings.var(name, convert::to_json(&value, read));
            }
        }
        let Some(states) = &self.states else { return bindings };
        let part = |(name, read): &(&str, Read)| {
            let value = environment.states(name)?;
            Some(((*name).to_owned(), convert::to_json(&value, read)))
        };
        let states: serde_json::Map<_, _> = states.iter().filter_map(part).collect();
        bindings.var("states", states)
    }

    /// Both undefined and a function have no JSON. The expression is put as an argument of a function of ours, which
    /// can tell the two apart.
    fn without_value(&self, bindings: &Bindings, options: &Options, seed: u64) -> Failure {
        let source = || format!("${}((\n{}\n))", functions::IS_FUNCTION, self.compiled.source());
        let asks = self.is_function.get_or_init(|| jlens_core::Expression::compile(&source()).ok());
        self.random.set(seed);
        let bindings = bindings.clone().function(functions::IS_FUNCTION, functions::is_function_argument());
        // It nests three levels more than the expression that went through.
        let depth = options.max_depth.map_or(usize::MAX, |depth| depth + 3);
        let steps = options.max_steps.map_or(u64::MAX, |steps| steps + 10);
        let options = options.clone().max_depth(depth).max_steps(steps);
        let answer = asks.as_ref().and_then(|asks| asks.evaluate_with(None, &bindings, &options).ok()).flatten();
        match answer {
            Some(serde_json::Value::Bool(true)) => Failure::UnsupportedType,
            _ => Failure::Undefined,
        }
    }
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
    SyntaxError {
        code: "INVALID_JSONATA_EXPRESSION",
        message: format!("{}: {}", error.code(), message(error)),
        hint: None,
        span,
    }
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
