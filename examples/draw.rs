//! Draws a definition as an SVG picture on standard output: `cargo run --example draw -- FILE [dark]`.

use std::{env, fs, process::ExitCode};

use statelight::{
    asl,
    exchange::svg::{Theme, graph_svg},
    graph::Graph,
    syntax::Format,
};

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let Some(file) = arguments.next() else {
        eprintln!("usage: draw FILE [dark]");
        return ExitCode::from(2);
    };
    let theme = if arguments.next().as_deref() == Some("dark") { Theme::Dark } else { Theme::Light };
    match fs::read_to_string(&file) {
        Ok(text) => {
            let loaded = asl::load(&text, Format::detect(&text));
            println!("{}", graph_svg(&Graph::of(&loaded.definition), theme));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("`{file}` cannot be read: {error}");
            ExitCode::from(2)
        }
    }
}
