//! The help: the keys, the first steps, and where this program differs from AWS.

use yew::prelude::*;

use super::parts::{light_class, light_name, mark};
use crate::{
    session::{
        commands,
        help::{self, Block, Span},
    },
    sim::frame::Light,
};

/// The keys of parts of the page; those that work everywhere are told with the commands.
const KEYS: [(&str, &str); 16] = [
    ("B or F9", "Set a breakpoint on the chosen state, or take it away"),
    ("E or Shift+F10", "Change the chosen state: all that can be done with it"),
    ("Insert", "Insert a state after the chosen one"),
    ("F2", "Rename the chosen state, and all that names it"),
    ("Delete", "Delete the chosen state"),
    ("Alt+up, Alt+down", "Move the chosen state up or down"),
    ("Left, right on the timeline", "A step back, a step on"),
    ("Page up, page down on the timeline", "A tenth of the run on, or back"),
    ("Shift+dragging on the timeline", "Loop a stretch"),
    ("Up, down in the graph", "From state to state"),
    ("Right, left in the graph", "Into a Parallel or Map, and out of it"),
    ("Wheel, dragging", "Move the graph"),
    ("Ctrl+wheel, pinching on a touch pad", "Zoom the graph"),
    ("Ctrl+F in the text", "Search"),
    ("Escape, then Tab in the text", "Leave the editor"),
    ("Ctrl", "Is Command on a Mac"),
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
const PAGES: [&str; 4] = ["First steps", "Keys", "How the graph tells", "Differences from AWS"];

/// What the help dialog shows.
#[component]
pub fn Help() -> Html {
    let page = use_state_eq(|| 0_usize);
    let tab = |(index, title): (usize, &&'static str)| {
        let onclick = {
            let page = page.clone();
            Callback::from(move |_: MouseEvent| page.set(index))
        };
        html! { <button role="tab" class="tab" aria-selected={(*page == index).to_string()} {onclick}>{ *title }</button> }
    };
    let text =
        |text: &'static str| html! { <article class="help-text">{ for help::parse(text).iter().map(block) }</article> };
    html! {
        <div class="help">
            <div class="tabs" role="tablist" aria-label="Pages of the help">{ for PAGES.iter().enumerate().map(tab) }</div>
            { match *page {
                0 => text(help::START),
                1 => keys(),
                2 => html! { <>{ lamps() }{ text(help::LIGHT) }</> },
                _ => text(help::DIFFERENCES),
            } }
        </div>
    }
}

fn keys() -> Html {
    html! {
        <dl class="keys">
            { for commands::keyed().into_iter().map(|command| html! { <><dt>{ command.keys }</dt><dd>{ command.name }</dd></> }) }
            { for KEYS.iter().map(|(key, words)| html! { <><dt>{ *key }</dt><dd>{ *words }</dd></> }) }
        </dl>
    }
}

/// The lights as the graph draws them.
fn lamps() -> Html {
    html! { <ul class="legend lamps" aria-label="Lights">{ for LIGHTS.iter().map(|light| html! {
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
