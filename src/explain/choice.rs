//! The rules of a Choice in one visit, in order: what each compared, how it came out, and why.

use std::{collections::BTreeMap, rc::Rc};
use tr::tr;

use super::{
    Explainer, Seen, brief,
    jsonata::blame,
    kind,
    lookup::{Lookup, Query, Root, unknown_variable},
    place::Place,
};
use crate::{
    asl::model::{
        ChoiceState, Comparison, Condition, Operand, OrderKind, OrderTest, PathField, State, StateKind, Transition,
    },
    engine::{clock::Instant, compares},
    expr::{Expression, ExpressionKind},
    graph::words,
    jsonata::{self, Limits},
    sim::timeline::{Ending, Visit},
    value::{Object, Value},
};

/// How a Choice came to where it went.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    pub rules: Vec<Rule>,
    /// Whether the data that they saw is known; without it no rule has a verdict.
    pub is_known: bool,
    /// Where `Default` leads, and whether it was taken.
    pub default: Option<(Rc<str>, Verdict)>,
    pub default_place: Option<Place>,
    /// In a sentence: `rule 2 matched: on to `Refund` `.
    pub sentence: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Counted from 1.
    pub number: usize,
    /// `$.total > 0 and $.vip is present`.
    pub title: String,
    pub next: Rc<str>,
    pub verdict: Verdict,
    pub place: Option<Place>,
    pub test: Option<Test>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Matched,
    NoMatch,
    /// A path in it found nothing, which fails the state.
    Failed,
    /// What came before had decided already.
    NotTried,
}

/// A comparison, or several joined.
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    pub kind: TestKind,
    pub verdict: Verdict,
    /// What it asks: `` `$.amount` is greater than `10` ``, `all of these hold`.
    pub words: String,
    /// What it found: `` `5` > `10` is false ``.
    pub note: Option<String>,
    pub place: Option<Place>,
    /// The path that found nothing.
    pub lookup: Option<Lookup>,
    pub tests: Vec<Test>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TestKind {
    And,
    Or,
    Not,
    Compare,
}

pub(super) fn rules(explainer: &Explainer, visit: &Visit) -> Option<Rules> {
    let state = explainer.definition.states.get(visit.state.index())?;
    let StateKind::Choice(choice) = &state.kind else { return None };
    let seen = explainer.seen_by(visit, uses_context(state, choice));
    let is_known = seen.is_some();
    let rules = match &seen {
        Some(seen) => tried(explainer, state, choice, seen),
        None => choice.choices.iter().enumerate().map(|(at, _)| untried(explainer, state, choice, at)).collect(),
    };
    let is_default = is_known && rules.iter().all(|rule| rule.verdict == Verdict::NoMatch);
    let default = choice
        .default
        .map(|default| (target(explainer, default), if is_default { Verdict::Matched } else { Verdict::NotTried }));
    let decided = rules.iter().find(|rule| matches!(rule.verdict, Verdict::Matched | Verdict::Failed));
    let sentence = match (decided, &default) {
        (Some(rule), _) if rule.verdict == Verdict::Matched => {
            tr!("rule {} matched: on to `{}`", rule.number, rule.next)
        }
        (Some(rule), _) => tr!("rule {} could not be tried, which fails the state", rule.number),
        (None, Some((next, Verdict::Matched))) => tr!("no rule matched: by `Default` on to `{next}`", next),
        (None, None) if is_known => tr!("no rule matched, and there is no `Default`: that fails the state"),
        (None, _) => match visit.ending {
            Ending::Failed => tr!("the state failed before its rules were tried"),
            _ => tr!("the data that the rules saw was not kept"),
        },
    };
    Some(Rules { rules, is_known, default, default_place: explainer.place_at(state, &["Default"]), sentence })
}

