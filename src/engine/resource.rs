//! A Task's `Resource`, taken apart: which family of events it has, and the names in them.

use std::rc::Rc;

use crate::value::Value;

/// Which events a task has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// `LambdaFunctionScheduled`, …: a function by its own ARN, or a placeholder for one.
    LambdaFunction,
    /// `ActivityScheduled`, …
    Activity,
    /// `TaskScheduled`, …: a service integration.
    Service,
}

/// How a service integration is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    RequestResponse,
    /// `.sync`, `.sync:2`
    RunJob,
    /// `.waitForTaskToken`
    Callback,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    pub family: Family,
    pub pattern: Pattern,
    /// As written.
    pub arn: Rc<str>,
    /// `sqs`, `lambda`, `aws-sdk:s3`; empty for a function's or activity's own ARN.
    pub service: Rc<str>,
    /// `sendMessage.waitForTaskToken`, `invoke`; the ARN itself for a function or activity.
    pub action: Rc<str>,
}

impl Resource {
    /// Takes any text; what is no ARN of a service integration or an activity counts as a function.
    pub fn parse(arn: &Rc<str>) -> Self {
        let pattern = match arn.rsplit_once('.').map_or("", |(_, suffix)| suffix) {
            "sync" | "sync:2" => Pattern::RunJob,
            "waitForTaskToken" => Pattern::Callback,
            _ => Pattern::RequestResponse,
        };
        let own = |family| Self { family, pattern, arn: arn.clone(), service: "".into(), action: arn.clone() };
        if let Some((_, integration)) = arn.split_once(":states:::") {
            let cut =
                integration.match_indices(':').map(|(at, _)| at).nth(usize::from(integration.starts_with("aws-sdk:")));
            let (service, action) = cut.map_or((integration, ""), |at| (&integration[..at], &integration[at + 1..]));
            return Self { service: service.into(), action: action.into(), ..own(Family::Service) };
        }
        if arn.contains(":activity:") {
            return own(Family::Activity);
        }
        own(Family::LambdaFunction)
    }

    /// Whether the task gets a task token, `$$.Task.Token`: one that is waited for, be it for a job.
    pub fn has_token(&self) -> bool {
        self.pattern != Pattern::RequestResponse || self.family == Family::Activity
    }

    /// The field of a request that the service cannot take. Only what was recorded: API Gateway wants each of
    /// `Headers` as a list of texts.
    pub fn malformed_field(&self, request: &Value) -> Option<&'static str> {
        let field = (&*self.service == "apigateway").then_some("Headers")?;
        let is_list_of_texts = |value: &Value| {
            value.as_array().is_some_and(|values| values.iter().all(|value| matches!(value, Value::String(_))))
        };
        let is_well_formed = match request.get(field)? {
            Value::Object(headers) => headers.values().all(is_list_of_texts),
            value => *value == Value::Null,
        };
        (!is_well_formed).then_some(field)
    }

    /// What AWS calls the task in the cause of a result that is too large.
    pub fn name_in_causes(&self) -> &Rc<str> {
        if self.family == Family::Service { &self.service } else { &self.arn }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resources_come_apart() {
        let parts = |arn: &str| {
            let resource = Resource::parse(&arn.into());
            (resource.family, resource.pattern, resource.service.to_string(), resource.action.to_string())
        };
        assert_eq!(
            parts("arn:aws:states:::sqs:sendMessage.waitForTaskToken"),
            (Family::Service, Pattern::Callback, "sqs".into(), "sendMessage.waitForTaskToken".into())
        );
        assert_eq!(
            parts("arn:aws:states:::aws-sdk:s3:listObjects"),
            (Family::Service, Pattern::RequestResponse, "aws-sdk:s3".into(), "listObjects".into())
        );
        assert_eq!(
            parts("arn:aws-us-gov:states:::states:startExecution.sync:2"),
            (Family::Service, Pattern::RunJob, "states".into(), "startExecution.sync:2".into())
        );
        let function = "arn:aws:lambda:us-east-1:111111111111:function:f";
        assert_eq!(parts(function), (Family::LambdaFunction, Pattern::RequestResponse, "".into(), function.into()));
        assert_eq!(parts("${Function}").0, Family::LambdaFunction);
        assert_eq!(parts("arn:aws:states:us-east-1:111111111111:activity:a").0, Family::Activity);
    }
}
