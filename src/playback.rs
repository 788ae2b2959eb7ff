//! Display time and virtual time. A run is watched in milliseconds of display: long waits are
//! compressed, instants get a least dwell so that each can be seen, and a run of thousands of steps
//! is sped up until it can be watched at all.
//!
//! A piecewise linear map with a knot at every event: monotone both ways, computed once a run.

use crate::sim::trace::{Trace, TraceEvent};

/// What an event that ends a step gets, where there are few of them.
const DWELL: f64 = 260.0;
/// The display time that dwells may take together, whatever their number.
const MOST_DWELL: f64 = 20_000.0;
/// A virtual gap of a second takes about this; longer ones grow with their logarithm.
const SECOND: f64 = 700.0;
/// The display time that gaps may take together.
const MOST_GAPS: f64 = 30_000.0;
/// After the last event, so that the end can be seen.
const REST: f64 = 200.0;

/// A run's map from display time to events and virtual time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Playback {
    /// Display time of each event, in milliseconds, by id less one; never decreasing.
    display: Vec<f64>,
    /// Virtual time of each event, in microseconds since the start.
    virtual_times: Vec<i64>,
    /// Events that a step stops after, by count of events that have happened.
    stops: Vec<usize>,
    duration: f64,
    end: i64,
}

impl Playback {
    pub fn of(trace: &Trace) -> Self {
        let events = &trace.events;
        let dwelling = events.iter().filter(|event| dwells(event)).count();
        let dwell = (MOST_DWELL / dwelling.max(1) as f64).min(DWELL);
        let gaps: f64 = events.windows(2).map(|pair| gap(pair[1].at - pair[0].at)).sum();
        let squeeze = (MOST_GAPS / gaps.max(1.0)).min(1.0);
        let (mut at, mut before) = (0.0, 0);
        let mut playback = Self { end: trace.duration, ..Self::default() };
        for (index, event) in events.iter().enumerate() {
            at += gap(event.at - before) * squeeze;
            if index > 0 && dwells(event) {
                at += dwell;
            }
            before = event.at;
            playback.display.push(at);
            playback.virtual_times.push(event.at);
            if is_stop(event) {
                playback.stops.push(index + 1);
            }
        }
        playback.duration = at + REST;
        playback
    }

    /// Milliseconds of display time, at a speed of one.
    pub fn duration(&self) -> f64 {
        self.duration
    }

    /// How many events have happened at a display time.
    pub fn event_at(&self, display: f64) -> usize {
        self.display.partition_point(|&at| at <= display)
    }

    /// The virtual time at a display time, in microseconds since the start.
    pub fn virtual_at(&self, display: f64) -> i64 {
        let next = self.event_at(display);
        let Some(last) = next.checked_sub(1) else { return 0 };
        let (from, began) = (self.virtual_times[last], self.display[last]);
        let (to, ends) = match self.display.get(next) {
            Some(&ends) => (self.virtual_times[next], ends),
            None => (self.end.max(from), self.duration),
        };
        let share = ((display - began) / (ends - began).max(f64::EPSILON)).clamp(0.0, 1.0);
        from + ((to - from) as f64 * share) as i64
    }

    /// The display time at which an event happens; ids out of range count as the nearest.
    pub fn display_of_event(&self, id: u32) -> f64 {
        let index = (id as usize).clamp(1, self.display.len().max(1)) - 1;
        self.display.get(index).copied().unwrap_or(0.0)
    }

    /// The display time at which a virtual time is reached; all that happens at that instant has happened then.
    pub fn display_at(&self, at: i64) -> f64 {
        let next = self.virtual_times.partition_point(|&time| time <= at);
        let Some(last) = next.checked_sub(1) else { return 0.0 };
        let (from, began) = (self.virtual_times[last], self.display[last]);
        let (to, ends) = match self.display.get(next) {
            Some(&ends) => (self.virtual_times[next], ends),
            None => (self.end.max(from), self.duration),
        };
        let share = ((at - from) as f64 / (to - from).max(1) as f64).clamp(0.0, 1.0);
        began + (ends - began) * share
    }

    /// The display time of the next stop; the end where there is none.
    pub fn step_forward(&self, display: f64) -> f64 {
        let next = self.stops.get(self.stops.partition_point(|&stop| self.time_of(stop) <= display));
        next.map_or(self.duration, |&stop| self.time_of(stop))
    }

