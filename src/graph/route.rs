//! Rows and lines: given columns, finds the height of layers and of the channels between them, and
//! draws every link as a polyline of horizontal and vertical legs.
//!
//! Horizontal legs live only in channels, vertical ones only in columns, ports and lanes, so that no
//! line crosses a box. Legs in one channel get tracks of their own where they would overlap.

use super::{
    Point, Rect, Size,
    layout::{Item, LINE_GAP, Layout, Link, Route},
    order::{Course, Layered, VertexKind},
    place::Columns,
};

/// How far a link back to its own box reaches out.
pub const LOOP_WIDTH: f64 = 22.0;

/// Ports of one box are at most this far apart.
const PORT_GAP: f64 = 20.0;
/// Between a box and a lane beside it.
const LANE_GAP: f64 = 20.0;
const CORNER: f64 = 8.0;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// A link that runs beside the boxes.
#[derive(Clone, Copy, Debug)]
struct Lane {
    link: usize,
    side: Side,
    x: f64,
    /// Leaves and enters through the box' side, not its bottom and top.
    by_side: (bool, bool),
    /// Where on the sides, from the box' top.
    at: (f64, f64),
    label_x: f64,
}

/// A horizontal leg in a channel.
#[derive(Clone, Copy, Debug)]
struct Leg {
    from: f64,
    to: f64,
    track: usize,
}

/// A leg's place in the channels: which, and where in it.
#[derive(Clone, Copy, Debug, Default)]
struct Spot {
    channel: usize,
    idx: usize,
}

struct Router<'a> {
    items: &'a [Item],
    links: &'a [Link],
    layered: &'a Layered,
    columns: Columns,
    lanes: Vec<Lane>,
    /// Where each segment leaves above and arrives below.
    ports: Vec<(f64, f64)>,
    /// The same for lanes through the bottom and top.
    lane_ports: Vec<(f64, f64)>,
    /// Channel `i` lies above layer `i`.
    channels: Vec<Vec<Leg>>,
    segment_spots: Vec<Spot>,
    lane_spots: Vec<(Spot, Spot)>,
    left_edges: Vec<f64>,
    right_edges: Vec<f64>,
}

pub fn route(items: &[Item], links: &[Link], layered: &Layered, columns: Columns) -> Layout {
    let mut router = Router {
        items,
        links,
        layered,
        ports: vec![(0.0, 0.0); layered.segments.len()],
        lanes: Vec::new(),
        lane_ports: Vec::new(),
        channels: vec![Vec::new(); layered.layers.len() + 1],
        segment_spots: vec![Spot::default(); layered.segments.len()],
        lane_spots: Vec::new(),
        left_edges: Vec::new(),
        right_edges: Vec::new(),
        columns,
    };
    router.find_edges();
    router.find_lanes();
    router.find_side_ports();
    router.find_ports();
    router.find_legs();
    router.draw()
}

