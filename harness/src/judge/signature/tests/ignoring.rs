//! Claims about fields that an engine does not look at: it makes what the state makes without them.

#![allow(clippy::needless_pass_by_value, reason = "what json! makes is handed on as it is")]

use asl_cases::{Case, Machine, Outcome};
use asl_reference::reference::{self, Settings};
use rstest::rstest;
use serde_json::{Value, json};

use super::signature_between;
use crate::mutants::Mutant;

const ACTIVITY: &str = "arn:aws:states:us-east-1:123456789012:activity:work-1";

fn machine(states: Value, stubs: Value) -> Case {
    let mut machine = Machine::new(json!({"StartAt": "A", "States": states}));
    machine.stubs = serde_json::from_value(stubs).expect("answers");
    Case::new(machine, json!({"a": 1, "list": [{"n": 1}, {"n": 2}]}))
}

/// What a machine with these states and answers of its tasks shows of a bug.
fn shown(bug: &str, states: Value, stubs: Value) -> String {
    let case = machine(states, stubs);
    let expected = reference::observe(&case, Settings::default()).expect("modelled");
    let actual = Mutant::named(bug).expect("a bug").observe(&case, Settings::default()).expect("modelled");
    signature_between(&case, &expected, &actual).map_or("none".to_owned(), |found| found.to_string())
}

fn with(mut state: Value, more: Value) -> Value {
    state.as_object_mut().expect("fields").extend(more.as_object().expect("fields").clone());
    state
}

fn pass(more: Value) -> Value {
    json!({"A": with(json!({"Type": "Pass", "End": true}), more)})
}

fn task(more: Value) -> Value {
    json!({"A": with(json!({"Type": "Task", "Resource": ACTIVITY, "End": true}), more)})
}

fn parallel(more: Value) -> Value {
    let branch = json!({"StartAt": "B", "States": {"B": {"Type": "Pass", "End": true}}});
    json!({"A": with(json!({"Type": "Parallel", "Branches": [branch], "End": true}), more)})
}

#[rstest]
#[case::parameters("pass-parameters-ignored", pass(json!({"Parameters": {"b.$": "$.missing"}})), "Pass (Parameters)")]
#[case::selector("parallel-ignores-result-selector", parallel(json!({"ResultSelector": {"b.$": "$.missing"}})), "Parallel (ResultSelector)")]
#[case::beside_others(
    "parallel-ignores-result-selector",
    parallel(json!({"ResultSelector": {"b.$": "$[0]"}, "ResultPath": "$.c", "OutputPath": "$.c"})),
    "Parallel (ResultSelector)"
)]
#[case::output_path("output-path-ignored", task(json!({"Parameters": {"b.$": "$.a"}, "OutputPath": "$.missing"})), "any state (OutputPath)")]
#[case::null_alone("input-path-null-is-absent", pass(json!({"InputPath": null})), "any state (InputPath, null path)")]
fn field_that_is_not_looked_at_is_what_it_is_about(
    #[case] bug: &str,
    #[case] states: Value,
    #[case] about: &str,
) {
    let found = shown(bug, states, json!({"A": [{"succeed": {"done": true}}]}));
    assert_eq!(found, format!("output of {about}: the right document -> another document"));
}

#[rstest]
#[case::of_a_wrong_value("missing-template-path-left-out", pass(json!({"Parameters": {"b.$": "$.missing", "c": 1}})))]
#[case::of_which_nobody_sees_anything(
    "missing-template-path-is-null", pass(json!({"Parameters": {"b.$": "$.missing"}, "ResultPath": null}))
)]
#[case::that_may_be_the_same_by_chance("output-path-ignored", task(json!({"OutputPath": "$.missing"})))]
fn failure_that_does_not_come_is_about_the_path(#[case] bug: &str, #[case] states: Value) {
    let found = shown(bug, states, json!({"A": [{"succeed": {}}]}));
    assert_eq!(found, "status of an expression: a path that leads nowhere fails -> goes on");
}

#[rstest]
#[case::too_few("States.ArrayContains($.list)", "intrinsic call", "accepted, with arguments that do not fit")]
#[case::ignored("States.UUID(1)", "intrinsic call", "accepted, with arguments that do not fit")]
#[case::null("States.ArrayContains($.list, null)", "intrinsic call, null argument", "accepted")]
#[case::quote("States.Array('it\\'s')", "escaped quote, intrinsic call", "accepted")]
fn call_for_which_a_machine_is_refused_is_told_by_its_arguments(
    #[case] call: &str,
    #[case] about: &str,
    #[case] expected: &str,
) {
    let case = machine(pass(json!({"Parameters": {"b.$": call}})), json!({}));
    let right = reference::observe(&case, Settings::default()).expect("modelled");
    let mut wrong = right.clone();
    wrong.outcome = Outcome::Rejected { code: "InvalidDefinition".to_owned(), message: "no".to_owned() };
    wrong.trace = None;
    let found = signature_between(&case, &right, &wrong).expect("they differ").to_string();
    let wanted =
        format!("acceptance of CreateStateMachine ({about}): {expected} -> refused with InvalidDefinition");
    assert!(found.starts_with(&wanted), "{found}");
}
