//! What each function does beyond AWS's recordings, its limits, and what the parser says.

use std::cell::Cell;

use super::{Argument, Environment, Intrinsic, names};
use crate::{syntax::parse_value, value::Value};

struct World {
    input: Value,
    random: Cell<u64>,
}

impl Environment for World {
    fn input(&self) -> &Value {
        &self.input
    }

    fn context(&self) -> Value {
        parse_value(r#"{"Execution":{"Name":"run"}}"#).expect("sound JSON")
    }

    fn random(&self) -> u64 {
        self.random.set(self.random.get().wrapping_mul(6_364_136_223_846_793_005).wrapping_add(99));
        self.random.get()
    }

    fn variable(&self, name: &str) -> Option<Value> {
        (name == "order").then(|| parse_value(r#"{"id":7}"#).expect("sound JSON"))
    }
}

const INPUT: &str = r#"{"n":[1,2,3],"t":"a-b","o":{"k":[1,"x"]},"f":1.5,"u":[1,1.0,{"a":1,"b":2},{"b":2,"a":1},"1"],
    "list":[{"p":1,"n":"a,(b)"},{"p":5,"n":"c"}]}"#;

fn run(call: &str) -> String {
    run_on(call, parse_value(INPUT).expect("sound JSON"))
}

fn run_on(call: &str, input: Value) -> String {
    let world = World { input, random: Cell::new(1) };
    let call = Intrinsic::parse(call).unwrap_or_else(|error| panic!("{call}: {} at {}", error.message, error.offset));
    call.evaluate(&world).map_or_else(|failure| failure.to_string(), |value| value.to_json())
}

fn refusal(call: &str) -> (String, usize) {
    let error = Intrinsic::parse(call).expect_err(call);
    (error.message, error.offset)
}

#[test]
fn functions_give_what_the_guide_says() {
    for (call, expected) in [
        ("States.Array()", "[]"),
        ("States.Array(1, 'a', true, null, $.n, 2.50)", r#"[1,"a",true,null,[1,2,3],2.5]"#),
        ("States.ArrayPartition($.n, 2)", "[[1,2],[3]]"),
        ("States.ArrayContains($.n, 2)", "true"),
        ("States.ArrayRange(1, 9, 2)", "[1,3,5,7,9]"),
        ("States.ArrayRange(3, 1, -1)", "[3,2,1]"),
        ("States.ArrayRange(3, 1, 1)", "[]"),
        ("States.ArrayRange(5, 5, -3)", "[5]"),
        ("States.ArrayGetItem($.n, 2)", "3"),
        ("States.ArrayLength($.n)", "3"),
        ("States.ArrayUnique($.u)", r#"[1,{"a":1,"b":2},"1"]"#),
        ("States.Base64Encode('Data to encode')", r#""RGF0YSB0byBlbmNvZGU=""#),
        ("States.Base64Decode('RGF0YSB0byBlbmNvZGU=')", r#""Data to encode""#),
        ("States.Hash('input data', 'SHA-1')", r#""aaff4a450a104cd177d28d18d74485e8cae074b7""#),
        ("States.JsonMerge($.o, States.StringToJson('{\"k\":2,\"l\":3}'), false)", r#"{"k":2,"l":3}"#),
        ("States.JsonToString($.o)", r#""{\"k\":[1,\"x\"]}""#),
        ("States.MathAdd(States.ArrayLength($.n),-1)", "2"),
        ("States.MathAdd(1.5, -1.5)", "1"),
        ("States.MathRandom(7, 8)", "7"),
        ("States.StringSplit('1,2;;3', ',;')", r#"["1","2","3"]"#),
        ("States.StringSplit('abc', '')", r#"["abc"]"#),
        ("States.Format('{} of {}', $$.Execution.Name, $.o)", r#""run of {k=[1, x]}""#),
        ("States.Format('{}{}', $order.id, $order)", r#""7{id=7}""#),
        ("States.Format('a \\{\\} \\'{}\\' \\\\ { }', null)", r#""a {} 'null' \\ { }""#),
    ] {
        assert_eq!(run(call), expected, "{call}");
    }
}

#[test]
fn a_path_among_arguments_may_hold_commas_brackets_and_quotes() {
    assert_eq!(run("States.ArrayLength($.list[?(@.p > 2 && @.n != 'a,(b)')])"), "1");
    assert_eq!(run("States.Array( $['t'] , $['o']['k'][0,1] )"), r#"["a-b",[1,"x"]]"#);
    assert_eq!(run("States.ArrayGetItem($.list[?(@.n == 'a,(b)')].p, 0)"), "1");
}

#[test]
fn a_missing_argument_fails_in_the_words_of_aws() {
    assert_eq!(
        run_on("States.Format('{}', $.nope)", parse_value(r#"{"a":1}"#).unwrap()),
        "States.Runtime: The function 'States.Format('{}', $.nope)' had the following error: \
         The JsonPath argument for the field '$.nope' could not be found in the input '{\"a\":1}'"
    );
    assert!(run("States.Array($$.Nope)").contains("field '$$.Nope' could not be found in the input '{\"Execution\""));
    assert!(run("States.Array($nope.x)").contains("field '$nope.x' could not be found"));
}

#[test]
fn the_innermost_call_is_named_by_its_failure() {
    let failure = run("States.Array(States.ArrayGetItem($.n, 3))");
    assert_eq!(
        failure,
        "States.IntrinsicFailure: The function 'States.ArrayGetItem($.n, 3)' had the following error: \
         The index 3 is out of bounds for an array of 3 items"
    );
}

#[test]
fn limits_and_wrong_values_are_failures() {
    for (call, text) in [
        ("States.ArrayRange(1, 1001, 1)", "more than 1000 items"),
        ("States.ArrayRange(-9000000000000000000, 9000000000000000000, 1)", "more than 1000 items"),
        ("States.ArrayRange(1, 2, 0)", "must not be 0"),
        ("States.ArrayPartition($.n, 0)", "positive integer"),
        ("States.ArrayGetItem($.n, -1)", "out of bounds"),
        ("States.ArrayLength($.t)", "Argument 1 must be an array, but was a string: \"a-b\""),
        ("States.Base64Decode('%')", "not valid Base64"),
        ("States.Hash('a', 'CRC32')", "'CRC32' is not supported"),
        ("States.JsonMerge($.o, $.o, true)", "Deep merging is not supported"),
        ("States.MathAdd(9223372036854775807, 1)", "too large"),
        ("States.MathAdd(1e300, 1)", "too large"),
        ("States.MathRandom(2, 2)", "below the end number"),
        ("States.StringToJson('{')", "not valid JSON"),
        ("States.Format('{} {}', 1)", "The number of arguments, 1, does not match the number of occurrences of {}, 2"),
        ("States.Format('no', 1)", "does not match"),
    ] {
        let failure = run(call);
        assert!(failure.starts_with("States.IntrinsicFailure: ") && failure.contains(text), "{call}: {failure}");
    }
    for (call, limit) in [("States.Base64Encode($)", 10_000), ("States.Hash($, 'MD5')", 10_000)] {
        assert!(!run_on(call, "é".repeat(limit).into()).contains("IntrinsicFailure"), "{call}");
        assert!(run_on(call, "é".repeat(limit + 1).into()).contains("more than 10000 characters"), "{call}");
    }
}

#[test]
fn chance_comes_from_the_environment_and_stays_in_bounds() {
    let world = World { input: Value::Null, random: Cell::new(5) };
    let random = Intrinsic::parse("States.MathRandom(-2, 3)").unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..200 {
        seen.insert(random.evaluate(&world).unwrap().as_number().and_then(|number| number.as_int()).unwrap());
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), [-2, -1, 0, 1, 2]);
    assert_eq!(run("States.MathRandom(0, 1000000, 3)"), run("States.MathRandom(0, 1000000, 3)"));
    assert_ne!(run("States.MathRandom(0, 1000000, 3)"), run("States.MathRandom(0, 1000000, 4)"));

    let uuid = Intrinsic::parse("States.UUID()").unwrap();
    for _ in 0..50 {
        let text = uuid.evaluate(&world).unwrap().as_str().unwrap().to_string();
        let parts: Vec<_> = text.split('-').map(str::len).collect();
        assert_eq!(parts, [8, 4, 4, 4, 12], "{text}");
        assert!(text.as_bytes()[14] == b'4' && b"89ab".contains(&text.as_bytes()[19]), "{text}");
    }
}

#[test]
fn refusals_name_the_place_and_the_cure() {
    for (call, message, offset) in [
        ("States.Fromat('a')", "`States.Fromat` is no intrinsic function: did you mean `States.Format`?", 0),
        ("Format('a')", "`Format` is no intrinsic function: did you mean `States.Format`?", 0),
        ("States.Array(States.Uuid())", "`States.Uuid` is no intrinsic function: did you mean `States.UUID`?", 13),
        ("States.MathAdd(1,'-1')", "argument 2 of `States.MathAdd` must be a number, but is a string", 17),
        ("States.MathAdd(1)", "`States.MathAdd` takes 2 arguments, but is given 1", 0),
        ("States.MathRandom(1)", "`States.MathRandom` takes 2 or 3 arguments, but is given 1", 0),
        ("States.Format()", "`States.Format` takes at least 1 argument, but is given 0", 0),
        ("States.Hash(\"a\", 'MD5')", "expected a text in single quotes, found `\"`", 12),
        ("States.Array('a)", "the text that opens here is never closed with `'`", 13),
        ("States.Array(abc)", "a text as an argument needs single quotes: `'…'`", 13),
        ("States.Array($.a", "expected `,` or `)` after an argument, but the text ends here", 16),
        ("States.Array(1) x", "expected nothing after the closing `)`, found `x`", 16),
        (
            "States.Array(1,)",
            "expected an argument: a path, a text in single quotes, a number, `true`, `false`, `null` or a call, found `)`",
            15,
        ),
        (
            "States.Format('say \\\"hi\\\"')",
            "`\\\"` is no escape in a text of an intrinsic function: there are `\\'`, `\\{`, `\\}` and `\\\\`",
            19,
        ),
    ] {
        assert_eq!(refusal(call), (message.to_owned(), offset), "{call}");
    }
    assert_eq!(refusal("States.Array($.a[)").1, 17);
    assert!(refusal("States.Array($.a.length())").0.contains("use `States.ArrayLength`"));
    for call in
        ["", "States. ", "States.Format $.a)", "  States.UUID()", "States\nUUID()", "States.UUID", "States.Array('\\"]
    {
        refusal(call);
    }
}

#[test]
fn calls_nest_ten_deep() {
    let nested = |depth: usize| format!("{}{}", "States.Array(".repeat(depth), ")".repeat(depth));
    assert_eq!(run(&nested(10)), format!("{}{}", "[".repeat(10), "]".repeat(10)));
    assert!(refusal(&nested(11)).0.contains("10 deep"));
    refusal(&"States.Array(".repeat(100_000));
}

#[test]
fn every_function_is_there_once() {
    let names: std::collections::BTreeSet<_> = names().collect();
    assert_eq!(names.len(), 18);
}

#[test]
fn a_call_keeps_its_text_and_arguments() {
    let call = Intrinsic::parse("States.Array('x', $.a, $$.b, States.UUID() )  ").unwrap();
    assert_eq!(&*call.source, "States.Array('x', $.a, $$.b, States.UUID() )");
    let Argument::Context(path) = &call.arguments[2] else { panic!("a path into the context") };
    assert_eq!(&**path.source(), "$.b");
}
