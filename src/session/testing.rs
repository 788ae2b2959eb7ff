//! The tests of a workflow on the page: scenarios with names and expectations, run on each change, and what none of them
//! reaches. The test that is open is the scenario that is being edited.

use std::rc::Rc;
use tr::tr;

use super::{
    model::{Place, Session, TextTab, is_same_text},
    reduce::{ask_run, notice, set_scenario},
    select::{EdgeLight, Lights, NodeLight},
};
use crate::{
    graph::Why,
    sim::{coverage::Reached, frame::Light, trace::Status},
    suite::{Case, Expect, MOST_CASES, Report, Suite},
    syntax,
};

/// The tests, and their file's text; the text is empty where there are none.
#[derive(Debug, Default)]
pub struct Tests {
    pub suite: Suite,
    pub text: Rc<str>,
}

impl PartialEq for Tests {
    fn eq(&self, other: &Self) -> bool {
        is_same_text(&self.text, &other.text)
    }
}

impl Tests {
    pub fn of(suite: Suite) -> Self {
        let text = if suite.cases.is_empty() { "".into() } else { suite.to_text().into() };
        Self { suite, text }
    }

    /// Of a text that was kept or sent; none where it cannot be read.
    pub fn read(text: &str) -> Option<Self> {
        match text.trim().is_empty() {
            true => Some(Self::default()),
            false => Suite::parse(text).ok().map(Self::of),
        }
    }
}

/// What came of tests, or why they were not run.
pub type Outcome = Result<Rc<Report>, Rc<str>>;

/// What stands on the page about tests.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Testing {
    pub tests: Rc<Tests>,
    /// The test whose scenario is being edited.
    pub open: Option<usize>,
    /// The number of the newest texts that are to be tested; 0 is none.
    pub wanted: u32,
    /// What came of texts, and their number.
    pub outcome: Option<(u32, Outcome)>,
    /// Whether the graph shows what the tests reach.
    pub shows_coverage: bool,
}

impl Testing {
    pub fn cases(&self) -> &[Case] {
        &self.tests.suite.cases
    }

    /// What came of the tests as they are now; none while they run.
    pub fn report(&self) -> Option<&Rc<Report>> {
        match &self.outcome {
            Some((id, Ok(report))) if *id == self.wanted => Some(report),
            _ => None,
        }
    }

    /// What came of them last, perhaps before the newest change: what is shown while they run.
    pub fn last_report(&self) -> Option<&Rc<Report>> {
        let report = self.outcome.as_ref().and_then(|(_, outcome)| outcome.as_ref().ok());
        report.filter(|report| report.cases.len() == self.cases().len())
    }

    /// The number under which tests are to be run now.
    pub fn asked(&self) -> Option<u32> {
        let is_done = self.outcome.as_ref().is_some_and(|(id, _)| *id == self.wanted);
        (self.wanted > 0 && !is_done && !self.cases().is_empty()).then_some(self.wanted)
    }
}

/// What can be done with tests.
#[derive(Clone, Debug)]
pub enum Deed {
    /// The scenario as it is becomes a test, which expects what the run that is shown has come to.
    Added,
    /// A test's scenario is to be edited.
    Opened(usize),
    /// A test's scenario is to be edited, and run.
    Shown(usize),
    Renamed(usize, Rc<str>),
    Duplicated(usize),
    Deleted(usize),
    Expected(usize, Expect),
    /// A test is to expect what the run that is shown has come to.
    ExpectedAsRun(usize),
    /// A file of tests came.
    Brought(Rc<Suite>),
    Answered {
        id: u32,
        outcome: Outcome,
    },
    CoverageToggled,
}

