//! The scenario as a form: what goes in, and how each task answers, attempt by attempt.

use std::rc::Rc;
use tr::tr;

use yew::prelude::*;

use super::{
    fields::{DraftField, DraftKind, json_field, value_of},
    parts::{self, icon},
};
use crate::{
    app::store::Store,
    asl::model::{State, StateKind},
    engine::resource::Resource,
    session::action::Action,
    sim::scenario::{Answer, AnswerExpression, AnswerOutcome, MachineType, Scenario},
    value::Value,
    words::{later, translated},
};

/// Bytes that data may have between states, and whose limit that is.
const PAYLOAD_LIMITS: [(usize, &str); 2] = [
    (262_144, later!("262,144 bytes (AWS today)")),
    (32_768, later!("32,768 bytes (before September 2020, as older course notes have it)")),
];

#[derive(Properties, PartialEq)]
pub struct ScenarioFormProps {
    pub store: Store,
}

#[component]
pub fn ScenarioForm(props: &ScenarioFormProps) -> Html {
    let store = &props.store;
    let Some(scenario) = &store.session.scenario.scenario else {
        return html! {
            <p class="remark">{ tr!("The scenario's JSON has errors. Mend them in Scenario JSON, and the form will be here.") }</p>
        };
    };
    let tasks: Vec<&State> = store
        .session
        .drawing
        .definition
        .states
        .iter()
        .filter(|state| matches!(state.kind, StateKind::Task(_)))
        .collect();
    let on_input = change(store, scenario, |scenario, value: Value| scenario.input = value);
    let on_type = {
        let (store, scenario) = (store.clone(), Rc::clone(scenario));
        Callback::from(move |event: Event| {
            let kind = if value_of(&event) == "EXPRESS" { MachineType::Express } else { MachineType::Standard };
            store.dispatch.emit(Action::ScenarioChanged(Rc::new(scenario.with_type(kind))));
        })
    };
    let is_express = scenario.machine.kind == MachineType::Express;
    let limit = scenario.limits.payload_bytes;
    let is_other = PAYLOAD_LIMITS.iter().all(|(bytes, _)| *bytes != limit);
    let on_limit = {
        let set = change(store, scenario, |scenario, bytes: usize| scenario.limits.payload_bytes = bytes);
        Callback::from(move |event: Event| {
            if let Ok(bytes) = value_of(&event).parse() {
                set.emit(bytes);
            }
        })
    };
    html! {
        <div class="scenario-form">
            <h2 class="visually-hidden">{ tr!("Scenario") }</h2>
            <section class="card">
                <h3>{ tr!("Input") }</h3>
                { json_field(tr!("Input of the execution"), &scenario.input, &on_input) }
                <label class="field">{ tr!("Type") }
                    <select onchange={on_type}>
                        <option value="STANDARD" selected={!is_express}>{ tr!("Standard") }</option>
                        <option value="EXPRESS" selected={is_express}>{ tr!("Express") }</option>
                    </select>
                </label>
                <p class="presets">
                    <button class="quiet small" id="compare-types" onclick={store.on(Action::TypesOpened)}>{ tr!("Standard and Express side by side") }</button>
                </p>
                <label class="field">{ tr!("Payload limit") }
                    <select id="payload-limit" onchange={on_limit}>
                        { for PAYLOAD_LIMITS.iter().map(|(bytes, words)| html! {
                            <option value={bytes.to_string()} selected={*bytes == limit}>{ translated(words) }</option>
                        }) }
                        if is_other { <option value={limit.to_string()} selected=true>{ tr!("{limit} bytes (as the scenario says)", limit) }</option> }
                    </select>
                </label>
            </section>
            if tasks.is_empty() {
                <p class="remark">{ tr!("The workflow has no Task states, so there is nothing to answer.") }</p>
            }
            { for tasks.into_iter().map(|state| task_card(store, scenario, state)) }
        </div>
    }
}

/// A callback that changes a copy of the scenario.
fn change<T: 'static>(
    store: &Store,
    scenario: &Rc<Scenario>,
    apply: impl Fn(&mut Scenario, T) + 'static,
) -> Callback<T> {
    let (dispatch, scenario) = (store.dispatch.clone(), Rc::clone(scenario));
    Callback::from(move |value: T| {
        let mut next = Scenario::clone(&scenario);
        apply(&mut next, value);
        dispatch.emit(Action::ScenarioChanged(Rc::new(next)));
    })
}

/// Under which key a scenario answers for a state: its name, or its path where the path is used.
fn key_of(scenario: &Scenario, state: &State) -> Rc<str> {
    if scenario.tasks.contains_key(&state.path) { state.path.clone() } else { state.name.clone() }
}

