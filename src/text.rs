//! Places in a text: bytes, lines and columns, and the UTF-16 units that browsers count in.
//! Everything that points into a text does so with a [`Span`]; only the edges translate.

use std::ops::Range;

/// A half-open range of bytes in a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    pub start: usize,
    pub end: usize,
}

impl Span {
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    pub const fn contains(self, offset: usize) -> bool {
        self.start <= offset && offset <= self.end
    }

    pub const fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

/// A place for people: line and column count from one, columns in Unicode scalar values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

/// The starts of a text's lines, for turning byte offsets into positions in `O(log lines)`.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<usize>,
}

impl LineIndex {
    pub fn new(text: &str) -> Self {
        let mut starts = vec![0];
        starts.extend(text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n').map(|(at, _)| at + 1));
        Self { starts }
    }

    /// The position of a byte offset; an offset past the end counts as the end, one inside a
    /// character as that character's start.
    pub fn position(&self, text: &str, offset: usize) -> Position {
        let offset = text.floor_char_boundary(offset);
        let line = self.starts.partition_point(|&start| start <= offset) - 1;
        let column = text[self.starts[line]..offset].chars().count() + 1;
        Position { line: line + 1, column }
    }

    /// The bytes of a line, counted from zero, without its line break.
    pub fn line_span(&self, text: &str, line: usize) -> Option<Span> {
        let start = *self.starts.get(line)?;
        let end = self.starts.get(line + 1).map_or(text.len(), |next| next - 1);
        Some(Span::new(start, start + text[start..end].trim_end_matches('\r').len()))
    }
}

/// The number of UTF-16 units before a byte offset: what an editor in a browser calls a position.
pub fn utf16_offset(text: &str, offset: usize) -> usize {
    text.as_bytes()[..text.floor_char_boundary(offset)].iter().map(|&byte| units(byte)).sum()
}

/// The byte offset of a UTF-16 position; past the end it is the end.
pub fn byte_offset(text: &str, utf16: usize) -> usize {
    let mut before = 0;
    let at = text.bytes().position(|byte| {
        // Where a character begins, all units of those before it have been counted.
        let is_there = before >= utf16 && !is_continuation(byte);
        before += units(byte);
        is_there
    });
    at.unwrap_or(text.len())
}

/// The UTF-16 units of the character that begins with this byte of UTF-8; none where none begins.
const fn units(byte: u8) -> usize {
    !is_continuation(byte) as usize + (byte >= 0xF0) as usize
}

const fn is_continuation(byte: u8) -> bool {
    byte & 0xC0 == 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_and_utf16_units_lead_to_one_another() {
        // One, two, three and four bytes; one unit each, and two.
        let text = "aé€😀z";
        let pairs = [(0, 0), (1, 1), (3, 2), (6, 3), (10, 5), (11, 6)];
        for (bytes, units) in pairs {
            assert_eq!(utf16_offset(text, bytes), units);
            assert_eq!(byte_offset(text, units), bytes);
        }
        assert_eq!(utf16_offset(text, 8), 3, "inside a character counts as its start");
        assert_eq!(byte_offset(text, 4), 10, "between the halves of a pair counts as its end");
        assert_eq!((utf16_offset(text, 99), byte_offset(text, 99)), (6, 11));
        assert_eq!((utf16_offset("", 0), byte_offset("", 0)), (0, 0));
    }
}
