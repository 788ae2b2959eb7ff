//! One recorded case: turned into a scenario as its README says, run, compared.

use std::{fs, path::Path, rc::Rc};

use serde_json::{Map, Value, json};
use statelight::{
    asl::{self, model::Definition, references::references},
    diagnostic::Diagnostic,
    engine::{Execution, Output},
    exchange::{
        diagnostics::validation_reply,
        express::{self, LogLevel},
        history,
        variables::variable_references,
    },
    sim::{mock::Mocks, run, scenario::Scenario, trace::Trace},
    syntax::{self, Format},
};

use super::{compare, teststate};

/// What the client puts before the message of the service.
const CREATE_FAILED: &str = "An error occurred (InvalidDefinition) when calling the CreateStateMachine operation: ";

pub struct Case {
    id: String,
    json: Value,
}

pub enum Verdict {
    Equal,
    Different(Vec<String>),
    /// A kind that another test is for.
    NotRun,
}

impl From<Result<Vec<String>, String>> for Verdict {
    fn from(compared: Result<Vec<String>, String>) -> Self {
        match compared {
            Ok(differences) if differences.is_empty() => Self::Equal,
            Ok(differences) => Self::Different(differences),
            Err(error) => Self::Different(vec![error]),
        }
    }
}

impl Case {
    pub fn read(file: &Path) -> Self {
        let text = fs::read_to_string(file).expect("a case can be read");
        let json: Value = serde_json::from_str(&text).expect("a case is JSON");
        let id = format!("{}/{}", json["area"].as_str().unwrap_or("?"), json["name"].as_str().unwrap_or("?"));
        Self { id, json }
    }

    pub fn id(&self) -> String {
        self.id.clone()
    }

    pub fn area(&self) -> &str {
        self.json["area"].as_str().unwrap_or("?")
    }

    pub fn kind(&self) -> &str {
        self.json["kind"].as_str().unwrap_or("?")
    }

    pub fn verdict(&self) -> Verdict {
        if self.kind() == "test_state" {
            return match teststate::differences(&self.json) {
                differences if differences.is_empty() => Verdict::Equal,
                differences => Verdict::Different(differences),
            };
        }
        let compare: fn(&Value, &Trace) -> Vec<String> = match self.kind() {
            "execution" => compare_history,
            "choice_output" => compare_output,
            "history_shape" => compare_shape,
            "variable_references" => return self.compare_references().into(),
            "express_sync" | "express_async" => return self.compare_express().into(),
            "create_error" => return Ok(self.compare_refusal()).into(),
            "validate" => return Ok(self.compare_validation()).into(),
            _ => return Verdict::NotRun,
        };
        self.run().map(|(_, trace)| compare(&self.json, &trace)).into()
    }

    /// The text of the case's definition.
    pub fn definition(&self) -> String {
        match &self.json["definition_raw"] {
            Value::String(raw) => raw.clone(),
            _ => self.json["definition"].to_string(),
        }
    }

    /// What CreateStateMachine says of the definition: one of the errors, in AWS's words.
    fn compare_refusal(&self) -> Vec<String> {
        let load = if self.json["machine_type"] == "EXPRESS" { asl::load_express } else { asl::load };
        let loaded = load(&self.definition(), Format::Json);
        let errors = loaded.diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
        let say = |error: &Diagnostic| format!("Invalid State Machine Definition: '{}'", error.in_words_of_aws());
        let ours: Vec<String> = errors.map(say).collect();
        let response = &self.json["response"];
        let theirs = response["message"].as_str().or(response["exception_value"].as_str()).unwrap_or_default();
        let theirs = theirs.strip_prefix(CREATE_FAILED).unwrap_or(theirs);
        if ours == [theirs] { Vec::new() } else { vec![format!("{ours:?}, not {theirs}")] }
    }

