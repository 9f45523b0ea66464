//! What an engine gets right: where a field works in states of one type, no bug of it is one of any state, and where one of a
//! family works, no bug is one of all.

use std::collections::{BTreeMap, BTreeSet};

use asl_cases::{ANY_STATE, Case, Facet, GOES_ON, JSONATA, Outcome, Signature, is_of_family};

use crate::judge::{field_that_fails, only_operator, only_state_in_play};

/// So many cases must have come out right with the same in play: one may not show the bug.
const ENOUGH: usize = 4;
/// So many must have failed as they should: what is not looked at does not fail at all.
const ENOUGH_FAILURES: usize = 2;

/// The states that were alone in play in cases with the right answer, and what differs in the others. Holds one entry for
/// each set of constructs, so memory stays flat.
#[derive(Clone, Debug, Default)]
pub(super) struct Agreements {
    /// How many cases came out right in which nothing else was in play than this in a state of this type.
    right: BTreeMap<(String, BTreeSet<String>), usize>,
    /// How many cases came out right that begin with a Choice with this operator and no other.
    right_operators: BTreeMap<String, usize>,
    /// How many cases end with the right error, of a failure in this field of a state of this type: it was looked at.
    failed: BTreeMap<(String, BTreeSet<String>), usize>,
}

impl Agreements {
    /// A case that the engine answers rightly.
    pub(super) fn add(&mut self, case: &Case) {
        if let Some((kind, constructs)) = only_state_in_play(case) {
            *self.right.entry((kind.to_owned(), constructs)).or_default() += 1;
        }
        if let Some(operator) = only_operator(case) {
            *self.right_operators.entry(operator).or_default() += 1;
        }
    }

    /// A case that should end with this failure, and does so with the right error, whatever the engine says of it.
    pub(super) fn add_failure(&mut self, case: &Case, failure: &Outcome) {
        if let Some((kind, constructs)) = field_that_fails(case, failure) {
            *self.failed.entry((kind.to_owned(), constructs)).or_default() += 1;
        }
    }

    /// Whether a state that should fail in a field, and goes on, does not do so because the engine does not look at that field:
    /// in states of this type and in this language it does.
    pub(super) fn clear(&self, signature: &Signature, of_field: &Signature) -> bool {
        let goes_on = signature.facet == Facet::Status && signature.actual == GOES_ON;
        let is_of_language = |constructs: &BTreeSet<String>| {
            constructs.contains(JSONATA) == signature.constructs.contains(JSONATA)
        };
        let is_looked_at = |((kind, constructs), _): &(&(String, BTreeSet<String>), &usize)| {
            *kind == signature.place
                && is_of_language(constructs)
                && of_field.constructs.is_subset(constructs)
        };
        goes_on
            && of_field.facet == Facet::Output
            && of_field.fields().next().is_some()
            && self.failed.iter().filter(is_looked_at).map(|(_, count)| count).sum::<usize>()
                >= ENOUGH_FAILURES
    }

    /// Whether what is said of more than was seen to be wrong holds for some of it alone.
    pub(super) fn refute(&self, of_more: &Signature, wrong: &BTreeSet<Signature>) -> bool {
        self.refute_any_state(of_more, wrong) || self.refute_family(of_more, wrong)
    }

    /// Whether what is said of a family of constructs does not hold for one of them: the engine gets it right, and it is not
    /// among what is `wrong`.
    fn refute_family(&self, of_family: &Signature, wrong: &BTreeSet<Signature>) -> bool {
        let is_of = |construct: &str| {
            of_family.constructs.iter().any(|family| family != construct && is_of_family(construct, family))
        };
        let in_states = self.right.iter().flat_map(|((_, constructs), count)| {
            constructs.iter().map(move |construct| (construct.as_str(), *count))
        });
        let operators = self.right_operators.iter().map(|(operator, count)| (operator.as_str(), *count));
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for (construct, count) in in_states.chain(operators).filter(|(construct, _)| is_of(construct)) {
            *counts.entry(construct).or_default() += count;
        }
        // One that is in play beside others of the family need not be what is wrong there.
        let is_wrong = |construct: &str| {
            wrong.iter().any(|wrong| {
                let mut of_family = wrong.constructs.iter().filter(|other| is_of(other));
                of_family.next().is_some_and(|only| only == construct) && of_family.next().is_none()
            })
        };
        counts.into_iter().any(|(construct, count)| count >= ENOUGH && !is_wrong(construct))
    }

