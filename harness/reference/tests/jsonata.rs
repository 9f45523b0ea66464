//! Claims about JSONata states: what their fields do, how they fail, and what may be mixed.

use asl_cases::{Answer, Case, Machine, MachineType, Observation, Outcome, Permit};
use asl_reference::{
    definition::diagnostics,
    reference::{Settings, observe},
};
use rstest::rstest;
use serde_json::{Value, json};

const ACTIVITY: &str = "arn:aws:states:us-east-1:123456789012:activity:work";

fn machine(states: &Value) -> Machine {
    Machine::new(json!({"QueryLanguage": "JSONata", "StartAt": "A", "States": states}))
}

fn observation(states: &Value, input: Value) -> Observation {
    observe(&Case::new(machine(states), input), Settings::default()).expect("it is modelled")
}

fn output(states: &Value, input: Value) -> Value {
    match observation(states, input).outcome {
        Outcome::Succeeded(output) => output,
        other => panic!("{other:?}"),
    }
}

fn cause(states: &Value, input: Value) -> String {
    match observation(states, input).outcome {
        Outcome::Failed { error, cause: Some(cause), .. } => {
            assert_eq!(error.as_deref(), Some("States.QueryEvaluationError"));
            cause
        }
        other => panic!("{other:?}"),
    }
}

fn ended(mut state: Value) -> Value {
    state["End"] = json!(true);
    state
}

#[rstest]
#[case::pass_without_output(json!({"Type": "Pass"}), json!({"k": [1, 2]}))]
#[case::output_of_any_type(json!({"Type": "Pass", "Output": "{% $sum($states.input.k) %}"}), json!(3))]
#[case::nested_expressions(json!({"Type": "Pass", "Output": {"a": ["{% $states.input.k[0] %}", "x"]}}), json!({"a": [1, "x"]}))]
#[case::key_with_a_path_ending(json!({"Type": "Pass", "Output": {"k.$": "$.k"}}), json!({"k.$": "$.k"}))]
#[case::blank_before_the_mark(json!({"Type": "Pass", "Output": [" {% 1 %}"]}), json!([" {% 1 %}"]))]
#[case::wait(json!({"Type": "Wait", "Seconds": "{% $states.input.k[1] %}", "Output": "{% $states.input.k[1] %}"}), json!(2))]
#[case::instant(json!({"Type": "Wait", "Timestamp": "{% $now() %}", "Output": "done"}), json!("done"))]
#[case::context(json!({"Type": "Pass", "Output": "{% $states.context.State.Name %}"}), json!("A"))]
#[case::parts_of_the_context(
    json!({"Type": "Pass", "Output": {
        "two": "{% $states.context.State.Name & $states.context.Execution.Input.k[0] %}",
        "absent": "{% $exists($states.context.Map.Item.Value) %}",
        "whole": "{% $keys($states.context)[0] & $states.context.State.Name %}",
        "sections": "{% $count($states.context.*) & $states.context.State.Name %}",
        "section": "{% $states.context.State[Name = 'A'].Name & $states.context.State.Name %}"
    }}),
    json!({"two": "A1", "absent": false, "whole": "ExecutionA", "sections": "3A", "section": "AA"})
)]
#[case::parallel(
    json!({"Type": "Parallel", "Arguments": {"x": "{% $states.input.k %}"}, "Output": "{% $states.result[1].x %}",
           "Branches": [{"StartAt": "B", "States": {"B": {"Type": "Pass", "End": true}}},
                        {"StartAt": "C", "States": {"C": {"Type": "Pass", "End": true}}}]}),
    json!([1, 2])
)]
#[case::map_with_selector(
    json!({"Type": "Map", "Items": "{% $states.input.k %}", "MaxConcurrency": "{% 1 %}",
           "ItemSelector": {"i": "{% $states.context.Map.Item.Index %}", "v": "{% $states.context.Map.Item.Value %}",
                            "all": "{% $count($states.input.k) %}"},
           "ItemProcessor": {"StartAt": "B", "States": {"B": {"Type": "Pass", "End": true}}}}),
    json!([{"i": 0, "v": 1, "all": 2}, {"i": 1, "v": 2, "all": 2}])
)]
#[case::literal_items(
    json!({"Type": "Map", "Items": [1, "{% 2 %}"], "Output": "{% $reverse($states.result) %}",
           "ItemProcessor": {"StartAt": "B", "States": {"B": {"Type": "Pass", "End": true}}}}),
    json!([2, 1])
)]
fn state_has_this_output(#[case] state: Value, #[case] expected: Value) {
    assert_eq!(output(&json!({"A": ended(state)}), json!({"k": [1, 2]})), expected);
}

