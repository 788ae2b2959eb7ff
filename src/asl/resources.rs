//! What a Task's `Resource` may name besides a function or an activity: AWS's optimised integrations, by
//! service and action, each with the patterns in which it can be waited for; from the table and the pages of
//! "Integrating optimized services" in the Step Functions Developer Guide, as of November 2025.
//! `aws-sdk:service:action` is known by its form.

use crate::suggest::nearest;

/// A row is a service, how its actions may be waited for, and their names. All may go by request and response; `s` is
/// `.sync`, `2` is `.sync:2`, `t` is `.waitForTaskToken`.
const TABLE: &[(&str, &str, &str)] = &[
    ("apigateway", "t", "invoke"),
    ("athena", "s", "startQueryExecution"),
    ("athena", "", "getQueryExecution getQueryResults stopQueryExecution"),
    ("batch", "s", "submitJob"),
    ("bedrock", "s", "createModelCustomizationJob"),
    ("bedrock", "t", "invokeModel"),
    ("codebuild", "s", "retryBuildBatch startBuild startBuildBatch"),
    ("codebuild", "", "batchDeleteBuilds batchGetReports deleteBuildBatch stopBuild stopBuildBatch"),
    ("databrew", "s", "startJobRun"),
    ("dynamodb", "", "deleteItem getItem putItem updateItem"),
    ("ecs", "st", "runTask"),
    (
        "eks",
        "s",
        "createCluster createFargateProfile createNodegroup deleteCluster deleteFargateProfile deleteNodegroup",
    ),
    ("eks", "st", "runJob"),
    ("eks", "t", "call"),
    ("elasticmapreduce", "s", "addStep createCluster terminateCluster"),
    (
        "elasticmapreduce",
        "",
        "cancelStep modifyInstanceFleetByName modifyInstanceGroupByName setClusterTerminationProtection",
    ),
    ("emr-containers", "s", "deleteVirtualCluster startJobRun"),
    ("emr-containers", "", "createVirtualCluster"),
    (
        "emr-serverless",
        "s",
        "cancelJobRun createApplication deleteApplication startApplication startJobRun stopApplication",
    ),
    ("events", "t", "putEvents"),
    ("glue", "s", "startJobRun"),
    ("http", "", "invoke"),
    ("lambda", "t", "invoke"),
    ("mediaconvert", "s", "createJob"),
    (
        "sagemaker",
        "s",
        "createHyperParameterTuningJob createLabelingJob createProcessingJob createTrainingJob createTransformJob",
    ),
    ("sagemaker", "", "createEndpoint createEndpointConfig createModel updateEndpoint"),
    ("sns", "t", "publish"),
    ("sqs", "t", "sendMessage"),
    ("states", "s2t", "startExecution"),
];

/// What there is to say of a resource that AWS would refuse.
#[derive(Debug, PartialEq, Eq)]
pub struct Unknown {
    /// Whether the table knows the service. Where it does not, AWS may have taken it up since.
    pub is_certain: bool,
    pub hint: Option<String>,
    /// The resource that was most likely meant.
    pub known: Option<String>,
}

/// Says whether AWS knows an integration, a text such as `arn:aws:states:::sqs:sendMessage.waitForTaskToken`. What is
/// no integration, or has a place to fill in after the partition, is passed over.
pub fn check(resource: &str) -> Result<(), Unknown> {
    let Some((start, integration)) = resource.split_once(":states:::") else { return Ok(()) };
    if !start.starts_with("arn:") || integration.contains(['$', '<', '{']) {
        return Ok(());
    }
    let (name, pattern) = integration.split_once('.').map_or((integration, ""), |(name, pattern)| (name, pattern));
    let (service, action) = name.rsplit_once(':').unwrap_or((name, ""));
    let named = |service: &str, action: &str, pattern: &str| {
        let dot = if pattern.is_empty() { "" } else { "." };
        format!("{start}:states:::{service}:{action}{dot}{pattern}")
    };
    let meant = |is_certain, known: String| {
        Err(Unknown { is_certain, hint: Some(format!("did you mean `{known}`?")), known: Some(known) })
    };
    let wrong_pattern = |allowed: &[&str]| {
        Err(Unknown {
            is_certain: true,
            hint: Some(waited_for(name, allowed)),
            known: Some(named(service, action, "")),
        })
    };
    if let Some(api) = service.strip_prefix("aws-sdk:") {
        let allowed = patterns("t");
        return match allowed.contains(&pattern) && !api.is_empty() && !action.is_empty() {
            true => Ok(()),
            false => wrong_pattern(&allowed),
        };
    }
    let rows = || TABLE.iter().filter(|(known, ..)| *known == service);
    if rows().next().is_none() {
        if let Some(near) = nearest(service, TABLE.iter().map(|(known, ..)| *known)) {
            return meant(false, named(near, action, pattern));
        }
        let known = named(&format!("aws-sdk:{service}"), action, "");
        let hint = format!("AWS's SDK can do it, as `{known}`, if it has it");
        return Err(Unknown { is_certain: false, hint: Some(hint), known: Some(known) });
    }
    let Some((_, letters, _)) = rows().find(|(.., actions)| actions.split(' ').any(|known| known == action)) else {
        if let Some(near) = nearest(action, rows().flat_map(|(.., actions)| actions.split(' '))) {
            return meant(true, named(service, near, pattern));
        }
        let known = named(&format!("aws-sdk:{}", sdk_name(service)), action, "");
        let hint = format!("with AWS's SDK it is `{known}`");
        return Err(Unknown { is_certain: true, hint: Some(hint), known: Some(known) });
    };
    let allowed = patterns(letters);
    if allowed.contains(&pattern) {
        return Ok(());
    }
    match nearest(pattern, allowed.iter().copied().filter(|known| !known.is_empty())) {
        Some(near) => meant(true, named(service, action, near)),
        None => wrong_pattern(&allowed),
    }
}

