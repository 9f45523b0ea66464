//! The output of the execution is the output of the state that it ended in.

use asl_cases::{Case, Facet, Observation, Outcome, TraceEvent};

use super::{Broken, Invariant};
use crate::judge::json_difference::first_difference;

pub(super) const INVARIANT: Invariant = Invariant {
    id: "output-of-last-state",
    statement: "An execution gives what its last state gave: folding the history gives the output.",
    check,
};

fn check(_: &Case, observation: &Observation) -> Result<(), Box<Broken>> {
    let (Some(trace), Outcome::Succeeded(output)) = (&observation.trace, &observation.outcome) else {
        return Ok(());
    };
    let end = trace.0.iter().position(|event| event.kind == "ExecutionSucceeded");
    let Some(exit) = end.and_then(|end| exit_before(&trace.0, end)) else { return Ok(()) };
    match exit.details.get("output") {
        Some(given) if first_difference(given, output).is_some() => Err(Box::new(Broken {
            facet: Facet::Output,
            sentence: format!("the execution gives something else than its last state, {}", exit.label()),
            expected: given.clone(),
            actual: output.clone(),
        })),
        _ => Ok(()),
    }
}

/// The exit that the end names; of an end that names none, the event right before it.
fn exit_before(events: &[TraceEvent], end: usize) -> Option<&TraceEvent> {
    let exit = match events[end].previous_event_id {
        0 => events.get(end.checked_sub(1)?)?,
        previous => events.iter().find(|event| event.id == previous)?,
    };
    exit.kind.ends_with("StateExited").then_some(exit)
}
