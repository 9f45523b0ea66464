//! Event ids count from 1 without a gap, and each event follows an earlier one.

use asl_cases::{Case, Observation};
use serde_json::json;

use super::{Broken, Invariant, broken_trace};

/// Its name.
pub(in crate::judge) const ID: &str = "event-ids";

pub(super) const INVARIANT: Invariant = Invariant {
    id: ID,
    statement: "Documented: events are numbered sequentially from one, and previousEventId names the event before.",
    check,
};

fn check(_: &Case, observation: &Observation) -> Result<(), Box<Broken>> {
    for (wanted, event) in (1..).zip(observation.trace.iter().flat_map(|trace| &trace.0)) {
        if event.id != wanted {
            let sentence =
                format!("event {wanted} of the history, {}, has the id {}", event.label(), event.id);
            return Err(broken_trace(sentence, json!(wanted), json!(event.id)));
        }
        if event.previous_event_id >= event.id || event.previous_event_id < 0 {
            let previous = event.previous_event_id;
            let sentence =
                format!("event {wanted}, {}, names {previous} as the event before it", event.label());
            return Err(broken_trace(sentence, json!(format!("below {wanted}")), json!(previous)));
        }
    }
    Ok(())
}
