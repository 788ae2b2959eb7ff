//! How wide a text is going to be, without a browser: average widths of the usual system fonts
//! (San Francisco, Segoe UI, Roboto, Arial). Deterministic, so that a drawing never depends on the
//! machine it was made on; views clip what turns out wider.

/// A size and weight of text in the drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Font {
    /// 13 px, semi-bold.
    Label,
    /// 11 px.
    Small,
}

/// The width of a text in pixels.
pub fn width(text: &str, font: Font) -> f64 {
    let (size, weight) = match font {
        Font::Label => (13.0, 1.06),
        Font::Small => (11.0, 1.0),
    };
    text.chars().map(em).sum::<f64>() * size * weight
}

/// The text, or as much of its beginning as there is room for and an ellipsis.
pub fn fit(text: &str, font: Font, room: f64) -> String {
    if width(text, font) <= room {
        return text.to_owned();
    }
    let ellipsis = width("…", font);
    let mut used = ellipsis;
    let mut end = 0;
    for (at, character) in text.char_indices() {
        used += width(character.encode_utf8(&mut [0; 4]), font);
        if used > room {
            break;
        }
        end = at + character.len_utf8();
    }
    format!("{}…", text[..end].trim_end())
}

/// Advance width of a character as a part of the font's size.
fn em(character: char) -> f64 {
    match character {
        'i' | 'j' | 'l' | '\'' | '|' => 0.26,
        'I' | '.' | ',' | ':' | ';' | '!' | ' ' | '/' | '·' => 0.31,
        'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '{' | '}' | '-' | '`' | '"' | '\\' => 0.39,
        's' | 'c' | 'z' | 'J' | '*' | '?' => 0.53,
        'm' => 0.88,
        'w' => 0.77,
        'M' => 0.87,
        'W' | '%' | '@' | '…' => 0.97,
        'A'..='Z' | '&' => 0.69,
        'a'..='z' | '0'..='9' => 0.58,
        '\0'..='\u{7f}' => 0.6,
        // Alphabets beside Latin are about as wide; ideographs and emoji fill their square.
        '\u{80}'..='\u{10ff}' => 0.64,
        _ => 1.05,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_fits_stays_whole() {
        assert_eq!(fit("Ship", Font::Label, 100.0), "Ship");
    }

    #[test]
    fn a_text_too_long_ends_in_an_ellipsis_and_fits() {
        let short = fit("Reserve the stock of all warehouses", Font::Label, 100.0);
        assert!(short.ends_with('…') && width(&short, Font::Label) <= 100.0, "{short}");
    }

    #[test]
    fn no_room_leaves_the_ellipsis() {
        assert_eq!(fit("名前", Font::Small, 0.0), "…");
    }
}
