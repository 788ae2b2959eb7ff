//! What there is to say of a word of the text.

use super::{
    completion::brief,
    context::{Context, What},
    docs,
    document::Document,
    known::Known,
    names::{self, Name},
    spot::{Part, Spot, Step},
};
use crate::{asl::model::StateKind, text::Span, value::Value};

/// What to say of a part of the text, in lines; the first is a heading, names stand in backticks.
#[derive(Clone, Debug, PartialEq)]
pub struct Hover {
    pub span: Span,
    pub lines: Vec<String>,
}

/// What there is to say at a byte offset.
pub fn hover(text: &str, document: &Document, known: &Known, offset: usize) -> Option<Hover> {
    if let Some((name, span)) = names::name_at(document, text, offset) {
        return of_name(text, document, known, &name, span);
    }
    // Behind its first sign, so that the word is the one that is pointed at.
    let next = text[offset..].chars().next().map_or(offset, |c| offset + c.len_utf8());
    let spot = Spot::at(text, document.format, offset)
        .filter(|spot| spot.span.start < spot.span.end)
        .or_else(|| Spot::at(text, document.format, next))?;
    if spot.span.start > offset || spot.span.end < offset {
        return None;
    }
    let word = text.get(spot.span.range())?.trim_matches(['"', '\'']);
    let context = Context::of(document.root.as_ref(), &spot.path);
    match spot.part {
        Part::Key => of_key(&context, word, spot.span),
        Part::Value => of_value(text, &context, &spot, word, offset)
            .or_else(|| of_path(text, document, known, &context, &spot, offset)),
    }
}

fn of_key(context: &Context, key: &str, span: Span) -> Option<Hover> {
    let hover = |lines: Vec<String>| Some(Hover { span, lines });
    match (context.what, &context.field) {
        (What::Object(kind), None) => {
            let field = kind.field(key, context.language)?;
            let mut lines = vec![format!("`{key}` of {}", kind.what)];
            lines.extend(docs::field(kind.what, key).map(str::to_owned));
            if field.required {
                lines.push("Required".to_owned());
            }
            hover(lines)
        }
        (What::State, None) => hover(vec![format!("`{key}`"), docs::line("field", key)?.to_owned()]),
        (_, Some(field)) if matches!(field.as_str(), "Parameters" | "Arguments") && context.inside.is_empty() => {
            let resource = context.node?.get("Resource")?.value.as_str()?;
            let members = docs::request(resource);
            let member = members.iter().find(|member| member.name == key.trim_end_matches(".$"))?;
            let what = match member.letter {
                's' => "a text",
                'n' => "a number",
                'b' => "a boolean",
                '[' => "a list",
                '{' => "an object",
                _ => "any JSON",
            };
            let is_required = if member.is_required { ", required" } else { "" };
            hover(vec![format!("`{}`", member.name), format!("What the integration takes: {what}{is_required}")])
        }
        _ => None,
    }
}

fn of_value(text: &str, context: &Context, spot: &Spot, word: &str, offset: usize) -> Option<Hover> {
    let hover = |span: Span, lines: Vec<String>| Some(Hover { span, lines });
    if word.starts_with("{%") || word.starts_with('$') || word.starts_with("States.") && word.contains('(') {
        return of_function(text, spot, offset);
    }
    let field = context.field.as_deref().or_else(|| {
        spot.path.iter().rev().find_map(|step| match step {
            Step::Key(key) => Some(&**key),
            Step::Index(_) => None,
        })
    })?;
    match field {
        "Type" => hover(spot.span, vec![format!("`{word}` state"), docs::line("type", word)?.to_owned()]),
        "ErrorEquals" | "Error" => hover(spot.span, vec![format!("`{word}`"), docs::line("error", word)?.to_owned()]),
        "Resource" => {
            let name = word.split_once(":states:::")?.1;
            let (action, pattern) = name.split_once('.').unwrap_or((name, ""));
            let mut lines = vec![format!("`{name}`")];
            lines.extend(docs::line("resource", action).map(str::to_owned));
            lines.extend(docs::line("pattern", pattern).map(str::to_owned));
            let members = docs::request(word);
            let listed = |required: bool| {
                let names = members.iter().filter(|it| it.is_required == required).map(|it| format!("`{}`", it.name));
                names.take(12).collect::<Vec<_>>().join(", ")
            };
            if !members.is_empty() {
                let (required, optional) = (listed(true), listed(false));
                if !required.is_empty() {
                    lines.push(format!("Takes {required}"));
                }
                if !optional.is_empty() {
                    lines.push(format!("and may take {optional}"));
                }
            }
            (lines.len() > 1).then_some(Hover { span: spot.span, lines })
        }
        field => {
            let line = docs::line("value", &format!("{field}.{word}"))?;
            hover(spot.span, vec![format!("`{word}`"), line.to_owned()])
        }
    }
}

