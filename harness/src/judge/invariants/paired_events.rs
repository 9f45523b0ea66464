//! A state that is left was entered, as often as it is left.

use std::collections::HashMap;

use asl_cases::{Case, Observation, Outcome};
use serde_json::json;

use super::{Broken, Invariant, broken_trace};

pub(super) const INVARIANT: Invariant = Invariant {
    id: "paired-events",
    statement: "A state is entered before it is left; an execution that succeeds has left what it entered, but for what a failed sibling cut off.",
    check,
};

fn check(_: &Case, observation: &Observation) -> Result<(), Box<Broken>> {
    let Some(trace) = &observation.trace else { return Ok(()) };
    let mut open: HashMap<(&str, &str), i64> = HashMap::new();
    for event in &trace.0 {
        let Some(name) = event.state_name() else { continue };
        if let Some(kind) = event.kind.strip_suffix("StateEntered") {
            *open.entry((kind, name)).or_default() += 1;
        } else if let Some(kind) = event.kind.strip_suffix("StateExited") {
            let count = open.entry((kind, name)).or_default();
            *count -= 1;
            if *count < 0 {
                let sentence =
                    format!("event {}, {}, leaves a state that was not entered", event.id, event.label());
                return Err(broken_trace(sentence, json!(format!("{kind}StateEntered {name}")), json!(null)));
            }
        }
    }
    let was_cut_off = trace.0.iter().any(|event| is_failure(&event.kind));
    if was_cut_off || !matches!(observation.outcome, Outcome::Succeeded(_)) {
        return Ok(());
    }
    let mut left_open: Vec<_> =
        open.into_iter().filter(|(_, count)| *count > 0).map(|(key, _)| key).collect();
    left_open.sort_unstable();
    match left_open.first() {
        None => Ok(()),
        Some((kind, name)) => Err(broken_trace(
            format!(
                "the state \"{name}\" was entered more often than it was left, in an execution that succeeded"
            ),
            json!(format!("{kind}StateExited {name}")),
            json!(null),
        )),
    }
}

fn is_failure(kind: &str) -> bool {
    ["Failed", "TimedOut", "Aborted"].iter().any(|end| kind.ends_with(end))
}
