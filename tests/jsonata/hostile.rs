//! Expressions that would run for ever, or take all memory, and the limit that ends each. The native tests and those in
//! wasm share them.

use statelight::{
    jsonata::{Environment, Expression, Failure, Limit, Limits},
    value::Value,
};

/// Nothing to refer to.
pub struct Nothing;

impl Environment for Nothing {
    fn states(&self, _: &str) -> Option<Value> {
        None
    }

    fn variable(&self, _: &str) -> Option<Value> {
        None
    }

    fn now(&self) -> i64 {
        1_704_067_200_000
    }

    fn random(&self) -> u64 {
        7
    }
}

use Limit::{Depth, Memory, Time};

pub const EXPRESSIONS: [(&str, Limit); 76] = [
    // Never ending.
    ("($f := function($x) { $f($x) }; $f(1))", Time),
    ("($f := function($x) { $g($x) }; $g := function($x) { $f($x) }; $f(1))", Time),
    ("($f := function($x) { $x = 0 ? 1 : $f($x + 1) }; $f(1))", Time),
    ("($y := function($f) { $f($f) }; $y($y))", Time),
    // Deep.
    ("($f := function($x) { 1 + $f($x) }; $f(1))", Depth),
    ("($f := function($x) { {'a': [$f($x)]} }; $f(1))", Depth),
    ("($f := function($x) { $map([1], $f) }; $f(1))", Depth),
    ("($f := function($x) { $sort([2, 1], function($a, $b) { $f($x) > 1 }) }; $f(1))", Depth),
    ("($f := function($x) { [$x, 2]^($f($)) }; $f(1))", Depth),
    ("($f := function($x) { $string($f($x)) }; $f(1))", Depth),
    ("($f := function($x) { $x ~> $f ~> $f }; $f(1))", Depth),
    // Many steps.
    ("$map([1..800000], function($x) { $x + 1 })", Time),
    ("$map([1..1000], function($x) { $map([1..1000], function($y) { $map([1..1000], function($z) { 1 }) }) })", Time),
    ("$reduce([1..800000], function($a, $b) { $a + $b })", Time),
    ("$filter([1..800000], function($x) { $x % 2 = 0 })", Time),
    ("[1..800000][$ % 2 = 0]", Time),
    ("[1..800000].{'a': $}", Time),
    ("[1..800000]^(-$)", Time),
    ("[1..800000]{$string($): $}", Time),
    ("$sort([1..400000], function($a, $b) { $a < $b })", Time),
    // Much done in a step, many times.
    ("($a := [1..800000]; $map([1..100000], function($x) { $x in $a }))", Time),
    ("($a := [1..800000]; $map([1..100000], function($x) { $sum($a) }))", Time),
    ("($a := [1..800000]; $map([1..100000], function($x) { $count($a[true]) }))", Time),
    ("($a := [1..800000]; $map([1..100000], function($x) { $a = $reverse($a) }))", Memory),
    ("($s := $pad('x', 6000000); $map([1..100000], function($x) { $length($s) }))", Time),
    ("($s := $pad('x', 6000000); $map([1..100000], function($x) { $contains($s, 'y') }))", Time),
    ("($s := $pad('x', 6000000); $map([1..100000], function($x) { $hash($s, 'SHA-512') }))", Memory),
    // Much done in one step.
    ("$distinct([1..360000])", Time),
    ("$distinct([1..873000])", Memory),
    ("$keys([1..60000]{$string($): $})", Time),
    ("$count([1..50000] ~> $distinct)", Time),
    ("$map([[1..50000]], $distinct)", Time),
    // Regular expressions that step back and forth.
    ("$match('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', /(a+)+$/)", Time),
    ("$contains($pad('a', 5000, 'a') & '!', /(a*)*$/)", Time),
    ("$replace('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', /(a|a)*$/, 'b')", Time),
    ("$split('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', /(a|aa)+$/)", Time),
    ("$match($pad('x', 1000000, 'x'), /x/)", Time),
    ("$split($pad('x', 1000000, 'x'), /x/)", Time),
    ("$replace($pad('x', 1000000, 'x'), /x/, 'y')", Time),
    ("$map([1..1000], function($x) { $match('aaaaaaaaaaaaaaaaaaaaaaaa!', /(a+)+$/) })", Time),
    // One value too large.
    ("($f := function($s) { $f($s & $s) }; $f('x'))", Memory),
    ("($f := function($a) { $f($append($a, $a)) }; $f([1]))", Memory),
    ("$sum([1..900000])", Memory),
    ("$pad('x', 100000000)", Memory),
    ("$pad('x', -7000000)", Memory),
    ("$range(1, 360146, 1)", Memory),
    ("$range(-9e99, 9e99, 1)", Memory),
    ("($s := $pad('x', 3000000, 'x'); $replace($s, 'x', $s))", Memory),
    ("($s := $pad('x', 20000, 'x'); $replace($s, /x+/, $replace($pad('x', 1000, 'x'), 'x', '$0')))", Memory),
    ("$split($pad('x', 6000000, 'x'), '')", Memory),
    ("$split($pad('x', 6000000, ','), ',')", Memory),
    ("($s := $pad('x', 1000000); $join($map([1..100], function() { $s }), $s))", Memory),
    ("$base64encode($pad('x', 6000000))", Memory),
    ("$encodeUrl($pad('x', 6000000))", Memory),
    ("$string([1..873000]) & $string([1..873000])", Memory),
    ("[1..873000] ~> $map($string) ~> $join", Time),
    // Many values together.
    ("[1..1000].$pad('x', 6000000)", Memory),
    ("$map([1..1000], function() { $pad('x', 6000000) })", Memory),
    ("$map([1..1000], function($i) { $pad('x', 6000000) & $i })", Memory),
    ("($a := [1..300000]; $f := $append; $map([1..1000], function() { $f($a, 1) }))", Memory),
    ("($a := [1..300000]; $map([1..1000], $append(?, $a)))", Memory),
    ("($a := [1..300000]; $f := $append; $map([1..1000], $f(?, $a)))", Memory),
    ("$map([1..1000], function() { $split($pad('x', 90000, ','), ',') })", Memory),
    ("$map([1..1000], function($i) { $string([1..300000]) & $i })", Memory),
    ("$map([1..1000].$string(), $pad(?, 6000000))", Memory),
    ("($a := [1..1000]; $map($a, function() { $map($a, function() { $a }) }))", Time),
    ("$map([1..1000], function() { [1..800000] })", Memory),
    ("$map([1..1000], function() { $range(1, 300000, 1) })", Memory),
    ("($a := [1..300000]; $map([1..1000], function() { $string($a) }))", Memory),
    ("($a := [1..300000]; $map([1..1000], function() { $append($a, 1) }))", Memory),
    ("($o := [1..300].{$string($): 1} ~> $merge; $map([1..100000], function() { $spread($o) }))", Memory),
    ("($s := $pad('x', 1000000); $map([1..1000], function() { $uppercase($s) }))", Time),
    // Values that are in themselves many times.
    ("($f := function($x, $n) { $n = 0 ? $x : $f([[$x], [$x]], $n - 1) }; $f([1], 60).a)", Memory),
    ("($f := function($x, $n) { $n = 0 ? $x : $f([[$x], [$x]], $n - 1) }; $f([], 60).**)", Memory),
    ("($f := function($x, $n) { $n = 0 ? $x : $f({'a': $x, 'b': $x}, $n - 1) }; $string($f(1, 40)))", Memory),
    ("($f := function($x, $n) { $n = 0 ? $x : $f($zip($x, $x), $n - 1) }; $spread($f([1, 2], 60)))", Memory),
];

/// What ended the expression, as it is to be.
pub fn evaluate(source: &str) -> Result<usize, Failure> {
    let expression = Expression::parse(source).unwrap_or_else(|error| panic!("{source}: {error:?}"));
    expression.evaluate(&Nothing, &Limits::default()).map(|value| value.to_json().len())
}
