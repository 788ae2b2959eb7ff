//! What a drawing says in words: the rule of a Choice, the work of a Task, the length of a Wait.

use std::fmt::Write;

use crate::asl::model::{
    Comparison, Condition, Definition, Operand, OrderTest, StateId, StateKind, TaskState, WaitFor,
};

/// Conditions nested deeper are not spelled out.
const MAX_DEPTH: usize = 32;

/// A Choice rule's condition as a reader would say it: `$.total > 0 and $.vip is present`.
pub fn condition(condition: &Condition) -> String {
    let mut text = String::new();
    say(condition, 0, |path| path, &mut text);
    text
}

/// The same with only the last name of each path: `total > 0 and vip is present`.
pub fn short_condition(condition: &Condition) -> String {
    let mut text = String::new();
    say(condition, 0, last_name, &mut text);
    text
}

fn last_name(path: &str) -> &str {
    match path.rsplit_once('.') {
        Some((_, name)) if name.chars().all(|c| c.is_alphanumeric() || "_-".contains(c)) => name,
        _ => path,
    }
}

/// A JSONata expression on one line, its references to `$states.input` as short as paths are.
fn spelled(source: &str, spell: Spelling) -> String {
    let line = source.split_whitespace().collect::<Vec<_>>().join(" ");
    if spell("$.a") == "$.a" { line } else { line.replace("$states.input.", "").replace("$states.", "") }
}

/// How a path is written.
type Spelling = fn(&str) -> &str;

fn say(condition: &Condition, depth: usize, spell: Spelling, text: &mut String) {
    if depth > MAX_DEPTH {
        text.push('…');
        return;
    }
    match condition {
        Condition::And(parts) => join(parts, " and ", depth, spell, text),
        Condition::Or(parts) => join(parts, " or ", depth, spell, text),
        Condition::Not(inner) => match &**inner {
            Condition::Compare { variable, comparison } => match negated(comparison) {
                Some(negated) => {
                    let _ = write!(text, "{} {negated}", spell(&variable.source));
                }
                None => {
                    text.push_str("not (");
                    say(inner, depth + 1, spell, text);
                    text.push(')');
                }
            },
            _ => {
                text.push_str("not (");
                say(inner, depth + 1, spell, text);
                text.push(')');
            }
        },
        Condition::Compare { variable, comparison } => {
            let _ = write!(text, "{} ", spell(&variable.source));
            compare(comparison, spell, text);
        }
        Condition::Computed(expression) => text.push_str(&spelled(&expression.source, spell)),
        Condition::Literal(holds) => text.push_str(if *holds { "always" } else { "never" }),
        Condition::Invalid => text.push('?'),
    }
}

fn join(parts: &[Condition], word: &str, depth: usize, spell: Spelling, text: &mut String) {
    for (idx, part) in parts.iter().enumerate() {
        if idx > 0 {
            text.push_str(word);
        }
        let is_joined = matches!(part, Condition::And(inner) | Condition::Or(inner) if inner.len() > 1);
        if is_joined && parts.len() > 1 {
            text.push('(');
            say(part, depth + 1, spell, text);
            text.push(')');
        } else {
            say(part, depth + 1, spell, text);
        }
    }
}

/// `Not` around a type test reads better as its opposite.
fn negated(comparison: &Comparison) -> Option<String> {
    let opposite = match *comparison {
        Comparison::IsNull(yes) => Comparison::IsNull(!yes),
        Comparison::IsPresent(yes) => Comparison::IsPresent(!yes),
        Comparison::IsNumeric(yes) => Comparison::IsNumeric(!yes),
        Comparison::IsString(yes) => Comparison::IsString(!yes),
        Comparison::IsBoolean(yes) => Comparison::IsBoolean(!yes),
        Comparison::IsTimestamp(yes) => Comparison::IsTimestamp(!yes),
        Comparison::StringMatches(_) | Comparison::Order { .. } => return None,
    };
    let mut text = String::new();
    compare(&opposite, |path| path, &mut text);
    Some(text)
}

fn compare(comparison: &Comparison, spell: Spelling, text: &mut String) {
    let mut is = |yes: bool, what: &str| {
        text.push_str(if yes { "is " } else { "is not " });
        text.push_str(what);
    };
    match comparison {
        Comparison::IsNull(yes) => is(*yes, "null"),
        Comparison::IsPresent(yes) => is(*yes, "present"),
        Comparison::IsNumeric(yes) => is(*yes, "a number"),
        Comparison::IsString(yes) => is(*yes, "a string"),
        Comparison::IsBoolean(yes) => is(*yes, "a boolean"),
        Comparison::IsTimestamp(yes) => is(*yes, "a timestamp"),
        Comparison::StringMatches(pattern) => {
            let _ = write!(text, "matches \"{pattern}\"");
        }
        Comparison::Order { test, operand, .. } => {
            let sign = match test {
                OrderTest::Equals => "==",
                OrderTest::LessThan => "<",
                OrderTest::GreaterThan => ">",
                OrderTest::LessThanEquals => "≤",
                OrderTest::GreaterThanEquals => "≥",
            };
            let _ = match operand {
                Operand::Literal(value) => write!(text, "{sign} {value}"),
                Operand::Path(path) => write!(text, "{sign} {}", spell(&path.source)),
            };
        }
    }
}

