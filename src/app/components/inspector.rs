//! Details of what is chosen: a visit's data, its attempts, all events. With nothing chosen, the
//! run's summary and what to try.

use std::rc::Rc;
use tr::tr;

use yew::prelude::*;

use super::{
    comparison::Comparison,
    data_flow::data_flow,
    event_list::EventList,
    map_run::MapRunCard,
    parts::{self, JsonView, icon, light_class, light_name, mark},
    why::Why,
    world_panel::world_panel,
};
use crate::{
    app::store::Store,
    asl::model::QueryLanguage,
    explain, library,
    session::{
        action::Action,
        model::{DetailTab, Run},
        select::{self, Inspected},
    },
    sim::{
        timeline::{Attempt, AttemptOutcome, VisitId},
        trace::{PayloadId, Status},
        variables::Variable,
    },
};

#[derive(Properties, PartialEq)]
pub struct InspectorProps {
    pub store: Store,
}

#[component]
pub fn Inspector(props: &InspectorProps) -> Html {
    let store = &props.store;
    let session = &store.session;
    let tab = session.panels.detail;
    let body = match tab {
        DetailTab::Events => html! { <EventList store={store.clone()} /> },
        DetailTab::Definition => own_text(store),
        DetailTab::World => world_panel(store),
        DetailTab::Data | DetailTab::Flow | DetailTab::Attempts => {
            let frame = select::frame(session);
            let inspected = select::inspected(session, frame.as_ref());
            let chosen = session.selection.state.and_then(|id| session.drawing.definition.states.get(id.index()));
            match (inspected, chosen) {
                (Some(inspected), _) if tab == DetailTab::Data => data(store, &inspected),
                (Some(inspected), _) if tab == DetailTab::Flow => html! {
                    <>{ heading(Some(store), &inspected) }{ data_flow(store, &inspected) }</>
                },
                (Some(inspected), _) => attempts(store, &inspected),
                (None, Some(state)) => unvisited(store, &state.name, state.kind.name()),
                (None, None) => summary(store),
            }
        }
    };
    html! {
        <>
            <div class="tabs" role="tablist" aria-label={tr!("Details")}>
                { tab_button(store, DetailTab::Data, tr!("Data")) }
                { tab_button(store, DetailTab::Flow, tr!("Data flow")) }
                { tab_button(store, DetailTab::Attempts, tr!("Attempts")) }
                { tab_button(store, DetailTab::Definition, tr!("Definition")) }
                { tab_button(store, DetailTab::Events, tr!("Events")) }
                { tab_button(store, DetailTab::World, tr!("World")) }
            </div>
            <div class="tab-body scrolls details" id="details">{ body }</div>
        </>
    }
}

/// The chosen state as the text has it.
fn own_text(store: &Store) -> Html {
    let session = &store.session;
    let definition = &session.drawing.definition;
    let Some(state) = session.selection.state.and_then(|id| definition.states.get(id.index())) else {
        return html! { <p class="remark">{ tr!("Choose a state, and its text will be here.") }</p> };
    };
    let (start, end) = (state.span.start, state.span.end);
    let text = session.drawing.text.get(start..end).unwrap_or_default();
    html! {
        <>
            <h2>{ &*state.name }</h2>
            <p class="presets"><button class="small" onclick={store.on(Action::PlaceAsked { start, end })}>{ tr!("Show in the text") }</button></p>
            <pre class="json own-text" tabindex="0" aria-label={tr!("Text of {}", state.name)}>{ parts::coloured(&outdented(&session.drawing.text, start, text)) }</pre>
        </>
    }
}

