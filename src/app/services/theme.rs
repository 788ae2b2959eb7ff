//! The colours the reader chose, told to the style sheet.

use super::window;
use crate::session::model::Theme;

pub fn apply(theme: Theme) {
    let root = window().and_then(|window| window.document()).and_then(|document| document.document_element());
    let Some(root) = root else { return };
    // The attribute is the page's own and always valid.
    let _ = match theme {
        Theme::Auto => root.remove_attribute("data-theme"),
        Theme::Light => root.set_attribute("data-theme", "light"),
        Theme::Dark => root.set_attribute("data-theme", "dark"),
    };
}
