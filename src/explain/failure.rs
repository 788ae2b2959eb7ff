//! Why a state failed: the field, the path, the data, and what Retry and Catch made of it.

use std::rc::Rc;
use tr::tr;

use super::{
    Explainer, Seen,
    choice::{self, failed_test},
    handlers::{self, Handler},
    inner_fault,
    lookup::{Lookup, Query, Root, StepMark, given, unknown_variable},
    place::Place,
};
use crate::{
    asl::model::{QueryLanguage, ResultPath, Seconds, State, StateId, StateKind},
    engine::failure::{DATA_LIMIT_EXCEEDED, RUNTIME, TIMEOUT},
    expr::{Expression, ExpressionKind},
    intrinsic::{Argument, Intrinsic},
    jsonpath::Path,
    sim::{
        timeline::{Visit, VisitId},
        trace::{FaultOrigin, PayloadId, TraceFault, TraceLookup},
    },
    text::Span,
    value::Value,
};

/// One failure of a state, explained.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    pub state: StateId,
    pub state_name: Rc<str>,
    /// The visit; nothing for what happened in an execution that this history does not show.
    pub visit: Option<VisitId>,
    pub error: Option<Rc<str>>,
    /// What is wrong, in a sentence.
    pub sentence: String,
    /// What would most likely mend it.
    pub cure: Option<String>,
    /// The field to blame.
    pub place: Option<Place>,
    /// The path in it, step by step.
    pub lookup: Option<Lookup>,
    /// What to write for the path, where the one that was most likely meant is known.
    pub mend: Option<Mend>,
    /// For a Parallel or Map: the visit inside that failed, and its state's name.
    pub inner: Option<(Option<VisitId>, Rc<str>)>,
    /// What Retry and Catch said, in the order in which they were asked.
    pub handlers: Vec<Handler>,
}

/// A text to write into the definition in place of another.
#[derive(Clone, Debug, PartialEq)]
pub struct Mend {
    pub span: Span,
    pub text: String,
}

/// What is found out about the expression to blame.
pub(super) struct Blame {
    pub sentence: String,
    pub cure: Option<String>,
    pub place: Option<Place>,
    pub lookup: Option<Lookup>,
    pub mend: Option<Mend>,
}

impl Blame {
    pub fn plain(sentence: String) -> Self {
        Self { sentence, cure: None, place: None, lookup: None, mend: None }
    }

    pub fn of(lookup: Lookup) -> Self {
        let (sentence, cure) = (lookup.sentence.clone(), lookup.cure.clone());
        Self { sentence, cure, place: None, lookup: Some(lookup), mend: None }
    }
}

