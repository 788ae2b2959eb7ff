//! Columns: the horizontal place of every vertex of a layered drawing.
//!
//! Links that are to be straight join vertices into blocks with one column; who is joined goes by
//! importance (the happy path, then long links, then the rest), and two joined links never cross,
//! so that blocks can be packed from the left. Then each block but the happy path's moves towards
//! what it is linked to, as far as its neighbours let it.

use std::collections::BTreeMap;

use super::{
    layout::Link,
    order::{Layered, VertexKind},
};

/// Rounds in which blocks move towards their neighbours.
const ROUNDS: usize = 3;

#[derive(Debug)]
pub struct Columns {
    /// The column's line of each vertex.
    pub x: Vec<f64>,
    /// Segments that run straight down.
    pub is_straight: Vec<bool>,
}

pub fn place(layered: &Layered, links: &[Link]) -> Columns {
    let is_straight = align(layered, links);
    let blocks = Blocks::new(layered, &is_straight);
    let x = blocks.columns(layered);
    Columns { x, is_straight }
}

/// Chooses the segments that run straight: at most one up and one down from each vertex.
fn align(layered: &Layered, links: &[Link]) -> Vec<bool> {
    let is_item = |vertex: usize| layered.vertices[vertex].kind == VertexKind::Item;
    let class = |segment: usize| {
        let segment = layered.segments[segment];
        if layered.is_spine[segment.link] {
            return 0;
        }
        match (is_item(segment.upper), is_item(segment.lower)) {
            (false, false) => 1,
            _ if links[segment.link].preference > 0 => 2,
            _ => 3,
        }
    };
    let mut by_class: [Vec<usize>; 4] = Default::default();
    for layer in &layered.layers {
        for segment in layer.iter().flat_map(|&vertex| &layered.below[vertex]) {
            by_class[class(*segment)].push(*segment);
        }
    }
    let mut is_straight = vec![false; layered.segments.len()];
    let mut has_lower = vec![false; layered.vertices.len()];
    let mut has_upper = vec![false; layered.vertices.len()];
    let mut accepted: Vec<BTreeMap<usize, usize>> = vec![BTreeMap::new(); layered.layers.len()];
    for idx in by_class.into_iter().flatten() {
        let segment = layered.segments[idx];
        if has_lower[segment.upper] || has_upper[segment.lower] {
            continue;
        }
        let (upper, lower) = (layered.vertices[segment.upper], layered.vertices[segment.lower]);
        let straight = &mut accepted[upper.layer];
        let fits = straight.range(..upper.pos).next_back().is_none_or(|(_, &left)| left < lower.pos)
            && straight.range(upper.pos..).next().is_none_or(|(_, &right)| right > lower.pos);
        if fits {
            straight.insert(upper.pos, lower.pos);
            (has_lower[segment.upper], has_upper[segment.lower], is_straight[idx]) = (true, true, true);
        }
    }
    is_straight
}

struct Blocks {
    of: Vec<usize>,
    members: Vec<Vec<usize>>,
    /// Blocks such that what stands left comes first.
    order: Vec<usize>,
}

impl Blocks {
    fn new(layered: &Layered, is_straight: &[bool]) -> Self {
        let mut of = vec![usize::MAX; layered.vertices.len()];
        let mut members: Vec<Vec<usize>> = Vec::new();
        // Layers from the top: a block's first vertex is met before the others.
        for &vertex in layered.layers.iter().flatten() {
            let up = layered.above[vertex].iter().find(|&&segment| is_straight[segment]);
            let block = match up {
                Some(&segment) => of[layered.segments[segment].upper],
                None => {
                    members.push(Vec::new());
                    members.len() - 1
                }
            };
            of[vertex] = block;
            members[block].push(vertex);
        }
        let order = from_the_left(layered, &of, members.len());
        Self { of, members, order }
    }

