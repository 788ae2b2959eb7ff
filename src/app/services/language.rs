//! The language of the page: what the browser asks for, and the tables of texts, which come from the page's own host.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Response;
use yew::Callback;

use super::window;
use crate::words::{self, Language};

/// The first of the browser's languages that the page has.
pub fn of_browser() -> Language {
    let tags = window().map(|window| window.navigator().languages()).unwrap_or_default();
    tags.iter().filter_map(|tag| Language::of_tag(&tag.as_string()?)).next().unwrap_or_default()
}

/// Has the page's texts in a language, and says whether they are there; without them the page stays as it is.
pub fn learn(language: Language, done: Callback<Result<(), String>>) {
    spawn_local(async move {
        let learned = match language {
            Language::English => words::speak(language, ""),
            _ => match fetch(&format!("words-{}.json", language.tag())).await {
                Ok(table) => words::speak(language, &table),
                Err(error) => Err(format!("{error:?}")),
            },
        };
        if learned.is_ok() {
            mark(language);
        }
        done.emit(learned);
    });
}

async fn fetch(file: &str) -> Result<String, JsValue> {
    let window = window().ok_or("there is no window")?;
    let response: Response = JsFuture::from(window.fetch_with_str(file)).await?.dyn_into()?;
    if !response.ok() {
        return Err(format!("the host answers {}", response.status()).into());
    }
    Ok(JsFuture::from(response.text()?).await?.as_string().unwrap_or_default())
}

/// Tells the browser, for hyphens, quotes and voices.
fn mark(language: Language) {
    let root = window().and_then(|window| window.document()).and_then(|document| document.document_element());
    if let Some(root) = root {
        // The attribute is the page's own and always valid.
        let _ = root.set_attribute("lang", language.tag());
    }
}
