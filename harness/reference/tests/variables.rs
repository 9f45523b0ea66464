//! Claims about workflow variables in JSONPath states.

use asl_cases::{Case, Machine, MachineType, Outcome};
use asl_reference::{
    definition::diagnostics,
    reference::{Settings, observe},
};
use rstest::rstest;
use serde_json::{Value, json};

fn observation(states: &Value, input: Value) -> asl_cases::Observation {
    let definition = json!({"StartAt": "A", "States": states});
    observe(&Case::new(Machine::new(definition), input), Settings::default()).expect("it is modelled")
}

fn output(states: &Value, input: Value) -> Value {
    match observation(states, input).outcome {
        Outcome::Succeeded(output) => output,
        other => panic!("{other:?}"),
    }
}

fn show(variables: &Value) -> Value {
    json!({"Type": "Pass", "Parameters": variables, "End": true})
}

#[test]
fn references_read_the_values_from_before_the_state() {
    let states = json!({
        "A": {"Type": "Pass", "Assign": {"x": 1, "y": 2}, "Next": "B"},
        "B": {"Type": "Pass", "Assign": {"x.$": "$y", "y.$": "$x"}, "Parameters": {"seen.$": "$x"},
              "ResultPath": "$.b", "Next": "C"},
        "C": show(&json!({"x.$": "$x", "y.$": "$y", "b.$": "$.b.seen"})),
    });
    assert_eq!(output(&states, json!({})), json!({"x": 2, "y": 1, "b": 1}));
}

#[rstest]
#[case::pass_sees_its_result(
    json!({"Type": "Pass", "Result": {"k": "result"}, "ResultPath": null, "Assign": {"v.$": "$.k"}, "Next": "Z"}),
    json!("result")
)]
#[case::wait_sees_the_effective_input(
    json!({"Type": "Wait", "Seconds": 1, "InputPath": "$.in", "Assign": {"v.$": "$.k"}, "Next": "Z"}),
    json!("inner")
)]
#[case::parallel_sees_its_result_before_the_selector(
    json!({"Type": "Parallel", "ResultSelector": {"other": 0}, "Assign": {"v.$": "$[0].k"}, "Next": "Z",
           "Branches": [{"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}]}),
    json!("outer")
)]
#[case::rule_that_holds_assigns_instead_of_the_state(
    json!({"Type": "Choice", "Default": "Z", "Assign": {"v": "default"}, "Choices": [
        {"Variable": "$.k", "StringEquals": "outer", "Assign": {"v.$": "$.k"}, "Next": "Z"}]}),
    json!("outer")
)]
#[case::state_assigns_on_the_way_to_default(
    json!({"Type": "Choice", "Default": "Z", "Assign": {"v": "default"}, "Choices": [
        {"Variable": "$.k", "StringEquals": "no", "Assign": {"v": "rule"}, "Next": "Z"}]}),
    json!("default")
)]
#[case::catcher_sees_the_error_output(
    json!({"Type": "Parallel", "Assign": {"v": "own"}, "End": true,
           "Branches": [{"StartAt": "P", "States": {"P": {"Type": "Fail", "Error": "E", "Cause": "C"}}}],
           "Catch": [{"ErrorEquals": ["E"], "Assign": {"v.$": "$.Cause"}, "ResultPath": null, "Next": "Z"}]}),
    json!("C")
)]
fn dollar_in_assign_depends_on_the_state(#[case] state: Value, #[case] expected: Value) {
    let states = json!({"A": state, "Z": show(&json!({"v.$": "$v"}))});
    let input = json!({"k": "outer", "in": {"k": "inner"}});
    assert_eq!(output(&states, input), json!({"v": expected}));
}

