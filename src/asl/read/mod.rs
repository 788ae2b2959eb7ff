//! From the tree to the [`Definition`]: scopes, states and transitions; `state` reads the eight
//! kinds, `choice` their conditions, `handlers` Retry and Catch, `expression` all that is compiled,
//! `jsonata` the same in the other query language, `variables` what is assigned and used.
//!
//! Takes what it can use and passes over the rest: the table of fields says what is wrong with a
//! value, so that each slip is told once.

mod choice;
mod expression;
mod handlers;
mod jsonata;
mod state;
mod variables;

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::{
    check::{is_placeholder, shape},
    fields::{self, ObjectKind},
    model::{Definition, PathField, QueryLanguage, Scope, ScopeId, State, StateId, StateKind, Transition},
    place::Place,
    rules,
};
use variables::Variables;

use crate::{
    diagnostic::{Cure, Diagnostic, Step},
    suggest::nearest,
    syntax::{Member, Node},
    text::Span,
    value::Value,
};

/// So many broken transitions get the nearest name; the rest only the fact.
const MAX_SUGGESTIONS: usize = 20;

/// Reads a tree; total. The remarks come in no particular order.
pub fn read(root: &Node) -> (Definition, Vec<Diagnostic>) {
    let mut reader = Reader::default();
    if root.as_object().is_none() {
        if !root.is_missing() {
            let message = format!("a state machine is an object, found {}", root.describe());
            reader.diagnostics.push(Diagnostic::error(rules::NOT_AN_OBJECT, root.span, message));
        }
        return (reader.definition, reader.diagnostics);
    }
    reader.definition.comment = text(root, "Comment");
    reader.definition.query_language = query_language(root).unwrap_or_default();
    reader.definition.timeout_seconds = seconds(root, "TimeoutSeconds");
    let anchor = Span::new(root.span.start, root.span.start + 1);
    reader.scope(&fields::MACHINE, root, anchor, &Place::ROOT, None);
    reader.report_unresolved();
    reader.report_unassigned();
    (reader.definition, reader.diagnostics)
}

#[derive(Default)]
struct Reader {
    definition: Definition,
    /// The states of each scope by name.
    names: Vec<FxHashMap<Rc<str>, StateId>>,
    unresolved: Vec<Unresolved>,
    variables: Variables,
    diagnostics: Vec<Diagnostic>,
}

/// A transition to a name that its scope does not have.
struct Unresolved {
    scope: ScopeId,
    target: Rc<str>,
    message: String,
    span: Span,
    location: String,
}

/// The state that is being read.
#[derive(Clone, Copy)]
struct Current<'a> {
    id: StateId,
    scope: ScopeId,
    node: &'a Node,
    anchor: Span,
    place: &'a Place<'a>,
    language: QueryLanguage,
    /// What of `$states` there is in the field that is being read.
    sees: jsonata::Sees,
}

impl Current<'_> {
    fn seeing(self, sees: jsonata::Sees) -> Self {
        Self { sees, ..self }
    }

    fn is_jsonata(&self) -> bool {
        self.language == QueryLanguage::Jsonata
    }

    fn name<'r>(&self, reader: &'r Reader) -> &'r str {
        &reader.definition.state(self.id).name
    }
}