impl Explainer<'_> {
    /// Explains a failure by its place among the trace's faults.
    pub(super) fn failure(&self, at: usize) -> Option<Failure> {
        let fault = self.trace.faults.get(at)?;
        let state = self.definition.states.get(fault.state as usize)?;
        let visit = self.visit_of(fault);
        let inner = inner_fault(self.trace, at).map(|inner| &self.trace.faults[inner]);
        let blame = match (inner, &fault.lookup) {
            (Some(inner), _) => self.blame_inner(state, inner),
            (None, Some(lookup)) => self.blame_lookup(state, visit, lookup),
            (None, None) => self.blame_state(state, fault),
        };
        Some(Failure {
            state: state.id,
            state_name: state.name.clone(),
            visit: visit.map(|visit| visit.id),
            error: fault.error.clone(),
            sentence: blame.sentence,
            cure: blame.cure,
            place: blame.place,
            lookup: blame.lookup,
            mend: blame.mend,
            inner: inner.map(|inner| {
                let name = self.name(StateId(inner.state)).into();
                (self.visit_of(inner).map(|visit| visit.id), name)
            }),
            handlers: handlers::asked(self, state, fault),
        })
    }

    fn blame_inner(&self, state: &State, inner: &TraceFault) -> Blame {
        let name = self.name(StateId(inner.state));
        let index = self.trace.branches.get(inner.branch as usize).map_or(0, |branch| branch.index);
        let unit = if matches!(state.kind, StateKind::Map(_)) { tr!("item") } else { tr!("branch") };
        Blame::plain(tr!(
            "`{name}` failed in {unit} {index} of `{}`, and nothing in there caught it",
            state.name,
            name,
            unit,
            index
        ))
    }

    fn blame_lookup(&self, state: &State, visit: Option<&Visit>, lookup: &TraceLookup) -> Blame {
        let place = self.place_of(state, lookup);
        let nothing_kept = || Blame {
            place: place.clone(),
            ..Blame::plain(tr!("`{}` could not be used; the data it saw was not kept", lookup.expression))
        };
        let Some(input) = self.payload(lookup.input) else { return nothing_kept() };
        let context = lookup.context.and_then(|id| self.payload(id)).unwrap_or_default();
        let variables = visit.map(|visit| self.variables(visit)).unwrap_or_default();
        let result = lookup.result.and_then(|id| self.payload(id));
        let now = visit.map_or(self.trace.start, |visit| self.trace.start.saturating_add(visit.entered_at)) / 1000;
        let seen = Seen { input, context, variables, result, now };
        if state.query_language == QueryLanguage::Jsonata {
            let blame = self.blame_expression(&lookup.expression, &lookup.field, &seen).unwrap_or_else(nothing_kept);
            return self.placed(place, blame);
        }
        if &*lookup.field == "Choices" {
            return self.blame_rule(state, visit, &seen).unwrap_or_else(nothing_kept);
        }
        let Some(expression) = read(&lookup.expression) else { return nothing_kept() };
        let input_name = input_name(state, &lookup.field);
        let blame = match &expression.kind {
            ExpressionKind::Variable(name, _) if !seen.variables.contains_key(name) => {
                let (sentence, cure) = unknown_variable(name, &seen);
                Blame { cure, ..Blame::plain(sentence) }
            }
            ExpressionKind::Input(_) | ExpressionKind::Context(_) | ExpressionKind::Variable(..) => {
                let Some((root, path)) = Root::of(&expression, &seen) else { return nothing_kept() };
                let query = Query { path, root, input_name: &input_name, seen: &seen };
                let is_result_path = lookup.field.ends_with("ResultPath");
                let is_found = expression.evaluate(&seen).is_ok();
                Blame::of(match (is_result_path, is_found) {
                    (true, _) => query.unwritable(),
                    (false, true) => query.unfit(&lookup.field, &wanted(&lookup.field)),
                    (false, false) => query.missed(),
                })
            }
            ExpressionKind::Intrinsic(call) => blame_call(call, &seen, &input_name),
            ExpressionKind::Jsonata(_) => return nothing_kept(),
        };
        let blame = self.placed(place, blame);
        let lost = || visit.and_then(|visit| self.lost_on_the_way(state, visit, lookup, &seen));
        let cure = of_item(&expression, &lookup.field, &seen).or_else(lost).or(blame.cure);
        Blame { cure, ..blame }
    }

    /// Adds where the expression stands, and what to write in its place.
    fn placed(&self, place: Option<Place>, blame: Blame) -> Blame {
        let (place, mend) = match (place, &blame.lookup) {
            (Some(place), Some(lookup)) => {
                let (place, mend) = self.narrowed(place, lookup);
                (Some(place), mend)
            }
            (place, _) => (place, None),
        };
        Blame { place, mend, ..blame }
    }

    /// A Choice fails at the first path of its rules that finds nothing.
    fn blame_rule(&self, state: &State, visit: Option<&Visit>, seen: &Seen) -> Option<Blame> {
        let StateKind::Choice(choice) = &state.kind else { return None };
        let rows = choice::tried(self, state, choice, seen);
        let (rule, test) = rows.iter().find_map(|rule| Some((rule, failed_test(rule.test.as_ref()?)?)))?;
        let Some(lookup) = test.lookup.clone() else {
            let note = test.note.as_deref().unwrap_or_default();
            let sentence = tr!("rule {} could not be tried: {note}", rule.number, note);
            return Some(Blame { place: test.place.clone(), ..Blame::plain(sentence) });
        };
        let cure = match lookup.suggestion {
            Some(_) => lookup.cure.clone(),
            None => Some(tr!("where it may be missing, ask `IsPresent` first, in an `And` before the comparison")),
        };
        let path = read(&lookup.path)?;
        let (place, mend) = match test.place.clone().map(|place| self.narrowed(place, &lookup)) {
            Some((place, mend)) => (Some(place), mend),
            None => (None, None),
        };
        let lost = visit.and_then(|visit| self.lost(visit, &path, seen));
        Some(Blame {
            sentence: tr!("rule {} could not be tried: {}", rule.number, lookup.sentence),
            cure: lost.or(cure),
            place,
            mend,
            lookup: Some(lookup),
        })
    }

    /// The place of the very step that found nothing, and what to write for the whole path; where the path stands in
    /// the definition as it is.
    fn narrowed(&self, place: Place, lookup: &Lookup) -> (Place, Option<Mend>) {
        let written = self.text.get(place.span.range()).unwrap_or_default();
        let Some(at) = path_in(written, &lookup.path) else { return (place, None) };
        let path = Span::new(place.span.start + at, place.span.start + at + lookup.path.len());
        let found = lookup.steps.iter().take_while(|step| step.mark == StepMark::Found);
        let start = path.start + found.map(|step| step.text.len()).sum::<usize>();
        let is_plain =
            |c: char| c.is_alphanumeric() || "$._-[]*".contains(c) || (c == '\'' && written.starts_with('"'));
        let text = lookup.suggestion.as_ref().filter(|text| text.chars().all(is_plain));
        let mend = text.map(|text| Mend { span: path, text: text.clone() });
        let span = if start < path.end { Span::new(start, path.end) } else { path };
        (Place { span, ..place }, mend)
    }

    /// Where the value went that a path asks for, if the state's input had it once.
    fn lost_on_the_way(&self, state: &State, visit: &Visit, lookup: &TraceLookup, seen: &Seen) -> Option<String> {
        let is_of_result = matches!(&*lookup.field, "ResultSelector" | "OutputPath")
            || lookup.field.ends_with("ResultPath")
            || lookup.field.ends_with("Assign");
        let path = read(&lookup.expression)?;
        if is_of_result || path.evaluate(seen).is_ok() {
            return None;
        }
        let ExpressionKind::Input(_) = &path.kind else { return None };
        let before = self.payload(visit.input?)?;
        let is_narrowed = &*lookup.field != "InputPath" && before != seen.input;
        if is_narrowed && has(&path, &before) && &*lookup.field != "ItemSelector" {
            let cure = tr!("`{}` has it in its input: its `InputPath` leaves it out", state.name);
            return Some(cure);
        }
        self.lost(visit, &path, seen)
    }

    /// The state before that had the value and did not hand it on.
    fn lost(&self, visit: &Visit, path: &Expression, seen: &Seen) -> Option<String> {
        const MOST_STATES: usize = 64;
        if path.evaluate(seen).is_ok() || !matches!(&path.kind, ExpressionKind::Input(path) if path.is_definite()) {
            return None;
        }
        let mut branch = self.timeline.visits[..visit.id.index()].iter().filter(|before| before.branch == visit.branch);
        let before = std::iter::from_fn(|| branch.next_back()).take(MOST_STATES);
        // What does not even contain the first name need not be read.
        let name = path_name(path).map(|name| Value::from(name).to_json());
        let may_have = |id: PayloadId| {
            let text = self.trace.payload(id);
            text.zip(name.as_ref()).is_none_or(|(text, name)| text.contains(&**name))
        };
        for before in before {
            let (input, output) = (before.input.zip(before.output)).map(|(input, output)| {
                if input == output || !may_have(input) {
                    (None, None)
                } else {
                    (self.payload(input), self.payload(output))
                }
            })?;
            let (Some(input), Some(output)) = (input, output) else { continue };
            if has(path, &input) && !has(path, &output) {
                return Some(self.how_lost(before, &path.source));
            }
        }
        let around = &self.timeline.visits[visit.parent?.index()];
        let input = self.payload(around.input.filter(|&input| may_have(input))?)?;
        let name = self.name(around.state);
        (has(path, &input)).then(|| match self.definition.state(around.state).kind {
            StateKind::Map(_) => tr!(
                "`{name}` has it in its input, but an iteration sees its item only: hand it on with `ItemSelector`",
                name
            ),
            _ => {
                tr!("`{name}` has it in its input, but does not hand it on to its branches: see its `Parameters`", name)
            }
        })
    }

    fn how_lost(&self, visit: &Visit, path: &str) -> String {
        let state = self.definition.state(visit.state);
        let result_path = match &state.kind {
            StateKind::Pass(pass) => Some(&pass.result_path),
            StateKind::Task(task) => Some(&task.result_path),
            StateKind::Parallel(parallel) => Some(&parallel.result_path),
            StateKind::Map(map) => Some(&map.result_path),
            _ => None,
        };
        let name = &state.name;
        match result_path {
            Some(ResultPath::Whole) => tr!(
                "`{name}` had `{path}` in its input, and its result took the place of all of that: \
                 a `ResultPath` there, such as `$.result`, keeps both",
                name,
                path
            ),
            _ => tr!("`{name}` had `{path}` in its input, and did not hand it on", name, path),
        }
    }

    fn blame_state(&self, state: &State, fault: &TraceFault) -> Blame {
        let error = fault.error.as_deref();
        match (&state.kind, error) {
            (StateKind::Choice(choice), Some(RUNTIME)) if choice.default.is_none() => Blame {
                cure: Some(tr!("add `Default` with the state to go on with")),
                place: self.place_at(state, &["Choices"]),
                ..Blame::plain(tr!("no rule matched, and there is no `Default`"))
            },
            (StateKind::Fail(_), _) => Blame {
                place: self.place_at(state, &["Error"]).or_else(|| self.place_at(state, &["ErrorPath"])),
                ..Blame::plain(match error {
                    Some(error) => tr!("a Fail state ends with its error, `{error}`", error),
                    None => tr!("a Fail state ends without an error's name"),
                })
            },
            (_, Some(DATA_LIMIT_EXCEEDED)) => Blame {
                cure: Some(tr!("keep less of it with `ResultSelector` or `OutputPath`, or hand on where it is stored")),
                ..Blame::plain(tr!("the data is larger than a state may hand on"))
            },
            (StateKind::Task(task), Some(TIMEOUT)) => {
                let (field, limit) = match fault.origin {
                    FaultOrigin::Heartbeat => ("HeartbeatSeconds", &task.heartbeat),
                    _ => ("TimeoutSeconds", &task.timeout),
                };
                let sentence = match (limit, fault.origin) {
                    (Seconds::Literal(seconds), FaultOrigin::Heartbeat) => {
                        tr!("no heartbeat came within {seconds} s", seconds)
                    }
                    (Seconds::Literal(seconds), _) => {
                        tr!("no answer came within {seconds} s, or the task said so", seconds)
                    }
                    _ => tr!("no answer came in time"),
                };
                let path_field = format!("{field}Path");
                let place = self.place_at(state, &[field]).or_else(|| self.place_at(state, &[&path_field]));
                Blame { place, ..Blame::plain(sentence) }
            }
            (StateKind::Task(_), _) if fault.origin == FaultOrigin::Task => Blame::plain(match error {
                Some(error) => tr!("the task answered with the error `{error}`", error),
                None => tr!("the task answered with an error without a name"),
            }),
            _ => Blame::plain(tr!("`{}` failed with `{}`", state.name, error.unwrap_or("no error name"))),
        }
    }
}

