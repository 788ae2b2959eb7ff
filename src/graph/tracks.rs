//! Tracks: the rows of the horizontal legs in one channel between layers. Legs that overlap lie on
//! different tracks, in an order in which lines from one box do not cross.

use super::layout::LINE_GAP;

/// A horizontal leg in a channel.
#[derive(Clone, Copy, Debug)]
pub struct Leg {
    pub from: f64,
    pub to: f64,
    pub track: usize,
}

/// Gives each leg a track such that legs on one track do not overlap and lines from or to one box do
/// not cross. Returns the number of tracks.
pub fn assign_tracks(legs: &mut [Leg]) -> usize {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn tracks(legs: &[(f64, f64)]) -> (usize, Vec<usize>) {
        let mut legs: Vec<Leg> = legs.iter().map(|&(from, to)| Leg { from, to, track: 0 }).collect();
        let count = assign_tracks(&mut legs);
        (count, legs.into_iter().map(|leg| leg.track).collect())
    }

    #[test]
    fn straight_lines_take_no_track() {
        assert_eq!(tracks(&[(5.0, 5.0)]).0, 0);
    }

    #[test]
    fn of_a_fan_the_outermost_is_the_highest() {
        assert_eq!(tracks(&[(0.0, 0.0), (10.0, 100.0), (20.0, 200.0)]), (2, vec![0, 1, 0]));
    }

    #[test]
    fn legs_apart_share_a_track() {
        assert_eq!(tracks(&[(0.0, 50.0), (100.0, 150.0), (300.0, 200.0)]).0, 1);
    }

    #[test]
    fn a_leg_ends_below_one_that_starts_in_its_column() {
        let (count, tracks) = tracks(&[(0.0, 100.0), (100.0, 40.0)]);
        assert_eq!(count, 2);
        assert!(tracks[1] < tracks[0]);
    }
}