impl Reader {
    /// Reads an object with `StartAt` and `States`, and all that is in it.
    fn scope(
        &mut self,
        kind: &'static ObjectKind,
        node: &Node,
        anchor: Span,
        place: &Place,
        owner: Option<(StateId, usize)>,
    ) -> ScopeId {
        shape::check_object(kind, node, anchor, place, self.definition.query_language, &mut self.diagnostics);
        let scope = ScopeId(self.definition.scopes.len() as u32);
        self.definition.scopes.push(Scope { owner, start_at: None, states: Vec::new(), span: node.span });
        self.names.push(FxHashMap::default());
        let states_place = place.key("States");
        let states = node.get("States");
        let members = states.and_then(|states| states.value.as_object()).unwrap_or_default();
        if let Some(states) = states.filter(|states| states.value.as_object().is_some_and(<[Member]>::is_empty)) {
            let message = "`States` needs at least one state";
            let cure = Step::Add { at: states_place.pointer(), key: start_name(node), value: end_state() };
            let diagnostic = Diagnostic::error(rules::NO_STATES, states.key_span, message).at(states_place.pointer());
            let diagnostic = diagnostic.cured_by([Cure::new("add a state", cure)]);
            self.diagnostics.push(diagnostic);
        }
        let first = self.definition.states.len();
        for member in members {
            self.announce(scope, member, &states_place.key(&member.key), owner);
        }
        self.definition.scopes[scope.index()].start_at = self.start_at(node, place, scope, members.is_empty());
        for (index, member) in members.iter().enumerate() {
            let id = StateId((first + index) as u32);
            self.state(id, scope, member, &states_place.key(&member.key));
        }
        scope
    }

    /// Gives a state its id and name, so that transitions to it can be resolved.
    fn announce(&mut self, scope: ScopeId, member: &Member, place: &Place, owner: Option<(StateId, usize)>) {
        let id = StateId(self.definition.states.len() as u32);
        let path = match owner {
            Some((owner, _)) => format!("{}/{}", self.definition.state(owner).path, member.key).into(),
            None => member.key.clone(),
        };
        self.definition.states.push(State {
            id,
            scope,
            name: member.key.clone(),
            path,
            pointer: place.pointer().into(),
            span: Span::new(member.key_span.start, member.value.span.end.max(member.key_span.end)),
            name_span: member.key_span,
            comment: text(&member.value, "Comment"),
            query_language: self.definition.query_language,
            input_path: PathField::Whole,
            output_path: PathField::Whole,
            assign: None,
            output: None,
            kind: StateKind::Unknown,
        });
        self.definition.scopes[scope.index()].states.push(id);
        self.names[scope.index()].insert(member.key.clone(), id);
    }

    fn start_at(&mut self, node: &Node, place: &Place, scope: ScopeId, is_empty: bool) -> Option<StateId> {
        let member = node.get("StartAt")?;
        let target = member.value.as_str()?;
        let found = self.names[scope.index()].get(target).copied();
        if found.is_none() && !is_empty {
            let message = format!("`StartAt` names `{target}`, but no such state exists");
            self.miss(scope, target, message, member.value.span, place.key("StartAt").pointer());
        }
        found
    }

    fn state(&mut self, id: StateId, scope: ScopeId, member: &Member, place: &Place) {
        let node = &member.value;
        if node.as_object().is_none() {
            if !node.is_missing() {
                let message = format!("the state `{}` has to be an object, found {}", member.key, node.describe());
                self.diagnostics.push(Diagnostic::error(rules::NOT_AN_OBJECT, node.span, message).at(place.pointer()));
            }
            return;
        }
        let language = self.state_language(node, place);
        let sees = jsonata::Sees::Input;
        let current = Current { id, scope, node, anchor: member.key_span, place, language, sees };
        if let Some((type_name, kind)) = self.state_kind(&current) {
            shape::check_object(kind, node, member.key_span, place, language, &mut self.diagnostics);
            let input_path = self.path_field(&current, "InputPath");
            let output_path = self.path_field(&current, "OutputPath");
            let made = current.seeing(jsonata::Sees::after(&type_name));
            let assign = self.assign(&made, node, place);
            let output = self.output(&made, node, place);
            let kind = self.state_of_kind(&current, &type_name);
            let state = &mut self.definition.states[id.index()];
            state.input_path = input_path;
            state.output_path = output_path;
            state.assign = assign;
            state.output = output;
            state.kind = kind;
        }
        self.definition.states[id.index()].query_language = language;
    }

