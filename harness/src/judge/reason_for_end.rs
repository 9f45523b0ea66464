//! Which difference in a history is the reason for another end: of an Express execution nobody sees more than that, and
//! wrong documents before it need not reach it.

use std::iter;

use asl_cases::{Case, Facet, Observation, Policy, Signature, TraceEvent};
use asl_reference::reference::{self, Settings};
use serde_json::{Value, json};

use super::{
    judge,
    signature::{States, is_same_end},
};

/// The signature of the first difference between what is right for a case and what an engine did that has a part in how its
/// end differs in this facet. `None` if it does not, or nobody knows what is right.
///
/// State by state: where the right execution comes to the same end with the document that the engine made there, that
/// document, or way of a Choice, has no part in it. What cannot be put in its place counts as having one: a state that assigns
/// variables, say, or is visited more than once.
pub(crate) fn reason_for_end(
    case: &Case,
    actual: &Observation,
    facet: Facet,
    settings: Settings,
    policy: &Policy,
) -> Option<Signature> {
    let mut case = case.clone();
    loop {
        let expected = reference::observe(&case, settings).ok()?;
        let judgement = judge(&case, &expected, actual, policy);
        let at_end = judgement.divergences.iter().find(|divergence| divergence.facet == facet)?;
        let first = judgement.first_difference.as_ref();
        let made = first.and_then(|first| with_document_of(&case, &first.state, actual));
        let Some(made) = made else { return Some(at_end.signature.clone()) };
        if !is_same_end(&expected.outcome, &reference::observe(&made, settings).ok()?.outcome) {
            return Some(at_end.signature.clone());
        }
        case = made;
    }
}

/// The case with a state that only puts out what the engine put out there, and goes where it went. `None` if it does so
/// already, if the state does more, or if the engine came to it more than once.
fn with_document_of(case: &Case, state: &str, actual: &Observation) -> Option<Case> {
    let events = || actual.trace.iter().flat_map(|trace| &trace.0);
    let is_exit = |event: &&TraceEvent| event.kind.ends_with("StateExited");
    let mut exits = events().filter(is_exit).filter(|event| event.state_name() == Some(state));
    let exit = exits.next().filter(|_| exits.next().is_none())?;
    let made = exit.details.get("output")?;
    let is_in_jsonata = States::of(&case.main().definition).is_in_jsonata(state);
    asl_generators::with_state(case, state, |fields| {
        let rules = fields.get("Choices").and_then(Value::as_array);
        let mut parts = iter::once(fields).chain(rules.into_iter().flatten().filter_map(Value::as_object));
        if parts.any(|part| part.contains_key("Assign")) {
            return None;
        }
        if let Some(rules) = rules {
            let entered = events().skip_while(|event| event.id <= exit.id);
            let rule = rule_to(way_of(rules, fields.get("Default"), entered)?, made, is_in_jsonata);
            let mut decided = fields.clone();
            decided["Choices"] = iter::once(&rule).chain(rules).cloned().collect();
            return (rules.first() != Some(&rule)).then_some(decided.into());
        }
        let field = if is_in_jsonata { "Output" } else { "Result" };
        let mut constant = json!({"Type": "Pass", field: made});
        for kept in ["Next", "End", "QueryLanguage"] {
            if let Some(value) = fields.get(kept) {
                constant[kept] = value.clone();
            }
        }
        Some(constant)
    })
}

/// A rule that always holds and leads to this state. In JSONPath the document is that of the Choice.
fn rule_to(next: &str, made: &Value, is_in_jsonata: bool) -> Value {
    if is_in_jsonata {
        json!({"Condition": "{% true %}", "Output": made, "Next": next})
    } else {
        json!({"Variable": "$$.State.Name", "IsPresent": true, "Next": next})
    }
}

/// Where a Choice with these rules leads: the first of the states to which it can go that is entered in these events.
fn way_of<'a>(
    rules: &[Value],
    default: Option<&Value>,
    events: impl Iterator<Item = &'a TraceEvent>,
) -> Option<&'a str> {
    let is_way = |name: &&str| {
        let mut ways = rules.iter().filter_map(|rule| rule.get("Next")).chain(default);
        ways.any(|way| way == name)
    };
    let entered = events.filter(|event| event.kind.ends_with("StateEntered"));
    entered.filter_map(TraceEvent::state_name).find(is_way)
}

