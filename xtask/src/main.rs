//! `cargo xtask COMMAND`: everything this project is built, tried and served with. Needs Rust and Node on the
//! machine and gets the rest itself. One file per command; `tools` finds or installs what they need.

mod bench;
mod build;
mod gallery;
mod process;
mod serve;
mod test;
mod tools;

use std::process::ExitCode;

/// A command, given the arguments after its name.
type Run = fn(&[String]) -> Outcome;

/// The commands in the order one meets them: name, what it does, the function.
const COMMANDS: &[(&str, &str, Run)] = &[
    ("serve", "build the page, serve it, and build it anew on each change (--release, --port N)", serve::run),
    ("test", "run every check: format, lints, native, wasm and browser tests", test::run),
    ("build", "build the static site into dist/ and print its size", build::run),
    ("gallery", "make a page of the screenshots that the browser tests take (--kept: took last)", gallery::run),
    ("bench", "measure runs and layout against their peers in Node and print the ratios", bench::run),
];

/// What a command or a step ends with: nothing to say, or one line that says what to do about it.
type Outcome<T = ()> = Result<T, String>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let name = arguments.first().map(String::as_str);
    let command = COMMANDS.iter().find(|(known, _, _)| Some(*known) == name);
    let Some((_, _, run)) = command else {
        print_usage();
        let is_help = matches!(name, None | Some("help" | "--help" | "-h"));
        return if is_help { ExitCode::SUCCESS } else { ExitCode::from(2) };
    };
    match run(&arguments[1..]) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("\nxtask: {message}");
            ExitCode::FAILURE
        }
    }
}

fn print_usage() {
    println!("usage: cargo xtask COMMAND\n");
    for (name, purpose, _) in COMMANDS {
        println!("  {name:<8}{purpose}");
    }
}
