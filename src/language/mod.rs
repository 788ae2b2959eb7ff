//! What an editor asks of a definition: remarks with their cures, completion, hover, places of names, outline, format.
//! The page and the language server ask the same.

mod completion;
mod context;
mod docs;
mod document;
pub mod format;
mod hover;
mod known;
mod lost;
pub mod names;
mod outline;
mod spot;

pub use completion::{Completion, Completions, Kind, complete};
pub use document::Document;
pub use hover::{Hover, hover, shape};
pub use known::{Known, Seen};
pub use lost::lost_paths;
pub use outline::{Symbol, around, breadcrumbs, outline};

pub use crate::author::cure as cured;