    /// What ValidateStateMachineDefinition replies, whole.
    fn compare_validation(&self) -> Vec<String> {
        let load = if self.json["machine_type"] == "EXPRESS" { asl::load_express } else { asl::load };
        let ours = validation_reply(&load(&self.definition(), Format::Json).diagnostics);
        let mut theirs = self.json["response"].clone();
        theirs.as_object_mut().map(|reply| reply.shift_remove("ResponseMetadata"));
        if ours == theirs { Vec::new() } else { vec![format!("{ours}, not {theirs}")] }
    }

    fn load(&self) -> Result<Definition, String> {
        let loaded = asl::load(&self.definition(), Format::Json);
        match loaded.diagnostics.iter().find(|diagnostic| diagnostic.is_error()) {
            Some(error) => Err(format!("the definition is refused: {} at {}", error.message, error.location)),
            None => Ok(loaded.definition),
        }
    }

    /// The variables that the states refer to; the names in the order of the recording.
    fn compare_references(&self) -> Result<Vec<String>, String> {
        self.load()?;
        let tree = syntax::parse(&self.definition(), Format::Json).root.expect("it was loaded");
        let (ours, theirs) = (variable_references(&references(&tree)), &self.json["response"]["variableReferences"]);
        Ok(if ours == *theirs { Vec::new() } else { vec![format!("{ours}, not {theirs}")] })
    }

    /// Runs the case's definition on what AWS's services answered.
    pub fn run(&self) -> Result<(Rc<Definition>, Trace), String> {
        let definition = Rc::new(self.load()?);
        let scenario = self.scenario().to_string();
        let scenario = Scenario::parse(&scenario).map_err(|errors| format!("the scenario is refused: {errors:?}"))?;
        if !self.is_stopped() {
            return run::run(&definition, &scenario).map(|trace| (definition, trace));
        }
        let mut execution = Execution::new(Rc::clone(&definition), scenario.input.clone(), run::options(&scenario));
        let mut mocks = Mocks::new(&definition, &scenario);
        while let Output::StartTask(request) = execution.poll() {
            let plan = mocks.plan(&request, &execution);
            execution.answer(&request, plan);
        }
        execution.stop(None, None);
        execution.poll();
        let trace = Trace::of(&execution, mocks);
        Ok((definition, trace))
    }

    /// Whether somebody called StopExecution while it waited.
    fn is_stopped(&self) -> bool {
        self.json["external_calls"]
            .as_array()
            .is_some_and(|calls| calls.iter().any(|call| call["op"] == "stop_execution"))
    }

    /// The recorded history as the API has it: payloads as JSON texts, and times, which were not recorded, a millisecond
    /// apart. Nothing where the recording lost the ids of its events.
    pub fn recorded_history(&self) -> Option<String> {
        if self.json["parallel_events_sorted"] == true {
            return None;
        }
        let events = self.json["history"].as_array()?.iter().map(as_in_the_api).collect::<Vec<_>>();
        Some(json!({"events": events, "executionArn": self.json["execution_arn"]}).to_string())
    }

