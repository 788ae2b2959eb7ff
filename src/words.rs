//! What the page says, in the language of who reads it. Every text is written in English where it is used, inside of
//! `tr!`, and looked up in one table for each other language, `www/text/words-de.json` and `www/text/words-zh.json`: an object from
//! the English text to the other, or to its forms where it counts something. `tests/words.rs` writes new texts into the
//! tables and holds them complete.
//!
//! Not translated are the words of AWS, which a console in another language does not translate either: names of states,
//! fields, errors and events, causes, and what the checker remarks on a definition.

use std::borrow::Cow;

use rustc_hash::FxHashMap;
use serde::Deserialize;
use tr::{Translator, set_translator, tr, unset_translator};

/// Marks a text of a constant for the tables; it is looked up where it is shown, with [`translated`].
macro_rules! later {
    ($text:literal) => {
        $text
    };
}
pub(crate) use later;

/// A text that was marked with `later!`.
pub fn translated(text: &str) -> String {
    tr!(text)
}

/// A language of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    #[default]
    English,
    German,
    Chinese,
}

impl Language {
    pub const ALL: [Self; 3] = [Self::English, Self::German, Self::Chinese];

    /// The tag of BCP 47.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::Chinese => "zh",
        }
    }

    /// Its name in itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
            Self::Chinese => "中文",
        }
    }

    /// The language of a tag such as `de-AT` or `zh-Hans-CN`.
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        Self::ALL.into_iter().find(|language| language.tag() == primary)
    }

    /// Which of the forms of a text stands for a number.
    const fn form(self, number: u64) -> usize {
        match self {
            Self::English | Self::German => (number != 1) as usize,
            Self::Chinese => 0,
        }
    }
}

/// A text in another language; one that counts something has a form for one and a form for more.
#[derive(Deserialize)]
#[serde(untagged)]
enum Forms {
    Same(String),
    Counted(Vec<String>),
}

/// The texts of one language.
struct Table {
    language: Language,
    texts: FxHashMap<String, Forms>,
}

impl Table {
    fn find(&self, text: &str, form: usize) -> Option<&str> {
        let found = match self.texts.get(text)? {
            Forms::Same(text) => text,
            Forms::Counted(forms) => forms.get(form)?,
        };
        Some(found.as_str()).filter(|found| !found.is_empty())
    }
}

impl Translator for Table {
    // No text needs a context to be told from another; the test of the tables refuses one.
    fn translate<'a>(&'a self, text: &'a str, _context: Option<&'a str>) -> Cow<'a, str> {
        Cow::Borrowed(self.find(text, 0).unwrap_or(text))
    }

    fn ntranslate<'a>(&'a self, n: u64, one: &'a str, many: &'a str, _context: Option<&'a str>) -> Cow<'a, str> {
        let english = if n == 1 { one } else { many };
        Cow::Borrowed(self.find(one, self.language.form(n)).unwrap_or(english))
    }
}

/// From now on texts are in `language`; `table` is its table, as a JSON text. Errors say what is wrong with
/// the table, and leave the language as it is.
pub fn speak(language: Language, table: &str) -> Result<(), String> {
    if language == Language::English {
        unset_translator!();
        return Ok(());
    }
    let texts = serde_json::from_str(table).map_err(|error| error.to_string())?;
    set_translator!(Table { language, texts });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_known_by_the_tags_of_browsers() {
        assert_eq!(Language::of_tag("de-AT"), Some(Language::German));
        assert_eq!(Language::of_tag("zh-Hans-CN"), Some(Language::Chinese));
        assert_eq!(Language::of_tag("EN"), Some(Language::English));
        assert_eq!(Language::of_tag("fr"), None);
        assert_eq!(Language::of_tag(""), None);
    }

    fn table(language: Language, text: &str) -> Table {
        Table { language, texts: serde_json::from_str(text).expect("a table") }
    }

    #[test]
    fn a_text_without_a_translation_stays_english() {
        let table = table(Language::German, r#"{"Run": "Starten", "Stop": ""}"#);
        assert_eq!(table.translate("Run", None), "Starten");
        assert_eq!(table.translate("Stop", None), "Stop");
        assert_eq!(table.translate("Step", None), "Step");
        assert_eq!(table.ntranslate(2, "a run", "runs", None), "runs");
    }

    #[test]
    fn each_language_has_its_own_forms_for_numbers() {
        let of = |table: &Table, n: u64| table.ntranslate(n, "{n} run", "{n} runs", None).into_owned();
        let german = table(Language::German, r#"{"{n} run": ["{n} Lauf", "{n} Läufe"]}"#);
        assert_eq!([of(&german, 1), of(&german, 0)], ["{n} Lauf", "{n} Läufe"]);
        let chinese = table(Language::Chinese, r#"{"{n} run": ["{n} 次"]}"#);
        assert_eq!([of(&chinese, 1), of(&chinese, 7)], ["{n} 次", "{n} 次"]);
    }
}
