//! Reads a file from a tree with places in it, and says all that is wrong with it at once.

use std::{collections::BTreeMap, rc::Rc};

use indexmap::IndexMap;

use super::{MockConfig, MockedCase, MockedMachine};
use crate::{
    diagnostic::Diagnostic,
    sim::scenario::{Answer, AnswerOutcome, ExecutionName, Machine, Scenario},
    suggest::nearest,
    syntax::{self, Member, Node, push_pointer},
    text::Span,
};

/// A file that asks for more answers than these in all is refused: ranges make many out of few letters.
const MOST_ANSWERS: usize = 100_000;

/// Whether a tree is such a file, right or wrong.
pub fn looks_like(node: &Node) -> bool {
    node.get("StateMachines").is_some() || node.get("MockedResponses").is_some()
}

/// Reads a file. Gives everything that is wrong with it, in the order of the text.
pub fn read(text: &str) -> Result<MockConfig, Vec<Diagnostic>> {
    let parsed = syntax::json::parse(text);
    if parsed.diagnostics.iter().any(Diagnostic::is_error) {
        return Err(parsed.diagnostics);
    }
    let Some(root) = parsed.root else {
        let nothing = Diagnostic::error("MOCK_CONFIG_EMPTY", Span::default(), "the file is empty: expected an object");
        return Err(vec![nothing.with_hint("it has `StateMachines` and `MockedResponses`")]);
    };
    let mut reader = Reader::default();
    let config = reader.file(&root);
    if reader.diagnostics.is_empty() {
        return Ok(config);
    }
    reader.diagnostics.sort_by_key(|diagnostic| diagnostic.span);
    Err(reader.diagnostics)
}

#[derive(Default)]
struct Reader {
    diagnostics: Vec<Diagnostic>,
    responses: IndexMap<Rc<str>, Vec<Answer>>,
    answers: usize,
}

/// A value, and its JSON pointer.
struct Place<'a> {
    node: &'a Node,
    at: String,
}

impl<'a> Place<'a> {
    fn of(&self, member: &'a Member) -> Self {
        let mut at = self.at.clone();
        push_pointer(&mut at, &member.key);
        Self { node: &member.value, at }
    }
}

impl Reader {
    fn file(&mut self, root: &Node) -> MockConfig {
        let root = Place { node: root, at: String::new() };
        self.known(&root, "the file", &["StateMachines", "MockedResponses"]);
        if let Some(responses) = root.node.get("MockedResponses") {
            self.responses(&root.of(responses));
        }
        let machines = match root.node.get("StateMachines") {
            Some(machines) => self.machines(&root.of(machines)),
            None => self.missing(&root, "StateMachines").unwrap_or_default(),
        };
        MockConfig { machines }
    }

    fn responses(&mut self, place: &Place) {
        for member in self.members(place, "an object of responses by their names") {
            let response = place.of(member);
            let answers = self.response(&response, &member.key);
            self.responses.insert(member.key.clone(), answers);
        }
    }

    /// The answers of a response, one for each attempt.
    fn response(&mut self, place: &Place, name: &str) -> Vec<Answer> {
        let members = self.members(place, "an object of outcomes by their attempts: `{\"0\": {\"Return\": …}}`");
        // By first attempt: the last, and what comes of it.
        let mut found: BTreeMap<u32, (u32, &Member, Option<AnswerOutcome>)> = BTreeMap::new();
        for member in members {
            let outcome = self.outcome(&place.of(member));
            let Some((first, last)) = self.attempts(place, member) else { continue };
            if let Some((from, to)) = overlapping(&found, first, last) {
                let message = format!("attempt {} of `{name}` has two outcomes", from.max(first));
                let hint = format!("`{}` overlaps with `{}`", member.key, range(from, to));
                self.say("MOCK_CONFIG_OVERLAP", member.key_span, message, place.of(member).at, hint);
                continue;
            }
            found.insert(first, (last, member, outcome));
        }
        self.told_one_after_another(place, name, &found)
    }

