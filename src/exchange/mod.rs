//! In and out: the shapes that other programs know.

pub mod diagnostics;
pub mod difference;
pub mod express;
pub mod history;
pub mod history_import;
pub mod lift;
pub mod mock_config;
pub mod replay;
pub mod share;
pub mod svg;
pub mod types;
pub mod variables;
