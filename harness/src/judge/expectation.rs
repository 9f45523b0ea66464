//! Holds an observation against the authored answer, and says for which facets that answer speaks.

use std::collections::BTreeSet;

use asl_cases::{
    Case, CrossCheck, Divergence, Expectation, ExpectedOutcome, Facet, Identities, Observation, Oracle,
    Outcome, Policy, Strictness, Trace, TraceEvent,
};
use serde_json::json;

use super::{compare, normalise};

/// Compares an observation with the case's expectation; nothing that is not asserted is compared.
///
/// The observation may be raw. A case without an expectation asserts nothing. Expected texts may use the placeholders
/// of normalisation, for instance `<execution-arn>`.
pub fn check_expectation(case: &Case, observation: &Observation) -> Vec<Divergence> {
    let Some(expectation) = &case.expectation else {
        return Vec::new();
    };
    let actual = normalise(observation, case);
    let expected = normalise(&expected_observation(expectation, &actual), case);
    let asserted = asserted_facets(expectation);
    let policy = Facet::ALL.into_iter().fold(Policy::default(), |policy, facet| {
        if asserted.contains(&facet) { policy } else { policy.with(facet, Strictness::Ignored) }
    });
    compare(&expected, &actual, &policy, &oracle_for(case)).divergences
}

/// Who speaks for a facet of this case: the expectation for what it asserts, the reference for the rest.
pub fn oracle_for(case: &Case) -> impl Fn(Facet) -> Oracle + use<> {
    let spoken = case.expectation.as_ref().map(|expectation| {
        let evidence = expectation.evidence.clone();
        (
            asserted_facets(expectation),
            Oracle::Expectation { evidence: evidence.kind, source: evidence.source },
        )
    });
    move |facet| match &spoken {
        Some((facets, oracle)) if facets.contains(&facet) => oracle.clone(),
        _ => Oracle::Reference,
    }
}

fn asserted_facets(expectation: &Expectation) -> BTreeSet<Facet> {
    let mut facets: BTreeSet<Facet> = [Facet::Acceptance, Facet::Status].into();
    match &expectation.outcome {
        ExpectedOutcome::Succeeded(_) => facets.extend([Facet::Output]),
        ExpectedOutcome::Failed { error, cause } => {
            facets.extend(error.is_some().then_some(Facet::Error));
            facets.extend(cause.is_some().then_some(Facet::Cause));
        }
        ExpectedOutcome::Rejected { message, .. } => facets.extend(message.is_some().then_some(Facet::Cause)),
        ExpectedOutcome::Tested(_) => facets.extend([Facet::TestState]),
        ExpectedOutcome::TimedOut | ExpectedOutcome::Aborted => {}
    }
    facets.extend(expectation.trace.is_some().then_some(Facet::Trace));
    facets
}

/// The expectation as an observation. What it leaves open is taken from the actual side, so that it cannot differ.
fn expected_observation(expectation: &Expectation, actual: &Observation) -> Observation {
    Observation {
        outcome: expected_outcome(&expectation.outcome, &actual.outcome),
        trace: expectation.trace.as_deref().map(trace_of_labels),
        identities: Identities::default(),
        permits: actual.permits.clone(),
        cross_check: CrossCheck::default(),
    }
}

fn expected_outcome(expected: &ExpectedOutcome, actual: &Outcome) -> Outcome {
    match expected {
        ExpectedOutcome::Succeeded(output) => Outcome::Succeeded(output.clone()),
        ExpectedOutcome::Failed { error, cause } => {
            Outcome::Failed { error: error.clone(), cause: cause.clone() }
        }
        ExpectedOutcome::TimedOut => Outcome::TimedOut,
        ExpectedOutcome::Aborted => Outcome::Aborted,
        ExpectedOutcome::Tested(tested) => Outcome::Tested(tested.clone()),
        ExpectedOutcome::Rejected { code, message } => {
            let (actual_code, actual_message) = match actual {
                Outcome::Rejected { code, message } => (code.as_str(), message.as_str()),
                _ => ("an error", "any message"),
            };
            Outcome::Rejected {
                code: code.clone().unwrap_or_else(|| actual_code.to_owned()),
                message: message.clone().unwrap_or_else(|| actual_message.to_owned()),
            }
        }
    }
}

/// Events that carry these labels. They chain from one to the next, because an expectation says no more.
fn trace_of_labels(labels: &[String]) -> Trace {
    Trace((1_i64..).zip(labels).map(|(id, label)| event_of_label(id, label)).collect())
}

fn event_of_label(id: i64, label: &str) -> TraceEvent {
    let (kind, rest) = label.split_once(' ').unwrap_or((label, ""));
    let (name, index) = split_index(rest);
    let mut details = serde_json::Map::new();
    if !name.is_empty() {
        details.insert("name".to_owned(), json!(name));
    }
    if let Some(index) = index {
        details.insert("index".to_owned(), json!(index));
    }
    TraceEvent { id, previous_event_id: id - 1, kind: kind.to_owned(), timestamp_ms: 0, details }
}

