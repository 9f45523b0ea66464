//! Executions: time, histories, lists, what is kept, Map Runs.

use asl_conformance::serve::{Reply, Settings, TimeMode};
use rstest::rstest;
use serde_json::{Value, json};

use crate::talk::{Talk, pass, task, text};

fn wait(seconds: u64) -> Value {
    json!({"W": {"Type": "Wait", "Seconds": seconds, "End": true}})
}

#[rstest]
#[case(TimeMode::Virtual, "SUCCEEDED")]
#[case(TimeMode::Real, "RUNNING")]
fn waiting_costs_nothing_in_virtual_time_only(#[case] time: TimeMode, #[case] expected: &str) {
    let mut talk = Talk::new(Settings { time, ..Settings::default() });
    let machine = talk.machine("m", &wait(60), &json!({}));
    let execution = talk.start(&machine, &json!({}));
    assert_eq!(talk.status(&execution), expected);
    talk.now_ms += 60_000;
    assert_eq!(talk.status(&execution), "SUCCEEDED");
    let described = talk.describe(&execution);
    let seconds = |member: &str| described[member].as_f64().expect("a time");
    assert!((seconds("stopDate") - seconds("startDate") - 60.0).abs() < 0.01, "{described}");
}

#[test]
fn synchronous_execution_is_answered_at_its_end_and_not_kept() {
    let mut talk = Talk::new(Settings { time: TimeMode::Real, ..Settings::default() });
    let machine = talk.machine("m", &wait(2), &json!({"type": "EXPRESS"}));
    let pending = talk.wait("StartSyncExecution", &json!({"stateMachineArn": machine, "input": "[1]"}));
    assert_eq!(talk.service.look_again_ms(&pending), talk.now_ms + 2000);
    let reply = talk.service.resume(&pending, talk.now_ms + 2000).expect("it is over");
    let Reply::Done(reply) = reply else { panic!("{reply:?}") };
    assert_eq!((text(&reply, "status"), text(&reply, "output")), ("SUCCEEDED".to_owned(), "[1]".to_owned()));
    assert!(talk.service.resume(&pending, talk.now_ms + 2000).is_err(), "it is forgotten");
}

#[test]
fn only_the_last_executions_that_have_ended_are_kept() {
    let mut talk = Talk::new(Settings { finished_max: 2, ..Settings::default() });
    let machine = talk.machine("m", &pass(), &json!({}));
    let executions: Vec<_> = (0..3).map(|n| talk.start(&machine, &json!(n))).collect();
    let gone = talk.refusal("DescribeExecution", &json!({"executionArn": executions[0]}));
    assert_eq!(gone, format!("ExecutionDoesNotExist: Execution Does Not Exist: '{}'", executions[0]));
    let listed = talk.ask("ListExecutions", &json!({"stateMachineArn": machine}));
    let arns: Vec<_> = listed["executions"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|entry| text(entry, "executionArn"))
        .collect();
    assert_eq!(arns, [executions[2].clone(), executions[1].clone()], "the newest comes first");
}

#[test]
fn history_is_paged_reversed_and_shown_without_data() {
    let mut talk = Talk::new(Settings::default());
    let machine = talk.machine("m", &pass(), &json!({}));
    let execution = talk.start(&machine, &json!({"a": 1}));
    let mut ids = Vec::new();
    let mut request = json!({
        "executionArn": execution,
        "maxResults": 3,
        "reverseOrder": true,
        "includeExecutionData": false,
    });
    loop {
        let page = talk.ask("GetExecutionHistory", &request);
        let events = page["events"].as_array().expect("events");
        assert!(!page["events"].to_string().contains("\"input\""), "{page}");
        ids.extend(events.iter().map(|event| event["id"].as_i64().expect("an id")));
        match page.get("nextToken") {
            Some(token) => request["nextToken"] = token.clone(),
            None => break,
        }
    }
    assert_eq!(ids, [4, 3, 2, 1]);
}

#[test]
fn starting_again_is_idempotent_only_while_the_same_execution_runs() {
    let mut talk = Talk::new(Settings { time: TimeMode::Real, ..Settings::default() });
    let machine = talk.machine("m", &wait(5), &json!({}));
    let request = json!({"stateMachineArn": machine, "name": "n", "input": "{\"a\": 1}"});
    let first = talk.ask("StartExecution", &request);
    assert_eq!(talk.ask("StartExecution", &request), first);
    let other = json!({"stateMachineArn": machine, "name": "n", "input": "{}"});
    assert!(talk.refusal("StartExecution", &other).starts_with("ExecutionAlreadyExists"));
    talk.now_ms += 5000;
    assert!(talk.refusal("StartExecution", &request).starts_with("ExecutionAlreadyExists"));
}

