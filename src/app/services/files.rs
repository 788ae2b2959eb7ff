//! Files of the reader's: chosen, dropped on the page, saved. They are read here and go nowhere else.

use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, BlobPropertyBag, DragEvent, FileList, HtmlAnchorElement, Url};
use yew::prelude::*;

use super::window;
use crate::session::files::{File, MOST_BYTES};

/// What came of reading some files: those that were read, and why others were not.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    pub files: Rc<[File]>,
    pub troubles: Vec<String>,
}

/// Reads files as text, one after the other, and calls back when all are there.
pub fn read(list: FileList, done: Callback<Read>) {
    let files: Vec<web_sys::File> = (0..list.length()).filter_map(|index| list.get(index)).collect();
    spawn_local(async move {
        let (mut read, mut troubles) = (Vec::new(), Vec::new());
        for file in files {
            let name = file.name();
            if file.size() > MOST_BYTES as f64 {
                troubles.push(format!("{name} is larger than {} MB and is not read", MOST_BYTES / 1024 / 1024));
                continue;
            }
            match JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string()) {
                Some(text) => read.push(File { name: name.into(), text: text.into() }),
                None => troubles.push(format!("{name} could not be read: is it a file?")),
            }
        }
        done.emit(Read { files: read.into(), troubles });
    });
}

/// Saves a text as a file, by the browser's own download.
pub fn save(name: &str, media_type: &str, text: &str) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &options)?;
    let url = Url::create_object_url_with_blob(&blob)?;
    let document = window().and_then(|window| window.document()).ok_or(JsValue::NULL)?;
    let link: HtmlAnchorElement = document.create_element("a")?.unchecked_into();
    link.set_href(&url);
    link.set_download(name);
    link.click();
    Url::revoke_object_url(&url)
}

/// Takes files that are dropped anywhere on the page, before the element under them does. Gives whether some are
/// being dragged over it.
#[hook]
pub fn use_drops(on_drop: Callback<FileList>) -> bool {
    let is_over = use_state_eq(|| false);
    let setter = is_over.setter();
    use_effect_with((), move |()| {
        let listener = Closure::<dyn Fn(DragEvent)>::new(move |event: DragEvent| {
            let Some(carried) = event.data_transfer().filter(has_files) else { return };
            event.prevent_default();
            event.stop_propagation();
            match event.type_().as_str() {
                "drop" => {
                    setter.set(false);
                    if let Some(files) = carried.files() {
                        on_drop.emit(files);
                    }
                }
                // Leaving for another element of the page is not leaving the page.
                "dragleave" => setter.set(event.related_target().is_some()),
                _ => setter.set(true),
            }
        });
        let callback: js_sys::Function = listener.as_ref().unchecked_ref::<js_sys::Function>().clone();
        if let Some(window) = window() {
            for event in DRAGGING {
                let _ = window.add_event_listener_with_callback_and_bool(event, &callback, true);
            }
        }
        move || {
            if let Some(window) = window() {
                for event in DRAGGING {
                    let _ = window.remove_event_listener_with_callback_and_bool(event, &callback, true);
                }
            }
            drop(listener);
        }
    });
    *is_over
}

const DRAGGING: [&str; 4] = ["dragenter", "dragover", "dragleave", "drop"];

/// Whether files are what is dragged, and not a text out of the page.
fn has_files(carried: &web_sys::DataTransfer) -> bool {
    carried.types().includes(&"Files".into(), 0)
}
