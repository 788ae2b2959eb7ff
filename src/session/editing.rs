//! What the editor asks of the session, and what is done to the text by name: cures, renaming, formats; and which remarks
//! on good practice the reader does not want.

use std::rc::Rc;
use tr::tr;

use super::{
    model::{Session, Source},
    reduce::{edit_source, notice, reveal},
    select,
};
use crate::{
    asl::rules,
    diagnostic::{Cure, Diagnostic},
    language::{
        self, Completions, Document, Known,
        format::{self, Refusal},
        names,
    },
    sim::scenario::{MachineType, Scenario},
    syntax::Format,
    text::Span,
};

/// Something is done with the text.
#[derive(Clone, Debug)]
pub enum Deed {
    /// A diagnostic's cure is made.
    Cured(Rc<Cure>),
    Formatted,
    Minified,
    /// JSON becomes YAML, or the reverse.
    Converted,
    /// The name at a byte offset becomes another.
    Renamed {
        offset: usize,
        name: Rc<str>,
    },
    /// The place where the name at a byte offset is made is asked for.
    DefinitionAsked(usize),
    /// The next place of the name at a byte offset is asked for.
    NextUseAsked(usize),
    /// A rule of good practice is told, or not, in this workflow.
    RuleToggled(Rc<str>),
    /// What the help says of a rule is asked for; nothing closes it.
    RuleAsked(Option<Rc<str>>),
}

pub(super) fn apply(session: &mut Session, deed: Deed) {
    let source = session.source.clone();
    let text = &source.text;
    match deed {
        Deed::Cured(cure) => match language::cured(text, source.format, &cure) {
            Some(cured) => edit_source(session, cured.into()),
            None => notice(session, tr!("this text is written in a way that cannot be edited here: change it by hand")),
        },
        Deed::Formatted => rewrite(session, format::format(text, source.format, indent_of(text))),
        Deed::Minified => rewrite(session, format::minify(text, source.format)),
        Deed::Converted => match format::convert(text, source.format) {
            Ok((converted, comments)) => {
                edit_source(session, converted.into());
                if comments > 0 {
                    notice(
                        session,
                        tr!("1 comment has no place in JSON and was left out: undo brings it back"
                            | "{n} comments have no place in JSON and were left out: undo brings them back" % comments),
                    );
                }
            }
            Err(refusal) => refuse(session, refusal),
        },
        Deed::Renamed { offset, name } => rename(session, offset, &name),
        Deed::DefinitionAsked(offset) => {
            let document = &source.document;
            let found =
                names::name_at(document, text, offset).and_then(|(name, _)| names::made_at(document, text, &name));
            match found {
                Some(span) => reveal(session, span.start, span.end),
                None => notice(session, tr!("there is no name of a state or variable here")),
            }
        }
        Deed::NextUseAsked(offset) => {
            let document = &source.document;
            let Some((name, here)) = names::name_at(document, text, offset) else {
                return notice(session, tr!("there is no name of a state or variable here"));
            };
            let uses = names::uses(document, text, &name);
            let next = uses.iter().find(|used| used.span.start > here.start).or(uses.first());
            if let Some(next) = next {
                reveal(session, next.span.start, next.span.end);
            }
        }
        Deed::RuleToggled(rule) => {
            let mut quiet = (*session.quiet).clone();
            if !quiet.remove(&rule) {
                quiet.insert(rule);
            }
            session.quiet = Rc::new(quiet);
        }
        Deed::RuleAsked(rule) => {
            session.panels.is_help_open = rule.is_some();
            session.rule = rule;
        }
    }
}

fn rewrite(session: &mut Session, written: Result<String, Refusal>) {
    match written {
        Ok(text) => edit_source(session, text.into()),
        Err(refusal) => refuse(session, refusal),
    }
}

fn refuse(session: &mut Session, refusal: Refusal) {
    let words = match refusal {
        Refusal::Broken => tr!("mend the text first: it has errors of syntax"),
        Refusal::OutOfReach => tr!("this text is best left as it is: it has aliases, tags or several documents"),
    };
    notice(session, words);
}

/// What the author indents by.
fn indent_of(text: &str) -> usize {
    let blanks = text.lines().skip(1).map(|line| line.len() - line.trim_start_matches(' ').len());
    blanks.filter(|blanks| *blanks > 0).min().filter(|blanks| *blanks <= 8).unwrap_or(2)
}

