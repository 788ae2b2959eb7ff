//! What can stand at the cursor.

use std::collections::BTreeSet;

use super::{
    context::{Context, What},
    docs,
    document::Document,
    known::Known,
    spot::{Part, Spot, Step},
};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    asl::{
        check::flow::transitions,
        fields::{Field, RESERVED_ERRORS, STATE_TYPES, Shape},
        model::{State, StateId, StateKind, Transition},
        resources,
    },
    author,
    jsonata::function_names,
    jsonpath::Path,
    syntax::{Format, Node, NodeKind, edit::quoted},
    text::Span,
    value::Value,
};

/// What can stand at a place.
#[derive(Clone, Debug, PartialEq)]
pub struct Completions {
    /// What of the text an item takes the place of.
    pub span: Span,
    pub items: Vec<Completion>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Completion {
    /// What the list shows, and what typing filters by.
    pub label: String,
    /// What comes to stand in the text.
    pub text: String,
    /// Parts of `text` to be filled in, in order.
    pub stops: Vec<Span>,
    pub kind: Kind,
    /// Few words beside the label: a type, a value.
    pub detail: String,
    pub doc: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Field,
    State,
    Value,
    Variable,
    Function,
    /// A key that was in the data.
    Data,
    Snippet,
}

impl Kind {
    /// As CodeMirror names it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Field => "property",
            Self::State => "class",
            Self::Value => "enum",
            Self::Variable => "variable",
            Self::Function => "function",
            Self::Data => "text",
            Self::Snippet => "keyword",
        }
    }
}

/// The longest value that is shown beside a name, in characters.
const LONGEST_DETAIL: usize = 40;

/// What can stand at a byte offset, the likeliest first; nothing where nothing is known.
pub fn complete(text: &str, document: &Document, known: &Known, offset: usize) -> Option<Completions> {
    let spot = Spot::at(text, document.format, offset)?;
    let around = document.around(text, offset);
    let root = around.as_ref().as_ref();
    let context = Context::of(root, &spot.path);
    let it = Completer { text, document, known, spot: &spot, context: &context, root };
    let completions = match spot.part {
        Part::Key => it.keys(),
        Part::Value => it.values(),
    };
    (!completions.items.is_empty()).then_some(completions)
}

struct Completer<'a> {
    text: &'a str,
    document: &'a Document,
    known: &'a Known,
    spot: &'a Spot,
    context: &'a Context<'a>,
    root: Option<&'a Node>,
}