    /// Whether any of these texts of the recording has a stand-in for what was there.
    pub fn hides_something<'a>(&self, mut texts: impl Iterator<Item = &'a Rc<str>>) -> bool {
        let wildcards = compare::texts(&self.json["wildcards"]);
        texts.any(|text| wildcards.iter().any(|wildcard| text.contains(wildcard)))
    }

    /// The response of StartSyncExecution, or the log event with which the execution ends.
    fn compare_express(&self) -> Result<Vec<String>, String> {
        let definition = Rc::new(self.load()?);
        let scenario = Scenario::parse(&self.express_scenario().to_string())
            .map_err(|errors| format!("the scenario is refused: {errors:?}"))?;
        let trace = run::run(&definition, &scenario)?;
        let ours = match self.kind() {
            "express_sync" => express::sync_response(&trace, &scenario),
            _ => express::log_events(&trace, &scenario, LogLevel::All, true).last().unwrap_or_default(),
        };
        Ok(compare::responses(&self.json, &ours))
    }

    /// A scenario with the names in the response. What a function answered was not recorded: where the output holds
    /// it, as the error that was caught or as a result that was kept beside itself, it is taken from there.
    fn express_scenario(&self) -> Value {
        let response = &self.json["response"];
        let arn = [&response["executionArn"], &response["execution_arn"]].into_iter().find_map(Value::as_str);
        let arn = arn.unwrap_or_default();
        let parts: Vec<&str> = arn.split(':').collect();
        let machine = parts.get(6).copied().unwrap_or_default();
        let text = self.json.to_string();
        let role = text.find("arn:aws:iam::").map(|at| text[at..].split(['"', '\\']).next().unwrap_or_default());
        let output = &self.json["expected"]["output"];
        let kept = output.as_object().and_then(|members| {
            members.iter().find_map(|(key, value)| {
                let mut rest = members.clone();
                rest.remove(key);
                (Value::Object(rest) == *value).then(|| value.clone())
            })
        });
        let answer = match (kept, output["Error"].as_str(), output["Cause"].as_str()) {
            (Some(result), ..) => json!([{"return": result}]),
            (None, Some(error), cause) => json!([{"throw": {"error": error, "cause": cause}}]),
            _ => json!([]),
        };
        let states = self.json["definition"]["States"].as_object().into_iter().flatten();
        let tasks = states.filter(|(_, state)| state["Type"] == "Task" && answer != json!([]));
        let tasks: serde_json::Map<String, Value> = tasks.map(|(name, _)| (name.clone(), answer.clone())).collect();
        let machine_arn = format!("{}:stateMachine:{machine}", parts.get(..5).unwrap_or_default().join(":"));
        let role = role.unwrap_or("arn:aws:iam::111111111111:role/unknown");
        json!({
            "version": 1,
            "input": self.input(),
            "machine": {"name": machine, "type": "EXPRESS", "arn": machine_arn, "roleArn": role},
            "execution": {"name": parts.get(7).copied().unwrap_or_default(), "arn": arn},
            "tasks": tasks,
        })
    }

    /// The scenario as the text of a file.
    pub fn scenario_text(&self) -> String {
        self.scenario().to_string()
    }

    fn scenario(&self) -> Value {
        let mut scenario = json!({"version": 1, "input": self.input(), "tasks": self.tasks()});
        if let Some(now) = self.json["replay_now"].as_str() {
            scenario["start"] = json!(now);
        }
        let role_arn = self.json["history"][0]["executionStartedEventDetails"]["roleArn"].clone();
        if let Some(arn) = self.json["state_machine_arn"].as_str() {
            scenario["machine"] = json!({"name": last_part(arn), "arn": arn});
            if let Some(role_arn) = role_arn.as_str() {
                scenario["machine"]["roleArn"] = json!(role_arn);
            }
        }
        if self.json["s3_objects"].is_object() {
            scenario["s3"] = self.json["s3_objects"].clone();
        }
        if let Some(arn) = self.json["execution_arn"].as_str() {
            scenario["execution"] = json!({"name": last_part(arn), "arn": arn});
        }
        let deleted = self.deleted_activities();
        if !deleted.is_empty() {
            scenario["version"] = json!(2);
            scenario["world"] = json!({ "deletedActivities": deleted });
        }
        scenario
    }

    /// The activities that somebody deleted before the execution came to them.
    fn deleted_activities(&self) -> Vec<&Value> {
        let calls = self.json["external_calls"].as_array().into_iter().flatten();
        calls.filter(|call| call["op"] == "delete_activity").map(|call| &call["args"]["activityArn"]).collect()
    }

    /// The execution's input. Where the replayed test's input is not what AWS recorded, AWS's record counts.
    fn input(&self) -> &Value {
        let replayed = &self.json["input"];
        let wildcards = compare::texts(&self.json["wildcards"]);
        match self.json["history"][0]["executionStartedEventDetails"].get("input") {
            Some(recorded) if !compare::matches(recorded, replayed, &wildcards) => recorded,
            _ => replayed,
        }
    }

    fn tasks(&self) -> Value {
        let mut tasks: Map<String, Value> = Map::new();
        let mut failed = self.failed_tasks().into_iter();
        for mock in self.json["task_mocks"].as_array().into_iter().flatten() {
            let mut mock = mock.clone();
            if mock["outcome"] == "unknown"
                && let Some(event) = failed.next()
            {
                mock["outcome"] = "Throw".into();
                mock["error"] = event["error"].clone();
                mock["cause"] =
                    event["cause"].as_str().map_or_else(|| event["cause"].to_string(), str::to_owned).into();
            }
            let Some(answer) = self.answer(&mock) else { continue };
            let state = mock["state"].as_str().unwrap_or_default();
            let answers = tasks.entry(state).or_insert_with(|| json!([]));
            answers.as_array_mut().expect("made as an array").push(answer);
        }
        Value::Object(tasks)
    }

    /// What the tasks failed with whose events lost their ids when they were sorted, in order; none where the record
    /// does not tell that all of them failed.
    fn failed_tasks(&self) -> Vec<Value> {
        let unknown = |mock: &&Value| mock["outcome"] == "unknown";
        let count = self.json["task_mocks"].as_array().map_or(0, |mocks| mocks.iter().filter(unknown).count());
        let events = self.json["history"].as_array().map_or(&[] as &[Value], Vec::as_slice);
        let is_failed = |event: &&Value| event["type"] == "TaskFailed";
        let details = |event: &Value| event["taskFailedEventDetails"].clone();
        let failed: Vec<Value> = events.iter().filter(is_failed).map(details).collect();
        if failed.len() == count { failed } else { Vec::new() }
    }

    fn answer(&self, mock: &Value) -> Option<Value> {
        let mut answer = match mock["outcome"].as_str()? {
            "Return" => json!({"return": mock["output"]}),
            "Throw" => {
                let mut thrown = Map::new();
                for field in ["error", "cause"] {
                    if let Some(text) = mock[field].as_str() {
                        thrown.insert(field.into(), text.into());
                    }
                }
                json!({"throw": thrown})
            }
            "TimedOut" => json!({"timeOut": true}),
            "never_finished" => json!({"never": true}),
            _ => return None,
        };
        if let Some(scheduled) = mock["scheduled_event_id"].as_u64() {
            let outcome = self.outcome_of(scheduled, mock);
            answer["seconds"] = json!(outcome.saturating_sub(scheduled) as f64 / 1000.0);
        }
        for field in ["submitted", "attempt"] {
            if !mock[field].is_null() {
                answer[field] = mock[field].clone();
            }
        }
        if let Some(iterations) = mock["iteration"].as_array() {
            answer["iteration"] = json!(innermost(iterations));
        }
        if let Some(worker) = mock["worker"]["workerName"].as_str() {
            answer["worker"] = json!(worker);
        }
        Some(answer)
    }

    /// The id of the event that ended a task: the first of its kind after it was scheduled.
    fn outcome_of(&self, scheduled: u64, mock: &Value) -> u64 {
        let events = self.json["history"].as_array();
        let ended = events
            .into_iter()
            .flatten()
            .find(|event| event["type"] == mock["event"] && event["id"].as_u64().is_some_and(|id| id > scheduled));
        ended.and_then(|event| event["id"].as_u64()).unwrap_or(scheduled + 2)
    }
}

