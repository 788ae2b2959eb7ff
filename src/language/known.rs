//! What each state got and gave, from the last run; and where none came by, what it would get, as far as that follows from
//! the states before it.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::{
    asl::check::flow::transitions,
    asl::model::{Definition, PathField, ResultPath, State, StateKind, Transition},
    expr::{Expression, ExpressionKind, Field, Template},
    jsonpath::Path,
    sim::{
        run,
        scenario::Scenario,
        trace::{Trace, TraceEvent},
    },
    syntax::parse_value,
    value::{Object, Value},
};

/// Of one state, what it last got and gave.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    pub input: Option<Value>,
    /// What its work came to, before its fields made an output of it.
    pub result: Option<Value>,
    pub output: Option<Value>,
    /// Whether a run came by; otherwise it was inferred.
    pub is_seen: bool,
}

/// What is known of the data of states, by their paths, so that it outlasts changes of the text.
#[derive(Clone, Debug, Default)]
pub struct Known {
    states: FxHashMap<Rc<str>, Seen>,
    variables: FxHashMap<Rc<str>, Value>,
}

impl Known {
    /// From a run, up to so many of its events; of what came later, where nothing came before.
    pub fn of_run(definition: &Definition, trace: &Trace, events: usize) -> Self {
        let mut known = Self::default();
        let (before, after) = trace.events.split_at(events.min(trace.events.len()));
        // What came last before the moment counts, then what comes first behind it.
        before.iter().rev().chain(after).for_each(|event| known.note(definition, trace, event));
        known
    }

    fn note(&mut self, definition: &Definition, trace: &Trace, event: &TraceEvent) {
        let Some(state) = event.state.and_then(|state| definition.states.get(state as usize)) else { return };
        let value = |payload: Option<u32>| {
            let text = trace.payload(payload?)?;
            // What is larger is looked at in the inspector.
            if text.len() < LARGEST { parse_value(text).ok() } else { None }
        };
        for (name, payload) in event.details.assigned_variables.iter().flatten() {
            if !self.variables.contains_key(name)
                && let Some(value) = value(Some(*payload))
            {
                self.variables.insert(name.clone(), value);
            }
        }
        let kind = &*event.kind;
        let is_result =
            kind.ends_with("Succeeded") && !kind.starts_with("MapIteration") && !kind.starts_with("Execution");
        if !is_result && !kind.ends_with("StateEntered") && !kind.ends_with("StateExited") {
            return;
        }
        let seen = self.states.entry(state.path.clone()).or_default();
        seen.is_seen = true;
        let (slot, payload) = match kind {
            _ if is_result => (&mut seen.result, event.details.output),
            kind if kind.ends_with("StateEntered") => (&mut seen.input, event.details.input),
            _ => (&mut seen.output, event.details.output),
        };
        if slot.is_none() {
            *slot = value(payload);
        }
    }

    /// Without a run: what the machine is started with.
    pub fn of_input(definition: &Definition, input: Value) -> Self {
        let mut known = Self::default();
        let start = definition.scopes.first().and_then(|scope| scope.start_at).map(|id| definition.state(id));
        if let Some(start) = start {
            known.states.entry(start.path.clone()).or_default().input = Some(input);
        }
        known
    }

    /// Without a run: the scenario is run, and what it does not reach is inferred.
    pub fn of_scenario(definition: &Rc<Definition>, scenario: &Scenario) -> Self {
        let mut known = match run::run(definition, scenario) {
            Ok(trace) => Self::of_run(definition, &trace, usize::MAX),
            Err(_) => Self::default(),
        };
        known.infer(definition);
        known
    }

    /// Follows the states from what is known to what is not.
    pub fn infer(&mut self, definition: &Definition) {
        let mut open: Vec<&State> =
            definition.states.iter().filter(|state| self.input(&state.path).is_some()).collect();
        let mut rounds = 0;
        while let Some(state) = open.pop() {
            rounds += 1;
            if rounds > MOST_INFERRED {
                return;
            }
            let Some(input) = self.input(&state.path).cloned() else { continue };
            let output = self.states.get(&state.path).and_then(|seen| seen.output.clone());
            let output = output.unwrap_or_else(|| output_of(state, &input));
            for transition in transitions(state) {
                let Transition::Next(id) = transition else { continue };
                let next = definition.state(id);
                if self.input(&next.path).is_some() {
                    continue;
                }
                let is_caught = catches(state).iter().find(|catcher| catcher.next == transition);
                let given = match is_caught {
                    Some(catcher) => caught(&catcher.result_path, &input),
                    None => output.clone(),
                };
                self.states.entry(next.path.clone()).or_default().input = Some(given);
                open.push(next);
            }
            for scope in definition.children(state.id) {
                let Some(start) = definition.scope(scope).start_at.map(|id| definition.state(id)) else { continue };
                let given = match &state.kind {
                    StateKind::Map(map) => map_item(map, &input),
                    _ => input.clone(),
                };
                if self.input(&start.path).is_none() {
                    self.states.entry(start.path.clone()).or_default().input = Some(given);
                    open.push(start);
                }
            }
        }
    }

    pub fn seen(&self, path: &str) -> Option<&Seen> {
        self.states.get(path)
    }

    pub fn input(&self, path: &str) -> Option<&Value> {
        self.states.get(path)?.input.as_ref()
    }

