//! Executions that would never end, or take all memory, come to an end that says so.

use asl_cases::{Case, Machine};
use asl_reference::reference::{self, ReferenceError, Settings};
use serde_json::{Value, json};

fn observe(definition: Value, input: Value) -> Result<asl_cases::Observation, ReferenceError> {
    reference::observe(&Case::new(Machine::new(definition), input), Settings::default())
}

/// A loop that no input of these tests leaves.
fn loop_with(parameters: &Value) -> Value {
    json!({"StartAt": "Make", "States": {
        "Make": {"Type": "Pass", "Parameters": parameters, "Next": "Choose"},
        "Choose": {
            "Type": "Choice",
            "Choices": [{"Variable": "$.never", "IsPresent": true, "Next": "Done"}],
            "Default": "Make"
        },
        "Done": {"Type": "Succeed"}
    }})
}

#[test]
fn document_that_every_turn_of_a_loop_nests_deeper_ends_the_execution() {
    let ended = observe(loop_with(&json!({"a.$": "$"})), json!({}));
    let deeper = ReferenceError::Unsupported("a document of more than 500 levels".to_owned());
    assert_eq!(ended.map(|observation| observation.outcome), Err(deeper));
}

#[test]
fn loop_that_changes_nothing_ends_with_the_history() {
    let ended = observe(loop_with(&json!({"a": 1})), json!({})).expect("AWS limits the history");
    assert_eq!(ended.trace.map(|trace| trace.0.len()), Some(25_000));
}

#[test]
fn scan_that_finds_everything_many_times_is_refused() {
    let wide: Vec<u32> = (0..20_000).collect();
    let deep = (0..100).fold(json!(wide), |inner, _| json!([inner]));
    let definition =
        json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "InputPath": "$..*", "End": true}}});
    let ended = observe(definition, deep).expect("the path fails, the machine is valid");
    let outcome = format!("{:?}", ended.outcome);
    assert!(outcome.contains("visits more than 1000000 nodes"), "{}", &outcome[..300.min(outcome.len())]);
}
