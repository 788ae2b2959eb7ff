//! Standard and Express side by side: the choice of the type, what one run comes to under each, what Express refuses,
//! answers and logs, and what an asynchronous start does that is carried out twice.

use std::rc::Rc;
use tr::tr;

use yew::prelude::*;

use super::{
    fields::value_of,
    parts::{JsonView, message},
};
use crate::{
    app::store::Store,
    exchange::{
        express::{self, LogLevel},
        types::{
            Refusal, SideBySide,
            doubled::{Doubled, Effect},
            table::{self, Row},
        },
    },
    session::{
        action::Action,
        types::{Compared, Progress, Types},
    },
    sim::{
        price,
        scenario::{MachineType, Scenario},
        trace::Trace,
    },
    words::{later, translated},
};

/// Log events that are shown at once.
const SHOWN_EVENTS: usize = 200;

const LEVELS: [(&str, &str); 4] = [
    ("ALL", later!("ALL: every event")),
    ("ERROR", later!("ERROR: failures")),
    ("FATAL", later!("FATAL: the end of an execution that failed")),
    ("OFF", later!("OFF: nothing")),
];

pub fn types(store: &Store, open: &Types) -> Html {
    let kind = store.session.scenario.scenario.as_ref().map(|scenario| scenario.machine.kind);
    html! {
        <div class="many types" id="types">
            if let Some(kind) = kind { { choice(store, kind) } }
            { match &open.progress {
                Progress::Running => html! { <p class="remark" role="status">{ tr!("Running both …") }</p> },
                Progress::Refused(reason) => html! { <p class="refusal" role="alert">{ tr!("No run: ") }{ message(reason) }</p> },
                Progress::Compared(compared) => results(store, compared, kind.unwrap_or_default()),
            } }
        </div>
    }
}

/// The type of the scenario's machine, to be chosen.
fn choice(store: &Store, kind: MachineType) -> Html {
    let option = |of: MachineType, name: String, words: String| {
        let set = {
            let store = store.clone();
            Callback::from(move |_: Event| {
                if let Some(scenario) = &store.session.scenario.scenario {
                    store.dispatch.emit(Action::ScenarioChanged(Rc::new(scenario.with_type(of))));
                }
            })
        };
        html! {
            <label class={classes!("type-option", (of == kind).then_some("chosen"))}>
                <input type="radio" name="machine-type" value={name.clone()} checked={of == kind} onchange={set} />
                <span><strong>{ name }</strong><span class="remark">{ words }</span></span>
            </label>
        }
    };
    html! {
        <fieldset class="type-choice">
            <legend>{ tr!("This scenario runs as") }</legend>
            { option(MachineType::Standard, tr!("Standard"), tr!("Up to a year, exactly once, paid by the transition.")) }
            { option(MachineType::Express, tr!("Express"), tr!("Up to five minutes, may run twice, paid by request, time and memory.")) }
        </fieldset>
    }
}

fn results(store: &Store, compared: &Compared, kind: MachineType) -> Html {
    let Compared { sides, express } = compared;
    html! {
        <>
            { comparison(sides, kind) }
            <section class="card">
                <h3>{ tr!("In words") }</h3>
                <ul class="type-words" lang="en">{ for sides.words.iter().map(|words| html! { <li>{ message(words) }</li> }) }</ul>
                <p class="remark">{ tr!("Prices are list prices of us-east-1, {}, without free tiers and without what the services cost.", price::AS_OF) }</p>
            </section>
            if !sides.refusals.is_empty() { { refusals(store, &sides.refusals) } }
            if let Some(twice) = &sides.twice { { doubled(twice) } }
            if let (Some(trace), Some(scenario)) = (express, &store.session.scenario.scenario) {
                <Logged trace={Rc::clone(trace)} scenario={Rc::new(scenario.with_type(MachineType::Express))} />
            }
        </>
    }
}

fn comparison(sides: &SideBySide, kind: MachineType) -> Html {
    let heading = |of: MachineType, name: String| {
        let is_chosen = of == kind;
        html! { <th scope="col" class={is_chosen.then_some("chosen")}>{ name }if is_chosen { <span class="tag">{ tr!("chosen") }</span> }</th> }
    };
    let row = |Row { name, standard, express }: Row| {
        html! { <tr data-row={name.clone()}><th scope="row">{ name }</th><td>{ standard }</td><td>{ express }</td></tr> }
    };
    html! {
        <table class="type-table" id="type-table">
            <thead><tr><td />{ heading(MachineType::Standard, tr!("Standard")) }{ heading(MachineType::Express, tr!("Express")) }</tr></thead>
            <tbody>{ for table::rows(sides).into_iter().map(row) }</tbody>
        </table>
    }
}