fn task_card(store: &Store, scenario: &Rc<Scenario>, state: &State) -> Html {
    let key = key_of(scenario, state);
    let answers = scenario.tasks.get(&key).map_or(&[] as &[Answer], Vec::as_slice);
    let set_all = |answers: fn() -> Vec<Answer>| {
        let key = key.clone();
        change(store, scenario, move |scenario, _: MouseEvent| {
            scenario.tasks.insert(key.clone(), answers());
        })
    };
    let add = {
        let key = key.clone();
        change(store, scenario, move |scenario, _: MouseEvent| {
            scenario.tasks.entry(key.clone()).or_default().push(returns(Value::empty_object()));
        })
    };
    // What is waited for has a token, which a person can answer.
    let asks = matches!(&state.kind, StateKind::Task(task) if Resource::parse(&task.resource).has_token());
    html! {
        <section class="card task" data-task={state.name.to_string()}>
            <h3>{ &*state.name }</h3>
            if answers.is_empty() {
                <p class="remark">{ tr!("Answers with the default of its service after 0.1 s.") }</p>
            }
            <ol class="answers">
                { for answers.iter().enumerate().map(|(index, answer)| answer_row(store, scenario, &key, index, answer, answers.len())) }
            </ol>
            <p class="presets">
                <button class="quiet small" onclick={add}>{ icon(parts::PLUS) }{ tr!("Answer") }</button>
                <button class="quiet small" onclick={set_all(|| vec![echo()])}>{ tr!("Answer with what it got") }</button>
                <button class="quiet small" onclick={set_all(fails_twice)}>{ tr!("Fail twice, then succeed") }</button>
                <button class="quiet small" onclick={set_all(|| vec![fails("States.TaskFailed", "made to fail")])}>{ tr!("Always fail") }</button>
                <button class="quiet small" onclick={set_all(|| vec![Answer::new(AnswerOutcome::TimeOut)])}>{ tr!("Time out") }</button>
                if asks {
                    <button class="quiet small" onclick={set_all(|| vec![Answer::new(AnswerOutcome::Never)])}
                        title={tr!("The run stops there until you answer")}>{ tr!("Ask me") }</button>
                }
            </p>
        </section>
    }
}

fn returns(value: Value) -> Answer {
    Answer::new(AnswerOutcome::Return(value))
}

fn fails(error: &str, cause: &str) -> Answer {
    Answer::new(AnswerOutcome::Throw { error: Some(error.into()), cause: Some(cause.into()) })
}

fn echo() -> Answer {
    Answer::new(AnswerExpression::parse(ECHO).map_or(AnswerOutcome::Never, AnswerOutcome::Expression))
}

fn fails_twice() -> Vec<Answer> {
    let failure = || fails("States.TaskFailed", "made to fail");
    vec![failure(), failure(), returns(Value::empty_object())]
}

fn answer_row(
    store: &Store,
    scenario: &Rc<Scenario>,
    key: &Rc<str>,
    index: usize,
    answer: &Answer,
    count: usize,
) -> Html {
    let edit = |apply: fn(&mut Answer, String)| {
        let key = key.clone();
        let edited = change(store, scenario, move |scenario, text: String| {
            if let Some(answer) = scenario.tasks.get_mut(&key).and_then(|answers| answers.get_mut(index)) {
                apply(answer, text);
            }
        });
        Callback::from(move |event: Event| edited.emit(value_of(&event)))
    };
    let remove = {
        let key = key.clone();
        change(store, scenario, move |scenario, _: MouseEvent| {
            if let Some(answers) = scenario.tasks.get_mut(&key) {
                answers.remove(index);
                if answers.is_empty() {
                    scenario.tasks.shift_remove(&key);
                }
            }
        })
    };
    let kind = kind_of(&answer.outcome);
    let seconds = answer.delay.map_or_else(String::new, |delay| (delay as f64 / 1e6).to_string());
    html! {
        <li class="answer">
            <p class="answer-head">
                <span class="remark">{ when(answer, index, count) }</span>
                <select aria-label={tr!("What the task does")} onchange={edit(set_kind)}>
                    { for KINDS.iter().map(|(name, words)| html! { <option value={*name} selected={*name == kind}>{ translated(words) }</option> }) }
                </select>
                <label class="inline">{ tr!("after") }
                    <input class="seconds" type="number" min="0" step="any" value={seconds} placeholder="0.1" aria-label={tr!("Seconds")} onchange={edit(set_seconds)} />
                    { "s" }
                </label>
                <button class="quiet small" aria-label={tr!("Remove this answer")} onclick={remove}>{ icon(parts::CLOSE) }</button>
            </p>
            { outcome_fields(store, scenario, key, index, answer, edit(set_error), edit(set_cause)) }
        </li>
    }
}