    fn told_one_after_another(
        &mut self,
        place: &Place,
        name: &str,
        found: &BTreeMap<u32, (u32, &Member, Option<AnswerOutcome>)>,
    ) -> Vec<Answer> {
        let mut answers = Vec::new();
        let mut next = 0;
        for (&first, (last, member, outcome)) in found {
            if first > next {
                let message = format!("`{name}` says nothing for attempt {}", range(next, first - 1));
                let hint = format!("attempts count on from 0: add `\"{}\"`", range(next, first - 1));
                self.say("MOCK_CONFIG_GAP", member.key_span, message, place.of(member).at, hint);
            }
            let count = (last - first) as usize + 1;
            if !self.has_room(count, member, place) {
                return Vec::new();
            }
            next = last.saturating_add(1);
            let Some(outcome) = outcome else { continue };
            answers.extend(std::iter::repeat_n(Answer::new(outcome.clone()), count));
        }
        if found.is_empty() && place.node.as_object().is_some_and(<[Member]>::is_empty) {
            let hint = "add `\"0\": {\"Return\": …}`";
            self.say("MOCK_CONFIG_GAP", place.node.span, format!("`{name}` has no outcome"), place.at.clone(), hint);
        }
        answers
    }

    fn has_room(&mut self, count: usize, member: &Member, place: &Place) -> bool {
        self.answers = self.answers.saturating_add(count);
        if self.answers <= MOST_ANSWERS {
            return true;
        }
        let message = format!("the file has more than {MOST_ANSWERS} answers");
        let hint = "a task is seldom tried more than a few times: shorten the range";
        self.say("MOCK_CONFIG_TOO_MANY", member.key_span, message, place.of(member).at, hint);
        false
    }

