//! Many runs: what goes wrong by chance, how often that ends how, and what no run has come to.

use std::rc::Rc;
use tr::tr;

use yew::prelude::*;

use super::{
    fields::value_of,
    parts::{self, icon},
};
use crate::{
    app::store::Store,
    asl::model::StateId,
    session::{
        action::Action,
        many::{self, Many},
    },
    sim::{
        price,
        scenario::{MachineType, Scenario},
        survey::{OutcomeCount, Survey},
    },
};

const COUNTS: [u32; 3] = [100, 1000, 5000];

/// Bars of the histogram.
const BARS: usize = 24;

pub fn many_runs(store: &Store, open: &Many) -> Html {
    let Some(scenario) = store.session.scenario.scenario.clone() else {
        return html! { <p class="remark">{ tr!("Mend the scenario first.") }</p> };
    };
    let failures = many::service_failures(&scenario);
    let delay = many::delay(&scenario);
    let set = |apply: fn(&Scenario, f64) -> Scenario, scale: f64| {
        let (dispatch, scenario) = (store.dispatch.clone(), Rc::clone(&scenario));
        Callback::from(move |event: Event| {
            if let Ok(number) = value_of(&event).parse::<f64>() {
                dispatch.emit(Action::ScenarioChanged(Rc::new(apply(&scenario, number / scale))));
            }
        })
    };
    let count = |wanted: u32| {
        html! {
            <button class={if wanted == 1000 { "run" } else { "" }} data-runs={wanted.to_string()} disabled={open.is_running}
                onclick={store.on(Action::ManyAsked(wanted))}>{ icon(parts::PLAY) }{ tr!("Run {wanted} times", wanted) }</button>
        }
    };
    html! {
        <div class="many" id="many">
            <section class="card">
                <h3>{ tr!("By chance") }</h3>
                <p class="test-row">
                    <label class="field">{ tr!("Lambda's service exceptions: {} % of attempts", (failures * 100.0).round()) }
                        <input type="range" min="0" max="80" step="4" value={format!("{:.0}", failures * 100.0)}
                            id="failure-rate" onchange={set(many::with_service_failures, 100.0)} />
                    </label>
                    <label class="field">{ tr!("Every task slower by up to {delay} s", delay) }
                        <input type="range" min="0" max="30" step="1" value={delay.to_string()} id="delay"
                            onchange={set(many::with_delay, 1.0)} />
                    </label>
                </p>
                <p class="remark">{ tr!("These are lines of the scenario, under chaos; there single tasks and other errors can be named. \
                    What happens is drawn from the seed, so each run can be had again.") }</p>
                <p class="presets">{ for COUNTS.into_iter().map(count) }</p>
            </section>
            if let Some(trouble) = &open.trouble { <p class="refusal" role="alert">{ trouble.clone() }</p> }
            if open.is_running || open.survey.runs > 0 {
                <p role="status" id="many-progress"><progress max={open.wanted.to_string()} value={open.survey.runs.to_string()} />
                    { tr!(" {} of {} runs", open.survey.runs, open.wanted) }</p>
            }
            if open.survey.runs > 0 { { results(store, &scenario, &open.survey) } }
        </div>
    }
}

fn results(store: &Store, scenario: &Rc<Scenario>, survey: &Survey) -> Html {
    let runs = f64::from(survey.runs.max(1));
    html! {
        <>
            <section class="card">
                <h3>{ tr!("How they ended") }</h3>
                <ul class="outcomes">{ for survey.outcomes.iter().map(|(name, outcome)| outcome_row(store, scenario, name, outcome, runs)) }</ul>
            </section>
            <section class="card">
                <h3>{ tr!("How long they took") }</h3>
                { histogram(survey) }
                <dl class="figures">
                    { for [(tr!("least"), 0.0), (tr!("median"), 50.0), ("90 %".into(), 90.0), ("95 %".into(), 95.0), ("99 %".into(), 99.0), (tr!("most"), 100.0)]
                        .map(|(name, percent)| figure(name, parts::duration(survey.percentile(percent)))) }
                    { figure(tr!("retries a run"), format!("{:.2}", survey.retries as f64 / runs)) }
                    { figure(tr!("caught a run"), format!("{:.2}", survey.caught as f64 / runs)) }
                    { figure(tr!("transitions a run"), format!("{:.1}", survey.transitions as f64 / runs)) }
                </dl>
            </section>
            { prices(scenario, survey) }
            { never(store, survey) }
        </>
    }
}

