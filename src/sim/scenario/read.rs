//! Reads a scenario from a tree with places in it. Says everything that is wrong with it at once: each
//! unknown field by name with the nearest known one, each wrong type with what was expected.

use std::rc::Rc;

use chrono::DateTime;
use indexmap::IndexMap;

use super::{
    Answer, AnswerExpression, AnswerOutcome, Decision, DecisionAction, ExecutionName, Iteration, Limits, Machine,
    MachineType, Receipt, ReceiptAction, Scenario,
};
use crate::{
    diagnostic::Diagnostic,
    suggest::nearest,
    syntax::{Member, Node, NodeKind},
    value::{Number, Object, Value},
};

/// The longest time a scenario may name, in seconds: a hundred years, so that a double holds its microseconds.
const MAX_SECONDS: f64 = 3_155_695_200.0;

/// The most events and bytes that a scenario may raise the quotas to.
const MAX_HISTORY_EVENTS: u64 = 1_000_000;
const MAX_PAYLOAD_BYTES: u64 = 64 << 20;

pub(super) const OUTCOMES: [&str; 5] = ["return", "throw", "expression", "timeOut", "never"];
const ACTIONS: [&str; 3] = ["success", "failure", "heartbeat"];

impl Scenario {
    /// Reads a scenario file. Gives everything that is wrong with it, in the order of the text.
    pub fn parse(text: &str) -> Result<Self, Vec<Diagnostic>> {
        let parsed = crate::syntax::json::parse(text);
        if parsed.diagnostics.iter().any(Diagnostic::is_error) {
            return Err(parsed.diagnostics);
        }
        let Some(root) = parsed.root else {
            let message = "the scenario is empty: expected an object";
            let nothing = Diagnostic::error("SCENARIO_EMPTY", Default::default(), message);
            return Err(vec![nothing.with_hint("the smallest scenario is `{\"version\": 1}`")]);
        };
        let mut diagnostics = Vec::new();
        let scenario = Self::from_node(&root, &mut diagnostics);
        if diagnostics.is_empty() { Ok(scenario) } else { Err(diagnostics) }
    }

    /// Reads a scenario from a tree, adding what is wrong to `diagnostics`. What could not be read has
    /// its default in the result.
    pub fn from_node(node: &Node, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let mut reader = Reader { diagnostics: Vec::new(), version: 1 };
        let scenario = reader.scenario(node);
        reader.diagnostics.sort_by_key(|diagnostic| diagnostic.span);
        diagnostics.append(&mut reader.diagnostics);
        scenario
    }
}

type ErrorAndCause = (Option<Rc<str>>, Option<Rc<str>>);

pub(super) struct Reader {
    diagnostics: Vec<Diagnostic>,
    version: u8,
}

/// An object whose keys were checked, and where it stands.
pub(super) struct Fields<'a> {
    node: &'a Node,
    at: String,
}

impl<'a> Fields<'a> {
    pub fn get(&self, key: &str) -> Option<Place<'a>> {
        let member = self.node.get(key)?;
        Some(self.place(member))
    }

    fn place(&self, member: &'a Member) -> Place<'a> {
        Place { node: &member.value, name: member.key.clone(), at: format!("{}/{}", self.at, escape(&member.key)) }
    }

    /// All members, of duplicates the last.
    pub fn members(&self) -> impl Iterator<Item = Place<'a>> {
        let members = self.node.as_object().unwrap_or_default();
        members.iter().map(|member| self.place(member))
    }
}

/// A value, the name to call it by, and its JSON pointer.
pub(super) struct Place<'a> {
    pub node: &'a Node,
    pub name: Rc<str>,
    pub at: String,
}

impl<'a> Place<'a> {
    fn item(&self, index: usize, node: &'a Node) -> Self {
        Place { node, name: format!("{}[{index}]", self.name).into(), at: format!("{}/{index}", self.at) }
    }
}