fn when(answer: &Answer, index: usize, count: usize) -> String {
    match (answer.attempt, &answer.iteration) {
        (Some(attempt), _) => tr!("Attempt {}", attempt + 1),
        (None, Some(iteration)) => {
            let indexes: Vec<String> = iteration.iter().map(|it| it.index.to_string()).collect();
            tr!("Item {}", indexes.join(", "))
        }
        (None, None) if count == 1 => tr!("Always"),
        (None, None) if index + 1 == count => tr!("From then on"),
        (None, None) => tr!("Answer {}", index + 1),
    }
}

fn outcome_fields(
    store: &Store,
    scenario: &Rc<Scenario>,
    key: &Rc<str>,
    index: usize,
    answer: &Answer,
    on_error: Callback<Event>,
    on_cause: Callback<Event>,
) -> Html {
    match &answer.outcome {
        AnswerOutcome::Return(value) => {
            let key = key.clone();
            let on_change = change(store, scenario, move |scenario, value: Value| {
                if let Some(answer) = scenario.tasks.get_mut(&key).and_then(|answers| answers.get_mut(index)) {
                    answer.outcome = AnswerOutcome::Return(value);
                }
            });
            json_field(tr!("What the task returns"), value, &on_change)
        }
        AnswerOutcome::Throw { error, cause } => html! {
            <p class="throw">
                <label class="field">{ tr!("Error") }<input value={error.as_deref().unwrap_or_default().to_string()} onchange={on_error} /></label>
                <label class="field">{ tr!("Cause") }<input value={cause.as_deref().unwrap_or_default().to_string()} onchange={on_cause} /></label>
            </p>
        },
        AnswerOutcome::Expression(expression) => {
            let key = key.clone();
            let on_change = change(store, scenario, move |scenario, text: String| {
                let answer = scenario.tasks.get_mut(&key).and_then(|answers| answers.get_mut(index));
                if let Some((answer, Ok(expression))) = answer.zip(Some(AnswerExpression::parse(&text))) {
                    answer.outcome = AnswerOutcome::Expression(expression);
                }
            });
            let (label, text) = (tr!("What the task computes"), expression.text.to_string());
            html! {
                <>
                    <DraftField {label} kind={DraftKind::Expression} {text} {on_change} />
                    <p class="remark">{ tr!("JSONata over what the task was given, ") }<code>{ "$states.input" }</code>{ "." }</p>
                </>
            }
        }
        AnswerOutcome::TimeOut | AnswerOutcome::Never => Html::default(),
    }
}

const KINDS: [(&str, &str); 5] = [
    ("return", later!("returns")),
    ("expression", later!("computes")),
    ("throw", later!("throws")),
    ("timeOut", later!("times out")),
    ("never", later!("never answers")),
];

/// What a task computes to begin with: it answers with what it got.
const ECHO: &str = "{% $states.input %}";

const fn kind_of(outcome: &AnswerOutcome) -> &'static str {
    match outcome {
        AnswerOutcome::Return(_) => "return",
        AnswerOutcome::Expression(_) => "expression",
        AnswerOutcome::Throw { .. } => "throw",
        AnswerOutcome::TimeOut => "timeOut",
        AnswerOutcome::Never => "never",
    }
}

fn set_kind(answer: &mut Answer, kind: String) {
    answer.outcome = match kind.as_str() {
        "throw" => fails("States.TaskFailed", "").outcome,
        "timeOut" => AnswerOutcome::TimeOut,
        "never" => AnswerOutcome::Never,
        "expression" => echo().outcome,
        _ => AnswerOutcome::Return(Value::empty_object()),
    };
}

fn set_seconds(answer: &mut Answer, text: String) {
    let seconds = text.parse::<f64>().ok().filter(|seconds| seconds.is_finite() && *seconds >= 0.0);
    answer.delay = seconds.map(|seconds| (seconds * 1e6).round() as i64);
}

fn set_error(answer: &mut Answer, text: String) {
    if let AnswerOutcome::Throw { error, .. } = &mut answer.outcome {
        *error = (!text.is_empty()).then(|| text.into());
    }
}

fn set_cause(answer: &mut Answer, text: String) {
    if let AnswerOutcome::Throw { cause, .. } = &mut answer.outcome {
        *cause = (!text.is_empty()).then(|| text.into());
    }
}
