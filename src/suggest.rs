//! "Did you mean …?": the name nearest to one that does not exist.

/// The candidate that a typing mistake most likely turned into `name`; of equals the first.
/// Nothing where none is near: a third of the letters, at least one, may differ.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let letters: Vec<char> = name.chars().flat_map(char::to_lowercase).take(MAX_LETTERS).collect();
    let allowed = (letters.len() / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let distance = distance(&letters, candidate);
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Longer names are compared by their beginnings.
const MAX_LETTERS: usize = 80;

/// How many letters have to be put in, left out, replaced or swapped with their neighbour; case does not count.
fn distance(from: &[char], to: &str) -> usize {
    let to: Vec<char> = to.chars().flat_map(char::to_lowercase).take(MAX_LETTERS).collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for (row, &letter) in from.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, &other) in to.iter().enumerate() {
            let replaced = last[column] + usize::from(letter != other);
            let mut least = replaced.min(last[column + 1] + 1).min(current[column] + 1);
            let is_swap = row > 0 && column > 0 && letter == to[column - 1] && from[row - 1] == other;
            if is_swap {
                least = least.min(before_last[column - 1] + 1);
            }
            current.push(least);
        }
        before_last = last;
        last = current;
    }
    last[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_offered_and_a_far_one_is_not() {
        let known = ["return", "throw", "expression", "timeOut", "never"];
        assert_eq!(nearest("timeout", known), Some("timeOut"));
        assert_eq!(nearest("retrun", known), Some("return"));
        assert_eq!(nearest("trow", known), Some("throw"));
        assert_eq!(nearest("answer", known), None);
        assert_eq!(nearest("", known), None);
    }
}
