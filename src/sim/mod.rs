//! A run against mocked tasks: a definition and a scenario in, a trace out.

pub mod scenario;
pub mod trace;