    /// The display time of the stop before; the start where there is none.
    pub fn step_back(&self, display: f64) -> f64 {
        let before = self.stops.partition_point(|&stop| self.time_of(stop) < display).checked_sub(1);
        before.map_or(0.0, |index| self.time_of(self.stops[index]))
    }

    /// Where the playhead stands at a stop. What follows it at the same display time has then happened
    /// too; the last is the end of the run, after which nothing is left to see.
    fn time_of(&self, stop: usize) -> f64 {
        if stop == self.display.len() { self.duration } else { self.display_of_event(stop as u32) }
    }
}

/// What a virtual gap takes on screen: about as long as it is up to a second, then by its logarithm,
/// whose last bit may differ from machine to machine: only the picture depends on it.
fn gap(micros: i64) -> f64 {
    let seconds = micros.max(0) as f64 / 1e6;
    if seconds <= 1.0 { seconds * SECOND } else { SECOND * (1.0 + seconds.ln() * 0.45) }
}

/// Whether something changes on screen with an event.
fn dwells(event: &TraceEvent) -> bool {
    let kind = &*event.kind;
    !(kind.ends_with("Started") && event.state.is_some() || kind.ends_with("Submitted"))
}

/// Whether a step ends with an event: a state was entered or left, or a try failed.
fn is_stop(event: &TraceEvent) -> bool {
    let kind = &*event.kind;
    let is_of_state = kind.ends_with("StateEntered") || kind.ends_with("StateExited");
    let is_failure = kind.ends_with("Failed") || kind.ends_with("TimedOut") || kind.ends_with("Aborted");
    is_of_state || is_failure || kind == "ExecutionSucceeded"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn playback(times: &[(&str, i64)]) -> Playback {
        let event = |(index, &(kind, at)): (usize, &(&str, i64))| TraceEvent {
            id: index as u32 + 1,
            previous: 0,
            at,
            branch: 0,
            state: (index > 0).then_some(0),
            kind: kind.into(),
            details: Default::default(),
        };
        Playback::of(&Trace {
            status: crate::sim::trace::Status::Succeeded,
            output: None,
            error: None,
            cause: None,
            start: 0,
            duration: times.last().map_or(0, |last| last.1),
            events: times.iter().enumerate().map(event).collect(),
            branches: Vec::new(),
            payloads: Vec::new(),
            faults: Vec::new(),
            context: None,
            pending: Vec::new(),
            world: Vec::new(),
            others: Vec::new(),
            map_runs: Vec::new(),
            defaults: Vec::new(),
        })
    }

    #[test]
    fn an_hour_is_watched_in_seconds() {
        let playback =
            playback(&[("ExecutionStarted", 0), ("WaitStateEntered", 0), ("WaitStateExited", 3_600_000_000)]);
        assert!(playback.duration() < 5_000.0, "{}", playback.duration());
        assert_eq!(playback.virtual_at(playback.duration()), 3_600_000_000);
    }

    #[test]
    fn events_of_one_instant_are_seen_one_after_another() {
        let playback = playback(&[("ExecutionStarted", 0), ("PassStateEntered", 0), ("PassStateExited", 0)]);
        let times: Vec<f64> = (1..=3).map(|id| playback.display_of_event(id)).collect();
        assert!(times[0] < times[1] && times[1] < times[2], "{times:?}");
    }

    #[test]
    fn time_never_goes_back_and_steps_undo_each_other() {
        let playback = playback(&[
            ("ExecutionStarted", 0),
            ("TaskStateEntered", 0),
            ("TaskScheduled", 0),
            ("TaskStarted", 0),
            ("TaskFailed", 900_000),
            ("TaskStateExited", 900_000),
            ("ExecutionSucceeded", 900_000),
        ]);
        let mut last = (0, 0);
        for step in 0..=1000 {
            let display = playback.duration() * f64::from(step) / 1000.0;
            let now = (playback.event_at(display), playback.virtual_at(display));
            assert!(now.0 >= last.0 && now.1 >= last.1, "{now:?} after {last:?}");
            last = now;
        }
        let first = playback.step_forward(0.0);
        let second = playback.step_forward(first);
        assert!(second > first);
        assert_eq!(playback.step_back(second), first);
    }

    #[test]
    fn thousands_of_steps_are_watched_within_a_minute() {
        let times: Vec<(&str, i64)> = (0..25_000).map(|index| ("PassStateEntered", index * 1000)).collect();
        assert!(playback(&times).duration() < 60_000.0);
    }
}
