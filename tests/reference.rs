//! A second opinion: the sequential core of the States Language, evaluated by plain recursion.
//!
//! Written from the specification (<https://states-language.net/spec.html>) and from what AWS was recorded to do,
//! over `serde_json` values, with none of the library's code: a rule that one of the two misreads shows in the other.
//! A state is a function from its input and the time it is entered at to its output and the time it is left at, or
//! to a fault and its time. Parallel branches and Map iterations are evaluated one after the other, each with a time
//! of its own: while they succeed their order changes nothing, and of several faults the earliest counts.
//!
//! It knows JSONPath mode only and no randomness. Where the documents do not say what is right it answers
//! [`Fault::Undecided`] and never guesses.

mod choice;
mod data;
mod functions;

use serde_json::{Map, Value, json};

use data::{Scope, fill, pick, put};

/// Microseconds since the start of the run.
pub type Time = i64;

/// Stands in a text for words that the specification leaves to the implementation, such as the cause of a failed
/// intrinsic function. One character of the private use area, which no generated text has.
pub const ANY_WORDS: &str = "\u{E000}";

/// How long a task without `seconds` takes, by the help of the scenario file.
const DEFAULT_DELAY: Time = 100_000;
const YEAR: Time = 365 * 24 * 3600 * SECOND;
const SECOND: Time = 1_000_000;

/// States that a run may enter before it counts as a loop that this evaluator leaves alone.
const STEPS: usize = 100;

/// Bytes of data beyond which a run is left alone: a loop that puts its data into itself doubles them each time.
const LARGE: usize = 10_000;

/// How a run ends.
#[derive(Debug, PartialEq)]
pub enum End {
    Succeeded(Value),
    /// The error's name, if it has one, and the cause; words of our own are [`ANY_WORDS`].
    Failed(Option<String>, Option<String>),
    TimedOut,
}

/// What a run has come by, to see that the generated machines reach it.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    pub retries: usize,
    pub catches: usize,
    /// Retries were used up and a Catcher took over.
    pub catches_after_retries: usize,
    pub branches: usize,
    pub iterations: usize,
    /// Failures of a branch or iteration.
    pub inner_failures: usize,
}

#[derive(Debug)]
pub struct Run {
    pub end: End,
    pub duration: Time,
    pub seen: Seen,
}

/// Why something has no output.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// An error that `ErrorEquals` can name.
    Error { name: Option<String>, cause: Option<String>, source: Source },
    /// `States.Runtime`: nothing retries or catches it.
    Runtime,
    /// A task is never answered and has no timeout.
    Hang,
    /// The documents do not say what happens here, or it depends on what they leave open.
    Undecided(&'static str),
}

/// Where an error came from, as far as its names depend on that.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Source {
    Task,
    Heartbeat,
    /// A Fail state, an intrinsic function, a `ResultPath` that does not fit.
    State,
}

/// A fault and when it came.
#[derive(Clone, Debug)]
struct Stop {
    at: Time,
    fault: Fault,
}

type Step = Result<(Value, Time), Stop>;

/// Runs a definition on a scenario, both as JSON. An `Err` says what is left open.
pub fn run(definition: &Value, scenario: &Value) -> Result<Run, &'static str> {
    let input = scenario.get("input").cloned().unwrap_or_else(|| json!({}));
    let no_tasks = Map::new();
    let mut evaluator = Evaluator {
        tasks: scenario["tasks"].as_object().unwrap_or(&no_tasks),
        input: &input,
        uses: Vec::new(),
        steps: 0,
        seen: Seen::default(),
    };
    let result = evaluator.scope(definition, input.clone(), 0, &Place::default());
    let limit = definition["TimeoutSeconds"].as_i64().map_or(YEAR, |seconds| seconds * SECOND);
    let (end, at) = match result {
        Ok((output, at)) => (End::Succeeded(output), at),
        Err(Stop { at, fault }) => match fault {
            Fault::Error { name, cause, .. } => (End::Failed(name, cause), at),
            Fault::Runtime => (End::Failed(Some("States.Runtime".into()), Some(ANY_WORDS.into())), at),
            Fault::Hang => (End::TimedOut, limit),
            Fault::Undecided(why) => return Err(why),
        },
    };
    let (end, duration) = if at >= limit { (End::TimedOut, limit) } else { (end, at) };
    Ok(Run { end, duration, seen: evaluator.seen })
}

/// Where in a run a state is: the iterations around it and the innermost item.
#[derive(Clone, Default)]
struct Place {
    iterations: Vec<(String, usize)>,
    item: Option<(usize, Value)>,
}

