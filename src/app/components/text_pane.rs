//! The text: definition, scenario as a form, scenario as JSON; under it what is wrong with it.

use std::rc::Rc;
use tr::tr;

use serde::Serialize;
use wasm_bindgen::JsValue;
use yew::prelude::*;

use super::{
    editor::{
        Ask, Asked, Assistant, Cursor, Editor, Highlight, HighlightKind, Language, Mark, Reveal, hovers, marks, to_js,
    },
    parts::message,
    scenario_form::ScenarioForm,
    tests::Tests,
};
use crate::{
    app::store::Store,
    asl::rules,
    diagnostic::{Cure, Diagnostic, Severity},
    language::{Completion, Completions, Known, breadcrumbs},
    session::{
        action::Action,
        editing::{self, Deed},
        model::{Session, TextTab, is_same_text},
        select,
    },
    syntax::Format,
    text::{LineIndex, Span, byte_offset, utf16_offset},
};

#[derive(Properties, PartialEq)]
pub struct TextPaneProps {
    pub store: Store,
}

#[component]
pub fn TextPane(props: &TextPaneProps) -> Html {
    let store = &props.store;
    let tab = store.session.panels.text;
    html! {
        <>
            <div class="tabs" role="tablist" aria-label={tr!("Text")}>
                { tab_button(store, TextTab::Definition, tr!("Definition")) }
                { tab_button(store, TextTab::Scenario, tr!("Scenario")) }
                { tab_button(store, TextTab::ScenarioJson, tr!("Scenario JSON")) }
                { tab_button(store, TextTab::Tests, tr!("Tests")) }
            </div>
            <div class="tab-body" hidden={tab != TextTab::Definition}>
                <DefinitionText store={store.clone()} />
            </div>
            if tab == TextTab::Scenario {
                <div class="tab-body scrolls"><ScenarioForm store={store.clone()} /></div>
            }
            if tab == TextTab::Tests {
                <div class="tab-body scrolls"><Tests store={store.clone()} /></div>
            }
            if tab == TextTab::ScenarioJson {
                <div class="tab-body"><ScenarioJson store={store.clone()} /></div>
            }
        </>
    }
}

fn tab_button(store: &Store, tab: TextTab, name: String) -> Html {
    let is_chosen = store.session.panels.text == tab;
    html! {
        <button role="tab" class="tab" aria-selected={is_chosen.to_string()} onclick={store.on(Action::TextTabChosen(tab))}>
            { name }
        </button>
    }
}

#[component]
fn DefinitionText(props: &TextPaneProps) -> Html {
    let store = &props.store;
    let session = &store.session;
    let source = &session.source;
    let shown = session.shown_run().map(|run| run.id);
    let told = use_memo((Rc::clone(source), session.quiet.clone(), shown), |_| editing::told(&props.store.session));
    let marks = use_memo((Rc::clone(source), Rc::clone(&told)), |(source, told)| marks(&source.text, told));
    let highlights = use_memo((Rc::clone(source), session.selection.state), |_| highlights(&props.store.session));
    // While the run plays nobody points at the text, and each frame would be looked through.
    let playhead = (!session.player.is_playing).then_some(session.player.playhead.to_bits());
    let hovers = use_memo((Rc::clone(source), session.look.clone(), playhead), |(source, _, playhead)| {
        let is_still = playhead.is_some();
        let ranges = if is_still { select::selected_by_expressions(&props.store.session) } else { Vec::new() };
        hovers(&source.text, ranges)
    });
    let reveal = session.reveal.map(|reveal| Reveal {
        id: reveal.id,
        from: utf16_offset(&source.text, reveal.start) as u32,
        to: utf16_offset(&source.text, reveal.end) as u32,
    });
    let on_change = {
        let dispatch = store.dispatch.clone();
        Callback::from(move |text: Rc<str>| dispatch.emit(Action::SourceEdited(text)))
    };
    let cursor = use_state_eq(|| 0_usize);
    let on_cursor = {
        let (dispatch, source, cursor) = (store.dispatch.clone(), Rc::clone(source), cursor.clone());
        Callback::from(move |at: Cursor| {
            let offset = byte_offset(&source.text, at.position as usize);
            cursor.set(offset);
            dispatch.emit(Action::CursorMoved(offset));
        })
    };
    use_effect_with(session.reveal, {
        let cursor = cursor.clone();
        move |reveal| {
            if let Some(reveal) = reveal {
                cursor.set(reveal.start);
            }
        }
    });
    let crumbs = use_memo((Rc::clone(source), *cursor), |(source, cursor)| breadcrumbs(&source.document, *cursor));
    let assistant = use_assistant(store);
    let on_asked = {
        let (dispatch, source, told) = (store.dispatch.clone(), Rc::clone(source), Rc::clone(&told));
        Callback::from(move |asked: Asked| {
            let offset = byte_offset(&source.text, asked.position as usize);
            let deed = match asked.what.as_str() {
                "definition" => Deed::DefinitionAsked(offset),
                "use" => Deed::NextUseAsked(offset),
                "rename" => Deed::Renamed { offset, name: asked.name.into() },
                "format" => Deed::Formatted,
                "rule" => Deed::RuleAsked(Some(asked.rule.into())),
                "cure" => {
                    let cure = told.get(asked.mark).and_then(|it| it.cures.get(asked.cure));
                    let Some(cure) = cure else { return };
                    Deed::Cured(Rc::new(cure.clone()))
                }
                _ => return,
            };
            dispatch.emit(Action::Editing(deed));
        })
    };
    let language = match source.format {
        Format::Json => Language::Json,
        Format::Yaml => Language::Yaml,
    };
    html! {
        <>
            { crumb_bar(store, &crumbs) }
            <Editor key={&*session.workflows.current} label={tr!("Definition")} value={source.text.clone()} {language} marks={(*marks).clone()}
                highlights={(*highlights).clone()} hovers={(*hovers).clone()} {reveal} {on_change} {on_cursor} {assistant} {on_asked} />
            <Problems store={store.clone()} text={source.text.clone()} diagnostics={(*told).clone()} />
        </>
    }
}

