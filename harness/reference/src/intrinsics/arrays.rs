//! The functions about arrays.

use serde_json::Value;

use super::arguments::{Argument, exactly};
use super::failure::Refusal;
use crate::java::{display_text, distinct_in_hash_order, round_half_up, values_equal};
use crate::seeded::{Site, seeded};

/// Documented and recorded: a range of 1001 elements fails.
const RANGE_LENGTH_MAX: i128 = 1000;

/// `States.Array(a…)`.
/// Requirement: asl.intrinsics.array
pub(super) fn array(arguments: &[Argument<'_>]) -> Value {
    if seeded(Site::ArrayFlattens) {
        let flat = |argument: &Argument<'_>| match argument.value.as_ref() {
            Value::Array(items) => items.clone(),
            single => vec![single.clone()],
        };
        return arguments.iter().flat_map(flat).collect();
    }
    arguments.iter().map(|argument| argument.value.as_ref().clone()).collect()
}

/// `States.ArrayPartition(array, size)`.
/// Requirement: asl.intrinsics.array-partition
pub(super) fn partition(arguments: &[Argument<'_>]) -> Result<Value, Refusal> {
    let [array, size] = exactly(arguments)?;
    let items = array.as_array()?;
    let size =
        if seeded(Site::PartitionRounds) { round_half_up(size.as_number()?) } else { size.as_truncated()? };
    if size <= 0 {
        return Err(Refusal::Arguments);
    }
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    if seeded(Site::PartitionDropsRest) {
        return Ok(items.chunks_exact(size).map(<[Value]>::to_vec).collect());
    }
    Ok(items.chunks(size).map(<[Value]>::to_vec).collect())
}

/// `States.ArrayContains(array, value)`. Recorded: compares string forms, so `true` is found where `"true"` is.
/// Requirement: asl.intrinsics.array-contains, asl.intrinsics.array-contains-text
pub(super) fn contains(arguments: &[Argument<'_>]) -> Result<Value, Refusal> {
    let [array, wanted] = exactly(arguments)?;
    let items = array.as_array()?;
    if seeded(Site::ContainsComparesTypes) {
        return Ok(items.iter().any(|item| values_equal(item, &wanted.value)).into());
    }
    let wanted = display_text(&wanted.value);
    Ok(items.iter().any(|item| display_text(item) == wanted).into())
}

/// `States.ArrayRange(first, last, step)`. Recorded: a step in the wrong direction gives an empty array.
/// Requirement: asl.intrinsics.array-range
pub(super) fn range(arguments: &[Argument<'_>]) -> Result<Value, Refusal> {
    let [first, last, step] = exactly(arguments)?;
    let (first, last, step) = (first.as_truncated()?, last.as_truncated()?, step.as_truncated()?);
    if step == 0 {
        return Err(Refusal::Arguments);
    }
    let distance = last.saturating_sub(first);
    if distance.signum() * step.signum() < 0 {
        if seeded(Site::RangeRefusesDirection) {
            return Err(Refusal::Arguments);
        }
        return Ok(Value::Array(Vec::new()));
    }
    let steps = distance / step;
    if seeded(Site::RangeExcludesEnd) && first + steps * step == last {
        return Ok((0..steps).filter_map(|index| i64::try_from(first + index * step).ok()).collect());
    }
    if steps >= RANGE_LENGTH_MAX && !seeded(Site::RangeHasNoLimit) {
        return Err(Refusal::Arguments);
    }
    (0..=steps)
        .map(|index| i64::try_from(first + index * step).map(Value::from).map_err(|_| Refusal::Arguments))
        .collect()
}

/// `States.ArrayGetItem(array, index)`. Recorded: any index of an empty array gives null.
/// Requirement: asl.intrinsics.array-get-item
pub(super) fn get_item(arguments: &[Argument<'_>]) -> Result<Value, Refusal> {
    let [array, index] = exactly(arguments)?;
    let items = array.as_array()?;
    let index = index.as_truncated()?;
    if items.is_empty() || seeded(Site::GetItemOutOfRangeIsNull) && index >= items.len() as i128 {
        return Ok(Value::Null);
    }
    let index = match index {
        negative if negative < 0 && seeded(Site::GetItemCountsFromEnd) => negative + items.len() as i128,
        from_one if seeded(Site::GetItemCountsFromOne) => from_one - 1,
        index => index,
    };
    let item = usize::try_from(index).ok().and_then(|index| items.get(index));
    item.cloned().ok_or(Refusal::Arguments)
}

/// `States.ArrayLength(array)`.
/// Requirement: asl.intrinsics.array-length
pub(super) fn length(arguments: &[Argument<'_>]) -> Result<Value, Refusal> {
    let [array] = exactly(arguments)?;
    if let Value::String(text) = array.value.as_ref()
        && seeded(Site::LengthTakesText)
    {
        return Ok(text.chars().count().into());
    }
    Ok(array.as_array()?.len().into())
}

/// `States.ArrayUnique(array)`. Recorded: answers in the reading order of a Java hash set.
/// Requirement: asl.intrinsics.array-unique, asl.intrinsics.array-unique-order
pub(super) fn unique(arguments: &[Argument<'_>]) -> Result<Value, Refusal> {
    let [array] = exactly(arguments)?;
    let items = array.as_array()?;
    if seeded(Site::UniqueKeepsOrder) {
        let is_first = |index: &usize| !items[..*index].iter().any(|item| values_equal(item, &items[*index]));
        return Ok((0..items.len()).filter(is_first).map(|index| items[index].clone()).collect());
    }
    if seeded(Site::UniqueLeavesContainers) && items.iter().any(|item| item.is_array() || item.is_object()) {
        return Ok(items.into());
    }
    Ok(distinct_in_hash_order(items).into())
}
