//! The context object of a state under test: that of the request, or AWS's own for such a run, which is
//! an Express execution of a machine made for it.

use super::{
    Exception, Request,
    alone::{Alone, STATE_NAME},
};
use crate::{
    asl::model::StateKind,
    encoding,
    engine::{Options, clock::Instant},
    sim::{
        run,
        scenario::{DEFAULT_START, ExecutionName, Machine, MachineType, Scenario},
    },
    syntax,
    value::Value,
};

/// The name of the machine that a state under test is in.
const MACHINE_NAME: &str = "TestState";

/// The token of a task that is waited for, where the request has no context object.
const TOKEN: &str = "AQCEAAAAKgAAAAMAAAAA";

/// The fields that a context object may have, with the types of theirs.
const FIELDS: &[(&str, &[(&str, Kind)])] = &[
    (
        "Execution",
        &[
            ("Id", Kind::Text),
            ("Input", Kind::Any),
            ("Name", Kind::Text),
            ("RoleArn", Kind::Text),
            ("StartTime", Kind::Text),
            ("RedriveCount", Kind::Number),
            ("RedriveTime", Kind::Text),
        ],
    ),
    ("State", &[("EnteredTime", Kind::Text), ("Name", Kind::Text), ("RetryCount", Kind::Number)]),
    ("StateMachine", &[("Id", Kind::Text), ("Name", Kind::Text)]),
    ("Task", &[("Token", Kind::Text)]),
];

#[derive(Clone, Copy)]
enum Kind {
    Any,
    Text,
    Number,
}

/// The context object that the state sees.
pub fn of(request: &Request, alone: &Alone) -> Result<Value, Exception> {
    let Some(text) = &request.context else { return Ok(own(request, alone)) };
    if request.mock.is_none() {
        return Err(Exception::validation("A Context object may only be specified if a mock is specified"));
    }
    let invalid = |what: &str| Exception::validation(format!("Invalid Context object provided: {what}"));
    let context = syntax::parse_value(text).map_err(|error| invalid(&error.message))?;
    check(&context, alone).map_err(|what| invalid(&what))?;
    Ok(context)
}

fn check(context: &Value, alone: &Alone) -> Result<(), String> {
    let Value::Object(members) = context else { return Err("Context object must be a JSON object".into()) };
    for (name, value) in members.iter() {
        if &**name == "Map" {
            return Err("'Map' field is not supported when mocking a Context object".into());
        }
        if &**name == "Task" && !alone.is_waited_for() {
            return Err("Context object contains 'Task' when state is not a Task state with a '.sync' or \
                        '.waitForTaskToken' service integration pattern"
                .into());
        }
        let Some((_, known)) = FIELDS.iter().find(|(field, _)| *field == &**name) else {
            return Err(format!("Field '{name}' is not allowed"));
        };
        let Value::Object(inner) = value else { return Err(format!("{name} must be an object")) };
        for (field, value) in inner.iter() {
            let Some((_, kind)) = known.iter().find(|(known, _)| *known == &**field) else {
                return Err(format!("Field '{field}' is not allowed"));
            };
            match (kind, value) {
                (Kind::Any, _) | (Kind::Text, Value::String(_)) | (Kind::Number, Value::Number(_)) => {}
                (Kind::Text, _) => return Err(format!("{name}.{field} must be a string")),
                (Kind::Number, _) => return Err(format!("{name}.{field} must be a number")),
            }
        }
    }
    Ok(())
}

fn own(request: &Request, alone: &Alone) -> Value {
    let options = options(request);
    let start = options.start.to_rfc3339();
    let role = request.role_arn.as_ref().map_or(Value::Null, Value::from);
    let execution = Value::object([
        ("Id", Value::from(&options.execution_arn)),
        ("Input", request.input.value.clone()),
        ("Name", (&options.execution_name).into()),
        ("RoleArn", role),
        ("StartTime", start.clone().into()),
    ]);
    let machine = Value::object([("Id", Value::from(&options.machine_arn)), ("Name", (&options.machine_name).into())]);
    let mut state = vec![("Name", Value::from(STATE_NAME)), ("EnteredTime", start.into())];
    if matches!(alone.kind(), StateKind::Task(_) | StateKind::Parallel(_) | StateKind::Map(_)) {
        state.push(("RetryCount", (request.configuration.retrier_retry_count as i64).into()));
    }
    let mut context = vec![("Execution", execution), ("StateMachine", machine), ("State", Value::object(state))];
    if alone.is_waited_for() {
        context.push(("Task", Value::object([("Token", Value::from(TOKEN))])));
    }
    Value::object(context)
}

/// The run of a state under test: five minutes at most, as an Express execution has.
pub fn options(request: &Request) -> Options {
    let mut machine = Machine { kind: MachineType::Express, ..Machine::named(MACHINE_NAME) };
    if let Some(role_arn) = &request.role_arn {
        machine.role_arn = role_arn.clone();
    }
    let name = encoding::uuid(0, 0);
    let arn = format!("{}:{name}", machine.arn.replacen(":stateMachine:", ":express:", 1));
    let execution = ExecutionName { name: name.into(), arn: arn.into() };
    let options = run::options(&Scenario { machine, execution, ..Scenario::default() });
    Options { start: Instant::from_micros(DEFAULT_START), ..options }
}
