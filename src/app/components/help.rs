//! The help: the keys, the first steps, and where this program differs from AWS.

use yew::prelude::*;

use crate::session::{
    commands,
    help::{self, Block, Span},
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

/// What the help dialog shows.
pub fn help() -> Html {
    html! {
        <div class="help">
            <dl class="keys">
                { for commands::keyed().into_iter().map(|command| html! { <><dt>{ command.keys }</dt><dd>{ command.name }</dd></> }) }
                { for KEYS.iter().map(|(key, words)| html! { <><dt>{ *key }</dt><dd>{ *words }</dd></> }) }
            </dl>
            <article class="help-text">{ for help::parse(help::START).iter().map(block) }</article>
            <article class="help-text" id="differences">{ for help::parse(help::DIFFERENCES).iter().map(block) }</article>
        </div>
    }
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
