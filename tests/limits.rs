//! The quotas of the Step Functions guide in their real numbers, each at the limit and one past it;
//! `tests/spec/limits.md` shows with small numbers what happens then. Nesting has a limit of our own.

use std::rc::Rc;

use serde_json::{Value, json};
use statelight::{
    asl::{self, check::length::LONGEST_DEFINITION},
    engine::DEEPEST_DATA,
    sim::{
        run,
        scenario::Scenario,
        trace::{Status, Trace},
    },
    syntax::{self, Format, MAX_DEPTH},
};

/// "Maximum input or output size for a task, state, or execution: 262,144 bytes of data as a UTF-8
/// encoded string."
const PAYLOAD: usize = 262_144;

const FUNCTION: &str = "arn:aws:lambda:us-east-1:111111111111:function:f";

/// A string whose JSON text has so many bytes.
fn text(bytes: usize) -> Value {
    "x".repeat(bytes - 2).into()
}

fn machine(state: Value) -> Value {
    json!({"StartAt": "A", "States": {"A": state}})
}

fn run(definition: &str, scenario: &Value) -> Result<Trace, String> {
    let loaded = asl::load(definition, Format::Json);
    if let Some(error) = loaded.diagnostics.iter().find(|diagnostic| diagnostic.is_error()) {
        return Err(error.message.clone());
    }
    let scenario = Scenario::parse(&scenario.to_string()).expect("the scenario is valid");
    run::run(&Rc::new(loaded.definition), &scenario)
}

/// A machine and a scenario, made so that something in the run has exactly so many bytes.
type Sized = fn(usize) -> (Value, Value);

/// The run succeeds at the limit; one byte more and it fails, the cause naming this.
fn check_payload(what: &str, name: &str, make: Sized) {
    let outcome = |bytes| {
        let (definition, mut scenario) = make(bytes);
        scenario["version"] = 1.into();
        run(&definition.to_string(), &scenario).unwrap_or_else(|refusal| panic!("{what}: {refusal}"))
    };
    let fits = outcome(PAYLOAD);
    assert_eq!((fits.status, fits.cause), (Status::Succeeded, None), "{what}");
    let exceeds = outcome(PAYLOAD + 1);
    let cause = format!(
        "The state/task '{name}' returned a result with a size exceeding the maximum number of bytes service limit."
    );
    assert_eq!(exceeds.status, Status::Failed, "{what}");
    assert_eq!(
        (exceeds.error.as_deref(), exceeds.cause.as_deref()),
        (Some("States.DataLimitExceeded"), Some(&*cause)),
        "{what}"
    );
}

#[test]
fn the_result_of_a_task_has_262_144_bytes_at_most() {
    check_payload("a function's result", FUNCTION, |bytes| {
        let task = json!({"Type": "Task", "Resource": FUNCTION, "End": true});
        (machine(task), json!({"tasks": {"A": [{"return": text(bytes)}]}}))
    });
    check_payload("a result that is dropped", FUNCTION, |bytes| {
        let task = json!({"Type": "Task", "Resource": FUNCTION, "ResultPath": null, "End": true});
        (machine(task), json!({"tasks": {"A": [{"return": text(bytes)}]}}))
    });
    check_payload("what comes before a job is waited for", "batch", |bytes| {
        let resource = "arn:aws:states:::batch:submitJob.sync";
        let task = json!({"Type": "Task", "Resource": resource, "Parameters": {"JobName": "j"}, "End": true});
        (machine(task), json!({"tasks": {"A": [{"submitted": text(bytes), "return": 1}]}}))
    });
    check_payload("an integration's result", "lambda", |bytes| {
        let resource = "arn:aws:states:::lambda:invoke";
        let task = json!({"Type": "Task", "Resource": resource, "Parameters": {"FunctionName": "f"}, "End": true});
        (machine(task), json!({"tasks": {"A": [{"return": text(bytes)}]}}))
    });
}

