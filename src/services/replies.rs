//! What services answer by default: the rows of `replies.txt`, each some services and actions and the template of
//! their reply. `submitJob.sync` is what there is when the job has ended. A row with `?Parameter~text` holds where that
//! parameter has the text in it, and goes before one without. What is in no row answers with an empty object.
//!
//! `+http` of a template has the headers of an answer over HTTP, from which an optimised integration makes
//! `SdkHttpMetadata` and `SdkResponseMetadata`; one with AWS's SDK has neither.

use std::{collections::BTreeMap, rc::Rc};

use super::{digests, template::Call, text_of};
use crate::value::{Object, Value};

const TABLE: &str = include_str!("replies.txt");
const HTTP: &str = "+http";

thread_local! {
    /// Read once in each thread.
    static ROWS: BTreeMap<(&'static str, &'static str), Vec<Row>> = rows();
}

struct Row {
    /// A parameter, and a text that has to be in it.
    condition: Option<(&'static str, &'static str)>,
    template: Value,
}

/// The reply of a service's action; `None` if the table does not know it.
pub(super) fn reply(service: &str, action: &str, call: &Call) -> Option<Value> {
    ROWS.with(|rows| {
        let row = rows.get(&(service, action))?.iter().find(|row| row.holds(call.parameters))?;
        let filled = call.fill(&row.template)?;
        Some(if row.template.get(HTTP).is_some() { answered(service, filled) } else { filled })
    })
}

impl Row {
    fn holds(&self, parameters: &Value) -> bool {
        self.condition
            .is_none_or(|(name, text)| parameters.get(name).is_some_and(|value| text_of(value).contains(text)))
    }
}

fn rows() -> BTreeMap<(&'static str, &'static str), Vec<Row>> {
    let mut rows = BTreeMap::<_, Vec<Row>>::new();
    let mut head = "";
    for line in TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let Some(template) = line.strip_prefix("  ") else {
            head = line;
            continue;
        };
        let template = crate::syntax::parse_value(template).expect("a test reads the whole table");
        let mut words = head.split(' ');
        let (services, actions) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let condition = words.next().and_then(|word| word.strip_prefix('?')?.split_once('~'));
        for service in services.split(',') {
            for action in actions.split(',') {
                rows.entry((service, action)).or_default().push(Row { condition, template: template.clone() });
            }
        }
    }
    rows
}

/// A reply with what its headers say, in the order of the alphabet; without them where it is of AWS's SDK.
fn answered(service: &str, reply: Value) -> Value {
    let Value::Object(members) = reply else { return reply };
    let mut members = Rc::unwrap_or_clone(members);
    let headers = members.shift_remove(HTTP).unwrap_or_else(Value::empty_object);
    if service.starts_with("aws-sdk:") {
        return Value::Object(Rc::new(members));
    }
    let body = Value::Object(Rc::new(members.clone())).to_json();
    let id = headers.get("x-amzn-RequestId").cloned().unwrap_or(Value::Null);
    members.insert("SdkHttpMetadata".into(), http(headers, &body));
    members.insert("SdkResponseMetadata".into(), Value::object([("RequestId", id)]));
    members.sort_keys();
    Value::Object(Rc::new(members))
}