/// All integrations: service, action, and the pattern's ending, empty for request and response.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    TABLE.iter().flat_map(|(service, letters, actions)| {
        let endings = patterns(letters);
        actions
            .split(' ')
            .flat_map(move |action| endings.clone().into_iter().map(move |ending| (*service, action, ending)))
    })
}

/// The endings that a row's letters stand for.
fn patterns(letters: &str) -> Vec<&'static str> {
    let all = [('s', "sync"), ('2', "sync:2"), ('t', "waitForTaskToken")];
    let named = all.into_iter().filter(|(letter, _)| letters.contains(*letter)).map(|(_, ending)| ending);
    std::iter::once("").chain(named).collect()
}

fn waited_for(name: &str, allowed: &[&str]) -> String {
    let endings: Vec<String> =
        allowed.iter().filter(|ending| !ending.is_empty()).map(|ending| format!("`.{ending}`")).collect();
    match endings.as_slice() {
        [] => format!("`{name}` has no pattern but request and response: write it without an ending"),
        endings => format!("after `{name}` there can be {}, or nothing", endings.join(" or ")),
    }
}

/// What the SDK calls a service.
fn sdk_name(service: &str) -> &str {
    match service {
        "events" => "eventbridge",
        "states" => "sfn",
        "elasticmapreduce" => "emr",
        "emr-containers" => "emrcontainers",
        "emr-serverless" => "emrserverless",
        service => service,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hint(integration: &str) -> String {
        match check(&format!("arn:aws:states:::{integration}")) {
            Ok(()) => "known".to_owned(),
            Err(unknown) => {
                format!("{}{}", if unknown.is_certain { "" } else { "perhaps: " }, unknown.hint.unwrap_or_default())
            }
        }
    }

    #[test]
    fn what_aws_has_is_known() {
        for (service, letters, actions) in TABLE {
            for action in actions.split(' ') {
                for ending in patterns(letters) {
                    let dot = if ending.is_empty() { "" } else { "." };
                    assert_eq!(hint(&format!("{service}:{action}{dot}{ending}")), "known");
                }
            }
        }
        for integration in ["aws-sdk:s3:listBuckets.waitForTaskToken", "${Service}:x", "<SERVICE>"] {
            assert_eq!(hint(integration), "known", "{integration}");
        }
        for other in ["arn:aws:lambda:us-east-1:1:function:f", "${F}", "arn:aws:states:us-east-1:1:activity:a"] {
            assert_eq!(check(other), Ok(()));
        }
    }

    #[test]
    fn what_it_has_not_gets_the_nearest_name() {
        let say = |integration, expected| assert_eq!(hint(integration), expected);
        say("sqs:sendMesage", "did you mean `arn:aws:states:::sqs:sendMessage`?");
        say("sns:publish.waitForTasktoken", "did you mean `arn:aws:states:::sns:publish.waitForTaskToken`?");
        say("dynamodb:query", "with AWS's SDK it is `arn:aws:states:::aws-sdk:dynamodb:query`");
        say("events:listRules", "with AWS's SDK it is `arn:aws:states:::aws-sdk:eventbridge:listRules`");
        say("glue:startJobRun.waitForTaskToken", "after `glue:startJobRun` there can be `.sync`, or nothing");
        say(
            "dynamodb:putItem.sync",
            "`dynamodb:putItem` has no pattern but request and response: write it without an ending",
        );
        say("aws-sdk:ecs:runTask.sync", "after `aws-sdk:ecs:runTask` there can be `.waitForTaskToken`, or nothing");
        say("lamda:invoke", "perhaps: did you mean `arn:aws:states:::lambda:invoke`?");
        say("s3:getObject", "perhaps: AWS's SDK can do it, as `arn:aws:states:::aws-sdk:s3:getObject`, if it has it");
    }
}
