//! Machines, versions, aliases, tags, and the constraints on requests.

use asl_conformance::serve::Settings;
use rstest::rstest;
use serde_json::{Value, json};

use crate::talk::{ROLE, Talk, pass, text};

fn talk() -> Talk {
    Talk::new(Settings::default())
}

#[test]
fn version_keeps_running_the_definition_that_it_was_published_with() {
    let mut talk = talk();
    let arn = talk.machine(
        "m",
        &json!({"A": {"Type": "Pass", "Result": 1, "End": true}}),
        &json!({"publish": true}),
    );
    let changed = json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": 2, "End": true}}});
    talk.ask("UpdateStateMachine", &json!({"stateMachineArn": arn, "definition": changed.to_string()}));
    let (old, new) = (talk.start(&format!("{arn}:1"), &json!({})), talk.start(&arn, &json!({})));
    assert_eq!(talk.describe(&old)["output"], "1");
    assert_eq!(talk.describe(&old)["stateMachineVersionArn"], format!("{arn}:1"));
    assert_eq!(talk.describe(&new)["output"], "2");
    assert_eq!(talk.describe(&new).get("stateMachineVersionArn"), None);
    let history = talk.ask("GetExecutionHistory", &json!({"executionArn": old}));
    assert_eq!(
        history["events"][0]["executionStartedEventDetails"]["stateMachineVersionArn"],
        format!("{arn}:1")
    );
}

#[test]
fn alias_shares_executions_out_and_keeps_its_version_from_being_deleted() {
    let mut talk = talk();
    let arn = talk.machine(
        "m",
        &json!({"A": {"Type": "Pass", "Result": 1, "End": true}}),
        &json!({"publish": true}),
    );
    let changed = json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": 2, "End": true}}});
    let update = json!({"stateMachineArn": arn, "definition": changed.to_string(), "publish": true});
    talk.ask("UpdateStateMachine", &update);
    let routing = json!([
        {"stateMachineVersionArn": format!("{arn}:1"), "weight": 30},
        {"stateMachineVersionArn": format!("{arn}:2"), "weight": 70},
    ]);
    let alias =
        talk.ask("CreateStateMachineAlias", &json!({"name": "live", "routingConfiguration": routing}));
    let alias = text(&alias, "stateMachineAliasArn");
    let mut n_first = 0;
    for _ in 0..100 {
        let execution = talk.start(&alias, &json!({}));
        n_first += usize::from(talk.describe(&execution)["output"] == "1");
    }
    assert_eq!(n_first, 30);
    let listed = talk.ask("ListExecutions", &json!({"stateMachineArn": alias, "maxResults": 1000}));
    assert_eq!(listed["executions"].as_array().map(Vec::len), Some(100));
    let described = talk.ask("DescribeStateMachineAlias", &json!({"stateMachineAliasArn": alias}));
    assert_eq!(described["routingConfiguration"], routing);
    let version = json!({"stateMachineVersionArn": format!("{arn}:1")});
    let refusal = talk.refusal("DeleteStateMachineVersion", &version);
    assert!(refusal.ends_with("Current list of aliases referencing this version: [live]"), "{refusal}");
    let to_second = json!([{"stateMachineVersionArn": format!("{arn}:2"), "weight": 100}]);
    let update = json!({"stateMachineAliasArn": alias, "routingConfiguration": to_second});
    talk.ask("UpdateStateMachineAlias", &update);
    talk.ask("DeleteStateMachineVersion", &version);
    talk.ask("DeleteStateMachineAlias", &json!({"stateMachineAliasArn": alias}));
    assert_eq!(
        talk.refusal("DescribeStateMachineAlias", &json!({"stateMachineAliasArn": alias})),
        "ResourceNotFound: Request references a resource that does not exist."
    );
}

#[rstest]
#[case(json!([["1", 70], ["2", 29]]), "Sum of routing configuration weights must equal 100. Received: [70, 29]")]
#[case(json!([["1", 50], ["1", 50]]), "Routing configuration must contain distinct state machine version ARNs. Received: [M:1, M:1]")]
#[case(json!([["x", 100]]), "Routing configuration must contain state machine version ARNs. Received: [M:x]")]
fn routing_that_leads_nowhere_is_refused(#[case] routes: Value, #[case] expected: &str) {
    let mut talk = talk();
    let arn = talk.machine("m", &pass(), &json!({"publish": true}));
    let routing: Vec<_> = routes
        .as_array()
        .expect("routes")
        .iter()
        .map(|route| {
            let version = format!("{arn}:{}", route[0].as_str().expect("a qualifier"));
            json!({"stateMachineVersionArn": version, "weight": route[1]})
        })
        .collect();
    let refusal =
        talk.refusal("CreateStateMachineAlias", &json!({"name": "a", "routingConfiguration": routing}));
    assert_eq!(refusal, format!("ValidationException: {}", expected.replace("M:", &format!("{arn}:"))));
}

