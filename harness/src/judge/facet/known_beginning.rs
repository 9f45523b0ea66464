//! What is known of a history although how AWS goes on after one of its states is not: all that comes before.

use asl_cases::{Facet, Permit, Trace};

use super::Sides;
use crate::judge::threads::alone_at_first;

/// Whether the engine differs before it comes to the state that the permit is about: in an event, or because its execution is
/// over by then.
pub(super) fn parts_before(permit: &Permit, sides: Sides<'_>, facet: Facet) -> bool {
    let (Some(expected), Some(actual)) = (&sides.expected.trace, &sides.actual.trace) else { return false };
    let Some(entry) = entry_of_the_doubt(permit, expected) else { return false };
    let (right, found) = (expected.labels(), actual.labels());
    let n_same = right.iter().zip(&found).take_while(|(right, found)| right == found).count();
    match facet {
        Facet::Trace => n_same <= entry,
        // An engine may enter a state only when it has evaluated its fields.
        Facet::Status => n_same < entry && n_same + 1 == found.len(),
        _ => false,
    }
}

/// The position at which the state in doubt is first entered, if nothing ran beside anything else before.
fn entry_of_the_doubt(permit: &Permit, expected: &Trace) -> Option<usize> {
    let (Permit::UncertainText { state }
    | Permit::UncertainHistory { state }
    | Permit::UncertainOutcome { state }) = permit
    else {
        return None;
    };
    let alone = &expected.0[..alone_at_first(expected)];
    alone.iter().position(|event| event.kind.ends_with("StateEntered") && event.state_name() == Some(state))
}

#[cfg(test)]
mod tests {
    use asl_cases::{CrossCheck, Identities, Observation, Outcome, TraceEvent};
    use rstest::rstest;
    use serde_json::{Map, json};

    use super::*;

    fn observed(labels: &[&str]) -> Observation {
        let event = |(id, label): (i64, &&str)| {
            let (kind, name) = label.split_once(' ').unwrap_or((label, ""));
            let named = || [("name".to_owned(), json!(name))].into_iter().collect();
            let details = if name.is_empty() { Map::new() } else { named() };
            TraceEvent { id, previous_event_id: id - 1, kind: kind.to_owned(), timestamp_ms: 0, details }
        };
        Observation {
            outcome: Outcome::Succeeded(json!({})),
            trace: Some(Trace((1_i64..).zip(labels).map(event).collect())),
            identities: Identities::default(),
            permits: Vec::new(),
            cross_check: CrossCheck::default(),
        }
    }

    const RIGHT: &[&str] = &[
        "ExecutionStarted",
        "PassStateEntered A",
        "PassStateExited A",
        "PassStateEntered B",
        "PassStateExited B",
        "ExecutionSucceeded",
    ];
    const OTHER_BEFORE: &[&str] = &[
        "ExecutionStarted",
        "PassStateEntered A",
        "PassStateEntered B",
        "PassStateExited B",
        "ExecutionSucceeded",
    ];
    const OTHER_BEHIND: &[&str] = &[
        "ExecutionStarted",
        "PassStateEntered A",
        "PassStateExited A",
        "PassStateEntered B",
        "ExecutionFailed",
    ];
    const OVER_BEFORE: &[&str] = &["ExecutionStarted", "PassStateEntered A", "ExecutionFailed"];
    const OVER_AT_ONCE: &[&str] =
        &["ExecutionStarted", "PassStateEntered A", "PassStateExited A", "ExecutionFailed"];

    #[rstest]
    #[case::other_event_before("B", OTHER_BEFORE, true, false)]
    #[case::other_event_behind("B", OTHER_BEHIND, false, false)]
    #[case::over_before("B", OVER_BEFORE, true, true)]
    #[case::over_where_it_should_be_entered("B", OVER_AT_ONCE, true, false)]
    #[case::state_of_another_execution("C", OVER_BEFORE, false, false)]
    #[case::first_state("A", OTHER_BEFORE, false, false)]
    fn what_comes_before_a_doubt_is_known(
        #[case] state: &str,
        #[case] actual: &[&str],
        #[case] parts_in_trace: bool,
        #[case] parts_in_status: bool,
    ) {
        let (expected, actual) = (observed(RIGHT), observed(actual));
        let sides = Sides { expected: &expected, actual: &actual };
        let permit = Permit::UncertainOutcome { state: state.to_owned() };
        assert_eq!(parts_before(&permit, sides, Facet::Trace), parts_in_trace);
        assert_eq!(parts_before(&permit, sides, Facet::Status), parts_in_status);
        assert!(!parts_before(&permit, sides, Facet::Output));
        assert!(!parts_before(&Permit::UncertainValue, sides, Facet::Trace));
    }

    #[test]
    fn what_runs_beside_something_else_may_come_in_another_order() {
        let right = observed(&[
            "ExecutionStarted",
            "ParallelStateEntered P",
            "PassStateEntered A",
            "PassStateEntered B",
        ]);
        let turned = observed(&[
            "ExecutionStarted",
            "ParallelStateEntered P",
            "PassStateEntered B",
            "PassStateEntered A",
        ]);
        let permit = Permit::UncertainText { state: "B".to_owned() };
        let sides = Sides { expected: &right, actual: &turned };
        assert!(!parts_before(&permit, sides, Facet::Trace));
    }
}
