//! The functions that Step Functions adds to JSONata, and `$eval`, which it takes away. What odd arguments lead to is
//! what Floci measured on AWS: numbers are cut towards zero, much is undefined rather than an error.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
};

use jlens_core::{Bindings, Error, FunctionInfo, HostCall, HostFunction};
use serde_json::Value as Json;

use crate::encoding::{self, hex_digest};

/// How many items `$range` makes at most.
const MAX_RANGE: i128 = 360_145;

type Arguments<'a> = &'a [Option<Json>];
type Answer = Result<Option<Json>, Error>;
type Function = fn(Arguments<'_>, &Random) -> Answer;

/// Name, number of parameters, what it does.
const TABLE: [(&str, usize, Function); 7] = [
    ("eval", 2, |_, _| Err(Error::new("T1006"))),
    ("hash", 2, |arguments, _| hash(arguments)),
    ("parse", 1, |arguments, _| parse(arguments)),
    ("partition", 2, |arguments, _| partition(arguments)),
    ("random", 1, random),
    ("range", 3, |arguments, _| range(arguments)),
    ("uuid", 0, uuid),
];

/// The names of JSONata's functions and AWS's, in the order of the alphabet.
pub fn function_names() -> impl Iterator<Item = &'static str> {
    NAMES.iter().copied()
}

static NAMES: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| {
    let builtin = jlens_core::function_catalog().into_iter().map(|function| function.name);
    builtin.chain(TABLE.map(|(name, ..)| name)).filter(|name| *name != "eval").collect()
});

/// Whether JSONata or AWS has a function of this name.
pub(super) fn is_function(name: &str) -> bool {
    name == "eval" || NAMES.contains(name)
}

/// Whether what a function of this name gives takes no more than what it is given stands for: a number, a truth value,
/// a part of an argument, or what its steps pay for.
pub(super) fn gives_little(name: &str) -> bool {
    const OTHERS: [&str; 7] = ["map", "filter", "reduce", "sift", "each", "single", "lookup"];
    static NAMES: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
        let gives = |function: &FunctionInfo| [":n>", ":b>"].iter().any(|end| function.signature.ends_with(end));
        jlens_core::function_catalog().into_iter().filter(gives).map(|function| function.name).collect()
    });
    NAMES.contains(name) || OTHERS.contains(&name)
}

/// Whether a function of this name gives numbers that it computes or reads.
pub(super) fn gives_numbers(name: &str) -> bool {
    const OTHERS: [&str; 6] = ["range", "parse", "random", "toMillis", "number", "eval"];
    static NAMES: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
        let gives = |function: &FunctionInfo| function.signature.ends_with(":n>");
        jlens_core::function_catalog().into_iter().filter(gives).map(|function| function.name).collect()
    });
    // They count, and never so far that a double could not hold it.
    let counts = matches!(name, "count" | "length");
    !counts && (NAMES.contains(name) || OTHERS.contains(&name))
}

/// Those of AWS's functions that are named.
pub(super) fn bindings(names: &BTreeSet<&str>, random: &Random, made: &Made) -> Bindings {
    let named = TABLE.into_iter().filter(|(name, ..)| names.contains(name));
    named.fold(Bindings::new(), |bindings, (name, arity, run)| {
        let (random, made) = (random.clone(), made.clone());
        let function = HostFunction::new(arity, move |arguments: Arguments<'_>, call: &HostCall<'_>| {
            check_count(name, arity, arguments, call)?;
            let answer = run(arguments, &random)?;
            made.add(answer.as_ref().map_or(0, bytes_of))?;
            Ok(answer)
        });
        bindings.function(name, function.without_input())
    })
}

/// How many bytes functions may still make in one evaluation, those whose result the meter may not see.
#[derive(Clone, Default)]
pub(super) struct Made(Arc<AtomicU64>);

impl Made {
    pub fn reset(&self, most: u64) {
        self.0.store(most, Ordering::Relaxed);
    }

    pub fn add(&self, bytes: u64) -> Result<(), Error> {
        let left = self.0.load(Ordering::Relaxed).checked_sub(bytes);
        self.reset(left.unwrap_or(0));
        left.map(drop).ok_or_else(|| Error::new("U1001").with("message", "functions make too much"))
    }
}

fn bytes_of(value: &Json) -> u64 {
    const EACH: u64 = 24;
    match value {
        Json::Array(items) => 2 * EACH + items.iter().map(bytes_of).sum::<u64>(),
        Json::Object(object) => 4 * EACH + object.values().map(|value| 4 * EACH + bytes_of(value)).sum::<u64>(),
        Json::String(text) => 2 * EACH + text.len() as u64,
        _ => EACH,
    }
}

/// The random source of one evaluation: SplitMix64, whose state is set before each. Shared with the functions, which
/// the crate wants to be able to send to other threads.
#[derive(Clone, Default)]
pub(super) struct Random(Arc<AtomicU64>);

impl Random {
    pub fn set(&self, seed: u64) {
        self.0.store(seed, Ordering::Relaxed);
    }

    fn next(&self) -> u64 {
        let mut bits = self.0.load(Ordering::Relaxed).wrapping_add(0x9e37_79b9_7f4a_7c15);
        self.set(bits);
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }
}