    /// The first and last attempt of a key: `0`, `1-2`.
    fn attempts(&mut self, place: &Place, member: &Member) -> Option<(u32, u32)> {
        let digits = |text: &str| {
            let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| text.parse::<u32>().ok()).flatten()
        };
        let (first, last) = member.key.split_once('-').unwrap_or((&member.key, &member.key));
        let hint = match (digits(first), digits(last)) {
            (Some(first), Some(last)) if first <= last => return Some((first, last)),
            (Some(first), Some(last)) => format!("write `{last}-{first}`"),
            _ => "write a number that counts from 0, or a range such as `1-2`".to_owned(),
        };
        let message = format!("`{}` is no attempt", member.key);
        self.say("MOCK_CONFIG_ATTEMPT", member.key_span, message, place.of(member).at, hint);
        None
    }

    fn outcome(&mut self, place: &Place) -> Option<AnswerOutcome> {
        self.known(place, "an outcome", &["Return", "Throw"]);
        match (place.node.get("Return"), place.node.get("Throw")) {
            (Some(value), None) => Some(AnswerOutcome::Return(value.value.to_value())),
            (None, Some(failure)) => self.failure(&place.of(failure)),
            (given, _) => {
                let both = if given.is_some() { "both" } else { "neither" };
                let message = format!("an outcome is either `Return` or `Throw`: this has {both}");
                let hint = "write `{\"Return\": …}` or `{\"Throw\": {\"Error\": …, \"Cause\": …}}`";
                self.say("MOCK_CONFIG_OUTCOME", place.node.span, message, place.at.clone(), hint);
                None
            }
        }
    }

    fn failure(&mut self, place: &Place) -> Option<AnswerOutcome> {
        self.known(place, "`Throw`", &["Error", "Cause"]);
        let mut text = |key: &str| {
            let member = place.node.get(key)?;
            let text = member.value.as_str().cloned();
            if text.is_none() {
                let message = format!("`{key}` is {}: expected a string", member.value.describe());
                let hint = "a cause that is JSON stands there as a text";
                self.say("MOCK_CONFIG_TYPE", member.value.span, message, place.of(member).at, hint);
            }
            text
        };
        Some(AnswerOutcome::Throw { error: text("Error"), cause: text("Cause") })
    }

    fn machines(&mut self, place: &Place) -> Vec<MockedMachine> {
        let mut machines = Vec::new();
        for member in self.members(place, "an object of machines by their names") {
            let machine = place.of(member);
            self.known(&machine, "a machine", &["TestCases"]);
            let cases = match machine.node.get("TestCases") {
                Some(cases) => self.cases(&machine.of(cases), &member.key),
                None if machine.node.as_object().is_some() => self.missing(&machine, "TestCases").unwrap_or_default(),
                None => Vec::new(),
            };
            machines.push(MockedMachine { name: member.key.clone(), cases });
        }
        machines
    }

    fn cases(&mut self, place: &Place, machine: &Rc<str>) -> Vec<MockedCase> {
        let mut cases = Vec::new();
        for member in self.members(place, "an object of test cases by their names") {
            let tasks = self.tasks(&place.of(member));
            let machine = Machine::named(machine.clone());
            let execution = ExecutionName::of(Scenario::default().execution.name, &machine);
            let scenario = Scenario { machine, execution, tasks, ..Scenario::default() };
            cases.push(MockedCase { name: member.key.clone(), scenario });
        }
        cases
    }

    fn tasks(&mut self, place: &Place) -> IndexMap<Rc<str>, Vec<Answer>> {
        let mut tasks = IndexMap::new();
        for member in self.members(place, "an object of response names by their states") {
            let state = place.of(member);
            let Some(name) = member.value.as_str() else {
                let message = format!("`{}` is {}: expected the name of a response", member.key, state.node.describe());
                let hint = "put what it answers under `MockedResponses`, and its name here";
                self.say("MOCK_CONFIG_TYPE", state.node.span, message, state.at, hint);
                continue;
            };
            match self.responses.get(name).cloned() {
                Some(answers) if self.has_room(answers.len(), member, place) => {
                    tasks.insert(member.key.clone(), answers);
                }
                Some(_) => return tasks,
                None => self.unknown_response(&state, name),
            }
        }
        tasks
    }

    fn unknown_response(&mut self, place: &Place, name: &str) {
        let hint = match nearest(name, self.responses.keys().map(|name| &**name)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "add it there, or leave the state out: its service then answers by default".to_owned(),
        };
        let message = format!("`MockedResponses` has no `{name}`");
        self.say("MOCK_CONFIG_RESPONSE_UNKNOWN", place.node.span, message, place.at.clone(), hint);
    }

    /// Says which members are none of those known.
    fn known(&mut self, place: &Place, what: &str, known: &[&str]) {
        for member in self.members(place, "an object") {
            if known.contains(&&*member.key) {
                continue;
            }
            let hint = match nearest(&member.key, known.iter().copied()) {
                Some(name) => format!("did you mean `{name}`?"),
                None => format!("it has `{}`", known.join("`, `")),
            };
            let message = format!("{what} has no field `{}`", member.key);
            self.say("MOCK_CONFIG_FIELD_UNKNOWN", member.key_span, message, place.of(member).at, hint);
        }
    }

    fn missing<T>(&mut self, place: &Place, key: &str) -> Option<T> {
        let (message, hint) = (format!("`{key}` is missing"), format!("add `\"{key}\": {{}}`"));
        self.say("MOCK_CONFIG_FIELD_MISSING", place.node.span, message, place.at.clone(), hint);
        None
    }

    /// The members of an object, each of which may stand once; nothing of what is no object.
    fn members<'a>(&mut self, place: &Place<'a>, what: &str) -> Vec<&'a Member> {
        let Some(members) = place.node.as_object() else {
            let message = format!("{} stands here: expected {what}", place.node.describe());
            if !self.diagnostics.iter().any(|known| known.span == place.node.span) {
                self.say("MOCK_CONFIG_TYPE", place.node.span, message, place.at.clone(), "");
            }
            return Vec::new();
        };
        let mut seen = std::collections::HashSet::new();
        let (first, again): (Vec<&Member>, Vec<&Member>) = members.iter().partition(|member| seen.insert(&member.key));
        for member in again {
            let is_told = self.diagnostics.iter().any(|known| known.span == member.key_span);
            if !is_told {
                let message = format!("`{}` stands there twice", member.key);
                self.say("MOCK_CONFIG_TWICE", member.key_span, message, place.of(member).at, "keep one of them");
            }
        }
        first
    }

    fn say(&mut self, code: &'static str, span: Span, message: String, at: String, hint: impl Into<String>) {
        let diagnostic = Diagnostic::error(code, span, message).at(at);
        let hint = Some(hint.into()).filter(|hint: &String| !hint.is_empty());
        self.diagnostics.push(Diagnostic { hint, ..diagnostic });
    }
}

/// The range among those found that shares an attempt with another.
fn overlapping<T>(found: &BTreeMap<u32, (u32, &Member, T)>, first: u32, last: u32) -> Option<(u32, u32)> {
    let (from, (to, ..)) = found.range(..=last).next_back()?;
    (*to >= first).then_some((*from, *to))
}

/// `1`, or `1-2`.
pub(super) fn range(first: u32, last: u32) -> String {
    if first == last { first.to_string() } else { format!("{first}-{last}") }
}
