//! The text editor: typed props around the custom element `<asl-editor>` of www/editor.
//! Positions are in UTF-16 units, as the browser counts; [`marks`] translates diagnostics.

use std::rc::Rc;

use serde::{Deserialize, Serialize};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use yew::prelude::*;

use crate::{
    diagnostic::{Diagnostic, Severity},
    text::Span,
};

/// A remark to underline.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mark {
    pub from: u32,
    pub to: u32,
    /// `error`, `warning` or `info`.
    pub severity: &'static str,
    pub message: String,
    pub hint: Option<String>,
    /// The rule that the help has a section of; empty where it has none.
    pub rule: &'static str,
    /// What the cures do.
    pub cures: Vec<String>,
}

/// What the editor asks of the page: a text and a position in it, and an answer as a JavaScript value.
pub type Ask = Callback<(Rc<str>, u32), JsValue>;

/// Those who answer the editor's questions.
#[derive(Clone, Debug, PartialEq)]
pub struct Assistant {
    /// `{from, to, items: [{label, text, stops, kind, detail, doc}]}`.
    pub complete: Ask,
    /// `{from, to, lines}`.
    pub describe: Ask,
    /// `{from, name}`.
    pub name_at: Ask,
}

/// What the reader asked for in the editor.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Asked {
    /// `definition`, `use`, `rename`, `format`, `cure` or `rule`.
    pub what: String,
    #[serde(default)]
    pub position: u32,
    #[serde(default)]
    pub name: String,
    /// Indexes of a mark and of one of its cures.
    #[serde(default)]
    pub mark: usize,
    #[serde(default)]
    pub cure: usize,
    #[serde(default)]
    pub rule: String,
}

/// A range and what to say of it on hover.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hover {
    pub from: u32,
    pub to: u32,
    pub text: String,
}

/// Lines to light: those from `from` to `to`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Highlight {
    pub from: u32,
    pub to: u32,
    pub kind: HighlightKind,
}

/// Why lines are lit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum HighlightKind {
    Running,
    Selected,
    Failed,
    Caught,
    Waiting,
    Succeeded,
}

/// Where the cursor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Cursor {
    /// In UTF-16 units from the start.
    pub position: u32,
    /// Counted from one.
    pub line: u32,
    /// Counted from one.
    pub column: u32,
}

impl Default for Cursor {
    fn default() -> Self {
        Self { position: 0, line: 1, column: 1 }
    }
}

/// A range to select and scroll to; a new `id` asks anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reveal {
    pub id: u32,
    pub from: u32,
    pub to: u32,
}

/// The languages the editor colours and folds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    #[default]
    Json,
    Yaml,
}

impl Language {
    const fn name(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Yaml => "yaml",
        }
    }
}

#[derive(Properties, PartialEq)]
pub struct EditorProps {
    /// What the text is, for those who cannot see it.
    pub label: AttrValue,
    pub value: Rc<str>,
    #[prop_or_default]
    pub language: Language,
    #[prop_or_default]
    pub readonly: bool,
    #[prop_or_else(|| Rc::new([]))]
    pub marks: Rc<[Mark]>,
    #[prop_or_else(|| Rc::new([]))]
    pub highlights: Rc<[Highlight]>,
    #[prop_or_else(|| Rc::new([]))]
    pub hovers: Rc<[Hover]>,
    #[prop_or_default]
    pub reveal: Option<Reveal>,
    /// The whole text, after each change by the reader.
    #[prop_or_default]
    pub on_change: Callback<Rc<str>>,
    /// Whenever the reader moves the cursor.
    #[prop_or_default]
    pub on_cursor: Callback<Cursor>,
    #[prop_or_default]
    pub assistant: Option<Assistant>,
    #[prop_or_default]
    pub on_asked: Callback<Asked>,
}

#[wasm_bindgen]
extern "C" {
    /// `<asl-editor>`, see www/editor/index.js.
    #[wasm_bindgen(extends = web_sys::HtmlElement)]
    type AslEditor;

    #[wasm_bindgen(method, js_name = goTo)]
    fn go_to(this: &AslEditor, from: u32, to: u32);
}

#[component]
pub fn Editor(props: &EditorProps) -> Html {
    let node = use_node_ref();
    // A property is set when its JavaScript value is another one, so each value is made once.
    let text = use_memo(props.value.clone(), |text| JsValue::from_str(text));
    let marks = use_memo(props.marks.clone(), to_js);
    let highlights = use_memo(props.highlights.clone(), to_js);
    let hovers = use_memo(props.hovers.clone(), to_js);

    use_event(&node, "asl-change", {
        let on_change = props.on_change.clone();
        move |detail| {
            if let Some(text) = detail.as_string() {
                on_change.emit(text.into());
            }
        }
    });
    use_event(&node, "asl-cursor", {
        let on_cursor = props.on_cursor.clone();
        move |detail| {
            if let Ok(cursor) = serde_wasm_bindgen::from_value(detail) {
                on_cursor.emit(cursor);
            }
        }
    });
    use_event(&node, "asl-asked", {
        let on_asked = props.on_asked.clone();
        move |detail| {
            if let Ok(asked) = serde_wasm_bindgen::from_value(detail) {
                on_asked.emit(asked);
            }
        }
    });
    let assistant = use_assistant(props.assistant.clone());
    use_effect_with((node.clone(), props.reveal), |(node, reveal)| {
        let element = node.get().map(JsCast::unchecked_into::<AslEditor>);
        if let (Some(element), Some(reveal)) = (element, reveal) {
            element.go_to(reveal.from, reveal.to);
        }
    });

    html! {
        <asl-editor
            ref={node}
            ~label={JsValue::from_str(&props.label)}
            ~language={JsValue::from_str(props.language.name())}
            ~readOnly={JsValue::from_bool(props.readonly)}
            ~text={(*text).clone()}
            ~diagnostics={(*marks).clone()}
            ~highlights={(*highlights).clone()}
            ~hovers={(*hovers).clone()}
            ~assistant={assistant}
        />
    }
}

