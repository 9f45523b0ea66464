//! An execution ends within the time-out of its machine.

use asl_cases::{Case, Observation};
use serde_json::json;

use super::{Broken, Invariant, broken_trace};

pub(super) const INVARIANT: Invariant = Invariant {
    id: "ends-in-time",
    statement: "Documented: an execution that runs longer than TimeoutSeconds of its machine times out.",
    check,
};

/// How late an engine that is busy may notice.
const GRACE_MS: i64 = 10_000;

fn check(case: &Case, observation: &Observation) -> Result<(), Box<Broken>> {
    let limit = case.main().definition.get("TimeoutSeconds").and_then(serde_json::Value::as_i64);
    let events = observation.trace.as_ref().map_or(&[][..], |trace| &trace.0);
    let (Some(limit), Some(first), Some(last)) = (limit, events.first(), events.last()) else {
        return Ok(());
    };
    let took = last.timestamp_ms.saturating_sub(first.timestamp_ms);
    if took <= limit.saturating_mul(1_000).saturating_add(GRACE_MS) {
        return Ok(());
    }
    let sentence =
        format!("the execution ran for {} s, its machine has a time-out of {limit} s", took / 1_000);
    Err(broken_trace(sentence, json!(limit), json!(took / 1_000)))
}
