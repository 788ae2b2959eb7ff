//! What follows from the session, for the view: lights of the graph, words of the banner, the data
//! of the inspector. Computed from the run and the playhead; nothing is kept.

use std::rc::Rc;
use tr::tr;

use super::{
    callback,
    model::{Activity, EVERY_FRAME, Gaze, Run, Session, is_same_text},
    telling, testing,
};
use crate::{
    asl::model::{QueryLanguage, StateId, StateKind},
    explain::{self, FlowStage},
    graph::{Edge, Graph, Node, NodeKind, Why},
    sim::{
        frame::{Frame, Light, Progress},
        price,
        scenario::MachineType,
        timeline::{AttemptOutcome, Edge as Taken, Ending, Visit, VisitId},
        trace::{PayloadId, Status, TraceEvent},
        variables::{self, Variable},
        world::view::{self, Place},
    },
    syntax,
    text::Span,
};

/// Visits that are looked into at once.
const MOST_GAZED_AT: usize = 500;

/// How the graph is lit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lights {
    /// By index of the state.
    pub states: Vec<NodeLight>,
    /// By index of the edge.
    pub edges: Vec<EdgeLight>,
    pub start: Option<Light>,
    pub end: Option<Light>,
    /// The states with a breakpoint.
    pub breaks: Vec<StateId>,
    /// The Parallel and Map states that fan out or join right now, while the run plays.
    pub fans: Vec<Fan>,
}

/// A Parallel or Map whose branches or items start, or have all ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fan {
    pub state: StateId,
    pub is_join: bool,
    /// The event that it is about.
    pub event: u32,
}

/// How one node is lit, and what it says about itself.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeLight {
    pub light: Light,
    /// Stands for the node's second line while there is something to say: `retry in 2 s`.
    pub note: Rc<str>,
    pub visits: u32,
    pub progress: Option<Progress>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EdgeLight {
    /// How often it has been taken.
    pub count: u32,
    /// Taken in the step that the playhead is at.
    pub is_now: bool,
    pub is_catch: bool,
}

impl Default for NodeLight {
    fn default() -> Self {
        Self { light: Light::NotReached, note: "".into(), visits: 0, progress: None }
    }
}

impl Lights {
    pub fn of(&self, node: &Node) -> NodeLight {
        let marker =
            |light: Option<Light>| NodeLight { light: light.unwrap_or(Light::NotReached), ..NodeLight::default() };
        match (node.state, node.kind) {
            (Some(state), _) => self.states.get(state.index()).cloned().unwrap_or_default(),
            (None, NodeKind::Start) => marker(self.start),
            (None, _) => marker(self.end),
        }
    }
}

/// The frame at the playhead; none where there is no run of what is drawn.
pub fn frame(session: &Session) -> Option<Frame> {
    let run = session.shown_run()?;
    let happened = run.playback.event_at(session.player.playhead);
    let now = run.playback.virtual_at(session.player.playhead);
    Some(Frame::at(&run.timeline, &run.definition, happened, now))
}

/// The lights of the graph at the playhead.
pub fn lights(session: &Session, frame: Option<&Frame>) -> Lights {
    if let Some(lights) = testing::lights(session) {
        return lights;
    }
    let breaks = breaks(session);
    let Some((frame, run)) = frame.zip(session.shown_run()) else { return Lights { breaks, ..Lights::default() } };
    let fans = fans(session, run, frame.happened);
    Lights { breaks, fans, ..lit_by(run, &session.drawing.graph, frame, is_whole(session, run)) }
}

/// How long a fan is seen, in milliseconds of the reader's time.
const FAN_MS: f64 = 450.0;

/// What has fanned out or joined within the last moment.
fn fans(session: &Session, run: &Run, happened: usize) -> Vec<Fan> {
    // At the highest speed a frame is a state: there is no time for motion.
    const MOST_EVENTS: usize = 40;
    let player = &session.player;
    if !player.is_playing || player.speed == EVERY_FRAME {
        return Vec::new();
    }
    let since = player.playhead - FAN_MS * player.speed;
    let last = run.trace.events[..happened].iter().rev().take(MOST_EVENTS);
    let last = last.take_while(|event| run.playback.display_of_event(event.id) >= since);
    let fan = |event: &TraceEvent| {
        let is_join = match &*event.kind {
            "ParallelStateStarted" | "MapStateStarted" | "MapRunStarted" => false,
            "ParallelStateSucceeded" | "MapStateSucceeded" | "MapRunSucceeded" => true,
            _ => return None,
        };
        Some(Fan { state: StateId(event.state?), is_join, event: event.id })
    };
    last.filter_map(fan).collect()
}

