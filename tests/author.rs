//! Changes made on the graph: in `tests/author/*.md` what becomes of which text, and what holds of every definition.
//! `UPDATE_EXPECT=1` writes the files anew.

use std::{fs, path::Path};

use statelight::{
    asl::{
        self, Loaded,
        model::{Definition, ScopeId, State, StateId, Transition},
    },
    author::{self, Change, Changed, Kind, Target, Way},
    library,
    syntax::Format,
};

use crate::shared;

fn load(text: &str) -> Loaded {
    asl::load(text, Format::detect(text))
}

fn change(text: &str, change: &Change) -> Result<Changed, String> {
    author::change(text, &load(text).definition, change)
}

fn named(definition: &Definition, name: &str) -> StateId {
    let state = definition.states.iter().find(|state| &*state.name == name);
    state.unwrap_or_else(|| panic!("no state `{name}`")).id
}

fn kind(name: &str) -> Kind {
    Kind::ALL.into_iter().find(|kind| kind.name() == name).unwrap_or_else(|| panic!("no kind `{name}`"))
}

/// `Start`, `A.Next`, `A.rule 1`, `A.Default`, `A.Catch 1`.
fn way(definition: &Definition, words: &str) -> Way {
    let Some((state, way)) = words.rsplit_once('.') else { return Way::Start(ScopeId::ROOT) };
    let state = named(definition, state);
    let index = || way.rsplit(' ').next().and_then(|number| number.parse::<usize>().ok()).expect("a number") - 1;
    match way.split(' ').next() {
        Some("Next") => Way::Next(state),
        Some("rule") => Way::Rule(state, index()),
        Some("Default") => Way::Default(state),
        Some("Catch") => Way::Catch(state, index()),
        other => panic!("no way {other:?}"),
    }
}

/// A change in words: `insert Wait at A.Next`, `rename A to B`, `delete A`, `raise A`, `lower A`, `move A to B.Next`,
/// `wrap A in Map`, `connect A.rule 1 to B`, `branch A`, `rule A to B`, `catch A to B`.
fn read(definition: &Definition, words: &str) -> Change {
    let (verb, rest) = words.split_once(' ').expect("two words");
    let state = |name: &str| named(definition, name);
    let pair = |by: &str| {
        let (first, second) = rest.split_once(by).unwrap_or_else(|| panic!("no{by}in `{words}`"));
        (first.to_owned(), second.to_owned())
    };
    match verb {
        "insert" => {
            let (it, at) = pair(" at ");
            Change::Insert { at: way(definition, &at), kind: kind(&it) }
        }
        "rename" => {
            let (from, to) = pair(" to ");
            Change::Rename { state: state(&from), name: to.as_str().into() }
        }
        "delete" => Change::Delete { state: state(rest) },
        "raise" => Change::Raise { state: state(rest) },
        "lower" => Change::Lower { state: state(rest) },
        "move" => {
            let (it, to) = pair(" to ");
            Change::Move { state: state(&it), to: way(definition, &to) }
        }
        "wrap" => {
            let (it, within) = pair(" in ");
            Change::Wrap { state: state(&it), kind: kind(&within) }
        }
        "connect" => {
            let (from, to) = pair(" to ");
            let to = if to == "End" { Target::End } else { Target::State(state(&to)) };
            Change::Connect { way: way(definition, &from), to }
        }
        "branch" => Change::AddBranch { state: state(rest) },
        "rule" => {
            let (it, to) = pair(" to ");
            Change::AddRule { state: state(&it), to: state(&to) }
        }
        "catch" => {
            let (it, to) = pair(" to ");
            Change::AddCatch { state: state(&it), to: state(&to) }
        }
        other => panic!("no change `{other}`"),
    }
}

#[test]
fn each_claim_of_a_change_holds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/author");
    let mut claims = 0;
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let file = entry.expect("an entry").path();
        let text = fs::read_to_string(&file).expect("a text");
        let (actual, count) = filled_in(&text);
        claims += count;
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::write(&file, actual).expect("it can be written");
        } else {
            assert!(actual == text, "{}: {actual}", file.display());
        }
    }
    assert!(claims > 30, "only {claims}");
}

/// Blocks ```json or ```yaml have the text before, those that begin with a change what comes of it.
fn filled_in(text: &str) -> (String, usize) {
    let (mut out, mut claims, mut before) = (String::new(), 0, String::new());
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        out += line;
        out.push('\n');
        let Some(info) = line.strip_prefix("```").filter(|info| !info.is_empty()) else { continue };
        let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let body = body.join("\n");
        if matches!(info, "json" | "yaml") {
            before = body.clone() + "\n";
            out += &body;
        } else {
            claims += 1;
            out += &match change(&before, &read(&load(&before).definition, info)) {
                Ok(changed) => changed.text.trim_end().to_owned(),
                Err(why) => format!("refused: {why}"),
            };
        }
        out += "\n```\n";
    }
    (out, claims)
}

/// All published definitions and our samples.
fn all() -> Vec<(String, String)> {
    let wild = shared::files("definitions", "");
    let wild = wild.into_iter().filter_map(|file| Some((file.display().to_string(), fs::read_to_string(&file).ok()?)));
    let ours = library::samples().iter().map(|sample| (sample.id.to_owned(), sample.definition.to_owned()));
    wild.chain(ours).filter(|(_, text)| !load(text).definition.states.is_empty()).collect()
}

