//! What the benchmarks run: definitions in the shapes that real ones have, with the answers of their tasks.
#![allow(dead_code, reason = "each benchmark uses a part")]

use asl_cases::{Answer, Case, Machine, MachineType};
use asl_reference::{
    definition::{self, StateMachine},
    execution::{Execution, Identity, Start},
    nested::Troupe,
    stub_driver,
};
use serde_json::{Value, json};

/// A definition that is ready to run, with its input and the answers of its tasks.
pub(crate) struct Workload {
    case: Case,
    model: StateMachine,
    identity: Identity,
}

impl Workload {
    fn new(definition: Value, stubs: Vec<(&str, Vec<Answer>)>, input: Value) -> Self {
        let mut machine = Machine::new(definition);
        machine.stubs = stubs.into_iter().map(|(state, answers)| (state.to_owned(), answers)).collect();
        let case = Case::new(machine, input);
        let model = parse(&case.main().definition_text());
        Self { case, model, identity: identity() }
    }

    /// The text of the definition.
    pub(crate) fn definition_text(&self) -> String {
        self.case.main().definition_text()
    }

    /// One execution, from its start to its end, with its whole history.
    pub(crate) fn run(&self) -> Execution {
        let troupe = Troupe::new(&self.case, Vec::new(), 0);
        let start = Start {
            identity: self.identity.clone(),
            input: self.case.input.clone(),
            now_ms: 1_767_225_600_000,
            seed: 0,
            preferred_child: None,
        };
        let mut execution = Execution::start(&self.model, start);
        stub_driver::run_to_end(&mut execution, self.case.main(), &troupe);
        assert!(execution.end().is_some(), "every workload ends");
        execution
    }
}

/// What the benchmarks of parsing measure.
pub(crate) fn parse(text: &str) -> StateMachine {
    definition::parse(text, MachineType::Standard).expect("a workload is a definition that AWS accepts")
}

fn identity() -> Identity {
    let prefix = "arn:aws:states:us-east-1:123456789012";
    Identity {
        execution_arn: format!("{prefix}:execution:orders:1d0a7c3e").into(),
        execution_name: "1d0a7c3e".into(),
        machine_arn: format!("{prefix}:stateMachine:orders").into(),
        machine_name: "orders".into(),
        role_arn: "arn:aws:iam::123456789012:role/orders".into(),
        is_redrivable: true,
    }
}

/// The middle of what people write (a census of 145 public definitions): seven states, most of them Tasks, Lambda
/// behind `lambda:invoke` with `$.Payload` taken out, the retrier that the console proposes, one Choice, one Wait, one
/// catcher. 26 events; one attempt is throttled and tried again.
pub(crate) fn median() -> Workload {
    let throttled = Answer::Fail {
        error: Some("Lambda.TooManyRequestsException".to_owned()),
        cause: Some("Rate Exceeded. (Service: Lambda, Status Code: 429)".to_owned()),
    };
    let validated = json!({"order": order(), "isValid": true});
    let payment = json!({"paymentId": "pay-81fe2c", "amount": 129.95, "status": "CAPTURED"});
    let stubs = vec![
        ("Validate order", vec![Answer::Succeed(invoked(&validated))]),
        ("Charge card", vec![throttled, Answer::Succeed(invoked(&payment))]),
        (
            "Notify customer",
            vec![Answer::Succeed(json!({"MessageId": "5d1c4c8f-0a3b", "SdkHttpMetadata": http()}))],
        ),
    ];
    Workload::new(median_definition(), stubs, json!({"order": order(), "source": "web"}))
}

