//! Rules that any engine must keep, whatever AWS would answer: they need no oracle. One file for each.

mod chained_data;
mod ends_in_time;
mod event_ids;
mod history_pages;
mod history_reversed;
mod last_event;
mod output_of_last_state;
mod paired_events;
mod validated_as_created;

use std::collections::BTreeSet;

use asl_cases::{Case, Divergence, Facet, KEPT, Observation, Oracle, Signature};
use serde_json::Value;

pub(in crate::judge) use self::{
    event_ids::ID as EVENT_IDS,
    last_event::{ID as LAST_EVENT, wrong_side},
};

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
    history_pages::INVARIANT,
    history_reversed::INVARIANT,
    last_event::INVARIANT,
    output_of_last_state::INVARIANT,
    paired_events::INVARIANT,
    validated_as_created::INVARIANT,
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
                expected: KEPT.to_owned(),
                actual: "broken".to_owned(),
            },
            sentence: broken.sentence,
            expected: broken.expected,
            actual: broken.actual,
            oracle: Oracle::Invariant {
                rule: invariant.id.to_owned(),
                statement: invariant.statement.to_owned(),
            },
            known: None,
        })
        .collect()
}

/// A rule about the history is broken at one event.
fn broken_trace(sentence: String, expected: Value, actual: Value) -> Box<Broken> {
    Box::new(Broken { facet: Facet::Trace, sentence, expected, actual })
}

#[cfg(test)]
mod tests {
    use asl_cases::{CrossCheck, Identities, Machine, Outcome, Trace, TraceEvent, Validated};
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

    fn observed(events: &[(i64, i64, &str, Value)], outcome: Outcome) -> Observation {
        let trace = events.iter().map(|(id, previous, kind, details)| TraceEvent {
            id: *id,
            previous_event_id: *previous,
            kind: (*kind).to_owned(),
            timestamp_ms: 1_000 * id,
            details: details.as_object().cloned().expect("an object"),
        });
        Observation {
            outcome,
            trace: Some(Trace(trace.collect())),
            identities: Identities::default(),
            permits: Vec::new(),
            cross_check: CrossCheck::default(),
        }
    }

    fn broken(observation: &Observation) -> Vec<String> {
        let case = Case::new(Machine::new(json!({"TimeoutSeconds": 60})), json!(1));
        broken_invariants(&case, observation)
            .into_iter()
            .map(|divergence| match divergence.oracle {
                Oracle::Invariant { rule, .. } => rule,
                other => panic!("{other}"),
            })
            .collect()
    }

    #[test]
    fn sound_history_breaks_no_rule() {
        assert_eq!(broken(&observed(&sound(), Outcome::Succeeded(json!(2)))), [""; 0]);
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
    fn each_fault_breaks_its_rule(
        #[case] position: usize,
        #[case] event: (i64, i64, &'static str, Value),
        #[case] rules: &[&str],
    ) {
        let mut events = sound();
        events[position] = event;
        assert_eq!(broken(&observed(&events, Outcome::Succeeded(json!(2)))), rules);
    }

    #[test]
    fn documents_of_a_history_are_compared_by_meaning() {
        let mut events = sound();
        events[1].3 = json!({"name": "A", "input": 1.0});
        events[2].3 = json!({"name": "A", "output": {"b": 2, "a": 1}});
        events[3].3 = json!({"output": {"a": 1.0, "b": 2}});
        assert_eq!(broken(&observed(&events, Outcome::Succeeded(json!({"a": 1, "b": 2.0})))), [""; 0]);
    }

    #[test]
    fn output_is_folded_where_no_event_names_the_one_before() {
        let unlinked: Vec<_> =
            sound().into_iter().map(|(id, _, kind, details)| (id, 0, kind, details)).collect();
        let mut observation = observed(&unlinked, Outcome::Succeeded(json!(2)));
        assert_eq!(broken(&observation), [""; 0]);
        let events = &mut observation.trace.as_mut().expect("a history").0;
        events[2].details["output"] = json!(7);
        assert_eq!(broken(&observation), ["output-of-last-state"]);
    }

    #[rstest]
    #[case::in_time(70_000, &[])]
    #[case::too_late(70_001, &["ends-in-time"])]
    fn execution_ends_within_its_time_out(#[case] took_ms: i64, #[case] rules: &[&str]) {
        let mut observation = observed(&sound(), Outcome::Succeeded(json!(2)));
        let events = &mut observation.trace.as_mut().expect("a history").0;
        let started_ms = events[0].timestamp_ms;
        events[3].timestamp_ms = started_ms + took_ms;
        assert_eq!(broken(&observation), rules);
    }

    #[rstest]
    #[case::as_it_is(|_: &mut Vec<TraceEvent>, _: &mut Vec<TraceEvent>| {}, &[])]
    #[case::event_twice_at_a_seam(|pages: &mut Vec<TraceEvent>, _: &mut Vec<TraceEvent>| pages.insert(2, pages[1].clone()), &["history-pages"])]
    #[case::event_lost_at_the_end(|pages: &mut Vec<TraceEvent>, _: &mut Vec<TraceEvent>| { pages.pop(); }, &["history-pages"])]
    #[case::other_details(|pages: &mut Vec<TraceEvent>, _: &mut Vec<TraceEvent>| { pages[1].details.clear(); }, &["history-pages"])]
    #[case::not_reversed(|_: &mut Vec<TraceEvent>, reversed: &mut Vec<TraceEvent>| reversed.reverse(), &["history-reversed"])]
    #[case::reversed_without_its_first(|_: &mut Vec<TraceEvent>, reversed: &mut Vec<TraceEvent>| { reversed.pop(); }, &["history-reversed"])]
    fn pages_are_the_history_and_reversed_is_its_mirror(
        #[case] distort: fn(&mut Vec<TraceEvent>, &mut Vec<TraceEvent>),
        #[case] rules: &[&str],
    ) {
        let mut observation = observed(&sound(), Outcome::Succeeded(json!(2)));
        let mut pages = observation.trace.clone().expect("a history").0;
        let mut reversed: Vec<_> = pages.iter().rev().cloned().collect();
        distort(&mut pages, &mut reversed);
        observation.cross_check.pages = Some(Trace(pages));
        observation.cross_check.reversed = Some(Trace(reversed));
        assert_eq!(broken(&observation), rules);
    }

    #[rstest]
    #[case::ok_and_created(true, None, &[])]
    #[case::fail_and_refused(false, Some("InvalidDefinition"), &[])]
    #[case::ok_and_refused(true, Some("InvalidDefinition"), &["validated-as-created"])]
    #[case::fail_and_created(false, None, &["validated-as-created"])]
    #[case::refused_for_another_reason(true, Some("StateMachineLimitExceeded"), &[])]
    fn created_is_what_is_valid_and_only_that(
        #[case] is_ok: bool,
        #[case] refusal: Option<&str>,
        #[case] rules: &[&str],
    ) {
        let mut observation = observed(&sound(), Outcome::Succeeded(json!(2)));
        let refusal = refusal.map(str::to_owned);
        observation.cross_check.validated = Some(Validated { is_ok, errors: Vec::new(), refusal });
        assert_eq!(broken(&observation), rules);
    }

    #[test]
    fn rules_are_listed_by_id_and_say_why() {
        assert!(INVARIANTS.is_sorted_by_key(|invariant| invariant.id));
        assert!(INVARIANTS.iter().all(|invariant| invariant.statement.ends_with('.')));
    }
}