#[cfg(test)]
mod tests {
    use asl_cases::{Machine, Outcome};
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::that_it_reads("$.v", "output of an expression (negative index): a value -> another value")]
    #[case::that_it_does_not_read(
        "$$.State.Name",
        "output of an expression (States.MathAdd): a value -> another value"
    )]
    fn end_is_not_wrong_because_of_what_does_not_reach_it(#[case] read: &str, #[case] reason: &str) {
        let case = |index: &str, added: i64| {
            let sum = format!("States.MathAdd({added}, 1)");
            let states = json!({
                "A": {"Type": "Pass", "Parameters": {"v.$": format!("$[{index}]")}, "Next": "B"},
                "B": {"Type": "Pass", "Parameters": {"v.$": read, "sum.$": sum}, "End": true}
            });
            let definition = json!({"StartAt": "A", "States": states});
            Case::new(Machine::new(definition), json!([1, 2]))
        };
        let settings = Settings::default();
        let actual = reference::observe(&case("0", 2), settings).expect("modelled");
        let found = reason_for_end(&case("-1", 1), &actual, Facet::Output, settings, &Policy::default());
        assert_eq!(found.map(|found| found.to_string()).as_deref(), Some(reason));
    }

    #[rstest]
    #[case::of_what_it_reads("$.way", "status of Choice (NumericEquals): the right way -> another way")]
    #[case::of_what_is_the_same_there(
        "$.n",
        "output of an expression (States.MathAdd): a value -> another value"
    )]
    fn way_of_a_choice_is_no_reason_where_all_ways_lead_to_the_same(
        #[case] read: &str,
        #[case] reason: &str,
    ) {
        let case = |number: i64, added: &str| {
            let way = |name: &str| json!({"Type": "Pass", "Parameters": {"way": name, "n.$": "$.n"}, "Next": "End"});
            let sum = format!("States.MathAdd($.n, {added})");
            let states = json!({
                "A": {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericEquals": number, "Next": "B"}], "Default": "C"},
                "B": way("B"), "C": way("C"),
                "End": {"Type": "Pass", "Parameters": {"read.$": read, "sum.$": sum}, "End": true}
            });
            Case::new(Machine::new(json!({"StartAt": "A", "States": states})), json!({"n": 1}))
        };
        let settings = Settings::default();
        let actual = reference::observe(&case(2, "2"), settings).expect("modelled");
        let found = reason_for_end(&case(1, "1"), &actual, Facet::Output, settings, &Policy::default());
        assert_eq!(found.map(|found| found.to_string()).as_deref(), Some(reason));
    }

    #[test]
    fn text_that_names_another_event_is_no_other_end() {
        let case = |selected: &str| {
            let branch = json!({"StartAt": "C", "States": {"C": {"Type": "Pass", "End": true}}});
            let states = json!({
                "A": {"Type": "Parallel", "Branches": [branch], "ResultSelector": {"v.$": selected}, "Next": "B"},
                "B": {"Type": "Pass", "Parameters": {"v.$": "States.MathAdd('a', 1)"}, "End": true}
            });
            Case::new(Machine::new(json!({"StartAt": "A", "States": states})), json!({"n": [1, 2]}))
        };
        let settings = Settings::default();
        let mut actual = reference::observe(&case("$[0].n[0]"), settings).expect("modelled");
        let Outcome::Failed { error, .. } = actual.outcome else { panic!("it fails") };
        actual.outcome = Outcome::Failed { error, cause: Some("no number".to_owned()) };
        let found = reason_for_end(&case("$[0].n[-1]"), &actual, Facet::Cause, settings, &Policy::default());
        let found = found.expect("another cause").to_string();
        assert!(found.contains("States.MathAdd"), "{found}");
    }

    #[test]
    fn end_that_is_right_has_no_reason() {
        let states =
            json!({"A": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": {"a": 1}, "End": true}});
        let case = Case::new(Machine::new(json!({"StartAt": "A", "States": states})), json!({}));
        let right = reference::observe(&case, Settings::default()).expect("modelled");
        let reason = reason_for_end(&case, &right, Facet::Output, Settings::default(), &Policy::default());
        assert_eq!(reason, None);
    }

    #[test]
    fn state_in_jsonata_can_be_one_that_puts_out_what_the_engine_did() {
        let definition = |output: i64, sum: &str| {
            let states = json!({
                "A": {"Type": "Pass", "Output": output, "Next": "B"},
                "B": {"Type": "Pass", "Output": sum, "End": true}
            });
            Machine::new(json!({"StartAt": "A", "QueryLanguage": "JSONata", "States": states}))
        };
        let case = |output, sum| Case::new(definition(output, sum), json!({}));
        let actual =
            reference::observe(&case(7, "{% $sum([1, 2]) %}"), Settings::default()).expect("modelled");
        let right = case(1, "{% $max([1, 2]) %}");
        let found = reason_for_end(&right, &actual, Facet::Output, Settings::default(), &Policy::default());
        let found = found.expect("another end").to_string();
        assert!(found.contains("$max"), "{found}");
    }
}
