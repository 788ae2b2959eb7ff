//! The readable suite: `tests/spec/*.md`. Each second-level heading is a claim; under it a
//! definition (```json or ```yaml), perhaps a scenario (```json scenario), and what is expected
//! (```trace, ```end, ```diagnostics, or ```why: what is explained of failures and rules,
//! or ```types: the run as Standard and as Express). `UPDATE_EXPECT=1 cargo test` writes the expectations anew:
//! read that diff as behaviour.

use std::{fmt::Write as _, fs, path::Path, rc::Rc};

use statelight::{
    asl::{self, model::Definition},
    exchange::types::{SideBySide, table},
    explain::{self, Explainer},
    sim::{
        run,
        scenario::Scenario,
        timeline::Timeline,
        trace::{Trace, TraceEvent},
    },
    syntax::Format,
    text::LineIndex,
};

#[test]
fn every_claim_of_the_spec_files_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spec");
    let mut files: Vec<_> =
        fs::read_dir(folder).expect("the folder is there").map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let (mut complaint, mut claims) = (String::new(), 0);
    for file in files.iter().filter(|file| file.extension().is_some_and(|ending| ending == "md")) {
        let text = fs::read_to_string(file).expect("a spec file can be read");
        let (actual, count) = filled_in(&text);
        claims += count;
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(file, &actual).expect("a spec file can be written");
        } else if actual != text {
            writeln!(complaint, "{}:\n{}", file.display(), first_difference(&text, &actual)).unwrap();
        }
    }
    println!("{claims} claims in {} files", files.len());
    assert!(claims > 0 && complaint.is_empty(), "{complaint}");
}

/// The text of a spec file with its expectations as they really are, and how many there are.
fn filled_in(text: &str) -> (String, usize) {
    let mut out = String::new();
    let (mut definition, mut scenario, mut claims) = (None, None, 0);
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        writeln!(out, "{line}").unwrap();
        if line.starts_with("## ") {
            (definition, scenario) = (None, None);
        }
        let Some(info) = line.strip_prefix("```").filter(|info| !info.is_empty()) else { continue };
        let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let body = body.join("\n");
        match info {
            "json" => definition = Some((body.clone(), Format::Json)),
            "yaml" => definition = Some((body.clone(), Format::Yaml)),
            "json scenario" => scenario = Some(body.clone()),
            _ => {}
        }
        let shown = match (info, &definition) {
            ("trace" | "end" | "world" | "why" | "types" | "diagnostics", None) => {
                "(there is no definition above)\n".to_string()
            }
            ("trace", Some((text, format))) => {
                outcome(text, *format, scenario.as_deref(), |run| shown(run.trace, true))
            }
            ("end", Some((text, format))) => outcome(text, *format, scenario.as_deref(), |run| shown(run.trace, false)),
            ("world", Some((text, format))) => outcome(text, *format, scenario.as_deref(), around),
            ("why", Some((text, format))) => outcome(text, *format, scenario.as_deref(), explained),
            ("types", Some((text, _))) => both_types(text, scenario.as_deref()),
            ("diagnostics", Some((text, format))) => remarks(text, *format),
            _ => format!("{body}\n"),
        };
        claims += usize::from(matches!(info, "trace" | "end" | "world" | "why" | "types" | "diagnostics"));
        writeln!(out, "{shown}```").unwrap();
    }
    (out, claims)
}

