//! The help: the keys, the first steps, and where this program differs from AWS.

use tr::tr;
use yew::prelude::*;

use super::parts::{language_menu, light_class, light_name, mark};
use crate::{
    app::store::Store,
    session::{
        commands,
        help::{self, Block, Span},
    },
    sim::frame::Light,
    words::{later, translated},
};

/// The keys of parts of the page; those that work everywhere are told with the commands.
const KEYS: [(&str, &str); 16] = [
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
fn pages() -> [String; 4] {
    [tr!("First steps"), tr!("Keys"), tr!("How the graph tells"), tr!("Differences from AWS")]
}

#[derive(Properties, PartialEq)]
pub struct HelpProps {
    pub store: Store,
}

/// What the help dialog shows.
#[component]
pub fn Help(props: &HelpProps) -> Html {
    let language = props.store.session.spoken;
    let page = use_state_eq(|| 0_usize);
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
                _ => text(help::DIFFERENCES),
            } }
        </div>
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
        Block::Heading(_, spans) => html! { <h4>{ inline(spans) }</h4> },
        Block::Paragraph(spans) => html! { <p>{ inline(spans) }</p> },
        Block::List { is_numbered: true, items } => html! { <ol>{ items_of(items) }</ol> },
        Block::List { is_numbered: false, items } => html! { <ul>{ items_of(items) }</ul> },
        Block::Code(code) => html! { <pre class="json" tabindex="0">{ *code }</pre> },
    }
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
