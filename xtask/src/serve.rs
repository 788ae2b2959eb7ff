//! `cargo xtask serve`: the page on this machine, built anew and reloaded whenever a file changes.
//! A debug build by default, for it is there within seconds; `--release` serves what `build` builds.

use crate::Outcome;
use crate::build;
use crate::process::{announce, program, run as run_program};
use crate::tools::Tools;

const DEFAULT_PORT: u16 = 8080;

pub fn run(words: &[String]) -> Outcome {
    let options = Options::parse(words)?;
    let tools = Tools::for_page()?;
    // Trunk watches folders that must exist before it has run its first hook.
    run_program(&mut program("node", &["www/build/bundle.mjs"], &tools.path))?;
    let how_long = "1 to 2 minutes the first time, then seconds";
    announce(&format!("building the page for http://127.0.0.1:{}/, stop it with Ctrl+C", options.port), how_long);
    let port = options.port.to_string();
    let mut arguments = vec!["serve", "--offline", "--address", "127.0.0.1", "--port", &port];
    if options.is_release {
        arguments.push("--release");
    }
    // A folder of its own: dist/ holds what `build` built.
    arguments.extend(["--dist", "target/serve"]);
    run_program(&mut build::trunk(&tools, &arguments))
}

struct Options {
    is_release: bool,
    port: u16,
}

impl Options {
    fn parse(arguments: &[String]) -> Outcome<Self> {
        let mut options = Self { is_release: false, port: DEFAULT_PORT };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--release" => options.is_release = true,
                "--port" => {
                    let port = arguments.next().and_then(|port| port.parse().ok());
                    options.port = port.ok_or("`--port` wants a number from 1 to 65535 after it")?;
                }
                other => return Err(format!("`serve` knows `--release` and `--port N`, not `{other}`")),
            }
        }
        Ok(options)
    }
}
