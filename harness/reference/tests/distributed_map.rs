//! Claims about Map in distributed mode.

use asl_cases::{Answer, Case, Machine, MachineType, Observation, Outcome, Permit};
use asl_reference::{
    definition::diagnostics,
    reference::{Settings, observe},
};
use rstest::rstest;
use serde_json::{Value, json};

const ACTIVITY: &str = "arn:aws:states:us-east-1:123456789012:activity:work";

fn processor(states: &Value) -> Value {
    let config = json!({"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"});
    json!({"ProcessorConfig": config, "StartAt": "I", "States": states})
}

/// A machine of one distributed Map with these inner states and further fields.
fn machine(inner: &Value, fields: &Value) -> Machine {
    let mut map = json!({"Type": "Map", "ItemProcessor": processor(inner), "End": true});
    for (name, value) in fields.as_object().expect("fields") {
        map[name] = value.clone();
    }
    Machine::new(json!({"StartAt": "M", "States": {"M": map}}))
}

fn pass() -> Value {
    json!({"I": {"Type": "Pass", "End": true}})
}

fn run(machine: Machine, input: Value) -> Observation {
    observe(&Case::new(machine, input), Settings::default()).expect("it is modelled")
}

fn output(observation: Observation) -> Value {
    match observation.outcome {
        Outcome::Succeeded(output) => output,
        other => panic!("{other:?}"),
    }
}

/// `id<previous type` of every event.
fn events(observation: &Observation) -> Vec<String> {
    let events = observation.trace.iter().flat_map(|trace| &trace.0);
    events.map(|event| format!("{}<{} {}", event.id, event.previous_event_id, event.kind)).collect()
}

#[test]
fn history_shows_the_map_run_and_nothing_of_its_children() {
    let expected = [
        "1<0 ExecutionStarted",
        "2<0 MapStateEntered",
        "3<2 MapStateStarted",
        "4<3 MapRunStarted",
        "5<4 MapRunSucceeded",
        "6<5 MapStateSucceeded",
        "7<4 MapStateExited",
        "8<7 ExecutionSucceeded",
    ];
    assert_eq!(events(&run(machine(&pass(), &json!({})), json!([1, 2]))), expected);
    assert_eq!(events(&run(machine(&pass(), &json!({})), json!([]))), expected);
}

#[test]
fn identifiers_of_a_map_run_do_not_make_the_outcome_random() {
    assert_eq!(run(machine(&pass(), &json!({})), json!([1])).permits, []);
}

#[test]
fn failed_child_exceeds_the_tolerance_that_is_zero_by_default() {
    let inner = json!({"I": {"Type": "Fail", "Error": "Own", "Cause": "cause"}});
    let observation = run(machine(&inner, &json!({"MaxConcurrency": 1})), json!([1, 2]));
    let cause = "The specified tolerated failure threshold was exceeded";
    let expected = Outcome::Failed {
        error: Some("States.ExceedToleratedFailureThreshold".to_owned()),
        cause: Some(cause.to_owned()),
    };
    assert_eq!(observation.outcome, expected);
    let tail = ["4<3 MapRunStarted", "5<4 MapRunFailed", "6<5 MapStateFailed", "7<6 ExecutionFailed"];
    assert_eq!(events(&observation)[3..], tail);
}

#[test]
fn runtime_error_ends_the_child_only() {
    let inner = json!({"I": {"Type": "Pass", "InputPath": "$.no", "End": true}});
    let fields = json!({"Catch": [{"ErrorEquals": ["States.ExceedToleratedFailureThreshold"], "Next": "C"}]});
    let mut machine = machine(&inner, &fields);
    machine.definition["States"]["C"] = json!({"Type": "Pass", "OutputPath": "$.Error", "End": true});
    let expected = json!("States.ExceedToleratedFailureThreshold");
    assert_eq!(output(run(machine, json!([{"a": 1}]))), expected);
}

