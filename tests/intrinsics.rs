//! The intrinsic functions give what AWS's recordings show.

use statelight::{
    intrinsic::{Environment, Intrinsic},
    value::Value,
};

use crate::{json, shared};

struct Run {
    input: Value,
}

impl Environment for Run {
    fn input(&self) -> &Value {
        &self.input
    }

    fn context(&self) -> Value {
        Value::empty_object()
    }

    fn random(&self) -> u64 {
        4
    }

    fn variable(&self, _: &str) -> Option<Value> {
        None
    }
}

/// The recorded parameters and output of a case that is one Pass state with calls in `Parameters`.
fn calls(case: &Value) -> Option<Vec<(&str, &str, &Value)>> {
    let states = json::at(case, &["definition", "States"])?.as_object()?;
    let (_, state) =
        states.first().filter(|(_, state)| states.len() == 1 && json::text(state, "Type") == Some("Pass"))?;
    let output = json::at(case, &["expected", "output"])?;
    let parameters = state.get("Parameters")?.as_object()?;
    parameters
        .iter()
        .map(|(key, call)| Some((&**key, &**call.as_str()?, output.get(key.strip_suffix(".$")?)?)))
        .collect()
}

#[test]
fn functions_answer_as_recorded() {
    let files = shared::files("conformance/cases/intrinsic_functions", ".json");
    let mut compared = 0;
    let mut wrong = Vec::new();
    for file in &files {
        let case = json::read(file);
        let Some(calls) = calls(&case) else { continue };
        let run = Run { input: case.get("input").cloned().unwrap_or_default() };
        let wildcards = case.get("wildcards").and_then(Value::as_array).unwrap_or_default();
        for (key, call, expected) in calls.into_iter().filter(|(_, call, _)| call.starts_with("States.")) {
            compared += 1;
            let ours = match Intrinsic::parse(call) {
                Ok(call) => call.evaluate(&run).map_err(|failure| failure.to_string()),
                Err(error) => Err(error.message),
            };
            // The recording of the UUID has a stand-in that it does not list.
            let is_random = wildcards.contains(expected) || call == "States.UUID()";
            let same = match &ours {
                // Equal in value and in form: 3 is not 3.0.
                Ok(ours) => is_random || (ours == expected && ours.to_json().len() == expected.to_json().len()),
                Err(_) => false,
            };
            if !same {
                wrong.push(format!("{}: {key}: {call}: ours {ours:?}, theirs {expected}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {compared} differ:\n{}", wrong.len(), wrong.join("\n"));
    assert!(files.is_empty() || compared >= 80, "only {compared} calls were found");
}

/// AWS refuses these definitions when they are created.
#[test]
fn escapes_that_aws_refuses_are_refused() {
    for file in shared::files("conformance/cases/scenarios", ".json") {
        if !file.to_string_lossy().contains("ILLEGAL_INTRINSIC_FUNCTION") {
            continue;
        }
        let case = json::read(&file);
        let states = json::at(&case, &["definition", "States", "IntrinsicEscape", "Parameters"]).expect("the state");
        let call = json::text(states, "parsed.$").expect("the call");
        assert!(Intrinsic::parse(call).is_err(), "{call}");
    }
}