#[test]
fn variables_of_an_iteration_end_with_it_and_outer_ones_are_seen_in_it() {
    let states = json!({
        "A": {"Type": "Pass", "Assign": {"outer": 7}, "Next": "M"},
        "M": {"Type": "Map", "Next": "Z", "ItemProcessor": {"StartAt": "I", "States": {
            "I": {"Type": "Pass", "Assign": {"inner.$": "$"}, "Next": "J"},
            "J": {"Type": "Pass", "Parameters": {"sum.$": "States.MathAdd($inner, $outer)"}, "End": true},
        }}},
        "Z": {"Type": "Choice", "Default": "Gone",
              "Choices": [{"Variable": "$inner", "IsPresent": true, "Next": "Left"}]},
        "Gone": {"Type": "Succeed"},
        "Left": {"Type": "Fail", "Error": "Left"},
    });
    assert_eq!(output(&states, json!([1, 2])), json!([{"sum": 8}, {"sum": 9}]));
}

#[test]
fn exited_event_shows_what_the_state_assigned_and_nothing_else() {
    let states = json!({
        "A": {"Type": "Pass", "Assign": {"x": [1], "y": "t"}, "Next": "B"},
        "B": {"Type": "Pass", "Assign": {}, "End": true},
    });
    let trace = observation(&states, json!({})).trace.expect("standard");
    let exited: Vec<_> = trace.0.iter().filter(|event| event.kind == "PassStateExited").collect();
    assert_eq!(exited[0].details["assignedVariables"], json!({"x": [1], "y": "t"}));
    assert_eq!(exited[0].details["assignedVariablesDetails"], json!({"truncated": false}));
    assert!(!exited[1].details.contains_key("assignedVariables"));
}

#[test]
fn assigning_more_than_the_payload_limit_fails() {
    let half = "x".repeat(150_000);
    let states = json!({"A": {"Type": "Pass", "Assign": {"a.$": "$", "b.$": "$"}, "End": true}});
    let outcome = observation(&states, json!(half)).outcome;
    let Outcome::Failed { error, .. } = outcome else { panic!("{outcome:?}") };
    assert_eq!(error.as_deref(), Some("States.DataLimitExceeded"));
}

#[rstest]
#[case("states")]
#[case("x.y")]
#[case("x[0]")]
#[case("1x")]
#[case("")]
#[case("$x")]
fn names_that_no_variable_may_have_are_refused(#[case] name: &str) {
    let states = json!({"A": {"Type": "Pass", "Assign": {name: 1}, "End": true}});
    let text = json!({"StartAt": "A", "States": states}).to_string();
    assert_eq!(diagnostics(&text, MachineType::Standard).len(), 1);
}

#[rstest]
#[case::later_state(json!({
    "A": {"Type": "Parallel", "Next": "B", "Branches": [
        {"StartAt": "P", "States": {"P": {"Type": "Pass", "Assign": {"shared": 1}, "End": true}}}]},
    "B": {"Type": "Pass", "Assign": {"shared.$": "$"}, "End": true},
}))]
#[case::own_catcher(json!({
    "A": {"Type": "Map", "End": true,
          "Catch": [{"ErrorEquals": ["States.ALL"], "Assign": {"shared": 0}, "Next": "B"}],
          "ItemProcessor": {"StartAt": "P", "States": {
              "P": {"Type": "Pass", "Assign": {"shared": 1}, "End": true}}}},
    "B": {"Type": "Pass", "End": true},
}))]
fn inner_scope_does_not_assign_a_variable_of_an_outer_one(#[case] states: Value) {
    let text = json!({"StartAt": "A", "States": states}).to_string();
    let found = diagnostics(&text, MachineType::Standard);
    let messages: Vec<_> = found.iter().map(|diagnostic| diagnostic.message.as_str()).collect();
    assert_eq!(messages, ["The variable name 'shared' was already defined in a parent scope."]);
}

#[test]
fn siblings_may_assign_the_same_name() {
    let branch = |state: &str| json!({"StartAt": state, "States": {state: {"Type": "Pass", "Assign": {"v": state}, "End": true}}});
    let states = json!({"A": {"Type": "Parallel", "End": true, "Branches": [branch("L"), branch("R")]}});
    assert_eq!(output(&states, json!(0)), json!([0, 0]));
}