/// Whether a run goes from its start to its end: a child execution begins and ends inside its Map.
pub(super) fn is_whole(session: &Session, run: &Rc<Run>) -> bool {
    session.child.as_ref().is_none_or(|child| child.run.as_ref() != Some(run))
}

/// The lights of a graph in a frame of a run; `is_whole` where the run goes from its start to its end.
pub(super) fn lit_by(run: &Run, graph: &Graph, frame: &Frame, is_whole: bool) -> Lights {
    let states = frame.states.iter().map(|state| NodeLight {
        light: state.light,
        note: note(state, frame.now).into(),
        visits: state.visits,
        progress: state.progress,
    });
    let has_ended = frame.happened == run.trace.events.len();
    let end = (is_whole && has_ended && run.trace.status == Status::Succeeded).then_some(Light::Succeeded);
    Lights {
        breaks: Vec::new(),
        fans: Vec::new(),
        states: states.collect(),
        edges: graph.edges.iter().map(|edge| edge_light(graph, edge, frame, has_ended)).collect(),
        start: (is_whole && frame.happened > 0).then_some(Light::Succeeded),
        end,
    }
}

fn breaks(session: &Session) -> Vec<StateId> {
    if session.breakpoints.is_empty() {
        return Vec::new();
    }
    let states = &session.drawing.definition.states;
    states.iter().filter(|state| session.breakpoints.contains(&state.path)).map(|state| state.id).collect()
}

fn edge_light(graph: &Graph, edge: &Edge, frame: &Frame, has_ended: bool) -> EdgeLight {
    let is_catch = matches!(edge.why, Why::Catch(_));
    let (from, to) = (&graph.nodes[edge.from], &graph.nodes[edge.to]);
    let meaning = match (edge.why, from.state, to.state) {
        (Why::Start, ..) => Some(Taken::Start(to.scope)),
        (Why::Next, Some(from), Some(to)) => Some(Taken::Next(from, to)),
        (Why::Choice(rule), Some(from), Some(to)) => Some(Taken::Choice(from, rule as u32, to)),
        (Why::Default, Some(from), Some(to)) => Some(Taken::Default(from, to)),
        (Why::Catch(catcher), Some(from), Some(to)) => Some(Taken::Catch(from, catcher as u32, to)),
        (Why::End, Some(from), _) => Some(Taken::End(from)),
        _ => None,
    };
    let taken = meaning.and_then(|meaning| frame.edges.iter().find(|taken| taken.edge == meaning));
    taken.map_or(EdgeLight { is_catch, ..EdgeLight::default() }, |taken| EdgeLight {
        count: taken.count,
        is_now: taken.is_now && !has_ended,
        is_catch,
    })
}

fn note(state: &crate::sim::frame::StateFrame, now: i64) -> String {
    let left = |until: i64| seconds((until - now).max(0));
    match (state.light, state.until, state.progress) {
        (Light::RetryPending, Some(until), _) => tr!("retry in {}", left(until)),
        (Light::Waiting, Some(until), _) => tr!("{} left", left(until)),
        (Light::Waiting, None, _) => tr!("waits for an answer"),
        (Light::Running, _, Some(progress)) if progress.total > 0 => {
            tr!("{} of {} done", progress.succeeded, progress.total)
        }
        (Light::Running, _, _) if state.attempt > 0 => tr!("attempt {}", state.attempt + 1),
        (Light::Running, _, _) if state.running > 1 => tr!("{} at once", state.running),
        _ => String::new(),
    }
}

/// A length of virtual time in words.
pub(super) fn seconds(micros: i64) -> String {
    let whole = micros / 1_000_000;
    match whole {
        0..60 => format!("{:.1} s", micros as f64 / 1e6),
        60..3600 => tr!("{} min {} s", whole / 60, whole % 60),
        3600..86_400 => tr!("{} h {} min", whole / 3600, whole % 3600 / 60),
        _ => format!("{} d {} h", whole / 86_400, whole % 86_400 / 3600),
    }
}

/// The banner over the graph.
#[derive(Clone, Debug, PartialEq)]
pub struct Banner {
    pub light: Light,
    pub status: String,
    /// Virtual time since the start: `00:01:07.250`.
    pub clock: String,
    pub transitions: u32,
    /// In US dollars, of a Standard execution so far.
    pub price: Option<f64>,
    /// Error and cause, at the end of a run that failed.
    pub failure: Option<String>,
    /// Whether that can be explained.
    pub has_why: bool,
}