/// Answers to what the editor asks. What is known of the data is found out once for each run, moment and text.
#[hook]
fn use_assistant(store: &Store) -> Assistant {
    let known = use_mut_ref(|| None);
    let session = &store.session;
    let ask = |answer: fn(&Session, &Known, &str, usize) -> JsValue| {
        let (session, known) = (Rc::clone(session), Rc::clone(&known));
        Ask::from(move |(text, position): (Rc<str>, u32)| {
            let key = editing::knowledge_key(&session);
            let mut kept = known.borrow_mut();
            let known = match &*kept {
                Some((own, known)) if *own == key => known,
                _ => &kept.insert((key, editing::known(&session))).1,
            };
            answer(&session, known, &text, byte_offset(&text, position as usize))
        })
    };
    Assistant {
        complete: ask(|session, known, text, offset| {
            editing::complete(session, known, text, offset)
                .map_or(JsValue::NULL, |found| to_js(&Offered::of(text, &found)))
        }),
        describe: ask(|session, known, text, offset| {
            let found = editing::describe(session, known, text, offset);
            found.map_or(JsValue::NULL, |(span, lines)| {
                let (from, to) = (utf16_offset(text, span.start), utf16_offset(text, span.end));
                to_js(&Described { from, to, lines })
            })
        }),
        name_at: ask(|session, _, text, offset| {
            let found = editing::name_at(session, text, offset);
            found.map_or(JsValue::NULL, |(span, name)| to_js(&Named { from: utf16_offset(text, span.start), name }))
        }),
    }
}

/// Completions as the editor takes them; positions in UTF-16 units.
#[derive(Serialize)]
struct Offered<'a> {
    from: usize,
    to: usize,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    label: &'a str,
    text: &'a str,
    stops: Vec<[usize; 2]>,
    kind: &'static str,
    detail: &'a str,
    doc: &'a str,
}

#[derive(Serialize)]
struct Described {
    from: usize,
    to: usize,
    lines: Vec<String>,
}

#[derive(Serialize)]
struct Named {
    from: usize,
    name: String,
}

impl<'a> Offered<'a> {
    fn of(text: &str, found: &'a Completions) -> Self {
        let item = |item: &'a Completion| Item {
            label: &item.label,
            text: &item.text,
            stops: item.stops.iter().map(|it| [it.start, it.end].map(|at| utf16_offset(&item.text, at))).collect(),
            kind: item.kind.name(),
            detail: &item.detail,
            doc: &item.doc,
        };
        Self {
            from: utf16_offset(text, found.span.start),
            to: utf16_offset(text, found.span.end),
            items: found.items.iter().map(item).collect(),
        }
    }
}

/// The lines of the chosen state.
fn highlights(session: &Session) -> Rc<[Highlight]> {
    let is_drawn = is_same_text(&session.drawing.text, &session.source.text);
    let state = session.selection.state.filter(|_| is_drawn);
    let state = state.and_then(|id| session.drawing.definition.states.get(id.index()));
    let highlight = state.map(|state| Highlight {
        from: utf16_offset(&session.source.text, state.span.start) as u32,
        to: utf16_offset(&session.source.text, state.span.end) as u32,
        kind: HighlightKind::Selected,
    });
    highlight.into_iter().collect()
}

