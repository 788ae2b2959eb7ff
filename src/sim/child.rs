//! The history of one child execution of a Map Run: the run is made once more, and this child's events are kept. A run
//! being a pure function, it is the same run.

use std::rc::Rc;

use super::{mock::Mocks, run, scenario::Scenario, trace::Trace};
use crate::{asl::model::Definition, engine::Execution};

/// Runs a scenario once more, and gives the history of a child execution: of which Map Run, counted from 0 in the order
/// in which they began, and of which index. Stops when the child is over. The error is a sentence.
pub fn child(definition: &Rc<Definition>, scenario: &Scenario, map_run: u32, index: u32) -> Result<Trace, String> {
    let mut execution = Execution::new(Rc::clone(definition), scenario.input.clone(), run::options(scenario));
    execution.watch_child(map_run, index as usize);
    let mut mocks = Mocks::new(definition, scenario);
    let is_over = |execution: &Execution| execution.watched_child().is_some_and(|watched| watched.is_over);
    while !is_over(&execution) && run::step(&mut execution, &mut mocks) {}
    Trace::of_child(&execution).ok_or_else(|| {
        let runs = execution.map_runs();
        match runs.get(map_run as usize) {
            None => format!("the run has {} Map Runs: there is none of number {map_run}", runs.len()),
            Some(run) => {
                format!("of {} child executions {} began: {index} is none of them", run.total, run.children.len())
            }
        }
    })
}
