//! What follows a failure: the Retrier that names it waits and tries again, the Catcher that names
//! it goes on elsewhere, or the branch fails.
//!
//! The delay before retry n (from 0) is `IntervalSeconds · BackoffRateⁿ`, capped by
//! `MaxDelaySeconds`, and drawn from 0 to that with `JitterStrategy` `FULL`. Each Retrier counts for itself.

use std::rc::Rc;

use super::{
    Execution,
    branch::{BranchId, Phase},
    clock::Duration,
    context::Scope,
    failure::{Failure, Fault, Origin, Verdict},
    history::{EventKind, Left, Note},
    inspection::Stage,
    map_run::ChildEnd,
    timers::Due,
};
use crate::{
    asl::model::{Catcher, QueryLanguage, Retrier, StateKind, Transition},
    value::{Object, Value},
};

/// The longest delay that is computed: longer than any run may last.
const LONGEST_DELAY_SECONDS: f64 = 1e9;

impl Execution {
    /// A state of a branch has failed.
    pub(super) fn fail(&mut self, id: BranchId, failure: Failure) {
        let definition = Rc::clone(&self.definition);
        let state = definition.state(self.branches[id.index()].visit.state);
        let (retriers, catchers): (&[Retrier], &[Catcher]) = match &state.kind {
            StateKind::Task(task) => (&task.retry, &task.catch),
            StateKind::Parallel(parallel) => (&parallel.retry, &parallel.catch),
            StateKind::Map(map) => (&map.retry, &map.catch),
            _ => (&[], &[]),
        };
        self.tell_evaluation(id, &failure);
        let fault = self.keep_fault(id, &failure);
        if failure.is_terminal() {
            // What ends an execution ends a child execution alone.
            let child = self.branches[id.index()].child;
            return match child.and_then(|child| Some((self.branches[child.index()].parent?, child))) {
                Some((parent, child)) => {
                    self.branches[child.index()].cursor = self.branches[id.index()].cursor;
                    self.fail_child(parent, child, ChildEnd::Failed(failure));
                }
                None => self.fail_execution(id, failure),
            };
        }
        if let Some((retrier, delay)) = self.next_delay(id, retriers, &failure) {
            self.decide(fault, Verdict::Retried(retrier as u32));
            self.count_transition(id);
            let branch = &mut self.branches[id.index()];
            branch.epoch += 1;
            branch.phase = Phase::Waiting;
            self.note(id, Note::RetryAt(self.now + delay));
            return self.wait_for(id, self.now + delay, Due::Retry);
        }
        self.close_join(id, state);
        match failure.catcher(catchers) {
            Some(index) => {
                self.decide(fault, Verdict::Caught(index as u32));
                self.catch(id, index, &catchers[index], failure);
            }
            None => self.fail_branch(id, failure),
        }
    }

    /// The Retrier that grants a further attempt, if one does, and the delay before it.
    fn next_delay(&mut self, id: BranchId, retriers: &[Retrier], failure: &Failure) -> Option<(usize, Duration)> {
        let index = failure.retrier(retriers)?;
        let retrier = &retriers[index];
        let earlier = self.given.as_ref().map_or(0, |given| given.retries);
        let visit = &mut self.branches[id.index()].visit;
        visit.retries.resize(retriers.len(), earlier);
        let used = visit.retries[index];
        if used >= retrier.max_attempts {
            return None;
        }
        visit.retries[index] += 1;
        visit.retry_count += 1;
        let seconds = delay_seconds(retrier, used);
        let share = if retrier.full_jitter { self.random.borrow_mut().rand_float() } else { 1.0 };
        Some((index, Duration::from_micros((seconds * share * 1e6) as i64)))
    }

