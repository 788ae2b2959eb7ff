//! What can be done by name: the commands of the palette, with their keys. The keys that work everywhere on the page are
//! told here and nowhere else.

use std::collections::BTreeSet;
use tr::tr;

use super::{
    action::Action,
    authoring, editing,
    files::Export,
    model::{DetailTab, Menu, Session, TextTab, Theme},
    playing::Leap,
    testing,
    workflows::{self, Deed},
};
use crate::{asl::rules, author::Change, library, syntax::Format, words::Language};

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
    let command =
        |name: String, keys: &'static str, action: Action| Command { name, keys, does: Does::Act(Box::new(action)) };
    vec![
        command(tr!("Run"), "Ctrl+Enter", Action::RunAsked),
        command(tr!("Play or pause"), "Space or K", Action::PlayToggled),
        command(tr!("Step"), ".", Action::Stepped { back: false }),
        command(tr!("Step back"), ",", Action::Stepped { back: true }),
        command(tr!("Step over a Parallel or Map"), "O or F10", Action::Leapt(Leap::Over)),
        command(tr!("Step out of a Parallel or Map"), "U or Shift+F11", Action::Leapt(Leap::Out)),
        command(tr!("Next failure"), "N or F8", Action::Leapt(Leap::Failure)),
        command(tr!("Run to the chosen state"), "C", Action::Leapt(Leap::Chosen)),
        command(tr!("Loop the chosen visit, or end the loop"), "L", Action::LoopToggled),
        command(tr!("To the start"), "Home", Action::Seeked(0.0)),
        command(tr!("To the end"), "End", Action::Seeked(f64::MAX)),
        command(tr!("Undo"), "Ctrl+Z", Action::UndoAsked),
        command(tr!("Do again"), "Ctrl+Shift+Z or Ctrl+Y", Action::RedoAsked),
        command(tr!("Show all commands"), "Ctrl+Shift+P or F1", Action::PaletteToggled(true)),
        command(tr!("Help and keys"), "?", Action::HelpToggled(true)),
    ]
}

