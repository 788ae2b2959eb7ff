//! The last runs, kept to be looked at again and held against each other: where their ways part, what differs in data,
//! time and price.

use std::rc::Rc;
use tr::tr;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::model::{Run, Session};
use crate::{
    asl::model::StateId,
    exchange::{difference, history},
    sim::{
        price,
        scenario::{MachineType, Scenario},
        timeline::Ending,
        trace::Status,
    },
};

/// So many are kept; the oldest go.
pub const MOST_KEPT: usize = 12;

/// And so many bytes of them, about; two are always kept.
const MOST_BYTES: usize = 100 << 20;

/// Steps of two ways that are listed.
const MOST_STEPS: usize = 2000;

/// A run that is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    pub name: Rc<str>,
    pub run: Rc<Run>,
    /// The workflow that was run, by id and by name.
    pub workflow: (Rc<str>, Rc<str>),
}

/// Two of the kept runs, chosen to be compared, by the numbers of their runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pair {
    pub left: u32,
    pub right: u32,
}

/// Two runs side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// What is compared, and both values.
    pub rows: Vec<(String, String, String)>,
    /// The states that were entered, in order, those of both on one line where they are the same.
    pub steps: Vec<Step>,
    /// Where the histories part first, as a sentence.
    pub words: String,
    /// The events at which they part.
    pub differs: Option<(u32, Option<u32>)>,
}

/// A line of both ways.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Step {
    pub left: Option<Entered>,
    pub right: Option<Entered>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Entered {
    pub state: StateId,
    pub name: Rc<str>,
    pub ending: Ending,
    pub event: u32,
}

/// Keeps a run that has just been made. One that only repeats the last, with an answer by hand or a number changed, is
/// kept as well: that is what one wants to compare.
pub fn keep(session: &mut Session, run: &Rc<Run>) {
    let kept = Rc::make_mut(&mut session.kept);
    session.kept_count += 1;
    let workflow = (session.workflows.current.clone(), session.name.clone());
    kept.push(Kept { name: tr!("Run {}", session.kept_count).into(), run: run.clone(), workflow });
    let bytes = |kept: &[Kept]| kept.iter().map(|kept| weight(&kept.run)).sum::<usize>();
    while kept.len() > MOST_KEPT || (kept.len() > 2 && bytes(kept) > MOST_BYTES) {
        kept.remove(0);
    }
}

/// About how many bytes a run takes.
fn weight(run: &Run) -> usize {
    const EVENT: usize = 400;
    run.trace.events.len() * EVENT + run.trace.payloads.iter().map(|text| text.len()).sum::<usize>()
}

/// Opens the list with the last two of them chosen.
pub fn open(session: &mut Session) {
    let mut last = session.kept.iter().rev().map(|kept| kept.run.id);
    let right = last.next().unwrap_or_default();
    session.pair = Some(Pair { left: last.next().unwrap_or(right), right });
}

pub fn rename(session: &mut Session, id: u32, name: Rc<str>) {
    if let Some(kept) = Rc::make_mut(&mut session.kept).iter_mut().find(|kept| kept.run.id == id) {
        kept.name = name;
    }
}

/// A kept run as a file: its name, and its history as GetExecutionHistory has it, which opens here again.
pub fn file_of(kept: &Kept) -> (String, String) {
    let events = serde_json::json!({ "events": history::events(&kept.run.trace) });
    (format!("{}.history.json", super::files::file_stem(&kept.name)), format!("{events:#}"))
}

pub fn find(session: &Session, id: u32) -> Option<&Kept> {
    session.kept.iter().find(|kept| kept.run.id == id)
}

/// The scenario that a run was made with.
fn scenario_of(run: &Run) -> Option<Scenario> {
    Scenario::parse(&run.scenario).ok()
}

/// What a run costs, in US dollars.
pub fn price_of(run: &Run) -> f64 {
    match scenario_of(run).map(|scenario| scenario.machine.kind) {
        Some(MachineType::Express) => price::express(run.trace.duration),
        _ => price::standard(run.trace.transitions()),
    }
}

pub fn status_of(run_status: Status) -> String {
    match run_status {
        Status::Succeeded => tr!("succeeded"),
        Status::Failed => tr!("failed"),
        Status::TimedOut => tr!("timed out"),
        Status::Aborted => tr!("aborted"),
        Status::Running => tr!("still running"),
    }
}

pub fn compare(left: &Run, right: &Run) -> Compared {
    let payload = |run: &Run, id: Option<u32>| id.and_then(|id| run.trace.payload(id)).map(|text| text.to_string());
    let input =
        |run: &Run| payload(run, run.trace.events.first().and_then(|event| event.details.input)).unwrap_or_default();
    let end = |run: &Run| match (&run.trace.error, payload(run, run.trace.output)) {
        (Some(error), _) => format!("{error}: {}", run.trace.cause.as_deref().unwrap_or_default()),
        (None, output) => output.unwrap_or_default(),
    };
    let of = |name, tell: &dyn Fn(&Run) -> String| (name, tell(left), tell(right));
    let rows = vec![
        of(tr!("Ended"), &|run| status_of(run.trace.status)),
        of(tr!("Duration"), &|run| format!("{} s", run.trace.duration as f64 / 1e6)),
        of(tr!("Transitions"), &|run| run.trace.transitions().to_string()),
        of(tr!("Events"), &|run| run.trace.events.len().to_string()),
        of(tr!("Price"), &|run| format!("${:.8}", price_of(run))),
        of(tr!("Input"), &input),
        of(tr!("Output"), &end),
    ];
    let (words, differs) = first_difference(left, right);
    Compared { rows, steps: steps(left, right), words, differs }
}

fn first_difference(left: &Run, right: &Run) -> (String, Option<(u32, Option<u32>)>) {
    if left.text != right.text {
        return (tr!("They are runs of different definitions: only their ways and ends are compared."), None);
    }
    let comparison = difference::compare_runs(&left.trace, &right.trace, &left.definition);
    match comparison.difference {
        Some(difference) => {
            let differs = (difference.event, difference.ours);
            (tr!("They part here: {}", difference.words), Some(differs))
        }
        None => (tr!("They are equal in all {} events.", comparison.equal), None),
    }
}

fn steps(left: &Run, right: &Run) -> Vec<Step> {
    let entered = |run: &Run| -> Vec<Entered> {
        let visits = run.timeline.visits.iter().take(MOST_STEPS);
        let entered = visits.map(|visit| Entered {
            state: visit.state,
            name: run.definition.state(visit.state).path.clone(),
            ending: visit.ending,
            event: visit.entered,
        });
        entered.collect()
    };
    let (left, right) = (entered(left), entered(right));
    let names = |list: &[Entered]| -> Vec<Rc<str>> { list.iter().map(|one| one.name.clone()).collect() };
    let mut steps = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, &names(&left), &names(&right)) {
        match op {
            DiffOp::Equal { old_index, new_index, len } => {
                steps.extend((0..len).map(|at| Step {
                    left: left.get(old_index + at).cloned(),
                    right: right.get(new_index + at).cloned(),
                }))
            }
            op => {
                let (old, new) = (op.old_range(), op.new_range());
                steps.extend(left[old].iter().map(|one| Step { left: Some(one.clone()), right: None }));
                steps.extend(right[new].iter().map(|one| Step { left: None, right: Some(one.clone()) }));
            }
        }
    }
    steps
}
