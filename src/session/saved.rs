//! What survives a reload besides the workflows: colours, splitters, and which workflow was open, as a small versioned
//! JSON text. What cannot be read is passed over; the page then begins with a sample.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::{
    model::{Layout, Session, Theme},
    workflows::{NEW_NAME, NEW_SCENARIO, Workflow, Workflows},
};
use crate::library as samples;
use crate::words::Language;

const VERSION: u32 = 1;

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Saved {
    version: u32,
    #[serde(default)]
    theme: Option<String>,
    /// The tag of the language that was chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    /// Shares of the text and of the details.
    #[serde(default)]
    layout: Option<(f64, f64)>,
    /// The workflow that was open.
    pub current: Rc<str>,
}

/// What was kept when there was one workflow only.
#[derive(Deserialize)]
struct Single {
    version: u32,
    name: String,
    definition: String,
    scenario: String,
    #[serde(default)]
    theme: Option<String>,
    #[serde(default)]
    layout: Option<(f64, f64)>,
    #[serde(default)]
    breakpoints: Vec<String>,
}

impl Saved {
    pub fn of(session: &Session) -> Self {
        let theme = match session.theme {
            Theme::Auto => None,
            Theme::Light => Some("light".into()),
            Theme::Dark => Some("dark".into()),
        };
        let layout = Some((session.layout.text, session.layout.detail));
        let language = session.language.map(|language| language.tag().to_owned());
        Self { version: VERSION, theme, language, layout, current: session.workflows.current.clone() }
    }

    /// The language that was chosen.
    pub fn language(&self) -> Option<Language> {
        self.language.as_deref().and_then(Language::of_tag)
    }

    pub fn write(&self) -> String {
        serde_json::to_string(self).expect("texts can be written")
    }

    /// `None` for anything but a text that this version wrote.
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().filter(|saved: &Self| saved.version == VERSION)
    }

    /// What was kept of the one workflow there was, as a workflow under an id and the rest.
    pub fn read_single(text: &str, id: &str) -> Option<(Self, Workflow)> {
        let single: Single = serde_json::from_str(text).ok().filter(|single: &Single| single.version == VERSION)?;
        let mut workflow = Workflow::new(id, &single.name, &single.definition, &single.scenario);
        workflow.breakpoints = Rc::new(single.breakpoints.iter().map(|path| path.as_str().into()).collect());
        let current = id.into();
        let (theme, layout) = (single.theme, single.layout);
        Some((Self { version: VERSION, theme, language: None, layout, current }, workflow))
    }

    /// The page as it was left, with the workflows that were kept: the one that was open, else the one that was changed
    /// last, else the first sample. `tab` is unlike every other tab's.
    pub fn into_session(self, workflows: Vec<Workflow>, tab: &str) -> Session {
        let current = workflows.iter().find(|workflow| workflow.id == self.current);
        let newest = || workflows.iter().max_by(|a, b| a.changed.total_cmp(&b.changed));
        let shown = current.or_else(newest).cloned().unwrap_or_else(|| first_sample(&format!("{tab}-0")));
        self.showing(shown, workflows, tab)
    }

    /// The page with a new and empty workflow, beside those that were kept: none of them is even read.
    pub fn with_new(self, workflows: Vec<Workflow>, tab: &str) -> Session {
        let shown = Workflow::new(&format!("{tab}-0"), NEW_NAME, "", NEW_SCENARIO);
        self.showing(shown, workflows, tab)
    }

    fn showing(self, shown: Workflow, workflows: Vec<Workflow>, tab: &str) -> Session {
        let theme = match self.theme.as_deref() {
            Some("light") => Theme::Light,
            Some("dark") => Theme::Dark,
            _ => Theme::Auto,
        };
        let layout = self.layout.map(|(text, detail)| Layout { text, detail }).unwrap_or_default().clamped();
        let language = self.language();
        let mut session = Session { theme, language, layout, ..shown.into_session() };
        session.workflows = Workflows {
            tab: tab.into(),
            list: Rc::new(workflows.into_iter().map(Rc::new).collect()),
            ..session.workflows
        };
        session
    }
}

fn first_sample(id: &str) -> Workflow {
    match samples::samples().first() {
        Some(sample) => Workflow::new(id, &sample.title, sample.definition, sample.scenario).with_tests(sample.tests),
        None => Workflow::new(id, "Workflow", "", ""),
    }
}