pub fn banner(session: &Session, frame: Option<&Frame>) -> Option<Banner> {
    let run = session.shown_run()?;
    let frame = frame?;
    let has_ended = frame.happened == run.trace.events.len();
    let (light, status) = standing(run, has_ended);
    let is_standard =
        session.scenario.scenario.as_ref().is_none_or(|scenario| scenario.machine.kind == MachineType::Standard);
    let failed = has_ended && !matches!(run.trace.status, Status::Succeeded | Status::Running);
    Some(Banner {
        light,
        status,
        clock: clock(frame.now),
        transitions: frame.transitions,
        price: is_standard.then(|| price::standard(u64::from(frame.transitions))),
        failure: failed.then(|| failure_words(run)),
        has_why: failed && explain::root_fault(&run.trace).is_some(),
    })
}

fn failure_words(run: &Run) -> String {
    let error = run.trace.error.as_deref().map_or_else(|| tr!("no error name"), str::to_owned);
    match run.trace.cause.as_deref() {
        Some(cause) => format!("{error}: {cause}"),
        None => error,
    }
}

/// How a run stands: while it goes on, and when it has ended.
fn standing(run: &Run, has_ended: bool) -> (Light, String) {
    match (has_ended, run.trace.status) {
        (false, _) => (Light::Running, tr!("Running")),
        (true, Status::Succeeded) => (Light::Succeeded, tr!("Succeeded")),
        (true, Status::Failed) => (Light::Failed, tr!("Failed")),
        (true, Status::TimedOut) => (Light::Failed, tr!("Timed out")),
        (true, Status::Aborted) => (Light::Cancelled, tr!("Aborted")),
        (true, Status::Running) => (Light::Running, tr!("Still running")),
    }
}

/// How a run stands after so many events, in words.
pub(super) fn status_at(run: &Run, happened: usize) -> String {
    standing(run, happened == run.trace.events.len()).1
}

/// `00:01:07.250`, with days before it where there are any.
pub fn clock(micros: i64) -> String {
    let millis = micros.max(0) / 1000;
    let (days, seconds) = (millis / 86_400_000, millis / 1000 % 86_400);
    let clock = format!("{:02}:{:02}:{:02}.{:03}", seconds / 3600, seconds / 60 % 60, seconds % 60, millis % 1000);
    if days > 0 { format!("{days} d {clock}") } else { clock }
}

/// What the inspector shows: a visit of the chosen state, and which of its visits that is.
pub struct Inspected<'a> {
    pub run: &'a Rc<Run>,
    /// As it stands at the playhead.
    pub visit: Visit,
    pub light: Light,
    /// Counted from 1.
    pub number: usize,
    pub count: usize,
    pub previous: Option<VisitId>,
    pub next: Option<VisitId>,
    /// The failure to explain, by its place among the faults of the trace.
    pub fault: Option<usize>,
    /// Whether it is a Choice that has chosen, or failed to.
    pub has_rules: bool,
}

impl Inspected<'_> {
    /// The variables that the visit saw and assigned, as far as it has come.
    pub fn variables(&self) -> Vec<Variable> {
        variables::around(&self.run.trace, &self.run.timeline, &self.visit)
    }
}

/// The visit of the chosen state that the reader chose, or the newest that has begun at the playhead.
pub fn inspected<'a>(session: &'a Session, frame: Option<&Frame>) -> Option<Inspected<'a>> {
    let run = session.shown_run()?;
    let state = session.selection.state?;
    let visits: Vec<VisitId> = run.timeline.visits_of(state).map(|visit| visit.id).collect();
    let newest = frame.and_then(|frame| frame.states.get(state.index())).and_then(|state| state.visit);
    let chosen = session.selection.visit.or(newest)?;
    let at = visits.iter().position(|&visit| visit == chosen)?;
    let happened = run.playback.event_at(session.player.playhead);
    let visit = as_of(run.timeline.visits.get(chosen.index())?, happened);
    let is_choice = matches!(run.definition.state(visit.state).kind, StateKind::Choice(_));
    let now = frame.and_then(|frame| frame.states.get(state.index())).filter(|now| now.visit == Some(chosen));
    Some(Inspected {
        run,
        fault: fault_to_explain(run, &visit, happened),
        has_rules: is_choice && visit.left.is_some(),
        light: now.map_or(light_of(visit.ending), |now| now.light),
        visit,
        number: at + 1,
        count: visits.len(),
        previous: at.checked_sub(1).map(|at| visits[at]),
        next: visits.get(at + 1).copied(),
    })
}