/// An answer that was used: of which state, in which iterations, and when.
struct Use {
    state: String,
    iterations: Vec<(String, usize)>,
    at: Time,
}

struct Evaluator<'a> {
    tasks: &'a Map<String, Value>,
    /// The input of the run, for the context object.
    input: &'a Value,
    uses: Vec<Use>,
    steps: usize,
    seen: Seen,
}

/// One state that is being evaluated.
struct Visit<'a, 's> {
    name: &'a str,
    state: &'s Value,
    /// The input as it came: what `ResultPath` writes into.
    input: &'a Value,
    /// After `InputPath`.
    effective: &'a Value,
    entered: Time,
    place: &'a Place,
}

impl Evaluator<'_> {
    /// A machine, a branch or a processor: from `StartAt` to the first state that ends it.
    fn scope(&mut self, scope: &Value, input: Value, start: Time, place: &Place) -> Step {
        let mut name = scope["StartAt"].as_str().expect("a generated scope has a start");
        let (mut input, mut now) = (input, start);
        loop {
            self.steps += 1;
            if self.steps > STEPS {
                return Err(Stop { at: now, fault: Fault::Undecided("a long loop") });
            }
            let state = &scope["States"][name];
            let (output, left, next) = self.state(name, state, &input, now, place)?;
            (input, now) = (output, left);
            if input.to_string().len() > LARGE {
                return Err(Stop { at: now, fault: Fault::Undecided("large data") });
            }
            match next {
                Some(next) => name = next,
                None => return Ok((input, now)),
            }
        }
    }

    /// One state, with what follows a fault of it: "Errors" in the specification.
    fn state<'s>(
        &mut self,
        name: &str,
        state: &'s Value,
        input: &Value,
        entered: Time,
        place: &Place,
    ) -> Result<(Value, Time, Option<&'s str>), Stop> {
        let stop = |at| move |fault| Stop { at, fault };
        let scope = context(self.input, name, 0, state, entered, place);
        let effective = pick(state.get("InputPath"), input, &scope).map_err(stop(entered))?;
        let visit = Visit { name, state, input, effective: &effective, entered, place };
        let next = state["Next"].as_str();
        let mut used = vec![0; state["Retry"].as_array().map_or(0, Vec::len)];
        let (mut now, mut retries) = (entered, 0);
        loop {
            let Stop { at, fault } = match self.attempt(&visit, now, retries) {
                Ok((output, left, chosen)) => return Ok((output, left, chosen.or(next))),
                Err(stop) => stop,
            };
            let Fault::Error { name: error, cause, source } = &fault else { return Err(Stop { at, fault }) };
            if let Some(index) = handler(&state["Retry"], error.as_deref(), *source).map_err(stop(at))? {
                let retrier = &state["Retry"][index];
                if used[index] < retrier["MaxAttempts"].as_i64().unwrap_or(3) {
                    now = at + delay(retrier, used[index]);
                    used[index] += 1;
                    retries += 1;
                    self.seen.retries += 1;
                    continue;
                }
            }
            let Some(index) = handler(&state["Catch"], error.as_deref(), *source).map_err(stop(at))? else {
                return Err(Stop { at, fault });
            };
            let catcher = &state["Catch"][index];
            let cause = match cause {
                None if error.as_deref() == Some("States.Timeout") => Some(String::new()),
                cause => cause.clone(),
            };
            let output = put(catcher.get("ResultPath"), input, json!({"Error": error, "Cause": cause}));
            self.seen.catches += 1;
            self.seen.catches_after_retries += usize::from(retries > 0);
            return Ok((output.map_err(stop(at))?, at, catcher["Next"].as_str()));
        }
    }

    /// One attempt of a state: its output, when it is left, and for a Choice where to.
    fn attempt<'s>(
        &mut self,
        visit: &Visit<'_, 's>,
        now: Time,
        retries: i64,
    ) -> Result<(Value, Time, Option<&'s str>), Stop> {
        let &Visit { name, state, input, effective, entered, place } = visit;
        let scope = context(self.input, name, retries, state, entered, place);
        let stop = |at| move |fault| Stop { at, fault };
        let parameters = || match state.get("Parameters") {
            Some(template) => fill(template, effective, &scope),
            None => Ok(effective.clone()),
        };
        let output = |data: &Value, at| pick(state.get("OutputPath"), data, &scope).map_err(stop(at));
        // ResultSelector, ResultPath, OutputPath, in this order.
        let shape = |result: Value, at| {
            let result = match state.get("ResultSelector") {
                Some(template) => fill(template, &result, &scope).map_err(stop(at))?,
                None => result,
            };
            output(&put(state.get("ResultPath"), input, result).map_err(stop(at))?, at)
        };
        match state["Type"].as_str().expect("a generated state has a type") {
            "Pass" => {
                let filled = parameters().map_err(stop(now))?;
                Ok((shape(state.get("Result").cloned().unwrap_or(filled), now)?, now, None))
            }
            "Succeed" => Ok((output(effective, now)?, now, None)),
            "Fail" => Err(Stop { at: now, fault: fail(state, effective, &scope) }),
            "Choice" => {
                let next = choice::next(state, effective, &scope).map_err(stop(now))?;
                Ok((output(effective, now)?, now, Some(next)))
            }
            "Wait" => {
                let until = end_of_wait(state, effective, now, &scope).map_err(stop(now))?;
                Ok((output(effective, until)?, until, None))
            }
            "Task" => {
                parameters().map_err(stop(now))?;
                let (result, at) = self.task(visit, now, retries, &scope)?;
                Ok((shape(result, at)?, at, None))
            }
            "Parallel" => {
                let input = parameters().map_err(stop(now))?;
                let (results, at) = self.parallel(state, &input, now, place)?;
                Ok((shape(results, at)?, at, None))
            }
            "Map" => {
                let (results, at) = self.map(visit, now, &scope)?;
                Ok((shape(results, at)?, at, None))
            }
            other => unreachable!("no {other} is generated"),
        }
    }

    /// A task: the first of its answer, its timeout and its heartbeat timeout. What comes at the same moment
    /// counts in this order.
    fn task(&mut self, visit: &Visit<'_, '_>, now: Time, retries: i64, scope: &Scope) -> Step {
        let state = visit.state;
        let limit = |literal: &str, path: &str| match (state[literal].as_i64(), state[path].as_str()) {
            (Some(seconds), _) => Ok(Some(seconds * SECOND)),
            (None, Some(path)) => match data::look_up(path, visit.effective, scope) {
                Ok(value) if value.as_i64().is_some_and(|seconds| seconds > 0) => {
                    Ok(value.as_i64().map(|seconds| seconds * SECOND))
                }
                Err(undecided @ Fault::Undecided(_)) => Err(Stop { at: now, fault: undecided }),
                _ => Err(Stop { at: now, fault: Fault::Runtime }),
            },
            (None, None) => Ok(None),
        };
        let timeout = limit("TimeoutSeconds", "TimeoutSecondsPath")?;
        let heartbeat = limit("HeartbeatSeconds", "HeartbeatSecondsPath")?;
        let timed_out = |source| Fault::Error { name: Some("States.Timeout".into()), cause: None, source };
        let answer = self.answer(visit, now, retries);
        let seconds = answer["seconds"].as_f64();
        let after = seconds.map_or(DEFAULT_DELAY, |seconds| (seconds * 1e6).round() as Time);
        let text = |key: &str| answer["throw"][key].as_str().map(String::from);
        let answered = if answer["never"] == true {
            None
        } else if answer.get("throw").is_some() {
            Some(Err(Fault::Error { name: text("error"), cause: text("cause"), source: Source::Task }))
        } else if answer["timeOut"] == true {
            Some(Err(timed_out(Source::Task)))
        } else {
            Some(Ok(answer["return"].clone()))
        };
        let answered = answered.map(|result| (after, result));
        let timeouts = [timeout.map(|after| (after, Source::Task)), heartbeat.map(|after| (after, Source::Heartbeat))];
        let timeouts = timeouts.into_iter().flatten().map(|(after, source)| (after, Err(timed_out(source))));
        // `min_by_key` gives the first of those that are equal.
        let first = answered.into_iter().chain(timeouts).min_by_key(|(after, _)| *after);
        match first {
            Some((after, Ok(result))) => Ok((result, now + after)),
            Some((after, Err(fault))) => Err(Stop { at: now + after, fault }),
            None => Err(Stop { at: YEAR, fault: Fault::Hang }),
        }
    }

    /// The scenario's answer: those for this attempt first, then those for this iteration, then the rest; in order,
    /// the last one repeats. Without one a function answers `{}`.
    fn answer(&mut self, visit: &Visit<'_, '_>, now: Time, retries: i64) -> Value {
        let Some(answers) = self.tasks.get(visit.name).and_then(Value::as_array) else { return json!({"return": {}}) };
        let iterations = &visit.place.iterations;
        let fits = |answer: &&Value| match answer["iteration"].as_array() {
            None => true,
            Some(wanted) => {
                wanted.len() == iterations.len()
                    && wanted
                        .iter()
                        .zip(iterations)
                        .all(|(wanted, (map, index))| wanted["map"] == **map && wanted["index"] == *index)
            }
        };
        let kind = |attempt: bool, iteration: bool| {
            let of_kind = move |answer: &&Value| {
                let is_for_attempt = match answer.get("attempt") {
                    Some(wanted) => attempt && *wanted == retries,
                    None => !attempt,
                };
                is_for_attempt && answer.get("iteration").is_some() == iteration
            };
            answers.iter().filter(of_kind).filter(fits).collect::<Vec<_>>()
        };
        let kinds = [kind(true, true), kind(true, false), kind(false, true), kind(false, false)];
        let fitting = kinds.into_iter().find(|kind| !kind.is_empty());
        let Some(fitting) = fitting else { return json!({"return": {}}) };
        let is_same = |earlier: &&Use| earlier.state == visit.name && earlier.iterations == *iterations;
        let used = self.uses.iter().filter(is_same).count();
        // An answer for one attempt is not counted among those for any.
        let is_counted = fitting[0].get("attempt").is_none();
        if is_counted {
            self.uses.push(Use { state: visit.name.into(), iterations: iterations.clone(), at: now });
        }
        let index = if is_counted { used } else { 0 };
        fitting[index.min(fitting.len() - 1)].clone()
    }

    fn parallel(&mut self, state: &Value, input: &Value, now: Time, place: &Place) -> Step {
        let branches = state["Branches"].as_array().expect("a Parallel has branches");
        let first_use = self.uses.len();
        let mut runs = Vec::new();
        for branch in branches {
            self.seen.branches += 1;
            let step = self.scope(branch, input.clone(), now, place);
            runs.push((step, self.uses.len()));
        }
        self.join(runs, first_use, now)
    }

    /// At most `MaxConcurrency` iterations at a time, each started as soon as there is room.
    fn map(&mut self, visit: &Visit<'_, '_>, now: Time, scope: &Scope) -> Step {
        let &Visit { name, state, effective, place, .. } = visit;
        let stop = |fault| Stop { at: now, fault };
        let concurrency = match (state.get("MaxConcurrency"), state["MaxConcurrencyPath"].as_str()) {
            (Some(literal), _) => literal.as_u64(),
            (None, Some(path)) => data::look_up(path, effective, scope).map_err(stop)?.as_u64(),
            (None, None) => Some(0),
        };
        let concurrency = concurrency.ok_or(stop(Fault::Runtime))?;
        let items = match state["ItemsPath"].as_str() {
            Some(path) => data::look_up(path, effective, scope).map_err(stop)?,
            None => effective.clone(),
        };
        let Value::Array(items) = items else { return Err(stop(Fault::Runtime)) };
        // AWS runs at most 40 iterations of an inline Map at once.
        let room = if concurrency == 0 { 40 } else { concurrency.min(40) } as usize;
        let mut free: Vec<Time> = vec![now; room];
        let first_use = self.uses.len();
        let (mut runs, mut failed_at) = (Vec::new(), Time::MAX);
        for (index, item) in items.into_iter().enumerate() {
            let slot = (0..room).min_by_key(|&slot| free[slot]).expect("there is room for one");
            let start = free[slot];
            if start > failed_at {
                break;
            }
            let mut inner = Place { item: Some((index, item.clone())), ..place.clone() };
            let input = match state.get("ItemSelector") {
                Some(template) => fill(template, effective, &Scope { item: inner.item.as_ref(), ..scope.clone() }),
                None => Ok(item),
            };
            inner.iterations.push((name.into(), index));
            self.seen.iterations += 1;
            let step = match input {
                Ok(input) => self.scope(&state["ItemProcessor"], input, start, &inner),
                Err(fault) => Err(Stop { at: start, fault }),
            };
            free[slot] = match &step {
                Ok((_, end)) => *end,
                Err(stop) => {
                    failed_at = failed_at.min(stop.at);
                    Time::MAX
                }
            };
            runs.push((step, self.uses.len()));
        }
        self.join(runs, first_use, now)
    }

    /// All results when the last one is there; or the earliest fault, which cuts the others.
    fn join(&mut self, runs: Vec<(Step, usize)>, first_use: usize, now: Time) -> Step {
        let stops = || runs.iter().enumerate().filter_map(|(index, (step, _))| Some((index, step.as_ref().err()?)));
        if let Some((_, stop)) = stops().find(|(_, stop)| matches!(stop.fault, Fault::Undecided(_))) {
            return Err(stop.clone());
        }
        let Some((failed, stop)) = stops().min_by_key(|(_, stop)| stop.at) else {
            let end = runs.iter().filter_map(|(step, _)| Some(step.as_ref().ok()?.1)).max();
            let results = runs.into_iter().filter_map(|(step, _)| Some(step.ok()?.0)).collect();
            return Ok((Value::Array(results), end.unwrap_or(now)));
        };
        let stop = stop.clone();
        self.seen.inner_failures += 1;
        let open = |why| Err(Stop { at: stop.at, fault: Fault::Undecided(why) });
        if stops().any(|(_, other)| other.at == stop.at && other.fault != stop.fault) {
            return open("two branches fail at one moment");
        }
        // What its siblings did after the fault never happened.
        let mut happened = Vec::new();
        for (at, one) in self.uses.drain(..).enumerate() {
            let owner = runs.iter().position(|(_, until)| at < *until);
            let is_cut = at >= first_use && owner != Some(failed);
            if is_cut && one.at == stop.at {
                return open("an answer is used at the moment its branch is cut");
            }
            if !is_cut || one.at < stop.at {
                happened.push(one);
            }
        }
        self.uses = happened;
        Err(stop)
    }
}

