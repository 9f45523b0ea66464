//! The functions about numbers.

use serde_json::Value;

use super::arguments::{Argument, exactly};
use super::failure::Refusal;
use crate::java::{JavaRandom, round_half_up};
use crate::scope::Randomness;
use crate::seeded::{Site, seeded};

/// `States.MathAdd(a, b)`. Recorded: each number is rounded before they are added, and each must fit 32 bits.
/// Requirement: asl.intrinsics.math-add, asl.intrinsics.math-add-rounding
pub(super) fn add(arguments: &[Argument<'_>]) -> Result<Value, Refusal> {
    let [left, right] = exactly(arguments)?;
    if seeded(Site::AddTruncates) {
        let sum = left.as_truncated()? + right.as_truncated()?;
        return as_int(sum).map(Value::from);
    }
    if seeded(Site::AddRoundsTheSum) {
        let (left, right) = (left.as_number()?.as_f64(), right.as_number()?.as_f64());
        let sum = serde_json::Number::from_f64(left.unwrap_or_default() + right.unwrap_or_default());
        return as_int(round_half_up(&sum.ok_or(Refusal::Arguments)?)).map(Value::from);
    }
    if seeded(Site::AddHasNoLimit) {
        let sum = round_half_up(left.as_number()?) + round_half_up(right.as_number()?);
        return i64::try_from(sum).map(Value::from).map_err(|_| Refusal::Arguments);
    }
    let left = as_int(round_half_up(left.as_number()?))?;
    let right = as_int(round_half_up(right.as_number()?))?;
    left.checked_add(right).map(Value::from).ok_or(Refusal::Arguments)
}

/// `States.MathRandom(start, end[, seed])`: from start (included) to end (excluded).
/// Requirement: asl.intrinsics.math-random
pub(super) fn random(arguments: &[Argument<'_>], random: &mut dyn Randomness) -> Result<Value, Refusal> {
    let (start, end, seed) = match arguments {
        [start, end] => (start, end, None),
        [start, end, seed] => (start, end, Some(seed)),
        _ => return Err(Refusal::Arguments),
    };
    let (start, end) = (as_int(start.as_truncated()?)?, as_int(end.as_truncated()?)?);
    let end = if seeded(Site::RandomIncludesEnd) { end.saturating_add(1) } else { end };
    let width = end.checked_sub(start).filter(|width| *width > 0).ok_or(Refusal::Arguments)?;
    let offset = match seed {
        Some(_) if seeded(Site::RandomIgnoresSeed) => draw_below(width, random),
        Some(seed) => JavaRandom::new(as_seed(seed.as_truncated()?)).next_int(width),
        None => draw_below(width, random),
    };
    Ok((start + offset).into())
}

fn draw_below(bound: i32, random: &mut dyn Randomness) -> i32 {
    let drawn = random.next_u64() % u64::from(bound.unsigned_abs());
    i32::try_from(drawn).expect("a remainder is below its divisor, which is an i32")
}

/// `(long)` of a number saturates.
fn as_seed(seed: i128) -> i64 {
    i64::try_from(seed).unwrap_or(if seed < 0 { i64::MIN } else { i64::MAX })
}

fn as_int(number: i128) -> Result<i32, Refusal> {
    i32::try_from(number).map_err(|_| Refusal::Arguments)
}
