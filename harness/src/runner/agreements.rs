//! What an engine gets right in states of each type: where a field works in one of them, no bug of it is one of any state.

use std::collections::{BTreeMap, BTreeSet};

use asl_cases::{ANY_STATE, Case, Signature};

use crate::judge::only_state_in_play;

/// So many cases must have come out right with the same in play: one may not show the bug.
const ENOUGH: usize = 4;

/// The states that were alone in play in cases with the right answer, and what differs in the others. Holds one entry for
/// each set of constructs, so memory stays flat.
#[derive(Clone, Debug, Default)]
pub(super) struct Agreements {
    /// How many cases came out right in which nothing else was in play than this in a state of this type.
    right: BTreeMap<(String, BTreeSet<String>), usize>,
}

impl Agreements {
    /// A case that the engine answers rightly.
    pub(super) fn add(&mut self, case: &Case) {
        if let Some((kind, constructs)) = only_state_in_play(case) {
            *self.right.entry((kind.to_owned(), constructs)).or_default() += 1;
        }
    }

    /// Whether what is said of any state holds for none of some type: the engine does the same rightly there, and nothing of
    /// it is among what is `wrong`.
    pub(super) fn refute(&self, of_any_state: &Signature, wrong: &BTreeSet<Signature>) -> bool {
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
