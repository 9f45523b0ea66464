//! Tasks of every family, answered by stubs: their events, their tokens, and what goes wrong.

use std::collections::BTreeMap;

use asl_cases::{Answer, Case, Machine, Outcome, Permit, TraceEvent};
use asl_reference::reference::{Settings, observe};
use rstest::rstest;
use serde_json::{Value, json};

const ACTIVITY: &str = "arn:aws:states:us-east-1:123456789012:activity:work";
const FUNCTION: &str = "arn:aws:lambda:us-east-1:123456789012:function:work";
const QUEUE: &str = "arn:aws:states:::sqs:sendMessage";
const QUEUE_WITH_TOKEN: &str = "arn:aws:states:::sqs:sendMessage.waitForTaskToken";
const CHILD_ARN: &str = "arn:aws:states:us-east-1:123456789012:stateMachine:child";

/// One Task state with these fields, answered like this; its catcher, if it has one, leads to `Caught`.
fn task(resource: &str, more: &Value, answers: Vec<Answer>) -> Case {
    let mut states = json!({"Work": {"Type": "Task", "Resource": resource, "End": true}});
    for (name, field) in more.as_object().into_iter().flatten() {
        states["Work"][name] = field.clone();
    }
    if more.get("Catch").is_some() {
        states["Caught"] = json!({"Type": "Pass", "End": true});
    }
    let stubs = BTreeMap::from([("Work".to_owned(), answers)]);
    let machine = Machine { stubs, ..Machine::new(json!({"StartAt": "Work", "States": states})) };
    Case::new(machine, json!({"x": 1, "role": "arn:aws:iam::123456789012:role/r"}))
}

fn run(case: &Case) -> (Outcome, Vec<TraceEvent>) {
    let observation = observe(case, Settings::default()).expect("modelled, and it ends");
    (observation.outcome, observation.trace.map(|trace| trace.0).unwrap_or_default())
}

/// The types of the events between `TaskStateEntered` and what follows the attempt.
fn task_events(case: &Case) -> Vec<String> {
    let (_, events) = run(case);
    let types = events.into_iter().map(|event| event.kind);
    types.filter(|kind| !kind.starts_with("Execution") && !kind.starts_with("TaskState")).collect()
}

fn details(case: &Case, kind: &str) -> Value {
    let (_, events) = run(case);
    let event = events.into_iter().find(|event| event.kind == kind).expect("such an event");
    Value::Object(event.details)
}

fn succeed() -> Answer {
    Answer::Succeed(json!({"ok": true}))
}

fn fail() -> Answer {
    Answer::Fail { error: Some("Boom".to_owned()), cause: Some("it broke".to_owned()) }
}

fn submitted(then: Answer) -> Answer {
    Answer::Submitted { output: json!({"MessageId": "m"}), then: Box::new(then) }
}

#[rstest]
#[case(ACTIVITY, succeed(), &["ActivityScheduled", "ActivityStarted", "ActivitySucceeded"])]
#[case(FUNCTION, succeed(), &["LambdaFunctionScheduled", "LambdaFunctionStarted", "LambdaFunctionSucceeded"])]
#[case(FUNCTION, fail(), &["LambdaFunctionScheduled", "LambdaFunctionStarted", "LambdaFunctionFailed"])]
#[case(FUNCTION, Answer::Silence, &["LambdaFunctionScheduled", "LambdaFunctionStarted", "LambdaFunctionTimedOut"])]
#[case(QUEUE, succeed(), &["TaskScheduled", "TaskStarted", "TaskSucceeded"])]
#[case(QUEUE, fail(), &["TaskScheduled", "TaskStarted", "TaskFailed"])]
#[case(QUEUE, submitted(succeed()), &["TaskScheduled", "TaskStarted", "TaskSucceeded"])]
#[case(QUEUE, Answer::Unpolled, &["TaskScheduled", "TaskStarted", "TaskTimedOut"])]
#[case(QUEUE_WITH_TOKEN, succeed(), &["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"])]
#[case(QUEUE_WITH_TOKEN, fail(), &["TaskScheduled", "TaskStarted", "TaskFailed"])]
#[case(QUEUE_WITH_TOKEN, submitted(fail()), &["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskFailed"])]
#[case(QUEUE_WITH_TOKEN, submitted(Answer::Silence), &["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskTimedOut"])]
fn each_family_of_tasks_has_its_own_events(
    #[case] resource: &str,
    #[case] answer: Answer,
    #[case] expected: &[&str],
) {
    assert_eq!(task_events(&task(resource, &json!({"TimeoutSeconds": 9}), vec![answer])), expected);
}

