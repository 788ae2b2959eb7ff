//! `Retry` and `Catch`.

use std::rc::Rc;

use super::{Current, Reader, jsonata::Sees, seconds};
use crate::{
    asl::{
        check::{handlers::check_error_equals, shape},
        fields::{CATCHER, ObjectKind, RETRIER},
        model::{Catcher, Retrier, Transition},
        place::Place,
        rules,
    },
    diagnostic::Diagnostic,
    syntax::Node,
    text::Span,
};

const DEFAULT_INTERVAL_SECONDS: u64 = 1;
const DEFAULT_MAX_ATTEMPTS: u64 = 3;
const DEFAULT_BACKOFF_RATE: f64 = 2.0;

impl Reader {
    pub(super) fn retry(&mut self, current: &Current) -> Vec<Retrier> {
        self.handlers(current, "Retry", &RETRIER, |_, _, node, _| Retrier {
            error_equals: error_equals(node),
            interval_seconds: seconds(node, "IntervalSeconds").unwrap_or(DEFAULT_INTERVAL_SECONDS),
            max_attempts: seconds(node, "MaxAttempts").unwrap_or(DEFAULT_MAX_ATTEMPTS),
            backoff_rate: node
                .get("BackoffRate")
                .and_then(|rate| shape::number(&rate.value))
                .unwrap_or(DEFAULT_BACKOFF_RATE),
            max_delay_seconds: seconds(node, "MaxDelaySeconds"),
            full_jitter: super::text(node, "JitterStrategy").as_deref() == Some("FULL"),
            span: node.span,
        })
    }

    pub(super) fn catch(&mut self, current: &Current) -> Vec<Catcher> {
        let caught = current.seeing(Sees::ErrorOutput);
        self.handlers(&caught, "Catch", &CATCHER, |reader, current, node, place| Catcher {
            error_equals: error_equals(node),
            result_path: reader.result_path(current, node, place),
            assign: reader.assign(current, node, place),
            output: reader.output(current, node, place),
            next: node.get("Next").map_or(Transition::Missing, |next| reader.target(current, next, place)),
            span: node.span,
        })
    }

    fn handlers<T>(
        &mut self,
        current: &Current,
        key: &str,
        kind: &'static ObjectKind,
        read: impl Fn(&mut Self, &Current, &Node, &Place) -> T,
    ) -> Vec<T> {
        let Some(items) = current.node.get(key).and_then(|member| member.value.as_array()) else { return Vec::new() };
        let list_place = current.place.key(key);
        let mut handlers = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let place = list_place.index(index);
            if item.as_object().is_none() {
                if !item.is_missing() {
                    let message = format!("{} has to be an object, found {}", kind.what, item.describe());
                    self.diagnostics
                        .push(Diagnostic::error(rules::NOT_AN_OBJECT, item.span, message).at(place.pointer()));
                }
                continue;
            }
            let anchor = Span::new(item.span.start, item.span.start + 1);
            shape::check_object(kind, item, anchor, &place, current.language, &mut self.diagnostics);
            check_error_equals(item, index + 1 == items.len(), &place, &mut self.diagnostics);
            handlers.push(read(self, current, item, &place));
        }
        handlers
    }
}

fn error_equals(node: &Node) -> Vec<Rc<str>> {
    let names = node.get("ErrorEquals").and_then(|member| member.value.as_array()).unwrap_or_default();
    names.iter().filter_map(Node::as_str).cloned().collect()
}