pub(super) fn apply(session: &mut Session, deed: Deed) {
    match deed {
        Deed::Added => add(session),
        Deed::Opened(index) => open(session, index),
        Deed::Shown(index) => {
            open(session, index);
            ask_run(session, true);
            session.panels.place = Place::Graph;
        }
        Deed::Renamed(index, name) => change(session, index, |case| case.name = name),
        Deed::Duplicated(index) => duplicate(session, index),
        Deed::Deleted(index) => delete(session, index),
        Deed::Expected(index, expect) => change(session, index, |case| case.expect = expect),
        Deed::ExpectedAsRun(index) => match as_run(session) {
            Some(expect) => change(session, index, |case| case.expect = expect),
            None => notice(session, tr!("run the workflow first: there is nothing to expect yet")),
        },
        Deed::Brought(suite) => {
            session.testing.open = None;
            put(session, Suite::clone(&suite));
            session.panels.text = TextTab::Tests;
            session.panels.place = Place::Text;
        }
        Deed::Answered { id, outcome } => {
            if id == session.testing.wanted {
                session.testing.outcome = Some((id, outcome));
            }
        }
        Deed::CoverageToggled => session.testing.shows_coverage = !session.testing.shows_coverage,
    }
}

fn put(session: &mut Session, suite: Suite) {
    session.testing.tests = Rc::new(Tests::of(suite));
}

fn change(session: &mut Session, index: usize, change: impl FnOnce(&mut Case)) {
    let mut suite = session.testing.tests.suite.clone();
    if let Some(case) = suite.cases.get_mut(index) {
        change(case);
        put(session, suite);
    }
}

fn add(session: &mut Session) {
    let Some(scenario) = session.scenario.scenario.clone() else {
        return notice(session, tr!("mend the scenario first: it cannot be read"));
    };
    let mut suite = session.testing.tests.suite.clone();
    if suite.cases.len() >= MOST_CASES {
        return notice(session, tr!("a workflow has at most {MOST_CASES} tests", MOST_CASES));
    }
    let name = free_name(&suite, &tr!("Test {}", suite.cases.len() + 1));
    suite.cases.push(Case { name, scenario, expect: as_run(session).unwrap_or_default() });
    session.testing.open = Some(suite.cases.len() - 1);
    put(session, suite);
}

fn free_name(suite: &Suite, wish: &str) -> Rc<str> {
    let is_free = |name: &str| suite.cases.iter().all(|case| &*case.name != name);
    let numbered = (2..).map(|number| format!("{wish} ({number})"));
    std::iter::once(wish.to_owned()).chain(numbered).find(|name| is_free(name)).unwrap_or_default().into()
}

/// What the run that is shown has come to, if it is one of the scenario as it is: its end, and the states of the top
/// level that it passed through.
fn as_run(session: &Session) -> Option<Expect> {
    let run = session.shown_run().filter(|run| !run.is_opaque && run.scenario == session.scenario.text)?;
    let output = run.trace.output.and_then(|id| run.trace.payload(id));
    let top = run.timeline.visits.iter().map(|visit| run.definition.state(visit.state));
    let mut passes_through: Vec<Rc<str>> =
        top.filter(|state| run.definition.scope(state.scope).owner.is_none()).map(|state| state.name.clone()).collect();
    passes_through.dedup();
    passes_through.truncate(50);
    Some(Expect {
        status: Some(run.trace.status).filter(|status| *status != Status::Running),
        error: run.trace.error.as_deref().map(Into::into),
        output: output.and_then(|text| syntax::parse_value(text).ok()),
        passes_through,
        ..Expect::default()
    })
}

fn open(session: &mut Session, index: usize) {
    let Some(scenario) = session.testing.cases().get(index).map(|case| case.scenario.clone()) else { return };
    session.testing.open = Some(index);
    set_scenario(session, scenario);
}

fn duplicate(session: &mut Session, index: usize) {
    let mut suite = session.testing.tests.suite.clone();
    let Some(case) = suite.cases.get(index).cloned() else { return };
    let name = free_name(&suite, &tr!("{} (copy)", case.name));
    suite.cases.insert(index + 1, Case { name, ..case });
    put(session, suite);
    open(session, index + 1);
}

fn delete(session: &mut Session, index: usize) {
    let mut suite = session.testing.tests.suite.clone();
    if index >= suite.cases.len() {
        return;
    }
    suite.cases.remove(index);
    session.testing.open = match session.testing.open {
        Some(open) if open == index => None,
        Some(open) if open > index => Some(open - 1),
        other => other,
    };
    put(session, suite);
}