#[test]
fn map_run_is_retried_as_a_whole() {
    let inner = json!({"I": {"Type": "Task", "Resource": ACTIVITY, "End": true}});
    let fields = json!({"Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 1}]});
    let mut machine = machine(&inner, &fields);
    let failure = Answer::Fail { error: Some("Once".to_owned()), cause: None };
    machine.stubs.insert("I".to_owned(), vec![failure, Answer::Succeed(json!("done"))]);
    let observation = run(machine, json!([1]));
    assert_eq!(events(&observation)[4..6], ["5<4 MapRunFailed", "6<5 MapStateStarted"]);
    assert_eq!(output(observation), json!(["done"]));
}

#[test]
fn child_that_failed_is_described_in_the_output() {
    let inner = json!({"I": {"Type": "Fail", "Error": "E", "Cause": "why"}});
    let tolerant = machine(&inner, &json!({"ToleratedFailurePercentage": 100, "Label": "Jobs"}));
    let observation = run(tolerant, json!([{"x": 1}]));
    let permits = [Permit::UncertainOutcome { state: "M".to_owned() }];
    assert_eq!(observation.permits, permits);
    let output = output(observation);
    let child = &output[0];
    assert_eq!(
        (&child["Status"], &child["Error"], &child["Cause"]),
        (&json!("FAILED"), &json!("E"), &json!("why"))
    );
    assert_eq!(child["Input"], r#"{"x":1}"#);
    assert!(child["StateMachineArn"].as_str().is_some_and(|arn| arn.ends_with("/Jobs")), "{child}");
}

#[rstest]
#[case("NONE", json!([r"[1,2]", "3"]))]
#[case("COMPACT", json!([[1, 2], 3]))]
#[case("FLATTEN", json!([1, 2, 3]))]
fn transformation_shapes_the_results_that_are_not_exported(
    #[case] transformation: &str,
    #[case] expected: Value,
) {
    let writer = json!({"WriterConfig": {"Transformation": transformation, "OutputType": "JSON"}});
    let output = output(run(machine(&pass(), &json!({"ResultWriter": writer})), json!([[1, 2], 3])));
    let outputs: Vec<_> = output
        .as_array()
        .expect("results")
        .iter()
        .map(|result| result.get("Output").unwrap_or(result))
        .collect();
    assert_eq!(json!(outputs), expected);
}

#[rstest]
#[case("NONE", "JSONL")]
#[case("FLATTEN", "JSON")]
fn export_leaves_where_the_results_are(#[case] transformation: &str, #[case] output_type: &str) {
    let inner = json!({"I": {"Type": "Fail"}});
    let parameters = json!({"Bucket": "b", "Prefix": "p"});
    let config = json!({"Transformation": transformation, "OutputType": output_type});
    let writer = json!({"Resource": "arn:aws:states:::s3:putObject", "Parameters": parameters, "WriterConfig": config});
    let fields = json!({"ToleratedFailureCount": 1, "ResultWriter": writer, "Label": "Jobs"});
    let written = output(run(machine(&inner, &fields), json!([1])));
    assert_eq!(written["ResultWriterDetails"]["Bucket"], "b");
    let key = written["ResultWriterDetails"]["Key"].as_str().expect("a key");
    assert!(key.starts_with("p/") && key.ends_with("/manifest.json"), "{key}");
    assert!(written["MapRunArn"].as_str().is_some_and(|arn| arn.contains("/Jobs:")), "{written}");
}

#[test]
fn child_has_an_execution_of_its_own_and_sees_no_outer_variables() {
    let inner = json!({
        "I": {"Type": "Choice", "Default": "J",
              "Choices": [{"Variable": "$outer", "IsPresent": true, "Next": "Seen"}]},
        "Seen": {"Type": "Fail"},
        "J": {"Type": "Pass", "Assign": {"outer": 1}, "End": true,
              "Parameters": {"input.$": "$$.Execution.Input", "machine.$": "$$.StateMachine.Id"}},
    });
    let mut machine = machine(&inner, &json!({"Label": "L", "ItemSelector": {"v.$": "$outer"}}));
    machine.definition["StartAt"] = json!("A");
    machine.definition["States"]["A"] = json!({"Type": "Pass", "Assign": {"outer": 7}, "Next": "M"});
    let children = output(run(machine, json!([0])));
    assert_eq!(children[0]["input"], json!({"v": 7}));
    assert!(children[0]["machine"].as_str().is_some_and(|arn| arn.ends_with("/L")), "{children}");
}

#[rstest]
#[case::items_only(json!({"MaxItemsPerBatch": 2}), json!([{"Items": [1, 2]}, {"Items": [3]}]))]
#[case::with_batch_input(
    json!({"MaxItemsPerBatchPath": "$.n", "BatchInput": {"k.$": "$.n"}}),
    json!([{"BatchInput": {"k": 2}, "Items": [1, 2]}, {"BatchInput": {"k": 2}, "Items": [3]}])
)]
fn batches_are_the_inputs_of_the_children(#[case] batcher: Value, #[case] expected: Value) {
    let fields = json!({"ItemsPath": "$.items", "ItemBatcher": batcher});
    assert_eq!(output(run(machine(&pass(), &fields), json!({"items": [1, 2, 3], "n": 2}))), expected);
}

#[test]
fn flattened_result_spreads_the_outputs_that_are_arrays() {
    let fields =
        json!({"ResultWriter": {"WriterConfig": {"Transformation": "FLATTEN", "OutputType": "JSON"}}});
    assert_eq!(output(run(machine(&pass(), &fields), json!([[1, 2], 3]))), json!([1, 2, 3]));
}

#[rstest]
#[case::json_with_pointer(
    "getObject", json!({"Key": "j"}), json!({"InputType": "JSON", "ItemsPointer": "/deep/items"}),
    json!([[1, "s3://b/j"], [2, "s3://b/j"]])
)]
#[case::json_lines(
    "getObject", json!({"Key": "l"}), json!({"InputType": "JSONL", "MaxItems": 1}), json!([[{"n": 1}, "s3://b/l"]])
)]
#[case::csv_with_pipes(
    "getObject", json!({"Key": "c"}),
    json!({"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW", "CSVDelimiter": "PIPE"}),
    json!([[{"h": "1", "i": "2"}, "s3://b/c"]])
)]
#[case::loaded_listing(
    "listObjectsV2", json!({"Prefix": "l"}), json!({"InputType": "JSONL", "Transformation": "LOAD_AND_FLATTEN"}),
    json!([[{"n": 1}, "s3://b/l"], [{"n": 2}, "s3://b/l"]])
)]
#[case::inventory(
    "getObject", json!({"Key": "inventory/manifest.json"}), json!({"InputType": "MANIFEST"}),
    json!([
        [{"Bucket": "src", "Key": "a.csv", "Size": "7"}, "s3://b/inventory/1.csv"],
        [{"Bucket": "src", "Key": "x,y", "Size": "8"}, "s3://b/inventory/1.csv"],
        [{"Bucket": "src", "Key": "c", "Size": ""}, "s3://b/inventory/2.csv"],
    ])
)]
#[case::inventory_by_its_manifest_type(
    "getObject", json!({"Key": "inventory/manifest.json"}),
    json!({"ManifestType": "S3_INVENTORY", "MaxItems": 1}),
    json!([[{"Bucket": "src", "Key": "a.csv", "Size": "7"}, "s3://b/inventory/1.csv"]])
)]
#[case::athena_manifest(
    "getObject", json!({"Key": "athena.csv"}), json!({"ManifestType": "ATHENA_DATA", "InputType": "JSONL"}),
    json!([[{"n": 1}, "s3://b/l"], [{"n": 2}, "s3://b/l"], [3, "s3://d/m"]])
)]
fn reader_gives_items_and_their_source(
    #[case] operation: &str,
    #[case] mut parameters: Value,
    #[case] config: Value,
    #[case] expected: Value,
) {
    parameters["Bucket"] = json!("b");
    let resource = format!("arn:aws:states:::s3:{operation}");
    let reader = json!({"Resource": resource, "Parameters": parameters, "ReaderConfig": config});
    let selector = json!({"v.$": "States.Array($$.Map.Item.Value, $$.Map.Item.Source)"});
    let inner = json!({"I": {"Type": "Pass", "OutputPath": "$.v", "End": true}});
    let mut machine = machine(&inner, &json!({"ItemReader": reader, "ItemSelector": selector}));
    machine.resources = serde_json::from_value(buckets()).expect("resources");
    assert_eq!(output(run(machine, json!({}))), expected);
}

