//! The native command: runs and checks definitions without a browser, for graders, CI and tests.
//! Reads files and standard input, writes standard output; all else is the library's.

use std::{
    fs,
    io::{self, Read, Write},
    process::ExitCode,
    rc::Rc,
};

use serde_json::json;
use statelight::{
    asl::{
        self, Loaded,
        model::{Definition, StateId},
        references::references,
    },
    convert::{
        self,
        proof::{Proof, prove},
    },
    diagnostic::{self, Diagnostic},
    engine::clock::Instant,
    exchange::{diagnostics, history, variables::variable_references},
    explain::{self, Explainer},
    sim::{
        run,
        scenario::{MachineType, Scenario},
        timeline::Timeline,
        trace::{Status, Trace},
    },
    syntax::{self, Format},
    teststate,
};

const USAGE: &str = "\
Runs and checks Amazon States Language definitions, in virtual time and without an account.

usage: statelight run DEFINITION [--scenario FILE] [--input FILE] [--history]
       statelight check DEFINITION [--type STANDARD|EXPRESS]
       statelight test-state REQUEST
       statelight variables DEFINITION
       statelight convert DEFINITION [--scenario FILE] [--state NAME]

A file named - is standard input. `run` prints the execution's end as JSON and exits with 0 where it
SUCCEEDED, 1 at any other end, 2 where nothing was run; why a run failed goes to standard error.
`check` prints a JSON result and exits with 0 for OK, 1 for FAIL. `test-state` runs one state: it takes a
request of the TestState API and prints its response, and exits with 0, or 1 where that is an exception.
`variables` prints, as JSON, which variables each state refers to, and exits with 2 where the
definition is invalid. `convert` prints the definition, or one state of it, rewritten from JSONPath to
JSONata, says on standard error what stays and whether both come to the same on the scenario, and
exits with 0 if they do, 1 if not, 2 where the definition is invalid.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match Command::parse(&arguments) {
        Ok(Command::Run(options)) => run_command(&options),
        Ok(Command::Check { definition, kind }) => check_command(&definition, kind),
        Ok(Command::TestState { request }) => test_state_command(&request),
        Ok(Command::Variables { definition }) => variables_command(&definition),
        Ok(Command::Convert { definition, scenario, state }) => {
            convert_command(&definition, scenario.as_ref(), state.as_deref())
        }
        Ok(Command::Help) => {
            print(USAGE);
            ExitCode::SUCCESS
        }
        Err(error) => refuse(&format!("{error}\n\n{USAGE}")),
    }
}

enum Command {
    Run(RunOptions),
    Check { definition: String, kind: MachineType },
    TestState { request: String },
    Variables { definition: String },
    Convert { definition: String, scenario: Option<String>, state: Option<String> },
    Help,
}

#[derive(Default)]
struct RunOptions {
    definition: String,
    scenario: Option<String>,
    input: Option<String>,
    history: bool,
}

impl Command {
    fn parse(arguments: &[String]) -> Result<Self, String> {
        let mut rest = arguments.iter().skip(1);
        match arguments.first().map(String::as_str) {
            Some("run") => {
                let mut options = RunOptions::default();
                let mut definition = None;
                while let Some(argument) = rest.next() {
                    match argument.as_str() {
                        "--history" => options.history = true,
                        "--scenario" => options.scenario = Some(value_of(argument, rest.next())?),
                        "--input" => options.input = Some(value_of(argument, rest.next())?),
                        _ => take_file(&mut definition, argument)?,
                    }
                }
                options.definition = definition.ok_or("`run` needs the file of a definition")?;
                Ok(Self::Run(options))
            }
            Some("check") => {
                let (mut definition, mut kind) = (None, MachineType::Standard);
                while let Some(argument) = rest.next() {
                    match argument.as_str() {
                        "--type" => kind = machine_type(&value_of(argument, rest.next())?)?,
                        _ => take_file(&mut definition, argument)?,
                    }
                }
                let definition = definition.ok_or("`check` needs the file of a definition")?;
                Ok(Self::Check { definition, kind })
            }
            Some("test-state") => {
                let mut request = None;
                rest.try_for_each(|argument| take_file(&mut request, argument))?;
                Ok(Self::TestState { request: request.ok_or("`test-state` needs the file of a request")? })
            }
            Some("variables") => {
                let mut definition = None;
                rest.try_for_each(|argument| take_file(&mut definition, argument))?;
                let definition = definition.ok_or("`variables` needs the file of a definition")?;
                Ok(Self::Variables { definition })
            }
            Some("convert") => {
                let (mut definition, mut scenario, mut state) = (None, None, None);
                while let Some(argument) = rest.next() {
                    match argument.as_str() {
                        "--scenario" => scenario = Some(value_of(argument, rest.next())?),
                        "--state" => state = Some(value_of(argument, rest.next())?),
                        _ => take_file(&mut definition, argument)?,
                    }
                }
                let definition = definition.ok_or("`convert` needs the file of a definition")?;
                Ok(Self::Convert { definition, scenario, state })
            }
            Some("help" | "--help" | "-h") => Ok(Self::Help),
            Some(other) => Err(format!("there is no command `{other}`")),
            None => Err("say what to do".into()),
        }
    }
}

