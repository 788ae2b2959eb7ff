//! `ResultWriter`: the results of a distributed Map as files in S3, or in another form in its output. Follows the Step
//! Functions guide, "ResultWriter (Map)".

use std::rc::Rc;

use super::{
    Execution,
    branch::BranchId,
    clock::Instant,
    failure::Failure,
    map_run::{Child, ChildEnd, MapRun, MapRunId},
};
use crate::{
    asl::model::{QueryLanguage, ResultWriter, Transformation},
    value::Value,
};

/// A file that was written.
struct Written {
    key: String,
    size: usize,
}

impl Execution {
    /// What a Map with a `ResultWriter` comes to: where its results lie, or, where it names no place, the results in the
    /// form that `WriterConfig` asks for.
    pub(super) fn written(
        &self,
        id: BranchId,
        writer: &ResultWriter,
        run: MapRunId,
        outputs: Vec<Value>,
    ) -> Result<Value, Failure> {
        let run = &self.map_runs[run.0 as usize];
        if !writer.has_resource {
            let wanted = writer.transformation.unwrap_or(Transformation::Compact);
            return Ok(Value::array(self.transformed(run, wanted, |_| true, outputs)));
        }
        let field = match self.state_of(id).query_language {
            QueryLanguage::JsonPath => "ResultWriter/Parameters",
            QueryLanguage::Jsonata => "ResultWriter/Arguments",
        };
        let input = &self.branches[id.index()].visit.effective;
        let parameters = self.fill(id, field, writer.parameters.as_ref(), input)?;
        let text = |name: &str| parameters.get(name).and_then(Value::as_str).map(ToString::to_string);
        let bucket = text("Bucket").unwrap_or_default();
        let number = run.arn.rsplit(':').next().unwrap_or(&run.arn);
        let folder = match text("Prefix").filter(|prefix| !prefix.is_empty()) {
            Some(prefix) => format!("{}/{number}", prefix.trim_end_matches('/')),
            None => number.to_owned(),
        };
        let key = self.write_files(run, writer, &bucket, &folder, outputs);
        let details = Value::object([("Bucket", Value::from(bucket)), ("Key", key.into())]);
        Ok(Value::object([("MapRunArn", Value::from(&run.arn)), ("ResultWriterDetails", details)]))
    }

    /// Writes a file of each kind that there is something for, and the manifest that names them, whose key this gives.
    fn write_files(
        &self,
        run: &MapRun,
        writer: &ResultWriter,
        bucket: &str,
        folder: &str,
        outputs: Vec<Value>,
    ) -> String {
        let wanted = writer.transformation.unwrap_or(Transformation::None);
        let succeeded = self.transformed(run, wanted, is_success, outputs);
        // Of what has failed there is no output: it is told as it is.
        let failed = self.transformed(run, Transformation::None, |child| !is_success(child), Vec::new());
        let mut files = Vec::new();
        for (kind, entries) in [("FAILED", failed), ("PENDING", Vec::new()), ("SUCCEEDED", succeeded)] {
            let written: Vec<Value> = self.write_file(kind, &entries, writer, bucket, folder).into_iter().collect();
            files.push((kind, Value::array(written)));
        }
        let manifest = Value::object([
            ("DestinationBucket", Value::from(bucket)),
            ("MapRunArn", (&run.arn).into()),
            ("ResultFiles", Value::object(files)),
        ]);
        let key = format!("{folder}/manifest.json");
        self.put_object(bucket, &key, manifest.to_json());
        key
    }

    fn write_file(
        &self,
        kind: &str,
        entries: &[Value],
        writer: &ResultWriter,
        bucket: &str,
        folder: &str,
    ) -> Option<Value> {
        if entries.is_empty() {
            return None;
        }
        let (ending, text) = match writer.is_lines {
            true => ("jsonl", entries.iter().map(|entry| entry.to_json() + "\n").collect()),
            false => ("json", Value::array(entries.to_vec()).to_json()),
        };
        let Written { key, size } = self.put_object(bucket, &format!("{folder}/{kind}_0.{ending}"), text);
        Some(Value::object([("Key", Value::from(key)), ("Size", (size as i64).into())]))
    }

    fn put_object(&self, bucket: &str, key: &str, text: String) -> Written {
        let size = text.len();
        self.options.objects.write(self.now, format!("{bucket}/{key}").into(), text.into());
        Written { key: key.to_owned(), size }
    }

    /// The entries for some children; `outputs` are those of the children that succeeded, in their order.
    fn transformed(
        &self,
        run: &MapRun,
        wanted: Transformation,
        is_wanted: fn(&Child) -> bool,
        outputs: Vec<Value>,
    ) -> Vec<Value> {
        match wanted {
            Transformation::None => {
                let children = run.children.iter().enumerate().filter(|(_, child)| is_wanted(child));
                children.map(|(index, child)| self.told(run, index, child)).collect()
            }
            Transformation::Compact => outputs,
            Transformation::Flatten => {
                let flat = |output: Value| match output {
                    Value::Array(items) => Rc::unwrap_or_clone(items),
                    output => vec![output],
                };
                outputs.into_iter().flat_map(flat).collect()
            }
        }
    }

    /// A child execution with all that is known of it.
    fn told(&self, run: &MapRun, index: usize, child: &Child) -> Value {
        let (name, arn, machine) = self.child_names(run, index);
        let included = || Value::object([("Included", Value::from(true))]);
        let (stopped, end) = match &child.ended {
            Some((at, end)) => (*at, end),
            None => (self.now, &ChildEnd::Aborted),
        };
        let date = |at: Instant| Value::from(at.to_rfc3339());
        let status = end.status();
        let (error, cause) = end.error();
        let mut members = vec![("ExecutionArn", Value::from(&arn))];
        members.extend(cause.map(|cause| ("Cause", Value::from(&cause))));
        members.extend(error.map(|error| ("Error", Value::from(&error))));
        members.push(("Input", child.input.to_json().into()));
        members.push(("InputDetails", included()));
        members.push(("Name", Value::from(&name)));
        if let ChildEnd::Succeeded(output) = end {
            members.push(("Output", output.to_json().into()));
            members.push(("OutputDetails", included()));
        }
        let (redrive, reason) = match end {
            ChildEnd::Succeeded(_) => ("NOT_REDRIVABLE", "Execution is SUCCEEDED and cannot be redriven".to_owned()),
            _ => ("REDRIVABLE_BY_MAP_RUN", format!("Execution is {status} and can be redriven by its Map Run")),
        };
        members.extend([
            ("RedriveCount", 0.into()),
            ("RedriveStatus", Value::from(redrive)),
            ("RedriveStatusReason", reason.into()),
            ("StartDate", date(child.started)),
            ("StateMachineArn", Value::from(&machine)),
            ("Status", Value::from(status)),
            ("StopDate", date(stopped)),
        ]);
        Value::object(members)
    }
}

const fn is_success(child: &Child) -> bool {
    matches!(child.ended, Some((_, ChildEnd::Succeeded(_))))
}