/// Every change that a state offers.
fn offers(definition: &Definition, state: &State) -> Vec<Change> {
    let id = state.id;
    let mut changes = vec![
        Change::Rename { state: id, name: "Called otherwise".into() },
        Change::Delete { state: id },
        Change::Raise { state: id },
        Change::Lower { state: id },
        Change::Wrap { state: id, kind: Kind::Parallel },
        Change::Wrap { state: id, kind: Kind::Map },
        Change::AddBranch { state: id },
        Change::AddCatch { state: id, to: definition.scope(state.scope).states[0] },
        Change::AddRule { state: id, to: definition.scope(state.scope).states[0] },
        Change::Move { state: id, to: Way::Start(state.scope) },
        Change::Insert { at: Way::Start(state.scope), kind: Kind::Pass },
    ];
    for (index, (way, _)) in author::ways(state).into_iter().enumerate() {
        changes.push(Change::Insert { at: way, kind: Kind::ALL[(id.index() + index) % Kind::ALL.len()] });
        changes.push(Change::Connect { way, to: Target::State(definition.scope(state.scope).states[0]) });
        changes.push(Change::Connect { way, to: Target::End });
    }
    changes
}

#[test]
fn whatever_is_changed_is_a_definition_still_and_says_what_it_is_to_say() {
    let (mut made, mut refused, mut out_of_reach) = (0, 0, Vec::new());
    for (name, text) in all() {
        let loaded = load(&text);
        let definition = &loaded.definition;
        for state in &definition.states {
            // Each state with every third change, each change with many a state.
            for it in offers(definition, state).into_iter().skip(state.id.index() % 3).step_by(3) {
                let changed = match author::change(&text, definition, &it) {
                    Ok(changed) => changed,
                    Err(why) => {
                        refused += 1;
                        if why.contains("change it by hand") {
                            out_of_reach.push(format!("{name}: {} {it:?}", state.name));
                        }
                        continue;
                    }
                };
                made += 1;
                let after = load(&changed.text).definition;
                let said = format!("{name}: {} {it:?}\n{}", state.name, changed.text);
                check(definition, &after, state, &it, &said);
                // What is renamed back is the text that it was.
                if let Change::Rename { state: id, .. } = &it {
                    let back = Change::Rename { state: *id, name: state.name.clone() };
                    let back = change(&changed.text, &back).expect("it can be renamed back").text;
                    if Format::detect(&text) == Format::Json {
                        assert_eq!(back, text, "{name}: {}", state.name);
                    }
                }
                if let Some(chosen) = &changed.chosen {
                    assert!(after.states.iter().any(|state| state.path == *chosen), "{chosen}: {said}");
                }
            }
        }
    }
    println!("{made} changes made, {refused} refused, {} out of reach", out_of_reach.len());
    out_of_reach.iter().for_each(|what| println!("out of reach: {what}"));
    assert!(made > 1_000 && out_of_reach.len() * 200 < made, "{made} {}", out_of_reach.len());
}

/// What a change has to have done to a definition.
fn check(before: &Definition, after: &Definition, state: &State, change: &Change, said: &str) {
    let count = after.states.len() as i64 - before.states.len() as i64;
    let find = |name: &str| after.states.iter().find(|state| &*state.name == name);
    let leads = |way: Way| author::ways_of(after, scope_of(after, way)).into_iter().find(|(it, _)| *it == way);
    match change {
        Change::Insert { kind, .. } => {
            let least = if matches!(kind, Kind::Parallel) { 3 } else { 1 };
            assert!(count >= least, "{said}");
        }
        Change::Rename { name, .. } => {
            assert_eq!(count, 0, "{said}");
            assert!(find(name).is_some() && find(&state.name).is_none(), "{said}");
            assert_eq!(links(before), links(after), "{said}");
        }
        Change::Delete { .. } => {
            assert!(count < 0, "{said}");
            assert!(find(&state.name).is_none(), "{said}");
        }
        Change::Raise { .. } | Change::Lower { .. } | Change::Move { .. } => {
            assert_eq!(count, 0, "{said}");
            assert_ne!(links(before), links(after), "{said}");
        }
        Change::Wrap { .. } => {
            assert_eq!(count, 1, "{said}");
            let inner = find(&state.name).expect("it is there");
            assert_eq!(inner.kind.name(), state.kind.name(), "{said}");
            assert!(after.scope(inner.scope).owner.is_some(), "{said}");
        }
        Change::Connect { way, to } => {
            assert_eq!(count, 0, "{said}");
            let to = match to {
                Target::State(to) => Transition::Next(*to),
                Target::End => Transition::End,
            };
            assert_eq!(leads(*way).map(|(_, to)| to), Some(to), "{said}");
        }
        Change::AddBranch { .. } => assert_eq!(count, 1, "{said}"),
        Change::AddRule { .. } | Change::AddCatch { .. } => {
            assert_eq!(count, 0, "{said}");
            assert_eq!(links(after).len(), links(before).len() + 1, "{said}");
        }
    }
}

fn scope_of(definition: &Definition, way: Way) -> ScopeId {
    match way {
        Way::Start(scope) => scope,
        Way::Next(state) | Way::Rule(state, _) | Way::Default(state) | Way::Catch(state, _) => {
            definition.state(state).scope
        }
    }
}

fn links(definition: &Definition) -> Vec<(Way, Transition)> {
    (0..definition.scopes.len() as u32).flat_map(|scope| author::ways_of(definition, ScopeId(scope))).collect()
}