    /// The query language of a state: its own, else the machine's.
    fn state_language(&mut self, node: &Node, place: &Place) -> QueryLanguage {
        let machine = self.definition.query_language;
        match (query_language(node), machine) {
            (Some(QueryLanguage::JsonPath), QueryLanguage::Jsonata) => {
                let span = node.get("QueryLanguage").map_or(node.span, |member| member.value.span);
                let message = "`QueryLanguage` cannot be `JSONPath` where the whole state machine has `JSONata`";
                let recorded = "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine";
                let diagnostic = Diagnostic::error(rules::LANGUAGE_DOWNGRADE, span, message).recorded(recorded);
                let key = node.get("QueryLanguage").map(|member| Cure::remove("QueryLanguage", member.key_span));
                self.diagnostics.push(diagnostic.at(place.pointer()).cured_by(key));
                QueryLanguage::JsonPath
            }
            (own, _) => own.unwrap_or(machine),
        }
    }

    /// `Type` and what the table knows of it.
    fn state_kind(&mut self, current: &Current) -> Option<(Rc<str>, &'static ObjectKind)> {
        let place = current.place.key("Type");
        let name = current.name(self);
        let Some(member) = current.node.get("Type") else {
            let message = format!("the state `{name}` needs a `Type`");
            let hint = format!("one of {}", fields::STATE_TYPES.join(", "));
            let diagnostic = Diagnostic::error(rules::MISSING_TYPE, current.anchor, message).with_hint(hint);
            let at = current.place.pointer();
            let cure = Cure::add(&*at, "Type", usual_type(current.node));
            self.diagnostics.push(diagnostic.at(at).cured_by([cure]));
            return None;
        };
        let Some(type_name) = member.value.as_str() else {
            shape::expect("a string", "Type", &member.value, &place, &mut self.diagnostics);
            return None;
        };
        let kind = fields::state(type_name);
        if kind.is_none() && !is_placeholder(type_name) {
            let near = nearest(type_name, fields::STATE_TYPES.iter().copied());
            let hint = match near {
                Some(name) => format!("did you mean `{name}`?"),
                None => format!("one of {}", fields::STATE_TYPES.join(", ")),
            };
            let message = format!("`{type_name}` is no type of state");
            let diagnostic = Diagnostic::error(rules::UNKNOWN_TYPE, member.value.span, message).with_hint(hint);
            let diagnostic = diagnostic.cured_by(near.map(|near| Cure::word(member.value.span, near)));
            let types = fields::STATE_TYPES.join(", ");
            let recorded = format!("The field 'Type' should have one of these values: [{types}]");
            self.diagnostics.push(diagnostic.recorded(recorded).at(place.pointer()));
        }
        kind.map(|kind| (type_name.clone(), kind))
    }

    /// `Next` or `End`. That both are missing is the table's to say.
    fn next_or_end(&mut self, current: &Current) -> Transition {
        if let Some(member) = current.node.get("Next") {
            return self.target(current, member, current.place);
        }
        let Some(end) = current.node.get("End") else { return Transition::Missing };
        match end.value.kind {
            crate::syntax::NodeKind::Bool(true) => Transition::End,
            crate::syntax::NodeKind::Bool(false) => {
                let message = format!("the state `{}` does not end and has no `Next`", current.name(self));
                let diagnostic = Diagnostic::error(rules::MISSING_TRANSITION, end.value.span, message);
                let diagnostic = diagnostic.cured_by([Cure::value(end.value.span, true)]);
                let hint = "write `\"End\": true`, or a `Next`";
                self.diagnostics.push(diagnostic.with_hint(hint).at(current.place.key("End").pointer()));
                Transition::Missing
            }
            _ => Transition::Missing,
        }
    }

    /// The state that a field names. `place` is that of the object with the field.
    fn target(&mut self, current: &Current, member: &Member, place: &Place) -> Transition {
        let Some(target) = member.value.as_str() else { return Transition::Missing };
        if let Some(&id) = self.names[current.scope.index()].get(target) {
            return Transition::Next(id);
        }
        let name = current.name(self);
        let message = format!("state `{name}` names `{target}` in `{}`, but no such state exists", member.key);
        self.miss(current.scope, target, message, member.value.span, place.key(&member.key).pointer());
        Transition::Missing
    }