/// A function, a part of `$states` or of the context object in an expression.
fn of_function(text: &str, spot: &Spot, offset: usize) -> Option<Hover> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '$' | '_' | '.');
    let inside = &text[spot.span.start..spot.span.end];
    let at = offset - spot.span.start;
    let start = inside[..at]
        .rfind(|c: char| !is_part(c))
        .map_or(0, |at| at + inside[at..].chars().next().map_or(1, char::len_utf8));
    let end = at + inside[at..].find(|c: char| !is_part(c)).unwrap_or(inside.len() - at);
    let word = inside.get(start..end)?;
    let span = Span::new(spot.span.start + start, spot.span.start + end);
    let lines = if let Some((signature, doc)) =
        docs::function("intrinsic", word).or_else(|| docs::function("function", word))
    {
        vec![format!("`{signature}`"), doc.to_owned()]
    } else if let Some(path) = word.strip_prefix("$$.").or_else(|| word.strip_prefix("$states.context.")) {
        vec![format!("`{word}`"), docs::line("context", path)?.to_owned()]
    } else {
        let member = word.strip_prefix("$states.")?.split('.').next()?;
        vec![format!("`$states.{member}`"), docs::line("states", member)?.to_owned()]
    };
    Some(Hover { span, lines })
}

/// What a path found in the last run.
fn of_path(
    text: &str,
    document: &Document,
    known: &Known,
    context: &Context,
    spot: &Spot,
    offset: usize,
) -> Option<Hover> {
    let (pointer, _) = context.state.as_ref()?;
    let state = document.definition.states.iter().find(|state| *state.pointer == **pointer)?;
    let inside = text.get(spot.span.range())?;
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '$' | '_' | '.' | '[' | ']');
    let at = offset - spot.span.start;
    let start = inside[..at]
        .rfind(|c: char| !is_part(c))
        .map_or(0, |it| it + inside[it..].chars().next().map_or(1, char::len_utf8));
    let end = at + inside[at..].find(|c: char| !is_part(c)).unwrap_or(inside.len() - at);
    let path = inside.get(start..end)?.trim_end_matches('.');
    let field = context.field.as_deref()?;
    let value = known.value_of(state, field, path)?;
    let how =
        if known.seen(&state.path).is_some_and(|seen| seen.is_seen) { "Last value" } else { "As far as it follows" };
    let span = Span::new(spot.span.start + start, spot.span.start + start + path.len());
    Some(Hover { span, lines: vec![format!("`{path}`"), format!("{how}: `{}`", long(&value))] })
}

/// A value in no more characters than a small window takes.
fn long(value: &Value) -> String {
    const MOST: usize = 400;
    let text = value.to_json();
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// A state with what it got and gave, or a variable.
fn of_name(text: &str, document: &Document, known: &Known, name: &Name, span: Span) -> Option<Hover> {
    let lines = match name {
        Name::State(id) => {
            let state = document.definition.state(*id);
            let mut lines =
                vec![format!("`{}`, {} {} state", state.name, article(state.kind.name()), state.kind.name())];
            lines.extend(state.comment.as_ref().map(|comment| comment.to_string()));
            if let StateKind::Task(task) = &state.kind {
                lines.push(format!("Calls `{}`", task.resource));
            }
            if let Some(seen) = known.seen(&state.path) {
                let how = if seen.is_seen { "" } else { " as far as it follows from the states before" };
                lines.extend(seen.input.as_ref().map(|input| format!("Input{how}: {}", shape(input, 0))));
                lines.extend(seen.output.as_ref().map(|output| format!("Output: {}", shape(output, 0))));
            }
            lines
        }
        Name::Variable(variable) => {
            let uses = names::uses(document, text, name);
            let made = uses.iter().filter(|used| used.is_made).count();
            if made == 0 {
                // A function, or a name that is bound in the expression itself.
                let (signature, doc) = docs::function("function", &format!("${variable}"))?;
                return Some(Hover { span, lines: vec![format!("`{signature}`"), doc.to_owned()] });
            }
            let mut lines = vec![format!("Variable `${variable}`")];
            lines.push(format!("Assigned at {}, used at {}", places(made), places(uses.len() - made)));
            lines.extend(known.variable(variable).map(|value| format!("Last value: `{}`", brief(value))));
            lines
        }
    };
    Some(Hover { span, lines })
}

fn places(count: usize) -> String {
    if count == 1 { "1 place".to_owned() } else { format!("{count} places") }
}

fn article(kind: &str) -> &'static str {
    if kind.starts_with(['A', 'E', 'I', 'O', 'U']) { "an" } else { "a" }
}

/// The form of a value: keys with types, to a depth of two.
pub fn shape(value: &Value, depth: usize) -> String {
    const MOST_KEYS: usize = 8;
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) => "boolean".to_owned(),
        Value::Number(_) => "number".to_owned(),
        Value::String(_) => "text".to_owned(),
        Value::Array(items) => match items.first() {
            None => "[]".to_owned(),
            Some(first) => format!("[{}] × {}", shape(first, depth + 1), items.len()),
        },
        Value::Object(object) if object.is_empty() => "{}".to_owned(),
        Value::Object(_) if depth >= 2 => "{…}".to_owned(),
        Value::Object(object) => {
            let members =
                object.iter().take(MOST_KEYS).map(|(key, value)| format!("{key}: {}", shape(value, depth + 1)));
            let members: Vec<_> = members.collect();
            let more = if object.len() > MOST_KEYS { ", …" } else { "" };
            format!("{{{}{more}}}", members.join(", "))
        }
    }
}
