//! A JSON value as a tree: rows fold, are searched, and give away their paths and values. Of a large one only the rows on
//! screen are in the document.

use std::{cell::Cell, collections::BTreeSet, rc::Rc};
use tr::tr;

use yew::prelude::*;

use super::{
    fields::value_of,
    parts::{self, icon},
};
use crate::{
    app::services::clipboard,
    session::json_tree::{Key, Row, RowKind, Tree},
};

const ROW: f64 = 20.0;

/// More rows than these scroll in a place of their own.
const MOST_UNROLLED: usize = 120;

/// Height of that place.
const PLACE: f64 = 400.0;

/// Rows drawn beyond its edges.
const SPARE: usize = 8;

#[derive(Properties, PartialEq)]
pub struct JsonTreeProps {
    pub text: AttrValue,
    pub label: AttrValue,
}

#[component]
pub fn JsonTree(props: &JsonTreeProps) -> Html {
    let tree = use_memo(props.text.clone(), |text| Tree::of(text));
    let open = use_state_eq(BTreeSet::<u32>::new);
    let chosen = use_state_eq(|| 0_u32);
    let search = use_state_eq(String::new);
    let said = use_state_eq(String::new);
    let scrolled = use_state_eq(|| 0.0);
    let list = use_node_ref();
    let id = use_state_eq(fresh_id);
    use_effect_with(props.text.clone(), {
        let (open, chosen, tree) = (open.clone(), chosen.clone(), Rc::clone(&tree));
        move |_| {
            open.set(tree.as_ref().as_ref().map(Tree::first_open).unwrap_or_default());
            chosen.set(0);
        }
    });
    let hits = use_memo((props.text.clone(), (*search).clone()), |(_, search)| {
        tree.as_ref().as_ref().map(|tree| tree.hits(search)).unwrap_or_default()
    });
    let it = Rc::<Option<Tree>>::clone;
    let Some(shown_tree) = tree.as_ref().as_ref() else { return Html::default() };
    let shown = shown_tree.shown(&open);
    let at = shown.binary_search(&*chosen).unwrap_or(0);
    let go = {
        let (open, chosen, tree, list) = (open.clone(), chosen.clone(), it(&tree), list.clone());
        // Unfolds the way to a row, and brings it into sight.
        move |index: u32| {
            let Some(tree) = tree.as_ref().as_ref() else { return };
            let mut now = (*open).clone();
            now.extend(tree.around(index));
            let place = tree.shown(&now).binary_search(&index).unwrap_or(0) as f64 * ROW;
            open.set(now);
            chosen.set(index);
            if let Some(list) = list.cast::<web_sys::Element>() {
                let (top, room) = (f64::from(list.scroll_top()), f64::from(list.client_height()));
                if place < top || place + ROW > top + room {
                    list.set_scroll_top((place - room / 2.0).max(0.0) as i32);
                }
            }
        }
    };
    let to_hit = {
        let (hits, go, chosen) = (Rc::clone(&hits), go.clone(), chosen.clone());
        move |back: bool| {
            let next = match back {
                true => hits.iter().rev().find(|hit| **hit < *chosen).or(hits.last()),
                false => hits.iter().find(|hit| **hit > *chosen).or(hits.first()),
            };
            next.iter().for_each(|hit| go(**hit));
        }
    };
    let oninput = {
        let (search, go, tree) = (search.clone(), go.clone(), it(&tree));
        Callback::from(move |event: InputEvent| {
            let typed = value_of(&event.into());
            if let Some(first) = tree.as_ref().as_ref().and_then(|tree| tree.hits(&typed).first().copied()) {
                go(first);
            }
            search.set(typed);
        })
    };
    let on_search_key = {
        let to_hit = to_hit.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Enter" {
                event.prevent_default();
                to_hit(event.shift_key());
            }
        })
    };
    let fold = {
        let (open, tree) = (open.clone(), it(&tree));
        move |index: u32, opens: bool| {
            let mut now = (*open).clone();
            let holds = tree.as_ref().as_ref().and_then(|tree| tree.row(index, &now));
            if holds.is_some_and(|row| row.kind == RowKind::Holder) {
                let _ = if opens { now.insert(index) } else { now.remove(&index) };
                open.set(now);
            }
        }
    };
    let onkeydown = {
        let (shown, go, fold, open, tree, chosen) =
            (shown.clone(), go.clone(), fold.clone(), open.clone(), it(&tree), chosen.clone());
        Callback::from(move |event: KeyboardEvent| {
            let row = |at: usize| shown.get(at).copied();
            let next = match event.key().as_str() {
                "ArrowDown" => row(at + 1),
                "ArrowUp" => at.checked_sub(1).and_then(row),
                "Home" => row(0),
                "End" => shown.last().copied(),
                "ArrowRight" if open.contains(&*chosen) => row(at + 1),
                "ArrowRight" => {
                    fold(*chosen, true);
                    Some(*chosen)
                }
                "ArrowLeft" if open.contains(&*chosen) => {
                    fold(*chosen, false);
                    Some(*chosen)
                }
                "ArrowLeft" => tree.as_ref().as_ref().and_then(|tree| tree.parent(*chosen)),
                "Enter" | " " => {
                    fold(*chosen, !open.contains(&*chosen));
                    Some(*chosen)
                }
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            if let Some(next) = next.filter(|next| *next != *chosen) {
                go(next);
            }
        })
    };
    let copy = |what: fn(&Tree, u32) -> String, words: String| {
        let (tree, chosen, said) = (it(&tree), *chosen, said.clone());
        Callback::from(move |_: MouseEvent| {
            let Some(tree) = tree.as_ref().as_ref() else { return };
            let (said, words) = (said.clone(), words.clone());
            let worked = move |worked: bool| {
                said.set(if worked { words.clone() } else { tr!("the browser did not allow copying") })
            };
            clipboard::copy(what(tree, chosen), Callback::from(worked));
        })
    };
    let is_rolled = shown.len() > MOST_UNROLLED;
    let (first, last) = match is_rolled {
        true => {
            let first = ((*scrolled / ROW) as usize).saturating_sub(SPARE);
            (first, (first + (PLACE / ROW) as usize + 2 * SPARE).min(shown.len()))
        }
        false => (0, shown.len()),
    };
    let onscroll = {
        let scrolled = scrolled.clone();
        Callback::from(move |event: Event| {
            if let Some(element) = event.target_dyn_into::<web_sys::Element>() {
                scrolled.set(f64::from(element.scroll_top()));
            }
        })
    };
    let line = |(place, index): (usize, &u32)| {
        let row = shown_tree.row(*index, &open)?;
        let is_chosen = *index == *chosen;
        let onclick = {
            let (chosen, fold, index, is_open) = (chosen.clone(), fold.clone(), *index, row.is_open);
            Callback::from(move |_: MouseEvent| {
                chosen.set(index);
                fold(index, !is_open);
            })
        };
        Some(line_view(&row, &format!("{}-{index}", *id), place, is_chosen, hits.binary_search(index).is_ok(), onclick))
    };
    let lines = (first..last).zip(&shown[first.min(last)..last]).filter_map(line);
    let path = shown_tree.path(*chosen, "$", false);
    html! {
        <div class="json-tree">
            <div class="json-tools">
                <input type="search" placeholder={tr!("Search")} aria-label={tr!("Search in {}", props.label)} value={(*search).clone()} {oninput} onkeydown={on_search_key} />
                if !search.is_empty() {
                    <span class="remark" role="status">{ found(&hits, *chosen) }</span>
                    <button class="quiet small" aria-label={tr!("Previous hit")} onclick={let to_hit = to_hit.clone(); move |_: MouseEvent| to_hit(true)}>{ icon(parts::PREVIOUS) }</button>
                    <button class="quiet small" aria-label={tr!("Next hit")} onclick={move |_: MouseEvent| to_hit(false)}>{ icon(parts::NEXT) }</button>
                }
            </div>
            <div class={classes!("json-rows", is_rolled.then_some("rolled"))} ref={list} role="tree" tabindex="0" aria-label={props.label.clone()}
                aria-activedescendant={format!("{}-{}", *id, *chosen)} {onkeydown} {onscroll}>
                <div role="presentation" style={format!("height:{}px", shown.len() as f64 * ROW)}>{ for lines }</div>
            </div>
            <div class="json-tools">
                <code class="json-path">{ path }</code>
                <button class="quiet small" onclick={copy(|tree, index| tree.path(index, "$", false), tr!("the path was copied"))}>{ icon(parts::COPY) }{ tr!("Path") }</button>
                <button class="quiet small" onclick={copy(Tree::value, tr!("the value was copied"))}>{ icon(parts::COPY) }{ tr!("Value") }</button>
                <span class="remark" role="status">{ said.to_string() }</span>
                if shown_tree.is_cut { <span class="remark">{ tr!("Only the beginning is shown") }</span> }
            </div>
        </div>
    }
}

