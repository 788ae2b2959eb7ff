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
            return Ok(Value::array(self.transformed(run, wanted, |_| true, outputs).collect()));
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
        // Of what has failed there is no output: it is told as it is.
        let failed = self.transformed(run, Transformation::None, |child| !is_success(child), Vec::new());
        let succeeded = self.transformed(run, wanted, is_success, outputs);
        let failed = self.write_file("FAILED", failed, writer, bucket, folder);
        let succeeded = self.write_file("SUCCEEDED", succeeded, writer, bucket, folder);
        // All have been started by the time a Map Run comes to its end.
        let files = [("FAILED", failed), ("PENDING", None), ("SUCCEEDED", succeeded)];
        let files = files.map(|(kind, file)| (kind, Value::array(file.into_iter().collect())));
        let manifest = Value::object([
            ("DestinationBucket", Value::from(bucket)),
            ("MapRunArn", (&run.arn).into()),
            ("ResultFiles", Value::object(files)),
        ]);
        let key = format!("{folder}/manifest.json");
        self.put_object(bucket, &key, manifest.to_json());
        key
    }

    /// Writes entries one after the other, and says where; nothing where there are none.
    fn write_file(
        &self,
        kind: &str,
        mut entries: impl Iterator<Item = Value>,
        writer: &ResultWriter,
        bucket: &str,
        folder: &str,
    ) -> Option<Value> {
        let (ending, between, after) = if writer.is_lines { ("jsonl", "\n", "\n") } else { ("json", ",", "]") };
        let mut text = if writer.is_lines { String::new() } else { "[".to_owned() };
        entries.next()?.append_json(&mut text);
        for entry in entries {
            text.push_str(between);
            entry.append_json(&mut text);
        }
        text.push_str(after);
        let size = text.len() as i64;
        let key = format!("{folder}/{kind}_0.{ending}");
        self.put_object(bucket, &key, text);
        Some(Value::object([("Key", Value::from(key)), ("Size", size.into())]))
    }

    fn put_object(&self, bucket: &str, key: &str, text: String) {
        self.options.objects.write(self.now, format!("{bucket}/{key}").into(), text.into());
    }

    /// The entries for some children, made one at a time; `outputs` are those of the children that succeeded.
    fn transformed<'a>(
        &'a self,
        run: &'a MapRun,
        wanted: Transformation,
        is_wanted: fn(&Child) -> bool,
        outputs: Vec<Value>,
    ) -> Box<dyn Iterator<Item = Value> + 'a> {
        match wanted {
            Transformation::None => {
                let children = run.children.iter().enumerate().filter(move |(_, child)| is_wanted(child));
                Box::new(children.map(|(index, child)| self.told(run, index, child)))
            }
            Transformation::Compact => Box::new(outputs.into_iter()),
            Transformation::Flatten => Box::new(outputs.into_iter().flat_map(|output| match output {
                Value::Array(items) => Rc::unwrap_or_clone(items),
                output => vec![output],
            })),
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
