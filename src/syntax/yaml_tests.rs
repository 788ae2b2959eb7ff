//! YAML as definitions have it: scalars, places, aliases, mistakes.

use super::{MAX_NODES, parse};
use crate::{
    syntax::{MAX_DEPTH, Node},
    text::LineIndex,
};

fn json(text: &str) -> String {
    let parsed = parse(text);
    assert_eq!(parsed.diagnostics, [], "{text}");
    parsed.root.expect("a tree").to_value().to_json()
}

#[test]
fn scalars_follow_the_core_schema() {
    for (yaml, expected) in [
        ("[1, -2, +3, 007, 0x1F, 0o17, 1_000]", r#"[1,-2,3,7,31,15,"1_000"]"#),
        ("[1.5, .5, -.5, 1., 1e3, 2.5E-1]", "[1.5,0.5,-0.5,1.0,1000.0,0.25]"),
        ("[true, False, yes, no, on]", r#"[true,false,"yes","no","on"]"#),
        ("[null, ~, Null]", "[null,null,null]"),
        (
            "['1', \"true\", '', 2012-10-17, 12:30, .inf, 1e, 0x, .]",
            r#"["1","true","","2012-10-17","12:30",".inf","1e","0x","."]"#,
        ),
        ("a:\nb: ''\n", r#"{"a":null,"b":""}"#),
        ("200: ok\ntrue: t\n", r#"{"200":"ok","true":"t"}"#),
        ("!!str 1", r#""1""#),
        ("a: !!int '1'", r#"{"a":1}"#),
        ("a: >-\n  one\n  two\nb: |\n  x\n  y\n", r#"{"a":"one two","b":"x\ny\n"}"#),
        ("v.$: $.a[?(@.b == 'c')]", r#"{"v.$":"$.a[?(@.b == 'c')]"}"#),
        ("\u{feff}a: 1\r\nb: 2\r\n", r#"{"a":1,"b":2}"#),
        ("{\"a\": [1, {\"b\": null}]}", r#"{"a":[1,{"b":null}]}"#),
    ] {
        assert_eq!(json(yaml), expected, "{yaml}");
    }
}

#[test]
fn nothing_but_comments_is_no_tree() {
    for text in ["", "\n  \n", "# a\n", "\u{feff}"] {
        let parsed = parse(text);
        assert_eq!((parsed.root, parsed.diagnostics), (None, vec![]), "{text:?}");
    }
}

/// The text that each part of a tree points at, in the tree's order.
fn pieces<'t>(text: &'t str, node: &Node, out: &mut Vec<&'t str>) {
    out.push(&text[node.span.range()]);
    for item in node.as_array().unwrap_or_default() {
        pieces(text, item, out);
    }
    for member in node.as_object().unwrap_or_default() {
        out.push(&text[member.key_span.range()]);
        pieces(text, &member.value, out);
    }
}

#[test]
fn every_part_knows_its_place() {
    let text = "# é😀\r\nStates:\r\n  Zahl: 12   # twelve\r\n  \"Größe😀\": 'x'\r\n  Leer:\r\n  Liste:\r\n    - a\r\n    - [1, 2 ]\r\n\r\nNext: {a: b}\r\nText: |\r\n  eins\r\n  zwei\r\n\r\n# end\r\n";
    let parsed = parse(text);
    assert_eq!(parsed.diagnostics, []);
    let root = parsed.root.unwrap();
    let mut found = Vec::new();
    pieces(text, &root, &mut found);
    let whole = text["# é😀\r\n".len()..].trim_end_matches("\r\n\r\n# end\r\n");
    let states = "Zahl: 12   # twelve\r\n  \"Größe😀\": 'x'\r\n  Leer:\r\n  Liste:\r\n    - a\r\n    - [1, 2 ]";
    assert_eq!(
        found,
        [
            whole,
            "States",
            states,
            "Zahl",
            "12",
            "\"Größe😀\"",
            "'x'",
            "Leer",
            "",
            "Liste",
            "- a\r\n    - [1, 2 ]",
            "a",
            "[1, 2 ]",
            "1",
            "2",
            "Next",
            "{a: b}",
            "a",
            "b",
            "Text",
            "eins\r\n  zwei",
        ]
    );
    let empty = root.pointer("/States/Leer").unwrap().span;
    let position = LineIndex::new(text).position(text, empty.start);
    assert_eq!((position.line, position.column), (5, 8));
}

#[test]
fn aliases_and_merge_keys_are_expanded() {
    assert_eq!(
        json("base: &b {Type: Pass, Next: A}\nx: *b\ny:\n  <<: *b\n  Next: B\nz:\n  <<: [*b, {End: true}]\n"),
        concat!(
            r#"{"base":{"Type":"Pass","Next":"A"},"x":{"Type":"Pass","Next":"A"},"#,
            r#""y":{"Next":"B","Type":"Pass"},"z":{"Type":"Pass","Next":"A","End":true}}"#
        )
    );
    assert_eq!(json("a: &n name\n*n : 1\n"), r#"{"a":"name","name":1}"#);
    assert_eq!(json("'<<': 1"), r#"{"<<":1}"#);
}

#[test]
fn short_functions_of_cloudformation_stand_for_their_text() {
    assert_eq!(
        json("a: !Sub '${X}-1'\nb: !Ref 12\nc: !GetAtt F.Arn\nd: !GetAtt [F, Arn]\ne: !Sub [x, {y: z}]\nf: !own [1]\n"),
        r#"{"a":"${X}-1","b":"12","c":"F.Arn","d":"F.Arn","e":"[x, {y: z}]","f":[1]}"#
    );
}

#[test]
fn only_the_first_document_is_read() {
    let parsed = parse("a: 1\n---\nb: 2\n");
    assert_eq!(parsed.root.unwrap().to_value().to_json(), r#"{"a":1}"#);
    let [remark] = &parsed.diagnostics[..] else { panic!("one remark") };
    assert!(!remark.is_error() && remark.message.contains("first document"));
    assert_eq!(json("---\na: 1\n...\n"), r#"{"a":1}"#);
}

/// The one mistake of a text: line and column, message, hint, and what was read all the same.
fn mistake(text: &str) -> (usize, usize, String, Option<String>, String) {
    let parsed = parse(text);
    let [mistake] = &parsed.diagnostics[..] else { panic!("one diagnostic for {text:?}: {:?}", parsed.diagnostics) };
    assert!(mistake.is_error(), "{text}");
    let position = LineIndex::new(text).position(text, mistake.span.start);
    let rest = parsed.root.map_or_else(String::new, |root| root.to_value().to_json());
    (position.line, position.column, mistake.message.clone(), mistake.hint.clone(), rest)
}

#[test]
fn mistakes_have_a_place_and_a_cure_and_leave_the_rest() {
    for (text, place, message, cure, rest) in [
        ("a: 1\n\tb: 2\n", (2, 1), "a tab cannot indent in YAML", "indent with blanks", r#"{"a":null}"#),
        ("a: @b\n", (1, 4), "a text cannot begin with `@`", "quotes", r#"{"a":null}"#),
        ("a: 1\nb: x: y\n", (2, 5), "`:` cannot stand here", "quotes", r#"{"a":1,"b":"x"}"#),
        ("a: 1\nb: *x\n", (2, 4), "this alias names no anchor", "&name", r#"{"a":1,"b":null}"#),
        ("a: &x [1, *x]\n", (1, 11), "`*x` stands inside of what it names", "", r#"{"a":[1]}"#),
        ("a: 1\n? [b]\n: 2\n", (2, 3), "a key must be a text, not a list or a mapping", "plain text", r#"{"a":1}"#),
    ] {
        let (line, column, said, hint, read) = mistake(text);
        assert_eq!(((line, column), said.as_str(), read.as_str()), (place, message, rest), "{text}");
        assert!(hint.unwrap_or_default().contains(cure), "{text}");
    }
    for text in [
        "a: [1, 2\nb: 3\n",
        "a: {b: 1\n",
        "a: 'x\n",
        "a: \"x\n",
        "a: \"\\q\"\n",
        "a:\n  - 1\n b: 2\n",
        "a: - 1\n",
        "a\nb: 1\n",
        "- 1\na: 2\n",
        "%a\n",
        "a: `b`\n",
        "}",
        "]",
        "a: 1\n  b: 2\n",
        "'a': 'b' c\n",
        "!",
        "&",
        "*",
    ] {
        let parsed = parse(text);
        assert!(parsed.diagnostics.len() <= 1, "{text:?}: {:?}", parsed.diagnostics);
        if let Some(diagnostic) = parsed.diagnostics.first() {
            assert!(diagnostic.hint.is_some(), "{text:?}: {}", diagnostic.message);
        }
    }
}

#[test]
fn the_location_is_a_json_pointer() {
    let parsed = parse("States:\n  a/b:\n    - 1\n    - *x\n");
    assert_eq!(&*parsed.diagnostics[0].location, "/States/a~1b/1");
}

#[test]
fn depth_and_aliases_are_bounded() {
    for text in ["[".repeat(100_000), "- ".repeat(100_000), "{a: ".repeat(100_000)] {
        let parsed = parse(&text);
        assert!(parsed.diagnostics[0].message.contains(&format!("deeper than {MAX_DEPTH}")));
    }
    let mut laughs = "a: &l0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..30 {
        let aliases = vec![format!("*l{}", level - 1); 10].join(", ");
        laughs += &format!("b{level}: &l{level} [{aliases}]\n");
    }
    let (_, _, message, hint, _) = mistake(&laughs);
    assert!(message.contains(&format!("more than {MAX_NODES} values")) && hint.is_some());

    let mut tower = "a: &t0 [x]\n".to_owned();
    for level in 1..200 {
        tower += &format!("b{level}: &t{level} [*t{}]\n", level - 1);
    }
    assert!(mistake(&tower).2.contains("nested deeper"));
}

/// Cuts and mutations of a text that has everything: none may panic, and all places lie in the text.
#[test]
fn no_text_makes_the_reader_panic() {
    let text = "%YAML 1.2\n---\na: &é [1, 'é', \"\\u00e9\"]\nb: {<<: {x: y}, z: *é}\n? c\n: |2-\n   t\n  u\nd: !!str >+\n  😀\n\n- x\n";
    let places = (0..text.len()).filter(|&at| text.is_char_boundary(at));
    for at in places {
        let (before, after) = text.split_at(at);
        for middle in
            ["", "\t", "[", "}", ": ", "\n", "'", "*a ", "&", "!", "é", "\r", "- ", "#", "|", "\0", "\u{feff}"]
        {
            for text in [format!("{before}{middle}"), format!("{before}{middle}{after}")] {
                let parsed = parse(&text);
                let mut found = Vec::new();
                parsed.root.iter().for_each(|root| pieces(&text, root, &mut found));
                parsed.diagnostics.iter().for_each(|diagnostic| drop(text[diagnostic.span.range()].to_owned()));
            }
        }
    }
}
