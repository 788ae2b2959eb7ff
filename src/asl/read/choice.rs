//! Choice: rules and their conditions.

use super::{Current, Reader, expression::Allowed};
use crate::{
    asl::{
        check::{is_jsonata, is_placeholder, shape},
        fields::{CHOICE_RULE, NESTED_RULE},
        model::{
            ChoiceRule, ChoiceState, Comparison, Condition, Operand, OrderKind, OrderTest, QueryLanguage, Transition,
        },
        place::Place,
        rules,
    },
    diagnostic::{Cure, Diagnostic},
    syntax::{Member, Node, NodeKind},
    text::Span,
};

impl Reader {
    pub(super) fn choice(&mut self, current: &Current) -> ChoiceState {
        let default = current.node.get("Default").map(|member| self.target(current, member, current.place));
        let Some(items) = current.node.get("Choices").and_then(|member| member.value.as_array()) else {
            return ChoiceState { choices: Vec::new(), default };
        };
        let list_place = current.place.key("Choices");
        let choices = items.iter().enumerate().map(|(index, item)| self.rule(current, item, &list_place.index(index)));
        ChoiceState { choices: choices.collect(), default }
    }

    fn rule(&mut self, current: &Current, node: &Node, place: &Place) -> ChoiceRule {
        if node.as_object().is_none() && !node.is_missing() {
            let message = format!("a choice rule has to be an object, found {}", node.describe());
            self.diagnostics.push(Diagnostic::error(rules::NOT_AN_OBJECT, node.span, message).at(place.pointer()));
        }
        shape::check_object(&CHOICE_RULE, node, anchor(node), place, current.language, &mut self.diagnostics);
        let condition = match current.language {
            QueryLanguage::JsonPath => self.condition(current, node, place),
            QueryLanguage::Jsonata => self.computed_condition(current, node, place),
        };
        ChoiceRule {
            condition,
            assign: self.assign(current, node, place),
            output: self.output(current, node, place),
            next: node.get("Next").map_or(Transition::Missing, |next| self.target(current, next, place)),
            comment: super::text(node, "Comment"),
            span: node.span,
        }
    }

    /// `Condition`: an expression, or `true` or `false` as they stand.
    fn computed_condition(&mut self, current: &Current, node: &Node, place: &Place) -> Condition {
        let Some(member) = node.get("Condition") else { return Condition::Invalid };
        match &member.value.kind {
            NodeKind::Bool(holds) => return Condition::Literal(*holds),
            NodeKind::String(text) if is_jsonata(text) => {}
            NodeKind::String(text) if is_placeholder(text) => return Condition::Invalid,
            _ => {
                let place = place.key("Condition");
                let expected = "an expression, `{% … %}`, or `true` or `false`";
                shape::expect(expected, "Condition", &member.value, &place, &mut self.diagnostics);
                return Condition::Invalid;
            }
        }
        self.computed_at(current, node, place, "Condition").map_or(Condition::Invalid, Condition::Computed)
    }

    /// The test of a rule: exactly one of `And`, `Or`, `Not` or a comparison.
    fn condition(&mut self, current: &Current, node: &Node, place: &Place) -> Condition {
        let Some(members) = node.as_object() else { return Condition::Invalid };
        let tests: Vec<&Member> = members.iter().filter(|member| is_test(&member.key)).collect();
        let [test] = tests.as_slice() else {
            // An unknown field is most likely the test, misspelled, and was told.
            let is_unknown = |member: &Member| CHOICE_RULE.field(&member.key, current.language).is_none();
            match tests.as_slice() {
                [] if members.iter().any(is_unknown) => {}
                [] => {
                    let message = "the rule compares nothing";
                    let hint = "write `Variable` and a comparison such as `StringEquals`, or `And`, `Or`, `Not`";
                    let diagnostic = Diagnostic::error(rules::NO_COMPARISON, anchor(node), message).with_hint(hint);
                    self.diagnostics.push(diagnostic.at(place.pointer()));
                }
                [first, second, ..] => {
                    let message =
                        format!("a rule makes one comparison: `{}` and `{}` stand here", first.key, second.key);
                    let hint = "put each into a rule of its own, inside `And` or `Or`";
                    let diagnostic = Diagnostic::error(rules::SEVERAL_COMPARISONS, second.key_span, message);
                    let cures = [second, first].map(|test| Cure::remove(&test.key, test.key_span));
                    let diagnostic = diagnostic.with_hint(hint).cured_by(cures);
                    self.diagnostics.push(diagnostic.at(place.pointer()));
                }
                [_] => {}
            }
            return Condition::Invalid;
        };
        let test_place = place.key(&test.key);
        match &*test.key {
            "And" => Condition::And(self.nested_rules(current, &test.value, &test_place)),
            "Or" => Condition::Or(self.nested_rules(current, &test.value, &test_place)),
            "Not" => Condition::Not(Box::new(self.nested_rule(current, &test.value, &test_place))),
            _ => self.comparison(current, node, test, place),
        }
    }

