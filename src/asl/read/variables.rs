//! Workflow variables: `Assign`, and whether what is used is assigned anywhere.

use std::rc::Rc;

use indexmap::IndexMap;
use rustc_hash::{FxBuildHasher, FxHashSet};

use super::{Current, Reader};
use crate::{
    asl::{model::QueryLanguage, place::Place, rules},
    diagnostic::{Cure, Diagnostic, Step},
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
    /// With the place where each is assigned first.
    assigned: IndexMap<Rc<str>, (Span, String), FxBuildHasher>,
    used: Vec<Use>,
}

struct Use {
    name: Rc<str>,
    language: QueryLanguage,
    /// The whole text that it stands in.
    text: Rc<str>,
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
        let text = node.as_str().cloned().unwrap_or_default();
        self.used.push(Use { name: name.clone(), language, text, span: node.span, location: place.pointer() });
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
                let diagnostic = Diagnostic::error(rules::VARIABLE_NAME, variable.key_span, message).with_hint(hint);
                let right = right_name(name) + &variable.key[name.len()..];
                let is_free = member.value.get(&right).is_none();
                let cure = is_free.then(|| Cure::word(variable.key_span, &right));
                self.diagnostics.push(diagnostic.at(place.key(&variable.key).pointer()).cured_by(cure));
            }
            let first = (variable.key_span, place.key(&variable.key).pointer());
            self.variables.assigned.entry(name.into()).or_insert(first);
        }
        Some(self.template(current, &member.value, &place))
    }

    /// Remarks on variables that nothing assigns, when the whole machine has been read.
    pub(super) fn report_unassigned(&mut self) {
        let Variables { assigned, used } = std::mem::take(&mut self.variables);
        let mut names: Vec<&str> = assigned.keys().map(|name| &**name).collect();
        names.sort_unstable();
        let known: FxHashSet<&str> = used.iter().map(|used| &*used.name).collect();
        let unused = assigned.iter().filter(|(name, _)| !known.contains(&***name) && name_trouble(name).is_none());
        for (name, (span, location)) in unused {
            let message = format!("nothing uses the variable `${name}`");
            let diagnostic = Diagnostic::warning(rules::UNUSED, *span, message).at(&**location);
            let hint = "remove it, or use it in a later state";
            self.diagnostics.push(diagnostic.with_hint(hint).cured_by([Cure::remove(name, *span)]));
        }
        for used in used.iter().filter(|used| !assigned.contains_key(&used.name)) {
            let Use { name, language, text, span, location } = used;
            let is_jsonata = *language == QueryLanguage::Jsonata;
            let near = nearest(name, names.iter().copied());
            let function = nearest(name, function_names()).filter(|_| is_jsonata);
            let (hint, right) = match (near, function) {
                (Some(near), _) => (format!("did you mean `${near}`?"), format!("${near}")),
                (None, Some(function)) => (format!("did you mean the function `${function}`?"), format!("${function}")),
                (None, None) => {
                    let right = if is_jsonata { format!("$states.input.{name}") } else { format!("$.{name}") };
                    (format!("for a field of the input write `{right}`"), right)
                }
            };
            let message = format!("no state assigns the variable `${name}`");
            let whole = with_variable(text, name, &right);
            let cure = whole.map(|whole| Cure::new(format!("write `{right}`"), Step::Word(*span, whole)));
            let diagnostic = Diagnostic::warning(rules::UNASSIGNED, *span, message).with_hint(hint).at(&**location);
            self.diagnostics.push(diagnostic.cured_by(cure));
        }
    }
}

/// The text with each `$name` as something else; nothing where there is none.
fn with_variable(text: &str, name: &str, right: &str) -> Option<String> {
    let whole = format!("${name}");
    let (mut changed, mut rest) = (String::new(), text);
    while let Some(at) = rest.find(&whole) {
        let end = at + whole.len();
        let goes_on = rest[end..].starts_with(|next: char| next.is_alphanumeric() || next == '_');
        changed += &rest[..at];
        changed += if goes_on { &whole } else { right };
        rest = &rest[end..];
    }
    changed += rest;
    (changed != text).then_some(changed)
}

/// A name that a variable can have, as near as may be.
fn right_name(name: &str) -> String {
    let fits = |c: char| if c.is_alphanumeric() || c == '_' { c } else { '_' };
    let right: String = name.chars().map(fits).take(LONGEST_NAME).collect();
    if right != "states" && is_variable_name(&right) {
        right
    } else {
        format!("a_{right}").chars().take(LONGEST_NAME).collect()
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
