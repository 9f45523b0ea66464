//! Claims about whole definitions, most of them recorded answers of AWS.

use asl_cases::MachineType;
use proptest::prelude::*;
use rstest::rstest;
use serde_json::{Value, json};

use super::*;

fn messages(definition: &Value) -> Vec<String> {
    diagnostics(&definition.to_string(), MachineType::Standard)
        .into_iter()
        .map(|diagnostic| diagnostic.message)
        .collect()
}

fn machine(states: &Value) -> Value {
    json!({"StartAt": "First", "States": states})
}

fn one(state: &Value) -> Value {
    machine(&json!({"First": state}))
}

#[rstest]
#[case(json!({"StartAt": "A"}), &["These fields are required: [States]"])]
#[case(json!({}), &["These fields are required: [States, StartAt]"])]
#[case(
    machine(&json!({"First": {"Type": "Pass", "Next": "MissingState"}})),
    &["Missing 'Next' target: MissingState", "Workflow has no terminal state"]
)]
#[case(
    json!({"StartAt": "MissingState", "States": {"First": {"Type": "Pass", "End": true}}}),
    &[
        "Missing 'Next' target: MissingState",
        "Workflow has no terminal state",
        "State \"First\" is not reachable.",
    ]
)]
#[case(
    machine(&json!({"First": {"Type": "Pass", "Next": "First"}})),
    &["Workflow has no terminal state"]
)]
#[case(
    machine(&json!({"First": {"Type": "Pass", "End": true}, "Unreachable": {"Type": "Pass", "End": true}})),
    &["State \"Unreachable\" is not reachable."]
)]
#[case(
    one(&json!({"Type": "Pass"})),
    &[
        "This object should have only one of the following fields: [Next, End]",
        "Workflow has no terminal state",
    ]
)]
#[case(one(&json!({"End": true})), &["The field 'Type' is required", "Workflow has no terminal state"])]
#[case(
    one(&json!({"Type": "Nope", "End": true})),
    &["The field 'Type' should have one of these values: \
       [Task, Wait, Pass, Succeed, Fail, Choice, Parallel, Map]"]
)]
#[case(
    machine(&json!({})),
    &["Value cannot be empty", "Missing 'Next' target: First", "Workflow has no terminal state"]
)]
#[case(
    machine(&json!({"First": {"Type": "Succeed", "Next": "First"}})),
    &["Field 'Next' is not supported"]
)]
#[case(one(&json!({"Type": "Wait", "Seconds": -1, "End": true})), &["Minimum value is 0"])]
#[case(one(&json!({"Type": "Wait", "Seconds": 1.5, "End": true})), &["Expected value of type Integer"])]
#[case(
    one(&json!({"Type": "Wait", "Timestamp": "tomorrow", "End": true})),
    &["String does not match RFC3339 timestamp"]
)]
#[case(
    one(&json!({"Type": "Wait", "Seconds": 1, "SecondsPath": "$.a", "End": true})),
    &["There should only be one of the following fields: [SecondsPath, Seconds, TimestampPath, Timestamp]"]
)]
#[case(
    one(&json!({"Type": "Wait", "End": true})),
    &["This object should have only one of the following fields: \
       [SecondsPath, Seconds, TimestampPath, Timestamp]"]
)]
#[case(
    one(&json!({"Type": "Pass", "Parameters": {"k.$": "no path"}, "End": true})),
    &["The value for the field 'k.$' must be a valid JSONPath or a valid intrinsic function call"]
)]
#[case(
    one(&json!({"Type": "Pass", "Parameters": {"k.$": "no path", "l": [{"m.$": 1}]}, "End": true})),
    &[
        "The value for the field 'k.$' must be a valid JSONPath or a valid intrinsic function call",
        "The value for the field 'm.$' must be a valid JSONPath or a valid intrinsic function call",
    ]
)]
#[case(
    one(&json!({"Type": "Pass", "ResultSelector": {}, "End": true})),
    &["Field 'ResultSelector' is not supported"]
)]
#[case(one(&json!({"Type": "Parallel", "Branches": [], "End": true})), &["Value cannot be empty"])]
#[case(
    one(&json!({"Type": "Pass", "ResultPath": "$$.a", "End": true})),
    &["Value is not a Reference Path: a result goes neither into the context object nor into a variable"]
)]
fn defects_are_told_in_the_words_and_order_of_aws(#[case] definition: Value, #[case] expected: &[&str]) {
    assert_eq!(messages(&definition), expected);
}

