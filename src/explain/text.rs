//! An explanation as plain text, for a terminal.

use std::fmt::Write;

use super::{Asked, Failure, HandlerKind, LineMark, Lookup, Rules, StepMark, Test, TestKind, Verdict};

/// Why a state failed, and for a Choice its rules.
pub fn render(failure: &Failure, rules: Option<&Rules>) -> String {
    let mut text = format!("why `{}` failed: {}\n", failure.state_name, failure.sentence);
    if let Some(cure) = &failure.cure {
        text.line(1, &format!("hint: {cure}"));
    }
    if let Some(place) = &failure.place {
        text.line(1, &format!("at line {}: {}", place.line, place.field));
    }
    if let Some(lookup) = &failure.lookup {
        show_lookup(lookup, &mut text);
    }
    for handler in &failure.handlers {
        let kind = if handler.kind == HandlerKind::Retrier { "Retrier" } else { "Catcher" };
        let mark = match handler.asked {
            Asked::Took => "+",
            Asked::UsedUp | Asked::NoMatch => "-",
            Asked::NotAsked => " ",
        };
        text.line(1, &format!("{mark} {kind} {} ({}): {}", handler.number, handler.names, handler.words));
    }
    if let Some(rules) = rules {
        show_rules(rules, &mut text);
    }
    text
}

/// How the rules of a Choice fared.
pub fn render_rules(name: &str, rules: &Rules) -> String {
    let mut text = format!("`{name}`: {}\n", rules.sentence);
    show_rules(rules, &mut text);
    text
}

trait Lines {
    fn line(&mut self, depth: usize, line: &str);
}

impl Lines for String {
    fn line(&mut self, depth: usize, line: &str) {
        let _ = writeln!(self, "{:1$}{line}", "", depth * 2);
    }
}

fn show_lookup(lookup: &Lookup, text: &mut String) {
    let (path, marks) = underlined(lookup);
    text.line(1, &format!("{path}   in {}", lookup.root));
    text.line(1, marks.trim_end());
    for line in &lookup.data.lines {
        let (mark, note) = match line.mark {
            LineMark::Plain | LineMark::Inside => ("|", ""),
            LineMark::Way | LineMark::Reached => (">", ""),
            LineMark::Nearest => ("~", "   <- the nearest"),
            LineMark::Missing => ("!", "   <- not there"),
        };
        text.line(1, &format!("{mark} {:2$}{}{note}", "", line.text, line.depth * 2));
    }
}

/// The path, and under it what was found and what was not.
fn underlined(lookup: &Lookup) -> (String, String) {
    let (mut path, mut marks) = (String::new(), String::new());
    for step in &lookup.steps {
        path += &step.text;
        let mark = match step.mark {
            StepMark::Found => "-",
            StepMark::Missing => "^",
            StepMark::NotTried => " ",
        };
        marks += &mark.repeat(step.text.chars().count());
    }
    (path, marks)
}

fn show_rules(rules: &Rules, text: &mut String) {
    for rule in &rules.rules {
        text.line(
            1,
            &format!("{} rule {}, to `{}`: {}", sign(rule.verdict), rule.number, rule.next, said(rule.verdict)),
        );
        if let Some(test) = &rule.test {
            show_test(test, 3, text);
        }
    }
    if let Some((next, verdict)) = &rules.default {
        text.line(1, &format!("{} Default, to `{next}`: {}", sign(*verdict), said(*verdict)));
    }
}

fn show_test(test: &Test, depth: usize, text: &mut String) {
    let note = test.note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
    text.line(depth, &format!("{} {}{note}", sign(test.verdict), test.words));
    if test.kind != TestKind::Compare {
        test.tests.iter().for_each(|test| show_test(test, depth + 1, text));
    }
}

const fn sign(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Matched => "+",
        Verdict::NoMatch => "-",
        Verdict::Failed => "!",
        Verdict::NotTried => " ",
    }
}

const fn said(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Matched => "matched",
        Verdict::NoMatch => "did not match",
        Verdict::Failed => "could not be tried",
        Verdict::NotTried => "not tried",
    }
}