/// What the data of a visit can be compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Against {
    /// Its output with its input.
    Input,
    /// Its input with that of another visit of its state.
    InputOf(VisitId),
    /// Its output with that of another visit of its state.
    OutputOf(VisitId),
}

impl Against {
    /// The two JSON texts, the one to compare with first; none where one is missing.
    pub fn texts(self, run: &Run, visit: &Visit) -> Option<(Rc<str>, Rc<str>)> {
        let other = |id: VisitId| run.timeline.visits.get(id.index());
        let (before, after) = match self {
            Self::Input => (visit.input, visit.output),
            Self::InputOf(id) => (other(id)?.input, visit.input),
            Self::OutputOf(id) => (other(id)?.output, visit.output),
        };
        let text = |id: Option<PayloadId>| run.trace.payload(id?).cloned();
        Some((text(before)?, text(after)?))
    }
}

/// Visits that are offered to compare with.
const MOST_COMPARED: usize = 40;

/// What a visit can be compared with after so many events, each in words; the nearest visits first.
pub fn comparisons(run: &Run, visit: &Visit, happened: usize) -> Vec<(Against, String)> {
    let mut all = Vec::new();
    if visit.output.is_some() && visit.input.is_some() {
        all.push((Against::Input, tr!("output with input")));
    }
    let has_begun = |other: &&Visit| other.entered as usize <= happened && other.input.is_some();
    let others = run.timeline.visits_of(visit.state).filter(|other| other.id != visit.id);
    let mut others: Vec<&Visit> = others.filter(has_begun).collect();
    others.sort_by_key(|other| other.number.abs_diff(visit.number));
    for other in others.into_iter().take(MOST_COMPARED) {
        let item = other.index.map_or_else(String::new, |index| tr!(", item {}", index + 1));
        let words = tr!("that of visit {}{item}", other.number + 1, item);
        all.push((Against::InputOf(other.id), tr!("input with {words}", words)));
        let is_over = other.left.is_some_and(|left| left as usize <= happened);
        if visit.output.is_some() && other.output.is_some() && is_over {
            all.push((Against::OutputOf(other.id), tr!("output with {words}", words)));
        }
    }
    all
}

/// Which visits to look into: the one that the inspector shows, and of every state the one at the playhead; nothing
/// while the run is being played.
pub fn gaze(session: &Session) -> Option<Gaze> {
    if session.player.is_playing || matches!(session.activity, Activity::Running { .. }) {
        return None;
    }
    let run = session.shown_run().filter(|run| !run.is_opaque)?;
    let frame = frame(session)?;
    let visit = inspected(session, Some(&frame)).map(|inspected| inspected.visit.entered);
    let entered = |visit: VisitId| run.timeline.visits.get(visit.index()).map(|visit| visit.entered);
    let visits = frame.states.iter().filter_map(|state| entered(state.visit?)).chain(visit).take(MOST_GAZED_AT);
    Some(Gaze { run: Rc::clone(run), visit, visits: visits.collect() })
}

/// The data flow of the visit that the inspector shows, as far as it has come at the playhead; nothing as long as it
/// has not been looked into.
pub fn data_flow(session: &Session, inspected: &Inspected) -> Option<Vec<FlowStage>> {
    let look = session.look.as_ref()?;
    let entered = inspected.visit.entered;
    let is_its = look.gaze.run == *inspected.run && look.gaze.visit == Some(entered);
    let happened = inspected.run.playback.event_at(session.player.playhead);
    let state = inspected.run.definition.state(inspected.visit.state);
    // A visit that the reader chose may lie behind the playhead.
    let happened = happened.max(inspected.visit.left.unwrap_or(entered) as usize);
    is_its.then(|| explain::flow(state, &look.inspection, entered, happened))
}

/// What the expressions in the definition's text gave: byte ranges, and words for it.
pub fn selected_by_expressions(session: &Session) -> Vec<(Span, String)> {
    let Some(look) = session.look.as_ref().filter(|look| is_same_text(&look.gaze.run.text, &session.source.text))
    else {
        return Vec::new();
    };
    let run = &look.gaze.run;
    let Some(root) = syntax::parse(&run.text, session.source.format).root else { return Vec::new() };
    let happened = run.playback.event_at(session.player.playhead);
    let mut found: Vec<(Span, String)> = Vec::new();
    let known = look.inspection.expressions.iter().filter(|expression| expression.known_at as usize <= happened);
    for expression in known {
        let Some(event) = run.trace.events.get((expression.entered as usize).wrapping_sub(1)) else { continue };
        let Some(state) = event.state.and_then(|state| run.definition.states.get(state as usize)) else { continue };
        let Some(node) = root.pointer(&format!("{}/{}", state.pointer, expression.field)) else { continue };
        let words = match (&expression.value, &expression.trouble) {
            (Some(value), _) => value.to_string(),
            (None, Some(trouble)) => format!("! {trouble}"),
            (None, None) => continue,
        };
        // A later attempt, or a later visit, is what counts.
        found.retain(|(span, _)| *span != node.span);
        found.push((node.span, words));
    }
    found.sort_by_key(|(span, _)| span.start);
    found
}

