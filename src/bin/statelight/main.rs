//! The native command: runs and checks definitions without a browser, for graders, CI and tests.
//! Reads files and standard input, writes standard output; all else is the library's.

mod lsp;
mod people;

use std::{
    fs,
    io::{self, Read, Write},
    process::ExitCode,
    rc::Rc,
};

use serde_json::json;
use statelight::{
    asl::{self, Loaded, model::Definition, references::references},
    convert::report::{Proven, Report},
    diagnostic::{self, Diagnostic, Severity},
    engine::clock::Instant,
    exchange::{
        diagnostics,
        express::{self, LogLevel},
        history, history_import, mock_config, replay,
        svg::{self, Theme},
        types::{SideBySide, table},
        variables::variable_references,
    },
    explain::{self, Explainer},
    graph::Graph,
    language::{Document, format as rewrite},
    session::{model::Run, pictures},
    sim::{
        child, price, run,
        scenario::{MachineType, Scenario},
        survey,
        timeline::Timeline,
        trace::{Status, Trace},
    },
    suite::Suite,
    syntax::{self, Format},
    teststate,
};

const USAGE: &str = "\
Runs and checks Amazon States Language definitions, in virtual time and without an account.

usage: statelight run DEFINITION [--scenario FILE] [--input FILE] [--history | --log LEVEL | --sync-response |
                      --child [RUN:]INDEX]
       statelight check DEFINITION... [--type STANDARD|EXPRESS] [--practice]
                       [--format json|people|aws|sarif|github]
       statelight format DEFINITION [--indent NUMBER | --minify | --convert] [--write]
       statelight lsp
       statelight graph DEFINITION [--scenario FILE] [--at EVENT|end | --animated] [--theme light|dark]
       statelight test DEFINITION TESTS [--json]
       statelight test-state REQUEST
       statelight variables DEFINITION
       statelight survey DEFINITION [--scenario FILE] [--runs NUMBER]
       statelight types DEFINITION [--scenario FILE] [--input FILE] [--json]
       statelight convert DEFINITION [--scenario FILE] [--state NAME]
       statelight import-history DEFINITION HISTORY
       statelight import-mocks MOCKCONFIG [--machine NAME] [--case NAME]
       statelight export-mocks --machine NAME SCENARIO...

A file named - is standard input. `run` prints the execution's end as JSON and exits with 0 where it
SUCCEEDED, 1 at any other end, 2 where nothing was run; why a run failed goes to standard error. With --log
it prints the events as CloudWatch Logs gets them, one JSON a line (LEVEL is ALL, ERROR, FATAL or OFF); with
--sync-response the response of StartSyncExecution; with --child the end and the history of one child execution
of a distributed Map, by its index, of the first Map Run or the one that RUN says, both counted from 0.
`check` prints a JSON result and exits with 0 for OK, 1 for FAIL; `people` shows the lines with what is wrong in
them (as is done by itself where several definitions are checked), `aws` is the reply of
ValidateStateMachineDefinition, `sarif` a log that code hosts show, `github` annotations for a log of its CI; with --practice it tells what is not
good practice, too. `format` prints the definition formatted, without white space or in the other format, JSON or YAML,
or writes it back. `lsp` is a language server on standard input and output. `graph` prints the graph as
SVG, lit as the run of the scenario leaves it, after the event that --at names, or playing the whole run by itself;
without all of these it is at rest. `test` runs the tests of a workflow as the page
saves them, prints what came of each and which states and ways none of them reached, and exits with 0 where all
pass, 1 where one does not, 2 where nothing was run. `test-state` runs one state: it takes a
request of the TestState API and prints its response, and exits with 0, or 1 where that is an exception.
`variables` prints, as JSON, which variables each state refers to, and exits with 2 where the
definition is invalid. `survey` runs the scenario many times, with one seed after the other, and prints as
JSON how the runs ended, how long they took, what they cost, and what none of them reached. `types` runs
the scenario as Standard and as Express and prints both side by side, as text or as JSON, and exits with 1
where Express refuses the definition. `convert` prints the definition, or one state of it, rewritten from
JSONPath to JSONata, says on standard error what stays and whether both come to the same on the scenario, and
exits with 0 if they do, 1 if not, 2 where the definition is invalid. `import-history` prints the scenario
that replays what `aws stepfunctions get-execution-history` printed, says on standard error where our run
of it first differs, and exits with 0 where it does not, 1 where it does, 2 where nothing could be read.
`import-mocks` prints the test case of a MockConfigFile as a scenario, or several by machine and case;
`export-mocks` prints scenarios as a MockConfigFile, and on standard error what that cannot say.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match Command::parse(&arguments) {
        Ok(Command::Run(options)) => run_command(&options),
        Ok(Command::Check { definitions, kind, form, practice }) => check_command(&definitions, kind, form, practice),
        Ok(Command::Format { definition, way, writes }) => format_command(&definition, way, writes),
        Ok(Command::Lsp) => match lsp::serve() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => refuse(&error.to_string()),
        },
        Ok(Command::Graph { options, kind, theme }) => graph_command(&options, kind, theme),
        Ok(Command::Test { definition, tests, as_json }) => test_command(&definition, &tests, as_json),
        Ok(Command::TestState { request }) => test_state_command(&request),
        Ok(Command::Variables { definition }) => variables_command(&definition),
        Ok(Command::Survey { options, runs }) => survey_command(&options, runs),
        Ok(Command::Types { options, as_json }) => types_command(&options, as_json),
        Ok(Command::Convert { definition, scenario, state }) => {
            convert_command(&definition, scenario.as_ref(), state.as_deref())
        }
        Ok(Command::ImportHistory { definition, history }) => import_history_command(&definition, &history),
        Ok(Command::ImportMocks { file, machine, case }) => {
            import_mocks_command(&file, machine.as_deref(), case.as_deref())
        }
        Ok(Command::ExportMocks { machine, scenarios }) => export_mocks_command(&machine, &scenarios),
        Ok(Command::Help) => {
            print(USAGE);
            ExitCode::SUCCESS
        }
        Err(error) => refuse(&format!("{error}\n\n{USAGE}")),
    }
}