fn median_definition() -> Value {
    let retry = json!([{
        "ErrorEquals": ["Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException",
                        "Lambda.TooManyRequestsException"],
        "IntervalSeconds": 1, "MaxAttempts": 3, "BackoffRate": 2
    }]);
    json!({
        "Comment": "Takes an order",
        "StartAt": "Validate order",
        "States": {
            "Validate order": {
                "Type": "Task",
                "Resource": "arn:aws:states:::lambda:invoke",
                "Parameters": {"FunctionName": "arn:aws:lambda:us-east-1:123456789012:function:validate:$LATEST", "Payload.$": "$"},
                "OutputPath": "$.Payload",
                "Retry": retry,
                "Next": "Prepare charge"
            },
            "Prepare charge": {
                "Type": "Pass",
                "Parameters": {
                    "order.$": "$.order",
                    "isValid.$": "$.isValid",
                    "charge": {
                        "amount.$": "$.order.total",
                        "reference.$": "States.Format('order-{}-{}', $.order.id, $.order.customer.id)",
                        "currency": "EUR"
                    }
                },
                "Next": "Is it valid?"
            },
            "Is it valid?": {
                "Type": "Choice",
                "Choices": [
                    {"Variable": "$.isValid", "BooleanEquals": false, "Next": "Refused"},
                    {"And": [
                        {"Variable": "$.charge.amount", "NumericGreaterThan": 100},
                        {"Variable": "$.order.customer.tier", "StringEquals": "standard"}
                    ], "Next": "Cool down"}
                ],
                "Default": "Charge card"
            },
            "Cool down": {"Type": "Wait", "Seconds": 30, "Next": "Charge card"},
            "Charge card": {
                "Type": "Task",
                "Resource": "arn:aws:states:::lambda:invoke",
                "Parameters": {"FunctionName": "charge", "Payload": {"charge.$": "$.charge", "execution.$": "$$.Execution.Id"}},
                "ResultSelector": {"id.$": "$.Payload.paymentId", "status.$": "$.Payload.status"},
                "ResultPath": "$.payment",
                "Retry": retry,
                "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Refused"}],
                "Next": "Notify customer"
            },
            "Notify customer": {
                "Type": "Task",
                "Resource": "arn:aws:states:::sns:publish",
                "Parameters": {
                    "TopicArn": "arn:aws:sns:us-east-1:123456789012:orders",
                    "Message": {"orderId.$": "$.order.id", "payment.$": "$.payment"}
                },
                "ResultPath": null,
                "End": true
            },
            "Refused": {"Type": "Fail", "Error": "OrderRefused", "Cause": "The order cannot be taken"}
        }
    })
}

fn order() -> Value {
    json!({
        "id": "ord-20260114-0007",
        "customer": {"id": 4711, "tier": "standard", "email": "someone@example.com"},
        "lines": [
            {"sku": "A-100", "quantity": 2, "price": 19.95},
            {"sku": "B-207", "quantity": 1, "price": 90.05}
        ],
        "total": 129.95,
        "createdAt": "2026-01-14T09:30:00Z"
    })
}

/// What `lambda:invoke` answers around a payload.
fn invoked(payload: &Value) -> Value {
    json!({
        "ExecutedVersion": "$LATEST",
        "Payload": payload,
        "SdkHttpMetadata": http(),
        "SdkResponseMetadata": {"RequestId": "0f6c2b2a-5d0a-4a6c-9d33-2c8f7f0a9b11"},
        "StatusCode": 200
    })
}

fn http() -> Value {
    json!({
        "AllHttpHeaders": {
            "X-Amz-Executed-Version": ["$LATEST"],
            "x-amzn-RequestId": ["0f6c2b2a-5d0a-4a6c-9d33-2c8f7f0a9b11"],
            "Connection": ["keep-alive"],
            "Content-Length": ["312"],
            "Date": ["Wed, 14 Jan 2026 09:30:02 GMT"],
            "Content-Type": ["application/json"]
        },
        "HttpHeaders": {"Content-Length": "312", "Content-Type": "application/json"},
        "HttpStatusCode": 200
    })
}

/// Eight Choice states one after the other, each with eight rules of which the last holds.
pub(crate) fn choices() -> Workload {
    let rule = |index: usize, next: &str| match index % 4 {
        0 => json!({"Variable": "$.order.customer.tier", "StringEquals": "gold", "Next": next}),
        1 => json!({"And": [
            {"Variable": "$.order.total", "NumericGreaterThan": 1000},
            {"Variable": "$.order.coupon", "IsPresent": true}
        ], "Next": next}),
        2 => {
            json!({"Not": {"Variable": "$.order.createdAt", "TimestampGreaterThan": "2020-01-01T00:00:00Z"}, "Next": next})
        }
        _ => json!({"Or": [
            {"Variable": "$.order.id", "StringMatches": "draft-*"},
            {"Variable": "$.order.lines[0].quantity", "NumericLessThanEqualsPath": "$.order.none"}
        ], "Next": next}),
    };
    let mut states = serde_json::Map::new();
    for state in 0..8 {
        let next = if state == 7 { "Done".to_owned() } else { format!("Choose {}", state + 1) };
        let mut rules: Vec<Value> =
            (0..7).filter(|index| index % 4 != 3).map(|index| rule(index, &next)).collect();
        rules.push(
            json!({"Variable": "$.order.customer.email", "StringMatches": "*@example.com", "Next": next}),
        );
        states.insert(
            format!("Choose {state}"),
            json!({"Type": "Choice", "Choices": rules, "Default": "Done"}),
        );
    }
    states.insert("Done".to_owned(), json!({"Type": "Succeed"}));
    Workload::new(json!({"StartAt": "Choose 0", "States": states}), Vec::new(), json!({"order": order()}))
}