#[test]
fn a_call_shows_its_name_its_region_and_its_parameters() {
    let fields = json!({
        "TimeoutSeconds": 9, "HeartbeatSeconds": 3, "Parameters": {"MessageBody.$": "$.x"},
        "Credentials": {"RoleArn.$": "$.role"},
    });
    let scheduled = details(&task(QUEUE_WITH_TOKEN, &fields, vec![succeed()]), "TaskScheduled");
    let expected = json!({
        "resourceType": "sqs", "resource": "sendMessage.waitForTaskToken", "region": "us-east-1",
        "parameters": {"MessageBody": 1}, "timeoutInSeconds": 9, "heartbeatInSeconds": 3,
        "taskCredentials": {"roleArn": "arn:aws:iam::123456789012:role/r"},
    });
    assert_eq!(scheduled, expected);
}

#[test]
fn every_attempt_has_a_token_of_its_own() {
    let fields = json!({
        "Parameters": {"MessageBody.$": "$$.Task.Token"},
        "Retry": [{"ErrorEquals": ["Boom"], "IntervalSeconds": 1}],
    });
    let (_, events) = run(&task(QUEUE_WITH_TOKEN, &fields, vec![submitted(fail()), succeed()]));
    let tokens: Vec<_> = events
        .iter()
        .filter(|event| event.kind == "TaskScheduled")
        .map(|event| event.details["parameters"]["MessageBody"].clone())
        .collect();
    assert_eq!(tokens.len(), 2);
    assert!(tokens[0].is_string() && tokens[0] != tokens[1], "{tokens:?}");
}

#[rstest]
#[case(FUNCTION, FUNCTION)]
#[case(QUEUE, "sqs")]
fn result_above_the_limit_fails_the_task_and_can_be_caught(#[case] resource: &str, #[case] named: &str) {
    let fields = json!({"Catch": [{"ErrorEquals": ["States.DataLimitExceeded"], "Next": "Caught"}]});
    let case = task(resource, &fields, vec![Answer::Succeed(json!("x".repeat(262_143)))]);
    let cause = format!(
        "The state/task '{named}' returned a result with a size exceeding the maximum number of bytes service limit."
    );
    assert_eq!(
        run(&case).0,
        Outcome::Succeeded(json!({"Error": "States.DataLimitExceeded", "Cause": cause}))
    );
}

#[test]
fn deleted_activity_ends_the_execution_before_anything_is_scheduled() {
    let case = task(ACTIVITY, &json!({}), vec![Answer::NoSuchActivity]);
    let (outcome, events) = run(&case);
    let Outcome::Failed { error, cause } = outcome else { panic!("{outcome:?}") };
    assert_eq!(error.as_deref(), Some("States.Runtime"));
    assert!(cause.unwrap_or_default().ends_with(&format!(" The activity {ACTIVITY} does not exist.")));
    assert_eq!(events.len(), 3);
}

#[test]
fn headers_that_are_no_lists_cannot_start_an_api_call() {
    let fields = json!({
        "Parameters": {"ApiEndpoint": "e", "Method": "GET", "Headers": {"h": "v"}},
        "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}],
    });
    let call = task("arn:aws:states:::apigateway:invoke", &fields, vec![succeed()]);
    let Outcome::Failed { cause, .. } = run(&call).0 else { panic!("not failed") };
    let cause = cause.unwrap_or_default();
    let expected =
        "could not be used to start the Task: [The value of the field 'Headers' has an invalid format]";
    assert!(cause.contains("The Parameters '{") && cause.ends_with(expected), "{cause}");
}

#[rstest]
#[case::that_is_documented("Authorization", true)]
#[case::in_another_case("cache-control", true)]
#[case::by_its_prefix("X-Amz-Date", true)]
#[case::of_ones_own("X-Request-Id", false)]
fn http_task_with_a_forbidden_header_fails(#[case] header: &str, #[case] is_forbidden: bool) {
    let parameters = json!({
        "ApiEndpoint": "https://example.com/orders", "Method": "GET", "Headers": {header: "v"},
        "InvocationConfig": {"ConnectionArn": "arn:aws:events:us-east-1:123456789012:connection/c/1"},
    });
    let call = task("arn:aws:states:::http:invoke", &json!({"Parameters": parameters}), vec![succeed()]);
    let observation = observe(&call, Settings::default()).expect("modelled, and it ends");
    let Outcome::Failed { error, .. } = observation.outcome else {
        return assert!(!is_forbidden);
    };
    assert!(is_forbidden);
    assert_eq!(error.as_deref(), Some("States.Runtime"));
    assert_eq!(observation.permits, [Permit::UncertainText { state: "Work".to_owned() }]);
}

