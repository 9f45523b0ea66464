//! The last event of the history and the description of the execution say the same.

use asl_cases::{Case, Divergence, Facet, Observation, Outcome, TraceEvent};
use serde_json::{Value, json};

use super::{Broken, Invariant, broken_trace};
use crate::judge::json_difference::first_difference;

/// Its name.
pub(in crate::judge) const ID: &str = "last-event";

pub(super) const INVARIANT: Invariant = Invariant {
    id: ID,
    statement: "The last event tells how the execution ended, as DescribeExecution does: type, output, error and cause.",
    check,
};

fn check(_: &Case, observation: &Observation) -> Result<(), Box<Broken>> {
    let Some(last) = observation.trace.as_ref().and_then(|trace| trace.0.last()) else { return Ok(()) };
    let Some((kind, details)) = told_by(&observation.outcome) else { return Ok(()) };
    if last.kind != kind {
        let sentence =
            format!("the history ends with {}, the execution is {}", last.kind, observation.outcome.status());
        return Err(broken_trace(sentence, json!(kind), json!(last.kind)));
    }
    for (member, facet, described) in details {
        let told = member_of(last, member);
        if first_difference(&described, &told).is_some() {
            let sentence =
                format!("the last event has another {member} than the description of the execution");
            return Err(Box::new(Broken { facet, sentence, expected: described, actual: told }));
        }
    }
    Ok(())
}

/// Which of the two says something else than what is right, where the event and the description do not say the same.
pub(in crate::judge) fn wrong_side(broken: &Divergence, right: &Outcome) -> Option<&'static str> {
    let (_, members) = told_by(right)?;
    let (.., right) = members.into_iter().find(|(_, facet, _)| *facet == broken.facet)?;
    let is_right = |said: &Value| first_difference(&right, said).is_none();
    match (is_right(&broken.expected), is_right(&broken.actual)) {
        (true, false) => Some("broken by the event"),
        (false, true) => Some("broken by the description"),
        _ => None,
    }
}

type Member = (&'static str, Facet, Value);

fn told_by(outcome: &Outcome) -> Option<(&'static str, Vec<Member>)> {
    Some(match outcome {
        Outcome::Succeeded(output) => ("ExecutionSucceeded", vec![("output", Facet::Output, output.clone())]),
        Outcome::Failed { error, cause } => (
            "ExecutionFailed",
            vec![("error", Facet::Error, json!(error)), ("cause", Facet::Cause, json!(cause))],
        ),
        Outcome::TimedOut => ("ExecutionTimedOut", Vec::new()),
        Outcome::Aborted => ("ExecutionAborted", Vec::new()),
        Outcome::Rejected { .. } | Outcome::Tested(_) => return None,
    })
}

fn member_of(event: &TraceEvent, member: &str) -> Value {
    event.details.get(member).cloned().unwrap_or_default()
}