/// A Map in inline mode: one Pass for each item.
pub(crate) fn map(n_items: usize) -> Workload {
    map_with("INLINE", n_items)
}

/// A Map in distributed mode: one child execution for each item.
pub(crate) fn distributed_map(n_items: usize) -> Workload {
    map_with("DISTRIBUTED", n_items)
}

fn map_with(mode: &str, n_items: usize) -> Workload {
    let mut processor_config = json!({ "Mode": mode });
    if mode == "DISTRIBUTED" {
        processor_config["ExecutionType"] = json!("STANDARD");
    }
    let definition = json!({
        "StartAt": "Each line",
        "States": {"Each line": {
            "Type": "Map",
            "ItemsPath": "$.lines",
            "ItemSelector": {"line.$": "$$.Map.Item.Value", "index.$": "$$.Map.Item.Index"},
            "ItemProcessor": {
                "ProcessorConfig": processor_config,
                "StartAt": "Keep",
                "States": {"Keep": {"Type": "Pass", "OutputPath": "$.line", "End": true}}
            },
            "End": true
        }}
    });
    let line = |index: usize| json!({"sku": format!("sku-{index}"), "quantity": index % 7, "price": 1.25});
    let lines: Vec<Value> = (0..n_items).map(line).collect();
    Workload::new(definition, Vec::new(), json!({ "lines": lines }))
}

/// Parallel states three deep, three branches each.
pub(crate) fn nested_parallel() -> Workload {
    Workload::new(nested(3, ""), Vec::new(), json!({"order": order()}))
}

fn nested(depth: usize, prefix: &str) -> Value {
    let name = format!("Level {depth}{prefix}");
    let state = if depth == 0 {
        json!({"Type": "Pass", "Parameters": {"id.$": "$.order.id"}, "ResultPath": "$.seen", "End": true})
    } else {
        let branch = |index: usize| nested(depth - 1, &format!("{prefix}.{index}"));
        json!({"Type": "Parallel", "Branches": (0..3).map(branch).collect::<Vec<_>>(), "ResultPath": "$.results", "OutputPath": "$", "End": true})
    };
    json!({"StartAt": name, "States": {name.clone(): state}})
}

/// One Pass whose template calls every kind of intrinsic function.
pub(crate) fn intrinsics() -> Workload {
    let definition = json!({
        "StartAt": "Compute",
        "States": {"Compute": {
            "Type": "Pass",
            "Parameters": {
                "format.$": "States.Format('Order {} of {}: {} lines', $.order.id, $.order.customer.email, States.ArrayLength($.order.lines))",
                "parsed.$": "States.StringToJson($.text)",
                "text.$": "States.JsonToString($.order)",
                "array.$": "States.Array($.order.id, $.order.total, $.order.customer)",
                "parts.$": "States.ArrayPartition(States.ArrayRange(1, 40, 1), 4)",
                "has.$": "States.ArrayContains($.numbers, 7)",
                "item.$": "States.ArrayGetItem($.order.lines, 1)",
                "unique.$": "States.ArrayUnique($.numbers)",
                "encoded.$": "States.Base64Encode($.order.id)",
                "decoded.$": "States.Base64Decode('b3JkZXItMQ==')",
                "hash.$": "States.Hash($.order.id, 'SHA-256')",
                "merged.$": "States.JsonMerge($.order, $.order.customer, false)",
                "random.$": "States.MathRandom(1, 1000, 7)",
                "sum.$": "States.MathAdd($.numbers[3], 111)",
                "split.$": "States.StringSplit($.order.id, '-')",
                "uuid.$": "States.UUID()"
            },
            "End": true
        }}
    });
    let input = json!({"order": order(), "numbers": [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 7], "text": r#"{"a":[1,2,{"b":null}]}"#});
    Workload::new(definition, Vec::new(), input)
}
