//! `cargo xtask bench`: the library as WebAssembly against its peers, in the same Node and the same run, as ratios.
//! What is measured stands in xtask/bench; what the library offers to it in src/bench.rs.

use std::env;
use std::path::PathBuf;

use crate::Outcome;
use crate::process::{self, announce, program, root};
use crate::tools::{Tools, ensure_packages};

/// Fails where an aim is missed.
pub fn run(_: &[String]) -> Outcome {
    let Tools { path } = Tools::for_page()?;
    ensure_packages(&root().join("xtask/bench"), &path)?;
    announce("building the library for Node", "about a minute the first time");
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let build = ["build", "--release", "--locked", "--target", "wasm32-unknown-unknown", "--features", "bench"];
    process::run(program("cargo", &build, &path).args(["--bin", "bench", "--target-dir"]).arg(&target))?;
    let (module, folder) = (target.join("wasm32-unknown-unknown/release/bench.wasm"), target.join("bench"));
    let bind = ["--target", "web", "--no-typescript", "--out-dir"];
    process::run(program("wasm-bindgen", &bind, &path).arg(&folder).arg(module))?;
    // As strongly as the page's own module, see index.html.
    let file = folder.join("bench_bg.wasm");
    process::run(program("wasm-opt", &["-Os"], &path).arg(&file).arg("-o").arg(&file))?;
    announce("building the native command", "about a minute the first time");
    let build = ["build", "--release", "--locked", "--bin", "statelight", "--target-dir"];
    process::run(program("cargo", &build, &path).arg(&target))?;
    announce("measuring", "about two minutes");
    let command = target.join("release/statelight");
    process::run(program("node", &["--expose-gc", "xtask/bench/main.mjs"], &path).arg(folder).arg(command))
}