    fn columns(&self, layered: &Layered) -> Vec<f64> {
        let mut x = vec![0.0f64; self.members.len()];
        for &block in &self.order {
            let bound = self.left_bound(layered, &x, block);
            x[block] = if bound.is_finite() { bound } else { 0.0 };
        }
        let fixed = layered.spine.first().map(|&vertex| self.of[vertex]);
        for _ in 0..ROUNDS {
            for &block in self.order.iter().rev().chain(&self.order) {
                if Some(block) == fixed {
                    continue;
                }
                let Some(wish) = self.wish(layered, &x, block) else { continue };
                let low = self.left_bound(layered, &x, block);
                let high = self.right_bound(layered, &x, block);
                x[block] = wish.min(high).max(low).round();
            }
        }
        self.of.iter().map(|&block| x[block]).collect()
    }

    /// The leftmost column that keeps clear of what stands left in each layer.
    fn left_bound(&self, layered: &Layered, x: &[f64], block: usize) -> f64 {
        let bounds = self.members[block].iter().filter_map(|&vertex| {
            let at = layered.vertices[vertex];
            let left = *layered.layers[at.layer].get(at.pos.checked_sub(1)?)?;
            Some(x[self.of[left]] + distance(layered, left, vertex))
        });
        bounds.fold(f64::NEG_INFINITY, f64::max)
    }

    fn right_bound(&self, layered: &Layered, x: &[f64], block: usize) -> f64 {
        let bounds = self.members[block].iter().filter_map(|&vertex| {
            let at = layered.vertices[vertex];
            let right = *layered.layers[at.layer].get(at.pos + 1)?;
            Some(x[self.of[right]] - distance(layered, vertex, right))
        });
        bounds.fold(f64::INFINITY, f64::min)
    }

    /// The median of the columns that a block is linked to.
    fn wish(&self, layered: &Layered, x: &[f64], block: usize) -> Option<f64> {
        let mut linked = Vec::new();
        for &vertex in &self.members[block] {
            let above = layered.above[vertex].iter().map(|&segment| layered.segments[segment].upper);
            let below = layered.below[vertex].iter().map(|&segment| layered.segments[segment].lower);
            linked.extend(above.chain(below).map(|other| self.of[other]).filter(|&other| other != block));
        }
        if linked.is_empty() {
            return None;
        }
        let mut columns: Vec<f64> = linked.into_iter().map(|other| x[other]).collect();
        columns.sort_by(f64::total_cmp);
        Some((columns[(columns.len() - 1) / 2] + columns[columns.len() / 2]) / 2.0)
    }
}

/// Blocks sorted so that each comes after all that stand left of it in some layer.
fn from_the_left(layered: &Layered, of: &[usize], count: usize) -> Vec<usize> {
    let mut waits_for = vec![0; count];
    let mut right_of: Vec<Vec<usize>> = vec![Vec::new(); count];
    for pair in layered.layers.iter().flat_map(|layer| layer.windows(2)) {
        let (left, right) = (of[pair[0]], of[pair[1]]);
        right_of[left].push(right);
        waits_for[right] += 1;
    }
    let mut order: Vec<usize> = (0..count).filter(|&block| waits_for[block] == 0).collect();
    let mut done = 0;
    while let Some(&block) = order.get(done) {
        done += 1;
        for &right in &right_of[block] {
            waits_for[right] -= 1;
            if waits_for[right] == 0 {
                order.push(right);
            }
        }
    }
    debug_assert_eq!(order.len(), count, "straight segments do not cross, so blocks have an order");
    order
}

/// Between the columns of neighbours in a layer.
fn distance(layered: &Layered, left: usize, right: usize) -> f64 {
    let (left, right) = (layered.vertices[left], layered.vertices[right]);
    let gap = match (left.kind, right.kind) {
        (VertexKind::Item, VertexKind::Item) => 32.0,
        (VertexKind::Bend, VertexKind::Bend) => 14.0,
        (VertexKind::Label, VertexKind::Label) => 12.0,
        (VertexKind::Item, _) | (_, VertexKind::Item) => 20.0,
        _ => 12.0,
    };
    left.right + gap + right.left
}
