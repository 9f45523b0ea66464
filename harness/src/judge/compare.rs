//! Compares two normalised observations facet by facet under a policy.

use asl_cases::{Divergence, Facet, Observation, Oracle, Permit, Policy, Signature, Strictness};

use super::facet::{Finding, Sides, compare_facet};

/// What a comparison found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// The facets that differ.
    pub divergences: Vec<Divergence>,
    /// The facets that differ where AWS itself may answer in more than one way, each with the permit that says so.
    pub allowed: Vec<(Facet, Permit)>,
}

/// Compares what is right with what an engine did; both sides are expected to be normalised.
///
/// Permits are taken from the expected side only: an engine cannot excuse itself. `oracle` says who speaks for a facet.
pub fn compare(
    expected: &Observation,
    actual: &Observation,
    policy: &Policy,
    oracle: &dyn Fn(Facet) -> Oracle,
) -> Comparison {
    let sides = Sides { expected, actual };
    let mut comparison = Comparison::default();
    for facet in Facet::ALL {
        let strictness = policy.strictness(facet);
        let is_unasserted_message =
            facet == Facet::Cause && !expected.outcome.is_accepted() && oracle(facet) == Oracle::Reference;
        // Documented: the wording of a refusal may change; only what somebody recorded and asserts is compared.
        if strictness == Strictness::Ignored || is_unasserted_message {
            continue;
        }
        match compare_facet(facet, sides, strictness) {
            Finding::Same => {}
            Finding::Allowed(permits) => {
                comparison.allowed.extend(permits.into_iter().map(|permit| (facet, permit)));
            }
            Finding::Differs(difference) => comparison.divergences.push(Divergence {
                facet,
                sentence: difference.sentence,
                signature: Signature::of_facet(facet),
                expected: difference.expected,
                actual: difference.actual,
                oracle: oracle(facet),
                known: None,
            }),
        }
    }
    comparison
}

#[cfg(test)]
mod tests {
    use super::*;
    use asl_cases::{CrossCheck, Identities, Outcome};
    use rstest::rstest;
    use serde_json::{Value, json};

    fn ended(outcome: Value) -> Observation {
        let outcome: Outcome = serde_json::from_value(outcome).expect("an outcome");
        Observation {
            outcome,
            trace: None,
            identities: Identities::default(),
            permits: Vec::new(),
            cross_check: CrossCheck::default(),
        }
    }

    fn compared(expected: Value, actual: Value, policy: &Policy) -> Vec<(Facet, String)> {
        compare(&ended(expected), &ended(actual), policy, &|_| Oracle::Reference)
            .divergences
            .into_iter()
            .map(|divergence| (divergence.facet, divergence.sentence))
            .collect()
    }

