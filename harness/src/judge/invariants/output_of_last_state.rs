//! The output of the execution is the output of the state that it ended in.

use asl_cases::{Case, Facet, Observation, Outcome};

use super::{Broken, Invariant};

pub(super) const INVARIANT: Invariant = Invariant {
    id: "output-of-last-state",
    statement: "An execution gives what its last state gave: folding the history gives the output.",
    check,
};

fn check(_: &Case, observation: &Observation) -> Result<(), Box<Broken>> {
    let (Some(trace), Outcome::Succeeded(output)) = (&observation.trace, &observation.outcome) else {
        return Ok(());
    };
    let Some(end) = trace.0.iter().find(|event| event.kind == "ExecutionSucceeded") else { return Ok(()) };
    let exit = trace.0.iter().find(|event| event.id == end.previous_event_id);
    let Some(exit) = exit.filter(|event| event.kind.ends_with("StateExited")) else { return Ok(()) };
    match exit.details.get("output") {
        Some(given) if given != output => Err(Box::new(Broken {
            facet: Facet::Output,
            sentence: format!("the execution gives something else than its last state, {}", exit.label()),
            expected: given.clone(),
            actual: output.clone(),
        })),
        _ => Ok(()),
    }
}