/// Listens for a custom event of the element and hands on what it carries.
#[hook]
fn use_event(node: &NodeRef, name: &'static str, handle: impl Fn(JsValue) + 'static) {
    // The element stays, the handler changes with each render.
    let latest = use_mut_ref(|| None::<Rc<dyn Fn(JsValue)>>);
    *latest.borrow_mut() = Some(Rc::new(handle));
    use_effect_with(node.clone(), move |node| {
        let listener = Closure::<dyn Fn(web_sys::CustomEvent)>::new(move |event: web_sys::CustomEvent| {
            let handle = latest.borrow().clone();
            if let Some(handle) = handle {
                handle(event.detail());
            }
        });
        let element = node.cast::<web_sys::Element>();
        if let Some(element) = &element {
            let added = element.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
            debug_assert!(added.is_ok(), "an element takes listeners");
        }
        move || {
            if let Some(element) = element {
                let _ = element.remove_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
            }
        }
    });
}

/// The object whose functions the editor calls; the same one all the time, whoever answers.
#[hook]
fn use_assistant(assistant: Option<Assistant>) -> JsValue {
    type Answer = Closure<dyn Fn(String, u32) -> JsValue>;
    type Pick = fn(&Assistant) -> &Ask;
    let latest = use_mut_ref(|| None::<Assistant>);
    let is_there = assistant.is_some();
    *latest.borrow_mut() = assistant;
    let made = use_memo(is_there, |is_there| {
        let object = js_sys::Object::new();
        let answers: [(&str, Pick); 3] =
            [("complete", |it| &it.complete), ("describe", |it| &it.describe), ("nameAt", |it| &it.name_at)];
        let closures = answers.map(|(name, pick)| {
            let latest = Rc::clone(&latest);
            let answer: Answer = Closure::new(move |text: String, position: u32| {
                let ask = latest.borrow().as_ref().map(|it| pick(it).clone());
                ask.map_or(JsValue::NULL, |ask| ask.emit((text.into(), position)))
            });
            // A plain object takes any property.
            let _ = js_sys::Reflect::set(&object, &name.into(), answer.as_ref());
            answer
        });
        let value = if *is_there { object.into() } else { JsValue::NULL };
        (value, closures)
    });
    made.0.clone()
}

pub fn to_js(value: &impl Serialize) -> JsValue {
    serde_wasm_bindgen::to_value(value).unwrap_or(JsValue::UNDEFINED)
}

/// What the checker said about a text, as marks in it.
pub fn marks(text: &str, diagnostics: &[Diagnostic]) -> Rc<[Mark]> {
    let units = Utf16Offsets::new(text, diagnostics.iter().flat_map(|it| [it.span.start, it.span.end]));
    diagnostics
        .iter()
        .map(|diagnostic| Mark {
            from: units.at(diagnostic.span.start),
            to: units.at(diagnostic.span.end),
            severity: match diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info => "info",
            },
            message: diagnostic.message.clone(),
            hint: diagnostic.hint.clone(),
            rule: diagnostic.rule,
            cures: diagnostic.cures.iter().map(|cure| cure.title.clone()).collect(),
        })
        .collect()
}

/// Words for ranges of a text, where the reader points at them.
pub fn hovers(text: &str, ranges: Vec<(Span, String)>) -> Rc<[Hover]> {
    let units = Utf16Offsets::new(text, ranges.iter().flat_map(|(span, _)| [span.start, span.end]));
    let hover = |(span, text): (Span, String)| Hover { from: units.at(span.start), to: units.at(span.end), text };
    ranges.into_iter().map(hover).collect()
}

/// Byte offsets of one text with their UTF-16 positions, found in a single pass over it.
struct Utf16Offsets(Vec<(usize, u32)>);

impl Utf16Offsets {
    fn new(text: &str, offsets: impl Iterator<Item = usize>) -> Self {
        let mut offsets: Vec<_> = offsets.collect();
        offsets.sort_unstable();
        offsets.dedup();
        let (mut bytes, mut units) = (0, 0);
        let positions = offsets.into_iter().map(|offset| {
            let end = text.floor_char_boundary(offset);
            units += text[bytes..end].chars().map(|character| character.len_utf16() as u32).sum::<u32>();
            bytes = end;
            (offset, units)
        });
        Self(positions.collect())
    }

    fn at(&self, offset: usize) -> u32 {
        let index = self.0.binary_search_by_key(&offset, |&(bytes, _)| bytes);
        index.map_or(0, |index| self.0[index].1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Span;

    #[test]
    fn marks_count_as_the_browser_does() {
        let text = "é𝄞x";
        let marks = marks(text, &[Diagnostic::error("CODE", Span::new(6, 7), "x is odd")]);
        assert_eq!((marks[0].from, marks[0].to), (3, 4));
    }

    #[test]
    fn a_mark_past_the_end_stands_at_the_end() {
        let marks = marks("ab", &[Diagnostic::error("CODE", Span::new(2, 99), "more expected")]);
        assert_eq!((marks[0].from, marks[0].to), (2, 2));
    }
}