/// All commands that can be given now, in the order of their kinds.
pub fn commands(session: &Session) -> Vec<Command> {
    let mut all = keyed();
    all.extend(keyed_of_state(session));
    let mut add = |name: String, does: Does| all.push(Command { name, keys: "", does });
    let act = |action: Action| Does::Act(Box::new(action));
    if session.selection.state.is_some() {
        add(tr!("Test the chosen state alone"), act(Action::TestOpened));
    }
    for (name, action) in [
        (tr!("Stop"), Action::RunStopped),
        (tr!("Compare the last runs"), Action::RunsToggled(true)),
        (tr!("Many runs, with failures by chance"), Action::ManyOpened),
        (tr!("Standard and Express side by side"), Action::TypesOpened),
        (tr!("Why did it fail?"), Action::WhyAsked),
        (tr!("New workflow"), Action::Workflow(Deed::Began)),
        (tr!("Duplicate this workflow"), Action::Workflow(Deed::Duplicated(session.workflows.current.clone()))),
        (tr!("Delete this workflow"), Action::Workflow(Deed::Deleted(session.workflows.current.clone()))),
        (tr!("Open a file or a sample"), Action::GalleryToggled(true)),
        (tr!("Share or save"), Action::ShareToggled(true)),
        (tr!("Convert to JSONata"), Action::ConversionOpened { is_whole: true }),
        (tr!("Format the definition"), Action::Editing(editing::Deed::Formatted)),
        (tr!("Write the definition without white space"), Action::Editing(editing::Deed::Minified)),
        (to_other_format(session), Action::Editing(editing::Deed::Converted)),
        (tr!("The rules of the checker"), Action::Editing(editing::Deed::RuleAsked(Some("".into())))),
        (tr!("Show the definition"), Action::TextTabChosen(TextTab::Definition)),
        (tr!("Show the scenario"), Action::TextTabChosen(TextTab::Scenario)),
        (tr!("Show the scenario's JSON"), Action::TextTabChosen(TextTab::ScenarioJson)),
        (tr!("Show the tests"), Action::TextTabChosen(TextTab::Tests)),
        (tr!("Keep the scenario as a test"), Action::Tests(testing::Deed::Added)),
        (tr!("Show what the tests reach"), Action::Tests(testing::Deed::CoverageToggled)),
        (tr!("Show the data"), Action::DetailTabChosen(DetailTab::Data)),
        (tr!("Show the data flow"), Action::DetailTabChosen(DetailTab::Flow)),
        (tr!("Show the data flow side by side"), Action::FlowWidened(true)),
        (tr!("Show the attempts"), Action::DetailTabChosen(DetailTab::Attempts)),
        (tr!("Show the definition of the state"), Action::DetailTabChosen(DetailTab::Definition)),
        (tr!("Show the events"), Action::DetailTabChosen(DetailTab::Events)),
        (tr!("Show the world"), Action::DetailTabChosen(DetailTab::World)),
        (tr!("Colours: light"), Action::ThemeChosen(Theme::Light)),
        (tr!("Colours: dark"), Action::ThemeChosen(Theme::Dark)),
        (tr!("Colours: as the system"), Action::ThemeChosen(Theme::Auto)),
    ] {
        add(name, act(action));
    }
    for rule in rules::ALL.iter().map(|code| code.rule).filter(|rule| rules::is_practice(rule)) {
        let name = match session.quiet.contains(rule) {
            true => tr!("Good practice: tell {rule} again", rule),
            false => tr!("Good practice: do not tell {rule} here", rule),
        };
        add(name, act(Action::Editing(editing::Deed::RuleToggled(rule.into()))));
    }
    for language in Language::ALL.into_iter().filter(|language| *language != session.spoken) {
        add(tr!("Language: {}", language.name()), act(Action::LanguageChosen(language)));
    }
    add(tr!("Copy the link"), Does::CopyLink);
    for export in Export::ALL.into_iter().filter(|export| export.obstacle(session).is_none()) {
        add(tr!("Save: {}", export.words()), Does::Save(export));
    }
    for state in &session.drawing.definition.states {
        add(tr!("Go to state: {}", state.name), act(Action::StateChosen(Some(state.id))));
    }
    let others = workflows::listed(session, "").into_iter().filter(|other| other.id != session.workflows.current);
    let mut names = BTreeSet::new();
    for workflow in others {
        // Two of one name are told apart by which was changed last.
        let (mut name, mut count) = (tr!("Open workflow: {}", workflow.name), 1);
        while !names.insert(name.clone()) {
            count += 1;
            name = tr!("Open workflow: {} ({count})", workflow.name, count);
        }
        add(name, act(Action::Workflow(Deed::Opened(workflow.id.clone()))));
    }
    for sample in library::samples() {
        add(tr!("Open sample: {}", sample.title), act(Action::opened(sample)));
    }
    all
}

fn to_other_format(session: &Session) -> String {
    match session.source.format {
        Format::Json => tr!("Write the definition as YAML"),
        Format::Yaml => tr!("Write the definition as JSON"),
    }
}

/// The keys that do something with the chosen state, and what they do.
pub fn keyed_of_state(session: &Session) -> Vec<Command> {
    let definition = &session.drawing.definition;
    let chosen = session.selection.state.and_then(|state| definition.states.get(state.index()));
    let Some(state) = chosen else { return Vec::new() };
    let (id, name) = (state.id, &state.name);
    let command =
        |name: String, keys: &'static str, action: Action| Command { name, keys, does: Does::Act(Box::new(action)) };
    let after = authoring::way_after(definition, id)
        .map(|way| command(tr!("Insert after {name}", name), "Insert", Action::MenuAsked(Some(Menu::Kinds(way)))));
    let breaks = match session.breakpoints.contains(&state.path) {
        true => tr!("Take the breakpoint from {name}", name),
        false => tr!("Break at {name}", name),
    };
    let author = |change: Change| Action::Authored(change);
    [
        command(breaks, "F9 or B", Action::BreakToggled(id)),
        command(tr!("Rename {name}", name), "F2", Action::MenuAsked(Some(Menu::Rename(id)))),
        command(tr!("Change {name}", name), "E or Shift+F10", Action::MenuAsked(Some(Menu::State(id)))),
        command(tr!("Move {name} up", name), "Alt+ArrowUp", author(Change::Raise { state: id })),
        command(tr!("Move {name} down", name), "Alt+ArrowDown", author(Change::Lower { state: id })),
        command(tr!("Delete {name}", name), "Delete", author(Change::Delete { state: id })),
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