fn value_of(option: &str, value: Option<&String>) -> Result<String, String> {
    value.cloned().ok_or_else(|| format!("`{option}` needs a value"))
}

fn machine_type(text: &str) -> Result<MachineType, String> {
    match text {
        "STANDARD" => Ok(MachineType::Standard),
        "EXPRESS" => Ok(MachineType::Express),
        _ => Err(format!("`--type` is STANDARD or EXPRESS, not `{text}`")),
    }
}

fn take_file(file: &mut Option<String>, argument: &str) -> Result<(), String> {
    if argument.starts_with("--") {
        return Err(format!("there is no option `{argument}`"));
    }
    match file.replace(argument.to_string()) {
        Some(first) => Err(format!("one file at a time: `{first}` or `{argument}`")),
        None => Ok(()),
    }
}

fn run_command(options: &RunOptions) -> ExitCode {
    let result = read(&options.definition).and_then(|text| {
        let loaded = load(&options.definition, &text)?;
        let scenario = scenario(options)?;
        let definition = Rc::new(loaded.definition);
        let trace = run::run(&definition, &scenario)?;
        let why = why(&text, &definition, &trace);
        Ok((trace, scenario, why))
    });
    match result {
        Ok((trace, scenario, why)) => {
            print(&format!("{:#}", end_of(&trace, &scenario, options.history)));
            if let Some(why) = why {
                let _ = write!(io::stderr(), "{why}");
            }
            ExitCode::from(u8::from(trace.status != Status::Succeeded))
        }
        Err(error) => refuse(&error),
    }
}

/// Why the execution failed, for people; programs read the JSON.
fn why(text: &str, definition: &Definition, trace: &Trace) -> Option<String> {
    if trace.status != Status::Failed {
        return None;
    }
    let timeline = Timeline::new(trace, definition);
    let explainer = Explainer::new(text, definition, trace, &timeline);
    let failure = explainer.run()?;
    let rules = failure.visit.and_then(|visit| explainer.rules(visit));
    Some(explain::render(&failure, rules.as_ref()))
}

fn check_command(file: &str, kind: MachineType) -> ExitCode {
    match read(file) {
        Ok(text) => {
            let load = match kind {
                MachineType::Standard => asl::load,
                MachineType::Express => asl::load_express,
            };
            let loaded = load(&text, Format::detect(&text));
            print(&format!("{:#}", diagnostics::check_result(&text, &loaded.diagnostics)));
            ExitCode::from(u8::from(!loaded.is_runnable()))
        }
        Err(error) => refuse(&error),
    }
}

fn test_state_command(file: &str) -> ExitCode {
    match read(file).map(|request| teststate::answer(&request)) {
        Ok(Ok(response)) => {
            print(&format!("{response:#}"));
            ExitCode::SUCCESS
        }
        Ok(Err(exception)) => {
            print(&format!("{:#}", exception.to_json()));
            ExitCode::from(1)
        }
        Err(error) => refuse(&error),
    }
}

fn variables_command(file: &str) -> ExitCode {
    let found = read(file).and_then(|text| {
        let loaded = load(file, &text)?;
        Ok(syntax::parse(&text, loaded.format).root.as_ref().map(references).unwrap_or_default())
    });
    match found {
        Ok(found) => {
            print(&format!("{:#}", variable_references(&found)));
            ExitCode::SUCCESS
        }
        Err(error) => refuse(&error),
    }
}