/// What an expression of a state sees besides its data.
fn context<'c>(
    run_input: &'c Value,
    name: &'c str,
    retries: i64,
    state: &Value,
    entered: Time,
    place: &'c Place,
) -> Scope<'c> {
    let retries = matches!(state["Type"].as_str(), Some("Task" | "Parallel" | "Map")).then_some(retries);
    Scope { name, entered, retries, run_input, item: place.item.as_ref() }
}

/// The index of the first Retrier or Catcher that names an error.
fn handler(handlers: &Value, error: Option<&str>, source: Source) -> Result<Option<usize>, Fault> {
    for (index, handler) in handlers.as_array().into_iter().flatten().enumerate() {
        for name in handler["ErrorEquals"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            let is_match = match name {
                "States.ALL" => true,
                "States.HeartbeatTimeout" => source == Source::Heartbeat,
                // Step Functions guide: "a wildcard that matches any known error name except for States.Timeout".
                "States.TaskFailed" => error != Some("States.Timeout"),
                name => error == Some(name),
            };
            if is_match {
                return Ok(Some(index));
            }
        }
    }
    Ok(None)
}

/// `IntervalSeconds · BackoffRate ^ used`, at most `MaxDelaySeconds`.
fn delay(retrier: &Value, used: i64) -> Time {
    let interval = retrier["IntervalSeconds"].as_f64().unwrap_or(1.0);
    let rate = retrier["BackoffRate"].as_f64().unwrap_or(2.0);
    let seconds = interval * rate.powi(used as i32);
    let seconds = retrier["MaxDelaySeconds"].as_f64().map_or(seconds, |most| seconds.min(most));
    (seconds * 1e6) as Time
}

