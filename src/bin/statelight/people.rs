//! What `check` finds, for people at a terminal: each remark under its lines, with its cure.

use std::{
    env,
    io::{self, IsTerminal},
};

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use statelight::{
    diagnostic::{Diagnostic, Severity},
    exchange::diagnostics,
};

/// All remarks on a definition and their number; in colour where the terminal has any and nobody objects
/// (`NO_COLOR`).
pub fn report(file: &str, text: &str, told: &[Diagnostic]) -> String {
    let is_coloured = io::stdout().is_terminal() && env::var_os("NO_COLOR").is_none();
    let renderer = if is_coloured { Renderer::styled() } else { Renderer::plain() };
    let mut report = String::new();
    for diagnostic in told {
        report += &rendered(&renderer, file, text, diagnostic);
        report += "\n\n";
    }
    let count = |severity: Severity| told.iter().filter(|diagnostic| diagnostic.severity == severity).count();
    let counted = |number: usize, noun: &str| match number {
        0 => format!("no {noun}s"),
        1 => format!("1 {noun}"),
        number => format!("{number} {noun}s"),
    };
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    report += &format!("{file}: {}", counted(errors, "error"));
    if warnings > 0 {
        report += &format!(", {}", counted(warnings, "warning"));
    }
    report
}

fn rendered(renderer: &Renderer, file: &str, text: &str, diagnostic: &Diagnostic) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let span = diagnostic.span.start.min(text.len())..diagnostic.span.end.min(text.len());
    let place = AnnotationKind::Primary.span(span).label(&*diagnostic.location);
    let snippet = Snippet::source(text).path(file).annotation(place);
    let mut group = level.primary_title(&*diagnostic.message).id(diagnostics::rule_of(diagnostic)).element(snippet);
    if let Some(hint) = &diagnostic.hint {
        group = group.element(Level::HELP.message(&**hint));
    }
    renderer.render(&[group])
}
