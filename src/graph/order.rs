//! Layers and their order: which box stands how far down, and what stands left of what.
//!
//! Cycles are broken where a walk in the author's order meets a box it is still inside of. Boxes
//! take even ranks and labels the odd ones between them, so that a label has a place of its own. The
//! first order is that of the walk; sweeps change it only to cross strictly fewer lines.

use super::layout::{Item, Link};

/// A link over more layers than this runs in a lane outside instead of between the boxes, which
/// bounds the work and keeps the middle free.
const MAX_SPAN: usize = 40;

/// Rounds of sweeps, down and up.
const MAX_SWEEPS: usize = 6;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VertexKind {
    Item,
    Label,
    /// A long link on its way through a layer.
    Bend,
}

#[derive(Clone, Copy, Debug)]
pub struct Vertex {
    pub kind: VertexKind,
    pub layer: usize,
    pub pos: usize,
    /// From the column's line to the vertex' left and right side.
    pub left: f64,
    pub right: f64,
}

/// A piece of a link between neighbouring layers.
#[derive(Clone, Copy, Debug)]
pub struct Segment {
    pub upper: usize,
    pub lower: usize,
    pub link: usize,
}

/// How a link gets from box to box.
#[derive(Clone, Debug)]
pub enum Course {
    /// Down through the layers; the vertices in between.
    Through(Vec<usize>),
    /// Around, in a lane beside the boxes.
    Lane,
    /// Back to the box it came from.
    Itself,
}

#[derive(Debug)]
pub struct Layered {
    /// The items, then labels and bends.
    pub vertices: Vec<Vertex>,
    pub layers: Vec<Vec<usize>>,
    /// Layers that hold only labels and bends.
    pub is_thin: Vec<bool>,
    pub courses: Vec<Course>,
    pub is_back: Vec<bool>,
    pub segments: Vec<Segment>,
    /// Segments by upper and by lower vertex.
    pub below: Vec<Vec<usize>>,
    pub above: Vec<Vec<usize>>,
    /// The links of the way straight on from the start.
    pub is_spine: Vec<bool>,
    /// The boxes on it, in order.
    pub spine: Vec<usize>,
}

/// What a first walk over the links found.
struct Walk {
    /// Each box after all that it leads to, back links aside.
    postorder: Vec<usize>,
    is_back: Vec<bool>,
    /// Found from the start.
    is_reached: Vec<bool>,
}

pub fn order(items: &[Item], links: &[Link], start: Option<usize>) -> Layered {
    let out = outgoing(items.len(), links);
    let roots = start.into_iter().chain(0..items.len());
    let walk = walk(&out, links, roots, start);
    let ranks = rank(&out, links, &walk, start);
    let (is_spine, spine) = spine(&out, links, &walk, start);
    let mut layered = layers(items, links, &walk, &ranks);
    layered.is_spine = is_spine;
    layered.spine = spine;
    first_order(&mut layered, links, &out, items.len(), start);
    connect(&mut layered, links);
    sweep(&mut layered);
    layered
}

fn outgoing(count: usize, links: &[Link]) -> Vec<Vec<usize>> {
    let mut out = vec![Vec::new(); count];
    for (idx, link) in links.iter().enumerate() {
        out[link.from].push(idx);
    }
    out
}

fn walk(out: &[Vec<usize>], links: &[Link], roots: impl Iterator<Item = usize>, start: Option<usize>) -> Walk {
    #[derive(Clone, Copy, PartialEq)]
    enum Mark {
        New,
        Open,
        Done,
    }
    let mut marks = vec![Mark::New; out.len()];
    let mut found =
        Walk { postorder: Vec::with_capacity(out.len()), is_back: vec![false; links.len()], is_reached: Vec::new() };
    let mut stack = Vec::new();
    for root in roots {
        if marks[root] != Mark::New {
            continue;
        }
        marks[root] = Mark::Open;
        stack.push((root, 0));
        while let Some((at, next)) = stack.last_mut() {
            let Some(&link) = out[*at].get(*next) else {
                marks[*at] = Mark::Done;
                found.postorder.push(*at);
                stack.pop();
                continue;
            };
            *next += 1;
            let to = links[link].to;
            match marks[to] {
                Mark::New => {
                    marks[to] = Mark::Open;
                    stack.push((to, 0));
                }
                Mark::Open => found.is_back[link] = true,
                Mark::Done => {}
            }
        }
        if Some(root) == start {
            found.is_reached = marks.iter().map(|&mark| mark == Mark::Done).collect();
        }
    }
    found.is_reached.resize(out.len(), false);
    found
}