impl Completer<'_> {
    fn is_json(&self) -> bool {
        self.document.format == Format::Json
    }

    fn whole(&self, items: Vec<Completion>) -> Completions {
        Completions { span: self.spot.span, items }
    }

    // Keys

    fn keys(&self) -> Completions {
        let present: BTreeSet<String> = self.siblings();
        let items = match (self.context.what, &self.context.field) {
            (What::Object(kind), None) => {
                let taken = |field: &Field| {
                    let excludes = kind.groups.iter().any(|group| {
                        group.names.contains(&field.name) && group.names.iter().any(|name| present.contains(*name))
                    });
                    excludes || present.contains(field.name)
                };
                let own = kind.fields().filter(|field| field.is_in(self.context.language));
                let mut fields: Vec<&Field> = own.filter(|field| !taken(field) || self.is_typed(field.name)).collect();
                // Of one name for both languages the table has two.
                fields.sort_by_key(|field| field.name);
                fields.dedup_by_key(|field| field.name);
                let wanted = |field: &Field| {
                    field.required || kind.groups.iter().any(|it| it.required && it.names.contains(&field.name))
                };
                fields.sort_by_key(|field| (!wanted(field), rank(field.name)));
                fields.iter().map(|field| self.field(kind.what, field, wanted(field))).collect()
            }
            (What::State, None) => {
                let doc = docs::line("field", "Type").unwrap_or_default();
                vec![self.member("Type", &Value::from("‹Task›"), Kind::Field, "required", doc)]
            }
            (What::States, None) => self.new_states(),
            (_, Some(field)) => self.template_keys(field, &present),
            _ => Vec::new(),
        };
        self.whole(items)
    }

    fn is_typed(&self, name: &str) -> bool {
        self.text.get(self.spot.span.range()).is_some_and(|word| word.trim_matches(['"', '\'']) == name)
    }

    /// The keys of the object besides the one that is typed.
    fn siblings(&self) -> BTreeSet<String> {
        let mut node = self.context.node;
        if let Some(field) = &self.context.field {
            node = node.and_then(|node| node.get(field)).map(|member| &member.value);
            for step in &self.context.inside {
                node = node.and_then(|node| match step {
                    Step::Key(key) => node.get(key).map(|member| &member.value),
                    Step::Index(index) => node.as_array()?.get(*index),
                });
            }
        }
        let members = node.and_then(Node::as_object).unwrap_or_default();
        members.iter().filter(|member| member.key_span != self.spot.span).map(|member| member.key.to_string()).collect()
    }

    fn field(&self, what: &str, field: &Field, is_wanted: bool) -> Completion {
        let doc = docs::field(what, field.name).unwrap_or_default();
        let detail = if is_wanted { "required" } else { "" };
        self.member(field.name, &usual(field, self.context.is_jsonata()), Kind::Field, detail, doc)
    }

    /// A key with its value; `‹…›` in a value's text is to be filled in.
    fn member(&self, key: &str, value: &Value, kind: Kind, detail: &str, doc: &str) -> Completion {
        let (text, stops) = if self.spot.has_colon {
            (self.name(key), Vec::new())
        } else {
            let written = author::written(key, value, self.document.format, self.spot.quote);
            let (mut text, stops) = taken_out(&written);
            if self.spot.needs_comma && self.is_json() {
                text.push(',');
            }
            (text, stops)
        };
        Completion { label: key.to_owned(), text, stops, kind, detail: detail.to_owned(), doc: doc.to_owned() }
    }

    /// A name with the quotes that stand there or are needed.
    fn name(&self, name: &str) -> String {
        match self.spot.quote {
            Some('\'') => format!("'{}'", name.replace('\'', "''")),
            Some(_) => quoted(name),
            None if self.is_json() => quoted(name),
            None => author::plain(name),
        }
    }

    /// States of each kind, and patterns.
    fn new_states(&self) -> Vec<Completion> {
        let is_jsonata = self.context.is_jsonata();
        let mut items = Vec::new();
        for (label, name, doc, value) in patterns(is_jsonata) {
            let name = author::free_name(&self.document.definition, name);
            let written = author::written(&format!("‹{name}›"), &value, self.document.format, self.spot.quote);
            let (mut text, stops) = taken_out(&written);
            if self.spot.needs_comma && self.is_json() {
                text.push(',');
            }
            let doc = match doc {
                "" => docs::line("type", label.trim_end_matches(" state")).unwrap_or_default(),
                doc => doc,
            };
            let detail = String::new();
            items.push(Completion {
                label: label.to_owned(),
                text,
                stops,
                kind: Kind::Snippet,
                detail,
                doc: doc.to_owned(),
            });
        }
        items
    }

    /// Keys inside of `Parameters` and the like: what the integration takes.
    fn template_keys(&self, field: &str, present: &BTreeSet<String>) -> Vec<Completion> {
        if field == "Assign" && self.context.inside.is_empty() {
            let names = assigned(self.root);
            let free = names.into_iter().filter(|name| !present.contains(name));
            return free
                .map(|name| {
                    self.member(&name, &Value::from("‹›"), Kind::Variable, "", "A variable that is assigned elsewhere")
                })
                .collect();
        }
        if !matches!(field, "Parameters" | "Arguments") || !self.context.inside.is_empty() {
            return Vec::new();
        }
        let resource = self.context.node.and_then(|node| node.get("Resource")?.value.as_str().cloned());
        let Some(resource) = resource else { return Vec::new() };
        let is_jsonata = self.context.is_jsonata();
        let free = docs::request(&resource)
            .into_iter()
            .filter(|member| !present.contains(member.name) && !present.contains(&format!("{}.$", member.name)));
        let mut items: Vec<Completion> = free
            .map(|member| {
                let detail = if member.is_required { "required" } else { "" };
                let value = match member.letter {
                    'n' => Value::from(0),
                    'b' => Value::Bool(true),
                    '[' => Value::array(Vec::new()),
                    '{' => Value::empty_object(),
                    '?' if is_jsonata => Value::from("{% ‹$states.input› %}"),
                    _ => Value::from("‹›"),
                };
                let doc = match member.letter {
                    's' => "A text",
                    'n' => "A number",
                    'b' => "A boolean",
                    '[' => "A list",
                    '{' => "An object",
                    _ => "Any JSON",
                };
                if member.letter == '?' && !is_jsonata {
                    return self.member(&format!("{}.$", member.name), &Value::from("‹$›"), Kind::Field, detail, doc);
                }
                self.member(member.name, &value, Kind::Field, detail, doc)
            })
            .collect();
        if resource.ends_with(".waitForTaskToken") && !is_jsonata {
            items.push(self.member(
                "TaskToken.$",
                &Value::from("$$.Task.Token"),
                Kind::Snippet,
                "",
                "The token with which the callback comes",
            ));
        }
        items
    }

    // Values

    fn values(&self) -> Completions {
        // An expression in a text, in either query language.
        if let Some(found) = self.expression() {
            return found;
        }
        let field = self.context.field.as_deref();
        let items = match (self.context.what, field) {
            (_, Some("Next" | "Default")) | (What::Object(_), Some("StartAt")) => self.targets(),
            (_, Some("ErrorEquals")) => self.errors(),
            (What::Object(_) | What::State, Some("Type"))
                if self.context.inside.is_empty() && self.context.state.is_some() =>
            {
                STATE_TYPES
                    .iter()
                    .map(|name| self.value(name, Kind::Value, "", docs::line("type", name).unwrap_or_default()))
                    .collect()
            }
            (_, Some("Resource")) if self.context.inside.is_empty() => self.resources(),
            (What::Object(kind), Some(name)) if self.context.inside.is_empty() => {
                match kind.field(name, self.context.language).map(|field| field.shape) {
                    Some(Shape::OneOf(names)) => {
                        let doc = |value: &str| docs::line("value", &format!("{name}.{value}")).unwrap_or_default();
                        names.iter().map(|value| self.value(value, Kind::Value, "", doc(value))).collect()
                    }
                    Some(Shape::Boolean) => ["true", "false"].map(|word| self.word(word)).to_vec(),
                    Some(Shape::PathOrNull) if !self.context.is_jsonata() => vec![self.word("null")],
                    _ => Vec::new(),
                }
            }
            _ => Vec::new(),
        };
        self.whole(items)
    }

    fn value(&self, text: &str, kind: Kind, detail: &str, doc: &str) -> Completion {
        let mut written = self.name(text);
        if self.spot.needs_comma && self.is_json() {
            written.push(',');
        }
        Completion {
            label: text.to_owned(),
            text: written,
            stops: Vec::new(),
            kind,
            detail: detail.to_owned(),
            doc: doc.to_owned(),
        }
    }

    fn word(&self, word: &str) -> Completion {
        Completion {
            label: word.to_owned(),
            text: word.to_owned(),
            stops: Vec::new(),
            kind: Kind::Value,
            detail: String::new(),
            doc: String::new(),
        }
    }

    /// The states of the scope; one that nothing leads to comes first.
    fn targets(&self) -> Vec<Completion> {
        let definition = &self.document.definition;
        let states = self
            .root
            .and_then(|root| root.pointer(&self.context.scope)?.get("States"))
            .and_then(|it| it.value.as_object());
        let own = self.context.state.as_ref().map(|(pointer, _)| pointer.as_str());
        let by_name: FxHashMap<&str, &State> = definition.states.iter().map(|state| (&*state.name, state)).collect();
        let led_to: FxHashSet<StateId> = definition
            .states
            .iter()
            .flat_map(transitions)
            .filter_map(|transition| match transition {
                Transition::Next(id) => Some(id),
                Transition::End | Transition::Missing => None,
            })
            .collect();
        let mut items: Vec<(bool, Completion)> = Vec::new();
        for member in states.unwrap_or_default() {
            let kind = member.value.get("Type").and_then(|it| it.value.as_str());
            let state = by_name.get(&*member.key);
            let is_known = state.is_some_and(|it| Some(&*it.pointer) == own || led_to.contains(&it.id));
            let comment = state.and_then(|state| state.comment.as_deref()).unwrap_or_default();
            items.push((is_known, self.value(&member.key, Kind::State, kind.map_or("", |kind| kind), comment)));
        }
        items.sort_by_key(|(is_known, _)| *is_known);
        items.into_iter().map(|(_, item)| item).collect()
    }

    fn errors(&self) -> Vec<Completion> {
        let mut names: Vec<String> = RESERVED_ERRORS.iter().map(|name| (*name).to_owned()).collect();
        let common = ["States.ALL", "States.TaskFailed", "States.Timeout"];
        names.sort_by_key(|name| common.iter().position(|it| it == name).unwrap_or(common.len()));
        names.extend(
            docs::all("error")
                .into_iter()
                .map(|(name, _)| name.to_owned())
                .filter(|name| !RESERVED_ERRORS.contains(&name.as_str())),
        );
        // What the text names already: errors of one's own.
        let mut own = BTreeSet::new();
        if let Some(root) = self.root {
            errors_in(root, &mut own);
        }
        let typed = self.text.get(self.spot.span.range()).unwrap_or_default().trim_matches('"');
        names.extend(own.into_iter().filter(|name| name != typed && !name.starts_with("States.")));
        let mut seen = BTreeSet::new();
        names.retain(|name| seen.insert(name.clone()));
        names
            .iter()
            .map(|name| self.value(name, Kind::Value, "", docs::line("error", name).unwrap_or_default()))
            .collect()
    }

    fn resources(&self) -> Vec<Completion> {
        let mut items: Vec<Completion> = Vec::new();
        let mut own = BTreeSet::new();
        for state in &self.document.definition.states {
            if let StateKind::Task(task) = &state.kind
                && !task.resource.contains(":states:::")
                && task.resource.contains(':')
            {
                own.insert(task.resource.to_string());
            }
        }
        let typed = self.text.get(self.spot.span.range()).unwrap_or_default().trim_matches(['"', '\'']);
        items.extend(
            own.iter().filter(|it| *it != typed).map(|arn| self.value(arn, Kind::Value, "", "Used elsewhere here")),
        );
        for (service, action, pattern) in resources::all() {
            let name = format!("{service}:{action}");
            let ending = if pattern.is_empty() { String::new() } else { format!(".{pattern}") };
            let doc = docs::line("resource", &name).unwrap_or_default();
            let how = docs::line("pattern", pattern).unwrap_or_default();
            let words = if how.is_empty() { doc.to_owned() } else { format!("{doc}. {how}") };
            let mut item = self.value(&format!("arn:aws:states:::{name}{ending}"), Kind::Value, "", &words);
            item.detail = docs::request(&format!("x:states:::{name}"))
                .iter()
                .filter(|it| it.is_required)
                .map(|it| it.name)
                .collect::<Vec<_>>()
                .join(", ");
            items.push(item);
        }
        items.sort_by_key(|item| {
            let common = ["lambda:invoke", "sqs:sendMessage", "sns:publish", "events:putEvents", "dynamodb:"];
            (
                item.label.contains(":states:::"),
                common.iter().position(|it| item.label.contains(it)).unwrap_or(common.len()),
            )
        });
        for (label, stop) in [
            ("arn:aws:lambda:us-east-1:111111111111:function:", "name"),
            ("arn:aws:states:us-east-1:111111111111:activity:", "name"),
            ("arn:aws:states:::aws-sdk:", "service:action"),
        ] {
            let written = self.name(&format!("{label}‹{stop}›"));
            let (text, stops) = taken_out(&written);
            items.push(Completion {
                label: format!("{label}…"),
                text,
                stops,
                kind: Kind::Snippet,
                detail: String::new(),
                doc: String::new(),
            });
        }
        items
    }

    // Expressions

    /// What can go on in a path, a call or an expression.
    fn expression(&self) -> Option<Completions> {
        let typed = self.spot.typed.as_str();
        let offset = self.spot.span.start + usize::from(self.spot.quote.is_some()) + typed.len();
        if self.context.is_jsonata() {
            let begun = typed.strip_prefix("{%")?;
            return self.jsonata(begun, offset);
        }
        let field = self.context.field.as_deref()?;
        let key = self.spot.path.iter().rev().find_map(|step| match step {
            Step::Key(key) => Some(&**key),
            Step::Index(_) => None,
        })?;
        let is_dynamic = key.ends_with(".$");
        let is_path =
            match self.context.kind().and_then(|kind| kind.field(field, self.context.language)).map(|it| it.shape) {
                Some(Shape::Path | Shape::PathOrNull) => self.context.inside.is_empty(),
                _ => false,
            };
        if !is_dynamic && !is_path {
            return None;
        }
        self.path(field, typed, offset, is_dynamic || matches!(field, "ErrorPath" | "CausePath"))
    }

    /// A path of JSONPath, or a call around it.
    fn path(&self, field: &str, typed: &str, offset: usize, allows_calls: bool) -> Option<Completions> {
        // In a call it is the last argument that is being typed.
        let begin = typed.rfind(['(', ',', ' ']).map_or(0, |at| at + 1);
        let path = &typed[begin..];
        let cut = path.rfind(['.', '[']).map_or(0, |at| at + 1);
        let (base, last) = path.split_at(cut);
        let base = base.trim_end_matches(['.', '[']);
        let span = Span::new(offset - last.len(), self.word_end(offset));
        let mut items = Vec::new();
        if base.is_empty() {
            let root = self.root_of(field);
            let detail = root.as_ref().map(brief).unwrap_or_default();
            // The path's own `$` is a part of what is typed.
            let whole = Span::new(offset - path.len(), span.end);
            let mut starts = vec![("$", detail, "All of the data")];
            if field != "ResultPath" {
                starts.push(("$$", String::new(), "The context object: the execution, the state, the token"));
            }
            items.extend(starts.into_iter().map(|(label, detail, doc)| bare(label, Kind::Data, &detail, doc)));
            if let Some(Value::Object(object)) = &root {
                items.extend(object.iter().filter(|(key, _)| is_simple(key)).map(|(key, value)| {
                    bare(&format!("$.{key}"), Kind::Data, &brief(value), "In the data of the last run")
                }));
            }
            if field != "ResultPath" {
                for name in assigned(self.root) {
                    let detail = self.known.variable(&name).map(brief).unwrap_or_default();
                    items.push(bare(&format!("${name}"), Kind::Variable, &detail, "A variable"));
                }
            }
            if allows_calls {
                for (signature, doc) in docs::all("intrinsic") {
                    let name = signature.split('(').next().unwrap_or(signature);
                    let mut item = bare(name, Kind::Function, signature, doc);
                    item.text = format!("{name}()");
                    item.stops = vec![Span::new(name.len() + 1, name.len() + 1)];
                    items.push(item);
                }
            }
            return Some(Completions { span: whole, items });
        }
        if allows_calls && base.starts_with("States") {
            for (signature, doc) in docs::all("intrinsic") {
                let name = signature.split('(').next().unwrap_or(signature);
                let short = name.trim_start_matches("States.");
                let mut item = bare(short, Kind::Function, signature, doc);
                item.text = format!("{short}()");
                item.stops = vec![Span::new(short.len() + 1, short.len() + 1)];
                items.push(item);
            }
            return Some(Completions { span, items });
        }
        let value = if let Some(rest) = base.strip_prefix("$$") {
            let context = context_object();
            Path::parse(&format!("${rest}")).ok()?.find(&context)
        } else if let Some(name) = base.strip_prefix('$').filter(|rest| rest.starts_with(|c: char| c.is_alphabetic())) {
            let (name, rest) = name.split_once('.').map_or((name, ""), |(name, rest)| (name, rest));
            let value = self.known.variable(name)?;
            let path = if rest.is_empty() { "$".to_owned() } else { format!("$.{rest}") };
            Path::parse(&path).ok()?.find(value)
        } else {
            Path::parse(base).ok()?.find(&self.root_of(field)?)
        };
        items.extend(keys_of(&value?, base.starts_with("$$")));
        Some(Completions { span, items })
    }

    /// An expression of JSONata, typed so far.
    fn jsonata(&self, begun: &str, offset: usize) -> Option<Completions> {
        let is_part = |c: char| c.is_alphanumeric() || matches!(c, '$' | '_' | '.');
        let begin = begun
            .rfind(|c: char| !is_part(c))
            .map_or(0, |at| at + begun[at..].chars().next().map_or(1, char::len_utf8));
        let path = &begun[begin..];
        let cut = path.rfind('.').map_or(0, |at| at + 1);
        let (base, last) = path.split_at(cut);
        let base = base.trim_end_matches('.');
        let span = Span::new(offset - last.len(), self.word_end(offset));
        if base.is_empty() {
            let mut items = vec![bare("$states", Kind::Variable, "", "The state's input, result, error and context")];
            for name in assigned(self.root) {
                let detail = self.known.variable(&name).map(brief).unwrap_or_default();
                items.push(bare(&format!("${name}"), Kind::Variable, &detail, "A variable"));
            }
            for name in function_names() {
                let (signature, doc) = docs::function("function", &format!("${name}")).unwrap_or_default();
                let mut item = bare(&format!("${name}"), Kind::Function, signature, doc);
                item.text = format!("${name}()");
                item.stops = vec![Span::new(name.len() + 2, name.len() + 2)];
                items.push(item);
            }
            return Some(Completions { span, items });
        }
        if base == "$states" {
            let field = self.context.field.as_deref().unwrap_or_default();
            let has_result = matches!(field, "Output" | "Assign");
            let is_catcher = self.context.kind().is_some_and(|kind| kind.what == "a catcher");
            let here = |name: &str| match name {
                "result" => {
                    has_result && !is_catcher && matches!(self.context.state_type(), Some("Task" | "Parallel" | "Map"))
                }
                "errorOutput" => has_result && is_catcher,
                _ => true,
            };
            let names = ["input", "result", "errorOutput", "context"].into_iter().filter(|name| here(name));
            let items = names.map(|name| {
                let detail = self.states_member(name).map(|value| brief(&value)).unwrap_or_default();
                bare(name, Kind::Field, &detail, docs::line("states", name).unwrap_or_default())
            });
            return Some(Completions { span, items: items.collect() });
        }
        let mut steps = base.split('.');
        let mut value = match (steps.next()?, base.starts_with("$states.")) {
            (_, true) => self.states_member(steps.next()?)?,
            (name, false) => self.known.variable(name.strip_prefix('$')?)?.clone(),
        };
        for step in steps {
            // A path of JSONata goes through lists.
            while let Value::Array(items) = &value {
                value = items.first()?.clone();
            }
            value = value.get(step)?.clone();
        }
        Some(Completions { span, items: keys_of(&value, base.starts_with("$states.context")) })
    }

    /// Where the word of a path ends behind the cursor.
    fn word_end(&self, offset: usize) -> usize {
        let rest = &self.text[offset..];
        offset + rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len())
    }

    fn state(&self) -> Option<&State> {
        let (pointer, _) = self.context.state.as_ref()?;
        self.document.definition.states.iter().find(|state| *state.pointer == **pointer)
    }

    fn states_member(&self, name: &str) -> Option<Value> {
        let seen = self.state().and_then(|state| self.known.seen(&state.path));
        match name {
            "input" => seen?.input.clone(),
            "result" => seen?.result.clone(),
            "errorOutput" => Some(Value::object([("Error", Value::from("")), ("Cause", Value::from(""))])),
            "context" => Some(context_object()),
            _ => None,
        }
    }

    /// What `$` is in a field of JSONPath.
    fn root_of(&self, field: &str) -> Option<Value> {
        self.known.root_of(self.state()?, field)
    }
}

