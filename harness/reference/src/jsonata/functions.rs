//! The functions that AWS adds to JSONata, and those that must not look at a clock or at global randomness.
//!
//! Documented, and recorded in April 2026 where a comment does not say otherwise.

use std::{cell::RefCell, collections::BTreeSet, fmt::Write, rc::Rc};

use jsonata_core::{
    evaluator::{Evaluator, EvaluatorError},
    value::JValue,
};
use md5::{Digest, Md5};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};

use super::{budget, differences, integers::Integers};
use crate::{
    java::JavaRandom,
    scope::Randomness,
    seeded::{Site, seeded},
};

type Arguments<'a> = &'a [JValue];
type Answer = Result<JValue, EvaluatorError>;

/// What the functions of one evaluation need.
pub(super) struct HostFunctions<'a> {
    now_ms: i64,
    names: &'a BTreeSet<String>,
    seed: i64,
}

/// Random values of one evaluation, grown from one that was drawn for it.
struct DrawnRandom {
    java: JavaRandom,
}

/// The functions whose values are drawn at random.
const RANDOM: [&str; 3] = ["random", "shuffle", "uuid"];

impl<'a> HostFunctions<'a> {
    /// Draws a random value only for an expression that names a random function.
    /// Requirement: asl.jsonata.variable-shadows-function
    pub(super) fn new(now_ms: i64, names: &'a BTreeSet<String>, random: &mut dyn Randomness) -> Self {
        let is_random = RANDOM.iter().any(|name| names.contains(*name));
        let seed = if is_random { random.next_u64().cast_signed() } else { 0 };
        Self { now_ms, names, seed }
    }