fn task_with(name: &str, value: Value) -> Value {
    let mut task = json!({"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:1:function:f", "End": true});
    task[name] = value;
    one(&task)
}

#[rstest]
#[case("Retry", json!([{"ErrorEquals": ["States.ALL", "A"]}]))]
#[case("Retry", json!([{"ErrorEquals": ["States.ALL"]}, {"ErrorEquals": ["A"]}]))]
#[case("Catch", json!([{"ErrorEquals": ["A", "States.ALL"], "Next": "First"}]))]
fn states_all_stands_alone_and_last(#[case] name: &str, #[case] list: Value) {
    let messages = messages(&task_with(name, list));
    assert_eq!(messages, ["States.ALL must appear alone and at end of list"]);
}

#[rstest]
#[case(json!([]))]
#[case(json!([{"ErrorEquals": ["State.ALL"], "Comment": "misspelt names are accepted"}]))]
#[case(json!([{"ErrorEquals": ["A"], "IntervalSeconds": 1, "MaxAttempts": 0, "BackoffRate": 1}]))]
#[case(json!([{"ErrorEquals": ["A"], "MaxDelaySeconds": 31_622_400, "JitterStrategy": "FULL"}]))]
fn legal_retriers_are_accepted(#[case] retriers: Value) {
    let definition = task_with("Retry", retriers);
    assert!(parse(&definition.to_string(), MachineType::Standard).is_ok());
}

#[rstest]
#[case("MaxAttempts", json!(-1))]
#[case("IntervalSeconds", json!(0))]
#[case("BackoffRate", json!(0.5))]
#[case("MaxDelaySeconds", json!(31_622_401))]
#[case("JitterStrategy", json!("HALF"))]
#[case("Color", json!("red"))]
fn illegal_retriers_are_refused_where_they_stand(#[case] name: &str, #[case] value: Value) {
    let definition = task_with("Retry", json!([{"ErrorEquals": ["A"], name: value}]));
    let diagnostics = diagnostics(&definition.to_string(), MachineType::Standard);
    assert_eq!(diagnostics.len(), 1);
    assert_eq!(diagnostics[0].location, Some(format!("/States/First/Retry[0]/{name}")));
}

#[rstest]
#[case(task_with("TimeoutSeconds", json!(2.0)))]
#[case(one(&json!({"Type": "Map", "End": true, "Label": "l", "ItemProcessor": {
    "StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}},
}})))]
#[case::operator_in_a_result_path(one(&json!({"Type": "Pass", "ResultPath": "$.a@", "End": true})))]
#[case::operator_in_a_number(one(&json!({"Type": "Wait", "SecondsPath": "$.a:b", "End": true})))]
#[case::operator_in_a_text(one(&json!({"Type": "Fail", "ErrorPath": "$.a,b"})))]
#[case::text_from_many_places(one(&json!({"Type": "Fail", "CausePath": "$.a[*]"})))]
#[case::long_pointer(reading(&json!({"InputType": "JSON", "ItemsPointer": format!("/{}", "x".repeat(1999))})))]
#[case::large_headers(reading(
    &json!({"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["x".repeat(6_000), "y".repeat(6_000)]})
))]
fn what_is_not_modelled_is_unsupported_and_never_invalid(#[case] definition: Value) {
    let answer = parse(&definition.to_string(), MachineType::Standard);
    assert!(matches!(answer, Err(DefinitionError::Unsupported(_))), "{answer:?}");
}

