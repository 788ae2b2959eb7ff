//! All native tests that look at the library from outside, in one binary.

mod corpus;
mod architecture;
mod conformance;
mod intrinsics;
mod json;
mod jsonpath;
mod samples;
mod shared;
mod spec;
mod yaml;
