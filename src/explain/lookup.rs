//! One path, step by step: how far it led, what was there instead, what was most likely meant.

use super::{
    Seen, brief,
    data::{Excerpt, Marks, key_text},
    kind, listed,
};
use crate::{
    expr::{Expression, ExpressionKind},
    jsonpath::{Missing, Path, Reach},
    suggest::nearest,
    syntax::parse_value,
    value::Value,
};
use tr::tr;

/// A path that was looked up.
#[derive(Clone, Debug, PartialEq)]
pub struct Lookup {
    /// As written.
    pub path: String,
    /// `$` or `$$` first.
    pub steps: Vec<Step>,
    /// What it was looked up in: `the state's input`, `the context object`.
    pub root: String,
    pub data: Excerpt,
    /// What is wrong, in a sentence: `` `$.order` has no key `totl` ``.
    pub sentence: String,
    /// What would most likely mend it.
    pub cure: Option<String>,
    /// The path that was most likely meant.
    pub suggestion: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub text: String,
    pub mark: StepMark,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepMark {
    Found,
    /// Here the way ended.
    Missing,
    /// After that nothing was looked up.
    NotTried,
}

/// A path with what is before it, to be looked up once more.
pub(super) struct Query<'a> {
    pub path: &'a Path,
    pub root: Root<'a>,
    /// What `$` stands for, in words.
    pub input_name: &'a str,
    pub seen: &'a Seen,
}

/// What a path begins with.
#[derive(Clone, Copy)]
pub(super) enum Root<'a> {
    /// `$`.
    Input,
    /// `$$`.
    Context,
    /// `$name`: the variable's name, and its value.
    Variable(&'a str, &'a Value),
    /// `$states.member`, in JSONata.
    States(&'a str, &'a Value),
}

impl<'a> Root<'a> {
    /// The root and the path of an expression that is one; nothing for a variable that is not there.
    pub fn of(expression: &'a Expression, seen: &'a Seen) -> Option<(Self, &'a Path)> {
        match &expression.kind {
            ExpressionKind::Input(path) => Some((Self::Input, path)),
            ExpressionKind::Context(path) => Some((Self::Context, path)),
            ExpressionKind::Variable(name, path) => Some((Self::Variable(name, seen.variables.get(name)?), path)),
            ExpressionKind::Intrinsic(_) | ExpressionKind::Jsonata(_) => None,
        }
    }
}

/// The words for a variable that is not there, and the nearest that is.
pub(super) fn unknown_variable(name: &str, seen: &Seen) -> (String, Option<String>) {
    let sentence = tr!("there is no variable `${name}` here", name);
    let names = seen.variables.keys();
    let cure = match nearest(name, names.clone().map(|name| &**name)) {
        Some(near) => Some(tr!("did you mean `${near}`?", near)),
        None if names.len() == 0 => Some(tr!("no state before has assigned any")),
        None => Some(tr!("there are {}", listed(names))),
    };
    (sentence, cure)
}

/// Values that are visited in search of a key that stands elsewhere.
const MOST_VISITED: usize = 20_000;