fn convert_command(file: &str, scenario: Option<&String>, state: Option<&str>) -> ExitCode {
    let result = read(file).and_then(|text| {
        let loaded = load(file, &text)?;
        let only = match state {
            Some(name) => Some(state_called(&loaded.definition, name)?),
            None => None,
        };
        let proposal = convert::convert(&text, only).map_err(|error| rendered(file, &text, &[error]))?;
        let scenario = scenario_of(scenario)?;
        let proof = prove(&text, &proposal.text, &scenario)?;
        Ok((proposal, proof))
    });
    match result {
        Ok((proposal, proof)) => {
            print(proposal.text.trim_end_matches('\n'));
            let _ = write!(io::stderr(), "{}", convert::words(&proposal, &proof));
            ExitCode::from(u8::from(matches!(proof, Proof::Differs(_))))
        }
        Err(error) => refuse(&error),
    }
}

/// The state of a name, or of a path where names stand more than once.
fn state_called(definition: &Definition, name: &str) -> Result<StateId, String> {
    let found = definition.states.iter().find(|state| *state.path == *name || *state.name == *name);
    found.map(|state| state.id).ok_or_else(|| format!("there is no state `{name}`"))
}

fn load(file: &str, text: &str) -> Result<Loaded, String> {
    let loaded = asl::load(text, Format::detect(text));
    if loaded.is_runnable() {
        return Ok(loaded);
    }
    let errors: Vec<Diagnostic> = loaded.diagnostics.into_iter().filter(Diagnostic::is_error).collect();
    Err(rendered(file, text, &errors))
}

fn scenario(options: &RunOptions) -> Result<Scenario, String> {
    let mut scenario = scenario_of(options.scenario.as_ref())?;
    if let Some(file) = &options.input {
        let text = read(file)?;
        scenario.input = syntax::parse_value(&text).map_err(|error| rendered(file, &text, &[error]))?;
    }
    Ok(scenario)
}

fn scenario_of(file: Option<&String>) -> Result<Scenario, String> {
    let Some(file) = file else { return Ok(Scenario::default()) };
    let text = read(file)?;
    Scenario::parse(&text).map_err(|errors| rendered(file, &text, &errors))
}

fn rendered(file: &str, text: &str, diagnostics: &[Diagnostic]) -> String {
    let lines = statelight::text::LineIndex::new(text);
    let rendered: Vec<String> =
        diagnostics.iter().map(|diagnostic| diagnostic::render(text, &lines, diagnostic)).collect();
    format!("{file}:\n{}", rendered.join("\n"))
}

/// The end of a run, in the fields of DescribeExecution.
fn end_of(trace: &Trace, scenario: &Scenario, with_history: bool) -> serde_json::Value {
    let date = |micros: i64| json!(Instant::from_micros(micros).to_rfc3339());
    let output = trace.output.and_then(|id| trace.payloads.get(id as usize));
    let mut end = json!({
        "status": trace.status,
        "output": output,
        "error": trace.error,
        "cause": trace.cause,
        "startDate": date(trace.start),
        "stopDate": date(trace.start.saturating_add(trace.duration)),
    });
    if scenario.machine.kind == MachineType::Express {
        // Express executions are billed in steps of 100 ms.
        end["billedDurationMs"] = json!((trace.duration + 99_999) / 100_000 * 100);
    }
    if with_history {
        end["events"] = history::events(trace).into();
    }
    end
}

fn read(file: &str) -> Result<String, String> {
    let mut bytes = Vec::new();
    let result = if file == "-" {
        io::stdin().read_to_end(&mut bytes)
    } else {
        fs::read(file).map(|all| {
            bytes = all;
            bytes.len()
        })
    };
    result.map_err(|error| format!("cannot read `{file}`: {error}"))?;
    String::from_utf8(bytes).map_err(|_| format!("`{file}` is not UTF-8 text"))
}

/// A closed pipe is no error: the reader has seen enough.
fn print(text: &str) {
    let _ = writeln!(io::stdout(), "{text}");
}

fn refuse(error: &str) -> ExitCode {
    let _ = writeln!(io::stderr(), "{error}");
    ExitCode::from(2)
}