    /// What `$` was in a field of a state, in JSONPath.
    pub fn root_of(&self, state: &State, field: &str) -> Option<Value> {
        let seen = self.seen(&state.path)?;
        let input = seen.input.clone();
        match field {
            "InputPath" => input,
            "ResultSelector" => seen.result.clone(),
            "OutputPath" => {
                let is_whole = match &state.kind {
                    StateKind::Task(task) => matches!(task.result_path, ResultPath::Whole),
                    StateKind::Parallel(it) => matches!(it.result_path, ResultPath::Whole),
                    StateKind::Map(it) => matches!(it.result_path, ResultPath::Whole),
                    _ => false,
                };
                if is_whole { seen.result.clone() } else { seen.output.clone().or(input) }
            }
            _ => match &state.input_path {
                PathField::Path(Expression { kind: ExpressionKind::Input(path), .. }) => path.find(&input?),
                _ => input,
            },
        }
    }

    /// What a path found, in a field of a state: one of JSONPath, or a dotted one into `$states.input`, `$states.result`
    /// or a variable.
    pub fn value_of(&self, state: &State, field: &str, path: &str) -> Option<Value> {
        let through = |value: Value, steps: &str| {
            let mut steps = steps.split('.').filter(|step| !step.is_empty());
            steps.try_fold(value, |value, step| value.get(step).cloned())
        };
        if let Some(rest) = path.strip_prefix("$states.") {
            let seen = self.seen(&state.path)?;
            let (member, rest) = rest.split_once('.').unwrap_or((rest, ""));
            let value = match member {
                "input" => seen.input.clone()?,
                "result" => seen.result.clone()?,
                _ => return None,
            };
            return through(value, rest);
        }
        let name = path.strip_prefix('$').filter(|rest| rest.starts_with(|c: char| c.is_alphabetic()));
        match name {
            Some(name) => {
                let (name, rest) = name.split_once('.').unwrap_or((name, ""));
                through(self.variable(name)?.clone(), rest)
            }
            None => Path::parse(path).ok()?.find(&self.root_of(state, field)?),
        }
    }

    /// The last value of a variable, where it is known.
    pub fn variable(&self, name: &str) -> Option<&Value> {
        self.variables.get(name)
    }
}

/// Payloads that are looked into, in bytes.
const LARGEST: usize = 300_000;

/// Steps of inference, so that a large definition does not keep the reader waiting.
const MOST_INFERRED: usize = 2_000;

fn catches(state: &State) -> &[crate::asl::model::Catcher] {
    match &state.kind {
        StateKind::Task(task) => &task.catch,
        StateKind::Parallel(parallel) => &parallel.catch,
        StateKind::Map(map) => &map.catch,
        _ => &[],
    }
}

/// What a Catcher hands on.
fn caught(path: &ResultPath, input: &Value) -> Value {
    let error = Value::object([("Error", Value::from("States.TaskFailed")), ("Cause", Value::from(""))]);
    joined(path, input, error)
}

fn joined(path: &ResultPath, input: &Value, result: Value) -> Value {
    match path {
        ResultPath::Whole => result,
        ResultPath::Discard => input.clone(),
        ResultPath::Path(path) => path.write(input, result).unwrap_or_else(|| input.clone()),
    }
}

/// What a state would give, as far as it follows from its fields.
fn output_of(state: &State, input: &Value) -> Value {
    if let Some(output) = &state.output {
        return filled(output, input);
    }
    match &state.kind {
        StateKind::Pass(pass) => {
            let made = pass.parameters.as_ref().map(|template| filled(template, input));
            let result = pass.result.clone().or(made).unwrap_or_else(|| input.clone());
            joined(&pass.result_path, input, result)
        }
        StateKind::Task(task) => {
            let result = task.result_selector.as_ref().map_or_else(Value::empty_object, |it| filled(it, &Value::Null));
            joined(&task.result_path, input, result)
        }
        StateKind::Parallel(it) => joined(&it.result_path, input, Value::array(Vec::new())),
        StateKind::Map(it) => joined(&it.result_path, input, Value::array(Vec::new())),
        _ => input.clone(),
    }
}

fn map_item(map: &crate::asl::model::MapState, input: &Value) -> Value {
    if let Some(selector) = &map.item_selector {
        return filled(selector, input);
    }
    let items = match &map.items_path {
        Some(path) => expression(&path.kind, input),
        None => input.clone(),
    };
    items.as_array().and_then(|items| items.first().cloned()).unwrap_or(Value::Null)
}

/// A template with what its paths find; other expressions come to `null`.
fn filled(template: &Template, input: &Value) -> Value {
    match template {
        Template::Literal(value) => value.clone(),
        Template::Array(items) => Value::array(items.iter().map(|item| filled(item, input)).collect()),
        Template::Object(fields) => {
            let mut object = Object::default();
            for field in fields {
                match field {
                    Field::Plain(name, template) => object.insert(name.clone(), filled(template, input)),
                    Field::Expression { name, expression: it, .. } => {
                        object.insert(name.clone(), expression(&it.kind, input))
                    }
                };
            }
            Value::Object(Rc::new(object))
        }
        Template::Expression(it) => expression(&it.kind, input),
    }
}

fn expression(kind: &ExpressionKind, input: &Value) -> Value {
    match kind {
        ExpressionKind::Input(path) => path.evaluate(input).ok().unwrap_or(Value::Null),
        ExpressionKind::Jsonata(expression) => {
            // `$states.input.a.b` is a path in another dress.
            let source = expression.source().trim();
            let Some(rest) = source.strip_prefix("$states.input") else { return Value::Null };
            let mut keys = rest.split('.').skip(1);
            keys.try_fold(input.clone(), |value, key| value.get(key).cloned()).unwrap_or(Value::Null)
        }
        _ => Value::Null,
    }
}
