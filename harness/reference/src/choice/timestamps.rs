//! The `Timestamp…` family: texts that are timestamps, compared as instants.

use std::cmp::Ordering;

use serde_json::Value;

use crate::seeded::{Site, seeded};
use crate::timestamp::Timestamp;

/// How two timestamps are ordered (recorded: malformed ones make the rule false, they are no error).
/// Requirement: asl.choice.timestamp-equals, asl.choice.timestamp-order, asl.choice.timestamp-instants
pub(super) fn order(left: &Value, right: &Value) -> Option<Ordering> {
    if seeded(Site::TimestampsByText) {
        return Some(left.as_str()?.cmp(right.as_str()?));
    }
    Some(instant(left)?.cmp(&instant(right)?))
}

/// The instant that a value names, if it is the text of a timestamp.
pub(super) fn instant(value: &Value) -> Option<Timestamp> {
    Timestamp::parse(value.as_str()?)
}

/// Why a literal operand is refused.
pub(super) fn literal_problem(operand: &Value) -> Option<&'static str> {
    match operand {
        Value::String(_) if instant(operand).is_some() => None,
        Value::String(_) => Some("String does not match RFC3339 timestamp"),
        _ => Some("Expected value of type String"),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("2024-01-01T12:00:00.000Z", "2024-01-01T12:00:00Z", Some(Ordering::Equal))]
    #[case("2024-01-01T07:00:00.000-05:00", "2024-01-01T12:00:00Z", Some(Ordering::Equal))]
    #[case("2024-01-01T12:00:00Z", "2024-01-01T12:00:00.001Z", Some(Ordering::Less))]
    #[case("2024-01-01", "2024-01-01T12:00:00Z", None)]
    fn timestamps_compare_as_instants(
        #[case] left: &str,
        #[case] right: &str,
        #[case] expected: Option<Ordering>,
    ) {
        assert_eq!(order(&left.into(), &right.into()), expected);
    }
}