/// The rules as they fare on what a Choice saw.
pub(super) fn tried(explainer: &Explainer, state: &State, choice: &ChoiceState, seen: &Seen) -> Vec<Rule> {
    let mut is_decided = false;
    let has_input_path = !matches!(state.input_path, PathField::Whole);
    let input_name = if has_input_path { tr!("the state's input after `InputPath`") } else { tr!("the state's input") };
    let rule = |(at, rule): (usize, &crate::asl::model::ChoiceRule)| {
        let mut row = untried(explainer, state, choice, at);
        if !is_decided {
            let mut keys = vec!["Choices".to_owned(), at.to_string()];
            let test = Trial { explainer, state, seen, input_name: &input_name }.test(&rule.condition, &mut keys);
            row.verdict = test.verdict;
            row.test = Some(test);
            is_decided = row.verdict != Verdict::NoMatch;
        }
        row
    };
    choice.choices.iter().enumerate().map(rule).collect()
}

fn untried(explainer: &Explainer, state: &State, choice: &ChoiceState, at: usize) -> Rule {
    let rule = &choice.choices[at];
    Rule {
        number: at + 1,
        title: words::condition(&rule.condition),
        next: target(explainer, rule.next),
        verdict: Verdict::NotTried,
        place: explainer.place_at(state, &["Choices", &at.to_string()]),
        test: None,
    }
}

fn target(explainer: &Explainer, transition: Transition) -> Rc<str> {
    match transition {
        Transition::Next(next) => explainer.name(next).into(),
        Transition::End | Transition::Missing => tr!("the end").into(),
    }
}

/// The comparison that failed, wherever it is nested.
pub(super) fn failed_test(test: &Test) -> Option<&Test> {
    if test.verdict != Verdict::Failed {
        return None;
    }
    test.tests.iter().find_map(failed_test).or(Some(test))
}

struct Trial<'a> {
    explainer: &'a Explainer<'a>,
    state: &'a State,
    seen: &'a Seen,
    input_name: &'a str,
}

