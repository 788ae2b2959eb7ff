//! In and out: the shapes that other programs know.

pub mod diagnostics;
pub mod history;
