//! The text: definition, scenario as a form, scenario as JSON; under it what is wrong with it.

use std::rc::Rc;
use tr::tr;

use yew::prelude::*;

use super::{
    editor::{Cursor, Editor, Highlight, HighlightKind, Language, Mark, Reveal, hovers, marks},
    parts::message,
    scenario_form::ScenarioForm,
    tests::Tests,
};
use crate::{
    app::store::Store,
    diagnostic::{Diagnostic, Severity},
    session::{
        action::Action,
        model::{Session, TextTab, is_same_text},
        select,
    },
    syntax::Format,
    text::{LineIndex, byte_offset, utf16_offset},
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
    let marks = use_memo(Rc::clone(source), |source| marks(&source.text, &source.diagnostics));
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
    let on_cursor = {
        let (dispatch, source) = (store.dispatch.clone(), Rc::clone(source));
        Callback::from(move |cursor: Cursor| {
            dispatch.emit(Action::CursorMoved(byte_offset(&source.text, cursor.position as usize)));
        })
    };
    let language = match source.format {
        Format::Json => Language::Json,
        Format::Yaml => Language::Yaml,
    };
    html! {
        <>
            <Editor key={&*session.workflows.current} label={tr!("Definition")} value={source.text.clone()} {language} marks={(*marks).clone()}
                highlights={(*highlights).clone()} hovers={(*hovers).clone()} {reveal} {on_change} {on_cursor} />
            <Problems store={store.clone()} text={source.text.clone()} diagnostics={source.diagnostics.clone()} />
        </>
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

/// What is wrong, in words, each with its place and its cure.
#[component]
fn Problems(props: &ProblemsProps) -> Html {
    if props.diagnostics.is_empty() {
        return Html::default();
    }
    let lines = LineIndex::new(&props.text);
    let rows = props.diagnostics.iter().take(MOST_LISTED).map(|diagnostic| {
        let position = lines.position(&props.text, diagnostic.span.start);
        let span = diagnostic.span;
        let onclick = props.store.on(Action::PlaceAsked { start: span.start, end: span.end });
        let (class, sign) = match diagnostic.severity {
            Severity::Error => ("error", "✕"),
            Severity::Warning => ("warning", "▲"),
            Severity::Info => ("info", "•"),
        };
        html! {
            <li>
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
            </li>
        }
    });
    let more = props.diagnostics.len().saturating_sub(MOST_LISTED);
    html! {
        <ul class="problems" lang="en" aria-label={tr!("Problems")}>
            { for rows }
            if more > 0 { <li class="more">{ tr!("and {more} more", more) }</li> }
        </ul>
    }
}
