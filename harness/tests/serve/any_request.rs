//! No request makes the service panic: calls of every operation, with a few things broken, on a service that is in use.

use asl_conformance::serve::{Reply, Settings};
use asl_generators::hostile::Mutations;
use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};

use crate::talk::{ACTIVITY, ROLE, Talk};

const MACHINE: &str = "arn:aws:states:us-east-1:123456789012:stateMachine:m";
const EXECUTION: &str = "arn:aws:states:us-east-1:123456789012:execution:m:e";
const TOKEN: &str = "token-m-e-0";

/// One good request of every operation, as `{"operation", "request"}`.
fn good_calls() -> Vec<Value> {
    [calls_with_definitions(), calls_about_machines(), calls_about_executions()].concat()
}

#[expect(clippy::needless_pass_by_value, reason = "the caller writes it in place")]
fn call(operation: &str, request: Value) -> Value {
    json!({"operation": operation, "request": request})
}

fn calls_with_definitions() -> Vec<Value> {
    let nested = json!({"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2",
        "Parameters": {"StateMachineArn": MACHINE, "Input": {}}, "End": true});
    let definitions = [
        json!({"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": ACTIVITY, "TimeoutSeconds": 9, "End": true}}}),
        json!({"StartAt": "N", "States": {"N": nested}}),
        json!({"StartAt": "W", "States": {"W": {"Type": "Wait", "SecondsPath": "$.s", "End": true}}}),
        json!({"StartAt": "M", "States": {"M": {"Type": "Map", "Label": "L", "End": true, "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
            "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}}}}),
    ];
    let of_definition = definitions.into_iter().flat_map(|definition| {
        let text = definition.to_string();
        [
            call(
                "CreateStateMachine",
                json!({"name": "m", "roleArn": ROLE, "definition": text, "publish": true,
                "tags": [{"key": "k", "value": "v"}], "loggingConfiguration": {"level": "OFF"}}),
            ),
            call(
                "UpdateStateMachine",
                json!({"stateMachineArn": MACHINE, "definition": text, "publish": true}),
            ),
            call("ValidateStateMachineDefinition", json!({"definition": text, "type": "STANDARD"})),
            call("TestState", json!({"definition": text, "stateName": "T", "input": "{}", "roleArn": ROLE})),
        ]
    });
    of_definition.collect()
}

fn calls_about_machines() -> Vec<Value> {
    let version = format!("{MACHINE}:1");
    let routing = json!([{"stateMachineVersionArn": version, "weight": 100}]);
    vec![
        call("DescribeStateMachine", json!({"stateMachineArn": version, "includedData": "METADATA_ONLY"})),
        call("ListStateMachines", json!({"maxResults": 1})),
        call("DeleteStateMachine", json!({"stateMachineArn": MACHINE})),
        call("PublishStateMachineVersion", json!({"stateMachineArn": MACHINE, "description": "d"})),
        call("ListStateMachineVersions", json!({"stateMachineArn": MACHINE})),
        call("DeleteStateMachineVersion", json!({"stateMachineVersionArn": version})),
        call("CreateStateMachineAlias", json!({"name": "live", "routingConfiguration": routing})),
        call(
            "UpdateStateMachineAlias",
            json!({"stateMachineAliasArn": format!("{MACHINE}:live"), "description": "d"}),
        ),
        call("DescribeStateMachineAlias", json!({"stateMachineAliasArn": format!("{MACHINE}:live")})),
        call("ListStateMachineAliases", json!({"stateMachineArn": version})),
        call("DeleteStateMachineAlias", json!({"stateMachineAliasArn": format!("{MACHINE}:live")})),
        call("TagResource", json!({"resourceArn": ACTIVITY, "tags": [{"key": "k", "value": "v"}]})),
        call("UntagResource", json!({"resourceArn": MACHINE, "tagKeys": ["k"]})),
        call("ListTagsForResource", json!({"resourceArn": MACHINE})),
    ]
}

fn calls_about_executions() -> Vec<Value> {
    let map_run = "arn:aws:states:us-east-1:123456789012:mapRun:m/L:00000000-0000-4000-8000-000000000000";
    vec![
        call("StartExecution", json!({"stateMachineArn": MACHINE, "name": "e", "input": "[1, 2]"})),
        call("StartExecution", json!({"stateMachineArn": format!("{MACHINE}:live"), "input": "{\"s\": 5}"})),
        call("StartSyncExecution", json!({"stateMachineArn": MACHINE, "input": "{}"})),
        call("StopExecution", json!({"executionArn": EXECUTION, "error": "E", "cause": "C"})),
        call("DescribeExecution", json!({"executionArn": EXECUTION})),
        call("DescribeStateMachineForExecution", json!({"executionArn": EXECUTION})),
        call("ListExecutions", json!({"stateMachineArn": MACHINE, "statusFilter": "RUNNING"})),
        call(
            "GetExecutionHistory",
            json!({"executionArn": EXECUTION, "reverseOrder": true, "maxResults": 2}),
        ),
        call("RedriveExecution", json!({"executionArn": EXECUTION})),
        call("ListMapRuns", json!({"executionArn": EXECUTION})),
        call("DescribeMapRun", json!({"mapRunArn": map_run})),
        call("UpdateMapRun", json!({"mapRunArn": map_run, "maxConcurrency": 2})),
        call("CreateActivity", json!({"name": "work"})),
        call("DescribeActivity", json!({"activityArn": ACTIVITY})),
        call("ListActivities", json!({"nextToken": "offset-1"})),
        call("DeleteActivity", json!({"activityArn": ACTIVITY})),
        call("GetActivityTask", json!({"activityArn": ACTIVITY, "workerName": "w"})),
        call("SendTaskSuccess", json!({"taskToken": TOKEN, "output": "{}"})),
        call("SendTaskFailure", json!({"taskToken": TOKEN, "error": "E"})),
        call("SendTaskHeartbeat", json!({"taskToken": TOKEN})),
    ]
}

fn a_call() -> impl Strategy<Value = Value> {
    let words =
        [MACHINE, EXECUTION, ACTIVITY, TOKEN, "arn:aws:states:", "offset-99999999999999999999", "m", "e"];
    prop_oneof![
        3 => proptest::sample::select(good_calls()),
        1 => Mutations::of(good_calls()).with_words(words),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_request_makes_the_service_panic(calls in vec((a_call(), 0_i64..20_000), 1..25)) {
        let mut talk = Talk::new(Settings { finished_max: 3, ..Settings::default() });
        for (call, pause_ms) in calls {
            talk.now_ms += pause_ms;
            let operation = call["operation"].as_str().unwrap_or("Nothing").to_owned();
            match talk.call(&operation, &call["request"]) {
                Ok(Reply::Done(body)) => prop_assert!(body.is_object(), "{operation} answers {body}"),
                Ok(Reply::Later(pending)) => {
                    prop_assert!(talk.service.look_again_ms(&pending) >= talk.now_ms);
                    let _ = talk.service.resume(&pending, talk.now_ms + 1);
                }
                Err(error) => prop_assert!(!error.code.is_empty()),
            }
        }
    }
}