impl Router<'_> {
    fn layer(&self, item: usize) -> usize {
        self.layered.vertices[item].layer
    }

    fn find_edges(&mut self) {
        let vertices = &self.layered.vertices;
        for layer in &self.layered.layers {
            let x = &self.columns.x;
            let left = layer.iter().map(|&at| x[at] - vertices[at].left).fold(f64::INFINITY, f64::min);
            let right = layer.iter().map(|&at| x[at] + vertices[at].right).fold(f64::NEG_INFINITY, f64::max);
            self.left_edges.push(left);
            self.right_edges.push(right);
        }
    }

    /// Short lanes first, so that longer ones run around them.
    fn find_lanes(&mut self) {
        let is_lane = |&link: &usize| matches!(self.layered.courses[link], Course::Lane);
        let mut links: Vec<usize> = (0..self.links.len()).filter(is_lane).collect();
        let span = |link: usize| self.layer(self.links[link].from).abs_diff(self.layer(self.links[link].to));
        links.sort_by_key(|&link| span(link));
        let mut side_ports = vec![[0usize; 2]; self.items.len()];
        for link in links {
            let lane = self.find_lane(link, &mut side_ports);
            self.lanes.push(lane);
        }
    }

    fn find_lane(&mut self, idx: usize, side_ports: &mut [[usize; 2]]) -> Lane {
        let link = self.links[idx];
        let (from, to) = (self.layered.vertices[link.from], self.layered.vertices[link.to]);
        let last = |layer: usize| self.layered.layers[layer].len() - 1;
        let left_cost = from.pos + to.pos;
        let right_cost = last(from.layer) - from.pos + last(to.layer) - to.pos;
        let is_back = self.layered.is_back[idx];
        let is_left = left_cost < right_cost || (left_cost == right_cost && is_back);
        let side = if is_left { Side::Left } else { Side::Right };

        let mut take_side = |item: usize| {
            let at = self.layered.vertices[item];
            let half = self.items[item].size.w / 2.0;
            let is_outermost = match side {
                Side::Left => at.pos == 0,
                Side::Right => at.pos == last(at.layer) && at.right <= half,
            };
            let taken = &mut side_ports[item][side as usize];
            let is_free = is_outermost && (*taken as f64) < ((self.items[item].size.h - 10.0) / 12.0).floor();
            *taken += usize::from(is_free);
            is_free
        };
        let by_side = (take_side(link.from), take_side(link.to));

        let (mut low, mut high) = (from.layer.min(to.layer), from.layer.max(to.layer));
        // Through a channel the lane touches what stands on the channel's other side.
        let (by_side_low, by_side_high) = if is_back { (by_side.1, by_side.0) } else { (true, true) };
        low -= usize::from(!by_side_low && low > 0);
        high += usize::from(!by_side_high && high + 1 < self.layered.layers.len());
        let label_room = link.label.map_or(0.0, |label| label.w + 12.0);
        let (x, label_x);
        match side {
            Side::Left => {
                let edges = &mut self.left_edges;
                x = (edges[low..=high].iter().copied().fold(f64::INFINITY, f64::min) - LANE_GAP).round();
                edges[low..=high].fill(x + LINE_GAP / 2.0);
                edges[from.layer] -= label_room;
                label_x = x - label_room + 6.0;
            }
            Side::Right => {
                let edges = &mut self.right_edges;
                x = (edges[low..=high].iter().copied().fold(f64::NEG_INFINITY, f64::max) + LANE_GAP).round();
                edges[low..=high].fill(x - LINE_GAP / 2.0);
                edges[from.layer] += label_room;
                label_x = x + 6.0;
            }
        }
        Lane { link: idx, side, x, by_side, at: (0.0, 0.0), label_x }
    }

    /// Spreads lanes over the sides of boxes such that none crosses another.
    fn find_side_ports(&mut self) {
        // (item, side, goes down from it, distance from the box) of each end of a lane.
        let mut ends: Vec<(usize, usize, bool, f64, usize, bool)> = Vec::new();
        for (idx, lane) in self.lanes.iter().enumerate() {
            let link = self.links[lane.link];
            let is_up = self.layer(link.from) > self.layer(link.to);
            for (item, by_side, goes_down, is_exit) in
                [(link.from, lane.by_side.0, !is_up, true), (link.to, lane.by_side.1, is_up, false)]
            {
                if by_side {
                    let outward = if lane.side == Side::Left { -lane.x } else { lane.x };
                    let rank = if goes_down { -outward } else { outward };
                    ends.push((item, lane.side as usize, goes_down, rank, idx, is_exit));
                }
            }
        }
        ends.sort_by(|a, b| (a.0, a.1, a.2).cmp(&(b.0, b.1, b.2)).then(a.3.total_cmp(&b.3)));
        for group in ends.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            let height = self.items[group[0].0].size.h;
            let gap = (height / (group.len() as f64 + 1.0)).min(12.0);
            for (nth, &(.., idx, is_exit)) in group.iter().enumerate() {
                let at = (height / 2.0 + (nth as f64 - (group.len() as f64 - 1.0) / 2.0) * gap).round();
                let lane = &mut self.lanes[idx];
                *(if is_exit { &mut lane.at.0 } else { &mut lane.at.1 }) = at;
            }
        }
    }

    /// Spreads lines over the bottom and top of each box in the order of where they go.
    fn find_ports(&mut self) {
        let layered = self.layered;
        self.lane_ports = vec![(0.0, 0.0); self.lanes.len()];
        let mut lane_ends: Vec<[Vec<usize>; 2]> = vec![Default::default(); self.items.len()];
        for (idx, lane) in self.lanes.iter().enumerate() {
            let link = self.links[lane.link];
            if !lane.by_side.0 {
                lane_ends[link.from][0].push(idx);
            }
            if !lane.by_side.1 {
                lane_ends[link.to][1].push(idx);
            }
        }
        for (vertex, at) in layered.vertices.iter().enumerate() {
            let x = self.columns.x[vertex];
            if at.kind != VertexKind::Item {
                layered.below[vertex].iter().for_each(|&segment| self.ports[segment].0 = x);
                layered.above[vertex].iter().for_each(|&segment| self.ports[segment].1 = x);
                continue;
            }
            let half = self.items[vertex].size.w / 2.0;
            for is_top in [false, true] {
                let segments = if is_top { &layered.above[vertex] } else { &layered.below[vertex] };
                let lanes = &lane_ends[vertex][usize::from(is_top)];
                let other = |segment: usize| {
                    let segment = layered.segments[segment];
                    if is_top { segment.upper } else { segment.lower }
                };
                // (where it goes, link, segment or lane)
                let mut ends: Vec<(f64, usize, Result<usize, usize>)> = Vec::new();
                ends.extend(segments.iter().map(|&at| (self.columns.x[other(at)], layered.segments[at].link, Ok(at))));
                ends.extend(lanes.iter().map(|&lane| (self.lanes[lane].x, self.lanes[lane].link, Err(lane))));
                ends.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
                let straight = ends.iter().position(|end| end.2.is_ok_and(|at| self.columns.is_straight[at]));
                let middle = straight.map_or((ends.len() as f64 - 1.0) / 2.0, |at| at as f64);
                let most = middle.max(ends.len() as f64 - 1.0 - middle).max(1.0);
                let gap = ((half - 14.0) / most).min(PORT_GAP);
                let gap = if gap >= 2.0 { gap.floor() } else { gap };
                for (nth, (_, _, end)) in ends.into_iter().enumerate() {
                    let port = x + (nth as f64 - middle) * gap;
                    let ports = match end {
                        Ok(segment) => &mut self.ports[segment],
                        Err(lane) => &mut self.lane_ports[lane],
                    };
                    *(if is_top { &mut ports.1 } else { &mut ports.0 }) = port;
                }
            }
        }
        self.straighten();
    }

    /// A line that is alone at a box' top comes straight down where the box is below its port.
    fn straighten(&mut self) {
        let layered = self.layered;
        let mut has_lane = vec![false; self.items.len()];
        for lane in self.lanes.iter().filter(|lane| !lane.by_side.1) {
            has_lane[self.links[lane.link].to] = true;
        }
        for (item, size) in self.items.iter().map(|item| item.size).enumerate() {
            let [segment] = layered.above[item][..] else { continue };
            let (from, to) = self.ports[segment];
            if !has_lane[item] && (from - to).abs() <= size.w / 2.0 - 24.0 {
                self.ports[segment].1 = from;
            }
        }
    }

    fn find_legs(&mut self) {
        let layered = self.layered;
        for (idx, segment) in layered.segments.iter().enumerate() {
            let (from, to) = self.ports[idx];
            self.segment_spots[idx] = self.push_leg(layered.vertices[segment.lower].layer, from, to);
        }
        for idx in 0..self.lanes.len() {
            let lane = self.lanes[idx];
            let link = self.links[lane.link];
            let mut spots = (Spot::default(), Spot::default());
            if !lane.by_side.0 {
                spots.0 = self.push_leg(self.layer(link.from) + 1, self.lane_ports[idx].0, lane.x);
            }
            if !lane.by_side.1 {
                spots.1 = self.push_leg(self.layer(link.to), lane.x, self.lane_ports[idx].1);
            }
            self.lane_spots.push(spots);
        }
    }

    fn push_leg(&mut self, channel: usize, from: f64, to: f64) -> Spot {
        let idx = self.channels[channel].len();
        self.channels[channel].push(Leg { from, to, track: 0 });
        Spot { channel, idx }
    }

    fn draw(mut self) -> Layout {
        let layered = self.layered;
        let count = layered.layers.len();
        let mut tops = vec![0.0; count];
        let mut heights = vec![0.0; count];
        for link in 0..self.links.len() {
            if let (Course::Through(chain), Some(label)) = (&layered.courses[link], self.links[link].label)
                && let Some(&vertex) = chain.first()
            {
                let height: &mut f64 = &mut heights[layered.vertices[vertex].layer];
                *height = height.max(label.h);
            }
        }
        for (item, size) in self.items.iter().map(|item| item.size).enumerate() {
            let height = &mut heights[self.layer(item)];
            *height = height.max(size.h);
        }
        let mut first_tracks = vec![0.0; count + 1];
        let mut y = 0.0;
        for channel in 0..=count {
            let tracks = assign_tracks(&mut self.channels[channel]);
            let is_outer = channel == 0 || channel == count;
            let thin_above = channel > 0 && layered.is_thin[channel - 1];
            let thin_below = channel < count && layered.is_thin[channel];
            let (above, below) = (if thin_above { 8.0 } else { 14.0 }, if thin_below { 8.0 } else { 18.0 });
            first_tracks[channel] = y + above;
            if tracks > 0 {
                y += above + (tracks as f64 - 1.0) * LINE_GAP + below;
            } else if !is_outer {
                y += if thin_above || thin_below { above + below - 6.0 } else { above + below };
            }
            if channel < count {
                tops[channel] = y;
                y += heights[channel];
            }
        }
        let height = y;
        let left = self.left_edges.iter().copied().fold(f64::INFINITY, f64::min).floor();
        let right = self.right_edges.iter().copied().fold(f64::NEG_INFINITY, f64::max).ceil();

        let rects: Vec<Rect> = self
            .items
            .iter()
            .enumerate()
            .map(|(idx, item)| Rect {
                x: self.columns.x[idx] - item.size.w / 2.0,
                y: tops[self.layer(idx)],
                w: item.size.w,
                h: item.size.h,
            })
            .collect();
        let track_y = |spot: Spot| {
            let leg = self.channels[spot.channel][spot.idx];
            first_tracks[spot.channel] + leg.track as f64 * LINE_GAP
        };
        let mut routes: Vec<Route> = vec![Route::default(); self.links.len()];
        let mut loops = vec![(0usize, 0.0); self.items.len()];
        for (idx, link) in self.links.iter().enumerate() {
            routes[idx].is_back = layered.is_back[idx];
            match &layered.courses[idx] {
                Course::Itself => routes[idx] = draw_loop(rects[link.from], &mut loops[link.from], link),
                Course::Through(chain) => {
                    if let (Some(size), Some(&vertex)) = (link.label, chain.first()) {
                        let layer = layered.vertices[vertex].layer;
                        let x = self.columns.x[vertex] - size.w / 2.0;
                        routes[idx].label = Some(Rect { x, y: tops[layer], w: size.w, h: size.h });
                    }
                    routes[idx].points.push(Point { x: 0.0, y: rects[link.from].bottom() });
                }
                Course::Lane => {}
            }
        }
        // Segments of a link stand in order, from its upper end to its lower.
        for (idx, segment) in layered.segments.iter().enumerate() {
            let (from, to) = self.ports[idx];
            let points = &mut routes[segment.link].points;
            if points.len() == 1 {
                points[0].x = from;
            }
            if from != to {
                let y = track_y(self.segment_spots[idx]);
                points.extend([Point { x: from, y }, Point { x: to, y }]);
            }
            if layered.vertices[segment.lower].kind == VertexKind::Item {
                points.push(Point { x: to, y: rects[segment.lower].y });
            }
        }
        for (idx, lane) in self.lanes.iter().enumerate() {
            let link = self.links[lane.link];
            let (from, to) = (rects[link.from], rects[link.to]);
            let side = |rect: Rect| if lane.side == Side::Left { rect.x } else { rect.right() };
            let (out, into) = (self.lane_ports[idx], self.lane_spots[idx]);
            let points = &mut routes[lane.link].points;
            let leave;
            if lane.by_side.0 {
                leave = from.y + lane.at.0;
                points.extend([Point { x: side(from), y: leave }, Point { x: lane.x, y: leave }]);
            } else {
                let y = track_y(into.0);
                leave = from.y + 24.0;
                points.extend([Point { x: out.0, y: from.bottom() }, Point { x: out.0, y }, Point { x: lane.x, y }]);
            }
            if lane.by_side.1 {
                let y = to.y + lane.at.1;
                points.extend([Point { x: lane.x, y }, Point { x: side(to), y }]);
            } else {
                let y = track_y(into.1);
                points.extend([Point { x: lane.x, y }, Point { x: out.1, y }, Point { x: out.1, y: to.y }]);
            }
            routes[lane.link].label = link.label.map(|Size { w, h }| {
                let y = if layered.is_back[lane.link] { leave - h - 3.0 } else { leave + 3.0 };
                Rect { x: lane.label_x, y, w, h }
            });
        }
        let by = Point { x: -left, y: 0.0 };
        for route in &mut routes {
            route.points.iter_mut().for_each(|point| point.x -= left);
            route.label = route.label.map(|label| label.moved(by));
            simplify(&mut route.points);
        }
        let rects = rects.into_iter().map(|rect| rect.moved(by)).collect();
        Layout { rects, routes, size: Size { w: right - left, h: height } }
    }
}

