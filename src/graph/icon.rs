//! One small line drawing per kind of node, as the `d` of an SVG path in a square of 16 pixels, to be
//! stroked. Defined once for the page and for exported pictures.

use crate::asl::model::StateKind;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    Pass,
    Task,
    Choice,
    Wait,
    Succeed,
    Fail,
    Parallel,
    Map,
    Unknown,
    Start,
    End,
}

impl Icon {
    pub const fn of(kind: &StateKind) -> Self {
        match kind {
            StateKind::Pass(_) => Self::Pass,
            StateKind::Task(_) => Self::Task,
            StateKind::Choice(_) => Self::Choice,
            StateKind::Wait(_) => Self::Wait,
            StateKind::Succeed => Self::Succeed,
            StateKind::Fail(_) => Self::Fail,
            StateKind::Parallel(_) => Self::Parallel,
            StateKind::Map(_) => Self::Map,
            StateKind::Unknown => Self::Unknown,
        }
    }

    pub const fn path(self) -> &'static str {
        match self {
            Self::Pass => "M2 8h11M9 4l4 4-4 4",
            Self::Task => "M3 3h10v10H3zM6 6h4v4H6zM6 1v2M10 1v2M6 13v2M10 13v2M1 6h2M1 10h2M13 6h2M13 10h2",
            Self::Choice => "M8 1.5 14.5 8 8 14.5 1.5 8zM8 5v6M5 8h6",
            Self::Wait => "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 4.5V8l2.5 1.8",
            Self::Succeed => "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM5.2 8.2l2 2 3.6-4",
            Self::Fail => "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4",
            Self::Parallel => "M8 1.5v3M3 7.5v-3h10v3M8 4.5v3M1.5 7.5h3v4h-3zM6.5 7.5h3v4h-3zM11.5 7.5h3v4h-3z",
            Self::Map => "M2 2.5h8v6H2zM4.5 8.5v2.5h8V5H10M7 11v2.5h7.5V7.5H12.5",
            Self::Unknown => "M6 6a2 2 0 1 1 2.6 1.9c-.4.15-.6.5-.6.9V9.5M8 12v.1",
            Self::Start => "M5 3l8 5-8 5z",
            Self::End => "M4 4h8v8H4z",
        }
    }
}
