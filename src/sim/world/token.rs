//! Task tokens that are answered from inside: SendTaskSuccess, SendTaskFailure and SendTaskHeartbeat of another machine.

use std::rc::Rc;

use super::{Call, Happening, World, fail, parsed};
use crate::engine::{
    Execution,
    task::{TaskPlan, TaskResult},
};

impl World<'_> {
    pub(super) fn send_task(&mut self, call: &Call, plan: &mut TaskPlan) {
        let token = call.text("TaskToken").unwrap_or_default();
        let refusal = |error: &str, cause: &str, plan: &mut TaskPlan, id: Rc<str>| {
            let cause = format!("{cause} (Service: Sfn, Status Code: 400, Request ID: {id}) (SDK Attempt Count: 1)");
            fail(plan, error, &cause);
        };
        if self.answered.contains(&token) {
            let cause = "Task Timed Out: 'Provided task does not exist anymore'";
            return refusal("Sfn.TaskTimedOutException", cause, plan, self.uuid());
        }
        if !self.open.contains_key(&token) {
            // As recorded.
            return refusal("Sfn.InvalidTokenException", "Invalid Token: 'Invalid token'", plan, self.uuid());
        }
        let result = match call.action {
            "sendTaskSuccess" => Some(TaskResult::Succeeded(parsed(&call.payload("Output")))),
            "sendTaskFailure" => Some(TaskResult::Failed { error: call.text("Error"), cause: call.text("Cause") }),
            _ => None,
        };
        if result.is_some() {
            self.answered.insert(token.clone());
        }
        self.schedule(self.now, Happening::Answer { token, result });
    }

    /// Ends the task of a token, or has it go on waiting.
    pub(super) fn answer(&mut self, token: &Rc<str>, result: Option<TaskResult>, run: &mut Execution) {
        let Some((who, request)) = self.open.get(token).cloned() else { return };
        match result {
            Some(result) => {
                self.complete(who, &request, result, run);
            }
            None => {
                self.execution(who, run).map(|execution| execution.beat(&request));
                self.go_on(who, run);
            }
        }
    }
}