    #[rstest]
    #[case::output(
        json!({"succeeded": {"a": 1}}), json!({"succeeded": {"a": 2}}),
        Facet::Output, "the output at /a is 2 instead of 1")]
    #[case::status_swallows_what_follows_from_it(
        json!({"succeeded": {"a": 1}}), json!({"failed": {"error": "States.Runtime", "cause": "boom"}}),
        Facet::Status, "failed with States.Runtime (boom) instead of succeeding with {\"a\":1}")]
    #[case::timed_out(
        json!("timed_out"), json!({"failed": {"error": null, "cause": null}}),
        Facet::Status, "failed without an error name instead of timing out")]
    #[case::refused(
        json!({"succeeded": 1}), json!({"rejected": {"code": "InvalidDefinition", "message": "no"}}),
        Facet::Acceptance, "was refused with InvalidDefinition (no) instead of succeeding with 1")]
    #[case::accepted(
        json!({"rejected": {"code": "InvalidDefinition", "message": "no"}}), json!({"succeeded": 1}),
        Facet::Acceptance, "succeeded with 1 instead of being refused with InvalidDefinition (no)")]
    #[case::code(
        json!({"rejected": {"code": "InvalidDefinition", "message": "m"}}), json!({"rejected": {"code": "InvalidName", "message": "m"}}),
        Facet::Acceptance, "was refused with InvalidName instead of InvalidDefinition")]
    #[case::error(
        json!({"failed": {"error": "A", "cause": null}}), json!({"failed": {"error": "B", "cause": null}}),
        Facet::Error, "failed with the error B instead of A")]
    #[case::missing_error(
        json!({"failed": {"error": "A", "cause": null}}), json!({"failed": {"error": null, "cause": null}}),
        Facet::Error, "failed without an error name instead of with the error A")]
    #[case::missing_cause(
        json!({"failed": {"error": "A", "cause": ""}}), json!({"failed": {"error": "A", "cause": null}}),
        Facet::Cause, "the cause is missing; expected an empty one")]
    #[case::unasked_cause(
        json!({"failed": {"error": "A", "cause": null}}), json!({"failed": {"error": "A", "cause": ""}}),
        Facet::Cause, "the cause is empty; expected none")]
    #[case::same_template(
        json!({"failed": {"error": "A", "cause": "at #1"}}), json!({"failed": {"error": "A", "cause": "at #2"}}),
        Facet::Cause, "the cause has the right wording but other values: \"at #2\" instead of \"at #1\"")]
    #[case::json_cause(
        json!({"failed": {"error": "A", "cause": "{\"a\":1,\"b\":2}"}}), json!({"failed": {"error": "A", "cause": "{\"b\":2,\"a\":3}"}}),
        Facet::Cause, "the cause (a JSON document) at /a is 3 instead of 1")]
    fn each_difference_is_one_facet_and_one_sentence(
        #[case] expected: Value,
        #[case] actual: Value,
        #[case] facet: Facet,
        #[case] sentence: &str,
    ) {
        assert_eq!(compared(expected, actual, &Policy::default()), [(facet, sentence.to_owned())]);
    }

    #[test]
    fn message_of_a_refusal_is_compared_only_when_it_is_asserted() {
        let refused = |message: &str| ended(json!({"rejected": {"code": "C", "message": message}}));
        let asserted = |_| Oracle::Expectation {
            evidence: asl_cases::EvidenceKind::Recorded,
            source: "somebody looked".to_owned(),
        };
        let policy = Policy::default();
        let count = |oracle: &dyn Fn(Facet) -> Oracle| {
            compare(&refused("one"), &refused("two"), &policy, oracle).divergences.len()
        };
        assert_eq!((count(&|_| Oracle::Reference), count(&asserted)), (0, 1));
    }

    #[rstest]
    #[case::numbers_by_value(json!({"succeeded": [1, {"a": 2.0, "b": 3}]}), json!({"succeeded": [1.0, {"b": 3, "a": 2}]}))]
    #[case::json_causes_by_meaning(
        json!({"failed": {"error": "A", "cause": "{\"a\":1,\"b\":2}"}}), json!({"failed": {"error": "A", "cause": "{\"b\":2, \"a\":1.0}"}}))]
    fn same_meaning_is_no_difference(#[case] expected: Value, #[case] actual: Value) {
        assert_eq!(compared(expected, actual, &Policy::exact()), []);
    }

    #[rstest]
    #[case("at '$.a'", "at '$.b'", 0)]
    #[case("at '$.a'", "in '$.a'", 1)]
    fn template_policy_looks_at_the_wording_only(
        #[case] expected: &str,
        #[case] actual: &str,
        #[case] found: usize,
    ) {
        let failed = |cause| json!({"failed": {"error": "A", "cause": cause}});
        let policy = Policy::default().with(Facet::Cause, Strictness::Template);
        assert_eq!(compared(failed(expected), failed(actual), &policy).len(), found);
    }

    #[test]
    fn ignored_facets_are_not_compared() {
        let policy = Policy::default().with(Facet::Output, Strictness::Ignored);
        assert_eq!(compared(json!({"succeeded": 1}), json!({"succeeded": 2}), &policy), []);
    }

    #[rstest]
    #[case(json!({"succeeded": 1}), json!({"succeeded": 2}), Permit::Random, &[Facet::Output])]
    #[case(json!({"succeeded": 1}), json!({"succeeded": 2}), Permit::FirstFailure { state: "P".to_owned() }, &[Facet::Output])]
    #[case(
        json!({"failed": {"error": "A", "cause": "a"}}), json!({"failed": {"error": "B", "cause": "b"}}),
        Permit::FirstFailure { state: "P".to_owned() }, &[Facet::Error, Facet::Cause])]
    #[case(json!({"succeeded": 1}), json!({"succeeded": 1.0}), Permit::Random, &[])]
    fn permits_allow_a_difference_and_are_named_only_when_needed(
        #[case] expected: Value,
        #[case] actual: Value,
        #[case] permit: Permit,
        #[case] facets: &[Facet],
    ) {
        let expected = Observation { permits: vec![permit.clone()], ..ended(expected) };
        let comparison = compare(&expected, &ended(actual), &Policy::default(), &|_| Oracle::Reference);
        assert_eq!(comparison.divergences, []);
        let wanted: Vec<_> = facets.iter().map(|facet| (*facet, permit.clone())).collect();
        assert_eq!(comparison.allowed, wanted);
    }

    #[test]
    fn an_engine_cannot_permit_itself_to_differ() {
        let actual = Observation { permits: vec![Permit::Random], ..ended(json!({"succeeded": 2})) };
        let comparison =
            compare(&ended(json!({"succeeded": 1})), &actual, &Policy::default(), &|_| Oracle::Reference);
        assert_eq!(comparison.divergences.len(), 1);
    }
}
