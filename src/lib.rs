//! Statelight: the Amazon States Language, run in virtual time.
//!
//! A run is a pure function of a definition and a scenario. Text becomes a tree with places in it
//! (`syntax`), the tree a `Definition` with remarks (`asl`), the definition and a scenario a
//! `Trace` (`engine` inside `sim`), and everything a page shows is computed from the text, the
//! scenario, the trace and the playhead. Nothing here knows a clock, a browser or a random source.
//!
//! The modules stand in reading order; `ARCHITECTURE.md` is the map.

pub mod text;
pub mod suggest;
pub mod words;
pub mod value;
pub mod diagnostic;
pub mod encoding;
pub mod syntax;
pub mod jsonpath;
pub mod intrinsic;
pub mod jsonata;
pub mod expr;
pub mod asl;
pub mod practice;
pub mod engine;
pub mod services;
pub mod sim;
pub mod teststate;
pub mod convert;
pub mod author;
pub mod language;
pub mod suite;
pub mod playback;
pub mod graph;
pub mod explain;
pub mod exchange;
pub mod library;
pub mod protocol;
pub mod session;
#[cfg(feature = "web")]
pub mod app;
#[cfg(feature = "bench")]
pub mod bench;