impl Trial<'_> {
    fn test(&self, condition: &Condition, keys: &mut Vec<String>) -> Test {
        match condition {
            Condition::And(conditions) => self.joined(TestKind::And, "And", conditions, keys),
            Condition::Or(conditions) => self.joined(TestKind::Or, "Or", conditions, keys),
            Condition::Not(condition) => {
                keys.push("Not".into());
                let inner = self.test(condition, keys);
                keys.pop();
                let verdict = match inner.verdict {
                    Verdict::Matched => Verdict::NoMatch,
                    Verdict::NoMatch => Verdict::Matched,
                    other => other,
                };
                joined_test(TestKind::Not, verdict, tr!("this does not hold"), vec![inner])
            }
            Condition::Compare { variable, comparison } => self.compare(variable, comparison, keys),
            Condition::Computed(expression) => self.compute(expression, keys),
            Condition::Literal(holds) => {
                let verdict = if *holds { Verdict::Matched } else { Verdict::NoMatch };
                let words = if *holds { tr!("`true`: always") } else { tr!("`false`: never") };
                joined_test(TestKind::Compare, verdict, words, Vec::new())
            }
            Condition::Invalid => joined_test(TestKind::Compare, Verdict::NoMatch, tr!("cannot be read"), Vec::new()),
        }
    }

    /// A JSONata `Condition`.
    fn compute(&self, expression: &Expression, keys: &[String]) -> Test {
        let ExpressionKind::Jsonata(condition) = &expression.kind else {
            return joined_test(TestKind::Compare, Verdict::NoMatch, tr!("cannot be read"), Vec::new());
        };
        let outcome = condition.evaluate(self.seen, &Limits::brief());
        let (verdict, note, lookup) = match outcome.and_then(|value| jsonata::expect(value, "boolean")) {
            Ok(value) => {
                let verdict = if matches!(value, Value::Bool(true)) { Verdict::Matched } else { Verdict::NoMatch };
                (verdict, tr!("it gives `{value}`", value), None)
            }
            Err(jsonata::Failure::Limit(_)) => {
                (Verdict::NotTried, tr!("it is too much work to be done once more here"), None)
            }
            Err(failure) => {
                let blame = blame(condition, &failure, self.seen);
                (Verdict::Failed, blame.sentence, blame.lookup)
            }
        };
        let keys: Vec<&str> = keys.iter().map(String::as_str).chain(["Condition"]).collect();
        Test {
            kind: TestKind::Compare,
            verdict,
            words: format!("`{}`", expression.source),
            note: Some(note),
            place: self.explainer.place_at(self.state, &keys),
            lookup,
            tests: Vec::new(),
        }
    }

    fn joined(&self, kind: TestKind, key: &str, conditions: &[Condition], keys: &mut Vec<String>) -> Test {
        let (decides, otherwise, words) = match kind {
            TestKind::And => (Verdict::NoMatch, Verdict::Matched, tr!("all of these hold")),
            _ => (Verdict::Matched, Verdict::NoMatch, tr!("one of these holds")),
        };
        let mut verdict = otherwise;
        let mut tests = Vec::with_capacity(conditions.len());
        keys.push(key.into());
        for (at, condition) in conditions.iter().enumerate() {
            keys.push(at.to_string());
            let mut test = self.test(condition, keys);
            keys.pop();
            if verdict != otherwise {
                skip(&mut test);
            } else if test.verdict != otherwise {
                verdict = if test.verdict == Verdict::Failed { Verdict::Failed } else { decides };
            }
            tests.push(test);
        }
        keys.pop();
        joined_test(kind, verdict, words, tests)
    }

    fn compare(&self, variable: &Expression, comparison: &Comparison, keys: &[String]) -> Test {
        let name = comparator(comparison);
        let place = |key: &str| {
            let keys: Vec<&str> = keys.iter().map(String::as_str).chain([key]).collect();
            self.explainer.place_at(self.state, &keys)
        };
        let test = |verdict, note: String, place, lookup| Test {
            kind: TestKind::Compare,
            verdict,
            words: asks(variable, comparison),
            note: Some(note),
            place,
            lookup,
            tests: Vec::new(),
        };
        let verdict = |holds: bool| if holds { Verdict::Matched } else { Verdict::NoMatch };
        let value = variable.evaluate(self.seen).ok();
        if let Comparison::IsPresent(wanted) = comparison {
            let note = match &value {
                Some(value) => tr!("there is a value: `{}`", brief(value)),
                None => self.found_nothing(variable).0,
            };
            return test(verdict(value.is_some() == *wanted), note, place(&name), None);
        }
        let Some(value) = value else {
            let (note, lookup) = self.found_nothing(variable);
            return test(Verdict::Failed, note, place("Variable"), lookup);
        };
        let operand = match comparison {
            Comparison::Order { operand: Operand::Path(path), .. } => match path.evaluate(self.seen) {
                Ok(operand) => Some(operand),
                Err(_) => {
                    let (note, lookup) = self.found_nothing(path);
                    return test(Verdict::Failed, note, place(&name), lookup);
                }
            },
            Comparison::Order { operand: Operand::Literal(literal), .. } => Some(literal.clone()),
            _ => None,
        };
        let holds = compares(comparison, &value, operand.as_ref());
        let note = why(comparison, &name, &value, operand.as_ref(), holds);
        test(verdict(holds), note, place(&name), None)
    }

    fn missed(&self, expression: &Expression) -> Option<Lookup> {
        let (root, path) = Root::of(expression, self.seen)?;
        Some(Query { path, root, input_name: self.input_name, seen: self.seen }.missed())
    }

    /// Why an expression found nothing: in words, and where it is a path step by step.
    fn found_nothing(&self, expression: &Expression) -> (String, Option<Lookup>) {
        match (self.missed(expression), &expression.kind) {
            (Some(lookup), _) => (lookup.sentence.clone(), Some(lookup)),
            (None, ExpressionKind::Variable(name, _)) => (unknown_variable(name, self.seen).0, None),
            (None, _) => (tr!("it could not be read"), None),
        }
    }
}

