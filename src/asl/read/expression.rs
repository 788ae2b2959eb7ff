//! All that is compiled: paths, reference paths, intrinsic functions, payload templates.

use std::rc::Rc;

use super::{Current, Reader};
use crate::{
    asl::{
        check::is_placeholder,
        model::{PathField, ResultPath},
        place::Place,
        rules,
    },
    diagnostic::{Code, Cure, Diagnostic, Recorded},
    expr::{Expression, ExpressionKind, Field, Template},
    intrinsic::{Intrinsic, variable_in},
    jsonpath::{Path, ReferencePath},
    syntax::{Node, NodeKind},
    text::Span,
    value::{Object, Value},
};

/// What a field may hold besides a path.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Allowed {
    Path,
    PathOrIntrinsic,
}

impl Reader {
    /// `InputPath` or `OutputPath`.
    pub(super) fn path_field(&mut self, current: &Current, key: &str) -> PathField {
        match current.node.get(key).map(|member| &member.value.kind) {
            Some(NodeKind::Null) if !current.is_jsonata() => PathField::Null,
            _ => self.path(current, key).map_or(PathField::Whole, PathField::Path),
        }
    }

    /// `ResultPath` of a state or a catcher.
    pub(super) fn result_path(&mut self, current: &Current, node: &Node, place: &Place) -> ResultPath {
        let Some(member) = node.get("ResultPath").filter(|_| !current.is_jsonata()) else { return ResultPath::Whole };
        if member.value.kind == NodeKind::Null {
            return ResultPath::Discard;
        }
        let Some(source) = member.value.as_str().filter(|source| !is_placeholder(source)) else {
            return ResultPath::Whole;
        };
        let place = place.key("ResultPath");
        if source.starts_with("$$") {
            let message = "`ResultPath` cannot write into the context object, `$$`";
            self.diagnostics
                .push(Diagnostic::error(rules::REFERENCE_PATH, member.value.span, message).at(place.pointer()));
            return ResultPath::Whole;
        }
        match ReferencePath::parse(source) {
            Ok(path) => ResultPath::Path(path),
            Err(error) => {
                let message = format!("in the path `{source}`: {}", error.message);
                self.report_syntax(rules::REFERENCE_PATH, source, &message, error.offset, &member.value, &place);
                ResultPath::Whole
            }
        }
    }

    /// A field of the state that holds a path.
    pub(super) fn path(&mut self, current: &Current, key: &str) -> Option<Expression> {
        let member = current.node.get(key)?;
        self.expression(current, &member.value, &current.place.key(key), Allowed::Path)
    }

    /// A text that is an expression; `None`, and a remark, where it is not.
    pub(super) fn expression(
        &mut self,
        current: &Current,
        node: &Node,
        place: &Place,
        allowed: Allowed,
    ) -> Option<Expression> {
        let source = node.as_str().filter(|_| !current.is_jsonata())?;
        if !source.starts_with('$') {
            return self.call(source, node, place, allowed);
        }
        let (path, skipped) = match (source.strip_prefix("$$"), variable_in(source)) {
            (Some(_), _) => (Path::parse(&source[1..]).map(ExpressionKind::Context), 1),
            (None, Some((name, rest))) => {
                let path = Path::parse(&format!("${rest}"));
                (path.map(|path| ExpressionKind::Variable(name.into(), path)), name.len())
            }
            (None, None) => (Path::parse(source).map(ExpressionKind::Input), 0),
        };
        match path {
            Ok(kind) => {
                if let ExpressionKind::Variable(name, _) = &kind {
                    self.variables.note(name, node, place);
                }
                Some(Expression { source: source.clone(), kind })
            }
            // In a template of a deployment tool anything may come to stand here.
            Err(_) if is_placeholder(source) => None,
            Err(error) => {
                let message = format!("in the path `{source}`: {}", error.message);
                self.report_syntax(rules::PATH, source, &message, error.offset + skipped, node, place);
                None
            }
        }
    }

    fn call(&mut self, source: &Rc<str>, node: &Node, place: &Place, allowed: Allowed) -> Option<Expression> {
        let is_call = source.starts_with("States.");
        if is_placeholder(source) && !is_call {
            return None;
        }
        if allowed == Allowed::Path || !is_call {
            let (expected, hint) = match allowed {
                Allowed::Path if is_call => ("a path: intrinsic functions are not allowed here", None),
                Allowed::Path => ("a path", Some("a path begins with `$`, such as `$.name`")),
                Allowed::PathOrIntrinsic => (
                    "a path or a call of an intrinsic function",
                    Some("a path begins with `$`; for a plain text, remove the `.$` from the key"),
                ),
            };
            let message = format!("`{source}` is not {expected}");
            let diagnostic = Diagnostic::error(rules::NOT_A_PATH, node.span, message).at(place.pointer());
            // What is a path but for its beginning most likely was meant as one.
            let path = format!("$.{}", source.trim_start_matches(['.', '/']));
            let cure = (!is_call && Path::parse(&path).is_ok()).then(|| Cure::word(node.span, &path));
            self.diagnostics.push(Diagnostic { hint: hint.map(str::to_owned), ..diagnostic }.cured_by(cure));
            return None;
        }
        match Intrinsic::parse(source) {
            Ok(call) => {
                self.variables.note_all(&call, node, place);
                Some(Expression { source: source.clone(), kind: ExpressionKind::Intrinsic(Rc::new(call)) })
            }
            Err(_) if is_placeholder(source) => None,
            Err(error) => {
                let message = format!("in the call `{source}`: {}", error.message);
                self.report_syntax(rules::INTRINSIC, source, &message, error.offset, node, place);
                None
            }
        }
    }

