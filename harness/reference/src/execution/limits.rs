//! What AWS limits: the size of the documents that pass between states, the age of an execution, its history.

use asl_cases::MachineType;
use serde_json::{Map, Value};

use crate::definition::StateMachine;

/// AWS ends a Standard execution whose history reaches this many events (public run logs, February 2026).
/// Requirement: asl.limits.history
pub(crate) const EVENTS_MAX: usize = 25_000;
/// Documented: a Standard execution may be open for a year.
pub(crate) const STANDARD_MS_MAX: i64 = 365 * 24 * 3_600_000;
/// Documented: an Express execution runs for five minutes at most.
/// Requirement: asl.limits.duration
const EXPRESS_MS_MAX: i64 = 5 * 60_000;

/// The limits of one execution.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// `TimeoutSeconds` of the machine.
    pub(crate) timeout_seconds: Option<u64>,
    /// What its type allows.
    pub(crate) duration_ms_max: i64,
    pub(crate) events_max: usize,
}

impl Limits {
    /// Documented: the history of an Express execution has no limit.
    pub(crate) fn of(machine: &StateMachine) -> Self {
        let (duration_ms_max, events_max) = match machine.kind {
            MachineType::Standard => (STANDARD_MS_MAX, EVENTS_MAX),
            MachineType::Express => (EXPRESS_MS_MAX, usize::MAX),
        };
        Self { timeout_seconds: machine.timeout_seconds, duration_ms_max, events_max }
    }
}

/// Documented: 256 KiB of UTF-8.
pub(crate) const PAYLOAD_BYTES_MAX: usize = 262_144;

/// Whether the compact JSON text of the document is longer than the limit. Looks no further than it has to.
pub(crate) fn is_too_large(document: &Value) -> bool {
    let mut budget = PAYLOAD_BYTES_MAX;
    !fits(document, &mut budget)
}

/// Documented: all variables of an execution together hold 10 MiB at most.
const VARIABLES_BYTES_MAX: usize = 10 * 1024 * 1024;

/// Whether the variables become larger than the limit with what is assigned now. Each is at most 256 KiB large, so that a
/// few of them need not be measured.
/// Requirement: asl.limits.variables
pub(crate) fn exceeds_variables_limit(held: &Map<String, Value>, assigned: &Map<String, Value>) -> bool {
    if held.len() + assigned.len() <= VARIABLES_BYTES_MAX / PAYLOAD_BYTES_MAX {
        return false;
    }
    let mut budget = VARIABLES_BYTES_MAX;
    let kept = held.iter().filter(|(name, _)| !assigned.contains_key(*name)).chain(assigned);
    !kept.map(|(_, value)| value).all(|value| fits(value, &mut budget))
}

fn fits(value: &Value, budget: &mut usize) -> bool {
    match value {
        Value::Null | Value::Bool(true) => take(budget, 4),
        Value::Bool(false) => take(budget, 5),
        Value::Number(number) => {
            let digits = |whole: u64| 1 + whole.checked_ilog10().unwrap_or(0) as usize;
            take(budget, number.as_u64().map_or_else(|| number.to_string().len(), digits))
        }
        Value::String(text) => fits_text(text, budget),
        Value::Array(items) => {
            take(budget, 2 + items.len().saturating_sub(1)) && items.iter().all(|item| fits(item, budget))
        }
        Value::Object(members) => {
            // Braces, a colon for each member, and the commas between them.
            take(budget, 2 + (members.len() * 2).saturating_sub(1))
                && members.iter().all(|(key, value)| fits_text(key, budget) && fits(value, budget))
        }
    }
}

fn fits_text(text: &str, budget: &mut usize) -> bool {
    let more = |byte: u8| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0c => 1,
        0..0x20 => 5,
        _ => 0,
    };
    take(budget, text.len() + text.bytes().map(more).sum::<usize>() + 2)
}

fn take(budget: &mut usize, bytes: usize) -> bool {
    match budget.checked_sub(bytes) {
        Some(left) => {
            *budget = left;
            true
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case(json!("x".repeat(PAYLOAD_BYTES_MAX - 2)), false)]
    #[case(json!("x".repeat(PAYLOAD_BYTES_MAX - 1)), true)]
    #[case(json!({"a": "x".repeat(PAYLOAD_BYTES_MAX - 8)}), false)]
    #[case(json!({"a": "x".repeat(PAYLOAD_BYTES_MAX - 7)}), true)]
    #[case(json!([1, null, true]), false)]
    fn document_is_too_large_above_256_kib(#[case] document: Value, #[case] too_large: bool) {
        assert_eq!(is_too_large(&document), too_large);
    }

    #[rstest]
    #[case(40, false)]
    #[case(41, true)]
    fn variables_hold_ten_mebibytes(#[case] n_variables: usize, #[case] exceeds: bool) {
        let variable = |index| (format!("v{index}"), json!("x".repeat(255_998)));
        let mut held: Map<String, Value> = (1..n_variables).map(variable).collect();
        // One that is assigned again counts once.
        held.insert("v0".to_owned(), json!("x".repeat(200_000)));
        assert_eq!(exceeds_variables_limit(&held, &Map::from_iter([variable(0)])), exceeds);
    }
}