fn buckets() -> Value {
    let manifest = json!({
        "sourceBucket": "src", "destinationBucket": "arn:aws:s3:::b", "version": "2016-11-30",
        "creationTimestamp": "1514944800000", "fileFormat": "CSV", "fileSchema": "Bucket, Key, Size",
        "files": [{"key": "inventory/1.csv", "size": 9}, {"key": "inventory/2.csv", "size": 9}],
    });
    json!({"buckets": {
        "b": {
            "j": r#"{"deep": {"items": [1, 2]}}"#, "l": "{\"n\":1}\n{\"n\":2}\n", "c": "h|i\n1|2\n",
            "inventory/manifest.json": manifest.to_string(),
            "inventory/1.csv": "\"src\",\"a.csv\",\"7\"\n\"src\",\"x,y\",\"8\"\n",
            "inventory/2.csv": "\"src\",\"c\"\n",
            "athena.csv": "s3://b/l\n\"s3://d/m\"\n",
        },
        "d": {"m": "3\n"},
    }})
}

#[rstest]
#[case::no_object(json!({"Key": "no"}), json!({"InputType": "MANIFEST"}), "The specified key does not exist.")]
#[case::no_manifest(json!({"Key": "j"}), json!({"InputType": "MANIFEST"}), "The manifest has no fileSchema.")]
#[case::parquet_of_one_version(
    json!({"Key": "j", "VersionId": "v"}), json!({"InputType": "PARQUET"}),
    "S3 Version ID selection is not currently supported for PARQUET files"
)]
fn reader_that_cannot_read_fails_the_map_run(
    #[case] mut parameters: Value,
    #[case] config: Value,
    #[case] expected: &str,
) {
    parameters["Bucket"] = json!("b");
    let reader = json!({"Resource": "arn:aws:states:::s3:getObject", "Parameters": parameters, "ReaderConfig": config});
    let mut machine = machine(&pass(), &json!({"ItemReader": reader}));
    machine.resources = serde_json::from_value(buckets()).expect("resources");
    let Outcome::Failed { error, cause } = run(machine, json!({})).outcome else { panic!("it fails") };
    assert_eq!((error.as_deref(), cause.as_deref()), (Some("States.ItemReaderFailed"), Some(expected)));
}