impl Reader {
    fn scenario(&mut self, node: &Node) -> Scenario {
        const FIRST: &[&str] =
            &["version", "input", "start", "seed", "machine", "execution", "limits", "tasks", "decisions", "s3"];
        const SECOND: &[&str] = &["world", "chaos"];
        let root = Place { node, name: "scenario".into(), at: String::new() };
        let default = Scenario::default();
        let Some(fields) = self.any_fields(&root) else { return default };
        self.version = self.version(node, fields.get("version"));
        match self.version {
            1 => self.refuse_unknown(&root, FIRST, SECOND),
            _ => self.refuse_unknown(&root, &[FIRST, SECOND].concat(), &[]),
        }
        let machine = fields.get("machine").map_or(default.machine, |place| self.machine(&place));
        let execution = match fields.get("execution") {
            Some(place) => self.execution(&place, &machine),
            None => ExecutionName::of(default.execution.name, &machine),
        };
        let (decisions, receipts) = fields.get("decisions").map(|place| self.decisions(&place)).unwrap_or_default();
        Scenario {
            input: fields.get("input").map_or(default.input, |place| value_of(place.node)),
            start: fields.get("start").and_then(|place| self.time(&place)).unwrap_or(default.start),
            seed: fields.get("seed").and_then(|place| self.whole(&place, 0, u64::MAX)).unwrap_or(default.seed),
            machine,
            execution,
            limits: fields.get("limits").map_or(default.limits, |place| self.limits(&place)),
            tasks: fields.get("tasks").map_or(default.tasks, |place| self.tasks(&place)),
            decisions,
            receipts,
            s3: fields.get("s3").map_or(default.s3, |place| self.bodies(&place)),
            chaos: fields.get("chaos").map_or(default.chaos, |place| self.chaos(&place)),
            world: fields.get("world").map_or(default.world, |place| self.world(&place)),
        }
    }

    /// The version that a file says it has; 1 where it does not say.
    fn version(&mut self, scenario: &Node, place: Option<Place>) -> u8 {
        const HINT: &str = "write `\"version\": 1`";
        match place {
            None => {
                let message = "`version` is missing: expected 1 or 2";
                self.diagnostics.push(Diagnostic::error("SCENARIO_VERSION", scenario.span, message).with_hint(HINT));
                return 1;
            }
            Some(Place { node: Node { kind: NodeKind::Number(text), .. }, .. }) if &**text == "1" => return 1,
            Some(Place { node: Node { kind: NodeKind::Number(text), .. }, .. }) if &**text == "2" => {}
            Some(place) => {
                let message = format!("expected version 1 or 2, found {}", found(place.node));
                let wrong = Diagnostic::error("SCENARIO_VERSION", place.node.span, message);
                self.diagnostics.push(wrong.at(place.at).with_hint(HINT));
            }
        }
        2
    }

    fn machine(&mut self, place: &Place) -> Machine {
        let Some(fields) = self.fields(place, &["name", "type", "arn", "roleArn"]) else { return Machine::default() };
        let named = match fields.get("name").and_then(|place| self.text(&place)) {
            Some(name) => Machine::named(name),
            None => Machine::default(),
        };
        Machine {
            kind: fields.get("type").and_then(|place| self.machine_type(&place)).unwrap_or(named.kind),
            arn: fields.get("arn").and_then(|place| self.text(&place)).unwrap_or(named.arn),
            role_arn: fields.get("roleArn").and_then(|place| self.text(&place)).unwrap_or(named.role_arn),
            name: named.name,
        }
    }

    pub(super) fn machine_type(&mut self, place: &Place) -> Option<MachineType> {
        match place.node.as_str().map(|text| &**text) {
            Some("STANDARD") => Some(MachineType::Standard),
            Some("EXPRESS") => Some(MachineType::Express),
            _ => self.expected(place, "`STANDARD` or `EXPRESS`"),
        }
    }

    fn execution(&mut self, place: &Place, machine: &Machine) -> ExecutionName {
        let default = Scenario::default().execution.name;
        let Some(fields) = self.fields(place, &["name", "arn"]) else { return ExecutionName::of(default, machine) };
        let name = fields.get("name").and_then(|place| self.text(&place)).unwrap_or(default);
        let named = ExecutionName::of(name, machine);
        let arn = fields.get("arn").and_then(|place| self.text(&place)).unwrap_or(named.arn);
        ExecutionName { arn, ..named }
    }

    fn limits(&mut self, place: &Place) -> Limits {
        let default = Limits::default();
        let Some(fields) = self.fields(place, &["payloadBytes", "historyEvents"]) else { return default };
        let bytes = fields.get("payloadBytes").and_then(|place| self.whole(&place, 1, MAX_PAYLOAD_BYTES));
        let events = fields.get("historyEvents").and_then(|place| self.whole(&place, 1, MAX_HISTORY_EVENTS));
        Limits {
            payload_bytes: bytes.map_or(default.payload_bytes, |bytes| bytes as usize),
            history_events: events.map_or(default.history_events, |events| events as usize),
        }
    }

