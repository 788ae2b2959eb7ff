//! What can be said of a definition whose text is broken somewhere: what does not hang on the torn part.

use crate::{
    asl::{model::Definition, rules},
    diagnostic::{Code, Diagnostic},
};

/// Rules that look at more than one state: what is missing may stand in the part that could not be read.
const FAR: &[Code] = &[
    rules::MISSING_TARGET,
    rules::UNREACHED,
    rules::NEVER_ENDS,
    rules::NO_STATES,
    rules::UNASSIGNED,
    rules::UNUSED,
    rules::EMPTY,
];

/// Leaves of what was told of a tree what would be told of the whole text, too: nothing of a state with a slip of
/// syntax in it, nothing of the machine around, nothing behind the last slip where reading ended there.
pub fn keep_what_is_sure(text: &str, definition: &Definition, syntax: &[Diagnostic], told: &mut Vec<Diagnostic>) {
    told.retain(|diagnostic| {
        if FAR.iter().any(|code| code.rule == diagnostic.rule) {
            return false;
        }
        // A state and those around it.
        let own = definition.state_at(diagnostic.span.start).map(|id| definition.state(id));
        let Some(own) = own.filter(|state| diagnostic.location.starts_with(&*state.pointer)) else { return false };
        // Behind it, where nothing but brackets stands between, the slip may be its own.
        let gap = |slip: &Diagnostic| text.get(own.span.end..slip.span.start).unwrap_or_default();
        let is_bracket = |sign: char| sign.is_whitespace() || matches!(sign, '}' | ']' | ',');
        let is_torn = |slip: &Diagnostic| own.span.start <= slip.span.end && gap(slip).chars().all(is_bracket);
        !syntax.iter().any(is_torn)
    });
}

/// More slips of syntax in one line than this come of one.
const MOST_IN_A_LINE: usize = 3;

/// Of a line with many slips only the first: a quote that is forgotten turns all behind it inside out.
pub fn without_inside_out(text: &str, syntax: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let line = |slip: &Diagnostic| text[..text.floor_char_boundary(slip.span.start)].rfind('\n').unwrap_or(0);
    let lines: Vec<usize> = syntax.iter().map(line).collect();
    let count = |own: usize| lines.iter().filter(|line| **line == own).count();
    let is_kept = |index: usize| count(lines[index]) <= MOST_IN_A_LINE || !lines[..index].contains(&lines[index]);
    let kept: Vec<bool> = (0..lines.len()).map(is_kept).collect();
    syntax.into_iter().zip(kept).filter_map(|(slip, is_kept)| is_kept.then_some(slip)).collect()
}
