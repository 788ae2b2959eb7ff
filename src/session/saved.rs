//! What survives a reload: a small versioned JSON text. What cannot be read is passed over; the page
//! then begins with a sample.

use serde::{Deserialize, Serialize};

use super::model::{Session, Theme};

const VERSION: u32 = 1;

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Saved {
    version: u32,
    name: String,
    definition: String,
    scenario: String,
    #[serde(default)]
    theme: Option<String>,
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
        Session { theme, ..Session::new(&self.name, &self.definition, &self.scenario) }
    }
}