fn joined_test(kind: TestKind, verdict: Verdict, words: String, tests: Vec<Test>) -> Test {
    Test { kind, verdict, words, note: None, place: None, lookup: None, tests }
}

/// What is behind the decisive part of an `And` or `Or` is not looked at by the machine either.
fn skip(test: &mut Test) {
    test.verdict = Verdict::NotTried;
    (test.note, test.lookup) = (None, None);
    test.tests.iter_mut().for_each(skip);
}

/// The comparator's field: `NumericGreaterThanPath`.
fn comparator(comparison: &Comparison) -> String {
    match comparison {
        Comparison::IsNull(_) => "IsNull".into(),
        Comparison::IsPresent(_) => "IsPresent".into(),
        Comparison::IsNumeric(_) => "IsNumeric".into(),
        Comparison::IsString(_) => "IsString".into(),
        Comparison::IsBoolean(_) => "IsBoolean".into(),
        Comparison::IsTimestamp(_) => "IsTimestamp".into(),
        Comparison::StringMatches(_) => "StringMatches".into(),
        Comparison::Order { kind, test, operand } => {
            let path = if matches!(operand, Operand::Path(_)) { "Path" } else { "" };
            format!("{kind:?}{test:?}{path}")
        }
    }
}

/// A comparison in words.
fn asks(variable: &Expression, comparison: &Comparison) -> String {
    let variable = &variable.source;
    match comparison {
        Comparison::IsNull(true) => tr!("`{variable}` is null", variable),
        Comparison::IsNull(false) => tr!("`{variable}` is not null", variable),
        Comparison::IsPresent(true) => tr!("`{variable}` is present", variable),
        Comparison::IsPresent(false) => tr!("`{variable}` is not present", variable),
        Comparison::IsNumeric(true) => tr!("`{variable}` is a number", variable),
        Comparison::IsNumeric(false) => tr!("`{variable}` is not a number", variable),
        Comparison::IsString(true) => tr!("`{variable}` is a string", variable),
        Comparison::IsString(false) => tr!("`{variable}` is not a string", variable),
        Comparison::IsBoolean(true) => tr!("`{variable}` is a boolean", variable),
        Comparison::IsBoolean(false) => tr!("`{variable}` is not a boolean", variable),
        Comparison::IsTimestamp(true) => tr!("`{variable}` is a timestamp", variable),
        Comparison::IsTimestamp(false) => tr!("`{variable}` is not a timestamp", variable),
        Comparison::StringMatches(pattern) => tr!("`{variable}` matches the pattern `{pattern}`", variable, pattern),
        Comparison::Order { kind, test, operand } => {
            let operand = match operand {
                Operand::Literal(value) => brief(value),
                Operand::Path(path) => path.source.to_string(),
            };
            let operator = match (test, kind) {
                (OrderTest::Equals, OrderKind::Timestamp) => tr!("is the same time as"),
                (OrderTest::LessThan, OrderKind::Timestamp) => tr!("is earlier than"),
                (OrderTest::GreaterThan, OrderKind::Timestamp) => tr!("is later than"),
                (OrderTest::LessThanEquals, OrderKind::Timestamp) => tr!("is no later than"),
                (OrderTest::GreaterThanEquals, OrderKind::Timestamp) => tr!("is no earlier than"),
                (OrderTest::Equals, _) => tr!("equals"),
                (OrderTest::LessThan, OrderKind::String) => tr!("comes before"),
                (OrderTest::GreaterThan, OrderKind::String) => tr!("comes after"),
                (OrderTest::LessThanEquals, OrderKind::String) => tr!("equals or comes before"),
                (OrderTest::GreaterThanEquals, OrderKind::String) => tr!("equals or comes after"),
                (OrderTest::LessThan, _) => tr!("is less than"),
                (OrderTest::GreaterThan, _) => tr!("is greater than"),
                (OrderTest::LessThanEquals, _) => tr!("is at most"),
                (OrderTest::GreaterThanEquals, _) => tr!("is at least"),
            };
            format!("`{variable}` {operator} `{operand}`")
        }
    }
}