/// The longest way from the start in even steps. What is not reached hangs just above what it leads to.
fn rank(out: &[Vec<usize>], links: &[Link], walk: &Walk, start: Option<usize>) -> Vec<usize> {
    let mut ranks = vec![0; out.len()];
    let second = if start.is_some_and(|start| !out[start].is_empty()) { 2 } else { 0 };
    for (at, rank) in ranks.iter_mut().enumerate() {
        *rank = if walk.is_reached[at] { 0 } else { second };
    }
    for &from in walk.postorder.iter().rev() {
        for &link in &out[from] {
            let to = links[link].to;
            if !walk.is_back[link] {
                ranks[to] = ranks[to].max(ranks[from] + 2);
            }
        }
    }
    for &from in &walk.postorder {
        if walk.is_reached[from] {
            continue;
        }
        let lowest = out[from].iter().filter(|&&link| !walk.is_back[link]).map(|&link| ranks[links[link].to]).min();
        if let Some(lowest) = lowest {
            ranks[from] = lowest - 2;
        }
    }
    ranks
}

fn spine(out: &[Vec<usize>], links: &[Link], walk: &Walk, start: Option<usize>) -> (Vec<bool>, Vec<usize>) {
    let mut is_spine = vec![false; links.len()];
    let mut spine: Vec<usize> = start.into_iter().collect();
    let mut at = start;
    while let Some(from) = at {
        let ahead = out[from].iter().filter(|&&link| !walk.is_back[link]);
        // `max_by_key` takes the last of equals, the first is meant.
        let straight = ahead.rev().max_by_key(|&&link| links[link].preference);
        at = straight.map(|&link| {
            is_spine[link] = true;
            spine.push(links[link].to);
            links[link].to
        });
    }
    (is_spine, spine)
}

fn layers(items: &[Item], links: &[Link], walk: &Walk, ranks: &[usize]) -> Layered {
    let highest = ranks.iter().max().map_or(0, |&rank| rank + 2);
    let mut is_used = vec![false; highest];
    for &rank in ranks {
        is_used[rank] = true;
    }
    for (idx, link) in links.iter().enumerate() {
        if link.label.is_some() && !walk.is_back[idx] {
            is_used[ranks[link.from] + 1] = true;
        }
    }
    let mut layer_of = vec![0; highest];
    let mut is_thin = Vec::new();
    for rank in 0..highest {
        layer_of[rank] = is_thin.len();
        if is_used[rank] {
            is_thin.push(rank % 2 == 1);
        }
    }
    let mut vertices: Vec<Vertex> = items
        .iter()
        .zip(ranks)
        .map(|(item, &rank)| {
            let half = item.size.w / 2.0;
            Vertex { kind: VertexKind::Item, layer: layer_of[rank], pos: 0, left: half, right: half }
        })
        .collect();
    let mut courses = Vec::with_capacity(links.len());
    for (idx, link) in links.iter().enumerate() {
        let (from, to) = (vertices[link.from].layer, vertices[link.to].layer);
        let course = if link.from == link.to {
            // Room for the loop and its label, to the right of the box.
            vertices[link.from].right += route_loop_room(link);
            Course::Itself
        } else if walk.is_back[idx] || to - from > MAX_SPAN {
            Course::Lane
        } else {
            let mut chain = Vec::with_capacity(to - from - 1);
            for layer in from + 1..to {
                let label = link.label.filter(|_| layer == from + 1);
                let (kind, half) = match label {
                    Some(size) => (VertexKind::Label, size.w / 2.0),
                    None => (VertexKind::Bend, 0.0),
                };
                chain.push(vertices.len());
                vertices.push(Vertex { kind, layer, pos: 0, left: half, right: half });
            }
            Course::Through(chain)
        };
        courses.push(course);
    }
    let count = vertices.len();
    Layered {
        vertices,
        layers: vec![Vec::new(); is_thin.len()],
        is_thin,
        courses,
        is_back: walk.is_back.clone(),
        segments: Vec::new(),
        below: vec![Vec::new(); count],
        above: vec![Vec::new(); count],
        is_spine: Vec::new(),
        spine: Vec::new(),
    }
}

fn route_loop_room(link: &Link) -> f64 {
    super::route::LOOP_WIDTH + link.label.map_or(0.0, |label| label.w + 8.0)
}

