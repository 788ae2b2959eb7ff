//! What survives a reload: one text under one key in the browser's local storage.

use std::fmt;

use super::window;

const KEY: &str = "statelight.session.v1";

/// Why something was not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The browser has no storage for this page, as in some private windows.
    Unavailable,
    /// It took no more.
    Full,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable => {
                f.write_str("this browser keeps nothing for this page: share or copy your work before you leave")
            }
            Self::Full => f.write_str(
                "this browser's storage is full: your last change is not saved, share or copy it before you leave",
            ),
        }
    }
}

pub fn load() -> Option<String> {
    storage()?.get_item(KEY).ok().flatten()
}

pub fn save(text: &str) -> Result<(), Trouble> {
    let storage = storage().ok_or(Trouble::Unavailable)?;
    storage.set_item(KEY, text).map_err(|_| Trouble::Full)
}

fn storage() -> Option<web_sys::Storage> {
    window()?.local_storage().ok().flatten()
}