/// A part of a text with its lines moved to the left, as far as the first begins.
fn outdented(whole: &str, start: usize, part: &str) -> String {
    let line = whole[..start].rfind('\n').map_or(0, |at| at + 1);
    let indent = &whole[line..start];
    part.split('\n').map(|line| line.strip_prefix(indent).unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

fn tab_button(store: &Store, tab: DetailTab, name: String) -> Html {
    let is_chosen = store.session.panels.detail == tab;
    html! {
        <button role="tab" class="tab" aria-selected={is_chosen.to_string()} onclick={store.on(Action::DetailTabChosen(tab))}>
            { name }
        </button>
    }
}

fn heading(store: Option<&Store>, inspected: &Inspected) -> Html {
    let run = inspected.run;
    let state = run.definition.state(inspected.visit.state);
    let light = inspected.light;
    let length = inspected.visit.duration().map(parts::duration);
    let iteration = inspected.visit.index.map(|index| tr!(" · item {index}", index)).unwrap_or_default();
    html! {
        <header class="detail-head">
            <p class="remark">{ kind_words(run, inspected) }</p>
            <h2 id="inspected">{ &*state.name }</h2>
            <p class="chips">
                <span class={classes!("chip", light_class(light))}>{ mark(light) }{ light_name(light) }</span>
                if let Some(length) = length { <span class="chip plain">{ length }</span> }
                <span class="visit-steps">
                    <span class="chip plain">{ tr!("visit {} of {}{iteration}", inspected.number, inspected.count, iteration) }</span>
                    if let Some(store) = store.filter(|_| inspected.count > 1) {
                        { visit_step(store, inspected.previous, parts::PREVIOUS, tr!("Previous visit")) }
                        { visit_step(store, inspected.next, parts::NEXT, tr!("Next visit")) }
                    }
                </span>
            </p>
            if let Some(store) = store { { test_button(store) } }
        </header>
    }
}

fn test_button(store: &Store) -> Html {
    html! {
        <p class="detail-tools">
            <button class="small" onclick={store.on(Action::TestOpened)}>{ icon(parts::TEST) }{ tr!("Test this state") }</button>
            { break_button(store) }
            if is_json_path(store) {
                <button class="small" onclick={store.on(Action::ConversionOpened { is_whole: false })}>{ tr!("Convert to JSONata") }</button>
            }
        </p>
    }
}

fn break_button(store: &Store) -> Html {
    let session = &store.session;
    let chosen = session.selection.state.and_then(|id| session.drawing.definition.states.get(id.index()));
    let Some(state) = chosen else { return Html::default() };
    let is_set = session.breakpoints.contains(&state.path);
    html! {
        <button class="small" id="break" aria-pressed={is_set.to_string()} title={tr!("Playing stops when the state is entered (B)")}
            onclick={store.on(Action::BreakToggled(state.id))}><span class="break-dot" aria-hidden="true" />{ tr!("Breakpoint") }</button>
    }
}

fn is_json_path(store: &Store) -> bool {
    let session = &store.session;
    let chosen = session.selection.state.and_then(|id| session.drawing.definition.states.get(id.index()));
    chosen.is_some_and(|state| state.query_language == QueryLanguage::JsonPath) && session.source.is_runnable
}

/// `Task · Lambda · invoke`; a kind that says it all stands once.
fn kind_words(run: &Run, inspected: &Inspected) -> String {
    let kind = run.definition.state(inspected.visit.state).kind.name();
    let words = crate::graph::words::sublabel(&run.definition, inspected.visit.state);
    if words.starts_with(kind) { words } else { format!("{kind} · {words}") }
}

fn visit_step(store: &Store, visit: Option<VisitId>, path: &'static str, name: String) -> Html {
    let onclick = {
        let dispatch = store.dispatch.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(visit) = visit {
                dispatch.emit(Action::VisitChosen(visit));
            }
        })
    };
    html! {
        <button class="quiet small" aria-label={name.clone()} title={name} disabled={visit.is_none()} {onclick}>{ icon(path) }</button>
    }
}

fn data(store: &Store, inspected: &Inspected) -> Html {
    let (run, visit) = (inspected.run, &inspected.visit);
    html! {
        <>
            { heading(Some(store), inspected) }
            { why(store, run, inspected.fault, inspected.has_rules.then_some(visit.id), false) }
            { map_run(store, inspected) }
            { payload(run, tr!("Input"), visit.input) }
            if let Some(attempt) = visit.attempts.last() {
                { payload(run, tr!("To the task"), sent(run, attempt)) }
                { payload(run, tr!("Task result"), attempt.output) }
                { default_answer(store, run, attempt) }
            }
            { failure(visit.error.as_deref(), visit.cause.as_deref()) }
            { payload(run, tr!("Output"), visit.output) }
            if visit.output.is_none() {
                <p class="remark">{ tr!("No output: at the playhead the state has not been left.") }</p>
            }
            { comparison(store, inspected) }
            { variables(inspected) }
        </>
    }
}

fn comparison(store: &Store, inspected: &Inspected) -> Html {
    let (run, visit) = (inspected.run, &inspected.visit);
    let happened = run.playback.event_at(store.session.player.playhead);
    let others = select::comparisons(run, visit, happened);
    if others.is_empty() {
        return Html::default();
    }
    html! { <Comparison run={Rc::clone(run)} visit={visit.clone()} {others} /> }
}

