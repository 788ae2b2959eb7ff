//! Why a state failed and why a Choice went where it went: the path step by step, the data it was looked up in, the
//! rules one by one, what Retry and Catch said. Only draws what `explain` says.

use std::rc::Rc;
use tr::tr;

use yew::prelude::*;

use super::parts::{self, icon, mark, message};
use crate::{
    explain::{
        Asked, Explainer, Failure, Handler, HandlerKind, Line, LineMark, Lookup, Mend, Place, Rule, Rules, StepMark,
        Test, Verdict,
    },
    session::{action::Action, model::Run},
    sim::{frame::Light, timeline::VisitId},
};

#[derive(Properties, PartialEq)]
pub struct WhyProps {
    pub run: Rc<Run>,
    /// The failure, by its place among the faults of the trace.
    pub fault: Option<usize>,
    /// The visit of a Choice whose rules are shown.
    pub rules: Option<VisitId>,
    /// Says which state it was, and leads to it.
    pub names_state: bool,
    /// The definition's text is still the one that was run, so that places in it are where they were.
    pub is_current: bool,
    pub dispatch: Callback<Action>,
}

/// An explanation, made once for what is shown.
#[component]
pub fn Why(props: &WhyProps) -> Html {
    let explained = use_memo((Rc::clone(&props.run), props.fault, props.rules), |(run, fault, rules)| {
        let explainer = Explainer::new(&run.text, &run.definition, &run.trace, &run.timeline);
        (fault.and_then(|fault| explainer.fault(fault)), rules.and_then(|visit| explainer.rules(visit)))
    });
    let (failure, rules) = &*explained;
    html! {
        <>
            if let Some(failure) = failure { { failure_card(props, failure) } }
            if let Some(rules) = rules { { rules_card(props, rules) } }
        </>
    }
}

fn failure_card(props: &WhyProps, failure: &Failure) -> Html {
    let title = match props.names_state {
        true => tr!("Why `{}` failed", failure.state_name),
        false => tr!("Why it failed"),
    };
    let is_caught = failure.handlers.iter().any(|handler| handler.asked == Asked::Took);
    let class = if is_caught { "handled" } else { "failure" };
    let show = |words: String, action: Action| {
        let dispatch = props.dispatch.clone();
        let onclick = Callback::from(move |_: MouseEvent| dispatch.emit(action.clone()));
        html! { <p><button class="small" {onclick}>{ message(&words) }</button></p> }
    };
    let inner = failure.inner.as_ref().and_then(|(visit, name)| Some((((*visit)?), name)));
    html! {
        <section class={classes!("card", "why", class)} data-part="Why">
            <h3>{ message(&title) }</h3>
            <p class="why-sentence">{ message(&failure.sentence) }</p>
            if let Some(cure) = &failure.cure {
                <p class="why-cure"><span aria-hidden="true">{ "→ " }</span>{ message(cure) }</p>
            }
            if let Some(mend) = failure.mend.as_ref().filter(|_| props.is_current) { { mend_button(props, mend) } }
            if props.names_state && failure.visit.is_some() {
                { show(tr!("Show `{}`", failure.state_name), Action::WhyAsked) }
            }
            if let Some((visit, name)) = inner { { show(tr!("Show `{name}`", name), Action::VisitChosen(visit)) } }
            if let Some(place) = &failure.place { { place_line(props, place) } }
            if let Some(lookup) = &failure.lookup { { lookup_view(lookup) } }
            if !failure.handlers.is_empty() { { handlers(props, &failure.handlers) } }
        </section>
    }
}

