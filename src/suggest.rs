//! "Did you mean …?": the name nearest to one that does not exist.

/// The candidate that a typing mistake most likely turned into `name`; of equals the first.
/// Nothing where none is near: a third of the letters, at least one, may differ.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = folded(name);
    let allowed = (name.chars().count() / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let distance = distance(&name, &folded(candidate));
        if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Longer names are compared by their beginnings.
const MAX_LETTERS: usize = 80;

/// A name as it is compared: case does not count.
fn folded(name: &str) -> String {
    name.chars().flat_map(char::to_lowercase).take(MAX_LETTERS).collect()
}

/// How many letters have to be put in, left out, replaced or swapped with their neighbour. What the names
/// begin with in common, often most of them, costs nothing.
fn distance(from: &str, to: &str) -> usize {
    let common: usize = from.chars().zip(to.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    strsim::osa_distance(&from[common..], &to[common..])
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
        assert_eq!(nearest("Größé", ["Größe", "Grösse"]), Some("Größe"));
    }
}
