//! `MockConfigFile.json` of Step Functions Local: test cases by machine, and the responses they name. A test case is
//! a scenario, its responses the answers of the scenario's tasks. Follows the Step Functions developer guide,
//! "Configuration file for mocked service integrations".

mod read;
#[cfg(test)]
mod tests;
mod write;

use std::rc::Rc;

use indexmap::IndexMap;

use crate::{sim::scenario::Scenario, value::Value};

pub use read::{looks_like, read};
pub use write::{Written, write};

/// What Step Functions Local throws in place of a task that timed out.
const TIMEOUT: &str = "States.Timeout";

/// A whole file, in the author's order.
#[derive(Clone, Debug, PartialEq)]
pub struct MockConfig {
    pub machines: Vec<MockedMachine>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct MockedMachine {
    pub name: Rc<str>,
    pub cases: Vec<MockedCase>,
}

/// A test case: its mocked states are in the scenario's `tasks`, the rest of the scenario is as it is by default.
#[derive(Clone, Debug, PartialEq)]
pub struct MockedCase {
    pub name: Rc<str>,
    pub scenario: Scenario,
}

impl MockConfig {
    /// The test cases of a machine and of a name; of all where none is named. The error says which there are.
    pub fn cases(
        &self,
        machine: Option<&str>,
        case: Option<&str>,
    ) -> Result<Vec<(&MockedMachine, &MockedCase)>, String> {
        let is = |wanted: Option<&str>, name: &str| wanted.is_none_or(|wanted| wanted == name);
        let machines: Vec<&MockedMachine> = self.machines.iter().filter(|one| is(machine, &one.name)).collect();
        if let Some(machine) = machine.filter(|_| machines.is_empty()) {
            return Err(format!(
                "the file has no machine `{machine}`{}",
                has(self.machines.iter().map(|one| &one.name))
            ));
        }
        let all = || machines.iter().flat_map(|machine| machine.cases.iter().map(|case| (*machine, case)));
        let found: Vec<_> = all().filter(|(_, one)| is(case, &one.name)).collect();
        match case {
            _ if !found.is_empty() => Ok(found),
            Some(case) => Err(format!("there is no test case `{case}`{}", has(all().map(|(_, case)| &case.name)))),
            None => Err("the file has no test cases".to_owned()),
        }
    }

    /// The scenario of the test case that is chosen; where several are, all of them by machine and name.
    pub fn chosen(&self, machine: Option<&str>, case: Option<&str>) -> Result<Value, String> {
        let cases = self.cases(machine, case)?;
        if let [(_, case)] = cases.as_slice() {
            return Ok(case.scenario.to_json());
        }
        let mut machines: IndexMap<Rc<str>, Vec<(Rc<str>, Value)>> = IndexMap::new();
        for (machine, case) in cases {
            machines.entry(machine.name.clone()).or_default().push((case.name.clone(), case.scenario.to_json()));
        }
        Ok(Value::object(machines.into_iter().map(|(machine, cases)| (machine, Value::object(cases)))))
    }
}

/// The names that there are, as the end of a sentence.
fn has<'a>(names: impl Iterator<Item = &'a Rc<str>>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    if names.is_empty() { String::new() } else { format!(": it has {}", names.join(", ")) }
}