fn outcome_row(store: &Store, scenario: &Rc<Scenario>, name: &str, outcome: &OutcomeCount, runs: f64) -> Html {
    let share = f64::from(outcome.count) / runs * 100.0;
    let kind = if name == "SUCCEEDED" { "good" } else { "bad" };
    let open = |seed: u64| {
        let scenario = Scenario { seed, ..Scenario::clone(scenario) };
        let (dispatch, scenario) = (store.dispatch.clone(), Rc::new(scenario));
        Callback::from(move |_: MouseEvent| {
            dispatch.emit(Action::ScenarioChanged(Rc::clone(&scenario)));
            dispatch.emit(Action::ManyClosed);
            dispatch.emit(Action::RunAsked);
        })
    };
    html! {
        <li class={classes!("outcome", kind)} data-outcome={name.to_string()}>
            <span class="outcome-name">{ name.to_string() }</span>
            <span class="share"><span style={format!("width:{share:.2}%")} /></span>
            <span class="outcome-count">{ format!("{} · {share:.1} %", outcome.count) }</span>
            <span class="presets">
                { for outcome.seeds.iter().map(|seed| html! {
                    <button class="quiet small" title={tr!("Open this run")} onclick={open(*seed)}>{ tr!("seed {seed}", seed) }</button>
                }) }
            </span>
        </li>
    }
}

fn figure(name: String, value: String) -> Html {
    html! { <div><dt>{ name }</dt><dd>{ value }</dd></div> }
}

/// How many runs took how long: bars of equal width between the shortest and the longest.
fn histogram(survey: &Survey) -> Html {
    let (least, most) = (survey.percentile(0.0), survey.percentile(100.0));
    let width = ((most - least) as f64 / BARS as f64).max(1.0);
    let mut bars = [0_u32; BARS];
    for duration in &survey.durations {
        bars[(((duration - least) as f64 / width) as usize).min(BARS - 1)] += 1;
    }
    let highest = bars.iter().copied().max().unwrap_or(1).max(1);
    let bar = |(index, count): (usize, &u32)| {
        let height = f64::from(*count) / f64::from(highest) * 100.0;
        let from = parts::duration(least + (width * index as f64) as i64);
        html! { <span class="column" style={format!("height:{height:.1}%")} title={tr!("{count} from {from}", count, from)} /> }
    };
    html! { <div class="histogram" role="img" aria-label={tr!("Durations from {} to {}", parts::duration(least), parts::duration(most))}>
        { for bars.iter().enumerate().map(bar) }
    </div> }
}

/// What a million of such runs would cost under both types.
fn prices(scenario: &Scenario, survey: &Survey) -> Html {
    let runs = f64::from(survey.runs.max(1));
    let million = 1e6 / runs;
    let standard = price::standard(survey.transitions) * million;
    let gb_seconds: f64 = survey.durations.iter().map(|duration| price::gb_seconds(*duration)).sum();
    let express = price::express_month(1e6, gb_seconds * million);
    let too_long = survey.durations.iter().filter(|duration| **duration > 300_000_000).count();
    let now = if scenario.machine.kind == MachineType::Express { tr!("Express") } else { tr!("Standard") };
    html! {
        <section class="card" id="prices">
            <h3>{ tr!("What a million of them would cost") }</h3>
            <dl class="figures">
                { figure(tr!("as Standard"), format!("${standard:.2}")) }
                { figure(tr!("as Express"), format!("${express:.2}")) }
            </dl>
            <p class="remark">
                { tr!("List prices of us-east-1, {}; what the services cost is left out. This scenario runs as {now}. ", price::AS_OF, now) }
                if too_long > 0 {
                    { tr!("{} took longer than the five minutes that Express allows. ", tr!("1 run" | "{n} runs" % too_long)) }
                }
                { tr!("Express may run one start more than once (at least once), has no .sync, no task tokens and no activities.") }
            </p>
        </section>
    }
}

fn never(store: &Store, survey: &Survey) -> Html {
    let never: Vec<_> = survey.never().collect();
    html! {
        <section class="card" id="never">
            <h3>{ tr!("Never reached") }</h3>
            if never.is_empty() {
                <p class="remark">{ tr!("Each state and each way was taken in some run.") }</p>
            } else {
                <ul class="presets">
                    { for never.into_iter().map(|spot| {
                        let words = match &spot.way {
                            Some(way) => format!("{}: {way}", spot.name),
                            None => spot.name.to_string(),
                        };
                        let (dispatch, state) = (store.dispatch.clone(), StateId(spot.state));
                        let onclick = Callback::from(move |_: MouseEvent| {
                            dispatch.emit(Action::ManyClosed);
                            dispatch.emit(Action::StateChosen(Some(state)));
                        });
                        html! { <li><button class="quiet small" {onclick}>{ words }</button></li> }
                    }) }
                </ul>
            }
        </section>
    }
}
