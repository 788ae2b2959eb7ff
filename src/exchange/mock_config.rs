//! `MockConfigFile.json` of Step Functions Local: test cases by machine, and the responses they name. A test case is
//! a scenario, its responses the answers of the scenario's tasks. Follows the Step Functions developer guide,
//! "Configuration file for mocked service integrations".

mod read;
#[cfg(test)]
mod tests;
mod write;

use std::rc::Rc;

use crate::sim::scenario::Scenario;

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
    /// The machine of a name; without one, the only machine.
    pub fn machine(&self, name: Option<&str>) -> Result<Vec<&MockedMachine>, String> {
        let named = |machine: &&MockedMachine| name.is_none_or(|name| *machine.name == *name);
        let found: Vec<&MockedMachine> = self.machines.iter().filter(named).collect();
        match name.filter(|_| found.is_empty()) {
            Some(name) => {
                Err(format!("the file has no machine `{name}`{}", has(self.machines.iter().map(|m| &m.name))))
            }
            None => Ok(found),
        }
    }
}

impl MockedMachine {
    /// The test case of a name, or all of them.
    pub fn cases(&self, name: Option<&str>) -> Vec<&MockedCase> {
        self.cases.iter().filter(|case| name.is_none_or(|name| *case.name == *name)).collect()
    }
}

/// The names that there are, as the end of a sentence.
pub fn has<'a>(names: impl Iterator<Item = &'a Rc<str>>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    if names.is_empty() { String::new() } else { format!(": it has {}", names.join(", ")) }
}
