//! The tests of the workflow: each with how it came out, and what is expected of the one that is open.

use std::rc::Rc;
use tr::tr;

use yew::prelude::*;

use super::{
    fields::{json_field, value_of},
    parts::{self, icon},
};
use crate::{
    app::store::Store,
    session::{
        action::Action,
        model::TextTab,
        testing::{self, Deed},
    },
    suite::{Case, CaseReport, ENDS, Expect, status_name},
    value::Value,
};

#[derive(Properties, PartialEq)]
pub struct TestsProps {
    pub store: Store,
}

#[component]
pub fn Tests(props: &TestsProps) -> Html {
    let store = &props.store;
    let testing = &store.session.testing;
    let cases = testing.cases();
    let add = html! {
        <button id="add-test" onclick={store.on(Action::Tests(Deed::Added))}>{ icon(parts::PLUS) }{ tr!("Keep the scenario as a test") }</button>
    };
    if cases.is_empty() {
        return html! {
            <div class="tests">
                <h2 class="visually-hidden">{ tr!("Tests") }</h2>
                <p class="remark">{ tr!("Tests are scenarios with a name and with what you expect of them: how the run ends, through which states it goes, what comes out. They run here on each change, and on the command line.") }</p>
                <p class="remark">{ tr!("Run the workflow, then keep its scenario as the first test. What the run came to is what it expects, and can be changed.") }</p>
                { add }
            </div>
        };
    }
    let report = testing.last_report();
    let verdict = |index: usize| report.and_then(|report| report.cases.get(index));
    html! {
        <div class="tests">
            <h2 class="visually-hidden">{ tr!("Tests") }</h2>
            <p class="tests-summary" id="tests-summary" role="status">{ testing::words(&store.session) }</p>
            <p class="button-line">
                { add }
                <button id="coverage" aria-pressed={testing.shows_coverage.to_string()} onclick={store.on(Action::Tests(Deed::CoverageToggled))}>
                    { tr!("Show on the graph what they reach") }
                </button>
            </p>
            <ol class="cases">
                { for cases.iter().enumerate().map(|(index, case)| html! {
                    <CaseCard key={index} store={store.clone()} {index} case={case.clone()} report={verdict(index).cloned()}
                        is_open={testing.open == Some(index)} />
                }) }
            </ol>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct CaseCardProps {
    store: Store,
    index: usize,
    case: Case,
    report: Option<CaseReport>,
    is_open: bool,
}

#[component]
fn CaseCard(props: &CaseCardProps) -> Html {
    let CaseCardProps { store, index, case, report, is_open } = props;
    let (index, is_open) = (*index, *is_open);
    let does = |deed: Deed| store.on(Action::Tests(deed));
    let (class, sign, words) = match report {
        None => ("unknown", "…", tr!("not run yet")),
        Some(report) if report.is_passed() => ("passed", "✓", tr!("passes")),
        Some(_) => ("failed", "✕", tr!("fails")),
    };
    let rename =
        store.dispatch.reform(move |event: Event| Action::Tests(Deed::Renamed(index, value_of(&event).into())));
    let name = case.name.to_string();
    html! {
        <li class={classes!("card", "case", class, is_open.then_some("open"))} data-test={name.clone()}>
            <div class="case-head">
                <span class="sign" role="img" aria-label={words}>{ sign }</span>
                if is_open {
                    <input class="case-name" aria-label={tr!("Name of the test")} value={name} onchange={rename} />
                } else {
                    <button class="case-name quiet" aria-label={tr!("Edit {name}", name)} onclick={does(Deed::Opened(index))}>{ name.clone() }</button>
                }
                <button class="quiet small" onclick={does(Deed::Shown(index))}>{ icon(parts::PLAY) }{ tr!("Run") }</button>
            </div>
            if let Some(report) = report { { outcome(report) } }
            if is_open { { expectations(store, index, &case.expect) } }
            if is_open {
                <p class="button-line">
                    <button class="quiet small" onclick={does(Deed::ExpectedAsRun(index))}>{ tr!("Expect what the run came to") }</button>
                    <button class="quiet small" onclick={store.on(Action::TextTabChosen(TextTab::Scenario))}>{ tr!("Edit its scenario") }</button>
                    <button class="quiet small" onclick={does(Deed::Duplicated(index))}>{ tr!("Duplicate") }</button>
                    <button class="quiet small" onclick={does(Deed::Deleted(index))}>{ tr!("Delete") }</button>
                </p>
            }
        </li>
    }
}

fn outcome(report: &CaseReport) -> Html {
    let nothing = (report.is_passed() && !report.has_expectation).then_some(tr!(" · nothing is expected of it"));
    html! {
        <>
            <p class="remark">{ report.end() }{ nothing }</p>
            if !report.broken.is_empty() {
                <ul class="broken">
                    { for report.broken.iter().map(|broken| html! { <li><code>{ broken.what.clone() }</code>{ " " }{ parts::message(&broken.why) }</li> }) }
                </ul>
            }
        </>
    }
}

/// What is expected, as a form.
fn expectations(store: &Store, index: usize, expect: &Expect) -> Html {
    let set = |change: fn(&mut Expect, String)| {
        let (dispatch, expect) = (store.dispatch.clone(), expect.clone());
        Callback::from(move |event: Event| {
            let mut next = expect.clone();
            change(&mut next, value_of(&event));
            dispatch.emit(Action::Tests(Deed::Expected(index, next)));
        })
    };
    let on_end = set(|expect, name| expect.status = ENDS.into_iter().find(|status| status_name(*status) == name));
    let on_error = set(|expect, name| expect.error = (!name.is_empty()).then(|| name.into()));
    let on_passes = set(|expect, names| expect.passes_through = names_in(&names));
    let on_avoids = set(|expect, names| expect.avoids = names_in(&names));
    let on_seconds = set(|expect, text| {
        expect.within_seconds = text.parse::<f64>().ok().filter(|seconds| seconds.is_finite() && *seconds >= 0.0);
    });
    let set_output = {
        let (dispatch, expect) = (store.dispatch.clone(), expect.clone());
        Callback::from(move |output: Option<Value>| {
            dispatch.emit(Action::Tests(Deed::Expected(index, Expect { output, ..expect.clone() })));
        })
    };
    html! {
        <div class="expectations">
            <p class="pair">
                <label class="field">{ tr!("Ends with") }
                    <select onchange={on_end}>
                        <option value="" selected={expect.status.is_none()}>{ tr!("any end") }</option>
                        { for ENDS.into_iter().map(|status| html! {
                            <option value={status_name(status)} selected={expect.status == Some(status)}>{ status_name(status) }</option>
                        }) }
                    </select>
                </label>
                <label class="field">{ tr!("Error") }<input value={expect.error.as_deref().unwrap_or_default().to_string()} placeholder={tr!("any")} onchange={on_error} /></label>
                <label class="field">{ tr!("Within seconds") }
                    <input type="number" min="0" step="any" value={expect.within_seconds.map(|seconds| seconds.to_string()).unwrap_or_default()} placeholder={tr!("any")} onchange={on_seconds} />
                </label>
            </p>
            <label class="field">{ tr!("Passes through, a state a line") }
                <textarea rows={rows(&expect.passes_through)} value={lines(&expect.passes_through)} onchange={on_passes} />
            </label>
            <label class="field">{ tr!("Never comes to, a state a line") }
                <textarea rows={rows(&expect.avoids)} value={lines(&expect.avoids)} onchange={on_avoids} />
            </label>
            if let Some(output) = &expect.output {
                <div class="field">{ tr!("Output equals") }{ json_field(tr!("Output equals"), output, &set_output.reform(Some)) }</div>
                <button class="quiet small" onclick={set_output.reform(|_: MouseEvent| None)}>{ tr!("Any output") }</button>
            } else {
                <button class="quiet small" onclick={set_output.reform(|_: MouseEvent| Some(Value::empty_object()))}>{ icon(parts::PLUS) }{ tr!("Expect an output") }</button>
            }
        </div>
    }
}

fn names_in(text: &str) -> Vec<Rc<str>> {
    text.lines().map(str::trim).filter(|name| !name.is_empty()).map(Into::into).collect()
}

fn lines(names: &[Rc<str>]) -> String {
    names.join("\n")
}

fn rows(names: &[Rc<str>]) -> String {
    names.len().clamp(1, 8).to_string()
}