#[rstest]
#[case(json!({"InputType": "JSON", "ItemsPointer": format!("/{}", "x".repeat(1998))}))]
#[case(json!({"InputType": "CSV", "CSVHeaderLocation": "GIVEN", "CSVHeaders": ["x".repeat(10_000)]}))]
fn readers_within_the_documented_limits_are_accepted(#[case] config: Value) {
    assert!(parse(&reading(&config).to_string(), MachineType::Standard).is_ok());
}

/// A distributed Map whose reader has this `ReaderConfig`.
fn reading(config: &Value) -> Value {
    one(&json!({
        "Type": "Map",
        "End": true,
        "ItemReader": {
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": config,
            "Parameters": {"Bucket": "b", "Key": "k"},
        },
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "A",
            "States": {"A": {"Type": "Pass", "End": true}},
        },
    }))
}

#[test]
fn the_message_of_create_names_code_text_and_place() {
    let error = parse("{\"StartAt\": \"A\"}", MachineType::Standard).unwrap_err();
    let expected = "Invalid State Machine Definition: \
                    'SCHEMA_VALIDATION_FAILED: These fields are required: [States] at /'";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn an_unrecognised_token_is_told_in_the_words_of_jackson() {
    let source = "[Source: (String)\"not a definition\"; line: 1, column: 4]";
    let expected = Diagnostic {
        code: DiagnosticCode::InvalidJsonDescription,
        message: format!(
            "Unrecognized token 'not': was expecting \
             (JSON String, Number, Array, Object or token 'null', 'true' or 'false')\n at {source}"
        ),
        location: Some(source.to_owned()),
    };
    assert_eq!(diagnostics("not a definition", MachineType::Standard), [expected]);
}

#[rstest]
#[case("")]
#[case("[]")]
#[case("3")]
fn a_definition_is_a_json_object(#[case] text: &str) {
    let diagnostics = diagnostics(text, MachineType::Standard);
    assert_eq!(diagnostics[0].message, "Definition must be a valid JSON object");
    assert_eq!(diagnostics[0].location, None);
}

#[rstest]
#[case("{")]
#[case("{\"a\":")]
#[case("{\"a\": 1,}")]
#[case("{a: 1}")]
#[case("{\"a\" 1}")]
#[case("[1 2]")]
#[case("\"é\u{1}")]
#[case("{\"é\": €}")]
#[case("\n\n{\"a\": tru}")]
fn broken_texts_are_invalid_json(#[case] text: &str) {
    let diagnostics = diagnostics(text, MachineType::Standard);
    assert_eq!(diagnostics[0].code, DiagnosticCode::InvalidJsonDescription, "{diagnostics:?}");
}

#[rstest]
#[case(r#"{"StartAt": "A", "StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}"#)]
#[case(r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}} {}"#)]
#[case(r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": 1e999, "End": true}}}"#)]
#[case(r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": "\ud800", "End": true}}}"#)]
fn texts_that_nobody_recorded_are_unsupported(#[case] text: &str) {
    let answer = parse(text, MachineType::Standard);
    assert!(matches!(answer, Err(DefinitionError::Unsupported(_))), "{answer:?}");
    assert_eq!(validate(text, MachineType::Standard, Severity::Warning, 0).result, ValidationResult::Ok);
}

#[rstest]
#[case(json!({"Type": "Pass", "Parameters": {"a": ["x", {"k": "$.a"}]}, "End": true}),
    "NO_DOLLAR", "/States/First/Parameters/a[1]/k")]
#[case(json!({"Type": "Pass", "Parameters": {"k": "States.UUID()"}, "End": true}),
    "NO_DOLLAR", "/States/First/Parameters/k")]
#[case(json!({"Type": "Pass", "Result": {"k.$": "$.a"}, "End": true}),
    "PASS_RESULT_IS_STATIC", "/States/First/Result/k.$")]
