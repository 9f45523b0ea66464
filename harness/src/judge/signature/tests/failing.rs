//! Claims about failures: what is in play in one, and what of it does not matter.

use asl_cases::{Case, Machine};
use asl_reference::reference::{self, Settings};
use rstest::rstest;
use serde_json::{Value, json};

use super::signature_between;
use crate::mutants::Mutant;

const FUNCTION: &str = "arn:aws:states:::lambda:invoke";

/// What a machine with these states in JSONPath shows of a bug, with these answers of its tasks.
fn shown(bug: &str, states: &Value, stubs: Value) -> String {
    let mut machine = Machine::new(json!({"StartAt": "A", "States": states}));
    machine.stubs = serde_json::from_value(stubs).expect("answers");
    let case = Case::new(machine, json!({}));
    let expected = reference::observe(&case, Settings::default()).expect("modelled");
    let actual = Mutant::named(bug).expect("a bug").observe(&case, Settings::default()).expect("modelled");
    signature_between(&case, &expected, &actual).map_or("none".to_owned(), |found| found.to_string())
}

fn fails(error: &str) -> Value {
    json!({"fail": {"error": error, "cause": "c"}})
}

#[rstest]
#[case::of_the_case("E", "E")]
#[case::of_a_service("Lambda.Unknown", "Lambda.Unknown")]
#[case::any("E", "States.ALL")]
fn last_attempt_fails_whatever_the_failure_is(#[case] error: &str, #[case] name: &str) {
    let retrier = json!({"ErrorEquals": [name], "MaxAttempts": 1});
    let task = json!({"Type": "Task", "Resource": FUNCTION, "Retry": [retrier], "End": true});
    let stubs = json!({"A": [fails(error), fails(error), {"succeed": {}}]});
    let found = shown("max-attempts-one-more", &json!({"A": task}), stubs);
    assert_eq!(found, "status of any state (Retry): fails after its last attempt -> goes on");
}

#[test]
fn failure_that_should_be_caught_is_about_the_catcher_whatever_fails() {
    let reader = json!({"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "JSON"},
        "Parameters": {"Bucket": "orders", "Key": "missing.json"}});
    let config = json!({"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"});
    let iterations =
        json!({"StartAt": "C", "States": {"C": {"Type": "Pass", "End": true}}, "ProcessorConfig": config});
    let catcher = json!({"ErrorEquals": ["States.ALL"], "Next": "B"});
    let map = json!({"Type": "Map", "ItemReader": reader, "ItemProcessor": iterations, "Catch": [catcher], "End": true});
    let found = shown("all-is-a-name", &json!({"A": map, "B": {"Type": "Succeed"}}), json!({}));
    assert_eq!(found, "status of any state (Catch): goes on -> fails");
}

#[rstest]
#[case::call("States.Base64Decode(5)", "output of any state (Assign): ")]
#[case::path("$.missing", "status of any state (Assign): ")]
fn what_fails_in_an_assign_alone_is_about_that(#[case] code: &str, #[case] wanted: &str) {
    let pass = |fields: Value| {
        let mut pass = json!({"Type": "Pass", "End": true});
        pass.as_object_mut().expect("fields").extend(fields.as_object().expect("fields").clone());
        shown("assign-ignored", &json!({"A": pass}), json!({}))
    };
    let alone = pass(json!({"Assign": {"a.$": code}}));
    assert!(alone.starts_with(wanted), "{alone}");
}

#[test]
fn result_that_is_too_large_is_not_looked_at_for_any_field() {
    let task = json!({"Type": "Task", "Resource": FUNCTION, "OutputPath": "$.part", "End": true});
    let stubs = json!({"A": [{"succeed": "x".repeat(300_000)}]});
    let found = shown("payloads-have-no-limit", &json!({"A": task}), stubs);
    assert!(found.starts_with("status of any state: failed with States.DataLimitExceeded"), "{found}");
}

#[test]
fn name_that_is_the_cause_is_that_whatever_makes_it() {
    let fail = json!({"Type": "Fail", "QueryLanguage": "JSONata", "Cause": "{% $uppercase('abc') %}"});
    let found = shown("fail-swaps-error-and-cause", &json!({"A": fail}), json!({}));
    assert!(found.ends_with("no error name -> the cause"), "{found}");
}

#[test]
fn field_of_which_the_right_text_quotes_nothing_is_another_one() {
    let list = json!([{"flag.$": "$[1]", "a key.$": "States.Base64Decode(5)"}, 0]);
    let iterations = json!({"StartAt": "C", "States": {"C": {"Type": "Pass", "End": true}}});
    let map = json!({"Type": "Map", "ItemsPath": "$.list", "ItemProcessor": iterations,
        "ResultSelector": {"first": list}, "End": true});
    let make = json!({"Type": "Pass", "Result": {"list": [0, 1]}, "Next": "B"});
    let found = shown("result-selector-sees-input", &json!({"A": make, "B": map}), json!({}));
    assert!(found.ends_with("fails in the right field -> fails in another field"), "{found}");
}