/// A machine that starts another one of the case, of this one state.
fn parent(suffix: &str, timeout: Option<u64>, child: &Value) -> Case {
    let resource = format!("arn:aws:states:::states:startExecution{suffix}");
    let mut fields = json!({"Parameters": {"StateMachineArn": CHILD_ARN, "Input": {"a": 1}, "Name": "run"}});
    if let Some(seconds) = timeout {
        fields["TimeoutSeconds"] = seconds.into();
    }
    let mut case = task(&resource, &fields, Vec::new());
    let child = json!({"StartAt": "Do", "States": {"Do": child}});
    case.machines.push(Machine { name: "child".to_owned(), ..Machine::new(child) });
    case
}

#[rstest]
#[case(".sync", json!("{\"a\":1}"))]
#[case(".sync:2", json!({"a": 1}))]
fn child_is_run_and_described(#[case] suffix: &str, #[case] document: Value) {
    let case = parent(suffix, None, &json!({"Type": "Wait", "Seconds": 5, "End": true}));
    assert_eq!(task_events(&case), ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"]);
    let Outcome::Succeeded(described) = run(&case).0 else { panic!("not succeeded") };
    let start = Settings::default().now_ms;
    let expected = json!({
        "ExecutionArn": "arn:aws:states:us-east-1:123456789012:execution:child:run",
        "Input": document, "InputDetails": {"Included": true}, "Name": "run",
        "Output": document, "OutputDetails": {"Included": true}, "StartDate": start,
        "StateMachineArn": CHILD_ARN, "Status": "SUCCEEDED", "StopDate": start + 5000,
    });
    assert_eq!(described, expected);
}

/// So it is compared by where it comes: its digits depend on how often the task was tried before.
#[test]
fn name_of_a_child_that_nobody_gives_is_a_uuid() {
    let mut case = parent(".sync:2", None, &json!({"Type": "Succeed"}));
    let parameters = &mut case.machines[0].definition["States"]["Work"]["Parameters"];
    parameters.as_object_mut().expect("parameters").shift_remove("Name");
    let Outcome::Succeeded(described) = run(&case).0 else { panic!("not succeeded") };
    let name = described["Name"].as_str().expect("a name");
    let lengths: Vec<usize> = name.split('-').map(str::len).collect();
    assert_eq!(lengths, [8, 4, 4, 4, 12], "{name}");
}

#[test]
fn failed_child_is_a_failed_task_whatever_its_error_was() {
    let case = parent(".sync", None, &json!({"Type": "Fail", "Error": "Own", "Cause": "because"}));
    let Outcome::Failed { error, cause } = run(&case).0 else { panic!("not failed") };
    assert_eq!(error.as_deref(), Some("States.TaskFailed"));
    let described: Value = serde_json::from_str(&cause.unwrap_or_default()).expect("JSON");
    assert_eq!(
        (&described["Error"], &described["Cause"], &described["Status"]),
        (&json!("Own"), &json!("because"), &json!("FAILED"))
    );
    assert_eq!(described["Input"], json!("{\"a\":1}"));
}

#[rstest]
#[case::waits_for_a_doubt(".sync:2", "States.StringSplit('a', '')", vec![Permit::UncertainOutcome { state: "Work".to_owned() }])]
#[case::waits_for_a_random_value(".sync", "States.MathRandom(1, 999999)", vec![Permit::Random])]
#[case::does_not_wait("", "States.StringSplit('a', '')", Vec::new())]
#[case::waits_for_what_is_known(".sync", "States.MathAdd($.a, 1)", Vec::new())]
fn what_is_open_in_a_child_is_open_in_a_task_that_waits_for_it(
    #[case] suffix: &str,
    #[case] call: &str,
    #[case] permits: Vec<Permit>,
) {
    let child = json!({"Type": "Pass", "Parameters": {"made.$": call}, "End": true});
    let observation = observe(&parent(suffix, None, &child), Settings::default()).expect("it is modelled");
    assert_eq!(observation.permits, permits);
}

#[test]
fn request_for_a_start_does_not_wait_for_the_end() {
    let case = parent("", None, &json!({"Type": "Fail"}));
    assert_eq!(task_events(&case), ["TaskScheduled", "TaskStarted", "TaskSucceeded"]);
}

#[test]
fn parent_times_out_while_its_child_runs() {
    let case = parent(".sync", Some(3), &json!({"Type": "Wait", "Seconds": 5, "End": true}));
    assert_eq!(task_events(&case), ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskTimedOut"]);
}

#[test]
fn unknown_machine_cannot_be_started() {
    let mut case = parent(".sync", None, &json!({"Type": "Succeed"}));
    case.machines[1].name = "other".to_owned();
    let Outcome::Failed { error, cause } = run(&case).0 else { panic!("not failed") };
    assert_eq!(error.as_deref(), Some("StepFunctions.StateMachineDoesNotExistException"));
    assert!(cause.unwrap_or_default().starts_with(&format!("State Machine Does Not Exist: '{CHILD_ARN}'")));
}

#[test]
fn start_of_no_machine_fails_and_is_not_modelled() {
    let mut case = parent(".sync", None, &json!({"Type": "Succeed"}));
    let task = &mut case.machines[0].definition["States"]["Work"];
    task["Parameters"] = json!({"Input": {}});
    assert!(observe(&case, Settings::default()).is_err());
}

#[test]
fn machine_that_starts_itself_for_ever_comes_to_an_end() {
    let resource = "arn:aws:states:::states:startExecution.sync";
    let again = json!({"Type": "Task", "Resource": resource, "Parameters": {"StateMachineArn": CHILD_ARN}, "End": true});
    let case = parent(".sync", None, &again);
    assert!(observe(&case, Settings::default()).is_err());
}

#[test]
fn catch_passes_the_output_path_by() {
    let fields = json!({"OutputPath": "$.nowhere", "Catch": [{"ErrorEquals": ["Boom"], "Next": "Caught"}]});
    let case = task(QUEUE, &fields, vec![fail()]);
    assert_eq!(run(&case).0, Outcome::Succeeded(json!({"Error": "Boom", "Cause": "it broke"})));
}

/// Recorded: the parameters of a call with a token, and those of one whose members are all looked up.
#[rstest]
#[case(json!({"QueueUrl.$": "$.x", "MessageBody": {"a.$": "$.x"}}), &["MessageBody", "QueueUrl"])]
#[case(
    json!({"ApiEndpoint.$": "$.x", "Method.$": "$.x", "Path.$": "$.x", "Stage.$": "$.x", "RequestBody.$": "$.x"}),
    &["Path", "Stage", "ApiEndpoint", "Method", "RequestBody"]
)]
#[case(json!({"TaskDefinition": 1, "Cluster": 2}), &["TaskDefinition", "Cluster"])]
fn literal_parameters_come_first_and_evaluated_ones_in_hash_order(
    #[case] parameters: Value,
    #[case] expected: &[&str],
) {
    let scheduled =
        details(&task(QUEUE, &json!({"Parameters": parameters}), vec![succeed()]), "TaskScheduled");
    let keys: Vec<_> =
        scheduled["parameters"].as_object().into_iter().flatten().map(|(key, _)| key).collect();
    assert_eq!(keys, expected);
}