    fn nested_rules(&mut self, current: &Current, node: &Node, place: &Place) -> Vec<Condition> {
        let items = node.as_array().unwrap_or_default();
        items.iter().enumerate().map(|(index, item)| self.nested_rule(current, item, &place.index(index))).collect()
    }

    fn nested_rule(&mut self, current: &Current, node: &Node, place: &Place) -> Condition {
        shape::check_object(&NESTED_RULE, node, anchor(node), place, current.language, &mut self.diagnostics);
        self.condition(current, node, place)
    }

    fn comparison(&mut self, current: &Current, node: &Node, test: &Member, place: &Place) -> Condition {
        let variable = match node.get("Variable") {
            Some(member) => self.expression(current, &member.value, &place.key("Variable"), Allowed::Path),
            None => {
                let message = format!("`{}` needs a `Variable` to compare", test.key);
                let diagnostic = Diagnostic::error(rules::NO_VARIABLE, test.key_span, message);
                let diagnostic = diagnostic.with_hint("such as `\"Variable\": \"$.name\"`").at(place.pointer());
                self.diagnostics.push(diagnostic.cured_by([Cure::add(place.pointer(), "Variable", "$.name")]));
                None
            }
        };
        let comparison = self.comparison_of(current, test, place);
        match (variable, comparison) {
            (Some(variable), Some(comparison)) => Condition::Compare { variable, comparison },
            _ => Condition::Invalid,
        }
    }

    fn comparison_of(&mut self, current: &Current, test: &Member, place: &Place) -> Option<Comparison> {
        let value = &test.value;
        let bool = match value.kind {
            NodeKind::Bool(bool) => Some(bool),
            _ => None,
        };
        match &*test.key {
            "IsNull" => bool.map(Comparison::IsNull),
            "IsPresent" => bool.map(Comparison::IsPresent),
            "IsNumeric" => bool.map(Comparison::IsNumeric),
            "IsString" => bool.map(Comparison::IsString),
            "IsBoolean" => bool.map(Comparison::IsBoolean),
            "IsTimestamp" => bool.map(Comparison::IsTimestamp),
            "StringMatches" => value.as_str().cloned().map(Comparison::StringMatches),
            name => {
                let (kind, order, is_path) = order_comparator(name)?;
                let operand = if is_path {
                    Operand::Path(self.expression(current, value, &place.key(&test.key), Allowed::Path)?)
                } else {
                    literal(kind, value)?
                };
                Some(Comparison::Order { kind, test: order, operand })
            }
        }
    }
}

/// A literal operand, where it is of the right type.
fn literal(kind: OrderKind, node: &Node) -> Option<Operand> {
    let is_right = match (&node.kind, kind) {
        (NodeKind::String(_), OrderKind::String) => true,
        (NodeKind::String(text), OrderKind::Timestamp) => shape::is_timestamp(text) || is_placeholder(text),
        (NodeKind::Number(_), OrderKind::Numeric) | (NodeKind::Bool(_), OrderKind::Boolean) => true,
        _ => false,
    };
    is_right.then(|| Operand::Literal(node.to_value()))
}

/// `StringLessThanEqualsPath` and its like, taken apart: what is compared, how, and whether with a path.
fn order_comparator(name: &str) -> Option<(OrderKind, OrderTest, bool)> {
    const KINDS: [(&str, OrderKind); 4] = [
        ("String", OrderKind::String),
        ("Numeric", OrderKind::Numeric),
        ("Boolean", OrderKind::Boolean),
        ("Timestamp", OrderKind::Timestamp),
    ];
    let (rest, kind) = KINDS.iter().find_map(|&(prefix, kind)| Some((name.strip_prefix(prefix)?, kind)))?;
    let (rest, is_path) = rest.strip_suffix("Path").map_or((rest, false), |rest| (rest, true));
    let test = match rest {
        "Equals" => OrderTest::Equals,
        "LessThan" => OrderTest::LessThan,
        "GreaterThan" => OrderTest::GreaterThan,
        "LessThanEquals" => OrderTest::LessThanEquals,
        "GreaterThanEquals" => OrderTest::GreaterThanEquals,
        _ => return None,
    };
    let is_order = kind != OrderKind::Boolean || test == OrderTest::Equals;
    is_order.then_some((kind, test, is_path))
}

/// Whether a field of a rule is its test.
fn is_test(key: &str) -> bool {
    let is_other = matches!(key, "Variable" | "Comment");
    !is_other && NESTED_RULE.field(key, QueryLanguage::JsonPath).is_some()
}

fn anchor(node: &Node) -> Span {
    Span::new(node.span.start, (node.span.start + 1).min(node.span.end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_comparator_of_the_table_is_understood() {
        let others = ["Comment", "Variable", "And", "Or", "Not", "StringMatches"];
        for field in NESTED_RULE.fields().filter(|field| !others.contains(&field.name)) {
            let name = field.name;
            assert!(name.starts_with("Is") || order_comparator(name).is_some(), "{name}");
        }
        assert!(order_comparator("BooleanLessThan").is_none());
    }
}