#[case(json!({"Type": "Pass", "Result": "$.a", "End": true}), "PASS_RESULT_IS_STATIC", "/States/First/Result")]
#[case(json!({"Type": "Fail", "Cause": "$.cause"}), "NO_PATH", "/States/First/Cause")]
fn what_looks_like_a_mistake_is_warned_of(#[case] state: Value, #[case] code: &str, #[case] location: &str) {
    let text = one(&state).to_string();
    let validation = validate(&text, MachineType::Standard, Severity::Warning, 0);
    let [warning] = validation.diagnostics.as_slice() else { panic!("{validation:?}") };
    assert_eq!((warning.code.to_string().as_str(), warning.location.as_deref()), (code, Some(location)));
    assert_eq!(validation.result, ValidationResult::Ok, "warnings alone refuse nothing");
    assert!(parse(&text, MachineType::Standard).is_ok());
    assert_eq!(validate(&text, MachineType::Standard, Severity::Error, 0).diagnostics, []);
}

#[rstest]
#[case(json!({"Type": "Pass", "Parameters": {"k.$": "$.a", "price": "$5 off", "text": "States of matter"}, "End": true}))]
#[case(json!({"Type": "Fail", "Error": "Boom", "CausePath": "$.a"}))]
fn texts_that_are_no_paths_are_not_warned_of(#[case] state: Value) {
    let validation = validate(&one(&state).to_string(), MachineType::Standard, Severity::Warning, 0);
    assert_eq!(validation.diagnostics, []);
}

#[test]
fn no_more_diagnostics_than_asked_for_are_given() {
    let names: Vec<String> = (0..120).map(|index| format!("S{index}")).collect();
    let states: Value =
        names.iter().map(|name| (name.clone(), json!({"Type": "Nope", "End": true}))).collect();
    let text = json!({"StartAt": "S0", "States": states}).to_string();
    let kept = |diagnostics_max| {
        let validation = validate(&text, MachineType::Standard, Severity::Error, diagnostics_max);
        (validation.diagnostics.len(), validation.truncated, validation.result)
    };
    assert_eq!(kept(3), (3, true, ValidationResult::Fail));
    assert_eq!(kept(0), (DIAGNOSTICS_MAX, true, ValidationResult::Fail));
    assert_eq!(kept(1000), (DIAGNOSTICS_MAX, true, ValidationResult::Fail));
}

#[test]
fn the_answer_of_validate_has_the_members_of_aws() {
    let validation = validate("{}", MachineType::Express, Severity::Error, 0);
    let expected = json!({
        "result": "FAIL",
        "diagnostics": [{
            "severity": "ERROR",
            "code": "SCHEMA_VALIDATION_FAILED",
            "message": "These fields are required: [States, StartAt]",
            "location": "/",
        }],
        "truncated": false,
    });
    assert_eq!(validation.to_json(), expected);
    let no_location = validate("", MachineType::Standard, Severity::Error, 0).to_json();
    assert_eq!(no_location["diagnostics"][0].get("location"), None);
}

#[test]
fn nesting_without_end_is_unsupported_and_does_not_overflow() {
    let text = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let answer = parse(&text, MachineType::Standard);
    assert!(matches!(answer, Err(DefinitionError::Unsupported(_))));
}

#[test]
fn express_machines_have_no_tokens_and_no_activities() {
    let mut definition = task_with("Resource", json!("arn:aws:states:::sqs:sendMessage.waitForTaskToken"));
    assert_eq!(messages(&definition), Vec::<String>::new());
    let answer = diagnostics(&definition.to_string(), MachineType::Express);
    assert_eq!(
        answer[0].to_string(),
        "SCHEMA_VALIDATION_FAILED: Express state machine does not support '.waitForTaskToken' \
         service integration  at /States/First/Resource"
    );
    definition["States"]["First"]["Resource"] = json!("arn:aws:states:us-east-1:1:activity:a");
    let answer = diagnostics(&definition.to_string(), MachineType::Express);
    assert_eq!(answer[0].message, "Express state machine does not support Activity ARN");
}

