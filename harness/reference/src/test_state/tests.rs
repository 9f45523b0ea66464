//! One state of each type, tested as the API does it.

use asl_cases::{Permit, StateTest};
use rstest::rstest;
use serde_json::{Value, json};

use super::*;
use crate::reference::observe;

fn ask(body: &Value) -> Result<Response, TestStateError> {
    let mut body = body.clone();
    body["definition"] = body["definition"].to_string().into();
    let request = Request::from_json(&body).expect("a body of known members");
    test_state(&request, Settings::default(), None)
}

fn answer(body: &Value) -> Value {
    ask(body).expect("a state that can be tested").to_json()
}

fn mocked(state: &Value, mock: &Value) -> Value {
    json!({"definition": state, "inspectionLevel": "DEBUG", "mock": mock})
}

#[test]
fn pass_shows_its_data_after_every_field() {
    let state = json!({"Type": "Pass", "InputPath": "$.a", "Parameters": {"b.$": "$.b"}, "ResultPath": "$.c", "Next": "Z"});
    let shown =
        answer(&json!({"definition": state, "input": r#"{"a": {"b": 1}}"#, "inspectionLevel": "DEBUG"}));
    let expected = json!({
        "output": r#"{"a":{"b":1},"c":{"b":1}}"#,
        "nextState": "Z",
        "status": "SUCCEEDED",
        "inspectionData": {
            "input": r#"{"a":{"b":1}}"#,
            "afterInputPath": r#"{"b":1}"#,
            "afterParameters": r#"{"b":1}"#,
            "afterResultSelector": r#"{"b":1}"#,
            "afterResultPath": r#"{"a":{"b":1},"c":{"b":1}}"#,
        },
    });
    assert_eq!(shown, expected);
}

#[test]
fn level_info_shows_no_data() {
    assert_eq!(
        answer(&json!({"definition": {"Type": "Succeed"}, "input": "1"})),
        json!({"output": "1", "status": "SUCCEEDED"}),
    );
}

const FUNCTION: &str = "arn:aws:lambda:us-east-1:123456789012:function:f";

#[rstest]
#[case::first_retry(0, json!({"retryIndex": 0, "retryBackoffIntervalSeconds": 3}), "RETRIABLE")]
#[case::second_retry(1, json!({"retryIndex": 0, "retryBackoffIntervalSeconds": 6}), "RETRIABLE")]
#[case::exhausted(2, json!({"retryIndex": 0}), "FAILED")]
fn retry_count_decides_whether_an_error_is_retried(
    #[case] count: u64,
    #[case] details: Value,
    #[case] status: &str,
) {
    let retrier = json!({"ErrorEquals": ["E"], "IntervalSeconds": 3, "MaxAttempts": 2, "BackoffRate": 2.0});
    let state = json!({"Type": "Task", "Resource": FUNCTION, "Retry": [retrier], "End": true});
    let mut body = mocked(&state, &json!({"errorOutput": {"error": "E", "cause": "C"}}));
    body["stateConfiguration"] = json!({"retrierRetryCount": count});
    let shown = answer(&body);
    assert_eq!((&shown["status"], &shown["inspectionData"]["errorDetails"]), (&json!(status), &details));
}

#[test]
fn catcher_that_takes_the_error_is_named_with_its_output() {
    let catchers = json!([{"ErrorEquals": ["A"], "Next": "X"}, {"ErrorEquals": ["States.ALL"], "ResultPath": "$.e", "Next": "Y"}]);
    let state = json!({"Type": "Task", "Resource": FUNCTION, "Catch": catchers, "End": true});
    let shown = answer(&mocked(&state, &json!({"errorOutput": {"error": "E", "cause": "C"}})));
    assert_eq!(shown["status"], "CAUGHT_ERROR");
    assert_eq!(shown["nextState"], "Y");
    assert_eq!(shown["output"], r#"{"e":{"Error":"E","Cause":"C"}}"#);
    assert_eq!(shown["inspectionData"]["errorDetails"], json!({"catchIndex": 1}));
}

#[test]
fn cause_does_not_say_where_the_error_occurred() {
    let shown = answer(&json!({"definition": {"Type": "Pass", "InputPath": "$.a.b", "End": true}}));
    assert_eq!(shown["cause"], "Invalid path '$.a.b' : Missing property in path $['a']");
}

#[rstest]
#[case::tolerated(1, "SUCCEEDED")]
#[case::too_many(2, "FAILED")]
fn failed_iterations_count_against_the_tolerance(#[case] failed: u64, #[case] status: &str) {
    let processor = json!({
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
        "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}},
    });
    let state = json!({"Type": "Map", "ItemProcessor": processor, "ToleratedFailureCount": 1, "End": true});
    let mut body = mocked(&state, &json!({"result": "[1, 2]"}));
    body["input"] = "[3, 4]".into();
    body["stateConfiguration"] = json!({"mapIterationFailureCount": failed});
    assert_eq!(answer(&body)["status"], status);
}

#[test]
fn path_to_no_array_in_the_context_is_shown_as_one_into_it() {
    let processor = json!({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}});
    let state = json!({"Type": "Map", "ItemsPath": "$$.State", "ItemProcessor": processor, "End": true});
    let shown = answer(&mocked(&state, &json!({"result": "[]"})));
    assert_eq!(shown["cause"], r#"Reference path "$.State" must point to array."#);
}

#[test]
fn batches_of_a_map_are_shown() {
    let processor = json!({
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
        "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}},
    });
    let state = json!({
        "Type": "Map", "ItemSelector": {"i.$": "$$.Map.Item.Value"}, "ItemBatcher": {"MaxItemsPerBatch": 2},
        "ItemProcessor": processor, "End": true,
    });
    let mut body = mocked(&state, &json!({"result": "[]"}));
    body["input"] = "[3, 4, 5]".into();
    let shown = answer(&body);
    assert_eq!(shown["inspectionData"]["afterItemSelector"], r#"[{"i":3},{"i":4},{"i":5}]"#);
    let batches = r#"[{"Items":[{"i":3},{"i":4}]},{"Items":[{"i":5}]}]"#;
    assert_eq!(shown["inspectionData"]["afterItemBatcher"], batches);
}

#[test]
fn given_context_and_variables_are_what_the_state_sees() {
    let state = json!({
        "Type": "Task", "Resource": FUNCTION, "Parameters": {"v.$": "$v", "n.$": "$$.State.Name"},
        "Assign": {"w.$": "$"}, "End": true,
    });
    let mut body = mocked(&state, &json!({"result": "7"}));
    body["context"] = r#"{"State": {"Name": "Other"}}"#.into();
    body["variables"] = r#"{"v": 1}"#.into();
    let data = &answer(&body)["inspectionData"];
    assert_eq!(data["afterParameters"], r#"{"v":1,"n":"Other"}"#);
    assert_eq!(data["variables"], r#"{"v":1,"w":7}"#);
}

#[test]
fn state_inside_a_map_sees_its_input_as_the_first_item() {
    let processor = json!({
        "StartAt": "P", "States": {"P": {"Type": "Pass", "Parameters": {"m.$": "$$.Map.Item"}, "End": true}},
    });
    let map = json!({"Type": "Map", "ItemProcessor": processor, "End": true});
    let machine = json!({"StartAt": "M", "States": {"M": map}});
    let shown = answer(&json!({"definition": machine, "stateName": "P", "input": "5"}));
    assert_eq!(shown["output"], r#"{"m":{"Index":0,"Value":5}}"#);
}

#[rstest]
#[case::no_mock(json!({"Type": "Parallel", "Branches": [{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}], "End": true}), json!(null), "TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]")]
#[case::mocked_wait(json!({"Type": "Wait", "Seconds": 1, "End": true}), json!({"result": "1"}), "State type 'Wait' is not supported when a mock is specified")]
#[case::no_role(json!({"Type": "Task", "Resource": FUNCTION, "End": true}), json!(null), "RoleArn must be specified when testing a Task state")]
#[case::no_json(json!({"Type": "Task", "Resource": FUNCTION, "End": true}), json!({"result": "{"}), "Mocked result must be valid JSON")]
#[case::bad_definition(json!({"Type": "Pass"}), json!(null), "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: This object should have only one of the following fields: [Next, End] at /States/StateName'")]
fn call_that_makes_no_sense_is_refused(#[case] state: Value, #[case] mock: Value, #[case] expected: &str) {
    let refused = ask(&mocked(&state, &mock)).expect_err("the call is refused");
    let TestStateError::Refused(refusal) = refused else { panic!("{refused}") };
    assert_eq!(refusal.message, expected);
}

#[rstest]
#[case::a_value("States.StringSplit('a', '')", vec![Permit::UncertainValue])]
#[case::a_random_value("States.MathRandom(1, 999999)", vec![Permit::Random])]
#[case::of_one_possible_value("States.MathRandom(1, 2)", Vec::new())]
#[case::nothing("States.MathAdd(1, 2)", Vec::new())]
fn what_is_open_in_a_state_is_open_when_it_is_tested(#[case] call: &str, #[case] permits: Vec<Permit>) {
    let state = json!({"Type": "Pass", "Parameters": {"made.$": call}, "End": true});
    let tested = Case { test_state: Some(StateTest::default()), ..Case::new(Machine::new(state), json!({})) };
    let observation = observe(&tested, Settings::default()).expect("it is modelled");
    assert_eq!(observation.permits, permits);
}
