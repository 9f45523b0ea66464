//! Rules that any engine must keep, whatever AWS would answer: they need no oracle. One file for each.

mod chained_data;
mod ends_in_time;
mod event_ids;
mod last_event;
mod output_of_last_state;
mod paired_events;

use std::collections::BTreeSet;

use asl_cases::{Case, Divergence, Facet, Observation, Oracle, Signature};
use serde_json::Value;

/// A rule about one observation.
pub struct Invariant {
    /// Its name in reports.
    pub id: &'static str,
    /// Why every engine must keep it, in one sentence.
    pub statement: &'static str,
    check: fn(&Case, &Observation) -> Result<(), Box<Broken>>,
}

/// How a rule is broken.
#[derive(Debug, PartialEq)]
pub(super) struct Broken {
    facet: Facet,
    sentence: String,
    expected: Value,
    actual: Value,
}

/// All rules, by id.
pub const INVARIANTS: &[Invariant] = &[
    chained_data::INVARIANT,
    ends_in_time::INVARIANT,
    event_ids::INVARIANT,
    last_event::INVARIANT,
    output_of_last_state::INVARIANT,
    paired_events::INVARIANT,
];

/// Every rule that the observation breaks, as a divergence of the engine from its own word.
pub fn broken_invariants(case: &Case, observation: &Observation) -> Vec<Divergence> {
    let broken =
        |invariant: &'static Invariant| Some((invariant, (invariant.check)(case, observation).err()?));
    INVARIANTS
        .iter()
        .filter_map(broken)
        .map(|(invariant, broken)| Divergence {
            facet: broken.facet,
            signature: Signature {
                facet: broken.facet,
                place: invariant.id.to_owned(),
                constructs: BTreeSet::new(),
                expected: "kept".to_owned(),
                actual: "broken".to_owned(),
            },
            sentence: broken.sentence,
            expected: broken.expected,
            actual: broken.actual,
            oracle: Oracle::Invariant {
                rule: invariant.id.to_owned(),
                statement: invariant.statement.to_owned(),
            },
        })
        .collect()
}

/// A rule about the history is broken at one event.
fn broken_trace(sentence: String, expected: Value, actual: Value) -> Box<Broken> {
    Box::new(Broken { facet: Facet::Trace, sentence, expected, actual })
}

#[cfg(test)]
mod tests {
    use asl_cases::{Identities, Machine, Outcome, Trace, TraceEvent};
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    /// A sound history of one Pass, as `[id, previous, type, details]`.
    fn sound() -> Vec<(i64, i64, &'static str, Value)> {
        vec![
            (1, 0, "ExecutionStarted", json!({"input": 1})),
            (2, 0, "PassStateEntered", json!({"name": "A", "input": 1})),
            (3, 2, "PassStateExited", json!({"name": "A", "output": 2})),
            (4, 3, "ExecutionSucceeded", json!({"output": 2})),
        ]
    }

    fn broken(events: &[(i64, i64, &str, Value)], outcome: Outcome) -> Vec<String> {
        let trace = events.iter().map(|(id, previous, kind, details)| TraceEvent {
            id: *id,
            previous_event_id: *previous,
            kind: (*kind).to_owned(),
            timestamp_ms: 1_000 * id,
            details: details.as_object().cloned().expect("an object"),
        });
        let observation = Observation {
            outcome,
            trace: Some(Trace(trace.collect())),
            identities: Identities::default(),
            permits: Vec::new(),
        };
        let case = Case::new(Machine::new(json!({"TimeoutSeconds": 60})), json!(1));
        broken_invariants(&case, &observation)
            .into_iter()
            .map(|divergence| match divergence.oracle {
                Oracle::Invariant { rule, .. } => rule,
                other => panic!("{other}"),
            })
            .collect()
    }

    #[test]
    fn sound_history_breaks_no_rule() {
        assert_eq!(broken(&sound(), Outcome::Succeeded(json!(2))), [""; 0]);
    }

    #[rstest]
    #[case::gap(3, (5, 3, "ExecutionSucceeded", json!({"output": 2})), &["event-ids"])]
    #[case::previous_is_later(1, (2, 4, "PassStateEntered", json!({"name": "A", "input": 1})), &["event-ids"])]
    #[case::exit_of_another_state(
        2, (3, 2, "PassStateExited", json!({"name": "B", "output": 2})), &["paired-events"])]
    #[case::input_is_not_what_came_before(
        1, (2, 0, "PassStateEntered", json!({"name": "A", "input": 7})), &["chained-data"])]
    #[case::output_of_nobody(
        2, (3, 2, "PassStateExited", json!({"name": "A", "output": 7})), &["output-of-last-state"])]
    #[case::last_event_says_otherwise(
        3, (4, 3, "ExecutionFailed", json!({"error": "E"})), &["last-event"])]
    #[case::too_late(3, (4, 3, "ExecutionSucceeded", json!({"output": 2})), &[])]
    fn each_fault_breaks_its_rule(
        #[case] position: usize,
        #[case] event: (i64, i64, &'static str, Value),
        #[case] rules: &[&str],
    ) {
        let mut events = sound();
        events[position] = event;
        assert_eq!(broken(&events, Outcome::Succeeded(json!(2))), rules);
    }

    #[test]
    fn rules_are_listed_by_id_and_say_why() {
        assert!(INVARIANTS.is_sorted_by_key(|invariant| invariant.id));
        assert!(INVARIANTS.iter().all(|invariant| invariant.statement.ends_with('.')));
    }
}
