//! What a new state of each kind says to begin with: what runs as it stands, and shows what there is to change.

use super::{Kind, sketch::Sketch};
use crate::asl::model::QueryLanguage;

/// The name of a new state.
pub(super) const fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Task => "Task",
        Kind::Choice => "Choice",
        Kind::Pass => "Pass",
        Kind::Wait => "Wait",
        Kind::Parallel => "Parallel",
        Kind::Map => "Map",
        Kind::Succeed => "Done",
        Kind::Fail => "Fail",
    }
}

/// The members of a new state but for where it leads; `inner` gives names to states inside of it. `on` is where the rule
/// of a Choice leads.
pub(super) fn members(
    kind: Kind,
    language: QueryLanguage,
    on: &str,
    inner: &mut dyn FnMut(&str) -> String,
) -> Vec<(String, Sketch)> {
    let is_jsonata = language == QueryLanguage::Jsonata;
    let mut members = vec![("Type", Sketch::text(kind.name()))];
    match kind {
        Kind::Task => {
            members.push(("Resource", Sketch::text("arn:aws:states:::lambda:invoke")));
            let function = ("FunctionName", Sketch::text("my-function"));
            members.push(match is_jsonata {
                true => ("Arguments", Sketch::object([function, ("Payload", Sketch::text("{% $states.input %}"))])),
                false => ("Parameters", Sketch::object([function, ("Payload.$", Sketch::text("$"))])),
            });
        }
        Kind::Choice => {
            let rule = match is_jsonata {
                true => Sketch::object([
                    ("Condition", Sketch::text("{% $exists($states.input.value) %}")),
                    ("Next", Sketch::text(on)),
                ]),
                false => Sketch::object([
                    ("Variable", Sketch::text("$.value")),
                    ("IsPresent", Sketch::word(true)),
                    ("Next", Sketch::text(on)),
                ]),
            };
            members.push(("Choices", Sketch::List(vec![rule])));
            members.push(("Default", Sketch::text(on)));
        }
        Kind::Wait => members.push(("Seconds", Sketch::word(5))),
        Kind::Parallel => {
            let branches = vec![scope(&inner("Branch 1"), pass()), scope(&inner("Branch 2"), pass())];
            members.push(("Branches", Sketch::List(branches)));
        }
        Kind::Map => members.push(("ItemProcessor", processor(&inner("Each item"), pass()))),
        Kind::Fail => {
            members.push(("Error", Sketch::text("Failed")));
            members.push(("Cause", Sketch::text("Say here what went wrong")));
        }
        Kind::Pass | Kind::Succeed => {}
    }
    members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// A state that does nothing and ends its scope.
pub(super) fn pass() -> Sketch {
    Sketch::object([("Type", Sketch::text("Pass")), ("End", Sketch::word(true))])
}

/// A scope of one state.
pub(super) fn scope(name: &str, state: Sketch) -> Sketch {
    Sketch::object([("StartAt", Sketch::text(name)), ("States", Sketch::Object(vec![(name.to_owned(), state)]))])
}

/// The `ItemProcessor` of an inline Map with one state.
pub(super) fn processor(name: &str, state: Sketch) -> Sketch {
    Sketch::object([
        ("ProcessorConfig", Sketch::object([("Mode", Sketch::text("INLINE"))])),
        ("StartAt", Sketch::text(name)),
        ("States", Sketch::Object(vec![(name.to_owned(), state)])),
    ])
}
