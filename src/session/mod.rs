//! The page's state without a browser: what it holds, what can happen to it, what follows from it.
//!
//! One copy of each fact: texts, run, playhead, choices. What is computed from a text (diagnostics,
//! graph) or from a trace (timeline, playback) is kept beside it behind an `Rc` and made anew with it.

pub mod action;
pub mod authoring;
pub mod callback;
pub mod child;
pub mod commands;
pub mod editing;
pub mod files;
pub mod json_tree;
pub mod listing;
pub mod opening;
pub mod pictures;
pub mod playing;
pub mod recorded;
pub mod runs;
pub mod many;
pub mod model;
pub mod reduce;
pub mod saved;
pub mod select;
pub mod conversion;
pub mod state_test;
pub mod surroundings;
pub mod telling;
pub mod testing;
pub mod types;
pub mod workflows;
pub mod undo;
pub mod help;