fn http(headers: Value, body: &str) -> Value {
    let mut headers: Object = headers.as_object().cloned().unwrap_or_default();
    if headers.contains_key("x-amz-crc32") {
        headers.insert("x-amz-crc32".into(), digests::crc32(body.as_bytes()).to_string().into());
    }
    headers.entry("Content-Length".into()).or_insert_with(|| body.len().to_string().into());
    headers.retain(|_, value| value.as_str().is_none_or(|text| !text.is_empty()));
    headers.sort_keys();
    let lists = headers.iter().map(|(name, value)| (name.clone(), Value::array(vec![value.clone()])));
    let all = Value::object(lists.collect::<Vec<_>>());
    Value::object([
        ("AllHttpHeaders", all),
        ("HttpHeaders", Value::Object(Rc::new(headers))),
        ("HttpStatusCode", 200.into()),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        engine::{clock::Instant, resource::Resource},
        services::{
            ids::Ids,
            models::{self, Strictness},
        },
        syntax::parse_value,
    };

    /// A value for every parameter that a template asks for.
    const PARAMETERS: &str = r#"{
        "Name": "one", "QueueUrl": "https://sqs.us-east-1.amazonaws.com/1/orders.fifo", "MessageBody": {"a": 1},
        "MessageAttributes": {"kind": {"DataType": "String", "StringValue": "new"}},
        "TopicArn": "arn:aws:sns:us-east-1:1:news", "Message": "hello", "Bucket": "in", "Key": {"id": {"S": "1"}},
        "TableName": "Orders", "BackupName": "nightly", "Body": "text", "SecretId": "arn:aws:secretsmanager:us-east-1:1:secret:x",
        "KeyId": "alias/x", "FunctionName": "f", "Payload": {}, "JobName": "job", "JobQueue": "q", "JobDefinition": "d",
        "StateMachineArn": "arn:aws:states:us-east-1:1:stateMachine:Other", "Input": {"a": 1},
        "ExecutionArn": "arn:aws:states:us-east-1:1:execution:Other:e", "QueryString": "SELECT 1",
        "Entries": [{"Id": "1", "MessageBody": "x", "EventBusName": "b"}], "Names": ["a"], "QueueName": "q",
        "PublishBatchRequestEntries": [{"Id": "1"}], "Delete": {"Objects": [{"Key": "k"}]}, "QueryExecutionId": "abcd"
    }"#;

    fn filled(service: &str, action: &str, parameters: &Value) -> Option<Value> {
        let ids = Ids { seed: 7, number: 1 };
        let call = Call {
            parameters,
            region: "eu-west-1",
            account: "123456789012",
            at: Instant::from_micros(1_704_067_200_000_000),
            // As the models have times.
            has_texts_for_times: true,
            ids: &ids,
        };
        reply(service, action, &call)
    }

    fn names() -> Vec<(&'static str, &'static str)> {
        ROWS.with(|rows| rows.keys().copied().collect())
    }

    #[test]
    fn every_row_is_filled_whatever_it_is_asked() {
        let parameters = parse_value(PARAMETERS).expect("it is JSON");
        assert!(names().len() > 200, "{}", names().len());
        for (service, action) in names() {
            for parameters in [&parameters, &Value::empty_object(), &Value::Null, &Value::from("text")] {
                let reply = filled(service, action, parameters);
                let is_object = reply.as_ref().is_none_or(|reply| reply.as_object().is_some());
                assert!(is_object, "{service} {action}: {reply:?}");
                let text = reply.map_or_else(String::new, |reply| reply.to_json());
                assert!(!text.contains("{uuid") && !text.contains("{text:") && !text.contains("+http"), "{text}");
            }
            assert_eq!(filled(service, action, &parameters), filled(service, action, &parameters));
        }
    }

    /// Where there is a model of the service's API, a reply is one of its own.
    #[test]
    fn replies_fit_the_models_of_the_services() {
        let parameters = parse_value(PARAMETERS).expect("it is JSON");
        let mut complaints = Vec::new();
        for (service, action) in names().into_iter().filter(|(_, action)| !action.contains('.')) {
            let resource = Resource::parse(&format!("arn:aws:states:::{service}:{action}").into());
            let reply = filled(service, action, &parameters).unwrap_or_else(Value::empty_object);
            if let Err(complaint) = models::check(&resource, &reply, Strictness::Strict) {
                complaints.push(format!("{service} {action}: {complaint} in {reply}"));
            }
        }
        assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    }

    #[test]
    fn a_first_in_first_out_queue_numbers_its_messages() {
        let sent = |url: &str| {
            let parameters = Value::object([("QueueUrl", Value::from(url)), ("MessageBody", "x".into())]);
            filled("sqs", "sendMessage", &parameters).expect("it has a row")
        };
        assert!(sent("https://sqs/1/orders.fifo").get("SequenceNumber").is_some());
        assert!(sent("https://sqs/1/orders").get("SequenceNumber").is_none());
    }
}
