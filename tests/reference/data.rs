//! Paths, payload templates and `ResultPath`, over `serde_json` values.

use serde_json::{Map, Value, json};

use super::{ANY_WORDS, Fault, Source, Time, functions};

/// When a run starts that says nothing else, in microseconds since 1970: 2024-01-01T00:00:00Z.
pub const START: Time = 1_704_067_200_000_000;

/// What the context object, `$$`, is made of.
#[derive(Clone)]
pub struct Scope<'a> {
    pub name: &'a str,
    pub entered: Time,
    /// Only states that can be retried have a `RetryCount`.
    pub retries: Option<i64>,
    pub run_input: &'a Value,
    pub item: Option<&'a (usize, Value)>,
}

impl Scope<'_> {
    /// The parts of the context object that generated paths ask for.
    fn context(&self) -> Value {
        let entered = chrono::DateTime::from_timestamp_micros(START + self.entered).expect("a time of this millennium");
        let entered = entered.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
        let mut context = json!({
            "Execution": {"Input": self.run_input, "Name": "run-1", "StartTime": "2024-01-01T00:00:00.000Z"},
            "State": {"Name": self.name, "EnteredTime": entered},
        });
        if let Some(retries) = self.retries {
            context["State"]["RetryCount"] = json!(retries);
        }
        if let Some((index, value)) = self.item {
            context["Map"] = json!({"Item": {"Index": index, "Value": value}});
        }
        context
    }
}

enum Step {
    Name(String),
    /// `['a','b']`
    Names(Vec<String>),
    Index(i64),
    /// `[from:to]`, both given and not negative.
    Slice(usize, usize),
    Each,
    /// `..name`
    Deep(String),
}

/// Takes a generated path apart. It is known to be one: another kind of text is a fault of the generator.
fn steps(path: &str) -> Vec<Step> {
    let mut rest = path.strip_prefix('$').expect("a path begins with $");
    let mut steps = Vec::new();
    let name_end = |text: &str| text.find(['.', '[']).unwrap_or(text.len());
    while !rest.is_empty() {
        if let Some(name) = rest.strip_prefix("..") {
            let end = name_end(name);
            steps.push(Step::Deep(name[..end].into()));
            rest = &name[end..];
        } else if let Some(name) = rest.strip_prefix('.') {
            let end = name_end(name);
            steps.push(Step::Name(name[..end].into()));
            rest = &name[end..];
        } else {
            let (inner, after) = rest[1..].split_once(']').expect("a bracket is closed");
            steps.push(bracket(inner));
            rest = after;
        }
    }
    steps
}

fn bracket(inner: &str) -> Step {
    if inner == "*" {
        return Step::Each;
    }
    if inner.starts_with('\'') {
        let mut names: Vec<String> = inner.split(',').map(|name| name.trim_matches('\'').to_string()).collect();
        return if names.len() == 1 { Step::Name(names.remove(0)) } else { Step::Names(names) };
    }
    match inner.split_once(':') {
        Some((from, to)) => Step::Slice(from.parse().expect("a number"), to.parse().expect("a number")),
        None => Step::Index(inner.parse().expect("an index")),
    }
}

/// The value of a path, `$…` or `$$…`. A path of names and indexes finds one value or fails; any other gives an
/// array, an empty one where nothing matches.
pub fn look_up(path: &str, data: &Value, scope: &Scope) -> Result<Value, Fault> {
    match path.strip_prefix("$$") {
        Some(rest) => find(&steps(&format!("${rest}")), &scope.context()),
        None => find(&steps(path), data),
    }
}

fn find(steps: &[Step], root: &Value) -> Result<Value, Fault> {
    let is_definite = |step: &Step| matches!(step, Step::Name(_) | Step::Names(_) | Step::Index(_));
    // AWS gives an empty array for what an indefinite path does not find, but for a slice of the root.
    if matches!(steps.first(), Some(Step::Slice(..))) && !root.is_array() {
        return Err(Fault::Runtime);
    }
    let mut found = vec![root.clone()];
    for step in steps {
        found = found.iter().flat_map(|value| walk(step, value)).collect();
    }
    match steps.iter().all(is_definite) {
        true => found.pop().ok_or(Fault::Runtime),
        false => Ok(Value::Array(found)),
    }
}