/// How a comparison came out, and if it did not hold why.
fn why(comparison: &Comparison, name: &str, value: &Value, operand: Option<&Value>, holds: bool) -> String {
    let found = brief(value);
    match comparison {
        Comparison::StringMatches(pattern) => match value {
            Value::String(_) if holds => tr!("`{found}` matches", found),
            Value::String(text)
                if compares(
                    comparison_without_case(pattern, text).as_ref().unwrap_or(comparison),
                    &Value::from(text.to_lowercase()),
                    None,
                ) =>
            {
                tr!("`{found}` does not match: upper and lower case count", found)
            }
            Value::String(_) => tr!("`{found}` does not match", found),
            _ => tr!("the value is {}, `{found}`, and `{name}` matches strings only", kind(value), found, name),
        },
        Comparison::Order { kind: wanted, test, .. } => {
            let operand = operand.unwrap_or(&Value::Null);
            let noun = match wanted {
                OrderKind::String => tr!("strings"),
                OrderKind::Numeric => tr!("numbers"),
                OrderKind::Boolean => tr!("booleans"),
                OrderKind::Timestamp => tr!("timestamps"),
            };
            if let Some(wrong) = misfit(*wanted, value) {
                return tr!("the value is {wrong}, `{found}`, and `{name}` compares {noun}", wrong, found, name, noun);
            }
            let against = brief(operand);
            if let Some(wrong) = misfit(*wanted, operand) {
                return tr!(
                    "what it is compared with is {wrong}, `{against}`, and `{name}` compares {noun}",
                    wrong,
                    against,
                    name,
                    noun
                );
            }
            let sign = match test {
                OrderTest::Equals => "=",
                OrderTest::LessThan => "<",
                OrderTest::GreaterThan => ">",
                OrderTest::LessThanEquals => "≤",
                OrderTest::GreaterThanEquals => "≥",
            };
            let hint = if holds { String::new() } else { near_miss(*test, value, operand) };
            match holds {
                true => tr!("`{found} {sign} {against}` is true", found, sign, against),
                false => tr!("`{found} {sign} {against}` is false{hint}", found, sign, against, hint),
            }
        }
        _ => match value {
            Value::Null => tr!("the value is null"),
            _ => tr!("the value is {}, `{found}`", kind(value), found),
        },
    }
}

/// The same pattern in lower case, where that makes a difference.
fn comparison_without_case(pattern: &str, text: &str) -> Option<Comparison> {
    let differs = pattern.to_lowercase() != *pattern || text.to_lowercase() != *text;
    differs.then(|| Comparison::StringMatches(pattern.to_lowercase().into()))
}

/// What a value is that a comparator cannot compare.
fn misfit(wanted: OrderKind, value: &Value) -> Option<String> {
    let fits = match (wanted, value) {
        (OrderKind::String, Value::String(_))
        | (OrderKind::Numeric, Value::Number(_))
        | (OrderKind::Boolean, Value::Bool(_)) => true,
        (OrderKind::Timestamp, Value::String(text)) => {
            if Instant::parse(text).is_none() {
                return Some(tr!("a string that is no timestamp"));
            }
            true
        }
        _ => false,
    };
    let is_quoted = wanted == OrderKind::Numeric && value.as_str().is_some_and(|text| text.parse::<f64>().is_ok());
    (!fits).then(|| if is_quoted { tr!("a number in quotes") } else { kind(value) })
}

/// Two strings that look alike.
fn near_miss(test: OrderTest, value: &Value, operand: &Value) -> String {
    let (Some(value), Some(operand)) = (value.as_str(), operand.as_str()) else { return String::new() };
    match test {
        OrderTest::Equals if value.to_lowercase() == operand.to_lowercase() => tr!(": upper and lower case count"),
        OrderTest::Equals if value.trim() == operand.trim() => tr!(": blanks around it count"),
        _ => String::new(),
    }
}

