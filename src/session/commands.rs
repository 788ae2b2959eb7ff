//! What can be done by name: the commands of the palette, with their keys. The keys that work everywhere on the page are
//! told here and nowhere else.

use std::collections::BTreeSet;

use super::{
    action::Action,
    authoring,
    files::Export,
    model::{DetailTab, Menu, Session, TextTab, Theme},
    playing::Leap,
    testing,
    workflows::{self, Deed},
};
use crate::{author::Change, library};

/// A command.
#[derive(Clone, Debug)]
pub struct Command {
    pub name: String,
    /// As they stand on the keyboard, several ways separated by ` or `; empty where there are none.
    pub keys: &'static str,
    pub does: Does,
}

/// What a command comes to.
#[derive(Clone, Debug)]
pub enum Does {
    Act(Box<Action>),
    /// Needs a power of the browser.
    Save(Export),
    CopyLink,
}

/// At most so many are listed.
pub const MOST_LISTED: usize = 60;

/// The keys that work everywhere but in a text, and what they do. `Ctrl` stands for Command on a Mac.
pub fn keyed() -> Vec<Command> {
    let command = |name: &str, keys: &'static str, action: Action| Command {
        name: name.to_owned(),
        keys,
        does: Does::Act(Box::new(action)),
    };
    vec![
        command("Run", "Ctrl+Enter", Action::RunAsked),
        command("Play or pause", "Space or K", Action::PlayToggled),
        command("Step", ".", Action::Stepped { back: false }),
        command("Step back", ",", Action::Stepped { back: true }),
        command("Step over a Parallel or Map", "O or F10", Action::Leapt(Leap::Over)),
        command("Step out of a Parallel or Map", "U or Shift+F11", Action::Leapt(Leap::Out)),
        command("Next failure", "N or F8", Action::Leapt(Leap::Failure)),
        command("Run to the chosen state", "C", Action::Leapt(Leap::Chosen)),
        command("Loop the chosen visit, or end the loop", "L", Action::LoopToggled),
        command("To the start", "Home", Action::Seeked(0.0)),
        command("To the end", "End", Action::Seeked(f64::MAX)),
        command("Undo", "Ctrl+Z", Action::UndoAsked),
        command("Do again", "Ctrl+Shift+Z or Ctrl+Y", Action::RedoAsked),
        command("Show all commands", "Ctrl+Shift+P or F1", Action::PaletteToggled(true)),
        command("Help and keys", "?", Action::HelpToggled(true)),
    ]
}

/// All commands that can be given now, in the order of their kinds.
pub fn commands(session: &Session) -> Vec<Command> {
    let mut all = keyed();
    all.extend(keyed_of_state(session));
    let mut add = |name: String, does: Does| all.push(Command { name, keys: "", does });
    let act = |action: Action| Does::Act(Box::new(action));
    if session.selection.state.is_some() {
        add("Test the chosen state alone".to_owned(), act(Action::TestOpened));
    }
    for (name, action) in [
        ("Stop", Action::RunStopped),
        ("Compare the last runs", Action::RunsToggled(true)),
        ("Many runs, with failures by chance", Action::ManyOpened),
        ("Standard and Express side by side", Action::TypesOpened),
        ("Why did it fail?", Action::WhyAsked),
        ("New workflow", Action::Workflow(Deed::Began)),
        ("Duplicate this workflow", Action::Workflow(Deed::Duplicated(session.workflows.current.clone()))),
        ("Delete this workflow", Action::Workflow(Deed::Deleted(session.workflows.current.clone()))),
        ("Open a file or a sample", Action::GalleryToggled(true)),
        ("Share or save", Action::ShareToggled(true)),
        ("Convert to JSONata", Action::ConversionOpened { is_whole: true }),
        ("Show the definition", Action::TextTabChosen(TextTab::Definition)),
        ("Show the scenario", Action::TextTabChosen(TextTab::Scenario)),
        ("Show the scenario's JSON", Action::TextTabChosen(TextTab::ScenarioJson)),
        ("Show the tests", Action::TextTabChosen(TextTab::Tests)),
        ("Keep the scenario as a test", Action::Tests(testing::Deed::Added)),
        ("Show what the tests reach", Action::Tests(testing::Deed::CoverageToggled)),
        ("Show the data", Action::DetailTabChosen(DetailTab::Data)),
        ("Show the data flow", Action::DetailTabChosen(DetailTab::Flow)),
        ("Show the data flow side by side", Action::FlowWidened(true)),
        ("Show the attempts", Action::DetailTabChosen(DetailTab::Attempts)),
        ("Show the definition of the state", Action::DetailTabChosen(DetailTab::Definition)),
        ("Show the events", Action::DetailTabChosen(DetailTab::Events)),
        ("Show the world", Action::DetailTabChosen(DetailTab::World)),
        ("Colours: light", Action::ThemeChosen(Theme::Light)),
        ("Colours: dark", Action::ThemeChosen(Theme::Dark)),
        ("Colours: as the system", Action::ThemeChosen(Theme::Auto)),
    ] {
        add(name.to_owned(), act(action));
    }
    add("Copy the link".to_owned(), Does::CopyLink);
    for export in Export::ALL.into_iter().filter(|export| export.obstacle(session).is_none()) {
        add(format!("Save: {}", export.words()), Does::Save(export));
    }
    for state in &session.drawing.definition.states {
        add(format!("Go to state: {}", state.name), act(Action::StateChosen(Some(state.id))));
    }
    let others = workflows::listed(session, "").into_iter().filter(|other| other.id != session.workflows.current);
    let mut names = BTreeSet::new();
    for workflow in others {
        // Two of one name are told apart by which was changed last.
        let (mut name, mut count) = (format!("Open workflow: {}", workflow.name), 1);
        while !names.insert(name.clone()) {
            count += 1;
            name = format!("Open workflow: {} ({count})", workflow.name);
        }
        add(name, act(Action::Workflow(Deed::Opened(workflow.id.clone()))));
    }
    for sample in library::samples() {
        add(format!("Open sample: {}", sample.title), act(Action::opened(sample)));
    }
    all
}