    /// Registers the functions that the expression names.
    /// Requirement: asl.jsonata.functions
    pub(super) fn register(&self, evaluator: &mut Evaluator, integers: &Integers) {
        let mut registered = Ok(());
        let source = Rc::new(RefCell::new(DrawnRandom { java: JavaRandom::new(self.seed) }));
        for name in self.names {
            let source = Rc::clone(&source);
            let integers = integers.clone();
            #[expect(clippy::cast_precision_loss, reason = "milliseconds of this era are exact in a double")]
            let now = self.now_ms as f64;
            let done =
                match name.as_str() {
                    "partition" => evaluator.register_fn(name, partition),
                    "range" => evaluator.register_fn(name, range),
                    "hash" => evaluator.register_fn(name, hash),
                    "parse" => evaluator.register_fn(name, move |args: Arguments<'_>| parse(args, &integers)),
                    "uuid" => evaluator.register_fn(name, move |args: Arguments<'_>| uuid(args, &source)),
                    "random" => {
                        evaluator.register_fn_override(name, move |args: Arguments<'_>| random(args, &source))
                    }
                    "shuffle" => evaluator
                        .register_fn_override(name, move |args: Arguments<'_>| shuffle(args, &source)),
                    "millis" | differences::NOW_MILLIS => {
                        evaluator.register_fn_override(name, move |_: Arguments<'_>| Ok(JValue::Number(now)))
                    }
                    "eval" => evaluator
                        .register_fn_override(name, |_: Arguments<'_>| Err(differences::no_function())),
                    _ => Ok(()),
                };
            registered = registered.and(done);
        }
        debug_assert!(registered.is_ok(), "none of these is a function that cannot be replaced");
    }
}

/// `$partition(array, size)`.
fn partition(args: Arguments<'_>) -> Answer {
    const NAME: &str = "partition";
    at_most(args, 2, NAME)?;
    let items = match args.first() {
        None => return Err(mismatch(1, NAME)),
        Some(JValue::Undefined) => return Ok(JValue::Undefined),
        Some(JValue::Array(items)) => items,
        Some(_) => {
            return Err(thrown(format!(
                "T0412: Argument 1 of function \"{NAME}\" must be an array of undefined"
            )));
        }
    };
    let size = match args.get(1) {
        None | Some(JValue::Undefined) => items.len(),
        Some(JValue::Number(size)) if size.trunc() < 0.0 => {
            return Err(thrown("D3137: Second argument must be zero or greater".to_owned()));
        }
        Some(JValue::Number(size)) => to_count(*size),
        Some(_) => return Err(mismatch(2, NAME)),
    };
    // Observed (August 2026): an empty array has no partition.
    if size == 0 || items.is_empty() {
        return Ok(JValue::Undefined);
    }
    if seeded(Site::JsonataPartitionDropsRest) {
        let whole = items.chunks_exact(size).map(|chunk| JValue::array(chunk.to_vec()));
        return Ok(JValue::array(whole.collect()));
    }
    Ok(JValue::array(items.chunks(size).map(|chunk| JValue::array(chunk.to_vec())).collect()))
}

/// `$range(start, end, step)`: a sequence, so that one item stands for itself.
fn range(args: Arguments<'_>) -> Answer {
    const NAME: &str = "range";
    /// Observed (August 2026): one number more is too many.
    const ITEMS_MAX: f64 = 360_145.0;
    at_most(args, 3, NAME)?;
    let mut numbers = [None; 3];
    for (index, number) in numbers.iter_mut().enumerate() {
        *number = match args.get(index) {
            Some(JValue::Number(number)) => Some(number.trunc()),
            Some(JValue::Undefined) => None,
            None if index == 2 => None,
            _ => return Err(mismatch(index + 1, NAME)),
        };
    }
    let [Some(start), Some(end), Some(step)] = numbers else { return Ok(JValue::Undefined) };
    let n_items = ((end - start) / step).floor() + 1.0;
    if step == 0.0 || n_items.is_nan() || n_items < 1.0 {
        return Ok(JValue::Undefined);
    }
    let n_items = if seeded(Site::JsonataRangeExcludesEnd) { n_items - 1.0 } else { n_items };
    if n_items > ITEMS_MAX {
        return Err(thrown(budget::MEMORY_EXCEEDED.to_owned()));
    }
    let items = (0..to_count(n_items)).map(|index| {
        #[expect(clippy::cast_precision_loss, reason = "there are fewer than 2^52 items")]
        let index = index as f64;
        JValue::Number(start + index * step)
    });
    Ok(JValue::sequence(items.collect()))
}

/// `$hash(text, algorithm)`.
fn hash(args: Arguments<'_>) -> Answer {
    const NAME: &str = "hash";
    at_most(args, 2, NAME)?;
    let text = match args.first() {
        Some(JValue::String(text)) => Some(text),
        Some(JValue::Undefined) => None,
        _ => return Err(mismatch(1, NAME)),
    };
    let algorithm = match args.get(1) {
        Some(JValue::String(algorithm)) => Some(algorithm),
        // Observed (August 2026).
        None | Some(JValue::Undefined) => None,
        _ => return Err(mismatch(2, NAME)),
    };
    let (Some(text), Some(algorithm)) = (text, algorithm) else { return Ok(JValue::Undefined) };
    if seeded(Site::JsonataHashIgnoresAlgorithm) {
        return Ok(JValue::string(hexadecimal(&Sha256::digest(text.as_bytes()))));
    }
    let bytes = text.as_bytes();
    let digest = match &**algorithm {
        "MD5" => hexadecimal(&Md5::digest(bytes)),
        "SHA-1" => hexadecimal(&Sha1::digest(bytes)),
        "SHA-256" => hexadecimal(&Sha256::digest(bytes)),
        "SHA-384" => hexadecimal(&Sha384::digest(bytes)),
        "SHA-512" => hexadecimal(&Sha512::digest(bytes)),
        other => {
            return Err(thrown(format!(
                "D3137: Hash algorithm '{other}' must be one of SHA-1, SHA-384, SHA-256, SHA-512, MD5"
            )));
        }
    };
    Ok(JValue::string(digest))
}

fn hexadecimal(digest: &[u8]) -> String {
    digest.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
        text
    })
}

/// `$random()`, or `$random(seed)`: the first double of `java.util.Random`.
fn random(args: Arguments<'_>, source: &RefCell<DrawnRandom>) -> Answer {
    const NAME: &str = "random";
    at_most(args, 1, NAME)?;
    match args.first() {
        None | Some(JValue::Undefined) => Ok(JValue::Number(source.borrow_mut().java.next_double())),
        Some(JValue::Number(seed)) => {
            #[expect(clippy::cast_possible_truncation, reason = "Java's `(long)` truncates and saturates")]
            let seed = *seed as i64;
            Ok(JValue::Number(JavaRandom::new(seed).next_double()))
        }
        Some(_) => Err(mismatch(1, NAME)),
    }
}

/// `$uuid()`: a UUID of version 4.
fn uuid(args: Arguments<'_>, source: &RefCell<DrawnRandom>) -> Answer {
    at_most(args, 0, "uuid")?;
    let java = &mut source.borrow_mut().java;
    let mut digits = |n: usize| -> String {
        (0..n).map(|_| char::from_digit(java.next_int(16).cast_unsigned(), 16).unwrap_or('0')).collect()
    };
    let (head, rest) = (digits(8), [digits(4), digits(3), digits(3), digits(12)]);
    let [second, third, fourth, last] = rest;
    let variant = ['8', '9', 'a', 'b'][usize::from(fourth.as_bytes()[0]) % 4];
    Ok(JValue::string(format!("{head}-{second}-4{third}-{variant}{fourth}-{last}")))
}

/// `$shuffle(array)`, from the random values of the execution.
fn shuffle(args: Arguments<'_>, source: &RefCell<DrawnRandom>) -> Answer {
    at_most(args, 1, "shuffle")?;
    let mut items = match args.first() {
        Some(JValue::Array(items)) => items.to_vec(),
        None | Some(JValue::Undefined) => return Ok(JValue::Undefined),
        Some(single) => vec![single.clone()],
    };
    let java = &mut source.borrow_mut().java;
    for last in (1..items.len()).rev() {
        let bound = i32::try_from(last + 1).unwrap_or(i32::MAX);
        items.swap(last, usize::try_from(java.next_int(bound)).unwrap_or_default());
    }
    Ok(JValue::array(items))
}

/// `$parse(text)`: JSON; keys keep their order, and none may be there twice.
fn parse(args: Arguments<'_>, integers: &Integers) -> Answer {
    const NAME: &str = "parse";
    at_most(args, 1, NAME)?;
    match args.first() {
        None | Some(JValue::Undefined) => Ok(JValue::Undefined),
        Some(JValue::String(text)) if seeded(Site::JsonataParseGivesText) => {
            Ok(JValue::string(text.as_ref()))
        }
        Some(JValue::String(text)) => {
            let mut reader = serde_json::Deserializer::from_str(text);
            let value = StrictValue(integers).deserialize(&mut reader);
            let value = value.and_then(|value| reader.end().map(|()| value));
            value.map_err(|_| thrown("D3137: Invalid JSON".to_owned()))
        }
        Some(_) => Err(mismatch(1, NAME)),
    }
}

/// Recorded: one argument too many is the one that does not match.
fn at_most(args: Arguments<'_>, max: usize, function: &str) -> Result<(), EvaluatorError> {
    if args.len() > max { Err(mismatch(max + 1, function)) } else { Ok(()) }
}

fn mismatch(index: usize, function: &str) -> EvaluatorError {
    thrown(format!("T0410: Argument {index} of function \"{function}\" does not match function signature"))
}

fn thrown(message: String) -> EvaluatorError {
    EvaluatorError::EvaluationError(message)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast truncates and saturates, which is what is wanted"
)]
fn to_count(number: f64) -> usize {
    number as usize
}

/// A reader of JSON that refuses a key that is there twice.
#[derive(Clone, Copy)]
struct StrictValue<'a>(&'a Integers);

impl<'de> DeserializeSeed<'de> for StrictValue<'_> {
    type Value = JValue;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<JValue, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for StrictValue<'_> {
    type Value = JValue;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<JValue, E> {
        Ok(JValue::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<JValue, E> {
        Ok(JValue::Bool(flag))
    }

    #[expect(clippy::cast_precision_loss, reason = "observed: beyond 2^63 - 1, integers are doubles")]
    fn visit_u64<E>(self, number: u64) -> Result<JValue, E> {
        Ok(i64::try_from(number)
            .map_or_else(|_| JValue::Number(number as f64), |integer| self.0.of_integer(integer)))
    }

    fn visit_i64<E>(self, number: i64) -> Result<JValue, E> {
        Ok(self.0.of_integer(number))
    }

    fn visit_f64<E>(self, number: f64) -> Result<JValue, E> {
        Ok(self.0.of_double(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<JValue, E> {
        Ok(JValue::string(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<JValue, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = sequence.next_element_seed(self)? {
            items.push(item);
        }
        Ok(JValue::array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<JValue, A::Error> {
        let mut object = indexmap::IndexMap::new();
        while let Some(key) = members.next_key::<String>()? {
            let member = members.next_value_seed(self)?;
            if object.insert(key, member).is_some() {
                return Err(serde::de::Error::custom("duplicate key"));
            }
        }
        Ok(JValue::object(object))
    }
}