/// Writes the path that was meant into the definition.
fn mend_button(props: &WhyProps, mend: &Mend) -> Html {
    let (dispatch, text) = (props.dispatch.clone(), Rc::clone(&props.run.text));
    let written = mend.clone();
    let onclick = Callback::from(move |_: MouseEvent| {
        let Mend { span, text: path } = &written;
        let mended = format!("{}{path}{}", &text[..span.start], &text[span.end..]);
        dispatch.emit(Action::SourceEdited(mended.into()));
        dispatch.emit(Action::PlaceAsked { start: span.start, end: span.start + path.len() });
    });
    html! { <p><button class="small mend" {onclick}>{ message(&tr!("Write `{}`", mend.text)) }</button></p> }
}

/// Where the field stands; leads there while the text is the one that was run.
fn place_line(props: &WhyProps, place: &Place) -> Html {
    let words = html! {
        <>
            <code>{ place.field.clone() }</code>
            <span class="remark">{ tr!(" line {}", place.line) }</span>
        </>
    };
    html! { <p class="why-place">{ tr!("In ") }{ to_place(props, Some(place), words) }</p> }
}

fn to_place(props: &WhyProps, place: Option<&Place>, words: Html) -> Html {
    let Some(place) = place.filter(|_| props.is_current) else { return words };
    let (dispatch, span) = (props.dispatch.clone(), place.span);
    let onclick = Callback::from(move |_: MouseEvent| {
        dispatch.emit(Action::PlaceAsked { start: span.start, end: span.end });
    });
    let title = tr!("Show in the definition: line {}", place.line);
    html! { <button class="to-place" {title} {onclick}>{ words }</button> }
}

fn lookup_view(lookup: &Lookup) -> Html {
    let steps = lookup.steps.iter().map(|step| {
        let (class, words) = match step.mark {
            StepMark::Found => ("found", tr!("found")),
            StepMark::Missing => ("missing", tr!("here it ended")),
            StepMark::NotTried => ("not-tried", tr!("not tried")),
        };
        html! { <li {class}><code>{ step.text.clone() }</code><span class="visually-hidden">{ format!(", {words}") }</span></li> }
    });
    html! {
        <>
            <ol class="path-steps" aria-label={tr!("The path {}, step by step", lookup.path)}>{ for steps }</ol>
            <h4>{ tr!("Looked up in {}", lookup.root) }</h4>
            <pre class="json excerpt" tabindex="0" aria-label={tr!("Data of {}", lookup.root)}>
                { for lookup.data.lines.iter().map(data_line) }
            </pre>
        </>
    }
}

fn data_line(line: &Line) -> Html {
    let (class, note) = match line.mark {
        LineMark::Plain => ("plain", String::new()),
        LineMark::Way => ("way", String::new()),
        LineMark::Reached => ("reached", String::new()),
        LineMark::Inside => ("inside", String::new()),
        LineMark::Nearest => ("nearest", tr!("nearest")),
        LineMark::Missing => ("missing", tr!("not there")),
    };
    let text = match line.mark {
        LineMark::Missing => html! { <del>{ line.text.clone() }</del> },
        _ => parts::coloured(&line.text),
    };
    html! {
        <span class={classes!("line", class)} style={format!("--depth:{}", line.depth)}>
            { text }
            if !note.is_empty() { { "  " }<span class="note">{ format!("← {note}") }</span> }
            { "\n" }
        </span>
    }
}

fn handlers(props: &WhyProps, handlers: &[Handler]) -> Html {
    html! {
        <>
            <h4>{ tr!("Retry and Catch") }</h4>
            <ul class="verdicts">{ for handlers.iter().map(|handler| handler_row(props, handler)) }</ul>
        </>
    }
}

fn handler_row(props: &WhyProps, handler: &Handler) -> Html {
    let kind = match handler.kind {
        HandlerKind::Retrier => tr!("Retrier"),
        HandlerKind::Catcher => tr!("Catcher"),
    };
    let (class, sign) = match handler.asked {
        Asked::Took => ("matched", mark(Light::Succeeded)),
        Asked::UsedUp => ("no-match", mark(Light::Cancelled)),
        Asked::NoMatch => ("no-match", icon(parts::MINUS)),
        Asked::NotAsked => ("not-tried", dot()),
    };
    let name = html! { <b>{ format!("{kind} {}", handler.number) }</b> };
    html! {
        <li {class}>
            <span class="sign" aria-hidden="true">{ sign }</span>
            <div>
                <p>{ to_place(props, handler.place.as_ref(), name) }{ " " }<span class="remark">{ message(&handler.names) }</span></p>
                <p>{ message(&handler.words) }</p>
            </div>
        </li>
    }
}