#[test]
fn bytes_of_utf_8_are_counted() {
    // Two bytes a character, two for the quotes, and one to meet an odd number.
    fn text(bytes: usize) -> Value {
        format!("{}{}", "ü".repeat((bytes - 2) / 2), "x".repeat(bytes % 2)).into()
    }
    assert_eq!(text(PAYLOAD + 1).to_string().len(), PAYLOAD + 1);
    check_payload("a result beyond ASCII", FUNCTION, |bytes| {
        let task = json!({"Type": "Task", "Resource": FUNCTION, "End": true});
        (machine(task), json!({"tasks": {"A": [{"return": text(bytes)}]}}))
    });
}

#[test]
fn the_output_of_a_state_has_262_144_bytes_at_most() {
    check_payload("a Pass state's result", "A", |bytes| {
        (machine(json!({"Type": "Pass", "Result": text(bytes), "End": true})), json!({}))
    });
    check_payload("a result put into the input", "A", |bytes| {
        let put = json!({"Type": "Pass", "Result": text(1000), "ResultPath": "$.r", "End": true});
        // `{"a":` and `,"r":` and `}`.
        (machine(put), json!({"input": {"a": text(bytes - 1000 - 11)}}))
    });
    check_payload("an error put into the input", "A", |bytes| {
        let caught = json!([{"ErrorEquals": ["States.ALL"], "ResultPath": "$.e", "Next": "B"}]);
        let task = json!({"Type": "Task", "Resource": FUNCTION, "Catch": caught, "End": true});
        let definition = json!({"StartAt": "A", "States": {"A": task, "B": {"Type": "Succeed"}}});
        let error = json!({"Error": "E", "Cause": "C"}).to_string().len();
        let scenario = json!({
            "input": {"a": text(bytes - error - 11)},
            "tasks": {"A": [{"throw": {"error": "E", "cause": "C"}}]},
        });
        (definition, scenario)
    });
    check_payload("what a ResultSelector makes", "A", |bytes| {
        // `{"r":` and `}`.
        let selector = json!({"r.$": "$"});
        let task = json!({"Type": "Task", "Resource": FUNCTION, "ResultSelector": selector, "End": true});
        (machine(task), json!({"tasks": {"A": [{"return": text(bytes - 6)}]}}))
    });
}

#[test]
fn joined_results_have_262_144_bytes_at_most() {
    check_payload("a Parallel's array", "A", |bytes| {
        let branch = |n: usize| {
            json!({"StartAt": format!("B{n}"), "States": {format!("B{n}"): {
            "Type": "Pass", "Result": text(n), "End": true}}})
        };
        // Two brackets and a comma.
        let branches = [branch(100_000), branch(bytes - 100_003)];
        (machine(json!({"Type": "Parallel", "Branches": branches, "End": true})), json!({}))
    });
    check_payload("a Map's array", "A", |bytes| {
        let processor = json!({"StartAt": "B", "States": {"B": {"Type": "Task", "Resource": FUNCTION, "End": true}}});
        let map = json!({"Type": "Map", "ItemProcessor": processor, "End": true});
        let answer = |index: usize, bytes| json!({"return": text(bytes), "iteration": [{"map": "A", "index": index}]});
        let answers = [answer(0, 100_000), answer(1, bytes - 100_003)];
        (machine(map), json!({"input": [1, 2], "tasks": {"B": answers}}))
    });
}

#[test]
fn what_parameters_make_has_262_144_bytes_at_most() {
    // `{"p":` and `}`.
    fn input(bytes: usize) -> Value {
        json!({"input": text(bytes - 6)})
    }
    check_payload("of a task", "A", |bytes| {
        let task = json!({"Type": "Task", "Resource": FUNCTION, "Parameters": {"p.$": "$"}, "End": true});
        (machine(task), input(bytes))
    });
    check_payload("of a Pass state whose result is dropped", "A", |bytes| {
        let pass = json!({"Type": "Pass", "Parameters": {"p.$": "$"}, "ResultPath": null, "End": true});
        (machine(pass), input(bytes))
    });
    check_payload("of a Parallel", "A", |bytes| {
        let branch = json!({"StartAt": "B", "States": {"B": {"Type": "Pass", "Result": 1, "End": true}}});
        let state = json!({"Type": "Parallel", "Parameters": {"p.$": "$"}, "Branches": [branch], "End": true});
        (machine(state), input(bytes))
    });
    check_payload("of a Map's ItemSelector", "A", |bytes| {
        let processor = json!({"StartAt": "B", "States": {"B": {"Type": "Pass", "Result": 1, "End": true}}});
        let selector = json!({"selected.$": "$.a", "i.$": "$$.Map.Item.Value"});
        let state = json!({
            "Type": "Map", "ItemsPath": "$.l", "ItemSelector": selector, "ItemProcessor": processor, "End": true,
        });
        // `{"selected":` and `,"i":[]}`: the item is an empty array.
        (machine(state), json!({"input": {"a": text(bytes - 20), "l": [[]]}}))
    });
    check_payload("of an InputPath into the context object", "A", |bytes| {
        let around =
            r#"{"Id":"","Input":,"StartTime":"2024-01-01T00:00:00.000Z","Name":"n","RoleArn":"","RedriveCount":0}"#;
        let scenario = json!({
            "input": text(bytes - around.len()),
            "machine": {"roleArn": ""},
            "execution": {"name": "n", "arn": ""},
        });
        let pass = json!({"Type": "Pass", "InputPath": "$$.Execution", "ResultPath": null, "End": true});
        (machine(pass), scenario)
    });
}

