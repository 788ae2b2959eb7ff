//! Whether a conversion is faithful on a scenario: both definitions are run, and what they come to is compared.

use std::rc::Rc;

use crate::{
    asl::{self, model::Definition},
    sim::{
        run,
        scenario::Scenario,
        trace::{Status, Trace},
    },
    syntax::{Format, parse_value},
    value::Value,
};

/// What two runs of one scenario came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Proof {
    /// The same way, the same outputs, and this end.
    Same { end: String },
    /// Where they part, in a sentence.
    Differs(String),
}

/// Runs both definitions on a scenario. The error says what keeps one of them from running.
pub fn prove(before: &str, after: &str, scenario: &Scenario) -> Result<Proof, String> {
    let (before, after) = (trace(before, scenario)?, trace(after, scenario)?);
    Ok(compare(&before, &after))
}

fn trace(text: &str, scenario: &Scenario) -> Result<Run, String> {
    let loaded = asl::load(text, Format::detect(text));
    if let Some(error) = loaded.diagnostics.iter().find(|diagnostic| diagnostic.is_error()) {
        return Err(format!("{} at {}", error.message, error.location));
    }
    let definition = Rc::new(loaded.definition);
    Ok((run::run(&definition, scenario)?, definition))
}

type Run = (Trace, Rc<Definition>);

fn compare((before, definition): &Run, (after, _): &Run) -> Proof {
    let name = |state: Option<u32>| match state.and_then(|state| definition.states.get(state as usize)) {
        Some(state) => format!("`{}`", state.name),
        None => "a state".to_owned(),
    };
    let (old, new) = (exits(before), exits(after));
    for (old, new) in old.iter().zip(&new) {
        if old.state != new.state {
            return Proof::Differs(format!("the run leaves {} instead of {}", name(new.state), name(old.state)));
        }
        if old.output != new.output {
            let shown =
                |output: &Option<Value>| output.as_ref().map_or("nothing that was kept".to_owned(), Value::to_json);
            let (old_output, new_output) = (shown(&old.output), shown(&new.output));
            return Proof::Differs(format!("{} hands on {new_output} instead of {old_output}", name(old.state)));
        }
    }
    if old.len() != new.len() {
        return Proof::Differs(format!("{} states are left instead of {}", new.len(), old.len()));
    }
    let (old, new) = (end(before), end(after));
    match old == new || is_own_failure(&old, &new) {
        true => Proof::Same { end: new },
        false => Proof::Differs(format!("the run ends with {new} instead of {old}")),
    }
}

/// A state that was left.
struct Exit {
    state: Option<u32>,
    output: Option<Value>,
}

fn exits(trace: &Trace) -> Vec<Exit> {
    let exits = trace.events.iter().filter(|event| event.kind.ends_with("StateExited"));
    let output = |id: u32| parse_value(trace.payload(id)?).ok();
    exits.map(|event| Exit { state: event.state, output: event.details.output.and_then(output) }).collect()
}

/// The end of a run in words.
fn end(trace: &Trace) -> String {
    match (trace.status, &trace.error) {
        (Status::Succeeded, _) => "success".to_owned(),
        (Status::TimedOut, _) => "a timeout".to_owned(),
        (_, Some(error)) => format!("`{error}`"),
        (_, None) => "a failure without a name".to_owned(),
    }
}

/// Each language has its own error for data that an expression cannot use.
fn is_own_failure(old: &str, new: &str) -> bool {
    const JSON_PATH: [&str; 3] = ["`States.Runtime`", "`States.IntrinsicFailure`", "`States.ResultPathMatchFailure`"];
    new == "`States.QueryEvaluationError`" && JSON_PATH.contains(&old)
}
