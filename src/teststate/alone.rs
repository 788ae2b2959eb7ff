//! The machine of one state: the state as it stands in the request, and for each state that it leads to
//! one of the same name that ends at once. So it is read, checked and run like any other machine.

use std::rc::Rc;

use super::{Exception, Request};
use crate::{
    asl::{
        self, Loaded,
        model::{Definition, QueryLanguage, State, StateKind},
    },
    diagnostic::Diagnostic,
    engine::resource::{Family, Pattern, Resource},
    syntax::{self, Format, Node},
    value::{Object, Value},
};

/// What AWS calls a state under test, in messages and in the context object.
pub const STATE_NAME: &str = "StateName";

/// A state and nothing else.
pub struct Alone {
    pub definition: Rc<Definition>,
    /// Whether the state has a field, by its name.
    fields: Vec<Rc<str>>,
}

impl Alone {
    pub fn state(&self) -> &State {
        &self.definition.states[0]
    }

    pub fn kind(&self) -> &StateKind {
        &self.state().kind
    }

    pub fn has_field(&self, name: &str) -> bool {
        self.fields.iter().any(|field| &**field == name)
    }

    /// Of a Task, what it calls.
    pub fn resource(&self) -> Option<Resource> {
        match self.kind() {
            StateKind::Task(task) => Some(Resource::parse(&task.resource)),
            _ => None,
        }
    }

    /// Whether it waits for a token that somebody hands back, or for a job.
    pub fn is_waited_for(&self) -> bool {
        self.resource()
            .is_some_and(|resource| resource.pattern != Pattern::RequestResponse || resource.family == Family::Activity)
    }
}

/// Cuts the state out that a request is about.
pub fn cut_out(request: &Request) -> Result<Alone, Exception> {
    let parsed = syntax::parse(&request.definition, Format::Json);
    refuse(&parsed.diagnostics)?;
    let Some(root) = parsed.root else {
        return Err(Exception::definition("Invalid State Machine Definition: 'the definition is empty'"));
    };
    match &request.state_name {
        None => alone(&root, QueryLanguage::JsonPath),
        Some(name) => {
            let whole = asl::load(&request.definition, Format::Json);
            refuse(&whole.diagnostics)?;
            let state = whole.definition.states.iter().find(|state| state.name == *name);
            let node = state.and_then(|state| root.pointer(&state.pointer));
            let node = node.ok_or_else(|| Exception::validation("State not found in definition"))?;
            alone(node, whole.definition.query_language)
        }
    }
}

fn alone(node: &Node, language: QueryLanguage) -> Result<Alone, Exception> {
    let Loaded { definition, diagnostics, .. } = asl::load(&machine(node, language).to_json(), Format::Json);
    refuse(&diagnostics)?;
    let fields = node.as_object().unwrap_or_default().iter().map(|member| member.key.clone()).collect();
    Ok(Alone { definition: Rc::new(definition), fields })
}

fn refuse(diagnostics: &[Diagnostic]) -> Result<(), Exception> {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
    let errors: Vec<String> = errors.map(Diagnostic::in_words_of_aws).collect();
    if errors.is_empty() {
        return Ok(());
    }
    Err(Exception::definition(format!("Invalid State Machine Definition: '{}'", errors.join(", "))))
}

fn machine(node: &Node, language: QueryLanguage) -> Value {
    let targets = targets(node);
    let mut name = STATE_NAME.to_owned();
    while targets.iter().any(|target| **target == *name) {
        name.push('_');
    }
    let mut states = Object::default();
    states.insert(name.as_str().into(), node.to_value());
    states.extend(targets.into_iter().map(|target| (target, Value::object([("Type", Value::from("Succeed"))]))));
    let language = match language {
        QueryLanguage::JsonPath => "JSONPath",
        QueryLanguage::Jsonata => "JSONata",
    };
    Value::object([
        ("QueryLanguage", Value::from(language)),
        ("StartAt", name.into()),
        ("States", Value::Object(Rc::new(states))),
    ])
}

/// The names of the states that a state leads to.
fn targets(node: &Node) -> Vec<Rc<str>> {
    let named = |node: &Node, field: &str| node.get(field).and_then(|member| member.value.as_str().cloned());
    let inner = |field: &str| node.get(field).and_then(|member| member.value.as_array()).unwrap_or_default();
    let handlers = inner("Catch").iter().chain(inner("Choices")).filter_map(|handler| named(handler, "Next"));
    [named(node, "Next"), named(node, "Default")].into_iter().flatten().chain(handlers).collect()
}
