//! The rows of the timeline view: one a state that was reached, what is inside a Parallel or Map under
//! it. A state inside a Map has one row for all iterations, so that ten thousand of them cost no more
//! than their events.

use super::{AttemptOutcome, Ending, Timeline, Visit, VisitId};
use crate::asl::model::{Definition, ScopeId, StateId};

/// A row.
#[derive(Clone, Debug, PartialEq)]
pub struct Lane {
    pub state: StateId,
    pub label: std::rc::Rc<str>,
    /// How many Parallels and Maps are around it.
    pub depth: u32,
    /// The visits, in order.
    pub visits: Vec<VisitId>,
    /// In the order of their visits.
    pub segments: Vec<Segment>,
}

/// A stretch of a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    pub visit: VisitId,
    pub kind: SegmentKind,
    pub from: i64,
    /// The end of the run where it has no end.
    pub to: i64,
    /// The event that began it.
    pub from_event: u32,
    /// The event that ended it.
    pub to_event: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SegmentKind {
    /// An attempt, or the whole visit of a state without attempts, and how it ended.
    Work(Ending),
    /// A Wait.
    Wait,
    /// Between a failed attempt and the next.
    Retry,
}

impl Lane {
    /// At most so many segments: where there are more, neighbours are drawn as one, with the gravest
    /// ending among them.
    pub fn coarse(&self, most: usize) -> Vec<Segment> {
        let size = self.segments.len().div_ceil(most.max(1)).max(1);
        self.segments.chunks(size).map(joined).collect()
    }
}

fn joined(segments: &[Segment]) -> Segment {
    let mut whole = segments[0];
    for segment in segments {
        whole.from = whole.from.min(segment.from);
        whole.to = whole.to.max(segment.to);
        whole.to_event = whole.to_event.max(segment.to_event);
        if weight(segment.kind) > weight(whole.kind) {
            whole.kind = segment.kind;
            whole.visit = segment.visit;
        }
    }
    whole
}

const fn weight(kind: SegmentKind) -> u8 {
    match kind {
        SegmentKind::Wait => 0,
        SegmentKind::Work(Ending::Succeeded) => 1,
        SegmentKind::Work(Ending::Cancelled) => 2,
        SegmentKind::Retry => 3,
        SegmentKind::Work(Ending::Caught(_)) => 4,
        SegmentKind::Work(Ending::Unfinished) => 5,
        SegmentKind::Work(Ending::Failed) => 6,
    }
}

/// The rows of a run, in the order in which the states of each scope were first reached.
pub(super) fn lanes(timeline: &Timeline, definition: &Definition, root: ScopeId) -> Vec<Lane> {
    let mut visits: Vec<Vec<VisitId>> = vec![Vec::new(); definition.states.len()];
    for visit in &timeline.visits {
        visits[visit.state.index()].push(visit.id);
    }
    let mut lanes = Vec::new();
    if root.index() < definition.scopes.len() {
        add_scope(timeline, definition, &mut visits, root, 0, &mut lanes);
    }
    lanes
}

fn add_scope(
    timeline: &Timeline,
    definition: &Definition,
    visits: &mut [Vec<VisitId>],
    scope: ScopeId,
    depth: u32,
    lanes: &mut Vec<Lane>,
) {
    let is_reached = |state: &&StateId| !visits[state.index()].is_empty();
    let mut states: Vec<StateId> = definition.scope(scope).states.iter().filter(is_reached).copied().collect();
    states.sort_by_key(|state| visits[state.index()][0]);
    for state in states {
        let visits_here = std::mem::take(&mut visits[state.index()]);
        let mut segments = Vec::with_capacity(visits_here.len());
        for &visit in &visits_here {
            add_segments(timeline, timeline.visit(visit), &mut segments);
        }
        let label = definition.state(state).name.clone();
        lanes.push(Lane { state, label, depth, visits: visits_here, segments });
        for child in definition.children(state) {
            add_scope(timeline, definition, visits, child, depth + 1, lanes);
        }
    }
}

fn add_segments(timeline: &Timeline, visit: &Visit, segments: &mut Vec<Segment>) {
    let end = |at: Option<i64>| at.unwrap_or(timeline.duration);
    let whole = |kind: SegmentKind| Segment {
        visit: visit.id,
        kind,
        from: visit.entered_at,
        to: end(visit.left_at),
        from_event: visit.entered,
        to_event: visit.left,
    };
    if visit.wait_until.is_some() {
        return segments.push(whole(SegmentKind::Wait));
    }
    if visit.attempts.is_empty() {
        return segments.push(whole(SegmentKind::Work(visit.ending)));
    }
    for (index, attempt) in visit.attempts.iter().enumerate() {
        let next = visit.attempts.get(index + 1);
        let ending = match (attempt.outcome, next) {
            (_, None) => visit.ending,
            (AttemptOutcome::Cancelled, _) => Ending::Cancelled,
            _ => Ending::Failed,
        };
        let has_ended = attempt.ended.is_some();
        segments.push(Segment {
            kind: SegmentKind::Work(ending),
            from: attempt.scheduled_at,
            to: end(attempt.ended_at),
            from_event: attempt.scheduled,
            to_event: attempt.ended,
            ..whole(SegmentKind::Wait)
        });
        if let (Some(_), Some(ended)) = (attempt.retry_at.filter(|_| has_ended), attempt.ended) {
            segments.push(Segment {
                kind: SegmentKind::Retry,
                from: end(attempt.ended_at),
                to: next.map_or_else(|| end(visit.left_at), |next| next.scheduled_at),
                from_event: ended,
                to_event: next.map(|next| next.scheduled).or(visit.left),
                ..whole(SegmentKind::Wait)
            });
        }
    }
}
