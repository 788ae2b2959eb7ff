//! Task: hands its input to a service and takes what comes back. One course of events for Lambda
//! functions, activities and service integrations; the resource says how they are called.

use std::rc::Rc;

use super::super::{
    Execution, Flow,
    branch::{BranchId, Phase},
    clock::Duration,
    failure::{Failure, Origin, TIMEOUT},
    history::{EventKind, Scheduled},
    inspection::Stage,
    resource::{Family, Resource},
    task::{TaskPlan, TaskRequest, TaskResult},
    timers::Due,
};
use crate::{
    asl::model::{Definition, Seconds, StateId, StateKind, TaskState},
    expr::Expression,
    value::{Number, Value},
};

/// Takes the resources of a definition apart, by state.
pub(in super::super) fn resources(definition: &Definition) -> Vec<Option<Rc<Resource>>> {
    let resource = |kind: &StateKind| match kind {
        StateKind::Task(task) => Some(Rc::new(Resource::parse(&task.resource))),
        _ => None,
    };
    definition.states.iter().map(|state| resource(&state.kind)).collect()
}

impl Execution {
    pub(super) fn start_task(&mut self, id: BranchId, task: &TaskState) -> Flow {
        self.schedule_task(id, task).into()
    }

    fn schedule_task(&mut self, id: BranchId, task: &TaskState) -> Result<Flow, Failure> {
        let state = self.branches[id.index()].visit.state;
        let Some(resource) = self.resources[state.index()].clone() else { return Ok(Flow::Wait) };
        let token = resource.has_token().then(|| self.next_token());
        self.branches[id.index()].visit.token = token.clone();
        let effective = &self.branches[id.index()].visit.effective;
        let payload = self.fill_input(id, task.parameters.as_ref())?;
        if let Some(field) = resource.malformed_field(&payload) {
            let cause = format!(
                "The Parameters '{payload}' could not be used to start the Task: \
                  [The value of the field '{field}' has an invalid format]"
            );
            return Err(self.runtime_failure(id, &cause));
        }
        if self.is_missing(&resource) {
            return Err(self.runtime_failure(id, &format!("The activity {} does not exist.", resource.arn)));
        }
        let timeout = self.seconds(id, Stage::TimeoutSeconds, &task.timeout)?;
        let heartbeat = self.seconds(id, Stage::HeartbeatSeconds, &task.heartbeat)?;
        let credentials = self.fill(id, "Credentials", task.credentials.as_ref(), effective)?;
        let role_arn = match &task.credentials {
            Some(_) => credentials.get("RoleArn").and_then(Value::as_str).cloned(),
            None => None,
        };
        let scheduled = Rc::new(Scheduled { resource: resource.clone(), payload, timeout, heartbeat, role_arn });
        self.push(id, Some(state), EventKind::TaskScheduled(scheduled.clone()));
        let iterations = self.iterations(id);
        let branch = &mut self.branches[id.index()];
        branch.phase = Phase::Waiting;
        branch.visit.task = Some(scheduled.clone());
        branch.visit.resource = Some(resource);
        branch.visit.scheduled_at = self.now;
        branch.visit.beats = 0;
        let (attempt, epoch) = (branch.visit.retry_count, branch.epoch);
        let at = self.now;
        let request = TaskRequest { branch: id, state, task: scheduled, attempt, iterations, token, at, epoch };
        self.requests.push_back(request);
        Ok(Flow::Wait)
    }

    fn is_missing(&self, resource: &Resource) -> bool {
        let missing = &self.options.missing_activities;
        if resource.family != Family::Activity || missing.is_empty() {
            return false;
        }
        let name = resource.arn.rsplit(':').next().unwrap_or_default();
        missing.iter().any(|one| one.rsplit(':').next() == Some(name))
    }

    /// The world has said how the task will turn out.
    pub(in super::super) fn begin_task(&mut self, id: BranchId, plan: TaskPlan) {
        let Some((resource, task)) = self.running_task(id).filter(|_| !plan.is_queued) else { return };
        let state = self.branches[id.index()].visit.state;
        self.branches[id.index()].visit.is_default = plan.is_default;
        self.push(id, Some(state), EventKind::TaskStarted { resource: resource.clone(), worker: plan.worker });
        if let Some(output) = plan.submitted {
            if self.is_too_large(&output) {
                let failure = Failure::data_limit(resource.name_in_causes(), Origin::Task);
                self.branches[id.index()].epoch += 1;
                self.push(id, Some(state), EventKind::TaskSubmitFailed { resource, failure: failure.clone() });
                return self.resume(id, Flow::Fail(failure));
            }
            self.push(id, Some(state), EventKind::TaskSubmitted { resource, output });
        }
        for after in plan.heartbeats {
            self.wait_for(id, self.now + after, Due::HeartbeatArrived);
        }
        if let Some((after, result)) = plan.result {
            self.wait_for(id, self.now + after, Due::TaskDone(Box::new(result)));
        }
        if let Some(timeout) = task.timeout {
            self.wait_for(id, self.now + timeout, Due::TaskTimeout);
        }
        if let Some(heartbeat) = task.heartbeat {
            self.wait_for(id, self.now + heartbeat, Due::HeartbeatTimeout { beat: 0 });
        }
        self.enforce_quotas();
    }

