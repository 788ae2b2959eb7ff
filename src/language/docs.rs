//! One line on each word of the States Language: `docs.txt`, by kind and name.

use std::{collections::BTreeMap, sync::LazyLock};

use rustc_hash::FxHashMap;

static LINES: LazyLock<BTreeMap<&'static str, &'static str>> = LazyLock::new(|| {
    let lines = include_str!("docs.txt").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(" = ")).collect()
});

/// What the optimised integrations take: `Member:s …` by `service:action`, see `xtask/requests.mjs`.
static REQUESTS: LazyLock<FxHashMap<&'static str, &'static str>> =
    LazyLock::new(|| include_str!("requests.txt").lines().filter_map(|line| line.split_once(" = ")).collect());

/// What there is to say of a word of a kind: `field`, `type`, `error`, `value`, `context`, `states`, `resource`, `pattern`.
pub fn line(kind: &str, name: &str) -> Option<&'static str> {
    LINES.get(format!("{kind} {name}").as_str()).copied()
}

/// What there is to say of a field of a kind of object, such as `a Task state`.
pub fn field(what: &str, name: &str) -> Option<&'static str> {
    let what = what.trim_start_matches("an ").trim_start_matches("a ").trim_matches('`');
    let what = match what {
        "state machine" => "machine",
        "item processor" => "processor",
        "choice rule" | "nested choice rule" => "rule",
        what => what.trim_end_matches(" state").trim_matches('`'),
    };
    line("field", &format!("{what}.{name}")).or_else(|| line("field", name))
}

/// The signature of a function of a kind, `intrinsic` or `function`, and what it does.
pub fn function(kind: &str, name: &str) -> Option<(&'static str, &'static str)> {
    let prefix = format!("{kind} {name}(");
    let (key, line) = LINES.iter().find(|(key, _)| key.starts_with(&prefix))?;
    Some((&key[kind.len() + 1..], line))
}

/// All names of a kind, with their lines, in order.
pub fn all(kind: &str) -> Vec<(&'static str, &'static str)> {
    let prefix = format!("{kind} ");
    LINES.iter().filter_map(|(key, line)| Some((key.strip_prefix(prefix.as_str())?, *line))).collect()
}

/// A member of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    pub name: &'static str,
    pub is_required: bool,
    /// `s`, `n`, `b`, `[`, `{` or `?`.
    pub letter: char,
}

/// The members of an integration's request, by its resource; the required ones first.
pub fn request(resource: &str) -> Vec<Member> {
    let name = resource.split_once(":states:::").map_or("", |(_, name)| name);
    let name = name.split_once('.').map_or(name, |(name, _)| name);
    let members = REQUESTS.get(name).copied().unwrap_or_default().split_whitespace();
    let member = |text: &'static str| {
        let (name, letter) = text.split_once(':')?;
        let is_required = name.starts_with('!');
        Some(Member { name: name.trim_start_matches('!'), is_required, letter: letter.chars().next()? })
    };
    members.filter_map(member).collect()
}
