//! The help texts of `www/help`, and the little of Markdown that they are written in: `#` headings,
//! paragraphs, lists with `-` or `1.`, code between fences, `` `code` `` and `**bold**`.
//!
//! Total: what is none of these is a paragraph, and a mark that is never closed stands for itself.

use crate::words::Language;

/// The first steps.
pub const fn start(language: Language) -> &'static str {
    match language {
        Language::English => include_str!("../../www/help/start.md"),
        Language::German => include_str!("../../www/help/de/start.md"),
        Language::Chinese => include_str!("../../www/help/zh/start.md"),
    }
}

/// What lights, marks and lines mean.
pub const fn light(language: Language) -> &'static str {
    match language {
        Language::English => include_str!("../../www/help/light.md"),
        Language::German => include_str!("../../www/help/de/light.md"),
        Language::Chinese => include_str!("../../www/help/zh/light.md"),
    }
}

/// The rules of the checker, a section each with a definition that breaks it and one that keeps it; in English only, as
/// its messages are.
pub const RULES: &str = include_str!("../../www/help/rules.md");

/// Where this program differs from AWS; in English only, for it is about AWS's own words.
pub const DIFFERENCES: &str = include_str!("../../www/help/differences.md");

/// A part of a help text, as slices of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block<'a> {
    /// How many `#` there are, and the text after them.
    Heading(usize, Vec<Span<'a>>),
    Paragraph(Vec<Span<'a>>),
    List {
        is_numbered: bool,
        items: Vec<Vec<Span<'a>>>,
    },
    Code(&'a str),
}

/// A run of text in a block. Line ends in it are blanks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span<'a> {
    Text(&'a str),
    Code(&'a str),
    Bold(&'a str),
}

/// Takes a help text apart.
pub fn parse(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return blocks;
        }
        let (block, after) = next_block(rest);
        blocks.push(block);
        rest = after;
    }
}

fn next_block(text: &str) -> (Block<'_>, &str) {
    if let Some(code) = text.strip_prefix("```") {
        let body = code.split_once('\n').map_or("", |(_info, body)| body);
        let (body, after) = body.split_once("\n```").unwrap_or((body, ""));
        return (Block::Code(body), after.split_once('\n').map_or("", |(_, after)| after));
    }
    let (line, after_line) = text.split_once('\n').unwrap_or((text, ""));
    let title = line.trim_start_matches('#');
    if let Some(words) = title.strip_prefix(' ').filter(|_| title.len() < line.len()) {
        return (Block::Heading(line.len() - title.len(), spans(words.trim())), after_line);
    }
    let end = end_of_paragraph(text);
    let (body, after) = text.split_at(end);
    let block = match marker(body) {
        Some((is_numbered, _)) => Block::List { is_numbered, items: items(body) },
        None => Block::Paragraph(spans(body.trim())),
    };
    (block, after)
}

/// A paragraph or list ends at an empty line, or where a heading or a fence begins.
fn end_of_paragraph(text: &str) -> usize {
    let ends = |line: &str| line.trim().is_empty() || line.starts_with('#') || line.starts_with("```");
    let later = text.match_indices('\n').map(|(at, _)| at + 1);
    later.into_iter().find(|&at| ends(text[at..].split('\n').next().unwrap_or_default())).unwrap_or(text.len())
}

/// Each item begins with a marker and goes on until the next one.
fn items(text: &str) -> Vec<Vec<Span<'_>>> {
    let line_starts = text.match_indices('\n').map(|(at, _)| at + 1);
    let starts: Vec<usize> =
        std::iter::once(0).chain(line_starts).filter(|&at| marker(&text[at..]).is_some()).collect();
    let ends = starts.iter().copied().skip(1).chain([text.len()]);
    let bodies = starts.iter().zip(ends).filter_map(|(&start, end)| {
        let item = &text[start..end];
        marker(item).map(|(_, body)| body.trim())
    });
    bodies.map(spans).collect()
}

/// Whether a text begins as an item of a numbered list, and what is behind its marker.
fn marker(text: &str) -> Option<(bool, &str)> {
    if let Some(body) = text.strip_prefix("- ") {
        return Some((false, body));
    }
    let body = text.trim_start_matches(|c: char| c.is_ascii_digit());
    body.strip_prefix(". ").filter(|_| body.len() < text.len()).map(|body| (true, body))
}

fn spans(text: &str) -> Vec<Span<'_>> {
    type Make<'a> = fn(&'a str) -> Span<'a>;
    let marks: [(&str, Make); 2] = [("`", Span::Code), ("**", Span::Bold)];
    let (mut found, mut rest) = (Vec::new(), text);
    // Behind the marks that were looked at and never closed.
    let mut from = 0;
    while let Some((at, mark, make)) = marks
        .into_iter()
        .filter_map(|(mark, make)| rest[from..].find(mark).map(|at| (from + at, mark, make)))
        .min_by_key(|(at, ..)| *at)
    {
        let inside = &rest[at + mark.len()..];
        match inside.find(mark).filter(|length| *length > 0) {
            Some(length) => {
                found.extend((at > 0).then_some(Span::Text(&rest[..at])));
                found.push(make(&inside[..length]));
                (rest, from) = (&inside[length + mark.len()..], 0);
            }
            None => from = at + mark.len(),
        }
    }
    found.extend((!rest.is_empty()).then_some(Span::Text(rest)));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_block_is_told_apart() {
        let text = "# A `b`\nc\nd\n\n- e\n  f\n- **g** h\n1. no number\n\n1. i\n2. j\n```json\n{\n\n}\n```\nk";
        let list = |is_numbered, items: &[&[Span<'static>]]| Block::List {
            is_numbered,
            items: items.iter().map(|item| item.to_vec()).collect(),
        };
        assert_eq!(
            parse(text),
            [
                Block::Heading(1, vec![Span::Text("A "), Span::Code("b")]),
                Block::Paragraph(vec![Span::Text("c\nd")]),
                list(
                    false,
                    &[&[Span::Text("e\n  f")], &[Span::Bold("g"), Span::Text(" h")], &[Span::Text("no number")]]
                ),
                list(true, &[&[Span::Text("i")], &[Span::Text("j")]]),
                Block::Code("{\n\n}"),
                Block::Paragraph(vec![Span::Text("k")]),
            ]
        );
    }

    #[test]
    fn marks_that_are_never_closed_stand_for_themselves() {
        let paragraph = |text: &'static str| vec![Block::Paragraph(vec![Span::Text(text)])];
        for text in ["a ` b", "2 ** 3", "``", "#no title", "#", "1.5 s", "-", "ä**ö"] {
            assert_eq!(parse(text), paragraph(text), "{text}");
        }
        assert_eq!(parse("```"), [Block::Code("")]);
        assert_eq!(parse("```\nopen"), [Block::Code("open")]);
        assert_eq!(parse("\n \n"), []);
        assert_eq!(parse("# a\r\nb\r\n\r\nc"), parse("# a\nb\n\nc"));
    }

    #[test]
    fn code_may_hold_what_is_a_mark_elsewhere() {
        assert_eq!(
            parse("`a ** b` and `c`"),
            [Block::Paragraph(vec![Span::Code("a ** b"), Span::Text(" and "), Span::Code("c")])]
        );
    }

    #[test]
    fn the_help_texts_use_nothing_else() {
        for text in [start(Language::English), DIFFERENCES] {
            let blocks = parse(text);
            let texts = blocks.iter().flat_map(|block| match block {
                Block::Heading(_, spans) | Block::Paragraph(spans) => vec![spans],
                Block::List { items, .. } => items.iter().collect(),
                Block::Code(_) => Vec::new(),
            });
            for span in texts.flatten() {
                let Span::Text(text) = span else { continue };
                let is_plain =
                    !text.contains(['`', '#', '|', '[', '<']) && !text.contains("**") && !text.contains("\n- ");
                assert!(is_plain, "{text}");
            }
            assert!(blocks.iter().filter(|block| matches!(block, Block::Heading(1, _))).count() == 1, "one title");
        }
    }

    #[test]
    fn the_scenarios_of_the_help_can_be_read() {
        for language in Language::ALL {
            let codes = parse(start(language)).into_iter().filter_map(|block| match block {
                Block::Code(code) => Some(crate::sim::scenario::Scenario::parse(code).map(|_| ())),
                _ => None,
            });
            assert_eq!(codes.collect::<Vec<_>>(), [Ok(()), Ok(())]);
        }
    }
}