/// What stands under a state's name.
pub fn sublabel(definition: &Definition, id: StateId) -> String {
    match &definition.state(id).kind {
        StateKind::Task(task) => resource(task),
        StateKind::Wait(wait) => match &wait.duration {
            WaitFor::Seconds(seconds) => format!("Wait · {}", duration(*seconds)),
            WaitFor::SecondsPath(path) => format!("Wait · {} seconds", path.source),
            WaitFor::Timestamp(timestamp) => format!("Wait · until {timestamp}"),
            WaitFor::TimestampPath(path) => format!("Wait · until {}", path.source),
            WaitFor::ComputedSeconds(expression) => format!("Wait · {} seconds", expression.source),
            WaitFor::ComputedTimestamp(expression) => format!("Wait · until {}", expression.source),
            WaitFor::Missing => "Wait".to_owned(),
        },
        StateKind::Parallel(parallel) => match parallel.branches.len() {
            1 => "Parallel · 1 branch".to_owned(),
            count => format!("Parallel · {count} branches"),
        },
        StateKind::Map(map) if map.distributed => "Map · distributed".to_owned(),
        StateKind::Map(_) => "Map · inline".to_owned(),
        StateKind::Unknown => "no known Type".to_owned(),
        kind => kind.name().to_owned(),
    }
}

/// A Task's work: `Lambda · invoke`, `SQS · waits for a token`, `Glue · startJobRun · waits for the job`.
fn resource(task: &TaskState) -> String {
    let Some(arn) = task.resource.strip_prefix("arn:") else { return "Task".to_owned() };
    // partition:service:region:account:rest
    let mut parts = arn.splitn(5, ':').skip(1);
    let (service, rest) = (parts.next().unwrap_or_default(), parts.nth(2).unwrap_or_default());
    match service {
        "states" if rest.is_empty() => "Task".to_owned(),
        "states" => match rest.strip_prefix("activity:") {
            Some(name) => format!("Activity · {name}"),
            None => integration(rest),
        },
        _ => {
            // arn:aws:lambda:region:account:function:name[:alias]
            let name = rest.strip_prefix("function:").unwrap_or(rest);
            if name.is_empty() { service_name(service) } else { format!("{} · {name}", service_name(service)) }
        }
    }
}

fn integration(rest: &str) -> String {
    let (call, pattern) = rest.split_once('.').unwrap_or((rest, ""));
    let call = call.strip_prefix("aws-sdk:").unwrap_or(call);
    let (service, api) = call.split_once(':').unwrap_or((call, ""));
    let service = service_name(service);
    match pattern {
        "waitForTaskToken" => format!("{service} · waits for a token"),
        "" if api.is_empty() => service,
        "" => format!("{service} · {api}"),
        _ => format!("{service} · {api} · waits for its end"),
    }
}

/// How services call themselves, by their names in ARNs, sorted.
const NAMES: [(&str, &str); 34] = [
    ("apigateway", "API Gateway"),
    ("athena", "Athena"),
    ("batch", "Batch"),
    ("bedrock", "Bedrock"),
    ("bedrockruntime", "Bedrock"),
    ("cloudformation", "CloudFormation"),
    ("cloudwatch", "CloudWatch"),
    ("codebuild", "CodeBuild"),
    ("databrew", "DataBrew"),
    ("dynamodb", "DynamoDB"),
    ("ec2", "EC2"),
    ("ecs", "ECS"),
    ("eks", "EKS"),
    ("elasticmapreduce", "EMR"),
    ("emr-containers", "EMR on EKS"),
    ("emr-serverless", "EMR Serverless"),
    ("eventbridge", "EventBridge"),
    ("events", "EventBridge"),
    ("glue", "Glue"),
    ("http", "HTTP"),
    ("iam", "IAM"),
    ("kms", "KMS"),
    ("lambda", "Lambda"),
    ("mediaconvert", "MediaConvert"),
    ("rds", "RDS"),
    ("redshiftdata", "Redshift"),
    ("rekognition", "Rekognition"),
    ("s3", "S3"),
    ("sagemaker", "SageMaker"),
    ("sfn", "Step Functions"),
    ("sns", "SNS"),
    ("sqs", "SQS"),
    ("states", "Step Functions"),
    ("textract", "Textract"),
];

fn service_name(service: &str) -> String {
    match NAMES.binary_search_by(|(key, _)| (*key).cmp(service)) {
        Ok(idx) => NAMES[idx].1.to_owned(),
        Err(_) => {
            let mut characters = service.chars();
            characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
        }
    }
}

/// A number of seconds in the largest units that say it exactly: `90 s`, `5 min`, `1 h 30 min`, `2 d`.
pub fn duration(seconds: u64) -> String {
    const UNITS: [(u64, &str); 4] = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];
    if seconds == 0 || (seconds < 120 && seconds != 60) {
        return format!("{seconds} s");
    }
    let mut rest = seconds;
    let mut parts = Vec::new();
    for (length, unit) in UNITS {
        if rest >= length {
            parts.push(format!("{} {unit}", rest / length));
            rest %= length;
        }
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_use_the_largest_units_that_are_exact() {
        let said: Vec<_> = [0, 5, 60, 90, 300, 5_400, 86_400, 90_061].into_iter().map(duration).collect();
        assert_eq!(said, ["0 s", "5 s", "1 min", "90 s", "5 min", "1 h 30 min", "1 d", "1 d 1 h 1 min 1 s"]);
    }

    #[test]
    fn services_are_sorted_for_the_search() {
        assert!(NAMES.is_sorted());
    }

    #[test]
    fn integrations_name_their_service_and_what_they_wait_for() {
        assert_eq!(integration("lambda:invoke"), "Lambda · invoke");
        assert_eq!(integration("aws-sdk:dynamodb:getItem"), "DynamoDB · getItem");
        assert_eq!(integration("sqs:sendMessage.waitForTaskToken"), "SQS · waits for a token");
        assert_eq!(integration("glue:startJobRun.sync"), "Glue · startJobRun · waits for its end");
        assert_eq!(integration("aws-sdk:polly:x"), "Polly · x");
    }
}