/// Out of the right side and back in; further loops of the same box run around the ones before.
fn draw_loop(rect: Rect, (count, used): &mut (usize, f64), link: &Link) -> Route {
    let reach = (9.0 + 5.0 * *count as f64).min(rect.h / 2.0 - 4.0);
    let (right, middle) = (rect.right(), rect.y + rect.h / 2.0);
    let x = right + *used + LOOP_WIDTH - 6.0;
    let points = [(right, middle - reach), (x, middle - reach), (x, middle + reach), (right, middle + reach)];
    let label = link.label.map(|Size { w, h }| Rect { x: x + 6.0, y: middle - h / 2.0, w, h });
    *count += 1;
    *used += LOOP_WIDTH + link.label.map_or(0.0, |label| label.w + 8.0);
    Route { points: points.map(|(x, y)| Point { x, y }).to_vec(), label, is_back: true }
}

/// Gives each leg a track such that legs on one track do not overlap and lines from or to one box do
/// not cross. Returns the number of tracks.
fn assign_tracks(legs: &mut [Leg]) -> usize {
    let mut rightwards: Vec<usize> = (0..legs.len()).filter(|&leg| legs[leg].to > legs[leg].from).collect();
    let mut leftwards: Vec<usize> = (0..legs.len()).filter(|&leg| legs[leg].to < legs[leg].from).collect();
    // The leg that starts furthest ahead is the highest: the others pass below it.
    rightwards.sort_by(|&a, &b| legs[b].from.total_cmp(&legs[a].from).then(legs[b].to.total_cmp(&legs[a].to)));
    leftwards.sort_by(|&a, &b| legs[a].from.total_cmp(&legs[b].from).then(legs[a].to.total_cmp(&legs[b].to)));
    let right_count = stack(legs, &rightwards, 1.0);
    let left_count = stack(legs, &leftwards, -1.0);
    if !share_any(legs, &rightwards, &leftwards) {
        return right_count.max(left_count);
    }
    // Where a leg ends in the column in which one of the other direction starts, the latter goes first.
    let ends_in = |ends: &[usize], starts: &[usize], legs: &[Leg]| {
        let mut columns: Vec<f64> = starts.iter().map(|&leg| legs[leg].from).collect();
        columns.sort_by(f64::total_cmp);
        let is_hit = |&&leg: &&usize| {
            let at = columns.partition_point(|&column| column < legs[leg].to - 2.0);
            columns.get(at).is_some_and(|&column| column <= legs[leg].to + 2.0)
        };
        ends.iter().filter(is_hit).count()
    };
    let right_is_lower = ends_in(&rightwards, &leftwards, legs) > ends_in(&leftwards, &rightwards, legs);
    let (lower, by) = if right_is_lower { (&rightwards, left_count) } else { (&leftwards, right_count) };
    for &leg in lower {
        legs[leg].track += by;
    }
    right_count + left_count
}