    pub(in super::super) fn end_task(&mut self, id: BranchId, result: TaskResult) -> Flow {
        let Some((resource, _)) = self.running_task(id) else { return Flow::Wait };
        self.branches[id.index()].epoch += 1;
        let state = self.branches[id.index()].visit.state;
        match result {
            TaskResult::TimedOut => self.time_out(id, Origin::Task),
            TaskResult::Failed { error, cause } => {
                self.task_failed(id, resource, Failure { error, cause, origin: Origin::Task, lookup: None })
            }
            TaskResult::Succeeded(output) if self.is_too_large(&output) => {
                let failure = Failure::data_limit(resource.name_in_causes(), Origin::Task);
                self.task_failed(id, resource, failure)
            }
            TaskResult::Succeeded(output) => {
                let event = self.push(id, Some(state), EventKind::TaskSucceeded { resource, output: output.clone() });
                if self.branches[id.index()].visit.is_default
                    && let Some(history) = self.history_of(id)
                {
                    history.defaults.push(event);
                }
                self.shape_task(id, output).into()
            }
        }
    }

    /// The task, or its heartbeat, has taken too long.
    pub(in super::super) fn time_out(&mut self, id: BranchId, origin: Origin) -> Flow {
        let Some((resource, _)) = self.running_task(id) else { return Flow::Wait };
        self.branches[id.index()].epoch += 1;
        let state = self.branches[id.index()].visit.state;
        self.push(id, Some(state), EventKind::TaskTimedOut { resource });
        Flow::Fail(Failure { error: Some(TIMEOUT.into()), cause: None, origin, lookup: None })
    }

    pub(in super::super) fn take_heartbeat(&mut self, id: BranchId) {
        let Some((_, task)) = self.running_task(id) else { return };
        let visit = &mut self.branches[id.index()].visit;
        visit.beats += 1;
        let beat = visit.beats;
        if let Some(heartbeat) = task.heartbeat {
            self.wait_for(id, self.now + heartbeat, Due::HeartbeatTimeout { beat });
        }
    }

    fn task_failed(&mut self, id: BranchId, resource: Rc<Resource>, failure: Failure) -> Flow {
        let state = self.branches[id.index()].visit.state;
        self.push(id, Some(state), EventKind::TaskFailed { resource, failure: failure.clone() });
        Flow::Fail(failure)
    }

    fn shape_task(&mut self, id: BranchId, result: Value) -> Result<Flow, Failure> {
        let definition = Rc::clone(&self.definition);
        let StateKind::Task(task) = &definition.state(self.branches[id.index()].visit.state).kind else {
            return Ok(Flow::Wait);
        };
        let (output, assigned) = self.shape_result(id, task.result_selector.as_ref(), &task.result_path, result)?;
        Ok(Self::go(output, assigned, task.next))
    }

    /// Whether a service has answered with more than a payload may have.
    fn is_too_large(&self, output: &Value) -> bool {
        output.json_len(self.options.payload_limit) > self.options.payload_limit
    }

    fn running_task(&self, id: BranchId) -> Option<(Rc<Resource>, Rc<Scheduled>)> {
        let visit = &self.branches[id.index()].visit;
        visit.resource.clone().zip(visit.task.clone())
    }

    /// `TimeoutSeconds`, `HeartbeatSeconds` or what their paths and expressions give.
    fn seconds(&self, id: BranchId, stage: Stage, seconds: &Seconds) -> Result<Option<Duration>, Failure> {
        let seconds = match seconds {
            Seconds::None => return Ok(None),
            Seconds::Literal(seconds) => *seconds,
            Seconds::Path(path) => self.seconds_at(id, stage, path)?,
            Seconds::Computed(expression) => self.computed_timeout(id, stage, expression)?,
        };
        self.stage(id, stage, &Value::from(seconds as i64));
        Ok(Some(Duration::from_secs(seconds)))
    }

    fn seconds_at(&self, id: BranchId, stage: Stage, path: &Expression) -> Result<u64, Failure> {
        let field = if stage == Stage::TimeoutSeconds { "TimeoutSecondsPath" } else { "HeartbeatSecondsPath" };
        let data = &self.branches[id.index()].visit.effective;
        match self.follow(id, field, path, data)? {
            Value::Number(Number::Int(seconds)) if seconds > 0 => Ok(seconds as u64),
            value => {
                let source = &path.source;
                let cause = format!("The {field} parameter does not reference a positive integer: {source} == {value}");
                Err(self.runtime_failure(id, &cause).looking_up(field, None, path, &self.scope(id, data)))
            }
        }
    }

    fn computed_timeout(&self, id: BranchId, stage: Stage, expression: &Expression) -> Result<u64, Failure> {
        match self.compute(id, stage.name(), expression, "number")? {
            Value::Number(Number::Int(seconds)) if seconds > 0 => Ok(seconds as u64),
            value => {
                let cause = format!("The {} field is not a positive integer: {value}", stage.name());
                Err(self.unusable(id, stage.name(), expression, &cause))
            }
        }
    }

    /// The Map iterations around a branch, outermost first.
    fn iterations(&self, id: BranchId) -> Vec<(StateId, usize)> {
        let mut iterations = Vec::new();
        let mut next = Some(id);
        while let Some(id) = next {
            let branch = &self.branches[id.index()];
            if let (Some(owner), Some(_)) = (branch.owner, &branch.item) {
                iterations.push((owner, branch.index));
            }
            next = branch.parent;
        }
        iterations.reverse();
        iterations
    }

    /// Tokens count up and carry the seed: the same run has the same tokens.
    fn next_token(&mut self) -> Rc<str> {
        self.tokens += 1;
        format!("AQCEAAAAKgAAAAMAAAAA{:016x}{:08x}", self.options.seed, self.tokens).into()
    }
}