/// Each vertex to the right of all that the walk met before it in its layer.
fn first_order(layered: &mut Layered, links: &[Link], out: &[Vec<usize>], items: usize, start: Option<usize>) {
    let mut has_entry = vec![false; items];
    for (link, course) in links.iter().zip(&layered.courses) {
        if matches!(course, Course::Through(_)) {
            has_entry[link.to] = true;
        }
    }
    let Layered { vertices, layers, courses, .. } = layered;
    let mut append = |vertex: usize| {
        let layer = &mut layers[vertices[vertex].layer];
        vertices[vertex].pos = layer.len();
        layer.push(vertex);
    };
    let mut is_met = vec![false; items];
    let mut stack = Vec::new();
    let heads = (0..items).filter(|&item| !has_entry[item]);
    let roots: Vec<usize> = start.into_iter().chain(heads).chain(0..items).collect();
    for root in roots {
        if is_met[root] {
            continue;
        }
        is_met[root] = true;
        append(root);
        stack.push((root, 0));
        while let Some((at, next)) = stack.last_mut() {
            let Some(&link) = out[*at].get(*next) else {
                stack.pop();
                continue;
            };
            *next += 1;
            let Course::Through(chain) = &courses[link] else { continue };
            chain.iter().for_each(|&vertex| append(vertex));
            let to = links[link].to;
            if !is_met[to] {
                is_met[to] = true;
                append(to);
                stack.push((to, 0));
            }
        }
    }
}

fn connect(layered: &mut Layered, links: &[Link]) {
    for (idx, link) in links.iter().enumerate() {
        let Course::Through(chain) = &layered.courses[idx] else { continue };
        let mut upper = link.from;
        for &lower in chain.iter().chain([&link.to]) {
            layered.below[upper].push(layered.segments.len());
            layered.above[lower].push(layered.segments.len());
            layered.segments.push(Segment { upper, lower, link: idx });
            upper = lower;
        }
    }
}

/// Looks for an order with fewer crossings; only a strictly better one replaces the walk's.
fn sweep(layered: &mut Layered) {
    let mut fewest = crossings(layered);
    let mut best = layered.layers.clone();
    let count = layered.layers.len();
    for round in 0..MAX_SWEEPS {
        if fewest == 0 {
            break;
        }
        if round % 2 == 0 {
            (1..count).for_each(|layer| reorder(layered, layer, true));
        } else {
            (0..count - 1).rev().for_each(|layer| reorder(layered, layer, false));
        }
        let crossed = crossings(layered);
        if crossed < fewest {
            fewest = crossed;
            best.clone_from(&layered.layers);
        }
    }
    for (layer, order) in best.into_iter().enumerate() {
        set_layer(layered, layer, order);
    }
}

/// Sorts a layer by the mean position of the neighbours above or below; ties keep their order.
fn reorder(layered: &mut Layered, layer: usize, by_above: bool) {
    let mut keyed: Vec<(f64, usize)> = layered.layers[layer]
        .iter()
        .map(|&vertex| {
            let segments = if by_above { &layered.above[vertex] } else { &layered.below[vertex] };
            let sum: usize = segments
                .iter()
                .map(|&segment| {
                    let Segment { upper, lower, .. } = layered.segments[segment];
                    layered.vertices[if by_above { upper } else { lower }].pos
                })
                .sum();
            let key = match segments.len() {
                0 => layered.vertices[vertex].pos as f64,
                count => sum as f64 / count as f64,
            };
            (key, vertex)
        })
        .collect();
    keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
    set_layer(layered, layer, keyed.into_iter().map(|(_, vertex)| vertex).collect());
}

fn set_layer(layered: &mut Layered, layer: usize, order: Vec<usize>) {
    for (pos, &vertex) in order.iter().enumerate() {
        layered.vertices[vertex].pos = pos;
    }
    layered.layers[layer] = order;
}

/// Pairs of segments that cross, counted with a Fenwick tree per layer.
fn crossings(layered: &Layered) -> usize {
    let mut total = 0;
    let mut ends = Vec::new();
    for pair in layered.layers.windows(2) {
        let mut tree = vec![0usize; pair[1].len() + 1];
        let mut seen = 0;
        for &upper in &pair[0] {
            ends.clear();
            let below = layered.below[upper].iter();
            ends.extend(below.map(|&segment| layered.vertices[layered.segments[segment].lower].pos));
            for &end in &ends {
                let mut at = end + 1;
                let mut not_right = 0;
                while at > 0 {
                    not_right += tree[at];
                    at &= at - 1;
                }
                total += seen - not_right;
            }
            for &end in &ends {
                let mut at = end + 1;
                while at < tree.len() {
                    tree[at] += 1;
                    at += at & at.wrapping_neg();
                }
            }
            seen += ends.len();
        }
    }
    total
}
