//! The variables that a visit to a state saw, and what it gave them: read off the trace.

use std::{collections::BTreeMap, rc::Rc};

use super::{
    timeline::{Timeline, Visit},
    trace::{PayloadId, Trace},
};

/// A variable around a visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    pub name: Rc<str>,
    /// Its value when the state was entered; none where the visit assigns it for the first time.
    pub before: Option<PayloadId>,
    /// What the visit assigned.
    pub assigned: Option<PayloadId>,
}

/// The variables of a visit, by name: those of its own branch and of the branches around it. Of two
/// with the same name the inner one counts.
pub fn around(trace: &Trace, timeline: &Timeline, visit: &Visit) -> Vec<Variable> {
    let chain: Vec<u32> = std::iter::successors(Some(visit.branch), |&branch| {
        trace.branches.get(branch as usize).and_then(|branch| branch.parent)
    })
    .collect();
    let mut variables: BTreeMap<&Rc<str>, (usize, Variable)> = BTreeMap::new();
    for &id in timeline.assignments.iter().take_while(|&&id| id < visit.entered) {
        let Some(event) = trace.events.get(id as usize - 1) else { continue };
        let Some(assigned) = &event.details.assigned_variables else { continue };
        let Some(depth) = chain.iter().position(|&branch| branch == event.branch) else { continue };
        for (name, &value) in assigned {
            let variable = Variable { name: name.clone(), before: Some(value), assigned: None };
            let slot = variables.entry(name).or_insert_with(|| (depth, variable.clone()));
            if depth <= slot.0 {
                *slot = (depth, variable);
            }
        }
    }
    let left = visit.left.and_then(|id| trace.events.get(id as usize - 1));
    for (name, &value) in left.into_iter().filter_map(|event| event.details.assigned_variables.as_ref()).flatten() {
        let fresh = || (0, Variable { name: name.clone(), before: None, assigned: None });
        variables.entry(name).or_insert_with(fresh).1.assigned = Some(value);
    }
    variables.into_values().map(|(_, variable)| variable).collect()
}
