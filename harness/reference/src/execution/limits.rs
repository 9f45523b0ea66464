//! What AWS limits: the size of the documents that pass between states, the age of an execution, its history.
//! Also the limits that no honest execution comes near, which keep a hostile one from running for ever, from filling the
//! memory and from overflowing the stack.

use asl_cases::MachineType;
use serde_json::{Map, Value};

use crate::definition::StateMachine;
use crate::seeded::{Site, seeded};

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
            MachineType::Express if seeded(Site::ExpressHasNoLimit) => (STANDARD_MS_MAX, usize::MAX),
            MachineType::Express => (EXPRESS_MS_MAX, usize::MAX),
        };
        Self { timeout_seconds: machine.timeout_seconds, duration_ms_max, events_max }
    }
}

/// Documented: 256 KiB of UTF-8.
pub(crate) const PAYLOAD_BYTES_MAX: usize = 262_144;

/// Whether the compact JSON text of the document is longer than the limit. Looks no further than it has to.
pub(crate) fn is_too_large(document: &Value) -> bool {
    if seeded(Site::PayloadsHaveNoLimit) {
        return false;
    }
    if Extent::of(document).text_bytes_at_most <= PAYLOAD_BYTES_MAX {
        return false;
    }
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

/// How much there is of a document, without looking at the characters of its texts.
#[derive(Clone, Copy, Debug, Default)]
struct Extent {
    text_bytes_at_most: usize,
    /// About what it takes in memory.
    memory_bytes: usize,
    depth: usize,
}

/// A number has no longer text, nor has a literal.
const SCALAR_BYTES_MAX: usize = 32;
/// A control character is written `\u0000`.
const ESCAPED_BYTES: usize = 6;
/// What a member takes besides its key and value.
const MEMBER_BYTES: usize = 64;

impl Extent {
    /// What lies deeper than a document may be is not looked at.
    fn of(document: &Value) -> Self {
        let mut extent = Self::default();
        extent.add(document, 1);
        extent
    }

    fn add(&mut self, value: &Value, depth: usize) {
        self.depth = self.depth.max(depth);
        self.memory_bytes += size_of::<Value>();
        self.text_bytes_at_most += SCALAR_BYTES_MAX;
        if depth > DEPTH_MAX {
            return;
        }
        match value {
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
            Value::String(text) => self.add_text(text),
            Value::Array(items) => items.iter().for_each(|item| self.add(item, depth + 1)),
            Value::Object(members) => members.iter().for_each(|(key, member)| {
                self.memory_bytes += MEMBER_BYTES;
                self.add_text(key);
                self.add(member, depth + 1);
            }),
        }
    }

    fn add_text(&mut self, text: &str) {
        self.memory_bytes += text.len();
        self.text_bytes_at_most += ESCAPED_BYTES * text.len();
    }
}

/// Things that happen in an execution and its child executions: 25,000 events are far fewer.
const STEPS_MAX: usize = 1_000_000;
/// The documents that an execution makes, one after the other: its history holds them all.
const MEMORY_BYTES_MAX: usize = 1 << 30;
/// Deeper documents overflow the stack of whoever walks through them. JSON texts are read up to a depth of 127.
const DEPTH_MAX: usize = 500;

/// What an execution may still take of the machine that it runs on. AWS has no such limits, as far as anybody knows:
/// an execution that exceeds one ends, and its outcome means nothing.
#[derive(Debug)]
pub(crate) struct Budget {
    steps_left: usize,
    memory_bytes_left: usize,
    pub(crate) exceeded: Option<&'static str>,
}

impl Default for Budget {
    fn default() -> Self {
        Self { steps_left: STEPS_MAX, memory_bytes_left: MEMORY_BYTES_MAX, exceeded: None }
    }
}

impl Budget {
    /// One more thing happens.
    pub(crate) fn take_step(&mut self) {
        match self.steps_left.checked_sub(1) {
            Some(left) => self.steps_left = left,
            None => self.exceed("an execution of more than 1,000,000 steps"),
        }
    }

    /// A document was made.
    pub(crate) fn take_document(&mut self, document: &Value) {
        let Extent { memory_bytes, depth, .. } = Extent::of(document);
        if depth > DEPTH_MAX {
            self.exceed("a document of more than 500 levels");
        }
        match self.memory_bytes_left.checked_sub(memory_bytes) {
            Some(left) => self.memory_bytes_left = left,
            None => self.exceed("an execution that makes more than 1 GiB of documents"),
        }
    }

    fn exceed(&mut self, what: &'static str) {
        self.exceeded.get_or_insert(what);
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

    fn nested(depth: usize) -> Value {
        (1..depth).fold(json!(1), |inner, _| json!([inner]))
    }

    #[rstest]
    #[case(DEPTH_MAX, false)]
    #[case(DEPTH_MAX + 1, true)]
    #[case(DEPTH_MAX + 300, true)]
    fn budget_is_exceeded_by_depth(#[case] depth: usize, #[case] is_exceeded: bool) {
        let mut budget = Budget::default();
        budget.take_document(&nested(depth));
        assert_eq!(budget.exceeded.is_some(), is_exceeded);
    }

    #[test]
    fn budget_is_exceeded_by_one_step_too_many() {
        let mut budget = Budget::default();
        (0..STEPS_MAX).for_each(|_| budget.take_step());
        assert_eq!(budget.exceeded, None);
        budget.take_step();
        assert!(budget.exceeded.is_some());
    }

    #[test]
    fn budget_is_exceeded_by_many_documents() {
        let mut budget = Budget::default();
        let document = json!("x".repeat(1 << 20));
        (0..1_023).for_each(|_| budget.take_document(&document));
        assert_eq!(budget.exceeded, None);
        (0..2).for_each(|_| budget.take_document(&document));
        assert!(budget.exceeded.is_some());
    }

    /// Escapes count: the quick look must not say that such a text fits.
    #[rstest]
    #[case("\"", PAYLOAD_BYTES_MAX / 2 - 1, false)]
    #[case("\"", PAYLOAD_BYTES_MAX / 2, true)]
    #[case("x", PAYLOAD_BYTES_MAX / 7, false)]
    fn escapes_count(#[case] text: &str, #[case] times: usize, #[case] too_large: bool) {
        assert_eq!(is_too_large(&json!(text.repeat(times))), too_large);
    }
}