#[rstest]
#[case(true, json!({"from": "rule", "v": "rule"}))]
#[case(false, json!({"from": "state", "v": "state"}))]
fn choice_state_gives_its_own_output_on_the_way_to_default_only(
    #[case] holds: bool,
    #[case] expected: Value,
) {
    let states = json!({
        "A": {"Type": "Choice", "Default": "Z", "Output": {"from": "state"}, "Assign": {"v": "state"}, "Choices": [
            {"Condition": false, "Next": "Z"},
            {"Condition": "{% $states.input %}", "Output": {"from": "rule"}, "Assign": {"v": "rule"}, "Next": "Z"},
        ]},
        "Z": {"Type": "Succeed", "Output": "{% $merge([$states.input, {'v': $v}]) %}"},
    });
    assert_eq!(output(&states, json!(holds)), expected);
}

#[test]
fn references_read_the_values_from_before_the_state() {
    let states = json!({
        "A": {"Type": "Pass", "Assign": {"x": 1, "y": 2}, "Next": "B"},
        "B": {"Type": "Pass", "Assign": {"x": "{% $y %}", "y": "{% $x %}"}, "Output": "{% $x %}", "Next": "C"},
        "C": {"Type": "Pass", "Output": "{% [$states.input, $x, $y] %}", "End": true},
    });
    assert_eq!(output(&states, json!({})), json!([1, 2, 1]));
}

#[test]
fn variables_cross_the_query_languages() {
    let definition = json!({"StartAt": "A", "States": {
        "A": {"Type": "Pass", "Assign": {"x": {"k": [1, 2]}}, "Next": "B"},
        "B": {"Type": "Pass", "QueryLanguage": "JSONata", "Assign": {"y": "{% $sum($x.k) %}"}, "Next": "C"},
        "C": {"Type": "Pass", "Parameters": {"x.$": "$x.k[1]", "y.$": "$y"}, "End": true},
    }});
    let observation = observe(&Case::new(Machine::new(definition), json!({})), Settings::default()).unwrap();
    assert_eq!(observation.outcome, Outcome::Succeeded(json!({"x": 2, "y": 3})));
}

#[test]
fn local_bindings_never_touch_workflow_variables() {
    let states = json!({
        "A": {"Type": "Pass", "Assign": {"x": 1}, "Next": "B"},
        "B": {"Type": "Pass", "Output": "{% ($x := 5; $x) %}", "Next": "C"},
        "C": {"Type": "Pass", "Output": "{% [$states.input, $x] %}", "End": true},
    });
    assert_eq!(output(&states, json!({})), json!([5, 1]));
}

