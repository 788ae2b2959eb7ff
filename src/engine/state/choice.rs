//! Choice: takes the first rule that holds, else `Default`. In JSONata a rule's `Condition` has to be a boolean.
//!
//! A comparator is false where its variable has another type; a variable that is not there fails the
//! state, but for `IsPresent`. `Is…: false` holds for any other type.

use std::borrow::Cow;

use super::super::{Execution, Flow, branch::BranchId, clock::Instant, failure::Failure, history::Left};
use crate::{
    asl::model::{ChoiceState, Comparison, Condition, Operand, OrderKind, OrderTest, QueryLanguage, State, Transition},
    expr::{Expression, Template},
    value::Value,
};

impl Execution {
    pub(super) fn choose(&mut self, id: BranchId, state: &State, choice: &ChoiceState) -> Result<Flow, Failure> {
        let data = &self.branches[id.index()].visit.effective;
        let mut chosen = None;
        for (index, rule) in choice.choices.iter().enumerate() {
            if self.holds(id, index, &rule.condition, data)? {
                chosen = Some((Some(index as u32), rule.assign.as_ref(), rule.output.as_ref(), rule.next));
                break;
            }
        }
        let default = || Some((None, state.assign.as_ref(), state.output.as_ref(), choice.default?));
        let Some((rule, assign, output, transition)) = chosen.or_else(default) else {
            let cause = "Failed to transition out of the state. The state does not point to a next state.";
            return Err(self.runtime_failure(id, cause));
        };
        let left = match (rule, transition) {
            (Some(rule), Transition::Next(next)) => Left::Choice(rule, next),
            (None, Transition::Next(next)) => Left::Default(next),
            _ => Left::End,
        };
        // The field's name is made only where something may go wrong in it.
        let field = |name: &'static str, template: Option<&Template>| match (rule, template) {
            (Some(rule), Some(_)) => Cow::from(format!("Choices/{rule}/{name}")),
            _ => Cow::from(name),
        };
        let scope = self.scope(id, data);
        let assigned = self.evaluate_assign(field("Assign", assign), assign, &scope)?;
        let output = match state.query_language {
            QueryLanguage::JsonPath => self.pick_output(id, state)?,
            QueryLanguage::Jsonata => self.make_output(&scope, field("Output", output), output, data)?,
        };
        Ok(Flow::Leave { output, assigned, left, transition })
    }

    /// Whether a condition of the rule of an index holds.
    fn holds(&self, id: BranchId, rule: usize, condition: &Condition, data: &Value) -> Result<bool, Failure> {
        match condition {
            Condition::And(conditions) => {
                for condition in conditions {
                    if !self.holds(id, rule, condition, data)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Condition::Or(conditions) => {
                for condition in conditions {
                    if self.holds(id, rule, condition, data)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Condition::Not(condition) => Ok(!self.holds(id, rule, condition, data)?),
            Condition::Compare { variable, comparison } => self.compare(id, variable, comparison, data),
            Condition::Computed(expression) => {
                let value = self.compute(id, format!("Choices/{rule}/Condition"), expression, "boolean")?;
                Ok(matches!(value, Value::Bool(true)))
            }
            Condition::Literal(holds) => Ok(*holds),
            Condition::Invalid => Ok(false),
        }
    }

    fn compare(
        &self,
        id: BranchId,
        variable: &Expression,
        comparison: &Comparison,
        data: &Value,
    ) -> Result<bool, Failure> {
        let scope = self.scope(id, data);
        let value = variable.evaluate(&scope);
        if let Comparison::IsPresent(wanted) = comparison {
            return Ok(value.is_ok() == *wanted);
        }
        let Ok(value) = value else { return Err(self.invalid_variable(id, variable)) };
        let Comparison::Order { operand: Operand::Path(path), .. } = comparison else {
            return Ok(compares(comparison, &value, None));
        };
        match path.evaluate(&scope) {
            Ok(operand) => Ok(compares(comparison, &value, Some(&operand))),
            Err(_) => Err(self.invalid_variable(id, path)),
        }
    }

    fn invalid_variable(&self, id: BranchId, path: &Expression) -> Failure {
        let source = &path.source;
        let cause = format!("Invalid path '{source}': The choice state's condition path references an invalid value.");
        let data = &self.branches[id.index()].visit.effective;
        self.runtime_failure(id, &cause).looking_up("Choices", None, path, &self.scope(id, data))
    }
}

/// Whether a value that is there passes a comparison; `operand` is what a comparator's path found.
pub fn compares(comparison: &Comparison, value: &Value, operand: Option<&Value>) -> bool {
    match comparison {
        Comparison::IsPresent(wanted) => *wanted,
        Comparison::IsNull(wanted) => matches!(value, Value::Null) == *wanted,
        Comparison::IsNumeric(wanted) => matches!(value, Value::Number(_)) == *wanted,
        Comparison::IsString(wanted) => matches!(value, Value::String(_)) == *wanted,
        Comparison::IsBoolean(wanted) => matches!(value, Value::Bool(_)) == *wanted,
        Comparison::IsTimestamp(wanted) => timestamp(value).is_some() == *wanted,
        Comparison::StringMatches(pattern) => value.as_str().is_some_and(|text| matches_pattern(pattern, text)),
        Comparison::Order { kind, test, operand: Operand::Literal(literal) } => {
            is_ordered(*kind, *test, value, operand.unwrap_or(literal))
        }
        Comparison::Order { kind, test, operand: Operand::Path(_) } => {
            operand.is_some_and(|operand| is_ordered(*kind, *test, value, operand))
        }
    }
}

/// False where either side is of another type than the comparator is for.
fn is_ordered(kind: OrderKind, test: OrderTest, left: &Value, right: &Value) -> bool {
    let order = match kind {
        OrderKind::String => left.as_str().zip(right.as_str()).map(|(left, right)| utf16_order(left, right)),
        OrderKind::Numeric => {
            left.as_number().zip(right.as_number()).and_then(|(left, right)| left.as_f64().partial_cmp(&right.as_f64()))
        }
        OrderKind::Boolean => match (left, right) {
            (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
            _ => None,
        },
        OrderKind::Timestamp => timestamp(left).zip(timestamp(right)).map(|(left, right)| left.cmp(&right)),
    };
    order.is_some_and(|order| match test {
        OrderTest::Equals => order.is_eq(),
        OrderTest::LessThan => order.is_lt(),
        OrderTest::GreaterThan => order.is_gt(),
        OrderTest::LessThanEquals => order.is_le(),
        OrderTest::GreaterThanEquals => order.is_ge(),
    })
}

/// Strings are ordered by their UTF-16 units, as in Java.
fn utf16_order(left: &str, right: &str) -> std::cmp::Ordering {
    left.encode_utf16().cmp(right.encode_utf16())
}

fn timestamp(value: &Value) -> Option<Instant> {
    value.as_str().and_then(|text| Instant::parse(text))
}

/// `StringMatches`: `*` stands for any text, `\*` for an asterisk, `\\` for a backslash.
/// Goes back to the last asterisk on a mismatch, so it needs no more than length × length steps.
fn matches_pattern(pattern: &str, text: &str) -> bool {
    let pattern = tokens(pattern);
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(Some(wanted)) if *wanted == text[t] => {
                p += 1;
                t += 1;
            }
            Some(None) => {
                retry = Some((p + 1, t));
                p += 1;
            }
            _ => {
                let Some((after, from)) = retry else { return false };
                retry = Some((after, from + 1));
                (p, t) = (after, from + 1);
            }
        }
    }
    pattern[p..].iter().all(Option::is_none)
}

/// A pattern's characters; `None` is an asterisk that stands for any text.
fn tokens(pattern: &str) -> Vec<Option<char>> {
    let mut tokens = Vec::new();
    let mut characters = pattern.chars().peekable();
    while let Some(character) = characters.next() {
        match (character, characters.peek().copied()) {
            ('\\', Some(escaped @ ('*' | '\\'))) => {
                characters.next();
                tokens.push(Some(escaped));
            }
            ('*', _) => tokens.push(None),
            (character, _) => tokens.push(Some(character)),
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::matches_pattern;

    #[test]
    fn an_asterisk_stands_for_any_text_and_an_escaped_one_for_itself() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("a*c", "abc", true),
            ("a*c", "ac", true),
            ("a*c", "acb", false),
            ("*.log", "zebra.log", true),
            ("foo*.*", "foobar.zebra", true),
            (r"a\*", "a*", true),
            (r"a\*", "ab", false),
            (r"a\\b", r"a\b", true),
            ("", "", true),
            ("", "a", false),
        ] {
            assert_eq!(matches_pattern(pattern, text), expected, "{pattern} on {text}");
        }
    }
}