    /// Whether what is said of any state holds for none of some type: the engine does the same rightly there, and nothing of
    /// it is among what is `wrong`.
    fn refute_any_state(&self, of_any_state: &Signature, wrong: &BTreeSet<Signature>) -> bool {
        let kinds: BTreeSet<&str> = self.right.keys().map(|(kind, _)| kind.as_str()).collect();
        of_any_state.place == ANY_STATE
            && kinds.into_iter().any(|kind| {
                self.count(kind, &of_any_state.constructs) >= ENOUGH
                    && !wrong.iter().any(|wrong| is_about(wrong, kind, &of_any_state.constructs))
            })
    }

    /// How many cases came out right with all of this in play in a state of this type.
    fn count(&self, kind: &str, constructs: &BTreeSet<String>) -> usize {
        let of_kind = self.right.iter().filter(|((right, _), _)| right == kind);
        of_kind.filter(|((_, right), _)| constructs.is_subset(right)).map(|(_, count)| count).sum()
    }
}

/// Whether a difference may be about this in a state of this type.
fn is_about(wrong: &Signature, kind: &str, constructs: &BTreeSet<String>) -> bool {
    [kind, ANY_STATE].contains(&&*wrong.place) && constructs.is_subset(&wrong.constructs)
}

#[cfg(test)]
mod tests {
    use asl_cases::{Facet, Machine};
    use asl_reference::reference::{self, Settings};
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::*;

    fn of_output(place: &str) -> Signature {
        let constructs = BTreeSet::from(["Output".to_owned()]);
        Signature { place: place.to_owned(), constructs, ..Signature::of_facet(Facet::Output) }
    }

    fn alone(state: &Value) -> Case {
        let states = json!({"A": state, "B": {"Type": "Pass", "End": true}});
        Case::new(
            Machine::new(json!({"StartAt": "A", "QueryLanguage": "JSONata", "States": states})),
            json!({}),
        )
    }