#[rstest]
#[case::undefined(json!({"Type": "Pass", "Output": {"a": ["{% $nothing %}"]}}), "Output/a[0]", "'$nothing'", "returned nothing (undefined).")]
#[case::function(json!({"Type": "Pass", "Assign": {"f": "{% function($x){$x} %}"}}), "Assign/f", "'function($x){$x}'", "returned an unsupported result type.")]
#[case::thrown(
    json!({"Type": "Pass", "Output": "{% 'a' + 1 %}"}), "Output", "''a' + 1'",
    r#"threw an error during evaluation. T2001: The left side of the "+" operator must evaluate to a number"#
)]
#[case::limit(
    json!({"Type": "Pass", "Output": "{% $count([1..873783]) %}"}), "Output", "'$count([1..873783])'",
    "threw an error during evaluation: Expression evaluation memory limit exceeded: Check for excessive memory usage"
)]
#[case::type_of_a_field(
    json!({"Type": "Task", "Resource": ACTIVITY, "TimeoutSeconds": "{% '1' %}"}), "TimeoutSeconds", "''1''",
    "returned an unexpected result type. Expected 'number', but was 'string' for value: \"1\""
)]
#[case::object_as_items(
    json!({"Type": "Map", "Items": "{% {'a': 1} %}",
           "ItemProcessor": {"StartAt": "B", "States": {"B": {"Type": "Pass", "End": true}}}}),
    "Items", "'{'a': 1}'",
    "returned an unexpected result type. Expected 'array', but was 'object' for value: {\"a\":1}"
)]
fn failure_names_expression_and_field(
    #[case] state: Value,
    #[case] field: &str,
    #[case] expression: &str,
    #[case] problem: &str,
) {
    let expected = format!(
        "An error occurred while executing the state 'A' (entered at the event id #2). The JSONata expression {expression} specified for the field '{field}' {problem}"
    );
    let states = json!({"A": ended(state)});
    assert_eq!(cause(&states, json!({})), expected);
    let trace = observation(&states, json!({})).trace.expect("it has one");
    let event = trace.0.iter().find(|event| event.kind == "EvaluationFailed").expect("it is told");
    assert_eq!(event.details["location"], field);
    assert_eq!((event.id, event.previous_event_id), (3, 2));
}

#[rstest]
#[case(json!({"Type": "Task", "Resource": ACTIVITY, "TimeoutSeconds": "{% -1 %}"}), "TimeoutSeconds must be between 0 and 99999999 but was: -1")]
#[case(json!({"Type": "Task", "Resource": ACTIVITY, "TimeoutSeconds": "{% 1.6 %}"}), "The TimeoutSeconds field cannot be parsed as an integer: 1.6")]
#[case(json!({"Type": "Wait", "Timestamp": "{% 'soon' %}"}), "The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: soon")]
#[case(
    json!({"Type": "Map", "ItemProcessor": {"StartAt": "B", "States": {"B": {"Type": "Pass", "End": true}}}}),
    "Map state input must be an array but was: {\"k\":1}"
)]
fn value_that_a_field_does_not_take_is_told(#[case] state: Value, #[case] expected: &str) {
    let states = json!({"A": ended(state)});
    let cause = cause(&states, json!({"k": 1}));
    assert!(cause.ends_with(&format!(" {expected}")), "{cause}");
}

fn labels(observation: &Observation) -> Vec<(i64, String)> {
    let events = &observation.trace.as_ref().expect("it has one").0;
    events.iter().map(|event| (event.previous_event_id, event.kind.clone())).collect()
}

#[test]
fn every_failing_attempt_is_told_and_a_catcher_takes_the_last() {
    let states = json!({
        "A": {"Type": "Task", "Resource": ACTIVITY, "Arguments": "{% $nothing %}", "Next": "Z",
              "Retry": [{"ErrorEquals": ["States.QueryEvaluationError"], "MaxAttempts": 1}],
              "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Z", "Output": "{% $states.errorOutput.Error %}",
                         "Assign": {"cause": "{% $states.errorOutput.Cause %}"}}]},
        "Z": {"Type": "Succeed"},
    });
    let observation = observation(&states, json!({}));
    assert_eq!(observation.outcome, Outcome::Succeeded(json!("States.QueryEvaluationError")));
    let labels = labels(&observation);
    let expected =
        [(0, "TaskStateEntered"), (2, "EvaluationFailed"), (3, "EvaluationFailed"), (4, "TaskStateExited")];
    assert_eq!(labels[1..5], expected.map(|(previous, kind)| (previous, kind.to_owned())));
}

