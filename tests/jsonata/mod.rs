//! The JSONata language's own test suite, and expressions that would not end.

use std::fs;

use statelight::jsonata::Failure;

use crate::{heap, shared};

mod hostile;
mod suite;

/// Native code has a second and a half and 256 MB; code that is not optimised gets more time.
#[test]
fn hostile_expressions_end_soon_and_in_little_memory() {
    let (seconds, bytes) = (if cfg!(debug_assertions) { 6.0 } else { 1.5 }, 256 << 20);
    let mut complaints = Vec::new();
    for (source, limit) in hostile::EXPRESSIONS {
        #[expect(clippy::disallowed_methods, reason = "how long it took is what is tested")]
        let started = std::time::Instant::now();
        let (result, peak) = heap::peak_of(|| hostile::evaluate(source));
        let elapsed = started.elapsed().as_secs_f64();
        println!("{elapsed:6.2} s {:4} MB {result:?} {source}", peak >> 20);
        if result != Err(Failure::Limit(limit)) || elapsed > seconds || peak > bytes {
            complaints.push(format!("{elapsed:.2} s, {} MB, {result:?}: {source}", peak >> 20));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn the_languages_own_suite() {
    let Some(folder) = shared::path("jsonata-suite") else { return };
    suite::check(&Files(folder));
}

struct Files(std::path::PathBuf);

impl suite::Folder for Files {
    fn names(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.0.join(folder)).expect("a folder of the suite can be listed");
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    }

    fn text(&self, file: &str) -> String {
        let path = self.0.join(file);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }
}