    fn report_syntax(&mut self, rule: Code, source: &str, message: &str, offset: usize, node: &Node, place: &Place) {
        let span = part_of(node, source, offset, source.len());
        self.diagnostics.push(Diagnostic::error(rule, span, message).at(place.pointer()));
    }

    /// A field of the state that holds a payload template, in JSONPath.
    pub(super) fn template_field(&mut self, current: &Current, key: &str) -> Option<Template> {
        let member = current.node.get(key).filter(|_| !current.is_jsonata())?;
        Some(self.template(current, &member.value, &current.place.key(key)))
    }

    /// A payload template of either query language. Parts without expressions become literals.
    pub(super) fn template(&mut self, current: &Current, node: &Node, place: &Place) -> Template {
        match &node.kind {
            NodeKind::String(text) if current.is_jsonata() => self.jsonata_text(current, text, node, place),
            NodeKind::Array(items) => {
                let read = |(index, item)| self.template(current, item, &place.index(index));
                let items: Vec<Template> = items.iter().enumerate().map(read).collect();
                literals(&items).map_or(Template::Array(items), |values| Template::Literal(Value::array(values)))
            }
            NodeKind::Object(members) => {
                let mut fields = Vec::with_capacity(members.len());
                for member in members {
                    let own = place.key(&member.key);
                    self.check_key(current, member, &own);
                    match member.key.strip_suffix(".$").filter(|_| !current.is_jsonata()) {
                        Some(name) => {
                            let before = self.diagnostics.len();
                            fields.extend(self.template_expression(current, name, member, &own));
                            for told in self.diagnostics[before..].iter_mut().filter(|told| told.is_error()) {
                                // AWS names the object, not the field in it.
                                let location = Some(place.pointer().into());
                                told.recorded = Some(Box::new(Recorded { words: not_a_call(&member.key), location }));
                            }
                        }
                        None => {
                            let template = self.template(current, &member.value, &own);
                            fields.push(Field::Plain(member.key.clone(), template));
                        }
                    }
                }
                self.check_twins(&fields, node, place);
                literal_object(&fields).map_or(Template::Object(fields), Template::Literal)
            }
            _ => Template::Literal(node.to_value()),
        }
    }

    fn template_expression(
        &mut self,
        current: &Current,
        name: &str,
        member: &crate::syntax::Member,
        place: &Place,
    ) -> Option<Field> {
        if member.value.as_str().is_none() {
            if !member.value.is_missing() {
                let found = member.value.describe();
                let message =
                    format!("`{}` has to be a path or a call of an intrinsic function, found {found}", member.key);
                let hint = format!("for a plain value, write the key as `{name}`");
                let diagnostic = Diagnostic::error(rules::DYNAMIC_KEY, member.value.span, message).with_hint(hint);
                let cure = Cure::word(member.key_span, name);
                self.diagnostics.push(diagnostic.at(place.pointer()).cured_by([cure]));
            }
            return None;
        }
        let expression = self.expression(current, &member.value, place, Allowed::PathOrIntrinsic)?;
        Some(Field::Expression { name: name.into(), key: member.key.clone(), expression })
    }

    /// `a` and `a.$` in one object make the same key twice.
    fn check_twins(&mut self, fields: &[Field], node: &Node, place: &Place) {
        for field in fields {
            let Field::Expression { name, key, .. } = field else { continue };
            if let Some(member) = node.get(name) {
                let message = format!("`{name}` and `{key}` both make the key `{name}`");
                let diagnostic = Diagnostic::error(rules::TWIN_KEYS, member.key_span, message);
                let diagnostic =
                    diagnostic.with_hint("remove one of them").cured_by([Cure::remove(name, member.key_span)]);
                self.diagnostics.push(diagnostic.at(place.key(name).pointer()));
            }
        }
    }
}

/// What AWS says of a text that is neither a path nor a call.
fn not_a_call(key: &str) -> Box<str> {
    format!("The value for the field '{key}' must be a valid JSONPath or a valid intrinsic function call").into()
}

/// Where a part of a text stands, by its bytes in the text; the whole where it was written with escapes.
pub(super) fn part_of(node: &Node, text: &str, from: usize, to: usize) -> Span {
    // Without escapes the text stands as it is between its quotes.
    if node.span.end - node.span.start != text.len() + 2 {
        return node.span;
    }
    let end = node.span.end - 1;
    let span = Span::new((node.span.start + 1 + from).min(end), (node.span.start + 1 + to).min(end));
    if span.start < span.end { span } else { node.span }
}

fn literals(items: &[Template]) -> Option<Vec<Value>> {
    let literal = |item: &Template| match item {
        Template::Literal(value) => Some(value.clone()),
        _ => None,
    };
    items.iter().map(literal).collect()
}

fn literal_object(fields: &[Field]) -> Option<Value> {
    let literal = |field: &Field| match field {
        Field::Plain(name, Template::Literal(value)) => Some((name.clone(), value.clone())),
        _ => None,
    };
    let object: Object = fields.iter().map(literal).collect::<Option<_>>()?;
    Some(Value::Object(Rc::new(object)))
}