/// The keys of a value, with what they held; of a list its items'.
fn keys_of(value: &Value, is_context: bool) -> Vec<Completion> {
    let mut value = value;
    while let Value::Array(items) = value {
        let Some(first) = items.first() else { return Vec::new() };
        value = first;
    }
    let Some(object) = value.as_object() else { return Vec::new() };
    let doc = if is_context { "" } else { "In the data of the last run" };
    object
        .iter()
        .filter(|(key, _)| is_simple(key))
        .map(|(key, value)| bare(key, Kind::Data, &brief(value), doc))
        .collect()
}

/// Whether a key can stand behind a dot.
fn is_simple(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || c == '_')
}

fn bare(label: &str, kind: Kind, detail: &str, doc: &str) -> Completion {
    Completion {
        label: label.to_owned(),
        text: label.to_owned(),
        stops: Vec::new(),
        kind,
        detail: detail.to_owned(),
        doc: doc.to_owned(),
    }
}

/// A value in few characters.
pub(super) fn brief(value: &Value) -> String {
    let text = value.to_json();
    match text.char_indices().nth(LONGEST_DETAIL) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// The context object's form.
fn context_object() -> Value {
    let mut root = Value::empty_object();
    for (path, _) in docs::all("context") {
        let steps: Vec<&str> = path.split('.').collect();
        put(&mut root, &steps);
    }
    root
}

fn put(value: &mut Value, steps: &[&str]) {
    let Some((first, rest)) = steps.split_first() else { return };
    let Value::Object(object) = value else { return };
    let object = std::rc::Rc::make_mut(object);
    let inner = object
        .entry((*first).into())
        .or_insert_with(|| if rest.is_empty() { Value::from("") } else { Value::empty_object() });
    put(inner, rest);
}

/// Error names that the text mentions.
fn errors_in(node: &Node, found: &mut BTreeSet<String>) {
    match &node.kind {
        NodeKind::Object(members) => {
            for member in members {
                match (&*member.key, member.value.as_array(), member.value.as_str()) {
                    ("ErrorEquals", Some(names), _) => {
                        found.extend(names.iter().filter_map(Node::as_str).map(|name| name.to_string()))
                    }
                    ("Error", _, Some(name)) if !name.contains("{%") => {
                        found.insert(name.to_string());
                    }
                    _ => errors_in(&member.value, found),
                }
            }
        }
        NodeKind::Array(items) => items.iter().for_each(|item| errors_in(item, found)),
        _ => {}
    }
}

/// The variables that are assigned anywhere.
pub(super) fn assigned(root: Option<&Node>) -> Vec<String> {
    fn look(node: &Node, found: &mut BTreeSet<String>) {
        match &node.kind {
            NodeKind::Object(members) => {
                for member in members {
                    match (&*member.key, member.value.as_object()) {
                        ("Assign", Some(names)) => {
                            found.extend(names.iter().map(|name| name.key.trim_end_matches(".$").to_owned()));
                        }
                        _ => look(&member.value, found),
                    }
                }
            }
            NodeKind::Array(items) => items.iter().for_each(|item| look(item, found)),
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    if let Some(root) = root {
        look(root, &mut found);
    }
    found.into_iter().filter(|name| !name.is_empty()).collect()
}

/// Takes the marks `‹…›` out of a text, and gives what stood between them.
fn taken_out(marked: &str) -> (String, Vec<Span>) {
    let (mut text, mut stops, mut start) = (String::with_capacity(marked.len()), Vec::new(), None);
    for sign in marked.chars() {
        match sign {
            '‹' => start = Some(text.len()),
            '›' => stops.extend(start.take().map(|start| Span::new(start, text.len()))),
            sign => text.push(sign),
        }
    }
    (text, stops)
}

/// Where a field stands among those that are not required.
fn rank(name: &str) -> usize {
    const USUAL: [&str; 24] = [
        "Type",
        "StartAt",
        "States",
        "Resource",
        "Arguments",
        "Parameters",
        "Condition",
        "Variable",
        "Next",
        "End",
        "Choices",
        "Default",
        "Branches",
        "ItemProcessor",
        "Items",
        "ItemsPath",
        "Output",
        "ResultPath",
        "ResultSelector",
        "Assign",
        "Retry",
        "Catch",
        "TimeoutSeconds",
        "Comment",
    ];
    USUAL.iter().position(|usual| *usual == name).unwrap_or(USUAL.len())
}

/// What a field most often says; `‹…›` is to be filled in.
fn usual(field: &Field, is_jsonata: bool) -> Value {
    let list = |items: &[&str]| Value::array(items.iter().map(|item| Value::from(*item)).collect());
    let end = || Value::object([("Type", Value::from("Pass")), ("End", Value::Bool(true))]);
    let scope = || Value::object([("StartAt", Value::from("‹Step›")), ("States", Value::object([("Step", end())]))]);
    match field.name {
        "QueryLanguage" => "‹JSONata›".into(),
        "Type" => "‹Task›".into(),
        "States" => Value::object([("First", end())]),
        "Retry" => Value::array(vec![Value::object([
            ("ErrorEquals", list(&["‹States.ALL›"])),
            ("IntervalSeconds", Value::from(2)),
            ("MaxAttempts", Value::from(3)),
            ("BackoffRate", Value::from(2)),
        ])]),
        "Catch" => {
            Value::array(vec![Value::object([("ErrorEquals", list(&["‹States.ALL›"])), ("Next", Value::from("‹›"))])])
        }
        "Choices" if is_jsonata => Value::array(vec![Value::object([
            ("Condition", Value::from("{% ‹$states.input.value = 1› %}")),
            ("Next", Value::from("‹›")),
        ])]),
        "Choices" => Value::array(vec![Value::object([
            ("Variable", Value::from("‹$.value›")),
            ("StringEquals", Value::from("‹›")),
            ("Next", Value::from("‹›")),
        ])]),
        "Branches" => Value::array(vec![scope()]),
        "ItemProcessor" | "Iterator" => scope(),
        "ErrorEquals" => list(&["‹States.ALL›"]),
        "End" => Value::Bool(true),
        "ResultPath" => "‹$.result›".into(),
        "TimeoutSeconds" => Value::from(300),
        "HeartbeatSeconds" => Value::from(60),
        "MaxAttempts" => Value::from(3),
        "BackoffRate" => Value::from(2),
        "ProcessorConfig" => Value::object([("Mode", Value::from("‹INLINE›"))]),
        "Condition" => "{% ‹true› %}".into(),
        _ => match field.shape {
            Shape::Text | Shape::OneOf(_) | Shape::Label => "‹›".into(),
            Shape::Timestamp => "‹2024-01-01T00:00:00Z›".into(),
            Shape::Boolean => Value::Bool(true),
            Shape::Integer(from, _) => Value::from(from.max(1)),
            Shape::Number(from) => Value::from(if from.is_finite() { from as i64 } else { 0 }),
            Shape::Percentage => Value::from(0),
            Shape::Path | Shape::PathOrNull => "‹$›".into(),
            Shape::Array | Shape::NonEmptyArray => Value::array(Vec::new()),
            Shape::Any | Shape::Template | Shape::Object => Value::empty_object(),
        },
    }
}

/// Kinds of states and patterns: what the list shows, the name of the state, what it is for, the state.
fn patterns(is_jsonata: bool) -> Vec<(&'static str, &'static str, &'static str, Value)> {
    let text = |text: &str| Value::from(text);
    let list = |items: Vec<Value>| Value::array(items);
    let next = || ("Next", text("‹›"));
    let errors = |names: &[&str]| list(names.iter().map(|name| text(name)).collect());
    let arguments = |members: Vec<(&'static str, Value)>| {
        (if is_jsonata { "Arguments" } else { "Parameters" }, Value::object(members))
    };
    let input = if is_jsonata { "{% $states.input %}" } else { "$" };
    let payload = |name: &'static str| (name, text(input));
    let key = |name: &'static str, path_name: &'static str| if is_jsonata { name } else { path_name };
    let lambda = || text("arn:aws:states:::lambda:invoke");
    let rule = || match is_jsonata {
        true => Value::object([("Condition", text("{% ‹$states.input.value = 1› %}")), next()]),
        false => Value::object([("Variable", text("‹$.value›")), ("NumericEquals", Value::from(1)), next()]),
    };
    let lambda_retry = || {
        Value::object([
            (
                "ErrorEquals",
                errors(&[
                    "Lambda.ClientExecutionTimeoutException",
                    "Lambda.ServiceException",
                    "Lambda.AWSLambdaException",
                    "Lambda.SdkClientException",
                ]),
            ),
            ("IntervalSeconds", Value::from(2)),
            ("MaxAttempts", Value::from(6)),
            ("BackoffRate", Value::from(2)),
        ])
    };
    let scope = |name: &'static str| {
        Value::object([
            ("StartAt", text(name)),
            ("States", Value::object([(name, Value::object([("Type", text("Pass")), ("End", Value::Bool(true))]))])),
        ])
    };
    let state = |kind: &'static str, members: Vec<(&'static str, Value)>| {
        Value::object(std::iter::once(("Type", text(kind))).chain(members))
    };
    vec![
        ("Task state", "Task", "", state("Task", vec![("Resource", text("‹arn:aws:states:::lambda:invoke›")), next()])),
        ("Choice state", "Choice", "", state("Choice", vec![("Choices", list(vec![rule()])), ("Default", text("‹›"))])),
        (
            "Parallel state",
            "Parallel",
            "",
            state("Parallel", vec![("Branches", list(vec![scope("Branch A"), scope("Branch B")])), next()]),
        ),
        (
            "Map state",
            "Map",
            "",
            state(
                "Map",
                vec![
                    if is_jsonata {
                        ("Items", text("{% ‹$states.input.items› %}"))
                    } else {
                        ("ItemsPath", text("‹$.items›"))
                    },
                    ("ItemProcessor", scope("Item")),
                    next(),
                ],
            ),
        ),
        ("Wait state", "Wait", "", state("Wait", vec![("Seconds", Value::from(10)), next()])),
        ("Pass state", "Pass", "", state("Pass", vec![next()])),
        ("Succeed state", "Done", "", state("Succeed", vec![])),
        ("Fail state", "Fail", "", state("Fail", vec![("Error", text("‹Error›")), ("Cause", text("‹›"))])),
        (
            "Lambda with retries",
            "Call function",
            "A function, Lambda's own exceptions retried, every error caught",
            state(
                "Task",
                vec![
                    ("Resource", lambda()),
                    arguments(vec![("FunctionName", text("‹name›")), payload(key("Payload", "Payload.$"))]),
                    ("TimeoutSeconds", Value::from(60)),
                    ("Retry", list(vec![lambda_retry()])),
                    (
                        "Catch",
                        list(vec![Value::object([("ErrorEquals", errors(&["States.ALL"])), ("Next", text("‹›"))])]),
                    ),
                    next(),
                ],
            ),
        ),
        (
            "Wait for a callback",
            "Ask",
            "Sends a task token to a queue and waits until it comes back",
            state(
                "Task",
                vec![
                    ("Resource", text("arn:aws:states:::sqs:sendMessage.waitForTaskToken")),
                    arguments(vec![
                        ("QueueUrl", text("‹https://sqs.us-east-1.amazonaws.com/111111111111/queue›")),
                        (
                            "MessageBody",
                            Value::object([if is_jsonata {
                                ("token", text("{% $states.context.Task.Token %}"))
                            } else {
                                ("token.$", text("$$.Task.Token"))
                            }]),
                        ),
                    ]),
                    ("HeartbeatSeconds", Value::from(3600)),
                    next(),
                ],
            ),
        ),
        (
            "Start another machine and wait",
            "Start machine",
            "Runs another state machine to its end and gets its output",
            state(
                "Task",
                vec![
                    ("Resource", text("arn:aws:states:::states:startExecution.sync:2")),
                    arguments(vec![
                        ("StateMachineArn", text("‹arn:aws:states:us-east-1:111111111111:stateMachine:name›")),
                        payload(key("Input", "Input.$")),
                    ]),
                    ("TimeoutSeconds", Value::from(3600)),
                    next(),
                ],
            ),
        ),
        (
            "Distributed Map",
            "Each object",
            "Goes over many items from a bucket, each in an execution of its own",
            state(
                "Map",
                vec![
                    (
                        "ItemReader",
                        Value::object([
                            ("Resource", text("arn:aws:states:::s3:getObject")),
                            (
                                "ReaderConfig",
                                Value::object([("InputType", text("CSV")), ("CSVHeaderLocation", text("FIRST_ROW"))]),
                            ),
                            arguments(vec![("Bucket", text("‹bucket›")), ("Key", text("‹key›"))]),
                        ]),
                    ),
                    (
                        "ItemProcessor",
                        Value::object([
                            (
                                "ProcessorConfig",
                                Value::object([("Mode", text("DISTRIBUTED")), ("ExecutionType", text("EXPRESS"))]),
                            ),
                            ("StartAt", text("Item")),
                            (
                                "States",
                                Value::object([(
                                    "Item",
                                    Value::object([("Type", text("Pass")), ("End", Value::Bool(true))]),
                                )]),
                            ),
                        ]),
                    ),
                    ("MaxConcurrency", Value::from(100)),
                    ("ToleratedFailurePercentage", Value::from(5)),
                    next(),
                ],
            ),
        ),
    ]
}
