//! The tables of the page's words in other languages: each text of the source stands in each of them, says something,
//! and has the same places for names and numbers. `UPDATE_EXPECT=1` writes new texts into the tables, to be translated,
//! and takes out those that are gone.

use std::collections::BTreeMap;
use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};
use serde_json::{Map, Value};
use statelight::words::Language;

/// The texts of the source, in the order of its files; whether a text counts something.
fn texts() -> Vec<(String, bool)> {
    let mut files = Vec::new();
    collect(Path::new("src"), &mut files);
    files.sort();
    let mut texts = Vec::new();
    for file in files {
        let source = std::fs::read_to_string(&file).expect("a file of the source");
        let tokens: TokenStream = source.parse().unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        walk(tokens, &mut texts);
    }
    let mut seen = BTreeMap::new();
    texts.retain(|(text, is_counted)| match seen.insert(text.clone(), *is_counted) {
        Some(before) => {
            assert_eq!(before, *is_counted, "{text:?} counts something in one place only");
            false
        }
        None => true,
    });
    texts
}

fn collect(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder of the source") {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true => collect(&path, files),
            false if path.extension().is_some_and(|extension| extension == "rs") => files.push(path),
            false => {}
        }
    }
}

/// Adds what stands in `tr!` and `later!`, in macros as well.
fn walk(tokens: TokenStream, texts: &mut Vec<(String, bool)>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        let TokenTree::Group(group) = token else { continue };
        let is_text = at >= 2
            && matches!(&tokens[at - 1], TokenTree::Punct(sign) if sign.as_char() == '!')
            && matches!(&tokens[at - 2], TokenTree::Ident(name) if name == "tr" || name == "later");
        let inner: Vec<TokenTree> = group.stream().into_iter().collect();
        if let (true, Some(TokenTree::Literal(literal))) = (is_text, inner.first()) {
            let text = syn::parse_str::<syn::LitStr>(&literal.to_string()).expect("a text").value();
            let next = inner.get(1).map(ToString::to_string);
            assert_ne!(next.as_deref(), Some("="), "{text:?} has a context, which the tables have no place for");
            texts.push((text, next.as_deref() == Some("|")));
        }
        walk(group.stream(), texts);
    }
}

/// The names of a text's places; those without one are numbered, as `tr!` does.
fn places(text: &str) -> Vec<String> {
    let mut places = Vec::new();
    let mut unnamed = 0;
    for part in text.split('{').skip(1) {
        let name = part.split('}').next().unwrap_or_default().trim();
        if name.is_empty() {
            places.push(unnamed.to_string());
            unnamed += 1;
        } else {
            places.push(name.to_owned());
        }
    }
    places.sort();
    places.dedup();
    places
}

/// What stands between backticks; places may be numbered where the order is another.
fn codes(text: &str) -> Vec<String> {
    let unnumbered =
        |code: &str| ["{0}", "{1}", "{2}"].iter().fold(code.to_owned(), |code, place| code.replace(place, "{}"));
    let mut codes: Vec<String> = text.split('`').skip(1).step_by(2).map(unnumbered).collect();
    codes.sort_unstable();
    codes
}

fn table_of(language: Language) -> (String, Map<String, Value>) {
    let path = format!("www/text/words-{}.json", language.tag());
    let text = std::fs::read_to_string(&path).unwrap_or_else(|_| "{}".to_owned());
    (path, serde_json::from_str(&text).expect("a table of texts"))
}

const TRANSLATED: [Language; 2] = [Language::German, Language::Chinese];

const fn forms(language: Language) -> usize {
    if matches!(language, Language::Chinese) { 1 } else { 2 }
}

#[test]
fn each_text_of_the_page_stands_in_each_table() {
    let texts = texts();
    assert!(texts.len() > 400, "only {} texts were found", texts.len());
    for language in TRANSLATED {
        let (path, table) = table_of(language);
        let empty = |is_counted: bool| match is_counted {
            true => Value::from(vec![""; forms(language)]),
            false => Value::from(""),
        };
        let entry = |(text, is_counted): &(String, bool)| {
            let kept = table.get(text).filter(|value| value.is_array() == *is_counted);
            (text.clone(), kept.cloned().unwrap_or_else(|| empty(*is_counted)))
        };
        let wanted: Map<String, Value> = texts.iter().map(entry).collect();
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            let text = serde_json::to_string_pretty(&wanted).expect("texts") + "\n";
            std::fs::write(&path, text).expect("the table can be written");
        } else {
            let missing: Vec<&String> = wanted.keys().filter(|text| !table.contains_key(*text)).collect();
            let stale: Vec<&String> = table.keys().filter(|text| !wanted.contains_key(*text)).collect();
            assert_eq!((missing, stale), (vec![], vec![]), "{path}: UPDATE_EXPECT=1 cargo test --test main words");
            assert!(table == wanted, "{path}: UPDATE_EXPECT=1 cargo test --test main words");
        }
    }
}

#[test]
fn each_translation_says_something_with_the_same_places() {
    for language in TRANSLATED {
        let (path, table) = table_of(language);
        for (english, translated) in &table {
            let translations: Vec<&str> = match translated {
                Value::Array(forms) => forms.iter().filter_map(Value::as_str).collect(),
                other => other.as_str().into_iter().collect(),
            };
            if translated.is_array() {
                assert_eq!(translations.len(), forms(language), "{path}: forms of {english:?}");
            }
            for translation in translations {
                assert!(!translation.trim().is_empty(), "{path}: {english:?} is not translated");
                let mut wanted = places(english);
                let mut given = places(translation);
                if translated.is_array() {
                    // The English text for one may say the number in words or as a figure.
                    wanted.retain(|place| place != "n");
                    given.retain(|place| place != "n");
                }
                assert_eq!(given, wanted, "{path}: places of {english:?}");
                assert_eq!(codes(translation), codes(english), "{path}: code in {english:?}");
                let edges = |text: &str| (text.starts_with(' '), text.ends_with(' '));
                let is_spaced = language != Language::Chinese;
                assert!(!is_spaced || edges(translation) == edges(english), "{path}: blanks around {english:?}");
            }
        }
    }
}