/// The guide, about variables: what one `Assign` gives them has 256 KiB together at most.
#[test]
fn what_an_assign_gives_has_262_144_bytes_at_most() {
    check_payload("an Assign", "A", |bytes| {
        // `{"v":` and `}`.
        let pass = json!({"Type": "Pass", "Result": 1, "Assign": {"v.$": "$$.Execution.Input"}, "End": true});
        (machine(pass), json!({"input": text(bytes - 6)}))
    });
}

/// "Length constraints apply to the payload size, and are expressed as bytes in UTF-8 encoding.
/// Maximum length of 262144", says the reference of StartExecution about `input`.
/// "The maximum size of all variables in an execution is 10 MiB." What AWS says then is not recorded.
#[test]
fn all_variables_together_have_10_mib_at_most() {
    // 41 states that assign 250,000 bytes each, one more that fills up, and then one byte beside it.
    let machine = |last: usize| {
        let mut states = serde_json::Map::new();
        for index in 0..41 {
            let assign = json!({format!("v{index}"): text(250_000)});
            states.insert(
                format!("S{index}"),
                json!({"Type": "Pass", "Assign": assign, "Next": format!("S{}", index + 1)}),
            );
        }
        states.insert("S41".into(), json!({"Type": "Pass", "Assign": {"last": text(last)}, "Next": "Again"}));
        // What is replaced does not count.
        states.insert("Again".into(), json!({"Type": "Pass", "Assign": {"v0": text(250_000)}, "End": true}));
        json!({"StartAt": "S0", "States": states})
    };
    let rest = (10 << 20) - 41 * 250_000;
    let runs = |machine: Value| {
        let definition = asl::load(&machine.to_string(), Format::Json).definition;
        run::run(&Rc::new(definition), &Scenario::default()).expect("it runs")
    };
    assert_eq!(runs(machine(rest)).status, Status::Succeeded);
    let exceeds = runs(machine(rest + 1));
    assert_eq!(exceeds.error.as_deref(), Some("States.DataLimitExceeded"));
    assert!(exceeds.cause.is_some_and(|cause| cause.contains("10485760 bytes together")));
}

#[test]
fn the_input_of_a_run_has_262_144_bytes_at_most() {
    let definition = machine(json!({"Type": "Succeed"})).to_string();
    let outcome = |bytes| run(&definition, &json!({"version": 1, "input": text(bytes)}));
    assert_eq!(outcome(PAYLOAD).expect("it runs").status, Status::Succeeded);
    let refusal = outcome(PAYLOAD + 1).map(|trace| trace.status);
    let words = "the input of the run has 262145 bytes, and an execution takes 262144 at most: AWS would not start it";
    assert_eq!(refusal, Err(words.into()));
}

/// `ExecutionStarted`, two events for each Pass state, five for a task that succeeds, and the end.
fn run_of_events(passes: usize, tasks: usize) -> Trace {
    let mut states = serde_json::Map::new();
    for n in 0..passes + tasks {
        let mut state = match n < passes {
            true => json!({"Type": "Pass"}),
            false => json!({"Type": "Task", "Resource": FUNCTION}),
        };
        match n + 1 == passes + tasks {
            true => state["End"] = true.into(),
            false => state["Next"] = format!("S{}", n + 1).into(),
        }
        states.insert(format!("S{n}"), state);
    }
    run(&json!({"StartAt": "S0", "States": states}).to_string(), &json!({"version": 1})).expect("it runs")
}