#[component]
fn ScenarioJson(props: &TextPaneProps) -> Html {
    let store = &props.store;
    let scenario = &store.session.scenario;
    let marks: Rc<Rc<[Mark]>> = use_memo(Rc::clone(scenario), |scenario| marks(&scenario.text, &scenario.diagnostics));
    let on_change = {
        let dispatch = store.dispatch.clone();
        Callback::from(move |text: Rc<str>| dispatch.emit(Action::ScenarioEdited(text)))
    };
    html! {
        <>
            <Editor key={&*store.session.workflows.current} label={tr!("Scenario")} value={scenario.text.clone()} marks={(*marks).clone()} {on_change} />
            <Problems store={store.clone()} text={scenario.text.clone()} diagnostics={scenario.diagnostics.clone()} is_plain=true />
        </>
    }
}

#[derive(Properties, PartialEq)]
struct ProblemsProps {
    store: Store,
    text: Rc<str>,
    diagnostics: Rc<[Diagnostic]>,
    /// Only told, with no way to the place.
    #[prop_or_default]
    is_plain: bool,
}

/// Problems that are listed; the rest is counted.
const MOST_LISTED: usize = 50;

/// The way from the whole definition down to the cursor.
fn crumb_bar(store: &Store, crumbs: &[(String, Span)]) -> Html {
    let whole = store.on(Action::PlaceAsked { start: 0, end: 0 });
    let crumb = |(name, span): &(String, Span)| {
        let onclick = store.on(Action::PlaceAsked { start: span.start, end: span.end });
        html! { <li lang="en"><button class="crumb" {onclick}>{ name }</button></li> }
    };
    html! { <nav class="crumbs" aria-label={tr!("Where the cursor is")}><ol>
        <li><button class="crumb" onclick={whole}>{ tr!("Definition") }</button></li>
        { for crumbs.iter().map(crumb) }
    </ol></nav> }
}

fn cure_button(store: &Store, cure: &Cure) -> Html {
    let onclick = store.on(Action::Editing(Deed::Cured(Rc::new(cure.clone()))));
    html! { <button class="cure" {onclick}>{ message(&cure.title) }</button> }
}

/// What the help says of a rule; of good practice, that it is not to be told any more.
fn rule_buttons(store: &Store, rule: &'static str) -> Html {
    let ask = store.on(Action::Editing(Deed::RuleAsked(Some(rule.into()))));
    html! {
        <>
            <button class="about" aria-label={tr!("About the rule {rule}", rule)} title={tr!("About the rule {rule}", rule)} onclick={ask}>{ "?" }</button>
            if rules::is_practice(rule) {
                <button class="about" aria-label={tr!("Do not tell {rule} in this workflow", rule)} title={tr!("Do not tell {rule} in this workflow", rule)}
                    onclick={store.on(Action::Editing(Deed::RuleToggled(rule.into())))}>{ "×" }</button>
            }
        </>
    }
}

/// What is wrong, in words, each with its place and its cure.
#[component]
fn Problems(props: &ProblemsProps) -> Html {
    if props.diagnostics.is_empty() {
        return Html::default();
    }
    let lines = LineIndex::new(&props.text);
    let row = |diagnostic: &Diagnostic| {
        let position = lines.position(&props.text, diagnostic.span.start);
        let span = diagnostic.span;
        let onclick = props.store.on(Action::PlaceAsked { start: span.start, end: span.end });
        let (class, sign) = match diagnostic.severity {
            Severity::Error => ("error", "✕"),
            Severity::Warning => ("warning", "▲"),
            Severity::Info => ("info", "•"),
        };
        html! {
            <li class="problem-row">
                <button class={classes!("problem", class)} disabled={props.is_plain} {onclick}>
                    <span class="sign" aria-hidden="true">{ sign }</span>
                    <span>
                        <span class="visually-hidden">{ class }{ ": " }</span>
                        <span class="message">{ message(&diagnostic.message) }</span>
                        <span class="where">
                            { tr!("Line {}", position.line) }
                            if let Some(hint) = &diagnostic.hint { { " · " }{ message(hint) } }
                        </span>
                    </span>
                </button>
                { for diagnostic.cures.first().map(|cure| cure_button(&props.store, cure)) }
                if !diagnostic.rule.is_empty() { { rule_buttons(&props.store, diagnostic.rule) } }
            </li>
        }
    };
    let (quiet, loud): (Vec<&Diagnostic>, Vec<&Diagnostic>) =
        props.diagnostics.iter().partition(|diagnostic| diagnostic.severity == Severity::Info);
    let more = loud.len().saturating_sub(MOST_LISTED);
    let remarks = quiet.len();
    html! {
        <div class="problems" lang="en">
            if !loud.is_empty() {
                <ul aria-label={tr!("Problems")}>
                    { for loud.iter().take(MOST_LISTED).map(|it| row(it)) }
                    if more > 0 { <li class="more">{ tr!("and {more} more", more) }</li> }
                </ul>
            }
            if remarks > 0 {
                <details>
                    <summary>{ tr!("1 remark" | "{n} remarks" % remarks) }</summary>
                    <ul aria-label={tr!("Remarks")}>{ for quiet.iter().take(MOST_LISTED).map(|it| row(it)) }</ul>
                </details>
            }
        </div>
    }
}
