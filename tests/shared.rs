//! Where the project's shared test data lies, and what to do where it does not.

use std::path::{Path, PathBuf};

/// A folder or file of the shared data; `None`, with a word on standard error, where there is no
/// shared data at all. On CI its absence is a failure.
pub fn path(name: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    if root.is_dir() {
        return Some(root.join(name));
    }
    assert!(std::env::var_os("CI").is_none(), "the shared test data is missing at ../shared");
    eprintln!("skipped: this test reads ../shared/{name}, which is not there");
    None
}

/// The files below a shared folder whose name ends so, sorted by path.
pub fn files(name: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = path(name).into_iter().collect();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a shared folder can be read") {
            let path = entry.expect("a shared folder can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
