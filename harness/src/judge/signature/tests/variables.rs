//! Claims about variables: a wrong one is about what assigned it, where the history tells that, else about what read it.

use asl_cases::{Case, Machine};
use asl_reference::reference::{self, Settings};
use rstest::rstest;
use serde_json::{Value, json};

use super::signature_between;

/// The signature of an engine that assigns other variables; whether its history tells of them is up to the engine.
fn assigning(right: &Value, wrong: &Value, then: &Value, tells: bool) -> String {
    let case = |sets: &Value| {
        let states = json!({"A": sets, "B": then});
        Case::new(Machine::new(json!({"StartAt": "A", "States": states})), json!({"list": [1, 2]}))
    };
    let observe = |sets: &Value| reference::observe(&case(sets), Settings::default()).expect("modelled");
    let mut actual = observe(wrong);
    for event in &mut actual.trace.as_mut().expect("a history").0 {
        if !tells {
            event.details.remove("assignedVariables");
        }
    }
    signature_between(&case(right), &observe(right), &actual).expect("they differ").to_string()
}

fn sets(template: &Value) -> Value {
    json!({"Type": "Pass", "Assign": template, "Next": "B"})
}

#[rstest]
#[case::in_jsonpath(json!({"Type": "Pass", "Parameters": {"a.$": "$x.y"}, "End": true}), "variable")]
#[case::in_a_call(
    json!({"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $string($x.y) %}", "End": true}),
    "$string, JSONata, variable in JSONata"
)]
#[case::of_an_intrinsic_call(
    json!({"Type": "Pass", "Parameters": {"a.$": "States.Array($x.y)"}, "End": true}),
    "States.Array, variable"
)]
fn variable_is_in_play_where_it_is_read(#[case] reads: Value, #[case] constructs: &str) {
    let found = assigning(&sets(&json!({"x": {"y": 1}})), &sets(&json!({"x": {"y": 2}})), &reads, false);
    assert_eq!(found, format!("output of an expression ({constructs}): a value -> another value"));
}

#[rstest]
#[case::expression(json!({"x.$": "$.list[0:1]"}), json!({"x.$": "$.list[0]"}), "output of an expression (slice): array -> a value")]
#[case::name(json!({"x": 1}), json!({"y": 1}), "output of any state (Assign): the right document -> another document")]
#[case::value(json!({"x": 1}), json!({"x": 2}), "output of any state (Assign): the right document -> another document")]
fn wrong_variable_is_about_what_assigned_it(
    #[case] right: Value,
    #[case] wrong: Value,
    #[case] signature: &str,
) {
    let reads = json!({"Type": "Pass", "Parameters": {"a.$": "$x"}, "End": true});
    assert_eq!(assigning(&sets(&right), &sets(&wrong), &reads, true), signature);
}

#[rstest]
#[case::in_jsonpath(json!({"Type": "Pass", "Assign": {"x": {"y": 1}}, "Next": "B"}), "any state (Assign)")]
#[case::in_jsonata(
    json!({"Type": "Pass", "QueryLanguage": "JSONata", "Assign": {"x": {"y": 1}}, "Next": "B"}),
    "Pass (Assign, JSONata)"
)]
#[case::with_the_name_of_a_function(
    json!({"Type": "Pass", "QueryLanguage": "JSONata", "Assign": {"error": {"y": 1}}, "Next": "B"}),
    "Pass (Assign, JSONata)"
)]
fn plain_variable_of_jsonata_is_about_what_assigned_it(#[case] right: Value, #[case] place: &str) {
    let name = right["Assign"].as_object().and_then(|assigned| assigned.keys().next()).expect("a variable");
    let output = format!("{{% ${name} %}}");
    let reads = json!({"Type": "Pass", "QueryLanguage": "JSONata", "Output": output, "End": true});
    let mut wrong = right.clone();
    wrong.as_object_mut().expect("fields").remove("Assign");
    let found = assigning(&right, &wrong, &reads, false);
    assert_eq!(found, format!("output of {place}: the right document -> another document"));
}