/// Of a Map that is named more than once the last entry: no Map is inside itself, but the chain of events leads
/// through its earlier iterations where they run one after the other.
fn innermost(iterations: &[Value]) -> Vec<&Value> {
    let is_last =
        |&(at, iteration): &(usize, &Value)| iterations[at + 1..].iter().all(|later| later["map"] != iteration["map"]);
    iterations.iter().enumerate().filter(is_last).map(|(_, iteration)| iteration).collect()
}

fn as_in_the_api(event: &Value) -> Value {
    let mut event = event.clone();
    event["timestamp"] = json!(1_704_067_200.0 + event["id"].as_u64().map_or(0, |id| id - 1) as f64 / 1000.0);
    for details in event.as_object_mut().into_iter().flatten().filter_map(|(_, details)| details.as_object_mut()) {
        for (field, value) in details.iter_mut() {
            match field.as_str() {
                "input" | "output" | "parameters" => *value = value.to_string().into(),
                "cause" if value.is_object() => *value = value.to_string().into(),
                "assignedVariables" => {
                    let variables = value.as_object_mut().into_iter().flatten();
                    variables.for_each(|(_, value)| *value = value.to_string().into());
                }
                _ => {}
            }
        }
    }
    event
}

fn last_part(arn: &str) -> &str {
    arn.rsplit(':').next().unwrap_or(arn)
}

