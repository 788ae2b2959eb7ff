//! The data flow of a visit: its stages one after the other, each with the expressions that made it and what it changed
//! against the data before. Only draws what `explain::flow` says; in the details below each other, in a window of their
//! own side by side.

use std::rc::Rc;
use tr::tr;

use yew::prelude::*;

use super::parts::{self, JsonView, coloured, icon, message};
use crate::{
    app::store::Store,
    explain::{Change, ChangeLine, FlowStage},
    session::{
        action::Action,
        select::{self, Inspected},
    },
    sim::inspection::{ExpressionData, PartData},
};

/// The stages below each other.
pub fn data_flow(store: &Store, inspected: &Inspected) -> Html {
    let Some(stages) = select::data_flow(&store.session, inspected) else {
        return html! { <p class="remark" role="status">{ tr!("Looking inside …") }</p> };
    };
    html! {
        <>
            <p class="flow-tools">
                <button class="small" onclick={store.on(Action::FlowWidened(true))}>{ icon(parts::COLUMNS) }{ tr!("Side by side") }</button>
            </p>
            <ol class="flow">{ for stages.iter().map(|stage| html! { <li>{ stage_card(stage) }</li> }) }</ol>
        </>
    }
}

/// The same side by side, for the visit that the inspector shows.
pub fn wide_flow(store: &Store) -> Html {
    let session = &store.session;
    let frame = select::frame(session);
    let inspected = select::inspected(session, frame.as_ref());
    let stages = inspected.as_ref().and_then(|inspected| select::data_flow(session, inspected));
    let Some((inspected, stages)) = inspected.zip(stages) else {
        return html! { <p class="remark">{ tr!("At the playhead no state is chosen that has been entered.") }</p> };
    };
    let name = &inspected.run.definition.state(inspected.visit.state).name;
    html! {
        <>
            <p class="remark">
                { message(&tr!("`{name}`, visit {} of {}. ", inspected.number, inspected.count, name)) }
                { tr!("A plus is new against the data before, a minus is gone.") }
            </p>
            <ol class="flow wide" tabindex="0" aria-label={tr!("Stages, side by side")}>
                { for stages.iter().map(|stage| html! { <li>{ stage_card(stage) }</li> }) }
            </ol>
        </>
    }
}

fn stage_card(stage: &FlowStage) -> Html {
    let is_quiet = stage.is_same && stage.expressions.is_empty();
    let against = stage.compared_with.as_ref().filter(|_| stage.is_same);
    html! {
        <section class={classes!("card", "flow-stage", is_quiet.then_some("quiet"))} data-stage={stage.stage.name()}>
            <h3>{ &stage.title }</h3>
            if !stage.expressions.is_empty() {
                <dl class="expressions">{ for stage.expressions.iter().map(|expression| expression_line(stage, expression)) }</dl>
            }
            if let Some(name) = against {
                <p class="remark">{ tr!("The same as {name}.", name) }</p>
            }
            if !is_quiet && stage.compared_with.is_some() && !stage.is_same {
                { change_lines(stage) }
            } else if !is_quiet && !stage.data.is_empty() && !stage.is_same {
                <JsonView text={AttrValue::from(Rc::clone(&stage.data))} label={stage.title.clone()} />
            }
        </section>
    }
}

fn change_lines(stage: &FlowStage) -> Html {
    let words = stage.compared_with.as_ref().map(|name| tr!("{}, compared with {name}", stage.title, name));
    html! {
        <pre class="json changes" tabindex="0" aria-label={words.unwrap_or_default()}>
            { for stage.lines.iter().map(change_line) }
        </pre>
    }
}

pub fn change_line(line: &ChangeLine) -> Html {
    let (class, sign, words) = match line.change {
        Change::Same => ("same", " ", String::new()),
        Change::Added => ("added", "+", tr!("new: ")),
        Change::Removed => ("removed", "−", tr!("gone: ")),
    };
    html! {
        <span class={classes!("line", class)} style={format!("--depth:{}", line.depth)}>
            <span class="sign" aria-hidden="true">{ sign }</span>
            if !words.is_empty() { <span class="visually-hidden">{ words }</span> }
            { coloured(&line.text) }
            { "\n" }
        </span>
    }
}

/// What an expression gave, under where it stands; one that makes the whole stage is seen below.
fn expression_line(stage: &FlowStage, expression: &ExpressionData) -> Html {
    let value = match (&expression.value, &expression.trouble) {
        (Some(value), _) if *value == stage.data => Html::default(),
        (Some(value), _) => html! { <dd><code class="json">{ coloured(&clipped(value)) }</code></dd> },
        (None, trouble) => html! { <dd class="trouble">{ trouble.as_deref().unwrap_or_default().to_string() }</dd> },
    };
    html! {
        <>
            <dt>
                <span class="field">{ expression.field.replace('/', " › ") }</span>
                <code>{ expression.source.to_string() }</code>
            </dt>
            { value }
            if !expression.parts.is_empty() { { parts_of(expression) } }
        </>
    }
}

/// What of `$states` an expression reads, and what its parts gave: folded, for those who want to know.
fn parts_of(expression: &ExpressionData) -> Html {
    let part = |part: &PartData| {
        let (class, text) = match (&part.value, &part.trouble) {
            (Some(value), _) => ("", clipped(value)),
            (None, trouble) => ("trouble", trouble.as_deref().unwrap_or_default().to_owned()),
        };
        html! {
            <li>
                <code>{ one_line(&part.source) }</code>
                <code class={classes!("json", class)}>{ coloured(&text) }</code>
            </li>
        }
    };
    html! {
        <dd class="parts">
            <details>
                <summary>{ tr!("{} inside", tr!("1 value" | "{n} values" % expression.parts.len())) }</summary>
                if !expression.reads.is_empty() {
                    <p class="remark">
                        { tr!("Reads ") }
                        { for expression.reads.iter().map(|path| html! { <><code>{ path.to_string() }</code>{ " " }</> }) }
                    </p>
                }
                <ul>{ for expression.parts.iter().map(part) }</ul>
            </details>
        </dd>
    }
}

fn one_line(source: &str) -> String {
    clipped(&source.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// As much as can be taken in at a glance; the whole stands in the data below.
fn clipped(text: &str) -> String {
    const MOST: usize = 160;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
