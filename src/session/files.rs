//! Files that the reader opens and saves: what a text is shows in the text itself, whatever its name.

use std::rc::Rc;
use tr::tr;

use super::{
    model::{Session, Theme},
    pictures, select,
};
use crate::{
    diagnostic::Diagnostic,
    exchange::{history, history_import, mock_config, svg},
    syntax::{self, Format, Node},
};

/// A file as the browser gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    pub name: Rc<str>,
    pub text: Rc<str>,
}

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Definition,
    /// The answer of DescribeStateMachine, which has a definition as a text in it.
    Description,
    Scenario,
    /// Tests of a workflow.
    Tests,
    /// A MockConfigFile of Step Functions Local.
    Mocks,
    /// The answer of GetExecutionHistory, or the console's export of it.
    History,
}

/// Larger files are refused: AWS's own limit for a definition is 1 MB, and histories have at most 25,000 events.
pub const MOST_BYTES: usize = 64 * 1024 * 1024;

impl Kind {
    /// Tells a text by what it holds. A text that cannot be read at all counts as a definition that is still being
    /// written; one that can, and is none of these, is refused in a sentence.
    pub fn of(text: &str) -> Result<Self, String> {
        if history_import::looks_like(text) {
            return Ok(Self::History);
        }
        let parsed = syntax::parse(text, Format::detect(text));
        let Some(root) = parsed.root else { return Err(tr!("it is empty")) };
        let has = |key: &str| root.get(key).is_some();
        if has("States") || has("StartAt") {
            return Ok(Self::Definition);
        }
        if mock_config::looks_like(&root) {
            return Ok(Self::Mocks);
        }
        if described(&root).is_some() {
            return Ok(Self::Description);
        }
        if has("version") && has("tests") {
            return Ok(Self::Tests);
        }
        if has("version") {
            return Ok(Self::Scenario);
        }
        if parsed.diagnostics.iter().any(Diagnostic::is_error) {
            return Ok(Self::Definition);
        }
        Err(tr!("it is none of what can be opened here: a definition has `States`, a scenario `version`, tests `tests`, a MockConfigFile \
             `StateMachines`, a history `events`")
            .to_owned())
    }
}

/// Name and definition of what DescribeStateMachine answers.
fn described(root: &Node) -> Option<(Option<&str>, &str)> {
    let text = |key: &str| root.get(key).and_then(|member| member.value.as_str()).map(|text| &**text);
    Some((text("name"), text("definition")?))
}

/// The name and the definition in an answer of DescribeStateMachine.
pub fn description(file: &File) -> Option<(Rc<str>, Rc<str>)> {
    let root = syntax::parse(&file.text, Format::detect(&file.text)).root?;
    let (name, definition) = described(&root)?;
    Some((name.map_or_else(|| stem(&file.name), Into::into), definition.into()))
}

/// What a file is called without its endings.
pub fn stem(name: &str) -> Rc<str> {
    const ENDINGS: [&str; 7] = [".json", ".yaml", ".yml", ".asl", ".scenario", ".tests", ".txt"];
    let mut stem = name;
    while let Some(shorter) = ENDINGS.iter().find_map(|ending| stem.strip_suffix(ending)) {
        stem = shorter;
    }
    if stem.trim().is_empty() { "Workflow".into() } else { stem.into() }
}

/// What the reader can save.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Export {
    Definition,
    Scenario,
    Tests,
    /// The scenario as a MockConfigFile.
    Mocks,
    /// The events of the run that is shown, as GetExecutionHistory has them.
    History,
    Picture,
    /// The graph as it is lit at the playhead.
    Moment,
    /// The same as pixels: the text is an SVG, to be drawn.
    MomentPixels,
    /// The run as a picture that plays by itself.
    Animated,
}

/// The media type of a picture that has still to become pixels.
pub const PIXELS: &str = "image/png";

/// A file ready to be saved.
#[derive(Clone, Debug, PartialEq)]
pub struct Exported {
    pub name: String,
    pub media_type: &'static str,
    pub text: String,
    /// What it does not hold, in sentences.
    pub notes: Vec<String>,
}

impl Export {
    pub const ALL: [Self; 9] = [
        Self::Definition,
        Self::Scenario,
        Self::Tests,
        Self::Mocks,
        Self::History,
        Self::Picture,
        Self::Moment,
        Self::MomentPixels,
        Self::Animated,
    ];

    pub fn words(self) -> String {
        match self {
            Self::Definition => tr!("Definition"),
            Self::Scenario => tr!("Scenario"),
            Self::Tests => tr!("Tests"),
            Self::Mocks => "MockConfigFile.json".into(),
            Self::History => tr!("History of the run"),
            Self::Picture => tr!("Graph (SVG)"),
            Self::Moment => tr!("This moment (SVG)"),
            Self::MomentPixels => tr!("This moment (PNG)"),
            Self::Animated => tr!("The run, moving (SVG)"),
        }
    }

