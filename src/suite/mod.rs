//! Tests of a workflow: scenarios with names and with what is expected of each, in one file. Pure: the page runs them on
//! each change, the command in CI.
//!
//! ```json
//! {"version": 1, "tests": [{"name": "a large order is approved",
//!   "scenario": {"version": 1, "input": {"total": 200}},
//!   "expect": {"status": "SUCCEEDED", "passesThrough": ["Approve", "Pay"], "avoids": ["Refuse"],
//!              "output": {"paid": true}, "withinSeconds": 60}}]}
//! ```

mod read;
mod run;
mod write;

use std::rc::Rc;

pub use run::{Broken, CaseReport, Report, spot_words};

use crate::{
    sim::{scenario::Scenario, trace::Status},
    value::Value,
};

/// More tests than these are refused.
pub const MOST_CASES: usize = 500;

/// The tests of a workflow, in the author's order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Suite {
    pub cases: Vec<Case>,
}

/// A scenario with a name, and what is expected of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    pub name: Rc<str>,
    pub scenario: Rc<Scenario>,
    pub expect: Expect,
}

/// What is expected of a run; what is `None` or empty may be as it likes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Expect {
    /// How it ends; never `RUNNING`.
    pub status: Option<Status>,
    /// The name of the error that it ends with.
    pub error: Option<Rc<str>>,
    /// Equal as JSON values are: numbers by what they stand for, members in any order.
    pub output: Option<Value>,
    /// States by name or path that are entered in this order, with any others between them.
    pub passes_through: Vec<Rc<str>>,
    /// States by name or path that are never entered.
    pub avoids: Vec<Rc<str>>,
    /// In virtual time.
    pub within_seconds: Option<f64>,
}

impl Expect {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A status as the API has it.
pub const fn status_name(status: Status) -> &'static str {
    match status {
        Status::Succeeded => "SUCCEEDED",
        Status::Failed => "FAILED",
        Status::TimedOut => "TIMED_OUT",
        Status::Aborted => "ABORTED",
        Status::Running => "RUNNING",
    }
}

/// The statuses that a run can end with.
pub const ENDS: [Status; 4] = [Status::Succeeded, Status::Failed, Status::TimedOut, Status::Aborted];
