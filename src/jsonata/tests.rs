//! Our face over the JSONata crate: values, AWS's functions, refusals, limits. The language itself is proved by its own
//! suite, in tests/jsonata.rs.

use std::cell::{Cell, RefCell};

use super::*;

/// A state's surroundings, with the members that were asked for.
struct Surroundings {
    states: Value,
    variables: Value,
    seed: Cell<u64>,
    asked: RefCell<Vec<String>>,
}

impl Surroundings {
    fn new(states: &str, variables: &str) -> Self {
        // A JSON text is an expression, too.
        let parse = |text: &str| plain::evaluate(text, None, &[], &Limits::default()).expect("a JSON text");
        Self { states: parse(states), variables: parse(variables), seed: Cell::new(7), asked: RefCell::default() }
    }
}

impl Environment for Surroundings {
    fn states(&self, member: &str) -> Option<Value> {
        self.asked.borrow_mut().push(member.to_owned());
        self.states.get(member).cloned()
    }

    fn variable(&self, name: &str) -> Option<Value> {
        self.asked.borrow_mut().push(format!("${name}"));
        self.variables.get(name).cloned()
    }

    fn now(&self) -> i64 {
        1_704_067_200_000
    }

    fn random(&self) -> u64 {
        self.seed.set(self.seed.get() + 1);
        self.seed.get()
    }
}

fn evaluate_in(source: &str, surroundings: &Surroundings) -> Result<Value, Failure> {
    let expression = Expression::parse(source).unwrap_or_else(|error| panic!("{source}: {error:?}"));
    expression.evaluate(surroundings, &Limits::default())
}

/// The JSON text of the value, or what AWS writes behind the expression and the field.
fn evaluate(source: &str) -> String {
    let input = r#"{"input": {"n": 42, "half": 0.5, "none": null, "items": [{"v": 1}, {"v": 2}], "seed": 42, "whole": 1.0},
        "context": {"Execution": {"Name": "e"}}}"#;
    let surroundings = Surroundings::new(input, r#"{"name": "Ada", "average": 3, "list": [1, 2], "random": null}"#);
    match evaluate_in(source, &surroundings) {
        Ok(value) => value.to_json(),
        Err(failure) => failure.to_string(),
    }
}

#[track_caller]
fn check(rows: &[(&str, &str)]) {
    for (source, expected) in rows {
        assert_eq!(evaluate(source), *expected, "{source}");
    }
}

const MEMORY: &str =
    "threw an error during evaluation: Expression evaluation memory limit exceeded: Check for excessive memory usage";
const DEPTH: &str = "threw an error during evaluation: Stack overflow error: Check for non-terminating recursive function.  Consider rewriting as tail-recursive.";
const TIME: &str = "threw an error during evaluation: Expression evaluation timeout: Check for infinite loop";

#[test]
fn only_a_text_that_is_wholly_in_its_marks_is_an_expression() {
    assert_eq!(expression_in("{% $x %}"), Some((" $x ", 2)));
    assert_eq!(expression_in("{%%}"), Some(("", 2)));
    for text in [" {% $x %}", "{% $x %} ", "{%", "{%}", "%}", "a {% b %}", ""] {
        assert_eq!(expression_in(text), None, "{text}");
    }
}