#[test]
fn listing_gives_one_entry_per_object() {
    let parameters = json!({"Bucket": "b"});
    let reader = json!({"Resource": "arn:aws:states:::s3:listObjectsV2", "Parameters": parameters});
    let mut machine = machine(&pass(), &json!({"ItemReader": reader}));
    machine.resources = serde_json::from_value(json!({"buckets": {"b": {"k": "abc"}}})).expect("resources");
    let entries = output(run(machine, json!({})));
    assert_eq!(entries[0]["Key"], "k");
    assert_eq!(entries[0]["Size"], 3);
}

#[rstest]
#[case(json!({"InputType": "CSV"}), &["The field 'CSVHeaderLocation' is required"])]
#[case(json!({"InputType": "CSV", "CSVHeaderLocation": "GIVEN"}), &["These fields are required: [CSVHeaders]"])]
#[case(
    json!({"InputType": "JSON", "CSVHeaderLocation": "FIRST_ROW"}),
    &["Field 'CSVHeaderLocation' is not supported"]
)]
#[case(
    json!({"InputType": "JSON", "ItemsPointer": "data/items"}),
    &["Invalid input: JSON Pointer expression must start with '/': \"data/items\""]
)]
#[case(
    json!({"InputType": "CSV", "ManifestType": "S3_INVENTORY"}),
    &["The field 'CSVHeaderLocation' is required"]
)]
#[case(json!({"InputType": "JSON", "ManifestType": "ATHENA_DATA"}), &["Field 'ManifestType' is not supported"])]
#[case(json!({"InputType": "CSV", "ItemsPointer": "/a"}), &["The field 'CSVHeaderLocation' is required"])]
fn reader_configurations_are_refused_in_the_recorded_words(#[case] config: Value, #[case] expected: &[&str]) {
    assert_eq!(refusals(&json!({"ItemReader": reader("getObject", &config)})), expected);
}