enum Command {
    Run(RunOptions),
    Check { definitions: Vec<String>, kind: MachineType, form: CheckForm, practice: bool },
    Format { definition: String, way: Rewrite, writes: bool },
    Lsp,
    Graph { options: RunOptions, kind: Picture, theme: Theme },
    Test { definition: String, tests: String, as_json: bool },
    TestState { request: String },
    Variables { definition: String },
    Survey { options: RunOptions, runs: u32 },
    Types { options: RunOptions, as_json: bool },
    Convert { definition: String, scenario: Option<String>, state: Option<String> },
    ImportHistory { definition: String, history: String },
    ImportMocks { file: String, machine: Option<String>, case: Option<String> },
    ExportMocks { machine: String, scenarios: Vec<String> },
    Help,
}

/// How a definition is written anew.
#[derive(Clone, Copy)]
enum Rewrite {
    /// By so many blanks a level.
    Format(usize),
    Minify,
    /// In the other format.
    Convert,
}

/// Which picture of a run.
enum Picture {
    /// Without a scenario at rest.
    Plain,
    End,
    After(usize),
    Animated,
}

#[derive(Default)]
struct RunOptions {
    definition: String,
    scenario: Option<String>,
    input: Option<String>,
    history: bool,
    /// A Map Run and the index of one of its child executions.
    child: Option<(u32, u32)>,
    log: Option<LogLevel>,
    sync_response: bool,
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
                        "--child" => options.child = Some(child_of(&value_of(argument, rest.next())?)?),
                        "--sync-response" => options.sync_response = true,
                        "--log" => {
                            let level = value_of(argument, rest.next())?;
                            let unknown = || format!("`--log` needs ALL, ERROR, FATAL or OFF, not `{level}`");
                            options.log = Some(LogLevel::of(&level).ok_or_else(unknown)?);
                        }
                        "--scenario" => options.scenario = Some(value_of(argument, rest.next())?),
                        "--input" => options.input = Some(value_of(argument, rest.next())?),
                        _ => take_file(&mut definition, argument)?,
                    }
                }
                options.definition = definition.ok_or("`run` needs the file of a definition")?;
                Ok(Self::Run(options))
            }
            Some("check") => {
                let (mut definitions, mut kind, mut form, mut practice) =
                    (Vec::new(), MachineType::Standard, None, false);
                while let Some(argument) = rest.next() {
                    match argument.as_str() {
                        "--type" => kind = machine_type(&value_of(argument, rest.next())?)?,
                        "--practice" => practice = true,
                        "--format" => form = Some(CheckForm::of(&value_of(argument, rest.next())?)?),
                        _ => {
                            let mut definition = None;
                            take_file(&mut definition, argument)?;
                            definitions.extend(definition);
                        }
                    }
                }
                let form = match (form, definitions.len()) {
                    (_, 0) => return Err("`check` needs the file of a definition".to_owned()),
                    (Some(form), 1) => form,
                    (None, 1) => CheckForm::Json,
                    (Some(CheckForm::Json | CheckForm::Aws), _) => {
                        return Err("`--format json` and `aws` are of one definition".to_owned());
                    }
                    (form, _) => form.unwrap_or(CheckForm::People),
                };
                Ok(Self::Check { definitions, kind, form, practice })
            }
            Some("format") => {
                let (mut definition, mut way, mut writes) = (None, Rewrite::Format(2), false);
                while let Some(argument) = rest.next() {
                    match argument.as_str() {
                        "--minify" => way = Rewrite::Minify,
                        "--convert" => way = Rewrite::Convert,
                        "--write" => writes = true,
                        "--indent" => {
                            let number = value_of(argument, rest.next())?;
                            let indent = number.parse().ok().filter(|indent| (1..=8).contains(indent));
                            way = Rewrite::Format(indent.ok_or(format!("`--indent` is from 1 to 8, not `{number}`"))?);
                        }
                        _ => take_file(&mut definition, argument)?,
                    }
                }
                Ok(Self::Format {
                    definition: definition.ok_or("`format` needs the file of a definition")?,
                    way,
                    writes,
                })
            }
            Some("lsp") => Ok(Self::Lsp),
            Some("graph") => {
                let (mut options, mut definition) = (RunOptions::default(), None);
                let (mut kind, mut theme) = (Picture::Plain, Theme::Light);
                while let Some(argument) = rest.next() {
                    match argument.as_str() {
                        "--animated" => kind = Picture::Animated,
                        "--at" if rest.clone().next().is_some_and(|event| event == "end") => {
                            rest.next();
                            kind = Picture::End;
                        }
                        "--at" => {
                            let event = value_of(argument, rest.next())?;
                            let unknown = |_| format!("`--at` needs the id of an event, not `{event}`");
                            kind = Picture::After(event.parse().map_err(unknown)?);
                        }
                        "--theme" => match &*value_of(argument, rest.next())? {
                            "light" => theme = Theme::Light,
                            "dark" => theme = Theme::Dark,
                            other => return Err(format!("`--theme` is light or dark, not `{other}`")),
                        },
                        "--scenario" => options.scenario = Some(value_of(argument, rest.next())?),
                        _ => take_file(&mut definition, argument)?,
                    }
                }
                options.definition = definition.ok_or("`graph` needs the file of a definition")?;
                Ok(Self::Graph { options, kind, theme })
            }
            Some("test") => {
                let is_json = |argument: &&String| *argument == "--json";
                let as_json = rest.clone().any(|argument| argument == "--json");
                let files = files(rest.filter(|argument| !is_json(argument)))?;
                let [definition, tests] = files.as_slice() else {
                    return Err("`test` needs the file of a definition and that of its tests".into());
                };
                Ok(Self::Test { definition: definition.clone(), tests: tests.clone(), as_json })
            }
            Some("test-state") => {
                let mut request = None;
                rest.try_for_each(|argument| take_file(&mut request, argument))?;
                Ok(Self::TestState { request: request.ok_or("`test-state` needs the file of a request")? })
            }
            Some("survey") => {
                let (mut options, mut definition, mut runs) = (RunOptions::default(), None, 1000);
                while let Some(argument) = rest.next() {
                    match argument.as_str() {
                        "--scenario" => options.scenario = Some(value_of(argument, rest.next())?),
                        "--runs" => {
                            let number = value_of(argument, rest.next())?;
                            runs = number.parse().map_err(|_| format!("`--runs` needs a number, not `{number}`"))?;
                        }
                        _ => take_file(&mut definition, argument)?,
                    }
                }
                options.definition = definition.ok_or("`survey` needs the file of a definition")?;
                Ok(Self::Survey { options, runs })
            }
            Some("types") => {
                let (mut options, mut definition, mut as_json) = (RunOptions::default(), None, false);
                while let Some(argument) = rest.next() {
                    match argument.as_str() {
                        "--json" => as_json = true,
                        "--scenario" => options.scenario = Some(value_of(argument, rest.next())?),
                        "--input" => options.input = Some(value_of(argument, rest.next())?),
                        _ => take_file(&mut definition, argument)?,
                    }
                }
                options.definition = definition.ok_or("`types` needs the file of a definition")?;
                Ok(Self::Types { options, as_json })
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
            Some("import-history") => {
                let files = files(rest)?;
                let [definition, history] = files.as_slice() else {
                    return Err("`import-history` needs the file of a definition and that of a history".into());
                };
                Ok(Self::ImportHistory { definition: definition.clone(), history: history.clone() })
            }
            Some("import-mocks") => {
                let (mut file, mut machine, mut case) = (None, None, None);
                while let Some(argument) = rest.next() {
                    match argument.as_str() {
                        "--machine" => machine = Some(value_of(argument, rest.next())?),
                        "--case" => case = Some(value_of(argument, rest.next())?),
                        _ => take_file(&mut file, argument)?,
                    }
                }
                Ok(Self::ImportMocks { file: file.ok_or("`import-mocks` needs a MockConfigFile")?, machine, case })
            }
            Some("export-mocks") => {
                let (mut machine, mut scenarios) = (None, Vec::new());
                while let Some(argument) = rest.next() {
                    match argument.as_str() {
                        "--machine" => machine = Some(value_of(argument, rest.next())?),
                        _ => scenarios.extend(files([argument].into_iter())?),
                    }
                }
                let machine = machine.ok_or("`export-mocks` needs the name of the machine: --machine NAME")?;
                if scenarios.is_empty() {
                    return Err("`export-mocks` needs the file of a scenario".into());
                }
                Ok(Self::ExportMocks { machine, scenarios })
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

/// `3`, or `1:3` for the second Map Run.
fn child_of(text: &str) -> Result<(u32, u32), String> {
    let (run, index) = text.split_once(':').unwrap_or(("0", text));
    let number = |text: &str| text.parse().ok();
    number(run).zip(number(index)).ok_or_else(|| format!("`--child` takes an index such as 3, or 1:3, not `{text}`"))
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

fn files<'a>(arguments: impl Iterator<Item = &'a String>) -> Result<Vec<String>, String> {
    arguments
        .map(|argument| {
            let mut file = None;
            take_file(&mut file, argument).map(|()| argument.clone())
        })
        .collect()
}

fn run_command(options: &RunOptions) -> ExitCode {
    let result = read(&options.definition).and_then(|text| {
        let loaded = load(&options.definition, &text)?;
        let scenario = scenario(options)?;
        let definition = Rc::new(loaded.definition);
        let trace = match options.child {
            Some((run, index)) => child::child(&definition, &scenario, run, index)?,
            None => run::run(&definition, &scenario)?,
        };
        let why = why(&text, &definition, &trace);
        Ok((trace, scenario, why))
    });
    match result {
        Ok((trace, scenario, why)) => {
            match options.log {
                Some(level) => {
                    express::log_events(&trace, &scenario, level, true).for_each(|event| print(&event.to_string()));
                }
                None if options.sync_response => print(&format!("{:#}", express::sync_response(&trace, &scenario))),
                None => print(&format!("{:#}", end_of(&trace, &scenario, options.history || options.child.is_some()))),
            }
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

/// How `check` prints what it finds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum CheckForm {
    Json,
    People,
    Aws,
    Sarif,
    Github,
}

impl CheckForm {
    fn of(name: &str) -> Result<Self, String> {
        Ok(match name {
            "json" => Self::Json,
            "people" => Self::People,
            "aws" => Self::Aws,
            "sarif" => Self::Sarif,
            "github" => Self::Github,
            _ => return Err(format!("`--format` is json, people, aws, sarif or github, not `{name}`")),
        })
    }
}

fn format_command(file: &str, way: Rewrite, writes: bool) -> ExitCode {
    let text = match read(file) {
        Ok(text) => text,
        Err(error) => return refuse(&error),
    };
    let form = Format::detect(&text);
    let written = match way {
        Rewrite::Format(indent) => rewrite::format(&text, form, indent),
        Rewrite::Minify => rewrite::minify(&text, form),
        Rewrite::Convert => rewrite::convert(&text, form).map(|(text, lost)| {
            if lost > 0 {
                eprintln!("{lost} comments have no place in JSON and were left out");
            }
            text
        }),
    };
    match written {
        Ok(written) if writes => match fs::write(file, written) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => refuse(&format!("cannot write `{file}`: {error}")),
        },
        Ok(written) => {
            print(written.trim_end());
            ExitCode::SUCCESS
        }
        Err(refusal) => refuse(&format!("`{file}` stays as it is: {}", refusal.words())),
    }
}

fn check_command(files: &[String], kind: MachineType, form: CheckForm, practice: bool) -> ExitCode {
    let (mut fails, mut logs) = (false, Vec::new());
    for file in files {
        let text = match read(file) {
            Ok(text) => text,
            Err(error) => return refuse(&error),
        };
        let document = Document::read(&text, Format::detect(&text), kind == MachineType::Express);
        let wanted = |it: &&Diagnostic| practice || it.severity != Severity::Info;
        let found: Vec<Diagnostic> = document.diagnostics.iter().filter(wanted).cloned().collect();
        let found = found.as_slice();
        fails |= !document.is_runnable;
        match form {
            CheckForm::Json => print(&format!("{:#}", diagnostics::check_result(&text, found))),
            CheckForm::Aws => print(&format!("{:#}", diagnostics::validation_reply(found))),
            CheckForm::People => print(&people::report(file, &text, found)),
            CheckForm::Github => {
                let _ = write!(io::stdout(), "{}", diagnostics::annotations(file, &text, found));
            }
            CheckForm::Sarif => logs.push(diagnostics::sarif(file, &text, found)),
        }
    }
    if form == CheckForm::Sarif {
        print(&format!("{:#}", diagnostics::joined(logs)));
    }
    ExitCode::from(u8::from(fails))
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

fn graph_command(options: &RunOptions, kind: Picture, theme: Theme) -> ExitCode {
    let picture = read(&options.definition).and_then(|text| {
        let loaded = load(&options.definition, &text)?;
        let graph = Graph::of(&loaded.definition);
        if options.scenario.is_none() && matches!(kind, Picture::Plain) {
            return Ok(svg::graph_svg(&graph, theme));
        }
        let (definition, scenario) = (Rc::new(loaded.definition), scenario(options)?);
        let trace = Rc::new(run::run(&definition, &scenario)?);
        let name = scenario.machine.name.clone();
        let run = Run::of(1, text.as_str().into(), scenario.to_text().into(), definition, trace);
        Ok(match kind {
            Picture::Plain | Picture::End => pictures::moment(&name, &run, &graph, run.trace.events.len(), theme),
            Picture::After(event) => pictures::moment(&name, &run, &graph, event.min(run.trace.events.len()), theme),
            Picture::Animated => pictures::animated(&name, &run, &graph, true, theme),
        })
    });
    match picture {
        Ok(picture) => {
            print(&picture);
            ExitCode::SUCCESS
        }
        Err(error) => refuse(&error),
    }
}

fn test_command(definition: &str, tests: &str, as_json: bool) -> ExitCode {
    let report = read(definition).and_then(|text| {
        let loaded = load(definition, &text)?;
        let text = read(tests)?;
        let suite = Suite::parse(&text).map_err(|errors| rendered(tests, &text, &errors))?;
        Ok(suite.run(&Rc::new(loaded.definition)))
    });
    match report {
        Ok(report) => {
            print(
                match as_json {
                    true => serde_json::to_string_pretty(&report).unwrap_or_default(),
                    false => report.words(),
                }
                .trim_end(),
            );
            ExitCode::from(u8::from(report.passed() < report.cases.len()))
        }
        Err(error) => refuse(&error),
    }
}

fn survey_command(options: &RunOptions, runs: u32) -> ExitCode {
    let surveyed = read(&options.definition).and_then(|text| {
        let loaded = load(&options.definition, &text)?;
        Ok(survey::survey(&Rc::new(loaded.definition), &scenario(options)?, 0, runs))
    });
    match surveyed {
        Ok(survey) => {
            let percentiles =
                ["min", "p50", "p90", "p95", "p99", "max"].into_iter().zip([0.0, 50.0, 90.0, 95.0, 99.0, 100.0]);
            let seconds = percentiles.map(|(name, percent)| (name, survey.percentile(percent) as f64 / 1e6));
            print(&format!(
                "{:#}",
                json!({
                    "runs": survey.runs,
                    "outcomes": survey.outcomes,
                    "seconds": seconds.collect::<std::collections::BTreeMap<_, _>>(),
                    "retries": survey.retries,
                    "caught": survey.caught,
                    "transitions": survey.transitions,
                    "priceInDollars": survey.price,
                    "neverReached": survey.never().collect::<Vec<_>>(),
                })
            ));
            ExitCode::SUCCESS
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
        load(file, &text)?;
        Report::of(&text, state, &scenario_of(scenario)?.to_text())
    });
    match result {
        Ok(report) => {
            print(report.text.trim_end_matches('\n'));
            let _ = write!(io::stderr(), "{}", report.words());
            ExitCode::from(u8::from(matches!(report.proof, Proven::Differs(_))))
        }
        Err(error) => refuse(&error),
    }
}

fn types_command(options: &RunOptions, as_json: bool) -> ExitCode {
    let compared = read(&options.definition).and_then(|text| {
        let loaded = load(&options.definition, &text)?;
        Ok(SideBySide::of(&text, &Rc::new(loaded.definition), &scenario(options)?)?.0)
    });
    match compared {
        Ok(sides) => {
            match as_json {
                true => print(&serde_json::to_string_pretty(&sides).expect("it has only string keys")),
                false => print(table::render(&sides).trim_end()),
            }
            ExitCode::from(u8::from(sides.express.is_none()))
        }
        Err(error) => refuse(&error),
    }
}

fn import_history_command(definition: &str, history: &str) -> ExitCode {
    let result = read(definition).and_then(|text| {
        let definition = Rc::new(load(definition, &text)?.definition);
        let recording = history_import::read(&read(history)?).map_err(|error| format!("{history}: {error}"))?;
        let mut imported = recording.import(&definition);
        let replay = replay::replay(&mut imported, &definition)?;
        Ok((imported, replay))
    });
    match result {
        Ok((imported, replay)) => {
            print(replay.lifted.scenario.to_text().trim_end());
            note(imported.notes.iter().chain(&replay.lifted.notes));
            let _ = writeln!(io::stderr(), "{}", replay.comparison.words());
            ExitCode::from(u8::from(!replay.comparison.is_equal()))
        }
        Err(error) => refuse(&error),
    }
}

fn import_mocks_command(file: &str, machine: Option<&str>, case: Option<&str>) -> ExitCode {
    let result = read(file).and_then(|text| {
        let config = mock_config::read(&text).map_err(|errors| rendered(file, &text, &errors))?;
        config.chosen(machine, case)
    });
    match result {
        Ok(chosen) => {
            print(chosen.to_json_pretty().trim_end());
            ExitCode::SUCCESS
        }
        Err(error) => refuse(&error),
    }
}

fn export_mocks_command(machine: &str, files: &[String]) -> ExitCode {
    let scenarios: Result<Vec<(&str, Scenario)>, String> =
        files.iter().map(|file| Ok((case_name(file), scenario_of(Some(file))?))).collect();
    match scenarios {
        Ok(scenarios) => {
            let written = mock_config::write(machine, scenarios.iter().map(|(name, scenario)| (*name, scenario)));
            print(written.file.to_json_pretty().trim_end());
            note(written.notes.iter());
            ExitCode::SUCCESS
        }
        Err(error) => refuse(&error),
    }
}

/// A test case is named as its file is, without the endings.
fn case_name(file: &str) -> &str {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    name.strip_suffix(".scenario.json").or_else(|| name.strip_suffix(".json")).unwrap_or(name)
}

fn note<'a>(notes: impl Iterator<Item = &'a String>) {
    for note in notes {
        let _ = writeln!(io::stderr(), "note: {note}");
    }
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
        scenario.input = syntax::parse_value(&text).map_err(|error| rendered(file, &text, &[*error]))?;
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
        end["billedDurationMs"] = json!(price::billed(trace.duration) / 1000);
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
