//! In and out: the shapes that other programs know.

pub mod diagnostics;
pub mod history;
pub mod mock_config;
pub mod share;
pub mod svg;
pub mod variables;