#[test]
fn inner_flows_are_told_apart_in_places() {
    let branch = json!({"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "First"}}});
    let definition = one(&json!({"Type": "Parallel", "Branches": [branch], "End": true}));
    let diagnostics = diagnostics(&definition.to_string(), MachineType::Standard);
    let places: Vec<_> = diagnostics.into_iter().filter_map(|diagnostic| diagnostic.location).collect();
    assert_eq!(
        places,
        ["/States/First/Branches[0]/States/A/Next", "/States/First/Branches[0]"],
        "a branch cannot lead out of itself, so it has no end either"
    );
}

#[test]
fn a_whole_machine_becomes_a_model() {
    let definition = json!({
        "StartAt": "Choose",
        "TimeoutSeconds": 60,
        "States": {
            "Choose": {
                "Type": "Choice",
                "Choices": [{"Variable": "$.a", "NumericEquals": 1, "Next": "Work"}],
                "Default": "Done",
            },
            "Work": {
                "Type": "Task",
                "Resource": "arn:aws:states:us-east-1:1:activity:a",
                "HeartbeatSecondsPath": "$.beat",
                "Retry": [{"ErrorEquals": ["A"]}],
                "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Done"}],
                "ResultPath": null,
                "End": true,
            },
            "Done": {"Type": "Succeed", "OutputPath": "$.a"},
        },
    });
    let machine = parse(&definition.to_string(), MachineType::Standard).unwrap();
    assert_eq!((machine.timeout_seconds, machine.flow.start_at), (Some(60), 0));
    let [choose, work, done] = machine.flow.states.as_slice() else { panic!() };
    assert!(
        matches!(&choose.kind, StateKind::Choice(Choice { default: Some(2), rules }) if rules[0].next == 1)
    );
    let StateKind::Task(task) = &work.kind else { panic!() };
    assert!(matches!(task.heartbeat, Some(Number::At(_))) && task.timeout.is_none());
    assert_eq!((task.result.retriers[0].max_attempts, task.result.retriers[0].interval_seconds), (3, 1));
    let catcher = &task.result.catchers[0];
    assert!(matches!(catcher.data, CatcherData::JsonPath { result_path: ResultPath::At(_), .. }));
    assert_eq!(catcher.next, 2);
    assert!(matches!(json_path(work).result_path, ResultPath::Discard));
    assert!(matches!((&done.kind, &json_path(done).output_path), (StateKind::Succeed, PathField::At(_))));
}

fn json_path(state: &State) -> &JsonPathFields {
    match &state.data {
        DataFields::JsonPath(data) => data,
        DataFields::Jsonata(_) => panic!("{} is a JSONata state", state.name),
    }
}

/// JSON that is made of the words of the language, put together in any way.
fn arbitrary_json() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(vec![
        "Type",
        "States",
        "StartAt",
        "Next",
        "End",
        "Pass",
        "Task",
        "Choice",
        "Map",
        "Parallel",
        "Wait",
        "Fail",
        "Choices",
        "Catch",
        "Retry",
        "ErrorEquals",
        "Branches",
        "ItemProcessor",
        "Variable",
        "And",
        "Not",
        "$",
        "$.a",
        "Seconds",
        "ResultPath",
        "Parameters",
        "k.$",
        "States.Format('{}')",
        "IsNull",
        "QueryLanguage",
        "JSONata",
        "A",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.clone().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((word.clone(), inner), 0..8).prop_map(|members| {
                Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
            }),
        ]
    })
}

fn state_like() -> impl Strategy<Value = Value> {
    let types = vec!["Pass", "Task", "Choice", "Map", "Parallel", "Wait", "Fail", "Succeed"];
    (prop::sample::select(types), arbitrary_json()).prop_map(|(state_type, mut state)| {
        if let Some(members) = state.as_object_mut() {
            members.insert("Type".to_owned(), state_type.into());
        }
        state
    })
}

proptest! {
    #[test]
    fn no_json_makes_the_parser_panic(document in arbitrary_json(), state in state_like()) {
        let _ = parse(&document.to_string(), MachineType::Standard);
        let _ = validate(&one(&state).to_string(), MachineType::Standard, Severity::Warning, 0);
        let _ = parse(&one(&state).to_string(), MachineType::Express);
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in any::<String>()) {
        let _ = validate(&text, MachineType::Standard, Severity::Warning, 0);
        let _ = parse(&format!("{{\"StartAt\": {text}"), MachineType::Standard);
    }
}
