//! `cargo xtask test`: everything that must hold before a change lands. Each check runs even when an earlier one
//! failed, and the last lines say which did.

use std::process::Command;
use std::time::Instant;

use crate::Outcome;
use crate::build;
use crate::process::{announce, find, program, root, run as run_program};
use crate::tools::{Tools, ensure_chromium};

const WASM: [&str; 4] = ["--target", "wasm32-unknown-unknown", "--features", "web"];

/// One check: what it is, about how long it takes, and how it is done.
struct Check<'a> {
    name: &'static str,
    how_long: &'static str,
    run: Box<dyn Fn() -> Outcome + 'a>,
}

pub fn run(_: &[String]) -> Outcome {
    #[expect(clippy::disallowed_methods, reason = "how long the checks took is told to a person")]
    let started = Instant::now();
    let tools = Tools::for_page()?;
    let chromium = ensure_chromium(&tools.path)?;
    let tools = &tools;

    let checks = [
        check("format", "a second", || cargo(tools, &["fmt", "--all", "--check"])),
        check("lints, native", "half a minute the first time", || {
            cargo(tools, &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])
        }),
        check("lints, wasm", "a minute the first time", || {
            cargo(
                tools,
                &[&["clippy"], &WASM[..], &["--lib", "--bin", "app", "--test", "web", "--", "-D", "warnings"]].concat(),
            )
        }),
        check("tests, native", "a minute the first time", || cargo(tools, &["test", "--workspace", "--quiet"])),
        check("tests, wasm", "a minute the first time", || wasm_tests(tools)),
        check("tests, browser", "2 to 4 minutes with the release build before them", || {
            build::run_with(tools)?;
            run_program(browser_tests(tools)?.env("CHROMIUM", &chromium))
        }),
    ];

    let mut failures = Vec::new();
    for check in &checks {
        announce(check.name, check.how_long);
        if let Err(message) = (check.run)() {
            eprintln!("{message}");
            failures.push(check.name);
        }
    }
    match failures.as_slice() {
        [] => {
            println!("\nall {} checks passed in {} s", checks.len(), started.elapsed().as_secs());
            Ok(())
        }
        failed => Err(format!("{} of {} checks failed: {}", failed.len(), checks.len(), failed.join("; "))),
    }
}

fn check<'a>(name: &'static str, how_long: &'static str, run: impl Fn() -> Outcome + 'a) -> Check<'a> {
    Check { name, how_long, run: Box::new(run) }
}

fn cargo(tools: &Tools, arguments: &[&str]) -> Outcome {
    run_program(&mut program("cargo", arguments, &tools.path))
}

/// The tests that are compiled to wasm, in Node.
fn wasm_tests(tools: &Tools) -> Outcome {
    let runner = find("wasm-bindgen-test-runner", &tools.path)
        .ok_or("`wasm-bindgen-test-runner` is missing beside `wasm-bindgen`: install wasm-bindgen-cli anew")?;
    let arguments = [&["test"], &WASM[..], &["--test", "web"]].concat();
    let mut command = program("cargo", &arguments, &tools.path);
    run_program(command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner))
}

/// Node's test runner over tests/e2e, one file after the other.
pub fn browser_tests(tools: &Tools) -> Outcome<Command> {
    let folder = root().join("tests").join("e2e");
    let entries =
        std::fs::read_dir(&folder).map_err(|error| format!("`{}` cannot be read: {error}", folder.display()))?;
    let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|file| file.to_string_lossy().ends_with(".test.mjs"));
    files.sort();
    let arguments = ["--test", "--test-concurrency=1", "--test-reporter=spec", "--test-reporter-destination=stdout"];
    let mut command = program("node", &arguments, &tools.path);
    command.args(files);
    Ok(command)
}