/// The first path among the arguments that finds nothing, inner calls first; else why the function refused.
fn blame_call(call: &Intrinsic, seen: &Seen, input_name: &str) -> Blame {
    let mut values = Vec::with_capacity(call.arguments.len());
    for (index, argument) in call.arguments.iter().enumerate() {
        let path = |path: &Path, root: Root| {
            let lookup = Query { path, root, input_name, seen }.missed();
            let sentence = tr!("argument {} of `{}`: {}", index + 1, call.name, lookup.sentence);
            Blame { sentence, ..Blame::of(lookup) }
        };
        let value = match argument {
            Argument::Literal(value) => value.clone(),
            Argument::Input(input) => match input.evaluate(&seen.input) {
                Ok(value) => value,
                Err(_) => return path(input, Root::Input),
            },
            Argument::Context(context) => match context.evaluate(&seen.context) {
                Ok(value) => value,
                Err(_) => return path(context, Root::Context),
            },
            Argument::Call(inner) => match inner.evaluate(seen) {
                Ok(value) => value,
                Err(_) => return blame_call(inner, seen, input_name),
            },
            Argument::Variable(name, rest) => {
                let Some(variable) = seen.variables.get(name) else {
                    let (sentence, cure) = unknown_variable(name, seen);
                    let sentence = tr!("argument {} of `{}`: {sentence}", index + 1, call.name, sentence);
                    return Blame { cure, ..Blame::plain(sentence) };
                };
                match rest.evaluate(variable) {
                    Ok(value) => value,
                    Err(_) => return path(rest, Root::Variable(name, variable)),
                }
            }
        };
        values.push(value);
    }
    let given = given(&values);
    Blame::plain(match call.refusal(&values, seen) {
        Some(reason) => tr!("`{}` cannot work with {given}: {reason}", call.name, given, reason),
        None => tr!("`{}` had no result for {given}", call.name, given),
    })
}

