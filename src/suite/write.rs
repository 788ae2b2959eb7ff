//! Writes the tests of a workflow as the data of their file.

use super::{Case, Expect, Suite, status_name};
use crate::value::{Number, Value};

impl Suite {
    /// The file's data; reading its text gives equal tests.
    pub fn to_json(&self) -> Value {
        let cases = self.cases.iter().map(Case::to_json).collect();
        Value::object([("version", Value::from(1)), ("tests", Value::array(cases))])
    }

    /// The file's text, indented for people.
    pub fn to_text(&self) -> String {
        self.to_json().to_json_pretty() + "\n"
    }
}

impl Case {
    fn to_json(&self) -> Value {
        let mut members = vec![("name", Value::from(&self.name)), ("scenario", self.scenario.to_json())];
        if !self.expect.is_empty() {
            members.push(("expect", self.expect.to_json()));
        }
        Value::object(members)
    }
}

impl Expect {
    fn to_json(&self) -> Value {
        let names = |names: &[std::rc::Rc<str>]| {
            let list = Value::array(names.iter().map(Value::from).collect());
            (!names.is_empty()).then_some(list)
        };
        let seconds = self.within_seconds.map(|seconds| Value::Number(Number::parse(&seconds.to_string())));
        let members = [
            ("status", self.status.map(|status| Value::from(status_name(status)))),
            ("error", self.error.as_ref().map(Value::from)),
            ("output", self.output.clone()),
            ("passesThrough", names(&self.passes_through)),
            ("avoids", names(&self.avoids)),
            ("withinSeconds", seconds),
        ];
        Value::object(members.into_iter().filter_map(|(key, value)| Some((key, value?))))
    }
}
