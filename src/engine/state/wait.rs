//! Wait: lets virtual time pass. A time that lies in the past takes none.

use super::super::{
    Execution, Flow,
    branch::{BranchId, Phase},
    clock::{Duration, Instant},
    failure::Failure,
    history::Note,
    timers::Due,
};
use crate::{
    asl::model::{StateKind, WaitFor, WaitState},
    expr::{Expression, Miss},
    value::{Number, Value},
};

/// AWS refuses longer waits: `Wait state delay is too long.` Measured at the boundary of days.
const LONGEST_WAIT: Duration = Duration::from_secs(24_855 * 24 * 60 * 60 + 24 * 60 * 60);

impl Execution {
    pub(super) fn wait(&mut self, id: BranchId, wait: &WaitState) -> Flow {
        let until = match self.end_of_wait(id, &wait.duration) {
            Ok(until) if until - self.now >= LONGEST_WAIT => {
                return Flow::Fail(self.runtime_failure(id, "Wait state delay is too long."));
            }
            Ok(until) => until.max(self.now),
            Err(failure) => return Flow::Fail(failure),
        };
        self.note(id, Note::WaitUntil(until));
        if until == self.now {
            return self.end_wait(id);
        }
        self.branches[id.index()].phase = Phase::Waiting;
        self.wait_for(id, until, Due::WaitOver);
        Flow::Wait
    }

    /// The wait is over.
    pub(in super::super) fn end_wait(&mut self, id: BranchId) -> Flow {
        let state = self.state_of(id);
        let StateKind::Wait(wait) = &state.kind else { return Flow::Wait };
        let next = wait.next;
        let data = &self.branches[id.index()].visit.effective;
        let leave = || -> Result<Flow, Failure> {
            let output = self.pick(id, &state.output_path, data)?;
            Ok(Self::go(output, self.evaluate_assign(id, state.assign.as_ref(), data)?, next))
        };
        leave().into()
    }

    fn end_of_wait(&self, id: BranchId, duration: &WaitFor) -> Result<Instant, Failure> {
        match duration {
            WaitFor::Seconds(seconds) => Ok(self.now + Duration::from_secs(*seconds)),
            WaitFor::SecondsPath(path) => {
                self.seconds_of(id, path).map(|seconds| self.now + Duration::from_secs(seconds))
            }
            WaitFor::Timestamp(text) => Instant::parse(text).ok_or_else(|| {
                let cause =
                    "The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string";
                self.runtime_failure(id, &format!("{cause}: {text}"))
            }),
            WaitFor::TimestampPath(path) => self.timestamp_of(id, path),
            WaitFor::Missing => Err(self.runtime_failure(id, "The state does not say how long to wait.")),
        }
    }

    fn seconds_of(&self, id: BranchId, path: &Expression) -> Result<u64, Failure> {
        let source = &path.source;
        let fail = |what: String| Err(self.runtime_failure(id, &format!("The SecondsPath parameter {what}")));
        match self.referenced(id, path) {
            None => fail(format!("does not reference an input value: {source}")),
            Some(Value::Number(Number::Int(seconds))) if seconds < 0 => {
                fail(format!("references a negative value: {source} == {seconds}"))
            }
            Some(Value::Number(Number::Int(seconds))) => Ok(seconds as u64),
            Some(value) => fail(format!("cannot be parsed as a long value: {source} == {}", bare(&value))),
        }
    }

    fn timestamp_of(&self, id: BranchId, path: &Expression) -> Result<Instant, Failure> {
        let source = &path.source;
        let fail = |what: String| Err(self.runtime_failure(id, &format!("The TimestampPath parameter {what}")));
        let Some(value) = self.referenced(id, path) else {
            return fail(format!("does not reference an input value: {source}"));
        };
        match value.as_str().and_then(|text| Instant::parse(text)) {
            Some(instant) => Ok(instant),
            None => fail(format!(
                "does not reference a valid ISO-8601 extended offset date-time format string: {source} == {}",
                bare(&value)
            )),
        }
    }

    fn referenced(&self, id: BranchId, path: &Expression) -> Option<Value> {
        let data = &self.branches[id.index()].visit.effective;
        path.evaluate(&self.scope(id, data)).map_err(|_miss: Miss| ()).ok()
    }
}

/// A string without its quotes, anything else as JSON.
fn bare(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_json(), ToString::to_string)
}