/// The keys that do something with the chosen state, and what they do.
pub fn keyed_of_state(session: &Session) -> Vec<Command> {
    let definition = &session.drawing.definition;
    let chosen = session.selection.state.and_then(|state| definition.states.get(state.index()));
    let Some(state) = chosen else { return Vec::new() };
    let (id, name) = (state.id, &state.name);
    let does = if session.breakpoints.contains(&state.path) { "Take the breakpoint from" } else { "Break at" };
    let command =
        |name: String, keys: &'static str, action: Action| Command { name, keys, does: Does::Act(Box::new(action)) };
    let after = authoring::way_after(definition, id)
        .map(|way| command(format!("Insert after {name}"), "Insert", Action::MenuAsked(Some(Menu::Kinds(way)))));
    let author = |change: Change| Action::Authored(change);
    [
        command(format!("{does} {name}"), "F9 or B", Action::BreakToggled(id)),
        command(format!("Rename {name}"), "F2", Action::MenuAsked(Some(Menu::Rename(id)))),
        command(format!("Change {name}"), "E or Shift+F10", Action::MenuAsked(Some(Menu::State(id)))),
        command(format!("Move {name} up"), "Alt+ArrowUp", author(Change::Raise { state: id })),
        command(format!("Move {name} down"), "Alt+ArrowDown", author(Change::Lower { state: id })),
        command(format!("Delete {name}"), "Delete", author(Change::Delete { state: id })),
    ]
    .into_iter()
    .chain(after)
    .collect()
}

/// Those whose names have the letters that were typed in their order, the closest first; all where nothing was.
pub fn matching(commands: Vec<Command>, typed: &str) -> Vec<Command> {
    let mut found: Vec<(u32, Command)> =
        commands.into_iter().filter_map(|command| Some((distance(&command.name, typed)?, command))).collect();
    found.sort_by_key(|(distance, _)| *distance);
    found.truncate(MOST_LISTED);
    found.into_iter().map(|(_, command)| command).collect()
}

/// How far a name is from what was typed: letters that are passed over inside of words count, beginnings of words do
/// not; `None` where a letter is missing.
fn distance(name: &str, typed: &str) -> Option<u32> {
    let wanted: Vec<char> = typed.to_lowercase().chars().filter(|letter| !letter.is_whitespace()).collect();
    if wanted.is_empty() {
        return Some(0);
    }
    let letters: Vec<char> = name.to_lowercase().chars().collect();
    let text: String = wanted.iter().collect();
    let joined: String = letters.iter().filter(|letter| !letter.is_whitespace()).collect();
    if let Some(at) = joined.find(&text) {
        return Some(at.min(90) as u32);
    }
    let (mut at, mut passed) = (0, 100);
    for letter in wanted {
        let found = letters[at..].iter().position(|one| *one == letter)?;
        let begins = at + found == 0 || !letters[at + found - 1].is_alphanumeric();
        passed += if begins { 0 } else { found as u32 };
        at += found + 1;
    }
    Some(passed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session() -> Session {
        Session::new("w", r#"{"StartAt": "Pay", "States": {"Pay": {"Type": "Succeed"}}}"#, r#"{"version": 1}"#)
    }

    fn first(typed: &str) -> String {
        matching(commands(&session()), typed).first().map_or_else(String::new, |command| command.name.clone())
    }

    #[test]
    fn a_command_is_found_by_a_part_or_by_the_beginnings_of_its_words() {
        assert_eq!(first("next fail"), "Next failure");
        assert_eq!(first("gts pay"), "Go to state: Pay");
        assert_eq!(first("dark"), "Colours: dark");
        assert_eq!(first(""), "Run");
        assert_eq!(first("xyzzy"), "");
    }

    #[test]
    fn names_and_keys_are_told_once() {
        let mut names: Vec<String> = commands(&session()).into_iter().map(|command| command.name).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
        let mut keys: Vec<&str> = keyed().iter().flat_map(|command| command.keys.split(" or ")).collect();
        let all = keys.len();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), all);
    }
}