    pub(super) fn tasks(&mut self, place: &Place) -> IndexMap<Rc<str>, Vec<Answer>> {
        let mut tasks = IndexMap::new();
        let Some(fields) = self.any_fields(place) else { return tasks };
        for task in fields.members() {
            let mut answers = Vec::new();
            for answer in self.items(&task, "a list of answers") {
                answers.extend(self.answer(&answer));
            }
            tasks.insert(task.name, answers);
        }
        tasks
    }

    fn answer(&mut self, place: &Place) -> Option<Answer> {
        const KNOWN: &[&str] = &[
            "return",
            "throw",
            "expression",
            "timeOut",
            "never",
            "seconds",
            "submitted",
            "heartbeats",
            "worker",
            "iteration",
            "attempt",
        ];
        let fields = self.fields(place, KNOWN)?;
        let outcome = self.one_of(place, &fields, &OUTCOMES, "an answer").and_then(|outcome| self.outcome(&outcome));
        let delay = fields.get("seconds").and_then(|place| self.seconds(&place));
        let attempt = fields.get("attempt").and_then(|place| self.whole(&place, 0, u64::from(u32::MAX)));
        let answer = Answer {
            delay,
            submitted: fields.get("submitted").map(|place| value_of(place.node)),
            heartbeats: fields.get("heartbeats").map_or_else(Vec::new, |place| self.times(&place)),
            worker: fields.get("worker").and_then(|place| self.text(&place)),
            iteration: fields.get("iteration").map(|place| self.iterations(&place)),
            attempt: attempt.map(|attempt| attempt as u32),
            outcome: outcome?,
        };
        Some(answer)
    }

    pub(super) fn outcome(&mut self, place: &Place) -> Option<AnswerOutcome> {
        match &*place.name {
            "return" => Some(AnswerOutcome::Return(value_of(place.node))),
            "throw" => {
                let (error, cause) = self.failure(place)?;
                Some(AnswerOutcome::Throw { error, cause })
            }
            "expression" => self.expression(place).map(AnswerOutcome::Expression),
            "timeOut" => self.only_true(place).map(|()| AnswerOutcome::TimeOut),
            _ => self.only_true(place).map(|()| AnswerOutcome::Never),
        }
    }

    fn expression(&mut self, place: &Place) -> Option<AnswerExpression> {
        let (message, hint) = match AnswerExpression::parse(&self.text(place)?) {
            Ok(expression) => return Some(expression),
            Err(error) => error,
        };
        let message = format!("`{}` is no JSONata expression: {message}", place.name);
        let diagnostic = Diagnostic::error("SCENARIO_EXPRESSION", place.node.span, message).at(place.at.clone());
        self.diagnostics.push(Diagnostic { hint, ..diagnostic });
        None
    }

    fn iterations(&mut self, place: &Place) -> Vec<Iteration> {
        let mut iterations = Vec::new();
        for item in self.items(place, "a list of `{\"map\": …, \"index\": …}`, outermost first") {
            let Some(fields) = self.fields(&item, &["map", "index"]) else { continue };
            let map = self.required(&item, &fields, "map").and_then(|place| self.text(&place));
            let index = self.required(&item, &fields, "index");
            let index = index.and_then(|place| self.whole(&place, 0, u64::from(u32::MAX)));
            if let (Some(map), Some(index)) = (map, index) {
                iterations.push(Iteration { map, index: index as u32 });
            }
        }
        iterations
    }

    fn decisions(&mut self, place: &Place) -> (Vec<Decision>, Vec<Receipt>) {
        let (mut decisions, mut receipts) = (Vec::new(), Vec::new());
        for item in self.items(place, "a list of decisions") {
            match self.version >= 2 && item.node.get("queue").is_some() {
                true => receipts.extend(self.receipt(&item)),
                false => decisions.extend(self.decision(&item)),
            }
        }
        (decisions, receipts)
    }

    fn receipt(&mut self, place: &Place) -> Option<Receipt> {
        let fields = self.fields(place, &["queue", "at", "receive", "delete"])?;
        let queue = self.required(place, &fields, "queue").and_then(|place| self.text(&place));
        let at = self.required(place, &fields, "at").and_then(|place| self.seconds(&place));
        let action = self.one_of(place, &fields, &["receive", "delete"], "what is done with a message")?;
        let message = self.text(&action);
        let action = if &*action.name == "receive" { ReceiptAction::Receive } else { ReceiptAction::Delete };
        Some(Receipt { queue: queue?, at: at?, message: message?, action })
    }

