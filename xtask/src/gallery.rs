//! `cargo xtask gallery`: the browser tests once more, and one page of all the screenshots that they take. With `--kept`
//! the page is made of those that were taken last.

use crate::Outcome;
use crate::build;
use crate::process::{announce, program, root, run as run_program};
use crate::test;
use crate::tools::{Tools, ensure_chromium};

pub fn run(words: &[String]) -> Outcome {
    let is_kept = match words {
        [] => false,
        [word] if word == "--kept" => true,
        _ => return Err(format!("`gallery` knows `--kept`, not `{}`", words.join(" "))),
    };
    let tools = Tools::for_page()?;
    let mut failed = Ok(());
    if !is_kept {
        let chromium = ensure_chromium(&tools.path)?;
        build::run_with(&tools)?;
        announce("taking screenshots", "3 to 6 minutes");
        // A test that fails has taken some, too, and they may show why.
        failed = run_program(test::browser_tests(&tools)?.env("CHROMIUM", &chromium));
    }
    run_program(&mut program("node", &["xtask/gallery.mjs"], &tools.path))?;
    println!("open {} in a browser", root().join("tests/e2e/shots/index.html").display());
    failed
}
