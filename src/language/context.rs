//! What stands at a place: a field of which kind of object, in which state, in which query language.

use super::spot::Step;
use crate::{
    asl::{
        fields::{self, ObjectKind},
        model::QueryLanguage,
    },
    syntax::{Node, push_pointer},
};

/// What stands at a place.
#[derive(Clone, Debug)]
pub struct Context<'a> {
    /// What the innermost object is whose fields the States Language knows.
    pub what: What,
    pub language: QueryLanguage,
    /// JSON pointer of that object.
    pub object: String,
    /// Its node, where it could be read.
    pub node: Option<&'a Node>,
    /// The field of the object, and the way on from there.
    pub field: Option<String>,
    pub inside: Vec<Step>,
    /// JSON pointer of the innermost state, with its type.
    pub state: Option<(String, Option<String>)>,
    /// JSON pointer of the innermost object with `States`.
    pub scope: String,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum What {
    Object(&'static ObjectKind),
    /// A state whose `Type` is missing or none.
    State,
    /// The object `States`: names of states.
    States,
    /// A list of `Branches`, `Retry`, `Catch`, `Choices`: its items are such objects.
    List(&'static ObjectKind),
}

impl<'a> Context<'a> {
    /// Follows a way down the tree. `root` may lack what is being typed.
    pub fn of(root: Option<&'a Node>, path: &[Step]) -> Self {
        let machine = root.and_then(language_of).unwrap_or_default();
        let mut it = Self {
            what: What::Object(&fields::MACHINE),
            language: machine,
            object: String::new(),
            node: root,
            field: None,
            inside: Vec::new(),
            state: None,
            scope: String::new(),
        };
        for (index, step) in path.iter().enumerate() {
            if !it.enter(step, machine) {
                it.field = match step {
                    Step::Key(key) => Some(key.to_string()),
                    Step::Index(_) => None,
                };
                it.inside = path[index + 1..].to_vec();
                break;
            }
        }
        it
    }

    /// The kind of object, where its fields are known.
    pub fn kind(&self) -> Option<&'static ObjectKind> {
        match self.what {
            What::Object(kind) => Some(kind),
            _ => None,
        }
    }

    /// The `Type` of the innermost state.
    pub fn state_type(&self) -> Option<&str> {
        self.state.as_ref()?.1.as_deref()
    }

    pub fn is_jsonata(&self) -> bool {
        self.language == QueryLanguage::Jsonata
    }

    /// Goes into an object or list that has a meaning; says whether it did.
    fn enter(&mut self, step: &Step, machine: QueryLanguage) -> bool {
        let what = match (self.what, step) {
            (What::List(kind), Step::Index(_)) => What::Object(kind),
            (What::States, Step::Key(_)) => What::State,
            (What::Object(kind), Step::Key(key)) => match inner(kind, self.state_type(), key) {
                Some(what) => what,
                None => return false,
            },
            _ => return false,
        };
        let child = match step {
            Step::Key(key) => {
                push_pointer(&mut self.object, key);
                self.node.and_then(|node| node.get(key)).map(|member| &member.value)
            }
            Step::Index(index) => {
                push_pointer(&mut self.object, &index.to_string());
                self.node.and_then(|node| node.as_array()?.get(*index))
            }
        };
        self.node = child;
        self.what = match what {
            What::State => {
                let type_name = child.and_then(|node| node.get("Type")?.value.as_str().map(|name| name.to_string()));
                self.language = child.and_then(language_of).unwrap_or(machine);
                let kind = type_name.as_deref().and_then(fields::state);
                self.state = Some((self.object.clone(), type_name));
                kind.map_or(What::State, What::Object)
            }
            What::Object(kind) if kind == &fields::BRANCH || kind == &fields::PROCESSOR => {
                self.scope = self.object.clone();
                self.language = machine;
                what
            }
            what => what,
        };
        true
    }
}

impl PartialEq for ObjectKind {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

/// What a field holds that has fields of its own.
fn inner(kind: &'static ObjectKind, state_type: Option<&str>, key: &str) -> Option<What> {
    use fields::{
        BRANCH, CATCHER, CHOICE_RULE, CREDENTIALS, ITEM_BATCHER, ITEM_READER, MACHINE, NESTED_RULE, PROCESSOR,
        PROCESSOR_CONFIG, READER_CONFIG, RESULT_WRITER, RETRIER, WRITER_CONFIG,
    };
    let is_state = state_type.and_then(fields::state).is_some_and(|own| own == kind);
    Some(match key {
        "States" if [&MACHINE, &BRANCH, &PROCESSOR].contains(&kind) => What::States,
        "ProcessorConfig" if kind == &PROCESSOR => What::Object(&PROCESSOR_CONFIG),
        "Branches" if is_state => What::List(&BRANCH),
        "ItemProcessor" | "Iterator" if is_state => What::Object(&PROCESSOR),
        "Retry" if is_state => What::List(&RETRIER),
        "Catch" if is_state => What::List(&CATCHER),
        "Choices" if is_state => What::List(&CHOICE_RULE),
        "Credentials" if is_state => What::Object(&CREDENTIALS),
        "ItemReader" if is_state => What::Object(&ITEM_READER),
        "ItemBatcher" if is_state => What::Object(&ITEM_BATCHER),
        "ResultWriter" if is_state => What::Object(&RESULT_WRITER),
        "ReaderConfig" if kind == &ITEM_READER => What::Object(&READER_CONFIG),
        "WriterConfig" if kind == &RESULT_WRITER => What::Object(&WRITER_CONFIG),
        "And" | "Or" if kind == &CHOICE_RULE || kind == &NESTED_RULE => What::List(&NESTED_RULE),
        "Not" if kind == &CHOICE_RULE || kind == &NESTED_RULE => What::Object(&NESTED_RULE),
        _ => return None,
    })
}

fn language_of(node: &Node) -> Option<QueryLanguage> {
    match &**node.get("QueryLanguage")?.value.as_str()? {
        "JSONata" => Some(QueryLanguage::Jsonata),
        "JSONPath" => Some(QueryLanguage::JsonPath),
        _ => None,
    }
}
