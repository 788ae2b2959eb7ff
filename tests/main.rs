//! All native tests that look at the library from outside, in one binary.

mod intrinsics;
mod json;
mod jsonpath;
mod shared;