#[test]
fn catcher_of_a_map_that_fails_itself_is_told_after_the_failing_iteration() {
    let states = json!({
        "A": {"Type": "Map", "End": true, "Items": [1],
              "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Z", "Output": "{% $nothing %}"}],
              "ItemProcessor": {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E"}}}},
        "Z": {"Type": "Succeed"},
    });
    let expected = [
        (5, "MapIterationFailed"),
        (5, "MapStateFailed"),
        (5, "EvaluationFailed"),
        (8, "MapStateFailed"),
        (9, "ExecutionFailed"),
    ];
    let labels = labels(&observation(&states, json!({})));
    assert_eq!(labels[5..], expected.map(|(previous, kind)| (previous, kind.to_owned())));
}

#[test]
fn catcher_that_fails_itself_is_told_after_the_failure_that_it_took() {
    let states = json!({
        "A": {"Type": "Parallel", "End": true, "Catch": [
                {"ErrorEquals": ["Other"], "Next": "Z"},
                {"ErrorEquals": ["States.ALL"], "Next": "Z", "Output": {"v": "{% $nothing %}"}}],
              "Branches": [{"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "{% 'E' & 1 %}", "Cause": "c"}}}]},
        "Z": {"Type": "Succeed"},
    });
    let observation = observation(&states, json!({}));
    let expected = [
        (4, "ParallelStateFailed"),
        (4, "EvaluationFailed"),
        (6, "ParallelStateFailed"),
        (7, "ExecutionFailed"),
    ];
    assert_eq!(labels(&observation)[4..], expected.map(|(previous, kind)| (previous, kind.to_owned())));
    let event = &observation.trace.as_ref().unwrap().0[5];
    assert_eq!(event.details["location"], "Catch[1]/Output/v");
}

#[test]
fn failing_iteration_fails_the_map_with_its_own_error() {
    let states = json!({"A": {"Type": "Map", "Items": [1], "End": true, "ItemProcessor": {
        "StartAt": "B", "States": {"B": {"Type": "Pass", "Output": "{% $nothing %}", "End": true}}}}});
    let expected =
        [(5, "EvaluationFailed"), (6, "MapIterationFailed"), (6, "MapStateFailed"), (8, "ExecutionFailed")];
    let labels = labels(&observation(&states, json!({})));
    assert_eq!(labels[5..], expected.map(|(previous, kind)| (previous, kind.to_owned())));
}

#[test]
fn failing_item_selector_is_blamed_on_the_map() {
    let states = json!({"A": {"Type": "Map", "Items": [1, 2], "End": true,
        "ItemSelector": {"source": "{% $states.context.Map.Item.Source %}"},
        "ItemProcessor": {"StartAt": "B", "States": {"B": {"Type": "Pass", "End": true}}}}});
    let cause = cause(&states, json!({}));
    assert!(cause.contains("executing the state 'A'"), "{cause}");
    assert!(cause.ends_with("for the field 'ItemSelector/source' returned nothing (undefined)."), "{cause}");
}

#[test]
fn result_of_a_task_is_seen_by_output_and_assign() {
    let states = json!({
        "A": {"Type": "Task", "Resource": ACTIVITY, "Arguments": {"n": "{% $states.input.n + 1 %}"}, "Next": "Z",
              "TimeoutSeconds": "{% 60 %}", "Output": "{% $states.result.v %}",
              "Assign": {"w": "{% $states.result.w %}"}},
        "Z": {"Type": "Succeed", "Output": "{% [$states.input, $w] %}"},
    });
    let mut machine = machine(&states);
    machine.stubs.insert("A".to_owned(), vec![Answer::Succeed(json!({"v": 1, "w": 2}))]);
    let observation = observe(&Case::new(machine, json!({"n": 1})), Settings::default()).unwrap();
    assert_eq!(observation.outcome, Outcome::Succeeded(json!([1, 2])));
    let scheduled = &observation.trace.as_ref().unwrap().0[2];
    assert_eq!(scheduled.details["input"], json!({"n": 2}));
}

#[test]
fn children_of_a_distributed_map_do_not_see_the_variables_around_it() {
    let states = json!({
        "A": {"Type": "Pass", "Assign": {"x": 1}, "Next": "B"},
        "B": {"Type": "Map", "Items": [1], "End": true, "ItemSelector": {"outer": "{% $x %}"}, "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "C", "States": {"C": {"Type": "Pass", "End": true,
                "Output": {"outer": "{% $states.input.outer %}", "inner": "{% $exists($x) %}"}}}}},
    });
    assert_eq!(output(&states, json!({})), json!([{"outer": 1, "inner": false}]));
}