fn uses_context(state: &State, choice: &ChoiceState) -> bool {
    let is_context = |expression: &Expression| !matches!(expression.kind, ExpressionKind::Input(_));
    fn any(condition: &Condition, is: &dyn Fn(&Expression) -> bool) -> bool {
        match condition {
            Condition::And(conditions) | Condition::Or(conditions) => {
                conditions.iter().any(|condition| any(condition, is))
            }
            Condition::Not(condition) => any(condition, is),
            Condition::Compare { variable, comparison } => {
                let operand = match comparison {
                    Comparison::Order { operand: Operand::Path(path), .. } => is(path),
                    _ => false,
                };
                operand || is(variable)
            }
            Condition::Computed(expression) => is(expression),
            Condition::Literal(_) | Condition::Invalid => false,
        }
    }
    let by_input_path = matches!(&state.input_path, PathField::Path(path) if is_context(path));
    by_input_path || choice.choices.iter().any(|rule| any(&rule.condition, &is_context))
}

impl Explainer<'_> {
    /// What the expressions of a state saw in a visit, after `InputPath`; `wants_context`: with what is around it.
    fn seen_by(&self, visit: &Visit, wants_context: bool) -> Option<Seen> {
        let state = self.definition.states.get(visit.state.index())?;
        let input = self.payload(visit.input?)?;
        let context = if wants_context { self.context(visit)? } else { Value::Null };
        let variables = if wants_context { self.variables(visit) } else { BTreeMap::new() };
        let now = self.trace.start.saturating_add(visit.entered_at) / 1000;
        let seen = Seen { input, context, variables, result: None, now };
        let input = match &state.input_path {
            PathField::Whole => return Some(seen),
            PathField::Null => Value::empty_object(),
            PathField::Path(path) => path.evaluate(&seen).ok()?,
        };
        Some(Seen { input, ..seen })
    }

    /// The context object of a visit, without what only Task, Parallel and Map have.
    fn context(&self, visit: &Visit) -> Option<Value> {
        let lasting = self.payload(self.trace.context?)?;
        let input = self.payload(self.trace.events.first()?.details.input?)?;
        let mut execution: Object = lasting.get("Execution")?.as_object()?.clone();
        execution.insert("Input".into(), input);
        let entered = Instant::from_micros(self.trace.start.saturating_add(visit.entered_at)).to_rfc3339();
        let about_state = [("Name", Value::from(self.name(visit.state))), ("EnteredTime", entered.into())];
        let mut context = vec![
            ("Execution", Value::Object(Rc::new(execution))),
            ("StateMachine", lasting.get("StateMachine")?.clone()),
            ("State", Value::object(about_state)),
        ];
        if let Some((index, value)) = self.item_of(visit) {
            let item = Value::object([("Index", Value::from(i64::from(index))), ("Value", value)]);
            context.push(("Map", Value::object([("Item", item)])));
        }
        Some(Value::object(context))
    }

    /// The item of the innermost Map iteration around a visit.
    fn item_of(&self, visit: &Visit) -> Option<(u32, Value)> {
        let around = &self.timeline.visits[visit.parent?.index()];
        let StateKind::Map(map) = &self.definition.state(around.state).kind else { return self.item_of(around) };
        let is_beyond_input = |path: &Expression| !matches!(path.kind, ExpressionKind::Input(_));
        let wants_context = map.items_path.as_ref().is_some_and(is_beyond_input) || map.items.is_some();
        let seen = self.seen_by(around, wants_context)?;
        let items = match (&map.items_path, &map.items) {
            (Some(path), _) => path.evaluate(&seen).ok()?,
            (None, Some(items)) => items.evaluate(&seen).ok()?,
            (None, None) => seen.input,
        };
        let index = visit.index?;
        Some((index, items.as_array()?.get(index as usize)?.clone()))
    }
}
