//! What an execution costs by the list prices of AWS Step Functions in us-east-1. An estimate: free tiers, other regions
//! and what the called services cost are left out.

/// When the prices were taken down.
pub const AS_OF: &str = "November 2025";

/// US dollars for a state transition of a Standard workflow. A retry is a transition, too.
pub const PER_TRANSITION: f64 = 0.000_025;

/// US dollars for a request of an Express workflow.
pub const PER_REQUEST: f64 = 0.000_001;

/// GB-seconds of a month, and US dollars for each of them: the first 1,000 GB-hours, the next 4,000, and all beyond.
const PER_GB_SECOND: [(f64, f64); 3] =
    [(1000.0 * 3600.0, 0.000_016_67), (4000.0 * 3600.0, 0.000_010_42), (f64::INFINITY, 0.000_004_56)];

/// Memory is billed in steps of 64 MB; an execution with small payloads has one.
pub const MEMORY_MB: u32 = 64;

/// Express bills the duration in steps of 100 ms, in microseconds.
const STEP: i64 = 100_000;

pub fn standard(transitions: u64) -> f64 {
    transitions as f64 * PER_TRANSITION
}

/// One run; `duration` in microseconds.
pub fn express(duration: i64) -> f64 {
    express_month(1.0, gb_seconds(duration))
}

/// All the runs of a month.
pub fn express_month(requests: f64, gb_seconds: f64) -> f64 {
    let mut left = gb_seconds;
    let tiers = PER_GB_SECOND.iter().map(|(room, price)| {
        let taken = left.min(*room);
        left -= taken;
        taken * price
    });
    requests * PER_REQUEST + tiers.sum::<f64>()
}

/// The memory that is billed, times the duration in microseconds that is.
pub fn gb_seconds(duration: i64) -> f64 {
    billed(duration) as f64 / 1e6 * f64::from(MEMORY_MB) / 1024.0
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

    #[test]
    fn many_gb_seconds_of_a_month_get_cheaper() {
        // A million executions of five minutes: 18,750,000 GB-seconds, of which the last 750,000 are in the third tier.
        let month = express_month(1e6, gb_seconds(300_000_000) * 1e6);
        assert!((month - (1.0 + 60.012 + 150.048 + 3.42)).abs() < 1e-6, "{month}");
    }
}
