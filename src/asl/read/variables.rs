//! Workflow variables: `Assign`, and whether what is used is assigned anywhere.

use std::rc::Rc;

use rustc_hash::FxHashSet;

use super::{Current, Reader};
use crate::{
    asl::{check::SCHEMA, model::QueryLanguage, place::Place},
    diagnostic::Diagnostic,
    expr::Template,
    intrinsic::{Argument, Intrinsic, is_variable_name},
    jsonata::function_names,
    suggest::nearest,
    syntax::Node,
    text::Span,
};

/// The longest name of a variable, in characters: Step Functions guide, "Naming convention for variables".
const LONGEST_NAME: usize = 80;

/// What the machine does with variables.
#[derive(Default)]
pub(super) struct Variables {
    assigned: FxHashSet<Rc<str>>,
    used: Vec<Use>,
}

struct Use {
    name: Rc<str>,
    language: QueryLanguage,
    span: Span,
    location: String,
}

impl Variables {
    /// A path uses a variable.
    pub(super) fn note(&mut self, name: &Rc<str>, node: &Node, place: &Place) {
        self.note_in(QueryLanguage::JsonPath, name, node, place);
    }

    /// An expression of a query language uses a variable.
    pub(super) fn note_in(&mut self, language: QueryLanguage, name: &Rc<str>, node: &Node, place: &Place) {
        self.used.push(Use { name: name.clone(), language, span: node.span, location: place.pointer() });
    }

    /// A call uses those of its arguments.
    pub(super) fn note_all(&mut self, call: &Intrinsic, node: &Node, place: &Place) {
        for argument in &call.arguments {
            match argument {
                Argument::Variable(name, _) => self.note(name, node, place),
                Argument::Call(call) => self.note_all(call, node, place),
                Argument::Literal(_) | Argument::Input(_) | Argument::Context(_) => {}
            }
        }
    }
}

impl Reader {
    /// `Assign` of a state, a Choice rule or a Catcher. `place` is that of the object it stands in.
    pub(super) fn assign(&mut self, current: &Current, node: &Node, place: &Place) -> Option<Template> {
        let member = node.get("Assign")?;
        let place = place.key("Assign");
        for variable in member.value.as_object()? {
            let name = match current.is_jsonata() {
                true => &*variable.key,
                false => variable.key.strip_suffix(".$").unwrap_or(&variable.key),
            };
            if let Some((message, hint)) = name_trouble(name) {
                let diagnostic = Diagnostic::error(SCHEMA, variable.key_span, message).with_hint(hint);
                self.diagnostics.push(diagnostic.at(place.key(&variable.key).pointer()));
            }
            self.variables.assigned.insert(name.into());
        }
        Some(self.template(current, &member.value, &place))
    }

    /// Remarks on variables that nothing assigns, when the whole machine has been read.
    pub(super) fn report_unassigned(&mut self) {
        let Variables { assigned, used } = std::mem::take(&mut self.variables);
        let mut names: Vec<&str> = assigned.iter().map(|name| &**name).collect();
        names.sort_unstable();
        for Use { name, language, span, location } in used.into_iter().filter(|used| !assigned.contains(&used.name)) {
            let function = || nearest(&name, function_names()).filter(|_| language == QueryLanguage::Jsonata);
            let hint = match (nearest(&name, names.iter().copied()), function(), language) {
                (Some(name), _, _) => format!("did you mean `${name}`?"),
                (None, Some(function), _) => format!("did you mean the function `${function}`?"),
                (None, None, QueryLanguage::JsonPath) => format!("for a field of the input write `$.{name}`"),
                (None, None, QueryLanguage::Jsonata) => {
                    format!("for a field of the input write `$states.input.{name}`")
                }
            };
            let message = format!("no state assigns the variable `${name}`");
            self.diagnostics.push(Diagnostic::warning(SCHEMA, span, message).with_hint(hint).at(location));
        }
    }
}

/// What is wrong with a variable's name, and the cure.
fn name_trouble(name: &str) -> Option<(String, &'static str)> {
    if name == "states" {
        return Some(("the variable `$states` is reserved".into(), "choose another name"));
    }
    if name.chars().count() > LONGEST_NAME {
        let message =
            format!("a variable's name has {LONGEST_NAME} characters at most, this one {}", name.chars().count());
        return Some((message, "shorten it"));
    }
    let trouble = || {
        (
            format!("`{name}` cannot be the name of a variable"),
            "begin with a letter, go on with letters, digits and `_`",
        )
    };
    (!is_variable_name(name)).then(trouble)
}
