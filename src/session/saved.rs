//! What survives a reload: a small versioned JSON text. What cannot be read is passed over; the page
//! then begins with a sample.

use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::model::{Layout, Session, Theme};

const VERSION: u32 = 1;

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Saved {
    version: u32,
    name: String,
    definition: String,
    scenario: String,
    #[serde(default)]
    theme: Option<String>,
    /// Shares of the text and of the details.
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
        Self {
            version: VERSION,
            name: session.name.to_string(),
            definition: session.source.text.to_string(),
            scenario: session.scenario.text.to_string(),
            theme,
            layout: Some((session.layout.text, session.layout.detail)),
            breakpoints: session.breakpoints.iter().map(ToString::to_string).collect(),
        }
    }

    pub fn write(&self) -> String {
        serde_json::to_string(self).expect("texts can be written")
    }

    /// `None` for anything but a text that this version wrote.
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().filter(|saved: &Self| saved.version == VERSION)
    }

    pub fn into_session(self) -> Session {
        let theme = match self.theme.as_deref() {
            Some("light") => Theme::Light,
            Some("dark") => Theme::Dark,
            _ => Theme::Auto,
        };
        let layout = self.layout.map(|(text, detail)| Layout { text, detail }).unwrap_or_default().clamped();
        let breakpoints = Rc::new(self.breakpoints.iter().map(|path| path.as_str().into()).collect());
        Session { theme, layout, breakpoints, ..Session::new(&self.name, &self.definition, &self.scenario) }
    }
}
