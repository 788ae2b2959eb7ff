//! All native tests that look at the library from outside, in one binary.

mod architecture;
mod command;
mod conformance;
mod corpus;
mod digests;
mod explain;
mod graph;
mod history;
mod intrinsics;
mod json;
mod jsonata;
mod jsonpath;
mod limits;
mod machines;
mod properties;
mod readme;
mod reference;
mod runs;
mod samples;
mod session;
mod share;
mod shared;
mod spec;
mod teststate;
mod timeline;
mod yaml;