fn refusals(store: &Store, refusals: &[Refusal]) -> Html {
    let row = |refusal: &Refusal| {
        let (dispatch, start, end) = (store.dispatch.clone(), refusal.start, refusal.end);
        let onclick = Callback::from(move |_: MouseEvent| {
            dispatch.emit(Action::TypesClosed);
            dispatch.emit(Action::PlaceAsked { start, end });
        });
        html! {
            <li>
                <button class="quiet small" title={tr!("Show the place in the definition")} {onclick}>{ refusal.state.to_string() }</button>
                <span>{ &refusal.why }</span>
                <code>{ &refusal.location }</code>
            </li>
        }
    };
    html! {
        <section class="card" id="refusals">
            <h3>{ tr!("What Express refuses") }</h3>
            <ul class="refused">{ for refusals.iter().map(row) }</ul>
        </section>
    }
}

fn doubled(twice: &Doubled) -> Html {
    let effect = |effect: &Effect| {
        let (class, verdict) = if effect.is_repeated() { ("repeated", tr!("twice")) } else { ("kept", tr!("once")) };
        html! {
            <li class={class} data-task={effect.task.to_string()}>
                <span class="verdict">{ verdict }</span><strong>{ effect.task.to_string() }</strong><span>{ effect.words() }</span>
            </li>
        }
    };
    let unseen = |task: &Rc<str>| {
        html! {
            <li class="unseen" data-task={task.to_string()}>
                <span class="verdict">{ "?" }</span><strong>{ task.to_string() }</strong>
                <span>{ tr!("called twice; what it does there is not known here") }</span>
            </li>
        }
    };
    let is_repeated = twice.repeated().next().is_some();
    html! {
        <section class="card" id="twice">
            <h3>{ tr!("At least once: the same start, carried out twice") }</h3>
            <p class="remark">
                { tr!("AWS may carry out an asynchronous start of Express more than once. Here it is done in one world, the second a second later. ") }
                { tr!("They end {}.", twice.ends.join(&tr!(", then "))) }
            </p>
            if twice.effects.is_empty() && twice.unseen.is_empty() {
                <p>{ tr!("No task has an effect: a second execution does no harm.") }</p>
            } else {
                <ul class="effects">{ for twice.effects.iter().map(effect) }{ for twice.unseen.iter().map(unseen) }</ul>
            }
            if is_repeated {
                <p class="remark">{ tr!("What happens twice is not idempotent. A condition, a key of the order's own, or the execution's name \
                    as a key for deduplication would let the second do nothing.") }</p>
            }
            if twice.is_cut {
                <p class="remark">{ tr!("More happened than is noted: only the first 20,000 happenings were looked at.") }</p>
            }
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct LoggedProps {
    trace: Rc<Trace>,
    /// As Express.
    scenario: Rc<Scenario>,
}

/// What Express answers to a synchronous start, and what it writes to a log.
#[component]
fn Logged(props: &LoggedProps) -> Html {
    let level = use_state_eq(|| LogLevel::All);
    let with_data = use_state_eq(|| true);
    let response = use_memo((Rc::clone(&props.trace), Rc::clone(&props.scenario)), |(trace, scenario)| {
        express::sync_response(trace, scenario).to_string()
    });
    let log = use_memo(
        (Rc::clone(&props.trace), Rc::clone(&props.scenario), *level, *with_data),
        |(trace, scenario, level, with_data)| {
            let events = express::log_events(trace, scenario, *level, *with_data).take(SHOWN_EVENTS);
            serde_json::Value::from(events.collect::<Vec<_>>()).to_string()
        },
    );
    let count = express::logged(&props.trace, *level);
    let on_level = {
        let level = level.clone();
        Callback::from(move |event: Event| level.set(LogLevel::of(&value_of(&event)).unwrap_or_default()))
    };
    let on_data = {
        let with_data = with_data.clone();
        Callback::from(move |_: Event| with_data.set(!*with_data))
    };
    html! {
        <>
            <section class="card" id="sync-response">
                <h3>{ tr!("Synchronous start") }</h3>
                <p class="remark">{ tr!("StartSyncExecution waits for the end and answers with it. An asynchronous start gives only the ARN and the date.") }</p>
                <JsonView text={(*response).clone()} label={tr!("Response of StartSyncExecution")} />
            </section>
            <section class="card" id="log-events">
                <h3>{ tr!("Log events") }</h3>
                <p class="test-row">
                    <label class="field">{ tr!("Level") }
                        <select onchange={on_level}>
                            { for LEVELS.iter().map(|(name, words)| html! {
                                <option value={*name} selected={LogLevel::of(name) == Some(*level)}>{ translated(words) }</option>
                            }) }
                        </select>
                    </label>
                    <label class="inline"><input type="checkbox" checked={*with_data} onchange={on_data} />{ tr!("Include execution data") }</label>
                </p>
                <p class="remark" role="status">{ match count {
                        0 => tr!("no events in CloudWatch Logs"),
                        _ => tr!("{} in CloudWatch Logs", tr!("1 event" | "{n} events" % count)),
                    } }
                    if count > SHOWN_EVENTS { { tr!(", of which the first {SHOWN_EVENTS} are shown", SHOWN_EVENTS) } }
                </p>
                if count > 0 { <JsonView text={(*log).clone()} label={tr!("Log events")} /> }
            </section>
        </>
    }
}