    fn decision(&mut self, place: &Place) -> Option<Decision> {
        let fields = self.fields(place, &["token", "at", "success", "failure", "heartbeat"])?;
        let token = self.required(place, &fields, "token").and_then(|place| self.text(&place));
        let at = self.required(place, &fields, "at").and_then(|place| self.seconds(&place));
        let action = self.one_of(place, &fields, &ACTIONS, "a decision").and_then(|action| match &*action.name {
            "success" => Some(DecisionAction::Success(value_of(action.node))),
            "failure" => {
                let (error, cause) = self.failure(&action)?;
                Some(DecisionAction::Failure { error, cause })
            }
            _ => self.only_true(&action).map(|()| DecisionAction::Heartbeat),
        });
        Some(Decision { token: token?, at: at?, action: action? })
    }

    pub(super) fn failure(&mut self, place: &Place) -> Option<ErrorAndCause> {
        let fields = self.fields(place, &["error", "cause"])?;
        let error = fields.get("error").and_then(|place| self.text(&place));
        let cause = fields.get("cause").and_then(|place| self.text(&place));
        Some((error, cause))
    }

    fn bodies(&mut self, place: &Place) -> IndexMap<Rc<str>, Rc<str>> {
        let mut bodies = IndexMap::new();
        let Some(fields) = self.any_fields(place) else { return bodies };
        for body in fields.members() {
            if let Some(text) = self.text(&body) {
                bodies.insert(body.name, text);
            }
        }
        bodies
    }

