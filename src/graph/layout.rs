//! Laying out one scope: boxes of known size and the links between them become rectangles and
//! polylines. Knows nothing of states; inner scopes are boxes like any other.
//!
//! Sugiyama's method in three steps: `order` breaks cycles, gives each box a layer and each layer an
//! order; `place` finds columns; `route` finds rows and draws the links.

use super::{Point, Rect, Size, order, place, route};

/// The narrowest distance between two lines.
pub const LINE_GAP: f64 = 10.0;

/// A box to be placed.
#[derive(Clone, Copy, Debug)]
pub struct Item {
    pub size: Size,
}

/// A link between two boxes. Links stand grouped by `from`, in the author's order.
#[derive(Clone, Copy, Debug)]
pub struct Link {
    pub from: usize,
    pub to: usize,
    /// The one that goes straight on is the first with the highest preference.
    pub preference: u8,
    pub label: Option<Size>,
}

#[derive(Clone, Debug, Default)]
pub struct Layout {
    pub rects: Vec<Rect>,
    /// One for each link.
    pub routes: Vec<Route>,
    pub size: Size,
}

#[derive(Clone, Debug, Default)]
pub struct Route {
    pub points: Vec<Point>,
    pub label: Option<Rect>,
    pub is_back: bool,
}

/// Lays out one scope whose first box is `start`.
pub fn lay_out(mut items: Vec<Item>, links: &[Link], start: Option<usize>) -> Layout {
    if items.is_empty() {
        return Layout::default();
    }
    widen_for_ports(&mut items, links);
    let layered = order::order(&items, links, start);
    let columns = place::place(&layered, links);
    route::route(&items, links, &layered, columns)
}

/// A box with very many links grows so that they stay apart.
fn widen_for_ports(items: &mut [Item], links: &[Link]) {
    let mut ports = vec![(0u32, 0u32); items.len()];
    for link in links {
        ports[link.from].0 += 1;
        ports[link.to].1 += 1;
    }
    for (item, (out, into)) in items.iter_mut().zip(ports) {
        let most = f64::from(out.max(into));
        if most > 8.0 {
            item.size.w = item.size.w.max((most - 1.0) * LINE_GAP * 2.0 + 32.0);
        }
    }
}
