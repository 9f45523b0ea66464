//! What a state is given is what the event before it handed on.

use asl_cases::{Case, Observation, TraceEvent};
use serde_json::Value;

use super::{Broken, Invariant, broken_trace};
use crate::judge::json_difference::first_difference;

pub(super) const INVARIANT: Invariant = Invariant {
    id: "chained-data",
    statement: "The output of a state is the input of the next one, and the input of the execution that of the first.",
    check,
};

fn check(_: &Case, observation: &Observation) -> Result<(), Box<Broken>> {
    let Some(trace) = &observation.trace else { return Ok(()) };
    let entries = trace.0.iter().filter(|event| event.kind.ends_with("StateEntered"));
    for (position, event) in entries.enumerate() {
        let Some(before) = trace.0.iter().find(|before| leads_to(before, event, position)) else { continue };
        let (Some(handed_on), Some(input)) = (handed_on(before), event.details.get("input")) else {
            continue;
        };
        if first_difference(handed_on, input).is_some() {
            let sentence =
                format!("{} is given something else than {} handed on", event.label(), before.label());
            return Err(broken_trace(sentence, handed_on.clone(), input.clone()));
        }
    }
    Ok(())
}

/// Recorded: the first state names no event before it; what it is given is the input of the execution. Of a later state
/// that names none, nobody can say what led to it.
fn leads_to(before: &TraceEvent, event: &TraceEvent, position: usize) -> bool {
    match event.previous_event_id {
        0 => position == 0 && before.kind == "ExecutionStarted",
        previous => before.id == previous,
    }
}

fn handed_on(event: &TraceEvent) -> Option<&Value> {
    match event.kind.as_str() {
        "ExecutionStarted" => event.details.get("input"),
        kind if kind.ends_with("StateExited") => event.details.get("output"),
        _ => None,
    }
}
