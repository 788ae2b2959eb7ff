//! One JSONPath state as JSONata: which field becomes which. Follows AWS's guide, "Transforming data with JSONata".

use super::{
    Reason,
    brackets::expression,
    condition::condition,
    expression::{self, MISSING, Notes, put, steps, template, translate},
};
use crate::{
    asl::model::{State, StateKind},
    jsonata::expression_in,
    jsonpath::{Path, ReferencePath},
    syntax::{
        Format, Member, Node, NodeKind,
        edit::{Edit, ObjectEdit, quoted},
    },
};

const INPUT: &str = "$states.input";

const CATCHABLE: &str =
    "an expression that fails can be tried again and caught in JSONata; a path that finds nothing cannot";

/// The edits that make a state JSONata's, or why it stays.
pub(super) struct Draft<'a> {
    text: &'a str,
    is_json: bool,
    state: &'a State,
    node: &'a Node,
    object: ObjectEdit<'a>,
    /// What `$` stands for after `InputPath`.
    root: String,
    pub notes: Notes,
    pub reasons: Vec<Reason>,
    pub edits: Vec<Edit>,
}

/// What a state's work gives, before `ResultPath`.
enum Made<'a> {
    Template(&'a Member, &'static str),
    Literal(&'a Member),
    Expression(String),
}

impl<'a> Draft<'a> {
    pub fn of(text: &'a str, format: Format, state: &'a State, node: &'a Node) -> Self {
        let is_json = format == Format::Json;
        let object = ObjectEdit::new(text, node, is_json);
        let (root, notes) = (INPUT.to_owned(), Notes::new());
        let mut draft =
            Self { text, is_json, state, node, object, root, notes, reasons: Vec::new(), edits: Vec::new() };
        draft.convert();
        let own = draft.object.edits(text);
        draft.edits.extend(own);
        draft
    }

    pub fn has_language(&self) -> bool {
        self.object.index("QueryLanguage").is_some()
    }

    /// The same with the state's own `QueryLanguage`.
    pub fn with_language(mut self) -> Self {
        let mut object = ObjectEdit::new(self.text, self.node, self.is_json);
        match object.index("QueryLanguage") {
            Some(_) => object.set(&["QueryLanguage"], "Type", "QueryLanguage", quoted("JSONata")),
            None => object.add("Type", "QueryLanguage", quoted("JSONata")),
        }
        // Before what else is added behind `Type`.
        self.edits.splice(0..0, object.edits(self.text));
        self
    }

    fn refuse(&mut self, field: impl Into<String>, why: impl Into<String>) {
        self.reasons.push(Reason { field: field.into(), why: why.into() });
    }