/// The failure that a visit has come to; what went well in the end, was cut, or is tried again has none.
fn fault_to_explain(run: &Run, visit: &Visit, happened: usize) -> Option<usize> {
    let fault = explain::fault_of(&run.trace, visit, happened)?;
    let is_tried_again = || {
        let last = visit.attempts.last().map_or(0, |attempt| attempt.scheduled);
        last >= run.trace.faults[fault].event
    };
    match visit.ending {
        Ending::Failed | Ending::Caught(_) => Some(fault),
        Ending::Unfinished => Some(fault).filter(|_| !is_tried_again()),
        Ending::Succeeded | Ending::Cancelled => None,
    }
}

/// A visit without what was still to come after a number of events.
fn as_of(visit: &Visit, happened: usize) -> Visit {
    let is_past = |event: Option<u32>| event.is_some_and(|event| event as usize <= happened);
    let mut visit = visit.clone();
    visit.attempts.retain(|attempt| is_past(Some(attempt.scheduled)));
    for attempt in visit.attempts.iter_mut().filter(|attempt| !is_past(attempt.ended)) {
        attempt.outcome = AttemptOutcome::Unfinished;
        (attempt.ended, attempt.ended_at, attempt.retry_at) = (None, None, None);
        (attempt.output, attempt.error, attempt.cause) = (None, None, None);
    }
    if !visit.is_over_at(happened) {
        visit.ending = Ending::Unfinished;
        (visit.left, visit.left_at, visit.output) = (None, None, None);
        let last = visit.attempts.last();
        (visit.error, visit.cause) = last.map(|last| (last.error.clone(), last.cause.clone())).unwrap_or_default();
    }
    visit
}

/// How a visit ended, as a light.
pub const fn light_of(ending: Ending) -> Light {
    match ending {
        Ending::Succeeded => Light::Succeeded,
        Ending::Failed => Light::Failed,
        Ending::Caught(_) => Light::Caught,
        Ending::Cancelled => Light::Cancelled,
        Ending::Unfinished => Light::Running,
    }
}

/// The world around the machine as it is at the playhead.
pub fn world(session: &Session) -> Vec<Place> {
    let Some(run) = session.shown_run() else { return Vec::new() };
    let now = run.playback.virtual_at(session.player.playhead);
    // After the run's own end, the rest of what it brought about is shown, too.
    let has_ended = run.playback.event_at(session.player.playhead) == run.trace.events.len();
    view::at(&run.trace.world, if has_ended { i64::MAX } else { now })
}

/// What a screen reader is told: how the run stands, said anew only when it changes.
pub fn announcement(session: &Session) -> String {
    match &session.activity {
        Activity::Running { .. } => return tr!("The run is being computed"),
        Activity::Refused(reason) => return tr!("No run: {reason}", reason),
        Activity::Idle => {}
    }
    let Some(run) = session.shown_run() else { return String::new() };
    let has_ended = run.playback.event_at(session.player.playhead) == run.trace.events.len();
    if !session.player.is_playing
        && let Some(waiting) = callback::waiting(session).first()
    {
        return tr!("{} waits for an answer", waiting.name);
    }
    match (has_ended, run.trace.status) {
        (false, _) if session.player.is_playing => {
            telling::told(session, run).unwrap_or_else(|| "Playing the run".into())
        }
        (false, _) => telling::told(session, run).unwrap_or_default(),
        (true, Status::Succeeded) => tr!("The execution succeeded after {}", seconds(run.trace.duration)),
        (true, Status::Running) => tr!("The history ends while the execution runs"),
        (true, _) => tr!("The execution failed: {}", failure_words(run)),
    }
}

/// `Standard` or `Express`, by the scenario.
pub fn machine_type(session: &Session) -> &'static str {
    match session.scenario.scenario.as_ref().map(|scenario| scenario.machine.kind) {
        Some(MachineType::Express) => "Express",
        _ => "Standard",
    }
}

pub fn query_language(session: &Session) -> &'static str {
    match session.source.definition.query_language {
        QueryLanguage::JsonPath => "JSONPath",
        QueryLanguage::Jsonata => "JSONata",
    }
}
