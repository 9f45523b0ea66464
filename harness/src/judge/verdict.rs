//! From a comparison to a verdict about one case.

use asl_cases::{Case, Divergence, Facet, Observation, Permit, Policy, Strictness, Verdict};

use super::{
    Comparison, broken_invariants, compare,
    invariants::{LAST_EVENT, wrong_side},
    normalise, oracle_for, pauses,
    signature::{FirstDifference, sign},
};

/// The verdict about one case, with what led to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// `Agree`, `Diverge` or `Inconclusive`.
    pub verdict: Verdict,
    /// The facets that differ.
    pub divergences: Vec<Divergence>,
    /// The differences that AWS itself may show, with the permit of each.
    pub allowed: Vec<(Facet, Permit)>,
    /// Where the histories part, when something differs.
    pub first_difference: Option<FirstDifference>,
}

/// Judges what an engine did by what is right. Both observations may be raw; they are normalised here.
pub fn judge(case: &Case, expected: &Observation, actual: &Observation, policy: &Policy) -> Judgement {
    let (expected, actual) = (normalise(expected, case), normalise(actual, case));
    let Comparison { mut divergences, allowed } = compare(&expected, &actual, policy, &oracle_for(case));
    let first_difference =
        if divergences.is_empty() { None } else { sign(case, &expected, &actual, &mut divergences) };
    Judgement { first_difference, ..Judgement::of(divergences, allowed) }
}

/// Judges what an engine did by what is right, and by the rules that every engine must keep. What is right names the bug;
/// a broken rule names one only where nothing else differs, and is further evidence otherwise. How long an engine waits is
/// looked at where it does all that it should.
pub fn judge_answer(case: &Case, expected: &Observation, actual: &Observation, policy: &Policy) -> Judgement {
    let Judgement { mut divergences, allowed, first_difference, .. } = judge(case, expected, actual, policy);
    if divergences.is_empty() && policy.strictness(Facet::Trace) != Strictness::Ignored {
        divergences.extend(pauses::too_short(case, expected, actual));
    }
    divergences.extend(broken_invariants(case, actual).into_iter().map(|broken| by_whom(broken, expected)));
    Judgement { first_difference, ..Judgement::of(divergences, allowed) }
}

/// The same with which of two things that an engine says is wrong, where what is right tells.
fn by_whom(mut broken: Divergence, expected: &Observation) -> Divergence {
    if let Some(wrong) =
        wrong_side(&broken, &expected.outcome).filter(|_| broken.signature.place == LAST_EVENT)
    {
        wrong.clone_into(&mut broken.signature.actual);
    }
    broken
}

impl Judgement {
    /// The verdict that follows from these differences.
    pub fn of(divergences: Vec<Divergence>, allowed: Vec<(Facet, Permit)>) -> Self {
        let verdict = match (divergences.is_empty(), allowed.is_empty()) {
            (true, true) => Verdict::Agree,
            (true, false) => Verdict::Inconclusive,
            (false, _) => Verdict::Diverge,
        };
        Self { verdict, divergences, allowed, first_difference: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use asl_cases::{CrossCheck, Identities, Machine, Outcome, Trace, TraceEvent};
    use asl_reference::reference::{self, Settings};
    use rstest::rstest;
    use serde_json::{Value, json};

    fn succeeded(output: Value, permits: Vec<Permit>) -> Observation {
        Observation {
            outcome: Outcome::Succeeded(output),
            trace: None,
            identities: Identities::default(),
            permits,
            cross_check: CrossCheck::default(),
        }
    }

    #[rstest]
    #[case::too_short(13, Strictness::Template, 1)]
    #[case::as_long_as_it_should(2_013, Strictness::Template, 0)]
    #[case::in_a_history_that_is_not_compared(13, Strictness::Ignored, 0)]
    fn pause_counts_where_all_else_is_right(
        #[case] ms: i64,
        #[case] strictness: Strictness,
        #[case] n_differences: usize,
    ) {
        let definition =
            json!({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 2, "End": true}}});
        let case = Case::new(Machine::new(definition), json!({}));
        let expected = reference::observe(&case, Settings::default()).expect("it is modelled");
        let mut actual = expected.clone();
        let events = &mut actual.trace.as_mut().expect("a history").0;
        let entered_ms = events[1].timestamp_ms;
        events[2..].iter_mut().for_each(|event| event.timestamp_ms = entered_ms + ms);
        let policy = Policy::default().with(Facet::Trace, strictness);
        let found = judge_answer(&case, &expected, &actual, &policy).divergences;
        assert_eq!(found.len(), n_differences, "{found:?}");
    }

    #[rstest]
    #[case::same(json!(1), vec![], Verdict::Agree)]
    #[case::same_without_needing_its_permit(json!(1), vec![Permit::Random], Verdict::Agree)]
    #[case::same_only_thanks_to_a_permit(json!(2), vec![Permit::Random], Verdict::Inconclusive)]
    #[case::permit_about_something_else(json!(2), vec![Permit::SiblingProgress { state: "P".to_owned() }], Verdict::Diverge)]
    #[case::different(json!(2), vec![], Verdict::Diverge)]
    fn verdict_follows_from_divergences_and_used_permits(
        #[case] output: Value,
        #[case] permits: Vec<Permit>,
        #[case] verdict: Verdict,
    ) {
        let case = Case::new(Machine::new(json!({})), json!({}));
        let judgement =
            judge(&case, &succeeded(json!(1), permits), &succeeded(output, vec![]), &Policy::default());
        assert_eq!(judgement.verdict, verdict, "{judgement:?}");
    }

    #[rstest]
    #[case::without_a_cause(None, None, json!(""), Some("broken by the event"))]
    #[case::with_an_empty_one(Some(""), None, json!(""), Some("broken by the description"))]
    #[case::with_another_one(Some("c"), None, json!(""), Some("broken"))]
    #[case::that_say_the_same(None, None, json!(null), None)]
    fn event_and_description_that_disagree_are_told_by_which_is_wrong(
        #[case] right: Option<&str>,
        #[case] described: Option<&str>,
        #[case] told: Value,
        #[case] wanted: Option<&str>,
    ) {
        let failed = |cause: Option<&str>| Observation {
            outcome: Outcome::Failed { error: Some("E".to_owned()), cause: cause.map(str::to_owned) },
            ..succeeded(json!(null), Vec::new())
        };
        let case = Case::new(Machine::new(json!({})), json!({}));
        let details = json!({"error": "E", "cause": told});
        let last = TraceEvent {
            id: 2,
            previous_event_id: 1,
            kind: "ExecutionFailed".to_owned(),
            timestamp_ms: 0,
            details: details.as_object().expect("members").clone(),
        };
        let actual = Observation { trace: Some(Trace(vec![last])), ..failed(described) };
        let judgement = judge_answer(&case, &failed(right), &actual, &Policy::default());
        let broken = judgement.divergences.iter().find(|found| found.signature.place == LAST_EVENT);
        assert_eq!(broken.map(|broken| broken.signature.actual.as_str()), wanted);
    }
}
