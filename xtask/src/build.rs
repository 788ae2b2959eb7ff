//! `cargo xtask build`: the static site in dist/, which works under any path of any static host.

use std::process::Command;

use crate::Outcome;
use crate::process::{self, announce, program, root};
use crate::tools::Tools;

/// Builds the page with tools that are ready.
pub fn run_with(tools: &Tools) -> Outcome {
    announce("building the page into dist/", "1 to 3 minutes the first time, then under one");
    // Everything there is to download is there already; what Trunk would fetch on its own is a mistake of ours.
    let arguments = ["build", "--release", "--locked", "--public-url", "./", "--offline"];
    process::run(trunk(tools, &arguments).env("RUST_LOG", "warn"))
}

pub fn run(_: &[String]) -> Outcome {
    let tools = Tools::for_page()?;
    run_with(&tools)?;
    print_sizes(&tools)
}

/// Trunk, with its tools before all others. It takes `NO_COLOR=1` for a mistake, so that stays behind.
pub fn trunk(tools: &Tools, arguments: &[&str]) -> Command {
    let mut command = program("trunk", arguments, &tools.path);
    command.env_remove("NO_COLOR");
    command
}

/// Prints each file of dist/ with its size, raw and as a host would send it.
fn print_sizes(tools: &Tools) -> Outcome {
    println!("\ndist/ lies in {}", root().join("dist").display());
    process::run(&mut program("node", &["xtask/sizes.mjs", "dist"], &tools.path))
}