    fn member(&self, key: &str) -> Option<&'a Member> {
        self.node.as_object()?.iter().find(|member| &*member.key == key)
    }

    fn convert(&mut self) {
        self.input_path();
        match &self.state.kind {
            StateKind::Pass(_) => self.pass(),
            StateKind::Task(_) => {
                self.arguments();
                self.moved_path("TimeoutSecondsPath", "TimeoutSeconds");
                self.moved_path("HeartbeatSecondsPath", "HeartbeatSeconds");
                let root = self.root.clone();
                self.template_member("Credentials", &root);
                self.worked();
            }
            StateKind::Parallel(_) => {
                self.arguments();
                self.worked();
            }
            StateKind::Map(_) => self.map(),
            StateKind::Choice(choice) => self.choice(choice),
            StateKind::Wait(_) => {
                self.moved_path("SecondsPath", "Seconds");
                self.moved_path("TimestampPath", "Timestamp");
                self.idle();
            }
            StateKind::Succeed => self.idle(),
            StateKind::Fail(_) => {
                self.moved_path("ErrorPath", "Error");
                self.moved_path("CausePath", "Cause");
            }
            StateKind::Unknown => self.refuse("Type", "the kind of the state is not known"),
        }
    }

    fn input_path(&mut self) {
        let Some(member) = self.member("InputPath") else { return };
        self.object.remove("InputPath");
        match (&member.value.kind, member.value.as_str()) {
            (NodeKind::Null, _) => self.refuse("InputPath", "`null` makes the input an empty object"),
            (_, Some(source)) => match translate(source, INPUT, &mut self.notes) {
                Ok(root) => self.root = root,
                Err(why) => self.refuse("InputPath", why),
            },
            _ => self.refuse("InputPath", "it is no path"),
        }
    }

    /// A field that holds a path, under its name without `Path`, with an expression.
    fn moved_path(&mut self, from: &'static str, to: &'static str) {
        self.moved(from, to, |made| made);
    }

    fn moved_number(&mut self, from: &'static str, to: &'static str) {
        self.moved(from, to, |made| format!("$number({made})"));
    }

    fn moved(&mut self, from: &'static str, to: &'static str, wrap: fn(String) -> String) {
        let Some(source) = self.member(from).and_then(|member| member.value.as_str()) else { return };
        match translate(source, &self.root, &mut self.notes) {
            Ok(made) => self.object.set(&[from], "Type", to, expression(&wrap(made))),
            Err(why) => self.refuse(from, why),
        }
    }

    fn arguments(&mut self) {
        let root = self.root.clone();
        match self.object.index("Parameters") {
            Some(index) => {
                self.template_member("Parameters", &root);
                self.object.rename(index, "Arguments");
            }
            None if root != INPUT => self.object.set(&["InputPath"], "Type", "Arguments", expression(&root)),
            None => {}
        }
    }

    fn pass(&mut self) {
        let root = self.root.clone();
        let made = match (self.member("Result"), self.member("Parameters")) {
            (Some(result), parameters) => {
                if parameters.is_some() {
                    self.object.remove("Parameters");
                }
                Made::Literal(result)
            }
            (None, Some(parameters)) => Made::Template(parameters, "Parameters"),
            (None, None) => Made::Expression(root.clone()),
        };
        match made {
            Made::Expression(_) => self.assign(self.node, "Assign", &root),
            _ => self.assign_of_nothing(),
        }
        self.output(made, &root, INPUT);
    }

    /// What comes after the work of a Task, Parallel or Map.
    fn worked(&mut self) {
        let made = match self.member("ResultSelector") {
            Some(selector) => {
                self.assign_of_nothing();
                Made::Template(selector, "ResultSelector")
            }
            None => {
                self.assign(self.node, "Assign", "$states.result");
                Made::Expression("$states.result".to_owned())
            }
        };
        self.output(made, "$states.result", "$states.result");
        self.catchers();
    }

    /// A Wait or Succeed, which hands its input on.
    fn idle(&mut self) {
        let root = self.root.clone();
        self.assign(self.node, "Assign", &root);
        if let Some(output) = self.idle_output() {
            self.object.set(&["InputPath", "OutputPath"], "Type", "Output", output);
        }
    }

    /// The output of a state without a result; nothing where it is the input.
    fn idle_output(&mut self) -> Option<String> {
        let root = self.root.clone();
        let made = match self.output_path()? {
            OutputPath::Whole => root,
            OutputPath::Null => return Some("{}".to_owned()),
            OutputPath::Of(source) => self.path_on(&source, &root)?,
        };
        (made != INPUT).then(|| expression(&made))
    }

    fn map(&mut self) {
        for field in ["ItemReader", "ItemBatcher", "ResultWriter"] {
            if self.member(field).is_some() {
                self.refuse(field, "a Map that reads, batches or writes is left as it is");
            }
        }
        let root = self.root.clone();
        match self.member("ItemsPath") {
            Some(_) => self.moved_path("ItemsPath", "Items"),
            None if root != INPUT => self.object.set(&["InputPath"], "Type", "Items", expression(&root)),
            None => {}
        }
        self.template_member("ItemSelector", &root);
        if let Some(index) = self.object.index("Parameters") {
            self.template_member("Parameters", &root);
            self.object.rename(index, "ItemSelector");
        }
        // These take a number from a text, too.
        self.moved_number("MaxConcurrencyPath", "MaxConcurrency");
        self.moved_number("ToleratedFailureCountPath", "ToleratedFailureCount");
        self.moved_number("ToleratedFailurePercentagePath", "ToleratedFailurePercentage");
        self.worked();
    }

    fn choice(&mut self, choice: &crate::asl::model::ChoiceState) {
        let root = self.root.clone();
        self.assign(self.node, "Assign", &root);
        let output = self.idle_output();
        let rules = self.member("Choices").and_then(|member| member.value.as_array()).unwrap_or_default();
        for (index, (node, rule)) in rules.iter().zip(&choice.choices).enumerate() {
            let mut object = ObjectEdit::new(self.text, node, self.is_json);
            let members = node.as_object().unwrap_or_default();
            let is_test = |key: &str| !matches!(key, "Next" | "Assign" | "Comment");
            let tests: Vec<&str> = members.iter().map(|member| &*member.key).filter(|key| is_test(key)).collect();
            match condition(&rule.condition, &root, &mut self.notes) {
                Ok(made) => {
                    object.set(&tests, "Next", "Condition", expression(&made));
                    tests.iter().for_each(|key| object.remove(key));
                }
                Err(why) => self.refuse(format!("Choices/{index}"), why),
            }
            self.assign(node, &format!("Choices/{index}/Assign"), &root);
            if let Some(output) = &output {
                object.add("Next", "Output", output.clone());
            }
            self.edits.extend(object.edits(self.text));
        }
        if let Some(output) = output {
            self.object.set(&["InputPath", "OutputPath"], "Type", "Output", output);
        }
    }

    fn catchers(&mut self) {
        if self.member("Catch").is_some() || self.member("Retry").is_some() {
            self.notes.insert(CATCHABLE);
        }
        let catchers = self.member("Catch").and_then(|member| member.value.as_array()).unwrap_or_default();
        for (index, node) in catchers.iter().enumerate() {
            let mut object = ObjectEdit::new(self.text, node, self.is_json);
            let field = format!("Catch/{index}/ResultPath");
            match self.result_path(node, &field) {
                Some(ResultPath::Whole) => object.remove("ResultPath"),
                Some(ResultPath::Discard) => object.set(&["ResultPath"], "Next", "Output", expression(INPUT)),
                Some(ResultPath::Names(names)) => {
                    let names: Vec<&str> = names.iter().map(String::as_str).collect();
                    match put(INPUT, &names, "$states.errorOutput") {
                        Ok(made) => object.set(&["ResultPath"], "Next", "Output", expression(&made)),
                        Err(why) => self.refuse(field, why),
                    }
                }
                None => {}
            }
            self.assign(node, &format!("Catch/{index}/Assign"), "$states.errorOutput");
            self.edits.extend(object.edits(self.text));
        }
    }

    /// `Assign` of the state, of a rule or of a Catcher.
    fn assign(&mut self, node: &'a Node, field: &str, root: &str) {
        let members = node.as_object().unwrap_or_default();
        if let Some(member) = members.iter().find(|member| &*member.key == "Assign") {
            self.template_edits(&member.value, root, field);
        }
    }

    /// An `Assign` whose `$` is what the state itself has made: only one that does not use it is converted.
    fn assign_of_nothing(&mut self) {
        let Some(member) = self.member("Assign") else { return };
        if uses_input(&member.value) {
            return self
                .refuse("Assign", "its `$` is what the state has made of its data, which JSONata has no name for");
        }
        self.template_edits(&member.value, INPUT, "Assign");
    }

    fn template_member(&mut self, key: &'static str, root: &str) {
        if let Some(member) = self.member(key) {
            self.template_edits(&member.value, root, key);
        }
    }

    /// Makes the keys that end in `.$` ordinary ones with expressions.
    fn template_edits(&mut self, node: &Node, root: &str, field: &str) {
        match &node.kind {
            NodeKind::Object(members) => {
                for member in members {
                    let field = format!("{field}/{}", member.key);
                    let (Some(name), Some(source)) = (member.key.strip_suffix(".$"), member.value.as_str()) else {
                        self.template_edits(&member.value, root, &field);
                        continue;
                    };
                    match translate(source, root, &mut self.notes) {
                        Ok(made) => {
                            let is_plain =
                                !self.is_json && !self.text[member.key_span.range()].starts_with(['"', '\'']);
                            let key = if is_plain { name.to_owned() } else { quoted(name) };
                            self.edits.push(Edit { span: member.key_span, text: key });
                            self.edits.push(Edit { span: member.value.span, text: expression(&made) });
                        }
                        Err(why) => self.refuse(field, why),
                    }
                }
            }
            NodeKind::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.template_edits(item, root, &format!("{field}/{index}"));
                }
            }
            NodeKind::String(text) if expression_in(text).is_some() => {
                self.refuse(field, "a plain text would become an expression");
            }
            _ => {}
        }
    }

    /// `Output` in the place of `ResultSelector`, `ResultPath`, `OutputPath`; `default` is what the state hands on
    /// without.
    fn output(&mut self, made: Made<'a>, root: &str, default: &str) {
        const HOSTS: [&str; 6] = ["Result", "Parameters", "ResultSelector", "ResultPath", "OutputPath", "InputPath"];
        let (Some(result_path), Some(output_path)) = (self.result_path(self.node, "ResultPath"), self.output_path())
        else {
            return;
        };
        self.object.remove("ResultPath");
        // Of a Task and its like, `Parameters` and `InputPath` have become something else.
        let hosts = if default == INPUT { &HOSTS[..] } else { &HOSTS[2..5] };
        let is_whole = matches!((&result_path, &output_path), (ResultPath::Whole, OutputPath::Whole));
        match made {
            Made::Template(member, _) if is_whole => {
                let key = if default == INPUT { "Parameters" } else { "ResultSelector" };
                self.template_edits(&member.value, root, key);
                if let Some(index) = self.object.index(key) {
                    self.object.rename(index, "Output");
                }
                return;
            }
            Made::Literal(member) if is_whole => {
                self.template_edits(&member.value, root, "Result");
                if let Some(index) = self.object.index("Result") {
                    self.object.rename(index, "Output");
                }
                return;
            }
            _ => {}
        }
        if let OutputPath::Null = output_path {
            hosts.iter().for_each(|host| self.object.remove(host));
            return self.object.set(hosts, "Type", "Output", "{}".to_owned());
        }
        let made = match self.made_expression(made, root) {
            Ok(made) => made,
            Err((field, why)) => return self.refuse(field, why),
        };
        let combined = match result_path {
            ResultPath::Whole => Ok(made),
            ResultPath::Discard => Ok(INPUT.to_owned()),
            ResultPath::Names(names) => {
                self.notes.insert(MISSING);
                put(INPUT, &names.iter().map(String::as_str).collect::<Vec<_>>(), &made)
            }
        };
        let combined = match combined {
            Ok(combined) => combined,
            Err(why) => return self.refuse("ResultPath", why),
        };
        let output = match output_path {
            OutputPath::Of(source) => self.path_on(&source, &combined),
            _ => Some(combined),
        };
        let Some(output) = output else { return };
        if output != default {
            self.object.set(hosts, "Type", "Output", expression(&output));
        }
        hosts.iter().for_each(|host| self.object.remove(host));
    }

    /// What the work gives, as one expression.
    fn made_expression(&mut self, made: Made, root: &str) -> Result<String, (&'static str, String)> {
        match made {
            Made::Expression(made) => Ok(made),
            Made::Literal(member) => expression::literal(&member.value.to_value()).map_err(|why| ("Result", why)),
            Made::Template(member, field) => template(&member.value, root, &mut self.notes).map_err(|why| (field, why)),
        }
    }

    /// A path into what an expression gives.
    fn path_on(&mut self, source: &str, base: &str) -> Option<String> {
        let made = match source.starts_with("$$") || crate::intrinsic::variable_in(source).is_some() {
            true => translate(source, base, &mut self.notes),
            false => Path::parse(source).map_err(|error| error.message).and_then(|path| steps(&path, base)),
        };
        match made {
            Ok(made) => Some(made),
            Err(why) => {
                self.refuse("OutputPath", why);
                None
            }
        }
    }

    fn output_path(&mut self) -> Option<OutputPath> {
        let Some(member) = self.member("OutputPath") else { return Some(OutputPath::Whole) };
        self.object.remove("OutputPath");
        Some(match (&member.value.kind, member.value.as_str()) {
            (NodeKind::Null, _) => OutputPath::Null,
            (_, Some(source)) if &**source == "$" => OutputPath::Whole,
            (_, Some(source)) => OutputPath::Of(source.to_string()),
            _ => {
                self.refuse("OutputPath", "it is no path");
                return None;
            }
        })
    }

    fn result_path(&mut self, node: &Node, field: &str) -> Option<ResultPath> {
        let Some(member) = node.get("ResultPath") else { return Some(ResultPath::Whole) };
        if member.value.kind == NodeKind::Null {
            return Some(ResultPath::Discard);
        }
        let path = member.value.as_str().and_then(|source| ReferencePath::parse(source).ok());
        let Some(path) = path else {
            self.refuse(field, "it is no reference path");
            return None;
        };
        let count = path.path().step_texts().count();
        let names: Option<Vec<String>> = (0..count).map(|step| path.path().name_at(step).map(str::to_owned)).collect();
        match names {
            Some(names) if names.is_empty() => Some(ResultPath::Whole),
            Some(names) => Some(ResultPath::Names(names)),
            None => {
                self.refuse(field, "it writes into an array, which JSONata has no short form for");
                None
            }
        }
    }
}

enum ResultPath {
    Whole,
    Discard,
    Names(Vec<String>),
}

enum OutputPath {
    Whole,
    Null,
    Of(String),
}

/// Whether a template asks for `$`.
fn uses_input(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Object(members) => members.iter().any(|member| match member.value.as_str() {
            Some(source) if member.key.ends_with(".$") => {
                let is_other = source.starts_with("$$") || crate::intrinsic::variable_in(source).is_some();
                !is_other
            }
            _ => uses_input(&member.value),
        }),
        NodeKind::Array(items) => items.iter().any(uses_input),
        _ => false,
    }
}
