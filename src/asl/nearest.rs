//! The name that was probably meant: the nearest by edit distance, if it is near.

/// Longer names are not compared: the cost grows with the square.
const LONGEST: usize = 100;

/// The candidate nearest to `name`, unless all are far. Of equals the first.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let letters: Vec<char> = name.to_lowercase().chars().take(LONGEST).collect();
    let limit = (letters.len() / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let limit = best.map_or(limit, |(distance, _)| distance.saturating_sub(1).min(limit));
        let other: Vec<char> = candidate.to_lowercase().chars().take(LONGEST).collect();
        if letters.len().abs_diff(other.len()) > limit || candidate == name {
            continue;
        }
        let distance = distance(&letters, &other);
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Insertions, deletions, replacements and swaps of neighbours between two texts.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, other) in b.iter().enumerate() {
            let mut least = (last[j] + usize::from(letter != other)).min(last[j + 1] + 1).min(row[j] + 1);
            let is_swap = i > 0 && j > 0 && a[i - 1] == *other && b[j - 1] == *letter;
            if is_swap {
                least = least.min(before_last[j - 1] + 1);
            }
            row.push(least);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_offered_and_a_far_one_is_not() {
        let names = ["Next", "End", "Resource", "ResultPath"];
        assert_eq!(nearest("next", names), Some("Next"));
        assert_eq!(nearest("Nxet", names), Some("Next"));
        assert_eq!(nearest("ResultPaht", names), Some("ResultPath"));
        assert_eq!(nearest("Resuorce", names), Some("Resource"));
        assert_eq!(nearest("Banana", names), None);
        assert_eq!(nearest("", names), None);
    }
}
