//! A history reads the same however it is cut into pages.

use asl_cases::{Case, Observation, Trace, TraceEvent};
use serde_json::{Value, json};

use super::{Broken, Invariant, broken_trace};

pub(super) const INVARIANT: Invariant = Invariant {
    id: "history-pages",
    statement: "Documented: nextToken gives the next page of the same list; the history of an execution that is over does not change.",
    check,
};

fn check(_: &Case, observation: &Observation) -> Result<(), Box<Broken>> {
    let Some(whole) = &observation.trace else { return Ok(()) };
    let Some(pages) = &observation.cross_check.pages else { return Ok(()) };
    is_read_as(&whole.0.iter().collect::<Vec<_>>(), pages, "read in small pages")
}

/// Whether a history that was read in some way has the events that it should have, in this order.
pub(super) fn is_read_as(wanted: &[&TraceEvent], read: &Trace, how: &str) -> Result<(), Box<Broken>> {
    let differing = wanted.iter().zip(&read.0).position(|(right, found)| *right != found);
    let place = match differing {
        Some(place) => place,
        None if wanted.len() == read.0.len() => return Ok(()),
        None => wanted.len().min(read.0.len()),
    };
    let (right, found) = (wanted.get(place).copied(), read.0.get(place));
    let sentence = match found {
        Some(found) => format!("the history {how} has {} in place {}", named(found), place + 1),
        None => format!("the history {how} ends after {place} of {} events", wanted.len()),
    };
    Err(broken_trace(sentence, shown(right), shown(found)))
}

fn named(event: &TraceEvent) -> String {
    format!("event {} ({})", event.id, event.label())
}

fn shown(event: Option<&TraceEvent>) -> Value {
    json!(event)
}
