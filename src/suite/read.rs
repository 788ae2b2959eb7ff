//! Reads the tests of a workflow, and says everything that is wrong with them, each with its place and cure.

use std::rc::Rc;

use super::{Case, ENDS, Expect, MOST_CASES, Suite, status_name};
use crate::{
    diagnostic::Diagnostic,
    sim::scenario::Scenario,
    suggest::nearest,
    syntax::{Member, Node, NodeKind, json},
};

/// The code of all that is wrong with the file of tests itself.
const CODE: &str = "TESTS_INVALID";

const EXPECTATIONS: [&str; 6] = ["status", "error", "output", "passesThrough", "avoids", "withinSeconds"];

impl Suite {
    /// Reads a file of tests. Gives everything that is wrong with it, in the order of the text.
    pub fn parse(text: &str) -> Result<Self, Vec<Diagnostic>> {
        let parsed = json::parse(text);
        if parsed.diagnostics.iter().any(Diagnostic::is_error) {
            return Err(parsed.diagnostics);
        }
        let mut reader = Reader { diagnostics: Vec::new() };
        let suite = match &parsed.root {
            Some(root) => reader.suite(root),
            None => {
                let nothing = Diagnostic::error(CODE, Default::default(), "the file of tests is empty");
                return Err(vec![nothing.with_hint("the smallest one is `{\"version\": 1, \"tests\": []}`")]);
            }
        };
        reader.diagnostics.sort_by_key(|diagnostic| diagnostic.span);
        if reader.diagnostics.is_empty() { Ok(suite) } else { Err(reader.diagnostics) }
    }
}

struct Reader {
    diagnostics: Vec<Diagnostic>,
}

impl Reader {
    fn error(&mut self, node: &Node, at: &str, message: String, hint: Option<String>) {
        let error = Diagnostic::error(CODE, node.span, message).at(at);
        self.diagnostics.push(match hint {
            Some(hint) => error.with_hint(hint),
            None => error,
        });
    }

    /// The members of an object, those that are unknown told.
    fn members<'a>(&mut self, node: &'a Node, at: &str, name: &str, known: &[&str]) -> &'a [Member] {
        let Some(members) = node.as_object() else {
            self.error(node, at, format!("{name} is {}: expected an object", node.describe()), None);
            return &[];
        };
        for member in members.iter().filter(|member| !known.contains(&&*member.key)) {
            let hint = match nearest(&member.key, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known here: {}", known.join(", ")),
            };
            let message = format!("{name} has no field `{}`", member.key);
            let error = Diagnostic::error(CODE, member.key_span, message).at(at).with_hint(hint);
            self.diagnostics.push(error);
        }
        members
    }

    fn suite(&mut self, root: &Node) -> Suite {
        self.members(root, "", "the file of tests", &["version", "tests"]);
        let version = root.get("version").map(|member| &member.value);
        if !matches!(version.map(|node| &node.kind), Some(NodeKind::Number(number)) if &**number == "1") {
            let message = "the file of tests wants `\"version\": 1`".to_owned();
            self.error(version.unwrap_or(root), "/version", message, None);
        }
        let tests = root.get("tests").map(|member| &member.value);
        let Some(items) = tests.and_then(Node::as_array) else {
            let message = "`tests` is missing, or is no list".to_owned();
            self.error(tests.unwrap_or(root), "/tests", message, Some("write `\"tests\": []`".into()));
            return Suite::default();
        };
        if items.len() > MOST_CASES {
            let message = format!("there are {} tests: {MOST_CASES} are run at most", items.len());
            self.error(root, "/tests", message, Some("share them out among several files".into()));
            return Suite::default();
        }
        let cases = items.iter().enumerate().map(|(index, node)| self.case(index, node)).collect();
        Suite { cases }
    }

    fn case(&mut self, index: usize, node: &Node) -> Case {
        let at = format!("/tests/{index}");
        self.members(node, &at, &format!("test {}", index + 1), &["name", "scenario", "expect"]);
        let name = match node.get("name") {
            Some(member) => self.text(&member.value, &format!("{at}/name"), "`name`"),
            None => None,
        };
        let scenario = match node.get("scenario") {
            Some(member) => Scenario::from_node(&member.value, &mut self.diagnostics),
            None => Scenario::default(),
        };
        let expect = node.get("expect").map(|member| self.expect(&member.value, &format!("{at}/expect")));
        Case {
            name: name.unwrap_or_else(|| format!("Test {}", index + 1).into()),
            scenario: Rc::new(scenario),
            expect: expect.unwrap_or_default(),
        }
    }

    fn expect(&mut self, node: &Node, at: &str) -> Expect {
        let mut expect = Expect::default();
        for member in self.members(node, at, "`expect`", &EXPECTATIONS) {
            let (value, at) = (&member.value, format!("{at}/{}", member.key));
            match &*member.key {
                "status" => {
                    let text = value.as_str().map_or("", |text| text);
                    expect.status = ENDS.into_iter().find(|status| status_name(*status) == text);
                    if expect.status.is_none() {
                        let known = ENDS.map(status_name).join(", ");
                        self.error(value, &at, "`status` is no end of a run".into(), Some(format!("one of {known}")));
                    }
                }
                "error" => expect.error = self.text(value, &at, "`error`"),
                "output" => expect.output = Some(value.to_value()),
                "passesThrough" => expect.passes_through = self.names(value, &at, "`passesThrough`"),
                "avoids" => expect.avoids = self.names(value, &at, "`avoids`"),
                "withinSeconds" => {
                    let seconds = match &value.kind {
                        NodeKind::Number(number) => number.parse::<f64>().ok(),
                        _ => None,
                    };
                    expect.within_seconds = seconds.filter(|seconds| seconds.is_finite() && *seconds >= 0.0);
                    if expect.within_seconds.is_none() {
                        self.error(value, &at, "`withinSeconds` is no number of seconds".into(), None);
                    }
                }
                _ => {}
            }
        }
        expect
    }

    fn text(&mut self, node: &Node, at: &str, name: &str) -> Option<Rc<str>> {
        let text = node.as_str().cloned();
        if text.is_none() {
            self.error(node, at, format!("{name} is {}: expected a string", node.describe()), None);
        }
        text
    }

    fn names(&mut self, node: &Node, at: &str, name: &str) -> Vec<Rc<str>> {
        let Some(items) = node.as_array() else {
            let message = format!("{name} is {}: expected a list of states' names", node.describe());
            self.error(node, at, message, None);
            return Vec::new();
        };
        let items = items.iter().enumerate();
        items.filter_map(|(index, item)| self.text(item, &format!("{at}/{index}"), "a state's name")).collect()
    }
}