fn rules_card(props: &WhyProps, rules: &Rules) -> Html {
    let default = rules.default.as_ref().map(|(next, verdict)| {
        let name = html! { <b>{ tr!("Default") }</b> };
        let words = if *verdict == Verdict::Matched { tr!("taken") } else { tr!("not needed") };
        html! {
            <li class={class_of(*verdict)}>
                <span class="sign" aria-hidden="true">{ sign_of(*verdict) }</span>
                <div><p>{ to_place(props, rules.default_place.as_ref(), name) }{ message(&tr!(" to `{next}`: {words}", next, words)) }</p></div>
            </li>
        }
    });
    html! {
        <section class="card why" data-part="Rules">
            <h3>{ tr!("Which rule, and why") }</h3>
            // Of a failed one that is said above.
            if props.fault.is_none() { <p class="why-sentence">{ message(&rules.sentence) }</p> }
            <ol class="verdicts">
                { for rules.rules.iter().map(|rule| rule_row(props, rule)) }
                { for default }
            </ol>
        </section>
    }
}

fn rule_row(props: &WhyProps, rule: &Rule) -> Html {
    let name = html! { <b>{ tr!("Rule {}", rule.number) }</b> };
    let words = match rule.verdict {
        Verdict::Matched => tr!("matched"),
        Verdict::NoMatch => tr!("did not match"),
        Verdict::Failed => tr!("could not be tried"),
        Verdict::NotTried => tr!("not tried"),
    };
    html! {
        <li class={class_of(rule.verdict)}>
            <span class="sign" aria-hidden="true">{ sign_of(rule.verdict) }</span>
            <div>
                <p>{ to_place(props, rule.place.as_ref(), name) }{ message(&tr!(" to `{}`: {words}", rule.next, words)) }</p>
                if let Some(test) = &rule.test {
                    <ul class="tests">{ test_row(props, test) }</ul>
                } else {
                    <p class="remark"><code>{ rule.title.clone() }</code></p>
                }
            </div>
        </li>
    }
}

fn test_row(props: &WhyProps, test: &Test) -> Html {
    let said = match test.verdict {
        Verdict::Matched => tr!("holds: "),
        Verdict::NoMatch => tr!("does not hold: "),
        Verdict::Failed => tr!("could not be tried: "),
        Verdict::NotTried => tr!("not tried: "),
    };
    html! {
        <li class={class_of(test.verdict)}>
            <span class="sign" aria-hidden="true">{ sign_of(test.verdict) }</span>
            <div>
                <p><span class="visually-hidden">{ said }</span>{ to_place(props, test.place.as_ref(), message(&test.words)) }</p>
                if let Some(note) = &test.note { <p class="found">{ message(note) }</p> }
                if !test.tests.is_empty() {
                    <ul class="tests">{ for test.tests.iter().map(|test| test_row(props, test)) }</ul>
                }
            </div>
        </li>
    }
}

const fn class_of(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Matched => "matched",
        Verdict::NoMatch => "no-match",
        Verdict::Failed => "failed",
        Verdict::NotTried => "not-tried",
    }
}

fn sign_of(verdict: Verdict) -> Html {
    match verdict {
        Verdict::Matched => mark(Light::Succeeded),
        Verdict::NoMatch => icon(parts::MINUS),
        Verdict::Failed => mark(Light::Failed),
        Verdict::NotTried => dot(),
    }
}

fn dot() -> Html {
    icon("M8 7.9v.2")
}
