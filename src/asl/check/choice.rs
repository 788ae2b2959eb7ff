//! Rules of a Choice that can never match: what they ask contradicts itself, or an earlier rule has taken it.

use crate::{
    asl::{
        model::{ChoiceRule, Comparison, Condition, Definition, Operand, OrderKind, OrderTest, StateKind},
        rules,
    },
    diagnostic::{Cure, Diagnostic, Step},
    expr::ExpressionKind,
    syntax::push_pointer,
    text::Span,
    value::Value,
};

pub fn check(definition: &Definition, diagnostics: &mut Vec<Diagnostic>) {
    for state in &definition.states {
        let StateKind::Choice(choice) = &state.kind else { continue };
        for (index, rule) in choice.choices.iter().enumerate() {
            let Some(why) = never(&choice.choices[..index], rule) else { continue };
            let mut pointer = state.pointer.to_string();
            push_pointer(&mut pointer, "Choices");
            push_pointer(&mut pointer, &index.to_string());
            let span = Span::new(rule.span.start, (rule.span.start + 1).min(rule.span.end));
            let diagnostic = Diagnostic::warning(rules::NEVER_MATCHES, span, format!("this rule never matches: {why}"));
            let is_only = choice.choices.len() == 1;
            let cure = Cure::new("remove the rule", Step::Remove(rule.span));
            let diagnostic = diagnostic.with_hint("change it, or remove it").at(pointer);
            diagnostics.push(diagnostic.cured_by((!is_only).then_some(cure)));
        }
    }
}

/// Why a rule never matches behind those before it.
fn never(before: &[ChoiceRule], rule: &ChoiceRule) -> Option<String> {
    if let Some(why) = contradiction(&rule.condition) {
        return Some(why);
    }
    let taken = before.iter().position(|earlier| implies(&rule.condition, &earlier.condition))?;
    Some(match always(&before[taken].condition) {
        true => format!("rule {} before it always does", taken + 1),
        false => format!("whatever it takes, rule {} before it has taken", taken + 1),
    })
}

/// Whether a condition holds whatever the data are.
fn always(condition: &Condition) -> bool {
    match condition {
        Condition::Literal(holds) => *holds,
        Condition::Computed(expression) => word(&expression.source) == "true",
        Condition::Or(parts) => parts.iter().any(always),
        Condition::And(parts) => !parts.is_empty() && parts.iter().all(always),
        _ => false,
    }
}

/// The word that an expression `{% word %}` is.
fn word(source: &str) -> &str {
    source.strip_prefix("{%").and_then(|rest| rest.strip_suffix("%}")).unwrap_or(source).trim()
}

/// Whether one condition holds only where another does, too. `false` where that cannot be told.
fn implies(one: &Condition, other: &Condition) -> bool {
    if always(other) || is_same(one, other) {
        return true;
    }
    match (one, other) {
        (Condition::And(parts), other) if parts.iter().any(|part| implies(part, other)) => true,
        (one, Condition::Or(parts)) if parts.iter().any(|part| implies(one, part)) => true,
        (Condition::Or(parts), other) => !parts.is_empty() && parts.iter().all(|part| implies(part, other)),
        (one, Condition::And(parts)) => !parts.is_empty() && parts.iter().all(|part| implies(one, part)),
        (
            Condition::Compare { variable, comparison },
            Condition::Compare { variable: other_variable, comparison: other },
        ) if variable.source == other_variable.source => match (Range::of(comparison), Range::of(other)) {
            (Some(range), Some(other)) => other.holds(&range),
            _ => false,
        },
        _ => false,
    }
}