    /// Why it cannot be saved as things are; none where it can.
    pub fn obstacle(self, session: &Session) -> Option<String> {
        match self {
            Self::Mocks if session.scenario.scenario.is_none() => {
                Some(tr!("mend the scenario first: it cannot be read"))
            }
            Self::Tests if session.testing.cases().is_empty() => Some(tr!("there are no tests yet")),
            Self::History | Self::Moment | Self::MomentPixels | Self::Animated if session.shown_run().is_none() => {
                Some(tr!("run the workflow first"))
            }
            _ => None,
        }
    }

    pub fn make(self, session: &Session) -> Option<Exported> {
        let name = file_stem(&session.name);
        let plain = |name: String, media_type, text| Some(Exported { name, media_type, text, notes: Vec::new() });
        match self {
            Self::Definition => {
                let (ending, media_type) = match session.source.format {
                    Format::Json => ("json", "application/json"),
                    Format::Yaml => ("yaml", "application/yaml"),
                };
                plain(format!("{name}.asl.{ending}"), media_type, session.source.text.to_string())
            }
            Self::Scenario => {
                plain(format!("{name}.scenario.json"), "application/json", session.scenario.text.to_string())
            }
            Self::Tests => {
                plain(format!("{name}.tests.json"), "application/json", session.testing.tests.text.to_string())
            }
            Self::Mocks => {
                let scenario = session.scenario.scenario.as_deref()?;
                let written = mock_config::write(&session.name, [("Scenario", scenario)]);
                Some(Exported {
                    name: "MockConfigFile.json".to_owned(),
                    media_type: "application/json",
                    text: written.file.to_json_pretty(),
                    notes: written.notes,
                })
            }
            Self::History => {
                let run = session.shown_run()?;
                let events = serde_json::json!({ "events": history::events(&run.trace) });
                plain(format!("{name}.history.json"), "application/json", format!("{events:#}"))
            }
            Self::Picture => {
                let picture = svg::graph_svg(&session.drawing.graph, svg::Theme::Light);
                plain(format!("{name}.svg"), "image/svg+xml", picture)
            }
            Self::Moment | Self::MomentPixels | Self::Animated => {
                let (run, graph, theme) = (session.shown_run()?, &session.drawing.graph, theme(session));
                let playhead = session.player.playhead;
                let is_whole = select::is_whole(session, run);
                match self {
                    Self::Animated => {
                        let picture = pictures::animated(&session.name, run, graph, is_whole, theme);
                        plain(format!("{name}.run.svg"), "image/svg+xml", picture)
                    }
                    _ => {
                        let picture = pictures::at(&session.name, run, graph, playhead, is_whole, theme);
                        match self {
                            Self::Moment => plain(format!("{name}.moment.svg"), "image/svg+xml", picture),
                            _ => plain(format!("{name}.moment.png"), PIXELS, picture),
                        }
                    }
                }
            }
        }
    }
}

/// The colours that the reader has chosen; where the system decides, those for documents.
fn theme(session: &Session) -> svg::Theme {
    if session.theme == Theme::Dark { svg::Theme::Dark } else { svg::Theme::Light }
}

/// A workflow's name as a file's: what a file system may not like becomes a dash.
pub(super) fn file_stem(name: &str) -> String {
    let kept = |letter: char| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_');
    let stem: String = name.trim().chars().map(|letter| if kept(letter) { letter } else { '-' }).take(80).collect();
    if stem.is_empty() { "workflow".to_owned() } else { stem }
}

/// The test cases of a MockConfigFile, to choose one from.
#[derive(Clone, Debug, PartialEq)]
pub struct MockCases {
    pub file: Rc<str>,
    pub config: Rc<mock_config::MockConfig>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_known_by_what_it_holds() {
        let of = |text: &str| Kind::of(text);
        assert_eq!(of(r#"{"StartAt": "A", "States": {}}"#), Ok(Kind::Definition));
        assert_eq!(of("StartAt: A\nStates:\n  A: {Type: Succeed}\n"), Ok(Kind::Definition));
        assert_eq!(of(r#"{"StartAt": "A", "#), Ok(Kind::Definition), "still being written");
        assert_eq!(of(r#"{"version": 1}"#), Ok(Kind::Scenario));
        assert_eq!(of(r#"{"version": 1, "tests": []}"#), Ok(Kind::Tests));
        assert_eq!(of(r#"{"StateMachines": {}, "MockedResponses": {}}"#), Ok(Kind::Mocks));
        assert_eq!(of(r#"{"events": []}"#), Ok(Kind::History));
        assert_eq!(of(r#"[{"id": 1, "type": "ExecutionStarted", "timestamp": 0}]"#), Ok(Kind::History));
        assert_eq!(of(r#"{"name": "x", "definition": "{}", "stateMachineArn": "arn"}"#), Ok(Kind::Description));
        assert!(of("[1, 2]").unwrap_err().contains("none of what"));
        assert!(of("").is_err());
    }

    #[test]
    fn endings_go_and_names_stay() {
        assert_eq!(&*stem("order.asl.json"), "order");
        assert_eq!(&*stem("v1.2 order.yaml"), "v1.2 order");
        assert_eq!(&*stem(".json"), "Workflow");
        assert_eq!(file_stem("a/b: c?"), "a-b- c-");
    }
}
