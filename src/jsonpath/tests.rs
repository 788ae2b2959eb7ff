//! What the public face of paths promises and Jayway's table does not hold.

use super::{Path, ReferencePath};
use crate::value::Value;

fn order() -> Value {
    Value::object([
        ("id", Value::from(7)),
        ("lines", Value::array(vec![Value::object([("sku", Value::from("a"))]), Value::Null])),
        ("note", Value::Null),
    ])
}

fn found(path: &str, root: &Value) -> String {
    Path::parse(path).expect(path).evaluate(root).map_or_else(|error| error.message, |value| value.to_json())
}

fn refusal(path: &str) -> (String, usize) {
    let error = Path::parse(path).expect_err(path);
    (error.message, error.offset)
}

#[test]
fn an_indefinite_path_through_something_missing_gives_an_empty_list() {
    for path in ["$.none[*]", "$.none.deeper[1:5]", "$.none[1:].x", "$.id[*]", "$.none[?(@.a)]", "$.note[0,1]"] {
        assert_eq!(found(path, &order()), "[]", "{path}");
    }
    assert!(Path::parse("$[1:5]").unwrap().evaluate(&order()).is_err(), "the root is no array");
}

#[test]
fn a_word_in_a_filter_needs_no_quotes() {
    let root = Value::array(vec![Value::object([("t", Value::from("A_1"))]), Value::object([("t", Value::from("B"))])]);
    assert_eq!(found("$[?(@.t==A_1)]", &root), r#"[{"t":"A_1"}]"#);
    assert_eq!(found("$[?(@.t in [B, C] && @.t != null)].t", &root), r#"["B"]"#);
}

#[test]
fn a_backslash_before_the_other_quote_belongs_to_a_name() {
    let key = r#"a\"b"#;
    let root = Value::object([(key, Value::from(1)), ("it's", Value::from(2))]);
    assert_eq!(found(r#"$['a\"b']"#, &root), "1");
    assert_eq!(found(r"$['it\'s']", &root), "2");
    assert_eq!(found(r#"$["it's"]"#, &root), "2");
    let rows = Value::array(vec![Value::object([("t", Value::from(r#"say "hi""#))])]);
    assert_eq!(found(r#"$[?(@.t == 'say \"hi\"')].t"#, &rows), r#"["say \"hi\""]"#, "texts in filters are unescaped");
}

#[test]
fn a_definite_path_shares_what_it_finds() {
    let root = order();
    let Value::Array(lines) = Path::parse("$.lines").unwrap().evaluate(&root).unwrap() else { panic!("an array") };
    assert_eq!(std::rc::Rc::strong_count(&lines), 2);
}

#[test]
fn steps_found_says_how_far_a_path_leads() {
    let steps = |path: &str| Path::parse(path).unwrap().steps_found(&order());
    assert_eq!(steps("$.lines[0].sku"), (3, 3));
    assert_eq!(steps("$.lines[0].price.net"), (2, 4));
    assert_eq!(steps("$.none.x"), (0, 2));
}

#[test]
fn refusals_name_the_place_and_the_cure() {
    assert_eq!(refusal("id"), ("a path must start with `$`".to_owned(), 0));
    assert_eq!(refusal("$id.x").0, "expected `.` or `[` after `$`: did you mean `$.id`?");
    assert_eq!(
        refusal("$.lines.length()"),
        (
            "Step Functions does not support functions in paths, such as `length()`: use `States.ArrayLength`"
                .to_owned(),
            8
        )
    );
    assert_eq!(refusal("$.lines[?(@.a = 1)]"), ("`=` is no operator of a filter: did you mean `==`?".to_owned(), 14));
    assert_eq!(refusal("$.my name").0, "a name with a blank in it needs brackets: `['my name']`");
}

#[test]
fn no_text_makes_the_parser_panic_and_depth_is_bounded() {
    let deep = format!("$.a{}", "[?(@.a".repeat(500));
    for text in ["", "$[", "$['", "$['a", "$[?", "$[?(", "$[?(@", "$.é[", "$..", "$[-]", "$['\\u12", "$[?(/a", &deep] {
        assert!(Path::parse(text).is_err(), "{text}");
    }
    assert!(Path::parse(&format!("$[?({}@.a)]", "!".repeat(10_000))).is_err());
    assert!(Path::parse(&format!("$[?(@ == {})]", "[".repeat(10_000))).is_err());
    assert!(Path::parse(&format!("${}", ".a".repeat(10_000))).is_err());
}

#[test]
fn a_search_that_explodes_ends_with_a_message() {
    let mut root = Value::from(1);
    for _ in 0..60 {
        root = Value::array(vec![root.clone(), root]);
        if root.json_len(20_000) > 20_000 {
            break;
        }
    }
    let message = Path::parse("$..*..*..*..*").unwrap().evaluate(&root).unwrap_err().message;
    assert!(message.contains("visits more than"), "{message}");
}

fn written(path: &str, root: Value, value: Value) -> Option<String> {
    ReferencePath::parse(path).expect(path).write(&root, value).map(|value| value.to_json())
}

#[test]
fn writing_makes_missing_objects_and_replaces_what_is_there() {
    let small = || Value::object([("a", Value::from(1)), ("b", Value::array(vec![1.into(), 2.into()]))]);
    let cases = [
        ("$", "true"),
        ("$.a", r#"{"a":true,"b":[1,2]}"#),
        ("$.b[1]", r#"{"a":1,"b":[1,true]}"#),
        ("$.c.d", r#"{"a":1,"b":[1,2],"c":{"d":true}}"#),
        ("$['c']['d e']", r#"{"a":1,"b":[1,2],"c":{"d e":true}}"#),
    ];
    for (path, expected) in cases {
        assert_eq!(written(path, small(), true.into()).as_deref(), Some(expected), "{path}");
    }
    for path in ["$.a.x", "$.b.x", "$.b[2]", "$.c[0]", "$[0]"] {
        assert_eq!(written(path, small(), true.into()), None, "{path}");
    }
}

#[test]
fn writing_leaves_the_old_value_as_it_was() {
    let root = order();
    let path = ReferencePath::parse("$.lines[0].sku").unwrap();
    let changed = path.write(&root, "b".into()).unwrap();
    assert_eq!(path.evaluate(&root).unwrap(), Value::from("a"));
    assert_eq!(path.evaluate(&changed).unwrap(), Value::from("b"));
}

#[test]
fn writing_into_a_value_of_ones_own_copies_nothing() {
    let root = order();
    let Value::Object(object) = &root else { unreachable!("made above") };
    let before = std::rc::Rc::as_ptr(object);
    let changed = ReferencePath::parse("$.new").unwrap().write_into(root, 1.into()).unwrap();
    let Value::Object(object) = &changed else { panic!("an object") };
    assert_eq!(std::rc::Rc::as_ptr(object), before);
}

#[test]
fn a_reference_path_names_one_place() {
    for path in ["$.a[*]", "$..a", "$.a[0:1]", "$.a[0,1]", "$['a','b']", "$.a[?(@.b)]", "$.a[-1]"] {
        let message = ReferencePath::parse(path).expect_err(path).message;
        assert!(message.contains("names and indexes only"), "{message}");
    }
}