    fn catch(&mut self, id: BranchId, index: usize, catcher: &Catcher, failure: Failure) {
        let error = failure.error_output();
        self.stage(id, Stage::ErrorOutput, &error);
        // What goes wrong here is not caught once more: the Catchers have had their turn.
        let caught = self.shape_error(id, index, catcher, &error);
        let (output, assigned) = match caught {
            Ok(caught) => caught,
            Err(failure) => {
                self.tell_evaluation(id, &failure);
                self.keep_fault(id, &failure);
                return match failure.is_terminal() {
                    true => self.fail_execution(id, failure),
                    false => self.fail_branch(id, failure),
                };
            }
        };
        let left = match catcher.next {
            Transition::Next(next) => Left::Catch(index as u32, next),
            Transition::End | Transition::Missing => Left::End,
        };
        self.leave(id, output, assigned, left, catcher.next);
    }

    /// What a Catcher makes of an error output: the state's output, and what its variables get.
    fn shape_error(
        &self,
        id: BranchId,
        index: usize,
        catcher: &Catcher,
        error: &Value,
    ) -> Result<(Value, Option<Rc<Object>>), Failure> {
        let field = |name: &str| format!("Catch/{index}/{name}");
        if self.state_of(id).query_language == QueryLanguage::Jsonata {
            let scope = self.scope(id, &self.branches[id.index()].visit.effective);
            let scope = Scope { error_output: Some(error), ..scope };
            let assigned = self.evaluate_assign(field("Assign"), catcher.assign.as_ref(), &scope)?;
            return Ok((self.make_output(&scope, field("Output"), catcher.output.as_ref(), error)?, assigned));
        }
        let output = self.put(id, field("ResultPath"), &catcher.result_path, error.clone())?;
        self.check_size(id, &output)?;
        let scope = self.scope(id, error);
        Ok((output, self.evaluate_assign(field("Assign"), catcher.assign.as_ref(), &scope)?))
    }

    /// An expression of the state itself has failed: that has an event of its own.
    fn tell_evaluation(&mut self, id: BranchId, failure: &Failure) {
        if failure.origin == Origin::Query {
            let state = self.branches[id.index()].visit.state;
            self.push(id, Some(state), EventKind::EvaluationFailed(failure.clone()));
        }
    }

    /// Keeps what is known of a failure, to be explained after the run, and answers its place.
    fn keep_fault(&mut self, id: BranchId, failure: &Failure) -> usize {
        if self.faults.len() == super::MAX_FAULTS {
            self.faults.pop_front();
        }
        let branch = &self.branches[id.index()];
        let is_last = failure.is_terminal() || branch.parent.is_none();
        self.faults.push_back(Fault {
            after: self.history.next_id() - 1,
            branch: id,
            state: branch.visit.state,
            entered: branch.visit.entered,
            failure: failure.clone(),
            retries: branch.visit.retries.clone(),
            verdict: if is_last { Verdict::Ended } else { Verdict::HandedUp },
        });
        self.faults.len() - 1
    }

    fn decide(&mut self, fault: usize, verdict: Verdict) {
        self.faults[fault].verdict = verdict;
    }

    /// Nothing caught the failure.
    fn fail_branch(&mut self, id: BranchId, failure: Failure) {
        match self.branches[id.index()].parent {
            None => self.fail_execution(id, failure),
            // Its event is told: what is handed up is no expression of the Parallel or Map.
            Some(parent) if failure.origin == Origin::Query => {
                self.fail_join(parent, id, Failure { origin: Origin::State, ..failure });
            }
            Some(parent) => self.fail_join(parent, id, failure),
        }
    }

    /// Ends the execution at once, wherever in it the failure was.
    fn fail_execution(&mut self, id: BranchId, failure: Failure) {
        self.branches[0].cursor = self.branches[id.index()].cursor;
        self.end(super::Outcome::Failed(failure));
    }
}

/// Computed by multiplication, which gives the same bits everywhere; `powf` does not.
fn delay_seconds(retrier: &Retrier, used: u64) -> f64 {
    let cap = retrier.max_delay_seconds.map_or(LONGEST_DELAY_SECONDS, |seconds| seconds as f64);
    let mut seconds = retrier.interval_seconds as f64;
    for _ in 0..used {
        if seconds >= cap || retrier.backoff_rate == 1.0 {
            break;
        }
        seconds *= retrier.backoff_rate;
    }
    seconds.min(cap)
}