/// Whether a leg to the right and one to the left share a part of the channel.
fn share_any(legs: &[Leg], rightwards: &[usize], leftwards: &[usize]) -> bool {
    let mut spans: Vec<(f64, f64, bool)> = Vec::with_capacity(legs.len());
    spans.extend(rightwards.iter().map(|&leg| (legs[leg].from, legs[leg].to, true)));
    spans.extend(leftwards.iter().map(|&leg| (legs[leg].to, legs[leg].from, false)));
    spans.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut reach = [f64::NEG_INFINITY; 2];
    for (low, high, is_right) in spans {
        if low <= reach[usize::from(!is_right)] + LINE_GAP {
            return true;
        }
        let own = &mut reach[usize::from(is_right)];
        *own = own.max(high);
    }
    false
}

/// Puts legs of one direction, sorted by their start from the front, each below all it overlaps.
/// A Fenwick tree over the starts keeps the lowest track taken so far.
fn stack(legs: &mut [Leg], sorted: &[usize], direction: f64) -> usize {
    // Starts in the direction of travel, ascending.
    let starts: Vec<f64> = sorted.iter().rev().map(|&leg| legs[leg].from * direction).collect();
    let mut tree = vec![0usize; starts.len() + 1];
    let mut count = 0;
    for (nth, &leg) in sorted.iter().enumerate() {
        let end = legs[leg].to * direction;
        let mut at = starts.partition_point(|&start| start <= end + LINE_GAP);
        let mut track = 0;
        while at > 0 {
            track = track.max(tree[at]);
            at &= at - 1;
        }
        legs[leg].track = track;
        count = count.max(track + 1);
        let mut at = starts.len() - nth;
        while at < tree.len() {
            tree[at] = tree[at].max(track + 1);
            at += at & at.wrapping_neg();
        }
    }
    count
}