#[test]
fn stopped_execution_tells_error_and_cause() {
    let mut talk = Talk::new(Settings { time: TimeMode::Real, ..Settings::default() });
    let machine = talk.machine("m", &wait(5), &json!({}));
    let execution = talk.start(&machine, &json!({}));
    talk.ask("StopExecution", &json!({"executionArn": execution, "error": "E", "cause": "C"}));
    let described = talk.describe(&execution);
    assert_eq!(
        (text(&described, "status"), text(&described, "error"), text(&described, "cause")),
        ("ABORTED".to_owned(), "E".to_owned(), "C".to_owned())
    );
    assert_eq!(described["redriveStatus"], "REDRIVABLE");
}

#[test]
fn redriven_execution_tries_its_task_again() {
    let answers = json!([{"fail": {"error": "Busy"}}, {"succeed": 1}]);
    let stubs = serde_json::from_value(json!({"machines": {"m": {"T": answers}}})).expect("stubs");
    let mut talk = Talk::new(Settings { stubs, ..Settings::default() });
    let machine = talk.machine("m", &task("arn:aws:states:::lambda:invoke"), &json!({}));
    let execution = talk.start(&machine, &json!({"FunctionName": "f"}));
    assert_eq!(talk.describe(&execution)["redriveStatus"], "REDRIVABLE");
    let request = json!({"executionArn": execution, "clientToken": "once"});
    let first = talk.ask("RedriveExecution", &request);
    let described = talk.describe(&execution);
    assert_eq!((&described["status"], &described["redriveCount"]), (&json!("SUCCEEDED"), &json!(1)));
    assert_eq!(talk.ask("RedriveExecution", &request), first);
    assert_eq!(
        talk.refusal("RedriveExecution", &json!({"executionArn": execution})),
        "ExecutionNotRedrivable: Execution is SUCCEEDED and cannot be redriven"
    );
}

/// A distributed Map over the input whose children wait for a minute, one after the other.
fn map_run(talk: &mut Talk) -> (String, String) {
    let processor = json!({
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "W",
        "States": wait(60),
    });
    let map =
        json!({"Type": "Map", "Label": "L", "MaxConcurrency": 1, "ItemProcessor": processor, "End": true});
    let machine = talk.machine("m", &json!({"M": map}), &json!({}));
    let execution = talk.start(&machine, &json!([1, 2, 3]));
    let listed = talk.ask("ListMapRuns", &json!({"executionArn": execution}));
    (execution, text(&listed["mapRuns"][0], "mapRunArn"))
}

#[test]
fn map_run_is_described_while_it_runs_and_can_be_widened() {
    let mut talk = Talk::new(Settings { time: TimeMode::Real, ..Settings::default() });
    let (execution, run) = map_run(&mut talk);
    let counts = |talk: &mut Talk| {
        let described = talk.ask("DescribeMapRun", &json!({"mapRunArn": run}));
        let count = |name: &str| described["itemCounts"][name].as_u64().expect("a count");
        (text(&described, "status"), count("pending"), count("running"), count("succeeded"))
    };
    assert_eq!(counts(&mut talk), ("RUNNING".to_owned(), 2, 1, 0));
    talk.ask("UpdateMapRun", &json!({"mapRunArn": run, "maxConcurrency": 3}));
    assert_eq!(counts(&mut talk), ("RUNNING".to_owned(), 0, 3, 0));
    talk.now_ms += 60_000;
    assert_eq!(counts(&mut talk), ("SUCCEEDED".to_owned(), 0, 0, 3));
    assert_eq!(talk.describe(&execution)["output"], "[1,2,3]");
    let listed = talk.ask("ListExecutions", &json!({"mapRunArn": run}));
    let children = listed["executions"].as_array().expect("children");
    assert_eq!(children.len(), 3);
    let child = talk.describe(&text(&children[0], "executionArn"));
    assert_eq!((text(&child, "input"), text(&child, "status")), ("3".to_owned(), "SUCCEEDED".to_owned()));
    let refusal = talk.refusal("UpdateMapRun", &json!({"mapRunArn": run, "maxConcurrency": 1}));
    assert_eq!(refusal, "ValidationException: Map Run is SUCCEEDED and cannot be updated");
}

#[test]
fn stopping_an_execution_aborts_its_map_run() {
    let mut talk = Talk::new(Settings { time: TimeMode::Real, ..Settings::default() });
    let (execution, run) = map_run(&mut talk);
    talk.ask("StopExecution", &json!({"executionArn": execution}));
    let described = talk.ask("DescribeMapRun", &json!({"mapRunArn": run}));
    assert_eq!((&described["status"], &described["itemCounts"]["aborted"]), (&json!("ABORTED"), &json!(3)));
}