/// After any action: the test that is open is the scenario as it is, and what has changed is to be tested.
pub(super) fn settle(session: &mut Session, before: &Session) {
    if let Some((index, scenario)) = session.testing.open.zip(session.scenario.scenario.clone())
        && session.testing.cases().get(index).is_some_and(|case| case.scenario != scenario)
    {
        change(session, index, |case| case.scenario = scenario);
    }
    let has_changed = session.source != before.source || session.testing.tests != before.testing.tests;
    if has_changed && session.source.is_runnable && !session.testing.cases().is_empty() {
        session.testing.wanted += 1;
    }
}

/// Takes the tests that came with a workflow. Texts that cannot be read are told.
pub(super) fn bring(session: &mut Session, text: &str) {
    match Tests::read(text) {
        Some(tests) => session.testing.tests = Rc::new(tests),
        None => notice(session, tr!("the tests of this workflow cannot be read, and were left out")),
    }
}

/// The graph as the tests have reached it; none where that is not shown.
pub fn lights(session: &Session) -> Option<Lights> {
    let testing = &session.testing;
    let report = testing.last_report().filter(|_| testing.shows_coverage)?;
    let graph = &session.drawing.graph;
    let all = testing.cases().len();
    let of_state = |state: u32| report.reached.iter().filter(move |spot| spot.state == state);
    let states = session.drawing.definition.states.iter().map(|state| node_light(of_state(state.id.0), all)).collect();
    let edges = graph.edges.iter().map(|edge| {
        let Some(state) = graph.nodes.get(edge.from).and_then(|node| node.state) else {
            return EdgeLight { count: all as u32, ..EdgeLight::default() };
        };
        let way = match edge.why {
            Why::Next => Some("Next".to_owned()),
            Why::Choice(rule) => Some(format!("rule {}", rule + 1)),
            Why::Default => Some("Default".to_owned()),
            Why::Catch(catcher) => Some(format!("Catch {}", catcher + 1)),
            Why::Start | Why::End => None,
        };
        let count = of_state(state.0).find(|spot| spot.way == way).map_or(0, |spot| spot.runs);
        EdgeLight { count, is_now: false, is_catch: matches!(edge.why, Why::Catch(_)) }
    });
    Some(Lights { edges: edges.collect(), states, start: Some(Light::Succeeded), ..Lights::default() })
}

fn node_light<'a>(spots: impl Iterator<Item = &'a Reached> + Clone, all: usize) -> NodeLight {
    let Some(state) = spots.clone().find(|spot| spot.way.is_none()) else {
        return NodeLight { note: tr!("not counted").into(), ..NodeLight::default() };
    };
    if state.runs == 0 {
        return NodeLight { light: Light::Failed, note: tr!("no test comes here").into(), ..NodeLight::default() };
    }
    let missed: Vec<&str> = spots.filter(|spot| spot.runs == 0).filter_map(|spot| spot.way.as_deref()).collect();
    let (light, note) = match missed.is_empty() {
        true => (Light::Succeeded, tr!("{} of {all} tests", state.runs, all)),
        false => (Light::Caught, tr!("never: {}", missed.join(", "))),
    };
    NodeLight { light, note: note.into(), ..NodeLight::default() }
}

/// How the tests stand, in words.
pub fn words(session: &Session) -> String {
    let testing = &session.testing;
    let Some(report) = testing.last_report() else {
        return match &testing.outcome {
            Some((id, Err(reason))) if *id == testing.wanted => tr!("not run: {reason}", reason),
            _ if !session.source.is_runnable => tr!("the definition has errors: the tests wait"),
            _ => tr!("running"),
        };
    };
    let ((states, all_states), (ways, all_ways)) = (report.coverage(false), report.coverage(true));
    tr!(
        "{} of {} pass · {states} of {all_states} states, {ways} of {all_ways} ways reached",
        report.passed(),
        report.cases.len(),
        states,
        all_states,
        ways,
        all_ways
    )
}

/// How a test stands: passed, failed, or not known yet.
pub fn verdict(session: &Session, index: usize) -> Option<bool> {
    session.testing.last_report()?.cases.get(index).map(|case| case.is_passed())
}