fn fail(state: &Value, effective: &Value, scope: &Scope) -> Fault {
    let text = |literal: &str, path: &str| match (state[literal].as_str(), state[path].as_str()) {
        (Some(text), _) => Ok(Some(text.to_string())),
        (None, Some(path)) => match data::evaluate(path, effective, scope)? {
            Value::String(text) => Ok(Some(text)),
            _ => Err(Fault::Runtime),
        },
        (None, None) => Ok(None),
    };
    match (text("Error", "ErrorPath"), text("Cause", "CausePath")) {
        (Ok(name), Ok(cause)) => Fault::Error { name, cause, source: Source::State },
        (Err(fault), _) | (_, Err(fault)) => fault,
    }
}

/// When a Wait is over; a time that is past is over at once.
fn end_of_wait(state: &Value, effective: &Value, now: Time, scope: &Scope) -> Result<Time, Fault> {
    if let Some(seconds) = state["Seconds"].as_i64() {
        return Ok(now + seconds * SECOND);
    }
    if let Some(path) = state["SecondsPath"].as_str() {
        let seconds = data::look_up(path, effective, scope)?;
        let seconds = seconds.as_i64().filter(|&seconds| seconds >= 0).ok_or(Fault::Runtime)?;
        return if seconds < 1_000_000 { Ok(now + seconds * SECOND) } else { Err(Fault::Undecided("a long wait")) };
    }
    let text = match state["TimestampPath"].as_str() {
        Some(path) => data::look_up(path, effective, scope)?,
        None => state["Timestamp"].clone(),
    };
    let moment = choice::moment(&text).ok_or(Fault::Runtime)?;
    Ok(now.max(moment - data::START))
}