/// Drops corners that are none.
fn simplify(points: &mut Vec<Point>) {
    let mut kept: Vec<Point> = Vec::with_capacity(points.len());
    for &point in points.iter() {
        if let [.., a, b] = kept[..]
            && ((a.x == b.x && b.x == point.x) || (a.y == b.y && b.y == point.y))
        {
            kept.pop();
        }
        if kept.last() != Some(&point) {
            kept.push(point);
        }
    }
    *points = kept;
}

/// The polyline with rounded corners, as the `d` of an SVG path.
pub fn rounded(points: &[Point]) -> String {
    use std::fmt::Write;
    let mut path = String::new();
    let Some(first) = points.first() else { return path };
    let _ = write!(path, "M{} {}", first.x, first.y);
    for corner in points.windows(3) {
        let [before, at, after] = [corner[0], corner[1], corner[2]];
        let length = |a: Point, b: Point| (a.x - b.x).abs() + (a.y - b.y).abs();
        let radius = CORNER.min(length(before, at) / 2.0).min(length(at, after) / 2.0);
        let towards = |other: Point| {
            let far = length(at, other).max(f64::MIN_POSITIVE);
            Point { x: at.x + (other.x - at.x) / far * radius, y: at.y + (other.y - at.y) / far * radius }
        };
        let (arrive, leave) = (towards(before), towards(after));
        let _ = write!(path, "L{} {}Q{} {} {} {}", arrive.x, arrive.y, at.x, at.y, leave.x, leave.y);
    }
    if let [_, .., last] = points {
        let _ = write!(path, "L{} {}", last.x, last.y);
    }
    path
}
