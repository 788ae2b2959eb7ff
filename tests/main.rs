//! The integration tests, one binary.

mod jsonpath;
mod support;
