//! All native tests that look at the library from outside, in one binary.

mod architecture;
mod command;
mod conformance;
mod corpus;
mod graph;
mod intrinsics;
mod json;
mod jsonata;
mod jsonpath;
mod readme;
mod runs;
mod samples;
mod session;
mod share;
mod shared;
mod spec;
mod timeline;
mod yaml;
