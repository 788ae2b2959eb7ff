//! A run against mocked tasks: a definition and a scenario in, a trace out.

mod chaos;
pub mod coverage;
pub mod mock;
pub mod child;
pub mod price;
mod record;
pub mod run;
pub mod scenario;
pub mod trace;
pub mod timeline;
pub mod frame;
pub mod inspection;
pub mod survey;
pub mod variables;
pub mod world;