fn found(hits: &[u32], chosen: u32) -> String {
    match (hits.len(), hits.binary_search(&chosen)) {
        (0, _) => tr!("nothing found"),
        (count, Ok(at)) => tr!("{} of {count}", at + 1, count),
        (count, Err(_)) => tr!("{count} found", count),
    }
}

/// What the ids of a tree's rows begin with, unlike those of any other on the page.
fn fresh_id() -> String {
    thread_local!(static COUNT: Cell<u32> = const { Cell::new(0) });
    let count = COUNT.get() + 1;
    COUNT.set(count);
    format!("tree-{count}")
}

fn line_view(row: &Row, id: &str, place: usize, is_chosen: bool, is_hit: bool, onclick: Callback<MouseEvent>) -> Html {
    let class = classes!("json-row", is_chosen.then_some("chosen"), is_hit.then_some("hit"));
    let style = format!("top:{}px;padding-left:{}px", place as f64 * ROW, 4 + row.depth * 14);
    let tone = match row.kind {
        RowKind::Holder | RowKind::Empty => "holder",
        RowKind::Text => "string",
        RowKind::Number => "number",
        RowKind::Atom => "atom",
    };
    let sign = match (row.kind, row.is_open) {
        (RowKind::Holder, true) => "▾",
        (RowKind::Holder, false) => "▸",
        _ => "",
    };
    let key = match &row.key {
        Key::Root => None,
        Key::Name(name) => Some(name.to_string()),
        Key::Index(at) => Some(at.to_string()),
    };
    html! {
        <div key={row.index} id={id.to_string()} role="treeitem" {class} {style} {onclick} aria-level={(row.depth + 1).to_string()}
            aria-selected={is_chosen.to_string()} aria-expanded={(row.kind == RowKind::Holder).then(|| row.is_open.to_string())}>
            <span class="fold" aria-hidden="true">{ sign }</span>
            if let Some(key) = key { <span class="key">{ key }</span>{ ": " } }
            <span class={tone}>{ row.text.clone() }</span>
        </div>
    }
}
