//! One comparable aspect a file. Each says whether the two sides are the same, may differ here, or differ.

mod acceptance;
mod cause;
mod error;
mod output;
mod status;
mod test_state;
mod trace;
mod wording;

use asl_cases::{Facet, Observation, Outcome, Permit, Strictness};
use serde_json::Value;

/// The two sides of a comparison, both normalised.
#[derive(Clone, Copy)]
pub(super) struct Sides<'a> {
    /// What is right.
    pub(super) expected: &'a Observation,
    /// What the engine did.
    pub(super) actual: &'a Observation,
}

/// One difference with both sides.
#[derive(Debug, PartialEq)]
pub(super) struct Difference {
    pub(super) sentence: String,
    pub(super) expected: Value,
    pub(super) actual: Value,
}

/// What the comparison of one facet found.
#[derive(Debug, PartialEq)]
pub(super) enum Finding {
    /// No difference, or nothing to compare.
    Same,
    /// A difference that these permits allow.
    Allowed(Vec<Permit>),
    /// A difference.
    Differs(Difference),
}

impl From<Option<Difference>> for Finding {
    fn from(difference: Option<Difference>) -> Self {
        difference.map_or(Self::Same, Self::Differs)
    }
}

impl Finding {
    /// Allows the difference if one of the permits of the expected side speaks about this facet.
    fn unless_permitted(self, sides: Sides<'_>, speaks: impl Fn(&Permit) -> bool) -> Self {
        match self {
            Self::Differs(difference) => match sides.expected.permits.iter().find(|permit| speaks(permit)) {
                Some(permit) => Self::Allowed(vec![permit.clone()]),
                None => Self::Differs(difference),
            },
            other => other,
        }
    }
}

/// Compares one facet. A facet that the outcomes do not both have is the same.
pub(super) fn compare_facet(facet: Facet, sides: Sides<'_>, strictness: Strictness) -> Finding {
    let finding = match facet {
        Facet::Acceptance => acceptance::compare(sides).into(),
        Facet::Status => status::compare(sides).into(),
        Facet::Error => error::compare(sides).into(),
        Facet::Cause => cause::compare(sides, strictness).into(),
        Facet::Output => output::compare(sides, strictness).into(),
        Facet::Trace => trace::compare(sides, strictness),
        Facet::TestState => test_state::compare(sides, strictness).into(),
    };
    finding.unless_permitted(sides, |permit| {
        speaks_about(permit, facet) && !is_known_nevertheless(permit, sides, facet)
    })
}

/// Whether what differs is known although the permit speaks about the facet.
fn is_known_nevertheless(permit: &Permit, sides: Sides<'_>, facet: Facet) -> bool {
    match facet {
        Facet::Error => names_its_error(permit, sides.expected),
        Facet::TestState => {
            let is_of_words = matches!(permit, Permit::UncertainText { .. });
            is_of_words && !test_state::have_one_status(sides)
        }
        _ => false,
    }
}

/// Documented: whatever fails in JSONata, and however AWS words it, has one error name.
fn names_its_error(permit: &Permit, expected: &Observation) -> bool {
    let is_of_jsonata = matches!(
        &expected.outcome,
        Outcome::Failed { error: Some(error), .. } if error == "States.QueryEvaluationError"
    );
    is_of_jsonata && matches!(permit, Permit::UncertainText { .. })
}

/// Whether the permit allows any difference in the facet. What may differ in a trace when siblings race is decided
/// event by event, in `trace`.
pub(crate) fn speaks_about(permit: &Permit, facet: Facet) -> bool {
    match permit {
        Permit::SiblingProgress { .. } => false,
        // One state alone has no siblings.
        Permit::FirstFailure { .. } => matches!(facet, Facet::Error | Facet::Cause | Facet::Output),
        Permit::UncertainText { .. } => {
            matches!(facet, Facet::Error | Facet::Cause | Facet::Trace | Facet::TestState)
        }
        Permit::UncertainHistory { .. } => facet == Facet::Trace,
        Permit::UncertainOutcome { .. } | Permit::UncertainValue => facet != Facet::Acceptance,
        Permit::Random => matches!(facet, Facet::Output | Facet::TestState),
    }
}

#[cfg(test)]
mod tests {
    use asl_cases::{CrossCheck, Identities, TestedState};
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn side(outcome: Outcome, permits: Vec<Permit>) -> Observation {
        Observation {
            outcome,
            trace: None,
            identities: Identities::default(),
            permits,
            cross_check: CrossCheck::default(),
        }
    }

    #[rstest]
    #[case::random(Permit::Random)]
    #[case::words(Permit::UncertainText { state: "A".to_owned() })]
    #[case::value(Permit::UncertainValue)]
    fn what_is_open_in_a_state_is_open_where_it_is_tested(#[case] permit: Permit) {
        let tested = |output: &str| {
            let answer = json!({"status": "SUCCEEDED", "output": output});
            Outcome::Tested(Box::new(TestedState::from_api(answer).expect("members of an answer")))
        };
        let (expected, actual) = (side(tested("1"), vec![permit.clone()]), side(tested("2"), Vec::new()));
        let sides = Sides { expected: &expected, actual: &actual };
        let found = compare_facet(Facet::TestState, sides, Strictness::Exact);
        assert_eq!(found, Finding::Allowed(vec![permit]));
    }

    #[rstest]
    #[case::words(Permit::UncertainText { state: "A".to_owned() }, false)]
    #[case::what_it_does(Permit::UncertainOutcome { state: "A".to_owned() }, true)]
    fn status_of_a_tested_state_is_known_where_words_are_not(
        #[case] permit: Permit,
        #[case] is_allowed: bool,
    ) {
        let tested = |answer: Value| {
            Outcome::Tested(Box::new(TestedState::from_api(answer).expect("members of an answer")))
        };
        let failed = tested(json!({"status": "FAILED", "error": "States.Runtime"}));
        let succeeded = tested(json!({"status": "SUCCEEDED", "output": "1"}));
        let (expected, actual) = (side(failed, vec![permit.clone()]), side(succeeded, Vec::new()));
        let sides = Sides { expected: &expected, actual: &actual };
        let found = compare_facet(Facet::TestState, sides, Strictness::Exact);
        assert_eq!(found == Finding::Allowed(vec![permit]), is_allowed, "{found:?}");
    }

    #[rstest]
    #[case::of_jsonata("States.QueryEvaluationError", Facet::Error, false)]
    #[case::of_jsonata("States.QueryEvaluationError", Facet::Cause, true)]
    #[case::of_a_path("States.Runtime", Facet::Error, true)]
    fn only_a_failing_expression_has_a_known_name_where_its_words_are_not_known(
        #[case] error: &str,
        #[case] facet: Facet,
        #[case] is_allowed: bool,
    ) {
        let permit = Permit::UncertainText { state: "A".to_owned() };
        let failed =
            |error: &str| Outcome::Failed { error: Some(error.to_owned()), cause: Some(error.to_owned()) };
        let (expected, actual) =
            (side(failed(error), vec![permit.clone()]), side(failed("Another"), Vec::new()));
        let found = compare_facet(facet, Sides { expected: &expected, actual: &actual }, Strictness::Exact);
        assert_eq!(found == Finding::Allowed(vec![permit]), is_allowed, "{found:?}");
        assert_ne!(found, Finding::Same);
    }
}