/// "Maximum execution history size: 25,000 events. If the execution history reaches this quota, the
/// execution will fail." AWS was seen to keep the last place for the event that says so.
#[test]
fn a_history_has_25_000_events_at_most() {
    let fits = run_of_events(12_499, 0);
    assert_eq!((fits.status, fits.events.len()), (Status::Succeeded, 25_000));
    let exceeds = run_of_events(12_497, 1);
    assert_eq!((exceeds.status, exceeds.events.len()), (Status::Failed, 25_000));
    let [.., before, last] = &*exceeds.events else { panic!("no events") };
    assert_eq!((before.id, &*before.kind), (24_999, "LambdaFunctionSucceeded"));
    assert_eq!((last.id, last.previous, &*last.kind), (25_000, 24_999, "ExecutionFailed"));
    let cause = "The execution reached the maximum number of history events (25000).";
    assert_eq!((exceeds.error.as_deref(), exceeds.cause.as_deref()), (Some("States.Runtime"), Some(cause)));
}

/// The specification: a state's name has a length of at most 80 Unicode characters.
#[test]
fn a_state_name_has_80_characters_at_most() {
    for character in ["x", "ü", "😀"] {
        let named = |length| {
            let name = character.repeat(length);
            let definition = json!({"StartAt": &name, "States": {&name: {"Type": "Succeed"}}});
            run(&definition.to_string(), &json!({"version": 1})).map(|trace| trace.status)
        };
        assert_eq!(named(80), Ok(Status::Succeeded), "{character}");
        assert_eq!(named(81), Err("a state's name may have 80 characters, this one has 81".into()), "{character}");
    }
}

