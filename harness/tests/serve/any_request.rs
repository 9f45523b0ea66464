//! No request makes the service panic: calls of every operation, with a few things broken, on a service that is in use.

use std::{
    env,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use asl_conformance::serve::{Reply, Settings};
use asl_generators::hostile::{Mutations, withstand};
use proptest::test_runner::{Config, RngSeed};
use serde_json::{Value, json};

use crate::talk::{ACTIVITY, ROLE, Talk};

const MACHINE: &str = "arn:aws:states:us-east-1:123456789012:stateMachine:m";
const EXECUTION: &str = "arn:aws:states:us-east-1:123456789012:execution:m:e";
const TOKEN: &str = "token-m-e-0";

/// Calls of one conversation.
const CALLS: usize = 20;
const CONVERSATIONS: usize = 300;
const REQUESTS: u64 = 4_000;
const TIME_LIMIT: Duration = Duration::from_mins(1);

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
        json!({"QueryLanguage": "JSONata", "StartAt": "J", "States": {
            "J": {"Type": "Pass", "Assign": {"x": "{% $states.input %}"}, "Output": "{% $string($x) & 'a' %}", "Next": "C"},
            "C": {"Type": "Choice", "Choices": [{"Condition": "{% $x = 1 %}", "Next": "J"}], "Default": "P"},
            "P": {"Type": "Parallel", "End": true, "Branches": [{"StartAt": "Q", "States": {"Q": {
                "Type": "Task", "Resource": ACTIVITY, "HeartbeatSeconds": 3, "End": true}}}]}}}),
        json!({"StartAt": "M", "States": {"M": {"Type": "Map", "Label": "L", "End": true, "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
            "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}}}}),
    ];
    let of_definition = definitions.into_iter().flat_map(|definition| {
        let text = definition;
        [
            call(
                "CreateStateMachine",
                json!({"name": "m", "roleArn": ROLE, "definition": text.clone(), "publish": true,
                "tags": [{"key": "k", "value": "v"}], "loggingConfiguration": {"level": "OFF"}}),
            ),
            call(
                "UpdateStateMachine",
                json!({"stateMachineArn": MACHINE, "definition": text.clone(), "publish": true}),
            ),
            call("ValidateStateMachineDefinition", json!({"definition": text.clone(), "type": "STANDARD"})),
            call("TestState", json!({"definition": text, "stateName": "T", "input": {}, "roleArn": ROLE, "inspectionLevel": "TRACE",
                "variables": {"v": 1}, "mock": {"result": "{\"a\": 1}", "fieldValidationMode": "PRESENT"}})),
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
        call("StartExecution", json!({"stateMachineArn": MACHINE, "name": "e", "input": [1, 2]})),
        call("StartExecution", json!({"stateMachineArn": format!("{MACHINE}:live"), "input": {"s": 5}})),
        call("StartSyncExecution", json!({"stateMachineArn": MACHINE, "input": {}})),
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
        call("SendTaskSuccess", json!({"taskToken": TOKEN, "output": {}})),
        call("SendTaskFailure", json!({"taskToken": TOKEN, "error": "E"})),
        call("SendTaskHeartbeat", json!({"taskToken": TOKEN})),
    ]
}

/// Conversations of some length, each beginning with a machine.
fn conversations() -> Vec<Value> {
    let calls = good_calls();
    let conversation = |number: usize| {
        let others =
            (0..CALLS).map(|step| calls[(number * 7 + step * (2 * number + 13)) % calls.len()].clone());
        let talk: Vec<Value> = std::iter::once(calls[number * 4 % 20].clone()).chain(others).collect();
        json!(talk)
    };
    (0..CONVERSATIONS).map(conversation).collect()
}

/// What is JSON in a text of a request, so that it is mutated inside as well.
const TEXTS: [&str; 5] = ["definition", "input", "output", "context", "variables"];

fn with_texts(mut request: Value) -> Value {
    for member in TEXTS {
        if let Some(text) = request.get_mut(member)
            && !text.is_string()
        {
            *text = json!(text.to_string());
        }
    }
    request
}

/// Whatever is there of a conversation is said; gives the number of calls.
fn converse(conversation: &Value) -> u64 {
    let mut talk = Talk::new(Settings { finished_max: 3, ..Settings::default() });
    let mut n_calls = 0;
    for call in conversation.as_array().into_iter().flatten().take(10 * CALLS) {
        talk.now_ms += call["pause_ms"].as_i64().unwrap_or(700).clamp(0, 1_000_000_000);
        let operation = call["operation"].as_str().unwrap_or("Nothing");
        n_calls += 1;
        match talk.call(operation, &with_texts(call["request"].clone())) {
            Ok(Reply::Done(body)) => assert!(body.is_object(), "{operation} answers {body}"),
            Ok(Reply::Later(pending)) => {
                assert!(talk.service.look_again_ms(&pending) >= talk.now_ms, "it looks back");
                let _ = talk.service.resume(&pending, talk.now_ms + 1);
            }
            Err(error) => assert!(!error.code.is_empty(), "an error without a code"),
        }
    }
    n_calls
}

/// Some thousand calls in every `cargo test`; `ASL_HOSTILE_REQUESTS=1000000` in the release profile for a long run.
#[test]
fn no_request_makes_the_service_panic_or_hang() {
    let words =
        [MACHINE, EXECUTION, ACTIVITY, TOKEN, "arn:aws:states:", "offset-99999999999999999999", "m", "e"];
    let n_requests = number_from("ASL_HOSTILE_REQUESTS").unwrap_or(REQUESTS);
    let config = Config {
        cases: u32::try_from(n_requests / u64::try_from(CALLS).unwrap_or(1)).unwrap_or(u32::MAX).max(1),
        rng_seed: RngSeed::Fixed(number_from("ASL_HOSTILE_SEED").unwrap_or(1)),
        failure_persistence: None,
        ..Config::default()
    };
    let n_calls = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&n_calls);
    let outcome =
        withstand(Mutations::of(conversations()).with_words(words), config, TIME_LIMIT, move |talk| {
            counted.fetch_add(converse(talk), Ordering::Relaxed);
        });
    if let Err(mishap) = outcome {
        panic!("{mishap}");
    }
    let n_calls = n_calls.load(Ordering::Relaxed);
    assert!(n_calls >= n_requests / 2, "only {n_calls} calls were made");
}

fn number_from(variable: &str) -> Option<u64> {
    let text = env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is a number, not `{text}`")))
}