    #[rstest]
    #[case::right_in_a_pass(json!({"Type": "Pass", "Output": 1, "Next": "B"}), ENOUGH, &["Succeed", "Parallel"], true)]
    #[case::too_seldom(json!({"Type": "Pass", "Output": 1, "Next": "B"}), ENOUGH - 1, &["Succeed", "Parallel"], false)]
    #[case::of_another_field(json!({"Type": "Pass", "Assign": {"a": 1}, "Next": "B"}), ENOUGH, &["Succeed", "Parallel"], false)]
    #[case::wrong_there_too(json!({"Type": "Pass", "Output": 1, "Next": "B"}), ENOUGH, &["Succeed", "Pass"], false)]
    #[case::behind_a_rule_that_decides(
        json!({"Type": "Choice", "Choices": [{"Condition": "{% $states.input.a %}", "Output": 1, "Next": "B"}], "Default": "B"}),
        ENOUGH, &["Succeed", "Parallel"], false
    )]
    fn field_that_works_in_states_of_one_type_is_not_wrong_in_any(
        #[case] state: Value,
        #[case] n_right: usize,
        #[case] wrong: &[&str],
        #[case] is_refuted: bool,
    ) {
        let mut agreements = Agreements::default();
        (0..n_right).for_each(|_| agreements.add(&alone(&state)));
        let wrong = wrong.iter().map(|place| of_output(place)).collect();
        assert_eq!(agreements.refute(&of_output(ANY_STATE), &wrong), is_refuted);
    }

    #[rstest]
    #[case::of_one_that_is_right("StringLessThanPath", ENOUGH, &["NumericEqualsPath"], true)]
    #[case::seen_too_seldom("StringLessThanPath", ENOUGH - 1, &["NumericEqualsPath"], false)]
    #[case::that_is_wrong_elsewhere("StringLessThanPath", ENOUGH, &["NumericEqualsPath", "StringLessThanPath"], false)]
    #[case::of_another_family("StringLessThan", ENOUGH, &["NumericEqualsPath"], false)]
    fn family_is_not_wrong_of_which_one_works(
        #[case] operator: &str,
        #[case] n_right: usize,
        #[case] wrong: &[&str],
        #[case] is_refuted: bool,
    ) {
        let mut agreements = Agreements::default();
        let rule = json!({"Variable": "$", operator: "$.a", "Next": "B"});
        let choice = json!({"Type": "Choice", "Choices": [rule], "Default": "B"});
        (0..n_right).for_each(|_| agreements.add(&alone(&choice)));
        let of = |construct: &str| Signature {
            constructs: BTreeSet::from([construct.to_owned()]),
            ..of_output("Choice")
        };
        let wrong = wrong.iter().map(|construct| of(construct)).collect();
        assert_eq!(agreements.refute(&of("comparison with a path"), &wrong), is_refuted);
    }

    #[rstest]
    #[case::in_its_language("JSONata", "Pass", ENOUGH_FAILURES, true)]
    #[case::too_seldom("JSONata", "Pass", ENOUGH_FAILURES - 1, false)]
    #[case::in_the_other_language("JSONPath", "Pass", ENOUGH_FAILURES, false)]
    #[case::in_a_state_of_another_type("JSONata", "Wait", ENOUGH_FAILURES, false)]
    fn field_that_fails_as_it_should_is_looked_at(
        #[case] language: &str,
        #[case] kind: &str,
        #[case] n_failures: usize,
        #[case] is_cleared: bool,
    ) {
        let mut agreements = Agreements::default();
        let states = json!({
            "A": {"Type": "Pass", "Assign": {"a": "{% $error('x') %}"}, "Next": "B"},
            "B": {"Type": "Pass", "Output": "{% $a %}", "End": true}
        });
        let case = Case::new(
            Machine::new(json!({"StartAt": "A", "QueryLanguage": "JSONata", "States": states})),
            json!({}),
        );
        let right = reference::observe(&case, Settings::default()).expect("modelled").outcome;
        (0..n_failures).for_each(|_| agreements.add_failure(&case, &right));
        let of = |place: &str, constructs: &[&str]| Signature {
            constructs: constructs.iter().map(|one| (*one).to_owned()).collect(),
            ..of_output(place)
        };
        let in_language = if language == JSONATA { &["Assign", JSONATA][..] } else { &["Assign"] };
        let goes_on = Signature { facet: Facet::Status, actual: GOES_ON.to_owned(), ..of(kind, in_language) };
        assert_eq!(agreements.clear(&goes_on, &of(ANY_STATE, &["Assign"])), is_cleared);
        let another_value = Signature { facet: Facet::Output, ..goes_on };
        assert!(!agreements.clear(&another_value, &of(ANY_STATE, &["Assign"])), "that is no failure");
    }

    #[test]
    fn cases_with_more_than_one_state_in_play_say_nothing() {
        let states = json!({"A": {"Type": "Pass", "Output": 1, "Next": "B"}, "B": {"Type": "Wait", "Seconds": 1, "End": true}});
        let case = Case::new(
            Machine::new(json!({"StartAt": "A", "QueryLanguage": "JSONata", "States": states})),
            json!({}),
        );
        let mut agreements = Agreements::default();
        agreements.add(&case);
        assert!(agreements.right.is_empty());
    }
}
