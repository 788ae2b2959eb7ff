//! Files of the reader's: chosen, dropped on the page, saved. They are read here and go nowhere else.

use std::rc::Rc;
use tr::tr;

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    Blob, BlobPropertyBag, CanvasRenderingContext2d, DragEvent, FileList, HtmlAnchorElement, HtmlCanvasElement,
    HtmlImageElement, Url,
};
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
                troubles.push(tr!("{name} is larger than {} MB and is not read", MOST_BYTES / 1024 / 1024, name));
                continue;
            }
            match JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string()) {
                Some(text) => read.push(File { name: name.into(), text: text.into() }),
                None => troubles.push(tr!("{name} could not be read: is it a file?", name)),
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

/// Pixels of a picture's side for each of its own, and the most that there are in all: canvases have a limit.
const SHARPNESS: f64 = 2.0;
const MOST_PIXELS: f64 = 16_000.0;

/// Draws an SVG and saves it as a PNG; `failed` hears where the browser does not do that.
pub fn save_pixels(name: String, svg: &str, failed: Callback<()>) {
    let Some((image, canvas)) = drawing_tools() else { return failed.emit(()) };
    let on_load = {
        let (image, failed) = (image.clone(), failed.clone());
        Closure::once_into_js(move || {
            let (width, height) = (f64::from(image.natural_width()), f64::from(image.natural_height()));
            let scale = SHARPNESS.min(MOST_PIXELS / width.max(height).max(1.0));
            canvas.set_width((width * scale) as u32);
            canvas.set_height((height * scale) as u32);
            if drawn(&canvas, &image, &name).is_none() {
                failed.emit(());
            }
        })
    };
    image.set_onload(Some(on_load.unchecked_ref()));
    let on_error = Closure::once_into_js(move || failed.emit(()));
    image.set_onerror(Some(on_error.unchecked_ref()));
    let encoded = js_sys::encode_uri_component(svg).as_string().unwrap_or_default();
    image.set_src(&format!("data:image/svg+xml,{encoded}"));
}

fn drawing_tools() -> Option<(HtmlImageElement, HtmlCanvasElement)> {
    let document = window()?.document()?;
    let canvas = document.create_element("canvas").ok()?.unchecked_into();
    Some((HtmlImageElement::new().ok()?, canvas))
}

/// Puts the picture onto the canvas, and what has become of it into a file.
fn drawn(canvas: &HtmlCanvasElement, image: &HtmlImageElement, name: &str) -> Option<()> {
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.unchecked_into();
    let (width, height) = (f64::from(canvas.width()), f64::from(canvas.height()));
    context.draw_image_with_html_image_element_and_dw_and_dh(image, 0.0, 0.0, width, height).ok()?;
    // A canvas beyond what the browser can do gives a picture without a type.
    let url = canvas.to_data_url().ok().filter(|url| url.starts_with("data:image/png"))?;
    let link: HtmlAnchorElement = window()?.document()?.create_element("a").ok()?.unchecked_into();
    link.set_href(&url);
    link.set_download(name);
    link.click();
    Some(())
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