/// The same run as Standard and as Express, and with its start doubled.
fn both_types(text: &str, scenario: Option<&str>) -> String {
    let loaded = asl::load(text, Format::detect(text));
    let scenario = Scenario::parse(scenario.unwrap_or(r#"{"version": 1}"#)).expect("a valid scenario");
    match SideBySide::of(text, &Rc::new(loaded.definition), &scenario) {
        Ok((sides, _)) => table::render(&sides),
        Err(reason) => format!("{reason}\n"),
    }
}

fn remarks(text: &str, format: Format) -> String {
    let lines = LineIndex::new(text);
    let mut out = String::new();
    for diagnostic in asl::load(text, format).diagnostics {
        let position = lines.position(text, diagnostic.span.start);
        let (line, column) = (position.line, position.column);
        writeln!(out, "{:?} {} {line}:{column} {}", diagnostic.severity, diagnostic.code, diagnostic.message).unwrap();
        if let Some(hint) = diagnostic.hint {
            writeln!(out, "    {hint}").unwrap();
        }
    }
    out
}

fn outcome(text: &str, format: Format, scenario: Option<&str>, tell: fn(&Run) -> String) -> String {
    let loaded = asl::load(text, format);
    if !loaded.is_runnable() {
        return remarks(text, format);
    }
    let scenario = match scenario.map_or_else(|| Ok(Scenario::default()), Scenario::parse) {
        Ok(scenario) => scenario,
        Err(errors) => return format!("{errors:?}\n"),
    };
    let definition = Rc::new(loaded.definition);
    match run::run(&definition, &scenario) {
        Ok(trace) => tell(&Run { text, definition: &definition, trace: &trace }),
        Err(refusal) => format!("{refusal}\n"),
    }
}

/// A run and what it was a run of.
struct Run<'a> {
    text: &'a str,
    definition: &'a Definition,
    trace: &'a Trace,
}

/// What is explained of each state that failed, and of each Choice, in the order of the visits.
fn explained(run: &Run) -> String {
    let timeline = Timeline::new(run.trace, run.definition);
    let explainer = Explainer::new(run.text, run.definition, run.trace, &timeline);
    let mut out = String::new();
    for visit in &timeline.visits {
        let rules = explainer.rules(visit.id);
        match (explainer.visit(visit.id, usize::MAX), &rules) {
            (Some(failure), rules) => out += &explain::render(&failure, rules.as_ref()),
            (None, Some(rules)) => out += &explain::render_rules(&run.definition.state(visit.state).name, rules),
            (None, None) => {}
        }
    }
    out
}

fn shown(trace: &Trace, with_events: bool) -> String {
    let mut out = String::new();
    for event in trace.events.iter().filter(|_| with_events) {
        writeln!(out, "{}", event_line(trace, event)).unwrap();
    }
    let status = serde_json::to_value(trace.status).unwrap();
    let status = status.as_str().unwrap();
    let seconds = trace.duration as f64 / 1e6;
    match (trace.output, &trace.error, &trace.cause) {
        (Some(output), ..) => writeln!(out, "{status} after {seconds} s: {}", trace.payloads[output as usize]).unwrap(),
        (None, error, cause) => {
            let (error, cause) = (error.as_deref().unwrap_or("-"), cause.as_deref().unwrap_or("-"));
            writeln!(out, "{status} after {seconds} s: {error}: {cause}").unwrap();
        }
    }
    out
}

/// What happened around the machine, and how the run and the other executions ended.
fn around(run: &Run) -> String {
    let mut out = String::new();
    for event in &run.trace.world {
        let by = if event.execution == 0 { String::new() } else { format!(" ({})", event.execution) };
        writeln!(out, "{:>6} s{by}  {}", event.at as f64 / 1e6, event.sentence()).unwrap();
    }
    for other in &run.trace.others {
        write!(out, "{} began at {} s: {}", other.machine, other.started as f64 / 1e6, shown(&other.trace, false))
            .unwrap();
    }
    out + &shown(run.trace, false)
}

fn event_line(trace: &Trace, event: &TraceEvent) -> String {
    let details = &event.details;
    let mut line = format!("{:>6} s {:>3} < {:<3} {}", event.at as f64 / 1e6, event.id, event.previous, event.kind);
    let payload = |id: Option<u32>| id.map(|id| trace.payloads[id as usize].chars().take(90).collect::<String>());
    for part in [details.name.as_deref().map(String::from), details.index.map(|index| format!("[{index}]"))]
        .into_iter()
        .flatten()
    {
        write!(line, " {part}").unwrap();
    }
    if let Some(text) = payload(details.input.or(details.parameters)) {
        write!(line, " < {text}").unwrap();
    }
    if let Some(text) = payload(details.output) {
        write!(line, " > {text}").unwrap();
    }
    for (name, value) in details.assigned_variables.iter().flatten() {
        write!(line, " ${name} = {}", payload(Some(*value)).unwrap_or_default()).unwrap();
    }
    if details.error.is_some() || details.cause.is_some() {
        let (error, cause) = (details.error.as_deref().unwrap_or("-"), details.cause.as_deref().unwrap_or("-"));
        write!(line, " ! {error}: {cause}").unwrap();
    }
    line
}

fn first_difference(expected: &str, actual: &str) -> String {
    let mut heading = "";
    for (wanted, found) in expected.lines().zip(actual.lines()) {
        if wanted.starts_with("## ") {
            heading = wanted;
        }
        if wanted != found {
            return format!("  {heading}\n  expected: {wanted}\n  found:    {found}");
        }
    }
    format!("  {heading}\n  one is longer than the other")
}
