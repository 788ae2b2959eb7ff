//! Fields of JSONata states: expressions, and JSON with expressions in it.
//!
//! Only a text that is `{% … %}` from its first character to its last is an expression. What of
//! `$states` a field may use: AWS's guide, "Reserved variable: $states", which has a use of the rest
//! refused when a machine is made.

use std::rc::Rc;

use super::{Current, Reader, expression::part_of};
use crate::{
    asl::{
        check::{SCHEMA, is_placeholder},
        place::Place,
    },
    diagnostic::Diagnostic,
    expr::{Expression, ExpressionKind, Template},
    jsonata::{self, Remark, STATES, SyntaxError, expression_in},
    suggest::nearest,
    syntax::{Member, Node},
    value::Value,
};

/// What of `$states` a field may use, besides `input` and `context`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sees {
    /// Nothing more: what comes before the work, and states that do none.
    Input,
    /// `result`: `Output` and `Assign` of a Task, Parallel or Map.
    Result,
    /// `errorOutput`: `Output` and `Assign` of a Catcher.
    ErrorOutput,
}

impl Sees {
    /// What there is when a state of some kind has done its work.
    pub fn after(type_name: &str) -> Self {
        match type_name {
            "Task" | "Parallel" | "Map" => Self::Result,
            _ => Self::Input,
        }
    }

    fn has(self, member: &str) -> bool {
        match member {
            "input" | "context" => true,
            "result" => self == Self::Result,
            "errorOutput" => self == Self::ErrorOutput,
            _ => false,
        }
    }
}

impl Reader {
    /// `Output` of a state, a Choice rule or a Catcher. `place` is that of the object it stands in.
    pub(super) fn output(&mut self, current: &Current, node: &Node, place: &Place) -> Option<Template> {
        self.jsonata_template(current, node, place, "Output")
    }

    /// `Arguments`, which JSONata has in the place of `Parameters`.
    pub(super) fn arguments(&mut self, current: &Current) -> Option<Template> {
        self.jsonata_template(current, current.node, current.place, "Arguments")
    }

    /// A field that holds JSON with expressions in it.
    pub(super) fn jsonata_template(
        &mut self,
        current: &Current,
        node: &Node,
        place: &Place,
        key: &str,
    ) -> Option<Template> {
        let member = node.get(key).filter(|_| current.is_jsonata())?;
        Some(self.template(current, &member.value, &place.key(key)))
    }

    /// A field of the state that an expression may stand in instead of a literal; `None` where none does.
    pub(super) fn computed(&mut self, current: &Current, key: &str) -> Option<Expression> {
        self.computed_at(current, current.node, current.place, key)
    }

    /// The same of an object in the state.
    pub(super) fn computed_at(
        &mut self,
        current: &Current,
        node: &Node,
        place: &Place,
        key: &str,
    ) -> Option<Expression> {
        let member = node.get(key).filter(|_| current.is_jsonata())?;
        let text = member.value.as_str()?;
        self.jsonata(current, text, &member.value, &place.key(key))
    }

    /// A text in a template: an expression, or a text.
    pub(super) fn jsonata_text(&mut self, current: &Current, text: &Rc<str>, node: &Node, place: &Place) -> Template {
        match self.jsonata(current, text, node, place) {
            Some(expression) => Template::Expression(expression),
            None => Template::Literal(Value::from(text)),
        }
    }

    /// The expression that a text is; nothing, and a remark where it was most likely meant to be one.
    fn jsonata(&mut self, current: &Current, text: &Rc<str>, node: &Node, place: &Place) -> Option<Expression> {
        let Some((source, from)) = expression_in(text) else {
            self.report_almost(text, node, place);
            return None;
        };
        let expression = match jsonata::Expression::parse(source) {
            Ok(expression) => expression,
            // In a template of a deployment tool anything may come to stand here.
            Err(_) if is_placeholder(text) => return None,
            Err(SyntaxError { code, message, hint, span }) => {
                let span = part_of(node, text, from + span.start, from + span.end.max(span.start + 1));
                let message = format!("in the expression `{}`: {message}", source.trim());
                let diagnostic = Diagnostic::error(code, span, message).at(place.pointer());
                self.diagnostics.push(Diagnostic { hint, ..diagnostic });
                return None;
            }
        };
        for Remark { message, hint, span } in expression.remarks() {
            let span = part_of(node, text, from + span.start, from + span.end);
            let diagnostic = Diagnostic::warning(SCHEMA, span, message.clone()).with_hint(hint.clone());
            self.diagnostics.push(diagnostic.at(place.pointer()));
        }
        self.check_states(current, &expression, node, place);
        for name in expression.variables() {
            self.variables.note_in(current.language, &name.into(), node, place);
        }
        Some(Expression { source: expression.source().clone(), kind: ExpressionKind::Jsonata(Rc::new(expression)) })
    }

    /// A part of `$states` that the field does not have.
    fn check_states(&mut self, current: &Current, expression: &jsonata::Expression, node: &Node, place: &Place) {
        for member in expression.named_states().filter(|member| !current.sees.has(member)) {
            let (code, message, hint) = match (member, nearest(member, STATES)) {
                ("result", _) => (
                    jsonata::UNSUPPORTED,
                    "there is no `$states.result` here".to_owned(),
                    "only `Output` and `Assign` of a Task, Parallel or Map have a result".to_owned(),
                ),
                ("errorOutput", _) => (
                    jsonata::UNSUPPORTED,
                    "there is no `$states.errorOutput` here".to_owned(),
                    "only `Output` and `Assign` of a Catcher have an error output".to_owned(),
                ),
                (member, Some(near)) => {
                    (SCHEMA, format!("`$states` has no `{member}`"), format!("did you mean `$states.{near}`?"))
                }
                (member, None) => {
                    let names = STATES.map(|name| format!("`$states.{name}`")).join(", ");
                    (SCHEMA, format!("`$states` has no `{member}`"), format!("there are {names}"))
                }
            };
            let diagnostic = match code {
                jsonata::UNSUPPORTED => Diagnostic::error(code, node.span, message),
                code => Diagnostic::warning(code, node.span, message),
            };
            self.diagnostics.push(diagnostic.with_hint(hint).at(place.pointer()));
        }
    }

    /// A key as JSONPath has them.
    pub(super) fn check_key(&mut self, current: &Current, member: &Member, place: &Place) {
        if !current.is_jsonata() || !member.key.ends_with(".$") {
            return;
        }
        let message = format!("in JSONata `{}` is an ordinary key, and its value no path", member.key);
        let name = member.key.trim_end_matches(".$");
        let hint = format!("write `\"{name}\": \"{{% … %}}\"` for an expression");
        let diagnostic = Diagnostic::warning(SCHEMA, member.key_span, message).with_hint(hint);
        self.diagnostics.push(diagnostic.at(place.pointer()));
    }

    /// A text that has the brackets of an expression, and is none.
    fn report_almost(&mut self, text: &str, node: &Node, place: &Place) {
        let trimmed = text.trim();
        let hint = match (trimmed.starts_with("{%"), trimmed.ends_with("%}")) {
            (true, true) => "only a text that begins with `{%` and ends with `%}` is one: remove the blanks around it",
            (true, false) if !trimmed.contains("%}") => "end it with `%}`",
            (true, false) => "the whole text has to be one expression: join texts with `&` inside of it",
            _ => return,
        };
        let message = "this is a plain text, no expression";
        self.diagnostics.push(Diagnostic::warning(SCHEMA, node.span, message).with_hint(hint).at(place.pointer()));
    }
}