#[test]
fn values_come_out_as_aws_writes_them() {
    check(&[
        ("$states.input.n", "42"),
        ("$states.input.n + 0.5", "42.5"),
        ("$states.input.half * 2", "1"),
        ("$states.input.whole", "1"),
        ("$states.input.none", "null"),
        ("$states.input.items.v", "[1,2]"),
        ("$states.input.items[v > 1].v", "2"),
        ("$states.input.items", r#"[{"v":1},{"v":2}]"#),
        ("$states.context.Execution.Name & $name", r#""eAda""#),
        ("$list[0]", "1"),
        ("$variable := 1", "1"),
        ("1e15", "1000000000000000"),
        ("9223372036854775808", "9.223372036854776E18"),
        ("-0", "0"),
        ("1e21", "1.0E21"),
        ("0.0001", "1.0E-4"),
        ("{'b': 1, 'a': [], 'f': $sum}", r#"{"b":1,"a":[]}"#),
        ("$now()", r#""2024-01-01T00:00:00.000Z""#),
        ("$millis()", "1704067200000"),
        ("$string(1e20) & ' ' & 1e21", r#""100000000000000000000 1e+21""#),
        (r"$contains('hello$world', /^hello\$/)", "true"),
    ]);
}

#[test]
fn what_has_no_value_says_so_in_awss_words() {
    check(&[
        ("$states.input.missing", "returned nothing (undefined)."),
        ("$states.result", "returned nothing (undefined)."),
        ("$doesNotExist", "returned nothing (undefined)."),
        ("$fn := function($x){$x}", "returned an unsupported result type."),
        ("$sum /* a comment */", "returned an unsupported result type."),
        (
            "$randomSeeded($states.input.n)",
            "threw an error during evaluation. T1006: Attempted to invoke a non-function",
        ),
        ("$eval('1')", "threw an error during evaluation. T1006: Attempted to invoke a non-function"),
        (
            "$name + 1",
            "threw an error during evaluation. T2001: The left side of the \"+\" operator must evaluate to a number",
        ),
        ("$error('mine')", "threw an error during evaluation. D3137: mine"),
    ]);
    let failure = expect(1.into(), "array").expect_err("a number is no array");
    let text = "returned an unexpected result type. Expected 'array', but was 'number' for value: 1";
    assert_eq!(failure.to_string(), text);
    assert_eq!(expect("a".into(), "string"), Ok("a".into()));
}

#[test]
fn only_what_is_read_is_asked_for() {
    let surroundings = Surroundings::new(r#"{"input": {"a": 1}, "context": {"b": 2}}"#, r#"{"x": 5, "y": 6}"#);
    let value = evaluate_in("($y := 1; $states.input.a + $x + $y)", &surroundings);
    assert_eq!(value, Ok(7.into()));
    assert_eq!(*surroundings.asked.borrow(), ["$x", "input"]);

    let whole = evaluate_in("$states", &surroundings).map(|value| value.to_json());
    assert_eq!(whole.as_deref(), Ok(r#"{"input":{"a":1},"context":{"b":2}}"#));

    let expression =
        Expression::parse(" $map($states.result.r, function($v) { $v + $x }) ~> $sum ").expect("it parses");
    assert_eq!(expression.variables().collect::<Vec<_>>(), ["x"]);
    assert_eq!(expression.states().collect::<Vec<_>>(), ["result"]);
    assert_eq!(&**expression.source(), "$map($states.result.r, function($v) { $v + $x }) ~> $sum");
}

#[test]
fn a_variable_may_be_called_as_a_function_is() {
    check(&[("$average", "3"), ("$average + $sum($list)", "6")]);
}

/// The answers are those of AWS's recordings and of Floci's measurements.
#[test]
fn awss_functions() {
    check(&[
        ("$partition([0], 1)", "[[0]]"),
        ("$partition([0, 1, 2], 2)", "[[0,1],[2]]"),
        ("$partition([0, 1], 5)", "[[0,1]]"),
        ("$partition([1, 2, 3], 2.9)", "[[1,2],[3]]"),
        ("$partition([1, 2])", "[[1,2]]"),
        ("$partition([], 2)", "returned nothing (undefined)."),
        ("$partition([1], 0)", "returned nothing (undefined)."),
        ("$partition([1], -2)", "threw an error during evaluation. D3137: Second argument must be zero or greater"),
        (
            "$partition(1, 2)",
            "threw an error during evaluation. T0412: Argument 1 of function \"partition\" must be an array of undefined",
        ),
        ("$partition([1], 9e18)", "[[1]]"),
        ("$range(0, 10, 3)", "[0,3,6,9]"),
        ("$range(1, 9, 2)", "[1,3,5,7,9]"),
        ("$range(1, 9, 9)", "1"),
        ("$range(3, 1, -1)", "[3,2,1]"),
        ("$range(-1.7, 2, 1)", "[-1,0,1,2]"),
        ("$range(1, 3, -1)", "returned nothing (undefined)."),
        ("$range(1, 3)", "returned nothing (undefined)."),
        ("$count($range(1, 360145, 1))", "360145"),
        ("$range(1, 360146, 1)", MEMORY),
        ("$range(-9e99, 9e99, 1)", MEMORY),
        (
            "$range(1, 2, 3, 4)",
            "threw an error during evaluation. T0410: Argument 4 of function \"range\" does not match function signature",
        ),
        ("$hash('test', 'MD5')", r#""098f6bcd4621d373cade4e832627b4f6""#),
        ("$hash('test', 'SHA-1')", r#""a94a8fe5ccb19ba61c4c0873d391e987982fbbd3""#),
        ("$length($hash('test', 'SHA-256'))", "64"),
        ("$length($hash('test', 'SHA-384'))", "96"),
        ("$length($hash('test', 'SHA-512'))", "128"),
        (
            "$hash('test', 'md5')",
            "threw an error during evaluation. D3137: Hash algorithm 'md5' must be one of SHA-1, SHA-384, SHA-256, SHA-512, MD5",
        ),
        ("$hash('test')", "returned nothing (undefined)."),
        ("$parse('-0')", "0"),
        ("$parse('1.1')", "1.1"),
        ("$parse('\"HelloWorld\"')", r#""HelloWorld""#),
        (r#"$parse('{"Arg1": 1, "Arg2": []}')"#, r#"{"Arg1":1,"Arg2":[]}"#),
        (r#"$parse('{"a": {"b": 3}}').a.b"#, "3"),
        ("$parse('')", "threw an error during evaluation. D3137: Invalid JSON"),
        ("$parse('1 2')", "threw an error during evaluation. D3137: Invalid JSON"),
        ("$parse('null')", "null"),
        ("$map(['1', '2'], $parse)", "[1,2]"),
    ]);
}

#[test]
fn a_seeded_random_number_is_javas() {
    // The scope of `evaluate` has a variable called `random`; there is none here.
    let surroundings = Surroundings::new(r#"{"input": {"seed": 42}}"#, "{}");
    for source in ["$random(42)", "$random($states.input.seed)", "$random(42.9)"] {
        assert_eq!(evaluate_in(source, &surroundings), Ok(0.7275636800328681.into()), "{source}");
    }
}

#[test]
fn the_same_seed_gives_the_same_values() {
    let source = "[$random(), $random(), $uuid(), $uuid(), $shuffle([1..20])]";
    let surroundings = || Surroundings::new("{}", "{}");
    let (first, second) = (surroundings(), surroundings());
    let once = evaluate_in(source, &first).expect("a value");
    assert_eq!(evaluate_in(source, &second), Ok(once.clone()));
    assert_ne!(evaluate_in(source, &second), Ok(once.clone()), "the source has moved on");
    let items = once.as_array().expect("an array");
    assert_ne!(items[0], items[1]);
    assert_ne!(items[2], items[3]);
    let uuid = items[2].as_str().expect("a text");
    assert_eq!((uuid.len(), &uuid[14..15]), (36, "4"));
    assert!((0.0..1.0).contains(&items[0].as_number().expect("a number").as_f64()));
}

#[test]
fn what_has_no_context_is_refused_at_the_top_level() {
    let refused = [
        ("phone", "Reference to 'phone' at the top level is not supported.", "phone"),
        ("1 + phone.number", "Reference to 'phone' at the top level is not supported.", "phone"),
        ("$", "Reference to '$' at the top level is not supported.", "$"),
        ("$.a", "Reference to '$' at the top level is not supported.", "$"),
        ("$map($states.input.a, function($x){ b })", "Reference to 'b' at the top level is not supported.", "b"),
        ("{'a': [b]}", "Reference to 'b' at the top level is not supported.", "b"),
        ("$$.a", "Reference to '$$' is not supported.", "$$"),
        ("$states.input[$$.a]", "Reference to '$$' is not supported.", "$$"),
    ];
    for (source, message, place) in refused {
        let error = Expression::parse(source).expect_err(source);
        assert_eq!((error.code, &*error.message), ("UNSUPPORTED_JSONATA_EXPRESSION", message), "{source}");
        assert_eq!(&source[error.span.range()], place, "{source}");
        assert!(error.hint.is_some_and(|hint| hint.contains("$states.input")));
    }
    let accepted = [
        "$states.input.items[value > 3]",
        "$states.input.items[$ > 3]",
        "$states.input.items^(price).{'a': b, 'c': $}",
        "$states.input.items{name: $sum(price)}",
        "$states.input ~> |a|{'b': c}|",
        "($f := function($x) { $x.name }; $f($states.input))",
        "$states.input.(name & last)",
    ];
    for source in accepted {
        assert!(Expression::parse(source).is_ok(), "{source}");
    }
}

#[test]
fn what_cannot_be_read_says_why_and_where() {
    let error = Expression::parse("10 + * 2").expect_err("no expression");
    assert_eq!(error.message, "S0201: Syntax error: 2");
    let error = Expression::parse("$x + 2 )").expect_err("no expression");
    assert_eq!(error.code, "INVALID_JSONATA_EXPRESSION");
    assert_eq!(error.message, "S0201: Syntax error: \")\"");
    assert_eq!(error.span, Span::new(7, 8));
    for source in ["", "$states.input.", "a[1,2)", "'open", "/", "{", "((", "\u{1F600}", "é("] {
        let error = Expression::parse(source).expect_err(source);
        assert!(error.span.end <= source.len() && source.is_char_boundary(error.span.start), "{source}");
    }
}

#[test]
fn what_awss_version_lacks_is_remarked() {
    let remarks = |source: &str| {
        let expression = Expression::parse(source).expect("it parses");
        expression.remarks().iter().map(|remark| source[remark.span.range()].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(remarks("1 + ($states.input.a ?: 2)"), ["$states.input.a ?: 2"]);
    assert_eq!(remarks("$x ?? 2"), ["$x ?? 2"]);
    assert_eq!(remarks("$eval('1')"), ["$eval"]);
    assert_eq!(remarks("$x ? 1 : 2"), [""; 0]);
}

/// AWS accepts an evaluation at depth 100 and refuses one at 101: Floci measured these.
#[test]
fn evaluation_nests_as_deep_as_on_aws() {
    let sum = |terms: usize| vec!["1"; terms].join("+");
    let wrapped = |open: &str, close: &str, levels: usize| open.repeat(levels) + "1" + &close.repeat(levels);
    let recursion = |n: usize| format!("($f := function($n) {{ $n <= 0 ? 0 : 1 + $f($n - 1) }}; $f({n}))");
    assert_eq!(evaluate(&sum(100)), "100");
    assert_eq!(evaluate(&sum(101)), DEPTH);
    assert_eq!(evaluate(&wrapped("(", ")", 99)), "1");
    assert_eq!(evaluate(&wrapped("(", ")", 100)), DEPTH);
    assert_eq!(evaluate(&recursion(31)), "31");
    assert_eq!(evaluate(&recursion(32)), DEPTH);
}

#[test]
fn nothing_runs_for_ever() {
    check(&[
        ("($f := function($x) { $f($x) }; $f(1))", TIME),
        ("($f := function($x) { 1 + $f($x) }; $f(1))", DEPTH),
        ("($f := function($s) { $f($s & $s) }; $f('x'))", MEMORY),
        ("($f := function($s, $n) { $n = 0 ? $length($s) : $f($s & $s, $n - 1) }; $f('x', 22))", "4194304"),
        ("($f := function($s, $n) { $n = 0 ? $length($s) : $f($s & $s, $n - 1) }; $f('x', 23))", MEMORY),
        ("$sum([1..900000])", MEMORY),
        (
            "$map([1..1000], function($x) { $map([1..1000], function($y) { $map([1..1000], function($z) { 1 }) }) })",
            TIME,
        ),
        ("$pad('x', 100000000)", MEMORY),
        ("$pad('x', 7000000)", MEMORY),
        (
            "[1..100000000000]",
            "threw an error during evaluation. D2014: The size of the sequence allocated by the range operator (..) must not exceed 1e7.  Attempted to allocate 100000000000.",
        ),
    ]);
}

#[test]
fn a_regular_expression_counts_its_steps_back() {
    let source = "$match('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab', /(a+)+$/)";
    let limits = Limits { steps: 1_000, ..Limits::default() };
    let result = Expression::parse(source).expect("it parses").evaluate(&Surroundings::new("{}", "{}"), &limits);
    assert_eq!(result, Err(Failure::Limit(Limit::Time)));
}

/// Random texts of the language's tokens: nothing panics, everything ends.
#[test]
fn any_text_is_an_expression_or_a_mistake() {
    const PARTS: [&str; 40] = [
        "$",
        "$$",
        "a",
        "$x",
        "1",
        "'s'",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ".",
        ",",
        ";",
        ":",
        ":=",
        "?",
        "??",
        "?:",
        "+",
        "-",
        "*",
        "**",
        "/",
        "%",
        "&",
        "=",
        "~>",
        "|",
        "^",
        "@",
        "#",
        "..",
        "function($x)",
        "$states.input",
        "$map",
        "é",
        "/*",
        " in ",
    ];
    let mut random = oorandom::Rand32::new(3);
    let surroundings = Surroundings::new(r#"{"input": {"a": [1, {"b": "c"}]}}"#, r#"{"x": [1, 2]}"#);
    let limits = Limits { steps: 2_000, ..Limits::default() };
    let mut parsed = 0;
    for _ in 0..20_000 {
        let length = random.rand_range(1..9);
        let source: String = (0..length).map(|_| PARTS[random.rand_range(0..40) as usize]).collect();
        match Expression::parse(&source) {
            Ok(expression) => {
                parsed += 1;
                let _ = expression.evaluate(&surroundings, &limits);
            }
            Err(error) => assert!(source.get(error.span.range()).is_some(), "{source}: {error:?}"),
        }
    }
    assert!(parsed > 100, "{parsed} were expressions");
}

#[test]
fn deep_texts_are_refused_or_evaluated() {
    for part in ["(", "[", "-", "{'a':", "1+", "$f(", "$x.", "function(){", "1?", "$x[", "not "] {
        let source = part.repeat(100_000);
        assert!(Expression::parse(&source).is_err());
        let _ = Expression::parse(&(source + "1"));
    }
    let error = Expression::parse(&("(".repeat(100_000) + "1")).expect_err("too deep");
    assert!(error.message.contains("nested too deeply"), "{}", error.message);
}

/// Sizes that definitions in practice have are far from the limits.
#[test]
fn large_but_ordinary_work_is_done() {
    check(&[
        ("$count($map([1..20000], function($i) { {'id': $i, 'name': 'n' & $i} }))", "20000"),
        ("$sum($reduce([1..2000], function($a, $i) { $append($a, $i) }, []))", "2001000"),
        ("$length($reduce([1..3000], function($a, $i) { $a & 'x' & $i }, ''))", "13893"),
        ("$count($distinct($map([1..5000], function($i) { $i % 1000 })))", "1000"),
        ("($b := [1..300].{'id': $, 'v': $ * 2}; $sum($map([1..300], function($i) { $b[id = $i].v })))", "90300"),
        ("($o := $merge([1..500].{$string($): $}); $sum($map([1..5000], function($i) { $lookup($o, '7') })))", "35000"),
        ("$count($map([1..2000], function($i) { $match('order-' & $i, /([a-z]+)-(\\d+)/) }))", "2000"),
        ("$length($replace($pad('a b c d', 20000, 'x'), /\\w+/, '<$0>'))", "20008"),
        ("$length($replace($pad('x', 100000, 'x'), 'x', 'yy'))", "200000"),
        ("$count($split($pad('a', 100000, ',b'), ','))", "50001"),
        ("$length($string([1..100000]))", "588896"),
        ("$count([1..800000])", "800000"),
        ("$length($pad('x', 6000000) & 'x')", "6000001"),
    ]);
}

#[test]
fn a_guarded_function_is_as_it_was() {
    check(&[
        ("$distinct([1, 1])[]", "[1]"),
        ("$distinct([{'a': 1}, {'a': 1}].a)[]", "[1]"),
        ("$distinct([1, 1])", "[1]"),
        ("[$distinct([1, 2, 1])]", "[1,2]"),
        ("$map([[1, 1], [2]], $distinct)", "[[1],[2]]"),
        ("$keys({'a': 1})", r#""a""#),
        ("$keys({'a': 1, 'b': 2})", r#"["a","b"]"#),
        ("$keys({'a': 1})[]", r#"["a"]"#),
        ("$states.input.items[0].$keys()", r#""v""#),
        ("$match('ab', /b/)", r#"{"match":"b","index":1,"groups":[]}"#),
        ("$match('ab', /b/)[]", r#"[{"match":"b","index":1,"groups":[]}]"#),
        (
            "$match('ab')",
            "threw an error during evaluation. T0410: Argument 2 of function \"match\" does not match function signature",
        ),
        ("$replace('abc', 'b', 'x')", r#""axc""#),
        ("$replace('abcabc', /(b)(c)/, '$2$1', 1)", r#""acbabc""#),
        ("$replace('abc', /b/, function($m) { $uppercase($m.match) })", r#""aBc""#),
        (
            "$replace('abc', '', 'x')",
            "threw an error during evaluation. D3010: Second argument of replace function cannot be an empty string",
        ),
        (
            "$replace(1, 'a', 'b')",
            "threw an error during evaluation. T0410: Argument 1 of function \"replace\" does not match function signature",
        ),
        ("$states.input.items.$string(v).$replace('1', '2')", r#"["2","2"]"#),
        ("'a-b' ~> $split('-')", r#"["a","b"]"#),
        ("($f := $split(?, '-'); $f('a-b'))", r#"["a","b"]"#),
        ("$map(['a', 'b'], function($s) { $pad($s, 3, '-') })", r#"["a--","b--"]"#),
        (
            "($f := function($s) { $s }; $pad($f('a'), 'x'))",
            "threw an error during evaluation. T0410: Argument 2 of function \"pad\" does not match function signature",
        ),
        ("($f := function($s) { $s }; $map([1, 2], $string))", r#"["1","2"]"#),
        ("$replace('a', 'a', 'b') /* the end */", r#""b""#),
        ("($replace := 1; $replace)", "1"),
        ("$replace", "returned an unsupported result type."),
    ]);
    let surroundings = Surroundings::new("{}", r#"{"distinct": [1], "keys": {"a": 2}}"#);
    assert_eq!(evaluate_in("$distinct[0] + $keys.a", &surroundings), Ok(3.into()));
    assert_eq!(evaluate_in("$split('a-b', '-')[0] & $keys.a", &surroundings), Ok("a2".into()));
}

/// Guards, the meter and the noting of parts change no value: the language without them says the same.
#[test]
fn what_is_watched_is_as_what_is_not() {
    let sources = [
        "[{'v': 3}, {'v': 4}][v > 3].(v + 1)",
        "[1..3][$ > 1]",
        "[{'a': [1, 2]}, {'a': [3]}].a[]",
        "[{'a': 1, 'b': 2}].{'c': a}",
        "$distinct([[1], [1]])",
        "$distinct([1, 1].{'a': $})",
        "$match('abab', /a(b)/).groups",
        "$split('a1b2', /\\d/)",
        "[3, 1, 2]^($)[0]",
        "[{'a': 1}, {'a': 2}]{'k': $sum(a)}",
        "[{'a': 1}, {'a': 2}]#$i.{'i': $i, 'a': a}",
        "{'a': 1, 'b': [2, {'c': 3}]}.**",
        "($f := $replace(?, 'a', ?); $f('banana', 'o'))",
        "$keys([{'a': 1}, {'b': 2}])",
        "$keys({})",
        "$distinct()",
    ];
    for source in sources {
        let plain = plain::evaluate(source, None, &[], &Limits::default());
        let watched = evaluate_in(source, &Surroundings::new("{}", "{}"));
        assert_eq!(watched, plain, "{source}");
    }
}

#[test]
fn large_integers_are_exact_until_something_is_computed() {
    let object = |key: &str, value: Value| (key.into(), value);
    let list = |items: [i64; 2]| Value::array(items.map(Value::from).to_vec());
    let members = [
        object("id", 9_007_199_254_740_993.into()),
        object("ids", list([9_223_372_036_854_775_807, -9_007_199_254_740_995])),
        object("both", list([9_007_199_254_740_992, 9_007_199_254_740_993])),
    ];
    let input = Value::Object(Rc::new(members.into_iter().collect()));
    let mut surroundings = Surroundings::new("{}", "{}");
    surroundings.states = Value::Object(Rc::new([object("input", input)].into_iter().collect()));
    let text = |source: &str| match evaluate_in(source, &surroundings) {
        Ok(value) => value.to_json(),
        Err(failure) => failure.to_string(),
    };
    assert_eq!(text("$states.input.id"), "9007199254740993");
    assert_eq!(
        text("{'x': $states.input.ids, 'n': $count($states.input.ids)}"),
        r#"{"x":[9223372036854775807,-9007199254740995],"n":2}"#
    );
    assert_eq!(text("$states.input.ids[$ < 0]"), "-9007199254740995");
    assert_eq!(text("$states.input.id + 0"), "9007199254740992");
    assert_eq!(text("$max([$states.input.id])"), "9007199254740992");
    assert_eq!(text("$states.input.both"), "[9007199254740992,9007199254740992]", "two that share a double");
}

/// The text and the value of each part.
fn parts(source: &str) -> Vec<(String, String)> {
    let states =
        r#"{"input": {"n": 42, "items": [{"v": 1}, {"v": 2}], "more": true}, "context": {"Execution": {"Name": "e"}}}"#;
    let surroundings = Surroundings::new(states, r#"{"name": "Ada"}"#);
    let expression = Expression::parse(source).expect("it parses");
    let parts = expression.parts(&surroundings, &Limits::default());
    let value = |part: &Part| match &part.value {
        Ok(value) => value.to_json(),
        Err(failure) => failure.to_string(),
    };
    parts.iter().map(|part| (source[part.span.range()].to_owned(), value(part))).collect()
}

#[track_caller]
fn check_parts(source: &str, expected: &[(&str, &str)]) {
    let expected: Vec<_> = expected.iter().map(|(text, value)| ((*text).to_owned(), (*value).to_owned())).collect();
    assert_eq!(parts(source), expected, "{source}");
}

#[test]
fn the_parts_of_an_expression_have_values() {
    check_parts(
        " $states.input.n + 1",
        &[
            ("$states.input.n + 1", "43"),
            ("$states.input.n", "42"),
            ("$states.input", r#"{"n":42,"items":[{"v":1},{"v":2}],"more":true}"#),
        ],
    );
    check_parts(
        "$sum($states.input.items.v)",
        &[
            ("$sum($states.input.items.v)", "3"),
            ("$states.input.items.v", "[1,2]"),
            ("$states.input", r#"{"n":42,"items":[{"v":1},{"v":2}],"more":true}"#),
            ("$states.input.items", r#"[{"v":1},{"v":2}]"#),
        ],
    );
    check_parts(
        "($x := 2; {'a': $x * 2, 'b': [$name]})",
        &[
            ("($x := 2; {'a': $x * 2, 'b': [$name]})", r#"{"a":4,"b":["Ada"]}"#),
            ("$x := 2", "2"),
            ("{'a': $x * 2, 'b': [$name]}", r#"{"a":4,"b":["Ada"]}"#),
            ("$x * 2", "4"),
            ("$x", "2"),
            ("[$name]", r#"["Ada"]"#),
            ("$name", r#""Ada""#),
        ],
    );
}

#[test]
fn only_the_branch_that_was_taken_has_a_value() {
    check_parts(
        "false ? $name : $name & '!'",
        &[("false ? $name : $name & '!'", r#""Ada!""#), ("$name & '!'", r#""Ada!""#), ("$name", r#""Ada""#)],
    );
    check_parts("false and $name = 1", &[("false and $name = 1", "false")]);
}

#[test]
fn what_has_a_meaning_only_within_is_no_part() {
    check_parts(
        "$map([1, 2], function($i) { $i * 2 })",
        &[("$map([1, 2], function($i) { $i * 2 })", "[2,4]"), ("[1, 2]", "[1,2]")],
    );
    check_parts(
        "$states.input.items[v > 1].(v + 1)",
        &[
            ("$states.input.items[v > 1].(v + 1)", "3"),
            ("$states.input", r#"{"n":42,"items":[{"v":1},{"v":2}],"more":true}"#),
            ("$states.input.items", r#"[{"v":1},{"v":2}]"#),
        ],
    );
    check_parts(
        "($l := [{'v': 1}]; $l[0].v)",
        &[
            ("($l := [{'v': 1}]; $l[0].v)", "1"),
            ("$l := [{'v': 1}]", r#"[{"v":1}]"#),
            ("[{'v': 1}]", r#"[{"v":1}]"#),
            ("{'v': 1}", r#"{"v":1}"#),
            ("$l[0].v", "1"),
            ("$l[0]", r#"{"v":1}"#),
        ],
    );
}

#[test]
fn a_part_that_fails_says_why_and_so_do_those_around_it() {
    let failed =
        "threw an error during evaluation. T2001: The left side of the \"+\" operator must evaluate to a number";
    check_parts(
        "{'a': $name + 1, 'b': $none}",
        &[("{'a': $name + 1, 'b': $none}", failed), ("$name + 1", failed), ("$name", r#""Ada""#)],
    );
    check_parts("[$none]", &[("[$none]", "[]"), ("$none", "returned nothing (undefined).")]);
}

#[test]
fn random_parts_are_those_of_the_whole_and_guards_do_not_show() {
    let source = "[$random(), $uuid(), $replace($name, 'A', 'a')]";
    let parts = parts(source);
    let whole = format!("[{},{},{}]", parts[1].1, parts[2].1, parts[3].1);
    assert_eq!(parts[0], (source.to_owned(), whole));
    assert_eq!(parts[3], ("$replace($name, 'A', 'a')".to_owned(), r#""ada""#.to_owned()));
    assert_eq!(parts[4], ("$name".to_owned(), r#""Ada""#.to_owned()));
}

#[test]
fn an_expression_has_at_most_64_parts() {
    let source = vec!["$name"; 100].join(" & ");
    let expression = Expression::parse(&source).expect("it parses");
    let limits = Limits { depth: 300, ..Limits::default() };
    assert_eq!(expression.parts(&Surroundings::new("{}", "{}"), &limits).len(), 64);
}

#[test]
fn what_is_read_of_the_states_is_known() {
    let paths = |source: &str| Expression::parse(source).expect("it parses").read_paths();
    assert_eq!(
        paths("$states.input.orderId & $states.context.Execution.Name & $states.input.`a b`"),
        ["$states.input.`a b`", "$states.input.orderId", "$states.context.Execution.Name"]
    );
    assert_eq!(paths("$states.input"), ["$states.input"]);
    assert_eq!(paths("$sum($states.input.items.(price * n))"), ["$states.input.items.n", "$states.input.items.price"]);
    assert_eq!(paths("$name"), [""; 0]);
}
