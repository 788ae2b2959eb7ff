//! Fields of JSONata states: expressions, and JSON with expressions in it.
//!
//! Only a text that is `{% … %}` from its first character to its last is an expression. What of
//! `$states` a field may use: AWS's guide, "Reserved variable: $states", which has a use of the rest
//! refused when a machine is made.

use std::rc::Rc;

use super::{Current, Reader, expression::part_of};
use crate::{
    asl::{check::is_placeholder, place::Place, rules},
    diagnostic::{Code, Cure, Diagnostic, Step},
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
                let diagnostic = Diagnostic::error(rule_of(code), span, message).at(place.pointer());
                self.diagnostics.push(Diagnostic { hint, ..diagnostic });
                return None;
            }
        };
        for Remark { message, hint, span } in expression.remarks() {
            let span = part_of(node, text, from + span.start, from + span.end);
            let diagnostic = Diagnostic::warning(rules::JSONATA_VERSION, span, message.clone()).with_hint(hint.clone());
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
            let (rule, message, hint) = match (member, nearest(member, STATES)) {
                ("result", _) => (
                    rules::STATES_NOT_HERE,
                    "there is no `$states.result` here".to_owned(),
                    "only `Output` and `Assign` of a Task, Parallel or Map have a result".to_owned(),
                ),
                ("errorOutput", _) => (
                    rules::STATES_NOT_HERE,
                    "there is no `$states.errorOutput` here".to_owned(),
                    "only `Output` and `Assign` of a Catcher have an error output".to_owned(),
                ),
                (member, near) => {
                    let hint = match near {
                        Some(near) => format!("did you mean `$states.{near}`?"),
                        None => format!("there are {}", STATES.map(|name| format!("`$states.{name}`")).join(", ")),
                    };
                    (rules::STATES_MEMBER, format!("`$states` has no `{member}`"), hint)
                }
            };
            let diagnostic = match rule {
                rules::STATES_NOT_HERE => Diagnostic::error(rule, node.span, message),
                rule => Diagnostic::warning(rule, node.span, message),
            };
            let near = nearest(member, STATES).filter(|_| rule == rules::STATES_MEMBER);
            let text = node.as_str().cloned().unwrap_or_default();
            let right = near.map(|near| text.replace(&format!("$states.{member}"), &format!("$states.{near}")));
            let cure = right.filter(|right| **right != *text).map(|right| Step::Word(node.span, right));
            let cure = cure.map(|step| Cure::new(format!("write `$states.{}`", near.unwrap_or_default()), step));
            self.diagnostics.push(diagnostic.with_hint(hint).at(place.pointer()).cured_by(cure));
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
        let diagnostic = Diagnostic::warning(rules::PATH_KEY, member.key_span, message).with_hint(hint);
        let path = member.value.as_str().and_then(|path| path.strip_prefix("$."));
        let title = format!("write `{name}` with an expression");
        let cure = match path {
            Some(path) => Cure {
                title,
                steps: vec![
                    Step::Word(member.key_span, name.to_owned()),
                    Step::Word(member.value.span, format!("{{% $states.input.{path} %}}")),
                ],
            },
            None => Cure::word(member.key_span, name),
        };
        self.diagnostics.push(diagnostic.at(place.pointer()).cured_by([cure]));
    }

    /// A text that has the brackets of an expression, and is none.
    fn report_almost(&mut self, text: &str, node: &Node, place: &Place) {
        let trimmed = text.trim();
        let is_begun = trimmed.starts_with("{%");
        let right = match is_begun && !trimmed.contains("%}") {
            true => Some(format!("{trimmed} %}}")),
            false => (is_begun && trimmed.ends_with("%}")).then(|| trimmed.to_owned()),
        };
        let cure = right.map(|right| Cure::word(node.span, &right));
        let hint = match (is_begun, trimmed.ends_with("%}")) {
            (true, true) => "only a text that begins with `{%` and ends with `%}` is one: remove the blanks around it",
            (true, false) if !trimmed.contains("%}") => "end it with `%}`",
            (true, false) => "the whole text has to be one expression: join texts with `&` inside of it",
            _ => return,
        };
        let message = "this is a plain text, no expression";
        let diagnostic = Diagnostic::warning(rules::ALMOST, node.span, message).with_hint(hint).at(place.pointer());
        self.diagnostics.push(diagnostic.cured_by(cure));
    }
}

/// The rule that an expression breaks, by AWS's code.
fn rule_of(code: &'static str) -> Code {
    match code {
        jsonata::UNSUPPORTED => rules::JSONATA_UNSUPPORTED,
        _ => rules::JSONATA_SYNTAX,
    }
}