    fn miss(&mut self, scope: ScopeId, target: &Rc<str>, message: String, span: Span, location: String) {
        self.unresolved.push(Unresolved { scope, target: target.clone(), message, span, location });
    }

    /// Says which transitions lead nowhere, when all names of the machine are known.
    fn report_unresolved(&mut self) {
        for (index, missed) in std::mem::take(&mut self.unresolved).into_iter().enumerate() {
            let (hint, near) = if index < MAX_SUGGESTIONS { self.suggestion(&missed) } else { (None, None) };
            let near = near.map(|near| Cure::word(missed.span, near));
            let first = self.definition.scope(missed.scope).states.first();
            let pointer = first.map(|&id| &*self.definition.state(id).pointer);
            let states =
                pointer.and_then(|pointer| pointer.rsplit_once('/')).map_or("/States", |(states, _)| states).to_owned();
            let name = missed.target.to_string();
            let is_taken = self.definition.states.iter().any(|state| state.name == missed.target);
            let title = format!("add a state `{name}`");
            let new = Cure::new(title, Step::Add { at: states, key: name, value: end_state() });
            let diagnostic = Diagnostic::error(rules::MISSING_TARGET, missed.span, missed.message).at(missed.location);
            let diagnostic = diagnostic.cured_by(near).cured_by((!is_taken).then_some(new));
            self.diagnostics.push(Diagnostic { hint, ..diagnostic });
        }
    }

    /// A hint, and the name that was meant.
    fn suggestion(&self, missed: &Unresolved) -> (Option<String>, Option<&str>) {
        let states = &self.definition.states;
        if let Some(state) = states.iter().find(|state| state.name == missed.target) {
            let hint = format!("`{}` is not on this level, and a transition cannot cross levels", state.path);
            return (Some(hint), None);
        }
        let siblings = &self.definition.scope(missed.scope).states;
        let near = nearest(&missed.target, siblings.iter().map(|&id| &*self.definition.state(id).name));
        (near.map(|near| format!("did you mean `{near}`?")), near)
    }
}

/// The query language that a machine or a state names.
pub(super) fn query_language(node: &Node) -> Option<QueryLanguage> {
    match &**node.get("QueryLanguage")?.value.as_str()? {
        "JSONata" => Some(QueryLanguage::Jsonata),
        "JSONPath" => Some(QueryLanguage::JsonPath),
        _ => None,
    }
}

fn text(node: &Node, key: &str) -> Option<Rc<str>> {
    node.get(key)?.value.as_str().cloned()
}

/// What `StartAt` names, or a name for the first state.
fn start_name(node: &Node) -> String {
    text(node, "StartAt").filter(|name| !name.is_empty()).map_or_else(|| "First".to_owned(), |name| name.to_string())
}

/// The smallest state.
fn end_state() -> Value {
    Value::object([("Type", Value::from("Pass")), ("End", Value::Bool(true))])
}

/// What a state without a type most likely is, by its fields.
fn usual_type(node: &Node) -> &'static str {
    let has = |key: &str| node.get(key).is_some();
    let signs = [
        ("Resource", "Task"),
        ("Choices", "Choice"),
        ("Branches", "Parallel"),
        ("ItemProcessor", "Map"),
        ("Iterator", "Map"),
        ("Seconds", "Wait"),
        ("Timestamp", "Wait"),
        ("SecondsPath", "Wait"),
        ("TimestampPath", "Wait"),
        ("Error", "Fail"),
        ("Cause", "Fail"),
        ("Next", "Pass"),
        ("End", "Pass"),
    ];
    signs.into_iter().find(|(key, _)| has(key)).map_or("Pass", |(_, kind)| kind)
}

/// A count that is not negative.
fn seconds(node: &Node, key: &str) -> Option<u64> {
    shape::integer(&node.get(key)?.value)?.try_into().ok()
}