#[test]
fn tags_are_added_changed_and_taken_away() {
    let mut talk = talk();
    let arn = talk.machine("m", &pass(), &json!({"tags": [{"key": "a", "value": "1"}]}));
    let tags = json!([{"key": "a", "value": "2"}, {"key": "b", "value": ""}]);
    talk.ask("TagResource", &json!({"resourceArn": arn, "tags": tags}));
    talk.ask("UntagResource", &json!({"resourceArn": arn, "tagKeys": ["b", "c"]}));
    let listed = talk.ask("ListTagsForResource", &json!({"resourceArn": arn}));
    assert_eq!(listed, json!({"tags": [{"key": "a", "value": "2"}]}));
    let many: Vec<_> = (0..50).map(|n| json!({"key": n.to_string(), "value": ""})).collect();
    let refusal = talk.refusal("TagResource", &json!({"resourceArn": arn, "tags": many}));
    assert!(refusal.starts_with("TooManyTags"), "{refusal}");
}

#[rstest]
#[case::no_logging(json!({}), None)]
#[case::one(json!({"level": "ALL", "destinations": [{}]}), None)]
#[case::none(json!({"level": "ALL"}), Some("Must specify exactly one Log Destination."))]
#[case::two(json!({"level": "ALL", "destinations": [{}, {}]}), Some("Must specify exactly one Log Destination."))]
fn level_needs_exactly_one_destination(#[case] logging: Value, #[case] refused: Option<&str>) {
    let mut talk = talk();
    let definition = json!({"StartAt": "A", "States": pass()}).to_string();
    let request =
        json!({"name": "m", "roleArn": ROLE, "definition": definition, "loggingConfiguration": logging});
    match refused {
        None => drop(talk.ask("CreateStateMachine", &request)),
        Some(words) => assert!(talk.refusal("CreateStateMachine", &request).ends_with(words)),
    }
}

#[rstest]
#[case("Nothing", json!({}), "UnknownOperationException: ")]
#[case("StartExecution", json!({"stateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:m", "input": "{'a"}), "InvalidExecutionInput: Invalid State Machine Execution Input: 'Unexpected character (''' (code 39)): was expecting double-quote to start field name'")]
#[case("StartExecution", json!({"stateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:m", "name": "a b"}), "InvalidName: Invalid Name: 'a b'")]
#[case("StopExecution", json!({"executionArn": "arn:aws:states:us-east-1:123456789012:express:m:n:u"}), "InvalidArn: Invalid Arn: 'Resource type not valid in this context: express'")]
#[case("ListExecutions", json!({}), "ValidationException: Exactly one of stateMachineArn and mapRunArn must be specified")]
#[case("ListExecutions", json!({"stateMachineArn": "x", "statusFilter": "DONE"}), "ValidationException: 1 validation error detected: Value 'DONE' at 'statusFilter' failed to satisfy constraint: Member must satisfy enum value set: [SUCCEEDED, TIMED_OUT, PENDING_REDRIVE, ABORTED, FAILED, RUNNING]")]
#[case("PublishStateMachineVersion", json!({"stateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:m", "revisionId": "r"}), "ConflictException: Failed to publish the State Machine version for revision r. The current State Machine revision is INITIAL.")]
fn refusal_has_the_words_of_aws(#[case] operation: &str, #[case] request: Value, #[case] expected: &str) {
    let mut talk = talk();
    talk.machine("m", &pass(), &json!({}));
    assert_eq!(talk.refusal(operation, &request), expected);
}

#[test]
fn definition_is_validated_and_a_state_tested_without_a_machine() {
    let mut talk = talk();
    let broken = json!({"definition": "{\"StartAt\": \"A\", \"States\": {\"A\": {\"Type\": \"Pass\"}}}"});
    assert_eq!(talk.ask("ValidateStateMachineDefinition", &broken)["result"], "FAIL");
    let state = json!({"Type": "Pass", "Result": 7, "Next": "B"}).to_string();
    let tested = talk.ask("TestState", &json!({"definition": state, "roleArn": ROLE}));
    assert_eq!(tested, json!({"output": "7", "nextState": "B", "status": "SUCCEEDED"}));
}

#[rstest]
#[case::field_written_twice(
    "ValidateStateMachineDefinition",
    json!({"definition": r#"{"StartAt": "A", "StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#}),
    "the field 'StartAt' twice"
)]
#[case::input_with_more_bytes_than_characters(
    "StartExecution",
    json!({
        "stateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:m",
        "input": format!("\"{}\"", "é".repeat(200_000)),
    }),
    "262,144 bytes"
)]
fn what_is_not_modelled_gets_no_answer_of_aws(
    #[case] operation: &str,
    #[case] request: Value,
    #[case] what: &str,
) {
    let mut talk = talk();
    talk.machine("m", &pass(), &json!({}));
    let refusal = talk.refusal(operation, &request);
    assert!(refusal.contains("does not model this yet") && refusal.contains(what), "{refusal}");
}