impl Query<'_> {
    pub fn root(&self) -> &Value {
        match self.root {
            Root::Input => &self.seen.input,
            Root::Context => &self.seen.context,
            Root::Variable(_, value) | Root::States(_, value) => value,
        }
    }

    fn is_jsonata(&self) -> bool {
        matches!(self.root, Root::States(..))
    }

    fn root_name(&self) -> String {
        match self.root {
            Root::Input => self.input_name.to_owned(),
            Root::Context => tr!("the context object"),
            Root::Variable(name, _) => tr!("the variable `${name}`", name),
            Root::States("input", _) => tr!("the state's input"),
            Root::States("context", _) => tr!("the context object"),
            Root::States("errorOutput", _) => tr!("the error output"),
            Root::States(..) => tr!("the result"),
        }
    }

    /// The path to a place, with what was left out of its beginning.
    fn spelled(&self, path: &str) -> String {
        match self.root {
            Root::Input => path.to_owned(),
            Root::Context => format!("${path}"),
            Root::Variable(name, _) => format!("${name}{}", &path[1..]),
            Root::States(member, _) => format!("$states.{member}{}", &path[1..]),
        }
    }

    /// The path up to and without a step.
    fn before(&self, step: usize) -> String {
        let path: String = std::iter::once("$").chain(self.path.step_texts().take(step)).collect();
        self.spelled(&path)
    }

    /// The value before a step, for a sentence.
    fn place(&self, step: usize) -> String {
        if step == 0 { self.root_name() } else { format!("`{}`", self.before(step)) }
    }

    /// The path with a step replaced by another text.
    fn replaced(&self, step: usize, text: &str) -> String {
        let rest: String = self.path.step_texts().skip(step + 1).collect();
        self.before(step) + text + &rest
    }

    /// A path that found nothing.
    pub fn missed(&self) -> Lookup {
        let Reach { found, reached, missing } = self.path.reach(self.root());
        let words = match missing {
            Some(missing) => self.words(found, reached, missing),
            // An indefinite path finds a list; it has none only where it is too much work.
            None => Words::plain(tr!("`{}` asks for more values than can be visited", self.before(found))),
        };
        let missing = missing.map(|missing| match missing {
            Missing::Name(name) => key_text(name).trim_end().trim_end_matches(':').to_string(),
            Missing::Index(index) => format!("[{index}]"),
            Missing::Names | Missing::Items => self.path.step_texts().nth(found).unwrap_or_default().to_string(),
        });
        self.lookup(found, words, missing)
    }

    /// A path whose value cannot be used: what the field takes, in words.
    pub fn unfit(&self, field: &str, wanted: &str) -> Lookup {
        let Reach { found, reached, .. } = self.path.reach(self.root());
        let text = brief(reached);
        let sentence = match reached {
            Value::Null => tr!("{} is null, and `{field}` takes {wanted}", self.place(found), field, wanted),
            _ => tr!(
                "{} is {}, `{text}`, and `{field}` takes {wanted}",
                self.place(found),
                kind(reached),
                text,
                field,
                wanted
            ),
        };
        let takes_number = !matches!(field, "TimestampPath" | "ItemsPath" | "ErrorPath" | "CausePath");
        let is_quoted_number = reached.as_str().is_some_and(|text| text.trim().parse::<f64>().is_ok());
        let cure = (is_quoted_number && takes_number).then(|| tr!("give the number without quotes"));
        let mut lookup = self.lookup(found, Words { cure, ..Words::plain(sentence) }, None);
        lookup.steps.iter_mut().last().into_iter().for_each(|step| step.mark = StepMark::Missing);
        lookup
    }

    /// The same words for a `ResultPath`, which makes the keys that are missing.
    pub fn unwritable(&self) -> Lookup {
        let Reach { found, reached, missing } = self.path.reach(self.root());
        let place = self.place(found);
        let sentence = match (missing, reached) {
            (Some(Missing::Index(index)), Value::Array(items)) => tr!(
                "{place} is {}: there is no index {index} to write to",
                if items.is_empty() { "an empty array".into() } else { format!("an array of {}", items.len()) },
                place,
                index
            ),
            (Some(Missing::Index(_)), _) => tr!("{place} is {}, and an index needs an array", kind(reached), place),
            _ => tr!("{place} is {}, and a key can be written into an object only", kind(reached), place),
        };
        let missing = match missing {
            Some(Missing::Index(index)) => Some(format!("[{index}]")),
            _ => None,
        };
        let cure = Some(tr!("choose a path whose parents are objects, or are not there yet"));
        self.lookup(found, Words { cure, ..Words::plain(sentence) }, missing)
    }

    fn lookup(&self, found: usize, words: Words, missing: Option<String>) -> Lookup {
        let mark = |at: usize| match at {
            at if at < found => StepMark::Found,
            at if at == found => StepMark::Missing,
            _ => StepMark::NotTried,
        };
        let first = Step { text: self.spelled("$"), mark: StepMark::Found };
        let texts = self.path.step_texts().enumerate();
        let steps = texts.map(|(at, text)| Step { text: text.to_string(), mark: mark(at) });
        let is_beyond_end = self.path.index_at(found).is_some();
        let marks = Marks { path: self.path, found, nearest: words.nearest.as_deref(), missing, is_beyond_end };
        Lookup {
            path: self.spelled(self.path.source().trim_end()),
            steps: std::iter::once(first).chain(steps).collect(),
            root: self.root_name().replace('`', ""),
            data: Excerpt::of(self.root(), &marks),
            sentence: words.sentence,
            cure: words.cure,
            suggestion: words.suggestion,
        }
    }

    fn words(&self, at: usize, reached: &Value, missing: Missing) -> Words {
        let place = self.place(at);
        match (missing, reached) {
            (Missing::Name(name), Value::Object(object)) => {
                let sentence = match object.is_empty() {
                    true => tr!("{place} is an empty object: it has no key `{name}`", place, name),
                    false => tr!("{place} has no key `{name}`", place, name),
                };
                let keys = object.keys().map(|key| &**key);
                if let Some(near) = nearest(name, keys) {
                    let suggestion = self.replaced(at, &step_text(near));
                    return Words {
                        sentence,
                        cure: Some(tr!("did you mean `{near}`?", near)),
                        suggestion: Some(suggestion),
                        nearest: Some(near.to_string()),
                    };
                }
                if let Some(elsewhere) = self.elsewhere(name) {
                    let rest: String = self.path.step_texts().skip(at + 1).collect();
                    let cure = Some(tr!("`{name}` is at `{elsewhere}`", name, elsewhere));
                    return Words { cure, suggestion: Some(elsewhere + &rest), ..Words::plain(sentence) };
                }
                let cure = (!object.is_empty()).then(|| match object.len() {
                    1 => tr!("its only key is {}", listed(object.keys())),
                    _ => tr!("its keys are {}", listed(object.keys())),
                });
                Words { cure, ..Words::plain(sentence) }
            }
            (Missing::Name(name), Value::Array(items)) => {
                let sentence = tr!("{place} is {}, and an array has no key `{name}`", kind(reached), place, name);
                if !items.iter().any(|item| item.get(name).is_some()) {
                    return Words::plain(sentence);
                }
                let step = step_text(name);
                let (one, all) = (self.replaced(at, &format!("[0]{step}")), self.replaced(at, &format!("[*]{step}")));
                let cure = Some(tr!("take it from one item, `{one}`, or from all of them, `{all}`", one, all));
                Words { cure, suggestion: Some(one), ..Words::plain(sentence) }
            }
            (Missing::Name(name), Value::String(text)) => {
                let sentence = tr!("{place} is a string, and a string has no key `{name}`", place, name);
                let is_json = parse_value(text).is_ok_and(|value| value.as_object().is_some());
                let cure = is_json.then(|| {
                    let place = self.before(at);
                    let function = if self.is_jsonata() { "$parse" } else { "States.StringToJson" };
                    tr!("it holds JSON as a text: `{function}({place})` makes it an object first", function, place)
                });
                Words { cure, ..Words::plain(sentence) }
            }
            (Missing::Name(name), Value::Null) => {
                Words::plain(tr!("{place} is null, so there is no `{name}` in it", place, name))
            }
            (Missing::Name(name), _) => {
                Words::plain(tr!("{place} is {}, and has no key `{name}`", kind(reached), place, name))
            }
            (Missing::Index(index), Value::Array(items)) => match items.len() {
                0 => Words::plain(tr!("{place} is an empty array: there is no index {index}", place, index)),
                length => {
                    let last = length - 1;
                    // Who counts from 1 asks for one too many.
                    let is_next = usize::try_from(index) == Ok(length);
                    let suggestion = is_next.then(|| self.replaced(at, &format!("[{last}]")));
                    Words {
                        cure: Some(match last {
                            0 => tr!("its only item is `[0]`: indexes count from 0"),
                            _ => tr!("its items are `[0]` to `[{last}]`: indexes count from 0", last),
                        }),
                        suggestion,
                        ..Words::plain(tr!(
                            "index {index} of {}: {place} is not that long",
                            kind(reached),
                            index,
                            place
                        ))
                    }
                }
            },
            (Missing::Index(index), _) => {
                Words::plain(tr!("{place} is {}, and index {index} needs an array", kind(reached), place, index))
            }
            (Missing::Names, _) => Words::plain(tr!("{place} is {}, and has no keys", kind(reached), place)),
            (Missing::Items, _) => Words::plain(tr!("{place} is {}, and a slice needs an array", kind(reached), place)),
        }
    }

    /// Where else in the data there is such a key, the nearest to the root first.
    fn elsewhere(&self, name: &str) -> Option<String> {
        let root = self.root();
        let mut level = vec![(self.spelled("$"), root)];
        let mut visited = 0;
        while !level.is_empty() && visited < MOST_VISITED {
            let mut next = Vec::new();
            for (path, value) in level {
                visited += 1;
                match value {
                    Value::Object(object) => {
                        if object.contains_key(name) {
                            return Some(path + &step_text(name));
                        }
                        let inner = object.iter().filter(|(_, child)| is_container(child));
                        next.extend(inner.map(|(key, child)| (format!("{path}{}", step_text(key)), child)));
                    }
                    // One item stands for all: they are most often alike.
                    Value::Array(items) => {
                        next.extend(items.first().filter(|item| is_container(item)).map(|item| (path + "[0]", item)));
                    }
                    _ => {}
                }
                if next.len() > MOST_VISITED {
                    break;
                }
            }
            level = next;
        }
        None
    }
}

struct Words {
    sentence: String,
    cure: Option<String>,
    suggestion: Option<String>,
    nearest: Option<String>,
}

impl Words {
    fn plain(sentence: String) -> Self {
        Self { sentence, cure: None, suggestion: None, nearest: None }
    }
}

const fn is_container(value: &Value) -> bool {
    matches!(value, Value::Array(_) | Value::Object(_))
}

/// A key as a step of a path.
pub(super) fn step_text(key: &str) -> String {
    let is_plain = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    match is_plain {
        true => format!(".{key}"),
        false => format!("['{}']", key.replace('\\', "\\\\").replace('\'', "\\'")),
    }
}

/// What a call of an intrinsic function was given, for a sentence.
pub(super) fn given(values: &[Value]) -> String {
    match values {
        [] => tr!("nothing"),
        [one] => format!("`{}`", brief(one)),
        many if many.len() > 4 => tr!("1 value" | "{n} values" % many.len()),
        many => many.iter().map(|value| format!("`{}`", brief(value))).collect::<Vec<_>>().join(", "),
    }
}
