//! All native tests that look at the library from outside, in one binary.

mod json;
mod jsonpath;
mod shared;