/// Of a distributed Map, the newest Map Run that has begun.
fn map_run(store: &Store, inspected: &Inspected) -> Html {
    let (run, playhead) = (inspected.run, store.session.player.playhead);
    let happened = run.playback.event_at(playhead);
    let mut runs = inspected.visit.progress.iter().flat_map(|progress| &progress.runs);
    let Some(newest) = runs.rfind(|one| one.event as usize <= happened) else { return Html::default() };
    let is_at_end = happened == run.trace.events.len();
    let now = if is_at_end { run.trace.duration } else { run.playback.virtual_at(playhead) };
    html! { <MapRunCard run={Rc::clone(run)} index={newest.index} {now} dispatch={store.dispatch.clone()} /> }
}

/// The explanation of a failure and of a Choice's rules; computed once for what is shown.
fn why(store: &Store, run: &Rc<Run>, fault: Option<usize>, rules: Option<VisitId>, names_state: bool) -> Html {
    if fault.is_none() && rules.is_none() {
        return Html::default();
    }
    let is_current = store.session.source.text == run.text;
    let dispatch = store.dispatch.clone();
    html! { <Why run={Rc::clone(run)} {fault} {rules} {names_state} {is_current} {dispatch} /> }
}

/// That a task got the default answer of its service, and the way to another.
fn default_answer(store: &Store, run: &Run, attempt: &Attempt) -> Html {
    let is_default = |event: &u32| run.trace.defaults.binary_search(event).is_ok();
    let Some(event) = attempt.ended.filter(is_default) else { return Html::default() };
    html! {
        <p class="default-answer" data-part="Default answer">
            <span class="remark">{ tr!("The default answer of the service: the scenario has none.") }</span>
            if !run.is_opaque {
                <button class="small" onclick={store.on(Action::DefaultKept(event))}>{ tr!("Write it into the scenario") }</button>
            }
        </p>
    }
}

/// What a task was given.
fn sent(run: &Run, attempt: &Attempt) -> Option<PayloadId> {
    let details = &run.trace.events.get(attempt.scheduled as usize - 1)?.details;
    details.parameters.or(details.input)
}

fn payload(run: &Rc<Run>, name: String, id: Option<PayloadId>) -> Html {
    let Some(text) = id.and_then(|id| run.trace.payloads.get(id as usize)) else { return Html::default() };
    html! {
        <section class="card" data-part={name.clone()}>
            <h3>{ name.clone() }</h3>
            <JsonView text={AttrValue::from(Rc::clone(text))} label={name} />
        </section>
    }
}

/// The variables that the visit saw, with what it assigned.
fn variables(inspected: &Inspected) -> Html {
    let variables = inspected.variables();
    if variables.is_empty() {
        return Html::default();
    }
    let payloads = &inspected.run.trace.payloads;
    let text = |id: PayloadId| payloads.get(id as usize).map(Rc::clone).unwrap_or_default();
    let row = |variable: &Variable| {
        let name = format!("${}", variable.name);
        let change = match (variable.before, variable.assigned) {
            (_, None) => String::new(),
            (None, Some(_)) => tr!("assigned here"),
            (Some(before), Some(_)) => tr!("assigned here, was {}", clipped(&text(before))),
        };
        let value = variable.assigned.or(variable.before).map(text);
        html! {
            <>
                <dt><code>{ name.clone() }</code> if !change.is_empty() { <span class="remark">{ change }</span> }</dt>
                <dd>if let Some(value) = value { <JsonView text={AttrValue::from(value)} label={name} /> }</dd>
            </>
        }
    };
    html! {
        <section class="card" data-part="Variables">
            <h3>{ tr!("Variables") }</h3>
            <dl class="variables">{ for variables.iter().map(row) }</dl>
        </section>
    }
}

/// The beginning of a text, as much as goes into a line.
fn clipped(text: &str) -> String {
    const MOST: usize = 40;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_string(),
    }
}

fn failure(error: Option<&str>, cause: Option<&str>) -> Html {
    if error.is_none() && cause.is_none() {
        return Html::default();
    }
    html! {
        <section class="card failure" data-part="Error">
            <h3>{ tr!("Error") }</h3>
            <p class="error-name">{ error.map_or_else(|| tr!("without a name"), str::to_owned) }</p>
            if let Some(cause) = cause { <p class="cause">{ cause.to_string() }</p> }
        </section>
    }
}

fn attempts(store: &Store, inspected: &Inspected) -> Html {
    let attempts = &inspected.visit.attempts;
    let happened = inspected.run.playback.event_at(store.session.player.playhead) as u32;
    let card = |(index, attempt): (usize, &Attempt)| {
        let until = attempts.get(index + 1).map_or(happened, |next| next.scheduled);
        let fault = explain::fault_between(&inspected.run.trace, &inspected.visit, attempt.scheduled, until);
        attempt_card(store, inspected.run, index, attempt, fault)
    };
    html! {
        <>
            { heading(None, inspected) }
            if attempts.is_empty() {
                <p class="remark">{ tr!("Only Task states make attempts.") }</p>
            }
            <ol class="attempts">
                { for attempts.iter().enumerate().map(card) }
            </ol>
        </>
    }
}

