//! Machines that start others, Express machines, and Maps whose iterations are executions of their own.

use asl_cases::{Machine, MachineType};
use serde_json::{Value, json};

use super::{Bound, one_jsonata_state, one_state};

pub(super) fn cases() -> Vec<Bound> {
    let mut cases = started();
    cases.extend(express());
    cases.extend(distributed());
    cases.push(reader());
    cases
}

/// A Map in JSONata that reads its items.
fn reader() -> Bound {
    let mut processor = one_state("Inside", json!({"Type": "Pass"}));
    processor["ProcessorConfig"] = json!({"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"});
    let reader = json!({"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "JSONL"},
        "Arguments": {"Bucket": "orders", "Key": "lines.jsonl"}});
    let map = json!({"Type": "Map", "Label": "Each", "ItemReader": reader, "ItemProcessor": processor});
    let name = "distributed-jsonata-that-reads";
    let mut bound =
        Bound::new(("map", name), "asl.map.item-reader", one_jsonata_state("Each", map), json!({}));
    let lines = ("lines.jsonl".to_owned(), "{\"id\":1}\n{\"id\":2}\n".to_owned());
    let buckets = &mut bound.case.machines[0].resources.buckets;
    buckets.entry("orders".to_owned()).or_default().extend([lines]);
    bound
}

const CHILD: &str = "arn:aws:states:us-east-1:123456789012:stateMachine:child";

/// Each way to start a machine, of one that ends well and one that does not.
fn started() -> Vec<Bound> {
    let children = [
        ("that-keeps", json!({"Type": "Pass"})),
        (
            "that-makes-a-document",
            json!({"Type": "Pass", "Parameters": {"outer": {"all.$": "$"}, "list": [{"all.$": "$"}]}}),
        ),
        ("that-fails", json!({"Type": "Fail", "Error": "Boom", "Cause": "it broke"})),
        ("that-finds-nothing", json!({"Type": "Pass", "InputPath": "$.missing"})),
    ];
    let mut cases = Vec::new();
    for (child_name, child) in &children {
        for (way, ending) in [("start", ""), ("start-and-wait", ".sync"), ("start-and-read", ".sync:2")] {
            let resource = format!("arn:aws:states:::states:startExecution{ending}");
            let mut add = |name: &str, requirement: &str, definition: Value| {
                let name = format!("{way}-a-machine-{child_name}{name}");
                let mut bound = Bound::new(("task", &name), requirement, definition, json!({"a": 1}));
                let child =
                    Machine { name: "child".to_owned(), ..Machine::new(one_state("Child", child.clone())) };
                bound.case.machines.push(child);
                cases.push(bound);
            };
            let parameters = json!({"StateMachineArn": CHILD, "Input.$": "$"});
            let task = json!({"Type": "Task", "Resource": resource, "Parameters": parameters});
            add("", "asl.task.nested-result", one_state("Start", task.clone()));
            let mut retried = task.clone();
            retried["Retry"] =
                json!([{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 1}]);
            add("-with-a-retrier", "asl.retry.basic", one_state("Start", retried));
            let mut caught = task;
            caught["Catch"] = json!([{"ErrorEquals": ["States.TaskFailed"], "Next": "Caught"}]);
            let mut definition = one_state("Start", caught);
            definition["States"]["Caught"] = json!({"Type": "Pass", "End": true});
            add("-with-a-catcher", "asl.task.nested-failure", definition);
            let arguments = json!({"StateMachineArn": CHILD, "Input": "{% $states.input %}"});
            let task = json!({"Type": "Task", "Resource": resource, "Arguments": arguments});
            add("-jsonata", "asl.jsonata.task-result", one_jsonata_state("Start", task));
        }
    }
    cases
}