fn is_same(one: &Condition, other: &Condition) -> bool {
    match (one, other) {
        (Condition::And(one), Condition::And(other)) | (Condition::Or(one), Condition::Or(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Condition::Not(one), Condition::Not(other)) => is_same(one, other),
        (Condition::Computed(one), Condition::Computed(other)) => {
            // Time and randomness are another each time.
            let is_steady = |name: &str| !one.source.contains(name);
            one.source == other.source && ["$random", "$uuid", "$now", "$millis"].into_iter().all(is_steady)
        }
        (
            Condition::Compare { variable, comparison },
            Condition::Compare { variable: other_variable, comparison: other },
        ) => variable.source == other_variable.source && is_same_comparison(comparison, other),
        _ => false,
    }
}

fn is_same_comparison(one: &Comparison, other: &Comparison) -> bool {
    use Comparison::{IsBoolean, IsNull, IsNumeric, IsPresent, IsString, IsTimestamp, Order, StringMatches};
    match (one, other) {
        (IsNull(a), IsNull(b))
        | (IsPresent(a), IsPresent(b))
        | (IsNumeric(a), IsNumeric(b))
        | (IsString(a), IsString(b))
        | (IsBoolean(a), IsBoolean(b))
        | (IsTimestamp(a), IsTimestamp(b)) => a == b,
        (StringMatches(a), StringMatches(b)) => a == b,
        (Order { kind: k1, test: t1, operand: o1 }, Order { kind: k2, test: t2, operand: o2 }) => {
            k1 == k2
                && t1 == t2
                && match (o1, o2) {
                    (Operand::Literal(a), Operand::Literal(b)) => a.to_json() == b.to_json(),
                    (Operand::Path(a), Operand::Path(b)) => a.source == b.source,
                    _ => false,
                }
        }
        _ => false,
    }
}

/// What in a condition excludes itself.
fn contradiction(condition: &Condition) -> Option<String> {
    match condition {
        Condition::Literal(false) => Some("it is `false`".to_owned()),
        Condition::Computed(expression) if word(&expression.source) == "false" => Some("it is `false`".to_owned()),
        Condition::And(parts) => {
            if let Some(why) = parts.iter().find_map(contradiction) {
                return Some(why);
            }
            let pairs = parts.iter().enumerate().flat_map(|(at, one)| parts[at + 1..].iter().map(move |it| (one, it)));
            pairs.into_iter().find_map(|(one, other)| excludes(one, other))
        }
        Condition::Or(parts) if !parts.is_empty() => {
            let whys: Option<Vec<_>> = parts.iter().map(contradiction).collect();
            whys.map(|whys| whys.join(", and "))
        }
        _ => None,
    }
}

/// What keeps two conditions from holding together.
fn excludes(one: &Condition, other: &Condition) -> Option<String> {
    let is_not = |one: &Condition, other: &Condition| matches!(other, Condition::Not(not) if is_same(one, not));
    if is_not(one, other) || is_not(other, one) {
        return Some("it asks for something and for its opposite".to_owned());
    }
    let (
        Condition::Compare { variable, comparison },
        Condition::Compare { variable: other_variable, comparison: other },
    ) = (one, other)
    else {
        return None;
    };
    if variable.source != other_variable.source || matches!(variable.kind, ExpressionKind::Jsonata(_)) {
        return None;
    }
    let path = &variable.source;
    if let (Some(kind), Some(other)) = (wanted(comparison), wanted(other))
        && kind != other
    {
        return Some(format!("`{path}` cannot be {kind} and {other} at once"));
    }
    let range = Range::of(comparison)?;
    (!range.meets(&Range::of(other)?)).then(|| format!("no value of `{path}` is both"))
}

/// What a comparison wants its variable to be.
fn wanted(comparison: &Comparison) -> Option<&'static str> {
    Some(match comparison {
        Comparison::IsPresent(false) => "absent",
        Comparison::IsNull(true) => "null",
        Comparison::IsNumeric(true) | Comparison::Order { kind: OrderKind::Numeric, .. } => "a number",
        Comparison::IsBoolean(true) | Comparison::Order { kind: OrderKind::Boolean, .. } => "a boolean",
        // A timestamp is a text.
        Comparison::IsString(true)
        | Comparison::IsTimestamp(true)
        | Comparison::StringMatches(_)
        | Comparison::Order { kind: OrderKind::String | OrderKind::Timestamp, .. } => "a text",
        _ => return None,
    })
}

/// The values that a comparison takes.
#[derive(Debug)]
enum Range {
    /// From and to, each with whether it is taken itself.
    Numbers { from: (f64, bool), to: (f64, bool) },
    /// One text or boolean.
    Only(Value),
}

impl Range {
    fn of(comparison: &Comparison) -> Option<Self> {
        let Comparison::Order { kind, test, operand: Operand::Literal(value) } = comparison else { return None };
        match (kind, test) {
            (OrderKind::Numeric, test) => {
                let number = value.as_number()?.as_f64();
                let (low, high) = ((f64::NEG_INFINITY, false), (f64::INFINITY, false));
                let (from, to) = match test {
                    OrderTest::Equals => ((number, true), (number, true)),
                    OrderTest::LessThan => (low, (number, false)),
                    OrderTest::LessThanEquals => (low, (number, true)),
                    OrderTest::GreaterThan => ((number, false), high),
                    OrderTest::GreaterThanEquals => ((number, true), high),
                };
                Some(Self::Numbers { from, to })
            }
            (OrderKind::String | OrderKind::Boolean, OrderTest::Equals) => Some(Self::Only(value.clone())),
            _ => None,
        }
    }

    /// Whether all of another's values are among these.
    fn holds(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Numbers { from, to }, Self::Numbers { from: other_from, to: other_to }) => {
                let starts = from.0 < other_from.0 || from.0 == other_from.0 && (from.1 || !other_from.1);
                let ends = to.0 > other_to.0 || to.0 == other_to.0 && (to.1 || !other_to.1);
                starts && ends
            }
            (Self::Only(one), Self::Only(other)) => one.to_json() == other.to_json(),
            _ => false,
        }
    }

    /// Whether the two have a value in common.
    fn meets(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Numbers { from, to }, Self::Numbers { from: other_from, to: other_to }) => {
                let is_before =
                    |to: &(f64, bool), from: &(f64, bool)| to.0 < from.0 || to.0 == from.0 && !(to.1 && from.1);
                !is_before(to, other_from) && !is_before(other_to, from)
            }
            (Self::Only(one), Self::Only(other)) => one.to_json() == other.to_json(),
            _ => true,
        }
    }
}