fn rename(session: &mut Session, offset: usize, new: &str) {
    let source = session.source.clone();
    let Some((name, _)) = names::name_at(&source.document, &source.text, offset) else { return };
    match (&name, names::rename(&source.document, &source.text, &name, new)) {
        (_, Err(why)) => notice(session, why),
        // Scenario and breakpoints follow.
        (names::Name::State(state), Ok(_)) if source.is_drawable() => {
            let change = crate::author::Change::Rename { state: *state, name: new.into() };
            super::authoring::make(session, &change);
        }
        (_, Ok(edits)) => edit_source(session, crate::syntax::edit::apply(&source.text, edits).into()),
    }
}

/// What is known of the data: of the run that is shown, up to the playhead; else what the scenario leads to. Kept by the
/// caller as long as [`knowledge_key`] is the same.
pub fn known(session: &Session) -> Known {
    let mut known = match &session.run {
        Some(run) if !run.is_opaque => {
            let events = run.playback.event_at(session.player.playhead);
            Known::of_run(&run.definition, &run.trace, events)
        }
        _ => {
            let scenario = session.scenario.scenario.clone();
            let input = scenario.as_ref().map_or_else(|| Scenario::default().input, |it| it.input.clone());
            Known::of_input(&session.source.definition, input)
        }
    };
    known.infer(&session.source.definition);
    known
}

/// By what it can be told that [`known`] would be another.
pub fn knowledge_key(session: &Session) -> (Option<u32>, usize, usize) {
    let events = session.run.as_ref().map(|run| run.playback.event_at(session.player.playhead));
    let text = Rc::as_ptr(&session.source).addr();
    (session.run.as_ref().map(|run| run.id), events.unwrap_or_default(), text)
}

/// What can stand at a byte offset of a text, which most often is the session's.
pub fn complete(session: &Session, known: &Known, text: &str, offset: usize) -> Option<Completions> {
    with_document(session, text, |document| language::complete(text, document, known, offset))
}

/// What there is to say at a byte offset.
pub fn describe(session: &Session, known: &Known, text: &str, offset: usize) -> Option<(Span, Vec<String>)> {
    // What an expression came to at the playhead is told already.
    let is_told = |span: &Span| span.start <= offset && offset <= span.end;
    if select::selected_by_expressions(session).iter().any(|(span, _)| is_told(span)) {
        return None;
    }
    let hover = with_document(session, text, |document| language::hover(text, document, known, offset))?;
    Some((hover.span, hover.lines))
}

/// The name at a byte offset, to be changed.
pub fn name_at(session: &Session, text: &str, offset: usize) -> Option<(Span, String)> {
    with_document(session, text, |document| {
        let (_, span) = names::name_at(document, text, offset)?;
        Some((span, text[span.range()].to_owned()))
    })
}

fn with_document<T>(session: &Session, text: &str, ask: impl Fn(&Document) -> T) -> T {
    if text == &*session.source.text {
        return ask(&session.source.document);
    }
    ask(&Document::read(text, Format::detect(text), session.source.is_express))
}

/// What is told of the definition: without the rules that the reader does not want, and with the paths that found nothing
/// in the last run.
pub fn told(session: &Session) -> Rc<[Diagnostic]> {
    let is_wanted = |it: &&Diagnostic| !(rules::is_practice(it.rule) && session.quiet.contains(it.rule));
    let mut told: Vec<Diagnostic> = session.source.diagnostics.iter().filter(is_wanted).cloned().collect();
    if let Some(run) = session.shown_run().filter(|run| !run.is_opaque) {
        let known = Known::of_run(&run.definition, &run.trace, usize::MAX);
        told.extend(language::lost_paths(&session.source.document, &known));
        told.sort_by_key(|it| (it.span.start, it.severity));
    }
    told.into()
}

/// Reads the definition anew where the scenario now says another type of machine.
pub(super) fn settle(session: &mut Session) {
    let is_express = is_express(session);
    if is_express != session.source.is_express {
        session.source = Rc::new(Source::read(session.source.text.clone(), is_express));
    }
}

pub(super) fn is_express(session: &Session) -> bool {
    session.scenario.scenario.as_ref().is_some_and(|scenario| scenario.machine.kind == MachineType::Express)
}
