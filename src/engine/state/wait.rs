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
        self.leave_idle(id, state, next).into()
    }

    fn end_of_wait(&self, id: BranchId, duration: &WaitFor) -> Result<Instant, Failure> {
        match duration {
            WaitFor::Seconds(seconds) => Ok(self.now + Duration::from_secs(*seconds)),
            WaitFor::SecondsPath(path) => {
                self.seconds_of(id, path).map(|seconds| self.now + Duration::from_secs(seconds))
            }
            WaitFor::Timestamp(text) => {
                Instant::parse(text).ok_or_else(|| self.runtime_failure(id, &unreadable_timestamp(text)))
            }
            WaitFor::TimestampPath(path) => self.timestamp_of(id, path),
            WaitFor::ComputedSeconds(expression) => {
                self.computed_seconds(id, expression).map(|seconds| self.now + Duration::from_secs(seconds))
            }
            WaitFor::ComputedTimestamp(expression) => {
                let value = self.compute(id, "Timestamp", expression, "string")?;
                let text = value.as_str().map_or("", |text| text);
                Instant::parse(text)
                    .ok_or_else(|| self.unusable(id, "Timestamp", expression, &unreadable_timestamp(text)))
            }
            WaitFor::Missing => Err(self.runtime_failure(id, "The state does not say how long to wait.")),
        }
    }

    fn seconds_of(&self, id: BranchId, path: &Expression) -> Result<u64, Failure> {
        let source = &path.source;
        let fail = |what: String| Err(self.unusable_path(id, "SecondsPath", path, &what));
        match self.referenced(id, path) {
            None => fail(format!("does not reference an input value: {source}")),
            Some(Value::Number(Number::Int(seconds))) if seconds < 0 => {
                fail(format!("references a negative value: {source} == {seconds}"))
            }
            Some(Value::Number(Number::Int(seconds))) => Ok(seconds as u64),
            Some(value) => fail(format!("cannot be parsed as a long value: {source} == {}", bare(&value))),
        }
    }

    fn computed_seconds(&self, id: BranchId, expression: &Expression) -> Result<u64, Failure> {
        let value = self.compute(id, "Seconds", expression, "number")?;
        let fail =
            |what: &str| Err(self.unusable(id, "Seconds", expression, &format!("The Seconds field {what}: {value}")));
        match value {
            Value::Number(Number::Int(seconds)) if seconds < 0 => fail("cannot be negative"),
            Value::Number(Number::Int(seconds)) => Ok(seconds as u64),
            _ => fail("cannot be parsed as a long value"),
        }
    }

    fn timestamp_of(&self, id: BranchId, path: &Expression) -> Result<Instant, Failure> {
        let source = &path.source;
        let fail = |what: String| Err(self.unusable_path(id, "TimestampPath", path, &what));
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

    fn unusable_path(&self, id: BranchId, field: &'static str, path: &Expression, what: &str) -> Failure {
        let scope = self.scope(id, &self.branches[id.index()].visit.effective);
        self.runtime_failure(id, &format!("The {field} parameter {what}")).looking_up(field, None, path, &scope)
    }

    fn referenced(&self, id: BranchId, path: &Expression) -> Option<Value> {
        let data = &self.branches[id.index()].visit.effective;
        path.evaluate(&self.scope(id, data)).map_err(|_miss: Miss| ()).ok()
    }
}

fn unreadable_timestamp(text: &str) -> String {
    format!("The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: {text}")
}

/// A string without its quotes, anything else as JSON.
fn bare(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_json(), ToString::to_string)
}
