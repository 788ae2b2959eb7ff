//! Patterns and what they match, by the pages that the module names.

use super::*;

fn json(text: &str) -> Value {
    parse_value(text).unwrap_or_else(|error| panic!("{text}: {}", error.message))
}

#[track_caller]
fn check(pattern: &str, event: &str, expected: Result<bool, &str>) {
    let told = matches(&json(pattern), &json(event)).map_err(|error| error.to_string());
    assert_eq!(told.as_ref().map_err(|error| &**error), expected.as_ref().map_err(|error| *error), "{pattern}");
}

/// Whether a field `f` with such a list matches an event in which it has such a value.
#[track_caller]
fn check_field(choices: &str, value: &str, expected: bool) {
    check(&format!(r#"{{"f": {choices}}}"#), &format!(r#"{{"f": {value}}}"#), Ok(expected));
}

#[test]
fn patterns_match_as_the_guide_says() {
    let event = r#"{"source": "orders", "detail": {"state": "paid", "amount": 12.5, "tags": ["a", "b"], "x": null,
        "none": [], "o": {"p": 1}, "lines": [{"sku": "1", "n": 1}, [{"sku": "2", "n": 2}]]}}"#;
    for (pattern, expected) in [
        (r#"{"source": ["orders"]}"#, true),
        (r#"{"source": ["orders"], "detail": {"state": ["open"]}}"#, false),
        (r#"{"detail": {"state": ["open", "paid"]}}"#, true),
        (r#"{"detail": {"gone": ["open"]}}"#, false),
        (r#"{"detail": {"amount": [12.50]}}"#, true),
        (r#"{"detail": {"x": [null]}}"#, true),
        (r#"{"detail": {"x": [""]}}"#, false),
        (r#"{"detail": {"o": [1]}}"#, false),
        (r#"{"source": {"deeper": ["orders"]}}"#, false),
        // The elements of a list are values of the field, and objects in one are looked into one by one.
        (r#"{"detail": {"tags": ["b", "c"]}}"#, true),
        (r#"{"detail": {"tags": [{"anything-but": ["b"]}]}}"#, true),
        (r#"{"detail": {"tags": [{"anything-but": ["a", "b"]}]}}"#, false),
        (r#"{"detail": {"none": [{"anything-but": "a"}]}}"#, false),
        (r#"{"detail": {"lines": {"sku": ["2"]}}}"#, true),
        (r#"{"detail": {"lines": {"sku": ["1"], "n": [1]}}}"#, true),
        (r#"{"detail": {"lines": {"sku": ["1"], "n": [2]}}}"#, false),
        // What exists is a value: neither an object nor nothing in a list.
        (r#"{"detail": {"state": [{"exists": true}], "y": [{"exists": false}]}}"#, true),
        (r#"{"detail": {"x": [{"exists": true}]}}"#, true),
        (r#"{"detail": {"x": [{"exists": false}]}}"#, false),
        (r#"{"detail": {"o": [{"exists": true}]}}"#, false),
        (r#"{"detail": {"o": [{"exists": false}]}}"#, true),
        (r#"{"detail": {"none": [{"exists": false}]}}"#, true),
        (r#"{"gone": {"deeper": [{"exists": false}]}}"#, true),
        (r#"{"detail": {"y": ["a", {"exists": false}]}}"#, true),
        (r#"{"detail": {"lines": {"sku": ["2"], "m": [{"exists": false}]}}}"#, true),
        (r#"{"detail": {"lines": {"sku": ["2"], "n": [{"exists": false}]}}}"#, false),
        // Alternatives, within and beside other fields.
        (r#"{"$or": [{"source": ["x"]}, {"detail": {"state": ["paid"]}}]}"#, true),
        (r#"{"$or": [{"source": ["x"]}, {"detail": {"state": ["open"]}}]}"#, false),
        (r#"{"source": ["x"], "$or": [{"source": ["orders"]}, {"detail": {"state": ["paid"]}}]}"#, false),
        (r#"{"detail": {"$or": [{"state": ["open"]}, {"amount": [{"numeric": [">", 12]}]}]}}"#, true),
        (r#"{"$or": [{"$or": [{"source": ["x"]}, {"source": ["orders"]}]}, {"source": ["y"]}]}"#, true),
        // A field may be called so.
        (r#"{"$or": ["x"]}"#, false),
        (r#"{"$or": [{"prefix": "x"}, {"suffix": "y"}]}"#, false),
    ] {
        check(pattern, event, Ok(expected));
    }
    check(r#"{"lines": {"m": [{"exists": false}]}}"#, r#"{"lines": [{"m": 1}, {"n": 1}]}"#, Ok(false));
}

#[test]
fn operators_are_true_of_what_the_guide_says() {
    for (choices, value, expected) in [
        (r#"[{"prefix": "pa"}]"#, r#""paid""#, true),
        (r#"[{"prefix": "PA"}]"#, r#""paid""#, false),
        (r#"[{"prefix": {"equals-ignore-case": "PA"}}]"#, r#""paid""#, true),
        (r#"[{"prefix": "1"}]"#, "12", false),
        (r#"[{"suffix": ".png"}]"#, r#""a.png""#, true),
        (r#"[{"suffix": {"equals-ignore-case": ".png"}}]"#, r#""a.PNG""#, true),
        (r#"[{"equals-ignore-case": "ÄB"}]"#, r#""äb""#, true),
        (r#"[{"equals-ignore-case": "a"}]"#, r#""ab""#, false),
        (r#"[{"wildcard": "*/lib/*"}]"#, r#""a/lib/b""#, true),
        (r#"[{"wildcard": "a*a"}]"#, r#""a""#, false),
        (r#"[{"wildcard": "a*b*c"}]"#, r#""axbxbxc""#, true),
        (r#"[{"wildcard": "a*b*c"}]"#, r#""axcxb""#, false),
        (r#"[{"wildcard": "*"}]"#, r#""""#, true),
        (r#"[{"wildcard": "ab"}]"#, r#""ab""#, true),
        (r#"[{"wildcard": "a\\*b"}]"#, r#""a*b""#, true),
        (r#"[{"wildcard": "a\\*b"}]"#, r#""axb""#, false),
        (r#"[{"wildcard": "a\\\\*"}]"#, r#""a\\b""#, true),
        (r#"[{"numeric": [">", 0, "<=", 5]}]"#, "5", true),
        (r#"[{"numeric": [">", 0, "<=", 5]}]"#, "0", false),
        (r#"[{"numeric": ["=", 3.018e2]}]"#, "301.8", true),
        (r#"[{"numeric": ["<", 10]}]"#, r#""5""#, false),
        (r#"[{"anything-but": "initializing"}]"#, r#""running""#, true),
        (r#"[{"anything-but": "initializing"}]"#, r#""initializing""#, false),
        (r#"[{"anything-but": "initializing"}]"#, "5", true),
        (r#"[{"anything-but": [100, 200]}]"#, "200.0", false),
        (r#"[{"anything-but": [100, 200]}]"#, "300", true),
        (r#"[{"anything-but": {"prefix": "init"}}]"#, r#""initial""#, false),
        (r#"[{"anything-but": {"suffix": [".txt", ".png"]}}]"#, r#""a.png""#, false),
        (r#"[{"anything-but": {"equals-ignore-case": ["a", "b"]}}]"#, r#""B""#, false),
        (r#"[{"anything-but": {"wildcard": "*/lib/*"}}]"#, r#""a/bin/b""#, true),
        (r#"[{"anything-but": {"wildcard": ["*/lib/*", "*/bin/*"]}}]"#, r#""a/bin/b""#, false),
        (r#"[{"cidr": "10.0.0.0/24"}]"#, r#""10.0.0.255""#, true),
        (r#"[{"cidr": "10.0.0.0/24"}]"#, r#""10.0.1.0""#, false),
        (r#"[{"cidr": "10.0.0.0/24"}]"#, r#""::1""#, false),
        (r#"[{"cidr": "10.0.0.0/24"}]"#, r#""ten""#, false),
        (r#"[{"cidr": "0.0.0.0/0"}]"#, r#""200.1.2.3""#, true),
        (r#"[{"cidr": "::/0"}]"#, r#""2001:db8::1""#, true),
        (r#"[{"cidr": "2001:db8::/32"}]"#, r#""2001:db8:1::1""#, true),
        (r#"[{"cidr": "10.0.0.7"}]"#, r#""10.0.0.8""#, false),
    ] {
        check_field(choices, value, expected);
    }
}

#[test]
fn broken_patterns_are_told_with_their_place() {
    for (pattern, told) in [
        ("[]", "the pattern must be an object"),
        ("{}", r#"the pattern must name a field, as `{"source": ["orders"]}`"#),
        (r#"{"a": "b"}"#, r#"`a` in the pattern must be a list of values, as `["a"]`"#),
        (r#"{"a": []}"#, r#"`a` in the pattern must have a value in its list, as `["a"]`"#),
        (r#"{"a": {}}"#, r#"`a` in the pattern must name a field, or be a list of values, as `["a"]`"#),
        (r#"{"a": [["b"]]}"#, "`a` in the pattern must not have a list within its list: write the values side by side"),
        (r#"{"a": {"b": [{"prefix": 1}]}}"#, "`a.b` in the pattern must have a string in `prefix`"),
        (
            r#"{"a": [{"prefix": "x", "suffix": "y"}]}"#,
            r#"`a` in the pattern must have one operator in each object, such as `{"prefix": "a"}`"#,
        ),
        (r#"{"a": [{"exists": "yes"}]}"#, "`a` in the pattern must have `true` or `false` in `exists`"),
        (
            r#"{"$or": [{"a": ["x"]}, {"b": {"c": [{"cidr": "10.0.0.0/33"}]}}]}"#,
            "`$or[1].b.c` in the pattern must have a network such as `10.0.0.0/24` in `cidr`",
        ),
        (
            r#"{"a": [{"numeric": [">"]}]}"#,
            r#"`a` in the pattern must have one or two comparisons in `numeric`, as `[">", 0]`"#,
        ),
        (
            r#"{"a": [{"numeric": ["!", 1]}]}"#,
            "`a` in the pattern must have `=`, `<`, `<=`, `>` or `>=` and a number in `numeric`",
        ),
        (
            r#"{"a": [{"numeric": ["<", 5, ">", 0]}]}"#,
            r#"`a` in the pattern must have a lower and then an upper bound in `numeric`, as `[">", 0, "<=", 5]`"#,
        ),
        (
            r#"{"a": [{"numeric": ["<", 1e10]}]}"#,
            "`a` in the pattern must have numbers between -5000000000 and 5000000000 in `numeric`",
        ),
        (
            r#"{"a": [{"wildcard": "a**"}]}"#,
            "`a` in the pattern must not have `**` in `wildcard`: one `*` stands for any part",
        ),
        (
            r#"{"a": [{"wildcard": "a\\b"}]}"#,
            r"`a` in the pattern must have `\*` or `\\` where there is a `\` in `wildcard`",
        ),
        (
            r#"{"a": [{"anything-but": ["x", 1]}]}"#,
            "`a` in the pattern must have strings, or numbers, in `anything-but`, or one of `prefix`, `suffix`, \
             `equals-ignore-case` and `wildcard`",
        ),
        (
            r#"{"a": [{"contains": "x"}]}"#,
            "`a` in the pattern has the operator `contains`, which does not exist: there are `prefix`, `suffix`, \
             `equals-ignore-case`, `wildcard`, `anything-but`, `numeric`, `exists` and `cidr`",
        ),
    ] {
        // Whatever the event has, and wherever the pattern is broken.
        check(pattern, r#"{"a": []}"#, Err(told));
        check(pattern, "{}", Err(told));
    }
    let deep = format!("{}[1]{}", r#"{"a": "#.repeat(33), "}".repeat(33));
    assert!(matches(&json(&deep), &json("{}")).is_err());
}

#[test]
fn filter_policies_look_at_attributes() {
    let attributes = json(
        r#"{"store": {"DataType": "String", "StringValue": "north"}, "price": {"DataType": "Number", "StringValue": "12"},
            "weight": {"DataType": "Number.float", "StringValue": "1.50"}, "code": {"DataType": "String.code", "StringValue": "12"},
            "tags": {"DataType": "String.Array", "StringValue": "[\"a\", \"b\", 3, true, null]"},
            "photo": {"DataType": "Binary", "BinaryValue": "AQID"}}"#,
    );
    for (policy, expected) in [
        ("{}", true),
        (r#"{"store": ["north"]}"#, true),
        (r#"{"store": ["south"]}"#, false),
        (r#"{"store": ["south", {"prefix": "no"}]}"#, true),
        (r#"{"price": [{"numeric": [">=", 12]}], "tags": ["b"]}"#, true),
        (r#"{"price": [12.0], "weight": [1.5]}"#, true),
        (r#"{"price": ["12"]}"#, false),
        (r#"{"code": ["12"]}"#, true),
        (r#"{"code": [{"numeric": ["=", 12]}]}"#, false),
        (r#"{"tags": [3]}"#, true),
        (r#"{"tags": [null]}"#, true),
        (r#"{"tags": [{"anything-but": ["b"]}]}"#, false),
        (r#"{"tags": [{"anything-but": ["x"]}]}"#, true),
        (r#"{"store": [{"anything-but": {"suffix": "th"}}]}"#, false),
        (r#"{"missing": [{"anything-but": "x"}]}"#, false),
        (r#"{"missing": [{"exists": true}]}"#, false),
        (r#"{"missing": [{"exists": false}], "store": [{"exists": true}]}"#, true),
        (r#"{"photo": [{"exists": true}]}"#, false),
        (r#"{"$or": [{"store": ["south"]}, {"price": [12]}]}"#, true),
    ] {
        assert_eq!(passes(&json(policy), &attributes), Ok(expected), "{policy}");
    }
    assert_eq!(passes(&json(r#"{"missing": [{"exists": false}]}"#), &json("{}")), Ok(false));
    assert_eq!(passes(&json("{}"), &json("{}")), Ok(true));
}

#[test]
fn filter_policies_look_into_bodies() {
    let body =
        r#"{"store": "north", "order": {"lines": [{"sku": "1"}, {"sku": "2"}], "note": ""}, "tags": ["a", "b"]}"#;
    for (policy, expected) in [
        ("{}", true),
        (r#"{"store": ["north"], "order": {"lines": {"sku": ["2"]}}}"#, true),
        (r#"{"tags": [{"anything-but": ["b"]}]}"#, true),
        (r#"{"order": {"note": [{"exists": true}]}}"#, false),
        (r#"{"order": {"note": [{"exists": false}]}}"#, true),
    ] {
        assert_eq!(passes_body(&json(policy), body), Ok(expected), "{policy}");
    }
    for body in ["north", "[1]", "", "{"] {
        assert_eq!(passes_body(&json(r#"{"store": [{"exists": false}]}"#), body), Ok(false), "{body}");
        assert_eq!(passes_body(&json("{}"), body), Ok(true), "{body}");
    }
}

#[test]
fn policies_keep_to_the_limits_of_sns() {
    let told = |policy: &str| passes(&json(policy), &json("{}")).map_err(|error| error.to_string());
    assert_eq!(
        told(r#"{"a": [1], "b": [1], "c": [1], "d": [1], "e": [1], "f": [1]}"#),
        Err("the pattern must have at most 5 fields, which are 6: leave the filtering of others to the receiver".into())
    );
    let many = |count: usize| format!("[{}]", vec!["1"; count].join(", "));
    assert!(told(&format!(r#"{{"a": {}, "b": {}}}"#, many(15), many(10))).is_ok());
    assert_eq!(
        told(&format!(r#"{{"a": {}, "b": {}}}"#, many(16), many(10))),
        Err("the pattern must have at most 150 combinations of values, which are 160: `prefix` or `anything-but` can \
             stand for many"
            .into())
    );
    assert_eq!(
        told(r#"{"a": {"b": ["c"]}}"#),
        Err("`a` in the pattern must be a list of values, as `[\"a\"]`: attributes of a message have no fields".into())
    );
    assert!(told(r#"{"a": [{"numeric": ["<", 2e9]}]}"#).is_err());
}
