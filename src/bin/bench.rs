//! The benchmarks' module for Node: all that it offers stands in `statelight::bench`.

use statelight as _;

fn main() {}