/// CreateStateMachine takes a `definition` of at most 1,048,576 characters, in a request of 1 MB.
#[test]
fn a_definition_has_1_mib_at_most() {
    assert_eq!(LONGEST_DEFINITION, 1_048_576);
    for character in ["x", "ü"] {
        let padded = |bytes: usize| {
            let [before, after] = [r#"{"Comment": ""#, r#"", "StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#];
            let padding = bytes - before.len() - after.len();
            let definition = format!(
                "{before}{}{}{after}",
                character.repeat(padding / character.len()),
                "x".repeat(padding % character.len())
            );
            assert_eq!(definition.len(), bytes);
            run(&definition, &json!({"version": 1})).map(|trace| trace.status)
        };
        assert_eq!(padded(1_048_576), Ok(Status::Succeeded));
        let refusal = "a definition may have 1048576 bytes, this one has 1048577";
        assert_eq!(padded(1_048_577), Err(refusal.into()), "{character}");
    }
}

fn arrays(levels: usize) -> String {
    format!("{}{}", "[".repeat(levels), "]".repeat(levels))
}

#[test]
fn a_text_nests_128_levels_at_most() {
    assert_eq!(MAX_DEPTH, 128);
    let refusal = "nested deeper than 128 levels";
    // The machine, `States` and the state are three levels.
    let outcome = |levels: usize| {
        let result = arrays(levels - 3);
        let definition =
            format!(r#"{{"StartAt": "A", "States": {{"A": {{"Type": "Pass", "Result": {result}, "End": true}}}}}}"#);
        run(&definition, &json!({"version": 1})).map(|trace| trace.status)
    };
    assert_eq!(outcome(128), Ok(Status::Succeeded));
    assert_eq!(outcome(129), Err(refusal.into()));
    // A scenario is one level around its input.
    let scenario = |levels: usize| format!(r#"{{"version": 1, "input": {}}}"#, arrays(levels - 1));
    assert!(Scenario::parse(&scenario(128)).is_ok());
    let errors = Scenario::parse(&scenario(129)).expect_err("it is too deep");
    assert_eq!(errors[0].message, refusal);
    assert!(syntax::parse_value(&arrays(128)).is_ok());
    assert_eq!(syntax::parse_value(&arrays(129)).expect_err("it is too deep").message, refusal);
}

#[test]
fn machines_nest_as_deep_as_their_text_may() {
    let nested = |scopes: usize, around: fn(usize, Value) -> Value| {
        let inner = json!({"Type": "Task", "Resource": FUNCTION, "End": true});
        let state = (1..=scopes).rev().fold(inner, |inner, n| around(n, inner));
        let mut input = json!(1);
        for _ in 0..scopes {
            input = json!([input]);
        }
        run(&json!({"StartAt": "S0", "States": {"S0": state}}).to_string(), &json!({"version": 1, "input": input}))
            .map(|trace| (trace.status, trace.output.map(|id| trace.payloads[id as usize].to_string())))
    };
    // A Map adds three levels of text: its state, its processor, the processor's states.
    let map: fn(usize, Value) -> Value = |n, inner| {
        let processor = json!({"StartAt": format!("S{n}"), "States": {format!("S{n}"): inner}});
        json!({"Type": "Map", "ItemProcessor": processor, "End": true})
    };
    let wrapped = |scopes| Some(format!("{}{{}}{}", "[".repeat(scopes), "]".repeat(scopes)));
    assert_eq!(nested(41, map), Ok((Status::Succeeded, wrapped(41))));
    assert_eq!(nested(42, map), Err("nested deeper than 128 levels".into()));
    // A Parallel adds a fourth, the array of its branches.
    let parallel: fn(usize, Value) -> Value = |n, inner| {
        let branch = json!({"StartAt": format!("S{n}"), "States": {format!("S{n}"): inner}});
        json!({"Type": "Parallel", "Branches": [branch], "End": true})
    };
    assert_eq!(nested(31, parallel), Ok((Status::Succeeded, wrapped(31))));
    assert_eq!(nested(32, parallel), Err("nested deeper than 128 levels".into()));
}

/// Pass states that each put one more object around the data.
#[test]
fn data_nest_1000_levels_at_most() {
    assert_eq!(DEEPEST_DATA, 1000);
    let outcome = |levels: usize| {
        let mut states = serde_json::Map::new();
        for n in 1..levels {
            let state = json!({"Type": "Pass", "Parameters": {"a.$": "$"}, "Next": format!("S{}", n + 1)});
            states.insert(format!("S{n}"), state);
        }
        states.insert(format!("S{levels}"), json!({"Type": "Succeed"}));
        run(&json!({"StartAt": "S1", "States": states}).to_string(), &json!({"version": 1})).expect("it runs")
    };
    assert_eq!(outcome(1000).status, Status::Succeeded);
    let exceeds = outcome(1001);
    let cause = "An error occurred while executing the state 'S1000' (entered at the event id #2000). The data is \
                 nested deeper than 1000 levels.";
    assert_eq!((exceeds.error.as_deref(), exceeds.cause.as_deref()), (Some("States.Runtime"), Some(cause)));
}

/// However long a run may go on, its data does not outgrow the stack.
#[test]
fn a_loop_that_wraps_its_data_ends_well() {
    for wrapper in [
        json!({"Parameters": {"a.$": "$"}}),
        json!({"Parameters": {"a.$": "States.Array($)"}}),
        json!({"Assign": {"v": {"a.$": "$v"}}}),
    ] {
        let mut wrap = json!({"Type": "Pass", "Next": "B"});
        wrap.as_object_mut().expect("it is one").append(&mut wrapper.as_object().expect("so is it").clone());
        let choice = json!({"Type": "Choice", "Choices": [{"Variable": "$.never", "IsPresent": true, "Next": "C"}], "Default": "A"});
        let definition = json!({"StartAt": "V", "States": {
            "V": {"Type": "Pass", "Assign": {"v": 1}, "Next": "A"}, "A": wrap, "B": choice, "C": {"Type": "Succeed"}}});
        let scenario = json!({"version": 1, "limits": {"historyEvents": 1_000_000, "payloadBytes": 64 << 20}});
        let trace = run(&definition.to_string(), &scenario).expect("it runs");
        assert_eq!(trace.status, Status::Failed);
        assert!(trace.cause.is_some_and(|cause| cause.ends_with("nested deeper than 1000 levels.")));
    }
}
