//! A long list of which only the rows on screen are in the document.

use std::ops::Range;

use yew::prelude::*;

use crate::app::services::measure::use_size;

/// Height of a row.
pub const ROW: f64 = 26.0;

/// Rows drawn beyond the edges.
const SPARE: usize = 6;

/// What a list of rows needs of its place.
pub struct Rows {
    pub node: NodeRef,
    pub onscroll: Callback<Event>,
    /// The rows to be drawn.
    pub shown: Range<usize>,
    /// The style of what holds them all.
    pub height: String,
}

/// The rows on screen of so many; the row of `seen` is kept in sight as it changes.
#[hook]
pub fn use_rows(count: usize, seen: Option<usize>) -> Rows {
    let node = use_node_ref();
    let (_, height) = use_size(&node);
    let scrolled = use_state_eq(|| 0.0);
    use_effect_with((seen, node.clone()), move |(seen, node)| {
        let Some((element, seen)) = node.cast::<web_sys::Element>().zip(*seen) else { return };
        let (top, room) = (f64::from(element.scroll_top()), f64::from(element.client_height()));
        let row = seen as f64 * ROW;
        if row < top || row + ROW > top + room {
            element.set_scroll_top((row - room / 2.0).max(0.0) as i32);
        }
    });
    let onscroll = {
        let scrolled = scrolled.clone();
        Callback::from(move |event: Event| {
            if let Some(element) = event.target_dyn_into::<web_sys::Element>() {
                scrolled.set(f64::from(element.scroll_top()));
            }
        })
    };
    let first = ((*scrolled / ROW) as usize).saturating_sub(SPARE);
    let last = (first + (height / ROW) as usize + 2 * SPARE).min(count);
    let height = format!("height:{}px;position:relative", count as f64 * ROW);
    Rows { node, onscroll, shown: first.min(last)..last, height }
}
