//! The help: the keys, the first steps, and where this program differs from AWS.

use tr::tr;
use yew::prelude::*;

use super::parts::{language_menu, light_class, light_name, mark};
use crate::{
    app::{services::focus, store::Store},
    session::{
        commands,
        help::{self, Block, Span},
    },
    sim::frame::Light,
    words::{Language, later, translated},
};

/// The keys of parts of the page; those that work everywhere are told with the commands.
const KEYS: [(&str, &str); 24] = [
    (later!("B or F9"), later!("Set a breakpoint on the chosen state, or take it away")),
    (later!("E or Shift+F10"), later!("Change the chosen state: all that can be done with it")),
    (later!("Insert"), later!("Insert a state after the chosen one")),
    ("F2", later!("Rename the chosen state, and all that names it")),
    ("Delete", later!("Delete the chosen state")),
    (later!("Alt+up, Alt+down"), later!("Move the chosen state up or down")),
    (later!("Left, right on the timeline"), later!("A step back, a step on")),
    (later!("Page up, page down on the timeline"), later!("A tenth of the run on, or back")),
    (later!("Shift+dragging on the timeline"), later!("Loop a stretch")),
    (later!("Up, down in the graph"), later!("From state to state")),
    (later!("Right, left in the graph"), later!("Into a Parallel or Map, and out of it")),
    (later!("Wheel, dragging"), later!("Move the graph")),
    (later!("Ctrl+wheel, pinching on a touch pad"), later!("Zoom the graph")),
    (later!("Ctrl+F in the text"), later!("Search")),
    (later!("Ctrl+Space or Alt+I in the text"), later!("What can stand here")),
    (later!("Ctrl+. in the text"), later!("Cure the remark at the cursor")),
    (later!("F8 in the text"), later!("The next remark")),
    (later!("F12 in the text"), later!("To where the state or variable is made")),
    (later!("Shift+F12 in the text"), later!("To the next place that names it")),
    (later!("F2 in the text"), later!("Rename the state or variable at the cursor")),
    (later!("Shift+Alt+F in the text"), later!("Format")),
    (later!("Shift+Alt+right in the text"), later!("Choose more of what is around")),
    (later!("Escape, then Tab in the text"), later!("Leave the editor")),
    (later!("Ctrl"), later!("Is Command on a Mac")),
];

const LIGHTS: [Light; 8] = [
    Light::Running,
    Light::Succeeded,
    Light::Waiting,
    Light::RetryPending,
    Light::Caught,
    Light::Failed,
    Light::Cancelled,
    Light::NotReached,
];

/// The pages of the help, each by its title.
fn pages() -> [String; 5] {
    [
        tr!("First steps"),
        tr!("Keys"),
        tr!("How the graph tells"),
        tr!("What the checker says"),
        tr!("Differences from AWS"),
    ]
}

/// The page with the rules of the checker.
const RULES_PAGE: usize = 3;

#[derive(Properties, PartialEq)]
pub struct HelpProps {
    pub store: Store,
}

/// What the help dialog shows.
#[component]
pub fn Help(props: &HelpProps) -> Html {
    let language = props.store.session.spoken;
    let rule = props.store.session.rule.clone();
    let page = use_state_eq(|| if rule.is_some() { RULES_PAGE } else { 0 });
    use_effect_with(rule, |rule| {
        if let Some(rule) = rule {
            focus::show_soon(section_id(rule));
        }
    });
    let tab = |(index, title): (usize, String)| {
        let onclick = {
            let page = page.clone();
            Callback::from(move |_: MouseEvent| page.set(index))
        };
        html! { <button role="tab" class="tab" aria-selected={(*page == index).to_string()} {onclick}>{ title }</button> }
    };
    let text =
        |text: &'static str| html! { <article class="help-text">{ for help::parse(text).iter().map(block) }</article> };
    html! {
        <div class="help">
            <div class="tabs" role="tablist" aria-label={tr!("Pages of the help")}>{ for pages().into_iter().enumerate().map(tab) }</div>
            <p class="help-language">{ language_menu(&props.store) }</p>
            { match *page {
                0 => text(help::start(language)),
                1 => keys(),
                2 => html! { <>{ lamps() }{ text(help::light(language)) }</> },
                RULES_PAGE => rules(language),
                _ => text(help::DIFFERENCES),
            } }
        </div>
    }
}

/// The rules of the checker, each with a definition that breaks it and one that keeps it.
fn rules(language: Language) -> Html {
    let mut is_first = true;
    let blocks = help::parse(help::RULES);
    let blocks = blocks.iter().map(|it| {
        let (label, class) = match (it, is_first) {
            (Block::Code(_), true) => (Some(tr!("Breaks the rule")), "breaks"),
            (Block::Code(_), false) => (Some(tr!("Keeps it")), "keeps"),
            _ => (None, ""),
        };
        is_first = !matches!(it, Block::Code(_)) || !is_first;
        match label {
            Some(label) => {
                html! { <div class={classes!("example", class)}><p class="remark">{ label }</p>{ block(it) }</div> }
            }
            None => block(it),
        }
    });
    html! {
        <>
            if language != Language::English { <p class="remark">{ tr!("This page is in English.") }</p> }
            <article class="help-text">{ for blocks }</article>
        </>
    }
}

fn keys() -> Html {
    html! {
        <dl class="keys">
            { for commands::keyed().into_iter().map(|command| html! { <><dt>{ command.keys }</dt><dd>{ command.name }</dd></> }) }
            { for KEYS.iter().map(|(key, words)| html! { <><dt>{ translated(key) }</dt><dd>{ translated(words) }</dd></> }) }
        </dl>
    }
}

/// The lights as the graph draws them.
fn lamps() -> Html {
    html! { <ul class="legend lamps" aria-label={tr!("Lights")}>{ for LIGHTS.iter().map(|light| html! {
        <li class={light_class(*light)}><span class="swatch">{ mark(*light) }</span>{ light_name(*light) }</li>
    }) }</ul> }
}

fn block(block: &Block) -> Html {
    match block {
        // The dialog's own title is the heading above them.
        Block::Heading(1, spans) => html! { <h3>{ inline(spans) }</h3> },
        Block::Heading(_, spans) => {
            let id = match spans.as_slice() {
                [Span::Text(name)] => Some(section_id(name)),
                _ => None,
            };
            html! { <h4 {id}>{ inline(spans) }</h4> }
        }
        Block::Paragraph(spans) => html! { <p>{ inline(spans) }</p> },
        Block::List { is_numbered: true, items } => html! { <ol>{ items_of(items) }</ol> },
        Block::List { is_numbered: false, items } => html! { <ul>{ items_of(items) }</ul> },
        Block::Code(code) => html! { <pre class="json" tabindex="0">{ *code }</pre> },
    }
}

/// How a section is found: rules are headings of their own.
fn section_id(name: &str) -> String {
    format!("help-{}", name.replace(' ', "-"))
}

fn items_of(items: &[Vec<Span>]) -> Html {
    items.iter().map(|item| html! { <li>{ inline(item) }</li> }).collect()
}

fn inline(spans: &[Span]) -> Html {
    spans
        .iter()
        .map(|span| match span {
            Span::Text(text) => html! { { *text } },
            Span::Code(text) => html! { <code>{ *text }</code> },
            Span::Bold(text) => html! { <strong>{ *text }</strong> },
        })
        .collect()
}