    /// The members of an object all of whose keys are known and stand once.
    pub(super) fn fields<'a>(&mut self, place: &Place<'a>, known: &[&str]) -> Option<Fields<'a>> {
        let fields = self.any_fields(place)?;
        self.refuse_unknown(place, known, &[]);
        Some(fields)
    }

    /// Remarks on each key that is not known; `later` are those that version 2 has.
    fn refuse_unknown(&mut self, place: &Place, known: &[&str], later: &[&str]) {
        for member in place.node.as_object().unwrap_or_default() {
            if known.contains(&&*member.key) {
                continue;
            }
            let message = format!("`{}` has no field `{}`", place.name, member.key);
            let unknown = Diagnostic::error("SCENARIO_FIELD_UNKNOWN", member.key_span, message).at(format!(
                "{}/{}",
                place.at,
                escape(&member.key)
            ));
            let hint = match nearest(&member.key, known.iter().copied()) {
                _ if later.contains(&&*member.key) => "it is a field of version 2: write `\"version\": 2`".to_owned(),
                Some(name) => format!("did you mean `{name}`?"),
                None => format!("it has {}", listed(known, "and")),
            };
            self.diagnostics.push(unknown.with_hint(hint));
        }
    }

    /// The members of an object whose keys are the author's own, each of which may stand once.
    pub(super) fn any_fields<'a>(&mut self, place: &Place<'a>) -> Option<Fields<'a>> {
        let Some(members) = place.node.as_object() else { return self.expected(place, "an object") };
        let mut seen = std::collections::HashSet::new();
        for member in members {
            if !seen.insert(&member.key) {
                let message = format!("`{}` stands in `{}` twice", member.key, place.name);
                let at = format!("{}/{}", place.at, escape(&member.key));
                self.diagnostics.push(Diagnostic::error("SCENARIO_FIELD_TWICE", member.key_span, message).at(at));
            }
        }
        Some(Fields { node: place.node, at: place.at.clone() })
    }

    pub(super) fn required<'a>(&mut self, place: &Place, fields: &Fields<'a>, key: &str) -> Option<Place<'a>> {
        let field = fields.get(key);
        if field.is_none() {
            let message = format!("`{key}` is missing in `{}`", place.name);
            let missing = Diagnostic::error("SCENARIO_FIELD_MISSING", place.node.span, message);
            self.diagnostics.push(missing.at(place.at.clone()));
        }
        field
    }

    /// The one field of several that exclude each other.
    pub(super) fn one_of<'a>(
        &mut self,
        place: &Place,
        fields: &Fields<'a>,
        keys: &[&str],
        what: &str,
    ) -> Option<Place<'a>> {
        let mut given = keys.iter().filter_map(|key| fields.get(key));
        let first = given.next();
        let second = given.next();
        let message = match (&first, &second) {
            (Some(_), None) => return first,
            (Some(first), Some(second)) => format!(
                "{what} is exactly one of {}: `{}` has both `{}` and `{}`",
                listed(keys, "or"),
                place.name,
                first.name,
                second.name
            ),
            (None, _) => {
                format!("{what} is exactly one of {}: `{}` has none of them", listed(keys, "or"), place.name)
            }
        };
        let span = second.map_or(place.node.span, |second| second.node.span);
        self.diagnostics.push(Diagnostic::error("SCENARIO_NOT_ONE", span, message).at(place.at.clone()));
        None
    }

    pub(super) fn items<'a>(&mut self, place: &Place<'a>, what: &str) -> Vec<Place<'a>> {
        match place.node.as_array() {
            Some(items) => items.iter().enumerate().map(|(index, node)| place.item(index, node)).collect(),
            None => self.expected(place, what).unwrap_or_default(),
        }
    }

    pub(super) fn text(&mut self, place: &Place) -> Option<Rc<str>> {
        match place.node.as_str() {
            Some(text) => Some(text.clone()),
            None => self.expected(place, "a string"),
        }
    }

    pub(super) fn only_true(&mut self, place: &Place) -> Option<()> {
        match place.node.kind {
            NodeKind::Bool(true) => Some(()),
            _ => self.expected(place, "`true`"),
        }
    }

    pub(super) fn whole(&mut self, place: &Place, least: u64, most: u64) -> Option<u64> {
        let number = match &place.node.kind {
            NodeKind::Number(text) => text.parse().ok(),
            _ => None,
        };
        match number {
            Some(number) if (least..=most).contains(&number) => Some(number),
            _ => self.expected(place, &format!("a whole number from {least} to {most}")),
        }
    }

    /// A number of seconds, as microseconds.
    pub(super) fn seconds(&mut self, place: &Place) -> Option<i64> {
        let seconds = match &place.node.kind {
            NodeKind::Number(text) => text.parse::<f64>().ok(),
            _ => None,
        };
        match seconds {
            Some(seconds) if (0.0..=MAX_SECONDS).contains(&seconds) => Some((seconds * 1e6).round() as i64),
            _ => self.expected(place, "a number of seconds, zero or more and at most a hundred years"),
        }
    }

    fn times(&mut self, place: &Place) -> Vec<i64> {
        let items = self.items(place, "a list of seconds after the start of the task");
        items.iter().filter_map(|item| self.seconds(item)).collect()
    }

    fn time(&mut self, place: &Place) -> Option<i64> {
        match place.node.as_str().and_then(|text| DateTime::parse_from_rfc3339(text).ok()) {
            Some(time) => Some(time.timestamp_micros()),
            None => self.expected(place, "a time such as `2024-01-01T00:00:00Z`"),
        }
    }

    pub(super) fn expected<T>(&mut self, place: &Place, what: &str) -> Option<T> {
        let message = format!("`{}` is {}: expected {what}", place.name, found(place.node));
        self.diagnostics.push(Diagnostic::error("SCENARIO_TYPE", place.node.span, message).at(place.at.clone()));
        None
    }
}

/// A tree as data. Of duplicate keys the last counts.
pub(super) fn value_of(node: &Node) -> Value {
    match &node.kind {
        NodeKind::Null | NodeKind::Missing => Value::Null,
        NodeKind::Bool(bool) => Value::Bool(*bool),
        NodeKind::Number(text) => Value::Number(Number::parse(text)),
        NodeKind::String(text) => Value::String(text.clone()),
        NodeKind::Array(items) => Value::array(items.iter().map(value_of).collect()),
        NodeKind::Object(members) => {
            let members = members.iter().map(|member| (member.key.clone(), value_of(&member.value)));
            Value::Object(Rc::new(members.collect::<Object>()))
        }
    }
}

/// What a value is, in words for a message.
fn found(node: &Node) -> String {
    match &node.kind {
        NodeKind::Null => "`null`".into(),
        NodeKind::Bool(bool) => format!("`{bool}`"),
        NodeKind::Number(text) => format!("`{}`", shortened(text)),
        NodeKind::String(text) => format!("the string `{}`", shortened(text)),
        NodeKind::Array(_) => "a list".into(),
        NodeKind::Object(_) => "an object".into(),
        NodeKind::Missing => "missing".into(),
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into(),
    }
}

/// `` `a`, `b` and `c` ``.
fn listed(names: &[&str], joint: &str) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} {joint} {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

/// A key as a step of a JSON pointer.
fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