/// Recorded, for four iterations whose function never answers.
#[test]
fn time_outs_of_one_instant_are_all_told_before_the_first_cuts_the_others_off() {
    let task = json!({"Type": "Task", "Resource": ACTIVITY, "TimeoutSeconds": 1, "End": true});
    let map = json!({"Type": "Map", "End": true, "ItemProcessor": {"StartAt": "T", "States": {"T": task}}});
    let mut machine = Machine::new(json!({"StartAt": "M", "States": {"M": map}}));
    machine.stubs.insert("T".to_owned(), vec![Answer::Silence]);
    let observation =
        observe(&Case::new(machine, json!([1, 2])), Settings::default()).expect("it is modelled");
    let trace = observation.trace.expect("a standard execution");
    let tail: Vec<_> = trace.0[11..]
        .iter()
        .map(|event| format!("{}<{} {}", event.id, event.previous_event_id, event.kind))
        .collect();
    let expected = [
        "12<10 ActivityTimedOut",
        "13<11 ActivityTimedOut",
        "14<12 MapIterationFailed",
        "15<12 TaskStateAborted",
        "16<12 MapIterationAborted",
        "17<12 TaskStateAborted",
        "18<12 MapStateFailed",
        "19<18 ExecutionFailed",
    ];
    assert_eq!(tail, expected);
}