#[rstest]
#[case::path_state_in_a_jsonata_machine(
    json!({"Type": "Pass", "QueryLanguage": "JSONPath"}),
    "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine"
)]
#[case::field_of_the_other_language(json!({"Type": "Pass", "InputPath": "$"}), "Field 'InputPath' is not supported")]
#[case::result_where_there_is_none(json!({"Type": "Pass", "Output": "{% $states.result %}"}), "Field '$states.result' does not exist.")]
#[case::error_output_outside_of_a_catcher(
    json!({"Type": "Task", "Resource": ACTIVITY, "Output": ["{% $states.errorOutput %}"]}),
    "Field '$states.errorOutput' does not exist."
)]
fn wrong_definition_is_refused(#[case] state: Value, #[case] expected: &str) {
    let definition = machine(&json!({"A": ended(state)})).definition_text();
    let messages: Vec<_> =
        diagnostics(&definition, MachineType::Standard).into_iter().map(|problem| problem.message).collect();
    assert_eq!(messages, [expected]);
}

#[test]
fn inner_states_have_the_language_of_the_machine_not_of_the_state_around_them() {
    let definition = json!({"StartAt": "A", "States": {"A": {
        "Type": "Parallel", "QueryLanguage": "JSONata", "Output": "{% $states.result[0] %}", "End": true,
        "Branches": [{"StartAt": "B", "States": {"B": {"Type": "Pass", "Parameters": {"x.$": "$.k"}, "End": true}}}],
    }}});
    let observation =
        observe(&Case::new(Machine::new(definition), json!({"k": 7})), Settings::default()).unwrap();
    assert_eq!(observation.outcome, Outcome::Succeeded(json!({"x": 7})));
}

/// The words of a comparison of two types were never recorded, wherever the expression stands.
#[test]
fn words_of_a_failing_catcher_prove_nothing_where_they_were_not_recorded() {
    let catcher = json!({"ErrorEquals": ["States.ALL"], "Output": "{% 'a' < 1 %}", "Next": "B"});
    let parallel = json!({"Type": "Parallel", "Catch": [catcher], "End": true,
        "Branches": [{"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "E", "Cause": "c"}}}]});
    let found = observation(&json!({"A": parallel, "B": {"Type": "Pass", "End": true}}), json!({}));
    assert!(matches!(found.outcome, Outcome::Failed { .. }));
    assert!(found.permits.contains(&Permit::UncertainText { state: "A".to_owned() }), "{:?}", found.permits);
}

/// Recorded in November 2024 as a failure, documented in 2025 as something to iterate over.
#[rstest]
#[case::of_the_field(Some("{% {'a': 1} %}"), json!(1), 1)]
#[case::of_the_input(None, json!({"a": 1}), 1)]
#[case::no_object_of_the_field(Some("{% 1 %}"), json!({}), 0)]
#[case::no_object_of_the_input(None, json!(1), 0)]
fn object_as_items_proves_nothing(
    #[case] items: Option<&str>,
    #[case] input: Value,
    #[case] n_permits: usize,
) {
    let processor = json!({"StartAt": "B", "States": {"B": {"Type": "Pass", "End": true}}});
    let mut map = ended(json!({"Type": "Map", "ItemProcessor": processor}));
    if let Some(items) = items {
        map["Items"] = items.into();
    }
    let found = observation(&json!({"A": map}), input);
    assert!(matches!(found.outcome, Outcome::Failed { .. }));
    let is_open = |permit: &&Permit| matches!(permit, Permit::UncertainOutcome { .. });
    assert_eq!(found.permits.iter().filter(is_open).count(), n_permits);
}