/// What an Express machine does in its own way.
fn express() -> Vec<Bound> {
    let of = |name: &str, requirement: &str, definition: Value| {
        let mut bound = Bound::new(("execution", name), requirement, definition, json!({"a": 1}));
        bound.case.machines[0].kind = MachineType::Express;
        bound
    };
    let branch = |state: Value| one_state("Inside", state);
    vec![
        of("express-that-keeps", "asl.pass.identity", one_state("Keep", json!({"Type": "Pass"}))),
        of(
            "express-that-fails",
            "asl.fail.error-cause",
            one_state("Break", json!({"Type": "Fail", "Error": "E", "Cause": "c"})),
        ),
        of(
            "express-that-finds-nothing",
            "asl.data-flow.path-missing",
            one_state("Look", json!({"Type": "Pass", "InputPath": "$.missing"})),
        ),
        of(
            "express-with-a-failing-branch",
            "asl.parallel.branch-failure",
            one_state(
                "Both",
                json!({"Type": "Parallel", "Branches": [branch(json!({"Type": "Fail", "Error": "E", "Cause": "c"}))]}),
            ),
        ),
        of(
            "express-without-a-way",
            "asl.choice.no-match",
            json!({"StartAt": "Ask", "States": {
                "Ask": {"Type": "Choice", "Choices": [{"Variable": "$.a", "IsNull": true, "Next": "Then"}]},
                "Then": {"Type": "Succeed"}
            }}),
        ),
        of(
            "express-that-throws",
            "asl.jsonata.thrown",
            one_jsonata_state("Make", json!({"Type": "Pass", "Output": "{% 'a' * 2 %}"})),
        ),
        of(
            "express-for-an-hour",
            "asl.wait.too-long",
            one_state("Pause", json!({"Type": "Wait", "Seconds": 3600})),
        )
        .that_waits_long(),
        of(
            "express-for-an-hour-in-a-branch",
            "asl.wait.too-long",
            one_state(
                "Both",
                json!({"Type": "Parallel", "Branches": [branch(json!({"Type": "Wait", "Seconds": 3600}))]}),
            ),
        )
        .that_waits_long(),
    ]
}

/// Batches, tolerated failures, and the context inside, in both languages.
fn distributed() -> Vec<Bound> {
    let processor = |inner: Value| {
        let mut processor = one_state("Inside", inner);
        processor["ProcessorConfig"] = json!({"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"});
        processor
    };
    let keeps = || processor(json!({"Type": "Pass"}));
    let fails = || processor(json!({"Type": "Fail", "Error": "Boom", "Cause": "it broke"}));
    let fields = [
        ("plain", json!({"ItemProcessor": keeps()})),
        ("batches-of-2", json!({"ItemProcessor": keeps(), "ItemBatcher": {"MaxItemsPerBatch": 2}})),
        (
            "batches-of-any-size",
            json!({"ItemProcessor": keeps(), "ItemBatcher": {"MaxInputBytesPerBatch": 262_144}}),
        ),
        (
            "batches-with-input",
            json!({"ItemProcessor": keeps(), "ItemBatcher": {"MaxItemsPerBatch": 2, "BatchInput": {"fixed": [1]}}}),
        ),
        ("one-that-fails", json!({"ItemProcessor": fails()})),
        ("failures-that-are-tolerated", json!({"ItemProcessor": fails(), "ToleratedFailurePercentage": 100})),
        ("more-failures-than-tolerated", json!({"ItemProcessor": fails(), "ToleratedFailureCount": 1})),
        (
            "failures-that-are-caught",
            json!({"ItemProcessor": fails(), "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]}),
        ),
        (
            "failures-that-are-caught-by-name",
            json!({"ItemProcessor": fails(),
                "Catch": [{"ErrorEquals": ["States.ExceedToleratedFailureThreshold"], "Next": "Caught"}]}),
        ),
        (
            "context-inside",
            json!({"ItemProcessor": processor(json!({"Type": "Pass", "Parameters": {"item.$": "$$.Execution.Input"}}))}),
        ),
    ];
    let mut cases = Vec::new();
    for (name, fields) in &fields {
        for (form, items_field, items) in
            [("", "ItemsPath", json!("$.list")), ("jsonata-", "Items", json!("{% $states.input.list %}"))]
        {
            let is_in_jsonpath = name.starts_with("context");
            if is_in_jsonpath && form == "jsonata-" {
                continue;
            }
            let mut state = json!({"Type": "Map", "Label": "Each"});
            state[items_field] = items;
            for (field, value) in fields.as_object().into_iter().flatten() {
                state[field.as_str()] = value.clone();
            }
            let is_caught = state.get("Catch").is_some();
            let mut definition =
                if form.is_empty() { one_state("Each", state) } else { one_jsonata_state("Each", state) };
            if is_caught {
                definition["States"]["Caught"] = json!({"Type": "Pass", "End": true});
            }
            for count in [0, 3] {
                let items: Vec<u64> = (0..count).collect();
                let name = format!("distributed-{form}{name}-of-{count}");
                let input = json!({"list": items});
                cases.push(Bound::new(("map", &name), "asl.map.distributed", definition.clone(), input));
            }
        }
    }
    cases
}
