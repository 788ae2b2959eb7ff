//! What an editor asks of a definition: remarks with their cures, completion, hover, places of names, outline, format.
//! The page and the language server ask the same.

mod check;

pub use check::{Checked, cured};