fn compare_history(case: &Value, trace: &Trace) -> Vec<String> {
    compare::histories(case, &history::events(trace))
}

fn compare_output(case: &Value, trace: &Trace) -> Vec<String> {
    let expected = &case["expected"];
    let status = serde_json::to_value(trace.status).expect("a status is a text");
    let output = trace.output.map_or(Value::Null, |id| compare::parsed(&trace.payloads[id as usize]));
    let mut differences = Vec::new();
    if expected["status"] != status {
        differences.push(format!("status {status}, not {}", expected["status"]));
    }
    if !compare::matches(&expected["output"], &output, &[]) {
        differences.push(format!("output {output}, not {}", expected["output"]));
    }
    differences
}

/// Types and, where they are known, previous ids; errors and causes of single events.
fn compare_shape(case: &Value, trace: &Trace) -> Vec<String> {
    let events = history::events(trace);
    let mut differences = Vec::new();
    if case["order_is_exact"] == true {
        let shape = case["history_shape"].as_array().map_or(&[] as &[Value], Vec::as_slice);
        if shape.len() != events.len() {
            differences.push(format!("{} events, not {}", events.len(), shape.len()));
        }
        for (expected, actual) in shape.iter().zip(&events) {
            let is_type_known = expected["type"] != "*";
            let is_previous_known = expected["previousEventId"].is_u64();
            if is_type_known && expected["type"] != actual["type"]
                || is_previous_known && expected["previousEventId"] != actual["previousEventId"]
            {
                differences.push(format!("{actual}, not {expected}"));
            }
        }
    } else if let Some(shape) = case["history_shape"].as_array() {
        let types = |events: &[Value]| {
            let mut types: Vec<String> = events.iter().map(|event| event["type"].to_string()).collect();
            types.sort();
            types
        };
        let (expected, actual) = (types(shape), types(&events));
        let any = expected.iter().filter(|kind| kind.as_str() == "\"*\"").count();
        let missing = expected.iter().filter(|kind| kind.as_str() != "\"*\"" && !actual.contains(kind)).count();
        if missing > 0 || any == 0 && expected != actual || expected.len() != actual.len() {
            differences.push(format!("{actual:?}, not {expected:?}"));
        }
    }
    for (id, expected) in case["event_causes"].as_object().into_iter().flatten() {
        let event = match id.parse::<usize>() {
            Ok(id) => events.get(id.wrapping_sub(1)),
            Err(_) => events.last(),
        };
        let details = event.map_or(&Value::Null, compare::details);
        if details["error"] != expected[0] || details["cause"] != expected[1] {
            differences.push(format!("event {id}: {details}, not {expected}"));
        }
    }
    if case["expected"]["status"] != serde_json::to_value(trace.status).expect("a status is a text") {
        differences.push(format!("status {:?}, not {}", trace.status, case["expected"]["status"]));
    }
    differences
}