fn split_index(rest: &str) -> (&str, Option<u64>) {
    let split = rest.strip_suffix(']').and_then(|head| head.rsplit_once(" ["));
    match split.and_then(|(name, index)| Some((name, index.parse().ok()?))) {
        Some((name, index)) => (name, Some(index)),
        None => (rest, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use asl_cases::{EvidenceKind, Machine};
    use rstest::rstest;
    use serde_json::Value;

    fn case(outcome: &Value, trace: Option<&[&str]>) -> Case {
        let evidence = json!({"kind": "recorded", "source": "a recording"});
        let mut expectation = json!({"outcome": outcome, "evidence": evidence});
        if let Some(labels) = trace {
            expectation["trace"] = json!(labels);
        }
        let expectation = serde_json::from_value(expectation).expect("an expectation");
        Case { expectation: Some(expectation), ..Case::new(Machine::new(json!({})), json!({})) }
    }

    fn observed(outcome: Value, labels: &[&str]) -> Observation {
        let labels: Vec<String> = labels.iter().map(|label| (*label).to_owned()).collect();
        Observation {
            outcome: serde_json::from_value(outcome).expect("an outcome"),
            trace: Some(trace_of_labels(&labels)),
            identities: Identities::default(),
            permits: Vec::new(),
            cross_check: CrossCheck::default(),
        }
    }

    #[rstest]
    #[case(json!({"succeeded": 1}), json!({"succeeded": 1.0}), &[])]
    #[case(json!({"succeeded": 1}), json!({"succeeded": 2}), &[Facet::Output])]
    #[case(json!({"failed": {}}), json!({"failed": {"error": "A", "cause": "c"}}), &[])]
    #[case(json!({"failed": {"error": "B"}}), json!({"failed": {"error": "A", "cause": "c"}}), &[Facet::Error])]
    #[case(json!({"rejected": {}}), json!({"rejected": {"code": "X", "message": "m"}}), &[])]
    #[case(json!({"rejected": {"code": "Y"}}), json!({"rejected": {"code": "X", "message": "m"}}), &[Facet::Acceptance])]
    #[case(json!({"rejected": {"message": "n"}}), json!({"rejected": {"code": "X", "message": "m"}}), &[Facet::Cause])]
    #[case(json!({"rejected": {}}), json!({"succeeded": 1}), &[Facet::Acceptance])]
    #[case(json!("timed_out"), json!("aborted"), &[Facet::Status])]
    #[case(json!({"tested": {"status": "SUCCEEDED", "output": 1}}), json!({"tested": {"status": "SUCCEEDED", "output": 1}}), &[])]
    #[case(json!({"tested": {"status": "SUCCEEDED", "output": 1}}), json!({"tested": {"status": "SUCCEEDED", "output": 1, "nextState": "A"}}), &[Facet::TestState])]
    fn only_what_is_asserted_is_compared(
        #[case] expected: Value,
        #[case] actual: Value,
        #[case] facets: &[Facet],
    ) {
        let found = check_expectation(&case(&expected, None), &observed(actual, &["Anything"]));
        let found: Vec<_> = found.iter().map(|divergence| divergence.facet).collect();
        assert_eq!(found, facets);
    }

    #[rstest]
    #[case(&["ExecutionStarted", "PassStateEntered A b", "MapIterationStarted M [3]"], 0)]
    #[case(&["ExecutionStarted", "PassStateEntered A b", "MapIterationStarted M [4]"], 1)]
    fn asserted_labels_are_compared(#[case] labels: &[&str], #[case] divergences: usize) {
        let expected = ["ExecutionStarted", "PassStateEntered A b", "MapIterationStarted M [3]"];
        let case = case(&json!({"succeeded": 1}), Some(&expected));
        assert_eq!(check_expectation(&case, &observed(json!({"succeeded": 1}), labels)).len(), divergences);
    }

    #[test]
    fn expectation_speaks_for_what_it_asserts_and_the_reference_for_the_rest() {
        let oracle = oracle_for(&case(&json!({"failed": {"error": "A"}}), None));
        let authored =
            Oracle::Expectation { evidence: EvidenceKind::Recorded, source: "a recording".to_owned() };
        assert_eq!(oracle(Facet::Error), authored);
        assert_eq!(oracle(Facet::Cause), Oracle::Reference);
        assert_eq!(oracle(Facet::Trace), Oracle::Reference);
    }

    #[test]
    fn case_without_an_expectation_asserts_nothing() {
        let case = Case::new(Machine::new(json!({})), json!({}));
        assert_eq!(check_expectation(&case, &observed(json!("aborted"), &[])), []);
        assert_eq!(oracle_for(&case)(Facet::Status), Oracle::Reference);
    }
}