/// What one step finds in one value.
fn walk(step: &Step, value: &Value) -> Vec<Value> {
    match (step, value) {
        (Step::Name(name), Value::Object(object)) => object.get(name).cloned().into_iter().collect(),
        (Step::Names(names), Value::Object(object)) => {
            let there = names.iter().filter_map(|name| Some((name.clone(), object.get(name)?.clone())));
            vec![Value::Object(there.collect())]
        }
        (Step::Index(index), Value::Array(items)) => {
            let at = if *index < 0 { index + items.len() as i64 } else { *index };
            usize::try_from(at).ok().and_then(|at| items.get(at)).cloned().into_iter().collect()
        }
        (Step::Slice(from, to), Value::Array(items)) => items.iter().take(*to).skip(*from).cloned().collect(),
        (Step::Each, Value::Array(items)) => items.clone(),
        (Step::Each, Value::Object(object)) => object.values().cloned().collect(),
        (Step::Deep(name), _) => {
            let mut found = walk(&Step::Name(name.clone()), value);
            found.extend(walk(&Step::Each, value).iter().flat_map(|child| walk(step, child)));
            found
        }
        _ => Vec::new(),
    }
}

/// What stands where an expression may: a path or a call.
pub fn evaluate(expression: &str, data: &Value, scope: &Scope) -> Result<Value, Fault> {
    match expression.starts_with('$') {
        true => look_up(expression, data, scope),
        false => functions::call(expression, data, scope),
    }
}

/// `InputPath`, `OutputPath`: `$` where there is none, an empty object for null.
pub fn pick(path: Option<&Value>, data: &Value, scope: &Scope) -> Result<Value, Fault> {
    match path {
        None => Ok(data.clone()),
        Some(Value::String(path)) => look_up(path, data, scope),
        Some(_) => Ok(json!({})),
    }
}

/// "Payload Template": the value of each key that ends in `.$` is an expression, and the key loses that end.
pub fn fill(template: &Value, data: &Value, scope: &Scope) -> Result<Value, Fault> {
    match template {
        Value::Object(fields) => {
            let mut filled = Map::new();
            for (key, value) in fields {
                match (key.strip_suffix(".$"), value) {
                    (Some(name), Value::String(expression)) => {
                        filled.insert(name.into(), evaluate(expression, data, scope)?)
                    }
                    _ => filled.insert(key.clone(), fill(value, data, scope)?),
                };
            }
            Ok(Value::Object(filled))
        }
        Value::Array(items) => {
            items.iter().map(|item| fill(item, data, scope)).collect::<Result<_, _>>().map(Value::Array)
        }
        other => Ok(other.clone()),
    }
}

/// `ResultPath`: the input with a result put where the path says. Objects that are missing are made.
pub fn put(path: Option<&Value>, input: &Value, result: Value) -> Result<Value, Fault> {
    let path = match path {
        None => return Ok(result),
        Some(Value::String(path)) => path,
        Some(_) => return Ok(input.clone()),
    };
    let unfit = || Fault::Error {
        name: Some("States.ResultPathMatchFailure".into()),
        cause: Some(ANY_WORDS.into()),
        source: Source::State,
    };
    write(&steps(path), Some(input), result).ok_or_else(unfit)
}

fn write(steps: &[Step], place: Option<&Value>, result: Value) -> Option<Value> {
    let Some((step, rest)) = steps.split_first() else { return Some(result) };
    match (step, place) {
        (Step::Name(name), None) => Some(Value::Object(Map::from_iter([(name.clone(), write(rest, None, result)?)]))),
        (Step::Name(name), Some(Value::Object(object))) => {
            let mut object = object.clone();
            let inner = write(rest, object.get(name), result)?;
            object.insert(name.clone(), inner);
            Some(Value::Object(object))
        }
        (Step::Index(index), Some(Value::Array(items))) => {
            let at = usize::try_from(*index).ok().filter(|&at| at < items.len())?;
            let mut items = items.clone();
            items[at] = write(rest, Some(&items[at]), result)?;
            Some(Value::Array(items))
        }
        _ => None,
    }
}
