//! Objects of S3 by the SDK integrations, in the shapes that AWS was recorded to answer in; without checksums.

use std::rc::Rc;

use super::{Call, World, fail, reply_with};
use crate::{encoding, engine::task::TaskPlan, sim::trace::Happened, value::Value};

impl World<'_> {
    pub(super) fn ask_bucket(&mut self, call: &Call, plan: &mut TaskPlan) {
        let bucket = call.text("Bucket").unwrap_or_default();
        let key = call.text("Key").unwrap_or_default();
        let name: Rc<str> = format!("{bucket}/{key}").into();
        let objects = call.execution.options().objects.clone();
        // Nobody knows what lies in a bucket of which the scenario says nothing: there the default answer stands.
        if call.action != "putObject" && objects.list(&bucket, "").is_empty() {
            return;
        }
        let now = self.now.to_rfc3339();
        let reply = match call.action {
            "putObject" => {
                let body = call.payload("Body");
                let reply = Value::object([
                    ("ETag", Value::from(etag(&body))),
                    ("ServerSideEncryption", Value::from("AES256")),
                ]);
                self.note(call.who, &name, Happened::ObjectPut { size: body.len() as u32, body: body.clone() });
                objects.put(name, body);
                reply
            }
            "getObject" | "headObject" => {
                let Some(body) = objects.get(&name) else {
                    let cause = format!(
                        "The specified key does not exist. (Service: S3, Status Code: 404, Request ID: {}) \
                         (SDK Attempt Count: 1)",
                        self.uuid()
                    );
                    return fail(plan, "S3.NoSuchKeyException", &cause);
                };
                let mut members = vec![
                    ("AcceptRanges", Value::from("bytes")),
                    ("ContentLength", (body.len() as i64).into()),
                    ("ContentType", Value::from("binary/octet-stream")),
                    ("ETag", Value::from(etag(&body))),
                    ("LastModified", Value::from(now)),
                    ("Metadata", Value::empty_object()),
                    ("ServerSideEncryption", Value::from("AES256")),
                ];
                members.extend((call.action == "getObject").then(|| ("Body", Value::from(&body))));
                Value::object(members)
            }
            "deleteObject" => {
                if objects.delete(&name) {
                    self.note(call.who, &name, Happened::ObjectDeleted);
                }
                Value::empty_object()
            }
            _ => {
                let prefix = call.text("Prefix").unwrap_or_default();
                let content = |(key, body): (Rc<str>, Rc<str>)| {
                    Value::object([
                        ("ETag", Value::from(etag(&body))),
                        ("Key", Value::from(&key)),
                        ("LastModified", Value::from(&*now)),
                        ("Size", (body.len() as i64).into()),
                        ("StorageClass", Value::from("STANDARD")),
                    ])
                };
                let contents: Vec<Value> = objects.list(&bucket, &prefix).into_iter().map(content).collect();
                Value::object([
                    ("IsTruncated", Value::from(false)),
                    ("KeyCount", (contents.len() as i64).into()),
                    ("Contents", Value::array(contents)),
                    ("MaxKeys", 1000.into()),
                    ("Name", Value::from(&bucket)),
                    ("Prefix", Value::from(&prefix)),
                ])
            }
        };
        reply_with(plan, reply);
    }
}

fn etag(body: &str) -> String {
    format!("\"{}\"", encoding::hex_digest("MD5", body.as_bytes()).unwrap_or_default())
}
