//! The States Language: its model, the table of its fields, reading a tree into a definition, and
//! checking it. Follows the Amazon States Language specification and the Step Functions guide.
//!
//! Must never fail: whatever the text, there is a list of diagnostics, and as much of a definition
//! as can be drawn.

pub mod model;
