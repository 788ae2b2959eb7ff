//! What an execution costs by the list prices of AWS Step Functions in us-east-1. An estimate: free tiers, other regions
//! and what the called services cost are left out.

/// When the prices were taken down.
pub const AS_OF: &str = "November 2025";

/// US dollars for a state transition of a Standard workflow. A retry is a transition, too.
pub const PER_TRANSITION: f64 = 0.000_025;

/// US dollars for a request of an Express workflow, and for a GB-second of the first thousand GB-hours.
const PER_REQUEST: f64 = 0.000_001;
const PER_GB_SECOND: f64 = 0.000_016_67;

/// Memory is billed in steps of 64 MB; an execution with small payloads has one.
const MEMORY_GB: f64 = 64.0 / 1024.0;

/// Express bills the duration in steps of 100 ms, in microseconds.
const STEP: i64 = 100_000;

pub fn standard(transitions: u64) -> f64 {
    transitions as f64 * PER_TRANSITION
}

/// `duration` in microseconds.
pub fn express(duration: i64) -> f64 {
    PER_REQUEST + billed(duration) as f64 / 1e6 * MEMORY_GB * PER_GB_SECOND
}

/// The duration that is billed, in microseconds.
pub const fn billed(duration: i64) -> i64 {
    (duration + STEP - 1) / STEP * STEP
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_are_those_of_the_list() {
        assert!((standard(1_000_000) - 25.0).abs() < 1e-9);
        assert_eq!((billed(1), billed(100_000), billed(100_001)), (100_000, 100_000, 200_000));
        // A million executions of a second: one dollar for the requests, and 62,500 GB-seconds.
        assert!((express(1_000_000) * 1e6 - 2.041_875).abs() < 1e-6);
    }
}