/// In an `ItemSelector` the item is in the context object, and `$` is the input of the Map.
fn of_item(expression: &Expression, field: &str, seen: &Seen) -> Option<String> {
    let ExpressionKind::Input(path) = &expression.kind else { return None };
    let item = seen.context.get("Map")?.get("Item")?.get("Value")?;
    let is_meant = field == "ItemSelector" && path.find(item).is_some();
    let rest = path.source().strip_prefix('$')?;
    is_meant.then(|| tr!("here the item is `$$.Map.Item.Value`: `$$.Map.Item.Value{rest}`", rest))
}

/// The first name of a path.
fn path_name(expression: &Expression) -> Option<&str> {
    match &expression.kind {
        ExpressionKind::Input(path) => path.name_at(0),
        _ => None,
    }
}

fn has(expression: &Expression, data: &Value) -> bool {
    matches!(&expression.kind, ExpressionKind::Input(path) if path.find(data).is_some())
}

/// Where a path stands in the text of a field, and not as the beginning of a longer one.
fn path_in(text: &str, path: &str) -> Option<usize> {
    let is_more = |c: char| c.is_alphanumeric() || "_-.[$".contains(c);
    let is_whole = |at: usize| !text[at + path.len()..].starts_with(is_more) && !text[..at].ends_with('$');
    text.match_indices(path).map(|(at, _)| at).find(|&at| is_whole(at))
}