#[test]
fn loading_a_listing_needs_an_input_type() {
    let config = json!({"Transformation": "LOAD_AND_FLATTEN"});
    let expected = ["The field 'InputType' is required"];
    assert_eq!(refusals(&json!({"ItemReader": reader("listObjectsV2", &config)})), expected);
}

#[rstest]
#[case(json!({"ItemSelector": {}, "Parameters": {}}))]
#[case(json!({"Label": "no blanks"}))]
#[case(json!({"Label": "x".repeat(41)}))]
#[case(json!({"ToleratedFailurePercentage": 101}))]
#[case(json!({"ItemBatcher": {"BatchInput": {}}}))]
#[case(json!({"ResultWriter": {}}))]
fn illegal_fields_are_refused_once(#[case] fields: Value) {
    assert_eq!(refusals(&fields).len(), 1);
}

fn reader(operation: &str, config: &Value) -> Value {
    let parameters = json!({"Bucket": "b", "Key": "k"});
    json!({"Resource": format!("arn:aws:states:::s3:{operation}"), "Parameters": parameters, "ReaderConfig": config})
}

fn refusals(fields: &Value) -> Vec<String> {
    let text = machine(&pass(), fields).definition_text();
    diagnostics(&text, MachineType::Standard).into_iter().map(|diagnostic| diagnostic.message).collect()
}

#[test]
fn history_limit_counts_for_every_child_alone() {
    let endless = json!({
        "I": {"Type": "Pass", "Next": "J"},
        "J": {"Type": "Choice", "Default": "I", "Choices": [{"Variable": "$", "IsNull": true, "Next": "K"}]},
        "K": {"Type": "Succeed"},
    });
    let observation = run(machine(&endless, &json!({})), json!([1]));
    let tail = ["5<4 MapRunFailed", "6<5 MapStateFailed", "7<6 ExecutionFailed"];
    assert_eq!(events(&observation)[4..], tail);
}

#[test]
fn failing_sibling_stops_a_map_run() {
    let inner = json!({"I": {"Type": "Wait", "Seconds": 60, "End": true}});
    let map = machine(&inner, &json!({})).definition;
    let failing = json!({"StartAt": "W", "States": {
        "W": {"Type": "Wait", "Seconds": 1, "Next": "F"}, "F": {"Type": "Fail", "Error": "Sibling"}}});
    let parallel = json!({"Type": "Parallel", "Branches": [map, failing], "End": true});
    let observation = run(Machine::new(json!({"StartAt": "P", "States": {"P": parallel}})), json!([1]));
    let Outcome::Failed { error, .. } = &observation.outcome else { panic!("{observation:?}") };
    assert_eq!(error.as_deref(), Some("Sibling"));
    let labels = observation.trace.as_ref().expect("standard").labels();
    assert!(labels.contains(&"MapRunAborted".to_owned()), "{labels:?}");
    assert!(!labels.contains(&"MapRunFailed".to_owned()), "{labels:?}");
}
