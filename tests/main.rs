//! All native tests that look at the library from outside, in one binary.

mod corpus;
mod architecture;
mod conformance;
mod graph;
mod intrinsics;
mod json;
mod jsonpath;
mod session;
mod share;
mod shared;
mod spec;
mod timeline;
mod yaml;