fn attempt_card(store: &Store, run: &Rc<Run>, index: usize, attempt: &Attempt, fault: Option<usize>) -> Html {
    let (class, words) = match attempt.outcome {
        AttemptOutcome::Succeeded => ("succeeded", tr!("succeeded")),
        AttemptOutcome::Failed => ("failed", tr!("failed")),
        AttemptOutcome::TimedOut => ("failed", tr!("timed out")),
        AttemptOutcome::Cancelled => ("cancelled", tr!("was cut")),
        AttemptOutcome::Unfinished => ("running", tr!("goes on")),
    };
    let length = attempt.ended_at.map(|end| parts::duration(end - attempt.scheduled_at));
    html! {
        <li class={classes!("card", class)}>
            <h3>{ tr!("Attempt {} {words}", index + 1, words) }</h3>
            <p class="remark">
                { tr!("scheduled at {}", parts::duration(attempt.scheduled_at)) }
                if let Some(length) = length { { tr!(" · took {length}", length) } }
            </p>
            { failure(attempt.error.as_deref(), attempt.cause.as_deref()) }
            { why(store, run, fault, None, false) }
            if let Some(at) = attempt.retry_at {
                <p class="remark">{ tr!("Tried again at {}", parts::duration(at)) }</p>
            }
            { payload(run, tr!("Task result"), attempt.output) }
        </li>
    }
}

fn unvisited(store: &Store, name: &str, kind: &str) -> Html {
    let words = match store.session.shown_run() {
        Some(_) => tr!("At the playhead this state has not been entered."),
        None => tr!("Run the workflow to see what this state gets and gives."),
    };
    html! {
        <>
            <header class="detail-head"><p class="remark">{ kind.to_string() }</p><h2 id="inspected">{ name.to_string() }</h2>{ test_button(store) }</header>
            <p class="remark">{ words }</p>
        </>
    }
}

/// What to try with a sample, as long as it has its name.
fn tries(store: &Store) -> Html {
    let sample = library::samples().iter().find(|sample| sample.title == *store.session.name);
    let Some(sample) = sample else { return Html::default() };
    html! {
        <section class="tries">
            <h3>{ tr!("What to try") }</h3>
            <ul>{ for sample.tries.iter().map(|words| html! { <li>{ parts::message(words) }</li> }) }</ul>
        </section>
    }
}

fn summary(store: &Store) -> Html {
    let Some(run) = store.session.shown_run() else {
        return html! {
            <div class="hint">
                <h2>{ tr!("Nothing run yet") }</h2>
                <p>{ tr!("Press Run. The states light up as they are entered, and choosing one shows what it got and what it gave.") }</p>
                <p>{ tr!("In Scenario you say what goes in and how each task answers.") }</p>
                { tries(store) }
            </div>
        };
    };
    let trace = &run.trace;
    let happened = run.playback.event_at(store.session.player.playhead);
    if happened < trace.events.len() {
        return html! {
            <>
                <header class="detail-head">
                    <p class="remark">{ tr!("Execution") }</p>
                    <h2 id="inspected">{ tr!("Running") }</h2>
                    <p class="remark">{ tr!("event {happened} of {}", trace.events.len(), happened) }</p>
                </header>
                { payload(run, tr!("Input"), trace.events.first().and_then(|event| event.details.input)) }
                <p class="remark">{ tr!("Choose a state in the graph, or a bar in the timeline, to look inside it.") }</p>
            </>
        };
    }
    let status = match trace.status {
        Status::Succeeded => tr!("Succeeded"),
        Status::Failed => tr!("Failed"),
        Status::TimedOut => tr!("Timed out"),
        Status::Aborted => tr!("Aborted"),
        Status::Running => tr!("Still running"),
    };
    html! {
        <>
            <header class="detail-head">
                <p class="remark">{ tr!("Execution") }</p>
                <h2 id="inspected">{ status }</h2>
                <p class="remark">{ format!("{} · {}", parts::duration(trace.duration), tr!("1 event" | "{n} events" % trace.events.len())) }</p>
            </header>
            { why(store, run, explain::root_fault(trace), None, true) }
            { failure(trace.error.as_deref(), trace.cause.as_deref()) }
            { payload(run, tr!("Output"), trace.output) }
            <p class="remark">{ tr!("Choose a state in the graph, or a bar in the timeline, to look inside it.") }</p>
            { tries(store) }
        </>
    }
}
