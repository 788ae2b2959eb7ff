//! Virtual time. The engine never asks what time it is: it is told when a run starts, and from then
//! on time is what the timers say.

use std::ops::{Add, Sub};

use chrono::{DateTime, SecondsFormat};

/// A moment of virtual time, in microseconds since 1970 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(i64);

/// A length of virtual time, in microseconds; never negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Duration(i64);

impl Instant {
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// A timestamp as the States Language has them: RFC 3339 with a capital `T`, and `Z` or an offset.
    pub fn parse(text: &str) -> Option<Self> {
        let has_capitals = !text.contains(['t', 'z', ' ']);
        let time = DateTime::parse_from_rfc3339(text).ok().filter(|_| has_capitals)?;
        Some(Self(time.timestamp_micros()))
    }

    /// `2024-01-01T00:00:00.000Z`; times out of a calendar's reach come out as its last.
    pub fn to_rfc3339(self) -> String {
        let time = DateTime::from_timestamp_micros(self.0).unwrap_or(DateTime::<chrono::Utc>::MAX_UTC);
        time.to_rfc3339_opts(SecondsFormat::Millis, true)
    }
}

impl Duration {
    pub const ZERO: Duration = Duration(0);

    pub const fn from_micros(micros: i64) -> Self {
        Self(if micros < 0 { 0 } else { micros })
    }

    pub const fn from_secs(seconds: u64) -> Self {
        let micros = (seconds as i128) * 1_000_000;
        Self(if micros > i64::MAX as i128 { i64::MAX } else { micros as i64 })
    }

    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// In words: `0.35 s`, `1 min 5 s`, `2 h 3 min`, `3 d 4 h`.
    pub fn to_words(self) -> String {
        let seconds = self.0 as f64 / 1e6;
        let whole = self.0 / 1_000_000;
        match whole {
            0..=59 if seconds < 10.0 => format!("{} s", (seconds * 100.0).round() / 100.0),
            0..=59 => format!("{} s", (seconds * 10.0).round() / 10.0),
            60..=3599 => pair(whole / 60, "min", whole % 60, "s"),
            3600..=86_399 => pair(whole / 3600, "h", whole % 3600 / 60, "min"),
            _ => pair(whole / 86_400, "d", whole % 86_400 / 3600, "h"),
        }
    }
}

fn pair(major: i64, major_unit: &str, minor: i64, minor_unit: &str) -> String {
    if minor == 0 { format!("{major} {major_unit}") } else { format!("{major} {major_unit} {minor} {minor_unit}") }
}

impl Add<Duration> for Instant {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration.0))
    }
}

impl Sub for Instant {
    type Output = Duration;

    fn sub(self, earlier: Self) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0))
    }
}