/// An expression from its text, which the definition's reader has read before.
pub(super) fn read(source: &str) -> Option<Expression> {
    let variable = |rest: &str| rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    let kind = match source.strip_prefix('$') {
        Some(rest) if rest.starts_with('$') => ExpressionKind::Context(Path::parse(rest).ok()?),
        Some(rest) => match rest.split_at(variable(rest)) {
            ("", _) => ExpressionKind::Input(Path::parse(source).ok()?),
            (name, path) => ExpressionKind::Variable(name.into(), Path::parse(&format!("${path}")).ok()?),
        },
        None => ExpressionKind::Intrinsic(Rc::new(Intrinsic::parse(source).ok()?)),
    };
    Some(Expression { source: source.into(), kind })
}

/// What `$` stands for in a field.
fn input_name(state: &State, field: &str) -> String {
    let has_input_path = !matches!(state.input_path, crate::asl::model::PathField::Whole);
    match field {
        "ResultSelector" => tr!("the result"),
        "Assign" if matches!(state.kind, StateKind::Choice(_) | StateKind::Wait(_)) => tr!("the state's input"),
        "Assign" => tr!("the result"),
        field if field.starts_with("Catch/") && field.ends_with("/Assign") => tr!("the error output"),
        "OutputPath" if matches!(state.kind, StateKind::Choice(_) | StateKind::Wait(_) | StateKind::Succeed) => {
            tr!("the state's input")
        }
        "OutputPath" => tr!("the data after `ResultPath`"),
        "InputPath" => tr!("the state's input"),
        field if field.ends_with("ResultPath") => tr!("the state's input"),
        _ if has_input_path => tr!("the state's input after `InputPath`"),
        _ => tr!("the state's input"),
    }
}

/// What a field takes, where its path has found a value that it cannot use.
fn wanted(field: &str) -> String {
    match field {
        "SecondsPath" => tr!("a whole number of seconds, 0 or more"),
        "TimeoutSecondsPath" | "HeartbeatSecondsPath" => tr!("a whole number of seconds above 0"),
        "TimestampPath" => tr!("a timestamp such as `2024-01-31T12:00:00Z`"),
        "ItemsPath" => tr!("an array"),
        "ToleratedFailurePercentagePath" => tr!("a number"),
        "ErrorPath" | "CausePath" => tr!("a string"),
        _ => tr!("a whole number"),
    }
}