/// AWS names the first argument too many. A function counts as one, though it has no JSON.
fn check_count(name: &str, arity: usize, arguments: Arguments<'_>, call: &HostCall<'_>) -> Result<(), Error> {
    let is_given = arguments.get(arity).is_some_and(Option::is_some) || call.function(arity).is_some();
    if is_given && name != "eval" {
        return Err(mismatch(name, arity + 1));
    }
    Ok(())
}

fn mismatch(name: &str, index: usize) -> Error {
    Error::new("T0410").with("token", name).with("index", index)
}

/// An error of AWS's own: `D3137` stands for any message.
fn invalid(message: &str) -> Error {
    Error::new("D3137").with("message", message)
}

fn argument<'a>(arguments: Arguments<'a>, index: usize) -> Option<&'a Json> {
    arguments.get(index)?.as_ref()
}

/// A number cut towards zero.
fn integer(name: &str, arguments: Arguments<'_>, index: usize) -> Result<i64, Error> {
    let number = argument(arguments, index).and_then(Json::as_f64);
    number.map(|number| number as i64).ok_or_else(|| mismatch(name, index + 1))
}

/// `$parse(text)`: the JSON value that a text holds.
fn parse(arguments: Arguments<'_>) -> Answer {
    match argument(arguments, 0) {
        None => Ok(None),
        Some(Json::String(text)) => serde_json::from_str(text).map(Some).map_err(|_| invalid("Invalid JSON")),
        Some(_) => Err(mismatch("parse", 1)),
    }
}

/// `$partition(array, size)`: the array in parts of that size.
fn partition(arguments: Arguments<'_>) -> Answer {
    let items = match argument(arguments, 0) {
        None => return Ok(None),
        Some(Json::Array(items)) if items.is_empty() => return Ok(None),
        Some(Json::Array(items)) => items,
        Some(_) => return Err(Error::new("T0412").with("token", "partition").with("index", 1)),
    };
    if argument(arguments, 1).is_none() {
        return Ok(Some(Json::Array(vec![Json::Array(items.clone())])));
    }
    let size = integer("partition", arguments, 1)?;
    match usize::try_from(size) {
        Ok(0) => Ok(None),
        Ok(size) => Ok(Some(items.chunks(size).map(|part| Json::Array(part.to_vec())).collect())),
        Err(_) if size < 0 => Err(invalid("Second argument must be zero or greater")),
        Err(_) => Ok(Some(Json::Array(vec![Json::Array(items.clone())]))),
    }
}

/// `$range(start, end, step)`, the end included where a step lands on it. As any sequence of JSONata one item stands
/// for itself, and none is undefined.
fn range(arguments: Arguments<'_>) -> Answer {
    let (start, end) = (integer("range", arguments, 0)?, integer("range", arguments, 1)?);
    if argument(arguments, 2).is_none() {
        return Ok(None);
    }
    let step = integer("range", arguments, 2)?;
    if step == 0 || (step > 0 && start > end) || (step < 0 && start < end) {
        return Ok(None);
    }
    let count = (i128::from(end) - i128::from(start)) / i128::from(step) + 1;
    if count > MAX_RANGE {
        return Err(Error::new("U1001").with("message", "$range makes too many items"));
    }
    if count == 1 {
        return Ok(Some(start.into()));
    }
    Ok(Some((0..count as i64).map(|index| Json::from(start + index * step)).collect()))
}

/// `$hash(text, algorithm)`: the digest in hexadecimal digits.
fn hash(arguments: Arguments<'_>) -> Answer {
    let data = argument(arguments, 0).and_then(Json::as_str).ok_or_else(|| mismatch("hash", 1))?.as_bytes();
    let algorithm = match argument(arguments, 1) {
        None => return Ok(None),
        Some(algorithm) => algorithm.as_str().ok_or_else(|| mismatch("hash", 2))?,
    };
    let digest = hex_digest(algorithm, data).ok_or_else(|| {
        let known = "SHA-1, SHA-384, SHA-256, SHA-512, MD5";
        invalid(&format!("Hash algorithm '{algorithm}' must be one of {known}"))
    })?;
    Ok(Some(digest.into()))
}

/// `$random(seed)`: a number from 0 to below 1. With a seed it is that of Java's `Random(seed).nextDouble()`, as on
/// AWS: 42 gives 0.7275636800328681.
fn random(arguments: Arguments<'_>, random: &Random) -> Answer {
    let bits = match argument(arguments, 0) {
        None => random.next() >> 11,
        Some(_) => java_random(integer("random", arguments, 0)?),
    };
    Ok(Some((bits as f64 / (1u64 << 53) as f64).into()))
}

/// The 53 bits of the first `nextDouble()` of `java.util.Random`, whose algorithm Java's documentation gives.
fn java_random(seed: i64) -> u64 {
    const MULTIPLIER: u64 = 0x5_DEEC_E66D;
    const MASK: u64 = (1 << 48) - 1;
    let step = |state: u64| state.wrapping_mul(MULTIPLIER).wrapping_add(0xB) & MASK;
    let first = step((seed as u64 ^ MULTIPLIER) & MASK);
    let second = step(first);
    ((first >> 22) << 27) + (second >> 21)
}

/// `$uuid()`: a UUID of version 4.
fn uuid(_: Arguments<'_>, random: &Random) -> Answer {
    Ok(Some(encoding::uuid(random.next(), random.next()).into()))
}
